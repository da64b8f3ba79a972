/*
 * Duties: what the procedure makes somebody do by some time. duties = evaluate(pack, history, at): pure, no
 * clock, no database, no allocation outside the arena; the same for the page, the API, the command line and
 * the fuzzer.
 *
 * Rules of the vocabulary (Time), which this file is the law of in code:
 * - A duty begins at the occurred moment of an entry, or at the moment in the field its rule names. A day
 * begins at its start and meets at its end.
 * - Each beginning entry begins a duty of its own, unless the rule's anchor is `last`: then there is one, and
 * until it is met a later beginning moves it.
 * - An entry can meet a duty only if it occurred at or after the entry that began it (never itself, unless
 * the rule says so). One entry may meet several.
 * - Met at the due instant is met; one millisecond later is met-late; unmet and later than due is overdue;
 * without due time it is never overdue.
 * - A duty whose ground falls away before it is met (a correction, a decision the other way) is cancelled.
 */
#ifndef WM_PROCEDURE_DUTY_H
#define WM_PROCEDURE_DUTY_H

#include "record/history.h"

enum duty_state { DUTY_OPEN, DUTY_OVERDUE, DUTY_MET, DUTY_MET_LATE, DUTY_CANCELLED };

struct duty {
    const struct duty_rule *rule;
    struct instant begun_at;
    struct instant due_at; /* never, when there is none */
    struct instant met_at; /* never, while unmet */
    enum duty_state state;
    const struct known *begun_by;
    const struct known *met_by; /* NULL while unmet */
    const struct value
        *key; /* the value of the rule's `per` field (a person, a kind of plan); NULL for none */
};

const char *duty_state_name(enum duty_state state); /* "open", "overdue", "met", "met-late", "cancelled" */

/* Ordered by begun_at, then by the id of the rule, then by the sequence of the entry that began it. Prompts
 * among them. */
void duties_evaluate(struct arena *arena, const struct history *history, struct instant at,
                     const struct duty **ret_duties, size_t *ret_count);

/* The same without the prompts, and without the work for them. */
void duties_evaluate_plain(struct arena *arena, const struct history *history, struct instant at,
                           const struct duty **ret_duties, size_t *ret_count);

/* Only the prompts of a list, or only the duties. */
void duties_split(struct arena *arena, const struct duty *duties, size_t count, bool prompts,
                  const struct duty **ret_duties, size_t *ret_count);

#endif
