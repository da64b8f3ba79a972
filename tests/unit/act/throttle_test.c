/* How guessing is slowed when more names were tried than there is room for. */
#include "support.h"

#include "act/inner.h"

enum { NAMES = 60000, MOST_MS = 5 * 60 * 1000 };

static const char *name_of(struct arena *arena, int number)
{
    return arena_printf(arena, "name.%d", number);
}

/* Many names that somebody made up push out the oldest failures near them, and never the newest. */
static void a_full_table_forgets_the_oldest_first(void **context)
{
    struct arena *arena = arena_new((size_t)64 << 20);
    struct throttle *throttle = throttle_new(arena);
    struct instant now = start;
    int remembered = 0;
    (void)context;
    for (int i = 0; i < NAMES; i++) {
        now = instant_add_ms(start, i);
        throttle_failed(throttle, name_of(arena, i), now);
        assert_true(throttle_wait(throttle, name_of(arena, i), now, 1, MOST_MS) > 0);
    }
    assert_int_equal(throttle_wait(throttle, name_of(arena, 0), now, 1, MOST_MS), 0);
    for (int i = NAMES - 1000; i < NAMES; i++) {
        remembered += throttle_wait(throttle, name_of(arena, i), now, 1, MOST_MS) > 0;
    }
    assert_int_equal(remembered, 1000);
    now = instant_add_ms(now, MS_PER_HOUR + 1); /* after a quiet hour there is room for all */
    for (int i = NAMES - 1000; i < NAMES; i++) {
        assert_int_equal(throttle_wait(throttle, name_of(arena, i), now, 1, MOST_MS), 0);
    }
    arena_free(arena);
}

static void a_clock_put_back_makes_no_wait_longer(void **context)
{
    struct arena *arena = arena_new((size_t)64 << 20);
    struct throttle *throttle = throttle_new(arena);
    (void)context;
    for (int i = 0; i < 40; i++) {
        throttle_failed(throttle, "name", start);
    }
    assert_int_equal(throttle_wait(throttle, "name", start, 4, MOST_MS), MOST_MS);
    assert_int_equal(throttle_wait(throttle, "name", instant_add_ms(start, -1000), 4, MOST_MS), MOST_MS);
    assert_int_equal(throttle_wait(throttle, "name", instant_add_ms(start, MOST_MS + 1), 4, MOST_MS), 0);
    assert_int_equal(throttle_wait(throttle, "name", start, 41, MOST_MS), 0); /* these are free */
    throttle_passed(throttle, "nobody");
    throttle_passed(throttle, "name");
    assert_int_equal(throttle_wait(throttle, "name", start, 1, MOST_MS), 0);
    arena_free(arena);
}

static void a_failure_is_forgotten_after_a_quiet_hour_and_not_before(void **context)
{
    struct arena *arena = arena_new((size_t)64 << 20);
    struct throttle *throttle = throttle_new(arena);
    (void)context;
    for (int later = 0; later < 2; later++) {
        const char *name = name_of(arena, later);
        struct instant again = instant_add_ms(start, MS_PER_HOUR + later);
        throttle_failed(throttle, name, start);
        throttle_failed(throttle, name, again);
        assert_int_equal(throttle_wait(throttle, name, again, 2, MOST_MS) > 0, later == 0);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_table_forgets_the_oldest_first),
        cmocka_unit_test(a_clock_put_back_makes_no_wait_longer),
        cmocka_unit_test(a_failure_is_forgotten_after_a_quiet_hour_and_not_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
