/*
 * Moments and days. An instant is a moment in time: milliseconds since 1970-01-01T00:00:00Z, without leap
 * seconds. A day is a date on the calendar without zone (a date of birth, a due day). Local time belongs to
 * calendar/. Texts are RFC 3339. The parsers are strict: nothing before or after, real dates only, years 1900
 * to 2199.
 */
#ifndef WM_BASE_INSTANT_H
#define WM_BASE_INSTANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct instant {
    int64_t ms;
};

struct day {
    int32_t number; /* days since 1970-01-01; negative before */
};

enum { MS_PER_SECOND = 1000, MS_PER_MINUTE = 60000, MS_PER_HOUR = 3600000, MS_PER_DAY = 86400000 };
enum { INSTANT_TEXT = 32, DAY_TEXT = 16 };

#define INSTANT_NEVER ((struct instant){INT64_MAX}) /* later than any instant; written as null */

/* Negative, zero or positive as a is before, at or after b. */
int instant_compare(struct instant a, struct instant b);
struct instant instant_earlier(struct instant a, struct instant b); /* of the two */
struct instant instant_later(struct instant a, struct instant b);
struct instant instant_add_ms(struct instant at, int64_t ms);
bool instant_is_never(struct instant at);

/* "2024-03-31T01:30:00Z", "2024-03-31T01:30:00.123+01:00"; fractions beyond milliseconds are cut off. */
bool instant_parse(const char *text, struct instant *ret_at);
/* "2024-03-31T01:30:00.000Z" */
void instant_format(struct instant at, char ret_text[static INSTANT_TEXT]);

bool day_parse(const char *text, struct day *ret_day);           /* "2024-02-29" */
void day_format(struct day day, char ret_text[static DAY_TEXT]); /* "2024-02-29" */
/* False when there is no such date. Month 1 to 12, day 1 to 31. */
bool day_from_civil(int year, int month, int day_of_month, struct day *ret_day);
void day_to_civil(struct day day, int *ret_year, int *ret_month, int *ret_day_of_month);
int day_of_week(struct day day); /* 0 Monday to 6 Sunday */
int days_in_month(int year, int month);
/* The same day of the month `months` on (or back), or that month's last day. */
struct day day_add_months(struct day day, int months);
/* Whole years from `birth` to `on`; a birth on 29 February counts from 1 March in common years. Negative
 * before birth. */
int day_years_between(struct day birth, struct day on);

/* Only for the edges (main, server, demo): the clock of the machine. Everything else is given its `now`. */
struct instant clock_now(void);
/* Milliseconds of a clock that never goes back, for measuring and for session idling. */
int64_t clock_steady_ms(void);

#endif
