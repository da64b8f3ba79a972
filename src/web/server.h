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
#include "web/tls.h"

struct server;

/* 0 stands for the default in brackets. */
struct server_limits {
    size_t body_bytes;     /* [256 KiB] 413 above */
    size_t header_bytes;   /* [32 KiB] request line and headers together; 431 above */
    size_t request_memory; /* [64 MiB] cap of a request's arena; 503 above */
    unsigned
        connections; /* [4000] when three of four are taken, who is slow or idle is let go after seconds */
    unsigned per_client; /* [no limit: many workers sit behind one address] connections of one address; behind
                            a proxy, requests of one at once */
    unsigned address_rate;     /* [6000] requests a minute from one address, a quarter of them at once */
    unsigned account_rate;     /* [600] of one account, half of them at once */
    unsigned idle_seconds;     /* [20] a connection that says nothing for so long is closed */
    unsigned head_seconds;     /* [20] the headers of a request are whole within, from their first byte */
    unsigned transfer_seconds; /* [60] a request is whole within, and an answer taken within */
    unsigned search_step_ms;   /* [20] an answer to a search waits for the next multiple of it */
    unsigned lag_ms;           /* [1000] a request that waited longer to be read is answered 503 */
    unsigned loops;            /* [number of processors, 2 to 8] event loops */
    unsigned workers;          /* [32] blocking threads for requests with a body */
    unsigned waiting;          /* [256] requests that may wait for a worker; 503 beyond */
};

struct server_options {
    const char *listen;            /* "127.0.0.1:8080", "[::1]:8080"; port 0: any free one */
    struct front front;            /* names, and proxies whose word is taken */
    const struct tls_options *tls; /* NULL: plain HTTP, on the loopback or behind a proxy only */
    bool loopback_only;            /* refuses any other address, and a proxy */
    const char *assets;            /* folder with manifest.txt and the files it names; NULL: none (tests) */
    struct service *service;
    const struct route_table *const *tables;
    size_t table_count;
    struct server_limits limits;
    bool quiet; /* no line a request */
};

/*
 * ERROR_BAD_INPUT: the address; not the loopback and neither TLS nor a proxy; other browsers than those of
 * this machine, and no name. ERROR_KEY: the certificate. ERROR_IO: cannot listen. What comes straight from
 * this machine is counted only where a rate was set: there sits the administrator, or a proxy that was not
 * named.
 */
const struct error *server_start(struct arena *arena, const struct server_options *options,
                                 struct server **ret_server) MUST_CHECK;
/* Stops listening, finishes what is under way, frees everything. */
void server_stop(struct server *server);
/*
 * Reads certificate and key again if a file has changed, or in any case. True when there is another
 * certificate; false with or without *ret_error. Connections go on.
 */
bool server_renew(struct arena *arena, struct server *server, bool in_any_case,
                  const struct error **ret_error);
/* "127.0.0.1:8080", with the real port. */
const char *server_address(const struct server *server);

/* The pages. */
extern const struct route_table web_pages;

#endif
