/*
 * Reading an entry in another procedure than it was written under. A case that was moved holds entries of two
 * packs: each is shown as it was written, and to the rules of the present pack it is what that pack says
 * under `carries_over`. An entry of which it says nothing stays in the chronology and means nothing to the
 * rules.
 */
#ifndef WM_RECORD_CARRY_H
#define WM_RECORD_CARRY_H

#include "record/history.h"

/* Makes `known` speak the language of `pack`; does nothing when it does. What was there before is
   known->written. */
void known_carry(struct arena *arena, const struct pack *pack, struct known *known);

/* The answers of one type as another of its name in `pack` holds them: each by the name of its question, and
 * none where that cannot hold it. */
const struct value *values_carried(struct arena *arena, const struct pack *pack,
                                   const struct entry_type *from, const struct entry_type *to,
                                   const struct value *values);

/* Whether `pack` says what becomes of the cases of `from`: another version of itself, or a pack it names. */
bool pack_takes_over(const struct pack *pack, const struct pack *from);
/* The rule that goes on with a rule of `from`, or NULL; *ret_keeps: with the due time it had. */
const struct duty_rule *rule_carried(const struct pack *pack, const struct pack *from,
                                     const struct duty_rule *rule, bool *ret_keeps);

#endif
