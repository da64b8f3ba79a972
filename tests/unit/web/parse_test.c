#include "web/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    return arena == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void a_form_is_decoded_to_text(void **state)
{
    (void)state;
    static const char body[] = "a=1+2&b=caf%C3%A9&a=%26%3D&empty=&bare&&c=one%0D%0Atwo%0D%0D%0Athree%0Dfour";
    const struct pair *pairs;
    size_t count;
    assert_true(parse_pairs(arena, body, sizeof body - 1, 10, &pairs, &count));
    assert_int_equal(count, 6);
    assert_string_equal(pairs[0].text, "1 2");
    assert_string_equal(pairs[1].text, "caf\xc3\xa9");
    assert_string_equal(pairs[2].name, "a");
    assert_string_equal(pairs[2].text, "&=");
    assert_string_equal(pairs[3].text, "");
    assert_string_equal(pairs[4].name, "bare");
    assert_string_equal(pairs[5].text, "one\ntwo\n\nthree\nfour");
}

static void a_form_that_is_not_text_is_refused_whole(void **state)
{
    (void)state;
    static const char *const wrong[] = {"a=%",   "a=%4",     "a=%zz",       "a=%00",
                                        "a=%ff", "a=%c0%80", "a=%ed%a0%80", "%=1"};
    const struct pair *pairs;
    size_t count;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(parse_pairs(arena, wrong[i], strlen(wrong[i]), 10, &pairs, &count));
    }
}

static void a_form_has_a_limit_of_pairs(void **state)
{
    (void)state;
    const struct pair *pairs;
    size_t count;
    assert_true(parse_pairs(arena, "a&b&c", 5, 3, &pairs, &count));
    assert_false(parse_pairs(arena, "a&b&c&d", 7, 3, &pairs, &count));
}

static void a_target_is_split_and_its_path_decoded(void **state)
{
    (void)state;
    const char *path;
    const char *query;
    assert_true(parse_target(arena, "/cases/a%20b?x=%41", &path, &query));
    assert_string_equal(path, "/cases/a b");
    assert_string_equal(query, "x=%41");
    assert_true(parse_target(arena, "/a+b/../c", &path, &query));
    assert_string_equal(path, "/a+b/../c");
    assert_string_equal(query, "");
}

static void a_target_that_could_mean_another_is_refused(void **state)
{
    (void)state;
    const char *path;
    const char *query;
    static const char *const wrong[] = {"",       "*",    "http://other/", "a",    "/a%2fb",
                                        "/a%2Fb", "/%0a", "/%7f",          "/%ff", "/%"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(parse_target(arena, wrong[i], &path, &query));
    }
}

static void a_cookie_is_found_by_its_whole_name(void **state)
{
    (void)state;
    assert_string_equal(parse_cookie(arena, "xid=1; id=2; id2=3", "id"), "2");
    assert_string_equal(parse_cookie(arena, "id=a=b", "id"), "a=b");
    assert_null(parse_cookie(arena, "xid=1; id2=3; id", "id"));
    assert_null(parse_cookie(arena, "", "id"));
}

static void a_media_type_may_have_parameters(void **state)
{
    (void)state;
    assert_true(parse_is_type("application/json", "application/json"));
    assert_true(parse_is_type("Application/JSON ; charset=utf-8", "application/json"));
    assert_false(parse_is_type("application/jsonp", "application/json"));
    assert_false(parse_is_type("text/plain", "application/json"));
    assert_false(parse_is_type(NULL, "application/json"));
}

static void encoding_comes_back_as_it_was(void **state)
{
    (void)state;
    const char *text;
    const char *encoded = percent_encode(arena, "a b/\xc3\xa9%&");
    assert_string_equal(encoded, "a%20b%2F%C3%A9%25%26");
    assert_true(parse_percent(arena, encoded, strlen(encoded), false, &text));
    assert_string_equal(text, "a b/\xc3\xa9%&");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_form_is_decoded_to_text),
        cmocka_unit_test(a_form_that_is_not_text_is_refused_whole),
        cmocka_unit_test(a_form_has_a_limit_of_pairs),
        cmocka_unit_test(a_target_is_split_and_its_path_decoded),
        cmocka_unit_test(a_target_that_could_mean_another_is_refused),
        cmocka_unit_test(a_cookie_is_found_by_its_whole_name),
        cmocka_unit_test(a_media_type_may_have_parameters),
        cmocka_unit_test(encoding_comes_back_as_it_was),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
