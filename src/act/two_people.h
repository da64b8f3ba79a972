/* Who has a part in disposal and release: whether somebody is the second person, and who has none at all. */
#ifndef WM_ACT_TWO_PEOPLE_H
#define WM_ACT_TWO_PEOPLE_H

#include "act/inner.h"

/*
 * *ret_why: why this actor does not decide about what somebody else did (`first`, "proposed"), or NULL. Two
 * accounts are one person when they share the account, a name in any spelling or an address; and one that was
 * made since does not decide.
 */
const struct error *second_person(const struct act *act, struct store_reader *reader,
                                  const struct entry *first, const char *done,
                                  const char **ret_why) MUST_CHECK;

/* Whether this actor has an interest of their own in the case: then it is not there for them, here either. */
const struct error *has_conflict(const struct act *act, struct store_reader *reader, struct id case_id,
                                 bool *ret_has) MUST_CHECK;

#endif
