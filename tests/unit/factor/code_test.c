/* One-time codes by RFC 6238 (appendix B), their window, that they hold once; recovery codes; the picture. */
#include "factor/code.h"
#include "factor/qr.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static struct arena *arena;

/* "12345678901234567890" */
static const char secret[] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

static struct instant at(int64_t seconds)
{
    return (struct instant){seconds * 1000};
}

static void the_published_codes_are_made(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        const char *code;
    } rows[] = {{59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
                {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *code;
        int64_t step;
        assert_null(code_at(arena, secret, rows[i].seconds / 30, 8, &code));
        assert_string_equal(code, rows[i].code);
        assert_true(code_holds(arena, secret, rows[i].code + 2, at(rows[i].seconds), 0, &step));
        assert_int_equal(step, rows[i].seconds / 30);
    }
}

static void one_step_of_drift_is_allowed_and_not_two(void **state)
{
    (void)state;
    int64_t step;
    int64_t now = 2000000000;
    for (int away = -4; away <= 4; away++) {
        const char *code;
        assert_null(code_at(arena, secret, now / 30 + away, 6, &code));
        assert_int_equal(code_holds(arena, secret, code, at(now), 0, &step), away >= -1 && away <= 1);
    }
}

static void a_code_holds_once(void **state)
{
    (void)state;
    int64_t step;
    int64_t now = 1234567890;
    assert_true(code_holds(arena, secret, "005924", at(now), 0, &step));
    assert_false(code_holds(arena, secret, "005924", at(now), step, &step));
    assert_false(code_holds(arena, secret, "005924", at(now + 30), step, &step));
    const char *before;
    const char *after;
    assert_null(code_at(arena, secret, now / 30 - 1, 6, &before));
    assert_null(code_at(arena, secret, now / 30 + 1, 6, &after));
    assert_false(code_holds(arena, secret, before, at(now), now / 30, &step)); /* of an earlier step */
    assert_true(code_holds(arena, secret, after, at(now), now / 30, &step));
}

static void spaces_do_not_count_and_nothing_else_is_a_code(void **state)
{
    (void)state;
    int64_t step;
    struct instant now = at(1234567890);
    assert_true(code_holds(arena, secret, " 005 924 ", now, 0, &step));
    static const char *const bad[] = {"",         "00592",  "0005924", "005923", "89005924",     "00592a",
                                      "005924\n", "-05924", "+05924",  "0x5924", "\331\24005924"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(code_holds(arena, secret, bad[i], now, 0, &step));
    }
    assert_false(code_holds(arena, "not base32!", "005924", now, 0, &step));
}

static void secrets_are_new_and_typed_in_groups(void **state)
{
    (void)state;
    const char *one;
    const char *other;
    assert_null(code_secret_new(arena, &one));
    assert_null(code_secret_new(arena, &other));
    assert_int_equal(strlen(one), 32);
    assert_string_not_equal(one, other);
    assert_string_equal(code_secret_words(arena, secret), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    assert_string_equal(
        code_address(arena, secret, "Waymark", "ruth.bell"),
        "otpauth://totp/Waymark:ruth.bell?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Waymark"
        "&algorithm=SHA1&digits=6&period=30");
}

static void recovery_codes_are_read_however_they_are_typed(void **state)
{
    (void)state;
    const char *code = recovery_new(arena);
    assert_int_equal(strlen(code), 29);
    assert_string_not_equal(code, recovery_new(arena));
    const char *normal = recovery_normal(arena, code);
    assert_int_equal(strlen(normal), 24);
    assert_string_equal(recovery_normal(arena, "ABCD efgh-jkmn  PQRS-tuvwxyz2"), "abcdefghjkmnpqrstuvwxyz2");
    static const char *const bad[] = {"",
                                      "abcd",
                                      "abcd-efgh-jkmn-pqrs-tuvw-xyz",
                                      "abcd-efgh-jkmn-pqrs-tuvw-xyz23",
                                      "abcd-efgh-jkmn-pqrs-tuvw-xyz1",
                                      "abcd-efgh-jkmn-pqrs-tuvw-xyz\xc3\xa4"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_null(recovery_normal(arena, bad[i]));
    }
}

static void a_picture_has_its_three_corners(void **state)
{
    (void)state;
    struct qr qr;
    assert_null(qr_make(arena, code_address(arena, secret, "Waymark", "ruth.bell"), &qr));
    assert_true(qr.width >= 21 && (qr.width - 17) % 4 == 0);
    const int corners[3][2] = {{0, 0}, {0, qr.width - 7}, {qr.width - 7, 0}};
    for (int c = 0; c < 3; c++) {
        for (int i = 0; i < 7; i++) {
            assert_int_equal(qr.square[corners[c][0] * qr.width + corners[c][1] + i], 1);
            assert_int_equal(qr.square[(corners[c][0] + 6) * qr.width + corners[c][1] + i], 1);
        }
        assert_int_equal(qr.square[(corners[c][0] + 1) * qr.width + corners[c][1] + 1], 0);
    }
    char *much = arena_alloc(arena, 5000);
    memset(much, 'x', 4999);
    assert_int_equal(qr_make(arena, much, &qr)->code, ERROR_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_codes_are_made),
        cmocka_unit_test(one_step_of_drift_is_allowed_and_not_two),
        cmocka_unit_test(a_code_holds_once),
        cmocka_unit_test(spaces_do_not_count_and_nothing_else_is_a_code),
        cmocka_unit_test(secrets_are_new_and_typed_in_groups),
        cmocka_unit_test(recovery_codes_are_read_however_they_are_typed),
        cmocka_unit_test(a_picture_has_its_three_corners),
    };
    arena = arena_new(64 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
