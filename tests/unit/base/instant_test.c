#include "base/instant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void instants_read_and_write_rfc_3339(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *written;
    } good[] = {
        {"2024-03-31T01:30:00Z", "2024-03-31T01:30:00.000Z"},
        {"2024-03-31T02:30:00+01:00", "2024-03-31T01:30:00.000Z"},
        {"2023-12-31T23:30:00.1-00:45", "2024-01-01T00:15:00.100Z"},
        {"2024-02-29T00:00:00.123456789z", "2024-02-29T00:00:00.123Z"},
        {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
        {"2038-01-19T03:14:08Z", "2038-01-19T03:14:08.000Z"},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct instant at;
        char text[INSTANT_TEXT];
        assert_true(instant_parse(good[i].text, &at));
        instant_format(at, text);
        assert_string_equal(text, good[i].written);
    }
    static const char *const bad[] = {
        "",
        "2024-03-31",
        "2024-03-31T01:30Z",
        "2024-03-31 01:30:00Z",
        "2023-02-29T00:00:00Z",
        "2024-03-31T24:00:00Z",
        "2024-03-31T01:60:00Z",
        "2024-03-31T01:30:60Z",
        "2024-03-31T01:30:00",
        "2024-03-31T01:30:00.Z",
        "2024-03-31T01:30:00Z ",
        "2024-03-31T01:30:00+1:00",
        "2024-03-31T01:30:00+24:00",
        "1899-12-31T00:00:00Z",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct instant at;
        assert_false(instant_parse(bad[i], &at));
    }
}

static void every_day_reads_back(void **state)
{
    (void)state;
    struct day day;
    assert_true(day_from_civil(1900, 1, 1, &day));
    assert_int_equal(day_of_week(day), 0);
    for (int n = day.number; n < 84000; n++) {
        char text[DAY_TEXT];
        struct day back;
        day_format((struct day){n}, text);
        assert_true(day_parse(text, &back));
        assert_int_equal(back.number, n);
    }
    assert_true(day_parse("1970-01-01", &day));
    assert_int_equal(day.number, 0);
    assert_false(day_parse("2100-02-29", &day));
    assert_false(day_parse("2024-2-9", &day));
}

static struct day day_of(const char *text)
{
    struct day day = {0};
    assert_true(day_parse(text, &day));
    return day;
}

static void months_end_at_the_months_last_day(void **state)
{
    (void)state;
    assert_int_equal(day_add_months(day_of("2024-08-31"), 6).number, day_of("2025-02-28").number);
    assert_int_equal(day_add_months(day_of("2023-08-30"), 6).number, day_of("2024-02-29").number);
    assert_int_equal(day_add_months(day_of("2024-02-29"), 12).number, day_of("2025-02-28").number);
    assert_int_equal(day_add_months(day_of("2024-03-31"), -1).number, day_of("2024-02-29").number);
    assert_int_equal(day_add_months(day_of("2024-12-15"), 1).number, day_of("2025-01-15").number);
}

static void ages_turn_on_the_birthday(void **state)
{
    (void)state;
    assert_int_equal(day_years_between(day_of("2010-06-15"), day_of("2026-06-14")), 15);
    assert_int_equal(day_years_between(day_of("2010-06-15"), day_of("2026-06-15")), 16);
    assert_int_equal(day_years_between(day_of("2008-02-29"), day_of("2026-02-28")), 17);
    assert_int_equal(day_years_between(day_of("2008-02-29"), day_of("2026-03-01")), 18);
}

static void of_two_instants_one_is_earlier(void **state)
{
    (void)state;
    const struct instant one = {-1};
    const struct instant other = {1};
    assert_int_equal(instant_earlier(one, other).ms, -1);
    assert_int_equal(instant_earlier(other, one).ms, -1);
    assert_int_equal(instant_later(one, other).ms, 1);
    assert_int_equal(instant_later(other, one).ms, 1);
    assert_int_equal(instant_earlier(INSTANT_NEVER, one).ms, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instants_read_and_write_rfc_3339),  cmocka_unit_test(every_day_reads_back),
        cmocka_unit_test(months_end_at_the_months_last_day), cmocka_unit_test(ages_turn_on_the_birthday),
        cmocka_unit_test(of_two_instants_one_is_earlier),
    };
    return cmocka_run_group_tests_name("base/instant", tests, NULL, NULL);
}
