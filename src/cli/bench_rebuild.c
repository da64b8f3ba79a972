#include "cli/bench.h"

#include "store/store.h"

const struct error *bench_rebuild(struct bench *bench)
{
    static const double aim = 100000;
    struct bench_store made;
    struct store *store;
    uint64_t entries = 0;
    TRY(bench_store_million(bench, &made));
    bench_say("rebuild: %llu entries", (unsigned long long)made.entries);
    TRY(store_open(bench->arena, &(struct store_options){.dir = made.dir, .pack_dir = bench->pack_dir},
                   &store));
    int64_t began = bench_ns();
    const struct error *error = store_rebuild(store, bench->arena, &entries);
    double seconds = (double)(bench_ns() - began) / 1e9;
    store_close(store);
    TRY(error);
    double rate = (double)entries / seconds;
    bench_row(bench, (struct bench_row){.what = "rebuild of every projection",
                                        .figure = bench_text(bench, "%.0f entries/s (%llu in %.1f s)", rate,
                                                             (unsigned long long)entries, seconds),
                                        .aim = "100,000 entries/s",
                                        .holds = rate >= aim});
    return NULL;
}
