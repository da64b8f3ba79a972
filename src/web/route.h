/*
 * Routes. One row a page or API call: method, pattern, who may call it, what body it takes, and the function
 * that answers. A layer above (api) contributes a table of its own; all tables are handed to server_start.
 *
 * A pattern is exact text, but {name} stands for one whole segment of the path. No two rows of all tables may
 * match the same path with the same method (server_start refuses them).
 */
#ifndef WM_WEB_ROUTE_H
#define WM_WEB_ROUTE_H

#include "web/request.h"

/* HEAD is answered from the GET row. */
enum method { METHOD_GET, METHOD_POST };

enum route_access {
    ROUTE_PUBLIC,
    ROUTE_OPEN,           /* for everybody, and nobody is asked who they are: no cookie is looked at or set */
    ROUTE_SIGNED_IN,      /* by session cookie; else a GET is sent to the sign-in page */
    ROUTE_CASES,          /* signed in, and the role reads cases */
    ROUTE_ADMINISTERS,    /* signed in, and the role administers */
    ROUTE_KEEPS_ACCOUNTS, /* ... or keeps the accounts of its agency */
    ROUTE_BEARER          /* by `Authorization: Bearer`; cookies are not looked at */
};

enum route_body {
    BODY_NONE,
    BODY_READS, /* none, and the answer writes nothing that it reads: who asks and what they are shown are of
                   one moment */
    BODY_WAITS, /* none, but the answer may wait, for another server or for the time at which searches are
                   answered: it runs on the pool as those with a body do */
    BODY_FORM,  /* application/x-www-form-urlencoded, with the CSRF token; parsed into request->form */
    BODY_JSON   /* application/json: request->body as it came (proved UTF-8); only with ROUTE_BEARER */
};

/*
 * Fills the reply. An error is rendered by the table's `fail`. Rows with a body run on the pool of blocking
 * workers, so they may wait for a commit; rows without run on an event loop and must not.
 */
typedef const struct error *route_handler(struct request *request, struct reply *reply);

struct route {
    enum method method;
    const char *pattern;
    enum route_access access;
    enum route_body body;
    route_handler *handle;
};

struct route_table {
    const char
        *prefix; /* paths that begin so and match nothing are refused by this table's `fail`; "/" for pages */
    const struct route *routes;
    size_t count;
    /* Renders an error as an answer; sets status, type and body. The server adds Allow, Retry-After and
     * WWW-Authenticate itself. */
    void (*fail)(struct request *request, const struct error *error, struct reply *reply);
};

enum { ROUTE_PARAMS = 4 };

/* Matches a decoded path with one pattern; fills the texts of its {name} segments. */
bool route_matches(struct arena *arena, const char *pattern, const char *path,
                   struct pair ret_params[static ROUTE_PARAMS], size_t *ret_count);

#endif
