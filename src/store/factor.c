/* How far second factors have been used. One statement decides, and one thread writes at a time: of twenty
 * who send the same code at once, one passes. */
#include "store/db.h"

const struct error *store_factor_use(struct store *store, struct arena *arena, const uint8_t factor[32],
                                     int64_t value, struct instant now)
{
    struct write *write = store_write_new(store, arena);
    OP(write, SQL_FACTOR_USE, bind_blob(factor, HASH_BYTES), bind_number(value), bind_number(now.ms));
    enum error_code code = writer_run(store, write);
    return code == ERROR_NONE ? NULL : error_of(code);
}

const struct error *store_factor_used(struct store_reader *reader, struct arena *arena,
                                      const uint8_t factor[32], int64_t *ret_value, struct instant *ret_at)
{
    struct connection *connection = reader_connection(reader);
    const struct error *error = NULL;
    sqlite3_stmt *statement = ASK(connection, SQL_FACTOR_USED, bind_blob(factor, HASH_BYTES));
    if (!next_row(arena, connection, statement, &error)) {
        return error != NULL ? error : error_of(ERROR_NOT_FOUND);
    }
    *ret_value = sqlite3_column_int64(statement, 0);
    ret_at->ms = sqlite3_column_int64(statement, 1);
    connection_rest(connection);
    return NULL;
}
