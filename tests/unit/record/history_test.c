#include "record/support.h"

static void entries_stand_by_occurred_then_recorded_then_number(void **state)
{
    const struct history *history =
        history_of(*state,
                   "[{'type':'enquiry-started','occurred_at':'2024-01-02T10:00:00Z','fields':{}},"
                   "{'type':'core-assessment','occurred_at':'2024-01-01T10:00:00Z','recorded_at':'2024-01-"
                   "03T10:00:00Z','fields':{}},"
                   "{'type':'outreach-contact','occurred_at':'2024-01-01T10:00:00Z','fields':{}},"
                   "{'type':'case-closed','occurred_at':'2024-01-01T10:00:00Z','fields':{}}]",
                   "2024-02-01T00:00:00Z");
    assert_int_equal(history->count, 4);
    assert_int_equal(history->list[0].entry->seq, 3);
    assert_int_equal(history->list[1].entry->seq, 4);
    assert_int_equal(history->list[2].entry->seq, 2);
    assert_int_equal(history->list[3].entry->seq, 1);
}

static void only_what_was_recorded_by_then_is_known(void **state)
{
    const char *json = "[{'type':'enquiry-started','occurred_at':'2024-01-02T10:00:00Z',"
                       "'recorded_at':'2024-01-05T10:00:00Z','fields':{}}]";
    assert_int_equal(history_of(*state, json, "2024-01-05T09:59:59.999Z")->count, 0);
    assert_int_equal(history_of(*state, json, "2024-01-05T10:00:00Z")->count, 1);
}

static void a_correction_makes_a_version_and_keeps_the_first(void **state)
{
    const struct history *history = history_of(
        *state,
        "[{'type':'police-informed','occurred_at':'2024-01-02T10:00:00Z','fields':{'unit':'caiu'}},"
        "{'type':'correction','occurred_at':'2024-01-03T10:00:00Z','fields':{'corrects':1,"
        "'fields':{'unit':'divisional','occurred_at':'2024-01-01'}}}]",
        "2024-02-01T00:00:00Z");
    assert_int_equal(history->count, 1);
    const struct known *known = &history->list[0];
    assert_int_equal(known->version_count, 2);
    assert_string_equal(known_value(known, "unit")->code->id, "divisional");
    assert_true(known->occurred.day_only);
    int unit = entry_type_field(known->type, "unit")->index;
    assert_string_equal(known->versions[0].values[unit].code->id, "caiu");
    assert_null(known->versions[0].correction);
    assert_int_equal(known->versions[1].correction->seq, 2);
    assert_int_equal(known->entry->occurred.start.ms, instant_of("2024-01-02T10:00:00Z").ms);
}

static void a_correction_can_take_an_answer_away(void **state)
{
    const struct history *history = history_of(
        *state,
        "[{'type':'police-informed','occurred_at':'2024-01-02T10:00:00Z','fields':{'unit':'caiu'}},"
        "{'type':'correction','occurred_at':'2024-01-03T10:00:00Z',"
        "'fields':{'corrects':1,'fields':{'unit':null}}}]",
        "2024-02-01T00:00:00Z");
    assert_int_equal(known_value(&history->list[0], "unit")->kind, VALUE_NONE);
}

static void a_correction_of_a_correction_is_about_what_was_corrected(void **state)
{
    const char *json =
        "[{'type':'police-informed','occurred_at':'2024-01-02T10:00:00Z','fields':{'unit':'caiu'}},"
        "{'type':'correction','occurred_at':'2024-01-03T10:00:00Z','fields':{'corrects':1,'fields':{'unit':'"
        "divisional'}}},"
        "{'type':'correction','occurred_at':'2024-01-04T10:00:00Z','fields':{'corrects':2,'fields':{'fields':"
        "{'unit':'local-policing-unit'}}}}]";
    const struct history *history = history_of(*state, json, "2024-02-01T00:00:00Z");
    assert_int_equal(history->list[0].version_count, 3);
    assert_string_equal(known_value(&history->list[0], "unit")->code->id, "local-policing-unit");
    history = history_of(*state, json, "2024-01-03T12:00:00Z");
    assert_string_equal(known_value(&history->list[0], "unit")->code->id, "divisional");
}

static void of_two_corrections_the_later_in_the_case_counts(void **state)
{
    const struct history *history = history_of(
        *state,
        "[{'type':'police-informed','occurred_at':'2024-01-02T10:00:00Z','fields':{'unit':'caiu'}},"
        "{'type':'correction','occurred_at':'2024-01-05T10:00:00Z','fields':{'corrects':1,'fields':{'unit':'"
        "divisional'}}},"
        "{'type':'correction','occurred_at':'2024-01-04T10:00:00Z','recorded_at':'2024-01-06T10:00:00Z',"
        "'fields':{'corrects':1,'fields':{'unit':'local-policing-unit'}}}]",
        "2024-02-01T00:00:00Z");
    assert_string_equal(known_value(&history->list[0], "unit")->code->id, "divisional");
}

/* One of them knows only its day: the one recorded later came later. */
static void of_two_corrections_of_a_day_the_later_recorded_counts(void **state)
{
    static const char json[] =
        "[{'type':'police-informed','occurred_at':'2024-01-02T10:00:00Z','fields':{'unit':'caiu'}},"
        "{'type':'correction','occurred_at':'2024-01-05T10:00:00Z','fields':{'corrects':1,'fields':{'unit':'"
        "divisional'}}},"
        "{'type':'correction','occurred_at':'2024-01-05','recorded_at':'2024-01-05T%s:00Z',"
        "'fields':{'corrects':1,'fields':{'unit':'local-policing-unit'}}}]";
    const struct fixture *fixture = *state;
    const char *after = arena_printf(fixture->arena, json, "12:00");
    const char *before = arena_printf(fixture->arena, json, "09:00");
    const struct history *history = history_of(fixture, after, "2024-02-01T00:00:00Z");
    assert_string_equal(known_value(&history->list[0], "unit")->code->id, "local-policing-unit");
    assert_int_equal(history->list[0].versions[1].correction->seq, 2);
    assert_int_equal(history->list[0].versions[2].correction->seq, 3);
    history = history_of(fixture, before, "2024-02-01T00:00:00Z");
    assert_string_equal(known_value(&history->list[0], "unit")->code->id, "divisional");
}

static void a_correction_of_what_is_not_yet_known_is_left_out(void **state)
{
    const struct history *history =
        history_of(*state,
                   "[{'type':'police-informed','occurred_at':'2024-01-02T10:00:00Z',"
                   "'recorded_at':'2024-03-01T10:00:00Z','fields':{}},"
                   "{'type':'correction','occurred_at':'2024-01-03T10:00:00Z',"
                   "'fields':{'corrects':1,'fields':{'unit':'caiu'}}}]",
                   "2024-02-01T00:00:00Z");
    assert_int_equal(history->count, 0);
}

static void corrections_in_a_ring_correct_nothing(void **state)
{
    const struct fixture *fixture = *state;
    struct entries whole = entries_of(
        fixture, "[{'type':'police-informed','occurred_at':'2024-01-02T10:00:00Z','fields':{}},"
                 "{'type':'correction','occurred_at':'2024-01-03T10:00:00Z','fields':{'corrects':1,"
                 "'fields':{'unit':'caiu'}}},"
                 "{'type':'correction','occurred_at':'2024-01-03T10:00:00Z','fields':{'corrects':2,"
                 "'fields':{'unit':'caiu'}}}]");
    /* No reader lets a ring through, so it is made here: entry 2 corrects 3, which corrects 2. */
    struct entry ring = *whole.list[1];
    struct value *values = arena_many(fixture->arena, struct value, ring.type->field_count);
    memcpy(values, ring.values, ring.type->field_count * sizeof *values);
    values[entry_type_field(ring.type, "corrects")->index].number = 3;
    ring.values = values;
    const struct entry *entries[] = {whole.list[0], &ring, whole.list[2]};
    const struct history *history = history_new(fixture->arena, fixture->pack, entries, 3, (struct child){0},
                                                instant_of("2024-02-01T00:00:00Z"));
    assert_int_equal(history->count, 1);
    assert_int_equal(history->list[0].version_count, 1);
}

static void a_long_history_is_sorted_too(void **state)
{
    const struct fixture *fixture = *state;
    struct entry *entries = arena_many(fixture->arena, struct entry, 500);
    const struct entry **list = arena_many(fixture->arena, const struct entry *, 500);
    const struct entry_type *type = pack_type(fixture->pack, "outreach-contact");
    for (size_t i = 0; i < 500; i++) {
        struct instant at = {(int64_t)(i * 7919 % 500) * MS_PER_MINUTE};
        entries[i] = (struct entry){.type = type,
                                    .seq = i + 1,
                                    .occurred = moment_of_instant(fixture->pack, at),
                                    .recorded_at = at,
                                    .values = arena_many(fixture->arena, struct value, type->field_count)};
        list[i] = &entries[i];
    }
    const struct history *history = history_new(fixture->arena, fixture->pack, list, 500, (struct child){0},
                                                instant_of("2024-02-01T00:00:00Z"));
    for (size_t i = 1; i < history->count; i++) {
        assert_true(place_compare(known_place(&history->list[i - 1]), known_place(&history->list[i])) < 0);
    }
    assert_int_equal(history->count, 500);
}

static bool ends(const struct fixture *fixture, const char *type, const char *occurred, const char *recorded)
{
    char json[400];
    snprintf(json, sizeof json,
             "[{'type':'referral','occurred_at':'2024-01-02T10:00:00Z','fields':{}},"
             "{'type':'%s','occurred_at':'%s','recorded_at':'%s','fields':{}}]",
             type, occurred, recorded);
    const struct history *history = history_of(fixture, json, "2024-02-01T00:00:00Z");
    bool first = history->list[0].entry->seq == 1;
    return known_ends(&history->list[first ? 1 : 0], &history->list[first ? 0 : 1]);
}

static void what_came_after_it_ends_it(void **state)
{
    assert_true(ends(*state, "plan-ended", "2024-01-02T10:00:00.001Z", "2024-01-02T09:00:00Z"));
    assert_false(ends(*state, "case-closed", "2024-01-02T10:00:00.001Z", "2024-01-02T09:00:00Z"));
    assert_true(ends(*state, "case-closed", "2024-01-02T10:00:00.001Z", "2024-01-02T11:00:00Z"));
    assert_false(ends(*state, "plan-ended", "2024-01-02T09:59:59.999Z", "2024-01-03T09:00:00Z"));
    assert_true(ends(*state, "plan-ended", "2024-01-02T10:00:00Z", "2024-01-02T10:00:00Z"));
    assert_true(ends(*state, "plan-ended", "2024-01-02", "2024-01-02T10:00:00Z"));
    assert_false(ends(*state, "plan-ended", "2024-01-02", "2024-01-02T09:59:59.999Z"));
    assert_false(ends(*state, "plan-ended", "2024-01-01", "2024-01-03T09:00:00Z"));
}

static void a_day_comes_behind_what_was_recorded_of_it_before(void **state)
{
    static const uint64_t wanted[] = {4, 2, 5, 1, 3, 6};
    const struct fixture *fixture = *state;
    const struct history *history = history_of(
        fixture,
        "[{'type':'enquiry-started','occurred_at':'2024-01-02T10:00:00Z','fields':{}},"
        "{'type':'enquiry-started','occurred_at':'2024-01-02T08:00:00Z','fields':{}},"
        "{'type':'core-assessment','occurred_at':'2024-01-02','recorded_at':'2024-01-02T12:00:00Z',"
        "'fields':{}},"
        "{'type':'core-assessment','occurred_at':'2024-01-02','recorded_at':'2024-01-02T07:00:00Z',"
        "'fields':{}},"
        "{'type':'core-assessment','occurred_at':'2024-01-02','recorded_at':'2024-01-02T09:00:00Z',"
        "'fields':{}},"
        "{'type':'core-assessment','occurred_at':'2024-01-03','fields':{}}]",
        "2024-02-01T00:00:00Z");
    const struct known *const *came = history_came(fixture->arena, history);
    assert_int_equal(history->count, sizeof wanted / sizeof *wanted);
    for (size_t i = 0; i < history->count; i++) {
        assert_int_equal(came[i]->entry->seq, wanted[i]);
    }
}

/* Yes among two answers is yes among three. */
static void a_code_of_another_list_is_the_same_answer(void **state)
{
    const struct history *history =
        history_of(*state,
                   "[{'type':'enquiry-concluded','occurred_at':'2024-01-01','fields':{'family_can_protect':"
                   "'yes','agencies':['police','health']}},"
                   "{'type':'meeting-held','occurred_at':'2024-01-02','fields':{'family_can_protect':'yes'}},"
                   "{'type':'meeting-held','occurred_at':'2024-01-03','fields':{'family_can_protect':'no'}},"
                   "{'type':'enquiry-concluded','occurred_at':'2024-01-04','fields':{'agencies':['police',"
                   "'housing']}}]",
                   "2024-02-01T00:00:00Z");
    const struct known *list = history->list;
    const struct value *asked = known_value(&list[0], "family_can_protect");
    assert_ptr_not_equal(asked->code, known_value(&list[1], "family_can_protect")->code);
    assert_true(value_equal(asked, known_value(&list[1], "family_can_protect")));
    assert_false(value_equal(asked, known_value(&list[2], "family_can_protect")));
    assert_true(value_equal(known_value(&list[0], "agencies"), known_value(&list[0], "agencies")));
    assert_false(value_equal(known_value(&list[0], "agencies"), known_value(&list[3], "agencies")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_stand_by_occurred_then_recorded_then_number),
        cmocka_unit_test(only_what_was_recorded_by_then_is_known),
        cmocka_unit_test(a_correction_makes_a_version_and_keeps_the_first),
        cmocka_unit_test(a_correction_can_take_an_answer_away),
        cmocka_unit_test(a_correction_of_a_correction_is_about_what_was_corrected),
        cmocka_unit_test(of_two_corrections_the_later_in_the_case_counts),
        cmocka_unit_test(of_two_corrections_of_a_day_the_later_recorded_counts),
        cmocka_unit_test(a_correction_of_what_is_not_yet_known_is_left_out),
        cmocka_unit_test(corrections_in_a_ring_correct_nothing),
        cmocka_unit_test(a_long_history_is_sorted_too),
        cmocka_unit_test(what_came_after_it_ends_it),
        cmocka_unit_test(a_day_comes_behind_what_was_recorded_of_it_before),
        cmocka_unit_test(a_code_of_another_list_is_the_same_answer),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
