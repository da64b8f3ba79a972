#include "store/readers.h"

enum { READERS = 8 };

/*
 * What this thread holds. A thread that takes a reader while it holds one gets the same again: so it sees one
 * moment throughout, and as many threads as there are readers cannot wait for each other.
 */
static _Thread_local struct store_reader *held;

static struct store_reader *take_free(struct readers *readers)
{
    struct store_reader *reader = NULL;
    pthread_mutex_lock(&readers->lock);
    while (reader == NULL) {
        for (int i = 0; i < readers->count && reader == NULL; i++) {
            reader = readers->list[i].taken ? NULL : &readers->list[i];
        }
        if (reader == NULL) {
            pthread_cond_wait(&readers->free, &readers->lock);
        }
    }
    reader->taken = true;
    pthread_mutex_unlock(&readers->lock);
    return reader;
}

static void put_back(struct store_reader *reader)
{
    struct readers *readers = store_readers(reader->store);
    connection_rest(&reader->connection);
    if (sqlite3_get_autocommit(reader->connection.db) == 0) {
        sqlite3_stmt *end = connection_ask(&reader->connection, SQL_COMMIT, NULL, 0);
        sqlite3_step(end);
        sqlite3_reset(end);
    }
    pthread_mutex_lock(&readers->lock);
    reader->taken = false;
    pthread_cond_signal(&readers->free);
    pthread_mutex_unlock(&readers->lock);
}

const struct error *store_reader_take(struct store *store, struct store_reader **ret_reader)
{
    for (struct store_reader *mine = held; mine != NULL; mine = mine->next_held) {
        if (mine->store == store) {
            mine->depth++;
            *ret_reader = mine;
            return NULL;
        }
    }
    struct store_reader *reader = take_free(store_readers(store));
    /* one transaction, so that all it reads is of one moment */
    sqlite3_stmt *begin = connection_ask(&reader->connection, SQL_BEGIN_READ, NULL, 0);
    int result = sqlite3_step(begin);
    sqlite3_reset(begin);
    if (result != SQLITE_DONE) {
        enum error_code code = connection_code(&reader->connection, result);
        put_back(reader);
        return error_of(code);
    }
    reader->depth = 1;
    reader->next_held = held;
    held = reader;
    *ret_reader = reader;
    return NULL;
}

void store_reader_give(struct store_reader *reader)
{
    if (--reader->depth > 0) {
        return;
    }
    for (struct store_reader **at = &held; *at != NULL; at = &(*at)->next_held) {
        if (*at == reader) {
            *at = reader->next_held;
            break;
        }
    }
    put_back(reader);
}

/* ---- what a thread holds whose work is abandoned for want of memory */

unsigned store_readers_held(void)
{
    unsigned count = 0;
    for (const struct store_reader *mine = held; mine != NULL; mine = mine->next_held) {
        count += (unsigned)mine->depth;
    }
    return count;
}

void store_readers_give(unsigned count)
{
    while (store_readers_held() > count) {
        store_reader_give(held);
    }
}

struct connection *reader_connection(struct store_reader *reader)
{
    return &reader->connection;
}

/* ---- opening and closing */

void readers_init(struct readers *readers)
{
    pthread_mutex_init(&readers->lock, NULL);
    pthread_cond_init(&readers->free, NULL);
}

const struct error *readers_open(struct arena *arena, struct store *store, int wanted)
{
    struct readers *readers = store_readers(store);
    int want = wanted <= 0 ? READERS : wanted > MOST_READERS ? MOST_READERS : wanted;
    for (int i = 0; i < want; i++) {
        readers->list[i].store = store;
        TRY(connection_open(arena, database_path(arena, store_dir(store)), false,
                            &readers->list[i].connection));
        readers->count++;
    }
    return NULL;
}

void readers_close(struct readers *readers)
{
    for (int i = 0; i < readers->count; i++) {
        connection_close(&readers->list[i].connection);
    }
}

void readers_free(struct readers *readers)
{
    pthread_cond_destroy(&readers->free);
    pthread_mutex_destroy(&readers->lock);
}
