#include "web/server.h"

#include "base/must.h"
#include "base/text.h"
#include "web/parse.h"
#include "web/workers.h"

#include <arpa/inet.h>
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
    DEFAULT_CONNECTIONS = 1000,
    DEFAULT_IDLE = 20,
    DEFAULT_WORKERS = 32,
    DEFAULT_WAITING = 256,
    MOST_LOOPS = 8,
    HEADERS = 64,
    WARM_ARENAS = 64,
    LONGEST_UPLOAD_MS = 60 * 1000,
    BACKLOG = 511
};

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
    bool out_of_memory;
    int64_t began;
    int status;
};

struct server {
    struct site site;
    struct server_limits limits;
    bool quiet;
    struct MHD_Daemon *daemon;
    struct workers *workers;
    const char *address;
    struct MHD_Response **files; /* by asset */
    struct MHD_Response **unchanged;
    struct MHD_Response *busy;
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
        exchange->out_of_memory = true;
        return false;
    }
    if (setjmp(*arena_edge(exchange->arena)) != 0) {
        arena_no_edge(exchange->arena);
        exchange->out_of_memory = true;
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

static const char *peer(struct exchange *exchange)
{
    const char *forwarded = request_header(&exchange->request, "X-Forwarded-For");
    if (exchange->server->site.behind_proxy && forwarded != NULL) {
        const char *comma = strrchr(forwarded, ',');
        return text_trim(exchange->arena, comma == NULL ? forwarded : comma + 1);
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET6_ADDRSTRLEN] = "";
    if (info != NULL && info->client_addr != NULL) {
        socklen_t size = info->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                                  : sizeof(struct sockaddr_in);
        if (getnameinfo(info->client_addr, size, text, sizeof text, NULL, 0, NI_NUMERICHOST) != 0) {
            text[0] = '\0';
        }
    }
    return arena_copy(exchange->arena, text);
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

static void refuse(struct exchange *exchange, const struct error *error)
{
    site_fail(&exchange->request, error, &exchange->reply);
    exchange->state = EXCHANGE_READY;
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
        request->path = "/";
        refuse(exchange, error_of(ERROR_BAD_INPUT));
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
    request->client = peer(exchange);
    if (!parse_pairs(exchange->arena, query, strlen(query), HEADERS, &request->query,
                     &request->query_count)) {
        refuse(exchange, error_of(ERROR_BAD_INPUT));
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

static void answer(struct exchange *exchange)
{
    exchange->request.body = exchange->body == NULL ? "" : exchange->body;
    exchange->request.body_size = exchange->body_size;
    site_answer(&exchange->request, &exchange->reply);
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
    if (exchange->asset != NULL) {
        return send_file(exchange);
    }
    struct server *server = exchange->server;
    const struct reply *reply = &exchange->reply;
    struct MHD_Response *response =
        exchange->out_of_memory ? NULL : response_new(&server->site, reply->body, reply->size);
    if (response == NULL) {
        exchange->status = 503;
        return MHD_queue_response(exchange->connection, 503, server->busy);
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

/* On a worker. */
static void work(void *item)
{
    struct exchange *exchange = item;
    attempt(exchange, answer);
    exchange->state = EXCHANGE_READY;
    MHD_resume_connection(exchange->connection);
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
    if (*upload_size > 0 && clock_steady_ms() - exchange->began > LONGEST_UPLOAD_MS) {
        return MHD_NO;
    }
    switch (exchange->state) {
    case EXCHANGE_NEW:
        exchange->connection = connection;
        exchange->method = method;
        if (exchange->out_of_memory || !attempt(exchange, begin)) {
            exchange->state = EXCHANGE_READY;
        }
        if (exchange->state == EXCHANGE_READY) {
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
        if (exchange->request.is_post) {
            exchange->state = EXCHANGE_WORKING;
            MHD_suspend_connection(connection);
            if (!workers_submit(exchange->server->workers, exchange)) {
                exchange->out_of_memory = true;
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
        if (!exchange->server->quiet && exchange->status != 0) {
            log_line(exchange);
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

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof v4);
        return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
    }
    struct sockaddr_in6 v6;
    memcpy(&v6, address, sizeof v6);
    return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
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
    if (!options->behind_proxy && !is_loopback((const struct sockaddr *)(const void *)&storage)) {
        return error_new(arena, ERROR_BAD_INPUT,
                         "%s is not the loopback: without TLS only a proxy may reach it (--behind-proxy)",
                         listen_on);
    }
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
    DEFAULT(loops, loops);
    DEFAULT(workers, DEFAULT_WORKERS);
    DEFAULT(waiting, DEFAULT_WAITING);
#undef DEFAULT
    return limits;
}

static void make_standing_responses(struct arena *arena, struct server *server)
{
    static const char busy[] =
        "<!DOCTYPE html><html lang=\"en\"><head><title>Busy</title></head><body><h1>The "
        "server is busy</h1><p>Go back, and try again in a moment.</p></body></html>\n";
    const struct site *site = &server->site;
    server->busy = response_new(site, busy, sizeof busy - 1);
    must(server->busy != NULL);
    add_header(server->busy, "Content-Type", "text/html; charset=utf-8");
    add_header(server->busy, "Cache-Control", "no-store");
    add_header(server->busy, "Retry-After", "2");
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
    MHD_destroy_response(server->busy);
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

const struct error *server_start(struct arena *arena, const struct server_options *options,
                                 struct server **ret_server)
{
    struct server *server = arena_one(arena, struct server);
    server->limits = with_defaults(options->limits);
    server->quiet = options->quiet;
    server->site = (struct site){.service = options->service,
                                 .tables = options->tables,
                                 .table_count = options->table_count,
                                 .behind_proxy = options->behind_proxy};
    TRY(site_check(arena, &server->site));
    if (options->assets != NULL) {
        TRY(assets_load(arena, options->assets, &server->site.assets, &server->site.asset_count));
    }
    unsigned connections = server->limits.connections;
    struct exchange *exchanges = arena_many(arena, struct exchange, connections);
    for (unsigned i = 0; i < connections; i++) {
        exchanges[i].server = server;
        exchanges[i].next_free = server->free;
        server->free = &exchanges[i];
    }
    int fd;
    TRY(open_socket(arena, options, &fd, &server->address));
    const struct error *error =
        workers_start(arena, server->limits.workers, server->limits.waiting, work, &server->workers);
    if (error != NULL) {
        close(fd);
        return error;
    }
    must(pthread_mutex_init(&server->lock, NULL) == 0);
    make_standing_responses(arena, server);
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
        on_request, server, MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_THREAD_POOL_SIZE, server->limits.loops, MHD_OPTION_URI_LOG_CALLBACK, on_target, server,
        MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
        MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        server->limits.per_client, MHD_OPTION_CONNECTION_TIMEOUT, server->limits.idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, server->limits.header_bytes, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_END);
    if (server->daemon == NULL) {
        workers_stop(server->workers);
        destroy_standing_responses(server);
        free_exchanges(server);
        close(fd);
        return error_new(arena, ERROR_IO, "%s: the server did not start", options->listen);
    }
    *ret_server = server;
    return NULL;
}

void server_stop(struct server *server)
{
    int fd = MHD_quiesce_daemon(server->daemon);
    /* what waits is finished and its connections resumed: a suspended one may not see the daemon stop */
    workers_stop(server->workers);
    MHD_stop_daemon(server->daemon);
    if (fd != MHD_INVALID_SOCKET) {
        close(fd);
    }
    destroy_standing_responses(server);
    free_exchanges(server);
}

const char *server_address(const struct server *server)
{
    return server->address;
}
