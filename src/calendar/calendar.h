/*
 * Local time and working days of one zone. Local time comes from the system's tz database: it is asked once,
 * at opening, for every change of the clock between 1950 and 2150; after that everything is a look-up in
 * tables, pure and safe in any thread. Working days are Monday to Friday without the bank holidays of the
 * file.
 *
 * Limits are counted as the vocabulary says (Time): the day of the beginning is day 0; a limit in days,
 * working days or months falls due at the end of its day, the last millisecond (23:59:59.999 local); hours
 * are elapsed time.
 */
#ifndef WM_CALENDAR_CALENDAR_H
#define WM_CALENDAR_CALENDAR_H

#include "base/error.h"
#include "base/instant.h"

struct calendar;

/*
 * Lives in the arena. `zone` is a name of the tz database ("Europe/London"); `holidays_path` a CSV whose rows
 * begin with a date (lines that begin with '#' and a first line "date,…" are passed over), in order.
 * ERROR_PACK names the zone, or the file and line, that is wrong. Not to be called while other threads use
 * local time of libc (it sets TZ for a moment).
 */
const struct error *calendar_open(struct arena *arena, const char *zone, const char *holidays_path,
                                  const struct calendar **ret_calendar) MUST_CHECK;

struct day calendar_day(const struct calendar *calendar, struct instant at);
struct instant calendar_day_start(const struct calendar *calendar, struct day day);
struct instant calendar_day_end(const struct calendar *calendar, struct day day); /* its last millisecond */
/* Before 1950 and after 2149 no bank holiday is known: every weekday is one. */
bool calendar_is_working_day(const struct calendar *calendar, struct day day);

struct instant calendar_add_hours(struct instant begun, int hours);
struct instant calendar_due_days(const struct calendar *calendar, struct instant begun, int days);
struct instant calendar_due_working_days(const struct calendar *calendar, struct instant begun, int days);
struct instant calendar_due_months(const struct calendar *calendar, struct instant begun, int months);

struct local_time {
    struct day day;
    int hour;
    int minute;
    int second;
    int ms;
    int offset_minutes; /* east of UTC */
};
struct local_time calendar_local(const struct calendar *calendar, struct instant at);
/*
 * The instant at which clocks show this time. False when no clock does (the hour that spring leaves out). Of
 * the two in autumn the first, unless `second` is set.
 */
bool calendar_instant(const struct calendar *calendar, struct day day, int hour, int minute, bool second,
                      struct instant *ret_at);

enum { CALENDAR_TEXT = 64 };
/* "24 November 2026 at 2:30pm"; "24 November 2026". */
void calendar_format(const struct calendar *calendar, struct instant at, char ret_text[static CALENDAR_TEXT]);
void calendar_format_day(struct day day, char ret_text[static CALENDAR_TEXT]);
/* The two largest units of a span: "3 days 4 hours", "2 hours 5 minutes", "less than a minute". Never
 * negative. */
void calendar_format_span(int64_t ms, char ret_text[static CALENDAR_TEXT]);

#endif
