/* Lists of duties: my work, and everybody's by agency and state. Names are unsealed only for the rows shown.
 */
#include "act/inner.h"

#include "base/text.h"

#include <string.h>

enum { DUTIES_SHOWN = 50, MEETINGS_SHOWN = 20, ACTIONS_SHOWN = 50, MOST_LISTED = 200 };

static enum duty_state state_of(const struct duty_row *row, struct instant now)
{
    if (row->cancelled) {
        return DUTY_CANCELLED;
    }
    if (!instant_is_never(row->met_at)) {
        return instant_compare(row->met_at, row->due_at) <= 0 ? DUTY_MET : DUTY_MET_LATE;
    }
    return instant_compare(now, row->due_at) > 0 ? DUTY_OVERDUE : DUTY_OPEN;
}

static const struct error *line_of_duty(const struct act *act, struct store_reader *reader,
                                        const struct duty_row *row, struct work_line *ret_line)
{
    *ret_line = (struct work_line){
        .reference = reference_of(row->case_id),
        .what = row->title,
        .rule = row->rule,
        .paragraph = row->paragraph,
        .owner_role = row->owner_role,
        .owner_agency = row->owner_agency,
        .begun_at = row->begun_at,
        .due_at = row->due_at,
        .met_at = row->met_at,
        .state = state_of(row, act->now),
    };
    return child_name(act, reader, row->case_id, &ret_line->child_name, NULL);
}

static const struct error *list_duties(const struct act *act, struct store_reader *reader,
                                       const struct duty_filter *filter, const struct work_line **ret_lines,
                                       size_t *ret_count, const char **ret_next)
{
    const struct duty_row *rows;
    size_t count;
    TRY(store_duties(reader, act->arena, filter, &rows, &count, ret_next));
    struct work_line *lines = arena_many(act->arena, struct work_line, count);
    for (size_t i = 0; i < count; i++) {
        TRY(line_of_duty(act, reader, &rows[i], &lines[i]));
    }
    *ret_lines = lines;
    *ret_count = count;
    return NULL;
}

/* ---- everybody's
 * ----------------------------------------------------------------------------------------------------------
 */

static const struct error *state_code(const struct act *act, const char *name, int *ret_state)
{
    *ret_state = DUTY_STATE_ANY;
    if (name == NULL) {
        return NULL;
    }
    if (text_equal(name, "unmet")) {
        *ret_state = DUTY_STATE_UNMET;
        return NULL;
    }
    for (int i = DUTY_OPEN; i <= DUTY_CANCELLED; i++) {
        if (text_equal(name, duty_state_name((enum duty_state)i))) {
            *ret_state = i;
            return NULL;
        }
    }
    return error_field(act->arena, ERROR_BAD_INPUT, "state", NULL,
                       "\"%s\" is not open, overdue, met, met-late, cancelled or unmet", name);
}

const struct error *act_duties(const struct act *act, const struct duties_filter *filter,
                               const struct work_line **ret_lines, size_t *ret_count, const char **ret_next)
{
    struct store_reader *reader;
    struct duty_filter wanted = {
        .agency = filter->agency, .role = filter->role, .now = act->now, .after = filter->cursor};
    TRY(act_begin(act, MAY_SEARCH, "duties-list", (struct id){{0}}));
    TRY(state_code(act, filter->state, &wanted.state));
    wanted.limit = filter->limit <= 0            ? DUTIES_SHOWN
                   : filter->limit > MOST_LISTED ? MOST_LISTED
                                                 : filter->limit;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = list_duties(act, reader, &wanted, ret_lines, ret_count, ret_next);
    store_reader_give(reader);
    return error;
}

/* ---- mine
 * ------------------------------------------------------------------------------------------------------------------
 */

/* Duties that begin with what opens a case are decisions on a referral. */
static bool decides_on_start(const struct pack *pack, const char *rule_id)
{
    const struct duty_rule *rule = pack_rule(pack, rule_id);
    for (size_t i = 0; rule != NULL && i < rule->begin_count; i++) {
        if (rule->begins[i].entry.type == pack->start_type && !rule->begins[i].answered &&
            !rule->begins[i].after) {
            return true;
        }
    }
    return false;
}

static const struct known *known_of_seq(const struct history *history, uint64_t seq)
{
    for (size_t i = 0; i < history->count; i++) {
        if (history->list[i].entry->seq == seq) {
            return &history->list[i];
        }
    }
    return NULL;
}

static const char *part_text(const struct known *known)
{
    const struct value *value =
        known == NULL || known->type->part_key < 0 ? NULL : &known->values[known->type->part_key];
    return value == NULL               ? ""
           : value->kind == VALUE_TEXT ? value->text
           : value->kind == VALUE_CODE ? value->code->title
                                       : "";
}

static const struct error *line_of_entry(const struct act *act, struct store_reader *reader,
                                         struct id case_id, uint64_t seq, struct instant at,
                                         struct work_line *ret_line)
{
    const struct stream *file;
    struct child nobody = {0};
    *ret_line = (struct work_line){.reference = reference_of(case_id), .due_at = at, .met_at = INSTANT_NEVER};
    TRY(child_name(act, reader, case_id, &ret_line->child_name, &file));
    const struct history *history =
        history_new(act->arena, file->pack, file->entries, file->count, nobody, INSTANT_NEVER);
    const struct known *known = known_of_seq(history, seq);
    ret_line->what = part_text(known);
    if (known != NULL) {
        ret_line->paragraph = known->type->paragraph;
        ret_line->begun_at = known->occurred.start;
        const struct value *owner = entry_value(known->entry, "owner");
        ret_line->owner_role = owner->kind == VALUE_TEXT ? owner->text : NULL;
    }
    ret_line->owner_agency = act->actor->agency;
    ret_line->state = instant_compare(act->now, at) > 0 ? DUTY_OVERDUE : DUTY_OPEN;
    return NULL;
}

static const struct error *list_actions(const struct act *act, struct store_reader *reader,
                                        struct work_view *view)
{
    const struct action_row *rows;
    TRY(store_actions(reader, act->arena, act->actor->agency, ACTIONS_SHOWN, &rows, &view->action_count));
    struct work_line *lines = arena_many(act->arena, struct work_line, view->action_count);
    for (size_t i = 0; i < view->action_count; i++) {
        TRY(line_of_entry(act, reader, rows[i].case_id, rows[i].seq, rows[i].due_at, &lines[i]));
    }
    view->actions = lines;
    return NULL;
}

static const struct error *list_meetings(const struct act *act, struct store_reader *reader,
                                         struct work_view *view)
{
    const struct meeting_row *rows;
    /* one of this morning is still of interest at noon */
    struct instant from = instant_add_ms(act->now, -(int64_t)12 * MS_PER_HOUR);
    TRY(store_meetings(reader, act->arena, from, MEETINGS_SHOWN, &rows, &view->meeting_count));
    struct work_line *lines = arena_many(act->arena, struct work_line, view->meeting_count);
    for (size_t i = 0; i < view->meeting_count; i++) {
        TRY(line_of_entry(act, reader, rows[i].case_id, rows[i].seq, rows[i].at, &lines[i]));
    }
    view->meetings = lines;
    return NULL;
}

static const struct error *fill_work(const struct act *act, struct store_reader *reader, const char *cursor,
                                     struct work_view *view)
{
    struct duty_filter filter = {
        .agency = act->actor->agency,
        .role = act->actor->role->id,
        .state = DUTY_STATE_UNMET,
        .now = act->now,
        .after = cursor,
        .limit = DUTIES_SHOWN,
    };
    TRY(list_duties(act, reader, &filter, &view->duties, &view->duty_count, &view->duties_next));
    struct work_line *referrals = arena_many(act->arena, struct work_line, view->duty_count);
    for (size_t i = 0; i < view->duty_count; i++) {
        if (decides_on_start(act->service->pack, view->duties[i].rule)) {
            referrals[view->referral_count++] = view->duties[i];
        }
    }
    view->referrals = referrals;
    TRY(list_actions(act, reader, view));
    return list_meetings(act, reader, view);
}

const struct error *act_work(const struct act *act, const char *cursor, const struct work_view **ret_work)
{
    struct store_reader *reader;
    struct work_view *view = arena_one(act->arena, struct work_view);
    TRY(act_begin(act, MAY_WORK, "work-list", (struct id){{0}}));
    if (permit(act->actor, MAY_READ_CASE)) {
        TRY(store_reader_take(act->service->store, &reader));
        const struct error *error = fill_work(act, reader, cursor, view);
        store_reader_give(reader);
        TRY(error);
    }
    *ret_work = view;
    return NULL;
}
