/* Showing again who you are, before what is dangerous: the page of ERROR_PROVE_AGAIN. */
#ifndef WM_WEB_PAGES_CONFIRM_H
#define WM_WEB_PAGES_CONFIRM_H

#include "web/request.h"

/* Asks; a form that was sent is carried along. */
void confirm_ask(struct request *request, struct reply *reply);
/* It was shown: the session goes on under `token`. What waited is done now, or its page is gone to. */
const struct error *confirm_done(struct request *request, const char *token, struct reply *reply);

#endif
