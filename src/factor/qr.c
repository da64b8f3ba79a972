#include "factor/qr.h"

#include "seal/seal.h"

#include <qrencode.h>

const struct error *qr_make(struct arena *arena, const char *text, struct qr *ret_qr)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (code == NULL) {
        return error_of(ERROR_TOO_LARGE);
    }
    size_t size = (size_t)code->width * (size_t)code->width;
    uint8_t squares[177 * 177]; /* the largest there is */
    for (size_t i = 0; i < size && i < sizeof squares; i++) {
        squares[i] = code->data[i] & 1;
    }
    int width = code->width;
    secret_wipe(code->data, size); /* it may be a secret that is shown */
    QRcode_free(code);
    uint8_t *kept = arena_alloc(arena, size);
    for (size_t i = 0; i < size; i++) {
        kept[i] = squares[i];
    }
    secret_wipe(squares, sizeof squares);
    *ret_qr = (struct qr){width, kept};
    return NULL;
}
