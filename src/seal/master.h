/*
 * Where the master key comes from, and the lock it opens. A source is a text:
 *
 *     FILE    a file of one line, "waymark-key-1 " and 64 hexadecimal digits, so that it can be printed, kept
 * in a safe and typed back; nobody but its owner may read it. Also a systemd credential. ask:    a
 * passphrase, asked for on the terminal fd:N    a passphrase, the first line that is read from an open
 * descriptor
 *
 * The master key only ever opens one thing: the lock at the head of the keystore, in which the keystore's own
 * key lies sealed. So it is changed by making another lock, and nothing else is touched.
 */
#ifndef WM_SEAL_MASTER_H
#define WM_SEAL_MASTER_H

#include "seal/keyring.h"

enum { LOCK_SALT = 16, LOCK_ID = 8, LOCK_BYTES = 1 + 8 + 8 + LOCK_SALT + LOCK_ID + 24 + KEY_BYTES + 16 };

/* What stands at the head of a keystore. */
struct lock {
    uint8_t bytes[LOCK_BYTES];
};

bool source_is_passphrase(const char *source);
/* Makes the key file; the source is no passphrase. ERROR_EXISTS: a key is never overwritten. */
const struct error *master_create(struct arena *arena, const char *source) MUST_CHECK;
/* Reads a key file. */
const struct error *master_read(struct arena *arena, const char *path,
                                uint8_t ret_master[static KEY_BYTES]) MUST_CHECK;
/* A lock that opens with this source. A new passphrase has at least PASSPHRASE_LEAST characters and is asked
 * for twice. */
enum { PASSPHRASE_LEAST = 20, PASSPHRASE_MOST = 1000 };
const struct error *lock_make(struct arena *arena, const char *source, const uint8_t key[static KEY_BYTES],
                              struct lock *ret_lock) MUST_CHECK;
/* ERROR_KEY when it is another master key's, or a wrong passphrase. */
const struct error *lock_open(struct arena *arena, const char *source, const struct lock *lock,
                              uint8_t ret_key[static KEY_BYTES]) MUST_CHECK;
bool lock_is_of_passphrase(const struct lock *lock);
/* A passphrase is remembered in locked memory, so that a command that opens twice asks once, until this. */
void master_forget(void);

#endif
