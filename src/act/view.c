/*
 * A case as it stood: the streams of the case and of the child, folded. Only what was recorded by the moment
 * asked is in the view, the child's details too.
 */
#include "act/shown.h"

#include "base/must.h"
#include "procedure/moved.h"
#include "record/decode.h"

#include <string.h>

const struct error *case_load_id(const struct act *act, struct store_reader *reader, struct id id,
                                 struct case_streams *ret_streams)
{
    struct id ids[2] = {id};
    struct stream streams[2];
    ret_streams->reach = NULL;
    const struct error *error = store_case_person(reader, act->arena, id, &ids[1]);
    if (error != NULL) { /* what is wrong with the case itself is said first */
        TRY(store_stream_read(reader, act->arena, id, &ret_streams->file));
        return error;
    }
    TRY(store_streams_read(reader, act->arena, ids, 2, streams));
    ret_streams->file = streams[0];
    ret_streams->person = streams[1];
    return NULL;
}

/* Who works on their own part alone is let in by what part.c decides; what they see is decided here. */
static const struct error *enter(const struct act *act, struct store_reader *reader, struct id id,
                                 enum access_act access, struct reach *ret_reach)
{
    return permit(act->actor, MAY_WORK_ON_PART) ? reach_of(act, reader, id, ret_reach)
                                                : reach_gate(act, reader, id, access, ret_reach);
}

const struct error *case_load(const struct act *act, struct store_reader *reader, const char *reference,
                              enum access_act access, struct case_streams *ret_streams)
{
    struct reference parsed;
    struct id id;
    if (!reference_parse(reference, &parsed)) {
        return error_of(ERROR_NOT_FOUND);
    }
    TRY(store_case_by_reference(reader, act->arena, parsed, &id));
    struct reach *reach = arena_one(act->arena, struct reach);
    TRY(enter(act, reader, id, access, reach));
    TRY(case_load_id(act, reader, id, ret_streams));
    ret_streams->reach = reach;
    ret_streams->restricted = reach->restricted;
    ret_streams->glass_until = reach->actor.granted.until;
    return NULL;
}

static const struct value *detail(const struct pack *pack, const struct value *values, const char *field)
{
    static const struct value none = {.kind = VALUE_NONE};
    const struct field *found = entry_type_field(&pack->types[pack->details_type], field);
    return found == NULL ? &none : &values[found->index];
}

static const char *detail_text(const struct pack *pack, const struct value *values, const char *field)
{
    const struct value *value = detail(pack, values, field);
    return value->kind == VALUE_TEXT ? value->text : "";
}

static const char *full_name(struct arena *arena, const char *given, const char *family)
{
    return arena_printf(arena, "%s%s%s", given, *given != '\0' && *family != '\0' ? " " : "", family);
}

void child_view_make(const struct act *act, const struct stream *person, struct instant at, struct day on,
                     struct child_view *ret_child)
{
    const struct pack *pack = pack_of_case(person->entries, person->count, at, person->pack);
    size_t field_count = pack->types[pack->details_type].field_count;
    struct value *values = arena_many(act->arena, struct value, field_count);
    struct child nobody = {0};
    const struct history *details = history_new(act->arena, pack, person->entries, person->count, nobody, at);
    for (size_t i = 0; i < details->count; i++) {
        for (size_t f = 0; f < field_count && details->list[i].type->part == PART_DETAILS; f++) {
            if (details->list[i].values[f].kind != VALUE_NONE) {
                values[f] = details->list[i].values[f];
            }
        }
    }
    const struct value *birth = detail(pack, values, "date_of_birth");
    *ret_child = (struct child_view){
        .person = person->head.id,
        .given_name = detail_text(pack, values, "given_name"),
        .family_name = detail_text(pack, values, "family_name"),
        .has_birth = birth->kind == VALUE_DAY,
        .age = -1,
        .details = details,
        .values = values,
    };
    ret_child->full_name = full_name(act->arena, ret_child->given_name, ret_child->family_name);
    if (ret_child->has_birth) {
        ret_child->birth = birth->day;
        int age = day_years_between(birth->day, on);
        ret_child->age = age < 0 ? -1 : age;
    }
}

/* Those recorded by `at`, with the names of who recorded them. */
static size_t recorded_by(const struct act *act, const struct stream *file, struct instant at,
                          const struct entry ***ret_entries)
{
    const struct entry **entries = arena_many(act->arena, const struct entry *, file->count);
    size_t count = 0;
    struct id last = {{0}};
    const char *last_name = NULL;
    for (size_t i = 0; i < file->count; i++) {
        if (instant_compare(file->entries[i]->recorded_at, at) > 0) {
            continue;
        }
        struct entry *entry = arena_one(act->arena, struct entry);
        *entry = *file->entries[i];
        if (last_name == NULL || !id_equal(last, entry->recorded_by)) {
            last = entry->recorded_by;
            last_name = account_name(act, last);
        }
        entry->recorded_name = last_name;
        entries[count++] = entry;
    }
    *ret_entries = entries;
    return count;
}

const struct case_view *case_view_make(const struct act *act, const struct case_streams *streams,
                                       struct instant at, struct instant now)
{
    struct case_view *view = arena_one(act->arena, struct case_view);
    const struct entry **entries;
    const struct stream *file = &streams->file;
    const struct pack *pack = pack_of_case(file->entries, file->count, at, file->pack);
    struct day on = moment_of_instant(pack, now).day;
    *view = (struct case_view){
        .id = file->head.id,
        .reference = reference_of(file->head.id),
        .pack = pack,
        .seq = file->head.seq,
        .at = now,
        .glass_until = INSTANT_NEVER,
    };
    child_view_make(act, &streams->person, at, on, &view->child);
    view->entry_count = recorded_by(act, file, at, &entries);
    view->entries = entries;
    if (view->entry_count == 0) {
        return NULL;
    }
    struct child child = {view->child.has_birth, view->child.birth};
    view->history = history_of_case(act->arena, pack, view->entries, view->entry_count, child, at);
    view->position = position_of(act->arena, view->history, now);
    view->state = case_fold(act->arena, view->history);
    return view;
}

const struct case_view *case_view_show(const struct act *act, const struct case_streams *streams,
                                       const struct case_view *whole)
{
    struct shown shown;
    must(streams->reach != NULL);
    shown_make(act, streams->reach, whole, &shown);
    return shown.view;
}

const struct error *child_name(const struct act *act, struct store_reader *reader, struct id case_id,
                               const char **ret_name)
{
    return child_names(act, reader, &case_id, 1, ret_name);
}

const struct error *child_names(const struct act *act, struct store_reader *reader, const struct id *case_ids,
                                size_t count, const char **ret_names)
{
    struct id *ids = arena_many(act->arena, struct id, count);
    struct stream *persons = arena_many(act->arena, struct stream, count);
    for (size_t i = 0; i < count; i++) {
        TRY(store_case_person(reader, act->arena, case_ids[i], &ids[i]));
    }
    TRY(store_streams_read(reader, act->arena, ids, count, persons));
    for (size_t i = 0; i < count; i++) {
        struct child_view child;
        child_view_make(act, &persons[i], INSTANT_NEVER, (struct day){0}, &child);
        ret_names[i] = child.full_name;
    }
    return NULL;
}
