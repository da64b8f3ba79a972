#include "procedure/duty.h"

#include "../record/support.h"

static void many_duties_come_in_order_of_beginning_name_and_number(void **state)
{
    const struct fixture *fixture = *state;
    struct arena *arena = fixture->arena;
    const struct entry_type *type = pack_type(fixture->pack, "police-contact");
    enum { COUNT = 300 };
    struct entry *entries = arena_many(arena, struct entry, COUNT);
    const struct entry **list = arena_many(arena, const struct entry *, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        struct instant at = {(int64_t)(i * 7919 % 50) * MS_PER_HOUR};
        entries[i] = (struct entry){.type = type,
                                    .seq = i + 1,
                                    .occurred = moment_of_instant(fixture->pack, at),
                                    .recorded_at = at,
                                    .values = arena_many(arena, struct value, type->field_count)};
        list[i] = &entries[i];
    }
    struct instant now = instant_of("2024-01-01T00:00:00Z");
    const struct history *history = history_new(arena, fixture->pack, list, COUNT, (struct child){0}, now);
    const struct duty *duties = NULL;
    size_t count = 0;
    duties_evaluate(arena, history, now, &duties, &count);
    assert_int_equal(count, 2 * COUNT);
    for (size_t i = 1; i < count; i++) {
        int order = instant_compare(duties[i - 1].begun_at, duties[i].begun_at);
        order = order != 0 ? order : strcmp(duties[i - 1].rule->id, duties[i].rule->id);
        assert_true(order < 0 ||
                    (order == 0 && duties[i - 1].begun_by->entry->seq < duties[i].begun_by->entry->seq));
    }
}

static void the_same_history_gives_the_same_duties_again(void **state)
{
    const struct fixture *fixture = *state;
    struct instant now = instant_of("2024-02-01T00:00:00Z");
    const struct history *history = history_of(
        fixture,
        "[{'type':'referral','occurred_at':'2024-01-02T10:00:00Z','fields':{'immediate_danger':'yes'}},"
        "{'type':'referral-decision','occurred_at':'2024-01-03','fields':{'initial_assessment':'required'}}]",
        "2024-02-01T00:00:00Z");
    const struct duty *first = NULL;
    const struct duty *again = NULL;
    size_t first_count = 0;
    size_t again_count = 0;
    duties_evaluate(fixture->arena, history, now, &first, &first_count);
    duties_evaluate(fixture->arena, history, now, &again, &again_count);
    assert_int_equal(first_count, 3);
    assert_int_equal(again_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_ptr_equal(first[i].rule, again[i].rule);
        assert_int_equal(first[i].state, again[i].state);
        assert_int_equal(first[i].due_at.ms, again[i].due_at.ms);
    }
}

static void a_duty_says_what_began_and_met_it_and_of_whom(void **state)
{
    const struct fixture *fixture = *state;
    struct instant now = instant_of("2024-02-01T00:00:00Z");
    const struct history *history = history_of(
        fixture,
        "[{'type':'household-child-recorded','occurred_at':'2024-01-02','fields':{'person':'Ali'}},"
        "{'type':'household-child-assessed','occurred_at':'2024-01-03','fields':{'person':'Ali'}}]",
        "2024-02-01T00:00:00Z");
    const struct duty *duties = NULL;
    size_t count = 0;
    duties_evaluate(fixture->arena, history, now, &duties, &count);
    assert_int_equal(count, 1);
    assert_string_equal(duties[0].rule->id, "assess-household-child");
    assert_int_equal(duties[0].begun_by->entry->seq, 1);
    assert_int_equal(duties[0].met_by->entry->seq, 2);
    assert_string_equal(duties[0].key->text, "Ali");
    assert_true(instant_is_never(duties[0].due_at));
    assert_string_equal(duty_state_name(duties[0].state), "met");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_duties_come_in_order_of_beginning_name_and_number),
        cmocka_unit_test(the_same_history_gives_the_same_duties_again),
        cmocka_unit_test(a_duty_says_what_began_and_met_it_and_of_whom),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
