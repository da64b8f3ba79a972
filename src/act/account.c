/*
 * Accounts. Each is a stream of entries like any record: added, locked, given a link, a password, a token.
 * What stands is folded from them and remembered until the stream moves on, which may also be the work of
 * another process.
 */
#include "act/inner.h"

#include "base/buf.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { LINK_HOURS = 72, PASSWORD_LEAST = 15, PASSWORD_MOST = 128, TRIES = 8 };

/* ---- as they stand
 * ---------------------------------------------------------------------------------------------------- */

static int64_t number_of(const struct entry *entry, const char *field)
{
    const struct value *value = entry_value(entry, field);
    return value->kind == VALUE_NUMBER ? value->number : 0;
}

static const char *kept_text(struct arena *arena, const struct entry *entry, const char *field)
{
    const char *text = entry_text(entry, field);
    return text == NULL ? "" : arena_copy(arena, text);
}

static void fold_entry(struct arena *arena, const struct entry *entry, struct account *account)
{
    const char *type = entry->type->id;
    if (text_equal(type, "account-added")) {
        account->username = kept_text(arena, entry, "username");
        account->name = kept_text(arena, entry, "name");
        account->role = kept_text(arena, entry, "role");
        account->agency = kept_text(arena, entry, "agency");
    } else if (text_equal(type, "account-locked")) {
        account->locked = true;
        account->token_count = 0;
    } else if (text_equal(type, "account-unlocked")) {
        account->locked = false;
    } else if (text_equal(type, "account-link-made")) {
        account->link_hash = kept_text(arena, entry, "link_hash");
        account->link_ends_ms = number_of(entry, "ends_at");
    } else if (text_equal(type, "account-password-set")) {
        account->password_hash = kept_text(arena, entry, "password_hash");
        account->link_hash = NULL; /* good once */
    } else if (text_equal(type, "account-token-made")) {
        const char **hashes = arena_grow(arena, account->token_hashes, account->token_count,
                                         account->token_count + 1, sizeof *hashes);
        hashes[account->token_count++] = kept_text(arena, entry, "token_hash");
        account->token_hashes = hashes;
    }
}

/* Called with the lock held and the stream in hand. */
static const struct account *remember(struct service *service, const struct stream *stream)
{
    struct account *account = service->accounts;
    while (account != NULL && !id_equal(account->id, stream->head.id)) {
        account = account->next;
    }
    struct account folded = {
        .id = stream->head.id, .seq = stream->head.seq, .username = "", .name = "", .role = "", .agency = ""};
    for (size_t i = 0; i < stream->count; i++) {
        fold_entry(service->arena, stream->entries[i], &folded);
    }
    /* never changed in place: another thread may be reading the older one */
    struct account *made = arena_one(service->arena, struct account);
    *made = folded;
    made->next = service->accounts;
    service->accounts = made;
    return made;
}

static const struct account *recall(struct service *service, struct id id, uint64_t seq)
{
    for (const struct account *account = service->accounts; account != NULL; account = account->next) {
        if (id_equal(account->id, id)) {
            return account->seq == seq ? account : NULL;
        }
    }
    return NULL;
}

static const struct error *account_with(const struct act *act, struct store_reader *reader, struct id id,
                                        const struct account **ret_account)
{
    struct service *service = act->service;
    uint64_t seq;
    struct stream stream;
    TRY(store_stream_seq(reader, act->arena, id, &seq));
    pthread_mutex_lock(&service->lock);
    const struct account *account = recall(service, id, seq);
    pthread_mutex_unlock(&service->lock);
    if (account == NULL) {
        TRY(store_stream_read(reader, act->arena, id, &stream));
        pthread_mutex_lock(&service->lock);
        account = remember(service, &stream);
        pthread_mutex_unlock(&service->lock);
    }
    *ret_account = account;
    return NULL;
}

const struct error *account_read(const struct act *act, struct id id, const struct account **ret_account)
{
    struct store_reader *reader;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = account_with(act, reader, id, ret_account);
    store_reader_give(reader);
    return error;
}

const struct error *account_by_name(const struct act *act, const char *username,
                                    const struct account **ret_account)
{
    struct store_reader *reader;
    struct id id;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_account_by_name(reader, act->arena, username, &id);
    if (error == NULL) {
        error = account_with(act, reader, id, ret_account);
    }
    store_reader_give(reader);
    return error;
}

const char *account_name(const struct act *act, struct id id)
{
    struct service *service = act->service;
    const char *name = NULL;
    if (id_is_zero(id)) {
        return "Waymark";
    }
    pthread_mutex_lock(&service->lock);
    for (const struct account *account = service->accounts; account != NULL && name == NULL;
         account = account->next) {
        name = id_equal(account->id, id) ? account->name : NULL; /* names never change */
    }
    pthread_mutex_unlock(&service->lock);
    const struct account *account;
    if (name == NULL) {
        name = account_read(act, id, &account) == NULL ? account->name : "an account that cannot be read";
    }
    return name;
}

const struct error *account_actor(const struct act *act, const struct account *account,
                                  struct actor *ret_actor)
{
    const struct role *role = pack_role(act->service->pack, account->role);
    if (account->locked || role == NULL) {
        return error_of(ERROR_NOT_SIGNED_IN);
    }
    *ret_actor = (struct actor){
        .account = account->id,
        .username = account->username,
        .name = account->name,
        .role = role,
        .agency = account->agency,
        .purpose = role->administers ? "administration" : "direct-work",
    };
    return NULL;
}

/* ---- changing them
 * ------------------------------------------------------------------------------------------------------ */

static const struct error *begin_keeping(const struct act *act, const char *name, struct id record)
{
    return act->actor == NULL ? NULL : act_begin(act, MAY_KEEP_ACCOUNTS, name, record);
}

static void set_text(struct value *values, const struct entry_type *type, const char *field, const char *text)
{
    values[entry_type_field(type, field)->index] = (struct value){.kind = VALUE_TEXT, .text = text};
}

static struct entry new_entry(const struct act *act, const char *type_id, struct value **ret_values)
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

static const struct error *append_to(const struct act *act, struct id id, const struct entry *entry)
{
    const struct error *error = NULL;
    for (int i = 0; i < TRIES; i++) {
        struct store_reader *reader;
        struct stream stream;
        const struct entry *added;
        TRY(store_reader_take(act->service->store, &reader));
        error = store_stream_read(reader, act->arena, id, &stream);
        store_reader_give(reader);
        TRY(error);
        struct write *write = store_write_new(act->service->store, act->arena);
        TRY(store_write_entry(write, &stream, entry, &added));
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

static const struct error *check_account(const struct act *act, const char *username, const char *role,
                                         const char *agency)
{
    const struct pack *pack = act->service->pack;
    const struct role *known = pack_role(pack, role);
    const struct code_list *agencies = pack_codes(pack, "agency");
    const struct error *error = NULL;
    if (agencies == NULL || code_find(agencies, agency) == NULL) {
        error = error_field(act->arena, ERROR_INVALID, "agency", error, "there is no agency \"%s\"", agency);
    } else if (known != NULL && known->agency != NULL && !text_equal(known->agency, agency)) {
        error = error_field(act->arena, ERROR_INVALID, "agency", error, "the role %s exists only in %s", role,
                            known->agency);
    }
    if (known == NULL) {
        error = error_field(act->arena, ERROR_INVALID, "role", error, "there is no role \"%s\"", role);
    }
    if (!is_name(username)) {
        error = error_field(
            act->arena, ERROR_INVALID, "username", error,
            "\"%s\" is not a user name: 2 to 60 small letters, digits, hyphens and full stops", username);
    }
    return error;
}

void hash_text_hex(struct arena *arena, const char *secret, const char **ret_text)
{
    uint8_t hash[HASH_BYTES];
    struct buf buf;
    secret_hash(secret, hash);
    buf_init(&buf, arena, 2 * HASH_BYTES);
    for (int i = 0; i < HASH_BYTES; i++) {
        buf_printf(&buf, "%02x", hash[i]);
    }
    *ret_text = buf_text(&buf);
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

static struct entry link_entry(const struct act *act, struct id account, const char **ret_link)
{
    struct value *values;
    struct entry entry = new_entry(act, "account-link-made", &values);
    const char *hash;
    *ret_link = secret_of_account(act, account);
    hash_text_hex(act->arena, *ret_link, &hash);
    set_text(values, entry.type, "link_hash", hash);
    values[entry_type_field(entry.type, "ends_at")->index] =
        (struct value){.kind = VALUE_NUMBER, .number = clock_now().ms + (int64_t)LINK_HOURS * MS_PER_HOUR};
    return entry;
}

const struct error *act_account_add(const struct act *act, const char *username, const char *name,
                                    const char *role, const char *agency, const char **ret_link)
{
    struct stream stream;
    const struct entry *added;
    struct value *values;
    TRY(begin_keeping(act, "account-add", (struct id){{0}}));
    TRY(check_account(act, username, role, agency));
    TRY(store_stream_new(act->service->store, act->arena, STREAM_ACCOUNT, 0, &stream));
    struct entry entry = new_entry(act, "account-added", &values);
    set_text(values, entry.type, "username", username);
    set_text(values, entry.type, "name", text_is_blank(name) ? username : name);
    set_text(values, entry.type, "role", role);
    set_text(values, entry.type, "agency", agency);
    struct write *write = store_write_new(act->service->store, act->arena);
    TRY(store_write_entry(write, &stream, &entry, &added));
    store_write_claim_name(write, stream.head.id, username);
    struct entry link = link_entry(act, stream.head.id, ret_link);
    TRY(store_write_entry(write, &stream, &link, &added));
    const struct error *error = store_commit(write);
    if (error != NULL && error->code == ERROR_EXISTS) {
        return error_field(act->arena, ERROR_EXISTS, "username", NULL, "there is an account \"%s\" already",
                           username);
    }
    return error;
}

static int by_username(const void *a, const void *b)
{
    const struct account_view *one = a;
    const struct account_view *other = b;
    return strcmp(one->username, other->username);
}

const struct error *act_account_list(const struct act *act, const struct account_view **ret_accounts,
                                     size_t *ret_count)
{
    struct store_reader *reader;
    const struct id *ids;
    size_t count;
    TRY(begin_keeping(act, "account-list", (struct id){{0}}));
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_streams_of_kind(reader, act->arena, STREAM_ACCOUNT, &ids, &count);
    store_reader_give(reader);
    TRY(error);
    struct account_view *views = arena_many(act->arena, struct account_view, count);
    for (size_t i = 0; i < count; i++) {
        const struct account *account;
        TRY(account_read(act, ids[i], &account));
        views[i] = (struct account_view){account->id,
                                         account->username,
                                         account->name,
                                         account->role,
                                         account->agency,
                                         account->locked,
                                         account->password_hash != NULL};
    }
    if (count > 0) {
        qsort(views, count, sizeof *views, by_username);
    }
    *ret_accounts = views;
    *ret_count = count;
    return NULL;
}

static const struct error *named_account(const struct act *act, const char *username,
                                         const struct account **ret_account)
{
    const struct error *error = account_by_name(act, username, ret_account);
    if (error != NULL && error->code == ERROR_NOT_FOUND) {
        return error_field(act->arena, ERROR_NOT_FOUND, "username", NULL, "there is no account \"%s\"",
                           username);
    }
    return error;
}

const struct error *act_account_lock(const struct act *act, const char *username, bool locked)
{
    const struct account *account;
    struct value *values;
    TRY(named_account(act, username, &account));
    TRY(begin_keeping(act, locked ? "account-lock" : "account-unlock", account->id));
    if (account->locked == locked) {
        return NULL;
    }
    struct entry entry = new_entry(act, locked ? "account-locked" : "account-unlocked", &values);
    TRY(append_to(act, account->id, &entry));
    return locked ? store_sessions_of_account_drop(act->service->store, act->arena, account->id) : NULL;
}

const struct error *act_account_link(const struct act *act, const char *username, const char **ret_link)
{
    const struct account *account;
    TRY(named_account(act, username, &account));
    TRY(begin_keeping(act, "account-link", account->id));
    struct entry entry = link_entry(act, account->id, ret_link);
    return append_to(act, account->id, &entry);
}

const struct error *act_account_token(const struct act *act, const char *username, const char **ret_token)
{
    const struct account *account;
    struct value *values;
    const char *hash;
    TRY(named_account(act, username, &account));
    TRY(begin_keeping(act, "account-token", account->id));
    struct entry entry = new_entry(act, "account-token-made", &values);
    const char *token = secret_of_account(act, account->id);
    hash_text_hex(act->arena, token, &hash);
    set_text(values, entry.type, "token_hash", hash);
    TRY(append_to(act, account->id, &entry));
    *ret_token = token;
    return NULL;
}

/* ---- passwords
 * ----------------------------------------------------------------------------------------------------------
 */

/* Long passwords that everybody thinks of first. */
static const char *const common[] = {
    "passwordpassword",          "password1234567",
    "password12345678",          "123456789012345",
    "1234567890123456",          "qwertyuiopasdfgh",
    "qwertyuiopasdfghjkl",       "qwertyuiop12345",
    "letmeinletmeinletmein",     "iloveyouiloveyou",
    "administrator12",           "administrator123",
    "correcthorsebatterystaple", "correct horse battery staple",
    "thequickbrownfox",          "the quick brown fox",
    "safeguarding123",           "safeguarding1234",
    "welcomewelcome1",           "changemechangeme",
    "111111111111111",           "000000000000000",
    "abcdefghijklmno",           "abcdefghijklmnop",
    "zxcvbnmasdfghjkl",          "leicesterleicester",
    "leicestershire1",
};

static bool one_letter_again_and_again(const char *password)
{
    for (const char *c = password; *c != '\0'; c++) {
        if (*c != password[0]) {
            return false;
        }
    }
    return true;
}

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
    } else if (one_letter_again_and_again(password) || strcasestr(password, "waymark") != NULL ||
               strcasestr(password, account->username) != NULL) {
        fault = "The password must not be one character again and again, nor hold the user name or the name "
                "of this service";
    }
    for (size_t i = 0; fault == NULL && i < sizeof common / sizeof common[0]; i++) {
        fault = strcasecmp(password, common[i]) == 0
                    ? "This password is one that everybody thinks of: choose another"
                    : NULL;
    }
    return fault == NULL ? NULL : error_field(act->arena, ERROR_INVALID, "password", NULL, "%s", fault);
}

static const struct error *give_password(const struct act *act, const struct account *account,
                                         const char *password)
{
    struct value *values;
    char *hash = arena_alloc(act->arena, PASSWORD_HASH_TEXT);
    TRY(password_hash(act->arena, password, hash));
    struct entry entry = new_entry(act, "account-password-set", &values);
    set_text(values, entry.type, "password_hash", hash);
    TRY(append_to(act, account->id, &entry));
    return store_sessions_of_account_drop(act->service->store, act->arena, account->id);
}

const struct error *act_password_set(const struct act *act, const char *link, const char *password,
                                     const char **ret_username)
{
    struct id id;
    const struct account *account;
    const char *hash;
    const char *dot = strchr(link, '.');
    hash_text_hex(act->arena, link, &hash);
    if (dot == NULL || !id_parse(arena_copy_n(act->arena, link, (size_t)(dot - link)), &id) ||
        account_read(act, id, &account) != NULL || account->link_hash == NULL ||
        !text_equal_secret(account->link_hash, hash) || account->link_ends_ms < act->now.ms ||
        account->locked) {
        return error_new(act->arena, ERROR_NOT_FOUND,
                         "this link was used, is older than 72 hours, or was never good: ask for a new one");
    }
    TRY(check_password(act, account, password));
    TRY(give_password(act, account, password));
    *ret_username = account->username;
    return NULL;
}

const struct error *act_password_give(const struct act *act, const char *username, const char *password)
{
    const struct account *account;
    TRY(named_account(act, username, &account));
    TRY(check_password(act, account, password));
    return give_password(act, account, password);
}
