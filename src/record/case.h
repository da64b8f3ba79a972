/*
 * The parts of a case besides its chronology, folded from its history: is it open, which plans run, which
 * meetings are arranged and held, which actions are agreed, which people are named. Computed, never stored as
 * truth.
 */
#ifndef WM_RECORD_CASE_H
#define WM_RECORD_CASE_H

#include "record/history.h"

struct plan {
    const struct code *kind;
    const struct known *made;     /* NULL when it was reviewed without being made here */
    const struct known *reviewed; /* the last review; NULL for none */
    const struct known *ended;    /* NULL while it runs */
};

struct meeting {
    const struct code *kind;
    const struct known *arranged; /* NULL when it was held without being arranged here */
    const struct known *held;     /* NULL while it is to come */
};

struct action {
    const struct known *agreed;
    const struct known *progress; /* the last; NULL for none */
    bool open;
};

struct person_named {
    const struct known *by;
    const char *text;
};

struct case_state {
    bool open;
    const struct known *closed; /* the closing in force; NULL while open */
    const struct plan *plans;
    size_t plan_count;
    const struct meeting *meetings;
    size_t meeting_count;
    const struct action *actions;
    size_t action_count;
    const struct person_named *people;
    size_t person_count;
};

/* A held meeting takes up the earliest arranged one of its kind that is still to come; a progressed action
 * the agreed one of the same text. */
const struct case_state *case_fold(struct arena *arena, const struct history *history);

#endif
