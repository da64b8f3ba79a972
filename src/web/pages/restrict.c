/*
 * Who may not look at a case: its restriction and the conflicts of interest of workers, for managers; and the
 * page where a worker says that they have one themselves.
 */
#include "base/text.h"
#include "web/pages/pages.h"
#include "web/pages/ui.h"

#include <string.h>

enum { REASON_MOST = 4000 };

static const char *typed_for(const struct request *request, const char *what, const char *field)
{
    return text_equal(request_form(request, "what"), what) ? request_form(request, field) : NULL;
}

static void write_restriction(struct ui *ui, const struct guard_view *view, const char *path)
{
    const char *what = view->restricted ? "lift" : "restrict";
    ui_h2(ui, view->restricted ? "The case is restricted" : "Restrict the case");
    if (view->restricted) {
        ui_inset(ui, arena_printf(ui->arena, "By %s on %s: %s", view->by,
                                  show_instant(ui->arena, ui->pack, view->at), view->reason));
    } else {
        ui_text(ui, "For a child of a worker's own family, or of a colleague. Only those who are named on "
                    "the case, or "
                    "have recorded on it, can then open it. Nobody else can find it.");
    }
    ui_form(ui, path);
    ui_hidden(ui, "what", what);
    ui_area(ui, &(struct ui_field){.name = "reason",
                                   .label = view->restricted ? "Why is the restriction lifted?"
                                                             : "Why is the case restricted?",
                                   .text = typed_for(ui->request, what, "reason"),
                                   .rows = 3,
                                   .max = REASON_MOST});
    ui_button(ui, BUTTON_WARNING, view->restricted ? "Lift the restriction" : "Restrict the case", NULL,
              NULL);
    ui_form_end(ui);
}

static const char *id_text(struct arena *arena, struct id id)
{
    char *text = arena_alloc(arena, ID_TEXT);
    id_format(id, text);
    return text;
}

static void write_conflicts(struct ui *ui, const struct guard_view *view)
{
    static const char *const heads[] = {"Worker", "Why", "Declared by", "When"};
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, view->conflict_count * 4);
    for (size_t i = 0; i < view->conflict_count; i++) {
        const struct conflict_view *conflict = &view->conflicts[i];
        cells[i * 4] =
            (struct ui_cell){.text = conflict->name,
                             .under = arena_printf(ui->arena, "%s, %s", show_role(ui->pack, conflict->role),
                                                   show_code(ui->pack, "agency", conflict->agency))};
        cells[i * 4 + 1] = (struct ui_cell){.text = conflict->reason};
        cells[i * 4 + 2] = (struct ui_cell){.text = conflict->by};
        cells[i * 4 + 3] = (struct ui_cell){.text = show_instant(ui->arena, ui->pack, conflict->at)};
    }
    ui_table(ui, NULL, heads, 4, cells, view->conflict_count);
}

/* The form that declares one, or ends one of those in force. */
static void write_conflict_form(struct ui *ui, const struct guard_view *view, const char *path, bool ends)
{
    const char *what = ends ? "end-conflict" : "conflict";
    size_t count = ends ? view->conflict_count : view->worker_count;
    struct ui_choice *choices = arena_many(ui->arena, struct ui_choice, count + 1);
    const char *chosen = typed_for(ui->request, what, ends ? "ends" : "worker");
    choices[0] = (struct ui_choice){.value = "", .text = "Choose"};
    for (size_t i = 0; i < count; i++) {
        struct id account = ends ? view->conflicts[i].account : view->workers[i].account;
        const char *name = ends ? view->conflicts[i].name : view->workers[i].name;
        const char *role = ends ? view->conflicts[i].role : view->workers[i].role;
        choices[i + 1] =
            (struct ui_choice){.value = id_text(ui->arena, account),
                               .text = arena_printf(ui->arena, "%s, %s", name, show_role(ui->pack, role))};
        choices[i + 1].checked = text_equal(choices[i + 1].value, chosen);
    }
    ui_form(ui, path);
    ui_hidden(ui, "what", what);
    ui_select(ui, &(struct ui_field){.name = ends ? "ends" : "worker",
                                     .label = ends ? "Whose conflict is over?"
                                                   : "Who has an interest of their own?",
                                     .choices = choices,
                                     .choice_count = count + 1});
    ui_area(ui,
            &(struct ui_field){.name = ends ? "ends_reason" : "conflict_reason",
                               .label = "Why?",
                               .text = typed_for(ui->request, what, ends ? "ends_reason" : "conflict_reason"),
                               .rows = 2,
                               .max = REASON_MOST});
    ui_button(ui, BUTTON_SECONDARY, ends ? "End the conflict" : "Declare the conflict", NULL, NULL);
    ui_form_end(ui);
}

static const struct error *answer(struct request *request, const struct error *faults, struct reply *reply)
{
    struct guard_view view;
    TRY(act_case_guard(&request->act, request_param(request, "ref"), &view));
    const char *below = arena_printf(request->arena, "/cases/%s", view.reference.text);
    const char *path = arena_printf(request->arena, "%s/restrict", below);
    struct ui *ui = ui_begin(request, "Who may not look", NULL);
    ui->back = below;
    ui->back_text = arena_printf(ui->arena, "Back to %s", view.child_name);
    ui->faults = faults;
    ui_title(ui, view.child_name, "Who may not look");
    write_restriction(ui, &view, path);
    ui_h2(ui, "Conflicts of interest");
    ui_text(
        ui,
        "A worker with an interest of their own in this case can neither find it nor open it, not even by "
        "giving a reason.");
    if (view.conflict_count > 0) {
        write_conflicts(ui, &view);
    }
    write_conflict_form(ui, &view, path, false);
    if (view.conflict_count > 0) {
        ui_h3(ui, "A conflict that is over");
        write_conflict_form(ui, &view, path, true);
    }
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
    return NULL;
}

const struct error *page_restrict(struct request *request, struct reply *reply)
{
    return answer(request, NULL, reply);
}

/* Several forms of one page ask who and why: the fault stands in the one that was sent. */
static const struct error *named(struct request *request, const struct error *error, const char *who,
                                 const char *why)
{
    if (error == NULL || error->code != ERROR_INVALID) {
        return error;
    }
    const char *field = text_equal(error->field, "worker")   ? who
                        : text_equal(error->field, "reason") ? why
                                                             : error->field;
    return error_field(request->arena, ERROR_INVALID, field, NULL, "%s", error->detail);
}

static const struct error *change(struct request *request, const char *reference)
{
    const struct act *act = &request->act;
    const char *what = request_form(request, "what");
    const char *reason = request_form(request, "reason");
    const char *worker = request_form(request, "worker");
    if (text_equal(what, "restrict") || text_equal(what, "lift")) {
        return act_case_restrict(act, reference, text_equal(what, "restrict"), reason);
    }
    if (text_equal(what, "conflict")) {
        return named(request,
                     act_conflict_declare(act, reference, worker == NULL ? "" : worker,
                                          request_form(request, "conflict_reason")),
                     "worker", "conflict_reason");
    }
    if (text_equal(what, "end-conflict")) {
        return named(request,
                     act_conflict_end(act, reference, request_form(request, "ends"),
                                      request_form(request, "ends_reason")),
                     "ends", "ends_reason");
    }
    return error_of(ERROR_BAD_INPUT);
}

/* Who declared a conflict of their own does not get the case any more: then there is no way back to it. */
const struct error *page_restrict_post(struct request *request, struct reply *reply)
{
    const char *reference = request_param(request, "ref");
    const struct error *error = change(request, reference);
    if (error != NULL && error->code == ERROR_INVALID) {
        return answer(request, error, reply);
    }
    TRY(error);
    char own[ID_TEXT];
    id_format(request->session.actor.account, own);
    bool is_own = text_equal(request_form(request, "what"), "conflict") &&
                  text_equal(request_form(request, "worker"), own);
    reply_redirect(reply, is_own ? "/" : arena_printf(request->arena, "/cases/%s/restrict", reference));
    return NULL;
}

/* ---- of one's own ---- */

static const struct error *own_answer(struct request *request, const struct error *faults, bool done,
                                      struct reply *reply)
{
    struct ui *ui = ui_begin(request, "Declare a conflict of interest", NULL);
    ui->faults = faults;
    ui_title(ui, NULL, "Declare a conflict of interest");
    if (request_query(request, "home") != NULL) {
        ui_banner(ui, true, "Saved", "Your postcode is as you entered it.");
    }
    if (done) {
        ui_banner(
            ui, true, "It is recorded",
            "If there is a record of that reference, it is closed to you from now on. Only a manager can end "
            "that.");
    }
    ui_text(
        ui,
        "When a child is of your own family, a friend's or a neighbour's, you do not look at their record. "
        "Say so here, and it is closed to you: you will not find it, and cannot open it by giving a reason.");
    ui_form(ui, "/conflict");
    ui_input(ui,
             &(struct ui_field){.name = "reference",
                                .label = "Reference of the record",
                                .hint = "If you do not know it, tell your manager, who declares it for you.",
                                .text = done ? NULL : request_form(request, "reference"),
                                .width = 20,
                                .no_spelling = true});
    ui_area(ui, &(struct ui_field){.name = "reason",
                                   .label = "What is your interest?",
                                   .hint = "For example, “my niece”. Managers of the case read it.",
                                   .text = done ? NULL : request_form(request, "reason"),
                                   .rows = 2,
                                   .max = REASON_MOST});
    ui_button(ui, BUTTON_MAIN, "Declare it", NULL, NULL);
    ui_form_end(ui);
    ui_h2(ui, "Where you live");
    ui_text(
        ui,
        "If your postcode is known, a look at a child of the same postcode without involvement is seen by "
        "the information lead. Nobody is shown it, and it is used for nothing else.");
    ui_form(ui, "/conflict/home");
    ui_input(ui, &(struct ui_field){.name = "postcode",
                                    .label = "Your postcode",
                                    .hint = "Leave it empty to have it forgotten.",
                                    .text = request_form(request, "postcode"),
                                    .width = 10,
                                    .autocomplete = "postal-code"});
    ui_button(ui, BUTTON_SECONDARY, "Save the postcode", NULL, NULL);
    ui_form_end(ui);
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
    return NULL;
}

const struct error *page_conflict(struct request *request, struct reply *reply)
{
    return own_answer(request, NULL, request_query(request, "done") != NULL, reply);
}

const struct error *page_conflict_post(struct request *request, struct reply *reply)
{
    const struct error *error = act_conflict_declare(&request->act, request_form(request, "reference"), NULL,
                                                     request_form(request, "reason"));
    if (error != NULL && error->code == ERROR_INVALID) {
        return own_answer(request, error, false, reply);
    }
    TRY(error);
    reply_redirect(reply, "/conflict?done=1");
    return NULL;
}

const struct error *page_my_home_post(struct request *request, struct reply *reply)
{
    const char *postcode = request_form(request, "postcode");
    const struct error *error = act_home_set(&request->act, postcode == NULL ? "" : postcode);
    if (error != NULL && error->code == ERROR_INVALID) {
        return own_answer(request, error, false, reply);
    }
    TRY(error);
    reply_redirect(reply, "/conflict?home=1");
    return NULL;
}
