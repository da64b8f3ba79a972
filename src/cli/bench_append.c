/*
 * Durable appends beside bare commits of the same rows into a copy of the same store: an append to a record
 * that is held already (sealing, chaining, the projections, the synced commit), and what a worker's save
 * costs, which reads and opens the record first. And the look that every page writes.
 */
#include "cli/bench.h"

#include "base/file.h"
#include "store/bare.h"
#include "store/store.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    WRITERS = 64,
    BATCH = 32,
    CASES = 4000,
    ENTRIES = 20,
    BODY = 600,
    STORY = 470, /* characters that make a sealed body of about BODY */
    SLICE_MS = 600,
    QUICK_MS = 100,
    WRITER_BYTES = 64 << 20,
    LOOKS = 20 * 1000
};

struct appends {
    struct store *store;
    const struct bench_store *made;
    struct stream *held; /* by case; each case is of one writer */
    bool reads;          /* the record before each append, as a save does */
    size_t writers;
    int64_t until;
    atomic_ullong count;
    _Atomic(const struct error *) failed;
};

struct writer_thread {
    struct appends *appends;
    pthread_t thread;
    size_t number;
    struct bench_random random;
};

/* What was appended is not kept with what is held, or each append would be to a longer record. */
static const struct error *append_held(const struct writer_thread *writer, struct arena *arena,
                                       struct bench_random *random)
{
    const struct appends *appends = writer->appends;
    size_t cases = (appends->made->case_count - writer->number - 1) / appends->writers + 1;
    struct stream *held =
        &appends->held[writer->number + (size_t)bench_below(random, cases) * appends->writers];
    struct stream stream = *held;
    struct write *write = store_write_new(appends->store, arena);
    struct entry *entry = bench_entry_new(arena, stream.pack, random, (struct id){{0}}, STORY);
    store_write_entry(write, &stream, entry);
    TRY(store_commit(write));
    held->head = stream.head;
    return NULL;
}

static const struct error *hold_all(struct appends *appends, struct arena *arena)
{
    struct store_reader *reader;
    const struct error *error = NULL;
    appends->held = arena_many(arena, struct stream, appends->made->case_count);
    TRY(store_reader_take(appends->store, &reader));
    for (size_t i = 0; i < appends->made->case_count && error == NULL; i++) {
        error = store_stream_read(reader, arena, appends->made->cases[i], &appends->held[i]);
    }
    store_reader_give(reader);
    return error;
}

static const struct error *append_one(const struct appends *appends, struct arena *arena,
                                      struct bench_random *random)
{
    struct store_reader *reader;
    struct stream stream;
    struct id id = appends->made->cases[bench_below(random, appends->made->case_count)];
    TRY(store_reader_take(appends->store, &reader));
    const struct error *error = store_stream_read(reader, arena, id, &stream);
    store_reader_give(reader);
    TRY(error);
    struct write *write = store_write_new(appends->store, arena);
    struct entry *entry = bench_entry_new(arena, stream.pack, random, (struct id){{0}}, STORY);
    store_write_entry(write, &stream, entry);
    return store_commit(write);
}

static void *append_until(void *context)
{
    struct writer_thread *thread = context;
    struct appends *appends = thread->appends;
    struct arena *arena = arena_new(WRITER_BYTES);
    while (arena != NULL && bench_ns() < appends->until && atomic_load(&appends->failed) == NULL) {
        const struct error *error = appends->reads ? append_one(appends, arena, &thread->random)
                                                   : append_held(thread, arena, &thread->random);
        if (error == NULL) {
            atomic_fetch_add(&appends->count, 1);
        } else if (error->code != ERROR_CONFLICT) {
            atomic_store(&appends->failed, error_of(error->code));
        }
        arena_reset(arena);
    }
    arena_free(arena);
    return NULL;
}

/* Appends a second by that many writers. */
static const struct error *append_slice(struct appends *appends, size_t writers, int64_t ns, uint64_t seed,
                                        double *ret_rate)
{
    struct writer_thread threads[WRITERS];
    int64_t began = bench_ns();
    appends->until = began + ns;
    appends->writers = writers;
    atomic_store(&appends->count, 0);
    size_t started = 0;
    for (; started < writers; started++) {
        threads[started] =
            (struct writer_thread){.appends = appends, .number = started, .random = {seed * 1000 + started}};
        if (pthread_create(&threads[started].thread, NULL, append_until, &threads[started]) != 0) {
            break;
        }
    }
    for (size_t i = 0; i < started; i++) {
        pthread_join(threads[i].thread, NULL);
    }
    *ret_rate = (double)atomic_load(&appends->count) * 1e9 / (double)(bench_ns() - began);
    return started == 0 ? error_of(ERROR_BUSY) : atomic_load(&appends->failed);
}

static const struct error *bare_slice(struct bare *bare, const struct bench_store *made, size_t batch,
                                      int64_t ns, struct bench_random *random, double *ret_rate)
{
    uint64_t count = 0;
    int64_t began = bench_ns();
    while (bench_ns() - began < ns) {
        struct id cases[BATCH];
        for (size_t i = 0; i < batch; i++) {
            cases[i] = made->cases[bench_below(random, made->case_count)];
        }
        TRY(bare_commit(bare, cases, batch, BODY));
        count += batch;
    }
    *ret_rate = (double)count * 1e9 / (double)(bench_ns() - began);
    return NULL;
}

static const struct error *copy_file(struct bench *bench, const char *from, const char *to)
{
    FD_CLEANUP int in = open(from, O_RDONLY | O_CLOEXEC);
    FD_CLEANUP int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t more = in < 0 || out < 0 ? -1 : 1;
    while (more > 0) {
        more = sendfile(out, in, NULL, 1 << 24);
    }
    return more == 0 ? NULL : error_new(bench->arena, ERROR_IO, "%s cannot be copied", from);
}

static void row_of(struct bench *bench, const char *what, const char *floor_of, double *ours, double *floors,
                   double aim)
{
    double rate = bench_middle(ours, BENCH_SLICES);
    double floor = bench_middle(floors, BENCH_SLICES);
    bench_row(bench, (struct bench_row){.what = what,
                                        .figure = bench_text(bench, "%.0f/s", rate),
                                        .beside = bench_text(bench, "%.0f/s %s", floor, floor_of),
                                        .ratio = bench_text(bench, "%.2f", rate / floor),
                                        .aim = aim > 0 ? bench_text(bench, "%.1f", aim) : NULL,
                                        .holds = rate / floor >= aim});
}

static const struct error *run(struct bench *bench, struct appends *appends, struct bare *bare)
{
    double many[BENCH_SLICES];
    double one[BENCH_SLICES];
    double floors_32[BENCH_SLICES];
    double floors_1[BENCH_SLICES];
    struct bench_random random = {7};
    int64_t ns = (int64_t)(bench->quick ? QUICK_MS : SLICE_MS) * 1000000;
    for (size_t i = 0; i < BENCH_SLICES; i++) {
        TRY(bare_slice(bare, appends->made, BATCH, ns, &random, &floors_32[i]));
        TRY(append_slice(appends, WRITERS, ns, i, &many[i]));
        TRY(bare_slice(bare, appends->made, 1, ns, &random, &floors_1[i]));
        TRY(append_slice(appends, 1, ns, i + BENCH_SLICES, &one[i]));
    }
    row_of(bench,
           appends->reads ? "the same, each reading its record of 20 entries first"
                          : "durable appends (600 bytes sealed) by 64 writers",
           "as bare commits of 32", many, floors_32, appends->reads ? 0 : 0.5);
    row_of(bench, appends->reads ? "the same by one writer, reading first" : "durable appends by one writer",
           "as bare commits of one", one, floors_1, appends->reads ? 0 : 0.6);
    return NULL;
}

/* What a look costs of the processor, beside a case page where one was measured. */
static const struct error *look_row(struct bench *bench, struct store *store)
{
    struct look look = {.at = {1767225600000},
                        .account = id_new(),
                        .record = id_new(),
                        .act = "case-read",
                        .purpose = "direct-work",
                        .agency = "social-care"};
    int64_t began = bench_thread_ns();
    for (int i = 0; i < LOOKS; i++) {
        TRY(store_look(store, &look));
    }
    double us = (double)(bench_thread_ns() - began) / 1e3 / LOOKS;
    double part = bench->page_us > 0 ? us / bench->page_us : 0;
    bench_row(bench,
              (struct bench_row){.what = "a look logged",
                                 .figure = bench_text(bench, "%.1f µs", us),
                                 .beside = bench->page_us > 0 ? bench_text(bench,
                                                                           "%.0f µs for a case page, both "
                                                                           "processors taken together",
                                                                           bench->page_us)
                                                              : NULL,
                                 .ratio = bench->page_us > 0 ? bench_text(bench, "%.3f", part) : NULL,
                                 .aim = bench->page_us > 0 ? "less than 0.05" : NULL,
                                 .holds = part < 0.05});
    return NULL;
}

/* A store that is kept for the next run stays as it was made. */
static const struct error *copy_store(struct bench *bench, const struct bench_store *made,
                                      struct store_options *options)
{
    options->dir = bench_text(bench, "%s/append-run", bench->dir);
    options->key_path = bench_text(bench, "%s.key", made->dir);
    options->head_path = bench_text(bench, "%s.head", options->dir);
    (void)mkdir(options->dir, 0700);
    static const char *const files[] = {"waymark.db", "looks.log"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        TRY(copy_file(bench, bench_text(bench, "%s/%s", made->dir, files[i]),
                      bench_text(bench, "%s/%s", options->dir, files[i])));
    }
    return copy_file(bench, bench_text(bench, "%s.head", made->dir), options->head_path);
}

const struct error *bench_append(struct bench *bench)
{
    struct bench_store made;
    struct appends appends = {.made = &made};
    struct bare *bare;
    struct store_options options = {.pack_dir = bench->pack_dir};
    TRY(bench_store_get(bench, "append", bench->quick ? CASES / 20 : CASES, ENTRIES, &made));
    const char *copy = bench_text(bench, "%s/bare.db", bench->dir);
    TRY(copy_file(bench, bench_text(bench, "%s/waymark.db", made.dir), copy));
    TRY(copy_store(bench, &made, &options));
    bench_say("append: %d writers, and one", WRITERS);
    TRY(bare_open(bench->arena, copy, &bare));
    const struct error *error = store_open(bench->arena, &options, &appends.store);
    if (error == NULL) {
        error = hold_all(&appends, bench->arena);
        if (error == NULL) {
            error = run(bench, &appends, bare);
        }
        appends.reads = true;
        if (error == NULL) {
            error = run(bench, &appends, bare);
        }
        if (error == NULL) {
            error = look_row(bench, appends.store);
        }
        store_close(appends.store);
    }
    bare_close(bare);
    (void)unlink(copy);
    return error;
}
