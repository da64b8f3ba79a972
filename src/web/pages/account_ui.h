/* What the pages of accounts share. */
#ifndef WM_WEB_PAGES_ACCOUNT_UI_H
#define WM_WEB_PAGES_ACCOUNT_UI_H

#include "web/pages/ui.h"

const char *account_path(struct arena *arena, const char *username);
/* "In use" with the tone of its tag. */
struct ui_tag account_tag(enum account_state state);
/* "October to December 2026" of "2026-Q4". */
const char *account_quarter(struct arena *arena, const char *quarter);
/* "Never", or the day. */
const char *account_day(struct ui *ui, struct instant at);
/* The same, for a sortable column. */
struct ui_cell account_day_cell(struct ui *ui, struct instant at, const char *none);
/* Menus of what the actor may give; `chosen` NULL: what was typed. */
void account_role_field(struct ui *ui, const char *chosen);
void account_agency_field(struct ui *ui, const char *chosen);
/* What was typed, or how it is. */
const char *account_typed(struct ui *ui, const char *name, const char *otherwise);
/* The link or the code that the new holder needs, shown once. */
void account_invitation(struct ui *ui, const char *username, const struct invitation *invitation);
/* A date of a form as the end of that day; *ret_at 0: none was typed. */
const struct error *account_date(struct ui *ui, const char *name, const char *label,
                                 struct instant *ret_at) MUST_CHECK;
/* A refusal that belongs on the page (a rule of keeping accounts) as a fault of it; else NULL. */
const struct error *account_fault(struct ui *ui, const struct error *error);

#endif
