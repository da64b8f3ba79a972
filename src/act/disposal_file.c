#include "act/disposal_file.h"

#include "act/account.h"
#include "base/text.h"

/* What is decided must be about the proposal that stands: a word on an earlier one says nothing of this one.
 */
static bool is_about(const struct disposal_file *file, const struct entry *entry)
{
    return file->proposal != NULL && (uint64_t)entry_number(entry, "proposal") == file->proposal->seq;
}

static void lift(struct disposal_file *file, uint64_t seq)
{
    for (size_t i = 0; i < file->hold_count; i++) {
        struct disposal_hold *hold = &file->holds[i];
        if (hold->seq == seq && !hold->lifted) {
            hold->lifted = true;
            file->standing--;
        }
    }
}

static void fold_entry(struct disposal_file *file, const struct entry *entry)
{
    const char *type = entry->type->id;
    if (text_equal(type, "disposal-file-begun")) {
        file->kind = text_equal(entry_text(entry, "kind"), "outside") ? RETENTION_OUTSIDE : RETENTION_CASE;
        (void)id_parse(entry_text(entry, "record"), &file->record);
    } else if (text_equal(type, "hold-placed")) {
        const char *reason = entry_text(entry, "reason");
        file->holds[file->hold_count++] = (struct disposal_hold){.seq = entry->seq,
                                                                 .at = entry->recorded_at,
                                                                 .by = entry->recorded_by,
                                                                 .reason = reason == NULL ? "" : reason};
        file->standing++;
    } else if (text_equal(type, "hold-lifted")) {
        lift(file, (uint64_t)entry_number(entry, "hold"));
    } else if (text_equal(type, "disposal-proposed")) {
        file->proposal = entry;
        file->agreement = NULL;
    } else if (text_equal(type, "disposal-agreed") && is_about(file, entry)) {
        bool another = !id_equal(entry->recorded_by, file->proposal->recorded_by);
        file->agreement = another ? entry : NULL;
    } else if (text_equal(type, "disposal-carried-out") && is_about(file, entry)) {
        file->done = entry;
    } else if (is_about(file, entry)) { /* refused or cancelled */
        file->proposal = NULL;
        file->agreement = NULL;
    }
}

static void fold(struct arena *arena, struct disposal_file *file)
{
    file->hold_count = file->standing = 0;
    file->proposal = file->agreement = file->done = NULL;
    file->holds = arena_many(arena, struct disposal_hold, file->stream.count);
    for (size_t i = 0; i < file->stream.count; i++) {
        fold_entry(file, file->stream.entries[i]);
    }
}

const struct error *disposal_file_read(const struct act *act, struct store_reader *reader, struct id record,
                                       struct disposal_file *ret_file)
{
    *ret_file = (struct disposal_file){.record = record};
    const struct error *error =
        store_stream_read(reader, act->arena, stream_id_beside(STREAM_DISPOSAL, record), &ret_file->stream);
    if (error != NULL && error->code != ERROR_NOT_FOUND) {
        return error;
    }
    if (error != NULL) {
        ret_file->stream = (struct stream){0};
    }
    fold(act->arena, ret_file);
    return NULL;
}

const struct error *disposal_files(const struct act *act, struct store_reader *reader,
                                   struct disposal_file **ret_files, size_t *ret_count)
{
    const struct id *ids;
    size_t count;
    TRY(store_streams_of_kind(reader, act->arena, STREAM_DISPOSAL, &ids, &count));
    struct disposal_file *files = arena_many(act->arena, struct disposal_file, count);
    for (size_t i = 0; i < count; i++) {
        TRY(store_stream_read(reader, act->arena, ids[i], &files[i].stream));
        fold(act->arena, &files[i]);
    }
    *ret_files = files;
    *ret_count = count;
    return NULL;
}

static const struct error *begin_file(const struct act *act, struct write *write, struct disposal_file *file)
{
    char record[ID_TEXT];
    struct value *values;
    struct entry entry = account_entry(act, "disposal-file-begun", &values);
    id_format(file->record, record);
    account_set(values, entry.type, "record", arena_copy(act->arena, record));
    account_set(values, entry.type, "kind", file->kind == RETENTION_OUTSIDE ? "outside" : "case");
    TRY(store_stream_new_beside(act->service->store, act->arena, STREAM_DISPOSAL, file->record,
                                &file->stream));
    store_write_entry(write, &file->stream, &entry);
    return NULL;
}

const struct error *disposal_file_add(const struct act *act, struct disposal_file *file,
                                      const struct entry *entry, struct write *write)
{
    if (file->stream.count == 0) {
        TRY(begin_file(act, write, file));
    }
    store_write_entry(write, &file->stream, entry);
    return NULL;
}

struct instant disposal_ready_at(const struct disposal_file *file)
{
    return file->agreement == NULL ? INSTANT_NEVER
                                   : (struct instant){entry_number(file->agreement, "ready_at")};
}
