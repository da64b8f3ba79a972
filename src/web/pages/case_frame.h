/* What every page of a case begins with: whose it is, what stands out, the tabs, and the day it is shown as
 * of. */
#ifndef WM_WEB_PAGES_CASE_FRAME_H
#define WM_WEB_PAGES_CASE_FRAME_H

#include "web/pages/ui.h"

struct case_frame {
    const struct case_view *view;
    const char *path;  /* "/cases/REFERENCE" */
    const char *as_of; /* "2026-03-12", as asked for; NULL: now */
};

/* Reads the case of {ref}, as it stood at the end of the day in ?as_of. */
const struct error *case_frame_read(struct request *request, struct case_frame *ret_frame) MUST_CHECK;
/* `tab`: "", "chronology", "plan", "meetings", "people", "looks"; NULL: no tabs, a page beneath. */
struct ui *case_frame_begin(struct request *request, const struct case_frame *frame, const char *title,
                            const char *tab);
/* A path of the case that keeps the day: case_frame_path(ui, frame, "/plan"). */
const char *case_frame_path(struct ui *ui, const struct case_frame *frame, const char *below);
const char *case_entry_path(struct ui *ui, const struct case_frame *frame, const struct known *known);
/* The same, and from there back to the chronology, filtered as this page was asked for. */
const char *case_listed_entry_path(struct ui *ui, const struct case_frame *frame, const struct known *known);
/* Where to record what meets a duty, with what is known of it; NULL when this role may not. */
const char *case_meeting_path(struct ui *ui, const struct case_frame *frame, const struct duty *duty,
                              const char **ret_verb);

bool case_duty_unmet(const struct duty *duty); /* open or overdue */
/* With what it is kept apart by, where it is. */
const char *case_duty_title(struct ui *ui, const struct duty *duty);
/* What the entry of ?done=SEQ brought about, just recorded; nothing without one. */
void case_outcome_write(struct ui *ui, const struct case_frame *frame);

/* Progress over time of each part of the exit strategy, and direct work; nothing when there is none. */
void case_progress_write(struct ui *ui, const struct case_frame *frame);

/* Somebody who is there for the child. */
struct helper {
    const char *kind; /* code */
    const char *title;
    const char *name;
    const char *agency; /* title; NULL for none */
    const char *phone;  /* NULL for none */
};
size_t case_helpers(struct ui *ui, const struct case_view *view, const struct helper **ret_helpers);
/* Writes them under a heading; nothing when there are none. */
void case_helpers_write(struct ui *ui, const struct case_view *view);

#endif
