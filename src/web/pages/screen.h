/*
 * A screening tool on its form, on its entry and on the case. What a screen came to is always shown with what
 * the professional sees beside it, and with the questions that were not answered.
 */
#ifndef WM_WEB_PAGES_SCREEN_H
#define WM_WEB_PAGES_SCREEN_H

#include "record/screen.h"
#include "web/pages/entry_form.h"

/* The screen that a form was opened for: what was typed names it, else the first that is offered. NULL where
 * the type keeps no screens, the pack has none, or another tool was asked for. */
const struct screen *screen_of_form(const struct pack *pack, const struct entry_type *type,
                                    struct typed typed);
/* What was typed with the answers of the questions as the lines that are kept. */
struct typed screen_form_typed(struct arena *arena, const struct screen *screen, struct typed typed);
/* What is missing in the questions themselves. */
const struct error *screen_form_faults(struct arena *arena, const struct screen *screen, struct typed typed);
/* The questions, what they come to when it was asked for, and the judgement beside it. */
void screen_form_fields(struct ui *ui, const struct entry_form *form);

/* Every question of a screen with its answer, and what it came to, beneath its entry. */
void screen_entry_write(struct ui *ui, const struct known *known);
/* How the screens of a case went over time, drawn and as a table; nothing when there is none. */
void case_screens_write(struct ui *ui, const struct case_frame *frame);

#endif
