#include "store/bare.h"

#include "store/db.h"

#include <string.h>

enum { FIRST_SEQ = 1000 * 1000, MOST_BODY = 4096 };

struct bare {
    struct connection connection;
    int64_t seq; /* one for all: higher than any that a stream has */
    uint8_t body[MOST_BODY];
};

const struct error *bare_open(struct arena *arena, const char *path, struct bare **ret_bare)
{
    struct bare *bare = arena_one(arena, struct bare);
    bare->seq = FIRST_SEQ;
    random_bytes(bare->body, sizeof bare->body);
    TRY(connection_open(arena, path, true, &bare->connection));
    *ret_bare = bare;
    return NULL;
}

void bare_close(struct bare *bare)
{
    connection_close(&bare->connection);
}

static bool put(struct bare *bare, sqlite3_stmt *statement)
{
    int result = sqlite3_step(statement);
    sqlite3_reset(statement);
    return result == SQLITE_DONE && bare->connection.db != NULL;
}

static bool put_entry(struct bare *bare, const struct id *case_id, size_t size)
{
    static const int64_t at = 1767225600000;
    struct connection *connection = &bare->connection;
    struct id id = id_new();
    uint8_t hash[HASH_BYTES];
    random_bytes(hash, sizeof hash);
    return put(bare, ASK(connection, SQL_ENTRY_INSERT, bind_id(case_id), bind_number(++bare->seq),
                         bind_id(&id), bind_number(1), bind_text("police-contact"), bind_number(at),
                         bind_number(0), bind_number(at), bind_id(&id), bind_text("social-care"),
                         bind_text("standard"), bind_blob(bare->body, size), bind_blob(hash, HASH_BYTES)));
}

const struct error *bare_commit(struct bare *bare, const struct id *cases, size_t count, size_t size)
{
    struct connection *connection = &bare->connection;
    size = size < MOST_BODY ? size : MOST_BODY;
    bool good = put(bare, connection_ask(connection, SQL_BEGIN_WRITE, NULL, 0));
    for (size_t i = 0; i < count && good; i++) {
        good = put_entry(bare, &cases[i], size);
    }
    good = good && put(bare, connection_ask(connection, SQL_COMMIT, NULL, 0));
    if (!good && sqlite3_get_autocommit(connection->db) == 0) {
        (void)put(bare, connection_ask(connection, SQL_ROLLBACK, NULL, 0));
    }
    return good ? NULL : error_of(ERROR_STORE);
}
