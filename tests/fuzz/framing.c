/*
 * The gate's reading of HTTP: the same however the bytes are cut, and never past what the other side said.
 * The first byte says where to cut.
 */
#include "fuzz.h"

#include "web/framing.h"

void fuzz_begin(void)
{
}

void fuzz_one(struct arena *arena, const uint8_t *bytes, size_t size)
{
    if (size == 0) {
        return;
    }
    size_t step = (size_t)bytes[0] + 1;
    const uint8_t *text = (const uint8_t *)arena_copy_n(arena, bytes + 1, size - 1);
    size--;
    struct framing whole;
    struct framing pieces;
    framing_init(&whole);
    framing_init(&pieces);
    bool good = framing_take(&whole, text, size);
    bool same = true;
    for (size_t at = 0; at < size; at += step) {
        same = framing_take(&pieces, text + at, size - at < step ? size - at : step);
    }
    must(size == 0 || (good == same && whole.requests == pieces.requests && whole.state == pieces.state));
    if (good) {
        /* in what was taken as a head there is no byte that two readers could take differently */
        must(memchr(text, '\0', framing_in_head(&whole) && whole.requests == 0 ? size : 0) == NULL);
    }
    if (!good) {
        must(!framing_take(&whole, "GET / HTTP/1.0\r\n\r\n", 18) && !framing_between(&whole));
    }
}
