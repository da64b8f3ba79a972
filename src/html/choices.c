#include "html/fields.h"

#include <string.h>

/* Radios and checkboxes are written alike; what differs is here. */
struct kind {
    const char *name; /* "radios" */
    const char *type;
};
static const struct kind radios_kind = {"radios", "radio"};
static const struct kind checkboxes_kind = {"checkboxes", "checkbox"};

struct group {
    const struct kind *kind;
    const char *id_prefix;
    const char *name;
    const char *const *values;
    size_t value_count;
    const struct described *of_items; /* NULL: what describes the group is said of its fieldset */
    const struct govuk_choice *items;
    size_t item_count;
    const struct govuk_form_group *around;
    const char *classes;
    const struct attribute *attributes;
};

static void put_class(struct html *html, const struct kind *kind, const char *end)
{
    RAW(html, "govuk-");
    html_text(html, kind->name);
    html_text(html, end);
}

static bool is_checked(const struct group *group, const struct govuk_choice *item)
{
    if (item->checked != FLAG_OPEN || item->value == NULL) {
        return item->checked == FLAG_TRUE;
    }
    for (size_t i = 0; i < group->value_count; i++) {
        if (strcmp(group->values[i], item->value) == 0) {
            return true;
        }
    }
    return false;
}

/* The first has no number, so that the summary of faults can lead to it by the name alone. */
static const char *id_of(struct html *html, const struct group *group, size_t index)
{
    const struct govuk_choice *item = &group->items[index];
    const char *prefix = group->id_prefix == NULL ? "" : group->id_prefix;
    return has(item->id) ? item->id
           : index == 0  ? prefix
                         : arena_printf(html->buf.arena, "%s-%zu", prefix, index + 1);
}

static void put_item_described(struct html *html, const struct group *group, const char *id, bool has_hint)
{
    bool by_group = group->of_items != NULL && is_described(group->of_items);
    if (!by_group && !has_hint) {
        return;
    }
    RAW(html, " aria-describedby=\"");
    if (by_group) {
        put_described(html, group->of_items);
    }
    if (has_hint) {
        html_text(html, by_group ? " " : "");
        html_text(html, id);
        RAW(html, "-item-hint");
    }
    RAW(html, "\"");
}

static void put_item_label(struct html *html, const struct kind *kind, const struct govuk_choice *item,
                           const char *id)
{
    const struct govuk_label label = {.text = item->text,
                                      .html = item->html,
                                      .classes = item->label.classes,
                                      .attributes = item->label.attributes};
    put_label(html, &label, kind == &radios_kind ? "govuk-radios__label" : "govuk-checkboxes__label", id);
    RAW(html, "\n");
}

static void put_conditional(struct html *html, const struct kind *kind, const struct govuk_choice *item,
                            const char *id, bool checked)
{
    RAW(html, "<div class=\"");
    put_class(html, kind, "__conditional");
    if (!checked) {
        RAW(html, " ");
        put_class(html, kind, "__conditional--hidden");
    }
    RAW(html, "\" id=\"conditional-");
    html_text(html, id);
    RAW(html, "\">\n");
    html_markup(html, item->conditional);
    RAW(html, "\n</div>\n");
}

static void put_item(struct html *html, const struct group *group, size_t index)
{
    const struct kind *kind = group->kind;
    const struct govuk_choice *item = &group->items[index];
    if (has(item->divider)) {
        RAW(html, "<div class=\"");
        put_class(html, kind, "__divider");
        RAW(html, "\">");
        html_text(html, item->divider);
        RAW(html, "</div>\n");
        return;
    }
    const char *id = id_of(html, group, index);
    const char *name = has(item->name) ? item->name : group->name;
    bool checked = is_checked(group, item);
    bool has_hint = has(item->hint.text) || has_markup(item->hint.html);
    RAW(html, "<div class=\"");
    put_class(html, kind, "__item");
    RAW(html, "\">\n<input class=\"");
    put_class(html, kind, "__input");
    RAW(html, "\"");
    ATTRIBUTE(html, "id", id);
    ATTRIBUTE(html, "name", name == NULL ? "" : name);
    ATTRIBUTE(html, "type", kind->type);
    ATTRIBUTE(html, "value", item->value == NULL ? "" : item->value);
    if (checked) {
        RAW(html, " checked");
    }
    if (item->disabled) {
        RAW(html, " disabled");
    }
    if (has_markup(item->conditional)) {
        RAW(html, " data-aria-controls=\"conditional-");
        html_text(html, id);
        RAW(html, "\"");
    }
    ATTRIBUTE_IF(html, "data-behaviour", item->behaviour);
    put_item_described(html, group, id, has_hint);
    put_attributes(html, item->attributes);
    RAW(html, ">\n");
    put_item_label(html, kind, item, id);
    if (has_hint) {
        put_hint(html, &item->hint, kind == &radios_kind ? "govuk-radios__hint" : "govuk-checkboxes__hint",
                 id, "-item-hint");
        RAW(html, "\n");
    }
    RAW(html, "</div>\n");
    if (has_markup(item->conditional)) {
        put_conditional(html, kind, item, id, checked);
    }
}

static void put_items(struct html *html, const struct group *group)
{
    RAW(html, "<div class=\"");
    put_class(html, group->kind, "");
    put_classes(html, group->classes);
    RAW(html, "\"");
    put_attributes(html, group->attributes);
    RAW(html, " data-module=\"");
    put_class(html, group->kind, "");
    RAW(html, "\">\n");
    group_beside(html, &group->around->before);
    for (size_t i = 0; i < group->item_count; i++) {
        if (!group->items[i].absent) {
            put_item(html, group, i);
        }
    }
    group_beside(html, &group->around->after);
    RAW(html, "</div>\n");
}

static void put_group(struct html *html, const struct group *group, const struct govuk_fieldset *fieldset,
                      const struct described *described, const struct govuk_hint *hint,
                      const struct govuk_error_message *error)
{
    group_open(html, group->around, NULL, error != NULL);
    RAW(html, ">\n");
    if (fieldset != NULL) {
        fieldset_open(html, fieldset, NULL, described);
    }
    put_hint_and_error(html, group->id_prefix, hint, error);
    put_items(html, group);
    if (fieldset != NULL) {
        RAW(html, "</fieldset>\n");
    }
    RAW(html, "</div>");
}

void govuk_radios(struct html *html, const struct govuk_radios *radios)
{
    const char *prefix = or_else(radios->id_prefix, radios->name);
    const struct described described = {.own =
                                            radios->fieldset == NULL ? NULL : radios->fieldset->described_by,
                                        .id = prefix,
                                        .hint = radios->hint != NULL,
                                        .error = radios->error != NULL};
    const struct group group = {.kind = &radios_kind,
                                .id_prefix = prefix,
                                .name = radios->name,
                                .values = &radios->value,
                                .value_count = has(radios->value) ? 1 : 0,
                                .items = radios->items,
                                .item_count = radios->item_count,
                                .around = &radios->group,
                                .classes = radios->classes,
                                .attributes = radios->attributes};
    put_group(html, &group, radios->fieldset, &described, radios->hint, radios->error);
}

void govuk_checkboxes(struct html *html, const struct govuk_checkboxes *checkboxes)
{
    const struct govuk_fieldset *fieldset = checkboxes->fieldset;
    const char *prefix = or_else(checkboxes->id_prefix, checkboxes->name);
    const struct described described = {.own = fieldset != NULL && has(fieldset->described_by)
                                                   ? fieldset->described_by
                                                   : checkboxes->described_by,
                                        .id = prefix,
                                        .hint = checkboxes->hint != NULL,
                                        .error = checkboxes->error != NULL};
    const struct group group = {.kind = &checkboxes_kind,
                                .id_prefix = prefix,
                                .name = checkboxes->name,
                                .values = checkboxes->values,
                                .value_count = checkboxes->value_count,
                                .of_items = fieldset == NULL ? &described : NULL,
                                .items = checkboxes->items,
                                .item_count = checkboxes->item_count,
                                .around = &checkboxes->group,
                                .classes = checkboxes->classes,
                                .attributes = checkboxes->attributes};
    put_group(html, &group, fieldset, &described, checkboxes->hint, checkboxes->error);
}

static bool is_selected(const struct govuk_select *select, const struct govuk_option *item)
{
    if (item->selected != FLAG_OPEN || !has(select->value)) {
        return item->selected == FLAG_TRUE;
    }
    const char *value = item->value != NULL ? item->value : item->text;
    return value != NULL && strcmp(value, select->value) == 0;
}

void govuk_select(struct html *html, const struct govuk_select *select)
{
    const struct described described = {.own = select->described_by,
                                        .id = or_else(select->id, select->name),
                                        .hint = select->hint != NULL,
                                        .error = select->error != NULL};
    group_open(html, &select->group, NULL, select->error != NULL);
    RAW(html, ">\n");
    put_label(html, &select->label, NULL, described.id);
    RAW(html, "\n");
    put_hint_and_error(html, described.id, select->hint, select->error);
    group_beside(html, &select->group.before);
    RAW(html, "<select class=\"govuk-select");
    put_classes(html, select->classes);
    if (select->error != NULL) {
        RAW(html, " govuk-select--error");
    }
    RAW(html, "\"");
    ATTRIBUTE(html, "id", described.id == NULL ? "" : described.id);
    ATTRIBUTE(html, "name", select->name == NULL ? "" : select->name);
    if (select->disabled) {
        RAW(html, " disabled");
    }
    put_described_by(html, &described);
    put_attributes(html, select->attributes);
    RAW(html, ">\n");
    for (size_t i = 0; i < select->item_count; i++) {
        const struct govuk_option *item = &select->items[i];
        if (item->absent) {
            continue;
        }
        RAW(html, "<option");
        ATTRIBUTE(html, "value", item->value);
        if (is_selected(select, item)) {
            RAW(html, " selected");
        }
        if (item->disabled) {
            RAW(html, " disabled");
        }
        put_attributes(html, item->attributes);
        RAW(html, ">");
        html_text(html, item->text);
        RAW(html, "</option>\n");
    }
    RAW(html, "</select>\n");
    group_beside(html, &select->group.after);
    RAW(html, "</div>");
}
