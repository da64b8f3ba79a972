/*
 * The log of looks: one line of text a look, only ever added to, each line carrying a keyed hash over the
 * line before and itself, so that a line taken out, changed or put in shows. A line is handed to the kernel
 * in one write before the page is sent; a thread syncs within a second. Several processes may write: the file
 * lock orders them.
 *
 *     2026-11-24T14:30:00.000Z ACCOUNT RECORD case-read direct-work social-care HASH
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

enum { LINE_LIMIT = 512, HASH_TEXT = 2 * TOKEN_BYTES, BLOCK = 64 * 1024, WORDS = 7 };

struct looks {
    pthread_mutex_t lock;
    int fd;
    const char *path;
    const struct keyring *keyring;
    off_t size;               /* of the file when `last` was its last hash */
    char last[HASH_TEXT + 1]; /* "" for an empty file */
    atomic_bool unsynced;
};

static void line_hash(const struct keyring *keyring, const char *previous, const char *line, size_t size,
                      char ret_text[static HASH_TEXT + 1])
{
    struct hasher hasher;
    uint8_t hash[HASH_BYTES];
    hash_begin_keyed(&hasher, keyring, "look");
    hash_text(&hasher, previous);
    hash_field(&hasher, line, size);
    hash_end(&hasher, hash);
    for (int i = 0; i < TOKEN_BYTES; i++) {
        snprintf(ret_text + 2 * i, 3, "%02x", hash[i]);
    }
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
    if (end > HASH_TEXT) {
        memcpy(looks->last, tail + end - 1 - HASH_TEXT, HASH_TEXT);
        looks->last[HASH_TEXT] = '\0';
    }
    return true;
}

const struct error *looks_open(struct arena *arena, const char *path, const struct keyring *keyring,
                               struct looks **ret_looks)
{
    struct looks *looks = arena_one(arena, struct looks);
    looks->path = arena_copy(arena, path);
    looks->keyring = keyring;
    looks->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (looks->fd < 0) {
        return error_new(arena, ERROR_IO, "%s: %s", path, strerror(errno));
    }
    flock(looks->fd, LOCK_EX);
    bool good = read_tail(looks, true);
    flock(looks->fd, LOCK_UN);
    if (!good) {
        close(looks->fd);
        return error_new(arena, ERROR_IO, "%s: its end cannot be read", path);
    }
    pthread_mutex_init(&looks->lock, NULL);
    *ret_looks = looks;
    return NULL;
}

void looks_sync(struct looks *looks)
{
    if (atomic_exchange(&looks->unsynced, false)) {
        fdatasync(looks->fd);
    }
}

void looks_close(struct looks *looks)
{
    looks_sync(looks);
    close(looks->fd);
    pthread_mutex_destroy(&looks->lock);
}

static enum error_code append_line(struct looks *looks, char *line, size_t size)
{
    struct stat status;
    if (fstat(looks->fd, &status) != 0 || (status.st_size != looks->size && !read_tail(looks, true))) {
        return ERROR_IO;
    }
    char hash[HASH_TEXT + 1];
    line_hash(looks->keyring, looks->last, line, size, hash);
    memcpy(line + size, hash, HASH_TEXT);
    line[size + HASH_TEXT] = '\n';
    size_t whole = size + HASH_TEXT + 1;
    ssize_t put = write(looks->fd, line, whole);
    if (put != (ssize_t)whole) {
        enum error_code code = put < 0 && errno != ENOSPC ? ERROR_IO : ERROR_FULL;
        /* half a line is no line; if even this fails, the next opening cuts it */
        return ftruncate(looks->fd, looks->size) == 0 ? code : ERROR_IO;
    }
    looks->size += (off_t)whole;
    memcpy(looks->last, hash, sizeof looks->last);
    return ERROR_NONE;
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
    int size = snprintf(line, LINE_LIMIT - HASH_TEXT - 2, "%s %s %s %s %s %s ", at, account, record,
                        look->act, look->purpose, look->agency);
    if (size < 0 || size >= LINE_LIMIT - HASH_TEXT - 2) {
        return error_of(ERROR_IO);
    }
    pthread_mutex_lock(&looks->lock);
    flock(looks->fd, LOCK_EX);
    enum error_code code = append_line(looks, line, (size_t)size);
    flock(looks->fd, LOCK_UN);
    pthread_mutex_unlock(&looks->lock);
    atomic_store(&looks->unsynced, true);
    return code == ERROR_NONE ? NULL : error_of(code);
}

/* ---- reading
 * -------------------------------------------------------------------------------------------------------- */

/* Splits a line (without its newline) at its spaces, in place. */
static bool split(char *line, char *ret_words[static WORDS])
{
    int count = 0;
    for (char *at = line; at != NULL && count < WORDS; count++) {
        ret_words[count] = at;
        at = strchr(at, ' ');
        if (at != NULL) {
            *at++ = '\0';
        }
        if (at != NULL && count == WORDS - 1) {
            return false;
        }
    }
    return count == WORDS;
}

static bool look_of_line(char *line, struct look *ret_look)
{
    char *words[WORDS];
    if (!split(line, words)) {
        return false;
    }
    *ret_look = (struct look){.act = words[3], .purpose = words[4], .agency = words[5]};
    return instant_parse(words[0], &ret_look->at) && id_parse(words[1], &ret_look->account) &&
           id_parse(words[2], &ret_look->record);
}

const struct error *store_looks(struct store *store, struct arena *arena, struct id record, int limit,
                                const struct look **ret_looks, size_t *ret_count)
{
    struct looks *log = store_looks_log(store);
    struct look *found = arena_many(arena, struct look, (size_t)limit);
    size_t count = 0;
    struct stat status;
    char wanted[ID_TEXT];
    id_format(record, wanted);
    if (fstat(log->fd, &status) != 0) {
        return error_new(arena, ERROR_IO, "%s: %s", log->path, strerror(errno));
    }
    /* from the end, a block at a time; what is left of a line at the block's start goes before the next block
     */
    char *bytes = arena_alloc(arena, BLOCK + LINE_LIMIT + 1);
    size_t left = 0;
    for (off_t end = status.st_size; end > 0 && count < (size_t)limit;) {
        size_t want = end < BLOCK ? (size_t)end : BLOCK;
        memmove(bytes + want, bytes, left);
        if (pread(log->fd, bytes, want, end - (off_t)want) != (ssize_t)want) {
            return error_new(arena, ERROR_IO, "%s: %s", log->path, strerror(errno));
        }
        end -= (off_t)want;
        size_t stop = want + left;
        while (stop > 0 && count < (size_t)limit) {
            size_t line_end = stop - 1; /* at a newline, but for a torn tail */
            size_t start = line_end;
            while (start > 0 && bytes[start - 1] != '\n') {
                start--;
            }
            if (start == 0 && end > 0) {
                break;
            }
            char *line = arena_copy_n(arena, bytes + start, line_end - start);
            if (strstr(line, wanted) != NULL && look_of_line(line, &found[count]) &&
                id_equal(found[count].record, record)) {
                count++;
            }
            stop = start;
        }
        if (stop > LINE_LIMIT) {
            return error_new(arena, ERROR_BROKEN_SEAL, "%s: a line is too long", log->path);
        }
        left = stop;
    }
    *ret_looks = found;
    *ret_count = count;
    return NULL;
}

const struct error *looks_verify(struct arena *arena, const char *path, const struct keyring *keyring,
                                 uint64_t *ret_count, const char **ret_broken)
{
    *ret_count = 0;
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        *ret_broken = arena_printf(arena, "the log of looks is missing (%s)", path);
        return NULL;
    }
    char line[LINE_LIMIT + 1];
    char last[HASH_TEXT + 1] = "";
    while (*ret_broken == NULL && fgets(line, sizeof line, file) != NULL) {
        char hash[HASH_TEXT + 1];
        size_t size = strcspn(line, "\n");
        if (line[size] == '\0') {
            break; /* a torn tail is cut at the next opening */
        }
        if (size > HASH_TEXT) {
            line_hash(keyring, last, line, size - HASH_TEXT, hash);
        }
        if (size <= HASH_TEXT || strncmp(hash, line + size - HASH_TEXT, HASH_TEXT) != 0) {
            *ret_broken = arena_printf(arena, "look %llu: its hash does not follow from the line before it",
                                       (unsigned long long)*ret_count + 1);
        } else {
            memcpy(last, hash, sizeof last);
            (*ret_count)++;
        }
    }
    fclose(file);
    return NULL;
}
