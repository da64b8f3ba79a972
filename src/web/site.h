/*
 * What a server serves, apart from sockets: the store behind it, the routes, the assets. Pages and API see it
 * as request->site; tests answer requests with it without any server. Never changed after the start.
 */
#ifndef WM_WEB_SITE_H
#define WM_WEB_SITE_H

#include "web/front.h"
#include "web/rate.h"
#include "web/route.h"

struct asset {
    const char *name; /* "app.css" */
    const char *path; /* "/assets/app.3f2a91c4.css" */
    const char *type;
    const char *etag; /* quoted */
    const void *bytes;
    size_t size;
};

struct site {
    struct service *service;
    const struct route_table *const *tables;
    size_t table_count;
    const struct asset *assets;
    size_t asset_count;
    const struct front *front; /* NULL: plain HTTP, any name (tests without a server) */
    struct rates *accounts;    /* NULL: accounts are not counted */
};

/* ERROR_BAD_INPUT names two rows that match the same path, or a row with a wrong pattern. */
const struct error *site_check(struct arena *arena, const struct site *site) MUST_CHECK;

/* Reads `folder`/manifest.txt ("NAME FILE" a line) and every file it names. */
const struct error *assets_load(struct arena *arena, const char *folder, const struct asset **ret_assets,
                                size_t *ret_count) MUST_CHECK;
/* The path under which an asset is served, or NULL when there is none of that name. */
const char *site_asset(const struct site *site, const char *name);
const struct asset *site_asset_at(const struct site *site, const char *path);

/*
 * Answers in two steps, so that a body is only read for a route that takes one. site_route fills
 * request->route and params; an error (nothing there, not done that way) is to be rendered by site_fail
 * without reading a body. site_answer authenticates, parses the body, checks the form token and calls the
 * handler; it fills the reply in any case.
 */
const struct error *site_route(struct request *request, struct reply *reply, const char *method) MUST_CHECK;
void site_answer(struct request *request, struct reply *reply);
/* A form that waited until somebody showed again who they are: its own handler answers it, after the same
 * questions about who may. The token was checked when it came, and is again on the form that carried it. */
const struct error *site_again(struct request *request, const char *path, const struct pair *form,
                               size_t count, struct reply *reply) MUST_CHECK;
void site_fail(struct request *request, const struct error *error, struct reply *reply);
/* The headers that every answer carries, files and errors too. */
const struct pair *site_headers(const struct site *site, size_t *ret_count);

#endif
