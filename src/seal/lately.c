#include "seal/lately.h"

#include "base/must.h"

#include <pthread.h>
#include <string.h>

enum { WAYS = 8, SETS = 2048 };

struct slot {
    struct id account;
    struct ask_record asked;
    uint8_t key[KEY_BYTES];
    int64_t until; /* 0: free, and of nobody */
};

struct lately {
    pthread_mutex_t lock;
    uint64_t turn; /* how often all was forgotten */
    uint64_t tags[SETS]
                 [WAYS]; /* the first bytes of the record in each slot: a set's are one line of memory */
    struct slot slots[SETS][WAYS];
};

struct lately *lately_new(void)
{
    struct lately *lately = sodium_malloc(sizeof *lately);
    if (lately != NULL) {
        sodium_memzero(lately, sizeof *lately);
        must(pthread_mutex_init(&lately->lock, NULL) == 0);
    }
    return lately;
}

void lately_free(struct lately *lately)
{
    if (lately != NULL) {
        pthread_mutex_destroy(&lately->lock);
        sodium_free(lately);
    }
}

/* The ids of records are random or hashes, so their first bytes spread well. */
static size_t set_of(const struct ask_record *asked)
{
    return ((size_t)asked->record.bytes[0] << 8 | asked->record.bytes[1]) % SETS;
}

static uint64_t tag_of(const struct ask_record *asked)
{
    uint64_t tag;
    memcpy(&tag, asked->record.bytes, sizeof tag);
    return tag;
}

/* Its slot, else NULL. */
static struct slot *find(struct lately *lately, const struct id *account, const struct ask_record *asked)
{
    size_t set = set_of(asked);
    uint64_t tag = tag_of(asked);
    for (size_t i = 0; i < WAYS; i++) {
        struct slot *slot = &lately->slots[set][i];
        if (lately->tags[set][i] == tag && id_equal(slot->asked.record, asked->record) &&
            id_equal(slot->account, *account)) {
            return slot;
        }
    }
    return NULL;
}

/* A free slot of its set, else the one that ends first. */
static struct slot *make_room(struct lately *lately, const struct ask_record *asked)
{
    struct slot *set = lately->slots[set_of(asked)];
    size_t first = 0;
    for (size_t i = 1; i < WAYS; i++) {
        first = set[i].until < set[first].until ? i : first;
    }
    lately->tags[set_of(asked)][first] = tag_of(asked);
    return &set[first];
}

static bool same_wrapped(const struct ask_record *a, const struct ask_record *b)
{
    return a->wrapped_size == b->wrapped_size && memcmp(a->wrapped, b->wrapped, a->wrapped_size) == 0;
}

bool lately_recall(struct lately *lately, int64_t now, const struct request *request, struct reply *ret_reply)
{
    size_t known = 0;
    must(pthread_mutex_lock(&lately->lock) == 0);
    for (size_t i = 0; i < request->count && known == i; i++) {
        const struct slot *slot = find(lately, &request->account, &request->records[i]);
        if (slot != NULL && slot->until > now && same_wrapped(&slot->asked, &request->records[i])) {
            memcpy(ret_reply->keys[i], slot->key, KEY_BYTES);
            known++;
        }
    }
    must(pthread_mutex_unlock(&lately->lock) == 0);
    if (known < request->count) {
        sodium_memzero(ret_reply->keys, known * KEY_BYTES);
        return false;
    }
    ret_reply->code = ERROR_NONE;
    ret_reply->count = known;
    return true;
}

uint64_t lately_turn(struct lately *lately)
{
    must(pthread_mutex_lock(&lately->lock) == 0);
    uint64_t turn = lately->turn;
    must(pthread_mutex_unlock(&lately->lock) == 0);
    return turn;
}

void lately_keep(struct lately *lately, int64_t now, uint64_t turn, const struct request *request,
                 const struct reply *reply)
{
    must(pthread_mutex_lock(&lately->lock) == 0);
    for (size_t i = 0; i < request->count && turn == lately->turn; i++) {
        struct slot *slot = find(lately, &request->account, &request->records[i]);
        slot = slot == NULL ? make_room(lately, &request->records[i]) : slot;
        *slot = (struct slot){
            .account = request->account, .asked = request->records[i], .until = now + LATELY_MS};
        memcpy(slot->key, reply->keys[i], KEY_BYTES);
    }
    must(pthread_mutex_unlock(&lately->lock) == 0);
}

void lately_forget(struct lately *lately)
{
    must(pthread_mutex_lock(&lately->lock) == 0);
    lately->turn++;
    sodium_memzero(lately->slots, sizeof lately->slots);
    must(pthread_mutex_unlock(&lately->lock) == 0);
}

/* A set at a time, so that nobody waits for the whole of it. */
void lately_tidy(struct lately *lately, int64_t now)
{
    for (size_t set = 0; set < SETS; set++) {
        must(pthread_mutex_lock(&lately->lock) == 0);
        for (size_t way = 0; way < WAYS; way++) {
            struct slot *slot = &lately->slots[set][way];
            if (slot->until != 0 && slot->until <= now) {
                sodium_memzero(slot, sizeof *slot);
            }
        }
        must(pthread_mutex_unlock(&lately->lock) == 0);
    }
}
