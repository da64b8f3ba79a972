#include "../record/support.h"
#include "procedure/moved.h"
#include "procedure/retention.h"

static struct day day_of(const char *text)
{
    struct day day;
    assert_true(day_parse(text, &day));
    return day;
}

static const char *text_of_day(const struct fixture *fixture, struct day day)
{
    char *text = arena_alloc(fixture->arena, DAY_TEXT);
    day_format(day, text);
    return text;
}

#define assert_day(fixture, day, expected) assert_string_equal(text_of_day((fixture), (day)), (expected))

static void a_birthday_is_the_same_day_and_1_march_for_a_leap_day(void **state)
{
    assert_day(*state, birthday_of(day_of("2008-07-15"), 18), "2026-07-15");
    assert_day(*state, birthday_of(day_of("2008-02-29"), 18), "2026-03-01");
    assert_day(*state, birthday_of(day_of("2008-02-29"), 21), "2029-03-01");
    assert_day(*state, birthday_of(day_of("2008-02-29"), 25), "2033-03-01");
    assert_day(*state, birthday_of(day_of("2008-02-29"), 20), "2028-02-29");
    assert_day(*state, birthday_of(day_of("2008-02-28"), 25), "2033-02-28");
    assert_day(*state, birthday_of(day_of("2008-12-31"), 75), "2083-12-31");
    assert_day(*state, birthday_of(day_of("2000-02-29"), 100), "2100-03-01");
}

/* Whoever reaches an age on a day is that old on it, and not on the day before. */
static void a_birthday_and_an_age_never_disagree(void **state)
{
    (void)state;
    struct day birth = day_of("2007-12-25");
    for (int i = 0; i < 1500; i++, birth.number++) {
        for (int age = 1; age <= 75; age += 8) {
            struct day birthday = birthday_of(birth, age);
            struct day before = {birthday.number - 1};
            assert_int_equal(day_years_between(birth, birthday), age);
            assert_int_equal(day_years_between(birth, before), age - 1);
        }
    }
}

/* ---- rules of our own, so that each is tried alone ---- */

static struct pack pack_with(const struct fixture *fixture, const struct retention_rule *rules, size_t count)
{
    struct retention *retention = arena_one(fixture->arena, struct retention);
    *retention = (struct retention){.rules = rules, .rule_count = count};
    struct pack pack = *fixture->pack;
    pack.retention = retention;
    return pack;
}

static struct retained ask(const struct pack *pack, const struct retention_facts *facts, const char *on)
{
    return retention_due(pack, facts, day_of(on));
}

static const struct retention_rule after_closing = {
    .id = "closed", .record = RETENTION_CASE, .from = RETENTION_FROM_CLOSED, .months = 72};
static const struct retention_rule after_birthday = {
    .id = "birthday", .record = RETENTION_CASE, .from = RETENTION_FROM_BIRTHDAY, .age = 25};

static struct retention_facts closed_case(const char *birth)
{
    struct retention_facts facts = {.record = RETENTION_CASE,
                                    .begun = day_of("2019-05-01"),
                                    .last = day_of("2020-03-02"),
                                    .closed = day_of("2020-02-29")};
    facts.child.has_birth = birth != NULL;
    facts.child.birth = birth == NULL ? (struct day){0} : day_of(birth);
    return facts;
}

static void years_after_a_leap_day_end_on_28_february(void **state)
{
    struct pack pack = pack_with(*state, &after_closing, 1);
    struct retention_facts facts = closed_case("2004-02-29");
    struct retained retained = ask(&pack, &facts, "2026-02-28");
    assert_day(*state, retained.last_day, "2026-02-28");
    assert_int_equal(retained.state, RETENTION_KEPT);
    assert_int_equal(ask(&pack, &facts, "2026-03-01").state, RETENTION_DUE);
}

static void months_end_with_the_last_day_of_a_shorter_month(void **state)
{
    struct retention_rule rule = after_closing;
    rule.months = 18;
    struct pack pack = pack_with(*state, &rule, 1);
    struct retention_facts facts = closed_case(NULL);
    facts.closed = day_of("2023-08-31");
    assert_day(*state, ask(&pack, &facts, "2024-01-01").last_day, "2025-02-28");
    facts.closed = day_of("2022-08-31");
    assert_day(*state, ask(&pack, &facts, "2024-01-01").last_day, "2024-02-29");
}

static void the_rule_that_keeps_it_longest_decides(void **state)
{
    const struct retention_rule rules[] = {after_closing, after_birthday};
    struct pack pack = pack_with(*state, rules, 2);
    struct retention_facts young = closed_case("2008-02-29");
    struct retained retained = ask(&pack, &young, "2033-03-01");
    assert_string_equal(retained.rule->id, "birthday");
    assert_day(*state, retained.last_day, "2033-03-01");
    assert_int_equal(retained.state, RETENTION_KEPT);
    assert_int_equal(ask(&pack, &young, "2033-03-02").state, RETENTION_DUE);
    struct retention_facts older = closed_case("1990-01-01");
    assert_string_equal(ask(&pack, &older, "2024-01-01").rule->id, "closed");
    struct retention_facts both = closed_case("2001-02-28");
    assert_string_equal(ask(&pack, &both, "2024-01-01").rule->id, "closed"); /* as long: the first */
}

static void a_child_whose_birth_is_not_known_counts_as_born_when_the_record_began(void **state)
{
    struct pack pack = pack_with(*state, &after_birthday, 1);
    struct retention_facts facts = closed_case(NULL);
    assert_day(*state, ask(&pack, &facts, "2024-01-01").last_day, "2044-05-01");
    facts.begun = day_of("2020-02-29");
    assert_day(*state, ask(&pack, &facts, "2024-01-01").last_day, "2045-03-01");
}

static void an_open_case_is_never_due(void **state)
{
    struct pack pack = pack_with(*state, &after_closing, 1);
    struct retention_facts facts = closed_case("2004-02-29");
    facts.open = true;
    assert_int_equal(ask(&pack, &facts, "2150-01-01").state, RETENTION_OPEN);
}

static void a_held_record_is_never_due_and_says_so(void **state)
{
    struct pack pack = pack_with(*state, &after_closing, 1);
    struct retention_facts facts = closed_case("2004-02-29");
    facts.held = true;
    assert_int_equal(ask(&pack, &facts, "2024-01-01").state, RETENTION_HELD);
    assert_int_equal(ask(&pack, &facts, "2150-01-01").state, RETENTION_HELD);
    facts.open = true;
    assert_int_equal(ask(&pack, &facts, "2150-01-01").state, RETENTION_HELD);
}

static void what_no_rule_speaks_of_is_kept(void **state)
{
    struct pack pack = pack_with(*state, &after_closing, 1);
    struct retention_facts facts = {.record = RETENTION_OUTSIDE, .last = day_of("1990-01-01")};
    assert_int_equal(ask(&pack, &facts, "2150-01-01").state, RETENTION_NO_RULE);
    struct pack bare = *((const struct fixture *)*state)->pack;
    bare.retention = NULL;
    struct retention_facts closed = closed_case("2004-02-29");
    assert_int_equal(ask(&bare, &closed, "2150-01-01").state, RETENTION_NO_RULE);
}

/* ---- the rules of chapter 11's pack ---- */

static struct retained of_case(const struct fixture *fixture, const char *json, const char *on)
{
    struct entries entries = entries_of(fixture, json);
    struct instant end = instant_of("2149-01-01T00:00:00Z");
    const struct history *history =
        history_new(fixture->arena, fixture->pack, entries.list, entries.count, entries.child, end);
    struct retention_facts facts = closed_case("2008-07-15");
    facts.position = position_of(fixture->arena, history, end);
    return ask(fixture->pack, &facts, on);
}

static void a_looked_after_child_is_kept_for_75_years_though_it_ended(void **state)
{
    const char *once = "[{'type':'vulnerability-began','occurred_at':'2020-01-01','fields':{'vulnerability':"
                       "'looked-after-foster'}},"
                       "{'type':'vulnerability-ended','occurred_at':'2020-01-05','fields':{'vulnerability':"
                       "'looked-after-foster'}}]";
    const char *never = "[{'type':'vulnerability-began','occurred_at':'2020-01-01','fields':{'vulnerability':"
                        "'missing'}}]";
    assert_string_equal(of_case(*state, once, "2024-01-01").rule->id, "looked-after");
    assert_day(*state, of_case(*state, once, "2024-01-01").last_day, "2083-07-15");
    assert_string_equal(of_case(*state, never, "2024-01-01").rule->id, "case");
    assert_day(*state, of_case(*state, never, "2024-01-01").last_day, "2033-07-15");
}

static void abuse_that_was_found_is_kept_for_75_years(void **state)
{
    const char *found = "[{'type':'enquiry-concluded','occurred_at':'2020-01-01','fields':{'outcome':"
                        "'substantiated-no-continuing-risk'}}]";
    const char *not_found =
        "[{'type':'enquiry-concluded','occurred_at':'2020-01-01','fields':{'outcome':'not-substantiated'}}]";
    assert_string_equal(of_case(*state, found, "2024-01-01").rule->id, "abuse-found");
    assert_day(*state, of_case(*state, found, "2024-01-01").last_day, "2095-02-28");
    assert_string_equal(of_case(*state, not_found, "2024-01-01").rule->id, "case");
}

static void every_rule_and_reason_of_the_packs_says_why(void **state)
{
    const struct retention *retention = ((const struct fixture *)*state)->pack->retention;
    assert_true(retention->rule_count >= 4);
    assert_true(retention->exemption_count >= 6);
    for (size_t i = 0; i < retention->rule_count; i++) {
        assert_true(strlen(retention->rules[i].why) > 20);
    }
    assert_int_equal(retention->subject.months, 1);
    assert_int_equal(retention->subject.more_months, 2);
    assert_true(exemption_find(((const struct fixture *)*state)->pack, "serious-harm")->needs_opinion);
    assert_null(exemption_find(((const struct fixture *)*state)->pack, "none"));
    assert_null(retention_rule_find(((const struct fixture *)*state)->pack, "none"));
    assert_non_null(retention_rule_find(((const struct fixture *)*state)->pack, "case"));
}

static void a_rule_may_count_from_the_last_entry(void **state)
{
    struct retention_rule rule = after_closing;
    rule.from = RETENTION_FROM_LAST_ENTRY;
    struct pack pack = pack_with(*state, &rule, 1);
    struct retention_facts facts = closed_case(NULL);
    assert_day(*state, ask(&pack, &facts, "2024-01-01").last_day, "2026-03-02");
}

/* Where nothing is known of a case, no rule that asks of its entries applies. */
static void a_rule_that_asks_of_a_case_needs_one(void **state)
{
    const struct fixture *fixture = *state;
    struct retention_facts facts = closed_case("2008-07-15");
    assert_null(facts.position);
    assert_string_equal(ask(fixture->pack, &facts, "2024-01-01").rule->id, "case");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_birthday_is_the_same_day_and_1_march_for_a_leap_day),
        cmocka_unit_test(a_birthday_and_an_age_never_disagree),
        cmocka_unit_test(years_after_a_leap_day_end_on_28_february),
        cmocka_unit_test(months_end_with_the_last_day_of_a_shorter_month),
        cmocka_unit_test(the_rule_that_keeps_it_longest_decides),
        cmocka_unit_test(a_child_whose_birth_is_not_known_counts_as_born_when_the_record_began),
        cmocka_unit_test(an_open_case_is_never_due),
        cmocka_unit_test(a_held_record_is_never_due_and_says_so),
        cmocka_unit_test(what_no_rule_speaks_of_is_kept),
        cmocka_unit_test(a_looked_after_child_is_kept_for_75_years_though_it_ended),
        cmocka_unit_test(abuse_that_was_found_is_kept_for_75_years),
        cmocka_unit_test(every_rule_and_reason_of_the_packs_says_why),
        cmocka_unit_test(a_rule_may_count_from_the_last_entry),
        cmocka_unit_test(a_rule_that_asks_of_a_case_needs_one),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
