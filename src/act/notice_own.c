/* Notices that no pack has a rule for: of somebody's account, and for who reviews looks. They name nobody and
 * nothing; the page they lead to does. */
#include "act/factor.h"

#include "base/text.h"
#include "store/notice.h"

static const struct {
    const char *what;
    const char *title;
    const char *path; /* where it leads; NULL: nowhere of its own */
} rows[] = {
    {"factor-changed", "How you sign in was changed. If it was not you, tell whoever keeps the accounts",
     "/my-account/sign-in"},
    {"password-set", "Your password was set anew. If it was not you, tell whoever keeps the accounts",
     "/my-account/sign-in"},
    {"recovery-used", "A recovery code of yours was used to sign in", "/my-account/sign-in"},
    {"token-made", "A token for a program was made in your name", "/my-account/tokens"},
    {"passkey-locked", "A passkey of yours was locked: there may be a copy of it", "/my-account/sign-in"},
    {"passkey-of-somebody-locked", "A passkey of an account was locked: there may be a copy of it",
     "/notices"},
    {"factors-lost",
     "Somebody asked that your second factors be taken away as lost. If you did not lose them, say so "
     "at once",
     "/notices"},
    {"factors-of-somebody-lost",
     "Second factors of an account were said to be lost: a second person has to agree", "/accounts/lost"},
    {"factors-reset", "Your second factors were taken away as lost, and you were given a new link",
     "/notices"},
    {"factors-kept", "It was refused to take your second factors away as lost", "/notices"},
    {"glass-broken", "Glass was broken: review it by the end of the next working day", "/broken-glass"},
    {"unusual-looks", "Unusual looks to review", "/unusual-looks"},
    {"limit-reached", "Somebody reached the limit of records in an hour", "/unusual-looks"},
};

const char *notice_own_title(const char *what)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (text_equal(rows[i].what, what)) {
            return rows[i].title;
        }
    }
    return NULL;
}

const char *notice_path(const char *what)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (text_equal(rows[i].what, what)) {
            return rows[i].path;
        }
    }
    return NULL;
}

static void put(const struct act *act, struct write *write, const char *what, struct id account)
{
    struct notice_row row = {.id = id_new(),
                             .made_at = act->now,
                             .rule = what,
                             .duty = "",
                             .role = "",
                             .agency = "",
                             .account = account};
    store_write_notice(write, &row);
    if (act->service->mails) {
        store_write_outbox(write, row.id, account, (struct id){{0}}, act->now);
    }
}

const struct error *notice_own(const struct act *act, const char *what, struct id account)
{
    struct write *write = store_write_new(act->service->store, act->arena);
    put(act, write, what, account);
    return store_write_run(write);
}

const struct error *notice_keepers(const struct act *act, const char *what, struct id about)
{
    const struct account *const *accounts;
    size_t count;
    struct write *write = store_write_new(act->service->store, act->arena);
    TRY(accounts_every(act, &accounts, &count));
    for (size_t i = 0; i < count; i++) {
        const struct account *account = accounts[i];
        const struct role *role = act_role(act, account->role);
        bool is_told = role != NULL && (role->administers || text_equal(role->id, "information-lead"));
        if (account_opens(account_state_now(act, account)) && is_told && !id_equal(account->id, about)) {
            put(act, write, what, account->id);
        }
    }
    return store_write_run(write);
}

static const struct error *tell_those(const struct act *act, struct write *write, struct notice_row row,
                                      const char *about, bool reviewers, size_t *ret_told)
{
    const struct account *const *accounts;
    size_t count;
    TRY(accounts_every(act, &accounts, &count));
    for (size_t i = 0; i < count; i++) {
        const struct account *account = accounts[i];
        char id[ID_TEXT];
        const struct role *role = act_role(act, account->role);
        if (!account_opens(account_state_now(act, account)) || role == NULL ||
            !(reviewers ? role->reviews_looks : role->administers)) {
            continue;
        }
        id_format(account->id, id);
        row.account = account->id;
        row.id = notice_id(row.rule, row.case_id, row.duty, row.seq, about, id);
        store_write_notice(write, &row);
        if (act->service->mails) {
            store_write_outbox(write, row.id, account->id, (struct id){{0}}, act->now);
        }
        ++*ret_told;
    }
    return NULL;
}

const struct error *notices_tell_reviewers(const struct act *act, struct write *write, const char *rule,
                                           struct id case_id, const char *about)
{
    size_t told = 0;
    const struct notice_row row = {
        .made_at = act->now, .rule = rule, .duty = "", .case_id = case_id, .role = "", .agency = ""};
    TRY(tell_those(act, write, row, about, true, &told));
    return told > 0 ? NULL : tell_those(act, write, row, about, false, &told);
}
