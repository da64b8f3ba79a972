/*
 * What stands between a browser and this server, and what of it is believed: the names the server goes by,
 * the proxies before it, and what they say of who asks. From anybody else those headers are what a stranger
 * typed. Pure.
 */
#ifndef WM_WEB_FRONT_H
#define WM_WEB_FRONT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sockaddr;

/* IPv6; an IPv4 address as ::ffff:a.b.c.d. */
struct address {
    uint8_t bytes[16];
};

struct network {
    struct address address;
    unsigned bits; /* of the 128 that count */
};

/* "https://waymark.county.example": scheme, and host with the port unless it is the usual one; lower case. */
struct public_name {
    bool tls;
    const char *host;
};

struct front {
    const struct network *proxies; /* none: nobody stands before us */
    size_t proxy_count;
    bool forwarded; /* they say it by Forwarded (RFC 7239), not by X-Forwarded-For and -Proto */
    const struct public_name *origins; /* none: only the names of this machine itself */
    size_t origin_count;
    bool tls; /* the server itself speaks TLS */
};

/* "192.0.2.7", "192.0.2.0/24", "2001:db8::/32". ERROR_BAD_INPUT names it. */
const struct error *front_network_read(struct arena *arena, const char *text,
                                       struct network *ret_network) MUST_CHECK;
/* A scheme, a host, perhaps a port, and nothing else. */
const struct error *front_origin_read(struct arena *arena, const char *text,
                                      struct public_name *ret_origin) MUST_CHECK;

/* False for what is neither IPv4 nor IPv6. */
bool address_of(const struct sockaddr *socket_address, struct address *ret_address);
bool address_is_loopback(const struct address *address);
/* As limits and throttles name it: of IPv6 the first 64 bits, because who has one has all of them. */
const char *address_text(struct arena *arena, const struct address *address);

bool front_is_proxy(const struct front *front, const struct address *peer);
/* Browsers reach it by TLS, ours or that of a proxy: cookies are then secure, and HSTS is said. Not with
 * NULL. */
bool front_is_secure(const struct front *front);

/* What a proxy said, each header once at most; NULL when it is not there. */
struct forwarding {
    const char *x_for;
    const char *x_proto;
    const char *forwarded;
};
struct client {
    struct address address;
    bool by_proxy;
    bool plain; /* the proxy says that the browser came without TLS */
};
/*
 * Who asks, as told by who is connected. Of a proxy's header one hop counts, the last: what stands before it
 * the proxy was told by a stranger. A proxy that says nothing readable is itself the client.
 */
struct client front_client(const struct front *front, const struct address *peer,
                           const struct forwarding *forwarding);

/* Whether the Host of a request is a name of this server (who says none is not misled); and whether an Origin
 * is. */
bool front_host_is_ours(const struct front *front, const char *host);
bool front_origin_is_ours(const struct front *front, const char *origin, const char *host);

#endif
