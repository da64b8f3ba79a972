/* Second factors that are lost: who may not ask or answer, and what fails on the way. */
#include "enrolled.h"

struct keeper {
    struct actor actor;
    const char *name;
};

static struct keeper keeper_new(const struct state *state, const char *role, const char *agency)
{
    struct act act = act_at(state, NULL, 0);
    struct sign_in sign_in;
    struct keeper keeper = {.name = person(state, role, agency)};
    (void)enrol_code(&act, keeper.name, &sign_in);
    keeper.actor = actor_of(&act, sign_in.token);
    return keeper;
}

static void must_say(const struct error *error, const char *field)
{
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_INVALID);
    assert_string_equal(error->field, field);
}

static void who_keeps_an_agency_asks_for_those_they_may_change(void **context)
{
    struct state *state = *context;
    const char *link;
    struct keeper one = keeper_new(state, "agency-administrator", "health");
    struct keeper admin = keeper_new(state, "administrator", "health");
    struct act by_one = act_at(state, &one.actor, 1);
    FAILS(ERROR_NOT_ALLOWED, act_lost_ask(&by_one, admin.name, "in-person"));
    FAILS(ERROR_NOT_ALLOWED, act_lost_answer(&by_one, admin.name, true, &link));
    /* long after they proved who they are */
    struct keeper worker = keeper_new(state, "referrer", "health");
    struct act later = act_at(state, &one.actor, 24 * 3600);
    FAILS(ERROR_PROVE_AGAIN, act_lost_ask(&later, worker.name, "in-person"));
    FAILS(ERROR_PROVE_AGAIN, act_lost_answer(&later, worker.name, true, &link));
}

static void there_must_be_something_to_lose(void **context)
{
    struct state *state = *context;
    struct keeper one = keeper_new(state, "administrator", "other");
    struct keeper locked = keeper_new(state, "referrer", "health");
    struct act by_one = act_at(state, &one.actor, 1);
    must_say(act_lost_ask(&by_one, person(state, "referrer", "health"), "in-person"), "how");
    GOOD_ONCE(act_account_lock(&by_one, locked.name, true));
    must_say(act_lost_ask(&by_one, locked.name, "in-person"), "how");
}

/* Of two accounts both are listed, whichever stands first. */
static void everybody_who_lost_theirs_is_listed(void **context)
{
    struct state *state = *context;
    struct act keeper = act_at(state, NULL, 1);
    static const char *const names[] = {"nurse", "manager"};
    const struct lost_view *asked;
    size_t count;
    for (size_t i = 0; i < 2; i++) {
        struct act act = act_at(state, NULL, 0);
        struct sign_in sign_in;
        (void)enrol_code(&act, names[i], &sign_in);
        GOOD_ONCE(act_lost_ask(&keeper, names[i], "in-person"));
    }
    GOOD(act_lost_list(&keeper, &asked, &count));
    assert_int_equal(count, 2);
    struct keeper admin = keeper_new(state, "administrator", "other");
    struct act by_admin = act_at(state, &admin.actor, 1);
    for (size_t i = 0; i < 2; i++) {
        const char *link;
        GOOD_ONCE(act_lost_answer(&by_admin, names[i], false, &link));
    }
    GOOD(act_lost_list(&keeper, &asked, &count));
    assert_int_equal(count, 0);
}

static void what_was_asked_is_listed_for_who_keeps_that_account(void **context)
{
    struct state *state = *context;
    struct keeper one = keeper_new(state, "administrator", "other");
    struct keeper two = keeper_new(state, "administrator", "other");
    struct keeper of_police = keeper_new(state, "agency-administrator", "police");
    struct keeper worker = keeper_new(state, "referrer", "health");
    struct act by_one = act_at(state, &one.actor, 1);
    struct act by_two = act_at(state, &two.actor, 1);
    struct act by_police = act_at(state, &of_police.actor, 1);
    struct act by_command = act_at(state, NULL, 1);
    const struct lost_view *asked;
    const char *link;
    size_t count;
    GOOD_ONCE(act_lost_ask(&by_one, worker.name, "in-person"));
    GOOD_ONCE(act_lost_ask(&by_one, two.name, "video"));
    GOOD(act_lost_list(&by_police, &asked, &count));
    assert_int_equal(count, 0);
    GOOD(act_lost_list(&by_command, &asked, &count));
    assert_int_equal(count, 2);
    GOOD(act_lost_list(&by_two, &asked, &count));
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(asked[i].mine, text_equal(asked[i].username, two.name));
    }
    GOOD(act_lost_list(&by_one, &asked, &count));
    assert_true(asked[0].mine && asked[1].mine);
    must_say(act_lost_answer(&by_two, two.name, true, &link), "username");
}

/* ---- whatever fails ---- */

struct losing {
    const struct state *state;
    struct act one;
    struct act two;
    const char *name;
};

static void lose(void *context)
{
    struct losing *losing = context;
    losing->name = keeper_new(losing->state, "referrer", "health").name;
}

static void lose_and_ask(void *context)
{
    struct losing *losing = context;
    lose(losing);
    GOOD_ONCE(act_lost_ask(&losing->one, losing->name, "in-person"));
}

static const struct error *ask(void *context)
{
    const struct losing *losing = context;
    return act_lost_ask(&losing->one, losing->name, "in-person");
}

static const struct error *agree(void *context)
{
    const struct losing *losing = context;
    const char *link;
    return act_lost_answer(&losing->two, losing->name, true, &link);
}

static const struct error *refuse(void *context)
{
    const struct losing *losing = context;
    const char *link;
    return act_lost_answer(&losing->two, losing->name, false, &link);
}

static void asking_and_answering_that_fail_say_so(void **context)
{
    struct state *state = *context;
    struct keeper one = keeper_new(state, "administrator", "other");
    struct keeper two = keeper_new(state, "administrator", "other");
    struct losing losing = {state, act_at(state, &one.actor, 1), act_at(state, &two.actor, 1), NULL};
    EACH_TIME_MORE(ask, lose, &losing);
    EACH_TIME_MORE(agree, lose_and_ask, &losing);
    EACH_TIME_MORE(refuse, lose_and_ask, &losing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_who_lost_theirs_is_listed),
        cmocka_unit_test(who_keeps_an_agency_asks_for_those_they_may_change),
        cmocka_unit_test(there_must_be_something_to_lose),
        cmocka_unit_test(what_was_asked_is_listed_for_who_keeps_that_account),
        cmocka_unit_test(asking_and_answering_that_fail_say_so),
    };
    return cmocka_run_group_tests(tests, set_up_two, tear_down);
}
