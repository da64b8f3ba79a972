/* The inside of a keyring, for seal/ alone. */
#ifndef WM_SEAL_KEYRING_H
#define WM_SEAL_KEYRING_H

#include "seal/seal.h"

#include <sodium.h>

enum { KEY_BYTES = 32 };

/* Numbers of the keys that follow from the master key: only ever append. */
enum subkey {
    SUBKEY_WRAP = 1,
    SUBKEY_TOKEN,
    SUBKEY_SIGN,
    SUBKEY_NOTE,
    SUBKEY_CHAIN,
    SUBKEY_BACKUP,
    SUBKEY_ID,
    SUBKEY_SECRET
};

struct keyring {
    uint8_t wrap[KEY_BYTES];
    uint8_t token[KEY_BYTES];
    uint8_t note[KEY_BYTES];
    uint8_t chain[KEY_BYTES];
    uint8_t backup[KEY_BYTES];
    uint8_t secret[KEY_BYTES];
    uint8_t id[8];
    uint8_t sign_secret[crypto_sign_SECRETKEYBYTES];
    uint8_t sign_public[crypto_sign_PUBLICKEYBYTES];
};

#endif
