/* Times, days, times of day, numbers, ids, references: what is read is written back as it was meant. */
#include "fuzz.h"

#include "base/id.h"
#include "base/instant.h"
#include "web/form.h"

void fuzz_begin(void)
{
}

static void a_time(const char *text)
{
    struct instant at;
    struct instant again;
    char written[INSTANT_TEXT];
    if (instant_parse(text, &at)) {
        instant_format(at, written);
        must(instant_parse(written, &again) && instant_compare(at, again) == 0);
    }
}

static void a_day(const char *text)
{
    struct day day;
    char written[DAY_TEXT];
    if (day_parse(text, &day)) {
        int year;
        int month;
        int of_month;
        struct day again;
        day_format(day, written);
        must(strcmp(text, written) == 0);
        day_to_civil(day, &year, &month, &of_month);
        must(day_from_civil(year, month, of_month, &again) && again.number == day.number);
    }
}

static void a_name(const char *text)
{
    struct id id;
    struct reference reference;
    struct reference again;
    char written[ID_TEXT];
    if (id_parse(text, &id)) {
        id_format(id, written);
        must(strlen(text) == ID_TEXT - 1 && id_parse(written, &id));
    }
    if (reference_parse(text, &reference)) {
        must(reference_parse(reference.text, &again) && strcmp(reference.text, again.text) == 0);
    }
}

void fuzz_one(struct arena *arena, const uint8_t *bytes, size_t size)
{
    const char *text = fuzz_text(arena, bytes, size);
    if (text == NULL) {
        return;
    }
    int hour;
    int minute;
    int64_t number;
    a_time(text);
    a_day(text);
    a_name(text);
    if (form_time_parse(text, &hour, &minute)) {
        must(hour >= 0 && hour < 24 && minute >= 0 && minute < 60);
    }
    if (number_parse(text, -5, 1000, &number)) {
        must(number >= -5 && number <= 1000);
    }
    (void)number_parse(text, INT64_MIN, INT64_MAX, &number);
}
