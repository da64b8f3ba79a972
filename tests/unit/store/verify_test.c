/* Verifying while a record is disposed of: what is gone in order is no fault. What is one, tests/fault tries.
 */
#include "meanwhile.h"

static void all_is_whole_but_what_is_gone(size_t gone)
{
    struct verify_result result;
    work_good(store_verify(store(), arena, &result), "verify");
    assert_null(atomic_load(&before_keys));
    work_check(result.broken == NULL, "%s", result.broken);
    assert_int_equal(result.disposed, gone);
}

/* The reader sees it still, and its key is gone. */
static void a_record_that_is_disposed_of_while_it_is_read_is_no_fault(void **state)
{
    (void)state;
    make_cases();
    decide_on(MIDST, MIDST + 1);
    atomic_store(&before_keys, carry_out);
    all_is_whole_but_what_is_gone(2);
}

/* The keystore lists it, and the reader does not see that it is gone. */
static void a_record_that_is_disposed_of_after_it_was_read_is_no_fault(void **state)
{
    (void)state;
    make_cases();
    decide_on(0, 1);
    atomic_store(&before_keys, carry_out);
    all_is_whole_but_what_is_gone(2);
}

/* Each time that it is looked at something else goes. */
static int next;

static void one_more(void)
{
    decide_on((size_t)next, (size_t)next + 1);
    carry_out();
    next++;
    atomic_store(&before_keys, one_more);
}

static void when_there_is_no_end_of_it_that_is_said(void **state)
{
    (void)state;
    struct verify_result result;
    make_cases();
    next = 0;
    atomic_store(&before_keys, one_more);
    const struct error *error = store_verify(store(), arena, &result);
    atomic_store(&before_keys, NULL);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_CONFLICT);
    assert_true(next > 1 && next < MIDST);
    all_is_whole_but_what_is_gone(2 * (size_t)next);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_record_that_is_disposed_of_while_it_is_read_is_no_fault),
        CASE(a_record_that_is_disposed_of_after_it_was_read_is_no_fault),
        CASE(when_there_is_no_end_of_it_that_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
