#include "base/instant.h"

#include "base/must.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

int instant_compare(struct instant a, struct instant b)
{
    return (a.ms > b.ms) - (a.ms < b.ms);
}

struct instant instant_earlier(struct instant a, struct instant b)
{
    return a.ms < b.ms ? a : b;
}

struct instant instant_later(struct instant a, struct instant b)
{
    return a.ms > b.ms ? a : b;
}

struct instant instant_add_ms(struct instant at, int64_t ms)
{
    return (struct instant){at.ms + ms};
}

bool instant_is_never(struct instant at)
{
    return at.ms == INT64_MAX;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    must(month >= 1 && month <= 12);
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from civil and back by counting from 1 March, so that the leap day is the last of its year. */
static int32_t civil_number(int year, int month, int day_of_month)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day_of_month - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

bool day_from_civil(int year, int month, int day_of_month, struct day *ret_day)
{
    if (year < 1900 || year > 2199 || month < 1 || month > 12 || day_of_month < 1 ||
        day_of_month > days_in_month(year, month)) {
        return false;
    }
    ret_day->number = civil_number(year, month, day_of_month);
    return true;
}

void day_to_civil(struct day day, int *ret_year, int *ret_month, int *ret_day_of_month)
{
    int z = day.number + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int day_of_era = z - era * 146097;
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted = (5 * day_of_year + 2) / 153;
    *ret_day_of_month = day_of_year - (153 * shifted + 2) / 5 + 1;
    *ret_month = shifted < 10 ? shifted + 3 : shifted - 9;
    *ret_year = year_of_era + era * 400 + (*ret_month <= 2 ? 1 : 0);
}

int day_of_week(struct day day)
{
    int n = (day.number + 3) % 7; /* 1970-01-01 was a Thursday */
    return n < 0 ? n + 7 : n;
}

struct day day_add_months(struct day day, int months)
{
    int year;
    int month;
    int dom;
    day_to_civil(day, &year, &month, &dom);
    int count = year * 12 + (month - 1) + months;
    year = count / 12;
    month = count % 12 + 1;
    int last = days_in_month(year, month);
    return (struct day){civil_number(year, month, dom < last ? dom : last)};
}

int day_years_between(struct day birth, struct day on)
{
    int by;
    int bm;
    int bd;
    int y;
    int m;
    int d;
    day_to_civil(birth, &by, &bm, &bd);
    day_to_civil(on, &y, &m, &d);
    return y - by - (m < bm || (m == bm && d < bd) ? 1 : 0);
}

/* `count` digits at *text as a number; moves on. */
static bool digits(const char **text, int count, int *ret_number)
{
    int number = 0;
    for (int i = 0; i < count; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9') {
            return false;
        }
        number = number * 10 + (c - '0');
    }
    *text += count;
    *ret_number = number;
    return true;
}

static bool literal(const char **text, char c)
{
    if (**text != c) {
        return false;
    }
    (*text)++;
    return true;
}

static bool date_part(const char **text, struct day *ret_day)
{
    int year;
    int month;
    int dom;
    return digits(text, 4, &year) && literal(text, '-') && digits(text, 2, &month) && literal(text, '-') &&
           digits(text, 2, &dom) && day_from_civil(year, month, dom, ret_day);
}

bool day_parse(const char *text, struct day *ret_day)
{
    struct day day;
    if (!date_part(&text, &day) || *text != '\0') {
        return false;
    }
    *ret_day = day;
    return true;
}

void day_format(struct day day, char ret_text[static DAY_TEXT])
{
    int year;
    int month;
    int dom;
    day_to_civil(day, &year, &month, &dom);
    snprintf(ret_text, DAY_TEXT, "%04d-%02d-%02d", year % 10000, month, dom);
}

static bool fraction_part(const char **text, int *ret_ms)
{
    *ret_ms = 0;
    if (!literal(text, '.')) {
        return true;
    }
    int count = 0;
    for (int scale = 100; **text >= '0' && **text <= '9'; (*text)++, count++) {
        *ret_ms += (**text - '0') * scale;
        scale /= 10;
    }
    return count > 0 && count <= 9;
}

static bool offset_part(const char **text, int *ret_minutes)
{
    if (literal(text, 'Z') || literal(text, 'z')) {
        *ret_minutes = 0;
        return true;
    }
    int sign = **text == '-' ? -1 : 1;
    int hours;
    int minutes;
    if ((!literal(text, '+') && !literal(text, '-')) || !digits(text, 2, &hours) || !literal(text, ':') ||
        !digits(text, 2, &minutes) || hours > 23 || minutes > 59) {
        return false;
    }
    *ret_minutes = sign * (hours * 60 + minutes);
    return true;
}

bool instant_parse(const char *text, struct instant *ret_at)
{
    struct day day;
    int hour;
    int minute;
    int second;
    int ms;
    int offset;
    if (!date_part(&text, &day) || (!literal(&text, 'T') && !literal(&text, 't')) ||
        !digits(&text, 2, &hour) || !literal(&text, ':') || !digits(&text, 2, &minute) ||
        !literal(&text, ':') || !digits(&text, 2, &second) || hour > 23 || minute > 59 || second > 59 ||
        !fraction_part(&text, &ms) || !offset_part(&text, &offset) || *text != '\0') {
        return false;
    }
    ret_at->ms = (int64_t)day.number * MS_PER_DAY + (int64_t)hour * MS_PER_HOUR +
                 (int64_t)(minute - offset) * MS_PER_MINUTE + (int64_t)second * MS_PER_SECOND + ms;
    return true;
}

void instant_format(struct instant at, char ret_text[static INSTANT_TEXT])
{
    int64_t days = at.ms / MS_PER_DAY;
    int64_t rest = at.ms % MS_PER_DAY;
    if (rest < 0) {
        rest += MS_PER_DAY;
        days--;
    }
    char date[DAY_TEXT];
    day_format((struct day){(int32_t)days}, date);
    int ms = (int)rest;
    snprintf(ret_text, INSTANT_TEXT, "%sT%02d:%02d:%02d.%03dZ", date, ms / MS_PER_HOUR % 24,
             ms / MS_PER_MINUTE % 60, ms / MS_PER_SECOND % 60, ms % MS_PER_SECOND);
}

struct instant clock_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (struct instant){(int64_t)now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000};
}

int64_t clock_steady_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000;
}
