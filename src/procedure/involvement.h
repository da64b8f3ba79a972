/*
 * Who is involved in a case: folded from its entries, never stored as truth. An agency is from the moment it
 * records on the case; while it has a duty or an action of the plan that is open; and by what the pack says
 * begins it (access.yaml: it was asked to act, was invited, was named, had something disclosed to it). A
 * person is by the entries that name them, and so is a team, with its agency: two agencies may each have a
 * team of one name. An entry of the pack ends it, and a later one may begin it again.
 */
#ifndef WM_PROCEDURE_INVOLVEMENT_H
#define WM_PROCEDURE_INVOLVEMENT_H

#include "procedure/access.h"
#include "procedure/duty.h"
#include "record/case.h"

struct involvement {
    enum access_involved as; /* INVOLVED_PERSON, _TEAM or _AGENCY */
    const char *who;         /* a username, a team as of involved_team, or the id of an agency's code */
    const char *why;         /* how it began, for people */
    struct access_span span; /* by when it was recorded */
};

/* In the order they began. Of one that goes on there is only one; of those that ended each. */
void involvements_of(struct arena *arena, const struct history *history, const struct case_state *state,
                     const struct duty *duties, size_t duty_count, const struct involvement **ret_list,
                     size_t *ret_count);

/* Whether entries recorded from `since` on name that person, and none after them ended it. */
bool involvement_is_named(struct arena *arena, const struct history *history, const char *username,
                          struct instant since);

/* As a name is compared: without spaces around it, in lower case. */
const char *involved_name(struct arena *arena, const char *text);
/* "health/school nurses". */
const char *involved_team(struct arena *arena, const char *agency, const char *team);

#endif
