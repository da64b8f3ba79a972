/*
 * Buckets: a burst, then the steady rate; names apart; bounded, whatever names are sent.
 */
#include "web/rate.h"

#include "seal/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;

static bool take(struct rates *rates, const char *name, int64_t now_ms)
{
    return rates_take(rates, name, strlen(name), now_ms);
}

static void a_burst_and_then_the_steady_rate(void **state)
{
    (void)state;
    struct rates *rates = rates_new(arena, (struct rate){.per_minute = 60, .burst = 5});
    for (int i = 0; i < 5; i++) {
        assert_true(take(rates, "a", 1000));
    }
    assert_false(take(rates, "a", 1000));
    assert_false(take(rates, "a", 1999));
    assert_true(take(rates, "a", 2000));
    assert_false(take(rates, "a", 2000));
    assert_true(take(rates, "b", 2000)); /* another has its own */
    /* what was refused costs nothing, and a long rest fills no more than a burst */
    for (int i = 0; i < 5; i++) {
        assert_true(take(rates, "a", 3600000));
    }
    assert_false(take(rates, "a", 3600000));
    assert_false(take(rates, "a", 0)); /* a clock set back gives nothing */
    rates_free(rates);
}

static void what_is_under_way_is_counted(void **state)
{
    (void)state;
    struct rates *rates = rates_new(arena, (struct rate){.under_way = 2});
    assert_int_equal(rates_enter(rates, "a", 1, 0), RATE_PASSES);
    assert_int_equal(rates_enter(rates, "a", 1, 0), RATE_PASSES);
    assert_int_equal(rates_enter(rates, "a", 1, 0), RATE_TOO_MANY);
    assert_int_equal(rates_enter(rates, "b", 1, 0), RATE_PASSES);
    rates_leave(rates, "a", 1);
    assert_int_equal(rates_enter(rates, "a", 1, 0), RATE_PASSES);
    rates_free(rates);
}

static void a_flood_of_names_frees_nobody_who_has_asked_too_often(void **state)
{
    (void)state;
    struct rates *rates = rates_new(arena, (struct rate){.per_minute = 60, .burst = 5});
    while (take(rates, "greedy", 0)) {
    }
    for (int i = 0; i < 300000; i++) {
        (void)rates_take(rates, &i, sizeof i, 0);
    }
    assert_false(take(rates, "greedy", 0));
    assert_true(take(rates, "somebody new", 0));
    rates_free(rates);
}

static int set_up(void **state)
{
    (void)state;
    seal_init();
    arena = arena_new(16 << 20);
    return arena == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_and_then_the_steady_rate),
        cmocka_unit_test(what_is_under_way_is_counted),
        cmocka_unit_test(a_flood_of_names_frees_nobody_who_has_asked_too_often),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
