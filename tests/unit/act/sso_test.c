/*
 * There and back: a ticket is for one browser, one provider, ten minutes and one answer; whoever the provider
 * says comes back is signed in, joined, or proves again who they are, and nobody else. The provider itself is
 * played here: what it says is what the linker's --wrap puts in its place.
 */
#include "act/inner.h"
#include "act/sso.h"
#include "act/sso_account.h"
#include "act/sso_ticket.h"
#include "support.h"

#include "act/account.h"
#include "pack/fault.h"

#include <string.h>

enum { MINUTE = 60 };

static const char *const hosts[] = {"police.example"};
static const char *const groups[] = {"officers"};
static const struct sso_condition officers = {.claim = "groups", .values = groups, .count = 1};
static const struct sso_rule makes = {.when = &officers, .role = "police-officer", .makes_account = true};
static const struct sso_provider providers[] = {
    {.id = "police",
     .title = "Police",
     .agency = "police",
     .issuer = "https://police.example",
     .client = "waymark",
     .hosts = hosts,
     .host_count = 1,
     .scopes = "openid",
     .rules = &makes,
     .name_claim = "name",
     .username_claim = "preferred_username"},
    {.id = "county",
     .title = "County",
     .agency = "social-care",
     .issuer = "https://county.example",
     .client = "waymark",
     .hosts = hosts,
     .host_count = 1,
     .scopes = "openid",
     .rules = &makes,
     .name_claim = "name",
     .username_claim = "preferred_username"},
};
static const struct sso_settings settings = {
    .link = "https://waymark.example", .seconds = 5, .providers = providers, .count = 2};
static const struct origin from = {.client = "10.0.0.1"};

/* ---- the provider */

static struct {
    const char *authorization;
    const struct error *away; /* its description is not to be had */
    const struct error *redeemed;
    const char *subject;
    const char *claims; /* JSON */
    bool strong;
    const char *end; /* of its session; NULL: it has none */
    const char *nonce;
    bool again;
} there;

const struct error *__wrap_partner_describe(struct partners *partners, struct arena *arena,
                                            const struct sso_provider *provider, struct instant now,
                                            struct sso_description *ret_description);
const struct error *__wrap_partner_describe(struct partners *partners, struct arena *arena,
                                            const struct sso_provider *provider, struct instant now,
                                            struct sso_description *ret_description)
{
    (void)partners;
    (void)arena;
    (void)provider;
    (void)now;
    if (there.away == NULL) {
        *ret_description = (struct sso_description){.authorization = there.authorization,
                                                    .token = "https://police.example/token",
                                                    .keys = "https://police.example/keys"};
    }
    return there.away;
}

const struct error *__wrap_partner_redeem(struct partners *partners, struct arena *arena,
                                          const struct sso_provider *provider,
                                          const struct sso_description *description, const char *code,
                                          const char *redirect, const char *verifier,
                                          const struct sso_wanted *wanted, struct sso_person *ret_person);
const struct error *__wrap_partner_redeem(struct partners *partners, struct arena *arena,
                                          const struct sso_provider *provider,
                                          const struct sso_description *description, const char *code,
                                          const char *redirect, const char *verifier,
                                          const struct sso_wanted *wanted, struct sso_person *ret_person)
{
    (void)partners;
    (void)description;
    (void)code;
    (void)verifier;
    there.nonce = wanted->nonce;
    there.again = wanted->again;
    assert_true(strncmp(redirect, "https://waymark.example/sign-in/from/", 37) == 0);
    if (there.redeemed != NULL) {
        return there.redeemed;
    }
    const struct said *claims;
    assert_null(said_read(arena, there.claims, strlen(there.claims), &claims));
    *ret_person = (struct sso_person){.issuer = provider->issuer,
                                      .subject = there.subject,
                                      .strong = there.strong,
                                      .proved = wanted->now,
                                      .claims = claims};
    return NULL;
}

const char *__wrap_partner_way_out(struct partners *partners, struct arena *arena,
                                   const struct sso_provider *provider);
const char *__wrap_partner_way_out(struct partners *partners, struct arena *arena,
                                   const struct sso_provider *provider)
{
    (void)partners;
    (void)arena;
    (void)provider;
    return there.end;
}

static int set_up_provider(void **context)
{
    if (set_up(context) != 0) {
        return 1;
    }
    struct state *state = *context;
    service_sso(state->service, state->arena, &settings);
    return 0;
}

static int fresh(void **context)
{
    (void)context;
    memset(&there, 0, sizeof there);
    there.authorization = "https://police.example/authorize";
    there.subject = "nobody";
    there.claims = "{\"groups\":[\"officers\"],\"name\":\"Ada Finch\",\"preferred_username\":\"ada.finch\"}";
    there.strong = true;
    return 0;
}

/* ---- the browser */

struct browser {
    const struct state *state;
    struct actor *actor;
    const char *session;
    const char *address;
    const char *ticket;
};

static const struct error *go_at(struct browser *browser, const struct sso_errand *errand, int64_t seconds)
{
    struct act act = act_at(browser->state, browser->actor, seconds);
    return act_sso_begin(&act, errand, &browser->address, &browser->ticket);
}

static void go(struct browser *browser, const struct sso_errand *errand, int64_t seconds)
{
    GOOD(go_at(browser, errand, seconds));
}

static const char *between(struct arena *arena, const char *text, const char *before)
{
    const char *at = strstr(text, before);
    assert_non_null(at);
    at += strlen(before);
    return arena_copy_n(arena, at, strcspn(at, "&"));
}

static struct sso_answer answer_of(const struct browser *browser)
{
    return (struct sso_answer){.state = between(browser->state->arena, browser->address, "&state="),
                               .code = "code"};
}

static const struct error *back_with(const struct browser *browser, const char *provider,
                                     const struct sso_answer *answer, int64_t seconds,
                                     struct sso_ended *ret_ended, enum sso_refused *ret_refused)
{
    struct act act = act_at(browser->state, browser->actor, seconds);
    return act_sso_end(&act, provider, browser->ticket, answer, browser->session, &from, ret_ended,
                       ret_refused);
}

static const struct error *back(const struct browser *browser, int64_t seconds, struct sso_ended *ret_ended,
                                enum sso_refused *ret_refused)
{
    struct sso_answer answer = answer_of(browser);
    return back_with(browser, "police", &answer, seconds, ret_ended, ret_refused);
}

#define REFUSED(code, why, expression)                                                                       \
    do {                                                                                                     \
        FAILS_ONCE(code, expression);                                                                        \
        assert_int_equal(refused, why);                                                                      \
    } while (0)

/* ---- */

static void who_comes_back_is_signed_in_and_goes_on_where_they_were_going(void **context)
{
    struct browser browser = {.state = *context};
    struct sso_ended ended;
    enum sso_refused refused;
    struct session session;
    there.subject = "ada";
    go(&browser, &(struct sso_errand){.provider = "police", .next = "/work"}, 10);
    assert_non_null(strstr(browser.address, "https://police.example/authorize?response_type=code"));
    assert_null(strstr(browser.address, "prompt=login"));
    GOOD_ONCE(back(&browser, 20, &ended, &refused));
    assert_int_equal(ended.end, SSO_SIGNED_IN);
    assert_int_equal(ended.sign_in.next, SIGN_IN_DONE);
    assert_true(ended.made);
    assert_string_equal(ended.next, "/work");
    assert_false(there.again);
    struct act act = act_at(browser.state, NULL, 21);
    GOOD(act_session(&act, ended.sign_in.token, &session));
    assert_string_equal(session.actor.username, "ada.finch");
    assert_true(session.actor.strong);
    /* the same answer again signs nobody in */
    REFUSED(ERROR_BAD_INPUT, SSO_REFUSED_ANSWER, back(&browser, 22, &ended, &refused));
    /* whom the provider knows by one factor alone is asked for the second here */
    there.strong = false;
    browser.state->service->one_factor = false;
    go(&browser, &(struct sso_errand){.provider = "police"}, 30);
    GOOD_ONCE(back(&browser, 31, &ended, &refused));
    assert_int_equal(ended.sign_in.next, SIGN_IN_ENROL);
    assert_null(ended.sign_in.token);
    assert_null(ended.next);
    browser.state->service->one_factor = true;
}

static void the_store_may_fail_at_any_step(void **context)
{
    struct browser browser = {.state = *context};
    struct sso_ended ended;
    enum sso_refused refused;
    there.subject = "bee";
    there.claims = "{\"groups\":[\"officers\"],\"name\":\"Bee\",\"preferred_username\":\"bee\"}";
    static const bool strong[] = {false, false, true}; /* the first makes the account */
    for (size_t i = 0; i < sizeof strong / sizeof *strong; i++) {
        unsigned n = 0;
        bool failed = true;
        there.strong = strong[i];
        while (failed) {
            go(&browser, &(struct sso_errand){.provider = "police"}, 10);
            failing_begin(++n, true);
            const struct error *error = back(&browser, 20, &ended, &refused);
            failed = failing_end();
            assert_true(error == NULL || is_of_the_store(error));
        }
        assert_int_equal(ended.end, SSO_SIGNED_IN);
    }
}

static void a_ticket_is_of_one_browser_provider_and_time(void **context)
{
    struct browser browser = {.state = *context};
    const struct state *state = browser.state;
    struct sso_ended ended;
    enum sso_refused refused;
    there.subject = "cat";
    go(&browser, &(struct sso_errand){.provider = "police"}, 100);
    const struct sso_answer good = answer_of(&browser);
    const char *ticket = browser.ticket;
    /* within ten minutes, and not of a clock that was put back */
    REFUSED(ERROR_BAD_INPUT, SSO_REFUSED_ANSWER,
            back_with(&browser, "police", &good, 100 + 10 * MINUTE, &ended, &refused));
    REFUSED(ERROR_BAD_INPUT, SSO_REFUSED_ANSWER,
            back_with(&browser, "police", &good, 100 - MINUTE - 1, &ended, &refused));
    REFUSED(ERROR_BAD_INPUT, SSO_REFUSED_ANSWER, back_with(&browser, "county", &good, 101, &ended, &refused));
    REFUSED(ERROR_NOT_FOUND, SSO_REFUSED_ANSWER, back_with(&browser, "none", &good, 101, &ended, &refused));
    /* none, too long, without a proof, with another's */
    const char *const others[] = {NULL,        "",
                                  "no-dot",    arena_printf(state->arena, "%3001d.", 1),
                                  "aaaa.bbbb", arena_printf(state->arena, "%sx", ticket)};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        browser.ticket = others[i];
        REFUSED(ERROR_BAD_INPUT, SSO_REFUSED_ANSWER,
                back_with(&browser, "police", &good, 101, &ended, &refused));
    }
    browser.ticket = ticket;
    /* the answer to another question, and of another provider */
    struct sso_answer bad = good;
    bad.state = "other";
    REFUSED(ERROR_BAD_INPUT, SSO_REFUSED_ANSWER, back_with(&browser, "police", &bad, 101, &ended, &refused));
    bad = good;
    bad.issuer = "https://county.example";
    REFUSED(ERROR_BAD_INPUT, SSO_REFUSED_ANSWER, back_with(&browser, "police", &bad, 101, &ended, &refused));
    bad = good;
    bad.fault = "access_denied";
    REFUSED(ERROR_NOT_ALLOWED, SSO_REFUSED_BY_PROVIDER,
            back_with(&browser, "police", &bad, 101, &ended, &refused));
    /* what the provider says of the code */
    there.redeemed = error_of(ERROR_BAD_INPUT);
    REFUSED(ERROR_BAD_INPUT, SSO_REFUSED_ANSWER, back_with(&browser, "police", &good, 101, &ended, &refused));
    there.redeemed = error_of(ERROR_IO);
    REFUSED(ERROR_IO, SSO_REFUSED_AWAY, back_with(&browser, "police", &good, 101, &ended, &refused));
    there.redeemed = NULL;
    there.away = error_of(ERROR_IO);
    REFUSED(ERROR_IO, SSO_REFUSED_AWAY, back_with(&browser, "police", &good, 101, &ended, &refused));
    FAILS(ERROR_IO, go_at(&browser, &(struct sso_errand){.provider = "police"}, 102));
    there.away = NULL;
    /* none of which used it up */
    GOOD_ONCE(back_with(&browser, "police", &good, 103, &ended, &refused));
    FAILS(ERROR_NOT_FOUND, go_at(&browser, &(struct sso_errand){.provider = "none"}, 104));
}

static const char *forged(const struct act *act, const char *inside)
{
    char proof[SECRET_TEXT];
    const char *encoded = jose_encode(act->arena, inside, strlen(inside));
    secret_derive(store_keyring(act->service->store), "sso ticket", encoded, proof);
    return arena_printf(act->arena, "%s.%s", encoded, proof);
}

/* Nobody but this program makes them; what is in one is looked at all the same. */
static void a_ticket_has_its_seven_lines(void **context)
{
    struct act act = act_at(*context, NULL, 0);
    struct ticket ticket;
    const char *good = arena_printf(act.arena, "police\n%lld\n\n\n\n\nr", (long long)act.now.ms);
    assert_true(ticket_open(&act, forged(&act, good), "police", &ticket));
    assert_false(
        ticket_open(&act, forged(&act, arena_printf(act.arena, "%s\nmore", good)), "police", &ticket));
    assert_false(ticket_open(&act, forged(&act, "police\n12"), "police", &ticket));
    assert_false(ticket_open(&act, forged(&act, "police\nnow\n\n\n\n\nr"), "police", &ticket));
    assert_false(ticket_open(&act, forged(&act, "police\xff\n1\n\n\n\n\nr"), "police", &ticket));
    char proof[SECRET_TEXT];
    secret_derive(store_keyring(act.service->store), "sso ticket", "!!", proof);
    assert_false(ticket_open(&act, arena_printf(act.arena, "!!.%s", proof), "police", &ticket));
}

static void so_many_answers_are_remembered_and_then_none_more_is_taken(void **context)
{
    enum { REMEMBERED = 8192 };
    struct act act = act_at(*context, NULL, 0);
    struct used_tickets *used = used_tickets_new(act.arena);
    struct ticket ticket = {.begun = act.now};
    for (int i = 0; i < REMEMBERED; i++) {
        ticket.text = arena_printf(act.arena, "%d", i);
        assert_true(ticket_use(used, &ticket, act.now));
    }
    assert_false(ticket_use(used, &ticket, act.now)); /* once */
    ticket.text = "one more";
    assert_false(ticket_use(used, &ticket, act.now)); /* for want of room nobody is signed in */
    struct instant later = instant_add_ms(act.now, 20 * (int64_t)MS_PER_MINUTE);
    assert_true(ticket_use(used, &ticket, later)); /* those before are too old to be good again */
}

static void an_invitation_is_answered_by_the_provider_of_its_agency(void **context)
{
    struct browser browser = {.state = *context};
    struct act act = act_at(browser.state, NULL, 0);
    struct sso_ended ended;
    enum sso_refused refused;
    const struct sso_way *ways;
    const char *link;
    size_t count;
    GOOD(act_account_add(&act, "dora.oak", "Dora Oak", "police-officer", "police", &link));
    act_sso_ways(&act, NULL, &ways, &count);
    assert_int_equal(count, 2);
    act_sso_ways(&act, link, &ways, &count);
    assert_int_equal(count, 1);
    assert_string_equal(ways[0].id, "police");
    act_sso_ways(&act, "no.link", &ways, &count);
    assert_int_equal(count, 0);
    FAILS(ERROR_NOT_FOUND, go_at(&browser, &(struct sso_errand){.provider = "county", .link = link}, 1));
    FAILS(ERROR_NOT_FOUND, go_at(&browser, &(struct sso_errand){.provider = "police", .link = "no.link"}, 1));
    go(&browser, &(struct sso_errand){.provider = "police", .link = link}, 2);
    there.subject = "dora";
    GOOD_ONCE(back(&browser, 3, &ended, &refused));
    assert_true(ended.joined);
    assert_false(ended.made);
    act_sso_ways(&act, link, &ways, &count); /* it was used */
    assert_int_equal(count, 0);
    /* whom the claims give nothing comes in no more */
    there.claims = "{\"groups\":[\"cadets\"]}";
    go(&browser, &(struct sso_errand){.provider = "police"}, 4);
    REFUSED(ERROR_NOT_ALLOWED, SSO_REFUSED_NO_ROLE, back(&browser, 5, &ended, &refused));
}

static struct browser signed_in(const struct state *state, const char *subject, int64_t seconds,
                                struct session *ret_session)
{
    struct browser browser = {.state = state};
    struct sso_ended ended;
    enum sso_refused refused;
    struct act act = act_at(state, NULL, seconds);
    there.subject = subject;
    there.claims =
        arena_printf(state->arena, "{\"groups\":[\"officers\"],\"preferred_username\":\"%s\"}", subject);
    go(&browser, &(struct sso_errand){.provider = "police"}, seconds);
    GOOD_ONCE(back(&browser, seconds, &ended, &refused));
    GOOD(act_session(&act, ended.sign_in.token, ret_session));
    browser.session = ended.sign_in.token;
    browser.actor = &ret_session->actor;
    return browser;
}

static void who_they_are_is_proved_again_for_their_own_session(void **context)
{
    const struct state *state = *context;
    struct sso_ended ended;
    enum sso_refused refused;
    struct session first;
    struct session second;
    struct session other;
    struct browser fox = signed_in(state, "fox-one", 10, &first);
    struct browser again = signed_in(state, "fox-one", 11, &second);
    struct browser gull = signed_in(state, "gull-one", 12, &other);
    const struct sso_errand errand = {.provider = "police", .again = true};
    struct act act = act_at(state, fox.actor, 13);
    const struct sso_way *mine = act_sso_mine(&act);
    assert_non_null(mine);
    assert_string_equal(mine->title, "Police");
    go(&fox, &errand, 14);
    assert_non_null(strstr(fox.address, "prompt=login"));
    /* without a session, in another one of hers, or after it ended: no */
    there.subject = "fox-one";
    struct browser wrong = fox;
    wrong.session = NULL;
    REFUSED(ERROR_BAD_INPUT, SSO_REFUSED_ANSWER, back(&wrong, 15, &ended, &refused));
    go(&fox, &errand, 14);
    wrong = fox;
    wrong.session = again.session;
    REFUSED(ERROR_BAD_INPUT, SSO_REFUSED_ANSWER, back(&wrong, 15, &ended, &refused));
    go(&fox, &errand, 14);
    wrong = fox;
    wrong.session = "of nobody";
    REFUSED(ERROR_BAD_INPUT, SSO_REFUSED_ANSWER, back(&wrong, 15, &ended, &refused));
    /* another person at the same browser proves nothing for her */
    go(&fox, &errand, 14);
    there.subject = "gull-one";
    REFUSED(ERROR_NOT_ALLOWED, SSO_REFUSED_OTHER, back(&fox, 15, &ended, &refused));
    there.subject = "fox-one";
    unsigned n = 0;
    for (bool failed = true; failed;) {
        go(&fox, &errand, 14);
        failing_begin(++n, true);
        const struct error *error = back(&fox, 16, &ended, &refused);
        failed = failing_end();
        assert_true(error == NULL || is_of_the_store(error) || error->code == ERROR_BAD_INPUT);
        fox.session = error == NULL ? ended.sign_in.token : fox.session;
    }
    assert_int_equal(ended.end, SSO_PROVED);
    assert_true(there.again);
    act = act_at(state, NULL, 17);
    GOOD(act_session(&act, ended.sign_in.token, &first));
    /* only who signs in by it, and signed in, is sent there to prove it */
    FAILS(ERROR_NOT_FOUND, go_at(&gull, &(struct sso_errand){.provider = "county", .again = true}, 18));
    gull.actor = NULL;
    FAILS_ONCE(ERROR_NOT_FOUND, go_at(&gull, &errand, 18));
    struct actor nurse = state->nurse;
    gull.actor = &nurse;
    FAILS_ONCE(ERROR_NOT_FOUND, go_at(&gull, &errand, 18));
    act = act_at(state, &nurse, 19);
    assert_null(act_sso_mine(&act));
    act = act_at(state, NULL, 19);
    assert_null(act_sso_mine(&act));
}

static void an_account_says_by_whom_it_signs_in(void **context)
{
    const struct state *state = *context;
    struct session session;
    const struct account *account;
    (void)signed_in(state, "heron-one", 10, &session);
    struct act act = act_at(state, NULL, 11);
    GOOD(account_read(&act, session.actor.account, &account));
    assert_string_equal(sso_title(&act, account), "Police");
    struct sso *kept = state->service->sso; /* settings that have it no more */
    static const struct sso_settings none = {.link = "https://waymark.example", .seconds = 5};
    service_sso(state->service, state->arena, &none);
    assert_string_equal(sso_title(&act, account), "https://police.example");
    state->service->sso = NULL;
    const struct sso_way *ways;
    size_t count;
    act_sso_ways(&act, NULL, &ways, &count);
    assert_int_equal(count, 0);
    assert_string_equal(sso_title(&act, account), "https://police.example");
    struct act own = act_at(state, &session.actor, 12);
    assert_null(act_sso_mine(&own));
    state->service->sso = kept;
    /* a new account of the same issuer in another agency is not the provider's */
    struct account elsewhere = *account;
    elsewhere.agency = "health";
    assert_string_equal(sso_title(&act, &elsewhere), "https://police.example");
    elsewhere.issuer = NULL;
    assert_null(sso_title(&act, &elsewhere));
}

static void the_way_out_leads_to_the_provider_where_it_has_one(void **context)
{
    struct act act = act_at(*context, NULL, 0);
    const char *title = NULL;
    assert_null(act_sso_way_out(&act, "police", &title));
    there.end = "https://police.example/end";
    const char *out = act_sso_way_out(&act, "police", &title);
    assert_non_null(out);
    assert_non_null(strstr(out, "https://police.example/end?client_id=waymark"));
    assert_string_equal(title, "Police");
    assert_null(act_sso_way_out(&act, "none", &title));
}

static void an_address_that_does_not_fit_is_refused(void **context)
{
    struct browser browser = {.state = *context};
    struct sso_provider endless = providers[0];
    char *scopes = arena_alloc(browser.state->arena, 100001);
    memset(scopes, 's', 100000);
    endless.scopes = scopes;
    const struct sso_settings longest = {
        .link = "https://waymark.example", .seconds = 5, .providers = &endless, .count = 1};
    struct sso *kept = browser.state->service->sso;
    service_sso(browser.state->service, browser.state->arena, &longest);
    FAILS(ERROR_BAD_INPUT, go_at(&browser, &(struct sso_errand){.provider = "police"}, 1));
    browser.state->service->sso = kept;
}

/* The agencies and roles of the settings are those of the pack; none gives what two people give. */
static void settings_give_only_roles_that_there_are(void **context)
{
    const struct state *state = *context;
    const struct pack_fault *faults;
    size_t count;
    const struct sso_rule invited = {.line = 9};
    const struct sso_rule rules[] = {{.role = "no-such-role", .line = 3, .next = &rules[1]},
                                     {.role = "administrator", .line = 4, .next = &rules[2]},
                                     {.role = "social-worker", .line = 5, .next = &rules[3]},
                                     {.role = "referrer", .line = 6, .next = &invited}};
    const struct sso_provider wrong[] = {{.id = "police", .agency = "police", .rules = rules, .line = 1},
                                         {.id = "nowhere", .agency = "moon", .line = 8}};
    const struct sso_settings checked = {.providers = wrong, .count = 2};
    const struct pack *pack = service_pack(state->service);
    FAILS(ERROR_PACK, sso_settings_check(state->arena, "sso.yaml", &checked, pack, &faults, &count));
    assert_int_equal(count, 4);
    assert_int_equal(faults[0].line, 3);
    assert_non_null(strstr(faults[1].text, "two administrators"));
    assert_non_null(strstr(faults[2].text, "exists only in social-care"));
    assert_non_null(strstr(faults[3].text, "no agency 'moon'"));
    const struct sso_settings right = {.providers = providers, .count = 1};
    GOOD(sso_settings_check(state->arena, "sso.yaml", &right, pack, &faults, &count));
    assert_int_equal(count, 0);
    struct pack bare = *pack; /* a pack that names no agencies has none */
    bare.code_list_count = 0;
    FAILS(ERROR_PACK, sso_settings_check(state->arena, "sso.yaml", &right, &bare, &faults, &count));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(who_comes_back_is_signed_in_and_goes_on_where_they_were_going, fresh),
        cmocka_unit_test_setup(the_store_may_fail_at_any_step, fresh),
        cmocka_unit_test_setup(a_ticket_is_of_one_browser_provider_and_time, fresh),
        cmocka_unit_test_setup(a_ticket_has_its_seven_lines, fresh),
        cmocka_unit_test_setup(so_many_answers_are_remembered_and_then_none_more_is_taken, fresh),
        cmocka_unit_test_setup(an_invitation_is_answered_by_the_provider_of_its_agency, fresh),
        cmocka_unit_test_setup(who_they_are_is_proved_again_for_their_own_session, fresh),
        cmocka_unit_test_setup(an_account_says_by_whom_it_signs_in, fresh),
        cmocka_unit_test_setup(the_way_out_leads_to_the_provider_where_it_has_one, fresh),
        cmocka_unit_test_setup(an_address_that_does_not_fit_is_refused, fresh),
        cmocka_unit_test_setup(settings_give_only_roles_that_there_are, fresh),
    };
    return cmocka_run_group_tests(tests, set_up_provider, tear_down);
}
