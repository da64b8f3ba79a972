/*
 * The file of a keystore (its form stands in seal/keystore.h): what is in it to bytes, sealed, and back. For
 * seal/keystore.c alone.
 */
#ifndef WM_SEAL_KEYSTORE_FILE_H
#define WM_SEAL_KEYSTORE_FILE_H

#include "seal/keystore.h"

/* Its bytes as they were read, in the arena of who reads. */
struct keystore_image {
    const uint8_t *bytes;
    size_t size;
};

/* ERROR_KEY: there is none, or it is none of this program. */
const struct error *keystore_read(struct arena *arena, const char *path,
                                  struct keystore_image *ret_image) MUST_CHECK;
struct lock keystore_lock_of(const struct keystore_image *image);
/* Fills everything but the path and the key, which are set. ERROR_KEY: it was changed, or the key is not its
 * own. */
const struct error *keystore_unseal(struct arena *arena, const struct keystore_image *image,
                                    struct keystore *keystore) MUST_CHECK;
/* Replaces the file whole, and writes over what stood in the old one. */
const struct error *keystore_write(struct arena *arena, const struct keystore *keystore) MUST_CHECK;
/* What a file that is open held until now: nobody needs it, and somebody might want it. */
void keystore_write_over(int old);
/* For so many in the list of the destroyed; false: no memory. */
bool keystore_room(struct keystore *keystore, size_t want);

#endif
