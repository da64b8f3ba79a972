/*
 * Where one request ends and the next begins, decided by a strict reading of RFC 9112 before libmicrohttpd
 * sees a byte: it takes bare line feeds and carriage returns for line ends, folds lines, overlooks NULs and
 * picks one of two lengths, and whoever stands before it may pick the other. What is not plain is refused,
 * never repaired.
 *
 * Takes: METHOD SP /target SP HTTP/1.0 or 1.1, lines that end with CR LF, header names that are tokens, no
 * folding, no control characters, one Host (1.1), at most one Content-Length of digits or one
 * Transfer-Encoding: chunked, chunks without extensions and trailers, and each of the headers that decide
 * something once. Pure.
 */
#ifndef WM_WEB_FRAMING_H
#define WM_WEB_FRAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAMING_NAME = 32, FRAMING_VALUE = 24 };

struct framing {
    int state;
    uint64_t left; /* of the body, or of a chunk */
    uint64_t length;
    uint32_t seen; /* headers that may come once */
    uint32_t at;   /* in the word that is read */
    uint32_t name_size;
    char name[FRAMING_NAME]; /* in lower case; longer names are none of ours */
    char value[FRAMING_VALUE];
    bool one_dot_one;
    bool chunked;
    bool refused;
    uint64_t requests; /* read to their end */
};

void framing_init(struct framing *framing);
/* The next bytes, in pieces of any size. False from the first byte on that does not belong. */
bool framing_take(struct framing *framing, const void *bytes, size_t size);
/* True between two requests. */
bool framing_between(const struct framing *framing);
/* True from the first byte of a request to the end of its headers. */
bool framing_in_head(const struct framing *framing);

#endif
