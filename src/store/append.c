/*
 * Streams: beginning them, chaining and sealing what is added. The hash of an entry covers the one before it,
 * its header and its sealed body, never the plain text, so the chain still verifies when the key of the
 * record is gone.
 */
#include "store/db.h"

#include "base/must.h"
#include "record/decode.h"

#include <string.h>

void chain_hash(const uint8_t previous[static HASH_BYTES], const struct stored *stored,
                uint8_t ret_hash[static HASH_BYTES])
{
    struct hasher hasher;
    hash_begin(&hasher);
    hash_text(&hasher, "waymark-entry-1");
    hash_bytes(&hasher, previous, HASH_BYTES);
    hash_bytes(&hasher, stored->stream.bytes, ID_BYTES);
    hash_number(&hasher, stored->kind);
    hash_number(&hasher, (int64_t)stored->seq);
    hash_bytes(&hasher, stored->id.bytes, ID_BYTES);
    hash_number(&hasher, stored->pack);
    hash_text(&hasher, stored->type);
    hash_number(&hasher, stored->occurred_at);
    hash_number(&hasher, stored->day_only);
    hash_number(&hasher, stored->recorded_at);
    hash_bytes(&hasher, stored->author.bytes, ID_BYTES);
    hash_text(&hasher, stored->agency);
    hash_text(&hasher, stored->label);
    hash_field(&hasher, stored->body, stored->body_size);
    hash_end(&hasher, ret_hash);
}

struct id stream_id_beside(enum stream_kind kind, struct id record)
{
    struct hasher hasher;
    uint8_t hash[HASH_BYTES];
    struct id id;
    hash_begin(&hasher);
    hash_text(&hasher, "beside");
    hash_number(&hasher, kind);
    hash_field(&hasher, record.bytes, ID_BYTES);
    hash_end(&hasher, hash);
    memcpy(id.bytes, hash, ID_BYTES);
    return id;
}

const struct error *store_stream_new_beside(struct store *store, struct arena *arena, enum stream_kind kind,
                                            struct id record, struct stream *ret_stream)
{
    struct stream stream = {.head = {.id = stream_id_beside(kind, record), .kind = kind}, .is_new = true};
    TRY(record_key_new(arena, store_keyring(store), stream.head.id, &stream.key, stream.wrapped));
    *ret_stream = stream;
    return NULL;
}

const struct error *store_stream_new(struct store *store, struct arena *arena, enum stream_kind kind,
                                     int pack, struct stream *ret_stream)
{
    struct stream stream = {.head = {.id = id_new(), .kind = kind, .pack = pack}, .is_new = true};
    if (pack != 0) {
        TRY(store_pack(store, arena, pack, &stream.pack));
    }
    TRY(record_key_new(arena, store_keyring(store), stream.head.id, &stream.key, stream.wrapped));
    *ret_stream = stream;
    return NULL;
}

struct write *store_write_new(struct store *store, struct arena *arena)
{
    struct write *write = arena_one(arena, struct write);
    write->store = store;
    write->arena = arena;
    write->work = arena;
    return write;
}

void store_write_expect(struct write *write, const struct stream *stream)
{
    write_expect(write, &stream->head);
}

/* The first time a write touches a stream: what it was read as must still be so. */
static void touch(struct write *write, struct stream *stream)
{
    for (const struct touched *touched = write->touched; touched != NULL; touched = touched->next) {
        if (touched->stream == stream) {
            return;
        }
    }
    struct touched *touched = arena_one(write->arena, struct touched);
    *touched = (struct touched){.next = write->touched, .stream = stream};
    write->touched = touched;
    write_expect(write, &stream->head);
    if (stream->is_new) {
        OP(write, SQL_STREAM_KEY_INSERT,
           bind_blob(arena_copy_n(write->arena, stream->head.id.bytes, ID_BYTES), ID_BYTES),
           bind_number(stream->head.kind), bind_number(stream->head.pack),
           bind_blob(stream->wrapped, WRAPPED_KEY_BYTES));
        stream->is_new = false;
    }
}

const struct entry *store_write_entry(struct write *write, struct stream *stream, const struct entry *entry)
{
    must(entry->type != NULL && entry->agency != NULL && entry->label != NULL);
    touch(write, stream);
    struct arena *arena = write->arena;
    struct entry *added = arena_one(arena, struct entry);
    *added = *entry;
    added->seq = stream->head.seq + 1;
    added->pack = stream->pack;
    if (id_is_zero(added->id)) {
        added->id = id_new();
    }
    const void *plain;
    size_t plain_size;
    entry_encode(arena, added, &plain, &plain_size);
    struct stored *stored = arena_one(arena, struct stored);
    *stored = (struct stored){
        .stream = stream->head.id,
        .kind = stream->head.kind,
        .seq = added->seq,
        .id = added->id,
        .pack = stream->head.pack,
        .type = added->type->id,
        .occurred_at = added->occurred.start.ms,
        .day_only = added->occurred.day_only,
        .recorded_at = added->recorded_at.ms,
        .author = added->recorded_by,
        .agency = added->agency,
        .label = added->label,
    };
    struct seal_place place = {stored->stream, stored->seq, stored->type,
                               stream->pack == NULL ? NULL : stream->pack->hash};
    body_seal(arena, stream->key, &place, plain, plain_size, &stored->body, &stored->body_size);
    uint8_t *hash = arena_alloc(arena, HASH_BYTES);
    chain_hash(stream->head.hash, stored, hash);
    OP(write, SQL_ENTRY_INSERT, bind_id(&stored->stream), bind_number((int64_t)stored->seq),
       bind_id(&stored->id), bind_number(stored->pack), bind_text(stored->type),
       bind_number(stored->occurred_at), bind_number(stored->day_only), bind_number(stored->recorded_at),
       bind_id(&stored->author), bind_text(stored->agency), bind_text(stored->label),
       bind_blob(stored->body, stored->body_size), bind_blob(hash, HASH_BYTES));
    stream->head.seq = stored->seq;
    memcpy(stream->head.hash, hash, HASH_BYTES);
    size_t room = stream->count; /* a stream as read is full: adding to it makes a larger copy */
    stream_add(arena, stream, added, &room);
    return added;
}

const struct error *store_write_move(struct write *write, struct stream *stream, int pack,
                                     const struct entry *entry, const struct entry **ret_entry)
{
    must(strcmp(entry->type->id, MOVED_TYPE) == 0 && !stream->is_new);
    touch(write, stream);
    TRY(store_pack(write->store, write->arena, pack, &stream->pack));
    stream->head.pack = pack;
    *ret_entry = store_write_entry(write, stream, entry);
    return NULL;
}

/* What the lists should be is added to the write, and the write handed in. */
static const struct error *commit_once(struct write *write, enum error_code *ret_code)
{
    struct store_reader *reader;
    TRY(store_reader_take(write->store, &reader));
    const struct error *error = projections_refresh(reader, write);
    store_reader_give(reader);
    TRY(error);
    *ret_code = writer_run(write->store, write);
    return NULL;
}

const struct error *store_commit(struct write *write)
{
    enum { TRIES = 50 };
    enum error_code code = ERROR_CONFLICT;
    struct op *last = write->last;
    struct expected *expected = write->expected;
    write->lists_moved = true;
    for (int i = 0; i < TRIES && code == ERROR_CONFLICT && write->lists_moved; i++) {
        write->expected = expected;
        write->last = last;
        *(last == NULL ? &write->first : &last->next) = NULL;
        TRY(commit_once(write, &code));
    }
    if (code == ERROR_NONE) {
        store_note_written(write->store);
        if (write->destroyed != NULL) {
            disposed_finish(write->store, write->arena, write->destroyed);
        }
        return NULL;
    }
    return error_of(code);
}
