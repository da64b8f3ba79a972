/*
 * A partnership's year: children come, things happen, and workers, who are sometimes late, ill or away, do
 * what the duties ask. It knows of a procedure only what stands in its pack. The same seed gives the same
 * year, on however many threads.
 */
#ifndef WM_CLI_SIMULATE_SIMULATE_H
#define WM_CLI_SIMULATE_SIMULATE_H

#include "procedure/duty_book.h"
#include "procedure/gate.h"

enum { BINS_A_DAY = 24, BIN_DAYS = 400, BINS = BINS_A_DAY * BIN_DAYS };

struct simulation {
    const struct pack *pack;
    uint64_t seed;
    struct day first;
    int days;
    int children;
    int staff;          /* workers of each role */
    const bool **later; /* by type and field: a time that is still to come, because a duty is due then */
};

/* What became of the duties of one rule. */
struct timeliness {
    uint64_t begun;
    uint64_t met;
    uint64_t late;
    uint64_t overdue;
    uint64_t open;
    uint64_t cancelled;
    uint64_t bins[BINS]; /* how long until they were met; the last holds all that took longer */
};

struct tally {
    struct timeliness *rules;
    uint64_t entries;
    uint64_t corrections;
    uint64_t checks;    /* a case on a day */
    uint64_t away;      /* work that fell on a day its worker was not there */
    uint64_t refused;   /* tries that could not be recorded: a gate or a question stood against them */
    const char *differ; /* where the kept duties were not those from scratch: the year ends; NULL */
    int differ_child;
};

/* ---- chance.c: numbers that follow from the seed alone ---- */

struct chance {
    uint64_t state;
};
uint64_t chance_next(struct chance *chance);
size_t chance_below(struct chance *chance, size_t limit); /* 0 when the limit is 0 */
bool chance_is(struct chance *chance, int percent);
/* A number of its own for these. */
uint64_t chance_mix(uint64_t a, uint64_t b);
uint64_t chance_text(uint64_t seed, const char *text);

/* ---- form.c: filling in a form of the pack ---- */

enum { FORCED = 48 };
struct form_wish {
    const struct entry_type *type;
    struct instant at;                      /* when it happens */
    const struct pattern *meets;            /* it must match; NULL */
    const struct condition *forced[FORCED]; /* what it must say besides */
    size_t forced_count;
    const struct duty *duty; /* whose key it takes on; NULL */
    const char *field;       /* of this field ... */
    const char *code;        /* ... that code; NULL */
};
/* True when an entry could be made that is complete and passes every gate. Else *ret_gate is the gate that
   only another entry could put right; NULL. Values in `arena`, everything else in `scratch`. */
bool form_fill(const struct simulation *simulation, struct arena *arena, struct arena *scratch,
               struct chance *chance, const struct position *position, struct form_wish *wish,
               struct entry *ret_entry, const struct gate **ret_gate);

/* ---- year.c: the year of one child ---- */

struct arenas {
    struct arena *own;     /* of the child */
    struct arena *book;    /* of the duties as they stand */
    struct arena *scratch; /* of one step */
};
/* Adds to the tally. */
void year_run(const struct simulation *simulation, int number, const struct arenas *arenas,
              struct tally *tally);

#endif
