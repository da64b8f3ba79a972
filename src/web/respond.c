#include "web/respond.h"

#include "base/must.h"
#include "base/text.h"
#include "web/gate.h"

#include <string.h>
#include <strings.h>

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

enum MHD_Result respond(struct exchange *exchange)
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

const char *respond_malformed(struct arena *arena, const struct site *site)
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

void respond_prepare(struct arena *arena, struct server *server)
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

void respond_release(struct server *server)
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
