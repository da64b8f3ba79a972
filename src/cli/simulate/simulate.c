#include "cli/simulate/simulate.h"

#include "base/must.h"
#include "base/text.h"
#include "cli/cli.h"

#include <pthread.h>
#include <string.h>

enum { THREADS_MOST = 64, DAYS_MOST = 3660, CHILDREN_MOST = 10 * 1000 * 1000, CHILDREN_A_WORKER = 18 };
static const size_t pack_memory = (size_t)256 << 20;
static const size_t step_memory = (size_t)64 << 20;

struct lane {
    const struct simulation *simulation;
    int first; /* the children whose number leaves this by the count of threads */
    int step;
    pthread_t thread;
    struct arena *arena; /* of the tally */
    struct tally tally;
    bool failed;
};

static void *run_lane(void *context)
{
    struct lane *lane = context;
    struct arenas arenas = {arena_new(step_memory), arena_new(step_memory), arena_new(step_memory)};
    lane->failed = arenas.own == NULL || arenas.book == NULL || arenas.scratch == NULL;
    for (int child = lane->first; !lane->failed && child < lane->simulation->children; child += lane->step) {
        arena_reset(arenas.own);
        arena_reset(arenas.book);
        arena_reset(arenas.scratch);
        year_run(lane->simulation, child, &arenas, &lane->tally);
        if (lane->tally.differ != NULL) {
            lane->tally.differ = arena_copy(lane->arena, lane->tally.differ);
            break;
        }
    }
    arena_free(arenas.own);
    arena_free(arenas.book);
    arena_free(arenas.scratch);
    return NULL;
}

static void add_tally(const struct pack *pack, struct tally *sum, const struct tally *tally)
{
    sum->entries += tally->entries;
    sum->corrections += tally->corrections;
    sum->checks += tally->checks;
    sum->away += tally->away;
    sum->refused += tally->refused;
    if (tally->differ != NULL && (sum->differ == NULL || tally->differ_child < sum->differ_child)) {
        sum->differ = tally->differ;
        sum->differ_child = tally->differ_child;
    }
    for (size_t r = 0; r < pack->rule_count; r++) {
        struct timeliness *to = &sum->rules[r];
        const struct timeliness *from = &tally->rules[r];
        to->begun += from->begun;
        to->met += from->met;
        to->late += from->late;
        to->overdue += from->overdue;
        to->open += from->open;
        to->cancelled += from->cancelled;
        for (size_t b = 0; b < BINS; b++) {
            to->bins[b] += from->bins[b];
        }
    }
}

/* In the middle of those that were met; its bin's middle, so an hour at most beside it. */
static const char *median_days(const struct timeliness *rule, char *text, size_t size)
{
    uint64_t half = (rule->met + rule->late + 1) / 2;
    uint64_t seen = 0;
    if (half == 0) {
        return "-";
    }
    for (size_t b = 0; b < BINS; b++) {
        seen += rule->bins[b];
        if (seen >= half) {
            snprintf(text, size, "%s%.1f", b == BINS - 1 ? ">" : "", ((double)b + 0.5) / BINS_A_DAY);
            return text;
        }
    }
    return "-";
}

static void print_rules(const struct pack *pack, const struct tally *tally, bool prompts)
{
    for (size_t r = 0; r < pack->rule_count; r++) {
        const struct timeliness *rule = &tally->rules[r];
        char median[32];
        if (pack->rules[r].prompt == prompts) {
            printf("%-36s %9llu %9llu %9llu %9llu %9llu %9llu %8s\n", pack->rules[r].id,
                   (unsigned long long)rule->begun, (unsigned long long)rule->met,
                   (unsigned long long)rule->late, (unsigned long long)rule->overdue,
                   (unsigned long long)rule->open, (unsigned long long)rule->cancelled,
                   median_days(rule, median, sizeof median));
        }
    }
}

static void print_tally(const struct simulation *simulation, const struct tally *tally)
{
    const struct pack *pack = simulation->pack;
    char first[DAY_TEXT];
    size_t prompts = 0;
    for (size_t r = 0; r < pack->rule_count; r++) {
        prompts += pack->rules[r].prompt ? 1 : 0;
    }
    day_format(simulation->first, first);
    printf("%s %s: %d children, %d days from %s, %d workers of each role, seed %llu\n\n", pack->id,
           pack->version, simulation->children, simulation->days, first, simulation->staff,
           (unsigned long long)simulation->seed);
    printf("%-36s %9s %9s %9s %9s %9s %9s %8s\n", "duty", "begun", "met", "met late", "overdue", "open",
           "cancelled", "median");
    print_rules(pack, tally, false);
    if (prompts > 0) {
        printf("\nbeside the duties\n");
        print_rules(pack, tally, true);
    }
    printf("\nMedian: days from beginning to met. %llu entries, %llu of them corrections; work fell %llu "
           "times on "
           "a day its worker was away; %llu tries were refused by a form or a gate.\n",
           (unsigned long long)tally->entries, (unsigned long long)tally->corrections,
           (unsigned long long)tally->away, (unsigned long long)tally->refused);
    if (tally->differ == NULL) {
        printf("Checked on %llu days of a case: the duties as they were kept are the duties from scratch.\n",
               (unsigned long long)tally->checks);
    }
}

/* The fields whose time is still to come when they are written: a duty is due then, or goes on until then. */
static const bool **later_fields(struct arena *arena, const struct pack *pack)
{
    const bool **later = arena_many(arena, const bool *, pack->type_count);
    for (size_t t = 0; t < pack->type_count; t++) {
        bool *fields = arena_many(arena, bool, pack->types[t].field_count);
        for (size_t r = 0; r < pack->rule_count; r++) {
            const struct duty_rule *rule = &pack->rules[r];
            int due = rule->limit_unit == LIMIT_FIELD ? rule->limit_fields[t] : -1;
            int until = rule->until_field != NULL ? rule->until_fields[t] : -1;
            if (due >= 0) {
                fields[due] = true;
            }
            if (until >= 0) {
                fields[until] = true;
            }
        }
        later[t] = fields;
    }
    return later;
}

static int run(struct arena *arena, const struct simulation *simulation, int threads)
{
    const struct pack *pack = simulation->pack;
    struct lane *lanes = arena_many(arena, struct lane, (size_t)threads);
    struct tally sum = {.rules = arena_many(arena, struct timeliness, pack->rule_count)};
    int started = 0;
    for (; started < threads; started++) {
        struct lane *lane = &lanes[started];
        *lane = (struct lane){.simulation = simulation, .first = started, .step = threads, .arena = arena};
        lane->arena = arena_new(step_memory);
        if (lane->arena == NULL) {
            break;
        }
        lane->tally.rules = arena_many(lane->arena, struct timeliness, pack->rule_count);
        if (pthread_create(&lane->thread, NULL, run_lane, lane) != 0) {
            arena_free(lane->arena);
            break;
        }
    }
    bool failed = started < threads;
    for (int i = 0; i < started; i++) {
        must(pthread_join(lanes[i].thread, NULL) == 0);
        failed = failed || lanes[i].failed;
        add_tally(pack, &sum, &lanes[i].tally);
        sum.differ = sum.differ == NULL ? NULL : arena_copy(arena, sum.differ);
        arena_free(lanes[i].arena);
    }
    if (failed) {
        return cli_complain(CLI_FAILED, "simulate: no memory or no threads for it");
    }
    print_tally(simulation, &sum);
    if (sum.differ != NULL) {
        (void)cli_finish();
        return cli_complain(CLI_FAILED, "simulate: child %d %s", sum.differ_child, sum.differ);
    }
    return cli_finish();
}

static bool number_of(const char *name, const char *text, int64_t min, int64_t max, int64_t *number)
{
    if (text == NULL || number_parse(text, min, max, number)) {
        return true;
    }
    (void)cli_complain(CLI_ASKED_WRONGLY, "simulate: %s must be a whole number from %lld to %lld, not %s",
                       name, (long long)min, (long long)max, text);
    return false;
}

int command_simulate(int argc, char **argv)
{
    const char *folder = NULL;
    const char *children_text = NULL;
    const char *seed_text = NULL;
    const char *days_text = NULL;
    const char *from_text = NULL;
    const char *threads_text = NULL;
    size_t count;
    int status;
    const struct cli_option options[] = {
        CLI_PACK(&folder),
        {"--children", "N", "how many children come in the year (1000)", &children_text, NULL},
        {"--seed", "S", "the year that is run: the same number gives the same year (1)", &seed_text, NULL},
        {"--days", "N", "how long it is (365)", &days_text, NULL},
        {"--from", "DAY", "its first day (2025-01-01)", &from_text, NULL},
        {"--threads", "N", "on how many threads; the year is the same (2)", &threads_text, NULL},
    };
    if (!cli_parse("simulate", argc, argv, options, sizeof options / sizeof *options, NULL, 0, 0, &count,
                   &status)) {
        return status;
    }
    int64_t children = 1000;
    int64_t seed = 1;
    int64_t days = 365;
    int64_t threads = 2;
    struct day first;
    if (!number_of("--children", children_text, 1, CHILDREN_MOST, &children) ||
        !number_of("--seed", seed_text, 0, INT64_MAX, &seed) ||
        !number_of("--days", days_text, 1, DAYS_MOST, &days) ||
        !number_of("--threads", threads_text, 1, THREADS_MOST, &threads)) {
        return CLI_ASKED_WRONGLY;
    }
    if (!day_parse(from_text == NULL ? "2025-01-01" : from_text, &first)) {
        return cli_complain(CLI_ASKED_WRONGLY, "simulate: --from must be a date such as 2025-01-01, not %s",
                            from_text);
    }
    ARENA_CLEANUP struct arena *arena = arena_new(pack_memory);
    const struct pack *pack = NULL;
    if (arena == NULL) {
        return cli_complain(CLI_FAILED, "out of memory");
    }
    const struct error *error = cli_pack_load(arena, cli_pack_folder(folder), &pack);
    if (error != NULL) {
        return cli_fail(arena, error);
    }
    struct simulation simulation = {.pack = pack,
                                    .seed = (uint64_t)seed,
                                    .first = first,
                                    .days = (int)days,
                                    .children = (int)children,
                                    .staff = 2 + (int)(children / CHILDREN_A_WORKER),
                                    .later = later_fields(arena, pack)};
    return run(arena, &simulation, (int)(threads > children ? children : threads));
}
