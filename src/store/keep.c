/*
 * Checkpoints: each lists the heads of the streams that moved since the one before it; its root covers that
 * list, the root before and its own number and time, and is signed. So a stream that was cut, taken out or
 * put back to an older state shows; and the signed head outside the store names the last of them, so that a
 * whole older store shows too.
 */
#include "store/db.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

void root_begin(struct hasher *hasher, int64_t number, int64_t made_at,
                const uint8_t previous[static HASH_BYTES])
{
    hash_begin(hasher);
    hash_text(hasher, "waymark-checkpoint-1");
    hash_number(hasher, number);
    hash_number(hasher, made_at);
    hash_bytes(hasher, previous, HASH_BYTES);
}

void root_add(struct hasher *hasher, const struct head_row *head)
{
    hash_bytes(hasher, head->stream.bytes, ID_BYTES);
    hash_number(hasher, (int64_t)head->seq);
    hash_bytes(hasher, head->hash, HASH_BYTES);
}

const struct error *last_checkpoint(struct store_reader *reader, struct arena *arena, int64_t *ret_number,
                                    uint8_t ret_root[static HASH_BYTES])
{
    const struct error *error = NULL;
    *ret_number = 0;
    memset(ret_root, 0, HASH_BYTES);
    sqlite3_stmt *row = connection_ask(&reader->connection, SQL_CHECKPOINT_LAST, NULL, 0);
    if (next_row(arena, &reader->connection, row, &error)) {
        *ret_number = sqlite3_column_int64(row, 0);
        column_bytes(row, 1, ret_root, HASH_BYTES);
        sqlite3_reset(row);
    }
    return error;
}

const struct error *head_is_held(struct store_reader *reader, struct arena *arena,
                                 const struct signed_head *head, bool *ret_held)
{
    const struct error *error = NULL;
    uint8_t root[HASH_BYTES];
    *ret_held = head->checkpoint == 0;
    if (!*ret_held) {
        sqlite3_stmt *row = ASK(&reader->connection, SQL_CHECKPOINT_ROOT, bind_number(head->checkpoint));
        *ret_held = next_row(arena, &reader->connection, row, &error) &&
                    column_bytes(row, 0, root, HASH_BYTES) && hash_equal(root, head->root);
        sqlite3_reset(row);
    }
    return error;
}

/* ---- one at a time, over all processes
 * --------------------------------------------------------------------------- */

struct alone {
    const struct error *(*work)(void *context);
    void *context;
    const struct error *error;
};

static void work_guarded(void *context)
{
    struct alone *alone = context;
    alone->error = alone->work(alone->context);
}

const struct error *store_alone(struct store *store, struct arena *arena, const char *name,
                                const struct error *(*work)(void *context), void *context)
{
    struct alone alone = {work, context, NULL};
    const char *path = arena_printf(arena, "%s/%s", store_dir(store), name);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0 || flock(lock, LOCK_EX) != 0) {
        const struct error *error = error_new(arena, ERROR_IO, "%s: %s", path, strerror(errno));
        file_close_cleanup(&lock);
        return error;
    }
    bool whole = arena_guard(arena, work_guarded, &alone);
    close(lock);
    if (!whole) {
        arena_run_out(arena);
    }
    return alone.error;
}

/* ---- the heads that moved
 * ------------------------------------------------------------------------------------- */

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

static const struct error *sign_moved(struct store *store, struct arena *arena)
{
    struct store_reader *reader;
    int64_t number;
    uint8_t *root = arena_alloc(arena, HASH_BYTES);
    uint8_t *signature = arena_alloc(arena, SIGNATURE_BYTES);
    struct head_row *heads = NULL;
    size_t count = 0;
    TRY(store_reader_take(store, &reader));
    const struct error *error = last_checkpoint(reader, arena, &number, root);
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
    TRY(sign(store_keyring(store), root, signature));
    OP(write, SQL_CHECKPOINT_INSERT, bind_number(number), bind_number(made_at), bind_blob(root, HASH_BYTES),
       bind_blob(signature, SIGNATURE_BYTES));
    enum error_code code = writer_run(store, write);
    /* another process signed first: its checkpoint covers what was there */
    return code == ERROR_NONE || code == ERROR_EXISTS ? NULL : error_of(code);
}

/* ---- the head outside
 * ----------------------------------------------------------------------------------------- */

struct head_work {
    struct store *store;
    struct arena *arena;
    bool renew;
};

/*
 * A head is only ever followed by one of a store that holds what it says. So an older copy that was put back
 * and served again does not cover its own traces.
 */
static const struct error *follow_head(void *context)
{
    const struct head_work *work = context;
    struct store *store = work->store;
    struct arena *arena = work->arena;
    struct store_reader *reader;
    struct signed_head before = {0};
    struct signed_head head = {.made_at = clock_now().ms};
    bool held = true;
    if (!work->renew) {
        TRY(head_read(arena, store_keyring(store), store_head_path(store), &before));
    }
    TRY(looks_mark(store_looks_log(store), &head.looks));
    TRY(store_reader_take(store, &reader));
    const struct error *error = last_checkpoint(reader, arena, &head.checkpoint, head.root);
    if (error == NULL && !work->renew) {
        error = head_is_held(reader, arena, &before, &held);
    }
    store_reader_give(reader);
    TRY(error);
    if (!held || (!work->renew && !looks_hold(store_looks_log(store), &before.looks))) {
        return error_new(arena, ERROR_BROKEN_SEAL,
                         "the store does not hold what the signed head %s says: waymark verify",
                         store_head_path(store));
    }
    if (!work->renew && head.checkpoint == before.checkpoint && head.looks.size == before.looks.size) {
        return NULL;
    }
    return head_write(arena, store_keyring(store), store_head_path(store), &head);
}

static const struct error *follow_head_alone(struct store *store, struct arena *arena, bool renew)
{
    struct head_work work = {store, arena, renew};
    /* the last to write has read the last */
    return store_alone(store, arena, "head.lock", follow_head, &work);
}

const struct error *store_checkpoint(struct store *store, struct arena *arena)
{
    TRY(sign_moved(store, arena));
    return follow_head_alone(store, arena, false);
}

const struct error *store_head_renew(struct store *store, struct arena *arena)
{
    TRY(sign_moved(store, arena));
    return follow_head_alone(store, arena, true);
}
