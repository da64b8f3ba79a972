#include "web/pages/referral_step.h"

#include "base/text.h"

#include <string.h>

struct ui *referral_step_begin(struct referral *referral, const struct referral_step *step, const char *title)
{
    struct ui *ui = ui_begin(referral->request, title, "/referral/new");
    ui->pack = referral->pack;
    size_t at = (size_t)(step - referral->steps);
    ui->back = at == 0 ? "/" : referral_step_path(referral, &referral->steps[at - 1]);
    ui->back_text = "Back";
    return ui;
}

const char *referral_step_caption(struct referral *referral, const struct referral_step *step)
{
    return arena_printf(referral->arena, "Make a referral, page %zu of %zu",
                        (size_t)(step - referral->steps) + 1, referral->step_count);
}

void referral_buttons(struct ui *ui)
{
    ui_buttons(ui);
    ui_button(ui, BUTTON_MAIN, "Save and continue", "_go", "on");
    ui_button(ui, BUTTON_SECONDARY, "Save and come back later", "_go", "save");
    ui_buttons_end(ui);
}

bool referral_returns(const struct request *request)
{
    const char *text = request->is_post ? request_form(request, "_return") : request_query(request, "return");
    return text != NULL && strcmp(text, referral_check_step) == 0;
}

bool referral_mends(const struct request *request)
{
    const char *text = request_query(request, "mend");
    return !request->is_post && text != NULL && strcmp(text, "on") == 0;
}

void referral_form_open(struct ui *ui, struct referral *referral, const struct referral_step *step)
{
    if (step->type != NULL) {
        const char *path = referral_step_path(referral, step);
        const char *returns = referral_returns(referral->request)
                                  ? arena_printf(ui->arena, "&return=%s", referral_check_step)
                                  : "";
        ui_draft_form(ui, path, arena_printf(ui->arena, "%s?mend=on%s", path, returns));
    } else {
        ui_form(ui, referral_step_path(referral, step));
    }
    if (referral_returns(referral->request)) {
        ui_hidden(ui, "_return", referral_check_step);
    }
}

static struct ui_fields fields_of(const struct referral *referral, const struct referral_step *step)
{
    return (struct ui_fields){
        .type = step->type,
        .fields = step->page->fields,
        .count = step->page->field_count,
        .prefix = step->prefix,
        .typed = referral->typed,
        .values = step->type == referral->start ? referral->start_values : referral->details_values,
        .standing = &referral->standing,
        .on = referral->today,
    };
}

void referral_step_mends(struct ui *ui, struct referral *referral, const struct referral_step *step)
{
    const struct ui_fields fields = fields_of(referral, step);
    for (size_t i = 0; i < fields.count; i++) {
        const struct field *field = &step->type->fields[fields.fields[i]];
        if (ui_pack_asks(referral->pack, &fields, field)) {
            const char *name = arena_printf(ui->arena, "%s%s", step->prefix, field->id);
            ui_mends(ui, name,
                     arena_printf(ui->arena, "%s?return=%s&mend=on#%s", referral_step_path(referral, step),
                                  referral_check_step, ui_box(ui->arena, name, field)));
        }
    }
}

void referral_step_write(struct referral *referral, const struct referral_step *step,
                         const struct error *faults, int status, struct reply *reply)
{
    const struct form_page *page = step->page;
    struct ui *ui = referral_step_begin(referral, step, page->title);
    ui->faults = faults;
    ui->at_box = referral_mends(referral->request);
    ui_title(ui, referral_step_caption(referral, step), page->title);
    if (page->guidance != NULL) {
        const char *summary = page->guidance_paragraph == NULL
                                  ? "Help with this page"
                                  : arena_printf(ui->arena, "Help with this page (%s)",
                                                 paragraph_words(ui->arena, page->guidance_paragraph));
        ui_guide(ui, summary, page->guidance);
    }
    referral_form_open(ui, referral, step);
    const struct ui_fields fields = fields_of(referral, step);
    ui_pack_fields(ui, &fields);
    referral_buttons(ui);
    ui_form_end(ui);
    ui_finish(ui, reply, status);
}

void referral_step_take(struct referral *referral, const struct referral_step *step)
{
    struct typed sent = typed_of_request(referral->request);
    const struct ui_fields fields = fields_of(referral, step);
    int *asked = arena_many(referral->arena, int, fields.count);
    size_t asked_count = 0;
    for (size_t i = 0; i < fields.count; i++) {
        if (ui_pack_asks(referral->pack, &fields, &step->type->fields[fields.fields[i]])) {
            asked[asked_count++] = fields.fields[i];
        }
    }
    struct typed others = typed_without(referral->arena, sent, step->type, step->prefix, step->page->fields,
                                        step->page->field_count);
    struct typed kept =
        typed_without(referral->arena, referral->typed, step->type, step->prefix, asked, asked_count);
    /* what the page does not ask is not taken from it */
    struct pair *pairs = arena_many(referral->arena, struct pair, sent.count);
    size_t count = 0;
    for (size_t i = 0; i < sent.count; i++) {
        if (typed_first(others, sent.pairs[i].name) == NULL) {
            pairs[count++] = sent.pairs[i];
        }
    }
    referral->typed = typed_merge(referral->arena, kept, (struct typed){pairs, count});
}

const struct error *referral_step_faults(struct referral *referral, const struct referral_step *step)
{
    const struct value *values;
    const struct error *faults =
        form_values(referral->arena, referral->pack, step->type, step->prefix, referral->typed,
                    step->page->fields, step->page->field_count, &values);
    const struct value *all =
        step->type == referral->start ? referral->start_values : referral->details_values;
    const struct error *missing = NULL;
    for (size_t i = step->page->field_count; i > 0; i--) {
        const struct field *field = &step->type->fields[step->page->fields[i - 1]];
        const char *name = arena_printf(referral->arena, "%s%s", step->prefix, field->id);
        bool faulty = false;
        for (const struct error *at = faults; at != NULL; at = at->next) {
            faulty = faulty || text_equal(at->field, name);
        }
        if (!field->system && !faulty && all[field->index].kind == VALUE_NONE &&
            field_is_shown(referral->pack, step->type, field, all, &referral->standing, referral->today) &&
            field_is_required(referral->pack, step->type, field, all, &referral->standing, referral->today)) {
            missing = error_field(referral->arena, ERROR_INVALID, name, missing, "Answer “%s”", field->label);
        }
    }
    return form_faults_join(referral->arena, faults, missing);
}
