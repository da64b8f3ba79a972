/* What a provider must say before anybody is signed in: each claim left out, wrong, and at its edges. */
#include "sign.h"

#include "base/text.h"
#include "sso/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { NOW = 1800000000 };

static const char *const hosts[] = {"login.police.example", "keys.police.example"};
static const char *const strong_acr[] = {"phr", "phrh"};
static const char *const strong_amr[] = {"mfa", "hwk"};
static struct sso_provider provider = {
    .id = "police",
    .title = "Police",
    .agency = "police",
    .issuer = "https://login.police.example/staff",
    .client = "waymark",
    .hosts = hosts,
    .host_count = 2,
    .scopes = "openid profile",
    .algorithms = JOSE_ALL,
    .strong_acr = strong_acr,
    .strong_acr_count = 2,
    .strong_amr = strong_amr,
    .strong_amr_count = 2,
};

static struct signer signer;
static const struct jose_key *keys;
static size_t key_count;
static struct arena *lasting;

static int begin(void **state)
{
    (void)state;
    lasting = arena_new(1 << 20);
    signer = signer_new(JOSE_EDDSA);
    const char *set = arena_printf(lasting, "{\"keys\":[%s]}", signer_jwk(lasting, &signer, "k"));
    return jose_keys(lasting, set, strlen(set), &keys, &key_count) == NULL ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    gnutls_privkey_deinit(signer.key);
    arena_free(lasting);
    return 0;
}

static const struct error *check(struct arena *arena, const char *claims, bool again,
                                 struct sso_person *ret_person)
{
    const struct sso_wanted wanted = {
        "the-nonce", {(int64_t)(NOW - 30) * MS_PER_SECOND}, {(int64_t)NOW * MS_PER_SECOND}, again};
    const char *token = signer_sign(arena, &signer, "{\"alg\":\"EdDSA\",\"kid\":\"k\"}", claims);
    return sso_token_check(arena, &provider, token, keys, key_count, &wanted, ret_person);
}

/* All claims as they should be, apart from one: NULL leaves it out. */
static const char *claims_but(struct arena *arena, const char *name, const char *value)
{
    const char *const usual[][2] = {
        {"iss", "\"https://login.police.example/staff\""},
        {"sub", "\"248289761001\""},
        {"aud", "\"waymark\""},
        {"exp", "1800000300"},
        {"iat", "1799999990"},
        {"nonce", "\"the-nonce\""},
    };
    const char *text = "{\"x\":1";
    bool put = false;
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
        bool this_one = text_equal(usual[i][0], name);
        const char *what = this_one ? value : usual[i][1];
        put = put || this_one;
        if (what != NULL) {
            text = arena_printf(arena, "%s,\"%s\":%s", text, usual[i][0], what);
        }
    }
    if (!put && name != NULL) {
        text = arena_printf(arena, "%s,\"%s\":%s", text, name, value);
    }
    return arena_printf(arena, "%s}", text);
}

static bool good(struct arena *arena, const char *name, const char *value)
{
    struct sso_person person;
    const struct error *error = check(arena, claims_but(arena, name, value), false, &person);
    assert_true(error == NULL || (error->code == ERROR_BAD_INPUT && error->detail != NULL));
    return error == NULL;
}

static void test_a_good_token(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(8 << 20);
    struct sso_person person;
    assert_null(check(arena, claims_but(arena, NULL, NULL), false, &person));
    assert_string_equal(person.subject, "248289761001");
    assert_string_equal(person.issuer, provider.issuer);
    assert_false(person.strong);
    assert_true(person.proved.ms == (int64_t)1799999990 * MS_PER_SECOND);
    assert_non_null(said_get(person.claims, "x"));
}

static const char *ended_at(struct arena *arena, int second)
{
    return arena_printf(arena,
                        "{\"iss\":\"https://login.police.example/staff\",\"sub\":\"a\",\"aud\":\"waymark\","
                        "\"nonce\":\"the-nonce\",\"iat\":1799999920,\"exp\":%d}",
                        second);
}

static void test_each_claim(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(64 << 20);
    const struct {
        const char *name;
        const char *value;
        bool good;
    } rows[] = {
        {"iss", NULL, false},
        {"iss", "\"https://login.police.example/staff/\"", false},
        {"iss", "\"https://login.police.example\"", false},
        {"iss", "\"HTTPS://login.police.example/staff\"", false},
        {"iss", "[\"https://login.police.example/staff\"]", false},
        {"aud", NULL, false},
        {"aud", "\"another\"", false},
        {"aud", "\"waymark \"", false},
        {"aud", "[\"waymark\"]", true},
        {"aud", "[]", false},
        {"aud", "[\"waymark\",\"another\"]", false},
        {"aud", "[[\"waymark\"]]", false},
        {"aud", "{\"waymark\":1}", false},
        {"aud", "null", false},
        {"azp", "\"waymark\"", true},
        {"azp", "\"another\"", false},
        {"azp", "[\"waymark\"]", false},
        {"azp", "null", false},
        {"nonce", NULL, false},
        {"nonce", "\"another-nonce\"", false},
        {"nonce", "\"\"", false},
        {"nonce", "[\"the-nonce\"]", false},
        {"sub", NULL, false},
        {"sub", "\"\"", false},
        {"sub", "1", false},
        {"sub", "\"a\\nb\"", false},
        {"sub", "\"A\"", true},
        {"exp", NULL, false},
        {"exp", "\"1800000300\"", false},
        {"exp", "-1", false},
        {"exp", "1e300", false},
        {"exp", "9223372036854775807", false},
        {"exp", "1799999991", true},
        {"exp", "1799999990", false}, /* before it began */
        {"iat", NULL, false},
        {"iat", "\"1799999990\"", false},
        {"iat", "1800000060", true},
        {"iat", "1800000061", false},
        {"iat", "1799999910", true}, /* 60 seconds before the browser was sent */
        {"iat", "1799999909", false},
        {"iat", "1799999990.75", true},
        {"nbf", "1800000060", true},
        {"nbf", "1800000061", false},
        {"nbf", "\"x\"", false},
        {"auth_time", "1799990000", true},
        {"auth_time", "1800000061", false},
        {"auth_time", "\"x\"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool is = good(arena, rows[i].name, rows[i].value);
        if (is != rows[i].good) {
            fail_msg("%s: %s", rows[i].name, rows[i].value == NULL ? "left out" : rows[i].value);
        }
    }
    struct sso_person person;
    assert_null(check(arena, ended_at(arena, NOW - 59), false, &person));
    assert_non_null(check(arena, ended_at(arena, NOW - 60), false, &person));
    /* one name twice, which two programs read in two ways */
    assert_false(good(arena, "x", "2"));
    assert_non_null(check(arena, "[]", false, &person));
    assert_non_null(check(arena, "", false, &person));
    char *subject = arena_alloc(arena, SSO_SUBJECT_MOST + 4);
    memset(subject, 'a', SSO_SUBJECT_MOST + 3);
    subject[0] = subject[SSO_SUBJECT_MOST + 1] = '"';
    subject[SSO_SUBJECT_MOST + 2] = '\0';
    assert_true(good(arena, "sub", subject));
    subject[SSO_SUBJECT_MOST + 1] = 'a';
    subject[SSO_SUBJECT_MOST + 2] = '"';
    assert_false(good(arena, "sub", subject));
}

static void test_how_it_was_proved(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(8 << 20);
    const struct {
        const char *name;
        const char *value;
        bool strong;
    } rows[] = {
        {"acr", "\"phr\"", true},         {"acr", "\"phrh\"", true},     {"acr", "\"pwd\"", false},
        {"acr", "[\"phr\"]", false},      {"amr", "[\"pwd\"]", false},   {"amr", "[\"pwd\",\"mfa\"]", true},
        {"amr", "\"mfa\"", false},        {"amr", "[[\"mfa\"]]", false}, {"amr", "[\"MFA\"]", false},
        {"amr", "{\"mfa\":true}", false}, {"acr", "\"0\"", false},
    };
    struct sso_person person;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_null(check(arena, claims_but(arena, rows[i].name, rows[i].value), false, &person));
        assert_true(person.strong == rows[i].strong);
    }
    /* to be proved anew: when it was is asked for, and must be since the browser was sent */
    assert_non_null(check(arena, claims_but(arena, NULL, NULL), true, &person));
    assert_non_null(check(arena, claims_but(arena, "auth_time", "1799999909"), true, &person));
    assert_null(check(arena, claims_but(arena, "auth_time", "1799999975"), true, &person));
    assert_true(person.proved.ms == (int64_t)1799999975 * MS_PER_SECOND);
    /* a clock that is ahead proves nothing in the future */
    assert_null(check(arena, claims_but(arena, "auth_time", "1800000059"), true, &person));
    assert_true(person.proved.ms == (int64_t)NOW * MS_PER_SECOND);
}

static void test_other_types_and_keys(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(8 << 20);
    const struct sso_wanted wanted = {"the-nonce", {(int64_t)NOW * 1000}, {(int64_t)NOW * 1000}, false};
    struct sso_person person;
    const char *claims = claims_but(arena, NULL, NULL);
    const struct {
        const char *head;
        enum error_code code;
    } rows[] = {
        {"{\"alg\":\"EdDSA\",\"kid\":\"k\",\"typ\":\"JWT\"}", ERROR_NONE},
        {"{\"alg\":\"EdDSA\",\"kid\":\"k\",\"typ\":\"at+jwt\"}", ERROR_BAD_INPUT},
        {"{\"alg\":\"EdDSA\",\"kid\":\"k\",\"typ\":\"logout+jwt\"}", ERROR_BAD_INPUT},
        {"{\"alg\":\"EdDSA\",\"kid\":\"new\"}", ERROR_NOT_FOUND},
        {"{\"alg\":\"none\",\"kid\":\"k\"}", ERROR_BAD_INPUT},
        {"{\"alg\":\"RS256\",\"kid\":\"k\"}", ERROR_NOT_FOUND}, /* no RSA key of that name */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct error *error =
            sso_token_check(arena, &provider, signer_sign(arena, &signer, rows[i].head, claims), keys,
                            key_count, &wanted, &person);
        assert_int_equal(error == NULL ? ERROR_NONE : error->code, rows[i].code);
    }
    struct signer thief = signer_new(JOSE_EDDSA);
    const char *forged = signer_sign(arena, &thief, "{\"alg\":\"EdDSA\",\"kid\":\"k\"}", claims);
    const struct error *error = sso_token_check(arena, &provider, forged, keys, key_count, &wanted, &person);
    assert_string_equal(error->detail, "the signature does not hold");
    gnutls_privkey_deinit(thief.key);
    struct sso_provider strict = provider;
    strict.algorithms = JOSE_RS256;
    assert_non_null(sso_token_check(arena, &strict,
                                    signer_sign(arena, &signer, "{\"alg\":\"EdDSA\",\"kid\":\"k\"}", claims),
                                    keys, key_count, &wanted, &person));
}

/* ---- the description
 * ----------------------------------------------------------------------------------------------------- */

#define DESCRIPTION(issuer, authorization, token, keys, more)                                                \
    "{\"issuer\":\"" issuer "\",\"authorization_endpoint\":\"" authorization                                 \
    "\",\"token_endpoint\":\"" token "\",\"jwks_uri\":\"" keys "\"" more "}"
#define AT "https://login.police.example"

static const struct error *describe(struct arena *arena, const char *text, struct sso_description *ret)
{
    return sso_description_read(arena, &provider, text, strlen(text), ret);
}

static void test_the_description(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(8 << 20);
    struct sso_description description;
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        DESCRIPTION("https://evil.example", AT "/a", AT "/t", AT "/k", ""),
        DESCRIPTION(AT "/staff/", AT "/a", AT "/t", AT "/k", ""),
        DESCRIPTION(AT "/staff", "https://evil.example/a", AT "/t", AT "/k", ""),
        DESCRIPTION(AT "/staff", AT "/a", "https://evil.example/t", AT "/k", ""),
        DESCRIPTION(AT "/staff", AT "/a", AT "/t", "https://evil.example/k", ""),
        DESCRIPTION(AT "/staff", AT "/a", AT "/t", "http://login.police.example/k", ""),
        DESCRIPTION(AT "/staff", AT "/a", AT "/t", "https://login.police.example@evil.example/k", ""),
        DESCRIPTION(AT "/staff", AT "/a", AT "/t", "https://login.police.example.evil.example/k", ""),
        DESCRIPTION(AT "/staff", AT "/a", AT "/t", "https://evil.example#login.police.example/k", ""),
        DESCRIPTION(AT "/staff", AT "/a", AT "/t", "https://evil.example\\\\@login.police.example/k", ""),
        DESCRIPTION(AT "/staff", AT "/a", AT "/t", "file:///etc/passwd", ""),
        DESCRIPTION(AT "/staff", AT "/a", AT "/t", "gopher://login.police.example/k", ""),
        DESCRIPTION(AT "/staff", AT "/a", AT "/t", "https://169.254.169.254/k", ""),
        DESCRIPTION(AT "/staff", AT "/a", AT "/t", "https://127.0.0.1/k", ""),
        DESCRIPTION(AT "/staff", AT "/a", AT "/t", AT ":x/k", ""),
        DESCRIPTION(AT "/staff", AT "/a b", AT "/t", AT "/k", ""),
        DESCRIPTION(AT "/staff", AT "/a\\r\\nX: y", AT "/t", AT "/k", ""),
        DESCRIPTION(AT "/staff", AT "/a", AT "/t", AT "/k", ",\"issuer\":\"x\""),
        DESCRIPTION(AT "/staff", AT "/a", AT "/t", AT "/k", ",\"response_types_supported\":[\"id_token\"]"),
        DESCRIPTION(AT "/staff", AT "/a", AT "/t", AT "/k",
                    ",\"code_challenge_methods_supported\":[\"plain\"]"),
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const struct error *error = describe(arena, bad[i], &description);
        if (error == NULL || error->code != ERROR_BAD_INPUT) {
            fail_msg("taken: %s", bad[i]);
        }
    }
    assert_null(describe(arena,
                         DESCRIPTION(AT "/staff", AT ":8443/a?x=1", "https://LOGIN.police.example/t",
                                     "https://keys.police.example/k",
                                     ",\"authorization_response_iss_parameter_supported\":true,"
                                     "\"end_session_endpoint\":\"https://evil.example/out\""),
                         &description));
    assert_true(description.names_itself);
    assert_null(description.end_session);
    assert_string_equal(sso_description_address(arena, &provider),
                        AT "/staff/.well-known/openid-configuration");
}

static void test_this_machine_only_where_it_is_said(void **state)
{
    (void)state;
    struct sso_provider here = provider;
    static const char *const loopback[] = {"127.0.0.1", "login.police.example"};
    here.hosts = loopback;
    assert_false(sso_address_is_allowed(&here, "http://127.0.0.1:4000/k"));
    here.loopback = true;
    assert_true(sso_address_is_allowed(&here, "http://127.0.0.1:4000/k"));
    assert_true(sso_address_is_allowed(&here, "https://login.police.example/k"));
    assert_false(sso_address_is_allowed(&here, "http://login.police.example/k"));
    assert_false(sso_address_is_allowed(&here, "http://127.0.0.1.evil.example/k"));
    assert_false(sso_address_is_allowed(&here, "http://127.0.0.1@evil.example/k"));
    assert_false(sso_address_is_allowed(&here, "http://127.0.0.2/k"));
    assert_false(sso_address_is_allowed(&here, "http://:80/k"));
    assert_false(sso_address_is_allowed(&here, "127.0.0.1/k"));
}

/* ---- what is sent, and the answer
 * -------------------------------------------------------------------------------------- */

static void test_what_is_sent(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(8 << 20);
    const struct sso_description description = {.authorization = AT "/a"};
    const struct sso_request request = {.redirect = "https://w.example/sign-in/from/police",
                                        .state = "S",
                                        .nonce = "N",
                                        .verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
                                        .again = true};
    assert_string_equal(
        sso_request_address(arena, &provider, &description, &request),
        AT "/a?response_type=code&client_id=waymark&redirect_uri=https%3A%2F%2Fw.example%2Fsign-in%2Ffrom%2F"
           "police&scope=openid%20profile&state=S&nonce=N&code_challenge="
           "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&acr_values=phr%20phrh"
           "&prompt=login&max_age=0");
    assert_string_equal(
        sso_redeem_body(arena, &provider, "c&d=e+f", "https://w.example/x", "v"),
        "grant_type=authorization_code&code=c%26d%3De%2Bf&redirect_uri=https%3A%2F%2Fw.example"
        "%2Fx&code_verifier=v&client_id=waymark");
    struct sso_provider with_secret = provider;
    with_secret.secret = "p&q";
    assert_null(strstr(sso_redeem_body(arena, &with_secret, "c", "r", "v"), "client"));
    with_secret.secret_in_form = true;
    assert_non_null(strstr(sso_redeem_body(arena, &with_secret, "c", "r", "v"), "&client_secret=p%26q"));
    const char *token;
    assert_null(sso_redeemed(arena, "{\"id_token\":\"t\"}", 16, &token));
    assert_string_equal(token, "t");
    assert_non_null(sso_redeemed(arena, "{\"id_token\":1}", 14, &token));
    assert_non_null(sso_redeemed(arena, "{\"access_token\":\"t\"}", 20, &token));
    assert_non_null(sso_redeemed(arena, "{\"id_token\":\"t\",\"id_token\":\"t\"}", 31, &token));
}

static void test_the_answer(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
    struct sso_description silent = {0};
    struct sso_description speaking = {.names_itself = true};
    const char *ours = provider.issuer;
    const struct {
        struct sso_answer answer;
        enum error_code of_silent;
        enum error_code of_speaking;
    } rows[] = {
        {{"S", "c", ours, NULL}, ERROR_NONE, ERROR_NONE},
        {{"S", "c", NULL, NULL}, ERROR_NONE, ERROR_BAD_INPUT},
        {{"S", "c", "https://evil.example", NULL}, ERROR_BAD_INPUT, ERROR_BAD_INPUT},
        {{"S", "c", "", NULL}, ERROR_BAD_INPUT, ERROR_BAD_INPUT},
        {{"T", "c", ours, NULL}, ERROR_BAD_INPUT, ERROR_BAD_INPUT},
        {{"", "c", ours, NULL}, ERROR_BAD_INPUT, ERROR_BAD_INPUT},
        {{NULL, "c", ours, NULL}, ERROR_BAD_INPUT, ERROR_BAD_INPUT},
        {{"S", NULL, ours, NULL}, ERROR_BAD_INPUT, ERROR_BAD_INPUT},
        {{"S", "", ours, NULL}, ERROR_BAD_INPUT, ERROR_BAD_INPUT},
        {{"S", NULL, ours, "access_denied"}, ERROR_NOT_ALLOWED, ERROR_NOT_ALLOWED},
        {{"S", "c", ours, "access_denied"}, ERROR_NOT_ALLOWED, ERROR_NOT_ALLOWED},
        {{"T", NULL, ours, "access_denied"}, ERROR_BAD_INPUT, ERROR_BAD_INPUT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct error *one = sso_answer_check(arena, &provider, &silent, &rows[i].answer, "S");
        const struct error *two = sso_answer_check(arena, &provider, &speaking, &rows[i].answer, "S");
        assert_int_equal(one == NULL ? ERROR_NONE : one->code, rows[i].of_silent);
        assert_int_equal(two == NULL ? ERROR_NONE : two->code, rows[i].of_speaking);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_good_token),      cmocka_unit_test(test_each_claim),
        cmocka_unit_test(test_how_it_was_proved), cmocka_unit_test(test_other_types_and_keys),
        cmocka_unit_test(test_the_description),   cmocka_unit_test(test_this_machine_only_where_it_is_said),
        cmocka_unit_test(test_what_is_sent),      cmocka_unit_test(test_the_answer),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
