#include "web/pages/meeting_sheet.h"
#include "web/pages/pages.h"

#include "base/text.h"

#include <string.h>

/* Every answer of an entry, in the order of its form; of a long page, where they stand. */
static void write_answers(struct ui *ui, const struct case_frame *frame, const struct known *known)
{
    const struct entry_type *type = known->type;
    if (ui_is_long(ui)) {
        ui_link(ui, "This page is long: read what was recorded by itself", case_entry_path(ui, frame, known));
        return;
    }
    struct ui_row *rows = arena_many(ui->arena, struct ui_row, type->field_count);
    size_t count = 0;
    for (size_t i = 0; i < type->field_count; i++) {
        const char *text = show_value(ui->arena, ui->pack, &type->fields[i], &known->values[i]);
        if (text[0] != '\0' && !type->fields[i].system) {
            rows[count++] = (struct ui_row){.key = type->fields[i].label, .value = {.text = text}};
        }
    }
    ui_summary(ui, rows, count);
}

/* The entry type of a part and a step, when this role may record it now. */
static const struct entry_type *recordable(struct ui *ui, const struct case_frame *frame,
                                           enum entry_part part, enum entry_step step)
{
    const struct pack *pack = frame->view->pack;
    for (size_t i = 0; i < pack->type_count && frame->as_of == NULL; i++) {
        const struct entry_type *type = &pack->types[i];
        if (type->part == part && type->step == step &&
            act_may_record(&ui->request->session.actor, pack, type)) {
            return type;
        }
    }
    return NULL;
}

static void write_record_link(struct ui *ui, const struct case_frame *frame, enum entry_part part,
                              enum entry_step step, const struct known *from, const struct code *key)
{
    const struct entry_type *type = recordable(ui, frame, part, step);
    if (type == NULL) {
        return;
    }
    const char *path = arena_printf(ui->arena, "%s/record/%s", frame->path, type->id);
    if (key != NULL && type->part_key >= 0) {
        path = arena_printf(ui->arena, "%s?%s=%s", path, type->fields[type->part_key].id, key->id);
    } else if (from != NULL) {
        path = arena_printf(ui->arena, "%s?from=%llu", path, (unsigned long long)from->entry->seq);
    }
    ui_link(ui, type->verb, path);
}

/* ---- plans ---- */

static void write_plan(struct ui *ui, const struct case_frame *frame, const struct plan *plan)
{
    const struct known *latest = plan->reviewed != NULL ? plan->reviewed : plan->made;
    ui_h2(ui, plan->kind->title);
    ui_tags(
        ui,
        &(struct ui_tag){plan->ended == NULL ? "Running" : "Ended", plan->ended == NULL ? "green" : "grey"},
        1);
    if (plan->ended == NULL) {
        write_record_link(ui, frame, PART_PLAN, STEP_CONTINUE, NULL, plan->kind);
        write_record_link(ui, frame, PART_PLAN, STEP_END, NULL, plan->kind);
    }
    write_answers(ui, frame, plan->ended != NULL ? plan->ended : latest);
    if (latest != plan->made || plan->ended != NULL) {
        ui_h3(ui, "As it was made");
        write_answers(ui, frame, plan->made);
    }
}

static bool is_of_plan(const struct known *known, const struct plan *plan)
{
    const struct entry_type *type = known->type;
    return type->part == PART_PLAN && type->part_key >= 0 &&
           known->values[type->part_key].kind == VALUE_CODE &&
           known->values[type->part_key].code == plan->kind;
}

static void write_plan_history(struct ui *ui, const struct case_frame *frame, const struct plan *plan)
{
    const struct history *history = frame->view->history;
    struct ui_event *events = arena_many(ui->arena, struct ui_event, history->count);
    size_t count = 0;
    for (size_t i = history->count; i > 0; i--) {
        const struct known *known = &history->list[i - 1];
        if (is_of_plan(known, plan)) {
            known = known_as_written(known);
            events[count++] = (struct ui_event){
                .title = known->type->title,
                .path = case_entry_path(ui, frame, known),
                .by = known->entry->recorded_name,
                .when = show_moment(ui->arena, ui->pack, known->occurred),
                .text = show_summary(ui->arena, ui->pack, known->type, known->values),
            };
        }
    }
    ui_h3(ui, "Its history");
    ui_timeline(ui, events, count);
}

static void write_actions(struct ui *ui, const struct case_frame *frame, bool open)
{
    static const char *const heads[] = {"Action", "Who", "By when", "Progress"};
    const struct case_state *state = frame->view->state;
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, state->action_count * 4);
    const struct entry_type *progress = recordable(ui, frame, PART_ACTION, STEP_CONTINUE);
    if (progress == NULL) {
        progress = recordable(ui, frame, PART_ACTION, STEP_END);
    }
    size_t count = 0;
    for (size_t i = 0; i < state->action_count; i++) {
        const struct action *action = &state->actions[i];
        if (action->open != open) {
            continue;
        }
        const struct known *agreed = action->agreed;
        struct ui_cell *row = &cells[count++ * 4];
        const struct field *text = entry_type_field(agreed->type, "action");
        const struct field *owner = entry_type_field(agreed->type, "owner");
        const struct field *agency = entry_type_field(agreed->type, "agency");
        const struct field *due = entry_type_field(agreed->type, "due_at");
        const char *agency_text =
            agency == NULL ? NULL : show_value(ui->arena, ui->pack, agency, &agreed->values[agency->index]);
        row[0] = (struct ui_cell){
            .text = text == NULL ? show_summary(ui->arena, ui->pack, agreed->type, agreed->values)
                                 : show_value(ui->arena, ui->pack, text, &agreed->values[text->index]),
            .path = case_entry_path(ui, frame, agreed)};
        row[1] = (struct ui_cell){
            .text =
                owner == NULL ? "" : show_value(ui->arena, ui->pack, owner, &agreed->values[owner->index]),
            .under = agency_text};
        row[2] = (struct ui_cell){
            .text = due == NULL ? "" : show_value(ui->arena, ui->pack, due, &agreed->values[due->index])};
        if (open && progress != NULL) {
            row[3] =
                (struct ui_cell){.text = progress->verb,
                                 .path = arena_printf(ui->arena, "%s/record/%s?from=%llu", frame->path,
                                                      progress->id, (unsigned long long)agreed->entry->seq)};
        } else if (action->progress != NULL) {
            row[3] = (struct ui_cell){
                .text = show_summary(ui->arena, ui->pack, action->progress->type, action->progress->values),
                .path = case_entry_path(ui, frame, action->progress)};
        }
    }
    if (count > 0) {
        ui_table(ui, NULL, heads, 4, cells, count);
    } else {
        ui_text(ui, open ? "No action is open." : "No action is done yet.");
    }
}

const struct error *page_case_plans(struct request *request, struct reply *reply)
{
    struct case_frame frame;
    TRY(case_frame_read(request, &frame));
    struct ui *ui = case_frame_begin(request, &frame, "Plan", "plan");
    const struct case_state *state = frame.view->state;
    if (state->plan_count == 0) {
        ui_h2(ui, "Plans");
        ui_text(
            ui,
            "No plan has been made. A plan says what is to change for the child, who leads, and when it is "
            "looked at again.");
    }
    write_record_link(ui, &frame, PART_PLAN, STEP_BEGIN, NULL, NULL);
    for (int running = 1; running >= 0; running--) {
        for (size_t i = 0; i < state->plan_count; i++) {
            if ((state->plans[i].ended == NULL) == (running == 1)) {
                write_plan(ui, &frame, &state->plans[i]);
                write_plan_history(ui, &frame, &state->plans[i]);
            }
        }
    }
    case_progress_write(ui, &frame);
    ui_h2(ui, "Open actions");
    write_actions(ui, &frame, true);
    write_record_link(ui, &frame, PART_ACTION, STEP_BEGIN, NULL, NULL);
    ui_h2(ui, "Actions that are over");
    write_actions(ui, &frame, false);
    ui_finish(ui, reply, 200);
    return NULL;
}

/* ---- meetings ---- */

/* Who of those invited comes, cannot come, and has not said; nothing before the first answer. */
static void write_who_comes(struct ui *ui, const struct case_view *view, const struct meeting *meeting)
{
    static const char *const answers[] = {"coming", "apologies", ""};
    const struct entry_type *type = pack_type(view->pack, meeting_answers_type);
    const struct value *invited = meeting_value(meeting->arranged, "invited");
    struct ui_row rows[3];
    size_t count = 0;
    for (size_t a = 0; a < 3 && type != NULL && invited->kind == VALUE_TEXTS; a++) {
        const struct field *field = entry_type_field(type, answers[a]);
        const char *who = "";
        for (size_t i = 0; i < invited->list.count; i++) {
            const char *one = value_texts(invited)[i];
            if (text_equal(meeting_answer(view, meeting->kind, meeting->arranged, one), answers[a])) {
                who = arena_printf(ui->arena, "%s%s%s", who, who[0] == '\0' ? "" : "\n", one);
            }
        }
        if (who[0] != '\0' && (field != NULL || count > 0)) {
            rows[count++] = (struct ui_row){.key = field == NULL ? "Who has not answered yet?" : field->label,
                                            .value = {.text = who}};
        }
    }
    ui_summary(ui, rows, count);
}

static void write_meeting(struct ui *ui, const struct case_frame *frame, const struct meeting *meeting)
{
    if (meeting->held != NULL) {
        ui_h3(ui, arena_printf(ui->arena, "%s, %s", meeting->kind->title,
                               show_moment(ui->arena, ui->pack, meeting->held->occurred)));
        write_answers(ui, frame, meeting->held);
        ui_link(ui, "The record of the meeting, to print and to give out",
                arena_printf(ui->arena, "%s/meetings/%llu/record", frame->path,
                             (unsigned long long)meeting->held->entry->seq));
        ui_link(ui, "The entry, and its corrections", case_entry_path(ui, frame, meeting->held));
        if (recordable(ui, frame, PART_ACTION, STEP_BEGIN) != NULL) {
            ui_link(ui, "Add its actions",
                    arena_printf(ui->arena, "%s/meetings/%llu/actions", frame->path,
                                 (unsigned long long)meeting->held->entry->seq));
        }
        return;
    }
    const struct field *starts = entry_type_field(meeting->arranged->type, "starts_at");
    const char *at = starts == NULL
                         ? ""
                         : show_value(ui->arena, ui->pack, starts, &meeting->arranged->values[starts->index]);
    ui_h3(ui, arena_printf(ui->arena, "%s%s%s", meeting->kind->title, at[0] == '\0' ? "" : ", ", at));
    write_answers(ui, frame, meeting->arranged);
    if (!ui_is_long(ui)) {
        write_who_comes(ui, frame->view, meeting);
    }
    if (recordable(ui, frame, PART_MEETING, STEP_END) != NULL &&
        pack_meeting(ui->pack, meeting->kind == NULL ? NULL : meeting->kind->id) != NULL) {
        const char *path = arena_printf(ui->arena, "%s/meetings/%llu", frame->path,
                                        (unsigned long long)meeting->arranged->entry->seq);
        ui_link(ui, "Hold this meeting", arena_printf(ui->arena, "%s/hold", path));
        ui_link(ui, "Record who answered the invitation", arena_printf(ui->arena, "%s/answers", path));
    }
    write_record_link(ui, frame, PART_MEETING, STEP_END, NULL, meeting->kind);
    ui_link(ui, "The entry, and its corrections", case_entry_path(ui, frame, meeting->arranged));
}

const struct error *page_case_meetings(struct request *request, struct reply *reply)
{
    struct case_frame frame;
    TRY(case_frame_read(request, &frame));
    struct ui *ui = case_frame_begin(request, &frame, "Meetings", "meetings");
    const struct case_state *state = frame.view->state;
    case_outcome_write(ui, &frame);
    if (frame.view->pack->meeting_count > 0 && recordable(ui, &frame, PART_MEETING, STEP_BEGIN) != NULL) {
        ui_link(ui, "Arrange a meeting: who must be asked, and its agenda",
                arena_printf(ui->arena, "%s/meetings/arrange", frame.path));
    }
    write_record_link(ui, &frame, PART_MEETING, STEP_BEGIN, NULL, NULL);
    write_record_link(ui, &frame, PART_MEETING, STEP_END, NULL, NULL);
    for (int coming = 1; coming >= 0; coming--) {
        size_t count = 0;
        ui_h2(ui, coming == 1 ? "Coming" : "Held");
        for (size_t i = state->meeting_count; i > 0; i--) {
            if ((state->meetings[i - 1].held == NULL) == (coming == 1)) {
                write_meeting(ui, &frame, &state->meetings[i - 1]);
                count++;
            }
        }
        if (count == 0) {
            ui_text(ui, coming == 1 ? "No meeting is arranged." : "No meeting has been held.");
        }
    }
    ui_finish(ui, reply, 200);
    return NULL;
}

/* ---- people ---- */

const struct error *page_case_people(struct request *request, struct reply *reply)
{
    static const char *const heads[] = {"Who", "As", "Recorded"};
    struct case_frame frame;
    TRY(case_frame_read(request, &frame));
    struct ui *ui = case_frame_begin(request, &frame, "People", "people");
    const struct child_view *child = &frame.view->child;
    const struct entry_type *details = &frame.view->pack->types[frame.view->pack->details_type];
    struct ui_row *rows = arena_many(ui->arena, struct ui_row, details->field_count);
    size_t count = 0;
    ui_h2(ui, "The child");
    for (size_t i = 0; i < details->field_count; i++) {
        const char *text = show_value(ui->arena, ui->pack, &details->fields[i], &child->values[i]);
        if (text[0] != '\0') {
            rows[count++] = (struct ui_row){.key = details->fields[i].label, .value = {.text = text}};
        }
    }
    ui_summary(ui, rows, count);
    if (frame.as_of == NULL) {
        ui_link(ui, "Change the child's details", case_frame_path(ui, &frame, "/details"));
    }
    const struct case_state *state = frame.view->state;
    if (frame.as_of == NULL && pack_type(frame.view->pack, "case-linked") != NULL) {
        ui_link(ui, "Linked cases", case_frame_path(ui, &frame, "/links"));
    }
    ui_h2(ui, "People named on the case");
    if (state->person_count == 0) {
        ui_text(ui, "Nobody else has been named in an entry of their own.");
    } else {
        struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, state->person_count * 3);
        for (size_t i = 0; i < state->person_count; i++) {
            const struct known *by = state->people[i].by;
            cells[i * 3] = (struct ui_cell){.text = state->people[i].text};
            cells[i * 3 + 1] =
                (struct ui_cell){.text = by->type->title, .path = case_entry_path(ui, &frame, by)};
            cells[i * 3 + 2] = (struct ui_cell){.text = show_moment(ui->arena, ui->pack, by->occurred)};
        }
        ui_table(ui, NULL, heads, 3, cells, state->person_count);
    }
    ui_finish(ui, reply, 200);
    return NULL;
}
