#include "act/sso_account.h"

#include "act/factor.h"

#include "base/text.h"

#include <string.h>

enum { WISH_MOST = 40, WISHES = 4 };

/* ---- finding
 * -----------------------------------------------------------------------------------------------------------
 */

/* No user name holds a line feed, and neither does a subject, so that no two are the same. */
static const char *name_of(const struct act *act, const struct sso_person *person)
{
    return arena_printf(act->arena, "sso\n%s\n%s", person->issuer, person->subject);
}

static bool is_joined_to(const struct account *account, const struct sso_person *person)
{
    return text_equal(account->issuer, person->issuer) && text_equal(account->subject, person->subject);
}

/* *ret_account NULL: there is none that is joined to this person now. */
static const struct error *find(const struct act *act, const struct sso_person *person,
                                const struct account **ret_account, bool *ret_name_is_taken)
{
    const struct account *account = NULL;
    const struct error *error = account_by_name(act, name_of(act, person), &account);
    if (error != NULL && error->code != ERROR_NOT_FOUND) {
        return error;
    }
    *ret_name_is_taken = error == NULL;
    *ret_account = error == NULL && is_joined_to(account, person) ? account : NULL;
    return NULL;
}

static bool link_holds(const struct act *act, const struct account *account, const char *hash)
{
    return account->link_hash != NULL && text_equal_secret(account->link_hash, hash) &&
           account->link_ends_ms >= act->now.ms && account_opens(account_state_now(act, account));
}

bool sso_link_account(const struct act *act, const char *link, const struct account **ret_account)
{
    struct id id;
    const char *hash;
    const struct account *account;
    const char *dot = strchr(link, '.');
    hash_text_hex(act->arena, link, &hash);
    if (dot == NULL || !id_parse(arena_copy_n(act->arena, link, (size_t)(dot - link)), &id) ||
        account_read(act, id, &account) != NULL || !link_holds(act, account, hash)) {
        return false;
    }
    *ret_account = account;
    return true;
}

/* ---- refusing
 * ------------------------------------------------------------------------------------------------------------
 */

static const struct error *refuse(const struct act *act, struct sso_settling *settling,
                                  const struct account *account, enum sso_refused refused, const char *text)
{
    settling->refused = refused;
    if (account != NULL) {
        TRY(factor_note(act, account, "sign-in-refused"));
    }
    return error_new(act->arena, ERROR_NOT_ALLOWED, "%s", text);
}

/* What a person had by a claim ends with the claim: here, in every other session, and for their programs. */
static const struct error *end_access(const struct act *act, struct sso_settling *settling,
                                      const struct account *account)
{
    if (!account->locked) {
        struct value *values;
        struct entry entry = account_entry(act, "account-unmapped", &values);
        TRY(account_append(act, account->id, &entry));
        TRY(store_sessions_of_account_drop(act->service->store, act->arena, account->id));
    }
    return refuse(act, settling, account, SSO_REFUSED_NO_ROLE, "the settings give this account no role");
}

/* ---- joining and making
 * -------------------------------------------------------------------------------------------------- */

static struct entry joined_entry(const struct act *act, const struct sso_person *person)
{
    struct value *values;
    struct entry entry = account_entry(act, "account-joined", &values);
    account_set(values, entry.type, "issuer", person->issuer);
    account_set(values, entry.type, "subject", person->subject);
    return entry;
}

static struct entry mapped_entry(const struct act *act, const char *role)
{
    struct value *values;
    struct entry entry = account_entry(act, "account-mapped", &values);
    account_set(values, entry.type, "role", role);
    return entry;
}

/* The role that the settings give, when it is not the one that the account has. */
static const struct error *give_role(const struct act *act, struct sso_settling *settling)
{
    const struct account *account = settling->account;
    const char *role = settling->mapped->rule->role == NULL ? account->role : settling->mapped->rule->role;
    if (account->unmapped || !text_equal(role, account->role)) {
        struct entry entry = mapped_entry(act, role);
        TRY(account_append(act, account->id, &entry));
        TRY(account_read(act, account->id, &settling->account));
    }
    return NULL;
}

static const struct error *join(const struct act *act, struct sso_settling *settling, bool name_is_taken)
{
    struct id id;
    const struct account *account;
    struct stream stream;
    struct store_reader *reader;
    if (!id_parse(settling->link_account, &id) || account_read(act, id, &account) != NULL ||
        !link_holds(act, account, settling->link_hash) || account->issuer != NULL) {
        return refuse(act, settling, NULL, SSO_REFUSED_LINK, "the invitation is no longer good");
    }
    if (!text_equal(account->agency, settling->provider->agency)) {
        return refuse(act, settling, account, SSO_REFUSED_OTHER, "the account is of another agency");
    }
    if (settling->mapped == NULL) {
        return refuse(act, settling, account, SSO_REFUSED_NO_ROLE, "the settings give this person no role");
    }
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_stream_read(reader, act->arena, account->id, &stream);
    store_reader_give(reader);
    TRY(error);
    /* on the stream as it was when the link was seen to be good: a link that was used meanwhile is a conflict
     */
    if (stream.head.seq != account->seq) {
        return error_of(ERROR_CONFLICT);
    }
    struct entry entry = joined_entry(act, settling->person);
    struct write *write = store_write_new(act->service->store, act->arena);
    if (!name_is_taken) {
        store_write_claim_name(write, account->id, name_of(act, settling->person));
    }
    store_write_entry(write, &stream, &entry);
    TRY(store_commit(write));
    settling->joined = true;
    return account_read(act, account->id, &settling->account);
}

/* A new link for an account that is joined: it is an invitation as the first was, and used by this. */
static const struct error *join_again(const struct act *act, struct sso_settling *settling)
{
    if (!link_holds(act, settling->account, settling->link_hash)) {
        return refuse(act, settling, settling->account, SSO_REFUSED_LINK, "the invitation is no longer good");
    }
    struct entry entry = joined_entry(act, settling->person);
    TRY(account_append(act, settling->account->id, &entry));
    return account_read(act, settling->account->id, &settling->account);
}

/* Small letters, digits, hyphens and full stops of what the provider calls them, before an "@". */
static const char *wish_of(const struct act *act, const struct sso_settling *settling, int attempt)
{
    char wish[WISH_MOST + 1];
    size_t size = 0;
    const char *from = settling->mapped->username == NULL ? "" : settling->mapped->username;
    for (; *from != '\0' && *from != '@' && size < WISH_MOST; from++) {
        char c = *from >= 'A' && *from <= 'Z' ? (char)(*from - 'A' + 'a') : *from;
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (size > 0 && (c == '-' || c == '.'));
        if (plain) {
            wish[size++] = c;
        }
    }
    wish[size] = '\0';
    if (size >= 2 && attempt == 0) {
        return arena_copy(act->arena, wish);
    }
    if (size >= 2 && attempt == 1) {
        return arena_printf(act->arena, "%s.%.19s", wish, settling->provider->id);
    }
    uint8_t random[3];
    random_bytes(random, sizeof random);
    return arena_printf(act->arena, "%.19s-%02x%02x%02x", settling->provider->id, random[0], random[1],
                        random[2]);
}

static const struct error *make_named(const struct act *act, struct sso_settling *settling,
                                      const char *username, bool name_is_taken)
{
    struct stream stream;
    struct value *values;
    const struct sso_mapped *mapped = settling->mapped;
    TRY(store_stream_new(act->service->store, act->arena, STREAM_ACCOUNT, 0, &stream));
    struct entry entry = account_entry(act, "account-added", &values);
    account_set(values, entry.type, "username", username);
    account_set(values, entry.type, "name",
                mapped->name == NULL || strlen(mapped->name) > 400 ? username : mapped->name);
    account_set(values, entry.type, "role", mapped->rule->role);
    account_set(values, entry.type, "agency", settling->provider->agency);
    struct write *write = store_write_new(act->service->store, act->arena);
    store_write_claim_name(write, stream.head.id, username);
    store_write_entry(write, &stream, &entry);
    if (!name_is_taken) {
        store_write_claim_name(write, stream.head.id, name_of(act, settling->person));
    }
    struct entry joined = joined_entry(act, settling->person);
    store_write_entry(write, &stream, &joined);
    TRY(store_commit(write));
    settling->joined = true;
    settling->made = true;
    return account_read(act, stream.head.id, &settling->account);
}

static const struct error *make(const struct act *act, struct sso_settling *settling, bool name_is_taken)
{
    const struct error *error = NULL;
    for (int i = 0; i < WISHES; i++) {
        error = make_named(act, settling, wish_of(act, settling, i), name_is_taken);
        if (error == NULL || error->code != ERROR_EXISTS) {
            return error;
        }
    }
    return error;
}

/* ---- the whole
 * ---------------------------------------------------------------------------------------------------------
 */

static const struct error *settle_known(const struct act *act, struct sso_settling *settling)
{
    const struct account *account = settling->account;
    if (!text_equal(account->agency, settling->provider->agency)) {
        return refuse(act, settling, account, SSO_REFUSED_OTHER, "the account is of another agency");
    }
    if (settling->mapped == NULL) {
        return end_access(act, settling, account);
    }
    enum account_state state = account_state_now(act, account);
    if (!account_opens(state) && !(state == ACCOUNT_LOCKED && account->unmapped)) {
        return refuse(act, settling, account, SSO_REFUSED_LOCKED, "the account does not open");
    }
    if (settling->link_account[0] != '\0') {
        TRY(join_again(act, settling));
    }
    return give_role(act, settling);
}

const struct error *sso_settle(const struct act *act, struct sso_settling *settling)
{
    bool name_is_taken = false;
    settling->refused = SSO_REFUSED_ANSWER;
    TRY(find(act, settling->person, &settling->account, &name_is_taken));
    if (settling->account != NULL) {
        char id[ID_TEXT];
        id_format(settling->account->id, id);
        if (settling->link_account[0] != '\0' && !text_equal(settling->link_account, id)) {
            return refuse(act, settling, settling->account, SSO_REFUSED_OTHER,
                          "the person has another account already");
        }
        return settle_known(act, settling);
    }
    if (settling->link_account[0] != '\0') {
        TRY(join(act, settling, name_is_taken));
        return give_role(act, settling);
    }
    if (settling->mapped == NULL) {
        return refuse(act, settling, NULL, SSO_REFUSED_NO_ROLE, "the settings give this person no role");
    }
    if (!settling->mapped->rule->makes_account) {
        return refuse(act, settling, NULL, SSO_REFUSED_UNKNOWN, "no account is joined to this person");
    }
    return make(act, settling, name_is_taken);
}

const struct error *act_sso_part(const struct act *act, const char *username)
{
    const struct account *account;
    TRY(account_to_change(act, "account-part", username, &account));
    if (account->issuer == NULL) {
        return error_field(act->arena, ERROR_INVALID, "username", NULL,
                           "\"%s\" does not sign in by another service", username);
    }
    struct value *values;
    struct entry entry = account_entry(act, "account-parted", &values);
    TRY(account_append(act, account->id, &entry));
    return store_sessions_of_account_drop(act->service->store, act->arena, account->id);
}
