#include "web/pages/account_ui.h"

#include "base/text.h"
#include "calendar/calendar.h"
#include "web/parse.h"

#include <string.h>

const char *account_path(struct arena *arena, const char *username)
{
    return arena_printf(arena, "/accounts/people/%s", percent_encode(arena, username));
}

struct ui_tag account_tag(enum account_state state)
{
    static const struct ui_tag tags[] = {
        [ACCOUNT_IN_USE] = {"In use", "green"},
        [ACCOUNT_INVITED] = {"Invited", "blue"},
        [ACCOUNT_AWAITS] = {"Awaits a second person", "yellow"},
        [ACCOUNT_LOCKED] = {"Locked", "red"},
        [ACCOUNT_UNUSED] = {"Locked: not used", "red"},
        [ACCOUNT_EXPIRED] = {"Expired", "grey"},
        [ACCOUNT_LEFT] = {"Left", "grey"},
    };
    return tags[state];
}

const char *account_quarter(struct arena *arena, const char *quarter)
{
    static const char *const months[] = {"January to March", "April to June", "July to September",
                                         "October to December"};
    size_t size = strlen(quarter);
    char number = size == 7 ? quarter[6] : '0'; /* of "2026-Q4" */
    return number < '1' || number > '4' ? quarter
                                        : arena_printf(arena, "%s %.4s", months[number - '1'], quarter);
}

const char *account_day(struct ui *ui, struct instant at)
{
    return at.ms == 0 ? "Never" : show_day_of(ui->arena, ui->pack, at);
}

struct ui_cell account_day_cell(struct ui *ui, struct instant at, const char *none)
{
    char sort[INSTANT_TEXT] = "";
    if (at.ms != 0) {
        instant_format(at, sort);
    }
    return (struct ui_cell){.text = at.ms == 0 ? none : show_day_of(ui->arena, ui->pack, at),
                            .sort = arena_copy(ui->arena, sort)};
}

const char *account_typed(struct ui *ui, const char *name, const char *otherwise)
{
    const char *typed = request_form(ui->request, name);
    return typed == NULL ? otherwise : typed;
}

/* In some agency of those the actor keeps. */
static bool may_give(struct ui *ui, const struct role *role)
{
    const struct code_list *agencies = pack_codes(ui->pack, "agency");
    for (size_t i = 0; i < agencies->code_count; i++) {
        if (act_account_may_give(&ui->request->act, role, agencies->codes[i].id)) {
            return true;
        }
    }
    return false;
}

void account_role_field(struct ui *ui, const char *chosen)
{
    const char *typed = account_typed(ui, "role", chosen);
    struct ui_choice *choices = arena_many(ui->arena, struct ui_choice, ui->pack->role_count + 1);
    size_t count = 0;
    if (chosen == NULL) { /* what somebody may do is chosen, never left as it stood */
        choices[count++] = (struct ui_choice){.value = "", .text = "Choose a role"};
    }
    for (size_t i = 0; i < ui->pack->role_count; i++) {
        const struct role *role = &ui->pack->roles[i];
        if (may_give(ui, role) || text_equal(typed, role->id)) {
            choices[count++] = (struct ui_choice){
                .value = role->id, .text = role->title, .checked = text_equal(typed, role->id)};
        }
    }
    ui_select(ui,
              &(struct ui_field){.name = "role", .label = "Role", .choices = choices, .choice_count = count});
}

void account_agency_field(struct ui *ui, const char *chosen)
{
    const struct code_list *agencies = pack_codes(ui->pack, "agency");
    const struct actor *actor = &ui->request->session.actor;
    const char *typed = account_typed(ui, "agency", chosen);
    struct ui_choice *choices = arena_many(ui->arena, struct ui_choice, agencies->code_count);
    size_t count = 0;
    for (size_t i = 0; i < agencies->code_count; i++) {
        const struct code *code = &agencies->codes[i];
        if (actor->role->administers || text_equal(code->id, actor->agency)) {
            choices[count++] = (struct ui_choice){
                .value = code->id, .text = code->title, .checked = text_equal(typed, code->id)};
        }
    }
    ui_select(ui, &(struct ui_field){
                      .name = "agency", .label = "Agency", .choices = choices, .choice_count = count});
}

void account_invitation(struct ui *ui, const char *username, const struct invitation *invitation)
{
    if (invitation->awaits) {
        ui_banner(ui, true, "A second administrator is asked",
                  "The account opens, and gets its link, when another administrator agrees to it.");
    } else if (invitation->mailed) {
        ui_banner(
            ui, true, arena_printf(ui->arena, "The invitation for %s is sent", username),
            arena_printf(ui->arena,
                         "Tell them this code in person or by telephone, never by e-mail: without it the "
                         "link in the message opens nothing. It is not shown again.\n\n%s",
                         invitation->code));
    } else if (invitation->link != NULL) {
        ui_banner(ui, true, arena_printf(ui->arena, "A link for %s", username),
                  arena_printf(
                      ui->arena,
                      "Give it to them in person or by telephone. It is good once, for 72 hours, and is not "
                      "shown again.\n\n%s",
                      ui_address(ui, arena_printf(ui->arena, "/set-password/%s", invitation->link))));
    }
}

const struct error *account_date(struct ui *ui, const char *name, const char *label, struct instant *ret_at)
{
    struct moment moment;
    bool given;
    TRY(form_moment(ui->arena, ui->pack, name, label, typed_of_request(ui->request), false, &moment, &given));
    ret_at->ms = given ? calendar_day_end(ui->pack->calendar, moment.day).ms + 1 : 0;
    return NULL;
}

const struct error *account_fault(struct ui *ui, const struct error *error)
{
    if (error->code == ERROR_INVALID) {
        return error;
    }
    if (error->code == ERROR_EXISTS) {
        return error_field(ui->arena, ERROR_INVALID, "username", NULL,
                           "There is an account of this name already");
    }
    if (error->code == ERROR_NOT_ALLOWED && error->detail != NULL) {
        return error_new(ui->arena, ERROR_INVALID, "%s", error->detail);
    }
    return NULL;
}
