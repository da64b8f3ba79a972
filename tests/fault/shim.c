#include "shim.h"

#include "work.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 64, SECTOR = 512, PATH = 512 };

int __real_open64(const char *path, int flags, ...);
FILE *__real_fopen64(const char *path, const char *mode);
ssize_t __real_read(int fd, void *bytes, size_t size);
ssize_t __real_pread64(int fd, void *bytes, size_t size, off_t offset);
ssize_t __real_write(int fd, const void *bytes, size_t size);
ssize_t __real_pwrite64(int fd, const void *bytes, size_t size, off_t offset);
int __real_fsync(int fd);
int __real_fdatasync(int fd);
int __real_ftruncate64(int fd, off_t size);
int __real_rename(const char *from, const char *to);
int __wrap_open64(const char *path, int flags, ...);
FILE *__wrap_fopen64(const char *path, const char *mode);
ssize_t __wrap_read(int fd, void *bytes, size_t size);
ssize_t __wrap_pread64(int fd, void *bytes, size_t size, off_t offset);
ssize_t __wrap_write(int fd, const void *bytes, size_t size);
ssize_t __wrap_pwrite64(int fd, const void *bytes, size_t size, off_t offset);
int __wrap_fsync(int fd);
int __wrap_fdatasync(int fd);
int __wrap_ftruncate64(int fd, off_t size);
int __wrap_rename(const char *from, const char *to);

/* What would be on the disk if the power went now, as far as that is certain. */
struct image {
    uint8_t *bytes;
    int64_t size;
    int64_t room;
};

struct file {
    char path[PATH];
    bool exists;
    struct image durable;
    uint8_t *dirty; /* a byte for each sector */
    int64_t dirty_room;
    bool renamed; /* from another name, and the folder is not synced since */
    bool had_before;
    struct image before;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH];
static struct file files[FILES];
static int file_count;
static struct arena *memory;
static int fail_kinds;
static unsigned fail_left;
static bool fail_sticky;
static bool fail_full;
static unsigned fail_count;
static int own_failed;
static unsigned cut_left;
static bool cutting; /* only then is it kept what is on the disk for certain */
static uint64_t cut_state;

/* ---- images
 * ---------------------------------------------------------------------------------------------------- */

static bool is_ours(const char *path)
{
    return root[0] != '\0' && path != NULL && strncmp(path, root, strlen(root)) == 0;
}

static void image_room(struct image *image, int64_t size)
{
    if (size > image->room) {
        int64_t room = size * 2;
        image->bytes = arena_grow(memory, image->bytes, (size_t)image->room, (size_t)room, 1);
        image->room = room;
    }
}

static void image_read(struct image *image, const char *path)
{
    struct stat status;
    if (!cutting) {
        return;
    }
    int fd = __real_open64(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0) {
        image->size = 0;
        return;
    }
    image_room(image, status.st_size);
    image->size = __real_pread64(fd, image->bytes, (size_t)status.st_size, 0);
    close(fd);
}

/* A file that is met for the first time is taken to be on the disk as it is. */
static struct file *file_of(const char *path)
{
    for (int i = 0; i < file_count; i++) {
        if (strcmp(files[i].path, path) == 0) {
            return &files[i];
        }
    }
    work_check(file_count < FILES, "the shim knows no more files");
    struct file *file = &files[file_count++];
    snprintf(file->path, sizeof file->path, "%s", path);
    file->exists = access(path, F_OK) == 0;
    image_read(&file->durable, path);
    return file;
}

static void note_write(struct file *file, int64_t offset, int64_t size)
{
    int64_t last = (offset + size + SECTOR - 1) / SECTOR;
    file->exists = true;
    if (!cutting) {
        return;
    }
    if (last > file->dirty_room) {
        file->dirty = arena_grow(memory, file->dirty, (size_t)file->dirty_room, (size_t)last * 2, 1);
        file->dirty_room = last * 2;
    }
    for (int64_t sector = offset / SECTOR; sector < last; sector++) {
        file->dirty[sector] = 1;
    }
}

static void note_sync(struct file *file)
{
    image_read(&file->durable, file->path);
    if (file->dirty_room > 0) {
        memset(file->dirty, 0, (size_t)file->dirty_room);
    }
}

static void note_folder_sync(const char *folder)
{
    for (int i = 0; i < file_count; i++) {
        if (strncmp(files[i].path, folder, strlen(folder)) == 0) {
            files[i].renamed = false;
        }
    }
}

/* ---- the power goes
 * -------------------------------------------------------------------------------------------- */

static void put_image(const struct file *file, const struct image *image)
{
    int fd = __real_open64(file->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || (image->size > 0 && __real_write(fd, image->bytes, (size_t)image->size) != image->size)) {
        _exit(98);
    }
    close(fd);
}

static void settle(struct file *file)
{
    struct image now = {0};
    struct image *result = &file->durable;
    if (access(file->path, F_OK) != 0) {
        return;
    }
    if (file->renamed && work_random(&cut_state, 2) == 0) {
        if (file->had_before) {
            put_image(file, &file->before);
        } else {
            unlink(file->path);
        }
        return;
    }
    image_read(&now, file->path);
    /* the size that was synced, the size that was not, or one between */
    unsigned choice = work_random(&cut_state, 3);
    int64_t small = now.size < result->size ? now.size : result->size;
    int64_t large = now.size < result->size ? result->size : now.size;
    int64_t size = choice == 0 ? result->size
                   : choice == 1
                       ? now.size
                       : small + (large > small ? work_random(&cut_state, (unsigned)(large - small)) : 0);
    image_room(result, large);
    if (result->size < large) {
        memset(result->bytes + result->size, 0, (size_t)(large - result->size));
    }
    image_room(&now, large);
    for (int64_t sector = 0; sector < file->dirty_room; sector++) {
        int64_t from = sector * SECTOR;
        int64_t length = now.size - from < SECTOR ? now.size - from : SECTOR;
        if (!file->dirty[sector] || length <= 0) {
            continue;
        }
        unsigned fate = work_random(&cut_state, 3);
        int64_t kept = fate == 0 ? 0 : fate == 1 ? length : work_random(&cut_state, (unsigned)length);
        memcpy(result->bytes + from, now.bytes + from, (size_t)kept);
    }
    result->size = size;
    put_image(file, result);
}

_Noreturn static void power_goes(void)
{
    char shm[PATH + 8];
    for (int i = 0; i < file_count; i++) {
        settle(&files[i]);
        snprintf(shm, sizeof shm, "%s-shm", files[i].path);
        unlink(shm); /* shared memory never was on the disk */
    }
    _exit(SHIM_CUT);
}

/* Called with the lock held: whether this operation is to fail. */
static bool counted(int kind)
{
    if (kind != SHIM_READ && cut_left > 0 && --cut_left == 0) {
        power_goes();
    }
    if ((fail_kinds & kind) == 0 || fail_left == 0) {
        return false;
    }
    if (fail_left > 1) {
        fail_left--;
        return false;
    }
    if (!fail_sticky) {
        fail_left = 0;
    }
    fail_count++;
    return true;
}

static bool counted_own(int kind)
{
    bool fails = counted(kind);
    own_failed |= fails ? kind : 0;
    return fails;
}

static int failing_errno(void)
{
    return fail_full ? ENOSPC : EIO;
}

void shim_fail(int kinds, unsigned n, bool sticky, bool full)
{
    pthread_mutex_lock(&lock);
    fail_kinds = kinds;
    fail_left = n;
    fail_sticky = sticky;
    fail_full = full;
    fail_count = 0;
    pthread_mutex_unlock(&lock);
}

unsigned shim_failed(void)
{
    pthread_mutex_lock(&lock);
    unsigned count = fail_count;
    pthread_mutex_unlock(&lock);
    return count;
}

int shim_own_failed(void)
{
    pthread_mutex_lock(&lock);
    int kinds = own_failed;
    pthread_mutex_unlock(&lock);
    return kinds;
}

void shim_cut(unsigned n, uint64_t seed)
{
    pthread_mutex_lock(&lock);
    cut_left = n;
    cutting = true;
    cut_state = seed | 1;
    pthread_mutex_unlock(&lock);
}

/* ---- our own files
 * --------------------------------------------------------------------------------------------- */

static bool path_of_fd(int fd, char ret_path[static PATH])
{
    char link[40];
    if (root[0] == '\0') {
        return false;
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, ret_path, PATH - 1);
    if (size < 0) {
        return false;
    }
    ret_path[size] = '\0';
    return is_ours(ret_path);
}

int __wrap_open64(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(args, mode_t) : 0;
    va_end(args);
    if (!is_ours(path)) {
        return __real_open64(path, flags, mode);
    }
    pthread_mutex_lock(&lock);
    bool fails = counted_own(SHIM_OPEN);
    if (!fails && (flags & O_DIRECTORY) == 0) {
        file_of(path);
    }
    int fd = fails ? -1 : __real_open64(path, flags, mode);
    int cause = fails ? failing_errno() : errno;
    if (fd >= 0 && (flags & O_TRUNC) != 0) {
        struct file *file = file_of(path);
        note_write(file, 0, file->durable.size);
    }
    pthread_mutex_unlock(&lock);
    errno = cause;
    return fd;
}

static ssize_t read_of(int fd, void *bytes, size_t size, off_t offset)
{
    char path[PATH];
    bool fails = false;
    if (path_of_fd(fd, path)) {
        pthread_mutex_lock(&lock);
        fails = counted_own(SHIM_READ);
        pthread_mutex_unlock(&lock);
    }
    if (fails) {
        errno = EIO;
        return -1;
    }
    return offset < 0 ? __real_read(fd, bytes, size) : __real_pread64(fd, bytes, size, offset);
}

ssize_t __wrap_read(int fd, void *bytes, size_t size)
{
    return read_of(fd, bytes, size, -1);
}

ssize_t __wrap_pread64(int fd, void *bytes, size_t size, off_t offset)
{
    return read_of(fd, bytes, size, offset);
}

/* What libc reads for a stream does not pass here: a stream of ours reads by the calls above. */
static ssize_t stream_read(void *cookie, char *bytes, size_t size)
{
    return read_of(*(int *)cookie, bytes, size, -1);
}

static int stream_close(void *cookie)
{
    int fd = *(int *)cookie;
    *(int *)cookie = -1;
    return close(fd);
}

FILE *__wrap_fopen64(const char *path, const char *mode)
{
    static int streams[FILES];
    static bool begun;
    if (!is_ours(path) || mode[0] != 'r') {
        return __real_fopen64(path, mode);
    }
    int fd = __wrap_open64(path, O_RDONLY | O_CLOEXEC);
    pthread_mutex_lock(&lock);
    for (int i = 0; !begun && i < FILES; i++) {
        streams[i] = -1;
    }
    begun = true;
    int *place = NULL;
    for (int i = 0; i < FILES && place == NULL; i++) {
        place = streams[i] < 0 ? &streams[i] : NULL;
    }
    work_check(place != NULL, "the shim knows no more streams");
    *place = fd;
    pthread_mutex_unlock(&lock);
    return fd < 0 ? NULL
                  : fopencookie(place, mode,
                                (cookie_io_functions_t){.read = stream_read, .close = stream_close});
}

/* At its own place in the file when `offset` is below 0. */
static ssize_t write_of(int fd, const void *bytes, size_t size, off_t offset)
{
    char path[PATH];
    struct stat status;
    if (!path_of_fd(fd, path)) {
        return offset < 0 ? __real_write(fd, bytes, size) : __real_pwrite64(fd, bytes, size, offset);
    }
    pthread_mutex_lock(&lock);
    bool fails = counted_own(SHIM_WRITE);
    size_t want = !fails ? size : fail_full ? size / 2 : 0;
    int64_t at = offset >= 0 ? offset : lseek(fd, 0, SEEK_CUR);
    if ((fcntl(fd, F_GETFL) & O_APPEND) != 0 && fstat(fd, &status) == 0) {
        at = status.st_size;
    }
    ssize_t put = fails && want == 0 ? -1
                  : offset < 0       ? __real_write(fd, bytes, want)
                                     : __real_pwrite64(fd, bytes, want, offset);
    int cause = fails ? failing_errno() : errno;
    if (put > 0) {
        note_write(file_of(path), at, put);
    }
    pthread_mutex_unlock(&lock);
    errno = cause;
    return put;
}

ssize_t __wrap_write(int fd, const void *bytes, size_t size)
{
    return write_of(fd, bytes, size, -1);
}

ssize_t __wrap_pwrite64(int fd, const void *bytes, size_t size, off_t offset)
{
    return write_of(fd, bytes, size, offset);
}

static int sync_of(int fd, int (*really)(int))
{
    char path[PATH];
    struct stat status;
    if (!path_of_fd(fd, path)) {
        return really(fd);
    }
    pthread_mutex_lock(&lock);
    bool fails = counted_own(SHIM_SYNC);
    if (!fails && fstat(fd, &status) == 0) {
        if (S_ISDIR(status.st_mode)) {
            note_folder_sync(path);
        } else {
            note_sync(file_of(path));
        }
    }
    int cause = failing_errno();
    pthread_mutex_unlock(&lock);
    errno = cause;
    return fails ? -1 : 0;
}

int __wrap_fsync(int fd)
{
    return sync_of(fd, __real_fsync);
}

int __wrap_fdatasync(int fd)
{
    return sync_of(fd, __real_fdatasync);
}

int __wrap_ftruncate64(int fd, off_t size)
{
    char path[PATH];
    if (!path_of_fd(fd, path)) {
        return __real_ftruncate64(fd, size);
    }
    pthread_mutex_lock(&lock);
    bool fails = counted_own(SHIM_TRUNCATE);
    int result = fails ? -1 : __real_ftruncate64(fd, size);
    int cause = fails ? failing_errno() : errno;
    pthread_mutex_unlock(&lock);
    errno = cause;
    return result;
}

int __wrap_rename(const char *from, const char *to)
{
    if (!is_ours(to)) {
        return __real_rename(from, to);
    }
    pthread_mutex_lock(&lock);
    bool fails = counted_own(SHIM_WRITE);
    int result = -1;
    int cause = failing_errno();
    if (!fails) {
        struct file *old = file_of(from);
        struct file *new = file_of(to);
        new->before = new->durable;
        new->had_before = new->exists;
        result = __real_rename(from, to);
        cause = errno;
        new->durable = (struct image){0};
        new->renamed = true;
        image_room(&new->durable, old->durable.size);
        new->durable.size = old->durable.size;
        if (old->durable.size > 0) {
            memcpy(new->durable.bytes, old->durable.bytes, (size_t)old->durable.size);
        }
        new->exists = true;
        old->exists = false;
    }
    pthread_mutex_unlock(&lock);
    errno = cause;
    return result;
}

/* ---- SQLite's files
 * -------------------------------------------------------------------------------------------- */

struct shim_file {
    sqlite3_file base;
    struct file *file; /* NULL: a temporary one */
    bool is_read;      /* reading it may fail */
    sqlite3_file *real;
};

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct shim_file *)file)->real;
}

static int shim_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int shim_read(sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset)
{
    /* under the lock, as nobody reads once the power is gone */
    pthread_mutex_lock(&lock);
    int result = SQLITE_IOERR_READ;
    if (!((struct shim_file *)file)->is_read || !counted(SHIM_READ)) {
        result = real_of(file)->pMethods->xRead(real_of(file), bytes, size, offset);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

static int shim_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset)
{
    struct file *ours = ((struct shim_file *)file)->file;
    if (ours == NULL) {
        return real_of(file)->pMethods->xWrite(real_of(file), bytes, size, offset);
    }
    pthread_mutex_lock(&lock);
    int result = fail_full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    if (!counted(SHIM_WRITE)) {
        result = real_of(file)->pMethods->xWrite(real_of(file), bytes, size, offset);
        note_write(ours, offset, size);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

static int shim_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct file *ours = ((struct shim_file *)file)->file;
    if (ours == NULL) {
        return real_of(file)->pMethods->xTruncate(real_of(file), size);
    }
    pthread_mutex_lock(&lock);
    int result = SQLITE_IOERR_TRUNCATE;
    if (!counted(SHIM_TRUNCATE)) {
        result = real_of(file)->pMethods->xTruncate(real_of(file), size);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

static int shim_sync(sqlite3_file *file, int flags)
{
    struct file *ours = ((struct shim_file *)file)->file;
    (void)flags;
    if (ours == NULL) {
        return SQLITE_OK;
    }
    pthread_mutex_lock(&lock);
    int result = SQLITE_IOERR_FSYNC;
    if (!counted(SHIM_SYNC)) {
        note_sync(ours); /* what a disk would do; waiting for the real one proves nothing more */
        result = SQLITE_OK;
    }
    pthread_mutex_unlock(&lock);
    return result;
}

static int shim_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int shim_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int shim_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int shim_check(sqlite3_file *file, int *result)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), result);
}

static int shim_control(sqlite3_file *file, int operation, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}

static int shim_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int shim_device(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int shim_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **memory_)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), region, size, extend, memory_);
}

static int shim_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void shim_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int shim_shm_unmap(sqlite3_file *file, int remove)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

/* of version 2: without memory-mapped pages, so that every read and write passes here */
static const sqlite3_io_methods methods = {
    2,           shim_close,   shim_read,     shim_write,       shim_truncate,  shim_sync,
    shim_size,   shim_lock,    shim_unlock,   shim_check,       shim_control,   shim_sector,
    shim_device, shim_shm_map, shim_shm_lock, shim_shm_barrier, shim_shm_unmap, NULL,
    NULL};

static sqlite3_vfs *below;

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    struct shim_file *shim = (struct shim_file *)file;
    bool ours = is_ours(name) && (flags & SQLITE_OPEN_READONLY) == 0;
    int result = SQLITE_CANTOPEN;
    (void)vfs;
    shim->base.pMethods = NULL;
    shim->real = (sqlite3_file *)(void *)(shim + 1);
    shim->real->pMethods = NULL;
    shim->file = NULL;
    shim->is_read = is_ours(name);
    pthread_mutex_lock(&lock);
    if (!ours || !counted(SHIM_OPEN)) {
        shim->file = ours ? file_of(name) : NULL;
        result = below->xOpen(below, name, shim->real, flags, ret_flags);
    }
    pthread_mutex_unlock(&lock);
    if (shim->real->pMethods != NULL) {
        shim->base.pMethods = &methods;
    }
    return result;
}

static int shim_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    pthread_mutex_lock(&lock);
    int result = SQLITE_IOERR_DELETE;
    if (!is_ours(name) || !counted(SHIM_WRITE)) {
        result = below->xDelete(below, name, sync);
        if (is_ours(name)) {
            struct file *file = file_of(name);
            file->durable.size = 0;
            file->exists = false;
            if (file->dirty_room > 0) {
                memset(file->dirty, 0, (size_t)file->dirty_room);
            }
        }
    }
    pthread_mutex_unlock(&lock);
    return result;
}

void shim_begin(const char *path)
{
    static sqlite3_vfs vfs;
    memory = work_arena();
    snprintf(root, sizeof root, "%s", path);
    below = sqlite3_vfs_find(NULL);
    vfs = *below;
    vfs.szOsFile = (int)sizeof(struct shim_file) + below->szOsFile;
    vfs.zName = "shim";
    vfs.xOpen = shim_open;
    vfs.xDelete = shim_delete;
    work_check(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK, "the VFS was not taken");
}

/* ---- SQLite's memory
 * ------------------------------------------------------------------------------------------- */

static sqlite3_mem_methods memory_below;
static atomic_uint memory_left;
static atomic_uint memory_count;
static atomic_bool memory_sticky;

static bool memory_fails(void)
{
    unsigned left = atomic_load(&memory_left);
    if (left == 0) {
        return false;
    }
    if (left > 1) {
        atomic_store(&memory_left, left - 1);
        return false;
    }
    if (!atomic_load(&memory_sticky)) {
        atomic_store(&memory_left, 0);
    }
    atomic_fetch_add(&memory_count, 1);
    return true;
}

static void *memory_take(int size)
{
    return memory_fails() ? NULL : memory_below.xMalloc(size);
}

static void *memory_resize(void *old, int size)
{
    return memory_fails() ? NULL : memory_below.xRealloc(old, size);
}

void shim_memory_begin(void)
{
    work_check(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory_below) == SQLITE_OK, "SQLite runs already");
    sqlite3_mem_methods shimmed = memory_below;
    shimmed.xMalloc = memory_take;
    shimmed.xRealloc = memory_resize;
    work_check(sqlite3_config(SQLITE_CONFIG_MALLOC, &shimmed) == SQLITE_OK, "SQLite runs already");
    /* without small reserves, so that each need shows */
    work_check(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) == SQLITE_OK, "SQLite runs already");
    work_check(sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0) == SQLITE_OK, "SQLite runs already");
}

void shim_memory_fail(unsigned n, bool sticky)
{
    atomic_store(&memory_left, 0);
    atomic_store(&memory_sticky, sticky);
    atomic_store(&memory_count, 0);
    atomic_store(&memory_left, n);
}

unsigned shim_memory_failed(void)
{
    return atomic_load(&memory_count);
}
