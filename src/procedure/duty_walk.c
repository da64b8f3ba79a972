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

struct beginning_state {
    bool way_open; /* for `after` */
    struct answers *answers;
    const struct known *from;
    size_t from_position;
    struct running *waiting;
    struct recents recents;
};

struct walk {
    struct arena *arena;
    const struct history *history;
    const struct pack *pack;
    struct rule_state *rules;
    struct beginning_state *beginnings;
    size_t *last_of_type; /* position + 1 of the last entry of each type so far; 0: none */
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
        walk->last_of_type[pattern->same_round] > running->position + 1) {
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
                         const struct duty_use *use);

/* The answers a new beginning waits for: those that nobody has given yet, shared by all who wait. */
static struct answers *join_answers(struct walk *walk, const struct duty_use *use)
{
    struct beginning_state *beginning = &walk->beginnings[use->beginning];
    if (beginning->answers == NULL) {
        beginning->answers = arena_one(walk->arena, struct answers);
        forget(walk, &beginning->recents);
        for (struct recent *recent = beginning->recents.first; recent != NULL; recent = recent->next) {
            count_answer(walk, beginning->answers, recent->known, recent->use);
        }
    }
    return beginning->answers;
}

/* Whether the way for it is open. Another beginning of the type: the next answers are for it. */
static bool may_begin(const struct walk *walk, const struct duty_use *use)
{
    if (use->beginning < 0) {
        return true;
    }
    struct beginning_state *beginning = &walk->beginnings[use->beginning];
    if (beginning->answers != NULL && beginning->answers->any) {
        beginning->answers = NULL;
    }
    return !use->begins->after || beginning->way_open;
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
    if (!may_begin(walk, use) || !find_ground(walk, use, walk->known, &ground)) {
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
    if (use->begins->answered) {
        running->answers = join_answers(walk, use);
    }
    if (use->begins->from) {
        join_from(walk, use, running);
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

/* ---- answers, ways and assessments that beginnings look for */

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

static void answer(struct walk *walk, const struct duty_use *use)
{
    struct beginning_state *beginning = &walk->beginnings[use->beginning];
    if (beginning->answers != NULL) {
        count_answer(walk, beginning->answers, walk->known, use);
    }
    if (walk->looks_ahead) {
        remember(walk, &beginning->recents, use, false);
    }
}

static void open_way(struct walk *walk, const struct duty_use *use)
{
    bool *way_open = &walk->beginnings[use->beginning].way_open;
    bool opens = use->kind == USE_AFTER;
    if (*way_open != opens && matches(walk, use)) {
        *way_open = opens;
    }
}

static void give_from(struct walk *walk, const struct duty_use *use)
{
    struct beginning_state *beginning = &walk->beginnings[use->beginning];
    if (!matches(walk, use)) {
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

struct walked duties_walk(struct arena *arena, const struct history *history, bool prompts)
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
        walk.uses = &pack->uses[known->type->index];
        walk.position = i;
        walk.looks_ahead = i + 1 < history->count &&
                           instant_compare(history->list[i + 1].occurred.start, known->occurred.end) <= 0;
        walk.last_of_type[known->type->index] = i + 1;
        size_t count = prompts ? walk.uses->count : walk.uses->duty_count;
        for (size_t u = 0; u < count; u++) {
            ask(&walk, &walk.uses->list[u]);
        }
    }
    return (struct walked){walk.all, walk.count};
}
