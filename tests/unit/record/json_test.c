/*
 * The one JSON parser is strict: every kind of text that RFC 8259 does not allow is refused, and what it
 * allows is taken, except by the listed rules (a duplicate key, a NUL, depth, a number beyond 64 bits, a top
 * that is neither object nor array).
 */
#include "record/support.h"

#include <string.h>

struct vector {
    const char *bytes;
    size_t size;
};
#define V(text)                                                                                              \
    {                                                                                                        \
        text, sizeof(text) - 1                                                                               \
    }

static const struct vector invalid[] = {
    /* nothing, or nothing but space */
    V(""),
    V(" "),
    V("\n"),
    V("\t\r\n "),
    V("\xEF\xBB\xBF"),
    V("\0"),
    V("\x1a"),
    V("//"),
    V("/**/"),
    V("#"),
    /* arrays */
    V("["),
    V("]"),
    V("[1"),
    V("[1,"),
    V("[,1]"),
    V("[1,]"),
    V("[1,,2]"),
    V("[,]"),
    V("[,"),
    V("[1 2]"),
    V("[1;2]"),
    V("[1:2]"),
    V("[1}"),
    V("[[1]"),
    V("[]]"),
    V("[1]x"),
    V("[1],"),
    V("[1][2]"),
    V("[\"\""),
    V("[\"a\",\n4\n,1,"),
    V("[*]"),
    V("[...]"),
    V("[(1)]"),
    V("[\"a\" \"b\"]"),
    V("[3[4]]"),
    V("[<null>]"),
    V("[1\f]"),
    V("[\v1]"),
    V("[\xC2\xA0]"),
    V("[\xE2\x80\xA8]"),
    V("[\xE3\x80\x80 1]"),
    V("\xEF\xBB\xBF[]"),
    V("[]\0"),
    V("[1]\0"),
    V("\0[1]"),
    V("[1]\n\0"),
    V("[\0]"),
    V("[1,\0 2]"),
    /* objects */
    V("{"),
    V("}"),
    V("{\"a\""),
    V("{\"a\":"),
    V("{\"a\":1"),
    V("{\"a\":1,"),
    V("{\"a\":1,}"),
    V("{,\"a\":1}"),
    V("{\"a\":1,,\"b\":2}"),
    V("{\"a\" 1}"),
    V("{\"a\",1}"),
    V("{\"a\"::1}"),
    V("{\"a\":1 \"b\":2}"),
    V("{\"a\":1;\"b\":2}"),
    V("{a:1}"),
    V("{'a':1}"),
    V("{1:1}"),
    V("{null:1}"),
    V("{[1]:1}"),
    V("{\"a\"}"),
    V("{\"a\":}"),
    V("{:1}"),
    V("{:}"),
    V("{,}"),
    V("{\"a\":1]"),
    V("{\"a\":1}}"),
    V("{\"a\":1}x"),
    V("{}{}"),
    V("{\"a\":1}/**/"),
    V("{\"a\":/*b*/1}"),
    V("{\"a\":1}//"),
    V("{\"a\":1}#"),
    V("{\"a\":1,//b\n\"c\":2}"),
    V("{\"a\":\"b\"}\"c\""),
    V("{\"a\"=1}"),
    V("{\"a\"=>1}"),
    V("{\"a\":a}"),
    V("{\"a\":(1)}"),
    V("{\"a\\\":1}"),
    V("{\"a\":1\0}"),
    V("{\"a\":1}\0"),
    V("{\"\xFF\":1}"),
    V("{\"a\xC3\":1}"),
    V("{\"\\u00\":1}"),
    /* words */
    V("[nul]"),
    V("[tru]"),
    V("[fals]"),
    V("[nulll]"),
    V("[truefalse]"),
    V("[True]"),
    V("[TRUE]"),
    V("[NULL]"),
    V("[Null]"),
    V("[undefined]"),
    V("[NaN]"),
    V("[-NaN]"),
    V("[nan]"),
    V("[Infinity]"),
    V("[-Infinity]"),
    V("[+Infinity]"),
    V("[inf]"),
    V("[none]"),
    V("[yes]"),
    V("[t]"),
    V("[\xEF\xBC\x91]"),
    V("[tru\0e]"),
    V("[true"),
    V("[\\u0074rue]"),
    /* numbers */
    V("[+1]"),
    V("[++1]"),
    V("[-]"),
    V("[--1]"),
    V("[- 1]"),
    V("[-a]"),
    V("[01]"),
    V("[-01]"),
    V("[00]"),
    V("[-00]"),
    V("[012]"),
    V("[1.]"),
    V("[-1.]"),
    V("[.1]"),
    V("[-.1]"),
    V("[+.1]"),
    V("[.]"),
    V("[1..2]"),
    V("[1.2.3]"),
    V("[1.e1]"),
    V("[.1e1]"),
    V("[0.e1]"),
    V("[1e]"),
    V("[1e+]"),
    V("[1e-]"),
    V("[1E]"),
    V("[1E+]"),
    V("[0e]"),
    V("[0e+]"),
    V("[0E-]"),
    V("[1ee2]"),
    V("[1e2e3]"),
    V("[1e2.3]"),
    V("[1e+-2]"),
    V("[e1]"),
    V("[1.0e]"),
    V("[1.0e+]"),
    V("[0x1]"),
    V("[0x]"),
    V("[0b1]"),
    V("[0o7]"),
    V("[1_000]"),
    V("[1 000]"),
    V("[1,000.]"),
    V("[1a]"),
    V("[1.1a]"),
    V("[1e1a]"),
    V("[1L]"),
    V("[1f]"),
    V("[1+2]"),
    V("[1-2]"),
    V("[-1x]"),
    V("[2.-1]"),
    V("[9.e+]"),
    V("[1e\xEF\xBC\x91]"),
    V("[\xD9\xA1]"),
    V("[1\0]"),
    V("[$1]"),
    V("[1%]"),
    V("[-2.]"),
    V("[0.3e]"),
    V("[0.3e+]"),
    /* texts */
    V("\""),
    V("[\"]"),
    V("[\"a]"),
    V("[\"a"),
    V("[a\"]"),
    V("['a']"),
    V("[`a`]"),
    V("[a]"),
    V("[\"a\"b\"]"),
    V("[\"a\nb\"]"),
    V("[\"a\rb\"]"),
    V("[\"a\tb\"]"),
    V("[\"a\0b\"]"),
    V("[\"a\x01\"]"),
    V("[\"\x1f\"]"),
    V("[\"a\bb\"]"),
    V("[\"a\fb\"]"),
    V("[\"\x1b\"]"),
    V("[\"\\\"]"),
    V("[\"\\"),
    V("[\"\\a\"]"),
    V("[\"\\x41\"]"),
    V("[\"\\0\"]"),
    V("[\"\\'\"]"),
    V("[\"\\v\"]"),
    V("[\"\\ \"]"),
    V("[\"\\e\"]"),
    V("[\"\\U0041\"]"),
    V("[\"\\N\"]"),
    V("[\"\\\n\"]"),
    V("[\"\\\t\"]"),
    V("[\"\\\0\"]"),
    V("[\"\\\xC3\xA9\"]"),
    V("[\"\\u\"]"),
    V("[\"\\u1\"]"),
    V("[\"\\u12\"]"),
    V("[\"\\u123\"]"),
    V("[\"\\u12g4\"]"),
    V("[\"\\u-123\"]"),
    V("[\"\\u 123\"]"),
    V("[\"\\u+041\"]"),
    V("[\"\\u{41}\"]"),
    V("[\"\\u00"),
    V("[\"\\u0000\"]"),
    V("[\"a\\u0000b\"]"),
    V("[\\u0022a\\u0022]"),
    V("[\\n]"),
    /* surrogates that are no pair */
    V("[\"\\ud800\"]"),
    V("[\"\\ud800a\"]"),
    V("[\"\\ud800\\n\"]"),
    V("[\"\\ud800\\u0041\"]"),
    V("[\"\\ud800\\ud800\"]"),
    V("[\"\\udc00\"]"),
    V("[\"\\udc00\\ud800\"]"),
    V("[\"\\udfff\"]"),
    V("[\"\\udbff\"]"),
    V("[\"\\ud834\\u\"]"),
    V("[\"\\ud834\\udd\"]"),
    V("[\"\\uD83D\\uD83D\\uDE00\"]"),
    V("{\"\\ud800\":1}"),
    /* bytes that are not UTF-8 */
    V("[\"\x80\"]"),
    V("[\"\xBF\"]"),
    V("[\"\xC0\x80\"]"),
    V("[\"\xC0\xAF\"]"),
    V("[\"\xC1\xBF\"]"),
    V("[\"\xC3\"]"),
    V("[\"\xC3(\"]"),
    V("[\"\xE0\x80\x80\"]"),
    V("[\"\xE0\x9F\xBF\"]"),
    V("[\"\xE2\x82\"]"),
    V("[\"\xE2(\xA1\"]"),
    V("[\"\xED\xA0\x80\"]"),
    V("[\"\xED\xBF\xBF\"]"),
    V("[\"\xF0\x80\x80\x80\"]"),
    V("[\"\xF0\x8F\xBF\xBF\"]"),
    V("[\"\xF0\x9F\x98\"]"),
    V("[\"\xF4\x90\x80\x80\"]"),
    V("[\"\xF5\x80\x80\x80\"]"),
    V("[\"\xF8\x88\x80\x80\x80\"]"),
    V("[\"\xFC\x84\x80\x80\x80\x80\"]"),
    V("[\"\xFE\"]"),
    V("[\"\xFF\"]"),
    V("[\xFF]"),
    V("[1\xE5]"),
    V("\xFF\xFE[\0]\0"),
    V("[\0\"\0a\0\"\0]\0"),
    V("[\"\xED\xA0\xBD\xED\xB8\x80\"]"),
    /* the same name twice, however it is written */
    V("{\"a\":1,\"a\":1}"),
    V("{\"a\":1,\"a\":2}"),
    V("{\"a\":1,\"b\":2,\"a\":3}"),
    V("{\"a\":1,\"\\u0061\":2}"),
    V("{\"\":1,\"\":2}"),
    V("{\"b\":{\"a\":1,\"a\":2}}"),
    V("[{\"a\":1,\"a\":null}]"),
    V("{\"\xC3\xA9\":1,\"\\u00e9\":2}"),
    /* beyond what can be kept: numbers of more than 64 bits, or no number at all */
    V("[9223372036854775808]"),
    V("[-9223372036854775809]"),
    V("[1e400]"),
    V("[-1e400]"),
    V("[123123123123123123123123123123]"),
    V("[1e9999999999999999999]"),
    /* a top that is neither object nor array */
    V("1"),
    V("\"a\""),
    V("null"),
    V("true"),
    V("-0"),
    V("1.5"),
    V("a"),
    V("\"\\ud800\""),
    /* deeper than any answer */
    V("[[[[[[[[[[[[[]]]]]]]]]]]]]"),
    V("{\"a\":[[[[[[[[[[[[1]]]]]]]]]]]]}"),
    V("[[[[[[[[[[[[["),
    V("]]]]]]]]]]]]]]]]]"),
};

static const struct vector valid[] = {
    V("[]"),
    V("{}"),
    V(" [ ] "),
    V("\n{\t}\r\n"),
    V("[1]"),
    V("[-0]"),
    V("[0]"),
    V("[0e1]"),
    V("[0e+1]"),
    V("[1E22]"),
    V("[1E-2]"),
    V("[1e-400]"),
    V("[1.5e+2]"),
    V("[-0.1]"),
    V("[9223372036854775807]"),
    V("[-9223372036854775808]"),
    V("[true,false,null]"),
    V("[\"\"]"),
    V("[\" \"]"),
    V("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"),
    V("[\"\\u00e9\\u00E9\"]"),
    V("[\"\\ud83d\\ude00\"]"),
    V("[\"\\uD834\\uDD1E\"]"),
    V("[\"\xF0\x9F\x98\x80\"]"),
    V("[\"\xF4\x8F\xBF\xBF\"]"),
    V("[\"\x7f\"]"),
    V("[\"\xC2\x80\"]"),
    V("[\"\xEF\xBF\xBF\"]"),
    V("[\"\xE2\x80\xA8\xE2\x80\xA9\"]"),
    V("[\"\xEF\xBB\xBF\"]"),
    V("[\"a/*b*/c/d//e\"]"),
    V("{\"\":0}"),
    V("{\"a\":{\"a\":{\"a\":1}}}"),
    V("{\"a\":1,\"A\":2}"),
    V("[[],[[]]]"),
    V("{\"\\u0061\":1}"),
    V("[1,\n2 , 3]"),
    V("{\"a\":[]}"),
    V("[[[[[[[[[[[[]]]]]]]]]]]]"),
    V("[\"[[[[[[[[[[[[[[\"]"),
    V("{\"a\" : 1 }"),
    V("[\"\\u0022\"]"),
    V("[\"\\\\u0000\"]"),
    V("[1.000000000000000000001]"),
};

/* In memory of its own size, so that the sanitizer sees a read past the end. */
static bool is_taken(struct arena *arena, struct vector vector)
{
    json_t *json = NULL;
    char *copy = arena_alloc(arena, vector.size);
    memcpy(copy, vector.bytes, vector.size);
    const struct error *error = json_read(arena, copy, vector.size, &json);
    if (error != NULL) {
        assert_int_equal(error->code, ERROR_BAD_INPUT);
        assert_non_null(error->detail);
        return false;
    }
    json_decref(json);
    return true;
}

static void no_invalid_text_is_taken(void **state)
{
    const struct fixture *fixture = *state;
    size_t count = sizeof invalid / sizeof invalid[0];
    size_t taken = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_taken(fixture->arena, invalid[i])) {
            print_error("taken, and should not be: %.*s\n", (int)invalid[i].size, invalid[i].bytes);
            taken++;
        }
    }
    assert_true(count >= 250);
    assert_int_equal(taken, 0);
}

static void every_valid_text_is_taken(void **state)
{
    const struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof valid / sizeof valid[0]; i++) {
        if (!is_taken(fixture->arena, valid[i])) {
            fail_msg("refused, and should not be: %.*s", (int)valid[i].size, valid[i].bytes);
        }
    }
}

/* A valid text cut short anywhere is no longer one. */
static void a_text_cut_short_is_refused(void **state)
{
    const struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof valid / sizeof valid[0]; i++) {
        size_t end = valid[i].size;
        while (strchr(" \t\r\n", valid[i].bytes[end - 1]) != NULL) {
            end--;
        }
        for (size_t size = 0; size < end; size++) {
            assert_false(is_taken(fixture->arena, (struct vector){valid[i].bytes, size}));
        }
    }
}

static void depth_costs_nothing(void **state)
{
    enum { DEPTH = 100000 };
    const struct fixture *fixture = *state;
    static const char *const openings[] = {"[", "{\"a\":"};
    for (size_t o = 0; o < 2; o++) {
        size_t length = strlen(openings[o]);
        char *text = arena_alloc(fixture->arena, length * DEPTH + 1);
        for (size_t i = 0; i < DEPTH; i++) {
            memcpy(text + i * length, openings[o], length);
        }
        assert_false(is_taken(fixture->arena, (struct vector){text, length * DEPTH}));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_invalid_text_is_taken),
        cmocka_unit_test(every_valid_text_is_taken),
        cmocka_unit_test(a_text_cut_short_is_refused),
        cmocka_unit_test(depth_costs_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
