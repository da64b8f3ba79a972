#include "procedure/gate.h"

#include "base/must.h"
#include "calendar/calendar.h"
#include "record/match.h"

static const struct value no_value = {.kind = VALUE_NONE};

/* ---- marks */

static const struct value *mark_key(const struct mark *mark, const struct known *known)
{
    if (mark->per == NULL) {
        return &no_value;
    }
    int field = mark->per_fields[known->type->index];
    return field < 0 ? &no_value : &known->values[field];
}

static bool known_matches(const struct history *history, const struct pattern *pattern,
                          const struct known *known)
{
    return pattern_matches(pattern, known->type, known->values, history->child, known->occurred.day);
}

/* The first entry of a span that has not ended, or NULL. What is arranged for later has not begun. */
static const struct known *span_since(struct arena *arena, const struct history *history,
                                      const struct mark *mark, struct instant at)
{
    const struct known **open = NULL;
    size_t count = 0;
    for (size_t i = 0; i < history->count; i++) {
        const struct known *known = &history->list[i];
        if (instant_compare(known->occurred.start, at) > 0) {
            break;
        }
        if (known_matches(history, &mark->ended, known)) {
            size_t kept = 0;
            for (size_t o = 0; o < count; o++) {
                bool ends = mark->per == NULL || value_equal(mark_key(mark, open[o]), mark_key(mark, known));
                if (!ends) {
                    open[kept++] = open[o];
                }
            }
            count = kept;
        }
        if (known_matches(history, &mark->began, known)) {
            if (open == NULL) {
                open = arena_many(arena, const struct known *, history->count - i);
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

static bool rule_is_open(const struct position *position, int rule)
{
    for (size_t i = 0; i < position->duty_count; i++) {
        if (position->duties[i].rule->index == rule && is_open(&position->duties[i])) {
            return true;
        }
    }
    return false;
}

const struct position *position_of(struct arena *arena, const struct history *history, struct instant at)
{
    const struct pack *pack = history->pack;
    struct position *position = arena_one(arena, struct position);
    bool *marks = arena_many(arena, bool, pack->mark_count);
    const struct known **since = arena_many(arena, const struct known *, pack->mark_count);
    position->history = history;
    position->at = at;
    duties_evaluate(arena, history, at, &position->duties, &position->duty_count);
    int age = child_age(history->child, calendar_day(pack->calendar, at));
    for (size_t m = 0; m < pack->mark_count; m++) {
        const struct mark *mark = &pack->marks[m];
        since[m] = mark->has_span ? span_since(arena, history, mark, at) : NULL;
        marks[m] = since[m] != NULL || (mark->rule >= 0 && rule_is_open(position, mark->rule)) ||
                   (mark->age_under > 0 && age >= 0 && age < mark->age_under);
    }
    position->marks = marks;
    position->mark_since = since;
    position->standing = (struct standing){.marks = marks, .child = history->child};
    return position;
}

/* ---- gates */

static bool has_entry(const struct position *position, const struct pattern *pattern)
{
    const struct history *history = position->history;
    for (size_t i = 0; i < history->count; i++) {
        if (known_matches(history, pattern, &history->list[i])) {
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
        return has_entry(position, condition->pattern);
    case CONDITION_NO_ENTRY:
        return !has_entry(position, condition->pattern);
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
        must(entry != NULL);
        return condition_matches(condition, condition_field(condition, entry->type), entry->values,
                                 position->history->child, on);
    }
    return false;
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

const struct error *gates_check(struct arena *arena, const struct position *position,
                                const struct entry *entry)
{
    const struct pack *pack = position->history->pack;
    const struct error *first = NULL;
    for (size_t g = pack->gate_count; g-- > 0;) {
        const struct gate *gate = &pack->gates[g];
        if (gate->types[entry->type->index] && all_hold(position, &gate->when, entry) &&
            !all_hold(position, &gate->require, entry)) {
            first = error_field(arena, ERROR_INVALID, gate->field, first, "%s", gate->message);
        }
    }
    return first;
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
                .passed = all_hold_so_far(position, &gate->require, false),
            };
        }
    }
    *ret_views = views;
    *ret_count = count;
}
