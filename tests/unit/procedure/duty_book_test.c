#include "procedure/duty_book.h"

#include "../record/support.h"

static const char entries[] =
    "[{'type':'referral','occurred_at':'2024-01-02T10:00:00Z','fields':{'notified_at':'2024-01-02T10:00:00Z'}"
    "},"
    "{'type':'police-protection-began','occurred_at':'2024-01-02T12:00:00Z','fields':{}},"
    "{'type':'initial-assessment','occurred_at':'2024-01-05T12:00:00Z','fields':{'core_assessment':'required'"
    "}}]";

/* At each hour of two months: nothing came but time, and the book says what an evaluation says. */
static void as_time_passes_the_book_says_what_an_evaluation_says(void **state)
{
    const struct fixture *fixture = *state;
    struct instant at = instant_of("2024-01-05T12:00:00Z");
    const struct history *history = history_of(fixture, entries, "2024-03-15T00:00:00Z");
    struct duty_book book;
    duty_book_fill(fixture->arena, &book, history, at);
    assert_true(book.count >= 3); /* and what the pack asks to keep in mind */
    size_t turned = 0;
    for (int hour = 0; hour < 24 * 65; hour++) {
        for (int ms = 0; ms < 2; ms++) { /* a due time is the last at which a duty is open */
            struct instant now = instant_add_ms(at, (int64_t)hour * MS_PER_HOUR + ms);
            const struct duty *duties = NULL;
            size_t count = 0;
            size_t overdue = 0;
            duty_book_pass(&book, now);
            duties_evaluate(fixture->arena, history, now, &duties, &count);
            assert_null(duties_differ(fixture->arena, book.list, book.count, duties, count));
            for (size_t i = 0; i < count; i++) {
                overdue += duties[i].state == DUTY_OVERDUE ? 1 : 0;
            }
            turned = overdue > turned ? overdue : turned;
        }
    }
    assert_true(turned >= 3);
    assert_true(instant_is_never(book.next_due));
}

static void a_book_that_time_did_not_pass_in_differs(void **state)
{
    const struct fixture *fixture = *state;
    struct instant at = instant_of("2024-01-05T12:00:00Z");
    struct instant later = instant_of("2024-01-05T12:00:00.001Z");
    const struct history *history = history_of(fixture, entries, "2024-03-15T00:00:00Z");
    const struct duty *duties = NULL;
    size_t count = 0;
    struct duty_book book;
    duty_book_fill(fixture->arena, &book, history, at);
    duties_evaluate(fixture->arena, history, later, &duties, &count);
    const char *differ = duties_differ(fixture->arena, book.list, book.count, duties, count);
    assert_non_null(differ);
    assert_non_null(strstr(differ, "end-police-protection of entry 2"));
    assert_non_null(duties_differ(fixture->arena, book.list, book.count, duties, count - 1));
}

/* Each thing that a duty says is compared, and what differs is said. */
static void any_difference_of_a_duty_is_found(void **state)
{
    const struct fixture *fixture = *state;
    struct instant at = instant_of("2024-01-05T12:00:00Z");
    const struct history *history = history_of(fixture, entries, "2024-03-15T00:00:00Z");
    struct duty_book one;
    struct value key = {.kind = VALUE_TEXT, .text = "Ali"};
    struct value same_key = {.kind = VALUE_TEXT, .text = "Ali"};
    struct value other_key = {.kind = VALUE_TEXT, .text = "Bo"};
    duty_book_fill(fixture->arena, &one, history, at);
    assert_true(one.count >= 2);
    const struct duty first = one.list[0];
    struct duty changed[8];
    for (size_t i = 0; i < 8; i++) {
        changed[i] = first;
    }
    changed[0].rule = first.rule == one.list[1].rule ? NULL : one.list[1].rule;
    assert_non_null(changed[0].rule);
    changed[1].begun_at.ms++;
    changed[2].due_at.ms++;
    changed[3].met_at = at;
    changed[4].state = DUTY_CANCELLED;
    changed[5].begun_by = &history->list[history->count - 1];
    changed[6].met_by = first.met_by == NULL ? &history->list[0] : NULL;
    changed[7].key = &key;
    assert_null(duties_differ(fixture->arena, &first, 1, &first, 1));
    for (size_t i = 0; i < 8; i++) {
        const char *differ = duties_differ(fixture->arena, &first, 1, &changed[i], 1);
        assert_non_null(differ);
        assert_non_null(strstr(differ, "; against "));
    }
    struct duty keyed = changed[7];
    keyed.key = &same_key;
    assert_null(duties_differ(fixture->arena, &keyed, 1, &changed[7], 1));
    assert_non_null(duties_differ(fixture->arena, &keyed, 1, &first, 1));
    keyed.key = &other_key;
    assert_non_null(duties_differ(fixture->arena, &keyed, 1, &changed[7], 1));
    struct duty timeless = first;
    timeless.due_at = INSTANT_NEVER;
    assert_non_null(strstr(duties_differ(fixture->arena, &timeless, 1, &first, 1), "due at no time"));
    assert_string_equal(duties_differ(fixture->arena, &first, 1, &first, 0), "1 duties against 0");
    assert_string_equal(duties_differ(fixture->arena, one.list, 1, changed, 0), "1 duties against 0");
    const struct duty more[] = {first, changed[2]};
    assert_string_equal(duties_differ(fixture->arena, one.list, 2, more, 1), "2 duties against 1");
    assert_string_equal(duties_differ(fixture->arena, more, 1, one.list, 2), "1 duties against 2");
}

/* The next due time is the first of those that are open, and is never one that has passed: from when the
 * first duty is the next that falls due, and from when it is overdue. */
static void the_book_knows_what_is_due_next(void **state)
{
    const struct fixture *fixture = *state;
    static const char *const begins[] = {"2024-01-02T12:00:00Z", "2024-01-05T12:00:00Z"};
    const struct history *history = history_of(fixture, entries, "2024-03-15T00:00:00Z");
    for (size_t b = 0; b < sizeof begins / sizeof begins[0]; b++) {
        struct duty_book book;
        duty_book_fill(fixture->arena, &book, history, instant_of(begins[b]));
        assert_int_equal(book.list[0].state, b == 0 ? DUTY_OPEN : DUTY_OVERDUE);
        while (!instant_is_never(book.next_due)) {
            struct instant due = book.next_due;
            struct instant first = INSTANT_NEVER;
            for (size_t i = 0; i < book.count; i++) {
                if (book.list[i].state == DUTY_OPEN && instant_compare(book.list[i].due_at, first) < 0) {
                    first = book.list[i].due_at;
                }
            }
            assert_int_equal(due.ms, first.ms);
            duty_book_pass(&book, due);
            assert_int_equal(book.next_due.ms, due.ms); /* met at the due instant is met */
            duty_book_pass(&book, instant_add_ms(due, 1));
            assert_true(instant_compare(book.next_due, due) > 0);
        }
        for (size_t i = 0; i < book.count; i++) {
            assert_true(book.list[i].state != DUTY_OPEN || instant_is_never(book.list[i].due_at));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_time_passes_the_book_says_what_an_evaluation_says),
        cmocka_unit_test(a_book_that_time_did_not_pass_in_differs),
        cmocka_unit_test(any_difference_of_a_duty_is_found),
        cmocka_unit_test(the_book_knows_what_is_due_next),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
