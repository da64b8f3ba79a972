/*
 * What is kept for a while and is never part of the record: sessions (served from memory), drafts and answers
 * (sealed under a key of their account).
 */
#include "store/db.h"

#include "base/buf.h"
#include "base/text.h"

#include <pthread.h>
#include <string.h>

/* ---- sessions
 * ----------------------------------------------------------------------------------------------------- */

enum { SESSIONS = 16384, PROBES = 64 };

struct session_slot {
    bool used;
    bool moved; /* seen_at is newer than in the table */
    uint8_t hash[HASH_BYTES];
    struct session_row row;
};

struct sessions {
    pthread_mutex_t lock;
    struct session_slot slots[SESSIONS];
};

struct sessions *sessions_new(struct arena *arena)
{
    struct sessions *sessions = arena_one(arena, struct sessions);
    pthread_mutex_init(&sessions->lock, NULL);
    return sessions;
}

/* The slot of that hash; else, with `make`, a free one near, or the one longest unseen. Called with the lock
 * held. */
static struct session_slot *slot_find(struct sessions *sessions, const uint8_t hash[static HASH_BYTES],
                                      bool make)
{
    size_t first = ((size_t)hash[0] << 8 | hash[1]) % SESSIONS;
    struct session_slot *best = NULL;
    for (size_t i = 0; i < PROBES; i++) {
        struct session_slot *slot = &sessions->slots[(first + i) % SESSIONS];
        if (slot->used && memcmp(slot->hash, hash, HASH_BYTES) == 0) {
            return slot;
        }
        if (best == NULL || (best->used && (!slot->used || slot->row.seen_at.ms < best->row.seen_at.ms))) {
            best = slot;
        }
    }
    return make ? best : NULL;
}

static void remember(struct sessions *sessions, const uint8_t hash[static HASH_BYTES],
                     const struct session_row *row)
{
    pthread_mutex_lock(&sessions->lock);
    struct session_slot *slot = slot_find(sessions, hash, true);
    *slot = (struct session_slot){.used = true, .row = *row};
    memcpy(slot->hash, hash, HASH_BYTES);
    pthread_mutex_unlock(&sessions->lock);
}

const struct error *store_session_put(struct store *store, struct arena *arena, const uint8_t hash[32],
                                      const struct session_row *row)
{
    struct write *write = store_write_new(store, arena);
    OP(write, SQL_SESSION_PRUNE, bind_number(row->began_at.ms));
    OP(write, SQL_SESSION_PUT, bind_blob(hash, HASH_BYTES), bind_id(&row->account),
       bind_number(row->began_at.ms), bind_number(row->seen_at.ms), bind_number(row->ends_at.ms));
    enum error_code code = writer_run(store, write);
    if (code == ERROR_NONE) {
        remember(store_sessions(store), hash, row);
    }
    return code == ERROR_NONE ? NULL : error_of(code);
}

static bool recall(struct sessions *sessions, const uint8_t hash[static HASH_BYTES], struct instant now,
                   struct session_row *ret_row)
{
    pthread_mutex_lock(&sessions->lock);
    struct session_slot *slot = slot_find(sessions, hash, false);
    if (slot != NULL) {
        *ret_row = slot->row; /* as seen before this time: the caller judges the idling */
        if (slot->row.seen_at.ms < now.ms) {
            slot->row.seen_at = now;
            slot->moved = true;
        }
    }
    pthread_mutex_unlock(&sessions->lock);
    return slot != NULL;
}

const struct error *store_session_get(struct store *store, struct arena *arena, const uint8_t hash[32],
                                      struct instant now, struct session_row *ret_row)
{
    if (recall(store_sessions(store), hash, now, ret_row)) {
        return NULL;
    }
    struct store_reader *reader;
    const struct error *error = NULL;
    TRY(store_reader_take(store, &reader));
    sqlite3_stmt *row = ASK(&reader->connection, SQL_SESSION_GET, bind_blob(hash, HASH_BYTES));
    bool found = next_row(arena, &reader->connection, row, &error);
    if (found) {
        *ret_row = (struct session_row){column_id(row, 0),
                                        {sqlite3_column_int64(row, 1)},
                                        {sqlite3_column_int64(row, 2)},
                                        {sqlite3_column_int64(row, 3)}};
    }
    store_reader_give(reader);
    if (!found) {
        return error == NULL ? error_of(ERROR_NOT_FOUND) : error;
    }
    remember(store_sessions(store), hash, ret_row);
    struct session_row moved;
    recall(store_sessions(store), hash, now, &moved);
    return NULL;
}

const struct error *store_session_drop(struct store *store, struct arena *arena, const uint8_t hash[32])
{
    struct sessions *sessions = store_sessions(store);
    pthread_mutex_lock(&sessions->lock);
    struct session_slot *slot = slot_find(sessions, hash, false);
    if (slot != NULL) {
        slot->used = false;
    }
    pthread_mutex_unlock(&sessions->lock);
    struct write *write = store_write_new(store, arena);
    OP(write, SQL_SESSION_DROP, bind_blob(hash, HASH_BYTES));
    enum error_code code = writer_run(store, write);
    return code == ERROR_NONE ? NULL : error_of(code);
}

const struct error *store_sessions_of_account_drop(struct store *store, struct arena *arena,
                                                   struct id account)
{
    struct sessions *sessions = store_sessions(store);
    pthread_mutex_lock(&sessions->lock);
    for (size_t i = 0; i < SESSIONS; i++) {
        if (sessions->slots[i].used && id_equal(sessions->slots[i].row.account, account)) {
            sessions->slots[i].used = false;
        }
    }
    pthread_mutex_unlock(&sessions->lock);
    struct write *write = store_write_new(store, arena);
    OP(write, SQL_SESSION_DROP_ACCOUNT, bind_id(&account));
    enum error_code code = writer_run(store, write);
    return code == ERROR_NONE ? NULL : error_of(code);
}

/* Writes what moved, at most 200 at a time; called every minute. */
void sessions_flush(struct store *store, struct arena *arena)
{
    struct sessions *sessions = store_sessions(store);
    struct write *write = store_write_new(store, arena);
    enum { AT_ONCE = 200 };
    uint8_t *hashes = arena_array(arena, AT_ONCE, HASH_BYTES);
    int64_t seen[AT_ONCE];
    size_t count = 0;
    pthread_mutex_lock(&sessions->lock);
    for (size_t i = 0; i < SESSIONS && count < AT_ONCE; i++) {
        struct session_slot *slot = &sessions->slots[i];
        if (slot->used && slot->moved) {
            memcpy(hashes + count * HASH_BYTES, slot->hash, HASH_BYTES);
            seen[count++] = slot->row.seen_at.ms;
            slot->moved = false;
        }
    }
    pthread_mutex_unlock(&sessions->lock);
    for (size_t i = 0; i < count; i++) {
        OP(write, SQL_SESSION_SEEN, bind_blob(hashes + i * HASH_BYTES, HASH_BYTES), bind_number(seen[i]));
    }
    if (count > 0) {
        (void)writer_run(store, write); /* what is not written is only how long somebody idled */
    }
}

/* ---- drafts
 * ------------------------------------------------------------------------------------------------------- */

static void pack_text(struct buf *buf, const char *text)
{
    buf_put(buf, text);
    buf_byte(buf, '\0');
}

/* kind, case, then name and text in turn, each ended by a NUL (texts hold none). */
static const char *draft_pack(struct arena *arena, const struct draft *draft, size_t *ret_size)
{
    struct buf buf;
    char case_id[ID_TEXT];
    buf_init(&buf, arena, 4u << 20);
    id_format(draft->case_id, case_id);
    pack_text(&buf, draft->kind);
    pack_text(&buf, case_id);
    for (size_t i = 0; i < draft->count; i++) {
        pack_text(&buf, draft->names[i]);
        pack_text(&buf, draft->texts[i]);
    }
    *ret_size = buf_failed(&buf) ? 0 : buf.size;
    return buf_text(&buf);
}

static bool draft_unpack(struct arena *arena, const char *bytes, size_t size, struct draft *draft)
{
    size_t texts = 0;
    for (size_t i = 0; i < size; i++) {
        texts += bytes[i] == '\0' ? 1 : 0;
    }
    if (texts < 2 || texts % 2 != 0 || bytes[size - 1] != '\0') {
        return false;
    }
    const char **names = arena_many(arena, const char *, texts / 2);
    const char **values = arena_many(arena, const char *, texts / 2);
    draft->kind = bytes;
    bytes += strlen(bytes) + 1;
    if (!id_parse(bytes, &draft->case_id)) {
        return false;
    }
    bytes += strlen(bytes) + 1;
    draft->count = texts / 2 - 1;
    for (size_t i = 0; i < draft->count; i++) {
        names[i] = bytes;
        bytes += strlen(bytes) + 1;
        values[i] = bytes;
        bytes += strlen(bytes) + 1;
    }
    draft->names = names;
    draft->texts = values;
    return true;
}

const struct error *store_draft_put(struct store *store, struct arena *arena, const struct draft *draft)
{
    size_t size;
    const char *plain = draft_pack(arena, draft, &size);
    if (size == 0) {
        return error_new(arena, ERROR_TOO_LARGE, "a draft holds at most 4 MiB");
    }
    const uint8_t *sealed;
    size_t sealed_size;
    note_seal(arena, store_keyring(store), "draft", draft->account, draft->id, plain, size, &sealed,
              &sealed_size);
    struct write *write = store_write_new(store, arena);
    OP(write, SQL_DRAFT_PUT, bind_id(&draft->id), bind_id(&draft->account), bind_number(draft->saved_at.ms),
       bind_blob(sealed, sealed_size));
    enum error_code code = writer_run(store, write);
    return code == ERROR_NONE ? NULL : error_of(code);
}

static const struct error *draft_of_row(struct store_reader *reader, struct arena *arena, sqlite3_stmt *row,
                                        struct id account, struct draft *ret_draft)
{
    size_t sealed_size;
    const uint8_t *sealed = column_blob(arena, row, 2, &sealed_size);
    const void *plain;
    size_t size;
    struct draft draft = {
        .id = column_id(row, 0), .account = account, .saved_at = {sqlite3_column_int64(row, 1)}};
    TRY(note_open(arena, store_keyring(reader->store), "draft", account, draft.id, sealed, sealed_size,
                  &plain, &size));
    if (!draft_unpack(arena, plain, size, &draft)) {
        return error_of(ERROR_BROKEN_SEAL);
    }
    *ret_draft = draft;
    return NULL;
}

const struct error *store_draft_get(struct store_reader *reader, struct arena *arena, struct id account,
                                    struct id id, struct draft *ret_draft)
{
    const struct error *error = NULL;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_DRAFT_GET, bind_id(&id), bind_id(&account));
    if (!next_row(arena, &reader->connection, row, &error)) {
        return error == NULL ? error_of(ERROR_NOT_FOUND) : error;
    }
    error = draft_of_row(reader, arena, row, account, ret_draft);
    sqlite3_reset(row);
    return error;
}

const struct error *store_drafts(struct store_reader *reader, struct arena *arena, struct id account,
                                 const struct draft **ret_drafts, size_t *ret_count)
{
    enum { MOST = 200 };
    struct draft *drafts = arena_many(arena, struct draft, MOST);
    const struct error *error = NULL;
    size_t count = 0;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_DRAFT_LIST, bind_id(&account));
    while (count < MOST && next_row(arena, &reader->connection, row, &error)) {
        TRY(draft_of_row(reader, arena, row, account, &drafts[count]));
        count++;
    }
    *ret_drafts = drafts;
    *ret_count = count;
    return error;
}

const struct error *store_draft_drop(struct store *store, struct arena *arena, struct id account,
                                     struct id id)
{
    struct write *write = store_write_new(store, arena);
    store_write_drop_draft(write, account, id);
    enum error_code code = writer_run(store, write);
    return code == ERROR_NONE ? NULL : error_of(code);
}

void store_write_drop_draft(struct write *write, struct id account, struct id draft)
{
    struct id *ids = arena_many(write->arena, struct id, 2);
    ids[0] = draft;
    ids[1] = account;
    OP(write, SQL_DRAFT_DROP, bind_id(&ids[0]), bind_id(&ids[1]));
}

void store_write_claim_name(struct write *write, struct id account, const char *name)
{
    uint8_t *token = arena_alloc(write->arena, TOKEN_BYTES);
    blind_token(store_keyring(write->store), "account", name, token);
    OP(write, SQL_ACCOUNT_CLAIM, bind_blob(token, TOKEN_BYTES),
       bind_blob(arena_copy_n(write->arena, account.bytes, ID_BYTES), ID_BYTES));
}

/* ---- answers
 * ------------------------------------------------------------------------------------------------------ */

/* The key of a client is anything; its token is bound to the account. */
static void answer_token(struct arena *arena, const struct store *store, struct id account, const char *key,
                         uint8_t ret_token[static TOKEN_BYTES])
{
    char text[ID_TEXT];
    id_format(account, text);
    blind_token(store_keyring(store), "answer", arena_printf(arena, "%s %s", text, key), ret_token);
}

const struct error *store_write_answer(struct write *write, struct id account, const char *key,
                                       const char *answer)
{
    struct id id;
    const uint8_t *sealed;
    size_t size;
    struct id *owner = arena_one(write->arena, struct id);
    uint8_t *token = arena_alloc(write->arena, TOKEN_BYTES);
    *owner = account;
    answer_token(write->arena, write->store, account, key, token);
    memcpy(id.bytes, token, ID_BYTES);
    note_seal(write->arena, store_keyring(write->store), "answer", account, id, answer, strlen(answer),
              &sealed, &size);
    OP(write, SQL_ANSWER_PUT, bind_blob(token, TOKEN_BYTES), bind_id(owner), bind_number(clock_now().ms),
       bind_blob(sealed, size));
    return NULL;
}

const struct error *store_answer(struct store_reader *reader, struct arena *arena, struct id account,
                                 const char *key, const char **ret_answer)
{
    uint8_t token[TOKEN_BYTES];
    const struct error *error = NULL;
    answer_token(arena, reader->store, account, key, token);
    *ret_answer = NULL;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_ANSWER_GET, bind_blob(token, TOKEN_BYTES));
    if (!next_row(arena, &reader->connection, row, &error)) {
        return error;
    }
    struct id id;
    size_t sealed_size;
    const void *plain;
    size_t size;
    const uint8_t *sealed = column_blob(arena, row, 0, &sealed_size);
    sqlite3_reset(row);
    memcpy(id.bytes, token, ID_BYTES);
    TRY(note_open(arena, store_keyring(reader->store), "answer", account, id, sealed, sealed_size, &plain,
                  &size));
    if (!text_is_valid(plain, size)) {
        return error_of(ERROR_BROKEN_SEAL);
    }
    *ret_answer = plain;
    return NULL;
}
