#include "../record/support.h"
#include "procedure/subject.h"

static void due(const struct fixture *fixture, const char *received, bool extended, const char *expected)
{
    struct day day;
    char text[DAY_TEXT];
    assert_true(day_parse(received, &day));
    day_format(subject_due(fixture->pack, day, extended), text);
    assert_string_equal(text, expected);
}

static void an_answer_is_due_on_the_same_day_of_the_next_month(void **state)
{
    due(*state, "2026-06-03", false, "2026-07-03");
    due(*state, "2026-09-15", false, "2026-10-15");
    due(*state, "2026-09-15", true, "2026-12-15");
}

static void a_month_without_that_day_ends_with_its_last(void **state)
{
    due(*state, "2025-01-31", false, "2025-02-28");
    due(*state, "2024-01-31", false, "2024-02-29");
    due(*state, "2024-01-29", false, "2024-02-29");
    due(*state, "2026-08-31", false, "2026-09-30");
    due(*state, "2026-11-30", true, "2027-03-01"); /* 28 February is a Sunday */
}

static void a_day_of_rest_moves_it_to_the_next_working_day(void **state)
{
    due(*state, "2026-06-04", false, "2026-07-06"); /* a Saturday */
    due(*state, "2026-06-05", false, "2026-07-06"); /* a Sunday */
    due(*state, "2026-11-25", false, "2026-12-29"); /* Christmas, Boxing Day instead on Monday the 28th */
    due(*state, "2025-12-01", false, "2026-01-02"); /* New Year's Day */
    due(*state, "2026-03-03", false, "2026-04-07"); /* Good Friday to Easter Monday */
}

static const char *reason(const struct fixture *fixture, const char *type_id, const char *label,
                          const char *field, bool others)
{
    const struct entry_type *type = pack_type(fixture->pack, type_id);
    assert_non_null(type);
    struct entry entry = {.type = type, .label = label};
    const struct field *found = field == NULL ? NULL : entry_type_field(type, field);
    assert_true(field == NULL || found != NULL);
    const struct exemption *exemption = subject_exemption(fixture->pack, &entry, found, others);
    return exemption == NULL ? "given" : exemption->id;
}

static void what_is_labelled_is_proposed_to_be_left_out(void **state)
{
    assert_string_equal(reason(*state, "child-views", "standard", "views", false), "given");
    assert_string_equal(reason(*state, "child-views", "police-evidence", "views", false), "crime");
    assert_string_equal(reason(*state, "child-views", "legal-advice", "views", false), "legal-advice");
    assert_string_equal(reason(*state, "child-views", "allegation", "views", false), "allegation");
    assert_string_equal(reason(*state, "child-views", "third-party", "views", false), "others");
    assert_string_equal(reason(*state, "child-views", "health+third-party", "views", false), "others");
    assert_string_equal(reason(*state, "child-views", "health", "views", false), "given");
    assert_string_equal(reason(*state, "case-closed", "standard", "agreed_by", false), "others");
    assert_string_equal(reason(*state, "case-closed", "standard", NULL, false), "given");
    assert_string_equal(reason(*state, "case-linked", "standard", "reason", false), "others");
    assert_string_equal(reason(*state, "case-linked", "standard", NULL, false), "others");
}

static void what_a_child_said_in_confidence_is_theirs_and_nobody_elses(void **state)
{
    assert_string_equal(reason(*state, "child-views", "child-confidence", "views", false), "given");
    assert_string_equal(reason(*state, "child-views", "child-confidence", "views", true), "confidence");
    assert_string_equal(reason(*state, "child-views", "placement", "views", true), "confidence");
}

/* One field of an entry type, or the whole of it: with reasons of our own. */
static void a_reason_may_be_of_one_field_or_of_the_whole_entry(void **state)
{
    const struct fixture *fixture = *state;
    const struct entry_type *views = pack_type(fixture->pack, "child-views");
    const struct exempt_what of_field = {
        .match = EXEMPT_ENTRY, .type = views->index, .field = entry_type_field(views, "views")->index};
    const struct exempt_what of_entry = {.match = EXEMPT_ENTRY, .type = views->index, .field = -1};
    const struct exempt_what of_people = {.match = EXEMPT_PERSON};
    const struct exemption reasons[] = {
        {.id = "field", .what = &of_field, .what_count = 1},
        {.id = "people", .what = &of_people, .what_count = 1},
        {.id = "entry", .what = &of_entry, .what_count = 1, .for_others = true},
        {.id = "chosen"}};
    struct retention retention = {.exemptions = reasons, .exemption_count = 4};
    struct pack pack = *fixture->pack;
    pack.retention = &retention;
    struct fixture own = {fixture->arena, &pack};
    assert_string_equal(reason(&own, "child-views", "standard", "views", false), "field");
    assert_string_equal(reason(&own, "child-views", "standard", NULL, false), "given");
    assert_string_equal(reason(&own, "child-views", "standard", NULL, true), "entry");
    assert_string_equal(reason(&own, "case-closed", "standard", "agreed_by", true), "people");
    assert_string_equal(reason(&own, "case-closed", "standard", NULL, true), "given");
    for (size_t f = 0; f < views->field_count; f++) {
        if (views->fields[f].kind != FIELD_PERSON && strcmp(views->fields[f].id, "views") != 0) {
            assert_string_equal(reason(&own, "child-views", "standard", views->fields[f].id, false), "given");
            assert_string_equal(reason(&own, "child-views", "standard", views->fields[f].id, true), "entry");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_due_on_the_same_day_of_the_next_month),
        cmocka_unit_test(a_month_without_that_day_ends_with_its_last),
        cmocka_unit_test(a_day_of_rest_moves_it_to_the_next_working_day),
        cmocka_unit_test(what_is_labelled_is_proposed_to_be_left_out),
        cmocka_unit_test(what_a_child_said_in_confidence_is_theirs_and_nobody_elses),
        cmocka_unit_test(a_reason_may_be_of_one_field_or_of_the_whole_entry),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
