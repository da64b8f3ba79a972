/*
 * How much one address, or one account, may ask: for each a bucket that fills at a steady rate and holds a
 * burst, and how many of its requests are under way. Memory is bounded; who comes when all places near are
 * taken pushes out the one that has asked least. Places are found by a keyed hash, so nobody can choose names
 * that crowd out another's.
 */
#ifndef WM_WEB_RATE_H
#define WM_WEB_RATE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rates;

struct rate {
    unsigned per_minute; /* 0: not counted */
    unsigned burst;
    unsigned under_way; /* at once; 0: any number */
};

struct rates *rates_new(struct arena *arena, struct rate rate);
void rates_free(struct rates *rates);

enum rate_answer { RATE_PASSES, RATE_TOO_OFTEN, RATE_TOO_MANY };
/* One more request of that name; `now_ms` of a clock that is never set back. What passes is under way until
 * rates_leave. */
enum rate_answer rates_enter(struct rates *rates, const void *name, size_t size, int64_t now_ms);
void rates_leave(struct rates *rates, const void *name, size_t size);
/* The same without keeping count of what is under way. */
bool rates_take(struct rates *rates, const void *name, size_t size, int64_t now_ms);

#endif
