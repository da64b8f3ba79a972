#include "cli/bench.h"

#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "seal/seal.h"

#include <ftw.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const size_t memory = (size_t)2 * 1024 * 1024 * 1024;

struct measure {
    const char *name;
    const struct error *(*run)(struct bench *bench);
};
static const struct measure measures[] = {
    {"duties", bench_duties}, {"pages", bench_pages},     {"policy", bench_policy},     {"work", bench_work},
    {"append", bench_append}, {"rebuild", bench_rebuild}, {"refusals", bench_refusals},
};
enum { MEASURES = sizeof measures / sizeof *measures };

void bench_row(struct bench *bench, struct bench_row row)
{
    if (bench->row_count < BENCH_ROWS) {
        bench->rows[bench->row_count++] = row;
    }
}

const char *bench_text(struct bench *bench, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(bench->arena, format, args);
    va_end(args);
    return text;
}

void bench_say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("bench: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

int64_t bench_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t bench_thread_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_centile(double *numbers, size_t count, double centile)
{
    if (count == 0) {
        return 0;
    }
    qsort(numbers, count, sizeof *numbers, compare_doubles);
    size_t at = (size_t)((double)count * centile / 100.0);
    return numbers[at < count ? at : count - 1];
}

double bench_middle(double *numbers, size_t count)
{
    return bench_centile(numbers, count, 50);
}

/* ---- the table ---- */

static const char *or_dash(const char *text)
{
    return text == NULL ? "–" : text;
}

static int print_rows(const struct bench *bench)
{
    int missed = 0;
    printf("| what | measured | beside it in the same run | ratio | aim | holds |\n"
           "| --- | --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < bench->row_count; i++) {
        const struct bench_row *row = &bench->rows[i];
        const char *holds = row->aim == NULL ? "–" : row->holds ? "yes" : "**no**";
        missed += row->aim != NULL && !row->holds;
        printf("| %s | %s | %s | %s | %s | %s |\n", row->what, row->figure, or_dash(row->beside),
               or_dash(row->ratio), or_dash(row->aim), holds);
    }
    return missed;
}

/* ---- the command ---- */

static const struct measure *find_measure(const char *name)
{
    for (size_t i = 0; i < MEASURES; i++) {
        if (text_equal(measures[i].name, name)) {
            return &measures[i];
        }
    }
    return NULL;
}

static int run_all(struct bench *bench, const char *const *names, size_t count)
{
    for (size_t i = 0; i < MEASURES; i++) {
        bool wanted = count == 0;
        for (size_t n = 0; n < count; n++) {
            wanted = wanted || text_equal(names[n], measures[i].name);
        }
        const struct error *error = wanted ? measures[i].run(bench) : NULL;
        if (error != NULL) {
            return cli_fail(bench->arena, error);
        }
    }
    int missed = print_rows(bench);
    int status = cli_finish();
    return status != CLI_DONE || missed == 0 ? status : CLI_FAILED;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

/* A folder that goes with the run, unless one was given to keep stores in. */
static const struct error *make_folder(struct bench *bench, bool *ret_mine)
{
    *ret_mine = bench->dir == NULL;
    if (bench->dir != NULL) {
        if (mkdir(bench->dir, 0700) != 0 && !file_exists(bench->dir)) {
            return error_new(bench->arena, ERROR_IO, "%s cannot be made", bench->dir);
        }
        return NULL;
    }
    const char *base = getenv("TMPDIR");
    char *dir = arena_printf(bench->arena, "%s/waymark-bench-XXXXXX", base == NULL ? "/tmp" : base);
    bench->dir = mkdtemp(dir);
    return bench->dir == NULL ? error_new(bench->arena, ERROR_IO, "%s cannot be made", dir) : NULL;
}

int command_bench(int argc, char **argv)
{
    const char *folder = NULL;
    const char *names[MEASURES] = {0};
    struct bench bench = {0};
    size_t count;
    int status;
    const struct cli_option options[] = {
        CLI_PACK(&folder),
        {"--dir", "DIR", "make the stores here and keep them for the next run (a temporary folder)",
         &bench.dir, NULL},
        {"--quick", NULL, "everything small: to see that it runs, not how fast", NULL, &bench.quick},
    };
    if (!cli_parse("bench", argc, argv, options, sizeof options / sizeof *options, names, 0, MEASURES, &count,
                   &status)) {
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        if (find_measure(names[i]) == NULL) {
            return cli_complain(
                CLI_ASKED_WRONGLY,
                "bench: %s is not one of duties, pages, policy, work, append, rebuild, refusals", names[i]);
        }
    }
    ARENA_CLEANUP struct arena *arena = arena_new(memory);
    if (arena == NULL) {
        return cli_complain(CLI_FAILED, "out of memory");
    }
    seal_init();
    bench.arena = arena;
    bench.pack_dir = cli_pack_folder(folder);
    bool mine = false;
    const struct error *error = cli_pack_load(arena, bench.pack_dir, &bench.pack);
    if (error == NULL) {
        error = make_folder(&bench, &mine);
    }
    status = error == NULL ? run_all(&bench, names, count) : cli_fail(arena, error);
    if (mine && bench.dir != NULL) {
        (void)nftw(bench.dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    return status;
}
