/* The children that the one of a referral might be: a second record of one child is not made unseen. */
#ifndef WM_WEB_PAGES_REFERRAL_MATCH_H
#define WM_WEB_PAGES_REFERRAL_MATCH_H

#include "web/pages/referral_step.h"

/* Goes on to the next step where there is none. */
const struct error *referral_match_show(struct referral *referral, const struct referral_step *step,
                                        struct reply *reply) MUST_CHECK;
/* Puts the choice into the draft; or fills the reply, with a status, when none of them was chosen. */
const struct error *referral_match_take(struct referral *referral, const struct referral_step *step,
                                        struct reply *reply) MUST_CHECK;

#endif
