/*
 * The keeper of a store: a thread that once a second does what no writer waits for. It syncs the log of
 * looks, flushes sessions, finishes disposals, drops what is too old and signs what moved. For store/ alone.
 */
#ifndef WM_STORE_KEEPER_H
#define WM_STORE_KEEPER_H

#include "store/db.h"

#include <pthread.h>
#include <stdatomic.h>

enum { KEEPER_BYTES = 256 << 20 };

struct keeper {
    struct store *store;
    pthread_t thread;
    struct arena *arena;
    bool runs;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stops;
    atomic_bool written;
    atomic_bool deleted;    /* the write-ahead log may hold rows that are gone */
    atomic_bool unfinished; /* the keystore may still open a record that was disposed of */
};

void keeper_init(struct keeper *keeper, struct store *store);
const struct error *keeper_start(struct arena *arena, struct keeper *keeper) MUST_CHECK;
/* Waits until it has ended; nothing for one that was never started. */
void keeper_stop(struct keeper *keeper);
void keeper_free(struct keeper *keeper);
struct keeper *store_keeper(struct store *store);

/* What it does each day, at opening too: drops what is too old to be kept. */
void keeper_prune(struct store *store, struct arena *arena);
/* Signs what was written since it was signed last, at closing too. */
void keeper_sign(struct store *store, struct arena *arena);

#endif
