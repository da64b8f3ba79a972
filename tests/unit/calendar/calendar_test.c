#include "calendar/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena *arena;
static const struct calendar *london;

static int open_london(void **state)
{
    (void)state;
    arena = arena_new(64 << 20);
    assert_null(
        calendar_open(arena, "Europe/London", WM_SOURCE "/procedures/calendars/england-wales.csv", &london));
    return 0;
}

static int close_london(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct instant at(const char *text)
{
    struct instant instant = {0};
    assert_true(instant_parse(text, &instant));
    return instant;
}

static struct day on(const char *text)
{
    struct day day = {0};
    assert_true(day_parse(text, &day));
    return day;
}

static const char *written(struct instant instant)
{
    char *text = arena_alloc(arena, INSTANT_TEXT);
    instant_format(instant, text);
    return text;
}

static void a_day_ends_at_its_last_local_millisecond(void **state)
{
    (void)state;
    static const struct {
        const char *day;
        const char *start;
        const char *end;
    } days[] = {
        {"2024-01-15", "2024-01-15T00:00:00.000Z", "2024-01-15T23:59:59.999Z"},
        {"2024-07-15", "2024-07-14T23:00:00.000Z", "2024-07-15T22:59:59.999Z"},
        {"2024-03-31", "2024-03-31T00:00:00.000Z", "2024-03-31T22:59:59.999Z"}, /* 23 hours */
        {"2024-10-27", "2024-10-26T23:00:00.000Z", "2024-10-27T23:59:59.999Z"}, /* 25 hours */
        {"2024-02-29", "2024-02-29T00:00:00.000Z", "2024-02-29T23:59:59.999Z"},
        {"2038-07-01", "2038-06-30T23:00:00.000Z", "2038-07-01T22:59:59.999Z"}, /* past 32-bit seconds */
        {"1969-07-20", "1969-07-19T23:00:00.000Z", "1969-07-20T22:59:59.999Z"}, /* British Standard Time */
    };
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        assert_string_equal(written(calendar_day_start(london, on(days[i].day))), days[i].start);
        assert_string_equal(written(calendar_day_end(london, on(days[i].day))), days[i].end);
        assert_int_equal(calendar_day(london, at(days[i].start)).number, on(days[i].day).number);
        assert_int_equal(calendar_day(london, at(days[i].end)).number, on(days[i].day).number);
    }
}

static void every_day_begins_where_the_day_before_ends(void **state)
{
    (void)state;
    for (int n = on("1975-01-01").number; n < on("2060-01-01").number; n++) {
        struct instant end = calendar_day_end(london, (struct day){n});
        assert_int_equal(instant_add_ms(end, 1).ms, calendar_day_start(london, (struct day){n + 1}).ms);
        assert_int_equal(calendar_day(london, end).number, n);
    }
}

/* 11.18: 24 hours are elapsed time, clock change or not; days and working days end with their last
 * millisecond. */
static void limits_are_counted_as_the_vocabulary_says(void **state)
{
    (void)state;
    assert_string_equal(written(calendar_add_hours(at("2024-03-30T12:00:00Z"), 24)),
                        "2024-03-31T12:00:00.000Z");
    static const struct {
        const char *begun;
        int days;
        const char *due;
    } days[] = {
        {"2024-03-01T09:00:00Z", 7, "2024-03-08T23:59:59.999Z"},
        {"2024-03-28T09:00:00Z", 7, "2024-04-04T22:59:59.999Z"},     /* over the spring change */
        {"2024-02-22T23:59:59.999Z", 7, "2024-02-29T23:59:59.999Z"}, /* leap day */
        {"2024-06-30T23:30:00Z", 7, "2024-07-08T22:59:59.999Z"}, /* half past midnight in London: 1 July */
        {"2024-10-20T12:00:00+01:00", 7, "2024-10-27T23:59:59.999Z"}, /* the day of 25 hours */
    };
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        assert_string_equal(written(calendar_due_days(london, at(days[i].begun), days[i].days)), days[i].due);
    }
    static const struct {
        const char *begun;
        int days;
        const char *due;
    } working[] = {
        {"2024-01-05T17:00:00Z", 1, "2024-01-08T23:59:59.999Z"}, /* Friday evening: Monday is working day 1 */
        {"2024-01-06T10:00:00Z", 1, "2024-01-08T23:59:59.999Z"}, /* Saturday */
        {"2024-03-28T10:00:00Z", 1, "2024-04-02T22:59:59.999Z"}, /* Maundy Thursday: Tuesday after Easter */
        {"2021-12-24T10:00:00Z", 1, "2021-12-29T23:59:59.999Z"}, /* substitutes on 27 and 28 December */
        {"2022-06-01T10:00:00Z", 1, "2022-06-06T22:59:59.999Z"}, /* jubilee: 2 and 3 June */
        {"2022-09-16T10:00:00Z", 1, "2022-09-20T22:59:59.999Z"}, /* funeral: 19 September */
        {"2023-05-05T10:00:00Z", 1, "2023-05-09T22:59:59.999Z"}, /* coronation: 8 May */
        {"2024-11-01T09:00:00Z", 35, "2024-12-20T23:59:59.999Z"},
        {"2024-11-29T09:00:00Z", 35, "2025-01-22T23:59:59.999Z"}, /* over Christmas and New Year */
        {"2024-03-01T09:00:00Z", 35, "2024-04-23T22:59:59.999Z"}, /* over Easter and the spring change */
        {"2024-01-05T17:00:00Z", 0, "2024-01-05T23:59:59.999Z"},
    };
    for (size_t i = 0; i < sizeof working / sizeof working[0]; i++) {
        assert_string_equal(written(calendar_due_working_days(london, at(working[i].begun), working[i].days)),
                            working[i].due);
    }
    /* 11.47: six months on, or that month's last day */
    assert_string_equal(written(calendar_due_months(london, at("2023-08-31T10:00:00Z"), 6)),
                        "2024-02-29T23:59:59.999Z");
    assert_string_equal(written(calendar_due_months(london, at("2024-01-31T10:00:00Z"), 6)),
                        "2024-07-31T22:59:59.999Z");
}

static void working_days_agree_with_counting_them_one_by_one(void **state)
{
    (void)state;
    for (int n = on("2019-12-01").number; n < on("2026-01-15").number; n += 5) {
        struct instant begun = instant_add_ms(calendar_day_start(london, (struct day){n}), 13 * MS_PER_HOUR);
        for (int want = 1; want <= 40; want++) {
            int left = want;
            int day = n;
            while (left > 0) {
                day++;
                left -= calendar_is_working_day(london, (struct day){day}) ? 1 : 0;
            }
            assert_int_equal(calendar_due_working_days(london, begun, want).ms,
                             calendar_day_end(london, (struct day){day}).ms);
        }
    }
}

static void bank_holidays_are_not_working_days(void **state)
{
    (void)state;
    static const char *const days[] = {
        "2002-06-03", "2002-06-04", "2011-04-29", "2012-06-04", "2012-06-05", "2020-05-08", "2020-12-28",
        "2021-12-27", "2021-12-28", "2022-01-03", "2022-06-02", "2022-06-03", "2022-09-19", "2022-12-26",
        "2022-12-27", "2023-05-01", "2023-05-08", "2024-01-01", "2024-03-29", "2024-04-01", "2024-05-06",
        "2024-05-27", "2024-08-26", "2024-12-25", "2024-12-26", "2026-12-28", "2027-12-27", "2027-12-28",
        "2028-01-03", "2035-12-26", "2060-12-27",
    };
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        assert_false(calendar_is_working_day(london, on(days[i])));
    }
    static const char *const working_days[] = {"2020-05-04", "2022-05-30", "2012-05-28", "2024-12-27",
                                               "2024-12-24"};
    for (size_t i = 0; i < sizeof working_days / sizeof working_days[0]; i++) {
        assert_true(calendar_is_working_day(london, on(working_days[i])));
    }
}

static void every_weekday_of_36_years_is_a_working_day_but_the_bank_holidays(void **state)
{
    (void)state;
    FILE *file = fopen(WM_SOURCE "/tests/unit/calendar/bank-holidays-2000-2035.txt", "re");
    assert_non_null(file);
    struct day next = on("2000-01-01");
    char line[256];
    int holidays = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        struct day holiday;
        line[strcspn(line, "\n")] = '\0';
        if (!day_parse(line, &holiday)) {
            continue;
        }
        for (; next.number < holiday.number; next.number++) {
            assert_int_equal(calendar_is_working_day(london, next), day_of_week(next) < 5);
        }
        assert_true(day_of_week(holiday) < 5);
        assert_false(calendar_is_working_day(london, holiday));
        next.number++;
        holidays++;
    }
    fclose(file);
    assert_int_equal(holidays, 294);
    for (; next.number < on("2036-01-01").number; next.number++) {
        assert_int_equal(calendar_is_working_day(london, next), day_of_week(next) < 5);
    }
}

static void clocks_are_read_both_ways(void **state)
{
    (void)state;
    struct instant instant;
    assert_true(calendar_instant(london, on("2024-07-01"), 14, 30, false, &instant));
    assert_string_equal(written(instant), "2024-07-01T13:30:00.000Z");
    assert_false(calendar_instant(london, on("2024-03-31"), 1, 30, false, &instant)); /* no clock shows it */
    assert_true(calendar_instant(london, on("2024-10-27"), 1, 30, false, &instant));
    assert_string_equal(written(instant), "2024-10-27T00:30:00.000Z");
    assert_true(calendar_instant(london, on("2024-10-27"), 1, 30, true, &instant));
    assert_string_equal(written(instant), "2024-10-27T01:30:00.000Z");
    assert_false(calendar_instant(london, on("2024-10-27"), 24, 0, false, &instant));
    assert_false(calendar_instant(london, on("2024-07-01"), -1, 0, false, &instant));
    assert_false(calendar_instant(london, on("2024-07-01"), 12, -1, false, &instant));
    assert_false(calendar_instant(london, on("2024-07-01"), 12, 60, false, &instant));
    assert_true(calendar_instant(london, on("2024-07-01"), 0, 0, false, &instant));
    assert_int_equal(instant.ms, at("2024-06-30T23:00:00Z").ms);
    assert_true(calendar_instant(london, on("2024-07-01"), 23, 59, false, &instant));
    assert_int_equal(instant.ms, at("2024-07-01T22:59:00Z").ms);
    struct local_time local = calendar_local(london, at("2024-07-01T13:30:05.007Z"));
    assert_int_equal(local.hour, 14);
    assert_int_equal(local.minute, 30);
    assert_int_equal(local.second, 5);
    assert_int_equal(local.ms, 7);
    assert_int_equal(local.offset_minutes, 60);
}

/* To the minute of the change: what clocks leave out, what they show twice, and what stands beside it. */
static void the_hour_of_a_change_is_left_out_or_shown_twice(void **state)
{
    (void)state;
    static const struct {
        const char *day;
        int hour;
        int minute;
        const char *first;
        const char *second;
    } cases[] = {
        {"2024-03-31", 0, 59, "2024-03-31T00:59:00.000Z", "2024-03-31T00:59:00.000Z"},
        {"2024-03-31", 1, 0, NULL, NULL},
        {"2024-03-31", 1, 59, NULL, NULL},
        {"2024-03-31", 2, 0, "2024-03-31T01:00:00.000Z", "2024-03-31T01:00:00.000Z"},
        {"2024-10-27", 0, 59, "2024-10-26T23:59:00.000Z", "2024-10-26T23:59:00.000Z"},
        {"2024-10-27", 1, 0, "2024-10-27T00:00:00.000Z", "2024-10-27T01:00:00.000Z"},
        {"2024-10-27", 1, 59, "2024-10-27T00:59:00.000Z", "2024-10-27T01:59:00.000Z"},
        {"2024-10-27", 2, 0, "2024-10-27T02:00:00.000Z", "2024-10-27T02:00:00.000Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int second = 0; second < 2; second++) {
            struct instant instant;
            const char *expected = second == 1 ? cases[i].second : cases[i].first;
            assert_int_equal(calendar_instant(london, on(cases[i].day), cases[i].hour, cases[i].minute,
                                              second == 1, &instant),
                             expected != NULL);
            if (expected != NULL) {
                assert_string_equal(written(instant), expected);
            }
        }
    }
}

/* On the second, in each year: the last Sundays of March and October, 01:00 of Greenwich. */
static void clocks_change_on_the_second(void **state)
{
    (void)state;
    for (int year = 1996; year <= 2149; year++) {
        for (int month = 3; month <= 10; month += 7) {
            struct day day;
            assert_true(day_from_civil(year, month, 31, &day));
            day.number -= (day.number + 4) % 7; /* 1 January 1970 was a Thursday */
            struct instant change = {day.number * (int64_t)MS_PER_DAY + MS_PER_HOUR};
            struct local_time before = calendar_local(london, instant_add_ms(change, -1));
            struct local_time after = calendar_local(london, change);
            assert_int_equal(before.offset_minutes, month == 3 ? 0 : 60);
            assert_int_equal(before.minute * 60 + before.second, 3599);
            assert_int_equal(after.offset_minutes, month == 3 ? 60 : 0);
            assert_int_equal(after.hour, month == 3 ? 2 : 1);
        }
    }
}

/* Beirut began summer at midnight: 31 March 2024 began at 1 o'clock. Kiritimati has no 31 December 1994. */
static void a_zone_may_leave_out_midnight(void **state)
{
    (void)state;
    const char *holidays = WM_SOURCE "/procedures/calendars/england-wales.csv";
    const struct calendar *beirut;
    assert_null(calendar_open(arena, "Asia/Beirut", holidays, &beirut));
    assert_string_equal(written(calendar_day_start(beirut, on("2024-03-31"))), "2024-03-30T22:00:00.000Z");
    assert_string_equal(written(calendar_day_end(beirut, on("2024-03-30"))), "2024-03-30T21:59:59.999Z");
    assert_string_equal(written(calendar_day_end(beirut, on("2024-03-31"))), "2024-03-31T20:59:59.999Z");
    const struct calendar *kiritimati;
    struct instant noon;
    assert_null(calendar_open(arena, "Pacific/Kiritimati", holidays, &kiritimati));
    assert_false(calendar_instant(kiritimati, on("1994-12-31"), 12, 0, false, &noon));
    assert_int_equal(calendar_local(kiritimati, at("2024-03-31T10:00:00Z")).offset_minutes, 14 * 60);
}

static void the_zone_of_the_process_is_left_as_it_was(void **state)
{
    (void)state;
    static const char *const zones[] = {"America/New_York", NULL};
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        const struct calendar *calendar;
        assert_int_equal(zones[i] == NULL ? unsetenv("TZ") : setenv("TZ", zones[i], 1), 0);
        assert_null(calendar_open(arena, "Europe/London", WM_SOURCE "/procedures/calendars/england-wales.csv",
                                  &calendar));
        assert_int_equal(calendar_local(calendar, at("2024-07-01T13:30:00Z")).offset_minutes, 60);
        const char *after = getenv("TZ");
        assert_true(zones[i] == NULL ? after == NULL : strcmp(after, zones[i]) == 0);
    }
}

/* Nothing sensible is due then, but an entry with a mistyped year must not harm. */
static void beyond_the_table_the_last_day_stands_in(void **state)
{
    (void)state;
    struct instant due = calendar_due_working_days(london, at("2199-12-31T12:00:00Z"), 35);
    assert_int_equal(calendar_day(london, due).number, on("2150-01-01").number);
    for (int days = 0; days < 3; days++) {
        due = calendar_due_working_days(london, at("2150-01-01T12:00:00Z"), days);
        assert_int_equal(calendar_day(london, due).number, on("2150-01-01").number);
        due = calendar_due_working_days(london, at("2149-12-31T12:00:00Z"), days);
        assert_int_equal(calendar_day(london, due).number, on("2149-12-31").number + (days == 0 ? 0 : 1));
    }
    due = calendar_due_working_days(london, at("1900-01-01T12:00:00Z"), 1);
    assert_int_equal(calendar_day(london, due).number, on("1950-01-02").number);
    assert_string_equal(written(calendar_due_days(london, at("2199-07-01T12:00:00Z"), 7)),
                        "2199-07-08T23:59:59.999Z");
    assert_true(calendar_is_working_day(london, on("2199-12-27"))); /* a Friday */
    assert_false(calendar_is_working_day(london, on("1949-12-31")));
}

static void times_are_written_for_people(void **state)
{
    (void)state;
    char text[CALENDAR_TEXT];
    calendar_format(london, at("2026-11-24T14:30:00Z"), text);
    assert_string_equal(text, "24 November 2026 at 2:30pm");
    calendar_format(london, at("2026-06-30T23:05:00Z"), text);
    assert_string_equal(text, "1 July 2026 at 12:05am");
    calendar_format(london, at("2026-06-30T11:00:00Z"), text);
    assert_string_equal(text, "30 June 2026 at 12:00pm");
    calendar_format(london, at("2026-01-31T11:59:00Z"), text);
    assert_string_equal(text, "31 January 2026 at 11:59am");
    calendar_format(london, at("2026-12-01T13:09:00Z"), text);
    assert_string_equal(text, "1 December 2026 at 1:09pm");
    calendar_format(london, at("2026-12-01T01:10:00Z"), text);
    assert_string_equal(text, "1 December 2026 at 1:10am");
    static const struct {
        int64_t ms;
        const char *text;
    } spans[] = {
        {0, "less than a minute"},
        {MS_PER_MINUTE, "1 minute"},
        {2 * MS_PER_HOUR + 5 * MS_PER_MINUTE, "2 hours 5 minutes"},
        {MS_PER_DAY, "1 day"},
        {3LL * MS_PER_DAY + 4 * MS_PER_HOUR + 59 * MS_PER_MINUTE, "3 days 4 hours"},
        {MS_PER_HOUR - 1, "59 minutes"},
    };
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        calendar_format_span(spans[i].ms, text);
        assert_string_equal(text, spans[i].text);
    }
}

static void spans_are_written_for_people(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } spans[] = {
        {-1, "less than a minute"},
        {0, "less than a minute"},
        {MS_PER_MINUTE - 1, "less than a minute"},
        {MS_PER_MINUTE, "1 minute"},
        {2 * MS_PER_MINUTE, "2 minutes"},
        {MS_PER_HOUR + MS_PER_MINUTE, "1 hour 1 minute"},
        {2 * MS_PER_HOUR + 2 * MS_PER_MINUTE, "2 hours 2 minutes"},
        {MS_PER_DAY, "1 day"},
        {MS_PER_DAY + MS_PER_HOUR, "1 day 1 hour"},
        {(int64_t)3 * MS_PER_DAY + 2 * MS_PER_HOUR + MS_PER_MINUTE, "3 days 2 hours"},
    };
    char text[CALENDAR_TEXT];
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        calendar_format_span(spans[i].ms, text);
        assert_string_equal(text, spans[i].text);
    }
}

static void the_last_line_of_the_holidays_may_lack_its_end(void **state)
{
    (void)state;
    char path[] = "/tmp/calendar_testXXXXXX";
    static const char text[] = "date,title\n2024-07-01,a\n2024-07-03,b";
    const struct calendar *calendar;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, sizeof text - 1), (ssize_t)sizeof text - 1);
    close(fd);
    const struct error *error = calendar_open(arena, "Europe/London", path, &calendar);
    unlink(path);
    assert_null(error);
    assert_false(calendar_is_working_day(calendar, on("2024-07-01")));
    assert_true(calendar_is_working_day(calendar, on("2024-07-02")));
    assert_false(calendar_is_working_day(calendar, on("2024-07-03")));
    assert_true(calendar_is_working_day(calendar, on("2024-12-25")));
}

/* A service may be begun without a standard input: the number of the first file it opens is 0 then. */
static void a_zone_is_read_without_a_standard_input(void **state)
{
    (void)state;
    const struct calendar *calendar;
    int kept = dup(STDIN_FILENO);
    close(STDIN_FILENO);
    const struct error *error =
        calendar_open(arena, "Europe/London", WM_SOURCE "/procedures/calendars/england-wales.csv", &calendar);
    if (kept >= 0) {
        dup2(kept, STDIN_FILENO);
        close(kept);
    }
    assert_null(error);
}

/* From its first day to its last; what is no date may stand before and between. */
static void a_bank_holiday_may_be_any_day_of_the_table(void **state)
{
    (void)state;
    static const char text[] =
        "# of two centuries\ndate,title\n1950-01-01,a\n\n1950-01-02,b\n# and\n2149-12-31,c";
    const struct calendar *calendar;
    char path[] = "/tmp/calendar_testXXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    assert_null(calendar_open(arena, "Europe/London", path, &calendar));
    unlink(path);
    static const struct {
        const char *day;
        bool works;
    } days[] = {{"1949-12-30", true},  {"1950-01-01", false}, {"1950-01-02", false}, {"1950-01-03", true},
                {"2149-12-31", false}, {"2150-01-01", true},  {"2150-01-02", true}};
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        struct day day;
        assert_true(day_parse(days[i].day, &day));
        assert_int_equal(calendar_is_working_day(calendar, day), days[i].works);
    }
}

static void a_wrong_zone_or_file_is_named(void **state)
{
    (void)state;
    const struct calendar *calendar;
    const struct error *error = calendar_open(arena, "Europe/Lundon", "x", &calendar);
    assert_non_null(error);
    assert_non_null(strstr(error->detail, "Europe/Lundon"));
    assert_non_null(calendar_open(arena, "../../etc/passwd", "x", &calendar));
    /* by its name alone, also where the way leads to a zone */
    static const char *const ways[] = {"/usr/share/zoneinfo/Europe/London", "/Europe/London",
                                       "Europe/../Europe/London", ""};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        error = calendar_open(arena, ways[i], "x", &calendar);
        assert_non_null(strstr(error->detail, "is not in the tz database"));
    }
    /* libc would take UTC for these */
    assert_non_null(strstr(calendar_open(arena, "Europe", "x", &calendar)->detail, "\"Europe\""));
    assert_non_null(strstr(calendar_open(arena, "zone.tab", "x", &calendar)->detail, "zone.tab"));
    error = calendar_open(arena, "Europe/London", "/nonexistent.csv", &calendar);
    assert_non_null(strstr(error->detail, "/nonexistent.csv"));
    static const struct {
        const char *text;
        const char *where;
    } files[] = {
        {"", ":1: "},
        {"date,title\n2024-01-01,a\n2024-13-01,b\n", ":3: "},
        {"1949-12-31,a\n", ":1: "},
        {"2024-01-01,a\n\n1949-12-26,b\n", ":3: "},
        {"2024-01-01,a\n2024-01-01,b\n", ":2: "},
        {"2024-01-01,a\n2150-12-26,b\n", ":2: "},
        {"2149-12-31,a\n2150-01-01,b\n", ":2: "},
        {"2024-01-01,a\ndate,title\n", ":2: "},
        {"date,title\n2024-01-02,a\n2024-01-01,b\n", ":3: "},
        {"# nothing\ndate,title\n", ":2: "},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[] = "/tmp/calendar_testXXXXXX";
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, files[i].text, strlen(files[i].text)), (ssize_t)strlen(files[i].text));
        close(fd);
        error = calendar_open(arena, "Europe/London", path, &calendar);
        unlink(path);
        assert_non_null(error);
        assert_non_null(strstr(error->detail, files[i].where));
    }
    char path[] = "/tmp/calendar_testXXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "2024-01-01,a\n\0\n2024-12-25,b\n", 28), 28);
    close(fd);
    error = calendar_open(arena, "Europe/London", path, &calendar);
    unlink(path);
    assert_non_null(strstr(error->detail, "not a text file"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_ends_at_its_last_local_millisecond),
        cmocka_unit_test(every_day_begins_where_the_day_before_ends),
        cmocka_unit_test(limits_are_counted_as_the_vocabulary_says),
        cmocka_unit_test(working_days_agree_with_counting_them_one_by_one),
        cmocka_unit_test(bank_holidays_are_not_working_days),
        cmocka_unit_test(every_weekday_of_36_years_is_a_working_day_but_the_bank_holidays),
        cmocka_unit_test(clocks_are_read_both_ways),
        cmocka_unit_test(a_zone_may_leave_out_midnight),
        cmocka_unit_test(the_zone_of_the_process_is_left_as_it_was),
        cmocka_unit_test(beyond_the_table_the_last_day_stands_in),
        cmocka_unit_test(times_are_written_for_people),
        cmocka_unit_test(spans_are_written_for_people),
        cmocka_unit_test(the_hour_of_a_change_is_left_out_or_shown_twice),
        cmocka_unit_test(clocks_change_on_the_second),
        cmocka_unit_test(the_last_line_of_the_holidays_may_lack_its_end),
        cmocka_unit_test(a_zone_is_read_without_a_standard_input),
        cmocka_unit_test(a_bank_holiday_may_be_any_day_of_the_table),
        cmocka_unit_test(a_wrong_zone_or_file_is_named),
    };
    return cmocka_run_group_tests_name("calendar/calendar", tests, open_london, close_london);
}
