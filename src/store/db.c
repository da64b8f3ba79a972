#define WM_STORE_SQL_TEXTS
#include "store/db.h"

#include "base/must.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* The writer puts rows into indexes in random order: what it keeps of them it need not read again. And what a
   checkpoint writes of a page that changed many times it writes once. */
enum { BUSY_MS = 10000, CACHE_KIB = 4096, WRITER_CACHE_KIB = 32768, CHECKPOINT_PAGES = 4000 };

enum error_code connection_code(const struct connection *connection, int result)
{
    switch (result & 0xFF) {
    case SQLITE_FULL:
        return ERROR_FULL;
    case SQLITE_IOERR:
        return connection->db != NULL && sqlite3_system_errno(connection->db) == ENOSPC ? ERROR_FULL
                                                                                        : ERROR_STORE;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
        return ERROR_BUSY;
    case SQLITE_CONSTRAINT:
        return ERROR_EXISTS;
    default:
        return ERROR_STORE;
    }
}

const struct error *connection_error(struct arena *arena, const struct connection *connection, int result)
{
    return error_new(arena, connection_code(connection, result), "%s",
                     connection->db == NULL ? sqlite3_errstr(result) : sqlite3_errmsg(connection->db));
}

static const struct error *run(struct arena *arena, struct connection *connection, const char *sql)
{
    int result = sqlite3_exec(connection->db, sql, NULL, NULL, NULL);
    return result == SQLITE_OK ? NULL : connection_error(arena, connection, result);
}

static const struct error *read_version(struct arena *arena, struct connection *connection, int *ret_version)
{
    sqlite3_stmt *statement;
    int result = sqlite3_prepare_v2(connection->db, "PRAGMA user_version", -1, &statement, NULL);
    if (result != SQLITE_OK) {
        return connection_error(arena, connection, result);
    }
    result = sqlite3_step(statement);
    *ret_version = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return result == SQLITE_ROW ? NULL : connection_error(arena, connection, result);
}

/* Each migration is one transaction with its version number, so a kill between leaves one or the other. */
static const struct error *migrate(struct arena *arena, struct connection *connection)
{
    for (;;) {
        TRY(run(arena, connection, "BEGIN IMMEDIATE"));
        int version;
        TRY(read_version(arena, connection, &version));
        if (version >= SQL_MIGRATIONS) {
            return run(arena, connection, "COMMIT");
        }
        TRY(run(arena, connection, sql_migrations[version]));
        TRY(run(arena, connection, arena_printf(arena, "PRAGMA user_version = %d", version + 1)));
        TRY(run(arena, connection, "COMMIT"));
    }
}

static const struct error *check_version(struct arena *arena, struct connection *connection)
{
    int version;
    TRY(read_version(arena, connection, &version));
    if (version > SQL_MIGRATIONS) {
        return error_new(
            arena, ERROR_STORE,
            "the store has format %d and this program knows formats up to %d: use a newer program", version,
            SQL_MIGRATIONS);
    }
    if (version < SQL_MIGRATIONS) {
        return error_new(arena, ERROR_STORE, "the store has format %d and was not migrated to %d", version,
                         SQL_MIGRATIONS);
    }
    return NULL;
}

static const struct error *prepare_all(struct arena *arena, struct connection *connection)
{
    for (int i = 0; i < SQL_STATEMENTS; i++) {
        int result = sqlite3_prepare_v3(connection->db, sql_texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                                        &connection->statements[i], NULL);
        if (result != SQLITE_OK) {
            return error_new(arena, ERROR_STORE, "%s: %s", sql_texts[i], sqlite3_errmsg(connection->db));
        }
    }
    return NULL;
}

static const struct error *set_up(struct arena *arena, struct connection *connection, bool create)
{
    sqlite3_busy_timeout(connection->db, BUSY_MS);
    sqlite3_extended_result_codes(connection->db, 1);
    /* WAL with FULL: with NORMAL a power cut loses acknowledged commits */
    TRY(run(arena, connection,
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; "
            "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON"));
    TRY(run(arena, connection,
            /* read, not mapped: a fault of the disk is an error then and not the end of the program, and each
               connection's memory stays within its cache */
            arena_printf(arena,
                         "PRAGMA mmap_size = 0; PRAGMA cache_size = -%d; PRAGMA wal_autocheckpoint = %d",
                         create ? WRITER_CACHE_KIB : CACHE_KIB, CHECKPOINT_PAGES)));
    if (create) {
        int version;
        TRY(read_version(arena, connection, &version));
        if (version < SQL_MIGRATIONS) {
            TRY(migrate(arena, connection));
        }
    }
    TRY(check_version(arena, connection));
    return prepare_all(arena, connection);
}

struct setting_up {
    struct arena *arena;
    struct connection *connection;
    bool create;
    const struct error *error;
};

static void set_up_guarded(void *context)
{
    struct setting_up *work = context;
    work->error = set_up(work->arena, work->connection, work->create);
}

const struct error *connection_open(struct arena *arena, const char *path, bool create,
                                    struct connection *ret_connection)
{
    *ret_connection = (struct connection){0};
    /* nobody asks how much memory SQLite has, and counting it has all threads wait for each other; before the
       first connection, or it is refused */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
    int result = sqlite3_open_v2(path, &ret_connection->db, flags, NULL);
    struct setting_up work = {arena, ret_connection, create, NULL};
    bool whole = result != SQLITE_OK || arena_guard(arena, set_up_guarded, &work);
    if (result != SQLITE_OK || !whole || work.error != NULL) {
        connection_close(ret_connection);
    }
    if (!whole) {
        arena_run_out(arena);
    }
    return result == SQLITE_OK ? work.error
                               : error_new(arena, ERROR_STORE, "%s: %s", path, sqlite3_errstr(result));
}

/* For what is made to be compared and thrown away; SQLite puts it into a file without a name when it grows.
 */
const struct error *connection_open_scratch(struct arena *arena, struct connection *ret_connection)
{
    *ret_connection = (struct connection){0};
    int result = sqlite3_open_v2("", &ret_connection->db,
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    const struct error *error = result == SQLITE_OK ? NULL : connection_error(arena, ret_connection, result);
    if (error == NULL) {
        error = run(arena, ret_connection, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
    }
    if (error == NULL) {
        error = migrate(arena, ret_connection);
    }
    if (error == NULL) {
        error = prepare_all(arena, ret_connection);
    }
    if (error != NULL) {
        connection_close(ret_connection);
    }
    return error;
}

bool database_empty_log(const char *path)
{
    enum { WAIT_MS = 200 };
    sqlite3 *db = NULL;
    int result = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (result == SQLITE_OK) {
        sqlite3_busy_timeout(db, WAIT_MS);
        /* a connection that has read nothing yet knows of no log */
        result = sqlite3_exec(db, "PRAGMA user_version", NULL, NULL, NULL);
    }
    if (result == SQLITE_OK) {
        result = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
    sqlite3_close(db);
    return result == SQLITE_OK;
}

void connection_close(struct connection *connection)
{
    for (int i = 0; i < SQL_STATEMENTS; i++) {
        sqlite3_finalize(connection->statements[i]);
    }
    must(sqlite3_close(connection->db) == SQLITE_OK); /* or it would never be closed */
    *connection = (struct connection){0};
}

struct bind bind_number(int64_t number)
{
    return (struct bind){.kind = BIND_NUMBER, .number = number};
}

static struct bind bind_bytes(enum bind_kind kind, const void *bytes, size_t size)
{
    must(size <= INT_MAX);
    return (struct bind){.kind = kind, .size = (int)size, .bytes = bytes};
}

struct bind bind_text(const char *text)
{
    if (text == NULL) {
        return (struct bind){.kind = BIND_NULL};
    }
    return bind_bytes(BIND_TEXT, text, strlen(text));
}

struct bind bind_blob(const void *bytes, size_t size)
{
    return bind_bytes(BIND_BLOB, size == 0 ? "" : bytes, size);
}

struct bind bind_id(const struct id *id)
{
    return bind_blob(id->bytes, ID_BYTES);
}

static int bind_one(sqlite3_stmt *statement, int position, const struct bind *bind)
{
    switch (bind->kind) {
    case BIND_NUMBER:
        return sqlite3_bind_int64(statement, position, bind->number);
    case BIND_TEXT:
        return sqlite3_bind_text(statement, position, bind->bytes, bind->size, SQLITE_STATIC);
    case BIND_BLOB:
        return sqlite3_bind_blob(statement, position, bind->bytes, bind->size, SQLITE_STATIC);
    case BIND_NULL:
        break;
    }
    return sqlite3_bind_null(statement, position);
}

/* Nothing is copied, so binding fails only for a wrong position or a statement that is under way. */
sqlite3_stmt *connection_ask(struct connection *connection, enum sql sql, const struct bind *binds, int count)
{
    sqlite3_stmt *statement = connection->statements[sql];
    connection->asked[sql / 64] |= UINT64_C(1) << sql % 64;
    sqlite3_reset(statement);
    must(sqlite3_bind_parameter_count(statement) == count);
    for (int i = 0; i < count; i++) {
        must(bind_one(statement, i + 1, &binds[i]) == SQLITE_OK);
    }
    return statement;
}

void connection_rest(struct connection *connection)
{
    for (size_t word = 0; word < sizeof connection->asked / sizeof *connection->asked; word++) {
        for (uint64_t left = connection->asked[word]; left != 0; left &= left - 1) {
            sqlite3_reset(connection->statements[word * 64 + (size_t)__builtin_ctzll(left)]);
        }
        connection->asked[word] = 0;
    }
}

bool next_row(struct arena *arena, struct connection *connection, sqlite3_stmt *statement,
              const struct error **ret_error)
{
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) {
        return true;
    }
    *ret_error = result == SQLITE_DONE ? NULL : connection_error(arena, connection, result);
    sqlite3_reset(statement);
    return false;
}

struct id column_id(sqlite3_stmt *statement, int column)
{
    struct id id = {0};
    column_bytes(statement, column, id.bytes, ID_BYTES);
    return id;
}

/* SQLite gives NULL for a null and when it has no memory: the two are not to be mixed up. */
const char *column_text_here(struct arena *arena, sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    if (text == NULL && sqlite3_column_type(statement, column) != SQLITE_NULL) {
        arena_run_out(arena);
    }
    return text;
}

const char *column_text(struct arena *arena, sqlite3_stmt *statement, int column)
{
    const char *text = column_text_here(arena, statement, column);
    return text == NULL ? "" : arena_copy_n(arena, text, (size_t)sqlite3_column_bytes(statement, column));
}

const void *column_blob(struct arena *arena, sqlite3_stmt *statement, int column, size_t *ret_size)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    *ret_size = (size_t)sqlite3_column_bytes(statement, column);
    if (bytes == NULL && *ret_size > 0) {
        arena_run_out(arena);
    }
    return arena_copy_n(arena, bytes, *ret_size);
}

bool column_bytes(sqlite3_stmt *statement, int column, void *ret_bytes, size_t size)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    if (bytes == NULL || (size_t)sqlite3_column_bytes(statement, column) != size) {
        return false;
    }
    memcpy(ret_bytes, bytes, size);
    return true;
}
