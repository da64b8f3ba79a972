/*
 * Speaking with the identity providers: their descriptions and keys, fetched when they are needed, kept for
 * an hour, and keys asked for anew when a token names one that is not known, once a minute at most. Every
 * call blocks, so it belongs on a worker; few are made at once, so that a provider that hangs leaves the
 * others their workers, and one that failed is left alone for some seconds. What fails, fails closed: nothing
 * that is older than its hour is believed.
 */
#ifndef WM_SSO_PARTNER_H
#define WM_SSO_PARTNER_H

#include "sso/token.h"

struct partners; /* of a server; for any thread */

/* Both live in the arena, which must outlive them. */
struct partners *partners_new(struct arena *arena, const struct sso_settings *settings);
const struct sso_settings *partners_settings(const struct partners *partners);

/* ERROR_IO: it cannot be reached; ERROR_BAD_INPUT: what it says is not as it must be; ERROR_BUSY: too many
 * are asking. The detail says which address ("keys: it answered 302"), for the log and the administrator. */
const struct error *partner_describe(struct partners *partners, struct arena *arena,
                                     const struct sso_provider *provider, struct instant now,
                                     struct sso_description *ret_description) MUST_CHECK;
/* Redeems the code and checks the token that comes for it. */
const struct error *partner_redeem(struct partners *partners, struct arena *arena,
                                   const struct sso_provider *provider,
                                   const struct sso_description *description, const char *code,
                                   const char *redirect, const char *verifier,
                                   const struct sso_wanted *wanted, struct sso_person *ret_person) MUST_CHECK;

/* Where a session with the provider ends, of what is known already; NULL: nothing is. Never blocks. */
const char *partner_way_out(struct partners *partners, struct arena *arena,
                            const struct sso_provider *provider);

/* How many keys it has that can check a signature, asked now: for who sets it up. */
const struct error *partner_count_keys(struct partners *partners, struct arena *arena,
                                       const struct sso_provider *provider,
                                       const struct sso_description *description, struct instant now,
                                       size_t *ret_count) MUST_CHECK;

#endif
