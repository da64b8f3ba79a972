#include "seal/holder.h"

#include "base/must.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    WRAP_VERSION = 2,
    SEEN = 1 << 16, /* records opened within the hour, by account and by anybody */
    SEEN_PROBES = 8,
    ACCOUNTS = 1024,
    ACCOUNT_PROBES = 8,
    ARENA = 1 << 30, /* a keystore is read whole */
};
static const int64_t hour = INT64_C(3600000);
static const struct key_limits usual = {
    .account_burst = 2000, .account_per_second = 2, .all_burst = 5000, .all_per_second = 50};

/* How many may still be taken; fills again by so many a second. */
struct supply {
    double left;
    int64_t at;
};

struct seen {
    uint64_t tag; /* 0: free */
    int64_t at;
};

struct counted {
    struct id account;
    struct supply supply;
    int64_t told_at; /* 0: never */
    bool used;
};

/* Opened keys that are asked for again and again: kept here, in the process that could open them anyway. */
enum { KEPT = 2048 };
struct kept_key {
    struct id record;
    uint8_t wrapped[WRAPPED_KEY_BYTES];
    uint8_t key[KEY_BYTES];
    bool used;
};

struct holder {
    struct keystore *keystore;
    uint8_t wrap[KEY_BYTES];
    uint8_t note[KEY_BYTES];
    uint8_t backup[KEY_BYTES];
    uint8_t sign_secret[crypto_sign_SECRETKEYBYTES];
    struct shared_keys shared;
    struct key_limits limits;
    bool is_shared;
    bool watches;
    struct supply all;
    int64_t all_told_at;
    uint64_t tag_key;
    struct counted counted[ACCOUNTS];
    struct seen seen[SEEN];
    struct kept_key kept[KEPT];
};

/* ---- beginning and ending
 * ---------------------------------------------------------------------------------------- */

static void derive(uint8_t *ret_key, size_t size, enum subkey number, const uint8_t root[static KEY_BYTES])
{
    must(crypto_kdf_derive_from_key(ret_key, size, (uint64_t)number, "waymark1", root) == 0);
}

static void derive_all(struct holder *holder)
{
    const uint8_t *root = holder->keystore->root;
    struct shared_keys *shared = &holder->shared;
    uint8_t seed[KEY_BYTES];
    uint8_t id[crypto_kdf_BYTES_MIN];
    derive(holder->wrap, KEY_BYTES, SUBKEY_WRAP, root);
    derive(holder->note, KEY_BYTES, SUBKEY_NOTE, root);
    derive(holder->backup, KEY_BYTES, SUBKEY_BACKUP, root);
    derive(shared->token, KEY_BYTES, SUBKEY_TOKEN, root);
    derive(shared->chain, KEY_BYTES, SUBKEY_CHAIN, root);
    derive(shared->secret, KEY_BYTES, SUBKEY_SECRET, root);
    derive(seed, KEY_BYTES, SUBKEY_SIGN, root);
    derive(id, sizeof id, SUBKEY_ID, root);
    memcpy(shared->id, id, sizeof shared->id);
    must(crypto_sign_seed_keypair(shared->sign_public, holder->sign_secret, seed) == 0);
    sodium_memzero(seed, sizeof seed);
}

struct holder *holder_new(struct keystore *keystore, const struct key_limits *limits)
{
    struct holder *holder = sodium_malloc(sizeof *holder);
    if (holder == NULL) {
        keystore_free(keystore);
        return NULL;
    }
    sodium_memzero(holder, sizeof *holder);
    holder->keystore = keystore;
    holder->limits = limits == NULL ? usual : *limits;
    randombytes_buf(&holder->tag_key, sizeof holder->tag_key);
    derive_all(holder);
    return holder;
}

void holder_free(struct holder *holder)
{
    if (holder != NULL) {
        keystore_free(holder->keystore);
        sodium_free(holder);
    }
}

const uint8_t *holder_backup_key(const struct holder *holder)
{
    return holder->backup;
}

__attribute__((format(printf, 3, 4))) static void refuse(struct reply *reply, enum error_code code,
                                                         const char *format, ...)
{
    va_list args;
    va_start(args, format);
    *reply = (struct reply){.code = code};
    (void)vsnprintf(reply->detail, sizeof reply->detail, format, args);
    va_end(args);
}

static void refuse_error(struct reply *reply, const struct error *error)
{
    refuse(reply, error->code, "%s", error->detail == NULL ? error->sentence : error->detail);
}

/* ---- watching numbers
 * -------------------------------------------------------------------------------------------- */

static void refill(struct supply *supply, int64_t now, double most, double per_second)
{
    supply->left = supply->at == 0 ? most : supply->left + (double)(now - supply->at) * per_second / 1000;
    supply->left = supply->left > most ? most : supply->left;
    supply->at = now;
}

static uint64_t tag_of(const struct holder *holder, const struct id *account, const struct id *record)
{
    uint8_t bytes[2 * ID_BYTES + sizeof holder->tag_key];
    uint8_t hash[crypto_generichash_BYTES_MIN];
    uint64_t tag;
    memcpy(bytes, account->bytes, ID_BYTES);
    memcpy(bytes + ID_BYTES, record->bytes, ID_BYTES);
    memcpy(bytes + 2 * ID_BYTES, &holder->tag_key, sizeof holder->tag_key);
    crypto_generichash(hash, sizeof hash, bytes, sizeof bytes, NULL, 0);
    memcpy(&tag, hash, sizeof tag);
    return tag | 1;
}

/* The place of a tag: its own if it was seen within the hour, else the one longest unseen near it. */
static struct seen *seen_find(struct holder *holder, uint64_t tag, int64_t now, bool *ret_fresh)
{
    struct seen *best = NULL;
    for (size_t i = 0; i < SEEN_PROBES; i++) {
        struct seen *seen = &holder->seen[(tag + i) % SEEN];
        if (seen->tag == tag) {
            *ret_fresh = now - seen->at < hour;
            return seen;
        }
        if (best == NULL || seen->at < best->at) {
            best = seen;
        }
    }
    *ret_fresh = false;
    return best;
}

static struct counted *counted_find(struct holder *holder, const struct id *account)
{
    struct counted *best = NULL;
    size_t first = (size_t)(tag_of(holder, account, account) % ACCOUNTS);
    for (size_t i = 0; i < ACCOUNT_PROBES; i++) {
        struct counted *counted = &holder->counted[(first + i) % ACCOUNTS];
        if (counted->used && id_equal(counted->account, *account)) {
            return counted;
        }
        if (best == NULL || (best->used && (!counted->used || counted->supply.at < best->supply.at))) {
            best = counted;
        }
    }
    *best = (struct counted){.account = *account, .used = true};
    return best;
}

static void tell(int64_t now, int64_t *told_at, const struct request *request, const char *who)
{
    if (*told_at == 0 || now - *told_at > hour) {
        char account[ID_TEXT];
        id_format(request->account, account);
        fprintf(
            stderr,
            "waymark: keys: %s asked for the keys of unusually many records (account %s, act %s): slowed\n",
            who, account, request->act[0] == '\0' ? "-" : request->act);
        *told_at = now;
    }
}

/* How many of the asked records were not seen within the hour; with `mark` they are from now on. */
static double unseen(struct holder *holder, const struct request *request, const struct id *account,
                     int64_t now, bool mark)
{
    double count = 0;
    for (size_t i = 0; i < request->count; i++) {
        bool fresh;
        uint64_t tag = tag_of(holder, account, &request->records[i].record);
        struct seen *seen = seen_find(holder, tag, now, &fresh);
        count += fresh ? 0 : 1;
        if (mark) {
            *seen = (struct seen){tag, now};
        }
    }
    return count;
}

static bool takes(struct supply *supply, double want, double per_second, struct reply *reply)
{
    if (want <= supply->left) {
        return true;
    }
    refuse(reply, ERROR_TOO_MANY, "unusually many records were asked for");
    reply->number = (int64_t)((want - supply->left) * 1000 / per_second) + 1;
    return false;
}

/* Whether these records may be opened now. */
static bool permits(struct holder *holder, const struct request *request, int64_t now, struct reply *reply)
{
    static const struct id nobody = {{0}};
    const struct key_limits *limits = &holder->limits;
    if (!holder->watches) {
        return true;
    }
    double all = unseen(holder, request, &nobody, now, false);
    refill(&holder->all, now, limits->all_burst, limits->all_per_second);
    if (!takes(&holder->all, all, limits->all_per_second, reply)) {
        tell(now, &holder->all_told_at, request, "all accounts together");
        return false;
    }
    if (request_is_of_a_reader(request)) {
        struct counted *counted = counted_find(holder, &request->account);
        double mine = unseen(holder, request, &request->account, now, false);
        refill(&counted->supply, now, limits->account_burst, limits->account_per_second);
        if (!takes(&counted->supply, mine, limits->account_per_second, reply)) {
            tell(now, &counted->told_at, request, "one account");
            return false;
        }
        counted->supply.left -= mine;
        (void)unseen(holder, request, &request->account, now, true);
    }
    holder->all.left -= all;
    (void)unseen(holder, request, &nobody, now, true);
    return true;
}

/* ---- keys of records
 * --------------------------------------------------------------------------------------------- */

static struct kept_key *kept_of(struct holder *holder, const struct id *record)
{
    uint16_t place = (uint16_t)(record->bytes[0] << 8 | record->bytes[1]);
    return &holder->kept[place % KEPT];
}

/* The key that a record's key is wrapped with: it takes the root and the record's own leaf of the tree. */
static bool wrap_key(const struct holder *holder, const struct id *record, uint8_t ret_key[static KEY_BYTES])
{
    uint8_t leaf[TREE_KEY_BYTES];
    crypto_generichash_state state;
    if (!tree_leaf(&holder->keystore->tree, keystore_leaf(*record), leaf)) {
        return false;
    }
    crypto_generichash_init(&state, holder->wrap, KEY_BYTES, KEY_BYTES);
    crypto_generichash_update(&state, leaf, sizeof leaf);
    crypto_generichash_update(&state, record->bytes, ID_BYTES);
    crypto_generichash_final(&state, ret_key, KEY_BYTES);
    sodium_memzero(leaf, sizeof leaf);
    return true;
}

static bool unwrap(const uint8_t *with, const struct id *record, const uint8_t *wrapped,
                   uint8_t ret_key[static KEY_BYTES])
{
    return crypto_aead_xchacha20poly1305_ietf_decrypt(ret_key, NULL, NULL, wrapped + NONCE, KEY_BYTES + 16,
                                                      record->bytes, ID_BYTES, wrapped, with) == 0;
}

static enum error_code open_one(struct holder *holder, const struct ask_record *asked,
                                uint8_t ret_key[static KEY_BYTES])
{
    struct kept_key *kept = kept_of(holder, &asked->record);
    if (kept->used && id_equal(kept->record, asked->record) &&
        memcmp(kept->wrapped, asked->wrapped, WRAPPED_KEY_BYTES) == 0) {
        memcpy(ret_key, kept->key, KEY_BYTES);
        return ERROR_NONE;
    }
    uint8_t with[KEY_BYTES];
    if (!wrap_key(holder, &asked->record, with)) {
        return ERROR_DISPOSED;
    }
    bool is_old = asked->wrapped_size == OLD_WRAPPED_KEY_BYTES;
    bool good = is_old ? unwrap(holder->wrap, &asked->record, asked->wrapped, ret_key)
                       : asked->wrapped[0] == WRAP_VERSION &&
                             unwrap(with, &asked->record, asked->wrapped + 1, ret_key);
    sodium_memzero(with, sizeof with);
    if (good) {
        *kept = (struct kept_key){.record = asked->record, .used = true};
        memcpy(kept->wrapped, asked->wrapped, WRAPPED_KEY_BYTES);
        memcpy(kept->key, ret_key, KEY_BYTES);
    }
    return good ? ERROR_NONE : ERROR_BROKEN_SEAL;
}

static void answer_open(struct holder *holder, int64_t now, const struct request *request,
                        struct reply *reply)
{
    if (!permits(holder, request, now, reply)) {
        return;
    }
    for (size_t i = 0; i < request->count; i++) {
        enum error_code code = open_one(holder, &request->records[i], reply->keys[i]);
        if (code != ERROR_NONE) {
            sodium_memzero(reply->keys, sizeof reply->keys);
            reply->code = code;
            return;
        }
    }
    reply->count = request->count;
}

static bool wrap(const struct holder *holder, const struct id *record, const uint8_t *key,
                 uint8_t ret_wrapped[static WRAPPED_KEY_BYTES])
{
    uint8_t with[KEY_BYTES];
    if (!wrap_key(holder, record, with)) {
        return false;
    }
    ret_wrapped[0] = WRAP_VERSION;
    randombytes_buf(ret_wrapped + 1, NONCE);
    must(crypto_aead_xchacha20poly1305_ietf_encrypt(ret_wrapped + 1 + NONCE, NULL, key, KEY_BYTES,
                                                    record->bytes, ID_BYTES, NULL, ret_wrapped + 1,
                                                    with) == 0);
    sodium_memzero(with, sizeof with);
    return true;
}

static void answer_new(const struct holder *holder, const struct request *request, struct reply *reply)
{
    randombytes_buf(reply->keys[0], KEY_BYTES);
    reply->count = 1;
    if (!wrap(holder, &request->records[0].record, reply->keys[0], reply->wrapped)) {
        refuse(reply, ERROR_DISPOSED, "that place was disposed of");
    }
}

static void answer_rewrap(struct holder *holder, const struct request *request, struct reply *reply)
{
    uint8_t key[KEY_BYTES];
    reply->code = open_one(holder, &request->records[0], key);
    if (reply->code == ERROR_NONE) {
        must(wrap(holder, &request->records[0].record, key, reply->wrapped)); /* what opens has its leaf */
    }
    sodium_memzero(key, sizeof key);
}

/* ---- notes, signatures, destruction
 * ------------------------------------------------------------------------------ */

/* As it was before there were keystores; what it seals is kept for two months at most. */
static void old_note_key(const struct holder *holder, const struct request *request,
                         uint8_t ret_key[static KEY_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, holder->note, KEY_BYTES, KEY_BYTES);
    crypto_generichash_update(&state, request->owner.bytes, ID_BYTES);
    crypto_generichash_update(&state, (const unsigned char *)request->purpose, strlen(request->purpose));
    crypto_generichash_final(&state, ret_key, KEY_BYTES);
}

/* Of the owner and the purpose, of the month, and of the record that the note is about: it goes with either.
 */
static void answer_note(const struct holder *holder, const struct request *request, struct reply *reply)
{
    uint8_t parts[KEY_BYTES + TREE_KEY_BYTES] = {0};
    int64_t period = request->period;
    reply->count = 1;
    if (period == PERIOD_OLD) {
        old_note_key(holder, request, reply->keys[0]);
        return;
    }
    if (request->kind == ASK_NOTE_NEW && period < holder->keystore->period) {
        period = holder->keystore->period;
    }
    bool good = keystore_period_key(holder->keystore, period, parts) &&
                (id_is_zero(request->about) ||
                 tree_leaf(&holder->keystore->tree, keystore_leaf(request->about), parts + KEY_BYTES));
    if (!good) {
        refuse(reply, ERROR_BROKEN_SEAL, "what it was sealed with is forgotten");
    } else {
        crypto_generichash_state state;
        crypto_generichash_init(&state, holder->note, KEY_BYTES, KEY_BYTES);
        crypto_generichash_update(&state, parts, sizeof parts);
        crypto_generichash_update(&state, request->owner.bytes, ID_BYTES);
        crypto_generichash_update(&state, request->about.bytes, ID_BYTES);
        crypto_generichash_update(&state, (const unsigned char *)request->purpose, ASK_PURPOSE);
        crypto_generichash_final(&state, reply->keys[0], KEY_BYTES);
        reply->number = period;
    }
    sodium_memzero(parts, sizeof parts);
}

static bool is_decided(const struct destroyed *one)
{
    return !id_is_zero(one->record) && !id_is_zero(one->asked_by) && !id_is_zero(one->agreed_by) &&
           !id_equal(one->asked_by, one->agreed_by) && one->rule[0] != '\0';
}

struct changing {
    struct arena *arena;
    struct keystore *keystore;
    const struct request *request;
    const struct error *error;
};

static void destroy(void *context)
{
    struct changing *changing = context;
    changing->error = keystore_destroy(changing->arena, changing->keystore, changing->request->destroyed,
                                       changing->request->count);
}

static void forget(void *context)
{
    struct changing *changing = context;
    changing->error = keystore_forget(changing->arena, changing->keystore, changing->request->period);
}

/* Memory that runs out refuses this one; the holder goes on. */
static void change(struct holder *holder, const struct request *request, void (*work)(void *changing),
                   struct reply *reply)
{
    ARENA_CLEANUP struct arena *arena = arena_new(ARENA);
    struct changing changing = {.arena = arena, .keystore = holder->keystore, .request = request};
    if (arena == NULL || !arena_guard(arena, work, &changing)) {
        changing.error = error_of(ERROR_BUSY);
    }
    if (changing.error != NULL) {
        refuse_error(reply, changing.error);
    }
}

static void answer_destroy(struct holder *holder, const struct request *request, struct reply *reply)
{
    for (size_t i = 0; i < request->count; i++) {
        if (!is_decided(&request->destroyed[i])) {
            refuse(reply, ERROR_INVALID, "nobody disposes of a record alone");
            return;
        }
    }
    change(holder, request, destroy, reply);
    sodium_memzero(holder->kept, sizeof holder->kept);
}

static void answer_list(const struct holder *holder, const struct request *request, struct reply *reply)
{
    const struct keystore *keystore = holder->keystore;
    for (size_t i = (size_t)request->period; i < keystore->destroyed_count && reply->count < ASK_DESTROYED;
         i++) {
        reply->destroyed[reply->count++] = keystore->destroyed[i];
    }
}

static void answer_forget(struct holder *holder, const struct request *request, struct reply *reply)
{
    change(holder, request, forget, reply);
}

void holder_answer(struct holder *holder, int64_t now, const struct request *request, struct reply *ret_reply)
{
    *ret_reply = (struct reply){.code = ERROR_NONE};
    switch (request->kind) {
    case ASK_SHARE:
        if (holder->is_shared) {
            refuse(ret_reply, ERROR_NOT_ALLOWED, "asked for twice");
            break;
        }
        holder->is_shared = true;
        ret_reply->shared = holder->shared;
        break;
    case ASK_SERVE:
        holder->watches = true;
        break;
    case ASK_OPEN:
        answer_open(holder, now, request, ret_reply);
        break;
    case ASK_NEW:
        answer_new(holder, request, ret_reply);
        break;
    case ASK_REWRAP:
        answer_rewrap(holder, request, ret_reply);
        break;
    case ASK_NOTE:
    case ASK_NOTE_NEW:
        answer_note(holder, request, ret_reply);
        break;
    case ASK_SIGN:
        crypto_sign_detached(ret_reply->signature, NULL, request->hash, HASH_BYTES, holder->sign_secret);
        break;
    case ASK_DESTROY:
        answer_destroy(holder, request, ret_reply);
        break;
    case ASK_DESTROYED_LIST:
        answer_list(holder, request, ret_reply);
        break;
    case ASK_FORGET:
        answer_forget(holder, request, ret_reply);
        break;
    case ASK_KINDS:
    default:
        refuse(ret_reply, ERROR_BAD_INPUT, "not a request");
        break;
    }
}
