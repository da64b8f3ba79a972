/*
 * Who may do what, in one table. The finer rules (need to know, break-glass) come into this file and nowhere
 * else. Roles are words of the pack: what is asked here is only what the pack says of a role.
 */
#include "act/taken.h"

enum need {
    NEEDS_CASES,
    NEEDS_TO_CHANGE, /* cases */
    NEEDS_LOOKS,
    NEEDS_REVIEW,
    NEEDS_ADMINISTRATION,
    NEEDS_ACCOUNTS,
    NEEDS_OUTSIDE,
    NEEDS_COUNTS,
    NEEDS_OWN_PART,
    NEEDS_RECORD_KEEPING,
    NEEDS_HOLD,
    NEEDS_PROPOSING,
    NEEDS_AGREEING,
    NEEDS_EITHER, /* of the two */
    NEEDS_REQUESTS,
    NEEDS_ANSWERING,
    NEEDS_RELEASING,
    NEEDS_SIGN_IN
};

static const enum need needs[PERMISSIONS] = {
    [MAY_MOVE_CASE] = NEEDS_TO_CHANGE,
    [MAY_CHOOSE_PROCEDURE] = NEEDS_ADMINISTRATION,
    [MAY_READ_CASE] = NEEDS_CASES,
    [MAY_RECORD] = NEEDS_TO_CHANGE,
    [MAY_REFER] = NEEDS_TO_CHANGE,
    [MAY_SEARCH] = NEEDS_CASES,
    [MAY_WORK] = NEEDS_SIGN_IN,
    [MAY_DRAFT] = NEEDS_TO_CHANGE,
    [MAY_READ_DIRECTORY] = NEEDS_SIGN_IN,
    [MAY_KEEP_DIRECTORY] = NEEDS_ADMINISTRATION,
    [MAY_READ_LOOKS] = NEEDS_LOOKS,
    [MAY_REVIEW_LOOKS] = NEEDS_REVIEW,
    [MAY_GUARD_CASES] = NEEDS_LOOKS,
    [MAY_BREAK_GLASS] = NEEDS_TO_CHANGE,
    [MAY_KEEP_ACCOUNTS] = NEEDS_ACCOUNTS,
    [MAY_ADMINISTER] = NEEDS_ADMINISTRATION,
    [MAY_WORK_OUTSIDE] = NEEDS_OUTSIDE,
    [MAY_COUNT] = NEEDS_COUNTS,
    [MAY_WORK_ON_PART] = NEEDS_OWN_PART,
    [MAY_READ_DISPOSALS] = NEEDS_RECORD_KEEPING,
    [MAY_HOLD_RECORD] = NEEDS_HOLD,
    [MAY_PROPOSE_DISPOSAL] = NEEDS_PROPOSING,
    [MAY_AGREE_DISPOSAL] = NEEDS_AGREEING,
    [MAY_CANCEL_DISPOSAL] = NEEDS_EITHER,
    [MAY_READ_REQUESTS] = NEEDS_REQUESTS,
    [MAY_ANSWER_REQUESTS] = NEEDS_ANSWERING,
    [MAY_RELEASE_REQUESTS] = NEEDS_RELEASING,
};

bool permit(const struct actor *actor, enum permission permission)
{
    switch (needs[permission]) { /* never taken: none of them, the table is whole */
    case NEEDS_CASES:
        return actor->role->reads_cases;
    case NEEDS_TO_CHANGE:
        return actor->role->reads_cases && !actor->role->inspects;
    case NEEDS_LOOKS:
        return actor->role->reads_cases && actor->role->reads_looks;
    case NEEDS_REVIEW:
        return actor->role->reviews_looks;
    case NEEDS_ADMINISTRATION:
        return actor->role->administers;
    case NEEDS_ACCOUNTS:
        return actor->role->administers || actor->role->administers_agency;
    case NEEDS_OUTSIDE:
        return actor->role->reads_cases || actor->role->own_part || actor->role->counts;
    case NEEDS_OWN_PART:
        return actor->role->own_part;
    case NEEDS_COUNTS:
        return actor->role->counts;
    case NEEDS_RECORD_KEEPING:
        return actor->role->holds_records || actor->role->proposes_disposal || actor->role->agrees_disposal;
    case NEEDS_HOLD:
        return actor->role->holds_records;
    case NEEDS_PROPOSING:
        return actor->role->proposes_disposal;
    case NEEDS_AGREEING:
        return actor->role->agrees_disposal;
    case NEEDS_EITHER:
        return actor->role->proposes_disposal || actor->role->agrees_disposal;
    case NEEDS_REQUESTS:
        return actor->role->answers_requests || actor->role->releases_requests;
    case NEEDS_ANSWERING:
        return actor->role->answers_requests;
    case NEEDS_RELEASING:
        return actor->role->releases_requests;
    case NEEDS_SIGN_IN:
        return true;
    }
    return false; /* never taken: each of them is above */
}

static const struct error *log_look(const struct act *act, const char *name, struct id record, int count,
                                    const char *shown)
{
    struct look look = {
        .at = act->now,
        .account = act->actor->account,
        .record = record,
        .act = name,
        .purpose = act->actor->purpose,
        .agency = act->actor->agency,
        .client = act->actor->client,
        .count = count,
        .shown = shown,
    };
    return store_look(act->service->store, &look);
}

/* Whoever was shown as many records as may be within an hour is stopped: every look at a record passes here.
 */
const struct error *act_look(const struct act *act, const char *name, struct id record, int count,
                             const char *shown)
{
    static const struct id none = {{0}};
    struct taken *taken = act->service->taken;
    bool first = false;
    bool counts = taken != NULL && !id_is_zero(record) && taken_counts(name);
    if (!counts || taken_may(taken, act, record, &first)) {
        return log_look(act, name, record, count, shown);
    }
    TRY(log_look(act, first ? "limit-reached" : "denied", none, 0, name));
    if (first) {
        atomic_store(&act->service->to_tell, true);
    }
    return taken_stopped(act);
}

const struct error *act_begin(const struct act *act, enum permission permission, const char *name,
                              struct id record)
{
    if (act->actor == NULL) {
        return error_of(ERROR_NOT_SIGNED_IN);
    }
    bool permitted = permit(act->actor, permission);
    keyring_use(act->actor->account, name);
    TRY(act_look(act, permitted ? name : "denied", record, 0, permitted ? NULL : name));
    return permitted ? NULL : error_of(ERROR_NOT_ALLOWED);
}

const struct error *act_denied(const struct act *act)
{
    static const struct id none = {{0}};
    TRY(act_look(act, "denied", none, 0, "page"));
    return error_of(ERROR_NOT_ALLOWED);
}

bool act_may_record(const struct actor *actor, const struct pack *pack, const struct entry_type *type)
{
    const struct role *role = pack_role(pack, actor->role->id);
    return permit(actor, MAY_RECORD) && role != NULL && type->recorded_by != NULL &&
           type->recorded_by[role->index];
}
