#include "base/buf.h"
#include "base/must.h"
#include "base/text.h"
#include "record/decode.h"

/*
 * The stored body. A version byte, then a count, then for each answer: length and bytes of the field's name,
 * a kind letter, length and bytes of the value. Numbers are LEB128, fixed ones little-endian. The letters are
 * of the format, not of the C enums, and stay what they are:
 *   s text   c code   C codes   S texts   n number   e entry number   t instant   d day
 *   f fields: a count and answers as above, `occurred_at` among them   - no answer (in fields only)
 */
enum { BODY_VERSION = 1, MAX_BODY = 16 * 1024 * 1024, MAX_ITEMS = 1000 };

/* ---- writing */

static void put_count(struct buf *buf, uint64_t number)
{
    while (number >= 0x80) {
        buf_byte(buf, (char)(unsigned char)(number | 0x80));
        number >>= 7;
    }
    buf_byte(buf, (char)(unsigned char)number);
}

static void put_bytes(struct buf *buf, const char *text)
{
    size_t size = strlen(text);
    put_count(buf, size);
    buf_put_n(buf, text, size);
}

static void put_fixed(struct buf *buf, uint64_t number, size_t size)
{
    put_count(buf, size);
    for (size_t i = 0; i < size; i++) {
        buf_byte(buf, (char)(unsigned char)(number >> (8 * i)));
    }
}

static size_t count_size(uint64_t number)
{
    size_t size = 1;
    for (; number >= 0x80; number >>= 7) {
        size++;
    }
    return size;
}

static void put_list(struct buf *buf, const struct value *value)
{
    size_t size = count_size(value->list.count);
    for (size_t i = 0; i < value->list.count; i++) {
        const char *text = value->kind == VALUE_CODES ? value_codes(value)[i]->id : value_texts(value)[i];
        size += count_size(strlen(text)) + strlen(text);
    }
    put_count(buf, size);
    put_count(buf, value->list.count);
    for (size_t i = 0; i < value->list.count; i++) {
        put_bytes(buf, value->kind == VALUE_CODES ? value_codes(value)[i]->id : value_texts(value)[i]);
    }
}

static void put_moment(struct buf *buf, const char *name, const struct moment *moment)
{
    put_bytes(buf, name);
    if (moment->day_only) {
        buf_byte(buf, 'd');
        put_fixed(buf, (uint64_t)(int64_t)moment->day.number, 4);
    } else {
        buf_byte(buf, 't');
        put_fixed(buf, (uint64_t)moment->start.ms, 8);
    }
}

static void put_fields(struct buf *buf, const struct fields *fields);

static void put_value(struct buf *buf, const struct field *field, const struct value *value)
{
    if (value->kind == VALUE_MOMENT) {
        put_moment(buf, field->id, &value->moment);
        return;
    }
    put_bytes(buf, field->id);
    switch (value->kind) {
    case VALUE_TEXT:
        buf_byte(buf, 's');
        put_bytes(buf, value->text);
        break;
    case VALUE_CODE:
        buf_byte(buf, 'c');
        put_bytes(buf, value->code->id);
        break;
    case VALUE_CODES:
    case VALUE_TEXTS:
        buf_byte(buf, value->kind == VALUE_CODES ? 'C' : 'S');
        put_list(buf, value);
        break;
    case VALUE_NUMBER:
        buf_byte(buf, field->kind == FIELD_ENTRY ? 'e' : 'n');
        put_fixed(buf, (uint64_t)value->number, 8);
        break;
    case VALUE_DAY:
        buf_byte(buf, 'd');
        put_fixed(buf, (uint64_t)(int64_t)value->day.number, 4);
        break;
    case VALUE_FIELDS:
        buf_byte(buf, 'f');
        put_fields(buf, value->fields);
        break;
    case VALUE_NONE:
        buf_byte(buf, '-');
        put_count(buf, 0);
        break;
    case VALUE_MOMENT:
        break;
    }
}

static void put_fields(struct buf *buf, const struct fields *fields)
{
    struct buf inner;
    size_t count = fields->sets_occurred ? 1 : 0;
    buf_init(&inner, buf->arena, MAX_BODY);
    for (size_t f = 0; f < fields->type->field_count; f++) {
        count += fields->set[f];
    }
    put_count(&inner, count);
    if (fields->sets_occurred) {
        put_moment(&inner, "occurred_at", &fields->occurred);
    }
    for (size_t f = 0; f < fields->type->field_count; f++) {
        if (fields->set[f]) {
            put_value(&inner, &fields->type->fields[f], &fields->values[f]);
        }
    }
    must(!buf_failed(&inner));
    put_count(buf, inner.size);
    buf_put_n(buf, buf_text(&inner), inner.size);
}

void entry_encode(struct arena *arena, const struct entry *entry, const void **ret_bytes, size_t *ret_size)
{
    struct buf buf;
    size_t count = 0;
    buf_init(&buf, arena, MAX_BODY);
    for (size_t f = 0; f < entry->type->field_count; f++) {
        count += entry->values[f].kind != VALUE_NONE;
    }
    buf_byte(&buf, BODY_VERSION);
    put_count(&buf, count);
    for (size_t f = 0; f < entry->type->field_count; f++) {
        if (entry->values[f].kind != VALUE_NONE) {
            put_value(&buf, &entry->type->fields[f], &entry->values[f]);
        }
    }
    must(!buf_failed(&buf)); /* the limits of fields and lists hold far below it */
    *ret_bytes = buf_text(&buf);
    *ret_size = buf.size;
}

/* ---- reading */

struct reader {
    const unsigned char *at;
    size_t left;
};

static bool get_byte(struct reader *reader, unsigned char *ret_byte)
{
    if (reader->left == 0) {
        return false;
    }
    *ret_byte = *reader->at++;
    reader->left--;
    return true;
}

static bool get_count(struct reader *reader, uint64_t *ret_number)
{
    uint64_t number = 0;
    unsigned char byte = 0x80;
    for (int shift = 0; (byte & 0x80) != 0; shift += 7) {
        if (shift > 56 || !get_byte(reader, &byte)) {
            return false;
        }
        number |= (uint64_t)(byte & 0x7F) << shift;
    }
    *ret_number = number;
    return true;
}

static bool get_bytes(struct reader *reader, struct reader *ret_bytes)
{
    uint64_t size;
    if (!get_count(reader, &size) || size > reader->left) {
        return false;
    }
    *ret_bytes = (struct reader){reader->at, (size_t)size};
    reader->at += size;
    reader->left -= (size_t)size;
    return true;
}

static uint64_t fixed(const struct reader *bytes)
{
    uint64_t number = 0;
    for (size_t i = 0; i < bytes->left; i++) {
        number |= (uint64_t)bytes->at[i] << (8 * i);
    }
    return number;
}

struct answer {
    struct reader name;
    unsigned char kind;
    struct reader bytes;
};

static bool get_answer(struct reader *reader, struct answer *ret_answer)
{
    return get_bytes(reader, &ret_answer->name) && get_byte(reader, &ret_answer->kind) &&
           get_bytes(reader, &ret_answer->bytes);
}

static bool bytes_equal(const struct reader *bytes, const char *text)
{
    if (bytes->left == 0 || (unsigned char)text[0] != bytes->at[0]) {
        return bytes->left == 0 && text[0] == '\0';
    }
    return strlen(text) == bytes->left && memcmp(bytes->at, text, bytes->left) == 0;
}

/* Answers stand in the order of the fields, so the next one is mostly it. */
static const struct field *find_field(const struct entry_type *type, const struct reader *name, size_t *next)
{
    for (size_t i = 0; i < type->field_count; i++) {
        size_t f = *next + i < type->field_count ? *next + i : *next + i - type->field_count;
        if (bytes_equal(name, type->fields[f].id)) {
            *next = f + 1;
            return &type->fields[f];
        }
    }
    return NULL;
}

static const struct code *get_code(const struct code_list *list, const struct reader *bytes)
{
    for (size_t i = 0; list != NULL && i < list->code_count; i++) {
        if (bytes_equal(bytes, list->codes[i].id)) {
            return &list->codes[i];
        }
    }
    return NULL;
}

static const char *get_text(struct arena *arena, const struct reader *bytes)
{
    return text_is_valid(bytes->at, bytes->left) ? arena_copy_n(arena, bytes->at, bytes->left) : NULL;
}

static bool get_list(struct arena *arena, const struct field *field, struct reader bytes,
                     struct value *ret_value)
{
    uint64_t count;
    if (!get_count(&bytes, &count) || count == 0 || count > MAX_ITEMS || count > bytes.left) {
        return false;
    }
    const void **items = arena_many(arena, const void *, (size_t)count);
    for (size_t i = 0; i < count; i++) {
        struct reader item;
        if (!get_bytes(&bytes, &item)) {
            return false;
        }
        items[i] =
            field->kind == FIELD_CODES ? (const void *)get_code(field->codes, &item) : get_text(arena, &item);
        if (items[i] == NULL) {
            return false;
        }
    }
    ret_value->kind = field->kind == FIELD_CODES ? VALUE_CODES : VALUE_TEXTS;
    ret_value->list.items = items;
    ret_value->list.count = (size_t)count;
    return bytes.left == 0;
}

/* Years 1900 to 2199, as the parsers of text allow; beyond them the calendar has nothing to say. */
static const int32_t first_day = -25567;
static const int32_t last_day = 84005;

static bool get_day(const struct answer *answer, struct day *ret_day)
{
    if (answer->kind != 'd' || answer->bytes.left != 4) {
        return false;
    }
    ret_day->number = (int32_t)(uint32_t)fixed(&answer->bytes);
    return ret_day->number >= first_day && ret_day->number <= last_day;
}

static bool get_moment(const struct pack *pack, const struct answer *answer, struct moment *ret_moment)
{
    struct day day;
    if (answer->kind == 't' && answer->bytes.left == 8) {
        int64_t ms = (int64_t)fixed(&answer->bytes);
        if (ms < (int64_t)(first_day - 1) * MS_PER_DAY || ms > (int64_t)(last_day + 2) * MS_PER_DAY) {
            return false;
        }
        *ret_moment = moment_of_instant(pack, (struct instant){ms});
        return true;
    }
    if (!get_day(answer, &day)) {
        return false;
    }
    *ret_moment = moment_of_day(pack, day);
    return true;
}

static bool get_value(struct arena *arena, const struct pack *pack, const struct field *field,
                      const struct answer *answer, struct value *ret_value)
{
    struct value value = {.kind = VALUE_NONE};
    struct moment moment;
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_NARRATIVE:
    case FIELD_PERSON:
        value.kind = VALUE_TEXT;
        value.text = answer->kind == 's' ? get_text(arena, &answer->bytes) : NULL;
        *ret_value = value;
        return value.text != NULL;
    case FIELD_CODE:
        value.kind = VALUE_CODE;
        value.code = answer->kind == 'c' ? get_code(field->codes, &answer->bytes) : NULL;
        *ret_value = value;
        return value.code != NULL;
    case FIELD_CODES:
        return answer->kind == 'C' && get_list(arena, field, answer->bytes, ret_value);
    case FIELD_TEXTS:
        return answer->kind == 'S' && get_list(arena, field, answer->bytes, ret_value);
    case FIELD_NUMBER:
    case FIELD_ENTRY:
        value.kind = VALUE_NUMBER;
        value.number = answer->bytes.left == 8 ? (int64_t)fixed(&answer->bytes) : 0;
        *ret_value = value;
        return answer->bytes.left == 8 && answer->kind == (field->kind == FIELD_ENTRY ? 'e' : 'n') &&
               (field->kind != FIELD_ENTRY || value.number >= 1);
    case FIELD_INSTANT:
    case FIELD_MOMENT:
        if (!get_moment(pack, answer, &moment) || (field->kind == FIELD_INSTANT && moment.day_only)) {
            return false;
        }
        *ret_value = (struct value){.kind = VALUE_MOMENT, .moment = moment};
        return true;
    case FIELD_DAY: /* of a record outside packs too: a day needs no calendar */
        value.kind = VALUE_DAY;
        if (!get_day(answer, &value.day)) {
            return false;
        }
        *ret_value = value;
        return true;
    case FIELD_FIELDS:
        return false;
    }
    return false;
}

static bool get_fields(struct arena *arena, const struct pack *pack, const struct entry_type *type,
                       struct reader bytes, struct value *ret_value)
{
    struct fields *fields = arena_one(arena, struct fields);
    struct value *values = arena_many(arena, struct value, type->field_count);
    bool *set = arena_many(arena, bool, type->field_count);
    uint64_t count;
    size_t next = 0;
    if (!get_count(&bytes, &count)) {
        return false;
    }
    for (uint64_t i = 0; i < count; i++) {
        struct answer answer;
        if (!get_answer(&bytes, &answer)) {
            return false;
        }
        const struct field *field = find_field(type, &answer.name, &next);
        if (field == NULL) {
            if (!bytes_equal(&answer.name, "occurred_at") || fields->sets_occurred ||
                !get_moment(pack, &answer, &fields->occurred)) {
                return false;
            }
            fields->sets_occurred = true;
            continue;
        }
        bool taken_away = answer.kind == '-' && answer.bytes.left == 0;
        if (set[field->index] ||
            (!taken_away && !get_value(arena, pack, field, &answer, &values[field->index]))) {
            return false;
        }
        set[field->index] = true;
    }
    fields->type = type;
    fields->values = values;
    fields->set = set;
    *ret_value = (struct value){.kind = VALUE_FIELDS, .fields = fields};
    return bytes.left == 0;
}

static bool get_head(struct reader *reader, uint64_t *ret_count)
{
    unsigned char version;
    return get_byte(reader, &version) && version == BODY_VERSION && get_count(reader, ret_count);
}

const struct error *entry_decode(struct arena *arena, const struct pack *pack, const struct entry_type *type,
                                 const struct entry_type *target_type, const void *bytes, size_t size,
                                 const struct value **ret_values)
{
    struct reader reader = {bytes, size};
    struct value *values = arena_many(arena, struct value, type->field_count);
    uint64_t count;
    size_t next = 0;
    if (!get_head(&reader, &count)) {
        return error_new(arena, ERROR_BROKEN_SEAL, "the body of a %s has no known form", type->id);
    }
    for (uint64_t i = 0; i < count; i++) {
        struct answer answer;
        if (!get_answer(&reader, &answer)) {
            return error_new(arena, ERROR_BROKEN_SEAL, "the body of a %s is cut short", type->id);
        }
        const struct field *field = find_field(type, &answer.name, &next);
        if (field == NULL || values[field->index].kind != VALUE_NONE) {
            return error_new(arena, ERROR_BROKEN_SEAL, "the body of a %s has a field out of place", type->id);
        }
        struct value *value = &values[field->index];
        bool good = field->kind != FIELD_FIELDS ? get_value(arena, pack, field, &answer, value)
                    : answer.kind != 'f' || target_type == NULL
                        ? false
                        : get_fields(arena, pack, target_type, answer.bytes, value);
        if (!good) {
            return error_new(arena, ERROR_BROKEN_SEAL, "the field %s of a %s cannot be read", field->id,
                             type->id);
        }
    }
    if (reader.left > 0) {
        return error_new(arena, ERROR_BROKEN_SEAL, "the body of a %s goes on too long", type->id);
    }
    *ret_values = values;
    return NULL;
}

uint64_t entry_decode_target(const void *bytes, size_t size)
{
    struct reader reader = {bytes, size};
    uint64_t count;
    if (!get_head(&reader, &count)) {
        return 0;
    }
    for (uint64_t i = 0; i < count; i++) {
        struct answer answer;
        if (!get_answer(&reader, &answer)) {
            return 0;
        }
        if (answer.kind == 'e' && answer.bytes.left == 8) {
            return fixed(&answer.bytes);
        }
    }
    return 0;
}
