#include "base/text.h"
#include "record/decode.h"

#include <stdlib.h>

enum { MAX_DEPTH = 12, MAX_FAULTS = 100 };

/* ---- JSON text */

/* How deep brackets nest outside texts: jansson itself allows 2048, which no answer needs. */
static bool is_too_deep(const char *text, size_t size)
{
    size_t depth = 0;
    bool in_text = false;
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if (in_text) {
            i += c == '\\';
            in_text = c != '"';
        } else if (c == '"') {
            in_text = true;
        } else if (c == '[' || c == '{') {
            if (++depth > MAX_DEPTH) {
                return true;
            }
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return false;
}

const struct error *json_read(struct arena *arena, const char *text, size_t size, json_t **ret_json)
{
    /* the library itself lets a NUL pass behind a number */
    if (!text_is_valid(text, size)) {
        return error_new(arena, ERROR_BAD_INPUT, "JSON that is not UTF-8, or holds a NUL");
    }
    if (is_too_deep(text, size)) {
        return error_new(arena, ERROR_BAD_INPUT, "JSON nested deeper than %d", MAX_DEPTH);
    }
    json_error_t fault;
    json_t *json = json_loadb(text, size, JSON_REJECT_DUPLICATES, &fault);
    if (json == NULL) {
        return error_new(arena, ERROR_BAD_INPUT, "line %d, column %d: %s", fault.line, fault.column,
                         fault.text);
    }
    *ret_json = json;
    return NULL;
}

/* ---- the entries of `waymark duties` */

struct reader {
    struct arena *arena;
    const struct pack *pack;
    const json_t *array;
    size_t count;
    struct entry *entries;
    struct by_seq *by_seq;
    const struct error *first;
    struct error *last;
    size_t fault_count;
};

struct by_seq {
    uint64_t seq;
    size_t index;
};

__attribute__((format(printf, 4, 5))) static void fault_at(struct reader *reader, size_t index,
                                                           const char *field, const char *format, ...)
{
    if (reader->fault_count++ >= MAX_FAULTS) {
        return;
    }
    va_list args;
    va_start(args, format);
    const char *what = arena_vprintf(reader->arena, format, args);
    va_end(args);
    struct error *error = arena_one(reader->arena, struct error);
    *error = *error_of(ERROR_INVALID);
    error->detail = field == NULL
                        ? arena_printf(reader->arena, "entry %zu: %s", index + 1, what)
                        : arena_printf(reader->arena, "entry %zu, field %s: %s", index + 1, field, what);
    error->field = field;
    if (reader->last == NULL) {
        reader->first = error;
    } else {
        reader->last->next = error;
    }
    reader->last = error;
}

static void faults_at(struct reader *reader, size_t index, const struct error *error)
{
    for (; error != NULL; error = error->next) {
        fault_at(reader, index, error->field, "%s", error->detail);
    }
}

/* Text of a key; NULL when it is missing, null, or (a fault) anything else. */
static const char *text_at(struct reader *reader, size_t index, const json_t *object, const char *key)
{
    const json_t *json = json_object_get(object, key);
    if (json == NULL || json_is_null(json)) {
        return NULL;
    }
    if (!json_is_string(json)) {
        fault_at(reader, index, key, "must be a text");
        return NULL;
    }
    return json_string_value(json);
}

static void check_keys(struct reader *reader, size_t index, json_t *object)
{
    static const char *const keys[] = {"type",        "occurred_at",   "recorded_at", "seq",   "fields",
                                       "recorded_by", "recorded_name", "agency",      "label", "id"};
    const char *name;
    json_t *json;
    json_object_foreach(object, name, json)
    {
        size_t k = 0;
        while (k < sizeof keys / sizeof *keys && strcmp(keys[k], name) != 0) {
            k++;
        }
        if (k == sizeof keys / sizeof *keys) {
            fault_at(reader, index, arena_printf(reader->arena, "%.60s", name), "is not part of an entry");
        }
    }
}

static void read_times(struct reader *reader, size_t index, const json_t *object, struct entry *entry)
{
    const char *occurred = text_at(reader, index, object, "occurred_at");
    if (occurred == NULL) {
        const json_t *json = json_object_get(object, "occurred_at");
        if (json == NULL || json_is_null(json)) {
            fault_at(reader, index, "occurred_at", "is missing");
        }
        return;
    }
    const struct error *error =
        occurred_from_text(reader->arena, reader->pack, entry->type, occurred, &entry->occurred);
    faults_at(reader, index, error);
    entry->recorded_at = entry->occurred.start;
    const char *recorded = text_at(reader, index, object, "recorded_at");
    if (recorded != NULL && !instant_parse(recorded, &entry->recorded_at)) {
        fault_at(reader, index, "recorded_at", "must be a date and time with its zone, not “%.60s”",
                 recorded);
    }
}

/* What can be read without knowing the other entries. */
static void read_head(struct reader *reader, size_t index)
{
    struct entry *entry = &reader->entries[index];
    json_t *object = json_array_get(reader->array, index);
    entry->seq = index + 1;
    if (!json_is_object(object)) {
        fault_at(reader, index, NULL, "must be an object");
        return;
    }
    check_keys(reader, index, object);
    const json_t *seq = json_object_get(object, "seq");
    if (seq != NULL && !json_is_null(seq)) {
        if (json_is_integer(seq) && json_integer_value(seq) >= 1) {
            entry->seq = (uint64_t)json_integer_value(seq);
        } else {
            fault_at(reader, index, "seq", "must be a whole number from 1");
        }
    }
    const char *type = text_at(reader, index, object, "type");
    if (type == NULL) {
        const json_t *json = json_object_get(object, "type");
        if (json == NULL || json_is_null(json)) {
            fault_at(reader, index, "type", "is missing");
        }
        return;
    }
    entry->type = pack_type(reader->pack, type);
    if (entry->type == NULL) {
        fault_at(reader, index, "type", "there is no entry type “%.60s”", type);
        return;
    }
    read_times(reader, index, object, entry);
    const char *agency = text_at(reader, index, object, "agency");
    const char *label = text_at(reader, index, object, "label");
    entry->agency = agency == NULL ? NULL : arena_copy(reader->arena, agency);
    entry->label = label == NULL ? entry->type->label : arena_copy(reader->arena, label);
}

static int compare_seq(const void *a, const void *b)
{
    uint64_t x = ((const struct by_seq *)a)->seq;
    uint64_t y = ((const struct by_seq *)b)->seq;
    return (x > y) - (x < y);
}

static void number_entries(struct reader *reader)
{
    reader->by_seq = arena_many(reader->arena, struct by_seq, reader->count);
    for (size_t i = 0; i < reader->count; i++) {
        reader->by_seq[i] = (struct by_seq){reader->entries[i].seq, i};
    }
    qsort(reader->by_seq, reader->count, sizeof *reader->by_seq, compare_seq);
    for (size_t i = 1; i < reader->count; i++) {
        if (reader->by_seq[i].seq == reader->by_seq[i - 1].seq) {
            fault_at(reader, reader->by_seq[i].index, "seq", "%llu is the number of another entry too",
                     (unsigned long long)reader->by_seq[i].seq);
        }
    }
}

static const char *correction_field(const struct entry_type *type)
{
    for (size_t f = 0; f < type->field_count; f++) {
        if (type->fields[f].kind == FIELD_ENTRY) {
            return type->fields[f].id;
        }
    }
    return NULL;
}

/* Which entry a correction is about, or SIZE_MAX when it cannot be told (a later fault says why). */
static size_t target_of(const struct reader *reader, size_t index)
{
    const struct entry *entry = &reader->entries[index];
    const json_t *object = json_array_get(reader->array, index);
    const char *field = entry->type == NULL ? NULL : correction_field(entry->type);
    const json_t *json = field == NULL ? NULL : json_object_get(json_object_get(object, "fields"), field);
    if (!json_is_integer(json) || json_integer_value(json) < 1) {
        return SIZE_MAX;
    }
    struct by_seq key = {.seq = (uint64_t)json_integer_value(json)};
    const struct by_seq *found = bsearch(&key, reader->by_seq, reader->count, sizeof key, compare_seq);
    return found == NULL ? SIZE_MAX : found->index;
}

/* Chains of corrections end at what was corrected; each link is followed once, a ring has no end. */
static void find_targets(const struct reader *reader, size_t *ret_roots)
{
    size_t *roots = ret_roots;
    size_t *path = arena_many(reader->arena, size_t, reader->count);
    bool *seen = arena_many(reader->arena, bool, reader->count);
    for (size_t i = 0; i < reader->count; i++) {
        size_t length = 0;
        size_t at = i;
        while (at != SIZE_MAX && !seen[at] && reader->entries[at].type != NULL &&
               reader->entries[at].type->part == PART_CORRECTION) {
            seen[at] = true;
            roots[at] = SIZE_MAX;
            path[length++] = at;
            at = target_of(reader, at);
        }
        bool is_link = at != SIZE_MAX && reader->entries[at].type != NULL &&
                       reader->entries[at].type->part == PART_CORRECTION;
        size_t root = is_link ? roots[at] : at;
        for (size_t p = 0; p < length; p++) {
            roots[path[p]] = root;
        }
        if (length == 0 && !is_link) {
            roots[i] = SIZE_MAX;
        }
    }
}

static void read_fields(struct reader *reader, size_t index, size_t root)
{
    struct entry *entry = &reader->entries[index];
    if (entry->type == NULL) {
        return;
    }
    const json_t *fields = json_object_get(json_array_get(reader->array, index), "fields");
    if (fields == NULL) {
        fault_at(reader, index, "fields", "is missing");
        return;
    }
    const struct entry_type *target_type = NULL;
    if (entry->type->part == PART_CORRECTION) {
        if (root == SIZE_MAX) {
            const char *field = correction_field(entry->type);
            fault_at(reader, index, field, "must be the number of an entry among these");
            return;
        }
        target_type = reader->entries[root].type;
    }
    const struct error *error =
        fields_from_json(reader->arena, reader->pack, entry->type, fields, target_type, &entry->values);
    faults_at(reader, index, error);
}

static void read_child(struct reader *reader, const json_t *json, struct child *child)
{
    const json_t *birth = json_object_get(json, "date_of_birth");
    if (json != NULL && !json_is_object(json) && !json_is_null(json)) {
        reader->first =
            error_field(reader->arena, ERROR_INVALID, "child", reader->first, "child: must be an object");
        return;
    }
    if (birth == NULL || json_is_null(birth)) {
        return;
    }
    child->has_birth = json_is_string(birth) && day_parse(json_string_value(birth), &child->birth);
    if (!child->has_birth) {
        reader->first = error_field(reader->arena, ERROR_INVALID, "date_of_birth", reader->first,
                                    "child, field date_of_birth: must be a date such as 2009-02-28");
    }
}

static const struct error *read_top(struct arena *arena, json_t *json, const json_t **ret_array,
                                    const json_t **ret_child)
{
    *ret_child = NULL;
    *ret_array = json;
    if (json_is_object(json)) {
        const char *name;
        json_t *part;
        json_object_foreach(json, name, part)
        {
            if (strcmp(name, "child") != 0 && strcmp(name, "entries") != 0) {
                return error_new(arena, ERROR_INVALID, "“%.60s” is neither child nor entries", name);
            }
        }
        *ret_child = json_object_get(json, "child");
        *ret_array = json_object_get(json, "entries");
    }
    if (!json_is_array(*ret_array)) {
        return error_new(arena, ERROR_INVALID, "there must be an array of entries");
    }
    return NULL;
}

static const struct error *read_all(struct reader *reader, json_t *json, struct child *ret_child)
{
    const json_t *child = NULL;
    TRY(read_top(reader->arena, json, &reader->array, &child));
    reader->count = json_array_size(reader->array);
    reader->entries = arena_many(reader->arena, struct entry, reader->count);
    size_t *roots = arena_many(reader->arena, size_t, reader->count);
    for (size_t i = 0; i < reader->count; i++) {
        read_head(reader, i);
    }
    number_entries(reader);
    find_targets(reader, roots);
    for (size_t i = 0; i < reader->count; i++) {
        read_fields(reader, i, roots[i]);
    }
    read_child(reader, child, ret_child);
    return reader->first;
}

const struct error *entries_from_json(struct arena *arena, const struct pack *pack, const char *text,
                                      size_t size, const struct entry *const **ret_entries, size_t *ret_count,
                                      struct child *ret_child)
{
    struct reader reader = {.arena = arena, .pack = pack};
    json_t *json = NULL;
    struct child child = {0};
    TRY(json_read(arena, text, size, &json));
    const struct error *error = read_all(&reader, json, &child);
    json_decref(json);
    TRY(error);
    const struct entry **entries = arena_many(arena, const struct entry *, reader.count);
    for (size_t i = 0; i < reader.count; i++) {
        entries[i] = &reader.entries[i];
    }
    *ret_entries = entries;
    *ret_count = reader.count;
    *ret_child = child;
    return NULL;
}
