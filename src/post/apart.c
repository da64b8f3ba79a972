#include "post/apart.h"

#include "base/must.h"
#include "base/text.h"
#include "post/lane.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 200, SPARE_SECONDS = 15, ASK_MEMORY = 8 << 20, PORTS = 64, FILES = 64, STACK = 512 * 1024 };

enum { IN_USE = -1, GONE = -2 };

/* On the side that serves. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    int lanes[LANES]; /* or IN_USE, or GONE */
    int leash;        /* the messenger ends when this closes */
    pid_t pid;
    bool on;
} apart = {.lock = PTHREAD_MUTEX_INITIALIZER, .freed = PTHREAD_COND_INITIALIZER};

/* ---- the messenger */

struct post_of {
    int fd;
    const struct post_options *mail;
};

static void *serve_lane(void *argument)
{
    const struct post_of *own = argument;
    struct arena *arena = arena_new(ASK_MEMORY);
    struct question question;
    while (arena != NULL && question_take(arena, own->fd, &question)) {
        struct answer answer = {.code = ERROR_BUSY};
        post_answer(arena, own->mail, &question, &answer);
        if (!answer_give(own->fd, &answer)) {
            break;
        }
        arena_reset(arena);
    }
    close(own->fd);
    arena_free(arena);
    return NULL;
}

/* Of the mail server: "smtp://mail.example:587". */
static uint16_t port_of(const char *server)
{
    const char *host = strstr(server, "://");
    const char *colon = host == NULL ? NULL : strrchr(host + 3, ':');
    int64_t port;
    if (colon != NULL && strchr(colon, ']') == NULL && number_parse(colon + 1, 1, 65535, &port)) {
        return (uint16_t)port;
    }
    return text_starts_with(server, "smtps:") ? 465 : 25;
}

static void make_plan(struct arena *arena, const struct apart_options *options, struct confine_plan *ret_plan)
{
    /* names are looked up, and certificates checked */
    static const char *const of_machine[] = {"/etc/resolv.conf",
                                             "/etc/hosts",
                                             "/etc/host.conf",
                                             "/etc/nsswitch.conf",
                                             "/etc/gai.conf",
                                             "/etc/services",
                                             "/etc/ssl",
                                             "/etc/pki",
                                             "/usr/share/ca-certificates",
                                             "/usr/lib",
                                             "/lib",
                                             "/lib64",
                                             "/usr/local/lib",
                                             "/run/systemd/resolve",
                                             "/run/resolvconf",
                                             "/usr/share/zoneinfo",
                                             "/etc/localtime"};
    enum { OF_MACHINE = sizeof of_machine / sizeof of_machine[0] };
    struct confine_path *paths = arena_many(arena, struct confine_path, OF_MACHINE + FILES + 1);
    uint16_t *ports = arena_many(arena, uint16_t, PORTS + 2);
    size_t path_count = 0;
    size_t port_count = 0;
    for (size_t i = 0; i < OF_MACHINE; i++) {
        paths[path_count++] = (struct confine_path){of_machine[i], CONFINE_READ};
    }
    for (size_t i = 0; i < options->file_count && i < FILES; i++) {
        if (options->files[i] != NULL) {
            paths[path_count++] = (struct confine_path){options->files[i], CONFINE_READ};
        }
    }
    ports[port_count++] = 53; /* a long answer of the name service comes by TCP */
    for (size_t i = 0; i < options->port_count && i < PORTS; i++) {
        ports[port_count++] = options->ports[i];
    }
    if (options->mail != NULL) {
        ports[port_count++] = port_of(options->mail->server);
        if (options->mail->ca != NULL) {
            paths[path_count++] = (struct confine_path){options->mail->ca, CONFINE_READ};
        }
    }
    *ret_plan = (struct confine_plan){.role = CONFINE_MESSENGER,
                                      .level = options->level,
                                      .paths = paths,
                                      .path_count = path_count,
                                      .ports = ports,
                                      .port_count = port_count};
}

/* Keeps standard error, the lanes and the leash. */
static void close_others(const int *lanes, int leash)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing >= 0) {
        (void)dup2(nothing, STDIN_FILENO);
        (void)dup2(nothing,
                   STDOUT_FILENO); /* who waits for the end of what the server prints is not kept waiting */
    }
    for (int fd = STDERR_FILENO + 1; fd < 1024; fd++) {
        bool kept = fd == leash;
        for (size_t i = 0; i < LANES; i++) {
            kept = kept || fd == lanes[i];
        }
        if (!kept) {
            close(fd);
        }
    }
}

/* What is told first: what the kernel lacks, or why it cannot begin. */
static void tell_first(int leash, bool begun, const char *text)
{
    const struct answer first = {.code = begun ? ERROR_NONE : ERROR_BAD_INPUT, .detail = text};
    (void)answer_give(leash, &first);
}

static const struct error *settle(struct arena *arena, const struct apart_options *options, const int *lanes,
                                  const char **ret_missing)
{
    struct confine_plan plan;
    const char *calls = NULL;
    pthread_attr_t attributes;
    pthread_t thread;
    TRY(post_init());
    make_plan(arena, options, &plan);
    TRY(confine_begin(arena, &plan, ret_missing));
    must(pthread_attr_init(&attributes) == 0);
    must(pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) == 0);
    must(pthread_attr_setstacksize(&attributes, STACK) == 0);
    for (size_t i = 0; i < LANES; i++) {
        struct post_of *own = arena_one(arena, struct post_of);
        *own = (struct post_of){lanes[i], options->mail};
        if (pthread_create(&thread, &attributes, serve_lane, own) != 0) {
            return error_new(arena, ERROR_BUSY, "no thread for the messenger");
        }
    }
    TRY(confine_finish(arena, &plan, &calls));
    *ret_missing = *ret_missing == NULL ? calls : *ret_missing;
    return NULL;
}

_Noreturn static void be_the_messenger(struct arena *arena, const struct apart_options *options,
                                       const int *lanes, int leash, pid_t parent)
{
    const char *missing = NULL;
    sigset_t all;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)prctl(PR_SET_NAME, "waymark-post");
    sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, NULL);
    if (getppid() != parent) {
        _exit(1);
    }
    close_others(lanes, leash);
    const struct error *error = settle(arena, options, lanes, &missing);
    tell_first(leash, error == NULL,
               error == NULL           ? missing
               : error->detail != NULL ? error->detail
                                       : error->sentence);
    char byte;
    while (error == NULL && (read(leash, &byte, 1) > 0 || errno == EINTR)) {
    }
    _exit(error == NULL ? 0 : 1);
}

/* ---- the side that serves */

static void forget_password(const struct post_options *mail)
{
    if (mail != NULL && mail->password != NULL) {
        /* read into our own arena: its texts are const to all who only read them */
        explicit_bzero((void *)(uintptr_t)mail->password, // NOLINT(performance-no-int-to-ptr)
                       strlen(mail->password));
    }
}

static bool make_pairs(int ours[static LANES + 1], int theirs[static LANES + 1])
{
    for (size_t i = 0; i <= LANES; i++) {
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
            return false;
        }
        ours[i] = pair[0];
        theirs[i] = pair[1];
    }
    return true;
}

const struct error *apart_begin(struct arena *arena, const struct apart_options *options,
                                const char **ret_missing)
{
    int ours[LANES + 1];
    int theirs[LANES + 1];
    struct answer first;
    must(!apart.on);
    if (!make_pairs(ours, theirs)) {
        return error_new(arena, ERROR_BUSY, "no messenger: %s", strerrordesc_np(errno));
    }
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        be_the_messenger(arena, options, theirs, theirs[LANES], parent);
    }
    for (size_t i = 0; i <= LANES; i++) {
        close(theirs[i]);
    }
    if (pid < 0 || !answer_take(arena, ours[LANES], &first)) {
        return error_new(arena, ERROR_BUSY, "the messenger did not begin");
    }
    forget_password(options->mail);
    if (first.code != ERROR_NONE) {
        return error_new(arena, first.code, "%s", first.detail == NULL ? "the messenger" : first.detail);
    }
    memcpy(apart.lanes, ours, sizeof apart.lanes);
    apart.leash = ours[LANES];
    apart.pid = pid;
    apart.on = true;
    *ret_missing = first.detail;
    return NULL;
}

bool apart_is_on(void)
{
    return apart.on;
}

void apart_end(void)
{
    if (!apart.on) {
        return;
    }
    must(pthread_mutex_lock(&apart.lock) == 0);
    apart.on = false;
    for (size_t i = 0; i < LANES; i++) {
        if (apart.lanes[i] >= 0) {
            close(apart.lanes[i]);
        }
    }
    close(apart.leash);
    must(pthread_mutex_unlock(&apart.lock) == 0);
    while (waitpid(apart.pid, NULL, 0) < 0 && errno == EINTR) {
    }
}

static bool is_over(const atomic_bool *stop)
{
    return stop != NULL && atomic_load(stop);
}

/* A lane that is in use is given back, or is gone then: who finds none is not to wait for one for ever. */
static bool some_lane_is_left(void)
{
    bool left = false;
    for (size_t i = 0; i < LANES; i++) {
        left = left || apart.lanes[i] != GONE;
    }
    return left;
}

static size_t lane_take(const atomic_bool *stop, int *ret_fd)
{
    size_t lane = LANES;
    must(pthread_mutex_lock(&apart.lock) == 0);
    while (lane == LANES && apart.on && some_lane_is_left() && !is_over(stop)) {
        for (size_t i = 0; i < LANES && lane == LANES; i++) {
            lane = apart.lanes[i] >= 0 ? i : LANES;
        }
        if (lane == LANES) {
            struct timespec until;
            must(clock_gettime(CLOCK_REALTIME, &until) == 0);
            until.tv_sec += 1;
            (void)pthread_cond_timedwait(&apart.freed, &apart.lock, &until);
        }
    }
    if (lane < LANES) {
        *ret_fd = apart.lanes[lane];
        apart.lanes[lane] = IN_USE;
    }
    must(pthread_mutex_unlock(&apart.lock) == 0);
    return lane;
}

/* A lane on which something was left unanswered is not used again. */
static void lane_give(size_t lane, int fd, bool whole)
{
    if (!whole) {
        close(fd);
    }
    must(pthread_mutex_lock(&apart.lock) == 0);
    apart.lanes[lane] = whole ? fd : GONE;
    must(pthread_cond_signal(&apart.freed) == 0);
    must(pthread_mutex_unlock(&apart.lock) == 0);
}

static bool wait_for(int fd, int seconds, const atomic_bool *stop)
{
    for (int waited = 0; waited < (seconds + SPARE_SECONDS) * 1000 && !is_over(stop); waited += LOOK_MS) {
        struct pollfd one = {.fd = fd, .events = POLLIN};
        if (poll(&one, 1, LOOK_MS) > 0) {
            return true;
        }
    }
    return false;
}

const struct error *apart_ask(struct arena *arena, const struct question *question, const atomic_bool *stop,
                              struct answer *ret_answer)
{
    int fd;
    size_t lane = lane_take(stop, &fd);
    if (lane == LANES) {
        return error_new(arena, ERROR_IO, "the messenger has ended");
    }
    bool whole = question_give(arena, fd, question) && wait_for(fd, question->seconds, stop) &&
                 answer_take(arena, fd, ret_answer);
    lane_give(lane, fd, whole);
    return whole ? NULL : error_new(arena, ERROR_IO, "the messenger gave no answer");
}
