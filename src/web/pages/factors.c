/* How one signs in: one's passkeys, app and recovery codes, and the tokens of programs. */
#include "web/pages/pages.h"
#include "web/pages/passkey_form.h"

#include "base/text.h"

#include <string.h>

static const char *day(struct ui *ui, struct instant at)
{
    return at.ms == 0 ? "never" : show_instant(ui->arena, ui->pack, at);
}

static void write_passkey(struct ui *ui, const struct factor_passkey *passkey, struct instant used_at)
{
    const struct ui_row rows[] = {
        {.key = "Made", .value = {.text = day(ui, passkey->made_at)}},
        {.key = "Last used", .value = {.text = day(ui, used_at)}},
        {.key = "Where it is",
         .value = {.text = passkey->may_be_copied ? "May be shared between your devices by their maker"
                                                  : "On one device only"}},
        {.key = "State",
         .value = {.text = passkey->locked ? "Locked" : "In use", .tone = passkey->locked ? "red" : "green"}},
    };
    ui_h3(ui, passkey->title);
    if (passkey->locked) {
        ui_warning(
            ui,
            "This passkey counted backwards, which a copy of it would do. It signs nobody in any more. If "
            "you did not copy it yourself, tell whoever keeps the accounts of your agency.");
    }
    ui_summary(ui, rows, sizeof rows / sizeof rows[0]);
    ui_form(ui, "/my-account/sign-in/passkeys/remove");
    ui_hidden(ui, "passkey", passkey->id);
    ui_button(ui, BUTTON_SECONDARY, arena_printf(ui->arena, "Remove %s", passkey->title), NULL, NULL);
    ui_form_end(ui);
}

static const struct error *write_passkeys(struct ui *ui, const struct factors_view *view)
{
    struct request *request = ui->request;
    struct passkey_offer offer;
    ui_h2(ui, "Passkeys");
    if (view->passkey_count == 0) {
        ui_text(ui,
                "You have none. With a passkey you sign in by pressing a button and touching your telephone, "
                "computer or security key, without a password.");
    }
    for (size_t i = 0; i < view->passkey_count; i++) {
        write_passkey(ui, &view->passkeys[i], view->used_at[i]);
    }
    if (!passkeys_here(request)) {
        ui_text(ui, "This server has not been told how browsers reach it, so passkeys cannot be used. Your "
                    "administrator can change that.");
        return NULL;
    }
    TRY(act_passkey_offer(&request->act, NULL, request->csrf, &offer));
    ui_h3(ui, "Add a passkey");
    passkey_add_form(ui, "/my-account/sign-in/passkeys", &offer);
    return NULL;
}

static void write_code(struct ui *ui, const struct factors_view *view)
{
    ui_h2(ui, "App for one-time codes");
    if (!view->has_code) {
        ui_text(ui, "You have not set one up. It is what you use, with your password, where a passkey cannot "
                    "be used.");
        ui_button_link(ui, BUTTON_SECONDARY, "Set up an app", "/my-account/sign-in/code");
        return;
    }
    ui_text(ui, arena_printf(ui->arena, "Set up on %s.", day(ui, view->code_made_at)));
    ui_buttons(ui);
    ui_button_link(ui, BUTTON_SECONDARY, "Set up another app instead", "/my-account/sign-in/code");
    ui_form(ui, "/my-account/sign-in/code/remove");
    ui_button(ui, BUTTON_SECONDARY, "Remove the app", NULL, NULL);
    ui_form_end(ui);
    ui_buttons_end(ui);
}

static void write_recovery(struct ui *ui, const struct factors_view *view)
{
    ui_h2(ui, "Recovery codes");
    ui_text(ui, view->recovery_left == 0
                    ? "You have none. They sign you in when you have lost everything else."
                    : arena_printf(ui->arena, "%s left. Each signs you in once, with your password.",
                                   show_count(ui->arena, view->recovery_left, "code is", "codes are")));
    if (view->ways == 0) {
        ui_text(ui, "Add a passkey or an app first: recovery codes stand in for these.");
        return;
    }
    ui_form(ui, "/my-account/sign-in/recovery");
    ui_button(ui, BUTTON_SECONDARY, "Make ten new recovery codes", NULL, NULL);
    ui_form_end(ui);
}

static const struct error *answer(struct request *request, const char *done, const struct error *faults,
                                  struct reply *reply)
{
    struct factors_view view;
    TRY(act_factors(&request->act, NULL, &view));
    struct ui *ui = ui_begin(request, "How you sign in", NULL);
    ui->faults = faults;
    ui->back = "/my-account";
    ui->back_text = "Your account";
    ui_title(ui, NULL, "How you sign in");
    if (done != NULL) {
        ui_banner(ui, true, "Done", done);
    }
    if (view.ways == 0) {
        ui_warning(ui,
                   "You sign in with a password alone. Add a passkey or an app, and nobody who learns the "
                   "password can be you.");
    }
    TRY(write_passkeys(ui, &view));
    write_code(ui, &view);
    write_recovery(ui, &view);
    ui_h2(ui, "Password");
    ui_link(ui, "Change your password", "/my-account/password");
    ui_h2(ui, "Programs");
    ui_text(ui,
            "A program can work for you through the API with a token that you make and that ends by itself.");
    ui_link(ui, "Tokens for programs", "/my-account/tokens");
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
    return NULL;
}

static const struct {
    const char *what;
    const char *words;
} done_words[] = {
    {"passkey", "The passkey was added. From now on you can sign in with it alone."},
    {"passkey-gone",
     "The passkey was removed here. Remove it from your device too, so that it is not offered."},
    {"code", "The app was set up."},
    {"code-gone", "The app was removed."},
    {"password", "The password was changed, and you are signed out everywhere else."},
    {"codes", "You have few recovery codes left: make new ones below."},
};

const struct error *page_factors(struct request *request, struct reply *reply)
{
    const char *done = request_query(request, "done");
    const char *few = request_query(request, "few");
    const char *words = NULL;
    done = done == NULL ? few : done;
    for (size_t i = 0; i < sizeof done_words / sizeof done_words[0] && done != NULL; i++) {
        words = strcmp(done_words[i].what, done) == 0 ? done_words[i].words : words;
    }
    return answer(request, words, NULL, reply);
}

/* Back to the list, or the list with what was wrong. */
static const struct error *after(struct request *request, const struct error *error, const char *done,
                                 struct reply *reply)
{
    if (error != NULL && error->code == ERROR_INVALID) {
        return answer(request, NULL, error, reply);
    }
    TRY(error);
    reply_redirect(reply, arena_printf(request->arena, "/my-account/sign-in?done=%s", done));
    return NULL;
}

const struct error *page_passkey_add_post(struct request *request, struct reply *reply)
{
    struct sign_in ignored;
    const struct origin from = request_origin(request);
    return after(request,
                 act_passkey_add(&request->act, NULL, request->csrf, request_form(request, "challenge"),
                                 request_form(request, "client_data"), request_form(request, "attestation"),
                                 request_form(request, "title"), &from, &ignored),
                 "passkey", reply);
}

const struct error *page_passkey_remove_post(struct request *request, struct reply *reply)
{
    const char *passkey = request_form(request, "passkey");
    return after(request, act_passkey_remove(&request->act, passkey == NULL ? "" : passkey), "passkey-gone",
                 reply);
}

/* ---- the app ---- */

static const struct error *write_code_page(struct request *request, const struct error *faults,
                                           struct reply *reply)
{
    struct code_offer offer;
    TRY(act_code_offer(&request->act, NULL, request_form(request, "sealed"), &offer));
    struct ui *ui = ui_begin(request, "Set up an app for one-time codes", NULL);
    ui->faults = faults;
    ui->back = "/my-account/sign-in";
    ui->back_text = "How you sign in";
    ui_title(ui, NULL, "Set up an app for one-time codes");
    code_form(ui, "/my-account/sign-in/code", &offer);
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
    return NULL;
}

const struct error *page_code(struct request *request, struct reply *reply)
{
    return write_code_page(request, NULL, reply);
}

const struct error *page_code_post(struct request *request, struct reply *reply)
{
    struct sign_in ignored;
    const struct origin from = request_origin(request);
    const struct error *error = act_code_set(&request->act, NULL, request_form(request, "sealed"),
                                             request_form(request, "code"), &from, &ignored);
    return error != NULL && error->code == ERROR_INVALID ? write_code_page(request, error, reply)
                                                         : after(request, error, "code", reply);
}

const struct error *page_code_remove_post(struct request *request, struct reply *reply)
{
    return after(request, act_code_remove(&request->act), "code-gone", reply);
}

const struct error *page_recovery_post(struct request *request, struct reply *reply)
{
    const char *const *codes;
    size_t count;
    TRY(act_recovery_make(&request->act, &codes, &count));
    struct ui *ui = ui_begin(request, "Your recovery codes", NULL);
    ui->back = "/my-account/sign-in";
    ui->back_text = "How you sign in";
    ui_title(ui, NULL, "Your recovery codes");
    recovery_list(ui, codes, count);
    ui_button_link(ui, BUTTON_MAIN, "I have kept them", "/my-account/sign-in");
    ui_finish(ui, reply, 200);
    return NULL;
}

/* ---- the password ---- */

static void write_password(struct request *request, const struct error *faults, int status,
                           struct reply *reply)
{
    struct ui *ui = ui_begin(request, "Change your password", NULL);
    ui->faults = faults;
    ui->back = "/my-account/sign-in";
    ui->back_text = "How you sign in";
    ui_title(ui, NULL, "Change your password");
    ui_text(
        ui,
        "At least 15 characters of any kind. Three or four words that do not belong together are good and "
        "easy to remember. Everywhere else where you are signed in, you are signed out.");
    ui_form(ui, "/my-account/password");
    ui_input(ui, &(struct ui_field){.name = "password",
                                    .label = "The password that you have",
                                    .type = "password",
                                    .width = 30,
                                    .autocomplete = "current-password"});
    ui_input(ui, &(struct ui_field){.name = "fresh",
                                    .label = "New password",
                                    .type = "password",
                                    .width = 30,
                                    .autocomplete = "new-password"});
    ui_input(ui, &(struct ui_field){.name = "fresh_again",
                                    .label = "New password, once more",
                                    .type = "password",
                                    .width = 30,
                                    .autocomplete = "new-password"});
    ui_button(ui, BUTTON_MAIN, "Change the password", NULL, NULL);
    ui_form_end(ui);
    ui_finish(ui, reply, status);
}

const struct error *page_my_password(struct request *request, struct reply *reply)
{
    write_password(request, NULL, 200, reply);
    return NULL;
}

const struct error *page_my_password_post(struct request *request, struct reply *reply)
{
    const char *password = request_form(request, "password");
    const char *fresh = request_form(request, "fresh");
    const char *again = request_form(request, "fresh_again");
    const char *cookie = request_cookie(request, "waymark_session");
    const struct origin from = request_origin(request);
    const char *token = NULL;
    const struct error *error = NULL;
    if (again == NULL || fresh == NULL || strcmp(fresh, again) != 0) {
        error = error_field(request->arena, ERROR_INVALID, "fresh_again", error,
                            "The two new passwords are not the same");
    }
    if (password == NULL || password[0] == '\0') {
        error =
            error_field(request->arena, ERROR_INVALID, "password", error, "Enter the password that you have");
    }
    if (error == NULL) {
        error =
            act_password_change(&request->act, cookie == NULL ? "" : cookie, password, fresh, &from, &token);
    }
    if (token != NULL) {
        reply_cookie(request, reply, "waymark_session", token, 0);
    }
    if (error != NULL && error->code == ERROR_TOO_MANY) {
        error = error_field(request->arena, ERROR_INVALID, "password", NULL, "Too many wrong tries: %s",
                            error->detail == NULL ? "wait a little and try again" : error->detail);
    }
    if (error != NULL && error->code == ERROR_INVALID) {
        write_password(request, error, 422, reply);
        return NULL;
    }
    TRY(error);
    reply_redirect(reply, "/my-account/sign-in?done=password");
    return NULL;
}

/* ---- tokens of programs ---- */

static void write_tokens(struct ui *ui, const struct token_view *tokens, size_t count)
{
    if (count == 0) {
        ui_text(ui, "No program works for you.");
    }
    for (size_t i = 0; i < count; i++) {
        const struct ui_row rows[] = {
            {.key = "Made", .value = {.text = day(ui, tokens[i].made_at)}},
            {.key = "Ends", .value = {.text = day(ui, tokens[i].ends_at)}},
        };
        ui_h3(ui, tokens[i].title);
        ui_summary(ui, rows, sizeof rows / sizeof rows[0]);
        ui_form(ui, "/my-account/tokens/end");
        ui_hidden(ui, "token", tokens[i].id);
        ui_button(ui, BUTTON_WARNING, arena_printf(ui->arena, "End the token of %s", tokens[i].title), NULL,
                  NULL);
        ui_form_end(ui);
    }
}

static const struct error *answer_tokens(struct request *request, const char *made,
                                         const struct error *faults, struct reply *reply)
{
    const struct token_view *tokens;
    size_t count;
    const char *days = request_form(request, "days");
    TRY(act_tokens(&request->act, &tokens, &count));
    struct ui *ui = ui_begin(request, "Tokens for programs", NULL);
    ui->faults = faults;
    ui->back = "/my-account/sign-in";
    ui->back_text = "How you sign in";
    ui_title(ui, NULL, "Tokens for programs");
    ui_text(
        ui,
        "A program that holds a token may do what you may do, and what it looks at is kept with your name.");
    if (made != NULL) {
        ui_banner(ui, true, "The token was made", "Copy it into the program now. It is not shown again.");
        ui_inset(ui, made);
    }
    write_tokens(ui, tokens, count);
    ui_h2(ui, "Make a token");
    ui_form(ui, "/my-account/tokens");
    ui_input(ui, &(struct ui_field){.name = "title",
                                    .label = "What will use it",
                                    .text = made == NULL ? request_form(request, "title") : NULL,
                                    .width = 20});
    ui_input(ui, &(struct ui_field){.name = "days",
                                    .label = "For how many days",
                                    .hint = "At most 90.",
                                    .text = days == NULL || made != NULL ? "30" : days,
                                    .width = 4});
    ui_button(ui, BUTTON_MAIN, "Make the token", NULL, NULL);
    ui_form_end(ui);
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
    return NULL;
}

const struct error *page_tokens(struct request *request, struct reply *reply)
{
    return answer_tokens(request, NULL, NULL, reply);
}

const struct error *page_tokens_post(struct request *request, struct reply *reply)
{
    const char *token;
    int64_t days = 0;
    const char *typed = request_form(request, "days");
    if (typed == NULL || !number_parse(text_trim(request->arena, typed), 1, 1000, &days)) {
        days = 0;
    }
    const struct error *error =
        act_token_make(&request->act, request_form(request, "title"), (int)days, &token);
    if (error != NULL && error->code == ERROR_INVALID) {
        return answer_tokens(request, NULL, error, reply);
    }
    TRY(error);
    return answer_tokens(request, token, NULL, reply);
}

const struct error *page_token_end_post(struct request *request, struct reply *reply)
{
    const char *token = request_form(request, "token");
    const struct error *error = act_token_end(&request->act, token == NULL ? "" : token);
    if (error != NULL && error->code != ERROR_NOT_FOUND) { /* it ended meanwhile: what was wanted */
        return error;
    }
    reply_redirect(reply, "/my-account/tokens");
    return NULL;
}
