#include "record/support.h"
#include "record/validate.h"

static const struct error *validate(const struct fixture *fixture, const char *json)
{
    struct entries entries = entries_of(fixture, json);
    bool *marks = arena_many(fixture->arena, bool, fixture->pack->mark_count);
    struct standing standing = {.marks = marks, .child = entries.child};
    return entry_validate(fixture->arena, fixture->pack, entries.list[entries.count - 1], &standing);
}

static bool names(const struct error *error, const char *field)
{
    for (; error != NULL; error = error->next) {
        if (error->field != NULL && strcmp(error->field, field) == 0) {
            return true;
        }
    }
    return false;
}

static void a_complete_entry_has_no_fault(void **state)
{
    assert_null(validate(*state,
                         "[{'type':'referral-decision','occurred_at':'2024-01-02','fields':"
                         "{'initial_assessment':'required','reasons':'r','immediate_danger':'no'}}]"));
}

static void every_missing_answer_is_a_fault_in_the_order_of_the_fields(void **state)
{
    const struct error *error =
        validate(*state, "[{'type':'referral-decision','occurred_at':'2024-01-02','fields':{}}]");
    assert_string_equal(error->field, "initial_assessment");
    assert_string_equal(error->next->field, "reasons");
    assert_int_equal(error->code, ERROR_INVALID);
    assert_non_null(strstr(error->detail, "Is an initial assessment required?"));
    assert_true(names(error, "immediate_danger"));
}

/* 11.12: no further action at 16 or 17 needs a manager's agreement */
static void an_answer_can_be_required_by_the_age_on_the_day(void **state)
{
    const char *fields =
        "'fields':{'initial_assessment':'not-required','reasons':'r','immediate_danger':'no'}}]}";
    char json[400];
    snprintf(json, sizeof json,
             "{'child':{'date_of_birth':'2008-01-02'},'entries':[{'type':'referral-decision',"
             "'occurred_at':'2024-01-02',%s",
             fields);
    assert_true(names(validate(*state, json), "agreed_by"));
    snprintf(json, sizeof json,
             "{'child':{'date_of_birth':'2008-01-03'},'entries':[{'type':'referral-decision',"
             "'occurred_at':'2024-01-02',%s",
             fields);
    assert_null(validate(*state, json));
    snprintf(json, sizeof json, "{'entries':[{'type':'referral-decision','occurred_at':'2024-01-02',%s",
             fields);
    assert_null(validate(*state, json));
}

static void what_is_not_asked_is_not_required(void **state)
{
    static const char base[] =
        "[{'type':'referral','occurred_at':'2024-01-02','fields':{'parents_informed':'%s'}}]";
    char json[200];
    snprintf(json, sizeof json, base, "yes");
    assert_false(names(validate(*state, json), "parents_informed_reason"));
    snprintf(json, sizeof json, base, "later");
    assert_true(names(validate(*state, json), "parents_informed_reason"));
}

static void a_correction_may_not_take_a_required_answer_away(void **state)
{
    static const char base[] =
        "[{'type':'referral-decision','occurred_at':'2024-01-02','fields':{}},"
        "{'type':'correction','occurred_at':'2024-01-03','fields':{'corrects':1,'reason':'r',"
        "'fields':{'%s':null}}}]";
    char json[300];
    snprintf(json, sizeof json, base, "reasons");
    assert_true(names(validate(*state, json), "reasons"));
    snprintf(json, sizeof json, base, "agreed_by");
    assert_null(validate(*state, json));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_complete_entry_has_no_fault),
        cmocka_unit_test(every_missing_answer_is_a_fault_in_the_order_of_the_fields),
        cmocka_unit_test(an_answer_can_be_required_by_the_age_on_the_day),
        cmocka_unit_test(what_is_not_asked_is_not_required),
        cmocka_unit_test(a_correction_may_not_take_a_required_answer_away),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
