#include "procedure/duty.h"

#include "base/must.h"
#include "calendar/calendar.h"
#include "record/match.h"

#include <stdlib.h>
#include <string.h>

/*
 * One walk over the history in the order of the case. Each entry is asked only what its type can do to a rule
 * (pack->uses), and each rule keeps the list of its duties that may still be met, so the work is the sum of
 * what happens, not rules times entries.
 */

/* The version of an entry on which a duty stands, or stood until a correction. */
struct ground {
    const struct value *values;
    struct moment occurred;
    bool fallen;
    struct place fell; /* the correction that took it away */
};

/*
 * The answers that all open beginnings of one sort wait for: the first after them and those that follow until
 * another beginning of the type. The last one counts.
 */
struct answers {
    size_t count;
    bool stands; /* the last one is as asked */
    bool stood;  /* one was, or was before its correction */
    bool fallen;
    struct place fell;
};

struct running {
    struct running *next; /* in its rule, while it may be met */
    struct running *all;
    const struct duty_rule *rule;
    const struct beginning *begins;
    const struct known *begun_by;
    size_t position; /* of begun_by in the history */
    struct ground ground;
    const struct value *key;
    const struct answers *answers; /* NULL when none are asked */
    const struct known *from;
    struct running *waiting; /* next that waits for a `from` */
    const struct known *met_by;
    bool cancelled;
    bool moved; /* an anchor `last` went on without it */
    struct duty duty;
};

/* An entry that could meet what comes after it in the order of the case: it knows only its day, or the next
   has the same instant. */
struct recent {
    struct recent *next;
    const struct known *known;
    const struct pattern *pattern;
    bool used;
};

struct rule_state {
    struct running *open; /* the newest first */
    struct recent *recent;
    struct recent **recent_end;
    struct running *last_begun;
    const struct known *last_met; /* the last entry that met one */
    struct running **by_position; /* made when another rule asks */
};

struct beginning_state {
    bool way_open; /* for `after` */
    struct answers *answers;
    const struct known *from;
    size_t from_position;
    struct running *waiting;
    struct recent *recent;
    struct recent **recent_end;
};

struct walk {
    struct arena *arena;
    const struct history *history;
    const struct pack *pack;
    struct rule_state *rules;
    struct beginning_state *beginnings;
    size_t *last_of_type; /* position + 1 of the last entry of each type so far; 0: none */
    struct running *all;  /* in the order they began */
    struct running **all_end;
    size_t count;
    /* the entry that is being asked */
    const struct known *known;
    size_t position;
    bool looks_ahead;
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

static const struct value *key_of(const struct duty_rule *rule, const struct entry_type *type,
                                  const struct value *values)
{
    if (rule->per == NULL) {
        return NULL;
    }
    int field = rule->per_fields[type->index];
    must(field >= 0); /* a pack whose rule speaks of an entry without it is refused */
    return &values[field];
}

/* Of one rule: both have a key, or neither. */
static bool key_equal(const struct value *a, const struct value *b)
{
    return a == NULL || value_equal(a, b);
}

static bool matches(const struct walk *walk, const struct pattern *pattern, const struct known *known)
{
    return pattern_matches(pattern, known->type, known->values, walk->history->child, known->occurred.day);
}

/* The last version that matches; false when none does. */
static bool find_ground(const struct walk *walk, const struct pattern *pattern, const struct known *known,
                        struct ground *ret_ground)
{
    for (size_t v = known->version_count; v-- > 0;) {
        const struct version *version = &known->versions[v];
        if (pattern_matches(pattern, known->type, version->values, walk->history->child,
                            version->occurred.day)) {
            *ret_ground = (struct ground){.values = version->values, .occurred = version->occurred};
            if (v + 1 < known->version_count) {
                ret_ground->fallen = true;
                ret_ground->fell = entry_place(known->versions[v + 1].correction);
            }
            return true;
        }
    }
    return false;
}

static bool fell_before(const struct ground *ground, const struct known *known)
{
    return ground->fallen && place_compare(ground->fell, known_place(known)) < 0;
}

/* ---- meeting and cancelling */

/* What a pattern asks besides the entry itself: how it stands to the one that began the duty. */
static bool fits(const struct walk *walk, const struct pattern *pattern, const struct running *running,
                 const struct known *known)
{
    if (pattern->later_stage && known->type->stage <= running->begun_by->type->stage) {
        return false;
    }
    if (pattern->same_round >= 0 && walk->last_of_type[pattern->same_round] > running->position + 1) {
        return false;
    }
    return key_equal(running->key, key_of(running->rule, known->type, known->values));
}

static void remember(struct walk *walk, struct recent **first, struct recent ***end,
                     const struct pattern *pattern, bool used)
{
    struct recent *recent = arena_one(walk->arena, struct recent);
    *recent = (struct recent){.known = walk->known, .pattern = pattern, .used = used};
    if (*first == NULL) {
        *end = first;
    }
    **end = recent;
    *end = &recent->next;
}

/* Drops what lies wholly before the entry asked: nothing that comes later begins earlier. */
static void forget(const struct walk *walk, struct recent **first, struct recent ***end)
{
    struct recent **link = first;
    while (*link != NULL) {
        if (instant_compare((*link)->known->occurred.end, walk->known->occurred.start) < 0) {
            *link = (*link)->next;
        } else {
            link = &(*link)->next;
        }
    }
    *end = link;
}

static void meet_or_cancel(struct walk *walk, const struct duty_use *use)
{
    struct rule_state *state = &walk->rules[use->rule->index];
    bool to_remember = use->kind == USE_MEET && walk->looks_ahead;
    if ((state->open == NULL && !to_remember) || !matches(walk, use->pattern, walk->known)) {
        return;
    }
    struct running **link = &state->open;
    while (*link != NULL) {
        struct running *running = *link;
        if (!fits(walk, use->pattern, running, walk->known)) {
            link = &running->next;
            continue;
        }
        if (use->kind == USE_CANCEL || fell_before(&running->ground, walk->known)) {
            running->cancelled = true;
        } else {
            running->met_by = walk->known;
            state->last_met = walk->known;
        }
        *link = running->next;
    }
    if (to_remember) {
        remember(walk, &state->recent, &state->recent_end, use->pattern, state->last_met == walk->known);
    }
}

/*
 * An entry before this one in the order of the case can still have occurred "at or after" it. For an anchor
 * `last` it does so only when it has done nothing else in the rule, or a chain of reviews would meet itself.
 */
static const struct known *met_already(struct walk *walk, const struct running *running)
{
    struct rule_state *state = &walk->rules[running->rule->index];
    if (state->recent == NULL) {
        return NULL;
    }
    forget(walk, &state->recent, &state->recent_end);
    bool last = running->rule->anchor == ANCHOR_LAST;
    for (struct recent *recent = state->recent; recent != NULL; recent = recent->next) {
        bool itself = recent->known == running->begun_by;
        if ((itself ? running->rule->met_by_itself : !(last && recent->used)) &&
            fits(walk, recent->pattern, running, recent->known)) {
            recent->used = true;
            return recent->known;
        }
    }
    return NULL;
}

static bool met_by_itself(const struct walk *walk, const struct running *running)
{
    for (size_t i = 0; running->rule->met_by_itself && i < running->rule->met_count; i++) {
        const struct pattern *pattern = &running->rule->met_by[i];
        if (matches(walk, pattern, walk->known) && fits(walk, pattern, running, walk->known)) {
            return true;
        }
    }
    return false;
}

/* ---- beginning */

/* Takes the running duty of the same line out of the list; NULL when there is none. */
static struct running *take_line(struct rule_state *state, const struct value *key)
{
    for (struct running **link = &state->open; *link != NULL; link = &(*link)->next) {
        struct running *running = *link;
        if (key_equal(running->key, key)) {
            *link = running->next;
            return running;
        }
    }
    return NULL;
}

/* False when a duty of the line runs on and this beginning, fallen since, does not move it. */
static bool move_line(struct walk *walk, struct rule_state *state, const struct ground *ground,
                      const struct value *key)
{
    struct running *line = take_line(state, key);
    if (line == NULL) {
        return true;
    }
    if (fell_before(&line->ground, walk->known)) {
        line->cancelled = true;
        return true;
    }
    if (ground->fallen && !line->ground.fallen) {
        line->next = state->open;
        state->open = line;
        return false;
    }
    line->moved = true;
    return true;
}

static void join_from(struct walk *walk, const struct duty_use *use, struct running *running)
{
    struct beginning_state *beginning = &walk->beginnings[use->beginning];
    must(walk->pack->start_type >= 0);
    bool same_round = walk->last_of_type[walk->pack->start_type] <= beginning->from_position + 1;
    if (beginning->from != NULL && same_round) {
        running->from = beginning->from;
    } else {
        running->waiting = beginning->waiting;
        beginning->waiting = running;
    }
}

static void count_answer(const struct walk *walk, struct answers *answers, const struct known *known,
                         const struct pattern *pattern);

/* The answers a new beginning waits for: those that nobody has given yet, shared by all who wait. */
static struct answers *join_answers(struct walk *walk, const struct duty_use *use)
{
    struct beginning_state *beginning = &walk->beginnings[use->beginning];
    if (beginning->answers == NULL) {
        beginning->answers = arena_one(walk->arena, struct answers);
        forget(walk, &beginning->recent, &beginning->recent_end);
        for (struct recent *recent = beginning->recent; recent != NULL; recent = recent->next) {
            count_answer(walk, beginning->answers, recent->known, recent->pattern);
        }
    }
    return beginning->answers;
}

static void begin(struct walk *walk, const struct duty_use *use)
{
    struct rule_state *state = &walk->rules[use->rule->index];
    struct beginning_state *beginning = &walk->beginnings[use->beginning];
    if (beginning->answers != NULL && beginning->answers->count > 0) {
        beginning->answers = NULL; /* another beginning of the type: the next answers are for it */
    }
    struct ground ground;
    if ((use->begins->after && !beginning->way_open) ||
        !find_ground(walk, use->pattern, walk->known, &ground)) {
        return;
    }
    bool again = state->last_begun != NULL && state->last_begun->begun_by == walk->known;
    if (again) { /* one entry begins one duty of a rule, on the first ground that holds */
        if (ground.fallen || !state->last_begun->ground.fallen) {
            return;
        }
        state->last_begun->moved = true;
        if (state->open == state->last_begun) { /* else it was met as it began */
            state->open = state->last_begun->next;
        }
    }
    const struct value *key = key_of(use->rule, walk->known->type, ground.values);
    if (use->rule->anchor == ANCHOR_LAST && !move_line(walk, state, &ground, key)) {
        return;
    }
    struct running *running = arena_one(walk->arena, struct running);
    running->rule = use->rule;
    running->begins = use->begins;
    running->begun_by = walk->known;
    running->position = walk->position;
    running->ground = ground;
    running->key = key;
    *walk->all_end = running;
    walk->all_end = &running->all;
    walk->count++;
    state->last_begun = running;
    if (use->begins->answered) {
        running->answers = join_answers(walk, use);
    }
    if (use->begins->from) {
        join_from(walk, use, running);
    }
    running->met_by = met_already(walk, running);
    for (struct recent *recent = state->recent; recent != NULL; recent = recent->next) {
        recent->used = recent->used || recent->known == walk->known;
    }
    if (running->met_by == NULL && met_by_itself(walk, running)) {
        running->met_by = walk->known;
    }
    if (running->met_by == NULL) {
        running->next = state->open;
        state->open = running;
    }
}

/* ---- answers, ways and assessments that beginnings look for */

static void count_answer(const struct walk *walk, struct answers *answers, const struct known *known,
                         const struct pattern *pattern)
{
    struct ground ground;
    struct place place = known_place(known);
    answers->count++;
    if (find_ground(walk, pattern, known, &ground)) {
        answers->stood = true;
        answers->stands = !ground.fallen;
        answers->fallen = ground.fallen;
        answers->fell = ground.fell;
        return;
    }
    if (answers->stands || (answers->fallen && place_compare(place, answers->fell) < 0)) {
        answers->fallen = true;
        answers->fell = place;
    }
    answers->stands = false;
}

static void answer(struct walk *walk, const struct duty_use *use)
{
    struct beginning_state *beginning = &walk->beginnings[use->beginning];
    if (beginning->answers != NULL) {
        count_answer(walk, beginning->answers, walk->known, use->pattern);
    }
    if (walk->looks_ahead) {
        remember(walk, &beginning->recent, &beginning->recent_end, use->pattern, false);
    }
}

static void open_way(struct walk *walk, const struct duty_use *use)
{
    bool *way_open = &walk->beginnings[use->beginning].way_open;
    bool opens = use->kind == USE_AFTER;
    if (*way_open != opens && matches(walk, use->pattern, walk->known)) {
        *way_open = opens;
    }
}

static void give_from(struct walk *walk, const struct duty_use *use)
{
    struct beginning_state *beginning = &walk->beginnings[use->beginning];
    if (!matches(walk, use->pattern, walk->known)) {
        return;
    }
    beginning->from = walk->known;
    beginning->from_position = walk->position;
    for (struct running *running = beginning->waiting; running != NULL; running = running->waiting) {
        running->from = walk->known;
    }
    beginning->waiting = NULL;
}

static void ask(struct walk *walk, const struct duty_use *use)
{
    switch (use->kind) {
    case USE_MEET:
    case USE_CANCEL:
        meet_or_cancel(walk, use);
        break;
    case USE_BEGIN:
        begin(walk, use);
        break;
    case USE_ANSWER:
        answer(walk, use);
        break;
    case USE_AFTER:
    case USE_UNLESS:
        open_way(walk, use);
        break;
    case USE_FROM:
    default:
        give_from(walk, use);
        break;
    }
}

/* ---- what came of it */

static struct instant begun_of(const struct walk *walk, const struct running *running)
{
    struct instant begun = running->ground.occurred.start;
    int at = running->begins->at;
    const struct value *value = at < 0 ? &no_value : &running->ground.values[at];
    if (value->kind == VALUE_MOMENT) {
        begun = value->moment.start;
    } else if (value->kind == VALUE_DAY) {
        begun = calendar_day_start(walk->pack->calendar, value->day);
    }
    if (running->from != NULL && instant_compare(running->from->occurred.start, begun) > 0) {
        begun = running->from->occurred.start;
    }
    return begun;
}

static struct instant end_of(const struct walk *walk, struct day day)
{
    return calendar_day_end(walk->pack->calendar, day);
}

static struct instant field_due(const struct walk *walk, const struct running *running)
{
    int field = running->rule->limit_fields[running->begun_by->type->index];
    must(field >= 0); /* a pack whose rule begins with an entry without it is refused */
    const struct value *value = &running->ground.values[field];
    if (value->kind == VALUE_MOMENT) {
        return value->moment.end;
    }
    return value->kind == VALUE_DAY ? end_of(walk, value->day) : INSTANT_NEVER;
}

/* The duties of a rule by the entry that began them. */
static const struct running *begun_at_position(struct walk *walk, int rule, size_t position)
{
    struct rule_state *state = &walk->rules[rule];
    if (state->by_position == NULL) {
        state->by_position = arena_many(walk->arena, struct running *, walk->history->count);
        for (struct running *one = walk->all; one != NULL; one = one->all) {
            if (one->rule->index == rule && !one->moved) {
                state->by_position[one->position] = one;
            }
        }
    }
    return state->by_position[position];
}

/* With the duty that began with the same assessment, while that stands. */
static struct instant duty_due(struct walk *walk, const struct running *running)
{
    if (running->from == NULL || walk->pack->rules[running->rule->limit_rule].limit_unit == LIMIT_DUTY) {
        return INSTANT_NEVER;
    }
    size_t position = (size_t)(running->from - walk->history->list);
    const struct running *other = begun_at_position(walk, running->rule->limit_rule, position);
    return other == NULL || other->duty.rule == NULL || other->duty.state == DUTY_CANCELLED
               ? INSTANT_NEVER
               : other->duty.due_at;
}

static struct instant due_of(struct walk *walk, const struct running *running, struct instant begun)
{
    const struct duty_rule *rule = running->rule;
    for (size_t i = 0; i < walk->history->kept_count; i++) {
        const struct kept_clock *kept = &walk->history->kept[i];
        if (kept->rule == rule->index && kept->begun_seq == running->begun_by->entry->seq) {
            return kept->due_at;
        }
    }
    const struct calendar *calendar = walk->pack->calendar;
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
        return field_due(walk, running);
    case LIMIT_DUTY:
        return duty_due(walk, running);
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

static bool is_past_end(const struct walk *walk, const struct running *running, struct instant due)
{
    const struct duty_rule *rule = running->rule;
    if (rule->until_age == 0 || !walk->history->child.has_birth || instant_is_never(due)) {
        return false;
    }
    struct instant end = end_of(walk, birthday(walk->history->child.birth, rule->until_age));
    int field = rule->until_field == NULL ? -1 : rule->until_fields[running->begun_by->type->index];
    const struct value *value = field < 0 ? &no_value : &running->ground.values[field];
    struct instant agreed = value->kind == VALUE_DAY ? end_of(walk, value->day) : end;
    return instant_compare(due, instant_compare(agreed, end) > 0 ? agreed : end) > 0;
}

static bool fell_first(bool fallen, struct place fell, const struct known *met_by)
{
    return fallen && (met_by == NULL || place_compare(known_place(met_by), fell) > 0);
}

/* False when there is no duty after all. */
static bool settle(struct walk *walk, struct running *running, struct instant at)
{
    const struct answers *answers = running->answers;
    if (running->moved || (answers != NULL && !answers->stood)) {
        return false;
    }
    struct instant begun = begun_of(walk, running);
    struct duty *duty = &running->duty;
    *duty = (struct duty){.rule = running->rule,
                          .begun_at = begun,
                          .due_at = due_of(walk, running, begun),
                          .met_at = INSTANT_NEVER,
                          .begun_by = running->begun_by,
                          .key = running->key};
    if (is_past_end(walk, running, duty->due_at)) {
        duty->rule = NULL;
        return false;
    }
    const struct known *met_by = running->met_by;
    bool answer_fell =
        answers != NULL && !answers->stands && fell_first(answers->fallen, answers->fell, met_by);
    if (running->cancelled || answer_fell ||
        fell_first(running->ground.fallen, running->ground.fell, met_by)) {
        duty->state = DUTY_CANCELLED;
    } else if (met_by != NULL) {
        duty->met_by = met_by;
        duty->met_at = met_by->occurred.end;
        duty->state = instant_compare(duty->met_at, duty->due_at) > 0 ? DUTY_MET_LATE : DUTY_MET;
    } else {
        duty->state = instant_compare(at, duty->due_at) > 0 ? DUTY_OVERDUE : DUTY_OPEN;
    }
    return true;
}

struct sorted {
    const struct running *running;
    int64_t begun_ms;
    int rank;
};

static int compare_sorted(const void *a, const void *b)
{
    const struct sorted *x = a;
    const struct sorted *y = b;
    if (x->begun_ms != y->begun_ms) {
        return x->begun_ms < y->begun_ms ? -1 : 1;
    }
    uint64_t x_seq = x->running->begun_by->entry->seq;
    uint64_t y_seq = y->running->begun_by->entry->seq;
    return x->rank != y->rank ? x->rank - y->rank : (x_seq > y_seq) - (x_seq < y_seq);
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

/* Duties whose limit is the due time of another are settled after it. */
static size_t settle_all(struct walk *walk, struct instant at, bool by_duty, struct sorted *sorted,
                         size_t count)
{
    for (struct running *running = walk->all; running != NULL; running = running->all) {
        if ((running->rule->limit_unit == LIMIT_DUTY) == by_duty && settle(walk, running, at)) {
            sorted[count++] = (struct sorted){running, running->duty.begun_at.ms,
                                              walk->pack->rule_ranks[running->rule->index]};
        }
    }
    return count;
}

static void evaluate(struct arena *arena, const struct history *history, struct instant at, bool prompts,
                     const struct duty **ret_duties, size_t *ret_count)
{
    const struct pack *pack = history->pack;
    must(pack->uses != NULL);
    struct walk walk = {.arena = arena,
                        .history = history,
                        .pack = pack,
                        .rules = arena_many(arena, struct rule_state, pack->rule_count),
                        .beginnings = arena_many(arena, struct beginning_state, pack->beginning_count),
                        .last_of_type = arena_many(arena, size_t, pack_type_rows(pack))};
    walk.all_end = &walk.all;
    for (size_t i = 0; i < history->count; i++) {
        const struct known *known = &history->list[i];
        walk.known = known;
        walk.position = i;
        walk.looks_ahead = i + 1 < history->count &&
                           instant_compare(history->list[i + 1].occurred.start, known->occurred.end) <= 0;
        walk.last_of_type[known->type->index] = i + 1;
        const struct duty_uses *uses = &pack->uses[known->type->index];
        size_t count = prompts ? uses->count : uses->duty_count;
        for (size_t u = 0; u < count; u++) {
            ask(&walk, &uses->list[u]);
        }
    }
    struct sorted *sorted = arena_many(arena, struct sorted, walk.count);
    size_t count = settle_all(&walk, at, false, sorted, 0);
    count = settle_all(&walk, at, true, sorted, count);
    sort_duties(sorted, count);
    struct duty *duties = arena_many(arena, struct duty, count);
    for (size_t i = 0; i < count; i++) {
        duties[i] = sorted[i].running->duty;
    }
    *ret_duties = duties;
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
