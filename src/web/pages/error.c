#include "base/text.h"
#include "web/pages/confirm.h"
#include "web/pages/glass.h"
#include "web/pages/keep.h"
#include "web/pages/pages.h"
#include "web/pages/signing.h"
#include "web/pages/sso.h"

#include <string.h>

struct words {
    int status;
    const char *title;
    const char *text;
};

static const struct words table[] = {
    {400, "This could not be read",
     "The address or what was sent is not of a form that this service understands. "
     "Check the address, or go back and try again."},
    {403, "You cannot do this",
     "Your role does not allow it. If you need it for your work, ask your manager."},
    {404, "Page not found", "There is nothing here that you may see. Check the address or the reference."},
    {405, "This is not done that way", "Go back, and use the link or the button on the page."},
    {409, "Somebody else wrote first",
     "What you sent was not saved, because the record changed meanwhile. Go back, "
     "look at what is new, and try again."},
    {410, "This record was disposed of",
     "It was kept as long as the rules for keeping records ask, and then destroyed. Nothing of what it held "
     "is left here."},
    {413, "This is too long",
     "What you sent is longer than this service takes. Nothing was saved. Go back and make "
     "it shorter; what you typed is still there."},
    {415, "This could not be read", "What was sent is not a form of this service."},
    {422, "There is a problem", "What was sent cannot be recorded as it is. Go back and correct it."},
    {429, "Too many tries", "Wait a little, then try again."},
    {503, "The service is busy", "Nothing was saved. Wait a moment, then try again."},
    {507, "There is no room left to save",
     "Nothing was saved, because the disk of this service is full. Reading "
     "still works. Tell your administrator."},
};
static const struct words broken = {500, "There is a fault in this service",
                                    "Nothing was saved. Tell your administrator the number below."};
static const struct words signed_out = {
    401, "Sign in again", "You were signed out, because the session ended. Nothing was saved yet."};

/* Of a file: what was asked for, and not what was sent. */
static const struct words too_long_a_list = {
    413, "This list is too long for a file",
    "It holds more than a file of this service takes. Choose a shorter time or fewer of it, and take it in "
    "parts."};

static const struct words stopped = {429, "You have been shown too many records", ""};

static const struct words *words_of(int status)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].status == status) {
            return &table[i];
        }
    }
    return &broken;
}

static void to_sign_in(struct request *request, struct reply *reply)
{
    reply_redirect(reply, path_with_next(request, "/sign-in", path_asked(request)));
}

/*
 * The token of a page of signing in is another's: somebody signed in in another tab meanwhile, or opened two
 * such pages at once. Nobody's role has to do with it. False: it was no such page, or it carries what is not
 * ours.
 */
static bool to_sign_in_once_more(struct request *request, bool kept, struct reply *reply)
{
    const char *next = path_next(request);
    if (strcmp(request->path, "/sign-in") != 0 && !text_starts_with(request->path, "/sign-in/")) {
        return false;
    }
    if (request->signed_in) {
        reply_redirect(reply, next == NULL ? "/" : next);
        return true;
    }
    if (!kept && request_form(request, "_kept_path") != NULL) {
        return false;
    }
    sign_in_again(request,
                  error_field(request->arena, ERROR_INVALID, "username", NULL,
                              "This page was open for too long. Sign in once more"),
                  403, reply);
    return true;
}

static void write_faults(struct ui *ui, const struct error *error)
{
    size_t count = 0;
    for (const struct error *at = error; at != NULL; at = at->next) {
        count += at->detail != NULL;
    }
    const char **texts = arena_many(ui->arena, const char *, count);
    count = 0;
    for (const struct error *at = error; at != NULL; at = at->next) {
        if (at->detail != NULL) {
            texts[count++] = ui_fault_text(ui, at);
        }
    }
    ui_bullets(ui, texts, count);
}

void page_error(struct request *request, const struct error *error, struct reply *reply)
{
    if (error->code == ERROR_NOT_SIGNED_IN && !request->is_post) {
        to_sign_in(request, reply);
        return;
    }
    if (error->code == ERROR_PROVE_AGAIN) {
        confirm_ask(request, reply);
        return;
    }
    if (error->code == ERROR_NEEDS_REASON && request_param(request, "ref") != NULL) {
        glass_page(request, reply);
        return;
    }
    const char *path;
    struct typed typed;
    bool kept = keep_of(request, &path, &typed);
    if (request->form_refused && kept && (request->signed_in || path == request->path)) {
        keep_page(request, path, typed, reply);
        reply->status = error->http_status;
        return;
    }
    if (request->form_refused && to_sign_in_once_more(request, kept, reply)) {
        return;
    }
    bool explained =
        error->detail != NULL && (error->code == ERROR_NOT_FOUND || text_equal(error->field, "records"));
    const struct words *words =
        error->code == ERROR_NOT_SIGNED_IN                                     ? &signed_out
        : error->code == ERROR_TOO_MANY && text_equal(error->field, "records") ? &stopped
        : error->code == ERROR_TOO_LARGE && !request->is_post                  ? &too_long_a_list
                                                                               : words_of(error->http_status);
    struct ui *ui = ui_begin(request, words->title, NULL);
    ui_title(ui, NULL, words->title);
    ui_text(ui, explained ? arena_printf(ui->arena, "%s.", show_sentence(ui->arena, error->detail))
                          : words->text);
    if (error->code == ERROR_NOT_SIGNED_IN && kept) {
        ui_text(ui, "What you typed is kept while you sign in.");
        ui_form(ui, "/sign-in");
        keep_carry(ui, path, typed);
        ui_input(ui, &(struct ui_field){
                         .name = "username", .label = "User name", .width = 20, .autocomplete = "username"});
        ui_input(ui, &(struct ui_field){.name = "password",
                                        .label = "Password",
                                        .type = "password",
                                        .width = 20,
                                        .autocomplete = "current-password"});
        ui_button(ui, BUTTON_MAIN, "Sign in", NULL, NULL);
        ui_form_end(ui);
        if (sso_write_ways(ui, NULL, NULL, true)) {
            keep_go_on(ui, path, typed);
        }
    } else if (error->code == ERROR_NOT_SIGNED_IN) {
        ui_link(ui, "Sign in", "/sign-in");
    } else if ((error->http_status == 503 || error->http_status == 507 || error->http_status == 429) &&
               kept && request->signed_in) {
        if (error->http_status == 429 && words != &stopped) {
            write_faults(ui, error);
        }
        keep_again(ui, path, typed);
    } else if (words != &stopped &&
               (error->http_status == 422 || error->http_status == 409 || error->http_status == 429)) {
        write_faults(ui, error);
    } else if (words == &broken) {
        /* only the number: what broke is for the administrator's eyes */
        ui_text(ui, arena_printf(ui->arena, "Number of this request: %s", request->request_id));
    }
    if (!request->signed_in && error->code != ERROR_NOT_SIGNED_IN) {
        ui_link(ui, "Sign in", "/sign-in");
    }
    if (request->signed_in) {
        ui_link(ui, "Go to my work", "/");
    }
    ui_finish(ui, reply, error->http_status);
}
