/*
 * Arranging a meeting (11.36 to 11.39): the kind first, then, from the facts of each child, who must be
 * asked, who chairs and what is on the agenda. One meeting may be about several children: each case gets an
 * entry of its own, with those who are asked for that child and that child's agenda.
 */
#include "web/pages/meeting_sheet.h"
#include "web/pages/pages.h"

#include "base/text.h"

#include <string.h>

struct arranging {
    struct meeting_sheet *sheet;
    const struct entry_type *type;
    struct typed typed;
    const struct error *faults;
    const struct value *values; /* what is the same for all children */
    struct unasked unasked;
};

/* The questions that are the same for all: what is asked for each child is not among them. */
static const int *common_fields(struct arena *arena, const struct entry_type *type, size_t *ret_count)
{
    int *fields = arena_many(arena, int, type->field_count);
    *ret_count = 0;
    for (size_t i = 0; i < type->field_count; i++) {
        const char *id = type->fields[i].id;
        if (!type->fields[i].system && (int)i != type->part_key && strcmp(id, "invited") != 0 &&
            strcmp(id, "agenda") != 0) {
            fields[(*ret_count)++] = (int)i;
        }
    }
    return fields;
}

static const struct error *begin(struct request *request, struct arranging *arranging)
{
    struct meeting_sheet *sheet = arena_one(request->arena, struct meeting_sheet);
    const char *kind = request_query(request, "kind");
    kind = kind == NULL ? request_form(request, "kind") : kind;
    *arranging = (struct arranging){.sheet = sheet};
    TRY(case_frame_read(request, &sheet->children[0].frame));
    const struct case_view *view = sheet->children[0].frame.view;
    sheet->pack = view->pack;
    sheet->kind = pack_meeting(view->pack, kind);
    arranging->type = pack_part(view->pack, PART_MEETING, STEP_BEGIN);
    if (arranging->type == NULL || view->pack->meeting_count == 0) {
        return error_of(ERROR_NOT_FOUND);
    }
    if (!act_may_record(&request->session.actor, view->pack, arranging->type)) {
        return error_of(ERROR_NOT_ALLOWED);
    }
    sheet->path = arena_printf(request->arena, "%s/meetings/arrange", sheet->children[0].frame.path);
    return sheet->kind == NULL ? NULL : meeting_sheet_add(request, sheet, view->reference.text);
}

static void write_kinds(struct request *request, const struct meeting_sheet *sheet, struct reply *reply)
{
    const struct case_frame *frame = &sheet->children[0].frame;
    struct ui *ui = case_frame_begin(request, frame, "Arrange a meeting", NULL);
    const struct pack *pack = sheet->pack;
    struct ui_link *links = arena_many(ui->arena, struct ui_link, pack->meeting_count);
    ui_title(ui, frame->view->child.full_name, "Which meeting do you arrange?");
    for (size_t i = 0; i < pack->meeting_count; i++) {
        const struct meeting_kind *kind = &pack->meetings[i];
        links[i] = (struct ui_link){
            .text = kind->code->title,
            .path = arena_printf(ui->arena, "%s?kind=%s", sheet->path, kind->code->id),
            .hint = arena_printf(ui->arena, "%s%sParagraph %s", kind->help == NULL ? "" : kind->help,
                                 kind->help == NULL ? "" : " ", kind->paragraph)};
    }
    ui_links(ui, links, pack->meeting_count);
    ui_finish(ui, reply, 200);
}

/* ---- for each child ---- */

static bool is_shown_yet(const struct arranging *arranging, const struct meeting_child *child)
{
    for (size_t i = 0; i < arranging->typed.count; i++) {
        if (text_starts_with(arranging->typed.pairs[i].name, child->prefix)) {
            return true;
        }
    }
    return false;
}

static void write_child(struct ui *ui, const struct arranging *arranging, const struct meeting_child *child)
{
    const struct meeting_sheet *sheet = arranging->sheet;
    struct ui_choice *choices = arena_many(ui->arena, struct ui_choice, child->asked_count);
    const char *name = arena_printf(ui->arena, "%sinvited", child->prefix);
    bool shown = is_shown_yet(arranging, child);
    for (size_t i = 0; i < child->asked_count; i++) {
        const struct asked *asked = &child->asked[i];
        const char *why =
            asked->paragraph == NULL ? NULL : arena_printf(ui->arena, "Paragraph %s", asked->paragraph);
        choices[i] = (struct ui_choice){
            .value = asked->text,
            .text = asked->text,
            .hint =
                asked->needed ? arena_printf(ui->arena, "Must be asked. %s", why == NULL ? "" : why) : why,
            .checked = !shown || typed_has(arranging->typed, name, asked->text)};
    }
    ui_part(ui, sheet->count == 1 ? "Who is asked to come"
                                  : arena_printf(ui->arena, "For %s: who is asked, and what is on the agenda",
                                                 child->frame.view->child.full_name));
    ui_hidden(ui, arena_printf(ui->arena, "%sshown", child->prefix), "yes");
    ui_checkboxes(ui, &(struct ui_field){.name = name,
                                         .label = "Who is asked to come?",
                                         .hint = "From what stands on the record. Untick who is not to come.",
                                         .choices = choices,
                                         .choice_count = child->asked_count});
    const char *more = arena_printf(ui->arena, "%sinvited_more", child->prefix);
    ui_area(ui, &(struct ui_field){.name = more,
                                   .label = "Who else? (optional)",
                                   .hint = "One on each line, with their agency.",
                                   .text = typed_first(arranging->typed, more),
                                   .rows = 3});
    ui_h3(ui, "On the agenda");
    const char **lines = arena_many(ui->arena, const char *, child->agenda_count);
    for (size_t i = 0; i < child->agenda_count; i++) {
        const struct agenda_item *item = &child->agenda[i];
        const char *text =
            arena_printf(ui->arena, "%s (paragraph %s)", item->part->code->title, item->part->paragraph);
        for (size_t p = 0; p < item->put_count; p++) {
            text = arena_printf(ui->arena, "%s%s “%s”", text, p == 0 ? ":" : ",", item->puts[p]);
        }
        lines[i] = text;
    }
    ui_bullets(ui, lines, child->agenda_count);
    ui_part_end(ui);
}

static void write_page(struct request *request, const struct arranging *arranging, int status,
                       struct reply *reply)
{
    const struct meeting_sheet *sheet = arranging->sheet;
    const struct case_frame *frame = &sheet->children[0].frame;
    const char *title = sheet->kind->code->title;
    struct ui *ui = case_frame_begin(request, frame, title, NULL);
    size_t field_count;
    const int *fields = common_fields(ui->arena, arranging->type, &field_count);
    ui->faults = arranging->faults;
    ui_title(ui, arena_printf(ui->arena, "%s, %s", frame->view->child.full_name, frame->view->reference.text),
             arena_printf(ui->arena, "Arrange: %s", title));
    ui_hint(ui, arena_printf(ui->arena, "Paragraph %s", sheet->kind->paragraph));
    if (sheet->kind->help != NULL) {
        ui_text(ui, sheet->kind->help);
    }
    ui_form(ui, sheet->path);
    ui_hidden(ui, "kind", sheet->kind->code->id); /* not in the address: what is kept while somebody signs in
                                                     is the form */
    unasked_write(ui, &arranging->unasked, 1);
    ui_part(ui, "When, where and who chairs");
    ui_pack_fields(ui, &(struct ui_fields){.type = arranging->type,
                                           .fields = fields,
                                           .count = field_count,
                                           .prefix = "",
                                           .typed = arranging->typed,
                                           .values = arranging->values,
                                           .standing = &frame->view->position->standing,
                                           .on = moment_of_instant(sheet->pack, request->act.now).day});
    ui_part_end(ui);
    for (size_t i = 0; i < sheet->count; i++) {
        write_child(ui, arranging, &sheet->children[i]);
    }
    ui_part(ui, "Other children");
    ui_area(ui,
            &(struct ui_field){.name = "others",
                               .label = "Is the meeting about other children too? (optional)",
                               .hint = "The references of their cases, one on each line. Each child's record "
                                       "gets its own part and nothing of the others'.",
                               .text = typed_first(arranging->typed, "others"),
                               .rows = 3});
    ui_button(ui, BUTTON_SECONDARY, "Show who is asked for them", "_go", "show");
    ui_part_end(ui);
    ui_button(ui, BUTTON_MAIN, "Arrange the meeting", "_go", "record");
    ui_form_end(ui);
    ui_finish(ui, reply, status);
}

/* The children named below the first; for a meeting about a group, at first, those whose cases are linked. */
static const struct error *add_others(struct request *request, struct arranging *arranging)
{
    const char *const *lines;
    size_t count = meeting_lines(request->arena, typed_first(arranging->typed, "others"), &lines);
    for (size_t i = 0; i < count; i++) {
        const struct error *error = meeting_sheet_add(request, arranging->sheet, lines[i]);
        if (error != NULL && error->code != ERROR_INVALID) {
            return error;
        }
        arranging->faults = form_faults_join(request->arena, arranging->faults, error);
    }
    return NULL;
}

static const struct error *linked_cases(struct request *request, const struct meeting_sheet *sheet,
                                        const char **ret_text)
{
    const struct case_link *links;
    size_t count;
    bool whole;
    const char *own = sheet->children[0].frame.view->reference.text;
    TRY(act_case_links(&request->act, own, &links, &count, &whole));
    const char *text = "";
    for (size_t i = 0; i < count; i++) {
        const char *ends[] = {links[i].from.text, links[i].to.text};
        for (size_t e = 0; e < 2; e++) {
            if (strcmp(ends[e], own) != 0 && strstr(text, ends[e]) == NULL) {
                text = arena_printf(request->arena, "%s%s\n", text, ends[e]);
            }
        }
    }
    *ret_text = text;
    return NULL;
}

static struct typed with_pair(struct arena *arena, struct typed typed, const char *name, const char *text)
{
    struct pair *pair = arena_one(arena, struct pair);
    *pair = (struct pair){name, text};
    return typed_merge(arena, typed, (struct typed){pair, 1});
}

const struct error *page_meeting_arrange(struct request *request, struct reply *reply)
{
    struct arranging arranging;
    TRY(begin(request, &arranging));
    struct meeting_sheet *sheet = arranging.sheet;
    if (sheet->kind == NULL) {
        write_kinds(request, sheet, reply);
        return NULL;
    }
    const char *chair = meeting_chair(sheet->children[0].frame.view->position, sheet->kind);
    if (chair != NULL) {
        arranging.typed = with_pair(request->arena, arranging.typed, "chair_role", chair);
    }
    if (sheet->kind->linked) {
        const char *linked;
        TRY(linked_cases(request, sheet, &linked));
        arranging.typed = with_pair(request->arena, arranging.typed, "others", linked);
        TRY(add_others(request, &arranging));
        arranging.faults = NULL;
    }
    struct value *values = arena_many(request->arena, struct value, arranging.type->field_count);
    values[arranging.type->part_key] = (struct value){.kind = VALUE_CODE, .code = sheet->kind->code};
    arranging.values = values;
    arranging.unasked =
        (struct unasked){.type = arranging.type, .prefix = "", .typed = values, .asked = values};
    write_page(request, &arranging, 200, reply);
    return NULL;
}

/* ---- sent ---- */

static struct value invited_of(struct request *request, struct arranging *arranging,
                               const struct meeting_child *child)
{
    const char *name = arena_printf(request->arena, "%sinvited", child->prefix);
    const char *const *more;
    size_t more_count = meeting_lines(
        request->arena,
        typed_first(arranging->typed, arena_printf(request->arena, "%sinvited_more", child->prefix)), &more);
    const char **texts = arena_many(request->arena, const char *, child->asked_count + more_count);
    size_t count = 0;
    for (size_t i = 0; i < child->asked_count; i++) {
        const struct asked *asked = &child->asked[i];
        if (typed_has(arranging->typed, name, asked->text)) {
            texts[count++] = asked->text;
        } else if (asked->needed) {
            arranging->faults = form_faults_join(
                request->arena, arranging->faults,
                error_field(request->arena, ERROR_INVALID, name, NULL,
                            "%s must be asked to come (paragraph %s)", asked->text,
                            asked->paragraph == NULL ? arranging->sheet->kind->paragraph : asked->paragraph));
        }
    }
    for (size_t i = 0; i < more_count; i++) {
        texts[count++] = more[i];
    }
    return meeting_texts(request->arena, texts, count);
}

static const struct value *values_of(struct request *request, struct arranging *arranging,
                                     const struct meeting_child *child)
{
    const struct entry_type *type = arranging->type;
    struct value *values = arena_many(request->arena, struct value, type->field_count);
    memcpy(values, arranging->values, type->field_count * sizeof *values);
    const struct field *invited = entry_type_field(type, "invited");
    const struct field *agenda = entry_type_field(type, "agenda");
    if (invited != NULL) {
        values[invited->index] = invited_of(request, arranging, child);
    }
    if (agenda != NULL && child->agenda_count > 0) {
        const struct code **codes = arena_many(request->arena, const struct code *, child->agenda_count);
        for (size_t i = 0; i < child->agenda_count; i++) {
            codes[i] = child->agenda[i].part->code;
        }
        values[agenda->index] = (struct value){.kind = VALUE_CODES, .list = {codes, child->agenda_count}};
    }
    return form_asked(request->arena, arranging->sheet->pack, type, values,
                      &child->frame.view->position->standing,
                      moment_of_instant(arranging->sheet->pack, request->act.now).day);
}

static void read_common(struct request *request, struct arranging *arranging)
{
    struct arena *arena = request->arena;
    const struct pack *pack = arranging->sheet->pack;
    const struct case_view *view = arranging->sheet->children[0].frame.view;
    const struct entry_type *type = arranging->type;
    struct day today = moment_of_instant(pack, request->act.now).day;
    size_t count;
    const int *fields = common_fields(arena, type, &count);
    const struct value *read;
    const struct error *faults = form_values(arena, pack, type, "", arranging->typed, fields, count, &read);
    struct value *values = arena_many(arena, struct value, type->field_count);
    memcpy(values, read, type->field_count * sizeof *values);
    values[type->part_key] = (struct value){.kind = VALUE_CODE, .code = arranging->sheet->kind->code};
    arranging->values = form_asked(arena, pack, type, values, &view->position->standing, today);
    arranging->unasked =
        (struct unasked){.type = type, .prefix = "", .typed = read, .asked = arranging->values};
    faults = form_faults_join(arena, unasked_fault(request, &arranging->unasked, 1), faults);
    if (faults == NULL) {
        faults = form_asks(arena, pack, type, "", arranging->values, fields, count, &view->position->standing,
                           today);
    }
    arranging->faults = form_faults_join(arena, arranging->faults, faults);
}

static const struct error *record(struct request *request, struct arranging *arranging,
                                  struct recorded *recorded)
{
    const struct meeting_sheet *sheet = arranging->sheet;
    struct case_part *parts = arena_many(request->arena, struct case_part, sheet->count);
    struct part_entry *entries = arena_many(request->arena, struct part_entry, sheet->count);
    for (size_t i = 0; i < sheet->count; i++) {
        entries[i] = (struct part_entry){.type = arranging->type,
                                         .values = values_of(request, arranging, &sheet->children[i])};
        parts[i] = (struct case_part){
            .reference = sheet->children[i].frame.view->reference.text, .entries = &entries[i], .count = 1};
    }
    TRY(arranging->faults);
    return act_together_record(&request->act,
                               &(struct together_input){.parts = parts,
                                                        .count = sheet->count,
                                                        .begins_meeting = sheet->kind->code->id,
                                                        .idempotency_key = request_form(request, "_form")},
                               recorded);
}

const struct error *page_meeting_arrange_post(struct request *request, struct reply *reply)
{
    struct arranging arranging;
    struct recorded recorded;
    TRY(begin(request, &arranging));
    if (arranging.sheet->kind == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    arranging.typed = typed_of_request(request);
    TRY(add_others(request, &arranging));
    read_common(request, &arranging);
    const char *go = request_form(request, "_go");
    bool all_shown = true;
    for (size_t i = 0; i < arranging.sheet->count; i++) {
        all_shown = all_shown && is_shown_yet(&arranging, &arranging.sheet->children[i]);
    }
    if (!all_shown || (go != NULL && strcmp(go, "show") == 0)) {
        if (go != NULL && strcmp(go, "show") == 0) {
            arranging.faults = NULL;
        }
        write_page(request, &arranging, arranging.faults == NULL ? 200 : 422, reply);
        return NULL;
    }
    const struct error *error = record(request, &arranging, &recorded);
    if (error == NULL) {
        reply_redirect(reply, arena_printf(request->arena, "%s/meetings?done=%llu",
                                           arranging.sheet->children[0].frame.path,
                                           (unsigned long long)recorded.entry->seq));
        return NULL;
    }
    if (entry_form_status(error) != 422) {
        return error;
    }
    arranging.faults = error;
    write_page(request, &arranging, 422, reply);
    return NULL;
}
