/*
 * What every fuzz target is made of. A target is one function that is fed any bytes; main.c gives it an arena
 * of its own each time, and comes back when memory runs out in it, as the server does. What must hold is
 * said with must().
 */
#ifndef WM_TEST_FUZZ_H
#define WM_TEST_FUZZ_H

#include "base/arena.h"
#include "base/must.h"
#include "base/text.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Once, before the first input. */
void fuzz_begin(void);
void fuzz_one(struct arena *arena, const uint8_t *bytes, size_t size);

/* The input as text of the program: NULL when it is none. */
static inline const char *fuzz_text(struct arena *arena, const uint8_t *bytes, size_t size)
{
    return text_is_valid(bytes, size) ? arena_copy_n(arena, bytes, size) : NULL;
}

/* Takes the next line (without its line feed) off the input. */
static inline const char *fuzz_line(struct arena *arena, const uint8_t **bytes, size_t *size)
{
    const uint8_t *end = memchr(*bytes, '\n', *size);
    size_t length = end == NULL ? *size : (size_t)(end - *bytes);
    const char *line = arena_copy_n(arena, *bytes, length);
    size_t taken = length + (end != NULL);
    *bytes += taken;
    *size -= taken;
    return line;
}

#endif
