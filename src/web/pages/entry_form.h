/*
 * The form of one entry on a case, made from its declaration: to record it, to correct it, or to change the
 * child's details. It keeps what was typed through every fault.
 */
#ifndef WM_WEB_PAGES_ENTRY_FORM_H
#define WM_WEB_PAGES_ENTRY_FORM_H

#include "web/pages/case_frame.h"
#include "web/pages/unasked.h"

struct entry_form {
    const struct case_frame *frame;
    const struct entry_type *type;
    struct typed typed;
    const struct value *values; /* what of it could be read, of the questions that are asked */
    struct unasked unasked;
    struct moment occurred; /* as it was typed, else now */
    bool is_dated;          /* it was typed */
    const struct error *faults;
    const struct screen *screen;      /* whose questions are asked in place of its lines; NULL: none */
    bool scored;                      /* what they come to is shown */
    uint64_t seq;                     /* of the case when the form was begun */
    const char *draft;                /* id, or "" */
    bool kept;                        /* the draft is what is on the page */
    bool edits;                       /* it changes what stands: its draft knows what it was begun on */
    bool gone;                        /* one was asked for that the reader does not have */
    const struct entry *const *since; /* recorded by others meanwhile */
    size_t since_count;
};

/* Reads what was typed; faults in form->faults. `on` is now, for questions that depend on the child's age. */
void entry_form_read(struct request *request, struct entry_form *form);
/* For a new entry: what the form asks of whoever fills it in, beyond what every entry must have, is added to
 * form->faults; and a time that was left as it stood becomes the moment the form was opened. */
void entry_form_ask(struct request *request, struct entry_form *form);
/* A time that was left as it stood is the moment the form was opened. */
void entry_form_sharpen(const struct request *request, const struct pack *pack, struct moment *moment);
/* The fields of the form: occurred_at first, then the pages. */
void entry_form_fields(struct ui *ui, const struct entry_form *form);
/* Who may read it besides whom its type says, for the author to close it further; and what they chose, as
 * act_entry_record takes it. */
void entry_form_labels(struct ui *ui, const struct entry_form *form);
const char *entry_form_labels_of(struct request *request);
/* Hidden: one-time id, sequence, draft. */
void entry_form_hidden(struct ui *ui, const struct entry_form *form);
/* What came between: others recorded since the form was begun, or its draft is gone. */
void entry_form_meanwhile(struct ui *ui, const struct entry_form *form);
uint64_t entry_form_seq(const struct request *request);
/* Keeps what was typed under the author's drafts, and sets the draft of the form; false when it could not be
 * kept, and an earlier draft stays what it was. */
bool entry_form_keep(struct request *request, struct entry_form *form, const char *kind);
/* Where what was kept of the form at `path` stands, for ui_draft_form. */
const char *entry_form_again(struct ui *ui, const struct entry_form *form, const char *path);
/* What the script is told that keeps a form while somebody types. */
void entry_form_kept_reply(struct reply *reply, const struct entry_form *form, bool kept);
/* The same for a form that is not where entries of its kind are recorded: the draft remembers its `path`. */
bool entry_form_keep_at(struct request *request, struct entry_form *form, const char *kind, const char *path);
/* Where ?draft= names a draft of this kind, form->draft and form->typed are of it. `path`: the draft has to
 * be of that form; NULL: of the form of its kind. One that the reader does not have is noted in form->gone.
 */
const struct error *entry_form_draft(struct request *request, const char *kind, const char *path,
                                     struct entry_form *form, bool *ret_found) MUST_CHECK;
/* Where the form of a draft stands when it remembers its path; NULL: by its kind. */
const char *entry_form_place(struct typed draft);
/* Answers `_go` = "keep" or "save": true when the reply says so, and the form is not to be read further. */
bool entry_form_kept(struct request *request, struct entry_form *form, const char *kind, const char *path,
                     struct reply *reply);
/* The status for a fault that keeps the form on the page; 0 when the error is for the error page. */
int entry_form_status(const struct error *error);

#endif
