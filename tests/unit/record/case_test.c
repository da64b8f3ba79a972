#include "record/case.h"
#include "record/support.h"

static const struct case_state *fold(const struct fixture *fixture, const char *json)
{
    return case_fold(fixture->arena, history_of(fixture, json, "2025-01-01T00:00:00Z"));
}

static void a_case_is_open_until_closed_and_again_when_reopened(void **state)
{
    assert_true(fold(*state, "[]")->open);
    const struct case_state *closed =
        fold(*state, "[{'type':'case-closed','occurred_at':'2024-01-02','fields':{}}]");
    assert_false(closed->open);
    assert_int_equal(closed->closed->entry->seq, 1);
    assert_true(fold(*state, "[{'type':'case-closed','occurred_at':'2024-01-02','fields':{}},"
                             "{'type':'case-reopened','occurred_at':'2024-01-03','fields':{}}]")
                    ->open);
}

static const char closed_at_ten[] = "{'type':'case-closed','occurred_at':'2024-01-02T10:00:00Z',"
                                    "'recorded_at':'2024-01-02T10:00:00Z','fields':{}}";

static bool open_after(const struct fixture *fixture, const char *first, const char *second)
{
    return fold(fixture, arena_printf(fixture->arena, "[%s,%s]", first, second))->open;
}

/* 11.11: no concern is closed without a decision on it. */
static void what_is_recorded_after_a_closing_opens_the_case(void **state)
{
    assert_true(open_after(*state, closed_at_ten,
                           "{'type':'referral','occurred_at':'2024-01-01T17:00:00Z',"
                           "'recorded_at':'2024-01-02T11:00:00Z','fields':{}}"));
    assert_true(open_after(*state, closed_at_ten,
                           "{'type':'case-reopened','occurred_at':'2024-01-02',"
                           "'recorded_at':'2024-01-02T11:00:00Z','fields':{}}"));
    assert_false(open_after(*state,
                            "{'type':'referral','occurred_at':'2024-01-01T17:00:00Z',"
                            "'recorded_at':'2024-01-02T09:00:00Z','fields':{}}",
                            closed_at_ten));
    /* closed again since: the last that was recorded before it counts */
    assert_false(fold(*state, "[{'type':'referral','occurred_at':'2024-01-01T17:00:00Z',"
                              "'recorded_at':'2024-01-02T11:00:00Z','fields':{}},"
                              "{'type':'case-closed','occurred_at':'2024-01-02T10:00:00Z','fields':{}},"
                              "{'type':'case-reopened','occurred_at':'2024-01-01T18:00:00Z','fields':{}},"
                              "{'type':'case-closed','occurred_at':'2024-01-03T10:00:00Z','fields':{}}]")
                     ->open);
}

static void a_closing_of_a_day_closes_what_began_on_it_before(void **state)
{
    assert_false(open_after(*state, "{'type':'referral','occurred_at':'2024-01-02T09:00:00Z','fields':{}}",
                            "{'type':'case-closed','occurred_at':'2024-01-02',"
                            "'recorded_at':'2024-01-02T16:00:00Z','fields':{}}"));
    assert_true(open_after(*state,
                           "{'type':'case-closed','occurred_at':'2024-01-02',"
                           "'recorded_at':'2024-01-02T16:00:00Z','fields':{}}",
                           "{'type':'referral','occurred_at':'2024-01-03T00:00:00Z','fields':{}}"));
}

/* One is known by its minute, what followed on that day only by the day. */
static void what_followed_on_the_same_day_is_not_lost(void **state)
{
    const struct case_state *found =
        fold(*state,
             "[{'type':'plan-made','occurred_at':'2024-07-01T10:00:00Z','fields':{'kind':'care'}},"
             "{'type':'plan-ended','occurred_at':'2024-07-01','recorded_at':'2024-07-02T09:00:00Z',"
             "'fields':{'kind':'care'}},"
             "{'type':'action-agreed','occurred_at':'2024-07-01T10:00:00Z','fields':{'action':'A'}},"
             "{'type':'action-progressed','occurred_at':'2024-07-01','recorded_at':'2024-07-02T09:00:00Z',"
             "'fields':{'action':'A','progress':'done'}},"
             "{'type':'meeting-arranged','occurred_at':'2024-07-01T10:00:00Z','fields':{'kind':'strategy'}},"
             "{'type':'meeting-held','occurred_at':'2024-07-01','recorded_at':'2024-07-02T09:00:00Z',"
             "'fields':{'kind':'strategy'}}]");
    assert_int_equal(found->plan_count, 1);
    assert_non_null(found->plans[0].ended);
    assert_int_equal(found->action_count, 1);
    assert_false(found->actions[0].open);
    assert_int_equal(found->meeting_count, 1);
    assert_non_null(found->meetings[0].held);
}

static void plans_are_made_reviewed_and_ended_by_kind(void **state)
{
    const struct case_state *found =
        fold(*state, "[{'type':'plan-made','occurred_at':'2024-01-01','fields':{'kind':'care'}},"
                     "{'type':'plan-made','occurred_at':'2024-01-02','fields':{'kind':'exit-strategy'}},"
                     "{'type':'plan-reviewed','occurred_at':'2024-01-03','fields':{'kind':'care'}},"
                     "{'type':'plan-ended','occurred_at':'2024-01-04','fields':{'kind':'exit-strategy'}},"
                     "{'type':'plan-reviewed','occurred_at':'2024-01-05','fields':{'kind':'pathway'}}]");
    assert_int_equal(found->plan_count, 3);
    assert_int_equal(found->plans[0].reviewed->entry->seq, 3);
    assert_null(found->plans[0].ended);
    assert_int_equal(found->plans[1].ended->entry->seq, 4);
    assert_null(found->plans[1].reviewed);
    assert_null(found->plans[2].made);
    assert_int_equal(found->plans[2].reviewed->entry->seq, 5);
}

static void a_held_meeting_takes_up_the_earliest_arranged_of_its_kind(void **state)
{
    const struct case_state *found =
        fold(*state, "[{'type':'meeting-arranged','occurred_at':'2024-01-01','fields':{'kind':'conference'}},"
                     "{'type':'meeting-arranged','occurred_at':'2024-01-02','fields':{'kind':'strategy'}},"
                     "{'type':'meeting-arranged','occurred_at':'2024-01-03','fields':{'kind':'strategy'}},"
                     "{'type':'meeting-held','occurred_at':'2024-01-04','fields':{'kind':'strategy'}},"
                     "{'type':'meeting-held','occurred_at':'2024-01-05','fields':{'kind':'family-group'}}]");
    assert_int_equal(found->meeting_count, 4);
    assert_null(found->meetings[0].held);
    assert_int_equal(found->meetings[1].held->entry->seq, 4);
    assert_null(found->meetings[2].held);
    assert_null(found->meetings[3].arranged);
    assert_int_equal(found->meetings[3].held->entry->seq, 5);
}

static void an_action_is_open_until_done_or_dropped(void **state)
{
    const struct case_state *found = fold(
        *state, "[{'type':'action-agreed','occurred_at':'2024-01-01','fields':{'action':'find a bed'}},"
                "{'type':'action-agreed','occurred_at':'2024-01-01','fields':{'action':'ring the school'}},"
                "{'type':'action-progressed','occurred_at':'2024-01-02','fields':"
                "{'action':'find a bed','progress':'open'}},"
                "{'type':'action-progressed','occurred_at':'2024-01-03','fields':"
                "{'action':'ring the school','progress':'dropped'}}]");
    assert_int_equal(found->action_count, 2);
    assert_true(found->actions[0].open);
    assert_int_equal(found->actions[0].progress->entry->seq, 3);
    assert_false(found->actions[1].open);
}

static void a_person_is_named_once_until_they_leave(void **state)
{
    const struct case_state *found = fold(
        *state, "[{'type':'household-child-recorded','occurred_at':'2024-01-01','fields':{'person':'Ali'}},"
                "{'type':'household-child-assessed','occurred_at':'2024-01-02','fields':{'person':'Ali'}},"
                "{'type':'household-child-recorded','occurred_at':'2024-01-03','fields':{'person':'Mina'}},"
                "{'type':'household-child-left','occurred_at':'2024-01-04','fields':{'person':'Ali'}}]");
    assert_int_equal(found->person_count, 1);
    assert_string_equal(found->people[0].text, "Mina");
    assert_int_equal(found->people[0].by->entry->seq, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_is_open_until_closed_and_again_when_reopened),
        cmocka_unit_test(what_is_recorded_after_a_closing_opens_the_case),
        cmocka_unit_test(a_closing_of_a_day_closes_what_began_on_it_before),
        cmocka_unit_test(what_followed_on_the_same_day_is_not_lost),
        cmocka_unit_test(plans_are_made_reviewed_and_ended_by_kind),
        cmocka_unit_test(a_held_meeting_takes_up_the_earliest_arranged_of_its_kind),
        cmocka_unit_test(an_action_is_open_until_done_or_dropped),
        cmocka_unit_test(a_person_is_named_once_until_they_leave),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
