/*
 * The guard of a case: whether it is restricted, whose conflicts of interest keep them from it, and whose
 * broken glass opened it for a time. A record of its own beside the case's, under an id that follows from the
 * case's: entries that are only ever added, so that nothing of it can vanish; most cases have none.
 */
#ifndef WM_ACT_GUARD_H
#define WM_ACT_GUARD_H

#include "act/inner.h"
#include "pack/access.h"

/* What it says to one actor at one time. */
struct guard {
    bool restricted;
    bool named;    /* this actor restricted it: they are of those who get it, or nobody could lift it */
    bool conflict; /* of this actor: the case is not there for them */
    struct instant granted; /* from when the glass that this actor broke is open; never: not, or no more */
    struct instant until;   /* and until when */
};
const struct error *guard_read(const struct act *act, struct store_reader *reader, struct id case_id,
                               struct guard *ret_guard) MUST_CHECK;
/* What the policy gives the actor of the case, why not, and whom to ask (reach.h; NULL where it is yes). */
struct guard_ruling {
    enum access_answer answer;
    const char *why;
    const char *ask;
    struct guard guard;
};
const struct error *guard_rule(const struct act *act, struct store_reader *reader, struct id case_id,
                               struct guard_ruling *ret_ruling) MUST_CHECK;
/* The same as an error: ERROR_NOT_FOUND, ERROR_NEEDS_REASON with why and whom to ask, or NULL. */
const struct error *guard_admit(const struct act *act, struct store_reader *reader, struct id case_id,
                                struct guard *ret_guard) MUST_CHECK;
/* Where it is kept: for what destroys a record, and its guard with it. */
struct id guard_id(struct id case_id);
/* Its record; a new one, not yet begun, when there is none. */
const struct error *guard_stream(const struct act *act, struct store_reader *reader, struct id case_id,
                                 struct stream *ret_stream) MUST_CHECK;
/* What it adds to the reasons in a recorded entry: by the actor, now. */
struct entry guard_entry(const struct act *act, const char *type, const struct value *values);

#endif
