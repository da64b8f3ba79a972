/* Signed tokens: the published vectors, and everything that is nearly one. */
#include "sign.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* RFC 7515, appendices A.2 and A.3, and RFC 8037, appendix A.4 */
#define JOE "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
static const char rsa_token[] =
    "eyJhbGciOiJSUzI1NiJ9." JOE
    ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJd"
    "bF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN938"
    "3LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkW"
    "ywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
static const char rsa_keys[] =
    "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw"
    "-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpa"
    "SHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxX"
    "FvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\",\"e\":\"AQAB\"}]}";
static const char ec_token[] =
    "eyJhbGciOiJFUzI1NiJ9." JOE
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
static const char ec_keys[] = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
                              "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                              "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}";
static const char ed_token[] =
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
    ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
#define ED_KEY "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"
static const char ed_keys[] = "{\"keys\":[" ED_KEY "]}";
static const char ed_key[] = ED_KEY;
static const char other_key[] = "{\"kty\":\"oct\"}";
/* RFC 7515, appendices A.1 (HS256) and A.5 (none) */
static const char secret_token[] =
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." JOE ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
static const char open_token[] = "eyJhbGciOiJub25lIn0." JOE ".";

/* Whether it holds under those keys, whatever it is stopped by. */
static bool holds(struct arena *arena, const char *text, const char *keys_text)
{
    struct jose_token token;
    const struct jose_key *keys;
    const struct jose_key *key;
    size_t count;
    return jose_split(arena, text, JOSE_ALL, &token) == NULL &&
           jose_keys(arena, keys_text, strlen(keys_text), &keys, &count) == NULL &&
           jose_key_of(arena, &token, keys, count, &key) == NULL && jose_holds(&token, key);
}

static const char *one_key(struct arena *arena, const char *key)
{
    return arena_printf(arena, "{\"keys\":[%s]}", key);
}

static void test_published_vectors(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(8 << 20);
    assert_true(holds(arena, rsa_token, rsa_keys));
    assert_true(holds(arena, ec_token, ec_keys));
    assert_true(holds(arena, ed_token, ed_keys));
    assert_false(holds(arena, rsa_token, ec_keys));
    assert_false(holds(arena, ec_token, ed_keys));
    assert_false(holds(arena, ed_token, rsa_keys));
    /* RFC 7636, appendix B */
    assert_string_equal(jose_challenge(arena, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
                        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

static void test_every_changed_byte_shows(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(64 << 20);
    const char *const pairs[][2] = {{rsa_token, rsa_keys}, {ec_token, ec_keys}, {ed_token, ed_keys}};
    for (size_t i = 0; i < 3; i++) {
        size_t size = strlen(pairs[i][0]);
        for (size_t at = 0; at < size; at++) {
            arena_reset(arena);
            char *changed = arena_copy(arena, pairs[i][0]);
            changed[at] = changed[at] == 'A' ? 'B' : 'A';
            assert_false(holds(arena, changed, pairs[i][1]));
        }
        for (size_t end = 0; end < size; end += 7) {
            arena_reset(arena);
            assert_false(holds(arena, arena_copy_n(arena, pairs[i][0], end), pairs[i][1]));
        }
    }
}

static void test_no_other_algorithm(void **state)
{
    (void)state;
    static const char *const names[] = {"none",    "None",  "nOnE",  "",       "HS256",  "HS384",  "HS512",
                                        "RS384",   "RS512", "RS1",   "PS384",  "ES384",  "ES256K", "ES512",
                                        "Ed25519", "eddsa", "rs256", "RS256 ", "A128KW", "dir"};
    ARENA_CLEANUP struct arena *arena = arena_new(8 << 20);
    struct jose_token token;
    assert_non_null(jose_split(arena, secret_token, JOSE_ALL, &token));
    assert_non_null(jose_split(arena, open_token, JOSE_ALL, &token));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *head = arena_printf(arena, "{\"alg\":\"%s\"}", names[i]);
        const char *text = arena_printf(arena, "%s." JOE ".AAAA", jose_encode(arena, head, strlen(head)));
        assert_non_null(jose_split(arena, text, JOSE_ALL, &token));
        assert_int_equal(jose_algorithm(names[i]), 0);
    }
    /* one of the four, but not of those allowed here */
    assert_non_null(jose_split(arena, rsa_token, JOSE_PS256 | JOSE_ES256 | JOSE_EDDSA, &token));
    assert_null(jose_split(arena, rsa_token, JOSE_RS256, &token));
    /* an empty signature under a good name */
    assert_non_null(jose_split(arena, "eyJhbGciOiJSUzI1NiJ9." JOE ".", JOSE_ALL, &token));
}

static void test_the_head(void **state)
{
    (void)state;
    static const char *const heads[] = {
        "[]",
        "\"RS256\"",
        "{}",
        "{\"alg\":[\"RS256\"]}",
        "{\"alg\":\"RS256\",\"alg\":\"RS256\"}",
        "{\"alg\":\"RS256\",\"crit\":[\"exp\"]}",
        "{\"alg\":\"RS256\",\"crit\":[]}",
        "{\"alg\":\"RS256\",\"b64\":false}",
        "{\"alg\":\"RS256\",\"zip\":\"DEF\"}",
        "{\"alg\":\"RS256\",\"kid\":1}",
        "{\"alg\":\"RS256\",\"kid\":\"\"}",
        "{\"alg\":\"RS256\"",
        "",
    };
    ARENA_CLEANUP struct arena *arena = arena_new(8 << 20);
    struct jose_token token;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        const char *text =
            arena_printf(arena, "%s." JOE ".AAAA", jose_encode(arena, heads[i], strlen(heads[i])));
        assert_non_null(jose_split(arena, text, JOSE_ALL, &token));
    }
    static const char *const forms[] = {"",
                                        ".",
                                        "..",
                                        "...",
                                        "a.b",
                                        "eyJhbGciOiJSUzI1NiJ9.e30.AAAA.x.y",
                                        "eyJhbGciOiJSUzI1NiJ9=.e30.AAAA",
                                        "eyJhbGciOiJSUzI1NiJ9.e3 0.AAAA",
                                        "eyJhbGciOiJSUzI1NiJ9.e31.AAAA\n"};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        assert_non_null(jose_split(arena, forms[i], JOSE_ALL, &token));
    }
    char *large = arena_alloc(arena, JOSE_TOKEN_MOST + 2);
    memset(large, 'A', JOSE_TOKEN_MOST + 1);
    assert_non_null(jose_split(arena, large, JOSE_ALL, &token));
}

static void test_base64url_is_written_in_one_way(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(8 << 20);
    struct jose_bytes bytes;
    static const char *const good[] = {"", "AA", "AAA", "AAAA", "-_-_", "Zg", "Zm8", "Zm9v"};
    static const char *const bad[] = {"A",  "AB",  "AAB", "AAAAA", "AA==", "A+",
                                      "A/", "A A", "Zh",  "Zm9",   "A\n"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(jose_decode(arena, good[i], strlen(good[i]), &bytes));
        assert_string_equal(jose_encode(arena, bytes.bytes, bytes.size), good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(jose_decode(arena, bad[i], strlen(bad[i]), &bytes));
    }
}

static void test_each_algorithm_signs_and_each_is_bound_to_its_key(void **state)
{
    (void)state;
    static const unsigned algorithms[] = {JOSE_RS256, JOSE_PS256, JOSE_ES256, JOSE_EDDSA};
    ARENA_CLEANUP struct arena *arena = arena_new(8 << 20);
    for (size_t i = 0; i < 4; i++) {
        struct signer signer = signer_new(algorithms[i]);
        const char *name = jose_algorithm_name(algorithms[i]);
        const char *keys = one_key(arena, signer_jwk(arena, &signer, "k"));
        const char *head = arena_printf(arena, "{\"alg\":\"%s\",\"kid\":\"k\"}", name);
        assert_true(holds(arena, signer_sign(arena, &signer, head, "{}"), keys));
        /* RS256 and PS256 have the same keys, and are not the same all the same */
        for (size_t j = 0; j < 4; j++) {
            const char *other =
                arena_printf(arena, "{\"alg\":\"%s\",\"kid\":\"k\"}", jose_algorithm_name(algorithms[j]));
            assert_true(holds(arena, signer_sign(arena, &signer, other, "{}"), keys) == (i == j));
        }
        /* a key that the token brings along is nothing */
        const char *own =
            arena_printf(arena, "{\"alg\":\"%s\",\"jwk\":%s}", name, signer_jwk(arena, &signer, "k"));
        assert_false(holds(arena, signer_sign(arena, &signer, own, "{}"),
                           algorithms[i] == JOSE_ES256 ? rsa_keys : ec_keys));
        gnutls_privkey_deinit(signer.key);
    }
}

static void test_which_key_is_meant(void **state)
{
    (void)state;
    ARENA_CLEANUP struct arena *arena = arena_new(8 << 20);
    struct signer one = signer_new(JOSE_ES256);
    struct signer two = signer_new(JOSE_ES256);
    const char *first = signer_jwk(arena, &one, "a");
    const char *second = signer_jwk(arena, &two, "b");
    const char *both = arena_printf(arena, "{\"keys\":[%s,%s]}", first, second);
    const char *twice = arena_printf(arena, "{\"keys\":[%s,%s]}", first, signer_jwk(arena, &two, "a"));
    const char *named = signer_sign(arena, &two, "{\"alg\":\"ES256\",\"kid\":\"b\"}", "{}");
    const char *wrong = signer_sign(arena, &two, "{\"alg\":\"ES256\",\"kid\":\"a\"}", "{}");
    const char *unknown = signer_sign(arena, &two, "{\"alg\":\"ES256\",\"kid\":\"c\"}", "{}");
    const char *path = signer_sign(arena, &two, "{\"alg\":\"ES256\",\"kid\":\"../../b\"}", "{}");
    const char *nameless = signer_sign(arena, &two, "{\"alg\":\"ES256\"}", "{}");
    assert_true(holds(arena, named, both));
    assert_false(holds(arena, wrong, both));
    assert_false(holds(arena, unknown, both));
    assert_false(holds(arena, path, both));
    assert_false(holds(arena, nameless, both)); /* which of the two? */
    assert_true(holds(arena, nameless, one_key(arena, second)));
    assert_false(holds(arena, wrong, twice));

    struct jose_token token;
    const struct jose_key *keys;
    const struct jose_key *key;
    size_t count;
    assert_null(jose_keys(arena, both, strlen(both), &keys, &count));
    assert_null(jose_split(arena, unknown, JOSE_ALL, &token));
    assert_int_equal(jose_key_of(arena, &token, keys, count, &key)->code, ERROR_NOT_FOUND);
    gnutls_privkey_deinit(one.key);
    gnutls_privkey_deinit(two.key);
}

static void test_keys_that_are_none(void **state)
{
    (void)state;
    static const char *const sets[] = {
        "",
        "[]",
        "{}",
        "{\"keys\":{}}",
        "{\"keys\":[]}",
        "{\"keys\":[1,null,\"x\",[],{}]}",
        "{\"keys\":[],\"keys\":[]}",
        /* a secret that both have; a key for something else; another curve; a point of the wrong size */
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\",\"alg\":\"HS256\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"use\":\"enc\","
        "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"key_ops\":[\"encrypt\"],"
        "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"HS256\","
        "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"11qYAYKxCrfVS_"
        "7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}]}",
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"AAAA\",\"y\":\"AAAA\"}]}",
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}]}",
        /* RSA that is short, even, or has an exponent of one */
        "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}",
        "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"\",\"e\":\"\"}]}",
    };
    ARENA_CLEANUP struct arena *arena = arena_new(8 << 20);
    const struct jose_key *keys;
    size_t count;
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        assert_non_null(jose_keys(arena, sets[i], strlen(sets[i]), &keys, &count));
    }
    uint8_t number[256];
    memset(number, 0xff, sizeof number);
    const char *odd = jose_encode(arena, number, sizeof number);
    number[255] = 0xfe;
    const char *even = jose_encode(arena, number, sizeof number);
    const struct {
        const char *n;
        const char *e;
        bool good;
    } rows[] = {{odd, "AQAB", true}, {odd, "Aw", true},     {odd, "AQ", false},          {odd, "AA", false},
                {odd, "BA", false},  {even, "AQAB", false}, {odd, "AQAAAAAAAAAB", false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *set = arena_printf(arena, "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"}]}",
                                       rows[i].n, rows[i].e);
        assert_true((jose_keys(arena, set, strlen(set), &keys, &count) == NULL) == rows[i].good);
    }
    /* a point that is on no curve is a key that checks nothing */
    const char *nowhere = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
                          "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                          "\"y\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\"}]}";
    assert_false(holds(arena, ec_token, nowhere));
    /* more keys than anybody has */
    const char *list = other_key;
    for (int i = 0; i < JOSE_KEYS_MOST; i++) {
        list = arena_printf(arena, "%s,%s", list, i == 0 ? ed_key : other_key);
        const char *set = one_key(arena, list);
        assert_true((jose_keys(arena, set, strlen(set), &keys, &count) == NULL) == (i < JOSE_KEYS_MOST - 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_vectors),
        cmocka_unit_test(test_every_changed_byte_shows),
        cmocka_unit_test(test_no_other_algorithm),
        cmocka_unit_test(test_the_head),
        cmocka_unit_test(test_base64url_is_written_in_one_way),
        cmocka_unit_test(test_each_algorithm_signs_and_each_is_bound_to_its_key),
        cmocka_unit_test(test_which_key_is_meant),
        cmocka_unit_test(test_keys_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
