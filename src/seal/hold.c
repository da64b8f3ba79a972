#include "seal/hold.h"

#include "base/must.h"
#include "seal/lately.h"

#include <stdlib.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE_MEMORY = 64 << 20, MOST_WAITS = 4, LONGEST_WAIT_MS = 250 };

struct hold {
    pthread_mutex_t lock;
    struct holder *holder; /* NULL: in a process of its own */
    int fd;
    pid_t pid;
    struct lately *lately; /* what that process gave out within the minute; NULL: inside */
};

static int64_t steady_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- who asks
 * ---------------------------------------------------------------------------------------------------- */

static _Thread_local struct id using_account;
static _Thread_local char using_act[ASK_ACT];

void keyring_use(struct id account, const char *act)
{
    using_account = account;
    memset(using_act, 0, sizeof using_act);
    (void)snprintf(using_act, sizeof using_act, "%s", act);
}

/* ---- the process
 * ------------------------------------------------------------------------------------------------- */

static bool send_bytes(int fd, const uint8_t *bytes, size_t size)
{
    return TEMP_FAILURE_RETRY(send(fd, bytes, size, MSG_NOSIGNAL)) == (ssize_t)size;
}

/* At most `size` bytes of one message; 0 at the end, less on an error. */
static ssize_t receive_bytes(int fd, uint8_t *bytes, size_t size)
{
    return TEMP_FAILURE_RETRY(recv(fd, bytes, size, MSG_TRUNC));
}

static bool answer(int fd, const struct reply *reply, enum ask_kind kind)
{
    uint8_t bytes[REPLY_BYTES];
    reply_write(reply, kind, bytes);
    bool sent = send_bytes(fd, bytes, sizeof bytes);
    sodium_memzero(bytes, sizeof bytes);
    return sent;
}

static void answer_all(int fd, struct holder *holder)
{
    uint8_t bytes[REQUEST_BYTES];
    ssize_t got;
    bool goes_on = true;
    while (goes_on && (got = receive_bytes(fd, bytes, sizeof bytes)) > 0) {
        struct request request;
        struct reply reply = {.code = ERROR_BAD_INPUT};
        enum ask_kind kind = ASK_KINDS;
        if (request_read(bytes, (size_t)got, &request)) {
            kind = request.kind;
            holder_answer(holder, steady_now(), &request, &reply);
        }
        goes_on = answer(fd, &reply, kind);
        sodium_memzero(&reply, sizeof reply);
        sodium_memzero(bytes, sizeof bytes);
    }
}

/* Nothing of this process may be seen from outside, and nothing of the other's is kept. */
static void shut_off(int fd, const char *source)
{
    struct rlimit none = {0, 0};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT};
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    (void)prctl(PR_SET_NAME, "waymark-keys");
    (void)setrlimit(RLIMIT_CORE, &none);
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    (void)dup2(nothing, STDOUT_FILENO); /* somebody may wait for its end */
    (void)mlockall(MCL_CURRENT);        /* what does not fit is locked piece by piece by libsodium */
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        (void)sigaction(signals[i], &ignore, NULL);
    }
    int keep = strncmp(source, "fd:", 3) == 0 ? (int)strtol(source + 3, NULL, 10) : fd;
    for (int other = STDERR_FILENO + 1; other < 1024; other++) {
        if (other != fd && other != keep) {
            close(other);
        }
    }
}

_Noreturn static void be_the_process(int fd, const struct key_place *place, const struct key_limits *limits)
{
    struct keystore *keystore = NULL;
    struct reply ready = {.code = ERROR_NONE};
    shut_off(fd, place->source);
    struct arena *arena = arena_new(MESSAGE_MEMORY);
    const struct error *error = arena == NULL
                                    ? error_of(ERROR_BUSY)
                                    : keystore_open(arena, place->keystore, place->source, &keystore);
    struct holder *holder = error == NULL ? holder_new(keystore, limits) : NULL;
    if (holder == NULL) {
        ready.code = error == NULL ? ERROR_BUSY : error->code;
        (void)snprintf(ready.detail, sizeof ready.detail, "%s",
                       error != NULL && error->detail != NULL ? error->detail : "no memory for the keys");
    }
    master_forget();
    arena_free(arena);
    if (answer(fd, &ready, ASK_KINDS) && holder != NULL) {
        answer_all(fd, holder);
    }
    holder_free(holder);
    _exit(0);
}

/* ---- beginning and ending
 * ---------------------------------------------------------------------------------------- */

static const struct error *error_of_reply(struct arena *arena, const struct reply *reply)
{
    return reply->code == ERROR_NONE  ? NULL
           : reply->detail[0] == '\0' ? error_of(reply->code)
                                      : error_new(arena, reply->code, "%s", reply->detail);
}

static struct hold *hold_new(void)
{
    struct hold *hold = sodium_malloc(sizeof *hold);
    if (hold != NULL) {
        *hold = (struct hold){.fd = -1};
        pthread_mutex_init(&hold->lock, NULL);
    }
    return hold;
}

struct hold *hold_inside(struct holder *holder)
{
    struct hold *hold = hold_new();
    if (hold == NULL) {
        holder_free(holder);
        return NULL;
    }
    hold->holder = holder;
    return hold;
}

static const struct error *ended(struct arena *arena)
{
    return error_new(arena, ERROR_KEY, "the process that holds the keys has ended");
}

/* The first message: whether the keystore opened. */
static const struct error *wait_ready(struct arena *arena, int fd)
{
    uint8_t bytes[REPLY_BYTES];
    struct reply reply = {0};
    ssize_t got = receive_bytes(fd, bytes, sizeof bytes);
    if (!reply_read(bytes, (size_t)got, ASK_KINDS, &reply)) {
        return ended(arena);
    }
    return error_of_reply(arena, &reply);
}

const struct error *hold_begin(struct arena *arena, const struct key_place *place,
                               const struct key_limits *limits, struct hold **ret_hold)
{
    int pair[2];
    struct hold *hold = hold_new();
    struct lately *lately = lately_new();
    if (hold == NULL || lately == NULL || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        lately_free(lately);
        sodium_free(hold);
        return error_new(arena, ERROR_BUSY, "no process to hold the keys: %s", strerror(errno));
    }
    hold->lately = lately;
    pid_t parent = getpid();
    hold->pid = fork();
    if (hold->pid == 0) {
        close(pair[0]);
        if (getppid() != parent) {
            _exit(1);
        }
        be_the_process(pair[1], place, limits);
    }
    close(pair[1]);
    hold->fd = pair[0];
    const struct error *error =
        hold->pid < 0 ? error_new(arena, ERROR_BUSY, "no process to hold the keys: %s", strerror(errno))
                      : wait_ready(arena, hold->fd);
    if (error != NULL) {
        hold_end(hold);
        return error;
    }
    *ret_hold = hold;
    return NULL;
}

void hold_end(struct hold *hold)
{
    if (hold->fd >= 0) {
        close(hold->fd);
    }
    if (hold->pid > 0) {
        (void)TEMP_FAILURE_RETRY(waitpid(hold->pid, NULL, 0));
    }
    holder_free(hold->holder);
    lately_free(hold->lately);
    pthread_mutex_destroy(&hold->lock);
    sodium_free(hold);
}

bool hold_lives(const struct hold *hold)
{
    siginfo_t info = {0};
    return hold->holder != NULL ||
           (waitid(P_PID, (id_t)hold->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0);
}

const uint8_t *hold_backup_key(const struct hold *hold)
{
    must(hold->holder != NULL); /* backups are made and read by commands */
    return holder_backup_key(hold->holder);
}

/* ---- asking
 * ------------------------------------------------------------------------------------------------------ */

static bool ask_process(struct hold *hold, const struct request *request, struct reply *ret_reply)
{
    uint8_t asked[REQUEST_BYTES];
    uint8_t bytes[REPLY_BYTES];
    request_write(request, asked);
    pthread_mutex_lock(&hold->lock);
    bool good = send_bytes(hold->fd, asked, sizeof asked) &&
                receive_bytes(hold->fd, bytes, sizeof bytes) == REPLY_BYTES;
    pthread_mutex_unlock(&hold->lock);
    good = good && reply_read(bytes, sizeof bytes, request->kind, ret_reply);
    sodium_memzero(bytes, sizeof bytes);
    return good;
}

static const struct error *ask_once(struct arena *arena, struct hold *hold, const struct request *request,
                                    struct reply *ret_reply)
{
    if (hold->holder != NULL) {
        pthread_mutex_lock(&hold->lock);
        holder_answer(hold->holder, steady_now(), request, ret_reply);
        pthread_mutex_unlock(&hold->lock);
    } else if (!ask_process(hold, request, ret_reply)) {
        return ended(arena);
    }
    return error_of_reply(arena, ret_reply);
}

static const struct error *ask(struct arena *arena, struct hold *hold, const struct request *request,
                               struct reply *ret_reply)
{
    const struct error *error = ask_once(arena, hold, request, ret_reply);
    /* a short wait is better than a refusal; a long one is said */
    for (int i = 0; i < MOST_WAITS && error != NULL && error->code == ERROR_TOO_MANY &&
                    ret_reply->number <= LONGEST_WAIT_MS;
         i++) {
        struct timespec wait = {0, (long)ret_reply->number * 1000000};
        nanosleep(&wait, NULL);
        error = ask_once(arena, hold, request, ret_reply);
    }
    return error;
}

/* What was given out within the minute to the same account need not be asked for again: the holder counts
 * what was not opened within the hour. */
static const struct error *open_lately(struct arena *arena, struct hold *hold, const struct request *request,
                                       struct reply *ret_reply)
{
    if (lately_recall(hold->lately, steady_now(), request, ret_reply)) {
        return NULL;
    }
    uint64_t turn = lately_turn(hold->lately);
    TRY(ask(arena, hold, request, ret_reply));
    lately_keep(hold->lately, steady_now(), turn, request, ret_reply);
    return NULL;
}

const struct error *hold_ask(struct arena *arena, struct hold *hold, struct request *request,
                             struct reply *ret_reply)
{
    request->account = using_account;
    memcpy(request->act, using_act, sizeof using_act);
    if (hold->lately != NULL && request->kind == ASK_OPEN && request_is_of_a_reader(request)) {
        return open_lately(arena, hold, request, ret_reply);
    }
    const struct error *error = ask(arena, hold, request, ret_reply);
    if (hold->lately != NULL && request->kind == ASK_DESTROY) {
        lately_forget(hold->lately);
    }
    return error;
}

void hold_tidy(struct hold *hold)
{
    if (hold->lately != NULL) {
        lately_tidy(hold->lately, steady_now());
    }
}
