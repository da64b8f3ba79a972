#include "procedure/duty.h"

#include "base/must.h"
#include "calendar/calendar.h"
#include "procedure/duty_walk.h"

#include <stdlib.h>

/*
 * The walk finds what begins and what meets it; here follows what came of each by some time, and the order
 * they are given in.
 */

struct settling {
    struct arena *arena;
    const struct history *history;
    const struct pack *pack;
    struct instant at;
    struct running *list;
    const struct running ***begun; /* by rule and position; made when another rule asks */
};

static const struct value no_value = {.kind = VALUE_NONE};

const char *duty_state_name(enum duty_state state)
{
    static const char *const names[] = {[DUTY_OPEN] = "open",
                                        [DUTY_OVERDUE] = "overdue",
                                        [DUTY_MET] = "met",
                                        [DUTY_MET_LATE] = "met-late",
                                        [DUTY_CANCELLED] = "cancelled"};
    must(state >= DUTY_OPEN && state <= DUTY_CANCELLED);
    return names[state];
}

static struct instant begun_of(const struct settling *settling, const struct running *running)
{
    struct instant begun = running->ground.occurred;
    int at = running->use->begins->at;
    const struct value *value = at < 0 ? &no_value : &running->ground.values[at];
    if (value->kind == VALUE_MOMENT) {
        begun = value->moment.start;
    } else if (value->kind == VALUE_DAY) {
        begun = calendar_day_start(settling->pack->calendar, value->day);
    }
    return running->from == NULL ? begun : instant_later(running->from->occurred.start, begun);
}

static struct instant end_of(const struct settling *settling, struct day day)
{
    return calendar_day_end(settling->pack->calendar, day);
}

static struct instant field_due(const struct settling *settling, const struct running *running)
{
    int field = running->use->rule->limit_fields[running->begun_by->type->index];
    must(field >= 0); /* a pack whose rule begins with an entry without it is refused */
    const struct value *value = &running->ground.values[field];
    if (value->kind == VALUE_MOMENT) {
        return value->moment.end;
    }
    return value->kind == VALUE_DAY ? end_of(settling, value->day) : INSTANT_NEVER;
}

/* The duty of a rule that the entry at that position began. */
static const struct running *begun_at_position(struct settling *settling, int rule, size_t position)
{
    if (settling->begun == NULL) {
        settling->begun = arena_many(settling->arena, const struct running **, settling->pack->rule_count);
    }
    const struct running **begun = settling->begun[rule];
    if (begun == NULL) {
        begun = arena_many(settling->arena, const struct running *, settling->history->count);
        for (const struct running *one = settling->list; one != NULL; one = one->all) {
            if (one->use->rule->index == rule && !one->moved) {
                begun[one->position] = one;
            }
        }
        settling->begun[rule] = begun;
    }
    return begun[position];
}

/* With the duty that began with the same assessment, while that stands. */
static struct instant duty_due(struct settling *settling, const struct running *running)
{
    int rule = running->use->rule->limit_rule;
    if (running->from == NULL || settling->pack->rules[rule].limit_unit == LIMIT_DUTY) {
        return INSTANT_NEVER;
    }
    size_t position = (size_t)(running->from - settling->history->list);
    const struct running *other = begun_at_position(settling, rule, position);
    return other == NULL || other->duty == NULL || other->duty->state == DUTY_CANCELLED ? INSTANT_NEVER
                                                                                        : other->duty->due_at;
}

static struct instant due_of(struct settling *settling, const struct running *running, struct instant begun)
{
    const struct duty_rule *rule = running->use->rule;
    for (size_t i = 0; i < settling->history->kept_count; i++) {
        const struct kept_clock *kept = &settling->history->kept[i];
        if (kept->rule == rule->index && kept->begun_seq == running->begun_by->entry->seq) {
            return kept->due_at;
        }
    }
    const struct calendar *calendar = settling->pack->calendar;
    switch (rule->limit_unit) {
    case LIMIT_AT_ONCE:
        return begun;
    case LIMIT_HOURS:
        return calendar_add_hours(begun, rule->limit);
    case LIMIT_DAYS:
        return calendar_due_days(calendar, begun, rule->limit);
    case LIMIT_WORKING_DAYS:
        return calendar_due_working_days(calendar, begun, rule->limit);
    case LIMIT_MONTHS:
        return calendar_due_months(calendar, begun, rule->limit);
    case LIMIT_FIELD:
        return field_due(settling, running);
    case LIMIT_DUTY:
        return duty_due(settling, running);
    case LIMIT_NONE:
    default:
        return INSTANT_NEVER;
    }
}

/* 1 March in a common year for a birth on 29 February, as in day_years_between. */
static struct day birthday(struct day birth, int age)
{
    struct day day = day_add_months(birth, age * 12);
    return day_years_between(birth, day) < age ? (struct day){day.number + 1} : day;
}

static bool is_past_end(const struct settling *settling, const struct running *running, struct instant due)
{
    const struct duty_rule *rule = running->use->rule;
    if (rule->until_age == 0 || !settling->history->child.has_birth || instant_is_never(due)) {
        return false;
    }
    struct instant end = end_of(settling, birthday(settling->history->child.birth, rule->until_age));
    int field = rule->until_field == NULL ? -1 : rule->until_fields[running->begun_by->type->index];
    const struct value *value = field < 0 ? &no_value : &running->ground.values[field];
    struct instant agreed = value->kind == VALUE_DAY ? end_of(settling, value->day) : end;
    return instant_compare(due, instant_later(agreed, end)) > 0;
}

static bool fell_first(struct place fell, const struct known *met_by)
{
    return met_by == NULL || place_compare(known_place(met_by), fell) > 0;
}

static bool ground_fell_first(const struct ground *ground, const struct known *met_by)
{
    return ground->correction != NULL && fell_first(entry_place(ground->correction), met_by);
}

/* False when there is no duty after all. */
static bool settle(struct settling *settling, const struct running *running, struct duty *ret_duty)
{
    const struct answers *answers = running->answers;
    if (running->moved || (answers != NULL && !answers->stood)) {
        return false;
    }
    struct instant begun = begun_of(settling, running);
    struct instant due = due_of(settling, running, begun);
    if (is_past_end(settling, running, due)) {
        return false;
    }
    const struct known *met_by = running->met_by;
    *ret_duty = (struct duty){.rule = running->use->rule,
                              .begun_at = begun,
                              .due_at = due,
                              .met_at = INSTANT_NEVER,
                              .begun_by = running->begun_by,
                              .key = running->key};
    /* one stood: the last one stands, or fell */
    bool answer_fell = answers != NULL && !answers->stands && fell_first(answers->fell, met_by);
    if (running->cancelled || answer_fell || ground_fell_first(&running->ground, met_by)) {
        ret_duty->state = DUTY_CANCELLED;
    } else if (met_by != NULL) {
        ret_duty->met_by = met_by;
        ret_duty->met_at = met_by->occurred.end;
        ret_duty->state = instant_compare(ret_duty->met_at, due) > 0 ? DUTY_MET_LATE : DUTY_MET;
    } else {
        ret_duty->state = instant_compare(settling->at, due) > 0 ? DUTY_OVERDUE : DUTY_OPEN;
    }
    return true;
}

/* Duties whose limit is the due time of another are settled after it. */
static size_t settle_all(struct settling *settling, bool by_duty, struct duty *duties, size_t count)
{
    for (struct running *running = settling->list; running != NULL; running = running->all) {
        if ((running->use->rule->limit_unit == LIMIT_DUTY) == by_duty &&
            settle(settling, running, &duties[count])) {
            running->duty = &duties[count++];
        }
    }
    return count;
}

/* ---- their order */

struct sorted {
    int64_t begun_ms;
    uint64_t seq;
    const struct duty *duty;
    int rank;
};

static int compare_sorted(const void *a, const void *b)
{
    const struct sorted *x = a;
    const struct sorted *y = b;
    int order = (x->begun_ms > y->begun_ms) - (x->begun_ms < y->begun_ms);
    order = order != 0 ? order : x->rank - y->rank;
    return order != 0 ? order : (x->seq > y->seq) - (x->seq < y->seq);
}

static void sort_duties(struct sorted *list, size_t count)
{
    enum { FEW = 48 };
    if (count > FEW) {
        qsort(list, count, sizeof *list, compare_sorted);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct sorted one = list[i];
        size_t j = i;
        while (j > 0 && compare_sorted(&list[j - 1], &one) > 0) {
            list[j] = list[j - 1];
            j--;
        }
        list[j] = one;
    }
}

static const struct duty *in_order(struct arena *arena, const struct pack *pack, const struct duty *duties,
                                   size_t count)
{
    struct sorted *sorted = arena_many(arena, struct sorted, count);
    struct duty *ordered = arena_many(arena, struct duty, count);
    for (size_t i = 0; i < count; i++) {
        const struct duty *duty = &duties[i];
        sorted[i] = (struct sorted){duty->begun_at.ms, duty->begun_by->entry->seq, duty,
                                    pack->rule_ranks[duty->rule->index]};
    }
    sort_duties(sorted, count);
    for (size_t i = 0; i < count; i++) {
        ordered[i] = *sorted[i].duty;
    }
    return ordered;
}

static void evaluate(struct arena *arena, const struct history *history, struct instant at, bool prompts,
                     const struct duty **ret_duties, size_t *ret_count)
{
    struct walked walked = duties_walk(arena, history, prompts);
    struct settling settling = {
        .arena = arena, .history = history, .pack = history->pack, .at = at, .list = walked.list};
    struct duty *duties = arena_many(arena, struct duty, walked.count);
    size_t count = settle_all(&settling, false, duties, 0);
    count = settle_all(&settling, true, duties, count);
    *ret_duties = in_order(arena, history->pack, duties, count);
    *ret_count = count;
}

void duties_evaluate(struct arena *arena, const struct history *history, struct instant at,
                     const struct duty **ret_duties, size_t *ret_count)
{
    evaluate(arena, history, at, true, ret_duties, ret_count);
}

void duties_evaluate_plain(struct arena *arena, const struct history *history, struct instant at,
                           const struct duty **ret_duties, size_t *ret_count)
{
    evaluate(arena, history, at, false, ret_duties, ret_count);
}

void duties_split(struct arena *arena, const struct duty *duties, size_t count, bool prompts,
                  const struct duty **ret_duties, size_t *ret_count)
{
    struct duty *list = arena_many(arena, struct duty, count);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (duties[i].rule->prompt == prompts) {
            list[kept++] = duties[i];
        }
    }
    *ret_duties = list;
    *ret_count = kept;
}
