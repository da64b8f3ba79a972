/* The directory: at the command line, in its order, with what differs, by whom it is kept right. */
#include "support.h"

#include "act/inner.h"

#include <string.h>

static struct actor admin;

static int set_up_admin(void **context)
{
    int result = set_up(context);
    add_account(*context, "admin", "administrator", "other", &admin);
    return result;
}

static struct contact_view contact_of(const char *name, const char *area)
{
    return (struct contact_view){
        .agency = "health", .kind = "service", .name = name, .area = area, .phone = "0116 496 0100"};
}

static size_t place_of(const struct contact_view *contacts, size_t count, const char *name, size_t from)
{
    for (size_t i = from; i < count; i++) {
        if (strcmp(contacts[i].name, name) == 0) {
            return i;
        }
    }
    fail_msg("%s", name);
    return 0;
}

static struct contact_view named(const struct act *act, const char *name)
{
    const struct contact_view *contacts;
    size_t count;
    GOOD_ONCE(act_directory_list(act, &contacts, &count));
    return contacts[place_of(contacts, count, name, 0)];
}

static void it_is_in_order_of_agency_area_and_name(void **context)
{
    const struct state *state = *context;
    struct act act = act_at(state, NULL, 10);
    static const char *const rows[][2] = {
        {"Yellow team", "Melton"}, {"Amber team", "Melton"},
        {"White team", "Blaby"},   {"Zebra team", "Bkaby"}, /* one letter before */
        {"Bmber team", "Melton"},  {"Amber team", "Melton"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct contact_view contact = contact_of(rows[i][0], rows[i][1]);
        GOOD_ONCE(act_directory_add(&act, &contact, NULL));
    }
    const struct contact_view *contacts;
    size_t count;
    GOOD(act_directory_list(&act, &contacts, &count));
    size_t white = place_of(contacts, count, "White team", 0);
    size_t first = place_of(contacts, count, "Amber team", white);
    size_t second = place_of(contacts, count, "Amber team", first + 1);
    size_t yellow = place_of(contacts, count, "Yellow team", second);
    assert_true(white < first && first < second && second < yellow);
    assert_int_equal(place_of(contacts, count, "Zebra team", 0), white - 1);
    assert_int_equal(place_of(contacts, count, "Bmber team", 0), second + 1);
    assert_true(memcmp(contacts[first].id.bytes, contacts[second].id.bytes, ID_BYTES) < 0);
}

static void what_differs_is_said_field_by_field(void **context)
{
    const struct state *state = *context;
    struct act act = act_at(state, NULL, 20);
    struct act nurse = act_at(state, &state->nurse, 21);
    struct contact_view contact = contact_of("Differing", "Melton");
    struct contact_history history;
    contact.verified = true;
    assert_true(day_parse("2026-05-01", &contact.verified_on));
    GOOD_ONCE(act_directory_add(&act, &contact, NULL));
    contact = named(&act, "Differing");
    contact.seq = 0; /* each change as it stands then */
    assert_true(contact.verified);
    GOOD(act_contact_change(&act, &contact)); /* the same, checked on the same day */
    contact.verified_on.number++;
    GOOD_ONCE(act_contact_change(&act, &contact)); /* the same, checked on another */
    contact.phone = "0116 496 0200";
    contact.area = "";
    contact.verified = false;
    GOOD_ONCE(act_contact_change(&act, &contact));
    GOOD(act_contact_change(&act, &contact)); /* the same, and not checked */
    GOOD(act_contact_read(&nurse, contact.id, &history));
    assert_int_equal(history.count, 3);
    assert_false(history.contact.verified); /* what is new is not checked yet */
    assert_false(history.may_change);
    assert_non_null(strstr(history.changes[0].text, "0116 496 0200, before 0116 496 0100"));
    assert_non_null(strstr(history.changes[0].text, "nothing, before Melton"));
    assert_non_null(strstr(history.changes[0].text, "; "));
    assert_string_equal(history.changes[1].text, "");
    assert_string_equal(history.changes[2].text, ""); /* nothing was there before */
    assert_string_equal(history.changes[0].title, "Contact changed");
    assert_string_equal(history.changes[1].title, "Contact changed");
    assert_string_not_equal(history.changes[2].title, "Contact changed");
    assert_null(strstr(history.changes[0].text, "Agency"));
    assert_non_null(strstr(history.changes[0].text, "Telephone"));
    assert_true(history.changes[0].text[0] != ';');
    GOOD(act_contact_verify(&act, contact.id, 0));
    GOOD(act_contact_verify(&act, contact.id, 0)); /* once on a day */
    GOOD(act_contact_read(&nurse, contact.id, &history));
    assert_int_equal(history.count, 4);
    struct act tomorrow = act_at(state, NULL, 20 + 24 * 3600);
    GOOD(act_contact_verify(&tomorrow, contact.id, 0));
    GOOD(act_contact_read(&nurse, contact.id, &history));
    assert_int_equal(history.count, 5);
    GOOD(act_contact_withdraw(&act, contact.id, 0, "Closed"));
    struct contact_view ignored;
    struct store_reader *reader;
    GOOD_ONCE(store_reader_take(state->service->store, &reader));
    FAILS_ONCE(ERROR_NOT_FOUND, contact_read(&act, reader, state->nurse.account, &ignored));
    store_reader_give(reader);
    FAILS(ERROR_NOT_FOUND, act_contact_verify(&act, state->nurse.account, 0));
}

static void each_is_reminded_of_their_own(void **context)
{
    const struct state *state = *context;
    struct act act = act_at(state, NULL, 30);
    struct act nurse = act_at(state, &state->nurse, 30);
    struct act keeper = act_at(state, &admin, 30);
    struct directory_reminders reminders;
    struct contact_history history;
    struct contact_view own = contact_of("Of the nurse", "Melton");
    struct contact_view others = contact_of("Of the manager", "Melton");
    struct contact_view nobodys = contact_of("Of nobody", "Melton");
    own.owner = "nurse";
    others.owner = "manager";
    GOOD_ONCE(act_directory_add(&act, &own, NULL));
    GOOD_ONCE(act_directory_add(&act, &others, NULL));
    GOOD_ONCE(act_directory_add(&keeper, &nobodys, NULL));
    GOOD(act_directory_reminders(&nurse, &reminders));
    assert_int_equal(reminders.stale_count, 1);
    assert_string_equal(reminders.stale[0].name, "Of the nurse");
    GOOD(act_directory_reminders(&keeper, &reminders));
    for (size_t i = 0; i < reminders.stale_count; i++) {
        assert_string_equal(reminders.stale[i].owner, "");
    }
    assert_true(reminders.stale_count > 0);
    struct id of_nurse = named(&act, "Of the nurse").id;
    GOOD(act_contact_read(&keeper, of_nurse, &history));
    assert_true(history.may_change);
    /* the first change says what it changed, the first field too */
    own = named(&act, "Of the nurse");
    own.agency = "education";
    GOOD_ONCE(act_contact_change(&nurse, &own));
    GOOD(act_contact_read(&keeper, of_nurse, &history));
    assert_int_equal(history.count, 2);
    assert_string_equal(history.contact.agency, "education");
    assert_string_equal(history.changes[0].text, "Agency: education, before health");
    /* when who keeps it right leaves, it is counted among what is to be handed over */
    struct account_history account;
    GOOD(act_account_read(&act, "nurse", &account));
    assert_int_equal(account.contacts, 1);
}

static struct id one_changed;

static const struct error *change(void *context)
{
    struct act act = act_at(context, NULL, 40);
    struct contact_view contact = contact_of("Failing", "Melton");
    contact.id = one_changed;
    contact.owner = "nurse";
    return act_contact_change(&act, &contact);
}

static void with_one(void *context)
{
    static int count;
    struct act act = act_at(context, NULL, 40);
    const char *name = arena_printf(act.arena, "Failing %d", ++count);
    struct contact_view contact = contact_of(name, "Melton");
    GOOD_ONCE(act_directory_add(&act, &contact, NULL));
    one_changed = named(&act, name).id;
}

static const struct error *list(void *context)
{
    struct act act = act_at(context, NULL, 40);
    const struct contact_view *contacts;
    size_t count;
    return act_directory_list(&act, &contacts, &count);
}

static void a_failing_store_changes_nothing(void **context)
{
    EACH_TIME(change, with_one, *context, NULL);
    EACH_TIME(list, NULL, *context, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_in_order_of_agency_area_and_name),
        cmocka_unit_test(what_differs_is_said_field_by_field),
        cmocka_unit_test(each_is_reminded_of_their_own),
        cmocka_unit_test(a_failing_store_changes_nothing),
    };
    return cmocka_run_group_tests(tests, set_up_admin, tear_down);
}
