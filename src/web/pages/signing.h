/* How the pages of signing in hand on to one another. */
#ifndef WM_WEB_PAGES_SIGNING_H
#define WM_WEB_PAGES_SIGNING_H

#include "act/signing.h"
#include "web/request.h"

/* second.c: after the password, what is asked next. */
void second_ask(struct request *request, const char *half, struct reply *reply);
const struct error *set_up_ask(struct request *request, const char *half, struct reply *reply) MUST_CHECK;

/* sign_in.c: the page once more, with what was wrong. */
void sign_in_again(struct request *request, const struct error *faults, int status, struct reply *reply);
/* To where they were going; a form that was waiting is shown with the token of the new session. */
const struct error *sign_in_done(struct request *request, const char *token, struct reply *reply);

#endif
