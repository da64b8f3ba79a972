#include "web/workers.h"

#include "base/must.h"

#include <pthread.h>

/* Deep enough for the longest handler; thirty-two of them then reserve little. */
enum { STACK_BYTES = 1024 * 1024 };

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t something;
    void (*work)(void *);
    void **ring;
    size_t room;
    size_t first;
    size_t count;
    bool stopping;
    pthread_t *threads;
    size_t thread_count;
};

static void *take(struct workers *workers)
{
    must(pthread_mutex_lock(&workers->lock) == 0);
    while (workers->count == 0 && !workers->stopping) {
        must(pthread_cond_wait(&workers->something, &workers->lock) == 0);
    }
    void *item = NULL;
    if (workers->count > 0) {
        item = workers->ring[workers->first];
        workers->first = (workers->first + 1) % workers->room;
        workers->count--;
    }
    must(pthread_mutex_unlock(&workers->lock) == 0);
    return item;
}

static void *run(void *argument)
{
    struct workers *workers = argument;
    for (void *item = take(workers); item != NULL; item = take(workers)) {
        workers->work(item);
    }
    return NULL;
}

const struct error *workers_start(struct arena *arena, unsigned threads, unsigned waiting,
                                  void (*work)(void *), struct workers **ret_workers)
{
    must(threads > 0 && waiting > 0);
    struct workers *workers = arena_one(arena, struct workers);
    workers->work = work;
    workers->room = waiting;
    workers->ring = arena_many(arena, void *, waiting);
    workers->threads = arena_many(arena, pthread_t, threads);
    must(pthread_mutex_init(&workers->lock, NULL) == 0);
    must(pthread_cond_init(&workers->something, NULL) == 0);
    pthread_attr_t attributes;
    must(pthread_attr_init(&attributes) == 0);
    must(pthread_attr_setstacksize(&attributes, STACK_BYTES) == 0);
    for (unsigned i = 0; i < threads; i++) {
        if (pthread_create(&workers->threads[i], &attributes, run, workers) != 0) {
            break;
        }
        workers->thread_count++;
    }
    must(pthread_attr_destroy(&attributes) == 0);
    if (workers->thread_count < threads) {
        workers_stop(workers);
        workers_free(workers);
        return error_new(arena, ERROR_BUSY, "cannot start %u threads", threads);
    }
    *ret_workers = workers;
    return NULL;
}

bool workers_submit(struct workers *workers, void *item)
{
    must(item != NULL);
    must(pthread_mutex_lock(&workers->lock) == 0);
    bool taken = !workers->stopping && workers->count < workers->room;
    if (taken) {
        workers->ring[(workers->first + workers->count) % workers->room] = item;
        workers->count++;
        must(pthread_cond_signal(&workers->something) == 0);
    }
    must(pthread_mutex_unlock(&workers->lock) == 0);
    return taken;
}

void workers_stop(struct workers *workers)
{
    must(pthread_mutex_lock(&workers->lock) == 0);
    workers->stopping = true;
    must(pthread_cond_broadcast(&workers->something) == 0);
    must(pthread_mutex_unlock(&workers->lock) == 0);
    for (size_t i = 0; i < workers->thread_count; i++) {
        must(pthread_join(workers->threads[i], NULL) == 0);
    }
}

void workers_free(struct workers *workers)
{
    must(pthread_cond_destroy(&workers->something) == 0);
    must(pthread_mutex_destroy(&workers->lock) == 0);
}
