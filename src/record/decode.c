#include "record/decode.h"

#include "base/text.h"

/* One fault of one field; the caller chains them. */
#define FAULT(arena, field, ...) error_field((arena), ERROR_INVALID, (field)->id, NULL, __VA_ARGS__)

enum { MAX_FAULTS = 100, MAX_ITEMS = 200 };

/* ---- values from texts */

/* What is quoted back of a wrong answer is cut short, between characters. */
static const char *quoted(struct arena *arena, const char *text)
{
    enum { SHOWN = 60 };
    size_t size = strlen(text);
    if (size <= SHOWN) {
        return text;
    }
    size = SHOWN;
    while (size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80) {
        size--;
    }
    return arena_printf(arena, "%.*s…", (int)size, text);
}

static bool has_control(const char *text, bool lines)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        bool line_break = c == '\n' || c == '\r' || c == '\t';
        if ((c < 0x20 && !(lines && line_break)) || c == 0x7F) {
            return true;
        }
    }
    return false;
}

static const struct error *check_text(struct arena *arena, const struct field *field, const char *text)
{
    if (has_control(text, field->kind == FIELD_NARRATIVE)) {
        return FAULT(arena, field, "holds a character that cannot be kept");
    }
    size_t length = text_length(text);
    if (field->max > 0 && length > (size_t)field->max) {
        return FAULT(arena, field, "must be %lld characters or fewer, not %zu", (long long)field->max,
                     length);
    }
    if (field->min > 0 && length < (size_t)field->min) {
        return FAULT(arena, field, "must be at least %lld characters", (long long)field->min);
    }
    return NULL;
}

static const struct error *parse_code(struct arena *arena, const struct field *field, const char *text,
                                      const struct code **ret_code)
{
    const struct code *code = code_find(field->codes, text);
    if (code == NULL) {
        return FAULT(arena, field, "“%s” is not one of the codes of %s", quoted(arena, text),
                     field->codes->id);
    }
    *ret_code = code;
    return NULL;
}

static const struct error *check_number(struct arena *arena, const struct field *field, int64_t number)
{
    if (number < field->min || number > field->max) {
        return FAULT(arena, field, "must be a whole number from %lld to %lld", (long long)field->min,
                     (long long)field->max);
    }
    return NULL;
}

/* One text that is an answer: a field of any kind that is neither a list nor a number. */
static const struct error *parse_single(struct arena *arena, const struct pack *pack,
                                        const struct field *field, const char *text, struct value *ret_value)
{
    struct value value = {.kind = VALUE_NONE};
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_NARRATIVE:
    case FIELD_PERSON:
        TRY(check_text(arena, field, text));
        value.kind = VALUE_TEXT;
        value.text = arena_copy(arena, text);
        break;
    case FIELD_CODE:
        TRY(parse_code(arena, field, text, &value.code));
        value.kind = VALUE_CODE;
        break;
    case FIELD_INSTANT:
        if (!moment_parse(pack, text, &value.moment) || value.moment.day_only) {
            return FAULT(arena, field, "must be a date and time with its zone, not “%s”",
                         quoted(arena, text));
        }
        value.kind = VALUE_MOMENT;
        break;
    case FIELD_MOMENT:
        if (!moment_parse(pack, text, &value.moment)) {
            return FAULT(arena, field, "must be a date, or a date and time with its zone, not “%s”",
                         quoted(arena, text));
        }
        value.kind = VALUE_MOMENT;
        break;
    case FIELD_DAY:
        if (!day_parse(text, &value.day)) {
            return FAULT(arena, field, "must be a date such as 2024-02-29, not “%s”", quoted(arena, text));
        }
        value.kind = VALUE_DAY;
        break;
    case FIELD_CODES:
    case FIELD_TEXTS:
    case FIELD_NUMBER:
    case FIELD_ENTRY:
    case FIELD_FIELDS:
        return FAULT(arena, field, "cannot be one text");
    }
    *ret_value = value;
    return NULL;
}

static const struct error *parse_codes(struct arena *arena, const struct field *field,
                                       const char *const *texts, size_t count, struct value *ret_value)
{
    const struct code **codes = arena_many(arena, const struct code *, count);
    for (size_t i = 0; i < count; i++) {
        TRY(parse_code(arena, field, texts[i], &codes[i]));
        for (size_t j = 0; j < i; j++) {
            if (codes[j] == codes[i]) {
                return FAULT(arena, field, "names “%s” twice", quoted(arena, texts[i]));
            }
        }
    }
    ret_value->kind = VALUE_CODES;
    ret_value->list.items = codes;
    ret_value->list.count = count;
    return NULL;
}

static const struct error *parse_texts(struct arena *arena, const struct field *field,
                                       const char *const *texts, size_t count, struct value *ret_value)
{
    const char **copies = arena_many(arena, const char *, count);
    for (size_t i = 0; i < count; i++) {
        TRY(check_text(arena, field, texts[i]));
        copies[i] = arena_copy(arena, texts[i]);
    }
    ret_value->kind = VALUE_TEXTS;
    ret_value->list.items = copies;
    ret_value->list.count = count;
    return NULL;
}

const struct error *value_from_texts(struct arena *arena, const struct pack *pack, const struct field *field,
                                     const char *const *texts, size_t count, struct value *ret_value)
{
    const char **answers = arena_many(arena, const char *, count);
    size_t answer_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!text_is_blank(texts[i])) {
            answers[answer_count++] = text_trim(arena, texts[i]);
        }
    }
    struct value value = {.kind = VALUE_NONE};
    if (answer_count > MAX_ITEMS) {
        return FAULT(arena, field, "must have %d answers or fewer", MAX_ITEMS);
    }
    if (answer_count > 0 && field->kind == FIELD_CODES) {
        TRY(parse_codes(arena, field, answers, answer_count, &value));
    } else if (answer_count > 0 && field->kind == FIELD_TEXTS) {
        TRY(parse_texts(arena, field, answers, answer_count, &value));
    } else if (answer_count > 1) {
        return FAULT(arena, field, "takes one answer");
    } else if (answer_count == 1 && (field->kind == FIELD_NUMBER || field->kind == FIELD_ENTRY)) {
        int64_t number;
        if (!number_parse(answers[0], INT64_MIN, INT64_MAX, &number) ||
            (field->kind == FIELD_ENTRY && number < 1)) {
            return FAULT(arena, field, "must be a whole number, not “%s”", quoted(arena, answers[0]));
        }
        if (field->kind == FIELD_NUMBER) {
            TRY(check_number(arena, field, number));
        }
        value = (struct value){.kind = VALUE_NUMBER, .number = number};
    } else if (answer_count == 1) {
        TRY(parse_single(arena, pack, field, answers[0], &value));
    }
    *ret_value = value;
    return NULL;
}

/* ---- values from JSON */

static const struct error *list_from_json(struct arena *arena, const struct pack *pack,
                                          const struct field *field, const json_t *json,
                                          struct value *ret_value)
{
    if (json_is_string(json) && field->kind == FIELD_TEXTS) {
        const char *text = json_string_value(json);
        return value_from_texts(arena, pack, field, &text, 1, ret_value);
    }
    if (!json_is_array(json)) {
        return FAULT(arena, field, "must be a list");
    }
    size_t count = json_array_size(json);
    if (count > MAX_ITEMS) {
        return FAULT(arena, field, "must have %d answers or fewer", MAX_ITEMS);
    }
    const char **texts = arena_many(arena, const char *, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(json, i);
        if (!json_is_string(item)) {
            return FAULT(arena, field, "must be a list of texts");
        }
        texts[i] = json_string_value(item);
    }
    return value_from_texts(arena, pack, field, texts, count, ret_value);
}

const struct error *value_from_json(struct arena *arena, const struct pack *pack, const struct field *field,
                                    const json_t *json, struct value *ret_value)
{
    if (json == NULL || json_is_null(json)) {
        *ret_value = (struct value){.kind = VALUE_NONE};
        return NULL;
    }
    if (field->kind == FIELD_CODES || field->kind == FIELD_TEXTS) {
        return list_from_json(arena, pack, field, json, ret_value);
    }
    if (field->kind == FIELD_NUMBER || field->kind == FIELD_ENTRY) {
        if (!json_is_integer(json)) {
            return FAULT(arena, field, "must be a whole number");
        }
        int64_t number = json_integer_value(json);
        if (field->kind == FIELD_ENTRY && number < 1) {
            return FAULT(arena, field, "must be the number of an entry");
        }
        if (field->kind == FIELD_NUMBER) {
            TRY(check_number(arena, field, number));
        }
        *ret_value = (struct value){.kind = VALUE_NUMBER, .number = number};
        return NULL;
    }
    if (field->kind == FIELD_FIELDS) {
        return FAULT(arena, field, "belongs to the correction of a known entry");
    }
    if (!json_is_string(json)) {
        return FAULT(arena, field, "must be a text");
    }
    const char *text = json_string_value(json);
    return value_from_texts(arena, pack, field, &text, 1, ret_value);
}

/* ---- values to JSON */

static json_t *moment_to_json(const struct moment *moment)
{
    if (moment->day_only) {
        char day[DAY_TEXT];
        day_format(moment->day, day);
        return json_string(day);
    }
    char text[INSTANT_TEXT];
    instant_format(moment->start, text);
    return json_string(text);
}

static json_t *list_to_json(const struct value *value)
{
    json_t *list = json_array();
    for (size_t i = 0; i < value->list.count; i++) {
        json_array_append_new(list, json_string(value->kind == VALUE_CODES ? value_codes(value)[i]->id
                                                                           : value_texts(value)[i]));
    }
    return list;
}

static json_t *correction_to_json(const struct pack *pack, const struct fields *fields)
{
    json_t *object = json_object();
    if (fields->sets_occurred) {
        json_object_set_new(object, "occurred_at", moment_to_json(&fields->occurred));
    }
    for (size_t f = 0; f < fields->type->field_count; f++) {
        if (fields->set[f]) {
            json_object_set_new(object, fields->type->fields[f].id, value_to_json(pack, &fields->values[f]));
        }
    }
    return object;
}

json_t *value_to_json(const struct pack *pack, const struct value *value)
{
    char day[DAY_TEXT];
    switch (value->kind) {
    case VALUE_NONE:
        return json_null();
    case VALUE_TEXT:
        return json_string(value->text);
    case VALUE_CODE:
        return json_string(value->code->id);
    case VALUE_CODES:
    case VALUE_TEXTS:
        return list_to_json(value);
    case VALUE_NUMBER:
        return json_integer(value->number);
    case VALUE_MOMENT:
        return moment_to_json(&value->moment);
    case VALUE_DAY:
        day_format(value->day, day);
        return json_string(day);
    case VALUE_FIELDS:
        return correction_to_json(pack, value->fields);
    }
    return json_null();
}

json_t *fields_to_json(const struct pack *pack, const struct entry *entry)
{
    json_t *object = json_object();
    for (size_t f = 0; f < entry->type->field_count; f++) {
        if (entry->values[f].kind != VALUE_NONE) {
            json_object_set_new(object, entry->type->fields[f].id, value_to_json(pack, &entry->values[f]));
        }
    }
    return object;
}

/* ---- fields of one entry */

/* Faults in the order they were found. */
struct faults {
    const struct error *first;
    struct error *last;
    size_t count;
};

static void add_fault(struct arena *arena, struct faults *faults, const struct error *error)
{
    for (; error != NULL && faults->count < MAX_FAULTS; error = error->next, faults->count++) {
        struct error *copy = arena_one(arena, struct error);
        *copy = *error;
        copy->next = NULL;
        if (faults->last == NULL) {
            faults->first = copy;
        } else {
            faults->last->next = copy;
        }
        faults->last = copy;
    }
}

static const struct error *name_fault(struct arena *arena, const char *field, const char *what)
{
    return error_field(arena, ERROR_INVALID, arena_copy(arena, quoted(arena, field)), NULL, "%s", what);
}

const struct error *occurred_from_text(struct arena *arena, const struct pack *pack,
                                       const struct entry_type *type, const char *text,
                                       struct moment *ret_moment)
{
    struct moment moment;
    if (!moment_parse(pack, text, &moment)) {
        return name_fault(arena, "occurred_at",
                          arena_printf(arena, "must be a date, or a date and time with its zone, not “%s”",
                                       quoted(arena, text)));
    }
    if (moment.day_only && type->needs_minute) {
        return name_fault(arena, "occurred_at", "needs its time: it starts a clock in hours");
    }
    *ret_moment = moment;
    return NULL;
}

/* jansson's loops want an object they could change; they do not. */
static json_t *readable(const json_t *json)
{
    return (json_t *)(uintptr_t)json;
}

static const struct error *corrected_from_json(struct arena *arena, const struct pack *pack,
                                               const struct entry_type *type, const json_t *object,
                                               const struct fields **ret_fields)
{
    struct faults faults = {0};
    struct fields *fields = arena_one(arena, struct fields);
    struct value *values = arena_many(arena, struct value, type->field_count);
    bool *set = arena_many(arena, bool, type->field_count);
    /* A correction of a correction may be written as one, with the answers a level further in. */
    const json_t *inner = json_object_get(object, "fields");
    if (json_is_object(inner) && json_object_size(object) == 1 && entry_type_field(type, "fields") == NULL) {
        object = inner;
    }
    const char *name;
    json_t *json;
    json_object_foreach(readable(object), name, json)
    {
        const struct field *field = entry_type_field(type, name);
        if (field != NULL) {
            set[field->index] = true;
            add_fault(arena, &faults, value_from_json(arena, pack, field, json, &values[field->index]));
        } else if (strcmp(name, "occurred_at") != 0) {
            add_fault(arena, &faults,
                      name_fault(arena, name, arena_printf(arena, "is not a field of %s", type->id)));
        } else if (!json_is_string(json)) {
            add_fault(arena, &faults, name_fault(arena, name, "must be a text"));
        } else {
            fields->sets_occurred = true;
            add_fault(arena, &faults,
                      occurred_from_text(arena, pack, type, json_string_value(json), &fields->occurred));
        }
    }
    fields->type = type;
    fields->values = values;
    fields->set = set;
    *ret_fields = fields;
    return faults.first;
}

static const struct error *field_from_json(struct arena *arena, const struct pack *pack,
                                           const struct field *field, const json_t *json,
                                           const struct entry_type *target_type, struct value *ret_value)
{
    if (field->kind != FIELD_FIELDS || json_is_null(json)) {
        return value_from_json(arena, pack, field, json, ret_value);
    }
    if (target_type == NULL) {
        return FAULT(arena, field, "cannot be read: the entry it corrects is not known");
    }
    if (!json_is_object(json)) {
        return FAULT(arena, field, "must be an object of new answers");
    }
    const struct fields *fields = NULL;
    TRY(corrected_from_json(arena, pack, target_type, json, &fields));
    *ret_value = (struct value){.kind = VALUE_FIELDS, .fields = fields};
    return NULL;
}

const struct error *fields_from_json(struct arena *arena, const struct pack *pack,
                                     const struct entry_type *type, const json_t *object,
                                     const struct entry_type *target_type, const struct value **ret_values)
{
    struct faults faults = {0};
    struct value *values = arena_many(arena, struct value, type->field_count);
    if (!json_is_object(object)) {
        return name_fault(arena, "fields", "must be an object");
    }
    const char *name;
    json_t *json;
    json_object_foreach(readable(object), name, json)
    {
        const struct field *field = entry_type_field(type, name);
        if (field == NULL) {
            add_fault(arena, &faults,
                      name_fault(arena, name, arena_printf(arena, "is not a field of %s", type->id)));
            continue;
        }
        add_fault(arena, &faults,
                  field_from_json(arena, pack, field, json, target_type, &values[field->index]));
    }
    *ret_values = values;
    return faults.first;
}
