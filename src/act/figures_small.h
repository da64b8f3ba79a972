/*
 * Small numbers: from 1 to 4 a number could tell who it is, so it is hidden, and with it as many others as it
 * takes that it cannot be worked out from totals: not over time, not over agencies, not over the values.
 */
#ifndef WM_ACT_FIGURES_SMALL_H
#define WM_ACT_FIGURES_SMALL_H

#include <stdbool.h>
#include <stddef.h>

enum { SMALL_NUMBER = 5, CUBE_AXES = 3 };

/*
 * Counts by agency, month and value; index 0 of each axis is its total. Whoever splits by something else sees
 * the same totals of all values, so these are hidden by agency and month alone, and never for one split's
 * sake.
 */
struct cube {
    size_t sizes[CUBE_AXES]; /* agencies, months, values: each with its total */
    int *counts;
    bool *hidden;
};

size_t cube_at(const struct cube *cube, size_t agency, size_t month, size_t value);
/* Sums into the totals what was counted at all other places, then hides. */
void cube_finish(struct cube *cube);
/* The same where the values are shown one by one, and no total of them nor any month. */
void cube_finish_apart(struct cube *cube);

#endif
