/*
 * Accounts as they stand: folded from their streams and remembered until the stream moves on, which may also
 * be the work of another process.
 */
#include "act/factor.h"

#include "base/text.h"

static const char *kept_text(struct arena *arena, const struct entry *entry, const char *field)
{
    const char *text = entry_text(entry, field);
    return text == NULL ? "" : arena_copy(arena, text);
}

static void end_sessions(const struct entry *entry, struct account *account)
{
    account->sessions_from = entry->recorded_at;
    account->ended_by = entry->seq;
}

/* Those of before tokens ended by themselves end as new ones do. */
static void add_token(struct arena *arena, const struct entry *entry, struct account *account)
{
    int64_t ends_at = entry_number(entry, "ends_at");
    struct account_token *tokens =
        arena_grow(arena, account->tokens, account->token_count, account->token_count + 1, sizeof *tokens);
    tokens[account->token_count++] = (struct account_token){
        .hash = kept_text(arena, entry, "token_hash"),
        .title = kept_text(arena, entry, "title"),
        .made_at = entry->recorded_at,
        .ends_at = ends_at != 0 ? (struct instant){ends_at}
                                : instant_add_ms(entry->recorded_at, TOKEN_DAYS_MOST * (int64_t)MS_PER_DAY),
        .keeps_accounts = entry_text(entry, "keeps_accounts") != NULL,
    };
    account->tokens = tokens;
}

static void end_token(struct arena *arena, const struct entry *entry, struct account *account)
{
    const char *ended = entry_text(entry, "token_hash");
    struct account_token *tokens = arena_many(arena, struct account_token, account->token_count);
    size_t count = 0;
    for (size_t i = 0; i < account->token_count; i++) {
        if (!text_equal(account->tokens[i].hash, ended)) {
            tokens[count++] = account->tokens[i];
        }
    }
    account->tokens = tokens;
    account->token_count = count;
}

static struct instant instant_of(const struct entry *entry, const char *field)
{
    return (struct instant){entry_number(entry, field)};
}

/* Another role, agency or team: sessions and tokens end, and what they took part in before counts no more. */
static void move(const struct entry *entry, struct account *account, const char *role, const char *agency,
                 const char *team)
{
    account->role = role;
    account->agency = agency;
    account->team = team;
    account->token_count = 0;
    account->part_from = entry->recorded_at;
    end_sessions(entry, account);
}

static void ask(struct arena *arena, const struct entry *entry, struct account *account)
{
    account->asked_role = kept_text(arena, entry, "role");
    account->asked_agency = kept_text(arena, entry, "agency");
    account->asked_team = kept_text(arena, entry, "team");
    account->asked_by = entry->recorded_by;
}

static void fold_answer(const struct entry *entry, struct account *account, bool agreed)
{
    if (agreed && account->asked_role != NULL && !account->awaits) {
        move(entry, account, account->asked_role, account->asked_agency, account->asked_team);
    }
    account->locked = account->locked || (account->awaits && !agreed);
    account->awaits = false;
    account->asked_role = NULL;
}

/* How it is kept, from the day it is made to the day its holder leaves. */
static void fold_keeping(struct arena *arena, const struct entry *entry, struct account *account)
{
    const char *type = entry->type->id;
    if (text_equal(type, "account-role-asked")) {
        ask(arena, entry, account);
    } else if (text_equal(type, "account-role-agreed") || text_equal(type, "account-role-refused")) {
        fold_answer(entry, account, text_equal(type, "account-role-agreed"));
    } else if (text_equal(type, "account-changed")) {
        move(entry, account, kept_text(arena, entry, "role"), kept_text(arena, entry, "agency"),
             kept_text(arena, entry, "team"));
    } else if (text_equal(type, "account-leaves")) {
        account->leaves_at = instant_of(entry, "at");
        if (account->leaves_at.ms != 0 && account->leaves_at.ms <= entry->recorded_at.ms) {
            end_sessions(entry, account);
            account->token_count = 0;
        }
    } else if (text_equal(type, "account-expires")) {
        account->expires_at = instant_of(entry, "at");
    } else if (text_equal(type, "account-reviewed")) {
        account->reviewed_at = entry->recorded_at;
        account->reviewed_by = entry->recorded_by;
    }
}

/* They are back: what they took part in before they left counts no more. */
static void unlock(const struct entry *entry, struct account *account)
{
    account->locked = false;
    account->unmapped = false;
    account->unlocked_at = entry->recorded_at;
    end_sessions(entry, account);
    if (account->leaves_at.ms != 0 && account->leaves_at.ms <= entry->recorded_at.ms) {
        account->leaves_at = (struct instant){0};
        account->part_from = entry->recorded_at;
        account->token_count = 0;
    }
}

/* False: the entry is of another kind. */
static bool fold_sign_on(struct arena *arena, const struct entry *entry, struct account *account)
{
    const char *type = entry->type->id;
    if (text_equal(type, "account-joined")) {
        account->issuer = kept_text(arena, entry, "issuer");
        account->subject = kept_text(arena, entry, "subject");
        account->joined_at = entry->recorded_at;
        account->link_hash = NULL; /* good once */
    } else if (text_equal(type, "account-parted")) {
        account->issuer = NULL;
        account->subject = NULL;
        end_sessions(entry, account);
    } else if (text_equal(type, "account-mapped")) {
        const char *role = kept_text(arena, entry, "role");
        if (!text_equal(role, account->role)) {
            move(entry, account, role, account->agency, account->team);
        }
        /* what an administrator locked stays locked */
        account->locked = account->locked && !account->unmapped;
        account->unmapped = false;
    } else if (text_equal(type, "account-unmapped")) {
        account->unmapped = account->unmapped || !account->locked;
        account->locked = true;
        account->token_count = 0;
        end_sessions(entry, account);
    } else {
        return false;
    }
    return true;
}

static void fold_entry(struct arena *arena, const struct entry *entry, struct account *account)
{
    const char *type = entry->type->id;
    if (fold_sign_on(arena, entry, account)) {
        return;
    }
    if (factors_fold(arena, entry, &account->factors)) {
        if (text_equal(type, "account-factors-reset")) {
            account->password_hash = NULL;
            account->link_hash = NULL;
            account->token_count = 0;
            end_sessions(entry, account);
        }
        return;
    }
    if (text_equal(type, "account-added")) {
        account->username = kept_text(arena, entry, "username");
        account->name = kept_text(arena, entry, "name");
        account->role = kept_text(arena, entry, "role");
        account->agency = kept_text(arena, entry, "agency");
        account->team = kept_text(arena, entry, "team");
        account->email = entry_text(entry, "email") == NULL ? NULL : kept_text(arena, entry, "email");
        account->expires_at = instant_of(entry, "expires_at");
        account->added_at = entry->recorded_at;
        account->awaits = entry_text(entry, "awaits") != NULL;
        if (account->awaits) {
            ask(arena, entry, account);
        }
    } else if (text_equal(type, "account-locked")) {
        account->locked = true;
        account->unmapped = false;
        end_sessions(entry, account);
        account->token_count = 0;
    } else if (text_equal(type, "account-unlocked")) {
        unlock(entry, account);
    } else if (text_equal(type, "account-link-made")) {
        account->link_hash = kept_text(arena, entry, "link_hash");
        account->link_ends_ms = entry_number(entry, "ends_at");
        account->code_hash =
            entry_text(entry, "code_hash") == NULL ? NULL : kept_text(arena, entry, "code_hash");
    } else if (text_equal(type, "account-password-set")) {
        account->password_hash = kept_text(arena, entry, "password_hash");
        account->link_hash = NULL; /* good once */
        end_sessions(entry, account);
    } else if (text_equal(type, "account-mail-set")) {
        const char *email = kept_text(arena, entry, "email");
        account->email = email[0] == '\0' ? NULL : email;
    } else if (text_equal(type, "account-token-made")) {
        add_token(arena, entry, account);
    } else if (text_equal(type, "account-token-ended")) {
        end_token(arena, entry, account);
    } else {
        fold_keeping(arena, entry, account);
    }
}

/* Called with the lock held and the stream in hand. */
static const struct account *remember(struct service *service, const struct stream *stream)
{
    struct account folded = {.id = stream->head.id,
                             .seq = stream->head.seq,
                             .username = "",
                             .name = "",
                             .role = "",
                             .agency = "",
                             .team = ""};
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

struct folding {
    struct service *service;
    const struct stream *stream;
    const struct account *account;
};

static void remember_guarded(void *context)
{
    struct folding *folding = context;
    folding->account = remember(folding->service, folding->stream);
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
    TRY(store_stream_seq(reader, act->arena, STREAM_ACCOUNT, id, &seq));
    pthread_mutex_lock(&service->lock);
    const struct account *account = recall(service, id, seq);
    pthread_mutex_unlock(&service->lock);
    if (account == NULL) {
        TRY(store_stream_read(reader, act->arena, id, &stream));
        struct folding folding = {service, &stream, NULL};
        pthread_mutex_lock(&service->lock);
        bool whole = arena_guard(service->arena, remember_guarded, &folding);
        pthread_mutex_unlock(&service->lock);
        if (!whole) {
            return error_of(ERROR_BUSY);
        }
        account = folding.account;
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

static const struct error *every_with(const struct act *act, struct store_reader *reader,
                                      const struct account *const **ret_accounts, size_t *ret_count)
{
    const struct id *ids;
    size_t count;
    TRY(store_streams_of_kind(reader, act->arena, STREAM_ACCOUNT, &ids, &count));
    const struct account **accounts = arena_many(act->arena, const struct account *, count);
    for (size_t i = 0; i < count; i++) {
        TRY(account_with(act, reader, ids[i], &accounts[i]));
    }
    *ret_accounts = accounts;
    *ret_count = count;
    return NULL;
}

const struct error *accounts_every(const struct act *act, const struct account *const **ret_accounts,
                                   size_t *ret_count)
{
    struct store_reader *reader;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = every_with(act, reader, ret_accounts, ret_count);
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

struct instant account_used_at(const struct act *act, const struct account *account)
{
    struct instant used_at = {0};
    return store_account_use(act->service->store, account->id, &used_at) ? used_at : (struct instant){0};
}

enum account_state account_state_now(const struct act *act, const struct account *account)
{
    return account_state(account, account_used_at(act, account), act->now);
}

const struct error *account_actor(const struct act *act, const struct account *account,
                                  struct actor *ret_actor)
{
    const struct role *role = act_role(act, account->role);
    if (!account_opens(account_state_now(act, account)) || role == NULL) {
        return error_of(ERROR_NOT_SIGNED_IN);
    }
    *ret_actor = (struct actor){
        .account = account->id,
        .username = account->username,
        .name = account->name,
        .role = role,
        .agency = account->agency,
        .team = text_is_blank(account->team) ? NULL : account->team,
        .part_from = account->part_from,
        .purpose = role->administers                                   ? "administration"
                   : role->reviews_looks                               ? "review-of-looks"
                   : role->inspects                                    ? "inspection"
                   : role->proposes_disposal || role->answers_requests ? "record-keeping"
                                                                       : "direct-work",
        .pack = act_pack(act),
    };
    return NULL;
}
