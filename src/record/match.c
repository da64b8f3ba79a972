#include "record/match.h"

#include "base/text.h"

int child_age(struct child child, struct day on)
{
    int years = child.has_birth ? day_years_between(child.birth, on) : -1;
    return years < 0 ? -1 : years;
}

int condition_field(const struct condition *condition, const struct entry_type *type)
{
    int own = condition->field;
    if (condition->field_name == NULL) {
        return own;
    }
    if (own >= 0 && (size_t)own < type->field_count &&
        text_equal(type->fields[own].id, condition->field_name)) {
        return own;
    }
    const struct field *field = entry_type_field(type, condition->field_name);
    return field == NULL ? -1 : field->index;
}

static bool is_one_of(const struct condition *condition, const struct code *code)
{
    for (size_t i = 0; i < condition->code_count; i++) {
        /* Rows are of the list that the pack gave the field; across types lists may differ, ids do not. */
        if (condition->code_rows != NULL ? condition->code_rows[i] == code
                                         : text_equal(condition->codes[i], code->id)) {
            return true;
        }
    }
    return false;
}

static bool holds_code(const struct condition *condition, const struct value *value)
{
    if (value->kind == VALUE_CODE) {
        return is_one_of(condition, value->code);
    }
    if (value->kind == VALUE_CODES) {
        for (size_t i = 0; i < value->list.count; i++) {
            if (is_one_of(condition, value_codes(value)[i])) {
                return true;
            }
        }
    }
    return false;
}

static bool holds_text(const char *text, const struct value *value)
{
    if (value->kind == VALUE_TEXT) {
        return text_equal(value->text, text);
    }
    if (value->kind == VALUE_TEXTS) {
        for (size_t i = 0; i < value->list.count; i++) {
            if (text_equal(value_texts(value)[i], text)) {
                return true;
            }
        }
    }
    return false;
}

bool condition_matches(const struct condition *condition, int field, const struct value *values,
                       struct child child, struct day on)
{
    const struct value *value = field < 0 ? NULL : &values[field];
    int age;
    switch (condition->kind) {
    case CONDITION_FIELD_IN:
        return value != NULL && holds_code(condition, value);
    case CONDITION_FIELD_NOT_IN:
        return value != NULL && value->kind != VALUE_NONE && !holds_code(condition, value);
    case CONDITION_FIELD_TEXT:
        return value != NULL && holds_text(condition->text, value);
    case CONDITION_ANSWERED:
        return value != NULL && value->kind != VALUE_NONE;
    case CONDITION_UNANSWERED:
        return value != NULL && value->kind == VALUE_NONE;
    case CONDITION_AGE_UNDER:
        age = child_age(child, on);
        return age >= 0 && age < condition->age;
    case CONDITION_AGE_FROM:
        return child_age(child, on) >= condition->age;
    case CONDITION_MARK:
    case CONDITION_NO_MARK:
    case CONDITION_HAS_ENTRY:
    case CONDITION_NO_ENTRY:
    case CONDITION_DUTY_OPEN:
    case CONDITION_NO_DUTY_OPEN:
        return false;
    }
    return false;
}

bool pattern_holds(const struct pattern *pattern, const struct entry_type *type, const struct value *values,
                   struct child child, struct day on)
{
    bool any = pattern->type == ANY_TYPE && pattern->fields != NULL;
    const int *fields = any ? pattern->fields + (size_t)type->index * pattern->when.count : NULL;
    for (size_t c = 0; c < pattern->when.count; c++) {
        const struct condition *condition = &pattern->when.list[c];
        int field = fields != NULL ? fields[c] : condition->field;
        if (!condition_matches(condition, field, values, child, on)) {
            return false;
        }
    }
    return true;
}
