/*
 * What is due, under way, held and destroyed. The last day of every case is a fact that is remembered
 * (facts.c); what people decided about it is read from the files, which are few. Cursors are the day or the
 * moment and the record of the last row.
 */
#include "act/disposal_inner.h"
#include "act/two_people.h"

#include "base/text.h"
#include "record/decode.h"
#include "store/disposed.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_USUAL = 50, ROWS_MOST = 200 };

/* ---- a page of rows ---- */

/* Where a row stands: by a number (a day, a moment), then by the record. */
struct place_in_list {
    int64_t number;
    struct id record;
};

struct listing {
    const struct act *act;
    struct store_reader *reader;
    enum disposal_list list;
    struct day today;
    struct disposal_file *files; /* by record */
    size_t file_count;
    struct open_requests requests;
    bool has_after;
    struct place_in_list after;
    struct place_in_list *places; /* of the rows found, */
    struct kept_fact *kept;       /* and what is known of each; its pack is NULL where that is read later */
    size_t count;
    size_t room;
};

static int compare_places(const struct place_in_list *a, const struct place_in_list *b)
{
    if (a->number != b->number) {
        return a->number < b->number ? -1 : 1;
    }
    return memcmp(a->record.bytes, b->record.bytes, ID_BYTES);
}

static int by_record(const void *a, const void *b)
{
    const struct disposal_file *one = a;
    const struct disposal_file *two = b;
    return memcmp(one->record.bytes, two->record.bytes, ID_BYTES);
}

static const struct disposal_file *file_of(const struct listing *listing, struct id record)
{
    struct disposal_file key = {.record = record};
    return listing->file_count == 0
               ? NULL
               : bsearch(&key, listing->files, listing->file_count, sizeof key, by_record);
}

/* Only what comes after the cursor is kept: the rest is passed over before anything is made of it. */
static void take(struct listing *listing, int64_t number, struct id record, const struct kept_fact *kept)
{
    struct place_in_list place = {number, record};
    if (listing->has_after && compare_places(&place, &listing->after) <= 0) {
        return;
    }
    if (listing->count == listing->room) {
        size_t room = listing->room == 0 ? 64 : listing->room * 2;
        struct arena *arena = listing->act->arena;
        listing->places = arena_grow(arena, listing->places, listing->count, room, sizeof *listing->places);
        listing->kept = arena_grow(arena, listing->kept, listing->count, room, sizeof *listing->kept);
        listing->room = room;
    }
    listing->places[listing->count] = place;
    listing->kept[listing->count++] = kept == NULL ? (struct kept_fact){0} : *kept;
}

static void take_due(struct listing *listing, struct id record, const struct kept_fact *kept)
{
    const struct disposal_file *file = file_of(listing, record);
    bool due = kept->rule != NULL && kept->last_day.number < listing->today.number &&
               !is_requested(&listing->requests, record);
    if (due && (file == NULL || (file->standing == 0 && file->proposal == NULL))) {
        take(listing, kept->last_day.number, record, kept);
    }
}

static void take_cases(void *context, const struct fact *list, size_t count)
{
    struct listing *listing = context;
    for (size_t i = 0; i < count; i++) {
        take_due(listing, list[i].case_id, &list[i].kept);
    }
}

static const struct error *take_outside(struct listing *listing)
{
    const struct act *act = listing->act;
    const struct id *ids;
    size_t count;
    TRY(store_streams_of_kind(listing->reader, act->arena, STREAM_OUTSIDE, &ids, &count));
    for (size_t i = 0; i < count; i++) {
        struct stream stream;
        struct kept_fact kept;
        TRY(store_stream_read(listing->reader, act->arena, ids[i], &stream));
        kept_fact_outside(act, &stream, &kept);
        take_due(listing, ids[i], &kept);
    }
    return NULL;
}

static void take_files(struct listing *listing)
{
    for (size_t i = 0; i < listing->file_count; i++) {
        const struct disposal_file *file = &listing->files[i];
        const struct entry *last = file->stream.entries[file->stream.count - 1];
        bool wanted = file->done == NULL &&
                      (listing->list == DISPOSAL_LIST_HELD ? file->standing > 0 : file->proposal != NULL);
        if (wanted) {
            take(listing, last->recorded_at.ms, file->record, NULL);
        }
    }
}

struct sorted {
    struct place_in_list place;
    size_t index;
};

static int by_place(const void *a, const void *b)
{
    return compare_places(&((const struct sorted *)a)->place, &((const struct sorted *)b)->place);
}

static const struct error *row_of(const struct listing *listing, size_t index, struct disposal_row *row)
{
    const struct act *act = listing->act;
    struct id record = listing->places[index].record;
    const struct disposal_file *known = file_of(listing, record);
    struct disposal_file file = known == NULL ? (struct disposal_file){.record = record} : *known;
    struct record_known whole = {.kept = listing->kept[index]};
    if (whole.kept.pack == NULL) {
        TRY(record_known_read(act, listing->reader, record, &whole));
        file.kind = whole.kind;
    } else {
        file.kind = whole.kept.rule->record; /* it is due by that */
    }
    disposal_row_fill(act, &whole.kept, &file, is_requested(&listing->requests, record), row);
    return NULL;
}

static const char *cursor_of(struct arena *arena, const struct place_in_list *place)
{
    char record[ID_TEXT];
    id_format(place->record, record);
    return arena_printf(arena, "%lld.%s", (long long)place->number, record);
}

static bool cursor_read(struct arena *arena, const char *text, struct place_in_list *ret_place)
{
    const char *dot = strchr(text, '.');
    return dot != NULL && id_parse(dot + 1, &ret_place->record) &&
           number_parse(arena_copy_n(arena, text, (size_t)(dot - text)), INT64_MIN, INT64_MAX,
                        &ret_place->number);
}

static const struct error *make_page(const struct listing *listing, size_t limit,
                                     const struct disposal_row **ret_rows, size_t *ret_count,
                                     const char **ret_next)
{
    struct arena *arena = listing->act->arena;
    struct sorted *sorted = arena_many(arena, struct sorted, listing->count);
    struct disposal_row *rows = arena_many(arena, struct disposal_row, limit);
    const char *next = NULL;
    size_t count = 0;
    size_t last = 0; /* of those that are shown: where to go on names no other */
    for (size_t i = 0; i < listing->count; i++) {
        sorted[i] = (struct sorted){listing->places[i], i};
    }
    qsort(sorted, listing->count, sizeof *sorted, by_place);
    for (size_t i = 0; i < listing->count && next == NULL; i++) {
        bool conflict;
        TRY(has_conflict(listing->act, listing->reader, sorted[i].place.record, &conflict));
        if (!conflict && count == limit) {
            next = cursor_of(arena, &sorted[last].place);
        } else if (!conflict) {
            TRY(row_of(listing, sorted[i].index, &rows[count++]));
            last = i;
        }
    }
    *ret_rows = rows;
    *ret_count = count;
    *ret_next = next;
    return NULL;
}

/* ---- the register of what was destroyed ---- */

static const struct error *destroyed_row(const struct act *act, struct store_reader *reader,
                                         const struct disposed_row *gone, struct disposal_row *row)
{
    struct disposal_file file;
    TRY(disposal_file_read(act, reader, gone->record, &file));
    file.kind = gone->kind == STREAM_OUTSIDE ? RETENTION_OUTSIDE : RETENTION_CASE;
    disposal_row_fill(act, NULL, &file, false, row);
    row->at = gone->disposal.at;
    row->by = account_name(act, gone->disposal.agreed_by);
    return NULL;
}

/* A person and a meeting go with a case, and have no line of their own. */
static bool has_line(const struct disposed_row *gone)
{
    return gone->kind == STREAM_CASE || gone->kind == STREAM_OUTSIDE;
}

static const struct error *list_destroyed(const struct listing *listing, size_t limit,
                                          const struct disposal_row **ret_rows, size_t *ret_count,
                                          const char **ret_next)
{
    const struct act *act = listing->act;
    struct disposed_row after = {.record = listing->after.record, .disposal.at = {listing->after.number}};
    const struct disposed_row *from = listing->has_after ? &after : NULL;
    struct disposal_row *rows = arena_many(act->arena, struct disposal_row, limit);
    const char *next = NULL;
    size_t count = 0;
    for (;;) {
        const struct disposed_row *gone;
        size_t gone_count;
        TRY(store_disposed(listing->reader, act->arena, from, ROWS_USUAL, &gone, &gone_count));
        for (size_t i = 0; i < gone_count; i++) {
            if (has_line(&gone[i]) && count == limit) {
                struct place_in_list last = {from->disposal.at.ms, from->record};
                next = cursor_of(act->arena, &last);
            }
            if (next != NULL) {
                break;
            }
            if (has_line(&gone[i])) {
                TRY(destroyed_row(act, listing->reader, &gone[i], &rows[count++]));
            }
            from = &gone[i];
        }
        if (gone_count < ROWS_USUAL || next != NULL) {
            break;
        }
    }
    *ret_rows = rows;
    *ret_count = count;
    *ret_next = next;
    return NULL;
}

static const struct error *list(struct listing *listing, size_t limit, const struct disposal_row **ret_rows,
                                size_t *ret_count, const char **ret_next)
{
    const struct act *act = listing->act;
    if (listing->list == DISPOSAL_LIST_DESTROYED) {
        return list_destroyed(listing, limit, ret_rows, ret_count, ret_next);
    }
    TRY(requests_open(act, listing->reader, &listing->requests));
    TRY(disposal_files(act, listing->reader, &listing->files, &listing->file_count));
    qsort(listing->files, listing->file_count, sizeof *listing->files, by_record);
    if (listing->list == DISPOSAL_LIST_DUE) {
        TRY(facts_use(act->service->facts, act, listing->reader, take_cases, listing));
        TRY(take_outside(listing));
    } else {
        take_files(listing);
    }
    return make_page(listing, limit, ret_rows, ret_count, ret_next);
}

const struct error *act_disposals(const struct act *act, const struct disposal_filter *filter,
                                  const struct disposal_row **ret_rows, size_t *ret_count,
                                  const char **ret_next)
{
    struct listing listing = {.act = act, .list = filter->list};
    TRY(act_begin(act, MAY_READ_DISPOSALS, "disposals-list", (struct id){{0}}));
    if (filter->limit < 0 || filter->limit > ROWS_MOST) {
        return error_new(act->arena, ERROR_BAD_INPUT, "limit");
    }
    listing.today = moment_of_instant(act_pack(act), act->now).day;
    listing.has_after = filter->cursor != NULL;
    if (listing.has_after && !cursor_read(act->arena, filter->cursor, &listing.after)) {
        return error_new(act->arena, ERROR_BAD_INPUT, "cursor");
    }
    TRY(store_reader_take(act->service->store, &listing.reader));
    const struct error *error = list(&listing, filter->limit == 0 ? ROWS_USUAL : (size_t)filter->limit,
                                     ret_rows, ret_count, ret_next);
    store_reader_give(listing.reader);
    return error;
}

/* ---- by what people call it ---- */

static const struct error *find_among(const struct act *act, struct store_reader *reader,
                                      enum stream_kind kind, struct reference reference,
                                      struct id *ret_record)
{
    const struct id *ids;
    size_t count;
    TRY(store_streams_of_kind(reader, act->arena, kind, &ids, &count));
    for (size_t i = 0; i < count; i++) {
        struct reference other = reference_of(ids[i]);
        if (strcmp(other.text, reference.text) == 0) {
            *ret_record = ids[i];
            return NULL;
        }
    }
    return error_of(ERROR_NOT_FOUND);
}

static const struct error *find_gone(const struct act *act, struct store_reader *reader,
                                     struct reference reference, struct id *ret_record)
{
    struct disposal_file *files;
    size_t count;
    TRY(disposal_files(act, reader, &files, &count));
    for (size_t i = 0; i < count; i++) {
        struct reference other = reference_of(files[i].record);
        if (strcmp(other.text, reference.text) == 0) {
            *ret_record = files[i].record;
            return NULL;
        }
    }
    return error_of(ERROR_NOT_FOUND);
}

static const struct error *find(const struct act *act, struct store_reader *reader,
                                struct reference reference, struct id *ret_record)
{
    const struct error *error = store_case_by_reference(reader, act->arena, reference, ret_record);
    if (error != NULL && error->code == ERROR_NOT_FOUND) {
        error = find_among(act, reader, STREAM_OUTSIDE, reference, ret_record);
    }
    if (error != NULL && (error->code == ERROR_NOT_FOUND || error->code == ERROR_DISPOSED)) {
        error = find_gone(act, reader, reference, ret_record);
    }
    return error;
}

const struct error *act_disposal_find(const struct act *act, const char *reference, struct id *ret_record)
{
    struct reference parsed;
    struct store_reader *reader;
    TRY(act_begin(act, MAY_READ_DISPOSALS, "disposal-find", (struct id){{0}}));
    if (reference == NULL || !reference_parse(reference, &parsed)) {
        return error_field(act->arena, ERROR_INVALID, "reference", NULL,
                           "Enter the ten characters of a reference");
    }
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = find(act, reader, parsed, ret_record);
    store_reader_give(reader);
    return error != NULL && error->code == ERROR_NOT_FOUND
               ? error_field(act->arena, ERROR_INVALID, "reference", NULL, "No record is called this")
               : error;
}
