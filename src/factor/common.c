#include "factor/common.h"

#include "factor/common_words.h"

#include <string.h>

enum {
    LONGEST = 256,
    WORD_LEAST = 4,
    WORD_MOST = 20,
    ROW_LEAST = 4,
    WORDS_MOST = 2,
    FILLING_MOST = 8,
    NO_WAY = 999
};

static const char *const rows[] = {
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba",
    "01234567890123456789",
    "98765432109876543210",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "poiuytrewq",
    "lkjhgfdsa",
    "mnbvcxz",
    "1qaz2wsx3edc4rfv5tgb",
    "qazwsxedcrfvtgb",
    "q1w2e3r4t5y6u7i8o9p0",
};

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_word(const char *text, size_t size)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ (uint8_t)text[i]) * 16777619u;
    }
    size_t low = 0;
    size_t high = sizeof common_words / sizeof common_words[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (common_words[middle] == hash) {
            return true;
        }
        if (common_words[middle] < hash) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}

static bool is_row(const char *text, size_t size)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && size >= ROW_LEAST; i++) {
        if (memmem(rows[i], strlen(rows[i]), text, size) != NULL) {
            return true;
        }
    }
    return false;
}

static bool is_filling(char c)
{
    return (unsigned char)c < 0x80 && !(c >= 'a' && c <= 'z');
}

/* A piece of at most a third of it, or a word of at most half, over and over; the last one may be cut. */
static bool is_repeated(const char *text, size_t size)
{
    for (size_t piece = 1; piece <= size / 2; piece++) {
        size_t i = piece;
        while (i < size && text[i] == text[i - piece]) {
            i++;
        }
        if (i == size && (piece <= size / 3 || is_word(text, piece))) {
            return true;
        }
    }
    return false;
}

/* Whether one or two words or rows, and at most so much filling, make the whole: best[words][end] is the
 * least filling with which that many words reach there. */
static bool is_made_of_few(const char *text, size_t size)
{
    int best[WORDS_MOST + 1][LONGEST + 1];
    for (int words = 0; words <= WORDS_MOST; words++) {
        for (size_t end = 0; end <= size; end++) {
            best[words][end] = words == 0 && end == 0 ? 0 : NO_WAY;
        }
    }
    for (size_t end = 1; end <= size; end++) {
        for (int words = 0; words <= WORDS_MOST; words++) {
            if (is_filling(text[end - 1]) && best[words][end - 1] + 1 < best[words][end]) {
                best[words][end] = best[words][end - 1] + 1;
            }
        }
        for (size_t piece = WORD_LEAST; piece <= WORD_MOST && piece <= end; piece++) {
            const char *at = text + end - piece;
            if (!is_word(at, piece) && !is_row(at, piece)) {
                continue;
            }
            for (int words = 1; words <= WORDS_MOST; words++) {
                if (best[words - 1][end - piece] < best[words][end]) {
                    best[words][end] = best[words - 1][end - piece];
                }
            }
        }
    }
    for (int words = 1; words <= WORDS_MOST; words++) {
        if (best[words][size] <= FILLING_MOST) {
            return true;
        }
    }
    return false;
}

bool common_password(const char *password)
{
    char text[LONGEST + 1];
    size_t size = strlen(password);
    if (size == 0 || size > LONGEST) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        text[i] = small(password[i]);
    }
    return is_word(text, size) || is_repeated(text, size) || is_made_of_few(text, size);
}
