/*
 * Requests of persons for what is held about them. A program receives them, decides about parts and hands the
 * answer over; it is released by a person at a page, who shows again who they are.
 */
#include "api/operations.h"
#include "api/show.h"

#include "act/request.h"
#include "base/text.h"
#include "web/request_words.h"

static void put_day(struct call *call, json_t *object, const char *name, struct day day)
{
    char text[DAY_TEXT];
    day_format(day, text);
    call_put(call, object, name, json_string(text));
}

static void put_row(struct call *call, json_t *object, const struct request_row *row)
{
    char id[ID_TEXT];
    id_format(row->id, id);
    call_put(call, object, "request", json_string(id));
    call_put_text(call, object, "case", row->reference.text);
    call_put_text(call, object, "state", request_state_name(row->state));
    call_put_text(call, object, "asked_by", row->asked_by);
    call_put_text(call, object, "asks_as", row->asks_as);
    put_day(call, object, "received_on", row->received);
    put_day(call, object, "due_on", row->due);
    call_put(call, object, "extended", json_boolean(row->extended));
}

const struct error *work_requests(struct call *call)
{
    const struct request_row *rows;
    size_t count;
    TRY(act_requests(call->act, &rows, &count));
    json_t *requests = call_put(call, call->output, "requests", json_array());
    for (size_t i = 0; i < count; i++) {
        put_row(call, call_append(call, requests, json_object()), &rows[i]);
    }
    return NULL;
}

static const struct error *request_of(struct call *call, struct id *ret_id)
{
    return id_parse(request_param(call->request, "request"), ret_id) ? NULL : error_of(ERROR_NOT_FOUND);
}

/* `whole`: with what is left out and why, for who answers. */
static void put_items(struct call *call, const struct request_view *view, bool whole)
{
    json_t *items = call_put(call, call->output, "parts", json_array());
    for (size_t i = 0; i < view->item_count; i++) {
        const struct request_item *item = &view->items[i];
        json_t *one = call_append(call, items, json_object());
        if (whole) {
            call_put_text(call, one, "part", item->key);
        }
        call_put_text(call, one, "heading", request_heading(call->arena, item));
        call_put_text(call, one, "question", request_question(call->arena, call->pack, item));
        call_put_text(call, one, "answer", request_answer(call->arena, call->pack, item));
        if (whole) {
            call_put(call, one, "given", json_boolean(!item->is_out));
            call_put_text(call, one, "left_out", item->exemption == NULL ? NULL : item->exemption->id);
            call_put_text(call, one, "reason", item->reason);
            call_put_text(call, one, "decided_by", item->decided_by);
        }
    }
}

static const struct error *show_request(struct call *call, struct id id)
{
    const struct request_view *view;
    TRY(act_request_read(call->act, id, &view));
    put_row(call, call->output, &view->row);
    call_put_text(call, call->output, "name", view->full_name);
    call_put_instant(call, call->output, "as_of", view->as_of);
    call_put(call, call->output, "prepared", json_integer((json_int_t)view->prepared));
    call_put_instant(call, call->output, "released_at", view->released_at);
    put_items(call, view, true);
    return NULL;
}

const struct error *work_request(struct call *call)
{
    struct id id;
    TRY(request_of(call, &id));
    return show_request(call, id);
}

const struct error *work_request_document(struct call *call)
{
    struct id id;
    const struct request_view *view;
    TRY(request_of(call, &id));
    TRY(act_request_document(call->act, id, &view));
    call_put_text(call, call->output, "asked_by", view->row.asked_by);
    put_day(call, call->output, "received_on", view->row.received);
    call_put_instant(call, call->output, "as_of", view->as_of);
    call_put_instant(call, call->output, "released_at", view->released_at);
    put_items(call, view, false);
    return NULL;
}

/* A date in the body; false when it is not there. */
static const struct error *read_day(struct call *call, const char *name, bool *ret_has, struct day *ret_day)
{
    const char *text;
    TRY(call_text(call, name, &text));
    *ret_has = text != NULL;
    return text == NULL || day_parse(text, ret_day)
               ? NULL
               : error_field(call->arena, ERROR_INVALID, name, NULL, "must be a date such as 2026-03-31");
}

const struct error *work_request_begin(struct call *call)
{
    static const char *const names[] = {"case",     "asked_by", "asks_as",     "authority",
                                        "identity", "wants",    "received_on", NULL};
    struct request_input input = {0};
    struct id id;
    TRY(call_names(call, call->input, names, NULL));
    TRY(call_text(call, "case", &input.reference));
    TRY(call_text(call, "asked_by", &input.asked_by));
    TRY(call_text(call, "asks_as", &input.asks_as));
    TRY(call_text(call, "authority", &input.authority));
    TRY(call_text(call, "identity", &input.identity));
    TRY(call_text(call, "wants", &input.wants));
    TRY(read_day(call, "received_on", &input.has_received, &input.received));
    TRY(act_request_begin(call->act, &input, &id));
    return show_request(call, id);
}

const struct error *work_request_decide(struct call *call)
{
    static const char *const names[] = {"part",       "left_out",   "words", "reason",
                                        "opinion_by", "opinion_on", NULL};
    struct request_decision decision = {0};
    struct id id;
    TRY(request_of(call, &id));
    TRY(call_names(call, call->input, names, NULL));
    TRY(call_text(call, "part", &decision.key));
    TRY(call_text(call, "left_out", &decision.left_out));
    TRY(call_text(call, "words", &decision.words));
    TRY(call_text(call, "reason", &decision.reason));
    TRY(call_text(call, "opinion_by", &decision.opinion_by));
    TRY(read_day(call, "opinion_on", &decision.has_opinion, &decision.opinion_on));
    TRY(act_request_decide(call->act, id, &decision));
    return show_request(call, id);
}

const struct error *work_request_step(struct call *call)
{
    static const char *const names[] = {"step", "about", "text", NULL};
    struct id id;
    const char *step;
    const char *text;
    TRY(request_of(call, &id));
    TRY(call_names(call, call->input, names, NULL));
    TRY(call_text(call, "step", &step));
    TRY(call_text(call, "text", &text));
    const json_t *given = json_object_get(call->input, "about");
    if (given != NULL && !json_is_null(given) && (!json_is_integer(given) || json_integer_value(given) < 0)) {
        return error_field(call->arena, ERROR_INVALID, "about", NULL,
                           "must be the number of what was prepared");
    }
    uint64_t about = (uint64_t)json_integer_value(given);
    if (text_equal(step, "extend")) {
        TRY(act_request_extend(call->act, id, text));
    } else if (text_equal(step, "close")) {
        TRY(act_request_close(call->act, id, text));
    } else if (text_equal(step, "prepare")) {
        TRY(act_request_prepare(call->act, id, text));
    } else if (text_equal(step, "return")) {
        TRY(act_request_return(call->act, id, about, text));
    } else if (text_equal(step, "release")) {
        TRY(act_request_release(call->act, id, about, text));
    } else {
        return error_field(call->arena, ERROR_INVALID, "step", NULL,
                           "must be extend, close, prepare, return or release");
    }
    return show_request(call, id);
}
