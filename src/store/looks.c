/*
 * The log of looks: one line of text a look, only ever added to, each line carrying a keyed hash over the
 * line before and itself, so that a line taken out, changed or put in shows. A line is handed to the kernel
 * in one write before the page is sent; a thread syncs within a second. Several processes may write: the file
 * lock orders them. Room is reserved behind the end, so that a full disk does not stop people from reading:
 * some twenty thousand looks go on before no page can be shown.
 *
 *     2026-11-24T14:30:00.000Z ACCOUNT RECORD case-read direct-work social-care CLIENT COUNT SHOWN HASH
 */
#include "store/db.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_LIMIT = LOOK_LINE, BLOCK = 64 * 1024, RESERVE = 4 << 20 };

struct looks {
    pthread_mutex_t lock;
    int fd;
    const char *path;
    const struct keyring *keyring;
    off_t size;                    /* of the file when `last` was its last hash */
    char last[LOOK_HASH_TEXT + 1]; /* "" for an empty file */
    off_t reserved;                /* up to here there is room on the disk */
    atomic_bool unsynced;
    atomic_bool unsyncable; /* the last sync failed */
};

static void line_hash(const struct keyring *keyring, const char *previous, const char *line, size_t size,
                      char ret_text[static LOOK_HASH_TEXT + 1])
{
    struct hasher hasher;
    uint8_t hash[HASH_BYTES];
    hash_begin_keyed(&hasher, keyring, "look");
    hash_text(&hasher, previous);
    hash_field(&hasher, line, size);
    hash_end(&hasher, hash);
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < TOKEN_BYTES; i++) {
        ret_text[2 * i] = hex[hash[i] >> 4];
        ret_text[2 * i + 1] = hex[hash[i] & 15];
    }
    ret_text[LOOK_HASH_TEXT] = '\0';
}

/* The hash at the end of the last whole line; cuts what a crash left of one behind it. Under the file lock.
 */
static bool read_tail(struct looks *looks, bool cut)
{
    struct stat status;
    if (fstat(looks->fd, &status) != 0) {
        return false;
    }
    char tail[2 * LINE_LIMIT];
    size_t want = status.st_size < (off_t)sizeof tail ? (size_t)status.st_size : sizeof tail;
    off_t from = status.st_size - (off_t)want;
    ssize_t got = pread(looks->fd, tail, want, from);
    if (got < 0 || (size_t)got != want) {
        return false;
    }
    size_t end = want;
    while (end > 0 && tail[end - 1] != '\n') {
        end--;
    }
    if (end == 0 && from > 0) {
        return false; /* no line is that long: not our file */
    }
    looks->size = from + (off_t)end;
    if (cut && end != want && ftruncate(looks->fd, looks->size) != 0) {
        return false;
    }
    looks->last[0] = '\0';
    if (end > LOOK_HASH_TEXT) {
        memcpy(looks->last, tail + end - 1 - LOOK_HASH_TEXT, LOOK_HASH_TEXT);
        looks->last[LOOK_HASH_TEXT] = '\0';
    }
    return true;
}

/*
 * A power cut may leave sectors behind the last sync that were never written: they read as zeros, which no
 * line of ours holds. What is from there on was never promised; what was is before it, as the sync went
 * before.
 */
static bool cut_unwritten(struct looks *looks)
{
    enum { UNSYNCED = 4 << 20 };
    char bytes[BLOCK];
    struct stat status;
    if (fstat(looks->fd, &status) != 0) {
        return false;
    }
    off_t at = status.st_size > UNSYNCED ? status.st_size - UNSYNCED : 0;
    while (at < status.st_size) {
        ssize_t got = pread(looks->fd, bytes, sizeof bytes, at);
        if (got <= 0) {
            return false;
        }
        const char *zero = memchr(bytes, '\0', (size_t)got);
        if (zero != NULL) {
            return ftruncate(looks->fd, at + (zero - bytes)) == 0;
        }
        at += got;
    }
    return true;
}

/* Without it a full disk stops reading sooner; nothing else depends on it. */
static void reserve(struct looks *looks)
{
    if (looks->size + RESERVE / 2 > looks->reserved) {
        looks->reserved = looks->size + RESERVE;
        (void)fallocate(looks->fd, FALLOC_FL_KEEP_SIZE, looks->size, RESERVE);
    }
}

const struct error *looks_open(struct arena *own, struct arena *arena, const char *path,
                               const struct keyring *keyring, struct looks **ret_looks)
{
    struct looks *looks = arena_one(own, struct looks);
    looks->path = arena_copy(own, path);
    looks->keyring = keyring;
    looks->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (looks->fd < 0) {
        return error_new(arena, ERROR_IO, "%s: %s", path, strerror(errno));
    }
    flock(looks->fd, LOCK_EX);
    bool good = cut_unwritten(looks) && read_tail(looks, true);
    if (good) {
        reserve(looks);
    }
    flock(looks->fd, LOCK_UN);
    if (!good) {
        close(looks->fd);
        return error_new(arena, ERROR_IO, "%s: its end cannot be read", path);
    }
    pthread_mutex_init(&looks->lock, NULL);
    *ret_looks = looks;
    return NULL;
}

bool looks_sync(struct looks *looks)
{
    if (atomic_exchange(&looks->unsynced, false) && fdatasync(looks->fd) != 0) {
        atomic_store(&looks->unsynced, true);
        atomic_store(&looks->unsyncable, true);
        return false;
    }
    atomic_store(&looks->unsyncable, false);
    return true;
}

void looks_close(struct looks *looks)
{
    (void)looks_sync(looks); /* nobody is left to be told */
    close(looks->fd);
    pthread_mutex_destroy(&looks->lock);
}

static enum error_code append_line(struct looks *looks, char *line, size_t size)
{
    struct stat status;
    if (fstat(looks->fd, &status) != 0 || (status.st_size != looks->size && !read_tail(looks, true))) {
        return ERROR_IO;
    }
    char hash[LOOK_HASH_TEXT + 1];
    line_hash(looks->keyring, looks->last, line, size, hash);
    memcpy(line + size, hash, LOOK_HASH_TEXT);
    line[size + LOOK_HASH_TEXT] = '\n';
    size_t whole = size + LOOK_HASH_TEXT + 1;
    ssize_t put = write(looks->fd, line, whole);
    if (put != (ssize_t)whole) {
        enum error_code code = put < 0 && errno != ENOSPC ? ERROR_IO : ERROR_FULL;
        /* half a line is no line; if even this fails, the next opening cuts it */
        return ftruncate(looks->fd, looks->size) == 0 ? code : ERROR_IO;
    }
    looks->size += (off_t)whole;
    memcpy(looks->last, hash, sizeof looks->last);
    reserve(looks);
    return ERROR_NONE;
}

/* A word that is not there keeps its place. */
static const char *word(const char *text)
{
    return text == NULL || text[0] == '\0' ? "-" : text;
}

int looks_file(const struct looks *looks, const char **ret_path)
{
    *ret_path = looks->path;
    return looks->fd;
}

const struct error *store_look(struct store *store, const struct look *look)
{
    struct looks *looks = store_looks_log(store);
    char line[LINE_LIMIT];
    char at[INSTANT_TEXT];
    char account[ID_TEXT];
    char record[ID_TEXT];
    instant_format(look->at, at);
    id_format(look->account, account);
    id_format(look->record, record);
    int size = snprintf(line, LINE_LIMIT - LOOK_HASH_TEXT - 2, "%s %s %s %s %s %s %s %d %s ", at, account,
                        record, look->act, look->purpose, word(look->agency), word(look->client), look->count,
                        word(look->shown));
    if (size < 0 || size >= LINE_LIMIT - LOOK_HASH_TEXT - 2) {
        return error_of(ERROR_IO);
    }
    if (atomic_load(&looks->unsyncable)) {
        return error_of(ERROR_IO);
    }
    pthread_mutex_lock(&looks->lock);
    flock(looks->fd, LOCK_EX);
    enum error_code code = append_line(looks, line, (size_t)size);
    flock(looks->fd, LOCK_UN);
    pthread_mutex_unlock(&looks->lock);
    atomic_store(&looks->unsynced, true);
    store_note_written(store);
    return code == ERROR_NONE ? NULL : error_of(code);
}

/* ---- where it ends, and all of it
 * ------------------------------------------------------------------------------------- */

const struct error *looks_mark(struct looks *looks, struct looks_mark *ret_mark)
{
    struct stat status;
    pthread_mutex_lock(&looks->lock);
    flock(looks->fd, LOCK_EX);
    bool good = fstat(looks->fd, &status) == 0 && (status.st_size == looks->size || read_tail(looks, true)) &&
                fdatasync(looks->fd) == 0;
    *ret_mark = (struct looks_mark){.size = looks->size, .hash = "-"};
    if (looks->size > 0) {
        memcpy(ret_mark->hash, looks->last, sizeof ret_mark->hash);
    }
    flock(looks->fd, LOCK_UN);
    pthread_mutex_unlock(&looks->lock);
    return good ? NULL : error_of(ERROR_IO);
}

bool looks_hold(struct looks *looks, const struct looks_mark *mark)
{
    char end[LOOK_HASH_TEXT + 1];
    off_t from = (off_t)mark->size - (off_t)sizeof end;
    if (mark->size == 0) {
        return true;
    }
    return from >= 0 && pread(looks->fd, end, sizeof end, from) == (ssize_t)sizeof end &&
           end[LOOK_HASH_TEXT] == '\n' && memcmp(end, mark->hash, LOOK_HASH_TEXT) == 0;
}

/* A line without its end; -1 at the end of the file (a torn tail is cut at the next opening), -2 when it is
 * longer than any line of ours. */
static int read_look(FILE *file, char ret_line[static LINE_LIMIT])
{
    int size = 0;
    for (int byte = getc_unlocked(file); byte != '\n'; byte = getc_unlocked(file)) {
        if (byte == EOF) {
            return -1;
        }
        if (size == LINE_LIMIT) {
            return -2;
        }
        ret_line[size++] = (char)byte;
    }
    return size;
}

/* The number of the first look that does not follow; 0 when all do. */
static uint64_t first_broken(FILE *file, const struct keyring *keyring, const struct looks_mark *mark,
                             uint64_t *ret_count, bool *ret_marked)
{
    char line[LINE_LIMIT];
    char last[LOOK_HASH_TEXT + 1] = "";
    int64_t place = 0;
    uint64_t count = 0;
    bool broken = false;
    *ret_marked = mark->size == 0;
    for (int size = read_look(file, line); size != -1 && !broken; size = read_look(file, line)) {
        char hash[LOOK_HASH_TEXT + 1];
        broken = size <= LOOK_HASH_TEXT;
        if (!broken) {
            line_hash(keyring, last, line, (size_t)size - LOOK_HASH_TEXT, hash);
            broken = memcmp(hash, line + size - LOOK_HASH_TEXT, LOOK_HASH_TEXT) != 0;
            memcpy(last, hash, sizeof last);
        }
        count++;
        place += size + 1;
        *ret_marked = *ret_marked || (place == mark->size && strcmp(last, mark->hash) == 0);
    }
    *ret_count = count;
    return broken ? count : 0;
}

const struct error *looks_verify(struct arena *arena, const char *path, const struct keyring *keyring,
                                 const struct looks_mark *mark, uint64_t *ret_count, const char **ret_broken)
{
    bool marked;
    FILE *file = fopen(path, "re");
    if (file == NULL && errno != ENOENT) {
        return error_new(arena, ERROR_IO, "%s: %s", path, strerror(errno));
    }
    if (file == NULL) {
        *ret_broken = arena_printf(arena, "the log of looks is missing (%s)", path);
        return NULL;
    }
    uint64_t broken = first_broken(file, keyring, mark, ret_count, &marked);
    bool unread = ferror(file) != 0;
    fclose(file);
    if (unread) {
        return error_new(arena, ERROR_IO, "%s cannot be read", path);
    }
    if (broken != 0) {
        *ret_broken = arena_printf(arena, "look %llu: its hash does not follow from the line before it",
                                   (unsigned long long)broken);
    } else if (!marked) {
        *ret_broken = "the log of looks does not hold what the signed head outside the store says: an older "
                      "copy was put back, or its end was cut off";
    }
    return NULL;
}
