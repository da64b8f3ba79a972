/*
 * Recording: referrals, entries, details of the child. The body is decoded by the pack of the case, every
 * fault of it at once; whether it may be recorded is decided by the act.
 */
#include "api/operations.h"
#include "api/show.h"

#include "base/text.h"
#include "record/decode.h"
#include "record/validate.h"

#include <string.h>

static void show_recorded(struct call *call, const struct recorded *recorded)
{
    call_put(call, call->output, "case", json_string(recorded->reference.text));
    show_entry_at(call, call->output, "entry", recorded->view, recorded->entry);
    show_duties(call, call->output, recorded->view->position);
    call->location = arena_printf(call->arena, "/api/v1/cases/%s", recorded->reference.text);
}

/* ---- every fault at once ---- */

static bool is_named(const struct error *faults, const char *field)
{
    for (; faults != NULL; faults = faults->next) {
        if (text_equal(faults->field, field)) {
            return true;
        }
    }
    return false;
}

/*
 * Where an answer could not be read, the act is never asked; what is missing besides is said here too, so
 * that nobody corrects one field only to be told of the next.
 */
static const struct error *with_missing(struct call *call, const struct pack *pack,
                                        const struct entry_type *type, const struct value *values,
                                        const struct moment *occurred, const struct standing *standing,
                                        const char *prefix, const struct error *faults)
{
    if (faults == NULL || values == NULL || type->part == PART_CORRECTION) {
        return faults;
    }
    struct entry entry = {
        .type = type,
        .occurred = occurred == NULL ? moment_of_instant(pack, call->act->now) : *occurred,
        .values = values,
    };
    const struct error *missing = entry_validate(call->arena, pack, &entry, standing);
    for (; missing != NULL; missing = missing->next) {
        const char *field =
            missing->field == NULL ? NULL : arena_printf(call->arena, "%s%s", prefix, missing->field);
        if (field != NULL && !is_named(faults, field)) {
            const struct error *more =
                error_field(call->arena, missing->code, field, NULL, "%s", missing->detail);
            faults = call_join(call, faults, error_asked_by(call->arena, more, missing->paragraph));
        }
    }
    return faults;
}

/* ---- referrals ---- */

/* What is given of a child who is known already must be what is known: a referral changes no details. */
static const struct error *check_known_child(struct call *call, const char *reference,
                                             const struct value *details)
{
    const struct case_view *view;
    const struct error *error = NULL;
    TRY(act_case_read(call->act, reference, INSTANT_NEVER, &view));
    const struct entry_type *type = &view->pack->types[view->pack->details_type];
    for (size_t f = type->field_count; f-- > 0;) {
        if (details[f].kind != VALUE_NONE && !value_equal(&details[f], &view->child.values[f])) {
            error = error_field(call->arena, ERROR_INVALID,
                                arena_printf(call->arena, "child.%s", type->fields[f].id), error,
                                "is not what the record says: leave the child out of a further referral, and "
                                "record new details with POST /api/v1/cases/%s/details",
                                reference);
        }
    }
    return error;
}

/* The pack to read the referral by: that of the known case, or the current one. */
static const struct error *referral_pack(struct call *call, const char *reference,
                                         const struct pack **ret_pack)
{
    *ret_pack = call->pack;
    if (reference == NULL) {
        return NULL;
    }
    const struct error *error = act_case_pack(call->act, reference, ret_pack);
    if (error != NULL && error->code == ERROR_NOT_FOUND) {
        return error_field(call->arena, ERROR_INVALID, "case", NULL, "there is no case of this reference");
    }
    return error;
}

const struct error *work_record_referral(struct call *call)
{
    static const char *const names[] = {"child", "fields", "case", "occurred_at", NULL};
    struct referral_input input = {.idempotency_key = call->idempotency_key};
    struct recorded recorded = {0};
    const struct pack *pack;
    const struct error *error = call_names(call, call->input, names, NULL);
    const struct error *wrong = call_text(call, "case", &input.case_reference);
    wrong = wrong == NULL ? referral_pack(call, input.case_reference, &pack) : wrong;
    if (wrong != NULL) {
        return call_join(call, wrong, error);
    }
    const struct entry_type *type = &pack->types[pack->start_type];
    const struct entry_type *details_type = &pack->types[pack->details_type];
    input.type = type;
    error = call_join(call, call_fields(call, pack, type, NULL, "fields", "", &input.values), error);
    error = call_join(call, call_occurred(call, pack, type, &input.occurred), error);
    const json_t *child = json_object_get(call->input, "child");
    if (input.case_reference == NULL || (child != NULL && !json_is_null(child))) {
        const struct error *faults =
            call_fields(call, pack, details_type, NULL, "child", "child.", &input.details);
        error = call_join(call, faults, error);
    }
    struct standing nothing_known = {.marks = arena_many(call->arena, bool, pack->mark_count)};
    error = with_missing(call, pack, details_type, input.details, NULL, &nothing_known, "child.", error);
    TRY(with_missing(call, pack, type, input.values, input.occurred, &nothing_known, "", error));
    if (input.case_reference != NULL && input.details != NULL) {
        TRY(check_known_child(call, input.case_reference, input.details));
        input.details = NULL;
    }
    TRY(act_referral_make(call->act, &input, &recorded));
    show_recorded(call, &recorded);
    show_matches(call, call->output, "possible_matches", recorded.matches, recorded.match_count);
    return NULL;
}

/* ---- entries ---- */

static const struct error *read_expected(struct call *call, uint64_t *ret_seq)
{
    const json_t *json = json_object_get(call->input, "expected_seq");
    *ret_seq = 0;
    if (json == NULL || json_is_null(json)) {
        return NULL;
    }
    if (!json_is_integer(json) || json_integer_value(json) < 1) {
        return error_field(call->arena, ERROR_INVALID, "expected_seq", NULL,
                           "must be the number of the last entry that was seen: \"seq\" of the case");
    }
    *ret_seq = (uint64_t)json_integer_value(json);
    return NULL;
}

/* ["health", "third-party"], as ids joined by '+'. */
static const struct error *read_labels(struct call *call, const char **ret_labels)
{
    const json_t *json = json_object_get(call->input, "labels");
    const char *text = "";
    for (size_t i = 0; i < json_array_size(json); i++) {
        const char *id = json_string_value(json_array_get(json, i));
        if (id == NULL || *id == '\0' || strchr(id, '+') != NULL || strlen(text) > 1000) {
            return error_field(call->arena, ERROR_INVALID, "labels", NULL, "must be ids of labels");
        }
        text = arena_printf(call->arena, "%s%s%s", text, *text == '\0' ? "" : "+", id);
    }
    if (json != NULL && !json_is_null(json) && !json_is_array(json)) {
        return error_field(call->arena, ERROR_INVALID, "labels", NULL, "must be a list of ids of labels");
    }
    *ret_labels = text;
    return NULL;
}

/* Which type a correction is about: it may correct a correction, and so on to the entry itself. */
static const struct error *target_type(struct call *call, const char *reference,
                                       const struct entry_type *type, const struct entry_type **ret_type)
{
    const struct case_view *view;
    const json_t *fields = json_object_get(call->input, "fields");
    const json_t *target = NULL;
    *ret_type = NULL;
    for (size_t f = 0; f < type->field_count; f++) {
        target = type->fields[f].kind == FIELD_ENTRY ? json_object_get(fields, type->fields[f].id) : target;
    }
    if (type->part != PART_CORRECTION || !json_is_integer(target) || json_integer_value(target) < 1) {
        return NULL;
    }
    TRY(act_case_read(call->act, reference, INSTANT_NEVER, &view));
    uint64_t seq = (uint64_t)json_integer_value(target);
    for (size_t hops = 0; seq >= 1 && seq <= view->entry_count && hops < view->entry_count; hops++) {
        const struct entry *entry = view->entries[seq - 1];
        if (entry->type->part != PART_CORRECTION) {
            *ret_type = entry->type;
            return NULL;
        }
        seq = (uint64_t)entry_value(entry, "corrects")->number;
    }
    return error_field(call->arena, ERROR_INVALID, "corrects", NULL, "there is no entry of this number");
}

static const struct error *read_entry(struct call *call, const char *reference, struct entry_input *ret_input)
{
    static const char *const names[] = {"type", "occurred_at", "expected_seq", "labels", "fields", NULL};
    const struct pack *pack;
    const struct entry_type *corrected = NULL;
    const char *type;
    TRY(act_case_pack(call->act, reference, &pack));
    const struct error *error = call_names(call, call->input, names, NULL);
    error = call_join(call, read_expected(call, &ret_input->expected_seq), error);
    error = call_join(call, read_labels(call, &ret_input->labels), error);
    const struct error *wrong = call_text(call, "type", &type);
    if (wrong == NULL && type == NULL) {
        wrong = error_field(call->arena, ERROR_INVALID, "type", NULL, "is missing");
    }
    if (wrong != NULL) {
        return call_join(call, wrong, error);
    }
    ret_input->type = pack_type(pack, type);
    if (ret_input->type == NULL) {
        return error_field(call->arena, ERROR_INVALID, "type", error, "there is no entry type of this id");
    }
    error = call_join(call, call_occurred(call, pack, ret_input->type, &ret_input->occurred), error);
    wrong = target_type(call, reference, ret_input->type, &corrected);
    if (wrong == NULL) {
        wrong = call_fields(call, pack, ret_input->type, corrected, "fields", "", &ret_input->values);
    }
    error = call_join(call, wrong, error);
    if (error != NULL) {
        const struct case_view *view;
        TRY(act_case_read(call->act, reference, INSTANT_NEVER, &view));
        error = with_missing(call, pack, ret_input->type, ret_input->values, ret_input->occurred,
                             &view->position->standing, "", error);
    }
    return error;
}

/* A further referral names the child's record itself, which only the act may do. */
static const struct error *record_start(struct call *call, const char *reference,
                                        const struct entry_input *entry, struct recorded *ret_recorded)
{
    struct referral_input input = {
        .case_reference = reference,
        .values = entry->values,
        .type = entry->type,
        .occurred = entry->occurred,
        .idempotency_key = entry->idempotency_key,
    };
    if (entry->expected_seq != 0) {
        return error_field(call->arena, ERROR_INVALID, "expected_seq", NULL,
                           "a further referral is always taken: leave it out");
    }
    if (!text_is_blank(entry->labels)) {
        return error_field(call->arena, ERROR_INVALID, "labels", NULL,
                           "a referral is open to whom its type says: leave them out");
    }
    return act_referral_make(call->act, &input, ret_recorded);
}

/* Somebody wrote first: what they wrote comes back, so that nothing is written over unseen. */
static void show_conflict(struct call *call, const struct error *error, const struct recorded *recorded)
{
    call_problem(call, error);
    call_put(call, call->output, "case", json_string(recorded->reference.text));
    call_put(call, call->output, "seq", json_integer((json_int_t)recorded->view->seq));
    json_t *since = call_put(call, call->output, "since", json_array());
    for (size_t i = 0; i < recorded->since_count; i++) {
        show_entry(call, since, recorded->view, recorded->since[i]);
    }
}

const struct error *work_record_entry(struct call *call)
{
    const char *reference = request_param(call->request, "case");
    struct entry_input input = {.idempotency_key = call->idempotency_key};
    struct recorded recorded = {0};
    TRY(read_entry(call, reference, &input));
    const struct error *error = input.type->part == PART_START
                                    ? record_start(call, reference, &input, &recorded)
                                    : act_entry_record(call->act, reference, &input, &recorded);
    if (error != NULL && error->code == ERROR_CONFLICT && recorded.since != NULL) {
        show_conflict(call, error, &recorded);
        return NULL;
    }
    TRY(error);
    show_recorded(call, &recorded);
    return NULL;
}

/* ---- details of the child ---- */

const struct error *work_record_details(struct call *call)
{
    static const char *const names[] = {"fields", NULL};
    const char *reference = request_param(call->request, "case");
    const struct pack *pack;
    const struct value *values = NULL;
    struct recorded recorded = {0};
    TRY(act_case_pack(call->act, reference, &pack));
    const struct error *error = call_names(call, call->input, names, NULL);
    const struct error *faults =
        call_fields(call, pack, &pack->types[pack->details_type], NULL, "fields", "", &values);
    TRY(call_join(call, faults, error));
    TRY(act_details_record(call->act, reference, 0, values, &recorded));
    show_case(call, call->output, recorded.view);
    return NULL;
}
