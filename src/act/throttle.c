/*
 * Slows guessing. For each name (an account seen from a client, or a client) it counts failures; after the
 * free ones each next try waits twice as long. It forgets after a quiet hour. Nothing here is tied to an
 * account alone, so an outsider who guesses from elsewhere does not lock a worker out. Places are found by a
 * keyed hash: nobody can choose names that push their own failures out of the table.
 */
#include "act/inner.h"

#include "base/must.h"

enum { SLOTS = 8192, PROBES = 16, FIRST_WAIT_MS = 5000, FORGET_MS = MS_PER_HOUR };

struct slot {
    uint8_t hash[HASH_BYTES];
    int failures; /* 0: free */
    struct instant last;
};

struct throttle {
    pthread_mutex_t lock;
    struct short_key key;
    struct slot slots[SLOTS];
};

struct throttle *throttle_new(struct arena *arena)
{
    struct throttle *throttle = arena_one(arena, struct throttle);
    random_bytes(&throttle->key, sizeof throttle->key);
    must(pthread_mutex_init(&throttle->lock, NULL) == 0);
    return throttle;
}

/* The slot of that name, or NULL; with `make` a free, forgotten or oldest one near. */
static struct slot *find(struct throttle *throttle, const char *who, struct instant now, bool make)
{
    uint8_t hash[HASH_BYTES];
    secret_hash(who, hash);
    size_t first = (size_t)(short_hash(&throttle->key, hash, HASH_BYTES) % SLOTS);
    struct slot *best = NULL;
    for (size_t i = 0; i < PROBES; i++) {
        struct slot *slot = &throttle->slots[(first + i) % SLOTS];
        if (slot->failures > 0 && now.ms - slot->last.ms > FORGET_MS) {
            slot->failures = 0;
        }
        if (slot->failures > 0 && hash_equal(slot->hash, hash)) {
            return slot;
        }
        if (best == NULL || (best->failures > 0 && (slot->failures == 0 || slot->last.ms < best->last.ms))) {
            best = slot;
        }
    }
    if (!make) {
        return NULL;
    }
    *best = (struct slot){.last = now};
    for (size_t i = 0; i < HASH_BYTES; i++) {
        best->hash[i] = hash[i];
    }
    return best;
}

int64_t throttle_wait(struct throttle *throttle, const char *who, struct instant now, int free_tries,
                      int64_t most_ms)
{
    pthread_mutex_lock(&throttle->lock);
    const struct slot *slot = find(throttle, who, now, false);
    int64_t wait = 0;
    if (slot != NULL && slot->failures >= free_tries) {
        int doublings = slot->failures - free_tries;
        int64_t pause = doublings > 20 ? most_ms : (int64_t)FIRST_WAIT_MS << doublings;
        pause = pause > most_ms ? most_ms : pause;
        wait = slot->last.ms + pause - now.ms;
        wait = wait < 0 ? 0 : wait > pause ? pause : wait; /* a clock put back does not make it longer */
    }
    pthread_mutex_unlock(&throttle->lock);
    return wait;
}

void throttle_failed(struct throttle *throttle, const char *who, struct instant now)
{
    pthread_mutex_lock(&throttle->lock);
    struct slot *slot = find(throttle, who, now, true);
    slot->failures++;
    slot->last = now;
    pthread_mutex_unlock(&throttle->lock);
}

void throttle_passed(struct throttle *throttle, const char *who)
{
    pthread_mutex_lock(&throttle->lock);
    struct slot *slot = find(throttle, who, (struct instant){0}, false);
    if (slot != NULL) {
        slot->failures = 0;
    }
    pthread_mutex_unlock(&throttle->lock);
}
