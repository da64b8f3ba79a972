/*
 * kill -9 at random moments under mixed load by several threads, in process: closer than kill.py, which kills
 * the real server, and with checkpoints and details in the midst. What was acknowledged is there afterwards,
 * the chains are whole, the projections are what a rebuild makes, nothing is left lying about, and it serves
 * again at once.
 */
#include "work.h"

#include "base/text.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 4, CASES = 64, ROUNDS_OF_STORE = 20, SERVING_MS = 2000, LINE = 160 };
#if defined(__SANITIZE_ADDRESS__)
enum { SLOWER = 5 };
#else
enum { SLOWER = 1 };
#endif

static struct work work;
static uint64_t seed;

/* ---- the one that is killed
 * ------------------------------------------------------------------------------------ */

struct worker {
    int number;
    int round;
    int out;
};

static struct reference cases[CASES];
static atomic_int case_count;

/* One write: whole or not at all, as it is shorter than a pipe's buffer. */
static void acknowledge(int out, char what, const char *reference, uint64_t seq, const char *mark)
{
    char line[LINE];
    int size = snprintf(line, sizeof line, "%c %s %llu %s\n", what, reference, (unsigned long long)seq, mark);
    if (write(out, line, (size_t)size) != size) {
        _exit(3);
    }
}

static void one_act(struct worker *worker, struct arena *arena, uint64_t *state, int number)
{
    char mark[40];
    uint64_t seq = 1;
    struct reference reference;
    struct id id;
    int known = atomic_load(&case_count);
    known = known > CASES ? CASES : known;
    snprintf(mark, sizeof mark, "r%d-t%d-n%d", worker->round, worker->number, number);
    unsigned kind = known == 0 ? 0 : work_random(state, 10);
    if (kind == 0) {
        work_good(work_referral(&work, arena, mark, &reference), "referral");
        int place = atomic_load(&case_count);
        if (place < CASES && atomic_compare_exchange_strong(&case_count, &place, place + 1)) {
            cases[place] = reference;
        }
        acknowledge(worker->out, 'E', reference.text, 1, mark);
        return;
    }
    reference = cases[work_random(state, (unsigned)known)];
    if (reference.text[0] == '\0') {
        return; /* counted by another thread and not yet there */
    }
    if (kind < 7) {
        work_good(work_entry(&work, arena, reference.text, mark, &seq), "entry");
        acknowledge(worker->out, 'E', reference.text, seq, mark);
    } else if (kind == 7) {
        work_good(work_details(&work, arena, reference.text, mark), "details");
    } else if (kind == 8) {
        char text[ID_TEXT];
        work_good(work_draft(&work, arena, mark, &id), "draft");
        id_format(id, text);
        acknowledge(worker->out, 'D', text, 0, mark);
    } else {
        work_good(store_checkpoint(service_store(work.service), arena), "checkpoint");
    }
}

static void *work_on(void *context)
{
    struct worker *worker = context;
    uint64_t state = seed + (uint64_t)worker->round * 1000 + (uint64_t)worker->number * 7 + 1;
    for (int number = 0; number < 100000; number++) {
        struct arena *arena = work_arena();
        one_act(worker, arena, &state, number);
        arena_free(arena);
    }
    return NULL;
}

_Noreturn static void live(int round, int out)
{
    pthread_t threads[THREADS];
    struct worker workers[THREADS];
    work_good(work_open(&work), "opening");
    acknowledge(out, 'R', "ready", 0, "-");
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){i, round, out};
        work_check(pthread_create(&threads[i], NULL, work_on, &workers[i]) == 0, "no thread");
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    _exit(4); /* it is to be killed before */
}

/* ---- the one that kills
 * ---------------------------------------------------------------------------------------- */

struct heard {
    char *bytes;
    size_t size;
    size_t room;
};

static bool hear(int in, struct heard *heard)
{
    if (heard->room - heard->size < 65536) {
        work_fail("more was acknowledged than there is room for");
    }
    ssize_t got = read(in, heard->bytes + heard->size, 65536);
    heard->size += got > 0 ? (size_t)got : 0;
    return got > 0;
}

static void check_line(char *line, struct arena *arena, int round, int *ret_count)
{
    char what;
    char where[40];
    unsigned long long seq;
    char mark[40];
    if (sscanf(line, "%c %39s %llu %39s", &what, where, &seq, mark) != 4) {
        work_fail("round %d: not an acknowledgement: %s", round, line);
    }
    if (what == 'E') {
        const char *found = work_mark(&work, arena, where, seq);
        work_check(text_equal(found, mark),
                   "round %d, seed %llu: entry %llu of %s was acknowledged as %s and is %s", round,
                   (unsigned long long)seed, seq, where, mark, found == NULL ? "lost" : found);
        (*ret_count)++;
    } else if (what == 'D') {
        struct id id;
        struct draft_view draft;
        struct act act = work_act(&work, arena);
        work_check(id_parse(where, &id), "not an id");
        work_good(act_draft_read(&act, id, &draft), "a draft that was acknowledged");
        work_check(text_equal(draft.texts[0], mark), "round %d: another draft", round);
        (*ret_count)++;
    }
}

static int check_all(struct heard *heard, int round)
{
    int count = 0;
    heard->bytes[heard->size] = '\0';
    for (char *line = heard->bytes; *line != '\0';) {
        char *end = strchr(line, '\n');
        work_check(end != NULL, "a torn acknowledgement");
        *end = '\0';
        struct arena *arena = work_arena();
        check_line(line, arena, round, &count);
        arena_free(arena);
        line = end + 1;
    }
    return count;
}

static void nothing_lies_about(const char *folder, const char *const *allowed)
{
    DIR *open = opendir(folder);
    work_check(open != NULL, "%s", folder);
    for (struct dirent *file = readdir(open); file != NULL; file = readdir(open)) {
        bool known = file->d_name[0] == '.';
        for (int i = 0; allowed[i] != NULL; i++) {
            known = known || strcmp(file->d_name, allowed[i]) == 0;
        }
        work_check(known, "%s/%s was left behind", folder, file->d_name);
    }
    closedir(open);
}

static int64_t one_round(int round, uint64_t *state, struct heard *heard, int *acknowledged)
{
    int pipes[2];
    work_check(pipe(pipes) == 0, "no pipe");
    fflush(NULL);
    pid_t child = fork();
    work_check(child >= 0, "no process");
    if (child == 0) {
        close(pipes[0]);
        live(round, pipes[1]);
    }
    close(pipes[1]);
    heard->size = 0;
    work_check(hear(pipes[0], heard), "round %d: it did not start", round);
    /* now and then before it has done anything, mostly in the midst of it */
    int64_t until = clock_steady_ms() + work_random(state, 150);
    while (clock_steady_ms() < until && hear(pipes[0], heard)) {
    }
    kill(child, SIGKILL);
    int64_t killed = clock_steady_ms();
    while (hear(pipes[0], heard)) {
    }
    close(pipes[0]);
    int status;
    work_check(waitpid(child, &status, 0) == child && WIFSIGNALED(status),
               "round %d: it ended by itself (%d)", round, status);
    work_good(work_open(&work), "opening after the kill");
    int64_t serving = clock_steady_ms() - killed;
    *acknowledged += check_all(heard, round);
    work_must_verify(&work, "after the kill");
    work_close(&work);
    return serving;
}

int main(void)
{
    static const char *const of_root[] = {"data", "data.key", "data.keystore", "data.head", NULL};
    static const char *const of_data[] = {"waymark.db", "looks.log", "head.lock", "rebuild.lock", NULL};
    int rounds = work_rounds(30, 200); /* over HTTP, kill.py does it more often */
    int acknowledged = 0;
    int64_t slowest = 0;
    seed = work_seed();
    uint64_t state = seed;
    struct heard heard = {.room = 8u << 20};
    struct arena *arena = work_arena();
    heard.bytes = arena_alloc(arena, heard.room + 1);
    for (int round = 0; round < rounds; round++) {
        if (round % ROUNDS_OF_STORE == 0) {
            if (round > 0) {
                work_remove(work.root);
            }
            work_new(&work, NULL);
        }
        int64_t serving = one_round(round, &state, &heard, &acknowledged);
        slowest = serving > slowest ? serving : slowest;
        nothing_lies_about(work.root, of_root);
        nothing_lies_about(work.dir, of_data);
    }
    work_remove(work.root);
    arena_free(arena);
    printf("%d kills, %d acknowledged writes, none lost; slowest start %lld ms; seed %llu\n", rounds,
           acknowledged, (long long)slowest, (unsigned long long)seed);
    work_check(slowest <= (int64_t)SERVING_MS * SLOWER, "it took %lld ms to serve again", (long long)slowest);
    work_check(acknowledged > rounds, "too little was written to say anything");
    return 0;
}
