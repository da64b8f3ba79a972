#include "people/same.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct pair {
    const char *a;
    const char *b;
};

static void expect(const struct pair *pairs, size_t count, bool one)
{
    ARENA_CLEANUP struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < count; i++) {
        if (names_may_be_one(arena, pairs[i].a, pairs[i].b) != one ||
            names_may_be_one(arena, pairs[i].b, pairs[i].a) != one) {
            fail_msg("'%s' and '%s'", pairs[i].a, pairs[i].b);
        }
    }
}

static void one_person_under_two_spellings_is_one(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"Parveen Ashworth", "parveen ashworth"},
        {"Parveen Ashworth", "Ashworth, Parveen"},
        {"Parveen Ashworth", "P. Ashworth"},
        {"Parveen Ashworth", "P Ashworth"},
        {"Parveen Ashworth", "Parveen  ASHWORTH "},
        {"Parveen Ashworth", "Parveen Jane Ashworth"},
        {"Parveen Ashworth", "Ashworth"},
        {"Elizabeth O'Connor", "Liz OConnor"},
        {"Zoë Łukasz", "Zoe Lukasz"},
        {"Parveen Ashworth", "Parveen Ashworth (records)"},
        {"", "Parveen Ashworth"},
        {" . ", "Parveen Ashworth"},
    };
    expect(pairs, sizeof pairs / sizeof pairs[0], true);
}

static void two_people_are_two(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"Parveen Ashworth", "Parveen Bell"},  {"Parveen Ashworth", "Daniel Ashworth"},
        {"Parveen Ashworth", "D. Ashworth"},   {"P. A.", "Parveen Bell"},
        {"Parveen Ashworth", "Daniel Okafor"},
    };
    expect(pairs, sizeof pairs / sizeof pairs[0], false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_person_under_two_spellings_is_one),
        cmocka_unit_test(two_people_are_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
