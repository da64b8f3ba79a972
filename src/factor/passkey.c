#include "factor/passkey.h"

#include "base/text.h"
#include "seal/seal.h"

#include <jansson.h>
#include <string.h>

#include "factor/walk.h"

enum { HASH = 32, FLAGS_AT = 32, COUNT_AT = 33, HEAD = 37, MODEL = 16 };
enum {
    WAS_THERE = 0x01,
    WAS_VERIFIED = 0x04,
    MAY_BE_COPIED = 0x08,
    IS_COPIED = 0x10,
    HAS_KEY = 0x40,
    HAS_EXTENSIONS = 0x80
};
enum { CLIENT_DATA_MOST = 4096 };

static const struct error *fault(struct arena *arena, const char *text)
{
    return error_new(arena, ERROR_BAD_INPUT, "%s", text);
}

/* ---- what the browser says ---- */

static bool says(const json_t *object, const char *name, const char *text)
{
    const char *said = json_string_value(json_object_get(object, name));
    return said != NULL && strcmp(said, text) == 0;
}

static const char *client_fault(const json_t *said, const char *type, const struct passkey_expected *expected)
{
    const char *challenge = json_string_value(json_object_get(said, "challenge"));
    if (!json_is_object(said) || !says(said, "type", type)) {
        return "the browser did something else than was asked";
    }
    if (challenge == NULL || !text_equal_secret(challenge, expected->challenge)) {
        return "it answers another challenge";
    }
    if (!says(said, "origin", expected->origin)) {
        return "it was made for another site";
    }
    if (json_is_true(json_object_get(said, "crossOrigin")) || json_object_get(said, "topOrigin") != NULL) {
        return "it was made within another site";
    }
    return NULL;
}

static const struct error *check_client(struct arena *arena, struct bytes data, const char *type,
                                        const struct passkey_expected *expected)
{
    json_error_t ignored;
    if (data.size > CLIENT_DATA_MOST || !text_is_valid(data.at, data.size)) {
        return fault(arena, "what the browser says is not text");
    }
    json_t *said = json_loadb((const char *)data.at, data.size, JSON_REJECT_DUPLICATES, &ignored);
    const char *why = client_fault(said, type, expected);
    json_decref(said);
    return why == NULL ? NULL : fault(arena, why);
}

/* ---- what the device says ---- */

static uint32_t count_of(struct bytes data)
{
    const uint8_t *at = data.at + COUNT_AT;
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static const struct error *check_device(struct arena *arena, struct bytes data, const char *name)
{
    uint8_t hash[HASH];
    if (data.size < HEAD) {
        return fault(arena, "what the device says is cut short");
    }
    hash_sha256(name, strlen(name), hash);
    uint8_t flags = data.at[FLAGS_AT];
    if (memcmp(data.at, hash, HASH) != 0) {
        return fault(arena, "the device made it for another site");
    }
    if ((flags & WAS_THERE) == 0) {
        return fault(arena, "nobody touched the device");
    }
    if ((flags & WAS_VERIFIED) == 0) {
        return fault(arena, "the device did not ask who you are (a fingerprint, a face, or its PIN)");
    }
    if ((flags & IS_COPIED) != 0 && (flags & MAY_BE_COPIED) == 0) {
        return fault(arena, "the device contradicts itself");
    }
    return NULL;
}

/* Behind the head: the model of the device, the id with its size, the key, perhaps extensions; nothing else.
 */
static bool take_apart(struct bytes data, struct passkey *passkey)
{
    if ((data.at[FLAGS_AT] & HAS_KEY) == 0 || data.size < HEAD + MODEL + 2) {
        return false;
    }
    const uint8_t *at = data.at + HEAD + MODEL;
    size_t left = data.size - HEAD - MODEL - 2;
    size_t size = (size_t)at[0] << 8 | at[1];
    if (size == 0 || size > CREDENTIAL_ID_MOST || size > left) {
        return false;
    }
    passkey->id = (struct bytes){at + 2, size};
    passkey->key.at = at + 2 + size;
    left -= size;
    if (!passkey_key_is_good((struct bytes){passkey->key.at, left}, &passkey->key.size)) {
        return false;
    }
    struct cbor_walk walk = {{passkey->key.at + passkey->key.size, left - passkey->key.size}};
    if ((data.at[FLAGS_AT] & HAS_EXTENSIONS) != 0 && !cbor_skip(&walk)) {
        return false;
    }
    return walk.rest.size == 0;
}

/* {"fmt": text, "attStmt": map, "authData": bytes} in any order, each once, and nothing else. */
static bool find_data(struct bytes attestation, struct bytes *ret_data)
{
    struct cbor_walk walk = {attestation};
    struct cbor_value value;
    struct bytes data = {NULL, 0};
    if (!cbor_next(&walk, &value) || value.kind != CBOR_MAP || value.count != 3) {
        return false;
    }
    static const struct {
        const char *name;
        enum cbor_kind kind;
    } parts[] = {{"fmt", CBOR_TEXT}, {"attStmt", CBOR_MAP}, {"authData", CBOR_BYTES}};
    bool seen[3] = {false};
    for (int i = 0; i < 3; i++) {
        int which = 0;
        if (!cbor_next(&walk, &value) || value.kind != CBOR_TEXT) {
            return false;
        }
        while (which < 3 && !bytes_equal(value.bytes, (struct bytes){(const uint8_t *)parts[which].name,
                                                                     strlen(parts[which].name)})) {
            which++;
        }
        struct cbor_walk ahead = walk;
        if (which == 3 || seen[which] || !cbor_next(&ahead, &value) || value.kind != parts[which].kind ||
            !cbor_skip(&walk)) {
            return false;
        }
        seen[which] = true;
        data = parts[which].kind == CBOR_BYTES ? value.bytes : data;
    }
    *ret_data = data;
    return walk.rest.size == 0;
}

/* ---- the two ceremonies ---- */

const struct error *passkey_make(struct arena *arena, const struct passkey_expected *expected,
                                 const struct passkey_made *made, struct passkey *ret_passkey)
{
    struct bytes data;
    struct passkey passkey;
    TRY(check_client(arena, made->client_data, "webauthn.create", expected));
    if (!find_data(made->attestation, &data)) {
        return fault(arena, "what the device says is not of its form");
    }
    TRY(check_device(arena, data, expected->name));
    if (!take_apart(data, &passkey)) {
        return fault(arena, "the device made no key of a kind that is taken here");
    }
    passkey.count = count_of(data);
    passkey.may_be_copied = (data.at[FLAGS_AT] & MAY_BE_COPIED) != 0;
    *ret_passkey = passkey;
    return NULL;
}

const struct error *passkey_use(struct arena *arena, const struct passkey_expected *expected,
                                struct bytes key, const struct passkey_used *used, uint32_t *ret_count)
{
    TRY(check_client(arena, used->client_data, "webauthn.get", expected));
    TRY(check_device(arena, used->authenticator_data, expected->name));
    if (used->authenticator_data.size != HEAD ||
        (used->authenticator_data.at[FLAGS_AT] & (HAS_KEY | HAS_EXTENSIONS)) != 0) {
        return fault(arena, "the device says more than was asked"); /* no extension was */
    }
    if (!passkey_signature_holds(key, expected->name, used)) {
        return fault(arena, "the signature is not of this passkey");
    }
    *ret_count = count_of(used->authenticator_data);
    return NULL;
}

bool passkey_count_goes_on(uint32_t before, uint32_t now)
{
    return (before == 0 && now == 0) || now > before;
}

static bool is_host(const char *host)
{
    size_t size = strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789-.");
    return size > 0 && size <= 253 && (host[size] == '\0' || host[size] == ':') && host[0] != '.' &&
           host[size - 1] != '.';
}

bool passkey_origin_name(struct arena *arena, const char *origin, const char **ret_name)
{
    bool safe = text_starts_with(origin, "https://");
    const char *host = safe ? origin + 8 : text_starts_with(origin, "http://") ? origin + 7 : "";
    int64_t port;
    if (!is_host(host)) {
        return false;
    }
    size_t size = strcspn(host, ":");
    const char *name = arena_copy_n(arena, host, size);
    if (host[size] == ':' && (!number_parse(host + size + 1, 1, 65535, &port) || host[size + 1] == '0')) {
        return false;
    }
    bool has_letter = strpbrk(name, "abcdefghijklmnopqrstuvwxyz") != NULL; /* browsers take no addresses */
    if (!has_letter || (!safe && strcmp(name, "localhost") != 0)) {
        return false;
    }
    *ret_name = name;
    return true;
}
