#include "web/pages/ui.h"

#include "base/must.h"
#include "base/text.h"
#include "web/pages/sheet.h"

#include <string.h>
#include <sys/random.h>

const char *ui_form_id(struct ui *ui)
{
    const char *sent = request_form(ui->request, "_form");
    if (sent != NULL && strlen(sent) == 32 && strspn(sent, "0123456789abcdef") == 32) {
        return sent;
    }
    struct id id;
    must(getrandom(id.bytes, sizeof id.bytes, 0) == (ssize_t)sizeof id.bytes);
    char *text = arena_alloc(ui->arena, ID_TEXT);
    id_format(id, text);
    return text;
}

void ui_form(struct ui *ui, const char *path)
{
    raw(ui, "<form method=\"post\" novalidate");
    attribute(ui, "action", path);
    raw(ui, ">");
    ui_hidden(ui, "_csrf", ui->request->csrf);
    ui_hidden(ui, "_form", ui_form_id(ui));
}

void ui_filter_form(struct ui *ui, const char *path)
{
    raw(ui, "<form class=\"wm-filter\" method=\"get\" novalidate");
    attribute(ui, "action", path);
    raw(ui, ">");
}

void ui_form_end(struct ui *ui)
{
    raw(ui, "</form>");
}

void ui_hidden(struct ui *ui, const char *name, const char *text)
{
    raw(ui, "<input type=\"hidden\"");
    attribute(ui, "name", name);
    attribute(ui, "value", text);
    raw(ui, ">");
}

static const char *button_class(enum ui_button kind)
{
    return kind == BUTTON_MAIN        ? "govuk-button"
           : kind == BUTTON_SECONDARY ? "govuk-button govuk-button--secondary"
                                      : "govuk-button govuk-button--warning";
}

void ui_button(struct ui *ui, enum ui_button kind, const char *text, const char *name, const char *value)
{
    raw(ui, "<button type=\"submit\" data-module=\"govuk-button\" data-prevent-double-click=\"true\"");
    attribute(ui, "class", button_class(kind));
    attribute(ui, "name", name);
    attribute(ui, "value", value);
    raw(ui, ">");
    put(ui, text);
    raw(ui, "</button>");
}

void ui_button_link(struct ui *ui, enum ui_button kind, const char *text, const char *path)
{
    raw(ui, "<a role=\"button\" draggable=\"false\" data-module=\"govuk-button\"");
    attribute(ui, "class", button_class(kind));
    attribute(ui, "href", path);
    raw(ui, ">");
    put(ui, text);
    raw(ui, "</a>");
}

void ui_buttons(struct ui *ui)
{
    raw(ui, "<div class=\"govuk-button-group\">");
}

void ui_buttons_end(struct ui *ui)
{
    raw(ui, "</div>");
}

void ui_part(struct ui *ui, const char *title)
{
    raw(ui, "<div class=\"wm-part\"><h2 class=\"govuk-heading-m\">");
    put(ui, title);
    raw(ui, "</h2>");
}

void ui_part_end(struct ui *ui)
{
    raw(ui, "</div>");
}

/* ---- questions ---- */

static const char *error_of_field(const struct ui *ui, const struct ui_field *field)
{
    if (field->error != NULL) {
        return field->error;
    }
    for (const struct error *at = ui->faults; at != NULL; at = at->next) {
        if (text_equal(at->field, field->name)) {
            return at->detail == NULL ? at->sentence : at->detail;
        }
    }
    return NULL;
}

static void open_group(struct ui *ui, const char *error)
{
    raw(ui, error == NULL ? "<div class=\"govuk-form-group\">"
                          : "<div class=\"govuk-form-group govuk-form-group--error\">");
}

static void write_hint_and_error(struct ui *ui, const struct ui_field *field, const char *error)
{
    if (field->hint != NULL) {
        raw(ui, "<div class=\"govuk-hint\"");
        attribute(ui, "id", arena_printf(ui->arena, "%s-hint", field->name));
        raw(ui, ">");
        put(ui, field->hint);
        raw(ui, "</div>");
    }
    if (error != NULL) {
        raw(ui, "<p class=\"govuk-error-message\"");
        attribute(ui, "id", arena_printf(ui->arena, "%s-error", field->name));
        raw(ui, "><span class=\"govuk-visually-hidden\">Error:</span> ");
        put(ui, error);
        raw(ui, "</p>");
    }
}

static void described_by(struct ui *ui, const struct ui_field *field, const char *error)
{
    if (field->hint != NULL || error != NULL) {
        const char *hint = field->hint == NULL ? "" : arena_printf(ui->arena, "%s-hint", field->name);
        const char *fault = error == NULL ? "" : arena_printf(ui->arena, "%s-error", field->name);
        attribute(
            ui, "aria-describedby",
            arena_printf(ui->arena, "%s%s%s", hint, field->hint != NULL && error != NULL ? " " : "", fault));
    }
}

static void write_label(struct ui *ui, const struct ui_field *field)
{
    raw(ui, "<label class=\"govuk-label\"");
    attribute(ui, "for", field->name);
    raw(ui, ">");
    put(ui, field->label);
    raw(ui, "</label>");
}

void ui_input(struct ui *ui, const struct ui_field *field)
{
    const char *error = error_of_field(ui, field);
    open_group(ui, error);
    write_label(ui, field);
    write_hint_and_error(ui, field, error);
    const char *width =
        field->width == 0 ? "" : arena_printf(ui->arena, " govuk-input--width-%d", field->width);
    raw(ui, "<input");
    attribute(ui, "class",
              arena_printf(ui->arena, "govuk-input%s%s", error == NULL ? "" : " govuk-input--error", width));
    attribute(ui, "id", field->name);
    attribute(ui, "name", field->name);
    attribute(ui, "type", field->type == NULL ? "text" : field->type);
    attribute(ui, "value", field->type != NULL && strcmp(field->type, "password") == 0 ? NULL : field->text);
    attribute(ui, "autocomplete", field->autocomplete == NULL ? "off" : field->autocomplete);
    attribute(ui, "spellcheck", field->no_spelling ? "false" : NULL);
    described_by(ui, field, error);
    raw(ui, "></div>");
}

void ui_area(struct ui *ui, const struct ui_field *field)
{
    const char *error = error_of_field(ui, field);
    open_group(ui, error);
    write_label(ui, field);
    write_hint_and_error(ui, field, error);
    raw(ui, "<textarea");
    attribute(ui, "class", error == NULL ? "govuk-textarea" : "govuk-textarea govuk-textarea--error");
    attribute(ui, "id", field->name);
    attribute(ui, "name", field->name);
    attribute(ui, "rows", arena_printf(ui->arena, "%d", field->rows == 0 ? 5 : field->rows));
    attribute(ui, "autocomplete", "off");
    described_by(ui, field, error);
    /* a first line feed would be taken for part of the markup */
    raw(ui, ">\n");
    put(ui, field->text);
    raw(ui, "</textarea></div>");
}

static void open_fieldset(struct ui *ui, const struct ui_field *field, const char *error, const char *role)
{
    raw(ui, "<fieldset class=\"govuk-fieldset\"");
    attribute(ui, "role", role);
    described_by(ui, field, error);
    raw(ui, "><legend class=\"govuk-fieldset__legend\">");
    put(ui, field->label);
    raw(ui, "</legend>");
    write_hint_and_error(ui, field, error);
}

static void write_choices(struct ui *ui, const struct ui_field *field, const char *kind, const char *type)
{
    const char *error = error_of_field(ui, field);
    open_group(ui, error);
    open_fieldset(ui, field, error, NULL);
    raw(ui, "<div");
    attribute(ui, "class", arena_printf(ui->arena, "govuk-%s", kind));
    attribute(ui, "data-module", arena_printf(ui->arena, "govuk-%s", kind));
    raw(ui, ">");
    for (size_t i = 0; i < field->choice_count; i++) {
        const struct ui_choice *choice = &field->choices[i];
        const char *id = i == 0 ? field->name : arena_printf(ui->arena, "%s-%zu", field->name, i + 1);
        raw(ui, "<div");
        attribute(ui, "class", arena_printf(ui->arena, "govuk-%s__item", kind));
        raw(ui, "><input");
        attribute(ui, "class", arena_printf(ui->arena, "govuk-%s__input", kind));
        attribute(ui, "id", id);
        attribute(ui, "name", field->name);
        attribute(ui, "type", type);
        attribute(ui, "value", choice->value);
        raw(ui, choice->checked ? " checked" : "");
        attribute(ui, "data-aria-controls",
                  choice->reveals == NULL ? NULL : arena_printf(ui->arena, "%s-more", id));
        attribute(ui, "aria-describedby",
                  choice->hint == NULL ? NULL : arena_printf(ui->arena, "%s-item-hint", id));
        raw(ui, "><label");
        attribute(ui, "class", arena_printf(ui->arena, "govuk-label govuk-%s__label", kind));
        attribute(ui, "for", id);
        raw(ui, ">");
        put(ui, choice->text);
        raw(ui, "</label>");
        if (choice->hint != NULL) {
            raw(ui, "<div");
            attribute(ui, "id", arena_printf(ui->arena, "%s-item-hint", id));
            attribute(ui, "class", arena_printf(ui->arena, "govuk-hint govuk-%s__hint", kind));
            raw(ui, ">");
            put(ui, choice->hint);
            raw(ui, "</div>");
        }
        raw(ui, "</div>");
        if (choice->reveals != NULL) {
            raw(ui, "<div");
            attribute(ui, "class",
                      arena_printf(ui->arena, "govuk-%s__conditional%s%s%s", kind,
                                   choice->checked ? "" : " govuk-", choice->checked ? "" : kind,
                                   choice->checked ? "" : "__conditional--hidden"));
            attribute(ui, "id", arena_printf(ui->arena, "%s-more", id));
            raw(ui, ">");
            raw(ui, choice->reveals->text);
            raw(ui, "</div>");
        }
    }
    raw(ui, "</div></fieldset></div>");
}

void ui_radios(struct ui *ui, const struct ui_field *field)
{
    write_choices(ui, field, "radios", "radio");
}

void ui_checkboxes(struct ui *ui, const struct ui_field *field)
{
    write_choices(ui, field, "checkboxes", "checkbox");
}

void ui_select(struct ui *ui, const struct ui_field *field)
{
    const char *error = error_of_field(ui, field);
    open_group(ui, error);
    write_label(ui, field);
    write_hint_and_error(ui, field, error);
    raw(ui, "<select");
    attribute(ui, "class", error == NULL ? "govuk-select" : "govuk-select govuk-select--error");
    attribute(ui, "id", field->name);
    attribute(ui, "name", field->name);
    described_by(ui, field, error);
    raw(ui, ">");
    for (size_t i = 0; i < field->choice_count; i++) {
        raw(ui, "<option");
        attribute(ui, "value", field->choices[i].value);
        raw(ui, field->choices[i].checked ? " selected>" : ">");
        put(ui, field->choices[i].text);
        raw(ui, "</option>");
    }
    raw(ui, "</select></div>");
}

static void write_part(struct ui *ui, const struct ui_field *field, struct typed typed, const char *error,
                       const char *part, const char *label, const char *width, bool number)
{
    const char *name = arena_printf(ui->arena, "%s-%s", field->name, part);
    /* the summary of faults leads to the first part */
    const char *id = strcmp(part, "day") == 0 ? field->name : name;
    raw(ui,
        "<div class=\"govuk-date-input__item\"><div class=\"govuk-form-group\"><label class=\"govuk-label "
        "govuk-date-input__label\"");
    attribute(ui, "for", id);
    raw(ui, ">");
    put(ui, label);
    raw(ui, "</label><input");
    attribute(ui, "class",
              arena_printf(ui->arena, "govuk-input govuk-date-input__input %s%s", width,
                           error == NULL ? "" : " govuk-input--error"));
    attribute(ui, "id", id);
    attribute(ui, "name", name);
    attribute(ui, "type", "text");
    attribute(ui, "inputmode", number ? "numeric" : NULL);
    attribute(ui, "value", typed_first(typed, name));
    attribute(ui, "autocomplete", "off");
    raw(ui, "></div></div>");
}

void ui_date(struct ui *ui, const struct ui_field *field, struct typed typed, bool with_time)
{
    const char *error = error_of_field(ui, field);
    open_group(ui, error);
    open_fieldset(ui, field, error, "group");
    raw(ui, "<div class=\"govuk-date-input\">");
    write_part(ui, field, typed, error, "day", "Day", "govuk-input--width-2", true);
    write_part(ui, field, typed, error, "month", "Month", "govuk-input--width-2", true);
    write_part(ui, field, typed, error, "year", "Year", "govuk-input--width-4", true);
    if (with_time) {
        write_part(ui, field, typed, error, "time", "Time", "govuk-input--width-5", false);
    }
    raw(ui, "</div></fieldset></div>");
}
