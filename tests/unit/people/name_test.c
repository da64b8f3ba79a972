#include "people/name.h"

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
        {"O’Connor", "OConnor"},
        {"Zoë", "zoe"},
        {"Mary-Anne", "Mary Anne"},
        {"Łukasz", "LUKASZ"},
        {"Jose\u0301", "José"},
        {"Straßer", "STRASSER"},
        {"Æthelred Œuvre", "aethelred oeuvre"},
        {"Nguyễn", "nguyen"},
        {"Ștefănescu", "Stefanescu"},
        {"Şahin", "sahin"},
        {"Əliyeva", "eliyeva"},
        {"Ǆurić", "dzuric"},
        {"ẞ", "ss"},
        {"Kamalʻi", "kamali"},
        {"ИВАНОВА Алёна", "иванова алена"},
        {"Ґалина Ўрта", "ґалина ўрта"},
        {"ΠΑΠΑΔΌΠΟΥΛΟΣ", "παπαδοπουλος"},
        {"مُحَمَّد", "محمد"},
        {"مـحـمـد", "محمد"},
        {"أحمد", "احمد"},
        {"علی", "علي"},
        {"مَلֶכ", "ملכ"},
        {"Kaur\u200B Gill", "kaurgill"},
        {"مريم\u200Cخان", "مريم خان"},
        {"マリア・ロペス", "マリアロペス"},
        {"Li\u00A0Wei", "liwei"},
        {" -' ", ""},
    };
    for (size_t i = 0; i < sizeof alike / sizeof alike[0]; i++) {
        assert_string_equal(name_normal(arena, alike[i][0]), name_normal(arena, alike[i][1]));
    }
    assert_string_equal(name_normal(arena, NULL), "");
    assert_string_equal(name_normal(arena, "Anne-Marie O'Brien 2nd"), "annemarieobrien2nd");
}

static void no_script_loses_a_letter(void **state)
{
    (void)state;
    static const char *const kept[] = {"ਗੁਰਪ੍ਰੀਤ", "ગુજરાતી", "張偉", "ฟ้า", "ኤልሳ", "𠮷野"};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        assert_string_equal(name_normal(arena, kept[i]), kept[i]);
    }
    assert_string_equal(name_normal(arena, "Ҡарим"), "ҡарим");
    assert_string_not_equal(name_normal(arena, "محمد"), name_normal(arena, "محمود"));
}

static void a_name_too_long_is_cut_between_letters(void **state)
{
    (void)state;
    char *name = arena_alloc(arena, 2001);
    for (size_t i = 0; i < 2000; i += 2) {
        memcpy(name + i, "д", 2);
    }
    const char *normal = name_normal(arena, name);
    assert_int_equal(strlen(normal), NAME_LIMIT);
    assert_memory_equal(normal, name, NAME_LIMIT);
}

static void a_double_name_has_parts(void **state)
{
    (void)state;
    const char *parts[NAME_PARTS];
    assert_int_equal(name_parts(arena, "Smith-Jones", parts), 2);
    assert_string_equal(parts[0], "smith");
    assert_string_equal(parts[1], "jones");
    assert_int_equal(name_parts(arena, "al Mansour", parts), 1);
    assert_string_equal(parts[0], "mansour");
    assert_int_equal(name_parts(arena, "Ana Maria dos Santos Lima", parts), NAME_PARTS);
    assert_string_equal(parts[2], "dos");
    assert_int_equal(name_parts(arena, " O'Connor ", parts), 0);
    assert_int_equal(name_parts(arena, "", parts), 0);
    assert_int_equal(name_parts(arena, NULL, parts), 0);
}

static void names_that_sound_alike_share_a_sound(void **state)
{
    (void)state;
    static const char *const alike[][2] = {
        {"Smith", "Smyth"},        {"Catherine", "Kathryn"}, {"Mohammed", "Muhammad"},
        {"Phillips", "Filips"},    {"Knight", "Night"},      {"Choudhury", "Chaudhry"},
        {"Qasim", "Kassim"},       {"Zainab", "Saynab"},     {"Ebrahim", "Ibrahim"},
        {"Usman", "Osman"},        {"Wahid", "Vahid"},       {"Wiśniewska", "Wisniewski"},
        {"MacDonald", "McDonald"}, {"O’Neill", "Oneal"},     {"Xavier", "Zavier"},
        {"Wright", "Right"},       {"Hussain", "Hussein"},
    };
    for (size_t i = 0; i < sizeof alike / sizeof alike[0]; i++) {
        assert_string_equal(name_sound(arena, alike[i][0]), name_sound(arena, alike[i][1]));
    }
    assert_string_equal(name_sound(arena, "Ashworth"), "a263");
    assert_string_equal(name_sound(arena, "Featherstonehaugh"), "f36235");
    assert_string_not_equal(name_sound(arena, "Patel"), name_sound(arena, "Begum"));
    assert_string_equal(name_sound(arena, ""), "");
}

static void a_name_of_another_script_sounds_only_like_itself(void **state)
{
    (void)state;
    assert_string_equal(name_sound(arena, "فاطمة"), name_normal(arena, "فاطمة"));
    assert_string_not_equal(name_sound(arena, "فاطمة"), name_sound(arena, "قاسم"));
    assert_string_equal(name_sound(arena, "Anna II 2"), "annaii2");
}

static void short_forms_and_spellings_lead_to_one_name(void **state)
{
    (void)state;
    assert_string_equal(name_full_form(arena, "lizzie"), "elizabeth");
    assert_string_equal(name_full_form(arena, "elizabeth"), "elizabeth");
    assert_string_equal(name_full_form(arena, "muhammad"), "mohammed");
    assert_string_equal(name_full_form(arena, "liz zie"), "liz zie");
    assert_string_equal(name_full_form(arena, "lizz"), "lizz");
    assert_string_equal(name_full_form(arena, "chidi"), "chidi");
    assert_string_equal(name_full_form(arena, ""), "");
    assert_true(name_is_shared_by_many("kaur"));
    assert_false(name_is_shared_by_many("okafor"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_lose_what_people_write_differently),
        cmocka_unit_test(no_script_loses_a_letter),
        cmocka_unit_test(a_name_too_long_is_cut_between_letters),
        cmocka_unit_test(a_double_name_has_parts),
        cmocka_unit_test(names_that_sound_alike_share_a_sound),
        cmocka_unit_test(a_name_of_another_script_sounds_only_like_itself),
        cmocka_unit_test(short_forms_and_spellings_lead_to_one_name),
    };
    return cmocka_run_group_tests_name("people/name", tests, begin, end);
}
