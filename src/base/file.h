/*
 * Whole files in and out. file_write_private makes a file only its owner can read, by writing beside it,
 * syncing and renaming, so that there is never half a file.
 */
#ifndef WM_BASE_FILE_H
#define WM_BASE_FILE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Reads at most `limit` bytes (more is ERROR_TOO_LARGE). "-" is standard input. The bytes end with a NUL not
 * counted. */
const struct error *file_read(struct arena *arena, const char *path, size_t limit, const char **ret_bytes,
                              size_t *ret_size) MUST_CHECK;
const struct error *file_write_private(struct arena *arena, const char *path, const void *bytes,
                                       size_t size) MUST_CHECK;
/* The folder in which a file lies. */
const char *file_folder(struct arena *arena, const char *path);
/* Syncs the folder in which a file lies, so that its name outlives a power cut. */
const struct error *file_sync_folder(struct arena *arena, const char *path) MUST_CHECK;
bool file_exists(const char *path);
/* Closes a descriptor at the end of its scope. */
void file_close_cleanup(int *fd);
#define FD_CLEANUP __attribute__((cleanup(file_close_cleanup)))

#endif
