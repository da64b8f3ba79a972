/*
 * Showing again who you are. Before a dangerous act (keeping accounts, tokens, exports, disposal) the person
 * has given a password or a passkey within ten minutes. When not, this asks for it; what they had typed is
 * carried along, and the same request is answered when they have.
 */
#include "web/pages/confirm.h"

#include "web/pages/keep.h"
#include "web/pages/pages.h"
#include "web/pages/passkey_form.h"
#include "web/pages/sso.h"
#include "web/site.h"

#include <string.h>

static void carry(struct ui *ui)
{
    struct request *request = ui->request;
    const char *next = path_next(request);
    const char *path;
    struct typed kept;
    if (keep_of(request, &path, &kept)) {
        keep_carry(ui, path, kept);
    } else if (next != NULL) {
        ui_hidden(ui, "_next", next);
    }
}

/* By the provider of one's own agency; in another tab when this page holds what was typed. */
static void write_way(struct ui *ui)
{
    struct request *request = ui->request;
    const char *path;
    struct typed kept;
    bool apart = keep_of(request, &path, &kept);
    if (request->signed_in && sso_write_again(ui, path_next(request), apart) && apart) {
        ui_form(ui, "/confirm");
        carry(ui);
        ui_button(ui, BUTTON_SECONDARY, "I have confirmed there: go on", "_confirmed", "yes");
        ui_form_end(ui);
    }
}

static void write_form(struct request *request, const struct error *faults, int status, struct reply *reply)
{
    struct ui *ui = ui_begin(request, "Confirm that it is you", NULL);
    ui->faults = faults;
    ui_title(ui, NULL, "Confirm that it is you");
    ui_text(
        ui,
        "What you asked for can do harm in the wrong hands, and it is more than 10 minutes since you last "
        "showed who you are. What you typed is kept, and is done when you have confirmed.");
    if (passkeys_here(request) && request->signed_in) {
        passkey_use_form(ui, "confirm", "/confirm/passkey");
        carry(ui);
        passkey_use_form_end(ui, "Confirm with a passkey");
    }
    ui_form(ui, "/confirm");
    carry(ui);
    ui_input(ui, &(struct ui_field){.name = "password",
                                    .label = "Your password",
                                    .type = "password",
                                    .width = 20,
                                    .autocomplete = "current-password"});
    ui_button(ui, BUTTON_MAIN, "Confirm and go on", NULL, NULL);
    ui_form_end(ui);
    write_way(ui);
    ui_link(ui, "Go to my work instead", "/");
    ui_finish(ui, reply, status);
}

void confirm_ask(struct request *request, struct reply *reply)
{
    if (request->is_post) {
        write_form(request, NULL, 403, reply);
        return;
    }
    reply_redirect(reply, path_with_next(request, "/confirm", path_asked(request)));
}

const struct error *confirm_done(struct request *request, const char *token, struct reply *reply)
{
    const char *path;
    struct typed kept;
    struct act nobody = request->act;
    const char *client = request->session.actor.client;
    nobody.actor = NULL;
    reply_cookie(request, reply, "waymark_session", token, 0);
    TRY(act_session(&nobody, token, &request->session));
    request->session.actor.client = client; /* what is looked at next is looked at from there */
    if (keep_read(request, &path, &kept)) {
        return site_again(request, path, kept.pairs, kept.count, reply);
    }
    const char *next = path_next(request);
    reply_redirect(reply, next == NULL ? "/" : next);
    return NULL;
}

const struct error *page_confirm(struct request *request, struct reply *reply)
{
    write_form(request, NULL, 200, reply);
    return NULL;
}

const struct error *page_confirm_post(struct request *request, struct reply *reply)
{
    const char *password = request_form(request, "password");
    const char *cookie = request_cookie(request, "waymark_session");
    const struct origin from = request_origin(request);
    const char *token;
    if (request_form(request, "_confirmed") != NULL && cookie != NULL) {
        if (act_dangerous(&request->act) == NULL) {
            return confirm_done(request, cookie, reply);
        }
        write_form(request,
                   error_field(request->arena, ERROR_INVALID, "password", NULL,
                               "You have not confirmed there yet, or it is more than 10 minutes ago"),
                   422, reply);
        return NULL;
    }
    if (password == NULL || password[0] == '\0' || cookie == NULL) {
        write_form(request,
                   error_field(request->arena, ERROR_INVALID, "password", NULL, "Enter your password"), 422,
                   reply);
        return NULL;
    }
    const struct error *error = act_prove_again(&request->act, cookie, password, &from, &token);
    if (error != NULL && error->code == ERROR_TOO_MANY) {
        error = error_field(request->arena, ERROR_INVALID, "password", NULL, "Too many wrong tries: %s",
                            error->detail == NULL ? "wait a little and try again" : error->detail);
    }
    if (error != NULL && error->code == ERROR_INVALID) {
        write_form(request, error, 422, reply);
        return NULL;
    }
    TRY(error);
    return confirm_done(request, token, reply);
}

const struct error *page_confirm_passkey_post(struct request *request, struct reply *reply)
{
    const struct passkey_answer answer = passkey_answer_of(request);
    const char *cookie = request_cookie(request, "waymark_session");
    const char *token;
    const struct error *error =
        act_prove_by_passkey(&request->act, cookie == NULL ? "" : cookie, request->csrf, &answer, &token);
    if (error != NULL && error->code == ERROR_TOO_MANY) {
        error = error_field(request->arena, ERROR_INVALID, "password", NULL, "Too many wrong tries: %s",
                            error->detail == NULL ? "wait a little and try again" : error->detail);
    }
    if (error != NULL && error->code == ERROR_INVALID) {
        write_form(request, error, 422, reply);
        return NULL;
    }
    TRY(error);
    return confirm_done(request, token, reply);
}
