#include "people/person.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_new(4 << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct person person_of(const char *given, const char *family, const char *birth)
{
    struct person person = {given, family, birth != NULL, {0}};
    assert_true(birth == NULL || day_parse(birth, &person.birth));
    return person;
}

static bool shares_a_token(const struct person *a, const struct person *b)
{
    const char *a_texts[PERSON_TOKENS];
    const char *b_texts[PERSON_TOKENS];
    size_t a_count = person_tokens(arena, a, a_texts);
    size_t b_count = person_tokens(arena, b, b_texts);
    for (size_t i = 0; i < a_count * b_count; i++) {
        if (strcmp(a_texts[i / b_count], b_texts[i % b_count]) == 0) {
            return true;
        }
    }
    return false;
}

/* Every pair both ways: the score is the same, and who is proposed can be found by a token. */
static void people_who_may_be_the_same_are_proposed_with_reasons(void **state)
{
    (void)state;
    static const struct {
        const char *a[3];
        const char *b[3];
        bool match;
        const char *reasons;
    } pairs[] = {
        {{"Amara", "Okafor", "2011-04-05"},
         {"Amara", "Okafor", "2011-04-05"},
         true,
         "same date of birth; same given name; same family name"},
        {{"Amara", "Okafor", "2011-04-05"},
         {"Amarah", "Okafor", "2011-05-04"},
         true,
         "day and month of birth exchanged; given name sounds alike; same family name"},
        {{"Amara", "Okafor", "2011-04-05"},
         {"Okafor", "Amara", "2011-04-05"},
         true,
         "same date of birth; given and family name exchanged"},
        {{"Amara", "Okafor", "2011-04-05"},
         {"Amara", "Okafor", NULL},
         true,
         "same given name; same family name"},
        {{"Amara", "Okafor", "2011-04-05"},
         {"Amara", "Okaffor", "2011-04-06"},
         true,
         "date of birth differs in one digit; same given name; family name sounds alike"},
        {{"Amara", "Okafor", "2011-04-05"},
         {"Amara", "Whitlock", "2011-04-05"},
         true,
         "same date of birth; same given name; but another family name"},
        {{"Gurpreet Kaur", "Sandhu", "2010-11-30"},
         {"Gurpreet", "Sandhu", "2010-11-30"},
         true,
         "same date of birth; same part of the given name; same family name"},
        {{"Mo", "Choudhury", "2009-02-28"},
         {"Muhammad", "Chaudhry", "2009-02-28"},
         true,
         "same date of birth; given name is a form of the same name; family name sounds alike"},
        {{"Katarzyna", "Wiśniewska", "2012-07-01"},
         {"Kasia", "Wisniewski", NULL},
         true,
         "given name is a form of the same name; family name sounds alike"},
        {{"Chloe", "Smith-Jones", "2010-01-15"},
         {"Chloe", "Jones", "2010-01-15"},
         true,
         "same date of birth; same given name; same part of the family name"},
        {{"Thi Mai", "Nguyễn", NULL}, {"Mai", "Nguyen", "2013-03-03"}, true, NULL},
        {{"فاطمة", "حسن", "2012-12-12"},
         {"فاطمه", "حسن", "2012-12-12"},
         true,
         "same date of birth; same given name; same family name"},
        /* the same name, but not the same day: to be shown, with what speaks against it */
        {{"Aisha", "Begum", "2011-06-01"},
         {"Ayesha", "Begum", "2008-10-17"},
         true,
         "given name is a form of the same name; same family name; but another date of birth"},
        {{"Tyler", "Brookes", "2011-06-01"}, {"Taylor", "Brooks", "2008-10-17"}, false, NULL},
        {{"Chidi", "Okafor", "2013-09-20"}, {"Amara", "Okafor", "2011-04-05"}, false, NULL}, /* a brother */
        {{"Priya", "Patel", "2011-04-05"},
         {"Amara", "Okafor", "2011-04-05"},
         false,
         NULL}, /* a birthday shared */
        {{"Priya", "Patel", NULL}, {"Amara", "Okafor", NULL}, false, NULL},
        {{"Harjit", "Smith", NULL},
         {"Harjit", "Sandhu", NULL},
         false,
         NULL}, /* one sound code, not one sound */
        {{"Jaspreet Kaur", "Gill", "2011-01-01"}, {"Simran Kaur", "Gill", "2012-08-09"}, false, NULL},
        {{"فاطمة", "حسن", NULL}, {"قاسم", "حسن", NULL}, false, NULL},
        {{NULL, "Okafor", NULL}, {"Amara", "Okafor", NULL}, false, NULL}, /* too little to go by */
        {{NULL, "Okafor", "2011-04-05"},
         {"Amara", "Okafor", "2011-04-05"},
         true,
         "same date of birth; same family name"},
        {{"Daniel", "Ward", "2011-12-05"},
         {"Daniel", "Ward", "2013-01-29"},
         true,
         "same given name; same family name; but another date of birth"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct person a = person_of(pairs[i].a[0], pairs[i].a[1], pairs[i].a[2]);
        struct person b = person_of(pairs[i].b[0], pairs[i].b[1], pairs[i].b[2]);
        const char *reasons;
        const char *back;
        int score = person_compare(arena, &a, &b, &reasons);
        if ((score >= POSSIBLE_MATCH) != pairs[i].match ||
            (pairs[i].reasons != NULL && strcmp(reasons, pairs[i].reasons) != 0)) {
            fail_msg("%s %s and %s %s: %d \"%s\"", a.given_name, a.family_name, b.given_name, b.family_name,
                     score, reasons);
        }
        assert_int_equal(person_compare(arena, &b, &a, &back), score);
        assert_string_equal(back, reasons);
        assert_true(score >= 0 && score <= 100);
        assert_true(!pairs[i].match || shares_a_token(&a, &b));
    }
}

static void nothing_known_says_nothing(void **state)
{
    (void)state;
    struct person nobody = person_of("", NULL, NULL);
    const char *reasons;
    assert_true(person_compare(arena, &nobody, &nobody, &reasons) < POSSIBLE_MATCH);
    assert_string_equal(reasons, "");
}

static void the_more_speaks_for_it_the_higher_the_score(void **state)
{
    (void)state;
    struct person known = person_of("Amara", "Okafor", "2011-04-05");
    struct person others[] = {
        person_of("Amara", "Okafor", "2011-04-05"), person_of("Amara", "Okaffor", "2011-04-05"),
        person_of("Amara", "Okafor", NULL),         person_of("Amara", "Okafor", "2004-01-29"),
        person_of("Chidi", "Okafor", "2013-09-20"), person_of("Priya", "Patel", "2004-01-29"),
    };
    int last = 101;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const char *reasons;
        int score = person_compare(arena, &known, &others[i], &reasons);
        assert_true(score < last);
        last = score;
    }
}

static void a_word_to_search_by_may_be_either_name(void **state)
{
    (void)state;
    struct person known = person_of("Amara", "Okafor", "2011-04-05");
    struct person word = person_of("Okaffor", "Okaffor", NULL);
    const char *reasons;
    assert_in_range(person_compare(arena, &word, &known, &reasons), 40, POSSIBLE_MATCH - 1);
    assert_string_equal(reasons, "family name sounds alike");
    word = person_of("Amara", "Amara", NULL);
    assert_in_range(person_compare(arena, &known, &word, &reasons), 40, POSSIBLE_MATCH - 1);
    assert_string_equal(reasons, "same given name");
}

static void names_of_any_length_are_compared(void **state)
{
    (void)state;
    char *name = arena_alloc(arena, 1001);
    memset(name, 'a', 1000);
    struct person a = person_of(name, "Okafor", NULL);
    name = arena_copy(arena, name);
    name[300] = 'b';
    struct person b = person_of(name, "Okafor", NULL);
    const char *reasons;
    assert_true(person_compare(arena, &a, &b, &reasons) >= POSSIBLE_MATCH);
}

static void a_person_is_found_by_every_way_of_searching(void **state)
{
    (void)state;
    struct person person = person_of("Lizzie", "Smith-Jones", "2011-04-05");
    static const char *const expected[] = {
        "birth 2011-04-05",
        "full lizziesmithjones",
        "full smithjoneslizzie",
        "name smithjones",
        "sound s53252",
        "name smith",
        "sound s53",
        "name jones",
        "sound j52",
        "name lizzie",
        "sound l2",
        "name elizabeth",
    };
    const char *texts[PERSON_TOKENS];
    assert_int_equal(person_tokens(arena, &person, texts), sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_string_equal(texts[i], expected[i]);
    }
    struct person nobody = person_of("", NULL, NULL);
    assert_int_equal(person_tokens(arena, &nobody, texts), 0);
    struct person twice = person_of("Thomas", "Thomas", NULL);
    assert_int_equal(person_tokens(arena, &twice, texts), 3); /* each once */
    struct person many = person_of("Lizzie Mo Bob Kasia Liv", "Szczepan Usman-Vicky Zosia", "2011-04-05");
    assert_true(person_tokens(arena, &many, texts) <= PERSON_TOKENS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_who_may_be_the_same_are_proposed_with_reasons),
        cmocka_unit_test(nothing_known_says_nothing),
        cmocka_unit_test(the_more_speaks_for_it_the_higher_the_score),
        cmocka_unit_test(a_word_to_search_by_may_be_either_name),
        cmocka_unit_test(names_of_any_length_are_compared),
        cmocka_unit_test(a_person_is_found_by_every_way_of_searching),
    };
    return cmocka_run_group_tests_name("people/person", tests, begin, end);
}
