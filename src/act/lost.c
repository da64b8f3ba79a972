/*
 * When every second factor is lost. One who keeps accounts has made sure who it is and says how; another
 * agrees, and only then is everything taken away and a link made, which that one gives to the person. The
 * person is told when it is asked and when it is done, so that somebody who only pretends is found out.
 * Nobody asks or agrees for themselves, and no command does the second part. Whoever has the mailbox alone
 * gets nothing: no link is mailed.
 */
#include "act/factor.h"

#include "base/must.h"
#include "base/text.h"

#include <string.h>

enum { ANSWER_DAYS = 7 };

static const struct lost_way ways[] = {
    {"in-person", "I saw them, and their staff card with a photograph"},
    {"manager-in-person", "Their manager, whom I know, is with them and confirmed it to me"},
    {"video", "I saw them on video, know them by sight, and they showed their staff card"},
};

const struct lost_way *act_lost_ways(size_t *ret_count)
{
    *ret_count = sizeof ways / sizeof ways[0];
    return ways;
}

static const struct lost_way *way_of(const char *id)
{
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (text_equal(ways[i].id, id)) {
            return &ways[i];
        }
    }
    return NULL;
}

static bool is_asked(const struct act *act, const struct account *account)
{
    return account->factors.lost &&
           act->now.ms - account->factors.lost_at.ms < (int64_t)ANSWER_DAYS * MS_PER_DAY;
}

static bool is_own(const struct act *act, const struct account *account)
{
    return act->actor != NULL && id_equal(act->actor->account, account->id);
}

/* One's own is told apart below, in words of its own. */
static const struct error *may_answer(const struct act *act, const struct account *account)
{
    return is_own(act, account) || account_may_change(act, account) ? NULL : error_of(ERROR_NOT_ALLOWED);
}

const struct error *act_lost_ask(const struct act *act, const char *username, const char *how)
{
    const struct account *account;
    struct value *values;
    TRY(account_of(act, "factors-lost", username, &account));
    TRY(may_answer(act, account));
    TRY(act_dangerous(act));
    if (way_of(how) == NULL) {
        return error_field(act->arena, ERROR_INVALID, "how", NULL, "Say how you made sure who it is");
    }
    if (is_own(act, account)) {
        return error_field(act->arena, ERROR_INVALID, "how", NULL,
                           "Nobody does this for themselves: ask somebody else who keeps accounts");
    }
    bool opens = account_opens(account_state_now(act, account));
    if (!opens || !factors_any(&account->factors)) {
        return error_field(act->arena, ERROR_INVALID, "how", NULL,
                           !opens ? "The account is locked: unlock it first"
                                  : "There is no second factor: a new link is enough");
    }
    struct entry entry = account_entry(act, "account-factors-lost", &values);
    account_set(values, entry.type, "how", how);
    TRY(factor_append(act, account, &entry));
    TRY(notice_own(act, "factors-lost", account->id));
    return notice_keepers(act, "factors-of-somebody-lost", account->id);
}

const struct error *act_lost_answer(const struct act *act, const char *username, bool agreed,
                                    const char **ret_link)
{
    const struct account *account;
    struct value *values;
    TRY(account_of(act, agreed ? "factors-reset" : "factors-kept", username, &account));
    TRY(may_answer(act, account));
    TRY(act_dangerous(act));
    *ret_link = NULL;
    if (act->actor == NULL) {
        return error_new(act->arena, ERROR_NOT_ALLOWED, "a second person agrees, signed in");
    }
    if (!is_asked(act, account)) {
        return error_field(act->arena, ERROR_INVALID, "username", NULL,
                           "Nobody has asked for this within seven days, or it was answered already");
    }
    if (agreed && (is_own(act, account) || id_equal(act->actor->account, account->factors.lost_by))) {
        return error_field(act->arena, ERROR_INVALID, "username", NULL,
                           "A second person agrees: neither the one who asked nor the one it is about");
    }
    struct entry entry =
        account_entry(act, agreed ? "account-factors-reset" : "account-factors-kept", &values);
    TRY(factor_append(act, account, &entry));
    TRY(notice_own(act, agreed ? "factors-reset" : "factors-kept", account->id));
    if (!agreed) {
        return NULL;
    }
    TRY(store_sessions_of_account_drop(act->service->store, act->arena, account->id));
    return act_account_link(act, username, ret_link);
}

const struct error *act_lost_list(const struct act *act, const struct lost_view **ret_list, size_t *ret_count)
{
    const struct account *const *accounts;
    size_t count;
    size_t asked = 0;
    TRY(account_begin(act, "factors-lost-list", (struct id){{0}}));
    TRY(accounts_every(act, &accounts, &count));
    struct lost_view *list = arena_many(act->arena, struct lost_view, count);
    for (size_t i = 0; i < count; i++) {
        const struct account *account = accounts[i];
        if (is_asked(act, account) && account_is_within(act, account)) {
            const struct lost_way *way = way_of(account->factors.lost_how);
            must(way != NULL); /* only these were taken */
            list[asked++] = (struct lost_view){
                .username = account->username,
                .name = account->name,
                .asked_by = account_name(act, account->factors.lost_by),
                .how = way->title,
                .asked_at = account->factors.lost_at,
                .mine = is_own(act, account) ||
                        (act->actor != NULL && id_equal(act->actor->account, account->factors.lost_by)),
            };
        }
    }
    *ret_list = list;
    *ret_count = asked;
    return NULL;
}
