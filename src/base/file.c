#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void file_close_cleanup(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static const struct error *read_all(struct arena *arena, int fd, const char *path, size_t limit,
                                    const char **ret_bytes, size_t *ret_size)
{
    size_t room = 64 * 1024;
    struct stat status;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
        if ((unsigned long long)status.st_size > limit) {
            return error_new(arena, ERROR_TOO_LARGE, "%s: more than %zu bytes", path, limit);
        }
        room = (size_t)status.st_size;
    }
    char *bytes = arena_alloc(arena, room + 1);
    size_t size = 0;
    for (;;) {
        if (size == room) {
            size_t more = room < 1024 ? 1024 : room * 2;
            bytes = arena_grow(arena, bytes, size, more + 1, 1);
            room = more;
        }
        ssize_t got = read(fd, bytes + size, room - size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return error_new(arena, ERROR_IO, "%s: %s", path, strerror(errno));
        }
        if (got == 0) {
            break;
        }
        size += (size_t)got;
        if (size > limit) {
            return error_new(arena, ERROR_TOO_LARGE, "%s: more than %zu bytes", path, limit);
        }
    }
    bytes[size] = '\0';
    *ret_bytes = bytes;
    *ret_size = size;
    return NULL;
}

struct reading {
    struct arena *arena;
    int fd;
    const char *path;
    size_t limit;
    const char *bytes;
    size_t size;
    const struct error *error;
};

static void read_guarded(void *context)
{
    struct reading *reading = context;
    reading->error =
        read_all(reading->arena, reading->fd, reading->path, reading->limit, &reading->bytes, &reading->size);
}

const struct error *file_read(struct arena *arena, const char *path, size_t limit, const char **ret_bytes,
                              size_t *ret_size)
{
    const bool is_input = strcmp(path, "-") == 0;
    int fd = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return error_new(arena, ERROR_IO, "%s: %s", path, strerror(errno));
    }
    struct reading reading = {.arena = arena, .fd = fd, .path = path, .limit = limit};
    bool whole = arena_guard(arena, read_guarded, &reading);
    if (!is_input) {
        close(fd);
    }
    if (!whole) {
        arena_run_out(arena);
    }
    TRY(reading.error);
    *ret_bytes = reading.bytes;
    *ret_size = reading.size;
    return NULL;
}

static const struct error *write_all(struct arena *arena, int fd, const char *path, const char *bytes,
                                     size_t size)
{
    while (size > 0) {
        ssize_t put = write(fd, bytes, size);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            return error_new(arena, errno == ENOSPC ? ERROR_FULL : ERROR_IO, "%s: %s", path, strerror(errno));
        }
        bytes += put;
        size -= (size_t)put;
    }
    if (fsync(fd) != 0) {
        return error_new(arena, errno == ENOSPC ? ERROR_FULL : ERROR_IO, "%s: %s", path, strerror(errno));
    }
    return NULL;
}

const char *file_folder(struct arena *arena, const char *path)
{
    size_t size = strlen(path);
    while (size > 1 && path[size - 1] == '/') {
        size--;
    }
    while (size > 0 && path[size - 1] != '/') {
        size--;
    }
    return size == 0 ? "." : arena_copy_n(arena, path, size);
}

static const struct error *sync_folder(struct arena *arena, const char *folder)
{
    FD_CLEANUP int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0 || fsync(dir) != 0) {
        return error_new(arena, errno == ENOSPC ? ERROR_FULL : ERROR_IO, "%s: %s", folder, strerror(errno));
    }
    return NULL;
}

const struct error *file_sync_folder(struct arena *arena, const char *path)
{
    return sync_folder(arena, file_folder(arena, path));
}

const struct error *file_write_private(struct arena *arena, const char *path, const void *bytes, size_t size)
{
    const char *folder = file_folder(arena, path); /* what is open would stay open when memory runs out */
    const char *beside = arena_printf(arena, "%s.new", path);
    FD_CLEANUP int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return error_new(arena, ERROR_IO, "%s: %s", beside, strerror(errno));
    }
    const struct error *error = write_all(arena, fd, beside, bytes, size);
    if (error == NULL && rename(beside, path) != 0) {
        error = error_new(arena, ERROR_IO, "%s: %s", path, strerror(errno));
    }
    if (error != NULL) {
        unlink(beside);
        return error;
    }
    return sync_folder(arena, folder);
}
