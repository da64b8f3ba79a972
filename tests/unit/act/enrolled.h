/* What the tests of signing in share: people who have a password only, and the app and passkeys they add. */
#ifndef WM_ACT_TEST_ENROLLED_H
#define WM_ACT_TEST_ENROLLED_H

#include "act/factor.h"
#include "authenticator.h"
#include "factor/code.h"
#include "support.h"

static const char origin[] = "https://waymark.example.org";
static const char binding[] = "0123456789abcdef0123456789abcdef";
static const struct origin from = {.client = "10.0.0.1"};
static int people;

static inline int set_up_two(void **context)
{
    if (set_up(context) != 0) {
        return 1;
    }
    struct state *state = *context;
    GOOD(service_reached_at(state->service, state->arena, origin));
    state->service->one_factor = false;
    return 0;
}

/* A new account that has its password only. */
static inline const char *person(const struct state *state, const char *role, const char *agency)
{
    struct act act = act_at(state, NULL, 0);
    const char *link;
    const char *set;
    const char *name = arena_printf(state->arena, "person.%d", ++people);
    GOOD(act_account_add(&act, name, arena_printf(state->arena, "Person %d", people), role, agency, &link));
    GOOD(act_password_set(&act, link, NULL, password, &set));
    return name;
}

static inline const char *half_of(const struct act *act, const char *name, enum sign_in_next next)
{
    struct sign_in sign_in;
    GOOD(act_sign_in_password(act, name, password, &from, &sign_in));
    assert_int_equal(sign_in.next, next);
    assert_null(sign_in.token);
    return sign_in.half;
}

static inline const char *code_now(const struct act *act, const char *secret, int64_t away)
{
    const char *code;
    GOOD_ONCE(code_at(act->arena, secret, act->now.ms / 30000 + away, 6, &code));
    return code;
}

static inline const char *plain_secret(const struct act *act, const char *words)
{
    char *secret = arena_copy(act->arena, words);
    char *to = secret;
    for (const char *c = words; *c != '\0'; c++) {
        if (*c != ' ') {
            *to++ = *c;
        }
    }
    *to = '\0';
    return secret;
}

/* Sets up the app as the first factor; the secret. */
static inline const char *enrol_code(const struct act *act, const char *name, struct sign_in *ret_sign_in)
{
    struct code_offer offer;
    const char *half = half_of(act, name, SIGN_IN_ENROL);
    GOOD(act_code_offer(act, half, NULL, &offer));
    const char *secret = plain_secret(act, offer.words);
    GOOD(act_code_set(act, half, offer.sealed, code_now(act, secret, -1), &from, ret_sign_in));
    assert_int_equal(ret_sign_in->next, SIGN_IN_DONE);
    return secret;
}

static inline struct authenticator enrol_passkey(const struct act *act, const char *name, uint32_t count,
                                                 struct sign_in *ret_sign_in)
{
    struct authenticator device = authenticator_new(origin, "waymark.example.org");
    struct passkey_offer offer;
    const char *client;
    const char *attestation;
    const char *half = half_of(act, name, SIGN_IN_ENROL);
    device.count = count;
    GOOD(act_passkey_offer(act, half, binding, &offer));
    assert_string_equal(offer.name, "waymark.example.org");
    authenticator_make(act->arena, &device, offer.challenge, offer.user, &client, &attestation);
    GOOD_ONCE(act_passkey_add(act, half, binding, offer.challenge, client, attestation, "Work telephone",
                              &from, ret_sign_in));
    return device;
}

static inline struct actor actor_of(const struct act *act, const char *token)
{
    struct session session;
    GOOD(act_session(act, token, &session));
    assert_true(session.actor.strong);
    return session.actor;
}

static inline struct passkey_answer fresh(const struct act *act, struct authenticator *device)
{
    return authenticator_use(act->arena, device, act_passkey_challenge(act, "sign-in", binding));
}

#endif
