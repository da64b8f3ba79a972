/*
 * A ring of chunks of bytes, in which a new run takes the place of the oldest, and a table of where they lie.
 * A place is how many bytes were put in before it, so whether it was written over since is one subtraction.
 * The ring begins with one chunk and takes another at its end when half of it is still good.
 */
#include "store/held.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

enum { CHUNK = 4 << 20, CHUNKS = 16, LARGEST = 1 << 20, USUAL = 16 << 10 };
enum { WAYS = 8, SETS = 4096 }; /* of four ways one record in ten would share its set with too many */

struct slot {
    struct held_run run;
    bool used;
    atomic_ullong last_read;
    uint64_t place;
};

struct held {
    pthread_rwlock_t lock;
    struct arena *arena; /* of the chunks alone */
    unsigned char *chunks[CHUNKS];
    size_t chunk_count;
    uint64_t end;   /* the place of the next run */
    uint64_t bytes; /* how many were ever put in, */
    uint64_t runs;  /* in how many runs */
    atomic_ullong reads;
    uint64_t tags[SETS][WAYS]; /* the first bytes of the id in each slot: a set's are one line of memory */
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

static size_t set_of(struct id stream)
{
    return ((size_t)stream.bytes[0] << 8 | stream.bytes[1]) % SETS;
}

static uint64_t tag_of(struct id stream)
{
    uint64_t tag;
    memcpy(&tag, stream.bytes, sizeof tag);
    return tag;
}

/* Its slot, else NULL. */
static struct slot *find(struct held *held, struct id stream)
{
    size_t set = set_of(stream);
    uint64_t tag = tag_of(stream);
    for (size_t i = 0; i < WAYS; i++) {
        struct slot *slot = &held->slots[set][i];
        if (held->tags[set][i] == tag && slot->used && id_equal(slot->run.stream, stream)) {
            return slot;
        }
    }
    return NULL;
}

static struct slot *take_oldest(struct held *held, struct id stream)
{
    struct slot *set = held->slots[set_of(stream)];
    size_t oldest = 0;
    for (size_t i = 1; i < WAYS; i++) {
        oldest = set[i].last_read < set[oldest].last_read ? i : oldest;
    }
    set[oldest] = (struct slot){.used = true, .run = {.stream = stream}};
    held->tags[set_of(stream)][oldest] = tag_of(stream);
    return &set[oldest];
}

static bool is_whole(const struct held *held, const struct slot *slot)
{
    return slot->run.seq > 0 && held->end - slot->place <= held->chunk_count * CHUNK;
}

static unsigned char *at_place(const struct held *held, uint64_t place)
{
    return held->chunks[place / CHUNK % held->chunk_count] + place % CHUNK;
}

/* How many runs there is room for, about. */
static uint64_t room(const struct held *held)
{
    return (uint64_t)CHUNKS * CHUNK / (held->runs == 0 ? USUAL : held->bytes / held->runs + 1);
}

static void note_read(struct held *held, struct slot *slot)
{
    atomic_store_explicit(&slot->last_read,
                          atomic_fetch_add_explicit(&held->reads, 1, memory_order_relaxed) + 1,
                          memory_order_relaxed);
}

/* Who reads waits for nobody who reads: opening a run takes long enough for all others to come. */
void held_find(struct held *held, struct id stream, struct held_run *ret_run)
{
    pthread_rwlock_rdlock(&held->lock);
    struct slot *slot = find(held, stream);
    bool whole = slot != NULL && is_whole(held, slot);
    if (whole) {
        note_read(held, slot);
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
    note_read(held, slot);
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
                body_open_into(key, &place, at_place(held, slot->place), run->size, plain);
    pthread_rwlock_unlock(&held->lock);
    *ret_plain = plain;
    *ret_size = size;
    return good;
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

static void take_chunk(void *context)
{
    struct held *held = context;
    held->chunks[held->chunk_count] = arena_alloc(held->arena, CHUNK);
}

/* At the end of the last chunk. Without memory for another the ring stays as it is. */
static void add_chunk(struct held *held)
{
    size_t size = held->chunk_count * CHUNK;
    if (held->arena == NULL) {
        held->arena = arena_new((size_t)(CHUNKS + 1) * CHUNK);
    }
    if (held->arena == NULL || !arena_guard(held->arena, take_chunk, held)) {
        return;
    }
    for (size_t set = 0; set < SETS; set++) {
        for (size_t way = 0; way < WAYS; way++) {
            struct slot *slot = &held->slots[set][way];
            slot->run.seq = is_whole(held, slot) ? slot->run.seq : 0;
            slot->place -= held->end - size; /* the first place of the first chunk is 0 again */
        }
    }
    held->end = size;
    held->chunk_count++;
}

/* Under the lock: room for so many bytes at held->end, within a chunk; comes back with or without. */
static bool make_room(struct held *held, size_t size)
{
    size_t left = CHUNK - held->end % CHUNK;
    held->end += left < size ? left : 0;
    bool at_end = held->chunk_count == 0 || held->end % (held->chunk_count * CHUNK) == 0;
    if (at_end && held->chunk_count < CHUNKS && good_bytes(held) * 2 >= held->chunk_count * CHUNK) {
        add_chunk(held);
    }
    return held->chunk_count > 0;
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
        memcpy(at_place(held, held->end), sealed, size);
        slot->run = *run;
        slot->run.size = size;
        slot->place = held->end;
        held->end += size;
        held->bytes += size;
        held->runs++;
    }
    pthread_rwlock_unlock(&held->lock);
}
