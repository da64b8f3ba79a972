/* Reading one case: as it stands, or as it stood. */
#include "api/operations.h"
#include "api/show.h"

#include "base/text.h"

#include <string.h>

static const struct error *read_case(struct call *call, const char *when, const struct case_view **ret_view)
{
    struct instant at;
    TRY(call_moment(call, when, &at));
    return act_case_read(call->act, request_param(call->request, "case"), at, ret_view);
}

const struct error *work_case(struct call *call)
{
    const struct case_view *view;
    TRY(read_case(call, "as_of", &view));
    show_case(call, call->output, view);
    return NULL;
}

const struct error *work_case_duties(struct call *call)
{
    const struct case_view *view;
    TRY(read_case(call, "at", &view));
    call_put(call, call->output, "case", json_string(view->reference.text));
    call_put_instant(call, call->output, "at", view->at);
    show_duties(call, call->output, view->position);
    return NULL;
}

/* A cursor says after which entry to go on. Opaque to clients, strict here. */
static const struct error *read_cursor(struct call *call, uint64_t *ret_after)
{
    const char *text = request_query(call->request, "cursor");
    int64_t after = 0;
    if (text != NULL &&
        (!text_starts_with(text, "after-") || !number_parse(text + strlen("after-"), 1, INT64_MAX, &after))) {
        return error_field(call->arena, ERROR_BAD_INPUT, "cursor", NULL,
                           "is not one that was handed out as \"next\"");
    }
    *ret_after = (uint64_t)after;
    return NULL;
}

static const struct error *read_type(struct call *call, const char **ret_type)
{
    *ret_type = request_query(call->request, "type");
    if (*ret_type != NULL && pack_type(call->pack, *ret_type) == NULL) {
        return error_field(call->arena, ERROR_BAD_INPUT, "type", NULL, "there is no entry type of this id");
    }
    return NULL;
}

const struct error *work_entries(struct call *call)
{
    const struct case_view *view;
    uint64_t after;
    const char *type;
    int limit;
    TRY(call_limit(call, &limit));
    TRY(read_cursor(call, &after));
    TRY(read_type(call, &type));
    TRY(read_case(call, "as_of", &view));
    call_put(call, call->output, "case", json_string(view->reference.text));
    json_t *array = call_put(call, call->output, "entries", json_array());
    int shown = 0;
    uint64_t last = 0;
    const char *next = NULL;
    for (size_t i = 0; i < view->entry_count; i++) {
        const struct entry *entry = view->entries[i];
        if (entry->seq <= after || (type != NULL && !text_equal(type, entry->type->id))) {
            continue;
        }
        if (shown++ == limit) {
            next = arena_printf(call->arena, "after-%llu", (unsigned long long)last);
            break;
        }
        show_entry(call, array, view, entry);
        last = entry->seq;
    }
    call_put_text(call, call->output, "next", next);
    return NULL;
}

static void put_looks(struct call *call, const struct looks_view *looks)
{
    json_t *array = call_put(call, call->output, "looks", json_array());
    for (size_t i = 0; i < looks->count; i++) {
        const struct look_view *look = &looks->list[i];
        char *worker = arena_alloc(call->arena, ID_TEXT);
        id_format(look->account, worker);
        json_t *json = call_append(call, array, json_object());
        call_put_instant(call, json, "at", look->at);
        call_put_text(call, json, "worker", worker);
        call_put_text(call, json, "name", look->name);
        call_put_text(call, json, "role", look->role);
        call_put_text(call, json, "agency", look->agency);
        call_put_text(call, json, "act", look->act);
        call_put_text(call, json, "purpose", look->purpose);
        call_put_text(call, json, "case", look->has_case ? look->reference.text : NULL);
        call_put(call, json, "records", look->count == 0 ? json_null() : json_integer(look->count));
        call_put_text(call, json, "shown", look->shown);
        call_put_text(call, json, "device", look->client);
    }
    call_put_text(call, call->output, "next", looks->next);
}

static const struct error *list_looks(struct call *call, const char *reference, const char *worker)
{
    struct looks_view looks;
    struct looks_asked asked = {.reference = reference,
                                .worker = worker,
                                .act = request_query(call->request, "act"),
                                .until = INSTANT_NEVER,
                                .cursor = request_query(call->request, "cursor")};
    TRY(call_limit(call, &asked.limit));
    if (request_query(call->request, "from") != NULL) {
        TRY(call_since(call, "from", &asked.from));
    }
    TRY(call_moment(call, "until", &asked.until));
    TRY(act_looks(call->act, &asked, &looks));
    put_looks(call, &looks);
    return NULL;
}

const struct error *work_looks(struct call *call)
{
    return list_looks(call, request_param(call->request, "case"), NULL);
}

const struct error *work_all_looks(struct call *call)
{
    return list_looks(call, request_query(call->request, "case"), request_query(call->request, "worker"));
}
