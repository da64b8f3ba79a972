/* The chair's page as it is shown. */
#include "web/pages/meeting_holding.h"

static void write_open_actions(struct ui *ui, const struct case_state *state)
{
    const char **lines = arena_many(ui->arena, const char *, state->action_count);
    size_t count = 0;
    for (size_t i = 0; i < state->action_count; i++) {
        const struct known *agreed = state->actions[i].agreed;
        if (state->actions[i].open) {
            const struct field *due = entry_type_field(agreed->type, "due_at");
            const char *by =
                due == NULL ? "" : show_value(ui->arena, ui->pack, due, &agreed->values[due->index]);
            lines[count++] = arena_printf(ui->arena, "%s%s%s",
                                          show_summary(ui->arena, ui->pack, agreed->type, agreed->values),
                                          by[0] == '\0' ? "" : ", by ", by);
        }
    }
    if (count > 0) {
        ui_text(ui, "Still open:");
        ui_bullets(ui, lines, count);
    }
}

/* Where a question of the part must be answered anyway, no tick can stand for it. */
static bool must_be_answered(const struct entry_type *type, const struct agenda_part *part)
{
    for (size_t i = 0; i < part->field_count; i++) {
        const struct field *field = &type->fields[part->fields[i]];
        if (field->required || field->form_required || field->form_required_when.count > 0) {
            return true;
        }
    }
    return false;
}

/* Of the first question of a part that is put; NULL: none is. */
static const char *first_box(struct ui *ui, const struct ui_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct field *field = &fields->type->fields[fields->fields[i]];
        if (ui_pack_asks(ui->pack, fields, field)) {
            const char *name = arena_printf(ui->arena, "%s%s", fields->prefix, field->id);
            return arena_printf(ui->arena, "#%s", ui_box(ui->arena, name, field));
        }
    }
    return NULL;
}

static void write_part(struct ui *ui, const struct holding *holding, const struct holding_child *child,
                       size_t number, const struct agenda_item *item)
{
    const struct agenda_part *part = item->part;
    const struct meeting_child *of = child->child;
    const char *name = arena_printf(ui->arena, "%sdealt-%s", of->prefix, part->code->id);
    const char *title = holding->sheet.count == 1
                            ? arena_printf(ui->arena, "%zu. %s", number, part->code->title)
                            : arena_printf(ui->arena, "%zu. %s: %s", number, part->code->title,
                                           of->frame.view->child.full_name);
    ui_part(ui, title);
    ui_hint(ui, arena_printf(ui->arena, "Paragraph %s", part->paragraph));
    for (size_t p = 0; p < item->put_count; p++) {
        ui_inset(ui, arena_printf(ui->arena, "From the record: %s", item->puts[p]));
    }
    if (part->open_actions) {
        write_open_actions(ui, of->frame.view->state);
    }
    const struct ui_fields fields = {.type = holding->type,
                                     .fields = part->fields,
                                     .count = part->field_count,
                                     .prefix = of->prefix,
                                     .typed = holding->form.typed,
                                     .values = child->values,
                                     .standing = &of->frame.view->position->standing,
                                     .on = holding->form.occurred.day};
    ui_pack_fields(ui, &fields);
    if (must_be_answered(holding->type, part)) {
        ui_mends(ui, name, first_box(ui, &fields));
    } else {
        struct ui_choice dealt = {.value = "yes",
                                  .text = "Yes, and nothing more is to be written down",
                                  .checked = typed_has(holding->form.typed, name, "yes")};
        ui_checkboxes(ui, &(struct ui_field){
                              .name = name,
                              .label = arena_printf(ui->arena, "Was “%s” dealt with?", part->code->title),
                              .choices = &dealt,
                              .choice_count = 1});
    }
    ui_part_end(ui);
}

static void write_action_row(struct ui *ui, const struct holding *holding, const struct holding_child *child,
                             size_t row)
{
    static const char *const names[] = {"action", "owner", "agency"};
    const char *prefix = holding_row_prefix(ui->arena, child->child, row);
    const struct entry_type *type = holding->action;
    int fields[3];
    size_t count = 0;
    for (size_t i = 0; i < 3; i++) {
        const struct field *field = entry_type_field(type, names[i]);
        if (field != NULL) {
            fields[count++] = field->index;
        }
    }
    ui_h3(ui, arena_printf(ui->arena, "Action %zu", row + 1));
    ui_pack_fields(
        ui,
        &(struct ui_fields){
            .type = type, .fields = fields, .count = count, .prefix = prefix, .typed = holding->form.typed});
    ui_date(ui,
            &(struct ui_field){.name = arena_printf(ui->arena, "%sdue_at", prefix),
                               .label = "By when?",
                               .hint = "For example, 27 3 2026."},
            holding->form.typed, false);
}

static void write_actions(struct ui *ui, const struct holding *holding, const struct holding_child *child)
{
    const struct meeting_child *of = child->child;
    ui_part(ui, holding->sheet.count == 1
                    ? "Actions agreed"
                    : arena_printf(ui->arena, "Actions agreed for %s", of->frame.view->child.full_name));
    ui_hint(ui, "Each has one owner, their agency and a date. Leave empty what you do not need.");
    ui_hidden(ui, arena_printf(ui->arena, "%srows", of->prefix), arena_printf(ui->arena, "%zu", child->rows));
    for (size_t i = 0; i < child->rows; i++) {
        write_action_row(ui, holding, child, i);
    }
    if (child->rows < MOST_ACTIONS) {
        ui_button(ui, BUTTON_SECONDARY,
                  holding->sheet.count == 1 ? "Room for more actions"
                                            : arena_printf(ui->arena, "Room for more actions for %s",
                                                           of->frame.view->child.given_name),
                  "_go", arena_printf(ui->arena, "more:%s", of->prefix));
    }
    ui_part_end(ui);
}

static void write_child(struct ui *ui, const struct holding *holding, const struct holding_child *child)
{
    const struct meeting_child *of = child->child;
    for (size_t i = 0; i < of->agenda_count; i++) {
        write_part(ui, holding, child, i + 1, &of->agenda[i]);
    }
    if (child->field_count > child->part_fields) {
        ui_part(ui, holding->sheet.count == 1
                        ? "Decisions"
                        : arena_printf(ui->arena, "Decisions for %s", of->frame.view->child.full_name));
        ui_pack_fields(ui, &(struct ui_fields){.type = holding->type,
                                               .fields = child->fields + child->part_fields,
                                               .count = child->field_count - child->part_fields,
                                               .prefix = of->prefix,
                                               .typed = holding->form.typed,
                                               .values = child->values,
                                               .standing = &of->frame.view->position->standing,
                                               .on = holding->form.occurred.day});
        ui_part_end(ui);
    }
    write_actions(ui, holding, child);
}

static void write_who_came(struct ui *ui, const struct holding *holding)
{
    ui_part(ui, "Who came");
    meeting_attendance_write(ui, &holding->sheet, holding->rows, holding->row_count, true);
    for (size_t i = 0; i < holding->sheet.count; i++) {
        const struct meeting_child *child = &holding->sheet.children[i];
        const char *name = arena_printf(ui->arena, "%sattended_more", child->prefix);
        ui_area(ui,
                &(struct ui_field){
                    .name = name,
                    .label = holding->sheet.count == 1
                                 ? "Who else came? (optional)"
                                 : arena_printf(ui->arena, "Who else came for %s? (optional)",
                                                child->frame.view->child.full_name),
                    .hint = "One on each line, with their agency. They stand in this child's record only.",
                    .text = typed_first(holding->form.typed, name),
                    .rows = 2});
    }
    ui_part_end(ui);
}

static void write_danger(struct ui *ui, const struct holding *holding)
{
    for (size_t i = 0; i < holding->sheet.count; i++) {
        const struct case_view *view = holding->sheet.children[i].frame.view;
        const struct mark *mark = pack_mark(view->pack, "immediate-danger");
        if (mark != NULL && view->position->marks[mark->index]) {
            ui_warning(ui, arena_printf(ui->arena, "%s: %s", view->child.full_name, mark->text));
        }
    }
}

/* What is asked once for all, and what follows from who came, is said of each child. */
static void write_ways(struct ui *ui, const struct holding *holding)
{
    static const char *const of_who_came[] = {"invited", "attended", "apologies", "quorate",
                                              "quorum_missing"};
    for (size_t i = 0; i < holding->sheet.count; i++) {
        const struct holding_child *child = &holding->children[i];
        const char *prefix = child->child->prefix;
        const char *who =
            holding->row_count > 0 ? "came0" : arena_printf(ui->arena, "%sattended_more", prefix);
        for (size_t n = 0; n < sizeof of_who_came / sizeof of_who_came[0]; n++) {
            ui_mends(ui, arena_printf(ui->arena, "%s%s", prefix, of_who_came[n]),
                     arena_printf(ui->arena, "#%s", who));
        }
        ui_mends(ui, arena_printf(ui->arena, "%soccurred_at", prefix), "#occurred_at-day");
        for (size_t row = 0; row < child->rows; row++) {
            ui_mends(
                ui,
                arena_printf(ui->arena, "%soccurred_at", holding_row_prefix(ui->arena, child->child, row)),
                "#occurred_at-day");
        }
    }
}

void holding_write(struct request *request, const struct holding *holding, int status, struct reply *reply)
{
    const struct meeting_sheet *sheet = &holding->sheet;
    const char *title = sheet->kind->code->title;
    struct ui *ui = case_frame_begin(request, &sheet->children[0].frame, title, NULL);
    ui->faults = holding->faults;
    ui_title(ui, meeting_children(ui, sheet), title);
    if (status >= 500) {
        ui_banner(ui, false, "It could not be recorded",
                  "What you typed is kept on this page. Wait a moment and try again.");
    }
    entry_form_meanwhile(ui, &holding->form);
    write_danger(ui, holding);
    ui_text(ui,
            "What you type is kept as your draft while the meeting runs. Nothing is on the record until you "
            "finish the meeting.");
    const char *path = arena_printf(ui->arena, "%s/hold", sheet->path);
    ui_draft_form(ui, path, entry_form_again(ui, &holding->form, path));
    entry_form_hidden(ui, &holding->form);
    unasked_write(ui, holding->unasked, sheet->count + 1);
    for (size_t i = 1; i < sheet->count; i++) {
        ui_hidden(ui, arena_printf(ui->arena, "_seq%zu", i),
                  arena_printf(ui->arena, "%llu", (unsigned long long)sheet->children[i].frame.view->seq));
    }
    write_ways(ui, holding);
    ui_part(ui, "The meeting");
    ui_date(ui,
            &(struct ui_field){.name = "occurred_at",
                               .label = "When was it held?",
                               .hint = "Day and time, such as 27 3 2026 at 14:30."},
            holding->form.typed, true);
    ui_pack_fields(ui, &(struct ui_fields){.type = holding->type,
                                           .fields = holding->common,
                                           .count = holding->common_count,
                                           .prefix = "",
                                           .typed = holding->form.typed,
                                           .values = holding->children[0].values,
                                           .standing = &sheet->children[0].frame.view->position->standing,
                                           .on = holding->form.occurred.day});
    ui_part_end(ui);
    write_who_came(ui, holding);
    for (size_t i = 0; i < sheet->count; i++) {
        write_child(ui, holding, &holding->children[i]);
    }
    ui_buttons(ui);
    ui_button(ui, BUTTON_MAIN, "Finish the meeting and record it", "_go", "record");
    ui_button(ui, BUTTON_SECONDARY, "Save and come back later", "_go", "save");
    ui_buttons_end(ui);
    ui_form_end(ui);
    ui_finish(ui, reply, status);
}
