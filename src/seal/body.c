/*
 * Sealing. XChaCha20-Poly1305 with a random nonce (24 bytes: no counting needed). The additional data binds a
 * body to its place, so that two sealed bodies cannot be exchanged even by someone who can write the files.
 */
#include "seal/keyring.h"

#include "base/must.h"

#include <string.h>

enum {
    SEAL_VERSION = 1,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    PLACE = HASH_BYTES
};

struct record_key {
    uint8_t bytes[KEY_BYTES];
};

/* version | nonce | sealed | tag */
static void seal_bytes(struct arena *arena, const uint8_t *key, const void *place, size_t place_size,
                       const void *plain, size_t size, const uint8_t **ret_sealed, size_t *ret_size)
{
    uint8_t *sealed = arena_alloc(arena, size + SEAL_OVERHEAD);
    sealed[0] = SEAL_VERSION;
    randombytes_buf(sealed + 1, NONCE);
    unsigned long long written = 0;
    must(crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + 1 + NONCE, &written, plain, size, place,
                                                    place_size, NULL, sealed + 1, key) == 0);
    must(written == size + TAG);
    *ret_sealed = sealed;
    *ret_size = size + SEAL_OVERHEAD;
}

static const struct error *open_bytes(struct arena *arena, const uint8_t *key, const void *place,
                                      size_t place_size, const uint8_t *sealed, size_t size,
                                      const void **ret_plain, size_t *ret_size)
{
    if (size < SEAL_OVERHEAD || sealed[0] != SEAL_VERSION) {
        return error_of(ERROR_BROKEN_SEAL);
    }
    char *plain = arena_alloc(arena, size - SEAL_OVERHEAD + 1);
    unsigned long long written = 0;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *)plain, &written, NULL, sealed + 1 + NONCE,
                                                   size - 1 - NONCE, place, place_size, sealed + 1,
                                                   key) != 0) {
        return error_of(ERROR_BROKEN_SEAL);
    }
    *ret_plain = plain;
    *ret_size = (size_t)written;
    return NULL;
}

static void place_hash(const struct seal_place *place, uint8_t ret_hash[static PLACE])
{
    struct hasher hasher;
    hash_begin(&hasher);
    hash_text(&hasher, "waymark-body-1");
    hash_field(&hasher, place->stream.bytes, ID_BYTES);
    hash_number(&hasher, (int64_t)place->seq);
    hash_text(&hasher, place->type);
    hash_field(&hasher, place->pack, place->pack == NULL ? 0 : HASH_BYTES);
    hash_end(&hasher, ret_hash);
}

void record_key_new(struct arena *arena, const struct keyring *keyring, struct id record,
                    struct record_key **ret_key, uint8_t ret_wrapped[static WRAPPED_KEY_BYTES])
{
    struct record_key *key = arena_one(arena, struct record_key);
    randombytes_buf(key->bytes, sizeof key->bytes);
    randombytes_buf(ret_wrapped, NONCE);
    must(crypto_aead_xchacha20poly1305_ietf_encrypt(ret_wrapped + NONCE, NULL, key->bytes, KEY_BYTES,
                                                    record.bytes, ID_BYTES, NULL, ret_wrapped,
                                                    keyring->wrap) == 0);
    *ret_key = key;
}

const struct error *record_key_open(struct arena *arena, const struct keyring *keyring, struct id record,
                                    const uint8_t wrapped[static WRAPPED_KEY_BYTES],
                                    struct record_key **ret_key)
{
    struct record_key *key = arena_one(arena, struct record_key);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(key->bytes, NULL, NULL, wrapped + NONCE, KEY_BYTES + TAG,
                                                   record.bytes, ID_BYTES, wrapped, keyring->wrap) != 0) {
        return error_of(ERROR_BROKEN_SEAL);
    }
    *ret_key = key;
    return NULL;
}

void record_key_wipe(struct record_key *key)
{
    if (key != NULL) {
        sodium_memzero(key, sizeof *key);
    }
}

void body_seal(struct arena *arena, const struct record_key *key, const struct seal_place *place,
               const void *plain, size_t size, const uint8_t **ret_sealed, size_t *ret_size)
{
    uint8_t bound[PLACE];
    place_hash(place, bound);
    seal_bytes(arena, key->bytes, bound, sizeof bound, plain, size, ret_sealed, ret_size);
}

const struct error *body_open(struct arena *arena, const struct record_key *key,
                              const struct seal_place *place, const uint8_t *sealed, size_t size,
                              const void **ret_plain, size_t *ret_size)
{
    uint8_t bound[PLACE];
    place_hash(place, bound);
    return open_bytes(arena, key->bytes, bound, sizeof bound, sealed, size, ret_plain, ret_size);
}

/* One key for each owner and purpose. */
static void note_key(const struct keyring *keyring, const char *purpose, struct id owner,
                     uint8_t ret_key[static KEY_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, keyring->note, KEY_BYTES, KEY_BYTES);
    crypto_generichash_update(&state, owner.bytes, ID_BYTES);
    crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose));
    crypto_generichash_final(&state, ret_key, KEY_BYTES);
}

void note_seal(struct arena *arena, const struct keyring *keyring, const char *purpose, struct id owner,
               struct id id, const void *plain, size_t size, const uint8_t **ret_sealed, size_t *ret_size)
{
    uint8_t key[KEY_BYTES];
    note_key(keyring, purpose, owner, key);
    seal_bytes(arena, key, id.bytes, ID_BYTES, plain, size, ret_sealed, ret_size);
    sodium_memzero(key, sizeof key);
}

const struct error *note_open(struct arena *arena, const struct keyring *keyring, const char *purpose,
                              struct id owner, struct id id, const uint8_t *sealed, size_t size,
                              const void **ret_plain, size_t *ret_size)
{
    uint8_t key[KEY_BYTES];
    note_key(keyring, purpose, owner, key);
    const struct error *error = open_bytes(arena, key, id.bytes, ID_BYTES, sealed, size, ret_plain, ret_size);
    sodium_memzero(key, sizeof key);
    return error;
}
