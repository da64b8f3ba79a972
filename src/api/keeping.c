/*
 * Keeping and disposing of records. What cannot be undone is done by a person at a page, who shows again who
 * they are: a program with a token reads, holds, proposes, refuses and cancels.
 */
#include "api/operations.h"
#include "api/show.h"

#include "act/disposal.h"
#include "base/text.h"

static void put_day(struct call *call, json_t *object, const char *name, bool has, struct day day)
{
    char text[DAY_TEXT];
    day_format(day, text);
    call_put(call, object, name, has ? json_string(text) : json_null());
}

static void put_id(struct call *call, json_t *object, const char *name, struct id id)
{
    char text[ID_TEXT];
    id_format(id, text);
    call_put(call, object, name, json_string(text));
}

static void put_row(struct call *call, json_t *object, const struct disposal_row *row)
{
    put_id(call, object, "record", row->record);
    call_put_text(call, object, "reference", row->reference.text);
    call_put_text(call, object, "kind", row->kind == RETENTION_OUTSIDE ? "outside" : "case");
    call_put_text(call, object, "state", disposal_state_name(row->state));
    call_put_text(call, object, "rule", row->rule == NULL ? NULL : row->rule->id);
    call_put_text(call, object, "kept_because", row->rule_title);
    call_put_text(call, object, "source", row->source);
    put_day(call, object, "kept_until", row->has_last_day, row->last_day);
    call_put_instant(call, object, "last_step_at", row->at);
    call_put_text(call, object, "last_step_by", row->by);
    call_put_instant(call, object, "ready_at", row->ready_at);
}

const struct error *work_disposals(struct call *call)
{
    struct disposal_filter filter = {.cursor = request_query(call->request, "cursor")};
    const char *list = request_query(call->request, "list");
    const struct disposal_row *rows;
    size_t count;
    const char *next;
    TRY(call_limit(call, &filter.limit));
    if (list != NULL && !disposal_list_find(list, &filter.list)) {
        return error_field(call->arena, ERROR_BAD_INPUT, "list", NULL,
                           "must be due, under-way, held or destroyed");
    }
    const struct error *error = act_disposals(call->act, &filter, &rows, &count, &next);
    if (error != NULL && error->code == ERROR_BAD_INPUT) {
        return error_field(call->arena, ERROR_BAD_INPUT, "cursor", NULL,
                           "is not one that was handed out as \"next\"");
    }
    TRY(error);
    json_t *records = call_put(call, call->output, "records", json_array());
    for (size_t i = 0; i < count; i++) {
        put_row(call, call_append(call, records, json_object()), &rows[i]);
    }
    call_put_text(call, call->output, "next", next);
    return NULL;
}

static void put_number(struct call *call, json_t *object, const char *name, uint64_t number)
{
    call_put(call, object, name, json_integer((json_int_t)number));
}

static const struct error *show_record(struct call *call, struct id record)
{
    const struct disposal_view *view;
    json_t *output = call->output;
    TRY(act_disposal_read(call->act, record, &view));
    put_row(call, output, &view->row);
    put_day(call, output, "begun", true, view->begun);
    put_day(call, output, "closed", view->is_closed, view->closed);
    put_number(call, output, "entries", view->entries);
    put_number(call, output, "proposal", view->proposal);
    json_t *holds = call_put(call, output, "holds", json_array());
    for (size_t i = 0; i < view->hold_count; i++) {
        const struct hold_view *hold = &view->holds[i];
        json_t *one = call_append(call, holds, json_object());
        put_number(call, one, "hold", hold->seq);
        call_put_instant(call, one, "at", hold->at);
        call_put_text(call, one, "by", hold->by);
        call_put_text(call, one, "reason", hold->reason);
    }
    json_t *steps = call_put(call, output, "steps", json_array());
    for (size_t i = 0; i < view->step_count; i++) {
        const struct disposal_step *step = &view->steps[i];
        json_t *one = call_append(call, steps, json_object());
        call_put_instant(call, one, "at", step->at);
        call_put_text(call, one, "what", step->what);
        call_put_text(call, one, "by", step->by);
        call_put_text(call, one, "reason", step->reason);
    }
    return NULL;
}

static const struct error *record_of(struct call *call, struct id *ret_record)
{
    return id_parse(request_param(call->request, "record"), ret_record) ? NULL : error_of(ERROR_NOT_FOUND);
}

const struct error *work_disposal(struct call *call)
{
    struct id record;
    TRY(record_of(call, &record));
    return show_record(call, record);
}

const struct error *work_disposal_step(struct call *call)
{
    static const char *const names[] = {"step", "about", "reason", NULL};
    struct id record;
    enum disposal_act what;
    const char *step;
    const char *reason;
    TRY(record_of(call, &record));
    TRY(call_names(call, call->input, names, NULL));
    TRY(call_text(call, "step", &step));
    TRY(call_text(call, "reason", &reason));
    const json_t *about = json_object_get(call->input, "about");
    if (!disposal_act_find(step, &what)) {
        return error_field(call->arena, ERROR_INVALID, "step", NULL,
                           "must be hold, lift, propose, agree, refuse, cancel or destroy");
    }
    if (about != NULL && !json_is_null(about) && (!json_is_integer(about) || json_integer_value(about) < 0)) {
        return error_field(call->arena, ERROR_INVALID, "about", NULL,
                           "must be the number of a hold or proposal");
    }
    TRY(act_disposal_step(call->act, record, what, (uint64_t)json_integer_value(about), reason));
    return show_record(call, record);
}
