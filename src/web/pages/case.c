#include "web/pages/case_frame.h"
#include "web/pages/disposal.h"
#include "web/pages/pages.h"
#include "web/pages/screen.h"

#include "base/text.h"

#include <string.h>

enum { LATEST = 5 };

/* Overdue first, then by due time; those without a due time last: later than any instant. */
static int by_due(const void *a, const void *b)
{
    const struct duty *const *one = a;
    const struct duty *const *two = b;
    int order = instant_compare((*one)->due_at, (*two)->due_at);
    return order != 0 ? order : instant_compare((*one)->begun_at, (*two)->begun_at);
}

static const struct duty **duties_of(struct ui *ui, const struct duty *duties, size_t all, bool unmet,
                                     size_t *ret_count)
{
    const struct duty **list = arena_many(ui->arena, const struct duty *, all);
    size_t count = 0;
    for (size_t i = 0; i < all; i++) {
        if (case_duty_unmet(&duties[i]) == unmet) {
            list[count++] = &duties[i];
        }
    }
    if (unmet) {
        qsort(list, count, sizeof *list, by_due);
    }
    *ret_count = count;
    return list;
}

static const char *paragraph(struct ui *ui, const char *number)
{
    return number == NULL ? NULL : paragraph_title(ui->arena, number);
}

static void write_open(struct ui *ui, const struct case_frame *frame, const struct duty *const *duties,
                       size_t count)
{
    static const char *const heads[] = {"What", "How long is left", "Who", "Record it"};
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * 4);
    for (size_t i = 0; i < count; i++) {
        const struct duty *duty = duties[i];
        struct standing_words words =
            show_standing(ui->arena, ui->pack, duty->state, duty->due_at, duty->met_at, frame->view->at);
        const char *verb = NULL;
        const char *path = case_meeting_path(ui, frame, duty, &verb);
        bool has_due = !instant_is_never(duty->due_at);
        struct ui_cell *row = &cells[i * 4];
        row[0] = (struct ui_cell){.text = case_duty_title(ui, duty),
                                  .under = paragraph(ui, duty->rule->paragraph)};
        row[1] =
            (struct ui_cell){.text = words.tag,
                             .tone = words.tone,
                             .under = has_due ? arena_printf(ui->arena, "%s; due %s", words.left,
                                                             show_instant(ui->arena, ui->pack, duty->due_at))
                                              : words.left};
        row[2] = (struct ui_cell){.text = show_role(ui->pack, duty->rule->owner_role),
                                  .under = show_code(ui->pack, "agency", duty->rule->owner_agency)};
        row[3] = (struct ui_cell){.text = path == NULL ? "" : verb, .path = path};
    }
    ui_table(ui, NULL, heads, 4, cells, count);
}

static void write_next(struct ui *ui, const struct case_frame *frame)
{
    const struct position *position = frame->view->position;
    size_t count;
    const struct duty **duties = duties_of(ui, position->duties, position->duty_count, true, &count);
    ui_h2(ui, "What next");
    if (count == 0) {
        ui_text(ui, frame->view->state->open ? "No duty is open on this case."
                                             : "The case is closed and no duty is open.");
    } else {
        write_open(ui, frame, duties, count);
    }
    const struct duty **prompts = duties_of(ui, position->prompts, position->prompt_count, true, &count);
    if (count > 0) {
        ui_h2(ui, "Steps to keep in mind");
        write_open(ui, frame, prompts, count);
    }
}

/* The other chapters that apply to this child. */
static void write_references(struct ui *ui, const struct case_view *view)
{
    struct ui_link *links = arena_many(ui->arena, struct ui_link, view->pack->reference_count);
    size_t count = 0;
    for (size_t i = 0; i < view->pack->reference_count; i++) {
        const struct reference_text *reference = &view->pack->references[i];
        if (reference->on_case && case_holds(view->position, &reference->when)) {
            links[count++] = (struct ui_link){reference->title, reference->url, reference->text};
        }
    }
    if (count > 0) {
        ui_h2(ui, "Also applies");
        ui_links(ui, links, count);
    }
}

/* The last start of the procedure: the concern that the law looks at. */
static const struct known *last_start(const struct case_view *view)
{
    const struct known *last = NULL;
    for (size_t i = 0; i < view->history->count; i++) {
        if (view->history->list[i].type->part == PART_START) {
            last = &view->history->list[i];
        }
    }
    return last;
}

static bool is_estimated(const struct case_view *view)
{
    const struct field *field =
        entry_type_field(&view->pack->types[view->pack->details_type], "date_of_birth_estimated");
    const struct value *value = field == NULL ? NULL : &view->child.values[field->index];
    return value != NULL && value->kind == VALUE_CODE && strcmp(value->code->id, "yes") == 0;
}

/* What the law says at the age the child had on the day of the concern. */
static void write_law(struct ui *ui, const struct case_view *view)
{
    const struct pack *pack = view->pack;
    const struct known *start = last_start(view);
    if (pack->band_count == 0 || start == NULL) {
        return;
    }
    const char *on = show_day(ui->arena, start->occurred.day);
    int age = view->child.has_birth ? day_years_between(view->child.birth, start->occurred.day) : -1;
    ui_h2(ui, "The law at the child's age");
    if (age < 0) {
        ui_summary(ui,
                   &(struct ui_row){.key = "Age not known",
                                    .value = {.text = "Treat them as a child until their age is known."}},
                   1);
        return;
    }
    for (size_t i = 0; i < pack->band_count; i++) {
        const struct age_band *band = &pack->bands[i];
        if (age >= band->from && age < band->under && case_holds(view->position, &band->when)) {
            const char *how =
                is_estimated(view) ? ", by an estimated date of birth: the child may be younger" : "";
            ui_summary(
                ui,
                &(struct ui_row){.key = band->title,
                                 .value = {.text = band->text,
                                           .under = arena_printf(
                                               ui->arena, "Age %d on %s, the day of the concern%s. %s", age,
                                               on, how, paragraph_title(ui->arena, band->paragraph))}},
                1);
            return;
        }
    }
    ui_text(ui, arena_printf(ui->arena, "Age %d on %s, the day of the concern.", age, on));
}

/* 11.29: new information can start assessment and strategy discussion again, on an open or a closed case. */
static void write_restart(struct ui *ui, const struct case_frame *frame)
{
    const struct case_view *view = frame->view;
    const char *path = arena_printf(ui->arena, "/referral/new?case=%s", view->reference.text);
    if (!act_may_record(&ui->request->session.actor, view->pack,
                        &view->pack->types[view->pack->start_type])) {
        return;
    }
    if (view->state->open) {
        ui_link(ui, "There is new information: start assessment and strategy discussion again", path);
        return;
    }
    ui_inset(
        ui,
        "This case is closed. When something new comes to light, the procedure starts again here; what was "
        "done before stays as it is.");
    ui_button_link(ui, BUTTON_MAIN, "Start the procedure again", path);
}

static void write_done(struct ui *ui, const struct case_frame *frame)
{
    static const char *const heads[] = {"What", "How it ended", "Begun"};
    size_t count;
    const struct position *position = frame->view->position;
    const struct duty **duties = duties_of(ui, position->duties, position->duty_count, false, &count);
    if (count == 0) {
        return;
    }
    ui_h2(ui, "What was done");
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * 3);
    for (size_t i = 0; i < count; i++) {
        const struct duty *duty = duties[count - 1 - i];
        struct standing_words words =
            show_standing(ui->arena, ui->pack, duty->state, duty->due_at, duty->met_at, frame->view->at);
        cells[i * 3] = (struct ui_cell){.text = case_duty_title(ui, duty),
                                        .under = paragraph(ui, duty->rule->paragraph)};
        cells[i * 3 + 1] = (struct ui_cell){.text = words.tag, .tone = words.tone, .under = words.left};
        cells[i * 3 + 2] = (struct ui_cell){.text = show_instant(ui->arena, ui->pack, duty->begun_at)};
    }
    ui_table(ui, NULL, heads, 3, cells, count);
}

static void write_marks(struct ui *ui, const struct case_view *view)
{
    struct ui_row *rows = arena_many(ui->arena, struct ui_row, view->pack->mark_count);
    size_t count = 0;
    for (size_t i = 0; i < view->pack->mark_count; i++) {
        const struct mark *mark = &view->pack->marks[i];
        if (view->position->marks[i] && mark->text != NULL) {
            rows[count++] = (struct ui_row){
                .key = mark->title, .value = {.text = mark->text, .under = paragraph(ui, mark->paragraph)}};
        }
    }
    if (count > 0) {
        ui_h2(ui, "What stands out");
        ui_summary(ui, rows, count);
    }
}

static void write_plans(struct ui *ui, const struct case_frame *frame)
{
    const struct case_state *state = frame->view->state;
    size_t running = 0;
    for (size_t i = 0; i < state->plan_count; i++) {
        running += state->plans[i].ended == NULL;
    }
    ui_h2(ui, "Plans");
    if (running == 0) {
        ui_text(ui, "No plan runs on this case.");
        return;
    }
    struct ui_row *rows = arena_many(ui->arena, struct ui_row, running);
    size_t count = 0;
    for (size_t i = 0; i < state->plan_count; i++) {
        const struct plan *plan = &state->plans[i];
        if (plan->ended == NULL) {
            const struct known *latest = plan->reviewed != NULL ? plan->reviewed : plan->made;
            rows[count++] = (struct ui_row){
                .key = plan->kind->title,
                .value = {.text =
                              arena_printf(ui->arena, "%s %s", plan->reviewed != NULL ? "Reviewed" : "Made",
                                           show_moment(ui->arena, ui->pack, latest->occurred)),
                          .path = case_frame_path(ui, frame, "/plan")}};
        }
    }
    ui_summary(ui, rows, count);
}

static void write_latest(struct ui *ui, const struct case_frame *frame)
{
    const struct history *history = frame->view->history;
    size_t count = history->count < LATEST ? history->count : LATEST;
    struct ui_event *events = arena_many(ui->arena, struct ui_event, count);
    for (size_t i = 0; i < count; i++) {
        const struct known *known = known_as_written(&history->list[history->count - 1 - i]);
        events[i] = (struct ui_event){
            .title = known->type->title,
            .path = case_entry_path(ui, frame, known),
            .by = known->entry->recorded_name,
            .when = show_moment(ui->arena, ui->pack, known->occurred),
            .text = show_summary(ui->arena, ui->pack, known->type, known->values),
        };
    }
    ui_h2(ui, "Latest entries");
    if (count == 0) {
        ui_text(ui, "Nothing was recorded on this case by then.");
        return;
    }
    ui_timeline(ui, events, count);
    ui_link(ui, "The whole chronology", case_frame_path(ui, frame, "/chronology"));
}

static void write_notices(struct ui *ui, const struct case_frame *frame)
{
    case_outcome_write(ui, frame);
    const char *saved = request_query(ui->request, "saved");
    if (saved != NULL && strcmp(saved, "draft") == 0) {
        ui_banner(ui, true, "Your draft is saved", "It waits for you under My work. Only you can see it.");
    } else if (saved != NULL && strcmp(saved, "details") == 0) {
        ui_banner(ui, true, "The details are changed", "");
    }
}

static void write_as_of(struct ui *ui, const struct case_frame *frame)
{
    ui_h2(ui, "The case as it stood");
    ui_text(ui, "Shows only what was recorded by the end of that day.");
    ui_filter_form(ui, frame->path);
    ui_date(ui,
            &(struct ui_field){
                .name = "as_of", .label = "Show the case as it stood on", .hint = "For example, 27 3 2026."},
            (struct typed){NULL, 0}, false);
    ui_button(ui, BUTTON_SECONDARY, "Show", NULL, NULL);
    ui_form_end(ui);
}

/* For those who may. */
static const struct error *write_move(struct ui *ui, const struct case_frame *frame)
{
    const struct pack *const *targets;
    size_t count;
    TRY(act_case_move_targets(&ui->request->act, frame->view, &targets, &count));
    if (count > 0) {
        ui_h2(ui, "Procedure");
        ui_text(ui, frame->view->pack->title);
        ui_link(ui, "Move the case to another procedure", case_frame_path(ui, frame, "/move"));
    }
    const struct role *role = ui->request->session.actor.role;
    if (role->reads_looks && !role->inspects) {
        ui_h2(ui, "Who may not look");
        ui_link(ui, "Restrict the case, or declare a conflict of interest",
                case_frame_path(ui, frame, "/restrict"));
    }
    if (role->holds_records) {
        ui_h2(ui, "How long the record is kept");
        ui_link(ui, "See until when, or hold it", disposal_path(ui->arena, frame->view->id));
    }
    return NULL;
}

const struct error *page_case(struct request *request, struct reply *reply)
{
    struct case_frame frame;
    TRY(case_frame_read(request, &frame));
    struct ui *ui = case_frame_begin(request, &frame, NULL, "");
    write_notices(ui, &frame);
    if (frame.as_of == NULL) {
        ui_buttons(ui);
        ui_button_link(ui, BUTTON_MAIN, "Record an entry", case_frame_path(ui, &frame, "/record"));
        ui_button_link(ui, BUTTON_SECONDARY, "Change the child's details",
                       case_frame_path(ui, &frame, "/details"));
        ui_buttons_end(ui);
    }
    if (frame.as_of == NULL) {
        write_restart(ui, &frame);
    }
    write_next(ui, &frame);
    write_marks(ui, frame.view);
    case_helpers_write(ui, frame.view);
    write_law(ui, frame.view);
    write_references(ui, frame.view);
    write_plans(ui, &frame);
    ui_link(ui, "The plan in plain words, to print for the child",
            case_frame_path(ui, &frame, "/child-summary"));
    case_screens_write(ui, &frame);
    write_latest(ui, &frame);
    write_done(ui, &frame);
    if (frame.as_of == NULL) {
        TRY(write_move(ui, &frame));
    }
    write_as_of(ui, &frame);
    ui_finish(ui, reply, 200);
    return NULL;
}
