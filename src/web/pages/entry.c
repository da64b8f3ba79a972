#include "web/pages/case_frame.h"
#include "web/pages/linked.h"
#include "web/pages/pages.h"
#include "web/pages/screen.h"

#include "base/text.h"
#include "web/parse.h"

#include <string.h>

static const struct known *known_of(const struct history *history, const char *text)
{
    int64_t seq;
    if (!number_parse(text, 1, INT64_MAX, &seq)) {
        return NULL;
    }
    for (size_t i = 0; i < history->count; i++) {
        if (history->list[i].entry->seq == (uint64_t)seq) {
            return known_as_written(&history->list[i]);
        }
    }
    return NULL;
}

/* The entry that a correction is about: there both are read side by side. */
static const struct known *corrected_by(const struct history *history, const char *text)
{
    int64_t seq;
    if (!number_parse(text, 1, INT64_MAX, &seq)) {
        return NULL;
    }
    for (size_t i = 0; i < history->count; i++) {
        const struct known *known = known_as_written(&history->list[i]);
        for (size_t v = 1; v < known->version_count; v++) {
            if (known->versions[v].correction->seq == (uint64_t)seq) {
                return known;
            }
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

/* What the form asks of everybody and nobody answered is shown as open. */
static bool is_missed(struct ui *ui, const struct case_view *view, const struct known *known,
                      const struct field *field)
{
    struct standing standing = view->position->standing;
    if (!pack_owns(view->pack, known->type)) {
        standing.marks = NULL; /* its conditions speak of the marks of another procedure */
    }
    bool asked = field->form_required || (field->form_required_when.count > 0 &&
                                          conditions_hold(&field->form_required_when, ui->pack, known->type,
                                                          known->values, &standing, known->occurred.day));
    return asked &&
           field_is_shown(ui->pack, known->type, field, known->values, &standing, known->occurred.day);
}

static void write_answers(struct ui *ui, const struct case_view *view, const struct known *known)
{
    const struct entry_type *type = known->type;
    struct ui_row *rows = arena_many(ui->arena, struct ui_row, type->field_count + 3);
    size_t count = 0;
    rows[count++] = (struct ui_row){.key = "When it happened",
                                    .value = {.text = show_moment(ui->arena, ui->pack, known->occurred)}};
    for (size_t i = 0; i < type->field_count; i++) {
        const char *word = show_screen_word(ui->pack, type, known->values, &type->fields[i]);
        const char *text =
            word != NULL ? word : show_value(ui->arena, ui->pack, &type->fields[i], &known->values[i]);
        bool missed = text[0] == '\0' && is_missed(ui, view, known, &type->fields[i]);
        if ((text[0] != '\0' || missed) && !type->fields[i].system) {
            rows[count++] = (struct ui_row){.key = type->fields[i].label,
                                            .value = {.text = missed ? "Not answered" : text}};
        }
    }
    rows[count++] = (struct ui_row){.key = "Recorded by", .value = {.text = recorded(ui, known->entry)}};
    rows[count++] = (struct ui_row){
        .key = "Who it is for",
        .value = {.text = show_labels(ui->arena, ui->pack,
                                      access_labels_parse(&ui->pack->access, known->entry->label))}};
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

/* The same entry, with its corrections from the one of that number on. */
static const char *corrections_path(struct ui *ui, const struct case_frame *frame, const struct known *known,
                                    size_t number)
{
    const char *path = text_equal(request_query(ui->request, "from"), "chronology")
                           ? case_listed_entry_path(ui, frame, known)
                           : case_entry_path(ui, frame, known);
    return arena_printf(ui->arena, "%s%scorrections=%zu", path, strchr(path, '?') == NULL ? "?" : "&",
                        number);
}

/* As many as go on a page, from the one that was asked for. */
static void write_corrections(struct ui *ui, const struct case_frame *frame, const struct known *known)
{
    size_t count = known->version_count - 1;
    const char *asked = request_query(ui->request, "corrections");
    int64_t first = 1;
    if (asked != NULL && !number_parse(asked, 1, (int64_t)count, &first)) {
        first = 1;
    }
    size_t next = (size_t)first;
    ui_h2(ui, "Corrections");
    do {
        write_correction(ui, known, &known->versions[next - 1], &known->versions[next]);
    } while (++next <= count && !ui_is_long(ui));
    if (first > 1 || next <= count) {
        ui_hint(ui, arena_printf(ui->arena, "Corrections %zu to %zu of %zu, in the order they were made",
                                 (size_t)first, next - 1, count));
    }
    if (first > 1) {
        ui_link(ui, "The first corrections", corrections_path(ui, frame, known, 1));
    }
    ui_next(ui, next <= count ? corrections_path(ui, frame, known, next) : NULL);
}

/* From the chronology back to the chronology, filtered as it was. */
static void back_to_list(struct ui *ui, const struct case_frame *frame)
{
    const char *from = request_query(ui->request, "from");
    const char *type = request_query(ui->request, "type");
    const char *agency = request_query(ui->request, "agency");
    if (text_equal(from, "chronology")) {
        ui->back = arena_printf(ui->arena, "%s/chronology?type=%s&agency=%s&as_of=%s", frame->path,
                                percent_encode(ui->arena, type == NULL ? "" : type),
                                percent_encode(ui->arena, agency == NULL ? "" : agency),
                                frame->as_of == NULL ? "" : frame->as_of);
        ui->back_text = "Back to the chronology";
    }
}

const struct error *page_entry(struct request *request, struct reply *reply)
{
    struct case_frame frame;
    TRY(case_frame_read(request, &frame));
    const char *seq = request_param(request, "seq");
    const struct known *known = known_of(frame.view->history, seq);
    const struct known *corrected = known == NULL ? corrected_by(frame.view->history, seq) : NULL;
    if (corrected != NULL) {
        reply_redirect(reply, arena_printf(request->arena, "%s/entries/%llu%s%s", frame.path,
                                           (unsigned long long)corrected->entry->seq,
                                           frame.as_of == NULL ? "" : "?as_of=",
                                           frame.as_of == NULL ? "" : frame.as_of));
        return NULL;
    }
    if (known == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    const struct pack *pack = frame.view->pack;
    struct ui *ui = case_frame_begin(request, &frame, known->type->title, NULL);
    back_to_list(ui, &frame);
    ui_title(ui, frame.view->child.full_name, known->type->title);
    if (known->type->paragraph != NULL) {
        ui_hint(ui, paragraph_title(ui->arena, known->type->paragraph));
    }
    if (known->version_count > 1) {
        ui_inset(ui,
                 "This entry was corrected. What stands now is shown first, and every correction below it.");
    }
    write_answers(ui, frame.view, known);
    if (known->version_count > 1) {
        write_corrections(ui, &frame, known);
    }
    screen_entry_write(ui, known);
    linked_offer(ui, &frame, known);
    if (frame.as_of == NULL &&
        act_may_record(&request->session.actor, pack, &pack->types[pack->correction_type])) {
        ui_button_link(ui, BUTTON_SECONDARY, "Correct this entry",
                       arena_printf(ui->arena, "%s/entries/%llu/correct", frame.path,
                                    (unsigned long long)known->entry->seq));
    }
    ui_finish(ui, reply, 200);
    return NULL;
}
