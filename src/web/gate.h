/*
 * The gate before libmicrohttpd: every byte it receives passes here first. A connection whose framing is not
 * plain (framing.h) gets 400 and is closed, and libmicrohttpd never sees the bytes that were wrong; one that
 * is too slow, in its headers, its body or in taking its answer, is closed by its age; when most places are
 * taken, patience is short. Also tells how long a request lay in the kernel, so that who cannot be served in
 * time is told so at once (docs/decisions/0021).
 *
 * libmicrohttpd has no such hook, so this defines the `recv` that it calls, and for TLS the
 * `gnutls_record_recv`, where the bytes are plain again. gate_saw() proves it at each
 * request: if it were ever linked past the gate, nothing would be answered.
 */
#ifndef WM_WEB_GATE_H
#define WM_WEB_GATE_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct gate;

struct gate_limits {
    unsigned connections;
    unsigned head_seconds; /* for the headers of a request, from its first byte */
    unsigned body_seconds; /* for a whole request */
    unsigned send_seconds; /* for taking an answer */
    unsigned idle_seconds; /* between two requests, and for a TLS handshake */
    bool tls;              /* what comes from the network is not HTTP yet */
};

/* Lives in the arena; `refusal` is the whole answer to what is not plain HTTP, as it goes over the wire. */
const struct error *gate_new(struct arena *arena, const struct gate_limits *limits, const char *refusal,
                             struct gate **ret_gate) MUST_CHECK;
/* After the last connection is closed. */
void gate_free(struct gate *gate);

/* A connection of libmicrohttpd begins and ends. False: no more descriptors than the gate has room for. */
bool gate_open(struct gate *gate, int fd) MUST_CHECK;
void gate_close(struct gate *gate, int fd);
/* True when the headers of a request on it have passed the gate. */
bool gate_saw(struct gate *gate, int fd) MUST_CHECK;
/* An answer was handed over for sending; it was sent whole. */
void gate_answering(struct gate *gate, int fd);
void gate_answered(struct gate *gate, int fd);
/* Milliseconds that the last bytes of it lay in the kernel before they were read; 0 when not known, and when
 * so few are connected that not they but the machine was what it waited for: it is served all the same. */
int64_t gate_waited_ms(struct gate *gate, int fd);

#endif
