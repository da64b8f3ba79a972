/*
 * A request as a handler sees it, and the reply it fills. Everything lives in the request's arena and is
 * gone when the answer is sent. All texts are valid UTF-8 without NUL; names and paths are decoded.
 */
#ifndef WM_WEB_REQUEST_H
#define WM_WEB_REQUEST_H

#include "act/act.h"

struct route;
struct site;

struct pair {
    const char *name;
    const char *text;
};

struct request {
    struct arena *arena;
    const struct site *site;
    const struct route *route; /* NULL when nothing matched */
    const char *path;          /* decoded, without query */
    const struct pair *params; /* the {name} segments */
    size_t param_count;
    const struct pair *query;
    size_t query_count;
    const struct pair *headers; /* names as they came: look them up with request_header */
    size_t header_count;
    const struct pair *form; /* BODY_FORM */
    size_t form_count;
    const char *body; /* as it came; ends with a NUL not counted */
    size_t body_size;
    const char *client; /* address of who asks, as a proxy that is trusted says it (front.h) */
    bool uncounted;     /* straight from this machine, where no limit was set for it */
    bool is_post;
    bool searched;          /* when the answer is given must not tell what was looked at for it */
    bool form_refused;      /* the token or the origin of a form was not ours: nothing was done */
    bool signed_in;         /* by cookie or bearer token */
    struct session session; /* ROUTE_BEARER: only the actor */
    const char *csrf;       /* what the forms of this page carry; also before signing in */
    struct act act;         /* to hand to act_…: service, arena, actor (NULL when not signed in), now */
    const char *note;       /* a line of its own in the log; holds no personal data. NULL: none */
    const char *request_id; /* random, for the log and the page of an error */
};

/* The first of that name, or NULL. */
const char *request_param(const struct request *request, const char *name);
const char *request_query(const struct request *request, const char *name);
const char *request_header(const struct request *request, const char *name); /* in any case */
const char *request_form(const struct request *request, const char *name);
/* Every one of that name, in order. */
size_t request_form_all(const struct request *request, const char *name, const char *const **ret_texts);
const char *request_cookie(const struct request *request, const char *name);

/* From where it comes, for signing in. */
struct origin request_origin(const struct request *request);

enum { REPLY_HEADERS = 12 };

struct reply {
    int status; /* 200 unless set */
    const char *content_type;
    const void *body; /* in the arena of the request */
    size_t size;
    struct pair headers[REPLY_HEADERS];
    size_t header_count;
};

/* At most REPLY_HEADERS; name and text must hold no control characters (must). */
void reply_header(struct reply *reply, const char *name, const char *text);
void reply_bytes(struct reply *reply, int status, const char *content_type, const void *body, size_t size);
/* HttpOnly; SameSite=Strict; Path=/; where browsers come by TLS also Secure and with the prefix __Host-,
 * which request_cookie knows of. `max_age` in seconds; 0: until the browser closes; negative: removes it. */
void reply_cookie(const struct request *request, struct reply *reply, const char *name, const char *value,
                  long max_age);
/* The same with SameSite=Lax: the browser brings it along when another site sends it back to us. For nothing
 * that says who somebody is. */
void reply_cookie_returning(const struct request *request, struct reply *reply, const char *name,
                            const char *value, long max_age);
/* 303 to another site, which the settings of this one name. */
void reply_redirect_away(struct reply *reply, const char *address);
/* 303 See Other: the page after a form. `path` is within this site and begins with a slash. */
void reply_redirect(struct reply *reply, const char *path);

#endif
