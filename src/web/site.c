#include "web/site.h"

#include "base/buf.h"
#include "base/must.h"
#include "base/text.h"
#include "web/parse.h"

#include <string.h>
#include <strings.h>
#include <sys/random.h>

/* The largest form of our own is that of a meeting about twenty children with forty actions each. */
enum { FORM_PAIRS = 6000, QUERY_PAIRS = 50, RANDOM_BYTES = 16 };

/* ---- routes ---- */

/* Whether some path matches both. */
static bool overlap(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0') {
        size_t na = strcspn(a + 1, "/") + 1;
        size_t nb = strcspn(b + 1, "/") + 1;
        bool same = na == nb && strncmp(a, b, na) == 0;
        if (!same && a[1] != '{' && b[1] != '{') {
            return false;
        }
        a += na;
        b += nb;
    }
    return *a == *b;
}

static bool well_formed(const char *pattern)
{
    size_t params = 0;
    if (pattern[0] != '/') {
        return false;
    }
    for (const char *c = pattern; *c != '\0'; c++) {
        if (*c == '{') {
            size_t size = strcspn(c, "}/");
            params++;
            if (c[-1] != '/' || size < 2 || c[size] != '}' || (c[size + 1] != '/' && c[size + 1] != '\0')) {
                return false;
            }
        }
    }
    return params <= ROUTE_PARAMS;
}

const struct error *site_check(struct arena *arena, const struct site *site)
{
    for (size_t t = 0; t < site->table_count; t++) {
        const struct route_table *table = site->tables[t];
        for (size_t r = 0; r < table->count; r++) {
            const struct route *row = &table->routes[r];
            if (!well_formed(row->pattern) || !text_starts_with(row->pattern, table->prefix) ||
                (row->method == METHOD_POST) != (row->body == BODY_FORM || row->body == BODY_JSON) ||
                (row->body == BODY_JSON && row->access != ROUTE_BEARER)) {
                return error_new(arena, ERROR_BAD_INPUT, "route %s", row->pattern);
            }
            for (size_t u = 0; u <= t; u++) {
                const struct route_table *other = site->tables[u];
                size_t limit = u == t ? r : other->count;
                for (size_t s = 0; s < limit; s++) {
                    if (other->routes[s].method == row->method &&
                        overlap(other->routes[s].pattern, row->pattern)) {
                        return error_new(arena, ERROR_BAD_INPUT, "routes %s and %s match the same path",
                                         other->routes[s].pattern, row->pattern);
                    }
                }
            }
        }
    }
    return NULL;
}

/* The table with the longest prefix of the path: "/api/v1/nothing" is refused by the API, not by a page. */
static const struct route_table *table_of(const struct request *request)
{
    const struct route_table *best = request->site->tables[0];
    size_t length = 0;
    for (size_t t = 0; t < request->site->table_count; t++) {
        const struct route_table *table = request->site->tables[t];
        if (request->path != NULL && text_starts_with(request->path, table->prefix) &&
            strlen(table->prefix) >= length) {
            best = table;
            length = strlen(table->prefix);
        }
    }
    return best;
}

const struct error *site_route(struct request *request, struct reply *reply, const char *method)
{
    bool get = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    bool post = strcmp(method, "POST") == 0;
    bool has_get = false;
    bool has_post = false;
    struct pair params[ROUTE_PARAMS];
    size_t count;
    for (size_t t = 0; t < request->site->table_count; t++) {
        const struct route_table *table = request->site->tables[t];
        for (size_t r = 0; r < table->count; r++) {
            const struct route *row = &table->routes[r];
            if (!route_matches(request->arena, row->pattern, request->path, params, &count)) {
                continue;
            }
            if ((get && row->method == METHOD_GET) || (post && row->method == METHOD_POST)) {
                struct pair *kept = arena_many(request->arena, struct pair, count);
                memcpy(kept, params, count * sizeof *kept);
                request->route = row;
                request->params = kept;
                request->param_count = count;
                request->is_post = post;
                return NULL;
            }
            has_get = has_get || row->method == METHOD_GET;
            has_post = has_post || row->method == METHOD_POST;
        }
    }
    if (!has_get && !has_post) {
        return error_of(ERROR_NOT_FOUND);
    }
    reply_header(reply, "Allow", has_get && has_post ? "GET, HEAD, POST" : has_get ? "GET, HEAD" : "POST");
    return error_of(ERROR_METHOD);
}

/* ---- who asks ---- */

static const char *random_token(struct arena *arena)
{
    unsigned char bytes[RANDOM_BYTES];
    must(getrandom(bytes, sizeof bytes, 0) == (ssize_t)sizeof bytes);
    struct buf buf;
    buf_init(&buf, arena, RANDOM_BYTES * 2 + 1);
    for (size_t i = 0; i < sizeof bytes; i++) {
        buf_printf(&buf, "%02x", bytes[i]);
    }
    return buf_text(&buf);
}

static bool is_token(const char *text)
{
    return text != NULL && strlen(text) == RANDOM_BYTES * 2 &&
           strspn(text, "0123456789abcdef") == RANDOM_BYTES * 2;
}

static void use_actor(struct request *request)
{
    request->signed_in = true;
    request->session.actor.client =
        act_client(&request->act, request->client, request_header(request, "User-Agent"));
    request->act.actor = &request->session.actor;
}

/* Whoever signed in, with however many browsers, programs and addresses. */
static const struct error *count_account(const struct request *request)
{
    struct rates *accounts = request->site->accounts;
    const struct id *account = &request->session.actor.account;
    if (accounts == NULL || request->uncounted || !request->signed_in ||
        rates_take(accounts, account, sizeof *account, clock_steady_ms())) {
        return NULL;
    }
    return error_new(request->arena, ERROR_TOO_MANY, "this account has asked very often in a short time");
}

/* By the session cookie; before signing in the forms are bound to a cookie of their own. */
static const struct error *identify(struct request *request, struct reply *reply)
{
    if (request->csrf != NULL) {
        return NULL;
    }
    const char *token = request_cookie(request, "waymark_session");
    if (token != NULL) {
        struct act nobody = request->act;
        nobody.actor = NULL;
        const struct error *error = act_session(&nobody, token, &request->session);
        if (error == NULL) {
            use_actor(request);
            request->csrf = request->session.csrf;
            return NULL;
        }
        if (error->code != ERROR_NOT_SIGNED_IN && error->code != ERROR_NOT_FOUND) {
            return error;
        }
    }
    const char *form = request_cookie(request, "waymark_form");
    if (is_token(form)) {
        request->csrf = form;
    } else {
        request->csrf = random_token(request->arena);
        reply_cookie(request, reply, "waymark_form", request->csrf, 0);
    }
    return NULL;
}

static const struct error *identify_bearer(struct request *request)
{
    const char *header = request_header(request, "Authorization");
    if (header == NULL || strncasecmp(header, "Bearer ", 7) != 0) {
        return error_new(request->arena, ERROR_NOT_SIGNED_IN,
                         "send a token: the header \"Authorization: Bearer TOKEN\"");
    }
    const char *token = text_trim(request->arena, header + 7);
    struct act nobody = request->act;
    nobody.actor = NULL;
    const struct error *error = act_bearer(&nobody, token, &request->session.actor);
    if (error != NULL && (error->code == ERROR_NOT_FOUND || error->code == ERROR_NOT_SIGNED_IN)) {
        return error_new(request->arena, ERROR_NOT_SIGNED_IN, "this token is not known, or no longer good");
    }
    TRY(error);
    use_actor(request);
    return NULL;
}

static const struct error *admit_known(struct request *request)
{
    const struct route *row = request->route;
    if (!request->signed_in) {
        return error_of(ERROR_NOT_SIGNED_IN);
    }
    const struct role *role = request->session.actor.role;
    bool allowed = row->access == ROUTE_SIGNED_IN || (row->access == ROUTE_CASES && role->reads_cases) ||
                   (row->access == ROUTE_ADMINISTERS && role->administers) ||
                   (row->access == ROUTE_KEEPS_ACCOUNTS && (role->administers || role->administers_agency));
    return allowed ? NULL : act_denied(&request->act);
}

static const struct error *admit(struct request *request, struct reply *reply)
{
    const struct route *row = request->route;
    if (row->access == ROUTE_BEARER) {
        TRY(identify_bearer(request));
        return count_account(request);
    }
    if (row->access == ROUTE_OPEN) {
        return NULL;
    }
    TRY(identify(request, reply));
    TRY(count_account(request));
    if (row->access == ROUTE_PUBLIC) {
        return NULL;
    }
    return admit_known(request);
}

/* ---- forms ---- */

static bool equal_in_constant_time(const char *a, const char *b)
{
    size_t length = strlen(a);
    if (length != strlen(b) || length == 0) {
        return false;
    }
    unsigned char difference = 0;
    for (size_t i = 0; i < length; i++) {
        difference = (unsigned char)(difference | (a[i] ^ b[i]));
    }
    return difference == 0;
}

/* Our own pages send `Origin: null`, because they send no referrer; then Sec-Fetch-Site and the token decide.
 */
static bool origin_is_ours(const struct request *request)
{
    const char *site = request_header(request, "Sec-Fetch-Site");
    if (site != NULL && strcmp(site, "same-origin") != 0) {
        return false;
    }
    const char *origin = request_header(request, "Origin");
    if (origin == NULL || strcmp(origin, "null") == 0) {
        return true;
    }
    static const struct front none = {0};
    const struct front *front = request->site->front == NULL ? &none : request->site->front;
    return front_origin_is_ours(front, origin, request_header(request, "Host"));
}

static const struct error *take_form(struct request *request)
{
    if (!parse_is_type(request_header(request, "Content-Type"), "application/x-www-form-urlencoded")) {
        return error_of(ERROR_MEDIA);
    }
    if (!parse_pairs(request->arena, request->body, request->body_size, FORM_PAIRS, &request->form,
                     &request->form_count)) {
        return error_of(ERROR_BAD_INPUT);
    }
    return NULL;
}

static const struct error *check_form(struct request *request)
{
    const char *token = request_form(request, "_csrf");
    if (token == NULL || !equal_in_constant_time(token, request->csrf)) {
        request->form_refused = true;
        return error_of(ERROR_NOT_ALLOWED);
    }
    return NULL;
}

static const struct error *take_body(struct request *request, struct reply *reply)
{
    switch (request->route->body) {
    case BODY_NONE:
    case BODY_READS:
    case BODY_WAITS:
        return admit(request, reply);
    case BODY_FORM:
        /* a page that is not ours gets nothing back, not even what it sent */
        if (!origin_is_ours(request)) {
            return error_of(ERROR_NOT_ALLOWED);
        }
        /* read before asking who it is, so that a session that has ended costs nobody their text */
        TRY(take_form(request));
        TRY(admit(request, reply));
        return check_form(request);
    case BODY_JSON:
        TRY(admit(request, reply));
        if (!parse_is_type(request_header(request, "Content-Type"), "application/json")) {
            return error_new(request->arena, ERROR_MEDIA, "send JSON: Content-Type: application/json");
        }
        return text_is_valid(request->body, request->body_size)
                   ? NULL
                   : error_new(request->arena, ERROR_BAD_INPUT, "the body is not UTF-8, or holds a NUL");
    }
    return error_of(ERROR_BAD_INPUT);
}

/* ---- answers ---- */

const struct pair *site_headers(const struct site *site, size_t *ret_count)
{
    static const struct pair list[] = {
        {"Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
         "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Permissions-Policy",
         "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
         "microphone=(), midi=(), payment=(), usb=()"},
        /* a proxy may speak plainly to us, never the browser to it */
        {"Strict-Transport-Security", "max-age=63072000"},
    };
    size_t count = sizeof list / sizeof list[0];
    *ret_count = front_is_secure(site->front) ? count : count - 1;
    return list;
}

/* Who is told to come back is told when. */
static void say_when(struct reply *reply)
{
    if (reply->status == 429 || reply->status == 503) {
        reply_header(reply, "Retry-After", reply->status == 429 ? "10" : "2");
    }
}

void site_fail(struct request *request, const struct error *error, struct reply *reply)
{
    const struct route_table *table = table_of(request);
    enum route_access access = request->route != NULL ? request->route->access : ROUTE_PUBLIC;
    bool bearer = request->route != NULL ? access == ROUTE_BEARER || access == ROUTE_OPEN
                                         : strcmp(table->prefix, "/") != 0;
    if (!bearer) {
        const struct error *ignored = identify(request, reply);
        (void)ignored; /* the page of the error is shown as to somebody not signed in */
        if (request->csrf == NULL) {
            request->csrf = random_token(request->arena);
        }
    }
    reply->status = error->http_status;
    table->fail(request, error, reply);
    if (bearer && reply->status == 401) {
        reply_header(reply, "WWW-Authenticate", "Bearer realm=\"waymark\"");
    }
    say_when(reply);
}

static const struct error *handle(struct request *request, struct reply *reply)
{
    TRY(take_body(request, reply));
    return request->route->handle(request, reply);
}

static const struct error *answer(struct request *request, struct reply *reply)
{
    struct store_reader *reader;
    if (request->route->body != BODY_READS) {
        return handle(request, reply);
    }
    TRY(act_reading_begin(&request->act, &reader));
    const struct error *error = handle(request, reply);
    act_reading_end(reader);
    return error;
}

const struct error *site_again(struct request *request, const char *path, const struct pair *form,
                               size_t count, struct reply *reply)
{
    struct reply ignored = {0};
    request->path = path;
    request->route = NULL;
    TRY(site_route(request, &ignored, "POST"));
    if (request->route->body != BODY_FORM || request->route->access == ROUTE_PUBLIC) {
        return error_of(ERROR_BAD_INPUT);
    }
    TRY(admit_known(request));
    request->form = form;
    request->form_count = count;
    return request->route->handle(request, reply);
}

void site_answer(struct request *request, struct reply *reply)
{
    act_by_nobody();
    const struct error *error = answer(request, reply);
    if (error != NULL) {
        site_fail(request, error, reply);
    } else if (reply->status == 0) {
        reply->status = 200;
    } else {
        say_when(reply); /* a form that answers for itself */
    }
}
