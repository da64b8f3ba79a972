/* The inside of a keyring, for seal/ alone. */
#ifndef WM_SEAL_KEYRING_H
#define WM_SEAL_KEYRING_H

#include "seal/seal.h"

#include <sodium.h>

enum { KEY_BYTES = 32 };

/* Numbers of the keys that follow from the root, and (the last two) from the master key: only ever append. */
enum subkey {
    SUBKEY_WRAP = 1,
    SUBKEY_TOKEN,
    SUBKEY_SIGN,
    SUBKEY_NOTE,
    SUBKEY_CHAIN,
    SUBKEY_BACKUP,
    SUBKEY_ID,
    SUBKEY_SECRET,
    SUBKEY_LOCK,
    SUBKEY_LOCK_ID
};

/* What a process that serves needs all the time: searching, chaining its log, and the proofs of sessions.
 * None of them opens anything that is sealed. */
struct shared_keys {
    uint8_t token[KEY_BYTES];
    uint8_t chain[KEY_BYTES];
    uint8_t secret[KEY_BYTES];
    uint8_t id[8];
    uint8_t sign_public[crypto_sign_PUBLICKEYBYTES];
};

struct holder;

struct keyring {
    struct shared_keys shared;
    struct hold *hold; /* whom to ask for everything else */
};

/* secret.c: what working out the key of a passphrase costs. */
unsigned long long passphrase_operations(void);
size_t passphrase_memory(void);

#endif
