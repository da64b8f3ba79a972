/*
 * The answer of an exchange as it goes out: the reply that was made, a file, or one of the answers that need
 * no memory. Every one carries the headers that all answers carry.
 */
#ifndef WM_WEB_RESPOND_H
#define WM_WEB_RESPOND_H

#include "web/exchange.h"

/* Files and the answers that need no memory, made before the first request. */
void respond_prepare(struct arena *arena, struct server *server);
void respond_release(struct server *server);

enum MHD_Result respond(struct exchange *exchange);
/* What the gate says, as it goes over the wire. */
const char *respond_malformed(struct arena *arena, const struct site *site);

#endif
