/*
 * Sessions: kept for a while, never part of the record. Served from memory, written when they begin and end,
 * and once a minute how lately they were seen.
 */
#include "store/db.h"

#include <pthread.h>
#include <string.h>

enum { SESSIONS = 16384, PROBES = 64 };
#define ENDED INT64_MIN /* when such a session ends */

struct session_slot {
    bool used;
    bool moved; /* it was seen or ended since the table was written */
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

static bool is_slot_of(const struct session_slot *slot, const uint8_t hash[static HASH_BYTES])
{
    return slot->used && memcmp(slot->hash, hash, HASH_BYTES) == 0;
}

/* What is remembered stands: a session that was ended meanwhile is not begun again by who has read its row
 * before. */
static void remember(struct sessions *sessions, const uint8_t hash[static HASH_BYTES],
                     const struct session_row *row)
{
    pthread_mutex_lock(&sessions->lock);
    struct session_slot *slot = slot_find(sessions, hash, true);
    if (!is_slot_of(slot, hash)) {
        *slot = (struct session_slot){.used = true, .row = *row};
        memcpy(slot->hash, hash, HASH_BYTES);
    }
    pthread_mutex_unlock(&sessions->lock);
}

/* What is sealed of it: with what and from where it was begun. */
static const char *texts_of(struct arena *arena, const struct session_row *row)
{
    return arena_printf(arena, "%s\n%s", row->device, row->place);
}

static void copy_text(char *to, size_t room, const char *text, size_t size)
{
    size = size < room ? size : room - 1;
    memcpy(to, text, size);
    to[size] = '\0';
}

static void take_texts(struct session_row *row, const char *texts, size_t size)
{
    const char *line = memchr(texts, '\n', size);
    size_t first = line == NULL ? size : (size_t)(line - texts);
    copy_text(row->device, sizeof row->device, texts, first);
    copy_text(row->place, sizeof row->place, line == NULL ? "" : line + 1,
              line == NULL ? 0 : size - first - 1);
}

/* Under the master key: a row put into the table by hand has no proof, nor has one given to another account,
 * made longer, or said to be proved later or better than it was. */
static void session_proof(const struct store *store, const uint8_t hash[static HASH_BYTES],
                          const struct session_row *row, uint8_t ret_proof[static HASH_BYTES])
{
    struct hasher hasher;
    hash_begin_keyed(&hasher, store_keyring(store), "session");
    hash_bytes(&hasher, hash, HASH_BYTES);
    hash_bytes(&hasher, row->id.bytes, ID_BYTES);
    hash_bytes(&hasher, row->account.bytes, ID_BYTES);
    hash_number(&hasher, row->began_at.ms);
    hash_number(&hasher, row->ends_at.ms);
    hash_number(&hasher, row->proved_at.ms);
    hash_number(&hasher, row->strong);
    hash_end(&hasher, ret_proof);
}

static const struct error *put(struct write *write, const uint8_t *hash, const struct session_row *row)
{
    struct arena *arena = write->arena;
    const char *texts = texts_of(arena, row);
    const uint8_t *sealed;
    size_t sealed_size;
    struct id *ids = arena_many(arena, struct id, 2);
    uint8_t *proof = arena_alloc(arena, HASH_BYTES);
    ids[0] = row->id;
    ids[1] = row->account;
    session_proof(write->store, hash, row, proof);
    struct note_place place = {"session", row->account, row->id, {{0}}};
    TRY(note_seal(arena, store_keyring(write->store), &place, row->began_at, texts, strlen(texts), &sealed,
                  &sealed_size));
    OP(write, SQL_SESSION_PRUNE, bind_number(row->seen_at.ms));
    OP(write, SQL_SESSION_PUT, bind_blob(hash, HASH_BYTES), bind_id(&ids[0]), bind_id(&ids[1]),
       bind_number(row->began_at.ms), bind_number(row->seen_at.ms), bind_number(row->ends_at.ms),
       bind_number(row->proved_at.ms), bind_number(row->strong), bind_blob(sealed, sealed_size),
       bind_blob(proof, HASH_BYTES));
    return NULL;
}

const struct error *store_session_put(struct store *store, struct arena *arena, const uint8_t hash[32],
                                      const struct session_row *row)
{
    struct write *write = store_write_new(store, arena);
    TRY(put(write, hash, row));
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
        if (slot->row.seen_at.ms < now.ms && slot->row.ends_at.ms != ENDED) {
            slot->row.seen_at = now;
            slot->moved = true;
        }
    }
    pthread_mutex_unlock(&sessions->lock);
    return slot != NULL;
}

/* False: the row was not made by this program, or was changed since. */
static bool take_row(const struct store *store, struct arena *arena, sqlite3_stmt *row,
                     uint8_t ret_hash[static HASH_BYTES], struct session_row *ret_row)
{
    uint8_t proof[HASH_BYTES];
    uint8_t kept[HASH_BYTES];
    size_t sealed_size;
    const void *texts;
    size_t size;
    *ret_row = (struct session_row){.id = column_id(row, 1),
                                    .account = column_id(row, 2),
                                    .began_at = {sqlite3_column_int64(row, 3)},
                                    .seen_at = {sqlite3_column_int64(row, 4)},
                                    .ends_at = {sqlite3_column_int64(row, 5)},
                                    .proved_at = {sqlite3_column_int64(row, 6)},
                                    .strong = sqlite3_column_int64(row, 7) != 0};
    const uint8_t *sealed = column_blob(arena, row, 8, &sealed_size);
    if (!column_bytes(row, 0, ret_hash, HASH_BYTES) || !column_bytes(row, 9, kept, HASH_BYTES)) {
        return false;
    }
    session_proof(store, ret_hash, ret_row, proof);
    struct note_place place = {"session", ret_row->account, ret_row->id, {{0}}};
    if (!hash_equal(proof, kept) ||
        note_open(arena, store_keyring(store), &place, sealed, sealed_size, &texts, &size) != NULL) {
        return false;
    }
    take_texts(ret_row, texts, size);
    return true;
}

const struct error *store_session_get(struct store *store, struct arena *arena, const uint8_t hash[32],
                                      struct instant now, struct session_row *ret_row)
{
    if (recall(store_sessions(store), hash, now, ret_row)) {
        return NULL;
    }
    struct store_reader *reader;
    const struct error *error = NULL;
    uint8_t same[HASH_BYTES];
    TRY(store_reader_take(store, &reader));
    sqlite3_stmt *row = ASK(&reader->connection, SQL_SESSION_GET, bind_blob(hash, HASH_BYTES));
    bool found = next_row(arena, &reader->connection, row, &error);
    if (found) {
        found = take_row(store, arena, row, same, ret_row);
        sqlite3_reset(row);
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

const struct error *store_sessions_of_account(struct store *store, struct arena *arena, struct id account,
                                              const struct session_found **ret_sessions, size_t *ret_count)
{
    enum { MOST = 200 };
    struct session_found *list = arena_many(arena, struct session_found, MOST);
    struct store_reader *reader;
    const struct error *error = NULL;
    size_t count = 0;
    TRY(store_reader_take(store, &reader));
    sqlite3_stmt *row = ASK(&reader->connection, SQL_SESSION_OF_ACCOUNT, bind_id(&account));
    while (count < MOST && next_row(arena, &reader->connection, row, &error)) {
        struct session_found *found = &list[count];
        struct session_row held;
        bool good = take_row(store, arena, row, found->hash, &found->row);
        /* as remembered, without being seen by this: never is before every time */
        if (good && recall(store_sessions(store), found->hash, (struct instant){INT64_MIN}, &held)) {
            found->row = held;
            good = held.ends_at.ms != ENDED;
        }
        count += good;
    }
    sqlite3_reset(row);
    store_reader_give(reader);
    *ret_sessions = list;
    *ret_count = count;
    return error;
}

/* It stays in memory as one that ended, whether or not the table can be written: a full disk keeps nobody
 * signed in. Its row is deleted when there is room. Seen now, so that it gives way before those who still
 * work. */
static void end_slot(struct session_slot *slot, const uint8_t hash[static HASH_BYTES])
{
    *slot = (struct session_slot){
        .used = true, .moved = true, .row = {.seen_at = clock_now(), .ends_at = {ENDED}}};
    memcpy(slot->hash, hash, HASH_BYTES);
}

void store_session_end(struct store *store, const uint8_t hash[32])
{
    struct sessions *sessions = store_sessions(store);
    pthread_mutex_lock(&sessions->lock);
    end_slot(slot_find(sessions, hash, true), hash);
    pthread_mutex_unlock(&sessions->lock);
}

const struct error *store_session_drop(struct store *store, struct arena *arena, const uint8_t hash[32])
{
    store_session_end(store, hash);
    struct write *write = store_write_new(store, arena);
    OP(write, SQL_SESSION_DROP, bind_blob(hash, HASH_BYTES));
    enum error_code code = writer_run(store, write);
    return code == ERROR_NONE ? NULL : error_of(code);
}

const struct error *store_session_renew(struct store *store, struct arena *arena, const uint8_t old_hash[32],
                                        const uint8_t hash[32], const struct session_row *row)
{
    struct write *write = store_write_new(store, arena);
    OP(write, SQL_SESSION_DROP, bind_blob(old_hash, HASH_BYTES));
    TRY(put(write, hash, row));
    enum error_code code = writer_run(store, write);
    if (code != ERROR_NONE) {
        return error_of(code);
    }
    store_session_end(store, old_hash);
    remember(store_sessions(store), hash, row);
    return NULL;
}

const struct error *store_sessions_of_account_drop(struct store *store, struct arena *arena,
                                                   struct id account)
{
    struct sessions *sessions = store_sessions(store);
    pthread_mutex_lock(&sessions->lock);
    for (size_t i = 0; i < SESSIONS; i++) {
        struct session_slot *slot = &sessions->slots[i];
        if (slot->used && id_equal(slot->row.account, account)) {
            uint8_t hash[HASH_BYTES];
            memcpy(hash, slot->hash, HASH_BYTES);
            end_slot(slot, hash);
        }
    }
    pthread_mutex_unlock(&sessions->lock);
    struct write *write = store_write_new(store, arena);
    OP(write, SQL_SESSION_DROP_ACCOUNT, bind_id(&account));
    enum error_code code = writer_run(store, write);
    return code == ERROR_NONE ? NULL : error_of(code);
}

/* The table could not be written: the next round does it. */
static void flush_again(struct sessions *sessions, const uint8_t *hashes, size_t count)
{
    pthread_mutex_lock(&sessions->lock);
    for (size_t i = 0; i < count; i++) {
        struct session_slot *slot = slot_find(sessions, hashes + i * HASH_BYTES, false);
        if (slot != NULL) {
            slot->moved = true;
        }
    }
    pthread_mutex_unlock(&sessions->lock);
}

/* Some, from the slot *at on; false: they were the last, or the table cannot be written now. */
static bool flush_some(struct store *store, struct arena *arena, size_t *at)
{
    struct sessions *sessions = store_sessions(store);
    struct write *write = store_write_new(store, arena);
    enum { AT_ONCE = 200 };
    uint8_t *hashes = arena_array(arena, AT_ONCE, HASH_BYTES);
    int64_t seen[AT_ONCE];
    size_t count = 0;
    pthread_mutex_lock(&sessions->lock);
    for (; *at < SESSIONS && count < AT_ONCE; (*at)++) {
        struct session_slot *slot = &sessions->slots[*at];
        if (slot->used && slot->moved) {
            memcpy(hashes + count * HASH_BYTES, slot->hash, HASH_BYTES);
            seen[count++] = slot->row.ends_at.ms == ENDED ? ENDED : slot->row.seen_at.ms;
            slot->moved = false;
        }
    }
    pthread_mutex_unlock(&sessions->lock);
    for (size_t i = 0; i < count; i++) {
        if (seen[i] == ENDED) {
            OP(write, SQL_SESSION_DROP, bind_blob(hashes + i * HASH_BYTES, HASH_BYTES));
        } else {
            OP(write, SQL_SESSION_SEEN, bind_number(seen[i]), bind_blob(hashes + i * HASH_BYTES, HASH_BYTES));
        }
    }
    if (count > 0 && writer_run(store, write) != ERROR_NONE) {
        flush_again(sessions, hashes, count);
        return false;
    }
    return *at < SESSIONS;
}

/* Writes what was seen or ended; called every minute, and at closing. */
void sessions_flush(struct store *store, struct arena *arena)
{
    size_t at = 0;
    while (flush_some(store, arena, &at)) {
    }
}
