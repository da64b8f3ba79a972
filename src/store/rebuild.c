/*
 * Rebuilding: every projection made again from the entries, in place while serving, or in a scratch database
 * to compare with. In place it goes by batches, each one write that says which heads it was made from; a
 * batch that meets a new entry is done again.
 */
#include "store/db.h"

#include <pthread.h>
#include <string.h>

enum { AT_ONCE = 200 };
static const char rebuilding[] = "rebuild";

static const struct error *batch_ids(struct store_reader *reader, struct arena *arena, const struct id *after,
                                     struct id ret_ids[static AT_ONCE], size_t *ret_count)
{
    const struct error *error = NULL;
    size_t count = 0;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_STREAM_ALL, bind_id(after), bind_number(AT_ONCE));
    while (next_row(arena, &reader->connection, row, &error)) {
        ret_ids[count++] = column_id(row, 0);
    }
    *ret_count = count;
    return error;
}

/* The write that makes what the reader sees of these streams. */
static const struct error *batch_write(struct store_reader *reader, struct write *write, const struct id *ids,
                                       size_t count, uint64_t *ret_entries)
{
    uint64_t entries = 0;
    write->every_stream = true;
    for (size_t i = 0; i < count; i++) {
        struct touched *touched = arena_one(write->arena, struct touched);
        struct stream *stream = arena_one(write->arena, struct stream);
        TRY(store_stream_read(reader, write->arena, ids[i], stream));
        write_expect(write, &stream->head);
        *touched = (struct touched){.next = write->touched, .stream = stream};
        write->touched = touched;
        entries += stream->count;
    }
    TRY(projections_refresh(reader, write));
    *ret_entries = entries;
    return NULL;
}

/* ---- in place
 * ------------------------------------------------------------------------------------------------- */

static const struct error *clear_projections(struct store *store, struct arena *arena)
{
    static const enum sql clears[] = {SQL_CASE_CLEAR,   SQL_DUTY_CLEAR,        SQL_MEETING_CLEAR,
                                      SQL_ACTION_CLEAR, SQL_INVOLVEMENT_CLEAR, SQL_TOKEN_CLEAR,
                                      SQL_ACCOUNT_CLEAR};
    struct write *write = store_write_new(store, arena);
    OP(write, SQL_UNFINISHED_PUT, bind_text(rebuilding));
    for (size_t i = 0; i < sizeof clears / sizeof clears[0]; i++) {
        write_op(write, clears[i], NULL, 0);
    }
    enum error_code code = writer_run(store, write);
    return code == ERROR_NONE ? NULL : error_of(code);
}

struct batch {
    struct store *store;
    struct store_reader *reader; /* while it is held */
    struct arena *work;
    struct id ids[AT_ONCE];
    size_t count;
    uint64_t entries;
    const struct error *error;
};

static const struct error *try_batch(struct batch *batch)
{
    struct write *write = store_write_new(batch->store, batch->work);
    TRY(store_reader_take(batch->store, &batch->reader));
    const struct error *error = batch_write(batch->reader, write, batch->ids, batch->count, &batch->entries);
    store_reader_give(batch->reader);
    batch->reader = NULL;
    TRY(error);
    enum error_code code = writer_run(batch->store, write);
    return code == ERROR_NONE ? NULL : error_of(code);
}

static void try_guarded(void *context)
{
    struct batch *batch = context;
    batch->error = try_batch(batch);
}

/* An error in an arena that outlives the one it was made in. */
struct said {
    struct arena *arena;
    enum error_code code;
    const char *detail;
    const struct error *error;
};

static void say_guarded(void *context)
{
    struct said *said = context;
    said->error =
        said->detail == NULL ? error_of(said->code) : error_new(said->arena, said->code, "%s", said->detail);
}

/* What a batch holds. */
static void give_back(struct batch *batch)
{
    if (batch->reader != NULL) {
        store_reader_give(batch->reader);
        batch->reader = NULL;
    }
    arena_free(batch->work);
    batch->work = NULL;
}

/* Once; the arena of a batch goes with give_back, so its error is made again in the caller's. */
static const struct error *batch_once(struct arena *arena, struct batch *batch)
{
    batch->work = arena_new(KEEP_STREAM_BYTES);
    if (batch->work == NULL || !arena_guard(batch->work, try_guarded, batch)) {
        return error_of(ERROR_BUSY);
    }
    if (batch->error == NULL) {
        return NULL;
    }
    struct said said = {arena, batch->error->code, batch->error->detail, NULL};
    say_guarded(&said);
    return said.error;
}

static const struct error *rebuild_batch(struct store *store, struct arena *arena, struct batch *batch)
{
    enum { TRIES = 50 };
    const struct error *error = error_of(ERROR_BUSY);
    batch->store = store;
    for (int i = 0; i < TRIES; i++) {
        batch->entries = 0;
        error = batch_once(arena, batch);
        give_back(batch);
        if (error == NULL || error->code != ERROR_CONFLICT) {
            break;
        }
    }
    return error;
}

/* Batches taken in turn by a few threads: while one waits for its commit another reads and computes. */
struct rebuilding {
    struct store *store;
    pthread_mutex_t lock; /* of all below */
    struct id after;
    bool over;
    uint64_t entries;
    enum error_code code; /* of the first failure */
    const char *detail;   /* its thread's arena holds it until all have ended */
};

/* The first counts. Called with the lock held. */
static void note_failure(struct rebuilding *all, enum error_code code, const char *detail)
{
    if (all->code == ERROR_NONE) {
        all->code = code;
        all->detail = detail;
    }
    all->over = true;
}

/* False at the end. Called with the lock held. */
static bool next_batch(struct rebuilding *all, struct arena *arena, struct batch *ret_batch)
{
    if (all->over) {
        return false;
    }
    const struct error *error = store_reader_take(all->store, &ret_batch->reader);
    if (error == NULL) {
        error = batch_ids(ret_batch->reader, arena, &all->after, ret_batch->ids, &ret_batch->count);
    }
    give_back(ret_batch);
    if (error != NULL) {
        note_failure(all, error->code, error->detail);
        return false;
    }
    all->over = ret_batch->count < AT_ONCE;
    if (ret_batch->count > 0) {
        all->after = ret_batch->ids[ret_batch->count - 1];
    }
    return ret_batch->count > 0;
}

/* What a thread holds while it works: given back by whoever guards it when its memory runs out. */
struct rebuilder {
    struct rebuilding *all;
    struct arena *arena; /* for errors */
    struct batch batch;
    bool more;
    const struct error *error;
    pthread_t thread;
};

static void next_guarded(void *context)
{
    struct rebuilder *rebuilder = context;
    rebuilder->more = next_batch(rebuilder->all, rebuilder->arena, &rebuilder->batch);
}

static void batch_guarded(void *context)
{
    struct rebuilder *rebuilder = context;
    rebuilder->error = rebuild_batch(rebuilder->all->store, rebuilder->arena, &rebuilder->batch);
}

/* Called with the lock held, as it leaves. False at the end. */
static bool take_next(struct rebuilder *rebuilder)
{
    rebuilder->more = false;
    rebuilder->batch = (struct batch){0};
    if (!arena_guard(rebuilder->arena, next_guarded, rebuilder)) {
        give_back(&rebuilder->batch);
        note_failure(rebuilder->all, ERROR_BUSY, NULL);
    }
    return rebuilder->more;
}

static void *rebuild_some(void *context)
{
    struct rebuilder *rebuilder = context;
    struct rebuilding *all = rebuilder->all;
    pthread_mutex_lock(&all->lock);
    while (take_next(rebuilder)) {
        pthread_mutex_unlock(&all->lock);
        bool whole = arena_guard(rebuilder->arena, batch_guarded, rebuilder);
        give_back(&rebuilder->batch);
        pthread_mutex_lock(&all->lock);
        if (!whole) {
            note_failure(all, ERROR_BUSY, NULL);
        } else if (rebuilder->error != NULL) {
            note_failure(all, rebuilder->error->code, rebuilder->error->detail);
        } else {
            all->entries += rebuilder->batch.entries;
        }
    }
    pthread_mutex_unlock(&all->lock);
    return NULL;
}

static const struct error *rebuild_all(struct store *store, struct arena *arena, uint64_t *ret_entries)
{
    enum { THREADS = 2, ERROR_BYTES = 1 << 20 };
    struct rebuilding all = {.store = store};
    struct rebuilder rebuilders[THREADS] = {{0}};
    size_t started = 0;
    pthread_mutex_init(&all.lock, NULL);
    while (started < THREADS) {
        struct rebuilder *one = &rebuilders[started];
        *one = (struct rebuilder){.all = &all, .arena = arena_new(ERROR_BYTES)};
        if (one->arena == NULL || pthread_create(&one->thread, NULL, rebuild_some, one) != 0) {
            arena_free(one->arena);
            break;
        }
        started++;
    }
    for (size_t i = 0; i < started; i++) {
        pthread_join(rebuilders[i].thread, NULL);
    }
    pthread_mutex_destroy(&all.lock);
    struct said said = {arena, started == 0 ? ERROR_BUSY : all.code, all.detail, NULL};
    bool whole = said.code == ERROR_NONE || arena_guard(arena, say_guarded, &said);
    for (size_t i = 0; i < started; i++) {
        arena_free(rebuilders[i].arena);
    }
    if (!whole) {
        arena_run_out(arena);
    }
    *ret_entries = all.entries;
    return said.error;
}

const struct error *store_rebuild(struct store *store, struct arena *arena, uint64_t *ret_entries)
{
    uint64_t entries = 0;
    TRY(clear_projections(store, arena));
    TRY(rebuild_all(store, arena, &entries));
    struct write *write = store_write_new(store, arena);
    OP(write, SQL_UNFINISHED_DROP, bind_text(rebuilding));
    enum error_code code = writer_run(store, write);
    if (code != ERROR_NONE) {
        return error_of(code);
    }
    *ret_entries = entries;
    return NULL;
}

const struct error *rebuild_unfinished(struct store *store, struct arena *arena)
{
    struct store_reader *reader;
    const struct error *error = NULL;
    uint64_t entries;
    TRY(store_reader_take(store, &reader));
    sqlite3_stmt *row = ASK(&reader->connection, SQL_UNFINISHED_GET, bind_text(rebuilding));
    bool found = next_row(arena, &reader->connection, row, &error);
    store_reader_give(reader);
    return error != NULL || !found ? error : store_rebuild(store, arena, &entries);
}

/* ---- to compare with
 * ------------------------------------------------------------------------------------------ */

struct making {
    struct store_reader *reader;
    struct connection *scratch;
    struct arena *work;
    struct batch batch;
};

static void make_batch(void *context)
{
    struct making *making = context;
    struct batch *batch = &making->batch;
    struct write *write = store_write_new(making->reader->store, making->work);
    batch->error = batch_write(making->reader, write, batch->ids, batch->count, &batch->entries);
    if (batch->error == NULL) {
        enum error_code code = write_carry_out(making->scratch, write);
        batch->error = code == ERROR_NONE ? NULL : error_of(code);
    }
}

const struct error *projections_make(struct store_reader *reader, struct arena *arena,
                                     struct connection *scratch)
{
    struct making making = {.reader = reader, .scratch = scratch, .batch = {.count = AT_ONCE}};
    struct id after = {{0}};
    sqlite3_stmt *begin = connection_ask(scratch, SQL_BEGIN_WRITE, NULL, 0);
    sqlite3_step(begin);
    sqlite3_reset(begin);
    while (making.batch.count == AT_ONCE) {
        TRY(batch_ids(reader, arena, &after, making.batch.ids, &making.batch.count));
        if (making.batch.count == 0) {
            break;
        }
        making.work = arena_new(KEEP_STREAM_BYTES);
        if (making.work == NULL) {
            return error_of(ERROR_BUSY);
        }
        bool whole = arena_guard(making.work, make_batch, &making);
        const struct error *failed = whole ? making.batch.error : error_of(ERROR_BUSY);
        const struct error *error =
            failed == NULL ? NULL
                           : error_new(arena, failed->code, "%s",
                                       failed->detail == NULL ? failed->sentence : failed->detail);
        arena_free(making.work);
        TRY(error);
        after = making.batch.ids[making.batch.count - 1];
    }
    return NULL;
}
