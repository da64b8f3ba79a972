#include "web/form.h"

#include "base/must.h"
#include "base/text.h"
#include "calendar/calendar.h"

#include <string.h>
#include <strings.h>

/* ---- what was typed ---- */

static const char *const part_names[] = {"-day", "-month", "-year", "-time"};
enum { PARTS = sizeof part_names / sizeof part_names[0] };

struct typed typed_of_request(const struct request *request)
{
    struct pair *pairs = arena_many(request->arena, struct pair, request->form_count);
    size_t count = 0;
    for (size_t i = 0; i < request->form_count; i++) {
        if (request->form[i].name[0] != '_') {
            pairs[count++] = request->form[i];
        }
    }
    return (struct typed){pairs, count};
}

struct typed typed_of_draft(struct arena *arena, const struct draft_view *draft)
{
    struct pair *pairs = arena_many(arena, struct pair, draft->count);
    for (size_t i = 0; i < draft->count; i++) {
        pairs[i] = (struct pair){draft->names[i], draft->texts[i]};
    }
    return (struct typed){pairs, draft->count};
}

const char *typed_first(struct typed typed, const char *name)
{
    for (size_t i = 0; i < typed.count; i++) {
        if (strcmp(typed.pairs[i].name, name) == 0) {
            return typed.pairs[i].text;
        }
    }
    return NULL;
}

bool typed_has(struct typed typed, const char *name, const char *text)
{
    for (size_t i = 0; i < typed.count; i++) {
        if (strcmp(typed.pairs[i].name, name) == 0 && strcmp(typed.pairs[i].text, text) == 0) {
            return true;
        }
    }
    return false;
}

void typed_split(struct arena *arena, struct typed typed, const char *const **ret_names,
                 const char *const **ret_texts)
{
    const char **names = arena_many(arena, const char *, typed.count);
    const char **texts = arena_many(arena, const char *, typed.count);
    for (size_t i = 0; i < typed.count; i++) {
        names[i] = typed.pairs[i].name;
        texts[i] = typed.pairs[i].text;
    }
    *ret_names = names;
    *ret_texts = texts;
}

struct typed typed_merge(struct arena *arena, struct typed older, struct typed newer)
{
    struct pair *pairs = arena_many(arena, struct pair, older.count + newer.count);
    size_t count = 0;
    for (size_t i = 0; i < older.count; i++) {
        if (typed_first(newer, older.pairs[i].name) == NULL) {
            pairs[count++] = older.pairs[i];
        }
    }
    for (size_t i = 0; i < newer.count; i++) {
        pairs[count++] = newer.pairs[i];
    }
    return (struct typed){pairs, count};
}

/* Whether a name is that of the field, or of one of its parts. */
static bool belongs_to(const char *name, const char *prefix, const char *id)
{
    if (!text_starts_with(name, prefix) || !text_starts_with(name + strlen(prefix), id)) {
        return false;
    }
    const char *rest = name + strlen(prefix) + strlen(id);
    for (size_t i = 0; i < PARTS; i++) {
        if (strcmp(rest, part_names[i]) == 0) {
            return true;
        }
    }
    return *rest == '\0';
}

struct typed typed_without(struct arena *arena, struct typed typed, const struct entry_type *type,
                           const char *prefix, const int *fields, size_t count)
{
    struct pair *pairs = arena_many(arena, struct pair, typed.count);
    size_t kept = 0;
    for (size_t i = 0; i < typed.count; i++) {
        bool drop = false;
        for (size_t f = 0; f < count && !drop; f++) {
            drop = belongs_to(typed.pairs[i].name, prefix, type->fields[fields[f]].id);
        }
        if (!drop) {
            pairs[kept++] = typed.pairs[i];
        }
    }
    return (struct typed){pairs, kept};
}

/* ---- dates and times ---- */

static bool read_number(const char **text, int digits, int *ret_number)
{
    int number = 0;
    int read = 0;
    while (read < digits && **text >= '0' && **text <= '9') {
        number = number * 10 + (**text - '0');
        (*text)++;
        read++;
    }
    *ret_number = number;
    return read > 0;
}

static bool four_digits(const char *text)
{
    return strspn(text, "0123456789") == 4;
}

bool form_time_parse(const char *text, int *ret_hour, int *ret_minute)
{
    int hour;
    int minute = 0;
    text += strspn(text, " ");
    bool together = four_digits(text);
    if (!read_number(&text, 2, &hour)) {
        return false;
    }
    if (*text == ':' || *text == '.') {
        text++;
        const char *before = text;
        if (!read_number(&text, 2, &minute) || text - before != 2) {
            return false;
        }
    } else if (together && !read_number(&text, 2, &minute)) {
        return false;
    }
    text += strspn(text, " ");
    bool am = text_starts_with(text, "am") || text_starts_with(text, "AM");
    bool pm = text_starts_with(text, "pm") || text_starts_with(text, "PM");
    if (am || pm) {
        if (hour < 1 || hour > 12) {
            return false;
        }
        hour = hour % 12 + (pm ? 12 : 0);
        text += 2;
        text += strspn(text, " ");
    }
    if (*text != '\0' || hour > 23 || minute > 59) {
        return false;
    }
    *ret_hour = hour;
    *ret_minute = minute;
    return true;
}

struct parts {
    const char *texts[PARTS]; /* trimmed; NULL when blank */
    bool any;
};

static struct parts parts_of(struct arena *arena, struct typed typed, const char *name)
{
    struct parts parts = {.any = false};
    for (size_t i = 0; i < PARTS; i++) {
        const char *text = typed_first(typed, arena_printf(arena, "%s%s", name, part_names[i]));
        parts.texts[i] = text_is_blank(text) ? NULL : text_trim(arena, text);
        parts.any = parts.any || parts.texts[i] != NULL;
    }
    return parts;
}

static bool month_by_name(const char *text, int64_t *ret_month)
{
    static const char *const names[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec"};
    for (int i = 0; i < 12; i++) {
        if (strlen(text) >= 3 && strncasecmp(text, names[i], 3) == 0) {
            *ret_month = i + 1;
            return true;
        }
    }
    return false;
}

static const struct error *day_of_parts(struct arena *arena, const char *name, const char *label,
                                        const struct parts *parts, struct day *ret_day)
{
    static const char *const words[] = {"a day", "a month", "a year"};
    for (size_t i = 0; i < 3; i++) {
        if (parts->texts[i] == NULL) {
            return error_field(arena, ERROR_INVALID, name, NULL, "“%s” needs %s", label, words[i]);
        }
    }
    int64_t day;
    int64_t month;
    int64_t year;
    if (!number_parse(parts->texts[0], 1, 31, &day) ||
        (!number_parse(parts->texts[1], 1, 12, &month) && !month_by_name(parts->texts[1], &month)) ||
        !number_parse(parts->texts[2], 1900, 2199, &year) ||
        !day_from_civil((int)year, (int)month, (int)day, ret_day)) {
        return error_field(arena, ERROR_INVALID, name, NULL, "“%s” must be a real date, such as 27 3 2026",
                           label);
    }
    return NULL;
}

const struct error *form_moment(struct arena *arena, const struct pack *pack, const char *name,
                                const char *label, struct typed typed, bool needs_minute,
                                struct moment *ret_moment, bool *ret_given)
{
    struct parts parts = parts_of(arena, typed, name);
    *ret_given = parts.any;
    if (!parts.any) {
        return NULL;
    }
    struct day day;
    TRY(day_of_parts(arena, name, label, &parts, &day));
    if (parts.texts[3] == NULL) {
        if (needs_minute) {
            return error_field(arena, ERROR_INVALID, name, NULL,
                               "“%s” needs a time too, such as 14:30: a clock starts with it", label);
        }
        *ret_moment = moment_of_day(pack, day);
        return NULL;
    }
    int hour;
    int minute;
    if (!form_time_parse(parts.texts[3], &hour, &minute)) {
        return error_field(arena, ERROR_INVALID, name, NULL, "“%s” needs a time like 14:30 or 2:30pm", label);
    }
    struct instant at;
    if (!calendar_instant(pack->calendar, day, hour, minute, false, &at)) {
        return error_field(arena, ERROR_INVALID, name, NULL,
                           "“%s” names a time that no clock showed: the clocks went forward then", label);
    }
    *ret_moment = moment_of_instant(pack, at);
    return NULL;
}

/* ---- values ---- */

static bool is_dated(const struct field *field)
{
    return field->kind == FIELD_DAY || field->kind == FIELD_INSTANT || field->kind == FIELD_MOMENT;
}

static const char *text_of_moment(struct arena *arena, struct moment moment)
{
    char *text = arena_alloc(arena, INSTANT_TEXT);
    if (moment.day_only) {
        day_format(moment.day, text);
    } else {
        instant_format(moment.start, text);
    }
    return text;
}

/* The texts typed for one field, its parts put together; lines of a list apart. */
static const struct error *texts_of_field(struct arena *arena, const struct pack *pack,
                                          const struct field *field, const char *name, struct typed typed,
                                          const char *const **ret_texts, size_t *ret_count)
{
    if (is_dated(field)) {
        struct parts parts = parts_of(arena, typed, name);
        struct moment moment;
        struct day day;
        bool given = parts.any;
        if (field->kind == FIELD_DAY && given) {
            TRY(day_of_parts(arena, name, field->label, &parts, &day));
            moment = moment_of_day(pack, day);
        } else {
            TRY(form_moment(arena, pack, name, field->label, typed, field->kind == FIELD_INSTANT, &moment,
                            &given));
        }
        const char **texts = arena_many(arena, const char *, 1);
        if (given) {
            texts[0] = text_of_moment(arena, moment);
        }
        *ret_texts = texts;
        *ret_count = given;
        return NULL;
    }
    size_t most = 0;
    for (size_t i = 0; i < typed.count; i++) {
        if (strcmp(typed.pairs[i].name, name) == 0) {
            most++;
            for (const char *c = typed.pairs[i].text; *c != '\0'; c++) {
                most += *c == '\n';
            }
        }
    }
    const char **texts = arena_many(arena, const char *, most);
    size_t count = 0;
    for (size_t i = 0; i < typed.count; i++) {
        if (strcmp(typed.pairs[i].name, name) != 0) {
            continue;
        }
        const char *text = typed.pairs[i].text;
        if (field->kind != FIELD_TEXTS) {
            texts[count++] = text;
            continue;
        }
        while (*text != '\0') {
            size_t line = strcspn(text, "\n");
            const char *one = text_trim(arena, arena_copy_n(arena, text, line));
            if (!text_is_blank(one)) {
                texts[count++] = one;
            }
            text += line + (text[line] == '\n');
        }
    }
    *ret_texts = texts;
    *ret_count = count;
    return NULL;
}

const struct error *form_faults_join(struct arena *arena, const struct error *first,
                                     const struct error *second)
{
    if (first == NULL) {
        return second;
    }
    struct error *copy = arena_one(arena, struct error);
    *copy = *first;
    copy->next = form_faults_join(arena, first->next, second);
    return copy;
}

const struct error *form_prefixed(struct arena *arena, const struct error *error, const char *prefix)
{
    if (error == NULL || prefix[0] == '\0') {
        return error;
    }
    struct error *copy = arena_one(arena, struct error);
    *copy = *error;
    if (error->field != NULL) {
        copy->field = arena_printf(arena, "%s%s", prefix, error->field);
    }
    copy->next = form_prefixed(arena, error->next, prefix);
    return copy;
}

static const struct error *read_field(struct arena *arena, const struct pack *pack, const struct field *field,
                                      const char *prefix, struct typed typed, struct value *ret_value)
{
    const char *name = arena_printf(arena, "%s%s", prefix, field->id);
    const char *const *texts;
    size_t count;
    TRY(texts_of_field(arena, pack, field, name, typed, &texts, &count));
    const struct error *fault = value_from_texts(arena, pack, field, texts, count, ret_value);
    if (fault != NULL && fault->detail != NULL) {
        fault = error_field(arena, fault->code, field->id, NULL, "“%s” %s", field->label, fault->detail);
    }
    return form_prefixed(arena, fault, prefix);
}

const struct error *form_values(struct arena *arena, const struct pack *pack, const struct entry_type *type,
                                const char *prefix, struct typed typed, const int *fields, size_t count,
                                const struct value **ret_values)
{
    struct value *values = arena_many(arena, struct value, type->field_count);
    const struct error *faults = NULL;
    size_t asked = fields == NULL ? type->field_count : count;
    for (size_t i = 0; i < asked; i++) {
        const struct field *field = &type->fields[fields == NULL ? (int)i : fields[i]];
        if (field->system || field->kind == FIELD_FIELDS || field->kind == FIELD_ENTRY) {
            continue;
        }
        struct value value = {.kind = VALUE_NONE};
        const struct error *fault = read_field(arena, pack, field, prefix, typed, &value);
        if (fault == NULL) {
            values[field->index] = value;
        }
        faults = form_faults_join(arena, faults, fault);
    }
    *ret_values = values;
    return faults;
}

const struct value *form_asked(struct arena *arena, const struct pack *pack, const struct entry_type *type,
                               const struct value *values, const struct standing *standing, struct day on)
{
    struct value *kept = arena_many(arena, struct value, type->field_count);
    for (size_t i = 0; i < type->field_count; i++) {
        if (field_is_shown(pack, type, &type->fields[i], values, standing, on)) {
            kept[i] = values[i];
        }
    }
    return kept;
}

/* ---- back to what was typed ---- */

struct typing {
    struct arena *arena;
    struct pair *pairs;
    size_t count;
    size_t room;
};

static void type_pair(struct typing *typing, const char *name, const char *text)
{
    if (typing->count == typing->room) {
        size_t room = typing->room == 0 ? 16 : typing->room * 2;
        typing->pairs = arena_grow(typing->arena, typing->pairs, typing->count, room, sizeof *typing->pairs);
        typing->room = room;
    }
    typing->pairs[typing->count++] = (struct pair){name, text};
}

static void type_part(struct typing *typing, const char *name, size_t part, const char *text)
{
    type_pair(typing, arena_printf(typing->arena, "%s%s", name, part_names[part]), text);
}

static void type_day(struct typing *typing, const char *name, struct day on)
{
    int year;
    int month;
    int day;
    day_to_civil(on, &year, &month, &day);
    type_part(typing, name, 0, arena_printf(typing->arena, "%d", day));
    type_part(typing, name, 1, arena_printf(typing->arena, "%d", month));
    type_part(typing, name, 2, arena_printf(typing->arena, "%d", year));
}

static void type_moment(struct typing *typing, const struct pack *pack, const char *name,
                        struct moment moment)
{
    type_day(typing, name, moment.day);
    if (!moment.day_only) {
        struct local_time local = calendar_local(pack->calendar, moment.start);
        type_part(typing, name, 3, arena_printf(typing->arena, "%d:%02d", local.hour, local.minute));
    }
}

/* A browser knows one kind of line end. */
static const char *with_line_feeds(struct arena *arena, const char *text)
{
    char *copy = arena_copy(arena, text);
    size_t size = 0;
    for (const char *c = text; *c != '\0'; c++) {
        if (*c != '\n' || c == text || c[-1] != '\r') {
            copy[size++] = (char)(*c == '\r' ? '\n' : *c);
        }
    }
    copy[size] = '\0';
    return copy;
}

static void type_value(struct typing *typing, const struct pack *pack, const char *name,
                       const struct value *value)
{
    switch (value->kind) {
    case VALUE_NONE:
    case VALUE_FIELDS:
        break;
    case VALUE_TEXT:
        type_pair(typing, name, with_line_feeds(typing->arena, value->text));
        break;
    case VALUE_CODE:
        type_pair(typing, name, value->code->id);
        break;
    case VALUE_CODES:
        for (size_t i = 0; i < value->list.count; i++) {
            type_pair(typing, name, value_codes(value)[i]->id);
        }
        break;
    case VALUE_TEXTS: {
        const char *lines = "";
        for (size_t i = 0; i < value->list.count; i++) {
            lines = arena_printf(typing->arena, "%s%s%s", lines, i == 0 ? "" : "\n", value_texts(value)[i]);
        }
        type_pair(typing, name, lines);
        break;
    }
    case VALUE_NUMBER:
        type_pair(typing, name, arena_printf(typing->arena, "%lld", (long long)value->number));
        break;
    case VALUE_MOMENT:
        type_moment(typing, pack, name, value->moment);
        break;
    case VALUE_DAY:
        type_day(typing, name, value->day);
        break;
    }
}

struct typed typed_of_values(struct arena *arena, const struct pack *pack, const struct entry_type *type,
                             const char *prefix, const struct value *values)
{
    struct typing typing = {.arena = arena};
    for (size_t i = 0; i < type->field_count; i++) {
        type_value(&typing, pack, arena_printf(arena, "%s%s", prefix, type->fields[i].id), &values[i]);
    }
    return (struct typed){typing.pairs, typing.count};
}

struct typed typed_of_moment(struct arena *arena, const struct pack *pack, const char *name,
                             struct moment moment)
{
    struct typing typing = {.arena = arena};
    type_moment(&typing, pack, name, moment);
    return (struct typed){typing.pairs, typing.count};
}

const struct error *form_asks(struct arena *arena, const struct pack *pack, const struct entry_type *type,
                              const char *prefix, const struct value *values, const int *fields, size_t count,
                              const struct standing *standing, struct day on)
{
    const struct error *first = NULL;
    size_t all = fields == NULL ? type->field_count : count;
    for (size_t i = all; i-- > 0;) {
        const struct field *field = &type->fields[fields == NULL ? (int)i : fields[i]];
        bool asked = field->form_required ||
                     (field->form_required_when.count > 0 &&
                      conditions_hold(&field->form_required_when, pack, type, values, standing, on));
        if (asked && values[field->index].kind == VALUE_NONE &&
            field_is_shown(pack, type, field, values, standing, on) &&
            !field_is_required(pack, type, field, values, standing, on)) {
            struct error *error = arena_one(arena, struct error);
            *error = *error_of(ERROR_INVALID);
            error->field = arena_printf(arena, "%s%s", prefix, field->id);
            error->detail = field->paragraph == NULL ? arena_printf(arena, "Answer “%s”", field->label)
                                                     : arena_printf(arena, "Answer “%s” (%s)", field->label,
                                                                    paragraph_words(arena, field->paragraph));
            error->next = first;
            first = error;
        }
    }
    return first;
}
