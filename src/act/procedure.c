/*
 * Which procedures there are, which one new cases begin with, and moving a case from one to another. An
 * administrator chooses for new cases and reads none; a case is moved by a role of its procedure that may.
 */
#include "act/shown.h"

#include "base/text.h"
#include "procedure/moved.h"
#include "record/carry.h"

const struct error *act_procedures(const struct act *act, const struct procedure_view **ret_procedures,
                                   size_t *ret_count)
{
    TRY(act_begin(act, MAY_READ_DIRECTORY, "procedures-list", (struct id){{0}}));
    const struct service *service = act->service;
    struct procedure_view *views = arena_many(act->arena, struct procedure_view, service->served_count);
    for (size_t i = 0; i < service->served_count; i++) {
        views[i] = (struct procedure_view){service->served[i].pack, service->served[i].pack == act_pack(act)};
    }
    *ret_procedures = views;
    *ret_count = service->served_count;
    return NULL;
}

/* ---- for new cases ---- */

static const struct error *last_choice(struct store_reader *reader, struct arena *arena,
                                       const char **ret_pack_id, struct stream *ret_stream)
{
    const struct id *ids;
    size_t count;
    struct instant last = {INT64_MIN};
    TRY(store_streams_of_kind(reader, arena, STREAM_SETTING, &ids, &count));
    for (size_t i = 0; i < count; i++) {
        struct stream stream;
        TRY(store_stream_read(reader, arena, ids[i], &stream));
        for (size_t e = 0; e < stream.count; e++) {
            const struct entry *entry = stream.entries[e];
            if (instant_compare(entry->recorded_at, last) >= 0) {
                last = entry->recorded_at;
                *ret_pack_id = entry_text(entry, "pack");
                *ret_stream = stream;
            }
        }
    }
    return NULL;
}

const struct error *chosen_procedure(struct store *store, struct arena *arena, const char **ret_pack_id)
{
    struct store_reader *reader;
    struct stream stream = {0};
    *ret_pack_id = NULL;
    TRY(store_reader_take(store, &reader));
    const struct error *error = last_choice(reader, arena, ret_pack_id, &stream);
    store_reader_give(reader);
    return error;
}

static struct value text_value(const char *text)
{
    return (struct value){.kind = VALUE_TEXT, .text = text};
}

static const struct error *needs_reason(const struct act *act, const char *reason)
{
    return reason == NULL || text_is_blank(reason)
               ? error_field(act->arena, ERROR_INVALID, "reason", NULL, "say why")
               : NULL;
}

const struct error *act_procedure_choose(const struct act *act, const char *pack_id, const char *reason)
{
    struct service *service = act->service;
    struct store_reader *reader;
    struct stream stream = {0};
    const char *before = NULL;
    TRY(act_begin(act, MAY_CHOOSE_PROCEDURE, "procedure-choose", (struct id){{0}}));
    const struct served *served = pack_id == NULL ? NULL : served_by_id(service, pack_id);
    if (served == NULL) {
        return error_field(act->arena, ERROR_INVALID, "pack", NULL, "choose a procedure that is served");
    }
    TRY(needs_reason(act, reason));
    TRY(store_reader_take(service->store, &reader));
    const struct error *error = last_choice(reader, act->arena, &before, &stream);
    store_reader_give(reader);
    TRY(error);
    if (stream.count == 0) {
        TRY(store_stream_new(service->store, act->arena, STREAM_SETTING, 0, &stream));
    }
    const struct entry_type *type = system_type("procedure-chosen");
    const struct value values[] = {text_value(pack_id), text_value(reason)};
    struct entry entry = {
        .type = type,
        .occurred = {.start = act->now, .end = act->now},
        .recorded_at = act->now,
        .recorded_by = act->actor->account,
        .agency = act->actor->agency,
        .label = "standard",
        .values = values,
    };
    struct write *write = store_write_new(service->store, act->arena);
    store_write_entry(write, &stream, &entry);
    TRY(store_commit(write));
    service->current = served;
    return NULL;
}

/* ---- moving a case ---- */

static bool may_move(const struct act *act, const struct pack *pack)
{
    const struct role *role = pack_role(pack, act->actor->role->id);
    return permit(act->actor, MAY_MOVE_CASE) && role != NULL && role->moves_cases;
}

const struct error *act_case_move_targets(const struct act *act, const struct case_view *view,
                                          const struct pack *const **ret_packs, size_t *ret_count)
{
    const struct service *service = act->service;
    const struct pack **packs = arena_many(act->arena, const struct pack *, service->served_count);
    *ret_count = 0;
    *ret_packs = packs;
    for (size_t i = 0; i < service->served_count && may_move(act, view->pack); i++) {
        const struct pack *pack = service->served[i].pack;
        if (pack != view->pack && view->state->open && pack_takes_over(pack, view->pack)) {
            packs[(*ret_count)++] = pack;
        }
    }
    return NULL;
}

static bool runs(const struct duty *duty)
{
    return duty->state == DUTY_OPEN || duty->state == DUTY_OVERDUE;
}

static const struct duty *find_duty(const struct duty *duties, size_t count, const struct duty_rule *rule,
                                    uint64_t begun_seq)
{
    for (size_t i = 0; i < count; i++) {
        if (duties[i].rule == rule && duties[i].begun_by->entry->seq == begun_seq) {
            return &duties[i];
        }
    }
    return NULL;
}

static void pair_duties(const struct act *act, const struct history *history, struct move_view *move)
{
    const struct case_view *view = move->view;
    const struct duty *after;
    const struct duty *before;
    size_t after_count;
    size_t before_count;
    duties_evaluate(act->arena, history, act->now, &after, &after_count);
    duties_evaluate(act->arena, view->history, act->now, &before, &before_count);
    bool *paired = arena_many(act->arena, bool, after_count);
    struct moved_duty *rows = arena_many(act->arena, struct moved_duty, after_count + before_count);
    for (size_t i = 0; i < before_count; i++) {
        bool keeps = false;
        const struct duty_rule *rule =
            runs(&before[i]) ? rule_carried(move->to, view->pack, before[i].rule, &keeps) : NULL;
        const struct duty *goes_on =
            rule == NULL ? NULL : find_duty(after, after_count, rule, before[i].begun_by->entry->seq);
        if (runs(&before[i])) {
            rows[move->duty_count++] = (struct moved_duty){&before[i], goes_on, goes_on != NULL && keeps};
        }
        if (goes_on != NULL) {
            paired[goes_on - after] = true;
        }
    }
    for (size_t i = 0; i < after_count; i++) {
        if (!paired[i] && runs(&after[i])) {
            rows[move->duty_count++] = (struct moved_duty){NULL, &after[i], false};
        }
    }
    move->duties = rows;
}

static const struct error *look_ahead(const struct act *act, const struct case_view *view,
                                      const struct pack *to, struct move_view *ret_move)
{
    struct move_view move = {.view = view, .to = to};
    struct child child = {view->child.has_birth, view->child.birth};
    const struct history *history =
        history_if_moved(act->arena, to, view->pack, view->entries, view->entry_count, child, act->now);
    for (size_t i = 0; i < history->count; i++) {
        move.unread += !pack_owns(to, history->list[i].type);
    }
    pair_duties(act, history, &move);
    *ret_move = move;
    return NULL;
}

static const struct error *load_streams(const struct act *act, const char *reference,
                                        struct case_streams *ret_streams)
{
    struct store_reader *reader;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = case_load(act, reader, reference, ACCESS_RECORD, ret_streams);
    store_reader_give(reader);
    return error;
}

/* The case, and where it may go; *ret_to NULL when no procedure is named. */
static const struct error *begin_move(const struct act *act, const char *name, const char *reference,
                                      const char *pack_id, struct case_streams *streams,
                                      const struct case_view **ret_view, const struct served **ret_to)
{
    const struct error *error = act->actor == NULL ? NULL : load_streams(act, reference, streams);
    struct id record = error == NULL && act->actor != NULL ? streams->file.head.id : (struct id){{0}};
    TRY(act_begin(act, MAY_MOVE_CASE, error == NULL ? name : "not-found", record));
    TRY(error);
    if (!may_move(act, streams->file.pack)) {
        return error_new(act->arena, ERROR_NOT_ALLOWED, "your role does not move cases to another procedure");
    }
    const struct case_view *whole;
    whole = case_view_make(act, streams, INSTANT_NEVER, act->now);
    *ret_view = case_view_show(act, streams, whole);
    *ret_to = pack_id == NULL ? NULL : served_by_id(act->service, pack_id);
    if (pack_id == NULL) {
        return NULL;
    }
    if (*ret_to == NULL || (*ret_to)->pack == streams->file.pack) {
        return error_field(act->arena, ERROR_INVALID, "to", NULL, "choose another procedure that is served");
    }
    if (!pack_takes_over((*ret_to)->pack, streams->file.pack)) {
        return error_field(act->arena, ERROR_INVALID, "to", NULL,
                           "“%s” does not say how cases of “%s” go on in it", (*ret_to)->pack->title,
                           streams->file.pack->title);
    }
    return (*ret_view)->state->open ? NULL
                                    : error_field(act->arena, ERROR_INVALID, "to", NULL,
                                                  "the case is closed: only an open case is moved");
}

const struct error *act_case_move_look(const struct act *act, const char *reference, const char *pack_id,
                                       struct move_view *ret_move)
{
    struct case_streams streams = {0};
    const struct case_view *view;
    const struct served *to;
    TRY(begin_move(act, "case-move-look", reference, pack_id, &streams, &view, &to));
    if (to != NULL) {
        return look_ahead(act, view, to->pack, ret_move);
    }
    *ret_move = (struct move_view){.view = view};
    return NULL;
}

static const struct error *write_move(const struct act *act, struct case_streams *streams,
                                      const struct served *to, const char *reason, struct recorded *recorded)
{
    const struct entry_type *type = system_type(MOVED_TYPE);
    const struct pack *from = streams->file.pack;
    const struct value values[] = {
        text_value(arena_printf(act->arena, "%s %s", from->title, from->version)),
        text_value(arena_printf(act->arena, "%s %s", to->pack->title, to->pack->version)),
        text_value(reason)};
    struct entry entry = entry_by(act, to->pack, type, values, NULL);
    const struct case_view *before = case_view_make(act, streams, INSTANT_NEVER, act->now);
    struct write *write = store_write_new(act->service->store, act->arena);
    const struct entry *added;
    TRY(store_write_move(write, &streams->file, to->number, &entry, &recorded->entry));
    if (streams->person.pack != to->pack) {
        TRY(store_write_move(write, &streams->person, to->number, &entry, &added));
    }
    recorded->view = case_view_make(act, streams, INSTANT_NEVER, act->now);
    notices_of_move(act, write, before, recorded->view, recorded->entry->seq);
    TRY(store_commit(write));
    recorded->case_id = streams->file.head.id;
    recorded->reference = reference_of(recorded->case_id);
    shown_recorded(act, streams->reach, recorded);
    return NULL;
}

const struct error *act_case_move(const struct act *act, const char *reference, const char *pack_id,
                                  const char *reason, uint64_t expected_seq, struct recorded *ret_recorded)
{
    struct case_streams streams = {0};
    const struct case_view *view;
    const struct served *to;
    struct recorded recorded = {0};
    if (pack_id == NULL) {
        return error_field(act->arena, ERROR_INVALID, "to", NULL, "choose a procedure");
    }
    TRY(begin_move(act, "case-move", reference, pack_id, &streams, &view, &to));
    TRY(needs_reason(act, reason));
    if (expected_seq != 0 && expected_seq != view->seq) {
        return error_new(act->arena, ERROR_CONFLICT,
                         "somebody recorded on this case meanwhile: look again at what "
                         "the move would do");
    }
    TRY(write_move(act, &streams, to, reason, &recorded));
    *ret_recorded = recorded;
    return NULL;
}
