/*
 * Idempotency: what the same key gives again. Kept is what the first answer was about, not its text: the
 * case, the entry and which matches were shown then; the view is folded again as it stood at that entry, and
 * the names of the matches are read again, so that what is kept of one child names no other (who may be
 * disposed of meanwhile). A fingerprint of what was asked tells a retry from a key used for something else.
 */
#include "act/shown.h"

#include "base/buf.h"
#include "base/must.h"
#include "base/text.h"
#include "record/decode.h"

#include <string.h>

static const char *about(const struct act *act, const char *what, struct id record, uint64_t seq)
{
    char id[ID_TEXT];
    id_format(record, id);
    return arena_printf(act->arena, "%s\n%s\n%llu\n", what, id, (unsigned long long)seq);
}

const struct error *answer_keep(const struct act *act, struct write *write, const char *key, const char *what,
                                const struct case_streams *streams, const struct recorded *recorded)
{
    struct buf buf;
    if (key == NULL) {
        return NULL;
    }
    buf_init(&buf, act->arena, 64 * 1024);
    buf_put(&buf, about(act, what, streams->file.head.id, recorded->entry->seq));
    for (size_t i = 0; i < recorded->match_count; i++) {
        const struct match *match = &recorded->matches[i];
        buf_printf(&buf, "%s\t%d\t%s\n", match->reference.text, match->score, match->reasons);
    }
    return store_write_answer(write, act->actor->account, key, streams->file.head.id, buf_text(&buf));
}

/* Cuts off what stands before `end`, where answer_keep put one. */
static const char *cut(struct arena *arena, const char **text, char end)
{
    const char *found = strchr(*text, end);
    must(found != NULL);
    const char *part = arena_copy_n(arena, *text, (size_t)(found - *text));
    *text = found + 1;
    return part;
}

static const struct error *read_matches(const struct act *act, struct store_reader *reader, const char *text,
                                        struct recorded *recorded)
{
    size_t lines = 0;
    for (const char *c = text; *c != '\0'; c++) {
        lines += *c == '\n';
    }
    struct match *matches = arena_many(act->arena, struct match, lines);
    recorded->match_count = 0;
    for (size_t i = 0; i < lines; i++) {
        int64_t score;
        struct match match = {0};
        bool is_there;
        must(reference_parse(cut(act->arena, &text, '\t'), &match.reference));
        must(number_parse(cut(act->arena, &text, '\t'), 0, 100, &score));
        match.score = (int)score;
        match.reasons = cut(act->arena, &text, '\n');
        TRY(match_named(act, reader, &match, &is_there));
        if (is_there) {
            matches[recorded->match_count++] = match;
        }
    }
    recorded->matches = matches;
    return NULL;
}

static const struct error *view_again(const struct act *act, struct id case_id, uint64_t seq,
                                      struct recorded *ret_recorded)
{
    struct store_reader *reader;
    struct case_streams streams;
    TRY(store_reader_take(act->service->store, &reader));
    struct reach reach;
    const struct error *error = permit(act->actor, MAY_WORK_ON_PART)
                                    ? reach_of(act, reader, case_id, &reach)
                                    : reach_gate(act, reader, case_id, ACCESS_READ, &reach);
    if (error == NULL) {
        error = case_load_id(act, reader, case_id, &streams);
    }
    store_reader_give(reader);
    TRY(error);
    must(seq >= 1 && seq <= streams.file.count); /* it was written with that entry */
    /* cut at the entry: of two that were recorded in one millisecond only the first was there */
    struct instant then = streams.file.entries[seq - 1]->recorded_at;
    streams.file.count = seq;
    streams.file.head.seq = seq;
    while (streams.person.count > 1 &&
           instant_compare(streams.person.entries[streams.person.count - 1]->recorded_at, then) > 0) {
        streams.person.count--;
    }
    ret_recorded->view = case_view_make(act, &streams, INSTANT_NEVER, then);
    ret_recorded->case_id = case_id;
    ret_recorded->reference = reference_of(case_id);
    ret_recorded->entry = streams.file.entries[seq - 1];
    shown_recorded(act, &reach, ret_recorded);
    return NULL;
}

/* What is kept of the record that it was about, its entry, and in *ret_rest what else; *ret_rest NULL: the
 * key is new. */
static const struct error *kept_answer(const struct act *act, const char *key, const char *what,
                                       struct id *ret_record, int64_t *ret_seq, const char **ret_rest)
{
    struct store_reader *reader;
    const char *text = NULL;
    *ret_rest = NULL;
    if (key == NULL) {
        return NULL;
    }
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_answer(reader, act->arena, act->actor->account, key, &text);
    store_reader_give(reader);
    if (error != NULL || text == NULL) {
        return error;
    }
    const char *asked = cut(act->arena, &text, '\n');
    if (what != NULL && !text_equal(asked, what)) {
        return error_field(act->arena, ERROR_INVALID, "Idempotency-Key", NULL,
                           "this key was used for something else");
    }
    must(id_parse(cut(act->arena, &text, '\n'), ret_record));
    must(number_parse(cut(act->arena, &text, '\n'), 1, INT64_MAX, ret_seq));
    *ret_rest = text;
    return NULL;
}

const struct error *answer_again(const struct act *act, const char *key, const char *what, bool *ret_found,
                                 struct recorded *ret_recorded)
{
    struct store_reader *reader;
    struct id case_id;
    int64_t seq;
    const char *matches;
    *ret_found = false;
    TRY(kept_answer(act, key, what, &case_id, &seq, &matches));
    if (matches == NULL) {
        return NULL;
    }
    *ret_found = true;
    *ret_recorded = (struct recorded){0};
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = read_matches(act, reader, matches, ret_recorded);
    store_reader_give(reader);
    TRY(error);
    TRY(matches_look(act, ret_recorded->matches, &ret_recorded->match_count));
    return view_again(act, case_id, (uint64_t)seq, ret_recorded);
}

const struct error *answer_once(const struct act *act, const char *key, struct stream *stream,
                                const struct entry *entry, struct id *ret_record)
{
    char id[ID_TEXT];
    int64_t seq;
    const char *found;
    id_format(stream->head.id, id);
    /* the id of a new record is new each time that it is asked for */
    const struct asked_entry asked = {
        .reference = stream->count == 0 ? NULL : id, .type = entry->type, .values = entry->values};
    const char *what = answer_fingerprint(act, &asked, 1);
    TRY(kept_answer(act, key, what, ret_record, &seq, &found));
    if (found != NULL) {
        return NULL;
    }
    struct write *write = store_write_new(act->service->store, act->arena);
    const struct entry *added = store_write_entry(write, stream, entry);
    if (key != NULL) {
        TRY(store_write_answer(write, act->actor->account, key, stream->head.id,
                               about(act, what, stream->head.id, added->seq)));
    }
    const struct error *error = store_commit(write);
    if (error == NULL) {
        *ret_record = stream->head.id;
        return NULL;
    }
    /* perhaps it was this very form, sent twice at once */
    TRY(kept_answer(act, key, what, ret_record, &seq, &found));
    return found != NULL ? NULL : error;
}

static void hash_asked(struct arena *arena, struct hasher *hasher, const struct asked_entry *asked)
{
    const struct entry entry = {.type = asked->type, .values = asked->values};
    const void *bytes;
    size_t size;
    entry_encode(arena, &entry, &bytes, &size);
    hash_text(hasher, asked->reference);
    hash_text(hasher, asked->type->id);
    hash_field(hasher, bytes, size);
    hash_text(hasher, text_is_blank(asked->labels) ? NULL : asked->labels);
    hash_number(hasher, asked->occurred != NULL);
    if (asked->occurred != NULL) {
        hash_number(hasher, asked->occurred->start.ms);
        hash_number(hasher, asked->occurred->day_only);
    }
}

const char *answer_fingerprint(const struct act *act, const struct asked_entry *asked, size_t count)
{
    struct hasher hasher;
    uint8_t hash[HASH_BYTES];
    hash_begin(&hasher);
    for (size_t i = 0; i < count; i++) {
        hash_asked(act->arena, &hasher, &asked[i]);
    }
    hash_end(&hasher, hash);
    return text_hex(act->arena, hash, TOKEN_BYTES);
}
