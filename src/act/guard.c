#include "act/guard.h"

#include "act/account.h"
#include "act/reach.h"
#include "base/must.h"
#include "base/text.h"

struct id guard_id(struct id case_id)
{
    return stream_id_beside(STREAM_GUARD, case_id);
}

const struct error *guard_stream(const struct act *act, struct store_reader *reader, struct id case_id,
                                 struct stream *ret_stream)
{
    const struct error *error = store_stream_read(reader, act->arena, guard_id(case_id), ret_stream);
    return error != NULL && error->code == ERROR_NOT_FOUND
               ? store_stream_new_beside(act->service->store, act->arena, STREAM_GUARD, case_id, ret_stream)
               : error;
}

struct entry guard_entry(const struct act *act, const char *type, const struct value *values)
{
    return (struct entry){
        .type = system_type(type),
        .occurred = {.start = act->now, .end = act->now},
        .recorded_at = act->now,
        .recorded_by = act->actor->account,
        .agency = act->actor->agency,
        .label = "standard",
        .values = values,
    };
}

static bool is_about(const struct entry *entry, struct id account)
{
    struct id id;
    must(id_parse(entry_text(entry, "account"), &id)); /* it was written so */
    return id_equal(id, account);
}

/* `part_from`: the glass they broke before they moved to another role, agency or team is closed. */
static void fold(const struct entry *entry, struct id account, struct instant part_from, struct instant now,
                 struct guard *guard)
{
    const char *type = entry->type->id;
    if (text_equal(type, "case-restricted")) {
        guard->restricted = true;
        guard->named = id_equal(entry->recorded_by, account);
    } else if (text_equal(type, "case-restriction-lifted")) {
        guard->restricted = false;
        guard->named = false;
    } else if (text_equal(type, "conflict-declared") && is_about(entry, account)) {
        guard->conflict = true;
    } else if (text_equal(type, "conflict-ended") && is_about(entry, account)) {
        guard->conflict = false;
    } else if (text_equal(type, "glass-broken") && id_equal(entry->recorded_by, account)) {
        const struct instant ends = {entry_number(entry, "ends_at")};
        if (now.ms >= entry->recorded_at.ms && now.ms < ends.ms && entry->recorded_at.ms >= part_from.ms) {
            guard->granted = entry->recorded_at;
            guard->until = ends;
        }
    }
}

const struct error *guard_read(const struct act *act, struct store_reader *reader, struct id case_id,
                               struct guard *ret_guard)
{
    struct guard guard = {.granted = INSTANT_NEVER, .until = INSTANT_NEVER};
    struct stream stream;
    uint64_t seq;
    const struct error *error = store_stream_seq(reader, act->arena, STREAM_GUARD, guard_id(case_id), &seq);
    if (error != NULL && error->code != ERROR_NOT_FOUND) {
        return error;
    }
    if (error == NULL) {
        TRY(store_stream_read(reader, act->arena, guard_id(case_id), &stream));
        struct id account = act->actor == NULL ? (struct id){{0}} : act->actor->account;
        struct instant part_from = act->actor == NULL ? (struct instant){0} : act->actor->part_from;
        for (size_t i = 0; i < stream.count; i++) {
            fold(stream.entries[i], account, part_from, act->now, &guard);
        }
    }
    *ret_guard = guard;
    return NULL;
}

/* ---- what follows from it ---- */

const struct error *guard_rule(const struct act *act, struct store_reader *reader, struct id case_id,
                               struct guard_ruling *ret_ruling)
{
    struct guard_ruling ruling = {.answer = ACCESS_YES};
    struct reach reach;
    ruling.guard.granted = ruling.guard.until = INSTANT_NEVER;
    if (act->actor == NULL) { /* the program itself */
        *ret_ruling = ruling;
        return NULL;
    }
    TRY(guard_read(act, reader, case_id, &ruling.guard));
    TRY(reach_of(act, reader, case_id, &reach));
    struct access_ruling decided = reach_may(&reach, ACCESS_READ, act->now);
    ruling.answer = decided.answer;
    if (decided.answer != ACCESS_YES && decided.rule != NULL) {
        ruling.why = decided.rule->why;
        ruling.ask = decided.rule->ask;
    }
    *ret_ruling = ruling;
    return NULL;
}

const struct error *guard_admit(const struct act *act, struct store_reader *reader, struct id case_id,
                                struct guard *ret_guard)
{
    struct guard_ruling ruling;
    TRY(guard_rule(act, reader, case_id, &ruling));
    *ret_guard = ruling.guard;
    if (ruling.answer == ACCESS_YES) {
        return NULL;
    }
    if (ruling.answer == ACCESS_NO) {
        return error_of(ERROR_NOT_FOUND);
    }
    return error_new(act->arena, ERROR_NEEDS_REASON, "%s %s", ruling.why, ruling.ask);
}
