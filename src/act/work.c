/* Lists of duties: my work, and everybody's by agency and state. Names are unsealed only for the rows shown.
 */
#include "act/shown.h"

#include "base/must.h"
#include "base/text.h"

enum { DUTIES_SHOWN = 50, MEETINGS_SHOWN = 20, ACTIONS_SHOWN = 50, MOST_LISTED = 200, URGENT_SHOWN = 30 };

/* A case of which one list or several have a line: asked of the store once. */
struct listed_case {
    struct listed_case *next;
    struct id id;
    struct reach reach;
    bool finds;
    const char *name;              /* of the child; NULL: not read yet */
    const struct history *history; /* NULL: not read yet */
    bool is_compared;              /* what follows was worked out */
    const struct case_view *whole; /* NULL: nothing of it is closed */
    struct shown shown;
};

enum { BUCKETS = 64 };

struct listing {
    const struct act *act;
    struct store_reader *reader;
    struct involved involved;
    struct listed_case *cases[BUCKETS];
};

static struct listed_case *known_case(const struct listing *listing, struct id id)
{
    struct listed_case *found = listing->cases[id.bytes[0] % BUCKETS];
    while (found != NULL && !id_equal(found->id, id)) {
        found = found->next;
    }
    return found;
}

static const struct error *find_case(struct listing *listing, struct id id, struct listed_case **ret_case)
{
    struct listed_case **bucket = &listing->cases[id.bytes[0] % BUCKETS];
    *ret_case = known_case(listing, id);
    if (*ret_case != NULL) {
        return NULL;
    }
    struct listed_case *made = arena_one(listing->act->arena, struct listed_case);
    *made = (struct listed_case){.next = *bucket, .id = id};
    TRY(reach_from(listing->act, listing->reader, id, &listing->involved, &made->reach));
    made->finds = reach_may(&made->reach, ACCESS_FIND, listing->act->now).answer == ACCESS_YES;
    *bucket = made;
    *ret_case = made;
    return NULL;
}

/* The names of all lines, which are unsealed together. */
static const struct error *name_lines(struct listing *listing, struct work_line *lines, size_t count)
{
    struct arena *arena = listing->act->arena;
    struct listed_case **unnamed = arena_many(arena, struct listed_case *, count);
    struct id *ids = arena_many(arena, struct id, count);
    const char **names = arena_many(arena, const char *, count);
    size_t unnamed_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct listed_case *of = known_case(listing, lines[i].case_id);
        must(of != NULL); /* whether it may be listed was asked of it */
        if (of->name == NULL) {
            of->name = "";
            ids[unnamed_count] = of->id;
            unnamed[unnamed_count++] = of;
        }
    }
    TRY(child_names(listing->act, listing->reader, ids, unnamed_count, names));
    for (size_t i = 0; i < unnamed_count; i++) {
        unnamed[i]->name = names[i];
    }
    for (size_t i = 0; i < count; i++) {
        lines[i].child_name = known_case(listing, lines[i].case_id)->name;
    }
    return NULL;
}

/* ---- lines ---- */

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

static struct work_line line_of_duty(const struct act *act, const struct duty_row *row)
{
    return (struct work_line){
        .case_id = row->case_id,
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
}

static const struct error *compare(const struct listing *listing, struct listed_case *of)
{
    const struct act *act = listing->act;
    struct case_streams streams;
    bool all;
    if (of->is_compared) {
        return NULL;
    }
    TRY(reach_sees_all(act, listing->reader, &of->reach, of->id, &all));
    if (!all) {
        TRY(case_load_id(act, listing->reader, of->id, &streams));
        of->whole = case_view_make(act, &streams, INSTANT_NEVER, act->now);
        shown_make(act, &of->reach, of->whole, &of->shown);
    }
    of->is_compared = true;
    return NULL;
}

/* Whether what met the duty is on the case for them. */
static const struct error *sees_how_met(const struct listing *listing, struct listed_case *of,
                                        const struct duty_row *row, bool *ret_sees)
{
    TRY(compare(listing, of));
    *ret_sees = true;
    for (size_t i = 0; of->whole != NULL && i < of->whole->position->duty_count; i++) {
        const struct duty *duty = &of->whole->position->duties[i];
        bool same = duty->begun_by->entry->seq == row->begun_seq && text_equal(duty->rule->id, row->rule) &&
                    duty->met_by != NULL; /* NULL where the list is older */
        *ret_sees = *ret_sees && !(same && of->shown.numbers[duty->met_by->entry->seq] == 0);
    }
    return NULL;
}

/* A duty is listed for who gets the case; one that an entry began or met which they do not see, only for its
 * owner. */
static const struct error *is_listed_for(struct listing *listing, const struct duty_row *row,
                                         bool *ret_listed)
{
    const struct act *act = listing->act;
    struct listed_case *of;
    TRY(find_case(listing, row->case_id, &of));
    *ret_listed = of->finds;
    if (!*ret_listed || text_equal(row->owner_agency, act->actor->agency)) {
        return NULL;
    }
    TRY(reach_sees_entry(act, listing->reader, &of->reach, row->case_id, row->begun_seq, ret_listed));
    return *ret_listed && !instant_is_never(row->met_at) ? sees_how_met(listing, of, row, ret_listed) : NULL;
}

static const struct error *wants_duty(void *context, const struct duty_row *row, bool *ret_wanted)
{
    return is_listed_for(context, row, ret_wanted);
}

static const struct error *wants_duty_no_prompt(void *context, const struct duty_row *row, bool *ret_wanted)
{
    *ret_wanted = false;
    return is_prompt(row) ? NULL : is_listed_for(context, row, ret_wanted);
}

static const struct error *list_duties(struct listing *listing, const struct duty_filter *filter,
                                       const struct work_line **ret_lines, size_t *ret_count,
                                       const char **ret_next)
{
    const struct act *act = listing->act;
    const struct duty_row *rows;
    TRY(store_duties(listing->reader, act->arena, filter, &rows, ret_count, ret_next));
    struct work_line *lines = arena_many(act->arena, struct work_line, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        lines[i] = line_of_duty(act, &rows[i]);
    }
    *ret_lines = lines;
    return name_lines(listing, lines, *ret_count);
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
    struct listing listing = {.act = act};
    struct duty_filter wanted = {
        .agency = filter->agency, .role = filter->role, .now = act->now, .after = filter->cursor};
    TRY(act_begin(act, MAY_SEARCH, "duties-list", (struct id){{0}}));
    TRY(state_code(act, filter->state, &wanted.state));
    wanted.involved = reach_filter(act);
    wanted.limit = filter->limit <= 0            ? DUTIES_SHOWN
                   : filter->limit > MOST_LISTED ? MOST_LISTED
                                                 : filter->limit;
    wanted.wanted = wants_duty_no_prompt;
    wanted.context = &listing;
    reach_involved(act, &listing.involved);
    TRY(store_reader_take(act->service->store, &listing.reader));
    const struct error *error = list_duties(&listing, &wanted, ret_lines, ret_count, ret_next);
    store_reader_give(listing.reader);
    return error;
}

/* ---- mine
 * ------------------------------------------------------------------------------------------------------------------
 */

/* What is listed stands in the case, and is an action or a meeting there: these have a key. */
static const struct known *known_of_seq(const struct history *history, uint64_t seq)
{
    size_t i = 0;
    for (; history->list[i].entry->seq != seq; i++) {
        must(i + 1 < history->count);
    }
    must(history->list[i].type->part_key >= 0);
    return &history->list[i];
}

/* "" where the procedure that the case was moved to has no word for it. */
static const char *part_text(const struct known *known)
{
    const struct value *value = &known->values[known->type->part_key];
    return value->kind == VALUE_TEXT ? value->text : value->kind == VALUE_CODE ? value->code->title : "";
}

static const char *owner_of(const struct known *known)
{
    const struct field *owner = entry_type_field(known->type, "owner");
    return owner == NULL ? NULL : known->values[owner->index].text; /* one that is not given has none */
}

/* What the lines are about: an entry of each case, as it was last corrected. */
struct entry_line {
    struct listed_case *of;
    uint64_t seq;
    struct instant at;
};

static const struct error *read_histories(struct listing *listing, const struct entry_line *wanted,
                                          size_t count)
{
    struct arena *arena = listing->act->arena;
    struct child nobody = {0};
    struct listed_case **of = arena_many(arena, struct listed_case *, count);
    struct id *ids = arena_many(arena, struct id, count);
    struct stream *files = arena_many(arena, struct stream, count);
    size_t unread = 0;
    for (size_t i = 0; i < count; i++) {
        bool again = wanted[i].of->history != NULL;
        for (size_t u = 0; u < unread && !again; u++) {
            again = of[u] == wanted[i].of;
        }
        if (!again) {
            of[unread] = wanted[i].of;
            ids[unread++] = wanted[i].of->id;
        }
    }
    TRY(store_streams_read(listing->reader, arena, ids, unread, files));
    for (size_t i = 0; i < unread; i++) {
        const struct stream *file = &files[i];
        of[i]->history = history_new(arena, file->pack, file->entries, file->count, nobody, INSTANT_NEVER);
    }
    return NULL;
}

static struct work_line line_of_entry(const struct act *act, const struct entry_line *wanted)
{
    const struct known *known = known_of_seq(wanted->of->history, wanted->seq);
    return (struct work_line){
        .case_id = wanted->of->id,
        .reference = reference_of(wanted->of->id),
        .what = part_text(known),
        .paragraph = known->type->paragraph,
        .owner_role = owner_of(known),
        .owner_agency = act->actor->agency,
        .begun_at = known->occurred.start,
        .due_at = wanted->at,
        .met_at = INSTANT_NEVER,
        .state = instant_compare(act->now, wanted->at) > 0 ? DUTY_OVERDUE : DUTY_OPEN,
    };
}

static const struct error *list_entries(struct listing *listing, const struct entry_line *wanted,
                                        size_t count, const struct work_line **ret_lines, size_t *ret_count)
{
    struct work_line *lines = arena_many(listing->act->arena, struct work_line, count);
    TRY(read_histories(listing, wanted, count));
    for (size_t i = 0; i < count; i++) {
        lines[i] = line_of_entry(listing->act, &wanted[i]);
    }
    TRY(name_lines(listing, lines, count));
    *ret_lines = lines;
    *ret_count = count;
    return NULL;
}

static const struct error *list_actions(struct listing *listing, struct work_view *view)
{
    const struct act *act = listing->act;
    const struct action_row *rows;
    size_t count;
    TRY(store_actions(listing->reader, act->arena, act->actor->agency, ACTIONS_SHOWN, &rows, &count));
    struct entry_line *wanted = arena_many(act->arena, struct entry_line, count);
    size_t listed = 0;
    for (size_t i = 0; i < count; i++) {
        struct listed_case *of;
        TRY(find_case(listing, rows[i].case_id, &of));
        bool sees = of->finds;
        if (sees) {
            TRY(reach_sees_entry(act, listing->reader, &of->reach, of->id, rows[i].seq, &sees));
        }
        if (sees) {
            wanted[listed++] = (struct entry_line){of, rows[i].seq, rows[i].due_at};
        }
    }
    return list_entries(listing, wanted, listed, &view->actions, &view->action_count);
}

static const struct error *list_meetings(struct listing *listing, struct work_view *view)
{
    const struct act *act = listing->act;
    const struct meeting_row *rows;
    size_t count;
    /* one of this morning is still of interest at noon */
    struct instant from = instant_add_ms(act->now, -(int64_t)12 * MS_PER_HOUR);
    TRY(store_meetings(listing->reader, act->arena, from, reach_filter(act), MEETINGS_SHOWN, &rows, &count));
    struct entry_line *wanted = arena_many(act->arena, struct entry_line, count);
    size_t listed = 0;
    for (size_t i = 0; i < count; i++) {
        struct listed_case *of;
        TRY(find_case(listing, rows[i].case_id, &of));
        bool sees = of->finds;
        if (sees) {
            TRY(reach_sees_entry(act, listing->reader, &of->reach, of->id, rows[i].seq, &sees));
        }
        if (sees) {
            wanted[listed++] = (struct entry_line){of, rows[i].seq, rows[i].at};
        }
    }
    return list_entries(listing, wanted, listed, &view->meetings, &view->meeting_count);
}

/* Somebody is involved who owns the duty, or has recorded on the case. */
static const struct error *is_involved(const struct listing *listing, const struct duty_row *row,
                                       bool *ret_involved)
{
    const struct act *act = listing->act;
    *ret_involved = text_equal(row->owner_role, act->actor->role->id) &&
                    text_equal(row->owner_agency, act->actor->agency);
    if (*ret_involved) {
        return NULL;
    }
    return store_stream_has_author(listing->reader, act->arena, row->case_id, act->actor->account,
                                   act->actor->part_from, ret_involved);
}

/* As many of the next rows as could be shown are looked at, and no more than MOST_LISTED in all. */
static const struct error *list_urgent_of(struct listing *listing, const char *rule, struct work_line *lines,
                                          struct work_view *view)
{
    const struct act *act = listing->act;
    /* due when it began, so only what is due by now is looked through, not all that anybody has to do */
    struct duty_filter filter = {
        .rule = rule, .at_once = true, .state = DUTY_OVERDUE, .now = instant_add_ms(act->now, 1)};
    int left = MOST_LISTED;
    do {
        const struct duty_row *rows;
        size_t count;
        filter.limit = left < URGENT_SHOWN ? left : URGENT_SHOWN;
        TRY(store_duties(listing->reader, act->arena, &filter, &rows, &count, &filter.after));
        for (size_t i = 0; i < count && view->urgent_count < URGENT_SHOWN; i++) {
            bool involved;
            TRY(is_involved(listing, &rows[i], &involved));
            if (involved) {
                TRY(is_listed_for(listing, &rows[i], &involved));
            }
            if (involved) {
                lines[view->urgent_count++] = line_of_duty(act, &rows[i]);
            }
        }
        left -= filter.limit;
    } while (filter.after != NULL && left > 0 && view->urgent_count < URGENT_SHOWN);
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
static const struct error *list_urgent(struct listing *listing, struct work_view *view)
{
    const struct service *service = listing->act->service;
    struct work_line *lines = arena_many(listing->act->arena, struct work_line, URGENT_SHOWN);
    for (size_t p = 0; p < service->served_count; p++) {
        const struct pack *pack = service->served[p].pack;
        for (size_t r = 0; r < pack->rule_count; r++) {
            if (pack->rules[r].limit_unit == LIMIT_AT_ONCE && !is_listed(service, p, pack->rules[r].id)) {
                TRY(list_urgent_of(listing, pack->rules[r].id, lines, view));
            }
        }
    }
    view->urgent = lines;
    return name_lines(listing, lines, view->urgent_count);
}

static const struct error *fill_work(struct listing *listing, const char *cursor, struct work_view *view)
{
    const struct act *act = listing->act;
    struct duty_filter filter = {
        .agency = act->actor->agency,
        .role = act->actor->role->id,
        .state = DUTY_STATE_UNMET,
        .now = act->now,
        .after = cursor,
        .limit = DUTIES_SHOWN,
        .wanted = wants_duty,
        .context = listing,
    };
    TRY(list_urgent(listing, view));
    TRY(list_duties(listing, &filter, &view->duties, &view->duty_count, &view->duties_next));
    struct work_line *referrals = arena_many(act->arena, struct work_line, view->duty_count);
    for (size_t i = 0; i < view->duty_count; i++) {
        if (!view->duties[i].prompt && view->duties[i].decides) {
            referrals[view->referral_count++] = view->duties[i];
        }
    }
    view->referrals = referrals;
    TRY(list_actions(listing, view));
    return list_meetings(listing, view);
}

const struct error *act_work(const struct act *act, const char *cursor, const struct work_view **ret_work)
{
    struct listing listing = {.act = act};
    struct work_view *view = arena_one(act->arena, struct work_view);
    TRY(act_begin(act, MAY_WORK, "work-list", (struct id){{0}}));
    if (permit(act->actor, MAY_READ_CASE)) {
        reach_involved(act, &listing.involved);
        TRY(store_reader_take(act->service->store, &listing.reader));
        const struct error *error = fill_work(&listing, cursor, view);
        store_reader_give(listing.reader);
        TRY(error);
    }
    *ret_work = view;
    return NULL;
}
