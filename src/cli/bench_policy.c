/*
 * What need-to-know costs of a case page: the gate (who the reader is to the case, and whether they get it),
 * leaving out what is closed to them, and the look in the log. Each is the processor time of one thread; the
 * page is that of the measure of pages, in the same run, which does all of it once.
 */
#include "cli/bench.h"

#include "act/inner.h"
#include "act/reach.h"

#include <string.h>

enum { CASES = 200, CASE_BYTES = 64 << 20 };

struct policy_cost {
    double gate_us[BENCH_SLICES];
    double shown_us[BENCH_SLICES];
    double look_us[BENCH_SLICES];
    size_t closed; /* entries that the reader does not see */
};

static int64_t since(int64_t *began)
{
    int64_t now = bench_thread_ns();
    int64_t took = now - *began;
    *began = now;
    return took;
}

struct policy_spent {
    int64_t gate;
    int64_t shown;
    int64_t look;
};

static const struct error *one_case(const struct act *act, struct store_reader *reader, struct id id,
                                    struct policy_spent *spent, size_t *ret_closed)
{
    struct case_streams streams = {0};
    const struct case_view *whole;
    struct reach reach;
    TRY(case_load_id(act, reader, id, &streams));
    whole = case_view_make(act, &streams, INSTANT_NEVER, act->now);
    int64_t began = bench_thread_ns();
    TRY(reach_gate(act, reader, id, ACCESS_READ, &reach));
    spent->gate += since(&began);
    streams.reach = &reach;
    const struct case_view *shown = case_view_show(act, &streams, whole);
    spent->shown += since(&began);
    TRY(act_begin(act, MAY_READ_CASE, "case-read", id));
    spent->look += since(&began);
    *ret_closed += whole->entry_count - shown->entry_count;
    return NULL;
}

static const struct error *one_slice(struct act *act, const struct bench_store *store, size_t slice,
                                     struct policy_cost *cost)
{
    struct bench_random random = {61 + slice};
    struct policy_spent spent = {0};
    struct store_reader *reader;
    TRY(store_reader_take(act->service->store, &reader));
    const struct error *error = NULL;
    for (int i = 0; error == NULL && i < CASES; i++) {
        error = one_case(act, reader, store->cases[bench_below(&random, store->case_count)], &spent,
                         &cost->closed);
        arena_reset(act->arena);
    }
    store_reader_give(reader);
    cost->gate_us[slice] = (double)spent.gate / 1e3 / CASES;
    cost->shown_us[slice] = (double)spent.shown / 1e3 / CASES;
    cost->look_us[slice] = (double)spent.look / 1e3 / CASES;
    return error;
}

static void policy_row(struct bench *bench, struct policy_cost *cost)
{
    static const double aim = 0.15;
    double gate = bench_middle(cost->gate_us, BENCH_SLICES);
    double shown = bench_middle(cost->shown_us, BENCH_SLICES);
    double look = bench_middle(cost->look_us, BENCH_SLICES);
    bool beside = bench->page_us > 0;
    double part = beside ? (gate + shown + look) / bench->page_us : 0;
    bench_row(bench,
              (struct bench_row){
                  .what = bench_text(bench, "need-to-know on a case page (%.1f of its 60 entries closed)",
                                     (double)cost->closed / (BENCH_SLICES * CASES)),
                  .figure = bench_text(bench, "%.1f µs: gate %.1f, leaving out %.1f, look %.1f",
                                       gate + shown + look, gate, shown, look),
                  .beside = beside
                                ? bench_text(bench, "%.0f µs for a case page, both processors taken together",
                                             bench->page_us)
                                : NULL,
                  .ratio = beside ? bench_text(bench, "%.3f", part) : NULL,
                  .aim = beside ? "less than 0.15" : NULL,
                  .holds = part < aim});
}

const struct error *bench_policy(struct bench *bench)
{
    struct bench_store store;
    struct service *service;
    struct policy_cost cost = {0};
    TRY(bench_store_million(bench, &store));
    TRY(service_open(bench->arena, store.dir, NULL, bench->pack_dir, &service));
    ARENA_CLEANUP struct arena *arena = arena_new(CASE_BYTES);
    struct actor actor = {.account = id_new(),
                          .username = "bench-social-worker",
                          .name = "Bench Worker",
                          .agency = "social-care",
                          .purpose = "direct-work"};
    struct act act = {.service = service, .arena = arena, .actor = &actor, .now = clock_now()};
    const struct error *error = arena == NULL ? error_of(ERROR_BUSY) : NULL;
    actor.role = error == NULL ? act_role(&act, "social-worker") : NULL;
    for (size_t i = 0; error == NULL && i < BENCH_SLICES; i++) {
        error = one_slice(&act, &store, i, &cost);
    }
    service_close(service);
    TRY(error);
    policy_row(bench, &cost);
    return NULL;
}
