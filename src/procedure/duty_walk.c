#include "procedure/duty_walk.h"

#include "base/must.h"
#include "record/match.h"

/*
 * One walk over the history in the order of the case. Each entry is asked only what its type can do to a rule
 * (pack->uses), and each rule keeps the list of its duties that may still be met, so the work is the sum of
 * what happens, not rules times entries.
 */

/* An entry that could meet or cancel what comes after it in the order of the case: it knows only its day, or
   the next has the same instant. */
struct recent {
    struct recent *next;
    const struct known *known;
    const struct duty_use *use;
    bool used;
};

struct recents {
    struct recent *first;
    struct recent **end;
};

struct rule_state {
    struct running *open;   /* the newest first */
    struct recents recents; /* that meet */
    struct recents cancels;
    struct running *last_begun;
    const struct known *last_met; /* the last entry that met one */
};

/* An entry that opens or closes the way of a beginning, or that it can be from. */
struct seen {
    struct seen *before;
    const struct known *known;
    enum duty_use_kind kind;
};

struct beginning_state {
    struct seen *seen;             /* the last first */
    const struct duty_use *answer; /* NULL: no entry was one */
    struct running *waiting;       /* all that began and look for an answer, or are from an entry */
};

/* As they came about. */
struct of_type {
    const struct known **list;
    size_t count;
};

struct walk {
    struct arena *arena;
    const struct history *history;
    const struct pack *pack;
    struct rule_state *rules;
    struct beginning_state *beginnings;
    struct of_type **types; /* by entry type, once they were asked for */
    struct running *all;
    struct running **all_end;
    size_t count;
    /* the entry that is being asked */
    const struct known *known;
    const struct duty_uses *uses;
    size_t position;
    bool looks_ahead;
};

/* Of an entry of the type of the use. */
static bool holds(const struct walk *walk, const struct duty_use *use, const struct entry_type *type,
                  const struct value *values, struct day on)
{
    if (use->code_field >= 0) {
        const struct value *value = &values[use->code_field];
        return value->kind == VALUE_CODE && (value->code == use->codes[0] || value->code == use->codes[1]);
    }
    return pattern_holds(use->pattern, type, values, walk->history->child, on);
}

static bool matches(const struct walk *walk, const struct duty_use *use)
{
    return holds(walk, use, walk->known->type, walk->known->values, walk->known->occurred.day);
}

/* The last version that matches; false when none does. */
static bool find_ground(const struct walk *walk, const struct duty_use *use, const struct known *known,
                        struct ground *ret_ground)
{
    for (size_t v = known->version_count; v-- > 0;) {
        const struct version *version = &known->versions[v];
        if (holds(walk, use, known->type, version->values, version->occurred.day)) {
            *ret_ground = (struct ground){.values = version->values, .occurred = version->occurred.start};
            if (v + 1 < known->version_count) {
                ret_ground->correction = known->versions[v + 1].correction;
            }
            return true;
        }
    }
    return false;
}

static bool fell_before(const struct ground *ground, const struct known *known)
{
    return ground->correction != NULL &&
           place_compare(entry_place(ground->correction), known_place(known)) < 0;
}

static const struct value *key_of(const struct duty_use *use, const struct value *values)
{
    return use->per_field < 0 ? NULL : &values[use->per_field];
}

/* Of one rule: both have a key, or neither. */
static bool key_equal(const struct value *a, const struct value *b)
{
    return a == NULL || value_equal(a, b);
}

static const struct of_type *all_of_type(const struct walk *walk, int type)
{
    const struct history *history = walk->history;
    if (walk->types[type] == NULL) {
        struct of_type *all = arena_one(walk->arena, struct of_type);
        all->list = arena_many(walk->arena, const struct known *, history->count);
        for (size_t i = 0; i < history->count; i++) {
            if (history->list[i].type->index == type) {
                all->list[all->count++] = &history->list[i];
            }
        }
        history_order(walk->arena, all->list, all->count);
        walk->types[type] = all;
    }
    return walk->types[type];
}

/* Whether an entry of the type came after the one and before the other. */
static bool came_between(const struct walk *walk, int type, const struct known *first,
                         const struct known *second)
{
    const struct of_type *all = all_of_type(walk, type);
    for (size_t i = 0; i < all->count; i++) {
        if (known_came_after(all->list[i], first) && known_came_after(second, all->list[i])) {
            return true;
        }
    }
    return false;
}

/* ---- meeting and cancelling */

/* What a pattern asks besides the entry itself: how it stands to the one that began the duty. */
static bool fits(const struct walk *walk, const struct duty_use *use, const struct running *running,
                 const struct known *known)
{
    const struct pattern *pattern = use->pattern;
    if (use->places && pattern->later_stage && known->type->stage <= running->begun_by->type->stage) {
        return false;
    }
    if (use->places && pattern->same_round >= 0 &&
        came_between(walk, pattern->same_round, running->begun_by, known)) {
        return false;
    }
    return key_equal(running->key, key_of(use, known->values));
}

static void remember(const struct walk *walk, struct recents *recents, const struct duty_use *use, bool used)
{
    struct recent *recent = arena_one(walk->arena, struct recent);
    *recent = (struct recent){.known = walk->known, .use = use, .used = used};
    if (recents->first == NULL) {
        recents->end = &recents->first;
    }
    *recents->end = recent;
    recents->end = &recent->next;
}

/* Drops what lies wholly before the entry asked: nothing that comes later begins earlier. */
static void forget(const struct walk *walk, struct recents *recents)
{
    struct recent **link = &recents->first;
    while (*link != NULL) {
        if (instant_compare((*link)->known->occurred.end, walk->known->occurred.start) < 0) {
            *link = (*link)->next;
        } else {
            link = &(*link)->next;
        }
    }
    recents->end = link;
}

static void meet_or_cancel(struct walk *walk, const struct duty_use *use)
{
    struct rule_state *state = &walk->rules[use->rule->index];
    bool cancels = use->kind == USE_CANCEL;
    if ((state->open == NULL && !walk->looks_ahead) || !matches(walk, use)) {
        return;
    }
    struct running **link = &state->open;
    while (*link != NULL) {
        struct running *running = *link;
        if (!fits(walk, use, running, walk->known) ||
            (cancels && !known_ends(walk->known, running->begun_by))) {
            link = &running->next;
            continue;
        }
        if (cancels || fell_before(&running->ground, walk->known)) {
            running->cancelled = true;
        } else {
            running->met_by = walk->known;
            state->last_met = walk->known;
        }
        *link = running->next;
    }
    if (walk->looks_ahead) {
        remember(walk, cancels ? &state->cancels : &state->recents, use, state->last_met == walk->known);
    }
}

/*
 * An entry before this one in the order of the case can still have occurred "at or after" it. For an anchor
 * `last` it does so only when it has done nothing else in the rule, or a chain of reviews would meet itself.
 */
static const struct known *met_already(struct walk *walk, const struct running *running)
{
    const struct duty_rule *rule = running->use->rule;
    struct recents *recents = &walk->rules[rule->index].recents;
    if (recents->first == NULL) {
        return NULL;
    }
    forget(walk, recents);
    bool last = rule->anchor == ANCHOR_LAST;
    for (struct recent *recent = recents->first; recent != NULL; recent = recent->next) {
        bool itself = recent->known == running->begun_by;
        if ((itself ? rule->met_by_itself : !(last && recent->used)) &&
            fits(walk, recent->use, running, recent->known)) {
            recent->used = true;
            return recent->known;
        }
    }
    return NULL;
}

/* One that comes before it in the order of the case, and ends it all the same. */
static const struct known *cancelled_already(struct walk *walk, const struct running *running)
{
    struct recents *cancels = &walk->rules[running->use->rule->index].cancels;
    forget(walk, cancels);
    for (struct recent *recent = cancels->first; recent != NULL; recent = recent->next) {
        if (known_ends(recent->known, running->begun_by) && fits(walk, recent->use, running, recent->known)) {
            return recent->known;
        }
    }
    return NULL;
}

static bool met_by_itself(const struct walk *walk, const struct running *running)
{
    const struct duty_rule *rule = running->use->rule;
    for (size_t u = 0; rule->met_by_itself && u < walk->uses->count; u++) {
        const struct duty_use *use = &walk->uses->list[u];
        if (use->rule == rule && use->kind == USE_MEET && matches(walk, use) &&
            fits(walk, use, running, walk->known)) {
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
    if (ground->correction != NULL && line->ground.correction == NULL) {
        line->next = state->open;
        state->open = line;
        return false;
    }
    line->moved = true;
    return true;
}

/* ---- the way that a beginning waits for, and the entry it is from */

static struct seen *see(const struct walk *walk, struct seen *before, const struct known *known,
                        enum duty_use_kind kind)
{
    struct seen *seen = arena_one(walk->arena, struct seen);
    *seen = (struct seen){before, known, kind};
    return seen;
}

static void see_entry(struct walk *walk, const struct duty_use *use)
{
    struct beginning_state *beginning = &walk->beginnings[use->beginning];
    if (matches(walk, use)) {
        beginning->seen = see(walk, beginning->seen, walk->known, use->kind);
    }
}

/* And those that come later in the order of the case, and might have come before an entry that knows only its
   day. */
static const struct seen *seen_on_the_day(const struct walk *walk, const struct duty_use *begin)
{
    const struct history *history = walk->history;
    struct seen *seen = walk->beginnings[begin->beginning].seen;
    for (size_t i = walk->position + 1; i < history->count && instant_compare(history->list[i].occurred.start,
                                                                              walk->known->occurred.end) <= 0;
         i++) {
        const struct known *known = &history->list[i];
        const struct duty_uses *uses = &walk->pack->uses[known->type->index];
        for (size_t u = 0; u < uses->count; u++) {
            const struct duty_use *use = &uses->list[u];
            if (use->beginning == begin->beginning && (use->kind == USE_AFTER || use->kind == USE_UNLESS) &&
                holds(walk, use, known->type, known->values, known->occurred.day)) {
                seen = see(walk, seen, known, use->kind);
            }
        }
    }
    return seen;
}

static bool closed_between(const struct seen *seen, const struct known *opened, const struct known *begun)
{
    for (; seen != NULL; seen = seen->before) {
        if (seen->kind == USE_UNLESS && known_ends(seen->known, opened) &&
            known_came_after(begun, seen->known)) {
            return true;
        }
    }
    return false;
}

/* One that opens it came before, and none that closes it has since. */
static bool way_is_open(const struct walk *walk, const struct duty_use *begin)
{
    const struct seen *all = seen_on_the_day(walk, begin);
    for (const struct seen *seen = all; seen != NULL; seen = seen->before) {
        if (seen->kind == USE_AFTER && known_came_after(walk->known, seen->known) &&
            !closed_between(all, seen->known, walk->known)) {
            return true;
        }
    }
    return false;
}

/* The last that came before it, if it is of the same round, or else the next. */
static const struct known *from_of(const struct walk *walk, const struct seen *seen,
                                   const struct known *begun)
{
    const struct known *last = NULL;
    const struct known *next = NULL;
    for (; seen != NULL; seen = seen->before) {
        if (seen->kind != USE_FROM) {
            continue;
        }
        if (!known_came_after(begun, seen->known)) {
            next = next == NULL || known_came_after(next, seen->known) ? seen->known : next;
        } else if (last == NULL || known_came_after(seen->known, last)) {
            last = seen->known;
        }
    }
    must(walk->pack->start_type >= 0);
    bool is_of_round = last != NULL && !came_between(walk, walk->pack->start_type, last, begun);
    return is_of_round ? last : next;
}

/* ---- the answers that it waits for */

static void count_answer(const struct walk *walk, struct answers *answers, const struct known *known,
                         const struct duty_use *use)
{
    struct ground ground;
    struct place place = known_place(known);
    answers->any = true;
    if (find_ground(walk, use, known, &ground)) {
        answers->stood = true;
        answers->stands = ground.correction == NULL;
        answers->fallen = !answers->stands;
        if (answers->fallen) {
            answers->fell = entry_place(ground.correction);
        }
        return;
    }
    if (answers->stands || (answers->fallen && place_compare(place, answers->fell) < 0)) {
        answers->fallen = true;
        answers->fell = place;
    }
    answers->stands = false;
}

/* Another beginning of its type, after the first answer: the next answers are for that. */
static const struct known *next_beginning(const struct walk *walk, const struct known *begun,
                                          const struct known *answered)
{
    const struct of_type *all = all_of_type(walk, begun->type->index);
    for (size_t i = 0; i < all->count; i++) {
        if (known_came_after(all->list[i], begun) && known_came_after(all->list[i], answered)) {
            return all->list[i];
        }
    }
    return NULL;
}

static const struct answers *answers_to(const struct walk *walk, const struct duty_use *use,
                                        const struct known *begun)
{
    struct answers *answers = arena_one(walk->arena, struct answers);
    const struct of_type *all = all_of_type(walk, use->pattern->type);
    const struct known *next = NULL;
    for (size_t i = 0; i < all->count; i++) {
        const struct known *known = all->list[i];
        if (instant_compare(known->occurred.end, begun->occurred.start) < 0) {
            continue;
        }
        if (!answers->any) {
            next = next_beginning(walk, begun, known);
        }
        if (next == NULL || !known_came_after(known, next)) {
            count_answer(walk, answers, known, use);
        }
    }
    return answers;
}

/* What those that began wait for, once all entries were seen. */
static void end_waiting(const struct walk *walk)
{
    static const struct answers none = {0};
    for (size_t b = 0; b < walk->pack->beginning_count; b++) {
        const struct beginning_state *beginning = &walk->beginnings[b];
        for (struct running *running = beginning->waiting; running != NULL; running = running->waiting) {
            if (running->use->begins->from) {
                running->from = from_of(walk, beginning->seen, running->begun_by);
            }
            if (running->use->begins->answered) {
                running->answers = beginning->answer == NULL
                                       ? &none
                                       : answers_to(walk, beginning->answer, running->begun_by);
            }
        }
    }
}

/* One entry begins one duty of a rule, on the first ground that holds. */
static bool gives_way(struct rule_state *state, const struct ground *ground)
{
    struct running *before = state->last_begun;
    if (ground->correction != NULL || before->ground.correction == NULL) {
        return false;
    }
    before->moved = true;
    if (state->open == before) { /* else it was met as it began */
        state->open = before->next;
    }
    return true;
}

static struct running *add_running(struct walk *walk, const struct duty_use *use, const struct ground *ground,
                                   const struct value *key)
{
    struct running *running = arena_one(walk->arena, struct running);
    running->use = use;
    running->begun_by = walk->known;
    running->position = walk->position;
    running->ground = *ground;
    running->key = key;
    *walk->all_end = running;
    walk->all_end = &running->all;
    walk->count++;
    return running;
}

static void begin(struct walk *walk, const struct duty_use *use)
{
    struct rule_state *state = &walk->rules[use->rule->index];
    struct ground ground;
    if ((use->begins->after && !way_is_open(walk, use)) || !find_ground(walk, use, walk->known, &ground)) {
        return;
    }
    bool again = state->last_begun != NULL && state->last_begun->begun_by == walk->known;
    if (again && !gives_way(state, &ground)) {
        return;
    }
    const struct value *key = key_of(use, ground.values);
    if (use->rule->anchor == ANCHOR_LAST && !move_line(walk, state, &ground, key)) {
        return;
    }
    struct running *running = add_running(walk, use, &ground, key);
    state->last_begun = running;
    if (use->beginning >= 0) {
        running->waiting = walk->beginnings[use->beginning].waiting;
        walk->beginnings[use->beginning].waiting = running;
    }
    running->met_by = met_already(walk, running);
    for (struct recent *recent = state->recents.first; recent != NULL; recent = recent->next) {
        recent->used = recent->used || recent->known == walk->known;
    }
    if (running->met_by == NULL && met_by_itself(walk, running)) {
        running->met_by = walk->known;
    }
    const struct known *cancel = cancelled_already(walk, running);
    running->cancelled =
        cancel != NULL &&
        (running->met_by == NULL || place_compare(known_place(cancel), known_place(running->met_by)) < 0);
    if (running->met_by == NULL && !running->cancelled) {
        running->next = state->open;
        state->open = running;
    }
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
        walk->beginnings[use->beginning].answer = use;
        break;
    case USE_AFTER:
    case USE_UNLESS:
    case USE_FROM:
    default:
        see_entry(walk, use);
        break;
    }
}

struct walked duties_walk(struct arena *arena, const struct history *history, bool prompts)
{
    const struct pack *pack = history->pack;
    must(pack->uses != NULL);
    struct walk walk = {.arena = arena,
                        .history = history,
                        .pack = pack,
                        .rules = arena_many(arena, struct rule_state, pack->rule_count),
                        .beginnings = arena_many(arena, struct beginning_state, pack->beginning_count),
                        .types = arena_many(arena, struct of_type *, pack_type_rows(pack))};
    walk.all_end = &walk.all;
    for (size_t i = 0; i < history->count; i++) {
        const struct known *known = &history->list[i];
        walk.known = known;
        walk.uses = &pack->uses[known->type->index];
        walk.position = i;
        walk.looks_ahead = i + 1 < history->count &&
                           instant_compare(history->list[i + 1].occurred.start, known->occurred.end) <= 0;
        size_t count = prompts ? walk.uses->count : walk.uses->duty_count;
        for (size_t u = 0; u < count; u++) {
            ask(&walk, &walk.uses->list[u]);
        }
    }
    end_waiting(&walk);
    return (struct walked){walk.all, walk.count};
}
