/* The text of a message: what it says, and that nothing gets into its head. */
#include "post/post.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static const struct post_options options = {.from = "waymark@county.example", .link = "https://w.example"};

static const char *text_of(struct arena *arena, const char *to, const char *id, const char *reference,
                           const char *path)
{
    struct post_message message = {
        .to = to, .id = id, .reference = reference, .path = path, .at = {1700000000000}};
    const char *text = NULL;
    const struct error *error = post_text(arena, &options, &message, &text);
    return error == NULL ? text : NULL;
}

static void test_it_says_only_that_something_is_due(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
    const char *text = text_of(arena, "a@b.example", "00ff", "P3E8W5FW7N", "/cases/P3E8W5FW7N");
    assert_non_null(text);
    assert_non_null(strstr(text, "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"));
    assert_non_null(strstr(text, "Message-ID: <00ff@county.example>\r\n"));
    assert_non_null(strstr(text, "Subject: Waymark: something is due\r\n"));
    assert_non_null(strstr(text, "https://w.example/cases/P3E8W5FW7N\r\n"));
    assert_non_null(strstr(text, "Reference: P3E8W5FW7N\r\n"));
}

static void test_no_header_gets_in(void **state)
{
    (void)state;
    static const char *const evil[] = {
        "a@b\r\nBcc: c@d", "a@b\n", "a@b\r", "a@b> x", "a@b\x7f", "<a@b", "a @b", "\"a\"@b", "a\\@b"};
    ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof evil / sizeof evil[0]; i++) {
        assert_null(text_of(arena, evil[i], "00", "R", "/cases/R"));
        assert_null(text_of(arena, "a@b", evil[i], "R", "/cases/R"));
        assert_null(text_of(arena, "a@b", "00", evil[i], "/cases/R"));
        assert_null(text_of(arena, "a@b", "00", "R", evil[i]));
    }
    assert_null(text_of(arena, "nobody", "00", "R", "/cases/R"));
    assert_null(text_of(arena, "", "00", "R", "/cases/R"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_says_only_that_something_is_due),
        cmocka_unit_test(test_no_header_gets_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
