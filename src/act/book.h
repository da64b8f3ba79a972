/*
 * The book of who reviews looks: broken glass, unusual looks, limits that were reached, and what was found of
 * each. A record for each month, under an id that follows from the month; entries that are only ever added.
 */
#ifndef WM_ACT_BOOK_H
#define WM_ACT_BOOK_H

#include "act/inner.h"

/* One line of it, and the review of it; NULL: none yet. The last of several reviews counts. */
struct book_line {
    const struct entry *entry;
    const struct entry *review;
};
struct book {
    const struct book_line *list; /* newest first */
    size_t count;
};
/* All of it: what is without a review is never out of sight. */
const struct error *book_read(const struct act *act, struct book *ret_book) MUST_CHECK;
/* This month's record, to be written to. */
const struct error *book_stream(const struct act *act, struct store_reader *reader,
                                struct stream *ret_stream) MUST_CHECK;
/* An entry for it, by the actor (NULL: by nobody), now; `id` zero: a new one. */
struct entry book_entry(const struct act *act, const char *type, struct id id, const struct value *values);
/* Adds it to this month's record, with a notice of that rule to everybody who reviews looks. */
const struct error *book_tell(const struct act *act, const struct entry *entry, const char *notice,
                              struct id case_id) MUST_CHECK;

struct review_view review_of(const struct act *act, const struct entry *review); /* NULL: none yet */

#endif
