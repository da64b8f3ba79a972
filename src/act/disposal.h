/*
 * How long records are kept, and disposing of them: part of the one door (act.h).
 *
 * A record is destroyed when its time is over, nobody holds it, one person proposed it with a reason, another
 * agreed, and the days between were waited for. Whoever has a part in it may read no case for that: these
 * acts speak of references, days, rules and who did what, never of names or of what a record says.
 *
 * An agreement is about one proposal and no other; when anything was recorded on the record since, or a hold
 * was placed, or the rules keep it longer now, what was agreed counts no more. The two must be two people:
 * two accounts of one name or one address are one, and so is one that was made after the proposal.
 */
#ifndef WM_ACT_DISPOSAL_H
#define WM_ACT_DISPOSAL_H

#include "act/act.h"
#include "pack/retention.h"

enum disposal_state {
    DISPOSAL_OPEN,     /* the case is open */
    DISPOSAL_NO_RULE,  /* kept: no rule speaks of it */
    DISPOSAL_KEPT,     /* until the last day */
    DISPOSAL_HELD,     /* a legal hold stands, or a request of the person */
    DISPOSAL_DUE,      /* its time is over and nobody proposed anything */
    DISPOSAL_PROPOSED, /* another person is to decide */
    DISPOSAL_WAITING,  /* agreed; the waiting period runs */
    DISPOSAL_READY,    /* to be destroyed */
    DISPOSAL_DESTROYED,
    DISPOSAL_STATES
};
const char *disposal_state_name(enum disposal_state state); /* "due", "held", ... */

struct disposal_row {
    struct id record;
    struct reference reference;
    enum retention_record kind;
    enum disposal_state state;
    const struct retention_rule *rule; /* that keeps or kept it; NULL for none */
    const char *rule_title;            /* "" for none */
    const char *source;                /* the paragraph or statute that asks for it */
    bool has_last_day;
    struct day last_day;     /* it is kept until then */
    struct instant at;       /* of the last step; never: none was taken */
    const char *by;          /* who took it; NULL for none */
    struct instant ready_at; /* not before; never: nothing was agreed */
};

enum disposal_list {
    DISPOSAL_LIST_DUE,       /* longest due first */
    DISPOSAL_LIST_UNDER_WAY, /* proposed and agreed */
    DISPOSAL_LIST_HELD,
    DISPOSAL_LIST_DESTROYED, /* newest first */
    DISPOSAL_LISTS
};
bool disposal_list_find(const char *name, enum disposal_list *ret_list); /* "due", "under-way", ... */
const char *disposal_list_name(enum disposal_list list);

struct disposal_filter {
    enum disposal_list list;
    const char *cursor; /* of the page before; NULL: from the start */
    int limit;          /* 1 to 200; 0: 50 */
};
const struct error *act_disposals(const struct act *act, const struct disposal_filter *filter,
                                  const struct disposal_row **ret_rows, size_t *ret_count,
                                  const char **ret_next) MUST_CHECK;
/* The record that people call so, though it is gone. */
const struct error *act_disposal_find(const struct act *act, const char *reference,
                                      struct id *ret_record) MUST_CHECK;

struct hold_view {
    uint64_t seq;
    struct instant at;
    const char *by;
    const char *reason;
};
struct disposal_step {
    struct instant at;
    const char *what; /* "Disposal proposed" */
    const char *by;
    const char *reason; /* "" for none */
};
struct disposal_view {
    struct disposal_row row;
    struct day begun; /* the first entry was recorded */
    struct day last;
    bool is_closed;
    struct day closed;
    uint64_t entries;              /* for who reads cases: of those that are shown to them */
    size_t others;                 /* other cases of the same child: then the child's own record stays */
    size_t meetings;               /* records of meetings that go with it */
    const struct hold_view *holds; /* those that stand */
    size_t hold_count;
    bool requested; /* the person asked for what is held about them and has no answer yet */
    const struct disposal_step *steps; /* newest first */
    size_t step_count;
    uint64_t proposal; /* that stands; 0 for none */
    const char *proposed_by;
    const char *proposed_why;
    const char *agreed_by;
    const char *agreed_why;
    const char *hindrance; /* why this actor does not decide about the proposal; NULL: they may */
    const char *consider;  /* what those who agree are to have considered; NULL */
    int waiting_days;
    bool may_hold;
    bool may_propose;
    bool may_agree;
    bool may_cancel;
    bool may_destroy;
};
const struct error *act_disposal_read(const struct act *act, struct id record,
                                      const struct disposal_view **ret_view) MUST_CHECK;

enum disposal_act {
    DISPOSAL_HOLD,
    DISPOSAL_LIFT, /* of the hold `about` */
    DISPOSAL_PROPOSE,
    DISPOSAL_AGREE, /* to the proposal `about` */
    DISPOSAL_REFUSE,
    DISPOSAL_CANCEL,
    DISPOSAL_DESTROY,
    DISPOSAL_ACTS
};
bool disposal_act_find(const char *name, enum disposal_act *ret_act); /* "hold", "lift", ... */
/*
 * Takes a step, with a reason (destroying needs none). ERROR_INVALID names the field `reason` or `about`;
 * ERROR_CONFLICT: what it was about does not stand any more; ERROR_NOT_ALLOWED: not by this role, or not by
 * this person.
 */
const struct error *act_disposal_step(const struct act *act, struct id record, enum disposal_act what,
                                      uint64_t about, const char *reason) MUST_CHECK;

#endif
