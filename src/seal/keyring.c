/*
 * The master key file: one line, "waymark-key-1 " and 64 hexadecimal digits, so that it can be printed, kept
 * in a safe and typed back.
 */
#include "seal/keyring.h"

#include "base/file.h"
#include "base/must.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char prefix[] = "waymark-key-1 ";
enum { PREFIX_SIZE = sizeof prefix - 1, HEX_SIZE = KEY_BYTES * 2, FILE_SIZE = PREFIX_SIZE + HEX_SIZE + 1 };

void seal_init(void)
{
    must(sodium_init() >= 0);
}

/* O_EXCL: of two that begin at once, one gets the key made and the other is told. */
static const struct error *write_key(struct arena *arena, const char *path, const char text[static FILE_SIZE])
{
    FD_CLEANUP int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) {
        return error_new(arena, ERROR_EXISTS, "%s: a key is never overwritten", path);
    }
    if (fd < 0) {
        return error_new(arena, ERROR_IO, "%s: %s", path, strerror(errno));
    }
    if (fchmod(fd, 0600) != 0 || write(fd, text, FILE_SIZE) != FILE_SIZE || fsync(fd) != 0) {
        int cause = errno;
        unlink(path);
        return error_new(arena, cause == ENOSPC ? ERROR_FULL : ERROR_IO, "%s: the key could not be written",
                         path);
    }
    /* a key that a power cut takes away takes everything with it: its name must be on the disk too */
    const char *slash = strrchr(path, '/');
    const char *folder = slash == NULL ? "." : arena_copy_n(arena, path, (size_t)(slash - path) + 1);
    FD_CLEANUP int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0 || fsync(dir) != 0) {
        return error_new(arena, ERROR_IO, "%s: %s", folder, strerror(errno));
    }
    return NULL;
}

const struct error *keyring_create(struct arena *arena, const char *path)
{
    uint8_t master[KEY_BYTES];
    char text[FILE_SIZE + 1];
    randombytes_buf(master, sizeof master);
    memcpy(text, prefix, PREFIX_SIZE);
    sodium_bin2hex(text + PREFIX_SIZE, HEX_SIZE + 1, master, sizeof master);
    text[FILE_SIZE - 1] = '\n';
    const struct error *error = write_key(arena, path, text);
    sodium_memzero(master, sizeof master);
    sodium_memzero(text, sizeof text);
    return error;
}

/*
 * Group and others may do nothing with a key. systemd hands a credential to a service's user by an access
 * list, which shows as a right of the group to read; there the folder itself keeps others out.
 */
static mode_t forbidden_modes(const char *path)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    size_t size = credentials == NULL ? 0 : strlen(credentials);
    bool is_credential = size > 0 && strncmp(path, credentials, size) == 0 && path[size] == '/';
    return is_credential ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
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
    if ((status.st_mode & forbidden_modes(path)) != 0) {
        return error_new(arena, ERROR_KEY, "%s: others can read it (mode %03o): chmod 600", path,
                         (unsigned)status.st_mode & 0777);
    }
    /* typed back from paper, the key may lack its end of line */
    ssize_t got = read(fd, ret_text, FILE_SIZE);
    bool ends = got == FILE_SIZE ? ret_text[FILE_SIZE - 1] == '\n' : got == FILE_SIZE - 1;
    if (!ends || status.st_size > FILE_SIZE || memcmp(ret_text, prefix, PREFIX_SIZE) != 0) {
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
    size_t size = 0;
    const struct error *error = read_key(arena, path, text);
    if (error == NULL &&
        (sodium_hex2bin(master, sizeof master, text + PREFIX_SIZE, HEX_SIZE, NULL, &size, NULL) != 0 ||
         size != sizeof master)) {
        error = error_new(arena, ERROR_KEY, "%s: not a key of this program", path);
    }
    sodium_memzero(text, sizeof text);
    if (error != NULL) {
        sodium_memzero(master, sizeof master);
        return error;
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
