#include "procedure/moved.h"

#include "procedure/duty.h"
#include "record/carry.h"

enum { MOVES_MOST = 32 }; /* an earlier move than these gives no due time any more */

static const struct pack *pack_of(const struct entry *entry, const struct pack *otherwise)
{
    return entry->pack == NULL ? otherwise : entry->pack;
}

static bool was_there(const struct entry *entry, struct instant at)
{
    return instant_compare(entry->recorded_at, at) <= 0;
}

const struct pack *pack_of_case(const struct entry *const *entries, size_t count, struct instant at,
                                const struct pack *otherwise)
{
    for (size_t i = count; i-- > 0;) {
        if (was_there(entries[i], at)) {
            return pack_of(entries[i], otherwise);
        }
    }
    return otherwise;
}

/* How many of the entries lie before the last change of the procedure. */
static size_t before_move(const struct entry *const *entries, size_t count, struct instant at,
                          const struct pack *to, const struct pack *otherwise)
{
    while (count > 0 &&
           (!was_there(entries[count - 1], at) || pack_of(entries[count - 1], otherwise) == to)) {
        count--;
    }
    return count;
}

/* The first `count` of `all`, and the corrections among the others: what was mended since was so then too. */
static const struct history *history_mended(struct arena *arena, const struct pack *to,
                                            const struct entry *const *entries, size_t count, size_t all,
                                            struct child child, struct instant at)
{
    if (count == all) {
        return history_new(arena, to, entries, count, child, at);
    }
    const struct entry **list = arena_many(arena, const struct entry *, all);
    size_t kept = 0;
    for (size_t i = 0; i < all; i++) {
        if (i < count || entries[i]->type->part == PART_CORRECTION) {
            list[kept++] = entries[i];
        }
    }
    return history_new(arena, to, list, kept, child, at);
}

static const struct history *history_under(struct arena *arena, const struct pack *to,
                                           const struct pack *otherwise, const struct entry *const *entries,
                                           size_t count, size_t all, struct child child, struct instant at,
                                           int moves)
{
    struct history *history = arena_one(arena, struct history);
    *history = *history_mended(arena, to, entries, count, all, child, at);
    size_t before = before_move(entries, count, at, to, otherwise);
    if (before == 0 || moves == 0) {
        return history;
    }
    const struct pack *from = pack_of(entries[before - 1], otherwise);
    const struct history *earlier =
        history_under(arena, from, otherwise, entries, before, all, child, at, moves - 1);
    const struct duty *duties;
    size_t duty_count;
    duties_evaluate(arena, earlier, at, &duties, &duty_count);
    struct kept_clock *kept = arena_many(arena, struct kept_clock, duty_count);
    for (size_t i = 0; i < duty_count; i++) {
        bool keeps;
        const struct duty_rule *rule = rule_carried(to, from, duties[i].rule, &keeps);
        if (rule != NULL && keeps) {
            kept[history->kept_count++] =
                (struct kept_clock){rule->index, duties[i].begun_by->entry->seq, duties[i].due_at};
        }
    }
    history->kept = kept;
    return history;
}

const struct history *history_of_case(struct arena *arena, const struct pack *otherwise,
                                      const struct entry *const *entries, size_t count, struct child child,
                                      struct instant at)
{
    const struct pack *to = pack_of_case(entries, count, at, otherwise);
    return history_under(arena, to, otherwise, entries, count, count, child, at, MOVES_MOST);
}

const struct history *history_if_moved(struct arena *arena, const struct pack *to,
                                       const struct pack *otherwise, const struct entry *const *entries,
                                       size_t count, struct child child, struct instant at)
{
    return history_under(arena, to, otherwise, entries, count, count, child, at, MOVES_MOST);
}
