/*
 * A pool of threads that may block: each takes the oldest piece of work and does it. What waits is bounded.
 */
#ifndef WM_WEB_WORKERS_H
#define WM_WEB_WORKERS_H

#include "base/error.h"

#include <stdbool.h>

struct workers;

/* `work` is called with each item on one of `threads` threads; at most `waiting` items wait. Lives in the
 * arena, which must outlive workers_free. */
const struct error *workers_start(struct arena *arena, unsigned threads, unsigned waiting,
                                  void (*work)(void *), struct workers **ret_workers) MUST_CHECK;
/* False when too many wait already, or the pool is stopping. */
bool workers_submit(struct workers *workers, void *item) MUST_CHECK;
/* Takes nothing new, does all that waits, and ends the threads. Who submits then is refused. */
void workers_stop(struct workers *workers);
/* After workers_stop, when nobody submits any more. */
void workers_free(struct workers *workers);

#endif
