/* The parts of pages that passkeys and codes need, shared by all pages where one signs in or proves it. */
#ifndef WM_WEB_PAGES_PASSKEY_FORM_H
#define WM_WEB_PAGES_PASSKEY_FORM_H

#include "act/signing.h"
#include "web/pages/ui.h"

/* Whether browsers can use passkeys here. Where there is no script, nothing of them is shown. */
bool passkeys_here(const struct request *request);
/* A form with one button, in a template until a script finds that the browser can do it: asks the device, and
 * sends what it answers to `path`. `purpose` as for act_passkey_challenge. Hidden fields may be written
 * between the two. */
void passkey_use_form(struct ui *ui, const char *purpose, const char *path);
void passkey_use_form_end(struct ui *ui, const char *text);
/* Asks for a name and makes one. What waits for the end of signing in goes along, here and with the code. */
void passkey_add_form(struct ui *ui, const char *path, const struct passkey_offer *offer);
/* What was sent by them. */
struct passkey_answer passkey_answer_of(const struct request *request);

/* The picture for the app, its secret as text, and the box for the first code. */
void code_form(struct ui *ui, const char *path, const struct code_offer *offer);
/* The codes themselves, to be printed or written down. */
void recovery_list(struct ui *ui, const char *const *codes, size_t count);

/* The device is remembered for a year; the session until the browser closes. */
void reply_signed_in(const struct request *request, struct reply *reply, const struct sign_in *sign_in);

#endif
