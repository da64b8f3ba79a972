/* Somebody else writes first: what was asked is tried again on what they wrote, and in the end given up. */
#include "act/inner.h"
#include "support.h"

static struct {
    struct actor admin;
    struct actor lead;
    struct actor officer;
} who;
static const char *reference;

static int set_up_all(void **context)
{
    if (set_up(context) != 0) {
        return 1;
    }
    struct state *state = *context;
    struct recorded recorded;
    add_account(state, "admin", "administrator", "other", &who.admin);
    add_account(state, "lead", "information-lead", "social-care", &who.lead);
    add_account(state, "officer", "police-officer", "police", &who.officer);
    who.admin.proved_at = start;
    who.officer.proved_at = start;
    state->manager.proved_at = start;
    struct act act = act_at(state, &state->nurse, 0);
    struct referral_input input = referral_of(state, "Ruff", NULL);
    GOOD_ONCE(act_referral_make(&act, &input, &recorded));
    reference = arena_copy(state->arena, recorded.reference.text);
    return 0;
}

/* How often an act that comes second is tried. */
enum { TRIES = 8, TRIES_OF_SEVERAL_CASES = 50, TRIES_OF_CASE = 200 };

/* Second as often as it is tried, it says so and writes nothing; second all but the last time, it goes
 * through. */
#define SECOND(tries, expression)                                                                            \
    do {                                                                                                     \
        failing_conflicts(tries);                                                                            \
        must_be_refused(WHERE(__LINE__), ERROR_CONFLICT, (expression));                                      \
        failing_conflicts((tries)-1);                                                                        \
        must_be_good(WHERE(__LINE__), (expression));                                                         \
        failing_conflicts(0);                                                                                \
    } while (0)

static struct entry_input action_of(const struct state *state, const char *text)
{
    const struct entry_type *type = pack_type(service_pack(state->service), "action-agreed");
    return (struct entry_input){
        .type = type,
        .values = fields(state, type->index,
                         arena_printf(state->arena,
                                      "{\"action\":\"%s\",\"owner\":\"Ms Rahman\",\"agency\":\"education\"}",
                                      text))};
}

static void who_comes_second_tries_again(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 10);
    struct act nurse = act_at(state, &state->nurse, 11);
    struct act admin = act_at(state, &who.admin, 12);
    struct act lead = act_at(state, &who.lead, 13);
    struct act officer = act_at(state, &who.officer, 14);
    struct recorded recorded;
    struct entry_input action = action_of(state, "Ring the school");
    const struct pack *pack = service_pack(state->service);
    const struct value *details = fields(state, pack->details_type, "{\"given_name\":\"Reeve\"}");
    struct instant until;
    SECOND(TRIES_OF_CASE, act_entry_record(&manager, reference, &action, &recorded));
    SECOND(TRIES_OF_CASE, act_details_record(&manager, reference, 0, details, &recorded));
    SECOND(TRIES, act_case_restrict(&manager, reference, true, "A colleague's child"));
    SECOND(TRIES, act_home_set(&nurse, "LE1 1ZZ"));
    SECOND(TRIES, act_glass_break(&officer, reference, "She is missing tonight", &until));
    const struct glass_view *glass;
    size_t count;
    GOOD(act_glass_list(&lead, &glass, &count));
    assert_int_equal(count, 1);
    char line[ID_TEXT];
    id_format(glass[0].id, line);
    SECOND(TRIES, act_review(&lead, line, "explained", "She was found at that time"));
    GOOD_ONCE(act_directory_add(
        &admin, &(struct contact_view){.agency = "health", .kind = "service", .name = "Nurses"}, NULL));
    const struct contact_view *contacts;
    GOOD(act_directory_list(&admin, &contacts, &count));
    assert_int_equal(count, 1);
    struct contact_view changed = contacts[0];
    changed.phone = "0116 496 0100";
    SECOND(TRIES, act_contact_change(&admin, &changed));
    const struct entry_type *type = action.type;
    const struct part_entry part = {.type = type, .values = action.values, .prefix = ""};
    const struct case_part parts[] = {{reference, 0, &part, 1}};
    const struct together_input together = {.parts = parts, .count = 1};
    SECOND(TRIES_OF_SEVERAL_CASES, act_together_record(&manager, &together, &recorded));
    SECOND(TRIES, act_account_lock(&admin, "officer", true));
}

/* Of two who use a link at once one sets the password; the other is told. */
static void a_link_is_used_by_one(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 20);
    const char *link;
    const char *username;
    GOOD_ONCE(act_account_add(&act, "greta", NULL, "referrer", "health", &link));
    failing_conflicts(1);
    FAILS_ONCE(ERROR_NOT_FOUND, act_password_set(&act, link, NULL, password, &username));
    failing_conflicts(0);
    GOOD_ONCE(act_password_set(&act, link, NULL, password, &username));
}

/* ---- the same form, sent twice at once ---- */

struct sent {
    struct act act;
    struct entry_input input;
    const struct together_input *together;
    const struct referral_input *referral;
    struct recorded recorded;
    const struct error *error;
};

static void send_entry(void *context)
{
    struct sent *sent = context;
    sent->error = act_entry_record(&sent->act, reference, &sent->input, &sent->recorded);
}

static void send_together(void *context)
{
    struct sent *sent = context;
    sent->error = act_together_record(&sent->act, sent->together, &sent->recorded);
}

static void send_referral(void *context)
{
    struct sent *sent = context;
    sent->error = act_referral_make(&sent->act, sent->referral, &sent->recorded);
}

static uint64_t seq_now(const struct act *act)
{
    const struct case_view *view;
    must_be_good("the case", act_case_read(act, reference, INSTANT_NEVER, &view));
    return view->seq;
}

static void of_one_form_sent_twice_at_once_one_entry_comes(void **context)
{
    struct state *state = *context;
    struct sent first = {.act = act_at(state, &state->manager, 30), .input = action_of(state, "Visit")};
    struct sent second = first;
    first.input.idempotency_key = second.input.idempotency_key = "visit-1";
    failing_meanwhile(send_entry, &first);
    send_entry(&second);
    must_be_good("first", first.error);
    must_be_good("second", second.error);
    assert_true(id_equal(first.recorded.entry->id, second.recorded.entry->id));
    /* the same of a form that says what it was begun on */
    first.input.idempotency_key = second.input.idempotency_key = "visit-2";
    first.input.expected_seq = second.input.expected_seq = seq_now(&first.act);
    failing_meanwhile(send_entry, &first);
    send_entry(&second);
    must_be_good("first", first.error);
    must_be_good("second", second.error);
    assert_true(id_equal(first.recorded.entry->id, second.recorded.entry->id));
    /* another form is shown what came before it */
    first.input.expected_seq = second.input.expected_seq = seq_now(&first.act);
    first.input.idempotency_key = "visit-3";
    second.input.idempotency_key = "visit-4";
    failing_meanwhile(send_entry, &first);
    send_entry(&second);
    must_be_good("first", first.error);
    must_be_refused("second", ERROR_CONFLICT, second.error);
    assert_int_equal(second.recorded.since_count, 1);
    assert_true(id_equal(second.recorded.since[0]->id, first.recorded.entry->id));
}

static void of_one_meeting_sent_twice_at_once_one_comes(void **context)
{
    struct state *state = *context;
    struct entry_input action = action_of(state, "Ask the clinic");
    const struct part_entry part = {.type = action.type, .values = action.values, .prefix = ""};
    const struct case_part parts[] = {{reference, 0, &part, 1}};
    const struct together_input together = {.parts = parts, .count = 1, .idempotency_key = "meeting-1"};
    struct sent first = {.act = act_at(state, &state->manager, 40), .together = &together};
    struct sent second = first;
    failing_meanwhile(send_together, &first);
    send_together(&second);
    must_be_good("first", first.error);
    must_be_good("second", second.error);
    assert_true(id_equal(first.recorded.entry->id, second.recorded.entry->id));
    /* the same key for another meeting */
    struct entry_input another = action_of(state, "Ask the school");
    const struct part_entry other_part = {.type = another.type, .values = another.values, .prefix = ""};
    const struct case_part other_parts[] = {{reference, 0, &other_part, 1}};
    const struct together_input other = {.parts = other_parts, .count = 1, .idempotency_key = "meeting-1"};
    struct sent third = {.act = act_at(state, &state->manager, 41), .together = &other};
    send_together(&third);
    must_be_refused("another meeting", ERROR_INVALID, third.error);
}

static void of_one_referral_sent_twice_at_once_one_comes(void **context)
{
    struct state *state = *context;
    const struct referral_input input = referral_of(state, "Dotterel", "referral-1");
    struct sent first = {.act = act_at(state, &state->nurse, 50), .referral = &input};
    struct sent second = first;
    failing_meanwhile(send_referral, &first);
    send_referral(&second);
    must_be_good("first", first.error);
    must_be_good("second", second.error);
    assert_true(id_equal(first.recorded.case_id, second.recorded.case_id));
}

struct sent_twice {
    struct sent first;
    struct sent second;
    unsigned n;
};

static void send_first_and_fail(void *context)
{
    struct sent_twice *twice = context;
    send_referral(&twice->first);
    failing_begin(twice->n, true);
}

/* Also where the answer to the first cannot be read. */
static void whatever_fails_no_referral_sent_twice_comes_twice(void **context)
{
    struct state *state = *context;
    struct referral_input input = referral_of(state, "Sanderling", NULL);
    struct sent_twice twice = {.first = {.act = act_at(state, &state->nurse, 60), .referral = &input}};
    bool failed = true;
    twice.second = twice.first;
    for (twice.n = 1; failed; twice.n++) {
        input.idempotency_key = arena_printf(state->arena, "twice-%u", twice.n);
        failing_meanwhile(send_first_and_fail, &twice);
        send_referral(&twice.second);
        failed = failing_end();
        must_be_good("first", twice.first.error);
        if (failed && twice.second.error != NULL) {
            assert_true(is_of_the_store(twice.second.error));
            send_referral(&twice.second);
        }
        must_be_good("second", twice.second.error);
        assert_true(id_equal(twice.first.recorded.case_id, twice.second.recorded.case_id));
    }
}

struct sent_outside {
    struct act act;
    struct id answers; /* zero: a record of its own */
    const struct entry_type *type;
    const struct value *values;
    const char *key;
    struct id id;
    const struct error *error;
};

static void send_outside(void *context)
{
    struct sent_outside *sent = context;
    sent->error = id_is_zero(sent->answers)
                      ? act_outside_record(&sent->act, sent->type, sent->values, sent->key, &sent->id)
                      : act_outside_answer(&sent->act, sent->answers, sent->type, sent->values, sent->key);
}

static struct sent_outside outside_of(const struct state *state, int minute, const char *type_id,
                                      const char *json, const char *key)
{
    const struct entry_type *type = pack_type(service_pack(state->service), type_id);
    return (struct sent_outside){.act = act_at(state, &state->nurse, minute),
                                 .type = type,
                                 .values = fields(state, type->index, json),
                                 .key = key};
}

static size_t entries_of(const struct act *act, struct id id)
{
    const struct outside_view *view;
    must_be_good("the record", act_outside_read(act, id, &view));
    return view->count;
}

static void of_one_record_outside_sent_twice_one_comes(void **context)
{
    struct state *state = *context;
    const char *const advice = "{\"recommendation\":\"Ring sooner\"}";
    struct sent_outside first = outside_of(state, 60, "learning-recommendation", advice, "advice-1");
    struct sent_outside second = first;
    failing_meanwhile(send_outside, &first); /* at once */
    send_outside(&second);
    must_be_good("first", first.error);
    must_be_good("second", second.error);
    assert_true(id_equal(first.id, second.id));
    GOOD_AGAIN(act_outside_record(&second.act, second.type, second.values, second.key, &second.id));
    assert_true(id_equal(first.id, second.id));
    struct sent_outside other =
        outside_of(state, 61, "learning-recommendation", "{\"recommendation\":\"Ring twice\"}", "advice-1");
    FAILS(ERROR_INVALID, act_outside_record(&other.act, other.type, other.values, other.key, &other.id));
    other.key = "advice-2";
    GOOD_AGAIN(act_outside_record(&other.act, other.type, other.values, other.key, &other.id));
    assert_false(id_equal(first.id, other.id));

    const char *const accepted = "{\"answer\":\"accepted\",\"reason\":\"We ring at once\"}";
    struct sent_outside answer =
        outside_of(state, 62, "learning-recommendation-answered", accepted, "answer-1");
    answer.answers = first.id;
    struct sent_outside again = answer;
    failing_meanwhile(send_outside, &answer);
    send_outside(&again);
    must_be_good("first", answer.error);
    must_be_good("second", again.error);
    assert_int_equal(entries_of(&answer.act, first.id), 2);
    /* the same words about another recommendation are another answer */
    again.answers = other.id;
    send_outside(&again);
    must_be_refused("another recommendation", ERROR_INVALID, again.error);
    /* and of two forms at once the second is told that it came second */
    answer.key = "answer-2";
    again.key = "answer-3";
    again.answers = first.id;
    failing_meanwhile(send_outside, &answer);
    send_outside(&again);
    must_be_good("first", answer.error);
    must_be_refused("second", ERROR_CONFLICT, again.error);
    assert_int_equal(entries_of(&answer.act, first.id), 3);
}

/* ---- the same contact, added twice at once ---- */

struct added_twice {
    struct act act;
    struct contact_view contact;
    const char *key;
    unsigned n;
};

static void add_and_fail(void *context)
{
    struct added_twice *twice = context;
    must_be_good("first", act_directory_add(&twice->act, &twice->contact, twice->key));
    failing_begin(twice->n, true);
}

static void whatever_fails_no_contact_added_twice_stands_twice(void **context)
{
    struct state *state = *context;
    struct added_twice twice = {.act = act_at(state, &who.admin, 70)};
    const struct contact_view *contacts;
    size_t before;
    size_t count;
    bool failed = true;
    GOOD(act_directory_list(&twice.act, &contacts, &before));
    for (twice.n = 1; failed; twice.n++) {
        twice.key = arena_printf(state->arena, "added-%u", twice.n);
        twice.contact = (struct contact_view){.agency = "health", .kind = "service", .name = twice.key};
        failing_meanwhile(add_and_fail, &twice);
        const struct error *error = act_directory_add(&twice.act, &twice.contact, twice.key);
        failed = failing_end();
        if (failed && error != NULL) {
            assert_true(is_of_the_store(error));
            error = act_directory_add(&twice.act, &twice.contact, twice.key);
        }
        must_be_good("second", error);
        GOOD_ONCE(act_directory_list(&twice.act, &contacts, &count));
        assert_int_equal(count, before + twice.n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_comes_second_tries_again),
        cmocka_unit_test(a_link_is_used_by_one),
        cmocka_unit_test(of_one_form_sent_twice_at_once_one_entry_comes),
        cmocka_unit_test(of_one_meeting_sent_twice_at_once_one_comes),
        cmocka_unit_test(of_one_referral_sent_twice_at_once_one_comes),
        cmocka_unit_test(whatever_fails_no_referral_sent_twice_comes_twice),
        cmocka_unit_test(whatever_fails_no_contact_added_twice_stands_twice),
        cmocka_unit_test(of_one_record_outside_sent_twice_one_comes),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down);
}
