/*
 * Pages of the program itself over many connections, each beside a file of the same size from the same
 * server: what the page costs, and not what sockets and headers cost.
 */
#include "cli/bench.h"

#include "base/file.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONNECTIONS = 64, REFERENCES = 4000, SLICE_MS = 1000, QUICK_MS = 100, PAGES_BYTES = 256 << 20 };

static const char *request_for(struct bench *bench, const char *path, const char *cookie)
{
    return bench_text(bench, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %s\r\n\r\n", path, cookie);
}

/* An assets folder with one file of that size. */
static const struct error *make_file(struct bench *bench, const char *assets, size_t size)
{
    char *bytes = arena_alloc(bench->arena, size);
    memset(bytes, 'w', size);
    (void)mkdir(assets, 0700);
    TRY(file_write_private(bench->arena, bench_text(bench, "%s/bench.txt", assets), bytes, size));
    static const char manifest[] = "bench.txt bench.txt\n";
    return file_write_private(bench->arena, bench_text(bench, "%s/manifest.txt", assets), manifest,
                              sizeof manifest - 1);
}

static const struct error *size_of(struct bench *bench, const char *dir, const char *request,
                                   size_t *ret_size)
{
    struct bench_server server;
    int status = 0;
    const char *body;
    TRY(bench_server_start(bench, dir, NULL, "/sign-in", &server));
    const struct error *error = bench_get(bench, server.port, request, &status, &body, ret_size);
    bench_server_stop(&server);
    if (error == NULL && status != 200) {
        return error_new(bench->arena, ERROR_IO, "the page answers %d", status);
    }
    return error;
}

struct beside {
    double page;
    double file;
    double p50_ms;
    double p99_ms;
    uint64_t wrong;
};

/* Page and file in turn. The p99 is the middle of the slices' own. */
static const struct error *alternate(struct bench *bench, int port, int connections,
                                     const char *const *requests, size_t count, struct beside *ret_beside)
{
    static const char *const file_request[] = {"GET /assets/bench.txt HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"};
    double pages[BENCH_SLICES];
    double files[BENCH_SLICES];
    double p50[BENCH_SLICES];
    double p99[BENCH_SLICES];
    struct bench_answers answers;
    struct beside beside = {0};
    struct bench_load load = {.port = port,
                              .connections = connections,
                              .ns = (int64_t)(bench->quick ? QUICK_MS : SLICE_MS) * 1000000};
    ARENA_CLEANUP struct arena *arena = arena_new(PAGES_BYTES);
    if (arena == NULL) {
        return error_of(ERROR_BUSY);
    }
    for (size_t i = 0; i < BENCH_SLICES; i++) {
        load.requests = file_request;
        load.request_count = 1;
        TRY(bench_load_run(arena, &load, &answers));
        files[i] = answers.per_second;
        beside.wrong += answers.wrong;
        arena_reset(arena);
        load.requests = requests;
        load.request_count = count;
        TRY(bench_load_run(arena, &load, &answers));
        pages[i] = answers.per_second;
        p50[i] = answers.p50_ms;
        p99[i] = answers.p99_ms;
        beside.wrong += answers.wrong;
        arena_reset(arena);
    }
    beside.page = bench_middle(pages, BENCH_SLICES);
    beside.file = bench_middle(files, BENCH_SLICES);
    beside.p50_ms = bench_middle(p50, BENCH_SLICES);
    beside.p99_ms = bench_middle(p99, BENCH_SLICES);
    *ret_beside = beside;
    return NULL;
}

/* What serving that store takes besides time. */
static void size_rows(struct bench *bench, const struct bench_server *server, long most_kib)
{
    enum { MEMORY_KIB = 150 * 1024, START_MS = 200, BINARY = 5 * 1000 * 1000 };
    struct stat binary = {0};
    (void)stat("/proc/self/exe", &binary);
    bench_row(bench, (struct bench_row){.what = "memory while serving it",
                                        .figure = bench_text(bench, "%ld MB at most", most_kib / 1024),
                                        .aim = "less than 150 MB",
                                        .holds = most_kib < MEMORY_KIB});
    bench_row(bench, (struct bench_row){.what = "from start to first page",
                                        .figure = bench_text(bench, "%.0f ms", server->start_ms),
                                        .aim = "less than 200 ms",
                                        .holds = server->start_ms < START_MS});
    bench_row(bench, (struct bench_row){.what = "the program without assets",
                                        .figure = bench_text(bench, "%.2f MB", (double)binary.st_size / 1e6),
                                        .aim = "less than 5 MB",
                                        .holds = binary.st_size < BINARY});
}

/* One kind of page over a store; a row of the table. `ratio_aim` 0: only the p99 counts. */
static const struct error *measure(struct bench *bench, const struct bench_store *store, const char *what,
                                   int connections, const char *const *requests, size_t count,
                                   double ratio_aim)
{
    static const double p99_aim = 10;
    const char *assets = bench_text(bench, "%s/assets", bench->dir);
    size_t size = 0;
    struct bench_server server;
    struct beside beside;
    TRY(size_of(bench, store->dir, requests[0], &size));
    TRY(make_file(bench, assets, size));
    bench_say("%s: %zu bytes", what, size);
    TRY(bench_server_start(bench, store->dir, assets, "/sign-in", &server));
    const struct error *error = alternate(bench, server.port, connections, requests, count, &beside);
    long most = bench_server_memory(&server, "VmHWM");
    bench_server_stop(&server);
    TRY(error);
    double ratio = beside.page / beside.file;
    bench_row(bench,
              (struct bench_row){
                  .what = what,
                  .figure = bench_text(bench, "%.0f/s; p50 %.1f ms, p99 %.1f ms", beside.page, beside.p50_ms,
                                       beside.p99_ms),
                  .beside = bench_text(bench, "%.0f/s for a file of its %zu bytes", beside.file, size),
                  .ratio = bench_text(bench, "%.2f", ratio),
                  .aim = ratio_aim > 0 ? bench_text(bench, "%.2f; p99 < 10 ms", ratio_aim) : "p99 < 10 ms",
                  .holds = ratio >= ratio_aim && beside.p99_ms < p99_aim && beside.wrong == 0});
    if (ratio_aim > 0) { /* the case page */
        bench->page_us = 1e6 * (double)sysconf(_SC_NPROCESSORS_ONLN) / beside.page;
        size_rows(bench, &server, most);
    }
    bench_say("%s: at most %ld MB resident, %llu wrong answers", what, most / 1024,
              (unsigned long long)beside.wrong);
    return NULL;
}

static const char *const *case_requests(struct bench *bench, const struct bench_store *store,
                                        const char *below, const char *cookie)
{
    struct bench_random random = {60};
    const char **requests = arena_many(bench->arena, const char *, REFERENCES);
    for (size_t i = 0; i < REFERENCES; i++) {
        struct id id = store->cases[bench_below(&random, store->case_count)];
        requests[i] =
            request_for(bench, bench_text(bench, "/cases/%s%s", reference_of(id).text, below), cookie);
    }
    return requests;
}

const struct error *bench_pages(struct bench *bench)
{
    struct bench_store store;
    const char *cookie;
    TRY(bench_store_million(bench, &store));
    TRY(bench_sign_in(bench, store.dir, "social-worker", &cookie));
    const char *what = bench_text(bench, "case page of 60 entries, %llu in the store, 64 connections",
                                  (unsigned long long)store.entries);
    TRY(measure(bench, &store, what, CONNECTIONS, case_requests(bench, &store, "", cookie), REFERENCES,
                0.15));
    return measure(bench, &store, "its chronology: all 60 entries shown", CONNECTIONS,
                   case_requests(bench, &store, "/chronology", cookie), REFERENCES, 0.0);
}

const struct error *bench_work(struct bench *bench)
{
    enum { OPEN_CASES = 400 * 1000, FEW = 2000 };
    struct bench_store store;
    const char *cookie;
    TRY(bench_store_get(bench, "work", bench->quick ? FEW : OPEN_CASES, 1, &store));
    TRY(bench_sign_in(bench, store.dir, "duty-manager", &cookie));
    const char *const requests[] = {request_for(bench, "/", cookie)};
    const char *what =
        bench_text(bench, "My work: 50 duties out of %zu open cases, one connection", store.case_count);
    return measure(bench, &store, what, 1, requests, 1, 0.0);
}
