#include "web/pages/ui.h"

#include "base/must.h"
#include "base/text.h"
#include "html/govuk_form.h"

#include <string.h>
#include <sys/random.h>

const char *ui_form_id(struct ui *ui)
{
    const char *sent = request_form(ui->request, "_form");
    if (sent != NULL && strlen(sent) == 32 && strspn(sent, "0123456789abcdef") == 32 &&
        !ui_sent_already(ui)) {
        return sent;
    }
    struct id id;
    must(getrandom(id.bytes, sizeof id.bytes, 0) == (ssize_t)sizeof id.bytes);
    char *text = arena_alloc(ui->arena, ID_TEXT);
    id_format(id, text);
    return text;
}

/* What is typed of a child is kept by the service, never by the browser: neither to be offered to who types
 * next, nor in the file from which it opens its tabs again. */
static void open_form(struct ui *ui, const char *path, const char *draft, const char *again)
{
    html_open(ui->html, "form",
              ATTRIBUTES({"method", "post"}, {"novalidate", ""}, {"autocomplete", "off"},
                         {"data-wm-draft", draft}, {"data-wm-again", again}, {"action", path}));
    ui_hidden(ui, "_csrf", ui->request->csrf);
    ui_hidden(ui, "_form", ui_form_id(ui));
}

void ui_form(struct ui *ui, const char *path)
{
    open_form(ui, path, NULL, NULL);
}

void ui_draft_form(struct ui *ui, const char *path, const char *again)
{
    open_form(ui, path, "", ui->request->is_post ? again : NULL);
}

void ui_filter_form(struct ui *ui, const char *path)
{
    html_open(ui->html, "form",
              ATTRIBUTES({"class", "wm-filter"}, {"method", "get"}, {"novalidate", ""}, {"action", path}));
}

void ui_form_end(struct ui *ui)
{
    html_close(ui->html, "form");
}

void ui_hidden(struct ui *ui, const char *name, const char *text)
{
    html_open(ui->html, "input", ATTRIBUTES({"type", "hidden"}, {"name", name}, {"value", text}));
}

static const char *button_class(enum ui_button kind)
{
    return kind == BUTTON_MAIN        ? NULL
           : kind == BUTTON_SECONDARY ? "govuk-button--secondary"
                                      : "govuk-button--warning";
}

void ui_button(struct ui *ui, enum ui_button kind, const char *text, const char *name, const char *value)
{
    govuk_button(ui->html, &(struct govuk_button){.text = text,
                                                  .name = name,
                                                  .value = value,
                                                  .prevent_double_click = FLAG_TRUE,
                                                  .classes = button_class(kind)});
}

void ui_button_link(struct ui *ui, enum ui_button kind, const char *text, const char *path)
{
    govuk_button(ui->html, &(struct govuk_button){.text = text, .href = path, .classes = button_class(kind)});
}

void ui_buttons(struct ui *ui)
{
    html_open(ui->html, "div", ATTRIBUTES({"class", "govuk-button-group"}));
}

void ui_buttons_end(struct ui *ui)
{
    html_close(ui->html, "div");
}

void ui_part(struct ui *ui, const char *title)
{
    html_open(ui->html, "div", ATTRIBUTES({"class", "wm-part"}));
    ui_h2(ui, title);
}

void ui_part_end(struct ui *ui)
{
    html_close(ui->html, "div");
}

void ui_screen(struct ui *ui)
{
    html_open(ui->html, "div", ATTRIBUTES({"class", "wm-screen"}));
}

void ui_screen_end(struct ui *ui)
{
    html_close(ui->html, "div");
}

/* ---- questions ---- */

static const char *fault_text(const struct ui *ui, const struct ui_field *field)
{
    if (field->error != NULL) {
        return field->error;
    }
    for (const struct error *at = ui->faults; at != NULL; at = at->next) {
        if (text_equal(at->field, field->name)) {
            return ui_fault_text(ui, at);
        }
    }
    return NULL;
}

static const struct govuk_error_message *error_of_field(struct ui *ui, const struct ui_field *field)
{
    const char *text = fault_text(ui, field);
    if (text == NULL) {
        return NULL;
    }
    struct govuk_error_message *message = arena_one(ui->arena, struct govuk_error_message);
    message->text = text;
    return message;
}

static const struct govuk_hint *hint_of_field(struct ui *ui, const struct ui_field *field)
{
    if (field->hint == NULL) {
        return NULL;
    }
    struct govuk_hint *hint = arena_one(ui->arena, struct govuk_hint);
    hint->text = field->hint;
    return hint;
}

static struct govuk_label label_of_field(const struct ui_field *field)
{
    return (struct govuk_label){.text = field->label,
                                .page_heading = field->heading,
                                .classes = field->heading ? "govuk-label--l" : NULL};
}

static struct govuk_fieldset fieldset_of_field(const struct ui_field *field)
{
    return (struct govuk_fieldset){
        .legend = {.text = field->label,
                   .page_heading = field->heading,
                   .classes = field->heading ? "govuk-fieldset__legend--l" : NULL}};
}

static void mends_itself(struct ui *ui, const struct ui_field *field)
{
    ui_mends(ui, field->name, arena_printf(ui->arena, "#%s", field->name));
}

void ui_input(struct ui *ui, const struct ui_field *field)
{
    mends_itself(ui, field);
    bool password = field->type != NULL && strcmp(field->type, "password") == 0;
    const struct govuk_input input = {
        .name = field->name,
        .label = label_of_field(field),
        .hint = hint_of_field(ui, field),
        .error = error_of_field(ui, field),
        .type = field->type,
        .value = password ? NULL : field->text,
        .autocomplete = field->autocomplete == NULL ? "off" : field->autocomplete,
        .spellcheck = field->no_spelling ? FLAG_FALSE : FLAG_OPEN,
        .classes = field->width == 0 ? NULL : arena_printf(ui->arena, "govuk-input--width-%d", field->width)};
    if (password) {
        govuk_password_input(ui->html, &(struct govuk_password_input){.input = input});
    } else {
        govuk_input(ui->html, &input);
    }
}

/* Per cent of what may be written, from which on the count is shown. */
enum { COUNT_FROM = 75 };

void ui_area(struct ui *ui, const struct ui_field *field)
{
    mends_itself(ui, field);
    const struct govuk_textarea textarea = {.name = field->name,
                                            .label = label_of_field(field),
                                            .hint = hint_of_field(ui, field),
                                            .error = error_of_field(ui, field),
                                            .value = field->text,
                                            .rows = field->rows};
    if (field->max > 0) {
        govuk_character_count(ui->html, &(struct govuk_character_count){.textarea = textarea,
                                                                        .max_length = field->max,
                                                                        .threshold = COUNT_FROM});
    } else {
        govuk_textarea(ui->html, &textarea);
    }
}

static const struct govuk_choice *choices_of_field(struct ui *ui, const struct ui_field *field)
{
    struct govuk_choice *items = arena_many(ui->arena, struct govuk_choice, field->choice_count);
    for (size_t i = 0; i < field->choice_count; i++) {
        const struct ui_choice *choice = &field->choices[i];
        items[i] = (struct govuk_choice){.value = choice->value,
                                         .text = choice->text,
                                         .hint = {.text = choice->hint},
                                         .checked = html_flag(choice->checked),
                                         .conditional = choice->reveals};
    }
    return items;
}

void ui_radios(struct ui *ui, const struct ui_field *field)
{
    mends_itself(ui, field);
    const struct govuk_fieldset fieldset = fieldset_of_field(field);
    govuk_radios(ui->html, &(struct govuk_radios){.name = field->name,
                                                  .fieldset = &fieldset,
                                                  .hint = hint_of_field(ui, field),
                                                  .error = error_of_field(ui, field),
                                                  .items = choices_of_field(ui, field),
                                                  .item_count = field->choice_count});
}

void ui_checkboxes(struct ui *ui, const struct ui_field *field)
{
    mends_itself(ui, field);
    const struct govuk_fieldset fieldset = fieldset_of_field(field);
    govuk_checkboxes(ui->html, &(struct govuk_checkboxes){.name = field->name,
                                                          .fieldset = &fieldset,
                                                          .hint = hint_of_field(ui, field),
                                                          .error = error_of_field(ui, field),
                                                          .items = choices_of_field(ui, field),
                                                          .item_count = field->choice_count});
}

void ui_select(struct ui *ui, const struct ui_field *field)
{
    mends_itself(ui, field);
    struct govuk_option *items = arena_many(ui->arena, struct govuk_option, field->choice_count);
    for (size_t i = 0; i < field->choice_count; i++) {
        items[i] = (struct govuk_option){.value = field->choices[i].value,
                                         .text = field->choices[i].text,
                                         .selected = html_flag(field->choices[i].checked)};
    }
    govuk_select(ui->html, &(struct govuk_select){.name = field->name,
                                                  .label = label_of_field(field),
                                                  .hint = hint_of_field(ui, field),
                                                  .error = error_of_field(ui, field),
                                                  .items = items,
                                                  .item_count = field->choice_count});
}

void ui_date(struct ui *ui, const struct ui_field *field, struct typed typed, bool with_time)
{
    static const struct {
        const char *name;
        const char *classes;
        const char *inputmode;
    } rows[] = {{"day", "govuk-input--width-2", "numeric"},
                {"month", "govuk-input--width-2", "numeric"},
                {"year", "govuk-input--width-4", "numeric"},
                {"time", "govuk-input--width-5", "text"}};
    enum { ROWS = sizeof rows / sizeof rows[0] };
    struct govuk_date_part parts[ROWS];
    const struct govuk_error_message *error = error_of_field(ui, field);
    for (size_t i = 0; i < ROWS; i++) {
        const char *name = arena_printf(ui->arena, "%s-%s", field->name, rows[i].name);
        const char *value = typed_first(typed, name);
        parts[i] = (struct govuk_date_part){.absent = i == ROWS - 1 && !with_time,
                                            .name = rows[i].name,
                                            .value = value,
                                            .classes = rows[i].classes,
                                            .inputmode = rows[i].inputmode,
                                            .autocomplete = "off"};
    }
    const struct govuk_fieldset fieldset = fieldset_of_field(field);
    govuk_date_input(ui->html, &(struct govuk_date_input){.id = field->name,
                                                          .name_prefix = field->name,
                                                          .items = parts,
                                                          .item_count = ROWS,
                                                          .fieldset = &fieldset,
                                                          .hint = hint_of_field(ui, field),
                                                          .error = error});
    ui_mends(ui, field->name, arena_printf(ui->arena, "#%s-%s", field->name, rows[0].name));
}
