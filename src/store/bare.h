/*
 * The floor for measuring appends (waymark bench): the rows that an append writes, put into the same tables
 * with the same indexes by the same settings, and nothing else: no sealing, no hashing, no reading, no queue.
 * Works on a copy of a store that is thrown away afterwards.
 */
#ifndef WM_STORE_BARE_H
#define WM_STORE_BARE_H

#include "base/error.h"
#include "base/id.h"

struct bare;

const struct error *bare_open(struct arena *arena, const char *path, struct bare **ret_bare) MUST_CHECK;
void bare_close(struct bare *bare);
/* One durable commit of an entry with a body of `size` bytes for each of the cases. */
const struct error *bare_commit(struct bare *bare, const struct id *cases, size_t count,
                                size_t size) MUST_CHECK;

#endif
