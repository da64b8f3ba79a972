#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void only_utf_8_without_nul_is_text(void **state)
{
    (void)state;
    assert_true(text_is_valid("", 0));
    assert_true(text_is_valid("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", 14));
    static const char *const bad[] = {"\xC0\x80",         "\x80",     "\xED\xA0\x80",
                                      "\xF4\x90\x80\x80", "\xE2\x82", "\xF5\x80\x80\x80"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(text_is_valid(bad[i], strlen(bad[i])));
    }
    assert_false(text_is_valid("a\0b", 3));
    assert_int_equal(text_length("caf\xC3\xA9"), 4);
}

static void numbers_are_whole_and_in_range(void **state)
{
    (void)state;
    int64_t n = 5;
    assert_true(number_parse("42", 0, 100, &n));
    assert_int_equal(n, 42);
    assert_true(number_parse("-9223372036854775808", INT64_MIN, INT64_MAX, &n));
    assert_true(n == INT64_MIN);
    static const char *const bad[] = {"", "-", "+1", " 1", "1 ", "1.0", "0x1", "9223372036854775808", "101"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(number_parse(bad[i], INT64_MIN, 100, &n));
    }
}

static void a_number_is_written_as_it_is_read(void **state)
{
    (void)state;
    static const int64_t numbers[] = {0, 7, -7, 10, 999, 1000, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char text[NUMBER_TEXT];
        int64_t read;
        size_t size = number_write(numbers[i], text);
        assert_int_equal(size, strlen(text));
        assert_true(number_parse(text, INT64_MIN, INT64_MAX, &read));
        assert_true(read == numbers[i]);
    }
}

static void trimming_copies_only_when_it_cuts(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(1000);
    const char *whole = "a b";
    assert_ptr_equal(text_trim(arena, whole), whole);
    assert_string_equal(text_trim(arena, " \t a b\r\n"), "a b");
    assert_true(text_is_blank(" \n"));
    assert_true(text_is_blank(NULL));
    assert_false(text_is_blank("a"));
    assert_true(text_equal(NULL, NULL));
    assert_false(text_equal(NULL, ""));
}

static void bytes_are_written_two_digits_each(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(1000);
    static const uint8_t bytes[] = {0x00, 0x0f, 0xf0, 0xa9};
    assert_string_equal(text_hex(arena, bytes, sizeof bytes), "000ff0a9");
    assert_string_equal(text_hex(arena, bytes, 0), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_utf_8_without_nul_is_text),
        cmocka_unit_test(numbers_are_whole_and_in_range),
        cmocka_unit_test(a_number_is_written_as_it_is_read),
        cmocka_unit_test(bytes_are_written_two_digits_each),
        cmocka_unit_test(trimming_copies_only_when_it_cuts),
    };
    return cmocka_run_group_tests_name("base/text", tests, NULL, NULL);
}
