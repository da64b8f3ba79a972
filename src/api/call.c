#include "api/call.h"

#include "base/buf.h"
#include "base/must.h"
#include "base/text.h"
#include "procedure/duty_json.h"
#include "record/decode.h"

#include <string.h>
#include <strings.h>

enum { MOST_KEY = 255, MOST_LIMIT = 200, LIMIT = 50 };

/* ---- the tree of the answer ---- */

json_t *call_put(struct call *call, json_t *object, const char *name, json_t *json)
{
    if (json == NULL || json_object_set_new(object, name, json) != 0) {
        arena_run_out(call->arena);
    }
    return json;
}

json_t *call_append(struct call *call, json_t *array, json_t *json)
{
    if (json == NULL || json_array_append_new(array, json) != 0) {
        arena_run_out(call->arena);
    }
    return json;
}

void call_put_text(struct call *call, json_t *object, const char *name, const char *text)
{
    call_put(call, object, name, text == NULL ? json_null() : json_string(text));
}

void call_put_instant(struct call *call, json_t *object, const char *name, struct instant at)
{
    call_put(call, object, name, instant_to_json(at));
}

/* ---- problems ---- */

void call_problem(struct call *call, const struct error *error)
{
    /* what went wrong inside is nobody's business outside */
    bool inside = error->http_status >= 500;
    const char *detail = inside || error->detail == NULL ? error->sentence
                         : error->field == NULL
                             ? error->detail
                             : arena_printf(call->arena, "%s: %s", error->field, error->detail);
    call->status = error->http_status;
    call->content_type = "application/problem+json";
    call_put(call, call->output, "type",
             json_string(arena_printf(call->arena, "urn:waymark:problem:%s", error->name)));
    call_put(call, call->output, "title", json_string(error->sentence));
    call_put(call, call->output, "status", json_integer(error->http_status));
    call_put(call, call->output, "detail", json_string(detail));
    if (call->request->request_id != NULL) {
        call_put(call, call->output, "instance",
                 json_string(arena_printf(call->arena, "urn:waymark:request:%s", call->request->request_id)));
    }
    json_t *errors = call_put(call, call->output, "errors", json_array());
    for (; error != NULL; error = error->next) {
        if (error->detail == NULL || inside) {
            continue;
        }
        json_t *fault = call_append(call, errors, json_object());
        call_put_text(call, fault, "field", error->field);
        call_put(call, fault, "message", json_string(error->detail));
        call_put_text(call, fault, "paragraph", error->paragraph);
    }
}

/* ---- input ---- */

const struct error *call_join(struct call *call, const struct error *first, const struct error *second)
{
    if (first == NULL) {
        return second;
    }
    struct error *copy = arena_one(call->arena, struct error);
    *copy = *first;
    copy->next = call_join(call, first->next, second);
    return copy;
}

static const char *shortened(struct call *call, const char *name)
{
    enum { SHOWN = 60 };
    size_t size = strlen(name);
    if (size <= SHOWN) {
        return arena_copy(call->arena, name);
    }
    size = SHOWN;
    while (size > 0 && ((unsigned char)name[size] & 0xC0) == 0x80) {
        size--;
    }
    return arena_printf(call->arena, "%.*s…", (int)size, name);
}

static const char *listed(struct call *call, const char *const *names)
{
    struct buf buf;
    buf_init(&buf, call->arena, 1000);
    for (size_t n = 0; names[n] != NULL; n++) {
        buf_printf(&buf, "%s%s", n == 0 ? "" : ", ", names[n]);
    }
    return buf_text(&buf);
}

const struct error *call_names(struct call *call, const json_t *object, const char *const *names,
                               const struct error *next)
{
    enum { MOST = 100 };
    const char *name;
    json_t *json;
    size_t count = 0;
    json_object_foreach((json_t *)(uintptr_t)object, name, json)
    {
        size_t n = 0;
        while (names[n] != NULL && strcmp(names[n], name) != 0) {
            n++;
        }
        if (names[n] == NULL && count++ < MOST) {
            next = error_field(call->arena, ERROR_INVALID, shortened(call, name), next,
                               "is not known here; known are: %s", listed(call, names));
        }
    }
    return next;
}

const struct error *call_text(struct call *call, const char *name, const char **ret_text)
{
    const json_t *json = json_object_get(call->input, name);
    *ret_text = NULL;
    if (json == NULL || json_is_null(json)) {
        return NULL;
    }
    if (!json_is_string(json)) {
        return error_field(call->arena, ERROR_INVALID, name, NULL, "must be a text");
    }
    *ret_text = arena_copy(call->arena, json_string_value(json));
    return NULL;
}

/* *ret_given false when it is not there. */
static const struct error *read_moment(struct call *call, const char *name, struct moment *ret_moment,
                                       bool *ret_given)
{
    const char *text = request_query(call->request, name);
    *ret_given = text != NULL;
    if (text != NULL && !moment_parse(call->pack, text, ret_moment)) {
        return error_field(call->arena, ERROR_BAD_INPUT, name, NULL,
                           "must be a date, or a date and time with its zone such as 2024-03-05T17:00:00Z "
                           "(a + is written %%2B), not “%s”",
                           shortened(call, text));
    }
    return NULL;
}

const struct error *call_moment(struct call *call, const char *name, struct instant *ret_at)
{
    struct moment moment;
    bool given;
    TRY(read_moment(call, name, &moment, &given));
    *ret_at = given ? moment.end : INSTANT_NEVER;
    return NULL;
}

const struct error *call_since(struct call *call, const char *name, struct instant *ret_at)
{
    struct moment moment;
    bool given;
    TRY(read_moment(call, name, &moment, &given));
    *ret_at = given ? moment.start : INSTANT_NEVER;
    return NULL;
}

const struct error *call_limit(struct call *call, int *ret_limit)
{
    const char *text = request_query(call->request, "limit");
    int64_t limit = LIMIT;
    if (text != NULL && !number_parse(text, 1, MOST_LIMIT, &limit)) {
        return error_field(call->arena, ERROR_BAD_INPUT, "limit", NULL,
                           "must be a whole number from 1 to %d, not “%s”", MOST_LIMIT,
                           shortened(call, text));
    }
    *ret_limit = (int)limit;
    return NULL;
}

static const struct error *prefixed(struct call *call, const struct error *error, const char *name,
                                    const char *prefix)
{
    if (error == NULL) {
        return NULL;
    }
    struct error *copy = arena_one(call->arena, struct error);
    *copy = *error;
    copy->field = error->field == NULL || strcmp(error->field, "fields") == 0
                      ? name
                      : arena_printf(call->arena, "%s%s", prefix, error->field);
    copy->next = prefixed(call, error->next, name, prefix);
    return copy;
}

const struct error *call_fields(struct call *call, const struct pack *pack, const struct entry_type *type,
                                const struct entry_type *target_type, const char *name, const char *prefix,
                                const struct value **ret_values)
{
    const json_t *object = json_object_get(call->input, name);
    if (object == NULL) {
        return error_field(call->arena, ERROR_INVALID, name, NULL, "is missing");
    }
    const struct error *error = fields_from_json(call->arena, pack, type, object, target_type, ret_values);
    for (size_t f = 0; f < type->field_count; f++) {
        if (type->fields[f].system && json_object_get(object, type->fields[f].id) != NULL) {
            error = error_field(call->arena, ERROR_INVALID, type->fields[f].id, error,
                                "is set by the program: leave it out");
        }
    }
    return prefixed(call, error, name, prefix);
}

const struct error *call_occurred(struct call *call, const struct pack *pack, const struct entry_type *type,
                                  const struct moment **ret_moment)
{
    const char *text;
    struct moment *moment = arena_one(call->arena, struct moment);
    *ret_moment = NULL;
    TRY(call_text(call, "occurred_at", &text));
    if (text != NULL) {
        TRY(occurred_from_text(call->arena, pack, type, text, moment));
        *ret_moment = moment;
    }
    return NULL;
}

/* ---- one call ---- */

static const struct error *check_query(struct call *call)
{
    const struct request *request = call->request;
    const struct query_name *known = call->operation->query;
    for (size_t q = 0; q < request->query_count; q++) {
        const char *name = request->query[q].name;
        size_t k = 0;
        while (k < CALL_QUERIES && known[k].name != NULL && strcmp(known[k].name, name) != 0) {
            k++;
        }
        if (k == CALL_QUERIES || known[k].name == NULL) {
            return error_field(call->arena, ERROR_BAD_INPUT, shortened(call, name), NULL,
                               "is not a query parameter of this");
        }
        for (size_t before = 0; before < q; before++) {
            if (strcmp(request->query[before].name, name) == 0) {
                return error_field(call->arena, ERROR_BAD_INPUT, name, NULL, "is given twice");
            }
        }
    }
    return NULL;
}

static const struct error *check_key(struct call *call)
{
    const struct request *request = call->request;
    const char *key = request_header(request, "Idempotency-Key");
    size_t count = 0;
    for (size_t h = 0; h < request->header_count; h++) {
        count += strcasecmp(request->headers[h].name, "Idempotency-Key") == 0 ? 1 : 0;
    }
    if (key == NULL || !call->operation->takes_key) {
        return NULL;
    }
    size_t length = strlen(key);
    bool printable = true;
    for (size_t i = 0; i < length; i++) {
        printable = printable && key[i] > 0x20 && key[i] < 0x7f;
    }
    if (count > 1 || length < 1 || length > MOST_KEY || !printable) {
        return error_field(call->arena, ERROR_BAD_INPUT, "Idempotency-Key", NULL,
                           "must be given once: 1 to %d printable ASCII characters without spaces", MOST_KEY);
    }
    call->idempotency_key = key;
    return NULL;
}

static const struct error *do_call(struct call *call, json_t **input)
{
    TRY(check_query(call));
    TRY(check_key(call));
    if (call->operation->input != NULL) {
        TRY(json_read(call->arena, call->request->body, call->request->body_size, input));
        call->input = *input;
        if (!json_is_object(call->input)) {
            return error_new(call->arena, ERROR_BAD_INPUT, "the body must be a JSON object");
        }
    }
    return call->operation->work(call);
}

struct attempt {
    struct call *call;
    json_t *input;
    const struct error *problem; /* to be rendered; NULL: do the call */
    const struct error *error;
    char *bytes;
    size_t size;
};

/* The tree as text, in the arena. */
static void write_out(struct attempt *attempt)
{
    size_t flags = JSON_COMPACT;
    attempt->size = json_dumpb(attempt->call->output, NULL, 0, flags);
    if (attempt->size == 0) {
        arena_run_out(attempt->call->arena);
    }
    attempt->bytes = arena_alloc(attempt->call->arena, attempt->size + 1);
    must(json_dumpb(attempt->call->output, attempt->bytes, attempt->size, flags) == attempt->size);
    attempt->bytes[attempt->size++] = '\n';
}

static void run(void *context)
{
    struct attempt *attempt = context;
    if (attempt->problem != NULL) {
        call_problem(attempt->call, attempt->problem);
    } else {
        attempt->error = do_call(attempt->call, &attempt->input);
    }
    if (attempt->error == NULL) {
        write_out(attempt);
    }
}

static const struct error *guarded(struct attempt *attempt, struct reply *reply)
{
    struct call *call = attempt->call;
    bool done = arena_guard(call->arena, run, attempt);
    json_decref(attempt->input);
    json_decref(call->output);
    if (!done) {
        arena_run_out(call->arena);
    }
    if (attempt->error == NULL) {
        reply_bytes(reply, call->status, call->content_type, attempt->bytes, attempt->size);
        if (call->location != NULL) {
            reply_header(reply, "Location", call->location);
        }
    }
    return attempt->error;
}

const struct error *call_answer(struct request *request, const struct operation *operation,
                                struct reply *reply)
{
    struct call call = {
        .arena = request->arena,
        .request = request,
        .act = &request->act,
        .operation = operation,
        .pack = act_pack(&request->act),
        .output = json_object(),
        .status = operation->status,
        .content_type = "application/json",
    };
    struct attempt attempt = {.call = &call};
    return guarded(&attempt, reply);
}

void call_fail(struct request *request, const struct error *error, struct reply *reply)
{
    struct call call = {.arena = request->arena, .request = request, .output = json_object()};
    struct attempt attempt = {.call = &call, .problem = error};
    must(guarded(&attempt, reply) == NULL);
}
