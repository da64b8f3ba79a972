/* The review of every quarter: who keeps accounts says of each that its holder still works here in this role.
 */
#include "web/pages/account_ui.h"
#include "web/pages/pages.h"

static const char *hint_of(struct ui *ui, const struct account_view *account)
{
    return arena_printf(ui->arena, "%s, %s%s%s. Last used: %s. Last confirmed: %s%s%s",
                        show_role(ui->pack, account->role), show_code(ui->pack, "agency", account->agency),
                        account->team[0] == '\0' ? "" : ", ", account->team,
                        account_day(ui, account->used_at), account_day(ui, account->reviewed_at),
                        account->reviewed_by[0] == '\0' ? "" : " by ", account->reviewed_by);
}

static void write_accounts(struct ui *ui, const struct account_review *review)
{
    struct ui_choice *choices = arena_many(ui->arena, struct ui_choice, review->count);
    size_t count = 0;
    const char *own = NULL;
    for (size_t i = 0; i < review->count; i++) {
        const struct account_view *account = &review->accounts[i];
        if (!account->may_change) {
            own = arena_printf(ui->arena, "%s%s%s", own == NULL ? "" : own, own == NULL ? "" : ", ",
                               account->name);
            continue;
        }
        choices[count++] = (struct ui_choice){
            .value = account->username, .text = account->name, .hint = hint_of(ui, account)};
    }
    if (count > 0) {
        ui_form(ui, "/accounts/review");
        ui_checkboxes(
            ui, &(struct ui_field){.name = "username",
                                   .label = "Who still works here, in this role?",
                                   .hint = "Whom you do not choose stays on the list: open their account to "
                                           "change or end it.",
                                   .choices = choices,
                                   .choice_count = count});
        ui_button(ui, BUTTON_MAIN, "Confirm those chosen", NULL, NULL);
        ui_form_end(ui);
    }
    if (own != NULL) {
        ui_inset(ui, arena_printf(ui->arena, "Not yours to confirm, but another administrator's: %s.", own));
    }
}

static const struct error *answer(struct request *request, const struct error *faults, struct reply *reply)
{
    struct account_review review;
    TRY(act_account_review(&request->act, &review));
    struct ui *ui = ui_begin(request, "Review of accounts", "/accounts");
    ui->back = "/accounts";
    ui->back_text = "Back to accounts";
    ui->faults = faults;
    ui_title(ui, account_quarter(ui->arena, review.quarter), "Review of accounts");
    if (request_query(request, "done") != NULL) {
        ui_banner(ui, true, "Confirmed",
                  "It stands in the history of each account, with your name and the time.");
    }
    ui_text(ui, arena_printf(
                    ui->arena,
                    "Every account is confirmed in the first 30 days of each quarter: in this one by %s. "
                    "An account that was made in the quarter is not asked about.",
                    show_day(ui->arena, review.due)));
    if (review.overdue) {
        ui_warning(ui, "This review is overdue.");
    }
    ui_hint(ui, arena_printf(ui->arena, "%zu of %zu confirmed", review.total - review.count, review.total));
    if (review.count == 0) {
        ui_text(ui, "Every account is confirmed.");
    }
    write_accounts(ui, &review);
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
    return NULL;
}

const struct error *page_account_review(struct request *request, struct reply *reply)
{
    return answer(request, NULL, reply);
}

const struct error *page_account_review_post(struct request *request, struct reply *reply)
{
    const char *const *usernames;
    size_t count = request_form_all(request, "username", &usernames);
    if (count == 0) {
        return answer(request,
                      error_field(request->arena, ERROR_INVALID, "username", NULL, "Choose at least one"),
                      reply);
    }
    TRY(act_account_confirm(&request->act, usernames, count));
    reply_redirect(reply, "/accounts/review?done=1");
    return NULL;
}
