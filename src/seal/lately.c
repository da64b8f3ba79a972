#include "seal/lately.h"

#include "base/must.h"

#include <pthread.h>
#include <string.h>

enum { WAYS = 8, SETS = 2048 };

struct slot {
    struct id account;
    struct ask_record asked;
    uint8_t key[KEY_BYTES];
    int64_t until; /* 0: free */
};

struct lately {
    pthread_mutex_t lock;
    uint64_t turn; /* how often all was forgotten */
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
static struct slot *set_of(struct lately *lately, const struct ask_record *asked)
{
    return lately->slots[((size_t)asked->record.bytes[0] << 8 | asked->record.bytes[1]) % SETS];
}

/* Its slot, else NULL. */
static struct slot *find(struct lately *lately, const struct id *account, const struct ask_record *asked)
{
    struct slot *set = set_of(lately, asked);
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].until != 0 && id_equal(set[i].asked.record, asked->record) &&
            id_equal(set[i].account, *account)) {
            return &set[i];
        }
    }
    return NULL;
}

/* A free slot of its set, else the one that ends first. */
static struct slot *make_room(struct lately *lately, const struct ask_record *asked)
{
    struct slot *set = set_of(lately, asked);
    struct slot *first = set;
    for (size_t i = 1; i < WAYS; i++) {
        if (set[i].until < first->until) {
            first = &set[i];
        }
    }
    return first;
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
