/*
 * Movers and leavers, and the second administrator. A change of role, agency or team ends sessions and tokens
 * at once; a role that administers is given only when another administrator agrees.
 */
#include "act/account.h"

#include "base/text.h"

enum { REASON_MOST = 400 };

static const struct error *check_reason(const struct act *act, const char *reason)
{
    if (text_is_blank(reason)) {
        return error_field(act->arena, ERROR_INVALID, "reason", NULL, "Say why");
    }
    return text_length(reason) > REASON_MOST
               ? error_field(act->arena, ERROR_INVALID, "reason", NULL, "At most %d characters", REASON_MOST)
               : NULL;
}

static const struct error *drop_sessions(const struct act *act, const struct account *account)
{
    return store_sessions_of_account_drop(act->service->store, act->arena, account->id);
}

static struct entry change_entry(const struct act *act, const char *type, const struct account_change *change)
{
    struct value *values;
    struct entry entry = account_entry(act, type, &values);
    account_set(values, entry.type, "role", change->role);
    account_set(values, entry.type, "agency", change->agency);
    account_set(values, entry.type, "team", change->team == NULL ? "" : change->team);
    account_set(values, entry.type, "reason", change->reason);
    return entry;
}

/* With what holds it: the entry and what its holder is told are written together. */
static const struct error *append_and_tell(const struct act *act, const struct account *account,
                                           const struct entry *entry)
{
    struct store_reader *reader;
    struct stream stream;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_stream_read(reader, act->arena, account->id, &stream);
    store_reader_give(reader);
    TRY(error);
    struct write *write = store_write_new(act->service->store, act->arena);
    const struct entry *added = store_write_entry(write, &stream, entry);
    account_tell(act, write, account->id, ACCOUNT_NOTICE_CHANGED, added->seq);
    return store_commit(write);
}

const struct error *act_account_change(const struct act *act, const char *username,
                                       const struct account_change *change, bool *ret_awaits)
{
    const struct account *account;
    TRY(account_to_change(act, "account-change", username, &account));
    const struct error *error = account_check_role(act, change->role, change->agency);
    if (error == NULL && text_equal(change->role, account->role) &&
        text_equal(change->agency, account->agency) &&
        text_equal(change->team == NULL ? "" : change->team, account->team)) {
        error = error_field(act->arena, ERROR_INVALID, "role", NULL, "Nothing differs from how it is");
    }
    const struct error *reason = check_reason(act, change->reason);
    if (error == NULL || reason == NULL) {
        TRY(error == NULL ? reason : error);
    } else {
        return error_field(act->arena, ERROR_INVALID, "reason", error, "%s", reason->detail);
    }
    const struct role *role = act_role(act, change->role);
    const struct role *before = act_role(act, account->role);
    bool awaits = act->actor != NULL && role->administers && (before == NULL || !before->administers);
    struct entry entry = change_entry(act, awaits ? "account-role-asked" : "account-changed", change);
    *ret_awaits = awaits;
    if (awaits) {
        return account_append(act, account->id, &entry);
    }
    TRY(append_and_tell(act, account, &entry));
    return drop_sessions(act, account);
}

bool account_may_agree(const struct act *act, const struct account *account)
{
    if (account->asked_role == NULL) {
        return false;
    }
    return act->actor == NULL ||
           (act->actor->role->administers && !id_equal(account->asked_by, act->actor->account) &&
            !id_equal(account->id, act->actor->account));
}

const struct error *act_account_agree(const struct act *act, const char *username, bool agreed,
                                      struct invitation *ret_invitation)
{
    const struct account *account;
    struct value *values;
    *ret_invitation = (struct invitation){0};
    TRY(account_to_change(act, "account-agree", username, &account));
    if (account->asked_role == NULL) {
        return error_field(act->arena, ERROR_INVALID, "username", NULL, "nothing waits for a second person");
    }
    /* who asked may still take it back */
    if (!account_may_agree(act, account) && agreed) {
        return error_new(act->arena, ERROR_NOT_ALLOWED,
                         "another administrator than the one who asked has to agree");
    }
    bool is_new = account->awaits;
    struct entry entry = account_entry(act, agreed ? "account-role-agreed" : "account-role-refused", &values);
    TRY(append_and_tell(act, account, &entry));
    TRY(drop_sessions(act, account));
    return agreed && is_new ? act_account_link(act, username, &ret_invitation->link) : NULL;
}

static struct entry dated_entry(const struct act *act, const char *type, struct instant at,
                                const char *reason)
{
    struct value *values;
    struct entry entry = account_entry(act, type, &values);
    values[entry_type_field(entry.type, "at")->index] = (struct value){.kind = VALUE_NUMBER, .number = at.ms};
    if (reason != NULL) {
        account_set(values, entry.type, "reason", reason);
    }
    return entry;
}

const struct error *act_account_leaves(const struct act *act, const char *username, struct instant at,
                                       const char *reason)
{
    const struct account *account;
    TRY(account_to_change(act, "account-leave", username, &account));
    if (at.ms != 0) {
        TRY(check_reason(act, reason));
    }
    struct entry entry = dated_entry(act, "account-leaves", at, text_is_blank(reason) ? NULL : reason);
    TRY(account_append(act, account->id, &entry));
    return at.ms != 0 && at.ms <= act->now.ms ? drop_sessions(act, account) : NULL;
}

const struct error *act_account_expires(const struct act *act, const char *username, struct instant at)
{
    const struct account *account;
    TRY(account_to_change(act, "account-expiry", username, &account));
    struct entry entry = dated_entry(act, "account-expires", at, NULL);
    return account_append(act, account->id, &entry);
}

const struct error *act_account_hand_over(const struct act *act, const char *username, const char *to,
                                          const char *reason)
{
    const struct account *account;
    const struct account *other = NULL;
    struct value *values;
    TRY(account_to_change(act, "account-hand-over", username, &account));
    const struct error *error = account_by_name(act, to == NULL ? "" : to, &other);
    bool good = error == NULL && text_equal(other->agency, account->agency) &&
                !id_equal(other->id, account->id) && account_opens(account_state_now(act, other));
    if (error != NULL && error->code != ERROR_NOT_FOUND) {
        return error;
    }
    if (!good) {
        return error_field(act->arena, ERROR_INVALID, "to", NULL,
                           "Give the user name of somebody else of the same agency whose account is in use");
    }
    TRY(check_reason(act, reason));
    struct entry entry = account_entry(act, "account-handed-over", &values);
    account_set(values, entry.type, "to", other->username);
    account_set(values, entry.type, "reason", reason);
    return account_append(act, account->id, &entry);
}
