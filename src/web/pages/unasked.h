/*
 * Answers that were typed to questions which, after the other answers, are not asked. They are not recorded,
 * and nobody is left to find that out later: the first time a form is sent with them it comes back and says
 * which they are, with all that was typed; sent again, it is recorded without them.
 */
#ifndef WM_WEB_PAGES_UNASKED_H
#define WM_WEB_PAGES_UNASKED_H

#include "web/pages/ui.h"

struct unasked {
    const struct entry_type *type;
    const char *prefix;
    const struct value *typed; /* as form_values read them */
    const struct value *asked; /* what form_asked left of them */
    const char *why;           /* NULL: as the pack says */
};

/* NULL: there are none, or the form that was sent had said of each. */
const struct error *unasked_fault(const struct request *request, const struct unasked *of,
                                  size_t count) MUST_CHECK;
/* Within a form: which they are and why; nothing where there are none. */
void unasked_write(struct ui *ui, const struct unasked *of, size_t count);

#endif
