/* Public keys as COSE writes them (RFC 9053) and the signatures made with them, which libfido2 verifies. */
#include "factor/passkey.h"
#include "factor/walk.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <string.h>

enum { PARTS = 5, KEY_TYPE = 1, ALGORITHM = 3, CURVE = -1, X = -2, Y = -3, MODULUS = -1, EXPONENT = -2 };
enum {
    OKP = 1,
    EC2 = 2,
    RSA_KEY = 3,
    P256 = 1,
    ED25519 = 6,
    POINT = 32,
    RSA_MODULUS = 256,
    RSA_EXPONENT = 3
};

struct public_key {
    int64_t type;
    int64_t algorithm;
    struct cbor_value minus[3]; /* of the labels -1, -2, -3 */
    bool has_minus[3];
};

/* Labels are small numbers, each once. */
static bool read_part(struct cbor_walk *walk, struct public_key *key, bool *has_type, bool *has_algorithm)
{
    struct cbor_value label;
    struct cbor_value value;
    if (!cbor_next(walk, &label) || label.kind != CBOR_NUMBER || !cbor_next(walk, &value)) {
        return false;
    }
    if (label.number == KEY_TYPE || label.number == ALGORITHM) {
        bool *has = label.number == KEY_TYPE ? has_type : has_algorithm;
        if (*has || value.kind != CBOR_NUMBER) {
            return false;
        }
        *has = true;
        *(label.number == KEY_TYPE ? &key->type : &key->algorithm) = value.number;
        return true;
    }
    if (label.number < -3 || label.number > -1 || key->has_minus[-1 - label.number] ||
        (value.kind != CBOR_NUMBER && value.kind != CBOR_BYTES)) {
        return false;
    }
    key->minus[-1 - label.number] = value;
    key->has_minus[-1 - label.number] = true;
    return true;
}

static bool is_bytes(const struct public_key *key, int64_t label, size_t size)
{
    const struct cbor_value *value = &key->minus[-1 - label];
    return key->has_minus[-1 - label] && value->kind == CBOR_BYTES && value->bytes.size == size;
}

static bool is_curve(const struct public_key *key, int64_t curve)
{
    return key->has_minus[0] && key->minus[0].kind == CBOR_NUMBER && key->minus[0].number == curve;
}

static bool is_allowed(const struct public_key *key)
{
    switch (key->algorithm) {
    case PASSKEY_ES256:
        return key->type == EC2 && is_curve(key, P256) && is_bytes(key, X, POINT) && is_bytes(key, Y, POINT);
    case PASSKEY_EDDSA:
        return key->type == OKP && is_curve(key, ED25519) && is_bytes(key, X, POINT) && !key->has_minus[2];
    case PASSKEY_RS256:
        return key->type == RSA_KEY && is_bytes(key, MODULUS, RSA_MODULUS) &&
               is_bytes(key, EXPONENT, RSA_EXPONENT) && !key->has_minus[2];
    default:
        return false;
    }
}

static bool read_key(struct bytes cose, struct public_key *ret_key, size_t *ret_size)
{
    struct cbor_walk walk = {cose};
    struct cbor_value head;
    struct public_key key = {0};
    bool has_type = false;
    bool has_algorithm = false;
    if (!cbor_next(&walk, &head) || head.kind != CBOR_MAP || head.count > PARTS) {
        return false;
    }
    for (size_t i = 0; i < head.count; i++) {
        if (!read_part(&walk, &key, &has_type, &has_algorithm)) {
            return false;
        }
    }
    if (!has_type || !has_algorithm || !is_allowed(&key)) {
        return false;
    }
    *ret_key = key;
    *ret_size = cose.size - walk.rest.size;
    return true;
}

/* In the form of libfido2; NULL: it is no point of its curve. */
static void *key_new(const struct public_key *key)
{
    if (key->algorithm == PASSKEY_ES256) {
        es256_pk_t *made = es256_pk_new();
        uint8_t point[2 * POINT];
        memcpy(point, key->minus[1].bytes.at, POINT);
        memcpy(point + POINT, key->minus[2].bytes.at, POINT);
        if (made != NULL && es256_pk_from_ptr(made, point, sizeof point) != FIDO_OK) {
            es256_pk_free(&made);
        }
        return made;
    }
    if (key->algorithm == PASSKEY_EDDSA) {
        eddsa_pk_t *made = eddsa_pk_new();
        if (made != NULL && eddsa_pk_from_ptr(made, key->minus[1].bytes.at, POINT) != FIDO_OK) {
            eddsa_pk_free(&made);
        }
        return made;
    }
    rs256_pk_t *made = rs256_pk_new();
    uint8_t both[RSA_MODULUS + RSA_EXPONENT];
    memcpy(both, key->minus[0].bytes.at, RSA_MODULUS);
    memcpy(both + RSA_MODULUS, key->minus[1].bytes.at, RSA_EXPONENT);
    if (made != NULL && rs256_pk_from_ptr(made, both, sizeof both) != FIDO_OK) {
        rs256_pk_free(&made);
    }
    return made;
}

static void key_free(const struct public_key *key, void *made)
{
    if (key->algorithm == PASSKEY_ES256) {
        es256_pk_t *es256 = made;
        es256_pk_free(&es256);
    } else if (key->algorithm == PASSKEY_EDDSA) {
        eddsa_pk_t *eddsa = made;
        eddsa_pk_free(&eddsa);
    } else {
        rs256_pk_t *rs256 = made;
        rs256_pk_free(&rs256);
    }
}

bool passkey_key_is_good(struct bytes cose, size_t *ret_size)
{
    struct public_key key;
    if (!read_key(cose, &key, ret_size)) {
        return false;
    }
    void *made = key_new(&key);
    if (made != NULL) {
        key_free(&key, made);
    }
    return made != NULL;
}

bool passkey_signature_holds(struct bytes key, const char *name, const struct passkey_used *used)
{
    struct public_key read;
    size_t size;
    if (!read_key(key, &read, &size) || size != key.size || used->signature.size == 0 ||
        used->signature.size > SIGNATURE_MOST || used->client_data.size == 0) {
        return false;
    }
    void *made = key_new(&read);
    fido_assert_t *assertion = fido_assert_new();
    bool holds =
        made != NULL && assertion != NULL && fido_assert_set_count(assertion, 1) == FIDO_OK &&
        fido_assert_set_rp(assertion, name) == FIDO_OK &&
        fido_assert_set_clientdata(assertion, used->client_data.at, used->client_data.size) == FIDO_OK &&
        fido_assert_set_authdata_raw(assertion, 0, used->authenticator_data.at,
                                     used->authenticator_data.size) == FIDO_OK &&
        fido_assert_set_sig(assertion, 0, used->signature.at, used->signature.size) == FIDO_OK &&
        fido_assert_verify(assertion, 0, (int)read.algorithm, made) == FIDO_OK;
    fido_assert_free(&assertion);
    if (made != NULL) {
        key_free(&read, made);
    }
    return holds;
}
