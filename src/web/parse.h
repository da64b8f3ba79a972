/*
 * The texts of a request taken apart: percent-encoding, path, query, form, cookies. Strict: what is not
 * well-formed UTF-8 without NUL, or ends in half an escape, is refused as a whole.
 */
#ifndef WM_WEB_PARSE_H
#define WM_WEB_PARSE_H

#include "web/request.h"

/* False when an escape is incomplete or the result is not valid text. `form`: '+' is a space, and line ends
 * become a single line feed. */
bool parse_percent(struct arena *arena, const char *bytes, size_t size, bool form, const char **ret_text);
/* The target of a request line. The path begins with '/', holds no control character and no escaped slash.
 * *ret_query is what follows '?', undecoded; "" when nothing does. */
bool parse_target(struct arena *arena, const char *target, const char **ret_path, const char **ret_query);
/* "a=1&b=2" of at most `limit` pairs. */
bool parse_pairs(struct arena *arena, const char *bytes, size_t size, size_t limit,
                 const struct pair **ret_pairs, size_t *ret_count);
/* The value of a cookie in a Cookie header, as it stands there; NULL when there is none. */
const char *parse_cookie(struct arena *arena, const char *header, const char *name);
/* Whether a Content-Type header names this media type, with or without parameters. */
bool parse_is_type(const char *header, const char *type);
/* The same encoding the other way, for a path segment or a query value. */
const char *percent_encode(struct arena *arena, const char *text);

#endif
