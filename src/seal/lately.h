/*
 * The keys of records that the holder gave out within the last minute, in the process that serves: whoever
 * opens a case goes on to its chronology, its plan and back, and asks for the same two keys each time. Kept
 * for the account that asked and for what the key was wrapped as, in locked memory of their own that is
 * left out of core files, and written over when the minute ends (docs/decisions/0049).
 */
#ifndef WM_SEAL_LATELY_H
#define WM_SEAL_LATELY_H

#include "seal/message.h"

enum { LATELY_MS = 60 * 1000 };

struct lately;

/* NULL: no memory. */
struct lately *lately_new(void);
void lately_free(struct lately *lately);
/* The keys of all the records that are asked for, into ret_reply as the holder would; false, and nothing in
 * it, when one of them is not here. `now` is steady, in milliseconds. */
bool lately_recall(struct lately *lately, int64_t now, const struct request *request,
                   struct reply *ret_reply);
/* Before the holder is asked: what lately_keep is told afterwards. */
uint64_t lately_turn(struct lately *lately);
/* Does nothing when all was forgotten since that turn. */
void lately_keep(struct lately *lately, int64_t now, uint64_t turn, const struct request *request,
                 const struct reply *reply);
/* All of them: a record was destroyed. */
void lately_forget(struct lately *lately);
/* Those whose minute is over. */
void lately_tidy(struct lately *lately, int64_t now);

#endif
