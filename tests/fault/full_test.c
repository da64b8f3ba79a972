/*
 * A full disk (a small one of its own in memory): nothing is said to be saved that is not, reading goes on,
 * and when there is room again writing works without a restart.
 */
#include "work.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST = 20000, READS = 500 };

static struct work work;
static char mountpoint[] = "/tmp/waymark-full-XXXXXX";
static char filler[WORK_PATH];

static void unmount(void)
{
    umount2(mountpoint, MNT_DETACH);
    rmdir(mountpoint);
}

static void fill_up(void)
{
    static const char bytes[4096];
    snprintf(filler, sizeof filler, "%s/filler", mountpoint);
    int fd = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    work_check(fd >= 0, "%s: %s", filler, strerror(errno));
    while (write(fd, bytes, sizeof bytes) == (ssize_t)sizeof bytes) {
    }
    work_check(errno == ENOSPC, "it did not fill up: %s", strerror(errno));
    close(fd);
}

/* Writes until there is no room; how many were saved. The refusal must say why. */
static int write_until_full(const char *reference, uint64_t *ret_last)
{
    for (int i = 0; i < MOST; i++) {
        struct arena *arena = work_arena();
        const struct error *error = work_entry(&work, arena, reference, "in the rest", ret_last);
        enum error_code code = error == NULL ? ERROR_NONE : error->code;
        arena_free(arena);
        if (code != ERROR_NONE) {
            work_check(code == ERROR_FULL, "a full disk is told as \"%s\"", error_of(code)->sentence);
            return i;
        }
    }
    work_fail("it is never full");
}

static uint64_t head_of(const char *reference)
{
    const struct case_view *view;
    struct arena *arena = work_arena();
    struct act act = work_act(&work, arena);
    work_good(act_case_read(&act, reference, INSTANT_NEVER, &view), "reading on a full disk");
    uint64_t seq = view->seq;
    arena_free(arena);
    return seq;
}

static uint8_t session[32];

static void session_must_be_over(struct arena *arena, const char *when)
{
    struct session_row row;
    const struct error *error =
        store_session_get(service_store(work.service), arena, session, clock_now(), &row);
    work_check(error != NULL || row.ends_at.ms < clock_now().ms, "%s: who signed out is signed in", when);
}

int main(void)
{
    struct reference reference;
    uint64_t last = 0;
    uint64_t seq;
    struct id draft;
    work_check(mkdtemp(mountpoint) != NULL, "%s: %s", mountpoint, strerror(errno));
    /* never skipped in silence: who cannot mount is told to run it as root */
    work_check(mount("waymark", mountpoint, "tmpfs", 0, "size=12m") == 0,
               "a small disk could not be mounted (%s): "
               "this test is run as root",
               strerror(errno));
    atexit(unmount);
    work_new(&work, mountpoint);
    work_good(work_open(&work), "opening");
    struct arena *arena = work_arena();
    work_good(work_referral(&work, arena, "words", &reference), "referral");
    work_good(work_entry(&work, arena, reference.text, "before", &last), "entry");
    work_good(work_session(&work, arena, session), "a session");
    fill_up();
    int saved = write_until_full(reference.text, &last);
    const struct error *error = work_draft(&work, arena, "what was typed", &draft);
    work_check(error == NULL || error->code == ERROR_FULL, "a draft on a full disk: %s", error->sentence);
    for (int i = 0; i < READS; i++) {
        work_check(head_of(reference.text) == last,
                   "what was said to be saved is not, or the other way round");
    }
    error = store_session_drop(service_store(work.service), arena, session);
    work_check(error != NULL && error->code == ERROR_FULL, "signing out on a full disk is said to be saved");
    session_must_be_over(arena, "on a full disk");
    work_check(unlink(filler) == 0, "%s", filler);
    work_good(work_entry(&work, arena, reference.text, "after", &seq), "writing when there is room again");
    work_check(seq == last + 1, "entry %llu follows %llu", (unsigned long long)seq, (unsigned long long)last);
    work_must_verify(&work, "when there is room again");
    work_close(&work);
    work_good(work_open(&work), "opening again");
    session_must_be_over(arena, "after opening again");
    work_check(text_equal(work_mark(&work, arena, reference.text, seq), "after"), "it is not there");
    work_must_verify(&work, "after opening again");
    work_close(&work);
    arena_free(arena);
    printf("full after %d more entries, %d reads on the full disk, writing again without a restart\n", saved,
           READS);
    return 0;
}
