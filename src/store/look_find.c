/*
 * Reading the log of looks, from its end backwards, a block at a time. What a line must hold is looked for in
 * its bytes first: most lines are of other records, and are never taken apart.
 */
#include "store/db.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 64 * 1024, WORDS = 10, WORDS_BEFORE = 7, SLACK_MS = 2 * MS_PER_HOUR };
static const off_t go_through_most = 64 << 20; /* in one call */

/* Splits a line (without its newline) at its spaces, in place. */
static int split(char *line, char *ret_words[static WORDS])
{
    int count = 0;
    for (char *at = line; at != NULL && count <= WORDS; count++) {
        if (count < WORDS) {
            ret_words[count] = at;
        }
        at = strchr(at, ' ');
        if (at != NULL) {
            *at++ = '\0';
        }
    }
    return count;
}

static const char *given(const char *word)
{
    return strcmp(word, "-") == 0 ? NULL : word;
}

/* Lines of before there were clients and counts have seven words. */
static bool look_of_line(char *line, struct look *ret_look)
{
    char *words[WORDS];
    int64_t number = 0;
    int count = split(line, words);
    if (count != WORDS && count != WORDS_BEFORE) {
        return false;
    }
    *ret_look = (struct look){.act = words[3], .purpose = words[4], .agency = words[5]};
    if (count == WORDS) {
        ret_look->client = given(words[6]);
        ret_look->shown = given(words[8]);
        if (!number_parse(words[7], 0, INT32_MAX, &number)) {
            return false;
        }
        ret_look->count = (int)number;
    }
    return instant_parse(words[0], &ret_look->at) && id_parse(words[1], &ret_look->account) &&
           id_parse(words[2], &ret_look->record);
}

/* ---- backwards */

struct search {
    struct arena *arena;
    const struct look_filter *filter;
    char account[ID_TEXT]; /* "" for any */
    char record[ID_TEXT];
    char oldest[INSTANT_TEXT]; /* lines that begin with less are older than is asked for */
    struct look *found;
    size_t count;
    uint64_t next; /* the place of the oldest that was found, or gone through */
    bool done;     /* the rest is older than is asked for */
};

static bool holds(const char *line, size_t size, const char *text)
{
    return text[0] == '\0' || memmem(line, size, text, strlen(text)) != NULL;
}

static void take_line(struct search *search, const char *line, size_t size, uint64_t place)
{
    const struct look_filter *filter = search->filter;
    struct look look;
    search->next = place;
    search->done = size >= INSTANT_TEXT && memcmp(line, search->oldest, strlen(search->oldest)) < 0;
    if (size == 0 || !holds(line, size, search->record) || !holds(line, size, search->account) ||
        (filter->act != NULL && !holds(line, size, filter->act)) ||
        !look_of_line(arena_copy_n(search->arena, line, size), &look)) {
        return;
    }
    bool wanted = look.at.ms >= filter->from.ms &&
                  (instant_is_never(filter->until) || look.at.ms < filter->until.ms) &&
                  (id_is_zero(filter->record) || id_equal(look.record, filter->record)) &&
                  (id_is_zero(filter->account) || id_equal(look.account, filter->account)) &&
                  (filter->act == NULL || strcmp(look.act, filter->act) == 0);
    if (wanted) {
        search->found[search->count++] = look;
    }
}

static bool goes_on(const struct search *search)
{
    return search->count < (size_t)search->filter->limit && !search->done;
}

/* The lines that end in bytes[..stop], the last first; gives where the one that begins before them ends. */
static size_t take_lines(struct search *search, const char *bytes, size_t stop, off_t at)
{
    while (stop > 0 && goes_on(search)) {
        size_t end = bytes[stop - 1] == '\n' ? stop - 1 : stop;
        const char *newline = memrchr(bytes, '\n', end);
        if (newline == NULL && at > 0) {
            break;
        }
        size_t start = newline == NULL ? 0 : (size_t)(newline - bytes) + 1;
        take_line(search, bytes + start, end - start, (uint64_t)at + start);
        stop = start;
    }
    return stop;
}

static const struct error *go_back(struct looks *looks, struct search *search, off_t from)
{
    const char *path;
    int fd = looks_file(looks, &path);
    char *bytes = arena_alloc(search->arena, BLOCK + LOOK_LINE + 1);
    size_t left = 0;
    off_t least = from > go_through_most ? from - go_through_most : 0;
    for (off_t end = from; end > least && goes_on(search);) {
        size_t want = end < BLOCK ? (size_t)end : BLOCK;
        memmove(bytes + want, bytes, left);
        if (pread(fd, bytes, want, end - (off_t)want) != (ssize_t)want) {
            return error_new(search->arena, ERROR_IO, "%s: %s", path, strerror(errno));
        }
        end -= (off_t)want;
        left = take_lines(search, bytes, want + left, end);
        if (goes_on(search) && left > LOOK_LINE) {
            return error_new(search->arena, ERROR_BROKEN_SEAL, "%s: a line is too long", path);
        }
    }
    return NULL;
}

const struct error *store_looks(struct store *store, struct arena *arena, const struct look_filter *filter,
                                const struct look **ret_looks, size_t *ret_count, uint64_t *ret_next)
{
    const char *path;
    struct looks *looks = store_looks_log(store);
    struct stat status;
    if (fstat(looks_file(looks, &path), &status) != 0) {
        return error_new(arena, ERROR_IO, "%s: %s", path, strerror(errno));
    }
    struct search search = {.arena = arena, .filter = filter};
    search.found = arena_many(arena, struct look, (size_t)filter->limit);
    if (filter->from.ms > SLACK_MS) { /* the clock may have been put back */
        instant_format(instant_add_ms(filter->from, -SLACK_MS), search.oldest);
    }
    if (!id_is_zero(filter->account)) {
        id_format(filter->account, search.account);
    }
    if (!id_is_zero(filter->record)) {
        id_format(filter->record, search.record);
    }
    bool goes_on_from = filter->before > 0 && filter->before < (uint64_t)status.st_size;
    off_t from = goes_on_from ? (off_t)filter->before : status.st_size;
    search.next = (uint64_t)from;
    TRY(go_back(looks, &search, from));
    *ret_looks = search.found;
    *ret_count = search.count;
    *ret_next = search.done ? 0 : search.next;
    return NULL;
}

/* ---- forwards */

/* The time of the first line that begins at or after `at`, and where it begins; false: there is none. */
static bool time_after(int fd, off_t at, off_t size, struct instant *ret_at, off_t *ret_place)
{
    char bytes[2 * LOOK_LINE];
    off_t start = at == 0 ? 0 : at - 1;
    size_t want = size - start < (off_t)sizeof bytes ? (size_t)(size - start) : sizeof bytes;
    if (pread(fd, bytes, want, start) != (ssize_t)want) {
        return false;
    }
    const char *line = bytes;
    if (at > 0) {
        const char *newline = memchr(bytes, '\n', want);
        line = newline == NULL ? bytes + want : newline + 1;
    }
    char text[INSTANT_TEXT] = "";
    size_t left = want - (size_t)(line - bytes);
    const char *space = left == 0 ? NULL : memchr(line, ' ', left);
    if (space == NULL || space - line >= (ptrdiff_t)sizeof text) {
        return false;
    }
    memcpy(text, line, (size_t)(space - line));
    *ret_place = start + (line - bytes);
    return instant_parse(text, ret_at);
}

/* The log is in the order of time, but for a clock that was put right: some time before is begun with. */
static off_t first_since(int fd, off_t size, struct instant since)
{
    off_t low = 0;
    off_t high = size;
    while (high - low > BLOCK) {
        off_t middle = low + (high - low) / 2;
        struct instant at;
        off_t place;
        if (time_after(fd, middle, size, &at, &place) && at.ms < since.ms - SLACK_MS) {
            low = place;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct error *store_looks_since(struct store *store, struct arena *arena, struct instant since,
                                      look_visit *visit, void *context)
{
    const char *path;
    struct stat status;
    int fd = looks_file(store_looks_log(store), &path);
    if (fstat(fd, &status) != 0) {
        return error_new(arena, ERROR_IO, "%s: %s", path, strerror(errno));
    }
    char *bytes = arena_alloc(arena, BLOCK + 1);
    bool more = true;
    for (off_t at = first_since(fd, status.st_size, since); at < status.st_size && more;) {
        size_t want = status.st_size - at < BLOCK ? (size_t)(status.st_size - at) : BLOCK;
        if (pread(fd, bytes, want, at) != (ssize_t)want) {
            return error_new(arena, ERROR_IO, "%s: %s", path, strerror(errno));
        }
        size_t start = 0;
        for (char *end = memchr(bytes, '\n', want); end != NULL && more;
             end = memchr(bytes + start, '\n', want - start)) {
            struct look look;
            *end = '\0';
            if (look_of_line(bytes + start, &look) && look.at.ms >= since.ms) {
                more = visit(context, &look);
            }
            start = (size_t)(end - bytes) + 1;
        }
        if (start == 0) {
            break; /* half a line, that somebody writes now */
        }
        at += (off_t)start;
    }
    return NULL;
}
