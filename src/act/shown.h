/*
 * A case as one reader may see it. The procedure is computed from everything; what is shown leaves out what
 * the policy closes to them, so that nothing tells that it is there: an entry that is closed is in no list,
 * version, duty, mark, plan, meeting or action; an answer that is closed is as if it was never given. Entries
 * are numbered for the reader without gaps, in the order in which they came to see them, and those numbers
 * are what they give back.
 */
#ifndef WM_ACT_SHOWN_H
#define WM_ACT_SHOWN_H

#include "act/reach.h"

struct shown {
    const struct case_view *view;
    const uint64_t *numbers; /* by sequence (1 to `count`): its number for the reader; 0: not for them */
    const uint64_t *seqs;    /* by number (1 to view->seq): its sequence */
    size_t count;
    label_set visible; /* labels that entries of others may bear and still be seen */
};

/* Of the view that case_view_make made. Nothing is copied where nothing is closed. */
void shown_make(const struct act *act, const struct reach *reach, const struct case_view *whole,
                struct shown *ret_shown);

/* The same for what an act answers with: its view and entry. */
void shown_recorded(const struct act *act, const struct reach *reach, struct recorded *recorded);

/* What the reader wrote with their numbers, with those of the case: which entry a correction is of, which one
 * a disclosure opens. ERROR_INVALID beside the field: there is no entry of that number, or what a disclosure
 * opens is not theirs to open. */
const struct error *shown_values(const struct act *act, const struct shown *shown,
                                 const struct entry_type *type, const struct value *values,
                                 const struct value **ret_values) MUST_CHECK;

/* Whether all that a disclosure with these answers opens is read by the reader; what is none opens nothing.
 * With numbers of the case, and the pack it was written under. ERROR_INVALID beside the field. */
const struct error *shown_opens(const struct act *act, const struct shown *shown, const struct pack *pack,
                                const struct entry_type *type, const struct value *values) MUST_CHECK;

#endif
