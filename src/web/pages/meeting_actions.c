/*
 * After a meeting is recorded: its actions, one at a time, each with an owner and a date. Each is an entry of
 * its own, so that it can be progressed and chased on its own.
 */
#include "web/pages/entry_form.h"
#include "web/pages/pages.h"

#include "base/text.h"

#include <string.h>

static const struct entry_type *action_type(const struct pack *pack)
{
    for (size_t i = 0; i < pack->type_count; i++) {
        if (pack->types[i].part == PART_ACTION && pack->types[i].step == STEP_BEGIN) {
            return &pack->types[i];
        }
    }
    return NULL;
}

static const struct error *begin(struct request *request, struct case_frame *frame,
                                 struct entry_form *ret_form, const struct known **ret_meeting)
{
    TRY(case_frame_read(request, frame));
    const struct pack *pack = frame->view->pack;
    const struct entry_type *type = action_type(pack);
    int64_t seq;
    *ret_meeting = NULL;
    if (number_parse(request_param(request, "seq"), 1, INT64_MAX, &seq)) {
        for (size_t i = 0; i < frame->view->history->count; i++) {
            const struct known *known = &frame->view->history->list[i];
            if (known->entry->seq == (uint64_t)seq && known->type->part == PART_MEETING) {
                *ret_meeting = known;
            }
        }
    }
    if (type == NULL || *ret_meeting == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    if (!act_may_record(&request->session.actor, pack, type)) {
        return error_of(ERROR_NOT_ALLOWED);
    }
    *ret_form = (struct entry_form){.frame = frame, .type = type, .seq = frame->view->seq};
    return NULL;
}

/* The actions agreed at the moment of the meeting. */
static void write_agreed(struct ui *ui, const struct entry_form *form, const struct known *meeting)
{
    const struct case_state *state = form->frame->view->state;
    const char **texts = arena_many(ui->arena, const char *, state->action_count);
    size_t count = 0;
    for (size_t i = 0; i < state->action_count; i++) {
        const struct known *agreed = state->actions[i].agreed;
        if (instant_compare(agreed->occurred.start, meeting->occurred.start) == 0) {
            texts[count++] = show_summary(ui->arena, ui->pack, agreed->type, agreed->values);
        }
    }
    ui_h2(ui, "Agreed at this meeting");
    if (count == 0) {
        ui_text(ui, "No action is recorded yet.");
    } else {
        ui_bullets(ui, texts, count);
    }
}

static void write_page(struct request *request, const struct entry_form *form, const struct known *meeting,
                       int status, struct reply *reply)
{
    struct ui *ui = case_frame_begin(request, form->frame, "Actions of the meeting", NULL);
    ui->faults = form->faults;
    if (request_query(request, "done") != NULL && !request->is_post) {
        ui_banner(ui, true, arena_printf(ui->arena, "“%s” is recorded", meeting->type->title),
                  "Add the actions that were agreed, one at a time.");
    }
    ui_title(ui, form->frame->view->child.full_name, "Actions of the meeting");
    ui_hint(ui, show_summary(ui->arena, ui->pack, meeting->type, meeting->values));
    write_agreed(ui, form, meeting);
    ui_h2(ui, "Add an action");
    ui_form(ui, arena_printf(ui->arena, "%s/meetings/%llu/actions", form->frame->path,
                             (unsigned long long)meeting->entry->seq));
    entry_form_hidden(ui, form);
    unasked_write(ui, &form->unasked, 1);
    ui_pack_pages(ui, &(struct ui_fields){.type = form->type,
                                          .prefix = "",
                                          .typed = form->typed,
                                          .values = form->values,
                                          .standing = &form->frame->view->position->standing,
                                          .on = form->occurred.day});
    ui_buttons(ui);
    ui_button(ui, BUTTON_MAIN, "Add the action", NULL, NULL);
    ui_button_link(
        ui, BUTTON_SECONDARY, "All actions are added",
        arena_printf(ui->arena, "%s?done=%llu", form->frame->path, (unsigned long long)meeting->entry->seq));
    ui_buttons_end(ui);
    ui_form_end(ui);
    ui_finish(ui, reply, status);
}

const struct error *page_meeting_actions(struct request *request, struct reply *reply)
{
    struct case_frame frame;
    struct entry_form form;
    const struct known *meeting;
    TRY(begin(request, &frame, &form, &meeting));
    entry_form_read(request, &form);
    form.faults = NULL;
    write_page(request, &form, meeting, 200, reply);
    return NULL;
}

const struct error *page_meeting_actions_post(struct request *request, struct reply *reply)
{
    struct case_frame frame;
    struct entry_form form;
    const struct known *meeting;
    TRY(begin(request, &frame, &form, &meeting));
    form.typed = typed_of_request(request);
    entry_form_read(request, &form);
    entry_form_ask(request, &form);
    form.faults = form_faults_join(request->arena, unasked_fault(request, &form.unasked, 1), form.faults);
    struct recorded recorded;
    const struct error *error = form.faults;
    if (error == NULL) {
        /* adding an action reads nothing of what others wrote, so it expects no sequence */
        struct entry_input input = {.type = form.type,
                                    .values = form.values,
                                    .occurred = &meeting->occurred,
                                    .idempotency_key = request_form(request, "_form")};
        error = act_entry_record(&request->act, frame.view->reference.text, &input, &recorded);
    }
    if (error == NULL) {
        reply_redirect(reply, arena_printf(request->arena, "%s/meetings/%llu/actions", frame.path,
                                           (unsigned long long)meeting->entry->seq));
        return NULL;
    }
    if (entry_form_status(error) != 422) {
        return error;
    }
    form.faults = error;
    write_page(request, &form, meeting, 422, reply);
    return NULL;
}
