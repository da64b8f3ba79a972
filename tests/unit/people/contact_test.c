/* Searching the directory, and where a referral goes. */
#include "people/contact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static struct arena *arena;
static struct code agencies[] = {{.id = "social-care", .title = "Children's social care"},
                                 {.id = "police", .title = "Police"},
                                 {.id = "health", .title = "Health"}};
static struct code_list lists[] = {{.id = "agency", .codes = agencies, .code_count = 3}};
static struct pack pack = {.code_lists = lists, .code_list_count = 1, .stale_days = 100};

static const struct contact_view contacts[] = {
    {.agency = "social-care",
     .kind = "duty-point",
     .name = "Bassett Street",
     .area = "Leicestershire",
     .postcodes = "LE8",
     .fallback = "yes"},
    {.agency = "social-care",
     .kind = "duty-point",
     .name = "Melton",
     .area = "Melton, Melton Mowbray",
     .postcodes = "LE13, LE14",
     .within = "Leicestershire",
     .phone = "01632 960104"},
    {.agency = "social-care",
     .kind = "duty-point",
     .name = "Sector",
     .area = "Sector",
     .postcodes = "LE14 2"},
    {.agency = "police", .kind = "service", .name = "Child abuse investigation unit", .area = "All areas"},
    {.agency = "police", .kind = "service", .name = "County desk", .area = "Leicestershire, Rutland"},
    {.agency = "health", .kind = "service", .name = "Clinic", .area = "Leicester", .within = "Leicester"},
};
enum { COUNT = sizeof contacts / sizeof contacts[0] };

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(16 << 20);
    return arena == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const char *found(const char *text)
{
    const struct contact_view *list;
    size_t count;
    const char *names = "";
    contacts_find(arena, &pack, contacts, COUNT, text, NULL, &list, &count);
    for (size_t i = 0; i < count; i++) {
        names = arena_printf(arena, "%s%s%s", names, i == 0 ? "" : "|", list[i].name);
    }
    return names;
}

static void test_every_word_in_any_field(void **state)
{
    (void)state;
    assert_string_equal(found("police child abuse Melton"), "Child abuse investigation unit");
    assert_string_equal(found("polise child abues melton"), "Child abuse investigation unit");
    assert_string_equal(found("police melton"), "Child abuse investigation unit|County desk");
    assert_string_equal(found("MELTON duty"), "Bassett Street|Melton");
    assert_string_equal(found("01632960104"), "Melton");
    assert_string_equal(found("clinic melton"), "");
    assert_string_equal(found("zeppelin"), "");
    assert_string_equal(found("the and of"), found(""));
}

static struct route_result route(const char *area, const char *postcode, const char *address,
                                 const char *worker)
{
    struct route_facts facts = {area, postcode, address, worker};
    struct route_result result;
    contact_route(arena, contacts, COUNT, &facts, &result);
    return result;
}

static void goes(struct route_result result, enum route_how how, const char *to)
{
    assert_int_equal(result.how, how);
    assert_string_equal(result.to, to);
}

static void test_where_it_goes(void **state)
{
    (void)state;
    goes(route(NULL, "le13 1zz", NULL, NULL), ROUTE_POSTCODE, "Melton");
    goes(route(NULL, "LE14 1ZZ", NULL, NULL), ROUTE_POSTCODE, "Melton");
    goes(route(NULL, "LE14 2ZZ", NULL, NULL), ROUTE_POSTCODE, "Sector");
    goes(route(NULL, "LE14", NULL, NULL), ROUTE_POSTCODE, "Melton");
    goes(route(NULL, NULL, "4 Mill Lane, LE13 1ZZ", NULL), ROUTE_POSTCODE, "Melton");
    goes(route(" melton mowbray ", NULL, NULL, NULL), ROUTE_AREA, "Melton");
    goes(route("leicestershire", NULL, NULL, NULL), ROUTE_AREA, "Bassett Street");
    goes(route(NULL, NULL, "4 Mill Lane, Melton", NULL), ROUTE_AREA, "Melton");
    goes(route(NULL, "LE1 3ZZ", NULL, NULL), ROUTE_OUT_OF_AREA, "Bassett Street"); /* not LE13 */
    goes(route("Paris", NULL, NULL, NULL), ROUTE_OUT_OF_AREA, "Bassett Street");
    goes(route(NULL, NULL, NULL, NULL), ROUTE_FALLBACK, "Bassett Street");
    goes(route("Melton", NULL, NULL, " Ruth Bell "), ROUTE_WORKER, "Ruth Bell");
    struct route_facts facts = {.area = "Melton"};
    struct route_result result;
    contact_route(arena, contacts, 0, &facts, &result);
    assert_int_equal(result.how, ROUTE_NOWHERE);
    assert_null(result.to);
    assert_non_null(result.why);
}

static void test_addresses(void **state)
{
    (void)state;
    static const char *const good[] = {"a@b", "first.last+x@county.example", "o'neil@health.example"};
    static const char *const bad[] = {
        "",      "a",    "@b",   "a@",   "a@b@c", "a b@c",   "a@b\r\nBcc: c@d", "a@b\n",
        "<a@b>", "a@b>", "-a@b", "a@.b", "a@b.",  "\"x\"@b", "a@b,c@d",         "n\xc3\xa9@b"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(mail_address_is_plain(good[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(mail_address_is_plain(bad[i]));
    }
    assert_false(mail_address_is_plain(NULL));
}

static void test_what_goes_stale(void **state)
{
    (void)state;
    struct contact_view contact = {.verified = true, .verified_on = {1000}};
    assert_false(contact_is_stale(&pack, &contact, (struct day){1100}));
    assert_true(contact_is_stale(&pack, &contact, (struct day){1101}));
    contact.verified = false;
    assert_true(contact_is_stale(&pack, &contact, (struct day){1000}));
    contact.withdrawn = true;
    assert_false(contact_is_stale(&pack, &contact, (struct day){1000}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_word_in_any_field),
        cmocka_unit_test(test_where_it_goes),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_what_goes_stale),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
