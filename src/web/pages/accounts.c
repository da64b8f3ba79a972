#include "web/pages/pages.h"
#include "web/pages/ui.h"

#include "base/text.h"
#include "web/parse.h"

#include <string.h>

static const char *state_of(const struct account_view *account, const char **ret_tone)
{
    *ret_tone = account->locked ? "red" : account->has_password ? "green" : "yellow";
    return account->locked ? "Locked" : account->has_password ? "In use" : "No password yet";
}

static void write_list(struct ui *ui, const struct account_view *accounts, size_t count)
{
    static const char *const heads[] = {"Name", "Role", "State", "Change"};
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * 4);
    for (size_t i = 0; i < count; i++) {
        const struct account_view *account = &accounts[i];
        const char *tone;
        const char *state = state_of(account, &tone);
        cells[i * 4] = (struct ui_cell){.text = account->name, .under = account->username};
        cells[i * 4 + 1] = (struct ui_cell){.text = show_role(ui->pack, account->role),
                                            .under = show_code(ui->pack, "agency", account->agency)};
        cells[i * 4 + 2] = (struct ui_cell){.text = state, .tone = tone};
        cells[i * 4 + 3] =
            (struct ui_cell){.text = "Change",
                             .path = arena_printf(ui->arena, "/accounts?name=%s",
                                                  percent_encode(ui->arena, account->username))};
    }
    ui_table(ui, NULL, heads, 4, cells, count);
}

static void write_change(struct ui *ui, const struct account_view *account)
{
    ui_h2(ui, arena_printf(ui->arena, "Change %s", account->username));
    ui_form(ui, "/accounts/change");
    ui_hidden(ui, "username", account->username);
    ui_buttons(ui);
    ui_button(ui, BUTTON_MAIN, "Make a new link to set the password", "_go", "link");
    ui_button(ui, BUTTON_WARNING, account->locked ? "Unlock the account" : "Lock the account", "_go",
              account->locked ? "unlock" : "lock");
    ui_buttons_end(ui);
    ui_form_end(ui);
}

static void write_add(struct ui *ui)
{
    const struct pack *pack = ui->pack;
    struct ui_choice *roles = arena_many(ui->arena, struct ui_choice, pack->role_count);
    for (size_t i = 0; i < pack->role_count; i++) {
        const char *typed = request_form(ui->request, "role");
        roles[i] = (struct ui_choice){.value = pack->roles[i].id,
                                      .text = pack->roles[i].title,
                                      .checked = typed != NULL && strcmp(typed, pack->roles[i].id) == 0};
    }
    const struct code_list *agencies = pack_codes(pack, "agency");
    struct ui_choice *list = arena_many(ui->arena, struct ui_choice, agencies->code_count);
    for (size_t i = 0; i < agencies->code_count; i++) {
        list[i] = (struct ui_choice){.value = agencies->codes[i].id, .text = agencies->codes[i].title};
    }
    ui_h2(ui, "Add an account");
    ui_form(ui, "/accounts");
    ui_input(ui,
             &(struct ui_field){
                 .name = "name", .label = "Name", .text = request_form(ui->request, "name"), .width = 30});
    ui_input(ui, &(struct ui_field){.name = "username",
                                    .label = "User name",
                                    .hint = "Small letters, digits and hyphens.",
                                    .text = request_form(ui->request, "username"),
                                    .width = 20,
                                    .no_spelling = true});
    ui_select(ui, &(struct ui_field){
                      .name = "role", .label = "Role", .choices = roles, .choice_count = pack->role_count});
    ui_select(
        ui, &(struct ui_field){
                .name = "agency", .label = "Agency", .choices = list, .choice_count = agencies->code_count});
    ui_button(ui, BUTTON_MAIN, "Add the account", NULL, NULL);
    ui_form_end(ui);
}

static const struct error *answer(struct request *request, const char *username, const char *link,
                                  const struct error *faults, struct reply *reply)
{
    const struct account_view *accounts;
    size_t count;
    TRY(act_account_list(&request->act, &accounts, &count));
    struct ui *ui = ui_begin(request, "Accounts", "/accounts");
    ui->wide = true;
    ui->faults = faults;
    ui_title(ui, NULL, "Accounts");
    if (link != NULL) {
        ui_banner(ui, true, arena_printf(ui->arena, "A link for %s", username),
                  arena_printf(
                      ui->arena,
                      "Give it to them in person or by telephone. It is good once, for 72 hours, and is not "
                      "shown again.\n\n/set-password/%s",
                      link));
    }
    write_list(ui, accounts, count);
    for (size_t i = 0; i < count && username != NULL; i++) {
        if (strcmp(accounts[i].username, username) == 0) {
            write_change(ui, &accounts[i]);
        }
    }
    write_add(ui);
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
    return NULL;
}

const struct error *page_accounts(struct request *request, struct reply *reply)
{
    return answer(request, request_query(request, "name"), NULL, NULL, reply);
}

const struct error *page_accounts_post(struct request *request, struct reply *reply)
{
    const char *username = request_form(request, "username");
    const char *name = request_form(request, "name");
    const char *role = request_form(request, "role");
    const char *agency = request_form(request, "agency");
    const struct error *fault = NULL;
    if (text_is_blank(username)) {
        fault = error_field(request->arena, ERROR_INVALID, "username", fault, "Enter a user name");
    }
    if (text_is_blank(name)) {
        fault = error_field(request->arena, ERROR_INVALID, "name", fault, "Enter a name");
    }
    const char *link = NULL;
    if (fault == NULL) {
        fault = act_account_add(&request->act, username, name, role == NULL ? "" : role,
                                agency == NULL ? "" : agency, &link);
    }
    if (fault != NULL && fault->code == ERROR_EXISTS) {
        fault = error_field(request->arena, ERROR_INVALID, "username", NULL,
                            "There is an account of this name already");
    }
    if (fault != NULL && fault->code != ERROR_INVALID) {
        return fault;
    }
    return answer(request, username, link, fault, reply);
}

const struct error *page_account_post(struct request *request, struct reply *reply)
{
    const char *username = request_form(request, "username");
    const char *go = request_form(request, "_go");
    if (username == NULL || go == NULL) {
        return error_of(ERROR_BAD_INPUT);
    }
    const char *link = NULL;
    if (strcmp(go, "link") == 0) {
        TRY(act_account_link(&request->act, username, &link));
    } else if (strcmp(go, "lock") == 0 || strcmp(go, "unlock") == 0) {
        TRY(act_account_lock(&request->act, username, strcmp(go, "lock") == 0));
    } else {
        return error_of(ERROR_BAD_INPUT);
    }
    return answer(request, username, link, NULL, reply);
}
