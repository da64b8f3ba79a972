#include "seal/keyring.h"

#include "base/must.h"

#include <stdatomic.h>
#include <string.h>

void random_bytes(void *bytes, size_t size)
{
    randombytes_buf(bytes, size);
}

struct id id_new(void)
{
    struct id id;
    randombytes_buf(id.bytes, ID_BYTES);
    return id;
}

static void to_text(const uint8_t bytes[static KEY_BYTES], char ret_text[static SECRET_TEXT])
{
    must(sodium_bin2base64(ret_text, SECRET_TEXT, bytes, KEY_BYTES,
                           sodium_base64_VARIANT_URLSAFE_NO_PADDING) != NULL);
}

void secret_new(char ret_text[static SECRET_TEXT])
{
    uint8_t bytes[KEY_BYTES];
    randombytes_buf(bytes, sizeof bytes);
    to_text(bytes, ret_text);
    sodium_memzero(bytes, sizeof bytes);
}

void secret_hash(const char *text, uint8_t ret_hash[static HASH_BYTES])
{
    crypto_generichash(ret_hash, HASH_BYTES, (const unsigned char *)text, strlen(text), NULL, 0);
}

void secret_derive(const struct keyring *keyring, const char *purpose, const char *text,
                   char ret_text[static SECRET_TEXT])
{
    uint8_t bytes[KEY_BYTES];
    crypto_generichash_state state;
    crypto_generichash_init(&state, keyring->secret, KEY_BYTES, KEY_BYTES);
    crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose) + 1);
    crypto_generichash_update(&state, (const unsigned char *)text, strlen(text));
    crypto_generichash_final(&state, bytes, KEY_BYTES);
    to_text(bytes, ret_text);
    sodium_memzero(bytes, sizeof bytes);
}

bool text_equal_secret(const char *a, const char *b)
{
    size_t size = strlen(a);
    return strlen(b) == size && sodium_memcmp(a, b, size) == 0;
}

_Static_assert(crypto_pwhash_STRBYTES <= PASSWORD_HASH_TEXT, "room for a password hash");

static atomic_bool least_cost;

void password_cost_least(void)
{
    atomic_store(&least_cost, true);
}

static unsigned long long operations(void)
{
    return atomic_load(&least_cost) ? crypto_pwhash_OPSLIMIT_MIN : crypto_pwhash_OPSLIMIT_INTERACTIVE;
}

static size_t memory(void)
{
    return atomic_load(&least_cost) ? crypto_pwhash_MEMLIMIT_MIN : crypto_pwhash_MEMLIMIT_INTERACTIVE;
}

const struct error *password_hash(struct arena *arena, const char *password,
                                  char ret_text[static PASSWORD_HASH_TEXT])
{
    if (crypto_pwhash_str_alg(ret_text, password, strlen(password), operations(), memory(),
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return error_new(arena, ERROR_BUSY, "no memory to hash a password");
    }
    return NULL;
}

bool password_holds(const char *hash, const char *password)
{
    if (hash != NULL) {
        return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
    }
    uint8_t out[16];
    static const uint8_t salt[crypto_pwhash_SALTBYTES] = {0};
    /* the result is of no use: it costs what a verification costs */
    (void)!crypto_pwhash(out, sizeof out, password, strlen(password), salt, operations(), memory(),
                         crypto_pwhash_ALG_ARGON2ID13);
    return false;
}

bool password_is_outdated(const char *hash)
{
    return crypto_pwhash_str_needs_rehash(hash, operations(), memory()) != 0;
}
