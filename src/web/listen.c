#include "web/listen.h"

#include "base/must.h"
#include "base/text.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096 /* what the kernel allows at most; it drops whoever comes beyond */ };

/* Where it may listen, and as what. */
static const struct error *check_front(struct arena *arena, const struct server_options *options,
                                       const struct sockaddr *socket_address)
{
    const struct front *front = &options->front;
    struct address address;
    bool here = address_of(socket_address, &address) && address_is_loopback(&address);
    bool secure = options->tls != NULL || front->proxy_count > 0;
    if (options->loopback_only && (!here || front->proxy_count > 0)) {
        return error_new(arena, ERROR_BAD_INPUT,
                         "a password alone is enough only on the loopback and without a proxy: leave out "
                         "--one-factor");
    }
    if (!here && !secure) {
        return error_new(arena, ERROR_BAD_INPUT,
                         "%s is not the loopback: give --tls-certificate and --tls-key, or say with "
                         "--behind-proxy ADDRESS which proxy stands before it",
                         options->listen);
    }
    if (front->origin_count == 0 && (!here || front->proxy_count > 0)) {
        return error_new(arena, ERROR_BAD_INPUT,
                         "--public-url is missing: by which address do browsers reach this server?");
    }
    for (size_t i = 0; i < front->origin_count; i++) {
        if (front->origins[i].tls != secure) {
            return error_new(arena, ERROR_BAD_INPUT, "--public-url %s%s: browsers reach it by %s",
                             front->origins[i].tls ? "https://" : "http://", front->origins[i].host,
                             secure ? "https" : "http, without --tls-certificate or --behind-proxy");
        }
    }
    return NULL;
}

const struct error *listen_open(struct arena *arena, const struct server_options *options, int *ret_socket,
                                const char **ret_address)
{
    const char *listen_on = options->listen;
    const char *colon = strrchr(listen_on, ':');
    int64_t port;
    if (colon == NULL || !number_parse(colon + 1, 0, 65535, &port)) {
        return error_new(arena, ERROR_BAD_INPUT, "--listen takes ADDRESS:PORT, not %s", listen_on);
    }
    bool bracketed = listen_on[0] == '[' && colon > listen_on && colon[-1] == ']';
    const char *host = bracketed ? arena_copy_n(arena, listen_on + 1, (size_t)(colon - listen_on) - 2)
                                 : arena_copy_n(arena, listen_on, (size_t)(colon - listen_on));
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    if (getaddrinfo(host, colon + 1, &hints, &found) != 0) {
        return error_new(arena, ERROR_BAD_INPUT, "--listen takes ADDRESS:PORT, not %s", listen_on);
    }
    struct sockaddr_storage storage = {0};
    socklen_t size = found->ai_addrlen;
    memcpy(&storage, found->ai_addr, size);
    freeaddrinfo(found);
    struct sockaddr address;
    memcpy(&address, &storage, sizeof address);
    TRY(check_front(arena, options, (const struct sockaddr *)(const void *)&storage));
    int fd = socket(address.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return error_new(arena, ERROR_IO, "%s: %s", listen_on, strerrordesc_np(errno));
    }
    int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, (const struct sockaddr *)(const void *)&storage, size) != 0 || listen(fd, BACKLOG) != 0 ||
        getsockname(fd, (struct sockaddr *)(void *)&storage, &size) != 0) {
        const struct error *error = error_new(arena, ERROR_IO, "%s: %s", listen_on, strerrordesc_np(errno));
        close(fd);
        return error;
    }
    char text[INET6_ADDRSTRLEN] = "";
    char service[8] = "";
    must(getnameinfo((const struct sockaddr *)(const void *)&storage, size, text, sizeof text, service,
                     sizeof service, NI_NUMERICHOST | NI_NUMERICSERV) == 0);
    *ret_address = arena_printf(arena, address.sa_family == AF_INET6 ? "[%s]:%s" : "%s:%s", text, service);
    *ret_socket = fd;
    return NULL;
}
