/* One page of a referral: the frame that every step has, and those with questions of the pack. */
#ifndef WM_WEB_PAGES_REFERRAL_STEP_H
#define WM_WEB_PAGES_REFERRAL_STEP_H

#include "web/pages/referral_draft.h"

struct ui *referral_step_begin(struct referral *referral, const struct referral_step *step,
                               const char *title);
const char *referral_step_caption(struct referral *referral, const struct referral_step *step);
void referral_form_open(struct ui *ui, struct referral *referral, const struct referral_step *step);
void referral_buttons(struct ui *ui);
/* Whether this page was opened from check-your-answers, and leads back there. */
bool referral_returns(const struct request *request);
/* Whether check-your-answers, or a page that it led to, was opened to mend what was wrong: it is said again
 * then. */
bool referral_mends(const struct request *request);

void referral_step_write(struct referral *referral, const struct referral_step *step,
                         const struct error *faults, int status, struct reply *reply);
/* The faults of its questions are mended on it, shown on another page. */
void referral_step_mends(struct ui *ui, struct referral *referral, const struct referral_step *step);
/* The answers of one page replace those it had. One to a question that it does not put any more is kept: the
 * answer that the question hangs on may be changed back. */
void referral_step_take(struct referral *referral, const struct referral_step *step);
const struct error *referral_step_faults(struct referral *referral,
                                         const struct referral_step *step) MUST_CHECK;

#endif
