/*
 * What was known of a case at a moment: its entries in the order of what happened, with every correction
 * recorded by then applied. An entry keeps the versions it went through, so that a ground that fell away can
 * be told from one that never was. Corrections themselves are not in the list; they stand as the versions of
 * what they correct.
 */
#ifndef WM_RECORD_HISTORY_H
#define WM_RECORD_HISTORY_H

#include "record/entry.h"

struct version {
    const struct value *values; /* all fields of the type */
    struct moment occurred;
    const struct entry *correction; /* that made it; NULL for the first */
};

struct known {
    const struct entry *entry; /* as recorded */
    const struct entry_type *type;
    const struct value *values; /* of the last version */
    struct moment occurred;     /* of the last version */
    const struct version *versions;
    size_t version_count;        /* at least 1 */
    const struct known *written; /* as it was written, where that was under another procedure; else NULL */
};

/* What people are shown: the form it was written in. */
static inline const struct known *known_as_written(const struct known *known)
{
    return known->written == NULL ? known : known->written;
}

/* The due time that a duty had when the case was moved here, and keeps. */
struct kept_clock {
    int rule;
    uint64_t begun_seq;
    struct instant due_at;
};

struct history {
    const struct pack *pack;
    struct instant at; /* only what was recorded at or before it is known */
    struct child child;
    const struct known *list; /* by occurred, recorded, sequence; types are of `pack`, or silent in it */
    size_t count;
    const struct kept_clock *kept;
    size_t kept_count;
};

/* Its place in the order of the case, by its last version. */
static inline struct place known_place(const struct known *known)
{
    return (struct place){known->occurred.start, known->entry->recorded_at, known->entry->seq};
}

/* Whether it was written down later, whatever it says of when it happened. */
bool known_recorded_after(const struct known *known, const struct known *other);
/* Where one knows only its day and the other lies in that day, the one recorded later came later. None came
   after itself. */
bool known_came_after(const struct known *known, const struct known *other);
/* Whether `end` ends what the other began: it came after it. A closing ends nothing that was recorded after
   it. */
bool known_ends(const struct known *end, const struct known *begun);
/* The list in the order it came about: the same, but for an entry that knows only its day, which lies behind
   those of that day that were recorded before it. */
const struct known *const *history_came(struct arena *arena, const struct history *history);
/* Some of them, given in the order of the case, in the order they came about. */
void history_order(struct arena *arena, const struct known **list, size_t count);

/*
 * Corrections apply in the order they came about, so of two on one answer the later counts; one that corrects
 * a correction is about the entry that was corrected. `entries` in any order, sequence numbers unique. A
 * correction whose target is not among what is known is left out (entries_check finds those). Never fails.
 */
const struct history *history_new(struct arena *arena, const struct pack *pack,
                                  const struct entry *const *entries, size_t count, struct child child,
                                  struct instant at);

#endif
