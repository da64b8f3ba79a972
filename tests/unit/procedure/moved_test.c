#include "procedure/moved.h"

#include "../record/support.h"

#include "procedure/duty.h"
#include "record/carry.h"

static const struct pack *other_pack(const struct fixture *fixture)
{
    const struct pack_fault *faults = NULL;
    size_t count = 0;
    const struct pack *pack = NULL;
    assert_null(pack_load(fixture->arena, WM_SOURCE "/procedures/working-together", &pack, &faults, &count));
    return pack;
}

/* Entries written under a pack, numbered on from those that are there. */
static size_t write_under(const struct fixture *fixture, const struct pack *pack, const char *json,
                          const struct entry **list, size_t count)
{
    struct fixture under = {fixture->arena, pack};
    struct entries entries = entries_of(&under, json);
    for (size_t i = 0; i < entries.count; i++) {
        struct entry *entry = arena_one(fixture->arena, struct entry);
        *entry = *entries.list[i];
        entry->pack = pack;
        entry->seq = count + 1;
        list[count++] = entry;
    }
    return count;
}

static const struct duty *duty_at(const struct fixture *fixture, const struct pack *otherwise,
                                  const struct entry *const *list, size_t count, const char *rule,
                                  const char *at)
{
    struct child child = {0};
    const struct duty *duties;
    size_t duty_count;
    struct instant now = instant_of(at);
    const struct history *history = history_of_case(fixture->arena, otherwise, list, count, child, now);
    duties_evaluate(fixture->arena, history, now, &duties, &duty_count);
    for (size_t i = 0; i < duty_count; i++) {
        if (strcmp(duties[i].rule->id, rule) == 0) {
            return &duties[i];
        }
    }
    return NULL;
}

static const char before[] =
    "[{'type':'referral','occurred_at':'2024-05-03T15:00:00Z','fields':{'notified_at':'2024-05-03T15:00:00Z'}"
    "},"
    "{'type':'referral-decision','occurred_at':'2024-05-03T16:00:00Z','fields':{'initial_assessment':'"
    "required'}},"
    "{'type':'police-protection-began','occurred_at':'2024-05-03T17:00:00Z','fields':{}},"
    "{'type':'disclosure','occurred_at':'2024-05-03T18:00:00Z','fields':{}}]";
static const char after[] = "[{'type':'event','occurred_at':'2024-05-05T10:00:00Z','fields':{}}]";

static void a_duty_keeps_its_time_or_is_counted_anew_as_the_pack_says(void **state)
{
    const struct fixture *fixture = *state;
    const struct pack *to = other_pack(fixture);
    const struct entry *list[16];
    size_t count = write_under(fixture, fixture->pack, before, list, 0);
    const struct duty *was =
        duty_at(fixture, fixture->pack, list, count, "end-police-protection", "2024-05-05T11:00:00Z");
    assert_non_null(was);
    assert_null(duty_at(fixture, fixture->pack, list, count, "conclude-assessment", "2024-05-05T11:00:00Z"));
    count = write_under(fixture, to, after, list, count);

    const struct duty *first = duty_at(fixture, to, list, count, "decide-next-step", "2024-05-05T11:00:00Z");
    assert_non_null(first); /* 24 hours then, a working day here: it keeps the 24 hours it was met in */
    assert_int_equal(first->due_at.ms, instant_of("2024-05-04T15:00:00Z").ms);
    assert_int_equal(first->state, DUTY_MET);
    const struct duty *kept =
        duty_at(fixture, to, list, count, "end-police-protection", "2024-05-05T11:00:00Z");
    assert_non_null(kept);
    assert_ptr_equal(kept->rule, pack_rule(to, "end-police-protection"));
    assert_int_equal(kept->due_at.ms, was->due_at.ms);
    const struct duty *anew =
        duty_at(fixture, to, list, count, "conclude-assessment", "2024-05-05T11:00:00Z");
    assert_non_null(anew); /* 45 working days from the contact, over two holidays */
    assert_int_equal(anew->due_at.ms, instant_of("2024-07-09T22:59:59.999Z").ms);
    /* before the move it stood under the other procedure */
    assert_null(duty_at(fixture, to, list, count, "decide-next-step", "2024-05-04T11:00:00Z"));
    assert_non_null(duty_at(fixture, to, list, count, "decide-initial-assessment", "2024-05-04T11:00:00Z"));
}

static void a_new_version_keeps_every_time_also_after_an_earlier_move(void **state)
{
    const struct fixture *fixture = *state;
    const struct pack *to = other_pack(fixture);
    const struct pack *newer = other_pack(fixture);
    const struct entry *list[16];
    size_t count = write_under(fixture, fixture->pack, before, list, 0);
    count = write_under(fixture, to, after, list, count);
    count = write_under(fixture, newer, "[{'type':'event','occurred_at':'2024-05-06T10:00:00Z','fields':{}}]",
                        list, count);
    const struct duty *first =
        duty_at(fixture, newer, list, count, "decide-next-step", "2024-05-06T11:00:00Z");
    assert_non_null(first);
    assert_ptr_equal(first->rule, pack_rule(newer, "decide-next-step"));
    assert_int_equal(first->due_at.ms, instant_of("2024-05-04T15:00:00Z").ms);
}

static void an_entry_reads_as_it_was_written_and_means_what_the_pack_says(void **state)
{
    const struct fixture *fixture = *state;
    const struct pack *to = other_pack(fixture);
    const struct entry *list[16];
    size_t count = write_under(fixture, fixture->pack, before, list, 0);
    count = write_under(fixture, to, after, list, count);
    struct child child = {0};
    const struct history *history =
        history_of_case(fixture->arena, to, list, count, child, instant_of("2024-05-06T10:00:00Z"));
    assert_ptr_equal(history->pack, to);
    assert_int_equal(history->count, 5);
    for (size_t i = 0; i < history->count; i++) {
        const struct known *known = &history->list[i];
        assert_in_range(known->type->index, 0, to->type_count);
        assert_ptr_equal(known_as_written(known)->type, known->entry->type);
    }
    assert_string_equal(history->list[0].type->id, "contact");
    assert_string_equal(known_value(&history->list[0], "worry")->code->id, "exploitation");
    assert_string_equal(known_value(&history->list[1], "next_step")->code->id, "assessment");
    const struct known *silent = &history->list[3];
    assert_string_equal(silent->type->id, "disclosure");
    assert_int_equal(silent->type->index, to->type_count);
    assert_null(history->list[4].written);
}

static void a_pack_that_says_nothing_takes_no_case(void **state)
{
    const struct fixture *fixture = *state;
    const struct pack *to = other_pack(fixture);
    assert_true(pack_takes_over(to, fixture->pack));
    assert_true(pack_takes_over(to, to));
    assert_false(pack_takes_over(fixture->pack, to));
}

static void a_case_stands_under_the_procedure_of_its_last_entry(void **state)
{
    const struct fixture *fixture = *state;
    const struct pack *to = other_pack(fixture);
    const struct entry *list[16];
    size_t count = write_under(fixture, fixture->pack, before, list, 0);
    count = write_under(fixture, to, after, list, count);
    struct entry *of_nothing = arena_one(fixture->arena, struct entry);
    *of_nothing = *list[0];
    of_nothing->pack = NULL; /* from before packs were kept with entries */
    const struct entry *old[] = {of_nothing};
    struct instant early = instant_of("2024-05-01T00:00:00Z");
    struct instant then = instant_of("2024-05-04T00:00:00Z");
    struct instant late = instant_of("2024-05-06T00:00:00Z");
    struct instant moved = instant_of("2024-05-05T10:00:00Z");
    assert_ptr_equal(pack_of_case(list, count, late, NULL), to);
    assert_ptr_equal(pack_of_case(list, count, moved, NULL), to);
    assert_ptr_equal(pack_of_case(list, count, instant_add_ms(moved, -1), NULL), fixture->pack);
    assert_ptr_equal(pack_of_case(list, count, then, to), fixture->pack);
    assert_ptr_equal(pack_of_case(list, count, early, to), to); /* nothing was recorded yet */
    assert_ptr_equal(pack_of_case(list, 0, late, to), to);
    assert_ptr_equal(pack_of_case(list, 1, late, to), fixture->pack); /* and here one entry */
    assert_ptr_equal(pack_of_case(old, 1, late, to), to);
}

/* To and fro more often than anybody would: what was moved so long ago gives no time any more. */
static void a_case_that_was_moved_very_often_still_has_its_duties(void **state)
{
    const struct fixture *fixture = *state;
    const struct pack *packs[2] = {other_pack(fixture), other_pack(fixture)};
    enum { MOVES = 40 };
    const struct entry *list[MOVES];
    size_t count = 0;
    for (int i = 0; i < MOVES; i++) {
        char json[120];
        snprintf(json, sizeof json, "[{'type':'%s','occurred_at':'2024-05-06T10:%02d:00Z','fields':{}}]",
                 i == 0 ? "contact" : "event", i);
        count = write_under(fixture, packs[i % 2], json, list, count);
    }
    const struct duty *duty =
        duty_at(fixture, packs[1], list, count, "decide-next-step", "2024-05-06T11:00:00Z");
    assert_non_null(duty);
    assert_int_equal(duty->begun_at.ms, instant_of("2024-05-06T10:00:00Z").ms);
}

/* It is kept over thirty-two moves, and counted anew after one more. */
static void a_time_is_kept_over_so_many_moves(void **state)
{
    const struct fixture *fixture = *state;
    const struct pack *packs[2] = {other_pack(fixture), other_pack(fixture)};
    enum { MOST = 32 };
    const struct entry *list[MOST + 2];
    size_t count =
        write_under(fixture, fixture->pack,
                    "[{'type':'referral','occurred_at':'2024-05-03T15:00:00Z','fields':{'notified_at':"
                    "'2024-05-03T15:00:00Z'}}]",
                    list, 0);
    for (int moves = 1; moves <= MOST + 1; moves++) {
        char json[120];
        snprintf(json, sizeof json, "[{'type':'event','occurred_at':'2024-05-05T10:%02d:00Z','fields':{}}]",
                 moves);
        count = write_under(fixture, packs[moves % 2], json, list, count);
        const struct duty *duty =
            duty_at(fixture, packs[moves % 2], list, count, "decide-next-step", "2024-05-05T11:00:00Z");
        assert_int_equal(duty->due_at.ms == instant_of("2024-05-04T15:00:00Z").ms, moves <= MOST);
    }
}

/* Each duty keeps the time that it had itself; what would be moved now is counted the same way. */
static void each_of_two_duties_keeps_its_own_time(void **state)
{
    static const char twice[] =
        "[{'type':'referral','occurred_at':'2024-05-03T15:00:00Z','fields':{}},"
        "{'type':'police-protection-began','occurred_at':'2024-05-03T17:00:00Z','fields':{}},"
        "{'type':'police-protection-began','occurred_at':'2024-05-03T19:00:00Z','fields':{}}]";
    const struct fixture *fixture = *state;
    const struct pack *to = other_pack(fixture);
    struct child child = {0};
    const struct entry *list[16];
    struct instant now = instant_of("2024-05-04T10:00:00Z");
    size_t count = write_under(fixture, fixture->pack, twice, list, 0);
    size_t seen = 0;
    const struct duty *were;
    const struct duty *are;
    size_t were_count;
    size_t are_count;
    duties_evaluate(fixture->arena, history_of_case(fixture->arena, fixture->pack, list, count, child, now),
                    now, &were, &were_count);
    const struct history *moved =
        history_if_moved(fixture->arena, to, fixture->pack, list, count, child, now);
    assert_ptr_equal(moved->pack, to);
    duties_evaluate(fixture->arena, moved, now, &are, &are_count);
    for (size_t i = 0; i < are_count; i++) {
        for (size_t j = 0; j < were_count; j++) {
            if (strcmp(are[i].rule->id, "end-police-protection") == 0 &&
                strcmp(were[j].rule->id, "end-police-protection") == 0 &&
                are[i].begun_by->entry->seq == were[j].begun_by->entry->seq) {
                assert_int_equal(are[i].due_at.ms, were[j].due_at.ms);
                seen++;
            }
        }
    }
    assert_int_equal(seen, 2);
}

/* What was mistyped before the move is mended after it, under the procedure that the case is under then. */
static void a_time_that_is_kept_follows_what_is_corrected_since(void **state)
{
    static const char mistyped[] =
        "[{'type':'referral','occurred_at':'2024-05-13T15:00:00Z',"
        "'fields':{'notified_at':'2024-05-03T15:00:00Z'}},"
        "{'type':'police-protection-began','occurred_at':'2024-05-13T17:00:00Z','fields':{}},"
        "{'type':'plan-made','occurred_at':'2024-05-13T18:00:00Z',"
        "'fields':{'kind':'care','next_review_at':'2024-05-20'}}%s]";
    static const char mended[] = ",{'type':'correction','occurred_at':'2024-05-15T10:00:00Z',"
                                 "'fields':{'corrects':1,'fields':{'notified_at':'2024-05-13T15:00:00Z'}}},"
                                 "{'type':'correction','occurred_at':'2024-05-15T10:00:00Z',"
                                 "'fields':{'corrects':2,'fields':{'occurred_at':'2024-05-13T19:00:00Z'}}},"
                                 "{'type':'correction','occurred_at':'2024-05-15T10:00:00Z',"
                                 "'fields':{'corrects':3,'fields':{'next_review_at':'2024-06-20'}}}";
    const struct fixture *fixture = *state;
    const struct pack_fault *faults = NULL;
    size_t fault_count = 0;
    const struct pack *to = NULL;
    assert_null(
        pack_load(fixture->arena, WM_SOURCE "/procedures/llr-chapter-11", &to, &faults, &fault_count));
    struct entries entries = entries_of(fixture, arena_printf(fixture->arena, mistyped, mended));
    const struct entry *list[8];
    for (size_t i = 0; i < entries.count; i++) {
        struct entry *entry = arena_one(fixture->arena, struct entry);
        *entry = *entries.list[i];
        entry->pack = i < 3 ? fixture->pack : to;
        list[i < 3 ? i : i + 1] = entry;
    }
    write_under(fixture, to, "[{'type':'child-views','occurred_at':'2024-05-14T10:00:00Z','fields':{}}]",
                list, 3);
    for (size_t i = 4; i < 7; i++) {
        struct entry *entry = arena_one(fixture->arena, struct entry);
        *entry = *list[i];
        entry->type = &to->types[to->correction_type];
        entry->seq = i + 1;
        list[i] = entry;
    }
    static const struct {
        const char *rule;
        const char *then;
        const char *now;
    } rows[] = {
        {"decide-initial-assessment", "2024-05-04T15:00:00Z", "2024-05-14T15:00:00Z"},
        {"end-police-protection", "2024-05-16T17:00:00Z", "2024-05-16T19:00:00Z"},
        {"review-plan", "2024-05-20T22:59:59.999Z", "2024-06-20T22:59:59.999Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct duty *then = duty_at(fixture, to, list, 7, rows[i].rule, "2024-05-14T11:00:00Z");
        const struct duty *now = duty_at(fixture, to, list, 7, rows[i].rule, "2024-05-15T11:00:00Z");
        assert_ptr_equal(now->rule, pack_rule(to, rows[i].rule));
        assert_int_equal(then->due_at.ms, instant_of(rows[i].then).ms);
        assert_int_equal(now->due_at.ms, instant_of(rows[i].now).ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_duty_keeps_its_time_or_is_counted_anew_as_the_pack_says),
        cmocka_unit_test(a_new_version_keeps_every_time_also_after_an_earlier_move),
        cmocka_unit_test(an_entry_reads_as_it_was_written_and_means_what_the_pack_says),
        cmocka_unit_test(a_pack_that_says_nothing_takes_no_case),
        cmocka_unit_test(a_case_stands_under_the_procedure_of_its_last_entry),
        cmocka_unit_test(a_case_that_was_moved_very_often_still_has_its_duties),
        cmocka_unit_test(a_time_is_kept_over_so_many_moves),
        cmocka_unit_test(each_of_two_duties_keeps_its_own_time),
        cmocka_unit_test(a_time_that_is_kept_follows_what_is_corrected_since),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
