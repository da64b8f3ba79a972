/*
 * Whether an entry is complete enough to be recorded, by its type: required fields, and fields required under
 * conditions (marks and age are handed in, since they follow from the whole case). Gates are
 * procedure/gate.h.
 */
#ifndef WM_RECORD_VALIDATE_H
#define WM_RECORD_VALIDATE_H

#include "record/entry.h"

/* What the conditions of fields may ask of the case. */
struct standing {
    const bool *marks; /* pack->mark_count */
    struct child child;
};

/* True when every condition holds of the values (CONDITION_HAS_ENTRY and the duty conditions belong to gates:
 * must not occur). */
bool conditions_hold(const struct conditions *conditions, const struct pack *pack,
                     const struct entry_type *type, const struct value *values,
                     const struct standing *standing, struct day on);
bool field_is_shown(const struct pack *pack, const struct entry_type *type, const struct field *field,
                    const struct value *values, const struct standing *standing, struct day on);
bool field_is_required(const struct pack *pack, const struct entry_type *type, const struct field *field,
                       const struct value *values, const struct standing *standing, struct day on);

/* NULL when complete; else one ERROR_INVALID a field, chained, in the order of the fields. */
const struct error *entry_validate(struct arena *arena, const struct pack *pack, const struct entry *entry,
                                   const struct standing *standing) MUST_CHECK;

#endif
