/*
 * Rebuilding: every projection made again from the entries, in place while serving, or in a scratch database
 * to compare with.
 *
 * In place, two threads take parts of a few streams in turn. What a part comes to is kept until there is a
 * lot of it; that is one write, put in the order of the indexes, so that each of their pages is written once
 * a write and not once a row. Each part says which heads it was made from; one that met a new entry, or of
 * which a record was disposed of, is left out of its write and done again with what is there then.
 */
#include "store/db.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PART_STREAMS = 32 };
static const char rebuilding[] = "rebuild";

static const struct error *part_ids(struct store_reader *reader, struct arena *arena, const struct id *after,
                                    struct id ret_ids[static PART_STREAMS], size_t *ret_count)
{
    const struct error *error = NULL;
    size_t count = 0;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_STREAM_ALL, bind_id(after), bind_number(PART_STREAMS));
    while (next_row(arena, &reader->connection, row, &error)) {
        ret_ids[count++] = column_id(row, 0);
    }
    *ret_count = count;
    return error;
}

/* Adds what the reader sees of these streams. */
static const struct error *add_streams(struct store_reader *reader, struct write *write, const struct id *ids,
                                       size_t count, uint64_t *ret_entries)
{
    uint64_t entries = 0;
    struct stream *streams = arena_many(write->work, struct stream, count);
    TRY(store_streams_read(reader, write->work, ids, count, streams));
    write->every_stream = true;
    write->touched = NULL;
    for (size_t i = 0; i < count; i++) {
        struct touched *touched = arena_one(write->work, struct touched);
        write_expect(write, &streams[i].head);
        *touched = (struct touched){.next = write->touched, .stream = &streams[i]};
        write->touched = touched;
        entries += streams[i].count;
    }
    TRY(projections_refresh(reader, write));
    *ret_entries = entries;
    return NULL;
}

/* ---- how far it has come
 *
 * A write that is no rebuild changes only what differs from what stands. While a rebuild writes, what stands
 * is not yet all, and may be more when the write is carried out than when it was made: it is made again then.
 */

bool rebuild_step_read(struct connection *connection, struct rebuild_step *ret_step, int *ret_result)
{
    sqlite3_stmt *row = connection_ask(connection, SQL_UNFINISHED_LAST, NULL, 0);
    int result = sqlite3_step(row);
    const char *text = result == SQLITE_ROW ? (const char *)sqlite3_column_text(row, 0) : "";
    *ret_step = (struct rebuild_step){{0}};
    if (text != NULL) {
        (void)snprintf(ret_step->text, sizeof ret_step->text, "%s", text);
    }
    sqlite3_reset(row);
    *ret_result = text == NULL ? SQLITE_NOMEM : result;
    return text != NULL && (result == SQLITE_ROW || result == SQLITE_DONE);
}

/* Sorts behind the word that a rebuild is under way. */
static void go_on_a_step(struct write *write)
{
    char id[ID_TEXT];
    id_format(id_new(), id);
    write_op(write, SQL_UNFINISHED_DROP_STEPS, NULL, 0);
    OP(write, SQL_UNFINISHED_PUT, bind_text(arena_printf(write->arena, "rebuilt %s", id)));
}

/* ---- in place
 * ------------------------------------------------------------------------------------------------- */

/* But for the names of accounts: without them nobody could sign in meanwhile, and a name could be given
 * twice. */
static const struct error *clear_projections(struct store *store, struct arena *arena)
{
    static const enum sql clears[] = {SQL_CASE_CLEAR,   SQL_DUTY_CLEAR,        SQL_MEETING_CLEAR,
                                      SQL_ACTION_CLEAR, SQL_INVOLVEMENT_CLEAR, SQL_TOKEN_CLEAR};
    struct write *write = store_write_new(store, arena);
    OP(write, SQL_UNFINISHED_PUT, bind_text(rebuilding));
    go_on_a_step(write);
    for (size_t i = 0; i < sizeof clears / sizeof clears[0]; i++) {
        write_op(write, clears[i], NULL, 0);
    }
    enum error_code code = writer_run(store, write);
    return code == ERROR_NONE ? NULL : error_of(code);
}

/* ---- the order of the indexes */

/* Which answer orders the rows of a table: the one that its largest index begins with. */
static const struct {
    enum sql sql;
    int bind;
} ordered[] = {
    {SQL_CASE_PUT, 0},   {SQL_DUTY_PUT, 7},  {SQL_MEETING_PUT, 0},
    {SQL_ACTION_PUT, 0}, {SQL_TOKEN_PUT, 0}, {SQL_INVOLVEMENT_PUT, 0},
};
enum { ORDERED = sizeof ordered / sizeof ordered[0] };

struct placed {
    struct op *op;
    uint64_t key;
    size_t number;
    int table;
};

static uint64_t key_of(const struct bind *bind)
{
    uint64_t key = 0;
    if (bind->kind == BIND_NUMBER) {
        return (uint64_t)bind->number ^ (uint64_t)INT64_MIN;
    }
    for (int i = 0; i < 8; i++) {
        key = key << 8 | (i < bind->size ? ((const uint8_t *)bind->bytes)[i] : 0);
    }
    return key;
}

/* What is none of these comes first and as it came: it takes away what the others put. */
static struct placed place_of(struct op *op, size_t number)
{
    struct placed placed = {.op = op, .number = number};
    for (int i = 0; i < ORDERED; i++) {
        if (ordered[i].sql == op->sql) {
            placed.table = i + 1;
            placed.key = key_of(&op->binds[ordered[i].bind]);
        }
    }
    return placed;
}

static int by_place(const void *a, const void *b)
{
    const struct placed *one = a;
    const struct placed *other = b;
    if (one->table != other->table) {
        return one->table < other->table ? -1 : 1;
    }
    if (one->key != other->key) {
        return one->key < other->key ? -1 : 1;
    }
    return one->number < other->number ? -1 : 1;
}

static void put_in_order(struct write *write)
{
    size_t count = 0;
    for (const struct op *op = write->first; op != NULL; op = op->next) {
        count++;
    }
    struct placed *places = arena_many(write->arena, struct placed, count);
    count = 0;
    for (struct op *op = write->first; op != NULL; op = op->next) {
        places[count] = place_of(op, count);
        count++;
    }
    qsort(places, count, sizeof *places, by_place);
    write->first = NULL;
    for (size_t i = count; i-- > 0;) {
        places[i].op->next = write->first;
        write->first = places[i].op;
    }
    write->last = count == 0 ? NULL : places[count - 1].op;
}

/* ---- in place, by threads */

struct piece {
    struct part part;
    struct id ids[PART_STREAMS];
    size_t count;
    uint64_t entries;
};

/* Parts taken in turn by a few threads: while one waits for its commit another reads and computes. */
struct rebuilding {
    struct store *store;
    pthread_mutex_t lock; /* of all below */
    struct id after;
    bool over;
    uint64_t entries;
    enum error_code code; /* of the first failure */
    const char *detail;   /* its thread's arenas hold it until all have ended */
};

/* What one write takes: memory, and what others who write wait for. */
enum { PIECES = 256, WRITE_BYTES = 16 << 20, TRIES = 50 };

struct rebuilder {
    struct rebuilding *all;
    struct arena *work;          /* of a piece */
    struct arena *kept;          /* of a write */
    struct store_reader *reader; /* while it is held */
    bool has_lock;
    struct write *write;
    struct piece pieces[PIECES]; /* what the write is made of */
    size_t count;
    size_t most; /* bytes of the write */
    bool whole;  /* false: memory ran out */
    const struct error *error;
    pthread_t thread;
};

static void lock(struct rebuilder *rebuilder)
{
    pthread_mutex_lock(&rebuilder->all->lock);
    rebuilder->has_lock = true;
}

static void unlock(struct rebuilder *rebuilder)
{
    rebuilder->has_lock = false;
    pthread_mutex_unlock(&rebuilder->all->lock);
}

static void begin_write(struct rebuilder *rebuilder)
{
    arena_reset(rebuilder->kept);
    rebuilder->write = store_write_new(rebuilder->all->store, rebuilder->kept);
    rebuilder->write->work = rebuilder->work;
    rebuilder->count = 0;
}

/* The streams that come next; none at the end. */
static const struct error *take_piece(struct rebuilder *rebuilder, struct piece *piece)
{
    struct rebuilding *all = rebuilder->all;
    const struct error *error = NULL;
    piece->count = 0;
    lock(rebuilder);
    if (!all->over) {
        error = part_ids(rebuilder->reader, rebuilder->work, &all->after, piece->ids, &piece->count);
        all->over = piece->count < PART_STREAMS;
        all->after = piece->count == 0 ? all->after : piece->ids[piece->count - 1];
    }
    unlock(rebuilder);
    return error;
}

/* Those that are still there, of a piece that is done again. */
static const struct error *drop_disposed(struct rebuilder *rebuilder, struct piece *piece)
{
    struct connection *connection = &rebuilder->reader->connection;
    const struct error *error = NULL;
    size_t left = 0;
    for (size_t i = 0; i < piece->count && error == NULL; i++) {
        sqlite3_stmt *row = ASK(connection, SQL_STREAM_KEY, bind_id(&piece->ids[i]));
        if (next_row(rebuilder->work, connection, row, &error)) {
            sqlite3_reset(row);
            piece->ids[left++] = piece->ids[i];
        }
    }
    piece->count = left;
    return error;
}

/* With a reader held. The keys of a record may go while the reader still sees its entries. */
static const struct error *make_piece(struct rebuilder *rebuilder, struct piece *piece)
{
    piece->part.moved = false;
    rebuilder->write->part = &piece->part;
    const struct error *error =
        add_streams(rebuilder->reader, rebuilder->write, piece->ids, piece->count, &piece->entries);
    if (error != NULL && error->code == ERROR_DISPOSED) {
        piece->part.moved = true;
        error = NULL;
    }
    return error;
}

/* The next one, or one that is done again, of which there may be nothing left. */
static const struct error *add_piece(struct rebuilder *rebuilder, bool again)
{
    struct piece *piece = &rebuilder->pieces[rebuilder->count];
    TRY(store_reader_take(rebuilder->all->store, &rebuilder->reader));
    const struct error *error = again ? drop_disposed(rebuilder, piece) : take_piece(rebuilder, piece);
    if (error == NULL && (again || piece->count > 0)) {
        error = make_piece(rebuilder, piece);
    }
    store_reader_give(rebuilder->reader);
    rebuilder->reader = NULL;
    TRY(error);
    rebuilder->count += again || piece->count > 0;
    arena_reset(rebuilder->work);
    return NULL;
}

/* Returns how many were left out: they are the first pieces then. */
static size_t count_written(struct rebuilder *rebuilder)
{
    size_t left = 0;
    uint64_t entries = 0;
    for (size_t i = 0; i < rebuilder->count; i++) {
        if (rebuilder->pieces[i].part.moved) {
            rebuilder->pieces[left++] = rebuilder->pieces[i];
        } else {
            entries += rebuilder->pieces[i].entries;
        }
    }
    lock(rebuilder);
    rebuilder->all->entries += entries;
    unlock(rebuilder);
    return left;
}

static const struct error *commit_pieces(struct rebuilder *rebuilder)
{
    for (int i = 0; i < TRIES && rebuilder->count > 0; i++) {
        rebuilder->write->part = NULL;
        go_on_a_step(rebuilder->write);
        put_in_order(rebuilder->write);
        enum error_code code = writer_run(rebuilder->all->store, rebuilder->write);
        if (code != ERROR_NONE) {
            return error_of(code);
        }
        size_t left = count_written(rebuilder);
        begin_write(rebuilder);
        while (rebuilder->count < left) {
            TRY(add_piece(rebuilder, true));
        }
    }
    return rebuilder->count == 0 ? NULL : error_of(ERROR_CONFLICT);
}

static const struct error *rebuild_some(struct rebuilder *rebuilder)
{
    size_t before;
    begin_write(rebuilder);
    do {
        before = rebuilder->count;
        TRY(add_piece(rebuilder, false));
        if (rebuilder->count == PIECES || arena_used(rebuilder->kept) >= rebuilder->most) {
            TRY(commit_pieces(rebuilder));
            rebuilder->most = WRITE_BYTES;
        }
    } while (rebuilder->count != before);
    return commit_pieces(rebuilder);
}

static void rebuild_guarded(void *context)
{
    struct rebuilder *rebuilder = context;
    rebuilder->error = rebuild_some(rebuilder);
    rebuilder->whole = true;
}

/* Memory may run out in either. */
static void rebuild_twice_guarded(void *context)
{
    struct rebuilder *rebuilder = context;
    rebuilder->whole = arena_guard(rebuilder->kept, rebuild_guarded, rebuilder);
}

static void *rebuilder_thread(void *context)
{
    struct rebuilder *rebuilder = context;
    struct rebuilding *all = rebuilder->all;
    bool whole = arena_guard(rebuilder->work, rebuild_twice_guarded, rebuilder) && rebuilder->whole;
    if (rebuilder->reader != NULL) {
        store_reader_give(rebuilder->reader);
    }
    if (!rebuilder->has_lock) {
        lock(rebuilder);
    }
    enum error_code code = !whole                     ? ERROR_BUSY
                           : rebuilder->error != NULL ? rebuilder->error->code
                                                      : ERROR_NONE;
    if (code != ERROR_NONE) {
        all->over = true;
    }
    if (all->code == ERROR_NONE) { /* the first counts */
        all->code = code;
        all->detail = whole && rebuilder->error != NULL ? rebuilder->error->detail : NULL;
    }
    unlock(rebuilder);
    return NULL;
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

static void free_rebuilder(struct rebuilder *rebuilder)
{
    arena_free(rebuilder->work);
    arena_free(rebuilder->kept);
}

static const struct error *rebuild_all(struct store *store, struct arena *arena, uint64_t *ret_entries)
{
    enum { THREADS = 2 };
    struct rebuilding all = {.store = store};
    struct rebuilder *rebuilders = arena_many(arena, struct rebuilder, THREADS);
    size_t started = 0;
    pthread_mutex_init(&all.lock, NULL);
    while (started < THREADS) {
        struct rebuilder *one = &rebuilders[started];
        one->all = &all;
        one->work = arena_new(KEEP_STREAM_BYTES);
        one->kept = arena_new(KEEP_STREAM_BYTES);
        one->most = WRITE_BYTES / (THREADS - started); /* so that they do not write at the same time */
        if (one->work == NULL || one->kept == NULL ||
            pthread_create(&one->thread, NULL, rebuilder_thread, one) != 0) {
            free_rebuilder(one);
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
        free_rebuilder(&rebuilders[i]);
    }
    if (!whole) {
        arena_run_out(arena);
    }
    *ret_entries = all.entries;
    return said.error;
}

struct whole {
    struct store *store;
    struct arena *arena;
    bool only_unfinished;
    uint64_t entries;
};

static const struct error *still_unfinished(struct store *store, struct arena *arena, bool *ret_unfinished)
{
    struct store_reader *reader;
    TRY(store_reader_take(store, &reader));
    const struct error *error = rebuild_is_unfinished(reader, arena, ret_unfinished);
    store_reader_give(reader);
    return error;
}

static const struct error *rebuild_whole(void *context)
{
    struct whole *whole = context;
    struct store *store = whole->store;
    bool unfinished = true;
    if (whole->only_unfinished) {
        TRY(still_unfinished(store, whole->arena, &unfinished));
    }
    if (!unfinished) {
        return NULL; /* who had the lock before has done it */
    }
    TRY(clear_projections(store, whole->arena));
    TRY(rebuild_all(store, whole->arena, &whole->entries));
    struct write *write = store_write_new(store, whole->arena);
    write_op(write, SQL_ACCOUNT_DROP_STRAYS, NULL, 0);
    OP(write, SQL_UNFINISHED_DROP, bind_text(rebuilding));
    write_op(write, SQL_UNFINISHED_DROP_STEPS, NULL, 0);
    enum error_code code = writer_run(store, write);
    return code == ERROR_NONE ? NULL : error_of(code);
}

/* Of two at a time the later would clear what the earlier has made, and the earlier say that all is there. */
static const char alone[] = "rebuild.lock";

const struct error *store_rebuild(struct store *store, struct arena *arena, uint64_t *ret_entries)
{
    struct whole whole = {.store = store, .arena = arena};
    TRY(store_alone(store, arena, alone, rebuild_whole, &whole));
    *ret_entries = whole.entries;
    return NULL;
}

const struct error *rebuild_is_unfinished(struct store_reader *reader, struct arena *arena,
                                          bool *ret_unfinished)
{
    const struct error *error = NULL;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_UNFINISHED_GET, bind_text(rebuilding));
    *ret_unfinished = next_row(arena, &reader->connection, row, &error);
    sqlite3_reset(row);
    return error;
}

const struct error *rebuild_unfinished(struct store *store, struct arena *arena)
{
    struct whole whole = {.store = store, .arena = arena, .only_unfinished = true};
    bool unfinished;
    TRY(still_unfinished(store, arena, &unfinished));
    return unfinished ? store_alone(store, arena, alone, rebuild_whole, &whole) : NULL;
}

/* ---- to compare with
 * ------------------------------------------------------------------------------------------ */

struct making {
    struct store_reader *reader;
    struct connection *scratch;
    struct arena *work;
    struct piece piece;
    const struct error *error;
};

static void make_piece_guarded(void *context)
{
    struct making *making = context;
    struct piece *piece = &making->piece;
    struct write *write = store_write_new(making->reader->store, making->work);
    making->error = add_streams(making->reader, write, piece->ids, piece->count, &piece->entries);
    if (making->error == NULL) {
        enum error_code code = write_carry_out(making->scratch, write);
        making->error = code == ERROR_NONE ? NULL : error_of(code);
    }
}

const struct error *projections_make(struct store_reader *reader, struct arena *arena,
                                     struct connection *scratch)
{
    struct making making = {.reader = reader, .scratch = scratch, .piece = {.count = PART_STREAMS}};
    struct piece *piece = &making.piece;
    struct id after = {{0}};
    sqlite3_stmt *begin = connection_ask(scratch, SQL_BEGIN_WRITE, NULL, 0);
    sqlite3_step(begin);
    sqlite3_reset(begin);
    while (piece->count == PART_STREAMS) {
        TRY(part_ids(reader, arena, &after, piece->ids, &piece->count));
        if (piece->count == 0) {
            break;
        }
        making.work = arena_new(KEEP_STREAM_BYTES);
        if (making.work == NULL) {
            return error_of(ERROR_BUSY);
        }
        bool whole = arena_guard(making.work, make_piece_guarded, &making);
        const struct error *failed = whole ? making.error : error_of(ERROR_BUSY);
        const struct error *error =
            failed == NULL ? NULL
                           : error_new(arena, failed->code, "%s",
                                       failed->detail == NULL ? failed->sentence : failed->detail);
        arena_free(making.work);
        TRY(error);
        after = piece->ids[piece->count - 1];
    }
    return NULL;
}
