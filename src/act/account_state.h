/*
 * How an account stands at a moment, and when it is to be looked at again. Pure: from the account as folded,
 * when it was last used, and the time asked. Nothing has to run for a date to take effect: an account that
 * expired, whose holder left, or that nobody used for 90 days does not open, from that moment on.
 */
#ifndef WM_ACT_ACCOUNT_STATE_H
#define WM_ACT_ACCOUNT_STATE_H

#include "act/act.h"
#include "calendar/calendar.h"

struct account;

enum { ACCOUNT_UNUSED_DAYS = 90, ACCOUNT_WARNED_DAYS = 14, ACCOUNT_REVIEW_DAYS = 30 };

/* The last of: it was made, its password was set, it was unlocked, it was used. `used_at` 0: never. */
struct instant account_awake_at(const struct account *account, struct instant used_at);
/* When it locks if nobody uses it. */
struct instant account_locks_at(const struct account *account, struct instant used_at);
enum account_state account_state(const struct account *account, struct instant used_at, struct instant now);
/* Whether its holder may be let in: in use, or invited and with a way to prove who they are. */
bool account_opens(enum account_state state);

/* The quarter of a day, and the last day of its first 30 days, by which every account is confirmed. */
struct review_quarter {
    struct day first;
    struct day due;
    const char *name; /* "2026-Q4" */
};
struct review_quarter review_quarter(struct arena *arena, struct day on);
/* Whether it is still to be confirmed in the quarter that began then: it stood before, opens or is locked
 * only for want of use, and nobody has confirmed it since. */
bool account_to_review(const struct account *account, enum account_state state, struct instant quarter_began);

#endif
