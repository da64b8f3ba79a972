/*
 * Which entries and answers of a case the policy opens to one reader: by their labels, by who recorded them,
 * by what was disclosed to the reader's agency, and from when on. The inside of shown.c, which makes what is
 * shown of it.
 */
#ifndef WM_ACT_SEEING_H
#define WM_ACT_SEEING_H

#include "act/reach.h"

enum { SEEING_BUCKETS = 64 };
struct opening;   /* what was opened to the reader's agency, by which entry */
struct type_seen; /* what the policy says of an entry type */

struct seeing {
    const struct act *act;
    const struct reach *reach;
    const struct case_view *whole;
    struct access_sight sight;
    const struct opening *openings; /* by sequence */
    size_t opening_count;
    struct type_seen **types; /* by index, SEEING_BUCKETS of them */
    const char *label;        /* the last that was parsed, */
    label_set parsed;         /* and as what */
    uint64_t *since;          /* by sequence: the entry by which the reader came to see it; 0: not */
    size_t count;
    bool all;    /* nothing is closed, and nothing was opened later */
    bool fields; /* some answer is closed */
};

/* Of a case as it is. */
void seeing_look(const struct act *act, const struct reach *reach, const struct case_view *whole,
                 struct seeing *ret_seeing);

/* Whether it is the type by which that procedure opens what is closed. */
bool is_disclosure(const struct pack *pack, const struct entry_type *type);

/* The pack whose labels this type bears. */
const struct pack *seeing_pack(const struct seeing *seeing, const struct entry *entry,
                               const struct entry_type *type);
enum access_own seeing_own(const struct seeing *seeing, const struct entry *entry);
/* in_case: of an entry of the case, and not of the child's details. */
bool seeing_sees_field(const struct seeing *seeing, const struct entry *entry, const struct entry_type *type,
                       size_t field, bool in_case);
/* Whether what is shown of an entry of that type may differ from what was recorded, whatever it answers. */
bool seeing_may_differ(const struct seeing *seeing, const struct entry *entry, const struct entry_type *type);
/* An answer that was given is closed. */
bool seeing_some_closed(const struct seeing *seeing, const struct entry *entry, const struct entry_type *type,
                        const struct value *values, bool in_case);
/* Another agency disclosed something. */
bool seeing_discloses(const struct seeing *seeing);
/* Numbers what is seen, without gaps, in the order in which the reader came to see it: by sequence, and back.
 * How many there are. */
size_t seeing_number(const struct seeing *seeing, uint64_t **ret_numbers, uint64_t **ret_seqs);

#endif
