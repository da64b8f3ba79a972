#include "web/server.h"

#include "base/must.h"
#include "web/exchange.h"
#include "web/gate.h"
#include "web/listen.h"
#include "web/respond.h"

#include <microhttpd.h>
#include <string.h>
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
};

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

/* Buckets of addresses and accounts, and an exchange for each connection. */
static void make_places(struct arena *arena, struct server *server, unsigned per_client)
{
    bool proxied = server->front.proxy_count > 0;
    server->addresses = rates_new(arena, (struct rate){.per_minute = server->limits.address_rate,
                                                       .burst = (server->limits.address_rate + 3) / 4,
                                                       .under_way = proxied ? per_client : 0});
    server->site.accounts = rates_new(arena, (struct rate){.per_minute = server->limits.account_rate,
                                                           .burst = (server->limits.account_rate + 1) / 2});
    exchanges_make(arena, server);
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
    if (server->workers != NULL) {
        /* until now its loops handed on what came on connections that were open */
        workers_free(server->workers);
    }
    if (server->gate != NULL) {
        gate_free(server->gate);
    }
    if (server->tls != NULL) {
        tls_close(server->tls);
    }
    if (server->files != NULL) {
        respond_release(server);
    }
    exchanges_free(server);
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
        flags | (tls != NULL ? (unsigned)MHD_USE_TLS : 0), 0, on_accept, server, exchange_on_request, server,
        MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_THREAD_POOL_SIZE, server->limits.loops, MHD_OPTION_URI_LOG_CALLBACK, exchange_on_target,
        server, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL, MHD_OPTION_NOTIFY_COMPLETED,
        exchange_on_completed, NULL, MHD_OPTION_NOTIFY_CONNECTION, exchange_on_connection, server,
        MHD_OPTION_CONNECTION_LIMIT, server->limits.connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        per_client, MHD_OPTION_CONNECTION_TIMEOUT, server->limits.idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, server->limits.header_bytes, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_ARRAY, tls != NULL ? secured : plain, MHD_OPTION_END);
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
    TRY(gate_new(arena, &gate_limits, respond_malformed(arena, &server->site), &server->gate));
    TRY(workers_start(arena, server->limits.workers, server->limits.waiting, exchange_work,
                      &server->workers));
    respond_prepare(arena, server);
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
    TRY(listen_open(arena, options, &fd, &server->address));
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
