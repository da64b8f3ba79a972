/*
 * Keeping accounts. Each is a stream of entries like any record: added, locked, given a link, a password, a
 * token.
 */
#include "act/account.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { LINK_HOURS = 72, TRIES = 8 };

/* ---- who may keep which */

const struct error *account_begin(const struct act *act, const char *name, struct id record)
{
    return act->actor == NULL ? NULL : act_begin(act, MAY_KEEP_ACCOUNTS, name, record);
}

bool account_is_within(const struct act *act, const struct account *account)
{
    return act->actor == NULL || act->actor->role->administers ||
           text_equal(account->agency, act->actor->agency);
}

bool account_may_give(const struct act *act, const struct role *role, const char *agency)
{
    if (role->agency != NULL && !text_equal(role->agency, agency)) {
        return false;
    }
    return act->actor == NULL || act->actor->role->administers ||
           (text_equal(agency, act->actor->agency) && !role->administers && !role->administers_agency &&
            !role->given_by_administrator);
}

bool account_may_change(const struct act *act, const struct account *account)
{
    const struct role *role = act_role(act, account->role);
    if (act->actor == NULL) {
        return true;
    }
    return permit(act->actor, MAY_KEEP_ACCOUNTS) && account_is_within(act, account) &&
           !id_equal(account->id, act->actor->account) &&
           (act->actor->role->administers || role == NULL || !role->administers);
}

static const struct error *account_dangerous(const struct act *act)
{
    return act->actor != NULL && act->actor->keeps_accounts ? NULL : act_dangerous(act);
}

/* Who may not keep accounts learns of none; who keeps those of one agency, of none elsewhere. */
const struct error *account_of(const struct act *act, const char *name, const char *username,
                               const struct account **ret_account)
{
    const struct account *account = NULL;
    if (act->actor != NULL && !permit(act->actor, MAY_KEEP_ACCOUNTS)) {
        return account_begin(act, name, (struct id){{0}});
    }
    const struct error *error = account_by_name(act, username, &account);
    if (error == NULL && !account_is_within(act, account)) {
        error = error_of(ERROR_NOT_FOUND);
    }
    TRY(account_begin(act, name, error == NULL ? account->id : (struct id){{0}}));
    if (error != NULL && error->code == ERROR_NOT_FOUND) {
        return error_field(act->arena, ERROR_NOT_FOUND, "username", NULL, "there is no account \"%s\"",
                           username);
    }
    TRY(error);
    *ret_account = account;
    return NULL;
}

const struct error *account_to_change(const struct act *act, const char *name, const char *username,
                                      const struct account **ret_account)
{
    const struct account *account;
    TRY(account_of(act, name, username, &account));
    if (!account_may_change(act, account)) {
        return id_equal(account->id, act->actor->account)
                   ? error_new(act->arena, ERROR_NOT_ALLOWED,
                               "nobody changes their own account: ask another administrator")
                   : error_new(act->arena, ERROR_NOT_ALLOWED,
                               "only an administrator changes the account of an administrator");
    }
    TRY(account_dangerous(act));
    *ret_account = account;
    return NULL;
}

/* ---- entries */

void account_set(struct value *values, const struct entry_type *type, const char *field, const char *text)
{
    values[entry_type_field(type, field)->index] = (struct value){.kind = VALUE_TEXT, .text = text};
}

struct entry account_entry(const struct act *act, const char *type_id, struct value **ret_values)
{
    const struct entry_type *type = system_type(type_id);
    *ret_values = arena_many(act->arena, struct value, type->field_count);
    return (struct entry){
        .type = type,
        .occurred = {.start = act->now, .end = act->now},
        .recorded_at = act->now,
        .recorded_by = act->actor == NULL ? (struct id){{0}} : act->actor->account,
        .agency = act->actor == NULL ? "" : act->actor->agency,
        .label = "standard",
        .values = *ret_values,
    };
}

const struct error *account_append(const struct act *act, struct id id, const struct entry *entry)
{
    const struct error *error = NULL;
    for (int i = 0; i < TRIES; i++) {
        struct store_reader *reader;
        struct stream stream;
        TRY(store_reader_take(act->service->store, &reader));
        error = store_stream_read(reader, act->arena, id, &stream);
        store_reader_give(reader);
        TRY(error);
        struct write *write = store_write_new(act->service->store, act->arena);
        store_write_entry(write, &stream, entry);
        error = store_commit(write);
        if (error == NULL || error->code != ERROR_CONFLICT) {
            return error;
        }
    }
    return error;
}

static bool is_name(const char *text)
{
    size_t size = strlen(text);
    for (const char *c = text; *c != '\0'; c++) {
        bool good =
            (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || (c != text && (*c == '-' || *c == '.'));
        if (!good) {
            return false;
        }
    }
    return size >= 2 && size <= 60;
}

const struct error *account_check_role(const struct act *act, const char *role_id, const char *agency)
{
    const struct pack *pack = act_pack(act);
    const struct role *role = pack_role(pack, role_id);
    const struct code_list *agencies = pack_codes(pack, "agency");
    const struct error *error = NULL;
    if (agencies == NULL || code_find(agencies, agency) == NULL) {
        error = error_field(act->arena, ERROR_INVALID, "agency", error, "there is no agency \"%s\"", agency);
    } else if (role != NULL && role->agency != NULL && !text_equal(role->agency, agency)) {
        error = error_field(act->arena, ERROR_INVALID, "agency", error, "the role %s exists only in %s",
                            role_id, role->agency);
    } else if (role != NULL && !account_may_give(act, role, agency)) {
        bool elsewhere = !text_equal(agency, act->actor->agency);
        error = error_field(act->arena, ERROR_INVALID, elsewhere ? "agency" : "role", error,
                            elsewhere ? "you keep the accounts of your own agency only"
                                      : "only an administrator gives this role");
    }
    if (role == NULL) {
        error = error_field(act->arena, ERROR_INVALID, "role", error, "there is no role \"%s\"", role_id);
    }
    return error;
}

static const struct error *check_account(const struct act *act, const struct account_input *input)
{
    const struct error *error = account_check_role(act, input->role, input->agency);
    if (!text_is_blank(input->email) && !mail_address_is_plain(input->email)) {
        error = error_field(act->arena, ERROR_INVALID, "email", error,
                            "this is no address that can be written to: name@service.example");
    }
    if (input->by_mail && text_is_blank(input->email)) {
        error = error_field(act->arena, ERROR_INVALID, "email", error,
                            "give the address that the invitation is sent to");
    }
    if (input->by_mail && !act->service->mails) {
        error = error_field(act->arena, ERROR_INVALID, "email", error,
                            "sending e-mail is not set up: hand the link over");
    }
    if (input->expires_at.ms != 0 && input->expires_at.ms <= act->now.ms) {
        error = error_field(act->arena, ERROR_INVALID, "expires", error, "this date is over");
    }
    if (!is_name(input->username)) {
        error =
            error_field(act->arena, ERROR_INVALID, "username", error,
                        "\"%s\" is not a user name: 2 to 60 small letters, digits, hyphens and full stops",
                        input->username);
    }
    return error;
}

void hash_text_hex(struct arena *arena, const char *secret, const char **ret_text)
{
    uint8_t hash[HASH_BYTES];
    secret_hash(secret, hash);
    *ret_text = text_hex(arena, hash, HASH_BYTES);
}

/* "ACCOUNT.SECRET": so that whose it is need not be searched. */
static const char *secret_of_account(const struct act *act, struct id account)
{
    char id[ID_TEXT];
    char secret[SECRET_TEXT];
    id_format(account, id);
    secret_new(secret);
    return arena_printf(act->arena, "%s.%s", id, secret);
}

/* ---- invitations */

static void set_number(struct value *values, const struct entry_type *type, const char *field, int64_t number)
{
    values[entry_type_field(type, field)->index] = (struct value){.kind = VALUE_NUMBER, .number = number};
}

static struct entry link_entry(const struct act *act, const char *link, struct value **ret_values)
{
    struct entry entry = account_entry(act, "account-link-made", ret_values);
    const char *hash;
    hash_text_hex(act->arena, link, &hash);
    account_set(*ret_values, entry.type, "link_hash", hash);
    set_number(*ret_values, entry.type, "ends_at", act->now.ms + (int64_t)LINK_HOURS * MS_PER_HOUR);
    return entry;
}

/* A link that is handed over: made now, and known to nobody but who asked for it. */
static struct entry handed_link(const struct act *act, struct id account, const char **ret_link)
{
    struct value *values;
    *ret_link = secret_of_account(act, account);
    return link_entry(act, *ret_link, &values);
}

const char *account_mailed_link(const struct act *act, struct id account, uint64_t seq)
{
    char id[ID_TEXT];
    char secret[SECRET_TEXT];
    id_format(account, id);
    secret_derive(store_keyring(act->service->store), "invitation",
                  arena_printf(act->arena, "%s %llu", id, (unsigned long long)seq), secret);
    return arena_printf(act->arena, "%s.%s", id, secret);
}

const char *account_code_hash(const struct act *act, struct id account, const char *code)
{
    char id[ID_TEXT];
    const char *hash;
    struct reference plain;
    id_format(account, id);
    hash_text_hex(act->arena,
                  arena_printf(act->arena, "%s %s", id, reference_parse(code, &plain) ? plain.text : ""),
                  &hash);
    return hash;
}

/* A link that is sent by mail: the link alone opens nothing, the code is said by voice. What is sent is made
 * again when it is sent, so that no secret waits in the outbox. */
static void mail_link(const struct act *act, struct write *write, struct stream *stream,
                      const char **ret_code)
{
    struct value *values;
    struct reference code = reference_of(id_new());
    uint64_t seq = stream->head.seq + 1;
    struct entry entry = link_entry(act, account_mailed_link(act, stream->head.id, seq), &values);
    account_set(values, entry.type, "code_hash", account_code_hash(act, stream->head.id, code.text));
    store_write_entry(write, stream, &entry);
    account_tell(act, write, stream->head.id, ACCOUNT_NOTICE_INVITATION, seq);
    *ret_code = arena_copy(act->arena, code.text);
}

static void write_link(const struct act *act, struct write *write, struct stream *stream, bool by_mail,
                       struct invitation *ret_invitation)
{
    *ret_invitation = (struct invitation){.mailed = by_mail};
    if (by_mail) {
        mail_link(act, write, stream, &ret_invitation->code);
        return;
    }
    struct entry link = handed_link(act, stream->head.id, &ret_invitation->link);
    store_write_entry(write, stream, &link);
}

static struct entry added_entry(const struct act *act, const struct account_input *input, bool awaits)
{
    struct value *values;
    struct entry entry = account_entry(act, "account-added", &values);
    account_set(values, entry.type, "username", input->username);
    account_set(values, entry.type, "name", text_is_blank(input->name) ? input->username : input->name);
    account_set(values, entry.type, "role", input->role);
    account_set(values, entry.type, "agency", input->agency);
    if (!text_is_blank(input->team)) {
        account_set(values, entry.type, "team", input->team);
    }
    if (!text_is_blank(input->email)) {
        account_set(values, entry.type, "email", input->email);
    }
    if (input->expires_at.ms != 0) {
        set_number(values, entry.type, "expires_at", input->expires_at.ms);
    }
    if (awaits) {
        account_set(values, entry.type, "awaits", "yes");
    }
    return entry;
}

const struct error *act_account_invite(const struct act *act, const struct account_input *input,
                                       struct invitation *ret_invitation)
{
    struct stream stream;
    TRY(account_begin(act, "account-add", (struct id){{0}}));
    TRY(check_account(act, input));
    TRY(account_dangerous(act));
    bool awaits = act->actor != NULL && act_role(act, input->role)->administers;
    TRY(store_stream_new(act->service->store, act->arena, STREAM_ACCOUNT, 0, &stream));
    struct entry entry = added_entry(act, input, awaits);
    struct write *write = store_write_new(act->service->store, act->arena);
    store_write_entry(write, &stream, &entry);
    store_write_claim_name(write, stream.head.id, input->username);
    *ret_invitation = (struct invitation){.awaits = awaits};
    if (!awaits) {
        write_link(act, write, &stream, input->by_mail, ret_invitation);
    }
    const struct error *error = store_commit(write);
    if (error != NULL && error->code == ERROR_EXISTS) {
        return error_field(act->arena, ERROR_EXISTS, "username", NULL, "there is an account \"%s\" already",
                           input->username);
    }
    return error;
}

const struct error *act_account_add(const struct act *act, const char *username, const char *name,
                                    const char *role, const char *agency, const char **ret_link)
{
    struct invitation invitation;
    TRY(act_account_invite(
        act, &(struct account_input){.username = username, .name = name, .role = role, .agency = agency},
        &invitation));
    *ret_link = invitation.link;
    return NULL;
}

static const struct error *must_not_await(const struct act *act, const struct account *account)
{
    return account->awaits ? error_field(act->arena, ERROR_INVALID, "username", NULL,
                                         "a second administrator has to agree to this account first")
                           : NULL;
}

const struct error *act_account_link(const struct act *act, const char *username, const char **ret_link)
{
    const struct account *account;
    TRY(account_to_change(act, "account-link", username, &account));
    TRY(must_not_await(act, account));
    struct entry entry = handed_link(act, account->id, ret_link);
    return account_append(act, account->id, &entry);
}

const struct error *act_account_invite_again(const struct act *act, const char *username,
                                             struct invitation *ret_invitation)
{
    const struct account *account;
    struct store_reader *reader;
    struct stream stream;
    TRY(account_to_change(act, "account-link", username, &account));
    TRY(must_not_await(act, account));
    if (account->password_hash != NULL || account_used_at(act, account).ms != 0) {
        /* the mailbox alone must not be enough to take over an account that is in use */
        return error_field(act->arena, ERROR_INVALID, "username", NULL,
                           "this account was used: hand a link over, do not send it");
    }
    if (!act->service->mails || text_is_blank(account->email)) {
        return error_field(act->arena, ERROR_INVALID, "email", NULL,
                           "sending e-mail is not set up, or the account has no address");
    }
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_stream_read(reader, act->arena, account->id, &stream);
    store_reader_give(reader);
    TRY(error);
    struct write *write = store_write_new(act->service->store, act->arena);
    write_link(act, write, &stream, true, ret_invitation);
    return store_commit(write);
}

const struct error *act_account_lock(const struct act *act, const char *username, bool locked)
{
    const struct account *account;
    struct value *values;
    TRY(account_to_change(act, locked ? "account-lock" : "account-unlock", username, &account));
    if (account_opens(account_state_now(act, account)) != locked) {
        return NULL;
    }
    struct entry entry = account_entry(act, locked ? "account-locked" : "account-unlocked", &values);
    TRY(account_append(act, account->id, &entry));
    return locked ? store_sessions_of_account_drop(act->service->store, act->arena, account->id) : NULL;
}

/* ---- tokens */

const struct error *token_make(const struct act *act, const struct account *account,
                               const struct token_input *input, const char **ret_token)
{
    struct value *values;
    const char *hash;
    struct entry entry = account_entry(act, "account-token-made", &values);
    const char *token = secret_of_account(act, account->id);
    hash_text_hex(act->arena, token, &hash);
    account_set(values, entry.type, "token_hash", hash);
    account_set(values, entry.type, "title", input->title);
    set_number(values, entry.type, "ends_at", input->ends_at.ms);
    if (input->keeps_accounts) {
        account_set(values, entry.type, "keeps_accounts", "yes");
    }
    TRY(account_append(act, account->id, &entry));
    *ret_token = token;
    return NULL;
}

/* Who keeps accounts would read cases by a token made for another: people make their own (signing.h). */
static const struct error *token_by_command_line(const struct act *act, const char *username,
                                                 bool keeps_accounts, const char **ret_token)
{
    const struct account *account;
    if (act->actor != NULL) {
        TRY(account_begin(act, "account-token", (struct id){{0}}));
        return error_of(ERROR_NOT_ALLOWED);
    }
    TRY(account_named(act, username, &account));
    const struct role *role = act_role(act, account->role);
    if (keeps_accounts && (role == NULL || !(role->administers || role->administers_agency))) {
        return error_field(act->arena, ERROR_INVALID, "username", NULL, "this account keeps no accounts");
    }
    struct token_input input = {.title = "Made at the command line",
                                .ends_at = instant_add_ms(act->now, TOKEN_DAYS_MOST * (int64_t)MS_PER_DAY),
                                .keeps_accounts = keeps_accounts};
    return token_make(act, account, &input, ret_token);
}

const struct error *act_account_token(const struct act *act, const char *username, const char **ret_token)
{
    return token_by_command_line(act, username, false, ret_token);
}

const struct error *act_account_keeping_token(const struct act *act, const char *username,
                                              const char **ret_token)
{
    return token_by_command_line(act, username, true, ret_token);
}

const struct error *account_named(const struct act *act, const char *username,
                                  const struct account **ret_account)
{
    const struct error *error = account_by_name(act, username, ret_account);
    if (error != NULL && error->code == ERROR_NOT_FOUND) {
        return error_field(act->arena, ERROR_NOT_FOUND, "username", NULL, "there is no account \"%s\"",
                           username);
    }
    return error;
}

const struct error *account_mail_set(const struct act *act, const char *address)
{
    struct value *values;
    struct entry entry = account_entry(act, "account-mail-set", &values);
    if (address[0] != '\0') {
        account_set(values, entry.type, "email", address);
    }
    return account_append(act, act->actor->account, &entry);
}
