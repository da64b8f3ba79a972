/*
 * What the policy says to one actor of one case: who they are to it (involved, in conflict, by a broken
 * glass), whether they get it, and what of it they see. It is asked once a case; permit.c and the lists ask
 * it here, and shown.c leaves out what it closes.
 */
#ifndef WM_ACT_REACH_H
#define WM_ACT_REACH_H

#include "act/inner.h"
#include "procedure/access.h"

struct reach {
    const struct pack *pack; /* whose policy it is: that of new cases */
    const struct access_policy *policy;
    struct access_actor actor;
    struct access_involvement involvements[3];
    bool restricted;
    bool let_in; /* they get a restricted case as those do who are named on it, and read no more of it */
};

/* Who asks, as the lists of who is involved name them: the same for every case. */
void reach_involved(const struct act *act, struct involved *ret_involved);
/* As it is now. Nothing of the case is opened for it. */
const struct error *reach_from(const struct act *act, struct store_reader *reader, struct id case_id,
                               const struct involved *involved, struct reach *ret_reach) MUST_CHECK;
const struct error *reach_of(const struct act *act, struct store_reader *reader, struct id case_id,
                             struct reach *ret_reach) MUST_CHECK;
struct access_ruling reach_may(const struct reach *reach, enum access_act access, struct instant now);

/* Whether lists may show it: it is there for them. */
const struct error *reach_finds(const struct act *act, struct store_reader *reader, struct id case_id,
                                bool *ret_finds) MUST_CHECK;
/* What lists ask of the store first: NULL when the actor finds cases in which they are not involved. */
const struct involved *reach_filter(const struct act *act);

/* Whether, besides, they see the entry that a line of a list is about, by its head alone: what a disclosure
 * opened to their agency is not listed, and stands on the case. */
const struct error *reach_sees_entry(const struct act *act, struct store_reader *reader,
                                     const struct reach *reach, struct id case_id, uint64_t seq,
                                     bool *ret_sees) MUST_CHECK;
/* Whether no entry of the case is closed to them: the same of each. */
const struct error *reach_sees_all(const struct act *act, struct store_reader *reader,
                                   const struct reach *reach, struct id case_id, bool *ret_sees) MUST_CHECK;

/*
 * The gate: NULL when they may. A refusal is logged as a look that was denied, of that case, with the rule
 * that decided. ERROR_NOT_FOUND says the same as for a case that is not there; ERROR_NEEDS_REASON, where the
 * policy opens it for a reason, says why and whom to ask.
 */
const struct error *reach_gate(const struct act *act, struct store_reader *reader, struct id case_id,
                               enum access_act access, struct reach *ret_reach) MUST_CHECK;

#endif
