#include "act/reach.h"

#include "act/guard.h"
#include "base/text.h"
#include "procedure/involvement.h"
#include "procedure/moved.h"

#include <string.h>

void reach_involved(const struct act *act, struct involved *ret_involved)
{
    const struct actor *actor = act->actor;
    store_involved(act->service->store, act->arena, actor->agency, actor->username, actor->team,
                   ret_involved);
}

static void add_involvements(unsigned bits, struct reach *reach)
{
    static const enum access_involved ways[] = {INVOLVED_PERSON, INVOLVED_TEAM, INVOLVED_AGENCY};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if ((bits & (unsigned)ways[i]) != 0) {
            reach->involvements[reach->actor.involvement_count++] =
                (struct access_involvement){ways[i], {{0}, INSTANT_NEVER}};
        }
    }
    reach->actor.involvements = reach->involvements;
}

/* Those of a restricted case, besides who is named on it: who has recorded on it, and who restricted it, or
 * nobody could lift it. */
static const struct error *let_in_restricted(const struct act *act, struct store_reader *reader,
                                             struct id case_id, const struct guard *guard, bool *ret_let_in)
{
    bool recorded;
    TRY(store_stream_has_author(reader, act->arena, case_id, act->actor->account, act->actor->part_from,
                                &recorded));
    *ret_let_in = recorded || (guard->named && permit(act->actor, MAY_GUARD_CASES));
    return NULL;
}

/* Who was named on it, and has moved to another role, agency or team: only if they were named again since. */
static const struct error *named_since_move(const struct act *act, struct store_reader *reader,
                                            struct id case_id, unsigned *bits)
{
    struct stream file;
    struct child nobody = {0};
    if ((*bits & (unsigned)INVOLVED_PERSON) == 0 || act->actor->part_from.ms == 0) {
        return NULL;
    }
    TRY(store_stream_read(reader, act->arena, case_id, &file));
    const struct history *history =
        history_of_case(act->arena, file.pack, file.entries, file.count, nobody, INSTANT_NEVER);
    *bits &= involvement_is_named(act->arena, history, act->actor->username, act->actor->part_from)
                 ? ~0U
                 : ~(unsigned)INVOLVED_PERSON;
    return NULL;
}

const struct error *reach_of(const struct act *act, struct store_reader *reader, struct id case_id,
                             struct reach *ret_reach)
{
    struct involved involved;
    reach_involved(act, &involved);
    return reach_from(act, reader, case_id, &involved, ret_reach);
}

const struct error *reach_from(const struct act *act, struct store_reader *reader, struct id case_id,
                               const struct involved *involved, struct reach *ret_reach)
{
    struct guard guard;
    unsigned bits;
    bool let_in = false;
    TRY(store_involvement(reader, act->arena, case_id, involved, &bits));
    TRY(named_since_move(act, reader, case_id, &bits));
    TRY(guard_read(act, reader, case_id, &guard));
    if (guard.restricted) {
        TRY(let_in_restricted(act, reader, case_id, &guard, &let_in));
    }
    const struct pack *pack = act_pack(act);
    *ret_reach = (struct reach){
        .pack = pack,
        .policy = &pack->access,
        .actor = {.role = act->actor->role->id,
                  .agency = act->actor->agency,
                  .team = act->actor->team,
                  .conflict = guard.conflict,
                  .granted = {guard.granted, guard.until}},
        .restricted = guard.restricted,
        .let_in = let_in,
    };
    add_involvements(bits, ret_reach);
    return NULL;
}

struct access_ruling reach_may(const struct reach *reach, enum access_act access, struct instant now)
{
    const struct access_thing thing = {.about = ABOUT_CASE, .restricted = reach->restricted};
    struct access_actor actor = reach->actor;
    struct access_involvement all[4] = {{INVOLVED_PERSON, {{0}, INSTANT_NEVER}}};
    memcpy(&all[1], reach->involvements, sizeof reach->involvements);
    actor.involvements = reach->let_in ? all : &all[1];
    actor.involvement_count += reach->let_in ? 1 : 0;
    return access_may(reach->policy, &actor, access, &thing, now);
}

const struct error *reach_finds(const struct act *act, struct store_reader *reader, struct id case_id,
                                bool *ret_finds)
{
    struct reach reach;
    TRY(reach_of(act, reader, case_id, &reach));
    *ret_finds = reach_may(&reach, ACCESS_FIND, act->now).answer == ACCESS_YES;
    return NULL;
}

static void look(const struct act *act, const struct reach *reach, struct access_sight *ret_sight)
{
    struct access_actor actor = reach->actor;
    actor.involvements = reach->involvements; /* a copy of a reach has its own */
    access_look(reach->policy, &actor, reach->restricted, act->now, ret_sight);
}

static bool sees_head(const struct act *act, const struct reach *reach, const struct access_sight *sight,
                      const struct entry_head *head)
{
    const struct entry_type *type = pack_type(reach->pack, head->type);
    label_set labels = access_labels_parse(reach->policy, head->label) | (type == NULL ? 0 : type->labels);
    bool ours = text_equal(head->agency, act->actor->agency);
    enum access_own own = !ours                                         ? OWN_OTHER
                          : id_equal(head->author, act->actor->account) ? OWN_SELF
                                                                        : OWN_AGENCY;
    return access_sees(sight, own, labels, 0);
}

const struct error *reach_sees_entry(const struct act *act, struct store_reader *reader,
                                     const struct reach *reach, struct id case_id, uint64_t seq,
                                     bool *ret_sees)
{
    struct entry_head head;
    struct access_sight sight;
    TRY(store_entry_head(reader, act->arena, case_id, seq, &head));
    look(act, reach, &sight);
    *ret_sees = sees_head(act, reach, &sight, &head);
    return NULL;
}

const struct error *reach_sees_all(const struct act *act, struct store_reader *reader,
                                   const struct reach *reach, struct id case_id, bool *ret_sees)
{
    const struct entry_head *heads;
    size_t count;
    struct access_sight sight;
    TRY(store_entry_heads(reader, act->arena, case_id, &heads, &count));
    look(act, reach, &sight);
    *ret_sees = true;
    for (size_t i = 0; i < count && *ret_sees; i++) {
        *ret_sees = sees_head(act, reach, &sight, &heads[i]);
    }
    return NULL;
}

const struct involved *reach_filter(const struct act *act)
{
    const struct access_actor stranger = {.role = act->actor->role->id, .agency = act->actor->agency};
    const struct access_thing thing = {.about = ABOUT_CASE};
    if (access_may(&act_pack(act)->access, &stranger, ACCESS_FIND, &thing, act->now).answer == ACCESS_YES) {
        return NULL;
    }
    struct involved *involved = arena_one(act->arena, struct involved);
    reach_involved(act, involved);
    return involved;
}

const struct error *reach_gate(const struct act *act, struct store_reader *reader, struct id case_id,
                               enum access_act access, struct reach *ret_reach)
{
    TRY(reach_of(act, reader, case_id, ret_reach));
    struct access_ruling ruling = reach_may(ret_reach, access, act->now);
    if (ruling.answer == ACCESS_YES) {
        return NULL;
    }
    TRY(act_look(act, "denied", case_id, 0, ruling.rule == NULL ? "no-policy" : ruling.rule->id));
    return ruling.answer == ACCESS_NO
               ? error_of(ERROR_NOT_FOUND)
               : error_new(act->arena, ERROR_NEEDS_REASON, "%s %s", ruling.rule->why, ruling.rule->ask);
}
