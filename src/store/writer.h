/* The one place that writes, for one thread at a time. For store/ alone; see writer.c for how. */
#ifndef WM_STORE_WRITER_H
#define WM_STORE_WRITER_H

#include "store/db.h"

#include <pthread.h>

struct writer {
    struct connection connection;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct write *first;
    struct write *last;
    bool busy; /* some thread commits a batch */
    bool runs;
    bool stopping;
};

const struct error *writer_start(struct arena *arena, struct writer *writer, const char *path) MUST_CHECK;
/* Finishes what was handed in; nothing for one that was never started. */
void writer_stop(struct writer *writer);
/* Waits until it is durable, or refused. */
enum error_code writer_submit(struct writer *writer, struct write *write);

#endif
