/* Inviting somebody: the account, and the link that is sent or handed over. */
#include "web/pages/account_ui.h"
#include "web/pages/pages.h"

#include "base/text.h"

#include <string.h>

static void write_field(struct ui *ui, const char *name, const char *label, const char *hint, int width)
{
    ui_input(ui, &(struct ui_field){.name = name,
                                    .label = label,
                                    .hint = hint,
                                    .text = request_form(ui->request, name),
                                    .width = width,
                                    .autocomplete = "off",
                                    .no_spelling = true});
}

static void write_form(struct request *request, const struct error *faults, struct reply *reply)
{
    struct ui *ui = ui_begin(request, "Add an account", "/accounts");
    const char *how = request_form(request, "how");
    const struct ui_choice ways[] = {
        {.value = "hand",
         .text = "Give me a link to hand over",
         .checked = how == NULL || !text_equal(how, "mail")},
        {.value = "mail",
         .text = "Send it by e-mail",
         .hint = "You get a code to tell them by voice: the mail alone opens nothing.",
         .checked = text_equal(how, "mail")},
    };
    ui->faults = faults;
    ui->back = "/accounts";
    ui->back_text = "Back to accounts";
    ui_title(ui, NULL, "Add an account");
    ui_form(ui, "/accounts");
    write_field(ui, "name", "Name", NULL, 30);
    write_field(ui, "username", "User name", "Small letters, digits and hyphens.", 20);
    account_role_field(ui, NULL);
    account_agency_field(ui, request->session.actor.agency);
    write_field(ui, "team", "Team (optional)", NULL, 30);
    write_field(ui, "email", "Work e-mail address (optional)", NULL, 30);
    ui_date(
        ui,
        &(struct ui_field){
            .name = "expires",
            .label = "End date (optional)",
            .hint =
                "For a student, a secondment or agency staff: the account closes at the end of that day."},
        typed_of_request(request), false);
    ui_radios(ui, &(struct ui_field){.name = "how",
                                     .label = "How do they get their link?",
                                     .choices = ways,
                                     .choice_count = sizeof ways / sizeof ways[0]});
    ui_button(ui, BUTTON_MAIN, "Add the account", NULL, NULL);
    ui_form_end(ui);
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
}

const struct error *page_account_new(struct request *request, struct reply *reply)
{
    write_form(request, NULL, reply);
    return NULL;
}

static const struct error *missing(struct request *request)
{
    const struct error *fault = NULL;
    if (text_is_blank(request_form(request, "role"))) {
        fault = error_field(request->arena, ERROR_INVALID, "role", fault, "Choose a role");
    }
    if (text_is_blank(request_form(request, "username"))) {
        fault = error_field(request->arena, ERROR_INVALID, "username", fault, "Enter a user name");
    }
    if (text_is_blank(request_form(request, "name"))) {
        fault = error_field(request->arena, ERROR_INVALID, "name", fault, "Enter a name");
    }
    return fault;
}

static const char *typed(const struct request *request, const char *name)
{
    const char *text = request_form(request, name);
    return text == NULL ? "" : text_trim(request->arena, text);
}

const struct error *page_accounts_post(struct request *request, struct reply *reply)
{
    struct ui *ui = ui_begin(request, "Add an account", "/accounts");
    struct account_input input = {
        .username = typed(request, "username"),
        .name = typed(request, "name"),
        .role = typed(request, "role"),
        .agency = typed(request, "agency"),
        .team = typed(request, "team"),
        .email = typed(request, "email"),
        .by_mail = text_equal(request_form(request, "how"), "mail"),
    };
    struct invitation invitation;
    const struct error *fault = form_faults_join(request->arena, missing(request),
                                                 account_date(ui, "expires", "End date", &input.expires_at));
    if (fault == NULL) {
        const struct error *error = act_account_invite(&request->act, &input, &invitation);
        fault = error == NULL ? NULL : account_fault(ui, error);
        if (error != NULL && fault == NULL) {
            return error;
        }
    }
    if (fault != NULL) {
        write_form(request, fault, reply);
        return NULL;
    }
    ui->back = "/accounts";
    ui->back_text = "Back to accounts";
    ui_title(ui, NULL, "The account is made");
    account_invitation(ui, input.username, &invitation);
    ui_link(ui, arena_printf(ui->arena, "The account of %s", input.name),
            account_path(ui->arena, input.username));
    ui_link(ui, "Add another account", "/accounts/new");
    ui_finish(ui, reply, 200);
    return NULL;
}
