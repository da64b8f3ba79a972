/*
 * What is told to the holder of an account, in the program and by mail: they are notices like others, about
 * no case. An invitation is only mail: who has not been in yet reads no notices.
 */
#include "act/account.h"

#include "base/text.h"
#include "store/notice.h"

static const struct {
    const char *rule;
    const char *title;
} rows[ACCOUNT_NOTICES] = {
    [ACCOUNT_NOTICE_INVITATION] = {"account-invitation", "You were invited"},
    [ACCOUNT_NOTICE_CHANGED] = {"account-changed", "Your role, agency or team was changed"},
    [ACCOUNT_NOTICE_UNUSED] = {"account-unused", "Your account locks soon because it is not used: sign in"},
};

int account_notice_of(const char *rule)
{
    for (int i = 0; i < ACCOUNT_NOTICES; i++) {
        if (text_equal(rows[i].rule, rule)) {
            return i;
        }
    }
    return -1;
}

const char *account_notice_title(enum account_notice what)
{
    return rows[what].title;
}

void account_tell(const struct act *act, struct write *write, struct id account, enum account_notice what,
                  uint64_t seq)
{
    char id[ID_TEXT];
    struct id nobody = {{0}};
    id_format(account, id);
    struct notice_row row = {
        .made_at = act->now,
        .rule = rows[what].rule,
        .duty = "",
        .seq = seq,
        .role = "",
        .agency = "",
        .account = account,
    };
    row.id = notice_id(row.rule, row.case_id, row.duty, seq, NULL, arena_copy(act->arena, id));
    store_write_notice(write, &row);
    if (what == ACCOUNT_NOTICE_INVITATION) {
        store_write_notice_read(write, row.id, account, "", "");
    }
    if (act->service->mails) {
        store_write_outbox(write, row.id, account, nobody, act->now);
    }
}

/* Once for each time it was last used: the day of that is what the notice is about. */
static void warn(const struct act *act, struct write *write, const struct account *account)
{
    struct instant awake = account_awake_at(account, account_used_at(act, account));
    account_tell(act, write, account->id, ACCOUNT_NOTICE_UNUSED, (uint64_t)(awake.ms / MS_PER_DAY));
}

const struct error *account_notices_sweep(const struct act *act)
{
    const struct account *const *accounts;
    size_t count;
    size_t warned = 0;
    TRY(accounts_every(act, &accounts, &count));
    struct write *write = store_write_new(act->service->store, act->arena);
    for (size_t i = 0; i < count; i++) {
        const struct account *account = accounts[i];
        int64_t left = account_locks_at(account, account_used_at(act, account)).ms - act->now.ms;
        if (account_opens(account_state_now(act, account)) &&
            left <= (int64_t)ACCOUNT_WARNED_DAYS * MS_PER_DAY) {
            warn(act, write, account);
            warned++;
        }
    }
    return warned == 0 ? NULL : store_write_run(write);
}
