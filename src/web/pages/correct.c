/*
 * Correcting an entry: its form again, filled in. Only what is changed goes into the correction; the entry
 * and the correction both stay. The child's details change the same way, in the child's own record.
 */
#include "web/pages/entry_form.h"
#include "web/pages/pages.h"

#include "base/text.h"

#include <string.h>

static const struct error *find_entry(const struct case_frame *frame, const char *text,
                                      const struct known **ret_known)
{
    int64_t seq;
    if (number_parse(text, 1, INT64_MAX, &seq)) {
        for (size_t i = 0; i < frame->view->history->count; i++) {
            if (frame->view->history->list[i].entry->seq == (uint64_t)seq) {
                *ret_known = &frame->view->history->list[i];
                return NULL;
            }
        }
    }
    return error_of(ERROR_NOT_FOUND);
}

static const struct error *begin(struct request *request, struct case_frame *frame,
                                 struct entry_form *ret_form, const struct known **ret_known)
{
    TRY(case_frame_read(request, frame));
    const struct pack *pack = frame->view->pack;
    if (!act_may_record(&request->session.actor, pack, &pack->types[pack->correction_type])) {
        return error_of(ERROR_NOT_ALLOWED);
    }
    TRY(find_entry(frame, request_param(request, "seq"), ret_known));
    *ret_form = (struct entry_form){.frame = frame, .type = (*ret_known)->type, .seq = frame->view->seq};
    return NULL;
}

static void write_page(struct request *request, const struct entry_form *form, const struct known *known,
                       int status, struct reply *reply)
{
    struct ui *ui = case_frame_begin(request, form->frame, "Correct an entry", NULL);
    ui->faults = form->faults;
    ui->back = case_entry_path(ui, form->frame, known);
    ui->back_text = "Back to the entry";
    ui_title(ui, arena_printf(ui->arena, "%s, %s", form->frame->view->child.full_name, form->type->title),
             "Correct an entry");
    if (status >= 500) {
        ui_banner(ui, false, "It could not be recorded",
                  "What you typed is kept on this page. Wait a moment and try again.");
    }
    entry_form_since(ui, form);
    ui_text(
        ui,
        "Change what is wrong and leave the rest. The entry as it was first recorded stays readable beside "
        "your correction.");
    ui_form(ui, arena_printf(ui->arena, "%s/entries/%llu/correct", form->frame->path,
                             (unsigned long long)known->entry->seq));
    entry_form_hidden(ui, form);
    entry_form_fields(ui, form);
    ui_area(ui, &(struct ui_field){.name = "_reason",
                                   .label = "Why is it corrected?",
                                   .text = request_form(request, "_reason"),
                                   .rows = 3});
    ui_button(ui, BUTTON_MAIN, "Record the correction", NULL, NULL);
    ui_form_end(ui);
    ui_finish(ui, reply, status);
}

const struct error *page_correct(struct request *request, struct reply *reply)
{
    struct case_frame frame;
    struct entry_form form;
    const struct known *known;
    TRY(begin(request, &frame, &form, &known));
    const struct pack *pack = frame.view->pack;
    form.typed =
        typed_merge(request->arena, typed_of_values(request->arena, pack, form.type, "", known->values),
                    typed_of_moment(request->arena, pack, "occurred_at", known->occurred));
    entry_form_read(request, &form);
    form.faults = NULL;
    write_page(request, &form, known, 200, reply);
    return NULL;
}

/* Which answers are others than those in force. */
static bool differs(struct arena *arena, const struct pack *pack, const struct field *field,
                    const struct value *a, const struct value *b)
{
    return a->kind != b->kind ||
           !text_equal(show_value(arena, pack, field, a), show_value(arena, pack, field, b)) ||
           (a->kind == VALUE_MOMENT && instant_compare(a->moment.start, b->moment.start) != 0);
}

static const struct fields *changes(struct request *request, const struct entry_form *form,
                                    const struct known *known, size_t *ret_count)
{
    const struct entry_type *type = form->type;
    const struct pack *pack = form->frame->view->pack;
    struct value *values = arena_many(request->arena, struct value, type->field_count);
    bool *set = arena_many(request->arena, bool, type->field_count);
    size_t count = 0;
    for (size_t i = 0; i < type->field_count; i++) {
        const struct field *field = &type->fields[i];
        if (!field->system && differs(request->arena, pack, field, &form->values[i], &known->values[i])) {
            values[i] = form->values[i];
            set[i] = true;
            count++;
        }
    }
    struct fields *fields = arena_one(request->arena, struct fields);
    *fields = (struct fields){.type = type, .values = values, .set = set};
    bool moved = instant_compare(form->occurred.start, known->occurred.start) != 0 ||
                 form->occurred.day_only != known->occurred.day_only;
    /* the form asks for minutes: a second is no change */
    int64_t apart = form->occurred.start.ms - known->occurred.start.ms;
    if (moved &&
        !(form->occurred.day_only == known->occurred.day_only && apart <= 0 && apart > -MS_PER_MINUTE)) {
        fields->sets_occurred = true;
        fields->occurred = form->occurred;
        count++;
    }
    *ret_count = count;
    return fields;
}

static const struct value *correction_values(struct request *request, const struct pack *pack,
                                             const struct known *known, const struct fields *fields)
{
    const struct entry_type *type = &pack->types[pack->correction_type];
    struct value *values = arena_many(request->arena, struct value, type->field_count);
    for (size_t i = 0; i < type->field_count; i++) {
        const struct field *field = &type->fields[i];
        if (field->kind == FIELD_ENTRY) {
            values[i] = (struct value){.kind = VALUE_NUMBER, .number = (int64_t)known->entry->seq};
        } else if (field->kind == FIELD_FIELDS) {
            values[i] = (struct value){.kind = VALUE_FIELDS, .fields = fields};
        } else if (strcmp(field->id, "reason") == 0 && !text_is_blank(request_form(request, "_reason"))) {
            values[i] = (struct value){.kind = VALUE_TEXT,
                                       .text = text_trim(request->arena, request_form(request, "_reason"))};
        }
    }
    return values;
}

static const struct error *record(struct request *request, struct entry_form *form, const struct known *known,
                                  struct recorded *ret_recorded)
{
    entry_form_read(request, form);
    if (form->faults != NULL) {
        return form->faults;
    }
    size_t count;
    const struct fields *fields = changes(request, form, known, &count);
    if (count == 0) {
        return error_field(request->arena, ERROR_INVALID, "occurred_at", NULL, "Nothing was changed yet");
    }
    const struct pack *pack = form->frame->view->pack;
    struct moment now = moment_of_instant(pack, request->act.now);
    struct entry_input input = {.type = &pack->types[pack->correction_type],
                                .values = correction_values(request, pack, known, fields),
                                .occurred = &now,
                                .expected_seq = form->seq,
                                .idempotency_key = request_form(request, "_form")};
    return act_entry_record(&request->act, form->frame->view->reference.text, &input, ret_recorded);
}

const struct error *page_correct_post(struct request *request, struct reply *reply)
{
    struct case_frame frame;
    struct entry_form form;
    const struct known *known;
    TRY(begin(request, &frame, &form, &known));
    form.typed = typed_of_request(request);
    form.seq = entry_form_seq(request);
    struct recorded recorded = {0};
    const struct error *error = record(request, &form, known, &recorded);
    if (error == NULL) {
        reply_redirect(reply, arena_printf(request->arena, "%s?done=%llu", frame.path,
                                           (unsigned long long)recorded.entry->seq));
        return NULL;
    }
    int status = entry_form_status(error);
    if (status == 0) {
        return error;
    }
    if (error->code == ERROR_CONFLICT) {
        form.since = recorded.since;
        form.since_count = recorded.since_count;
        form.seq = recorded.since_count > 0 ? recorded.since[recorded.since_count - 1]->seq : frame.view->seq;
    } else {
        form.faults = status == 422 ? error : NULL;
    }
    write_page(request, &form, known, status, reply);
    return NULL;
}

/* ---- the child's details ---- */

static void write_details(struct request *request, const struct case_frame *frame, struct typed typed,
                          const struct error *faults, int status, struct reply *reply)
{
    struct ui *ui = case_frame_begin(request, frame, "Change the child's details", NULL);
    const struct pack *pack = frame->view->pack;
    const struct entry_type *type = &pack->types[pack->details_type];
    ui->faults = faults;
    ui_title(ui, arena_printf(ui->arena, "%s, %s", frame->view->child.full_name, frame->view->reference.text),
             "Change the child's details");
    ui_text(
        ui,
        "What the details were before stays readable. The clocks of duties that depend on the child's age "
        "follow the date of birth.");
    ui_form(ui, arena_printf(ui->arena, "%s/details", frame->path));
    const struct value *values;
    const struct error *ignored = form_values(ui->arena, pack, type, "", typed, NULL, 0, &values);
    (void)ignored; /* told when it is sent */
    ui_pack_pages(ui, &(struct ui_fields){.type = type, .prefix = "", .typed = typed, .values = values});
    ui_button(ui, BUTTON_MAIN, "Change the details", NULL, NULL);
    ui_form_end(ui);
    ui_finish(ui, reply, status);
}

const struct error *page_details(struct request *request, struct reply *reply)
{
    struct case_frame frame;
    TRY(case_frame_read(request, &frame));
    const struct pack *pack = frame.view->pack;
    write_details(
        request, &frame,
        typed_of_values(request->arena, pack, &pack->types[pack->details_type], "", frame.view->child.values),
        NULL, 200, reply);
    return NULL;
}

const struct error *page_details_post(struct request *request, struct reply *reply)
{
    struct case_frame frame;
    TRY(case_frame_read(request, &frame));
    const struct pack *pack = frame.view->pack;
    const struct entry_type *type = &pack->types[pack->details_type];
    struct typed typed = typed_of_request(request);
    const struct value *values;
    const struct error *error = form_values(request->arena, pack, type, "", typed, NULL, 0, &values);
    if (error == NULL) {
        struct value *changed = arena_many(request->arena, struct value, type->field_count);
        for (size_t i = 0; i < type->field_count; i++) {
            if (differs(request->arena, pack, &type->fields[i], &values[i], &frame.view->child.values[i])) {
                changed[i] = values[i];
            }
        }
        struct recorded recorded;
        error = act_details_record(&request->act, frame.view->reference.text, changed, &recorded);
    }
    if (error == NULL) {
        reply_redirect(reply, arena_printf(request->arena, "%s?saved=details", frame.path));
        return NULL;
    }
    int status = entry_form_status(error);
    if (status == 0 || status != 422) {
        return error;
    }
    write_details(request, &frame, typed, error, status, reply);
    return NULL;
}
