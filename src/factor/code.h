/*
 * One-time codes of an app (TOTP, RFC 6238: SHA-1, six digits, 30 seconds, which is what all apps know).
 * Pure: the time is given, and so is the last step that was used, so that a code holds once.
 */
#ifndef WM_FACTOR_CODE_H
#define WM_FACTOR_CODE_H

#include "base/error.h"
#include "base/instant.h"
#include "factor/base64url.h"

enum { CODE_SECRET_BYTES = 20, CODE_SECONDS = 30, CODE_DIGITS = 6 };

/* A new secret as the app takes it: base32, 32 letters and digits. */
const struct error *code_secret_new(struct arena *arena, const char **ret_secret) MUST_CHECK;
/* In groups of four, to be typed. */
const char *code_secret_words(struct arena *arena, const char *secret);
/* What an app reads from the picture: "otpauth://totp/..." */
const char *code_address(struct arena *arena, const char *secret, const char *issuer, const char *username);
/*
 * Whether that is the code of now, of the step before or of the one after, and of a step later than `used`
 * (0: none yet). Spaces in what was typed do not count. *ret_step is the step it is of.
 */
bool code_holds(struct arena *arena, const char *secret, const char *typed, struct instant now, int64_t used,
                int64_t *ret_step);
/* The code of a step, of 6 to 8 digits. */
const struct error *code_at(struct arena *arena, const char *secret, int64_t step, unsigned digits,
                            const char **ret_code) MUST_CHECK;

/* ---- recovery codes: for the day on which the telephone is in the river */

enum { RECOVERY_CODES = 10 };
/* "abcd-efgh-jkmn-pqrs-tuvw-xyz2": 120 random bits, so that a plain hash of it is enough to keep; without
 * letters that look alike. */
const char *recovery_new(struct arena *arena);
/* As it is compared: small letters, no hyphens or spaces; NULL when it cannot be one. */
const char *recovery_normal(struct arena *arena, const char *typed);

#endif
