/* Of all accounts each counts, the one that stands first as well: ids are of chance, so which it is is asked
 * first, and then it is given the role, the team or the name that is sought. */
#include "scene.h"

#include "act/account.h"
#include "act/courier.h"
#include "act/factor.h"
#include "act/inner.h"

#include <string.h>

static struct {
    const char *to;
    size_t count;
} sent;

const struct error *__wrap_post_send(struct arena *arena, const struct post_options *options,
                                     const struct post_message *message, const atomic_bool *stop);
const struct error *__wrap_post_send(struct arena *arena, const struct post_options *options,
                                     const struct post_message *message, const atomic_bool *stop)
{
    (void)options;
    (void)stop;
    sent.to = arena_copy(arena, message->to);
    sent.count++;
    return NULL;
}

static struct instant clock_of_test(void)
{
    return instant_add_ms(start, 100 * MS_PER_SECOND);
}

static const struct account *first_of_all(const struct state *state, size_t *ret_count)
{
    struct act act = act_at(state, NULL, 1);
    const struct account *const *accounts;
    GOOD_ONCE(accounts_every(&act, &accounts, ret_count));
    return accounts[0];
}

/* The first, as that role, in a team of its own; the actor of it. */
static struct actor first_as(const struct state *state, const char *role, const char *agency)
{
    struct act act = act_at(state, NULL, 2);
    size_t count;
    const struct account *first = first_of_all(state, &count);
    const struct account_change change = {role, agency, "Hinckley", "Moves"};
    struct actor actor;
    const char *token;
    bool awaits;
    GOOD_ONCE(act_account_change(&act, first->username, &change, &awaits));
    GOOD_ONCE(act_account_token(&act, first->username, &token));
    GOOD_ONCE(act_bearer(&act, token, &actor));
    return actor;
}

static size_t told(const struct state *state, const struct actor *actor)
{
    struct act act = act_at(state, actor, 50);
    size_t count;
    GOOD_ONCE(act_notices_unread(&act, &count));
    return count;
}

static void a_message_for_a_role_is_for_the_first_of_all(void **context)
{
    struct state *state = *context;
    static const struct post_options options = {.server = "smtp://localhost", .plain = true};
    static atomic_bool stopped;
    static const struct courier_way way = {&options, clock_of_test, &stopped};
    struct actor nurse;
    add_account(state, "school", "referrer", "health", &nurse);
    const struct actor first = first_as(state, "duty-manager", "social-care");
    struct act act = act_at(state, &first, 3);
    GOOD_ONCE(act_mail_address_set(&act, "first@county.example"));
    state->service->mails = true;
    act = act_at(state, id_equal(first.account, nurse.account) ? &state->nurse : &nurse, 4);
    (void)case_of(state, &act, "Avocet", NULL);
    act = act_at(state, NULL, 100);
    sent.count = 0;
    for (int i = 0; i < 3; i++) { /* a message for a role becomes those for its accounts */
        GOOD_ONCE(courier_send(&way, &act));
    }
    assert_true(sent.count > 0);
    assert_string_equal(sent.to, "first@county.example");
}

static void a_worker_is_told_who_is_the_first_of_all(void **context)
{
    struct state *state = *context;
    struct actor nurse;
    add_account(state, "school", "referrer", "health", &nurse);
    const struct actor first = first_as(state, "social-worker", "social-care");
    struct act act = act_at(state, id_equal(first.account, nurse.account) ? &state->nurse : &nurse, 4);
    const char *named = arena_printf(state->arena, ",\"named_social_worker\":\"%s\"", first.name);
    size_t before = told(state, &first);
    (void)case_of(state, &act, "Bittern", referral_values(state, "health", "no", named));
    assert_int_equal(told(state, &first), before + 1);
}

static void a_team_is_there_by_the_first_of_all(void **context)
{
    struct state *state = *context;
    struct actor nurse;
    struct actor manager;
    add_account(state, "school", "referrer", "health", &nurse);
    add_account(state, "duty", "duty-manager", "social-care", &manager);
    const struct actor first = first_as(state, "police-officer", "police");
    struct act by_nurse = act_at(state, id_equal(first.account, nurse.account) ? &state->nurse : &nurse, 4);
    struct act act = act_at(state, id_equal(first.account, manager.account) ? &state->manager : &manager, 5);
    const char *reference = case_of(state, &by_nurse, "Curlew", NULL);
    GOOD_ONCE(record_on(state, &act, reference, "involvement-began",
                        "{\"agency\":\"police\",\"team\":\"Hinckley\",\"reason\":\"R\"}", NULL));
}

static void who_keeps_accounts_is_told_who_is_the_first_of_all(void **context)
{
    struct state *state = *context;
    const struct actor first = first_as(state, "administrator", "other");
    struct act act = act_at(state, NULL, 10);
    const struct account *account;
    size_t before = told(state, &first);
    GOOD_ONCE(account_by_name(&act, strcmp(first.username, "nurse") == 0 ? "manager" : "nurse", &account));
    GOOD_ONCE(notice_keepers(&act, "factors-of-somebody-lost", account->id));
    assert_int_equal(told(state, &first), before + 1);
    /* and where nobody reviews, of a glass that was broken */
    struct write *write = store_write_new(state->service->store, state->arena);
    GOOD_ONCE(notices_tell_reviewers(&act, write, "glass-broken", account->id, "A"));
    GOOD_ONCE(store_commit(write));
    assert_int_equal(told(state, &first), before + 2);
}

static void who_reviews_is_told_who_is_the_first_of_all(void **context)
{
    struct state *state = *context;
    const struct actor first = first_as(state, "information-lead", "social-care");
    struct act act = act_at(state, NULL, 10);
    size_t before = told(state, &first);
    struct write *write = store_write_new(state->service->store, state->arena);
    GOOD_ONCE(notices_tell_reviewers(&act, write, "glass-broken", first.account, "A"));
    GOOD_ONCE(store_commit(write));
    assert_int_equal(told(state, &first), before + 1);
}

static void every_list_of_workers_names_the_first_of_all(void **context)
{
    struct state *state = *context;
    struct actor lead;
    struct actor nurse;
    struct actor manager;
    add_account(state, "lead", "information-lead", "social-care", &lead);
    add_account(state, "school", "referrer", "health", &nurse);
    add_account(state, "duty", "duty-manager", "social-care", &manager);
    const struct worker_view *workers;
    const struct account_view *accounts;
    struct guard_view guard;
    size_t all;
    size_t count;
    struct act act = act_at(state, NULL, 5);
    (void)first_of_all(state, &all);
    GOOD_ONCE(act_account_list(&act, &accounts, &count));
    assert_int_equal(count, all);
    act = act_at(state, &lead, 6);
    GOOD_ONCE(act_look_workers(&act, &workers, &count));
    assert_int_equal(count, all);
    act = act_at(state, &nurse, 7);
    const char *reference = case_of(state, &act, "Dunlin", NULL);
    act = act_at(state, &manager, 8);
    GOOD_ONCE(act_case_guard(&act, reference, &guard));
    assert_int_equal(guard.worker_count, all - 1); /* all but the lead, who reads no case */
}

static void everybody_is_warned_before_an_account_is_locked(void **context)
{
    struct state *state = *context;
    struct act later = act_at(state, NULL, (int64_t)80 * 24 * 3600);
    size_t all;
    struct mail_state mail;
    struct actor admin;
    (void)first_of_all(state, &all);
    state->service->mails = true;
    GOOD_ONCE(account_notices_sweep(&later));
    add_account(state, "admin", "administrator", "other", &admin);
    struct act act = act_at(state, &admin, 5);
    GOOD_ONCE(act_outbox(&act, &mail));
    assert_int_equal(mail.total, all);
}

int main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        EACH(a_message_for_a_role_is_for_the_first_of_all),
        EACH(a_worker_is_told_who_is_the_first_of_all),
        EACH(a_team_is_there_by_the_first_of_all),
        EACH(who_keeps_accounts_is_told_who_is_the_first_of_all),
        EACH(who_reviews_is_told_who_is_the_first_of_all),
        EACH(every_list_of_workers_names_the_first_of_all),
        EACH(everybody_is_warned_before_an_account_is_locked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
