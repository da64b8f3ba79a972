/*
 * One ring of bytes, in which a new run takes the place of the oldest, and a table of where they lie. A place
 * is how many bytes had ever been put in before it, so whether it was written over since is one subtraction.
 * The ring begins small; when it has gone round and half of it is still good, one of twice the size takes its
 * place, and everything is held anew.
 */
#include "store/held.h"

#include <pthread.h>
#include <string.h>

enum { SMALLEST_RING = 4 << 20, LARGEST_RING = 64 << 20, LARGEST = 1 << 20, WAYS = 4, SETS = 4096 };
enum { USUAL = 16 << 10 };

struct slot {
    struct held_run run;
    bool used;
    uint64_t last_read;
    uint64_t place;
};

struct held {
    pthread_rwlock_t lock;
    struct arena *arena; /* of the ring alone */
    unsigned char *ring;
    size_t size;    /* of the ring; 0: there is none */
    uint64_t end;   /* the place of the next run */
    uint64_t bytes; /* how many were ever put in, */
    uint64_t runs;  /* in how many runs */
    uint64_t reads;
    struct slot slots[SETS][WAYS];
};

struct held *held_new(struct arena *own)
{
    struct held *held = arena_one(own, struct held);
    pthread_rwlock_init(&held->lock, NULL);
    return held;
}

void held_free(struct held *held)
{
    arena_free(held->arena);
    pthread_rwlock_destroy(&held->lock);
}

static struct slot *set_of(struct held *held, struct id stream)
{
    return held->slots[((size_t)stream.bytes[0] << 8 | stream.bytes[1]) % SETS];
}

/* Its slot, else NULL. */
static struct slot *find(struct held *held, struct id stream)
{
    struct slot *set = set_of(held, stream);
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].used && id_equal(set[i].run.stream, stream)) {
            return &set[i];
        }
    }
    return NULL;
}

static struct slot *take_oldest(struct held *held, struct id stream)
{
    struct slot *set = set_of(held, stream);
    struct slot *oldest = set;
    for (size_t i = 1; i < WAYS; i++) {
        if (set[i].last_read < oldest->last_read) {
            oldest = &set[i];
        }
    }
    *oldest = (struct slot){.used = true, .run = {.stream = stream}};
    return oldest;
}

static bool is_whole(const struct held *held, const struct slot *slot)
{
    return slot->run.seq > 0 && held->end - slot->place <= held->size;
}

/* How many runs there is room for, about. */
static uint64_t room(const struct held *held)
{
    return LARGEST_RING / (held->runs == 0 ? USUAL : held->bytes / held->runs + 1);
}

void held_find(struct held *held, struct id stream, struct held_run *ret_run)
{
    pthread_rwlock_wrlock(&held->lock);
    struct slot *slot = find(held, stream);
    bool whole = slot != NULL && is_whole(held, slot);
    if (whole) {
        slot->last_read = ++held->reads;
    }
    *ret_run = whole ? slot->run : (struct held_run){.stream = stream};
    pthread_rwlock_unlock(&held->lock);
}

bool held_wants(struct held *held, struct id stream)
{
    pthread_rwlock_wrlock(&held->lock);
    struct slot *slot = find(held, stream);
    /* who goes round more than there is room for would only put out what others need */
    bool wants = slot != NULL && held->reads - slot->last_read < room(held);
    if (slot == NULL) {
        slot = take_oldest(held, stream);
    }
    slot->last_read = ++held->reads;
    pthread_rwlock_unlock(&held->lock);
    return wants;
}

static struct seal_place place_of(const struct held_run *run)
{
    return (struct seal_place){run->stream, run->seq, "held", run->hash};
}

bool held_open(struct held *held, struct arena *arena, const struct record_key *key,
               const struct held_run *run, const void **ret_plain, size_t *ret_size)
{
    struct seal_place place = place_of(run);
    size_t size = run->size - SEAL_OVERHEAD;
    void *plain = arena_alloc(arena, size); /* memory may run out: not under the lock */
    pthread_rwlock_rdlock(&held->lock);
    const struct slot *slot = find(held, run->stream);
    bool good = slot != NULL && is_whole(held, slot) && slot->run.size == run->size &&
                body_open_into(key, &place, held->ring + slot->place % held->size, run->size, plain);
    pthread_rwlock_unlock(&held->lock);
    *ret_plain = plain;
    *ret_size = size;
    return good;
}

static void take_ring(void *context)
{
    struct held *held = context;
    held->ring = arena_alloc(held->arena, held->size);
}

/* An empty ring of that size; false when there is no memory for it, and then there is none. */
static bool begin_ring(struct held *held, size_t size)
{
    for (size_t set = 0; set < SETS; set++) {
        for (size_t way = 0; way < WAYS; way++) {
            held->slots[set][way].run.seq = 0;
        }
    }
    if (held->arena == NULL) {
        held->arena = arena_new(LARGEST_RING);
    }
    held->end = 0;
    held->size = size;
    if (held->arena != NULL) {
        arena_reset(held->arena);
    }
    if (held->arena == NULL || !arena_guard(held->arena, take_ring, held)) {
        held->size = 0;
    }
    return held->size > 0;
}

static size_t good_bytes(const struct held *held)
{
    size_t good = 0;
    for (size_t set = 0; set < SETS; set++) {
        for (size_t way = 0; way < WAYS; way++) {
            const struct slot *slot = &held->slots[set][way];
            good += is_whole(held, slot) ? slot->run.size : 0;
        }
    }
    return good;
}

/* Under the lock: room for so many bytes at held->end; comes back with or without. */
static bool make_room(struct held *held, size_t size)
{
    if (held->size == 0) {
        return begin_ring(held, SMALLEST_RING);
    }
    size_t at = held->end % held->size;
    if (at + size <= held->size) {
        return true;
    }
    if (held->size < LARGEST_RING && good_bytes(held) > held->size / 2) {
        return begin_ring(held, held->size * 2);
    }
    held->end += held->size - at;
    return true;
}

void held_put(struct held *held, struct arena *arena, const struct record_key *key,
              const struct held_run *run, const void *plain, size_t size)
{
    struct seal_place place = place_of(run);
    const uint8_t *sealed;
    if (size > LARGEST) {
        return;
    }
    body_seal(arena, key, &place, plain, size, &sealed, &size);
    pthread_rwlock_wrlock(&held->lock);
    struct slot *slot = find(held, run->stream);
    if (slot != NULL && run->seq > slot->run.seq && make_room(held, size)) {
        memcpy(held->ring + held->end % held->size, sealed, size);
        slot->run = *run;
        slot->run.size = size;
        slot->place = held->end;
        held->end += size;
        held->bytes += size;
        held->runs++;
    }
    pthread_rwlock_unlock(&held->lock);
}
