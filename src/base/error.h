/*
 * Errors. A function that can fail returns `const struct error *`, NULL for success, and must be checked.
 * Each kind has one row in the table of error.c: its HTTP status and its sentence for the user. `detail`
 * names the thing that was wrong (a field, a file and line); it never holds personal data unless it answers
 * the person who typed it, and is never logged.
 */
#ifndef WM_BASE_ERROR_H
#define WM_BASE_ERROR_H

#include "base/arena.h"

enum error_code {
    ERROR_NONE,
    ERROR_BAD_INPUT,     /* 400: not of the form asked for */
    ERROR_NOT_SIGNED_IN, /* 401 */
    ERROR_NOT_ALLOWED,   /* 403 */
    ERROR_PROVE_AGAIN,   /* 403: first show again who you are: it is too long ago for what is asked */
    ERROR_NEEDS_REASON,  /* 403: not one of those who work on it: a reason opens it for a time */
    ERROR_NOT_FOUND,     /* 404 */
    ERROR_METHOD,        /* 405: there is something here, but it is not done that way */
    ERROR_CONFLICT,      /* 409: somebody else wrote first */
    ERROR_EXISTS,        /* 409: there is one of this name already */
    ERROR_DISPOSED,      /* 410: it was here and was disposed of */
    ERROR_TOO_LARGE,     /* 413 */
    ERROR_MEDIA,         /* 415: not a content type this takes */
    ERROR_INVALID,       /* 422: understood, but the rules of the pack refuse it */
    ERROR_TOO_MANY,      /* 429: slow down */
    ERROR_BROKEN_SEAL,   /* 500: a sealed body or a chain does not verify */
    ERROR_KEY,           /* 500: a key is missing, wrong or readable by others */
    ERROR_STORE,         /* 500: the database refused */
    ERROR_FULL,          /* 507: no room on the disk; nothing was saved */
    ERROR_PACK,          /* 500: the procedure pack has a fault */
    ERROR_IO,            /* 500: a file could not be read or written */
    ERROR_BUSY,          /* 503: over capacity, or out of memory for this request */
    ERROR_CODES
};

struct error {
    enum error_code code;
    int http_status;
    const char *name;         /* kebab-case, stable: the last part of the problem type in the API */
    const char *sentence;     /* for the user */
    const char *detail;       /* names the thing; NULL when there is nothing to add */
    const char *field;        /* the field it belongs to; NULL when it is about the whole */
    const char *paragraph;    /* of the procedure, that asks for what is missing; NULL for none */
    const struct error *next; /* further faults of the same act (one per field); NULL at the end */
};

#define MUST_CHECK __attribute__((warn_unused_result))

/* The row of the table, without detail. Never NULL. */
const struct error *error_of(enum error_code code);
/* The row with a detail, in the arena. */
const struct error *error_new(struct arena *arena, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for one field, put in front of `next` (which may be NULL). */
const struct error *error_field(struct arena *arena, enum error_code code, const char *field,
                                const struct error *next, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* The same error with the paragraph of the procedure that asks for it. */
const struct error *error_asked_by(struct arena *arena, const struct error *error, const char *paragraph);
/* "sentence: detail", for the command line. */
const char *error_text(struct arena *arena, const struct error *error);

/* return early with an error; `expression` is evaluated once */
#define TRY(expression)                                                                                      \
    do {                                                                                                     \
        const struct error *try_error = (expression);                                                        \
        if (try_error != NULL) {                                                                             \
            return try_error;                                                                                \
        }                                                                                                    \
    } while (0)

#endif
