#include "web/gate.h"

#include "base/instant.h"
#include "base/must.h"
#include "web/framing.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    SPARE = 64, /* descriptors beside connections: store, log, epoll, listening */
    SWEEP_MS = 500,
    HURRY_SECONDS = 2, /* patience when three of four places are taken */
    CROWD = 32,        /* connections that one waits behind, when one waits */
    DRAIN = 64 * 1024,
    LAG_BELIEVED_MS = 60 * 1000 /* more is a clock that was set */
};

/* What one connection is at, for the sweep; the rest only its own event loop touches. */
struct link {
    _Atomic int64_t since; /* when it came to be so */
    _Atomic int phase;
    struct framing framing;
    int64_t accepted_ms; /* on the clock of the kernel's time stamps */
    int64_t waited_ms;
    bool seen;
    bool answering;
};
enum phase { CLOSED, IDLE, HEAD, BODY, WORKING, SENDING };

struct gate {
    struct gate_limits limits;
    const char *refusal;
    size_t room;
    struct link *links; /* by descriptor */
    atomic_uint open;
    pthread_mutex_t lock; /* held to close or to sweep: a descriptor is not closed under the sweep */
    pthread_cond_t stop;
    pthread_t sweeper;
    bool stopping;
};

/* One server a process; recv has no other way to know. */
static _Atomic(struct gate *) the_gate;

static void become(struct link *link, enum phase phase)
{
    if (atomic_load_explicit(&link->phase, memory_order_relaxed) != (int)phase) {
        atomic_store_explicit(&link->since, clock_steady_ms(), memory_order_relaxed);
        atomic_store_explicit(&link->phase, (int)phase, memory_order_release);
    }
}

/* ---- slowness */

static unsigned patience(const struct gate *gate, enum phase phase, bool hurry)
{
    switch (phase) {
    case IDLE:
        return hurry ? HURRY_SECONDS : gate->limits.idle_seconds;
    case HEAD:
        return hurry ? HURRY_SECONDS : gate->limits.head_seconds;
    case BODY:
        return hurry ? HURRY_SECONDS * 3 : gate->limits.body_seconds;
    case SENDING:
        return hurry ? HURRY_SECONDS * 3 : gate->limits.send_seconds;
    case CLOSED:
    case WORKING:
        break;
    }
    return 0;
}

static void sweep(struct gate *gate)
{
    int64_t now = clock_steady_ms();
    bool hurry = atomic_load(&gate->open) > gate->limits.connections / 4 * 3;
    for (size_t fd = 0; fd < gate->room; fd++) {
        struct link *link = &gate->links[fd];
        enum phase phase = (enum phase)atomic_load_explicit(&link->phase, memory_order_acquire);
        unsigned seconds = patience(gate, phase, hurry);
        if (seconds > 0 && now - atomic_load_explicit(&link->since, memory_order_relaxed) >
                               (int64_t)seconds * MS_PER_SECOND) {
            /* its event loop sees the end and closes it */
            (void)shutdown((int)fd, SHUT_RDWR);
        }
    }
}

static void *sweep_on(void *argument)
{
    struct gate *gate = argument;
    must(pthread_mutex_lock(&gate->lock) == 0);
    while (!gate->stopping) {
        struct timespec until;
        must(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
        until.tv_nsec += (long)SWEEP_MS * 1000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        int waited = pthread_cond_timedwait(&gate->stop, &gate->lock, &until);
        must(waited == 0 || waited == ETIMEDOUT);
        sweep(gate);
    }
    must(pthread_mutex_unlock(&gate->lock) == 0);
    return NULL;
}

const struct error *gate_new(struct arena *arena, const struct gate_limits *limits, const char *refusal,
                             struct gate **ret_gate)
{
    struct gate *gate = arena_one(arena, struct gate);
    struct rlimit files;
    size_t wanted = (size_t)limits->connections + SPARE;
    must(getrlimit(RLIMIT_NOFILE, &files) == 0);
    if (files.rlim_cur < wanted) {
        files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    if (files.rlim_cur < wanted) {
        return error_new(arena, ERROR_BAD_INPUT,
                         "%u connections need %zu open files, and only %llu are allowed", limits->connections,
                         wanted, (unsigned long long)files.rlim_max);
    }
    gate->limits = *limits;
    gate->refusal = refusal;
    gate->room = wanted * 2;
    gate->links = arena_many(arena, struct link, gate->room);
    pthread_condattr_t attributes;
    must(pthread_condattr_init(&attributes) == 0);
    must(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
    must(pthread_mutex_init(&gate->lock, NULL) == 0);
    must(pthread_cond_init(&gate->stop, &attributes) == 0);
    must(pthread_condattr_destroy(&attributes) == 0);
    if (pthread_create(&gate->sweeper, NULL, sweep_on, gate) != 0) {
        return error_new(arena, ERROR_BUSY, "cannot start a thread");
    }
    atomic_store(&the_gate, gate);
    *ret_gate = gate;
    return NULL;
}

void gate_free(struct gate *gate)
{
    must(pthread_mutex_lock(&gate->lock) == 0);
    gate->stopping = true;
    must(pthread_cond_signal(&gate->stop) == 0);
    must(pthread_mutex_unlock(&gate->lock) == 0);
    must(pthread_join(gate->sweeper, NULL) == 0);
    atomic_store(&the_gate, NULL);
    must(pthread_cond_destroy(&gate->stop) == 0);
    must(pthread_mutex_destroy(&gate->lock) == 0);
}

/* ---- connections */

static int64_t real_ms(const struct timespec *time)
{
    return (int64_t)time->tv_sec * MS_PER_SECOND + time->tv_nsec / 1000000;
}

static int64_t real_now(void)
{
    struct timespec now;
    must(clock_gettime(CLOCK_REALTIME, &now) == 0);
    return real_ms(&now);
}

bool gate_open(struct gate *gate, int fd)
{
    if (fd < 0 || (size_t)fd >= gate->room) {
        return false;
    }
    struct link *link = &gate->links[fd];
    int on = 1;
    (void)setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    framing_init(&link->framing);
    link->answering = false;
    link->seen = false;
    link->waited_ms = 0;
    link->accepted_ms = real_now();
    become(link, IDLE);
    atomic_fetch_add(&gate->open, 1);
    return true;
}

static struct link *link_of(struct gate *gate, int fd)
{
    if (gate == NULL || fd < 0 || (size_t)fd >= gate->room) {
        return NULL;
    }
    struct link *link = &gate->links[fd];
    return atomic_load_explicit(&link->phase, memory_order_acquire) == CLOSED ? NULL : link;
}

void gate_close(struct gate *gate, int fd)
{
    struct link *link = link_of(gate, fd);
    if (link != NULL) {
        must(pthread_mutex_lock(&gate->lock) == 0);
        become(link, CLOSED);
        must(pthread_mutex_unlock(&gate->lock) == 0);
        atomic_fetch_sub(&gate->open, 1);
    }
}

bool gate_saw(struct gate *gate, int fd)
{
    const struct link *link = link_of(gate, fd);
    return link != NULL && link->seen;
}

void gate_answering(struct gate *gate, int fd)
{
    struct link *link = link_of(gate, fd);
    if (link != NULL) {
        link->answering = true;
        become(link, SENDING);
    }
}

void gate_answered(struct gate *gate, int fd)
{
    struct link *link = link_of(gate, fd);
    if (link != NULL) {
        link->answering = false;
        become(link, framing_between(&link->framing) ? IDLE : HEAD);
    }
}

int64_t gate_waited_ms(struct gate *gate, int fd)
{
    const struct link *link = link_of(gate, fd);
    return link == NULL || atomic_load(&gate->open) < CROWD ? 0 : link->waited_ms;
}

/* ---- bytes */

/* Says 400, unless an answer is on its way already, and ends the connection so that the answer arrives. */
static void refuse(const struct gate *gate, const struct link *link, int fd, gnutls_session_t session)
{
    if (!link->answering && session != NULL) {
        (void)gnutls_record_send(session, gate->refusal, strlen(gate->refusal));
        (void)gnutls_bye(session, GNUTLS_SHUT_WR);
    } else if (!link->answering) {
        (void)send(fd, gate->refusal, strlen(gate->refusal), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    (void)shutdown(fd, SHUT_WR);
    char rest[1024];
    struct iovec part = {rest, sizeof rest};
    for (int read = 0; read < DRAIN / (int)sizeof rest; read++) {
        struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
        if (recvmsg(fd, &message, MSG_DONTWAIT) <= 0) {
            break; /* what lies unread when a socket closes takes the answer with it */
        }
    }
}

/* Waiting to be accepted does not count: then all places were taken, and it has a place now. */
static int64_t lag(const struct link *link, struct msghdr *message)
{
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL; part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec came;
            memcpy(&came, CMSG_DATA(part), sizeof came);
            int64_t since = real_ms(&came) > link->accepted_ms ? real_ms(&came) : link->accepted_ms;
            int64_t ms = real_now() - since;
            return ms < 0 || ms > LAG_BELIEVED_MS ? 0 : ms;
        }
    }
    return 0;
}

/* The next plain bytes of a connection. */
static bool pass(struct link *link, const void *bytes, size_t size)
{
    struct framing *framing = &link->framing;
    if (!framing_take(framing, bytes, size)) {
        return false;
    }
    bool in_head = framing_in_head(framing);
    link->seen = link->seen || framing->requests > 0 || !in_head;
    if (!link->answering) {
        become(link, in_head ? HEAD : framing_between(framing) ? WORKING : BODY);
    }
    return true;
}

/* The one that libmicrohttpd calls, and GnuTLS for it. */
ssize_t recv(int fd, void *bytes, size_t size, int flags)
{
    _Alignas(struct cmsghdr) char room[256];
    struct iovec part = {bytes, size};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    ssize_t got = recvmsg(fd, &message, flags);
    struct gate *gate = atomic_load(&the_gate);
    struct link *link = link_of(gate, fd);
    if (got <= 0 || link == NULL || (flags & MSG_PEEK) != 0) {
        return got;
    }
    link->waited_ms = lag(link, &message);
    if (!gate->limits.tls && !pass(link, bytes, (size_t)got)) {
        refuse(gate, link, fd, NULL);
        errno = ECONNRESET;
        return -1;
    }
    return got;
}

/* The one that libmicrohttpd calls where it speaks TLS: the same as the library's, which also tells a number
 * that nobody asked for. */
ssize_t gnutls_record_recv(gnutls_session_t session, void *bytes, size_t size)
{
    unsigned char number[8];
    ssize_t got = gnutls_record_recv_seq(session, bytes, size, number);
    struct gate *gate = atomic_load(&the_gate);
    int fd = gnutls_transport_get_int(session);
    struct link *link = link_of(gate, fd);
    if (got <= 0 || link == NULL) {
        return got;
    }
    if (!pass(link, bytes, (size_t)got)) {
        refuse(gate, link, fd, session);
        return GNUTLS_E_PULL_ERROR;
    }
    return got;
}
