/* Check your answers, and sending: the draft's id is the idempotency key, so sent twice it is one referral.
 */
#ifndef WM_WEB_PAGES_REFERRAL_CHECK_H
#define WM_WEB_PAGES_REFERRAL_CHECK_H

#include "web/pages/referral_step.h"

void referral_check_show(struct referral *referral, const struct referral_step *step, struct reply *reply);
/* Sends it. What is missing or wrong in it is shown at an address of its own, to which whoever mends it can
 * go back. */
const struct error *referral_check_take(struct referral *referral, const struct referral_step *step,
                                        struct reply *reply) MUST_CHECK;
/* Sent already, and sent again by the back button: the key gives the first answer. */
const struct error *referral_sent_before(struct request *request, struct reply *reply) MUST_CHECK;

#endif
