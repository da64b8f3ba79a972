#include "document/sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_workbook_is_made_in_memory(void **context)
{
    (void)context;
    struct arena *arena = arena_new(4 << 20);
    assert_non_null(arena);
    static const char *const heads[] = {"What", "How many"};
    static const struct sheet_cell cells[] = {
        {.text = "=1+1"}, {.number = 7}, {.text = "@a"}, {.empty = true}};
    const struct sheet sheet = {
        .title = "Figures", .heads = heads, .head_count = 2, .cells = cells, .row_count = 2};
    const char *bytes;
    size_t size;
    assert_null(sheets_write(arena, &sheet, 1, &bytes, &size));
    assert_true(size > 1000);
    assert_memory_equal(bytes, "PK\x03\x04", 4);
    arena_free(arena);
}

static void too_much_for_the_arena_is_an_error(void **context)
{
    (void)context;
    struct arena *arena = arena_new(512);
    assert_non_null(arena);
    static const char *const heads[] = {"What"};
    const struct sheet sheet = {.title = "Figures", .heads = heads, .head_count = 1};
    const char *bytes;
    size_t size;
    const struct error *error = sheets_write(arena, &sheet, 1, &bytes, &size);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_TOO_LARGE);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_workbook_is_made_in_memory),
        cmocka_unit_test(too_much_for_the_arena_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
