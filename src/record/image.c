/*
 * The number of the first entry and how many there are, then each: what of its header differs from the entry
 * before it, and its answers, each with the number of its field. Nothing is aligned; texts end with a NUL, so
 * that they are used where they lie.
 */
#include "record/image.h"

#include "base/buf.h"
#include "base/must.h"

#include <string.h>

enum { MOST = 64 * 1024 * 1024 };
enum { NEW_PACK = 1, NEW_AUTHOR = 2, NEW_AGENCY = 4, NEW_LABEL = 8 };

/* ---- making */

#define PUT(buf, thing) buf_put_n((buf), &(thing), sizeof(thing))

/* Seven bits a byte, the lowest first; most counts take one. */
static void put_count(struct buf *buf, size_t number)
{
    for (; number >= 0x80; number >>= 7) {
        buf_byte(buf, (char)(unsigned char)(number | 0x80));
    }
    buf_byte(buf, (char)(unsigned char)number);
}

static void put_text(struct buf *buf, const char *text)
{
    size_t size = strlen(text) + 1;
    put_count(buf, size);
    buf_put_n(buf, text, size);
}

static void put_moment(struct buf *buf, const struct moment *moment)
{
    PUT(buf, moment->day_only);
    PUT(buf, moment->day);
    PUT(buf, moment->start);
    if (moment->day_only) {
        PUT(buf, moment->end);
    }
}

static void put_values(struct buf *buf, const struct entry_type *type, const struct value *values,
                       const bool *set);

static void put_fields(struct buf *buf, const struct fields *fields)
{
    PUT(buf, fields->type);
    PUT(buf, fields->sets_occurred);
    put_moment(buf, &fields->occurred);
    put_values(buf, fields->type, fields->values, fields->set);
}

static void put_code(struct buf *buf, const struct field *field, const struct code *code)
{
    size_t place = (size_t)(code - field->codes->codes);
    must(place < field->codes->code_count);
    put_count(buf, place);
}

static void put_value(struct buf *buf, const struct field *field, const struct value *value)
{
    put_count(buf, value->kind);
    switch (value->kind) {
    case VALUE_TEXT:
        put_text(buf, value->text);
        break;
    case VALUE_CODE:
        put_code(buf, field, value->code);
        break;
    case VALUE_NUMBER:
        PUT(buf, value->number);
        break;
    case VALUE_MOMENT:
        put_moment(buf, &value->moment);
        break;
    case VALUE_DAY:
        PUT(buf, value->day);
        break;
    case VALUE_CODES:
        put_count(buf, value->list.count);
        for (size_t i = 0; i < value->list.count; i++) {
            put_code(buf, field, value_codes(value)[i]);
        }
        break;
    case VALUE_TEXTS:
        put_count(buf, value->list.count);
        for (size_t i = 0; i < value->list.count; i++) {
            put_text(buf, value_texts(value)[i]);
        }
        break;
    case VALUE_FIELDS:
        put_fields(buf, value->fields);
        break;
    case VALUE_NONE: /* an answer that a correction takes away */
        break;
    }
}

/* Those that are answered, or of a correction those that it sets. */
static void put_values(struct buf *buf, const struct entry_type *type, const struct value *values,
                       const bool *set)
{
    size_t count = 0;
    for (size_t f = 0; f < type->field_count; f++) {
        count += set == NULL ? values[f].kind != VALUE_NONE : set[f];
    }
    put_count(buf, count);
    for (size_t f = 0; f < type->field_count; f++) {
        if (set == NULL ? values[f].kind != VALUE_NONE : set[f]) {
            put_count(buf, f);
            put_value(buf, &type->fields[f], &values[f]);
        }
    }
}

static void put_entry(struct buf *buf, const struct entry *entry, const struct entry *before)
{
    const struct entry none = {.agency = "", .label = ""};
    before = before == NULL ? &none : before;
    unsigned char differs =
        (unsigned char)((entry->pack != before->pack ? NEW_PACK : 0) |
                        (!id_equal(entry->recorded_by, before->recorded_by) ? NEW_AUTHOR : 0) |
                        (strcmp(entry->agency, before->agency) != 0 ? NEW_AGENCY : 0) |
                        (strcmp(entry->label, before->label) != 0 ? NEW_LABEL : 0));
    PUT(buf, entry->type);
    PUT(buf, entry->id);
    put_moment(buf, &entry->occurred);
    PUT(buf, entry->recorded_at);
    PUT(buf, differs);
    if ((differs & NEW_PACK) != 0) {
        PUT(buf, entry->pack);
    }
    if ((differs & NEW_AUTHOR) != 0) {
        PUT(buf, entry->recorded_by);
    }
    if ((differs & NEW_AGENCY) != 0) {
        put_text(buf, entry->agency);
    }
    if ((differs & NEW_LABEL) != 0) {
        put_text(buf, entry->label);
    }
    put_values(buf, entry->type, entry->values, NULL);
}

void image_make(struct arena *arena, const struct entry *const *entries, size_t count, const void **ret_bytes,
                size_t *ret_size)
{
    struct buf buf;
    buf_init(&buf, arena, MOST);
    put_count(&buf, count);
    PUT(&buf, entries[0]->seq);
    for (size_t i = 0; i < count; i++) {
        put_entry(&buf, entries[i], i == 0 ? NULL : entries[i - 1]);
    }
    must(!buf_failed(&buf)); /* what was read of the store into an arena is smaller */
    *ret_bytes = buf_text(&buf);
    *ret_size = buf.size;
}

/* ---- opening */

struct at {
    const char *bytes;
    const char *end;
};

static inline const char *pass(struct at *at, size_t size)
{
    const char *bytes = at->bytes;
    must(size <= (size_t)(at->end - bytes));
    at->bytes += size;
    return bytes;
}

#define TAKE(at, ret_thing) memcpy((ret_thing), pass((at), sizeof *(ret_thing)), sizeof *(ret_thing))

static inline size_t take_count(struct at *at)
{
    size_t number = 0;
    unsigned char byte = 0x80;
    for (int shift = 0; (byte & 0x80) != 0; shift += 7) {
        byte = *(const unsigned char *)pass(at, 1);
        number |= (size_t)(byte & 0x7F) << shift;
    }
    return number;
}

static const char *take_text(struct at *at)
{
    return pass(at, take_count(at));
}

static void take_moment(struct at *at, struct moment *ret_moment)
{
    TAKE(at, &ret_moment->day_only);
    TAKE(at, &ret_moment->day);
    TAKE(at, &ret_moment->start);
    ret_moment->end = ret_moment->start;
    if (ret_moment->day_only) {
        TAKE(at, &ret_moment->end);
    }
}

static const struct value *take_values(struct arena *arena, struct at *at, const struct entry_type *type,
                                       bool *ret_set);

static const struct fields *take_fields(struct arena *arena, struct at *at)
{
    struct fields *fields = arena_one(arena, struct fields);
    TAKE(at, &fields->type);
    TAKE(at, &fields->sets_occurred);
    take_moment(at, &fields->occurred);
    bool *set = arena_many(arena, bool, fields->type->field_count);
    fields->values = take_values(arena, at, fields->type, set);
    fields->set = set;
    return fields;
}

static const struct code *take_code(struct at *at, const struct field *field)
{
    return &field->codes->codes[take_count(at)];
}

static const void *take_list(struct arena *arena, struct at *at, const struct field *field, bool texts,
                             size_t count)
{
    const void **items = arena_many(arena, const void *, count);
    for (size_t i = 0; i < count; i++) {
        items[i] = texts ? (const void *)take_text(at) : take_code(at, field);
    }
    return items;
}

/* Into a value of no kind. */
static void take_value(struct arena *arena, struct at *at, const struct field *field, struct value *ret_value)
{
    ret_value->kind = (enum value_kind)take_count(at);
    switch (ret_value->kind) {
    case VALUE_TEXT:
        ret_value->text = take_text(at);
        break;
    case VALUE_CODE:
        ret_value->code = take_code(at, field);
        break;
    case VALUE_NUMBER:
        TAKE(at, &ret_value->number);
        break;
    case VALUE_MOMENT:
        take_moment(at, &ret_value->moment);
        break;
    case VALUE_DAY:
        TAKE(at, &ret_value->day);
        break;
    case VALUE_CODES:
    case VALUE_TEXTS:
        ret_value->list.count = take_count(at);
        ret_value->list.items =
            take_list(arena, at, field, ret_value->kind == VALUE_TEXTS, ret_value->list.count);
        break;
    case VALUE_FIELDS:
        ret_value->fields = take_fields(arena, at);
        break;
    case VALUE_NONE:
        break;
    }
}

static const struct value *take_values(struct arena *arena, struct at *at, const struct entry_type *type,
                                       bool *ret_set)
{
    struct value *values = arena_many(arena, struct value, type->field_count);
    size_t count = take_count(at);
    for (size_t i = 0; i < count; i++) {
        size_t field = take_count(at);
        must(field < type->field_count);
        take_value(arena, at, &type->fields[field], &values[field]);
        if (ret_set != NULL) {
            ret_set[field] = true;
        }
    }
    return values;
}

static void take_entry(struct arena *arena, struct at *at, struct entry *entry)
{
    unsigned char differs;
    TAKE(at, &entry->type);
    TAKE(at, &entry->id);
    take_moment(at, &entry->occurred);
    TAKE(at, &entry->recorded_at);
    TAKE(at, &differs);
    if ((differs & NEW_PACK) != 0) {
        TAKE(at, &entry->pack);
    }
    if ((differs & NEW_AUTHOR) != 0) {
        TAKE(at, &entry->recorded_by);
    }
    if ((differs & NEW_AGENCY) != 0) {
        entry->agency = take_text(at);
    }
    if ((differs & NEW_LABEL) != 0) {
        entry->label = take_text(at);
    }
    entry->values = take_values(arena, at, entry->type, NULL);
}

void image_open(struct arena *arena, const void *bytes, size_t size, const struct entry *const **ret_entries,
                size_t *ret_count)
{
    struct at at = {bytes, (const char *)bytes + size};
    size_t count = take_count(&at);
    uint64_t seq;
    TAKE(&at, &seq);
    const struct entry **list = arena_many(arena, const struct entry *, count);
    struct entry *entries = arena_many(arena, struct entry, count);
    struct entry before = {.agency = "", .label = ""};
    for (size_t i = 0; i < count; i++) {
        entries[i] = before;
        entries[i].seq = seq + i;
        take_entry(arena, &at, &entries[i]);
        before = entries[i];
        list[i] = &entries[i];
    }
    must(at.bytes == at.end);
    *ret_entries = list;
    *ret_count = count;
}
