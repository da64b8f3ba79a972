/*
 * A walk over CBOR as authenticators write it (CTAP2 canonical form: definite lengths only), one item at a
 * time. libcbor reads the items; nothing is allocated, so no length that is claimed can cost anything, and
 * depth is bounded.
 */
#ifndef WM_FACTOR_WALK_H
#define WM_FACTOR_WALK_H

#include "factor/base64url.h"

enum cbor_kind { CBOR_NUMBER, CBOR_BYTES, CBOR_TEXT, CBOR_LIST, CBOR_MAP, CBOR_OTHER };

struct cbor_value {
    enum cbor_kind kind;
    int64_t number;     /* CBOR_NUMBER */
    struct bytes bytes; /* CBOR_BYTES, CBOR_TEXT: within the input */
    size_t count;       /* CBOR_LIST: items; CBOR_MAP: pairs */
};

/* What is left to read. */
struct cbor_walk {
    struct bytes rest;
};

/* The next item; of a list or a map only its head. False: not CBOR, cut short, or of indefinite length. */
bool cbor_next(struct cbor_walk *walk, struct cbor_value *ret_value);
/* Past the next item with everything in it. */
bool cbor_skip(struct cbor_walk *walk);

#endif
