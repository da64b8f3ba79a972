#include "web/csv.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

static const char *one_cell(const char *text)
{
    static const char *const heads[] = {"A"};
    struct csv csv = csv_begin(arena, heads, 1);
    csv_cell(&csv, text);
    csv_row_end(&csv);
    return buf_text(csv.buf) + strlen("\xef\xbb\xbf"
                                      "A\r\n");
}

static void rows_are_lines_and_cells_stand_between_commas(void **state)
{
    (void)state;
    static const char *const heads[] = {"Who", "What"};
    struct csv csv = csv_begin(arena, heads, 2);
    csv_cell(&csv, "Keira");
    csv_cell(&csv, NULL);
    csv_row_end(&csv);
    assert_string_equal(buf_text(csv.buf), "\xef\xbb\xbfWho,What\r\nKeira,\r\n");
}

static void what_would_end_a_cell_is_quoted(void **state)
{
    (void)state;
    assert_string_equal(one_cell("a, b"), "\"a, b\"\r\n");
    assert_string_equal(one_cell("she said \"no\""), "\"she said \"\"no\"\"\"\r\n");
    assert_string_equal(one_cell("one\ntwo"), "\"one\ntwo\"\r\n");
    assert_string_equal(one_cell("a; b"), "\"a; b\"\r\n");
    assert_string_equal(one_cell("Zoë"), "Zoë\r\n");
}

static void formulas_are_inert(void **state)
{
    (void)state;
    static const char *const texts[] = {"=1+1", "+44 116", "-2", "@SUM(A1)"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_string_equal(one_cell(texts[i]), arena_printf(arena, "'%s\r\n", texts[i]));
    }
    assert_string_equal(one_cell("\t=1"), "\"'\t=1\"\r\n");
    assert_string_equal(one_cell("\r=1"), "\"'\r=1\"\r\n");
    assert_string_equal(one_cell("=HYPERLINK(\"x\",\"y\")"), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"\r\n");
    assert_string_equal(one_cell("a=1"), "a=1\r\n");
}

static void the_answer_is_a_file(void **state)
{
    (void)state;
    static const char *const heads[] = {"A"};
    struct csv csv = csv_begin(arena, heads, 1);
    struct reply reply = {0};
    assert_null(csv_reply(&csv, "duties-2026-11-25.csv", &reply));
    assert_string_equal(reply.content_type, "text/csv; charset=utf-8");
    assert_string_equal(reply.headers[0].text, "attachment; filename=\"duties-2026-11-25.csv\"");
    assert_int_equal(reply.size, strlen("\xef\xbb\xbf"
                                        "A\r\n"));
}

static void what_does_not_fit_is_no_file(void **state)
{
    (void)state;
    static const char *const heads[] = {"A"};
    struct arena *large = arena_new((size_t)64 << 20);
    struct csv csv = csv_begin(large, heads, 1);
    for (size_t i = 0; i < 900; i++) {
        csv_cell(&csv, "0123456789");
    }
    char *long_text = arena_alloc(large, 9 << 20);
    memset(long_text, 'a', (9 << 20) - 1);
    long_text[(9 << 20) - 1] = '\0';
    csv_cell(&csv, long_text);
    csv_row_end(&csv);
    struct reply reply = {0};
    const struct error *error = csv_reply(&csv, "a.csv", &reply);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_TOO_LARGE);
    arena_free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_lines_and_cells_stand_between_commas),
        cmocka_unit_test(what_would_end_a_cell_is_quoted),
        cmocka_unit_test(formulas_are_inert),
        cmocka_unit_test(the_answer_is_a_file),
        cmocka_unit_test(what_does_not_fit_is_no_file),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
