/* From the log of looks to a flag that is reviewed: rows 38 and 53 of the security requirements. */
#include "act/inner.h"
#include "support.h"

#include <string.h>

static const struct unusual_view *flag_of(const struct state *state, const struct actor *lead,
                                          const char *rule, int64_t seconds, size_t *ret_count)
{
    const struct unusual_view *list;
    const struct unusual_view *found = NULL;
    size_t count;
    struct act act = act_at(state, lead, seconds);
    GOOD(act_unusual_list(&act, &list, &count));
    *ret_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i].rule, rule) == 0) {
            found = &list[i];
            ++*ret_count;
        }
    }
    return found;
}

static void a_child_of_the_same_name_is_flagged_once_and_reviewed(void **context)
{
    enum { HOUR = 3600 };
    struct state *state = *context;
    struct actor lead;
    struct actor cousin;
    struct recorded recorded;
    const struct case_view *view;
    const char *link;
    const char *token;
    size_t count;
    add_account(state, "lead", "information-lead", "social-care", &lead);
    struct act nobody = act_at(state, NULL, 0);
    GOOD(act_account_add(&nobody, "cousin", "Ruby Tarn", "police-officer", "police", &link));
    GOOD(act_password_give(&nobody, "cousin", password));
    GOOD(act_account_token(&nobody, "cousin", &token));
    GOOD(act_bearer(&nobody, token, &cousin));
    struct act nurse = act_at(state, &state->nurse, 100);
    struct referral_input input = referral_of(state, "Lapwing", NULL); /* Tarn */
    GOOD(act_referral_make(&nurse, &input, &recorded));
    struct act sweeping = act_at(state, &lead, HOUR);
    GOOD(act_unusual_look(&sweeping));
    assert_null(flag_of(state, &lead, "family-name", HOUR, &count));
    /* the nurse, who referred her, reads it: nothing; the cousin does: a flag */
    struct act reading = act_at(state, &state->nurse, 2 * HOUR);
    GOOD(act_case_read(&reading, recorded.reference.text, INSTANT_NEVER, &view));
    reading = act_at(state, &cousin, 2 * HOUR);
    bring_in(state, recorded.reference.text, &reading);
    GOOD(act_case_read(&reading, recorded.reference.text, INSTANT_NEVER, &view));
    for (int i = 3; i < 6; i++) {
        sweeping = act_at(state, &lead, i * HOUR);
        GOOD(act_unusual_look(&sweeping));
    }
    const struct unusual_view *flag = flag_of(state, &lead, "family-name", 6 * HOUR, &count);
    assert_int_equal(count, 1);
    assert_string_equal(flag->name, "Ruby Tarn");
    assert_string_equal(flag->reference.text, recorded.reference.text);
    assert_null(flag->review.outcome);
    /* the lead was told, once */
    const struct notice_view *notices;
    const char *next;
    size_t told = 0;
    size_t notice_count;
    sweeping = act_at(state, &lead, 6 * HOUR);
    GOOD(act_notices(&sweeping, NULL, &notices, &notice_count, &next));
    for (size_t i = 0; i < notice_count; i++) {
        told += strcmp(notices[i].title, "Unusual looks to review") == 0 ? 1 : 0;
        assert_false(notices[i].has_case);
    }
    assert_int_equal(told, 1);
    /* and keeps what was found */
    char id[ID_TEXT];
    id_format(flag->id, id);
    FAILS(ERROR_NOT_ALLOWED, act_review(&reading, id, "explained", "It is nothing"));
    GOOD(act_review(&sweeping, id, "misuse", "She is a cousin, and had no task in it."));
    flag = flag_of(state, &lead, "family-name", 7 * HOUR, &count);
    assert_string_equal(flag->review.outcome, "misuse");
    assert_string_equal(flag->review.by, "lead");
}

static void a_postcode_is_kept_and_only_reviewers_review(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 8 * 3600);
    FAILS(ERROR_INVALID, act_home_set(&nurse, "my house"));
    GOOD(act_home_set(&nurse, "le1 1zz"));
    GOOD(act_home_set(&nurse, ""));
    struct act manager = act_at(state, &state->manager, 8 * 3600);
    const struct unusual_view *list;
    size_t count;
    FAILS(ERROR_NOT_ALLOWED, act_unusual_list(&manager, &list, &count));
    FAILS(ERROR_NOT_ALLOWED, act_unusual_look(&manager));
}

/* Row 53: what was shown, and what was refused, by name of the act. */
static void a_refusal_says_what_was_refused(void **context)
{
    struct state *state = *context;
    struct actor lead;
    struct looks_view looks;
    const struct account_view *accounts;
    size_t count;
    add_account(state, "second-lead", "information-lead", "social-care", &lead);
    struct act nurse = act_at(state, &state->nurse, 9 * 3600);
    FAILS(ERROR_NOT_ALLOWED, act_account_list(&nurse, &accounts, &count));
    struct act reading = act_at(state, &lead, 9 * 3600 + 1);
    char worker[ID_TEXT];
    id_format(state->nurse.account, worker);
    struct looks_asked asked = {.worker = worker, .act = "denied", .until = INSTANT_NEVER};
    GOOD(act_looks(&reading, &asked, &looks));
    assert_true(looks.count >= 1);
    assert_string_equal(looks.list[0].shown, "account-list");
    assert_string_equal(looks.list[0].purpose, "direct-work");
    assert_string_equal(looks.list[0].agency, "health");
}

static const struct error *sweep(void *context)
{
    return unusual_sweep(context);
}

/* A sweep that was given up leaves nothing behind: the next one sees what was written since. */
static void a_sweep_that_fails_or_runs_out_of_memory_is_done_again(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 10 * 3600);
    EACH_TIME(sweep, NULL, &act, state->arena);
    assert_int_equal(store_readers_held(), 0);
    EACH_TIME(sweep, NULL, &act, NULL);
    assert_int_equal(store_readers_held(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_of_the_same_name_is_flagged_once_and_reviewed),
        cmocka_unit_test(a_postcode_is_kept_and_only_reviewers_review),
        cmocka_unit_test(a_refusal_says_what_was_refused),
        cmocka_unit_test(a_sweep_that_fails_or_runs_out_of_memory_is_done_again),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
