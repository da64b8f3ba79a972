#include "base/id.h"

#include <string.h>

/* 31 characters, a prime, so that a weighted sum catches exchanges: without 0 O 1 I L. */
static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
enum { RADIX = 31, PAYLOAD = 9 };

bool id_equal(struct id a, struct id b)
{
    return memcmp(a.bytes, b.bytes, ID_BYTES) == 0;
}

bool id_is_zero(struct id id)
{
    static const struct id zero;
    return id_equal(id, zero);
}

void id_format(struct id id, char ret_text[static ID_TEXT])
{
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < ID_BYTES; i++) {
        ret_text[i * 2] = hex[id.bytes[i] >> 4];
        ret_text[i * 2 + 1] = hex[id.bytes[i] & 15];
    }
    ret_text[ID_TEXT - 1] = '\0';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool id_parse(const char *text, struct id *ret_id)
{
    if (strlen(text) != ID_TEXT - 1) {
        return false;
    }
    struct id id;
    for (int i = 0; i < ID_BYTES; i++) {
        int high = hex_digit(text[i * 2]);
        int low = hex_digit(text[i * 2 + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        id.bytes[i] = (uint8_t)(high << 4 | low);
    }
    *ret_id = id;
    return true;
}

static char check_character(const int values[static PAYLOAD])
{
    int sum = 0;
    for (int i = 0; i < PAYLOAD; i++) {
        sum += values[i] * (i + 2);
    }
    return alphabet[sum % RADIX];
}

struct reference reference_of(struct id id)
{
    uint64_t number = 0;
    for (int i = 0; i < 8; i++) {
        number = number << 8 | id.bytes[i];
    }
    struct reference reference = {{0}};
    int values[PAYLOAD];
    for (int i = 0; i < PAYLOAD; i++) {
        values[i] = (int)(number % RADIX);
        number /= RADIX;
        reference.text[i] = alphabet[values[i]];
    }
    reference.text[PAYLOAD] = check_character(values);
    return reference;
}

bool reference_parse(const char *text, struct reference *ret_reference)
{
    struct reference reference = {{0}};
    int values[PAYLOAD + 1];
    int count = 0;
    for (; *text != '\0'; text++) {
        char c = *text;
        if (c == ' ' || c == '-') {
            continue;
        }
        if (c >= 'a' && c <= 'z') {
            c = (char)(c - 'a' + 'A');
        }
        const char *found = strchr(alphabet, c);
        if (found == NULL || count > PAYLOAD) {
            return false;
        }
        values[count] = (int)(found - alphabet);
        reference.text[count++] = c;
    }
    if (count != PAYLOAD + 1 || check_character(values) != reference.text[PAYLOAD]) {
        return false;
    }
    *ret_reference = reference;
    return true;
}
