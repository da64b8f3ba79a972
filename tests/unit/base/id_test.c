#include "base/id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct id some_id(unsigned seed)
{
    struct id id;
    for (int i = 0; i < ID_BYTES; i++) {
        seed = seed * 1103515245u + 12345u;
        id.bytes[i] = (uint8_t)(seed >> 16);
    }
    return id;
}

static void an_id_reads_back(void **state)
{
    (void)state;
    char text[ID_TEXT];
    struct id back;
    id_format(some_id(7), text);
    assert_int_equal(strlen(text), 32);
    assert_true(id_parse(text, &back));
    assert_true(id_equal(back, some_id(7)));
    text[5] = 'g';
    assert_false(id_parse(text, &back));
    assert_false(id_parse("abc", &back));
}

static void a_reference_finds_every_wrong_character_and_exchange(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 200; seed++) {
        struct reference reference = reference_of(some_id(seed));
        struct reference back;
        assert_true(reference_parse(reference.text, &back));
        assert_string_equal(back.text, reference.text);
        for (int i = 0; i < 10; i++) {
            for (const char *c = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"; *c != '\0'; c++) {
                struct reference wrong = reference;
                wrong.text[i] = *c;
                assert_int_equal(reference_parse(wrong.text, &back), *c == reference.text[i]);
            }
            if (i < 8 && reference.text[i] != reference.text[i + 1]) {
                struct reference wrong = reference;
                wrong.text[i] = reference.text[i + 1];
                wrong.text[i + 1] = reference.text[i];
                assert_false(reference_parse(wrong.text, &back));
            }
        }
    }
}

static void a_reference_is_read_as_people_write_it(void **state)
{
    (void)state;
    struct reference reference = reference_of(some_id(3));
    char written[32];
    memcpy(written, reference.text, 5);
    written[5] = '-';
    memcpy(written + 6, reference.text + 5, 6);
    for (char *c = written; *c != '\0'; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c;
    }
    struct reference back;
    assert_true(reference_parse(written, &back));
    assert_string_equal(back.text, reference.text);
    assert_false(reference_parse("", &back));
    assert_false(reference_parse("ABCDEFGHJKMN", &back));
    assert_false(reference_parse("O000000000", &back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_reads_back),
        cmocka_unit_test(a_reference_finds_every_wrong_character_and_exchange),
        cmocka_unit_test(a_reference_is_read_as_people_write_it),
    };
    return cmocka_run_group_tests_name("base/id", tests, NULL, NULL);
}
