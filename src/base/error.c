#include "base/error.h"

#include "base/must.h"

#include <stdarg.h>

#define ROW(which, status, kebab, text)                                                                      \
    [which] = {.code = (which), .http_status = (status), .name = (kebab), .sentence = (text)}
static const struct error rows[ERROR_CODES] = {
    ROW(ERROR_NONE, 200, "none", ""),
    ROW(ERROR_BAD_INPUT, 400, "bad-input", "This could not be read"),
    ROW(ERROR_NOT_SIGNED_IN, 401, "not-signed-in", "Sign in to continue"),
    ROW(ERROR_NOT_ALLOWED, 403, "not-allowed", "Your role does not allow this"),
    ROW(ERROR_NEEDS_REASON, 403, "needs-reason", "You are not one of those who work on this case"),
    ROW(ERROR_PROVE_AGAIN, 403, "prove-again", "Show again who you are, then go on"),
    ROW(ERROR_NOT_FOUND, 404, "not-found", "There is nothing here that you may see"),
    ROW(ERROR_METHOD, 405, "method", "This is not done that way"),
    ROW(ERROR_CONFLICT, 409, "conflict", "Somebody else wrote first"),
    ROW(ERROR_EXISTS, 409, "exists", "There is one of this name already"),
    ROW(ERROR_DISPOSED, 410, "disposed", "This record was disposed of"),
    ROW(ERROR_TOO_LARGE, 413, "too-large", "This is larger than the server takes"),
    ROW(ERROR_MEDIA, 415, "media-type", "This content type is not taken here"),
    ROW(ERROR_INVALID, 422, "invalid", "There is a problem with what was entered"),
    ROW(ERROR_TOO_MANY, 429, "too-many", "Too many tries: wait a little and try again"),
    ROW(ERROR_BROKEN_SEAL, 500, "broken-seal", "A stored record does not verify"),
    ROW(ERROR_KEY, 500, "key", "A key is missing or wrong"),
    ROW(ERROR_STORE, 500, "store", "The store refused"),
    ROW(ERROR_FULL, 507, "full", "There is no room left to save; nothing was saved"),
    ROW(ERROR_PACK, 500, "pack", "The procedure pack has a fault"),
    ROW(ERROR_IO, 500, "io", "A file could not be read or written"),
    ROW(ERROR_BUSY, 503, "busy", "The server is busy: try again in a moment"),
};
#undef ROW

const struct error *error_of(enum error_code code)
{
    must(code > ERROR_NONE && code < ERROR_CODES);
    return &rows[code];
}

__attribute__((format(printf, 3, 0))) static struct error *
error_make(struct arena *arena, enum error_code code, const char *format, va_list args)
{
    struct error *error = arena_one(arena, struct error);
    *error = *error_of(code);
    error->detail = arena_vprintf(arena, format, args);
    return error;
}

const struct error *error_new(struct arena *arena, enum error_code code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct error *error = error_make(arena, code, format, args);
    va_end(args);
    return error;
}

const struct error *error_field(struct arena *arena, enum error_code code, const char *field,
                                const struct error *next, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct error *error = error_make(arena, code, format, args);
    va_end(args);
    error->field = field;
    error->next = next;
    return error;
}

const struct error *error_asked_by(struct arena *arena, const struct error *error, const char *paragraph)
{
    struct error *copy = arena_one(arena, struct error);
    *copy = *error;
    copy->paragraph = paragraph;
    return copy;
}

const char *error_text(struct arena *arena, const struct error *error)
{
    return error->detail == NULL ? error->sentence
                                 : arena_printf(arena, "%s: %s", error->sentence, error->detail);
}
