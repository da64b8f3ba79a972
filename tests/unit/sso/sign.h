/* Signs tokens as a provider does, with keys made for the test. For tests alone. */
#ifndef WM_TEST_SSO_SIGN_H
#define WM_TEST_SSO_SIGN_H

#include "base/must.h"
#include "sso/jose.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <string.h>

struct signer {
    unsigned algorithm;
    gnutls_privkey_t key;
};

static inline struct signer signer_new(unsigned algorithm)
{
    struct signer signer = {.algorithm = algorithm};
    must(gnutls_privkey_init(&signer.key) == 0);
    int made =
        algorithm == JOSE_ES256   ? gnutls_privkey_generate(signer.key, GNUTLS_PK_ECDSA,
                                                            GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0)
        : algorithm == JOSE_EDDSA ? gnutls_privkey_generate(signer.key, GNUTLS_PK_EDDSA_ED25519,
                                                            GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_ED25519), 0)
                                  : gnutls_privkey_generate(signer.key, GNUTLS_PK_RSA, 2048, 0);
    must(made == 0);
    return signer;
}

static inline const char *signer_number(struct arena *arena, gnutls_datum_t number, size_t size)
{
    uint8_t *bytes = arena_alloc(arena, size + number.size);
    size_t skip = 0;
    while (skip < number.size && number.data[skip] == 0) {
        skip++;
    }
    size_t have = number.size - skip;
    size_t whole = have < size ? size : have;
    memcpy(bytes + whole - have, number.data + skip, have);
    gnutls_free(number.data);
    return jose_encode(arena, bytes, whole);
}

/* The public key as a JWK. */
static inline const char *signer_jwk(struct arena *arena, const struct signer *signer, const char *kid)
{
    gnutls_datum_t first = {NULL, 0};
    gnutls_datum_t second = {NULL, 0};
    gnutls_ecc_curve_t curve;
    gnutls_pubkey_t key;
    const char *text = NULL;
    must(gnutls_pubkey_init(&key) == 0 && gnutls_pubkey_import_privkey(key, signer->key, 0, 0) == 0);
    if (signer->algorithm == JOSE_ES256) {
        must(gnutls_pubkey_export_ecc_raw2(key, &curve, &first, &second, 0) == 0);
        const char *x = signer_number(arena, first, 32);
        text =
            arena_printf(arena, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"}",
                         kid, x, signer_number(arena, second, 32));
    } else if (signer->algorithm == JOSE_EDDSA) {
        must(gnutls_pubkey_export_ecc_raw2(key, &curve, &first, &second, 0) == 0);
        text = arena_printf(arena, "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"%s\",\"x\":\"%s\"}", kid,
                            jose_encode(arena, first.data, first.size));
        gnutls_free(first.data);
    } else {
        must(gnutls_pubkey_export_rsa_raw(key, &first, &second) == 0);
        const char *n = signer_number(arena, first, 0);
        text =
            arena_printf(arena, "{\"kty\":\"RSA\",\"use\":\"sig\",\"kid\":\"%s\",\"n\":\"%s\",\"e\":\"%s\"}",
                         kid, n, signer_number(arena, second, 0));
    }
    gnutls_pubkey_deinit(key);
    return text;
}

/* The two halves of a signature of ES256, out of the DER in which the library gives it. */
static inline const char *signer_halves(struct arena *arena, gnutls_datum_t whole)
{
    gnutls_datum_t r;
    gnutls_datum_t s;
    struct jose_bytes first;
    struct jose_bytes second;
    uint8_t bytes[64];
    must(gnutls_decode_rs_value(&whole, &r, &s) == 0);
    const char *one = signer_number(arena, r, 32);
    const char *two = signer_number(arena, s, 32);
    must(jose_decode(arena, one, strlen(one), &first) && jose_decode(arena, two, strlen(two), &second));
    memcpy(bytes, first.bytes, 32);
    memcpy(bytes + 32, second.bytes, 32);
    return jose_encode(arena, bytes, sizeof bytes);
}

static inline const char *signer_sign(struct arena *arena, const struct signer *signer, const char *head,
                                      const char *claims)
{
    const char *said = arena_printf(arena, "%s.%s", jose_encode(arena, head, strlen(head)),
                                    jose_encode(arena, claims, strlen(claims)));
    gnutls_datum_t data = {(unsigned char *)(uintptr_t)said, (unsigned)strlen(said)};
    gnutls_datum_t signature = {NULL, 0};
    gnutls_sign_algorithm_t how = signer->algorithm == JOSE_RS256   ? GNUTLS_SIGN_RSA_SHA256
                                  : signer->algorithm == JOSE_PS256 ? GNUTLS_SIGN_RSA_PSS_RSAE_SHA256
                                  : signer->algorithm == JOSE_ES256 ? GNUTLS_SIGN_ECDSA_SHA256
                                                                    : GNUTLS_SIGN_EDDSA_ED25519;
    must(gnutls_privkey_sign_data2(signer->key, how, 0, &data, &signature) == 0);
    const char *text = signer->algorithm == JOSE_ES256 ? signer_halves(arena, signature)
                                                       : jose_encode(arena, signature.data, signature.size);
    gnutls_free(signature.data);
    return arena_printf(arena, "%s.%s", said, text);
}

#endif
