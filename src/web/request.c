#include "web/request.h"

#include "base/must.h"
#include "web/parse.h"
#include "web/site.h"

#include <string.h>
#include <strings.h>

static const char *first(const struct pair *pairs, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(pairs[i].name, name) == 0) {
            return pairs[i].text;
        }
    }
    return NULL;
}

const char *request_param(const struct request *request, const char *name)
{
    return first(request->params, request->param_count, name);
}

const char *request_query(const struct request *request, const char *name)
{
    return first(request->query, request->query_count, name);
}

const char *request_form(const struct request *request, const char *name)
{
    return first(request->form, request->form_count, name);
}

size_t request_form_all(const struct request *request, const char *name, const char *const **ret_texts)
{
    size_t count = 0;
    const char **texts = arena_many(request->arena, const char *, request->form_count);
    for (size_t i = 0; i < request->form_count; i++) {
        if (strcmp(request->form[i].name, name) == 0) {
            texts[count++] = request->form[i].text;
        }
    }
    *ret_texts = texts;
    return count;
}

const char *request_header(const struct request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (strcasecmp(request->headers[i].name, name) == 0) {
            return request->headers[i].text;
        }
    }
    return NULL;
}

/* The browser itself refuses a __Host- cookie that a neighbouring site or a plain connection tries to plant.
 */
static const char *cookie_name(const struct request *request, const char *name)
{
    return front_is_secure(request->site->front) ? arena_printf(request->arena, "__Host-%s", name) : name;
}

const char *request_cookie(const struct request *request, const char *name)
{
    const char *header = request_header(request, "Cookie");
    return header == NULL ? NULL : parse_cookie(request->arena, header, cookie_name(request, name));
}

void reply_header(struct reply *reply, const char *name, const char *text)
{
    must(reply->header_count < REPLY_HEADERS);
    for (const char *c = text; *c != '\0'; c++) {
        must((unsigned char)*c >= 0x20 && *c != 0x7f);
    }
    reply->headers[reply->header_count++] = (struct pair){name, text};
}

void reply_bytes(struct reply *reply, int status, const char *content_type, const void *body, size_t size)
{
    reply->status = status;
    reply->content_type = content_type;
    reply->body = body;
    reply->size = size;
}

static void put_cookie(const struct request *request, struct reply *reply, const char *name,
                       const char *value, long max_age, const char *same_site)
{
    const char *age = max_age == 0  ? ""
                      : max_age < 0 ? "; Max-Age=0"
                                    : arena_printf(request->arena, "; Max-Age=%ld", max_age);
    reply_header(reply, "Set-Cookie",
                 arena_printf(request->arena, "%s=%s; Path=/; HttpOnly; SameSite=%s%s%s",
                              cookie_name(request, name), value, same_site,
                              front_is_secure(request->site->front) ? "; Secure" : "", age));
}

void reply_cookie(const struct request *request, struct reply *reply, const char *name, const char *value,
                  long max_age)
{
    put_cookie(request, reply, name, value, max_age, "Strict");
}

void reply_cookie_returning(const struct request *request, struct reply *reply, const char *name,
                            const char *value, long max_age)
{
    put_cookie(request, reply, name, value, max_age, "Lax");
}

void reply_redirect_away(struct reply *reply, const char *address)
{
    must(strncmp(address, "https://", 8) == 0 || strncmp(address, "http://", 7) == 0);
    reply_bytes(reply, 303, "text/html; charset=utf-8", "", 0);
    reply_header(reply, "Location", address);
}

void reply_redirect(struct reply *reply, const char *path)
{
    /* "//host" and "/\host" would lead away from here */
    must(path[0] == '/' && path[1] != '/' && path[1] != '\\');
    reply_bytes(reply, 303, "text/html; charset=utf-8", "", 0);
    reply_header(reply, "Location", path);
}

struct origin request_origin(const struct request *request)
{
    return (struct origin){.client = request->client,
                           .device = request_cookie(request, "waymark_device"),
                           .agent = request_header(request, "User-Agent")};
}
