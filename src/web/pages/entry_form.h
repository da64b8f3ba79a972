/*
 * The form of one entry on a case, made from its declaration: to record it, to correct it, or to change the
 * child's details. It keeps what was typed through every fault.
 */
#ifndef WM_WEB_PAGES_ENTRY_FORM_H
#define WM_WEB_PAGES_ENTRY_FORM_H

#include "web/pages/case_frame.h"

struct entry_form {
    const struct case_frame *frame;
    const struct entry_type *type;
    struct typed typed;
    const struct value *values; /* what of it could be read */
    struct moment occurred;
    const struct error *faults;
    uint64_t seq;                     /* of the case when the form was begun */
    const char *draft;                /* id, or "" */
    const struct entry *const *since; /* recorded by others meanwhile */
    size_t since_count;
};

/* Reads what was typed; faults in form->faults. `on` is now, for questions that depend on the child's age. */
void entry_form_read(struct request *request, struct entry_form *form);
/* The fields of the form: occurred_at first, then the pages. */
void entry_form_fields(struct ui *ui, const struct entry_form *form);
/* Hidden: one-time id, sequence, draft. */
void entry_form_hidden(struct ui *ui, const struct entry_form *form);
/* What others recorded since the form was begun, for the page of a conflict. */
void entry_form_since(struct ui *ui, const struct entry_form *form);
uint64_t entry_form_seq(const struct request *request);
/* Keeps what was typed under the author's drafts; the id, "" when it could not be kept. */
const char *entry_form_keep(struct request *request, const struct entry_form *form, const char *kind);
/* The status for a fault that keeps the form on the page; 0 when the error is for the error page. */
int entry_form_status(const struct error *error);

#endif
