/* Who answered what to the invitation: one entry on each child's case, with those asked for that child. */
#include "web/pages/meeting_sheet.h"
#include "web/pages/pages.h"

#include <string.h>

static const struct error *begin(struct request *request, struct meeting_sheet *sheet,
                                 const struct entry_type **ret_type)
{
    TRY(meeting_sheet_read(request, sheet));
    *ret_type = pack_type(sheet->pack, meeting_answers_type);
    if (*ret_type == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    return act_may_record(&request->session.actor, sheet->pack, *ret_type) ? NULL
                                                                           : error_of(ERROR_NOT_ALLOWED);
}

static void write_page(struct request *request, struct meeting_sheet *sheet, const struct attendance *rows,
                       size_t count, const struct error *faults, struct reply *reply)
{
    const struct known *arranged = sheet->children[0].arranged;
    const struct value *starts = meeting_value(arranged, "starts_at");
    struct ui *ui = case_frame_begin(request, &sheet->children[0].frame, "Answers to invitations", NULL);
    ui->faults = faults;
    ui->back = arena_printf(ui->arena, "%s/meetings", sheet->children[0].frame.path);
    ui->back_text = "Back to meetings";
    ui_title(ui, meeting_children(ui, sheet), "Answers to invitations");
    ui_text(ui, starts->kind != VALUE_MOMENT
                    ? sheet->kind->code->title
                    : arena_printf(ui->arena, "%s, %s", sheet->kind->code->title,
                                   show_moment(ui->arena, ui->pack, starts->moment)));
    ui_form(ui, arena_printf(ui->arena, "%s/answers", sheet->path));
    meeting_attendance_write(ui, sheet, rows, count, false);
    ui_button(ui, BUTTON_MAIN, "Record the answers", NULL, NULL);
    ui_form_end(ui);
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
}

const struct error *page_meeting_answers(struct request *request, struct reply *reply)
{
    struct meeting_sheet *sheet = arena_one(request->arena, struct meeting_sheet);
    const struct entry_type *type;
    const struct attendance *rows;
    TRY(begin(request, sheet, &type));
    size_t count = meeting_attendance(request->arena, sheet, (struct typed){NULL, 0}, &rows);
    write_page(request, sheet, rows, count, NULL, reply);
    return NULL;
}

static const struct value *values_of(struct arena *arena, const struct meeting_sheet *sheet,
                                     const struct entry_type *type, const struct attendance *rows,
                                     size_t count, size_t child)
{
    static const char *const answers[] = {"coming", "apologies"};
    struct value *values = arena_many(arena, struct value, type->field_count);
    values[entry_type_field(type, "kind")->index] =
        (struct value){.kind = VALUE_CODE, .code = sheet->kind->code};
    for (size_t a = 0; a < 2; a++) {
        const char **texts = arena_many(arena, const char *, count);
        size_t found = 0;
        for (size_t i = 0; i < count; i++) {
            if ((rows[i].children & (uint32_t)1 << child) != 0 && strcmp(rows[i].answer, answers[a]) == 0) {
                texts[found++] = rows[i].asked.text;
            }
        }
        values[entry_type_field(type, answers[a])->index] = meeting_texts(arena, texts, found);
    }
    return values;
}

static bool somebody_answered(const struct attendance *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].answer[0] != '\0') {
            return true;
        }
    }
    return false;
}

const struct error *page_meeting_answers_post(struct request *request, struct reply *reply)
{
    struct meeting_sheet *sheet = arena_one(request->arena, struct meeting_sheet);
    const struct entry_type *type;
    const struct attendance *rows;
    struct recorded recorded;
    TRY(begin(request, sheet, &type));
    size_t count = meeting_attendance(request->arena, sheet, typed_of_request(request), &rows);
    if (!somebody_answered(rows, count)) {
        write_page(request, sheet, rows, count,
                   error_field(request->arena, ERROR_INVALID, "came0", NULL,
                               "Say what at least one of them answered"),
                   reply);
        return NULL;
    }
    struct part_entry *entries = arena_many(request->arena, struct part_entry, sheet->count);
    struct case_part *parts = arena_many(request->arena, struct case_part, sheet->count);
    for (size_t i = 0; i < sheet->count; i++) {
        entries[i] = (struct part_entry){.type = type,
                                         .values = values_of(request->arena, sheet, type, rows, count, i)};
        parts[i] = (struct case_part){
            .reference = sheet->children[i].frame.view->reference.text, .entries = &entries[i], .count = 1};
    }
    const struct error *error = act_together_record(
        &request->act,
        &(struct together_input){
            .parts = parts, .count = sheet->count, .idempotency_key = request_form(request, "_form")},
        &recorded);
    if (error != NULL && error->code == ERROR_INVALID) {
        write_page(request, sheet, rows, count, error, reply); /* with the answers that were chosen */
        return NULL;
    }
    TRY(error);
    reply_redirect(reply, arena_printf(request->arena, "%s/meetings?done=%llu", sheet->children[0].frame.path,
                                       (unsigned long long)recorded.entry->seq));
    return NULL;
}
