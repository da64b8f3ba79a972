/*
 * Verification, of one moment, while serving. What somebody who can write to the files could do, and what
 * shows it: a row of a table changed by hand (chains, seals, signatures), rows taken out or put in (sequence
 * numbers, records without entries, entries without records, heads without a checkpoint), a projection
 * changed (compared with what a rebuild makes), the schema changed (compared with the migrations'), the end
 * of the record or of the looks cut off or an older copy put back (the signed head outside).
 */
#include "store/db.h"

#include "base/file.h"

#include <string.h>
#include <time.h>

static const struct error *worse(struct arena *arena, const struct error *error)
{
    return error_new(arena, error->code, "%s", error->detail == NULL ? error->sentence : error->detail);
}

/* ---- the database as such
 * ------------------------------------------------------------------------------------- */

static bool same_value(sqlite3_stmt *a, sqlite3_stmt *b, int column)
{
    int type = sqlite3_column_type(a, column);
    if (type != sqlite3_column_type(b, column)) {
        return false;
    }
    if (type == SQLITE_INTEGER) {
        return sqlite3_column_int64(a, column) == sqlite3_column_int64(b, column);
    }
    const void *bytes = sqlite3_column_blob(a, column);
    const void *others = sqlite3_column_blob(b, column);
    int size = sqlite3_column_bytes(a, column);
    return size == sqlite3_column_bytes(b, column) &&
           (size == 0 || (bytes != NULL && others != NULL && memcmp(bytes, others, (size_t)size) == 0));
}

/* Both tables, row by row; *ret_row: the first that differs, 0 for none. */
static const struct error *compare(struct store_reader *reader, struct arena *arena,
                                   struct connection *scratch, enum sql sql, uint64_t *ret_row)
{
    const struct error *error = NULL;
    const struct error *other = NULL;
    sqlite3_stmt *found = connection_ask(&reader->connection, sql, NULL, 0);
    sqlite3_stmt *made = connection_ask(scratch, sql, NULL, 0);
    bool same = true;
    uint64_t row = 0;
    for (bool more = true; more && same;) {
        more = next_row(arena, &reader->connection, found, &error);
        same = next_row(arena, scratch, made, &other) == more;
        for (int i = 0; more && same && i < sqlite3_column_count(found); i++) {
            same = same_value(found, made, i);
        }
        row++;
    }
    sqlite3_reset(found);
    sqlite3_reset(made);
    *ret_row = same ? 0 : row;
    return error != NULL ? error : other;
}

static const struct error *verify_database(struct store_reader *reader, struct arena *arena,
                                           struct connection *scratch, struct verify_result *result)
{
    const struct error *error = NULL;
    uint64_t differs;
    sqlite3_stmt *row = connection_ask(&reader->connection, SQL_CHECK_WHOLE, NULL, 0);
    if (next_row(arena, &reader->connection, row, &error)) {
        const char *text = column_text(arena, row, 0);
        sqlite3_reset(row);
        if (strcmp(text, "ok") != 0) {
            result->broken = arena_printf(arena, "the database file: %s", text);
            return NULL;
        }
    }
    TRY(error);
    TRY(compare(reader, arena, scratch, SQL_COMPARE_SCHEMA, &differs));
    if (differs != 0) {
        result->broken = "the tables, indexes or triggers are not those that the program made";
    }
    return NULL;
}

static const struct error *verify_projections(struct store_reader *reader, struct arena *arena,
                                              struct connection *scratch, struct verify_result *result)
{
    static const struct {
        enum sql sql;
        const char *name;
    } tables[] = {
        {SQL_COMPARE_CASE, "cases"},
        {SQL_COMPARE_DUTY, "duties"},
        {SQL_COMPARE_MEETING, "meetings"},
        {SQL_COMPARE_ACTION, "open actions"},
        {SQL_COMPARE_INVOLVEMENT, "who is involved"},
        {SQL_COMPARE_TOKEN, "persons"},
        {SQL_COMPARE_ACCOUNT, "account names"},
    };
    TRY(projections_make(reader, arena, scratch));
    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && result->broken == NULL; i++) {
        uint64_t differs;
        TRY(compare(reader, arena, scratch, tables[i].sql, &differs));
        if (differs != 0) {
            result->broken = arena_printf(arena,
                                          "the list of %s, row %llu: it is not what the entries make "
                                          "(waymark rebuild makes it again)",
                                          tables[i].name, (unsigned long long)differs);
        }
    }
    return NULL;
}

/* ---- packs
 * ---------------------------------------------------------------------------------------------------- */

/* The pack that is loaded may have been so before the row was changed. */
static bool bundle_holds(sqlite3_stmt *row, const uint8_t hash[static HASH_BYTES])
{
    struct hasher hasher;
    uint8_t found[HASH_BYTES];
    const void *bundle = sqlite3_column_blob(row, 4);
    hash_begin(&hasher);
    hash_bytes(&hasher, bundle == NULL ? "" : bundle, (size_t)sqlite3_column_bytes(row, 4));
    hash_end(&hasher, found);
    return hash_equal(found, hash);
}

static const struct error *verify_packs(struct store_reader *reader, struct arena *arena,
                                        struct verify_result *result)
{
    const struct error *error = NULL;
    int64_t number = 0;
    sqlite3_stmt *row = connection_ask(&reader->connection, SQL_PACK_ALL, NULL, 0);
    while (result->broken == NULL && next_row(arena, &reader->connection, row, &error)) {
        const struct pack *pack = NULL;
        uint8_t hash[HASH_BYTES];
        number++;
        bool whole = sqlite3_column_int64(row, 0) == number && column_bytes(row, 3, hash, HASH_BYTES) &&
                     bundle_holds(row, hash);
        const struct error *fault = whole ? store_pack(reader->store, arena, (int)number, &pack) : NULL;
        if (fault != NULL && fault->code == ERROR_BUSY) {
            error = fault;
            break;
        }
        if (!whole || pack == NULL || memcmp(pack->hash, hash, HASH_BYTES) != 0 ||
            strcmp(pack->id, column_text(arena, row, 1)) != 0 ||
            strcmp(pack->version, column_text(arena, row, 2)) != 0) {
            result->broken =
                arena_printf(arena, "pack version %lld: it is not what was kept", (long long)number);
        }
    }
    sqlite3_reset(row);
    return error;
}

/* ---- streams
 * -------------------------------------------------------------------------------------------------- */

struct checking {
    struct store_reader *reader;
    struct arena *work;
    struct id id;
    uint64_t entries;
    const char *broken;
    const struct error *error;
};

static void check_stream(void *context)
{
    struct checking *checking = context;
    struct stream stream;
    checking->error =
        stream_load(checking->reader, checking->work, checking->id, true, &stream, &checking->broken);
    if (checking->error == NULL) {
        checking->entries = stream.count;
    }
}

/* What is not whole: named in `broken`; an error is one of the machine. */
static const struct error *verify_stream(struct store_reader *reader, struct arena *arena, struct id id,
                                         struct verify_result *result)
{
    struct checking checking = {.reader = reader, .id = id, .work = arena_new(KEEP_STREAM_BYTES)};
    const struct error *error = NULL;
    char text[ID_TEXT];
    id_format(id, text);
    if (checking.work == NULL || !arena_guard(checking.work, check_stream, &checking)) {
        error = error_of(ERROR_BUSY);
    } else if (checking.broken != NULL) {
        result->broken = arena_copy(arena, checking.broken);
    } else if (checking.error != NULL &&
               (checking.error->code == ERROR_STORE || checking.error->code == ERROR_PACK)) {
        result->broken = arena_printf(arena, "stream %s: %s", text, worse(arena, checking.error)->detail);
    } else if (checking.error != NULL) {
        error = worse(arena, checking.error);
    }
    result->streams++;
    result->entries += checking.entries;
    arena_free(checking.work);
    return error;
}

static const struct error *verify_streams(struct store_reader *reader, struct arena *arena,
                                          struct verify_result *result)
{
    enum { AT_ONCE = 200 };
    struct id ids[AT_ONCE];
    struct id after = {{0}};
    for (size_t count = AT_ONCE; count == AT_ONCE && result->broken == NULL;) {
        const struct error *error = NULL;
        count = 0;
        sqlite3_stmt *row = ASK(&reader->connection, SQL_STREAM_ALL, bind_id(&after), bind_number(AT_ONCE));
        while (next_row(arena, &reader->connection, row, &error)) {
            ids[count++] = column_id(row, 0);
        }
        TRY(error);
        for (size_t i = 0; i < count && result->broken == NULL; i++) {
            TRY(verify_stream(reader, arena, ids[i], result));
        }
        if (count > 0) {
            after = ids[count - 1];
        }
    }
    return NULL;
}

/* An entry whose record has no key row is one that was put in, or whose row was taken out. */
static const struct error *verify_orphans(struct store_reader *reader, struct arena *arena,
                                          struct verify_result *result)
{
    const struct error *error = NULL;
    sqlite3_stmt *row = connection_ask(&reader->connection, SQL_ENTRY_ORPHAN, NULL, 0);
    if (next_row(arena, &reader->connection, row, &error)) {
        char text[ID_TEXT];
        id_format(column_id(row, 0), text);
        sqlite3_reset(row);
        result->broken = arena_printf(arena, "stream %s: its record is missing", text);
    }
    return error;
}

/* ---- what was disposed of
 * -------------------------------------------------------------------------------------- */

static const char *name_disposed(struct arena *arena, struct id id, const char *why)
{
    char text[ID_TEXT];
    id_format(id, text);
    return arena_printf(arena, "stream %s (reference %s), disposed of: %s", text, reference_of(id).text, why);
}

static bool lists(const struct destroyed *list, size_t count, struct id record)
{
    for (size_t i = 0; i < count; i++) {
        if (id_equal(list[i].record, record)) {
            return true;
        }
    }
    return false;
}

/* A disposal that is being made is committed first, and listed by the keystore a moment later: then all is
 * gone through again (store_verify_against). */
static const struct error *wait_for_keystore(struct arena *arena, const struct keyring *keyring, size_t count)
{
    enum { LOOKS = 20 };
    static const struct timespec between = {.tv_nsec = 50 * 1000 * 1000};
    size_t now = count;
    for (int i = 0; i < LOOKS && now == count; i++) {
        const struct destroyed *list;
        (void)nanosleep(&between, NULL);
        TRY(keyring_destroyed(arena, keyring, &list, &now));
    }
    return NULL;
}

/* Each disposal is one that this store made, and nothing is left of the record. */
static const struct error *verify_disposed(struct store_reader *reader, struct arena *arena,
                                           struct verify_result *result)
{
    const struct error *error = NULL;
    const struct keyring *keyring = store_keyring(reader->store);
    const struct destroyed *list;
    size_t count;
    TRY(keyring_destroyed(arena, keyring, &list, &count));
    sqlite3_stmt *row = connection_ask(&reader->connection, SQL_DISPOSED_ALL, NULL, 0);
    while (result->broken == NULL && next_row(arena, &reader->connection, row, &error)) {
        struct tombstone tombstone;
        if (!tombstone_of_row(reader->store, arena, row, &tombstone)) {
            result->broken = name_disposed(arena, tombstone.head.id, "this store did not write that");
        } else if (!lists(list, count, tombstone.head.id)) {
            result->broken =
                name_disposed(arena, tombstone.head.id,
                              "the keystore still opens it: an older copy of it was put back, or "
                              "it cannot be written");
            error = wait_for_keystore(arena, keyring, count);
        }
        result->disposed++;
    }
    sqlite3_reset(row);
    TRY(error);
    if (result->broken == NULL && result->disposed < count) {
        result->broken = "the keystore lists records as disposed of that this store does not";
    }
    row = connection_ask(&reader->connection, SQL_DISPOSED_LEFT_OVER, NULL, 0);
    if (result->broken == NULL && next_row(arena, &reader->connection, row, &error)) {
        result->broken = name_disposed(arena, column_id(row, 0), "something of it is still there");
    }
    sqlite3_reset(row);
    return error;
}

/* The heads of a record that was disposed of end where the disposal says that it ended. */
static const struct error *disposed_head_stands(struct store_reader *reader, struct arena *arena,
                                                const struct head_row *head, bool *ret_stands)
{
    const struct error *error = NULL;
    struct tombstone tombstone;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_DISPOSED_GET, bind_id(&head->stream));
    *ret_stands = next_row(arena, &reader->connection, row, &error) &&
                  tombstone_of_row(reader->store, arena, row, &tombstone) &&
                  (head->seq < tombstone.head.seq ||
                   (head->seq == tombstone.head.seq && hash_equal(head->hash, tombstone.head.hash)));
    sqlite3_reset(row);
    return error;
}

/* ---- checkpoints
 * ---------------------------------------------------------------------------------------------- */

/* The entry a signed head names must be there with that hash. */
static const struct error *head_stands(struct store_reader *reader, struct arena *arena,
                                       const struct head_row *head, int64_t number,
                                       struct verify_result *result)
{
    const struct error *error = NULL;
    uint8_t hash[HASH_BYTES];
    sqlite3_stmt *row =
        ASK(&reader->connection, SQL_ENTRY_HASH, bind_id(&head->stream), bind_number((int64_t)head->seq));
    bool stands = next_row(arena, &reader->connection, row, &error) &&
                  column_bytes(row, 0, hash, HASH_BYTES) && memcmp(hash, head->hash, HASH_BYTES) == 0;
    sqlite3_reset(row);
    if (error == NULL && !stands) {
        error = disposed_head_stands(reader, arena, head, &stands);
    }
    if (error == NULL && !stands) {
        char text[ID_TEXT];
        id_format(head->stream, text);
        result->broken = arena_printf(
            arena,
            "stream %s (reference %s), entry %llu: it was signed in checkpoint %lld and is gone or changed",
            text, reference_of(head->stream).text, (unsigned long long)head->seq, (long long)number);
    }
    return error;
}

struct heads {
    sqlite3_stmt *row;
    bool more;
    const struct error *error;
};

static void heads_next(struct heads *heads, struct store_reader *reader, struct arena *arena)
{
    heads->more = next_row(arena, &reader->connection, heads->row, &heads->error);
}

/* The heads of checkpoint `number` go into the root; the rows of all checkpoints come in their order. */
static const struct error *verify_heads(struct store_reader *reader, struct arena *arena, struct heads *heads,
                                        int64_t number, struct hasher *hasher, struct verify_result *result)
{
    while (result->broken == NULL && heads->more && sqlite3_column_int64(heads->row, 0) == number) {
        struct head_row head = {.stream = column_id(heads->row, 1),
                                .seq = (uint64_t)sqlite3_column_int64(heads->row, 2)};
        if (!column_bytes(heads->row, 3, head.hash, HASH_BYTES)) {
            result->broken = arena_printf(arena, "checkpoint %lld: a head is not whole", (long long)number);
            return NULL;
        }
        root_add(hasher, &head);
        TRY(head_stands(reader, arena, &head, number, result));
        heads_next(heads, reader, arena);
    }
    return heads->error;
}

static const struct error *verify_checkpoint(struct store_reader *reader, struct arena *arena,
                                             sqlite3_stmt *row, struct heads *heads,
                                             uint8_t root[static HASH_BYTES], struct verify_result *result)
{
    struct hasher hasher;
    uint8_t public_key[PUBLIC_KEY_BYTES];
    uint8_t found[HASH_BYTES];
    uint8_t signature[SIGNATURE_BYTES];
    int64_t expected = (int64_t)result->checkpoints + 1;
    int64_t number = sqlite3_column_int64(row, 0);
    bool whole = number == expected && column_bytes(row, 2, found, HASH_BYTES) &&
                 column_bytes(row, 3, signature, SIGNATURE_BYTES);
    sign_public_key(store_keyring(reader->store), public_key);
    root_begin(&hasher, number, sqlite3_column_int64(row, 1), root);
    TRY(verify_heads(reader, arena, heads, number, &hasher, result));
    hash_end(&hasher, root);
    if (result->broken == NULL &&
        (!whole || !hash_equal(root, found) || !signature_holds(public_key, root, HASH_BYTES, signature))) {
        result->broken =
            arena_printf(arena, "checkpoint %lld: its signature does not hold", (long long)expected);
    }
    result->checkpoints++;
    return NULL;
}

static const struct error *verify_checkpoints(struct store_reader *reader, struct arena *arena,
                                              struct verify_result *result)
{
    const struct error *error = NULL;
    uint8_t root[HASH_BYTES] = {0};
    sqlite3_stmt *row = connection_ask(&reader->connection, SQL_CHECKPOINT_ALL, NULL, 0);
    struct heads heads = {connection_ask(&reader->connection, SQL_CHECKPOINT_HEAD_ALL, NULL, 0), false, NULL};
    heads_next(&heads, reader, arena);
    while (error == NULL && heads.error == NULL && result->broken == NULL &&
           next_row(arena, &reader->connection, row, &error)) {
        error = verify_checkpoint(reader, arena, row, &heads, root, result);
    }
    if (error == NULL && heads.error == NULL && result->broken == NULL && heads.more) {
        result->broken = "there are heads of a checkpoint that is missing";
    }
    sqlite3_reset(row);
    sqlite3_reset(heads.row);
    return error == NULL ? heads.error : error;
}

/* ---- the signed head outside
 * ---------------------------------------------------------------------------------- */

static const struct error *verify_head(struct store_reader *reader, struct arena *arena, const char *path,
                                       const struct signed_head *head, struct verify_result *result)
{
    bool is_held;
    TRY(head_is_held(reader, arena, head, &is_held));
    if (!is_held) {
        result->broken = arena_printf(arena,
                                      "checkpoint %lld, which the signed head %s names, is not in the store: "
                                      "an older copy was put back, or its end was cut off",
                                      (long long)head->checkpoint, path);
    }
    return NULL;
}

struct verifying {
    struct store *store;
    struct arena *arena;
    const char *path;
    struct verify_result *result;
    struct store_reader *reader;
    struct connection scratch;
    const struct error *error;
};

static const struct error *verify_all(struct verifying *work, const struct signed_head *head)
{
    struct arena *arena = work->arena;
    struct verify_result *result = work->result;
    struct store_reader *reader = work->reader;
    TRY(verify_database(reader, arena, &work->scratch, result));
    if (result->broken == NULL) {
        TRY(verify_packs(reader, arena, result));
    }
    if (result->broken == NULL) {
        TRY(verify_streams(reader, arena, result));
    }
    if (result->broken == NULL) {
        TRY(verify_orphans(reader, arena, result));
    }
    if (result->broken == NULL) {
        TRY(verify_disposed(reader, arena, result));
    }
    if (result->broken == NULL) {
        TRY(verify_checkpoints(reader, arena, result));
    }
    if (result->broken == NULL) {
        TRY(verify_head(reader, arena, work->path, head, result));
    }
    if (result->broken == NULL) {
        TRY(verify_projections(reader, arena, &work->scratch, result));
    }
    if (result->broken == NULL) {
        TRY(looks_verify(arena, arena_printf(arena, "%s/looks.log", store_dir(work->store)),
                         store_keyring(work->store), &head->looks, &result->looks, &result->broken));
    }
    return NULL;
}

/* The head is read first: whatever is written meanwhile, the store holds what it says. */
static const struct error *verify_whole(struct verifying *work)
{
    struct signed_head head;
    const struct error *error = head_read(work->arena, store_keyring(work->store), work->path, &head);
    if (error != NULL) {
        work->result->broken = arena_printf(work->arena, "the signed head outside the store: %s",
                                            error->detail == NULL ? error->sentence : error->detail);
        return NULL;
    }
    TRY(connection_open_scratch(work->arena, &work->scratch));
    TRY(store_reader_take(work->store, &work->reader));
    return verify_all(work, &head);
}

static void verify_guarded(void *context)
{
    struct verifying *work = context;
    work->error = verify_whole(work);
}

static const struct error *verify_once(struct store *store, struct arena *arena, const char *head_path,
                                       struct verify_result *ret_result)
{
    struct verify_result result = {0};
    struct verifying work = {.store = store,
                             .arena = arena,
                             .path = head_path == NULL ? store_head_path(store) : head_path,
                             .result = &result};
    bool whole = arena_guard(arena, verify_guarded, &work);
    if (work.reader != NULL) {
        store_reader_give(work.reader);
    }
    connection_close(&work.scratch);
    if (!whole) {
        arena_run_out(arena);
    }
    if (work.error != NULL && work.error->code == ERROR_STORE) {
        /* SQLite itself could not go on reading */
        result.broken = arena_printf(arena, "the database file: %s", worse(arena, work.error)->detail);
    } else if (work.error != NULL) {
        return work.error;
    }
    *ret_result = result;
    return NULL;
}

static const struct error *count_disposed(struct store *store, struct arena *arena, size_t *ret_count)
{
    const struct destroyed *list;
    return keyring_destroyed(arena, store_keyring(store), &list, ret_count);
}

/* The keys are of no moment: when a record was disposed of meanwhile, what is found may only be that its key
 * went before what the reader sees of it, and all is gone through again. */
const struct error *store_verify_against(struct store *store, struct arena *arena, const char *head_path,
                                         struct verify_result *ret_result)
{
    enum { TRIES = 5 };
    for (int i = 0; i < TRIES; i++) {
        struct verify_result result = {0};
        size_t before;
        size_t after;
        TRY(count_disposed(store, arena, &before));
        const struct error *error = verify_once(store, arena, head_path, &result);
        TRY(count_disposed(store, arena, &after));
        if (after == before || (error == NULL && result.broken == NULL)) {
            TRY(error);
            *ret_result = result;
            return NULL;
        }
    }
    return error_of(ERROR_CONFLICT);
}

const struct error *store_verify(struct store *store, struct arena *arena, struct verify_result *ret_result)
{
    return store_verify_against(store, arena, NULL, ret_result);
}
