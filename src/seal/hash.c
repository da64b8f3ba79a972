#include "seal/keyring.h"

#include "base/must.h"
#include "seal/number.h"

#include <string.h>

_Static_assert(sizeof(crypto_generichash_state) <= sizeof((struct hasher *)0)->state,
               "a hasher holds libsodium's state");

static crypto_generichash_state *state_of(struct hasher *hasher)
{
    return (crypto_generichash_state *)(void *)hasher->state;
}

void hash_begin(struct hasher *hasher)
{
    must(crypto_generichash_init(state_of(hasher), NULL, 0, HASH_BYTES) == 0);
    hasher->pieced = 0;
}

void hash_begin_keyed(struct hasher *hasher, const struct keyring *keyring, const char *purpose)
{
    must(crypto_generichash_init(state_of(hasher), keyring->shared.chain, KEY_BYTES, HASH_BYTES) == 0);
    hasher->pieced = 0;
    hash_text(hasher, purpose);
}

static void put_pieces(struct hasher *hasher)
{
    crypto_generichash_update(state_of(hasher), hasher->pieces, hasher->pieced);
    hasher->pieced = 0;
}

void hash_bytes(struct hasher *hasher, const void *bytes, size_t size)
{
    if (size > sizeof hasher->pieces - hasher->pieced) {
        put_pieces(hasher);
    }
    if (size > sizeof hasher->pieces) {
        crypto_generichash_update(state_of(hasher), bytes, size);
    } else if (size > 0) {
        memcpy(hasher->pieces + hasher->pieced, bytes, size);
        hasher->pieced += size;
    }
}

void hash_number(struct hasher *hasher, int64_t number)
{
    uint8_t bytes[NUMBER_BYTES];
    number_put(bytes, (uint64_t)number);
    hash_bytes(hasher, bytes, sizeof bytes);
}

void hash_field(struct hasher *hasher, const void *bytes, size_t size)
{
    hash_number(hasher, (int64_t)size);
    hash_bytes(hasher, bytes, size);
}

void hash_text(struct hasher *hasher, const char *text)
{
    if (text == NULL) {
        hash_number(hasher, -1);
    } else {
        hash_field(hasher, text, strlen(text));
    }
}

void hash_end(struct hasher *hasher, uint8_t ret_hash[static HASH_BYTES])
{
    put_pieces(hasher);
    crypto_generichash_final(state_of(hasher), ret_hash, HASH_BYTES);
}

bool hash_equal(const uint8_t a[static HASH_BYTES], const uint8_t b[static HASH_BYTES])
{
    return sodium_memcmp(a, b, HASH_BYTES) == 0;
}

void blind_token(const struct keyring *keyring, const char *purpose, const char *text,
                 uint8_t ret_token[static TOKEN_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, keyring->shared.token, KEY_BYTES, TOKEN_BYTES);
    crypto_generichash_update(&state, (const unsigned char *)purpose,
                              strlen(purpose) + 1); /* its NUL parts the two */
    crypto_generichash_update(&state, (const unsigned char *)text, strlen(text));
    crypto_generichash_final(&state, ret_token, TOKEN_BYTES);
}

void hash_sha256(const void *bytes, size_t size, uint8_t ret_hash[static HASH_BYTES])
{
    crypto_hash_sha256(ret_hash, bytes, size);
}
