#include "seal/keystore_file.h"

#include "base/file.h"
#include "seal/number.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_PERIODS = 1200 }; /* ahead: a hundred years */

/* ---- making and opening it */

static const struct error *no_memory(void)
{
    return error_of(ERROR_BUSY);
}

static struct keystore *blank(const char *path)
{
    struct keystore *keystore = sodium_malloc(sizeof *keystore);
    size_t size = strlen(path) + 1;
    if (keystore == NULL) {
        return NULL;
    }
    *keystore = (struct keystore){.path = sodium_malloc(size)};
    if (keystore->path == NULL) {
        sodium_free(keystore);
        return NULL;
    }
    memcpy(keystore->path, path, size);
    return keystore;
}

void keystore_free(struct keystore *keystore)
{
    if (keystore != NULL) {
        tree_free(&keystore->tree);
        sodium_free(keystore->destroyed);
        sodium_free(keystore->path);
        sodium_free(keystore);
    }
}

const struct error *keystore_create(struct arena *arena, const char *path, const char *source,
                                    const uint8_t *root, int64_t period)
{
    if (file_exists(path)) {
        return error_new(arena, ERROR_EXISTS, "%s: a keystore is never overwritten", path);
    }
    struct keystore *keystore = blank(path);
    if (keystore == NULL || !tree_new(&keystore->tree)) {
        keystore_free(keystore);
        return no_memory();
    }
    keystore->generation = 1;
    keystore->period = period;
    randombytes_buf(keystore->root, KEY_BYTES);
    if (root != NULL) {
        memcpy(keystore->root, root, KEY_BYTES);
    }
    randombytes_buf(keystore->period_key, KEY_BYTES);
    randombytes_buf(keystore->key, KEY_BYTES);
    const struct error *error = lock_make(arena, source, keystore->key, &keystore->lock);
    if (error == NULL) {
        error = keystore_write(arena, keystore);
    }
    keystore_free(keystore);
    return error;
}

/* `next`: a key that was to take the place of this one, if the change was cut short after the lock was made;
 * NULL: none. */
static const struct error *open_with(struct arena *arena, const char *path, const char *source,
                                     const char *next, struct keystore **ret_keystore)
{
    struct keystore_image image;
    TRY(keystore_read(arena, path, &image));
    struct lock lock = keystore_lock_of(&image);
    struct keystore *keystore = blank(path);
    if (keystore == NULL) {
        return no_memory();
    }
    const struct error *error = lock_open(arena, source, &lock, keystore->key);
    if (error != NULL && next != NULL && lock_open(arena, next, &lock, keystore->key) == NULL) {
        error = NULL;
    }
    if (error == NULL) {
        error = keystore_unseal(arena, &image, keystore);
    }
    if (error != NULL) {
        keystore_free(keystore);
        return error;
    }
    *ret_keystore = keystore;
    return NULL;
}

const struct error *keystore_open(struct arena *arena, const char *path, const char *source,
                                  struct keystore **ret_keystore)
{
    const char *next = source_is_passphrase(source) ? NULL : arena_printf(arena, "%s.new", source);
    return open_with(arena, path, source, next, ret_keystore);
}

/* ---- changing it, one process at a time
 * --------------------------------------------------------------------------- */

/* The folder is locked: the file itself is another one after each change. */
const struct error *keystore_lock(struct arena *arena, const char *path, int *ret_fd)
{
    const char *folder = file_folder(arena, path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_EX) != 0) {
        const struct error *error = error_new(arena, ERROR_IO, "%s: %s", folder, strerror(errno));
        file_close_cleanup(&fd);
        return error;
    }
    *ret_fd = fd;
    return NULL;
}

/* As it stands in the file now, under the key that is known: a new lock does not matter. */
static const struct error *read_again(struct arena *arena, const struct keystore *known,
                                      struct keystore **ret_keystore)
{
    struct keystore_image image;
    TRY(keystore_read(arena, known->path, &image));
    struct keystore *keystore = blank(known->path);
    if (keystore == NULL) {
        return no_memory();
    }
    memcpy(keystore->key, known->key, KEY_BYTES);
    const struct error *error = keystore_unseal(arena, &image, keystore);
    if (error != NULL) {
        keystore_free(keystore);
        return error;
    }
    *ret_keystore = keystore;
    return NULL;
}

/* Takes the place of what is in `keystore`, which goes. */
static void replace(struct keystore *keystore, struct keystore *with)
{
    struct keystore old = *keystore;
    *keystore = *with;
    *with = old;
    keystore_free(with);
    sodium_memzero(&old, sizeof old);
}

static bool take_out(struct keystore *keystore, const struct destroyed *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!keystore_is_destroyed(keystore, records[i].record)) {
            if (!keystore_room(keystore, keystore->destroyed_count + 1) ||
                !tree_take_out(&keystore->tree, keystore_leaf(records[i].record))) {
                return false;
            }
            keystore->destroyed[keystore->destroyed_count++] = records[i];
        }
    }
    return true;
}

struct change {
    struct arena *arena;
    struct keystore *keystore;
    struct keystore *now;            /* as it stands in the file */
    const struct destroyed *records; /* to destroy */
    size_t count;
    int64_t period; /* to forget what is before it */
    const struct error *error;
};

/* On an error, and when memory runs out, nothing has changed and nothing is held. */
static const struct error *change_alone(struct change *change, void (*work)(void *change))
{
    int lock;
    TRY(keystore_lock(change->arena, change->keystore->path, &lock));
    bool whole = arena_guard(change->arena, work, change);
    file_close_cleanup(&lock);
    if (whole && change->error == NULL) {
        replace(change->keystore, change->now);
        return NULL;
    }
    keystore_free(change->now);
    if (!whole) {
        arena_run_out(change->arena);
    }
    return change->error;
}

static const struct error *destroy(struct change *change)
{
    TRY(read_again(change->arena, change->keystore, &change->now));
    struct keystore *now = change->now;
    size_t before = now->destroyed_count;
    if (!take_out(now, change->records, change->count)) {
        return no_memory();
    }
    if (now->destroyed_count == before) {
        return NULL;
    }
    now->generation++;
    return keystore_write(change->arena, now);
}

static void destroy_guarded(void *context)
{
    struct change *change = context;
    change->error = destroy(change);
}

const struct error *keystore_destroy(struct arena *arena, struct keystore *keystore,
                                     const struct destroyed *records, size_t count)
{
    struct change change = {.arena = arena, .keystore = keystore, .records = records, .count = count};
    return change_alone(&change, destroy_guarded);
}

/* A step from one period to the next; there is none back. */
static void next_period(uint8_t key[static KEY_BYTES])
{
    static const unsigned char next[] = "next period";
    uint8_t made[KEY_BYTES];
    crypto_generichash(made, KEY_BYTES, next, sizeof next - 1, key, KEY_BYTES);
    memcpy(key, made, KEY_BYTES);
    sodium_memzero(made, sizeof made);
}

static const struct error *forget(struct change *change)
{
    TRY(read_again(change->arena, change->keystore, &change->now));
    struct keystore *now = change->now;
    if (now->period >= change->period || change->period - now->period > MOST_PERIODS) {
        return NULL;
    }
    while (now->period < change->period) {
        next_period(now->period_key);
        now->period++;
    }
    now->generation++;
    return keystore_write(change->arena, now);
}

static void forget_guarded(void *context)
{
    struct change *change = context;
    change->error = forget(change);
}

const struct error *keystore_forget(struct arena *arena, struct keystore *keystore, int64_t period)
{
    struct change change = {.arena = arena, .keystore = keystore, .period = period};
    return change_alone(&change, forget_guarded);
}

bool keystore_period_key(const struct keystore *keystore, int64_t period, uint8_t ret_key[static KEY_BYTES])
{
    if (period < keystore->period || period - keystore->period > MOST_PERIODS) {
        return false;
    }
    memcpy(ret_key, keystore->period_key, KEY_BYTES);
    for (int64_t at = keystore->period; at < period; at++) {
        next_period(ret_key);
    }
    return true;
}

/* ---- asking it
 * --------------------------------------------------------------------------------------------------- */

uint64_t keystore_leaf(struct id record)
{
    uint8_t hash[HASH_BYTES];
    crypto_generichash(hash, sizeof hash, record.bytes, ID_BYTES, NULL, 0);
    return number_of(hash);
}

bool keystore_is_destroyed(const struct keystore *keystore, struct id record)
{
    for (size_t i = 0; i < keystore->destroyed_count; i++) {
        if (id_equal(keystore->destroyed[i].record, record)) {
            return true;
        }
    }
    return false;
}

/* ---- another master key
 * ------------------------------------------------------------------------------------------ */

static const struct error *relock(struct arena *arena, struct keystore *keystore, const char *new_source)
{
    TRY(lock_make(arena, new_source, keystore->key, &keystore->lock));
    keystore->generation++;
    return keystore_write(arena, keystore);
}

const struct error *keystore_relock(struct arena *arena, const char *path, const char *source,
                                    const char *new_source)
{
    FD_CLEANUP int lock = -1;
    struct keystore *keystore;
    TRY(keystore_lock(arena, path, &lock));
    TRY(keystore_open(arena, path, source, &keystore));
    master_forget(); /* the new passphrase is another one, even where it comes from the same place */
    const struct error *error = relock(arena, keystore, new_source);
    keystore_free(keystore);
    return error;
}

/* FILE.new of a change that was cut short may be the only key there is: it only goes when the old one is
 * known to open by itself. */
static const struct error *make_next(struct arena *arena, const char *path, const char *source,
                                     const char *next)
{
    struct keystore *keystore;
    const struct error *unopened = open_with(arena, path, next, NULL, &keystore);
    if (unopened == NULL) {
        keystore_free(keystore);
        return NULL;
    }
    const struct error *error = open_with(arena, path, source, NULL, &keystore);
    if (error != NULL) {
        return file_exists(next) ? unopened : error;
    }
    unlink(next); /* of a change that was cut short before it opened anything */
    error = master_create(arena, next);
    if (error == NULL) {
        error = relock(arena, keystore, next);
    }
    keystore_free(keystore);
    return error;
}

const struct error *keystore_relock_in_place(struct arena *arena, const char *path, const char *source)
{
    const char *next = arena_printf(arena, "%s.new", source);
    FD_CLEANUP int lock = -1;
    TRY(keystore_lock(arena, path, &lock));
    TRY(make_next(arena, path, source, next));
    if (rename(next, source) != 0) {
        return error_new(arena, ERROR_IO, "%s: %s", source, strerror(errno));
    }
    return file_sync_folder(arena, source);
}

/* ---- copies
 * ------------------------------------------------------------------------------------------------------ */

static struct keystore_state state_of(const struct keystore *keystore)
{
    return (struct keystore_state){.generation = keystore->generation,
                                   .destroyed = keystore->destroyed_count,
                                   .is_of_passphrase = lock_is_of_passphrase(&keystore->lock)};
}

static const struct error *look_into(struct arena *arena, const char *path, const char *source,
                                     struct keystore_state *ret_state)
{
    struct keystore *keystore;
    TRY(keystore_open(arena, path, source, &keystore));
    *ret_state = state_of(keystore);
    keystore_free(keystore);
    return NULL;
}

/* A link to the keystore is no copy of it. */
static bool is_the_file(int fd, const char *path)
{
    struct stat opened = {0};
    struct stat there = {0};
    (void)fstat(fd, &opened);
    (void)stat(path, &there);
    return ((opened.st_dev ^ there.st_dev) | (opened.st_ino ^ there.st_ino)) == 0;
}

const struct error *keystore_copy(struct arena *arena, const char *path, const char *source, const char *to,
                                  struct keystore_state *ret_state)
{
    FD_CLEANUP int lock = -1;
    struct keystore_image image;
    TRY(keystore_lock(arena, path, &lock));
    TRY(look_into(arena, path, source, ret_state));
    TRY(keystore_read(arena, path, &image));
    FD_CLEANUP int old = open(to, O_WRONLY | O_CLOEXEC);
    TRY(file_write_private(arena, to, image.bytes, image.size));
    if (old >= 0 && !is_the_file(old, path)) {
        keystore_write_over(old); /* the copy before still opens what was destroyed since */
    }
    return NULL;
}

const struct error *keystore_put_back(struct arena *arena, const char *path, const char *source,
                                      const char *from, struct keystore_state *ret_state)
{
    FD_CLEANUP int lock = -1;
    struct keystore_image image;
    struct keystore_state there;
    TRY(keystore_lock(arena, path, &lock));
    TRY(look_into(arena, from, source, ret_state));
    TRY(keystore_read(arena, from, &image));
    if (file_exists(path)) {
        const struct error *error = look_into(arena, path, source, &there);
        if (error != NULL || there.generation > ret_state->generation ||
            there.destroyed > ret_state->destroyed) {
            return error_new(
                arena, ERROR_EXISTS,
                "%s is newer than %s, or of another store: what was disposed of since would open "
                "again",
                path, from);
        }
    }
    return file_write_private(arena, path, image.bytes, image.size);
}
