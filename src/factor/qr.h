/* A text as the squares of a QR code, by libqrencode. */
#ifndef WM_FACTOR_QR_H
#define WM_FACTOR_QR_H

#include "base/error.h"

#include <stdint.h>

struct qr {
    int width;             /* squares on each side, without the margin */
    const uint8_t *square; /* width * width, by rows: 1 dark, 0 light */
};

/* ERROR_TOO_LARGE when the text is too long for one. */
const struct error *qr_make(struct arena *arena, const char *text, struct qr *ret_qr) MUST_CHECK;

#endif
