/*
 * What somebody typed is not lost because a session ended or a token was wrong: it is carried through signing
 * in, shown, and sent again when they say so.
 */
#ifndef WM_WEB_PAGES_KEEP_H
#define WM_WEB_PAGES_KEEP_H

#include "web/pages/ui.h"

/* Whether a path may be gone to: of this site, and of plain characters only; what is asked of it after '?'
 * may be percent-encoded. */
bool path_is_ours(const char *path);
/* The page that was asked for, with what was asked of it; NULL when it may not be gone to. */
const char *path_asked(const struct request *request);
/* Where somebody who signs in or confirms was going; NULL when it may not be gone to. */
const char *path_next(const struct request *request);
/* `path`, with where it is to go on to (NULL: nowhere else). */
const char *path_with_next(const struct request *request, const char *path, const char *next);
/* The form of this request, or the one that it carries through a page of signing in or confirming; false when
 * there is none of ours whose content may be shown again. */
bool keep_of(const struct request *request, const char **ret_path, struct typed *ret_typed);
/* Hidden fields that carry it through the sign-in page. */
void keep_carry(struct ui *ui, const char *path, struct typed kept);
/* The same from page to page, with where they were going, until the session begins. */
void keep_along(struct ui *ui);
/* The form that was carried so; false when there was none. */
bool keep_read(const struct request *request, const char **ret_path, struct typed *ret_typed);
/* The button that sends it where it was going, for who has signed in in another tab meanwhile. */
void keep_go_on(struct ui *ui, const char *path, struct typed kept);
/* Part of a page that shows it and asks to send it again, with the token of the session now; and a page of
 * that alone. */
void keep_show(struct ui *ui, const char *path, struct typed typed);
void keep_page(struct request *request, const char *path, struct typed typed, struct reply *reply);
/* Part of a page: the form to send again, as the same one (nothing of it was saved). */
void keep_again(struct ui *ui, const char *path, struct typed typed);

#endif
