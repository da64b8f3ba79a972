#include "record/support.h"

static const char full[] =
    "[{'type':'referral','occurred_at':'2024-01-02','fields':{'notified_at':'2024-01-02T10:00:00+00:00',"
    "'narrative':'Was seen with an older adult; came home with a new phone.\\nÀ café, twice.',"
    "'exchange':['money','gifts'],'involvement':'likely','immediate_danger':'no','referrer':'School nurse'}},"
    "{'type':'plan-made','occurred_at':'2024-01-03T10:00:00Z','fields':{'kind':'pathway',"
    "'next_review_at':'2024-06-01','support_until':'2028-02-29'}},"
    "{'type':'initial-assessment','occurred_at':'2024-01-03T10:00:00Z','fields':{'harm_criteria':'one'}},"
    "{'type':'correction','occurred_at':'2024-01-04T10:00:00Z','fields':{'corrects':1,'reason':'typed "
    "wrongly',"
    "'fields':{'notified_at':null,'occurred_at':'2024-01-01','exchange':['drink']}}}]";

static const struct entry_type *target_of(const struct entries *entries, const struct entry *entry)
{
    return entry->type->part == PART_CORRECTION ? entries->list[0]->type : NULL;
}

static void what_is_encoded_is_read_back(void **state)
{
    const struct fixture *fixture = *state;
    struct entries entries = entries_of(fixture, full);
    for (size_t i = 0; i < entries.count; i++) {
        const struct entry *entry = entries.list[i];
        const void *bytes = NULL;
        size_t size = 0;
        const struct value *values = NULL;
        entry_encode(fixture->arena, entry, &bytes, &size);
        assert_null(entry_decode(fixture->arena, fixture->pack, entry->type, target_of(&entries, entry),
                                 bytes, size, &values));
        struct entry again = *entry;
        again.values = values;
        json_t *before = fields_to_json(fixture->pack, entry);
        json_t *after = fields_to_json(fixture->pack, &again);
        assert_true(json_equal(before, after));
        assert_true(json_object_size(before) > 0);
        json_decref(before);
        json_decref(after);
        assert_int_equal(entry_decode_target(bytes, size), entry->type->part == PART_CORRECTION ? 1 : 0);
    }
}

static void a_correction_without_its_target_cannot_be_read(void **state)
{
    const struct fixture *fixture = *state;
    struct entries entries = entries_of(fixture, full);
    const void *bytes = NULL;
    size_t size = 0;
    const struct value *values = NULL;
    entry_encode(fixture->arena, entries.list[3], &bytes, &size);
    const struct error *error =
        entry_decode(fixture->arena, fixture->pack, entries.list[3]->type, NULL, bytes, size, &values);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_BROKEN_SEAL);
}

static void a_body_cut_short_or_too_long_is_refused(void **state)
{
    const struct fixture *fixture = *state;
    struct entries entries = entries_of(fixture, full);
    for (size_t i = 0; i < entries.count; i++) {
        const struct entry *entry = entries.list[i];
        const void *bytes = NULL;
        size_t size = 0;
        const struct value *values = NULL;
        entry_encode(fixture->arena, entry, &bytes, &size);
        for (size_t cut = 0; cut <= size + 1; cut++) {
            /* a copy of its own size, so that the sanitizer sees a read past it */
            unsigned char *copy = arena_alloc(fixture->arena, cut);
            memcpy(copy, bytes, cut < size ? cut : size);
            const struct error *error = entry_decode(fixture->arena, fixture->pack, entry->type,
                                                     target_of(&entries, entry), copy, cut, &values);
            (void)entry_decode_target(copy, cut);
            assert_true((error == NULL) == (cut == size));
        }
    }
}

static void a_damaged_body_is_refused_or_read_but_never_trusted_blindly(void **state)
{
    const struct fixture *fixture = *state;
    struct entries entries = entries_of(fixture, full);
    uint64_t random = 88172645463325252U;
    for (size_t round = 0; round < 4000; round++) {
        struct arena *arena = arena_new(1024 * 1024);
        const struct entry *entry = entries.list[round % entries.count];
        const void *bytes = NULL;
        size_t size = 0;
        const struct value *values = NULL;
        entry_encode(arena, entry, &bytes, &size);
        unsigned char *copy = arena_alloc(arena, size);
        memcpy(copy, bytes, size);
        for (int flips = 0; flips < 3; flips++) {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            copy[random % size] ^= (unsigned char)(1U << (random >> 32) % 8);
        }
        (void)entry_decode_target(copy, size);
        if (entry_decode(arena, fixture->pack, entry->type, target_of(&entries, entry), copy, size,
                         &values) == NULL) {
            for (size_t f = 0; f < entry->type->field_count; f++) {
                if (values[f].kind == VALUE_TEXT) {
                    assert_true(text_is_valid(values[f].text, strlen(values[f].text)));
                }
            }
        }
        arena_free(arena);
    }
}

static void a_code_the_pack_does_not_know_breaks_the_seal(void **state)
{
    const struct fixture *fixture = *state;
    static const unsigned char body[] = "\x01\x01\x04unit\x63\x05other";
    const struct value *values = NULL;
    const struct error *error =
        entry_decode(fixture->arena, fixture->pack, pack_type(fixture->pack, "police-informed"), NULL, body,
                     sizeof body - 1, &values);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_BROKEN_SEAL);
}

static void a_field_twice_in_a_body_is_refused(void **state)
{
    const struct fixture *fixture = *state;
    static const unsigned char body[] = "\x01\x02\x04unit\x63\x04"
                                        "caiu\x04unit\x63\x04"
                                        "caiu";
    const struct value *values = NULL;
    assert_non_null(entry_decode(fixture->arena, fixture->pack, pack_type(fixture->pack, "police-informed"),
                                 NULL, body, sizeof body - 1, &values));
}

static const struct error *try_field(const struct fixture *fixture, const char *type, const char *field,
                                     const char *json, struct value *ret_value)
{
    const struct field *found = entry_type_field(pack_type(fixture->pack, type), field);
    assert_non_null(found);
    json_t *value = json_loads(quotes(fixture->arena, json), JSON_DECODE_ANY, NULL);
    assert_non_null(value);
    const struct error *error = value_from_json(fixture->arena, fixture->pack, found, value, ret_value);
    json_decref(value);
    if (error != NULL) {
        assert_string_equal(error->field, field);
        assert_int_equal(error->code, ERROR_INVALID);
    }
    return error;
}

static void values_of_the_wrong_form_name_their_field(void **state)
{
    static const char *const wrong[][3] = {
        {"referral", "notified_at", "'2024-01-02'"},
        {"referral", "notified_at", "'2024-02-30T10:00:00Z'"},
        {"referral", "notified_at", "'2024-01-02T10:00:00'"},
        {"referral", "notified_at", "12"},
        {"referral", "exchange", "'money'"},
        {"referral", "exchange", "['money','money']"},
        {"referral", "exchange", "['cars']"},
        {"referral", "exchange", "[1]"},
        {"referral", "involvement", "['likely']"},
        {"referral", "involvement", "true"},
        {"referral", "referrer", "'two\\nlines'"},
        {"referral", "narrative", "'bell \\u0007'"},
        {"plan-made", "support_until", "'2023-02-29'"},
        {"plan-made", "support_until", "'2023-02-28T10:00:00Z'"},
        {"correction", "corrects", "0"},
        {"correction", "corrects", "1.5"},
        {"correction", "corrects", "'1'"},
        {"correction", "fields", "{}"},
    };
    struct value value;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (try_field(*state, wrong[i][0], wrong[i][1], wrong[i][2], &value) == NULL) {
            fail_msg("%s took %s", wrong[i][1], wrong[i][2]);
        }
    }
}

static void null_blank_and_empty_lists_are_no_answer(void **state)
{
    struct value value;
    assert_null(try_field(*state, "referral", "referrer", "null", &value));
    assert_int_equal(value.kind, VALUE_NONE);
    assert_null(try_field(*state, "referral", "referrer", "'  '", &value));
    assert_int_equal(value.kind, VALUE_NONE);
    assert_null(try_field(*state, "referral", "exchange", "[]", &value));
    assert_int_equal(value.kind, VALUE_NONE);
}

static void one_text_stands_for_a_list_of_one(void **state)
{
    struct value value;
    assert_null(
        try_field(*state, "initial-assessment", "harm_criteria", "'an adult has power over them'", &value));
    assert_int_equal(value.kind, VALUE_TEXTS);
    assert_int_equal(value.list.count, 1);
    assert_string_equal(value_texts(&value)[0], "an adult has power over them");
}

static void texts_of_a_form_are_trimmed_and_one_answer_is_one(void **state)
{
    const struct fixture *fixture = *state;
    const struct entry_type *type = pack_type(fixture->pack, "referral");
    struct value value;
    const char *const texts[] = {"", "  School nurse ", "Teacher"};
    assert_null(value_from_texts(fixture->arena, fixture->pack, entry_type_field(type, "referrer"), texts, 2,
                                 &value));
    assert_string_equal(value.text, "School nurse");
    assert_non_null(value_from_texts(fixture->arena, fixture->pack, entry_type_field(type, "referrer"), texts,
                                     3, &value));
    const char *const codes[] = {"money", "", "drugs"};
    assert_null(value_from_texts(fixture->arena, fixture->pack, entry_type_field(type, "exchange"), codes, 3,
                                 &value));
    assert_int_equal(value.list.count, 2);
}

static void texts_longer_than_the_field_takes_are_refused(void **state)
{
    const struct fixture *fixture = *state;
    const struct field *field = entry_type_field(pack_type(fixture->pack, "referral"), "referrer");
    char *text = arena_alloc(fixture->arena, (size_t)field->max * 2 + 3);
    for (size_t i = 0; i < (size_t)field->max; i++) {
        memcpy(text + 2 * i, "é", 2); /* characters count, not bytes */
    }
    struct value value;
    const char *const texts[] = {text};
    assert_null(value_from_texts(fixture->arena, fixture->pack, field, texts, 1, &value));
    text[(size_t)field->max * 2] = 'x';
    assert_non_null(value_from_texts(fixture->arena, fixture->pack, field, texts, 1, &value));
}

static void json_too_deep_is_refused_before_it_is_read(void **state)
{
    const struct fixture *fixture = *state;
    json_t *json = NULL;
    const char deep[] = "[[[[[[[[[[[[[[]]]]]]]]]]]]]]";
    const struct error *error = json_read(fixture->arena, deep, sizeof deep - 1, &json);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_BAD_INPUT);
    const char brackets[] = "[\"[[[[[[[[[[[[[[[[[[ \\\" [[[[\"]";
    assert_null(json_read(fixture->arena, brackets, sizeof brackets - 1, &json));
    json_decref(json);
}

/* After the groups of JSONTestSuite. A number that cannot be kept as it is written is refused too. */
static void json_that_is_malformed_is_refused(void **state)
{
    static const char *const malformed[] = {"[1 true]",
                                            "[a",
                                            "[\"\": 1]",
                                            "[\"\"],",
                                            "[,1]",
                                            "[1,,2]",
                                            "[\"x\",,]",
                                            "[\"x\"]]",
                                            "[\"\",]",
                                            "[\"x\"",
                                            "[x",
                                            "[3[4]]",
                                            "[1:2]",
                                            "[,]",
                                            "[-]",
                                            "[   , \"\"]",
                                            "[\"a\",\\n4\\n,1,",
                                            "[1,]",
                                            "[1,,]",
                                            "[*]",
                                            "[1",
                                            "[{}",
                                            "[fals]",
                                            "[nul]",
                                            "[tru]",
                                            "[True]",
                                            "[NaN]",
                                            "[Infinity]",
                                            "[-Infinity]",
                                            "[++1]",
                                            "[+1]",
                                            "[+Inf]",
                                            "[-01]",
                                            "[-1.0.]",
                                            "[-2.]",
                                            "[.-1]",
                                            "[.2e-3]",
                                            "[0.1.2]",
                                            "[0.3e+]",
                                            "[0.3e]",
                                            "[0.e1]",
                                            "[0e]",
                                            "[0e+]",
                                            "[0E+]",
                                            "[1.0e+]",
                                            "[1.0e-]",
                                            "[1.0e]",
                                            "[1 000.0]",
                                            "[1eE2]",
                                            "[2.e+3]",
                                            "[9.e+]",
                                            "[0x1]",
                                            "[0x42]",
                                            "[-foo]",
                                            "[- 1]",
                                            "[-012]",
                                            "[-.123]",
                                            "[1ea]",
                                            "[1e1e]",
                                            "[1.]",
                                            "[1a]",
                                            "[.123]",
                                            "[1.2a-3]",
                                            "[1.8011670033376514H-308]",
                                            "[012]",
                                            "[2.e3]",
                                            "[2.e-3]",
                                            "{\"x\", null}",
                                            "{\"x\"::\"b\"}",
                                            "{\"x\" \"b\"}",
                                            "{\"a\":\"a\" 123}",
                                            "{key: \"value\"}",
                                            "{'a':0}",
                                            "{[: \"x\"}",
                                            "{\"a\" b}",
                                            "{:\"b\"}",
                                            "{\"a\"",
                                            "{\"a\":",
                                            "{\"a\":\"a",
                                            "{1:1}",
                                            "{9999E9999:1}",
                                            "{null:null,null:null}",
                                            "{\"id\":0,,,,,}",
                                            "{\"id\":0,}",
                                            "{\"a\":\"b\"}/**/",
                                            "{\"a\":\"b\"}//",
                                            "{\"a\":/*comment*/\"b\"}",
                                            "{\"a\":\"b\",,\"c\":\"d\"}",
                                            "{a: \"b\"}",
                                            "{\"a\":\"b\"}#",
                                            "{\"a\":1,\"a\":1}",
                                            "{\"a\":true} \"x\"",
                                            "{}}",
                                            "{,",
                                            "{",
                                            "[",
                                            "]",
                                            "}",
                                            "",
                                            " ",
                                            "[\"\\uD800\\\"]",
                                            "[\"\\uD800\\u\"]",
                                            "[\"\\uD800\\u1\"]",
                                            "[\"\\uD800\\u1x\"]",
                                            "[\"\\x00\"]",
                                            "[\"\\\\\\\"]",
                                            "[\"\\\t\"]",
                                            "[\"\\u00A\"]",
                                            "[\"\\a\"]",
                                            "[\"\\uqqqq\"]",
                                            "[\"\\u00\"]",
                                            "[\"x",
                                            "\"x\"]",
                                            "['single quote']",
                                            "[\"new\nline\"]",
                                            "[\"\ttab\"]",
                                            "[\\n]",
                                            "[\"a\"",
                                            "<.>",
                                            "[<null>]",
                                            "aå",
                                            "[1]x",
                                            "[\\u000A\"\"]",
                                            "*",
                                            "[\"asd\"]asd",
                                            "{\"asd\":\"asd\"",
                                            "[[",
                                            "[⁠]",
                                            "[\"\\uDFAA\"]",
                                            "[\"\\uDADA\"]",
                                            "[\"\\uD888\\u1234\"]",
                                            "[1e9999]",
                                            "[123123123123123123123123]"};
    static const char *const good[] = {"[]",
                                       "{}",
                                       "[ 4]",
                                       "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]",
                                       "[\"\\u0012\"]",
                                       "[\"\\uD801\\udc37\"]",
                                       "[\"\\uFFFF\"]",
                                       "[1E22]",
                                       "[-0]",
                                       "[-123]",
                                       "[0e+1]",
                                       "[1.5e-2]",
                                       "[null, 1, \"1\", {}]",
                                       "{\"a\":\"b\",\"c\":\"d\"}",
                                       "{\"a\":[]}",
                                       "{\"\":0}",
                                       " [] ",
                                       "[\"å\"]",
                                       "[\"𝄞\"]",
                                       "[true,false]"};
    const struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        json_t *json = NULL;
        const struct error *error = json_read(fixture->arena, malformed[i], strlen(malformed[i]), &json);
        if (error == NULL) {
            fail_msg("taken for JSON: %s", malformed[i]);
        }
        assert_int_equal(error->code, ERROR_BAD_INPUT);
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        json_t *json = NULL;
        if (json_read(fixture->arena, good[i], strlen(good[i]), &json) != NULL) {
            fail_msg("refused: %s", good[i]);
        }
        json_decref(json);
    }
}

static void every_fault_of_the_fields_comes_at_once(void **state)
{
    struct entries entries;
    const struct error *error = try_entries(*state,
                                            "[{'type':'referral','occurred_at':'2024-01-02','fields':"
                                            "{'notified_at':'x','colour':'red','involvement':'maybe'}}]",
                                            &entries);
    assert_string_equal(error->field, "notified_at");
    assert_string_equal(error->next->field, "colour");
    assert_string_equal(error->next->next->field, "involvement");
    assert_null(error->next->next->next);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_encoded_is_read_back),
        cmocka_unit_test(a_correction_without_its_target_cannot_be_read),
        cmocka_unit_test(a_body_cut_short_or_too_long_is_refused),
        cmocka_unit_test(a_damaged_body_is_refused_or_read_but_never_trusted_blindly),
        cmocka_unit_test(a_code_the_pack_does_not_know_breaks_the_seal),
        cmocka_unit_test(a_field_twice_in_a_body_is_refused),
        cmocka_unit_test(values_of_the_wrong_form_name_their_field),
        cmocka_unit_test(null_blank_and_empty_lists_are_no_answer),
        cmocka_unit_test(one_text_stands_for_a_list_of_one),
        cmocka_unit_test(texts_of_a_form_are_trimmed_and_one_answer_is_one),
        cmocka_unit_test(texts_longer_than_the_field_takes_are_refused),
        cmocka_unit_test(json_too_deep_is_refused_before_it_is_read),
        cmocka_unit_test(json_that_is_malformed_is_refused),
        cmocka_unit_test(every_fault_of_the_fields_comes_at_once),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
