/*
 * The steps of signing in. A password is half of it; a code of the app or a recovery code is the other half;
 * a passkey is both. Codes are slowed by the account, whoever guesses: who has the password tries five, then
 * waits.
 */
#include "act/factor.h"

#include "base/text.h"
#include "factor/code.h"

#include <string.h>

enum {
    FREE_CODES = 5,
    FREE_PASSKEYS = 30,
    MOST_WAIT_MS = 5 * MS_PER_MINUTE,
    MOST_WAIT_OF_CLIENT_MS = MS_PER_MINUTE,
    ENROL_HOURS = 72,
    CLIENT_DATA_MOST = 4096,
    DEVICE_DATA_MOST = 1024
};

static const struct error *check_wait(const struct act *act, const char *who, int free_tries, int64_t most)
{
    int64_t wait = throttle_wait(act->service->throttle, who, act->now, free_tries, most);
    return wait == 0 ? NULL
                     : error_new(act->arena, ERROR_TOO_MANY, "try again in %lld seconds",
                                 (long long)(wait + 999) / 1000);
}

/* ---- the password ---- */

const struct error *after_one_factor(const struct act *act, const struct account *account,
                                     const struct origin *from, struct instant invited_at,
                                     struct sign_in *ret_sign_in)
{
    struct sign_in sign_in = {.next = SIGN_IN_DONE};
    if (factors_any(&account->factors)) {
        sign_in.next = SIGN_IN_SECOND;
        sign_in.half = half_new(act, account, HALF_SECOND);
    } else if (act->service->one_factor) {
        TRY(factor_note(act, account, "sign-in"));
        TRY(session_begin(act, account, from, false, &sign_in.token));
        sign_in.device = device_remember(act, account, from);
    } else if (act->now.ms - invited_at.ms < (int64_t)ENROL_HOURS * MS_PER_HOUR) {
        sign_in.next = SIGN_IN_ENROL;
        sign_in.half = half_new(act, account, HALF_ENROL);
    } else {
        TRY(factor_note(act, account, "sign-in-refused"));
        return error_new(act->arena, ERROR_NOT_ALLOWED,
                         "this account has no second factor, and its invitation was used longer ago than 72 "
                         "hours: ask whoever keeps the accounts of your agency for a new link");
    }
    *ret_sign_in = sign_in;
    return NULL;
}

const struct error *act_sign_in_password(const struct act *act, const char *username, const char *password,
                                         const struct origin *from, struct sign_in *ret_sign_in)
{
    const struct account *account;
    TRY(sign_in_by_password(act, username, password, from, &account));
    return after_one_factor(act, account, from, account->factors.password_at, ret_sign_in);
}

const struct error *act_sign_in(const struct act *act, const char *username, const char *password,
                                const struct origin *from, const char **ret_token, const char **ret_device)
{
    struct sign_in sign_in;
    TRY(act_sign_in_password(act, username, password, from, &sign_in));
    if (sign_in.next != SIGN_IN_DONE) {
        return error_new(act->arena, ERROR_NOT_SIGNED_IN, "a second factor is asked");
    }
    *ret_token = sign_in.token;
    *ret_device = sign_in.device;
    return NULL;
}

/* ---- the code ---- */

const struct error *act_sign_in_second(const struct act *act, const char *half, struct second_view *ret_view)
{
    const struct account *account;
    TRY(half_read(act, half, HALF_SECOND, &account));
    *ret_view = (struct second_view){
        .has_code = account->factors.code_secret != NULL,
        .has_passkeys = account->factors.passkey_count > 0,
        .has_recovery = account->factors.recovery_count > 0,
    };
    return NULL;
}

static const struct error *wrong_code(const struct act *act)
{
    return error_field(act->arena, ERROR_INVALID, "code", NULL,
                       "The code is not right, or was used already. Enter the code that the app shows now");
}

/* Struck out in the record of the account; of two who send it at once, one writes. */
static const struct error *use_recovery(const struct act *act, const struct account *account,
                                        const char *normal)
{
    const char *hash;
    struct value *values;
    hash_text_hex(act->arena, normal, &hash);
    bool known = false;
    for (size_t i = 0; i < account->factors.recovery_count; i++) {
        known = text_equal_secret(account->factors.recovery[i], hash) || known;
    }
    if (!known) {
        return wrong_code(act);
    }
    struct entry entry = account_entry(act, "account-recovery-used", &values);
    account_set(values, entry.type, "hash", hash);
    entry.recorded_by = account->id;
    const struct error *error = factor_append(act, account, &entry);
    return error != NULL && error->code == ERROR_CONFLICT ? wrong_code(act) : error;
}

const struct error *act_sign_in_code(const struct act *act, const char *half, const char *code,
                                     const struct origin *from, struct sign_in *ret_sign_in, int *ret_left)
{
    const struct account *account;
    char id[ID_TEXT];
    TRY(half_read(act, half, HALF_SECOND, &account));
    id_format(account->id, id);
    const char *who = arena_printf(act->arena, "code\n%s", id);
    TRY(check_wait(act, who, FREE_CODES, MOST_WAIT_MS));
    const char *normal = recovery_normal(act->arena, code == NULL ? "" : code);
    const char *secret = account->factors.code_secret;
    const struct error *error = normal != NULL   ? use_recovery(act, account, normal)
                                : secret != NULL ? code_use(act, account, secret, code)
                                                 : wrong_code(act);
    if (error != NULL) {
        if (error->code == ERROR_INVALID) {
            throttle_failed(act->service->throttle, who, act->now);
            TRY(factor_note(act, account, "sign-in-refused"));
        }
        return error;
    }
    throttle_passed(act->service->throttle, who);
    *ret_left = -1;
    if (normal != NULL) {
        *ret_left = (int)account->factors.recovery_count - 1;
        TRY(notice_own(act, "recovery-used", account->id));
    }
    struct sign_in sign_in = {.next = SIGN_IN_DONE};
    TRY(factor_note(act, account, "sign-in"));
    TRY(session_begin(act, account, from, true, &sign_in.token));
    sign_in.device = device_remember(act, account, from);
    *ret_sign_in = sign_in;
    return NULL;
}

/* ---- the passkey ---- */

static const struct error *refused(const struct act *act, const char *why)
{
    return error_new(act->arena, ERROR_NOT_SIGNED_IN, "%s", why);
}

static const char not_known[] = "this passkey is not known here";

/* Whose it says it is, when that account has such a passkey; the key comes out with it. */
static const struct error *find_passkey(const struct act *act, const struct passkey_answer *answer,
                                        const struct account **ret_account, struct bytes *ret_key)
{
    struct bytes user;
    struct bytes key;
    struct id id;
    const struct account *account;
    if (!factor_bytes(act, answer->user, ID_BYTES, &user) || user.size != ID_BYTES || answer->id == NULL) {
        return refused(act, not_known);
    }
    memcpy(id.bytes, user.at, ID_BYTES);
    const struct error *error = account_read(act, id, &account);
    if (error != NULL) {
        return error->code == ERROR_NOT_FOUND ? refused(act, not_known) : error;
    }
    const struct factor_passkey *passkey = factors_passkey(&account->factors, answer->id);
    if (!account_opens(account_state_now(act, account)) || passkey == NULL ||
        !factor_bytes(act, passkey->key, DEVICE_DATA_MOST, &key)) {
        return refused(act, not_known);
    }
    *ret_account = account;
    *ret_key = key;
    return NULL;
}

/* A copy of it may be about: it is worth nothing any more, and who must know are told. */
static const struct error *lock_passkey(const struct act *act, const struct account *account, const char *id)
{
    struct value *values;
    struct entry entry = account_entry(act, "account-passkey-locked", &values);
    account_set(values, entry.type, "passkey", id);
    TRY(account_append(act, account->id, &entry));
    TRY(factor_note(act, account, "passkey-locked"));
    TRY(notice_own(act, "passkey-locked", account->id));
    TRY(notice_keepers(act, "passkey-of-somebody-locked", account->id));
    return refused(act, "this passkey counts backwards, so there may be a copy of it: it was locked");
}

static const struct error *check_answer(const struct act *act, const char *purpose, const char *binding,
                                        const struct passkey_answer *answer,
                                        const struct account **ret_account)
{
    struct passkey_expected expected;
    struct passkey_used used;
    struct bytes key;
    uint32_t count;
    bool busy;
    TRY(passkeys_expected(act, answer->challenge, &expected));
    if (!factor_bytes(act, answer->client_data, CLIENT_DATA_MOST, &used.client_data) ||
        !factor_bytes(act, answer->authenticator_data, DEVICE_DATA_MOST, &used.authenticator_data) ||
        !factor_bytes(act, answer->signature, SIGNATURE_MOST, &used.signature)) {
        return refused(act, "the browser sent no passkey");
    }
    if (!challenge_is_good(act, purpose, binding, answer->challenge)) {
        return refused(act, "it took longer than five minutes, or was begun elsewhere. Try again");
    }
    TRY(find_passkey(act, answer, ret_account, &key));
    const struct error *error = passkey_use(act->arena, &expected, key, &used, &count);
    if (error != NULL) {
        return refused(act, error->detail);
    }
    if (!challenge_take(act, purpose, binding, answer->challenge, &busy)) {
        return busy ? error_of(ERROR_BUSY) : refused(act, "it was used already. Try again");
    }
    const struct factor_passkey *passkey = factors_passkey(&(*ret_account)->factors, answer->id);
    if (passkey->locked) {
        return refused(act, "this passkey was locked, because there may be a copy of it");
    }
    uint8_t name[HASH_BYTES];
    factor_name((*ret_account)->id, answer->id, name);
    error = store_factor_use(act->service->store, act->arena, name, count, act->now);
    return error != NULL && error->code == ERROR_EXISTS ? lock_passkey(act, *ret_account, answer->id) : error;
}

const struct error *act_sign_in_passkey(const struct act *act, const char *binding,
                                        const struct passkey_answer *answer, const struct origin *from,
                                        struct sign_in *ret_sign_in)
{
    const struct account *account = NULL;
    const char *who = arena_printf(act->arena, "passkey\n%s", from->client);
    TRY(check_wait(act, who, FREE_PASSKEYS, MOST_WAIT_OF_CLIENT_MS));
    const struct error *error = check_answer(act, "sign-in", binding, answer, &account);
    if (error != NULL) {
        if (error->code == ERROR_NOT_SIGNED_IN) {
            throttle_failed(act->service->throttle, who, act->now);
            if (account != NULL) {
                TRY(factor_note(act, account, "sign-in-refused"));
            }
        }
        return error;
    }
    struct sign_in sign_in = {.next = SIGN_IN_DONE};
    TRY(factor_note(act, account, "sign-in"));
    TRY(session_begin(act, account, from, true, &sign_in.token));
    sign_in.device = device_remember(act, account, from);
    *ret_sign_in = sign_in;
    return NULL;
}

const struct error *act_prove_by_passkey(const struct act *act, const char *session_token,
                                         const char *binding, const struct passkey_answer *answer,
                                         const char **ret_token)
{
    const struct account *account;
    if (act->actor == NULL || id_is_zero(act->actor->session)) {
        return error_of(ERROR_NOT_SIGNED_IN);
    }
    char id[ID_TEXT];
    id_format(act->actor->account, id);
    const char *who = arena_printf(act->arena, "proof\n%s", id);
    TRY(check_wait(act, who, FREE_CODES, MOST_WAIT_MS));
    const struct error *error = check_answer(act, "confirm", binding, answer, &account);
    if (error == NULL && !id_equal(account->id, act->actor->account)) {
        error = refused(act, "this passkey is of another account");
    }
    if (error != NULL) {
        if (error->code != ERROR_NOT_SIGNED_IN) {
            return error;
        }
        throttle_failed(act->service->throttle, who, act->now);
        return error_field(act->arena, ERROR_INVALID, "password", NULL, "The passkey was refused: %s",
                           error->detail);
    }
    TRY(factor_note(act, account, "proof"));
    return session_renew(act, session_token, true, ret_token);
}
