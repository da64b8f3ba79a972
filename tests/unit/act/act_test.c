/* The acts over a real store: signing in and what ends a session, slowed guessing, drafts, search, one answer
 * a key. */
#include "support.h"

/* ---- signing in ---- */

static void sessions_end_by_time_lock_and_password(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    const char *token;
    const char *device;
    struct session session;
    GOOD(act_sign_in(&act, "nurse", password, &(struct origin){.client = "10.0.0.1"}, &token, &device));
    GOOD(act_session(&act, token, &session));
    assert_string_equal(session.actor.username, "nurse");
    struct act idle = act_at(state, NULL, 31 * 60);
    FAILS(ERROR_NOT_SIGNED_IN, act_session(&idle, token, &session));
    FAILS(ERROR_NOT_SIGNED_IN, act_session(&act, "made-up", &session));

    struct act later = act_at(state, NULL, 100);
    GOOD(act_sign_in(&later, "nurse", password, &(struct origin){.client = "10.0.0.1", .device = device},
                     &token, &device));
    struct act locking = act_at(state, NULL, 101);
    GOOD(act_account_lock(&locking, "nurse", true));
    FAILS(ERROR_NOT_SIGNED_IN, act_session(&locking, token, &session));
    GOOD(act_account_lock(&locking, "nurse", false));
    FAILS(ERROR_NOT_SIGNED_IN, act_session(&locking, token, &session));
    struct act again = act_at(state, NULL, 102);
    GOOD(act_sign_in(&again, "nurse", password, &(struct origin){.client = "10.0.0.1", .device = device},
                     &token, &device));
    GOOD(act_sign_out(&again, token));
    FAILS(ERROR_NOT_SIGNED_IN, act_session(&again, token, &session));
}

/* Another process locks and unlocks: its server side still remembers the session, and must not let it in. */
static void a_lock_of_another_process_ends_a_session(void **context)
{
    struct state *state = *context;
    const char *dir = arena_printf(state->arena, "%s/store", state->top);
    struct service *other;
    struct act act = act_at(state, NULL, 200);
    const char *token;
    const char *device;
    struct session session;
    GOOD(service_open(state->arena, dir, NULL, WM_SOURCE "/procedures/llr-chapter-11", &other));
    service_allow_one_factor(other);
    GOOD(act_sign_in(&act, "manager", password, &(struct origin){.client = "10.0.0.2"}, &token, &device));
    GOOD(act_session(&act, token, &session));
    struct act elsewhere = {other, state->arena, NULL, instant_add_ms(start, 201000)};
    GOOD(act_account_lock(&elsewhere, "manager", true));
    struct act now = act_at(state, NULL, 202);
    FAILS(ERROR_NOT_SIGNED_IN, act_session(&now, token, &session));
    GOOD(act_account_lock(&elsewhere, "manager", false));
    FAILS(ERROR_NOT_SIGNED_IN, act_session(&now, token, &session));
    service_close(other);
}

/* `waymark` from the command line sets a password while a server serves: who was signed in is so no more. */
static void a_password_set_by_another_process_ends_a_session(void **context)
{
    struct state *state = *context;
    const char *dir = arena_printf(state->arena, "%s/store", state->top);
    struct service *other;
    struct act act = act_at(state, NULL, 210);
    const char *token;
    const char *fresh;
    const char *device;
    struct session session;
    GOOD(service_open(state->arena, dir, NULL, WM_SOURCE "/procedures/llr-chapter-11", &other));
    service_allow_one_factor(other);
    GOOD(act_sign_in(&act, "manager", password, &(struct origin){.client = "10.0.0.2"}, &token, &device));
    GOOD(act_session(&act, token, &session));
    struct act elsewhere = {other, state->arena, NULL, instant_add_ms(start, 211000)};
    GOOD(act_password_give(&elsewhere, "manager", password));
    struct act now = act_at(state, NULL, 212);
    FAILS(ERROR_NOT_SIGNED_IN, act_session(&now, token, &session));
    GOOD(act_sign_in(&now, "manager", password, &(struct origin){.client = "10.0.0.2", .device = device},
                     &fresh, &device));
    GOOD(act_session(&now, fresh, &session));
    /* and when the clock was put back since, they can sign in still */
    struct act back = act_at(state, NULL, 212 - 3600);
    GOOD(act_sign_in(&back, "manager", password, &(struct origin){.client = "10.0.0.2", .device = device},
                     &fresh, &device));
    GOOD(act_session(&back, fresh, &session));
    service_close(other);
}

static void a_session_that_ended_when_the_clock_was_put_back_does_not_begin_again(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 220);
    struct act back = act_at(state, NULL, 220 - 3600);
    struct act caught_up = act_at(state, NULL, 221);
    const char *token;
    const char *device;
    struct session session;
    GOOD(act_sign_in(&act, "manager", password, &(struct origin){.client = "10.0.0.2"}, &token, &device));
    GOOD(act_session(&act, token, &session));
    FAILS(ERROR_NOT_SIGNED_IN, act_session(&back, token, &session));
    FAILS(ERROR_NOT_SIGNED_IN, act_session(&caught_up, token, &session));
}

static void guessing_is_slowed_but_locks_nobody_out(void **context)
{
    struct state *state = *context;
    const char *token;
    const char *device;
    struct act act = act_at(state, NULL, 1000);
    GOOD_ONCE(
        act_sign_in(&act, "manager", password, &(struct origin){.client = "10.0.0.3"}, &token, &device));
    const char *known = device;
    for (int i = 0; i < 4; i++) {
        FAILS_ONCE(ERROR_NOT_SIGNED_IN, act_sign_in(&act, "manager", "a wrong guess of it",
                                                    &(struct origin){.client = "10.9.9.9"}, &token, &device));
    }
    FAILS_ONCE(ERROR_TOO_MANY, act_sign_in(&act, "manager", password, &(struct origin){.client = "10.9.9.9"},
                                           &token, &device));
    /* the worker, elsewhere, and at the guesser's own address on a device that is known */
    GOOD_ONCE(
        act_sign_in(&act, "manager", password, &(struct origin){.client = "10.0.0.4"}, &token, &device));
    GOOD_ONCE(act_sign_in(&act, "manager", password, &(struct origin){.client = "10.9.9.9", .device = known},
                          &token, &device));
    struct act patient = act_at(state, NULL, 1006);
    GOOD_ONCE(
        act_sign_in(&patient, "manager", password, &(struct origin){.client = "10.9.9.9"}, &token, &device));
    /* nobody of that name answers alike */
    FAILS_ONCE(ERROR_NOT_SIGNED_IN, act_sign_in(&act, "nobody", password,
                                                &(struct origin){.client = "10.0.0.5"}, &token, &device));
}

static void links_are_good_once(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 300);
    const char *link;
    const char *username;
    act.now = clock_now();
    GOOD(act_account_add(&act, "new-one", "New One", "referrer", "education", &link));
    FAILS(ERROR_EXISTS, act_account_add(&act, "new-one", "Other", "referrer", "education", &username));
    FAILS(ERROR_INVALID, act_password_set(&act, link, NULL, "too short", &username));
    FAILS(ERROR_INVALID, act_password_set(&act, link, NULL, "my new-one password", &username));
    GOOD(act_password_set(&act, link, NULL, password, &username));
    assert_string_equal(username, "new-one");
    FAILS(ERROR_NOT_FOUND, act_password_set(&act, link, NULL, "another good password", &username));
}

/* ---- the record ---- */

static void the_same_key_gives_the_first_answer(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, &state->nurse, 2000);
    struct recorded first;
    struct recorded second;
    struct referral_input input = referral_of(state, "Wren", "key-1");
    GOOD(act_referral_make(&act, &input, &first));
    GOOD(act_referral_make(&act, &input, &second));
    assert_true(id_equal(first.case_id, second.case_id));
    struct referral_input other = referral_of(state, "Robin", "key-1");
    FAILS(ERROR_INVALID, act_referral_make(&act, &other, &second));
    /* the key of another account is another key; the child is then a possible match */
    struct act manager = act_at(state, &state->manager, 2001);
    GOOD(act_referral_make(&manager, &input, &second));
    assert_false(id_equal(first.case_id, second.case_id));
    assert_int_equal(second.match_count, 1);
    assert_string_equal(second.matches[0].reference.text, first.reference.text);
}

static void cases_are_found_and_looks_are_kept(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, &state->nurse, 3000);
    struct recorded recorded;
    const struct match *matches;
    size_t count;
    struct referral_input input = referral_of(state, "Linnet", NULL);
    GOOD(act_referral_make(&act, &input, &recorded));
    GOOD(act_case_search(&act, "Linnet Tarn", &matches, &count));
    assert_true(count >= 1);
    assert_string_equal(matches[0].full_name, "Linnet Tarn");
    GOOD(act_case_search(&act, recorded.reference.text, &matches, &count));
    assert_int_equal(count, 1);
    const struct value *other = fields(state, service_pack(state->service)->details_type,
                                       "{\"given_name\":\"Linnet\",\"family_name\":\"Ploverfield\","
                                       "\"date_of_birth\":\"1999-01-01\"}");
    GOOD(act_matches(&act, other, &matches, &count)); /* one name is too little */
    assert_int_equal(count, 0);
    GOOD(act_case_search(&act, "  ", &matches, &count));
    assert_int_equal(count, 0);

    const struct case_view *view;
    struct looks_view looks;
    struct looks_asked asked = {.reference = recorded.reference.text, .until = INSTANT_NEVER, .limit = 1000};
    struct act manager = act_at(state, &state->manager, 3001);
    GOOD(act_case_read(&manager, recorded.reference.text, INSTANT_NEVER, &view));
    GOOD(act_looks(&manager, &asked, &looks));
    bool read = false;
    bool found = false;
    for (size_t i = 0; i < looks.count; i++) {
        const struct look_view *look = &looks.list[i];
        read = read || (text_equal(look->act, "case-read") && text_equal(look->agency, "social-care"));
        found = found || (text_equal(look->act, "search-shown") && look->count == 1);
    }
    assert_true(read);
    assert_true(found);
    FAILS(ERROR_NOT_ALLOWED, act_looks(&act, &asked, &looks));
    FAILS(ERROR_NOT_FOUND, act_case_read(&manager, "2222222222", INSTANT_NEVER, &view));
}

static void the_work_of_a_role_is_its_duties(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 4000);
    struct act manager = act_at(state, &state->manager, 4001);
    struct recorded recorded;
    const struct work_view *before;
    const struct work_view *after;
    GOOD(act_work(&manager, NULL, &before));
    struct referral_input input = referral_of(state, "Dunnock", NULL);
    GOOD(act_referral_make(&nurse, &input, &recorded));
    GOOD(act_work(&manager, NULL, &after));
    assert_int_equal(after->duty_count, before->duty_count + 1);
    assert_int_equal(after->referral_count, before->referral_count + 1);
    GOOD(act_work(&nurse, NULL, &after));
    assert_int_equal(after->duty_count, 0);
}

static void who_wrote_first_is_not_overwritten(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, &state->manager, 5000);
    struct recorded recorded;
    struct referral_input input = referral_of(state, "Siskin", NULL);
    GOOD(act_referral_make(&act, &input, &recorded));
    const struct entry_type *type = pack_type(service_pack(state->service), "child-views");
    struct entry_input views = {
        .type = type,
        .values = fields(state, type->index, "{\"views\":\"Wants to swim.\",\"how_obtained\":\"In a talk\"}"),
        .expected_seq = 1,
    };
    struct recorded added;
    GOOD(act_entry_record(&act, recorded.reference.text, &views, &added));
    FAILS(ERROR_CONFLICT, act_entry_record(&act, recorded.reference.text, &views, &added));
    assert_int_equal(added.since_count, 1);
    assert_int_equal(added.since[0]->seq, 2);
}

static void a_draft_is_its_authors_alone(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 6000);
    struct act manager = act_at(state, &state->manager, 6000);
    const char *const names[] = {"narrative", "area"};
    const char *const texts[] = {"Seen at the bus station.\nTwice.", ""};
    struct draft_view draft = {.kind = "referral", .names = names, .texts = texts, .count = 2};
    struct draft_view read;
    const struct draft_view *list;
    size_t count;
    struct id id;
    GOOD_ONCE(act_draft_save(&nurse, &draft, &id));
    GOOD(act_draft_save(&nurse, &draft, &id));
    GOOD(act_draft_read(&nurse, id, &read));
    assert_int_equal(read.count, 2);
    assert_string_equal(read.texts[0], texts[0]);
    GOOD(act_draft_list(&nurse, &list, &count));
    assert_true(count > 1);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(list[i].kind, "referral");
    }
    FAILS(ERROR_NOT_FOUND, act_draft_read(&manager, id, &read));
    GOOD(act_draft_list(&manager, &list, &count));
    assert_int_equal(count, 0);
    GOOD(act_draft_drop(&manager, id));
    GOOD(act_draft_read(&nurse, id, &read));
    GOOD(act_draft_drop(&nurse, id));
    FAILS(ERROR_NOT_FOUND, act_draft_read(&nurse, id, &read));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_end_by_time_lock_and_password),
        cmocka_unit_test(a_lock_of_another_process_ends_a_session),
        cmocka_unit_test(a_password_set_by_another_process_ends_a_session),
        cmocka_unit_test(a_session_that_ended_when_the_clock_was_put_back_does_not_begin_again),
        cmocka_unit_test(guessing_is_slowed_but_locks_nobody_out),
        cmocka_unit_test(links_are_good_once),
        cmocka_unit_test(the_same_key_gives_the_first_answer),
        cmocka_unit_test(cases_are_found_and_looks_are_kept),
        cmocka_unit_test(the_work_of_a_role_is_its_duties),
        cmocka_unit_test(who_wrote_first_is_not_overwritten),
        cmocka_unit_test(a_draft_is_its_authors_alone),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
