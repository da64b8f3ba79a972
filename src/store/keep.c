/*
 * Keeping the store: checkpoints, verification, rebuilding, backups.
 *
 * A checkpoint lists the heads of the streams that moved since the one before it; its root covers that list,
 * the root before and its own number and time, and is signed. So a stream that was cut, taken out or put back
 * to an older state shows; and a copy of the last signed head lies outside the database, so that a whole
 * older database shows too.
 */
#include "store/db.h"

#include "base/buf.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- checkpoints
 * ------------------------------------------------------------------------------------------------------- */

struct head_row {
    struct id stream;
    uint64_t seq;
    uint8_t hash[HASH_BYTES];
};

static void root_begin(struct hasher *hasher, int64_t number, int64_t made_at,
                       const uint8_t previous[static HASH_BYTES])
{
    hash_begin(hasher);
    hash_text(hasher, "waymark-checkpoint-1");
    hash_number(hasher, number);
    hash_number(hasher, made_at);
    hash_bytes(hasher, previous, HASH_BYTES);
}

static void root_add(struct hasher *hasher, const struct head_row *head)
{
    hash_bytes(hasher, head->stream.bytes, ID_BYTES);
    hash_number(hasher, (int64_t)head->seq);
    hash_bytes(hasher, head->hash, HASH_BYTES);
}

static const char *head_path(struct arena *arena, const char *dir)
{
    return arena_printf(arena, "%s/head.signed", dir);
}

static void put_hex(struct buf *buf, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        buf_printf(buf, "%02x", bytes[i]);
    }
    buf_byte(buf, '\n');
}

/* number, root, signature: a line each. */
static const char *head_text(struct arena *arena, int64_t number, const uint8_t root[static HASH_BYTES],
                             const uint8_t signature[static SIGNATURE_BYTES])
{
    struct buf buf;
    buf_init(&buf, arena, 1000);
    buf_printf(&buf, "waymark-head-1 %lld\n", (long long)number);
    put_hex(&buf, root, HASH_BYTES);
    put_hex(&buf, signature, SIGNATURE_BYTES);
    return buf_text(&buf);
}

static const struct error *last_checkpoint(struct store_reader *reader, struct arena *arena,
                                           int64_t *ret_number, uint8_t ret_root[static HASH_BYTES],
                                           uint8_t ret_signature[static SIGNATURE_BYTES])
{
    const struct error *error = NULL;
    *ret_number = 0;
    memset(ret_root, 0, HASH_BYTES);
    memset(ret_signature, 0, SIGNATURE_BYTES);
    sqlite3_stmt *row = connection_ask(&reader->connection, SQL_CHECKPOINT_LAST, NULL, 0);
    if (next_row(arena, &reader->connection, row, &error)) {
        *ret_number = sqlite3_column_int64(row, 0);
        column_bytes(row, 1, ret_root, HASH_BYTES);
        column_bytes(row, 2, ret_signature, SIGNATURE_BYTES);
        sqlite3_reset(row);
    }
    return error;
}

static const struct error *moved_heads(struct store_reader *reader, struct arena *arena,
                                       struct head_row **ret_heads, size_t *ret_count)
{
    const struct error *error = NULL;
    struct head_row *heads = NULL;
    size_t count = 0;
    size_t room = 0;
    sqlite3_stmt *row = connection_ask(&reader->connection, SQL_CHECKPOINT_MOVED, NULL, 0);
    while (next_row(arena, &reader->connection, row, &error)) {
        if (count == room) {
            size_t more = room == 0 ? 256 : room * 2;
            heads = arena_grow(arena, heads, count, more, sizeof *heads);
            room = more;
        }
        heads[count].stream = column_id(row, 0);
        heads[count].seq = (uint64_t)sqlite3_column_int64(row, 1);
        column_bytes(row, 2, heads[count].hash, HASH_BYTES);
        count++;
    }
    *ret_heads = heads;
    *ret_count = count;
    return error;
}

const struct error *store_checkpoint(struct store *store, struct arena *arena)
{
    struct store_reader *reader;
    int64_t number;
    uint8_t *root = arena_alloc(arena, HASH_BYTES);
    uint8_t *signature = arena_alloc(arena, SIGNATURE_BYTES);
    struct head_row *heads = NULL;
    size_t count = 0;
    TRY(store_reader_take(store, &reader));
    const struct error *error = last_checkpoint(reader, arena, &number, root, signature);
    if (error == NULL) {
        error = moved_heads(reader, arena, &heads, &count);
    }
    store_reader_give(reader);
    if (error != NULL || count == 0) {
        return error;
    }
    int64_t made_at = clock_now().ms;
    struct hasher hasher;
    number++;
    root_begin(&hasher, number, made_at, root);
    struct write *write = store_write_new(store, arena);
    for (size_t i = 0; i < count; i++) {
        root_add(&hasher, &heads[i]);
        OP(write, SQL_CHECKPOINT_HEAD_INSERT, bind_number(number), bind_id(&heads[i].stream),
           bind_number((int64_t)heads[i].seq), bind_blob(heads[i].hash, HASH_BYTES));
    }
    hash_end(&hasher, root);
    sign(store_keyring(store), root, HASH_BYTES, signature);
    OP(write, SQL_CHECKPOINT_INSERT, bind_number(number), bind_number(made_at), bind_blob(root, HASH_BYTES),
       bind_blob(signature, SIGNATURE_BYTES));
    enum error_code code = writer_run(store, write);
    if (code != ERROR_NONE) {
        /* another process signed first: its checkpoint covers what was there */
        return code == ERROR_EXISTS ? NULL : error_of(code);
    }
    const char *text = head_text(arena, number, root, signature);
    return file_write_private(arena, head_path(arena, store_dir(store)), text, strlen(text));
}

/* ---- verification
 * ------------------------------------------------------------------------------------------------------ */

static const struct error *verify_streams(struct store *store, struct arena *arena,
                                          struct verify_result *result)
{
    struct store_reader *reader;
    struct id after = {0};
    enum { AT_ONCE = 100 };
    for (bool more = true; more && result->broken == NULL;) {
        struct id ids[AT_ONCE];
        size_t count = 0;
        const struct error *error = NULL;
        TRY(store_reader_take(store, &reader));
        sqlite3_stmt *row = ASK(&reader->connection, SQL_STREAM_ALL, bind_id(&after), bind_number(AT_ONCE));
        while (next_row(arena, &reader->connection, row, &error)) {
            ids[count++] = column_id(row, 0);
        }
        struct arena *work = arena_new(KEEP_STREAM_BYTES);
        for (size_t i = 0; i < count && error == NULL && result->broken == NULL && work != NULL; i++) {
            struct stream stream;
            const char *broken;
            if (setjmp(*arena_edge(work))) {
                error = error_of(ERROR_BUSY);
                break;
            }
            const struct error *fault = stream_load(reader, work, ids[i], true, &stream, &broken);
            if (broken != NULL) {
                result->broken = arena_copy(arena, broken);
            } else if (fault != NULL) {
                error = error_new(arena, fault->code, "%s",
                                  fault->detail == NULL ? fault->sentence : fault->detail);
            } else {
                result->streams++;
                result->entries += stream.count;
            }
            arena_reset(work);
        }
        arena_free(work);
        store_reader_give(reader);
        if (error != NULL) {
            return error;
        }
        more = count == AT_ONCE;
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

/* The entry a signed head names must be there with that hash. */
static const struct error *head_stands(struct store_reader *reader, struct arena *arena,
                                       const struct head_row *head, bool *ret_stands)
{
    const struct error *error = NULL;
    uint8_t hash[HASH_BYTES];
    sqlite3_stmt *row =
        ASK(&reader->connection, SQL_ENTRY_HASH, bind_id(&head->stream), bind_number((int64_t)head->seq));
    *ret_stands = next_row(arena, &reader->connection, row, &error) &&
                  column_bytes(row, 0, hash, HASH_BYTES) && memcmp(hash, head->hash, HASH_BYTES) == 0;
    sqlite3_reset(row);
    return error;
}

static const struct error *verify_heads(struct store_reader *reader, struct arena *arena, int64_t number,
                                        struct hasher *hasher, struct verify_result *result)
{
    const struct error *error = NULL;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_CHECKPOINT_HEAD_LIST, bind_number(number));
    while (result->broken == NULL && next_row(arena, &reader->connection, row, &error)) {
        struct head_row head = {.stream = column_id(row, 0), .seq = (uint64_t)sqlite3_column_int64(row, 1)};
        column_bytes(row, 2, head.hash, HASH_BYTES);
        root_add(hasher, &head);
        bool stands;
        TRY(head_stands(reader, arena, &head, &stands));
        if (!stands) {
            char text[ID_TEXT];
            id_format(head.stream, text);
            result->broken = arena_printf(arena,
                                          "stream %s (reference %s), entry %llu: it was signed in checkpoint "
                                          "%lld and is gone or changed",
                                          text, reference_of(head.stream).text, (unsigned long long)head.seq,
                                          (long long)number);
        }
    }
    sqlite3_reset(row);
    return error;
}

static const struct error *verify_checkpoints(struct store_reader *reader, struct arena *arena,
                                              const char *dir, struct verify_result *result)
{
    const struct keyring *keyring = store_keyring(reader->store);
    const struct error *error = NULL;
    uint8_t public_key[PUBLIC_KEY_BYTES];
    uint8_t root[HASH_BYTES] = {0};
    uint8_t signature[SIGNATURE_BYTES] = {0};
    int64_t expected = 0;
    sign_public_key(keyring, public_key);
    sqlite3_stmt *row = connection_ask(&reader->connection, SQL_CHECKPOINT_ALL, NULL, 0);
    while (result->broken == NULL && next_row(arena, &reader->connection, row, &error)) {
        struct hasher hasher;
        int64_t number = sqlite3_column_int64(row, 0);
        uint8_t found[HASH_BYTES];
        bool whole =
            column_bytes(row, 2, found, HASH_BYTES) && column_bytes(row, 3, signature, SIGNATURE_BYTES);
        root_begin(&hasher, number, sqlite3_column_int64(row, 1), root);
        TRY(verify_heads(reader, arena, number, &hasher, result));
        hash_end(&hasher, root);
        expected++;
        if (result->broken == NULL && (!whole || number != expected || !hash_equal(root, found) ||
                                       !signature_holds(public_key, root, HASH_BYTES, signature))) {
            result->broken =
                arena_printf(arena, "checkpoint %lld: its signature does not hold", (long long)expected);
        }
        result->checkpoints++;
    }
    sqlite3_reset(row);
    if (error != NULL || result->broken != NULL) {
        return error;
    }
    const char *text;
    size_t size;
    if (expected > 0 && file_read(arena, head_path(arena, dir), 4096, &text, &size) != NULL) {
        result->broken = "the signed head outside the database (head.signed) is missing";
    } else if (expected > 0 && strcmp(text, head_text(arena, expected, root, signature)) != 0) {
        result->broken =
            arena_printf(arena,
                         "the database ends with checkpoint %lld, which is not the signed head outside it "
                         "(head.signed): an older copy was put back, or checkpoints are missing",
                         (long long)expected);
    }
    return NULL;
}

const struct error *store_verify(struct store *store, struct arena *arena, struct verify_result *ret_result)
{
    struct verify_result result = {0};
    TRY(verify_streams(store, arena, &result));
    if (result.broken == NULL) {
        struct store_reader *reader;
        TRY(store_reader_take(store, &reader));
        const struct error *error = verify_orphans(reader, arena, &result);
        if (error == NULL && result.broken == NULL) {
            error = verify_checkpoints(reader, arena, store_dir(store), &result);
        }
        store_reader_give(reader);
        if (error != NULL) {
            return error;
        }
    }
    if (result.broken == NULL) {
        TRY(looks_verify(arena, arena_printf(arena, "%s/looks.log", store_dir(store)), store_keyring(store),
                         &result.looks, &result.broken));
    }
    *ret_result = result;
    return NULL;
}

/* ---- rebuilding
 * ---------------------------------------------------------------------------------------------------------
 */

static const struct error *clear_projections(struct store *store, struct arena *arena)
{
    static const enum sql clears[] = {SQL_CASE_CLEAR,   SQL_DUTY_CLEAR,  SQL_MEETING_CLEAR,
                                      SQL_ACTION_CLEAR, SQL_TOKEN_CLEAR, SQL_ACCOUNT_CLEAR};
    struct write *write = store_write_new(store, arena);
    for (size_t i = 0; i < sizeof clears / sizeof clears[0]; i++) {
        write_op(write, clears[i], NULL, 0);
    }
    enum error_code code = writer_run(store, write);
    return code == ERROR_NONE ? NULL : error_of(code);
}

/* Persons' streams make only tokens; a case reads its person. One write a batch; a batch that meets a new
 * entry is done again. */
static const struct error *rebuild_batch(struct store *store, struct arena *arena, const struct id *ids,
                                         size_t count, uint64_t *entries)
{
    for (int tries = 0; tries < 10; tries++) {
        struct store_reader *reader;
        struct write *write = store_write_new(store, arena);
        uint64_t read = 0;
        const struct error *error = NULL;
        TRY(store_reader_take(store, &reader));
        for (size_t i = 0; i < count && error == NULL; i++) {
            struct touched *touched = arena_one(arena, struct touched);
            struct stream *stream = arena_one(arena, struct stream);
            error = store_stream_read(reader, arena, ids[i], stream);
            write_expect(write, &stream->head);
            *touched = (struct touched){.next = write->touched, .stream = stream};
            write->touched = touched;
            read += stream->count;
        }
        if (error == NULL) {
            error = projections_refresh(reader, write);
        }
        store_reader_give(reader);
        if (error != NULL) {
            return error;
        }
        enum error_code code = writer_run(store, write);
        if (code == ERROR_NONE) {
            *entries += read;
            return NULL;
        }
        if (code != ERROR_CONFLICT) {
            return error_of(code);
        }
    }
    return error_of(ERROR_BUSY);
}

const struct error *store_rebuild(struct store *store, struct arena *arena, uint64_t *ret_entries)
{
    enum { AT_ONCE = 200 };
    struct id after = {0};
    uint64_t entries = 0;
    TRY(clear_projections(store, arena));
    for (bool more = true; more;) {
        struct id ids[AT_ONCE];
        size_t count = 0;
        const struct error *error = NULL;
        struct store_reader *reader;
        TRY(store_reader_take(store, &reader));
        sqlite3_stmt *row = ASK(&reader->connection, SQL_STREAM_ALL, bind_id(&after), bind_number(AT_ONCE));
        while (next_row(arena, &reader->connection, row, &error)) {
            ids[count++] = column_id(row, 0);
        }
        store_reader_give(reader);
        if (error != NULL) {
            return error;
        }
        struct arena *work = arena_new(KEEP_STREAM_BYTES);
        if (work == NULL || setjmp(*arena_edge(work))) {
            arena_free(work);
            return error_of(ERROR_BUSY);
        }
        error = rebuild_batch(store, work, ids, count, &entries);
        if (error != NULL) {
            error =
                error_new(arena, error->code, "%s", error->detail == NULL ? error->sentence : error->detail);
        }
        arena_free(work);
        if (error != NULL) {
            return error;
        }
        more = count == AT_ONCE;
        if (count > 0) {
            after = ids[count - 1];
        }
    }
    *ret_entries = entries;
    return NULL;
}

/* ---- backups
 * -------------------------------------------------------------------------------------------------------------
 */

/*
 * What goes into the encrypted stream: for each file a line "NAME SIZE\n" and its bytes. The key is not in
 * it.
 */
static const char *const backup_files[] = {"waymark.db", "looks.log", "head.signed"};
enum { BACKUP_FILES = sizeof backup_files / sizeof backup_files[0], BACKUP_PAGES = 1000 };

static const struct error *copy_database(struct arena *arena, struct store *store, const char *path)
{
    struct store_reader *reader;
    TRY(store_reader_take(store, &reader));
    sqlite3 *copy = NULL;
    int result = sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    sqlite3_backup *backup =
        result == SQLITE_OK ? sqlite3_backup_init(copy, "main", reader->connection.db, "main") : NULL;
    if (backup != NULL) {
        do {
            result = sqlite3_backup_step(backup, BACKUP_PAGES);
        } while (result == SQLITE_OK || result == SQLITE_BUSY || result == SQLITE_LOCKED);
        sqlite3_backup_finish(backup);
    }
    sqlite3_close(copy);
    store_reader_give(reader);
    return result == SQLITE_DONE
               ? NULL
               : error_new(arena, ERROR_STORE, "copying the database: %s", sqlite3_errstr(result));
}

static const struct error *pour(struct arena *arena, int from, int to, off_t size)
{
    char *bytes = arena_alloc(arena, 1 << 16);
    while (size > 0) {
        size_t want = size < 1 << 16 ? (size_t)size : 1 << 16;
        ssize_t got = read(from, bytes, want);
        if (got <= 0) {
            return error_new(arena, ERROR_IO, "reading: %s",
                             got < 0 ? strerror(errno) : "the file is cut off");
        }
        for (ssize_t put = 0; put < got;) {
            ssize_t more = write(to, bytes + put, (size_t)(got - put));
            if (more < 0) {
                return error_new(arena, errno == ENOSPC ? ERROR_FULL : ERROR_IO, "writing: %s",
                                 strerror(errno));
            }
            put += more;
        }
        size -= got;
    }
    return NULL;
}

/* Puts the files one after the other into `bundle`. The database is copied last written, so the log covers
 * it. */
static const struct error *bundle_files(struct arena *arena, struct store *store, const char *copy,
                                        int bundle)
{
    for (int i = 0; i < BACKUP_FILES; i++) {
        const char *path = i == 0 ? copy : arena_printf(arena, "%s/%s", store_dir(store), backup_files[i]);
        FD_CLEANUP int file = open(path, O_RDONLY | O_CLOEXEC);
        struct stat status;
        if (file < 0 || fstat(file, &status) != 0) {
            continue; /* no head is signed before the first checkpoint */
        }
        if (dprintf(bundle, "%s %lld\n", backup_files[i], (long long)status.st_size) < 0) {
            return error_new(arena, errno == ENOSPC ? ERROR_FULL : ERROR_IO, "writing: %s", strerror(errno));
        }
        TRY(pour(arena, file, bundle, status.st_size));
    }
    return NULL;
}

static const struct error *seal_bundle(struct arena *arena, struct store *store, const char *bundle,
                                       const char *path)
{
    const char *beside = arena_printf(arena, "%s.new", path);
    FD_CLEANUP int in = open(bundle, O_RDONLY | O_CLOEXEC);
    FD_CLEANUP int out = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (in < 0 || out < 0) {
        return error_new(arena, ERROR_IO, "%s: %s", out < 0 ? beside : bundle, strerror(errno));
    }
    const struct error *error = stream_seal(arena, store_keyring(store), in, out);
    if (error == NULL && (fsync(out) != 0 || rename(beside, path) != 0)) {
        error = error_new(arena, errno == ENOSPC ? ERROR_FULL : ERROR_IO, "%s: %s", path, strerror(errno));
    }
    if (error != NULL) {
        unlink(beside);
    }
    return error;
}

const struct error *store_backup(struct store *store, struct arena *arena, const char *path)
{
    /* a head is signed first, so that what is restored verifies on its own */
    TRY(store_checkpoint(store, arena));
    const char *copy = arena_printf(arena, "%s/backup-%d.db", store_dir(store), (int)getpid());
    const char *bundle = arena_printf(arena, "%s/backup-%d.bundle", store_dir(store), (int)getpid());
    mode_t before = umask(0077);
    int file = open(bundle, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const struct error *error =
        file < 0 ? error_new(arena, ERROR_IO, "%s: %s", bundle, strerror(errno)) : NULL;
    if (error == NULL) {
        error = copy_database(arena, store, copy);
    }
    umask(before);
    if (error == NULL) {
        error = bundle_files(arena, store, copy, file);
    }
    if (file >= 0) {
        close(file);
    }
    if (error == NULL) {
        error = seal_bundle(arena, store, bundle, path);
    }
    unlink(copy);
    unlink(bundle);
    return error;
}

static bool known_file(const char *name)
{
    for (int i = 0; i < BACKUP_FILES; i++) {
        if (strcmp(name, backup_files[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* "NAME SIZE\n"; false at the end. */
static const struct error *read_line(struct arena *arena, int bundle, char *ret_name, long long *ret_size,
                                     bool *ret_more)
{
    char line[100];
    size_t size = 0;
    while (size + 1 < sizeof line && read(bundle, line + size, 1) == 1 && line[size] != '\n') {
        size++;
    }
    *ret_more = size > 0;
    line[size] = '\0';
    if (size == 0) {
        return NULL;
    }
    if (sscanf(line, "%31s %lld", ret_name, ret_size) != 2 || !known_file(ret_name) || *ret_size < 0) {
        return error_new(arena, ERROR_BAD_INPUT, "the backup holds something this program does not know");
    }
    return NULL;
}

static const struct error *unbundle(struct arena *arena, const char *dir, int bundle)
{
    for (;;) {
        char name[32];
        long long size;
        bool more;
        TRY(read_line(arena, bundle, name, &size, &more));
        if (!more) {
            return NULL;
        }
        const char *path = arena_printf(arena, "%s/%s", dir, name);
        FD_CLEANUP int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (file < 0) {
            return error_new(arena, ERROR_IO, "%s: %s", path, strerror(errno));
        }
        TRY(pour(arena, bundle, file, size));
        if (fsync(file) != 0) {
            return error_new(arena, ERROR_IO, "%s: %s", path, strerror(errno));
        }
    }
}

const struct error *store_restore(struct arena *arena, const struct store_options *options, const char *path)
{
    if (file_exists(arena_printf(arena, "%s/waymark.db", options->dir))) {
        return error_new(arena, ERROR_EXISTS, "%s holds a store already: restore into a new folder",
                         options->dir);
    }
    struct keyring *keyring;
    TRY(keyring_open(arena, store_key_path(arena, options), &keyring));
    FD_CLEANUP int in = open(path, O_RDONLY | O_CLOEXEC);
    const struct error *error = in < 0 ? error_new(arena, ERROR_IO, "%s: %s", path, strerror(errno)) : NULL;
    if (error == NULL && mkdir(options->dir, 0700) != 0 && errno != EEXIST) {
        error = error_new(arena, ERROR_IO, "%s: %s", options->dir, strerror(errno));
    }
    const char *bundle = arena_printf(arena, "%s/restore.bundle", options->dir);
    FD_CLEANUP int file = error == NULL ? open(bundle, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    if (error == NULL && file < 0) {
        error = error_new(arena, ERROR_IO, "%s: %s", bundle, strerror(errno));
    }
    if (error == NULL) {
        error = stream_open(arena, keyring, in, file); /* wholly, before anything of it is believed */
    }
    keyring_free(keyring);
    if (error == NULL && lseek(file, 0, SEEK_SET) != 0) {
        error = error_new(arena, ERROR_IO, "%s: %s", bundle, strerror(errno));
    }
    if (error == NULL) {
        error = unbundle(arena, options->dir, file);
    }
    unlink(bundle);
    return error;
}
