/*
 * Entries as they stand decoded, in one run of bytes: opening it is far cheaper than decoding the stored
 * bodies again. It names types, codes and packs by their place in the memory of this process, so it is never
 * written anywhere, and it is taken at its word: who keeps it proves that the bytes are those that were made
 * (store/held.c seals them).
 */
#ifndef WM_RECORD_IMAGE_H
#define WM_RECORD_IMAGE_H

#include "record/entry.h"

/* Of entries whose numbers follow on each other, at least one. */
void image_make(struct arena *arena, const struct entry *const *entries, size_t count, const void **ret_bytes,
                size_t *ret_size);
/* Texts of the entries lie in `bytes`. */
void image_open(struct arena *arena, const void *bytes, size_t size, const struct entry *const **ret_entries,
                size_t *ret_count);

#endif
