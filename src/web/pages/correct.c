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
                *ret_known = known_as_written(&frame->view->history->list[i]);
                return NULL;
            }
        }
    }
    return error_of(ERROR_NOT_FOUND);
}

struct correcting {
    struct case_frame frame;
    struct entry_form form;
    const struct known *known;
    const char *kind; /* of its draft */
    const char *path;
    const char *reason; /* NULL: not typed yet */
};

/* The reason is no field of the entry: in a draft it stands beside them. */
static const char reason_name[] = ".reason";

static const struct error *begin(struct request *request, struct correcting *correcting)
{
    TRY(case_frame_read(request, &correcting->frame));
    const struct case_view *view = correcting->frame.view;
    const struct entry_type *correction = &view->pack->types[view->pack->correction_type];
    if (!act_may_record(&request->session.actor, view->pack, correction)) {
        return error_of(ERROR_NOT_ALLOWED);
    }
    TRY(find_entry(&correcting->frame, request_param(request, "seq"), &correcting->known));
    correcting->form = (struct entry_form){
        .frame = &correcting->frame, .type = correcting->known->type, .seq = view->seq, .edits = true};
    correcting->kind = correction->id;
    correcting->path = arena_printf(request->arena, "%s/entries/%llu/correct", correcting->frame.path,
                                    (unsigned long long)correcting->known->entry->seq);
    return NULL;
}

static void write_page(struct request *request, const struct correcting *correcting, int status,
                       struct reply *reply)
{
    const struct entry_form *form = &correcting->form;
    struct ui *ui = case_frame_begin(request, form->frame, "Correct an entry", NULL);
    ui->faults = form->faults;
    ui->back = case_entry_path(ui, form->frame, correcting->known);
    ui->back_text = "Back to the entry";
    ui_title(ui, arena_printf(ui->arena, "%s, %s", form->frame->view->child.full_name, form->type->title),
             "Correct an entry");
    ui_not_saved(ui, status);
    entry_form_meanwhile(ui, form);
    ui_text(
        ui,
        "Change what is wrong and leave the rest. The entry as it was first recorded stays readable beside "
        "your correction.");
    ui_draft_form(ui, correcting->path, entry_form_again(ui, form, correcting->path));
    entry_form_hidden(ui, form);
    unasked_write(ui, &form->unasked, 1);
    entry_form_fields(ui, form);
    ui_area(ui,
            &(struct ui_field){
                .name = "_reason", .label = "Why is it corrected?", .text = correcting->reason, .rows = 3});
    ui_buttons(ui);
    ui_button(ui, BUTTON_MAIN, "Record the correction", "_go", "record");
    ui_button(ui, BUTTON_SECONDARY, "Save and come back later", "_go", "save");
    ui_buttons_end(ui);
    ui_form_end(ui);
    ui_finish(ui, reply, status);
}

const struct error *page_correct(struct request *request, struct reply *reply)
{
    struct correcting correcting = {0};
    bool drafted;
    TRY(begin(request, &correcting));
    struct entry_form *form = &correcting.form;
    TRY(entry_form_draft(request, correcting.kind, correcting.path, form, &drafted));
    if (drafted) {
        correcting.reason = typed_first(form->typed, reason_name);
    } else {
        const struct pack *pack = correcting.frame.view->pack;
        const struct known *known = correcting.known;
        form->typed =
            typed_merge(request->arena, typed_of_values(request->arena, pack, form->type, "", known->values),
                        typed_of_moment(request->arena, pack, "occurred_at", known->occurred));
    }
    entry_form_read(request, form);
    form->faults = NULL;
    write_page(request, &correcting, 200, reply);
    return NULL;
}

/* Which answers are others than those in force, as the form shows them: it asks for minutes, and knows of an
 * hour that came twice only the first. */
static bool differs(struct arena *arena, const struct pack *pack, const struct field *field,
                    const struct value *typed, const struct value *shown)
{
    return typed->kind != shown->kind ||
           !text_equal(show_value(arena, pack, field, typed), show_value(arena, pack, field, shown)) ||
           (typed->kind == VALUE_MOMENT && instant_compare(typed->moment.start, shown->moment.start) != 0);
}

/* What comes of these values when the form that they fill is sent as it is. */
static const struct value *as_shown(struct arena *arena, const struct pack *pack,
                                    const struct entry_type *type, const struct value *values)
{
    const struct value *shown;
    const struct error *faults =
        form_values(arena, pack, type, "", typed_of_values(arena, pack, type, "", values), NULL, 0, &shown);
    (void)faults; /* an answer that the form cannot give is one that was changed */
    return shown;
}

static struct moment moment_as_shown(struct arena *arena, const struct pack *pack, struct moment moment)
{
    static const char name[] = "occurred_at";
    bool given;
    struct moment shown = moment;
    const struct error *faults = form_moment(
        arena, pack, name, name, typed_of_moment(arena, pack, name, moment), false, &shown, &given);
    (void)faults;
    return shown;
}

static const struct fields *changes(struct request *request, const struct entry_form *form,
                                    const struct known *known, size_t *ret_count)
{
    const struct entry_type *type = form->type;
    const struct pack *pack = form->frame->view->pack;
    const struct value *shown = as_shown(request->arena, pack, type, known->values);
    struct value *values = arena_many(request->arena, struct value, type->field_count);
    bool *set = arena_many(request->arena, bool, type->field_count);
    size_t count = 0;
    for (size_t i = 0; i < type->field_count; i++) {
        const struct field *field = &type->fields[i];
        if (!field->system && differs(request->arena, pack, field, &form->values[i], &shown[i])) {
            values[i] = form->values[i];
            set[i] = true;
            count++;
        }
    }
    struct fields *fields = arena_one(request->arena, struct fields);
    *fields = (struct fields){.type = type, .values = values, .set = set};
    struct moment occurred = moment_as_shown(request->arena, pack, known->occurred);
    if (instant_compare(form->occurred.start, occurred.start) != 0 ||
        form->occurred.day_only != occurred.day_only) {
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

static const struct error *record(struct request *request, struct correcting *correcting,
                                  struct recorded *ret_recorded)
{
    struct entry_form *form = &correcting->form;
    entry_form_read(request, form);
    form->faults = form_faults_join(request->arena, unasked_fault(request, &form->unasked, 1), form->faults);
    if (form->faults != NULL) {
        return form->faults;
    }
    size_t count;
    const struct fields *fields = changes(request, form, correcting->known, &count);
    if (count == 0) {
        return error_field(request->arena, ERROR_INVALID, "occurred_at", NULL, "Nothing was changed yet");
    }
    const struct pack *pack = form->frame->view->pack;
    struct entry_input input = {.type = &pack->types[pack->correction_type],
                                .values = correction_values(request, pack, correcting->known, fields),
                                .expected_seq = form->seq,
                                .idempotency_key = request_form(request, "_form")};
    if (form->draft != NULL) {
        (void)id_parse(form->draft, &input.draft);
    }
    return act_entry_record(&request->act, form->frame->view->reference.text, &input, ret_recorded);
}

/* What was typed, with the reason where a draft has it. */
static struct typed typed_with_reason(struct request *request)
{
    struct pair *pair = arena_one(request->arena, struct pair);
    const char *reason = request_form(request, "_reason");
    *pair = (struct pair){reason_name, reason == NULL ? "" : reason};
    return typed_merge(request->arena, typed_of_request(request), (struct typed){pair, 1});
}

const struct error *page_correct_post(struct request *request, struct reply *reply)
{
    struct correcting correcting = {0};
    TRY(begin(request, &correcting));
    struct entry_form *form = &correcting.form;
    form->typed = typed_with_reason(request);
    form->seq = entry_form_seq(request);
    form->draft = request_form(request, "_draft");
    correcting.reason = request_form(request, "_reason");
    if (entry_form_kept(request, form, correcting.kind, correcting.path, reply)) {
        return NULL;
    }
    if (text_equal(request_form(request, "_go"), "save")) {
        entry_form_read(request, form);
        form->faults = NULL;
        write_page(request, &correcting, 507, reply);
        return NULL;
    }
    struct recorded recorded = {0};
    const struct error *error = record(request, &correcting, &recorded);
    if (error == NULL) {
        reply_redirect(reply, arena_printf(request->arena, "%s?done=%llu", correcting.frame.path,
                                           (unsigned long long)recorded.entry->seq));
        return NULL;
    }
    int status = entry_form_status(error);
    if (status == 0) {
        return error;
    }
    if (error->code == ERROR_CONFLICT) {
        form->since = recorded.since;
        form->since_count = recorded.since_count;
        form->seq = recorded.since_count > 0 ? recorded.since[recorded.since_count - 1]->seq
                                             : correcting.frame.view->seq;
    } else {
        form->faults = status == 422 ? error : NULL;
    }
    (void)entry_form_keep_at(request, form, correcting.kind, correcting.path);
    write_page(request, &correcting, status, reply);
    return NULL;
}

/* ---- the child's details ---- */

static const struct error *details_begin(struct request *request, struct case_frame *frame,
                                         struct entry_form *ret_form, const char **ret_path)
{
    TRY(case_frame_read(request, frame));
    const struct pack *pack = frame->view->pack;
    *ret_form = (struct entry_form){.frame = frame,
                                    .type = &pack->types[pack->details_type],
                                    .seq = act_details_seq(&frame->view->child),
                                    .edits = true};
    *ret_path = arena_printf(request->arena, "%s/details", frame->path);
    return NULL;
}

/* "Telephone: 0116 496 0100; School: ..." */
static const char *details_text(struct ui *ui, const struct known *known)
{
    const char *text = "";
    for (size_t i = 0; i < known->type->field_count; i++) {
        const struct field *field = &known->type->fields[i];
        if (known->values[i].kind != VALUE_NONE) {
            text = arena_printf(ui->arena, "%s%s%s: %s", text, *text == '\0' ? "" : "; ", field->label,
                                show_value(ui->arena, ui->pack, field, &known->values[i]));
        }
    }
    return text;
}

/* What others changed after `begun_on`. */
static void details_meanwhile(struct ui *ui, const struct child_view *child, uint64_t begun_on)
{
    const struct history *details = child->details;
    struct ui_event *events = arena_many(ui->arena, struct ui_event, details->count);
    size_t count = 0;
    for (size_t i = 0; i < details->count; i++) {
        const struct known *known = &details->list[i];
        const char *text = details_text(ui, known);
        if (known->entry->seq > begun_on && *text != '\0') {
            events[count++] =
                (struct ui_event){.title = "Details changed",
                                  .by = show_code(ui->pack, "agency", known->entry->agency),
                                  .when = show_instant(ui->arena, ui->pack, known->entry->recorded_at),
                                  .text = text};
        }
    }
    ui_banner(ui, false, "Somebody changed the details while you were writing",
              "Your text is kept below and is not recorded yet. Read what changed, change yours if you need "
              "to, and record it.");
    ui_h2(ui, "What changed meanwhile");
    ui_timeline(ui, events, count);
    ui_h2(ui, "Your change");
}

static void write_details(struct request *request, struct entry_form *form, const char *path, int status,
                          struct reply *reply)
{
    const struct case_view *view = form->frame->view;
    struct ui *ui = case_frame_begin(request, form->frame, "Change the child's details", NULL);
    ui->faults = form->faults;
    ui_title(ui, arena_printf(ui->arena, "%s, %s", view->child.full_name, view->reference.text),
             "Change the child's details");
    ui_not_saved(ui, status);
    entry_form_meanwhile(ui, form);
    if (status == 409) {
        details_meanwhile(ui, &view->child, entry_form_seq(request));
    }
    ui_text(
        ui,
        "What the details were before stays readable. The clocks of duties that depend on the child's age "
        "follow the date of birth.");
    ui_draft_form(ui, path, entry_form_again(ui, form, path));
    entry_form_hidden(ui, form);
    const struct value *values;
    const struct error *ignored =
        form_values(ui->arena, view->pack, form->type, "", form->typed, NULL, 0, &values);
    (void)ignored; /* told when it is sent */
    ui_pack_pages(
        ui, &(struct ui_fields){.type = form->type, .prefix = "", .typed = form->typed, .values = values});
    ui_buttons(ui);
    ui_button(ui, BUTTON_MAIN, "Change the details", "_go", "record");
    ui_button(ui, BUTTON_SECONDARY, "Save and come back later", "_go", "save");
    ui_buttons_end(ui);
    ui_form_end(ui);
    ui_finish(ui, reply, status);
}

const struct error *page_details(struct request *request, struct reply *reply)
{
    struct case_frame frame;
    struct entry_form form;
    const char *path;
    bool drafted;
    TRY(details_begin(request, &frame, &form, &path));
    TRY(entry_form_draft(request, form.type->id, path, &form, &drafted));
    if (!drafted) {
        form.typed =
            typed_of_values(request->arena, frame.view->pack, form.type, "", frame.view->child.values);
    }
    write_details(request, &form, path, 200, reply);
    return NULL;
}

static const struct error *change_details(struct request *request, const struct entry_form *form)
{
    const struct case_view *view = form->frame->view;
    const struct entry_type *type = form->type;
    const struct value *values;
    struct recorded recorded;
    struct id draft;
    TRY(form_values(request->arena, view->pack, type, "", form->typed, NULL, 0, &values));
    const struct value *shown = as_shown(request->arena, view->pack, type, view->child.values);
    struct value *changed = arena_many(request->arena, struct value, type->field_count);
    for (size_t i = 0; i < type->field_count; i++) {
        if (differs(request->arena, view->pack, &type->fields[i], &values[i], &shown[i])) {
            changed[i] = values[i];
        }
    }
    TRY(act_details_record(&request->act, view->reference.text, form->seq, changed, &recorded));
    if (form->draft != NULL && id_parse(form->draft, &draft)) {
        const struct error *left = act_draft_drop(&request->act, draft);
        (void)left; /* the details are changed: a draft that stays behind is thrown away by hand */
    }
    return NULL;
}

const struct error *page_details_post(struct request *request, struct reply *reply)
{
    struct case_frame frame;
    struct entry_form form;
    const char *path;
    TRY(details_begin(request, &frame, &form, &path));
    form.typed = typed_of_request(request);
    form.seq = entry_form_seq(request);
    form.draft = request_form(request, "_draft");
    if (entry_form_kept(request, &form, form.type->id, path, reply)) {
        return NULL;
    }
    bool saves = text_equal(request_form(request, "_go"), "save");
    const struct error *error = saves ? NULL : change_details(request, &form);
    if (error == NULL && !saves) {
        reply_redirect(reply, arena_printf(request->arena, "%s?saved=details", frame.path));
        return NULL;
    }
    int status = saves ? 507 : entry_form_status(error);
    if (status == 0) {
        return error;
    }
    if (status == 409) { /* as it stands now: it may have changed after it was read */
        TRY(case_frame_read(request, &frame));
        form.seq = act_details_seq(&frame.view->child);
    }
    form.faults = status == 422 ? error : NULL;
    if (!saves) {
        (void)entry_form_keep_at(request, &form, form.type->id, path);
    }
    write_details(request, &form, path, status, reply);
    return NULL;
}
