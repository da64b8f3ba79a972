/*
 * Who may not look: restricted cases, conflicts of interest (restrict.c), broken glass (glass.c). Who has:
 * the log of looks (look.c), and what in it is unusual (unusual.c).
 */
#ifndef WM_ACT_LOOKS_H
#define WM_ACT_LOOKS_H

#include "act/context.h"

/* ---- restricted cases, conflicts of interest, broken glass (restrict.c, glass.c) */

struct worker_view {
    struct id account;
    const char *name;
    const char *role;   /* id */
    const char *agency; /* code */
};
struct conflict_view {
    struct id account;
    const char *name; /* whose */
    const char *role;
    const char *agency;
    const char *reason;
    const char *by;
    struct instant at;
};
struct guard_view {
    struct reference reference;
    const char *child_name;
    bool restricted;
    const char *reason; /* of the restriction in force, by whom and since when */
    const char *by;
    struct instant at;
    const struct conflict_view *conflicts; /* those in force */
    size_t conflict_count;
    const struct worker_view *workers; /* whom a conflict may be declared for, by name */
    size_t worker_count;
};
/* By roles that read the looks of a case: managers. */
const struct error *act_case_guard(const struct act *act, const char *reference,
                                   struct guard_view *ret_guard) MUST_CHECK;
/* Restricts it to those who are named on it, or lifts that. ERROR_INVALID: no reason; it is so already. */
const struct error *act_case_restrict(const struct act *act, const char *reference, bool restricted,
                                      const char *reason) MUST_CHECK;
/*
 * A conflict of interest: from then on the case is not there for that worker. By a manager for a worker (the
 * id of an account), or by a worker for themselves (NULL), who is told nothing of whether there is such a
 * case.
 */
const struct error *act_conflict_declare(const struct act *act, const char *reference, const char *worker,
                                         const char *reason) MUST_CHECK;
/* By a manager, who is not that worker. */
const struct error *act_conflict_end(const struct act *act, const char *reference, const char *worker,
                                     const char *reason) MUST_CHECK;

/* Why this actor does not get the case, whom to ask, and whether a reason opens it: for the page that says
 * so. ERROR_NOT_FOUND: it is not there, or not to be known of. */
struct glass_ask {
    struct reference reference;
    const char *why;
    const char *ask; /* whom; NULL for nobody */
    int hours;       /* for how long a reason opens it */
    bool opens;      /* a reason does */
    bool needless;   /* the case is open to this actor */
};
const struct error *act_glass_ask(const struct act *act, const char *reference,
                                  struct glass_ask *ret_ask) MUST_CHECK;
/* Opens it for a time, and tells who reviews looks. ERROR_INVALID: no reason. */
const struct error *act_glass_break(const struct act *act, const char *reference, const char *reason,
                                    struct instant *ret_until) MUST_CHECK;

struct review_view {
    const char *outcome; /* a code of review_outcomes; NULL: none yet */
    const char *note;
    const char *by;
    struct instant at;
};
struct glass_view {
    struct id id; /* of the line in the book */
    struct reference reference;
    const char *name; /* who broke it */
    const char *role;
    const char *agency;
    struct id account;
    const char *reason;
    struct instant at;
    struct instant ends_at;
    struct instant review_by; /* the end of the next working day */
    bool open;                /* still */
    bool overdue;             /* the review is */
    struct review_view review;
};
/* For who reviews looks: those without a review first, the soonest due before; then the newest. */
const struct error *act_glass_list(const struct act *act, const struct glass_view **ret_list,
                                   size_t *ret_count) MUST_CHECK;
struct review_outcome {
    const char *id;
    const char *title;
};
extern const struct review_outcome review_outcomes[3];
/* What was found of a line of the book: broken glass, unusual looks. ERROR_INVALID chains the faults. */
const struct error *act_review(const struct act *act, const char *line, const char *outcome,
                               const char *note) MUST_CHECK;

/* ---- unusual looks (unusual.c) */

struct unusual_view {
    struct id id;     /* of the line in the book */
    const char *rule; /* id */
    const char *title;
    const char *why;
    bool has_worker; /* else several */
    struct id account;
    const char *name;
    const char *role;
    const char *agency;
    bool has_case;
    struct reference reference;
    struct instant from;
    struct instant at; /* when it was reached */
    int count;
    struct review_view review;
};
/* For who reviews looks: all that was flagged, newest first. */
const struct error *act_unusual_list(const struct act *act, const struct unusual_view **ret_list,
                                     size_t *ret_count) MUST_CHECK;
/* Looks through the log now, not only each hour. */
const struct error *act_unusual_look(const struct act *act) MUST_CHECK;
/* Somebody took a file ("case-file", "list-file") or a sheet to print ("case-print"): of a case, or NULL. */
const struct error *act_file_taken(const struct act *act, const char *reference, const char *name) MUST_CHECK;
/* Where the actor lives, to tell a neighbour's child from others; "" forgets it. Nobody is shown it. */
const struct error *act_home_set(const struct act *act, const char *postcode) MUST_CHECK;

/* ---- the log of looks (look.c) */

struct look_view {
    struct instant at;
    struct id account;
    const char *name; /* who */
    const char *role; /* id */
    const char *agency;
    const char *act; /* "case-read"; of what was refused "denied" */
    const char *purpose;
    bool has_case;
    struct reference reference;
    int count;          /* records that were shown; 0: not said */
    const char *shown;  /* what of them, or what was refused; NULL */
    const char *client; /* the same for the same device and address; NULL */
};
struct looks_asked {
    const char *reference; /* looks at this case; NULL: at any */
    const char *worker;    /* looks of this worker, by the id of the account; NULL: of anybody */
    const char *act;       /* of this kind; NULL: of any */
    struct instant from;
    struct instant until; /* never: to the newest */
    const char *cursor;   /* NULL: from the newest */
    int limit;            /* 1 to 1000; 0: 50 */
};
struct looks_view {
    const struct look_view *list; /* newest first */
    size_t count;
    const char *next; /* cursor; NULL: there are no older ones. The list may be shorter than the limit and yet
                         go on: one call goes through so much of the log */
};
/*
 * Who has looked. A case's: by roles that read the looks of the cases they read. A worker's: by the worker,
 * by such a role of the same agency, and by who reviews looks. All: by who reviews looks, who sees references
 * and no name. A case that is not there for the manager of a worker is not named among the worker's looks.
 * ERROR_NOT_FOUND: no such case, or none for this actor; no such worker.
 */
const struct error *act_looks(const struct act *act, const struct looks_asked *asked,
                              struct looks_view *ret_looks) MUST_CHECK;
/* Whose looks this actor may read, by name: their own alone, those of their agency, or all. */
const struct error *act_look_workers(const struct act *act, const struct worker_view **ret_workers,
                                     size_t *ret_count) MUST_CHECK;

/* Somebody signed in asked for a page that is not for their role: the denial is logged. ERROR_NOT_ALLOWED. */
const struct error *act_denied(const struct act *act) MUST_CHECK;

#endif
