/*
 * Linked into a program of its own, which is the program but for this: each request is answered with
 * something failing beneath the pages first (a statement, a line in the log of looks, a key, a sealing), and
 * again and again, until each way to what can fail has failed once. Only then it is answered as it should be.
 * The tests that ask this program so prove that a failure is told, lets nobody in, leaves nothing behind and
 * holds up nothing.
 */
#include "failing.h"

#include "web/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TRIES = 5000, REQUEST_BYTES = 64 << 20 };

/* ---- a request, until nothing fails any more */

/* What a page may go without, and why. */
static const char *const goes_without[] = {
    "/referral/{draft}/{page}", /* where a referral goes to: it is worked out again when it is sent */
    "/notices",                 /* the name of the point that is told */
    "/notices/mail",            /* whom a message is for */
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
                reply->status, failing_way());
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
        if (tries == MOST_TRIES) {
            abort();
        }
        failing_begin(FAILING_THREAD);
        __real_site_answer(&again, &given);
        failing_end(FAILING_THREAD);
        done = failing_saved(FAILING_THREAD) || !failing_failed(FAILING_THREAD);
        if (!done) {
            must_tell(request, &given);
        } else {
            keep(&again, request, &given, reply);
        }
        arena_free(arena);
    }
}
