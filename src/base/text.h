/*
 * Text is `const char *`, valid UTF-8 without NUL; proved so where it enters the program, by these functions.
 */
#ifndef WM_BASE_TEXT_H
#define WM_BASE_TEXT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True when the bytes are UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF) and hold no NUL.
 */
bool text_is_valid(const void *bytes, size_t size);
bool text_equal(const char *a, const char *b); /* NULL equals only NULL */
bool text_is_blank(const char *text);          /* NULL, empty, or white space only */
bool text_starts_with(const char *text, const char *prefix);
/* Without white space at both ends; in the arena only when something was cut. */
const char *text_trim(struct arena *arena, const char *text);
/* Code points, not bytes. */
size_t text_length(const char *text);
/* Two lower-case hexadecimal digits a byte. */
const char *text_hex(struct arena *arena, const uint8_t *bytes, size_t size);
/* A whole number in [min, max]: digits with an optional '-', nothing else. */
bool number_parse(const char *text, int64_t min, int64_t max, int64_t *ret_number);
enum { NUMBER_TEXT = 21 };
/* In decimal, with a NUL that does not count; how long it is. */
size_t number_write(int64_t number, char ret_text[static NUMBER_TEXT]);

#endif
