/*
 * Work outside cases: consultations, outreach, training and recommendations. Nothing here names a child,
 * unless somebody turns a consultation into a referral, which takes what was written along.
 */
#include "web/pages/linked.h"
#include "web/pages/pages.h"
#include "web/pages/unasked.h"

#include "base/text.h"

#include <string.h>

static const char section[] = "/records";

static const char *path_of(struct arena *arena, struct id id)
{
    char text[ID_TEXT];
    id_format(id, text);
    return arena_printf(arena, "/records/%s", text);
}

/* An answer stands with what it answers, not on its own. */
static bool is_answer(const struct entry_type *type)
{
    static const char end[] = "-answered";
    size_t size = strlen(type->id);
    return size >= sizeof end && strcmp(type->id + size - (sizeof end - 1), end) == 0;
}

const struct error *page_records(struct request *request, struct reply *reply)
{
    static const char *const heads[] = {"What", "Summary", "By", "Answered"};
    const struct pack *pack = act_pack(&request->act);
    const char *asked = request_query(request, "type");
    const struct entry_type *type = asked == NULL ? NULL : pack_type(pack, asked);
    const struct outside_view *const *views;
    size_t count;
    TRY(act_outside_list(&request->act, type, &views, &count));
    struct ui *ui = ui_begin(request, "Outside cases", section);
    ui->wide = true;
    ui_title(ui, NULL, "Outside cases");
    ui_text(ui, "Consultations, outreach, training and recommendations for better practice. None of them "
                "names a child.");
    struct ui_link *links = arena_many(ui->arena, struct ui_link, pack->type_count);
    size_t link_count = 0;
    for (size_t i = 0; i < pack->type_count; i++) {
        const struct entry_type *one = &pack->types[i];
        if (act_may_record_outside(&request->session.actor, pack, one) && !is_answer(one)) {
            links[link_count++] = (struct ui_link){
                .text = one->verb, .path = arena_printf(ui->arena, "/new-record/%s", one->id)};
        }
    }
    ui_links(ui, links, link_count);
    ui_h2(ui, type == NULL ? "Recorded" : type->title);
    if (count == 0) {
        ui_text(ui, "Nothing is recorded yet.");
    }
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * 4);
    for (size_t i = 0; i < count; i++) {
        const struct entry *first = views[i]->entries[0];
        const struct entry *last = views[i]->entries[views[i]->count - 1];
        cells[i * 4] = (struct ui_cell){.text = first->type->title,
                                        .path = path_of(ui->arena, views[i]->id),
                                        .under = show_moment(ui->arena, views[i]->pack, first->occurred)};
        cells[i * 4 + 1] =
            (struct ui_cell){.text = show_summary(ui->arena, views[i]->pack, first->type, first->values)};
        cells[i * 4 + 2] = (struct ui_cell){.text = first->recorded_name,
                                            .under = show_code(ui->pack, "agency", first->agency)};
        cells[i * 4 + 3] = (struct ui_cell){
            .text = last == first ? "" : show_summary(ui->arena, views[i]->pack, last->type, last->values)};
    }
    if (count > 0) {
        ui_table(ui, NULL, heads, 4, cells, count);
    }
    ui_finish(ui, reply, 200);
    return NULL;
}

/* ---- recording ---- */

struct outside_form {
    const struct entry_type *type;
    const char *path;
    const char *caption;
    struct typed typed;
    const struct value *values;
    struct unasked unasked;
    struct standing standing;
    struct day on;
    const struct error *faults;
};

static void form_take(struct request *request, struct outside_form *form, struct typed typed)
{
    const struct pack *pack = act_pack(&request->act);
    const struct value *values;
    form->typed = typed;
    form->standing = (struct standing){.marks = arena_many(request->arena, bool, pack->mark_count)};
    form->on = moment_of_instant(pack, request->act.now).day;
    form->faults = form_values(request->arena, pack, form->type, "", typed, NULL, 0, &values);
    form->values = form_asked(request->arena, pack, form->type, values, &form->standing, form->on);
    form->unasked =
        (struct unasked){.type = form->type, .prefix = "", .typed = values, .asked = form->values};
    form->faults = form_faults_join(request->arena, unasked_fault(request, &form->unasked, 1), form->faults);
    const struct error *asked =
        form_asks(request->arena, pack, form->type, "", form->values, NULL, 0, &form->standing, form->on);
    form->faults = form_faults_join(request->arena, form->faults, asked);
}

static void form_write(struct request *request, const struct outside_form *form, int status,
                       struct reply *reply)
{
    struct ui *ui = ui_begin(request, form->type->verb, section);
    ui->back = section;
    ui->back_text = "Back to what is outside cases";
    ui->faults = form->faults;
    ui_title(ui, form->caption, form->type->verb);
    ui_not_saved(ui, status);
    ui_hint(ui, arena_printf(ui->arena, "Paragraph %s", form->type->paragraph));
    if (form->type->guidance != NULL) {
        ui_text(ui, form->type->guidance);
    }
    ui_form(ui, form->path);
    unasked_write(ui, &form->unasked, 1);
    ui_pack_pages(ui, &(struct ui_fields){.type = form->type,
                                          .prefix = "",
                                          .typed = form->typed,
                                          .values = form->values,
                                          .standing = &form->standing,
                                          .on = form->on});
    ui_button(ui, BUTTON_MAIN, "Record", NULL, NULL);
    ui_form_end(ui);
    ui_finish(ui, reply, status);
}

static const struct error *type_of(struct request *request, const struct entry_type **ret_type)
{
    const struct pack *pack = act_pack(&request->act);
    *ret_type = pack_type(pack, request_param(request, "type"));
    if (*ret_type == NULL || !(*ret_type)->without_child) {
        return error_of(ERROR_NOT_FOUND);
    }
    return act_may_record_outside(&request->session.actor, pack, *ret_type) ? NULL
                                                                            : error_of(ERROR_NOT_ALLOWED);
}

const struct error *page_record_outside(struct request *request, struct reply *reply)
{
    struct outside_form form = {.caption = "Outside cases"};
    TRY(type_of(request, &form.type));
    form.path = arena_printf(request->arena, "/new-record/%s", form.type->id);
    form_take(request, &form, (struct typed){NULL, 0});
    form.faults = NULL;
    form_write(request, &form, 200, reply);
    return NULL;
}

/* Faults stay beside the form with all that was typed; anything else is for the page of errors. */
static const struct error *form_fail(struct request *request, struct outside_form *form,
                                     const struct error *error, struct reply *reply)
{
    if (error->code != ERROR_INVALID && error->http_status < 500) {
        return error;
    }
    form->faults = error->code == ERROR_INVALID ? error : NULL;
    form_write(request, form, error->http_status, reply);
    return NULL;
}

const struct error *page_record_outside_post(struct request *request, struct reply *reply)
{
    struct outside_form form = {.caption = "Outside cases"};
    struct id id;
    TRY(type_of(request, &form.type));
    form.path = arena_printf(request->arena, "/new-record/%s", form.type->id);
    form_take(request, &form, typed_of_request(request));
    const struct error *error = form.faults;
    if (error == NULL) {
        error =
            act_outside_record(&request->act, form.type, form.values, request_form(request, "_form"), &id);
    }
    if (error != NULL) {
        return form_fail(request, &form, error, reply);
    }
    reply_redirect(reply, arena_printf(request->arena, "%s?done=1", path_of(request->arena, id)));
    return NULL;
}

/* ---- one record ---- */

static const struct error *read_one(struct request *request, const struct outside_view **ret_view)
{
    struct id id;
    if (!id_parse(request_param(request, "id"), &id)) {
        return error_of(ERROR_NOT_FOUND);
    }
    return act_outside_read(&request->act, id, ret_view);
}

static void write_entry(struct ui *ui, const struct outside_view *view, const struct entry *entry)
{
    struct ui_row *rows = arena_many(ui->arena, struct ui_row, entry->type->field_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < entry->type->field_count; i++) {
        const char *text = show_value(ui->arena, view->pack, &entry->type->fields[i], &entry->values[i]);
        if (text[0] != '\0') {
            rows[count++] = (struct ui_row){.key = entry->type->fields[i].label, .value = {.text = text}};
        }
    }
    rows[count++] = (struct ui_row){
        .key = "Recorded by",
        .value = {.text = arena_printf(ui->arena, "%s, %s, on %s", entry->recorded_name,
                                       show_code(ui->pack, "agency", entry->agency),
                                       show_instant(ui->arena, view->pack, entry->recorded_at))}};
    ui_summary(ui, rows, count);
}

/* "learning-recommendation" is answered by "learning-recommendation-answered". */
static const struct entry_type *answer_type(struct arena *arena, const struct pack *pack,
                                            const struct entry_type *type)
{
    const struct entry_type *answer = pack_type(pack, arena_printf(arena, "%s-answered", type->id));
    return answer != NULL && answer->without_child ? answer : NULL;
}

static bool leads_to_referral(const struct outside_view *view)
{
    return entry_type_field(view->type, "leads_to_referral") != NULL;
}

const struct error *page_record_of(struct request *request, struct reply *reply)
{
    const struct outside_view *view;
    TRY(read_one(request, &view));
    struct ui *ui = ui_begin(request, view->type->title, section);
    ui->back = section;
    ui->back_text = "Back to what is outside cases";
    if (request_query(request, "done") != NULL) {
        ui_banner(ui, true, "Recorded", "");
    }
    ui_title(ui, NULL, view->type->title);
    for (size_t i = 0; i < view->count; i++) {
        if (i > 0) {
            ui_h2(ui, view->entries[i]->type->title);
        }
        write_entry(ui, view, view->entries[i]);
    }
    const char *path = path_of(ui->arena, view->id);
    const struct entry_type *answer = answer_type(ui->arena, ui->pack, view->type);
    if (answer != NULL && act_may_record_outside(&request->session.actor, ui->pack, answer)) {
        ui_button_link(ui, BUTTON_SECONDARY, answer->verb, arena_printf(ui->arena, "%s/answer", path));
    }
    if (leads_to_referral(view) && request->session.actor.role->reads_cases) {
        ui_inset(ui,
                 "A child who is exploited, or may be, is always referred. What you wrote here goes along.");
        ui_form(ui, arena_printf(ui->arena, "%s/refer", path));
        ui_button(ui, BUTTON_MAIN, "Make a referral from this", NULL, NULL);
        ui_form_end(ui);
    }
    ui_finish(ui, reply, 200);
    return NULL;
}

static const struct error *answer_form(struct request *request, const struct outside_view **ret_view,
                                       struct outside_form *ret_form)
{
    const struct pack *pack = act_pack(&request->act);
    TRY(read_one(request, ret_view));
    const struct entry_type *type = answer_type(request->arena, pack, (*ret_view)->type);
    if (type == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    const struct entry *first = (*ret_view)->entries[0];
    *ret_form = (struct outside_form){
        .type = type,
        .path = arena_printf(request->arena, "%s/answer", path_of(request->arena, (*ret_view)->id)),
        .caption = show_summary(request->arena, (*ret_view)->pack, first->type, first->values)};
    return NULL;
}

const struct error *page_record_answer(struct request *request, struct reply *reply)
{
    const struct outside_view *view;
    struct outside_form form;
    TRY(answer_form(request, &view, &form));
    form_take(request, &form, (struct typed){NULL, 0});
    form.faults = NULL;
    form_write(request, &form, 200, reply);
    return NULL;
}

const struct error *page_record_answer_post(struct request *request, struct reply *reply)
{
    const struct outside_view *view;
    struct outside_form form;
    TRY(answer_form(request, &view, &form));
    form_take(request, &form, typed_of_request(request));
    const struct error *error = form.faults;
    if (error == NULL) {
        error = act_outside_answer(&request->act, view->id, form.type, form.values,
                                   request_form(request, "_form"));
    }
    if (error != NULL) {
        return form_fail(request, &form, error, reply);
    }
    reply_redirect(reply, arena_printf(request->arena, "%s?done=1", path_of(request->arena, view->id)));
    return NULL;
}

/* The consultation becomes a referral in one step: what was asked is what was seen. */
const struct error *page_record_refer_post(struct request *request, struct reply *reply)
{
    static const struct {
        const char *from;
        const char *to;
    } same[] = {{"question", "narrative"}, {"involvement", "involvement"}};
    const struct outside_view *view;
    struct pair pairs[8];
    size_t count = 0;
    TRY(read_one(request, &view));
    if (!leads_to_referral(view)) {
        return error_of(ERROR_NOT_FOUND);
    }
    const struct entry *entry = view->entries[0];
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        const struct value *value = entry_value(entry, same[i].from);
        const char *text = value->kind == VALUE_TEXT   ? value->text
                           : value->kind == VALUE_CODE ? value->code->id
                                                       : NULL;
        if (text != NULL) {
            pairs[count++] = (struct pair){same[i].to, text};
        }
    }
    const char *withdrawal = entry_text(entry, "concern_about_withdrawal");
    if (withdrawal != NULL) {
        pairs[count++] = (struct pair){"worried_about_withdrawal", "yes"};
        pairs[count++] = (struct pair){"withdrawal_services", withdrawal};
    }
    pairs[count++] = (struct pair){"source_agency", request->session.actor.agency};
    pairs[count++] = (struct pair){"referrer", request->session.actor.name};
    return linked_draft(request, pairs, count, reply);
}
