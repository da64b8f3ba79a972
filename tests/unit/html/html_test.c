#include "html/html.h"

#include "base/arena.h"
#include "html/govuk_form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int open_arena(void **state)
{
    *state = arena_new(16 * 1024 * 1024);
    return *state == NULL;
}

static int close_arena(void **state)
{
    arena_free(*state);
    return 0;
}

static void assert_written(struct html *html, const char *expected)
{
    size_t size;
    const char *bytes = html_bytes(html, &size);
    assert_non_null(bytes);
    assert_string_equal(bytes, expected);
    assert_int_equal(size, strlen(expected));
}

static void text_is_escaped(void **state)
{
    struct html *html = html_new(*state, 1024);
    html_text(html, "<b title=\"x\">Zoë & 'Łukasz'</b>");
    html_text(html, "");
    html_text(html, NULL);
    assert_written(html, "&lt;b title=&quot;x&quot;&gt;Zoë &amp; &#39;Łukasz&#39;&lt;/b&gt;");
}

/* Whatever stands before and behind it: text is gone through sixteen bytes at a time, and the rest in halves.
 */
static void every_byte_is_escaped_wherever_it_stands(void **state)
{
    enum { LONGEST = 50 };
    static const struct {
        char byte;
        const char *written;
    } bytes[] = {{'&', "&amp;"}, {'<', "&lt;"},  {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"},
                 {'%', "%"},     {'\n', "<br>"}, {'=', "="},    {'?', "?"},      {'(', "("}};
    (void)state;
    for (size_t length = 2; length <= LONGEST; length++) {
        ARENA_CLEANUP struct arena *arena = arena_new(64 << 20);
        for (size_t b = 0; b < sizeof bytes / sizeof bytes[0]; b++) {
            for (size_t at = 0; at < length - 1; at++) {
                char text[LONGEST + 1] = {0};
                struct html *html = html_new(arena, 1024);
                for (size_t i = 0; i < length; i++) {
                    text[i] = (char)('A' + i); /* so that each is seen to stand in its place */
                }
                text[at] = bytes[b].byte;
                html_lines(html, text);
                text[at] = '\0';
                assert_written(html, arena_printf(arena, "%s%s%s", text, bytes[b].written, text + at + 1));
            }
        }
    }
}

static void lines_become_breaks(void **state)
{
    struct html *html = html_new(*state, 1024);
    html_lines(html, "a\n<b>\n\nc\n");
    assert_written(html, "a<br>&lt;b&gt;<br><br>c");
}

static void attributes_are_escaped_and_none_is_left_out(void **state)
{
    struct html *html = html_new(*state, 1024);
    html_element(html, "p", ATTRIBUTES({"class", "a\" onclick=\"b"}, {"id", NULL}, {"hidden", ""}), "<");
    html_open(html, "br", NULL);
    assert_written(html, "<p class=\"a&quot; onclick=&quot;b\" hidden=\"\">&lt;</p><br>");
}

static void a_capture_is_taken_out_and_put_back_unescaped(void **state)
{
    struct html *html = html_new(*state, 1024);
    html_text(html, "before ");
    html_capture(html);
    html_element(html, "b", NULL, "&");
    html_capture(html);
    html_element(html, "i", NULL, "inner");
    const struct markup *inner = html_capture_end(html);
    html_text(html, " after");
    const struct markup *outer = html_capture_end(html);
    assert_written(html, "before ");
    html_markup(html, inner);
    html_markup(html, outer);
    html_markup(html, NULL);
    assert_written(html, "before <i>inner</i><b>&amp;</b> after");
}

/* What is written before a page, of any length, and after it; the page may be put down twice. */
static void a_page_is_put_into_its_frame(void **state)
{
    static const size_t lengths[] = {0, 1, 8191, 8192, 8193, 20000};
    char *frame = arena_alloc(*state, 20001);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct html *html = html_new(*state, 100000);
        memset(frame, 'f', 20000);
        frame[lengths[i]] = '\0';
        html_capture(html);
        html_element(html, "p", NULL, "the page");
        const struct markup *page = html_capture_end(html);
        html_text(html, frame);
        html_markup(html, page);
        html_text(html, "after");
        html_markup(html, page);
        html_capture(html);
        html_markup(html, page);
        html_markup(html, html_capture_end(html));
        assert_written(html,
                       arena_printf(*state, "%s<p>the page</p>after<p>the page</p><p>the page</p>", frame));
    }
}

static void a_page_of_pages_is_whole(void **state)
{
    struct html *html = html_new(*state, 1024);
    html_capture(html);
    html_capture(html);
    html_text(html, "a");
    const struct markup *inner = html_capture_end(html);
    html_markup(html, inner);
    const struct markup *page = html_capture_end(html);
    html_text(html, "(");
    html_capture(html);
    html_markup(html, page);
    const struct markup *again = html_capture_end(html);
    html_markup(html, again);
    html_text(html, ")");
    assert_written(html, "(a)");
}

static void a_frame_that_is_too_long_is_no_page(void **state)
{
    size_t size;
    struct html *html = html_new(*state, 8);
    char frame[8300] = {0};
    memset(frame, 'f', sizeof frame - 1);
    html_capture(html);
    html_text(html, "page");
    const struct markup *page = html_capture_end(html);
    html_text(html, frame);
    html_markup(html, page);
    assert_null(html_bytes(html, &size));
}

static void too_long_is_no_page(void **state)
{
    struct html *html = html_new(*state, 8);
    html_text(html, "12345678");
    assert_written(html, "12345678");
    html_text(html, "9");
    size_t size;
    assert_null(html_bytes(html, &size));
}

/* A browser drops a line feed that follows the tag: the text that was typed must still be all there. */
static void a_text_area_keeps_its_first_line_feed(void **state)
{
    struct html *html = html_new(*state, 4096);
    govuk_textarea(html, &(struct govuk_textarea){.name = "x", .value = "\nsecond"});
    size_t size;
    assert_non_null(strstr(html_bytes(html, &size), ">\n\nsecond</textarea>"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_is_escaped, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(every_byte_is_escaped_wherever_it_stands, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(lines_become_breaks, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(attributes_are_escaped_and_none_is_left_out, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_capture_is_taken_out_and_put_back_unescaped, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(a_page_is_put_into_its_frame, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_page_of_pages_is_whole, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_frame_that_is_too_long_is_no_page, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(too_long_is_no_page, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_text_area_keeps_its_first_line_feed, open_arena, close_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
