/* Accounts as those who keep them see them: the list, one with its history, the review of every quarter. */
#include "act/sso_account.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

const char *account_state_name(enum account_state state)
{
    static const char *const names[] = {"in-use", "invited", "awaits", "locked", "unused", "expired", "left"};
    return names[state];
}

bool act_account_may_give(const struct act *act, const struct role *role, const char *agency)
{
    return account_may_give(act, role, agency);
}

/* ---- as it is shown */

static struct instant quarter_began(const struct act *act, struct review_quarter *ret_quarter)
{
    const struct pack *pack = act_pack(act);
    *ret_quarter = review_quarter(act->arena, calendar_day(pack->calendar, act->now));
    return calendar_day_start(pack->calendar, ret_quarter->first);
}

static struct account_view view_of(const struct act *act, const struct account *account, struct instant began)
{
    struct instant used_at = account_used_at(act, account);
    enum account_state state = account_state(account, used_at, act->now);
    struct instant locks_at = account_locks_at(account, used_at);
    bool opens = account_opens(state);
    return (struct account_view){
        .id = account->id,
        .username = account->username,
        .name = account->name,
        .role = account->role,
        .agency = account->agency,
        .team = account->team,
        .email = account->email,
        .locked = !opens,
        .has_password = account->password_hash != NULL,
        .signs_in_by = sso_title(act, account),
        .state = state,
        .added_at = account->added_at,
        .used_at = used_at,
        .locks_at = locks_at,
        .locks_soon = opens && locks_at.ms - act->now.ms <= (int64_t)ACCOUNT_WARNED_DAYS * MS_PER_DAY,
        .expires_at = account->expires_at,
        .leaves_at = account->leaves_at,
        .reviewed_at = account->reviewed_at,
        .reviewed_by = account->reviewed_at.ms == 0 ? "" : account_name(act, account->reviewed_by),
        .to_review = account_to_review(account, state, began),
        .asked_role = account->asked_role,
        .asked_agency = account->asked_agency,
        .asked_by = account->asked_role == NULL ? "" : account_name(act, account->asked_by),
        .may_change = account_may_change(act, account),
        .may_agree = account_may_agree(act, account),
    };
}

static int by_username(const void *a, const void *b)
{
    const struct account_view *one = a;
    const struct account_view *other = b;
    return strcmp(one->username, other->username);
}

static const struct error *all_within(const struct act *act, const struct account_view **ret_accounts,
                                      size_t *ret_count)
{
    const struct account *const *accounts;
    size_t count;
    size_t within = 0;
    struct review_quarter quarter;
    struct instant began = quarter_began(act, &quarter);
    TRY(accounts_every(act, &accounts, &count));
    struct account_view *views = arena_many(act->arena, struct account_view, count);
    for (size_t i = 0; i < count; i++) {
        const struct account *account = accounts[i];
        if (account_is_within(act, account)) {
            views[within++] = view_of(act, account, began);
        }
    }
    qsort(views, within, sizeof *views, by_username);
    *ret_accounts = views;
    *ret_count = within;
    return NULL;
}

const struct error *act_account_list(const struct act *act, const struct account_view **ret_accounts,
                                     size_t *ret_count)
{
    TRY(account_begin(act, "account-list", (struct id){{0}}));
    return all_within(act, ret_accounts, ret_count);
}

const struct error *act_account_export(const struct act *act, const struct account_view **ret_accounts,
                                       size_t *ret_count)
{
    TRY(account_begin(act, "account-export", (struct id){{0}}));
    TRY(act_dangerous(act));
    return all_within(act, ret_accounts, ret_count);
}

/* ---- one, with its history */

/* What a person may read of an entry: never a hash. */
static const char *event_text(const struct act *act, const struct entry *entry)
{
    static const char *const shown[] = {"username", "name", "role",   "agency", "team",
                                        "email",    "to",   "reason", "quarter"};
    const char *text = "";
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        const struct field *field = entry_type_field(entry->type, shown[i]);
        const char *value = field == NULL ? NULL : entry_text(entry, shown[i]);
        if (text_is_blank(value)) {
            continue;
        }
        const struct role *role = text_equal(shown[i], "role") ? act_role(act, value) : NULL;
        const struct code_list *agencies = pack_codes(act_pack(act), "agency");
        const struct code *code =
            text_equal(shown[i], "agency") && agencies != NULL ? code_find(agencies, value) : NULL;
        text = arena_printf(act->arena, "%s%s%s: %s", text, text[0] == '\0' ? "" : "; ", field->label,
                            role != NULL   ? role->title
                            : code != NULL ? code->title
                                           : value);
    }
    static const char *const times[] = {"at", "expires_at", "ends_at"};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        const struct field *field = entry_type_field(entry->type, times[i]);
        const struct value *value = field == NULL ? NULL : entry_value(entry, times[i]);
        if (value != NULL && value->kind == VALUE_NUMBER) {
            char when[CALENDAR_TEXT] = "taken back";
            if (value->number != 0) {
                calendar_format(act_pack(act)->calendar, (struct instant){value->number}, when);
            }
            text =
                arena_printf(act->arena, "%s%s%s: %s", text, text[0] == '\0' ? "" : "; ", field->label, when);
        }
    }
    return text;
}

static void fill_events(const struct act *act, const struct stream *stream, struct account_history *history)
{
    struct account_event *events = arena_many(act->arena, struct account_event, stream->count);
    for (size_t i = 0; i < stream->count; i++) {
        const struct entry *entry = stream->entries[stream->count - 1 - i];
        events[i] = (struct account_event){
            .title = entry->type->title,
            .text = event_text(act, entry),
            .at = entry->recorded_at,
            .by = account_name(act, entry->recorded_by),
        };
    }
    history->events = events;
    history->event_count = stream->count;
}

/* What is to be handed over when they leave: counted, and never read. */
static const struct error *fill_held(const struct act *act, struct store_reader *reader,
                                     const struct account *account, struct account_history *history)
{
    const struct draft *drafts;
    const struct contact_view *contacts;
    size_t count;
    TRY(store_drafts(reader, act->arena, account->id, &drafts, &history->drafts));
    TRY(directory_read(act, reader, &contacts, &count));
    for (size_t i = 0; i < count; i++) {
        history->contacts += text_equal(contacts[i].owner, account->username);
    }
    return NULL;
}

const struct error *act_account_read(const struct act *act, const char *username,
                                     struct account_history *ret_history)
{
    const struct account *account;
    struct store_reader *reader;
    struct stream stream;
    struct review_quarter quarter;
    struct account_history history = {0};
    TRY(account_of(act, "account-read", username, &account));
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_stream_read(reader, act->arena, account->id, &stream);
    if (error == NULL) {
        error = fill_held(act, reader, account, &history);
    }
    store_reader_give(reader);
    TRY(error);
    history.account = view_of(act, account, quarter_began(act, &quarter));
    fill_events(act, &stream, &history);
    *ret_history = history;
    return NULL;
}

/* ---- the review of every quarter */

const struct error *act_account_review(const struct act *act, struct account_review *ret_review)
{
    const struct account_view *views;
    size_t count;
    struct review_quarter quarter;
    struct instant began = quarter_began(act, &quarter);
    TRY(account_begin(act, "account-review", (struct id){{0}}));
    TRY(all_within(act, &views, &count));
    struct account_view *list = arena_many(act->arena, struct account_view, count);
    struct account_review review = {.quarter = quarter.name, .due = quarter.due, .accounts = list};
    for (size_t i = 0; i < count; i++) {
        bool confirmed = views[i].reviewed_at.ms >= began.ms && account_opens(views[i].state);
        review.total += views[i].to_review || confirmed;
        if (views[i].to_review) {
            list[review.count++] = views[i];
        }
    }
    review.overdue =
        review.count > 0 && calendar_day(act_pack(act)->calendar, act->now).number > quarter.due.number;
    *ret_review = review;
    return NULL;
}

const struct error *act_account_confirm(const struct act *act, const char *const *usernames, size_t count)
{
    struct review_quarter quarter;
    (void)quarter_began(act, &quarter);
    for (size_t i = 0; i < count; i++) {
        const struct account *account;
        struct value *values;
        TRY(account_to_change(act, "account-confirm", usernames[i], &account));
        struct entry entry = account_entry(act, "account-reviewed", &values);
        account_set(values, entry.type, "quarter", quarter.name);
        TRY(account_append(act, account->id, &entry));
    }
    return NULL;
}
