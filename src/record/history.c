#include "record/history.h"

#include "record/carry.h"

#include <stdlib.h>
#include <string.h>

/* ---- order */

/* The first and mostly only thing that decides stands beside the entry, so that sorting reads few of them. */
struct ordered {
    int64_t occurred_ms;
    const struct entry *entry;
};

static int compare_ordered(const void *a, const void *b)
{
    const struct ordered *x = a;
    const struct ordered *y = b;
    if (x->occurred_ms != y->occurred_ms) {
        return x->occurred_ms < y->occurred_ms ? -1 : 1;
    }
    return entry_compare(x->entry, y->entry);
}

static void insert_each(struct ordered *order, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct ordered one = order[i];
        size_t j = i;
        while (j > 0 && compare_ordered(&order[j - 1], &one) > 0) {
            order[j] = order[j - 1];
            j--;
        }
        order[j] = one;
    }
}

enum { FEW = 64, LANES = 4, COARSE_BITS = 20 };
typedef int32_t lanes __attribute__((vector_size(LANES * sizeof(int32_t))));

/*
 * In order but for those within a quarter of an hour or so: each goes where the number of smaller keys says,
 * four keys counted at once and no branch to guess. A key that does not fit its lane costs time, not the
 * order.
 */
static void order_coarsely(struct ordered *order, size_t count)
{
    union {
        lanes four[FEW / LANES];
        int32_t one[FEW];
    } keys;
    struct ordered unordered[FEW];
    size_t rows = (count + LANES - 1) / LANES;
    for (size_t i = 0; i < rows * LANES; i++) {
        uint32_t coarse = i < count ? (uint32_t)(order[i].occurred_ms >> COARSE_BITS) : 0;
        keys.one[i] = i < count ? (int32_t)(coarse * FEW + (uint32_t)i) : INT32_MAX;
    }
    memcpy(unordered, order, count * sizeof *order);
    for (size_t i = 0; i < count; i++) {
        lanes mine = keys.one[i] - (lanes){0};
        lanes smaller = {0};
        for (size_t row = 0; row < rows; row++) {
            smaller -= keys.four[row] < mine;
        }
        order[smaller[0] + smaller[1] + smaller[2] + smaller[3]] = unordered[i];
    }
}

/* Entries mostly come in order already; then this is one pass. */
static void sort_entries(struct ordered *order, size_t count)
{
    size_t i = 1;
    while (i < count && compare_ordered(&order[i - 1], &order[i]) <= 0) {
        i++;
    }
    if (i >= count) {
        return;
    }
    if (count > FEW) {
        qsort(order, count, sizeof *order, compare_ordered);
        return;
    }
    order_coarsely(order, count);
    insert_each(order, count);
}

static int compare_known(const void *a, const void *b)
{
    return place_compare(known_place(a), known_place(b));
}

static bool recorded_after(const struct entry *entry, const struct entry *other)
{
    int order = instant_compare(entry->recorded_at, other->recorded_at);
    return order > 0 || (order == 0 && entry->seq > other->seq);
}

/* One of a list in the order of the case. */
struct coming {
    const struct moment *occurred;
    const struct entry *entry;
    const void *of;
};

/* As they came about: one that knows only its day goes behind those of that day recorded before it. */
static void order_coming(struct coming *list, size_t count)
{
    for (size_t i = count; i-- > 0;) {
        struct coming one = list[i];
        size_t place = i;
        for (size_t k = i + 1; one.occurred->day_only && k < count &&
                               instant_compare(list[k].occurred->start, one.occurred->end) <= 0;
             k++) {
            place = recorded_after(one.entry, list[k].entry) ? k : place;
        }
        memmove(&list[i], &list[i + 1], (place - i) * sizeof *list);
        list[place] = one;
    }
}

/* ---- corrections */

enum { ROOT_UNKNOWN = -1, ROOT_NONE = -2, ROOT_ON_PATH = -3 };

struct correction {
    const struct entry *entry;
    const struct fields *fields; /* NULL: a note that changes no answer */
    uint64_t target;
    long root; /* index of the known entry it is about in the end */
};

/* What is corrected, by its number. */
struct numbered {
    uint64_t seq;    /* 0: a free place */
    long known;      /* -1: not among the entries */
    long correction; /* -1: not among the corrections */
};

static int compare_corrections(const void *a, const void *b)
{
    return entry_compare(*(const struct entry *const *)a, *(const struct entry *const *)b);
}

/* In the order they came about. */
static const struct entry *const *order_corrections(struct arena *arena, const struct entry **entries,
                                                    size_t count)
{
    struct coming *coming = arena_many(arena, struct coming, count);
    qsort(entries, count, sizeof *entries, compare_corrections);
    for (size_t i = 0; i < count; i++) {
        coming[i] = (struct coming){.occurred = &entries[i]->occurred, .entry = entries[i]};
    }
    order_coming(coming, count);
    for (size_t i = 0; i < count; i++) {
        entries[i] = coming[i].entry;
    }
    return entries;
}

static struct correction correction_of(const struct entry *entry)
{
    struct correction correction = {.entry = entry, .root = ROOT_UNKNOWN};
    for (size_t f = 0; f < entry->type->field_count; f++) {
        const struct value *value = &entry->values[f];
        if (entry->type->fields[f].kind == FIELD_ENTRY && value->kind == VALUE_NUMBER && value->number > 0) {
            correction.target = (uint64_t)value->number;
        } else if (value->kind == VALUE_FIELDS) {
            correction.fields = value->fields;
        }
    }
    return correction;
}

struct web {
    struct numbered *numbers; /* by sequence number, hashed with open addressing */
    size_t number_mask;
    struct correction *corrections;
    long *path;
};

/* The place of that number, or the free one where it belongs. */
static struct numbered *number_place(const struct web *web, uint64_t seq)
{
    size_t at = (size_t)(seq * 0x9E3779B97F4A7C15 >> 32) & web->number_mask;
    while (web->numbers[at].seq != 0 && web->numbers[at].seq != seq) {
        at = (at + 1) & web->number_mask;
    }
    return &web->numbers[at];
}

/* Finds every target: only those are in the table, as corrections are few and entries many. */
static void number_targets(struct arena *arena, struct web *web, const struct known *pool, size_t known_count,
                           size_t correction_count)
{
    size_t room = 4;
    while (room < 2 * correction_count) {
        room *= 2;
    }
    web->numbers = arena_many(arena, struct numbered, room);
    web->number_mask = room - 1;
    for (size_t i = 0; i < correction_count; i++) {
        uint64_t target = web->corrections[i].target;
        if (target != 0) {
            *number_place(web, target) = (struct numbered){target, -1, -1};
        }
    }
    for (size_t i = 0; i < known_count; i++) {
        struct numbered *found = number_place(web, pool[i].entry->seq);
        if (found->seq != 0) {
            found->known = (long)i;
        }
    }
    for (size_t i = 0; i < correction_count; i++) {
        struct numbered *found = number_place(web, web->corrections[i].entry->seq);
        if (found->seq != 0) {
            found->correction = (long)i;
        }
    }
}

/* Follows a chain of corrections to the entry at its end, each link once over all calls. A ring has no end.
 */
static void find_root(struct web *web, long start)
{
    size_t length = 0;
    long at = start;
    long root;
    for (;;) {
        struct correction *correction = &web->corrections[at];
        if (correction->root != ROOT_UNKNOWN) {
            root = correction->root == ROOT_ON_PATH ? ROOT_NONE : correction->root;
            break;
        }
        correction->root = ROOT_ON_PATH;
        web->path[length++] = at;
        const struct numbered *target = number_place(web, correction->target);
        if (target->seq == 0 || target->correction < 0) {
            root = target->seq == 0 || target->known < 0 ? ROOT_NONE : target->known;
            break;
        }
        at = target->correction;
    }
    for (size_t i = 0; i < length; i++) {
        web->corrections[web->path[i]].root = root;
    }
}

static void apply(struct arena *arena, struct known *known, struct version *versions,
                  const struct correction *correction)
{
    struct version *version = &versions[known->version_count];
    version->values = known->values;
    version->occurred = known->occurred;
    version->correction = correction->entry;
    const struct fields *fields = correction->fields;
    if (fields != NULL) {
        size_t count = known->type->field_count;
        struct value *values = arena_many(arena, struct value, count);
        for (size_t f = 0; f < count; f++) {
            values[f] = fields->set[f] ? fields->values[f] : known->values[f];
        }
        version->values = values;
        if (fields->sets_occurred) {
            version->occurred = fields->occurred;
        }
    }
    known->values = version->values;
    known->occurred = version->occurred;
    known->versions = versions;
    known->version_count++;
}

/* Whether one was about when something happened. */
static bool correct(struct arena *arena, struct known *pool, size_t known_count,
                    const struct entry **recorded, size_t entry_count)
{
    bool moved = false;
    const struct entry *const *entries = order_corrections(arena, recorded, entry_count);
    struct web web = {.corrections = arena_many(arena, struct correction, entry_count),
                      .path = arena_many(arena, long, entry_count)};
    for (size_t i = 0; i < entry_count; i++) {
        web.corrections[i] = correction_of(entries[i]);
    }
    number_targets(arena, &web, pool, known_count, entry_count);
    size_t *counts = arena_many(arena, size_t, known_count);
    for (size_t i = 0; i < entry_count; i++) {
        struct correction *correction = &web.corrections[i];
        find_root(&web, (long)i);
        if (correction->root >= 0 && correction->fields != NULL &&
            correction->fields->type != pool[correction->root].type) {
            correction->root = ROOT_NONE;
        }
        if (correction->root >= 0) {
            counts[correction->root]++;
        }
    }
    struct version **versions = arena_many(arena, struct version *, known_count);
    for (size_t i = 0; i < entry_count; i++) {
        const struct correction *correction = &web.corrections[i];
        if (correction->root < 0) {
            continue;
        }
        struct known *known = &pool[correction->root];
        if (versions[correction->root] == NULL) {
            versions[correction->root] = arena_many(arena, struct version, counts[correction->root] + 1);
            versions[correction->root][0] = known->versions[0];
        }
        apply(arena, known, versions[correction->root], correction);
        moved = moved || (correction->fields != NULL && correction->fields->sets_occurred);
    }
    return moved;
}

/* The corrections recorded by then, and the other entries in their order, as recorded. */
struct sorted_out {
    struct ordered *order;
    size_t count;
    const struct entry **corrections;
    size_t correction_count;
    bool foreign; /* some are of another pack */
};

/* The answers that the duties will ask for lie apart: they are asked of the memory before they are needed. */
static void fetch_answers(const struct pack *pack, const struct entry *entry)
{
    const struct duty_uses *uses = &pack->uses[entry->type->index];
    for (size_t i = 0; i < uses->asked_count; i++) {
        __builtin_prefetch(&entry->values[uses->asked[i]]);
    }
}

static void fetch_entry(const struct entry *entry)
{
    __builtin_prefetch(&entry->type);
    __builtin_prefetch(&entry->values);
}

static struct sorted_out sort_out(struct arena *arena, const struct pack *pack,
                                  const struct entry *const *entries, size_t count, struct instant at)
{
    enum { AHEAD = 16, LINE = 64 / sizeof *entries };
    struct sorted_out out = {.order = arena_many(arena, struct ordered, count)};
    bool has_uses = pack->uses != NULL;
    for (size_t i = 0; i < count; i += LINE) {
        __builtin_prefetch(&entries[i]);
    }
    for (size_t i = 0; i < count && i < AHEAD; i++) {
        fetch_entry(entries[i]);
    }
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = entries[i];
        if (i + AHEAD < count) {
            fetch_entry(entries[i + AHEAD]);
        }
        if (!pack_owns(pack, entry->type)) {
            out.foreign = true;
        } else if (has_uses) {
            fetch_answers(pack, entry);
        }
        if (instant_compare(entry->recorded_at, at) > 0) {
            continue;
        }
        if (entry->type->part != PART_CORRECTION) {
            out.order[out.count++] = (struct ordered){entry->occurred.start.ms, entry};
            continue;
        }
        if (out.corrections == NULL) {
            out.corrections = arena_many(arena, const struct entry *, count - i);
        }
        out.corrections[out.correction_count++] = entry;
    }
    sort_entries(out.order, out.count);
    return out;
}

static struct known *know(struct arena *arena, const struct sorted_out *out)
{
    struct known *list = arena_many(arena, struct known, out->count);
    struct version *versions = arena_many(arena, struct version, out->count);
    for (size_t i = 0; i < out->count; i++) {
        const struct entry *entry = out->order[i].entry;
        versions[i] = (struct version){.values = entry->values, .occurred = entry->occurred};
        list[i] = (struct known){.entry = entry,
                                 .type = entry->type,
                                 .values = entry->values,
                                 .occurred = entry->occurred,
                                 .versions = &versions[i],
                                 .version_count = 1};
    }
    return list;
}

/* A correction of when something happened moves it. */
static void put_in_order(struct known *list, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (compare_known(&list[i - 1], &list[i]) > 0) {
            qsort(list, count, sizeof *list, compare_known);
            return;
        }
    }
}

const struct history *history_new(struct arena *arena, const struct pack *pack,
                                  const struct entry *const *entries, size_t count, struct child child,
                                  struct instant at)
{
    struct history *history = arena_one(arena, struct history);
    struct sorted_out out = sort_out(arena, pack, entries, count, at);
    struct known *list = know(arena, &out);
    if (out.correction_count > 0 && correct(arena, list, out.count, out.corrections, out.correction_count)) {
        put_in_order(list, out.count);
    }
    for (size_t i = 0; out.foreign && i < out.count; i++) {
        known_carry(arena, pack, &list[i]);
    }
    *history = (struct history){.pack = pack, .at = at, .child = child, .list = list, .count = out.count};
    return history;
}

/* ---- what came after what */

bool known_recorded_after(const struct known *known, const struct known *other)
{
    return recorded_after(known->entry, other->entry);
}

bool known_came_after(const struct known *known, const struct known *other)
{
    if (instant_compare(known->occurred.start, other->occurred.end) > 0) {
        return true;
    }
    return known_recorded_after(known, other) &&
           instant_compare(known->occurred.end, other->occurred.start) >= 0;
}

bool known_ends(const struct known *end, const struct known *begun)
{
    bool is_closing = end->type->part == PART_CLOSING;
    return known_came_after(end, begun) && (!is_closing || known_recorded_after(end, begun));
}

void history_order(struct arena *arena, const struct known **list, size_t count)
{
    struct coming *coming = arena_many(arena, struct coming, count);
    for (size_t i = 0; i < count; i++) {
        coming[i] = (struct coming){&list[i]->occurred, list[i]->entry, list[i]};
    }
    order_coming(coming, count);
    for (size_t i = 0; i < count; i++) {
        list[i] = coming[i].of;
    }
}

const struct known *const *history_came(struct arena *arena, const struct history *history)
{
    const struct known **came = arena_many(arena, const struct known *, history->count);
    for (size_t i = 0; i < history->count; i++) {
        came[i] = &history->list[i];
    }
    history_order(arena, came, history->count);
    return came;
}
