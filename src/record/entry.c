#include "record/entry.h"

#include "base/text.h"

static const struct value no_value = {.kind = VALUE_NONE};

const struct value *entry_value(const struct entry *entry, const char *field)
{
    const struct field *found = entry_type_field(entry->type, field);
    return found == NULL ? &no_value : &entry->values[found->index];
}

const char *entry_code(const struct entry *entry, const char *field)
{
    const struct value *value = entry_value(entry, field);
    return value->kind == VALUE_CODE ? value->code->id : NULL;
}

const char *entry_text(const struct entry *entry, const char *field)
{
    const struct value *value = entry_value(entry, field);
    return value->kind == VALUE_TEXT ? value->text : NULL;
}

int64_t entry_number(const struct entry *entry, const char *field)
{
    const struct value *value = entry_value(entry, field);
    return value->kind == VALUE_NUMBER ? value->number : 0;
}

struct day entry_day(const struct entry *entry, const char *field)
{
    const struct value *value = entry_value(entry, field);
    return value->kind == VALUE_DAY ? value->day : (struct day){0};
}

/* Two types may ask from lists of their own: a code of the same id is the same answer. */
static bool codes_equal(const struct code *a, const struct code *b)
{
    return a == b || text_equal(a->id, b->id);
}

static bool lists_equal(const struct value *a, const struct value *b)
{
    if (a->list.count != b->list.count) {
        return false;
    }
    for (size_t i = 0; i < a->list.count; i++) {
        if (a->kind == VALUE_CODES ? !codes_equal(value_codes(a)[i], value_codes(b)[i])
                                   : !text_equal(value_texts(a)[i], value_texts(b)[i])) {
            return false;
        }
    }
    return true;
}

bool value_equal(const struct value *a, const struct value *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    switch (a->kind) {
    case VALUE_NONE:
        return true;
    case VALUE_TEXT:
        return text_equal(a->text, b->text);
    case VALUE_CODE:
        return codes_equal(a->code, b->code);
    case VALUE_CODES:
    case VALUE_TEXTS:
        return lists_equal(a, b);
    case VALUE_NUMBER:
        return a->number == b->number;
    case VALUE_MOMENT:
        return a->moment.start.ms == b->moment.start.ms && a->moment.end.ms == b->moment.end.ms;
    case VALUE_DAY:
        return a->day.number == b->day.number;
    case VALUE_FIELDS:
        return a->fields == b->fields;
    }
    return false;
}

struct place entry_place(const struct entry *entry)
{
    return (struct place){entry->occurred.start, entry->recorded_at, entry->seq};
}

int entry_compare(const struct entry *a, const struct entry *b)
{
    return place_compare(entry_place(a), entry_place(b));
}
