#include "base/arena.h"
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
    for (size_t size = 0; size < 300; size++) {
        unsigned char *bytes = arena_alloc(arena, size);
        assert_int_equal((uintptr_t)bytes % 16, 0);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(bytes[i], 0);
            bytes[i] = 0xFF;
        }
    }
    arena_reset(arena);
    assert_int_equal(arena_used(arena), 0);
    unsigned char *again = arena_alloc(arena, 200);
    assert_int_equal(again[199], 0);
}

/* The value of arena_used when the edge was reached, or 0 when it never was. */
static size_t used_at_edge(struct arena *arena, size_t size)
{
    volatile bool reached = false;
    if (setjmp(*arena_edge(arena))) {
        reached = true;
    } else {
        for (int i = 0; i < 100; i++) {
            arena_alloc(arena, size);
        }
    }
    return reached ? arena_used(arena) : 0;
}

static void what_was_given_back_is_zero_again(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 100, 40000, 33, 70000, 3, 300000, 900000, 17};
    struct arena *arena = arena_new((size_t)4 << 20);
    for (int round = 0; round < 4; round++) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            size_t size = sizes[(i + (size_t)round) % (sizeof sizes / sizeof *sizes)];
            unsigned char *bytes = arena_alloc(arena, size);
            for (size_t at = 0; at < size; at++) {
                assert_int_equal(bytes[at], 0);
            }
            memset(bytes, 0xFF, size);
        }
        char *grown = arena_grow(arena, "ab", 2, 5000, 1);
        assert_string_equal(grown, "ab");
        assert_int_equal(grown[4999], 0);
        memset(grown, 0xFF, 5000);
        arena_reset(arena);
        assert_int_equal(arena_used(arena), 0);
    }
    arena_free(arena);
}

static void the_cap_returns_control_to_the_edge(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(1000);
    assert_int_equal(used_at_edge(arena, 100), 1000);
    arena_reset(arena);
    assert_int_equal(used_at_edge(arena, 10), 0);
}

static void run_out_inside(void *context)
{
    struct arena *arena = *(struct arena **)context;
    arena_alloc(arena, arena_cap(arena));
    arena_alloc(arena, 1);
}

static void take_a_little(void *context)
{
    arena_alloc(*(struct arena **)context, 1);
}

static void a_guard_comes_back_and_leaves_the_outer_edge_as_it_was(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(1000);
    volatile int reached = 0;
    if (setjmp(*arena_edge(arena))) {
        reached++;
    } else {
        assert_true(arena_guard(arena, take_a_little, &arena));
        arena_reset(arena);
        assert_false(arena_guard(arena, run_out_inside, &arena));
        assert_int_equal(reached, 0);
        arena_run_out(arena);
    }
    assert_int_equal(reached, 1);
}

static void an_overflowing_product_is_running_out(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(1000);
    volatile bool reached = false;
    if (setjmp(*arena_edge(arena))) {
        reached = true;
    } else {
        arena_array(arena, SIZE_MAX / 2, 4);
    }
    assert_true(reached);
}

static void the_nth_allocation_fails_once_or_for_good(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
    arena_fail_nth(3, false);
    assert_int_equal(used_at_edge(arena, 10), 20);
    arena_reset(arena);
    assert_int_equal(used_at_edge(arena, 10), 0);
    arena_fail_nth(1, true);
    arena_reset(arena);
    assert_int_equal(used_at_edge(arena, 10), 0);
    volatile bool again = false;
    if (setjmp(*arena_edge(arena))) {
        again = true;
    } else {
        arena_alloc(arena, 1);
    }
    assert_true(again);
    arena_fail_nth(0, false);
}

static void texts_are_joined_as_they_are_formatted(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
    assert_string_equal(arena_printf(arena, "%s", ""), "");
    assert_string_equal(arena_printf(arena, "/cases/%s/%s?", "A1", "plan"), "/cases/A1/plan?");
    assert_string_equal(arena_printf(arena, "%s is 100%% of %s", "this", "that"), "this is 100% of that");
    assert_string_equal(arena_printf(arena, "%s, %.*s and %d", "one", 2, "two", 3), "one, tw and 3");
    assert_string_equal(arena_printf(arena, "%lld of %zu, %llu or %d.", (long long)INT64_MIN, (size_t)0,
                                     (unsigned long long)UINT64_MAX, INT32_MIN),
                        "-9223372036854775808 of 0, 18446744073709551615 or -2147483648.");
    assert_string_equal(arena_printf(arena, "%ld%u%02d", 5L, 7U, 3), "5703");
    assert_string_equal(arena_printf(arena, "%5s|%-3s|", "a", "b"), "    a|b  |");
    char *long_text = arena_alloc(arena, 1000);
    memset(long_text, 'x', 999);
    assert_int_equal(strlen(arena_printf(arena, "%s%s", long_text, long_text)), 1998);
}

static void a_list_grows_when_it_is_full(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
    int *list = NULL;
    size_t room = 0;
    for (int i = 0; i < 100; i++) {
        const int *before = list;
        bool full = (size_t)i == room;
        list = arena_room(arena, list, (size_t)i, &room, sizeof *list);
        assert_true(room > (size_t)i);
        assert_int_equal(list != before, full);
        list[i] = i;
    }
    for (int i = 0; i < 100; i++) {
        assert_int_equal(list[i], i);
    }
}

static void a_buffer_is_bounded_and_its_error_sticks(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
    struct buf buf;
    buf_init(&buf, arena, 10);
    assert_string_equal(buf_text(&buf), "");
    buf_printf(&buf, "%s-%d", "abc", 42);
    assert_string_equal(buf_text(&buf), "abc-42");
    buf_put(&buf, "12345");
    assert_true(buf_failed(&buf));
    buf_put(&buf, "1");
    assert_string_equal(buf_text(&buf), "abc-42");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(what_was_given_back_is_zero_again),
        cmocka_unit_test(the_cap_returns_control_to_the_edge),
        cmocka_unit_test(a_guard_comes_back_and_leaves_the_outer_edge_as_it_was),
        cmocka_unit_test(an_overflowing_product_is_running_out),
        cmocka_unit_test(the_nth_allocation_fails_once_or_for_good),
        cmocka_unit_test(texts_are_joined_as_they_are_formatted),
        cmocka_unit_test(a_list_grows_when_it_is_full),
        cmocka_unit_test(a_buffer_is_bounded_and_its_error_sticks),
    };
    return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
