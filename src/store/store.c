/*
 * Opening and closing, the pool of readers, the packs that are kept, and the thread that syncs, flushes and
 * signs.
 */
#include "store/writer.h"

#include "base/file.h"
#include "base/must.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READERS = 8, MOST_READERS = 64, PACKS = 64, STORE_BYTES = 1 << 30, KEEPER_BYTES = 256 << 20 };
enum { FLUSH_SECONDS = 60, CHECKPOINT_SECONDS = 300, DRAFT_DAYS = 60, ANSWER_DAYS = 30 };

struct store {
    struct arena *arena;
    const char *dir;
    const char *pack_dir;
    struct keyring *keyring;
    struct writer writer;
    struct store_reader readers[MOST_READERS];
    int reader_count;
    pthread_mutex_t reader_lock;
    pthread_cond_t reader_free;
    const struct pack *packs[PACKS]; /* by number, once loaded */
    pthread_mutex_t pack_lock;
    struct connection
        pack_reader; /* of its own: who loads a pack may hold a reader already. Under pack_lock */
    struct looks *looks;
    struct sessions *sessions;
    pthread_t keeper;
    pthread_mutex_t keeper_lock;
    pthread_cond_t keeper_wake;
    bool keeper_stops;
    atomic_bool written;
};

const struct keyring *store_keyring(const struct store *store)
{
    return store->keyring;
}

const char *store_dir(const struct store *store)
{
    return store->dir;
}

struct looks *store_looks_log(struct store *store)
{
    return store->looks;
}

struct sessions *store_sessions(struct store *store)
{
    return store->sessions;
}

void store_note_written(struct store *store)
{
    atomic_store(&store->written, true);
}

enum error_code writer_run(struct store *store, struct write *write)
{
    return writer_submit(&store->writer, write);
}

/* ---- where things lie
 * ------------------------------------------------------------------------------------------------ */

static const char *database_path(struct arena *arena, const char *dir)
{
    return arena_printf(arena, "%s/waymark.db", dir);
}

const char *store_key_path(struct arena *arena, const struct store_options *options)
{
    if (options->key_path != NULL) {
        return options->key_path;
    }
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    if (credentials != NULL) {
        const char *path = arena_printf(arena, "%s/waymark-key", credentials);
        if (file_exists(path)) {
            return path;
        }
    }
    size_t size = strlen(options->dir);
    while (size > 1 && options->dir[size - 1] == '/') {
        size--;
    }
    return arena_printf(arena, "%.*s.key", (int)size, options->dir);
}

static const struct error *make_folder(struct arena *arena, const char *dir)
{
    for (const char *slash = strchr(dir + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        mkdir(arena_copy_n(arena, dir, (size_t)(slash - dir)), 0755);
    }
    if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
        return error_new(arena, ERROR_IO, "%s: %s", dir, strerror(errno));
    }
    return NULL;
}

const struct error *store_init(struct arena *arena, const struct store_options *options)
{
    const char *database = database_path(arena, options->dir);
    if (file_exists(database)) {
        return error_new(arena, ERROR_EXISTS, "%s holds a store already", options->dir);
    }
    TRY(make_folder(arena, options->dir));
    const char *key = store_key_path(arena, options);
    if (!file_exists(key)) {
        TRY(keyring_create(arena, key));
    }
    struct keyring *keyring;
    TRY(keyring_open(arena, key, &keyring)); /* a key that cannot be used is found before there is data */
    keyring_free(keyring);
    mode_t before = umask(0077);
    struct connection connection;
    const struct error *error = connection_open(arena, database, true, &connection);
    umask(before);
    if (error == NULL) {
        connection_close(&connection);
    }
    return error;
}

/* ---- readers
 * ----------------------------------------------------------------------------------------------------------
 */

const struct error *store_reader_take(struct store *store, struct store_reader **ret_reader)
{
    struct store_reader *reader = NULL;
    pthread_mutex_lock(&store->reader_lock);
    while (reader == NULL) {
        for (int i = 0; i < store->reader_count && reader == NULL; i++) {
            reader = store->readers[i].taken ? NULL : &store->readers[i];
        }
        if (reader == NULL) {
            pthread_cond_wait(&store->reader_free, &store->reader_lock);
        }
    }
    reader->taken = true;
    pthread_mutex_unlock(&store->reader_lock);
    /* one transaction, so that all it reads is of one moment */
    sqlite3_stmt *begin = connection_ask(&reader->connection, SQL_BEGIN_READ, NULL, 0);
    reader->in_transaction = sqlite3_step(begin) == SQLITE_DONE;
    sqlite3_reset(begin);
    *ret_reader = reader;
    return NULL;
}

void store_reader_give(struct store_reader *reader)
{
    for (int i = 0; i < SQL_STATEMENTS; i++) {
        if (sqlite3_stmt_busy(reader->connection.statements[i])) {
            sqlite3_reset(reader->connection.statements[i]);
        }
    }
    if (reader->in_transaction) {
        sqlite3_stmt *end = connection_ask(&reader->connection, SQL_COMMIT, NULL, 0);
        sqlite3_step(end);
        sqlite3_reset(end);
    }
    struct store *store = reader->store;
    pthread_mutex_lock(&store->reader_lock);
    reader->taken = false;
    pthread_cond_signal(&store->reader_free);
    pthread_mutex_unlock(&store->reader_lock);
}

struct connection *reader_connection(struct store_reader *reader)
{
    return &reader->connection;
}

static const struct error *open_readers(struct arena *arena, struct store *store,
                                        const struct store_options *options)
{
    int want = options->readers <= 0             ? READERS
               : options->readers > MOST_READERS ? MOST_READERS
                                                 : options->readers;
    pthread_mutex_init(&store->reader_lock, NULL);
    pthread_cond_init(&store->reader_free, NULL);
    for (int i = 0; i < want; i++) {
        store->readers[i].store = store;
        TRY(connection_open(arena, database_path(arena, store->dir), false, &store->readers[i].connection));
        store->reader_count++;
    }
    return connection_open(arena, database_path(arena, store->dir), false, &store->pack_reader);
}

static void close_readers(struct store *store)
{
    for (int i = 0; i < store->reader_count; i++) {
        connection_close(&store->readers[i].connection);
    }
    connection_close(&store->pack_reader);
    pthread_cond_destroy(&store->reader_free);
    pthread_mutex_destroy(&store->reader_lock);
}

/* ---- packs
 * ------------------------------------------------------------------------------------------------------------
 */

const struct error *store_pack_keep(struct store *store, struct arena *arena, const struct pack *pack,
                                    const char *bundle, size_t size, int *ret_number)
{
    struct write *write = store_write_new(store, arena);
    OP(write, SQL_PACK_INSERT, bind_text(pack->id), bind_text(pack->version),
       bind_blob(pack->hash, HASH_BYTES), bind_blob(bundle, size));
    enum error_code code = writer_run(store, write);
    if (code != ERROR_NONE) {
        return error_of(code);
    }
    struct store_reader *reader;
    const struct error *error = NULL;
    TRY(store_reader_take(store, &reader));
    sqlite3_stmt *row = ASK(&reader->connection, SQL_PACK_NUMBER, bind_blob(pack->hash, HASH_BYTES));
    if (next_row(arena, &reader->connection, row, &error)) {
        *ret_number = sqlite3_column_int(row, 0);
    } else if (error == NULL) {
        error = error_new(arena, ERROR_STORE, "the pack was not kept");
    }
    store_reader_give(reader);
    return error;
}

static const struct error *load_pack(struct store *store, struct arena *arena, int number,
                                     const struct pack **ret_pack)
{
    const struct error *error = NULL;
    size_t size = 0;
    const char *bundle = NULL;
    sqlite3_stmt *row = ASK(&store->pack_reader, SQL_PACK_BUNDLE, bind_number(number));
    if (next_row(arena, &store->pack_reader, row, &error)) {
        bundle = column_blob(store->arena, row, 0, &size);
        sqlite3_reset(row);
    } else if (error == NULL) {
        error = error_new(arena, ERROR_STORE, "pack version %d is not kept", number);
    }
    if (error != NULL) {
        return error;
    }
    const struct pack_fault *faults;
    size_t fault_count = 0;
    error = pack_load_bundle(store->arena, bundle, size, store->pack_dir == NULL ? "." : store->pack_dir,
                             ret_pack, &faults, &fault_count);
    if (error != NULL && fault_count > 0) {
        return error_new(arena, ERROR_PACK, "pack version %d: %s:%d: %s", number, faults[0].file,
                         faults[0].line, faults[0].text);
    }
    return error;
}

const struct error *store_pack(struct store *store, struct arena *arena, int number,
                               const struct pack **ret_pack)
{
    if (number < 1 || number >= PACKS) {
        return error_new(arena, ERROR_STORE, "pack version %d is not kept", number);
    }
    const struct error *error = NULL;
    pthread_mutex_lock(&store->pack_lock);
    if (store->packs[number] == NULL) {
        error = load_pack(store, arena, number, &store->packs[number]);
    }
    *ret_pack = store->packs[number];
    pthread_mutex_unlock(&store->pack_lock);
    return error;
}

/* ---- the keeper: once a second
 * -------------------------------------------------------------------------------------- */

static void keep(struct store *store, struct arena *arena, unsigned second)
{
    looks_sync(store->looks);
    if (setjmp(*arena_edge(arena))) {
        arena_reset(arena); /* short of memory: next time */
        return;
    }
    if (second % FLUSH_SECONDS == 0) {
        sessions_flush(store, arena);
    }
    if (second % CHECKPOINT_SECONDS == 0 && atomic_load(&store->written) &&
        store_checkpoint(store, arena) == NULL) {
        atomic_store(&store->written, false);
    }
    arena_reset(arena);
}

static void *keeper_thread(void *context)
{
    struct store *store = context;
    struct arena *arena = arena_new(KEEPER_BYTES);
    must(arena != NULL);
    pthread_mutex_lock(&store->keeper_lock);
    for (unsigned second = 1; !store->keeper_stops; second++) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec++;
        while (!store->keeper_stops &&
               pthread_cond_timedwait(&store->keeper_wake, &store->keeper_lock, &until) != ETIMEDOUT) {
        }
        if (!store->keeper_stops) {
            pthread_mutex_unlock(&store->keeper_lock);
            keep(store, arena, second);
            pthread_mutex_lock(&store->keeper_lock);
        }
    }
    pthread_mutex_unlock(&store->keeper_lock);
    arena_free(arena);
    return NULL;
}

static const struct error *start_keeper(struct arena *arena, struct store *store)
{
    pthread_condattr_t steady;
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_mutex_init(&store->keeper_lock, NULL);
    pthread_cond_init(&store->keeper_wake, &steady);
    pthread_condattr_destroy(&steady);
    if (pthread_create(&store->keeper, NULL, keeper_thread, store) != 0) {
        return error_new(arena, ERROR_BUSY, "no thread for the keeper");
    }
    return NULL;
}

/* ---- opening and closing
 * --------------------------------------------------------------------------------------------- */

static void prune(struct store *store, struct arena *arena)
{
    int64_t now = clock_now().ms;
    struct write *write = store_write_new(store, arena);
    OP(write, SQL_DRAFT_PRUNE, bind_number(now - (int64_t)DRAFT_DAYS * MS_PER_DAY));
    OP(write, SQL_ANSWER_PRUNE, bind_number(now - (int64_t)ANSWER_DAYS * MS_PER_DAY));
    OP(write, SQL_SESSION_PRUNE, bind_number(now));
    (void)writer_run(store, write); /* old drafts may wait for the next opening */
}

static const struct error *open_parts(struct arena *arena, struct store *store,
                                      const struct store_options *options)
{
    TRY(keyring_open(arena, store_key_path(arena, options), &store->keyring));
    TRY(looks_open(store->arena, arena_printf(arena, "%s/looks.log", store->dir), store->keyring,
                   &store->looks));
    const struct error *error = writer_start(arena, &store->writer, database_path(arena, store->dir));
    if (error != NULL) {
        looks_close(store->looks);
        return error;
    }
    error = open_readers(arena, store, options);
    if (error == NULL) {
        error = start_keeper(arena, store);
    }
    if (error != NULL) {
        close_readers(store);
        writer_stop(&store->writer);
        looks_close(store->looks);
    }
    return error;
}

const struct error *store_open(struct arena *arena, const struct store_options *options,
                               struct store **ret_store)
{
    if (!file_exists(database_path(arena, options->dir))) {
        return error_new(arena, ERROR_IO, "%s holds no store: make one with waymark init", options->dir);
    }
    struct arena *own = arena_new(STORE_BYTES);
    if (own == NULL) {
        return error_of(ERROR_BUSY);
    }
    struct store *store = arena_one(own, struct store);
    store->arena = own;
    store->dir = arena_copy(own, options->dir);
    store->pack_dir = options->pack_dir == NULL ? NULL : arena_copy(own, options->pack_dir);
    pthread_mutex_init(&store->pack_lock, NULL);
    store->sessions = sessions_new(own);
    const struct error *error = open_parts(arena, store, options);
    if (error != NULL) {
        keyring_free(store->keyring);
        arena_free(own);
        return error;
    }
    prune(store, arena);
    *ret_store = store;
    return NULL;
}

void store_close(struct store *store)
{
    pthread_mutex_lock(&store->keeper_lock);
    store->keeper_stops = true;
    pthread_cond_signal(&store->keeper_wake);
    pthread_mutex_unlock(&store->keeper_lock);
    pthread_join(store->keeper, NULL);
    struct arena *arena = arena_new(KEEPER_BYTES);
    if (arena != NULL && !setjmp(*arena_edge(arena))) {
        sessions_flush(store, arena);
        if (atomic_load(&store->written)) {
            (void)!store_checkpoint(store, arena); /* the next opening signs what this one could not */
        }
    }
    arena_free(arena);
    close_readers(store);
    writer_stop(&store->writer);
    looks_close(store->looks);
    keyring_free(store->keyring);
    pthread_cond_destroy(&store->keeper_wake);
    pthread_mutex_destroy(&store->keeper_lock);
    pthread_mutex_destroy(&store->pack_lock);
    arena_free(store->arena);
}
