/*
 * Making a referral. A new case is two records in one write: the child (a person record, which other cases
 * may name too) and the case, whose first entry is the referral. A further referral to a known child is an
 * entry of that case.
 */
#include "act/shown.h"

#include "base/must.h"
#include "base/text.h"
#include "people/person.h"
#include "record/carry.h"
#include "record/decode.h"

#include <string.h>

enum { MOST_MATCHES = 20 };

/* When it happened: as said, else when children's social care was told; NULL: now. */
static const struct moment *occurred_of(const struct pack *pack, const struct referral_input *input,
                                        const struct value *values)
{
    const struct field *told = entry_type_field(&pack->types[pack->start_type], "notified_at");
    return input->occurred != NULL                                    ? input->occurred
           : told != NULL && values[told->index].kind == VALUE_MOMENT ? &values[told->index].moment
                                                                      : NULL;
}

/* As the procedure of the case asks them, which may be an earlier version than the form was of. */
static const struct value *values_for(const struct act *act, const struct pack *pack,
                                      const struct referral_input *input)
{
    const struct pack *now = act_pack(act);
    const struct entry_type *asked = input->type != NULL ? input->type : &now->types[now->start_type];
    const struct entry_type *type = &pack->types[pack->start_type];
    return asked == type ? input->values : values_carried(act->arena, pack, asked, type, input->values);
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
    copy->field = arena_printf(arena, "child.%s", error->field); /* each is of one question */
    copy->next = name_details(arena, error->next, next);
    return copy;
}

/* Who refers a child is involved from now on. */
static const struct error *show_new(const struct act *act, struct recorded *recorded)
{
    struct store_reader *reader;
    struct reach reach;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = reach_of(act, reader, recorded->case_id, &reach);
    store_reader_give(reader);
    TRY(error);
    shown_recorded(act, &reach, recorded);
    return NULL;
}

static const struct error *new_case(const struct act *act, const struct referral_input *input,
                                    const char *what, struct recorded *recorded)
{
    struct service *service = act->service;
    const struct pack *pack = act_pack(act);
    const struct entry_type *details_type = &pack->types[pack->details_type];
    const struct entry_type *type = &pack->types[pack->start_type];
    struct case_streams streams;
    struct person person = person_of_values(pack, input->details);
    struct child child = {person.has_birth, person.birth};
    const struct position *position = nothing_yet(act, pack, child);
    struct entry details = entry_by(act, pack, details_type, input->details, NULL);
    struct entry referral = entry_by(act, pack, type, input->values, occurred_of(pack, input, input->values));
    const struct error *error = entry_check(act, position, &referral);
    error = name_details(act->arena, entry_validate(act->arena, pack, &details, &position->standing), error);
    if (person.has_birth && person.birth.number > moment_of_instant(pack, act->now).day.number) {
        error =
            error_field(act->arena, ERROR_INVALID, "child.date_of_birth", error, "this day is still to come");
    }
    TRY(error);
    TRY(find_matches(act, &person, POSSIBLE_MATCH, MOST_MATCHES, &recorded->matches, &recorded->match_count));
    TRY(matches_look(act, recorded->matches, &recorded->match_count));
    const struct value *values = input->values;
    struct route_result route;
    TRY(route_referral(act, pack, input->details, &values, &route));
    TRY(store_stream_new(service->store, act->arena, STREAM_PERSON,
                         service_pack_number(service, act_pack(act)), &streams.person));
    TRY(store_stream_new(service->store, act->arena, STREAM_CASE, service_pack_number(service, act_pack(act)),
                         &streams.file));
    struct write *write = store_write_new(service->store, act->arena);
    store_write_entry(write, &streams.person, &details);
    referral.values = with_child(act, type, values, streams.person.head.id);
    recorded->entry = store_write_entry(write, &streams.file, &referral);
    TRY(answer_keep(act, write, input->idempotency_key, what, &streams, recorded));
    if (!id_is_zero(input->draft)) {
        store_write_drop_draft(write, act->actor->account, input->draft);
    }
    recorded->view = case_view_make(act, &streams, INSTANT_NEVER, act->now);
    TRY(notices_write(act, write, recorded->view, recorded->entry->seq));
    TRY(store_commit(write));
    recorded->case_id = streams.file.head.id;
    recorded->reference = reference_of(recorded->case_id);
    TRY(show_new(act, recorded));
    return act_look(act, "referral-make", recorded->case_id, 0, NULL);
}

static const struct error *further_referral(const struct act *act, const struct referral_input *input,
                                            struct recorded *ret_recorded)
{
    struct store_reader *reader;
    struct case_streams streams;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = case_load(act, reader, input->case_reference, ACCESS_RECORD, &streams);
    store_reader_give(reader);
    if (error != NULL && (error->code == ERROR_NOT_FOUND || error->code == ERROR_DISPOSED)) {
        return error_field(act->arena, ERROR_INVALID, "case", NULL, "there is no case of this reference");
    }
    TRY(error);
    const struct pack *pack = streams.file.pack;
    const struct entry_type *type = &pack->types[pack->start_type];
    const struct value *values = values_for(act, pack, input);
    const struct moment *occurred = occurred_of(pack, input, values);
    struct child_view child;
    struct route_result route;
    struct day on = occurred == NULL ? moment_of_instant(pack, act->now).day : occurred->day;
    child_view_make(act, &streams.person, INSTANT_NEVER, on, &child);
    TRY(route_referral(act, pack, streams.person.pack == pack ? child.values : NULL, &values, &route));
    struct entry_input entry = {
        .type = type,
        .values = with_child(act, type, values, streams.person.head.id),
        .occurred = occurred,
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
    const struct pack *pack = act_pack(act);
    const struct entry_type *type = &pack->types[pack->start_type];
    if (!act_may_record(act->actor, pack, type)) {
        return error_new(act->arena, ERROR_NOT_ALLOWED, "your role does not record \"%s\"", type->title);
    }
    if (input->case_reference != NULL) {
        return further_referral(act, input, ret_recorded);
    }
    const struct asked_entry asked[] = {
        {.type = type, .values = input->values, .occurred = input->occurred},
        {.type = &pack->types[pack->details_type], .values = input->details},
    };
    const char *what = input->idempotency_key == NULL ? NULL : answer_fingerprint(act, asked, 2);
    TRY(answer_again(act, input->idempotency_key, what, &found, ret_recorded));
    if (found) {
        return act_look(act, "referral-make", ret_recorded->case_id, 0, NULL);
    }
    const struct error *error = new_case(act, input, what, &recorded);
    if (error != NULL && error->code == ERROR_EXISTS) {
        must(input->idempotency_key != NULL); /* nothing else of it is there but once */
        TRY(answer_again(act, input->idempotency_key, what, &found, ret_recorded));
        return act_look(act, "referral-make", ret_recorded->case_id, 0, NULL);
    }
    if (error == NULL) {
        *ret_recorded = recorded;
    }
    return error;
}

const struct error *act_referral_made(const struct act *act, const char *idempotency_key,
                                      struct recorded *ret_recorded)
{
    struct recorded recorded = {0};
    bool found;
    TRY(act_begin(act, MAY_REFER, "referral-again", (struct id){{0}}));
    TRY(answer_again(act, idempotency_key, NULL, &found, &recorded));
    if (!found) {
        return error_of(ERROR_NOT_FOUND);
    }
    *ret_recorded = recorded;
    return act_look(act, "referral-again", recorded.case_id, 0, NULL);
}
