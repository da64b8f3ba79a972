/*
 * The readers of a store: connections that threads take and give back, for as long as one moment is read. The
 * taking and giving is in store/store.h. For store/ alone.
 */
#ifndef WM_STORE_READERS_H
#define WM_STORE_READERS_H

#include "store/db.h"

#include <pthread.h>

enum { MOST_READERS = 64 };

struct readers {
    struct store_reader list[MOST_READERS];
    int count; /* those that are open */
    pthread_mutex_t lock;
    pthread_cond_t free;
};

void readers_init(struct readers *readers);
/* As many as are wanted, 0 for the usual number. On an error some may be open: close them. */
const struct error *readers_open(struct arena *arena, struct store *store, int wanted) MUST_CHECK;
void readers_close(struct readers *readers);
void readers_free(struct readers *readers);
struct readers *store_readers(struct store *store);

#endif
