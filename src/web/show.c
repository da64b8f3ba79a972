#include "web/show.h"

#include "base/buf.h"
#include "base/text.h"
#include "calendar/calendar.h"
#include "record/screen.h"

#include <string.h>

/* Less than a working day left is soon. */
static const int64_t soon_ms = 24 * (int64_t)MS_PER_HOUR;
enum { SUMMARY_LIMIT = 4096, SUMMARY_ANSWER = 280 };

const char *show_instant(struct arena *arena, const struct pack *pack, struct instant at)
{
    char *text = arena_alloc(arena, CALENDAR_TEXT);
    calendar_format(pack->calendar, at, text);
    return text;
}

const char *show_day(struct arena *arena, struct day day)
{
    char *text = arena_alloc(arena, CALENDAR_TEXT);
    calendar_format_day(day, text);
    return text;
}

const char *show_day_of(struct arena *arena, const struct pack *pack, struct instant at)
{
    return show_day(arena, calendar_day(pack->calendar, at));
}

const char *show_moment(struct arena *arena, const struct pack *pack, struct moment moment)
{
    return moment.day_only ? show_day(arena, moment.day) : show_instant(arena, pack, moment.start);
}

const char *show_value(struct arena *arena, const struct pack *pack, const struct field *field,
                       const struct value *value)
{
    (void)field;
    switch (value->kind) {
    case VALUE_NONE:
    case VALUE_FIELDS:
        return "";
    case VALUE_TEXT:
        return value->text;
    case VALUE_CODE:
        return value->code->title;
    case VALUE_CODES:
    case VALUE_TEXTS: {
        const char *all = "";
        for (size_t i = 0; i < value->list.count; i++) {
            const char *one =
                value->kind == VALUE_CODES ? value_codes(value)[i]->title : value_texts(value)[i];
            all = i == 0 ? one
                         : arena_printf(arena, "%s%s%s", all, value->kind == VALUE_CODES ? "; " : "\n", one);
        }
        return all;
    }
    case VALUE_NUMBER:
        return arena_printf(arena, "%lld", (long long)value->number);
    case VALUE_MOMENT:
        return show_moment(arena, pack, value->moment);
    case VALUE_DAY:
        return show_day(arena, value->day);
    }
    return "";
}

static const char *span(struct arena *arena, int64_t ms)
{
    char *text = arena_alloc(arena, CALENDAR_TEXT);
    calendar_format_span(ms, text);
    return text;
}

struct standing_words show_standing(struct arena *arena, const struct pack *pack, enum duty_state state,
                                    struct instant due_at, struct instant met_at, struct instant now)
{
    bool has_due = !instant_is_never(due_at);
    int64_t left = has_due ? due_at.ms - now.ms : 0;
    switch (state) {
    case DUTY_OVERDUE:
        return (struct standing_words){"Overdue", "red", arena_printf(arena, "by %s", span(arena, -left))};
    case DUTY_OPEN:
        if (!has_due) {
            return (struct standing_words){"To do", "blue", "as soon as possible"};
        }
        return (struct standing_words){left < soon_ms ? "Due soon" : "To do",
                                       left < soon_ms ? "orange" : "blue",
                                       arena_printf(arena, "%s left", span(arena, left))};
    case DUTY_MET:
        return (struct standing_words){"Met", "green",
                                       arena_printf(arena, "on %s", show_instant(arena, pack, met_at))};
    case DUTY_MET_LATE:
        return (struct standing_words){"Met late", "yellow",
                                       arena_printf(arena, "on %s, %s after it was due",
                                                    show_instant(arena, pack, met_at),
                                                    span(arena, has_due ? met_at.ms - due_at.ms : 0))};
    case DUTY_CANCELLED:
        return (struct standing_words){"Fell away", "grey", "its ground no longer holds"};
    }
    return (struct standing_words){"", "grey", ""};
}

/* A long narrative is cut at a word; the entry itself shows the whole. */
static const char *shortened(struct arena *arena, const char *text)
{
    if (strlen(text) <= SUMMARY_ANSWER) {
        return text;
    }
    size_t size = SUMMARY_ANSWER;
    while (size > SUMMARY_ANSWER / 2 && text[size] != ' ' && text[size] != '\n') {
        size--;
    }
    while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80) {
        size--;
    }
    return arena_printf(arena, "%.*s …", (int)size, text);
}

const char *show_screen_word(const struct pack *pack, const struct entry_type *type,
                             const struct value *values, const struct field *field)
{
    const struct screen *screen = screen_of_values(pack, type, values);
    const struct value *value = &values[field->index];
    if (screen == NULL || value->kind != VALUE_TEXT) {
        return NULL;
    }
    if (strcmp(field->id, "screen") == 0) {
        return screen->title;
    }
    bool band = strcmp(field->id, "band") == 0 || strcmp(field->id, "professional_band") == 0;
    const struct screen_band *found = band ? screen_band(screen, value->text) : NULL;
    return found == NULL ? NULL : found->title;
}

const char *show_summary(struct arena *arena, const struct pack *pack, const struct entry_type *type,
                         const struct value *values)
{
    if (type->summary == NULL) {
        return "";
    }
    struct buf buf;
    buf_init(&buf, arena, SUMMARY_LIMIT);
    for (const char *c = type->summary; *c != '\0'; c++) {
        size_t size = *c == '{' ? strcspn(c, "}") : 0;
        if (size < 2 || c[size] != '}') {
            /* an answer that is a sentence ends as one already */
            bool doubled = *c == '.' && buf.size > 0 && buf.bytes[buf.size - 1] == '.';
            buf_put_n(&buf, c, doubled ? 0 : 1);
            continue;
        }
        const struct field *field = entry_type_field(type, arena_copy_n(arena, c + 1, size - 1));
        if (field != NULL) {
            const char *text = show_screen_word(pack, type, values, field);
            text = text != NULL ? text : show_value(arena, pack, field, &values[field->index]);
            bool one_of_several = text[0] == '\0' && c[size + 1] == ' ' && c[size + 2] == '{';
            buf_put(&buf, one_of_several ? "" : text[0] == '\0' ? "not answered" : shortened(arena, text));
            size += one_of_several ? 1 : 0; /* a worker, a team, an agency: with the space after it */
        }
        c += size;
    }
    return buf_text(&buf);
}

const char *show_code(const struct pack *pack, const char *list, const char *id)
{
    const struct code_list *codes = pack_codes(pack, list);
    const struct code *code = codes == NULL || id == NULL ? NULL : code_find(codes, id);
    return code != NULL ? code->title : id == NULL ? "" : id;
}

const char *show_role(const struct pack *pack, const char *id)
{
    const struct role *role = id == NULL ? NULL : pack_role(pack, id);
    return role != NULL ? role->title : id == NULL ? "" : id;
}

const char *show_labels(struct arena *arena, const struct pack *pack, label_set labels)
{
    const struct access_policy *policy = &pack->access;
    const char *text = "";
    for (size_t i = 0; i < policy->label_count; i++) {
        bool borne = labels == 0 ? i == LABEL_OPEN : (labels & LABEL_BIT(i)) != 0;
        if (borne) {
            text = arena_printf(arena, "%s%s%s", text, *text == '\0' ? "" : "; ", policy->labels[i].title);
        }
    }
    return *text == '\0' ? "Those who work on this case" : text;
}

const char *show_count(struct arena *arena, size_t count, const char *one, const char *many)
{
    return arena_printf(arena, "%zu %s", count, count == 1 ? one : many);
}

const char *show_sentence(struct arena *arena, const char *text)
{
    char *copy = arena_copy(arena, text);
    if (copy[0] >= 'a' && copy[0] <= 'z') {
        copy[0] = (char)(copy[0] - 'a' + 'A');
    }
    return copy;
}
