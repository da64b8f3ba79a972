/* What still speaks of a case that was destroyed: a link to it, a form about it, an answer that named it. */
#include "disposing.h"

static void a_case_that_was_destroyed_is_named_by_its_reference_alone(void **context)
{
    struct state *state = *context;
    static const char late[] = "2036-03-01T00:00:00Z";
    const char *gone = closed_case(state, "Linnet");
    struct act then = act_on(state, &state->manager, "2026-06-05T09:00:00Z");
    struct referral_input input = referral_of(state, "Linnet", "linnet-again");
    struct recorded recorded;
    GOOD_ONCE(act_referral_make(&then, &input, &recorded));
    assert_int_equal(recorded.match_count, 1);
    const char *other = arena_copy(state->arena, recorded.reference.text);
    record(state, other, "case-linked",
           arena_printf(state->arena, "{\"linked_case\":\"%s\",\"through\":\"place\",\"what\":\"The park\"}",
                        gone),
           "2026-06-05T10:00:00Z");
    struct id id = record_of(state, gone);
    uint64_t proposal = propose(state, id, due_from);
    GOOD_ONCE(step(state, &who.second, id, DISPOSAL_AGREE, proposal, "Yes.", due_from));
    GOOD_ONCE(step(state, &who.second, id, DISPOSAL_DESTROY, proposal, NULL, late));
    struct act act = act_on(state, &state->manager, late);
    const struct case_link *links;
    size_t count;
    bool whole;
    GOOD(act_case_links(&act, other, &links, &count, &whole));
    assert_int_equal(count, 1);
    assert_string_equal(links[0].to.text, gone);
    struct referral_input further = referral_of(state, "Linnet", NULL);
    further.case_reference = gone;
    const struct error *error = act_referral_make(&act, &further, &recorded);
    assert_non_null(error);
    assert_string_equal(error->field, "case");
    /* the first answer, without whom it named then */
    GOOD(act_referral_make(&act, &input, &recorded));
    assert_string_equal(recorded.reference.text, other);
    assert_int_equal(recorded.match_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_that_was_destroyed_is_named_by_its_reference_alone),
    };
    return cmocka_run_group_tests(tests, begin, tear_down);
}
