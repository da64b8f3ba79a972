/* What the list of sessions says of a device and a place: enough to know one's own, and no more. */
#include "support.h"

#include "act/account.h"

static int set_up_arena(void **context)
{
    *context = arena_new(1 << 20);
    return *context == NULL;
}

static int tear_down_arena(void **context)
{
    arena_free(*context);
    return 0;
}

static void a_browser_is_named_by_what_it_says_first(void **context)
{
    static const struct {
        const char *agent;
        const char *words;
    } rows[] = {
        {"Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge on Windows"},
        {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) CriOS/120.0 Safari/604.1",
         "Chrome on an iPhone"},
        {"Mozilla/5.0 (Macintosh) Version/17.0 Safari/605.1", "Safari on a Mac"},
        {"curl/8.0", "curl"},
        {"A reader (Linux)", "A browser on Linux"},
        {"something else", "An unknown device"},
        {"", "An unknown device"},
        {NULL, "An unknown device"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(device_words(*context, rows[i].agent), rows[i].words);
    }
}

static void a_place_is_half_of_an_address(void **context)
{
    static const struct {
        const char *client;
        const char *words;
    } rows[] = {
        {"192.0.2.17", "192.0.x.x"},       {"::ffff:192.0.2.17", "192.0.x.x"},
        {"127.0.0.1", "this computer"},    {"::1", "this computer"},
        {"2001:db8:5::17", "2001:db8:x"},  {"0000000000000000000000001:db8::1", "00000000000000000000:x"},
        {"fe80::1", "an unknown address"}, {"fe80:1", "an unknown address"},
        {"a name", "an unknown address"},  {NULL, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(place_words(*context, rows[i].client), rows[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_browser_is_named_by_what_it_says_first),
        cmocka_unit_test(a_place_is_half_of_an_address),
    };
    return cmocka_run_group_tests(tests, set_up_arena, tear_down_arena);
}
