/* Keeping one's own second factors: adding, naming, removing. The last way to sign in is never removed, and
 * whoever had none begins a session by the first. */
#include "act/factor.h"

#include "base/text.h"
#include "factor/code.h"

#include <string.h>

enum { PASSKEYS_MOST = 10, TITLE_MOST = 60, ATTESTATION_MOST = 16384, CLIENT_DATA_MOST = 4096 };

const struct error *service_reached_at(struct service *service, struct arena *arena, const char *origin)
{
    const char *name;
    if (!passkey_origin_name(service->arena, origin, &name)) {
        return error_new(
            arena, ERROR_BAD_INPUT,
            "%s is not how browsers reach a safe server: https://NAME or https://NAME:PORT, in small "
            "letters and without a path",
            origin);
    }
    service->reached_at = arena_copy(service->arena, origin);
    service->passkey_name = name;
    return NULL;
}

const char *service_passkey_name(const struct service *service)
{
    return service->passkey_name;
}

void factor_name(struct id account, const char *what, uint8_t ret_name[static 32])
{
    struct hasher hasher;
    hash_begin(&hasher);
    hash_field(&hasher, account.bytes, ID_BYTES);
    hash_text(&hasher, what);
    hash_end(&hasher, ret_name);
}

const struct error *factor_note(const struct act *act, const struct account *account, const char *what)
{
    struct look look = {.at = act->now,
                        .account = account->id,
                        .record = account->id,
                        .act = what,
                        .purpose = "sign-in",
                        .agency = account->agency};
    return store_look(act->service->store, &look);
}

const struct error *factor_append(const struct act *act, const struct account *account,
                                  const struct entry *entry)
{
    struct store_reader *reader;
    struct stream stream;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_stream_read(reader, act->arena, account->id, &stream);
    store_reader_give(reader);
    TRY(error);
    if (stream.head.seq != account->seq) {
        return error_of(ERROR_CONFLICT);
    }
    struct write *write = store_write_new(act->service->store, act->arena);
    store_write_entry(write, &stream, entry);
    return store_commit(write);
}

const struct error *passkeys_expected(const struct act *act, const char *challenge,
                                      struct passkey_expected *ret_expected)
{
    if (act->service->passkey_name == NULL) {
        return error_new(act->arena, ERROR_NOT_ALLOWED, "this server does not know how browsers reach it");
    }
    *ret_expected = (struct passkey_expected){
        .origin = act->service->reached_at, .name = act->service->passkey_name, .challenge = challenge};
    return NULL;
}

bool factor_bytes(const struct act *act, const char *text, size_t most, struct bytes *ret_bytes)
{
    return text != NULL && base64url_read(act->arena, text, most, ret_bytes) && ret_bytes->size > 0;
}

/* Whose factors: the actor's, or of who gave the password of an account that has none. */
static const struct error *whose(const struct act *act, const char *half, const struct account **ret_account)
{
    if (half == NULL) {
        return act->actor == NULL ? error_of(ERROR_NOT_SIGNED_IN)
                                  : account_read(act, act->actor->account, ret_account);
    }
    TRY(half_read(act, half, HALF_ENROL, ret_account));
    return factors_any(&(*ret_account)->factors) ? error_of(ERROR_NOT_SIGNED_IN) : NULL;
}

/* Signed in, this is a dangerous act; else only the first is made so. */
static const struct error *begin_change(const struct act *act, const char *half, const char *name,
                                        const struct account **ret_account)
{
    TRY(whose(act, half, ret_account));
    if (half != NULL) {
        return factor_note(act, *ret_account, name);
    }
    TRY(act_begin(act, MAY_WORK, name, act->actor->account));
    return act_dangerous(act);
}

/* The first one was made: what half was begun with is a session now. */
static const struct error *finish(const struct act *act, const char *half, const struct account *before,
                                  const struct origin *from, struct sign_in *ret_sign_in)
{
    const struct account *account;
    *ret_sign_in = (struct sign_in){.next = SIGN_IN_DONE};
    if (half == NULL) {
        return notice_own(act, "factor-changed", before->id);
    }
    TRY(account_read(act, before->id, &account));
    TRY(factor_note(act, account, "sign-in"));
    TRY(session_begin(act, account, from, true, &ret_sign_in->token));
    ret_sign_in->device = device_remember(act, account, from);
    return NULL;
}

const struct error *act_factors(const struct act *act, const char *half, struct factors_view *ret_view)
{
    const struct account *account;
    struct store_reader *reader;
    const struct error *error = NULL;
    if (half == NULL) {
        TRY(act_begin(act, MAY_WORK, "factors", act->actor == NULL ? (struct id){{0}} : act->actor->account));
    }
    TRY(whose(act, half, &account));
    const struct factors *factors = &account->factors;
    struct instant *used = arena_many(act->arena, struct instant, factors->passkey_count);
    TRY(store_reader_take(act->service->store, &reader));
    for (size_t i = 0; i < factors->passkey_count && error == NULL; i++) {
        uint8_t name[HASH_BYTES];
        int64_t ignored;
        factor_name(account->id, factors->passkeys[i].id, name);
        error = store_factor_used(reader, act->arena, name, &ignored, &used[i]);
        error = error != NULL && error->code == ERROR_NOT_FOUND ? NULL : error;
    }
    store_reader_give(reader);
    TRY(error);
    *ret_view = (struct factors_view){
        .passkeys = factors->passkeys,
        .used_at = used,
        .passkey_count = factors->passkey_count,
        .has_code = factors->code_secret != NULL,
        .code_made_at = factors->code_made_at,
        .recovery_left = factors->recovery_count,
        .ways = factors_count(factors),
    };
    return NULL;
}

/* ---- passkeys ---- */

const struct error *act_passkey_offer(const struct act *act, const char *half, const char *binding,
                                      struct passkey_offer *ret_offer)
{
    const struct account *account;
    struct passkey_expected expected;
    const char *known = "";
    TRY(whose(act, half, &account));
    TRY(passkeys_expected(act, "", &expected));
    for (size_t i = 0; i < account->factors.passkey_count; i++) {
        known = arena_printf(act->arena, "%s%s%s", known, i == 0 ? "" : " ", account->factors.passkeys[i].id);
    }
    *ret_offer = (struct passkey_offer){
        .challenge = act_passkey_challenge(act, "add", binding),
        .name = expected.name,
        .user = base64url_write(act->arena, (struct bytes){account->id.bytes, ID_BYTES}),
        .username = account->username,
        .full_name = account->name,
        .known = known,
    };
    return NULL;
}

static const struct error *not_made(const struct act *act, const char *why)
{
    return error_field(act->arena, ERROR_INVALID, "title", NULL, "The passkey was not made: %s", why);
}

static const struct error *check_title(const struct act *act, const char **title)
{
    *title = *title == NULL ? "" : text_trim(act->arena, *title);
    if ((*title)[0] == '\0') {
        return error_field(act->arena, ERROR_INVALID, "title", NULL, "Give the passkey a name");
    }
    return text_length(*title) > TITLE_MOST
               ? error_field(act->arena, ERROR_INVALID, "title", NULL,
                             "The name must have at most %d characters", TITLE_MOST)
               : NULL;
}

static void set_number(struct value *values, const struct entry_type *type, const char *field, int64_t number)
{
    values[entry_type_field(type, field)->index] = (struct value){.kind = VALUE_NUMBER, .number = number};
}

const struct error *act_passkey_add(const struct act *act, const char *half, const char *binding,
                                    const char *challenge, const char *client_data, const char *attestation,
                                    const char *title, const struct origin *from, struct sign_in *ret_sign_in)
{
    const struct account *account;
    struct passkey_expected expected;
    struct passkey_made made;
    struct passkey passkey;
    bool busy;
    TRY(begin_change(act, half, "passkey-add", &account));
    TRY(check_title(act, &title));
    TRY(passkeys_expected(act, challenge, &expected));
    if (account->factors.passkey_count >= PASSKEYS_MOST) {
        return not_made(act, "you have ten, remove one first");
    }
    if (!factor_bytes(act, client_data, CLIENT_DATA_MOST, &made.client_data) ||
        !factor_bytes(act, attestation, ATTESTATION_MOST, &made.attestation) || challenge == NULL) {
        return not_made(act, "the browser sent nothing");
    }
    if (!challenge_is_good(act, "add", binding, challenge)) {
        return not_made(act, "it took longer than five minutes. Try again");
    }
    const struct error *error = passkey_make(act->arena, &expected, &made, &passkey);
    if (error != NULL) {
        return not_made(act, error->detail);
    }
    const char *id = base64url_write(act->arena, passkey.id);
    if (factors_passkey(&account->factors, id) != NULL) {
        return not_made(act, "you have it already");
    }
    if (!challenge_take(act, "add", binding, challenge, &busy)) {
        return busy ? error_of(ERROR_BUSY) : not_made(act, "it was sent twice");
    }
    struct value *values;
    uint8_t name[HASH_BYTES];
    struct entry entry = account_entry(act, "account-passkey-added", &values);
    account_set(values, entry.type, "passkey", id);
    account_set(values, entry.type, "key", base64url_write(act->arena, passkey.key));
    account_set(values, entry.type, "title", title);
    set_number(values, entry.type, "copied", passkey.may_be_copied);
    entry.recorded_by = account->id;
    TRY(factor_append(act, account, &entry));
    factor_name(account->id, id, name);
    error = store_factor_use(act->service->store, act->arena, name, passkey.count, act->now);
    if (error != NULL && error->code != ERROR_EXISTS) { /* it was here before, and removed */
        return error;
    }
    return finish(act, half, account, from, ret_sign_in);
}

const struct error *act_passkey_remove(const struct act *act, const char *id)
{
    const struct account *account;
    struct value *values;
    TRY(begin_change(act, NULL, "passkey-remove", &account));
    const struct factor_passkey *passkey = factors_passkey(&account->factors, id);
    if (passkey == NULL) {
        return error_of(ERROR_NOT_FOUND);
    }
    if (factors_count(&account->factors) <= (size_t)!passkey->locked) {
        return error_field(act->arena, ERROR_INVALID, "passkey", NULL,
                           "This is your only way to sign in: add another before you remove it");
    }
    struct entry entry = account_entry(act, "account-passkey-removed", &values);
    account_set(values, entry.type, "passkey", id);
    TRY(factor_append(act, account, &entry));
    return notice_own(act, "factor-changed", account->id);
}

/* ---- the app ---- */

static const struct id no_id = {{0}};

static const struct error *unseal(const struct act *act, const struct account *account, const char *sealed,
                                  const char **ret_secret)
{
    struct bytes bytes;
    const void *plain;
    size_t size;
    struct note_place place = {"code", account->id, no_id, no_id};
    if (!factor_bytes(act, sealed, 512, &bytes) ||
        note_open(act->arena, store_keyring(act->service->store), &place, bytes.at, bytes.size, &plain,
                  &size) != NULL) {
        return error_new(act->arena, ERROR_BAD_INPUT, "this is not the secret that was shown");
    }
    *ret_secret = arena_copy_n(act->arena, plain, size);
    return NULL;
}

const struct error *act_code_offer(const struct act *act, const char *half, const char *sealed,
                                   struct code_offer *ret_offer)
{
    const struct account *account;
    const char *secret;
    if (half == NULL) {
        TRY(act_begin(act, MAY_WORK, "code-offer",
                      act->actor == NULL ? (struct id){{0}} : act->actor->account));
    }
    TRY(whose(act, half, &account));
    if (sealed != NULL) {
        TRY(unseal(act, account, sealed, &secret));
    } else {
        const uint8_t *bytes;
        size_t size;
        TRY(code_secret_new(act->arena, &secret));
        struct note_place place = {"code", account->id, no_id, no_id};
        TRY(note_seal(act->arena, store_keyring(act->service->store), &place, act->now, secret,
                      strlen(secret), &bytes, &size));
        sealed = base64url_write(act->arena, (struct bytes){bytes, size});
    }
    *ret_offer = (struct code_offer){
        .sealed = sealed,
        .words = code_secret_words(act->arena, secret),
        .address = code_address(act->arena, secret, "Waymark", account->username),
    };
    return NULL;
}

const struct error *code_use(const struct act *act, const struct account *account, const char *secret,
                             const char *typed)
{
    uint8_t name[HASH_BYTES];
    int64_t used = 0;
    int64_t step;
    struct instant ignored;
    struct store_reader *reader;
    factor_name(account->id, secret, name);
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_factor_used(reader, act->arena, name, &used, &ignored);
    store_reader_give(reader);
    if (error != NULL && error->code != ERROR_NOT_FOUND) {
        return error;
    }
    error = code_holds(act->arena, secret, typed == NULL ? "" : typed, act->now, used, &step)
                ? store_factor_use(act->service->store, act->arena, name, step, act->now)
                : error_of(ERROR_EXISTS);
    return error == NULL || error->code != ERROR_EXISTS
               ? error
               : error_field(
                     act->arena, ERROR_INVALID, "code", NULL,
                     "The code is not right, or was used already. Enter the code that the app shows now");
}

const struct error *act_code_set(const struct act *act, const char *half, const char *sealed,
                                 const char *code, const struct origin *from, struct sign_in *ret_sign_in)
{
    const struct account *account;
    const char *secret;
    struct value *values;
    TRY(begin_change(act, half, "code-set", &account));
    TRY(unseal(act, account, sealed, &secret));
    TRY(code_use(act, account, secret, code));
    struct entry entry = account_entry(act, "account-code-set", &values);
    account_set(values, entry.type, "secret", secret);
    entry.recorded_by = account->id;
    TRY(factor_append(act, account, &entry));
    return finish(act, half, account, from, ret_sign_in);
}

const struct error *act_code_remove(const struct act *act)
{
    const struct account *account;
    struct value *values;
    TRY(begin_change(act, NULL, "code-remove", &account));
    if (account->factors.code_secret == NULL) {
        return NULL;
    }
    if (factors_count(&account->factors) <= 1) {
        return error_field(act->arena, ERROR_INVALID, "app", NULL,
                           "This is your only way to sign in: add a passkey before you remove it");
    }
    struct entry entry = account_entry(act, "account-code-removed", &values);
    TRY(factor_append(act, account, &entry));
    return notice_own(act, "factor-changed", account->id);
}

/* ---- recovery codes ---- */

const struct error *act_recovery_make(const struct act *act, const char *const **ret_codes, size_t *ret_count)
{
    const struct account *account;
    struct value *values;
    const char **codes = arena_many(act->arena, const char *, RECOVERY_CODES);
    const char *hashes = "";
    TRY(begin_change(act, NULL, "recovery-make", &account));
    if (factors_count(&account->factors) == 0) {
        return error_new(act->arena, ERROR_NOT_ALLOWED,
                         "recovery codes stand in for a second factor: make one first");
    }
    for (int i = 0; i < RECOVERY_CODES; i++) {
        const char *hash;
        codes[i] = recovery_new(act->arena);
        hash_text_hex(act->arena, recovery_normal(act->arena, codes[i]), &hash);
        hashes = arena_printf(act->arena, "%s%s%s", hashes, i == 0 ? "" : " ", hash);
    }
    struct entry entry = account_entry(act, "account-recovery-set", &values);
    account_set(values, entry.type, "hashes", hashes);
    TRY(factor_append(act, account, &entry));
    TRY(notice_own(act, "factor-changed", account->id));
    *ret_codes = codes;
    *ret_count = RECOVERY_CODES;
    return NULL;
}
