/* Accounts: the list that whoever keeps them filters, sorts and takes with them. */
#include "web/csv.h"
#include "web/pages/account_ui.h"
#include "web/pages/contact.h"
#include "web/pages/pages.h"

#include "base/text.h"
#include "web/parse.h"

#include <string.h>

static const enum account_state states[] = {ACCOUNT_IN_USE, ACCOUNT_INVITED, ACCOUNT_AWAITS, ACCOUNT_LOCKED,
                                            ACCOUNT_UNUSED, ACCOUNT_EXPIRED, ACCOUNT_LEFT};
enum { STATES = sizeof states / sizeof states[0] };

static const char *asked(const struct request *request, const char *name)
{
    const char *text = request_query(request, name);
    return text_is_blank(text) ? NULL : text;
}

static bool fits(const struct request *request, const struct account_view *account)
{
    const char *text = asked(request, "text");
    const char *agency = asked(request, "agency");
    const char *role = asked(request, "role");
    const char *state = asked(request, "state");
    return (text == NULL || strcasestr(account->name, text) != NULL ||
            strcasestr(account->username, text) != NULL || strcasestr(account->team, text) != NULL) &&
           (agency == NULL || text_equal(account->agency, agency)) &&
           (role == NULL || text_equal(account->role, role)) &&
           (state == NULL || text_equal(account_state_name(account->state), state));
}

static const struct error *read_found(struct request *request, bool take,
                                      const struct account_view **ret_found, size_t *ret_count,
                                      size_t *ret_all)
{
    const struct account_view *accounts;
    size_t count;
    size_t found = 0;
    TRY(take ? act_account_export(&request->act, &accounts, &count)
             : act_account_list(&request->act, &accounts, &count));
    struct account_view *list = arena_many(request->arena, struct account_view, count);
    for (size_t i = 0; i < count; i++) {
        if (fits(request, &accounts[i])) {
            list[found++] = accounts[i];
        }
    }
    *ret_found = list;
    *ret_count = found;
    *ret_all = count;
    return NULL;
}

/* ---- the filter */

static void write_choice(struct ui *ui, const char *name, const char *label, const char *all,
                         const struct ui_choice *choices, size_t count)
{
    struct ui_choice *list = arena_many(ui->arena, struct ui_choice, count + 1);
    list[0] = (struct ui_choice){.value = "", .text = all};
    for (size_t i = 0; i < count; i++) {
        list[i + 1] = choices[i];
        list[i + 1].checked = text_equal(asked(ui->request, name), choices[i].value);
    }
    ui_select(ui,
              &(struct ui_field){.name = name, .label = label, .choices = list, .choice_count = count + 1});
}

static void write_filter(struct ui *ui)
{
    const struct pack *pack = ui->pack;
    const struct code_list *agencies = pack_codes(pack, "agency");
    struct ui_choice *roles = arena_many(ui->arena, struct ui_choice, pack->role_count);
    struct ui_choice *homes = arena_many(ui->arena, struct ui_choice, agencies->code_count);
    struct ui_choice kinds[STATES];
    for (size_t i = 0; i < pack->role_count; i++) {
        roles[i] = (struct ui_choice){.value = pack->roles[i].id, .text = pack->roles[i].title};
    }
    for (size_t i = 0; i < agencies->code_count; i++) {
        homes[i] = (struct ui_choice){.value = agencies->codes[i].id, .text = agencies->codes[i].title};
    }
    for (size_t i = 0; i < STATES; i++) {
        kinds[i] =
            (struct ui_choice){.value = account_state_name(states[i]), .text = account_tag(states[i]).text};
    }
    ui_filter_form(ui, "/accounts");
    ui_input(ui, &(struct ui_field){.name = "text",
                                    .label = "Name, user name or team",
                                    .text = asked(ui->request, "text"),
                                    .width = 20,
                                    .no_spelling = true});
    if (ui->request->session.actor.role->administers) {
        write_choice(ui, "agency", "Agency", "All agencies", homes, agencies->code_count);
    }
    write_choice(ui, "role", "Role", "All roles", roles, pack->role_count);
    write_choice(ui, "state", "State", "All states", kinds, STATES);
    ui_button(ui, BUTTON_SECONDARY, "Show", NULL, NULL);
    ui_form_end(ui);
}

/* ---- the list */

static const char *soon(struct ui *ui, const struct account_view *account)
{
    if (account->leaves_at.ms != 0 && account->state != ACCOUNT_LEFT) {
        return arena_printf(ui->arena, "Leaves on %s",
                            show_day_of(ui->arena, ui->pack, instant_add_ms(account->leaves_at, -1)));
    }
    if (account->locks_soon) {
        return arena_printf(ui->arena, "Locks on %s if not used", account_day(ui, account->locks_at));
    }
    if (account->expires_at.ms != 0 && account->state != ACCOUNT_EXPIRED) {
        return arena_printf(ui->arena, "Good until %s",
                            show_day_of(ui->arena, ui->pack, instant_add_ms(account->expires_at, -1)));
    }
    return account->asked_role == NULL
               ? NULL
               : arena_printf(ui->arena, "Asked for: %s", show_role(ui->pack, account->asked_role));
}

static void write_list(struct ui *ui, const struct account_view *accounts, size_t count)
{
    static const char *const heads[] = {"Name", "Role", "Agency and team", "State", "Last used", "Confirmed"};
    enum { COLUMNS = sizeof heads / sizeof heads[0] };
    struct ui_cell *cells = arena_many(ui->arena, struct ui_cell, count * COLUMNS);
    for (size_t i = 0; i < count; i++) {
        const struct account_view *account = &accounts[i];
        struct ui_tag tag = account_tag(account->state);
        struct ui_cell *row = &cells[i * COLUMNS];
        row[0] = (struct ui_cell){.text = account->name,
                                  .path = account_path(ui->arena, account->username),
                                  .under = account->username};
        row[1] = (struct ui_cell){.text = show_role(ui->pack, account->role)};
        row[2] = (struct ui_cell){.text = show_code(ui->pack, "agency", account->agency),
                                  .under = account->team[0] == '\0' ? NULL : account->team};
        row[3] = (struct ui_cell){.text = tag.text, .tone = tag.tone, .under = soon(ui, account)};
        row[4] = account_day_cell(ui, account->used_at, "Never");
        row[5] =
            account_day_cell(ui, account->reviewed_at, account->to_review ? "To be confirmed" : "Not yet");
    }
    ui_sortable_table(ui, NULL, heads, COLUMNS, cells, count, -1);
}

/* The duty of every quarter, where it is seen. */
static const struct error *write_review(struct ui *ui)
{
    struct account_review review;
    TRY(act_account_review(&ui->request->act, &review));
    if (review.count == 0) {
        return NULL;
    }
    const char *to_do = arena_printf(ui->arena, "%zu of %s to be confirmed, by %s", review.count,
                                     show_count(ui->arena, review.total, "account is", "accounts are"),
                                     show_day(ui->arena, review.due));
    if (review.overdue) {
        ui_warning(ui, arena_printf(ui->arena, "The review of accounts is overdue: %s.", to_do));
    } else {
        ui_inset(ui, arena_printf(ui->arena, "Review of accounts, %s: %s.",
                                  account_quarter(ui->arena, review.quarter), to_do));
    }
    ui_button_link(ui, BUTTON_MAIN, "Confirm accounts", "/accounts/review");
    return NULL;
}

static void write_asked(struct ui *ui, const struct account_view *accounts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (accounts[i].may_agree) {
            ui_link(ui,
                    arena_printf(ui->arena, "%s asks you to agree: %s as %s", accounts[i].asked_by,
                                 accounts[i].name, show_role(ui->pack, accounts[i].asked_role)),
                    account_path(ui->arena, accounts[i].username));
        }
    }
}

static const char *same_question(struct ui *ui)
{
    static const char *const names[] = {"text", "agency", "role", "state"};
    const char *path = "/accounts.csv";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *text = asked(ui->request, names[i]);
        if (text != NULL) {
            path = arena_printf(ui->arena, "%s%c%s=%s", path, strchr(path, '?') == NULL ? '?' : '&', names[i],
                                percent_encode(ui->arena, text));
        }
    }
    return path;
}

const struct error *page_accounts(struct request *request, struct reply *reply)
{
    const struct account_view *found;
    size_t count;
    size_t all;
    TRY(read_found(request, false, &found, &count, &all));
    struct ui *ui = ui_begin(request, "Accounts", "/accounts");
    ui->wide = true;
    ui_title(ui,
             request->session.actor.role->administers
                 ? NULL
                 : show_code(ui->pack, "agency", request->session.actor.agency),
             "Accounts");
    TRY(write_review(ui));
    write_asked(ui, found, count);
    ui_button_link(ui, BUTTON_SECONDARY, "Add an account", "/accounts/new");
    write_filter(ui);
    if (count == 0) {
        ui_text(ui, all == 0 ? "There are no accounts yet." : "No account fits. Try fewer words.");
    } else {
        ui_hint(ui, arena_printf(ui->arena, "%zu of %s", count,
                                 show_count(ui->arena, all, "account", "accounts")));
        write_list(ui, found, count);
    }
    const struct ui_link links[] = {
        {"Download this list as a file for a spreadsheet", same_question(ui), NULL},
        {"Somebody has lost their passkey and their app", "/accounts/lost", NULL},
    };
    ui_links(ui, links, sizeof links / sizeof links[0]);
    if (request->session.actor.role->administers) {
        TRY(ui_directory_reminders(ui));
    }
    ui_finish(ui, reply, 200);
    return NULL;
}

static void put_time(struct csv *csv, struct instant at)
{
    char text[INSTANT_TEXT] = "";
    if (at.ms != 0) {
        instant_format(at, text);
    }
    csv_cell(csv, text);
}

const struct error *page_accounts_csv(struct request *request, struct reply *reply)
{
    static const char *const heads[] = {"username", "name",        "role",       "agency",     "team",
                                        "state",    "added_at",    "used_at",    "expires_at", "leaves_at",
                                        "locks_at", "reviewed_at", "reviewed_by"};
    const struct account_view *found;
    size_t count;
    size_t all;
    TRY(read_found(request, true, &found, &count, &all));
    struct csv csv = csv_begin(request->arena, heads, sizeof heads / sizeof heads[0]);
    for (size_t i = 0; i < count; i++) {
        const struct account_view *account = &found[i];
        const char *const texts[] = {account->username, account->name, account->role,
                                     account->agency,   account->team, account_state_name(account->state)};
        for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
            csv_cell(&csv, texts[t]);
        }
        put_time(&csv, account->added_at);
        put_time(&csv, account->used_at);
        put_time(&csv, account->expires_at);
        put_time(&csv, account->leaves_at);
        put_time(&csv, account->locks_at);
        put_time(&csv, account->reviewed_at);
        csv_cell(&csv, account->reviewed_by);
        csv_row_end(&csv);
    }
    return csv_reply(&csv, "accounts.csv", reply);
}
