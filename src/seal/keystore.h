/*
 * The keystore: one small file outside the data folder and never in a backup of it, of which only the latest
 * copy is kept. It holds what every key of the store follows from (the root), the tree of secrets without
 * which no record's key opens, the secret of the present months for drafts, and the list of what was
 * destroyed. It is sealed under a key of its own, which lies in the lock at its head, so that changing the
 * master key touches nothing else.
 *
 *     "WMKEYS1\n" | lock | nonce | sealed: generation, root, period, tree, list
 *
 * It is replaced whole (written beside, synced, renamed), so a kill leaves the old one or the new one; what
 * stood in the old one is then written over, as far as the disk allows that.
 */
#ifndef WM_SEAL_KEYSTORE_H
#define WM_SEAL_KEYSTORE_H

#include "seal/master.h"
#include "seal/tree.h"

struct keystore {
    char *path;
    uint64_t generation; /* grows with every change; tells an old copy from a new one */
    uint8_t root[KEY_BYTES];
    int64_t period; /* the first month-long period whose secret still follows from the next */
    uint8_t period_key[KEY_BYTES];
    struct tree tree;
    struct destroyed *destroyed; /* in the order it was done */
    size_t destroyed_count;
    size_t destroyed_room;
    uint8_t key[KEY_BYTES];
    struct lock lock;
};

/* `root`: of a store from before there were keystores; NULL: a random one. `period`: the present one.
 * ERROR_EXISTS when there is a file. */
const struct error *keystore_create(struct arena *arena, const char *path, const char *source,
                                    const uint8_t *root, int64_t period) MUST_CHECK;
/* In locked memory; keystore_free wipes it. */
const struct error *keystore_open(struct arena *arena, const char *path, const char *source,
                                  struct keystore **ret_keystore) MUST_CHECK;
void keystore_free(struct keystore *keystore);

/* The leaf of a record in the tree. */
uint64_t keystore_leaf(struct id record);
bool keystore_is_destroyed(const struct keystore *keystore, struct id record);
/*
 * Takes records out for good and lists them: durable when it returns. Reads the file again first (another
 * process may have done so too), one process at a time. On an error the file is as it was, and so is this.
 */
const struct error *keystore_destroy(struct arena *arena, struct keystore *keystore,
                                     const struct destroyed *records, size_t count) MUST_CHECK;
/* Forgets the secrets of the periods before `period`, which then cannot be worked out again. */
const struct error *keystore_forget(struct arena *arena, struct keystore *keystore,
                                    int64_t period) MUST_CHECK;
/* The secret of a period; false when it was forgotten, or lies too far ahead. */
bool keystore_period_key(const struct keystore *keystore, int64_t period, uint8_t ret_key[static KEY_BYTES]);
/* Makes another lock, for another source; the old one opens the file no longer. */
const struct error *keystore_relock(struct arena *arena, const char *path, const char *source,
                                    const char *new_source) MUST_CHECK;
/*
 * The same with a new key file in the place of the old one: made as SOURCE.new, which opens it until it has
 * its place. Begun again after a kill it goes on where it stopped: a key that opens the keystore already is
 * not made again, and of two who begin at once one waits.
 */
const struct error *keystore_relock_in_place(struct arena *arena, const char *path,
                                             const char *source) MUST_CHECK;
/* A copy that is known to open, in the place of the copy before it. */
const struct error *keystore_copy(struct arena *arena, const char *path, const char *source, const char *to,
                                  struct keystore_state *ret_state) MUST_CHECK;
/* Puts a copy in the place of the keystore; ERROR_EXISTS when what is there knows of more. */
const struct error *keystore_put_back(struct arena *arena, const char *path, const char *source,
                                      const char *from, struct keystore_state *ret_state) MUST_CHECK;
/* Only one process changes it at a time; the descriptor that is given back holds the lock. */
const struct error *keystore_lock(struct arena *arena, const char *path, int *ret_fd) MUST_CHECK;

#endif
