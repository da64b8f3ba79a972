/*
 * The server over real sockets: routes, headers, bodies, tokens, limits, stopping. Sessions and bearer tokens
 * come from a stand-in for the two acts the server itself calls.
 */
#include "web/server.h"

#include "base/must.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static const struct role worker = {.id = "social-worker", .reads_cases = true};

static void sign_in_as(struct actor *actor)
{
    *actor =
        (struct actor){.username = "somebody", .name = "Some Body", .role = &worker, .agency = "social-care"};
}

static atomic_int reads_under_way;
static atomic_int session_was_read_within;
static atomic_bool store_is_broken;

const struct error *act_reading_begin(const struct act *act, struct store_reader **ret_reader)
{
    (void)act;
    *ret_reader = NULL;
    if (atomic_load(&store_is_broken)) {
        return error_of(ERROR_STORE);
    }
    atomic_fetch_add(&reads_under_way, 1);
    return NULL;
}

void act_reading_end(struct store_reader *reader)
{
    (void)reader;
    atomic_fetch_sub(&reads_under_way, 1);
}

void act_by_nobody(void)
{
}

const struct error *act_session(const struct act *act, const char *token, struct session *ret_session)
{
    must(act->actor == NULL);
    atomic_store(&session_was_read_within, atomic_load(&reads_under_way));
    if (strcmp(token, "good") != 0) {
        return error_of(ERROR_NOT_SIGNED_IN);
    }
    *ret_session = (struct session){.csrf = "token-of-the-session"};
    sign_in_as(&ret_session->actor);
    return NULL;
}

const char *act_client(const struct act *act, const char *address, const char *device)
{
    (void)act;
    (void)device;
    return address;
}

const struct error *act_denied(const struct act *act)
{
    (void)act;
    return error_of(ERROR_NOT_ALLOWED);
}

const struct error *act_bearer(const struct act *act, const char *token, struct actor *ret_actor)
{
    must(act->actor == NULL);
    if (strcmp(token, "key") != 0) {
        return error_of(ERROR_NOT_SIGNED_IN);
    }
    sign_in_as(ret_actor);
    return NULL;
}

static const struct error *hello(struct request *request, struct reply *reply)
{
    const char *name = request_param(request, "name");
    const char *text = arena_printf(request->arena, "hello %s %s", name, request->signed_in ? "in" : "out");
    reply_bytes(reply, 200, "text/plain; charset=utf-8", text, strlen(text));
    return NULL;
}

static const struct error *moment(struct request *request, struct reply *reply)
{
    const char *text = arena_printf(request->arena, "within %d, signed in within %d",
                                    atomic_load(&reads_under_way), atomic_load(&session_was_read_within));
    reply_bytes(reply, 200, "text/plain; charset=utf-8", text, strlen(text));
    return strcmp(request_param(request, "name"), "fails") == 0 ? error_of(ERROR_NOT_FOUND) : NULL;
}

static const struct error *echo(struct request *request, struct reply *reply)
{
    const char *text = request_form(request, "text");
    text = text == NULL ? "nothing" : text;
    reply_bytes(reply, 200, "text/plain; charset=utf-8", text, strlen(text));
    return NULL;
}

static const struct error *json(struct request *request, struct reply *reply)
{
    reply_bytes(reply, 201, "application/json", request->body, request->body_size);
    return NULL;
}

static const struct error *greedy(struct request *request, struct reply *reply)
{
    for (int i = 0; i < 100; i++) {
        reply->body = arena_alloc(request->arena, 1 << 20);
    }
    return NULL;
}

static void say_error(struct request *request, const struct error *error, struct reply *reply)
{
    const char *text = arena_printf(request->arena, "%s%s", error->name,
                                    request->form_refused ? request_form(request, "text") : "");
    reply_bytes(reply, error->http_status, "text/plain; charset=utf-8", text, strlen(text));
}

static const struct route rows[] = {
    {METHOD_GET, "/hello/{name}", ROUTE_PUBLIC, BODY_NONE, hello},
    {METHOD_GET, "/inside/{name}", ROUTE_CASES, BODY_NONE, hello},
    {METHOD_GET, "/keys/{name}", ROUTE_ADMINISTERS, BODY_NONE, hello},
    {METHOD_GET, "/moment/{name}", ROUTE_CASES, BODY_READS, moment},
    {METHOD_GET, "/now/{name}", ROUTE_CASES, BODY_NONE, moment},
    {METHOD_POST, "/echo", ROUTE_SIGNED_IN, BODY_FORM, echo},
    {METHOD_GET, "/greedy", ROUTE_PUBLIC, BODY_NONE, greedy},
};
static const struct route api_rows[] = {{METHOD_POST, "/api/json", ROUTE_BEARER, BODY_JSON, json}};
static const struct route_table pages = {"/", rows, sizeof rows / sizeof rows[0], say_error};
static const struct route_table api = {"/api/", api_rows, 1, say_error};
static const struct route_table *const tables[] = {&pages, &api};

static struct arena *arena;
static struct server *server;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(64 << 20);
    struct server_options options = {.listen = "127.0.0.1:0",
                                     .tables = tables,
                                     .table_count = 2,
                                     .quiet = true,
                                     .limits = {.body_bytes = 1000, .request_memory = 4 << 20, .workers = 4}};
    const struct error *error = server_start(arena, &options, &server);
    if (error != NULL) {
        fprintf(stderr, "%s\n", error_text(arena, error));
    }
    return error != NULL;
}

static int tear_down(void **state)
{
    (void)state;
    server_stop(server);
    arena_free(arena);
    return 0;
}

/* Sends it as it stands and reads until the server closes. */
static const char *exchange(const char *request)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int64_t port;
    must(number_parse(strrchr(server_address(server), ':') + 1, 1, 65535, &port));
    address.sin_port = htons((uint16_t)port);
    must(connect(fd, (const struct sockaddr *)(const void *)&address, sizeof address) == 0);
    must(send(fd, request, strlen(request), MSG_NOSIGNAL) == (ssize_t)strlen(request));
    char *text = arena_alloc(arena, 65536);
    size_t size = 0;
    for (ssize_t got = 1; got > 0 && size<65535; size += got> 0 ? (size_t)got : 0) {
        got = recv(fd, text + size, 65535 - size, 0);
    }
    close(fd);
    return text;
}

static const char *get(const char *path, const char *more)
{
    return exchange(
        arena_printf(arena, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n", path, more));
}

static const char *post(const char *path, const char *more, const char *body)
{
    return exchange(arena_printf(
        arena, "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n%s",
        path, strlen(body), more, body));
}

#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define SESSION "Cookie: waymark_session=good\r\n"

static void assert_answer(const char *answer, int status, const char *holds)
{
    const char *start = arena_printf(arena, "HTTP/1.1 %d ", status);
    if (!text_starts_with(answer, start) || strstr(answer, holds) == NULL) {
        fail_msg("expected %d with '%s', got: %s", status, holds, answer);
    }
    static const char *const always[] = {
        "\r\nContent-Security-Policy: default-src 'none'; script-src 'self';",
        "\r\nX-Content-Type-Options: nosniff\r\n",
        "\r\nReferrer-Policy: no-referrer\r\n",
        "\r\nCross-Origin-Opener-Policy: same-origin\r\n",
        "\r\nCross-Origin-Resource-Policy: same-origin\r\n",
        "\r\nPermissions-Policy: ",
        "\r\nCache-Control: no-store\r\n"};
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++) {
        if (strstr(answer, always[i]) == NULL) {
            fail_msg("missing '%s' in: %s", always[i], answer);
        }
    }
}

static void a_page_is_found_by_its_exact_path(void **state)
{
    (void)state;
    assert_answer(get("/hello/Zo%C3%AB", ""), 200, "hello Zo\xc3\xab out");
    assert_answer(get("/hello/", ""), 404, "not-found");
    assert_answer(get("/hello/a/b", ""), 404, "not-found");
    assert_answer(get("//hello/a", ""), 404, "not-found");
    assert_answer(get("/hello/%ff", ""), 400, "bad-input");
    assert_answer(get("/hello/a%2Fb", ""), 400, "bad-input");
    assert_answer(get("/hello/a?x=%zz", ""), 400, "bad-input");
}

static void another_method_is_told_which_are_allowed(void **state)
{
    (void)state;
    assert_answer(post("/hello/a", FORM, ""), 405, "\r\nAllow: GET, HEAD\r\n");
    assert_answer(exchange("DELETE /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), 405,
                  "\r\nAllow: POST\r\n");
}

static void head_is_get_without_its_body(void **state)
{
    (void)state;
    const char *answer = exchange("HEAD /hello/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert_answer(answer, 200, "Content-Length: 11\r\n");
    assert_null(strstr(answer, "hello a"));
}

static void a_page_for_those_signed_in_is_for_nobody_else(void **state)
{
    (void)state;
    assert_answer(get("/inside/a", ""), 401, "not-signed-in");
    assert_answer(get("/inside/a", "Cookie: waymark_session=bad\r\n"), 401, "not-signed-in");
    assert_answer(get("/inside/a", SESSION), 200, "hello a in");
    assert_answer(get("/keys/a", SESSION), 403, "not-allowed");
}

static void a_page_that_only_reads_is_of_one_moment_with_who_asks(void **state)
{
    (void)state;
    assert_answer(get("/moment/a", SESSION), 200, "within 1, signed in within 1");
    assert_int_equal(atomic_load(&reads_under_way), 0);
    assert_answer(get("/now/a", SESSION), 200, "within 0, signed in within 0");
    assert_answer(get("/moment/fails", SESSION), 404, "not-found");
    assert_answer(get("/moment/a", ""), 401, "not-signed-in");
    assert_int_equal(atomic_load(&reads_under_way), 0);
    atomic_store(&store_is_broken, true);
    assert_answer(get("/moment/a", SESSION), 500, "store");
    atomic_store(&store_is_broken, false);
    assert_int_equal(atomic_load(&reads_under_way), 0);
}

static void a_form_needs_the_token_of_its_session(void **state)
{
    (void)state;
    assert_answer(post("/echo", FORM SESSION, "_csrf=token-of-the-session&text=%3Cb%3E"), 200, "<b>");
    assert_answer(post("/echo", FORM SESSION, "text=kept"), 403, "not-allowedkept");
    assert_answer(post("/echo", FORM SESSION, "_csrf=&text=kept"), 403, "not-allowedkept");
    assert_answer(post("/echo", FORM SESSION, "_csrf=token-of-another00&text=kept"), 403, "not-allowedkept");
    assert_answer(post("/echo", FORM, "_csrf=token-of-the-session&text=a"), 401, "not-signed-in");
}

static void a_form_from_elsewhere_is_refused_with_a_right_token(void **state)
{
    (void)state;
    static const char body[] = "_csrf=token-of-the-session&text=mine";
    assert_answer(post("/echo", FORM SESSION "Sec-Fetch-Site: cross-site\r\n", body), 403, "not-allowed");
    assert_answer(post("/echo", FORM SESSION "Sec-Fetch-Site: same-site\r\n", body), 403, "not-allowed");
    assert_answer(post("/echo", FORM SESSION "Sec-Fetch-Site: none\r\n", body), 403, "not-allowed");
    assert_answer(post("/echo", FORM SESSION "Origin: http://elsewhere\r\n", body), 403, "not-allowed");
    assert_answer(post("/echo", FORM SESSION "Origin: https://localhost\r\n", body), 403, "not-allowed");
    assert_answer(post("/echo", FORM SESSION "Origin: http://localhost\r\n", body), 200, "mine");
    assert_answer(post("/echo", FORM SESSION "Origin: null\r\nSec-Fetch-Site: same-origin\r\n", body), 200,
                  "mine");
    assert_answer(post("/echo", "Content-Type: text/plain\r\n" SESSION, body), 415, "media-type");
}

static void a_bearer_token_opens_the_api_and_a_cookie_does_not(void **state)
{
    (void)state;
    static const char type[] = "Content-Type: application/json\r\n";
    assert_answer(
        post("/api/json", arena_printf(arena, "%sAuthorization: Bearer key\r\n", type), "{\"a\":1}"), 201,
        "{\"a\":1}");
    assert_answer(post("/api/json", arena_printf(arena, "%sAuthorization: Bearer no\r\n", type), "{}"), 401,
                  "\r\nWWW-Authenticate: Bearer");
    assert_answer(post("/api/json", arena_printf(arena, "%s" SESSION, type), "{}"), 401, "not-signed-in");
    assert_answer(post("/api/json", "Authorization: Bearer key\r\n" FORM, "{}"), 415, "media-type");
    assert_answer(post("/api/json", arena_printf(arena, "%sAuthorization: Bearer key\r\n", type), "\xff"),
                  400, "bad-input");
}

static void a_body_over_the_limit_is_refused(void **state)
{
    (void)state;
    char *large = arena_alloc(arena, 1002);
    memset(large, 'a', 1001);
    assert_answer(post("/echo", FORM SESSION, large), 413, "too-large");
    const char *chunked = arena_printf(
        arena,
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n" FORM
            SESSION "\r\n3e9\r\n%s\r\n0\r\n\r\n",
        large);
    assert_answer(exchange(chunked), 413, "too-large");
    assert_answer(
        exchange(
            "GET /hello/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx"),
        400, "bad-input");
}

static void a_request_that_runs_out_of_memory_ends_alone(void **state)
{
    (void)state;
    assert_answer(get("/greedy", ""), 503, "\r\nRetry-After: 2\r\n");
    assert_answer(get("/hello/a", ""), 200, "hello a out");
}

static void many_requests_follow_on_one_connection(void **state)
{
    (void)state;
    const char *two = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 38\r\n" FORM SESSION
                      "\r\n_csrf=token-of-the-session&text=first0"
                      "GET /hello/second HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    const char *answer = exchange(two);
    assert_non_null(strstr(answer, "first0"));
    assert_non_null(strstr(answer, "hello second out"));
}

static const struct error *try_to_serve(const struct server_options *options)
{
    struct server *other;
    const struct error *error = server_start(arena, options, &other);
    if (error == NULL) {
        server_stop(other);
    }
    return error;
}

static void other_machines_are_served_by_tls_or_through_a_proxy_and_under_a_name(void **state)
{
    (void)state;
    struct server_options options = {
        .listen = "0.0.0.0:0", .tables = tables, .table_count = 2, .quiet = true};
    struct network proxy;
    struct public_name origin;
    assert_null(front_network_read(arena, "192.0.2.1", &proxy));
    assert_int_equal(try_to_serve(&options)->code, ERROR_BAD_INPUT);
    options.front.proxies = &proxy;
    options.front.proxy_count = 1;
    assert_non_null(strstr(try_to_serve(&options)->detail, "--public-url"));
    assert_null(front_origin_read(arena, "http://waymark.example", &origin));
    options.front.origins = &origin;
    options.front.origin_count = 1;
    assert_non_null(strstr(try_to_serve(&options)->detail, "https"));
    assert_null(front_origin_read(arena, "https://waymark.example", &origin));
    assert_null(try_to_serve(&options));
    options.loopback_only = true;
    assert_non_null(strstr(try_to_serve(&options)->detail, "--one-factor"));
    options.listen = "127.0.0.1:0";
    assert_non_null(strstr(try_to_serve(&options)->detail, "--one-factor"));
    options.listen = "0.0.0.0:0";
    options.loopback_only = false;
    options.front.proxy_count = 0;
    assert_int_equal(try_to_serve(&options)->code, ERROR_BAD_INPUT);
    options.tls = &(struct tls_options){.certificate = "/nowhere/certificate", .key = "/nowhere/key"};
    assert_int_equal(try_to_serve(&options)->code, ERROR_KEY);
}

static void only_its_own_names_are_answered(void **state)
{
    (void)state;
    static const char *const strange[] = {"elsewhere.example",           "localhost.elsewhere.example",
                                          "127.0.0.1.elsewhere.example", "10.0.0.1",
                                          "localhost:8080@evil",         ""};
    for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
        const char *text =
            arena_printf(arena, "GET /hello/a HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", strange[i]);
        assert_answer(exchange(text), 421, "not the address of this server");
    }
    assert_answer(exchange("GET /api/x HTTP/1.1\r\nHost: evil\r\nConnection: close\r\n\r\n"), 421,
                  "urn:waymark:problem:");
    assert_answer(exchange("GET /hello/a HTTP/1.1\r\nHost: 127.0.0.1:99\r\nConnection: close\r\n\r\n"), 200,
                  "hello a");
}

static void rows_that_match_the_same_path_are_refused(void **state)
{
    (void)state;
    static const struct route same[] = {{METHOD_GET, "/a/{x}/c", ROUTE_PUBLIC, BODY_NONE, hello},
                                        {METHOD_GET, "/a/b/{y}", ROUTE_PUBLIC, BODY_NONE, hello}};
    static const struct route_table table = {"/", same, 2, say_error};
    static const struct route_table *const list[] = {&table};
    struct site site = {.tables = list, .table_count = 1};
    assert_non_null(site_check(arena, &site));
    site.tables = tables;
    site.table_count = 2;
    assert_null(site_check(arena, &site));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_is_found_by_its_exact_path),
        cmocka_unit_test(another_method_is_told_which_are_allowed),
        cmocka_unit_test(head_is_get_without_its_body),
        cmocka_unit_test(a_page_for_those_signed_in_is_for_nobody_else),
        cmocka_unit_test(a_page_that_only_reads_is_of_one_moment_with_who_asks),
        cmocka_unit_test(a_form_needs_the_token_of_its_session),
        cmocka_unit_test(a_form_from_elsewhere_is_refused_with_a_right_token),
        cmocka_unit_test(a_bearer_token_opens_the_api_and_a_cookie_does_not),
        cmocka_unit_test(a_body_over_the_limit_is_refused),
        cmocka_unit_test(a_request_that_runs_out_of_memory_ends_alone),
        cmocka_unit_test(many_requests_follow_on_one_connection),
        cmocka_unit_test(only_its_own_names_are_answered),
        cmocka_unit_test(other_machines_are_served_by_tls_or_through_a_proxy_and_under_a_name),
        cmocka_unit_test(rows_that_match_the_same_path_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
