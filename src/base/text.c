#include "base/text.h"

#include <stdint.h>
#include <string.h>

/* Bytes of the sequence at p, or 0 when it is not UTF-8 (table 3-7 of the Unicode standard). */
static size_t sequence(const unsigned char *p, size_t left)
{
    unsigned char c = p[0];
    if (c < 0x80) {
        return c == 0 ? 0 : 1;
    }
    size_t size = c >= 0xC2 && c <= 0xDF ? 2 : c >= 0xE0 && c <= 0xEF ? 3 : c >= 0xF0 && c <= 0xF4 ? 4 : 0;
    if (size == 0 || size > left) {
        return 0;
    }
    unsigned char low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
    unsigned char high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < size; i++) {
        if (p[i] < 0x80 || p[i] > 0xBF) {
            return 0;
        }
    }
    return size;
}

/* How many bytes from p on, eight at a time, are ASCII without NUL: nearly all text there is. */
static size_t plain_run(const unsigned char *p, size_t left)
{
    static const uint64_t high = 0x8080808080808080;
    static const uint64_t ones = 0x0101010101010101;
    size_t at = 0;
    while (left - at >= sizeof(uint64_t)) {
        uint64_t eight;
        memcpy(&eight, p + at, sizeof eight);
        if (((eight | (eight - ones)) & high) != 0) {
            break;
        }
        at += sizeof eight;
    }
    return at;
}

bool text_is_valid(const void *bytes, size_t size)
{
    const unsigned char *p = bytes;
    while (size > 0) {
        size_t plain = plain_run(p, size);
        p += plain;
        size -= plain;
        if (size == 0) {
            break;
        }
        size_t step = sequence(p, size);
        if (step == 0) {
            return false;
        }
        p += step;
        size -= step;
    }
    return true;
}

bool text_equal(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool text_is_blank(const char *text)
{
    if (text == NULL) {
        return true;
    }
    while (is_space(*text)) {
        text++;
    }
    return *text == '\0';
}

bool text_starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

const char *text_trim(struct arena *arena, const char *text)
{
    while (is_space(*text)) {
        text++;
    }
    size_t size = strlen(text);
    size_t kept = size;
    while (kept > 0 && is_space(text[kept - 1])) {
        kept--;
    }
    return kept == size ? text : arena_copy_n(arena, text, kept);
}

size_t text_length(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return count;
}

bool number_parse(const char *text, int64_t min, int64_t max, int64_t *ret_number)
{
    bool negative = *text == '-';
    const char *p = negative ? text + 1 : text;
    int64_t number = 0;
    if (*p == '\0') {
        return false;
    }
    for (; *p != '\0'; p++) {
        if (*p < '0' || *p > '9' || __builtin_mul_overflow(number, 10, &number) ||
            __builtin_sub_overflow(number, *p - '0', &number)) {
            return false;
        }
    }
    if (!negative && __builtin_sub_overflow(0, number, &number)) {
        return false;
    }
    if (number < min || number > max) {
        return false;
    }
    *ret_number = number;
    return true;
}

const char *text_hex(struct arena *arena, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    char *text = arena_alloc(arena, 2 * size + 1);
    for (size_t i = 0; i < size; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 0x0F];
    }
    return text;
}

size_t number_write(int64_t number, char ret_text[static NUMBER_TEXT])
{
    char digits[NUMBER_TEXT];
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    size_t count = 0;
    size_t size = 0;
    do {
        digits[count++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0) {
        ret_text[size++] = '-';
    }
    while (count > 0) {
        ret_text[size++] = digits[--count];
    }
    ret_text[size] = '\0';
    return size;
}
