#include "html/fields.h"

#include <string.h>

static const char error_class[] = "govuk-input--error";
static const char width_class[] = "govuk-input--width-";

static bool has_class(const struct govuk_date_part *part, const char *class)
{
    return part->classes != NULL && strstr(part->classes, class) != NULL;
}

static bool is_wrong(const struct govuk_date_part *part)
{
    return part->error == FLAG_TRUE || has_class(part, error_class);
}

static const char *value_by(const struct govuk_date_input *date, const char *name)
{
    for (size_t i = 0; i < date->value_count; i++) {
        if (strcmp(date->values[i].name, name) == 0) {
            return date->values[i].value;
        }
    }
    return NULL;
}

static bool is_named(const struct govuk_date_part *part, const struct govuk_date_part *usual,
                     const char *name)
{
    return part == usual ||
           (has(part->name) &&
            (strcmp(part->name, name) == 0 || (usual->name != NULL && strcmp(part->name, usual->name) == 0)));
}

/* The three that a date has unless its own list says otherwise. */
struct usual {
    struct govuk_date_part parts[3];
};
static const char *const usual_names[3] = {"day", "month", "year"};

static void set_usual(const struct govuk_date_input *date, struct usual *usual)
{
    const struct govuk_date_part *given[3] = {date->day, date->month, date->year};
    for (size_t i = 0; i < 3; i++) {
        usual->parts[i] = given[i] != NULL
                              ? *given[i]
                              : (struct govuk_date_part){.name = usual_names[i],
                                                         .value = value_by(date, usual_names[i]),
                                                         .classes = i == 2 ? "govuk-input--width-4"
                                                                           : "govuk-input--width-2"};
    }
}

static const char *capital(struct arena *arena, const char *name)
{
    char *label = arena_copy(arena, name);
    for (char *c = label; *c != '\0'; c++) {
        if (c == label && *c >= 'a' && *c <= 'z') {
            *c = (char)(*c - 'a' + 'A');
        } else if (c != label && *c >= 'A' && *c <= 'Z') {
            *c = (char)(*c - 'A' + 'a');
        }
    }
    return label;
}

static void put_part(struct html *html, const struct govuk_date_input *date, const struct usual *usual,
                     const struct govuk_date_part *part, bool any_wrong)
{
    struct arena *arena = html->buf.arena;
    const char *name = part->name == NULL ? "" : part->name;
    const char *value = part->value;
    int width = 2;
    for (size_t i = 0; i < 3; i++) {
        if (is_named(part, &usual->parts[i], usual_names[i])) {
            name = part->name == NULL ? usual_names[i] : part->name;
            value = value == NULL ? usual->parts[i].value : value;
            width = i == 2 ? 4 : 2;
            break;
        }
    }
    bool wrong = !has_class(part, error_class) &&
                 (is_wrong(part) || (part->error != FLAG_FALSE && date->error != NULL && !any_wrong));
    bool widen = !has_class(part, width_class);
    const char *full = has(date->name_prefix) ? arena_printf(arena, "%s-%s", date->name_prefix, name) : name;
    const char *classes =
        arena_printf(arena, "govuk-date-input__input%s%s%s%s", wrong ? " govuk-input--error" : "",
                     widen && width == 4   ? " govuk-input--width-4"
                     : widen && width == 2 ? " govuk-input--width-2"
                                           : "",
                     has(part->classes) ? " " : "", has(part->classes) ? part->classes : "");
    RAW(html, "<div class=\"govuk-date-input__item\">\n");
    govuk_input(html, &(struct govuk_input){
                          .label = {.text = has(part->label) ? part->label : capital(arena, name),
                                    .classes = "govuk-date-input__label"},
                          .id = has(part->id)
                                    ? part->id
                                    : arena_printf(arena, "%s-%s", date->id == NULL ? "" : date->id, name),
                          .classes = classes,
                          .name = full,
                          .value = value == NULL ? value_by(date, full) : value,
                          .inputmode = or_else(part->inputmode, "numeric"),
                          .autocomplete = part->autocomplete,
                          .pattern = part->pattern,
                          .attributes = part->attributes});
    RAW(html, "\n</div>\n");
}

static void put_parts(struct html *html, const struct govuk_date_input *date)
{
    struct usual usual;
    set_usual(date, &usual);
    const struct govuk_date_part *parts = date->item_count > 0 ? date->items : usual.parts;
    size_t count = date->item_count > 0 ? date->item_count : 3;
    bool any_wrong = false;
    for (size_t i = 0; i < count; i++) {
        any_wrong = any_wrong || is_wrong(&parts[i]);
    }
    for (size_t i = 0; i < count; i++) {
        if (!parts[i].absent) {
            put_part(html, date, &usual, &parts[i], any_wrong);
        }
    }
}

void govuk_date_input(struct html *html, const struct govuk_date_input *date)
{
    const struct described described = {.own = date->fieldset == NULL ? NULL : date->fieldset->described_by,
                                        .id = date->id,
                                        .hint = date->hint != NULL,
                                        .error = date->error != NULL};
    group_open(html, &date->group, NULL, date->error != NULL);
    RAW(html, ">\n");
    if (date->fieldset != NULL) {
        /* without the role a screen reader does not read what describes a set of text inputs */
        fieldset_open(html, date->fieldset, "group", &described);
    }
    put_hint_and_error(html, date->id, date->hint, date->error);
    RAW(html, "<div class=\"govuk-date-input");
    put_classes(html, date->classes);
    RAW(html, "\"");
    put_attributes(html, date->attributes);
    ATTRIBUTE_IF(html, "id", date->id);
    RAW(html, ">\n");
    group_beside(html, &date->group.before);
    put_parts(html, date);
    group_beside(html, &date->group.after);
    RAW(html, "</div>\n");
    if (date->fieldset != NULL) {
        RAW(html, "</fieldset>\n");
    }
    RAW(html, "</div>");
}
