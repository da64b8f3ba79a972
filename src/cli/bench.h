/*
 * waymark bench: how near the program comes to what the machine can do. Each measure is taken beside a
 * baseline in the same run, in short slices that alternate, and the middle slice counts, so that a noisy
 * machine spoils both alike. A measure is a file of its own; it adds rows to the table that bench.c prints.
 */
#ifndef WM_CLI_BENCH_H
#define WM_CLI_BENCH_H

#include "base/error.h"
#include "base/id.h"
#include "pack/pack.h"
#include "record/entry.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { BENCH_ROWS = 48, BENCH_SLICES = 9 };

struct bench_row {
    const char *what;
    const char *figure;
    const char *beside; /* the baseline; NULL for none */
    const char *ratio;  /* NULL for none */
    const char *aim;    /* NULL: told for its own sake */
    bool holds;
};

struct bench {
    struct arena *arena; /* of the whole run */
    const struct pack *pack;
    const char *pack_dir;
    const char *dir; /* where stores are made, and found again by a later run */
    bool quick;      /* everything small: to see that it runs */
    double page_us;  /* what a case page costs of all processors, once measured; else 0 */
    struct bench_row rows[BENCH_ROWS];
    size_t row_count;
};

void bench_row(struct bench *bench, struct bench_row row);
const char *bench_text(struct bench *bench, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A line on standard error: what is under way. */
void bench_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
int64_t bench_ns(void);
int64_t bench_thread_ns(void); /* only what this thread was given of the processor */
/* Sorts; the middle one, or any other part of a hundred. */
double bench_middle(double *numbers, size_t count);
double bench_centile(double *numbers, size_t count, double centile);

const struct error *bench_duties(struct bench *bench) MUST_CHECK;
const struct error *bench_pages(struct bench *bench) MUST_CHECK;
/* Beside the pages, where those were measured in the same run. */
const struct error *bench_policy(struct bench *bench) MUST_CHECK;
const struct error *bench_work(struct bench *bench) MUST_CHECK;
const struct error *bench_append(struct bench *bench) MUST_CHECK;
const struct error *bench_rebuild(struct bench *bench) MUST_CHECK;
const struct error *bench_refusals(struct bench *bench) MUST_CHECK;

/* ---- bench_case.c: invented cases of any pack, the same for the same seed ---- */

struct bench_random {
    uint64_t state;
};
uint64_t bench_next(struct bench_random *random);
uint64_t bench_below(struct bench_random *random, uint64_t limit);
/*
 * `count` entries that open a case about `child` and go on with any types of the pack but those that close
 * it; a few correct earlier ones. Sequence numbers and recorded times are filled.
 */
const struct entry **bench_case_new(struct arena *arena, const struct pack *pack, struct bench_random *random,
                                    struct id child, struct id author, size_t count);
/* The details of a child, as one entry of the person's stream. */
struct entry *bench_details_new(struct arena *arena, const struct pack *pack, struct bench_random *random,
                                struct id author);
/* A further entry with a narrative of `size` characters, of a type that changes no duty where there is one.
 */
struct entry *bench_entry_new(struct arena *arena, const struct pack *pack, struct bench_random *random,
                              struct id author, size_t size);

/* ---- bench_store.c: stores of invented cases ---- */

struct bench_store {
    const char *dir;
    const struct id *cases;
    size_t case_count;
    uint64_t entries;
};
/* A store of `cases` cases of `entries` entries each, made when it is not there yet. */
const struct error *bench_store_get(struct bench *bench, const char *name, size_t cases, size_t entries,
                                    struct bench_store *ret_store) MUST_CHECK;
/* The store most measures share: a million entries in cases of sixty. */
const struct error *bench_store_million(struct bench *bench, struct bench_store *ret_store) MUST_CHECK;

/* ---- bench_server.c: the program itself, serving ---- */

struct bench_server {
    pid_t pid;
    int port;
    double start_ms; /* from its start to its first page */
};
/* A session of somebody of that role, made in the store before it is served. */
const struct error *bench_sign_in(struct bench *bench, const char *dir, const char *role,
                                  const char **ret_cookie) MUST_CHECK;
const struct error *bench_server_start(struct bench *bench, const char *dir, const char *assets,
                                       const char *first_path, struct bench_server *ret_server) MUST_CHECK;
void bench_server_stop(struct bench_server *server);
/* Kilobytes from /proc/PID/status: "VmHWM", "RssAnon", "RssFile". */
long bench_server_memory(const struct bench_server *server, const char *what);

/* ---- bench_load.c: a client of many connections ---- */

struct bench_load {
    int port;
    const char *const *requests; /* whole requests; each answer is awaited before the next is sent */
    size_t request_count;
    int connections;
    int64_t ns; /* how long */
};
struct bench_answers {
    double per_second;
    double p50_ms;
    double p99_ms;
    size_t bytes;   /* of the last body */
    uint64_t wrong; /* answers that were not 200 */
};
struct bench_answer {
    int status;
    const char *head;
    const char *body;
    size_t size; /* of the body */
    double us;   /* from the request to the last byte */
};
/* A connection from 127.0.0.0/8, its last three bytes `source`; -1 when there is none. */
int bench_connect(int port, uint32_t source);
const struct error *bench_ask(struct arena *arena, int connection, const char *request,
                              struct bench_answer *ret_answer) MUST_CHECK;
/* The answer to one request on a connection of its own; its body in the arena. */
const struct error *bench_get(struct bench *bench, int port, const char *request, int *ret_status,
                              const char **ret_body, size_t *ret_size) MUST_CHECK;
const struct error *bench_load_run(struct arena *arena, const struct bench_load *load,
                                   struct bench_answers *ret_answers) MUST_CHECK;

#endif
