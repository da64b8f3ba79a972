/*
 * Marks and gates: what stands out about the child, and what must be so before an entry may be recorded.
 * Gates are explained before they bite: gates_explain is what the page shows beside an empty form.
 */
#ifndef WM_PROCEDURE_GATE_H
#define WM_PROCEDURE_GATE_H

#include "procedure/duty.h"
#include "record/validate.h"

/* What holds of a case at a moment. */
struct position {
    const struct history *history;
    const struct known *const *came; /* its list in the order it came about */
    const struct duty *duties;
    size_t duty_count;
    const struct duty *prompts; /* what stands beside the duties: rules that say prompt */
    size_t prompt_count;
    const bool *marks; /* by mark index */
    const struct known *const *
        mark_since; /* by mark index: the entry that began it; NULL where it follows from a duty or the age */
    struct standing standing;
    struct instant at;
};

const struct position *position_of(struct arena *arena, const struct history *history, struct instant at);
/*
 * What holds of the part of a case that somebody may see, `history`, at the same moment: the marks of the
 * whole that this part bears out too, so that what ended is not shown as going on. Which duties of the whole
 * are theirs to see is for the caller to say.
 */
struct position *position_of_part(struct arena *arena, const struct history *history,
                                  const struct position *whole);

/* The gates this entry does not pass: ERROR_INVALID each, detail is the message, field where the gate names
 * one. */
const struct error *gates_check(struct arena *arena, const struct position *position,
                                const struct entry *entry) MUST_CHECK;

/* Those that a corrected entry does not pass, and passed as it stood (`before`; NULL: it is new). */
const struct error *gates_check_corrected(struct arena *arena, const struct position *position,
                                          const struct entry *before, const struct entry *after) MUST_CHECK;

struct gate_view {
    const struct gate *gate;
    bool
        passed; /* as far as the case alone tells: conditions on the fields of the new entry count as unmet */
    bool applies; /* as far as the case alone tells: what it asks of the form may yet hold */
};
/*
 * What would put a gate right: the entry types that bring about what it asks of the case, with the code that
 * each must say ("kind=strategy"; NULL for none). Nothing for what it asks of the form itself.
 */
struct gate_way {
    const struct entry_type *type;
    const char *answer; /* FIELD=CODE, as the form takes it; NULL for none */
};
void gate_ways(struct arena *arena, const struct position *position, const struct gate *gate,
               const struct gate_way **ret_ways, size_t *ret_count);
/* True when the entry does not pass the gate. */
bool gate_refuses(const struct position *position, const struct gate *gate, const struct entry *entry);

/* Whether conditions on the case alone (marks, entries, duties, age) hold. */
bool case_holds(const struct position *position, const struct conditions *conditions);

/* The gates that guard a type, before anything is typed. */
void gates_explain(struct arena *arena, const struct position *position, const struct entry_type *type,
                   const struct gate_view **ret_views, size_t *ret_count);

#endif
