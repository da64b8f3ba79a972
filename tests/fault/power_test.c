/*
 * Power cuts over the program's real work: of what was written and not synced, sectors are kept, dropped or
 * torn at random. Afterwards all that was acknowledged is there and everything is whole.
 */
#include "shim.h"
#include "work.h"

#include "base/text.h"

#include <pthread.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 3, ACTS = 40, MOST_OPERATIONS = 1200, ROUNDS_OF_STORE = 20, LINE = 128, HEARD = 1 << 20 };

static struct work work;
static uint64_t seed;
static int pages_of_log;

/* Small logs, so that they are brought into the database often. */
static int set_small_log(sqlite3 *db, const char **message, const void *api)
{
    (void)message;
    (void)api;
    sqlite3_wal_autocheckpoint(db, pages_of_log);
    return SQLITE_OK;
}

struct worker {
    int number;
    int round;
    int out;
};

static void acknowledge(int out, const char *reference, uint64_t seq, const char *mark)
{
    char line[LINE];
    int size = snprintf(line, sizeof line, "%s %llu %s\n", reference, (unsigned long long)seq, mark);
    if (write(out, line, (size_t)size) != size) {
        _exit(3);
    }
}

static void *work_on(void *context)
{
    struct worker *worker = context;
    struct reference reference = {0};
    for (int i = 0; i < ACTS; i++) {
        char mark[40];
        uint64_t seq = 1;
        struct arena *arena = work_arena();
        snprintf(mark, sizeof mark, "r%d-t%d-n%d", worker->round, worker->number, i);
        if (i % 10 == 0) {
            work_good(work_referral(&work, arena, mark, &reference), "referral");
        } else {
            work_good(work_entry(&work, arena, reference.text, mark, &seq), "entry");
        }
        acknowledge(worker->out, reference.text, seq, mark);
        if (i % 13 == 7) {
            work_good(store_checkpoint(service_store(work.service), arena), "checkpoint");
        }
        arena_free(arena);
    }
    return NULL;
}

_Noreturn static void live(int round, uint64_t state, int out)
{
    pthread_t threads[THREADS];
    struct worker workers[THREADS];
    pages_of_log = 2 + (int)work_random(&state, 120);
    sqlite3_auto_extension((void (*)(void))set_small_log);
    shim_begin(work.root);
    shim_cut(1 + work_random(&state, MOST_OPERATIONS), state);
    work_good(work_open(&work), "opening");
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){i, round, out};
        work_check(pthread_create(&threads[i], NULL, work_on, &workers[i]) == 0, "no thread");
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    work_close(&work);
    exit(0);
}

static int check(char *heard, int round)
{
    int count = 0;
    for (char *line = heard; *line != '\0'; count++) {
        char reference[40];
        char mark[40];
        unsigned long long seq;
        char *end = strchr(line, '\n');
        work_check(end != NULL && sscanf(line, "%39s %llu %39s", reference, &seq, mark) == 3,
                   "not an acknowledgement: %s", line);
        struct arena *arena = work_arena();
        const char *found = work_mark(&work, arena, reference, seq);
        work_check(text_equal(found, mark), "round %d, seed %llu: %s was acknowledged and is %s", round,
                   (unsigned long long)seed, mark, found == NULL ? "lost" : found);
        arena_free(arena);
        line = end + 1;
    }
    return count;
}

static bool one_round(int round, uint64_t *state, char *heard, int *acknowledged)
{
    int pipes[2];
    size_t size = 0;
    work_check(pipe(pipes) == 0, "no pipe");
    fflush(NULL);
    uint64_t state_of_child = *state + (uint64_t)work_random(state, 1u << 30);
    pid_t child = fork();
    work_check(child >= 0, "no process");
    if (child == 0) {
        close(pipes[0]);
        live(round, state_of_child, pipes[1]);
    }
    close(pipes[1]);
    for (ssize_t got = 1; got > 0; size += got > 0 ? (size_t)got : 0) {
        work_check(size < HEARD - 4096, "more was acknowledged than there is room for");
        got = read(pipes[0], heard + size, HEARD - 1 - size);
    }
    close(pipes[0]);
    heard[size] = '\0';
    int status;
    work_check(waitpid(child, &status, 0) == child && WIFEXITED(status) &&
                   (WEXITSTATUS(status) == SHIM_CUT || WEXITSTATUS(status) == 0),
               "round %d, seed %llu: it ended with %x", round, (unsigned long long)seed, (unsigned)status);
    struct error const *error = work_open(&work);
    if (error != NULL) {
        work_fail("round %d, seed %llu: opening after the cut: %s: %s", round, (unsigned long long)seed,
                  error->sentence, error->detail == NULL ? "" : error->detail);
    }
    *acknowledged += check(heard, round);
    char when[80];
    snprintf(when, sizeof when, "after the cut of round %d, seed %llu", round, (unsigned long long)seed);
    work_must_verify(&work, when);
    work_close(&work);
    return WEXITSTATUS(status) == SHIM_CUT;
}

/* ---- looks
 * ---------------------------------------------------------------------------------------------------- */

enum { OLD_LOOKS = 20, NEW_LOOKS = 5, OLDER_MS = 2500 };

static void look_at(struct id record, int count)
{
    for (int i = 0; i < count; i++) {
        struct look look = {.at = clock_now(),
                            .account = work.actor.account,
                            .record = record,
                            .act = "case-read",
                            .purpose = "direct-work",
                            .agency = "social-care"};
        work_good(store_look(service_store(work.service), &look), "look");
    }
}

_Noreturn static void look_and_lose_power(struct id record, uint64_t state)
{
    shim_begin(work.root);
    shim_cut(1u << 30, state); /* from now on it is kept what is on the disk */
    work_good(work_open(&work), "opening");
    look_at(record, OLD_LOOKS);
    struct timespec wait = {OLDER_MS / 1000, OLDER_MS % 1000 * 1000000L};
    nanosleep(&wait, NULL);
    look_at(record, NEW_LOOKS);
    shim_cut(1, state);
    look_at(record, 1);
    _exit(4); /* the power is gone by now */
}

/* A look is synced within a second: one that is older survives; what is newer may be there or not, and what
 * is there follows without a gap. */
static void looks_older_than_a_second_survive(int rounds)
{
    int lost = 0;
    for (int round = 0; round < rounds; round++) {
        const struct look *looks;
        struct arena *arena = work_arena();
        struct id record = {{9}};
        size_t count;
        uint64_t next;
        int status;
        fflush(NULL);
        work_new(&work, NULL);
        pid_t child = fork();
        work_check(child >= 0, "no process");
        if (child == 0) {
            look_and_lose_power(record, seed + (uint64_t)round);
        }
        work_check(waitpid(child, &status, 0) == child && WIFEXITED(status) &&
                       WEXITSTATUS(status) == SHIM_CUT,
                   "looks, round %d: it ended with %x", round, (unsigned)status);
        work_good(work_open(&work), "opening after the cut");
        struct look_filter filter = {.record = record, .until = INSTANT_NEVER, .limit = 100};
        work_good(store_looks(service_store(work.service), arena, &filter, &looks, &count, &next), "looks");
        work_check(count >= OLD_LOOKS,
                   "looks, round %d, seed %llu: of %d that were older than a second %zu are there", round,
                   (unsigned long long)seed, OLD_LOOKS, count);
        lost += OLD_LOOKS + NEW_LOOKS + 1 - (int)count;
        work_must_verify(&work, "looks after a cut");
        work_close(&work);
        work_remove(work.root);
        arena_free(arena);
    }
    printf("%d power cuts on looks: none older than a second lost, %d newer\n", rounds, lost);
}

int main(void)
{
    int cuts = work_rounds(100, 1000);
    int done = 0;
    int acknowledged = 0;
    seed = work_seed();
    uint64_t state = seed;
    struct arena *arena = work_arena();
    char *heard = arena_alloc(arena, HEARD);
    looks_older_than_a_second_survive(work_rounds(5, 50));
    for (int round = 0; done < cuts && round < 2 * cuts + 10; round++) {
        if (round % ROUNDS_OF_STORE == 0) {
            if (round > 0) {
                work_remove(work.root);
            }
            work_new(&work, NULL);
        }
        done += one_round(round, &state, heard, &acknowledged) ? 1 : 0;
    }
    work_remove(work.root);
    arena_free(arena);
    printf("%d power cuts, %d acknowledged writes, none lost; seed %llu\n", done, acknowledged,
           (unsigned long long)seed);
    work_check(done == cuts, "the power went only %d times", done);
    work_check(acknowledged > cuts, "too little was written to say anything");
    return 0;
}
