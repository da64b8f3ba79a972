/* Telling a story: the words of a child put into the texts, time moved on, entries recorded by the acts. */
#include "cli/demo/demo.h"

#include "base/buf.h"
#include "base/must.h"
#include "base/text.h"
#include "calendar/calendar.h"
#include "record/decode.h"

#include <ctype.h>
#include <string.h>

enum { TEXT_MOST = 64 * 1024, OPENS = 9, CLOSES = 17 };

/* ---- dice ---- */

uint64_t dice_throw(struct dice *dice)
{
    uint64_t z = dice->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

struct dice dice_new(uint64_t seed, uint64_t number, uint64_t purpose)
{
    struct dice dice = {seed};
    dice.state = dice_throw(&dice) ^ number * 0xD1342543DE82EF95u;
    dice.state = dice_throw(&dice) ^ purpose * 0xA0761D6478BD642Fu;
    return dice;
}

int dice_between(struct dice *dice, int least, int most)
{
    must(least <= most);
    return least + (int)(dice_throw(dice) % (uint64_t)(most - least + 1));
}

bool dice_chance(struct dice *dice, int percent)
{
    return dice_between(dice, 1, 100) <= percent;
}

/* ---- words ---- */

static const char *worker_name(const struct teller *teller, enum worker worker)
{
    return teller->world->workers[worker].name;
}

static const char *word(struct teller *teller, const char *name)
{
    const struct child_facts *child = &teller->child;
    const struct {
        const char *name;
        const char *text;
    } words[] = {
        {"name", child->given},
        {"full", arena_printf(teller->arena, "%s %s", child->given, child->family)},
        {"he", child->girl ? "she" : "he"},
        {"him", child->girl ? "her" : "him"},
        {"his", child->girl ? "her" : "his"},
        {"boy", child->girl ? "girl" : "boy"},
        {"brother", child->girl ? "sister" : "brother"},
        {"area", child->area},
        {"school", child->school},
        {"parent", child->parent},
        {"parent_name", child->parent_name},
        {"sibling", child->sibling},
        {"friend", child->friend_name},
        {"gift", child->gift},
        {"place", child->place},
        {"app", child->app},
        {"abuser", teller->scenario->abuser},
        {"nurse", worker_name(teller, SCHOOL_NURSE)},
        {"social_worker", worker_name(teller, SOCIAL_WORKER)},
        {"manager", worker_name(teller, TEAM_MANAGER)},
        {"duty_manager", worker_name(teller, DUTY_MANAGER)},
        {"reviewer", worker_name(teller, REVIEWING_OFFICER)},
        {"officer", worker_name(teller, POLICE_OFFICER)},
        {"teacher", worker_name(teller, TEACHER)},
        {"youth_worker", worker_name(teller, YOUTH_WORKER)},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(words[i].name, name) == 0) {
            char *text = arena_copy(teller->arena, words[i].text);
            if (isupper((unsigned char)name[0])) {
                text[0] = (char)toupper((unsigned char)text[0]);
            }
            return text;
        }
    }
    bool a_text_names_a_word_there_is_not = true;
    must(!a_text_names_a_word_there_is_not);
    return "";
}

/* One of "a|b|c": the same for this child whenever it is asked, in whatever order texts are made. */
static const char *choose(struct teller *teller, const char *text, size_t size)
{
    int count = 1;
    uint64_t sum = 0xCBF29CE484222325u;
    for (size_t i = 0; i < size; i++) {
        count += text[i] == '|' ? 1 : 0;
        sum = (sum ^ (uint8_t)text[i]) * 0x100000001B3u;
    }
    struct dice dice = dice_new(teller->world->seed, (uint64_t)teller->number, sum);
    int wanted = dice_between(&dice, 0, count - 1);
    const char *end = text + size;
    while (wanted-- > 0) {
        text = (const char *)memchr(text, '|', (size_t)(end - text)) + 1;
    }
    const char *bar = memchr(text, '|', (size_t)(end - text));
    return arena_copy_n(teller->arena, text, (size_t)((bar == NULL ? end : bar) - text));
}

const char *say(struct teller *teller, const char *text)
{
    struct buf buf;
    if (text == NULL) {
        return NULL;
    }
    buf_init(&buf, teller->arena, TEXT_MOST);
    while (*text != '\0') {
        size_t plain = strcspn(text, "{[");
        buf_put_n(&buf, text, plain);
        text += plain;
        if (*text == '\0') {
            break;
        }
        const char *end = strchr(text, *text == '{' ? '}' : ']');
        must(end != NULL);
        const char *inner = arena_copy_n(teller->arena, text + 1, (size_t)(end - text - 1));
        buf_put(&buf, *text == '{' ? word(teller, inner) : say(teller, choose(teller, inner, strlen(inner))));
        text = end + 1;
    }
    must(!buf_failed(&buf));
    return buf_text(&buf);
}

static json_t *split(const char *text, char at)
{
    json_t *array = json_array();
    while (text != NULL && *text != '\0') {
        const char *end = strchr(text, at);
        size_t size = end == NULL ? strlen(text) : (size_t)(end - text);
        json_array_append_new(array, json_stringn(text, size));
        text += size + (end == NULL ? 0 : 1);
    }
    return array;
}

json_t *say_lines(struct teller *teller, const char *lines)
{
    return lines == NULL ? NULL : split(say(teller, lines), '\n');
}

json_t *words_json(const char *codes)
{
    return codes == NULL ? NULL : split(codes, ' ');
}

/* ---- time ---- */

/* That time, or the next one at which offices are open. */
static struct instant office_time(struct teller *teller, struct instant at)
{
    const struct calendar *calendar = teller->world->pack->calendar;
    struct local_time local = calendar_local(calendar, at);
    bool open = calendar_is_working_day(calendar, local.day) && local.hour >= OPENS && local.hour < CLOSES;
    if (open) {
        return at;
    }
    struct day day = local.day;
    if (local.hour >= CLOSES || !calendar_is_working_day(calendar, day)) {
        do {
            day.number++;
        } while (!calendar_is_working_day(calendar, day));
    }
    struct instant opened = at;
    (void)calendar_instant(calendar, day, dice_between(&teller->dice, OPENS, OPENS + 2),
                           dice_between(&teller->dice, 0, 59), false, &opened);
    return opened;
}

void wait_until(struct teller *teller, struct instant at)
{
    if (at.ms > teller->now.ms) {
        teller->now = at;
    }
    if (teller->now.ms > teller->world->now.ms) {
        teller->over = true;
    }
}

void wait_minutes(struct teller *teller, int least, int most)
{
    wait_until(teller, instant_add_ms(teller->now,
                                      (int64_t)dice_between(&teller->dice, least, most) * MS_PER_MINUTE));
}

void wait_hours(struct teller *teller, int least, int most)
{
    int minutes = dice_between(&teller->dice, least * 60, most * 60);
    wait_until(teller, office_time(teller, instant_add_ms(teller->now, (int64_t)minutes * MS_PER_MINUTE)));
}

void wait_days(struct teller *teller, int least, int most)
{
    wait_hours(teller, least * 24, most * 24);
}

struct instant in_days(struct teller *teller, int least, int most)
{
    struct instant at =
        instant_add_ms(teller->now, (int64_t)dice_between(&teller->dice, least, most) * MS_PER_DAY);
    at = office_time(teller, at);
    struct local_time local = calendar_local(teller->world->pack->calendar, at);
    struct instant whole = at;
    (void)calendar_instant(teller->world->pack->calendar, local.day,
                           dice_between(&teller->dice, OPENS, CLOSES - 2),
                           30 * dice_between(&teller->dice, 0, 1), false, &whole);
    return whole.ms < teller->now.ms ? at : whole;
}

const char *time_text(struct teller *teller, struct instant at)
{
    char *text = arena_alloc(teller->arena, INSTANT_TEXT);
    instant_format(at, text);
    return text;
}

/* ---- recording ---- */

static void fail(struct teller *teller, const char *type, const struct error *error)
{
    teller->over = true;
    teller->error =
        error_new(teller->arena, error->code, "demonstration, %s, %s%s%s: %s", teller->scenario->id, type,
                  error->field == NULL ? "" : ", ", error->field == NULL ? "" : error->field,
                  error->detail == NULL ? error->sentence : error->detail);
}

/* Who is not on the case yet is brought in by the team manager. */
static const struct error *bring_in(struct teller *teller, enum worker who)
{
    const struct pack *pack = teller->world->pack;
    const struct entry_type *type = pack_type(pack, "involvement-began");
    const struct act act = {teller->world->service, teller->work, &teller->world->workers[TEAM_MANAGER],
                            teller->now};
    struct value *values = arena_many(teller->work, struct value, type->field_count);
    struct recorded recorded = {0};
    values[entry_type_field(type, "agency")->index] = (struct value){
        .kind = VALUE_CODE,
        .code = code_find(pack_codes(pack, "agency"), teller->world->workers[who].agency),
    };
    values[entry_type_field(type, "reason")->index] = (struct value){
        .kind = VALUE_TEXT,
        .text = arena_printf(teller->work, "%s works with %s from today.", worker_name(teller, who),
                             teller->child.given),
    };
    struct entry_input input = {.type = type, .values = values};
    return act_entry_record(&act, teller->reference, &input, &recorded);
}

static const struct error *record(struct teller *teller, enum worker who, const struct entry_type *type,
                                  const struct entry_type *target, const json_t *details,
                                  const json_t *fields)
{
    const struct pack *pack = teller->world->pack;
    const struct act act = {teller->world->service, teller->work, &teller->world->workers[who], teller->now};
    struct moment occurred = moment_of_instant(pack, instant_add_ms(teller->now, -teller->late_ms));
    struct recorded recorded = {0};
    const struct value *values;
    TRY(fields_from_json(teller->work, pack, type, fields, target, &values));
    if (type->index == pack->start_type) {
        struct referral_input input = {.case_reference = teller->reference, .values = values};
        if (details != NULL) {
            TRY(fields_from_json(teller->work, pack, &pack->types[pack->details_type], details, NULL,
                                 &input.details));
        }
        TRY(act_referral_make(&act, &input, &recorded));
    } else {
        struct entry_input input = {.type = type, .values = values, .occurred = &occurred};
        const struct error *error = act_entry_record(&act, teller->reference, &input, &recorded);
        if (error != NULL && error->code == ERROR_NEEDS_REASON) {
            TRY(bring_in(teller, who));
            error = act_entry_record(&act, teller->reference, &input, &recorded);
        }
        TRY(error);
    }
    teller->reference = arena_copy(teller->arena, recorded.reference.text);
    teller->seq = recorded.entry->seq;
    return NULL;
}

static void tell_with(struct teller *teller, enum worker who, const char *type_id,
                      const struct entry_type *target, json_t *details, json_t *fields)
{
    const struct entry_type *type = pack_type(teller->world->pack, type_id);
    must(fields != NULL);
    if (!teller->over) {
        const struct error *error =
            type == NULL ? error_new(teller->arena, ERROR_PACK, "the pack has no entry type %s", type_id)
                         : record(teller, who, type, target, details, fields);
        if (error != NULL) {
            fail(teller, type_id, error);
        } else {
            atomic_fetch_add(&teller->world->entries, 1);
        }
        teller->late_ms = 0;
        arena_reset(teller->work);
    }
    json_decref(details);
    json_decref(fields);
}

void tell(struct teller *teller, enum worker who, const char *type, json_t *fields)
{
    tell_with(teller, who, type, NULL, NULL, fields);
}

void tell_referral(struct teller *teller, enum worker who, json_t *details, json_t *fields)
{
    tell_with(teller, who, "referral", NULL, details, fields);
    teller->referral_seq = teller->seq;
}

void tell_correction(struct teller *teller, enum worker who, uint64_t seq, const char *type, json_t *fields,
                     const char *reason)
{
    json_t *correction =
        json_pack("{s:I, s:o, s:s}", "corrects", (json_int_t)seq, "fields", fields, "reason", reason);
    tell_with(teller, who, "correction", pack_type(teller->world->pack, type), NULL, correction);
}
