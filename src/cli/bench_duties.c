#include "cli/bench.h"

#include "procedure/duty.h"

#include <string.h>

/*
 * A million cases of forty entries. Some thousands are made once and held in memory as decoded entries; each
 * evaluation is what a page asks: the history, then the duties, in an arena that is given back. The entries
 * of a case lie in the order they were recorded, or shuffled, which is the dearer one to put in order; the
 * cases are taken at random, so that they come from memory and not from the cache.
 */
enum { ENTRIES = 40, CASES = 4096, EVALUATIONS = 1000 * 1000, CASE_BYTES = 1 << 20 };

struct pile {
    const struct entry *const *cases[CASES];
    const struct entry *const *shuffled[CASES];
    struct child children[CASES];
};

static const struct entry *const *shuffle(struct arena *arena, const struct entry *const *entries,
                                          struct bench_random *random)
{
    const struct entry **copy = arena_many(arena, const struct entry *, ENTRIES);
    memcpy(copy, entries, ENTRIES * sizeof *copy);
    for (size_t i = ENTRIES - 1; i > 0; i--) {
        size_t j = (size_t)bench_below(random, i + 1);
        const struct entry *other = copy[j];
        copy[j] = copy[i];
        copy[i] = other;
    }
    return copy;
}

static void fill(struct arena *arena, const struct pack *pack, struct pile *pile)
{
    struct bench_random random = {40};
    for (size_t i = 0; i < CASES; i++) {
        pile->cases[i] = bench_case_new(arena, pack, &random, (struct id){{0}}, (struct id){{1}}, ENTRIES);
        pile->shuffled[i] = shuffle(arena, pile->cases[i], &random);
        pile->children[i] = (struct child){true, {14610 + (int32_t)bench_below(&random, 2200)}};
    }
}

/* Cases a second; `plain` stops at the history, so that the rules' own share is seen. */
static double slice(const struct pack *pack, struct arena *arena, const struct pile *pile, bool shuffled,
                    bool plain, size_t evaluations, uint64_t *duties)
{
    static const struct instant at = {1767225600000}; /* 2026-01-01 */
    struct bench_random random = {evaluations};
    int64_t began = bench_thread_ns();
    for (size_t i = 0; i < evaluations; i++) {
        size_t which = (size_t)bench_below(&random, CASES);
        const struct entry *const *entries = shuffled ? pile->shuffled[which] : pile->cases[which];
        const struct history *history =
            history_new(arena, pack, entries, ENTRIES, pile->children[which], INSTANT_NEVER);
        if (!plain) {
            const struct duty *list;
            size_t count;
            duties_evaluate_plain(arena, history, at, &list, &count);
            *duties += count;
        }
        arena_reset(arena);
    }
    return (double)evaluations * 1e9 / (double)(bench_thread_ns() - began);
}

const struct error *bench_duties(struct bench *bench)
{
    static const double aim = 300000;
    ARENA_CLEANUP struct arena *pile_arena = arena_new((size_t)1 << 30);
    ARENA_CLEANUP struct arena *arena = arena_new(CASE_BYTES);
    if (pile_arena == NULL || arena == NULL) {
        return error_of(ERROR_BUSY);
    }
    bench_say("duties: %d cases of %d entries", CASES, ENTRIES);
    struct pile *pile = arena_one(pile_arena, struct pile);
    fill(pile_arena, bench->pack, pile);
    double in_order[BENCH_SLICES];
    double shuffled[BENCH_SLICES];
    double plain[BENCH_SLICES];
    size_t each = (size_t)(bench->quick ? EVALUATIONS / 100 : EVALUATIONS) / BENCH_SLICES;
    uint64_t duties = 0;
    uint64_t ignored = 0;
    for (size_t i = 0; i < BENCH_SLICES; i++) {
        shuffled[i] = slice(bench->pack, arena, pile, true, false, each, &duties);
        in_order[i] = slice(bench->pack, arena, pile, false, false, each, &ignored);
        plain[i] = slice(bench->pack, arena, pile, true, true, each, &ignored);
    }
    double rate = bench_middle(shuffled, BENCH_SLICES);
    double ordered = bench_middle(in_order, BENCH_SLICES);
    double without = bench_middle(plain, BENCH_SLICES);
    bench_row(bench, (struct bench_row){
                         .what = "duties of cases of 40 entries in random order, one thread",
                         .figure = bench_text(bench, "%.0f cases/s (%.1f duties a case)", rate,
                                              (double)duties / (double)(each * BENCH_SLICES)),
                         .beside = bench_text(bench, "%.0f cases/s to put them in order alone", without),
                         .ratio = bench_text(bench, "%.2f", rate / without),
                         .aim = "300,000 cases/s",
                         .holds = rate >= aim});
    bench_row(bench, (struct bench_row){.what = "the same in the order they were recorded",
                                        .figure = bench_text(bench, "%.0f cases/s", ordered)});
    return NULL;
}
