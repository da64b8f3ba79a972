#include "calendar/calendar.h"
#include "record/decode.h"

struct moment moment_of_instant(const struct pack *pack, struct instant at)
{
    return (struct moment){.start = at, .end = at, .day = calendar_day(pack->calendar, at)};
}

struct moment moment_of_day(const struct pack *pack, struct day day)
{
    return (struct moment){.start = calendar_day_start(pack->calendar, day),
                           .end = calendar_day_end(pack->calendar, day),
                           .day_only = true,
                           .day = day};
}

bool moment_parse(const struct pack *pack, const char *text, struct moment *ret_moment)
{
    struct day day;
    struct instant at;
    if (day_parse(text, &day)) {
        *ret_moment = moment_of_day(pack, day);
        return true;
    }
    if (instant_parse(text, &at)) {
        *ret_moment = moment_of_instant(pack, at);
        return true;
    }
    return false;
}
