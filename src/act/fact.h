/*
 * What the figures know of a case: codes, a month and the locality, and nothing of what was written. Facts
 * are remembered in memory only, so that no table on the disk says of a case what its entries keep sealed;
 * one is made again when an entry was added to its case or its child (facts.c).
 */
#ifndef WM_ACT_FACT_H
#define WM_ACT_FACT_H

#include "act/act.h"
#include "pack/retention.h"

enum split {
    SPLIT_SOURCE,
    SPLIT_ROUTE,
    SPLIT_EXCHANGE,
    SPLIT_AGE,
    SPLIT_SEX,
    SPLIT_GENDER,
    SPLIT_ETHNICITY,
    SPLIT_DISABILITY,
    SPLIT_LOCALITY,
    SPLIT_OUTCOME,
    SPLIT_BARRIER,
    SPLITS
};
bool split_find(const char *id, enum split *ret_split);

/* Until when the case is kept: see procedure/retention.h. A hold is not a fact of the case: it is asked for
 * each time. */
struct kept_fact {
    const struct pack *pack;           /* whose rules counted */
    const struct retention_rule *rule; /* NULL: none applies, or the case is open */
    bool open;
    struct day last_day; /* with a rule */
    struct day begun;    /* the first entry was recorded */
    struct day last;
    struct day closed; /* where it is not open */
    size_t entries;
};

enum known_how { KNOWN_EMPTY, KNOWN_RECORDED, KNOWN_REFUSED, KNOWN_NOT };
enum { COMPLETE_FIELDS = 3 }; /* ethnicity, disability, learning needs */

struct fact_texts {
    const char **list;
    size_t count;
};

struct fact {
    struct id case_id;
    uint64_t seq;        /* the last entry of the case that it was made from, */
    uint64_t person_seq; /* and of the child */
    bool counted;        /* false: nothing began here */
    bool confirmed;
    char month[8]; /* of the concern */
    const char *agency;
    struct fact_texts values[SPLITS]; /* titles: several for a list */
    enum known_how complete[COMPLETE_FIELDS];
    struct fact_texts tallies; /* each as often as it happened */
    struct kept_fact kept;
};

/* All but the case and the sequence numbers. What it keeps is copied into the arena. */
void fact_of(struct arena *arena, const struct case_view *view, struct fact *ret_fact);
void fact_copy(struct arena *arena, const struct fact *fact, struct fact *ret_fact);

/* kept.c */
void kept_fact_of(const struct act *act, const struct case_view *view, struct kept_fact *ret_kept);
struct stream;
/* Of an entry that names no child, with its answers. */
void kept_fact_outside(const struct act *act, const struct stream *stream, struct kept_fact *ret_kept);

struct facts; /* of all cases, as last seen */
/* In memory of its own; ERROR_BUSY. */
const struct error *facts_new(struct facts **ret_facts) MUST_CHECK;
void facts_free(struct facts *facts);

/* What was remembered goes at once: a record was destroyed. */
void facts_forget(struct facts *facts);

struct store_reader;
/*
 * Brings the facts to what the reader sees and hands them out while they are locked; `use` may run out of
 * memory of the act's arena and of no other.
 */
const struct error *facts_use(struct facts *facts, const struct act *act, struct store_reader *reader,
                              void (*use)(void *context, const struct fact *list, size_t count),
                              void *context) MUST_CHECK;

#endif
