/*
 * Bytes as text that browsers use for passkeys: base64url without padding (RFC 4648, section 5). One text for
 * the same bytes: padding, other signs and bits left over are refused.
 */
#ifndef WM_FACTOR_BASE64URL_H
#define WM_FACTOR_BASE64URL_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    const uint8_t *at;
    size_t size;
};

bool bytes_equal(struct bytes a, struct bytes b);
/* False: not base64url, or of more than `most` bytes. */
bool base64url_read(struct arena *arena, const char *text, size_t most, struct bytes *ret_bytes);
const char *base64url_write(struct arena *arena, struct bytes bytes);

#endif
