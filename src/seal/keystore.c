#include "seal/keystore.h"

#include "base/file.h"
#include "base/must.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char magic[8] = {'W', 'M', 'K', 'E', 'Y', 'S', '1', '\n'};
enum {
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    HEAD = sizeof magic + LOCK_BYTES + NONCE,
    FIXED = 8 + KEY_BYTES + 8 + KEY_BYTES + 8 + 8, /* of what is sealed, before the tree and the list */
    DESTROYED_BYTES = ID_BYTES + 1 + 8 + ID_BYTES + ID_BYTES + DESTROYED_RULE,
    MOST_BYTES = 512 << 20,
    MOST_PERIODS = 1200, /* ahead: a hundred years */
};

/* ---- its bytes
 * --------------------------------------------------------------------------------------------------- */

static uint8_t *put_number(uint8_t *at, uint64_t number)
{
    for (int i = 0; i < 8; i++) {
        at[i] = (uint8_t)(number >> (56 - 8 * i));
    }
    return at + 8;
}

static uint64_t take_number(const uint8_t **at)
{
    uint64_t number = 0;
    for (int i = 0; i < 8; i++) {
        number = number << 8 | (*at)[i];
    }
    *at += 8;
    return number;
}

static uint8_t *put_bytes(uint8_t *at, const void *bytes, size_t size)
{
    memcpy(at, bytes, size);
    return at + size;
}

static void take_bytes(const uint8_t **at, void *bytes, size_t size)
{
    memcpy(bytes, *at, size);
    *at += size;
}

static size_t plain_size(const struct keystore *keystore)
{
    return FIXED + tree_size(&keystore->tree) + keystore->destroyed_count * DESTROYED_BYTES;
}

static void plain_write(const struct keystore *keystore, uint8_t *at)
{
    at = put_number(at, keystore->generation);
    at = put_bytes(at, keystore->root, KEY_BYTES);
    at = put_number(at, (uint64_t)keystore->period);
    at = put_bytes(at, keystore->period_key, KEY_BYTES);
    at = put_number(at, keystore->tree.count);
    at = put_number(at, keystore->destroyed_count);
    tree_write(&keystore->tree, at);
    at += tree_size(&keystore->tree);
    for (size_t i = 0; i < keystore->destroyed_count; i++) {
        const struct destroyed *one = &keystore->destroyed[i];
        at = put_bytes(at, one->record.bytes, ID_BYTES);
        *at++ = one->kind;
        at = put_number(at, (uint64_t)one->at);
        at = put_bytes(at, one->asked_by.bytes, ID_BYTES);
        at = put_bytes(at, one->agreed_by.bytes, ID_BYTES);
        at = put_bytes(at, one->rule, DESTROYED_RULE);
    }
}

static bool make_room(struct keystore *keystore, size_t want)
{
    if (want <= keystore->destroyed_room) {
        return true;
    }
    size_t room = keystore->destroyed_room * 2 > want ? keystore->destroyed_room * 2 : want + 16;
    struct destroyed *list = sodium_allocarray(room, sizeof *list);
    if (list == NULL) {
        return false;
    }
    if (keystore->destroyed_count > 0) {
        memcpy(list, keystore->destroyed, keystore->destroyed_count * sizeof *list);
    }
    sodium_free(keystore->destroyed);
    keystore->destroyed = list;
    keystore->destroyed_room = room;
    return true;
}

/* It was sealed by us, so what is wrong with it is a fault of the program or of memory, not of a person. */
static bool plain_read(struct keystore *keystore, const uint8_t *at, size_t size)
{
    must(size >= FIXED); /* read_file asked */
    keystore->generation = take_number(&at);
    take_bytes(&at, keystore->root, KEY_BYTES);
    keystore->period = (int64_t)take_number(&at);
    take_bytes(&at, keystore->period_key, KEY_BYTES);
    uint64_t nodes = take_number(&at);
    uint64_t count = take_number(&at);
    if (nodes > MOST_BYTES / TREE_NODE_BYTES || count > MOST_BYTES / DESTROYED_BYTES ||
        size != FIXED + nodes * TREE_NODE_BYTES + count * DESTROYED_BYTES || !make_room(keystore, count) ||
        !tree_read(at, nodes * TREE_NODE_BYTES, &keystore->tree)) {
        return false;
    }
    at += nodes * TREE_NODE_BYTES;
    for (size_t i = 0; i < count; i++) {
        struct destroyed *one = &keystore->destroyed[i];
        take_bytes(&at, one->record.bytes, ID_BYTES);
        one->kind = *at++;
        one->at = (int64_t)take_number(&at);
        take_bytes(&at, one->asked_by.bytes, ID_BYTES);
        take_bytes(&at, one->agreed_by.bytes, ID_BYTES);
        take_bytes(&at, one->rule, DESTROYED_RULE);
        one->rule[DESTROYED_RULE - 1] = '\0';
    }
    keystore->destroyed_count = count;
    return true;
}

/* ---- writing it
 * -------------------------------------------------------------------------------------------------- */

/* What the file held until now: nobody needs it, and somebody might want it. */
static void write_over(int old)
{
    struct stat status;
    uint8_t noise[4096];
    if (fstat(old, &status) != 0) {
        return;
    }
    for (off_t at = 0; at < status.st_size; at += (off_t)sizeof noise) {
        randombytes_buf(noise, sizeof noise);
        if (pwrite(old, noise, sizeof noise, at) < 0) {
            return;
        }
    }
    (void)fsync(old);
}

struct writing {
    struct arena *arena;
    const char *path;
    const uint8_t *bytes;
    size_t size;
    const struct error *error;
};

static void write_guarded(void *context)
{
    struct writing *writing = context;
    writing->error = file_write_private(writing->arena, writing->path, writing->bytes, writing->size);
}

static const struct error *write_file(struct arena *arena, const struct keystore *keystore)
{
    size_t plain_bytes = plain_size(keystore);
    size_t size = HEAD + plain_bytes + TAG;
    uint8_t *plain = sodium_malloc(plain_bytes);
    uint8_t *bytes = sodium_malloc(size);
    const struct error *error = plain == NULL || bytes == NULL
                                    ? error_new(arena, ERROR_BUSY, "no memory to write the keystore")
                                    : NULL;
    bool whole = true;
    must(size <= MOST_BYTES); /* the tree is full long before */
    if (error == NULL) {
        FD_CLEANUP int old = open(keystore->path, O_WRONLY | O_CLOEXEC);
        uint8_t *nonce = put_bytes(put_bytes(bytes, magic, sizeof magic), keystore->lock.bytes, LOCK_BYTES);
        plain_write(keystore, plain);
        randombytes_buf(nonce, NONCE);
        must(crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE, NULL, plain, plain_bytes,
                                                        (const uint8_t *)magic, sizeof magic, NULL, nonce,
                                                        keystore->key) == 0);
        struct writing writing = {arena, keystore->path, bytes, size, NULL};
        whole = arena_guard(arena, write_guarded, &writing);
        error = writing.error;
        if (whole && error == NULL && old >= 0) {
            write_over(old);
        }
    }
    sodium_free(plain);
    sodium_free(bytes);
    if (!whole) {
        arena_run_out(arena);
    }
    return error;
}

/* ---- reading it
 * -------------------------------------------------------------------------------------------------- */

struct image {
    const uint8_t *bytes;
    size_t size;
};

static const struct error *read_file(struct arena *arena, const char *path, struct image *ret_image)
{
    const char *bytes;
    size_t size;
    if (!file_exists(path)) {
        return error_new(
            arena, ERROR_KEY,
            "%s: the keystore is missing, and no record opens without it: put its latest copy there", path);
    }
    TRY(file_read(arena, path, MOST_BYTES, &bytes, &size));
    if (size < HEAD + FIXED + TAG || memcmp(bytes, magic, sizeof magic) != 0) {
        return error_new(arena, ERROR_KEY, "%s: not a keystore of this program", path);
    }
    *ret_image = (struct image){(const uint8_t *)bytes, size};
    return NULL;
}

static struct lock lock_of(const struct image *image)
{
    struct lock lock;
    memcpy(lock.bytes, image->bytes + sizeof magic, LOCK_BYTES);
    return lock;
}

static const struct error *no_memory(void)
{
    return error_of(ERROR_BUSY);
}

/* Everything but its path and its key, which are set. */
static const struct error *unseal(struct arena *arena, const struct image *image, struct keystore *keystore)
{
    size_t size = image->size - HEAD - TAG;
    const uint8_t *nonce = image->bytes + sizeof magic + LOCK_BYTES;
    uint8_t *plain = sodium_malloc(size);
    if (plain == NULL) {
        return no_memory();
    }
    const struct error *error = NULL;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, nonce + NONCE, size + TAG,
                                                   (const uint8_t *)magic, sizeof magic, nonce,
                                                   keystore->key) != 0) {
        error = error_new(arena, ERROR_KEY, "%s: the keystore was changed", keystore->path);
    } else if (!plain_read(keystore, plain, size)) {
        error = error_new(arena, ERROR_BUSY, "%s: no memory for the keystore, or it is not whole",
                          keystore->path);
    }
    sodium_free(plain);
    keystore->lock = lock_of(image);
    return error;
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
        error = write_file(arena, keystore);
    }
    keystore_free(keystore);
    return error;
}

/* A key that was to take the place of this one, if the change was cut short after the lock was made. */
static const struct error *open_with_next(struct arena *arena, const char *source, const struct lock *lock,
                                          const struct error *error, uint8_t ret_key[static KEY_BYTES])
{
    const char *next = arena_printf(arena, "%s.new", source);
    if (error->code != ERROR_KEY || source_is_passphrase(source) || !file_exists(next)) {
        return error;
    }
    return lock_open(arena, next, lock, ret_key) == NULL ? NULL : error;
}

const struct error *keystore_open(struct arena *arena, const char *path, const char *source,
                                  struct keystore **ret_keystore)
{
    struct image image;
    TRY(read_file(arena, path, &image));
    struct lock lock = lock_of(&image);
    struct keystore *keystore = blank(path);
    if (keystore == NULL) {
        return no_memory();
    }
    const struct error *error = lock_open(arena, source, &lock, keystore->key);
    if (error != NULL) {
        error = open_with_next(arena, source, &lock, error, keystore->key);
    }
    if (error == NULL) {
        error = unseal(arena, &image, keystore);
    }
    if (error != NULL) {
        keystore_free(keystore);
        return error;
    }
    *ret_keystore = keystore;
    return NULL;
}

/* ---- changing it, one process at a time
 * --------------------------------------------------------------------------- */

/* The folder is locked: the file itself is another one after each change. */
const struct error *keystore_lock(struct arena *arena, const char *path, int *ret_fd)
{
    const char *slash = strrchr(path, '/');
    const char *folder = slash == NULL ? "." : arena_copy_n(arena, path, (size_t)(slash - path) + 1);
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
    struct image image;
    TRY(read_file(arena, known->path, &image));
    struct keystore *keystore = blank(known->path);
    if (keystore == NULL) {
        return no_memory();
    }
    memcpy(keystore->key, known->key, KEY_BYTES);
    const struct error *error = unseal(arena, &image, keystore);
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
            if (!make_room(keystore, keystore->destroyed_count + 1) ||
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
    return write_file(change->arena, now);
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
    return write_file(change->arena, now);
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
    const uint8_t *at = hash;
    crypto_generichash(hash, sizeof hash, record.bytes, ID_BYTES, NULL, 0);
    return take_number(&at);
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

const struct error *keystore_relock(struct arena *arena, const char *path, const char *source,
                                    const char *new_source)
{
    FD_CLEANUP int lock = -1;
    struct keystore *keystore;
    TRY(keystore_lock(arena, path, &lock));
    TRY(keystore_open(arena, path, source, &keystore));
    master_forget(); /* the new passphrase is another one, even where it comes from the same place */
    const struct error *error = lock_make(arena, new_source, keystore->key, &keystore->lock);
    if (error == NULL) {
        keystore->generation++;
        error = write_file(arena, keystore);
    }
    keystore_free(keystore);
    return error;
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

const struct error *keystore_copy(struct arena *arena, const char *path, const char *source, const char *to,
                                  struct keystore_state *ret_state)
{
    FD_CLEANUP int lock = -1;
    struct image image;
    TRY(keystore_lock(arena, path, &lock));
    TRY(look_into(arena, path, source, ret_state));
    TRY(read_file(arena, path, &image));
    FD_CLEANUP int old = open(to, O_WRONLY | O_CLOEXEC);
    TRY(file_write_private(arena, to, image.bytes, image.size));
    if (old >= 0) {
        write_over(old); /* the copy before still opens what was destroyed since */
    }
    return NULL;
}

const struct error *keystore_put_back(struct arena *arena, const char *path, const char *source,
                                      const char *from, struct keystore_state *ret_state)
{
    FD_CLEANUP int lock = -1;
    struct image image;
    struct keystore_state there;
    TRY(keystore_lock(arena, path, &lock));
    TRY(look_into(arena, from, source, ret_state));
    TRY(read_file(arena, from, &image));
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
