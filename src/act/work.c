/* Lists of duties: my work, and everybody's by agency and state. Names are unsealed only for the rows shown.
 */
#include "act/reach.h"

#include "base/text.h"

#include <string.h>

enum { DUTIES_SHOWN = 50, MEETINGS_SHOWN = 20, ACTIONS_SHOWN = 50, MOST_LISTED = 200, URGENT_SHOWN = 30 };

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

static bool is_prompt(const struct duty_row *row)
{
    return row->of != NULL && row->of->prompt;
}

/* Duties that begin with what opens a case are decisions on a referral. */
static bool decides_on_start(const struct duty_row *row)
{
    const struct duty_rule *rule = row->of;
    for (size_t i = 0; rule != NULL && i < rule->begin_count; i++) {
        if (rule->begins[i].entry.type == row->pack->start_type && !rule->begins[i].answered &&
            !rule->begins[i].after) {
            return true;
        }
    }
    return false;
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
        .prompt = is_prompt(row),
        .decides = decides_on_start(row),
    };
    return child_name(act, reader, row->case_id, &ret_line->child_name, NULL);
}

/* A duty is listed for who gets the case; one that an entry began which they do not see, only for its owner.
 */
static const struct error *is_listed_for(const struct act *act, struct store_reader *reader,
                                         const struct duty_row *row, bool *ret_listed)
{
    TRY(reach_finds(act, reader, row->case_id, ret_listed));
    bool ours = text_equal(row->owner_agency, act->actor->agency);
    return !*ret_listed || ours ? NULL
                                : reach_sees_entry(act, reader, row->case_id, row->begun_seq, ret_listed);
}

static const struct error *list_duties(const struct act *act, struct store_reader *reader,
                                       const struct duty_filter *filter, bool prompts,
                                       const struct work_line **ret_lines, size_t *ret_count,
                                       const char **ret_next)
{
    const struct duty_row *rows;
    size_t count;
    TRY(store_duties(reader, act->arena, filter, &rows, &count, ret_next));
    struct work_line *lines = arena_many(act->arena, struct work_line, count);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool listed;
        TRY(is_listed_for(act, reader, &rows[i], &listed));
        if (listed && (prompts || !is_prompt(&rows[i]))) {
            TRY(line_of_duty(act, reader, &rows[i], &lines[kept++]));
        }
    }
    *ret_lines = lines;
    *ret_count = kept;
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
    wanted.involved = reach_filter(act);
    wanted.limit = filter->limit <= 0            ? DUTIES_SHOWN
                   : filter->limit > MOST_LISTED ? MOST_LISTED
                                                 : filter->limit;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = list_duties(act, reader, &wanted, false, ret_lines, ret_count, ret_next);
    store_reader_give(reader);
    return error;
}

/* ---- mine
 * ------------------------------------------------------------------------------------------------------------------
 */

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
    size_t listed = 0;
    for (size_t i = 0; i < view->action_count; i++) {
        bool finds;
        TRY(reach_finds(act, reader, rows[i].case_id, &finds));
        if (finds) {
            TRY(line_of_entry(act, reader, rows[i].case_id, rows[i].seq, rows[i].due_at, &lines[listed++]));
        }
    }
    view->actions = lines;
    view->action_count = listed;
    return NULL;
}

static const struct error *list_meetings(const struct act *act, struct store_reader *reader,
                                         struct work_view *view)
{
    const struct meeting_row *rows;
    /* one of this morning is still of interest at noon */
    struct instant from = instant_add_ms(act->now, -(int64_t)12 * MS_PER_HOUR);
    TRY(store_meetings(reader, act->arena, from, reach_filter(act), MEETINGS_SHOWN, &rows,
                       &view->meeting_count));
    struct work_line *lines = arena_many(act->arena, struct work_line, view->meeting_count);
    size_t listed = 0;
    for (size_t i = 0; i < view->meeting_count; i++) {
        bool sees;
        TRY(reach_finds(act, reader, rows[i].case_id, &sees));
        if (sees) {
            TRY(reach_sees_entry(act, reader, rows[i].case_id, rows[i].seq, &sees));
        }
        if (sees) {
            TRY(line_of_entry(act, reader, rows[i].case_id, rows[i].seq, rows[i].at, &lines[listed++]));
        }
    }
    view->meetings = lines;
    view->meeting_count = listed;
    return NULL;
}

/* Somebody is involved who owns the duty, or has recorded on the case. */
static const struct error *is_involved(const struct act *act, struct store_reader *reader,
                                       const struct duty_row *row, bool *ret_involved)
{
    *ret_involved = text_equal(row->owner_role, act->actor->role->id) &&
                    text_equal(row->owner_agency, act->actor->agency);
    if (*ret_involved) {
        return NULL;
    }
    return store_stream_has_author(reader, act->arena, row->case_id, act->actor->account, ret_involved);
}

static const struct error *list_urgent_of(const struct act *act, struct store_reader *reader,
                                          const char *rule, struct work_line *lines, struct work_view *view)
{
    const struct duty_row *rows;
    size_t count;
    const char *next;
    /* due when it began, so only what is due by now is looked through, not all that anybody has to do */
    struct duty_filter filter = {.rule = rule,
                                 .at_once = true,
                                 .state = DUTY_OVERDUE,
                                 .now = instant_add_ms(act->now, 1),
                                 .limit = MOST_LISTED};
    TRY(store_duties(reader, act->arena, &filter, &rows, &count, &next));
    for (size_t i = 0; i < count && view->urgent_count < URGENT_SHOWN; i++) {
        bool involved;
        TRY(is_involved(act, reader, &rows[i], &involved));
        if (involved) {
            TRY(is_listed_for(act, reader, &rows[i], &involved));
        }
        if (involved) {
            TRY(line_of_duty(act, reader, &rows[i], &lines[view->urgent_count++]));
        }
    }
    return NULL;
}

/* Whether a pack before this one has a duty of that id that is due at once: it is listed already. */
static bool is_listed(const struct service *service, size_t before, const char *rule_id)
{
    for (size_t p = 0; p < before; p++) {
        const struct duty_rule *rule = pack_rule(service->served[p].pack, rule_id);
        if (rule != NULL && rule->limit_unit == LIMIT_AT_ONCE) {
            return true;
        }
    }
    return false;
}

/* What is due at once concerns everybody on the case, whoever owns it (11.11), under whichever procedure. */
static const struct error *list_urgent(const struct act *act, struct store_reader *reader,
                                       struct work_view *view)
{
    const struct service *service = act->service;
    struct work_line *lines = arena_many(act->arena, struct work_line, URGENT_SHOWN);
    for (size_t p = 0; p < service->served_count; p++) {
        const struct pack *pack = service->served[p].pack;
        for (size_t r = 0; r < pack->rule_count; r++) {
            if (pack->rules[r].limit_unit == LIMIT_AT_ONCE && !is_listed(service, p, pack->rules[r].id)) {
                TRY(list_urgent_of(act, reader, pack->rules[r].id, lines, view));
            }
        }
    }
    view->urgent = lines;
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
    TRY(list_urgent(act, reader, view));
    TRY(list_duties(act, reader, &filter, true, &view->duties, &view->duty_count, &view->duties_next));
    struct work_line *referrals = arena_many(act->arena, struct work_line, view->duty_count);
    for (size_t i = 0; i < view->duty_count; i++) {
        if (!view->duties[i].prompt && view->duties[i].decides) {
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
