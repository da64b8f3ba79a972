/*
 * Keeping accounts, by the same acts as the pages. What changes an account asks a person again who they are;
 * a program has a token made for it at the command line, or is refused.
 */
#include "api/operations.h"

#include "act/accounts.h"
#include "base/text.h"
#include "calendar/calendar.h"
#include "procedure/duty_json.h"

#include <string.h>

/* ---- what is shown ---- */

static void put_account(struct call *call, json_t *json, const struct account_view *account)
{
    call_put_text(call, json, "account", account->username);
    call_put_text(call, json, "name", account->name);
    call_put_text(call, json, "role", account->role);
    call_put_text(call, json, "agency", account->agency);
    call_put_text(call, json, "team", account->team);
    call_put_text(call, json, "email", account->email);
    call_put_text(call, json, "state", account_state_name(account->state));
    call_put(call, json, "has_password", json_boolean(account->has_password));
    call_put_instant(call, json, "added_at", account->added_at);
    const struct {
        const char *name;
        struct instant at;
    } times[] = {{"used_at", account->used_at},
                 {"locks_at", account->locks_at},
                 {"expires_at", account->expires_at},
                 {"leaves_at", account->leaves_at},
                 {"reviewed_at", account->reviewed_at}};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        call_put(call, json, times[i].name, times[i].at.ms == 0 ? json_null() : instant_to_json(times[i].at));
    }
    call_put(call, json, "to_review", json_boolean(account->to_review));
    call_put_text(call, json, "asked_role", account->asked_role);
    call_put_text(call, json, "asked_agency", account->asked_agency);
    call_put_text(call, json, "asked_by", account->asked_role == NULL ? NULL : account->asked_by);
    call_put(call, json, "may_change", json_boolean(account->may_change));
    call_put(call, json, "may_agree", json_boolean(account->may_agree));
}

static void put_accounts(struct call *call, const struct account_view *accounts, size_t count)
{
    json_t *array = call_put(call, call->output, "accounts", json_array());
    for (size_t i = 0; i < count; i++) {
        put_account(call, call_append(call, array, json_object()), &accounts[i]);
    }
}

static const struct error *show_account(struct call *call, const char *username,
                                        const struct invitation *invitation)
{
    struct account_history history;
    TRY(act_account_read(call->act, username, &history));
    put_account(call, call_put(call, call->output, "account", json_object()), &history.account);
    json_t *events = call_put(call, call->output, "events", json_array());
    for (size_t i = 0; i < history.event_count; i++) {
        json_t *event = call_append(call, events, json_object());
        call_put_instant(call, event, "at", history.events[i].at);
        call_put_text(call, event, "what", history.events[i].title);
        call_put_text(call, event, "text", history.events[i].text);
        call_put_text(call, event, "by", history.events[i].by);
    }
    if (invitation != NULL) {
        call_put_text(call, call->output, "link", invitation->link);
        call_put_text(call, call->output, "code", invitation->code);
        call_put(call, call->output, "mailed", json_boolean(invitation->mailed));
        call_put(call, call->output, "awaits", json_boolean(invitation->awaits));
    }
    return NULL;
}

/* ---- reading ---- */

/* By user name, and on from the last one shown. */
const struct error *work_accounts(struct call *call)
{
    const char *after = request_query(call->request, "cursor");
    const char *agency = request_query(call->request, "agency");
    const struct account_view *all;
    size_t count;
    int limit;
    size_t shown = 0;
    const char *next = NULL;
    TRY(call_limit(call, &limit));
    TRY(act_account_list(call->act, &all, &count));
    struct account_view *page = arena_many(call->arena, struct account_view, (size_t)limit);
    for (size_t i = 0; i < count && next == NULL; i++) {
        if ((after != NULL && strcmp(all[i].username, after) <= 0) ||
            (agency != NULL && !text_equal(all[i].agency, agency))) {
            continue;
        }
        if (shown == (size_t)limit) {
            next = page[shown - 1].username;
        } else {
            page[shown++] = all[i];
        }
    }
    put_accounts(call, page, shown);
    call_put_text(call, call->output, "next", next);
    return NULL;
}

const struct error *work_account(struct call *call)
{
    return show_account(call, request_param(call->request, "account"), NULL);
}

const struct error *work_account_review(struct call *call)
{
    struct account_review review;
    char due[DAY_TEXT];
    TRY(act_account_review(call->act, &review));
    day_format(review.due, due);
    call_put_text(call, call->output, "quarter", review.quarter);
    call_put_text(call, call->output, "due", due);
    call_put(call, call->output, "overdue", json_boolean(review.overdue));
    call_put(call, call->output, "total", json_integer((json_int_t)review.total));
    put_accounts(call, review.accounts, review.count);
    return NULL;
}

/* ---- changing ---- */

/* The end of that day; 0 when it is not there. */
static const struct error *last_day(struct call *call, const char *name, struct instant *ret_at)
{
    const char *text;
    struct day day;
    ret_at->ms = 0;
    TRY(call_text(call, name, &text));
    if (text == NULL) {
        return NULL;
    }
    if (!day_parse(text, &day)) {
        return error_field(call->arena, ERROR_INVALID, name, NULL, "must be a date such as 2024-02-29");
    }
    ret_at->ms = calendar_day_end(call->pack->calendar, day).ms + 1;
    return NULL;
}

/* An act says only that it may not be: why, for who writes a program. */
static const struct error *explained(struct call *call, const struct error *error)
{
    bool refused = error != NULL && error->code == ERROR_NOT_ALLOWED && error->detail == NULL;
    return !refused
               ? error
               : error_new(
                     call->arena, ERROR_NOT_ALLOWED,
                     "a token changes no account unless its own account keeps accounts and it was made for "
                     "that (waymark account token --keeps-accounts): at a page a person shows again who "
                     "they are");
}

const struct error *work_account_invite(struct call *call)
{
    static const char *const names[] = {"account", "name",  "role",    "agency", "team",
                                        "email",   "until", "by_mail", NULL};
    struct account_input input = {0};
    struct invitation invitation;
    const struct {
        const char *name;
        const char **text;
        bool needed;
    } texts[] = {{"account", &input.username, true}, {"name", &input.name, true},
                 {"role", &input.role, true},        {"agency", &input.agency, true},
                 {"team", &input.team, false},       {"email", &input.email, false}};
    const json_t *by_mail = json_object_get(call->input, "by_mail");
    const struct error *error = call_names(call, call->input, names, NULL);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct error *wrong = call_text(call, texts[i].name, texts[i].text);
        if (wrong == NULL && texts[i].needed && text_is_blank(*texts[i].text)) {
            wrong = error_field(call->arena, ERROR_INVALID, texts[i].name, NULL, "is missing");
        }
        error = call_join(call, error, wrong);
    }
    error = call_join(call, error, last_day(call, "until", &input.expires_at));
    if (by_mail != NULL && !json_is_null(by_mail) && !json_is_boolean(by_mail)) {
        error = call_join(call, error,
                          error_field(call->arena, ERROR_INVALID, "by_mail", NULL, "must be true or false"));
    }
    TRY(error);
    input.by_mail = json_is_true(by_mail);
    TRY(explained(call, act_account_invite(call->act, &input, &invitation)));
    call->location = arena_printf(call->arena, "/api/v1/accounts/%s", input.username);
    return show_account(call, input.username, &invitation);
}

struct step {
    const char *username;
    const char *reason;
    const char *to;
    struct instant last;
    struct account_change change;
    struct invitation invitation;
};

typedef const struct error *step_work(struct call *call, struct step *step);

static const struct error *step_lock(struct call *call, struct step *step)
{
    return act_account_lock(call->act, step->username, true);
}

static const struct error *step_unlock(struct call *call, struct step *step)
{
    return act_account_lock(call->act, step->username, false);
}

static const struct error *step_link(struct call *call, struct step *step)
{
    return act_account_link(call->act, step->username, &step->invitation.link);
}

static const struct error *step_invite(struct call *call, struct step *step)
{
    return act_account_invite_again(call->act, step->username, &step->invitation);
}

static const struct error *step_move(struct call *call, struct step *step)
{
    if (step->change.role == NULL || step->change.agency == NULL) {
        return error_field(call->arena, ERROR_INVALID, step->change.role == NULL ? "role" : "agency", NULL,
                           "is missing");
    }
    return act_account_change(call->act, step->username, &step->change, &step->invitation.awaits);
}

static const struct error *step_agree(struct call *call, struct step *step)
{
    return act_account_agree(call->act, step->username, true, &step->invitation);
}

static const struct error *step_refuse(struct call *call, struct step *step)
{
    return act_account_agree(call->act, step->username, false, &step->invitation);
}

/* Without a last day: now. */
static const struct error *step_leave(struct call *call, struct step *step)
{
    return act_account_leaves(call->act, step->username, step->last.ms == 0 ? call->act->now : step->last,
                              step->reason);
}

static const struct error *step_stay(struct call *call, struct step *step)
{
    return act_account_leaves(call->act, step->username, (struct instant){0}, step->reason);
}

static const struct error *step_expire(struct call *call, struct step *step)
{
    return act_account_expires(call->act, step->username, step->last);
}

static const struct error *step_hand_over(struct call *call, struct step *step)
{
    return act_account_hand_over(call->act, step->username, step->to, step->reason);
}

static const struct error *step_confirm(struct call *call, struct step *step)
{
    return act_account_confirm(call->act, &step->username, 1);
}

static const struct {
    const char *name;
    step_work *work;
} steps[] = {{"link", step_link},     {"invite", step_invite},       {"lock", step_lock},
             {"unlock", step_unlock}, {"move", step_move},           {"agree", step_agree},
             {"refuse", step_refuse}, {"leave", step_leave},         {"stay", step_stay},
             {"expire", step_expire}, {"hand-over", step_hand_over}, {"confirm", step_confirm}};

const struct error *work_account_step(struct call *call)
{
    static const char *const names[] = {"step", "role", "agency", "team", "reason", "until", "to", NULL};
    struct step step = {.username = request_param(call->request, "account")};
    const char *name;
    const struct error *error = call_names(call, call->input, names, NULL);
    error = call_join(call, error, call_text(call, "step", &name));
    error = call_join(call, error, call_text(call, "role", &step.change.role));
    error = call_join(call, error, call_text(call, "agency", &step.change.agency));
    error = call_join(call, error, call_text(call, "team", &step.change.team));
    error = call_join(call, error, call_text(call, "reason", &step.reason));
    error = call_join(call, error, call_text(call, "to", &step.to));
    error = call_join(call, error, last_day(call, "until", &step.last));
    TRY(error);
    step.change.reason = step.reason;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (text_equal(name, steps[i].name)) {
            TRY(explained(call, steps[i].work(call, &step)));
            return show_account(call, step.username, &step.invitation);
        }
    }
    return error_field(
        call->arena, ERROR_INVALID, "step", NULL,
        "must be link, invite, lock, unlock, move, agree, refuse, leave, stay, expire, hand-over or "
        "confirm");
}
