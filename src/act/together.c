/*
 * A meeting and what it agreed, about one child or several, recorded in one write. Each case is read, its
 * entries are checked one after the other against the case as those before leave it, and all are handed to
 * the writer together, so that no action stands without its meeting and no child's record is left behind.
 */
#include "act/shown.h"

#include "base/must.h"
#include "base/text.h"

#include <string.h>

enum { TRIES = 50 };

const struct error *error_prefixed(struct arena *arena, const struct error *error, const char *prefix)
{
    if (error == NULL || prefix == NULL || prefix[0] == '\0') {
        return error;
    }
    struct error *copy = arena_one(arena, struct error);
    *copy = *error;
    copy->field = error->field == NULL ? NULL : arena_printf(arena, "%s%s", prefix, error->field);
    copy->next = error_prefixed(arena, error->next, prefix);
    return copy;
}

static const struct error *chained(struct arena *arena, const struct error *first, const struct error *second)
{
    if (first == NULL) {
        return second;
    }
    struct error *copy = arena_one(arena, struct error);
    *copy = *first;
    copy->next = chained(arena, first->next, second);
    return copy;
}

struct together {
    const struct act *act;
    const struct together_input *input;
    struct case_streams *streams; /* by case */
    struct stream meeting;
    bool has_meeting;
    struct write *write;
    struct recorded recorded;
};

static const struct error *read_cases(struct together *together)
{
    const struct act *act = together->act;
    const struct error *error = NULL;
    struct store_reader *reader;
    TRY(store_reader_take(act->service->store, &reader));
    for (size_t i = 0; i < together->input->count && error == NULL; i++) {
        error =
            case_load(act, reader, together->input->parts[i].reference, ACCESS_RECORD, &together->streams[i]);
    }
    store_reader_give(reader);
    return error;
}

/* Every case it reads is looked at by this actor, so each look is logged before anything is said of it. */
static const struct error *look_at_all(struct together *together)
{
    for (size_t i = 0; i < together->input->count; i++) {
        TRY(act_begin(together->act, MAY_RECORD, "entry-record", together->streams[i].file.head.id));
        for (size_t j = 0; j < i; j++) {
            if (id_equal(together->streams[i].file.head.id, together->streams[j].file.head.id)) {
                return error_field(together->act->arena, ERROR_INVALID, "cases", NULL,
                                   "the same case is named twice");
            }
        }
    }
    return NULL;
}

static const struct error *begin_meeting(struct together *together)
{
    const struct act *act = together->act;
    const struct entry_type *type = system_type("meeting-begun");
    const struct together_input *input = together->input;
    if (input->begins_meeting == NULL || input->count < 2) {
        return NULL;
    }
    struct value *values = arena_many(act->arena, struct value, type->field_count);
    const char **cases = arena_many(act->arena, const char *, input->count);
    for (size_t i = 0; i < input->count; i++) {
        struct reference reference = reference_of(together->streams[i].file.head.id);
        cases[i] = arena_copy(act->arena, reference.text);
    }
    values[0] = (struct value){.kind = VALUE_TEXT, .text = input->begins_meeting};
    values[1] = (struct value){.kind = VALUE_TEXTS, .list = {cases, input->count}};
    struct entry entry = {
        .type = type,
        .occurred = {.start = act->now, .end = act->now},
        .recorded_at = act->now,
        .recorded_by = act->actor->account,
        .agency = act->actor->agency,
        .label = "standard",
        .values = values,
    };
    TRY(store_stream_new(act->service->store, act->arena, STREAM_MEETING, 0, &together->meeting));
    together->has_meeting = true;
    store_write_entry(together->write, &together->meeting, &entry);
    return NULL;
}

/* The type of the same name in the pack of that case. */
static const struct error *same_type(const struct act *act, const struct pack *pack,
                                     const struct entry_type *type)
{
    return pack_type(pack, type->id) == type
               ? NULL
               : error_new(act->arena, ERROR_CONFLICT,
                           "the cases stand under different versions of the procedure");
}

static const struct value *with_meeting(struct together *together, const struct part_entry *part)
{
    const struct field *field = entry_type_field(part->type, "meeting");
    if (!together->has_meeting || field == NULL || !field->system) {
        return part->values;
    }
    struct value *values = arena_many(together->act->arena, struct value, part->type->field_count);
    char *text = arena_alloc(together->act->arena, ID_TEXT);
    memcpy(values, part->values, part->type->field_count * sizeof *values);
    id_format(together->meeting.head.id, text);
    values[field->index] = (struct value){.kind = VALUE_TEXT, .text = text};
    return values;
}

static const struct error *write_part(struct together *together, size_t index, const struct error **faults)
{
    const struct act *act = together->act;
    const struct case_part *part = &together->input->parts[index];
    struct case_streams *streams = &together->streams[index];
    for (size_t e = 0; e < part->count; e++) {
        const struct part_entry *one = &part->entries[e];
        const struct case_view *view;
        TRY(same_type(act, streams->file.pack, one->type));
        if (!act_may_record(act->actor, streams->file.pack, one->type)) {
            return error_new(act->arena, ERROR_NOT_ALLOWED, "your role does not record \"%s\"",
                             one->type->title);
        }
        view = case_view_make(act, streams, INSTANT_NEVER, act->now);
        struct shown shown;
        const struct value *values;
        shown_make(act, streams->reach, view, &shown);
        const struct error *error =
            shown_values(act, &shown, one->type, with_meeting(together, one), &values);
        if (error != NULL) {
            *faults = chained(act->arena, *faults, error_prefixed(act->arena, error, one->prefix));
            continue;
        }
        struct entry entry = entry_by(act, streams->file.pack, one->type, values, one->occurred);
        error = entry_check(act, view->position, &entry);
        if (error != NULL) {
            *faults = chained(act->arena, *faults, error_prefixed(act->arena, error, one->prefix));
            continue;
        }
        const struct entry *added = store_write_entry(together->write, &streams->file, &entry);
        TRY(write_lines_of(act, together->write, &streams->file, &entry));
        if (index == 0 && e == 0) {
            together->recorded.entry = added;
        }
    }
    return NULL;
}

/* NULL where the actor has seen all there is for them. */
static const struct error *moved(struct together *together, size_t index)
{
    const struct act *act = together->act;
    const struct case_streams *streams = &together->streams[index];
    uint64_t expected = together->input->parts[index].expected_seq;
    struct recorded *recorded = &together->recorded;
    const struct case_view *whole;
    whole = case_view_make(act, streams, INSTANT_NEVER, act->now);
    const struct case_view *view = case_view_show(act, streams, whole);
    if (view->seq == expected) {
        return NULL;
    }
    recorded->view = view;
    size_t known = expected < recorded->view->entry_count ? (size_t)expected : recorded->view->entry_count;
    recorded->case_id = streams->file.head.id;
    recorded->reference = recorded->view->reference;
    recorded->since = recorded->view->entries + known;
    recorded->since_count = recorded->view->entry_count - known;
    return error_new(act->arena, ERROR_CONFLICT, "somebody recorded on case %s meanwhile",
                     recorded->reference.text);
}

static const struct error *try_together(struct together *together, const char *what)
{
    const struct act *act = together->act;
    const struct together_input *input = together->input;
    const struct error *faults = NULL;
    memset(&together->recorded, 0, sizeof together->recorded);
    together->has_meeting = false;
    TRY(read_cases(together));
    for (size_t i = 0; i < input->count; i++) {
        if (input->parts[i].expected_seq != 0) {
            TRY(moved(together, i));
        }
    }
    uint64_t *before = arena_many(act->arena, uint64_t, input->count);
    together->write = store_write_new(act->service->store, act->arena);
    TRY(begin_meeting(together));
    for (size_t i = 0; i < input->count; i++) {
        before[i] = together->streams[i].file.head.seq;
        TRY(write_part(together, i, &faults));
    }
    TRY(faults);
    for (size_t i = 0; i < input->count; i++) {
        const struct case_view *view;
        view = case_view_make(act, &together->streams[i], INSTANT_NEVER, act->now);
        TRY(notices_write(act, together->write, view, before[i] + 1));
        together->recorded.view = i == 0 ? view : together->recorded.view;
    }
    TRY(answer_keep(act, together->write, input->idempotency_key, what, &together->streams[0],
                    &together->recorded));
    if (!id_is_zero(input->draft)) {
        store_write_drop_draft(together->write, act->actor->account, input->draft);
    }
    TRY(store_commit(together->write));
    together->recorded.case_id = together->streams[0].file.head.id;
    together->recorded.reference = reference_of(together->recorded.case_id);
    shown_recorded(act, together->streams[0].reach, &together->recorded);
    return NULL;
}

static const char *asked_of(const struct act *act, const struct together_input *input)
{
    struct asked_entry *asked = NULL;
    size_t count = 0;
    size_t room = 0;
    for (size_t p = 0; p < input->count; p++) {
        for (size_t e = 0; e < input->parts[p].count; e++) {
            const struct part_entry *entry = &input->parts[p].entries[e];
            asked = arena_room(act->arena, asked, count, &room, sizeof *asked);
            asked[count++] = (struct asked_entry){.reference = input->parts[p].reference,
                                                  .type = entry->type,
                                                  .values = entry->values,
                                                  .occurred = entry->occurred};
        }
    }
    return answer_fingerprint(act, asked, count);
}

const struct error *act_together_record(const struct act *act, const struct together_input *input,
                                        struct recorded *ret_recorded)
{
    bool found;
    struct together together = {
        .act = act,
        .input = input,
        .streams = arena_many(act->arena, struct case_streams, input->count),
    };
    const struct error *error = act->actor == NULL ? NULL : read_cases(&together);
    if (act->actor == NULL || error != NULL) {
        TRY(act_begin(act, MAY_RECORD, "not-found", (struct id){{0}}));
        return error;
    }
    TRY(look_at_all(&together));
    const char *what = input->idempotency_key == NULL ? NULL : asked_of(act, input);
    TRY(answer_again(act, input->idempotency_key, what, &found, ret_recorded));
    if (found) {
        return NULL;
    }
    for (int i = 0; i < TRIES; i++) {
        error = try_together(&together, what);
        if (error != NULL && error->code == ERROR_EXISTS) {
            must(input->idempotency_key != NULL); /* nothing else of it is there but once */
            return answer_again(act, input->idempotency_key, what, &found, ret_recorded);
        }
        if (error == NULL || error->code != ERROR_CONFLICT || together.recorded.since != NULL) {
            break;
        }
    }
    if (error == NULL || together.recorded.since != NULL) {
        *ret_recorded = together.recorded;
    }
    return error;
}

const struct error *act_meeting_cases(const struct act *act, const char *meeting,
                                      const char *const **ret_references, size_t *ret_count)
{
    struct store_reader *reader;
    struct stream stream;
    struct id id;
    if (!id_parse(meeting, &id)) {
        return error_of(ERROR_NOT_FOUND);
    }
    TRY(act_begin(act, MAY_READ_CASE, "meeting-read", id));
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_stream_read(reader, act->arena, id, &stream);
    store_reader_give(reader);
    TRY(error);
    if (stream.head.kind != STREAM_MEETING) {
        return error_of(ERROR_NOT_FOUND);
    }
    const struct value *cases = entry_value(stream.entries[0], "cases");
    must(cases->kind == VALUE_TEXTS);
    *ret_references = value_texts(cases);
    *ret_count = cases->list.count;
    return NULL;
}
