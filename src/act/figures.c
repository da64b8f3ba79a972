/*
 * Figures: what is remembered of every case (fact.h) counted by agency, month and value, and small numbers
 * hidden. What somebody typed is never counted by its text, but for the area a child lives in.
 */
#include "act/fact.h"
#include "act/figures_small.h"
#include "act/inner.h"

#include "base/text.h"
#include "record/decode.h"

#include <stdio.h>
#include <string.h>

/* The texts of an axis; index 0 is the total, and has none. */
struct axis {
    const char **texts;
    size_t count;
    size_t room;
};

enum { TALLIED = CUBE_AXES }; /* the axis of what is tallied */

struct counting {
    const struct act *act;
    enum split split;
    const char *agency;
    struct axis axes[CUBE_AXES + 1];
    struct cube confirmed;
    struct cube concern;
    struct completeness *completeness;
    size_t completeness_count;
    size_t completeness_room;
    struct tally *tallies;
    size_t tally_count;
    size_t tally_room;
    int cases;
};

/* ---- what is counted, in the arena of the act ---- */

static size_t axis_at(struct counting *counting, int axis, const char *text)
{
    struct axis *of = &counting->axes[axis];
    for (size_t i = 1; i < of->count; i++) {
        if (strcmp(of->texts[i], text) == 0) {
            return i;
        }
    }
    of->texts = arena_room(counting->act->arena, of->texts, of->count, &of->room, sizeof *of->texts);
    of->count = of->count == 0 ? 1 : of->count;
    of->texts[of->count] = arena_copy(counting->act->arena, text);
    return of->count++;
}

static struct completeness *completeness_of(struct counting *counting, const char *agency, const char *what)
{
    for (size_t i = 0; i < counting->completeness_count; i++) {
        if (strcmp(counting->completeness[i].agency, agency) == 0 &&
            strcmp(counting->completeness[i].what, what) == 0) {
            return &counting->completeness[i];
        }
    }
    counting->completeness =
        arena_room(counting->act->arena, counting->completeness, counting->completeness_count,
                   &counting->completeness_room, sizeof *counting->completeness);
    struct completeness *row = &counting->completeness[counting->completeness_count++];
    *row = (struct completeness){.agency = arena_copy(counting->act->arena, agency), .what = what};
    return row;
}

static struct tally *tally_of(struct counting *counting, const char *what, const char *agency,
                              const char *area)
{
    for (size_t i = 0; i < counting->tally_count; i++) {
        struct tally *tally = &counting->tallies[i];
        if (strcmp(tally->what, what) == 0 && text_equal(tally->agency, agency) &&
            text_equal(tally->area, area)) {
            return tally;
        }
    }
    counting->tallies = arena_room(counting->act->arena, counting->tallies, counting->tally_count,
                                   &counting->tally_room, sizeof *counting->tallies);
    struct tally *tally = &counting->tallies[counting->tally_count++];
    *tally = (struct tally){.what = arena_copy(counting->act->arena, what),
                            .agency = agency == NULL ? NULL : arena_copy(counting->act->arena, agency),
                            .area = area == NULL ? NULL : arena_copy(counting->act->arena, area),
                            .reached = -1};
    return tally;
}

/* ---- one case ---- */

static void count_complete(struct counting *counting, const struct fact *fact)
{
    static const char *const fields[COMPLETE_FIELDS] = {"Ethnicity", "Disability", "Learning needs"};
    for (size_t i = 0; i < COMPLETE_FIELDS; i++) {
        struct completeness *row = completeness_of(counting, fact->agency, fields[i]);
        row->recorded += fact->complete[i] == KNOWN_RECORDED;
        row->refused += fact->complete[i] == KNOWN_REFUSED;
        row->not_known += fact->complete[i] == KNOWN_NOT;
        row->empty += fact->complete[i] == KNOWN_EMPTY;
    }
}

static bool is_asked_for(const struct counting *counting, const struct fact *fact)
{
    return fact->counted && (counting->agency == NULL || strcmp(counting->agency, fact->agency) == 0);
}

static void count_fact(struct counting *counting, const struct fact *fact)
{
    const struct fact_texts *values = &fact->values[counting->split];
    size_t agency = axis_at(counting, 0, fact->agency);
    size_t month = axis_at(counting, 1, fact->month);
    struct cube *cube = fact->confirmed ? &counting->confirmed : &counting->concern;
    for (size_t i = 0; i < values->count; i++) {
        cube->counts[cube_at(cube, agency, month, axis_at(counting, 2, values->list[i]))]++;
    }
}

static size_t size_of(const struct counting *counting, int axis)
{
    return counting->axes[axis].count < 1 ? 1 : counting->axes[axis].count;
}

static void make_cube(struct counting *counting, size_t months, int values, struct cube *cube)
{
    cube->sizes[0] = size_of(counting, 0);
    cube->sizes[1] = months;
    cube->sizes[2] = size_of(counting, values);
    size_t cells = cube->sizes[0] * cube->sizes[1] * cube->sizes[2];
    cube->counts = arena_many(counting->act->arena, int, cells);
    cube->hidden = arena_many(counting->act->arena, bool, cells);
}

/* Of every agency, as all else: what is tallied of one tells, with the whole, of the others. */
static void count_tallies(struct counting *counting, const struct fact *list, size_t count)
{
    struct cube cube;
    make_cube(counting, 1, TALLIED, &cube);
    for (size_t i = 0; i < count; i++) {
        for (size_t t = 0; list[i].counted && t < list[i].tallies.count; t++) {
            size_t agency = axis_at(counting, 0, list[i].agency);
            cube.counts[cube_at(&cube, agency, 0, axis_at(counting, TALLIED, list[i].tallies.list[t]))]++;
        }
    }
    cube_finish_apart(&cube);
    size_t agency = counting->agency == NULL ? 0 : axis_at(counting, 0, counting->agency);
    for (size_t what = 1; agency < cube.sizes[0] && what < cube.sizes[2]; what++) {
        size_t place = cube_at(&cube, agency, 0, what);
        if (cube.counts[place] > 0) {
            struct tally *tally = tally_of(counting, counting->axes[TALLIED].texts[what], NULL, NULL);
            tally->count = cube.counts[place];
            tally->hidden = cube.hidden[place];
        }
    }
}

/* Every agency is counted whichever is asked for: what is hidden of one depends on what the others show. */
static void count_facts(void *context, const struct fact *list, size_t count)
{
    struct counting *counting = context;
    for (size_t i = 0; i < count; i++) {
        if (list[i].counted) {
            axis_at(counting, 0, list[i].agency);
            axis_at(counting, 1, list[i].month);
        }
        for (size_t v = 0; list[i].counted && v < list[i].values[counting->split].count; v++) {
            axis_at(counting, 2, list[i].values[counting->split].list[v]);
        }
        for (size_t t = 0; list[i].counted && t < list[i].tallies.count; t++) {
            axis_at(counting, TALLIED, list[i].tallies.list[t]);
        }
    }
    make_cube(counting, size_of(counting, 1), 2, &counting->confirmed);
    make_cube(counting, size_of(counting, 1), 2, &counting->concern);
    for (size_t i = 0; i < count; i++) {
        if (list[i].counted) {
            count_fact(counting, &list[i]);
        }
        if (!is_asked_for(counting, &list[i])) {
            continue;
        }
        count_complete(counting, &list[i]);
        counting->cases++;
    }
    count_tallies(counting, list, count);
    cube_finish(&counting->confirmed);
    cube_finish(&counting->concern);
}

/* ---- outside cases ---- */

/* Outreach and training, by agency and area. */
static const struct error *count_outside(struct counting *counting, struct store_reader *reader)
{
    const struct act *act = counting->act;
    const struct id *ids;
    size_t count;
    TRY(store_streams_of_kind(reader, act->arena, STREAM_OUTSIDE, &ids, &count));
    for (size_t i = 0; i < count; i++) {
        struct stream stream;
        TRY(store_stream_read(reader, act->arena, ids[i], &stream));
        const struct entry *first = stream.entries[0];
        if (counting->agency != NULL && !text_equal(counting->agency, first->agency)) {
            continue;
        }
        struct tally *tally =
            tally_of(counting, first->type->title, first->agency, entry_text(first, "area"));
        const struct value *reached = entry_value(first, "reached");
        reached = reached->kind == VALUE_NUMBER ? reached : entry_value(first, "attendance");
        tally->count++;
        if (reached->kind == VALUE_NUMBER) {
            tally->reached = (tally->reached < 0 ? 0 : tally->reached) + (int)reached->number;
        }
    }
    return NULL;
}

static int by_value(const void *a, const void *b)
{
    const struct figure *one = a;
    const struct figure *two = b;
    int order = one->month == NULL ? 0 : strcmp(two->month, one->month);
    return order != 0 ? order : strcmp(one->value, two->value);
}

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

static int by_what(const void *a, const void *b)
{
    const struct tally *one = a;
    const struct tally *two = b;
    int order = strcmp(one->what, two->what);
    order = order != 0 ? order : strcmp(or_empty(one->agency), or_empty(two->agency));
    return order != 0 ? order : strcmp(or_empty(one->area), or_empty(two->area));
}

static int by_agency(const void *a, const void *b)
{
    const struct completeness *one = a;
    const struct completeness *two = b;
    int order = strcmp(one->agency, two->agency);
    return order != 0 ? order : strcmp(one->what, two->what);
}

/* The rows of the agency that is asked for: of one month (0: all together). */
static size_t rows_of(struct counting *counting, size_t agency, size_t month, struct figure *ret_rows)
{
    size_t count = 0;
    for (size_t value = 1; value < counting->axes[2].count; value++) {
        size_t place = cube_at(&counting->confirmed, agency, month, value);
        const struct figure row = {
            .month = month == 0 ? NULL : counting->axes[1].texts[month],
            .value = counting->axes[2].texts[value],
            .confirmed = counting->confirmed.counts[place],
            .concern = counting->concern.counts[place],
            .confirmed_hidden = counting->confirmed.hidden[place],
            .concern_hidden = counting->concern.hidden[place],
        };
        if (row.confirmed > 0 || row.concern > 0) { /* what is hidden is more than none */
            ret_rows[count++] = row;
        }
    }
    return count;
}

static void make_rows(struct counting *counting, struct figures_view *view)
{
    size_t values = counting->axes[2].count;
    size_t months = counting->axes[1].count;
    size_t agency = counting->agency == NULL ? 0 : axis_at(counting, 0, counting->agency);
    if (values == 0 || agency >= counting->confirmed.sizes[0]) {
        return; /* nothing was referred by them */
    }
    struct figure *totals = arena_many(counting->act->arena, struct figure, values);
    struct figure *by_month = arena_many(counting->act->arena, struct figure, values * months);
    view->total_count = rows_of(counting, agency, 0, totals);
    for (size_t month = 1; month < months; month++) {
        view->month_count += rows_of(counting, agency, month, &by_month[view->month_count]);
    }
    qsort(totals, view->total_count, sizeof *totals, by_value);
    qsort(by_month, view->month_count, sizeof *by_month, by_value);
    view->totals = totals;
    view->months = by_month;
}

const struct error *act_figures(const struct act *act, const char *by, const char *agency,
                                const struct figures_view **ret_figures)
{
    struct counting counting = {.act = act, .agency = agency};
    struct store_reader *reader;
    TRY(act_begin(act, MAY_COUNT, "figures", (struct id){{0}}));
    if (!split_find(by, &counting.split)) {
        return error_of(ERROR_NOT_FOUND);
    }
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = facts_use(act->service->facts, act, reader, count_facts, &counting);
    if (error == NULL) {
        error = count_outside(&counting, reader);
    }
    store_reader_give(reader);
    TRY(error);
    struct figures_view *view = arena_one(act->arena, struct figures_view);
    make_rows(&counting, view);
    view->completeness = counting.completeness;
    view->completeness_count = counting.completeness_count;
    view->tallies = counting.tallies;
    view->tally_count = counting.tally_count;
    view->cases = counting.cases;
    if (counting.completeness_count > 0) {
        qsort(counting.completeness, counting.completeness_count, sizeof *counting.completeness, by_agency);
    }
    if (counting.tally_count > 0) {
        qsort(counting.tallies, counting.tally_count, sizeof *counting.tallies, by_what);
    }
    *ret_figures = view;
    return NULL;
}
