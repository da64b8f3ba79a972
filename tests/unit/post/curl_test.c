/*
 * What the library is told before it goes anywhere: when one option is refused, it does not go at all, so
 * that nothing is sent without TLS or to somebody who was not checked. And what an answer must be to be
 * taken.
 */
#include "post/fetch.h"
#include "post/post.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <string.h>

typedef size_t taker(char *part, size_t size, size_t count, void *context);

static struct {
    unsigned until; /* the call that fails; 0: none */
    unsigned went;
    taker *take;
    taker *take_head;
    void *context;
    /* what the other side answers */
    CURLcode code;
    long status;
    const char *type;
    const char *bytes;
    size_t times;
    size_t head;
} server;

static bool fails_now(void)
{
    return server.until > 0 && --server.until == 0;
}

/* Set so, the library would take the name of the option for a type. */
#undef curl_easy_setopt
#undef curl_easy_getinfo

CURLcode __real_curl_easy_setopt(CURL *curl, CURLoption option, void *value);
CURLcode __wrap_curl_easy_setopt(CURL *curl, CURLoption option, ...);
CURLcode __wrap_curl_easy_setopt(CURL *curl, CURLoption option, ...)
{
    va_list args;
    va_start(args, option);
    void *value = va_arg(args, void *);
    va_end(args);
    if (fails_now()) {
        return CURLE_UNKNOWN_OPTION;
    }
    if (option == CURLOPT_WRITEFUNCTION) {
        memcpy(&server.take, &value, sizeof value);
    } else if (option == CURLOPT_HEADERFUNCTION) {
        memcpy(&server.take_head, &value, sizeof value);
    } else if (option == CURLOPT_WRITEDATA) {
        server.context = value;
    }
    return __real_curl_easy_setopt(curl, option, value);
}

CURL *__real_curl_easy_init(void);
CURL *__wrap_curl_easy_init(void);
CURL *__wrap_curl_easy_init(void)
{
    return fails_now() ? NULL : __real_curl_easy_init();
}

struct curl_slist *__real_curl_slist_append(struct curl_slist *list, const char *text);
struct curl_slist *__wrap_curl_slist_append(struct curl_slist *list, const char *text);
struct curl_slist *__wrap_curl_slist_append(struct curl_slist *list, const char *text)
{
    return fails_now() ? NULL : __real_curl_slist_append(list, text);
}

CURLcode __wrap_curl_easy_perform(CURL *curl);
CURLcode __wrap_curl_easy_perform(CURL *curl)
{
    (void)curl;
    char head[1000] = {0};
    server.went++;
    for (size_t i = 0; i < server.head; i++) {
        if (server.take_head(head, 1, sizeof head, server.context) != sizeof head) {
            return CURLE_WRITE_ERROR;
        }
    }
    for (size_t i = 0; i < server.times; i++) {
        char part[100];
        size_t size = strlen(server.bytes);
        memcpy(part, server.bytes, size);
        if (server.take(part, 1, size, server.context) != size) {
            return CURLE_WRITE_ERROR;
        }
    }
    return server.code;
}

CURLcode __wrap_curl_easy_getinfo(CURL *curl, CURLINFO info, ...);
CURLcode __wrap_curl_easy_getinfo(CURL *curl, CURLINFO info, ...)
{
    va_list args;
    (void)curl;
    va_start(args, info);
    if (info == CURLINFO_RESPONSE_CODE) {
        *va_arg(args, long *) = server.status;
    } else {
        *va_arg(args, const char **) = server.type;
    }
    va_end(args);
    return CURLE_OK;
}

static int as_it_is(void **state)
{
    (void)state;
    memset(&server, 0, sizeof server);
    return 0;
}

/* ---- sending */

static const struct post_message message = {.to = "nurse@b.example", .id = "00ff", .path = "/notices"};

static const struct error *send_one(struct arena *arena, bool whole)
{
    const struct post_options options = {.server = "smtps://mail.example",
                                         .from = "w@county.example",
                                         .link = "https://w.example",
                                         .seconds = 5,
                                         .plain = !whole,
                                         .user = whole ? "robin" : NULL,
                                         .password = whole ? "a quiet river" : NULL,
                                         .ca = whole ? "/etc/ca.pem" : NULL};
    return post_send(arena, &options, &message, NULL);
}

static void test_nothing_is_sent_when_an_option_is_refused(void **state)
{
    (void)state;
    for (int whole = 0; whole < 2; whole++) {
        unsigned n = 0;
        do {
            ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
            n++;
            as_it_is(NULL);
            server.until = n;
            const struct error *error = send_one(arena, whole == 1);
            if (server.went == 0) {
                assert_non_null(error);
                assert_int_equal(error->code, ERROR_IO);
                assert_null(strstr(error->detail, "nurse"));
            } else {
                assert_null(error);
            }
        } while (server.went == 0);
        assert_true(n > 15);
    }
}

static void test_what_the_server_said_is_told_without_the_address(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
    server.code = CURLE_SEND_ERROR;
    server.status = 451;
    const struct error *error = send_one(arena, true);
    assert_non_null(error);
    assert_non_null(strstr(error->detail, "451"));
    assert_null(strstr(error->detail, "nurse"));
    server.status = 0;
    error = send_one(arena, true);
    assert_non_null(error);
    assert_null(strstr(error->detail, "451"));
}

/* ---- fetching */

static const struct error *fetch_one(struct arena *arena, bool whole, const char **ret_bytes, int *ret_status)
{
    size_t size;
    const struct fetch fetch = {.address = "https://id.example/keys",
                                .most = 50,
                                .seconds = 5,
                                .plain = !whole,
                                .body = whole ? "code=1" : NULL,
                                .user = whole ? "waymark" : NULL,
                                .password = whole ? "secret" : NULL,
                                .proxy = whole ? "http://proxy.example" : NULL,
                                .ca = whole ? "/etc/ca.pem" : NULL};
    return post_fetch(arena, &fetch, ret_bytes, &size, ret_status);
}

static void answers(long status, const char *type, const char *bytes, size_t times)
{
    as_it_is(NULL);
    server.status = status;
    server.type = type;
    server.bytes = bytes;
    server.times = times;
}

static void test_nothing_is_fetched_when_an_option_is_refused(void **state)
{
    (void)state;
    for (int whole = 0; whole < 2; whole++) {
        unsigned n = 0;
        do {
            const char *bytes = NULL;
            int status;
            ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
            n++;
            answers(200, "application/json", "{}", 1);
            server.until = n;
            const struct error *error = fetch_one(arena, whole == 1, &bytes, &status);
            assert_true((error == NULL) == (server.went == 1));
            assert_true((bytes == NULL) == (server.went == 0));
        } while (server.went == 0);
        assert_true(n > 15);
    }
}

static void test_only_json_of_200_is_taken(void **state)
{
    (void)state;
    static const struct {
        long status;
        const char *type;
        bool taken;
    } rows[] = {
        {200, "application/json", true},
        {200, "Application/JSON; charset=utf-8", true},
        {200, "application/jwk-set+json", true},
        {200, "application/jwk-set+JSON;x=y", true},
        {200, "application/jsonp", false},
        {200, "application/octet-stream", false},
        {200, "application/a+json.exe", false},
        {200, "text/vnd.longer+json", false},
        {200, "text/html", false},
        {200, "", false},
        {200, NULL, false},
        {201, "application/json", false},
        {302, "application/json", false},
        {500, "application/json", false},
        {0, "application/json", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
        const char *bytes = NULL;
        int status = -1;
        answers(rows[i].status, rows[i].type, "{\"a\":1}", 2);
        const struct error *error = fetch_one(arena, true, &bytes, &status);
        assert_int_equal(status, rows[i].status);
        assert_int_equal(error == NULL, rows[i].taken);
        if (rows[i].taken) {
            assert_string_equal(bytes, "{\"a\":1}{\"a\":1}");
        } else {
            assert_null(bytes);
            assert_null(strstr(error->detail, "id.example"));
        }
    }
}

static void test_more_than_was_asked_for_is_refused(void **state)
{
    (void)state;
    const char *bytes = NULL;
    int status;
    ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
    answers(200, "application/json", "ten bytes.", 5);
    assert_null(fetch_one(arena, false, &bytes, &status));
    assert_int_equal(strlen(bytes), 50);
    answers(200, "application/json", "ten bytes.", 6);
    const struct error *error = fetch_one(arena, false, &bytes, &status);
    assert_non_null(error);
    assert_string_equal(error->detail, "it answered more than 50 bytes");
    answers(200, "application/json", "{}", 1);
    server.head = 40; /* of a thousand bytes each */
    assert_non_null(fetch_one(arena, false, &bytes, &status));
    answers(200, "application/json", "{}", 1);
    server.head = 20;
    assert_null(fetch_one(arena, false, &bytes, &status));
    answers(0, NULL, "", 0);
    server.code = CURLE_COULDNT_CONNECT;
    error = fetch_one(arena, false, &bytes, &status);
    assert_non_null(error);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_nothing_is_sent_when_an_option_is_refused, as_it_is),
        cmocka_unit_test_setup(test_what_the_server_said_is_told_without_the_address, as_it_is),
        cmocka_unit_test_setup(test_nothing_is_fetched_when_an_option_is_refused, as_it_is),
        cmocka_unit_test_setup(test_only_json_of_200_is_taken, as_it_is),
        cmocka_unit_test_setup(test_more_than_was_asked_for_is_refused, as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
