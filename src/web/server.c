#include "web/server.h"

#include "base/must.h"
#include "base/text.h"
#include "web/gate.h"
#include "web/parse.h"
#include "web/workers.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    DEFAULT_BODY = 256 * 1024,
    DEFAULT_HEADERS = 32 * 1024,
    DEFAULT_MEMORY = 64 * 1024 * 1024,
    DEFAULT_CONNECTIONS = 4000,
    DEFAULT_IDLE = 20,
    DEFAULT_HEAD = 20,
    DEFAULT_TRANSFER = 60,
    DEFAULT_LAG_MS = 1000,
    DEFAULT_SEARCH_STEP_MS = 20,
    DEFAULT_WORKERS = 32,
    DEFAULT_WAITING = 256,
    DEFAULT_ADDRESS_RATE = 6000,
    DEFAULT_ACCOUNT_RATE = 600,
    MOST_LOOPS = 8,
    HEADERS = 64,
    HEARD_OUT = 8 * 1024 * 1024,
    WARM_ARENAS = 64,
    BACKLOG = 4096 /* what the kernel allows at most; it drops whoever comes beyond */
};

/* Answers that need no memory. */
enum standing_answer { STANDING_NONE, STANDING_BUSY, STANDING_OFTEN, STANDING_STRANGE, STANDINGS };
enum exchange_state { EXCHANGE_NEW, EXCHANGE_BODY, EXCHANGE_WORKING, EXCHANGE_READY };

/* One request and its answer, from the request line until the last byte is sent. */
struct exchange {
    struct server *server;
    struct exchange *next_free;
    struct arena *arena; /* kept warm between requests */
    struct MHD_Connection *connection;
    enum exchange_state state;
    const char *target;
    const char *method;
    struct request request;
    struct reply reply;
    const struct asset *asset;
    char *body;
    size_t body_size;
    size_t body_room;
    const char *chunk;
    size_t chunk_size;
    enum standing_answer standing; /* the answer is that one */
    bool under_way;                /* counted by address */
    int64_t began;
    int fd;
    int status;
};

struct server {
    struct site site;
    struct server_limits limits;
    bool quiet;
    struct MHD_Daemon *daemon;
    struct workers *workers;
    struct gate *gate;
    const char *address;
    struct MHD_Response **files; /* by asset */
    struct MHD_Response **unchanged;
    struct MHD_Response *pages[STANDINGS];
    struct MHD_Response *problems[STANDINGS]; /* the same for the API */
    struct rates *addresses;
    bool count_loopback;
    bool count_loopback_accounts;
    struct tls *tls; /* NULL: plain */
    struct front front;
    pthread_mutex_t lock; /* of the free list */
    struct exchange *free;
    size_t warm;
};

/* ---- exchanges ---- */

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

/* Runs a part of the work so that running out of memory ends this request and nothing else. */
static bool attempt(struct exchange *exchange, void (*part)(struct exchange *))
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
static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
    struct exchange *exchange = exchange_take(context);
    if (exchange != NULL) {
        exchange->connection = connection;
        exchange->target = target;
        exchange->began = clock_steady_ms();
        attempt(exchange, keep_target);
    }
    return exchange;
}

struct gather {
    struct pair *pairs;
    size_t count;
    bool wrong;
};

static enum MHD_Result on_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    (void)kind;
    struct gather *gather = context;
    if (gather->count == HEADERS) {
        gather->wrong = true;
        return MHD_NO;
    }
    if (value != NULL && text_is_valid(value, strlen(value))) {
        gather->pairs[gather->count++] = (struct pair){name, value};
    }
    return MHD_YES;
}

/* Who asks. False: nobody we answer, or not now. */
static bool know_client(struct exchange *exchange)
{
    struct server *server = exchange->server;
    struct request *request = &exchange->request;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct address peer = {{0}};
    if (info != NULL && info->client_addr != NULL) {
        (void)address_of(info->client_addr, &peer);
    }
    const struct forwarding forwarding = {.x_for = request_header(request, "X-Forwarded-For"),
                                          .x_proto = request_header(request, "X-Forwarded-Proto"),
                                          .forwarded = request_header(request, "Forwarded")};
    struct client client = front_client(&server->front, &peer, &forwarding);
    bool here = !client.by_proxy && address_is_loopback(&peer);
    request->client = address_text(exchange->arena, &client.address);
    request->uncounted = here && !server->count_loopback_accounts;
    if (client.plain || !front_host_is_ours(&server->front, request_header(request, "Host"))) {
        exchange->standing = STANDING_STRANGE;
        return false;
    }
    if (here && !server->count_loopback) {
        return true;
    }
    if (rates_enter(server->addresses, request->client, strlen(request->client), exchange->began) !=
        RATE_PASSES) {
        exchange->standing = STANDING_OFTEN;
        return false;
    }
    exchange->under_way = true;
    return true;
}

static const char *new_request_id(struct arena *arena)
{
    uint64_t bits;
    must(getrandom(&bits, sizeof bits, 0) == (ssize_t)sizeof bits);
    return arena_printf(arena, "%012llx", (unsigned long long)(bits >> 16));
}

/* A body where the method takes none is how requests are smuggled past a proxy. */
static bool has_body(const struct request *request)
{
    const char *length = request_header(request, "Content-Length");
    return request_header(request, "Transfer-Encoding") != NULL ||
           (length != NULL && strcmp(length, "0") != 0);
}

static bool announces_too_much(const struct exchange *exchange)
{
    const char *length = request_header(&exchange->request, "Content-Length");
    int64_t size;
    return length != NULL && (!number_parse(length, 0, INT64_MAX, &size) ||
                              (uint64_t)size > exchange->server->limits.body_bytes);
}

/* Who closes on what was not read takes the answer away with it: a person whose form is too large is to read
 * that it is, so what they send is let pass unread, within reason. */
static bool hears_out(const struct exchange *exchange)
{
    const char *length = request_header(&exchange->request, "Content-Length");
    int64_t size;
    return exchange->standing == STANDING_NONE && exchange->reply.status == 413 && length != NULL &&
           number_parse(length, 0, HEARD_OUT, &size) && request_header(&exchange->request, "Expect") == NULL;
}

static void refuse(struct exchange *exchange, const struct error *error)
{
    site_fail(&exchange->request, error, &exchange->reply);
    exchange->state = EXCHANGE_READY;
}

/* Where a target lies that cannot be read: under the table whose prefix it begins with. */
static const char *refused_under(const struct site *site, const char *target)
{
    const char *best = "/";
    for (size_t t = 0; t < site->table_count; t++) {
        const char *prefix = site->tables[t]->prefix;
        if (target != NULL && text_starts_with(target, prefix) && strlen(prefix) > strlen(best)) {
            best = prefix;
        }
    }
    return best;
}

static void begin(struct exchange *exchange)
{
    struct request *request = &exchange->request;
    const struct site *site = &exchange->server->site;
    request->arena = exchange->arena;
    request->site = site;
    request->request_id = new_request_id(exchange->arena);
    request->act = (struct act){.service = site->service, .arena = exchange->arena, .now = clock_now()};
    struct gather gather = {.pairs = arena_many(exchange->arena, struct pair, HEADERS)};
    MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, on_header, &gather);
    request->headers = gather.pairs;
    request->header_count = gather.count;
    const char *query;
    if (gather.wrong || !parse_target(exchange->arena, exchange->target, &request->path, &query)) {
        request->path = refused_under(site, exchange->target);
        refuse(exchange,
               error_new(exchange->arena, ERROR_BAD_INPUT, "the address or a header is not well-formed"));
        return;
    }
    bool get = strcmp(exchange->method, "GET") == 0 || strcmp(exchange->method, "HEAD") == 0;
    if (get && text_starts_with(request->path, "/assets/")) {
        exchange->asset = site_asset_at(site, request->path);
        if (exchange->asset != NULL) {
            exchange->state = EXCHANGE_READY;
            return;
        }
    }
    if (!know_client(exchange)) {
        exchange->state = EXCHANGE_READY;
        return;
    }
    if (!parse_pairs(exchange->arena, query, strlen(query), HEADERS, &request->query,
                     &request->query_count)) {
        refuse(exchange, error_new(exchange->arena, ERROR_BAD_INPUT, "the query is not well-formed"));
        return;
    }
    const struct error *error = site_route(request, &exchange->reply, exchange->method);
    if (error != NULL) {
        refuse(exchange, error);
    } else if (get && has_body(request)) {
        refuse(exchange, error_of(ERROR_BAD_INPUT));
    } else if (!get && announces_too_much(exchange)) {
        refuse(exchange, error_of(ERROR_TOO_LARGE));
    } else {
        exchange->state = EXCHANGE_BODY;
    }
}

static void take_chunk(struct exchange *exchange)
{
    size_t limit = exchange->server->limits.body_bytes;
    if (exchange->chunk_size > limit - exchange->body_size) {
        refuse(exchange, error_of(ERROR_TOO_LARGE));
        return;
    }
    size_t need = exchange->body_size + exchange->chunk_size + 1;
    if (need > exchange->body_room) {
        /* by what has come, not by what was announced: a thousand idle uploads hold nothing */
        size_t room = need * 2 < limit + 1 ? need * 2 : limit + 1;
        exchange->body = arena_grow(exchange->arena, exchange->body, exchange->body_size, room, 1);
        exchange->body_room = room;
    }
    memcpy(exchange->body + exchange->body_size, exchange->chunk, exchange->chunk_size);
    exchange->body_size += exchange->chunk_size;
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

/* ---- the reply ---- */

static void add_header(struct MHD_Response *response, const char *name, const char *text)
{
    must(MHD_add_response_header(response, name, text) == MHD_YES);
}

static struct MHD_Response *response_new(const struct site *site, const void *bytes, size_t size)
{
    /* libmicrohttpd only reads a persistent buffer, but its signature does not say so */
    void *unqualified = (void *)(uintptr_t)bytes; // NOLINT(performance-no-int-to-ptr)
    struct MHD_Response *response =
        MHD_create_response_from_buffer(size, unqualified, MHD_RESPMEM_PERSISTENT);
    if (response != NULL) {
        size_t count;
        const struct pair *headers = site_headers(site, &count);
        for (size_t i = 0; i < count; i++) {
            add_header(response, headers[i].name, headers[i].text);
        }
    }
    return response;
}

static const struct {
    enum error_code code; /* for the API */
    unsigned status;
    const char *title;
    const char *text;
} standings[STANDINGS] = {
    [STANDING_BUSY] = {ERROR_BUSY, 503, "The server is busy", "Go back, and try again in a moment."},
    [STANDING_OFTEN] = {ERROR_TOO_MANY, 429, "Too many requests from your network",
                        "Nothing was done. Wait a little, go back, and try again."},
    [STANDING_STRANGE] = {ERROR_BAD_INPUT, 421, "This is not the address of this server",
                          "Nothing was done. Use the address you were given; it begins with https://."},
};

/* Nothing is allocated for it. */
static enum MHD_Result send_standing(struct exchange *exchange)
{
    const struct server *server = exchange->server;
    const char *target = exchange->target;
    bool api = target != NULL && text_starts_with(target, "/api/");
    exchange->status = (int)standings[exchange->standing].status;
    return MHD_queue_response(exchange->connection, standings[exchange->standing].status,
                              api ? server->problems[exchange->standing] : server->pages[exchange->standing]);
}

static enum MHD_Result send_file(struct exchange *exchange)
{
    struct server *server = exchange->server;
    size_t index = (size_t)(exchange->asset - server->site.assets);
    const char *known = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, "If-None-Match");
    bool same = known != NULL && strcmp(known, exchange->asset->etag) == 0;
    exchange->status = same ? 304 : 200;
    return MHD_queue_response(exchange->connection, (unsigned)exchange->status,
                              same ? server->unchanged[index] : server->files[index]);
}

static enum MHD_Result send_reply(struct exchange *exchange)
{
    gate_answering(exchange->server->gate, exchange->fd);
    if (exchange->standing == STANDING_NONE && exchange->asset != NULL) {
        return send_file(exchange);
    }
    struct server *server = exchange->server;
    const struct reply *reply = &exchange->reply;
    struct MHD_Response *response =
        exchange->standing != STANDING_NONE ? NULL : response_new(&server->site, reply->body, reply->size);
    if (response == NULL) {
        exchange->standing = exchange->standing == STANDING_NONE ? STANDING_BUSY : exchange->standing;
        return send_standing(exchange);
    }
    bool cached = false;
    if (reply->content_type != NULL) {
        add_header(response, "Content-Type", reply->content_type);
    }
    for (size_t i = 0; i < reply->header_count; i++) {
        cached = cached || strcasecmp(reply->headers[i].name, "Cache-Control") == 0;
        add_header(response, reply->headers[i].name, reply->headers[i].text);
    }
    if (!cached) {
        add_header(response, "Cache-Control", "no-store");
    }
    exchange->status = reply->status;
    enum MHD_Result result = MHD_queue_response(exchange->connection, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return result;
}

static int descriptor_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    must(info != NULL);
    return info->connect_fd;
}

/* A connection for which there is no room stays unknown to the gate, and gate_saw refuses what it asks. */
static void on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
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

/* On a worker. */
static void work(void *item)
{
    struct exchange *exchange = item;
    attempt(exchange, answer);
    exchange->state = EXCHANGE_READY;
    MHD_resume_connection(exchange->connection);
}

static bool may_wait(const struct request *request)
{
    return request->is_post || (request->route != NULL && request->route->body == BODY_WAITS);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
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
        if (exchange->standing != STANDING_NONE || !attempt(exchange, begin)) {
            exchange->state = EXCHANGE_READY;
        }
        /* libmicrohttpd closes a connection that is answered before the end of the request: only as a
           refusal of a body that is not to be read */
        if (exchange->state == EXCHANGE_READY && has_body(&exchange->request) && !hears_out(exchange)) {
            return send_reply(exchange);
        }
        return MHD_YES;
    case EXCHANGE_BODY:
        if (*upload_size > 0) {
            exchange->chunk = upload;
            exchange->chunk_size = *upload_size;
            *upload_size = 0;
            if (!attempt(exchange, take_chunk)) {
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
        attempt(exchange, answer);
        return send_reply(exchange);
    case EXCHANGE_WORKING:
        return MHD_YES;
    case EXCHANGE_READY:
        if (*upload_size > 0) {
            *upload_size = 0; /* the rest of a body that is refused */
            return MHD_YES;
        }
        return send_reply(exchange);
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

static void on_completed(void *context, struct MHD_Connection *connection, void **exchange_of,
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

/* Escapes are decoded by parse.c, which is strict. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

static void say_nothing(void *context, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
static void say_nothing(void *context, const char *format, va_list args)
{
    (void)context;
    (void)format;
    (void)args;
}

/* ---- start and stop ---- */

/* What a proxy is for is not to be had past it. */
static enum MHD_Result on_accept(void *context, const struct sockaddr *socket_address, socklen_t size)
{
    (void)size;
    const struct server *server = context;
    struct address address;
    if (server->front.tls || server->front.proxy_count == 0) {
        return MHD_YES;
    }
    return address_of(socket_address, &address) &&
                   (address_is_loopback(&address) || front_is_proxy(&server->front, &address))
               ? MHD_YES
               : MHD_NO;
}

/* Where it may listen, and as what. */
static const struct error *check_front(struct arena *arena, const struct server_options *options,
                                       const struct sockaddr *socket_address)
{
    const struct front *front = &options->front;
    struct address address;
    bool here = address_of(socket_address, &address) && address_is_loopback(&address);
    bool secure = options->tls != NULL || front->proxy_count > 0;
    if (options->loopback_only && (!here || front->proxy_count > 0)) {
        return error_new(arena, ERROR_BAD_INPUT,
                         "a password alone is enough only on the loopback and without a proxy: leave out "
                         "--one-factor");
    }
    if (!here && !secure) {
        return error_new(arena, ERROR_BAD_INPUT,
                         "%s is not the loopback: give --tls-certificate and --tls-key, or say with "
                         "--behind-proxy ADDRESS which proxy stands before it",
                         options->listen);
    }
    if (front->origin_count == 0 && (!here || front->proxy_count > 0)) {
        return error_new(arena, ERROR_BAD_INPUT,
                         "--public-url is missing: by which address do browsers reach this server?");
    }
    for (size_t i = 0; i < front->origin_count; i++) {
        if (front->origins[i].tls != secure) {
            return error_new(arena, ERROR_BAD_INPUT, "--public-url %s%s: browsers reach it by %s",
                             front->origins[i].tls ? "https://" : "http://", front->origins[i].host,
                             secure ? "https" : "http, without --tls-certificate or --behind-proxy");
        }
    }
    return NULL;
}

static const struct error *open_socket(struct arena *arena, const struct server_options *options,
                                       int *ret_socket, const char **ret_address)
{
    const char *listen_on = options->listen;
    const char *colon = strrchr(listen_on, ':');
    int64_t port;
    if (colon == NULL || !number_parse(colon + 1, 0, 65535, &port)) {
        return error_new(arena, ERROR_BAD_INPUT, "--listen takes ADDRESS:PORT, not %s", listen_on);
    }
    bool bracketed = listen_on[0] == '[' && colon > listen_on && colon[-1] == ']';
    const char *host = bracketed ? arena_copy_n(arena, listen_on + 1, (size_t)(colon - listen_on) - 2)
                                 : arena_copy_n(arena, listen_on, (size_t)(colon - listen_on));
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    if (getaddrinfo(host, colon + 1, &hints, &found) != 0) {
        return error_new(arena, ERROR_BAD_INPUT, "--listen takes ADDRESS:PORT, not %s", listen_on);
    }
    struct sockaddr_storage storage = {0};
    socklen_t size = found->ai_addrlen;
    memcpy(&storage, found->ai_addr, size);
    freeaddrinfo(found);
    struct sockaddr address;
    memcpy(&address, &storage, sizeof address);
    TRY(check_front(arena, options, (const struct sockaddr *)(const void *)&storage));
    int fd = socket(address.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return error_new(arena, ERROR_IO, "%s: %s", listen_on, strerrordesc_np(errno));
    }
    int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, (const struct sockaddr *)(const void *)&storage, size) != 0 || listen(fd, BACKLOG) != 0 ||
        getsockname(fd, (struct sockaddr *)(void *)&storage, &size) != 0) {
        const struct error *error = error_new(arena, ERROR_IO, "%s: %s", listen_on, strerrordesc_np(errno));
        close(fd);
        return error;
    }
    char text[INET6_ADDRSTRLEN] = "";
    char service[8] = "";
    must(getnameinfo((const struct sockaddr *)(const void *)&storage, size, text, sizeof text, service,
                     sizeof service, NI_NUMERICHOST | NI_NUMERICSERV) == 0);
    *ret_address = arena_printf(arena, address.sa_family == AF_INET6 ? "[%s]:%s" : "%s:%s", text, service);
    *ret_socket = fd;
    return NULL;
}

static struct server_limits with_defaults(struct server_limits limits)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned loops = processors < 2 ? 2 : processors > MOST_LOOPS ? MOST_LOOPS : (unsigned)processors;
#define DEFAULT(member, value) limits.member = limits.member == 0 ? (value) : limits.member
    DEFAULT(body_bytes, DEFAULT_BODY);
    DEFAULT(header_bytes, DEFAULT_HEADERS);
    DEFAULT(request_memory, DEFAULT_MEMORY);
    DEFAULT(connections, DEFAULT_CONNECTIONS);
    DEFAULT(idle_seconds, DEFAULT_IDLE);
    DEFAULT(head_seconds, DEFAULT_HEAD);
    DEFAULT(transfer_seconds, DEFAULT_TRANSFER);
    DEFAULT(lag_ms, DEFAULT_LAG_MS);
    DEFAULT(search_step_ms, DEFAULT_SEARCH_STEP_MS);
    DEFAULT(loops, loops);
    DEFAULT(workers, DEFAULT_WORKERS);
    DEFAULT(waiting, DEFAULT_WAITING);
    DEFAULT(address_rate, DEFAULT_ADDRESS_RATE);
    DEFAULT(account_rate, DEFAULT_ACCOUNT_RATE);
#undef DEFAULT
    return limits;
}

static struct MHD_Response *standing_new(const struct site *site, enum standing_answer which,
                                         const char *type, const char *text)
{
    struct MHD_Response *response = response_new(site, text, strlen(text));
    must(response != NULL);
    add_header(response, "Content-Type", type);
    add_header(response, "Cache-Control", "no-store");
    if (standings[which].status != 421) {
        add_header(response, "Retry-After", standings[which].status == 429 ? "10" : "2");
    }
    return response;
}

static void make_standings(struct arena *arena, struct server *server)
{
    for (int i = STANDING_NONE + 1; i < STANDINGS; i++) {
        const char *page =
            arena_printf(arena,
                         "<!DOCTYPE html><html lang=\"en\"><head><title>%s</title></head><body><h1>%s</h1>"
                         "<p>%s</p></body></html>\n",
                         standings[i].title, standings[i].title, standings[i].text);
        const struct error *error = error_of(standings[i].code);
        const char *problem =
            arena_printf(arena,
                         "{\"type\":\"urn:waymark:problem:%s\",\"title\":\"%s\",\"status\":%u,"
                         "\"errors\":[]}",
                         error->name, standings[i].code == ERROR_BUSY ? error->sentence : standings[i].title,
                         standings[i].status);
        server->pages[i] =
            standing_new(&server->site, (enum standing_answer)i, "text/html; charset=utf-8", page);
        server->problems[i] =
            standing_new(&server->site, (enum standing_answer)i, "application/problem+json", problem);
    }
}

/* What the gate says, with the headers that every answer carries. */
static const char *refusal_of(struct arena *arena, const struct site *site)
{
    static const char page[] = "<!DOCTYPE html><html lang=\"en\"><head><title>Not "
                               "understood</title></head><body><h1>This request is not "
                               "well-formed</h1><p>Nothing was done.</p></body></html>\n";
    size_t count;
    const struct pair *headers = site_headers(site, &count);
    const char *text = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nCache-Control: no-store\r\n"
                       "Content-Type: text/html; charset=utf-8\r\n";
    for (size_t i = 0; i < count; i++) {
        text = arena_printf(arena, "%s%s: %s\r\n", text, headers[i].name, headers[i].text);
    }
    return arena_printf(arena, "%sContent-Length: %zu\r\n\r\n%s", text, sizeof page - 1, page);
}

static void make_standing_responses(struct arena *arena, struct server *server)
{
    const struct site *site = &server->site;
    make_standings(arena, server);
    server->files = arena_many(arena, struct MHD_Response *, site->asset_count);
    server->unchanged = arena_many(arena, struct MHD_Response *, site->asset_count);
    for (size_t i = 0; i < site->asset_count; i++) {
        const struct asset *asset = &site->assets[i];
        server->files[i] = response_new(site, asset->bytes, asset->size);
        server->unchanged[i] = response_new(site, "", 0);
        must(server->files[i] != NULL && server->unchanged[i] != NULL);
        add_header(server->files[i], "Content-Type", asset->type);
        for (int both = 0; both < 2; both++) {
            struct MHD_Response *response = both == 0 ? server->files[i] : server->unchanged[i];
            add_header(response, "Cache-Control", "public, max-age=31536000, immutable");
            add_header(response, "ETag", asset->etag);
        }
    }
}

static void destroy_standing_responses(struct server *server)
{
    for (int i = STANDING_NONE + 1; i < STANDINGS; i++) {
        MHD_destroy_response(server->pages[i]);
        MHD_destroy_response(server->problems[i]);
    }
    for (size_t i = 0; i < server->site.asset_count; i++) {
        MHD_destroy_response(server->files[i]);
        MHD_destroy_response(server->unchanged[i]);
    }
}

static void free_exchanges(struct server *server)
{
    for (struct exchange *exchange = server->free; exchange != NULL; exchange = exchange->next_free) {
        arena_free(exchange->arena);
        exchange->arena = NULL;
    }
    must(pthread_mutex_destroy(&server->lock) == 0);
}

/* Buckets of addresses and accounts, and an exchange for each connection. */
static void make_places(struct arena *arena, struct server *server, unsigned per_client)
{
    unsigned connections = server->limits.connections;
    bool proxied = server->front.proxy_count > 0;
    server->addresses = rates_new(arena, (struct rate){.per_minute = server->limits.address_rate,
                                                       .burst = (server->limits.address_rate + 3) / 4,
                                                       .under_way = proxied ? per_client : 0});
    server->site.accounts = rates_new(arena, (struct rate){.per_minute = server->limits.account_rate,
                                                           .burst = (server->limits.account_rate + 1) / 2});
    struct exchange *exchanges = arena_many(arena, struct exchange, connections);
    for (unsigned i = 0; i < connections; i++) {
        exchanges[i].server = server;
        exchanges[i].next_free = server->free;
        server->free = &exchanges[i];
    }
    must(pthread_mutex_init(&server->lock, NULL) == 0);
}

/* Everything that server_start has made so far, in the order in which it may go. */
static void take_down(struct server *server)
{
    if (server->workers != NULL) {
        workers_stop(server->workers);
    }
    if (server->daemon != NULL) {
        MHD_stop_daemon(server->daemon);
    }
    if (server->gate != NULL) {
        gate_free(server->gate);
    }
    if (server->tls != NULL) {
        tls_close(server->tls);
    }
    if (server->files != NULL) {
        destroy_standing_responses(server);
    }
    free_exchanges(server);
    rates_free(server->addresses);
    rates_free(server->site.accounts);
}

static struct MHD_Daemon *start_daemon(struct server *server, const struct tls_options *tls, int fd)
{
    const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem secured[] = {
        {MHD_OPTION_HTTPS_CERT_CALLBACK2, 0,
         (void *)(uintptr_t)tls_show}, // NOLINT(performance-no-int-to-ptr)
        {MHD_OPTION_HTTPS_PRIORITIES, 0, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};
    if (tls != NULL) {
        secured[1].ptr_value = (void *)(uintptr_t)tls_priorities(tls); // NOLINT(performance-no-int-to-ptr)
    }
    /* behind a proxy all connections are of one address: its requests are counted instead */
    unsigned per_client = server->front.proxy_count > 0 ? 0 : server->limits.per_client;
    return MHD_start_daemon(
        flags | (tls != NULL ? (unsigned)MHD_USE_TLS : 0), 0, on_accept, server, on_request, server,
        MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_THREAD_POOL_SIZE, server->limits.loops, MHD_OPTION_URI_LOG_CALLBACK, on_target, server,
        MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_CONNECTION_LIMIT,
        server->limits.connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_client,
        MHD_OPTION_CONNECTION_TIMEOUT, server->limits.idle_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        server->limits.header_bytes, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY,
        tls != NULL ? secured : plain, MHD_OPTION_END);
}

/* What may fail between an open socket and a server that answers on it. */
static const struct error *set_up(struct arena *arena, struct server *server,
                                  const struct server_options *options, int fd)
{
    const struct gate_limits gate_limits = {.connections = server->limits.connections,
                                            .head_seconds = server->limits.head_seconds,
                                            .body_seconds = server->limits.transfer_seconds,
                                            .send_seconds = server->limits.transfer_seconds,
                                            .idle_seconds = server->limits.idle_seconds,
                                            .tls = options->tls != NULL};
    if (options->tls != NULL) {
        TRY(tls_open(arena, options->tls, &server->tls));
    }
    TRY(gate_new(arena, &gate_limits, refusal_of(arena, &server->site), &server->gate));
    TRY(workers_start(arena, server->limits.workers, server->limits.waiting, work, &server->workers));
    make_standing_responses(arena, server);
    server->daemon = start_daemon(server, options->tls, fd);
    return server->daemon != NULL
               ? NULL
               : error_new(arena, ERROR_IO, "%s: the server did not start", options->listen);
}

const struct error *server_start(struct arena *arena, const struct server_options *options,
                                 struct server **ret_server)
{
    struct server *server = arena_one(arena, struct server);
    int fd;
    server->limits = with_defaults(options->limits);
    server->quiet = options->quiet;
    server->front = options->front;
    server->front.tls = options->tls != NULL;
    server->count_loopback = options->limits.address_rate > 0;
    server->count_loopback_accounts = options->limits.account_rate > 0;
    server->site = (struct site){.service = options->service,
                                 .tables = options->tables,
                                 .table_count = options->table_count,
                                 .front = &server->front};
    TRY(site_check(arena, &server->site));
    if (options->assets != NULL) {
        TRY(assets_load(arena, options->assets, &server->site.assets, &server->site.asset_count));
    }
    TRY(open_socket(arena, options, &fd, &server->address));
    make_places(arena, server, options->limits.per_client);
    const struct error *error = set_up(arena, server, options, fd);
    if (error != NULL) {
        take_down(server);
        close(fd);
        return error;
    }
    *ret_server = server;
    return NULL;
}

void server_stop(struct server *server)
{
    int fd = MHD_quiesce_daemon(server->daemon);
    /* what waits is finished and its connections resumed first: a suspended one may not see the daemon stop
     */
    take_down(server);
    if (fd != MHD_INVALID_SOCKET) {
        close(fd);
    }
}

bool server_renew(struct arena *arena, struct server *server, bool in_any_case,
                  const struct error **ret_error)
{
    *ret_error = NULL;
    if (server->tls == NULL || (!in_any_case && !tls_changed(server->tls))) {
        return false;
    }
    *ret_error = tls_renew(arena, server->tls);
    return *ret_error == NULL;
}

const char *server_address(const struct server *server)
{
    return server->address;
}
