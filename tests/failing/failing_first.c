/*
 * Linked into a program of its own, which is the program but for this: each request is answered with
 * something failing beneath the pages first (a statement, a line in the log of looks, a key, a sealing), and
 * again and again, until each way to what can fail has failed once. Only then it is answered as it should be.
 * The tests that ask this program so prove that a failure is told, lets nobody in, leaves nothing behind and
 * holds up nothing.
 */
#include "factor/code.h"
#include "post/post.h"
#include "seal/seal.h"
#include "store/store.h"
#include "web/site.h"

#include <errno.h>
#include <execinfo.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FRAMES = 100, MOST_TRIES = 5000, REQUEST_BYTES = 64 << 20, PROGRAM_BYTES = 64 << 20 };

extern const char __executable_start[];
extern const char etext[];

static _Thread_local struct {
    bool on;
    bool failed;
    bool saved;
    char way[200]; /* to where it failed, to be told when a promise is broken */
} attempt;

/* A bit for each place in the program that called what failed, or called what called it. */
static unsigned char passed[PROGRAM_BYTES / 8];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* backtrace takes a library in when it is first asked, which the confined program may not do. */
static void __attribute__((constructor)) begin(void)
{
    void *frame;
    (void)backtrace(&frame, 1);
    if (etext - __executable_start > PROGRAM_BYTES) {
        abort();
    }
}

/* True when one of the calls that lead here has not failed yet. */
static bool fails_now(void)
{
    void *frames[FRAMES];
    bool fails = false;
    if (!attempt.on || attempt.failed || attempt.saved) {
        return false;
    }
    int count = backtrace(frames, FRAMES);
    size_t written = 0;
    (void)pthread_mutex_lock(&lock);
    for (int i = 0; i < count; i++) {
        const char *frame = frames[i];
        if (frame < __executable_start || frame >= etext) {
            continue;
        }
        size_t at = (size_t)(frame - __executable_start);
        if ((passed[at / 8] >> at % 8 & 1) == 0) {
            passed[at / 8] = (unsigned char)(passed[at / 8] | 1U << at % 8);
            fails = true;
        }
    }
    (void)pthread_mutex_unlock(&lock);
    for (int i = 0; fails && i < count && written + 20 < sizeof attempt.way; i++) {
        written += (size_t)snprintf(attempt.way + written, sizeof attempt.way - written, " %zx",
                                    (size_t)((const char *)frames[i] - __executable_start));
    }
    attempt.failed = attempt.failed || fails;
    return fails;
}

/* ---- what can fail */

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

#define CAN_FAIL(name, parameters, arguments)                                                                \
    const struct error *__real_##name parameters;                                                            \
    const struct error *__wrap_##name parameters;                                                            \
    const struct error *__wrap_##name parameters                                                             \
    {                                                                                                        \
        return fails_now() ? error_of(ERROR_BUSY) : __real_##name arguments;                                 \
    }                                                                                                        \
    _Static_assert(__builtin_types_compatible_p(__typeof__(name), __typeof__(__wrap_##name)), #name)

CAN_FAIL(record_key_new,
         (struct arena * arena, const struct keyring *keyring, struct id record, struct record_key **ret_key,
          uint8_t ret_wrapped[static WRAPPED_KEY_BYTES]),
         (arena, keyring, record, ret_key, ret_wrapped));
CAN_FAIL(note_seal,
         (struct arena * arena, const struct keyring *keyring, const struct note_place *place,
          struct instant made_at, const void *plain, size_t size, const uint8_t **ret_sealed,
          size_t *ret_size),
         (arena, keyring, place, made_at, plain, size, ret_sealed, ret_size));
CAN_FAIL(password_hash,
         (struct arena * arena, const char *password, char ret_text[static PASSWORD_HASH_TEXT]),
         (arena, password, ret_text));
CAN_FAIL(code_secret_new, (struct arena * arena, const char **ret_secret), (arena, ret_secret));
CAN_FAIL(store_pack, (struct store * store, struct arena *arena, int number, const struct pack **ret_pack),
         (store, arena, number, ret_pack));

const struct error *__real_store_commit(struct write *write);
const struct error *__wrap_store_commit(struct write *write);
const struct error *__wrap_store_commit(struct write *write)
{
    if (fails_now()) {
        return error_of(ERROR_BUSY);
    }
    const struct error *error = __real_store_commit(write);
    attempt.saved = attempt.saved || (attempt.on && error == NULL);
    return error;
}

/* ---- a request, until nothing fails any more */

/* What a page may go without, and why. */
static const char *const goes_without[] = {
    "/referral/{draft}/{page}", /* where a referral goes to: it is worked out again when it is sent */
    "/notices",                 /* the name of the point that is told */
    "/broken-glass",            /* the role that somebody has now */
    "/cases/{ref}/restrict",    /* the same */
    "/unusual-looks",           /* a record that does not open: the others are looked through */
};

static bool may_go_without(const struct request *request)
{
    bool may = false;
    for (size_t i = 0; request->route != NULL && i < sizeof goes_without / sizeof goes_without[0]; i++) {
        may = may || strcmp(goes_without[i], request->route->pattern) == 0;
    }
    return may;
}

/* Something failed, and nothing was saved. A form that is shown again holds what was typed. */
static void must_tell(const struct request *request, const struct reply *reply)
{
    bool form = request->route != NULL && request->route->body == BODY_FORM;
    bool shown_again = form && (reply->status == 200 || reply->status == 422);
    bool whole = reply->status < 400 && may_go_without(request);
    if (reply->status < 500 && !shown_again && !whole) {
        fprintf(stderr, "FAILED: %s %s was answered %d, though it failed at%s\n",
                request->is_post ? "POST" : "GET", request->route == NULL ? "-" : request->route->pattern,
                reply->status, attempt.way);
        abort();
    }
}

static void keep(const struct request *from, struct request *to, const struct reply *reply,
                 struct reply *ret_reply)
{
    struct arena *arena = to->arena;
    to->searched = from->searched;
    to->form_refused = from->form_refused;
    to->note = from->note == NULL ? NULL : arena_copy(arena, from->note);
    *ret_reply = *reply;
    if (reply->body != NULL) {
        ret_reply->body = arena_copy_n(arena, reply->body, reply->size);
    }
    ret_reply->content_type = reply->content_type == NULL ? NULL : arena_copy(arena, reply->content_type);
    for (size_t i = 0; i < reply->header_count; i++) {
        ret_reply->headers[i] = (struct pair){arena_copy(arena, reply->headers[i].name),
                                              arena_copy(arena, reply->headers[i].text)};
    }
}

void __real_site_answer(struct request *request, struct reply *reply);
void __wrap_site_answer(struct request *request, struct reply *reply);
void __wrap_site_answer(struct request *request, struct reply *reply)
{
    bool done = false;
    for (int tries = 0; !done; tries++) {
        struct arena *arena = arena_new(REQUEST_BYTES);
        struct request again = *request;
        struct reply given = *reply;
        if (arena == NULL) {
            abort();
        }
        again.arena = arena;
        again.act.arena = arena;
        again.uncounted = true;
        attempt.failed = attempt.saved = false;
        attempt.on = tries < MOST_TRIES;
        __real_site_answer(&again, &given);
        attempt.on = false;
        done = attempt.saved || !attempt.failed;
        if (!done) {
            must_tell(request, &given);
        } else {
            keep(&again, request, &given, reply);
        }
        arena_free(arena);
    }
}
