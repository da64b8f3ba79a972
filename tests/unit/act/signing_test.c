/* Two factors: what begins a session, what begins none, and what is left when everything is lost. */
#include "enrolled.h"

#include <pthread.h>
#include <stdlib.h>

enum { RACE = 20 };

static void refused(const struct error *error, const char *why)
{
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_NOT_SIGNED_IN);
    assert_string_equal(error->detail, why);
}

static size_t notices_of(const struct state *state, const struct actor *actor, const char *title)
{
    struct act act = act_at(state, actor, 100);
    const struct notice_view *notices;
    const char *next;
    size_t count;
    size_t found = 0;
    GOOD(act_notices(&act, NULL, &notices, &count, &next));
    for (size_t i = 0; i < count; i++) {
        found += strstr(notices[i].title, title) != NULL;
    }
    return found;
}

/* ---- the password alone ---- */

static void a_password_alone_begins_no_session(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct sign_in sign_in;
    const char *token;
    const char *device;
    const char *name = person(state, "referrer", "health");
    FAILS(ERROR_NOT_SIGNED_IN, act_sign_in(&act, name, password, &from, &token, &device));
    (void)half_of(&act, name, SIGN_IN_ENROL);
    (void)enrol_code(&act, name, &sign_in);
    FAILS(ERROR_NOT_SIGNED_IN, act_sign_in(&act, name, password, &from, &token, &device));
    (void)half_of(&act, name, SIGN_IN_SECOND);
    state->service->one_factor = true; /* who has a second factor is asked for it even then */
    FAILS(ERROR_NOT_SIGNED_IN, act_sign_in(&act, name, password, &from, &token, &device));
    GOOD(act_sign_in(&act, "nurse", password, &from, &token, &device));
    state->service->one_factor = false;
}

static void who_waits_longer_than_72_hours_needs_a_new_link(void **context)
{
    struct state *state = *context;
    struct act late = act_at(state, NULL, 72 * 3600); /* they came at the beginning */
    struct sign_in sign_in;
    const char *name = person(state, "referrer", "health");
    FAILS(ERROR_NOT_ALLOWED, act_sign_in_password(&late, name, password, &from, &sign_in));
    struct act soon = act_at(state, NULL, 72 * 3600 - 1);
    (void)half_of(&soon, name, SIGN_IN_ENROL);
}

static void a_half_opens_nothing_else(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct sign_in sign_in;
    struct session session;
    struct code_offer offer;
    struct second_view view;
    int left;
    const char *name = person(state, "referrer", "health");
    const char *enrol = half_of(&act, name, SIGN_IN_ENROL);
    FAILS(ERROR_NOT_SIGNED_IN, act_session(&act, enrol, &session));
    FAILS(ERROR_NOT_SIGNED_IN, act_sign_in_code(&act, enrol, "123456", &from, &sign_in, &left));
    const char *secret = enrol_code(&act, name, &sign_in);
    /* the first factor is there: no other is added by a half, of before or of now */
    FAILS(ERROR_NOT_SIGNED_IN, act_code_offer(&act, enrol, NULL, &offer));
    const char *half = half_of(&act, name, SIGN_IN_SECOND);
    FAILS(ERROR_NOT_SIGNED_IN, act_code_offer(&act, half, NULL, &offer));
    GOOD(act_sign_in_second(&act, half, &view));
    assert_true(view.has_code && !view.has_passkeys && !view.has_recovery);
    for (size_t i = 0; half[i] != '\0'; i++) { /* every sign of it matters */
        char *changed = arena_copy(act.arena, half);
        changed[i] = changed[i] == '0' ? '1' : '0';
        FAILS(ERROR_NOT_SIGNED_IN, act_sign_in_second(&act, changed, &view));
    }
    FAILS(ERROR_NOT_SIGNED_IN, act_sign_in_second(&act, "", &view));
    FAILS(ERROR_NOT_SIGNED_IN, act_sign_in_second(&act, NULL, &view));
    struct act late = act_at(state, NULL, 600);
    FAILS(ERROR_NOT_SIGNED_IN, act_sign_in_second(&late, half, &view));
    GOOD(act_password_give(&act, name, "another dozen of long words"));
    FAILS(ERROR_NOT_SIGNED_IN,
          act_sign_in_code(&act, half, code_now(&act, secret, 0), &from, &sign_in, &left));
}

static void challenges_and_halves_are_good_up_to_their_ends(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    static const struct {
        int64_t away;
        bool challenge;
        bool half;
    } rows[] = {{-MS_PER_MINUTE - 1, false, false},    {-MS_PER_MINUTE, true, true},
                {5 * MS_PER_MINUTE - 1, true, true},   {5 * MS_PER_MINUTE, false, true},
                {10 * MS_PER_MINUTE - 1, false, true}, {10 * MS_PER_MINUTE, false, false}};
    const char *challenge = act_passkey_challenge(&act, "sign-in", binding);
    const char *half = half_of(&act, person(state, "referrer", "health"), SIGN_IN_ENROL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct account *account;
        struct act then = act;
        then.now = instant_add_ms(act.now, rows[i].away);
        assert_int_equal(challenge_is_good(&then, "sign-in", binding, challenge), rows[i].challenge);
        assert_int_equal(half_read(&then, half, HALF_ENROL, &account) == NULL, rows[i].half);
    }
    act.now = (struct instant){0}; /* a clock that was never set */
    challenge = act_passkey_challenge(&act, "sign-in", binding);
    assert_true(challenge_is_good(&act, "sign-in", binding, challenge));
}

/* ---- codes ---- */

static void a_code_signs_in_once_and_only_near_its_time(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct sign_in sign_in;
    int left;
    const char *name = person(state, "referrer", "health");
    const char *secret = enrol_code(&act, name, &sign_in); /* by the code of the step before */
    (void)actor_of(&act, sign_in.token);
    const char *half = half_of(&act, name, SIGN_IN_SECOND);
    FAILS_ONCE(ERROR_INVALID,
               act_sign_in_code(&act, half, code_now(&act, secret, -1), &from, &sign_in, &left));
    FAILS_ONCE(ERROR_INVALID,
               act_sign_in_code(&act, half, code_now(&act, secret, -2), &from, &sign_in, &left));
    FAILS_ONCE(ERROR_INVALID,
               act_sign_in_code(&act, half, code_now(&act, secret, 2), &from, &sign_in, &left));
    GOOD_ONCE(act_sign_in_code(&act, half, code_now(&act, secret, 0), &from, &sign_in, &left));
    assert_int_equal(left, -1);
    (void)actor_of(&act, sign_in.token);
    FAILS_ONCE(ERROR_INVALID,
               act_sign_in_code(&act, half, code_now(&act, secret, 0), &from, &sign_in, &left));
    GOOD_ONCE(act_sign_in_code(&act, half, code_now(&act, secret, 1), &from, &sign_in, &left));
}

static void guessing_codes_is_slow(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct sign_in sign_in;
    int left;
    int tried = 0;
    const char *name = person(state, "referrer", "health");
    const char *secret = enrol_code(&act, name, &sign_in);
    const char *half = half_of(&act, name, SIGN_IN_SECOND);
    const char *right = code_now(&act, secret, 0);
    const char *wrong = strcmp(right, "000000") == 0 ? "111111" : "000000";
    for (int i = 0; i < 10; i++) {
        const struct origin elsewhere = {.client = arena_printf(act.arena, "10.3.0.%d", i)};
        const struct error *error = act_sign_in_code(&act, half, wrong, &elsewhere, &sign_in, &left);
        assert_non_null(error);
        tried += error->code == ERROR_INVALID;
    }
    assert_int_equal(tried, 5);
    /* not even the right one, and not by a new half */
    FAILS_ONCE(ERROR_TOO_MANY,
               act_sign_in_code(&act, half_of(&act, name, SIGN_IN_SECOND), right, &from, &sign_in, &left));
    struct act later = act_at(state, NULL, 30);
    GOOD_ONCE(act_sign_in_code(&later, half, code_now(&later, secret, 0), &from, &sign_in, &left));
}

struct racer {
    const struct state *state;
    const char *half;
    const char *code;
    bool passed;
};

static void *race(void *argument)
{
    struct racer *racer = argument;
    struct arena *arena = arena_new(64 << 20);
    struct sign_in sign_in;
    int left;
    struct act act = {racer->state->service, arena, NULL, instant_add_ms(start, 0)};
    racer->passed = act_sign_in_code(&act, racer->half, racer->code, &from, &sign_in, &left) == NULL;
    arena_free(arena);
    return NULL;
}

static int race_of(const struct state *state, const char *half, const char *code)
{
    pthread_t threads[RACE];
    struct racer racers[RACE];
    int passed = 0;
    for (int i = 0; i < RACE; i++) {
        racers[i] = (struct racer){state, half, code, false};
        assert_int_equal(0, pthread_create(&threads[i], NULL, race, &racers[i]));
    }
    for (int i = 0; i < RACE; i++) {
        assert_int_equal(0, pthread_join(threads[i], NULL));
        passed += racers[i].passed;
    }
    return passed;
}

static void of_twenty_at_once_one_passes(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct sign_in sign_in;
    const char *const *codes;
    size_t count;
    const char *name = person(state, "referrer", "health");
    const char *secret = enrol_code(&act, name, &sign_in);
    struct actor actor = actor_of(&act, sign_in.token);
    struct act own = act_at(state, &actor, 0);
    assert_int_equal(1, race_of(state, half_of(&act, name, SIGN_IN_SECOND), code_now(&act, secret, 0)));
    struct throttle *throttle = state->service->throttle;
    char id[ID_TEXT];
    id_format(actor.account, id);
    throttle_passed(throttle, arena_printf(act.arena, "code\n%s", id));
    GOOD(act_recovery_make(&own, &codes, &count));
    assert_int_equal(1, race_of(state, half_of(&act, name, SIGN_IN_SECOND), codes[3]));
}

static void a_recovery_code_signs_in_once(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct sign_in sign_in;
    const char *const *codes;
    const char *const *others;
    size_t count;
    int left;
    const char *name = person(state, "referrer", "health");
    (void)enrol_code(&act, name, &sign_in);
    struct actor actor = actor_of(&act, sign_in.token);
    struct act own = act_at(state, &actor, 0);
    GOOD(act_recovery_make(&own, &codes, &count));
    assert_int_equal(count, 10);
    const char *half = half_of(&act, name, SIGN_IN_SECOND);
    GOOD(act_sign_in_code(&act, half, codes[0], &from, &sign_in, &left));
    assert_int_equal(left, 9);
    assert_int_equal(1, notices_of(state, &actor, "recovery code"));
    FAILS(ERROR_INVALID, act_sign_in_code(&act, half, codes[0], &from, &sign_in, &left));
    GOOD(act_sign_in_code(&act, half, codes[5], &from, &sign_in, &left)); /* the others are still good */
    assert_int_equal(left, 8);
    GOOD(act_recovery_make(&own, &others, &count));
    FAILS(ERROR_INVALID, act_sign_in_code(&act, half, codes[1], &from, &sign_in, &left));
    GOOD(act_sign_in_code(&act, half, others[1], &from, &sign_in, &left));
    /* down to the last */
    struct second_view view;
    for (int i = 9; i >= 0; i--) {
        if (i != 1) {
            GOOD_ONCE(act_sign_in_second(&act, half, &view));
            assert_true(view.has_recovery);
            GOOD_ONCE(act_sign_in_code(&act, half, others[i], &from, &sign_in, &left));
        }
    }
    assert_int_equal(left, 0);
    GOOD_ONCE(act_sign_in_second(&act, half, &view));
    assert_false(view.has_recovery);
}

static void one_factor_of_any_kind_is_one(void **context)
{
    (void)context;
    assert_false(factors_any(&(struct factors){0}));
    assert_true(factors_any(&(struct factors){.code_secret = "S"}));
    assert_true(factors_any(&(struct factors){.passkey_count = 1}));
    assert_true(factors_any(&(struct factors){.recovery_count = 1}));
}

/* ---- passkeys ---- */

static void a_passkey_signs_in_by_itself(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct sign_in sign_in;
    const char *name = person(state, "referrer", "health");
    struct authenticator device = enrol_passkey(&act, name, 1, &sign_in);
    (void)actor_of(&act, sign_in.token);
    struct second_view view;
    const char *half = half_of(&act, name, SIGN_IN_SECOND);
    GOOD(act_sign_in_second(&act, half, &view));
    assert_true(view.has_passkeys && !view.has_code && !view.has_recovery);
    const char *challenge = act_passkey_challenge(&act, "sign-in", binding);
    struct passkey_answer answer = authenticator_use(act.arena, &device, challenge);
    GOOD_ONCE(act_sign_in_passkey(&act, binding, &answer, &from, &sign_in));
    assert_string_equal(actor_of(&act, sign_in.token).username, name);
    refused(act_sign_in_passkey(&act, binding, &answer, &from, &sign_in), "it was used already. Try again");
}

static void a_passkey_answers_its_own_challenge_only(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct act late = act_at(state, NULL, 301);
    struct sign_in sign_in;
    static const char late_words[] = "it took longer than five minutes, or was begun elsewhere. Try again";
    struct authenticator device = enrol_passkey(&act, person(state, "referrer", "health"), 0, &sign_in);
    const char *challenge = act_passkey_challenge(&act, "sign-in", binding);
    struct passkey_answer answer = authenticator_use(act.arena, &device, challenge);
    refused(act_sign_in_passkey(&act, "of another browser", &answer, &from, &sign_in), late_words);
    refused(act_sign_in_passkey(&late, binding, &answer, &from, &sign_in), late_words);
    const char *other = act_passkey_challenge(&act, "sign-in", binding);
    answer.challenge = other;
    refused(act_sign_in_passkey(&act, binding, &answer, &from, &sign_in), "it answers another challenge");
    const char *for_adding = act_passkey_challenge(&act, "add", binding);
    answer = authenticator_use(act.arena, &device, for_adding);
    refused(act_sign_in_passkey(&act, binding, &answer, &from, &sign_in), late_words);
    for (size_t i = 0; i < strlen(challenge); i += 5) {
        char *changed = arena_copy(act.arena, challenge);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        answer = authenticator_use(act.arena, &device, changed);
        refused(act_sign_in_passkey(&act, binding, &answer, &from, &sign_in), late_words);
        throttle_passed(state->service->throttle, "passkey\n10.0.0.1");
    }
    answer = authenticator_use(act.arena, &device, other);
    GOOD_ONCE(act_sign_in_passkey(&act, binding, &answer, &from, &sign_in));
}

static void who_it_is_is_shown_again_by_ones_own_passkey(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct sign_in sign_in;
    struct session session;
    const char *token = NULL;
    struct authenticator other = enrol_passkey(&act, person(state, "referrer", "health"), 0, &sign_in);
    struct authenticator mine = enrol_passkey(&act, person(state, "referrer", "health"), 0, &sign_in);
    const char *first = sign_in.token;
    struct actor actor = actor_of(&act, first);
    struct act own = act_at(state, &actor, PROOF_SECONDS + 1);
    FAILS_ONCE(ERROR_PROVE_AGAIN, act_dangerous(&own));
    struct passkey_answer answer =
        authenticator_use(act.arena, &other, act_passkey_challenge(&own, "confirm", binding));
    FAILS_ONCE(ERROR_INVALID, act_prove_by_passkey(&own, first, binding, &answer, &token));
    answer = authenticator_use(act.arena, &mine, act_passkey_challenge(&own, "sign-in", binding));
    FAILS_ONCE(ERROR_INVALID, act_prove_by_passkey(&own, first, binding, &answer, &token));
    answer = authenticator_use(act.arena, &mine, act_passkey_challenge(&own, "confirm", binding));
    GOOD_ONCE(act_prove_by_passkey(&own, first, binding, &answer, &token));
    FAILS_ONCE(ERROR_NOT_SIGNED_IN, act_session(&own, first, &session));
    GOOD_ONCE(act_session(&own, token, &session));
    own.actor = &session.actor;
    GOOD_ONCE(act_dangerous(&own));
    FAILS_ONCE(ERROR_INVALID, act_prove_by_passkey(&own, token, binding, &answer, &token)); /* once */
    own.actor = NULL;
    FAILS_ONCE(ERROR_NOT_SIGNED_IN, act_prove_by_passkey(&own, token, binding, &answer, &token));
}

static void a_passkey_of_another_opens_nothing(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct sign_in sign_in;
    static const char not_known[] = "this passkey is not known here";
    struct authenticator mine = enrol_passkey(&act, person(state, "referrer", "health"), 0, &sign_in);
    struct authenticator other =
        enrol_passkey(&act, person(state, "duty-manager", "social-care"), 0, &sign_in);
    struct passkey_answer answer = fresh(&act, &mine);
    answer.user = other.user; /* the other user's handle */
    refused(act_sign_in_passkey(&act, binding, &answer, &from, &sign_in), not_known);
    answer.id = fresh(&act, &other).id; /* and the other user's passkey, signed by mine */
    refused(act_sign_in_passkey(&act, binding, &answer, &from, &sign_in),
            "the signature is not of this passkey");
    answer = fresh(&act, &mine);
    answer.user = "";
    refused(act_sign_in_passkey(&act, binding, &answer, &from, &sign_in), not_known);
    answer.user = "AAAAAAAAAAAAAAAAAAAAAA";
    refused(act_sign_in_passkey(&act, binding, &answer, &from, &sign_in), not_known);
    answer = fresh(&act, &mine);
    answer.signature = NULL;
    refused(act_sign_in_passkey(&act, binding, &answer, &from, &sign_in), "the browser sent no passkey");
    mine.flags = 0x01;
    answer = fresh(&act, &mine);
    refused(act_sign_in_passkey(&act, binding, &answer, &from, &sign_in),
            "the device did not ask who you are (a fingerprint, a face, or its PIN)");
    mine.flags = 0x05;
    mine.origin = "https://waymark.example.org.evil.example";
    answer = fresh(&act, &mine);
    refused(act_sign_in_passkey(&act, binding, &answer, &from, &sign_in), "it was made for another site");
    mine.origin = origin;
    mine.name = "evil.example";
    answer = fresh(&act, &mine);
    refused(act_sign_in_passkey(&act, binding, &answer, &from, &sign_in),
            "the device made it for another site");
    throttle_passed(state->service->throttle, "passkey\n10.0.0.1");
}

static void a_counter_that_goes_back_locks_the_passkey_and_tells(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct sign_in sign_in;
    const char *keeper_name = person(state, "administrator", "other");
    (void)enrol_code(&act, keeper_name, &sign_in);
    struct actor keeper = actor_of(&act, sign_in.token);
    const char *name = person(state, "referrer", "health");
    struct authenticator device = enrol_passkey(&act, name, 7, &sign_in);
    struct actor actor = actor_of(&act, sign_in.token);
    struct passkey_answer answer = fresh(&act, &device);
    GOOD_ONCE(act_sign_in_passkey(&act, binding, &answer, &from, &sign_in));
    struct authenticator copy = device;
    answer = fresh(&act, &device);
    GOOD_ONCE(act_sign_in_passkey(&act, binding, &answer, &from, &sign_in));
    answer = fresh(&act, &copy);
    refused(act_sign_in_passkey(&act, binding, &answer, &from, &sign_in),
            "this passkey counts backwards, so there may be a copy of it: it was locked");
    answer = fresh(&act, &device);
    refused(act_sign_in_passkey(&act, binding, &answer, &from, &sign_in),
            "this passkey was locked, because there may be a copy of it");
    assert_int_equal(1, notices_of(state, &actor, "passkey of yours was locked"));
    assert_int_equal(1, notices_of(state, &keeper, "passkey of an account was locked"));
    (void)half_of(&act, name, SIGN_IN_SECOND); /* a locked one is no way back to beginning anew */
}

/* ---- keeping them ---- */

static void the_last_way_to_sign_in_is_not_removed(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct sign_in sign_in;
    struct factors_view view;
    struct code_offer offer;
    const char *name = person(state, "referrer", "health");
    struct authenticator device = enrol_passkey(&act, name, 0, &sign_in);
    const char *id = authenticator_text(act.arena, device.id, sizeof device.id);
    struct actor actor = actor_of(&act, sign_in.token);
    struct act own = act_at(state, &actor, 0);
    FAILS(ERROR_INVALID, act_passkey_remove(&own, id));
    FAILS(ERROR_NOT_FOUND, act_passkey_remove(&own, "AAAA"));
    GOOD(act_code_offer(&own, NULL, NULL, &offer));
    const char *secret = plain_secret(&act, offer.words);
    FAILS(ERROR_INVALID, act_code_set(&own, NULL, offer.sealed, "000000", &from, &sign_in));
    FAILS(ERROR_BAD_INPUT, act_code_set(&own, NULL, "AAAA", code_now(&own, secret, 0), &from, &sign_in));
    GOOD(act_code_set(&own, NULL, offer.sealed, code_now(&own, secret, 0), &from, &sign_in));
    GOOD(act_passkey_remove(&own, id));
    GOOD(act_factors(&own, NULL, &view));
    assert_int_equal(view.passkey_count, 0);
    assert_true(view.has_code);
    FAILS(ERROR_INVALID, act_code_remove(&own));
    struct passkey_answer answer = fresh(&act, &device);
    refused(act_sign_in_passkey(&act, binding, &answer, &from, &sign_in), "this passkey is not known here");
    struct act later = act_at(state, &actor, PROOF_SECONDS + 1);
    FAILS(ERROR_PROVE_AGAIN, act_code_remove(&later));
    FAILS(ERROR_PROVE_AGAIN, act_recovery_make(&later, &(const char *const *){NULL}, &(size_t){0}));
    assert_true(notices_of(state, &actor, "How you sign in was changed") >= 2);
}

/* ---- lost ---- */

struct keeper {
    struct actor actor;
    const char *name;
};

static struct keeper keeper_new(const struct state *state)
{
    struct act act = act_at(state, NULL, 0);
    struct sign_in sign_in;
    struct keeper keeper = {.name = person(state, "administrator", "other")};
    (void)enrol_code(&act, keeper.name, &sign_in);
    keeper.actor = actor_of(&act, sign_in.token);
    return keeper;
}

static void lost_factors_need_two_people_who_are_not_the_person(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct sign_in sign_in;
    struct session session;
    const struct lost_view *asked;
    size_t count;
    const char *link;
    const char *set;
    const char *none;
    struct keeper one = keeper_new(state);
    struct keeper two = keeper_new(state);
    const char *name = person(state, "referrer", "health");
    const char *secret = enrol_code(&act, name, &sign_in);
    const char *old_session = sign_in.token;
    struct actor actor = actor_of(&act, old_session);
    struct act by_one = act_at(state, &one.actor, 1);
    struct act by_two = act_at(state, &two.actor, 1);
    struct act by_self = act_at(state, &actor, 1);
    struct act by_command = act_at(state, NULL, 1);
    /* nobody asks for themselves, or without having seen who it is; who keeps no accounts asks nothing */
    FAILS(ERROR_NOT_ALLOWED, act_lost_ask(&by_self, name, "in-person"));
    FAILS(ERROR_INVALID, act_lost_ask(&by_one, one.name, "in-person"));
    FAILS(ERROR_INVALID, act_lost_ask(&by_one, name, "by-mail"));
    FAILS(ERROR_INVALID, act_lost_answer(&by_two, name, true, &link)); /* nobody asked */
    GOOD(act_lost_ask(&by_one, name, "in-person"));
    assert_int_equal(1, notices_of(state, &actor, "taken away as lost. If you did not"));
    assert_int_equal(1, notices_of(state, &two.actor, "a second person has to agree"));
    /* nothing changed yet */
    GOOD(act_session(&act, old_session, &session));
    (void)half_of(&act, name, SIGN_IN_SECOND);
    GOOD(act_account_link(&by_one, name, &link)); /* one person and the mailbox: the factor is still asked */
    GOOD(act_password_set(&act, link, NULL, password, &set));
    (void)half_of(&act, name, SIGN_IN_SECOND);
    /* not the same one, not the person, not a command */
    FAILS(ERROR_INVALID, act_lost_answer(&by_one, name, true, &link));
    FAILS(ERROR_NOT_ALLOWED, act_lost_answer(&by_self, name, true, &link));
    FAILS(ERROR_NOT_ALLOWED, act_lost_answer(&by_command, name, true, &link));
    GOOD(act_lost_list(&by_two, &asked, &count));
    assert_true(count >= 1);
    GOOD(act_lost_answer(&by_two, name, true, &link));
    assert_non_null(link);
    FAILS(ERROR_INVALID, act_lost_answer(&by_two, name, true, &none));
    FAILS(ERROR_NOT_SIGNED_IN, act_session(&act, old_session, &session));
    FAILS(ERROR_NOT_SIGNED_IN, act_sign_in_password(&act, name, password, &from, &sign_in)); /* the old one */
    GOOD(act_password_set(&by_command, link, NULL, "a wholly other set of words", &set));
    GOOD(act_sign_in_password(&by_command, name, "a wholly other set of words", &from, &sign_in));
    assert_int_equal(sign_in.next, SIGN_IN_ENROL);
    assert_int_equal(1, notices_of(state, &actor, "were taken away as lost"));
    (void)secret;
}

static void a_refusal_or_a_week_ends_the_asking(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct sign_in sign_in;
    const char *link;
    struct keeper one = keeper_new(state);
    struct keeper two = keeper_new(state);
    const char *name = person(state, "referrer", "health");
    (void)enrol_code(&act, name, &sign_in);
    struct actor actor = actor_of(&act, sign_in.token);
    struct act by_one = act_at(state, &one.actor, 1);
    struct act by_two = act_at(state, &two.actor, 1);
    GOOD(act_lost_ask(&by_one, name, "video"));
    GOOD(act_lost_answer(&by_two, name, false, &link));
    assert_null(link);
    assert_int_equal(1, notices_of(state, &actor, "It was refused"));
    FAILS(ERROR_INVALID, act_lost_answer(&by_two, name, true, &link));
    GOOD(act_lost_ask(&by_one, name, "video"));
    struct actor proved = two.actor;
    struct act week = act_at(state, &proved, 7 * 24 * 3600 + 2);
    proved.proved_at = week.now;
    FAILS(ERROR_INVALID, act_lost_answer(&week, name, true, &link));
}

/* ---- tokens ---- */

static void a_token_is_made_by_its_person_in_a_strong_session_and_ends(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct sign_in sign_in;
    const char *token;
    struct actor by_token;
    const struct token_view *tokens;
    size_t count;
    const char *name = person(state, "referrer", "health");
    (void)enrol_code(&act, name, &sign_in);
    struct actor actor = actor_of(&act, sign_in.token);
    struct act own = act_at(state, &actor, 1);
    FAILS(ERROR_INVALID, act_token_make(&own, "", 30, &token));
    FAILS(ERROR_INVALID, act_token_make(&own, "Rota", 91, &token));
    FAILS(ERROR_INVALID, act_token_make(&own, "Rota", 0, &token));
    struct actor weak = actor;
    weak.strong = false;
    struct act by_weak = act_at(state, &weak, 1);
    FAILS(ERROR_NOT_ALLOWED, act_token_make(&by_weak, "Rota", 30, &token));
    struct act later = act_at(state, &actor, PROOF_SECONDS + 1);
    FAILS(ERROR_PROVE_AGAIN, act_token_make(&later, "Rota", 30, &token));
    GOOD(act_token_make(&own, "Rota", 30, &token));
    GOOD(act_bearer(&act, token, &by_token));
    assert_string_equal(by_token.username, name);
    struct act by_program = act_at(state, &by_token, 1); /* a token makes no token, and no factor */
    const char *other;
    FAILS(ERROR_NOT_ALLOWED, act_token_make(&by_program, "Rota", 30, &other));
    FAILS(ERROR_NOT_ALLOWED, act_code_remove(&by_program));
    struct act keeper = act_at(state, &actor, 1);
    FAILS(ERROR_NOT_ALLOWED, act_account_token(&keeper, name, &other));
    struct act month = act_at(state, NULL, 30 * 24 * 3600 + 1);
    FAILS(ERROR_NOT_SIGNED_IN, act_bearer(&month, token, &by_token));
    GOOD(act_tokens(&own, &tokens, &count));
    assert_int_equal(count, 1);
    assert_string_equal(tokens[0].title, "Rota");
    GOOD(act_token_end(&own, tokens[0].id));
    FAILS(ERROR_NOT_FOUND, act_token_end(&own, tokens[0].id));
    FAILS(ERROR_NOT_SIGNED_IN, act_bearer(&act, token, &by_token));
    assert_int_equal(1, notices_of(state, &actor, "token for a program"));
}

static void a_password_is_changed_with_the_one_before(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct sign_in sign_in;
    struct session session;
    const char *token = NULL;
    const char *name = person(state, "referrer", "health");
    static const char fresh_words[] = "a wholly other set of words";
    (void)enrol_code(&act, name, &sign_in);
    const char *first = sign_in.token;
    struct actor actor = actor_of(&act, first);
    struct act own = act_at(state, &actor, 1);
    const struct error *error =
        act_password_change(&own, first, "not the one I have", fresh_words, &from, &token);
    assert_non_null(error);
    assert_string_equal(error->field, "password");
    assert_null(token);
    GOOD_ONCE(act_session(&own, first, &session));
    error = act_password_change(&own, first, password, "short", &from, &token);
    assert_non_null(error);
    assert_string_equal(error->field, "fresh");
    FAILS_ONCE(ERROR_NOT_SIGNED_IN, act_session(&own, first, &session)); /* proved, so it has another token */
    GOOD_ONCE(act_session(&own, token, &session));
    own.actor = &session.actor;
    const char *second = token;
    FAILS_ONCE(ERROR_INVALID, act_password_change(&own, second, password, password, &from, &token));
    GOOD_ONCE(act_session(&own, token, &session));
    GOOD_ONCE(act_password_change(&own, token, password, fresh_words, &from, &token));
    GOOD_ONCE(act_session(&own, token, &session));
    assert_true(session.actor.strong);
    FAILS_ONCE(ERROR_NOT_SIGNED_IN, act_session(&own, second, &session));
    FAILS_ONCE(ERROR_NOT_SIGNED_IN, act_sign_in_password(&act, name, password, &from, &sign_in));
    GOOD_ONCE(act_sign_in_password(&act, name, fresh_words, &from, &sign_in));
    assert_int_equal(sign_in.next, SIGN_IN_SECOND);
    assert_true(notices_of(state, &actor, "Your password was set anew") >= 1);
}

static void without_an_origin_there_are_no_passkeys(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct passkey_offer offer;
    const char *half = half_of(&act, person(state, "referrer", "health"), SIGN_IN_ENROL);
    const char *name = state->service->passkey_name;
    state->service->passkey_name = NULL;
    FAILS(ERROR_NOT_ALLOWED, act_passkey_offer(&act, half, binding, &offer));
    state->service->passkey_name = name;
    FAILS(ERROR_BAD_INPUT, service_reached_at(state->service, state->arena, "http://waymark.example.org"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_alone_begins_no_session),
        cmocka_unit_test(who_waits_longer_than_72_hours_needs_a_new_link),
        cmocka_unit_test(challenges_and_halves_are_good_up_to_their_ends),
        cmocka_unit_test(a_half_opens_nothing_else),
        cmocka_unit_test(a_code_signs_in_once_and_only_near_its_time),
        cmocka_unit_test(guessing_codes_is_slow),
        cmocka_unit_test(of_twenty_at_once_one_passes),
        cmocka_unit_test(a_recovery_code_signs_in_once),
        cmocka_unit_test(one_factor_of_any_kind_is_one),
        cmocka_unit_test(a_passkey_signs_in_by_itself),
        cmocka_unit_test(a_passkey_answers_its_own_challenge_only),
        cmocka_unit_test(who_it_is_is_shown_again_by_ones_own_passkey),
        cmocka_unit_test(a_passkey_of_another_opens_nothing),
        cmocka_unit_test(a_counter_that_goes_back_locks_the_passkey_and_tells),
        cmocka_unit_test(the_last_way_to_sign_in_is_not_removed),
        cmocka_unit_test(lost_factors_need_two_people_who_are_not_the_person),
        cmocka_unit_test(a_refusal_or_a_week_ends_the_asking),
        cmocka_unit_test(a_token_is_made_by_its_person_in_a_strong_session_and_ends),
        cmocka_unit_test(a_password_is_changed_with_the_one_before),
        cmocka_unit_test(without_an_origin_there_are_no_passkeys),
    };
    return cmocka_run_group_tests(tests, set_up_two, tear_down);
}
