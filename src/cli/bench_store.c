/*
 * Stores of invented cases, written through the storage door a batch at a time: the bodies are sealed, the
 * chains hashed and the projections made as for any write, only the forms and gates are left out.
 */
#include "cli/bench.h"

#include "base/file.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { THREADS = 2, BATCH_ENTRIES = 3000, MAKER_BYTES = 512 << 20, CASE_FILE_LIMIT = 64 << 20 };

struct maker {
    struct store *store;
    const struct pack *pack;
    int pack_number;
    size_t cases;
    size_t entries;
    size_t batch;
    struct id *ids;
    atomic_size_t next;
    _Atomic(const struct error *) failed;
};

static const struct error *add_case(struct maker *maker, struct arena *arena, struct write *write,
                                    size_t number)
{
    struct bench_random random = {number * 2 + 1};
    struct stream *person = arena_one(arena, struct stream);
    struct stream *file = arena_one(arena, struct stream);
    struct id author = {{0}};
    TRY(store_stream_new(maker->store, arena, STREAM_PERSON, maker->pack_number, person));
    TRY(store_stream_new(maker->store, arena, STREAM_CASE, maker->pack_number, file));
    store_write_entry(write, person, bench_details_new(arena, maker->pack, &random, author));
    const struct entry **entries =
        bench_case_new(arena, maker->pack, &random, person->head.id, author, maker->entries);
    for (size_t i = 0; i < maker->entries; i++) {
        store_write_entry(write, file, entries[i]);
    }
    maker->ids[number] = file->head.id;
    return NULL;
}

static const struct error *make_batch(struct maker *maker, struct arena *arena, size_t first)
{
    struct write *write = store_write_new(maker->store, arena);
    for (size_t i = first; i < first + maker->batch && i < maker->cases; i++) {
        TRY(add_case(maker, arena, write, i));
    }
    return store_commit(write);
}

static void *make_some(void *context)
{
    struct maker *maker = context;
    struct arena *arena = arena_new(MAKER_BYTES);
    while (arena != NULL && atomic_load(&maker->failed) == NULL) {
        size_t first = atomic_fetch_add(&maker->next, maker->batch);
        if (first >= maker->cases) {
            break;
        }
        const struct error *error = make_batch(maker, arena, first);
        if (error != NULL) {
            atomic_store(&maker->failed, error_of(error->code));
        }
        arena_reset(arena);
    }
    if (arena == NULL) {
        atomic_store(&maker->failed, error_of(ERROR_BUSY));
    }
    arena_free(arena);
    return NULL;
}

static const struct error *fill_store(struct bench *bench, struct store *store, size_t cases, size_t entries,
                                      struct id *ids)
{
    struct maker maker = {.store = store, .cases = cases, .entries = entries, .ids = ids};
    pthread_t threads[THREADS];
    const char *bundle;
    size_t size;
    maker.batch = BATCH_ENTRIES / (entries + 1);
    TRY(pack_bundle(bench->arena, bench->pack_dir, &bundle, &size));
    TRY(store_pack_keep(store, bench->arena, bench->pack, bundle, size, &maker.pack_number));
    TRY(store_pack(store, bench->arena, maker.pack_number, &maker.pack));
    size_t started = 0;
    while (started < THREADS && pthread_create(&threads[started], NULL, make_some, &maker) == 0) {
        started++;
    }
    for (size_t i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
    return started == 0 ? error_of(ERROR_BUSY) : atomic_load(&maker.failed);
}

static const struct error *make_store(struct bench *bench, const char *dir, const char *list, size_t cases,
                                      size_t entries, struct id **ret_ids)
{
    struct store *store;
    struct store_options options = {.dir = dir, .pack_dir = bench->pack_dir};
    struct id *ids = arena_many(bench->arena, struct id, cases);
    int64_t began = bench_ns();
    TRY(store_init(bench->arena, &options));
    TRY(store_open(bench->arena, &options, &store));
    const struct error *error = fill_store(bench, store, cases, entries, ids);
    store_close(store);
    TRY(error);
    double seconds = (double)(bench_ns() - began) / 1e9;
    double all = (double)cases * (double)(entries + 1);
    bench_say("%s: %.0f entries in %.0f s (%.0f a second)", dir, all, seconds, all / seconds);
    *ret_ids = ids;
    return file_write_private(bench->arena, list, ids, cases * sizeof *ids);
}

const struct error *bench_store_get(struct bench *bench, const char *name, size_t cases, size_t entries,
                                    struct bench_store *ret_store)
{
    const char *dir = bench_text(bench, "%s/%s-%zux%zu", bench->dir, name, cases, entries);
    const char *list = bench_text(bench, "%s.cases", dir); /* written last: a store without it is not whole */
    struct id *ids = NULL;
    if (file_exists(list)) {
        const char *bytes;
        size_t size;
        TRY(file_read(bench->arena, list, CASE_FILE_LIMIT, &bytes, &size));
        if (size != cases * sizeof *ids) {
            return error_new(bench->arena, ERROR_IO, "%s is not of this store", list);
        }
        ids = arena_many(bench->arena, struct id, cases);
        memcpy(ids, bytes, size);
    } else {
        bench_say("making %s: %zu cases of %zu entries", dir, cases, entries);
        TRY(make_store(bench, dir, list, cases, entries, &ids));
    }
    *ret_store = (struct bench_store){dir, ids, cases, (uint64_t)cases * (entries + 1)};
    return NULL;
}

const struct error *bench_store_million(struct bench *bench, struct bench_store *ret_store)
{
    enum { ENTRIES = 60, CASES = 16400, FEW = 200 };
    return bench_store_get(bench, "cases", bench->quick ? FEW : CASES, ENTRIES, ret_store);
}
