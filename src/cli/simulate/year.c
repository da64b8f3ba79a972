#include "cli/simulate/simulate.h"

#include "base/text.h"
#include "calendar/calendar.h"
#include "record/decode.h"

#include <stdlib.h>

/*
 * Whether somebody acts on a duty, and when, follows from the seed and the duty alone, so nothing has to be
 * remembered: most act in time, some late, a few only after long. Workers are ill and on leave on the same
 * days for every child they work with.
 */
enum {
    HAPPENS_PERCENT = 3, /* of the days, that something happens which no duty asked for */
    CORRECTS_PER_MILLE = 4,
    DEPUTY_PERCENT = 40, /* that somebody else does it while the worker is away */
    ENTRIES_MOST = 400,  /* of one child: a bound, not an aim */
    STEPS_MOST = 60,     /* on one day */
    ROUNDS = 3
};

struct year {
    const struct simulation *simulation;
    const struct pack *pack;
    struct tally *tally;
    struct arenas arenas;
    struct chance chance;
    uint64_t own; /* the child's number in the seed */
    int number;
    struct child child;
    const struct entry *entries[ENTRIES_MOST];
    size_t count;
    struct duty_book book;
};

struct step {
    struct instant at;
    const struct duty_rule *rule; /* NULL: something happens */
    uint64_t begun_seq;
    uint64_t plan;
};

/* ---- recording ---- */

static const struct history *history_at(const struct year *year, struct arena *arena, struct instant at)
{
    return history_new(arena, year->pack, year->entries, year->count, year->child, at);
}

static void record(struct year *year, struct entry *entry)
{
    struct entry *kept = arena_one(year->arenas.own, struct entry);
    *kept = *entry;
    kept->seq = year->count + 1;
    kept->id.bytes[0] = (uint8_t)kept->seq;
    year->entries[year->count++] = kept;
    year->tally->entries++;
    arena_reset(year->arenas.book);
    duty_book_fill(year->arenas.book, &year->book, history_at(year, year->arenas.book, kept->recorded_at),
                   kept->recorded_at);
}

/* Some things are written down later than they happened, and some only by their day. */
static void backdate(struct year *year, struct entry *entry)
{
    if (chance_is(&year->chance, 15)) {
        int64_t minutes = (int64_t)chance_below(&year->chance, 20 * 60);
        entry->occurred =
            moment_of_instant(year->pack, instant_add_ms(entry->recorded_at, -minutes * MS_PER_MINUTE));
    }
    if (!entry->type->needs_minute && chance_is(&year->chance, 8)) {
        entry->occurred = moment_of_day(year->pack, entry->occurred.day);
    }
}

static struct form_wish wish_of_way(const struct year *year, const struct gate_way *way, struct instant at)
{
    struct form_wish wish = {.type = way->type, .at = at};
    const char *equals = way->answer == NULL ? NULL : strchr(way->answer, '=');
    if (equals != NULL) {
        wish.field = arena_copy_n(year->arenas.scratch, way->answer, (size_t)(equals - way->answer));
        wish.code = equals + 1;
    }
    return wish;
}

/* Fills in and records; where a gate wants another entry first, that one, once. */
static bool try_record(struct year *year, struct form_wish *wish, int deep)
{
    struct arena *scratch = year->arenas.scratch;
    struct entry entry;
    const struct gate *gate;
    if (year->count + 2 >= ENTRIES_MOST) {
        return false;
    }
    const struct position *position = position_of(scratch, history_at(year, scratch, wish->at), wish->at);
    if (form_fill(year->simulation, year->arenas.own, scratch, &year->chance, position, wish, &entry,
                  &gate)) {
        if (wish->duty == NULL) {
            backdate(year, &entry);
        }
        record(year, &entry);
        return true;
    }
    year->tally->refused++;
    const struct gate_way *ways;
    size_t count = 0;
    if (gate != NULL && deep > 0) {
        gate_ways(scratch, position, gate, &ways, &count);
    }
    if (count > 0) {
        struct form_wish first = wish_of_way(year, &ways[chance_below(&year->chance, count)], wish->at);
        return try_record(year, &first, deep - 1);
    }
    return false;
}

/* ---- what happens ---- */

static bool begins_something(const struct pack *pack, const struct entry_type *type)
{
    const struct duty_uses *uses = &pack->uses[type->index];
    for (size_t u = 0; u < uses->count; u++) {
        if (uses->list[u].kind == USE_BEGIN) {
            return true;
        }
    }
    return false;
}

static bool may_happen(const struct entry_type *type)
{
    return type->part != PART_CORRECTION && type->part != PART_DETAILS && !type->only_without_child;
}

/* Something nobody is bound to record; mostly of a kind that sets duties going. */
static void happen(struct year *year, struct instant at)
{
    const struct pack *pack = year->pack;
    const struct entry_type *type = &pack->types[chance_below(&year->chance, pack->type_count)];
    for (int i = 0; i < 4 && !(may_happen(type) && begins_something(pack, type)); i++) {
        type = &pack->types[chance_below(&year->chance, pack->type_count)];
    }
    if (may_happen(type)) {
        struct form_wish wish = {.type = type, .at = at};
        (void)try_record(year, &wish, 1);
    }
}

static void arrive(struct year *year, struct instant at)
{
    struct form_wish wish = {.type = &year->pack->types[year->pack->start_type], .at = at};
    (void)try_record(year, &wish, 0);
}

/* Another code for one answer of an earlier entry. */
static void correct(struct year *year, struct instant at)
{
    const struct entry_type *correction = &year->pack->types[year->pack->correction_type];
    const struct entry *target = year->entries[chance_below(&year->chance, year->count)];
    struct arena *own = year->arenas.own;
    if (target->type->part == PART_CORRECTION || target->type->field_count == 0 ||
        year->count + 2 >= ENTRIES_MOST) {
        return;
    }
    const struct field *field = &target->type->fields[chance_below(&year->chance, target->type->field_count)];
    if (field->kind != FIELD_CODE || field->system || target->values[field->index].kind != VALUE_CODE) {
        return;
    }
    struct value *answers = arena_many(own, struct value, target->type->field_count);
    bool *set = arena_many(own, bool, target->type->field_count);
    answers[field->index] =
        (struct value){.kind = VALUE_CODE,
                       .code = &field->codes->codes[chance_below(&year->chance, field->codes->code_count)]};
    set[field->index] = true;
    struct fields *fields = arena_one(own, struct fields);
    *fields = (struct fields){.type = target->type, .values = answers, .set = set};
    struct value *values = arena_many(own, struct value, correction->field_count);
    values[entry_type_field(correction, "corrects")->index] =
        (struct value){.kind = VALUE_NUMBER, .number = (int64_t)target->seq};
    values[entry_type_field(correction, "fields")->index] =
        (struct value){.kind = VALUE_FIELDS, .fields = fields};
    struct entry entry = {.type = correction,
                          .occurred = moment_of_instant(year->pack, at),
                          .recorded_at = at,
                          .agency = "social-care",
                          .label = "standard",
                          .values = values};
    record(year, &entry);
    year->tally->corrections++;
}

/* ---- who works, and when ---- */

static bool is_urgent(const struct duty_rule *rule)
{
    return rule->limit_unit == LIMIT_HOURS || rule->limit_unit == LIMIT_AT_ONCE;
}

/* Two fortnights of leave a year, and some days of illness. */
static bool is_away(const struct simulation *simulation, uint64_t worker, int day)
{
    for (uint64_t i = 0; i < 2; i++) {
        int leave = (int)(chance_mix(worker, i) % 350);
        if (day >= leave && day < leave + 14) {
            return true;
        }
    }
    for (int back = 0; back < 6; back++) {
        uint64_t ill = chance_mix(chance_mix(simulation->seed, worker), (uint64_t)(day - back + 64));
        if (ill % 1000 < 9 && (int)((ill >> 32) % 6) >= back) {
            return true;
        }
    }
    return false;
}

static uint64_t worker_of(const struct year *year, const struct duty_rule *rule)
{
    uint64_t role = chance_text(year->simulation->seed, rule->owner_role);
    return chance_mix(role, chance_mix(role, year->own) % (uint64_t)year->simulation->staff);
}

static uint64_t plan_of(const struct year *year, const struct duty *duty)
{
    uint64_t plan = chance_text(chance_mix(year->own, duty->begun_by->entry->seq), duty->rule->id);
    const char *key = duty->key == NULL               ? NULL
                      : duty->key->kind == VALUE_TEXT ? duty->key->text
                      : duty->key->kind == VALUE_CODE ? duty->key->code->id
                                                      : NULL;
    return key == NULL ? plan : chance_text(plan, key);
}

/* When somebody means to do it. */
static struct instant planned(const struct duty *duty, uint64_t plan)
{
    int64_t span =
        instant_is_never(duty->due_at) ? (int64_t)6 * MS_PER_DAY : duty->due_at.ms - duty->begun_at.ms;
    span = span < MS_PER_HOUR ? MS_PER_HOUR : span;
    int64_t mark = (int64_t)(plan % 1000);
    int64_t kind = (int64_t)((plan >> 20) % 100);
    if (kind < 84) {
        return instant_add_ms(duty->begun_at, span / 1000 * (30 + mark * 9 / 10));
    }
    if (kind < 96) {
        return instant_add_ms(duty->begun_at, span + span / 2000 * (mark + 20));
    }
    return instant_add_ms(duty->begun_at, span * 2 + (int64_t)30 * MS_PER_DAY); /* forgotten, and found */
}

/* Tries what meets the duty, the ways in an order of chance. */
static void act_on(struct year *year, const struct duty *duty, struct instant at)
{
    const struct duty_rule *rule = duty->rule;
    const struct pack *pack = year->pack;
    size_t from = chance_below(&year->chance, rule->met_count);
    for (size_t i = 0; i < rule->met_count; i++) {
        const struct pattern *pattern = &rule->met_by[(from + i) % rule->met_count];
        int type = pattern->type;
        for (size_t t = 0, first = chance_below(&year->chance, pack->type_count);
             type == ANY_TYPE && t < pack->type_count; t++) {
            size_t which = (first + t) % pack->type_count;
            if (pattern->types[which] && may_happen(&pack->types[which]) &&
                (!pattern->later_stage || pack->types[which].stage > duty->begun_by->type->stage)) {
                type = (int)which;
            }
        }
        if (type != ANY_TYPE) {
            struct form_wish wish = {.type = &pack->types[type], .at = at, .meets = pattern, .duty = duty};
            if (try_record(year, &wish, 2)) {
                return;
            }
        }
    }
}

static const struct duty *still_unmet(const struct year *year, const struct step *step)
{
    for (size_t i = 0; i < year->book.count; i++) {
        const struct duty *duty = &year->book.list[i];
        if (duty->rule == step->rule && duty->begun_by->entry->seq == step->begun_seq &&
            (duty->state == DUTY_OPEN || duty->state == DUTY_OVERDUE) && plan_of(year, duty) == step->plan) {
            return duty;
        }
    }
    return NULL;
}

/* ---- a day ---- */

static struct instant at_work(struct year *year, struct day day)
{
    int64_t minutes = 8 * 60 + (int64_t)chance_below(&year->chance, 10 * 60);
    return instant_add_ms(calendar_day_start(year->pack->calendar, day), minutes * MS_PER_MINUTE);
}

static int compare_steps(const void *a, const void *b)
{
    const struct step *x = a;
    const struct step *y = b;
    return x->at.ms != y->at.ms ? (x->at.ms > y->at.ms) - (x->at.ms < y->at.ms)
                                : (x->plan > y->plan) - (x->plan < y->plan);
}

/* The duties whose worker is there and means to do them today, or should have before. */
static size_t plan_day(struct year *year, int number, struct day day, struct step *steps)
{
    const struct calendar *calendar = year->pack->calendar;
    struct instant start = calendar_day_start(calendar, day);
    struct instant end = calendar_day_end(calendar, day);
    bool working = calendar_is_working_day(calendar, day);
    size_t count = 0;
    for (size_t i = 0; i < year->book.count && count < STEPS_MOST; i++) {
        const struct duty *duty = &year->book.list[i];
        if (duty->state != DUTY_OPEN && duty->state != DUTY_OVERDUE) {
            continue;
        }
        uint64_t plan = plan_of(year, duty);
        struct instant at = planned(duty, plan);
        bool before = instant_compare(at, start) < 0;
        if (instant_compare(at, end) > 0 || (!working && !is_urgent(duty->rule)) ||
            (before && chance_mix(plan, (uint64_t)number) % 3 == 0)) {
            continue;
        }
        if (is_away(year->simulation, worker_of(year, duty->rule), number) &&
            chance_mix(plan, (uint64_t)number) % 100 >= DEPUTY_PERCENT) {
            year->tally->away++;
            continue;
        }
        steps[count++] = (struct step){before || !is_urgent(duty->rule) ? at_work(year, day) : at, duty->rule,
                                       duty->begun_by->entry->seq, plan};
    }
    return count;
}

static void take_step(struct year *year, const struct step *step)
{
    arena_reset(year->arenas.scratch);
    duty_book_pass(&year->book, step->at);
    if (step->rule == NULL) {
        happen(year, step->at);
        return;
    }
    const struct duty *duty = still_unmet(year, step);
    if (duty != NULL && instant_compare(duty->begun_by->entry->recorded_at, step->at) <= 0) {
        struct duty now = *duty; /* the book is filled anew while it is used */
        struct known begun_by = *duty->begun_by;
        struct value key = duty->key == NULL ? (struct value){.kind = VALUE_NONE} : *duty->key;
        now.begun_by = &begun_by;
        now.key = duty->key == NULL ? NULL : &key;
        act_on(year, &now, step->at);
    }
}

static void live_day(struct year *year, int number, struct day day)
{
    struct step steps[STEPS_MOST + 1];
    struct instant now = calendar_day_start(year->pack->calendar, day);
    size_t count = plan_day(year, number, day, steps);
    if (chance_is(&year->chance, HAPPENS_PERCENT)) {
        int64_t length = calendar_day_end(year->pack->calendar, day).ms - now.ms; /* 23 hours in spring */
        steps[count++] =
            (struct step){.at = instant_add_ms(now, (int64_t)chance_below(&year->chance, (size_t)length))};
    }
    /* What a step sets going may have to be done on the same day. */
    for (int round = 0; round < ROUNDS && count > 0; round++) {
        qsort(steps, count, sizeof *steps, compare_steps);
        for (size_t i = 0; i < count; i++) {
            if (instant_compare(steps[i].at, now) >= 0) {
                now = steps[i].at;
                take_step(year, &steps[i]);
            }
        }
        count = plan_day(year, number, day, steps);
    }
    if (year->count > 0 && chance_below(&year->chance, 1000) < CORRECTS_PER_MILLE) {
        correct(year, calendar_day_end(year->pack->calendar, day));
    }
}

/* The duties as they were kept against the duties from scratch, at the end of the day. */
static bool check_day(struct year *year, struct day day)
{
    struct arena *scratch = year->arenas.scratch;
    struct instant end = calendar_day_end(year->pack->calendar, day);
    const struct duty *duties;
    size_t count;
    arena_reset(scratch);
    duty_book_pass(&year->book, end);
    duties_evaluate(scratch, history_at(year, scratch, end), end, &duties, &count);
    year->tally->checks++;
    const char *differ = duties_differ(scratch, year->book.list, year->book.count, duties, count);
    if (differ == NULL) {
        return true;
    }
    char text[DAY_TEXT];
    day_format(day, text);
    year->tally->differ = arena_printf(year->arenas.own, "on %s: kept %s from scratch", text, differ);
    year->tally->differ_child = year->number;
    return false;
}

static void count_duties(struct year *year)
{
    for (size_t i = 0; i < year->book.count; i++) {
        const struct duty *duty = &year->book.list[i];
        struct timeliness *rule = &year->tally->rules[duty->rule->index];
        rule->begun++;
        rule->met += duty->state == DUTY_MET;
        rule->late += duty->state == DUTY_MET_LATE;
        rule->overdue += duty->state == DUTY_OVERDUE;
        rule->open += duty->state == DUTY_OPEN;
        rule->cancelled += duty->state == DUTY_CANCELLED;
        if (duty->state == DUTY_MET || duty->state == DUTY_MET_LATE) {
            int64_t took = (duty->met_at.ms - duty->begun_at.ms) / (MS_PER_DAY / BINS_A_DAY);
            rule->bins[took < 0 ? 0 : took >= BINS ? BINS - 1 : took]++;
        }
    }
}

void year_run(const struct simulation *simulation, int number, const struct arenas *arenas,
              struct tally *tally)
{
    struct year *year = arena_one(arenas->own, struct year);
    *year = (struct year){.simulation = simulation,
                          .pack = simulation->pack,
                          .tally = tally,
                          .arenas = *arenas,
                          .own = chance_mix(simulation->seed, (uint64_t)number),
                          .number = number};
    year->chance.state = year->own;
    int arrives = (int)chance_below(&year->chance, (size_t)simulation->days);
    int32_t age_in_days = (int32_t)(8 * 365 + chance_below(&year->chance, 11 * 365));
    year->child =
        (struct child){chance_is(&year->chance, 95), {simulation->first.number + arrives - age_in_days}};
    for (int day = arrives; day < simulation->days && tally->differ == NULL; day++) {
        struct day today = {simulation->first.number + day};
        if (year->count == 0) {
            arrive(year, at_work(year, today));
        } else {
            live_day(year, day, today);
        }
        if (year->count > 0 && !check_day(year, today)) {
            return;
        }
    }
    count_duties(year);
}
