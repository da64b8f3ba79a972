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

static bool goes_on_at(const struct state *state, const char *token, int64_t ms)
{
    struct act act = act_at(state, NULL, 0);
    struct session session;
    act.now = instant_add_ms(start, ms);
    return act_session(&act, token, &session) == NULL;
}

static void sessions_and_proofs_end_at_their_moment(void **context)
{
    enum { IDLE = SESSION_IDLE_SECONDS * 1000, HALF_DAY = 12 * MS_PER_HOUR, PROOF = PROOF_SECONDS * 1000 };
    struct state *state = *context;
    static const struct {
        int64_t away;
        bool good;
    } rows[] = {{IDLE - 1, true}, {IDLE, false}, {-MS_PER_MINUTE, true}, {-MS_PER_MINUTE - 1, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *token = sign_in(state, "nurse", arena_printf(state->arena, "10.8.0.%zu", i), NULL, 0);
        assert_int_equal(goes_on_at(state, token, rows[i].away), rows[i].good);
    }
    for (int over = 0; over < 2; over++) {
        const char *token = sign_in(state, "nurse", arena_printf(state->arena, "10.8.1.%d", over), NULL, 0);
        for (int64_t at = 0; at < HALF_DAY; at += IDLE - 1) {
            assert_true(goes_on_at(state, token, at));
        }
        assert_int_equal(goes_on_at(state, token, HALF_DAY - 1 + over), over == 0);
    }
    static const struct {
        int64_t away;
        bool good;
    } proofs[] = {{PROOF - 1, true}, {PROOF, false}, {-MS_PER_MINUTE, true}, {-MS_PER_MINUTE - 1, false}};
    struct actor actor = state->nurse;
    actor.proved_at = start;
    for (size_t i = 0; i < sizeof proofs / sizeof *proofs; i++) {
        struct act act = act_at(state, &actor, 0);
        act.now = instant_add_ms(start, proofs[i].away);
        assert_int_equal(act_dangerous(&act) == NULL, proofs[i].good);
    }
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

static void an_ended_session_is_not_renewed(void **context)
{
    struct state *state = *context;
    const char *token = sign_in(state, "nurse", "10.7.7.1", firefox, 20000);
    struct session session = session_of(state, token, 20001);
    struct act act = act_at(state, &session.actor, 20001);
    const struct origin from = {.client = "10.7.7.1"};
    const char *fresh;
    GOOD(act_sign_out(&act, token));
    FAILS(ERROR_NOT_SIGNED_IN, act_prove_again(&act, token, password, &from, &fresh));
    FAILS(ERROR_NOT_SIGNED_IN, act_prove_again(&act, "never was one", password, &from, &fresh));
}

static void who_was_locked_proves_nothing(void **context)
{
    struct state *state = *context;
    struct actor ignored;
    add_account(state, "locked", "referrer", "health", &ignored);
    const char *token = sign_in(state, "locked", "10.7.7.2", firefox, 20000);
    struct session session = session_of(state, token, 20001);
    struct act act = act_at(state, &session.actor, 20001);
    struct act by_command = act_at(state, NULL, 20001);
    const struct origin from = {.client = "10.7.7.2"};
    const char *fresh;
    GOOD(act_account_lock(&by_command, "locked", true));
    FAILS_ONCE(ERROR_INVALID, act_prove_again(&act, token, password, &from, &fresh));
}

/* One that is used all day ends after twelve hours, and is not listed then. */
static void a_session_ends_after_half_a_day(void **context)
{
    enum { BEGAN = 30000, HALF_A_DAY = 12 * 3600 };
    struct state *state = *context;
    const char *busy = sign_in(state, "nurse", "10.8.8.1", firefox, BEGAN);
    for (int at = 0; at < HALF_A_DAY; at += 1500) {
        assert_true(goes_on(state, busy, BEGAN + at));
    }
    const char *other = sign_in(state, "nurse", "10.8.8.2", firefox, BEGAN + HALF_A_DAY - 1);
    struct session session = session_of(state, other, BEGAN + HALF_A_DAY - 1);
    struct act before = act_at(state, &session.actor, BEGAN + HALF_A_DAY - 1);
    struct act after = act_at(state, &session.actor, BEGAN + HALF_A_DAY);
    struct act put_back = act_at(state, &session.actor, BEGAN + 1500);
    const struct session_view *list;
    size_t count;
    GOOD(act_sessions(&before, &list, &count));
    assert_int_equal(count, 2);
    GOOD(act_sessions(&after, &list, &count));
    assert_int_equal(count, 1);
    GOOD(act_sessions(&put_back, &list, &count)); /* what was seen later than now does not go on */
    assert_int_equal(count, 0);
    assert_false(goes_on(state, busy, BEGAN + HALF_A_DAY));
}

static void this_session_comes_first_and_then_the_latest(void **context)
{
    enum { AT = 100000 };
    struct state *state = *context;
    const char *tokens[6];
    const struct session_view *list;
    size_t count;
    for (int i = 0; i < 6; i++) { /* the last two at once */
        tokens[i] = sign_in(state, "manager", "10.9.9.9", phone, AT + (i < 5 ? i : 4));
    }
    for (int i = 0; i < 6; i++) {
        struct session mine = session_of(state, tokens[i], AT + (i < 5 ? i : 4));
        struct act act = act_at(state, &mine.actor, AT + 10);
        GOOD(act_sessions(&act, &list, &count));
        assert_int_equal(count, 6);
        assert_true(list[0].is_this);
        for (size_t n = 2; n < count; n++) {
            assert_false(list[n].is_this);
            assert_true(list[n].seen_at.ms <= list[n - 1].seen_at.ms);
        }
    }
}

static void a_device_is_known_only_by_what_it_was_given(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 110000);
    const char *token;
    const char *device;
    const char *again;
    struct origin from = {.client = "10.10.1.1", .device = "made.up"};
    GOOD(act_sign_in(&act, "nurse", password, &from, &token, &device));
    assert_string_not_equal(device, "made.up");
    from.device = device;
    GOOD(act_sign_in(&act, "nurse", password, &from, &token, &again));
    assert_string_equal(again, device);
    GOOD(act_sign_in(&act, "manager", password, &from, &token, &again)); /* it is of another account */
    assert_string_not_equal(again, device);
    from.device = "nodot";
    GOOD(act_sign_in(&act, "nurse", password, &from, &token, &again));
    assert_string_not_equal(again, "nodot");
}

static void a_client_without_an_address_is_one_too(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    assert_string_equal(act_client(&act, NULL, NULL), act_client(&act, "", ""));
    assert_string_not_equal(act_client(&act, "10.0.0.1", NULL), act_client(&act, NULL, "10.0.0.1"));
}

static void a_token_of_an_account_that_expired_opens_nothing(void **context)
{
    struct state *state = *context;
    struct actor actor;
    struct act act = act_at(state, NULL, 0);
    struct act later = act_at(state, NULL, 61);
    const char *token;
    add_account(state, "expires", "referrer", "health", &actor);
    GOOD(act_account_token(&act, "expires", &token));
    GOOD(act_account_expires(&act, "expires", instant_add_ms(start, MS_PER_MINUTE)));
    GOOD(act_bearer(&act, token, &actor));
    FAILS(ERROR_NOT_SIGNED_IN, act_bearer(&later, token, &actor));
}

static void links_that_are_old_or_of_nobody_set_no_password(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct act late = act_at(state, NULL, 72 * 3600 + 1);
    const char *link;
    bool asks;
    GOOD(act_account_add(&act, "invited", NULL, "referrer", "health", &link));
    GOOD(act_password_link(&act, link, &asks));
    FAILS(ERROR_NOT_FOUND, act_password_link(&late, link, &asks));
    FAILS(ERROR_NOT_FOUND, act_password_link(&act, "nobody.here", &asks));
    GOOD(act_account_lock(&act, "invited", true));
    FAILS(ERROR_NOT_FOUND, act_password_link(&act, link, &asks));
    FAILS(ERROR_INVALID, act_password_share(&act, &(const char *){"nurse"}, 1, "short"));
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
        cmocka_unit_test(an_ended_session_is_not_renewed),
        cmocka_unit_test(who_was_locked_proves_nothing),
        cmocka_unit_test(a_session_ends_after_half_a_day),
        cmocka_unit_test(this_session_comes_first_and_then_the_latest),
        cmocka_unit_test(a_device_is_known_only_by_what_it_was_given),
        cmocka_unit_test(a_client_without_an_address_is_one_too),
        cmocka_unit_test(a_token_of_an_account_that_expired_opens_nothing),
        cmocka_unit_test(links_that_are_old_or_of_nobody_set_no_password),
        cmocka_unit_test(sessions_and_proofs_end_at_their_moment),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
