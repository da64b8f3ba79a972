#include "../record/support.h"
#include "procedure/gate.h"

static const struct position *position_at(const struct fixture *fixture, const char *json, const char *at)
{
    return position_of(fixture->arena, history_of(fixture, json, at), instant_of(at));
}

static bool marked(const struct fixture *fixture, const struct position *position, const char *mark)
{
    const struct mark *found = pack_mark(fixture->pack, mark);
    assert_non_null(found);
    return position->marks[found->index];
}

static bool under_16(const struct fixture *fixture, const char *birth, const char *at)
{
    char json[100];
    snprintf(json, sizeof json, "{'child':{'date_of_birth':'%s'},'entries':[]}", birth);
    return marked(fixture, position_at(fixture, json, at), "under-16");
}

/* 11.6 */
static void a_child_is_under_16_until_the_birthday_begins_in_local_time(void **state)
{
    assert_true(under_16(*state, "2008-07-15", "2024-07-14T22:59:59.999Z"));
    assert_false(under_16(*state, "2008-07-15", "2024-07-14T23:00:00.000Z"));
}

static void one_born_on_29_february_is_16_on_the_leap_day(void **state)
{
    assert_true(under_16(*state, "2008-02-29", "2024-02-28T23:59:59.999Z"));
    assert_false(under_16(*state, "2008-02-29", "2024-02-29T00:00:00.000Z"));
    assert_true(under_16(*state, "2012-02-29", "2028-02-28T23:59:59.999Z"));
    assert_false(under_16(*state, "2012-02-29", "2028-02-29T00:00:00.000Z"));
}

static void an_unknown_birth_or_one_to_come_marks_nobody(void **state)
{
    assert_false(marked(*state, position_at(*state, "[]", "2024-01-01T00:00:00Z"), "under-16"));
    assert_false(under_16(*state, "2024-06-01", "2024-01-01T00:00:00Z"));
}

static void a_span_runs_from_its_beginning_to_its_end(void **state)
{
    const char *json = "[{'type':'police-protection-began','occurred_at':'2024-01-01T10:00:00Z','fields':{}},"
                       "{'type':'police-protection-ended','occurred_at':'2024-01-02T10:00:00Z','fields':{}}]";
    const struct fixture *fixture = *state;
    int index = pack_mark(fixture->pack, "police-protection")->index;
    assert_false(
        marked(fixture, position_at(fixture, json, "2024-01-01T09:59:59.999Z"), "police-protection"));
    const struct position *during = position_at(fixture, json, "2024-01-01T10:00:00Z");
    assert_true(during->marks[index]);
    assert_int_equal(during->mark_since[index]->entry->seq, 1);
    assert_false(marked(fixture, position_at(fixture, json, "2024-01-02T10:00:00Z"), "police-protection"));
}

static void an_end_ends_only_the_vulnerability_it_names(void **state)
{
    const char *json =
        "[{'type':'vulnerability-began','occurred_at':'2024-01-01','fields':{'vulnerability':'looked-after-"
        "foster'}},"
        "{'type':'vulnerability-began','occurred_at':'2024-01-02','fields':{'vulnerability':'looked-after-"
        "residential'}},"
        "{'type':'vulnerability-ended','occurred_at':'2024-01-02','fields':{'vulnerability':'looked-after-"
        "foster'}},"
        "{'type':'vulnerability-ended','occurred_at':'2024-01-05','fields':{'vulnerability':'missing'}},"
        "{'type':'vulnerability-ended','occurred_at':'2024-01-09','fields':{'vulnerability':'looked-after-"
        "residential'}}]";
    assert_true(marked(*state, position_at(*state, json, "2024-01-08T12:00:00Z"), "looked-after"));
    assert_false(marked(*state, position_at(*state, json, "2024-01-09T12:00:00Z"), "looked-after"));
}

static void immediate_danger_stands_while_its_duty_is_open(void **state)
{
    const char *json =
        "[{'type':'referral','occurred_at':'2024-01-01T10:00:00Z','fields':{'immediate_danger':'yes'}},"
        "{'type':'referral-decision','occurred_at':'2024-01-01T12:00:00Z',"
        "'fields':{'immediate_danger':'no'}}]";
    assert_true(marked(*state, position_at(*state, json, "2024-01-01T11:00:00Z"), "immediate-danger"));
    assert_false(marked(*state, position_at(*state, json, "2024-01-01T12:00:00Z"), "immediate-danger"));
}

/* The last of the entries is the new one; those before it are the case. */
static const struct error *check(const struct fixture *fixture, const char *json)
{
    struct entries entries = entries_of(fixture, json);
    const struct entry *entry = entries.list[entries.count - 1];
    struct instant at = entry->occurred.end;
    const struct history *history =
        history_new(fixture->arena, fixture->pack, entries.list, entries.count - 1, entries.child, at);
    return gates_check(fixture->arena, position_of(fixture->arena, history, at), entry);
}

/* 11.38 */
static void a_strategy_meeting_is_chaired_by_who_the_paragraph_names(void **state)
{
    static const char looked_after[] = "{'type':'vulnerability-began','occurred_at':'2024-01-01','fields':{'"
                                       "vulnerability':'looked-after-foster'}},";
    static const char meeting[] = "[%s{'type':'meeting-held','occurred_at':'2024-01-02','fields':"
                                  "{'kind':'strategy','exit_plan':'agreed','chair_role':'%s'}}]";
    char json[500];
    snprintf(json, sizeof json, meeting, "", "social-care-manager");
    assert_null(check(*state, json));
    snprintf(json, sizeof json, meeting, looked_after, "reviewing-officer");
    assert_null(check(*state, json));
    snprintf(json, sizeof json, meeting, "", "reviewing-officer");
    assert_string_equal(check(*state, json)->field, "chair_role");
    snprintf(json, sizeof json, meeting, looked_after, "social-care-manager");
    const struct error *error = check(*state, json);
    assert_string_equal(error->field, "chair_role");
    assert_int_equal(error->code, ERROR_INVALID);
    assert_null(error->next);
}

/* 11.48 */
static void no_meeting_leaves_the_exit_plan_unanswered(void **state)
{
    const struct error *error =
        check(*state, "[{'type':'meeting-held','occurred_at':'2024-01-02','fields':{'kind':'conference'}}]");
    assert_non_null(error);
    assert_string_equal(error->field, "exit_plan");
}

/* 11.18 */
static void a_decision_needs_a_referral(void **state)
{
    assert_non_null(check(*state, "[{'type':'referral-decision','occurred_at':'2024-01-02','fields':{}}]"));
    assert_null(check(*state, "[{'type':'referral','occurred_at':'2024-01-01','fields':{}},"
                              "{'type':'referral-decision','occurred_at':'2024-01-02','fields':{}}]"));
}

/* 11.26 */
static void a_core_assessment_waits_for_the_children_of_the_household(void **state)
{
    static const char json[] =
        "[{'type':'household-child-recorded','occurred_at':'2024-01-01','fields':{'person':'Ali'}},%s"
        "{'type':'core-assessment','occurred_at':'2024-01-03','fields':{}}]";
    char text[400];
    snprintf(text, sizeof text, json, "");
    assert_non_null(check(*state, text));
    snprintf(text, sizeof text, json,
             "{'type':'household-child-assessed','occurred_at':'2024-01-02','fields':{'person':'Ali'}},");
    assert_null(check(*state, text));
}

static const struct gate_view *view_of(const struct fixture *fixture, const char *json, const char *type,
                                       const char *gate)
{
    const struct gate_view *views = NULL;
    size_t count = 0;
    gates_explain(fixture->arena, position_at(fixture, json, "2024-01-10T00:00:00Z"),
                  pack_type(fixture->pack, type), &views, &count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(views[i].gate->id, gate) == 0) {
            return &views[i];
        }
    }
    return NULL;
}

static void gates_are_explained_before_anything_is_typed(void **state)
{
    static const char looked_after[] = "[{'type':'vulnerability-began','occurred_at':'2024-01-01','fields':{'"
                                       "vulnerability':'looked-after-foster'}}]";
    const struct gate_view *view = view_of(*state, "[]", "referral-decision", "decision-needs-referral");
    assert_true(view->applies);
    assert_false(view->passed);
    view = view_of(*state, "[{'type':'referral','occurred_at':'2024-01-01','fields':{}}]",
                   "referral-decision", "decision-needs-referral");
    assert_true(view->passed);
    assert_false(view_of(*state, "[]", "meeting-held", "strategy-chair-reviewing-officer")->applies);
    view = view_of(*state, looked_after, "meeting-held", "strategy-chair-reviewing-officer");
    assert_true(view->applies);
    assert_false(view->passed);
    assert_null(view_of(*state, "[]", "outreach-contact", "decision-needs-referral"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_is_under_16_until_the_birthday_begins_in_local_time),
        cmocka_unit_test(one_born_on_29_february_is_16_on_the_leap_day),
        cmocka_unit_test(an_unknown_birth_or_one_to_come_marks_nobody),
        cmocka_unit_test(a_span_runs_from_its_beginning_to_its_end),
        cmocka_unit_test(an_end_ends_only_the_vulnerability_it_names),
        cmocka_unit_test(immediate_danger_stands_while_its_duty_is_open),
        cmocka_unit_test(a_strategy_meeting_is_chaired_by_who_the_paragraph_names),
        cmocka_unit_test(no_meeting_leaves_the_exit_plan_unanswered),
        cmocka_unit_test(a_decision_needs_a_referral),
        cmocka_unit_test(a_core_assessment_waits_for_the_children_of_the_household),
        cmocka_unit_test(gates_are_explained_before_anything_is_typed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
