/*
 * Asking the holder of the keys: in this process, or over a pair of sockets in one of its own. That process
 * begins before anything else is opened, keeps no descriptor but its end of the pair, cannot be traced or
 * dumped, and ends when the other end closes.
 */
#ifndef WM_SEAL_HOLD_H
#define WM_SEAL_HOLD_H

#include "seal/holder.h"

struct hold;

/* Takes over the holder. NULL: no memory. */
struct hold *hold_inside(struct holder *holder);
/* Begins the process; its first answer says whether the keystore opened. */
const struct error *hold_begin(struct arena *arena, const struct key_place *place,
                               const struct key_limits *limits, struct hold **ret_hold) MUST_CHECK;
void hold_end(struct hold *hold);
bool hold_lives(const struct hold *hold);
/* Fills in who asks. An error is the holder's, or ERROR_KEY when it has ended. Wipe the reply when it holds
 * keys. */
const struct error *hold_ask(struct arena *arena, struct hold *hold, struct request *request,
                             struct reply *ret_reply) MUST_CHECK;
/* Forgets the keys that were given out more than a minute ago (seal/lately.h). */
void hold_tidy(struct hold *hold);
/* Inside only. */
const uint8_t *hold_backup_key(const struct hold *hold);

#endif
