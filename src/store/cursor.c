#include "store/cursor.h"

#include "base/text.h"
#include "store/db.h"

#include <string.h>

const struct error *cursor_seal(struct store_reader *reader, struct arena *arena, const char *list,
                                struct instant now, const char *plain, const char **ret_text)
{
    const struct note_place place = {.purpose = list};
    const uint8_t *sealed;
    size_t size;
    TRY(note_seal(arena, store_keyring(reader->store), &place, now, plain, strlen(plain), &sealed, &size));
    *ret_text = text_hex(arena, sealed, size);
    return NULL;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

const struct error *cursor_open(struct store_reader *reader, struct arena *arena, const char *list,
                                const char *text, const char **ret_plain)
{
    enum { MOST = 500 };
    const struct note_place place = {.purpose = list};
    const void *plain;
    size_t size = strlen(text) / 2;
    uint8_t sealed[MOST];
    *ret_plain = NULL;
    for (size_t i = 0; i < size && size <= MOST; i++) {
        int high = hex_digit(text[2 * i]);
        int low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return NULL;
        }
        sealed[i] = (uint8_t)(high * 16 + low);
    }
    if (size < NOTE_OVERHEAD || size > MOST || strlen(text) % 2 != 0) {
        return NULL;
    }
    const struct error *error =
        note_open(arena, store_keyring(reader->store), &place, sealed, size, &plain, &size);
    if (error != NULL) {
        return error->code == ERROR_BROKEN_SEAL ? NULL : error;
    }
    *ret_plain = arena_copy_n(arena, plain, size);
    return NULL;
}

const char *cursor_part(struct arena *arena, const char **text)
{
    const char *dot = strchr(*text, '.');
    if (dot == NULL) {
        return "";
    }
    const char *part = arena_copy_n(arena, *text, (size_t)(dot - *text));
    *text = dot + 1;
    return part;
}

const struct error *cursor_fault(struct arena *arena)
{
    return error_field(arena, ERROR_BAD_INPUT, "cursor", NULL, "is not one that was handed out as \"next\"");
}
