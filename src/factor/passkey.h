/*
 * Passkeys (WebAuthn Level 2): what a browser sends when one is made, and when one signs in, taken apart and
 * checked: the type of the ceremony, our challenge, our origin, our name (rpIdHash), that the person was
 * there (UP) and proved who they are to the device (UV), a public key of a kind we allow, the signature.
 * Pure: whose challenge it was and whether its counter went back is for the caller.
 *
 * The statement of the maker (attestation) is asked not to be sent and not believed when it comes: nothing
 * here rests on the make of a device.
 */
#ifndef WM_FACTOR_PASSKEY_H
#define WM_FACTOR_PASSKEY_H

#include "base/error.h"
#include "factor/base64url.h"

enum { CREDENTIAL_ID_MOST = 1023, USER_HANDLE_MOST = 64, SIGNATURE_MOST = 512 };

/* COSE algorithms that are allowed, as offered to the browser, the preferred one first. */
enum passkey_algorithm { PASSKEY_ES256 = -7, PASSKEY_EDDSA = -8, PASSKEY_RS256 = -257 };

struct passkey {
    struct bytes id;    /* of the credential, chosen by the device */
    struct bytes key;   /* the public key, as COSE wrote it */
    uint32_t count;     /* how often it signed; 0 and staying there: it does not count */
    bool may_be_copied; /* it may be kept in an account elsewhere (BE) */
};

/* What is expected of either ceremony. */
struct passkey_expected {
    const char *origin;    /* "https://waymark.example.org" */
    const char *name;      /* the RP ID: the host of it */
    const char *challenge; /* base64url, as it was given to the browser */
};

/* As the browser sends them. */
struct passkey_made {
    struct bytes client_data; /* JSON */
    struct bytes attestation; /* CBOR */
};
struct passkey_used {
    struct bytes client_data;
    struct bytes authenticator_data;
    struct bytes signature;
};

/* ERROR_BAD_INPUT when it is not of its form or not what was expected; the detail says what. The passkey
 * points into `made`. */
const struct error *passkey_make(struct arena *arena, const struct passkey_expected *expected,
                                 const struct passkey_made *made, struct passkey *ret_passkey) MUST_CHECK;
/* ERROR_BAD_INPUT likewise, and when the signature does not hold. *ret_count is what the device counts now.
 */
const struct error *passkey_use(struct arena *arena, const struct passkey_expected *expected,
                                struct bytes key, const struct passkey_used *used,
                                uint32_t *ret_count) MUST_CHECK;
/* False when a copy of it may be about: both count, and it did not go on. */
bool passkey_count_goes_on(uint32_t before, uint32_t now);
/* The RP ID of an origin: its host. False unless it is https, or http on this machine ("localhost"). */
bool passkey_origin_name(struct arena *arena, const char *origin, const char **ret_name);

/* ---- signature.c: the part of libfido2 */

/* A public key of one of the allowed kinds, whole and with nothing after it; *ret_rest what follows it. */
bool passkey_key_is_good(struct bytes cose, size_t *ret_size);
/* Over the data of the authenticator and the hash of the client's; no check but that. */
bool passkey_signature_holds(struct bytes key, const char *name, const struct passkey_used *used);

#endif
