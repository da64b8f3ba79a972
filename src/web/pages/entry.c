#include "web/pages/case_frame.h"
#include "web/pages/pages.h"

#include "base/text.h"

static const struct known *known_of(const struct history *history, const char *text)
{
    int64_t seq;
    if (!number_parse(text, 1, INT64_MAX, &seq)) {
        return NULL;
    }
    for (size_t i = 0; i < history->count; i++) {
        if (history->list[i].entry->seq == (uint64_t)seq) {
            return &history->list[i];
        }
    }
    return NULL;
}

static const char *recorded(struct ui *ui, const struct entry *entry)
{
    return arena_printf(ui->arena, "%s, %s, on %s", entry->recorded_name == NULL ? "" : entry->recorded_name,
                        show_code(ui->pack, "agency", entry->agency),
                        show_instant(ui->arena, ui->pack, entry->recorded_at));
}

static void write_answers(struct ui *ui, const struct known *known)
{
    const struct entry_type *type = known->type;
    struct ui_row *rows = arena_many(ui->arena, struct ui_row, type->field_count + 2);
    size_t count = 0;
    rows[count++] = (struct ui_row){.key = "When it happened",
                                    .value = {.text = show_moment(ui->arena, ui->pack, known->occurred)}};
    for (size_t i = 0; i < type->field_count; i++) {
        const char *text = show_value(ui->arena, ui->pack, &type->fields[i], &known->values[i]);
        if (text[0] != '\0' && !type->fields[i].system) {
            rows[count++] = (struct ui_row){.key = type->fields[i].label, .value = {.text = text}};
        }
    }
    rows[count++] = (struct ui_row){.key = "Recorded by", .value = {.text = recorded(ui, known->entry)}};
    ui_summary(ui, rows, count);
}

/* What one correction changed: before and after. */
static void write_correction(struct ui *ui, const struct known *known, const struct version *before,
                             const struct version *after)
{
    static const char *const heads[] = {"Question", "Before", "After"};
    const struct entry_type *type = known->type;
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, (type->field_count + 1) * 3);
    size_t count = 0;
    const char *happened_before = show_moment(ui->arena, ui->pack, before->occurred);
    const char *happened_after = show_moment(ui->arena, ui->pack, after->occurred);
    if (!text_equal(happened_before, happened_after)) {
        cells[0] = (struct ui_cell){.text = "When it happened"};
        cells[1] = (struct ui_cell){.text = happened_before};
        cells[2] = (struct ui_cell){.text = happened_after};
        count++;
    }
    for (size_t i = 0; i < type->field_count; i++) {
        const char *old = show_value(ui->arena, ui->pack, &type->fields[i], &before->values[i]);
        const char *new = show_value(ui->arena, ui->pack, &type->fields[i], &after->values[i]);
        if (!text_equal(old, new)) {
            cells[count * 3] = (struct ui_cell){.text = type->fields[i].label};
            cells[count * 3 + 1] = (struct ui_cell){.text = old[0] == '\0' ? "Not answered" : old};
            cells[count * 3 + 2] = (struct ui_cell){.text = new[0] == '\0' ? "Not answered" : new};
            count++;
        }
    }
    ui_h3(ui, arena_printf(ui->arena, "Corrected by %s", recorded(ui, after->correction)));
    const struct field *reason = entry_type_field(after->correction->type, "reason");
    if (reason != NULL) {
        ui_text(ui, show_value(ui->arena, ui->pack, reason, &after->correction->values[reason->index]));
    }
    if (count > 0) {
        ui_table(ui, NULL, heads, 3, cells, count);
    }
}

const struct error *page_entry(struct request *request, struct reply *reply)
{
    struct case_frame frame;
    TRY(case_frame_read(request, &frame));
    const struct known *known = known_of(frame.view->history, request_param(request, "seq"));
    if (known == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    const struct pack *pack = frame.view->pack;
    struct ui *ui = case_frame_begin(request, &frame, known->type->title, NULL);
    ui_title(ui, frame.view->child.full_name, known->type->title);
    if (known->type->paragraph != NULL) {
        ui_hint(ui, arena_printf(ui->arena, "Paragraph %s", known->type->paragraph));
    }
    if (known->version_count > 1) {
        ui_inset(ui,
                 "This entry was corrected. What stands now is shown first, and every correction below it.");
    }
    write_answers(ui, known);
    for (size_t i = 1; i < known->version_count; i++) {
        if (i == 1) {
            ui_h2(ui, "Corrections");
        }
        write_correction(ui, known, &known->versions[i - 1], &known->versions[i]);
    }
    if (act_may_record(&request->session.actor, pack, &pack->types[pack->correction_type])) {
        ui_button_link(ui, BUTTON_SECONDARY, "Correct this entry",
                       arena_printf(ui->arena, "%s/entries/%llu/correct", frame.path,
                                    (unsigned long long)known->entry->seq));
    }
    ui_finish(ui, reply, 200);
    return NULL;
}
