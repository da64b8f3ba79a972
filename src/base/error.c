#include "base/error.h"

#include "base/must.h"

#include <stdarg.h>

static const struct error rows[ERROR_CODES] = {
    [ERROR_NONE] = {ERROR_NONE, 200, "none", "", NULL, NULL, NULL},
    [ERROR_BAD_INPUT] = {ERROR_BAD_INPUT, 400, "bad-input", "This could not be read", NULL, NULL, NULL},
    [ERROR_NOT_SIGNED_IN] = {ERROR_NOT_SIGNED_IN, 401, "not-signed-in", "Sign in to continue", NULL, NULL,
                             NULL},
    [ERROR_NOT_ALLOWED] = {ERROR_NOT_ALLOWED, 403, "not-allowed", "Your role does not allow this", NULL, NULL,
                           NULL},
    [ERROR_NOT_FOUND] = {ERROR_NOT_FOUND, 404, "not-found", "There is nothing here that you may see", NULL,
                         NULL, NULL},
    [ERROR_METHOD] = {ERROR_METHOD, 405, "method", "This is not done that way", NULL, NULL, NULL},
    [ERROR_CONFLICT] = {ERROR_CONFLICT, 409, "conflict", "Somebody else wrote first", NULL, NULL, NULL},
    [ERROR_EXISTS] = {ERROR_EXISTS, 409, "exists", "There is one of this name already", NULL, NULL, NULL},
    [ERROR_TOO_LARGE] = {ERROR_TOO_LARGE, 413, "too-large", "This is larger than the server takes", NULL,
                         NULL, NULL},
    [ERROR_MEDIA] = {ERROR_MEDIA, 415, "media-type", "This content type is not taken here", NULL, NULL, NULL},
    [ERROR_INVALID] = {ERROR_INVALID, 422, "invalid", "There is a problem with what was entered", NULL, NULL,
                       NULL},
    [ERROR_TOO_MANY] = {ERROR_TOO_MANY, 429, "too-many", "Too many tries: wait a little and try again", NULL,
                        NULL, NULL},
    [ERROR_BROKEN_SEAL] = {ERROR_BROKEN_SEAL, 500, "broken-seal", "A stored record does not verify", NULL,
                           NULL, NULL},
    [ERROR_KEY] = {ERROR_KEY, 500, "key", "A key is missing or wrong", NULL, NULL, NULL},
    [ERROR_STORE] = {ERROR_STORE, 500, "store", "The store refused", NULL, NULL, NULL},
    [ERROR_FULL] = {ERROR_FULL, 507, "full", "There is no room left to save; nothing was saved", NULL, NULL,
                    NULL},
    [ERROR_PACK] = {ERROR_PACK, 500, "pack", "The procedure pack has a fault", NULL, NULL, NULL},
    [ERROR_IO] = {ERROR_IO, 500, "io", "A file could not be read or written", NULL, NULL, NULL},
    [ERROR_BUSY] = {ERROR_BUSY, 503, "busy", "The server is busy: try again in a moment", NULL, NULL, NULL},
};

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

const char *error_text(struct arena *arena, const struct error *error)
{
    return error->detail == NULL ? error->sentence
                                 : arena_printf(arena, "%s: %s", error->sentence, error->detail);
}
