/*
 * Signing in, sessions, bearer tokens. What the store keeps of a secret is its hash. An unknown name, a wrong
 * password and a locked account answer alike and cost alike.
 */
#include "act/inner.h"

#include "base/text.h"

#include <string.h>

enum {
    FREE_TRIES = 4,
    FREE_TRIES_OF_CLIENT = 30,
    MOST_WAIT_MS = 5 * MS_PER_MINUTE,
    MOST_WAIT_OF_CLIENT_MS = MS_PER_MINUTE
};
enum { IDLE_MS = 30 * MS_PER_MINUTE, SESSION_MS = 12 * MS_PER_HOUR };

/* "RANDOM.PROOF": a device on which that account signed in before. */
static const char *device_proof(const struct act *act, const char *username, const char *random)
{
    char *proof = arena_alloc(act->arena, SECRET_TEXT);
    secret_derive(store_keyring(act->service->store), "device",
                  arena_printf(act->arena, "%s %s", username, random), proof);
    return proof;
}

static bool device_is_known(const struct act *act, const char *username, const char *device)
{
    const char *dot = device == NULL ? NULL : strchr(device, '.');
    return dot != NULL &&
           text_equal_secret(dot + 1, device_proof(act, username,
                                                   arena_copy_n(act->arena, device, (size_t)(dot - device))));
}

static const char *device_new(const struct act *act, const char *username)
{
    char random[SECRET_TEXT];
    secret_new(random);
    return arena_printf(act->arena, "%s.%s", random, device_proof(act, username, random));
}

static const struct error *check_throttle(const struct act *act, const char *pair, const char *client,
                                          bool known)
{
    struct throttle *throttle = act->service->throttle;
    int64_t wait = throttle_wait(throttle, pair, act->now, FREE_TRIES, MOST_WAIT_MS);
    if (!known) {
        int64_t other =
            throttle_wait(throttle, client, act->now, FREE_TRIES_OF_CLIENT, MOST_WAIT_OF_CLIENT_MS);
        wait = other > wait ? other : wait;
    }
    if (wait == 0) {
        return NULL;
    }
    return error_new(act->arena, ERROR_TOO_MANY, "try again in %lld seconds", (long long)(wait + 999) / 1000);
}

static const struct error *begin_session(const struct act *act, const struct account *account,
                                         const char **ret_token)
{
    char *token = arena_alloc(act->arena, SECRET_TEXT);
    uint8_t *hash = arena_alloc(act->arena, HASH_BYTES);
    secret_new(token);
    secret_hash(token, hash);
    struct session_row row = {account->id, act->now, act->now, instant_add_ms(act->now, SESSION_MS)};
    TRY(store_session_put(act->service->store, act->arena, hash, &row));
    *ret_token = token;
    return NULL;
}

static const struct error *note(const struct act *act, const struct account *account, const char *what)
{
    struct look look = {act->now, account->id, account->id, what, "sign-in", account->agency};
    return store_look(act->service->store, &look);
}

const struct error *act_sign_in(const struct act *act, const char *username, const char *password,
                                const char *client, const char *known_device, const char **ret_token,
                                const char **ret_device)
{
    const struct account *account = NULL;
    bool known = device_is_known(act, username, known_device);
    const char *pair = arena_printf(act->arena, "%s\n%s", username, known ? known_device : client);
    TRY(check_throttle(act, pair, client, known));
    const struct error *error = account_by_name(act, username, &account);
    if (error != NULL && error->code != ERROR_NOT_FOUND) {
        return error;
    }
    bool may = error == NULL && !account->locked;
    bool holds = password_holds(may ? account->password_hash : NULL, password);
    if (!holds) {
        throttle_failed(act->service->throttle, pair, act->now);
        throttle_failed(act->service->throttle, client, act->now);
        if (account != NULL) {
            TRY(note(act, account, "sign-in-refused"));
        }
        return error_new(act->arena, ERROR_NOT_SIGNED_IN, "the user name or the password is not right");
    }
    throttle_passed(act->service->throttle, pair);
    TRY(note(act, account, "sign-in"));
    TRY(begin_session(act, account, ret_token));
    *ret_device = known ? known_device : device_new(act, username);
    return NULL;
}

const struct error *act_session(const struct act *act, const char *token, struct session *ret_session)
{
    uint8_t *hash = arena_alloc(act->arena, HASH_BYTES);
    struct session_row row;
    const struct account *account;
    struct session session = {0};
    secret_hash(token, hash);
    const struct error *error = store_session_get(act->service->store, act->arena, hash, act->now, &row);
    if (error != NULL) {
        return error->code == ERROR_NOT_FOUND ? error_of(ERROR_NOT_SIGNED_IN) : error;
    }
    /* a clock put back before the sign-in must not make a session longer either */
    if (act->now.ms >= row.ends_at.ms || act->now.ms - row.seen_at.ms >= IDLE_MS ||
        act->now.ms < row.began_at.ms) {
        return error_of(ERROR_NOT_SIGNED_IN);
    }
    TRY(account_read(act, row.account, &account));
    TRY(account_actor(act, account, &session.actor));
    char *csrf = arena_alloc(act->arena, SECRET_TEXT);
    secret_derive(store_keyring(act->service->store), "csrf", token, csrf);
    session.csrf = csrf;
    session.ends_at = row.ends_at;
    *ret_session = session;
    return NULL;
}

const struct error *act_sign_out(const struct act *act, const char *token)
{
    uint8_t *hash = arena_alloc(act->arena, HASH_BYTES);
    secret_hash(token, hash);
    return store_session_drop(act->service->store, act->arena, hash);
}

const struct error *act_bearer(const struct act *act, const char *token, struct actor *ret_actor)
{
    struct id id;
    const struct account *account;
    const char *hash;
    const char *dot = strchr(token, '.');
    if (dot == NULL || !id_parse(arena_copy_n(act->arena, token, (size_t)(dot - token)), &id)) {
        return error_of(ERROR_NOT_SIGNED_IN);
    }
    const struct error *error = account_read(act, id, &account);
    if (error != NULL) {
        return error->code == ERROR_NOT_FOUND ? error_of(ERROR_NOT_SIGNED_IN) : error;
    }
    hash_text_hex(act->arena, token, &hash);
    for (size_t i = 0; i < account->token_count; i++) {
        if (text_equal_secret(account->token_hashes[i], hash)) {
            return account_actor(act, account, ret_actor);
        }
    }
    return error_of(ERROR_NOT_SIGNED_IN);
}
