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

const struct error *answer_keep(const struct act *act, struct write *write, const char *key, const char *what,
                                const struct case_streams *streams, const struct recorded *recorded)
{
    char id[ID_TEXT];
    struct buf buf;
    if (key == NULL) {
        return NULL;
    }
    id_format(streams->file.head.id, id);
    buf_init(&buf, act->arena, 64 * 1024);
    buf_printf(&buf, "%s\n%s\n%llu\n", what, id, (unsigned long long)recorded->entry->seq);
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

const struct error *answer_again(const struct act *act, const char *key, const char *what, bool *ret_found,
                                 struct recorded *ret_recorded)
{
    const char *text = NULL;
    struct store_reader *reader;
    *ret_found = false;
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
    struct id case_id;
    int64_t seq;
    must(id_parse(cut(act->arena, &text, '\n'), &case_id));
    must(number_parse(cut(act->arena, &text, '\n'), 1, INT64_MAX, &seq));
    *ret_found = true;
    *ret_recorded = (struct recorded){0};
    TRY(store_reader_take(act->service->store, &reader));
    error = read_matches(act, reader, text, ret_recorded);
    store_reader_give(reader);
    TRY(error);
    TRY(matches_look(act, ret_recorded->matches, &ret_recorded->match_count));
    return view_again(act, case_id, (uint64_t)seq, ret_recorded);
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
