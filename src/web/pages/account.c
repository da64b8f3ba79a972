/* One account: how it stands, what may be done about it, and all that ever was. */
#include "web/pages/account_ui.h"
#include "web/pages/pages.h"

#include "act/sso.h"
#include "base/text.h"

#include <string.h>

/* ---- as it stands */

static const char *last_day(struct ui *ui, struct instant at, const char *none)
{
    return at.ms == 0 ? none : show_day_of(ui->arena, ui->pack, instant_add_ms(at, -1));
}

static void write_state(struct ui *ui, const struct account_view *account)
{
    struct ui_tag tag = account_tag(account->state);
    bool opens = !account->locked;
    const struct ui_row rows[] = {
        {.key = "State", .value = {.text = tag.text, .tone = tag.tone}},
        {.key = "User name", .value = {.text = account->username}},
        {.key = "Role", .value = {.text = show_role(ui->pack, account->role)}},
        {.key = "Agency", .value = {.text = show_code(ui->pack, "agency", account->agency)}},
        {.key = "Team", .value = {.text = account->team[0] == '\0' ? "None" : account->team}},
        {.key = "Signs in by",
         .value = {.text = account->signs_in_by == NULL ? "Waymark" : account->signs_in_by}},
        {.key = "Made on", .value = {.text = account_day(ui, account->added_at)}},
        {.key = "Last used", .value = {.text = account_day(ui, account->used_at)}},
        {.key = "Locks if not used by",
         .value = {.text = opens ? account_day(ui, account->locks_at) : "It is locked"}},
        {.key = "Closes after", .value = {.text = last_day(ui, account->expires_at, "No end date")}},
        {.key = "Leaves after", .value = {.text = last_day(ui, account->leaves_at, "Not leaving")}},
        {.key = "Confirmed",
         .value = {.text = account->reviewed_at.ms == 0
                               ? "Not yet"
                               : arena_printf(ui->arena, "%s, by %s", account_day(ui, account->reviewed_at),
                                              account->reviewed_by)}},
    };
    ui_summary(ui, rows, sizeof rows / sizeof rows[0]);
}

static void write_history(struct ui *ui, const struct account_history *history)
{
    struct ui_event *events = arena_many(ui->arena, struct ui_event, history->event_count);
    for (size_t i = 0; i < history->event_count; i++) {
        const struct account_event *event = &history->events[i];
        events[i] = (struct ui_event){.title = event->title,
                                      .by = event->by,
                                      .when = show_instant(ui->arena, ui->pack, event->at),
                                      .text = event->text};
    }
    ui_h2(ui, "What was done with this account");
    ui_timeline(ui, events, history->event_count);
}

/* ---- what may be done */

static void begin_change(struct ui *ui, const struct account_view *account, const char *title)
{
    ui_h2(ui, title);
    ui_form(ui, "/accounts/change");
    ui_hidden(ui, "username", account->username);
}

static void one_button(struct ui *ui, enum ui_button kind, const char *text, const char *value)
{
    ui_button(ui, kind, text, "_go", value);
}

static void write_asked(struct ui *ui, const struct account_view *account)
{
    begin_change(ui, account, "A second administrator is asked");
    ui_text(ui,
            arena_printf(ui->arena, "%s asked for the role \"%s\" in %s. Two people make an administrator.",
                         account->asked_by, show_role(ui->pack, account->asked_role),
                         show_code(ui->pack, "agency", account->asked_agency)));
    ui_buttons(ui);
    if (account->may_agree) {
        one_button(ui, BUTTON_MAIN, "Agree", "agree");
    }
    one_button(ui, BUTTON_SECONDARY, account->may_agree ? "Refuse" : "Take it back", "refuse");
    ui_buttons_end(ui);
    ui_form_end(ui);
}

static void write_way_in(struct ui *ui, const struct account_view *account)
{
    bool is_new = account->state == ACCOUNT_INVITED;
    begin_change(ui, account, "Signing in");
    ui_buttons(ui);
    if (!account->locked) {
        one_button(ui, BUTTON_SECONDARY, "Make a new link to set the password", "link");
        if (is_new && account->email != NULL) {
            one_button(ui, BUTTON_SECONDARY, "Send the invitation again", "invite");
        }
        one_button(ui, BUTTON_WARNING, "Lock the account", "lock");
    } else if (account->state != ACCOUNT_EXPIRED) {
        one_button(ui, BUTTON_SECONDARY, "Unlock the account", "unlock");
    }
    ui_buttons_end(ui);
    ui_form_end(ui);
}

static void write_parting(struct ui *ui, const struct account_view *account)
{
    if (account->signs_in_by == NULL) {
        return;
    }
    begin_change(ui, account, arena_printf(ui->arena, "Signing in by %s", account->signs_in_by));
    ui_text(ui,
            "Part the two when the account there is theirs no more, or belongs to somebody else. They are "
            "signed out at once, and whoever signs in there does not get this account. To let them in again, "
            "make a new link and hand it over.");
    one_button(ui, BUTTON_WARNING, arena_printf(ui->arena, "Part it from %s", account->signs_in_by), "part");
    ui_form_end(ui);
}

static void write_move(struct ui *ui, const struct account_view *account)
{
    begin_change(ui, account, "Move to another role, agency or team");
    ui_text(ui,
            "They are signed out at once, their tokens end, and what they took part in before is theirs no "
            "more. They are told.");
    account_role_field(ui, account->role);
    account_agency_field(ui, account->agency);
    ui_input(ui, &(struct ui_field){.name = "team",
                                    .label = "Team",
                                    .text = account_typed(ui, "team", account->team),
                                    .width = 30});
    ui_input(ui, &(struct ui_field){.name = "reason",
                                    .label = "Why do they move?",
                                    .text = account_typed(ui, "reason", "")});
    one_button(ui, BUTTON_SECONDARY, "Move them", "move");
    ui_form_end(ui);
}

static void write_held(struct ui *ui, const struct account_history *history)
{
    const char *lines[2];
    size_t count = 0;
    if (history->drafts > 0) {
        lines[count++] = arena_printf(ui->arena, "%s that only they can finish or send",
                                      show_count(ui->arena, history->drafts, "draft", "drafts"));
    }
    if (history->contacts > 0) {
        lines[count++] = arena_printf(ui->arena, "%s of the directory that they keep right",
                                      show_count(ui->arena, history->contacts, "contact", "contacts"));
    }
    if (count == 0) {
        ui_text(ui, "They hold no draft and keep no contact of the directory right.");
    } else {
        ui_text(ui, "To be handed over before they go:");
        ui_bullets(ui, lines, count);
    }
}

static void write_leaving(struct ui *ui, const struct account_history *history)
{
    const struct account_view *account = &history->account;
    begin_change(ui, account, "They are leaving");
    write_held(ui, history);
    ui_date(ui,
            &(struct ui_field){.name = "last",
                               .label = "Their last day at work",
                               .hint = "Leave it empty to shut the account now."},
            typed_of_request(ui->request), false);
    ui_input(ui, &(struct ui_field){.name = "leave_reason",
                                    .label = "Why do they leave?",
                                    .text = account_typed(ui, "leave_reason", "")});
    ui_buttons(ui);
    one_button(ui, BUTTON_WARNING, "Record that they leave", "leave");
    if (account->leaves_at.ms != 0) {
        one_button(ui, BUTTON_SECONDARY, "They stay after all", "stay");
    }
    ui_buttons_end(ui);
    ui_form_end(ui);
    begin_change(ui, account, "Hand over what they held");
    ui_input(ui, &(struct ui_field){.name = "to",
                                    .label = "User name of who takes it over",
                                    .text = account_typed(ui, "to", ""),
                                    .width = 20,
                                    .no_spelling = true});
    ui_input(ui, &(struct ui_field){.name = "hand_reason",
                                    .label = "What is handed over, and how?",
                                    .text = account_typed(ui, "hand_reason", "")});
    one_button(ui, BUTTON_SECONDARY, "Record that it is handed over", "hand-over");
    ui_form_end(ui);
}

static void write_expiry(struct ui *ui, const struct account_view *account)
{
    begin_change(ui, account, "End date of the account");
    ui_date(ui,
            &(struct ui_field){.name = "expires",
                               .label = "The account closes at the end of",
                               .hint =
                                   "For a student, a secondment or agency staff. Leave it empty for no end "
                                   "date."},
            typed_of_request(ui->request), false);
    one_button(ui, BUTTON_SECONDARY, "Save the end date", "expires");
    ui_form_end(ui);
}

static const char *const done_words[][2] = {
    {"lock", "The account is locked, and its sessions and tokens have ended."},
    {"unlock", "The account is unlocked."},
    {"move", "The change stands. They are signed out and told."},
    {"asked", "Another administrator is asked to agree."},
    {"refuse", "It is refused."},
    {"agree", "It is agreed."},
    {"leave", "Their leaving is recorded."},
    {"stay", "They stay."},
    {"hand-over", "It is recorded to whom it is handed over."},
    {"expires", "The end date is saved."},
    {"part", "The account is parted, and its sessions have ended. To let them in again, make a new link."},
    {"confirm", "The account is confirmed for this quarter."},
};

static const char *done_text(const char *done)
{
    for (size_t i = 0; done != NULL && i < sizeof done_words / sizeof done_words[0]; i++) {
        if (strcmp(done_words[i][0], done) == 0) {
            return done_words[i][1];
        }
    }
    return NULL;
}

static const struct error *answer(struct request *request, const char *username,
                                  const struct invitation *invitation, const struct error *faults,
                                  struct reply *reply)
{
    struct account_history history;
    const char *done = request->is_post ? NULL : done_text(request_query(request, "done"));
    TRY(act_account_read(&request->act, username, &history));
    const struct account_view *account = &history.account;
    struct ui *ui = ui_begin(request, account->name, "/accounts");
    ui->back = "/accounts";
    ui->back_text = "Back to accounts";
    ui->faults = faults;
    ui_title(ui, "Account", account->name);
    if (done != NULL) {
        ui_banner(ui, true, "Done", done);
    }
    if (invitation != NULL) {
        account_invitation(ui, account->username, invitation);
    }
    write_state(ui, account);
    if (account->may_change) {
        if (account->asked_role != NULL) {
            write_asked(ui, account);
        }
        if (account->to_review) {
            begin_change(ui, account, "To be confirmed in this quarter");
            one_button(ui, BUTTON_MAIN, "They still work here, in this role", "confirm");
            ui_form_end(ui);
        }
        write_way_in(ui, account);
        write_parting(ui, account);
        write_move(ui, account);
        write_leaving(ui, &history);
        write_expiry(ui, account);
    } else {
        ui_inset(ui, "You cannot change this account. Nobody changes their own, and only an administrator "
                     "changes that "
                     "of an administrator.");
    }
    write_history(ui, &history);
    ui_finish(ui, reply, faults == NULL ? 200 : 422);
    return NULL;
}

const struct error *page_account(struct request *request, struct reply *reply)
{
    return answer(request, request_param(request, "name"), NULL, NULL, reply);
}

/* ---- doing it */

struct doing {
    struct ui *ui;
    const struct act *act;
    const char *username;
    struct invitation invitation; /* shown when it holds something */
    const char *done;             /* what is said of it; NULL: its own name */
};

static const char *typed(const struct doing *doing, const char *name)
{
    const char *text = request_form(doing->ui->request, name);
    return text == NULL ? "" : text_trim(doing->ui->arena, text);
}

/* The faults of acts name `reason`; the forms of leaving and handing over have their own. */
static const struct error *reason_named(struct doing *doing, const struct error *error, const char *name)
{
    return error != NULL && error->code == ERROR_INVALID && text_equal(error->field, "reason")
               ? error_field(doing->ui->arena, ERROR_INVALID, name, NULL, "%s", error->detail)
               : error;
}

static const struct error *do_link(struct doing *doing)
{
    return act_account_link(doing->act, doing->username, &doing->invitation.link);
}

static const struct error *do_invite(struct doing *doing)
{
    return act_account_invite_again(doing->act, doing->username, &doing->invitation);
}

static const struct error *do_lock(struct doing *doing)
{
    return act_account_lock(doing->act, doing->username, true);
}

static const struct error *do_unlock(struct doing *doing)
{
    return act_account_lock(doing->act, doing->username, false);
}

static const struct error *do_move(struct doing *doing)
{
    bool awaits;
    struct account_change change = {typed(doing, "role"), typed(doing, "agency"), typed(doing, "team"),
                                    typed(doing, "reason")};
    TRY(act_account_change(doing->act, doing->username, &change, &awaits));
    doing->done = awaits ? "asked" : NULL;
    return NULL;
}

static const struct error *do_agree(struct doing *doing)
{
    return act_account_agree(doing->act, doing->username, true, &doing->invitation);
}

static const struct error *do_refuse(struct doing *doing)
{
    return act_account_agree(doing->act, doing->username, false, &doing->invitation);
}

static const struct error *do_leave(struct doing *doing)
{
    struct instant at;
    TRY(account_date(doing->ui, "last", "Last day", &at));
    return reason_named(doing,
                        act_account_leaves(doing->act, doing->username, at.ms == 0 ? doing->act->now : at,
                                           typed(doing, "leave_reason")),
                        "leave_reason");
}

static const struct error *do_stay(struct doing *doing)
{
    return act_account_leaves(doing->act, doing->username, (struct instant){0}, typed(doing, "leave_reason"));
}

static const struct error *do_hand_over(struct doing *doing)
{
    return reason_named(
        doing,
        act_account_hand_over(doing->act, doing->username, typed(doing, "to"), typed(doing, "hand_reason")),
        "hand_reason");
}

static const struct error *do_expires(struct doing *doing)
{
    struct instant at;
    TRY(account_date(doing->ui, "expires", "Last day", &at));
    return act_account_expires(doing->act, doing->username, at);
}

static const struct error *do_part(struct doing *doing)
{
    return act_sso_part(doing->act, doing->username);
}

static const struct error *do_confirm(struct doing *doing)
{
    return act_account_confirm(doing->act, &doing->username, 1);
}

static const struct {
    const char *go;
    const struct error *(*work)(struct doing *doing);
} changes[] = {
    {"link", do_link}, {"invite", do_invite},   {"lock", do_lock},           {"unlock", do_unlock},
    {"move", do_move}, {"agree", do_agree},     {"refuse", do_refuse},       {"leave", do_leave},
    {"stay", do_stay}, {"expires", do_expires}, {"hand-over", do_hand_over}, {"confirm", do_confirm},
    {"part", do_part},
};

const struct error *page_account_post(struct request *request, struct reply *reply)
{
    const char *go = request_form(request, "_go");
    struct doing doing = {.ui = ui_begin(request, "Account", "/accounts"),
                          .act = &request->act,
                          .username = request_form(request, "username")};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        if (doing.username == NULL || !text_equal(go, changes[i].go)) {
            continue;
        }
        const struct error *error = changes[i].work(&doing);
        const struct error *fault = error == NULL ? NULL : account_fault(doing.ui, error);
        if (error != NULL && fault == NULL) {
            return error;
        }
        bool shows = doing.invitation.link != NULL || doing.invitation.mailed;
        if (fault != NULL || shows) {
            return answer(request, doing.username, shows ? &doing.invitation : NULL, fault, reply);
        }
        reply_redirect(reply, arena_printf(request->arena, "%s?done=%s",
                                           account_path(request->arena, doing.username),
                                           doing.done == NULL ? go : doing.done));
        return NULL;
    }
    return error_of(ERROR_BAD_INPUT);
}
