/* Who may not, what is not theirs to see, and what is not written when something is wrong. */
#include "act/inner.h"
#include "support.h"

static struct {
    struct actor admin;
    struct actor voluntary;
    struct actor analyst;
    struct actor police;
} who;

static int set_up_all(void **context)
{
    if (set_up(context) != 0) {
        return 1;
    }
    struct state *state = *context;
    add_account(state, "admin", "administrator", "other", &who.admin);
    add_account(state, "helper", "voluntary-worker", "voluntary", &who.voluntary);
    add_account(state, "analyst", "partnership-analyst", "education", &who.analyst);
    add_account(state, "officer", "police-officer", "police", &who.police);
    return 0;
}

static struct entry_input input_of(const struct state *state, const char *type_id, const char *json)
{
    const struct entry_type *type = pack_type(service_pack(state->service), type_id);
    assert_non_null(type);
    return (struct entry_input){.type = type, .values = fields(state, type->index, json)};
}

static const char *new_case(const struct state *state, const char *given)
{
    struct act act = act_at(state, &state->nurse, 10);
    struct referral_input input = referral_of(state, given, NULL);
    struct recorded recorded;
    GOOD(act_referral_make(&act, &input, &recorded));
    return arena_copy(state->arena, recorded.reference.text);
}

static const struct error *record(const struct act *act, const char *reference, const char *type,
                                  const char *json)
{
    struct state state = {.service = act->service, .arena = act->arena};
    struct entry_input input = input_of(&state, type, json);
    struct recorded recorded;
    return act_entry_record(act, reference, &input, &recorded);
}

/* ---- roles ---- */

static void a_role_that_reads_no_case_comes_to_none(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Plover");
    const struct actor *const others[] = {&who.admin, &who.voluntary, &who.analyst};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct act act = act_at(state, others[i], 20);
        const struct case_view *view;
        const struct match *matches;
        const struct case_link *links;
        struct looks_view looks;
        struct looks_asked asked = {.reference = reference, .until = INSTANT_NEVER};
        const struct draft_view *drafts;
        struct route_view route;
        struct recorded recorded;
        struct move_view move;
        size_t count;
        bool whole;
        struct referral_input referral = referral_of(state, "Plover", NULL);
        FAILS(ERROR_NOT_ALLOWED, act_case_read(&act, reference, INSTANT_NEVER, &view));
        FAILS(ERROR_NOT_ALLOWED, act_case_search(&act, "Plover", &matches, &count));
        FAILS(ERROR_NOT_ALLOWED, act_case_links(&act, reference, &links, &count, &whole));
        FAILS(ERROR_NOT_ALLOWED, act_looks(&act, &asked, &looks));
        FAILS(ERROR_NOT_ALLOWED, act_draft_list(&act, &drafts, &count));
        FAILS(ERROR_NOT_ALLOWED, act_route(&act, reference, NULL, referral.values, &route));
        FAILS(ERROR_NOT_ALLOWED, act_referral_make(&act, &referral, &recorded));
        FAILS(ERROR_NOT_ALLOWED, act_case_move_look(&act, reference, NULL, &move));
        FAILS(ERROR_NOT_ALLOWED, record(&act, reference, "child-views", "{\"views\":\"V\"}"));
    }
}

static void nobody_who_is_not_signed_in_comes_in(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Dotterel");
    struct act act = act_at(state, NULL, 20);
    const struct case_view *view;
    const struct case_link *links;
    const struct part_view *part;
    const struct work_view *work;
    const struct figures_view *figures;
    const struct outside_view *const *outside;
    size_t count;
    bool whole;
    FAILS(ERROR_NOT_SIGNED_IN, act_case_read(&act, reference, INSTANT_NEVER, &view));
    FAILS(ERROR_NOT_SIGNED_IN, act_case_links(&act, reference, &links, &count, &whole));
    FAILS(ERROR_NOT_SIGNED_IN, act_part_read(&act, reference, &part));
    FAILS(ERROR_NOT_SIGNED_IN, act_work(&act, NULL, &work));
    FAILS(ERROR_NOT_SIGNED_IN, act_figures(&act, "sex", NULL, &figures));
    FAILS(ERROR_NOT_SIGNED_IN, act_outside_list(&act, NULL, &outside, &count));
}

static void only_an_administrator_keeps_accounts_and_chooses(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 20);
    struct act admin = act_at(state, &who.admin, 20);
    const struct account_view *accounts;
    const struct procedure_view *procedures;
    struct mail_state mail;
    const char *text;
    size_t count;
    FAILS(ERROR_NOT_ALLOWED, act_account_list(&nurse, &accounts, &count));
    FAILS(ERROR_NOT_ALLOWED, act_account_add(&nurse, "intruder", NULL, "referrer", "health", &text));
    FAILS(ERROR_NOT_ALLOWED, act_account_lock(&nurse, "manager", true));
    FAILS(ERROR_NOT_ALLOWED, act_account_link(&nurse, "manager", &text));
    FAILS(ERROR_NOT_ALLOWED, act_account_token(&nurse, "manager", &text));
    FAILS(ERROR_NOT_ALLOWED, act_procedure_choose(&nurse, "llr-chapter-11", "Why not"));
    FAILS(ERROR_NOT_ALLOWED, act_outbox(&nurse, &mail));
    FAILS(ERROR_NOT_ALLOWED, act_outbox_hurry(&nurse));
    FAILS(ERROR_NOT_ALLOWED, act_denied(&nurse));

    GOOD(act_account_list(&admin, &accounts, &count));
    assert_int_equal(count, 6);
    assert_string_equal(accounts[0].username, "admin");
    assert_string_equal(accounts[5].username, "officer");
    for (size_t i = 0; i < count; i++) {
        assert_false(accounts[i].locked);
        assert_true(accounts[i].has_password);
    }
    FAILS(ERROR_NOT_FOUND, act_account_lock(&admin, "nobody", true));
    FAILS(ERROR_NOT_FOUND, act_account_link(&admin, "nobody", &text));
    FAILS(ERROR_INVALID, act_procedure_choose(&admin, "no-such", "Why not"));
    FAILS(ERROR_INVALID, act_procedure_choose(&admin, NULL, "Why not"));
    FAILS(ERROR_INVALID, act_procedure_choose(&admin, "llr-chapter-11", "  "));
    GOOD(act_procedure_choose(&admin, "llr-chapter-11", "It is the only one"));
    GOOD(act_procedures(&nurse, &procedures, &count));
    assert_int_equal(count, 1);
    assert_true(procedures[0].for_new_cases);
    GOOD(act_outbox(&admin, &mail));
    assert_false(mail.on);
}

static void an_account_says_what_is_wrong_with_each_field(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, &who.admin, 20);
    const char *link;
    const struct error *error = act_account_add(&act, "No Name", NULL, "wizard", "circus", &link);
    assert_string_equal(error->field, "username");
    assert_string_equal(error->next->field, "role");
    assert_string_equal(error->next->next->field, "agency");
    assert_null(error->next->next->next);
    /* the agency is that of the role */
    error = act_account_add(&act, "someone", NULL, "police-officer", "health", &link);
    assert_string_equal(error->field, "agency");
    assert_null(error->next);
    static const char *const names[] = {"a", "-ab", ".ab", "Ab", "a b", "a_b", ""};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        error = act_account_add(&act, names[i], NULL, "referrer", "health", &link);
        assert_non_null(error);
        assert_string_equal(error->field, "username");
    }
}

static void passwords_that_would_be_guessed_are_refused(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 20);
    char long_one[130];
    unsigned random = 7; /* no piece of it again and again */
    for (size_t i = 0; i < sizeof long_one; i++) {
        random = random * 1103515245u + 12345u;
        long_one[i] = (char)('a' + (random >> 16) % 26);
    }
    long_one[129] = '\0';
    const char *const refused[] = {"fourteen chars",
                                   "aaaaaaaaaaaaaaaaaaaa",
                                   "my nice WayMark password",
                                   "officer of the county 7",
                                   "ThequickBrownFox",
                                   "football-welcome-1",
                                   long_one};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        const struct error *error = act_password_give(&act, "officer", refused[i]);
        assert_non_null(error);
        assert_int_equal(error->code, ERROR_INVALID);
        assert_string_equal(error->field, "password");
    }
    long_one[128] = '\0'; /* exactly as long as may be */
    GOOD(act_password_give(&act, "officer", long_one));
    GOOD(act_password_give(&act, "officer", "fifteen letters"));
    const char *const both[] = {"officer", "nobody"};
    FAILS(ERROR_NOT_FOUND, act_password_share(&act, both, 2, password));
    GOOD(act_password_share(&act, both, 1, password));
}

static void a_token_of_nobody_opens_nothing(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 20);
    struct actor actor;
    const char *token;
    GOOD(act_account_token(&act, "officer", &token));
    GOOD(act_bearer(&act, token, &actor));
    assert_string_equal(actor.username, "officer");
    FAILS(ERROR_NOT_SIGNED_IN, act_bearer(&act, "no-dot", &actor));
    FAILS(ERROR_NOT_SIGNED_IN, act_bearer(&act, "not-an-id.secret", &actor));
    FAILS(ERROR_NOT_SIGNED_IN, act_bearer(&act, arena_printf(state->arena, "%sx", token), &actor));
    char *other = arena_copy(state->arena, token); /* an id that nobody has */
    other[0] = other[0] == '0' ? '1' : '0';
    FAILS(ERROR_NOT_SIGNED_IN, act_bearer(&act, other, &actor));
    GOOD(act_account_lock(&act, "officer", true));
    FAILS(ERROR_NOT_SIGNED_IN, act_bearer(&act, token, &actor));
    GOOD(act_account_lock(&act, "officer", false));
    FAILS(ERROR_NOT_SIGNED_IN, act_bearer(&act, token, &actor)); /* a lock ends it for good */
    GOOD(act_account_token(&act, "officer", &token));
    GOOD(act_bearer(&act, token, &actor));
}

/* ---- guessing ---- */

static void each_wait_is_twice_the_last_up_to_the_most(void **context)
{
    struct state *state = *context;
    struct throttle *throttle = throttle_new(state->arena);
    struct instant now = start;
    assert_int_equal(throttle_wait(throttle, "who", now, 2, 60000), 0);
    throttle_failed(throttle, "who", now);
    assert_int_equal(throttle_wait(throttle, "who", now, 2, 60000), 0);
    throttle_failed(throttle, "who", now);
    assert_int_equal(throttle_wait(throttle, "who", now, 2, 60000), 5000);
    assert_int_equal(throttle_wait(throttle, "other", now, 2, 60000), 0);
    assert_int_equal(throttle_wait(throttle, "who", instant_add_ms(now, 4999), 2, 60000), 1);
    assert_int_equal(throttle_wait(throttle, "who", instant_add_ms(now, 5000), 2, 60000), 0);
    assert_int_equal(throttle_wait(throttle, "who", instant_add_ms(now, -1000), 2, 60000), 5000);
    throttle_failed(throttle, "who", now);
    assert_int_equal(throttle_wait(throttle, "who", now, 2, 60000), 10000);
    for (int i = 0; i < 40; i++) {
        throttle_failed(throttle, "who", now);
    }
    assert_int_equal(throttle_wait(throttle, "who", now, 2, 60000), 60000);
    throttle_passed(throttle, "who");
    assert_int_equal(throttle_wait(throttle, "who", now, 2, 60000), 0);
    for (int i = 0; i < 3; i++) {
        throttle_failed(throttle, "who", now);
    }
    assert_int_equal(throttle_wait(throttle, "who", now, 2, 60000), 10000);
    throttle_failed(throttle, "who", instant_add_ms(now, MS_PER_HOUR + 1)); /* forgotten: it is the first */
    assert_int_equal(throttle_wait(throttle, "who", instant_add_ms(now, MS_PER_HOUR + 1), 2, 60000), 0);
}

static void a_session_ends_after_twelve_hours_however_it_is_used(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 0);
    struct session session;
    const char *token;
    const char *device;
    GOOD(act_sign_in(&act, "nurse", password, &(struct origin){.client = "10.1.0.1"}, &token, &device));
    for (int minute = 20; minute < 12 * 60; minute += 20) {
        struct act used = act_at(state, NULL, minute * 60);
        GOOD(act_session(&used, token, &session));
    }
    assert_int_equal(session.ends_at.ms, start.ms + 12 * MS_PER_HOUR);
    struct act last = act_at(state, NULL, 12 * 3600);
    FAILS(ERROR_NOT_SIGNED_IN, act_session(&last, token, &session));
    FAILS(ERROR_NOT_SIGNED_IN, act_session(&act, token, &session));
}

/* ---- the directory ---- */

static struct contact_view find_contact(const struct state *state, const char *name)
{
    struct act act = act_at(state, &state->nurse, 30);
    const struct contact_view *contacts;
    size_t count;
    struct contact_view found = {.name = NULL};
    GOOD(act_directory_list(&act, &contacts, &count));
    for (size_t i = 0; i < count; i++) {
        if (text_equal(contacts[i].name, name)) {
            found = contacts[i];
        }
    }
    return found;
}

static void a_contact_is_changed_by_who_keeps_it_right(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 30);
    struct act manager = act_at(state, &state->manager, 30);
    struct act admin = act_at(state, &who.admin, 31);
    struct contact_view contact = {.agency = "health",
                                   .kind = "service",
                                   .name = "School nurses",
                                   .area = "Melton",
                                   .phone = "0116 496 0100",
                                   .owner = "nurse"};
    struct contact_history history;
    FAILS(ERROR_NOT_ALLOWED, act_directory_add(&nurse, &contact, NULL));
    contact.owner = "nobody";
    const struct error *error = act_directory_add(&admin, &contact, NULL);
    assert_non_null(error);
    assert_string_equal(error->field, "owner");
    contact.owner = "nurse";
    GOOD(act_directory_add(&admin, &contact, NULL));
    contact = find_contact(state, "School nurses");
    assert_string_equal(contact.phone, "0116 496 0100");

    struct directory_reminders reminders;
    GOOD(act_directory_reminders(&nurse, &reminders));
    assert_int_equal(reminders.stale_count, 1);
    assert_int_equal(reminders.gap_count, 0);
    GOOD(act_directory_reminders(&admin, &reminders));
    assert_int_equal(reminders.stale_count, 0); /* it is the nurse's */
    assert_true(reminders.gap_count > 0);

    GOOD(act_contact_change(&nurse, &contact)); /* nothing differs: nothing is written */
    GOOD(act_contact_read(&manager, contact.id, &history));
    assert_int_equal(history.count, 1);
    assert_false(history.may_change);
    contact.phone = "0116 496 0101";
    FAILS(ERROR_NOT_ALLOWED, act_contact_change(&manager, &contact));
    FAILS(ERROR_NOT_ALLOWED, act_contact_verify(&manager, contact.id, 0));
    FAILS(ERROR_NOT_ALLOWED, act_contact_withdraw(&manager, contact.id, 0, "Closed"));
    GOOD(act_contact_change(&nurse, &contact));
    GOOD(act_contact_verify(&nurse, contact.id, 0));
    GOOD(act_contact_read(&nurse, contact.id, &history));
    assert_int_equal(history.count, 3);
    assert_true(history.may_change);
    assert_true(history.contact.verified);
    assert_string_equal(history.changes[1].title, "Contact changed");
    assert_non_null(strstr(history.changes[1].text, "0116 496 0101, before 0116 496 0100"));
    GOOD(act_directory_reminders(&nurse, &reminders));
    assert_int_equal(reminders.stale_count, 0);

    FAILS(ERROR_INVALID, act_contact_withdraw(&nurse, contact.id, 0, " "));
    GOOD(act_contact_withdraw(&nurse, contact.id, 0, "Closed"));
    GOOD(act_contact_withdraw(&nurse, contact.id, 0, "Closed again")); /* it is already: nothing is written */
    FAILS(ERROR_INVALID, act_contact_verify(&nurse, contact.id, 0));
    assert_null(find_contact(state, "School nurses").name);
    GOOD(act_contact_read(&nurse, contact.id, &history));
    assert_int_equal(history.count, 4);
    assert_string_equal(history.changes[0].text, "Closed");
    FAILS(ERROR_CONFLICT, act_contact_change(&nurse, &contact)); /* begun before it was withdrawn */
    contact.seq = history.contact.seq;
    GOOD(act_contact_change(&nurse, &contact)); /* in use again */
    assert_string_equal(find_contact(state, "School nurses").phone, "0116 496 0101");
    FAILS(ERROR_NOT_FOUND, act_contact_read(&nurse, state->nurse.account, &history));
}

struct way_asked {
    struct act act;
    const char *reference;
    const struct value *values;
};

static const struct error *ask_way(void *context)
{
    const struct way_asked *asked = context;
    struct route_view route;
    return act_route(&asked->act, asked->reference, NULL, asked->values, &route);
}

static void asked_before(void *context)
{
    GOOD_ONCE(ask_way(context));
}

static void a_referral_goes_where_the_area_says(void **context)
{
    struct state *state = *context;
    struct act admin = act_at(state, &who.admin, 40);
    struct act nurse = act_at(state, &state->nurse, 40);
    const struct pack *pack = service_pack(state->service);
    struct referral_input input = referral_of(state, "Avocet", NULL);
    struct route_view route;
    GOOD(act_route(&nurse, NULL, input.details, input.values, &route));
    assert_null(route.to); /* there is no duty point yet */
    GOOD(act_directory_add(&admin,
                           &(struct contact_view){.agency = "social-care",
                                                  .kind = "duty-point",
                                                  .name = "Melton duty",
                                                  .area = "Melton",
                                                  .postcodes = "LE13",
                                                  .phone = "0116 496 0102"},
                           NULL));
    GOOD(act_directory_add(&admin,
                           &(struct contact_view){.agency = "social-care",
                                                  .kind = "duty-point",
                                                  .name = "County duty",
                                                  .area = "Hinckley",
                                                  .fallback = "yes"},
                           NULL));
    GOOD(act_route(&nurse, NULL, input.details, input.values, &route));
    assert_string_equal(route.to, "County duty");
    assert_null(route.phone);
    const struct value *melton = fields(state, pack->start_type, "{\"area\":\"Melton\"}");
    GOOD(act_route(&nurse, NULL, input.details, melton, &route));
    assert_string_equal(route.to, "Melton duty");
    assert_string_equal(route.phone, "0116 496 0102");
    assert_null(route.point);
    const struct value *worker =
        fields(state, pack->start_type, "{\"area\":\"Melton\",\"named_social_worker\":\"Ms Rahman\"}");
    GOOD(act_route(&nurse, NULL, input.details, worker, &route));
    assert_string_equal(route.to, "Ms Rahman");
    assert_string_equal(route.point, "Melton duty");
    assert_null(route.phone);
    FAILS(ERROR_NOT_FOUND, act_route(&nurse, "2222222222", NULL, melton, &route));
    const char *godwit = new_case(state, "Godwit");
    GOOD(act_route(&nurse, godwit, NULL, melton, &route));
    assert_string_equal(route.to, "Melton duty");
    /* what is known of the child decides too: that is a look at them */
    struct act manager = act_at(state, &state->manager, 50);
    const struct looks_asked asked = {.reference = godwit, .act = "referral-route", .until = INSTANT_NEVER};
    struct looks_view looks;
    GOOD(act_looks(&manager, &asked, &looks));
    assert_true(looks.count > 0);
    struct way_asked asking = {nurse, godwit, melton};
    EACH_TIME(ask_way, asked_before, &asking, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_an_administrator_keeps_accounts_and_chooses),
        cmocka_unit_test(a_role_that_reads_no_case_comes_to_none),
        cmocka_unit_test(nobody_who_is_not_signed_in_comes_in),
        cmocka_unit_test(an_account_says_what_is_wrong_with_each_field),
        cmocka_unit_test(passwords_that_would_be_guessed_are_refused),
        cmocka_unit_test(a_token_of_nobody_opens_nothing),
        cmocka_unit_test(each_wait_is_twice_the_last_up_to_the_most),
        cmocka_unit_test(a_session_ends_after_twelve_hours_however_it_is_used),
        cmocka_unit_test(a_contact_is_changed_by_who_keeps_it_right),
        cmocka_unit_test(a_referral_goes_where_the_area_says),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down);
}
