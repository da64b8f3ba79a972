/*
 * The JSON API: the same acts as the pages, for other programs. It translates and decides nothing: who may do
 * what, and what may be recorded, is the business of act/. One row of routes.c an operation; the OpenAPI
 * document is made from those rows and from the pack, so it cannot say anything else than what is served.
 */
#ifndef WM_API_API_H
#define WM_API_API_H

#include "web/route.h"

/* For server_start, beside the pages. */
extern const struct route_table api_routes;

#endif
