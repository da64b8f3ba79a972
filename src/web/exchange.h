/*
 * One request and its answer, as libmicrohttpd tells of it: taken when its request line comes, read
 * (receive.h), answered on an event loop or on a worker, sent (respond.h), and given back when its last byte
 * is gone. There is one for each connection, made at the start. Memory that runs out in one ends that request
 * with "busy" and touches no other. Only server.c and these see the inside of the server.
 */
#ifndef WM_WEB_EXCHANGE_H
#define WM_WEB_EXCHANGE_H

#include "web/server.h"
#include "web/workers.h"

#include <microhttpd.h>
#include <pthread.h>

struct gate;

/* Answers that need no memory. */
enum standing_answer { STANDING_NONE, STANDING_BUSY, STANDING_OFTEN, STANDING_STRANGE, STANDINGS };
enum exchange_state { EXCHANGE_NEW, EXCHANGE_BODY, EXCHANGE_WORKING, EXCHANGE_READY };

struct exchange {
    struct server *server;
    struct exchange *next_free;
    struct arena *arena; /* kept warm between requests */
    struct MHD_Connection *connection;
    enum exchange_state state;
    const char *target;
    const char *method;
    struct request request;
    struct reply reply;
    const struct asset *asset;
    char *body;
    size_t body_size;
    size_t body_room;
    const char *chunk;
    size_t chunk_size;
    enum standing_answer standing; /* the answer is that one */
    bool under_way;                /* counted by address */
    int64_t began;
    int fd;
    int status;
};

struct server {
    struct site site;
    struct server_limits limits;
    bool quiet;
    struct MHD_Daemon *daemon;
    struct workers *workers;
    struct gate *gate;
    const char *address;
    struct MHD_Response **files; /* by asset */
    struct MHD_Response **unchanged;
    struct MHD_Response *pages[STANDINGS];
    struct MHD_Response *problems[STANDINGS]; /* the same for the API */
    struct rates *addresses;
    bool count_loopback;
    bool count_loopback_accounts;
    struct tls *tls; /* NULL: plain */
    struct front front;
    pthread_mutex_t lock; /* of the free list */
    struct exchange *free;
    size_t warm;
};

/* One for each connection that the limits allow; they live in the arena, what they hold until exchanges_free.
 */
void exchanges_make(struct arena *arena, struct server *server);
void exchanges_free(struct server *server);

/* Runs a part of the work so that running out of memory ends this request and nothing else: false then, and
 * the answer is STANDING_BUSY. */
bool exchange_attempt(struct exchange *exchange, void (*part)(struct exchange *));
/* On a worker: answers the exchange that `item` is, and lets its connection go on. */
void exchange_work(void *item);

/* What libmicrohttpd calls; `context` is the server. */
void *exchange_on_target(void *context, const char *target, struct MHD_Connection *connection);
void exchange_on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                            enum MHD_ConnectionNotificationCode code);
enum MHD_Result exchange_on_request(void *context, struct MHD_Connection *connection, const char *url,
                                    const char *method, const char *version, const char *upload,
                                    size_t *upload_size, void **exchange_of);
void exchange_on_completed(void *context, struct MHD_Connection *connection, void **exchange_of,
                           enum MHD_RequestTerminationCode code);

#endif
