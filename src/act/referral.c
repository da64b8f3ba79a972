/*
 * Making a referral. A new case is two records in one write: the child (a person record, which other cases
 * may name too) and the case, whose first entry is the referral. A further referral to a known child is an
 * entry of that case.
 */
#include "act/inner.h"

#include "base/text.h"
#include "people/person.h"
#include "record/decode.h"

#include <string.h>

enum { MOST_MATCHES = 20 };

/* When it happened: as said, else when children's social care was told, else now. */
static struct moment occurred_of(const struct act *act, const struct pack *pack,
                                 const struct referral_input *input)
{
    if (input->occurred != NULL) {
        return *input->occurred;
    }
    const struct field *told = entry_type_field(&pack->types[pack->start_type], "notified_at");
    if (told != NULL && input->values[told->index].kind == VALUE_MOMENT) {
        return input->values[told->index].moment;
    }
    return moment_of_instant(pack, act->now);
}

/* An empty case, to ask its gates. */
static const struct position *nothing_yet(const struct act *act, const struct pack *pack, struct child child)
{
    const struct history *history = history_new(act->arena, pack, NULL, 0, child, INSTANT_NEVER);
    return position_of(act->arena, history, act->now);
}

static const struct value *with_child(const struct act *act, const struct entry_type *type,
                                      const struct value *values, struct id person)
{
    struct value *copy = arena_many(act->arena, struct value, type->field_count);
    char *text = arena_alloc(act->arena, ID_TEXT);
    memcpy(copy, values, type->field_count * sizeof *copy);
    id_format(person, text);
    copy[entry_type_field(type, "child")->index] = (struct value){.kind = VALUE_TEXT, .text = text};
    return copy;
}

/* Faults of the child's details are told from those of the referral by their name. */
static const struct error *name_details(struct arena *arena, const struct error *error,
                                        const struct error *next)
{
    if (error == NULL) {
        return next;
    }
    struct error *copy = arena_one(arena, struct error);
    *copy = *error;
    copy->field = error->field == NULL ? "child" : arena_printf(arena, "child.%s", error->field);
    copy->next = name_details(arena, error->next, next);
    return copy;
}

static const struct error *new_case(const struct act *act, const struct referral_input *input,
                                    const char *what, struct recorded *recorded)
{
    struct service *service = act->service;
    const struct pack *pack = service->pack;
    const struct entry_type *details_type = &pack->types[pack->details_type];
    const struct entry_type *type = &pack->types[pack->start_type];
    struct case_streams streams;
    const struct entry *added;
    struct person person = person_of_values(pack, input->details);
    struct child child = {person.has_birth, person.birth};
    const struct position *position = nothing_yet(act, pack, child);
    struct moment occurred = occurred_of(act, pack, input);
    struct entry details = entry_by(act, pack, details_type, input->details, NULL);
    struct entry referral = entry_by(act, pack, type, input->values, &occurred);
    const struct error *error = entry_check(act, position, &referral);
    error = name_details(act->arena, entry_validate(act->arena, pack, &details, &position->standing), error);
    if (person.has_birth && person.birth.number > moment_of_instant(pack, act->now).day.number) {
        error =
            error_field(act->arena, ERROR_INVALID, "child.date_of_birth", error, "this day is still to come");
    }
    TRY(error);
    TRY(find_matches(act, &person, POSSIBLE_MATCH, MOST_MATCHES, &recorded->matches, &recorded->match_count));
    TRY(store_stream_new(service->store, act->arena, STREAM_PERSON, service->pack_number, &streams.person));
    TRY(store_stream_new(service->store, act->arena, STREAM_CASE, service->pack_number, &streams.file));
    struct write *write = store_write_new(service->store, act->arena);
    TRY(store_write_entry(write, &streams.person, &details, &added));
    referral.values = with_child(act, type, input->values, streams.person.head.id);
    TRY(store_write_entry(write, &streams.file, &referral, &recorded->entry));
    TRY(answer_keep(act, write, input->idempotency_key, what, &streams, recorded));
    if (!id_is_zero(input->draft)) {
        store_write_drop_draft(write, act->actor->account, input->draft);
    }
    TRY(store_commit(write));
    recorded->case_id = streams.file.head.id;
    recorded->reference = reference_of(recorded->case_id);
    struct look look = {act->now,        act->actor->account, recorded->case_id,
                        "referral-make", act->actor->purpose, act->actor->agency};
    TRY(store_look(service->store, &look));
    return case_view_make(act, &streams, INSTANT_NEVER, act->now, &recorded->view);
}

static const struct error *further_referral(const struct act *act, const struct referral_input *input,
                                            struct recorded *ret_recorded)
{
    struct store_reader *reader;
    struct case_streams streams;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = case_load(act, reader, input->case_reference, &streams);
    store_reader_give(reader);
    if (error != NULL && error->code == ERROR_NOT_FOUND) {
        return error_field(act->arena, ERROR_INVALID, "case", NULL, "there is no case of this reference");
    }
    TRY(error);
    const struct pack *pack = streams.file.pack;
    struct moment occurred = occurred_of(act, pack, input);
    const struct entry_type *type = &pack->types[pack->start_type];
    struct entry_input entry = {
        .type = type,
        .values = with_child(act, type, input->values, streams.person.head.id),
        .occurred = &occurred,
        .idempotency_key = input->idempotency_key,
        .draft = input->draft,
    };
    return act_entry_record(act, input->case_reference, &entry, ret_recorded);
}

const struct error *act_referral_make(const struct act *act, const struct referral_input *input,
                                      struct recorded *ret_recorded)
{
    struct recorded recorded = {0};
    bool found;
    TRY(act_begin(act, MAY_REFER, "referral-begin", (struct id){{0}}));
    const struct pack *pack = act->service->pack;
    const struct entry_type *type = &pack->types[pack->start_type];
    if (!act_may_record(act->actor, pack, type)) {
        return error_new(act->arena, ERROR_NOT_ALLOWED, "your role does not record \"%s\"", type->title);
    }
    if (input->case_reference != NULL) {
        return further_referral(act, input, ret_recorded);
    }
    struct entry details = entry_by(act, pack, &pack->types[pack->details_type], input->details, NULL);
    struct entry asked = entry_by(act, pack, type, input->values, NULL);
    const char *what =
        input->idempotency_key == NULL ? NULL : answer_fingerprint(act, NULL, &asked, &details);
    TRY(answer_again(act, input->idempotency_key, what, &found, ret_recorded));
    if (found) {
        return NULL;
    }
    const struct error *error = new_case(act, input, what, &recorded);
    if (error != NULL && error->code == ERROR_EXISTS && input->idempotency_key != NULL) {
        return answer_again(act, input->idempotency_key, what, &found, ret_recorded);
    }
    if (error == NULL) {
        *ret_recorded = recorded;
    }
    return error;
}
