/* Row 39 of the security requirements: a valid session that crawls is stopped, told why, and told of. */
#include "support.h"

#include "act/book.h"
#include "act/taken.h"

#include <string.h>

enum { MOST = 200, CASES = 230 };

static const char *references[CASES];

static void make_cases(const struct state *state)
{
    for (int i = 0; i < CASES; i++) {
        struct recorded recorded;
        struct act act = act_at(state, &state->nurse, i);
        struct referral_input input = referral_of(state, arena_printf(state->arena, "Crawled%d", i), NULL);
        GOOD_ONCE(act_referral_make(&act, &input, &recorded));
        references[i] = arena_copy(state->arena, recorded.reference.text);
    }
}

/* How many of the cases an actor may read at that time, one after the other. */
static int crawl(const struct state *state, const struct actor *actor, int from, int to, int64_t seconds)
{
    int read = 0;
    for (int i = from; i < to; i++) {
        const struct case_view *view;
        struct act act = act_at(state, actor, seconds + i / 10);
        const struct error *error = act_case_read(&act, references[i], INSTANT_NEVER, &view);
        if (error == NULL) {
            read++;
        } else {
            assert_int_equal(error->code, ERROR_TOO_MANY);
            assert_non_null(strstr(error->detail, "information lead"));
        }
    }
    return read;
}

static void a_crawl_is_stopped_and_told_of(void **context)
{
    struct state *state = *context;
    struct actor lead;
    make_cases(state);
    service_limit_records(state->service, -1); /* as the pack says */
    assert_int_equal(service_pack(state->service)->looking.records_an_hour, MOST);
    add_account(state, "lead", "information-lead", "social-care", &lead);
    assert_int_equal(crawl(state, &state->manager, 0, CASES, 10000), MOST);
    /* what was shown already is shown again; a colleague is not stopped; nothing else of the work is */
    assert_int_equal(crawl(state, &state->manager, MOST - 5, MOST, 10100), 5);
    assert_int_equal(crawl(state, &state->nurse, 0, 10, 10100), 10);
    const struct work_view *work;
    struct act manager = act_at(state, &state->manager, 10101);
    GOOD(act_work(&manager, NULL, &work));
    const struct match *matches;
    size_t count;
    FAILS(ERROR_TOO_MANY, act_case_search(&manager, references[CASES - 1], &matches, &count));
    /* told of once, however often it is tried, and again tried to be told of */
    assert_true(atomic_load(&state->service->to_tell));
    const struct notice_view *notices;
    const char *next;
    for (int i = 0; i < 3; i++) {
        struct act nobody = act_at(state, NULL, 10200 + i);
        GOOD(taken_tell(&nobody));
    }
    struct act reading = act_at(state, &lead, 10300);
    GOOD(act_notices(&reading, NULL, &notices, &count, &next));
    assert_int_equal(count, 1);
    assert_string_equal(notices[0].title, "Somebody reached the limit of records in an hour");
    const struct unusual_view *flags;
    size_t stops = 0;
    GOOD(act_unusual_list(&reading, &flags, &count));
    for (size_t i = 0; i < count; i++) {
        stops += strcmp(flags[i].rule, "limit-reached") == 0;
    }
    assert_int_equal(stops, 1);
    struct looks_view looks;
    struct looks_asked asked = {.act = "limit-reached", .until = INSTANT_NEVER};
    GOOD(act_looks(&reading, &asked, &looks));
    assert_int_equal(looks.count, 1);
}

static void the_hour_goes_by(void **context)
{
    struct state *state = *context;
    assert_int_equal(crawl(state, &state->manager, CASES - 10, CASES, 10000 + 3000), 0);
    assert_int_equal(crawl(state, &state->manager, CASES - 10, CASES, 10000 + 3800), 10);
}

static void a_restart_gives_nobody_a_new_hour(void **context)
{
    struct state *state = *context;
    service_limit_records(state->service, 50); /* begun anew: it knows only what the log of looks says */
    assert_int_equal(crawl(state, &state->nurse, 0, 45, 20000), 45);
    service_limit_records(state->service, 50);
    assert_int_equal(crawl(state, &state->nurse, 100, 120, 20010), 5);
    service_limit_records(state->service, 0);
    assert_int_equal(crawl(state, &state->nurse, 100, 120, 20020), 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crawl_is_stopped_and_told_of),
        cmocka_unit_test(the_hour_goes_by),
        cmocka_unit_test(a_restart_gives_nobody_a_new_hour),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
