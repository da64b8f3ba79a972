#include "cli/bench.h"

#include "calendar/calendar.h"
#include "record/decode.h"

#include <string.h>

enum { OPTIONAL_OF_100 = 30, CORRECTED_OF_100 = 4, DAYS_APART = 5 };

uint64_t bench_next(struct bench_random *random)
{
    random->state += 0x9E3779B97F4A7C15;
    uint64_t mixed = random->state;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return mixed ^ (mixed >> 31);
}

uint64_t bench_below(struct bench_random *random, uint64_t limit)
{
    return limit == 0 ? 0 : bench_next(random) % limit;
}

static const char *const words[] = {
    "seen",    "with",   "an",    "older", "adult",  "near", "the",    "station", "came",   "home",
    "late",    "phone",  "new",   "said",  "school", "was",  "missed", "on",      "Monday", "worker",
    "visit",   "agreed", "to",    "call",  "again",  "next", "week",   "police",  "told",   "family",
    "worried", "asked",  "about", "safe",  "place",  "stay", "friend", "evening", "bus",    "clinic",
};

static const char *some_text(struct arena *arena, struct bench_random *random, size_t size)
{
    char *text = arena_alloc(arena, size + 1);
    for (size_t at = 0; at < size;) {
        const char *word = words[bench_below(random, sizeof words / sizeof words[0])];
        size_t length = strlen(word);
        length = length < size - at ? length : size - at;
        memcpy(text + at, word, length);
        at += length;
        if (at < size) {
            text[at] = at + 1 < size ? ' ' : '.';
            at++;
        }
    }
    return text;
}

static const char *some_name(struct arena *arena, struct bench_random *random)
{
    static const char *const starts[] = {"Am", "Bel", "Cor", "Dan", "El", "Fa", "Jas", "Ka", "Lu", "Mar"};
    static const char *const middles[] = {"a", "i", "o", "e", "ara", "ini", "eli", "um", "an", "is"};
    static const char *const ends[] = {"na", "ra", "sha", "lin", "ton", "ley", "vik", "deep", "mir", "worth"};
    uint64_t number = bench_below(random, 1000);
    return arena_printf(arena, "%s%s%s", starts[number % 10], middles[number / 10 % 10], ends[number / 100]);
}

static struct value some_list(struct arena *arena, const struct field *field, struct bench_random *random)
{
    size_t count = 1 + (size_t)bench_below(random, 3);
    const void **items = arena_many(arena, const void *, count);
    bool codes = field->kind == FIELD_CODES;
    if (codes && count > field->codes->code_count) {
        count = field->codes->code_count;
    }
    size_t first = codes ? (size_t)bench_below(random, field->codes->code_count) : 0;
    for (size_t i = 0; i < count; i++) {
        items[i] = codes ? (const void *)&field->codes->codes[(first + i) % field->codes->code_count]
                         : some_text(arena, random, 20 + (size_t)bench_below(random, 30));
    }
    return (struct value){.kind = codes ? VALUE_CODES : VALUE_TEXTS, .list = {items, count}};
}

static struct value some_value(struct arena *arena, const struct pack *pack, const struct field *field,
                               struct bench_random *random, struct instant at)
{
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_PERSON:
        return (struct value){.kind = VALUE_TEXT, .text = some_name(arena, random)};
    case FIELD_NARRATIVE:
        return (struct value){.kind = VALUE_TEXT,
                              .text = some_text(arena, random, 80 + (size_t)bench_below(random, 160))};
    case FIELD_CODE:
        return (struct value){.kind = VALUE_CODE,
                              .code = &field->codes->codes[bench_below(random, field->codes->code_count)]};
    case FIELD_CODES:
    case FIELD_TEXTS:
        return some_list(arena, field, random);
    case FIELD_NUMBER:
        return (struct value){.kind = VALUE_NUMBER, .number = field->min};
    case FIELD_INSTANT:
    case FIELD_MOMENT:
        return (struct value){.kind = VALUE_MOMENT, .moment = moment_of_instant(pack, at)};
    case FIELD_DAY:
        return (struct value){.kind = VALUE_DAY, .day = calendar_day(pack->calendar, at)};
    case FIELD_ENTRY:
    case FIELD_FIELDS:
        break;
    }
    return (struct value){.kind = VALUE_NONE};
}

static struct value *some_values(struct arena *arena, const struct pack *pack, const struct entry_type *type,
                                 struct bench_random *random, struct instant at)
{
    struct value *values = arena_many(arena, struct value, type->field_count);
    for (size_t f = 0; f < type->field_count; f++) {
        const struct field *field = &type->fields[f];
        if (!field->system && (field->required || bench_below(random, 100) < OPTIONAL_OF_100)) {
            values[f] = some_value(arena, pack, field, random, at);
        }
    }
    return values;
}

static struct entry *entry_at(struct arena *arena, const struct pack *pack, const struct entry_type *type,
                              struct bench_random *random, struct id author, struct instant at)
{
    struct entry *entry = arena_one(arena, struct entry);
    *entry = (struct entry){
        .type = type,
        .occurred = moment_of_instant(pack, at),
        .recorded_at = instant_add_ms(at, (int64_t)bench_below(random, MS_PER_DAY)),
        .recorded_by = author,
        .agency = "social-care",
        .label = type->label,
        .values = some_values(arena, pack, type, random, at),
    };
    return entry;
}

/* Any type that goes on with a case: not what closes it, nor what is written for it elsewhere. */
static const struct entry_type *some_type(const struct pack *pack, struct bench_random *random)
{
    for (;;) {
        const struct entry_type *type = &pack->types[bench_below(random, pack->type_count)];
        if (type->part != PART_CLOSING && type->part != PART_REOPENING && type->part != PART_DETAILS &&
            type->part != PART_CORRECTION) {
            return type;
        }
    }
}

static void set_child(struct arena *arena, struct entry *start, struct id child)
{
    const struct field *field = entry_type_field(start->type, "child");
    struct value *values = arena_many(arena, struct value, start->type->field_count);
    memcpy(values, start->values, start->type->field_count * sizeof *values);
    if (field != NULL) {
        char *text = arena_alloc(arena, ID_TEXT);
        id_format(child, text);
        values[field->index] = (struct value){.kind = VALUE_TEXT, .text = text};
    }
    start->values = values;
}

/* Makes the entry a correction of `target`: one answer anew. */
static void set_correction(struct arena *arena, const struct pack *pack, struct entry *entry,
                           const struct entry *target, struct bench_random *random)
{
    const struct entry_type *type = &pack->types[pack->correction_type];
    struct value *values = some_values(arena, pack, type, random, entry->occurred.start);
    struct fields *fields = arena_one(arena, struct fields);
    struct value *answers = arena_many(arena, struct value, target->type->field_count);
    bool *set = arena_many(arena, bool, target->type->field_count);
    for (size_t f = 0; f < target->type->field_count; f++) {
        if (target->values[f].kind != VALUE_NONE && !target->type->fields[f].system) {
            answers[f] = some_value(arena, pack, &target->type->fields[f], random, target->occurred.start);
            set[f] = true;
            break;
        }
    }
    *fields = (struct fields){.type = target->type, .values = answers, .set = set};
    for (size_t f = 0; f < type->field_count; f++) {
        if (type->fields[f].kind == FIELD_ENTRY) {
            values[f] = (struct value){.kind = VALUE_NUMBER, .number = (int64_t)target->seq};
        } else if (type->fields[f].kind == FIELD_FIELDS) {
            values[f] = (struct value){.kind = VALUE_FIELDS, .fields = fields};
        }
    }
    entry->type = type;
    entry->label = type->label;
    entry->values = values;
}

const struct entry **bench_case_new(struct arena *arena, const struct pack *pack, struct bench_random *random,
                                    struct id child, struct id author, size_t count)
{
    static const int64_t first_day = 19358; /* 2023-01-01 */
    const struct entry **entries = arena_many(arena, const struct entry *, count);
    struct instant at = {(first_day + (int64_t)bench_below(random, 900)) * MS_PER_DAY};
    for (size_t i = 0; i < count; i++) {
        at = instant_add_ms(at, (int64_t)bench_below(random, (uint64_t)DAYS_APART * MS_PER_DAY));
        const struct entry_type *type = i == 0 ? &pack->types[pack->start_type] : some_type(pack, random);
        struct entry *entry = entry_at(arena, pack, type, random, author, at);
        if (i == 0) {
            set_child(arena, entry, child);
        } else if (pack->correction_type >= 0 && bench_below(random, 100) < CORRECTED_OF_100) {
            const struct entry *target = entries[bench_below(random, i)];
            if (target->type->part != PART_CORRECTION) {
                set_correction(arena, pack, entry, target, random);
            }
        }
        entry->seq = i + 1;
        entries[i] = entry;
    }
    return entries;
}

static void set_named(const struct entry_type *type, struct value *values, const char *field,
                      struct value value)
{
    const struct field *found = entry_type_field(type, field);
    if (found != NULL) {
        values[found->index] = value;
    }
}

struct entry *bench_details_new(struct arena *arena, const struct pack *pack, struct bench_random *random,
                                struct id author)
{
    static const int32_t born_first = 14610; /* 2010-01-01 */
    const struct entry_type *type = &pack->types[pack->details_type];
    struct entry *entry = entry_at(arena, pack, type, random, author, (struct instant){1672531200000});
    struct value *values = some_values(arena, pack, type, random, entry->occurred.start);
    set_named(type, values, "given_name",
              (struct value){.kind = VALUE_TEXT, .text = some_name(arena, random)});
    set_named(type, values, "family_name",
              (struct value){.kind = VALUE_TEXT, .text = some_name(arena, random)});
    set_named(type, values, "date_of_birth",
              (struct value){.kind = VALUE_DAY, .day = {born_first + (int32_t)bench_below(random, 2200)}});
    entry->values = values;
    return entry;
}

struct entry *bench_entry_new(struct arena *arena, const struct pack *pack, struct bench_random *random,
                              struct id author, size_t size)
{
    const struct entry_type *type = NULL;
    const struct field *story = NULL;
    for (int tries = 0; story == NULL; tries++) {
        type = some_type(pack, random);
        bool plain = type->part == PART_NONE && pack->uses[type->index].count == 0;
        for (size_t f = 0; f < type->field_count && story == NULL && (plain || tries > 1000); f++) {
            story = type->fields[f].kind == FIELD_NARRATIVE ? &type->fields[f] : NULL;
        }
    }
    static const struct instant at = {1767225600000}; /* 2026-01-01 */
    struct entry *entry = entry_at(arena, pack, type, random, author, at);
    struct value *values = arena_many(arena, struct value, type->field_count);
    for (size_t f = 0; f < type->field_count; f++) {
        if (type->fields[f].required && !type->fields[f].system) {
            values[f] = entry->values[f];
        }
    }
    values[story->index] = (struct value){.kind = VALUE_TEXT, .text = some_text(arena, random, size)};
    entry->values = values;
    return entry;
}
