#include "cli/simulate/simulate.h"

#include "base/text.h"
#include "calendar/calendar.h"
#include "record/decode.h"
#include "record/match.h"

#include <string.h>

/*
 * An entry is made by answering and asking again: first what the wish and the form want, then what conditions
 * between the answers still want, then what gates want of the answers.
 */
enum { PASSES = 6, ALARM_PERCENT = 12 };

struct filling {
    const struct simulation *simulation;
    const struct pack *pack;
    struct arena *arena;
    struct chance *chance;
    const struct position *position;
    struct form_wish *wish;
    struct value *values;
};

static bool is_of_field(const struct condition *condition)
{
    return condition->kind <= CONDITION_UNANSWERED;
}

/* The n-th condition that must hold of this form, from the wish and from the pattern. */
static const struct condition *wanted(const struct filling *filling, size_t n)
{
    const struct form_wish *wish = filling->wish;
    if (n < wish->forced_count) {
        return wish->forced[n];
    }
    n -= wish->forced_count;
    return wish->meets != NULL && n < wish->meets->when.count ? &wish->meets->when.list[n] : NULL;
}

static bool on_field(const struct condition *condition, const struct field *field)
{
    return is_of_field(condition) && text_equal(condition->field_name, field->id);
}

static bool names(const struct condition *condition, const char *code)
{
    for (size_t i = 0; i < condition->code_count; i++) {
        if (text_equal(condition->codes[i], code)) {
            return true;
        }
    }
    return false;
}

static bool code_fits(const struct filling *filling, const struct field *field, const struct code *code)
{
    const struct condition *condition;
    if (filling->wish->code != NULL && text_equal(filling->wish->field, field->id) &&
        !text_equal(filling->wish->code, code->id)) {
        return false;
    }
    for (size_t n = 0; (condition = wanted(filling, n)) != NULL; n++) {
        if (on_field(condition, field) &&
            ((condition->kind == CONDITION_FIELD_IN && !names(condition, code->id)) ||
             (condition->kind == CONDITION_FIELD_NOT_IN && names(condition, code->id)))) {
            return false;
        }
    }
    return !code->superseded;
}

/* A code that sets going a duty which is due at once: there are few such days in a year. */
static bool alarms(const struct pack *pack, const struct field *field, const struct code *code)
{
    for (size_t r = 0; r < pack->rule_count; r++) {
        const struct duty_rule *rule = &pack->rules[r];
        for (size_t b = 0; rule->limit_unit == LIMIT_AT_ONCE && b < rule->begin_count; b++) {
            const struct conditions *when = &rule->begins[b].entry.when;
            for (size_t c = 0; c < when->count; c++) {
                if (when->list[c].kind == CONDITION_FIELD_IN && on_field(&when->list[c], field) &&
                    names(&when->list[c], code->id)) {
                    return true;
                }
            }
        }
    }
    return false;
}

static const struct code *some_code(const struct filling *filling, const struct field *field)
{
    size_t from = chance_below(filling->chance, field->codes->code_count);
    const struct code *alarming = NULL;
    for (size_t i = 0; i < field->codes->code_count; i++) {
        const struct code *code = &field->codes->codes[(from + i) % field->codes->code_count];
        if (!code_fits(filling, field, code)) {
            continue;
        }
        if (!alarms(filling->pack, field, code) || chance_is(filling->chance, ALARM_PERCENT)) {
            return code;
        }
        alarming = code;
    }
    return alarming;
}

/* Every code that a condition asks for one by one, as an agenda does; one by chance when none is. */
static struct value several_codes(const struct filling *filling, const struct field *field)
{
    const struct code **items = arena_many(filling->arena, const struct code *, field->codes->code_count);
    const struct condition *condition;
    size_t count = 0;
    for (size_t n = 0; (condition = wanted(filling, n)) != NULL; n++) {
        const struct code *code = on_field(condition, field) && condition->kind == CONDITION_FIELD_IN
                                      ? code_find(field->codes, condition->codes[0])
                                      : NULL;
        bool there = code == NULL;
        for (size_t i = 0; i < count; i++) {
            there = there || items[i] == code;
        }
        if (!there) {
            items[count++] = code;
        }
    }
    if (count == 0) {
        items[count] = some_code(filling, field);
        count += items[count] == NULL ? 0 : 1;
    }
    if (count == 0) {
        return (struct value){.kind = VALUE_NONE};
    }
    return (struct value){.kind = VALUE_CODES, .list = {items, count}};
}

static const char *some_text(const struct filling *filling, const struct field *field)
{
    static const char *const names_of[] = {"J", "Sam", "Alex", "Robin"};
    const struct condition *condition;
    for (size_t n = 0; (condition = wanted(filling, n)) != NULL; n++) {
        if (on_field(condition, field) && condition->kind == CONDITION_FIELD_TEXT) {
            return condition->text;
        }
    }
    return field->kind == FIELD_PERSON ? names_of[chance_below(filling->chance, 4)] : "As it was told.";
}

static struct value some_time(const struct filling *filling, const struct field *field)
{
    const struct pack *pack = filling->pack;
    bool later = filling->simulation->later[filling->wish->type->index][field->index];
    struct instant at = filling->wish->at;
    int64_t ahead = (int64_t)(14 + chance_below(filling->chance, 120)) * MS_PER_DAY;
    at = later ? instant_add_ms(at, ahead) : at;
    struct moment moment = moment_of_instant(pack, at);
    if (field->kind == FIELD_DAY) {
        return (struct value){.kind = VALUE_DAY, .day = moment.day};
    }
    if (field->kind == FIELD_MOMENT && later && chance_is(filling->chance, 50)) {
        moment = moment_of_day(pack, moment.day);
    }
    return (struct value){.kind = VALUE_MOMENT, .moment = moment};
}

static struct value answer_of(const struct filling *filling, const struct field *field)
{
    const struct value none = {.kind = VALUE_NONE};
    const struct code *code;
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_NARRATIVE:
    case FIELD_PERSON:
        return (struct value){.kind = VALUE_TEXT, .text = some_text(filling, field)};
    case FIELD_CODE:
        code = some_code(filling, field);
        return code == NULL ? none : (struct value){.kind = VALUE_CODE, .code = code};
    case FIELD_CODES:
        return several_codes(filling, field);
    case FIELD_TEXTS: {
        static const char *const lines[] = {"As it was told."};
        return (struct value){.kind = VALUE_TEXTS, .list = {lines, 1}};
    }
    case FIELD_NUMBER: {
        uint64_t span = (uint64_t)(field->max - field->min);
        uint64_t step = chance_next(filling->chance) % (span > 1000 ? 1000 : span + 1);
        return (struct value){.kind = VALUE_NUMBER, .number = field->min + (int64_t)step};
    }
    case FIELD_INSTANT:
    case FIELD_MOMENT:
    case FIELD_DAY:
        return some_time(filling, field);
    case FIELD_ENTRY:
    case FIELD_FIELDS:
        return none;
    }
    return none;
}

/* Whether the wish speaks of the field: 1 to answer it, -1 to leave it, 0 as one likes. */
static int wish_of(const struct filling *filling, const struct field *field)
{
    const struct condition *condition;
    if (filling->wish->code != NULL && text_equal(filling->wish->field, field->id)) {
        return 1;
    }
    for (size_t n = 0; (condition = wanted(filling, n)) != NULL; n++) {
        if (on_field(condition, field)) {
            return condition->kind == CONDITION_UNANSWERED ? -1 : 1;
        }
    }
    return 0;
}

static void take_key(const struct filling *filling)
{
    const struct duty *duty = filling->wish->duty;
    if (duty == NULL || duty->key == NULL || duty->rule->per == NULL) {
        return;
    }
    int field = duty->rule->per_fields[filling->wish->type->index];
    if (field >= 0 && duty->key->kind != VALUE_NONE) {
        filling->values[field] = *duty->key;
    }
}

static void answer_all(const struct filling *filling)
{
    const struct entry_type *type = filling->wish->type;
    for (size_t f = 0; f < type->field_count; f++) {
        const struct field *field = &type->fields[f];
        int wish = wish_of(filling, field);
        int likely = field->required ? 100 : field->form_required ? 90 : 50;
        if (!field->system && wish >= 0 && (wish > 0 || chance_is(filling->chance, likely))) {
            filling->values[f] = answer_of(filling, field);
        } else if (field->system && type->part == PART_START) {
            filling->values[f] =
                (struct value){.kind = VALUE_TEXT, .text = "00000000000000000000000000000001"};
        }
    }
    take_key(filling);
}

/* Takes back what is not asked after all, and answers what is needed after all. */
static void settle(const struct filling *filling, struct day on)
{
    const struct entry_type *type = filling->wish->type;
    const struct standing *standing = &filling->position->standing;
    for (size_t f = 0; f < type->field_count; f++) {
        const struct field *field = &type->fields[f];
        struct value *value = &filling->values[f];
        if (field->system) {
            continue;
        }
        if (!field_is_shown(filling->pack, type, field, filling->values, standing, on)) {
            *value = (struct value){.kind = VALUE_NONE};
        } else if (value->kind == VALUE_NONE &&
                   (wish_of(filling, field) > 0 ||
                    field_is_required(filling->pack, type, field, filling->values, standing, on))) {
            *value = answer_of(filling, field);
        }
    }
}

static bool force(const struct filling *filling, const struct condition *condition)
{
    struct form_wish *wish = filling->wish;
    for (size_t i = 0; i < wish->forced_count; i++) {
        if (wish->forced[i] == condition) {
            return false; /* it was tried */
        }
    }
    if (!is_of_field(condition) || wish->forced_count == FORCED) {
        return false;
    }
    int field = condition_field(condition, wish->type);
    if (field < 0 || wish->type->fields[field].system) {
        return false;
    }
    wish->forced[wish->forced_count++] = condition;
    filling->values[field] = wish_of(filling, &wish->type->fields[field]) < 0
                                 ? (struct value){.kind = VALUE_NONE}
                                 : answer_of(filling, &wish->type->fields[field]);
    return true;
}

/* Says what the gate wants, as far as a form can say it. */
static bool yield(const struct filling *filling, const struct gate *gate)
{
    bool changed = false;
    for (size_t c = 0; c < gate->require.count; c++) {
        changed = force(filling, &gate->require.list[c]) || changed;
    }
    for (size_t c = 0; c < gate->require_any.count && !changed; c++) {
        changed = force(filling, &gate->require_any.list[c]);
    }
    return changed;
}

bool form_fill(const struct simulation *simulation, struct arena *arena, struct arena *scratch,
               struct chance *chance, const struct position *position, struct form_wish *wish,
               struct entry *ret_entry, const struct gate **ret_gate)
{
    const struct pack *pack = simulation->pack;
    struct filling filling = {simulation,
                              pack,
                              arena,
                              chance,
                              position,
                              wish,
                              arena_many(arena, struct value, wish->type->field_count)};
    struct entry entry = {.type = wish->type,
                          .occurred = moment_of_instant(pack, wish->at),
                          .recorded_at = wish->at,
                          .agency = "social-care",
                          .label = wish->type->label,
                          .values = filling.values};
    *ret_gate = NULL;
    answer_all(&filling);
    for (int pass = 0; pass < PASSES; pass++) {
        settle(&filling, entry.occurred.day);
        bool changed = false;
        const struct gate *refuses = NULL;
        for (size_t g = 0; g < pack->gate_count; g++) {
            if (gate_refuses(position, &pack->gates[g], &entry)) {
                refuses = &pack->gates[g];
                changed = yield(&filling, refuses) || changed;
            }
        }
        if (refuses == NULL && entry_validate(scratch, pack, &entry, &position->standing) == NULL) {
            *ret_entry = entry;
            return wish->meets == NULL || pattern_matches(wish->meets, wish->type, filling.values,
                                                          position->history->child, entry.occurred.day);
        }
        if (refuses != NULL && !changed) {
            *ret_gate = refuses;
            return false;
        }
    }
    return false;
}
