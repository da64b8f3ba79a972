/* Until when a closed case is kept: by the rules that are served now, which read it as they would have. */
#include "act/fact.h"
#include "act/inner.h"
#include "pack/retention.h"
#include "scene.h"

/* A case of a child who was looked after, or not, closed on the day it was begun. */
static const char *closed_case(const struct state *state, const char *given, bool looked_after)
{
    struct act manager = act_at(state, &state->manager, 600);
    const char *reference = new_case(state, given, 500);
    if (looked_after) {
        GOOD_ONCE(record_on(state, &manager, reference, "vulnerability-began",
                            "{\"vulnerability\":\"looked-after-foster\"}", NULL));
    }
    GOOD_ONCE(record_on(state, &manager, reference, "referral-decision",
                        "{\"initial_assessment\":\"not-required\",\"immediate_danger\":\"no\",\"reasons\":"
                        "\"Nothing was found.\",\"agreed_by\":\"M\"}",
                        NULL));
    GOOD_ONCE(record_on(state, &manager, reference, "case-closed",
                        "{\"reasons\":\"Safe.\",\"agreed_by\":\"M\"}", NULL));
    return reference;
}

static void must_be_kept(const struct state *state, struct service *service, const char *reference,
                         const char *rule, const char *last_day)
{
    struct actor manager = actor_in(state, service, "manager");
    struct act act = {service, state->arena, &manager, instant_add_ms(start, 700000)};
    const struct case_view *view;
    struct kept_fact kept;
    char day[DAY_TEXT];
    GOOD_ONCE(act_case_read(&act, reference, INSTANT_NEVER, &view));
    kept_fact_of(&act, view, &kept);
    assert_false(kept.open);
    assert_string_equal(kept.rule->id, rule);
    day_format(kept.last_day, day);
    assert_string_equal(day, last_day);
}

static void a_case_is_kept_by_the_rules_that_are_served_now(void **context)
{
    struct state *state = *context;
    const char *common = closed_case(state, "Wigeon", false);
    const char *looked_after = closed_case(state, "Gadwall", true);
    must_be_kept(state, state->service, common, "case", "2036-02-03");
    must_be_kept(state, state->service, looked_after, "looked-after", "2086-02-03");

    /* a newer version reads what was written under the older one, and its periods count */
    static const struct pack_edit newer[] = {{"pack.yaml", "version: \"1.0\"", "version: \"1.1\""},
                                             {"retention.yaml", "age: 75", "age: 80"},
                                             {"retention.yaml", "age: 25", "age: 30"}};
    const char *const dirs[] = {pack_changed(state, "procedures/llr-chapter-11", "newer", newer, 3)};
    struct service *service = open_with(state, dirs, 1);
    must_be_kept(state, service, common, "case", "2041-02-03");
    must_be_kept(state, service, looked_after, "looked-after", "2091-02-03");
    service_close(service);

    /* where the procedure is served no more, its own rules are all there are */
    const char *const other[] = {WM_SOURCE "/procedures/working-together"};
    service = open_with(state, other, 1);
    must_be_kept(state, service, common, "case", "2036-02-03");
    must_be_kept(state, service, looked_after, "looked-after", "2086-02-03");
    service_close(service);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_is_kept_by_the_rules_that_are_served_now),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
