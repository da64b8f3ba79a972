#include "store/disposed.h"

#include "store/db.h"

#include "base/must.h"

#include <string.h>

/* ---- what is kept of one
 * ----------------------------------------------------------------------------------------- */

/* Under the master key, as that of a session: a row put in by hand destroys nothing. */
void disposed_proof(const struct store *store, const struct tombstone *tombstone,
                    uint8_t ret_proof[static HASH_BYTES])
{
    struct hasher hasher;
    const struct disposal *disposal = &tombstone->disposal;
    hash_begin_keyed(&hasher, store_keyring(store), "disposed");
    hash_bytes(&hasher, tombstone->head.id.bytes, ID_BYTES);
    hash_number(&hasher, tombstone->head.kind);
    hash_number(&hasher, (int64_t)tombstone->head.seq);
    hash_bytes(&hasher, tombstone->head.hash, HASH_BYTES);
    hash_number(&hasher, disposal->at.ms);
    hash_bytes(&hasher, disposal->asked_by.bytes, ID_BYTES);
    hash_bytes(&hasher, disposal->agreed_by.bytes, ID_BYTES);
    hash_text(&hasher, disposal->rule);
    hash_end(&hasher, ret_proof);
}

bool tombstone_of_row(const struct store *store, struct arena *arena, sqlite3_stmt *row,
                      struct tombstone *ret_tombstone)
{
    uint8_t proof[HASH_BYTES];
    uint8_t kept[HASH_BYTES];
    *ret_tombstone = (struct tombstone){
        .head = {.id = column_id(row, 0),
                 .kind = (enum stream_kind)sqlite3_column_int(row, 1),
                 .seq = (uint64_t)sqlite3_column_int64(row, 3)},
        .disposal = {.at = {sqlite3_column_int64(row, 5)},
                     .asked_by = column_id(row, 6),
                     .agreed_by = column_id(row, 7),
                     .rule = column_text(arena, row, 8)},
    };
    bool whole = column_bytes(row, 4, ret_tombstone->head.hash, HASH_BYTES);
    disposed_proof(store, ret_tombstone, proof);
    return whole && column_bytes(row, 9, kept, HASH_BYTES) && hash_equal(proof, kept);
}

/* ---- destroying
 * --------------------------------------------------------------------------------------------------- */

/* The row first: only the entries of a record that has one can be deleted. */
void write_dispose(struct write *write, const struct tombstone *tombstone)
{
    static const enum sql by_record[] = {
        SQL_DISPOSE_CASE,           SQL_DISPOSE_DUTY,        SQL_MEETING_CLEAR_CASE, SQL_ACTION_CLEAR_CASE,
        SQL_INVOLVEMENT_CLEAR_CASE, SQL_DISPOSE_ACCOUNT,     SQL_TOKEN_CLEAR_PERSON, SQL_SESSION_DROP_ACCOUNT,
        SQL_DISPOSE_OUTBOX,         SQL_DISPOSE_NOTICE_READ, SQL_DISPOSE_DRAFT,      SQL_DISPOSE_ANSWER,
        SQL_DISPOSE_NOTICE,         SQL_DISPOSE_ENTRY,       SQL_DISPOSE_KEY};
    struct arena *arena = write->arena;
    struct tombstone *kept = arena_one(arena, struct tombstone);
    uint8_t *proof = arena_alloc(arena, HASH_BYTES);
    const struct id *id = &kept->head.id;
    *kept = *tombstone;
    struct reference reference = reference_of(*id);
    disposed_proof(write->store, kept, proof);
    OP(write, SQL_DISPOSED_PUT, bind_id(id), bind_number(kept->head.kind),
       bind_text(arena_copy(arena, reference.text)), bind_number((int64_t)kept->head.seq),
       bind_blob(kept->head.hash, HASH_BYTES), bind_number(kept->disposal.at.ms),
       bind_id(&kept->disposal.asked_by), bind_id(&kept->disposal.agreed_by), bind_text(kept->disposal.rule),
       bind_blob(proof, HASH_BYTES));
    for (size_t i = 0; i < sizeof by_record / sizeof by_record[0]; i++) {
        OP(write, by_record[i], bind_id(id));
    }
    kept->next = write->destroyed;
    write->destroyed = kept;
}

static bool rule_is_good(const char *rule)
{
    size_t size =
        rule == NULL ? 0 : strspn(rule, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
    return size > 0 && size <= DISPOSED_RULE_MOST && rule[size] == '\0';
}

static bool destroys(const struct write *write, struct id record)
{
    const struct tombstone *tombstone = write->destroyed;
    while (tombstone != NULL && !id_equal(tombstone->head.id, record)) {
        tombstone = tombstone->next;
    }
    return tombstone != NULL;
}

/* A case cannot be read without the record of its child. While the lists are made again a case may be missing
 * from them. */
static const struct error *check_cases(struct store_reader *reader, struct write *write, struct id person)
{
    const struct error *error = NULL;
    bool all = true;
    bool unfinished;
    TRY(rebuild_is_unfinished(reader, write->arena, &unfinished));
    if (unfinished) {
        return error_new(write->arena, ERROR_BUSY, "the lists are being made again");
    }
    sqlite3_stmt *row = ASK(&reader->connection, SQL_CASE_OF_PERSON, bind_id(&person));
    while (next_row(write->arena, &reader->connection, row, &error)) {
        all = all && destroys(write, column_id(row, 0));
    }
    TRY(error);
    return all ? NULL : error_new(write->arena, ERROR_INVALID, "a case is still about this child");
}

static const struct error *read_head(struct store_reader *reader, struct arena *arena, struct id record,
                                     struct stream_head *ret_head)
{
    const struct error *error = NULL;
    struct stream_head head = {.id = record};
    sqlite3_stmt *row = ASK(&reader->connection, SQL_STREAM_KEY, bind_id(&record));
    if (!next_row(arena, &reader->connection, row, &error)) {
        TRY(error);
        return disposed_or_missing(reader, arena, record);
    }
    head.kind = (enum stream_kind)sqlite3_column_int(row, 0);
    sqlite3_reset(row);
    row = ASK(&reader->connection, SQL_STREAM_HEAD, bind_id(&record));
    if (next_row(arena, &reader->connection, row, &error)) {
        head.seq = (uint64_t)sqlite3_column_int64(row, 0);
        column_bytes(row, 1, head.hash, HASH_BYTES);
        sqlite3_reset(row);
    }
    *ret_head = head;
    return error;
}

/* Who may not look at a case, and why: typed words about the child, in a record beside the case's own. */
static const struct error *destroy_guard(struct write *write, struct store_reader *reader, struct id case_id,
                                         const struct disposal *disposal)
{
    struct tombstone tombstone = {.disposal = *disposal};
    struct id guard = stream_id_beside(STREAM_GUARD, case_id);
    const struct error *error = read_head(reader, write->arena, guard, &tombstone.head);
    if (error != NULL) {
        return error->code == ERROR_NOT_FOUND || error->code == ERROR_DISPOSED ? NULL : error;
    }
    write_expect(write, &tombstone.head);
    write_dispose(write, &tombstone);
    return NULL;
}

const struct error *store_record_destroy(struct write *write, struct store_reader *reader, struct id record,
                                         const struct disposal *disposal)
{
    struct arena *arena = write->arena;
    struct tombstone tombstone = {.disposal = *disposal};
    if (!rule_is_good(disposal->rule)) {
        return error_new(arena, ERROR_INVALID, "a disposal names the rule it follows");
    }
    if (id_is_zero(disposal->asked_by) || id_is_zero(disposal->agreed_by) ||
        id_equal(disposal->asked_by, disposal->agreed_by)) {
        return error_new(arena, ERROR_INVALID, "nobody disposes of a record alone");
    }
    if (destroys(write, record)) {
        return error_of(ERROR_DISPOSED);
    }
    TRY(read_head(reader, arena, record, &tombstone.head));
    if (tombstone.head.kind == STREAM_PERSON) {
        TRY(check_cases(reader, write, record));
    }
    tombstone.disposal.rule = arena_copy(arena, disposal->rule);
    write_expect(write, &tombstone.head);
    write_dispose(write, &tombstone);
    return tombstone.head.kind == STREAM_CASE ? destroy_guard(write, reader, record, &tombstone.disposal)
                                              : NULL;
}

/* ---- the keystore
 * ------------------------------------------------------------------------------------------------- */

static struct destroyed destroyed_of(const struct tombstone *tombstone)
{
    struct destroyed one = {.record = tombstone->head.id,
                            .kind = (uint8_t)tombstone->head.kind,
                            .at = tombstone->disposal.at.ms,
                            .asked_by = tombstone->disposal.asked_by,
                            .agreed_by = tombstone->disposal.agreed_by};
    memcpy(one.rule, tombstone->disposal.rule, strlen(tombstone->disposal.rule) + 1);
    return one;
}

static const struct error *destroy_keys(struct store *store, struct arena *arena,
                                        const struct tombstone *tombstones)
{
    size_t count = 0;
    for (const struct tombstone *at = tombstones; at != NULL; at = at->next) {
        count++;
    }
    struct destroyed *records = arena_many(arena, struct destroyed, count);
    count = 0;
    for (const struct tombstone *at = tombstones; at != NULL; at = at->next) {
        records[count++] = destroyed_of(at);
    }
    return keyring_destroy(arena, store_keyring(store), records, count);
}

struct finishing {
    struct store *store;
    struct arena *arena;
    const struct tombstone *tombstones;
    const struct error *error;
};

static void finish_guarded(void *context)
{
    struct finishing *finishing = context;
    finishing->error = destroy_keys(finishing->store, finishing->arena, finishing->tombstones);
    store_empty_log(finishing->store, finishing->arena);
}

/* The record is gone from the store whatever happens here; what fails, or finds no memory, is tried again. */
void disposed_finish(struct store *store, struct arena *arena, const struct tombstone *tombstones)
{
    struct finishing finishing = {.store = store, .arena = arena, .tombstones = tombstones};
    store_note_deleted(store);
    if (!arena_guard(arena, finish_guarded, &finishing) || finishing.error != NULL) {
        store_note_unfinished(store);
    }
}

struct settling {
    struct tombstone *rows; /* as they are in the store, by id */
    size_t count;
    const struct destroyed *list; /* as they are in the keystore, by id */
    size_t listed;
};

static const struct error *read_rows(struct store_reader *reader, struct arena *arena,
                                     struct settling *settling)
{
    const struct error *error = NULL;
    size_t room = 0;
    sqlite3_stmt *row = connection_ask(&reader->connection, SQL_DISPOSED_ALL, NULL, 0);
    while (next_row(arena, &reader->connection, row, &error)) {
        if (settling->count == room) {
            size_t more = room == 0 ? 64 : room * 2;
            settling->rows = arena_grow(arena, settling->rows, settling->count, more, sizeof *settling->rows);
            room = more;
        }
        /* one that this store did not write destroys nothing: verify names it */
        settling->count +=
            tombstone_of_row(reader->store, arena, row, &settling->rows[settling->count]) ? 1 : 0;
    }
    return error;
}

static int compare_listed(const void *a, const void *b)
{
    const struct destroyed *one = a;
    const struct destroyed *other = b;
    return memcmp(one->record.bytes, other->record.bytes, ID_BYTES);
}

static int compare_id_listed(const void *key, const void *one)
{
    return memcmp(((const struct id *)key)->bytes, ((const struct destroyed *)one)->record.bytes, ID_BYTES);
}

static int compare_id_row(const void *key, const void *one)
{
    return memcmp(((const struct id *)key)->bytes, ((const struct tombstone *)one)->head.id.bytes, ID_BYTES);
}

static const struct error *read_listed(struct store *store, struct arena *arena, struct settling *settling)
{
    const struct destroyed *list;
    TRY(keyring_destroyed(arena, store_keyring(store), &list, &settling->listed));
    if (settling->listed > 0) {
        struct destroyed *sorted = arena_many(arena, struct destroyed, settling->listed);
        memcpy(sorted, list, settling->listed * sizeof *list);
        qsort(sorted, settling->listed, sizeof *sorted, compare_listed);
        settling->list = sorted;
    }
    return NULL;
}

/* Rows whose key the keystore still opens: killed between the two, or an older copy of the keystore was put
 * back. */
static const struct error *settle_keys(struct store *store, struct arena *arena,
                                       const struct settling *settling)
{
    struct tombstone *missing = NULL;
    for (size_t i = 0; i < settling->count; i++) {
        struct tombstone *row = &settling->rows[i];
        if (settling->listed == 0 || bsearch(&row->head.id, settling->list, settling->listed,
                                             sizeof *settling->list, compare_id_listed) == NULL) {
            row->next = missing;
            missing = row;
        }
    }
    return missing == NULL ? NULL : destroy_keys(store, arena, missing);
}

/* What an older copy of the store still holds and the keystore says is gone. */
static const struct error *settle_rows(struct store_reader *reader, struct arena *arena,
                                       const struct settling *settling, struct write *write)
{
    for (size_t i = 0; i < settling->listed; i++) {
        const struct destroyed *one = &settling->list[i];
        if (settling->count > 0 && bsearch(&one->record, settling->rows, settling->count,
                                           sizeof *settling->rows, compare_id_row) != NULL) {
            continue;
        }
        struct tombstone tombstone = {
            .disposal = {{one->at}, one->asked_by, one->agreed_by, arena_copy(arena, one->rule)}};
        const struct error *error = read_head(reader, arena, one->record, &tombstone.head);
        if (error != NULL && error->code == ERROR_NOT_FOUND) {
            tombstone.head = (struct stream_head){.id = one->record, .kind = (enum stream_kind)one->kind};
            error = NULL;
        }
        TRY(error);
        write_expect(write, &tombstone.head);
        write_dispose(write, &tombstone);
    }
    return NULL;
}

const struct error *disposed_settle(struct store *store, struct arena *arena)
{
    struct store_reader *reader;
    struct settling settling = {0};
    struct write *write = store_write_new(store, arena);
    TRY(read_listed(store, arena, &settling));
    TRY(store_reader_take(store, &reader));
    const struct error *error = read_rows(reader, arena, &settling);
    if (error == NULL) {
        error = settle_rows(reader, arena, &settling, write);
    }
    store_reader_give(reader);
    TRY(error);
    if (write->destroyed != NULL) {
        enum error_code code = writer_run(store, write);
        if (code != ERROR_NONE) {
            return error_of(code);
        }
        store_note_deleted(store);
    }
    return settle_keys(store, arena, &settling);
}

/* ---- what was disposed of
 * ------------------------------------------------------------------------------------------ */

/* Mostly there is nothing to ask for. */
static const struct error *keyring_lists(struct store *store, struct arena *arena, struct id record,
                                         bool *ret_listed)
{
    const struct destroyed *list;
    size_t count = 0;
    *ret_listed = store_is_finished(store);
    if (*ret_listed) {
        return NULL;
    }
    TRY(keyring_destroyed(arena, store_keyring(store), &list, &count));
    for (size_t i = 0; i < count && !*ret_listed; i++) {
        *ret_listed = id_equal(list[i].record, record);
    }
    return NULL;
}

static const struct error *shown(struct store_reader *reader, struct arena *arena, sqlite3_stmt *row,
                                 struct disposed_row *ret_row)
{
    struct tombstone tombstone;
    if (!tombstone_of_row(reader->store, arena, row, &tombstone)) {
        return error_new(arena, ERROR_BROKEN_SEAL, "the list of what was disposed of was changed");
    }
    *ret_row = (struct disposed_row){
        .record = tombstone.head.id,
        .kind = tombstone.head.kind,
        .reference = reference_of(tombstone.head.id),
        .entries = tombstone.head.seq,
        .disposal = tombstone.disposal,
    };
    return keyring_lists(reader->store, arena, ret_row->record, &ret_row->is_finished);
}

const struct error *store_disposed(struct store_reader *reader, struct arena *arena,
                                   const struct disposed_row *after, int limit,
                                   const struct disposed_row **ret_rows, size_t *ret_count)
{
    static const struct disposed_row first = {.disposal.at = {INT64_MAX}};
    const struct disposed_row *from = after == NULL ? &first : after;
    const struct error *error = NULL;
    struct disposed_row *rows = arena_many(arena, struct disposed_row, (size_t)limit);
    size_t count = 0;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_DISPOSED_LIST, bind_number(from->disposal.at.ms),
                            bind_id(&from->record), bind_number(limit));
    while (next_row(arena, &reader->connection, row, &error)) {
        error = shown(reader, arena, row, &rows[count++]);
        if (error != NULL) {
            sqlite3_reset(row);
            return error;
        }
    }
    *ret_rows = rows;
    *ret_count = count;
    return error;
}

const struct error *store_disposed_find(struct store_reader *reader, struct arena *arena, struct id record,
                                        struct disposed_row *ret_row)
{
    const struct error *error = NULL;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_DISPOSED_GET, bind_id(&record));
    if (!next_row(arena, &reader->connection, row, &error)) {
        return error == NULL ? error_of(ERROR_NOT_FOUND) : error;
    }
    error = shown(reader, arena, row, ret_row);
    sqlite3_reset(row);
    return error;
}

const struct error *disposed_or_missing(struct store_reader *reader, struct arena *arena, struct id record)
{
    const struct error *error = NULL;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_DISPOSED_GET, bind_id(&record));
    bool found = next_row(arena, &reader->connection, row, &error);
    sqlite3_reset(row);
    return error != NULL ? error : error_of(found ? ERROR_DISPOSED : ERROR_NOT_FOUND);
}
