/*
 * Keys and everything made with them; the only place that touches libsodium. A master key opens the keystore,
 * a small file outside the data folder of which only the latest copy is kept. From what is in it come the
 * keys for wrapping, blind tokens, signing, drafts and backups. Each record (a child, a person, an account)
 * has a random key of its own, kept only wrapped, and it takes a secret of that record from the keystore to
 * open it: to dispose of a record is to take that secret out, and no copy of the data opens it from then on.
 *
 * While the program serves, the keystore lies open in a process of its own, which gives out the key of one
 * record at a time for a named act of a named account, and slows unusual numbers (docs/decisions/0040).
 *
 * Secrets are kept in locked memory that is wiped. A failure to open says ERROR_BROKEN_SEAL and never why in
 * detail: what was tampered with is not to be told from what was mixed up.
 */
#ifndef WM_SEAL_SEAL_H
#define WM_SEAL_SEAL_H

#include "base/error.h"
#include "base/id.h"
#include "base/instant.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* To be called once, before anything else of this layer. */
void seal_init(void);

/* ---- the keystore */

struct keyring;

/* Where the keys of a store are. */
struct key_place {
    const char *source;   /* of the master key: FILE, "ask:" or "fd:N" (seal/master.h) */
    const char *keystore; /* the file */
};

/*
 * Makes a keystore, and a key file (mode 0600) where there is none. ERROR_EXISTS when there is a keystore: it
 * is never overwritten.
 */
const struct error *keyring_create(struct arena *arena, const struct key_place *place,
                                   struct instant now) MUST_CHECK;
/* For a store from before there were keystores: what follows from its key goes on following from it. */
const struct error *keyring_upgrade(struct arena *arena, const struct key_place *place,
                                    struct instant now) MUST_CHECK;
/*
 * Opens it in this process, for a command. ERROR_KEY names the file when one is missing, of the wrong form,
 * or readable by group or others (a systemd credential may show its access list as a right of the group), or
 * when the one does not open the other. Belongs to the caller: keyring_free wipes it.
 */
const struct error *keyring_open(struct arena *arena, const struct key_place *place,
                                 struct keyring **ret_keyring) MUST_CHECK;
/*
 * Opens it in a process of its own, to be begun before anything else is opened or any thread begun. That
 * process ends when this one does, however it ends. NULL limits: the usual ones; they hold from keyring_serve
 * on.
 */
struct key_limits {
    double account_burst; /* records that one account may open at once which it did not within the hour, */
    double account_per_second; /* and how fast that fills again */
    double all_burst;          /* the same for all accounts and the program itself together */
    double all_per_second;
};
const struct error *keyring_hold(struct arena *arena, const struct key_place *place,
                                 const struct key_limits *limits, struct keyring **ret_keyring) MUST_CHECK;
/* ERROR_KEY when that process has ended. */
const struct error *keyring_serve(struct arena *arena, const struct keyring *keyring) MUST_CHECK;
/* False when the process that holds the keys has ended: nothing can be read any more. */
bool keyring_lives(const struct keyring *keyring);
/* Now and then while serving: forgets the keys of records that nobody asked for within the last minute. */
void keyring_tidy(const struct keyring *keyring);
void keyring_free(struct keyring *keyring);
/* Another master key, while serving or not: the old one opens the keystore no longer. A new key file is made
 * where there is none. NULL: another key in the place of this key file (it is made as FILE.new first, which
 * opens the keystore too until it has its place). Killed at any moment, what is there opens it. */
const struct error *keyring_rotate(struct arena *arena, const struct key_place *place,
                                   const char *new_source) MUST_CHECK;
/* What tells one copy of a keystore from another. */
struct keystore_state {
    uint64_t generation; /* grows with every change */
    uint64_t destroyed;  /* records */
    bool is_of_passphrase;
};
const struct error *keyring_state(struct arena *arena, const struct key_place *place,
                                  struct keystore_state *ret_state) MUST_CHECK;
/* Copies the keystore to a file, in the place of the copy before it; it is known to open. */
const struct error *keyring_copy(struct arena *arena, const struct key_place *place, const char *to,
                                 struct keystore_state *ret_state) MUST_CHECK;
/* Puts a copy in the place of the keystore. ERROR_EXISTS: what is there is newer. */
const struct error *keyring_put_back(struct arena *arena, const struct key_place *place, const char *from,
                                     struct keystore_state *ret_state) MUST_CHECK;
/* Who asks for keys from now on on this thread, and for which act ("" and zero: the program itself). */
void keyring_use(struct id account, const char *act);
/* Eight bytes that tell one master key from another; not secret. */
void keyring_id(const struct keyring *keyring, uint8_t ret_id[static 8]);

/* ---- records */

enum {
    WRAPPED_KEY_BYTES = 1 + 24 + 32 + 16,
    OLD_WRAPPED_KEY_BYTES = WRAPPED_KEY_BYTES - 1,
    SEAL_OVERHEAD = 1 + 24 + 16,
    HASH_BYTES = 32
};

struct record_key; /* in the arena it was opened into; wiped by record_key_wipe */

/* A new random key for a record, opened and wrapped under the record's id. */
const struct error *record_key_new(struct arena *arena, const struct keyring *keyring, struct id record,
                                   struct record_key **ret_key,
                                   uint8_t ret_wrapped[static WRAPPED_KEY_BYTES]) MUST_CHECK;
/*
 * ERROR_BROKEN_SEAL unless it was wrapped under this keystore for this record; ERROR_DISPOSED: it was
 * destroyed; ERROR_TOO_MANY: unusually many were asked for. `size` is that of the wrapped key: those from
 * before there were keystores are a byte shorter.
 */
const struct error *record_key_open(struct arena *arena, const struct keyring *keyring, struct id record,
                                    const void *wrapped, size_t size, struct record_key **ret_key) MUST_CHECK;
/* Several, for which the holder of the keys is asked at once; an error is that of any of them. */
struct locked_key {
    struct id record;
    const void *wrapped;
    size_t size;
    struct record_key *key; /* the outcome */
};
const struct error *record_keys_open(struct arena *arena, const struct keyring *keyring,
                                     struct locked_key *keys, size_t count) MUST_CHECK;
/* Wrapped as it is done now; for those from before. */
const struct error *record_key_rewrap(struct arena *arena, const struct keyring *keyring, struct id record,
                                      const void *wrapped, size_t size,
                                      uint8_t ret_wrapped[static WRAPPED_KEY_BYTES]) MUST_CHECK;
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
/* The same into memory of the caller's, size - SEAL_OVERHEAD bytes; false when it does not open. */
bool body_open_into(const struct record_key *key, const struct seal_place *place, const void *sealed,
                    size_t size, void *ret_plain) MUST_CHECK;

/* ---- everything else that is kept sealed (drafts, answers) */

/*
 * Under a key that follows from the purpose, the owner, the month it was made in and the record it is about
 * (zero: none). It opens only with the same again; not after that record was destroyed, and not after its
 * month was forgotten (keyring_forget), in whatever copy.
 */
enum { NOTE_OVERHEAD = SEAL_OVERHEAD + 4 };
struct note_place {
    const char *purpose; /* at most 15 small letters */
    struct id owner;
    struct id id;
    struct id about;
};
const struct error *note_seal(struct arena *arena, const struct keyring *keyring,
                              const struct note_place *place, struct instant made_at, const void *plain,
                              size_t size, const uint8_t **ret_sealed, size_t *ret_size) MUST_CHECK;
const struct error *note_open(struct arena *arena, const struct keyring *keyring,
                              const struct note_place *place, const uint8_t *sealed, size_t size,
                              const void **ret_plain, size_t *ret_size) MUST_CHECK;
/* What was sealed more than a month before that day opens no longer. Durable; mostly there is nothing to do.
 */
const struct error *keyring_forget(struct arena *arena, const struct keyring *keyring,
                                   struct instant before) MUST_CHECK;

/* ---- destruction */

enum { DESTROYED_RULE = 64 };

/* What is known of a record that was destroyed. */
struct destroyed {
    struct id record;
    uint8_t kind;
    int64_t at; /* milliseconds */
    struct id asked_by;
    struct id agreed_by;
    char rule[DESTROYED_RULE];
};
/*
 * Takes what it takes to open these records out of the keystore and lists them there: durable when it
 * returns; those that are listed already stay as they are. ERROR_INVALID: one names no rule, or one account
 * twice.
 */
const struct error *keyring_destroy(struct arena *arena, const struct keyring *keyring,
                                    const struct destroyed *records, size_t count) MUST_CHECK;
/* Everything that was ever destroyed, in the order it was. */
const struct error *keyring_destroyed(struct arena *arena, const struct keyring *keyring,
                                      const struct destroyed **ret_list, size_t *ret_count) MUST_CHECK;

/* ---- blind tokens, hashes, chains */

enum { TOKEN_BYTES = 16 };

/* A keyed hash by which equal texts can be found without being readable: BLAKE2b under the token key and the
 * purpose. */
void blind_token(const struct keyring *keyring, const char *purpose, const char *text,
                 uint8_t ret_token[static TOKEN_BYTES]);

/* Plain BLAKE2b-256, in pieces. */
struct hasher {
    _Alignas(64) unsigned char state[384];
    unsigned char pieces[128]; /* small ones are hashed together */
    size_t pieced;
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

/* As browsers and other systems hash; 32 bytes. */
void hash_sha256(const void *bytes, size_t size, uint8_t ret_hash[static HASH_BYTES]);

/* ---- signatures */

enum { SIGNATURE_BYTES = 64, PUBLIC_KEY_BYTES = 32 };

/* Signs a hash. */
const struct error *sign(const struct keyring *keyring, const uint8_t hash[static HASH_BYTES],
                         uint8_t ret_signature[static SIGNATURE_BYTES]) MUST_CHECK;
void sign_public_key(const struct keyring *keyring, uint8_t ret_public[static PUBLIC_KEY_BYTES]);
bool signature_holds(const uint8_t public_key[static PUBLIC_KEY_BYTES], const void *bytes, size_t size,
                     const uint8_t signature[static SIGNATURE_BYTES]);

/* ---- tables in memory */

/* SipHash under a random key: where a stranger's text stands in a table cannot be foreseen. */
struct short_key {
    uint8_t bytes[16];
};
uint64_t short_hash(const struct short_key *key, const void *bytes, size_t size);

/* ---- random, tokens, passwords */

void random_bytes(void *bytes, size_t size);
/* Wipes, whatever the compiler thinks of it. */
void secret_wipe(void *bytes, size_t size);
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
/*
 * Each hash takes 64 MiB while it lasts, so only so many are made at once (4 unless set); the others wait for
 * their turn. ERROR_TOO_MANY when so many wait already (16 unless set) that another is better told to come
 * back: to be asked before the work begins, so that a storm of passwords takes neither the memory nor the
 * threads that others need.
 */
const struct error *password_room(struct arena *arena) MUST_CHECK;
void password_places(unsigned at_once, unsigned waiting);
/* True when it was made at another cost than today's: to be hashed anew at the next sign-in. */
bool password_is_outdated(const char *hash);
/* For tests and the demonstration: least cost from now on. Never in a served store of real records. */
void password_cost_least(void);

/* ---- whole files, for backups */

/*
 * Encrypts what can be read from `in` to `out` (libsodium's secretstream in pieces of 64 KiB, the last one
 * marked), and back. Refusals are told apart: not a backup, a newer format, another key, changed or cut.
 */
/* For commands: not with a keyring that a process of its own holds. */
const struct error *stream_seal(struct arena *arena, const struct keyring *keyring, int in,
                                int out) MUST_CHECK;
const struct error *stream_open(struct arena *arena, const struct keyring *keyring, int in,
                                int out) MUST_CHECK;

#endif
