/* What the pages of requests share. */
#ifndef WM_WEB_PAGES_REQUESTS_H
#define WM_WEB_PAGES_REQUESTS_H

#include "act/request.h"
#include "web/pages/ui.h"
#include "web/request_words.h"

extern const char requests_section[];
const char *request_path(struct arena *arena, struct id id);
const struct error *request_id_of(const struct request *request, struct id *ret_id) MUST_CHECK;
struct ui_cell request_state_cell(const struct request_row *row);
const char *request_as(const char *as); /* "For themselves" */

#endif
