/* Streams: reading them back, from what is held of them or from their rows. */
#include "store/db.h"

#include "record/decode.h"
#include "record/image.h"

#include <string.h>

/* Texts point into the row, valid until the next step. */
static void stored_of_row(struct arena *arena, sqlite3_stmt *row, const struct stream_head *head,
                          struct stored *ret_stored)
{
    *ret_stored = (struct stored){
        .stream = head->id,
        .kind = head->kind,
        .seq = (uint64_t)sqlite3_column_int64(row, 0),
        .id = column_id(row, 1),
        .pack = sqlite3_column_int64(row, 2),
        .type = column_text_here(arena, row, 3),
        .occurred_at = sqlite3_column_int64(row, 4),
        .day_only = sqlite3_column_int64(row, 5),
        .recorded_at = sqlite3_column_int64(row, 6),
        .author = column_id(row, 7),
        .agency = column_text_here(arena, row, 8),
        .label = column_text_here(arena, row, 9),
        .body = sqlite3_column_blob(row, 10),
        .body_size = (size_t)sqlite3_column_bytes(row, 10),
    };
}

static struct moment moment_of_stored(const struct pack *pack, const struct stored *stored)
{
    struct instant at = {stored->occurred_at};
    if (pack == NULL) {
        return (struct moment){.start = at, .end = at};
    }
    struct moment moment = moment_of_instant(pack, at);
    return stored->day_only != 0 ? moment_of_day(pack, moment.day) : moment;
}

static const struct entry_type *type_of_seq(const struct stream *stream, uint64_t seq)
{
    for (size_t i = 0; i < stream->count; i++) {
        if (stream->entries[i]->seq == seq) {
            return stream->entries[i]->type;
        }
    }
    return NULL;
}

/* A correction of a correction is about the entry that was corrected. */
static const struct entry_type *target_type(const struct stream *stream, const void *plain, size_t size)
{
    uint64_t seq = entry_decode_target(plain, size);
    for (size_t hops = 0; seq != 0 && hops <= stream->count; hops++) {
        const struct entry_type *type = type_of_seq(stream, seq);
        if (type == NULL || type->part != PART_CORRECTION) {
            return type;
        }
        const struct value *corrects = entry_value(stream->entries[seq - 1], "corrects");
        seq = corrects->kind == VALUE_NUMBER ? (uint64_t)corrects->number : 0;
    }
    return NULL;
}

/* The entry by which a record goes on under another pack: the first of that pack. */
static bool is_move(const struct stored *stored)
{
    return strcmp(stored->type, MOVED_TYPE) == 0;
}

/* Entries beside each other mostly say the same. */
static const char *copy_unless(struct arena *arena, const char *text, const char *before)
{
    return before != NULL && strcmp(before, text) == 0 ? before : arena_copy(arena, text);
}

static const struct error *decode(struct store_reader *reader, struct arena *arena,
                                  const struct stored *stored, const struct stream *stream,
                                  struct entry *ret_entry)
{
    const struct pack *pack = stored->pack == stream->head.pack ? stream->pack : NULL;
    if (pack == NULL && stored->pack != 0) {
        TRY(store_pack(reader->store, arena, (int)stored->pack, &pack));
    }
    const struct entry_type *type = pack == NULL ? NULL : pack_type(pack, stored->type);
    if (type == NULL && (pack == NULL || is_move(stored))) {
        type = system_type(stored->type);
    }
    if (type == NULL) {
        return error_of(ERROR_BROKEN_SEAL);
    }
    struct seal_place place = {stored->stream, stored->seq, type->id, pack == NULL ? NULL : pack->hash};
    const void *plain;
    size_t size;
    TRY(body_open(arena, stream->key, &place, stored->body, stored->body_size, &plain, &size));
    const struct entry_type *target = type->part == PART_CORRECTION ? target_type(stream, plain, size) : NULL;
    const struct value *values;
    TRY(entry_decode(arena, pack, type, target, plain, size, &values));
    const struct entry *before = stream->count == 0 ? NULL : stream->entries[stream->count - 1];
    *ret_entry = (struct entry){
        .type = type,
        .pack = pack,
        .seq = stored->seq,
        .id = stored->id,
        .occurred = moment_of_stored(pack, stored),
        .recorded_at = {stored->recorded_at},
        .recorded_by = stored->author,
        .agency = copy_unless(arena, stored->agency, before == NULL ? NULL : before->agency),
        .label = copy_unless(arena, stored->label, before == NULL ? NULL : before->label),
        .values = values,
    };
    return NULL;
}

void stream_add(struct arena *arena, struct stream *stream, const struct entry *entry, size_t *room)
{
    if (stream->count == *room) {
        size_t more = *room == 0 ? 16 : *room * 2;
        stream->entries = arena_grow(arena, stream->entries, stream->count, more, sizeof *stream->entries);
        *room = more;
    }
    const struct entry **entries;
    memcpy(&entries, &stream->entries, sizeof entries); /* ours to fill; const for everybody else */
    entries[stream->count++] = entry;
}

static const char *row_fault(const struct stream *stream, const struct stored *stored)
{
    if (stored->seq != stream->head.seq + 1) {
        return "an entry is missing before it";
    }
    if (stored->type == NULL || stored->agency == NULL || stored->label == NULL ||
        (stored->pack != stream->head.pack && (stored->seq == 1 || stored->pack == 0 || !is_move(stored)))) {
        return "its header is not whole";
    }
    return NULL;
}

/* What is wrong with the row as the next of its chain, or NULL; *ret_hash is what it should carry. */
static const char *chain_fault(const struct stream *stream, const struct stored *stored, sqlite3_stmt *row,
                               uint8_t ret_hash[static HASH_BYTES])
{
    uint8_t found[HASH_BYTES];
    const char *fault = row_fault(stream, stored);
    if (fault != NULL) {
        return fault;
    }
    chain_hash(stream->head.hash, stored, ret_hash);
    if (!column_bytes(row, 11, found, HASH_BYTES) || memcmp(found, ret_hash, HASH_BYTES) != 0) {
        return "its hash does not follow from the entry before it";
    }
    return NULL;
}

static const char *name_broken(struct arena *arena, struct id stream, uint64_t seq, const char *why)
{
    char text[ID_TEXT];
    id_format(stream, text);
    return arena_printf(arena, "stream %s (reference %s), entry %llu: %s", text, reference_of(stream).text,
                        (unsigned long long)seq, why);
}

/* The row of its key says where a record ends. */
struct stream_end {
    uint64_t seq;
    uint8_t hash[HASH_BYTES];
    int pack;
};

/* What is known of a stream before its key is. */
static const struct error *load_head(struct store_reader *reader, struct arena *arena, struct id id,
                                     struct stream *ret_stream, struct locked_key *ret_key,
                                     struct stream_end *ret_end)
{
    const struct error *error;
    struct stream stream = {.head = {.id = id}};
    sqlite3_stmt *row = ASK(&reader->connection, SQL_STREAM_KEY, bind_id(&id));
    if (!next_row(arena, &reader->connection, row, &error)) {
        return error == NULL ? disposed_or_missing(reader, arena, id) : error;
    }
    stream.head.kind = (enum stream_kind)sqlite3_column_int(row, 0);
    stream.head.pack = sqlite3_column_int(row, 1);
    *ret_key = (struct locked_key){.record = id};
    ret_key->wrapped = column_blob(arena, row, 2, &ret_key->size);
    *ret_end = (struct stream_end){.seq = (uint64_t)sqlite3_column_int64(row, 3),
                                   .pack = sqlite3_column_int(row, 5)};
    bool whole = column_bytes(row, 4, ret_end->hash, HASH_BYTES);
    ret_end->seq = whole ? ret_end->seq : 0; /* which is the end of no record */
    sqlite3_reset(row);
    if (stream.head.pack != 0) {
        TRY(store_pack(reader->store, arena, stream.head.pack, &stream.pack));
    }
    *ret_stream = stream;
    return NULL;
}

enum { MORE_THAN_HELD = 8 };

static bool ends_run(const struct held_run *run, uint64_t seq, const uint8_t hash[static HASH_BYTES])
{
    return seq == run->seq && memcmp(hash, run->hash, HASH_BYTES) == 0;
}

/* Whether the row is the last entry of what is held. */
static bool row_ends_run(const struct held_run *run, sqlite3_stmt *row)
{
    uint8_t hash[HASH_BYTES];
    return column_bytes(row, 11, hash, HASH_BYTES) &&
           ends_run(run, (uint64_t)sqlite3_column_int64(row, 0), hash);
}

/* Begins with what is held; false when it has gone meanwhile. */
static bool begin_with_held(struct store_reader *reader, struct arena *arena, const struct held_run *run,
                            struct stream *stream)
{
    const void *plain;
    size_t size;
    if (!held_open(store_held(reader->store), arena, stream->key, run, &plain, &size)) {
        return false;
    }
    image_open(arena, plain, size, &stream->entries, &stream->count);
    stream->pack = stream->entries[stream->count - 1]->pack;
    stream->head.pack = run->pack;
    stream->head.seq = run->seq;
    memcpy(stream->head.hash, run->hash, HASH_BYTES);
    return true;
}

/* What is read often, and has grown since it was held. */
static void hold(struct store_reader *reader, struct arena *arena, const struct stream *stream,
                 struct held_run run)
{
    const void *plain;
    size_t size;
    bool is_worth = run.seq == 0 || stream->head.seq >= run.seq + MORE_THAN_HELD;
    if (is_worth && held_wants(store_held(reader->store), run.stream)) {
        run.seq = stream->head.seq;
        memcpy(run.hash, stream->head.hash, HASH_BYTES);
        run.pack = stream->head.pack;
        image_make(arena, stream->entries, stream->count, &plain, &size);
        held_put(store_held(reader->store), arena, stream->key, &run, plain, size);
    }
}

/*
 * With `check_chain` every hash is computed again; without it only the seals are (each binds its stream,
 * sequence, type and pack, so a page can trust what it shows), and the head's hash is taken as stored.
 */
static const struct error *load_row(struct store_reader *reader, struct arena *arena, bool check_chain,
                                    sqlite3_stmt *row, struct stream *stream, size_t *room,
                                    const char **ret_broken)
{
    struct stored stored;
    uint8_t hash[HASH_BYTES];
    stored_of_row(arena, row, &stream->head, &stored);
    const char *fault = NULL;
    if (check_chain) {
        fault = chain_fault(stream, &stored, row, hash);
    } else {
        fault = row_fault(stream, &stored);
        if (fault == NULL && !column_bytes(row, 11, hash, HASH_BYTES)) {
            fault = "its hash is missing";
        }
    }
    struct entry *entry = arena_one(arena, struct entry);
    const struct error *unread = fault == NULL ? decode(reader, arena, &stored, stream, entry) : NULL;
    if (unread != NULL && (unread->code == ERROR_BUSY || unread->code == ERROR_STORE)) {
        return unread; /* nothing is wrong with the entry: its pack could not be loaded */
    }
    if (unread != NULL) {
        fault = "its body does not open in its place";
    }
    if (fault != NULL) {
        *ret_broken = name_broken(arena, stream->head.id, stored.seq, fault);
        return error_new(arena, ERROR_BROKEN_SEAL, "%s", *ret_broken);
    }
    stream->head.seq = stored.seq;
    stream->head.pack = (int)stored.pack;
    stream->pack = entry->pack;
    memcpy(stream->head.hash, hash, HASH_BYTES);
    stream_add(arena, stream, entry, room);
    return NULL;
}

/* Its rows, behind what is held of it where there is something. */
static const struct error *load_rows(struct store_reader *reader, struct arena *arena, bool check_chain,
                                     struct held_run *run, struct stream *stream, const char **ret_broken)
{
    const struct error *error = NULL;
    struct id id = stream->head.id;
    sqlite3_stmt *row =
        ASK(&reader->connection, SQL_ENTRY_OF_STREAM, bind_id(&id), bind_number((int64_t)run->seq));
    if (run->seq > 0 && (!next_row(arena, &reader->connection, row, &error) || !row_ends_run(run, row) ||
                         !begin_with_held(reader, arena, run, stream))) {
        TRY(error);
        run->seq = 0;
        row = ASK(&reader->connection, SQL_ENTRY_OF_STREAM, bind_id(&id), bind_number(0));
    }
    size_t room = stream->count;
    while (next_row(arena, &reader->connection, row, &error)) {
        const struct error *broken = load_row(reader, arena, check_chain, row, stream, &room, ret_broken);
        if (broken != NULL) {
            sqlite3_reset(row);
            return broken;
        }
    }
    return error;
}

static const struct error *load_entries(struct store_reader *reader, struct arena *arena, bool check_chain,
                                        const struct stream_end *end, struct stream *stream,
                                        const char **ret_broken)
{
    struct held_run run = {.stream = stream->head.id};
    if (!check_chain) {
        held_find(store_held(reader->store), run.stream, &run);
    }
    if (run.seq > 0 && ends_run(&run, end->seq, end->hash) && begin_with_held(reader, arena, &run, stream)) {
        return NULL;
    }
    TRY(load_rows(reader, arena, check_chain, &run, stream, ret_broken));
    if (stream->count == 0) { /* its key and its first entry were written as one */
        *ret_broken = name_broken(arena, stream->head.id, 1, "its entries are gone");
        return error_new(arena, ERROR_BROKEN_SEAL, "%s", *ret_broken);
    }
    if (stream->head.seq != end->seq || memcmp(stream->head.hash, end->hash, HASH_BYTES) != 0 ||
        stream->head.pack != end->pack) {
        *ret_broken =
            name_broken(arena, stream->head.id, stream->head.seq, "it is not the last one that was recorded");
        return error_new(arena, ERROR_BROKEN_SEAL, "%s", *ret_broken);
    }
    hold(reader, arena, stream, run);
    return NULL;
}

const struct error *stream_load(struct store_reader *reader, struct arena *arena, struct id id,
                                bool check_chain, struct stream *ret_stream, const char **ret_broken)
{
    struct stream stream;
    struct locked_key key;
    struct stream_end end;
    *ret_broken = NULL;
    TRY(load_head(reader, arena, id, &stream, &key, &end));
    const struct error *error = record_keys_open(arena, store_keyring(reader->store), &key, 1);
    if (error != NULL) {
        if (error->code == ERROR_BROKEN_SEAL) {
            *ret_broken = name_broken(arena, id, 0, "its key does not open");
        }
        return error;
    }
    stream.key = key.key;
    TRY(load_entries(reader, arena, check_chain, &end, &stream, ret_broken));
    *ret_stream = stream;
    return NULL;
}

const struct error *store_stream_read(struct store_reader *reader, struct arena *arena, struct id id,
                                      struct stream *ret_stream)
{
    const char *broken;
    return stream_load(reader, arena, id, false, ret_stream, &broken);
}

const struct error *store_streams_read(struct store_reader *reader, struct arena *arena, const struct id *ids,
                                       size_t count, struct stream *ret_streams)
{
    struct locked_key *keys = arena_many(arena, struct locked_key, count);
    struct stream_end *ends = arena_many(arena, struct stream_end, count);
    const char *broken;
    for (size_t i = 0; i < count; i++) {
        TRY(load_head(reader, arena, ids[i], &ret_streams[i], &keys[i], &ends[i]));
    }
    TRY(record_keys_open(arena, store_keyring(reader->store), keys, count));
    for (size_t i = 0; i < count; i++) {
        ret_streams[i].key = keys[i].key;
        TRY(load_entries(reader, arena, false, &ends[i], &ret_streams[i], &broken));
    }
    return NULL;
}

const struct error *store_stream_has_author(struct store_reader *reader, struct arena *arena, struct id id,
                                            struct id author, struct instant since, bool *ret_has)
{
    const struct error *error = NULL;
    sqlite3_stmt *row =
        ASK(&reader->connection, SQL_ENTRY_BY_AUTHOR, bind_id(&id), bind_id(&author), bind_number(since.ms));
    *ret_has = next_row(arena, &reader->connection, row, &error);
    sqlite3_reset(row);
    return error;
}

static struct entry_head head_of_row(struct arena *arena, sqlite3_stmt *row)
{
    return (struct entry_head){column_text(arena, row, 0), column_id(row, 1), column_text(arena, row, 2),
                               column_text(arena, row, 3)};
}

const struct error *store_entry_head(struct store_reader *reader, struct arena *arena, struct id id,
                                     uint64_t seq, struct entry_head *ret_head)
{
    const struct error *error = NULL;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_ENTRY_HEAD, bind_id(&id), bind_number((int64_t)seq));
    if (!next_row(arena, &reader->connection, row, &error)) {
        return error == NULL ? error_of(ERROR_NOT_FOUND) : error;
    }
    *ret_head = head_of_row(arena, row);
    sqlite3_reset(row);
    return NULL;
}

const struct error *store_entry_heads(struct store_reader *reader, struct arena *arena, struct id id,
                                      const struct entry_head **ret_heads, size_t *ret_count)
{
    const struct error *error = NULL;
    struct entry_head *heads = NULL;
    size_t count = 0;
    size_t room = 0;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_ENTRY_HEADS, bind_id(&id));
    while (next_row(arena, &reader->connection, row, &error)) {
        heads = arena_room(arena, heads, count, &room, sizeof *heads);
        heads[count++] = head_of_row(arena, row);
    }
    *ret_heads = heads;
    *ret_count = count;
    return error;
}

const struct error *store_stream_seq(struct store_reader *reader, struct arena *arena, enum stream_kind kind,
                                     struct id id, uint64_t *ret_seq)
{
    const struct error *error = NULL;
    sqlite3_stmt *row = ASK(&reader->connection, SQL_SMALL_SEQ, bind_number(kind), bind_id(&id));
    if (!next_row(arena, &reader->connection, row, &error)) {
        return error == NULL ? error_of(ERROR_NOT_FOUND) : error;
    }
    *ret_seq = (uint64_t)sqlite3_column_int64(row, 0);
    sqlite3_reset(row);
    return NULL;
}
