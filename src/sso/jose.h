/*
 * Signed tokens (RFC 7515, JWS compact form) and the public keys they are checked with (RFC 7517, JWK sets;
 * RFC 7518 and 8037 for the algorithms). Four algorithms exist here and no other: a token that names `none`,
 * one with a shared secret (HS256 ...), or any that is not allowed where it is used, is refused by its name
 * before a key is looked for. A key comes from the set of the provider alone: what a token itself offers
 * (jwk, jku, x5c, x5u) is never read.
 *
 * Splitting and choosing are pure; jose_holds is the only user of GnuTLS here.
 */
#ifndef WM_SSO_JOSE_H
#define WM_SSO_JOSE_H

#include "sso/said.h"

/* Bits, so that several can be allowed. */
enum jose_algorithm { JOSE_RS256 = 1, JOSE_PS256 = 2, JOSE_ES256 = 4, JOSE_EDDSA = 8, JOSE_ALL = 15 };
enum { JOSE_TOKEN_MOST = 32 * 1024, JOSE_KEYS_MOST = 64, JOSE_KEYS_BYTES_MOST = 256 * 1024 };

/* Zero when it is none of the four. */
unsigned jose_algorithm(const char *name);
const char *jose_algorithm_name(unsigned algorithm);

struct jose_bytes {
    const uint8_t *bytes;
    size_t size;
};

/* base64url without padding, and only as an encoder writes it: no other sign, no bit set that is not used. */
bool jose_decode(struct arena *arena, const char *text, size_t length, struct jose_bytes *ret_bytes);
const char *jose_encode(struct arena *arena, const void *bytes, size_t size);

struct jose_token {
    unsigned algorithm;
    const char *kid;  /* NULL: it names none */
    const char *type; /* "JWT"; NULL: it names none */
    struct jose_bytes payload;
    struct jose_bytes said; /* what is signed: the first two parts as they came */
    struct jose_bytes signature;
};
/* ERROR_BAD_INPUT: it is no such token, asks for more than is understood (crit), or for another algorithm.
 * The details hold nothing of the token. */
const struct error *jose_split(struct arena *arena, const char *text, unsigned allowed,
                               struct jose_token *ret_token) MUST_CHECK;

enum jose_kind { JOSE_RSA, JOSE_P256, JOSE_ED25519 };
struct jose_key {
    enum jose_kind kind;
    const char *kid;          /* NULL: none */
    unsigned algorithms;      /* those it may be used with */
    struct jose_bytes first;  /* n, or x */
    struct jose_bytes second; /* e, or y; empty for JOSE_ED25519 */
};
/*
 * The keys of a JWK set that can check a signature. Those of other kinds and uses are left out, and so are
 * weak ones (RSA under 2048 bits, an even or a tiny exponent, a point of the wrong size). ERROR_BAD_INPUT: no
 * set, more than JOSE_KEYS_MOST, or none that can be used.
 */
const struct error *jose_keys(struct arena *arena, const char *bytes, size_t size,
                              const struct jose_key **ret_keys, size_t *ret_count) MUST_CHECK;
/*
 * The one key of that name and algorithm; without a name the only one of the algorithm. ERROR_NOT_FOUND: none
 * (the set may be out of date); ERROR_BAD_INPUT: several, so that it is not said which.
 */
const struct error *jose_key_of(struct arena *arena, const struct jose_token *token,
                                const struct jose_key *keys, size_t count,
                                const struct jose_key **ret_key) MUST_CHECK;
/* Whether the signature is by that key, under the algorithm that the token names and the key allows. */
bool jose_holds(const struct jose_token *token, const struct jose_key *key);

/* SHA-256, as a challenge of PKCE is made (RFC 7636). */
const char *jose_challenge(struct arena *arena, const char *verifier);

#endif
