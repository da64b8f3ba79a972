/*
 * The master key file: one line, "waymark-key-1 " and 64 hexadecimal digits, so that it can be printed, kept
 * in a safe and typed back.
 */
#include "seal/keyring.h"

#include "base/file.h"
#include "base/must.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char prefix[] = "waymark-key-1 ";
enum { PREFIX_SIZE = sizeof prefix - 1, HEX_SIZE = KEY_BYTES * 2, FILE_SIZE = PREFIX_SIZE + HEX_SIZE + 1 };

void seal_init(void)
{
    must(sodium_init() >= 0);
}

const struct error *keyring_create(struct arena *arena, const char *path)
{
    if (file_exists(path)) {
        return error_new(arena, ERROR_EXISTS, "%s: a key is never overwritten", path);
    }
    uint8_t master[KEY_BYTES];
    char text[FILE_SIZE + 1];
    randombytes_buf(master, sizeof master);
    memcpy(text, prefix, PREFIX_SIZE);
    sodium_bin2hex(text + PREFIX_SIZE, HEX_SIZE + 1, master, sizeof master);
    text[FILE_SIZE - 1] = '\n';
    const struct error *error = file_write_private(arena, path, text, FILE_SIZE);
    sodium_memzero(master, sizeof master);
    sodium_memzero(text, sizeof text);
    return error;
}

static const struct error *read_key(struct arena *arena, const char *path, char ret_text[static FILE_SIZE])
{
    FD_CLEANUP int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return error_new(arena, ERROR_KEY, "%s: %s", path, strerror(errno));
    }
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        return error_new(arena, ERROR_KEY, "%s: not a file", path);
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return error_new(arena, ERROR_KEY, "%s: others can read it (mode %03o): chmod 600", path,
                         (unsigned)status.st_mode & 0777);
    }
    ssize_t got = read(fd, ret_text, FILE_SIZE);
    if (got < FILE_SIZE - 1 || status.st_size > FILE_SIZE || memcmp(ret_text, prefix, PREFIX_SIZE) != 0) {
        return error_new(arena, ERROR_KEY, "%s: not a key of this program", path);
    }
    return NULL;
}

static void derive(uint8_t *ret_key, size_t size, enum subkey number, const uint8_t master[static KEY_BYTES])
{
    must(crypto_kdf_derive_from_key(ret_key, size, (uint64_t)number, "waymark1", master) == 0);
}

static void derive_all(struct keyring *keyring, const uint8_t master[static KEY_BYTES])
{
    uint8_t seed[KEY_BYTES];
    uint8_t id[crypto_kdf_BYTES_MIN];
    derive(keyring->wrap, KEY_BYTES, SUBKEY_WRAP, master);
    derive(keyring->token, KEY_BYTES, SUBKEY_TOKEN, master);
    derive(keyring->note, KEY_BYTES, SUBKEY_NOTE, master);
    derive(keyring->chain, KEY_BYTES, SUBKEY_CHAIN, master);
    derive(keyring->backup, KEY_BYTES, SUBKEY_BACKUP, master);
    derive(keyring->secret, KEY_BYTES, SUBKEY_SECRET, master);
    derive(seed, KEY_BYTES, SUBKEY_SIGN, master);
    derive(id, sizeof id, SUBKEY_ID, master);
    memcpy(keyring->id, id, sizeof keyring->id);
    must(crypto_sign_seed_keypair(keyring->sign_public, keyring->sign_secret, seed) == 0);
    sodium_memzero(seed, sizeof seed);
}

const struct error *keyring_open(struct arena *arena, const char *path, struct keyring **ret_keyring)
{
    char text[FILE_SIZE];
    uint8_t master[KEY_BYTES];
    TRY(read_key(arena, path, text));
    size_t size = 0;
    const char *end = NULL;
    int wrong = sodium_hex2bin(master, sizeof master, text + PREFIX_SIZE, HEX_SIZE, NULL, &size, &end);
    bool good = wrong == 0 && size == sizeof master && end == text + PREFIX_SIZE + HEX_SIZE;
    sodium_memzero(text, sizeof text);
    if (!good) {
        sodium_memzero(master, sizeof master);
        return error_new(arena, ERROR_KEY, "%s: not a key of this program", path);
    }
    struct keyring *keyring = sodium_malloc(sizeof *keyring);
    if (keyring != NULL) {
        derive_all(keyring, master);
        sodium_mprotect_readonly(keyring);
    }
    sodium_memzero(master, sizeof master);
    if (keyring == NULL) {
        return error_new(arena, ERROR_BUSY, "no locked memory for the keys");
    }
    *ret_keyring = keyring;
    return NULL;
}

void keyring_free(struct keyring *keyring)
{
    sodium_free(keyring);
}

void keyring_id(const struct keyring *keyring, uint8_t ret_id[static 8])
{
    memcpy(ret_id, keyring->id, sizeof keyring->id);
}

void sign(const struct keyring *keyring, const void *bytes, size_t size,
          uint8_t ret_signature[static SIGNATURE_BYTES])
{
    crypto_sign_detached(ret_signature, NULL, bytes, size, keyring->sign_secret);
}

void sign_public_key(const struct keyring *keyring, uint8_t ret_public[static PUBLIC_KEY_BYTES])
{
    memcpy(ret_public, keyring->sign_public, PUBLIC_KEY_BYTES);
}

bool signature_holds(const uint8_t public_key[static PUBLIC_KEY_BYTES], const void *bytes, size_t size,
                     const uint8_t signature[static SIGNATURE_BYTES])
{
    return crypto_sign_verify_detached(signature, bytes, size, public_key) == 0;
}
