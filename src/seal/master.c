#include "seal/master.h"

#include "base/file.h"
#include "base/must.h"
#include "base/text.h"
#include "seal/number.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static const char prefix[] = "waymark-key-1 ";
enum { PREFIX_SIZE = sizeof prefix - 1, HEX_SIZE = KEY_BYTES * 2, FILE_SIZE = PREFIX_SIZE + HEX_SIZE + 1 };

bool source_is_passphrase(const char *source)
{
    return strcmp(source, "ask:") == 0 || strncmp(source, "fd:", 3) == 0;
}

/* ---- a key file
 * -------------------------------------------------------------------------------------------------- */

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
    return file_sync_folder(arena, path);
}

const struct error *master_create(struct arena *arena, const char *source)
{
    must(!source_is_passphrase(source));
    uint8_t master[KEY_BYTES];
    char text[FILE_SIZE + 1];
    randombytes_buf(master, sizeof master);
    memcpy(text, prefix, PREFIX_SIZE);
    sodium_bin2hex(text + PREFIX_SIZE, HEX_SIZE + 1, master, sizeof master);
    text[FILE_SIZE - 1] = '\n';
    const struct error *error = write_key(arena, source, text);
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

static const struct error *read_text(struct arena *arena, const char *path, char ret_text[static FILE_SIZE])
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
    ssize_t got = TEMP_FAILURE_RETRY(read(fd, ret_text, FILE_SIZE));
    if (got < 0) {
        return error_new(arena, ERROR_KEY, "%s: %s", path, strerror(errno));
    }
    bool ends = got == FILE_SIZE ? ret_text[FILE_SIZE - 1] == '\n' : got == FILE_SIZE - 1;
    if (!ends || status.st_size > FILE_SIZE || memcmp(ret_text, prefix, PREFIX_SIZE) != 0) {
        return error_new(arena, ERROR_KEY, "%s: not a key of this program", path);
    }
    return NULL;
}

const struct error *master_read(struct arena *arena, const char *path, uint8_t ret_master[static KEY_BYTES])
{
    char text[FILE_SIZE];
    const struct error *error = read_text(arena, path, text);
    if (error == NULL &&
        sodium_hex2bin(ret_master, KEY_BYTES, text + PREFIX_SIZE, HEX_SIZE, NULL, NULL, NULL) != 0) {
        error = error_new(arena, ERROR_KEY, "%s: not a key of this program", path);
    }
    sodium_memzero(text, sizeof text);
    return error;
}

/* ---- a passphrase
 * ------------------------------------------------------------------------------------------------ */

static char *remembered; /* of the one source that this process was given */
static char remembered_source[16];

void master_forget(void)
{
    sodium_free(remembered);
    remembered = NULL;
}

/* One line; false when there is none, or it is too long. */
static bool read_line(int fd, char ret_text[static PASSPHRASE_MOST + 1])
{
    size_t size = 0;
    char c = '\0';
    ssize_t got;
    while ((got = TEMP_FAILURE_RETRY(read(fd, &c, 1))) == 1 && c != '\n') {
        if (size == PASSPHRASE_MOST || c == '\0') {
            return false;
        }
        ret_text[size++] = c;
    }
    ret_text[size] = '\0';
    return got >= 0 && (size > 0 || c == '\n');
}

/* Without the letters being shown. */
static bool ask(const char *question, char ret_text[static PASSPHRASE_MOST + 1])
{
    struct termios shown;
    FD_CLEANUP int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0 || tcgetattr(terminal, &shown) != 0) {
        return false;
    }
    struct termios hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    (void)dprintf(terminal, "%s: ", question);
    bool good = tcsetattr(terminal, TCSAFLUSH, &hidden) == 0 && read_line(terminal, ret_text);
    (void)tcsetattr(terminal, TCSAFLUSH, &shown);
    (void)dprintf(terminal, "\n");
    return good;
}

static const struct error *read_new(struct arena *arena, const char *source, char *text)
{
    if (strcmp(source, "ask:") != 0) {
        return NULL;
    }
    char *again = sodium_malloc(PASSPHRASE_MOST + 1);
    bool same = again != NULL && ask("The same again", again) && strcmp(text, again) == 0;
    sodium_free(again);
    return same ? NULL : error_new(arena, ERROR_KEY, "the two are not the same");
}

static const struct error *read_passphrase(struct arena *arena, const char *source, char *ret_text)
{
    int64_t fd;
    if (strcmp(source, "ask:") == 0) {
        return ask("Passphrase of the keystore", ret_text)
                   ? NULL
                   : error_new(arena, ERROR_KEY, "no terminal to ask for the passphrase on: --key fd:N");
    }
    if (!number_parse(source + 3, 0, 1 << 20, &fd) || !read_line((int)fd, ret_text)) {
        return error_new(arena, ERROR_KEY, "%s: no passphrase could be read there", source);
    }
    return NULL;
}

static const struct error *passphrase(struct arena *arena, const char *source, bool is_new,
                                      const char **ret_text)
{
    if (remembered != NULL && strcmp(remembered_source, source) == 0) {
        *ret_text = remembered;
        return NULL;
    }
    master_forget();
    char *text = sodium_malloc(PASSPHRASE_MOST + 1);
    if (text == NULL || strlen(source) >= sizeof remembered_source) {
        sodium_free(text);
        return error_new(arena, ERROR_KEY, "%s: not where a key comes from", source);
    }
    const struct error *error = read_passphrase(arena, source, text);
    if (error == NULL && is_new && strlen(text) < PASSPHRASE_LEAST) {
        error = error_new(arena, ERROR_KEY, "a passphrase of a keystore has at least %d characters",
                          PASSPHRASE_LEAST);
    }
    if (error == NULL && is_new) {
        error = read_new(arena, source, text);
    }
    if (error != NULL) {
        sodium_free(text);
        return error;
    }
    remembered = text;
    memcpy(remembered_source, source, strlen(source) + 1);
    *ret_text = text;
    return NULL;
}

/* ---- the lock
 * ---------------------------------------------------------------------------------------------------- */

enum { OF_KEY = 1, OF_PASSPHRASE = 2 };
enum { AT_OPS = 1, AT_MEMORY = 9, AT_SALT = 17, AT_ID = 33, AT_NONCE = 41, AT_SEALED = 65 };
/* What a lock that somebody changed may ask for at most. */
static const uint64_t most_ops = 20;
static const uint64_t most_memory = UINT64_C(1) << 30;

bool lock_is_of_passphrase(const struct lock *lock)
{
    return lock->bytes[0] == OF_PASSPHRASE;
}

/* The key that the lock is sealed with, and what tells it from others. */
static const struct error *lock_key(struct arena *arena, const char *source, bool is_new,
                                    const struct lock *lock, uint8_t ret_key[static KEY_BYTES],
                                    uint8_t ret_id[static LOCK_ID])
{
    uint8_t master[KEY_BYTES];
    const char *text;
    if (lock->bytes[0] == OF_KEY) {
        TRY(master_read(arena, source, master));
    } else {
        uint64_t ops = number_of(lock->bytes + AT_OPS);
        uint64_t memory = number_of(lock->bytes + AT_MEMORY);
        if (ops > most_ops || memory > most_memory) {
            return error_new(arena, ERROR_KEY, "the keystore was changed");
        }
        TRY(passphrase(arena, source, is_new, &text));
        if (crypto_pwhash(master, KEY_BYTES, text, strlen(text), lock->bytes + AT_SALT, ops, (size_t)memory,
                          crypto_pwhash_ALG_ARGON2ID13) != 0) {
            return error_new(arena, ERROR_BUSY, "no memory to work out the key of a passphrase");
        }
    }
    uint8_t id[crypto_kdf_BYTES_MIN];
    must(crypto_kdf_derive_from_key(ret_key, KEY_BYTES, SUBKEY_LOCK, "waymark1", master) == 0);
    must(crypto_kdf_derive_from_key(id, sizeof id, SUBKEY_LOCK_ID, "waymark1", master) == 0);
    memcpy(ret_id, id, LOCK_ID);
    sodium_memzero(master, sizeof master);
    return NULL;
}

const struct error *lock_make(struct arena *arena, const char *source, const uint8_t key[static KEY_BYTES],
                              struct lock *ret_lock)
{
    struct lock lock = {{0}};
    uint8_t with[KEY_BYTES];
    lock.bytes[0] = source_is_passphrase(source) ? OF_PASSPHRASE : OF_KEY;
    if (lock.bytes[0] == OF_PASSPHRASE) {
        number_put(lock.bytes + AT_OPS, passphrase_operations());
        number_put(lock.bytes + AT_MEMORY, passphrase_memory());
        randombytes_buf(lock.bytes + AT_SALT, LOCK_SALT);
    }
    TRY(lock_key(arena, source, true, &lock, with, lock.bytes + AT_ID));
    randombytes_buf(lock.bytes + AT_NONCE, AT_SEALED - AT_NONCE);
    must(crypto_aead_xchacha20poly1305_ietf_encrypt(lock.bytes + AT_SEALED, NULL, key, KEY_BYTES, lock.bytes,
                                                    AT_NONCE, NULL, lock.bytes + AT_NONCE, with) == 0);
    sodium_memzero(with, sizeof with);
    *ret_lock = lock;
    return NULL;
}

const struct error *lock_open(struct arena *arena, const char *source, const struct lock *lock,
                              uint8_t ret_key[static KEY_BYTES])
{
    uint8_t with[KEY_BYTES];
    uint8_t id[LOCK_ID];
    bool of_passphrase = lock_is_of_passphrase(lock);
    if (lock->bytes[0] != OF_KEY && !of_passphrase) {
        return error_new(arena, ERROR_KEY, "the keystore was changed");
    }
    if (of_passphrase != source_is_passphrase(source)) {
        return of_passphrase
                   ? error_new(
                         arena, ERROR_KEY,
                         "the keystore opens with a passphrase: --key ask: (or fd:N, to read it from an "
                         "open descriptor)")
                   : error_new(arena, ERROR_KEY, "the keystore opens with a key file, not with a passphrase");
    }
    TRY(lock_key(arena, source, false, lock, with, id));
    bool opens = sodium_memcmp(id, lock->bytes + AT_ID, LOCK_ID) == 0 &&
                 crypto_aead_xchacha20poly1305_ietf_decrypt(ret_key, NULL, NULL, lock->bytes + AT_SEALED,
                                                            KEY_BYTES + 16, lock->bytes, AT_NONCE,
                                                            lock->bytes + AT_NONCE, with) == 0;
    sodium_memzero(with, sizeof with);
    if (!opens) {
        master_forget();
    }
    return opens ? NULL
                 : error_new(arena, ERROR_KEY, "%s: it does not open this keystore: another %s", source,
                             of_passphrase ? "passphrase" : "master key");
}
