#include "record/history.h"

#include <stdlib.h>
#include <string.h>

/* ---- order */

static int compare_known(const void *a, const void *b)
{
    return place_compare(known_place(*(struct known *const *)a), known_place(*(struct known *const *)b));
}

/* Entries mostly come in order already; then this is one pass. */
static void sort_known(struct known **order, size_t count)
{
    enum { FEW = 64 };
    if (count > FEW) {
        size_t i = 1;
        while (i < count && compare_known(&order[i - 1], &order[i]) <= 0) {
            i++;
        }
        if (i < count) {
            qsort(order, count, sizeof *order, compare_known);
        }
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct known *one = order[i];
        struct place place = known_place(one);
        size_t j = i;
        while (j > 0 && place_compare(known_place(order[j - 1]), place) > 0) {
            order[j] = order[j - 1];
            j--;
        }
        order[j] = one;
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

struct numbered {
    uint64_t seq;
    long known;      /* -1 for a correction */
    long correction; /* -1 for another entry */
};

static int compare_numbered(const void *a, const void *b)
{
    uint64_t x = ((const struct numbered *)a)->seq;
    uint64_t y = ((const struct numbered *)b)->seq;
    return (x > y) - (x < y);
}

static int compare_corrections(const void *a, const void *b)
{
    return entry_compare(((const struct correction *)a)->entry, ((const struct correction *)b)->entry);
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
    struct numbered *numbers;
    size_t number_count;
    struct correction *corrections;
    long *path;
};

static const struct numbered *number_find(const struct web *web, uint64_t seq)
{
    struct numbered key = {.seq = seq};
    return bsearch(&key, web->numbers, web->number_count, sizeof key, compare_numbered);
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
        const struct numbered *target = number_find(web, correction->target);
        if (target == NULL || target->known >= 0) {
            root = target == NULL ? ROOT_NONE : target->known;
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

static void correct(struct arena *arena, struct known *pool, size_t known_count,
                    const struct entry *const *entries, size_t entry_count)
{
    struct web web = {.numbers = arena_many(arena, struct numbered, known_count + entry_count),
                      .corrections = arena_many(arena, struct correction, entry_count),
                      .path = arena_many(arena, long, entry_count)};
    for (size_t i = 0; i < entry_count; i++) {
        web.corrections[i] = correction_of(entries[i]);
    }
    qsort(web.corrections, entry_count, sizeof *web.corrections, compare_corrections);
    for (size_t i = 0; i < known_count; i++) {
        web.numbers[web.number_count++] = (struct numbered){pool[i].entry->seq, (long)i, -1};
    }
    for (size_t i = 0; i < entry_count; i++) {
        web.numbers[web.number_count++] = (struct numbered){web.corrections[i].entry->seq, -1, (long)i};
    }
    qsort(web.numbers, web.number_count, sizeof *web.numbers, compare_numbered);

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
    }
}

const struct history *history_new(struct arena *arena, const struct pack *pack,
                                  const struct entry *const *entries, size_t count, struct child child,
                                  struct instant at)
{
    struct history *history = arena_one(arena, struct history);
    *history = (struct history){.pack = pack, .at = at, .child = child};
    struct known *pool = arena_many(arena, struct known, count);
    struct known **order = arena_many(arena, struct known *, count);
    struct version *versions = arena_many(arena, struct version, count);
    const struct entry **corrections = NULL;
    size_t correction_count = 0;
    size_t known_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = entries[i];
        if (instant_compare(entry->recorded_at, at) > 0) {
            continue;
        }
        if (entry->type->part == PART_CORRECTION) {
            if (corrections == NULL) {
                corrections = arena_many(arena, const struct entry *, count - i);
            }
            corrections[correction_count++] = entry;
            continue;
        }
        struct version *version = &versions[known_count];
        *version = (struct version){.values = entry->values, .occurred = entry->occurred};
        pool[known_count] = (struct known){.entry = entry,
                                           .type = entry->type,
                                           .values = entry->values,
                                           .occurred = entry->occurred,
                                           .versions = version,
                                           .version_count = 1};
        order[known_count] = &pool[known_count];
        known_count++;
    }
    if (correction_count > 0) {
        correct(arena, pool, known_count, corrections, correction_count);
    }
    sort_known(order, known_count);
    bool in_order = true;
    for (size_t i = 0; i < known_count && in_order; i++) {
        in_order = order[i] == &pool[i];
    }
    struct known *list = pool;
    if (!in_order) {
        list = arena_many(arena, struct known, known_count);
        for (size_t i = 0; i < known_count; i++) {
            list[i] = *order[i];
        }
    }
    history->list = list;
    history->count = known_count;
    return history;
}
