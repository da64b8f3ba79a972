/*
 * JSON as a tree in the arena: what an identity provider says (its description, its keys, its claims).
 * Nothing of the library outlives the reading, so nothing is held when memory runs out. Strict as all JSON of
 * the program is: a name that stands twice, a NUL, or deep nesting is ERROR_BAD_INPUT.
 */
#ifndef WM_SSO_SAID_H
#define WM_SSO_SAID_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum said_kind { SAID_NULL, SAID_BOOL, SAID_NUMBER, SAID_TEXT, SAID_LIST, SAID_OBJECT };

struct said {
    enum said_kind kind;
    const char *name; /* in an object; NULL in a list */
    const char *text; /* SAID_TEXT; of a bool or a number as it is compared: "true", "5" */
    int64_t number;   /* SAID_NUMBER: whole, a fraction is cut off */
    const struct said *first;
    const struct said *next; /* of the same list or object */
    size_t count;
};

/* Only an object is taken. */
const struct error *said_read(struct arena *arena, const char *bytes, size_t size,
                              const struct said **ret_tree) MUST_CHECK;
/* The part of that name; NULL when it is not there, or `tree` is no object or NULL. */
const struct said *said_get(const struct said *tree, const char *name);
/* The text of that name; NULL when there is none, or it is no text. */
const char *said_text(const struct said *tree, const char *name);
/* False when there is no number of that name. */
bool said_number(const struct said *tree, const char *name, int64_t *ret_number);
/* Whether `tree` is that text, or a list that holds it. */
bool said_holds(const struct said *tree, const char *text);

#endif
