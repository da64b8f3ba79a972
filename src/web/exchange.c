#include "web/exchange.h"

#include "base/must.h"
#include "base/text.h"
#include "web/gate.h"
#include "web/receive.h"
#include "web/respond.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

enum { WARM_ARENAS = 64 };

void exchanges_make(struct arena *arena, struct server *server)
{
    struct exchange *exchanges = arena_many(arena, struct exchange, server->limits.connections);
    for (unsigned i = 0; i < server->limits.connections; i++) {
        exchanges[i].server = server;
        exchanges[i].next_free = server->free;
        server->free = &exchanges[i];
    }
    must(pthread_mutex_init(&server->lock, NULL) == 0);
}

void exchanges_free(struct server *server)
{
    for (struct exchange *exchange = server->free; exchange != NULL; exchange = exchange->next_free) {
        arena_free(exchange->arena);
        exchange->arena = NULL;
    }
    must(pthread_mutex_destroy(&server->lock) == 0);
}

static struct exchange *exchange_take(struct server *server)
{
    must(pthread_mutex_lock(&server->lock) == 0);
    struct exchange *exchange = server->free;
    if (exchange != NULL) {
        server->free = exchange->next_free;
        server->warm -= exchange->arena != NULL;
    }
    must(pthread_mutex_unlock(&server->lock) == 0);
    if (exchange != NULL && exchange->arena == NULL) {
        exchange->arena = arena_new(server->limits.request_memory);
    }
    return exchange;
}

static void exchange_give(struct exchange *exchange)
{
    struct server *server = exchange->server;
    struct arena *arena = exchange->arena;
    if (arena != NULL) {
        arena_reset(arena);
    }
    *exchange = (struct exchange){.server = server};
    must(pthread_mutex_lock(&server->lock) == 0);
    /* a burst must not keep its memory for ever */
    bool keep = arena != NULL && server->warm < WARM_ARENAS;
    exchange->arena = keep ? arena : NULL;
    server->warm += keep;
    exchange->next_free = server->free;
    server->free = exchange;
    must(pthread_mutex_unlock(&server->lock) == 0);
    if (!keep) {
        arena_free(arena);
    }
}

bool exchange_attempt(struct exchange *exchange, void (*part)(struct exchange *))
{
    if (exchange->arena == NULL) {
        exchange->standing = STANDING_BUSY;
        return false;
    }
    if (setjmp(*arena_edge(exchange->arena)) != 0) {
        arena_no_edge(exchange->arena);
        exchange->standing = STANDING_BUSY;
        return false;
    }
    part(exchange);
    arena_no_edge(exchange->arena);
    return true;
}

/* ---- the request, as libmicrohttpd tells it ---- */

static void keep_target(struct exchange *exchange)
{
    exchange->target = arena_copy(exchange->arena, exchange->target);
}

/* The only place where the target is seen as it was sent: libmicrohttpd cuts it up afterwards. */
void *exchange_on_target(void *context, const char *target, struct MHD_Connection *connection)
{
    struct exchange *exchange = exchange_take(context);
    if (exchange != NULL) {
        exchange->connection = connection;
        exchange->target = target;
        exchange->began = clock_steady_ms();
        exchange_attempt(exchange, keep_target);
    }
    return exchange;
}

/* A child who is hidden from this reader costs some work, one whom nobody knows costs none: who measures is
 * to see the same of both. */
static void wait_for_step(struct timespec began, unsigned step_ms)
{
    enum { NS_PER_MS = 1000000, NS_PER_SECOND = 1000000000 };
    struct timespec now;
    must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    int64_t step = (int64_t)step_ms * NS_PER_MS;
    int64_t took = (int64_t)(now.tv_sec - began.tv_sec) * NS_PER_SECOND + now.tv_nsec - began.tv_nsec;
    int64_t end = began.tv_nsec + (took / step + 1) * step;
    struct timespec until = {.tv_sec = began.tv_sec + end / NS_PER_SECOND, .tv_nsec = end % NS_PER_SECOND};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {
    }
}

static void answer(struct exchange *exchange)
{
    struct timespec began;
    must(clock_gettime(CLOCK_MONOTONIC, &began) == 0);
    exchange->request.body = exchange->body == NULL ? "" : exchange->body;
    exchange->request.body_size = exchange->body_size;
    site_answer(&exchange->request, &exchange->reply);
    if (exchange->request.searched) {
        wait_for_step(began, exchange->server->limits.search_step_ms);
    }
    exchange->state = EXCHANGE_READY;
}

static int descriptor_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    must(info != NULL);
    return info->connect_fd;
}

/* A connection for which there is no room stays unknown to the gate, and gate_saw refuses what it asks. */
void exchange_on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                            enum MHD_ConnectionNotificationCode code)
{
    (void)socket_context;
    struct server *server = context;
    int fd = descriptor_of(connection);
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        gate_close(server->gate, fd);
    } else if (!gate_open(server->gate, fd)) {
        (void)shutdown(fd, SHUT_RDWR);
    }
}

/* Who has waited longer than that will have gone, or asked again: the turn is for those who still wait. */
static bool too_late(const struct exchange *exchange)
{
    const struct server *server = exchange->server;
    return gate_waited_ms(server->gate, exchange->fd) > (int64_t)server->limits.lag_ms;
}

void exchange_work(void *item)
{
    struct exchange *exchange = item;
    exchange_attempt(exchange, answer);
    exchange->state = EXCHANGE_READY;
    MHD_resume_connection(exchange->connection);
}

static bool may_wait(const struct request *request)
{
    return request->is_post || (request->route != NULL && request->route->body == BODY_WAITS);
}

enum MHD_Result exchange_on_request(void *context, struct MHD_Connection *connection, const char *url,
                                    const char *method, const char *version, const char *upload,
                                    size_t *upload_size, void **exchange_of)
{
    (void)context;
    (void)url;
    (void)version;
    struct exchange *exchange = *exchange_of;
    if (exchange == NULL) {
        return MHD_NO; /* more requests at once than there are connections: cannot be */
    }
    switch (exchange->state) {
    case EXCHANGE_NEW:
        exchange->connection = connection;
        exchange->method = method;
        exchange->fd = descriptor_of(connection);
        if (!gate_saw(exchange->server->gate, exchange->fd)) {
            return MHD_NO; /* never: it would mean that its bytes went past the gate */
        }
        if (too_late(exchange)) {
            exchange->standing = STANDING_BUSY;
        }
        if (exchange->standing != STANDING_NONE || !exchange_attempt(exchange, receive_begin)) {
            exchange->state = EXCHANGE_READY;
        }
        /* libmicrohttpd closes a connection that is answered before the end of the request: only as a
           refusal of a body that is not to be read */
        if (exchange->state == EXCHANGE_READY && receive_has_body(&exchange->request) &&
            !receive_hears_out(exchange)) {
            return respond(exchange);
        }
        return MHD_YES;
    case EXCHANGE_BODY:
        if (*upload_size > 0) {
            exchange->chunk = upload;
            exchange->chunk_size = *upload_size;
            *upload_size = 0;
            if (!exchange_attempt(exchange, receive_chunk)) {
                exchange->state = EXCHANGE_READY;
            }
            return MHD_YES;
        }
        if (may_wait(&exchange->request)) {
            exchange->state = EXCHANGE_WORKING;
            MHD_suspend_connection(connection);
            if (!workers_submit(exchange->server->workers, exchange)) {
                exchange->standing = STANDING_BUSY;
                exchange->state = EXCHANGE_READY;
                MHD_resume_connection(connection);
            }
            return MHD_YES;
        }
        exchange_attempt(exchange, answer);
        return respond(exchange);
    case EXCHANGE_WORKING:
        return MHD_YES;
    case EXCHANGE_READY:
        if (*upload_size > 0) {
            *upload_size = 0; /* the rest of a body that is refused */
            return MHD_YES;
        }
        return respond(exchange);
    }
    return MHD_NO;
}

static void log_line(const struct exchange *exchange)
{
    char now[INSTANT_TEXT];
    instant_format(clock_now(), now);
    const struct route *route = exchange->request.route;
    const char *pattern = exchange->asset != NULL ? exchange->asset->path
                          : route != NULL         ? route->pattern
                                                  : "-";
    bool known = exchange->method != NULL &&
                 (strcmp(exchange->method, "GET") == 0 || strcmp(exchange->method, "POST") == 0 ||
                  strcmp(exchange->method, "HEAD") == 0);
    /* the pattern and not the path: a reference is nobody's business in a log */
    fprintf(stderr, "%s %s %s %d %lldms %s\n", now, known ? exchange->method : "-", pattern, exchange->status,
            (long long)(clock_steady_ms() - exchange->began),
            exchange->request.request_id == NULL ? "-" : exchange->request.request_id);
}

void exchange_on_completed(void *context, struct MHD_Connection *connection, void **exchange_of,
                           enum MHD_RequestTerminationCode code)
{
    (void)context;
    (void)connection;
    (void)code;
    struct exchange *exchange = *exchange_of;
    if (exchange != NULL) {
        gate_answered(exchange->server->gate, exchange->fd);
        if (!exchange->server->quiet && exchange->status != 0) {
            log_line(exchange);
        }
        if (exchange->under_way) {
            const char *client = exchange->request.client;
            rates_leave(exchange->server->addresses, client, strlen(client));
        }
        if (exchange->request.note != NULL) {
            fprintf(stderr, "waymark: %s %s\n", exchange->request.note,
                    exchange->request.request_id == NULL ? "-" : exchange->request.request_id);
        }
        exchange_give(exchange);
        *exchange_of = NULL;
    }
}
