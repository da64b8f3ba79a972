/*
 * Whether two names may be one person's, where two people are asked for: in doubt they are one. Pure.
 */
#ifndef WM_PEOPLE_SAME_H
#define WM_PEOPLE_SAME_H

#include "base/arena.h"

#include <stdbool.h>

/*
 * The same words in any order ("Ashworth, Parveen"), short forms and other spellings of them ("Liz",
 * "Elizabeth"), an initial for a word ("P. Ashworth"); words that only one of them has are passed over as
 * long as two are shared, or all of the shorter name. A blank name is anybody's.
 */
bool names_may_be_one(struct arena *arena, const char *a, const char *b);

#endif
