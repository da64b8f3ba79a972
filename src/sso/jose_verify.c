/*
 * The signature itself, by GnuTLS: it is in the program already for TLS, takes keys as the numbers that a JWK
 * holds, and knows all four algorithms (docs/decisions says why not cjose).
 */
#include "sso/jose.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

static gnutls_datum_t datum(struct jose_bytes bytes)
{
    return (gnutls_datum_t){(unsigned char *)(uintptr_t)bytes.bytes, (unsigned)bytes.size};
}

static int import(gnutls_pubkey_t public_key, const struct jose_key *key)
{
    gnutls_datum_t first = datum(key->first);
    gnutls_datum_t second = datum(key->second);
    switch (key->kind) {
    case JOSE_RSA:
        return gnutls_pubkey_import_rsa_raw(public_key, &first, &second);
    case JOSE_P256:
        return gnutls_pubkey_import_ecc_raw(public_key, GNUTLS_ECC_CURVE_SECP256R1, &first, &second);
    case JOSE_ED25519:
        return gnutls_pubkey_import_ecc_raw(public_key, GNUTLS_ECC_CURVE_ED25519, &first, NULL);
    }
    return GNUTLS_E_INVALID_REQUEST;
}

/* RFC 7518 3.4: the two halves beside each other, each of 32 bytes; the library takes them as DER. */
static int verify_halves(gnutls_pubkey_t public_key, const gnutls_datum_t *said, struct jose_bytes signature)
{
    gnutls_datum_t whole = {NULL, 0};
    if (signature.size != 64) {
        return GNUTLS_E_PK_SIG_VERIFY_FAILED;
    }
    gnutls_datum_t r = datum((struct jose_bytes){signature.bytes, 32});
    gnutls_datum_t s = datum((struct jose_bytes){signature.bytes + 32, 32});
    int result = gnutls_encode_rs_value(&whole, &r, &s);
    if (result >= 0) {
        result = gnutls_pubkey_verify_data2(public_key, GNUTLS_SIGN_ECDSA_SHA256, 0, said, &whole);
    }
    gnutls_free(whole.data);
    return result;
}

static int verify(gnutls_pubkey_t public_key, const struct jose_token *token)
{
    gnutls_datum_t said = datum(token->said);
    gnutls_datum_t signature = datum(token->signature);
    switch (token->algorithm) {
    case JOSE_RS256:
        return gnutls_pubkey_verify_data2(public_key, GNUTLS_SIGN_RSA_SHA256, 0, &said, &signature);
    case JOSE_PS256:
        return gnutls_pubkey_verify_data2(public_key, GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, 0, &said, &signature);
    case JOSE_ES256:
        return verify_halves(public_key, &said, token->signature);
    case JOSE_EDDSA:
        return gnutls_pubkey_verify_data2(public_key, GNUTLS_SIGN_EDDSA_ED25519, 0, &said, &signature);
    default:
        return GNUTLS_E_INVALID_REQUEST;
    }
}

bool jose_holds(const struct jose_token *token, const struct jose_key *key)
{
    gnutls_pubkey_t public_key;
    if ((key->algorithms & token->algorithm) == 0 || gnutls_pubkey_init(&public_key) < 0) {
        return false;
    }
    int result = import(public_key, key);
    if (result >= 0) {
        result = verify(public_key, token);
    }
    gnutls_pubkey_deinit(public_key);
    return result >= 0;
}

const char *jose_challenge(struct arena *arena, const char *verifier)
{
    uint8_t hash[32] = {0};
    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, verifier, strlen(verifier), hash) < 0) {
        arena_run_out(arena);
    }
    return jose_encode(arena, hash, sizeof hash);
}
