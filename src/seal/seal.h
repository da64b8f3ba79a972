/*
 * Keys and everything made with them; the only place that touches libsodium. A master key lies in a file of
 * its own, outside the database; from it come the keys for wrapping, blind tokens, signing, private notes and
 * backups. Each record (a child, a person, an account) has a random key of its own, kept only wrapped: to
 * dispose of a record is to destroy that key.
 *
 * Secrets are kept in locked memory that is wiped. A failure to open says ERROR_BROKEN_SEAL and never why in
 * detail: what was tampered with is not to be told from what was mixed up.
 */
#ifndef WM_SEAL_SEAL_H
#define WM_SEAL_SEAL_H

#include "base/error.h"
#include "base/id.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* To be called once, before anything else of this layer. */
void seal_init(void);

/* ---- the master key */

struct keyring;

/* Makes a key file (mode 0600). ERROR_EXISTS when there is a file of that name: a key is never overwritten.
 */
const struct error *keyring_create(struct arena *arena, const char *path) MUST_CHECK;
/*
 * Opens it. ERROR_KEY names the file when it is missing, of the wrong form, or readable by group or others
 * (a systemd credential may show its access list as a right of the group). Belongs to the caller:
 * keyring_free wipes it.
 */
const struct error *keyring_open(struct arena *arena, const char *path,
                                 struct keyring **ret_keyring) MUST_CHECK;
void keyring_free(struct keyring *keyring);
/* Eight bytes that tell one master key from another; not secret. */
void keyring_id(const struct keyring *keyring, uint8_t ret_id[static 8]);

/* ---- records */

enum { WRAPPED_KEY_BYTES = 24 + 32 + 16, SEAL_OVERHEAD = 1 + 24 + 16, HASH_BYTES = 32 };

struct record_key; /* in the arena it was opened into; wiped by record_key_wipe */

/* A new random key for a record, opened and wrapped under the record's id. */
void record_key_new(struct arena *arena, const struct keyring *keyring, struct id record,
                    struct record_key **ret_key, uint8_t ret_wrapped[static WRAPPED_KEY_BYTES]);
/* ERROR_BROKEN_SEAL unless it was wrapped under this master key for this record. */
const struct error *record_key_open(struct arena *arena, const struct keyring *keyring, struct id record,
                                    const uint8_t wrapped[static WRAPPED_KEY_BYTES],
                                    struct record_key **ret_key) MUST_CHECK;
void record_key_wipe(struct record_key *key);

/* Where a body stands. A body opens only there. */
struct seal_place {
    struct id stream;
    uint64_t seq;
    const char *type;
    const uint8_t *pack; /* HASH_BYTES: the pack version; NULL for kinds outside packs */
};
/* XChaCha20-Poly1305: one version byte, the nonce, the sealed bytes, the tag: size + SEAL_OVERHEAD bytes. */
void body_seal(struct arena *arena, const struct record_key *key, const struct seal_place *place,
               const void *plain, size_t size, const uint8_t **ret_sealed, size_t *ret_size);
const struct error *body_open(struct arena *arena, const struct record_key *key,
                              const struct seal_place *place, const uint8_t *sealed, size_t size,
                              const void **ret_plain, size_t *ret_size) MUST_CHECK;

/* ---- everything else that is kept sealed (drafts, answers) */

/* Under a key that follows from the purpose; opens only with the same purpose and id (and owner, where the id
 * says whose it is). */
void note_seal(struct arena *arena, const struct keyring *keyring, const char *purpose, struct id owner,
               struct id id, const void *plain, size_t size, const uint8_t **ret_sealed, size_t *ret_size);
const struct error *note_open(struct arena *arena, const struct keyring *keyring, const char *purpose,
                              struct id owner, struct id id, const uint8_t *sealed, size_t size,
                              const void **ret_plain, size_t *ret_size) MUST_CHECK;

/* ---- blind tokens, hashes, chains */

enum { TOKEN_BYTES = 16 };

/* A keyed hash by which equal texts can be found without being readable: BLAKE2b under the token key and the
 * purpose. */
void blind_token(const struct keyring *keyring, const char *purpose, const char *text,
                 uint8_t ret_token[static TOKEN_BYTES]);

/* Plain BLAKE2b-256, in pieces. */
struct hasher {
    _Alignas(64) unsigned char state[384];
};
void hash_begin(struct hasher *hasher);
/* Keyed by the chain key, for logs that only this server can go on writing. */
void hash_begin_keyed(struct hasher *hasher, const struct keyring *keyring, const char *purpose);
void hash_bytes(struct hasher *hasher, const void *bytes, size_t size);
/* Size before bytes, so that no two lists of fields give the same input. */
void hash_field(struct hasher *hasher, const void *bytes, size_t size);
void hash_text(struct hasher *hasher, const char *text); /* NULL is told from "" */
void hash_number(struct hasher *hasher, int64_t number);
void hash_end(struct hasher *hasher, uint8_t ret_hash[static HASH_BYTES]);
bool hash_equal(const uint8_t a[static HASH_BYTES],
                const uint8_t b[static HASH_BYTES]); /* in constant time */

/* ---- signatures */

enum { SIGNATURE_BYTES = 64, PUBLIC_KEY_BYTES = 32 };

void sign(const struct keyring *keyring, const void *bytes, size_t size,
          uint8_t ret_signature[static SIGNATURE_BYTES]);
void sign_public_key(const struct keyring *keyring, uint8_t ret_public[static PUBLIC_KEY_BYTES]);
bool signature_holds(const uint8_t public_key[static PUBLIC_KEY_BYTES], const void *bytes, size_t size,
                     const uint8_t signature[static SIGNATURE_BYTES]);

/* ---- random, tokens, passwords */

void random_bytes(void *bytes, size_t size);
struct id id_new(void);
enum { SECRET_TEXT = 44 };
/* 256 random bits as 43 characters of base64url. */
void secret_new(char ret_text[static SECRET_TEXT]);
/* What is kept of a secret, so that a stolen store opens nothing. */
void secret_hash(const char *text, uint8_t ret_hash[static HASH_BYTES]);
/* A text that follows from a secret and a purpose, e.g. the CSRF token of a session. */
void secret_derive(const struct keyring *keyring, const char *purpose, const char *text,
                   char ret_text[static SECRET_TEXT]);
bool text_equal_secret(const char *a, const char *b); /* in constant time for equal lengths */

enum { PASSWORD_HASH_TEXT = 128 };
/* Argon2id at libsodium's interactive cost (64 MiB). Takes tens of milliseconds. ERROR_BUSY when memory is
 * short. */
const struct error *password_hash(struct arena *arena, const char *password,
                                  char ret_text[static PASSWORD_HASH_TEXT]) MUST_CHECK;
/* False too when `hash` is NULL, at the same cost: an unknown name answers as slowly as a known one. */
bool password_holds(const char *hash, const char *password);
/* True when it was made at another cost than today's: to be hashed anew at the next sign-in. */
bool password_is_outdated(const char *hash);
/* For tests and the demonstration: least cost from now on. Never in a served store of real records. */
void password_cost_least(void);

/* ---- whole files, for backups */

/*
 * Encrypts what can be read from `in` to `out` (libsodium's secretstream in pieces of 64 KiB, the last one
 * marked), and back. Refusals are told apart: not a backup, a newer format, another key, changed or cut.
 */
const struct error *stream_seal(struct arena *arena, const struct keyring *keyring, int in,
                                int out) MUST_CHECK;
const struct error *stream_open(struct arena *arena, const struct keyring *keyring, int in,
                                int out) MUST_CHECK;

#endif
