/*
 * Where a list goes on. A cursor is the key of the last row that was looked at, which may be one that its
 * reader must not know of, so it is sealed: as text, only characters that may stand in a query. What was not
 * handed out for that list opens no more than what is too old.
 */
#ifndef WM_STORE_CURSOR_H
#define WM_STORE_CURSOR_H

#include "store/store.h"

/* `list`: at most 15 small letters, another for each list. `plain`: at most 400 bytes. */
const struct error *cursor_seal(struct store_reader *reader, struct arena *arena, const char *list,
                                struct instant now, const char *plain, const char **ret_text) MUST_CHECK;
/* NULL in *ret_plain where it is none. */
const struct error *cursor_open(struct store_reader *reader, struct arena *arena, const char *list,
                                const char *text, const char **ret_plain) MUST_CHECK;
/* The next part of it, up to a dot; "" where there is none. */
const char *cursor_part(struct arena *arena, const char **text);
const struct error *cursor_fault(struct arena *arena);

#endif
