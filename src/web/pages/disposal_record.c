/* One record: why it is kept, what was decided about it, and each step on a page of its own. */
#include "web/pages/disposal.h"
#include "web/pages/pages.h"

#include "base/text.h"

#include <string.h>

static const char *number(struct arena *arena, uint64_t count)
{
    return arena_printf(arena, "%llu", (unsigned long long)count);
}

static const struct error *record_of(const struct request *request, struct id *ret_record)
{
    return id_parse(request_param(request, "record"), ret_record) ? NULL : error_of(ERROR_NOT_FOUND);
}

/* ---- what stands ---- */

static const char *when_words(struct ui *ui, const struct disposal_view *view)
{
    switch (view->row.state) {
    case DISPOSAL_OPEN:
        return "The case is open. It is kept as long as it is, and then for as long as the rules say.";
    case DISPOSAL_NO_RULE:
        return "No rule of the procedure says how long this record is kept. It stays.";
    case DISPOSAL_KEPT:
        return "It is kept. Nobody can propose yet that it is destroyed.";
    case DISPOSAL_HELD:
        return view->hold_count > 0 ? "It is held, and is not destroyed while a hold stands."
                                    : "The person has asked for what is held about them. Nothing goes before "
                                      "they have an answer.";
    case DISPOSAL_DUE:
        return "The time that it is kept for is over. Somebody may propose that it is destroyed.";
    case DISPOSAL_PROPOSED:
        return "It is proposed that this record is destroyed. Another person decides.";
    case DISPOSAL_WAITING:
        return arena_printf(ui->arena,
                            "Two people agreed that this record is destroyed. It can be cancelled; it "
                            "is not destroyed before %s is over.",
                            show_day_of(ui->arena, ui->pack, view->row.ready_at));
    case DISPOSAL_READY:
        return "Two people agreed, and the waiting period is over. The record can be destroyed.";
    case DISPOSAL_DESTROYED:
        return "This record was destroyed. Nothing of what it held is left.";
    case DISPOSAL_STATES:
        break;
    }
    return "";
}

static const char *goes_along(struct ui *ui, const struct disposal_view *view)
{
    bool gone = view->row.state == DISPOSAL_DESTROYED;
    const char *person = view->others == 0 ? gone ? "The child's own record went with it"
                                                  : "The child's own record goes with it"
                         : gone ? "The child's own record stayed, because other cases are about them"
                                : "The child's own record stays, because other cases are about them";
    return view->meetings == 0 ? person
                               : arena_printf(ui->arena, "%s. %s", person,
                                              show_count(ui->arena, view->meetings,
                                                         "record of a meeting that is nobody else's",
                                                         "records of meetings that are nobody else's"));
}

static void add_row(struct ui_row *rows, size_t *count, const char *key, const char *text)
{
    rows[(*count)++] = (struct ui_row){.key = key, .value = {.text = text}};
}

static void write_facts(struct ui *ui, const struct disposal_view *view)
{
    struct ui_row rows[12];
    size_t count = 0;
    const struct disposal_row *row = &view->row;
    bool of_case = row->kind == RETENTION_CASE;
    rows[count++] = (struct ui_row){.key = "How it stands", .value = disposal_state_cell(row)};
    add_row(rows, &count, "Kind of record", disposal_kind(row->kind));
    add_row(rows, &count, "Begun", show_day(ui->arena, view->begun));
    if (of_case && view->is_closed) {
        add_row(rows, &count, "Closed", show_day(ui->arena, view->closed));
    }
    add_row(rows, &count, "Entries", number(ui->arena, view->entries));
    if (*row->rule_title != '\0') {
        rows[count++] =
            (struct ui_row){.key = "Kept because", .value = {.text = row->rule_title, .under = row->source}};
        add_row(rows, &count, "Kept until", show_day(ui->arena, row->last_day));
    }
    if (row->rule != NULL) {
        add_row(rows, &count, "Why so long", row->rule->why);
    }
    if (of_case) {
        add_row(rows, &count, "What goes along", goes_along(ui, view));
    }
    ui_summary(ui, rows, count);
}

static void write_holds(struct ui *ui, const struct disposal_view *view)
{
    static const char *const heads[] = {"Placed", "Why", "By", "Lift"};
    size_t columns = view->may_hold ? 4 : 3;
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, view->hold_count * columns);
    for (size_t i = 0; i < view->hold_count; i++) {
        const struct hold_view *hold = &view->holds[i];
        struct ui_cell *at = &cells[i * columns];
        at[0] = (struct ui_cell){.text = show_day_of(ui->arena, ui->pack, hold->at)};
        at[1] = (struct ui_cell){.text = hold->reason};
        at[2] = (struct ui_cell){.text = hold->by};
        if (view->may_hold) {
            at[3] = (struct ui_cell){.text = arena_printf(ui->arena, "Lift the hold of %s",
                                                          show_day_of(ui->arena, ui->pack, hold->at)),
                                     .path = arena_printf(ui->arena, "%s/do/lift?about=%s",
                                                          disposal_path(ui->arena, view->row.record),
                                                          number(ui->arena, hold->seq))};
        }
    }
    if (view->hold_count > 0) {
        ui_h2(ui, "Holds that stand");
        ui_table(ui, NULL, heads, columns, cells, view->hold_count);
    }
}

static void write_steps(struct ui *ui, const struct disposal_view *view)
{
    struct ui_event *events = arena_many(ui->arena, struct ui_event, view->step_count);
    ui_h2(ui, "What was decided");
    if (view->step_count == 0) {
        ui_text(ui, "Nothing yet. Holds, proposals and decisions show here, with who took them and why.");
        return;
    }
    for (size_t i = 0; i < view->step_count; i++) {
        const struct disposal_step *step = &view->steps[i];
        events[i] = (struct ui_event){.title = step->what,
                                      .by = step->by,
                                      .when = show_instant(ui->arena, ui->pack, step->at),
                                      .text = step->reason};
    }
    ui_timeline(ui, events, view->step_count);
}

static void write_ways(struct ui *ui, const struct disposal_view *view)
{
    const char *path = disposal_path(ui->arena, view->row.record);
    const char *about = number(ui->arena, view->proposal);
    ui_screen(ui);
    if (view->hindrance != NULL) {
        ui_inset(ui, view->hindrance);
    }
    ui_buttons(ui);
    if (view->may_propose) {
        ui_button_link(ui, BUTTON_MAIN, "Propose that it is destroyed",
                       arena_printf(ui->arena, "%s/do/propose", path));
    }
    if (view->may_agree) {
        ui_button_link(ui, BUTTON_MAIN, "Decide about the proposal",
                       arena_printf(ui->arena, "%s/do/agree?about=%s", path, about));
    }
    if (view->may_destroy) {
        ui_button_link(ui, BUTTON_WARNING, "Destroy the record",
                       arena_printf(ui->arena, "%s/do/destroy?about=%s", path, about));
    }
    if (view->may_cancel) {
        ui_button_link(ui, BUTTON_SECONDARY, "Cancel the proposal",
                       arena_printf(ui->arena, "%s/do/cancel?about=%s", path, about));
    }
    if (view->may_hold) {
        ui_button_link(ui, BUTTON_SECONDARY, "Place a hold", arena_printf(ui->arena, "%s/do/hold", path));
    }
    if (view->row.state == DISPOSAL_DESTROYED) {
        ui_button_link(ui, BUTTON_SECONDARY, "Certificate to print",
                       arena_printf(ui->arena, "%s/certificate", path));
    }
    ui_buttons_end(ui);
    ui_screen_end(ui);
}

static struct ui *begin_page(struct request *request, const struct disposal_view *view, const char *title)
{
    struct ui *ui = ui_begin(request, title, disposal_section);
    ui->back = disposal_section;
    ui->back_text = "Back to keeping and disposing of records";
    ui_title(ui, arena_copy(ui->arena, view->row.reference.text), title);
    return ui;
}

const struct error *page_disposal(struct request *request, struct reply *reply)
{
    struct id record;
    const struct disposal_view *view;
    TRY(record_of(request, &record));
    TRY(act_disposal_read(&request->act, record, &view));
    struct ui *ui = begin_page(request, view, "How long this record is kept");
    if (request_query(request, "done") != NULL) {
        ui_banner(ui, true, "Saved", "It stands below with your name.");
    }
    ui_text(ui, when_words(ui, view));
    write_facts(ui, view);
    write_ways(ui, view);
    write_holds(ui, view);
    write_steps(ui, view);
    ui_finish(ui, reply, 200);
    return NULL;
}

/* ---- a step ---- */

static const struct {
    const char *title;
    const char *text;
    const char *label; /* of the reason; NULL: none is asked */
    const char *button;
    enum ui_button kind;
} step_words[DISPOSAL_ACTS] = {
    [DISPOSAL_HOLD] =
        {"Place a hold",
         "While the hold stands the record is not destroyed, whatever the rules say and whatever was "
         "agreed. Write nothing about the child: who keeps records reads this.",
         "Why is it held?", "Place the hold", BUTTON_MAIN},
    [DISPOSAL_LIFT] = {"Lift a hold",
                       "When no other hold stands, the rules decide again how long it is kept.",
                       "Why is the hold lifted?", "Lift the hold", BUTTON_WARNING},
    [DISPOSAL_PROPOSE] =
        {"Propose that it is destroyed",
         "Another person decides. When they agree, the waiting period begins, and anybody who may "
         "propose or agree can still cancel it.",
         "Why is it to be destroyed?", "Propose it", BUTTON_MAIN},
    [DISPOSAL_AGREE] = {"Decide about the proposal", "", "Why do you decide so?", "Save the decision",
                        BUTTON_MAIN},
    [DISPOSAL_REFUSE] = {"Decide about the proposal", "", "Why do you decide so?", "Save the decision",
                         BUTTON_MAIN},
    [DISPOSAL_CANCEL] = {"Cancel the proposal",
                         "The record stays, and nothing of what was agreed counts any more.",
                         "Why is it cancelled?", "Cancel the proposal", BUTTON_MAIN},
    [DISPOSAL_DESTROY] =
        {"Destroy the record",
         "What the record holds is gone for good, here and in every backup. What stays is that it "
         "was there, when it was destroyed, who decided it, and under which rule.",
         NULL, "Destroy the record", BUTTON_WARNING},
};

static void write_decision(struct ui *ui, const struct disposal_view *view, const char *chosen)
{
    const struct ui_choice choices[] = {
        {.value = "agree",
         .text = "Agree",
         .hint = arena_printf(ui->arena, "It can be destroyed when %s are over.",
                              show_count(ui->arena, (size_t)view->waiting_days, "day", "days")),
         .checked = text_equal(chosen, "agree")},
        {.value = "refuse",
         .text = "Refuse",
         .hint = "The record stays, until somebody proposes it anew.",
         .checked = text_equal(chosen, "refuse")},
    };
    ui_inset(ui, arena_printf(ui->arena, "%s proposed it: %s", view->proposed_by, view->proposed_why));
    if (view->consider != NULL) {
        ui_details(ui, "What to consider", view->consider);
    }
    ui_radios(ui,
              &(struct ui_field){
                  .name = "decision", .label = "What do you decide?", .choices = choices, .choice_count = 2});
}

static const struct error *write_step(struct request *request, struct id record, enum disposal_act what,
                                      const struct error *faults, struct reply *reply)
{
    const struct disposal_view *view;
    const char *about = request_form(request, "about");
    about = about == NULL ? request_query(request, "about") : about;
    TRY(act_disposal_read(&request->act, record, &view));
    bool decides = what == DISPOSAL_AGREE || what == DISPOSAL_REFUSE;
    struct ui *ui = begin_page(request, view, step_words[what].title);
    const char *path = disposal_path(ui->arena, record);
    ui->faults = faults;
    ui->back = path;
    ui->back_text = "Back to the record";
    write_facts(ui, view);
    if (what == DISPOSAL_DESTROY) {
        ui_warning(ui, step_words[what].text);
    } else {
        ui_text(ui, step_words[what].text);
    }
    ui_form(ui, request->path);
    ui_hidden(ui, "about", about == NULL ? "" : about);
    if (decides) {
        write_decision(ui, view, request_form(request, "decision"));
    }
    if (step_words[what].label != NULL) {
        ui_area(ui, &(struct ui_field){.name = "reason",
                                       .label = step_words[what].label,
                                       .hint = "It stands in the register with your name.",
                                       .text = request_form(request, "reason"),
                                       .rows = 3,
                                       .max = 4000});
    }
    ui_button(ui, step_words[what].kind, step_words[what].button, NULL, NULL);
    ui_form_end(ui);
    ui_link(ui, "Leave it as it is", path);
    ui_finish(ui, reply, faults == NULL ? 200 : faults->http_status);
    return NULL;
}

static const struct error *step_of(const struct request *request, struct id *ret_record,
                                   enum disposal_act *ret_what)
{
    TRY(record_of(request, ret_record));
    return disposal_act_find(request_param(request, "step"), ret_what) && *ret_what != DISPOSAL_REFUSE
               ? NULL
               : error_of(ERROR_NOT_FOUND);
}

const struct error *page_disposal_step(struct request *request, struct reply *reply)
{
    struct id record;
    enum disposal_act what;
    TRY(step_of(request, &record, &what));
    return write_step(request, record, what, NULL, reply);
}

/* Which of the two was chosen; the form of the proposal sends both to one place. */
static const struct error *decision_of(struct request *request, enum disposal_act *what)
{
    const char *decision = request_form(request, "decision");
    if (text_equal(decision, "refuse")) {
        *what = DISPOSAL_REFUSE;
        return NULL;
    }
    return text_equal(decision, "agree")
               ? NULL
               : error_field(request->arena, ERROR_INVALID, "decision", NULL, "Choose one of the two");
}

const struct error *page_disposal_step_post(struct request *request, struct reply *reply)
{
    struct id record;
    enum disposal_act what;
    int64_t about = 0;
    const char *text = request_form(request, "about");
    TRY(step_of(request, &record, &what));
    if (text != NULL && *text != '\0' && !number_parse(text, 1, INT64_MAX, &about)) {
        return error_of(ERROR_BAD_INPUT);
    }
    const struct error *error = what == DISPOSAL_AGREE ? decision_of(request, &what) : NULL;
    if (error == NULL) {
        error =
            act_disposal_step(&request->act, record, what, (uint64_t)about, request_form(request, "reason"));
    }
    if (error != NULL && (error->code == ERROR_INVALID || error->code == ERROR_CONFLICT)) {
        return write_step(request, record, what, error, reply);
    }
    TRY(error);
    reply_redirect(reply, arena_printf(request->arena, "%s?done=yes", disposal_path(request->arena, record)));
    return NULL;
}

/* ---- the certificate ---- */

const struct error *page_disposal_certificate(struct request *request, struct reply *reply)
{
    struct id record;
    const struct disposal_view *view;
    char id[ID_TEXT];
    TRY(record_of(request, &record));
    TRY(act_disposal_read(&request->act, record, &view));
    if (view->row.state != DISPOSAL_DESTROYED) {
        return error_of(ERROR_NOT_FOUND);
    }
    struct ui *ui = begin_page(request, view, "Certificate of disposal");
    id_format(record, id);
    ui->back = disposal_path(ui->arena, record);
    ui->back_text = "Back to the record";
    const struct ui_row rows[] = {
        {.key = "Record", .value = {.text = arena_copy(ui->arena, view->row.reference.text), .under = id}},
        {.key = "Kind of record", .value = {.text = disposal_kind(view->row.kind)}},
        {.key = "Destroyed", .value = {.text = show_instant(ui->arena, ui->pack, view->row.at)}},
        {.key = "Kept because", .value = {.text = view->row.rule_title, .under = view->row.source}},
        {.key = "Kept until", .value = {.text = show_day(ui->arena, view->row.last_day)}},
        {.key = "Proposed by", .value = {.text = view->proposed_by, .under = view->proposed_why}},
        {.key = "Agreed by", .value = {.text = view->agreed_by, .under = view->agreed_why}},
        {.key = "Begun", .value = {.text = show_day(ui->arena, view->begun)}},
        {.key = "Entries", .value = {.text = number(ui->arena, view->entries)}},
        {.key = "What went along",
         .value = {.text = view->row.kind == RETENTION_CASE ? goes_along(ui, view) : "Nothing"}},
    };
    ui_text(
        ui,
        "The record named here was destroyed with the key that it was sealed under. What backups hold of it "
        "cannot be opened any more.");
    ui_summary(ui, rows, sizeof rows / sizeof rows[0]);
    ui_print(ui, "Print this certificate");
    ui_finish(ui, reply, 200);
    return NULL;
}
