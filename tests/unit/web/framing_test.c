/* Which bytes are plain HTTP, told in whole and byte by byte. */
#include "web/framing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* How many requests there are; -1 when it is refused. */
static int read_all(const char *text, size_t size)
{
    struct framing whole;
    struct framing bytes;
    framing_init(&whole);
    framing_init(&bytes);
    bool good = framing_take(&whole, text, size);
    bool same = true;
    for (size_t i = 0; i < size; i++) {
        same = framing_take(&bytes, text + i, 1);
    }
    assert_int_equal(good, same);
    assert_int_equal(whole.requests, bytes.requests);
    if (good) {
        assert_int_equal(framing_between(&whole), framing_between(&bytes));
        return (int)whole.requests;
    }
    assert_false(framing_between(&whole));
    assert_false(framing_take(&whole, "GET / HTTP/1.0\r\n\r\n", 18));
    return -1;
}
#define READ(text) read_all((text), sizeof(text) - 1)
#define GET(headers) "GET / HTTP/1.1\r\nHost: a\r\n" headers "\r\n"
#define POST(headers, body) "POST /a?b HTTP/1.1\r\nHost: a\r\n" headers "\r\n" body

static void what_is_plain_is_taken(void **state)
{
    (void)state;
    assert_int_equal(READ(GET("")), 1);
    assert_int_equal(READ("GET / HTTP/1.0\r\n\r\n"), 1);
    assert_int_equal(READ(GET("A:b\r\nC: \t d e \t\r\nEmpty:\r\nX: \xc3\xa9\r\n")), 1);
    assert_int_equal(READ(GET("A-header-with-a-name-longer-than-any-of-ours: 1\r\n")), 1);
    assert_int_equal(READ(GET("Accept: a\r\nAccept: b\r\n")), 1);
    assert_int_equal(READ(POST("Content-Length: 3\r\n", "abc")), 1);
    assert_int_equal(READ(POST("Content-Length: 0\r\n", "") GET("")), 2);
    assert_int_equal(READ(POST("CONTENT-LENGTH:3 \r\n", "a\n\0") GET("") GET("")), 3);
    assert_int_equal(
        READ(POST("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n") GET("")), 2);
    assert_int_equal(READ("GET / HTTP/1.1\r\nHo"), 0);
    assert_int_equal(READ(POST("Content-Length: 3\r\n", "ab")), 0);
}

static void where_it_stands_is_told(void **state)
{
    (void)state;
    struct framing framing;
    framing_init(&framing);
    assert_true(framing_between(&framing));
    assert_false(framing_in_head(&framing));
    assert_true(framing_take(&framing, "P", 1));
    assert_true(framing_in_head(&framing));
    assert_false(framing_between(&framing));
    static const char rest[] = "OST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n";
    assert_true(framing_take(&framing, rest, sizeof rest - 1));
    assert_false(framing_in_head(&framing));
    assert_false(framing_between(&framing));
    assert_true(framing_take(&framing, "x", 1));
    assert_true(framing_between(&framing));
}

static void a_request_line_is_exact(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",     " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",        "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",        "GET /\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.2\r\nHost: a\r\n\r\n",         "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        "GET / http/1.1\r\nHost: a\r\n\r\n",         "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\rHost: a\r\n\r\n",           "GET /\t HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", "GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n",
        "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",         "AMETHODTHATISMUCHTOOLONG / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.11\r\nHost: a\r\n\r\n",        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(read_all(wrong[i], strlen(wrong[i])), -1);
    }
    assert_int_equal(READ("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"), -1);
}

static void headers_are_whole_lines(void **state)
{
    (void)state;
    assert_int_equal(READ("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n"), -1);
    assert_int_equal(READ("GET / HTTP/1.1\r\nHost: a\r\n\tfolded\r\n\r\n"), -1);
    assert_int_equal(READ(GET("A: b\n")), -1);
    assert_int_equal(READ(GET("A: b\rC: d\r\n")), -1);
    assert_int_equal(READ("GET / HTTP/1.1\r\nHost: a\r\n\n"), -1);
    assert_int_equal(READ("GET / HTTP/1.1\r\nHost: a\r\n\rX"), -1);
    assert_int_equal(READ(GET("A : b\r\n")), -1);
    assert_int_equal(READ(GET(": b\r\n")), -1);
    assert_int_equal(READ(GET("A\r\n")), -1);
    assert_int_equal(READ(GET("A: b\0c\r\n")), -1);
    assert_int_equal(READ(GET("A\0: b\r\n")), -1);
    assert_int_equal(READ(GET("A: \x01\r\n")), -1);
    assert_int_equal(READ(GET("A: \x7f\r\n")), -1);
}

static void what_decides_comes_once(void **state)
{
    (void)state;
    assert_int_equal(READ("GET / HTTP/1.1\r\n\r\n"), -1);
    assert_int_equal(READ(GET("host: b\r\n")), -1);
    assert_int_equal(READ(GET("Cookie: a=b\r\nCookie: a=c\r\n")), -1);
    assert_int_equal(READ(POST("Content-Length: 3\r\nContent-Length: 3\r\n", "abc")), -1);
    assert_int_equal(READ(POST("Content-Length: 3, 3\r\n", "abc")), -1);
    assert_int_equal(READ(POST("Content-Length: +3\r\n", "abc")), -1);
    assert_int_equal(READ(POST("Content-Length: -1\r\n", "")), -1);
    assert_int_equal(READ(POST("Content-Length: 0x3\r\n", "abc")), -1);
    assert_int_equal(READ(POST("Content-Length:\r\n", "")), -1);
    assert_int_equal(READ(POST("Content-Length: 1234567890123456\r\n", "")), -1);
    assert_int_equal(READ(POST("Content-Length: 1234567890123456789012345678901234567890\r\n", "")), -1);
    assert_int_equal(READ(POST("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "")), -1);
    assert_int_equal(READ(POST("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "")), -1);
    assert_int_equal(READ(POST("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "")), -1);
    assert_int_equal(READ(POST("Transfer-Encoding: gzip, chunked\r\n", "")), -1);
    assert_int_equal(READ(POST("Transfer-Encoding: Chunked\r\n", "")), -1);
    assert_int_equal(READ(POST("Transfer-Encoding: identity\r\n", "")), -1);
    assert_int_equal(READ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), -1);
}

#define CHUNKS(body) POST("Transfer-Encoding: chunked\r\n", body)

static void chunks_are_exact(void **state)
{
    (void)state;
    assert_int_equal(READ(CHUNKS("3;a=b\r\nabc\r\n0\r\n\r\n")), -1);
    assert_int_equal(READ(CHUNKS(" 3\r\nabc\r\n0\r\n\r\n")), -1);
    assert_int_equal(READ(CHUNKS("0x3\r\nabc\r\n0\r\n\r\n")), -1);
    assert_int_equal(READ(CHUNKS("\r\nabc\r\n0\r\n\r\n")), -1);
    assert_int_equal(READ(CHUNKS("123456789\r\n")), -1);
    assert_int_equal(READ(CHUNKS("3\nabc\r\n0\r\n\r\n")), -1);
    assert_int_equal(READ(CHUNKS("3\r\nabcd\r\n0\r\n\r\n")), -1);
    assert_int_equal(READ(CHUNKS("3\r\nabc\n0\r\n\r\n")), -1);
    assert_int_equal(READ(CHUNKS("3\r\nabc\rX")), -1);
    assert_int_equal(READ(CHUNKS("3\rXabc")), -1);
    assert_int_equal(READ(CHUNKS("0\r\nTrailer: x\r\n\r\n")), -1);
    assert_int_equal(READ(CHUNKS("0\r\n\n")), -1);
    assert_int_equal(READ(CHUNKS("0\r\n\rX")), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_plain_is_taken),  cmocka_unit_test(where_it_stands_is_told),
        cmocka_unit_test(a_request_line_is_exact), cmocka_unit_test(headers_are_whole_lines),
        cmocka_unit_test(what_decides_comes_once), cmocka_unit_test(chunks_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
