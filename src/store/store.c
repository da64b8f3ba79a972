/* Where the files of a store lie, opening and closing it, and the packs that are kept. */
#include "store/keeper.h"
#include "store/readers.h"
#include "store/writer.h"

#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FEW_PACKS = 16, STORE_BYTES = 1 << 30 };

struct store {
    struct arena *arena;
    const char *dir;
    const char *head_path;
    const char *pack_dir;
    const struct keyring *keyring;
    struct keyring *own_keyring; /* NULL: the caller's */
    struct writer writer;
    struct readers readers;
    const struct pack **packs; /* by number, once loaded. Under pack_lock */
    size_t pack_room;
    pthread_mutex_t pack_lock;
    struct connection
        pack_reader; /* of its own: who loads a pack may hold a reader already. Under pack_lock */
    struct looks *looks;
    struct held *held;
    struct sessions *sessions;
    struct uses *uses;
    struct keeper keeper;
};

const struct keyring *store_keyring(const struct store *store)
{
    return store->keyring;
}

const char *store_head_path(const struct store *store)
{
    return store->head_path;
}

const char *store_dir(const struct store *store)
{
    return store->dir;
}

struct held *store_held(const struct store *store)
{
    return store->held;
}

struct looks *store_looks_log(struct store *store)
{
    return store->looks;
}

struct readers *store_readers(struct store *store)
{
    return &store->readers;
}

struct keeper *store_keeper(struct store *store)
{
    return &store->keeper;
}

struct sessions *store_sessions(struct store *store)
{
    return store->sessions;
}

struct uses **store_uses(struct store *store)
{
    return &store->uses;
}

enum error_code writer_run(struct store *store, struct write *write)
{
    return writer_submit(&store->writer, write);
}

/* ---- where things lie
 * ------------------------------------------------------------------------------------------------ */

const char *database_path(struct arena *arena, const char *dir)
{
    return arena_printf(arena, "%s/waymark.db", dir);
}

static const char *beside_folder(struct arena *arena, const char *dir, const char *what)
{
    size_t size = strlen(dir);
    while (size > 1 && dir[size - 1] == '/') {
        size--;
    }
    return arena_printf(arena, "%.*s.%s", (int)size, dir, what);
}

static const char *key_source(struct arena *arena, const struct store_options *options)
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
    return beside_folder(arena, options->dir, "key");
}

/* NAME.keystore for a key NAME.key, where there is one. */
static const char *beside_key(struct arena *arena, const char *key)
{
    static const char end[] = ".key";
    size_t size = key == NULL ? 0 : strlen(key);
    if (size < sizeof end || strcmp(key + size - (sizeof end - 1), end) != 0) {
        return NULL;
    }
    const char *path = arena_printf(arena, "%sstore", key);
    return file_exists(path) ? path : NULL;
}

struct key_place store_key_place(struct arena *arena, const struct store_options *options)
{
    const char *keystore = options->keystore_path;
    if (keystore == NULL) {
        keystore = getenv("WAYMARK_KEYSTORE");
    }
    if (keystore == NULL || keystore[0] == '\0') {
        keystore = beside_key(arena, options->key_path);
    }
    if (keystore == NULL) {
        keystore = beside_folder(arena, options->dir, "keystore");
    }
    return (struct key_place){.source = key_source(arena, options), .keystore = keystore};
}

const char *store_head_path_of(struct arena *arena, const struct store_options *options)
{
    return options->head_path != NULL ? options->head_path : beside_folder(arena, options->dir, "head");
}

const struct error *make_folder(struct arena *arena, const char *dir)
{
    for (const char *slash = strchr(dir + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        mkdir(arena_copy_n(arena, dir, (size_t)(slash - dir)), 0755);
    }
    if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
        return error_new(arena, errno == ENOSPC ? ERROR_FULL : ERROR_IO, "%s: %s", dir, strerror(errno));
    }
    return file_sync_folder(arena, dir); /* a power cut must not take the folder with all that is in it */
}

/* There is a head from the beginning, so that one that is missing means something. */
static const struct error *begin_head(struct arena *arena, const struct key_place *place, const char *path)
{
    struct keyring *keyring;
    struct signed_head head = {.made_at = clock_now().ms, .looks = {.size = 0, .hash = "-"}};
    if (file_exists(path) && !head_is_blank(arena, path)) {
        return NULL; /* of an init that was cut short: find_remains looked at it */
    }
    TRY(keyring_open(arena, place, &keyring));
    const struct error *error = head_write(arena, keyring, path, &head);
    if (error != NULL) {
        (void)unlink(path); /* half of one would be taken for what is left of a store */
    }
    keyring_free(keyring);
    return error;
}

/* Of a store that is gone the head is the only witness, so none is written over that says of more than an
 * init that was cut short. */
static const struct error *read_remaining_head(struct arena *arena, const struct key_place *place,
                                               const char *dir, const char *path)
{
    struct keyring *keyring;
    struct signed_head head = {0};
    const struct error *error = keyring_open(arena, place, &keyring);
    if (error != NULL) {
        return error_new(arena, error->code,
                         "%s is a keystore already, and does not open (%s). Nothing was changed. Put its "
                         "master key back, or give --data another folder for a new store",
                         place->keystore, error->detail == NULL ? error->sentence : error->detail);
    }
    if (file_exists(path) && !head_is_blank(arena, path)) {
        error = head_read(arena, keyring, path, &head);
    }
    keyring_free(keyring);
    if (error != NULL && error->code != ERROR_BROKEN_SEAL) {
        return error;
    }
    if (error != NULL || head.checkpoint > 0 || head.looks.size > 0) {
        return error_new(
            arena, ERROR_EXISTS,
            "%s is the signed head of a store, and %s does not hold it. Nothing was changed. Bring "
            "the folder back, or restore a backup; for a new store give --data another folder",
            path, dir);
    }
    return NULL;
}

/* What is left of a store that is gone is left alone, and said before anything is made. */
static const struct error *find_remains(struct arena *arena, const struct store_options *options,
                                        const struct key_place *place)
{
    static const char *const files[] = {"looks.log", "waymark.db-wal"};
    const char *head = store_head_path_of(arena, options);
    if (file_exists(database_path(arena, options->dir))) {
        return error_new(arena, ERROR_EXISTS, "%s holds a store already", options->dir);
    }
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (file_exists(arena_printf(arena, "%s/%s", options->dir, files[i]))) {
            return error_new(
                arena, ERROR_EXISTS,
                "%s holds %s of a store whose waymark.db is gone. Nothing was changed. Bring that "
                "file back, or restore a backup; for a new store give --data another folder",
                options->dir, files[i]);
        }
    }
    if (file_exists(place->keystore)) {
        return read_remaining_head(arena, place, options->dir, head);
    }
    if (file_exists(head) && !head_is_blank(arena, head)) {
        return error_new(
            arena, ERROR_EXISTS,
            "%s is the signed head of a store, and its keystore %s is gone. Nothing was changed. "
            "Bring back both folder and keystore; for a new store give --data another folder",
            head, place->keystore);
    }
    return NULL;
}

const struct error *store_keys_ready(struct arena *arena, const struct store_options *options)
{
    struct key_place place = store_key_place(arena, options);
    const char *database = database_path(arena, options->dir);
    return file_exists(place.keystore) || !file_exists(database) ? NULL
                                                                 : upgrade_keystore(arena, &place, database);
}

/* What could not be made whole is no store: init is asked for again. */
static void take_away(struct arena *arena, const char *database)
{
    static const char *const ends[] = {"-wal", "-shm",
                                       ""}; /* a log by itself would be what is left of a store */
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        (void)unlink(arena_printf(arena, "%s%s", database, ends[i]));
    }
}

const struct error *store_init(struct arena *arena, const struct store_options *options)
{
    const char *database = database_path(arena, options->dir);
    struct key_place place = store_key_place(arena, options);
    TRY(find_remains(arena, options, &place));
    TRY(make_folder(arena, options->dir));
    if (!file_exists(place.keystore)) {
        TRY(keyring_create(arena, &place, clock_now()));
    }
    /* keys that cannot be used are found here, before there is data */
    /* before the database: killed between, init is asked for again */
    TRY(begin_head(arena, &place, store_head_path_of(arena, options)));
    mode_t before = umask(0077);
    struct connection connection;
    const struct error *error = connection_open(arena, database, true, &connection);
    umask(before);
    if (error != NULL) {
        take_away(arena, database);
        return error;
    }
    connection_close(&connection);
    return NULL;
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

/* Under the lock of the packs, so nothing here may abandon the work: all is of the store's own arena. */
static const struct error *load_pack(struct store *store, int number, const struct pack **ret_pack)
{
    struct arena *arena = store->arena;
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
    error = pack_load_bundle(arena, bundle, size, store->pack_dir == NULL ? "." : store->pack_dir, ret_pack,
                             &faults, &fault_count);
    if (error != NULL && fault_count > 0) {
        return error_new(arena, ERROR_PACK, "pack version %d: %s:%d: %s", number, faults[0].file,
                         faults[0].line, faults[0].text);
    }
    return error;
}

struct pack_wanted {
    struct store *store;
    int number;
    const struct error *error;
};

static const struct pack *loaded_pack(const struct store *store, int number)
{
    return number > 0 && (size_t)number < store->pack_room ? store->packs[number] : NULL;
}

static void load_wanted(void *context)
{
    struct pack_wanted *wanted = context;
    struct store *store = wanted->store;
    const struct pack *pack = NULL;
    wanted->error = load_pack(store, wanted->number, &pack);
    if (wanted->error != NULL) {
        return;
    }
    size_t at = (size_t)wanted->number; /* kept, so above 0 */
    if (at >= store->pack_room) {
        size_t room = at < FEW_PACKS ? FEW_PACKS : 2 * at;
        store->packs = arena_grow(store->arena, store->packs, store->pack_room, room, sizeof(struct pack *));
        store->pack_room = room;
    }
    store->packs[at] = pack;
}

const struct error *store_pack(struct store *store, struct arena *arena, int number,
                               const struct pack **ret_pack)
{
    struct pack_wanted wanted = {store, number, NULL};
    pthread_mutex_lock(&store->pack_lock);
    if (loaded_pack(store, number) == NULL && !arena_guard(store->arena, load_wanted, &wanted)) {
        connection_rest(&store->pack_reader);
        wanted.error = error_of(ERROR_BUSY);
    }
    *ret_pack = loaded_pack(store, number);
    pthread_mutex_unlock(&store->pack_lock);
    /* the store's memory may go before the error is shown */
    return wanted.error == NULL || wanted.error->detail == NULL
               ? wanted.error
               : error_new(arena, wanted.error->code, "%s", wanted.error->detail);
}

/* ---- opening and closing
 * --------------------------------------------------------------------------------------------- */

static const struct error *open_keys(struct arena *arena, struct store *store,
                                     const struct store_options *options)
{
    store->keyring = options->keyring;
    if (store->keyring == NULL) {
        TRY(store_keys_ready(arena, options));
        struct key_place place = store_key_place(arena, options);
        TRY(keyring_open(arena, &place, &store->own_keyring));
        store->keyring = store->own_keyring;
    }
    return NULL;
}

static void give_all(void)
{
    store_readers_give(0);
}

struct opening {
    struct arena *arena; /* the caller's */
    struct arena *own;
    const struct store_options *options;
    const char *head_path;
    struct store *store;
    const struct error *error;
};

static void make_store(void *context)
{
    struct opening *opening = context;
    struct arena *own = opening->own;
    const struct store_options *options = opening->options;
    struct store *store = arena_one(own, struct store);
    store->arena = own;
    store->dir = arena_copy(own, options->dir);
    store->head_path = arena_copy(own, opening->head_path);
    store->pack_dir = options->pack_dir == NULL ? NULL : arena_copy(own, options->pack_dir);
    store->sessions = sessions_new(own);
    store->held = held_new(own);
    keeper_init(&store->keeper, store);
    readers_init(&store->readers);
    pthread_mutex_init(&store->pack_lock, NULL);
    opening->store = store;
}

static const struct error *open_parts(const struct opening *opening)
{
    struct arena *arena = opening->arena;
    struct store *store = opening->store;
    const char *looks = arena_printf(arena, "%s/looks.log", store->dir);
    TRY(open_keys(arena, store, opening->options));
    TRY(looks_open(store->arena, arena, looks, store->keyring, &store->looks));
    TRY(file_sync_folder(arena, looks));
    TRY(writer_start(arena, &store->writer, database_path(arena, store->dir)));
    TRY(readers_open(arena, store, opening->options->readers));
    TRY(connection_open(arena, database_path(arena, store->dir), false, &store->pack_reader));
    TRY(keeper_start(arena, &store->keeper));
    keeper_prune(store, arena);
    TRY(uses_open(store, store->arena, arena));
    TRY(disposed_settle(store, arena));
    TRY(upgrade_kept(store, arena));
    return rebuild_unfinished(store, arena);
}

static void open_guarded(void *context)
{
    struct opening *opening = context;
    opening->error = open_parts(opening);
}

/* Memory may run out in that of the caller or in that of the store. */
static void open_all(void *context)
{
    struct opening *opening = context;
    if (!arena_guard(opening->own, open_guarded, opening)) {
        give_all();
        opening->error = error_of(ERROR_BUSY);
    }
}

/* All that was opened of it so far. */
static void give_back(struct store *store)
{
    keeper_stop(&store->keeper);
    readers_close(&store->readers);
    connection_close(&store->pack_reader);
    writer_stop(&store->writer);
    if (store->looks != NULL) {
        looks_close(store->looks);
    }
    held_free(store->held);
    keyring_free(store->own_keyring);
    readers_free(&store->readers);
    keeper_free(&store->keeper);
    pthread_mutex_destroy(&store->pack_lock);
    arena_free(store->arena);
}

const struct error *store_open(struct arena *arena, const struct store_options *options,
                               struct store **ret_store)
{
    if (!file_exists(database_path(arena, options->dir))) {
        return error_new(arena, ERROR_IO, "%s holds no store: make one with waymark init", options->dir);
    }
    struct opening opening = {
        .arena = arena, .options = options, .head_path = store_head_path_of(arena, options)};
    opening.own = arena_new(STORE_BYTES);
    if (opening.own == NULL || !arena_guard(opening.own, make_store, &opening)) {
        arena_free(opening.own);
        return error_of(ERROR_BUSY);
    }
    arena_on_run_out(give_all);
    bool whole = arena_guard(arena, open_all, &opening);
    if (!whole) {
        give_all();
    }
    if (!whole || opening.error != NULL) {
        give_back(opening.store);
    }
    if (!whole) {
        arena_run_out(arena);
    }
    TRY(opening.error);
    *ret_store = opening.store;
    return NULL;
}

void store_close(struct store *store)
{
    keeper_stop(&store->keeper);
    struct arena *arena = arena_new(KEEPER_BYTES);
    if (arena != NULL && !setjmp(*arena_edge(arena))) {
        sessions_flush(store, arena);
        uses_flush(store, arena);
        keeper_sign(store, arena); /* the next opening signs what this one could not */
    }
    arena_free(arena);
    give_back(store);
}
