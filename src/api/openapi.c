/*
 * The OpenAPI document (3.0.3), made from the rows of routes.c and from the pack: entry types become schemas
 * with their codes, formats and required fields, each with the paragraph that asks for it. What answers look
 * like stands in schemas.json.
 */
#include "api/operations.h"

#include "base/buf.h"
#include "base/text.h"

#include "api/schemas.h"

#include "act/disposal.h"

#include <string.h>

enum { MOST_TEXT = 8000 };

static json_t *ref_json(struct call *call, const char *kind, const char *name)
{
    return json_string(arena_printf(call->arena, "#/components/%s/%s", kind, name));
}

static void put_ref(struct call *call, json_t *object, const char *schema)
{
    call_put(call, object, "$ref", ref_json(call, "schemas", schema));
}

/* ---- schemas of the pack ---- */

static void put_codes(struct call *call, json_t *schemas)
{
    for (size_t l = 0; l < call->pack->code_list_count; l++) {
        const struct code_list *list = &call->pack->code_lists[l];
        struct buf text;
        const char *name = arena_printf(call->arena, "codes.%s", list->id);
        json_t *schema = call_put(call, schemas, name, json_object());
        call_put(call, schema, "type", json_string("string"));
        json_t *codes = call_put(call, schema, "enum", json_array());
        buf_init(&text, call->arena, MOST_TEXT);
        for (size_t c = 0; c < list->code_count; c++) {
            call_append(call, codes, json_string(list->codes[c].id));
            buf_printf(&text, "%s`%s` %s%s", c == 0 ? "" : "; ", list->codes[c].id, list->codes[c].title,
                       list->codes[c].superseded ? " (no longer used)" : "");
        }
        call_put_text(call, schema, "description", buf_text(&text));
    }
}

static const char *field_text(struct call *call, const struct field *field)
{
    struct buf text;
    buf_init(&text, call->arena, MOST_TEXT);
    buf_put(&text, field->label == NULL ? field->id : field->label);
    if (field->hint != NULL) {
        buf_printf(&text, " %s", field->hint);
    }
    if (field->kind == FIELD_INSTANT) {
        buf_put(&text, " With its minute and zone.");
    }
    if (!field->required && field->required_when.count > 0) {
        buf_put(&text, " Required under conditions.");
    }
    if (field->paragraph != NULL) {
        buf_printf(&text, " (%s)", field->paragraph);
    }
    return buf_text(&text);
}

static void put_lengths(struct call *call, json_t *schema, const struct field *field)
{
    call_put(call, schema, "type", json_string("string"));
    if (field->max > 0) {
        call_put(call, schema, "maxLength", json_integer(field->max));
    }
    if (field->min > 0) {
        call_put(call, schema, "minLength", json_integer(field->min));
    }
}

static const char *codes_name(struct call *call, const struct field *field)
{
    return arena_printf(call->arena, "codes.%s", field->codes->id);
}

static void put_kind(struct call *call, json_t *schema, const struct field *field)
{
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_NARRATIVE:
    case FIELD_PERSON:
        put_lengths(call, schema, field);
        return;
    case FIELD_CODE:
        put_ref(call, call_append(call, call_put(call, schema, "allOf", json_array()), json_object()),
                codes_name(call, field));
        return;
    case FIELD_CODES:
        call_put(call, schema, "type", json_string("array"));
        call_put(call, schema, "uniqueItems", json_true());
        put_ref(call, call_put(call, schema, "items", json_object()), codes_name(call, field));
        return;
    case FIELD_TEXTS:
        call_put(call, schema, "type", json_string("array"));
        put_lengths(call, call_put(call, schema, "items", json_object()), field);
        return;
    case FIELD_NUMBER:
        call_put(call, schema, "type", json_string("integer"));
        call_put(call, schema, "minimum", json_integer(field->min));
        call_put(call, schema, "maximum", json_integer(field->max));
        return;
    case FIELD_INSTANT:
        call_put(call, schema, "type", json_string("string"));
        call_put(call, schema, "format", json_string("date-time"));
        return;
    case FIELD_MOMENT:
        put_ref(call, call_append(call, call_put(call, schema, "allOf", json_array()), json_object()),
                "Moment");
        return;
    case FIELD_DAY:
        call_put(call, schema, "type", json_string("string"));
        call_put(call, schema, "format", json_string("date"));
        return;
    case FIELD_ENTRY:
        put_ref(call, call_append(call, call_put(call, schema, "allOf", json_array()), json_object()), "Seq");
        return;
    case FIELD_FIELDS:
        call_put(call, schema, "type", json_string("object"));
        call_put(call, schema, "additionalProperties", json_true());
        return;
    }
}

/* `complete`: with what is required; else any of them may be left out. */
static void put_fields(struct call *call, json_t *schemas, const char *name, const struct entry_type *type,
                       bool complete)
{
    json_t *schema = call_put(call, schemas, name, json_object());
    call_put(call, schema, "type", json_string("object"));
    call_put(call, schema, "additionalProperties", json_false());
    size_t required = 0;
    for (size_t f = 0; f < type->field_count; f++) {
        required += type->fields[f].required && !type->fields[f].system ? 1 : 0;
    }
    if (complete && required > 0) {
        json_t *names = call_put(call, schema, "required", json_array());
        for (size_t f = 0; f < type->field_count; f++) {
            if (type->fields[f].required && !type->fields[f].system) {
                call_append(call, names, json_string(type->fields[f].id));
            }
        }
    }
    json_t *properties = call_put(call, schema, "properties", json_object());
    for (size_t f = 0; f < type->field_count; f++) {
        const struct field *field = &type->fields[f];
        json_t *property = call_put(call, properties, field->id, json_object());
        put_kind(call, property, field);
        call_put(call, property, "description", json_string(field_text(call, field)));
        if (field->system) {
            call_put(call, property, "readOnly", json_true());
        }
    }
}

static const char *type_text(struct call *call, const struct entry_type *type)
{
    struct buf text;
    buf_init(&text, call->arena, MOST_TEXT);
    buf_put(&text, type->title);
    if (type->paragraph != NULL) {
        buf_printf(&text, " (%s)", type->paragraph);
    }
    if (type->guidance != NULL) {
        buf_printf(&text, ". %s", type->guidance);
    }
    return buf_text(&text);
}

/* ---- bodies ---- */

static json_t *body_schema(struct call *call, json_t *schemas, const char *name)
{
    json_t *schema = call_put(call, schemas, name, json_object());
    call_put(call, schema, "type", json_string("object"));
    call_put(call, schema, "additionalProperties", json_false());
    call_put(call, schema, "properties", json_object());
    call_put(call, schema, "required", json_array());
    return schema;
}

static void body_member(struct call *call, json_t *schema, const char *name, const char *of, bool required)
{
    put_ref(call, call_put(call, json_object_get(schema, "properties"), name, json_object()), of);
    if (required) {
        call_append(call, json_object_get(schema, "required"), json_string(name));
    }
}

/* What the author of an entry may put on it. */
static void put_labels(struct call *call, json_t *schemas)
{
    const struct access_policy *policy = &call->pack->access;
    json_t *schema = call_put(call, schemas, "Labels", json_object());
    call_put(call, schema, "type", json_string("array"));
    call_put(
        call, schema, "description",
        json_string("Who may read it besides whom its type says: an entry is open to whom each label is."));
    json_t *item = call_put(call, schema, "items", json_object());
    call_put(call, item, "type", json_string("string"));
    json_t *ids = call_put(call, item, "enum", json_array());
    for (size_t i = 0; i < policy->label_count; i++) {
        if (policy->labels[i].raises) {
            call_append(call, ids, json_string(policy->labels[i].id));
        }
    }
}

static void put_entry_inputs(struct call *call, json_t *schemas)
{
    const struct pack *pack = call->pack;
    json_t *input = call_put(call, schemas, "EntryInput", json_object());
    json_t *one_of = call_put(call, input, "oneOf", json_array());
    json_t *discriminator = call_put(call, input, "discriminator", json_object());
    call_put(call, discriminator, "propertyName", json_string("type"));
    json_t *mapping = call_put(call, discriminator, "mapping", json_object());
    for (size_t t = 0; t < pack->type_count; t++) {
        const struct entry_type *type = &pack->types[t];
        const char *fields = arena_printf(call->arena, "fields.%s", type->id);
        const char *name = arena_printf(call->arena, "entry.%s", type->id);
        if (type->part == PART_DETAILS) {
            continue;
        }
        put_fields(call, schemas, fields, type, true);
        json_t *schema = body_schema(call, schemas, name);
        call_put(call, schema, "description", json_string(type_text(call, type)));
        json_t *kind = call_put(call, json_object_get(schema, "properties"), "type", json_object());
        call_put(call, kind, "type", json_string("string"));
        call_append(call, call_put(call, kind, "enum", json_array()), json_string(type->id));
        call_append(call, json_object_get(schema, "required"), json_string("type"));
        body_member(call, schema, "occurred_at", type->needs_minute ? "Instant" : "Moment", false);
        body_member(call, schema, "expected_seq", "Seq", false);
        if (act_may_label(type)) {
            body_member(call, schema, "labels", "Labels", false);
        }
        body_member(call, schema, "fields", fields, true);
        put_ref(call, call_append(call, one_of, json_object()), name);
        call_put(call, mapping, type->id, ref_json(call, "schemas", name));
    }
}

static void put_inputs(struct call *call, json_t *schemas)
{
    const struct entry_type *details = &call->pack->types[call->pack->details_type];
    const struct entry_type *start = &call->pack->types[call->pack->start_type];
    put_fields(call, schemas, "Child", details, true);
    put_fields(call, schemas, "ChildChanges", details, false);
    json_t *referral = body_schema(call, schemas, "ReferralInput");
    call_put(call, referral, "description", json_string(type_text(call, start)));
    body_member(call, referral, "child", "Child", false);
    body_member(call, referral, "case", "Reference", false);
    body_member(call, referral, "occurred_at", start->needs_minute ? "Instant" : "Moment", false);
    body_member(call, referral, "fields", arena_printf(call->arena, "fields.%s", start->id), true);
    body_member(call, body_schema(call, schemas, "DetailsInput"), "fields", "ChildChanges", true);
    body_member(call, body_schema(call, schemas, "MatchInput"), "child", "ChildChanges", true);
    put_labels(call, schemas);
    put_entry_inputs(call, schemas);
}

/* ---- paths ---- */

static void append_once(struct call *call, json_t *array, const char *text)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (text_equal(json_string_value(json_array_get(array, i)), text)) {
            return;
        }
    }
    call_append(call, array, json_string(text));
}

/* The words of the pack, or of the engine, that may stand in a query. */
static void put_words(struct call *call, json_t *array, const char *format)
{
    static const char *const states[] = {"open", "overdue", "met", "met-late", "cancelled", "unmet"};
    const struct pack *pack = call->pack;
    bool is_role = text_equal(format, "role");
    for (size_t i = 0; text_equal(format, "state") && i < sizeof states / sizeof states[0]; i++) {
        append_once(call, array, states[i]);
    }
    for (int l = 0; text_equal(format, "list") && l < DISPOSAL_LISTS; l++) {
        append_once(call, array, disposal_list_name((enum disposal_list)l));
    }
    for (size_t t = 0; text_equal(format, "type") && t < pack->type_count; t++) {
        append_once(call, array, pack->types[t].id);
    }
    for (size_t r = 0; is_role && r < pack->role_count; r++) {
        append_once(call, array, pack->roles[r].id);
    }
    for (size_t r = 0; is_role && r < pack->rule_count; r++) {
        append_once(call, array, pack->rules[r].owner_role);
    }
}

static void put_query_schema(struct call *call, json_t *schema, const char *format)
{
    if (strcmp(format, "moment") == 0) {
        put_ref(call, schema, "Moment");
    } else if (strcmp(format, "agency") == 0) {
        put_ref(call, schema, "codes.agency");
    } else if (strcmp(format, "limit") == 0) {
        call_put(call, schema, "type", json_string("integer"));
        call_put(call, schema, "minimum", json_integer(1));
        call_put(call, schema, "maximum", json_integer(200));
    } else {
        call_put(call, schema, "type", json_string("string"));
        if (strcmp(format, "cursor") != 0 && strcmp(format, "text") != 0) {
            put_words(call, call_put(call, schema, "enum", json_array()), format);
        }
    }
}

static json_t *parameter(struct call *call, json_t *parameters, const char *in, const char *name,
                         const char *description)
{
    json_t *json = call_append(call, parameters, json_object());
    call_put(call, json, "name", json_string(name));
    call_put(call, json, "in", json_string(in));
    call_put(call, json, "required", json_boolean(strcmp(in, "path") == 0));
    call_put(call, json, "description", json_string(description));
    return call_put(call, json, "schema", json_object());
}

static void put_parameters(struct call *call, json_t *json, const struct route *route,
                           const struct operation *operation)
{
    json_t *parameters = call_put(call, json, "parameters", json_array());
    if (strstr(route->pattern, "{case}") != NULL) {
        put_ref(call, parameter(call, parameters, "path", "case", "The reference of the case."), "Reference");
    }
    if (strstr(route->pattern, "{record}") != NULL) {
        put_ref(call, parameter(call, parameters, "path", "record", "The id of the record."), "Id");
    }
    if (strstr(route->pattern, "{request}") != NULL) {
        put_ref(call, parameter(call, parameters, "path", "request", "The id of the request."), "Id");
    }
    if (strstr(route->pattern, "{account}") != NULL) {
        json_t *schema = parameter(call, parameters, "path", "account", "The user name of the account.");
        call_put(call, schema, "type", json_string("string"));
    }
    for (size_t q = 0; q < CALL_QUERIES && operation->query[q].name != NULL; q++) {
        const struct query_name *query = &operation->query[q];
        put_query_schema(call, parameter(call, parameters, "query", query->name, query->description),
                         query->format);
    }
    if (operation->takes_key) {
        json_t *schema = parameter(
            call, parameters, "header", "Idempotency-Key",
            "Your own name for this request: the same key again gives the first answer, and nothing "
            "is recorded twice.");
        call_put(call, schema, "type", json_string("string"));
        call_put(call, schema, "pattern", json_string("^[!-~]{1,255}$"));
    }
}

static void put_content(struct call *call, json_t *json, const char *type, const char *schema)
{
    json_t *content = call_put(call, json, "content", json_object());
    json_t *media = call_put(call, content, type, json_object());
    json_t *of = call_put(call, media, "schema", json_object());
    if (schema != NULL) {
        put_ref(call, of, schema);
    } else {
        call_put(call, of, "type", json_string("object"));
    }
}

/* What is asked for by name may not be there. */
static bool may_miss(const struct route *route, const struct operation *operation)
{
    bool by_text = strchr(route->pattern, '{') != NULL;
    for (size_t q = 0; q < CALL_QUERIES && operation->query[q].name != NULL; q++) {
        by_text = by_text || text_equal(operation->query[q].format, "text");
    }
    return by_text;
}

static void put_responses(struct call *call, json_t *json, const struct route *route,
                          const struct operation *operation)
{
    static const int statuses[] = {400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 500, 503, 507};
    json_t *responses = call_put(call, json, "responses", json_object());
    const char *done = arena_printf(call->arena, "%d", operation->status);
    json_t *success = call_put(call, responses, done, json_object());
    call_put(call, success, "description", json_string(operation->summary));
    put_content(call, success, "application/json", operation->output);
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        int status = statuses[i];
        bool of_body = status == 409 || status == 413 || status == 415 || status == 422 || status == 507;
        bool of_actor = status == 401 || status == 403;
        if ((of_body && route->body == BODY_NONE) || (of_actor && operation->is_open) ||
            (status == 404 && !may_miss(route, operation)) ||
            (status == 410 && strstr(route->pattern, "{case}") == NULL)) {
            continue;
        }
        const char *text = arena_printf(call->arena, "%d", status);
        json_t *response = call_put(call, responses, text, json_object());
        if (status == 409 && operation->has_conflict) {
            call_put(call, response, "description", json_string("Somebody wrote first"));
            put_content(call, response, "application/problem+json", "Conflict");
        } else {
            call_put(call, response, "$ref", ref_json(call, "responses", text));
        }
    }
}

static void put_paths(struct call *call, json_t *paths)
{
    for (size_t i = 0; i < operation_count(); i++) {
        const struct route *route;
        const struct operation *operation = operation_at(i, &route);
        json_t *path = json_object_get(paths, route->pattern);
        if (path == NULL) {
            path = call_put(call, paths, route->pattern, json_object());
        }
        json_t *json = call_put(call, path, route->method == METHOD_POST ? "post" : "get", json_object());
        call_put(call, json, "operationId", json_string(operation->id));
        call_put(call, json, "summary", json_string(operation->summary));
        if (operation->description != NULL) {
            call_put(call, json, "description", json_string(operation->description));
        }
        if (operation->is_open) {
            call_put(call, json, "security", json_array());
        }
        put_parameters(call, json, route, operation);
        if (operation->input != NULL) {
            json_t *body = call_put(call, json, "requestBody", json_object());
            call_put(call, body, "required", json_true());
            put_content(call, body, "application/json", operation->input);
        }
        put_responses(call, json, route, operation);
    }
}

static void put_problems(struct call *call, json_t *responses)
{
    static const struct {
        const char *status;
        enum error_code code;
    } problems[] = {
        {"400", ERROR_BAD_INPUT}, {"401", ERROR_NOT_SIGNED_IN}, {"403", ERROR_NOT_ALLOWED},
        {"404", ERROR_NOT_FOUND}, {"409", ERROR_CONFLICT},      {"410", ERROR_DISPOSED},
        {"413", ERROR_TOO_LARGE}, {"415", ERROR_MEDIA},         {"422", ERROR_INVALID},
        {"429", ERROR_TOO_MANY},  {"500", ERROR_STORE},         {"503", ERROR_BUSY},
        {"507", ERROR_FULL},
    };
    for (size_t i = 0; i < sizeof problems / sizeof problems[0]; i++) {
        json_t *response = call_put(call, responses, problems[i].status, json_object());
        call_put(call, response, "description", json_string(error_of(problems[i].code)->sentence));
        put_content(call, response, "application/problem+json", "Problem");
        if (problems[i].code == ERROR_BUSY) {
            /* where there is no memory left for a document, the server's standing page comes */
            json_t *page = call_put(call, json_object_get(response, "content"), "text/html", json_object());
            call_put(call, call_put(call, page, "schema", json_object()), "type", json_string("string"));
        }
    }
}

const struct error *work_openapi(struct call *call)
{
    json_t *root = call->output;
    call_put(call, root, "openapi", json_string("3.0.3"));
    json_t *info = call_put(call, root, "info", json_object());
    call_put(call, info, "title", json_string("Waymark"));
    call_put(call, info, "version", json_string(WAYMARK_VERSION));
    call_put(call, info, "description",
             json_string(arena_printf(call->arena, "The procedure served is %s (%s, version %s).",
                                      call->pack->title, call->pack->id, call->pack->version)));
    json_t *servers = call_put(call, root, "servers", json_array());
    call_put(call, call_append(call, servers, json_object()), "url", json_string("/"));
    json_t *security = call_put(call, root, "security", json_array());
    call_put(call, call_append(call, security, json_object()), "token", json_array());
    put_paths(call, call_put(call, root, "paths", json_object()));
    json_t *components = call_put(call, root, "components", json_object());
    json_t *schemes = call_put(call, components, "securitySchemes", json_object());
    json_t *token = call_put(call, schemes, "token", json_object());
    call_put(call, token, "type", json_string("http"));
    call_put(call, token, "scheme", json_string("bearer"));
    put_problems(call, call_put(call, components, "responses", json_object()));
    json_t *schemas = call_put(call, components, "schemas", json_loads(schemas_json, 0, NULL));
    put_codes(call, schemas);
    put_inputs(call, schemas);
    return NULL;
}
