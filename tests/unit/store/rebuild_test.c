/* Making the lists again, alone and while others write. */
#include "meanwhile.h"

static uint64_t entries_there_are(void)
{
    struct verify_result result;
    work_good(store_verify(store(), arena, &result), "verify");
    work_check(result.broken == NULL, "%s", result.broken);
    return result.entries;
}

/* It goes through, what was to happen meanwhile has happened, and what it wrote is right. Returns how many
 * entries it was made from more than there are now: of what was disposed of when its part was written. */
static uint64_t rebuild_is_right(void)
{
    uint64_t entries;
    work_good(store_rebuild(store(), arena, &entries), "rebuild");
    assert_null(atomic_load(&before_write));
    assert_null(atomic_load(&before_keys));
    uint64_t there_are = entries_there_are();
    assert_true(entries >= there_are);
    return entries - there_are;
}

static void a_rebuild_makes_the_same_lists_again(void **state)
{
    (void)state;
    struct reference reference;
    uint64_t seq;
    for (int i = 0; i < 3; i++) {
        work_good(work_referral(&work, arena, "words", &reference), "referral");
        work_good(work_entry(&work, arena, reference.text, "more", &seq), "entry");
        work_good(work_details(&work, arena, reference.text, "Other"), "details");
    }
    size_t before = work_unmet_duties(&work, arena);
    assert_true(before >= 3);
    work_must_verify(&work, "before the rebuild");
    assert_int_equal(rebuild_is_right(), 0);
    assert_int_equal(work_unmet_duties(&work, arena), before);
}

/* ---- while others write ---- */

/* By its id: while the lists are made again no case is found by its reference. */
static void record_more(void)
{
    struct store_reader *reader;
    struct stream stream;
    struct arena *own = work_arena();
    work_good(store_reader_take(store(), &reader), "reader");
    work_good(store_stream_read(reader, own, made[MIDST].file, &stream), "stream");
    store_reader_give(reader);
    struct entry entry = *stream.entries[stream.count - 1];
    entry.id = (struct id){{0}};
    struct write *write = store_write_new(store(), own);
    store_write_entry(write, &stream, &entry);
    work_good(store_commit(write), "entry");
    arena_free(own);
}

/* That part is left out, and made again. */
static void a_rebuild_goes_on_while_others_record(void **state)
{
    (void)state;
    make_cases();
    uint64_t before = entries_there_are();
    atomic_store(&before_write, record_more);
    assert_int_equal(rebuild_is_right(), 0);
    assert_int_equal(entries_there_are(), before + 1);
}

static void only_these_are_gone(size_t from, size_t until)
{
    for (size_t i = 0; i < MANY; i++) {
        struct store_reader *reader;
        struct id found;
        struct reference reference = reference_of(made[i].file);
        work_good(store_reader_take(store(), &reader), "reader");
        const struct error *error = store_case_by_reference(reader, arena, reference, &found);
        store_reader_give(reader);
        enum error_code code = error == NULL ? ERROR_NONE : error->code;
        assert_int_equal(code, i >= from && i < until ? ERROR_DISPOSED : ERROR_NONE);
    }
}

static void a_rebuild_goes_on_without_what_is_disposed_of_before_a_part_is_written(void **state)
{
    (void)state;
    make_cases();
    decide_on(MIDST, MIDST + 1);
    atomic_store(&before_write, carry_out);
    assert_int_equal(rebuild_is_right(), 0);
    only_these_are_gone(MIDST, MIDST + 1);
}

static void a_rebuild_goes_on_when_nothing_of_a_part_is_left(void **state)
{
    (void)state;
    make_cases();
    decide_on(0, MANY);
    atomic_store(&before_write, carry_out);
    (void)rebuild_is_right(); /* the other thread may have written its part before */
    only_these_are_gone(0, MANY);
}

/* The reader sees it still, and its key is gone. */
static void a_rebuild_goes_on_without_what_is_disposed_of_while_a_part_is_read(void **state)
{
    (void)state;
    make_cases();
    decide_on(MIDST, MIDST + 1);
    atomic_store(&before_keys, carry_out);
    assert_int_equal(rebuild_is_right(), 0);
    only_these_are_gone(MIDST, MIDST + 1);
}

static void ask_for_the_child_alone(void)
{
    static const struct disposal disposal = {{1900000000000}, {{1}}, {{2}}, "closed-six-years"};
    struct store_reader *reader;
    struct arena *own = work_arena();
    work_good(store_reader_take(store(), &reader), "reader");
    const struct error *error =
        store_record_destroy(store_write_new(store(), own), reader, made[MIDST].person, &disposal);
    store_reader_give(reader);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_BUSY);
    arena_free(own);
}

/* Which cases are about them is not known until the lists are whole. */
static void no_child_is_disposed_of_while_the_lists_are_made_again(void **state)
{
    (void)state;
    make_cases();
    atomic_store(&before_write, ask_for_the_child_alone);
    assert_int_equal(rebuild_is_right(), 0);
    decide_on(MIDST, MIDST + 1);
    carry_out();
    only_these_are_gone(MIDST, MIDST + 1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_rebuild_makes_the_same_lists_again),
        CASE(a_rebuild_goes_on_while_others_record),
        CASE(a_rebuild_goes_on_without_what_is_disposed_of_before_a_part_is_written),
        CASE(a_rebuild_goes_on_when_nothing_of_a_part_is_left),
        CASE(a_rebuild_goes_on_without_what_is_disposed_of_while_a_part_is_read),
        CASE(no_child_is_disposed_of_while_the_lists_are_made_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
