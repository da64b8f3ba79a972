/* Drafts (draft.c): what somebody has begun to type. Never entries. */
#ifndef WM_ACT_DRAFTS_H
#define WM_ACT_DRAFTS_H

#include "act/context.h"

struct draft_view {
    struct id id;
    const char *kind;           /* "referral", or an entry type */
    const char *case_reference; /* NULL for none */
    struct instant saved_at;
    const char *const *names;
    const char *const *texts;
    size_t count;
};
/* Saves; a zero id makes a new one, given back. Only the author ever sees a draft. */
const struct error *act_draft_save(const struct act *act, const struct draft_view *draft,
                                   struct id *ret_id) MUST_CHECK;
const struct error *act_draft_read(const struct act *act, struct id id,
                                   struct draft_view *ret_draft) MUST_CHECK;
const struct error *act_draft_list(const struct act *act, const struct draft_view **ret_drafts,
                                   size_t *ret_count) MUST_CHECK;
const struct error *act_draft_drop(const struct act *act, struct id id) MUST_CHECK;

#endif
