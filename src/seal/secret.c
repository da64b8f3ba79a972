#include "seal/keyring.h"

#include "base/must.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

void random_bytes(void *bytes, size_t size)
{
    randombytes_buf(bytes, size);
}

void secret_wipe(void *bytes, size_t size)
{
    sodium_memzero(bytes, size);
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

uint64_t short_hash(const struct short_key *key, const void *bytes, size_t size)
{
    uint8_t out[crypto_shorthash_BYTES];
    _Static_assert(sizeof out == sizeof(uint64_t), "SipHash-2-4");
    _Static_assert(sizeof key->bytes == crypto_shorthash_KEYBYTES, "SipHash-2-4");
    crypto_shorthash(out, bytes, size, key->bytes);
    uint64_t hash;
    memcpy(&hash, out, sizeof hash);
    return hash;
}

void secret_derive(const struct keyring *keyring, const char *purpose, const char *text,
                   char ret_text[static SECRET_TEXT])
{
    uint8_t bytes[KEY_BYTES];
    crypto_generichash_state state;
    crypto_generichash_init(&state, keyring->shared.secret, KEY_BYTES, KEY_BYTES);
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

enum { PASSWORDS_AT_ONCE = 4, PASSWORDS_WAITING = 16 };

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

/* A passphrase is asked for once and protects everything: dearer than a password. */
unsigned long long passphrase_operations(void)
{
    return atomic_load(&least_cost) ? crypto_pwhash_OPSLIMIT_MIN : crypto_pwhash_OPSLIMIT_MODERATE;
}

size_t passphrase_memory(void)
{
    return atomic_load(&least_cost) ? crypto_pwhash_MEMLIMIT_MIN : crypto_pwhash_MEMLIMIT_MODERATE;
}

/* ---- turns: the memory of a few at a time is all that passwords ever take */

static struct {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    unsigned at_once;
    unsigned most_waiting;
    unsigned working;
    unsigned waiting;
} turns = {.lock = PTHREAD_MUTEX_INITIALIZER,
           .freed = PTHREAD_COND_INITIALIZER,
           .at_once = PASSWORDS_AT_ONCE,
           .most_waiting = PASSWORDS_WAITING};

void password_places(unsigned at_once, unsigned waiting)
{
    must(at_once > 0);
    must(pthread_mutex_lock(&turns.lock) == 0);
    turns.at_once = at_once;
    turns.most_waiting = waiting;
    must(pthread_mutex_unlock(&turns.lock) == 0);
}

const struct error *password_room(struct arena *arena)
{
    must(pthread_mutex_lock(&turns.lock) == 0);
    bool room = turns.working < turns.at_once || turns.waiting < turns.most_waiting;
    must(pthread_mutex_unlock(&turns.lock) == 0);
    return room ? NULL : error_new(arena, ERROR_TOO_MANY, "many people are signing in at this moment");
}

static void turn_take(void)
{
    must(pthread_mutex_lock(&turns.lock) == 0);
    turns.waiting++;
    while (turns.working >= turns.at_once) {
        must(pthread_cond_wait(&turns.freed, &turns.lock) == 0);
    }
    turns.waiting--;
    turns.working++;
    must(pthread_mutex_unlock(&turns.lock) == 0);
}

static void turn_give(void)
{
    must(pthread_mutex_lock(&turns.lock) == 0);
    turns.working--;
    must(pthread_cond_signal(&turns.freed) == 0);
    must(pthread_mutex_unlock(&turns.lock) == 0);
}

const struct error *password_hash(struct arena *arena, const char *password,
                                  char ret_text[static PASSWORD_HASH_TEXT])
{
    turn_take();
    int failed = crypto_pwhash_str_alg(ret_text, password, strlen(password), operations(), memory(),
                                       crypto_pwhash_ALG_ARGON2ID13);
    turn_give();
    if (failed != 0) {
        return error_new(arena, ERROR_BUSY, "no memory to hash a password");
    }
    return NULL;
}

static bool verify(const char *hash, const char *password)
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

bool password_holds(const char *hash, const char *password)
{
    turn_take();
    bool holds = verify(hash, password);
    turn_give();
    return holds;
}

bool password_is_outdated(const char *hash)
{
    return crypto_pwhash_str_needs_rehash(hash, operations(), memory()) != 0;
}
