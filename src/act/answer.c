/*
 * Idempotency: what the same key gives again. Kept is what the first answer was about, not its text: the
 * case, the entry and the matches then shown; the view is folded again as it stood at that entry. A
 * fingerprint of what was asked tells a retry from a key used for something else.
 */
#include "act/inner.h"

#include "base/buf.h"
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
        char birth[DAY_TEXT] = "-";
        if (match->has_birth) {
            day_format(match->birth, birth);
        }
        buf_printf(&buf, "%s\t%d\t%s\t%s\t%s\n", match->reference.text, match->score, birth, match->reasons,
                   match->full_name);
    }
    return store_write_answer(write, act->actor->account, key, buf_text(&buf));
}

/* Cuts off what stands before `end`; "" when there is none. */
static const char *cut(struct arena *arena, const char **text, char end)
{
    const char *found = strchr(*text, end);
    size_t size = found == NULL ? strlen(*text) : (size_t)(found - *text);
    const char *part = arena_copy_n(arena, *text, size);
    *text += size + (found == NULL ? 0 : 1);
    return part;
}

static void read_matches(const struct act *act, const char *text, struct recorded *recorded)
{
    size_t lines = 0;
    for (const char *c = text; *c != '\0'; c++) {
        lines += *c == '\n' ? 1 : 0;
    }
    struct match *matches = arena_many(act->arena, struct match, lines);
    for (size_t i = 0; i < lines; i++) {
        int64_t score = 0;
        const char *reference = cut(act->arena, &text, '\t');
        if (reference_parse(reference, &matches[i].reference) &&
            number_parse(cut(act->arena, &text, '\t'), 0, 100, &score)) {
            matches[i].score = (int)score;
            matches[i].has_birth = day_parse(cut(act->arena, &text, '\t'), &matches[i].birth);
            matches[i].reasons = cut(act->arena, &text, '\t');
            matches[i].full_name = cut(act->arena, &text, '\n');
        }
    }
    recorded->matches = matches;
    recorded->match_count = lines;
}

static const struct error *view_again(const struct act *act, struct id case_id, uint64_t seq,
                                      struct recorded *ret_recorded)
{
    struct store_reader *reader;
    struct case_streams streams;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = case_load_id(act, reader, case_id, &streams);
    store_reader_give(reader);
    TRY(error);
    if (seq < 1 || seq > streams.file.count) {
        return error_of(ERROR_BROKEN_SEAL);
    }
    struct instant then = streams.file.entries[seq - 1]->recorded_at;
    TRY(case_view_make(act, &streams, then, then, &ret_recorded->view));
    ret_recorded->case_id = case_id;
    ret_recorded->reference = reference_of(case_id);
    ret_recorded->entry = streams.file.entries[seq - 1];
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
    if (!text_equal(cut(act->arena, &text, '\n'), what)) {
        return error_field(act->arena, ERROR_INVALID, "Idempotency-Key", NULL,
                           "this key was used for something else");
    }
    struct id case_id;
    int64_t seq;
    if (!id_parse(cut(act->arena, &text, '\n'), &case_id) ||
        !number_parse(cut(act->arena, &text, '\n'), 1, INT64_MAX, &seq)) {
        return error_of(ERROR_BROKEN_SEAL);
    }
    *ret_found = true;
    read_matches(act, text, ret_recorded);
    return view_again(act, case_id, (uint64_t)seq, ret_recorded);
}

const char *answer_fingerprint(const struct act *act, const char *reference, const struct entry *entry,
                               const struct entry *details)
{
    struct hasher hasher;
    uint8_t hash[HASH_BYTES];
    const void *bytes;
    size_t size;
    struct buf buf;
    hash_begin(&hasher);
    hash_text(&hasher, reference);
    hash_text(&hasher, entry->type->id);
    entry_encode(act->arena, entry, &bytes, &size);
    hash_field(&hasher, bytes, size);
    if (details != NULL) {
        entry_encode(act->arena, details, &bytes, &size);
        hash_field(&hasher, bytes, size);
    }
    hash_end(&hasher, hash);
    buf_init(&buf, act->arena, 2 * HASH_BYTES);
    for (int i = 0; i < TOKEN_BYTES; i++) {
        buf_printf(&buf, "%02x", hash[i]);
    }
    return buf_text(&buf);
}
