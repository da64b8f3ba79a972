/*
 * A case: read, found, written to, several at once, and linked with others (case.c, view.c, match.c,
 * referral.c, record.c, together.c, links.c, route.c).
 */
#ifndef WM_ACT_CASES_H
#define WM_ACT_CASES_H

#include "act/context.h"
#include "procedure/gate.h"
#include "record/case.h"

struct child_view {
    struct id person;
    const char *given_name;
    const char *family_name;
    const char *full_name;
    bool has_birth;
    struct day birth;
    int age;                       /* on the day asked; -1 unknown */
    const struct history *details; /* of the person stream: every detail with who wrote it when */
    const struct value *values;    /* the details in force, by field of pack->details_type */
};

struct case_view {
    struct id id;
    struct reference reference;
    const struct pack *pack; /* the version this case stays on */
    uint64_t seq;            /* of the last entry: the expected_seq of a form begun now */
    struct child_view child;
    const struct history *history;   /* as it stood at `at` */
    const struct position *position; /* duties, marks */
    const struct case_state *state;  /* plans, meetings, actions, people */
    const struct entry *const
        *entries; /* as recorded by then, corrections included, in sequence; recorded_name is filled */
    size_t entry_count;
    struct instant at;
    bool restricted;            /* to those who are named on it */
    struct instant glass_until; /* this actor broke the glass: it is open until then; never: they did not */
};
/* `as_of` never: now. Only what was recorded by then. */
const struct error *act_case_read(const struct act *act, const char *reference, struct instant as_of,
                                  const struct case_view **ret_case) MUST_CHECK;
/* The pack of a case, and its head, to decode what a client sends before act_entry_record. */
const struct error *act_case_pack(const struct act *act, const char *reference,
                                  const struct pack **ret_pack) MUST_CHECK;

struct match {
    struct id case_id;
    struct reference reference;
    const char *full_name;
    bool has_birth;
    struct day birth;
    int score;           /* 0 to 100 */
    const char *reasons; /* "same date of birth; family name sounds alike" */
};
/* Known children who may be the same; `details` are values of the current pack's details type. */
const struct error *act_matches(const struct act *act, const struct value *details,
                                const struct match **ret_matches, size_t *ret_count) MUST_CHECK;
/* By reference or by name (and optionally date of birth); at most 50. */
const struct error *act_case_search(const struct act *act, const char *text, const struct match **ret_matches,
                                    size_t *ret_count) MUST_CHECK;

struct recorded {
    struct id case_id;
    struct reference reference;
    const struct entry *entry;
    const struct case_view *view; /* the case after it: duties and all */
    const struct match *matches;  /* possible matches, for a new case */
    size_t match_count;
    /* on ERROR_CONFLICT: what was recorded since expected_seq, in sequence */
    const struct entry *const *since;
    size_t since_count;
};

struct referral_input {
    const char *case_reference;    /* a further referral to a known child; NULL: a new case */
    const struct value *details;   /* values of the details type; NULL with case_reference */
    const struct value *values;    /* values of the start type, */
    const struct entry_type *type; /* of this one; NULL: of the procedure that new cases begin with */
    const struct moment *occurred; /* NULL: at notified_at when given, else now */
    const char *idempotency_key;   /* NULL: none. The same key of the same account gives the first answer */
    struct id draft;               /* dropped in the same write; zero for none */
};
const struct error *act_referral_make(const struct act *act, const struct referral_input *input,
                                      struct recorded *ret_recorded) MUST_CHECK;
/* What act_referral_make gave for that key, for a form that is sent again; ERROR_NOT_FOUND: never used. */
const struct error *act_referral_made(const struct act *act, const char *idempotency_key,
                                      struct recorded *ret_recorded) MUST_CHECK;

struct entry_input {
    const struct entry_type *type;
    const struct value *values;
    const struct moment *occurred; /* NULL: now */
    uint64_t expected_seq;         /* 0: none; then it is tried again on what others wrote */
    const char *idempotency_key;
    struct id draft;
    const char *labels; /* that the author puts on besides those of the type: ids joined by '+'; NULL: none */
};
/* Whether the author of such an entry may put labels on it: what a case is held together by bears none. */
bool act_may_label(const struct entry_type *type);
/* Validates, asks the gates, appends. ERROR_INVALID chains every fault; ERROR_CONFLICT fills
 * ret_recorded->since. */
const struct error *act_entry_record(const struct act *act, const char *reference,
                                     const struct entry_input *input,
                                     struct recorded *ret_recorded) MUST_CHECK;
/* How far the details of the child go that this reader sees: the expected_seq of a form begun now. */
uint64_t act_details_seq(const struct child_view *child);
/* New details of the child (only the fields that are answered change). ERROR_CONFLICT: something would
 * change, and others were recorded after expected_seq; 0: as it stands now. */
const struct error *act_details_record(const struct act *act, const char *reference, uint64_t expected_seq,
                                       const struct value *values, struct recorded *ret_recorded) MUST_CHECK;

/* ---- several entries at once (together.c): a meeting, with its actions, about one child or several */

struct part_entry {
    const struct entry_type *type;
    const struct value *values;
    const struct moment *occurred; /* NULL: now */
    const char *prefix;            /* before the names of fields in faults */
};
struct case_part {
    const char *reference;
    uint64_t expected_seq; /* 0: none */
    const struct part_entry *entries;
    size_t count;
};
struct together_input {
    const struct case_part *parts; /* each case once */
    size_t count;
    const char *begins_meeting; /* kind: with several cases a record of the meeting is begun, and the system
                                   field `meeting` of the entries names it; NULL: none */
    const char *idempotency_key;
    struct id draft;
};
/*
 * All of them are recorded in one write, or none. Each is validated and asks the gates as if those before it
 * on its case stood already. Faults carry the prefix of their entry. *ret_recorded is of the first entry of
 * the first case; on ERROR_CONFLICT `since` and `case_id` are of the case that moved.
 */
const struct error *act_together_record(const struct act *act, const struct together_input *input,
                                        struct recorded *ret_recorded) MUST_CHECK;
/* The references of the cases that a meeting is about, by its record. */
const struct error *act_meeting_cases(const struct act *act, const char *meeting,
                                      const char *const **ret_references, size_t *ret_count) MUST_CHECK;

/* A link between two cases, as this actor may know it (11.41). */
struct case_link {
    struct reference from;
    struct reference to;
    const char *through;
    const char *what;
    const char *reason;
    struct moment since;
    uint64_t seq; /* of the entry, in the case it is linked from */
};
/* All links of the group that this case belongs to, nearest first; each pair and thing once. At most 40 cases
 * are followed; *ret_whole is false when there are more. */
const struct error *act_case_links(const struct act *act, const char *reference,
                                   const struct case_link **ret_links, size_t *ret_count,
                                   bool *ret_whole) MUST_CHECK;

/* Whether this actor's role may record that type (for menus; act_entry_record asks again). */
bool act_may_record(const struct actor *actor, const struct pack *pack, const struct entry_type *type);

/* Where a referral with these answers goes (11.14), for the person who makes it. `details` NULL: the child of
 * the case. *ret_to NULL: the pack routes nothing, or the directory has no duty point. */
struct route_view {
    const char *to;
    const char *why;
    const char *phone;
    const char *point; /* of a looked-after child: the duty point told as well; else NULL */
    const char *how;
};
const struct error *act_route(const struct act *act, const char *case_reference, const struct value *details,
                              const struct value *values, struct route_view *ret_route) MUST_CHECK;

#endif
