/*
 * Entries outside any case: they name no child, so each is a record of its own, with its answers after it.
 * Whoever works with the procedure sees those of their agency; recommendations are the whole partnership's.
 */
#include "act/inner.h"

#include "base/text.h"
#include "record/carry.h"

#include <string.h>

enum { MOST_LISTED = 500 };

bool act_may_record_outside(const struct actor *actor, const struct pack *pack, const struct entry_type *type)
{
    const struct role *role = pack_role(pack, actor->role->id);
    return permit(actor, MAY_WORK_OUTSIDE) && !actor->role->inspects && role != NULL && type->without_child &&
           type->recorded_by[role->index];
}

static const struct position *no_case(const struct act *act, const struct pack *pack)
{
    struct child nobody = {0};
    const struct history *history = history_new(act->arena, pack, NULL, 0, nobody, INSTANT_NEVER);
    return position_of(act->arena, history, act->now);
}

static const struct error *may_record(const struct act *act, const struct entry_type *type)
{
    return act_may_record_outside(act->actor, act_pack(act), type)
               ? NULL
               : error_new(act->arena, ERROR_NOT_ALLOWED, "your role does not record \"%s\" outside a case",
                           type->title);
}

const struct error *act_outside_record(const struct act *act, const struct entry_type *type,
                                       const struct value *values, const char *idempotency_key,
                                       struct id *ret_id)
{
    struct stream stream;
    struct service *service = act->service;
    TRY(act_begin(act, MAY_WORK_OUTSIDE, "outside-record", (struct id){{0}}));
    TRY(may_record(act, type));
    struct entry entry = entry_by(act, act_pack(act), type, values, NULL);
    TRY(entry_check(act, no_case(act, act_pack(act)), &entry));
    TRY(store_stream_new(service->store, act->arena, STREAM_OUTSIDE,
                         service_pack_number(service, act_pack(act)), &stream));
    return answer_once(act, idempotency_key, &stream, &entry, ret_id);
}

/* What a record is about, and whether this actor may see it. */
static const struct error *load(const struct act *act, struct store_reader *reader, struct id id,
                                struct stream *ret_stream)
{
    TRY(store_stream_read(reader, act->arena, id, ret_stream));
    if (ret_stream->head.kind != STREAM_OUTSIDE) {
        return error_of(ERROR_NOT_FOUND);
    }
    const struct entry *first = ret_stream->entries[0];
    bool shared = strcmp(first->type->id, "learning-recommendation") == 0;
    return shared || text_equal(first->agency, act->actor->agency) ? NULL : error_of(ERROR_NOT_FOUND);
}

static const struct error *load_once(const struct act *act, struct id id, struct stream *ret_stream)
{
    struct store_reader *reader;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = load(act, reader, id, ret_stream);
    store_reader_give(reader);
    return error;
}

const struct error *act_outside_answer(const struct act *act, struct id id, const struct entry_type *type,
                                       const struct value *values, const char *idempotency_key)
{
    struct stream stream;
    TRY(act_begin(act, MAY_WORK_OUTSIDE, "outside-answer", id));
    TRY(may_record(act, type));
    TRY(load_once(act, id, &stream));
    if (stream.pack != act_pack(act)) {
        /* the type by its name in the pack that the record was begun under */
        const struct entry_type *asked = type;
        type = pack_type(stream.pack, asked->id);
        if (type == NULL) {
            return error_of(ERROR_NOT_FOUND);
        }
        values = values_carried(act->arena, stream.pack, asked, type, values);
    }
    struct entry entry = entry_by(act, stream.pack, type, values, NULL);
    TRY(entry_check(act, no_case(act, stream.pack), &entry));
    return answer_once(act, idempotency_key, &stream, &entry, &id);
}

static const struct outside_view *view_of(const struct act *act, const struct stream *stream)
{
    struct outside_view *view = arena_one(act->arena, struct outside_view);
    const struct entry **entries = arena_many(act->arena, const struct entry *, stream->count);
    for (size_t i = 0; i < stream->count; i++) {
        struct entry *entry = arena_one(act->arena, struct entry);
        *entry = *stream->entries[i];
        entry->recorded_name = account_name(act, entry->recorded_by);
        entries[i] = entry;
    }
    *view = (struct outside_view){.id = stream->head.id,
                                  .pack = stream->pack,
                                  .type = entries[0]->type,
                                  .entries = entries,
                                  .count = stream->count};
    return view;
}

const struct error *act_outside_read(const struct act *act, struct id id,
                                     const struct outside_view **ret_view)
{
    struct stream stream;
    TRY(act_begin(act, MAY_WORK_OUTSIDE, "outside-read", id));
    TRY(load_once(act, id, &stream));
    *ret_view = view_of(act, &stream);
    return NULL;
}

static int newest_first(const void *a, const void *b)
{
    const struct outside_view *const *one = a;
    const struct outside_view *const *two = b;
    return instant_compare((*two)->entries[0]->recorded_at, (*one)->entries[0]->recorded_at);
}

static const struct error *list(const struct act *act, struct store_reader *reader,
                                const struct entry_type *type, const struct outside_view **views,
                                size_t *ret_count, const struct id *ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct stream stream;
        const struct error *error = load(act, reader, ids[i], &stream);
        if (error != NULL && error->code == ERROR_NOT_FOUND) {
            continue;
        }
        TRY(error);
        if (type == NULL || strcmp(type->id, stream.entries[0]->type->id) == 0) {
            views[(*ret_count)++] = view_of(act, &stream);
        }
    }
    return NULL;
}

const struct error *act_outside_list(const struct act *act, const struct entry_type *type,
                                     const struct outside_view *const **ret_views, size_t *ret_count)
{
    struct store_reader *reader;
    const struct id *ids;
    size_t count;
    TRY(act_begin(act, MAY_WORK_OUTSIDE, "outside-list", (struct id){{0}}));
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_streams_of_kind(reader, act->arena, STREAM_OUTSIDE, &ids, &count);
    const struct outside_view **views = NULL;
    *ret_count = 0;
    if (error == NULL) {
        views = arena_many(act->arena, const struct outside_view *, count);
        error = list(act, reader, type, views, ret_count, ids, count);
    }
    store_reader_give(reader);
    TRY(error);
    qsort(views, *ret_count, sizeof *views, newest_first);
    *ret_count = *ret_count > MOST_LISTED ? MOST_LISTED : *ret_count;
    *ret_views = views;
    return NULL;
}

/* ---- lines of an entry that are entries in their own right ---- */

static const struct value *one_line(const struct act *act, const struct entry_type *type, const char *text)
{
    struct value *values = arena_many(act->arena, struct value, type->field_count);
    values[0] = (struct value){.kind = VALUE_TEXT, .text = text};
    return values;
}

const struct error *write_lines_of(const struct act *act, struct write *write, struct stream *file,
                                   const struct entry *entry)
{
    const struct pack *pack = file->pack;
    for (size_t f = 0; f < entry->type->field_count; f++) {
        const struct value *value = &entry->values[f];
        const struct entry_type *type =
            entry->type->fields[f].becomes == NULL ? NULL : pack_type(pack, entry->type->fields[f].becomes);
        for (size_t i = 0; type != NULL && value->kind == VALUE_TEXTS && i < value->list.count; i++) {
            struct entry line =
                entry_by(act, pack, type, one_line(act, type, value_texts(value)[i]), &entry->occurred);
            struct stream *stream = file;
            if (type->without_child) {
                stream = arena_one(act->arena, struct stream);
                TRY(store_stream_new(act->service->store, act->arena, STREAM_OUTSIDE, file->head.pack,
                                     stream));
            } else {
                line.label = entry->label; /* what closes the entry closes its lines too */
            }
            store_write_entry(write, stream, &line);
        }
    }
    return NULL;
}
