/*
 * Ids. A record, an entry, an account has a random 128-bit id, made without coordination. People see a
 * reference: ten characters of an alphabet without look-alikes, the last one a check character that catches
 * every single wrong character and every exchange of two neighbours.
 */
#ifndef WM_BASE_ID_H
#define WM_BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

enum { ID_BYTES = 16, ID_TEXT = 33, REFERENCE_TEXT = 11 };

struct id {
    uint8_t bytes[ID_BYTES];
};

struct reference {
    char text[REFERENCE_TEXT];
};

bool id_equal(struct id a, struct id b);
bool id_is_zero(struct id id);
void id_format(struct id id, char ret_text[static ID_TEXT]); /* 32 lower-case hexadecimal digits */
bool id_parse(const char *text, struct id *ret_id);

/* The reference of a record follows from its id, so it needs no table of its own. */
struct reference reference_of(struct id id);
/* Upper and lower case, with or without spaces and hyphens. False when a character or the check is wrong. */
bool reference_parse(const char *text, struct reference *ret_reference);

#endif
