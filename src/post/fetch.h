/*
 * Asking another server for one small JSON document, over TLS whose certificate is checked. Who asks says
 * which address; nothing leads to another: redirects are not followed, no proxy of the environment is used,
 * no cookie is kept. Size and time are bounded.
 */
#ifndef WM_POST_FETCH_H
#define WM_POST_FETCH_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct fetch {
    const char *address;
    const char *body;     /* application/x-www-form-urlencoded, sent by POST; NULL: GET */
    const char *user;     /* HTTP Basic; NULL: none */
    const char *password; /* NULL with no user */
    const char *ca;       /* the certificates to trust; NULL: those of the machine */
    const char *proxy;    /* NULL: none */
    bool plain;           /* http is allowed too: the caller has made sure that it goes to this machine */
    size_t most;          /* bytes; a larger document is refused */
    int seconds;          /* the most that it may take */
};
/*
 * ERROR_IO unless the answer is 200 and JSON. The detail says what the network or the server did, without the
 * address and without a word of the answer; *ret_status is then what was answered, 0 for nothing.
 */
const struct error *post_fetch(struct arena *arena, const struct fetch *fetch, const char **ret_bytes,
                               size_t *ret_size, int *ret_status) MUST_CHECK;

#endif
