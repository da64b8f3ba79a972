#include "act/book.h"

#include "act/account.h"
#include "base/must.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { TRIES = 8 };

/* What the book of a month stands beside: "2026-11". */
static struct id month_of(struct instant at)
{
    enum { MONTH = 7 };
    char text[INSTANT_TEXT];
    struct id month = {{0}};
    instant_format(at, text);
    memcpy(month.bytes, text, MONTH);
    return month;
}

const struct error *book_stream(const struct act *act, struct store_reader *reader, struct stream *ret_stream)
{
    struct id month = month_of(act->now);
    const struct error *error =
        store_stream_read(reader, act->arena, stream_id_beside(STREAM_BOOK, month), ret_stream);
    return error != NULL && error->code == ERROR_NOT_FOUND
               ? store_stream_new_beside(act->service->store, act->arena, STREAM_BOOK, month, ret_stream)
               : error;
}

struct entry book_entry(const struct act *act, const char *type, struct id id, const struct value *values)
{
    return (struct entry){
        .type = system_type(type),
        .id = id,
        .occurred = {.start = act->now, .end = act->now},
        .recorded_at = act->now,
        .recorded_by = act->actor == NULL ? (struct id){{0}} : act->actor->account,
        .agency = act->actor == NULL ? "" : act->actor->agency,
        .label = "standard",
        .values = values,
    };
}

const struct error *book_tell(const struct act *act, const struct entry *entry, const char *notice,
                              struct id case_id)
{
    const struct error *error = NULL;
    for (int i = 0; i < TRIES; i++) {
        struct store_reader *reader;
        struct stream stream;
        TRY(store_reader_take(act->service->store, &reader));
        error = book_stream(act, reader, &stream);
        store_reader_give(reader);
        TRY(error);
        struct write *write = store_write_new(act->service->store, act->arena);
        const struct entry *added = store_write_entry(write, &stream, entry);
        if (notice != NULL) {
            char about[ID_TEXT];
            id_format(added->id, about);
            TRY(notices_tell_reviewers(act, write, notice, case_id, arena_copy(act->arena, about)));
        }
        error = store_commit(write);
        if (error == NULL || error->code != ERROR_CONFLICT) {
            return error;
        }
    }
    return error;
}

/* ---- reading it ---- */

static int newest_first(const void *a, const void *b)
{
    const struct book_line *one = a;
    const struct book_line *other = b;
    return instant_compare(other->entry->recorded_at, one->entry->recorded_at);
}

static bool is_review(const struct entry *entry)
{
    return text_equal(entry->type->id, "book-review");
}

static int by_id(const void *a, const void *b)
{
    const struct book_line *one = a;
    const struct book_line *other = b;
    return memcmp(one->entry->id.bytes, other->entry->id.bytes, ID_BYTES);
}

/* The last of several: they come in the order they were written. */
static void add_review(struct book_line *lines, size_t count, const struct entry *review)
{
    struct entry reviewed;
    must(id_parse(entry_text(review, "of"), &reviewed.id)); /* it was written so */
    const struct book_line wanted = {.entry = &reviewed};
    struct book_line *line = bsearch(&wanted, lines, count, sizeof wanted, by_id);
    must(line != NULL); /* only a line that stands is reviewed */
    bool later = line->review == NULL || line->review->recorded_at.ms <= review->recorded_at.ms;
    line->review = later ? review : line->review;
}

static const struct error *read_all(const struct act *act, struct store_reader *reader,
                                    const struct entry *const **ret_entries, size_t *ret_count)
{
    const struct id *ids;
    size_t month_count;
    size_t count = 0;
    const struct entry **entries = NULL;
    TRY(store_streams_of_kind(reader, act->arena, STREAM_BOOK, &ids, &month_count));
    for (size_t i = 0; i < month_count; i++) {
        struct stream stream;
        TRY(store_stream_read(reader, act->arena, ids[i], &stream));
        entries = arena_grow(act->arena, entries, count, count + stream.count, sizeof *entries);
        for (size_t k = 0; k < stream.count; k++) {
            entries[count++] = stream.entries[k];
        }
    }
    *ret_entries = entries;
    *ret_count = count;
    return NULL;
}

const struct error *book_read(const struct act *act, struct book *ret_book)
{
    struct store_reader *reader;
    const struct entry *const *entries;
    size_t all;
    size_t count = 0;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = read_all(act, reader, &entries, &all);
    store_reader_give(reader);
    TRY(error);
    struct book_line *lines = arena_many(act->arena, struct book_line, all);
    for (size_t i = 0; i < all; i++) {
        if (!is_review(entries[i])) {
            lines[count++] = (struct book_line){.entry = entries[i]};
        }
    }
    qsort(lines, count, sizeof *lines, by_id);
    for (size_t i = 0; i < all; i++) {
        if (is_review(entries[i])) {
            add_review(lines, count, entries[i]);
        }
    }
    qsort(lines, count, sizeof *lines, newest_first);
    *ret_book = (struct book){lines, count};
    return NULL;
}
