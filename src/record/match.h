/*
 * Whether an entry matches a pattern: conditions on its own fields and on the age of the child on its day.
 * What conditions may ask of the whole case (marks, other entries, duties) is answered by validate.h and
 * procedure/gate.h; a pattern inside them asks only this.
 */
#ifndef WM_RECORD_MATCH_H
#define WM_RECORD_MATCH_H

#include "record/entry.h"

/* The years of the child on a day; -1 when the birth is not known or still to come. */
int child_age(struct child child, struct day on);

/* The field of a condition in a type: its own, or found by name where one condition serves several types. */
int condition_field(const struct condition *condition, const struct entry_type *type);

/* One condition on a field (`field` its index, -1: the type has none, it does not hold) or on the age. Kinds
   that concern the case do not hold. */
bool condition_matches(const struct condition *condition, int field, const struct value *values,
                       struct child child, struct day on);

/* Whether it speaks of entries of that type: asked of every entry, so that only the few that are left are
   asked for their answers. */
static inline bool pattern_is_of(const struct pattern *pattern, const struct entry_type *type)
{
    return pattern->type == ANY_TYPE ? pattern->types == NULL || pattern->types[type->index]
                                     : pattern->type == type->index;
}

/* Of an entry of a type that it speaks of: whether its conditions hold. */
bool pattern_holds(const struct pattern *pattern, const struct entry_type *type, const struct value *values,
                   struct child child, struct day on);

static inline bool pattern_matches(const struct pattern *pattern, const struct entry_type *type,
                                   const struct value *values, struct child child, struct day on)
{
    return pattern_is_of(pattern, type) && pattern_holds(pattern, type, values, child, on);
}

#endif
