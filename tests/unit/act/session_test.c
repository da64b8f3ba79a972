/* Sessions over a real store: the list of one's own, ending them, showing again who one is. */
#include "support.h"

#include <string.h>

static const char *sign_in(const struct state *state, const char *name, const char *client, const char *agent,
                           int64_t seconds)
{
    struct act act = act_at(state, NULL, seconds);
    const char *token;
    const char *device;
    GOOD(act_sign_in(&act, name, password, &(struct origin){.client = client, .agent = agent}, &token,
                     &device));
    return token;
}

static struct session session_of(const struct state *state, const char *token, int64_t seconds)
{
    struct act act = act_at(state, NULL, seconds);
    struct session session;
    GOOD(act_session(&act, token, &session));
    return session;
}

static bool goes_on(const struct state *state, const char *token, int64_t seconds)
{
    struct act act = act_at(state, NULL, seconds);
    struct session session;
    return act_session(&act, token, &session) == NULL;
}

static const char firefox[] =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0";
static const char phone[] = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) "
                            "Chrome/126.0.0.0 Mobile Safari/537.36";

static void my_sessions_are_listed_and_one_is_ended(void **context)
{
    struct state *state = *context;
    const char *desk = sign_in(state, "nurse", "10.20.30.40", firefox, 0);
    const char *mobile = sign_in(state, "nurse", "2001:db8:7::9", phone, 10);
    const char *idle = sign_in(state, "nurse", "10.20.30.41", NULL, 20);
    const char *others = sign_in(state, "manager", "10.20.30.42", firefox, 30);
    (void)session_of(state, mobile, 60);
    (void)session_of(state, desk, 1000);
    struct session mine = session_of(state, desk, 1900);
    struct act act = act_at(state, &mine.actor, 1900);
    const struct session_view *list;
    size_t count;
    assert_true(goes_on(state, desk, 1900));
    GOOD(act_sessions(&act, &list, &count));
    assert_int_equal(count, 1); /* the phone idled for half an hour, and the third one too */
    assert_true(list[0].is_this);

    const char *again = sign_in(state, "nurse", "2001:db8:7::9", phone, 1901);
    act = act_at(state, &mine.actor, 1910);
    GOOD(act_sessions(&act, &list, &count));
    assert_int_equal(count, 2);
    assert_string_equal(list[0].device, "Firefox on Windows");
    assert_string_equal(list[0].place, "10.20.x.x");
    assert_string_equal(list[1].device, "Chrome on Android");
    assert_string_equal(list[1].place, "2001:db8:x");
    assert_int_equal(list[1].began_at.ms, start.ms + 1901000);
    assert_false(list[1].strong);
    GOOD_ONCE(act_session_end(&act, list[1].id));
    assert_false(goes_on(state, again, 1911));
    assert_true(goes_on(state, desk, 1911));
    FAILS(ERROR_NOT_FOUND, act_session_end(&act, list[1].id));
    /* what is not mine is not there */
    struct session theirs = session_of(state, others, 1600);
    FAILS(ERROR_NOT_FOUND, act_session_end(&act, theirs.actor.session));
    assert_true(goes_on(state, others, 1912));
    (void)idle;
}

static void all_others_end_at_once_and_this_one_goes_on(void **context)
{
    struct state *state = *context;
    const char *here = sign_in(state, "nurse", "10.1.1.1", firefox, 4000);
    const char *there = sign_in(state, "nurse", "10.1.1.2", phone, 4001);
    const char *elsewhere = sign_in(state, "nurse", "10.1.1.3", phone, 4002);
    struct session mine = session_of(state, here, 4003);
    struct act act = act_at(state, &mine.actor, 4003);
    size_t count;
    GOOD_ONCE(act_sessions_end_others(&act, &count));
    assert_int_equal(count, 2);
    assert_true(goes_on(state, here, 4004));
    assert_false(goes_on(state, there, 4004));
    assert_false(goes_on(state, elsewhere, 4004));
}

static void what_is_dangerous_asks_again_after_ten_minutes(void **context)
{
    struct state *state = *context;
    const char *token = sign_in(state, "manager", "10.2.2.2", firefox, 8000);
    struct session session = session_of(state, token, 8599);
    struct act act = act_at(state, &session.actor, 8599);
    GOOD(act_dangerous(&act));
    session = session_of(state, token, 8600);
    act = act_at(state, &session.actor, 8600);
    FAILS(ERROR_PROVE_AGAIN, act_dangerous(&act));
    /* a clock that was put back makes no proof newer */
    act = act_at(state, &session.actor, 7000);
    FAILS(ERROR_PROVE_AGAIN, act_dangerous(&act));

    const struct origin from = {.client = "10.2.2.2"};
    const char *fresh;
    act = act_at(state, &session.actor, 8601);
    FAILS(ERROR_INVALID, act_prove_again(&act, token, "not the password at all", &from, &fresh));
    FAILS(ERROR_PROVE_AGAIN, act_dangerous(&act));
    GOOD(act_prove_again(&act, token, password, &from, &fresh));
    assert_string_not_equal(fresh, token);
    assert_false(goes_on(state, token, 8602)); /* the id that was known before is worth nothing */
    struct session proved = session_of(state, fresh, 8602);
    act = act_at(state, &proved.actor, 8602);
    GOOD(act_dangerous(&act));
    assert_true(id_equal(proved.actor.session, session.actor.session));
    assert_string_equal(proved.csrf, session.csrf); /* what other tabs show can still be sent */
    assert_int_equal(proved.ends_at.ms, session.ends_at.ms);
    assert_int_equal(proved.began_at.ms, session.began_at.ms);
}

static void guessing_the_password_again_is_slowed(void **context)
{
    struct state *state = *context;
    const char *token = sign_in(state, "manager", "10.3.3.3", firefox, 12000);
    struct session session = session_of(state, token, 12001);
    struct act act = act_at(state, &session.actor, 12001);
    const struct origin from = {.client = "10.3.3.9"};
    const char *fresh;
    for (int i = 0; i < 4; i++) {
        FAILS_ONCE(ERROR_INVALID, act_prove_again(&act, token, "not the password at all", &from, &fresh));
    }
    FAILS_ONCE(ERROR_TOO_MANY, act_prove_again(&act, token, password, &from, &fresh));
}

/* Nobody's session is renewed by who holds another. */
static void another_session_is_not_renewed(void **context)
{
    struct state *state = *context;
    const char *mine = sign_in(state, "nurse", "10.4.4.1", firefox, 16000);
    const char *theirs = sign_in(state, "nurse", "10.4.4.2", firefox, 16000);
    struct session session = session_of(state, mine, 16001);
    struct act act = act_at(state, &session.actor, 16001);
    const struct origin from = {.client = "10.4.4.1"};
    const char *fresh;
    FAILS(ERROR_NOT_SIGNED_IN, act_prove_again(&act, theirs, password, &from, &fresh));
    assert_true(goes_on(state, theirs, 16002));
}

static void a_program_proves_nothing(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, &state->manager, 0);
    const struct origin from = {.client = "10.5.5.5"};
    const char *fresh;
    FAILS(ERROR_NOT_ALLOWED, act_dangerous(&act));
    FAILS(ERROR_NOT_SIGNED_IN, act_prove_again(&act, "token", password, &from, &fresh));
}

static void a_session_outlives_the_process(void **context)
{
    struct state *state = *context;
    /* a store that is opened drops what has ended by the clock of the machine */
    int64_t today = (clock_now().ms - start.ms) / MS_PER_SECOND;
    struct act unlocking = act_at(state, NULL, today - 1);
    GOOD(act_account_lock(&unlocking, "nurse", false)); /* nobody used it for months */
    const char *token = sign_in(state, "nurse", "10.6.6.6", phone, today);
    const char *dir = arena_printf(state->arena, "%s/store", state->top);
    struct service *other;
    struct session session;
    const struct session_view *list;
    size_t count;
    GOOD(service_open(state->arena, dir, NULL, WM_SOURCE "/procedures/llr-chapter-11", &other));
    struct act act = {other, state->arena, NULL, instant_add_ms(start, (today + 1) * MS_PER_SECOND)};
    GOOD(act_session(&act, token, &session));
    act.actor = &session.actor;
    GOOD(act_dangerous(&act));
    GOOD(act_sessions(&act, &list, &count));
    assert_int_equal(count, 1);
    assert_string_equal(list[0].device, "Chrome on Android");
    service_close(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(my_sessions_are_listed_and_one_is_ended),
        cmocka_unit_test(all_others_end_at_once_and_this_one_goes_on),
        cmocka_unit_test(what_is_dangerous_asks_again_after_ten_minutes),
        cmocka_unit_test(guessing_the_password_again_is_slowed),
        cmocka_unit_test(another_session_is_not_renewed),
        cmocka_unit_test(a_program_proves_nothing),
        cmocka_unit_test(a_session_outlives_the_process),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
