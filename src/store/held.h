/*
 * Records that were read lately, ready to be read again: the entries as decoded (record/image.h), sealed
 * under the key of the record itself. So nothing that can be read outlives a request, whoever reads asks the
 * holder of the keys as for any record, and of a record that is disposed of nothing opens. Bounded; the
 * oldest make room. What is held is only used when the last entry it covers is in the store with the same
 * hash; what was added since is read behind it.
 */
#ifndef WM_STORE_HELD_H
#define WM_STORE_HELD_H

#include "base/arena.h"
#include "base/id.h"
#include "seal/seal.h"

struct held;

/* Which run of which record. */
struct held_run {
    struct id stream;
    uint64_t seq;             /* of the last entry in it; 0: none is held */
    uint8_t hash[HASH_BYTES]; /* of that entry, */
    int pack;                 /* and its pack's number */
    size_t size;              /* sealed */
};

/* Lives in `own`; the memory for the runs is taken when the first is put in. */
struct held *held_new(struct arena *own);
void held_free(struct held *held);
/* What is held of the record that is read. */
void held_find(struct held *held, struct id stream, struct held_run *ret_run);
/* False when it has made room since, or does not open with that key. */
bool held_open(struct held *held, struct arena *arena, const struct record_key *key,
               const struct held_run *run, const void **ret_plain, size_t *ret_size);
/* Notes that it was read from the store; true when it was before, not long ago, so that it is worth holding.
 */
bool held_wants(struct held *held, struct id stream);
/* Does nothing where there is no memory for it. */
void held_put(struct held *held, struct arena *arena, const struct record_key *key,
              const struct held_run *run, const void *plain, size_t size);

#endif
