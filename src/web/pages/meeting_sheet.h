/*
 * A meeting as its pages see it: its kind, the children it is about (the one it was opened from first), who
 * is asked for each and what is on the agenda of each. {seq} in the path is the entry that arranged it, or
 * the code of its kind where it was not arranged here.
 *
 * Names in the forms begin with the prefix of the child, "c" + reference + "-", so that what is typed for one
 * child can never reach the record of another.
 */
#ifndef WM_WEB_PAGES_MEETING_SHEET_H
#define WM_WEB_PAGES_MEETING_SHEET_H

#include "procedure/meeting.h"
#include "web/pages/entry_form.h"

enum { MOST_CHILDREN = 20 };

struct meeting_child {
    struct case_frame frame;
    const char *prefix;
    const struct known *arranged; /* NULL: not arranged */
    const struct asked *asked;    /* those invited; where it was not arranged, those who should be */
    size_t asked_count;
    const struct agenda_item *agenda;
    size_t agenda_count;
};

struct meeting_sheet {
    const struct pack *pack;
    const struct meeting_kind *kind;
    const char *path; /* "/cases/REFERENCE/meetings/SEQ" */
    struct meeting_child children[MOST_CHILDREN];
    size_t count;
};

const struct error *meeting_sheet_read(struct request *request, struct meeting_sheet *ret_sheet) MUST_CHECK;
/* Adds a child of another case; ERROR_INVALID when there are too many or it is there already. */
const struct error *meeting_sheet_add(struct request *request, struct meeting_sheet *sheet,
                                      const char *reference) MUST_CHECK;

/* Each by name and reference. */
const char *meeting_children(struct ui *ui, const struct meeting_sheet *sheet);
/* The answer of an entry to a field by its name; a VALUE_NONE where there is none. */
const struct value *meeting_value(const struct known *known, const char *field);
/* The entry of that sequence number in the case, of that part and step; NULL when there is none. */
const struct known *meeting_known(const struct case_view *view, const char *seq, enum entry_step step);
/* The lines of what was typed, trimmed, without empty ones. */
size_t meeting_lines(struct arena *arena, const char *text, const char *const **ret_lines);
struct value meeting_texts(struct arena *arena, const char *const *texts, size_t count);

/* Everybody asked for any child, each once, and for whom: bit i is child i. */
struct attendance {
    struct asked asked;
    uint32_t children;
    const char *said;   /* what was answered to the invitation: "coming", "apologies", "" */
    const char *answer; /* what was typed, else that: "came", "absent" too */
};
/* The entry type of the answers to invitations, in a pack that has it. */
extern const char meeting_answers_type[];
/* The last answer to the invitation to a meeting of that kind: as `said`. */
const char *meeting_answer(const struct case_view *view, const struct code *kind,
                           const struct known *arranged, const char *who);
size_t meeting_attendance(struct arena *arena, const struct meeting_sheet *sheet, struct typed typed,
                          const struct attendance **ret_rows);
/* A choice for each, named so that meeting_attendance finds it again: who came, or who comes. */
void meeting_attendance_write(struct ui *ui, const struct meeting_sheet *sheet, const struct attendance *rows,
                              size_t count, bool came);

#endif
