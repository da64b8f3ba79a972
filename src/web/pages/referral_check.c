#include "web/pages/referral_check.h"

#include "base/text.h"
#include "web/pages/linked.h"

#include <string.h>

static void write_answers(struct ui *ui, struct referral *referral, const struct referral_step *step)
{
    const struct entry_type *type = step->type;
    const struct value *values = type == referral->start ? referral->start_values : referral->details_values;
    struct ui_row *rows = arena_many(ui->arena, struct ui_row, step->page->field_count);
    size_t count = 0;
    for (size_t i = 0; i < step->page->field_count; i++) {
        const struct field *field = &type->fields[step->page->fields[i]];
        if (field->system ||
            !field_is_shown(referral->pack, type, field, values, &referral->standing, referral->today)) {
            continue;
        }
        const char *text = show_value(ui->arena, referral->pack, field, &values[field->index]);
        rows[count++] = (struct ui_row){
            .key = field->label,
            .value = {.text = text[0] == '\0' ? "Not answered" : text},
            .action = "Change",
            .action_path = arena_printf(ui->arena, "%s?return=check", referral_step_path(referral, step))};
    }
    ui_summary(ui, rows, count);
}

static void write_route(struct ui *ui, const struct route_view *route)
{
    if (route->to == NULL) {
        return;
    }
    struct ui_row rows[3];
    size_t count = 0;
    rows[count++] =
        (struct ui_row){.key = "This referral goes to", .value = {.text = route->to, .under = route->why}};
    if (route->phone != NULL) {
        rows[count++] = (struct ui_row){.key = "Telephone", .value = {.text = route->phone}};
    }
    if (route->point != NULL) {
        rows[count++] = (struct ui_row){.key = "Told as well", .value = {.text = route->point}};
    }
    ui_h2(ui, "Where it goes");
    ui_summary(ui, rows, count);
}

/* No question is put on this page: each is on a page of its own. */
static void write_ways(struct ui *ui, struct referral *referral)
{
    for (size_t i = 0; i < referral->step_count; i++) {
        const struct referral_step *step = &referral->steps[i];
        if (step->type != NULL) {
            referral_step_mends(ui, referral, step);
        } else if (text_equal(step->id, referral_matches_step)) {
            ui_mends(ui, "case", arena_printf(ui->arena, "%s#same", referral_step_path(referral, step)));
        }
    }
}

static void write_check(struct referral *referral, const struct referral_step *step,
                        const struct error *faults, int status, struct reply *reply)
{
    struct route_view route = {0};
    struct ui *ui = referral_step_begin(referral, step, "Check your answers");
    ui->faults = faults;
    write_ways(ui, referral);
    ui_title(ui, referral_step_caption(referral, step), "Check your answers");
    ui_not_saved(ui, status);
    const char *reference = referral_known_case(referral);
    if (reference != NULL) {
        ui_inset(ui, arena_printf(ui->arena, "A further referral for the child with the reference %s.",
                                  reference));
    }
    const struct entry_type *last = NULL;
    for (size_t i = 0; i < referral->step_count; i++) {
        const struct referral_step *one = &referral->steps[i];
        if (one->type == NULL || (one->type == referral->details && reference != NULL)) {
            continue;
        }
        if (one->type != last) {
            ui_h2(ui, one->type == referral->details ? "The child" : "The referral");
            last = one->type;
        }
        write_answers(ui, referral, one);
    }
    /* where it goes is worked out again when it is sent, so a directory that cannot be read stops nothing */
    if (act_route(&referral->request->act, reference, reference == NULL ? referral->details_values : NULL,
                  referral->start_values, &route) == NULL) {
        write_route(ui, &route);
    }
    referral_form_open(ui, referral, step);
    unasked_write(ui, referral->unasked, 2);
    ui_h2(ui, "Send the referral");
    ui_text(ui, "When you send it, the clock for the first decision runs from the time you gave, and "
                "children's social "
                "care sees it at once.");
    ui_buttons(ui);
    ui_button(ui, BUTTON_MAIN, "Send the referral", "_go", "on");
    ui_button(ui, BUTTON_SECONDARY, "Save and come back later", "_go", "save");
    ui_buttons_end(ui);
    ui_form_end(ui);
    ui_finish(ui, reply, status);
}

/* Every fault of the pages, in their order, with the names of their fields. */
static const struct error *all_faults(struct referral *referral)
{
    const struct error *faults = NULL;
    for (size_t i = 0; i < referral->step_count; i++) {
        const struct referral_step *step = &referral->steps[i];
        if (step->type != NULL &&
            (step->type != referral->details || referral_known_case(referral) == NULL)) {
            faults = form_faults_join(referral->arena, faults, referral_step_faults(referral, step));
        }
    }
    return faults;
}

/* The act names the details "child.NAME", and a referral happened when children's social care was told. */
static const char *name_here(const struct referral *referral, const char *field)
{
    static const char of_child[] = "child.";
    if (field != NULL && text_starts_with(field, of_child)) {
        return arena_printf(referral->arena, "%s%s", referral_details_prefix, field + sizeof of_child - 1);
    }
    return text_equal(field, "occurred_at") && entry_type_field(referral->start, "notified_at") != NULL
               ? "notified_at"
               : field;
}

void referral_check_show(struct referral *referral, const struct referral_step *step, struct reply *reply)
{
    write_check(referral, step, referral_mends(referral->request) ? all_faults(referral) : NULL, 200, reply);
}

static const struct error *send(struct referral *referral, struct recorded *ret_recorded)
{
    TRY(unasked_fault(referral->request, referral->unasked, 2));
    const char *reference = referral_known_case(referral);
    struct referral_input input = {
        .case_reference = reference,
        .details = reference == NULL ? referral->details_values : NULL,
        .values = referral->start_values,
        .idempotency_key = arena_printf(referral->arena, "referral-%s", referral->draft_id),
        .draft = referral->draft.id,
    };
    const struct error *error = act_referral_make(&referral->request->act, &input, ret_recorded);
    if (error == NULL || error->code != ERROR_INVALID) {
        return error;
    }
    const struct error *named = NULL;
    for (const struct error *at = error; at != NULL; at = at->next) {
        struct error *copy = arena_one(referral->arena, struct error);
        *copy = *at;
        copy->field = name_here(referral, at->field);
        copy->next = NULL;
        named = form_faults_join(referral->arena, named, copy);
    }
    return named;
}

static void to_sent(struct request *request, const struct recorded *recorded, struct reply *reply)
{
    reply_redirect(reply, arena_printf(request->arena, "/cases/%s/referred", recorded->reference.text));
}

const struct error *referral_check_take(struct referral *referral, const struct referral_step *step,
                                        struct reply *reply)
{
    struct recorded recorded = {0};
    if (all_faults(referral) != NULL) {
        /* an address of its own: who goes off to mend them can come back */
        reply_redirect(reply,
                       arena_printf(referral->arena, "%s?mend=on", referral_step_path(referral, step)));
        return NULL;
    }
    const struct error *error = send(referral, &recorded);
    if (error == NULL) {
        TRY(linked_record(referral->request, referral->typed, &recorded));
        to_sent(referral->request, &recorded, reply);
        return NULL;
    }
    if (error->code == ERROR_INVALID || error->http_status >= 500) {
        write_check(referral, step, error->code == ERROR_INVALID ? error : NULL, error->http_status, reply);
        return NULL;
    }
    return error;
}

const struct error *referral_sent_before(struct request *request, struct reply *reply)
{
    struct recorded recorded = {0};
    TRY(act_referral_made(&request->act,
                          arena_printf(request->arena, "referral-%s", request_param(request, "draft")),
                          &recorded));
    to_sent(request, &recorded, reply);
    return NULL;
}
