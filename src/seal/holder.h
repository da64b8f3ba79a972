/*
 * The holder of the keys: what is done with what the keystore holds. It lives in a process of its own while
 * the program serves (seal/hold.c) and in the process itself for a command; the same code either way.
 *
 * While serving it watches numbers. What counts is how many records are opened that were not opened within
 * the hour: by one account, and by all together. Each has a store of them that fills again slowly; when it is
 * empty a request is refused with the time to wait, so a hole in the serving process opens records at that
 * pace and not the whole store at once, and the first refusal is said on standard error.
 */
#ifndef WM_SEAL_HOLDER_H
#define WM_SEAL_HOLDER_H

#include "seal/keystore.h"
#include "seal/message.h"

struct holder;

/* Takes over the keystore. NULL: no memory. `limits` may be NULL for the usual ones. */
struct holder *holder_new(struct keystore *keystore, const struct key_limits *limits);
void holder_free(struct holder *holder);
/* `now`: milliseconds of a clock that only goes forward. */
void holder_answer(struct holder *holder, int64_t now, const struct request *request,
                   struct reply *ret_reply);
/* For whole files, in the process of a command only. */
const uint8_t *holder_backup_key(const struct holder *holder);

#endif
