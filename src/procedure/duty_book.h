/*
 * The duties of a case, kept between its entries. An entry can change any of them, so with each the case is
 * evaluated again; time alone can only make an open duty overdue, so in between nothing is evaluated: what
 * has passed its due time is turned over. At every moment the book says what duties_evaluate would say, which
 * the simulation of a year checks on each of its days.
 */
#ifndef WM_PROCEDURE_DUTY_BOOK_H
#define WM_PROCEDURE_DUTY_BOOK_H

#include "procedure/duty.h"

struct duty_book {
    struct duty *list; /* in the order of duties_evaluate */
    size_t count;
    struct instant next_due; /* the first due time that is still to pass; never: none */
};

/* After an entry. The list lives in the arena, and speaks of what lives in the arena of the history. */
void duty_book_fill(struct arena *arena, struct duty_book *book, const struct history *history,
                    struct instant at);
/* Time has passed, and no entry came. `at` is never before that of the last call. */
void duty_book_pass(struct duty_book *book, struct instant at);

/* What two lists say differently: the first duty that differs, in words; NULL when they are the same. */
const char *duties_differ(struct arena *arena, const struct duty *a, size_t a_count, const struct duty *b,
                          size_t b_count);

#endif
