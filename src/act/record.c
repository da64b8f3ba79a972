/*
 * Recording an entry: load, check against what stands, append with the head that was checked against.
 * Somebody who writes in between makes the head move; then it is checked again on what they wrote, or, where
 * the form says what it was begun on (expected_seq), the other's entries are handed back and nothing is
 * written.
 */
#include "act/inner.h"

#include "base/text.h"
#include "record/decode.h"

#include <string.h>

enum { TRIES = 200, AHEAD_MS = 5 * MS_PER_MINUTE };

struct entry entry_by(const struct act *act, const struct pack *pack, const struct entry_type *type,
                      const struct value *values, const struct moment *occurred)
{
    return (struct entry){
        .type = type,
        .occurred = occurred == NULL ? moment_of_instant(pack, act->now) : *occurred,
        .recorded_at = act->now,
        .recorded_by = act->actor->account,
        .agency = act->actor->agency,
        .label = type->label == NULL ? "standard" : type->label,
        .values = values,
    };
}

/* Both chains as one, the first first. */
static const struct error *join(struct arena *arena, const struct error *first, const struct error *second)
{
    if (first == NULL) {
        return second;
    }
    struct error *copy = arena_one(arena, struct error);
    *copy = *first;
    copy->next = join(arena, first->next, second);
    return copy;
}

const struct error *entry_check(const struct act *act, const struct position *position,
                                const struct entry *entry)
{
    const struct error *error = NULL;
    if (entry->occurred.start.ms > act->now.ms + AHEAD_MS) {
        error = error_field(act->arena, ERROR_INVALID, "occurred_at", NULL,
                            "this is still to come: say when it happened");
    } else if (entry->type->needs_minute && entry->occurred.day_only) {
        error = error_field(act->arena, ERROR_INVALID, "occurred_at", NULL,
                            "a clock in hours begins with it: give the time too");
    }
    error = join(act->arena, error,
                 entry_validate(act->arena, position->history->pack, entry, &position->standing));
    return join(act->arena, error, gates_check(act->arena, position, entry));
}

/* ---- corrections
 * -------------------------------------------------------------------------------------------------------- */

static const struct known *known_of_seq(const struct history *history, uint64_t seq)
{
    for (size_t i = 0; i < history->count; i++) {
        if (history->list[i].entry->seq == seq) {
            return &history->list[i];
        }
    }
    return NULL;
}

/* The entry that is corrected in the end, with the new answers in place of the old. */
static const struct error *corrected(const struct act *act, const struct case_streams *streams,
                                     const struct position *position, const struct entry *correction,
                                     struct entry *ret_entry)
{
    const struct value *target = entry_value(correction, "corrects");
    const struct value *fields = entry_value(correction, "fields");
    uint64_t seq = target->kind == VALUE_NUMBER ? (uint64_t)target->number : 0;
    for (size_t hops = 0; seq >= 1 && seq <= streams->file.count && hops <= streams->file.count; hops++) {
        const struct entry *entry = streams->file.entries[seq - 1];
        if (entry->type->part != PART_CORRECTION) {
            break;
        }
        seq = (uint64_t)entry_value(entry, "corrects")->number;
    }
    const struct known *known = known_of_seq(position->history, seq);
    if (known == NULL || fields->kind != VALUE_FIELDS || fields->fields->type != known->type) {
        return error_field(act->arena, ERROR_INVALID, "corrects", NULL, "there is no entry %llu in this case",
                           (unsigned long long)(target->kind == VALUE_NUMBER ? target->number : 0));
    }
    struct value *values = arena_many(act->arena, struct value, known->type->field_count);
    for (size_t i = 0; i < known->type->field_count; i++) {
        bool system = known->type->fields[i].system;
        values[i] = fields->fields->set[i] && !system ? fields->fields->values[i] : known->values[i];
        if (fields->fields->set[i] && system) {
            return error_field(act->arena, ERROR_INVALID, known->type->fields[i].id, NULL,
                               "this is not for people to change");
        }
    }
    *ret_entry = *known->entry;
    ret_entry->values = values;
    ret_entry->occurred = fields->fields->sets_occurred ? fields->fields->occurred : known->occurred;
    return NULL;
}

/* What is right after a correction must still be complete; gates were asked when it was recorded. */
static const struct error *check_correction(const struct act *act, const struct case_streams *streams,
                                            const struct position *position, const struct entry *correction)
{
    struct entry result;
    TRY(corrected(act, streams, position, correction, &result));
    if (!act_may_record(act->actor, streams->file.pack, result.type)) {
        return error_new(act->arena, ERROR_NOT_ALLOWED,
                         "your role does not record \"%s\", so it does not correct it", result.type->title);
    }
    if (result.occurred.start.ms > act->now.ms + AHEAD_MS) {
        return error_field(act->arena, ERROR_INVALID, "occurred_at", NULL,
                           "this is still to come: say when it happened");
    }
    if (result.type->needs_minute && result.occurred.day_only) {
        return error_field(act->arena, ERROR_INVALID, "occurred_at", NULL,
                           "a clock in hours begins with it: give the time too");
    }
    return entry_validate(act->arena, streams->file.pack, &result, &position->standing);
}

/* ---- recording
 * ----------------------------------------------------------------------------------------------------------
 */

static const struct error *conflict(const struct act *act, const struct case_streams *streams,
                                    uint64_t expected, struct recorded *recorded)
{
    TRY(case_view_make(act, streams, INSTANT_NEVER, act->now, &recorded->view));
    recorded->case_id = streams->file.head.id;
    recorded->reference = recorded->view->reference;
    recorded->since = recorded->view->entries +
                      (expected < recorded->view->entry_count ? expected : recorded->view->entry_count);
    recorded->since_count =
        expected < recorded->view->entry_count ? recorded->view->entry_count - expected : 0;
    return error_new(act->arena, ERROR_CONFLICT,
                     "the case is at entry %llu, and this was begun at entry %llu",
                     (unsigned long long)streams->file.head.seq, (unsigned long long)expected);
}

static const struct error *try_record(const struct act *act, const char *reference,
                                      const struct entry_input *input, const char *what,
                                      struct recorded *recorded)
{
    struct store_reader *reader;
    struct case_streams streams;
    const struct case_view *view;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = case_load(act, reader, reference, &streams);
    store_reader_give(reader);
    TRY(error);
    if (input->expected_seq != 0 && input->expected_seq != streams.file.head.seq) {
        return conflict(act, &streams, input->expected_seq, recorded);
    }
    TRY(case_view_make(act, &streams, INSTANT_NEVER, act->now, &view));
    struct entry entry = entry_by(act, streams.file.pack, input->type, input->values, input->occurred);
    TRY(entry_check(act, view->position, &entry));
    if (input->type->part == PART_CORRECTION) {
        TRY(check_correction(act, &streams, view->position, &entry));
    }
    struct write *write = store_write_new(act->service->store, act->arena);
    TRY(store_write_entry(write, &streams.file, &entry, &recorded->entry));
    TRY(answer_keep(act, write, input->idempotency_key, what, &streams, recorded));
    if (!id_is_zero(input->draft)) {
        store_write_drop_draft(write, act->actor->account, input->draft);
    }
    TRY(store_commit(write));
    recorded->case_id = streams.file.head.id;
    recorded->reference = reference_of(recorded->case_id);
    return case_view_make(act, &streams, INSTANT_NEVER, act->now, &recorded->view);
}

static const struct error *case_id_of(const struct act *act, const char *reference, struct id *ret_id)
{
    struct store_reader *reader;
    struct reference parsed;
    if (!reference_parse(reference, &parsed)) {
        return error_of(ERROR_NOT_FOUND);
    }
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_case_by_reference(reader, act->arena, parsed, ret_id);
    store_reader_give(reader);
    return error;
}

const struct error *act_entry_record(const struct act *act, const char *reference,
                                     const struct entry_input *input, struct recorded *ret_recorded)
{
    struct recorded recorded = {0};
    struct id case_id = {{0}};
    bool found;
    const struct error *error = act->actor == NULL ? NULL : case_id_of(act, reference, &case_id);
    TRY(act_begin(act, MAY_RECORD, "entry-record", case_id));
    TRY(error);
    if (input->type->part == PART_DETAILS || !act_may_record(act->actor, act->service->pack, input->type)) {
        return error_new(act->arena, ERROR_NOT_ALLOWED, "your role does not record \"%s\"",
                         input->type->title);
    }
    struct entry asked = entry_by(act, act->service->pack, input->type, input->values, input->occurred);
    const char *what =
        input->idempotency_key == NULL ? NULL : answer_fingerprint(act, reference, &asked, NULL);
    TRY(answer_again(act, input->idempotency_key, what, &found, ret_recorded));
    if (found) {
        return NULL;
    }
    for (int i = 0; i < TRIES; i++) {
        error = try_record(act, reference, input, what, &recorded);
        if (error != NULL && error->code == ERROR_EXISTS && input->idempotency_key != NULL) {
            return answer_again(act, input->idempotency_key, what, &found, ret_recorded);
        }
        if (error == NULL || error->code != ERROR_CONFLICT) {
            break;
        }
        if (recorded.since != NULL) {
            break; /* the form was begun on an older head */
        }
    }
    if (error == NULL || recorded.since != NULL) {
        *ret_recorded = recorded;
    }
    return error;
}

/* ---- the child's details
 * ------------------------------------------------------------------------------------------------ */

static const struct error *try_details(const struct act *act, const char *reference,
                                       const struct value *values, struct recorded *recorded)
{
    struct store_reader *reader;
    struct case_streams streams;
    struct child_view child;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = case_load(act, reader, reference, &streams);
    store_reader_give(reader);
    TRY(error);
    const struct pack *pack = streams.person.pack;
    const struct entry_type *type = &pack->types[pack->details_type];
    child_view_make(act, &streams.person, INSTANT_NEVER, moment_of_instant(pack, act->now).day, &child);
    /* the whole must be complete; what is written is only what changes */
    struct value *whole = arena_many(act->arena, struct value, type->field_count);
    struct value *changed = arena_many(act->arena, struct value, type->field_count);
    size_t changes = 0;
    for (size_t i = 0; i < type->field_count; i++) {
        bool changes_it = values[i].kind != VALUE_NONE && !value_equal(&values[i], &child.values[i]);
        whole[i] = values[i].kind != VALUE_NONE ? values[i] : child.values[i];
        changed[i] = changes_it ? values[i] : (struct value){.kind = VALUE_NONE};
        changes += changes_it ? 1 : 0;
    }
    struct entry entry = entry_by(act, pack, type, whole, NULL);
    struct standing standing = {arena_many(act->arena, bool, pack->mark_count),
                                {child.has_birth, child.birth}};
    TRY(entry_validate(act->arena, pack, &entry, &standing));
    if (changes > 0) {
        struct write *write = store_write_new(act->service->store, act->arena);
        entry.values = changed;
        TRY(store_write_entry(write, &streams.person, &entry, &recorded->entry));
        TRY(store_commit(write));
    }
    recorded->case_id = streams.file.head.id;
    recorded->reference = reference_of(recorded->case_id);
    return case_view_make(act, &streams, INSTANT_NEVER, act->now, &recorded->view);
}

const struct error *act_details_record(const struct act *act, const char *reference,
                                       const struct value *values, struct recorded *ret_recorded)
{
    struct recorded recorded = {0};
    struct id case_id = {{0}};
    const struct error *error = act->actor == NULL ? NULL : case_id_of(act, reference, &case_id);
    TRY(act_begin(act, MAY_RECORD, "details-record", case_id));
    TRY(error);
    for (int i = 0; i < TRIES; i++) {
        error = try_details(act, reference, values, &recorded);
        if (error == NULL || error->code != ERROR_CONFLICT) {
            break;
        }
    }
    if (error == NULL) {
        *ret_recorded = recorded;
    }
    return error;
}
