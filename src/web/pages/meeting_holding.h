/*
 * A meeting while it is held: its sheet, what is asked once and what of each child, what was typed of it and
 * what would be recorded. Laid out by meeting_layout.c, read by meeting_typed.c with what follows from it
 * (meeting_worked_out.c), shown by meeting_holding_page.c. All of the request's arena.
 */
#ifndef WM_WEB_PAGES_MEETING_HOLDING_H
#define WM_WEB_PAGES_MEETING_HOLDING_H

#include "web/pages/meeting_sheet.h"
#include "web/pages/unasked.h"

enum { MOST_ACTIONS = 40 };

struct holding_row {
    const char *prefix;
    const struct value *values;
};

struct holding_child {
    const struct meeting_child *child;
    const int *fields; /* asked for this child: those of its agenda, then what no part asks */
    size_t field_count;
    size_t part_fields; /* how many of them are of the agenda */
    const struct value *values;
    struct holding_row actions[MOST_ACTIONS]; /* those that hold anything */
    size_t action_count;
    size_t rows; /* shown */
};

struct holding {
    struct meeting_sheet sheet;
    const struct entry_type *type;
    const struct entry_type *action;
    struct entry_form form; /* of the first child: draft, sequence, moment */
    const int *common;
    size_t common_count;
    const struct value *common_values;
    const struct attendance *rows;
    size_t row_count;
    struct holding_child children[MOST_CHILDREN];
    struct unasked unasked[MOST_CHILDREN + 1]; /* of what is asked once, then of each child */
    const struct error *faults;
};

/* ERROR_NOT_FOUND: no meeting of this procedure; ERROR_NOT_ALLOWED: the role records none. Nothing is typed
 * yet. */
const struct error *holding_begin(struct request *request, struct holding **ret_holding) MUST_CHECK;
/* Reads holding->form.typed into values, and says what is wrong with it in holding->faults. */
void holding_read(struct request *request, struct holding *holding);
void holding_write(struct request *request, const struct holding *holding, int status, struct reply *reply);

/* Faults of the questions that are asked once for all children have their own names, and are said once. */
const struct error *holding_named(struct arena *arena, const struct holding *holding,
                                  const struct error *faults);
/* Of the names of a row of actions, from 0. */
const char *holding_row_prefix(struct arena *arena, const struct meeting_child *child, size_t row);

/* Only those who were asked for this child stand in this child's record. */
void holding_put_attendance(struct request *request, const struct holding *holding, size_t index,
                            struct value *values);
/* The record of the meeting that was begun when it was arranged for several children. */
void holding_put_meeting(const struct holding *holding, size_t index, struct value *values);
void holding_put_quorum(struct request *request, const struct holding *holding, struct value *values);

#endif
