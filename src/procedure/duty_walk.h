/*
 * The walk of duty.c over a history: which duties begin, what meets them, and on what ground they stand. What
 * becomes of them at some time is not asked here.
 */
#ifndef WM_PROCEDURE_DUTY_WALK_H
#define WM_PROCEDURE_DUTY_WALK_H

#include "procedure/duty.h"

/* The version of an entry on which a duty stands, or stood until a correction. */
struct ground {
    const struct value *values;
    struct instant occurred;
    const struct entry *correction; /* that took it away; NULL while it stands */
};

/* The answers to a beginning: the first at or after it and those that follow until another beginning of the
   type. The last one counts. */
struct answers {
    bool any;
    bool stands; /* the last one is as asked */
    bool stood;  /* one was, or was before its correction */
    bool fallen;
    struct place fell;
};

struct running {
    struct running *next; /* in its rule, while it may be met */
    struct running *all;
    const struct duty_use *use; /* that began it */
    const struct known *begun_by;
    size_t position; /* of begun_by in the history */
    struct ground ground;
    const struct value *key;
    const struct answers *answers; /* NULL when none are asked */
    const struct known *from;
    struct running *waiting; /* the next of its beginning, while entries are still to be seen */
    const struct known *met_by;
    const struct duty *duty; /* NULL before it is settled, and when there is none after all */
    bool cancelled;
    bool moved; /* an anchor `last` went on without it */
};

struct walked {
    struct running *list; /* in the order they began, by `all` */
    size_t count;
};

/* With the prompts, or without the work for them. */
struct walked duties_walk(struct arena *arena, const struct history *history, bool prompts);

#endif
