#include "procedure/duty.h"

#include "small.h"

static void many_duties_come_in_order_of_beginning_name_and_number(void **state)
{
    const struct fixture *fixture = *state;
    struct arena *arena = fixture->arena;
    const struct entry_type *type = pack_type(fixture->pack, "police-contact");
    enum { COUNT = 300 };
    struct entry *entries = arena_many(arena, struct entry, COUNT);
    const struct entry **list = arena_many(arena, const struct entry *, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        struct instant at = {(int64_t)(i * 7919 % 50) * MS_PER_HOUR};
        entries[i] = (struct entry){.type = type,
                                    .seq = i + 1,
                                    .occurred = moment_of_instant(fixture->pack, at),
                                    .recorded_at = at,
                                    .values = arena_many(arena, struct value, type->field_count)};
        list[i] = &entries[i];
    }
    struct instant now = instant_of("2024-01-01T00:00:00Z");
    const struct history *history = history_new(arena, fixture->pack, list, COUNT, (struct child){0}, now);
    const struct duty *duties = NULL;
    size_t count = 0;
    duties_evaluate(arena, history, now, &duties, &count);
    assert_int_equal(count, 2 * COUNT);
    for (size_t i = 1; i < count; i++) {
        int order = instant_compare(duties[i - 1].begun_at, duties[i].begun_at);
        order = order != 0 ? order : strcmp(duties[i - 1].rule->id, duties[i].rule->id);
        assert_true(order < 0 ||
                    (order == 0 && duties[i - 1].begun_by->entry->seq < duties[i].begun_by->entry->seq));
    }
}

static void the_same_history_gives_the_same_duties_again(void **state)
{
    const struct fixture *fixture = *state;
    struct instant now = instant_of("2024-02-01T00:00:00Z");
    const struct history *history = history_of(
        fixture,
        "[{'type':'referral','occurred_at':'2024-01-02T10:00:00Z','fields':{'immediate_danger':'yes'}},"
        "{'type':'referral-decision','occurred_at':'2024-01-03','fields':{'initial_assessment':'required'}}]",
        "2024-02-01T00:00:00Z");
    const struct duty *first = NULL;
    const struct duty *again = NULL;
    size_t first_count = 0;
    size_t again_count = 0;
    duties_evaluate(fixture->arena, history, now, &first, &first_count);
    duties_evaluate(fixture->arena, history, now, &again, &again_count);
    assert_int_equal(first_count, again_count);
    for (size_t i = 0; i < first_count; i++) {
        assert_ptr_equal(first[i].rule, again[i].rule);
        assert_int_equal(first[i].state, again[i].state);
        assert_int_equal(first[i].due_at.ms, again[i].due_at.ms);
    }
    size_t prompt_count = 0;
    const struct duty *prompts = NULL;
    duties_split(fixture->arena, first, first_count, true, &prompts, &prompt_count);
    duties_split(fixture->arena, first, first_count, false, &again, &again_count);
    assert_int_equal(again_count, 3);
    assert_int_equal(prompt_count, first_count - 3);
    for (size_t i = 0; i < prompt_count; i++) {
        assert_true(prompts[i].rule->prompt);
    }
}

static void a_duty_says_what_began_and_met_it_and_of_whom(void **state)
{
    const struct fixture *fixture = *state;
    struct instant now = instant_of("2024-02-01T00:00:00Z");
    const struct history *history = history_of(
        fixture,
        "[{'type':'household-child-recorded','occurred_at':'2024-01-02','fields':{'person':'Ali'}},"
        "{'type':'household-child-assessed','occurred_at':'2024-01-03','fields':{'person':'Ali'}}]",
        "2024-02-01T00:00:00Z");
    const struct duty *duties = NULL;
    size_t count = 0;
    duties_evaluate(fixture->arena, history, now, &duties, &count);
    assert_int_equal(count, 1);
    assert_string_equal(duties[0].rule->id, "assess-household-child");
    assert_int_equal(duties[0].begun_by->entry->seq, 1);
    assert_int_equal(duties[0].met_by->entry->seq, 2);
    assert_string_equal(duties[0].key->text, "Ali");
    assert_true(instant_is_never(duties[0].due_at));
    assert_string_equal(duty_state_name(duties[0].state), "met");
}

/* ---- what the vocabulary allows, each with rules of its own */

struct found {
    const struct duty *list;
    size_t count;
};

static struct found duties_of(const struct fixture *small, const char *json, const char *at)
{
    struct found found = {0};
    duties_evaluate(small->arena, history_of(small, json, at), instant_of(at), &found.list, &found.count);
    size_t kept = 0;
    struct duty *own = arena_many(small->arena, struct duty, found.count);
    for (size_t i = 0; i < found.count; i++) {
        if (strcmp(found.list[i].rule->id, "assess") != 0) { /* base's own */
            own[kept++] = found.list[i];
        }
    }
    return (struct found){own, kept};
}

/* "rule of entry N: state, met by M, due TIME" for each, in their order. */
static void assert_duties(const struct fixture *small, const char *json, const char *at, const char *expected)
{
    struct found found = duties_of(small, json, at);
    const char *text = "";
    for (size_t i = 0; i < found.count; i++) {
        const struct duty *duty = &found.list[i];
        char due[INSTANT_TEXT] = "never";
        if (!instant_is_never(duty->due_at)) {
            instant_format(duty->due_at, due);
        }
        text = arena_printf(small->arena, "%s%s of %d: %s by %d, due %s\n", text, duty->rule->id,
                            (int)duty->begun_by->entry->seq, duty_state_name(duty->state),
                            duty->met_by == NULL ? 0 : (int)duty->met_by->entry->seq, due);
    }
    assert_string_equal(text, expected);
}

#define RULE(id, more)                                                                                       \
    "  - {id: " id ", paragraph: '1.9', title: T, owner: {role: worker, agency: social-care}, " more "}\n"

/* "Itself" is for the pattern that says so; another that the same entry matches still asks what it asks. */
static void an_entry_that_meets_itself_is_not_of_a_later_stage(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("see", "limit: 2 days, begins: [{entry: [report, visit]}], met_by: "
                                "[{entry: any, when: [{field: danger, is: no}], later_stage: true}, "
                                "{entry: visit, when: [{field: outcome, is: first}], itself: true}]"));
    assert_duties(&small,
                  "[{'type':'report','occurred_at':'2024-03-01T10:00:00Z','fields':{'danger':'no'}},"
                  "{'type':'visit','occurred_at':'2024-03-02T10:00:00Z','fields':{'danger':'no'}},"
                  "{'type':'visit','occurred_at':'2024-03-03T10:00:00Z','fields':{'outcome':'first'}}]",
                  "2024-03-10T00:00:00Z",
                  "see of 1: met by 2, due 2024-03-03T23:59:59.999Z\n"
                  "see of 2: met by 3, due 2024-03-04T23:59:59.999Z\n"
                  "see of 3: met by 3, due 2024-03-05T23:59:59.999Z\n");
}

/* One entry begins one duty of a rule: on the ground that stands, whatever it said before it was corrected.
 */
static void an_entry_that_was_corrected_begins_on_the_ground_that_stands(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("see", "limit: 2 days, met_by: [{entry: report}, "
                                "{entry: visit, when: [{field: danger, is: no}], itself: true}], begins: "
                                "[{entry: visit, when: [{field: outcome, is: first}]}, "
                                "{entry: visit, when: [{field: outcome, is: second}], at: again}]"));
    static const char corrected[] =
        "[{'type':'visit','occurred_at':'2024-03-01T10:00:00Z','fields':{'outcome':'%s','danger':'%s',"
        "'again':'2024-03-05T10:00:00Z'}},"
        "{'type':'correction','occurred_at':'2024-03-02T10:00:00Z','fields':{'corrects':1,'fields':"
        "{'outcome':'%s'}}}]";
    struct arena *arena = small.arena;
    assert_duties(&small, arena_printf(arena, corrected, "first", "yes", "second"), "2024-03-06T00:00:00Z",
                  "see of 1: open by 0, due 2024-03-07T23:59:59.999Z\n");
    assert_duties(&small, arena_printf(arena, corrected, "second", "yes", "first"), "2024-03-06T00:00:00Z",
                  "see of 1: overdue by 0, due 2024-03-03T23:59:59.999Z\n");
    assert_duties(&small, arena_printf(arena, corrected, "first", "no", "second"), "2024-03-06T00:00:00Z",
                  "see of 1: met by 1, due 2024-03-07T23:59:59.999Z\n");
    /* on one ground it began, fell and stays fallen: the second is another that fell too */
    assert_duties(&small,
                  "[{'type':'visit','occurred_at':'2024-03-01T10:00:00Z','fields':{'outcome':'first'}},"
                  "{'type':'correction','occurred_at':'2024-03-02T10:00:00Z','fields':{'corrects':1,'fields':"
                  "{'outcome':'second'}}},"
                  "{'type':'correction','occurred_at':'2024-03-03T10:00:00Z','fields':{'corrects':1,'fields':"
                  "{'outcome':null}}}]",
                  "2024-03-04T00:00:00Z", "see of 1: cancelled by 0, due 2024-03-03T23:59:59.999Z\n");
}

/* ... and one that met itself leaves open what was open. */
static void an_entry_that_met_itself_begins_again_beside_what_is_open(void **state)
{
    struct fixture small = small_pack(
        *state, "duties:\n" RULE("see", "limit: 2 days, per: person, met_by: "
                                        "[{entry: visit, when: [{field: danger, is: no}], itself: true}], "
                                        "begins: [{entry: visit, when: [{field: outcome, is: first}]}, "
                                        "{entry: visit, when: [{field: outcome, is: second}], at: again}]"));
    assert_duties(
        &small,
        "[{'type':'visit','occurred_at':'2024-03-01T10:00:00Z','fields':{'person':'A','outcome':'first',"
        "'danger':'yes'}},"
        "{'type':'visit','occurred_at':'2024-03-02T10:00:00Z','fields':{'person':'B','outcome':'first',"
        "'danger':'no','again':'2024-03-05T10:00:00Z'}},"
        "{'type':'correction','occurred_at':'2024-03-02T11:00:00Z','fields':{'corrects':2,'fields':"
        "{'outcome':'second'}}},"
        "{'type':'visit','occurred_at':'2024-03-03T10:00:00Z','fields':{'person':'A','danger':'no'}}]",
        "2024-03-06T00:00:00Z",
        "see of 1: met by 4, due 2024-03-03T23:59:59.999Z\n"
        "see of 2: met by 2, due 2024-03-07T23:59:59.999Z\n");
}

/* anchor `last`: a line whose ground fell before is not moved on, and one that falls later is. */
static void a_line_goes_on_from_the_last_beginning_that_stands(void **state)
{
    struct fixture small = small_pack(
        *state, "duties:\n" RULE("see", "anchor: last, limit: 5 days, met_by: [{entry: report}], begins: "
                                        "[{entry: visit, when: [{field: outcome, is: first}]}]"));
    static const char visits[] =
        "[{'type':'visit','occurred_at':'2024-03-01T10:00:00Z','fields':{'outcome':'first'}},"
        "{'type':'visit','occurred_at':'2024-03-04T10:00:00Z','fields':{'outcome':'first'}}%s]";
    static const char taken_back[] =
        ",{'type':'correction','occurred_at':'2024-03-%sT10:00:00Z','fields':{'corrects':%d,'fields':"
        "{'outcome':'second'}}}";
    struct arena *arena = small.arena;
    const char *at = "2024-03-07T00:00:00Z";
    const char *first_before = arena_printf(arena, taken_back, "02", 1);
    const char *first_after = arena_printf(arena, taken_back, "05", 1);
    const char *second_after = arena_printf(arena, taken_back, "06", 2);
    assert_duties(&small, arena_printf(arena, visits, ""), at,
                  "see of 2: open by 0, due 2024-03-09T23:59:59.999Z\n");
    assert_duties(&small, arena_printf(arena, visits, first_before), at,
                  "see of 1: cancelled by 0, due 2024-03-06T23:59:59.999Z\n"
                  "see of 2: open by 0, due 2024-03-09T23:59:59.999Z\n");
    assert_duties(&small, arena_printf(arena, visits, second_after), at,
                  "see of 1: overdue by 0, due 2024-03-06T23:59:59.999Z\n");
    assert_duties(&small, arena_printf(arena, visits, arena_printf(arena, "%s%s", first_after, second_after)),
                  at, "see of 2: cancelled by 0, due 2024-03-09T23:59:59.999Z\n");
}

static void a_beginning_waits_for_the_entry_it_is_from(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("see", "limit: 2 days, met_by: [{entry: letter}], begins: [{entry: assessment, "
                                "from: {entry: visit, when: [{field: outcome, is: second}]}}]"));
    static const char json[] =
        "[{'type':'report','occurred_at':'2024-03-01T09:00:00Z','fields':{}},"
        "{'type':'assessment','occurred_at':'2024-03-01T10:00:00Z','fields':{'outcome':'first'}},"
        "{'type':'visit','occurred_at':'2024-03-05T10:00:00Z','fields':{'outcome':'%s'}}]";
    assert_duties(&small, arena_printf(small.arena, json, "first"), "2024-03-06T00:00:00Z",
                  "see of 2: overdue by 0, due 2024-03-03T23:59:59.999Z\n");
    assert_duties(&small, arena_printf(small.arena, json, "second"), "2024-03-06T00:00:00Z",
                  "see of 2: open by 0, due 2024-03-07T23:59:59.999Z\n");
}

/* After another entry: not before it, and not once the way is closed again. */
static void a_beginning_waits_until_its_way_is_open(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("see", "limit: 2 days, met_by: [{entry: letter}], begins: [{entry: assessment, "
                                "after: {entry: visit, when: [{field: outcome, is: first}]}, "
                                "after_unless: {entry: visit, when: [{field: outcome, is: second}]}}]"));
    assert_duties(&small,
                  "[{'type':'assessment','occurred_at':'2024-03-01T10:00:00Z','fields':{'outcome':'first'}},"
                  "{'type':'visit','occurred_at':'2024-03-02T10:00:00Z','fields':{'outcome':'first'}},"
                  "{'type':'assessment','occurred_at':'2024-03-03T10:00:00Z','fields':{'outcome':'first'}},"
                  "{'type':'visit','occurred_at':'2024-03-04T10:00:00Z','fields':{'outcome':'second'}},"
                  "{'type':'assessment','occurred_at':'2024-03-05T10:00:00Z','fields':{'outcome':'first'}},"
                  "{'type':'visit','occurred_at':'2024-03-06T10:00:00Z','fields':{}},"
                  "{'type':'assessment','occurred_at':'2024-03-07T10:00:00Z','fields':{'outcome':'first'}},"
                  "{'type':'visit','occurred_at':'2024-03-08T10:00:00Z','fields':{'outcome':'first'}},"
                  "{'type':'assessment','occurred_at':'2024-03-09T10:00:00Z','fields':{'outcome':'first'}}]",
                  "2024-03-09T12:00:00Z",
                  "see of 3: overdue by 0, due 2024-03-05T23:59:59.999Z\n"
                  "see of 9: open by 0, due 2024-03-11T23:59:59.999Z\n");
}

/* Of an entry that knows only its day, the one recorded later came later: so is told whether a way was open.
 */
static void what_is_known_by_its_day_opens_and_closes_a_way_as_it_was_recorded(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("see", "limit: 2 days, met_by: [{entry: letter}], begins: [{entry: assessment, "
                                "after: {entry: visit, when: [{field: outcome, is: first}]}, "
                                "after_unless: {entry: visit, when: [{field: outcome, is: second}]}}]"));
    static const char visit[] =
        "{'type':'visit','occurred_at':'%s','recorded_at':'2024-03-%sZ','fields':{'outcome':'%s'}},";
    static const char assessment[] = "{'type':'assessment','occurred_at':'2024-03-%s','recorded_at':"
                                     "'2024-03-%sZ','fields':{'outcome':'first'}}";
    static const struct {
        const char *opened[2]; /* occurred, recorded */
        const char *closed[2]; /* never: NULL */
        const char *assessed[2];
        bool begins;
    } cases[] = {
        {{"2024-03-02", "02T12:00:00"}, {NULL, NULL}, {"02T10:00:00Z", "02T10:00:00"}, false},
        {{"2024-03-02", "02T09:00:00"}, {NULL, NULL}, {"02T10:00:00Z", "02T10:00:00"}, true},
        {{"2024-03-02T10:00:00Z", "02T10:00:00"}, {NULL, NULL}, {"02", "02T12:00:00"}, true},
        {{"2024-03-02T10:00:00Z", "02T10:00:00"}, {NULL, NULL}, {"02", "02T09:00:00"}, false},
        {{"2024-03-03T00:00:00Z", "03T00:00:00"}, {NULL, NULL}, {"02", "04T12:00:00"}, false},
        {{"2024-03-01", "01T09:00:00"}, {"2024-03-02", "02T12:00:00"}, {"02T10:00:00Z", "02T10:00:00"}, true},
        {{"2024-03-01", "01T09:00:00"},
         {"2024-03-02", "02T09:00:00"},
         {"02T10:00:00Z", "02T10:00:00"},
         false},
        {{"2024-03-01", "01T09:00:00"},
         {"2024-03-02T10:00:00Z", "02T10:00:00"},
         {"02", "02T12:00:00"},
         false},
        {{"2024-03-01", "01T09:00:00"}, {"2024-03-02T10:00:00Z", "02T10:00:00"}, {"02", "02T09:00:00"}, true},
        {{"2024-03-01T10:00:00Z", "01T10:00:00"},
         {"2024-03-01", "01T12:00:00"},
         {"02", "02T12:00:00"},
         false},
        {{"2024-03-01T10:00:00Z", "01T10:00:00"}, {"2024-03-01", "01T09:00:00"}, {"02", "02T12:00:00"}, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *arena = small.arena;
        const char *opened = arena_printf(arena, visit, cases[i].opened[0], cases[i].opened[1], "first");
        const char *closed = cases[i].closed[0] == NULL ? ""
                                                        : arena_printf(arena, visit, cases[i].closed[0],
                                                                       cases[i].closed[1], "second");
        const char *assessed = arena_printf(arena, assessment, cases[i].assessed[0], cases[i].assessed[1]);
        const char *json = arena_printf(arena, "[%s%s%s]", opened, closed, assessed);
        assert_int_equal(duties_of(&small, json, "2024-03-09T00:00:00Z").count, cases[i].begins ? 1 : 0);
    }
}

/* What else lies in the day of a beginning opens no way. */
static void only_what_opens_a_way_opens_it(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("see", "limit: 2 days, met_by: [{entry: letter}], begins: [{entry: assessment, "
                                "after: {entry: visit, when: [{field: outcome, is: first}]}}]"));
    static const char json[] =
        "[{'type':'visit','occurred_at':'2024-03-02T10:00:00Z','fields':{'outcome':'%s'}},"
        "{'type':'assessment','occurred_at':'2024-03-02T11:00:00Z','fields':{'outcome':'second'}},"
        "{'type':'letter','occurred_at':'2024-03-02T11:00:00Z','fields':{}},"
        "{'type':'assessment','occurred_at':'2024-03-02','recorded_at':'2024-03-02T12:00:00Z',"
        "'fields':{'outcome':'first'}}]";
    assert_duties(&small, arena_printf(small.arena, json, "second"), "2024-03-03T00:00:00Z", "");
    assert_duties(&small, arena_printf(small.arena, json, "first"), "2024-03-03T00:00:00Z",
                  "see of 4: met by 3, due 2024-03-04T23:59:59.999Z\n"
                  "see of 2: met by 3, due 2024-03-04T23:59:59.999Z\n");
}

/* A beginning may wait for a way and be from an entry of another kind. */
static void what_opens_the_way_is_not_what_a_duty_is_from(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("see", "limit: 2 days, met_by: [{entry: letter}], begins: [{entry: assessment, "
                                "after: {entry: visit, when: [{field: outcome, is: first}]}, "
                                "from: {entry: visit, when: [{field: outcome, is: second}]}}]"));
    assert_duties(&small,
                  "[{'type':'report','occurred_at':'2024-03-01T09:00:00Z','fields':{}},"
                  "{'type':'visit','occurred_at':'2024-03-02T10:00:00Z','fields':{'outcome':'first'}},"
                  "{'type':'assessment','occurred_at':'2024-03-02T11:00:00Z','fields':{'outcome':'first'}},"
                  "{'type':'visit','occurred_at':'2024-03-05T10:00:00Z','fields':{'outcome':'second'}}]",
                  "2024-03-06T00:00:00Z", "see of 3: open by 0, due 2024-03-07T23:59:59.999Z\n");
}

/* Answers that came before a beginning are not for it: the next are. */
static void a_beginning_after_the_answers_waits_for_the_next(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("see", "limit: 9 days, met_by: [{entry: report}], begins: [{entry: visit, answer: "
                                "{entry: letter, when: [{field: outcome, is: first}]}}]"));
    static const char json[] =
        "[{'type':'visit','occurred_at':'2024-03-01T10:00:00Z','fields':{}},"
        "{'type':'letter','occurred_at':'2024-03-02T10:00:00Z','fields':{'outcome':'first'}},"
        "{'type':'visit','occurred_at':'2024-03-03T10:00:00Z','fields':{}}%s]";
    static const char answer[] =
        ",{'type':'letter','occurred_at':'2024-03-04T10:00:00Z','fields':{'outcome':'%s'}}";
    static const char first[] = "see of 1: open by 0, due 2024-03-10T23:59:59.999Z\n";
    struct arena *arena = small.arena;
    const char *at = "2024-03-05T00:00:00Z";
    assert_duties(&small, arena_printf(arena, json, ""), at, first);
    assert_duties(&small, arena_printf(arena, json, arena_printf(arena, answer, "second")), at, first);
    assert_duties(&small, arena_printf(arena, json, arena_printf(arena, answer, "first")), at,
                  arena_printf(arena, "%ssee of 3: open by 0, due 2024-03-12T23:59:59.999Z\n", first));
}

/* Which answer is the last, and which is for another beginning, is told as they were recorded where one knows
   only its day. */
static void the_last_answer_of_a_day_is_the_last_that_was_recorded(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("see", "limit: 2 days, met_by: [{entry: letter}], begins: [{entry: visit, "
                                "answer: {entry: assessment, when: [{field: outcome, is: first}]}}]"));
    static const char twice[] =
        "[{'type':'visit','occurred_at':'2024-03-01T10:00:00Z','fields':{}},"
        "{'type':'assessment','occurred_at':'2024-03-02T10:00:00Z','fields':{'outcome':'first'}},"
        "{'type':'assessment','occurred_at':'2024-03-02','recorded_at':'2024-03-02T%s:00Z','fields':{"
        "'outcome':'second'}}]";
    static const char another[] =
        "[{'type':'visit','occurred_at':'2024-03-01T10:00:00Z','fields':{}},"
        "{'type':'assessment','occurred_at':'2024-03-02T10:00:00Z','fields':{'outcome':'first'}},"
        "{'type':'visit','occurred_at':'2024-03-02','recorded_at':'2024-03-02T%s:00Z','fields':{}},"
        "{'type':'assessment','occurred_at':'2024-03-03T10:00:00Z','fields':{'outcome':'second'}}]";
    const char *at = "2024-03-03T12:00:00Z";
    assert_duties(&small, arena_printf(small.arena, twice, "12:00"), at,
                  "see of 1: cancelled by 0, due 2024-03-03T23:59:59.999Z\n");
    assert_duties(&small, arena_printf(small.arena, twice, "09:00"), at,
                  "see of 1: open by 0, due 2024-03-03T23:59:59.999Z\n");
    assert_duties(&small, arena_printf(small.arena, another, "12:00"), at,
                  "see of 1: open by 0, due 2024-03-03T23:59:59.999Z\n"
                  "see of 3: cancelled by 0, due 2024-03-04T23:59:59.999Z\n");
    assert_duties(&small, arena_printf(small.arena, another, "09:00"), at,
                  "see of 1: cancelled by 0, due 2024-03-03T23:59:59.999Z\n"
                  "see of 3: cancelled by 0, due 2024-03-04T23:59:59.999Z\n");
}

/* The last answer counts, and it fell with the first that no longer was as asked: what met the duty after
   that came too late. */
static void a_duty_falls_with_the_first_answer_that_takes_it_back(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("see", "limit: 9 days, met_by: [{entry: report}], begins: [{entry: visit, answer: "
                                "{entry: letter, when: [{field: outcome, is: first}]}}]"));
    static const char answers[] =
        "[{'type':'visit','occurred_at':'2024-03-01T10:00:00Z','fields':{}},"
        "{'type':'letter','occurred_at':'2024-03-02T10:00:00Z','fields':{'outcome':'first'}},"
        "{'type':'letter','occurred_at':'2024-03-%sT10:00:00Z','fields':{'outcome':'second'}},"
        "{'type':'letter','occurred_at':'2024-03-07T10:00:00Z','fields':{'outcome':'second'}},"
        "{'type':'report','occurred_at':'2024-03-05T10:00:00Z','fields':{}}]";
    static const char corrected[] =
        "[{'type':'visit','occurred_at':'2024-03-01T10:00:00Z','fields':{}},"
        "{'type':'letter','occurred_at':'2024-03-02T10:00:00Z','fields':{'outcome':'first'}},"
        "{'type':'correction','occurred_at':'2024-03-0%dT10:00:00Z','fields':{'corrects':2,'fields':"
        "{'outcome':'second'}}},"
        "{'type':'letter','occurred_at':'2024-03-0%dT10:00:00Z','fields':{'outcome':'second'}},"
        "{'type':'report','occurred_at':'2024-03-05T10:00:00Z','fields':{}}]";
    static const char met[] = "see of 1: met by 5, due 2024-03-10T23:59:59.999Z\n";
    static const char cancelled[] = "see of 1: cancelled by 0, due 2024-03-10T23:59:59.999Z\n";
    struct arena *arena = small.arena;
    assert_duties(&small, arena_printf(arena, answers, "03"), "2024-03-08T00:00:00Z", cancelled);
    assert_duties(&small, arena_printf(arena, answers, "06"), "2024-03-08T00:00:00Z", met);
    assert_duties(&small, arena_printf(arena, corrected, 3, 7), "2024-03-08T00:00:00Z", cancelled);
    assert_duties(&small, arena_printf(arena, corrected, 7, 3), "2024-03-08T00:00:00Z", cancelled);
    assert_duties(&small, arena_printf(arena, corrected, 7, 6), "2024-03-08T00:00:00Z", met);
}

/* Of a day alone: it may have been after the hour at which a duty begins, and then it meets it. What cancels
 * never does.
 */
static void what_cancels_on_a_day_does_not_meet_what_begins_in_it(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("see", "limit: 2 days, met_by: [{entry: report}], cancelled_by: [{entry: letter}], "
                                "begins: [{entry: visit}]"));
    static const char same_day[] = "[{'type':'%s','occurred_at':'2024-03-01','fields':{}},"
                                   "{'type':'visit','occurred_at':'2024-03-01T10:00:00Z','fields':{}}]";
    struct arena *arena = small.arena;
    assert_duties(&small, arena_printf(arena, same_day, "report"), "2024-03-02T00:00:00Z",
                  "see of 2: met by 1, due 2024-03-03T23:59:59.999Z\n");
    assert_duties(&small, arena_printf(arena, same_day, "letter"), "2024-03-02T00:00:00Z",
                  "see of 2: open by 0, due 2024-03-03T23:59:59.999Z\n");
}

/* anchor `last`: of a day alone an entry meets what begins in that day when it did nothing else in the rule.
 */
static void what_met_a_line_or_began_one_does_not_meet_the_next(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("see", "anchor: last, limit: 9 days, met_by: [{entry: [letter, visit]}], begins: "
                                "[{entry: visit}]"));
    static const char day[] = "[%s{'type':'%s','occurred_at':'2024-03-05','fields':{}},"
                              "{'type':'visit','occurred_at':'2024-03-05T10:00:00Z','fields':{}}]";
    static const char before[] = "{'type':'visit','occurred_at':'2024-03-01T10:00:00Z','fields':{}},";
    struct arena *arena = small.arena;
    const char *at = "2024-03-06T00:00:00Z";
    assert_duties(&small, arena_printf(arena, day, "", "letter"), at,
                  "see of 2: met by 1, due 2024-03-14T23:59:59.999Z\n");
    assert_duties(&small, arena_printf(arena, day, before, "letter"), at,
                  "see of 1: met by 2, due 2024-03-10T23:59:59.999Z\n"
                  "see of 3: open by 0, due 2024-03-14T23:59:59.999Z\n");
    assert_duties(&small, arena_printf(arena, day, "", "visit"), at,
                  "see of 1: met by 2, due 2024-03-14T23:59:59.999Z\n"
                  "see of 2: open by 0, due 2024-03-14T23:59:59.999Z\n");
}

/* same_round: what opened the case again begins a round of its own. */
static void what_cancels_in_a_round_leaves_that_before_alone(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("see", "limit: 9 days, met_by: [{entry: letter}], cancelled_by: [{entry: visit, "
                                "same_round: report}], begins: [{entry: report}]"));
    assert_int_equal(pack_type(small.pack, "report")->index, 0);
    assert_duties(&small,
                  "[{'type':'report','occurred_at':'2024-03-01T10:00:00Z','fields':{}},"
                  "{'type':'visit','occurred_at':'2024-03-02T10:00:00Z','fields':{}},"
                  "{'type':'report','occurred_at':'2024-03-03T10:00:00Z','fields':{}},"
                  "{'type':'report','occurred_at':'2024-03-04T10:00:00Z','fields':{}},"
                  "{'type':'visit','occurred_at':'2024-03-05T10:00:00Z','fields':{}}]",
                  "2024-03-06T00:00:00Z",
                  "see of 1: cancelled by 0, due 2024-03-10T23:59:59.999Z\n"
                  "see of 3: open by 0, due 2024-03-12T23:59:59.999Z\n"
                  "see of 4: cancelled by 0, due 2024-03-13T23:59:59.999Z\n");
}

/* A new round that is known by its day lies where it was recorded in it. */
static void a_round_of_a_day_begins_when_it_was_recorded(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("see", "limit: 9 days, met_by: [{entry: letter}], cancelled_by: [{entry: visit, "
                                "same_round: report}], begins: [{entry: report}]"));
    static const char json[] =
        "[{'type':'report','occurred_at':'2024-03-02T10:00:00Z','fields':{}},"
        "{'type':'report','occurred_at':'2024-03-02','recorded_at':'2024-03-02T%s:00Z','fields':{}},"
        "{'type':'visit','occurred_at':'2024-03-03T10:00:00Z','fields':{}}]";
    assert_duties(&small, arena_printf(small.arena, json, "15:00"), "2024-03-04T00:00:00Z",
                  "see of 2: cancelled by 0, due 2024-03-11T23:59:59.999Z\n"
                  "see of 1: open by 0, due 2024-03-11T23:59:59.999Z\n");
    assert_duties(&small, arena_printf(small.arena, json, "09:00"), "2024-03-04T00:00:00Z",
                  "see of 2: open by 0, due 2024-03-11T23:59:59.999Z\n"
                  "see of 1: cancelled by 0, due 2024-03-11T23:59:59.999Z\n");
}

/* A day begins at its start and meets at its end; one that is not answered is no limit. */
static void a_day_in_a_field_begins_and_limits(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("by-day", "limit: {field: day}, met_by: [{entry: letter}], begins: [{entry: "
                                   "visit, at: day}]")
            RULE("by-hours", "limit: 3 hours, met_by: [{entry: letter}], begins: [{entry: visit, at: day}]")
                RULE("by-time",
                     "limit: {field: again}, met_by: [{entry: letter}], begins: [{entry: visit}]"));
    assert_duties(&small,
                  "[{'type':'visit','occurred_at':'2024-06-01T10:00:00Z','fields':{'day':'2024-06-03'}},"
                  "{'type':'visit','occurred_at':'2024-06-05T10:00:00Z','fields':{'again':"
                  "'2024-06-07T10:00:00Z'}}]",
                  "2024-06-05T12:00:00Z",
                  "by-time of 1: open by 0, due never\n"
                  "by-day of 1: overdue by 0, due 2024-06-03T22:59:59.999Z\n"
                  "by-hours of 1: overdue by 0, due 2024-06-03T02:00:00.000Z\n"
                  "by-day of 2: open by 0, due never\n"
                  "by-hours of 2: open by 0, due 2024-06-05T13:00:00.000Z\n"
                  "by-time of 2: open by 0, due 2024-06-07T10:00:00.000Z\n");
}

/* What an entry asks first is a field like the others. */
static void the_first_field_of_an_entry_begins_limits_and_ends(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("by-day",
                         "limit: {field: until}, met_by: [{entry: letter}], begins: [{entry: stay}]")
            RULE("by-hours", "limit: 3 hours, met_by: [{entry: letter}], begins: [{entry: stay, at: until}]")
                RULE("later",
                     "limit: 6 months, until: {age: 21, or_later: until}, met_by: [{entry: report}], "
                     "begins: [{entry: stay}]"));
    assert_duties(&small,
                  "{'child':{'date_of_birth':'2003-03-05'},'entries':["
                  "{'type':'report','occurred_at':'2024-02-01T09:00:00Z','fields':{}},"
                  "{'type':'stay','occurred_at':'2024-03-01T10:00:00Z','fields':{'until':'2024-12-01'}}]}",
                  "2024-03-05T12:00:00Z",
                  "by-day of 2: open by 0, due 2024-12-01T23:59:59.999Z\n"
                  "later of 2: open by 0, due 2024-09-01T22:59:59.999Z\n"
                  "by-hours of 2: open by 0, due 2024-12-01T03:00:00.000Z\n");
}

/* Due with another duty: that of the entry it is from, while there is one and it stands. */
static void a_duty_is_due_with_another_while_that_stands(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("whole",
                         "anchor: last, limit: 9 days, met_by: [{entry: letter}], cancelled_by: [{entry: "
                         "report, when: [{field: danger, is: no}]}], begins: [{entry: visit, when: "
                         "[{field: outcome, is: first}]}]")
            RULE("part",
                 "limit: {duty: whole}, met_by: [{entry: letter}], begins: [{entry: assessment, from: "
                 "{entry: visit}}]"));
    static const char json[] =
        "[{'type':'report','occurred_at':'2024-02-01T09:00:00Z','fields':{}},"
        "{'type':'visit','occurred_at':'2024-03-01T10:00:00Z','fields':{'outcome':'%s'}}"
        ",{'type':'assessment','occurred_at':'2024-03-02T10:00:00Z','fields':{'outcome':'first'}}%s]";
    struct arena *arena = small.arena;
    const char *at = "2024-03-06T00:00:00Z";
    assert_duties(&small, arena_printf(arena, json, "first", ""), at,
                  "whole of 2: open by 0, due 2024-03-10T23:59:59.999Z\n"
                  "part of 3: open by 0, due 2024-03-10T23:59:59.999Z\n");
    /* the entry it is from began no such duty */
    assert_duties(&small, arena_printf(arena, json, "second", ""), at, "part of 3: open by 0, due never\n");
    /* it was cancelled */
    assert_duties(
        &small,
        arena_printf(arena, json, "first",
                     ",{'type':'report','occurred_at':'2024-03-03T09:00:00Z','fields':{'danger':'no'}}"),
        at,
        "whole of 2: cancelled by 0, due 2024-03-10T23:59:59.999Z\n"
        "part of 3: open by 0, due never\n");
    /* its line went on without it */
    assert_duties(
        &small,
        arena_printf(arena, json, "first",
                     ",{'type':'visit','occurred_at':'2024-03-03T09:00:00Z','fields':{'outcome':'first'}}"),
        at,
        "part of 3: open by 0, due never\n"
        "whole of 4: open by 0, due 2024-03-12T23:59:59.999Z\n");
}

/* The entry it is from is of the same round: none that opened the case again came between. */
static void a_duty_is_from_an_entry_of_its_own_round(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("whole",
                         "limit: 9 days, met_by: [{entry: letter}], begins: [{entry: [visit, report]}]")
            RULE("part",
                 "limit: {duty: whole}, met_by: [{entry: letter}], begins: [{entry: assessment, from: "
                 "{entry: [visit, report], when: [{field: danger, is: yes}]}}]"));
    static const char json[] =
        "[{'type':'report','occurred_at':'2024-02-01T09:00:00Z','fields':{'danger':'yes'}},%s"
        "{'type':'assessment','occurred_at':'2024-02-04T10:00:00Z','fields':{'outcome':'first'}}]";
    static const char visit[] =
        "{'type':'visit','occurred_at':'2024-02-02T10:00:00Z','fields':{'danger':'yes'}},";
    static const char again[] = "{'type':'report','occurred_at':'2024-02-03T10:00:00Z','fields':{}},";
    static const char later[] =
        "{'type':'visit','occurred_at':'2024-02-03T11:00:00Z','fields':{'danger':'yes'}},";
    static const struct {
        const char *first;
        const char *second;
        const char *due;
    } cases[] = {{"", "", "2024-02-10T23:59:59.999Z"},
                 {visit, "", "2024-02-11T23:59:59.999Z"},
                 {visit, again, NULL},
                 {again, later, "2024-02-12T23:59:59.999Z"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *between = arena_printf(small.arena, "%s%s", cases[i].first, cases[i].second);
        struct found found =
            duties_of(&small, arena_printf(small.arena, json, between), "2024-02-05T00:00:00Z");
        const struct duty *part = &found.list[found.count - 1];
        assert_string_equal(part->rule->id, "part");
        assert_int_equal(part->due_at.ms,
                         cases[i].due == NULL ? INSTANT_NEVER.ms : instant_of(cases[i].due).ms);
    }
}

/* The last before it, or the first after it, is told as they were recorded where one knows only its day. */
static void what_a_duty_is_from_is_told_as_it_was_recorded(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("whole", "limit: 24 hours, met_by: [{entry: letter}], begins: [{entry: visit}]")
            RULE("part", "limit: {duty: whole}, met_by: [{entry: letter}], begins: [{entry: assessment, "
                         "from: {entry: visit}}]"));
    static const char begun[] = "{'type':'report','occurred_at':'2024-02-01T09:00:00Z','fields':{}}";
    static const char visit[] =
        ",{'type':'visit','occurred_at':'2024-02-%s','recorded_at':'2024-02-%sZ','fields':{}}";
    static const char report[] = ",{'type':'report','occurred_at':'2024-02-04T09:30:00Z','fields':{}}";
    static const char assessment[] = ",{'type':'assessment','occurred_at':'2024-02-%s','recorded_at':"
                                     "'2024-02-%sZ','fields':{'outcome':'first'}}";
    static const struct {
        const char *first[2]; /* occurred, recorded */
        const char *second[2];
        bool again;
        const char *assessed[2];
        const char *due;
    } cases[] = {
        {{"02T10:00:00Z", "02T10:00:00"},
         {"04T10:00:00Z", "04T10:00:00"},
         false,
         {"04", "04T12:00:00"},
         "2024-02-05T10:00:00Z"},
        {{"02T10:00:00Z", "02T10:00:00"},
         {"04T10:00:00Z", "04T10:00:00"},
         false,
         {"04", "04T09:00:00"},
         "2024-02-03T10:00:00Z"},
        /* a new round began before it on that day, or after it */
        {{"02T10:00:00Z", "02T10:00:00"},
         {"05T10:00:00Z", "05T10:00:00"},
         true,
         {"04", "04T12:00:00"},
         "2024-02-06T10:00:00Z"},
        {{"02T10:00:00Z", "02T10:00:00"},
         {"05T10:00:00Z", "05T10:00:00"},
         true,
         {"04", "04T09:00:00"},
         "2024-02-03T10:00:00Z"},
        /* of two on a day before it the last, of two after it the first */
        {{"02T10:00:00Z", "02T10:00:00"},
         {"02", "02T12:00:00"},
         false,
         {"04T10:00:00Z", "04T10:00:00"},
         "2024-02-03T00:00:00Z"},
        {{"02T10:00:00Z", "02T10:00:00"},
         {"02", "02T09:00:00"},
         false,
         {"04T10:00:00Z", "04T10:00:00"},
         "2024-02-03T10:00:00Z"},
        {{"05T10:00:00Z", "05T10:00:00"},
         {"05", "05T12:00:00"},
         false,
         {"04T10:00:00Z", "04T10:00:00"},
         "2024-02-06T10:00:00Z"},
        {{"05T10:00:00Z", "05T10:00:00"},
         {"05", "05T09:00:00"},
         false,
         {"04T10:00:00Z", "04T10:00:00"},
         "2024-02-06T00:00:00Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *arena = small.arena;
        const char *visits =
            arena_printf(arena, "%s%s", arena_printf(arena, visit, cases[i].first[0], cases[i].first[1]),
                         arena_printf(arena, visit, cases[i].second[0], cases[i].second[1]));
        const char *assessed = arena_printf(arena, assessment, cases[i].assessed[0], cases[i].assessed[1]);
        struct found found = duties_of(
            &small, arena_printf(arena, "[%s%s%s%s]", begun, visits, cases[i].again ? report : "", assessed),
            "2024-02-09T00:00:00Z");
        size_t parts = 0;
        for (size_t d = 0; d < found.count; d++) {
            if (strcmp(found.list[d].rule->id, "part") == 0) {
                assert_int_equal(found.list[d].due_at.ms, instant_of(cases[i].due).ms);
                parts++;
            }
        }
        assert_int_equal(parts, 1);
    }
}

/* "At or after" it: at the same instant it meets it, whichever was recorded first. */
static void what_happened_at_the_same_instant_meets_a_duty(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("see", "limit: 3 hours, met_by: [{entry: letter}], begins: [{entry: visit}]"));
    static const char json[] = "[{'type':'letter','occurred_at':'2024-03-01T10:00:00.%sZ','fields':{}},"
                               "{'type':'visit','occurred_at':'2024-03-01T10:00:00.001Z','fields':{}}]";
    assert_duties(&small, arena_printf(small.arena, json, "001"), "2024-03-01T12:00:00Z",
                  "see of 2: met by 1, due 2024-03-01T13:00:00.001Z\n");
    assert_duties(&small, arena_printf(small.arena, json, "000"), "2024-03-01T12:00:00Z",
                  "see of 2: open by 0, due 2024-03-01T13:00:00.001Z\n");
}

/* At the very moment that it is due it is met in time. */
static void a_duty_is_met_in_time_at_its_last_moment(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("see", "limit: 3 hours, met_by: [{entry: letter}], begins: [{entry: visit}]"));
    static const char json[] = "[{'type':'visit','occurred_at':'2024-03-01T10:00:00Z','fields':{}},"
                               "{'type':'letter','occurred_at':'2024-03-01T13:00:00.%s','fields':{}}]";
    assert_duties(&small, arena_printf(small.arena, json, "000Z"), "2024-03-02T00:00:00Z",
                  "see of 1: met by 2, due 2024-03-01T13:00:00.000Z\n");
    assert_duties(&small, arena_printf(small.arena, json, "001Z"), "2024-03-02T00:00:00Z",
                  "see of 1: met-late by 2, due 2024-03-01T13:00:00.000Z\n");
}

/* Of a limit that leads over a third duty no time follows. */
static void a_limit_leads_to_one_other_duty_and_no_further(void **state)
{
    struct fixture small = small_pack(
        *state, "duties:\n" RULE("one", "limit: 9 days, met_by: [{entry: letter}], begins: [{entry: visit}]")
                    RULE("two", "limit: {duty: one}, met_by: [{entry: letter}], begins: [{entry: [visit, "
                                "assessment], from: {entry: visit}}]")
                        RULE("three", "limit: {duty: two}, met_by: [{entry: letter}], begins: [{entry: "
                                      "assessment, from: {entry: visit}}]"));
    struct found found =
        duties_of(&small,
                  "[{'type':'report','occurred_at':'2024-02-01T09:00:00Z','fields':{}},"
                  "{'type':'visit','occurred_at':'2024-03-01T10:00:00Z','fields':{}},"
                  "{'type':'assessment','occurred_at':'2024-03-02T10:00:00Z','fields':{'outcome':'first'}}]",
                  "2024-03-03T00:00:00Z");
    assert_int_equal(found.count, 4);
    for (size_t i = 0; i < found.count; i++) {
        assert_int_equal(instant_is_never(found.list[i].due_at),
                         strcmp(found.list[i].rule->id, "three") == 0);
    }
}

/* until: none falls due after the birthday, or after the later day that was agreed. */
static void a_duty_that_repeats_ends_with_an_age(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("plain", "limit: 6 months, until: {age: 21}, met_by: [{entry: report}], begins: "
                                  "[{entry: visit}]")
            RULE("later", "limit: 6 months, until: {age: 21, or_later: again}, met_by: [{entry: report}], "
                          "begins: [{entry: [visit, letter, assessment]}]")
                RULE("timeless", "limit: as soon as possible, until: {age: 21}, met_by: [{entry: report}], "
                                 "begins: [{entry: visit}]"));
    static const char json[] =
        "{'child':{%s},'entries':["
        "{'type':'report','occurred_at':'2023-02-01T09:00:00Z','fields':{}},"
        "{'type':'assessment','occurred_at':'2024-03-02T10:00:00Z','fields':{'outcome':'first'}},"
        "{'type':'visit','occurred_at':'2024-03-03T10:00:00Z','fields':{'again':'2024-12-01T10:00:00Z'}},"
        "{'type':'letter','occurred_at':'2024-03-04T10:00:00Z','fields':{'again':'2024-12-01'}}]}";
    struct arena *arena = small.arena;
    static const char all[] = "later of 2: open by 0, due 2024-09-02T22:59:59.999Z\n"
                              "later of 3: open by 0, due 2024-09-03T22:59:59.999Z\n"
                              "plain of 3: open by 0, due 2024-09-03T22:59:59.999Z\n"
                              "timeless of 3: open by 0, due never\n"
                              "later of 4: open by 0, due 2024-09-04T22:59:59.999Z\n";
    const char *at = "2024-03-05T00:00:00Z";
    assert_duties(&small, arena_printf(arena, json, ""), at, all);
    assert_duties(&small, arena_printf(arena, json, "'date_of_birth':'2003-09-04'"), at, all);
    assert_duties(&small, arena_printf(arena, json, "'date_of_birth':'2003-09-03'"), at,
                  all); /* the day itself is not after it, and the letter agreed on a later one */
    assert_duties(&small, arena_printf(arena, json, "'date_of_birth':'2003-09-01'"), at,
                  "timeless of 3: open by 0, due never\n"
                  "later of 4: open by 0, due 2024-09-04T22:59:59.999Z\n");
}

/* Who was born on 29 February has their birthday on 1 March in a common year. */
static void an_age_that_ends_a_duty_is_reached_on_1_march(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("plain", "limit: 6 months, until: {age: 21}, met_by: [{entry: report}], begins: "
                                  "[{entry: visit}]"));
    static const char json[] = "{'child':{'date_of_birth':'2000-02-29'},'entries':["
                               "{'type':'visit','occurred_at':'2020-%s','fields':{}}]}";
    const char *at = "2020-09-03T00:00:00Z";
    assert_duties(&small, arena_printf(small.arena, json, "09-01T10:00:00Z"), at,
                  "plain of 1: open by 0, due 2021-03-01T23:59:59.999Z\n");
    assert_duties(&small, arena_printf(small.arena, json, "09-02T10:00:00Z"), at, "");
}

static void an_entry_with_two_grounds_begins_one_duty_on_the_first(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("see", "limit: 2 days, met_by: [{entry: letter}], begins: [{entry: visit, when: "
                                "[{field: outcome, is: first}]}, {entry: visit, when: [{field: danger, "
                                "is: yes}], at: again}]"));
    static const char json[] =
        "[{'type':'visit','occurred_at':'2024-03-01T10:00:00Z','fields':{'outcome':'%s',"
        "'danger':'yes','again':'2024-03-05T10:00:00Z'}}]";
    assert_duties(&small, arena_printf(small.arena, json, "first"), "2024-03-02T00:00:00Z",
                  "see of 1: open by 0, due 2024-03-03T23:59:59.999Z\n");
    assert_duties(&small, arena_printf(small.arena, json, "second"), "2024-03-02T00:00:00Z",
                  "see of 1: open by 0, due 2024-03-07T23:59:59.999Z\n");
}

/* Begun at one moment by one rule: in the order of their numbers, not of when the entries happened. */
static void duties_of_one_moment_come_by_the_number_of_their_entry(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("see", "limit: 2 days, met_by: [{entry: letter}], begins: [{entry: visit, at: "
                                "again}]"));
    assert_duties(&small,
                  "[{'type':'visit','occurred_at':'2024-03-02T10:00:00Z','fields':{'again':"
                  "'2024-03-05T10:00:00Z'}},"
                  "{'type':'visit','occurred_at':'2024-03-01T10:00:00Z','fields':{'again':"
                  "'2024-03-05T10:00:00Z'}}]",
                  "2024-03-06T00:00:00Z",
                  "see of 1: open by 0, due 2024-03-07T23:59:59.999Z\n"
                  "see of 2: open by 0, due 2024-03-07T23:59:59.999Z\n");
}

/* Where the other would fall due after the age that ends it there is none, and no time follows from it. */
static void a_duty_that_ended_with_an_age_gives_no_time(void **state)
{
    struct fixture small = small_pack(
        *state,
        "duties:\n" RULE("whole", "limit: 9 days, until: {age: 18}, met_by: [{entry: letter}], begins: "
                                  "[{entry: visit}]")
            RULE("part", "limit: {duty: whole}, met_by: [{entry: letter}], begins: [{entry: assessment, "
                         "from: {entry: visit}}]"));
    static const char json[] =
        "{'child':{'date_of_birth':'%s'},'entries':["
        "{'type':'report','occurred_at':'2024-02-01T09:00:00Z','fields':{}},"
        "{'type':'visit','occurred_at':'2024-03-01T10:00:00Z','fields':{}},"
        "{'type':'assessment','occurred_at':'2024-03-02T10:00:00Z','fields':{'outcome':'first'}}]}";
    const char *now = "2024-03-03T00:00:00Z";
    assert_duties(&small, arena_printf(small.arena, json, "2006-03-10"), now,
                  "whole of 2: open by 0, due 2024-03-10T23:59:59.999Z\n"
                  "part of 3: open by 0, due 2024-03-10T23:59:59.999Z\n");
    assert_duties(&small, arena_printf(small.arena, json, "2006-03-09"), now,
                  "part of 3: open by 0, due never\n");
}

static enum duty_state state_of(const struct fixture *fixture, const char *json, const char *rule)
{
    struct instant now = instant_of("2024-02-01T00:00:00Z");
    const struct duty *duties = NULL;
    size_t count = 0;
    duties_evaluate(fixture->arena, history_of(fixture, json, "2024-02-01T00:00:00Z"), now, &duties, &count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(duties[i].rule->id, rule) == 0) {
            return duties[i].state;
        }
    }
    fail_msg("%s did not begin", rule);
    return DUTY_OPEN;
}

/* Of one day, and only the first is known by its time. */
static void of_what_met_and_what_cancelled_it_that_day_the_first_recorded_counts(void **state)
{
    static const char json[] =
        "[{'type':'initial-assessment','occurred_at':'2024-01-08T14:30:00Z','fields':{'involvement':"
        "'involved','significant_harm':'yes','core_assessment':'not-required'}},"
        "{'type':'enquiry-started','occurred_at':'2024-01-08','recorded_at':'%s','fields':{}},"
        "{'type':'enquiry-not-started','occurred_at':'2024-01-08','recorded_at':'%s','fields':{}}]";
    const struct fixture *fixture = *state;
    assert_int_equal(
        state_of(fixture, arena_printf(fixture->arena, json, "2024-01-08T15:00:00Z", "2024-01-08T17:00:00Z"),
                 "start-enquiry"),
        DUTY_MET);
    assert_int_equal(
        state_of(fixture, arena_printf(fixture->arena, json, "2024-01-08T17:00:00Z", "2024-01-08T15:00:00Z"),
                 "start-enquiry"),
        DUTY_CANCELLED);
}

/* What is cancelled that day is of one child and not of another, and not what was recorded after it. */
static void a_day_cancels_what_it_is_about(void **state)
{
    static const char json[] =
        "[{'type':'household-child-assessed','occurred_at':'2024-01-08T10:00:00Z','fields':{'person':'Ali',"
        "'at_risk':'yes'}},"
        "{'type':'household-child-assessed','occurred_at':'2024-01-08','recorded_at':'%s','fields':{"
        "'person':'%s','at_risk':'no'}}]";
    const struct fixture *fixture = *state;
    const char *of_another = arena_printf(fixture->arena, json, "2024-01-08T17:00:00Z", "Mina");
    const char *of_the_same = arena_printf(fixture->arena, json, "2024-01-08T17:00:00Z", "Ali");
    const char *before = arena_printf(fixture->arena, json, "2024-01-08T09:00:00Z", "Ali");
    assert_int_equal(state_of(fixture, of_another, "refer-household-child"), DUTY_OPEN);
    assert_int_equal(state_of(fixture, of_the_same, "refer-household-child"), DUTY_CANCELLED);
    assert_int_equal(state_of(fixture, before, "refer-household-child"), DUTY_OPEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_duties_come_in_order_of_beginning_name_and_number),
        cmocka_unit_test(the_same_history_gives_the_same_duties_again),
        cmocka_unit_test(a_duty_says_what_began_and_met_it_and_of_whom),
        cmocka_unit_test(an_entry_that_meets_itself_is_not_of_a_later_stage),
        cmocka_unit_test(an_entry_that_was_corrected_begins_on_the_ground_that_stands),
        cmocka_unit_test(an_entry_that_met_itself_begins_again_beside_what_is_open),
        cmocka_unit_test(a_beginning_waits_until_its_way_is_open),
        cmocka_unit_test(what_is_known_by_its_day_opens_and_closes_a_way_as_it_was_recorded),
        cmocka_unit_test(only_what_opens_a_way_opens_it),
        cmocka_unit_test(what_opens_the_way_is_not_what_a_duty_is_from),
        cmocka_unit_test(a_beginning_after_the_answers_waits_for_the_next),
        cmocka_unit_test(the_last_answer_of_a_day_is_the_last_that_was_recorded),
        cmocka_unit_test(a_duty_falls_with_the_first_answer_that_takes_it_back),
        cmocka_unit_test(what_cancels_on_a_day_does_not_meet_what_begins_in_it),
        cmocka_unit_test(what_met_a_line_or_began_one_does_not_meet_the_next),
        cmocka_unit_test(what_cancels_in_a_round_leaves_that_before_alone),
        cmocka_unit_test(a_round_of_a_day_begins_when_it_was_recorded),
        cmocka_unit_test(a_line_goes_on_from_the_last_beginning_that_stands),
        cmocka_unit_test(a_beginning_waits_for_the_entry_it_is_from),
        cmocka_unit_test(a_day_in_a_field_begins_and_limits),
        cmocka_unit_test(the_first_field_of_an_entry_begins_limits_and_ends),
        cmocka_unit_test(a_duty_is_due_with_another_while_that_stands),
        cmocka_unit_test(a_duty_is_from_an_entry_of_its_own_round),
        cmocka_unit_test(what_a_duty_is_from_is_told_as_it_was_recorded),
        cmocka_unit_test(what_happened_at_the_same_instant_meets_a_duty),
        cmocka_unit_test(a_duty_is_met_in_time_at_its_last_moment),
        cmocka_unit_test(a_limit_leads_to_one_other_duty_and_no_further),
        cmocka_unit_test(a_duty_that_repeats_ends_with_an_age),
        cmocka_unit_test(an_age_that_ends_a_duty_is_reached_on_1_march),
        cmocka_unit_test(an_entry_with_two_grounds_begins_one_duty_on_the_first),
        cmocka_unit_test(duties_of_one_moment_come_by_the_number_of_their_entry),
        cmocka_unit_test(a_duty_that_ended_with_an_age_gives_no_time),
        cmocka_unit_test(of_what_met_and_what_cancelled_it_that_day_the_first_recorded_counts),
        cmocka_unit_test(a_day_cancels_what_it_is_about),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
