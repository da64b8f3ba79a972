#include "procedure/gate.h"

#include "base/must.h"
#include "calendar/calendar.h"
#include "record/match.h"

/* ---- marks */

static const struct value *mark_key(const struct mark *mark, const struct known *known)
{
    int field = mark->per_fields[known->type->index];
    must(field >= 0); /* a pack whose span begins or ends with an entry without it is refused */
    return &known->values[field];
}

static bool known_matches(const struct history *history, const struct pattern *pattern,
                          const struct known *known)
{
    return pattern_matches(pattern, known->type, known->values, history->child, known->occurred.day);
}

static bool some_match(const struct history *history, const struct pattern *patterns, size_t count,
                       const struct known *known)
{
    for (size_t i = 0; i < count; i++) {
        if (known_matches(history, &patterns[i], known)) {
            return true;
        }
    }
    return false;
}

/* The first entry of a span that has not ended, or NULL. What is arranged for later has not begun. */
static const struct known *span_since(struct arena *arena, const struct position *position,
                                      const struct mark *mark)
{
    const struct history *history = position->history;
    const struct known **open = NULL;
    size_t count = 0;
    for (size_t i = 0; i < history->count; i++) {
        const struct known *known = position->came[i];
        if (!mark->spans[known->type->index] || instant_compare(known->occurred.start, position->at) > 0) {
            continue;
        }
        if (some_match(history, mark->ended, mark->ended_count, known)) {
            size_t kept = 0;
            for (size_t o = 0; o < count; o++) {
                bool same = mark->per == NULL || value_equal(mark_key(mark, open[o]), mark_key(mark, known));
                if (!same || !known_ends(known, open[o])) {
                    open[kept++] = open[o];
                }
            }
            count = kept;
        }
        if (some_match(history, mark->began, mark->began_count, known)) {
            if (open == NULL) {
                open = arena_many(arena, const struct known *, history->count);
            }
            open[count++] = known;
        }
    }
    return count == 0 ? NULL : open[0];
}

static bool is_open(const struct duty *duty)
{
    return duty->state == DUTY_OPEN || duty->state == DUTY_OVERDUE;
}

static bool some_open(const struct duty *duties, size_t count, int rule)
{
    for (size_t i = 0; i < count; i++) {
        if (duties[i].rule->index == rule && is_open(&duties[i])) {
            return true;
        }
    }
    return false;
}

static bool rule_is_open(const struct position *position, int rule)
{
    return some_open(position->duties, position->duty_count, rule) ||
           some_open(position->prompts, position->prompt_count, rule);
}

static struct position *position_new(struct arena *arena, const struct history *history, struct instant at)
{
    struct position *position = arena_one(arena, struct position);
    position->history = history;
    position->came = history_came(arena, history);
    position->at = at;
    return position;
}

static void find_duties(struct arena *arena, struct position *position)
{
    const struct duty *all;
    size_t count;
    duties_evaluate(arena, position->history, position->at, &all, &count);
    duties_split(arena, all, count, false, &position->duties, &position->duty_count);
    duties_split(arena, all, count, true, &position->prompts, &position->prompt_count);
}

/* The marks that hold without a duty; the others are left. */
static bool *find_marks(struct arena *arena, struct position *position)
{
    const struct pack *pack = position->history->pack;
    bool *marks = arena_many(arena, bool, pack->mark_count);
    const struct known **since = arena_many(arena, const struct known *, pack->mark_count);
    int age = child_age(position->history->child, calendar_day(pack->calendar, position->at));
    for (size_t m = 0; m < pack->mark_count; m++) {
        const struct mark *mark = &pack->marks[m];
        since[m] = mark->has_span ? span_since(arena, position, mark) : NULL;
        marks[m] = since[m] != NULL || (age >= 0 && age < mark->age_under);
    }
    position->marks = marks;
    position->mark_since = since;
    position->standing = (struct standing){.marks = marks, .child = position->history->child};
    return marks;
}

const struct position *position_of(struct arena *arena, const struct history *history, struct instant at)
{
    const struct pack *pack = history->pack;
    struct position *position = position_new(arena, history, at);
    find_duties(arena, position);
    bool *marks = find_marks(arena, position);
    for (size_t m = 0; m < pack->mark_count; m++) {
        marks[m] = marks[m] || (pack->marks[m].rule >= 0 && rule_is_open(position, pack->marks[m].rule));
    }
    return position;
}

struct position *position_of_part(struct arena *arena, const struct history *history,
                                  const struct position *whole)
{
    const struct pack *pack = history->pack;
    struct position *position = position_new(arena, history, whole->at);
    bool *marks = find_marks(arena, position);
    bool found = false;
    for (size_t m = 0; m < pack->mark_count; m++) {
        int rule = pack->marks[m].rule;
        if (whole->marks[m] && !marks[m] && rule >= 0) {
            if (!found) { /* rarely asked, and most of the work */
                find_duties(arena, position);
                found = true;
            }
            marks[m] = rule_is_open(position, rule);
        }
        marks[m] = marks[m] && whole->marks[m];
    }
    return position;
}

/* ---- gates */

static bool has_entry(const struct position *position, const struct condition *condition)
{
    const struct history *history = position->history;
    const struct pattern *pattern = condition->pattern;
    size_t first = 0;
    for (size_t i = 0; condition->since != NULL && i < history->count; i++) {
        first = condition->since[position->came[i]->type->index] ? i : first;
    }
    for (size_t i = first; i < history->count; i++) {
        if (known_matches(history, pattern, position->came[i])) {
            return true;
        }
    }
    return false;
}

static bool is_of_entry(const struct condition *condition)
{
    return condition->kind <= CONDITION_UNANSWERED;
}

/* `entry` is NULL before anything is typed; conditions on its fields must not be asked then. */
static bool condition_holds(const struct position *position, const struct condition *condition,
                            const struct entry *entry, struct day on)
{
    switch (condition->kind) {
    case CONDITION_MARK:
        return position->marks[condition->mark];
    case CONDITION_NO_MARK:
        return !position->marks[condition->mark];
    case CONDITION_HAS_ENTRY:
        return has_entry(position, condition);
    case CONDITION_NO_ENTRY:
        return !has_entry(position, condition);
    case CONDITION_DUTY_OPEN:
        return rule_is_open(position, condition->rule);
    case CONDITION_NO_DUTY_OPEN:
        return !rule_is_open(position, condition->rule);
    case CONDITION_AGE_UNDER:
    case CONDITION_AGE_FROM:
        return condition_matches(condition, -1, NULL, position->history->child, on);
    case CONDITION_FIELD_IN:
    case CONDITION_FIELD_NOT_IN:
    case CONDITION_FIELD_TEXT:
    case CONDITION_ANSWERED:
    case CONDITION_UNANSWERED:
    default:
        must(entry != NULL);
        return condition_matches(condition, condition_field(condition, entry->type), entry->values,
                                 position->history->child, on);
    }
}

static bool all_hold(const struct position *position, const struct conditions *conditions,
                     const struct entry *entry)
{
    for (size_t c = 0; c < conditions->count; c++) {
        if (!condition_holds(position, &conditions->list[c], entry, entry->occurred.day)) {
            return false;
        }
    }
    return true;
}

static bool any_holds(const struct position *position, const struct conditions *conditions,
                      const struct entry *entry)
{
    for (size_t c = 0; c < conditions->count; c++) {
        if (condition_holds(position, &conditions->list[c], entry, entry->occurred.day)) {
            return true;
        }
    }
    return conditions->count == 0;
}

bool gate_refuses(const struct position *position, const struct gate *gate, const struct entry *entry)
{
    return gate->types[entry->type->index] && all_hold(position, &gate->when, entry) &&
           !(all_hold(position, &gate->require, entry) && any_holds(position, &gate->require_any, entry));
}

bool case_holds(const struct position *position, const struct conditions *conditions)
{
    struct day today = calendar_day(position->history->pack->calendar, position->at);
    for (size_t c = 0; c < conditions->count; c++) {
        const struct condition *condition = &conditions->list[c];
        must(!is_of_entry(condition)); /* a pack that asks of an entry where there is none is refused */
        if (!condition_holds(position, condition, NULL, today)) {
            return false;
        }
    }
    return true;
}

const struct error *gates_check_corrected(struct arena *arena, const struct position *position,
                                          const struct entry *before, const struct entry *after)
{
    const struct pack *pack = position->history->pack;
    const struct error *first = NULL;
    for (size_t g = pack->gate_count; g-- > 0;) {
        const struct gate *gate = &pack->gates[g];
        if (gate_refuses(position, gate, after) &&
            (before == NULL || !gate_refuses(position, gate, before))) {
            first = error_field(arena, ERROR_INVALID, gate->field, first, "%s", gate->message);
            first = error_asked_by(arena, first, gate->paragraph);
        }
    }
    return first;
}

const struct error *gates_check(struct arena *arena, const struct position *position,
                                const struct entry *entry)
{
    return gates_check_corrected(arena, position, NULL, entry);
}

/* As far as the case alone tells: what the form will ask is `unknown`. */
static bool all_hold_so_far(const struct position *position, const struct conditions *conditions,
                            bool unknown)
{
    struct day today = calendar_day(position->history->pack->calendar, position->at);
    for (size_t c = 0; c < conditions->count; c++) {
        const struct condition *condition = &conditions->list[c];
        if (is_of_entry(condition) ? !unknown : !condition_holds(position, condition, NULL, today)) {
            return false;
        }
    }
    return true;
}

static bool any_holds_so_far(const struct position *position, const struct conditions *conditions)
{
    struct day today = calendar_day(position->history->pack->calendar, position->at);
    for (size_t c = 0; c < conditions->count; c++) {
        const struct condition *condition = &conditions->list[c];
        if (!is_of_entry(condition) && condition_holds(position, condition, NULL, today)) {
            return true;
        }
    }
    return conditions->count == 0;
}

void gates_explain(struct arena *arena, const struct position *position, const struct entry_type *type,
                   const struct gate_view **ret_views, size_t *ret_count)
{
    const struct pack *pack = position->history->pack;
    struct gate_view *views = arena_many(arena, struct gate_view, pack->gate_count);
    size_t count = 0;
    for (size_t g = 0; g < pack->gate_count; g++) {
        const struct gate *gate = &pack->gates[g];
        if (gate->types[type->index]) {
            views[count++] = (struct gate_view){
                .gate = gate,
                .applies = all_hold_so_far(position, &gate->when, true),
                .passed = all_hold_so_far(position, &gate->require, false) &&
                          any_holds_so_far(position, &gate->require_any),
            };
        }
    }
    *ret_views = views;
    *ret_count = count;
}

/* ---- ways to put a gate right */

struct ways {
    struct arena *arena;
    const struct pack *pack;
    struct gate_way *list;
    size_t count;
};

/* "kind=strategy": the one code that a pattern asks of a field. */
static const char *wanted_answer(struct ways *ways, const struct entry_type *type,
                                 const struct pattern *pattern)
{
    for (size_t c = 0; c < pattern->when.count; c++) {
        const struct condition *condition = &pattern->when.list[c];
        int field = condition_field(condition, type);
        if (condition->kind == CONDITION_FIELD_IN && condition->code_count == 1) {
            must(field >= 0); /* a pattern of one type asks of its own fields */
            return arena_printf(ways->arena, "%s=%s", type->fields[field].id, condition->codes[0]);
        }
    }
    return NULL;
}

static void add_way(struct ways *ways, const struct pattern *pattern)
{
    if (pattern->type == ANY_TYPE) {
        return; /* any entry that says so is no form to go to */
    }
    for (size_t i = 0; i < ways->count; i++) {
        if (ways->list[i].type->index == pattern->type) {
            return;
        }
    }
    const struct entry_type *type = &ways->pack->types[pattern->type];
    ways->list[ways->count++] = (struct gate_way){type, wanted_answer(ways, type, pattern)};
}

static void add_each_way(struct ways *ways, const struct pattern *patterns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add_way(ways, &patterns[i]);
    }
}

static void add_ways_of_rule(struct ways *ways, int rule)
{
    add_each_way(ways, ways->pack->rules[rule].met_by, ways->pack->rules[rule].met_count);
}

static void add_ways(struct ways *ways, const struct position *position, const struct conditions *conditions)
{
    struct day today = calendar_day(ways->pack->calendar, position->at);
    for (size_t c = 0; c < conditions->count; c++) {
        const struct condition *condition = &conditions->list[c];
        if (is_of_entry(condition) || condition_holds(position, condition, NULL, today)) {
            continue;
        }
        if (condition->kind == CONDITION_HAS_ENTRY) {
            add_way(ways, condition->pattern);
        } else if (condition->kind == CONDITION_NO_DUTY_OPEN) {
            add_ways_of_rule(ways, condition->rule);
        } else if (condition->kind == CONDITION_NO_MARK) {
            const struct mark *mark = &ways->pack->marks[condition->mark];
            add_each_way(ways, mark->ended, mark->has_span ? mark->ended_count : 0);
            if (mark->rule >= 0) {
                add_ways_of_rule(ways, mark->rule);
            }
        } else if (condition->kind == CONDITION_MARK) {
            const struct mark *mark = &ways->pack->marks[condition->mark];
            add_each_way(ways, mark->began, mark->has_span ? mark->began_count : 0);
        }
    }
}

void gate_ways(struct arena *arena, const struct position *position, const struct gate *gate,
               const struct gate_way **ret_ways, size_t *ret_count)
{
    struct ways ways = {.arena = arena, .pack = position->history->pack};
    ways.list = arena_many(arena, struct gate_way, ways.pack->type_count); /* each type once */
    add_ways(&ways, position, &gate->require);
    add_ways(&ways, position, &gate->require_any);
    *ret_ways = ways.list;
    *ret_count = ways.count;
}
