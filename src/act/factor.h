/* Second factors as act/ holds them: what is folded of an account, and the steps of signing in. */
#ifndef WM_ACT_FACTOR_H
#define WM_ACT_FACTOR_H

#include "act/account.h"
#include "act/signing.h"
#include "factor/passkey.h"

/* ---- factor_fold.c ---- */

/* False: the entry is of another kind. */
bool factors_fold(struct arena *arena, const struct entry *entry, struct factors *factors);
bool factors_any(const struct factors *factors);     /* one that signs in */
size_t factors_count(const struct factors *factors); /* passkeys that are not locked, and the app */
const struct factor_passkey *factors_passkey(const struct factors *factors, const char *id);

/* ---- challenge.c ---- */

struct challenges;
struct challenges *challenges_new(struct arena *arena);
/* True the first time that a good one is taken. */
bool challenge_take(const struct act *act, const char *purpose, const char *binding, const char *challenge,
                    bool *ret_busy);
/* As it will be taken: of ours, for this and for this browser, and younger than five minutes. */
bool challenge_is_good(const struct act *act, const char *purpose, const char *binding,
                       const char *challenge);

enum half_kind { HALF_SECOND, HALF_ENROL };
/* That somebody gave the password of an account, and what is asked of them still. */
const char *half_new(const struct act *act, const struct account *account, enum half_kind kind);
/* ERROR_NOT_SIGNED_IN when it is not ours, of another kind, too old, or the account was locked or given
 * another password since. */
const struct error *half_read(const struct act *act, const char *half, enum half_kind kind,
                              const struct account **ret_account) MUST_CHECK;

/* ---- factor.c ---- */

/* The name under which the store notes how far it was used. */
void factor_name(struct id account, const char *what, uint8_t ret_name[static 32]);
const struct error *factor_note(const struct act *act, const struct account *account,
                                const char *what) MUST_CHECK;
/* Appends to the account as it was read; ERROR_CONFLICT when something else was written meanwhile. */
const struct error *factor_append(const struct act *act, const struct account *account,
                                  const struct entry *entry) MUST_CHECK;
/* How the ceremonies are to be answered; ERROR_NOT_ALLOWED when there are no passkeys here. */
const struct error *passkeys_expected(const struct act *act, const char *challenge,
                                      struct passkey_expected *ret_expected) MUST_CHECK;
bool factor_bytes(const struct act *act, const char *text, size_t most, struct bytes *ret_bytes);
/* The code of the app, used now: wrong, too old or used before is ERROR_INVALID. */
const struct error *code_use(const struct act *act, const struct account *account, const char *secret,
                             const char *typed) MUST_CHECK;

/* ---- second.c ---- */

/* What comes when one factor was given, here or elsewhere: a session where one is enough, else a half that
 * asks for the second, or for making one while the invitation is young. ERROR_NOT_ALLOWED: it is too old for
 * that. */
const struct error *after_one_factor(const struct act *act, const struct account *account,
                                     const struct origin *from, struct instant invited_at,
                                     struct sign_in *ret_sign_in) MUST_CHECK;

/* ---- session.c ---- */

/* The device is known from now on; what it is known by. */
const char *device_remember(const struct act *act, const struct account *account, const struct origin *from);

/* ---- notice_own.c ---- */

/* Tells that account, or everybody who keeps accounts or is told of misuse, of something that no pack has a
 * rule for. `what` is a row of notice_own.c. */
const struct error *notice_own(const struct act *act, const char *what, struct id account) MUST_CHECK;
const struct error *notice_keepers(const struct act *act, const char *what, struct id about) MUST_CHECK;
/* ---- notice.c ---- */

/* Whether a notice of that case (zero: of none) is for the account: whether it opens, and may know of it. */
const struct error *notice_may_reach(const struct act *act, struct store_reader *reader,
                                     const struct account *account, struct id case_id,
                                     bool *ret_may) MUST_CHECK;

/* The words of it; NULL when there is no such row. */
const char *notice_own_title(const char *what);

#endif
