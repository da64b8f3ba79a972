/* Which procedures there are, and moving a case from one to another: what it would do is shown before it is
 * done. */
#include "web/pages/case_frame.h"

#include "base/text.h"
#include "web/pages/pages.h"

static const char *name_of(struct ui *ui, const struct pack *pack)
{
    return arena_printf(ui->arena, "%s, version %s", pack->title, pack->version);
}

/* ---- what a move would do ---- */

static const char *due_words(struct ui *ui, const struct duty *duty)
{
    const char *overdue = duty->state == DUTY_OVERDUE ? ", overdue" : "";
    return instant_is_never(duty->due_at)
               ? "As soon as possible"
               : arena_printf(ui->arena, "By %s%s", show_instant(ui->arena, ui->pack, duty->due_at), overdue);
}

static struct ui_cell duty_cell(struct ui *ui, const struct duty *duty, const char *none)
{
    if (duty == NULL) {
        return (struct ui_cell){.text = none};
    }
    bool done = duty->state == DUTY_MET || duty->state == DUTY_MET_LATE;
    return (struct ui_cell){.text = duty->rule->title,
                            .under = done                            ? "Done already"
                                     : duty->state == DUTY_CANCELLED ? "No longer asked"
                                                                     : due_words(ui, duty)};
}

static void write_duties(struct ui *ui, const struct move_view *move)
{
    static const char *const heads[] = {"Now", "After the move", "Its time"};
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, move->duty_count * 3);
    for (size_t i = 0; i < move->duty_count; i++) {
        const struct moved_duty *row = &move->duties[i];
        cells[i * 3] = duty_cell(ui, row->before, "Not asked");
        cells[i * 3 + 1] = duty_cell(ui, row->after, "Ends with the move");
        cells[i * 3 + 2] = (struct ui_cell){.text = row->after == NULL    ? ""
                                                    : row->before == NULL ? "Begins with the move"
                                                    : row->keeps          ? "Keeps the time it had"
                                                                          : "Counted anew"};
    }
    ui_h2(ui, "What people have to do, now and after the move");
    if (move->duty_count == 0) {
        ui_text(ui, "Nothing is open under either procedure.");
        return;
    }
    ui_table(ui, NULL, heads, 3, cells, move->duty_count);
}

static void write_ahead(struct ui *ui, const struct move_view *move)
{
    ui_inset(ui, arena_printf(ui->arena, "From: %s\n\nTo: %s", name_of(ui, move->view->pack),
                              name_of(ui, move->to)));
    write_duties(ui, move);
    if (move->unread > 0) {
        ui_text(ui, arena_printf(
                        ui->arena,
                        "%s in the chronology and can be read and corrected as before; the other procedure "
                        "asks for nothing because of them.",
                        show_count(ui->arena, move->unread, "entry stays", "entries stay")));
    }
}

static const struct error *write_page(struct request *request, const char *to, const struct error *faults,
                                      struct reply *reply)
{
    const char *reference = request_param(request, "ref");
    struct move_view move;
    const struct pack *const *targets;
    size_t count;
    TRY(act_case_move_look(&request->act, reference, to, &move));
    TRY(act_case_move_targets(&request->act, move.view, &targets, &count));
    struct case_frame frame = {.view = move.view,
                               .path = arena_printf(request->arena, "/cases/%s", move.view->reference.text)};
    struct ui *ui = case_frame_begin(request, &frame, "Move to another procedure", NULL);
    const char *path = arena_printf(ui->arena, "%s/move", frame.path);
    ui->faults = faults;
    ui_title(ui, move.view->child.full_name, "Move to another procedure");
    if (count == 0) {
        ui_text(ui, move.view->state->open
                        ? "No other procedure is served that says how a case of this one goes on in it."
                        : "The case is closed. Only an open case is moved.");
    } else if (move.to == NULL) {
        struct ui_choice *choices = arena_many(ui->arena, struct ui_choice, count);
        for (size_t i = 0; i < count; i++) {
            choices[i] = (struct ui_choice){.value = targets[i]->id, .text = name_of(ui, targets[i])};
        }
        ui_text(ui, "You will see what the move would do before it is done.");
        ui_filter_form(ui, path);
        ui_radios(
            ui, &(struct ui_field){
                    .name = "to", .label = "To which procedure?", .choices = choices, .choice_count = count});
        ui_button(ui, BUTTON_MAIN, "Show what it would do", NULL, NULL);
        ui_form_end(ui);
    } else {
        write_ahead(ui, &move);
        ui_form(ui, path);
        ui_hidden(ui, "to", move.to->id);
        ui_hidden(ui, "_seq", arena_printf(ui->arena, "%llu", (unsigned long long)move.view->seq));
        ui_area(ui, &(struct ui_field){.name = "reason",
                                       .label = "Why is the case moved?",
                                       .hint = "It stands in the chronology with your name.",
                                       .text = request_form(request, "reason"),
                                       .rows = 3});
        ui_button(ui, BUTTON_MAIN, "Move the case", NULL, NULL);
        ui_form_end(ui);
        ui_link(ui, "Leave it as it is", frame.path);
    }
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
    return NULL;
}

const struct error *page_case_move(struct request *request, struct reply *reply)
{
    const char *to = request_query(request, "to");
    return write_page(request, to == NULL || to[0] == '\0' ? NULL : to, NULL, reply);
}

const struct error *page_case_move_post(struct request *request, struct reply *reply)
{
    const char *to = request_form(request, "to");
    const char *seq_text = request_form(request, "_seq");
    struct recorded recorded;
    int64_t seq;
    if (to == NULL || seq_text == NULL || !number_parse(seq_text, 1, INT64_MAX, &seq)) {
        return error_of(ERROR_BAD_INPUT);
    }
    const struct error *error = act_case_move(&request->act, request_param(request, "ref"), to,
                                              request_form(request, "reason"), (uint64_t)seq, &recorded);
    if (error != NULL && (error->code == ERROR_INVALID || error->code == ERROR_CONFLICT)) {
        if (error->code == ERROR_CONFLICT) {
            error = error_field(
                request->arena, ERROR_INVALID, "reason", NULL,
                "Somebody recorded on this case meanwhile. Look again at what the move would do now.");
        }
        return write_page(request, to, error, reply);
    }
    TRY(error);
    reply_redirect(reply, arena_printf(request->arena, "/cases/%s?done=%llu", recorded.reference.text,
                                       (unsigned long long)recorded.entry->seq));
    return NULL;
}

/* ---- which there are ---- */

static const struct error *write_procedures(struct request *request, const struct error *faults,
                                            struct reply *reply)
{
    static const char *const heads[] = {"Procedure", "What it implements", "New cases"};
    const struct procedure_view *views;
    size_t count;
    TRY(act_procedures(&request->act, &views, &count));
    struct ui *ui = ui_begin(request, "Procedures", NULL);
    ui->faults = faults;
    ui->wide = true;
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * 3);
    struct ui_choice *choices = arena_many(ui->arena, struct ui_choice, count);
    for (size_t i = 0; i < count; i++) {
        cells[i * 3] =
            (struct ui_cell){.text = views[i].pack->title,
                             .under = arena_printf(ui->arena, "Version %s", views[i].pack->version)};
        cells[i * 3 + 1] = (struct ui_cell){.text = views[i].pack->source};
        cells[i * 3 + 2] = (struct ui_cell){.text = views[i].for_new_cases ? "Begin with it" : ""};
        choices[i] = (struct ui_choice){.value = views[i].pack->id,
                                        .text = name_of(ui, views[i].pack),
                                        .checked = views[i].for_new_cases};
    }
    ui_title(ui, NULL, "Procedures");
    ui_text(
        ui,
        "A case stays under the procedure it began with until it is moved. Managers move a case from its own "
        "pages.");
    ui_table(ui, NULL, heads, 3, cells, count);
    if (request->session.actor.role->administers) {
        ui_h2(ui, "With which procedure do new cases begin?");
        ui_form(ui, "/procedures");
        ui_radios(ui, &(struct ui_field){.name = "pack",
                                         .label = "New cases begin with",
                                         .choices = choices,
                                         .choice_count = count});
        ui_area(ui,
                &(struct ui_field){
                    .name = "reason", .label = "Why?", .text = request_form(request, "reason"), .rows = 2});
        ui_button(ui, BUTTON_MAIN, "Save", NULL, NULL);
        ui_form_end(ui);
    }
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
    return NULL;
}

const struct error *page_procedures(struct request *request, struct reply *reply)
{
    return write_procedures(request, NULL, reply);
}

const struct error *page_procedures_post(struct request *request, struct reply *reply)
{
    const struct error *error =
        act_procedure_choose(&request->act, request_form(request, "pack"), request_form(request, "reason"));
    if (error != NULL && error->code == ERROR_INVALID) {
        return write_procedures(request, error, reply);
    }
    TRY(error);
    reply_redirect(reply, "/procedures");
    return NULL;
}
