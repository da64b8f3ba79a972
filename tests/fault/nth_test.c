/*
 * The n-th write, sync, open and allocation fails, n = 1, 2, 3 ... until the work goes through untouched,
 * once single and once sticky. Then: no crash, nothing said to be saved that is not, nobody let in, nothing
 * held on to, and the next act succeeds without a restart.
 */
#include "shim.h"
#include "work.h"

#include "base/text.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 200000, CASE_TURNS = 20 };

enum target { MEMORY_OURS, MEMORY_SQLITE, FILE_OPEN, FILE_WRITE, FILE_SYNC, FILE_FULL, FILE_READ, TARGETS };
static const char *const target_names[TARGETS] = {
    "an allocation", "an allocation of SQLite", "an opening", "a write",
    "a sync",        "a write on a full disk",  "a read"};

static struct work work;
static struct reference reference;
static uint64_t known_seq; /* the case has at least so many entries */

static void arm(enum target target, unsigned n, bool sticky)
{
    switch (target) {
    case MEMORY_OURS:
        arena_fail_nth(n, sticky);
        break;
    case MEMORY_SQLITE:
        shim_memory_fail(n, sticky);
        break;
    case FILE_OPEN:
        shim_fail(SHIM_OPEN, n, sticky, false);
        break;
    case FILE_WRITE:
        shim_fail(SHIM_WRITE | SHIM_TRUNCATE, n, sticky, false);
        break;
    case FILE_SYNC:
        shim_fail(SHIM_SYNC, n, sticky, false);
        break;
    case FILE_FULL:
        shim_fail(SHIM_WRITE | SHIM_TRUNCATE, n, sticky, true);
        break;
    case FILE_READ:
        shim_fail(SHIM_READ, n, sticky, false);
        break;
    case TARGETS:
        break;
    }
}

static void disarm(void)
{
    arena_fail_nth(0, 0);
    shim_memory_fail(0, false);
    shim_fail(SHIM_ALL, 0, false, false);
}

/* ---- what is done under failures
 * ----------------------------------------------------------------------------- */

struct doing {
    char mark[40];
    uint64_t seq; /* set when it was acknowledged */
    struct id draft;
    bool drafted;
    struct reference referral;
    bool referred;
    uint8_t session[32]; /* begun before anything fails */
    bool ending;
    bool let_in;
    bool refused;
    bool rebuilding; /* perhaps half done: as after a crash, the next goes through */
};

static void do_entry(struct arena *arena, struct doing *doing)
{
    uint64_t seq;
    if (work_entry(&work, arena, reference.text, doing->mark, &seq) == NULL) {
        doing->seq = seq;
    }
}

static void do_referral(struct arena *arena, struct doing *doing)
{
    doing->referred = work_referral(&work, arena, doing->mark, &doing->referral) == NULL;
}

static void do_draft(struct arena *arena, struct doing *doing)
{
    doing->drafted = work_draft(&work, arena, doing->mark, &doing->draft) == NULL;
}

/* Doors: a token that is none, a session that is none, an actor who may not read. None may open. */
static void do_doors(struct arena *arena, struct doing *doing)
{
    struct actor nobody;
    struct session session;
    const struct case_view *view;
    const char *text;
    char id[ID_TEXT];
    struct act act = {work.service, arena, NULL, clock_now()};
    id_format(work.actor.account, id);
    text = arena_printf(arena, "%s.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", id);
    doing->let_in = act_bearer(&act, text, &nobody) == NULL;
    doing->let_in =
        act_session(&act, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &session) == NULL || doing->let_in;
    struct actor stranger = work.actor;
    stranger.role = pack_role(service_pack(work.service), "administrator");
    act.actor = &stranger;
    doing->let_in = act_case_read(&act, reference.text, INSTANT_NEVER, &view) == NULL || doing->let_in;
}

/* A look that was not logged shows nothing: the page is read again only with its look. */
static void do_read(struct arena *arena, struct doing *doing)
{
    const struct case_view *view;
    struct act act = work_act(&work, arena);
    (void)doing;
    if (act_case_read(&act, reference.text, INSTANT_NEVER, &view) == NULL) {
        work_check(view->seq >= known_seq && view->entry_count == view->seq,
                   "a case was read without its entries");
    }
}

static void do_session(struct arena *arena, struct doing *doing)
{
    doing->ending = true;
    (void)!store_session_drop(service_store(work.service), arena, doing->session);
}

static void do_checkpoint(struct arena *arena, struct doing *doing)
{
    (void)doing;
    (void)!store_checkpoint(service_store(work.service), arena);
}

/* A store that could not be read is not said to be whole. */
static void do_verify(struct arena *arena, struct doing *doing)
{
    struct verify_result result;
    const struct error *error = store_verify(service_store(work.service), arena, &result);
    doing->refused = error != NULL || result.broken != NULL;
    work_check(doing->refused || shim_failed() == 0, "a store is whole that could not be read");
}

static void do_rebuild(struct arena *arena, struct doing *doing)
{
    uint64_t entries;
    doing->rebuilding = true;
    doing->rebuilding = store_rebuild(service_store(work.service), arena, &entries) != NULL;
}

/* One that is refused leaves nothing behind, but for one of its name that was there before. */
static void do_backup(struct arena *arena, struct doing *doing)
{
    static unsigned round;
    const char *path = arena_printf(arena, "%s/backup.wm", work.root);
    bool was_there = round++ % 2 == 0 && mknod(path, S_IFREG | 0600, 0) == 0;
    bool made = store_backup(service_store(work.service), arena, path) == NULL;
    doing->refused = !made;
    work_check((access(path, F_OK) == 0) == (made || was_there),
               "a backup that was refused is there, or one that was made is not");
    unlink(path);
}

static const struct {
    const char *name;
    void (*work)(struct arena *arena, struct doing *doing);
} deeds[] = {
    {"recording an entry", do_entry},  {"making a referral", do_referral}, {"keeping a draft", do_draft},
    {"knocking at doors", do_doors},   {"reading a case", do_read},        {"ending a session", do_session},
    {"signing a head", do_checkpoint}, {"verifying", do_verify},           {"rebuilding", do_rebuild},
    {"taking a backup", do_backup},
};
enum { DEEDS = sizeof deeds / sizeof deeds[0], BACKUP = DEEDS - 1, VERIFY = DEEDS - 3, WHOLE_STORE = VERIFY };

/* A backup is a command of its own: when our memory runs out in it, what it held goes with its program. */
static bool is_tried(int deed, enum target target)
{
    return deed == VERIFY ? target == FILE_READ || target == FILE_OPEN
                          : deed != BACKUP || target != MEMORY_OURS;
}

/* ---- and what must hold afterwards
 * --------------------------------------------------------------------------- */

/* What the store does by itself at its own times may have failed in the same commit: then once more. */
static void rebuild_again(struct arena *arena, const char *when)
{
    const struct timespec pause = {.tv_nsec = 200 * 1000 * 1000};
    uint64_t entries;
    for (int tries = 0; tries < 2; tries++) {
        if (store_rebuild(service_store(work.service), arena, &entries) == NULL) {
            return;
        }
        nanosleep(&pause, NULL);
    }
    work_good(store_rebuild(service_store(work.service), arena, &entries), when);
}

/* One that was to be ended is ended at once, even if its row could not be deleted. */
static void session_must_hold(struct arena *arena, const struct doing *doing, const char *when)
{
    struct session_row row;
    const struct session_found *found;
    size_t count;
    struct store *store = service_store(work.service);
    const struct error *error = store_session_get(store, arena, doing->session, clock_now(), &row);
    bool opens = error == NULL && row.ends_at.ms > clock_now().ms;
    work_check(opens != doing->ending, "%s: the session %s", when, doing->ending ? "goes on" : "ended");
    work_good(store_sessions_of_account(store, arena, work.actor.account, &found, &count), when);
    work_check((count == 1) == !doing->ending, "%s: %zu sessions", when, count);
    work_good(store_session_drop(store, arena, doing->session), when);
}

/* The store syncs its looks once a second. If that failed too, no look is taken until the next time. */
static void wait_for_looks(const char *when)
{
    const struct timespec pause = {.tv_nsec = 200 * 1000 * 1000};
    const struct look look = {
        .at = clock_now(), .account = work.actor.account, .act = "case-search", .purpose = "direct-work"};
    const struct error *error = store_look(service_store(work.service), &look);
    for (int tries = 0; tries < 15 && error != NULL; tries++) {
        nanosleep(&pause, NULL);
        error = store_look(service_store(work.service), &look);
    }
    work_good(error, when);
}

static void must_hold(const struct doing *doing, const char *when)
{
    struct arena *arena = work_arena();
    uint64_t seq;
    wait_for_looks(when);
    session_must_hold(arena, doing, when);
    if (doing->rebuilding) {
        rebuild_again(arena, when);
    }
    if (doing->seq != 0) {
        const char *mark = work_mark(&work, arena, reference.text, doing->seq);
        work_check(text_equal(mark, doing->mark), "%s: said to be saved, and is not", when);
    }
    if (doing->referred) {
        const char *mark = work_mark(&work, arena, doing->referral.text, 1);
        work_check(text_equal(mark, doing->mark), "%s: a referral was said to be saved, and is not", when);
    }
    if (doing->drafted) {
        struct draft_view draft;
        struct act act = work_act(&work, arena);
        work_good(act_draft_read(&act, doing->draft, &draft), when);
        work_check(text_equal(draft.texts[0], doing->mark), "%s: another draft", when);
    }
    work_check(!doing->let_in, "%s: a door stood open", when);
    work_good(work_entry(&work, arena, reference.text, "afterwards", &seq), when);
    known_seq = seq;
    arena_free(arena);
}

/* True when nothing failed any more. */
static bool once(int deed, enum target target, unsigned n, bool sticky)
{
    /* static: it outlives the longjmp */
    static struct doing doing;
    static bool ran_out;
    char when[160];
    doing = (struct doing){0};
    ran_out = false;
    snprintf(doing.mark, sizeof doing.mark, "d%d-t%d-n%u-%d", deed, (int)target, n, sticky);
    snprintf(when, sizeof when, "%s, %s fails, n = %u%s", deeds[deed].name, target_names[target], n,
             sticky ? " and all after it" : "");
    struct arena *arena = work_arena();
    work_good(work_session(&work, arena, doing.session), "a session");
    if (setjmp(*arena_edge(arena)) == 0) {
        arm(target, n, sticky);
        deeds[deed].work(arena, &doing);
    } else {
        ran_out = true;
    }
    unsigned long failed = target == MEMORY_SQLITE ? shim_memory_failed()
                           : target == MEMORY_OURS ? arena_failed()
                                                   : shim_failed();
    disarm();
    arena_free(arena);
    work_check(failed > 0 || !(doing.refused || doing.rebuilding), "%s: refused, and nothing failed", when);
    must_hold(&doing, when);
    return !ran_out && failed == 0;
}

static void next_case(void)
{
    struct arena *arena = work_arena();
    work_good(work_referral(&work, arena, "next", &reference), "referral");
    known_seq = 1;
    arena_free(arena);
}

/* Every n; but of the thousands of allocations of one act every n only in the long run. */
static unsigned step_after(unsigned n)
{
    return n < 200 || work_rounds(0, 1) == 1 ? 1 : 1 + n / 40;
}

static unsigned until_untouched(int deed, enum target target, bool sticky)
{
    unsigned n = 1;
    while (n < MOST && !once(deed, target, n, sticky)) {
        n += step_after(n);
        if (deed < WHOLE_STORE && n % CASE_TURNS == 0) {
            next_case(); /* or its entries would make the test slow */
        }
    }
    work_check(n < MOST, "%s never goes through", deeds[deed].name);
    return n;
}

static void try_deeds(int first, int end)
{
    for (int target = 0; target < TARGETS; target++) {
        for (int deed = first; deed < end; deed++) {
            if (!is_tried(deed, (enum target)target)) {
                continue;
            }
            unsigned single = until_untouched(deed, (enum target)target, false);
            unsigned sticky = until_untouched(deed, (enum target)target, true);
            printf("%s: %s fails: through at n = %u, sticky %u\n", deeds[deed].name, target_names[target],
                   single, sticky);
            fflush(stdout);
        }
        work_must_verify(&work, target_names[target]);
    }
}

/* ---- opening
 * ------------------------------------------------------------------------------------------------------ */

/* What a crash can leave at the end of the looks: half a line, and sectors that were never written. */
static void tear_looks(void)
{
    static const char torn[300] = "2026-11-24T14:30:00.000Z half a line";
    char path[WORK_PATH + 16];
    snprintf(path, sizeof path, "%s/looks.log", work.dir);
    FILE *file = fopen(path, "ae");
    work_check(file != NULL && fwrite(torn, 1, sizeof torn, file) == sizeof torn && fclose(file) == 0,
               "the looks cannot be torn");
}

static int open_files(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (folder != NULL && readdir(folder) != NULL) {
        count++;
    }
    work_check(folder != NULL && closedir(folder) == 0, "open files cannot be counted");
    return count;
}

/* What holds keys is memory that the leak sanitizer does not know, but it is locked. */
static long locked_memory(void)
{
    char line[128];
    long kib = -1;
    FILE *file = fopen("/proc/self/status", "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        (void)sscanf(line, "VmLck: %ld", &kib);
    }
    work_check(file != NULL && fclose(file) == 0 && kib >= 0, "locked memory cannot be counted");
    return kib;
}

/* An opening that fails says so, gives back what it took, and the next succeeds. */
static unsigned opening_until_untouched(enum target target)
{
    for (unsigned n = 1; n < MOST; n += step_after(n)) {
        static struct arena *arena;
        static struct store *store;
        static const struct error *error;
        static int files;
        static long locked;
        tear_looks();
        files = open_files();
        locked = locked_memory();
        arena = work_arena();
        store = NULL;
        error = NULL;
        if (setjmp(*arena_edge(arena)) == 0) {
            arm(target, n, false);
            error = store_open(arena, &(struct store_options){.dir = work.dir, .readers = 2}, &store);
        }
        unsigned long failed = target == MEMORY_SQLITE ? shim_memory_failed()
                               : target == MEMORY_OURS ? arena_failed()
                                                       : shim_failed();
        disarm();
        if (store != NULL) {
            store_close(store);
        }
        work_check(failed > 0 || (error == NULL && store != NULL), "opening: refused, and nothing failed");
        work_check(files == open_files(), "opening: %s fails, n = %u: a file stays open",
                   target_names[target], n);
        work_check(locked == locked_memory(), "opening: %s fails, n = %u: keys stay in memory",
                   target_names[target], n);
        arena_free(arena);
        if (failed == 0) {
            return n;
        }
    }
    work_fail("opening never goes through");
}

int main(void)
{
    shim_memory_begin();
    work_new(&work, NULL);
    shim_begin(work.root);
    work_good(work_open(&work), "opening");
    next_case();
    try_deeds(WHOLE_STORE, DEEDS); /* while it is small */
    try_deeds(0, WHOLE_STORE);
    work_close(&work);
    for (int target = MEMORY_OURS; target < TARGETS; target++) {
        printf("opening: %s fails: through at n = %u\n", target_names[target],
               opening_until_untouched((enum target)target));
        fflush(stdout);
    }
    work_check(shim_own_failed() == SHIM_ALL, "of our own files only the kinds %x were made to fail",
               (unsigned)shim_own_failed());
    work_good(work_open(&work), "opening at the end");
    work_must_verify(&work, "at the end");
    work_close(&work);
    work_remove(work.root);
    return 0;
}
