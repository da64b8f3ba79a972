/* What is guessed first is refused however long it is; what somebody made up is taken, whatever it is made
 * of. */
#include "factor/common.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

static void what_is_guessed_first_is_common(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "passwordpassword",     "Password12345678",    "password1234567!",     "123456789012345",
        "qwertyuiopasdfgh",     "1qaz2wsx3edc4rfv",    "letmeinletmein123",    "iloveyouiloveyou",
        "administrator2026",    "welcome-football-1",  "aaaaaaaaaaaaaaa",      "abcabcabcabcabc",
        "abcdefghijklmno",      "zxcvbnmasdfghjkl",    "sunshine sunshine",    "dragon.monkey.123456",
        "PASSWORDpassword2026", "111111111111111",     "football!!football!!", "987654321098765",
        "liverpoolliverpoo",    "qwertyuiop123456789", "1234567890qwertyuiop",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (!common_password(bad[i])) {
            fail_msg("\"%s\" was taken", bad[i]);
        }
    }
}

static void what_somebody_made_up_is_not(void **state)
{
    (void)state;
    static const char *const good[] = {
        "seven otters on a raft",    "lantern under nine bridges",    "a lantern by the quiet harbour",
        "483920174659201837",        "only for measuring 2026",       "another dozen of long words",
        "kettle-moss-violin-gate",   "\xc3\xa4hren und mohn im juli", "x7#Qv9!mZ2@kL5$w",
        "the nurse sings low notes", "fourteen geese went north",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (common_password(good[i])) {
            fail_msg("\"%s\" was refused", good[i]);
        }
    }
}

static void any_length_is_looked_at_within_bounds(void **state)
{
    (void)state;
    char text[600];
    for (size_t size = 0; size < sizeof text - 1; size++) {
        for (size_t i = 0; i < size; i++) {
            text[i] = (char)("pasword123 \xff"[(i * 7 + size) % 12]);
        }
        text[size] = '\0';
        (void)common_password(text);
    }
    assert_false(common_password(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_guessed_first_is_common),
        cmocka_unit_test(what_somebody_made_up_is_not),
        cmocka_unit_test(any_length_is_looked_at_within_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
