#include "people/person.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void names_lose_what_people_write_differently(void **state)
{
    (void)state;
    static const char *const alike[][2] = {
        {"O'Connor", "o connor"},
        {"O\xE2\x80\x99"
         "Connor",
         "OConnor"},
        {"Zo\xC3\xAB", "zoe"},
        {"Mary-Anne", "Mary Anne"},
        {"\xC5\x81ukasz", "Lukasz"},
        {"Jose\xCC\x81", "Jos\xC3\xA9"},
        {"Stra\xC3\x9F"
         "er",
         "Strasser"},
    };
    for (size_t i = 0; i < sizeof alike / sizeof alike[0]; i++) {
        assert_string_equal(name_normal(arena, alike[i][0]), name_normal(arena, alike[i][1]));
    }
    assert_string_equal(name_normal(arena, "\xE0\xA8\x97\xE0\xA9\x81\xE0\xA8\xB0"),
                        "\xE0\xA8\x97\xE0\xA9\x81\xE0\xA8\xB0");
    assert_string_equal(name_normal(arena, NULL), "");
    assert_string_equal(name_normal(arena, " -' "), "");
}

static void names_that_sound_alike_share_a_sound(void **state)
{
    (void)state;
    static const char *const alike[][2] = {
        {"Smith", "Smyth"},     {"Catherine", "Kathryn"}, {"Mohammed", "Muhammad"},
        {"Phillips", "Filips"}, {"Knight", "Night"},
    };
    for (size_t i = 0; i < sizeof alike / sizeof alike[0]; i++) {
        assert_string_equal(name_sound(arena, alike[i][0]), name_sound(arena, alike[i][1]));
    }
    assert_string_not_equal(name_sound(arena, "Patel"), name_sound(arena, "Begum"));
    assert_string_equal(name_sound(arena, ""), "");
}

static struct person person_of(const char *given, const char *family, const char *birth)
{
    struct person person = {given, family, birth != NULL, {0}};
    assert_true(birth == NULL || day_parse(birth, &person.birth));
    return person;
}

static void people_who_may_be_the_same_are_proposed_with_reasons(void **state)
{
    (void)state;
    struct person known = person_of("Amara", "Okafor", "2011-04-05");
    static const struct {
        const char *given;
        const char *family;
        const char *birth;
        bool match;
        const char *reason;
    } cases[] = {
        {"Amara", "Okafor", "2011-04-05", true, "same date of birth"},
        {"Amarah", "Okafor", "2011-05-04", true, "exchanged"},
        {"Okafor", "Amara", "2011-04-05", true, "exchanged"},
        {"Amara", "Okafor", NULL, true, "same family name"},
        {"Amara", "Okaffor", "2011-04-06", true, "one digit"},
        {"Amara", "Smith", "2011-04-05", true, "same given name"},
        {"Chidi", "Okafor", "2013-09-20", false, NULL}, /* a brother */
        {"Priya", "Patel", "2011-04-05", false, NULL},  /* a birthday in common */
        {"Priya", "Patel", NULL, false, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct person other = person_of(cases[i].given, cases[i].family, cases[i].birth);
        const char *reasons;
        int score = person_compare(arena, &known, &other, &reasons);
        assert_int_equal(score >= POSSIBLE_MATCH, cases[i].match);
        assert_true(cases[i].reason == NULL || strstr(reasons, cases[i].reason) != NULL);
        const char *back;
        assert_int_equal(person_compare(arena, &other, &known, &back), score);
    }
    const char *reasons;
    assert_int_equal(person_compare(arena, &known, &known, &reasons), 100);
    assert_string_equal(reasons, "same date of birth; same given name; same family name");
}

static void a_person_is_found_by_every_way_of_searching(void **state)
{
    (void)state;
    struct person person = person_of("Amara", "Okafor", "2011-04-05");
    const char *texts[PERSON_TOKENS];
    assert_int_equal(person_tokens(arena, &person, texts), 7);
    assert_string_equal(texts[0], "birth 2011-04-05");
    assert_string_equal(texts[5], "full amaraokafor");
    struct person nobody = person_of("", NULL, NULL);
    assert_int_equal(person_tokens(arena, &nobody, texts), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_lose_what_people_write_differently),
        cmocka_unit_test(names_that_sound_alike_share_a_sound),
        cmocka_unit_test(people_who_may_be_the_same_are_proposed_with_reasons),
        cmocka_unit_test(a_person_is_found_by_every_way_of_searching),
    };
    return cmocka_run_group_tests_name("people/person", tests, begin, end);
}
