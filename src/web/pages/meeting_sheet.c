#include "web/pages/meeting_sheet.h"

#include "base/text.h"

#include <string.h>

enum { MOST_ROWS = 200, MOST_LINES = 200 };
const char meeting_answers_type[] = "invitations-answered";

const struct value *meeting_value(const struct known *known, const char *name)
{
    static const struct value none = {.kind = VALUE_NONE};
    const struct field *field = known == NULL ? NULL : entry_type_field(known->type, name);
    return field == NULL ? &none : &known->values[field->index];
}

const struct known *meeting_known(const struct case_view *view, const char *text, enum entry_step step)
{
    int64_t seq;
    for (size_t i = 0; number_parse(text, 1, INT64_MAX, &seq) && i < view->history->count; i++) {
        const struct known *known = &view->history->list[i];
        if (known->entry->seq == (uint64_t)seq && known->type->part == PART_MEETING &&
            known->type->step == step) {
            return known;
        }
    }
    return NULL;
}

size_t meeting_lines(struct arena *arena, const char *text, const char *const **ret_lines)
{
    const char **lines = arena_many(arena, const char *, MOST_LINES);
    size_t count = 0;
    while (text != NULL && *text != '\0' && count < MOST_LINES) {
        size_t size = strcspn(text, "\r\n");
        const char *line = text_trim(arena, arena_copy_n(arena, text, size));
        if (line[0] != '\0') {
            lines[count++] = line;
        }
        text += size;
        text += strspn(text, "\r\n");
    }
    *ret_lines = lines;
    return count;
}

struct value meeting_texts(struct arena *arena, const char *const *texts, size_t count)
{
    (void)arena;
    return count == 0 ? (struct value){.kind = VALUE_NONE}
                      : (struct value){.kind = VALUE_TEXTS, .list = {texts, count}};
}

/* ---- the children ---- */

/* Who was invited by the entry that arranged it, or who should be. */
static void fill_asked(struct arena *arena, const struct meeting_sheet *sheet, struct meeting_child *child)
{
    const struct asked *should;
    size_t count;
    meeting_asked(arena, child->frame.view->position, sheet->kind, &should, &count);
    const struct value *invited = meeting_value(child->arranged, "invited");
    if (child->arranged == NULL || invited->kind != VALUE_TEXTS) {
        child->asked = should;
        child->asked_count = count;
        return;
    }
    struct asked *asked = arena_many(arena, struct asked, invited->list.count);
    for (size_t i = 0; i < invited->list.count; i++) {
        asked[i] = meeting_asked_of(arena, sheet->pack, should, count, value_texts(invited)[i]);
    }
    child->asked = asked;
    child->asked_count = invited->list.count;
}

static void fill_child(struct arena *arena, const struct meeting_sheet *sheet, struct meeting_child *child)
{
    child->prefix = arena_printf(arena, "c%s-", child->frame.view->reference.text);
    fill_asked(arena, sheet, child);
    meeting_agenda(arena, child->frame.view->position, sheet->kind, &child->agenda, &child->agenda_count);
}

static const struct known *arranged_together(const struct case_view *view, const char *meeting)
{
    for (size_t i = 0; i < view->history->count; i++) {
        const struct known *known = &view->history->list[i];
        const struct value *value = meeting_value(known, "meeting");
        if (known->type->part == PART_MEETING && known->type->step == STEP_BEGIN &&
            value->kind == VALUE_TEXT && text_equal(value->text, meeting)) {
            return known;
        }
    }
    return NULL;
}

/* A case that the policy opens for a reason alone is named nowhere else: it is not there. */
static bool is_not_there(const struct error *error)
{
    return error != NULL && (error->code == ERROR_NOT_FOUND || error->code == ERROR_NEEDS_REASON);
}

static const struct error *add_child(struct request *request, struct meeting_sheet *sheet,
                                     const char *reference, const char *meeting)
{
    struct meeting_child *child = &sheet->children[sheet->count];
    *child = (struct meeting_child){.prefix = ""};
    TRY(act_case_read(&request->act, reference, INSTANT_NEVER, &child->frame.view));
    if (child->frame.view->pack != sheet->pack) {
        return error_field(request->arena, ERROR_INVALID, "others", NULL,
                           "case %s stands under another version of the procedure", reference);
    }
    child->frame.path = arena_printf(request->arena, "/cases/%s", child->frame.view->reference.text);
    child->arranged = meeting == NULL ? NULL : arranged_together(child->frame.view, meeting);
    fill_child(request->arena, sheet, child);
    sheet->count++;
    return NULL;
}

const struct error *meeting_sheet_add(struct request *request, struct meeting_sheet *sheet,
                                      const char *reference)
{
    struct reference parsed;
    if (!reference_parse(reference, &parsed)) {
        return error_field(request->arena, ERROR_INVALID, "others", NULL, "“%s” is no reference of a case",
                           reference);
    }
    for (size_t i = 0; i < sheet->count; i++) {
        if (strcmp(sheet->children[i].frame.view->reference.text, parsed.text) == 0) {
            return NULL;
        }
    }
    if (sheet->count == MOST_CHILDREN) {
        return error_field(request->arena, ERROR_INVALID, "others", NULL,
                           "a meeting is about %d children at most", MOST_CHILDREN);
    }
    const struct error *error = add_child(request, sheet, arena_copy(request->arena, parsed.text), NULL);
    return is_not_there(error)
               ? error_field(request->arena, ERROR_INVALID, "others", NULL, "there is no case %s", reference)
               : error;
}

const struct error *meeting_sheet_read(struct request *request, struct meeting_sheet *ret_sheet)
{
    struct meeting_sheet *sheet = ret_sheet;
    struct meeting_child *first = &sheet->children[0];
    const char *place = request_param(request, "seq");
    *sheet = (struct meeting_sheet){.count = 1};
    TRY(case_frame_read(request, &first->frame));
    const struct case_view *view = first->frame.view;
    sheet->pack = view->pack;
    first->arranged = meeting_known(view, place, STEP_BEGIN);
    const struct value *kind =
        first->arranged == NULL ? NULL : &first->arranged->values[first->arranged->type->part_key];
    sheet->kind = pack_meeting(view->pack, kind == NULL               ? place
                                           : kind->kind == VALUE_CODE ? kind->code->id
                                                                      : NULL);
    if (sheet->kind == NULL || pack_part(view->pack, PART_MEETING, STEP_END) == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    sheet->path = arena_printf(request->arena, "%s/meetings/%s", first->frame.path, place);
    fill_child(request->arena, sheet, first);
    const struct value *meeting = meeting_value(first->arranged, "meeting");
    if (meeting->kind != VALUE_TEXT) {
        return NULL;
    }
    const char *const *references;
    size_t count;
    TRY(act_meeting_cases(&request->act, meeting->text, &references, &count));
    for (size_t i = 0; i < count && sheet->count < MOST_CHILDREN; i++) {
        const struct error *error = strcmp(references[i], view->reference.text) == 0
                                        ? NULL
                                        : add_child(request, sheet, references[i], meeting->text);
        /* what is gone has no part any more, and what is closed to who asks has none for them */
        bool has_part = error == NULL || (error->code != ERROR_DISPOSED && !is_not_there(error));
        TRY(has_part ? error : NULL);
    }
    return NULL;
}

const char *meeting_children(struct ui *ui, const struct meeting_sheet *sheet)
{
    const char *names = "";
    for (size_t i = 0; i < sheet->count; i++) {
        const struct case_view *view = sheet->children[i].frame.view;
        names = arena_printf(ui->arena, "%s%s%s, %s", names, i == 0 ? "" : "; ", view->child.full_name,
                             view->reference.text);
    }
    return names;
}

/* ---- who came ---- */

/* The name of a choice: the text itself would break in an address or an id. */
static const char *who_name(struct arena *arena, size_t index)
{
    return arena_printf(arena, "who%zu", index);
}

static const char *typed_answer(struct arena *arena, struct typed typed, const char *who)
{
    for (size_t i = 0; i < MOST_ROWS; i++) {
        const char *name = typed_first(typed, who_name(arena, i));
        if (name == NULL) {
            return NULL;
        }
        if (text_equal(name, who)) {
            return typed_first(typed, arena_printf(arena, "came%zu", i));
        }
    }
    return NULL;
}

static bool is_among(const struct value *texts, const char *who)
{
    for (size_t i = 0; texts->kind == VALUE_TEXTS && i < texts->list.count; i++) {
        if (text_equal(value_texts(texts)[i], who)) {
            return true;
        }
    }
    return false;
}

const char *meeting_answer(const struct case_view *view, const struct code *kind,
                           const struct known *arranged, const char *who)
{
    const struct history *history = view->history;
    for (size_t i = history->count; i > 0; i--) {
        const struct known *known = &history->list[i - 1];
        const struct value *of = meeting_value(known, "kind");
        if (strcmp(known->type->id, meeting_answers_type) != 0 || of->kind != VALUE_CODE ||
            of->code != kind || (arranged != NULL && known->entry->seq < arranged->entry->seq)) {
            continue;
        }
        if (is_among(meeting_value(known, "coming"), who)) {
            return "coming";
        }
        if (is_among(meeting_value(known, "apologies"), who)) {
            return "apologies";
        }
    }
    return "";
}

size_t meeting_attendance(struct arena *arena, const struct meeting_sheet *sheet, struct typed typed,
                          const struct attendance **ret_rows)
{
    struct attendance *rows = arena_many(arena, struct attendance, MOST_ROWS);
    size_t count = 0;
    for (size_t c = 0; c < sheet->count; c++) {
        const struct meeting_child *child = &sheet->children[c];
        for (size_t a = 0; a < child->asked_count && count < MOST_ROWS; a++) {
            size_t i = 0;
            while (i < count && !text_equal(rows[i].asked.text, child->asked[a].text)) {
                i++;
            }
            if (i == count) {
                const char *who = child->asked[a].text;
                const char *typed_before = typed_answer(arena, typed, who);
                const char *said = meeting_answer(child->frame.view, sheet->kind->code, child->arranged, who);
                rows[count++] = (struct attendance){.asked = child->asked[a],
                                                    .said = said,
                                                    .answer = typed_before != NULL ? typed_before : said};
            }
            rows[i].asked.needed = rows[i].asked.needed || child->asked[a].needed;
            rows[i].children |= (uint32_t)1 << c;
        }
    }
    *ret_rows = rows;
    return count;
}

/* Of several children, for which of them somebody is asked who is not asked for all. */
static const char *for_whom(struct ui *ui, const struct meeting_sheet *sheet, const struct attendance *row)
{
    const char *names = "";
    size_t count = 0;
    for (size_t i = 0; i < sheet->count; i++) {
        if ((row->children & (uint32_t)1 << i) != 0) {
            names = arena_printf(ui->arena, "%s%s%s", names, count == 0 ? "" : ", ",
                                 sheet->children[i].frame.view->child.full_name);
            count++;
        }
    }
    return count == sheet->count ? NULL : arena_printf(ui->arena, "Asked for %s only.", names);
}

static const char *hint_of(struct ui *ui, const struct meeting_sheet *sheet, const struct attendance *row,
                           bool came)
{
    const char *parts[] = {row->asked.needed ? "Needed for the meeting to be quorate." : NULL,
                           for_whom(ui, sheet, row),
                           came && text_equal(row->said, "coming") ? "Said that they come." : NULL};
    const char *hint = NULL;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i] != NULL) {
            hint = hint == NULL ? parts[i] : arena_printf(ui->arena, "%s %s", hint, parts[i]);
        }
    }
    return hint;
}

void meeting_attendance_write(struct ui *ui, const struct meeting_sheet *sheet, const struct attendance *rows,
                              size_t count, bool came)
{
    for (size_t i = 0; i < count; i++) {
        const struct attendance *row = &rows[i];
        const struct ui_choice all[] = {
            {.value = "", .text = came ? "Choose one" : "Not answered yet"},
            {.value = came ? "came" : "coming", .text = came ? "Came" : "Comes"},
            {.value = "apologies", .text = "Apologies"},
            {.value = "absent", .text = "Did not come"},
        };
        struct ui_choice choices[4];
        size_t choice_count = 0;
        /* an answer is changed, and not taken back: the entry that says it stands */
        for (size_t c = !came && row->said[0] != '\0' ? 1 : 0; c < (came ? 4 : 3); c++) {
            choices[choice_count] = all[c];
            choices[choice_count++].checked = text_equal(row->answer, all[c].value);
        }
        ui_hidden(ui, who_name(ui->arena, i), row->asked.text);
        ui_select(ui, &(struct ui_field){
                          .name = arena_printf(ui->arena, "came%zu", i),
                          .label = row->asked.text,
                          .hint = hint_of(ui, sheet, row, came),
                          .choices = choices,
                          .choice_count = choice_count,
                      });
    }
}
