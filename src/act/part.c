/*
 * One's own part of a plan (11.54): a voluntary worker sees and updates what their agency does for a child,
 * and nothing else of the case. The part is what actions give the agency, as far as the policy opens it to
 * them; what others recorded besides is never read out.
 */
#include "act/shown.h"

#include "base/text.h"

#include <string.h>

enum { MOST_LISTED = 200 };

bool act_may_record_part(const struct actor *actor, const struct pack *pack, const struct entry_type *type)
{
    const struct role *role = pack_role(pack, actor->role->id);
    return permit(actor, MAY_WORK_ON_PART) && role != NULL && type->recorded_by[role->index] &&
           !type->only_without_child;
}

static const struct value *value_of(const struct known *known, const char *name)
{
    static const struct value none = {.kind = VALUE_NONE};
    const struct field *field = known == NULL ? NULL : entry_type_field(known->type, name);
    return field == NULL ? &none : &known->values[field->index];
}

static bool is_ours(const struct act *act, const struct action *action)
{
    const struct value *agency = value_of(action->progress, "agency");
    agency = agency->kind == VALUE_CODE ? agency : value_of(action->agreed, "agency");
    return agency->kind == VALUE_CODE && strcmp(agency->code->id, act->actor->agency) == 0;
}

static struct part_action action_of(const struct action *action)
{
    const struct value *text = value_of(action->agreed, "action");
    const struct value *part = value_of(action->agreed, "strategy_part");
    const struct value *due = value_of(action->agreed, "due_at");
    const struct value *reason = value_of(action->progress, "reason");
    return (struct part_action){
        .text = text->kind == VALUE_TEXT ? text->text : "",
        .part = part->kind == VALUE_CODE ? part->code : NULL,
        .due_at = due->kind == VALUE_MOMENT ? due->moment.end : INSTANT_NEVER,
        .progress = reason->kind == VALUE_TEXT ? reason->text : "",
        .open = action->open,
    };
}

static bool has_part(const struct code *const *parts, size_t count, const struct code *part)
{
    for (size_t i = 0; i < count; i++) {
        if (parts[i] == part) {
            return true;
        }
    }
    return false;
}

static const struct part_view *view_of(const struct act *act, const struct case_view *whole)
{
    const struct case_state *state = whole->state;
    struct part_view *view = arena_one(act->arena, struct part_view);
    struct part_action *actions = arena_many(act->arena, struct part_action, state->action_count);
    const struct code **parts = arena_many(act->arena, const struct code *, state->action_count);
    const struct entry **own = arena_many(act->arena, const struct entry *, whole->entry_count);
    *view = (struct part_view){.reference = whole->reference,
                               .pack = whole->pack,
                               .given_name = whole->child.given_name,
                               .actions = actions,
                               .parts = parts,
                               .own = own};
    for (size_t i = 0; i < state->action_count; i++) {
        if (!is_ours(act, &state->actions[i])) {
            continue;
        }
        struct part_action action = action_of(&state->actions[i]);
        actions[view->action_count++] = action;
        if (action.part != NULL && !has_part(parts, view->part_count, action.part)) {
            parts[view->part_count++] = action.part;
        }
    }
    for (size_t i = whole->entry_count; i > 0; i--) {
        const struct entry *entry = whole->entries[i - 1];
        if (text_equal(entry->agency, act->actor->agency) &&
            act_may_record_part(act->actor, whole->pack, entry->type)) {
            own[view->own_count++] = entry;
        }
    }
    return view;
}

/* Whoever has a part takes part in the case, as an agency that works on it does; whether that is enough, the
 * policy says: not where it is restricted, nor to who has an interest of their own. */
static bool may_have_part(const struct act *act, const struct reach *reach)
{
    struct reach with_part = *reach;
    with_part.involvements[0] = (struct access_involvement){INVOLVED_AGENCY, {{0}, INSTANT_NEVER}};
    with_part.actor.involvement_count = 1;
    return reach_may(reach, ACCESS_FIND, act->now).answer == ACCESS_YES ||
           reach_may(&with_part, ACCESS_FIND, act->now).answer == ACCESS_YES;
}

/* NULL in *ret_view where the agency has no part. */
static const struct error *read_part(const struct act *act, struct store_reader *reader, struct id id,
                                     const struct part_view **ret_view)
{
    struct case_streams streams;
    struct reach reach;
    struct shown shown;
    *ret_view = NULL;
    TRY(reach_of(act, reader, id, &reach));
    if (!may_have_part(act, &reach)) {
        return NULL;
    }
    TRY(case_load_id(act, reader, id, &streams));
    shown_make(act, &reach, case_view_make(act, &streams, INSTANT_NEVER, act->now), &shown);
    const struct part_view *view = view_of(act, shown.view);
    *ret_view = view->action_count == 0 ? NULL : view;
    return NULL;
}

static const struct error *list(const struct act *act, struct store_reader *reader,
                                const struct part_view *const **ret_views, size_t *ret_count)
{
    const struct action_row *rows;
    size_t count;
    TRY(store_actions(reader, act->arena, act->actor->agency, MOST_LISTED, &rows, &count));
    const struct part_view **views = arena_many(act->arena, const struct part_view *, count);
    *ret_count = 0;
    for (size_t i = 0; i < count; i++) {
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++) {
            seen = id_equal(rows[j].case_id, rows[i].case_id);
        }
        const struct part_view *view = NULL;
        if (!seen) {
            TRY(read_part(act, reader, rows[i].case_id, &view));
        }
        if (view != NULL) {
            views[(*ret_count)++] = view;
        }
    }
    *ret_views = views;
    return NULL;
}

const struct error *act_part_list(const struct act *act, const struct part_view *const **ret_views,
                                  size_t *ret_count)
{
    struct store_reader *reader;
    TRY(act_begin(act, MAY_WORK_ON_PART, "part-list", (struct id){{0}}));
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = list(act, reader, ret_views, ret_count);
    store_reader_give(reader);
    return error;
}

static const struct error *find(const struct act *act, const char *reference, struct id *ret_id,
                                const struct part_view **ret_view)
{
    struct store_reader *reader;
    struct reference parsed;
    if (!reference_parse(reference, &parsed)) {
        return error_of(ERROR_NOT_FOUND);
    }
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = store_case_by_reference(reader, act->arena, parsed, ret_id);
    if (error == NULL) {
        error = read_part(act, reader, *ret_id, ret_view);
    }
    store_reader_give(reader);
    TRY(error);
    return *ret_view == NULL ? error_of(ERROR_NOT_FOUND) : NULL;
}

const struct error *act_part_read(const struct act *act, const char *reference,
                                  const struct part_view **ret_view)
{
    struct id found = {{0}};
    bool may = act->actor != NULL && permit(act->actor, MAY_WORK_ON_PART);
    const struct error *error = may ? find(act, reference, &found, ret_view) : NULL;
    TRY(act_begin(act, MAY_WORK_ON_PART, error == NULL ? "part-read" : "not-found",
                  error == NULL ? found : (struct id){{0}}));
    return error;
}

static bool is_own_action(const struct part_view *view, const char *text)
{
    for (size_t i = 0; i < view->action_count; i++) {
        if (text_equal(view->actions[i].text, text)) {
            return true;
        }
    }
    return false;
}

/* What the entry speaks of must be the agency's own. */
static const struct error *check_own(const struct act *act, const struct part_view *view,
                                     const struct entry_input *input)
{
    const struct field *action = entry_type_field(input->type, "action");
    const struct field *part = entry_type_field(input->type, "strategy_part");
    if (action != NULL && input->values[action->index].kind == VALUE_TEXT &&
        !is_own_action(view, input->values[action->index].text)) {
        return error_field(act->arena, ERROR_INVALID, "action", NULL, "this is not an action of your agency");
    }
    if (part != NULL && input->values[part->index].kind == VALUE_CODE &&
        !has_part(view->parts, view->part_count, input->values[part->index].code)) {
        return error_field(act->arena, ERROR_INVALID, "strategy_part", NULL,
                           "this part of the plan is not your agency's");
    }
    return NULL;
}

const struct error *act_part_record(const struct act *act, const char *reference,
                                    const struct entry_input *input, struct recorded *ret_recorded)
{
    const struct part_view *view;
    TRY(act_part_read(act, reference, &view));
    if (!act_may_record_part(act->actor, view->pack, input->type)) {
        return error_new(act->arena, ERROR_NOT_ALLOWED, "your role does not record \"%s\"",
                         input->type->title);
    }
    TRY(check_own(act, view, input));
    return record_entry(act, reference, input, ret_recorded);
}
