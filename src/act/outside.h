/*
 * What is not read as a case: records that name no child (outside.c), and what a role sees that knows of a
 * case only what its agency does in its plan (part.c).
 */
#ifndef WM_ACT_OUTSIDE_H
#define WM_ACT_OUTSIDE_H

#include "act/cases.h"

/* ---- outside cases (outside.c): consultations, outreach, training, recommendations. They name no child */

struct outside_view {
    struct id id;
    const struct pack *pack;
    const struct entry_type *type;      /* of the first entry: what it is */
    const struct entry *const *entries; /* the first, and what answers it; recorded_name is filled */
    size_t count;
};
/* Whether this actor may record that type outside a case (for menus; the act asks again). */
bool act_may_record_outside(const struct actor *actor, const struct pack *pack,
                            const struct entry_type *type);
/* A record of its own. The same key of the same account gives the first one; NULL: none. */
const struct error *act_outside_record(const struct act *act, const struct entry_type *type,
                                       const struct value *values, const char *idempotency_key,
                                       struct id *ret_id) MUST_CHECK;
/* An answer to one; with the same key, once. */
const struct error *act_outside_answer(const struct act *act, struct id id, const struct entry_type *type,
                                       const struct value *values, const char *idempotency_key) MUST_CHECK;
const struct error *act_outside_read(const struct act *act, struct id id,
                                     const struct outside_view **ret_view) MUST_CHECK;
/* Newest first: those of the actor's agency, and recommendations, which are the whole partnership's. `type`
 * NULL: all. */
const struct error *act_outside_list(const struct act *act, const struct entry_type *type,
                                     const struct outside_view *const **ret_views,
                                     size_t *ret_count) MUST_CHECK;

/* ---- one's own part (part.c): for roles that see of a case only what their agency does in its plan */

struct part_action {
    const char *text;
    const struct code *part; /* NULL for none */
    struct instant due_at;   /* never: none */
    const char *progress;    /* of the last word on it; "" for none */
    bool open;
};
struct part_view {
    struct reference reference;
    const struct pack *pack;
    const char *given_name;
    const struct code *const *parts; /* of the exit strategy, that an action of the agency is for */
    size_t part_count;
    const struct part_action *actions;
    size_t action_count;
    const struct entry *const *own; /* what the agency recorded here: newest first */
    size_t own_count;
};
/* Cases in which the agency has an open action. */
const struct error *act_part_list(const struct act *act, const struct part_view *const **ret_views,
                                  size_t *ret_count) MUST_CHECK;
/* ERROR_NOT_FOUND where the agency never had an action. */
const struct error *act_part_read(const struct act *act, const char *reference,
                                  const struct part_view **ret_view) MUST_CHECK;
/* Only types the role may record, and only on its own actions and parts. */
const struct error *act_part_record(const struct act *act, const char *reference,
                                    const struct entry_input *input,
                                    struct recorded *ret_recorded) MUST_CHECK;
bool act_may_record_part(const struct actor *actor, const struct pack *pack, const struct entry_type *type);

#endif
