#include "failing.h"

#include "base/arena.h"
#include "store/store.h"

#include <curl/curl.h>
#include <dirent.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <pthread.h>
#include <seccomp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FRAMES = 100, PROGRAM_BYTES = 64 << 20, WAY = 400 };

extern const char __executable_start[];
extern const char etext[];

/* Shared by every program of a test, when WAYMARK_FAILED names a file for it. */
struct shared {
    atomic_bool on;
    atomic_bool failed;
    atomic_bool saved;
    char way[WAY];
    atomic_uchar
        passed[PROGRAM_BYTES / 8]; /* a bit for each place from which something was called that failed */
};
static struct shared *shared;
static struct shared *own; /* of this program and what it begins: whether something fails now */

static _Thread_local struct {
    bool on;
    bool failed;
    bool saved;
} thread;

static void *map(int file, int flags)
{
    void *bytes = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED | flags, file, 0);
    if (bytes == MAP_FAILED) {
        abort();
    }
    return bytes;
}

static void over(void)
{
    atomic_store(&own->on, false);
}

/* backtrace takes a library in when it is first asked, which the confined program may not do. */
static void __attribute__((constructor)) prepare(void)
{
    void *frame;
    const char *path = getenv("WAYMARK_FAILED");
    (void)backtrace(&frame, 1);
    if (etext - __executable_start > PROGRAM_BYTES || atexit(over) != 0) {
        abort();
    }
    own = map(-1, MAP_ANONYMOUS);
    shared = own;
    if (path != NULL) {
        int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0 || ftruncate(file, sizeof(struct shared)) != 0) {
            abort();
        }
        shared = map(file, 0);
        close(file);
    }
}

/* The counters of coverage are written when a process ends (tests/coverage/counters.c). */
void failing_over(void);
void failing_over(void)
{
    over();
}

void failing_begin(enum failing_in in)
{
    if (in == FAILING_THREAD) {
        thread.failed = thread.saved = false;
        thread.on = true;
    } else {
        atomic_store(&own->failed, false);
        atomic_store(&own->saved, false);
        atomic_store(&own->on, true);
    }
}

void failing_end(enum failing_in in)
{
    if (in == FAILING_THREAD) {
        thread.on = false;
    } else {
        over();
    }
}

bool failing_failed(enum failing_in in)
{
    return in == FAILING_THREAD ? thread.failed : atomic_load(&own->failed);
}

bool failing_saved(enum failing_in in)
{
    return in == FAILING_THREAD ? thread.saved : atomic_load(&own->saved);
}

const char *failing_way(void)
{
    return own->way;
}

static bool may_fail(enum failing_in in)
{
    return (in == FAILING_THREAD && thread.on && !thread.failed && !thread.saved) ||
           (own != NULL && atomic_load(&own->on) && !atomic_load(&own->failed) && !atomic_load(&own->saved));
}

static bool passes_anew(const char *frame)
{
    size_t at = (size_t)(frame - __executable_start);
    unsigned char bit = (unsigned char)(1U << at % 8);
    return (atomic_fetch_or(&shared->passed[at / 8], bit) & bit) == 0;
}

/* True when one of the calls that lead here has not failed yet. `in`: the least in which it may fail. */
static bool fails_in(enum failing_in in)
{
    void *frames[FRAMES];
    bool fails = false;
    size_t written = 0;
    if (!may_fail(in)) {
        return false;
    }
    int count = backtrace(frames, FRAMES);
    for (int i = 0; i < count; i++) {
        const char *frame = frames[i];
        fails = (frame >= __executable_start && frame < etext && passes_anew(frame)) || fails;
    }
    if (!fails) {
        return false;
    }
    for (int i = 0; i < count && written + 20 < WAY; i++) {
        written += (size_t)snprintf(own->way + written, WAY - written, " %zx",
                                    (size_t)((const char *)frames[i] - __executable_start));
    }
    thread.failed = true;
    atomic_store(&own->failed, true);
    return true;
}

static bool fails_now(void)
{
    return fails_in(FAILING_THREAD);
}

static void has_saved(void)
{
    thread.saved = true;
    atomic_store(&own->saved, true);
}

/* ---- what can fail: all of it in a whole program; in a thread what its pages and calls ask of the store */

#define FAILS(type, bad, code, name, parameters, arguments)                                                  \
    type __real_##name parameters;                                                                           \
    type __wrap_##name parameters;                                                                           \
    type __wrap_##name parameters                                                                            \
    {                                                                                                        \
        if (fails_in(FAILING_PROGRAM)) {                                                                     \
            errno = code;                                                                                    \
            return bad;                                                                                      \
        }                                                                                                    \
        return __real_##name arguments;                                                                      \
    }                                                                                                        \
    _Static_assert(sizeof(type) > 0, #name)

FAILS(FILE *, NULL, EIO, fopen64, (const char *path, const char *how), (path, how));
FAILS(FILE *, NULL, ENOMEM, fdopen, (int file, const char *how), (file, how));
FAILS(ssize_t, -1, EIO, read, (int file, void *bytes, size_t size), (file, bytes, size));
ssize_t __real_write(int file, const void *bytes, size_t size);
ssize_t __wrap_write(int file, const void *bytes, size_t size);
ssize_t __wrap_write(int file, const void *bytes, size_t size)
{
    if (fails_now()) {
        errno = EIO;
        return -1;
    }
    return __real_write(file, bytes, size);
}

FAILS(ssize_t, -1, EIO, pread64, (int file, void *bytes, size_t size, off_t at), (file, bytes, size, at));
FAILS(ssize_t, -1, EIO, pwrite64, (int file, const void *bytes, size_t size, off_t at),
      (file, bytes, size, at));
FAILS(int, -1, EIO, fsync, (int file), (file));
FAILS(int, -1, EIO, fdatasync, (int file), (file));
FAILS(int, -1, EIO, fstat64, (int file, struct stat *status), (file, status));
FAILS(int, -1, EIO, ftruncate64, (int file, off_t size), (file, size));
FAILS(off_t, -1, EIO, lseek64, (int file, off_t at, int from), (file, at, from));
FAILS(int, -1, EIO, rename, (const char *from, const char *to), (from, to));
FAILS(int, -1, EACCES, mkdir, (const char *path, mode_t mode), (path, mode));
FAILS(DIR *, NULL, EACCES, opendir, (const char *path), (path));
FAILS(char *, NULL, EACCES, realpath, (const char *path, char *ret_path), (path, ret_path));
FAILS(int, -1, EMFILE, socketpair, (int domain, int type, int protocol, int pair[2]),
      (domain, type, protocol, pair));
FAILS(pid_t, -1, EAGAIN, fork, (void), ());
FAILS(int, EAGAIN, EAGAIN, pthread_create,
      (pthread_t * number, const pthread_attr_t *how, void *(*run)(void *), void *context),
      (number, how, run, context));
FAILS(struct arena *, NULL, ENOMEM, arena_new, (size_t cap), (cap));
FAILS(int, SQLITE_IOERR, EIO, sqlite3_prepare_v3,
      (sqlite3 * db, const char *sql, int size, unsigned flags, sqlite3_stmt **ret_statement,
       const char **ret_rest),
      (db, sql, size, flags, ret_statement, ret_rest));
FAILS(int, SQLITE_IOERR, EIO, sqlite3_exec,
      (sqlite3 * db, const char *sql, int (*each)(void *, int, char **, char **), void *context,
       char **ret_words),
      (db, sql, each, context, ret_words));
FAILS(sqlite3_backup *, NULL, ENOMEM, sqlite3_backup_init,
      (sqlite3 * to, const char *to_name, sqlite3 *from, const char *from_name),
      (to, to_name, from, from_name));
FAILS(int, SQLITE_IOERR, EIO, sqlite3_backup_step, (sqlite3_backup * backup, int pages), (backup, pages));
FAILS(CURLcode, CURLE_FAILED_INIT, ENOMEM, curl_global_init, (long flags), (flags));
FAILS(int, GNUTLS_E_FILE_ERROR, EIO, gnutls_load_file, (const char *path, gnutls_datum_t *ret_bytes),
      (path, ret_bytes));
FAILS(scmp_filter_ctx, NULL, ENOMEM, seccomp_init, (uint32_t otherwise), (otherwise));
FAILS(int, -1, EINVAL, seccomp_load, (const scmp_filter_ctx filter), (filter));
FAILS(int, -1, EINVAL, seccomp_attr_set,
      (scmp_filter_ctx filter, enum scmp_filter_attr attribute, uint32_t value), (filter, attribute, value));

int __real_open64(const char *path, int flags, mode_t mode);
int __wrap_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(args, mode_t) : 0;
    va_end(args);
    if (fails_in(FAILING_PROGRAM)) {
        errno = EMFILE;
        return -1;
    }
    return __real_open64(path, flags, mode);
}

static bool is_commit(sqlite3_stmt *statement)
{
    return strcmp(sqlite3_sql(statement), "COMMIT") == 0;
}

int __real_sqlite3_step(sqlite3_stmt *statement);
int __wrap_sqlite3_step(sqlite3_stmt *statement);
int __wrap_sqlite3_step(sqlite3_stmt *statement)
{
    return !is_commit(statement) && fails_now() ? SQLITE_IOERR : __real_sqlite3_step(statement);
}

#include "can_fail.h"

const struct error *__real_store_commit(struct write *write);
const struct error *__wrap_store_commit(struct write *write);
const struct error *__wrap_store_commit(struct write *write)
{
    if (fails_now()) {
        return error_of(ERROR_BUSY);
    }
    const struct error *error = __real_store_commit(write);
    if (error == NULL) {
        has_saved();
    }
    return error;
}
