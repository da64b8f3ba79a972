#include "record/carry.h"

#include "calendar/calendar.h"
#include "record/decode.h"

#include <string.h>

static const struct carry *carry_from(const struct pack *pack, const char *id)
{
    for (size_t i = 0; i < pack->carry_count; i++) {
        if (strcmp(pack->carries[i].pack, id) == 0) {
            return &pack->carries[i];
        }
    }
    return NULL;
}

static bool same_procedure(const struct pack *a, const struct pack *b)
{
    return strcmp(a->id, b->id) == 0;
}

bool pack_takes_over(const struct pack *pack, const struct pack *from)
{
    return same_procedure(pack, from) || carry_from(pack, from->id) != NULL;
}

const struct duty_rule *rule_carried(const struct pack *pack, const struct pack *from,
                                     const struct duty_rule *rule, bool *ret_keeps)
{
    const struct carry *carry = carry_from(pack, from->id);
    for (size_t i = 0; carry != NULL && i < carry->rule_count; i++) {
        if (strcmp(carry->rules[i].from, rule->id) == 0) {
            *ret_keeps = carry->rules[i].keeps;
            return &pack->rules[carry->rules[i].to];
        }
    }
    *ret_keeps = same_procedure(pack, from);
    return same_procedure(pack, from) ? pack_rule(pack, rule->id) : NULL;
}

/* ---- answers ---- */

static const struct code *carried_code(const struct carried_field *way, const struct field *to,
                                       const struct code *code)
{
    for (size_t i = 0; way != NULL && i < way->code_count; i++) {
        if (strcmp(way->codes[i].from, code->id) == 0) {
            return way->codes[i].to;
        }
    }
    return code_find(to->codes, code->id);
}

static bool holds_text(const struct field *field)
{
    return field->kind == FIELD_TEXT || field->kind == FIELD_NARRATIVE || field->kind == FIELD_PERSON;
}

static struct value carried_codes(struct arena *arena, const struct carried_field *way,
                                  const struct field *to, const struct value *value)
{
    const struct code **items = arena_many(arena, const struct code *, value->list.count);
    size_t count = 0;
    for (size_t i = 0; i < value->list.count; i++) {
        items[count] = carried_code(way, to, value_codes(value)[i]);
        count += items[count] == NULL ? 0 : 1;
    }
    return count == 0 ? (struct value){.kind = VALUE_NONE}
                      : (struct value){.kind = VALUE_CODES, .list = {items, count}};
}

/* An answer that the other field cannot hold is no answer to it. */
static struct value carried_value(struct arena *arena, const struct pack *pack,
                                  const struct carried_field *way, const struct field *to,
                                  const struct value *value)
{
    const struct value none = {.kind = VALUE_NONE};
    const struct code *code;
    switch (value->kind) {
    case VALUE_NONE:
    case VALUE_FIELDS:
        return none;
    case VALUE_TEXT:
        return holds_text(to) ? *value : none;
    case VALUE_CODE:
        code = to->kind == FIELD_CODE ? carried_code(way, to, value->code) : NULL;
        return code == NULL ? none : (struct value){.kind = VALUE_CODE, .code = code};
    case VALUE_CODES:
        return to->kind == FIELD_CODES ? carried_codes(arena, way, to, value) : none;
    case VALUE_TEXTS:
        return to->kind == FIELD_TEXTS ? *value : none;
    case VALUE_NUMBER:
        return to->kind == FIELD_NUMBER ? *value : none;
    case VALUE_MOMENT:
        return to->kind == FIELD_DAY      ? (struct value){.kind = VALUE_DAY, .day = value->moment.day}
               : to->kind == FIELD_MOMENT ? *value
               : to->kind == FIELD_INSTANT && !value->moment.day_only ? *value
                                                                      : none;
    case VALUE_DAY:
        return to->kind == FIELD_DAY ? *value
               : to->kind == FIELD_MOMENT
                   ? (struct value){.kind = VALUE_MOMENT, .moment = moment_of_day(pack, value->day)}
                   : none;
    }
    return none;
}

static const struct carried_field *way_to(const struct carried_type *ways, int field)
{
    for (size_t i = 0; ways != NULL && i < ways->field_count; i++) {
        if (ways->fields[i].to == field) {
            return &ways->fields[i];
        }
    }
    return NULL;
}

static const struct value *carried_values(struct arena *arena, const struct pack *pack,
                                          const struct carried_type *ways, const struct entry_type *from,
                                          const struct entry_type *to, const struct value *values)
{
    struct value *carried = arena_many(arena, struct value, to->field_count);
    for (size_t f = 0; f < to->field_count; f++) {
        const struct field *field = &to->fields[f];
        const struct carried_field *way = way_to(ways, (int)f);
        if (way != NULL && way->says != NULL) {
            carried[f] = (struct value){.kind = VALUE_CODE, .code = way->says};
            continue;
        }
        const struct field *source = entry_type_field(from, way == NULL ? field->id : way->from);
        if (source != NULL) {
            carried[f] = carried_value(arena, pack, way, field, &values[source->index]);
        }
    }
    return carried;
}

const struct value *values_carried(struct arena *arena, const struct pack *pack,
                                   const struct entry_type *from, const struct entry_type *to,
                                   const struct value *values)
{
    return carried_values(arena, pack, NULL, from, to, values);
}

/* ---- entries ---- */

/* A type that no rule of the pack speaks of. Every table by type has a row for it, which says nothing. */
static const struct entry_type *silent(struct arena *arena, const struct pack *pack,
                                       const struct entry_type *type)
{
    struct entry_type *copy = arena_one(arena, struct entry_type);
    *copy = *type;
    copy->index = (int)pack->type_count;
    copy->part = PART_NONE;
    copy->step = STEP_NONE;
    copy->part_key = -1;
    copy->stage = 0;
    return copy;
}

/* The type of the pack as which it is read, or NULL. */
static const struct entry_type *type_for(const struct pack *pack, const struct entry *entry,
                                         const struct carried_type **ret_ways)
{
    *ret_ways = NULL;
    if (entry->pack == NULL || entry->type->index >= (int)entry->pack->type_count) {
        return NULL;
    }
    const struct carry *carry = carry_from(pack, entry->pack->id);
    for (size_t i = 0; carry != NULL && i < carry->type_count; i++) {
        if (strcmp(carry->types[i].from, entry->type->id) == 0) {
            *ret_ways = &carry->types[i];
            return &pack->types[carry->types[i].to];
        }
    }
    if (entry->type->part == PART_DETAILS) {
        return &pack->types[pack->details_type];
    }
    return same_procedure(pack, entry->pack) ? pack_type(pack, entry->type->id) : NULL;
}

void known_carry(struct arena *arena, const struct pack *pack, struct known *known)
{
    if (pack_owns(pack, known->type)) {
        return;
    }
    struct known *written = arena_one(arena, struct known);
    *written = *known;
    known->written = written;
    const struct carried_type *ways;
    const struct entry_type *type = type_for(pack, known->entry, &ways);
    if (type == NULL) {
        known->type = silent(arena, pack, known->type);
        return;
    }
    struct version *versions = arena_many(arena, struct version, known->version_count);
    for (size_t v = 0; v < known->version_count; v++) {
        versions[v] = known->versions[v];
        versions[v].values =
            carried_values(arena, pack, ways, written->type, type, known->versions[v].values);
    }
    known->type = type;
    known->versions = versions;
    known->values = versions[known->version_count - 1].values;
}
