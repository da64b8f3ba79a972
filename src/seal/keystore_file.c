#include "seal/keystore_file.h"

#include "base/file.h"
#include "base/must.h"
#include "seal/number.h"

#include <fcntl.h>
#include <string.h>
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
};

/* ---- its bytes
 * --------------------------------------------------------------------------------------------------- */

static uint8_t *put_number(uint8_t *at, uint64_t number)
{
    number_put(at, number);
    return at + NUMBER_BYTES;
}

static uint64_t take_number(const uint8_t **at)
{
    uint64_t number = number_of(*at);
    *at += NUMBER_BYTES;
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

bool keystore_room(struct keystore *keystore, size_t want)
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
    must(size >= FIXED); /* keystore_read asked */
    keystore->generation = take_number(&at);
    take_bytes(&at, keystore->root, KEY_BYTES);
    keystore->period = (int64_t)take_number(&at);
    take_bytes(&at, keystore->period_key, KEY_BYTES);
    uint64_t nodes = take_number(&at);
    uint64_t count = take_number(&at);
    if (nodes > MOST_BYTES / TREE_NODE_BYTES || count > MOST_BYTES / DESTROYED_BYTES ||
        size != FIXED + nodes * TREE_NODE_BYTES + count * DESTROYED_BYTES ||
        !keystore_room(keystore, count) || !tree_read(at, nodes * TREE_NODE_BYTES, &keystore->tree)) {
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

void keystore_write_over(int old)
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

const struct error *keystore_write(struct arena *arena, const struct keystore *keystore)
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
            keystore_write_over(old);
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

const struct error *keystore_read(struct arena *arena, const char *path, struct keystore_image *ret_image)
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
    *ret_image = (struct keystore_image){(const uint8_t *)bytes, size};
    return NULL;
}

struct lock keystore_lock_of(const struct keystore_image *image)
{
    struct lock lock;
    memcpy(lock.bytes, image->bytes + sizeof magic, LOCK_BYTES);
    return lock;
}

const struct error *keystore_unseal(struct arena *arena, const struct keystore_image *image,
                                    struct keystore *keystore)
{
    size_t size = image->size - HEAD - TAG;
    const uint8_t *nonce = image->bytes + sizeof magic + LOCK_BYTES;
    uint8_t *plain = sodium_malloc(size);
    if (plain == NULL) {
        return error_of(ERROR_BUSY);
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
    keystore->lock = keystore_lock_of(image);
    return error;
}
