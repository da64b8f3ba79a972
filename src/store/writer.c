/*
 * The one writer. It takes everything that waits and commits it as one transaction, each write in a savepoint
 * of its own, so that one that is refused (a head moved, a name is taken) leaves the others alone. All wake
 * when the transaction is durable. After a full disk or an I/O error everything of that transaction is
 * refused and the writer goes on with the next. Who comes while nobody writes commits their own write
 * themselves: to wake a thread and to be woken by it costs about as much as the rest of it.
 */
#include "store/writer.h"

#include "base/must.h"

#include <errno.h>
#include <string.h>

enum { BATCH = 256 };

void write_op(struct write *write, enum sql sql, const struct bind *binds, int count)
{
    struct op *op = arena_alloc(write->arena, sizeof *op + (size_t)count * sizeof *binds);
    op->part = write->part;
    op->sql = sql;
    op->count = count;
    if (count > 0) {
        memcpy(op->binds, binds, (size_t)count * sizeof *binds);
    }
    if (write->last == NULL) {
        write->first = op;
    } else {
        write->last->next = op;
    }
    write->last = op;
}

void write_expect(struct write *write, const struct stream_head *head)
{
    struct expected *expected = arena_one(write->arena, struct expected);
    expected->stream = head->id;
    expected->seq = head->seq;
    memcpy(expected->hash, head->hash, HASH_BYTES);
    expected->part = write->part;
    expected->next = write->expected;
    write->expected = expected;
}

static int step_done(struct connection *connection, enum sql sql, const struct bind *binds, int count)
{
    sqlite3_stmt *statement = connection_ask(connection, sql, binds, count);
    int result = sqlite3_step(statement);
    sqlite3_reset(statement);
    return result;
}

static int simply(struct connection *connection, enum sql sql)
{
    return step_done(connection, sql, NULL, 0);
}

static enum error_code check_head(struct connection *connection, const struct expected *expected)
{
    sqlite3_stmt *statement = ASK(connection, SQL_STREAM_HEAD, bind_id(&expected->stream));
    int result = sqlite3_step(statement);
    enum error_code code = ERROR_NONE;
    if (result == SQLITE_ROW) {
        uint8_t hash[HASH_BYTES];
        bool same = (uint64_t)sqlite3_column_int64(statement, 0) == expected->seq &&
                    column_bytes(statement, 1, hash, HASH_BYTES) &&
                    memcmp(hash, expected->hash, HASH_BYTES) == 0;
        code = same ? ERROR_NONE : ERROR_CONFLICT;
    } else if (result == SQLITE_DONE) {
        code = expected->seq == 0 ? ERROR_NONE : ERROR_CONFLICT;
    } else {
        code = connection_code(connection, result);
    }
    sqlite3_reset(statement);
    return code;
}

enum error_code write_carry_out(struct connection *connection, const struct write *write)
{
    for (const struct op *op = write->first; op != NULL; op = op->next) {
        if (op->part != NULL && op->part->moved) {
            continue;
        }
        int result = step_done(connection, op->sql, op->binds, op->count);
        if (result != SQLITE_DONE) {
            return connection_code(connection, result);
        }
    }
    return ERROR_NONE;
}

/* What stood in the lists when a write was made from them has been made again by a rebuild since. */
static enum error_code check_step(struct connection *connection, struct write *write)
{
    struct rebuild_step step;
    int result;
    if (!write->has_step) {
        return ERROR_NONE;
    }
    if (!rebuild_step_read(connection, &step, &result)) {
        return connection_code(connection, result);
    }
    write->lists_moved = strcmp(step.text, write->step.text) != 0;
    return write->lists_moved ? ERROR_CONFLICT : ERROR_NONE;
}

/* No case may be left about a child whose record goes: one may have been opened since it was looked at. */
static enum error_code check_children(struct connection *connection, const struct write *write)
{
    enum error_code code = ERROR_NONE;
    for (const struct tombstone *at = write->destroyed; at != NULL && code == ERROR_NONE; at = at->next) {
        sqlite3_stmt *row = ASK(connection, SQL_CASE_OF_PERSON, bind_id(&at->head.id));
        int result = sqlite3_step(row);
        code = result == SQLITE_DONE  ? ERROR_NONE
               : result == SQLITE_ROW ? ERROR_CONFLICT
                                      : connection_code(connection, result);
        sqlite3_reset(row);
    }
    return code;
}

static enum error_code apply(struct connection *connection, struct write *write)
{
    enum error_code stale = check_step(connection, write);
    if (stale != ERROR_NONE) {
        return stale;
    }
    for (const struct expected *expected = write->expected; expected != NULL; expected = expected->next) {
        enum error_code code = check_head(connection, expected);
        if (code == ERROR_CONFLICT && expected->part != NULL) {
            expected->part->moved = true;
        } else if (code != ERROR_NONE) {
            return code;
        }
    }
    enum error_code code = write_carry_out(connection, write);
    return code == ERROR_NONE ? check_children(connection, write) : code;
}

/* False when the whole transaction is lost. */
static bool apply_in_savepoint(struct connection *connection, struct write *write)
{
    int result = simply(connection, SQL_SAVEPOINT);
    if (result != SQLITE_DONE) {
        write->code = connection_code(connection, result);
        return false;
    }
    write->code = apply(connection, write);
    if (sqlite3_get_autocommit(connection->db) != 0) {
        return false; /* SQLite itself rolled back */
    }
    if (write->code != ERROR_NONE && simply(connection, SQL_SAVEPOINT_ROLLBACK) != SQLITE_DONE) {
        return false;
    }
    return simply(connection, SQL_SAVEPOINT_RELEASE) == SQLITE_DONE;
}

/* What refuses one write, and says nothing to the others. */
static bool is_of_one_write(enum error_code code)
{
    return code == ERROR_NONE || code == ERROR_CONFLICT || code == ERROR_EXISTS;
}

static enum error_code apply_batch(struct connection *connection, struct write *batch)
{
    int result = simply(connection, SQL_BEGIN_WRITE);
    if (result != SQLITE_DONE) {
        return connection_code(connection, result);
    }
    enum error_code code = ERROR_NONE;
    for (struct write *write = batch; write != NULL && code == ERROR_NONE; write = write->next) {
        if (!apply_in_savepoint(connection, write)) {
            code = is_of_one_write(write->code) ? ERROR_STORE : write->code;
        }
    }
    if (code == ERROR_NONE) {
        result = simply(connection, SQL_COMMIT);
        code = result == SQLITE_DONE ? ERROR_NONE : connection_code(connection, result);
    }
    if (sqlite3_get_autocommit(connection->db) == 0) {
        simply(connection, SQL_ROLLBACK);
    }
    return code;
}

/* Takes up to BATCH writes off the queue. Called with the lock held. */
static struct write *take_batch(struct writer *writer)
{
    struct write *batch = writer->first;
    struct write *last = batch;
    for (int i = 1; i < BATCH && last->next != NULL; i++) {
        last = last->next;
    }
    writer->first = last->next;
    if (writer->first == NULL) {
        writer->last = NULL;
    }
    last->next = NULL;
    return batch;
}

/* Commits what waits. Called with the lock held, and gives it up meanwhile. */
static void write_batch(struct writer *writer)
{
    struct write *batch = take_batch(writer);
    writer->busy = true;
    pthread_mutex_unlock(&writer->lock);
    enum error_code code = apply_batch(&writer->connection, batch);
    while (batch != NULL) {
        struct write *next = batch->next; /* the waiter may free it once it is done */
        if (code != ERROR_NONE) {
            batch->code = code;
        }
        sem_post(&batch->done); /* wakes who waits for this one, and nobody else */
        batch = next;
    }
    pthread_mutex_lock(&writer->lock);
    writer->busy = false;
}

static void *writer_thread(void *context)
{
    struct writer *writer = context;
    pthread_mutex_lock(&writer->lock);
    for (;;) {
        while (writer->busy || (writer->first == NULL && !writer->stopping)) {
            pthread_cond_wait(&writer->wake, &writer->lock);
        }
        if (writer->first == NULL) {
            break;
        }
        write_batch(writer);
    }
    pthread_mutex_unlock(&writer->lock);
    return NULL;
}

enum error_code writer_submit(struct writer *writer, struct write *write)
{
    must(sem_init(&write->done, 0, 0) == 0);
    write->next = NULL;
    write->code = ERROR_NONE;
    write->lists_moved = false;
    pthread_mutex_lock(&writer->lock);
    must(!writer->stopping);
    if (writer->last == NULL) {
        writer->first = write;
    } else {
        writer->last->next = write;
    }
    writer->last = write;
    if (!writer->busy && writer->first == write) {
        write_batch(writer);
    }
    if (writer->first != NULL || writer->stopping) {
        pthread_cond_signal(&writer->wake);
    }
    pthread_mutex_unlock(&writer->lock);
    while (sem_wait(&write->done) != 0) {
        must(errno == EINTR);
    }
    sem_destroy(&write->done);
    return write->code;
}

const struct error *writer_start(struct arena *arena, struct writer *writer, const char *path)
{
    *writer = (struct writer){0};
    TRY(connection_open(arena, path, true, &writer->connection));
    pthread_mutex_init(&writer->lock, NULL);
    pthread_cond_init(&writer->wake, NULL);
    if (pthread_create(&writer->thread, NULL, writer_thread, writer) != 0) {
        connection_close(&writer->connection);
        pthread_cond_destroy(&writer->wake);
        pthread_mutex_destroy(&writer->lock);
        return error_new(arena, ERROR_BUSY, "no thread for the writer");
    }
    writer->runs = true;
    return NULL;
}

void writer_stop(struct writer *writer)
{
    if (!writer->runs) {
        return;
    }
    pthread_mutex_lock(&writer->lock);
    writer->stopping = true;
    pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->thread, NULL);
    connection_close(&writer->connection);
    pthread_cond_destroy(&writer->wake);
    pthread_mutex_destroy(&writer->lock);
}
