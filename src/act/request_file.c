#include "act/request_file.h"

#include "base/text.h"

static struct id id_of(const struct entry *entry, const char *field)
{
    const char *text = entry_text(entry, field);
    struct id id = {{0}};
    return text != NULL && id_parse(text, &id) ? id : (struct id){{0}};
}

static void fold_entry(struct request_file *file, const struct entry *entry)
{
    const char *type = entry->type->id;
    if (text_equal(type, "request-received")) {
        file->received = entry;
        file->case_id = id_of(entry, "case");
        file->person = id_of(entry, "person");
        file->due = entry_day(entry, "due_on");
    } else if (text_equal(type, "request-extended")) {
        file->due = entry_day(entry, "due_on");
        file->extended = true;
    } else if (text_equal(type, "request-prepared")) {
        file->prepared = entry;
    } else if (text_equal(type, "request-returned") || text_equal(type, "request-decided")) {
        file->prepared = NULL; /* what was prepared counts no more */
    } else if (text_equal(type, "request-released")) {
        file->released = entry;
    } else { /* request-closed */
        file->closed = entry;
    }
}

static const struct error *read_file(const struct act *act, struct store_reader *reader, struct id id,
                                     struct request_file *file)
{
    *file = (struct request_file){.id = id};
    TRY(store_stream_read(reader, act->arena, id, &file->stream));
    for (size_t i = 0; file->stream.head.kind == STREAM_REQUEST && i < file->stream.count; i++) {
        fold_entry(file, file->stream.entries[i]);
    }
    return file->received == NULL ? error_of(ERROR_NOT_FOUND) : NULL;
}

const struct error *request_file_read(const struct act *act, struct store_reader *reader, struct id id,
                                      struct request_file *ret_file)
{
    return read_file(act, reader, id, ret_file);
}

const struct error *request_files(const struct act *act, struct store_reader *reader,
                                  struct request_file **ret_files, size_t *ret_count)
{
    const struct id *ids;
    size_t count;
    TRY(store_streams_of_kind(reader, act->arena, STREAM_REQUEST, &ids, &count));
    struct request_file *files = arena_many(act->arena, struct request_file, count);
    for (size_t i = 0; i < count; i++) {
        TRY(read_file(act, reader, ids[i], &files[i]));
    }
    *ret_files = files;
    *ret_count = count;
    return NULL;
}

bool request_is_open(const struct request_file *file)
{
    return file->released == NULL && file->closed == NULL;
}

/* ---- what keeps a record from being disposed of ---- */

const struct error *requests_open(const struct act *act, struct store_reader *reader,
                                  struct open_requests *ret_requests)
{
    struct request_file *files;
    size_t count;
    struct id *cases = NULL;
    size_t found = 0;
    TRY(request_files(act, reader, &files, &count));
    for (size_t i = 0; i < count; i++) {
        const struct id *about;
        size_t about_count;
        if (!request_is_open(&files[i])) {
            continue;
        }
        TRY(store_cases_of_person(reader, act->arena, files[i].person, &about, &about_count));
        cases = arena_grow(act->arena, cases, found, found + about_count + 1, sizeof *cases);
        for (size_t c = 0; c < about_count; c++) {
            cases[found++] = about[c];
        }
    }
    *ret_requests = (struct open_requests){cases, found};
    return NULL;
}

bool is_requested(const struct open_requests *requests, struct id record)
{
    for (size_t i = 0; i < requests->count; i++) {
        if (id_equal(requests->cases[i], record)) {
            return true;
        }
    }
    return false;
}

const struct error *requests_ended(const struct act *act, struct store_reader *reader, struct id person,
                                   const struct id **ret_ids, size_t *ret_count)
{
    struct request_file *files;
    size_t count;
    TRY(request_files(act, reader, &files, &count));
    struct id *ids = arena_many(act->arena, struct id, count);
    *ret_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!request_is_open(&files[i]) && id_equal(files[i].person, person)) {
            ids[(*ret_count)++] = files[i].id;
        }
    }
    *ret_ids = ids;
    return NULL;
}
