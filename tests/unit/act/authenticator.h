/* A device that makes and uses passkeys as a real one would, and as a bad one would: whatever is asked of it.
 */
#ifndef WM_ACT_TEST_AUTHENTICATOR_H
#define WM_ACT_TEST_AUTHENTICATOR_H

#include "act/signing.h"
#include "factor/base64url.h"

#include <sodium.h>
#include <string.h>

struct authenticator {
    uint8_t id[16];
    uint8_t public_key[32];
    uint8_t secret_key[64];
    uint32_t count;
    uint8_t flags; /* 0x05: touched and verified */
    const char *origin;
    const char *name;
    const char *user;
};

static inline struct authenticator authenticator_new(const char *origin, const char *name)
{
    struct authenticator made = {.flags = 0x05, .origin = origin, .name = name};
    randombytes_buf(made.id, sizeof made.id);
    crypto_sign_keypair(made.public_key, made.secret_key);
    return made;
}

static inline const char *authenticator_text(struct arena *arena, const void *bytes, size_t size)
{
    return base64url_write(arena, (struct bytes){bytes, size});
}

static inline const char *authenticator_client(struct arena *arena, const struct authenticator *device,
                                               const char *type, const char *challenge)
{
    return arena_printf(arena,
                        "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\",\"crossOrigin\":false}",
                        type, challenge, device->origin);
}

static inline size_t authenticator_head(const struct authenticator *device, uint8_t flags, uint8_t *to)
{
    crypto_hash_sha256(to, (const uint8_t *)device->name, strlen(device->name));
    to[32] = flags;
    for (int i = 0; i < 4; i++) {
        to[33 + i] = (uint8_t)(device->count >> (24 - 8 * i));
    }
    return 37;
}

static inline void authenticator_make(struct arena *arena, struct authenticator *device,
                                      const char *challenge, const char *user, const char **ret_client,
                                      const char **ret_attestation)
{
    static const uint8_t before[] = {0xa3, 0x63, 'f', 'm', 't', 0x64, 'n', 'o', 'n',  'e',
                                     0x67, 'a',  't', 't', 'S', 't',  'm', 't', 0xa0, 0x68,
                                     'a',  'u',  't', 'h', 'D', 'a',  't', 'a', 0x58, 113};
    static const uint8_t key[] = {0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20};
    uint8_t made[256];
    size_t size = sizeof before;
    device->user = user;
    memcpy(made, before, size);
    size += authenticator_head(device, device->flags | 0x40, made + size);
    memset(made + size, 0, 18);
    made[size + 17] = sizeof device->id;
    size += 18;
    memcpy(made + size, device->id, sizeof device->id);
    size += sizeof device->id;
    memcpy(made + size, key, sizeof key);
    memcpy(made + size + sizeof key, device->public_key, 32);
    size += sizeof key + 32;
    const char *client = authenticator_client(arena, device, "webauthn.create", challenge);
    *ret_client = authenticator_text(arena, client, strlen(client));
    *ret_attestation = authenticator_text(arena, made, size);
}

/* Counts on, unless it never counted. */
static inline struct passkey_answer authenticator_use(struct arena *arena, struct authenticator *device,
                                                      const char *challenge)
{
    uint8_t data[37 + 32];
    uint8_t signature[64];
    device->count += device->count > 0;
    size_t size = authenticator_head(device, device->flags, data);
    const char *client = authenticator_client(arena, device, "webauthn.get", challenge);
    crypto_hash_sha256(data + size, (const uint8_t *)client, strlen(client));
    crypto_sign_detached(signature, NULL, data, sizeof data, device->secret_key);
    return (struct passkey_answer){
        .challenge = challenge,
        .id = authenticator_text(arena, device->id, sizeof device->id),
        .user = device->user,
        .client_data = authenticator_text(arena, client, strlen(client)),
        .authenticator_data = authenticator_text(arena, data, size),
        .signature = authenticator_text(arena, signature, sizeof signature),
    };
}

#endif
