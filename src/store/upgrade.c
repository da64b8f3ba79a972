/*
 * A store from before there were keystores: its master key was what everything follows from, and becomes the
 * root of its keystore; the keys of its records are wrapped anew, so that each takes a secret of its own from
 * the keystore; its drafts are sealed anew. Killed at any moment, the next opening goes on. Backups from
 * before are not changed by it: they open with the old key alone and are to be destroyed
 * (docs/administrators).
 */
#include "store/db.h"

#include <string.h>

enum { AT_ONCE = 500 };

/* No row may be wrapped as it is done with a keystore: then one is missing, and another would open nothing.
 */
static const struct error *check_never_had_one(struct arena *arena, const struct key_place *place,
                                               const char *database)
{
    struct connection connection;
    const struct error *error = NULL;
    TRY(connection_open(arena, database, true, &connection));
    sqlite3_stmt *row = ASK(&connection, SQL_KEY_IS_NEW, bind_number(OLD_WRAPPED_KEY_BYTES));
    bool had_one = next_row(arena, &connection, row, &error);
    sqlite3_reset(row);
    connection_close(&connection);
    TRY(error);
    return had_one ? error_new(arena, ERROR_KEY,
                               "%s: the keystore is missing, and no record opens without it: put its latest "
                               "copy there",
                               place->keystore)
                   : NULL;
}

const struct error *upgrade_keystore(struct arena *arena, const struct key_place *place, const char *database)
{
    TRY(check_never_had_one(arena, place, database));
    return keyring_upgrade(arena, place, clock_now());
}

static const struct error *wrap_some(struct store *store, struct arena *arena, size_t *ret_count)
{
    struct store_reader *reader;
    const struct error *error = NULL;
    struct write *write = store_write_new(store, arena);
    size_t count = 0;
    TRY(store_reader_take(store, &reader));
    sqlite3_stmt *row =
        ASK(&reader->connection, SQL_KEY_UNSETTLED, bind_number(OLD_WRAPPED_KEY_BYTES), bind_number(AT_ONCE));
    while (error == NULL && next_row(arena, &reader->connection, row, &error)) {
        struct id *id = arena_one(arena, struct id);
        uint8_t *wrapped = arena_alloc(arena, WRAPPED_KEY_BYTES);
        *id = column_id(row, 0);
        error = record_key_rewrap(arena, store_keyring(store), *id, sqlite3_column_blob(row, 1),
                                  (size_t)sqlite3_column_bytes(row, 1), wrapped);
        OP(write, SQL_KEY_SETTLE, bind_blob(wrapped, WRAPPED_KEY_BYTES), bind_id(id));
        count++;
    }
    store_reader_give(reader);
    TRY(error);
    enum error_code code = count == 0 ? ERROR_NONE : writer_run(store, write);
    *ret_count = count;
    return code == ERROR_NONE ? NULL : error_of(code);
}

static const struct error *seal_some(struct store *store, struct arena *arena, size_t *ret_count)
{
    struct store_reader *reader;
    const struct error *error = NULL;
    struct draft *drafts = arena_many(arena, struct draft, AT_ONCE);
    size_t count = 0;
    TRY(store_reader_take(store, &reader));
    sqlite3_stmt *row = ASK(&reader->connection, SQL_DRAFT_UNSETTLED, bind_number(AT_ONCE));
    while (next_row(arena, &reader->connection, row, &error)) {
        /* one that does not open was changed by somebody: its author sees that, and the others go on */
        count += draft_of_row(reader, arena, row, column_id(row, 3), &drafts[count]) == NULL ? 1 : 0;
    }
    store_reader_give(reader);
    for (size_t i = 0; i < count && error == NULL; i++) {
        error = store_draft_put(store, arena, &drafts[i]);
    }
    *ret_count = count;
    return error;
}

const struct error *upgrade_kept(struct store *store, struct arena *arena)
{
    size_t count = AT_ONCE;
    while (count == AT_ONCE) {
        TRY(wrap_some(store, arena, &count));
    }
    for (count = AT_ONCE; count == AT_ONCE;) {
        TRY(seal_some(store, arena, &count));
    }
    return NULL;
}
