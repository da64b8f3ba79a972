#include "store/keeper.h"

#include <errno.h>
#include <time.h>

enum { FLUSH_SECONDS = 60, CHECKPOINT_SECONDS = 300, PRUNE_SECONDS = 86400, ANSWER_DAYS = 30 };

/* ---- what is to be done */

void store_note_written(struct store *store)
{
    atomic_store(&store_keeper(store)->written, true);
}

void store_note_deleted(struct store *store)
{
    atomic_store(&store_keeper(store)->deleted, true);
}

void store_note_unfinished(struct store *store)
{
    atomic_store(&store_keeper(store)->unfinished, true);
}

bool store_is_finished(struct store *store)
{
    return !atomic_load(&store_keeper(store)->unfinished);
}

/* ---- once a second */

void keeper_sign(struct store *store, struct arena *arena)
{
    struct keeper *keeper = store_keeper(store);
    /* taken back first: what is written meanwhile is signed the next time */
    if (atomic_exchange(&keeper->written, false) && store_checkpoint(store, arena) != NULL) {
        atomic_store(&keeper->written, true);
    }
}

/* What is too old to be kept, and what it would be opened with: gone from here and from every copy. */
void keeper_prune(struct store *store, struct arena *arena)
{
    int64_t now = clock_now().ms;
    struct write *write = store_write_new(store, arena);
    OP(write, SQL_DRAFT_PRUNE, bind_number(now - (int64_t)DRAFT_DAYS * MS_PER_DAY));
    OP(write, SQL_ANSWER_PRUNE, bind_number(now - (int64_t)ANSWER_DAYS * MS_PER_DAY));
    OP(write, SQL_SESSION_PRUNE, bind_number(now));
    const struct error *error = NULL;
    if (writer_run(store, write) == ERROR_NONE) {
        error = keyring_forget(arena, store_keyring(store),
                               (struct instant){now - (int64_t)DRAFT_DAYS * MS_PER_DAY});
    }
    (void)error; /* old drafts may wait for the next day */
}

/* Until no reader stands where the deleted rows still are, they are in the write-ahead log. */
void store_empty_log(struct store *store, struct arena *arena)
{
    struct keeper *keeper = store_keeper(store);
    const char *path = database_path(arena, store_dir(store)); /* before the note is taken back */
    if (atomic_exchange(&keeper->deleted, false) && !database_empty_log(path)) {
        atomic_store(&keeper->deleted, true);
    }
}

static void finish_disposals(struct store *store, struct arena *arena)
{
    struct keeper *keeper = store_keeper(store);
    if (atomic_exchange(&keeper->unfinished, false) && disposed_settle(store, arena) != NULL) {
        atomic_store(&keeper->unfinished, true);
    }
}

static void keep(struct store *store, struct arena *arena, unsigned second)
{
    if (!looks_sync(store_looks_log(store))) {
        return; /* again in a second; meanwhile no look is taken */
    }
    if (setjmp(*arena_edge(arena))) {
        arena_reset(arena); /* short of memory: next time */
        return;
    }
    store_empty_log(store, arena);
    if (second % FLUSH_SECONDS == 0) {
        sessions_flush(store, arena);
        uses_flush(store, arena);
        finish_disposals(store, arena);
    }
    if (second % PRUNE_SECONDS == 0) {
        keeper_prune(store, arena);
    }
    if (second % CHECKPOINT_SECONDS == 0) {
        keeper_sign(store, arena);
    }
    arena_reset(arena);
}

static void *keeper_thread(void *context)
{
    struct keeper *keeper = context;
    pthread_mutex_lock(&keeper->lock);
    for (unsigned second = 1; !keeper->stops; second++) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec++;
        while (!keeper->stops && pthread_cond_timedwait(&keeper->wake, &keeper->lock, &until) != ETIMEDOUT) {
        }
        if (!keeper->stops) {
            pthread_mutex_unlock(&keeper->lock);
            keep(keeper->store, keeper->arena, second);
            pthread_mutex_lock(&keeper->lock);
        }
    }
    pthread_mutex_unlock(&keeper->lock);
    return NULL;
}

void keeper_init(struct keeper *keeper, struct store *store)
{
    pthread_condattr_t steady;
    keeper->store = store;
    atomic_store(&keeper->written, true); /* what the last opening could not sign */
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_mutex_init(&keeper->lock, NULL);
    pthread_cond_init(&keeper->wake, &steady);
    pthread_condattr_destroy(&steady);
}

const struct error *keeper_start(struct arena *arena, struct keeper *keeper)
{
    keeper->arena = arena_new(KEEPER_BYTES);
    if (keeper->arena == NULL || pthread_create(&keeper->thread, NULL, keeper_thread, keeper) != 0) {
        arena_free(keeper->arena);
        return error_new(arena, ERROR_BUSY, "no memory or no thread for the keeper");
    }
    keeper->runs = true;
    return NULL;
}

void keeper_stop(struct keeper *keeper)
{
    if (!keeper->runs) {
        return;
    }
    pthread_mutex_lock(&keeper->lock);
    keeper->stops = true;
    pthread_cond_signal(&keeper->wake);
    pthread_mutex_unlock(&keeper->lock);
    pthread_join(keeper->thread, NULL);
    arena_free(keeper->arena);
    keeper->runs = false;
}

void keeper_free(struct keeper *keeper)
{
    pthread_cond_destroy(&keeper->wake);
    pthread_mutex_destroy(&keeper->lock);
}
