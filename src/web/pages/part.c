/* The pages of those who see of a case only what their agency does in its plan. */
#include "web/pages/pages.h"
#include "web/pages/unasked.h"

#include "base/text.h"

#include <string.h>

static const char section[] = "/my-part";

const struct error *page_parts(struct request *request, struct reply *reply)
{
    static const char *const heads[] = {"Child", "What your agency does"};
    const struct part_view *const *views;
    size_t count;
    TRY(act_part_list(&request->act, &views, &count));
    struct ui *ui = ui_begin(request, "My part", section);
    ui_title(ui, request->session.actor.name, "My part");
    ui_text(ui, "The children for whom your agency has something to do. You see your part of each plan, and "
                "nothing else "
                "of their case.");
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * 2);
    for (size_t i = 0; i < count; i++) {
        const char *text = "";
        for (size_t a = 0; a < views[i]->action_count; a++) {
            text = views[i]->actions[a].open
                       ? arena_printf(ui->arena, "%s%s%s", text, text[0] == '\0' ? "" : "; ",
                                      views[i]->actions[a].text)
                       : text;
        }
        cells[i * 2] =
            (struct ui_cell){.text = views[i]->given_name,
                             .path = arena_printf(ui->arena, "/my-part/%s", views[i]->reference.text)};
        cells[i * 2 + 1] = (struct ui_cell){.text = text};
    }
    if (count == 0) {
        ui_text(ui, "Nothing is open. When a plan gives your agency an action, it shows here.");
    } else {
        ui_table(ui, NULL, heads, 2, cells, count);
    }
    ui_finish(ui, reply, 200);
    return NULL;
}

static void write_actions(struct ui *ui, const struct part_view *view)
{
    static const char *const heads[] = {"What", "For", "By", "How it stands"};
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, view->action_count * 4);
    for (size_t i = 0; i < view->action_count; i++) {
        const struct part_action *action = &view->actions[i];
        cells[i * 4] = (struct ui_cell){.text = action->text};
        cells[i * 4 + 1] = (struct ui_cell){.text = action->part == NULL ? "" : action->part->title};
        cells[i * 4 + 2] = (struct ui_cell){.text = instant_is_never(action->due_at)
                                                        ? "No date"
                                                        : show_instant(ui->arena, ui->pack, action->due_at)};
        cells[i * 4 + 3] =
            (struct ui_cell){.text = action->open ? "Open" : "Over", .under = action->progress};
    }
    ui_table(ui, "Actions of your agency", heads, 4, cells, view->action_count);
}

static void write_own(struct ui *ui, const struct part_view *view)
{
    static const char *const heads[] = {"What", "When", "By"};
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, view->own_count * 3);
    for (size_t i = 0; i < view->own_count; i++) {
        const struct entry *entry = view->own[i];
        cells[i * 3] =
            (struct ui_cell){.text = entry->type->title,
                             .under = show_summary(ui->arena, view->pack, entry->type, entry->values)};
        cells[i * 3 + 1] = (struct ui_cell){.text = show_moment(ui->arena, view->pack, entry->occurred)};
        cells[i * 3 + 2] = (struct ui_cell){.text = entry->recorded_name == NULL ? "" : entry->recorded_name};
    }
    if (view->own_count > 0) {
        ui_h2(ui, "What your agency recorded");
        ui_table(ui, NULL, heads, 3, cells, view->own_count);
    }
}

const struct error *page_part(struct request *request, struct reply *reply)
{
    const struct part_view *view;
    TRY(act_part_read(&request->act, request_param(request, "ref"), &view));
    struct ui *ui =
        ui_begin(request, arena_printf(request->arena, "My part: %s", view->reference.text), section);
    ui->pack = view->pack;
    ui->back = section;
    ui->back_text = "Back to my part";
    ui->wide = true;
    if (request_query(request, "done") != NULL) {
        ui_banner(ui, true, "Recorded", "");
    }
    ui_title(ui, view->reference.text, view->given_name);
    struct ui_link *links = arena_many(ui->arena, struct ui_link, view->pack->type_count);
    size_t count = 0;
    for (size_t i = 0; i < view->pack->type_count; i++) {
        const struct entry_type *type = &view->pack->types[i];
        if (act_may_record_part(&request->session.actor, view->pack, type)) {
            links[count++] = (struct ui_link){
                .text = type->verb,
                .path = arena_printf(ui->arena, "/my-part/%s/%s", view->reference.text, type->id)};
        }
    }
    if (view->part_count > 0) {
        const char **parts = arena_many(ui->arena, const char *, view->part_count);
        for (size_t i = 0; i < view->part_count; i++) {
            parts[i] = view->parts[i]->title;
        }
        ui_h2(ui, "Your parts of the plan");
        ui_bullets(ui, parts, view->part_count);
    }
    write_actions(ui, view);
    ui_links(ui, links, count);
    write_own(ui, view);
    ui_finish(ui, reply, 200);
    return NULL;
}

struct part_form {
    const struct part_view *view;
    const struct entry_type *type;
    struct typed typed;
    const struct value *values;
    struct unasked unasked;
    struct standing standing;
    struct day on;
    const struct error *faults;
};

static const struct error *begin(struct request *request, struct typed typed, struct part_form *form)
{
    TRY(act_part_read(&request->act, request_param(request, "ref"), &form->view));
    const struct pack *pack = form->view->pack;
    form->type = pack_type(pack, request_param(request, "type"));
    if (form->type == NULL || !act_may_record_part(&request->session.actor, pack, form->type)) {
        return error_of(ERROR_NOT_FOUND);
    }
    const struct value *values;
    form->typed = typed;
    form->standing = (struct standing){.marks = arena_many(request->arena, bool, pack->mark_count)};
    form->on = moment_of_instant(pack, request->act.now).day;
    form->faults = form_values(request->arena, pack, form->type, "", typed, NULL, 0, &values);
    form->values = form_asked(request->arena, pack, form->type, values, &form->standing, form->on);
    form->unasked =
        (struct unasked){.type = form->type, .prefix = "", .typed = values, .asked = form->values};
    form->faults = form_faults_join(request->arena, unasked_fault(request, &form->unasked, 1), form->faults);
    return NULL;
}

static void write_form(struct request *request, const struct part_form *form, int status, struct reply *reply)
{
    struct ui *ui = ui_begin(request, form->type->verb, section);
    ui->pack = form->view->pack;
    ui->faults = form->faults;
    ui->back = arena_printf(ui->arena, "/my-part/%s", form->view->reference.text);
    ui->back_text = arena_printf(ui->arena, "Back to %s", form->view->given_name);
    ui_title(ui, form->view->given_name, form->type->verb);
    ui_not_saved(ui, status);
    if (form->type->guidance != NULL) {
        ui_text(ui, form->type->guidance);
    }
    ui_form(ui, arena_printf(ui->arena, "/my-part/%s/%s", form->view->reference.text, form->type->id));
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

const struct error *page_part_form(struct request *request, struct reply *reply)
{
    struct part_form form = {0};
    TRY(begin(request, (struct typed){NULL, 0}, &form));
    form.faults = NULL;
    write_form(request, &form, 200, reply);
    return NULL;
}

const struct error *page_part_form_post(struct request *request, struct reply *reply)
{
    struct part_form form = {0};
    struct recorded recorded;
    TRY(begin(request, typed_of_request(request), &form));
    const struct error *error = form.faults;
    if (error == NULL) {
        struct entry_input input = {
            .type = form.type, .values = form.values, .idempotency_key = request_form(request, "_form")};
        error = act_part_record(&request->act, form.view->reference.text, &input, &recorded);
    }
    if (error == NULL) {
        reply_redirect(reply, arena_printf(request->arena, "/my-part/%s?done=1", form.view->reference.text));
        return NULL;
    }
    if (error->code != ERROR_INVALID && error->http_status < 500) {
        return error;
    }
    form.faults = error->code == ERROR_INVALID ? error : NULL;
    write_form(request, &form, error->http_status, reply);
    return NULL;
}
