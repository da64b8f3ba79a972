/* Passwords: what is taken as one, and how it is set: by link, by the command line, for the demonstration. */
#include "act/factor.h"

#include "base/text.h"
#include "factor/common.h"

#include <string.h>

enum { PASSWORD_LEAST = 15, PASSWORD_MOST = 128, CODE_TRIES = 5, CODE_WAIT_MS = 5 * MS_PER_MINUTE };

/* Phrases that everybody thinks of first, of words that are none of the most used passwords. */
static const char *const phrases[] = {
    "correcthorsebatterystaple", "correct horse battery staple",
    "thequickbrownfox",          "the quick brown fox",
    "safeguarding123",           "safeguarding1234",
    "changemechangeme",          "leicestershire1",
    "childprotection1",          "childprotection123",
    "multiagency12345",
};

static const struct error *check_password(const struct act *act, const struct account *account,
                                          const char *password)
{
    size_t length = text_length(password);
    const char *fault = NULL;
    if (length < PASSWORD_LEAST) {
        fault = "The password must have at least 15 characters. Three words that only you would put together "
                "are a good one";
    } else if (length > PASSWORD_MOST) {
        fault = "The password must have at most 128 characters";
    } else if (strcasestr(password, "waymark") != NULL || strcasestr(password, account->username) != NULL) {
        fault = "The password must not hold the user name or the name of this service";
    } else if (common_password(password)) {
        fault = "This password is guessed early: it is made of one or two words that many use, of a row of "
                "keys, or of the same piece again and again. Choose another";
    }
    for (size_t i = 0; fault == NULL && i < sizeof phrases / sizeof phrases[0]; i++) {
        fault = strcasecmp(password, phrases[i]) == 0
                    ? "This password is one that everybody thinks of: choose another"
                    : NULL;
    }
    return fault == NULL ? NULL : error_field(act->arena, ERROR_INVALID, "password", NULL, "%s", fault);
}

static const struct error *give_hash(const struct act *act, const struct account *account, const char *hash)
{
    struct value *values;
    struct entry entry = account_entry(act, "account-password-set", &values);
    account_set(values, entry.type, "password_hash", hash);
    TRY(account_append(act, account->id, &entry));
    return store_sessions_of_account_drop(act->service->store, act->arena, account->id);
}

static const struct error *give_password(const struct act *act, const struct account *account,
                                         const char *password)
{
    char *hash = arena_alloc(act->arena, PASSWORD_HASH_TEXT);
    TRY(password_hash(act->arena, password, hash));
    return give_hash(act, account, hash);
}

/* The same, but only as the account was read: ERROR_CONFLICT when something was written meanwhile. */
static const struct error *give_anew(const struct act *act, const struct account *account,
                                     const char *password)
{
    struct value *values;
    char *hash = arena_alloc(act->arena, PASSWORD_HASH_TEXT);
    struct entry entry = account_entry(act, "account-password-set", &values);
    TRY(password_hash(act->arena, password, hash));
    account_set(values, entry.type, "password_hash", hash);
    TRY(factor_append(act, account, &entry));
    return store_sessions_of_account_drop(act->service->store, act->arena, account->id);
}

/* The account of a link that may still be used. */
static const struct error *account_of_link(const struct act *act, const char *link,
                                           const struct account **ret_account)
{
    struct id id;
    const struct account *account;
    const char *hash;
    const char *dot = strchr(link, '.');
    hash_text_hex(act->arena, link, &hash);
    const struct error *error = error_of(ERROR_NOT_FOUND);
    if (dot != NULL && id_parse(arena_copy_n(act->arena, link, (size_t)(dot - link)), &id)) {
        error = account_read(act, id, &account);
    }
    if (error != NULL && error->code != ERROR_NOT_FOUND) {
        return error;
    }
    if (error != NULL || account->link_hash == NULL || !text_equal_secret(account->link_hash, hash) ||
        account->link_ends_ms < act->now.ms || !account_opens(account_state_now(act, account))) {
        return error_new(act->arena, ERROR_NOT_FOUND,
                         "this link was used, is older than 72 hours, or was never good: ask for a new one");
    }
    *ret_account = account;
    return NULL;
}

const struct error *act_password_link(const struct act *act, const char *link, bool *ret_asks_code)
{
    const struct account *account;
    TRY(account_of_link(act, link, &account));
    *ret_asks_code = account->code_hash != NULL;
    return NULL;
}

/* Who reads the mailbox has the link; the code was said by voice, and is not to be guessed. */
static const struct error *check_code(const struct act *act, const struct account *account, const char *link,
                                      const char *code)
{
    struct throttle *throttle = act->service->throttle;
    const char *who = arena_printf(act->arena, "code\n%s", link);
    if (account->code_hash == NULL) {
        return NULL;
    }
    if (throttle_wait(throttle, who, act->now, CODE_TRIES, CODE_WAIT_MS) > 0) {
        return error_field(act->arena, ERROR_INVALID, "code", NULL,
                           "Too many wrong codes: wait five minutes and try again");
    }
    if (!text_equal_secret(account->code_hash,
                           account_code_hash(act, account->id, code == NULL ? "" : code))) {
        throttle_failed(throttle, who, act->now);
        return error_field(act->arena, ERROR_INVALID, "code", NULL,
                           "This is not the code. Ask who invited you, in person or by telephone");
    }
    return NULL;
}

const struct error *act_password_set(const struct act *act, const char *link, const char *code,
                                     const char *password, const char **ret_username)
{
    const struct account *account;
    TRY(account_of_link(act, link, &account));
    TRY(check_code(act, account, link, code));
    TRY(check_password(act, account, password));
    /* as the account was read: of two who use the link at once, one sets it */
    const struct error *error = give_anew(act, account, password);
    if (error != NULL && error->code == ERROR_CONFLICT) {
        return error_new(act->arena, ERROR_NOT_FOUND, "this link was used meanwhile: ask for a new one");
    }
    TRY(error);
    *ret_username = account->username;
    return notice_own(act, "password-set", account->id);
}

const struct error *act_password_change(const struct act *act, const char *token, const char *password,
                                        const char *fresh, const struct origin *from, const char **ret_token)
{
    const struct account *account;
    const char *proved;
    TRY(act_prove_again(act, token, password, from, &proved));
    TRY(account_read(act, act->actor->account, &account));
    const struct error *fault = check_password(act, account, fresh);
    if (fault == NULL && strcmp(password, fresh) == 0) {
        fault =
            error_field(act->arena, ERROR_INVALID, "password", NULL, "This is the password that you have");
    }
    if (fault != NULL) {
        *ret_token = proved; /* the proof stands, and the session goes on under it */
        return error_field(act->arena, ERROR_INVALID, "fresh", NULL, "%s", fault->detail);
    }
    TRY(give_anew(act, account, fresh)); /* ends every session, this one too */
    TRY(account_read(act, account->id, &account));
    TRY(session_begin(act, account, from, act->actor->strong, ret_token));
    return notice_own(act, "password-set", account->id);
}

const struct error *act_password_give(const struct act *act, const char *username, const char *password)
{
    const struct account *account;
    TRY(account_named(act, username, &account));
    TRY(check_password(act, account, password));
    return give_password(act, account, password);
}

const struct error *act_password_share(const struct act *act, const char *const *usernames, size_t count,
                                       const char *password)
{
    char *hash = arena_alloc(act->arena, PASSWORD_HASH_TEXT);
    TRY(password_hash(act->arena, password, hash));
    for (size_t i = 0; i < count; i++) {
        const struct account *account;
        TRY(account_named(act, usernames[i], &account));
        TRY(check_password(act, account, password));
        TRY(give_hash(act, account, hash));
    }
    return NULL;
}
