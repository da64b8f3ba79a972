/* The page of a case that its reader does not get: why, whom to ask, and where a reason opens it, the form.
 */
#ifndef WM_WEB_PAGES_GLASS_H
#define WM_WEB_PAGES_GLASS_H

#include "web/pages/ui.h"

/* In place of the page of the case that was asked for ({ref} of the route). */
void glass_page(struct request *request, struct reply *reply);

/* A cell with the review of a line of the book, or the way to it; `line` the text of its id. */
struct ui_cell glass_review_cell(struct ui *ui, const struct review_view *review, const char *line);

#endif
