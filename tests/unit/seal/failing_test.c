/*
 * Each call of the system and of libsodium that can fail is made to fail in its turn, in this process and in
 * the one that holds the keys: what was asked for is refused or done, nothing is broken or left behind, and
 * asked again it is done. What may be interrupted is, and nobody notices.
 */
#include "base/file.h"
#include "seal/hold.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- what fails */

enum {
    DISK = 1,
    MEMORY = 2,
    PROCESS = 4,
    TERMINAL = 8,
    INTERRUPTED = 16,
    LOCK = 32,
    ANY = DISK | MEMORY | PROCESS
};
static int kinds;
static unsigned left; /* until one of them fails; 0: none does */
static int cause;
enum { NOBODY, ASKER, HOLDER };
/* What the process that holds the keys says of itself. */
struct shut {
    int dumpable;
    int no_new_rights;
    int death_signal;
    int files; /* that are open, besides the three */
    rlim_t core;
    bool speaks_to_nobody;
};
static struct {
    atomic_bool failed;
    atomic_int bends, cuts; /* who does, of what it sends */
    atomic_bool to_one;     /* byte it is cut, else by one */
    struct shut shut;
} * shared; /* with the process that holds the keys */
static int allocated;
static pid_t asker;
static unsigned times_sent; /* by the asker */
static bool is_orphan;
static int hidden_fd = -1; /* told when the terminal shows no letters any more */
static sem_t *holds_up;    /* what works a password out waits there */

static bool fails(int kind)
{
    if ((kinds & kind) == 0 || left == 0 || --left > 0) {
        return false;
    }
    atomic_store(&shared->failed, true);
    errno = cause;
    return true;
}

#define WRAP(type, name, kind, result, declared, given)                                                      \
    type __real_##name declared;                                                                             \
    type __wrap_##name declared;                                                                             \
    type __wrap_##name declared                                                                              \
    {                                                                                                        \
        return fails(kind) ? (result) : __real_##name given;                                                 \
    }

static size_t at_once = SIZE_MAX; /* so many bytes are read or written */
#define SOME(size) ((size) < at_once ? (size) : at_once)

WRAP(ssize_t, read, DISK | INTERRUPTED, -1, (int fd, void *bytes, size_t size), (fd, bytes, SOME(size)))
WRAP(ssize_t, write, DISK | INTERRUPTED, -1, (int fd, const void *bytes, size_t size),
     (fd, bytes, SOME(size)))
WRAP(ssize_t, pwrite64, DISK, -1, (int fd, const void *bytes, size_t size, off_t at), (fd, bytes, size, at))
WRAP(int, fsync, DISK, -1, (int fd), (fd))
WRAP(int, fchmod, DISK, -1, (int fd, mode_t mode), (fd, mode))
WRAP(int, fstat64, DISK, -1, (int fd, struct stat *status), (fd, status))
WRAP(int, flock, DISK | LOCK, -1, (int fd, int how), (fd, how))
WRAP(int, rename, DISK, -1, (const char *from, const char *to), (from, to))
WRAP(struct arena *, arena_new, MEMORY, NULL, (size_t cap), (cap))
WRAP(int, crypto_pwhash, MEMORY, -1,
     (unsigned char *out, unsigned long long out_size, const char *text, unsigned long long size,
      const unsigned char *salt, unsigned long long ops, size_t memory, int algorithm),
     (out, out_size, text, size, salt, ops, memory, algorithm))
WRAP(int, socketpair, PROCESS, -1, (int domain, int type, int protocol, int fds[2]),
     (domain, type, protocol, fds))
WRAP(pid_t, fork, PROCESS, -1, (void), ())
WRAP(ssize_t, recv, PROCESS | INTERRUPTED, -1, (int fd, void *bytes, size_t size, int flags),
     (fd, bytes, size, flags))
WRAP(pid_t, waitpid, PROCESS | INTERRUPTED, -1, (pid_t pid, int *status, int flags), (pid, status, flags))
WRAP(int, tcgetattr, TERMINAL, -1, (int fd, struct termios *how), (fd, how))

int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(args, mode_t) : 0;
    va_end(args);
    return fails(DISK) ? -1 : __real_open64(path, flags, mode);
}

void *__real_sodium_malloc(size_t size);
void *__wrap_sodium_malloc(size_t size);
void *__wrap_sodium_malloc(size_t size)
{
    void *bytes = fails(MEMORY) ? NULL : __real_sodium_malloc(size);
    allocated += bytes == NULL ? 0 : 1;
    return bytes;
}

void *__real_sodium_allocarray(size_t count, size_t size);
void *__wrap_sodium_allocarray(size_t count, size_t size);
void *__wrap_sodium_allocarray(size_t count, size_t size)
{
    void *bytes = fails(MEMORY) ? NULL : __real_sodium_allocarray(count, size);
    allocated += bytes == NULL ? 0 : 1;
    return bytes;
}

void __real_sodium_free(void *bytes);
void __wrap_sodium_free(void *bytes);
void __wrap_sodium_free(void *bytes)
{
    allocated -= bytes == NULL ? 0 : 1;
    __real_sodium_free(bytes);
}

static struct shut how_shut(void)
{
    struct shut shut = {.dumpable = prctl(PR_GET_DUMPABLE),
                        .no_new_rights = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)};
    struct rlimit core;
    struct stat output;
    prctl(PR_GET_PDEATHSIG, &shut.death_signal);
    for (int fd = STDERR_FILENO + 1; fd < 1024; fd++) {
        shut.files += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    }
    getrlimit(RLIMIT_CORE, &core);
    shut.core = core.rlim_max;
    shut.speaks_to_nobody =
        __real_fstat64(STDOUT_FILENO, &output) == 0 && output.st_rdev == makedev(1, 3); /* /dev/null */
    return shut;
}

ssize_t __real_send(int fd, const void *bytes, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *bytes, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *bytes, size_t size, int flags)
{
    uint8_t sent[REQUEST_BYTES];
    const int who = getpid() == asker ? ASKER : HOLDER;
    times_sent += who == ASKER ? 1 : 0;
    if (who == HOLDER) {
        shared->shut = how_shut();
    }
    if (fails(PROCESS | INTERRUPTED)) {
        return -1;
    }
    memcpy(sent, bytes, size < sizeof sent ? size : sizeof sent);
    sent[0] ^= atomic_load(&shared->bends) == who ? 1 : 0;
    const size_t most = atomic_load(&shared->to_one) ? 1 : size - 1;
    ssize_t put = __real_send(fd, sent, atomic_load(&shared->cuts) == who ? most : size, flags);
    return put < 0 ? put : (ssize_t)size;
}

pid_t __real_getppid(void);
pid_t __wrap_getppid(void);
pid_t __wrap_getppid(void)
{
    return is_orphan ? 1 : __real_getppid();
}

int __real_tcsetattr(int fd, int when, const struct termios *how);
int __wrap_tcsetattr(int fd, int when, const struct termios *how);
int __wrap_tcsetattr(int fd, int when, const struct termios *how)
{
    if (fails(TERMINAL)) {
        return -1;
    }
    int result = __real_tcsetattr(fd, when, how);
    if (hidden_fd >= 0 && (how->c_lflag & ECHO) == 0) {
        (void)!__real_write(hidden_fd, "h", 1);
    }
    return result;
}

int __real_crypto_pwhash_str_alg(char *out, const char *text, unsigned long long size, unsigned long long ops,
                                 size_t memory, int algorithm);
int __wrap_crypto_pwhash_str_alg(char *out, const char *text, unsigned long long size, unsigned long long ops,
                                 size_t memory, int algorithm);
int __wrap_crypto_pwhash_str_alg(char *out, const char *text, unsigned long long size, unsigned long long ops,
                                 size_t memory, int algorithm)
{
    if (holds_up != NULL) {
        sem_wait(holds_up);
    }
    return fails(MEMORY) ? -1 : __real_crypto_pwhash_str_alg(out, text, size, ops, memory, algorithm);
}

/* Where coverage is measured, what the other process did counts too. */
#ifdef WM_COVERAGE
void __gcov_dump(void);
#endif
_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);
_Noreturn void __wrap__exit(int status)
{
#ifdef WM_COVERAGE
    __gcov_dump();
#endif
    __real__exit(status);
}

/* ---- a store of keys */

static struct arena *arena;
static char folder[64];
static struct key_place place;
static const struct id record = {{7}};
static const struct id other_record = {{8}};
static uint8_t wrapped[WRAPPED_KEY_BYTES];
static const char words[] = "lantern river seven chairs";
static const char *source; /* of the passphrase, when there is one */
static struct kept {
    const char *bytes;
    size_t size;
} kept_key, kept_first, kept_keystore;
static const char *const names[] = {"key",      "key.new", "keystore", "keystore.new", "copy",
                                    "copy.new", "other",   "sealed",   "opened"};

static const char *path_of(const char *name)
{
    return arena_printf(arena, "%s/%s", folder, name);
}

static enum error_code code_of(const struct error *error)
{
    return error == NULL ? ERROR_NONE : error->code;
}

static int set_up(void **state)
{
    (void)state;
    struct keyring *keyring;
    struct record_key *key;
    seal_init();
    password_cost_least();
    asker = getpid();
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(shared, MAP_FAILED);
    arena = arena_new((size_t)4 << 30);
    (void)snprintf(folder, sizeof folder, "%s/failing_testXXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(folder));
    place = (struct key_place){path_of("key"), path_of("keystore")};
    assert_null(keyring_create(arena, &place, clock_now()));
    assert_null(keyring_open(arena, &place, &keyring));
    assert_null(record_key_new(arena, keyring, record, &key, wrapped));
    assert_null(file_read(arena, place.keystore, 1 << 20, &kept_first.bytes, &kept_first.size));
    const struct destroyed gone = {{{6}}, 1, 1900000000000, {{1}}, {{2}}, "closed-six-years"};
    assert_null(keyring_destroy(arena, keyring, &gone, 1));
    keyring_free(keyring);
    assert_null(file_read(arena, place.source, 1 << 20, &kept_key.bytes, &kept_key.size));
    assert_null(file_read(arena, place.keystore, 1 << 20, &kept_keystore.bytes, &kept_keystore.size));
    return 0;
}

static void remove_all(void)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        unlink(path_of(names[i]));
    }
}

static int tear_down(void **state)
{
    (void)state;
    remove_all();
    assert_int_equal(rmdir(folder), 0);
    arena_free(arena);
    munmap(shared, sizeof *shared);
    return 0;
}

/* As it stood at the beginning: a key, a keystore of which one record was taken out, and nothing else. */
static void put_back_all(void)
{
    remove_all();
    assert_null(file_write_private(arena, place.source, kept_key.bytes, kept_key.size));
    assert_null(file_write_private(arena, place.keystore, kept_keystore.bytes, kept_keystore.size));
}

static void put_back_the_first(void)
{
    put_back_all();
    assert_null(file_write_private(arena, place.keystore, kept_first.bytes, kept_first.size));
}

static const struct error *record_opens(const struct keyring *keyring)
{
    struct record_key *key;
    return record_key_open(arena, keyring, record, wrapped, sizeof wrapped, &key);
}

static const struct error *opening(const char *from)
{
    struct key_place with = {from, place.keystore};
    struct keyring *keyring;
    const struct error *error = keyring_open(arena, &with, &keyring);
    if (error == NULL) {
        error = record_opens(keyring);
        keyring_free(keyring);
    }
    return error;
}

static const char *passphrase(const char *text)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(__real_write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
    close(ends[1]);
    return arena_printf(arena, "fd:%d", ends[0]);
}

static void close_passphrase(void)
{
    if (source != NULL) {
        close((int)strtol(source + 3, NULL, 10));
    }
    source = NULL;
}

/* ---- what is asked for */

static void only_the_folder(void)
{
    remove_all();
}

static const struct error *create(void)
{
    return keyring_create(arena, &place, clock_now());
}

static void only_the_key(void)
{
    put_back_all();
    unlink(place.keystore);
}

static const struct error *upgrade(void)
{
    return keyring_upgrade(arena, &place, clock_now());
}

static const struct error *open_and_sign(void)
{
    struct keyring *keyring;
    uint8_t signature[SIGNATURE_BYTES];
    static const uint8_t hash[HASH_BYTES] = {7};
    const struct error *error = keyring_open(arena, &place, &keyring);
    if (error == NULL) {
        error = sign(keyring, hash, signature);
        keyring_free(keyring);
    }
    return error;
}

static const struct error *destroy(void)
{
    struct keyring *keyring;
    const struct destroyed gone[] = {{other_record, 1, 1900000000000, {{1}}, {{2}}, "closed-six-years"},
                                     {{{9}}, 1, 1900000000000, {{1}}, {{2}}, "closed-six-years"}};
    const struct error *error = keyring_open(arena, &place, &keyring);
    if (error == NULL) {
        error = keyring_destroy(arena, keyring, gone, 2);
        keyring_free(keyring);
    }
    return error;
}

static const struct error *forget(void)
{
    struct keyring *keyring;
    const struct error *error = keyring_open(arena, &place, &keyring);
    if (error == NULL) {
        error = keyring_forget(arena, keyring, (struct instant){clock_now().ms + INT64_C(90) * MS_PER_DAY});
        keyring_free(keyring);
    }
    return error;
}

static const struct error *rotate_in_place(void)
{
    return keyring_rotate(arena, &place, NULL);
}

/* Killed before the new key had its place. */
static void begun_to_rotate(void)
{
    put_back_all();
    assert_null(master_create(arena, path_of("key.new")));
    assert_null(keystore_relock(arena, place.keystore, place.source, path_of("key.new")));
}

static const struct error *rotate_to_another(void)
{
    return keyring_rotate(arena, &place, path_of("other"));
}

static void with_words(void)
{
    put_back_all();
    close_passphrase();
    source = passphrase(words);
}

static const struct error *rotate_to_words(void)
{
    return keyring_rotate(arena, &place, source);
}

static void opened_by_words(void)
{
    with_words();
    assert_null(keyring_rotate(arena, &place, source));
    master_forget();
    close_passphrase();
    source = passphrase(words);
}

static const struct error *open_by_words(void)
{
    return opening(source);
}

static const struct error *copy(void)
{
    struct keystore_state state;
    return keyring_copy(arena, &place, path_of("copy"), &state);
}

static void a_copy_before(void)
{
    put_back_all();
    assert_null(copy());
}

static const struct error *put_back(void)
{
    struct keystore_state state;
    return keyring_put_back(arena, &place, path_of("copy"), &state);
}

static const struct error *back_up(void)
{
    struct keyring *keyring;
    TRY(keyring_open(arena, &place, &keyring));
    int in = __real_open64(place.keystore, O_RDONLY | O_CLOEXEC);
    int sealed = __real_open64(path_of("sealed"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int out = __real_open64(path_of("opened"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const struct error *error = stream_seal(arena, keyring, in, sealed);
    if (error == NULL) {
        lseek(sealed, 0, SEEK_SET);
        error = stream_open(arena, keyring, sealed, out);
    }
    close(in);
    close(sealed);
    close(out);
    keyring_free(keyring);
    return error;
}

static const struct error *hash_password(void)
{
    char hash[PASSWORD_HASH_TEXT];
    return password_hash(arena, words, hash);
}

/* Every question to the process that holds the keys. */
static const struct error *ask_all(const struct keyring *keyring)
{
    const struct note_place note = {"draft", {{1}}, {{2}}, record};
    struct record_key *key;
    uint8_t made[WRAPPED_KEY_BYTES];
    uint8_t signature[SIGNATURE_BYTES];
    static const uint8_t hash[HASH_BYTES] = {7};
    const uint8_t *sealed;
    const void *plain;
    const struct destroyed *list;
    size_t size;
    TRY(keyring_serve(arena, keyring));
    TRY(record_opens(keyring));
    TRY(record_key_new(arena, keyring, other_record, &key, made));
    TRY(record_key_rewrap(arena, keyring, record, wrapped, sizeof wrapped, made));
    TRY(note_seal(arena, keyring, &note, clock_now(), "typed", 5, &sealed, &size));
    TRY(note_open(arena, keyring, &note, sealed, size, &plain, &size));
    TRY(keyring_destroyed(arena, keyring, &list, &size));
    return sign(keyring, hash, signature);
}

static const struct error *hold_and_ask(void)
{
    struct keyring *keyring;
    TRY(keyring_hold(arena, &place, NULL, &keyring));
    const struct error *error = ask_all(keyring);
    keyring_free(keyring);
    return error;
}

static const struct work {
    const char *name;
    void (*before)(void);
    const struct error *(*what)(void);
    enum { AGAIN, ONCE, WAITS } how; /* half done it is done again, or not; and it may be interrupted */
} works[] = {
    {"create", only_the_folder, create, ONCE},
    {"upgrade", only_the_key, upgrade, ONCE},
    {"open and sign", put_back_all, open_and_sign, WAITS},
    {"destroy the first", put_back_the_first, destroy, AGAIN},
    {"destroy", put_back_all, destroy, AGAIN},
    {"forget", put_back_all, forget, AGAIN},
    {"rotate in place", put_back_all, rotate_in_place, AGAIN},
    {"go on rotating in place", begun_to_rotate, rotate_in_place, AGAIN},
    {"rotate to another file", put_back_all, rotate_to_another, ONCE},
    {"rotate to a passphrase", with_words, rotate_to_words, ONCE},
    {"open by a passphrase", opened_by_words, open_by_words, WAITS},
    {"copy", put_back_all, copy, AGAIN},
    {"copy again", a_copy_before, copy, AGAIN},
    {"put back", a_copy_before, put_back, AGAIN},
    {"back up", put_back_all, back_up, WAITS},
    {"hash a password", put_back_all, hash_password, AGAIN},
    {"hold and ask", put_back_all, hold_and_ask, WAITS},
};
enum { WORKS = sizeof works / sizeof works[0] };

static int descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < 1024; fd++) {
        count += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    }
    return count;
}

/* Does it with the n-th call of those kinds failing; *ret_failed: whether there were so many. */
static const struct error *with_nth(const struct work *work, int of, int with, unsigned n, bool *ret_failed)
{
    work->before();
    master_forget();
    int was_allocated = allocated;
    int was_open = descriptors();
    atomic_store(&shared->failed, false);
    kinds = of;
    cause = with;
    left = n;
    const struct error *error = work->what();
    left = 0;
    *ret_failed = atomic_load(&shared->failed);
    master_forget();
    while (__real_waitpid(-1, NULL, WNOHANG) > 0) {
    }
    if (allocated != was_allocated || descriptors() != was_open) {
        fail_msg("%s, call %u: %d pieces of locked memory and %d descriptors are left", work->name, n,
                 allocated - was_allocated, descriptors() - was_open);
    }
    return error;
}

/* A keystore of which it was said that it was made is one. */
static const struct error *makes_a_record(void)
{
    struct keyring *keyring;
    struct record_key *key;
    uint8_t made[WRAPPED_KEY_BYTES];
    TRY(keyring_open(arena, &place, &keyring));
    const struct error *error = record_key_new(arena, keyring, other_record, &key, made);
    keyring_free(keyring);
    return error;
}

/* The two of which it was said that they were destroyed are. */
static bool are_destroyed(void)
{
    struct keyring *keyring;
    const struct destroyed *list;
    size_t count;
    unsigned found = 0;
    assert_null(keyring_open(arena, &place, &keyring));
    assert_null(keyring_destroyed(arena, keyring, &list, &count));
    for (size_t i = 0; i < count; i++) {
        found += id_equal(list[i].record, other_record) || list[i].record.bytes[0] == 9 ? 1 : 0;
    }
    keyring_free(keyring);
    return found == 2;
}

/* One of the keys that are there opens what is there. */
static bool still_opens(void)
{
    const char *const sources[] = {place.source, path_of("key.new"), path_of("other")};
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        if (opening(sources[i]) == NULL) {
            return true;
        }
    }
    close_passphrase();
    source = passphrase(words);
    bool opens = opening(source) == NULL;
    master_forget();
    return opens;
}

static void whatever_fails_is_said_and_breaks_nothing(void **state)
{
    (void)state;
    for (size_t w = 0; w < WORKS; w++) {
        const struct work *work = &works[w];
        bool makes = work->before == only_the_folder || work->before == only_the_key;
        unsigned refused = 0;
        bool goes_on = true;
        for (unsigned n = 1; goes_on; n++) {
            const struct error *error = with_nth(work, ANY, n % 2 == 0 ? ENOSPC : EIO, n, &goes_on);
            assert_true(error == NULL || goes_on); /* nothing is refused for nothing */
            refused += error == NULL ? 0 : 1;
            if (makes && error == NULL) {
                assert_null(makes_a_record());
            }
            if (work->what == destroy && error == NULL) {
                assert_true(are_destroyed());
            }
            if (!makes && !still_opens()) {
                fail_msg("%s, call %u: nothing opens the keystore any more", work->name, n);
            }
            if (error != NULL && work->how != ONCE) {
                const struct error *again = work->what();
                master_forget();
                if (again != NULL && source == NULL) {
                    fail_msg("%s, call %u: not done again: %s", work->name, n, error_text(arena, again));
                }
            }
        }
        assert_true(refused > 0);
    }
    close_passphrase();
}

/* Whoever is not given the lock changes nothing, and copies nothing that is being changed. */
static void without_the_lock_nothing_is_done(void **state)
{
    (void)state;
    static const struct error *(*const all[])(void) = {destroy,           forget, rotate_in_place,
                                                       rotate_to_another, copy,   put_back};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        const char *bytes;
        size_t size;
        a_copy_before();
        kinds = LOCK;
        cause = EIO;
        left = 1;
        const struct error *error = all[i]();
        assert_int_equal(left, 0);
        assert_int_equal(code_of(error), ERROR_IO);
        assert_null(file_read(arena, place.keystore, 1 << 20, &bytes, &size));
        assert_int_equal(size, kept_keystore.size);
        assert_memory_equal(bytes, kept_keystore.bytes, size);
    }
}

/* ---- memory that runs out */

struct asked {
    const struct keyring *keyring;
    bool forgets;
    const struct error *error;
};

static void ask(void *context)
{
    static const struct destroyed gone = {{{9}}, 1, 1900000000000, {{1}}, {{2}}, "closed-six-years"};
    struct asked *asked = context;
    const struct instant later = {clock_now().ms + INT64_C(90) * MS_PER_DAY};
    asked->error = asked->forgets ? keyring_forget(arena, asked->keyring, later)
                                  : keyring_destroy(arena, asked->keyring, &gone, 1);
}

/* In this process: the n-th piece of memory is not there. */
static void without_memory_nothing_changes_and_nothing_is_left(void **state)
{
    (void)state;
    for (int forgets = 0; forgets < 2; forgets++) {
        unsigned long failed = 1;
        unsigned refused = 0;
        for (unsigned long n = 1; failed > 0; n++) {
            struct asked asked = {.forgets = forgets != 0};
            struct keyring *keyring;
            put_back_all();
            assert_null(keyring_open(arena, &place, &keyring));
            asked.keyring = keyring;
            int was_allocated = allocated;
            int was_open = descriptors();
            arena_fail_nth(n, 0);
            bool whole = arena_guard(arena, ask, &asked);
            failed = arena_failed();
            arena_fail_nth(0, 0);
            assert_true(!whole || asked.error != NULL || failed == 0);
            refused += !whole || asked.error != NULL ? 1 : 0;
            assert_int_equal(allocated, was_allocated);
            assert_int_equal(descriptors(), was_open);
            assert_null(record_opens(keyring));
            ask(&asked); /* and again it is done */
            assert_null(asked.error);
            keyring_free(keyring);
            assert_true(still_opens());
        }
        assert_true(refused > 3);
    }
}

/* In the one that holds the keys, which begins with as many pieces left: it says that it is busy, and goes
 * on. */
static void the_process_without_memory_is_busy_and_goes_on(void **state)
{
    (void)state;
    enum { LEFT = 1000 };
    struct asked asked = {.error = NULL};
    struct keyring *keyring;
    unsigned busy = 0;
    put_back_all();
    arena_fail_nth(LEFT, 0);
    const struct error *error = keyring_hold(arena, &place, NULL, &keyring);
    arena_fail_nth(0, 0);
    assert_null(error);
    asked.keyring = keyring;
    for (int times = 0; times < LEFT && busy == 0; times++) {
        ask(&asked);
        busy += code_of(asked.error) == ERROR_BUSY ? 1 : 0;
    }
    assert_int_equal(busy, 1);
    assert_null(record_opens(keyring));
    ask(&asked);
    assert_null(asked.error);
    keyring_free(keyring);
}

/* A key or a keystore that could not be made whole is not there, or is one: it is made again, or opens. */
static void what_was_half_made_is_made_again(void **state)
{
    (void)state;
    bool goes_on = true;
    unsigned full = 0;
    for (unsigned n = 1; goes_on; n++) {
        const struct error *error = with_nth(&works[0], DISK, ENOSPC, n, &goes_on);
        full += code_of(error) == ERROR_FULL ? 1 : 0;
        if (error != NULL && file_exists(place.keystore)) {
            assert_int_equal(code_of(create()), ERROR_EXISTS);
        } else if (error != NULL) {
            assert_null(create());
        }
        struct keyring *keyring;
        assert_null(keyring_open(arena, &place, &keyring));
        keyring_free(keyring);
    }
    assert_true(full >= 3); /* the key, the keystore, their folder */
    goes_on = true;
    for (unsigned n = 1; goes_on; n++) { /* a disk that does not work is not a full one */
        assert_int_not_equal(code_of(with_nth(&works[0], DISK, EIO, n, &goes_on)), ERROR_FULL);
    }
}

static void what_is_interrupted_goes_on(void **state)
{
    (void)state;
    for (size_t w = 0; w < WORKS; w++) {
        bool goes_on = works[w].how == WAITS;
        for (unsigned n = 1; goes_on; n++) {
            const struct error *error = with_nth(&works[w], INTERRUPTED, EINTR, n, &goes_on);
            if (error != NULL) {
                fail_msg("%s, call %u: %s", works[w].name, n, error_text(arena, error));
            }
        }
    }
    close_passphrase();
}

/* What comes through a pipe comes in pieces, and goes into one in others. */
static void a_backup_may_come_and_go_in_pieces(void **state)
{
    (void)state;
    enum { SIZE = 200000 };
    static uint8_t bytes[SIZE];
    const char *back;
    size_t size;
    struct keyring *keyring;
    put_back_all();
    random_bytes(bytes, sizeof bytes);
    assert_null(file_write_private(arena, path_of("copy"), bytes, sizeof bytes));
    assert_null(keyring_open(arena, &place, &keyring));
    for (at_once = 999; at_once < 100000; at_once *= 10) {
        int in = __real_open64(path_of("copy"), O_RDONLY | O_CLOEXEC);
        int sealed = __real_open64(path_of("sealed"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        int out = __real_open64(path_of("opened"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        assert_null(stream_seal(arena, keyring, in, sealed));
        assert_int_equal(lseek(sealed, 0, SEEK_SET), 0);
        assert_null(stream_open(arena, keyring, sealed, out));
        close(in);
        close(sealed);
        close(out);
        assert_null(file_read(arena, path_of("opened"), 1 << 20, &back, &size));
        assert_int_equal(size, SIZE);
        assert_memory_equal(back, bytes, SIZE);
    }
    at_once = SIZE_MAX;
    keyring_free(keyring);
}

/* ---- the process that holds the keys */

static void a_message_that_is_none_is_refused_by_either_end(void **state)
{
    (void)state;
    struct keyring *keyring;
    put_back_all();
    atomic_int *const ways[] = {&shared->bends, &shared->cuts, &shared->cuts};
    for (int w = 0; w < 3; w++) {
        atomic_store(&shared->to_one, w == 2);
        atomic_store(ways[w], HOLDER);
        assert_int_equal(code_of(keyring_hold(arena, &place, NULL, &keyring)), ERROR_KEY);
        atomic_store(ways[w], NOBODY);
        assert_null(keyring_hold(arena, &place, NULL, &keyring));
        atomic_store(ways[w], ASKER);
        assert_int_equal(code_of(record_opens(keyring)), ERROR_BAD_INPUT);
        atomic_store(ways[w], NOBODY);
        assert_null(record_opens(keyring)); /* the next is answered */
        atomic_store(ways[w], HOLDER);
        assert_int_equal(code_of(record_opens(keyring)), ERROR_KEY);
        atomic_store(ways[w], NOBODY);
        keyring_free(keyring);
    }
}

/* A refusal for a quarter of a second at most is asked again, four times; a longer one is said at once. */
static void what_is_refused_for_the_moment_is_asked_four_times_more(void **state)
{
    (void)state;
    static const struct {
        double per_second;
        unsigned times;
    } cases[] = {{1000, 5}, {4.01 /* 250 milliseconds */, 5}, {4 /* 251 */, 1}};
    put_back_all();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct key_limits none = {.account_burst = 1,
                                        .account_per_second = 1,
                                        .all_burst = 0,
                                        .all_per_second = cases[i].per_second};
        struct keyring *keyring;
        assert_null(keyring_hold(arena, &place, &none, &keyring));
        assert_null(keyring_serve(arena, keyring));
        times_sent = 0;
        assert_int_equal(code_of(record_opens(keyring)), ERROR_TOO_MANY);
        assert_int_equal(times_sent, cases[i].times);
        keyring_free(keyring);
    }
}

static pid_t child_of(pid_t parent)
{
    char path[64];
    const char *text;
    size_t size;
    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent, (int)parent);
    assert_null(file_read(arena, path, 4096, &text, &size));
    return (pid_t)strtol(text, NULL, 10);
}

/* Nothing of it may be seen from outside, nothing of the other's is kept, and a signal to all ends it not. */
static void the_process_is_shut_off(void **state)
{
    (void)state;
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT};
    struct keyring *keyring;
    put_back_all();
    int first = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    int output = dup(STDOUT_FILENO);
    assert_true(first > STDERR_FILENO && output > STDERR_FILENO);
    assert_int_equal(dup2(first, 1023), 1023);
    assert_int_equal(dup2(first, STDOUT_FILENO), STDOUT_FILENO);
    const struct error *error = keyring_hold(arena, &place, NULL, &keyring);
    assert_int_equal(dup2(output, STDOUT_FILENO), STDOUT_FILENO);
    assert_null(error);
    assert_null(record_opens(keyring));
    assert_int_equal(shared->shut.dumpable, 0);
    assert_int_equal(shared->shut.no_new_rights, 1);
    assert_int_equal(shared->shut.death_signal, SIGKILL);
    assert_int_equal(shared->shut.files, 1); /* what it is asked by */
    assert_int_equal(shared->shut.core, 0);
    assert_true(shared->shut.speaks_to_nobody);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        assert_int_equal(kill(child_of(getpid()), signals[i]), 0);
        assert_null(record_opens(keyring));
    }
    keyring_free(keyring);
    close(first);
    close(output);
    close(1023);
}

static void a_process_whose_parent_went_before_it_began_ends(void **state)
{
    (void)state;
    struct keyring *keyring;
    put_back_all();
    is_orphan = true;
    const struct error *error = keyring_hold(arena, &place, NULL, &keyring);
    is_orphan = false;
    assert_int_equal(code_of(error), ERROR_KEY);
    assert_string_equal(error->detail, "the process that holds the keys has ended");
}

static void without_the_process_every_question_says_so(void **state)
{
    (void)state;
    const struct note_place note = {"draft", {{1}}, {{2}}, record};
    const struct destroyed gone = {record, 1, 5, {{1}}, {{2}}, "rule"};
    const struct destroyed *list;
    struct keyring *keyring;
    struct record_key *key;
    uint8_t bytes[WRAPPED_KEY_BYTES] = {0};
    uint8_t signature[SIGNATURE_BYTES];
    static const uint8_t hash[HASH_BYTES] = {7};
    const uint8_t *sealed;
    const void *plain;
    size_t size;
    siginfo_t info;
    put_back_all();
    assert_null(keyring_hold(arena, &place, NULL, &keyring));
    assert_true(keyring_lives(keyring));
    keyring_use((struct id){{5}}, "case-read");
    assert_null(record_opens(keyring));
    pid_t holder = child_of(getpid());
    assert_int_equal(kill(holder, SIGKILL), 0);
    assert_int_equal(waitid(P_PID, (id_t)holder, &info, WEXITED | WNOWAIT), 0);
    assert_false(keyring_lives(keyring)); /* it has ended, */
    assert_int_equal(__real_waitpid(holder, NULL, 0), holder);
    assert_false(keyring_lives(keyring)); /* and nothing is left of it */
    assert_null(record_opens(keyring));   /* but what it gave to this reader within the minute */
    keyring_use((struct id){{5}}, "figures");
    assert_int_equal(code_of(record_opens(keyring)), ERROR_KEY);
    keyring_use((struct id){{6}}, "case-read");
    assert_int_equal(code_of(record_opens(keyring)), ERROR_KEY);
    keyring_use((struct id){{0}}, "");
    assert_int_equal(code_of(keyring_serve(arena, keyring)), ERROR_KEY);
    assert_int_equal(code_of(record_opens(keyring)), ERROR_KEY);
    assert_int_equal(code_of(record_key_new(arena, keyring, other_record, &key, bytes)), ERROR_KEY);
    assert_int_equal(code_of(record_key_rewrap(arena, keyring, record, wrapped, sizeof wrapped, bytes)),
                     ERROR_KEY);
    assert_int_equal(code_of(note_seal(arena, keyring, &note, clock_now(), "typed", 5, &sealed, &size)),
                     ERROR_KEY);
    assert_int_equal(code_of(note_open(arena, keyring, &note, bytes, sizeof bytes, &plain, &size)),
                     ERROR_KEY);
    assert_int_equal(code_of(sign(keyring, hash, signature)), ERROR_KEY);
    assert_int_equal(code_of(keyring_destroy(arena, keyring, &gone, 1)), ERROR_KEY);
    assert_int_equal(code_of(keyring_destroyed(arena, keyring, &list, &size)), ERROR_KEY);
    assert_int_equal(code_of(keyring_forget(arena, keyring, clock_now())), ERROR_KEY);
    keyring_free(keyring);
}

static void the_process_reads_a_passphrase_from_the_descriptor_it_was_given(void **state)
{
    (void)state;
    struct keyring *keyring;
    opened_by_words();
    const struct key_place with = {source, place.keystore};
    assert_null(keyring_hold(arena, &with, NULL, &keyring));
    assert_null(ask_all(keyring));
    keyring_free(keyring);
    close_passphrase();
}

/* The most that a lock may ask for: what it takes is not there, and that is what is said. */
static void a_lock_may_ask_for_a_gigabyte(void **state)
{
    (void)state;
    enum { AT_MEMORY = 8 + 9 };
    const char *bytes;
    size_t size;
    bool was_said = false;
    opened_by_words();
    assert_null(file_read(arena, place.keystore, 1 << 20, &bytes, &size));
    char *bent = arena_copy_n(arena, bytes, size);
    memcpy(bent + AT_MEMORY, "\0\0\0\0\x40\0\0", 8);
    assert_null(file_write_private(arena, place.keystore, bent, size));
    for (unsigned n = 1; !was_said && n < 16; n++) { /* one of these is the working out */
        close_passphrase();
        source = passphrase(words);
        kinds = MEMORY;
        cause = ENOMEM;
        left = n;
        const struct error *error = opening(source);
        left = 0;
        master_forget();
        assert_non_null(error);
        was_said = error->detail != NULL && strstr(error->detail, "no memory to work out") != NULL;
    }
    assert_true(was_said);
    close_passphrase();
}

/* ---- a passphrase on the terminal */

static bool is_nowhere_in(const char *text, size_t size, const char *what)
{
    for (size_t i = 0; i + strlen(what) <= size; i++) {
        if (memcmp(text + i, what, strlen(what)) == 0) {
            return false;
        }
    }
    return true;
}

static bool makes_anew;

/* What is typed need not come from the standard input: here there is none. */
static const struct error *make_by_typing(void)
{
    const struct key_place typed = {"ask:", place.keystore};
    unlink(place.keystore);
    close(STDIN_FILENO);
    return keyring_create(arena, &typed, clock_now());
}

/*
 * Changes the key to a passphrase that is typed on a terminal of its own, the n-th call of those kinds
 * failing there; gives the code. *ret_failed as in with_nth.
 */
static enum error_code typed(const char *const lines[2], int of, unsigned n, bool *ret_failed)
{
    int told[2];
    char shown[4096];
    char byte;
    int status;
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    assert_int_equal(pipe(told), 0);
    put_back_all();
    atomic_store(&shared->failed, false);
    pid_t child = __real_fork();
    if (child == 0) {
        const char *name = ptsname(terminal);
        close(told[0]);
        hidden_fd = told[1];
        setsid();
        if (lines != NULL && (name == NULL || __real_open64(name, O_RDWR) < 0)) {
            _exit(200);
        }
        kinds = of;
        cause = EIO;
        left = n;
        _exit((int)code_of(makes_anew ? make_by_typing() : keyring_rotate(arena, &place, "ask:")));
    }
    close(told[1]);
    for (size_t i = 0; __real_read(told[0], &byte, 1) == 1; i++) {
        const char *line = i < 2 ? lines[i] : "\n";
        assert_int_equal(__real_write(terminal, line, strlen(line)), (ssize_t)strlen(line));
    }
    close(told[0]);
    assert_int_equal(fcntl(terminal, F_SETFL, O_NONBLOCK), 0);
    ssize_t got = lines == NULL ? 0 : __real_read(terminal, shown, sizeof shown);
    assert_true(got <= 0 || is_nowhere_in(shown, (size_t)got, "lantern")); /* what is typed is not shown */
    close(terminal);
    assert_int_equal(__real_waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    *ret_failed = atomic_load(&shared->failed);
    return (enum error_code)WEXITSTATUS(status);
}

static void a_passphrase_is_typed_twice_and_not_shown(void **state)
{
    (void)state;
    static const char *const same[2] = {"lantern river seven chairs\n", "lantern river seven chairs\n"};
    static const char *const different[2] = {"lantern river seven chairs\n", "lantern river seven chair\n"};
    static const char *const brief[2] = {"lantern\n", "lantern\n"};
    char endless[PASSPHRASE_MOST + 3];
    memset(endless, 'a', sizeof endless);
    memcpy(endless + PASSPHRASE_MOST + 1, "\n", 2);
    const char *const long_one[2] = {endless, endless};
    bool was;
    assert_int_equal(typed(different, 0, 0, &was), ERROR_KEY);
    assert_null(opening(place.source));
    assert_int_equal(typed(brief, 0, 0, &was), ERROR_KEY);
    assert_int_equal(typed(long_one, 0, 0, &was), ERROR_KEY);
    assert_null(opening(place.source));
    assert_int_equal(typed(NULL, 0, 0, &was), ERROR_KEY); /* there is no terminal */
    memcpy(endless + PASSPHRASE_MOST, "\n", 2);
    assert_int_equal(typed(long_one, 0, 0, &was), ERROR_NONE);
    makes_anew = true;
    assert_int_equal(typed(same, 0, 0, &was), ERROR_NONE);
    makes_anew = false;
    for (int of = MEMORY; of <= TERMINAL; of *= TERMINAL / MEMORY) {
        unsigned refused = 0;
        was = true;
        for (unsigned n = 1; was; n++) {
            enum error_code code = typed(same, of, n, &was);
            assert_true(code == ERROR_NONE || was);
            refused += code == ERROR_NONE ? 0 : 1;
        }
        assert_true(refused >= 4);
    }
    source = passphrase(words);
    assert_null(opening(source));
    master_forget();
    close_passphrase();
}

/* ---- passwords */

static void *hash_one(void *unused)
{
    ARENA_CLEANUP struct arena *own = __real_arena_new(1 << 20);
    char hash[PASSWORD_HASH_TEXT];
    (void)unused;
    return password_hash(own, words, hash) == NULL ? own : NULL;
}

static void so_many_at_once_and_so_many_who_wait(void **state)
{
    (void)state;
    sem_t waits;
    pthread_t threads[2];
    assert_int_equal(sem_init(&waits, 0, 0), 0);
    password_places(1, 1);
    assert_null(password_room(arena));
    holds_up = &waits;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, hash_one, NULL), 0);
    }
    while (password_room(arena) == NULL) { /* until one works and the other waits */
    }
    password_places(1, 2);
    assert_null(password_room(arena));
    password_places(1, 1);
    assert_int_equal(code_of(password_room(arena)), ERROR_TOO_MANY);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(sem_post(&waits), 0);
    }
    for (int i = 0; i < 2; i++) {
        void *result;
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_non_null(result);
    }
    holds_up = NULL;
    assert_null(password_room(arena));
    password_places(1, 0);
    assert_null(password_room(arena));
    sem_destroy(&waits);
}

/* Before anybody says that it is a test. */
static void what_a_password_costs_is_what_libsodium_advises(void **state)
{
    (void)state;
    static const char interactive[] =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    static const char cheap[] =
        "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    seal_init();
    assert_false(password_is_outdated(interactive));
    assert_true(password_is_outdated(cheap));
    assert_int_equal(passphrase_operations(), crypto_pwhash_OPSLIMIT_MODERATE);
    assert_int_equal(passphrase_memory(), crypto_pwhash_MEMLIMIT_MODERATE);
    password_cost_least();
    assert_true(password_is_outdated(interactive));
    assert_int_equal(passphrase_operations(), crypto_pwhash_OPSLIMIT_MIN);
    assert_int_equal(passphrase_memory(), crypto_pwhash_MEMLIMIT_MIN);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_password_costs_is_what_libsodium_advises),
        CASE(whatever_fails_is_said_and_breaks_nothing),
        CASE(without_the_lock_nothing_is_done),
        CASE(without_memory_nothing_changes_and_nothing_is_left),
        CASE(the_process_without_memory_is_busy_and_goes_on),
        CASE(what_was_half_made_is_made_again),
        CASE(what_is_interrupted_goes_on),
        CASE(a_backup_may_come_and_go_in_pieces),
        CASE(a_message_that_is_none_is_refused_by_either_end),
        CASE(what_is_refused_for_the_moment_is_asked_four_times_more),
        CASE(the_process_is_shut_off),
        CASE(a_process_whose_parent_went_before_it_began_ends),
        CASE(without_the_process_every_question_says_so),
        CASE(the_process_reads_a_passphrase_from_the_descriptor_it_was_given),
        CASE(a_lock_may_ask_for_a_gigabyte),
        CASE(a_passphrase_is_typed_twice_and_not_shown),
        CASE(so_many_at_once_and_so_many_who_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
