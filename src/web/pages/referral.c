/*
 * Making a referral: one thing a page, from the pack's form pages of the child's details and of the start
 * type. Every page saves the draft, with faults or without, so it survives signing out, a crash and a closed
 * browser. The draft's id is the idempotency key: sent twice, it is one referral.
 */
#include "web/pages/linked.h"
#include "web/pages/pages.h"
#include "web/pages/referral_check.h"
#include "web/pages/referral_match.h"

#include "base/must.h"
#include "base/text.h"

#include <string.h>

/* Kept in the draft beside the answers: where to go on. */
static const char page_name[] = ".page";

/* ---- the beginning ---- */

const struct error *page_referral_new(struct request *request, struct reply *reply)
{
    struct referral referral = referral_of(request);
    struct ui *ui = ui_begin(request, referral.start->verb, "/referral/new");
    ui_title(ui, NULL, referral.start->verb);
    if (referral.start->guidance != NULL) {
        ui_text(ui, referral.start->guidance);
    }
    ui_warning(ui, "If a child is in immediate danger, call 999 first.");
    ui_text(ui,
            "It takes about ten minutes. Every page you send is saved, so you can stop at any time and go on "
            "later from My work.");
    ui_form(ui, "/referral/new");
    const char *reference = request_query(request, "case");
    struct reference parsed;
    if (reference != NULL && reference_parse(reference, &parsed)) {
        ui_inset(ui, arena_printf(ui->arena,
                                  "This will be a further referral for the child with the reference %s.",
                                  parsed.text));
        ui_hidden(ui, "case", parsed.text);
    }
    ui_button(ui, BUTTON_MAIN, "Start", NULL, NULL);
    ui_form_end(ui);
    ui_finish(ui, reply, 200);
    return NULL;
}

const struct error *page_referral_new_post(struct request *request, struct reply *reply)
{
    struct referral referral = referral_of(request);
    struct reference parsed;
    const char *reference = request_form(request, "case");
    if (reference != NULL && reference_parse(reference, &parsed)) {
        referral_put(&referral, referral_case_name, arena_copy(request->arena, parsed.text));
    }
    referral_put(&referral, "source_agency", request->session.actor.agency);
    referral_put(&referral, "referrer", request->session.actor.name);
    referral_work_out(&referral);
    referral_put(&referral, page_name, referral.steps[0].id);
    TRY(referral_save(&referral));
    reply_redirect(reply, referral_step_path(&referral, &referral.steps[0]));
    return NULL;
}

/* ---- GET and POST of any step ---- */

const struct error *page_referral(struct request *request, struct reply *reply)
{
    struct referral referral;
    const char *id = request_param(request, "page");
    const struct error *error = referral_read(request, &referral);
    if (error != NULL && error->code == ERROR_NOT_FOUND) {
        return referral_sent_before(request, reply);
    }
    TRY(error);
    const struct referral_step *step =
        strcmp(id, "start") == 0 ? &referral.steps[0] : referral_step_of(&referral, id);
    if (step == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    if (step->type != NULL) {
        const struct error *faults = referral_mends(request) ? referral_step_faults(&referral, step) : NULL;
        referral_step_write(&referral, step, faults, 200, reply);
        return NULL;
    }
    if (strcmp(step->id, referral_matches_step) == 0) {
        return referral_match_show(&referral, step, reply);
    }
    referral_check_show(&referral, step, reply);
    return NULL;
}

const struct error *page_referral_post(struct request *request, struct reply *reply)
{
    struct referral referral;
    const char *id = request_param(request, "page");
    const struct error *error = referral_read(request, &referral);
    if (error != NULL && error->code == ERROR_NOT_FOUND) {
        return referral_sent_before(request, reply);
    }
    TRY(error);
    const struct referral_step *step = referral_step_of(&referral, id);
    if (step == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    const char *go = request_form(request, "_go");
    bool keep = go != NULL && strcmp(go, "keep") == 0; /* by the script, while somebody types */
    bool later = keep || (go != NULL && strcmp(go, "save") == 0);
    if (step->type != NULL) {
        referral_step_take(&referral, step);
    } else if (!later && strcmp(id, referral_matches_step) == 0) {
        TRY(referral_match_take(&referral, step, reply));
        if (reply->status != 0) {
            return NULL;
        }
    } else if (!later) {
        return referral_check_take(&referral, step, reply);
    }
    referral_put(&referral, page_name, id);
    TRY(referral_save(&referral));
    if (keep) {
        reply_bytes(reply, 200, "text/plain; charset=utf-8", referral.draft_id, strlen(referral.draft_id));
        return NULL;
    }
    referral_work_out(&referral);
    step = referral_step_of(&referral, id);
    must(step != NULL);
    if (later) {
        reply_redirect(reply, "/?saved=draft");
        return NULL;
    }
    const struct error *faults = step->type == NULL ? NULL : referral_step_faults(&referral, step);
    if (faults != NULL) {
        referral_step_write(&referral, step, faults, 422, reply);
        return NULL;
    }
    const struct referral_step *next =
        referral_returns(request) ? referral_step_of(&referral, referral_check_step) : step + 1;
    reply_redirect(reply, referral_step_path(&referral, next));
    return NULL;
}

/* ---- the confirmation ---- */

/* Of the last referral, as it was recorded with it. */
static void write_routed(struct ui *ui, const struct case_view *view)
{
    for (size_t i = view->entry_count; i-- > 0;) {
        const struct entry *entry = view->entries[i];
        const char *to = entry->type->part == PART_START ? entry_text(entry, "routed_to") : NULL;
        const char *why = to == NULL ? NULL : entry_text(entry, "routed_why");
        if (to != NULL) {
            ui_text(ui, arena_printf(ui->arena, "This referral goes to %s, who has been told. %s", to,
                                     why == NULL ? "" : why));
            return;
        }
    }
}

const struct error *page_referral_sent(struct request *request, struct reply *reply)
{
    const struct case_view *view;
    TRY(act_case_read(&request->act, request_param(request, "ref"), INSTANT_NEVER, &view));
    struct ui *ui = ui_begin(request, "Referral sent", "/referral/new");
    ui->pack = view->pack;
    ui_panel(ui, "Referral sent", "The reference of the case is", view->reference.text);
    write_routed(ui, view);
    ui_h2(ui, "What happens next");
    struct ui_row *rows = arena_many(ui->arena, struct ui_row, view->position->duty_count);
    size_t count = 0;
    for (size_t i = 0; i < view->position->duty_count; i++) {
        const struct duty *duty = &view->position->duties[i];
        if (duty->state == DUTY_OPEN || duty->state == DUTY_OVERDUE) {
            rows[count++] = (struct ui_row){
                .key = duty->rule->title,
                .value = {.text = instant_is_never(duty->due_at)
                                      ? "As soon as possible"
                                      : arena_printf(ui->arena, "By %s",
                                                     show_instant(ui->arena, ui->pack, duty->due_at)),
                          .under =
                              arena_printf(ui->arena, "%s, %s", show_role(ui->pack, duty->rule->owner_role),
                                           paragraph_words(ui->arena, duty->rule->paragraph))}};
        }
    }
    ui_summary(ui, rows, count);
    ui_text(ui, "Keep the reference: it finds the case. If something changes, record it on the case. If the "
                "child is in "
                "danger, call 999.");
    ui_button_link(ui, BUTTON_MAIN, "Go to the case",
                   arena_printf(ui->arena, "/cases/%s", view->reference.text));
    ui_finish(ui, reply, 200);
    return NULL;
}
