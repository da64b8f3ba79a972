/* Check your answers, and sending: the draft's id is the idempotency key, so sent twice it is one referral.
 */
#ifndef WM_WEB_PAGES_REFERRAL_CHECK_H
#define WM_WEB_PAGES_REFERRAL_CHECK_H

#include "web/pages/referral_step.h"

void referral_check_write(struct referral *referral, const struct referral_step *step,
                          const struct error *faults, int status, struct reply *reply);
const struct error *referral_check_take(struct referral *referral, const struct referral_step *step,
                                        struct reply *reply) MUST_CHECK;
/* Sent already, and sent again by the back button: the key gives the first answer. */
const struct error *referral_sent_before(struct request *request, struct reply *reply) MUST_CHECK;

#endif
