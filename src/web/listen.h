/*
 * The socket on which the server listens, and whether it may: only the loopback without TLS or a proxy.
 */
#ifndef WM_WEB_LISTEN_H
#define WM_WEB_LISTEN_H

#include "web/server.h"

/* Errors as server_start. *ret_address has the real port. */
const struct error *listen_open(struct arena *arena, const struct server_options *options, int *ret_socket,
                                const char **ret_address) MUST_CHECK;

#endif
