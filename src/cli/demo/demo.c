/* `waymark demo`: a store with accounts, contacts and children, told by several threads at once. */
#include "cli/demo/demo.h"

#include "base/text.h"
#include "calendar/calendar.h"
#include "cli/cli.h"
#include "seal/seal.h"
#include "store/store.h"

#include <string.h>

enum {
    MEMORY = 512 * 1024 * 1024,
    CHILD_MEMORY = 64 * 1024 * 1024,
    ACT_MEMORY = 256 * 1024 * 1024,
    TELLERS = 24
};
enum { MOST_CHILDREN = 100000, MINUTE = 60, DAY_HOURS = 24 };

/* How long ago a story began, in hours, and what it must be like; every stage has its share. */
struct band {
    int least;
    int most;
    const char *scenario; /* NULL: any */
    int stall;            /* enum stall of story.c; 0: none, -1: sometimes somewhere */
};
static const struct band bands[] = {
    {1, 5, NULL, 0},
    {30, 60, NULL, 1},
    {2 * DAY_HOURS, 4 * DAY_HOURS, NULL, 0},
    {9 * DAY_HOURS, 14 * DAY_HOURS, NULL, 2},
    {8 * DAY_HOURS, 15 * DAY_HOURS, NULL, 0},
    {21 * DAY_HOURS, 35 * DAY_HOURS, NULL, -1},
    {70 * DAY_HOURS, 110 * DAY_HOURS, NULL, 0},
    {56 * DAY_HOURS, 84 * DAY_HOURS, NULL, -1},
    {90 * DAY_HOURS, 150 * DAY_HOURS, NULL, 0},
    {20, 44, "found-at-night", 0},
    {150 * DAY_HOURS, 240 * DAY_HOURS, NULL, -1},
    {420 * DAY_HOURS, 660 * DAY_HOURS, NULL, 0},
    {35 * DAY_HOURS, 56 * DAY_HOURS, "missing-from-care", 0},
    {8 * DAY_HOURS, 60 * DAY_HOURS, "not-confirmed", 0},
    {260 * DAY_HOURS, 400 * DAY_HOURS, NULL, 0},
    {10, 20, NULL, 0},
    {60 * DAY_HOURS, 240 * DAY_HOURS, "care-leaver", 0},
};
enum { BANDS = sizeof bands / sizeof *bands, STALLS_THERE_ARE = 7 };

static const struct scenario *scenario_of(struct dice *dice, const struct band *band)
{
    int all = 0;
    if (band->scenario != NULL) {
        return scenario_find(band->scenario);
    }
    for (size_t i = 0; i < scenario_count; i++) {
        all += scenarios[i].weight;
    }
    int at = dice_between(dice, 1, all);
    size_t i = 0;
    while ((at -= scenarios[i].weight) > 0) {
        i++;
    }
    return &scenarios[i];
}

static void tell_child(struct world *world, struct arena *arena, struct arena *work, int number,
                       const struct error **ret_error)
{
    struct teller teller = {.world = world, .arena = arena, .work = work, .number = number};
    const struct band *band = &bands[number % BANDS];
    teller.dice = dice_new(world->seed, (uint64_t)number, 0);
    teller.scenario = scenario_of(&teller.dice, band);
    int minutes = dice_between(&teller.dice, band->least * MINUTE, band->most * MINUTE);
    teller.now = instant_add_ms(world->now, -(int64_t)minutes * MS_PER_MINUTE);
    teller.now.ms -= teller.now.ms % MS_PER_MINUTE;
    teller.stall = band->stall >= 0                ? band->stall
                   : dice_chance(&teller.dice, 45) ? dice_between(&teller.dice, 3, STALLS_THERE_ARE)
                                                   : 0;
    if (is_of_long_ago(world, number)) {
        begin_long_ago(&teller);
    }
    teller.child = child_facts(arena, world, number, teller.scenario);
    int age = dice_between(&teller.dice, teller.scenario->age_least, teller.scenario->age_most);
    teller.birth = day_add_months(calendar_day(world->pack->calendar, teller.now), -12 * age);
    teller.birth.number -= dice_between(&teller.dice, 3, 360);
    story_of(&teller, number);
    if (is_of_long_ago(world, number)) {
        end_long_ago(&teller);
    }
    *ret_error = teller.error;
}

static void *teller_thread(void *context)
{
    struct world *world = context;
    struct arena *arena = arena_new(CHILD_MEMORY);
    struct arena *work = arena_new(ACT_MEMORY);
    while (arena != NULL && work != NULL) {
        int number = atomic_fetch_add(&world->next, 1);
        if (number >= world->children && !is_of_long_ago(world, number)) {
            break;
        }
        const struct error *error = NULL;
        tell_child(world, arena, work, number, &error);
        if (error != NULL) {
            pthread_mutex_lock(&world->lock);
            if (world->error == NULL) {
                world->error = error_new(world->error_arena, error->code, "%s", error->detail);
            }
            pthread_mutex_unlock(&world->lock);
            atomic_store(&world->next, world->children + 1); /* everybody stops */
        }
        arena_reset(arena);
        arena_reset(work);
    }
    arena_free(arena);
    arena_free(work);
    return NULL;
}

static const struct error *tell_all(struct world *world)
{
    pthread_t threads[TELLERS];
    int started = 0;
    int wanted = world->children < TELLERS ? world->children : TELLERS;
    while (started < wanted && pthread_create(&threads[started], NULL, teller_thread, world) == 0) {
        started++;
    }
    for (int i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
    return world->children > 0 && started == 0 ? error_of(ERROR_BUSY) : world->error;
}

static const struct error *fill(struct arena *arena, struct world *world)
{
    TRY(demo_accounts(arena, world));
    TRY(demo_directory(arena, world));
    TRY(tell_all(world));
    return demo_keeping(arena, world);
}

struct demo_options {
    const char *data;
    const char *key;
    const char *pack;
    const char *children;
    const char *seed;
    const char *at;
};

static const struct error *make(struct arena *arena, const struct demo_options *given, struct world *world)
{
    const struct store_options store = {.dir = given->data, .key_path = given->key};
    TRY(cli_needs_empty(arena, given->data));
    TRY(store_init(arena, &store));
    TRY(cli_service_open(arena, given->data, given->key, given->pack, &world->service));
    world->pack = service_pack(world->service);
    world->error_arena = arena;
    pthread_mutex_init(&world->lock, NULL);
    const struct error *error = fill(arena, world);
    service_close(world->service);
    pthread_mutex_destroy(&world->lock);
    return error;
}

static bool read_numbers(const struct demo_options *given, struct world *world)
{
    int64_t children = 60;
    int64_t seed = 1;
    world->now = clock_now();
    if (given->children != NULL && !number_parse(given->children, 0, MOST_CHILDREN, &children)) {
        (void)cli_complain(CLI_ASKED_WRONGLY, "demo: --children must be a number from 0 to %d, not %s",
                           MOST_CHILDREN, given->children);
        return false;
    }
    if (given->seed != NULL && !number_parse(given->seed, 0, INT64_MAX, &seed)) {
        (void)cli_complain(CLI_ASKED_WRONGLY, "demo: --seed must be a whole number, not %s", given->seed);
        return false;
    }
    if (given->at != NULL && !instant_parse(given->at, &world->now)) {
        (void)cli_complain(CLI_ASKED_WRONGLY,
                           "demo: --at must be a time with its zone, as in 2026-03-05T17:00:00Z, not %s",
                           given->at);
        return false;
    }
    world->children = (int)children;
    world->seed = (uint64_t)seed;
    return true;
}

static int report(const struct demo_options *given, const struct world *world)
{
    printf("%s holds %d children with %llu entries, and these accounts:\n", given->data, world->children,
           (unsigned long long)atomic_load(&world->entries));
    for (int i = 0; i < WORKERS; i++) {
        demo_print((enum worker)i);
    }
    printf("The password of each is: %s\n"
           "Everything in it is invented. It is for trying out: never put it where others can reach it.\n"
           "Next: waymark serve --data %s --one-factor\n",
           demo_password, given->data);
    return cli_finish();
}

int command_demo(int argc, char **argv)
{
    struct demo_options given = {0};
    struct world world = {0};
    size_t count;
    int status;
    const struct cli_option options[] = {
        CLI_DATA(&given.data),
        CLI_KEY(&given.key),
        CLI_PACK(&given.pack),
        {"--children", "N", "how many children (60)", &given.children, NULL},
        {"--seed", "S", "the same seed makes the same children (1)", &given.seed, NULL},
        {"--at", "TIME", "the present moment of the demonstration (now)", &given.at, NULL},
    };
    if (!cli_parse("demo", argc, argv, options, sizeof options / sizeof *options, NULL, 0, 0, &count,
                   &status)) {
        return status;
    }
    if (!cli_needs_data("demo", given.data) || !read_numbers(&given, &world)) {
        return CLI_ASKED_WRONGLY;
    }
    ARENA_CLEANUP struct arena *arena = arena_new(MEMORY);
    if (arena == NULL) {
        return cli_complain(CLI_FAILED, "out of memory");
    }
    seal_init();
    const struct error *error = make(arena, &given, &world);
    return error == NULL ? report(&given, &world) : cli_fail(arena, error);
}
