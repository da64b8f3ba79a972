/*
 * The one door. Every read and write of the record passes here, with a named actor, agency and purpose: who
 * may do it is decided here, once, and every look is logged before the answer is given. Pages, API and
 * command line are faces of the same acts. One use case a file; this header is their table of contents.
 *
 * An act needs a context: where the data is, whose arena, who acts, and what time it is. Errors come back as
 * the user should see them: ERROR_INVALID chains one fault a field, ERROR_NOT_FOUND says the same for "is not
 * there" and "is not yours to see", ERROR_CONFLICT means that somebody wrote first.
 */
#ifndef WM_ACT_ACT_H
#define WM_ACT_ACT_H

#include "act/accounts.h"
#include "act/cases.h"
#include "act/context.h"
#include "act/directory.h"
#include "act/drafts.h"
#include "act/figures.h"
#include "act/looks.h"
#include "act/notices.h"
#include "act/outside.h"
#include "act/procedures.h"
#include "act/sessions.h"
#include "act/work.h"

#endif
