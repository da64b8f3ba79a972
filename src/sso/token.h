/*
 * What a provider must say, and how, before anybody is signed in: its description (OpenID Connect Discovery),
 * its answer to the browser (RFC 9207), and its id token (OpenID Connect Core 3.1.3.7). Pure: bytes and the
 * settings in, a verdict out. Everything that is not as it must be is refused; the details name the rule and
 * hold nothing of what was sent, so that they may stand in a log.
 */
#ifndef WM_SSO_TOKEN_H
#define WM_SSO_TOKEN_H

#include "base/instant.h"
#include "sso/jose.h"
#include "sso/settings.h"

enum { SSO_SKEW_SECONDS = 60, SSO_SUBJECT_MOST = 255, SSO_DESCRIPTION_MOST = 256 * 1024 };

struct sso_description {
    const char *authorization;
    const char *token;
    const char *keys;
    const char *end_session; /* NULL: it has none */
    bool names_itself;       /* its answers carry iss */
};
/* ERROR_BAD_INPUT. The issuer must be the one of the settings, every address one that is allowed. */
const struct error *sso_description_read(struct arena *arena, const struct sso_provider *provider,
                                         const char *bytes, size_t size,
                                         struct sso_description *ret_description) MUST_CHECK;
/* Where the description is. */
const char *sso_description_address(struct arena *arena, const struct sso_provider *provider);

/* Where the browser is sent. */
struct sso_request {
    const char *redirect; /* exactly as it is registered */
    const char *state;
    const char *nonce;
    const char *verifier;
    bool again; /* asks for a fresh proof of who it is, however long ago the last was */
};
const char *sso_request_address(struct arena *arena, const struct sso_provider *provider,
                                const struct sso_description *description, const struct sso_request *request);
/* Where the browser ends its session with the provider, and then comes back to `back`. */
const char *sso_way_out_address(struct arena *arena, const struct sso_provider *provider,
                                const char *end_session, const char *back);
/* The body that a code is redeemed with. */
const char *sso_redeem_body(struct arena *arena, const struct sso_provider *provider, const char *code,
                            const char *redirect, const char *verifier);
/* What comes back: the id token in it. */
const struct error *sso_redeemed(struct arena *arena, const char *bytes, size_t size,
                                 const char **ret_token) MUST_CHECK;

/* The answer in the address; each NULL when it is not there. */
struct sso_answer {
    const char *state;
    const char *code;
    const char *issuer;
    const char *fault;
};
/* ERROR_BAD_INPUT unless it is the answer to that request, from that provider; ERROR_NOT_ALLOWED when the
 * provider says that it does not sign the person in. */
const struct error *sso_answer_check(struct arena *arena, const struct sso_provider *provider,
                                     const struct sso_description *description,
                                     const struct sso_answer *answer, const char *state) MUST_CHECK;

struct sso_wanted {
    const char *nonce;
    struct instant begun; /* when the browser was sent */
    struct instant now;
    bool again; /* it must have been proved anew since then */
};
struct sso_person {
    const char *issuer;
    const char *subject;
    bool strong;           /* the provider says that a second factor was used */
    struct instant proved; /* when the provider proved who it is, as far as it says; else when it signed */
    const struct said *claims;
};
/* ERROR_NOT_FOUND: signed with a key that is not among these, which may be out of date. Else ERROR_BAD_INPUT.
 */
const struct error *sso_token_check(struct arena *arena, const struct sso_provider *provider,
                                    const char *token, const struct jose_key *keys, size_t count,
                                    const struct sso_wanted *wanted,
                                    struct sso_person *ret_person) MUST_CHECK;
/* The claims alone, once the signature holds. */
const struct error *sso_claims_check(struct arena *arena, const struct sso_provider *provider,
                                     const struct said *claims, const struct sso_wanted *wanted,
                                     struct sso_person *ret_person) MUST_CHECK;

#endif
