#include "factor/base64url.h"

#include <string.h>

static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

bool base64url_read(struct arena *arena, const char *text, size_t most, struct bytes *ret_bytes)
{
    size_t length = strlen(text);
    size_t size = length / 4 * 3 + (length % 4 == 0 ? 0 : length % 4 - 1);
    if (length % 4 == 1 || size > most) {
        return false;
    }
    uint8_t *bytes = arena_alloc(arena, size + 1);
    size_t written = 0;
    uint32_t bits = 0;
    for (size_t i = 0; i < length; i++) {
        const char *sign = strchr(signs, text[i]);
        if (sign == NULL) {
            return false;
        }
        bits = bits << 6 | (uint32_t)(sign - signs);
        size_t held = (i % 4 + 1) * 6 - written % 3 * 8; /* bits in hand that are not written yet */
        if (held >= 8) {
            bytes[written++] = (uint8_t)(bits >> (held - 8));
        }
    }
    size_t over = length % 4 == 2 ? 4 : length % 4 == 3 ? 2 : 0;
    if ((bits & ((1u << over) - 1)) != 0) {
        return false;
    }
    *ret_bytes = (struct bytes){bytes, size};
    return true;
}

const char *base64url_write(struct arena *arena, struct bytes bytes)
{
    char *text = arena_alloc(arena, bytes.size / 3 * 4 + 5);
    size_t written = 0;
    for (size_t i = 0; i < bytes.size; i += 3) {
        size_t left = bytes.size - i;
        uint32_t three = (uint32_t)bytes.at[i] << 16 | (left > 1 ? (uint32_t)bytes.at[i + 1] << 8 : 0) |
                         (left > 2 ? bytes.at[i + 2] : 0);
        for (size_t j = 0; j < (left > 2 ? 4 : left + 1); j++) {
            text[written++] = signs[three >> (18 - 6 * j) & 63];
        }
    }
    text[written] = '\0';
    return text;
}
