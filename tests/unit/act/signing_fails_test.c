/*
 * Signing in and keeping one's own factors while the store fails beneath it, on somebody new each time:
 * nobody is let in by an act that failed. And what is refused of answers that no browser gives.
 */
#include "enrolled.h"

struct trying {
    struct state *state;
    struct act act; /* nobody's */
    struct act own;
    struct actor actor;
    struct sign_in sign_in; /* the session of `own` */
    const char *name;
    const char *half;
    const char *secret;
    const char *const *codes;
    struct authenticator device;
    struct passkey_answer answer;
    const char *challenge;
    const char *client;
    const char *attestation;
};

static struct trying trying_of(void **context)
{
    struct state *state = *context;
    return (struct trying){.state = state, .act = act_at(state, NULL, 0)};
}

static void with_password(void *context)
{
    struct trying *trying = context;
    trying->name = person(trying->state, "referrer", "health");
    trying->half = half_of(&trying->act, trying->name, SIGN_IN_ENROL);
}

static void enter(struct trying *trying)
{
    trying->actor = actor_of(&trying->act, trying->sign_in.token);
    trying->own = act_at(trying->state, &trying->actor, 1);
    trying->half = half_of(&trying->act, trying->name, SIGN_IN_SECOND);
}

static void with_app(void *context)
{
    struct trying *trying = context;
    with_password(trying);
    trying->secret = enrol_code(&trying->act, trying->name, &trying->sign_in);
    enter(trying);
}

static void with_recovery(void *context)
{
    struct trying *trying = context;
    size_t count;
    with_app(trying);
    GOOD(act_recovery_make(&trying->own, &trying->codes, &count));
}

static void with_passkey(void *context)
{
    struct trying *trying = context;
    with_password(trying);
    trying->device = enrol_passkey(&trying->act, trying->name, 7, &trying->sign_in);
    enter(trying);
    trying->answer = fresh(&trying->act, &trying->device);
}

static void offered(struct trying *trying, const struct act *act, const char *half)
{
    struct passkey_offer offer;
    trying->device = authenticator_new(origin, "waymark.example.org");
    GOOD(act_passkey_offer(act, half, binding, &offer));
    trying->challenge = offer.challenge;
    authenticator_make(act->arena, &trying->device, offer.challenge, offer.user, &trying->client,
                       &trying->attestation);
}

static void with_first_passkey_made(void *context)
{
    struct trying *trying = context;
    with_password(trying);
    offered(trying, &trying->act, trying->half);
}

static void with_another_passkey_made(void *context)
{
    struct trying *trying = context;
    with_app(trying);
    offered(trying, &trying->own, NULL);
}

static const struct error *add(struct trying *trying, const struct act *act, const char *half,
                               struct sign_in *ret_sign_in)
{
    return act_passkey_add(act, half, binding, trying->challenge, trying->client, trying->attestation,
                           "Work telephone", &from, ret_sign_in);
}

static void with_both(void *context)
{
    struct trying *trying = context;
    struct sign_in ignored;
    with_another_passkey_made(trying);
    GOOD_ONCE(add(trying, &trying->own, NULL, &ignored));
}

static const char *device_id(const struct trying *trying)
{
    return authenticator_text(trying->act.arena, trying->device.id, sizeof trying->device.id);
}

static void with_copied_passkey(void *context)
{
    struct trying *trying = context;
    with_passkey(trying);
    trying->device.count = 2;
    trying->answer = fresh(&trying->act, &trying->device);
}

/* ---- what is done to them */

static const struct error *let_in(const struct error *error, const struct sign_in *sign_in)
{
    assert_true((error == NULL) == (sign_in->token != NULL));
    return error;
}

static const struct error *by_code(void *context)
{
    struct trying *trying = context;
    struct sign_in sign_in = {.next = SIGN_IN_SECOND};
    int left;
    return let_in(act_sign_in_code(&trying->act, trying->half, code_now(&trying->act, trying->secret, 0),
                                   &from, &sign_in, &left),
                  &sign_in);
}

static const struct error *by_recovery(void *context)
{
    struct trying *trying = context;
    struct sign_in sign_in = {.next = SIGN_IN_SECOND};
    int left;
    return let_in(act_sign_in_code(&trying->act, trying->half, trying->codes[0], &from, &sign_in, &left),
                  &sign_in);
}

static const struct error *by_passkey(void *context)
{
    struct trying *trying = context;
    struct sign_in sign_in = {.next = SIGN_IN_SECOND};
    return let_in(act_sign_in_passkey(&trying->act, binding, &trying->answer, &from, &sign_in), &sign_in);
}

/* Refused when it is done. */
static const struct error *by_copy(void *context)
{
    const struct error *error = by_passkey(context);
    assert_non_null(error);
    return error->code == ERROR_NOT_SIGNED_IN ? NULL : error;
}

static const struct error *badly_signed(void *context)
{
    const struct error *error = by_passkey(context);
    assert_non_null(error);
    return error->code == ERROR_NOT_SIGNED_IN ? NULL : error;
}

static void with_bad_signature(void *context)
{
    struct trying *trying = context;
    with_passkey(trying);
    trying->answer.signature = fresh(&trying->act, &trying->device).signature;
    throttle_passed(trying->state->service->throttle, "passkey\n10.0.0.1");
}

static const struct error *by_first_passkey(void *context)
{
    struct trying *trying = context;
    struct sign_in sign_in = {.next = SIGN_IN_ENROL};
    return let_in(add(trying, &trying->act, trying->half, &sign_in), &sign_in);
}

static const struct error *add_another(void *context)
{
    struct trying *trying = context;
    struct sign_in ignored;
    struct factors_view view;
    const struct error *error = add(trying, &trying->own, NULL, &ignored);
    if (error != NULL) { /* it may have been kept, but not when it was used */
        GOOD_ONCE(act_factors(&trying->own, NULL, &view));
    }
    return error;
}

static const struct error *set_code(void *context)
{
    struct trying *trying = context;
    struct sign_in sign_in = {.next = SIGN_IN_ENROL};
    struct code_offer offer;
    const struct error *error = act_code_offer(&trying->act, trying->half, NULL, &offer);
    if (error != NULL) {
        return error;
    }
    const char *code = code_now(&trying->act, plain_secret(&trying->act, offer.words), -1);
    return let_in(act_code_set(&trying->act, trying->half, offer.sealed, code, &from, &sign_in), &sign_in);
}

static const struct error *remove_passkey(void *context)
{
    struct trying *trying = context;
    return act_passkey_remove(&trying->own, device_id(trying));
}

static const struct error *remove_code(void *context)
{
    struct trying *trying = context;
    return act_code_remove(&trying->own);
}

static const struct error *make_recovery(void *context)
{
    struct trying *trying = context;
    size_t count;
    return act_recovery_make(&trying->own, &trying->codes, &count);
}

static const struct error *list(void *context)
{
    struct trying *trying = context;
    struct factors_view view;
    const struct error *error = act_factors(&trying->own, NULL, &view);
    assert_true(error != NULL || view.passkey_count == 1);
    return error;
}

static const struct error *prove(void *context)
{
    struct trying *trying = context;
    const char *token = NULL;
    const struct error *error =
        act_prove_by_passkey(&trying->own, trying->sign_in.token, binding, &trying->answer, &token);
    assert_true((error == NULL) == (token != NULL));
    return error;
}

static void with_passkey_to_prove(void *context)
{
    struct trying *trying = context;
    with_passkey(trying);
    trying->answer = authenticator_use(trying->act.arena, &trying->device,
                                       act_passkey_challenge(&trying->own, "confirm", binding));
}

static const struct error *change_password(void *context)
{
    struct trying *trying = context;
    const char *token = NULL;
    const struct error *error = act_password_change(&trying->own, trying->sign_in.token, password,
                                                    "a wholly other set of words", &from, &token);
    assert_true(error != NULL || token != NULL);
    return error;
}

static const struct error *prove_by_password(void *context)
{
    struct trying *trying = context;
    const char *token = NULL;
    return act_prove_again(&trying->own, trying->sign_in.token, password, &from, &token);
}

static const struct error *make_token(void *context)
{
    struct trying *trying = context;
    const char *token;
    return act_token_make(&trying->own, "Rota", 30, &token);
}

static const struct error *end_token(void *context)
{
    struct trying *trying = context;
    const struct token_view *tokens;
    size_t count;
    const struct error *error = act_tokens(&trying->own, &tokens, &count);
    if (error != NULL) {
        return error;
    }
    assert_int_equal(count, 1);
    return act_token_end(&trying->own, tokens[0].id);
}

static void with_token(void *context)
{
    with_app(context);
    GOOD_ONCE(make_token(context));
}

static const struct error *end_other_sessions(void *context)
{
    struct trying *trying = context;
    size_t count;
    return act_sessions_end_others(&trying->own, &count);
}

static const struct error *end_session(void *context)
{
    struct trying *trying = context;
    return act_session_end(&trying->own, trying->actor.session);
}

static void with_two_sessions(void *context)
{
    struct trying *trying = context;
    with_recovery(trying);
    GOOD_ONCE(by_recovery(trying));
}

static void nobody_is_let_in_by_what_fails(void **context)
{
    struct trying trying = trying_of(context);
    EACH_TIME(by_code, with_app, &trying, NULL);
    EACH_TIME(by_recovery, with_recovery, &trying, NULL);
    EACH_TIME(by_passkey, with_passkey, &trying, NULL);
    /* who keeps accounts is looked for among all of them */
    EACH_TIME_MORE(by_copy, with_copied_passkey, &trying);
    EACH_TIME(badly_signed, with_bad_signature, &trying, NULL);
    EACH_TIME(by_first_passkey, with_first_passkey_made, &trying, NULL);
    EACH_TIME(set_code, with_password, &trying, NULL);
}

static void ones_own_factors_while_it_fails(void **context)
{
    struct trying trying = trying_of(context);
    EACH_TIME(add_another, with_another_passkey_made, &trying, NULL);
    EACH_TIME(remove_passkey, with_both, &trying, NULL);
    EACH_TIME(remove_code, with_both, &trying, NULL);
    EACH_TIME(make_recovery, with_app, &trying, NULL);
    EACH_TIME(list, with_both, &trying, NULL);
}

static void proofs_sessions_and_tokens_while_it_fails(void **context)
{
    struct trying trying = trying_of(context);
    EACH_TIME(prove, with_passkey_to_prove, &trying, NULL);
    EACH_TIME(prove_by_password, with_app, &trying, NULL);
    EACH_TIME(change_password, with_app, &trying, NULL);
    EACH_TIME(make_token, with_app, &trying, NULL);
    EACH_TIME(end_token, with_token, &trying, NULL);
    EACH_TIME(end_other_sessions, with_two_sessions, &trying, NULL);
    EACH_TIME(end_session, with_two_sessions, &trying, NULL);
}

/* ---- what no browser sends */

static void what_was_sealed_is_offered_again(void **context)
{
    struct trying trying = trying_of(context);
    struct code_offer offer;
    struct code_offer again;
    with_password(&trying);
    GOOD(act_code_offer(&trying.act, trying.half, NULL, &offer));
    GOOD(act_code_offer(&trying.act, trying.half, offer.sealed, &again));
    assert_string_equal(again.words, offer.words);
    FAILS(ERROR_BAD_INPUT, act_code_offer(&trying.act, trying.half, "no base64url!", &again));
    FAILS(ERROR_BAD_INPUT, act_code_offer(&trying.act, trying.half, "AAAA", &again));
    FAILS(ERROR_BAD_INPUT, act_code_offer(&trying.act, trying.half, "", &again));
}

static void a_code_that_is_none_is_wrong(void **context)
{
    struct trying trying = trying_of(context);
    struct sign_in sign_in;
    struct second_view view;
    int left;
    with_app(&trying);
    FAILS_ONCE(ERROR_INVALID, act_sign_in_code(&trying.act, trying.half, NULL, &from, &sign_in, &left));
    with_passkey(&trying); /* has no app: no code is right */
    GOOD(act_sign_in_second(&trying.act, trying.half, &view));
    assert_true(view.has_passkeys && !view.has_code);
    FAILS_ONCE(ERROR_INVALID, act_sign_in_code(&trying.act, trying.half, "123456", &from, &sign_in, &left));
}

static void halves_of_nobody_open_nothing(void **context)
{
    struct trying trying = trying_of(context);
    struct second_view view;
    char nobody[ID_TEXT];
    id_format(id_new(), nobody);
    with_app(&trying);
    const char *rest = strchr(trying.half, '.');
    FAILS(ERROR_NOT_SIGNED_IN,
          act_sign_in_second(&trying.act, arena_printf(trying.act.arena, "%s%s", nobody, rest), &view));
    FAILS(ERROR_NOT_SIGNED_IN,
          act_sign_in_second(&trying.act, arena_printf(trying.act.arena, "nobody%s", rest), &view));
    FAILS(ERROR_NOT_SIGNED_IN,
          act_sign_in_second(&trying.act, arena_printf(trying.act.arena, "%s.0.1", nobody), &view));
    FAILS(ERROR_NOT_SIGNED_IN,
          act_sign_in_second(&trying.act, arena_printf(trying.act.arena, "%s.0.x.y", nobody), &view));
    struct act long_before = act_at(trying.state, NULL, -3600);
    FAILS(ERROR_NOT_SIGNED_IN, act_sign_in_second(&long_before, trying.half, &view));
    GOOD(act_account_lock(&trying.act, trying.name, true));
    FAILS(ERROR_NOT_SIGNED_IN, act_sign_in_second(&trying.act, trying.half, &view));
}

static const struct error *answered(struct trying *trying, struct passkey_answer answer)
{
    struct sign_in sign_in;
    throttle_passed(trying->state->service->throttle, "passkey\n10.0.0.1");
    return act_sign_in_passkey(&trying->act, binding, &answer, &from, &sign_in);
}

static void answers_that_lack_something_are_refused(void **context)
{
    struct trying trying = trying_of(context);
    struct sign_in sign_in;
    with_passkey(&trying);
    const struct passkey_answer good = trying.answer;
    struct passkey_answer answer = good;
    answer.client_data = NULL;
    FAILS(ERROR_NOT_SIGNED_IN, answered(&trying, answer));
    answer = good;
    answer.authenticator_data = "no base64url!";
    FAILS(ERROR_NOT_SIGNED_IN, answered(&trying, answer));
    answer = good;
    answer.user = "AAAA";
    FAILS(ERROR_NOT_SIGNED_IN, answered(&trying, answer));
    answer = good;
    answer.id = NULL;
    FAILS(ERROR_NOT_SIGNED_IN, answered(&trying, answer));
    answer = good;
    static const char *const challenges[] = {NULL, "no base64url!", "_w" /* 0xff */, "YWJj" /* abc */,
                                             "YS5i" /* a.b */};
    for (size_t i = 0; i < sizeof challenges / sizeof *challenges; i++) {
        answer.challenge = challenges[i];
        FAILS(ERROR_NOT_SIGNED_IN, answered(&trying, answer));
    }
    FAILS(ERROR_NOT_SIGNED_IN, act_sign_in_passkey(&trying.act, NULL, &good, &from, &sign_in));
    GOOD(act_account_lock(&trying.act, trying.name, true));
    FAILS(ERROR_NOT_SIGNED_IN, answered(&trying, good));
    GOOD(act_account_lock(&trying.act, trying.name, false));
    GOOD_ONCE(answered(&trying, good));
}

/* A key that is no key opens nothing: it can only be so by a fault of ours. */
static void a_passkey_without_a_key_opens_nothing(void **context)
{
    struct trying trying = trying_of(context);
    struct value *values;
    with_passkey(&trying);
    struct entry entry = account_entry(&trying.own, "account-passkey-added", &values);
    account_set(values, entry.type, "passkey", "AAAA");
    account_set(values, entry.type, "key", "no base64url!");
    account_set(values, entry.type, "title", "Broken");
    GOOD_ONCE(account_append(&trying.own, trying.actor.account, &entry));
    trying.answer.id = "AAAA";
    FAILS_ONCE(ERROR_NOT_SIGNED_IN, answered(&trying, trying.answer));
}

static void who_has_no_session_proves_nothing_by_a_passkey(void **context)
{
    struct trying trying = trying_of(context);
    const char *token;
    with_passkey(&trying);
    trying.actor.session = (struct id){{0}};
    FAILS(ERROR_NOT_SIGNED_IN, act_prove_by_passkey(&trying.own, "token", binding, &trying.answer, &token));
}

static void what_is_made_twice_or_badly_is_no_passkey(void **context)
{
    struct trying trying = trying_of(context);
    struct sign_in ignored;
    with_another_passkey_made(&trying);
    const struct act *own = &trying.own;
    const char *client = trying.client;
    const char *attestation = trying.attestation;
    FAILS(ERROR_INVALID,
          act_passkey_add(own, NULL, binding, trying.challenge, client, attestation, NULL, &from, &ignored));
    FAILS(ERROR_INVALID,
          act_passkey_add(own, NULL, binding, trying.challenge, client, attestation, "  ", &from, &ignored));
    const char *const sent[][3] = {
        {trying.challenge, NULL, attestation}, {trying.challenge, client, ""}, {NULL, client, attestation}};
    for (size_t i = 0; i < 3; i++) {
        const struct error *nothing =
            act_passkey_add(own, NULL, binding, sent[i][0], sent[i][1], sent[i][2], "Key", &from, &ignored);
        assert_non_null(nothing);
        assert_non_null(strstr(nothing->detail, "the browser sent nothing"));
    }
    FAILS(ERROR_INVALID, act_passkey_add(own, NULL, "another browser", trying.challenge, client, attestation,
                                         "Key", &from, &ignored));
    FAILS(ERROR_INVALID,
          act_passkey_add(own, NULL, binding, trying.challenge, client, "AAAA", "Key", &from, &ignored));
    const char *longest = "A name that goes on and on until it is longer than sixty characters are";
    FAILS(ERROR_INVALID, act_passkey_add(own, NULL, binding, trying.challenge, client, attestation, longest,
                                         &from, &ignored));
    GOOD_ONCE(add(&trying, own, NULL, &ignored));
    FAILS(ERROR_INVALID, add(&trying, own, NULL, &ignored)); /* it is there */
    GOOD_ONCE(remove_passkey(&trying));
    FAILS(ERROR_INVALID, add(&trying, own, NULL, &ignored)); /* its challenge was used */
}

static void nobody_has_more_than_ten_passkeys(void **context)
{
    struct trying trying = trying_of(context);
    struct sign_in ignored;
    struct passkey_offer offer;
    struct factors_view view;
    with_app(&trying);
    for (int i = 0; i < 10; i++) {
        offered(&trying, &trying.own, NULL);
        GOOD_ONCE(add(&trying, &trying.own, NULL, &ignored));
    }
    GOOD(act_passkey_offer(&trying.own, NULL, binding, &offer));
    assert_int_equal(strlen(offer.known), 10 * strlen(device_id(&trying)) + 9);
    assert_int_equal(strcspn(offer.known, " "), strlen(device_id(&trying)));
    offered(&trying, &trying.own, NULL);
    FAILS(ERROR_INVALID, add(&trying, &trying.own, NULL, &ignored));
    GOOD(act_factors(&trying.own, NULL, &view));
    assert_int_equal(view.passkey_count, 10);
    assert_int_equal(view.ways, 11);
}

/* It was removed and comes back: how far it counted is known, and no way around that. */
static void a_passkey_that_was_removed_may_be_added_again(void **context)
{
    struct trying trying = trying_of(context);
    struct sign_in ignored;
    struct passkey_offer offer;
    with_app(&trying);
    trying.device = authenticator_new(origin, "waymark.example.org");
    trying.device.count = 7;
    for (int i = 0; i < 2; i++) {
        GOOD(act_passkey_offer(&trying.own, NULL, binding, &offer));
        trying.challenge = offer.challenge;
        authenticator_make(trying.act.arena, &trying.device, offer.challenge, offer.user, &trying.client,
                           &trying.attestation);
        GOOD_ONCE(add(&trying, &trying.own, NULL, &ignored));
        if (i == 0) {
            GOOD_ONCE(remove_passkey(&trying));
        }
    }
    FAILS(ERROR_NOT_FOUND, act_passkey_remove(&trying.own, "AAAA"));
    FAILS(ERROR_NOT_FOUND, act_passkey_remove(&trying.own, NULL));
}

static void without_a_second_factor_nothing_stands_in_for_it(void **context)
{
    struct trying trying = trying_of(context);
    struct factors_view view;
    size_t count;
    with_password(&trying);
    GOOD(act_factors(&trying.act, trying.half, &view));
    assert_int_equal(view.ways, 0);
    trying.state->service->one_factor = true;
    GOOD_ONCE(act_sign_in_password(&trying.act, trying.name, password, &from, &trying.sign_in));
    trying.state->service->one_factor = false;
    struct session session;
    GOOD(act_session(&trying.act, trying.sign_in.token, &session));
    trying.own = act_at(trying.state, &session.actor, 1);
    FAILS(ERROR_NOT_ALLOWED, act_recovery_make(&trying.own, &trying.codes, &count));
    GOOD(act_code_remove(&trying.own)); /* there is none */
    /* a weak session is a strong one when it is proved by a passkey */
    offered(&trying, &trying.own, NULL);
    GOOD_ONCE(add_another(&trying));
    struct passkey_answer answer = authenticator_use(trying.act.arena, &trying.device,
                                                     act_passkey_challenge(&trying.own, "confirm", binding));
    const char *token;
    assert_false(session.actor.strong);
    GOOD_ONCE(act_prove_by_passkey(&trying.own, trying.sign_in.token, binding, &answer, &token));
    (void)actor_of(&trying.act, token);
}

/* What was read of an account before something else was written is not written on. */
static void what_was_written_meanwhile_is_a_conflict(void **context)
{
    struct trying trying = trying_of(context);
    const struct account *before;
    struct value *values;
    with_app(&trying);
    GOOD(account_read(&trying.act, trying.actor.account, &before));
    GOOD_ONCE(make_token(&trying));
    struct entry entry = account_entry(&trying.own, "account-code-removed", &values);
    FAILS(ERROR_CONFLICT, factor_append(&trying.own, before, &entry));
}

/* Locked, or its sessions ended, after the password was found right: no session is left of it. */
static void a_session_does_not_outlive_what_ends_it(void **context)
{
    struct trying trying = trying_of(context);
    const struct account *before;
    const struct session_found *sessions;
    const char *token = NULL;
    size_t count;
    with_app(&trying);
    GOOD(account_read(&trying.act, trying.actor.account, &before));
    GOOD_ONCE(act_account_lock(&trying.act, trying.name, true));
    FAILS(ERROR_NOT_SIGNED_IN, session_begin(&trying.act, before, &from, true, &token));
    GOOD_ONCE(act_account_lock(&trying.act, trying.name, false)); /* opens, but not as it was */
    FAILS(ERROR_NOT_SIGNED_IN, session_begin(&trying.act, before, &from, true, &token));
    assert_null(token);
    GOOD(store_sessions_of_account(trying.state->service->store, trying.act.arena, before->id, &sessions,
                                   &count));
    assert_int_equal(count, 0);
}

static void guessing_passkeys_is_slow(void **context)
{
    struct trying trying = trying_of(context);
    struct sign_in sign_in;
    const struct origin elsewhere = {.client = "10.0.9.9"};
    const char *token;
    with_passkey(&trying);
    for (int i = 0; i < 30; i++) {
        FAILS_ONCE(ERROR_NOT_SIGNED_IN,
                   act_sign_in_passkey(&trying.act, "another", &trying.answer, &elsewhere, &sign_in));
    }
    FAILS_ONCE(ERROR_TOO_MANY,
               act_sign_in_passkey(&trying.act, binding, &trying.answer, &elsewhere, &sign_in));
    for (int i = 0; i < 5; i++) {
        FAILS_ONCE(ERROR_INVALID, act_prove_by_passkey(&trying.own, trying.sign_in.token, "another",
                                                       &trying.answer, &token));
    }
    FAILS_ONCE(ERROR_TOO_MANY,
               act_prove_by_passkey(&trying.own, trying.sign_in.token, binding, &trying.answer, &token));
}

static void where_there_are_no_passkeys_none_signs_in(void **context)
{
    struct trying trying = trying_of(context);
    struct sign_in sign_in;
    const char *name = trying.state->service->passkey_name;
    with_passkey(&trying);
    trying.state->service->passkey_name = NULL;
    FAILS(ERROR_NOT_ALLOWED, act_sign_in_passkey(&trying.act, binding, &trying.answer, &from, &sign_in));
    trying.state->service->passkey_name = name;
}

/* What entries say that nobody can make any more, or that say nothing: folded all the same. */
static void every_entry_of_factors_is_folded(void **context)
{
    struct trying trying = trying_of(context);
    struct sign_in ignored;
    const struct account *account;
    struct factors_view view;
    struct value *values;
    with_recovery(&trying);
    struct authenticator devices[3];
    for (int i = 0; i < 3; i++) {
        offered(&trying, &trying.own, NULL);
        trying.device.flags = 0x05 | (i == 1 ? 0x08 : 0); /* the second may be copied to other devices */
        struct passkey_offer offer;
        GOOD(act_passkey_offer(&trying.own, NULL, binding, &offer));
        trying.challenge = offer.challenge;
        authenticator_make(trying.act.arena, &trying.device, offer.challenge, offer.user, &trying.client,
                           &trying.attestation);
        GOOD_ONCE(add(&trying, &trying.own, NULL, &ignored));
        devices[i] = trying.device;
    }
    GOOD(act_factors(&trying.own, NULL, &view));
    assert_true(!view.passkeys[0].may_be_copied && view.passkeys[1].may_be_copied);
    const struct {
        const char *type;
        const char *passkey;
    } entries[] = {
        {"account-passkey-removed", NULL},
        {"account-passkey-removed", "AAAA"},
        {"account-passkey-locked", authenticator_text(trying.act.arena, devices[1].id, 16)},
        {"account-passkey-locked", authenticator_text(trying.act.arena, devices[2].id, 16)},
        {"account-passkey-removed", authenticator_text(trying.act.arena, devices[0].id, 16)},
    };
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        struct entry entry = account_entry(&trying.own, entries[i].type, &values);
        if (entries[i].passkey != NULL) {
            account_set(values, entry.type, "passkey", entries[i].passkey);
        }
        GOOD_ONCE(account_append(&trying.own, trying.actor.account, &entry));
    }
    GOOD(account_read(&trying.act, trying.actor.account, &account));
    assert_int_equal(account->factors.passkey_count, 2);
    assert_true(account->factors.passkeys[0].locked && account->factors.passkeys[1].locked);
    assert_int_equal(factors_count(&account->factors), 1);
    for (size_t i = 2; i < 4; i++) {
        struct entry entry = account_entry(&trying.own, "account-passkey-removed", &values);
        account_set(values, entry.type, "passkey", entries[i].passkey);
        GOOD_ONCE(account_append(&trying.own, trying.actor.account, &entry));
    }
    struct entry entry = account_entry(&trying.own, "account-code-removed", &values);
    GOOD_ONCE(account_append(&trying.own, trying.actor.account, &entry));
    GOOD(account_read(&trying.act, trying.actor.account, &account));
    assert_int_equal(factors_count(&account->factors), 0);
    assert_true(factors_any(&account->factors)); /* who has recovery codes is asked for one */
    entry = account_entry(&trying.own, "account-recovery-set", &values);
    GOOD_ONCE(account_append(&trying.own, trying.actor.account, &entry));
    GOOD(account_read(&trying.act, trying.actor.account, &account));
    assert_false(factors_any(&account->factors));
}

/* ---- tokens ---- */

static void nobody_has_more_than_ten_tokens(void **context)
{
    struct trying trying = trying_of(context);
    const struct token_view *tokens;
    const char *token;
    size_t count;
    with_app(&trying);
    FAILS(ERROR_INVALID, act_token_make(&trying.own, NULL, 30, &token));
    FAILS(ERROR_INVALID,
          act_token_make(&trying.own,
                         "A name that goes on and on until it is longer than sixty characters are", 30,
                         &token));
    FAILS(ERROR_INVALID, act_token_make(&trying.own, "Rota", 0, &token));
    FAILS(ERROR_INVALID, act_token_make(&trying.own, "Rota", TOKEN_DAYS_MOST + 1, &token));
    static const char longest[] = "A name that goes on until it is as long as sixty characters.";
    assert_int_equal(strlen(longest), 60);
    for (int i = 0; i < 10; i++) {
        const char *name = i == 4 ? longest : arena_printf(trying.act.arena, "Rota %d", i);
        GOOD_ONCE(act_token_make(&trying.own, name, i == 3 ? 1 : i == 4 ? TOKEN_DAYS_MOST : 30, &token));
    }
    FAILS(ERROR_INVALID, act_token_make(&trying.own, "Rota", 30, &token));
    GOOD(act_tokens(&trying.own, &tokens, &count));
    assert_int_equal(count, 10);
    assert_string_equal(tokens[0].title, "Rota 9");
    FAILS(ERROR_NOT_FOUND, act_token_end(&trying.own, NULL));
    FAILS(ERROR_NOT_FOUND, act_token_end(&trying.own, "0"));
    FAILS(ERROR_NOT_FOUND, act_token_end(&trying.own, "0000000000000000"));
    GOOD_ONCE(act_token_end(&trying.own, tokens[9].id)); /* the first of all that there are */
    trying.own.now = instant_add_ms(trying.own.now, MS_PER_DAY + 1);
    trying.actor.proved_at = trying.own.now;
    GOOD(act_tokens(&trying.own, &tokens, &count)); /* the one of a day has ended too */
    assert_int_equal(count, 8);
    GOOD_ONCE(act_token_make(&trying.own, "Rota", 30, &token));
    GOOD_ONCE(act_token_make(&trying.own, "Rota", 30, &token));
    FAILS(ERROR_INVALID, act_token_make(&trying.own, "Rota", 30, &token));
}

/* More than can be remembered within five minutes: no new one is taken, and no old one is forgotten. */
static void challenges_are_not_forgotten_for_new_ones(void **context)
{
    struct trying trying = trying_of(context);
    struct act then = act_at(trying.state, NULL, 100000);
    struct sign_in sign_in;
    bool busy = false;
    size_t taken = 0;
    with_another_passkey_made(&trying);
    GOOD_ONCE(add_another(&trying));
    const char *first = act_passkey_challenge(&then, "sign-in", binding);
    assert_true(challenge_take(&then, "sign-in", binding, first, &busy));
    while (
        challenge_take(&then, "sign-in", binding, act_passkey_challenge(&then, "sign-in", binding), &busy)) {
        taken++;
    }
    assert_true(busy);
    assert_int_equal(taken, 4095);
    assert_false(challenge_take(&then, "sign-in", binding, first, &busy));
    assert_false(busy);                                                /* it was used */
    assert_false(challenge_take(&then, "add", binding, first, &busy)); /* it is for something else */
    struct passkey_answer answer = fresh(&then, &trying.device);
    FAILS_ONCE(ERROR_BUSY, act_sign_in_passkey(&then, binding, &answer, &from, &sign_in));
    trying.actor.proved_at = then.now;
    trying.own.now = then.now;
    offered(&trying, &trying.own, NULL);
    FAILS_ONCE(ERROR_BUSY, add_another(&trying));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_let_in_by_what_fails),
        cmocka_unit_test(ones_own_factors_while_it_fails),
        cmocka_unit_test(proofs_sessions_and_tokens_while_it_fails),
        cmocka_unit_test(what_was_sealed_is_offered_again),
        cmocka_unit_test(a_code_that_is_none_is_wrong),
        cmocka_unit_test(halves_of_nobody_open_nothing),
        cmocka_unit_test(answers_that_lack_something_are_refused),
        cmocka_unit_test(a_passkey_without_a_key_opens_nothing),
        cmocka_unit_test(who_has_no_session_proves_nothing_by_a_passkey),
        cmocka_unit_test(what_is_made_twice_or_badly_is_no_passkey),
        cmocka_unit_test(nobody_has_more_than_ten_passkeys),
        cmocka_unit_test(a_passkey_that_was_removed_may_be_added_again),
        cmocka_unit_test(without_a_second_factor_nothing_stands_in_for_it),
        cmocka_unit_test(what_was_written_meanwhile_is_a_conflict),
        cmocka_unit_test(a_session_does_not_outlive_what_ends_it),
        cmocka_unit_test(guessing_passkeys_is_slow),
        cmocka_unit_test(where_there_are_no_passkeys_none_signs_in),
        cmocka_unit_test(every_entry_of_factors_is_folded),
        cmocka_unit_test(nobody_has_more_than_ten_tokens),
        cmocka_unit_test(challenges_are_not_forgotten_for_new_ones),
    };
    return cmocka_run_group_tests(tests, set_up_two, tear_down);
}
