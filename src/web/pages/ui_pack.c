/*
 * Questions of the pack as form fields: each kind of field has its component. A question asked under a
 * condition on a choice of the same page is shown when that choice is made (without a script it always
 * stands below it); under any other condition it is asked when what is known so far says so.
 */
#include "web/pages/ui.h"

#include "base/text.h"

#include <limits.h>
#include <string.h>

/* More choices than this are a list to choose from, not a column of buttons. */
enum { MOST_RADIOS = 6 };

static bool is_listed(const struct ui_fields *fields, int index)
{
    for (size_t i = 0; i < fields->count; i++) {
        if (fields->fields[i] == index) {
            return true;
        }
    }
    return false;
}

static size_t offered(const struct code_list *list)
{
    size_t count = 0;
    for (size_t i = 0; i < list->code_count; i++) {
        count += !list->codes[i].superseded;
    }
    return count;
}

/* The question and the one choice of it that asks this question; false when it is not so simple. */
static bool revealed_by(const struct ui_fields *fields, const struct field *field, int *ret_parent,
                        const char **ret_code)
{
    if (field->shown_when.count != 1) {
        return false;
    }
    const struct condition *condition = &field->shown_when.list[0];
    if (condition->kind != CONDITION_FIELD_IN || condition->code_count != 1 || condition->field < 0 ||
        !is_listed(fields, condition->field)) {
        return false;
    }
    const struct field *parent = &fields->type->fields[condition->field];
    int grandparent;
    const char *code;
    if (parent->kind != FIELD_CODE || offered(parent->codes) > MOST_RADIOS ||
        revealed_by(fields, parent, &grandparent, &code)) {
        return false;
    }
    *ret_parent = condition->field;
    *ret_code = condition->codes[0];
    return true;
}

static bool is_on_page(const struct ui_fields *fields, const struct condition *condition)
{
    return condition->field_name != NULL && condition->field >= 0 &&
           (fields->whole || is_listed(fields, condition->field));
}

static bool may_be_asked(const struct pack *pack, const struct ui_fields *fields, const struct field *field)
{
    if (fields->standing == NULL || field->shown_when.count == 0) {
        return true;
    }
    for (size_t i = 0; i < field->shown_when.count; i++) {
        if (is_on_page(fields, &field->shown_when.list[i])) {
            return true;
        }
    }
    return field_is_shown(pack, fields->type, field, fields->values, fields->standing, fields->on);
}

bool ui_pack_asks(const struct pack *pack, const struct ui_fields *fields, const struct field *field)
{
    int parent;
    const char *code;
    return !field->system && may_be_asked(pack, fields, field) &&
           (!revealed_by(fields, field, &parent, &code) ||
            ui_pack_asks(pack, fields, &fields->type->fields[parent]));
}

/* A gate may ask for an answer that the form itself does not. */
static bool a_gate_asks(const struct pack *pack, const struct entry_type *type, const struct field *field)
{
    for (size_t i = 0; i < pack->gate_count; i++) {
        const struct gate *gate = &pack->gates[i];
        if (gate->field != NULL && pack_owns(pack, type) && gate->types[type->index] &&
            strcmp(gate->field, field->id) == 0) {
            return true;
        }
    }
    return false;
}

static const char *label_of(struct ui *ui, const struct ui_fields *fields, const struct field *field)
{
    bool required = field->required;
    if (!required && fields->standing != NULL && field->required_when.count > 0) {
        required =
            field_is_required(ui->pack, fields->type, field, fields->values, fields->standing, fields->on);
    }
    bool maybe = field->required_when.count > 0 || field->form_required ||
                 field->form_required_when.count > 0 || a_gate_asks(ui->pack, fields->type, field);
    return required || maybe ? field->label : arena_printf(ui->arena, "%s (optional)", field->label);
}

static const char *usual_hint(const struct field *field)
{
    if (field->hint != NULL) {
        return field->hint;
    }
    return field->kind == FIELD_TEXTS     ? "One on each line."
           : field->kind == FIELD_INSTANT ? "Day and time. For example, 27 3 2026 at 14:30."
           : field->kind == FIELD_MOMENT  ? "For example, 27 3 2026. Leave out the time if it is not known."
           : field->kind == FIELD_DAY     ? "For example, 27 3 2026."
                                          : NULL;
}

const char *ui_asked_when(struct ui *ui, const struct entry_type *type, const struct field *field)
{
    const struct condition *condition = field->shown_when.count == 0 ? NULL : &field->shown_when.list[0];
    if (condition == NULL || condition->kind != CONDITION_FIELD_IN || condition->field < 0) {
        return NULL;
    }
    const struct field *asked = &type->fields[condition->field];
    const char *choices = "";
    for (size_t i = 0; i < condition->code_count; i++) {
        const struct code *choice = code_find(asked->codes, condition->codes[i]);
        choices = arena_printf(ui->arena, "%s%s%s", choices, i == 0 ? "" : "” or “",
                               choice == NULL ? condition->codes[i] : choice->title);
    }
    return arena_printf(ui->arena, "Only if you answered “%s” to “%s”.", choices, asked->label);
}

/* What stands on the page whatever was answered says when it counts. */
static const char *hint_of(struct ui *ui, const struct ui_fields *fields, const struct field *field)
{
    const char *hint = usual_hint(field);
    int parent;
    const char *code;
    const struct condition *condition = field->shown_when.count == 0 ? NULL : &field->shown_when.list[0];
    if (condition == NULL || condition->kind != CONDITION_FIELD_IN || !is_on_page(fields, condition) ||
        revealed_by(fields, field, &parent, &code)) {
        return hint;
    }
    const char *when = ui_asked_when(ui, fields->type, field);
    return arena_printf(ui->arena, "%s%s%s", hint == NULL ? "" : hint, hint == NULL ? "" : " ", when);
}

static void write_field(struct ui *ui, const struct ui_fields *fields, const struct field *field);

static const struct markup *reveals_of(struct ui *ui, const struct ui_fields *fields,
                                       const struct field *parent, const char *code)
{
    bool any = false;
    for (size_t i = 0; i < fields->count; i++) {
        const struct field *field = &fields->type->fields[fields->fields[i]];
        int by;
        const char *choice;
        if (revealed_by(fields, field, &by, &choice) && by == parent->index && strcmp(choice, code) == 0) {
            if (!any) {
                ui_capture(ui);
                any = true;
            }
            write_field(ui, fields, field);
        }
    }
    return any ? ui_capture_end(ui) : NULL;
}

static void write_choices(struct ui *ui, const struct ui_fields *fields, const struct field *field,
                          struct ui_field *input)
{
    const struct code_list *list = field->codes;
    bool select = field->kind == FIELD_CODE && offered(list) > MOST_RADIOS;
    struct ui_choice *choices = arena_many(ui->arena, struct ui_choice, list->code_count + 1);
    size_t count = 0;
    if (select) {
        choices[count++] = (struct ui_choice){.value = "", .text = "Choose one"};
    }
    for (size_t i = 0; i < list->code_count; i++) {
        const struct code *code = &list->codes[i];
        bool checked = typed_has(fields->typed, input->name, code->id);
        if (code->superseded && !checked) {
            continue;
        }
        choices[count++] = (struct ui_choice){
            .value = code->id,
            .text = code->title,
            .checked = checked,
            .reveals = field->kind == FIELD_CODE && !select ? reveals_of(ui, fields, field, code->id) : NULL};
    }
    input->choices = choices;
    input->choice_count = count;
    if (field->kind == FIELD_CODES) {
        ui_checkboxes(ui, input);
    } else if (select) {
        ui_select(ui, input);
    } else {
        ui_radios(ui, input);
    }
}

static int width_of(const struct field *field)
{
    if (field->kind == FIELD_NUMBER) {
        return 5;
    }
    return field->max > 0 && field->max <= 20 ? 10 : field->max > 0 && field->max <= 60 ? 20 : 0;
}

static void write_field(struct ui *ui, const struct ui_fields *fields, const struct field *field)
{
    const char *name = arena_printf(ui->arena, "%s%s", fields->prefix, field->id);
    struct ui_field input = {.name = name,
                             .label = label_of(ui, fields, field),
                             .hint = hint_of(ui, fields, field),
                             .text = typed_first(fields->typed, name),
                             .heading = fields->heading};
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_PERSON:
    case FIELD_NUMBER:
        input.width = width_of(field);
        input.no_spelling = field->kind != FIELD_TEXT;
        ui_input(ui, &input);
        break;
    case FIELD_NARRATIVE:
        input.rows = 6;
        input.max = field->max <= INT_MAX ? (int)field->max : 0;
        ui_area(ui, &input);
        break;
    case FIELD_TEXTS:
        input.rows = 4;
        ui_area(ui, &input);
        break;
    case FIELD_CODE:
    case FIELD_CODES:
        write_choices(ui, fields, field, &input);
        break;
    case FIELD_INSTANT:
    case FIELD_MOMENT:
        ui_date(ui, &input, fields->typed, true);
        break;
    case FIELD_DAY:
        ui_date(ui, &input, fields->typed, false);
        break;
    case FIELD_ENTRY:
    case FIELD_FIELDS:
        break;
    }
}

const char *ui_box(struct arena *arena, const char *name, const struct field *field)
{
    bool date = field->kind == FIELD_INSTANT || field->kind == FIELD_MOMENT || field->kind == FIELD_DAY;
    return arena_printf(arena, "%s%s", name, date ? "-day" : "");
}

void ui_pack_fields(struct ui *ui, const struct ui_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct field *field = &fields->type->fields[fields->fields[i]];
        int parent;
        const char *code;
        if (!field->system && may_be_asked(ui->pack, fields, field) &&
            !revealed_by(fields, field, &parent, &code)) {
            write_field(ui, fields, field);
        }
    }
}

static bool any_asked(struct ui *ui, const struct ui_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct field *field = &fields->type->fields[fields->fields[i]];
        if (!field->system && may_be_asked(ui->pack, fields, field)) {
            return true;
        }
    }
    return false;
}

void ui_pack_pages(struct ui *ui, const struct ui_fields *fields)
{
    const struct entry_type *type = fields->type;
    for (size_t i = 0; i < type->page_count; i++) {
        const struct form_page *page = &type->pages[i];
        struct ui_fields part = *fields;
        part.fields = page->fields;
        part.count = page->field_count;
        part.whole = true;
        if (!any_asked(ui, &part)) {
            continue;
        }
        ui_part(ui, page->title);
        if (page->guidance != NULL) {
            ui_details(ui,
                       page->guidance_paragraph == NULL
                           ? "What to think of here"
                           : arena_printf(ui->arena, "What to think of here (%s)",
                                          paragraph_words(ui->arena, page->guidance_paragraph)),
                       page->guidance);
        }
        ui_pack_fields(ui, &part);
        ui_part_end(ui);
    }
}
