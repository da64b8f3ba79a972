#include "web/pages/keep.h"
#include "web/pages/pages.h"
#include "web/pages/passkey_form.h"
#include "web/pages/signing.h"
#include "web/pages/sso.h"

#include "act/sso.h"
#include "base/text.h"

#include <string.h>

static struct act nobody(const struct request *request)
{
    struct act act = request->act;
    act.actor = NULL;
    return act;
}

/* By the provider of one's own agency; in another tab when this page holds what was typed. */
static void write_ways(struct ui *ui)
{
    struct request *request = ui->request;
    const char *path;
    struct typed kept;
    bool has_kept = request->is_post && keep_read(request, &path, &kept);
    if (sso_write_ways(ui, NULL, path_next(request), has_kept) && has_kept) {
        keep_go_on(ui, path, kept);
    }
}

void sign_in_again(struct request *request, const struct error *faults, int status, struct reply *reply)
{
    struct ui *ui = ui_begin(request, "Sign in", NULL);
    ui->faults = faults;
    ui_title(ui, NULL, "Sign in");
    ui_text(ui,
            "Waymark is the record that agencies share to keep children safe from sexual exploitation. What "
            "you look at here is kept with your name.");
    if (passkeys_here(request)) {
        passkey_use_form(ui, "sign-in", "/sign-in/passkey");
        keep_along(ui);
        passkey_use_form_end(ui, "Sign in with a passkey");
    }
    ui_form(ui, "/sign-in");
    keep_along(ui);
    ui_input(ui, &(struct ui_field){.name = "username",
                                    .label = "User name",
                                    .text = request_form(request, "username"),
                                    .width = 20,
                                    .autocomplete = "username",
                                    .no_spelling = true});
    ui_input(ui, &(struct ui_field){.name = "password",
                                    .label = "Password",
                                    .type = "password",
                                    .width = 20,
                                    .autocomplete = "current-password"});
    ui_button(ui, BUTTON_MAIN, "Sign in", NULL, NULL);
    ui_form_end(ui);
    write_ways(ui);
    ui_details(
        ui, "I cannot sign in",
        "Ask whoever keeps the accounts of your agency for a new link to set your password. After several "
        "wrong "
        "passwords you have to wait a little before the next try.\n\nIf you have lost your passkey or the "
        "app that "
        "shows codes, sign in with your password and one of your recovery codes.\n\nYou are signed out after "
        "30 "
        "minutes without use. What you had begun to write is kept as a draft whenever you save a page.");
    ui_finish(ui, reply, status);
}

const struct error *page_sign_in(struct request *request, struct reply *reply)
{
    const char *next = path_next(request);
    if (request->signed_in) {
        reply_redirect(reply, next == NULL ? "/" : next);
        return NULL;
    }
    sign_in_again(request, NULL, 200, reply);
    return NULL;
}

/* The form that was waiting is shown with the token of the new session. */
const struct error *sign_in_done(struct request *request, const char *token, struct reply *reply)
{
    const char *path;
    struct typed typed;
    if (!keep_read(request, &path, &typed)) {
        const char *next = path_next(request);
        reply_redirect(reply, next == NULL ? "/" : next);
        return NULL;
    }
    struct act act = nobody(request);
    TRY(act_session(&act, token, &request->session));
    request->signed_in = true;
    request->act.actor = &request->session.actor;
    request->csrf = request->session.csrf;
    keep_page(request, path, typed, reply);
    return NULL;
}

const struct error *page_sign_in_post(struct request *request, struct reply *reply)
{
    const char *username = request_form(request, "username");
    const char *password = request_form(request, "password");
    if (text_is_blank(username) || password == NULL || password[0] == '\0') {
        const struct error *fault = NULL;
        if (password == NULL || password[0] == '\0') {
            fault = error_field(request->arena, ERROR_INVALID, "password", NULL, "Enter your password");
        }
        if (text_is_blank(username)) {
            fault = error_field(request->arena, ERROR_INVALID, "username", fault, "Enter your user name");
        }
        sign_in_again(request, fault, 422, reply);
        return NULL;
    }
    struct sign_in sign_in;
    struct act act = nobody(request);
    const struct origin from = request_origin(request);
    const struct error *error =
        act_sign_in_password(&act, text_trim(request->arena, username), password, &from, &sign_in);
    if (error != NULL && error->code == ERROR_NOT_SIGNED_IN) {
        const struct error *fault =
            error_field(request->arena, ERROR_INVALID, "username", NULL,
                        "The user name or the password is not right, or the account is locked");
        sign_in_again(request, fault, 401, reply);
        return NULL;
    }
    if (error != NULL && error->code == ERROR_TOO_MANY) {
        const struct error *fault =
            error_field(request->arena, ERROR_INVALID, "username", NULL, "Too many wrong tries: %s",
                        error->detail == NULL ? "wait a little and try again" : error->detail);
        sign_in_again(request, fault, 429, reply);
        return NULL;
    }
    if (error != NULL && error->code == ERROR_NOT_ALLOWED && error->detail != NULL) {
        const struct error *fault =
            error_field(request->arena, ERROR_INVALID, "username", NULL, "%s", error->detail);
        sign_in_again(request, fault, 403, reply);
        return NULL;
    }
    TRY(error);
    switch (sign_in.next) {
    case SIGN_IN_SECOND:
        second_ask(request, sign_in.half, reply);
        return NULL;
    case SIGN_IN_ENROL:
        return set_up_ask(request, sign_in.half, reply);
    case SIGN_IN_DONE:
        break;
    }
    reply_signed_in(request, reply, &sign_in);
    return sign_in_done(request, sign_in.token, reply);
}

const struct error *page_sign_out_post(struct request *request, struct reply *reply)
{
    const char *token = request_cookie(request, "waymark_session");
    if (token != NULL) {
        TRY(act_sign_out(&request->act, token));
    }
    const struct sso_way *way = act_sso_mine(&request->act);
    reply_cookie(request, reply, "waymark_session", "", -1);
    reply_redirect(reply, way == NULL ? "/signed-out"
                                      : arena_printf(request->arena, "/signed-out?from=%s", way->id));
    return NULL;
}

const struct error *page_signed_out(struct request *request, struct reply *reply)
{
    struct ui *ui = ui_begin(request, "You are signed out", NULL);
    ui_title(ui, NULL, "You are signed out");
    ui_text(ui, "Drafts that you saved are kept for 60 days, and only you can see them.");
    sso_write_way_out(ui, request_query(request, "from"));
    ui_button_link(ui, BUTTON_MAIN, "Sign in again", "/sign-in");
    /* nothing stays on a shared computer */
    reply_header(reply, "Clear-Site-Data", "\"cache\", \"storage\"");
    ui_finish(ui, reply, 200);
    return NULL;
}

/* ---- setting a password ---- */

static void write_password(struct request *request, bool asks_code, const struct error *faults, int status,
                           struct reply *reply)
{
    struct ui *ui = ui_begin(request, "Set your password", NULL);
    ui->faults = faults;
    ui_title(ui, NULL, "Set your password");
    ui_text(
        ui,
        "Choose at least 15 characters. Three or four words that do not belong together are good and easy "
        "to remember. Spaces count. There are no rules about capitals, digits or signs.");
    ui_form(ui, arena_printf(ui->arena, "/set-password/%s", request_param(request, "link")));
    if (asks_code) {
        ui_input(
            ui, &(struct ui_field){.name = "code",
                                   .label = "The code you were told",
                                   .hint = "Ten characters. Who made your account tells it to you, in person "
                                           "or by telephone.",
                                   .text = request_form(request, "code"),
                                   .width = 10,
                                   .autocomplete = "off",
                                   .no_spelling = true});
    }
    ui_input(ui, &(struct ui_field){.name = "password",
                                    .label = "New password",
                                    .type = "password",
                                    .width = 30,
                                    .autocomplete = "new-password"});
    ui_input(ui, &(struct ui_field){.name = "password_again",
                                    .label = "New password, once more",
                                    .type = "password",
                                    .width = 30,
                                    .autocomplete = "new-password"});
    ui_button(ui, BUTTON_MAIN, "Set password", NULL, NULL);
    ui_form_end(ui);
    (void)sso_write_ways(ui, request_param(request, "link"), NULL, false);
    ui_finish(ui, reply, status);
}

static const struct error *asks_code(struct request *request, bool *ret_asks)
{
    struct act act = nobody(request);
    if (!path_is_ours(request->path)) {
        return error_of(ERROR_NOT_FOUND);
    }
    return act_password_link(&act, request_param(request, "link"), ret_asks);
}

const struct error *page_password(struct request *request, struct reply *reply)
{
    bool asks;
    TRY(asks_code(request, &asks));
    write_password(request, asks, NULL, 200, reply);
    return NULL;
}

const struct error *page_password_post(struct request *request, struct reply *reply)
{
    bool asks;
    TRY(asks_code(request, &asks));
    const char *password = request_form(request, "password");
    const char *again = request_form(request, "password_again");
    if (password == NULL || again == NULL || strcmp(password, again) != 0) {
        write_password(request, asks,
                       error_field(request->arena, ERROR_INVALID, "password_again", NULL,
                                   "The two passwords are not the same"),
                       422, reply);
        return NULL;
    }
    const char *username;
    struct act act = nobody(request);
    const struct error *error = act_password_set(&act, request_param(request, "link"),
                                                 request_form(request, "code"), password, &username);
    if (error != NULL && error->code == ERROR_INVALID) {
        write_password(request, asks, error, 422, reply);
        return NULL;
    }
    TRY(error);
    struct ui *ui = ui_begin(request, "Your password is set", NULL);
    ui_panel(ui, "Your password is set", "Your user name is", username);
    ui_text(ui, "The link that brought you here does not work any more.");
    ui_button_link(ui, BUTTON_MAIN, "Sign in", "/sign-in");
    ui_finish(ui, reply, 200);
    return NULL;
}
