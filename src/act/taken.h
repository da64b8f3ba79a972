/*
 * How many records an account was shown within the last hour. A session that crawls is stopped at the number
 * that the pack says (or serve --records-an-hour), told why and whom to ask, and who reviews looks is told.
 * It is kept in memory and begun from the log of looks, so that a restart gives nobody a new hour.
 */
#ifndef WM_ACT_TAKEN_H
#define WM_ACT_TAKEN_H

#include "act/inner.h"

struct taken;
struct taken *taken_new(struct arena *arena, int most);

/* Whether the actor may be shown that record too; *ret_first: this is the refusal that is to be told of. */
bool taken_may(struct taken *taken, const struct act *act, struct id record, bool *ret_first);
/* Whether a look of that name shows a record. */
bool taken_counts(const char *name);
/* The error of who was stopped. */
const struct error *taken_stopped(const struct act *act) MUST_CHECK;
/* Writes into the book who was stopped within the last day and is not in it yet: the log of looks knows, so
 * that nothing is lost when this did not come to it before the program ended. By the courier, actor NULL. */
const struct error *taken_tell(const struct act *act) MUST_CHECK;

#endif
