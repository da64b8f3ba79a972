/*
 * What an authenticator and a browser send for a passkey, and what is typed as a code: the first byte
 * chooses. What was taken of an attestation lies within it, and its key is read again as it was.
 */
#include "fuzz.h"

#include "factor/code.h"
#include "factor/common.h"
#include "factor/passkey.h"
#include "factor/walk.h"

static const struct passkey_expected expected = {"https://example.org", "example.org",
                                                 "eGnCt3LUtY66k3jPjynibPk1qnffDaifqZwL3Ap29-U"};

void fuzz_begin(void)
{
}

static bool within(struct bytes part, const uint8_t *bytes, size_t size)
{
    return part.at >= bytes && part.size <= size && part.at + part.size <= bytes + size;
}

static void attestation(struct arena *arena, const uint8_t *bytes, size_t size)
{
    static const char client[] = "{\"type\":\"webauthn.create\",\"challenge\":"
                                 "\"eGnCt3LUtY66k3jPjynibPk1qnffDaifqZwL3Ap29-U\","
                                 "\"origin\":\"https://example.org\"}";
    struct passkey passkey;
    struct passkey_made made = {{(const uint8_t *)client, sizeof client - 1}, {bytes, size}};
    const struct error *error = passkey_make(arena, &expected, &made, &passkey);
    if (error != NULL) {
        must(error->code == ERROR_BAD_INPUT && error->detail != NULL);
        return;
    }
    size_t key_size;
    must(within(passkey.id, bytes, size) && within(passkey.key, bytes, size));
    must(passkey.id.size > 0 && passkey.id.size <= CREDENTIAL_ID_MOST);
    must(passkey_key_is_good(passkey.key, &key_size) && key_size == passkey.key.size);
}

/* A key, 37 bytes of a device, a signature of the rest. */
static void use(struct arena *arena, const uint8_t *bytes, size_t size)
{
    size_t key_size;
    if (!passkey_key_is_good((struct bytes){bytes, size}, &key_size) || size - key_size < 37) {
        return;
    }
    static const char client[] = "{}";
    struct passkey_used used = {
        {(const uint8_t *)client, 2}, {bytes + key_size, 37}, {bytes + key_size + 37, size - key_size - 37}};
    uint32_t count;
    must(!passkey_signature_holds((struct bytes){bytes, key_size}, "example.org", &used));
    must(passkey_use(arena, &expected, (struct bytes){bytes, key_size}, &used, &count) != NULL);
}

static void client(struct arena *arena, const uint8_t *bytes, size_t size)
{
    struct passkey_used used = {{bytes, size}, {bytes, size}, {bytes, size}};
    uint32_t count;
    must(passkey_use(arena, &expected, (struct bytes){bytes, size}, &used, &count) != NULL);
}

static void walk(const uint8_t *bytes, size_t size)
{
    struct cbor_walk walk = {{bytes, size}};
    while (walk.rest.size > 0) {
        size_t before = walk.rest.size;
        if (!cbor_skip(&walk)) {
            break;
        }
        must(walk.rest.size < before && walk.rest.at + walk.rest.size == bytes + size);
    }
}

static void typed(struct arena *arena, const uint8_t *bytes, size_t size)
{
    const char *text = fuzz_text(arena, bytes, size);
    struct bytes read;
    int64_t step = 0;
    if (text == NULL) {
        return;
    }
    if (base64url_read(arena, text, size, &read)) {
        must(strcmp(base64url_write(arena, read), text) == 0);
    }
    if (code_holds(arena, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", text, (struct instant){59000}, 0, &step)) {
        must(step >= 0 && step <= 2);
    }
    const char *normal = recovery_normal(arena, text);
    must(normal == NULL || strcmp(recovery_normal(arena, normal), normal) == 0);
    (void)common_password(text);
    const char *name;
    if (passkey_origin_name(arena, text, &name)) {
        must(strstr(text, name) != NULL);
    }
}

void fuzz_one(struct arena *arena, const uint8_t *bytes, size_t size)
{
    if (size == 0) {
        return;
    }
    switch (bytes[0] % 5) {
    case 0:
        attestation(arena, bytes + 1, size - 1);
        break;
    case 1:
        use(arena, bytes + 1, size - 1);
        break;
    case 2:
        client(arena, bytes + 1, size - 1);
        break;
    case 3:
        walk(bytes + 1, size - 1);
        break;
    default:
        typed(arena, bytes + 1, size - 1);
    }
}
