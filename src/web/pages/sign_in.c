#include "web/pages/keep.h"
#include "web/pages/pages.h"

#include "base/text.h"

#include <string.h>

enum { DEVICE_SECONDS = 365 * 24 * 3600 };

static struct act nobody(const struct request *request)
{
    struct act act = request->act;
    act.actor = NULL;
    return act;
}

static void write_form(struct request *request, const struct error *faults, int status, struct reply *reply)
{
    struct ui *ui = ui_begin(request, "Sign in", NULL);
    ui->faults = faults;
    const char *next = request->is_post ? request_form(request, "_next") : request_query(request, "next");
    ui_title(ui, NULL, "Sign in");
    ui_form(ui, "/sign-in");
    if (path_is_ours(next)) {
        ui_hidden(ui, "_next", next);
    }
    const char *path;
    struct typed kept;
    if (request->is_post && keep_read(request, &path, &kept)) {
        ui_hidden(ui, "_kept_path", path);
        for (size_t i = 0; i < kept.count; i++) {
            ui_hidden(ui, arena_printf(ui->arena, "kept.%s", kept.pairs[i].name), kept.pairs[i].text);
        }
    }
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
    ui_details(
        ui, "I cannot sign in",
        "Ask the administrator of your service for a new link to set your password. After several wrong "
        "passwords you have to wait a little before the next try.\n\nYou are signed out after 30 minutes "
        "without use. What you had begun to write is kept as a draft whenever you save a page.");
    ui_finish(ui, reply, status);
}

const struct error *page_sign_in(struct request *request, struct reply *reply)
{
    if (request->signed_in) {
        reply_redirect(reply, "/");
        return NULL;
    }
    write_form(request, NULL, 200, reply);
    return NULL;
}

/* The form that was waiting is shown with the token of the new session. */
static const struct error *after_sign_in(struct request *request, const char *token, struct reply *reply)
{
    const char *path;
    struct typed typed;
    if (!keep_read(request, &path, &typed)) {
        const char *next = request_form(request, "_next");
        reply_redirect(reply, path_is_ours(next) ? next : "/");
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
        write_form(request, fault, 422, reply);
        return NULL;
    }
    const char *token;
    const char *device;
    struct act act = nobody(request);
    const struct error *error =
        act_sign_in(&act, text_trim(request->arena, username), password, request->client,
                    request_cookie(request, "waymark_device"), &token, &device);
    if (error != NULL && error->code == ERROR_NOT_SIGNED_IN) {
        const struct error *fault =
            error_field(request->arena, ERROR_INVALID, "username", NULL,
                        "The user name or the password is not right, or the account is locked");
        write_form(request, fault, 401, reply);
        return NULL;
    }
    if (error != NULL && error->code == ERROR_TOO_MANY) {
        const struct error *fault =
            error_field(request->arena, ERROR_INVALID, "username", NULL, "Too many wrong tries: %s",
                        error->detail == NULL ? "wait a little and try again" : error->detail);
        write_form(request, fault, 429, reply);
        return NULL;
    }
    TRY(error);
    /* a new id at each sign-in: one planted before it is worth nothing */
    reply_cookie(request, reply, "waymark_session", token, 0);
    reply_cookie(request, reply, "waymark_device", device, DEVICE_SECONDS);
    return after_sign_in(request, token, reply);
}

const struct error *page_sign_out_post(struct request *request, struct reply *reply)
{
    const char *token = request_cookie(request, "waymark_session");
    if (token != NULL) {
        TRY(act_sign_out(&request->act, token));
    }
    reply_cookie(request, reply, "waymark_session", "", -1);
    reply_redirect(reply, "/signed-out");
    return NULL;
}

const struct error *page_signed_out(struct request *request, struct reply *reply)
{
    struct ui *ui = ui_begin(request, "You are signed out", NULL);
    ui_title(ui, NULL, "You are signed out");
    ui_text(ui, "Drafts that you saved are kept for 60 days, and only you can see them.");
    ui_button_link(ui, BUTTON_MAIN, "Sign in again", "/sign-in");
    /* nothing stays on a shared computer */
    reply_header(reply, "Clear-Site-Data", "\"cache\", \"storage\"");
    ui_finish(ui, reply, 200);
    return NULL;
}

/* ---- setting a password ---- */

static void write_password(struct request *request, const struct error *faults, int status,
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
    ui_finish(ui, reply, status);
}

const struct error *page_password(struct request *request, struct reply *reply)
{
    if (!path_is_ours(request->path)) {
        return error_of(ERROR_NOT_FOUND);
    }
    write_password(request, NULL, 200, reply);
    return NULL;
}

const struct error *page_password_post(struct request *request, struct reply *reply)
{
    if (!path_is_ours(request->path)) {
        return error_of(ERROR_NOT_FOUND);
    }
    const char *password = request_form(request, "password");
    const char *again = request_form(request, "password_again");
    if (password == NULL || again == NULL || strcmp(password, again) != 0) {
        write_password(request,
                       error_field(request->arena, ERROR_INVALID, "password_again", NULL,
                                   "The two passwords are not the same"),
                       422, reply);
        return NULL;
    }
    const char *username;
    struct act act = nobody(request);
    const struct error *error = act_password_set(&act, request_param(request, "link"), password, &username);
    if (error != NULL && error->code == ERROR_INVALID) {
        write_password(request,
                       error_field(request->arena, ERROR_INVALID, "password", NULL, "%s",
                                   error->detail == NULL ? error->sentence : error->detail),
                       422, reply);
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
