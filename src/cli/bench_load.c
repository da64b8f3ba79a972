/*
 * A client of many connections that are kept alive, on one thread (epoll). Each connection asks, awaits the
 * whole answer, and asks again; the time between is what a user waits.
 */
#include "cli/bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 256, ANSWER_BYTES = 1 << 20, HEAD_BYTES = 16384, MOST_TIMES = 4 << 20 };

struct connection_state {
    int fd;
    int64_t asked_ns;
    size_t head_size;
    size_t body_left;
    bool in_body;
    int status;
    char head[HEAD_BYTES];
};

struct run {
    const struct bench_load *load;
    int epoll;
    struct connection_state *connections;
    size_t next_request;
    double *times;
    size_t time_count;
    uint64_t wrong;
    size_t bytes;
};

int bench_connect(int port, uint32_t source)
{
    struct sockaddr_in from = {.sin_family = AF_INET};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    from.sin_addr.s_addr = htonl(0x7f000000U | source);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;
    if (fd >= 0 && (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
                    bind(fd, (const struct sockaddr *)(const void *)&from, sizeof from) != 0 ||
                    connect(fd, (const struct sockaddr *)(const void *)&address, sizeof address) != 0)) {
        close(fd);
        return -1;
    }
    return fd;
}

static bool send_all(int fd, const char *text)
{
    size_t size = strlen(text);
    while (size > 0) {
        ssize_t sent = send(fd, text, size, MSG_NOSIGNAL);
        if (sent < 0) {
            return false;
        }
        text += sent;
        size -= (size_t)sent;
    }
    return true;
}

/* Where the head ends, or NULL while it does not. */
static const char *head_end(const char *head, size_t size)
{
    const char *end = memmem(head, size, "\r\n\r\n", 4);
    return end == NULL ? NULL : end + 4;
}

static bool read_head(const char *head, size_t size, int *ret_status, size_t *ret_length)
{
    const char *length = NULL;
    for (const char *line = head; line != NULL && length == NULL && line < head + size;) {
        if (strncasecmp(line, "Content-Length:", 15) == 0) {
            length = line + 15;
        }
        line = memmem(line, size - (size_t)(line - head), "\r\n", 2);
        line = line == NULL ? NULL : line + 2;
    }
    if (size < 12 || length == NULL) {
        return false;
    }
    *ret_status = (int)strtol(head + 9, NULL, 10);
    *ret_length = (size_t)strtoul(length, NULL, 10);
    return true;
}

/* ---- one answer ---- */

const struct error *bench_ask(struct arena *arena, int connection, const char *request,
                              struct bench_answer *ret_answer)
{
    char *answer = arena_alloc(arena, ANSWER_BYTES + 1);
    struct bench_answer found = {.head = answer};
    size_t size = 0;
    int64_t began = bench_ns();
    bool good = connection >= 0 && send_all(connection, request);
    while (good && size < ANSWER_BYTES &&
           (found.body == NULL || size < (size_t)(found.body - answer) + found.size)) {
        ssize_t got = recv(connection, answer + size, ANSWER_BYTES - size, 0);
        good = got > 0;
        size += good ? (size_t)got : 0;
        found.body = found.body == NULL ? head_end(answer, size) : found.body;
        good = good && (found.body == NULL ||
                        read_head(answer, (size_t)(found.body - answer), &found.status, &found.size));
    }
    found.us = (double)(bench_ns() - began) / 1e3;
    answer[size] = '\0';
    if (!good || found.body == NULL) {
        return error_new(arena, ERROR_IO, "the server gives no answer");
    }
    *ret_answer = found;
    return NULL;
}

const struct error *bench_get(struct bench *bench, int port, const char *request, int *ret_status,
                              const char **ret_body, size_t *ret_size)
{
    struct bench_answer answer = {0};
    int fd = bench_connect(port, INADDR_LOOPBACK & 0xffffffU);
    const struct error *error = bench_ask(bench->arena, fd, request, &answer);
    if (fd >= 0) {
        close(fd);
    }
    TRY(error);
    *ret_status = answer.status;
    *ret_body = answer.body;
    *ret_size = answer.size;
    return NULL;
}

/* ---- many ---- */

static bool ask(struct run *run, struct connection_state *connection)
{
    const char *request = run->load->requests[run->next_request++ % run->load->request_count];
    connection->head_size = 0;
    connection->in_body = false;
    connection->asked_ns = bench_ns();
    return send_all(connection->fd, request);
}

static bool answered(struct run *run, struct connection_state *connection)
{
    if (run->time_count < MOST_TIMES) {
        run->times[run->time_count++] = (double)(bench_ns() - connection->asked_ns) / 1e6;
    }
    run->wrong += connection->status != 200;
    return ask(run, connection);
}

/* What has come on a connection; false when it is broken. */
static bool take(struct run *run, struct connection_state *connection, const char *bytes, size_t size)
{
    if (!connection->in_body) {
        if (connection->head_size + size > HEAD_BYTES) {
            size_t room = HEAD_BYTES - connection->head_size; /* the rest is body */
            memcpy(connection->head + connection->head_size, bytes, room);
        } else {
            memcpy(connection->head + connection->head_size, bytes, size);
        }
        size_t had = connection->head_size;
        size_t have = had + size < HEAD_BYTES ? had + size : HEAD_BYTES;
        const char *end = head_end(connection->head, have);
        if (end == NULL) {
            connection->head_size = have;
            return have < HEAD_BYTES;
        }
        size_t head = (size_t)(end - connection->head);
        size_t length;
        if (!read_head(connection->head, head, &connection->status, &length) || had + size - head > length) {
            return false;
        }
        run->bytes = length;
        connection->in_body = true;
        connection->body_left = length - (had + size - head);
    } else if (size > connection->body_left) {
        return false;
    } else {
        connection->body_left -= size;
    }
    return connection->body_left > 0 || answered(run, connection);
}

static bool open_all(struct run *run)
{
    for (int i = 0; i < run->load->connections; i++) {
        struct connection_state *connection = &run->connections[i];
        connection->fd = bench_connect(run->load->port, INADDR_LOOPBACK & 0xffffffU);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
        if (connection->fd < 0 || epoll_ctl(run->epoll, EPOLL_CTL_ADD, connection->fd, &event) != 0 ||
            !ask(run, connection)) {
            return false;
        }
    }
    return true;
}

static bool serve_until(struct run *run, char *bytes, int64_t end)
{
    struct epoll_event events[MOST_CONNECTIONS];
    while (bench_ns() < end) {
        int count = epoll_wait(run->epoll, events, MOST_CONNECTIONS, 100);
        for (int i = 0; i < count; i++) {
            struct connection_state *connection = &run->connections[events[i].data.u32];
            ssize_t got = recv(connection->fd, bytes, ANSWER_BYTES, MSG_DONTWAIT);
            if (got <= 0 ? got == 0 || errno != EAGAIN : !take(run, connection, bytes, (size_t)got)) {
                return false;
            }
        }
    }
    return true;
}

const struct error *bench_load_run(struct arena *arena, const struct bench_load *load,
                                   struct bench_answers *ret_answers)
{
    struct run run = {.load = load,
                      .epoll = epoll_create1(EPOLL_CLOEXEC),
                      .connections = arena_many(arena, struct connection_state, (size_t)load->connections),
                      .times = arena_many(arena, double, MOST_TIMES)};
    char *bytes = arena_alloc(arena, ANSWER_BYTES);
    for (int i = 0; i < load->connections; i++) {
        run.connections[i].fd = -1;
    }
    int64_t began = bench_ns();
    bool good = run.epoll >= 0 && open_all(&run) && serve_until(&run, bytes, began + load->ns);
    double seconds = (double)(bench_ns() - began) / 1e9;
    for (int i = 0; i < load->connections; i++) {
        if (run.connections[i].fd >= 0) {
            close(run.connections[i].fd);
        }
    }
    if (run.epoll >= 0) {
        close(run.epoll);
    }
    if (!good) {
        return error_of(ERROR_IO);
    }
    *ret_answers = (struct bench_answers){.per_second = (double)run.time_count / seconds,
                                          .p50_ms = bench_centile(run.times, run.time_count, 50),
                                          .p99_ms = bench_centile(run.times, run.time_count, 99),
                                          .bytes = run.bytes,
                                          .wrong = run.wrong};
    return NULL;
}
