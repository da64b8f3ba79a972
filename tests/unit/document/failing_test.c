/* A workbook while what it is made with fails: an error and no bytes, no file left open, and the next is
 * made. */
#include "document/sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <xlsxwriter.h>

static unsigned until; /* the call that fails; 0: none */

static bool fails_now(void)
{
    return until > 0 && --until == 0;
}

#define FAILS(type, bad, name, parameters, arguments)                                                        \
    type __real_##name parameters;                                                                           \
    type __wrap_##name parameters;                                                                           \
    type __wrap_##name parameters                                                                            \
    {                                                                                                        \
        if (fails_now()) {                                                                                   \
            errno = EIO;                                                                                     \
            return bad;                                                                                      \
        }                                                                                                    \
        return __real_##name arguments;                                                                      \
    }                                                                                                        \
    _Static_assert(sizeof(type) > 0, #name)

FAILS(int, -1, memfd_create, (const char *name, unsigned flags), (name, flags));
FAILS(FILE *, NULL, fdopen, (int file, const char *how), (file, how));
FAILS(int, -1, fstat64, (int file, struct stat *status), (file, status));
FAILS(ssize_t, -1, pread64, (int file, void *bytes, size_t size, off_t at), (file, bytes, size, at));
FAILS(lxw_workbook *, NULL, workbook_new, (const char *path), (path));
FAILS(lxw_format *, NULL, workbook_add_format, (lxw_workbook * book), (book));
FAILS(lxw_error, LXW_ERROR_MEMORY_MALLOC_FAILED, worksheet_write_string,
      (lxw_worksheet * page, lxw_row_t row, lxw_col_t column, const char *text, lxw_format *format),
      (page, row, column, text, format));
FAILS(lxw_error, LXW_ERROR_MEMORY_MALLOC_FAILED, worksheet_write_number,
      (lxw_worksheet * page, lxw_row_t row, lxw_col_t column, double number, lxw_format *format),
      (page, row, column, number, format));

static size_t open_files(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder) != NULL) {
        count++;
    }
    closedir(folder);
    return count;
}

static void test_each_failure_is_told_and_leaves_nothing(void **state)
{
    (void)state;
    static const char *const heads[] = {"What", "How many"};
    static const struct sheet_cell cells[] = {
        {.text = "Referrals"}, {.number = 7}, {.empty = true}, {.number = 8}};
    const struct sheet sheets[] = {
        {.title = "Figures", .heads = heads, .head_count = 2, .cells = cells, .row_count = 2},
        {.title = "More", .heads = heads, .head_count = 2, .cells = cells, .row_count = 1}};
    size_t before = open_files();
    bool through = false;
    unsigned n = 0;
    while (!through) {
        ARENA_CLEANUP struct arena *arena = arena_new(4 << 20);
        const char *bytes = NULL;
        size_t size = 0;
        until = ++n;
        const struct error *error = sheets_write(arena, sheets, 2, &bytes, &size);
        through = until > 0;
        until = 0;
        assert_int_equal(open_files(), before);
        assert_true((error == NULL) == (bytes != NULL));
        if (error != NULL) {
            assert_true(error->code == ERROR_BUSY || error->code == ERROR_TOO_LARGE);
            assert_int_equal(size, 0);
        } else {
            assert_memory_equal(bytes, "PK\x03\x04", 4);
        }
        assert_true(!through || error == NULL);
    }
    assert_true(n > 15);
}

static void test_two_sheets_of_one_name_are_none(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(4 << 20);
    static const char *const heads[] = {"What"};
    const struct sheet sheets[] = {{.title = "Figures", .heads = heads, .head_count = 1},
                                   {.title = "Figures", .heads = heads, .head_count = 1}};
    const char *bytes = NULL;
    size_t size;
    const struct error *error = sheets_write(arena, sheets, 2, &bytes, &size);
    assert_non_null(error);
    assert_null(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_failure_is_told_and_leaves_nothing),
        cmocka_unit_test(test_two_sheets_of_one_name_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
