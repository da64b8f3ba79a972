/*
 * Linked into the same program, for tests that set WAYMARK_FAILED: a command is tried in a process of its own
 * with something failing, and again and again, until nothing fails any more; that one is the command itself.
 * What fails is told in words, and what comes after finds nothing half done. To serve is begun so, and then
 * served for good.
 */
#include "failing.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_TRIES = 3000, PIECE = 65536 };

/* These tell whole stories, and have no store of anybody's. */
static const char *const as_it_is[] = {"demo", "simulate", "bench"};

/* These change nothing, so they are tried on when they went well without what failed. */
static const char *const changes_nothing[] = {"verify", "rebuild",       "duties",  "check-pack", "check-sso",
                                              "screen", "who-sees-what", "version", "serve"};

static bool trying;

static bool is_one(const char *name, const char *const *names, size_t count)
{
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        found = found || strcmp(names[i], name) == 0;
    }
    return found;
}

static int memory_file(void)
{
    int file = memfd_create("failing", MFD_CLOEXEC);
    if (file < 0) {
        abort();
    }
    return file;
}

static off_t pour(int from, int to)
{
    char bytes[PIECE];
    off_t whole = 0;
    ssize_t got;
    while ((got = read(from, bytes, sizeof bytes)) > 0) {
        for (ssize_t put = 0; put < got;) {
            ssize_t more = write(to, bytes + put, (size_t)(got - put));
            if (more < 0) {
                return whole;
            }
            put += more;
        }
        whole += got;
    }
    return whole;
}

/* What is given at the standard input, for each try from its beginning. */
static int given_input(void)
{
    struct stat status;
    if (fstat(STDIN_FILENO, &status) != 0 || (!S_ISFIFO(status.st_mode) && !S_ISREG(status.st_mode))) {
        return -1;
    }
    int file = memory_file();
    (void)pour(STDIN_FILENO, file);
    return file;
}

struct tried {
    int status;
    int out;
    int err;
};

int __real_main(int argc, char **argv);
int __wrap_main(int argc, char **argv);

static struct tried try(int argc, char **argv, int input)
{
    struct tried tried = {0, memory_file(), memory_file()};
    pid_t parent = getpid();
    (void)fflush(NULL);
    if (input >= 0) {
        (void)lseek(input, 0, SEEK_SET);
    }
    failing_end(FAILING_PROGRAM);
    pid_t child = fork();
    if (child == 0) {
        if ((input >= 0 && dup2(input, STDIN_FILENO) < 0) || dup2(tried.out, STDOUT_FILENO) < 0 ||
            dup2(tried.err, STDERR_FILENO) < 0 || getppid() != parent) {
            abort();
        }
        trying = true;
        failing_begin(FAILING_PROGRAM);
        exit(__real_main(argc, argv));
    }
    while (child < 0 || waitpid(child, &tried.status, 0) < 0) {
        if (child < 0 || errno != EINTR) {
            abort();
        }
    }
    failing_end(FAILING_PROGRAM);
    return tried;
}

static void show(const struct tried *tried)
{
    (void)lseek(tried->out, 0, SEEK_SET);
    (void)lseek(tried->err, 0, SEEK_SET);
    (void)pour(tried->out, STDOUT_FILENO);
    (void)pour(tried->err, STDERR_FILENO);
}

/* It failed: then it ended, and said why; by the end of the program only where that is what is promised. */
static void must_say(const struct tried *tried, const char *name)
{
    struct stat status;
    bool ended = WIFEXITED(tried->status) || WTERMSIG(tried->status) == SIGABRT;
    if (!ended || fstat(tried->err, &status) != 0 || status.st_size == 0) {
        show(tried);
        fprintf(stderr, "FAILED: %s %s (it failed at%s)\n", name,
                ended ? "says nothing of what failed" : "broke off", failing_way());
        abort();
    }
}

/* Whoever tries to serve is told to end. */
int __real_sigtimedwait(const sigset_t *signals, siginfo_t *ret_about, const struct timespec *pause);
int __wrap_sigtimedwait(const sigset_t *signals, siginfo_t *ret_about, const struct timespec *pause);
int __wrap_sigtimedwait(const sigset_t *signals, siginfo_t *ret_about, const struct timespec *pause)
{
    return trying ? SIGTERM : __real_sigtimedwait(signals, ret_about, pause);
}

int __wrap_main(int argc, char **argv)
{
    struct stat out;
    if (getenv("WAYMARK_FAILED") == NULL || argc < 2 ||
        is_one(argv[1], as_it_is, sizeof as_it_is / sizeof as_it_is[0]) || fstat(STDOUT_FILENO, &out) != 0 ||
        S_ISCHR(out.st_mode)) {
        return __real_main(argc, argv);
    }
    int input = given_input();
    bool serves = strcmp(argv[1], "serve") == 0;
    bool again = is_one(argv[1], changes_nothing, sizeof changes_nothing / sizeof changes_nothing[0]);
    for (int tries = 0; tries < MOST_TRIES; tries++) {
        struct tried tried = try(argc, argv, input);
        bool good = WIFEXITED(tried.status) && WEXITSTATUS(tried.status) == 0;
        bool failed = failing_failed(FAILING_PROGRAM);
        if (failed && !good) {
            must_say(&tried, argv[1]);
        } else if (!failed && good && serves) {
            break;
        } else if (!failed || !again) {
            show(&tried);
            return WIFEXITED(tried.status) ? WEXITSTATUS(tried.status) : 128;
        }
        close(tried.out);
        close(tried.err);
    }
    return __real_main(argc, argv);
}
