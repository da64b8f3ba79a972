#include "web/front.h"

#include "base/buf.h"
#include "base/must.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

enum { HOST_MOST = 255, V4_BITS = 96, CLIENT_V6_BYTES = 8 };

static const uint8_t v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool is_v4(const struct address *address)
{
    return memcmp(address->bytes, v4_prefix, sizeof v4_prefix) == 0;
}

static bool parse_address(const char *text, struct address *ret_address)
{
    struct address address;
    if (inet_pton(AF_INET6, text, address.bytes) == 1) {
        *ret_address = address;
        return true;
    }
    memcpy(address.bytes, v4_prefix, sizeof v4_prefix);
    if (inet_pton(AF_INET, text, address.bytes + sizeof v4_prefix) == 1) {
        *ret_address = address;
        return true;
    }
    return false;
}

bool address_of(const struct sockaddr *socket_address, struct address *ret_address)
{
    if (socket_address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, socket_address, sizeof v4);
        memcpy(ret_address->bytes, v4_prefix, sizeof v4_prefix);
        memcpy(ret_address->bytes + sizeof v4_prefix, &v4.sin_addr, 4);
        return true;
    }
    if (socket_address->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, socket_address, sizeof v6);
        memcpy(ret_address->bytes, &v6.sin6_addr, sizeof ret_address->bytes);
        return true;
    }
    return false;
}

bool address_is_loopback(const struct address *address)
{
    return is_v4(address) ? address->bytes[12] == 127
                          : memcmp(address->bytes, &in6addr_loopback, sizeof address->bytes) == 0;
}

const char *address_text(struct arena *arena, const struct address *address)
{
    char text[INET6_ADDRSTRLEN];
    if (is_v4(address)) {
        must(inet_ntop(AF_INET, address->bytes + sizeof v4_prefix, text, sizeof text) != NULL);
        return arena_copy(arena, text);
    }
    struct address first = {{0}};
    memcpy(first.bytes, address->bytes, CLIENT_V6_BYTES);
    must(inet_ntop(AF_INET6, first.bytes, text, sizeof text) != NULL);
    return arena_printf(arena, "%s/64", text);
}

/* ---- what the administrator says */

const struct error *front_network_read(struct arena *arena, const char *text, struct network *ret_network)
{
    const char *slash = strchr(text, '/');
    const char *address = slash == NULL ? text : arena_copy_n(arena, text, (size_t)(slash - text));
    struct network network = {.bits = 128};
    if (!parse_address(address, &network.address)) {
        return error_new(arena, ERROR_BAD_INPUT, "%s is not the address of a proxy", text);
    }
    int64_t bits;
    unsigned before = strchr(address, ':') == NULL ? V4_BITS : 0;
    if (slash != NULL) {
        if (!number_parse(slash + 1, 1, 128 - (int64_t)before, &bits)) {
            return error_new(arena, ERROR_BAD_INPUT, "%s is not the address of a proxy, or of its network",
                             text);
        }
        network.bits = before + (unsigned)bits;
    }
    *ret_network = network;
    return NULL;
}

/* "host" or "host:port", the port given and not the usual one of its scheme. */
static const char *plain_host(struct arena *arena, bool tls, const char *host)
{
    size_t size = strlen(host);
    const char *usual = tls ? ":443" : ":80";
    size_t tail = strlen(usual);
    if (size > tail && strcmp(host + size - tail, usual) == 0) {
        size -= tail;
    }
    char *text = arena_copy_n(arena, host, size);
    for (char *c = text; *c != '\0'; c++) {
        *c = (char)tolower((unsigned char)*c);
    }
    return text;
}

static bool is_host(const char *host)
{
    size_t size = strlen(host);
    return size > 0 && size <= HOST_MOST &&
           strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]") == size;
}

const struct error *front_origin_read(struct arena *arena, const char *text, struct public_name *ret_origin)
{
    bool tls = text_starts_with(text, "https://");
    const char *host = tls ? text + 8 : text_starts_with(text, "http://") ? text + 7 : "";
    size_t size = strlen(host);
    if (size > 0 && host[size - 1] == '/') {
        host = arena_copy_n(arena, host, size - 1);
    }
    if (!is_host(host)) {
        return error_new(arena, ERROR_BAD_INPUT,
                         "--public-url takes https://NAME or https://NAME:PORT, not %s", text);
    }
    *ret_origin = (struct public_name){.tls = tls, .host = plain_host(arena, tls, host)};
    return NULL;
}

/* ---- who asks */

bool front_is_proxy(const struct front *front, const struct address *peer)
{
    for (size_t i = 0; i < front->proxy_count; i++) {
        const struct network *network = &front->proxies[i];
        size_t whole = network->bits / 8;
        unsigned rest = network->bits % 8;
        uint8_t mask = (uint8_t)(0xff00U >> rest);
        if (memcmp(network->address.bytes, peer->bytes, whole) == 0 &&
            (rest == 0 || ((network->address.bytes[whole] ^ peer->bytes[whole]) & mask) == 0)) {
            return true;
        }
    }
    return false;
}

bool front_is_secure(const struct front *front)
{
    return front != NULL && (front->tls || front->proxy_count > 0);
}

static const char *last_of(const char *list)
{
    const char *comma = strrchr(list, ',');
    return comma == NULL ? list : comma + 1;
}

/* The address in one hop of a header: bare, in quotes, in brackets, with or without a port. */
static bool parse_hop(const char *text, size_t size, struct address *ret_address)
{
    while (size > 0 && (*text == ' ' || *text == '\t' || *text == '"')) {
        text++;
        size--;
    }
    while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\t' || text[size - 1] == '"')) {
        size--;
    }
    char copy[INET6_ADDRSTRLEN + 10];
    if (size == 0 || size >= sizeof copy) {
        return false;
    }
    memcpy(copy, text, size);
    copy[size] = '\0';
    char *start = copy;
    char *colon = strchr(copy, ':');
    if (copy[0] == '[') {
        char *end = strchr(copy, ']');
        if (end == NULL || (end[1] != '\0' && end[1] != ':')) {
            return false;
        }
        *end = '\0';
        start++;
    } else if (colon != NULL && strchr(colon + 1, ':') == NULL) {
        *colon = '\0'; /* 192.0.2.7:4711 */
    }
    return parse_address(start, ret_address);
}

/* The value of `name` in "for=192.0.2.7;proto=https", without regard to case. */
static bool parameter(const char *hop, const char *name, const char **ret_value, size_t *ret_size)
{
    size_t length = strlen(name);
    while (*hop != '\0') {
        hop += strspn(hop, " \t;");
        size_t size = strcspn(hop, ";");
        if (size > length && strncasecmp(hop, name, length) == 0 && hop[length] == '=') {
            *ret_value = hop + length + 1;
            *ret_size = size - length - 1;
            return true;
        }
        hop += size;
    }
    return false;
}

static bool says_plain(const char *scheme, size_t size)
{
    while (size > 0 && (*scheme == ' ' || *scheme == '\t' || *scheme == '"')) {
        scheme++;
        size--;
    }
    return size < 5 || strncasecmp(scheme, "https", 5) != 0;
}

struct client front_client(const struct front *front, const struct address *peer,
                           const struct forwarding *forwarding)
{
    struct client client = {.address = *peer, .by_proxy = front_is_proxy(front, peer)};
    if (!client.by_proxy) {
        return client;
    }
    const char *value;
    size_t size;
    if (front->forwarded) {
        const char *hop = forwarding->forwarded == NULL ? "" : last_of(forwarding->forwarded);
        if (parameter(hop, "for", &value, &size)) {
            (void)parse_hop(value, size, &client.address);
        }
        client.plain = parameter(hop, "proto", &value, &size) && says_plain(value, size);
        return client;
    }
    if (forwarding->x_for != NULL) {
        value = last_of(forwarding->x_for);
        (void)parse_hop(value, strlen(value), &client.address);
    }
    if (forwarding->x_proto != NULL) {
        value = last_of(forwarding->x_proto);
        client.plain = says_plain(value, strlen(value));
    }
    return client;
}

/* ---- what it is called */

/* A page elsewhere may point its own name at this machine: what runs here answers to its own names only. */
static bool is_this_machine(const char *host)
{
    size_t size = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
    if (size > HOST_MOST || strlen(host) < size ||
        (host[size] != '\0' &&
         (host[size] != ':' || strspn(host + size + 1, "0123456789") != strlen(host + size + 1)))) {
        return false;
    }
    char name[HOST_MOST + 1];
    memcpy(name, host, size);
    name[size] = '\0';
    struct address address;
    if (name[0] == '[') {
        name[size - 1] = '\0';
        return parse_address(name + 1, &address) && address_is_loopback(&address);
    }
    return strcasecmp(name, "localhost") == 0 ||
           (parse_address(name, &address) && address_is_loopback(&address));
}

static bool names_origin(const struct public_name *origin, const char *host)
{
    size_t size = strlen(origin->host);
    return strncasecmp(origin->host, host, size) == 0 &&
           (host[size] == '\0' || strcmp(host + size, origin->tls ? ":443" : ":80") == 0);
}

bool front_host_is_ours(const struct front *front, const char *host)
{
    if (host == NULL) {
        return true; /* HTTP/1.0: no browser, which always says where it believes to be */
    }
    for (size_t i = 0; i < front->origin_count; i++) {
        if (names_origin(&front->origins[i], host)) {
            return true;
        }
    }
    return front->origin_count == 0 && is_this_machine(host);
}

bool front_origin_is_ours(const struct front *front, const char *origin, const char *host)
{
    bool tls = text_starts_with(origin, "https://");
    const char *name = tls ? origin + 8 : text_starts_with(origin, "http://") ? origin + 7 : NULL;
    if (name == NULL || host == NULL || tls != front_is_secure(front)) {
        return false;
    }
    for (size_t i = 0; i < front->origin_count; i++) {
        if (front->origins[i].tls == tls && names_origin(&front->origins[i], name)) {
            return true;
        }
    }
    return front->origin_count == 0 && strcasecmp(name, host) == 0;
}
