/*
 * Backups: the database, the log of looks and the signed head in one encrypted stream, for each file a line
 * "NAME SIZE\n" and its bytes. The key is not in it. The head is read before the rest is copied, so what is
 * copied holds what the head says. Restoring decrypts all of it before anything is believed, and puts the
 * database in its place last: there is a whole store or none.
 */
#include "store/db.h"

#include "base/buf.h"
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* In the order of the bundle; restored in it too, so the database comes last. */
static const char *const backup_files[] = {"head.signed", "looks.log", "waymark.db"};
enum { BACKUP_FILES = sizeof backup_files / sizeof backup_files[0], BACKUP_PAGES = 1000, PIECE = 1 << 16 };
enum { HEAD_FILE, LOOKS_FILE, DATABASE_FILE };

static const struct error *failed(struct arena *arena, const char *path)
{
    return error_new(arena, errno == ENOSPC ? ERROR_FULL : ERROR_IO, "%s: %s", path, strerror(errno));
}

static const struct error *pour(struct arena *arena, int from, int to, off_t size)
{
    char *bytes = arena_alloc(arena, PIECE);
    while (size > 0) {
        size_t want = size < PIECE ? (size_t)size : PIECE;
        ssize_t got = read(from, bytes, want);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return error_new(arena, ERROR_IO, "reading: %s",
                             got < 0 ? strerror(errno) : "the file is cut off");
        }
        for (ssize_t put = 0; put < got;) {
            ssize_t more = write(to, bytes + put, (size_t)(got - put));
            if (more < 0 && errno == EINTR) {
                continue;
            }
            if (more < 0) {
                return failed(arena, "writing");
            }
            put += more;
        }
        size -= got;
    }
    return NULL;
}

/* ---- making one
 * ----------------------------------------------------------------------------------------------- */

static void close_folder(DIR **folder)
{
    if (*folder != NULL) {
        closedir(*folder);
    }
}

/* What a backup that was killed left behind. */
static void drop_leftovers(struct arena *arena, const char *dir)
{
    enum { MOST_PIDS = 4194304 };
    DIR *folder __attribute__((cleanup(close_folder))) = opendir(dir);
    for (const struct dirent *file = folder == NULL ? NULL : readdir(folder); file != NULL;
         file = readdir(folder)) {
        int pid;
        int end = 0;
        if (sscanf(file->d_name, "backup-%7d.%n", &pid, &end) == 1 && end > 0 && pid > 0 &&
            pid <= MOST_PIDS && kill(pid, 0) != 0 && errno == ESRCH) {
            unlink(arena_printf(arena, "%s/%s", dir, file->d_name));
        }
    }
}

/* All of one moment: the reader holds its view while the pages are copied, however much is written. */
static const struct error *copy_database(struct arena *arena, struct store *store, const char *path)
{
    struct store_reader *reader;
    sqlite3 *copy = NULL;
    int64_t number;
    uint8_t root[HASH_BYTES];
    TRY(store_reader_take(store, &reader));
    const struct error *error = last_checkpoint(reader, arena, &number, root);
    int result = sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    sqlite3_backup *backup = error == NULL && result == SQLITE_OK
                                 ? sqlite3_backup_init(copy, "main", reader->connection.db, "main")
                                 : NULL;
    if (backup != NULL) {
        do {
            result = sqlite3_backup_step(backup, BACKUP_PAGES);
        } while (result == SQLITE_OK);
        sqlite3_backup_finish(backup);
    } else if (result == SQLITE_OK) {
        result = SQLITE_NOMEM;
    }
    sqlite3_close(copy);
    store_reader_give(reader);
    if (error != NULL || result == SQLITE_DONE) {
        return error;
    }
    return error_new(arena, (result & 0xFF) == SQLITE_FULL ? ERROR_FULL : ERROR_STORE,
                     "copying the database: %s", sqlite3_errstr(result));
}

static const struct error *put_bytes(struct arena *arena, int bundle, const char *name, const char *bytes,
                                     size_t size)
{
    if (dprintf(bundle, "%s %zu\n", name, size) < 0 || write(bundle, bytes, size) != (ssize_t)size) {
        return failed(arena, "writing");
    }
    return NULL;
}

static const struct error *put_file(struct arena *arena, int bundle, const char *name, const char *path)
{
    FD_CLEANUP int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) {
        return failed(arena, path);
    }
    if (dprintf(bundle, "%s %lld\n", name, (long long)status.st_size) < 0) {
        return failed(arena, "writing");
    }
    return pour(arena, file, bundle, status.st_size);
}

static const struct error *fill_bundle(struct arena *arena, struct store *store, const char *copy,
                                       const char *bundle)
{
    const char *head;
    size_t head_size;
    FD_CLEANUP int file = open(bundle, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FD_CLEANUP int made = open(copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0 || made < 0) {
        return failed(arena, bundle);
    }
    TRY(file_read(arena, store_head_path(store), PIECE, &head, &head_size));
    TRY(copy_database(arena, store, copy));
    TRY(put_bytes(arena, file, backup_files[HEAD_FILE], head, head_size));
    TRY(put_file(arena, file, backup_files[LOOKS_FILE],
                 arena_printf(arena, "%s/%s", store_dir(store), backup_files[LOOKS_FILE])));
    return put_file(arena, file, backup_files[DATABASE_FILE], copy);
}

static const struct error *seal_bundle(struct arena *arena, struct store *store, const char *bundle,
                                       const char *path)
{
    const char *beside = arena_printf(arena, "%s.new", path);
    bool was_there = file_exists(path);
    FD_CLEANUP int in = open(bundle, O_RDONLY | O_CLOEXEC);
    FD_CLEANUP int out = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (in < 0 || out < 0) {
        return failed(arena, out < 0 ? beside : bundle);
    }
    const struct error *error = stream_seal(arena, store_keyring(store), in, out);
    if (error == NULL && (fsync(out) != 0 || rename(beside, path) != 0)) {
        error = failed(arena, path);
    }
    if (error != NULL) {
        unlink(beside);
        return error;
    }
    error = file_sync_folder(arena, path);
    /* one that a power cut may take away is none; where there was one before, it leaves one of the two, whole
     */
    if (error != NULL && !was_there) {
        unlink(path);
    }
    return error;
}

const struct error *store_backup(struct store *store, struct arena *arena, const char *path)
{
    /* a head is signed first, so that as little as can be is after it */
    TRY(store_checkpoint(store, arena));
    drop_leftovers(arena, store_dir(store));
    const char *copy = arena_printf(arena, "%s/backup-%d.db", store_dir(store), (int)getpid());
    const char *bundle = arena_printf(arena, "%s/backup-%d.bundle", store_dir(store), (int)getpid());
    const struct error *error = fill_bundle(arena, store, copy, bundle);
    if (error == NULL) {
        error = seal_bundle(arena, store, bundle, path);
    }
    unlink(copy);
    unlink(arena_printf(arena, "%s-journal", copy));
    unlink(bundle);
    return error;
}

/* ---- restoring one
 * -------------------------------------------------------------------------------------------- */

/* "NAME SIZE\n" of the file that comes next. */
static const struct error *read_line(struct arena *arena, int bundle, const char *name, long long *ret_size)
{
    char line[100];
    char found[32];
    size_t size = 0;
    while (size + 1 < sizeof line && read(bundle, line + size, 1) == 1 && line[size] != '\n') {
        size++;
    }
    line[size] = '\0';
    if (sscanf(line, "%31s %lld", found, ret_size) != 2 || strcmp(found, name) != 0 || *ret_size < 0) {
        return error_new(arena, ERROR_BAD_INPUT, "the backup holds something this program does not know");
    }
    return NULL;
}

static const char *place_of(struct arena *arena, const char *dir, int file, bool in_place)
{
    return arena_printf(arena, "%s/%s%s", dir, in_place ? "" : "restoring-", backup_files[file]);
}

static const struct error *unbundle(struct arena *arena, const char *dir, int bundle)
{
    for (int i = 0; i < BACKUP_FILES; i++) {
        long long size;
        const char *path = place_of(arena, dir, i, false);
        TRY(read_line(arena, bundle, backup_files[i], &size));
        FD_CLEANUP int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (file < 0) {
            return failed(arena, path);
        }
        TRY(pour(arena, bundle, file, size));
        if (fsync(file) != 0) {
            return failed(arena, path);
        }
    }
    return NULL;
}

/* The format number stands in the header of an SQLite file. */
static const struct error *check_format(struct arena *arena, const char *path)
{
    enum { FORMAT_AT = 60 };
    uint8_t header[FORMAT_AT + 4] = {0};
    FD_CLEANUP int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || read(file, header, sizeof header) != (ssize_t)sizeof header) {
        return error_new(arena, ERROR_BAD_INPUT, "the backup holds no database");
    }
    const uint8_t *at = header + FORMAT_AT;
    long format = (long)at[0] << 24 | (long)at[1] << 16 | (long)at[2] << 8 | (long)at[3];
    if (format > SQL_MIGRATIONS) {
        return error_new(
            arena, ERROR_BAD_INPUT,
            "the backup is of a store of format %ld and this program knows formats up to %d: use "
            "a newer program",
            format, SQL_MIGRATIONS);
    }
    return NULL;
}

/* A head that is there and newer says that records are missing in the backup: somebody must decide that. */
static const struct error *settle_head(struct arena *arena, const struct keyring *keyring,
                                       const struct store_options *options)
{
    const char *path = store_head_path_of(arena, options);
    struct signed_head kept;
    struct signed_head there;
    TRY(head_read(arena, keyring, place_of(arena, options->dir, HEAD_FILE, false), &kept));
    if (file_exists(path)) {
        const struct error *error = head_read(arena, keyring, path, &there);
        if (error != NULL || there.checkpoint > kept.checkpoint || there.looks.size > kept.looks.size) {
            return error_new(arena, ERROR_EXISTS,
                             "%s is newer than the backup, or of another store: what was recorded after the "
                             "backup would be missing. Move that file away to restore the older state",
                             path);
        }
    }
    return head_write(arena, keyring, path, &kept);
}

static const struct error *put_in_place(struct arena *arena, const char *dir)
{
    for (int i = LOOKS_FILE; i < BACKUP_FILES; i++) {
        const char *path = place_of(arena, dir, i, true);
        if (rename(place_of(arena, dir, i, false), path) != 0) {
            return failed(arena, path);
        }
    }
    return file_sync_folder(arena, place_of(arena, dir, DATABASE_FILE, true));
}

static const struct error *restore(struct arena *arena, const struct keyring *keyring,
                                   const struct store_options *options, const char *path, const char *bundle)
{
    FD_CLEANUP int in = open(path, O_RDONLY | O_CLOEXEC);
    if (in < 0) {
        return failed(arena, path);
    }
    FD_CLEANUP int file = open(bundle, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) {
        return failed(arena, bundle);
    }
    TRY(stream_open(arena, keyring, in, file)); /* wholly, before anything of it is believed */
    if (lseek(file, 0, SEEK_SET) != 0) {
        return failed(arena, bundle);
    }
    TRY(unbundle(arena, options->dir, file));
    TRY(check_format(arena, place_of(arena, options->dir, DATABASE_FILE, false)));
    TRY(settle_head(arena, keyring, options));
    return put_in_place(arena, options->dir);
}

const struct error *store_restore(struct arena *arena, const struct store_options *options, const char *path)
{
    if (file_exists(database_path(arena, options->dir))) {
        return error_new(arena, ERROR_EXISTS, "%s holds a store already: restore into a new folder",
                         options->dir);
    }
    struct keyring *keyring;
    bool was_there = file_exists(options->dir);
    struct key_place place = store_key_place(arena, options);
    TRY(keyring_open(arena, &place, &keyring));
    const char *bundle = arena_printf(arena, "%s/restoring.bundle", options->dir);
    const struct error *error = make_folder(arena, options->dir);
    if (error == NULL) {
        error = restore(arena, keyring, options, path, bundle);
        unlink(bundle);
        for (int i = 0; i < BACKUP_FILES; i++) {
            unlink(place_of(arena, options->dir, i, false));
        }
    }
    if (error != NULL && !was_there) {
        rmdir(options->dir);
    }
    keyring_free(keyring);
    return error;
}
