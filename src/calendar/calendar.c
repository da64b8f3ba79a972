/*
 * Two tables: the changes of the clock, and for every day how many working days lie before it, so that "35
 * working days on" is two look-ups instead of a walk.
 */
#include "calendar/calendar.h"

#include "base/file.h"
#include "base/must.h"
#include "base/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    FIRST_DAY = -7305 /* 1950-01-01 */,
    LAST_DAY = 65744 /* 2150-01-01 */,
    DAYS = LAST_DAY - FIRST_DAY + 1
};
/* A span of 99 days: hardly ever does a clock change twice in one. */
enum { SPAN_BITS = 33, SPANS = (int)((int64_t)DAYS * MS_PER_DAY >> SPAN_BITS) + 1 };
enum { MAX_CHANGES = 512, HOLIDAYS_LIMIT = 1 << 20 };

struct change {
    int64_t at_ms;
    int32_t offset_ms; /* east of UTC, from at_ms on */
};

struct calendar {
    struct change changes[MAX_CHANGES]; /* the first holds since ever */
    int change_count;
    uint16_t change_of[SPANS]; /* the last at or before the first moment of each span since FIRST_DAY */
    uint8_t working[DAYS];     /* 1 for a working day */
    int32_t before[DAYS + 1];  /* working days before that day */
    int32_t *nth;              /* the day number of the n-th working day */
    int32_t nth_count;
};

/* ---- opening */

static int32_t libc_offset_ms(int64_t second)
{
    time_t at = (time_t)second;
    struct tm local;
    must(localtime_r(&at, &local) != NULL);
    return (int32_t)local.tm_gmtoff * MS_PER_SECOND;
}

/* Finds the second at which the offset changes in (low, high]. */
static int64_t change_between(int64_t low, int64_t high)
{
    int32_t offset = libc_offset_ms(low);
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (libc_offset_ms(middle) == offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

/* Steps of a week are short enough: no zone changes its clock twice within one and back. */
static void read_changes(struct calendar *calendar)
{
    const int64_t week = 7 * 86400;
    int64_t first = (int64_t)FIRST_DAY * 86400;
    int64_t last = (int64_t)LAST_DAY * 86400;
    calendar->changes[0] = (struct change){INT64_MIN, libc_offset_ms(first)};
    calendar->change_count = 1;
    for (int64_t at = first; at < last; at += week) {
        if (libc_offset_ms(at) != libc_offset_ms(at + week)) {
            must(calendar->change_count < MAX_CHANGES);
            int64_t second = change_between(at, at + week);
            calendar->changes[calendar->change_count++] =
                (struct change){second * MS_PER_SECOND, libc_offset_ms(second)};
        }
    }
    for (int span = 0, change = 0; span < SPANS; span++) {
        int64_t begin = first * MS_PER_SECOND + ((int64_t)span << SPAN_BITS);
        while (change + 1 < calendar->change_count && calendar->changes[change + 1].at_ms <= begin) {
            change++;
        }
        calendar->change_of[span] = (uint16_t)change;
    }
}

/* libc takes UTC, without a word, for a zone that it cannot read: so what is there must be a zone's table. */
static bool is_zone_file(const char *path)
{
    char magic[4];
    FD_CLEANUP int fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd >= 0 && read(fd, magic, sizeof magic) == (ssize_t)sizeof magic &&
           memcmp(magic, "TZif", sizeof magic) == 0;
}

static const struct error *read_zone(struct arena *arena, const char *zone, struct calendar *calendar)
{
    const char *path = arena_printf(arena, "/usr/share/zoneinfo/%s", zone);
    if (zone[0] == '/' || strstr(zone, "..") != NULL || !is_zone_file(path)) {
        return error_new(arena, ERROR_PACK, "the time zone \"%s\" is not in the tz database of this system",
                         zone);
    }
    const char *old = getenv("TZ");
    old = old == NULL ? NULL : arena_copy(arena, old);
    setenv("TZ", arena_printf(arena, ":%s", path), 1);
    tzset();
    read_changes(calendar);
    if (old == NULL) {
        unsetenv("TZ");
    } else {
        setenv("TZ", old, 1);
    }
    tzset();
    return NULL;
}

static const struct error *read_holidays(struct arena *arena, const char *path, struct calendar *calendar)
{
    const char *text;
    size_t size;
    TRY(file_read(arena, path, HOLIDAYS_LIMIT, &text, &size));
    if (strlen(text) != size) {
        return error_new(arena, ERROR_PACK, "%s:1: this is not a text file", path);
    }
    struct day previous = {INT32_MIN};
    int number = 0;
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        const char *line = arena_copy_n(arena, text, length);
        text += length;
        if (*text == '\n') {
            text++;
        }
        number++;
        if (line[0] == '#' || text_is_blank(line) ||
            (previous.number == INT32_MIN && text_starts_with(line, "date,"))) {
            continue;
        }
        struct day day;
        const char *date = arena_copy_n(arena, line, strcspn(line, ","));
        if (!day_parse(date, &day) || day.number < FIRST_DAY || day.number >= LAST_DAY) {
            return error_new(arena, ERROR_PACK, "%s:%d: \"%s\" is not a date between 1950 and 2149", path,
                             number, date);
        }
        if (day.number <= previous.number) {
            return error_new(arena, ERROR_PACK, "%s:%d: %s does not come after the date before it", path,
                             number, date);
        }
        calendar->working[day.number - FIRST_DAY] = 0;
        previous = day;
    }
    if (previous.number == INT32_MIN) {
        return error_new(arena, ERROR_PACK, "%s:%d: there is no bank holiday in the file", path,
                         number == 0 ? 1 : number);
    }
    return NULL;
}

static void count_working_days(struct arena *arena, struct calendar *calendar)
{
    calendar->nth = arena_many(arena, int32_t, DAYS);
    int32_t count = 0;
    for (int i = 0; i < DAYS; i++) {
        calendar->before[i] = count;
        if (calendar->working[i] != 0) {
            calendar->nth[count++] = FIRST_DAY + i;
        }
    }
    calendar->before[DAYS] = count;
    calendar->nth_count = count;
}

const struct error *calendar_open(struct arena *arena, const char *zone, const char *holidays_path,
                                  const struct calendar **ret_calendar)
{
    struct calendar *calendar = arena_one(arena, struct calendar);
    TRY(read_zone(arena, zone, calendar));
    for (int i = 0; i < DAYS; i++) {
        calendar->working[i] = day_of_week((struct day){FIRST_DAY + i}) < 5;
    }
    TRY(read_holidays(arena, holidays_path, calendar));
    count_working_days(arena, calendar);
    *ret_calendar = calendar;
    return NULL;
}

/* ---- local time */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

/* The last change at or before `ms`. */
static const struct change *change_at(const struct calendar *calendar, int64_t ms)
{
    static const int64_t first = (int64_t)FIRST_DAY * MS_PER_DAY;
    static const int64_t last = (int64_t)LAST_DAY * MS_PER_DAY;
    int64_t within = ms < first ? first : ms > last ? last : ms;
    int at = calendar->change_of[(within - first) >> SPAN_BITS];
    while (at + 1 < calendar->change_count && calendar->changes[at + 1].at_ms <= ms) {
        at++;
    }
    return &calendar->changes[at];
}

struct day calendar_day(const struct calendar *calendar, struct instant at)
{
    int64_t local = at.ms + change_at(calendar, at.ms)->offset_ms;
    return (struct day){(int32_t)floor_div(local, MS_PER_DAY)};
}

/* The instant at which clocks show `local_ms`: with the offset before a change when both would do and not
 * `second`. */
static bool instant_of_local(const struct calendar *calendar, int64_t local_ms, bool second,
                             struct instant *ret_at)
{
    const struct change *last = change_at(calendar, local_ms + MS_PER_DAY);
    const struct change *end = calendar->changes + calendar->change_count;
    bool found = false;
    for (const struct change *change = change_at(calendar, local_ms - MS_PER_DAY); change <= last; change++) {
        int64_t ms = local_ms - change->offset_ms;
        bool holds = ms >= change->at_ms && (change + 1 == end || ms < change[1].at_ms);
        if (holds && (!found || second)) {
            ret_at->ms = ms;
            found = true;
        }
    }
    return found;
}

struct instant calendar_day_start(const struct calendar *calendar, struct day day)
{
    struct instant start;
    int64_t midnight = (int64_t)day.number * MS_PER_DAY;
    /* where midnight itself is left out, the day begins when the clock moves on */
    for (int64_t local = midnight;; local += MS_PER_MINUTE) {
        if (instant_of_local(calendar, local, false, &start)) {
            return start;
        }
    }
}

struct instant calendar_day_end(const struct calendar *calendar, struct day day)
{
    return instant_add_ms(calendar_day_start(calendar, (struct day){day.number + 1}), -1);
}

struct local_time calendar_local(const struct calendar *calendar, struct instant at)
{
    int32_t offset = change_at(calendar, at.ms)->offset_ms;
    int64_t local = at.ms + offset;
    struct day day = {(int32_t)floor_div(local, MS_PER_DAY)};
    int rest = (int)(local - (int64_t)day.number * MS_PER_DAY);
    return (struct local_time){
        .day = day,
        .hour = rest / MS_PER_HOUR,
        .minute = rest / MS_PER_MINUTE % 60,
        .second = rest / MS_PER_SECOND % 60,
        .ms = rest % MS_PER_SECOND,
        .offset_minutes = offset / MS_PER_MINUTE,
    };
}

bool calendar_instant(const struct calendar *calendar, struct day day, int hour, int minute, bool second,
                      struct instant *ret_at)
{
    int64_t local =
        (int64_t)day.number * MS_PER_DAY + (int64_t)hour * MS_PER_HOUR + (int64_t)minute * MS_PER_MINUTE;
    return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 &&
           instant_of_local(calendar, local, second, ret_at);
}

/* ---- limits */

bool calendar_is_working_day(const struct calendar *calendar, struct day day)
{
    if (day.number < FIRST_DAY || day.number > LAST_DAY) {
        return day_of_week(day) < 5;
    }
    return calendar->working[day.number - FIRST_DAY] != 0;
}

struct instant calendar_add_hours(struct instant begun, int hours)
{
    return instant_add_ms(begun, (int64_t)hours * MS_PER_HOUR);
}

struct instant calendar_due_days(const struct calendar *calendar, struct instant begun, int days)
{
    return calendar_day_end(calendar, (struct day){calendar_day(calendar, begun).number + days});
}

struct instant calendar_due_working_days(const struct calendar *calendar, struct instant begun, int days)
{
    must(days >= 0);
    struct day day = calendar_day(calendar, begun);
    if (days == 0) {
        return calendar_day_end(calendar, day);
    }
    /* outside the table (before 1950, after 2149) the nearest day of the table stands in */
    int64_t index = (int64_t)day.number + 1 - FIRST_DAY;
    index = index < 0 ? 0 : index > DAYS ? DAYS : index;
    int64_t nth = (int64_t)calendar->before[index] + days - 1;
    nth = nth >= calendar->nth_count ? calendar->nth_count - 1 : nth;
    return calendar_day_end(calendar, (struct day){calendar->nth[nth]});
}

struct instant calendar_due_months(const struct calendar *calendar, struct instant begun, int months)
{
    return calendar_day_end(calendar, day_add_months(calendar_day(calendar, begun), months));
}

/* ---- for people */

static const char *const month_names[] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};

static char *put(char *to, const char *text)
{
    size_t size = strlen(text);
    memcpy(to, text, size + 1);
    return to + size;
}

static char *put_number(char *to, int64_t number)
{
    return to + number_write(number, to);
}

static char *put_day(char *to, struct day day)
{
    int year;
    int month;
    int day_of_month;
    day_to_civil(day, &year, &month, &day_of_month);
    to = put(put_number(to, day_of_month), " ");
    to = put(put(to, month_names[month - 1]), " ");
    return put_number(to, year);
}

void calendar_format_day(struct day day, char ret_text[static CALENDAR_TEXT])
{
    put_day(ret_text, day);
}

void calendar_format(const struct calendar *calendar, struct instant at, char ret_text[static CALENDAR_TEXT])
{
    struct local_time local = calendar_local(calendar, at);
    char *to = put(put_day(ret_text, local.day), " at ");
    to = put(put_number(to, local.hour % 12 == 0 ? 12 : local.hour % 12), local.minute < 10 ? ":0" : ":");
    put(put_number(to, local.minute), local.hour < 12 ? "am" : "pm");
}

void calendar_format_span(int64_t ms, char ret_text[static CALENDAR_TEXT])
{
    static const struct {
        int64_t ms;
        const char *name;
    } units[] = {{MS_PER_DAY, "day"}, {MS_PER_HOUR, "hour"}, {MS_PER_MINUTE, "minute"}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        int64_t count = ms / units[i].ms;
        if (count <= 0) {
            continue;
        }
        char *to = put(put(put_number(ret_text, count), " "), units[i].name);
        to = put(to, count == 1 ? "" : "s");
        int64_t rest = i + 1 < sizeof units / sizeof units[0] ? ms % units[i].ms / units[i + 1].ms : 0;
        if (rest > 0) {
            to = put(put(put_number(put(to, " "), rest), " "), units[i + 1].name);
            put(to, rest == 1 ? "" : "s");
        }
        return;
    }
    put(ret_text, "less than a minute");
}
