/*
 * Who may see what: the policy of a pack asked by a pure function. No clock, no store: everything that counts
 * is in the actor, the thing and the moment, so that the pages, the API, the table that people read
 * (docs/who-sees-what.md) and the tests ask the same.
 *
 * The rules are an ordered table; the first that matches decides. What no rule speaks of is closed. Two
 * questions are asked one after the other: does the actor get the case (ABOUT_CASE), and, of those who do,
 * what of it (ABOUT_ENTRY, label by label). An entry that bears several labels is open to whom each of them
 * is open to.
 *
 * Times: an involvement, a disclosure and a broken glass begin and end. At the moment of its beginning it
 * counts, at that of its end no more.
 */
#ifndef WM_PROCEDURE_ACCESS_H
#define WM_PROCEDURE_ACCESS_H

#include "base/instant.h"
#include "pack/access.h"

/* From `from` on, until before `until`; until never: not ended. A `from` of never: not at all. */
struct access_span {
    struct instant from;
    struct instant until;
};

struct access_involvement {
    enum access_involved as; /* INVOLVED_PERSON, _TEAM or _AGENCY */
    struct access_span span;
};

/* Somebody before one case. */
struct access_actor {
    const char *role; /* ids */
    const char *agency;
    const char *team;                              /* NULL for none */
    const struct access_involvement *involvements; /* of theirs in the case */
    size_t involvement_count;
    bool conflict;              /* of interest */
    struct access_span granted; /* the glass that was broken; zeroed with until 0: none */
};

enum access_about { ABOUT_CASE, ABOUT_ENTRY };

struct access_thing {
    enum access_about about;
    bool restricted;              /* the case is */
    label_set label;              /* ABOUT_ENTRY: one label; 0 is the open one */
    enum access_own own;          /* ABOUT_ENTRY: who recorded it */
    struct access_span disclosed; /* ABOUT_ENTRY: to the actor's agency */
};

struct access_ruling {
    enum access_answer answer;
    const struct access_rule *rule; /* that decided; NULL: none matched, and the answer is no */
};

struct access_ruling access_may(const struct access_policy *policy, const struct access_actor *actor,
                                enum access_act act, const struct access_thing *thing, struct instant at);

/* What access_may says of entries for every label at once, once a case: then an entry costs a comparison. */
struct access_sight {
    label_set open[3][2]; /* by who recorded it (self, agency, other), by disclosed or not: labels that are
                             open; LABEL_OPEN among them where it is */
};
void access_look(const struct access_policy *policy, const struct access_actor *actor, bool restricted,
                 struct instant at, struct access_sight *ret_sight);
/* `labels` of the entry (none: the open one), and those of them that were disclosed to the actor's agency. */
bool access_sees(const struct access_sight *sight, enum access_own own, label_set labels,
                 label_set disclosed);

#endif
