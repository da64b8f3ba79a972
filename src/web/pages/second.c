/*
 * What stands between a password and a session: the code, or the setting up of the first second factor. Who
 * gave the password holds a half in a cookie of ten minutes; nothing but these pages looks at it.
 */
#include "web/pages/keep.h"
#include "web/pages/pages.h"
#include "web/pages/passkey_form.h"
#include "web/pages/signing.h"

#include "base/buf.h"

#include <string.h>

static struct act nobody(const struct request *request)
{
    struct act act = request->act;
    act.actor = NULL;
    return act;
}

/* ---- challenges ---- */

const struct error *page_passkey_challenge(struct request *request, struct reply *reply)
{
    static const char *const purposes[] = {"sign-in", "confirm"};
    const char *purpose = request_query(request, "for");
    bool known = false;
    for (size_t i = 0; i < 2 && purpose != NULL; i++) {
        known = known || strcmp(purpose, purposes[i]) == 0;
    }
    if (!known || !passkeys_here(request)) {
        return error_of(ERROR_NOT_FOUND);
    }
    const char *text = arena_printf(request->arena, "{\"challenge\":\"%s\"}",
                                    act_passkey_challenge(&request->act, purpose, request->csrf));
    reply_bytes(reply, 200, "application/json", text, strlen(text));
    return NULL;
}

/* ---- the other half ---- */

static void to_begin(const struct request *request, struct reply *reply)
{
    if (request_cookie(request, "waymark_half") != NULL) {
        reply_cookie(request, reply, "waymark_half", "", -1);
    }
    reply_redirect(reply, path_with_next(request, "/sign-in", path_next(request)));
}

/* It took longer than the half holds: what waits to be sent goes along to the first page. */
static void begin_again(struct request *request, struct reply *reply)
{
    const char *path;
    struct typed kept;
    if (!keep_read(request, &path, &kept)) {
        to_begin(request, reply);
        return;
    }
    sign_in_again(request,
                  error_field(request->arena, ERROR_INVALID, "username", NULL,
                              "This page was open for too long. Sign in once more"),
                  401, reply);
}

static void write_second(struct request *request, const struct second_view *view, const struct error *faults,
                         int status, struct reply *reply)
{
    struct ui *ui = ui_begin(request, "Show that it is you", NULL);
    ui->faults = faults;
    ui_title(ui, NULL, "Show that it is you");
    if (view->has_passkeys && passkeys_here(request)) {
        passkey_use_form(ui, "sign-in", "/sign-in/passkey");
        keep_along(ui);
        passkey_use_form_end(ui, "Use your passkey");
    }
    ui_form(ui, "/sign-in/second");
    keep_along(ui);
    ui_input(ui, &(struct ui_field){.name = "code",
                                    .label = view->has_code ? "Code" : "Recovery code",
                                    .hint = view->has_code
                                                ? "The six digits that your app shows now, or one of your "
                                                  "recovery codes."
                                                : "One of those that you printed or wrote down.",
                                    .width = 20,
                                    .autocomplete = "one-time-code",
                                    .no_spelling = true});
    ui_button(ui, BUTTON_MAIN, "Go on", NULL, NULL);
    ui_form_end(ui);
    ui_details(
        ui, "I have neither my telephone, nor my key, nor a recovery code",
        "Go to whoever keeps the accounts of your agency, in person. They make sure who you are, a second "
        "person agrees, and you are given a new link. It is not done by e-mail or telephone alone, because "
        "then anybody could ask for it.");
    ui_finish(ui, reply, status);
}

void second_ask(struct request *request, const char *half, struct reply *reply)
{
    struct second_view view;
    struct act act = nobody(request);
    if (act_sign_in_second(&act, half, &view) != NULL) {
        to_begin(request, reply);
        return;
    }
    reply_cookie(request, reply, "waymark_half", half, 0);
    write_second(request, &view, NULL, 200, reply);
}

const struct error *page_second(struct request *request, struct reply *reply)
{
    struct second_view view;
    struct act act = nobody(request);
    if (act_sign_in_second(&act, request_cookie(request, "waymark_half"), &view) != NULL) {
        to_begin(request, reply);
        return NULL;
    }
    write_second(request, &view, NULL, 200, reply);
    return NULL;
}

const struct error *page_second_post(struct request *request, struct reply *reply)
{
    struct second_view view;
    struct sign_in sign_in;
    int left;
    struct act act = nobody(request);
    const struct origin from = request_origin(request);
    const char *half = request_cookie(request, "waymark_half");
    if (act_sign_in_second(&act, half, &view) != NULL) {
        begin_again(request, reply);
        return NULL;
    }
    const struct error *error =
        act_sign_in_code(&act, half, request_form(request, "code"), &from, &sign_in, &left);
    if (error != NULL && error->code == ERROR_TOO_MANY) {
        write_second(request, &view,
                     error_field(request->arena, ERROR_INVALID, "code", NULL, "Too many wrong tries: %s",
                                 error->detail == NULL ? "wait a little and try again" : error->detail),
                     429, reply);
        return NULL;
    }
    if (error != NULL && error->code == ERROR_INVALID) {
        write_second(request, &view, error, 422, reply);
        return NULL;
    }
    TRY(error);
    reply_signed_in(request, reply, &sign_in);
    if (left >= 0 && left < 3 && request_form(request, "_kept_path") == NULL) {
        reply_redirect(reply, "/my-account/sign-in?few=codes");
        return NULL;
    }
    return sign_in_done(request, sign_in.token, reply);
}

const struct error *page_sign_in_passkey_post(struct request *request, struct reply *reply)
{
    struct sign_in sign_in;
    struct act act = nobody(request);
    const struct origin from = request_origin(request);
    const struct passkey_answer answer = passkey_answer_of(request);
    const struct error *error = act_sign_in_passkey(&act, request->csrf, &answer, &from, &sign_in);
    if (error != NULL && (error->code == ERROR_NOT_SIGNED_IN || error->code == ERROR_TOO_MANY)) {
        sign_in_again(request,
                      error_field(request->arena, ERROR_INVALID, "username", NULL,
                                  "The passkey was not taken: %s. You can sign in with your password",
                                  error->detail == NULL ? error->sentence : error->detail),
                      error->http_status, reply);
        return NULL;
    }
    TRY(error);
    reply_signed_in(request, reply, &sign_in);
    return sign_in_done(request, sign_in.token, reply);
}

/* ---- the first second factor ---- */

static const struct error *write_set_up(struct request *request, const char *half, const struct error *faults,
                                        int status, struct reply *reply)
{
    struct code_offer code;
    struct passkey_offer passkey;
    struct act act = nobody(request);
    const char *sealed = request_form(request, "sealed");
    const struct error *error = act_code_offer(&act, half, sealed, &code);
    if (error != NULL && error->code == ERROR_NOT_SIGNED_IN) {
        begin_again(request, reply);
        return NULL;
    }
    TRY(error);
    struct ui *ui = ui_begin(request, "Set up a second way to show that it is you", NULL);
    ui->faults = faults;
    ui_title(ui, NULL, "Set up a second way to show that it is you");
    ui_text(ui, "A password can be guessed, seen or told. Before you can go on, Waymark needs something that "
                "only you "
                "have: a passkey, or an app that shows one-time codes.");
    if (passkeys_here(request)) {
        TRY(act_passkey_offer(&act, half, request->csrf, &passkey));
        ui_h2(ui, "A passkey");
        ui_text(
            ui,
            "The quickest: your telephone, computer or security key asks for your fingerprint, face or PIN. "
            "Afterwards you sign in with that alone, without a password.");
        passkey_add_form(ui, "/sign-in/set-up/passkey", &passkey);
    }
    ui_h2(ui, "An app that shows codes");
    ui_text(ui, "Any app for one-time codes will do. Your agency can tell you which it has approved.");
    code_form(ui, "/sign-in/set-up/code", &code);
    ui_finish(ui, reply, status);
    return NULL;
}

const struct error *set_up_ask(struct request *request, const char *half, struct reply *reply)
{
    const char *path;
    struct typed kept;
    reply_cookie(request, reply, "waymark_half", half, 0);
    if (request->is_post && keep_read(request, &path, &kept)) {
        return write_set_up(request, half, NULL, 200, reply); /* what waits would not go along an address */
    }
    reply_redirect(reply, path_with_next(request, "/sign-in/set-up", path_next(request)));
    return NULL;
}

const struct error *page_set_up(struct request *request, struct reply *reply)
{
    return write_set_up(request, request_cookie(request, "waymark_half"), NULL, 200, reply);
}

/* Signed in; and before anything else, what helps on the day that it is lost. Then the form that waits, or
 * where they were going. */
static const struct error *set_up_done(struct request *request, const struct sign_in *sign_in,
                                       struct reply *reply)
{
    const char *const *codes;
    size_t count;
    const char *path;
    struct typed kept;
    const char *next = path_next(request);
    struct act act = nobody(request);
    reply_signed_in(request, reply, sign_in);
    TRY(act_session(&act, sign_in->token, &request->session));
    request->signed_in = true;
    request->act.actor = &request->session.actor;
    request->csrf = request->session.csrf;
    TRY(act_recovery_make(&request->act, &codes, &count));
    struct ui *ui = ui_begin(request, "Your recovery codes", NULL);
    ui_banner(ui, true, "That worked", "You are signed in, by two things that only you have.");
    ui_title(ui, NULL, "Your recovery codes");
    recovery_list(ui, codes, count);
    if (keep_read(request, &path, &kept)) {
        ui_h2(ui, "When you have kept the codes: send again what you typed");
        keep_show(ui, path, kept);
    } else if (next != NULL) {
        ui_button_link(ui, BUTTON_MAIN, "I have kept them: go on", next);
    } else {
        ui_button_link(ui, BUTTON_MAIN, "I have kept them: go to my work", "/");
    }
    ui_finish(ui, reply, 200);
    return NULL;
}

static const struct error *after_set_up(struct request *request, const struct error *error,
                                        const struct sign_in *sign_in, struct reply *reply)
{
    if (error == NULL) {
        return set_up_done(request, sign_in, reply);
    }
    if (error->code == ERROR_NOT_SIGNED_IN || error->code == ERROR_CONFLICT) {
        begin_again(request, reply);
        return NULL;
    }
    return error->code == ERROR_INVALID
               ? write_set_up(request, request_cookie(request, "waymark_half"), error, 422, reply)
               : error;
}

const struct error *page_set_up_passkey_post(struct request *request, struct reply *reply)
{
    struct sign_in sign_in = {0};
    struct act act = nobody(request);
    const struct origin from = request_origin(request);
    const char *half = request_cookie(request, "waymark_half");
    const struct error *error =
        act_passkey_add(&act, half == NULL ? "" : half, request->csrf, request_form(request, "challenge"),
                        request_form(request, "client_data"), request_form(request, "attestation"),
                        request_form(request, "title"), &from, &sign_in);
    return after_set_up(request, error, &sign_in, reply);
}

const struct error *page_set_up_code_post(struct request *request, struct reply *reply)
{
    struct sign_in sign_in = {0};
    struct act act = nobody(request);
    const struct origin from = request_origin(request);
    const char *half = request_cookie(request, "waymark_half");
    const struct error *error = act_code_set(&act, half == NULL ? "" : half, request_form(request, "sealed"),
                                             request_form(request, "code"), &from, &sign_in);
    return after_set_up(request, error, &sign_in, reply);
}
