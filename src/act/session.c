/*
 * Signing in, sessions, bearer tokens. What the store keeps of a secret is its hash. An unknown name, a wrong
 * password and a locked account answer alike and cost alike.
 */
#include "act/factor.h"

#include "base/must.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum {
    FREE_TRIES = 4,
    FREE_TRIES_OF_CLIENT = 30,
    MOST_WAIT_MS = 5 * MS_PER_MINUTE,
    MOST_WAIT_OF_CLIENT_MS = MS_PER_MINUTE
};
enum { PUT_BACK_MS = MS_PER_MINUTE, IDLE_MS = SESSION_IDLE_SECONDS * 1000, SESSION_MS = 12 * MS_PER_HOUR };

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

static const struct error *note(const struct act *act, const struct account *account, const char *what)
{
    struct look look = {.at = act->now,
                        .account = account->id,
                        .record = account->id,
                        .act = what,
                        .purpose = "sign-in",
                        .agency = account->agency};
    return store_look(act->service->store, &look);
}

/* ---- the session ---- */

static void put_text(char *to, size_t room, const char *text)
{
    size_t size = strlen(text);
    must(size < room); /* our own words */
    memcpy(to, text, size + 1);
}

static const uint8_t *hash_of(const struct act *act, const char *token)
{
    uint8_t *hash = arena_alloc(act->arena, HASH_BYTES);
    secret_hash(token, hash);
    return hash;
}

const struct error *session_begin(const struct act *act, const struct account *account,
                                  const struct origin *from, bool strong, const char **ret_token)
{
    char *token = arena_alloc(act->arena, SECRET_TEXT);
    secret_new(token);
    /* after a password was set the clock may have been put back: the session begins after it all the same */
    struct session_row row = {
        .id = id_new(),
        .account = account->id,
        .began_at = act->now.ms < account->sessions_from.ms ? account->sessions_from : act->now,
        .seen_at = act->now,
        .ends_at = instant_add_ms(act->now, SESSION_MS),
        .proved_at = act->now,
        .strong = strong,
    };
    put_text(row.device, sizeof row.device, device_words(act->arena, from->agent));
    put_text(row.place, sizeof row.place, place_words(act->arena, from->client));
    TRY(store_session_put(act->service->store, act->arena, hash_of(act, token), &row));
    /* locked, or given another password, while this one was being tried: the session is not to outlive that
     */
    const struct account *since;
    const struct error *error = account_read(act, account->id, &since);
    if (error != NULL || !account_opens(account_state_now(act, since)) ||
        since->ended_by != account->ended_by) {
        TRY(act_sign_out(act, token));
        return error != NULL ? error : error_of(ERROR_NOT_SIGNED_IN);
    }
    *ret_token = token;
    return NULL;
}

static const struct error *session_row(const struct act *act, const uint8_t *hash,
                                       struct session_row *ret_row)
{
    const struct error *error = store_session_get(act->service->store, act->arena, hash, act->now, ret_row);
    return error != NULL && error->code == ERROR_NOT_FOUND ? error_of(ERROR_NOT_SIGNED_IN) : error;
}

const struct error *session_renew(const struct act *act, const char *token, bool strong,
                                  const char **ret_token)
{
    struct session_row row;
    char *fresh = arena_alloc(act->arena, SECRET_TEXT);
    const uint8_t *old = hash_of(act, token);
    secret_new(fresh);
    TRY(session_row(act, old, &row));
    if (!id_equal(row.id, act->actor->session)) {
        return error_of(ERROR_NOT_SIGNED_IN);
    }
    row.seen_at = act->now;
    row.proved_at = act->now;
    row.strong = row.strong || strong;
    TRY(store_session_renew(act->service->store, act->arena, old, hash_of(act, fresh), &row));
    *ret_token = fresh;
    return NULL;
}

static const char *throttle_pair(const struct act *act, const char *username, const struct origin *from,
                                 bool known)
{
    return arena_printf(act->arena, "%s\n%s", username, known ? from->device : from->client);
}

static void failed(const struct act *act, const char *pair, const char *client)
{
    throttle_failed(act->service->throttle, pair, act->now);
    throttle_failed(act->service->throttle, client, act->now);
}

const struct error *sign_in_by_password(const struct act *act, const char *username, const char *password,
                                        const struct origin *from, const struct account **ret_account)
{
    const struct account *account = NULL;
    TRY(password_room(act->arena));
    bool known = device_is_known(act, username, from->device);
    const char *pair = throttle_pair(act, username, from, known);
    TRY(check_throttle(act, pair, from->client, known));
    const struct error *error = account_by_name(act, username, &account);
    if (error != NULL && error->code != ERROR_NOT_FOUND) {
        return error;
    }
    bool may = error == NULL && account_opens(account_state_now(act, account));
    bool holds = password_holds(may ? account->password_hash : NULL, password);
    if (!holds) {
        failed(act, pair, from->client);
        if (account != NULL) {
            TRY(note(act, account, "sign-in-refused"));
        }
        return error_new(act->arena, ERROR_NOT_SIGNED_IN, "the user name or the password is not right");
    }
    throttle_passed(act->service->throttle, pair);
    *ret_account = account;
    return NULL;
}

const char *device_remember(const struct act *act, const struct account *account, const struct origin *from)
{
    return device_is_known(act, account->username, from->device) ? from->device
                                                                 : device_new(act, account->username);
}

void act_by_nobody(void)
{
    keyring_use((struct id){{0}}, "session");
}

const struct error *act_session(const struct act *act, const char *token, struct session *ret_session)
{
    uint8_t *hash = arena_alloc(act->arena, HASH_BYTES);
    struct session_row row;
    const struct account *account;
    struct session session = {0};
    secret_hash(token, hash);
    TRY(session_row(act, hash, &row));
    /* a clock that was put back (by more than one that is being set right) makes no session longer: it ends,
     * for good, or it would begin again when the clock has caught up */
    if (act->now.ms >= row.ends_at.ms || act->now.ms - row.seen_at.ms >= IDLE_MS ||
        act->now.ms < row.seen_at.ms - PUT_BACK_MS) {
        store_session_end(act->service->store, hash);
        return error_of(ERROR_NOT_SIGNED_IN);
    }
    TRY(account_read(act, row.account, &account));
    /* the rows were dropped then, but a server that another process locked it under remembers them */
    if (row.began_at.ms < account->sessions_from.ms) {
        return error_of(ERROR_NOT_SIGNED_IN);
    }
    TRY(account_actor(act, account, &session.actor));
    keyring_use(account->id, "session"); /* until the act begins and says what for */
    store_account_used(act->service->store, account->id, act->now);
    char *csrf = arena_alloc(act->arena, SECRET_TEXT);
    char id[ID_TEXT];
    id_format(row.id, id);
    /* of the session, not of its token: the forms of other tabs stay good when that changes */
    secret_derive(store_keyring(act->service->store), "csrf", id, csrf);
    session.csrf = csrf;
    session.actor.session = row.id;
    session.actor.proved_at = row.proved_at;
    session.actor.strong = row.strong;
    session.began_at = row.began_at;
    session.ends_at = row.ends_at;
    *ret_session = session;
    return NULL;
}

/* ---- again who they are ---- */

const struct error *act_dangerous(const struct act *act)
{
    if (act->actor == NULL) {
        return NULL;
    }
    if (act->actor->proved_at.ms == 0) {
        return error_of(ERROR_NOT_ALLOWED);
    }
    int64_t ago = act->now.ms - act->actor->proved_at.ms;
    return ago >= -PUT_BACK_MS && ago < (int64_t)PROOF_SECONDS * MS_PER_SECOND ? NULL
                                                                               : error_of(ERROR_PROVE_AGAIN);
}

const struct error *act_prove_again(const struct act *act, const char *token, const char *password,
                                    const struct origin *from, const char **ret_token)
{
    const struct account *account;
    if (act->actor == NULL || id_is_zero(act->actor->session)) {
        return error_of(ERROR_NOT_SIGNED_IN);
    }
    const char *username = act->actor->username;
    bool known = device_is_known(act, username, from->device);
    const char *pair = throttle_pair(act, username, from, known);
    TRY(check_throttle(act, pair, from->client, known));
    TRY(account_read(act, act->actor->account, &account));
    if (!account_opens(account_state_now(act, account)) ||
        !password_holds(account->password_hash, password)) {
        failed(act, pair, from->client);
        TRY(note(act, account, "proof-refused"));
        return error_field(act->arena, ERROR_INVALID, "password", NULL, "The password is not right");
    }
    throttle_passed(act->service->throttle, pair);
    TRY(note(act, account, "proof"));
    return session_renew(act, token, false, ret_token);
}

/* ---- my sessions ---- */

static bool goes_on(const struct session_row *row, struct instant now)
{
    return now.ms < row->ends_at.ms && now.ms - row->seen_at.ms < IDLE_MS &&
           now.ms >= row->seen_at.ms - PUT_BACK_MS;
}

static int latest_first(const void *a, const void *b)
{
    const struct session_view *one = a;
    const struct session_view *other = b;
    int order = other->is_this - one->is_this;
    return order != 0 ? order : instant_compare(other->seen_at, one->seen_at);
}

/* Those that go on, with their hashes, in no order. */
static const struct error *mine(const struct act *act, const struct session_found **ret_found,
                                size_t *ret_count)
{
    const struct session_found *found;
    size_t count;
    size_t going = 0;
    TRY(store_sessions_of_account(act->service->store, act->arena, act->actor->account, &found, &count));
    struct session_found *list = arena_many(act->arena, struct session_found, count);
    for (size_t i = 0; i < count; i++) {
        if (goes_on(&found[i].row, act->now)) {
            list[going++] = found[i];
        }
    }
    *ret_found = list;
    *ret_count = going;
    return NULL;
}

const struct error *act_sessions(const struct act *act, const struct session_view **ret_sessions,
                                 size_t *ret_count)
{
    const struct session_found *found;
    TRY(act_begin(act, MAY_WORK, "sessions", (struct id){{0}}));
    TRY(mine(act, &found, ret_count));
    struct session_view *views = arena_many(act->arena, struct session_view, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        const struct session_row *row = &found[i].row;
        views[i] = (struct session_view){
            .id = row->id,
            .device = row->device,
            .place = row->place,
            .began_at = row->began_at,
            .seen_at = row->seen_at,
            .ends_at = row->ends_at,
            .strong = row->strong,
            .is_this = id_equal(row->id, act->actor->session),
        };
    }
    qsort(views, *ret_count, sizeof *views, latest_first);
    *ret_sessions = views;
    return NULL;
}

const struct error *act_session_end(const struct act *act, struct id session)
{
    const struct session_found *found;
    size_t count;
    TRY(act_begin(act, MAY_WORK, "session-end", (struct id){{0}}));
    TRY(mine(act, &found, &count));
    for (size_t i = 0; i < count; i++) {
        if (id_equal(found[i].row.id, session)) {
            return store_session_drop(act->service->store, act->arena, found[i].hash);
        }
    }
    return error_of(ERROR_NOT_FOUND);
}

const struct error *act_sessions_end_others(const struct act *act, size_t *ret_count)
{
    const struct session_found *found;
    size_t count;
    size_t ended = 0;
    TRY(act_begin(act, MAY_WORK, "session-end", (struct id){{0}}));
    TRY(mine(act, &found, &count));
    for (size_t i = 0; i < count; i++) {
        if (!id_equal(found[i].row.id, act->actor->session)) {
            TRY(store_session_drop(act->service->store, act->arena, found[i].hash));
            ended++;
        }
    }
    *ret_count = ended;
    return NULL;
}

const struct error *act_sign_out(const struct act *act, const char *token)
{
    uint8_t *hash = arena_alloc(act->arena, HASH_BYTES);
    secret_hash(token, hash);
    return store_session_drop(act->service->store, act->arena, hash);
}

const char *act_client(const struct act *act, const char *address, const char *device)
{
    enum { CLIENT_TEXT = 16 };
    char secret[SECRET_TEXT];
    secret_derive(
        store_keyring(act->service->store), "client",
        arena_printf(act->arena, "%s\n%s", address == NULL ? "" : address, device == NULL ? "" : device),
        secret);
    return arena_copy_n(act->arena, secret, CLIENT_TEXT);
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
        const struct account_token *one = &account->tokens[i];
        if (text_equal_secret(one->hash, hash) && one->ends_at.ms > act->now.ms) {
            TRY(account_actor(act, account, ret_actor));
            keyring_use(account->id, "session");
            ret_actor->keeps_accounts = one->keeps_accounts;
            store_account_used(act->service->store, account->id, act->now);
            return NULL;
        }
    }
    return error_of(ERROR_NOT_SIGNED_IN);
}
