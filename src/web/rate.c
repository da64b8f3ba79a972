#include "web/rate.h"

#include "base/must.h"
#include "seal/seal.h"

#include <pthread.h>

enum { SETS = 4096, WAYS = 8, MS_PER_MIN = 60000 };

struct bucket {
    uint64_t name; /* 0: free */
    int64_t level; /* what is left, in requests times MS_PER_MIN */
    int64_t at_ms;
    unsigned under_way;
};

struct rates {
    pthread_mutex_t lock;
    struct rate rate;
    struct short_key key;
    struct bucket buckets[SETS][WAYS];
};

struct rates *rates_new(struct arena *arena, struct rate rate)
{
    struct rates *rates = arena_one(arena, struct rates);
    rates->rate = rate;
    random_bytes(&rates->key, sizeof rates->key);
    must(pthread_mutex_init(&rates->lock, NULL) == 0);
    return rates;
}

void rates_free(struct rates *rates)
{
    must(pthread_mutex_destroy(&rates->lock) == 0);
}

static int64_t full(const struct rates *rates)
{
    return (int64_t)rates->rate.burst * MS_PER_MIN;
}

/* What has flowed in since it was looked at. */
static void fill(const struct rates *rates, struct bucket *bucket, int64_t now_ms)
{
    int64_t passed = now_ms > bucket->at_ms ? now_ms - bucket->at_ms : 0;
    int64_t most = full(rates);
    int64_t rate = (int64_t)rates->rate.per_minute;
    bool over = rate > 0 && passed > (most - bucket->level) / rate;
    bucket->level = over ? most : bucket->level + passed * rate;
    bucket->at_ms = now_ms;
}

/* NULL when every place near belongs to somebody who has a request under way. */
static struct bucket *find(struct rates *rates, const void *name, size_t size, int64_t now_ms)
{
    uint64_t hash = short_hash(&rates->key, name, size);
    hash = hash == 0 ? 1 : hash;
    struct bucket *set = rates->buckets[hash % SETS];
    struct bucket *best = NULL;
    for (size_t i = 0; i < WAYS; i++) {
        struct bucket *bucket = &set[i];
        if (bucket->name == hash) {
            fill(rates, bucket, now_ms);
            return bucket;
        }
        if (bucket->name != 0) {
            fill(rates, bucket, now_ms);
        }
        bool freer = best == NULL || (best->name != 0 && (bucket->name == 0 || bucket->level > best->level));
        if (bucket->under_way == 0 && freer) {
            best = bucket;
        }
    }
    if (best != NULL) {
        *best = (struct bucket){.name = hash, .level = full(rates), .at_ms = now_ms};
    }
    return best;
}

enum rate_answer rates_enter(struct rates *rates, const void *name, size_t size, int64_t now_ms)
{
    must(pthread_mutex_lock(&rates->lock) == 0);
    struct bucket *bucket = find(rates, name, size, now_ms);
    enum rate_answer answer = RATE_PASSES;
    if (bucket != NULL && rates->rate.under_way > 0 && bucket->under_way >= rates->rate.under_way) {
        answer = RATE_TOO_MANY;
    } else if (bucket != NULL && rates->rate.per_minute > 0 && bucket->level < MS_PER_MIN) {
        answer = RATE_TOO_OFTEN;
    } else if (bucket != NULL) {
        bucket->level -= rates->rate.per_minute > 0 ? MS_PER_MIN : 0;
        bucket->under_way++;
    }
    must(pthread_mutex_unlock(&rates->lock) == 0);
    return answer;
}

void rates_leave(struct rates *rates, const void *name, size_t size)
{
    uint64_t hash = short_hash(&rates->key, name, size);
    hash = hash == 0 ? 1 : hash;
    must(pthread_mutex_lock(&rates->lock) == 0);
    struct bucket *set = rates->buckets[hash % SETS];
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].name == hash && set[i].under_way > 0) {
            set[i].under_way--;
        }
    }
    must(pthread_mutex_unlock(&rates->lock) == 0);
}

bool rates_take(struct rates *rates, const void *name, size_t size, int64_t now_ms)
{
    enum rate_answer answer = rates_enter(rates, name, size, now_ms);
    if (answer == RATE_PASSES) {
        rates_leave(rates, name, size);
    }
    return answer == RATE_PASSES;
}
