/*
 * Looks are put in the order of their worker (and, for rules of one record, of the record), and a window
 * slides over each stretch: when so many looks of the kind the rule asks about are in it, that is a flag, and
 * the window begins anew behind it.
 */
#include "procedure/watch.h"

#include "base/must.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { TIE_REACHES_MS = MS_PER_DAY, SWITCH_MS = 30 * MS_PER_MINUTE, COMMON_PERCENT = 1, COMMON_LEAST = 3 };
enum { HABIT_SHARE = 5, FIRST_FLAGS = 16 };

/* A look with what is known of it. */
struct seen {
    const struct watch_look *look;
    bool opened;   /* a record, without having recorded on it */
    bool oversees; /* the worker */
    bool tied;
    bool night;
    bool own_name;
    bool own_home;
    bool former;
    bool stale;
};

struct watching {
    struct arena *arena;
    const struct watch_input *input;
    struct watch_tie *ties; /* by worker, record, from */
    struct seen *seen;
    size_t count;
    bool *common;   /* by record: its family name is a common one */
    int *in_window; /* by record: how often it is in the window */
    struct watch_flag *flags;
    size_t flag_count;
    size_t flag_room;
};

/* ---- ties ---- */

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_tie(const void *a, const void *b)
{
    const struct watch_tie *one = a;
    const struct watch_tie *other = b;
    int order = compare_numbers(one->worker, other->worker);
    order = order != 0 ? order : compare_numbers(one->record, other->record);
    return order != 0 ? order : compare_numbers(one->from.ms, other->from.ms);
}

/* The first tie of that worker and record; *ret_count of them stand together. */
static const struct watch_tie *ties_of(const struct watching *watching, const struct watch_look *look,
                                       size_t *ret_count)
{
    size_t low = 0;
    size_t high = watching->input->tie_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct watch_tie *tie = &watching->ties[middle];
        int order = compare_numbers(tie->worker, look->worker);
        order = order != 0 ? order : compare_numbers(tie->record, look->record);
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    size_t count = 0;
    while (low + count < watching->input->tie_count && watching->ties[low + count].worker == look->worker &&
           watching->ties[low + count].record == look->record) {
        count++;
    }
    *ret_count = count;
    return &watching->ties[low];
}

static bool holds(const struct watch_tie *tie, struct instant at)
{
    return at.ms >= tie->from.ms - TIE_REACHES_MS && (instant_is_never(tie->until) || at.ms < tie->until.ms);
}

/* ---- what is known of a look ---- */

static bool is_night(const struct watching *watching, struct instant at)
{
    const struct looking *looking = watching->input->looking;
    struct local_time local = calendar_local(watching->input->calendar, at);
    return local.hour < looking->begins_hour || local.hour >= looking->ends_hour ||
           !calendar_is_working_day(watching->input->calendar, local.day);
}

static const struct watch_rule *rule_of(const struct watching *watching, enum watch_kind kind)
{
    for (int i = 0; i < watching->input->looking->rule_count; i++) {
        if (watching->input->looking->rules[i].kind == kind) {
            return &watching->input->looking->rules[i];
        }
    }
    return NULL;
}

static bool long_after(struct instant at, struct instant then, const struct watch_rule *rule)
{
    return rule != NULL && !instant_is_never(then) && at.ms - then.ms > rule->days * (int64_t)MS_PER_DAY;
}

static void know_of_record(const struct watching *watching, struct seen *seen)
{
    const struct watch_look *look = seen->look;
    const struct watch_worker *worker = &watching->input->workers[look->worker];
    const struct watch_record *record = &watching->input->records[look->record];
    seen->oversees = worker->oversees;
    size_t count;
    const struct watch_tie *ties = ties_of(watching, look, &count);
    struct instant left = INSTANT_NEVER;
    bool before_move = false;
    for (size_t i = 0; i < count; i++) {
        seen->tied = seen->tied || holds(&ties[i], look->at);
        left = ties[i].until;
        before_move = before_move || ties[i].from.ms < worker->moved_at.ms;
    }
    seen->own_name = worker->family_name != NULL && worker->family_name[0] != '\0' &&
                     text_equal(worker->family_name, record->family_name);
    seen->own_home =
        worker->home != NULL && worker->home[0] != '\0' && text_equal(worker->home, record->home);
    const struct watch_rule *former = rule_of(watching, WATCH_FORMER);
    seen->former =
        long_after(look->at, record->ended_at, former) || (!seen->tied && long_after(look->at, left, former));
    seen->stale = before_move && long_after(look->at, worker->moved_at, rule_of(watching, WATCH_STALE));
}

static void know(struct watching *watching)
{
    const struct watch_input *input = watching->input;
    struct instant *used = arena_many(watching->arena, struct instant, input->worker_count);
    struct instant *woke = arena_many(watching->arena, struct instant, input->worker_count);
    const struct watch_rule *stale = rule_of(watching, WATCH_STALE);
    for (size_t i = 0; i < input->worker_count; i++) {
        used[i] = input->workers[i].used_at;
        woke[i] = INSTANT_NEVER;
    }
    for (size_t i = 0; i < input->look_count; i++) {
        const struct watch_look *look = &input->looks[i];
        struct seen *seen = &watching->seen[watching->count++];
        *seen = (struct seen){.look = look, .night = is_night(watching, look->at)};
        seen->opened = look->record >= 0 && look->did == WATCH_OPENED;
        if (look->record >= 0) {
            know_of_record(watching, seen);
        }
        if (long_after(look->at, used[look->worker], stale)) {
            woke[look->worker] = look->at;
        }
        used[look->worker] = look->at;
        /* the first day of an account that nobody used for so long */
        seen->stale = seen->stale || (!instant_is_never(woke[look->worker]) &&
                                      look->at.ms - woke[look->worker].ms < MS_PER_DAY && !seen->tied);
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names that more than a hundredth of the records have (and more than three) say little. */
static void find_common(struct watching *watching)
{
    const struct watch_input *input = watching->input;
    const char **names = arena_many(watching->arena, const char *, input->record_count);
    size_t count = 0;
    for (size_t i = 0; i < input->record_count; i++) {
        if (input->records[i].family_name != NULL) {
            names[count++] = input->records[i].family_name;
        }
    }
    qsort(names, count, sizeof *names, by_text);
    for (size_t i = 0; i < input->record_count; i++) {
        const char *name = input->records[i].family_name;
        const char **found = name == NULL ? NULL : bsearch(&name, names, count, sizeof *names, by_text);
        size_t same = 0;
        while (found != NULL && found > names && strcmp(found[-1], name) == 0) {
            found--;
        }
        for (; found != NULL && found + same < names + count && strcmp(found[same], name) == 0; same++) {
        }
        watching->common[i] = same > COMMON_LEAST && same * 100 > input->record_count * COMMON_PERCENT;
    }
}

/* ---- flags ---- */

static void add_flag(struct watching *watching, const struct watch_flag *flag)
{
    if (flag->at.ms < watching->input->since.ms) {
        return;
    }
    if (watching->flag_count == watching->flag_room) {
        size_t more = watching->flag_room * 2;
        watching->flags =
            arena_grow(watching->arena, watching->flags, watching->flag_count, more, sizeof *watching->flags);
        watching->flag_room = more;
    }
    watching->flags[watching->flag_count++] = *flag;
}

/* Whether that look is one of those the rule counts. */
static bool counts(enum watch_kind kind, const struct seen *seen)
{
    bool stranger = seen->opened && !seen->tied;
    bool taken = seen->look->did == WATCH_TOOK;
    switch (kind) {
    case WATCH_MANY:
        return seen->opened;
    case WATCH_UNINVOLVED:
    case WATCH_TRAWL:
    case WATCH_SOUGHT:
        return stranger && !seen->oversees;
    case WATCH_NAME:
        return stranger && seen->own_name;
    case WATCH_ADDRESS:
        return stranger && seen->own_home;
    case WATCH_HOURS:
        return stranger && seen->night && !seen->oversees;
    case WATCH_NIGHT_FILE:
        return taken && seen->night && !seen->tied;
    case WATCH_FORMER:
        return seen->opened && seen->former;
    case WATCH_FILES:
        return taken;
    case WATCH_STALE:
        return seen->opened && seen->stale;
    case WATCH_SEARCHES:
    case WATCH_TWO_PLACES: /* of two looks, not of one */
    case WATCH_KINDS:
    default:
        must(kind == WATCH_SEARCHES);
        return seen->look->did == WATCH_SEARCHED;
    }
}

/* Each record once, however often it was opened. */
static bool counts_records(enum watch_kind kind)
{
    return kind == WATCH_MANY || kind == WATCH_UNINVOLVED || kind == WATCH_TRAWL || kind == WATCH_HOURS;
}

static bool is_of_one_record(enum watch_kind kind)
{
    return kind == WATCH_NAME || kind == WATCH_ADDRESS || kind == WATCH_FORMER;
}

/* Somebody who works out of hours as a habit: on so many other days. */
static bool works_then(const struct watching *watching, const struct watch_rule *rule,
                       const struct seen *list, size_t count, struct instant at)
{
    int64_t last = INT64_MIN;
    int64_t today = calendar_day(watching->input->calendar, at).number;
    int nights = 0;
    int days = 0;
    int64_t last_day = INT64_MIN;
    for (size_t i = 0; i < count; i++) {
        int64_t day = calendar_day(watching->input->calendar, list[i].look->at).number;
        if (day != today && day != last_day) {
            days++;
            last_day = day;
        }
        if (day != today && day != last && list[i].night) {
            nights++;
            last = day;
        }
    }
    return nights >= rule->days && nights * HABIT_SHARE >= days;
}

/* How many it takes: a common family name needs more. */
static int least_of(const struct watching *watching, const struct watch_rule *rule, const struct seen *first)
{
    bool common = rule->kind == WATCH_NAME && watching->common[first->look->record];
    return common ? rule->least * 3 : rule->least;
}

struct window {
    size_t begins;
    int count;
};

static void leave(struct watching *watching, const struct watch_rule *rule, const struct seen *seen,
                  struct window *window)
{
    bool of_records = counts_records(rule->kind);
    if (!of_records || --watching->in_window[seen->look->record] == 0) {
        window->count--;
    }
}

/* One stretch: looks of one worker, or of one worker at one record, in the order of time. */
static void slide(struct watching *watching, const struct watch_rule *rule, const struct seen *list,
                  size_t count)
{
    int64_t within = rule->within_hours * (int64_t)MS_PER_HOUR;
    const struct seen **kept = arena_many(watching->arena, const struct seen *, count);
    size_t kept_count = 0;
    struct window window = {0};
    bool of_habit = rule->kind == WATCH_HOURS || rule->kind == WATCH_NIGHT_FILE;
    for (size_t i = 0; i < count; i++) {
        const struct seen *seen = &list[i];
        if (!counts(rule->kind, seen)) {
            continue;
        }
        kept[kept_count++] = seen;
        for (; kept[window.begins]->look->at.ms <= seen->look->at.ms - within; window.begins++) {
            leave(watching, rule, kept[window.begins], &window);
        }
        if (!counts_records(rule->kind) || watching->in_window[seen->look->record]++ == 0) {
            window.count++;
        }
        if (window.count < least_of(watching, rule, seen) ||
            (of_habit && works_then(watching, rule, list, count, seen->look->at))) {
            continue;
        }
        add_flag(watching,
                 &(struct watch_flag){.rule = rule,
                                      .worker = seen->look->worker,
                                      .record = is_of_one_record(rule->kind) ? seen->look->record : -1,
                                      .from = kept[window.begins]->look->at,
                                      .at = seen->look->at,
                                      .count = window.count});
        /* what goes on is the same flag, until it was quiet for as long and all that is in the window leaves
         * it */
        int64_t quiet = seen->look->at.ms + within;
        while (i + 1 < count && list[i + 1].look->at.ms < quiet) {
            i++;
        }
    }
    for (; window.begins < kept_count; window.begins++) {
        leave(watching, rule, kept[window.begins], &window);
    }
}

/* Whether the device is another one than at the look before, soon after it. */
static bool is_change(const struct seen *list, size_t i)
{
    if (i == 0) {
        return false;
    }
    const struct watch_look *look = list[i].look;
    const struct watch_look *before = list[i - 1].look;
    bool known = look->client != 0 && before->client != 0;
    return known && look->client != before->client && look->at.ms - before->at.ms < SWITCH_MS;
}

/* To and fro between two devices: so many changes within the window. */
static void find_two_places(struct watching *watching, const struct watch_rule *rule, const struct seen *list,
                            size_t count)
{
    int64_t within = rule->within_hours * (int64_t)MS_PER_HOUR;
    size_t begins = 0;
    int changes = 0;
    for (size_t i = 1; i < count; i++) {
        const struct watch_look *look = list[i].look;
        for (; list[begins].look->at.ms <= look->at.ms - within; begins++) {
            changes -= is_change(list, begins) ? 1 : 0;
        }
        changes += is_change(list, i) ? 1 : 0;
        if (changes >= rule->least) {
            add_flag(watching, &(struct watch_flag){.rule = rule,
                                                    .worker = look->worker,
                                                    .record = -1,
                                                    .from = list[begins].look->at,
                                                    .at = look->at,
                                                    .count = changes});
            changes = 0;
            int64_t quiet = look->at.ms + within;
            while (i + 1 < count && list[i + 1].look->at.ms < quiet) {
                i++;
            }
            begins = i + 1;
        }
    }
}

/* One record, all workers. */
static void find_sought(struct watching *watching, const struct watch_rule *rule, const struct seen *list,
                        size_t count)
{
    int64_t within = rule->within_hours * (int64_t)MS_PER_HOUR;
    size_t workers = watching->input->worker_count;
    int *in_window = arena_many(watching->arena, int, workers);
    size_t begins = 0;
    int distinct = 0;
    for (size_t i = 0; i < count; i++) {
        for (; list[begins].look->at.ms <= list[i].look->at.ms - within; begins++) {
            if (counts(rule->kind, &list[begins]) && --in_window[list[begins].look->worker] == 0) {
                distinct--;
            }
        }
        if (counts(rule->kind, &list[i]) && in_window[list[i].look->worker]++ == 0) {
            distinct++;
        }
        if (distinct >= rule->least) {
            add_flag(watching, &(struct watch_flag){.rule = rule,
                                                    .worker = -1,
                                                    .record = list[i].look->record,
                                                    .from = list[begins].look->at,
                                                    .at = list[i].look->at,
                                                    .count = distinct});
            memset(in_window, 0, workers * sizeof *in_window);
            distinct = 0;
            int64_t quiet = list[i].look->at.ms + within;
            while (i + 1 < count && list[i + 1].look->at.ms < quiet) {
                i++;
            }
            begins = i + 1;
        }
    }
}

/* ---- stretches ---- */

/* Looks are given in the order of time. */
static int by_look(const struct seen *one, const struct seen *other)
{
    return (one->look > other->look) - (one->look < other->look);
}

static int by_worker(const void *a, const void *b)
{
    const struct seen *one = a;
    const struct seen *other = b;
    int order = compare_numbers(one->look->worker, other->look->worker);
    return order != 0 ? order : by_look(one, other);
}

static int by_worker_and_record(const void *a, const void *b)
{
    const struct seen *one = a;
    const struct seen *other = b;
    int order = compare_numbers(one->look->worker, other->look->worker);
    order = order != 0 ? order : compare_numbers(one->look->record, other->look->record);
    return order != 0 ? order : by_look(one, other);
}

static int by_record(const void *a, const void *b)
{
    const struct seen *one = a;
    const struct seen *other = b;
    int order = compare_numbers(one->look->record, other->look->record);
    return order != 0 ? order : by_look(one, other);
}

enum stretch { OF_WORKER, OF_WORKER_AND_RECORD, OF_RECORD };

static bool same_stretch(enum stretch stretch, const struct watch_look *a, const struct watch_look *b)
{
    return (stretch == OF_RECORD || a->worker == b->worker) &&
           (stretch == OF_WORKER || a->record == b->record);
}

static void apply(struct watching *watching, const struct watch_rule *rule, const struct seen *list,
                  size_t count)
{
    if (rule->kind == WATCH_TWO_PLACES) {
        find_two_places(watching, rule, list, count);
    } else if (rule->kind == WATCH_SOUGHT) {
        if (list[0].look->record >= 0) {
            find_sought(watching, rule, list, count);
        }
    } else {
        slide(watching, rule, list, count);
    }
}

static enum stretch stretch_of(enum watch_kind kind)
{
    return kind == WATCH_SOUGHT ? OF_RECORD : is_of_one_record(kind) ? OF_WORKER_AND_RECORD : OF_WORKER;
}

static void go_through(struct watching *watching, enum stretch stretch)
{
    const struct looking *looking = watching->input->looking;
    for (size_t from = 0; from < watching->count;) {
        size_t to = from + 1;
        while (to < watching->count &&
               same_stretch(stretch, watching->seen[from].look, watching->seen[to].look)) {
            to++;
        }
        for (int r = 0; r < looking->rule_count; r++) {
            if (stretch_of(looking->rules[r].kind) == stretch) {
                apply(watching, &looking->rules[r], &watching->seen[from], to - from);
            }
        }
        from = to;
    }
}

static int by_flag(const void *a, const void *b)
{
    const struct watch_flag *one = a;
    const struct watch_flag *other = b;
    int order = compare_numbers(one->worker, other->worker);
    order = order != 0 ? order : compare_numbers(one->record, other->record);
    order = order != 0 ? order : (one->rule > other->rule) - (one->rule < other->rule);
    return order != 0 ? order : compare_numbers(one->at.ms, other->at.ms);
}

void watch_looks(struct arena *arena, const struct watch_input *input, const struct watch_flag **ret_flags,
                 size_t *ret_count)
{
    static int (*const orders[])(const void *, const void *) = {
        [OF_WORKER] = by_worker, [OF_WORKER_AND_RECORD] = by_worker_and_record, [OF_RECORD] = by_record};
    struct watching watching = {.arena = arena, .input = input, .flag_room = FIRST_FLAGS};
    watching.flags = arena_many(arena, struct watch_flag, FIRST_FLAGS);
    watching.ties = arena_many(arena, struct watch_tie, input->tie_count);
    watching.seen = arena_many(arena, struct seen, input->look_count);
    watching.common = arena_many(arena, bool, input->record_count);
    watching.in_window = arena_many(arena, int, input->record_count);
    if (input->tie_count > 0) {
        memcpy(watching.ties, input->ties, input->tie_count * sizeof *watching.ties);
        qsort(watching.ties, input->tie_count, sizeof *watching.ties, by_tie);
    }
    find_common(&watching);
    know(&watching);
    for (int stretch = OF_WORKER; stretch <= OF_RECORD; stretch++) {
        qsort(watching.seen, watching.count, sizeof *watching.seen, orders[stretch]);
        go_through(&watching, (enum stretch)stretch);
    }
    qsort(watching.flags, watching.flag_count, sizeof *watching.flags, by_flag);
    *ret_flags = watching.flags;
    *ret_count = watching.flag_count;
}
