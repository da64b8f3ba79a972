#include "web/receive.h"

#include "base/must.h"
#include "base/text.h"
#include "web/parse.h"

#include <string.h>
#include <sys/random.h>

enum { HEADERS = 64, HEARD_OUT = 8 * 1024 * 1024 };

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

bool receive_has_body(const struct request *request)
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

bool receive_hears_out(const struct exchange *exchange)
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

void receive_begin(struct exchange *exchange)
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
    } else if (get && receive_has_body(request)) {
        refuse(exchange, error_of(ERROR_BAD_INPUT));
    } else if (!get && announces_too_much(exchange)) {
        refuse(exchange, error_of(ERROR_TOO_LARGE));
    } else {
        exchange->state = EXCHANGE_BODY;
    }
}

void receive_chunk(struct exchange *exchange)
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
