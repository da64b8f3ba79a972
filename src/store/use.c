/*
 * When each account was last used. Kept in memory, because every request of a session or a program moves it;
 * written once a minute, and at closing.
 */
#include "store/db.h"

#include <pthread.h>
#include <string.h>

enum { USES = 16384, AT_ONCE = 200 };

struct use {
    bool used;
    bool moved; /* later than in the table */
    struct id account;
    struct instant at;
};

struct uses {
    pthread_mutex_t lock;
    struct use slots[USES];
};

/* Its slot, or a free one; NULL when there are more accounts than this has room for. With the lock held. */
static struct use *find(struct uses *uses, struct id account)
{
    size_t first = ((size_t)account.bytes[0] << 8 | account.bytes[1]) % USES;
    for (size_t i = 0; i < USES; i++) {
        struct use *use = &uses->slots[(first + i) % USES];
        if (!use->used || id_equal(use->account, account)) {
            return use;
        }
    }
    return NULL;
}

static void take(struct uses *uses, struct id account, struct instant at, bool moved)
{
    pthread_mutex_lock(&uses->lock);
    struct use *use = find(uses, account);
    if (use != NULL && (!use->used || use->at.ms < at.ms)) {
        *use = (struct use){.used = true, .moved = moved, .account = account, .at = at};
    }
    pthread_mutex_unlock(&uses->lock);
}

const struct error *uses_open(struct store *store, struct arena *own, struct arena *arena)
{
    struct uses *uses = arena_one(own, struct uses);
    struct store_reader *reader;
    const struct error *error = NULL;
    pthread_mutex_init(&uses->lock, NULL);
    *store_uses(store) = uses;
    TRY(store_reader_take(store, &reader));
    sqlite3_stmt *row = connection_ask(&reader->connection, SQL_ACCOUNT_USES, NULL, 0);
    while (next_row(arena, &reader->connection, row, &error)) {
        take(uses, column_id(row, 0), (struct instant){sqlite3_column_int64(row, 1)}, false);
    }
    store_reader_give(reader);
    return error;
}

void store_account_used(struct store *store, struct id account, struct instant now)
{
    take(*store_uses(store), account, now, true);
}

bool store_account_use(struct store *store, struct id account, struct instant *ret_at)
{
    struct uses *uses = *store_uses(store);
    pthread_mutex_lock(&uses->lock);
    const struct use *use = find(uses, account);
    bool found = use != NULL && use->used;
    if (found) {
        *ret_at = use->at;
    }
    pthread_mutex_unlock(&uses->lock);
    return found;
}

/* Some, from the slot *at on; false: they were the last, or the table cannot be written now. */
static bool flush_some(struct store *store, struct arena *arena, struct uses *uses, size_t *slot)
{
    struct write *write = store_write_new(store, arena);
    struct id *ids = arena_many(arena, struct id, AT_ONCE);
    int64_t at[AT_ONCE];
    size_t count = 0;
    pthread_mutex_lock(&uses->lock);
    for (; *slot < USES && count < AT_ONCE; (*slot)++) {
        struct use *use = &uses->slots[*slot];
        if (use->moved) {
            ids[count] = use->account;
            at[count++] = use->at.ms;
            use->moved = false;
        }
    }
    pthread_mutex_unlock(&uses->lock);
    for (size_t i = 0; i < count; i++) {
        OP(write, SQL_ACCOUNT_USED, bind_id(&ids[i]), bind_number(at[i]));
    }
    /* what is lost is a minute of the last use */
    return (count == 0 || writer_run(store, write) == ERROR_NONE) && *slot < USES;
}

void uses_flush(struct store *store, struct arena *arena)
{
    struct uses *uses = *store_uses(store);
    size_t slot = 0;
    /* none while it is not open yet */
    while (uses != NULL && flush_some(store, arena, uses, &slot)) {
    }
}
