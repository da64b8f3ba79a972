/*
 * The HTTP server: libmicrohttpd, which lives only here. GETs are answered on a few event loops (epoll); a
 * request with a body is read whole within the limits, set aside, and answered by a pool of blocking threads,
 * so that no event loop ever waits for a commit or a password hash (docs/decisions/0003).
 *
 * Every answer carries the same strict headers, errors and files too. A request that runs out of memory gets
 * 503 and touches no other.
 */
#ifndef WM_WEB_SERVER_H
#define WM_WEB_SERVER_H

#include "web/site.h"

struct server;

/* 0 stands for the default in brackets. */
struct server_limits {
    size_t body_bytes;     /* [256 KiB] 413 above */
    size_t header_bytes;   /* [32 KiB] request line and headers together; 431 above */
    size_t request_memory; /* [64 MiB] cap of a request's arena; 503 above */
    unsigned connections;  /* [1000] */
    unsigned per_client;   /* [no limit: many workers sit behind one address] connections of one address */
    unsigned idle_seconds; /* [20] a connection that says nothing for so long is closed */
    unsigned loops;        /* [number of processors, 2 to 8] event loops */
    unsigned workers;      /* [32] blocking threads for requests with a body */
    unsigned waiting;      /* [256] requests that may wait for a worker; 503 beyond */
};

struct server_options {
    const char *listen; /* "127.0.0.1:8080", "[::1]:8080"; port 0: any free one */
    bool behind_proxy; /* TLS ends at a proxy before us: other addresses than the loopback, __Host- cookies */
    const char *assets; /* folder with manifest.txt and the files it names; NULL: none (tests) */
    struct service *service;
    const struct route_table *const *tables;
    size_t table_count;
    struct server_limits limits;
    bool quiet; /* no line a request */
};

/* ERROR_BAD_INPUT: the address, or not the loopback without a proxy; ERROR_IO: cannot listen. */
const struct error *server_start(struct arena *arena, const struct server_options *options,
                                 struct server **ret_server) MUST_CHECK;
/* Stops listening, finishes what is under way, frees everything. */
void server_stop(struct server *server);
/* "127.0.0.1:8080", with the real port. */
const char *server_address(const struct server *server);

/* The pages. */
extern const struct route_table web_pages;

#endif
