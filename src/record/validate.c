#include "record/validate.h"

#include "base/must.h"
#include "record/match.h"

static bool has_mark(const struct standing *standing, int mark)
{
    return standing->marks != NULL && standing->marks[mark];
}

bool conditions_hold(const struct conditions *conditions, const struct pack *pack,
                     const struct entry_type *type, const struct value *values,
                     const struct standing *standing, struct day on)
{
    (void)pack;
    for (size_t c = 0; c < conditions->count; c++) {
        const struct condition *condition = &conditions->list[c];
        bool holds;
        if (condition->kind == CONDITION_MARK || condition->kind == CONDITION_NO_MARK) {
            holds = has_mark(standing, condition->mark) == (condition->kind == CONDITION_MARK);
        } else {
            must(condition->kind <= CONDITION_UNANSWERED || condition->kind >= CONDITION_AGE_UNDER);
            holds =
                condition_matches(condition, condition_field(condition, type), values, standing->child, on);
        }
        if (!holds) {
            return false;
        }
    }
    return true;
}

bool field_is_shown(const struct pack *pack, const struct entry_type *type, const struct field *field,
                    const struct value *values, const struct standing *standing, struct day on)
{
    return conditions_hold(&field->shown_when, pack, type, values, standing, on);
}

bool field_is_required(const struct pack *pack, const struct entry_type *type, const struct field *field,
                       const struct value *values, const struct standing *standing, struct day on)
{
    if (!field_is_shown(pack, type, field, values, standing, on)) {
        return false;
    }
    return field->required || (field->required_when.count > 0 &&
                               conditions_hold(&field->required_when, pack, type, values, standing, on));
}

static struct error *required_fault(struct arena *arena, const struct field *field)
{
    struct error *error = arena_one(arena, struct error);
    *error = *error_of(ERROR_INVALID);
    error->field = field->id;
    error->paragraph = field->paragraph;
    error->detail = arena_printf(arena, "Answer “%s”", field->label == NULL ? field->id : field->label);
    return error;
}

/* A correction may change an answer that every entry of the type must have, but not take it away. */
static const struct field *emptied_field(const struct fields *fields)
{
    for (size_t f = 0; f < fields->type->field_count; f++) {
        const struct field *field = &fields->type->fields[f];
        if (fields->set[f] && fields->values[f].kind == VALUE_NONE && field->required &&
            field->shown_when.count == 0) {
            return field;
        }
    }
    return NULL;
}

const struct error *entry_validate(struct arena *arena, const struct pack *pack, const struct entry *entry,
                                   const struct standing *standing)
{
    const struct error *first = NULL;
    struct error *last = NULL;
    for (size_t f = 0; f < entry->type->field_count; f++) {
        const struct field *field = &entry->type->fields[f];
        const struct value *value = &entry->values[f];
        struct error *error = NULL;
        if (value->kind == VALUE_NONE) {
            if (field_is_required(pack, entry->type, field, entry->values, standing, entry->occurred.day)) {
                error = required_fault(arena, field);
            }
        } else if (value->kind == VALUE_FIELDS) {
            const struct field *emptied = emptied_field(value->fields);
            error = emptied == NULL ? NULL : required_fault(arena, emptied);
        }
        if (error != NULL && last == NULL) {
            first = error;
        } else if (error != NULL) {
            last->next = error;
        }
        last = error == NULL ? last : error;
    }
    return first;
}
