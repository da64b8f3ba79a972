/*
 * Who may do what, in one table. The finer rules (need to know, break-glass) come into this file and nowhere
 * else. Roles are words of the pack: what is asked here is only what the pack says of a role.
 */
#include "act/inner.h"

enum need { NEEDS_CASES, NEEDS_LOOKS, NEEDS_ADMINISTRATION, NEEDS_SIGN_IN };

static const enum need needs[PERMISSIONS] = {
    [MAY_READ_CASE] = NEEDS_CASES,
    [MAY_RECORD] = NEEDS_CASES,
    [MAY_REFER] = NEEDS_CASES,
    [MAY_SEARCH] = NEEDS_CASES,
    [MAY_WORK] = NEEDS_SIGN_IN,
    [MAY_DRAFT] = NEEDS_CASES,
    [MAY_READ_DIRECTORY] = NEEDS_SIGN_IN,
    [MAY_KEEP_DIRECTORY] = NEEDS_ADMINISTRATION,
    [MAY_READ_LOOKS] = NEEDS_LOOKS,
    [MAY_KEEP_ACCOUNTS] = NEEDS_ADMINISTRATION,
};

bool permit(const struct actor *actor, enum permission permission)
{
    switch (needs[permission]) {
    case NEEDS_CASES:
        return actor->role->reads_cases;
    case NEEDS_LOOKS:
        return actor->role->reads_cases && actor->role->reads_looks;
    case NEEDS_ADMINISTRATION:
        return actor->role->administers;
    case NEEDS_SIGN_IN:
        return true;
    }
    return false;
}

const struct error *act_begin(const struct act *act, enum permission permission, const char *name,
                              struct id record)
{
    if (act->actor == NULL) {
        return error_of(ERROR_NOT_SIGNED_IN);
    }
    bool permitted = permit(act->actor, permission);
    struct look look = {
        .at = act->now,
        .account = act->actor->account,
        .record = record,
        .act = permitted ? name : "denied",
        .purpose = act->actor->purpose,
        .agency = act->actor->agency,
    };
    TRY(store_look(act->service->store, &look));
    return permitted ? NULL : error_of(ERROR_NOT_ALLOWED);
}

bool act_may_record(const struct actor *actor, const struct pack *pack, const struct entry_type *type)
{
    const struct role *role = pack_role(pack, actor->role->id);
    return permit(actor, MAY_RECORD) && role != NULL && type->recorded_by != NULL &&
           type->recorded_by[role->index];
}
