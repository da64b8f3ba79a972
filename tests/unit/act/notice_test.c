/* Notices: who is told of what, by whichever procedure, once, and what waits to be sent. */
#include "act/inner.h"
#include "act/signing.h"
#include "scene.h"

#include <string.h>

static struct {
    struct actor admin;
    struct actor team;
    struct actor worker;
    struct actor police;
} who;

static int set_up_all(void **context)
{
    if (set_up(context) != 0) {
        return 1;
    }
    struct state *state = *context;
    add_account(state, "admin", "administrator", "other", &who.admin);
    add_account(state, "team", "team-manager", "social-care", &who.team);
    struct act keeper = act_at(state, NULL, -10);
    const char *link;
    const char *token;
    GOOD_ONCE(act_account_add(&keeper, "ruth", "Ruth Bell", "social-worker", "social-care", &link));
    GOOD_ONCE(act_password_give(&keeper, "ruth", password));
    GOOD_ONCE(act_account_token(&keeper, "ruth", &token));
    GOOD_ONCE(act_bearer(&keeper, token, &who.worker));
    add_account(state, "officer", "police-officer", "police", &who.police);
    who.admin.proved_at = start;
    who.admin.strong = true;
    return 0;
}

static const struct notice_view *notice_on(const struct act *act, const char *reference, const char *title)
{
    const struct notice_view *notices;
    const char *cursor = NULL;
    size_t count;
    do {
        GOOD(act_notices(act, cursor, &notices, &count, &cursor));
        for (size_t i = 0; i < count; i++) {
            if (text_equal(notices[i].reference.text, reference) && text_equal(notices[i].title, title)) {
                return &notices[i];
            }
        }
    } while (cursor != NULL);
    return NULL;
}

static const char received[] = "A referral was made";

static bool waits_for(const struct state *state, const char *whom)
{
    struct act admin = act_at(state, &who.admin, 900);
    struct mail_state mail;
    bool waits = false;
    GOOD(act_outbox(&admin, &mail));
    for (size_t i = 0; i < mail.waiting_count; i++) {
        waits = waits || text_equal(mail.waiting[i].to, whom);
    }
    return waits;
}

static size_t notices_on(const struct act *act, const char *reference, const char *title)
{
    const struct notice_view *notices;
    const char *cursor = NULL;
    size_t count;
    size_t times = 0;
    do {
        GOOD(act_notices(act, cursor, &notices, &count, &cursor));
        for (size_t i = 0; i < count; i++) {
            times += text_equal(notices[i].reference.text, reference) && text_equal(notices[i].title, title);
        }
    } while (cursor != NULL);
    return times;
}

/* What begins as a case is moved to another procedure is told, and what goes on there is not told again. */
static void what_begins_by_a_move_is_told(void **context)
{
    struct state *state = *context;
    const char *const dirs[] = {WM_SOURCE "/procedures/llr-chapter-11",
                                WM_SOURCE "/procedures/working-together"};
    const char *store = arena_printf(state->arena, "%s/store", state->top);
    struct act manager = act_at(state, &state->manager, 2010);
    const char *reference = new_case(state, "Dabchick", 2000);
    struct service *both;
    struct recorded recorded;
    GOOD_ONCE(record_on(state, &manager, reference, "meeting-held",
                        "{\"kind\":\"strategy\",\"chair_role\":\"social-care-manager\","
                        "\"exit_plan\":\"agreed\",\"child_views\":\"V\",\"continuing_risk\":\"yes\","
                        "\"family_can_protect\":\"no\"}",
                        NULL));
    GOOD_ONCE(record_on(state, &manager, reference, "police-protection-began",
                        "{\"officer\":\"PC Ray\",\"place\":\"The station\"}", NULL));
    GOOD_ONCE(record_on(state, &manager, reference, "referral-decision",
                        "{\"initial_assessment\":\"required\",\"reasons\":\"R\",\"immediate_danger\":\"no\"}",
                        NULL));
    GOOD_ONCE(service_open_packs(state->arena, store, NULL, dirs, 2, &both));
    struct act acts[3];
    struct actor actors[3];
    static const char *const names[] = {"manager", "ruth", "officer"};
    for (size_t i = 0; i < 3; i++) {
        const char *token;
        acts[i] = (struct act){both, state->arena, NULL, instant_add_ms(start, 2020000)};
        GOOD_ONCE(act_account_token(&acts[i], names[i], &token));
        GOOD_ONCE(act_bearer(&acts[i], token, &actors[i]));
        acts[i].actor = &actors[i];
        bring_in(state, reference, &(struct act){state->service, state->arena, &actors[i], acts[i].now});
        acts[i].now = instant_add_ms(start, 2030000);
    }
    GOOD_ONCE(act_case_move(&acts[0], reference, "working-together", "Law", 0, &recorded));
    assert_int_equal(notices_on(&acts[1], reference, "Conclude the section 47 enquiry"), 1);
    assert_int_equal(notices_on(&acts[1], reference, "Conclude the child and family assessment"), 0);
    assert_int_equal(notices_on(&acts[2], reference, "End police protection"), 1);
    service_close(both);
}

/* ---- of a referral ---- */

static void a_looked_after_child_is_told_of_to_their_worker(void **context)
{
    struct state *state = *context;
    struct act keeper = act_at(state, NULL, 5);
    struct act nurse = act_at(state, &state->nurse, 20);
    const char *link;
    GOOD_ONCE(act_account_add(&keeper, "left", "Ruth Bell", "social-worker", "social-care", &link));
    GOOD_ONCE(act_account_lock(&keeper, "left", true));
    struct act worker = act_at(state, &who.worker, 30);
    struct act team = act_at(state, &who.team, 30);
    const char *named = case_of(
        state, &nurse, "Avocet",
        referral_values(state, "health", "no", ",\"named_social_worker\":\"Ruth Bell, Melton team\""));
    const char *other =
        case_of(state, &nurse, "Bittern",
                referral_values(state, "health", "no", ",\"named_social_worker\":\"(not known yet)\""));
    struct act manager = act_at(state, &state->manager, 30);
    GOOD_ONCE(record_on(state, &manager, named, "involvement-began", "{\"worker\":\"ruth\",\"reason\":\"R\"}",
                        NULL));
    assert_non_null(notice_on(&worker, named, received));
    struct referral_input further = {
        .values = referral_values(state, "health", "no", ",\"named_social_worker\":\"Ruth Bell\""),
        .case_reference = named};
    struct recorded recorded;
    GOOD(act_notices_read(&worker, NULL));
    struct act again = act_at(state, &state->nurse, 25);
    GOOD(act_referral_make(&again, &further, &recorded));
    assert_false(notice_on(&worker, named, received)->read);
    assert_null(notice_on(&worker, other, received));
    assert_null(notice_on(&team, named, received));
    /* nor was one of the same name whose account was locked then */
    struct act unlocks = act_at(state, NULL, 26);
    struct actor left;
    const char *token;
    GOOD_ONCE(act_account_lock(&unlocks, "left", false));
    GOOD_ONCE(act_account_token(&unlocks, "left", &token));
    GOOD_ONCE(act_bearer(&unlocks, token, &left));
    struct act by_left = act_at(state, &left, 30);
    assert_null(notice_on(&by_left, named, received));
    GOOD_ONCE(act_account_lock(&unlocks, "left", true));
}

static void a_duty_point_is_told_and_its_list_too(void **context)
{
    struct state *state = *context;
    struct act admin = act_at(state, &who.admin, 40);
    struct act nurse = act_at(state, &state->nurse, 50);
    struct act manager = act_at(state, &state->manager, 60);
    GOOD_ONCE(act_directory_add(&admin,
                                &(struct contact_view){.agency = "social-care",
                                                       .kind = "duty-point",
                                                       .name = "County duty",
                                                       .area = "Hinckley",
                                                       .fallback = "yes"},
                                NULL));
    state->service->mails = true;
    const char *reference = case_of(state, &nurse, "Curlew", referral_values(state, "health", "no", ""));
    const struct notice_view *notice = notice_on(&manager, reference, received);
    assert_non_null(notice);
    assert_string_equal(notice->to, "County duty");
    const struct notice_view *notices;
    const char *next;
    size_t notice_count;
    GOOD(act_notices(&manager, NULL, &notices, &notice_count, &next));
    assert_true(waits_for(state, "County duty"));
    assert_true(waits_for(state, "Duty manager"));
    /* a worker is told by their own name */
    (void)case_of(state, &nurse, "Dunlin",
                  referral_values(state, "health", "no", ",\"named_social_worker\":\"Ruth Bell\""));
    assert_true(waits_for(state, "Ruth Bell"));
    state->service->mails = false;
    const struct contact_view *contacts;
    size_t count;
    GOOD_ONCE(act_directory_list(&admin, &contacts, &count));
    GOOD_ONCE(act_contact_withdraw(&admin, contacts[0].id, 0, "Closed"));
}

static size_t times_told(const struct act *act, const struct work_line *line, const char *when)
{
    const struct notice_view *notices;
    const char *cursor = NULL;
    size_t count;
    size_t told = 0;
    do {
        GOOD_ONCE(act_notices(act, cursor, &notices, &count, &cursor));
        for (size_t i = 0; i < count; i++) {
            told += text_equal(notices[i].reference.text, line->reference.text) &&
                    text_equal(notices[i].title, line->what) && text_equal(notices[i].when, when);
        }
    } while (cursor != NULL);
    return told;
}

/* The moment itself is within the time that is told of. */
static void what_is_due_is_told_from_one_moment_to_another(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 150);
    struct act manager = act_at(state, &state->manager, 20 * 24 * 3600);
    enum { SOON = 6 * MS_PER_HOUR, LONG = 7 * 24 * MS_PER_HOUR };
    static const struct {
        const char *when;
        int64_t none; /* at that time from when it is due it is not told */
        int64_t one;
    } rows[] = {
        {"Due soon", -SOON - 1, -SOON}, {"Due soon", 1, 0}, {"Overdue", 0, 1}, {"Overdue", LONG + 1, LONG}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct duties_filter filter = {.limit = 200};
        const struct work_line *lines;
        const struct work_line *line = NULL;
        const char *next;
        size_t count;
        const char *reference = case_of(state, &nurse, "Ruff", NULL);
        GOOD_ONCE(act_duties(&manager, &filter, &lines, &count, &next));
        for (size_t k = 0; k < count; k++) {
            bool same = text_equal(lines[k].reference.text, reference) &&
                        text_equal(lines[k].rule, "decide-initial-assessment");
            line = same ? &lines[k] : line;
        }
        assert_non_null(line);
        struct act time = act_at(state, NULL, 0);
        time.now = instant_add_ms(line->due_at, rows[i].none);
        GOOD_ONCE(notices_sweep(&time));
        assert_int_equal(times_told(&manager, line, rows[i].when), 0);
        time.now = instant_add_ms(line->due_at, rows[i].one);
        GOOD_ONCE(notices_sweep(&time));
        assert_int_equal(times_told(&manager, line, rows[i].when), 1);
    }
}

static void who_may_not_find_the_case_is_told_nothing_of_it(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 70);
    struct act manager = act_at(state, &state->manager, 80);
    struct act team = act_at(state, &who.team, 75);
    size_t before;
    size_t after;
    const char *reference = case_of(state, &nurse, "Egret", NULL);
    assert_non_null(notice_on(&manager, reference, received));
    GOOD(act_notices_unread(&manager, &before));
    GOOD_ONCE(act_case_restrict(&team, reference, true, "Known to a colleague"));
    assert_null(notice_on(&manager, reference, received));
    GOOD(act_notices_unread(&manager, &after));
    assert_true(after < before);
}

static void notices_go_on_behind_the_first_page(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 100);
    struct act manager = act_at(state, &state->manager, 200);
    const struct notice_view *notices;
    const char *next;
    size_t count;
    const char *first = case_of(state, &nurse, "Fulmar", NULL);
    for (int i = 0; i < 30; i++) {
        struct act act = act_at(state, &state->nurse, 101 + i);
        (void)case_of(state, &act, "Gadwall", NULL);
    }
    GOOD(act_notices(&manager, NULL, &notices, &count, &next));
    assert_int_equal(count, 50);
    assert_non_null(next);
    assert_non_null(notice_on(&manager, first, received));
    char id[ID_TEXT];
    id_format(notices[49].id, id);
    assert_null(strstr(next, id)); /* where it goes on says nothing */
    const struct work_line *lines;
    const char *of_duties;
    const struct duties_filter duties = {.limit = 1};
    GOOD(act_duties(&manager, &duties, &lines, &count, &of_duties));
    assert_non_null(of_duties);
    const char *const wrong[] = {"12", "x.0", "0.00000000000000000000000000000000",
                                 arena_printf(state->arena, "%s00", next), of_duties};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *after;
        FAILS(ERROR_BAD_INPUT, act_notices(&manager, wrong[i], &notices, &count, &after));
    }
    struct duties_filter other = {.cursor = next};
    FAILS(ERROR_BAD_INPUT, act_duties(&manager, &other, &lines, &count, &next));
}

/* How many there are, on pages of fifty of which only the last is not full, and none is empty. */
static size_t notices_in_all(const struct state *state, const struct act *act, size_t *ret_last)
{
    const struct notice_view *notices;
    const char *cursor = NULL;
    char(*ids)[ID_TEXT] = arena_alloc(state->arena, 2000 * ID_TEXT);
    size_t all = 0;
    size_t count;
    do {
        GOOD_ONCE(act_notices(act, cursor, &notices, &count, &cursor));
        assert_true(count > 0 && (cursor == NULL || count == 50));
        for (size_t i = 0; i < count; i++) {
            id_format(notices[i].id, ids[all]);
            for (size_t k = 0; k < all; k++) {
                assert_string_not_equal(ids[k], ids[all]);
            }
            all++;
        }
    } while (cursor != NULL);
    *ret_last = count;
    return all;
}

static void each_of_one_moment_is_on_one_page(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 140);
    struct act manager = act_at(state, &state->manager, 200);
    size_t last;
    (void)case_of(state, &nurse, "Garganey", referral_values(state, "health", "yes", ""));
    size_t before = notices_in_all(state, &manager, &last);
    (void)case_of(state, &nurse, "Godwit", NULL);
    size_t each = notices_in_all(state, &manager, &last) - before;
    assert_true(each > 0);
    size_t cases = 1;
    const char *reference = NULL;
    for (; cases < 60 || last != 50; cases++) {
        assert_true(cases < 120);
        reference = case_of(state, &nurse, "Godwit", NULL);
        last = (last - 1 + each) % 50 + 1;
    }
    assert_int_equal(notices_in_all(state, &manager, &last), before + cases * each);
    assert_int_equal(last, 50); /* the last page is full, and there is none behind it */
    struct act team = act_at(state, &who.team, 150);
    GOOD_ONCE(act_case_restrict(&team, reference, true, "Known to a colleague"));
    assert_int_equal(notices_in_all(state, &manager, &last), before + (cases - 1) * each);
    assert_int_equal(last, 50 - each); /* what is left out leaves no gap on any page */
}

/* ---- what time brings ---- */

static void each_that_is_late_is_told(void **context)
{
    struct state *state = *context;
    struct act time = act_at(state, NULL, 2 * 24 * 3600);
    struct act manager = act_at(state, &state->manager, 2 * 24 * 3600);
    const struct duties_filter filter = {.state = "overdue", .limit = 200};
    const struct work_line *lines;
    const char *next;
    size_t count;
    size_t late = 0;
    GOOD_ONCE(notices_sweep(&time));
    GOOD_ONCE(act_duties(&manager, &filter, &lines, &count, &next));
    assert_null(next);
    for (size_t i = 0; i < count; i++) {
        if (text_equal(lines[i].rule, "decide-initial-assessment")) {
            assert_true(times_told(&manager, &lines[i], "Overdue") > 0);
            late++;
        }
    }
    assert_true(late > 1);
}

static void what_comes_due_is_told_however_much_is_older(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 300);
    struct act manager = act_at(state, &state->manager, 12 * 24 * 3600 + 60);
    struct act time = act_at(state, NULL, 10 * 24 * 3600);
    enum { OLD = 210 };
    static const char title[] = "Decide whether an initial assessment is required";
    struct referral_input input = referral_of(state, "Heron", NULL);
    struct recorded recorded;
    for (int i = 0; i < OLD; i++) {
        GOOD(act_referral_make(&nurse, &input, &recorded));
    }
    const char *old = arena_copy(state->arena, recorded.reference.text);
    GOOD_ONCE(notices_sweep(&time)); /* they were due nine days ago: nobody is told any more */
    struct act later = act_at(state, &state->nurse, 12 * 24 * 3600);
    input.values = fields(state, service_pack(state->service)->start_type,
                          "{\"narrative\":\"N\",\"involvement\":\"likely\",\"immediate_danger\":\"no\","
                          "\"notified_at\":\"2026-06-08T08:00:00Z\",\"referrer\":\"N\","
                          "\"source_agency\":\"health\",\"parents_informed\":\"yes\"}");
    GOOD_ONCE(act_referral_make(&later, &input, &recorded));
    struct act now = act_at(state, NULL, 12 * 24 * 3600 + 30);
    GOOD(notices_sweep(&now));
    const struct notice_view *notices;
    const char *next;
    size_t count;
    size_t overdue = 0;
    GOOD(act_notices(&manager, NULL, &notices, &count, &next));
    for (size_t i = 0; i < count; i++) {
        bool is = text_equal(notices[i].when, "Overdue") && text_equal(notices[i].title, title);
        overdue += is && notices[i].at.ms == now.now.ms;
        assert_false(is && text_equal(notices[i].reference.text, old));
    }
    assert_int_equal(overdue, 1);
}

/* ---- other procedures ---- */

static void a_procedure_says_itself_who_is_told(void **context)
{
    struct state *state = *context;
    static const struct pack_edit edits[] = {
        {"pack.yaml", "id: llr-chapter-11", "id: telling"},
        {"notices.yaml", "notices:\n",
         "notices:\n"
         "  - id: one-late\n    title: Late\n    duty: [decide-initial-assessment]\n    at: overdue\n"
         "    to: [{role: police-officer, agency: police}, {role: team-manager, agency: social-care}]\n"
         "  - id: told-police\n    title: A child was referred\n    entry: referral\n"
         "    to: [{role: police-officer, agency: police}, {role: team-manager, agency: social-care}]\n"
         "  - id: told-nobody\n    title: Nobody is told\n    entry: referral\n    to: [{routed: true}]\n"
         "  - id: one-duty\n    duty: [start-enquiry]\n    at: begun\n"
         "    to: [{role: police-officer, agency: police}]\n"
         "  - id: told-at-night\n    title: A child was referred\n    entry: referral\n"
         "    to: [{role: night-manager, agency: police}]\n"},
        {"roles.yaml", "roles:\n",
         "roles:\n  - id: night-manager\n    title: Night manager\n    reads_cases: true\n"},
        {"notices.yaml",
         "routing:\n  paragraph: \"11.14\"\n  area: area\n  named_worker: named_social_worker\n"
         "  child:\n    area: area\n    postcode: postcode\n    address: address\n",
         ""}};
    const char *const dirs[] = {
        pack_changed(state, "procedures/llr-chapter-11", "telling", edits, sizeof edits / sizeof *edits),
        WM_SOURCE "/procedures/llr-chapter-11"};
    struct service *service = open_with(state, dirs, 2);
    struct state all = state_of(state, service);
    struct actor nurse = actor_in(state, service, "nurse");
    struct actor police = actor_in(state, service, "officer");
    struct act act = {service, state->arena, &nurse, instant_add_ms(start, 15 * (int64_t)MS_PER_DAY)};
    struct act later = {service, state->arena, &police, instant_add_ms(act.now, 2 * (int64_t)MS_PER_DAY)};
    struct act time = {service, state->arena, NULL, instant_add_ms(act.now, MS_PER_DAY)};
    struct referral_input input = referral_of(&all, "Kestrel", NULL);
    struct recorded recorded;
    input.values = fields(&all, service_pack(service)->start_type,
                          "{\"narrative\":\"N\",\"involvement\":\"likely\",\"immediate_danger\":\"yes\","
                          "\"notified_at\":\"2026-06-12T08:00:00Z\",\"referrer\":\"N\","
                          "\"source_agency\":\"police\",\"parents_informed\":\"yes\"}");
    service->mails = true;
    GOOD(act_referral_make(&act, &input, &recorded));
    service->mails = false;
    const char *reference = arena_copy(state->arena, recorded.reference.text);
    struct route_view route;
    GOOD(act_route(&act, NULL, input.details, input.values, &route));
    assert_null(route.to); /* this one routes no referral */
    GOOD_ONCE(notices_sweep(&time));
    assert_non_null(notice_on(&later, reference, "A child was referred"));
    assert_non_null(notice_on(&later, reference, "Late"));
    struct actor team = actor_in(state, service, "team");
    struct act second = {service, state->arena, &team, later.now}; /* whom the rules name behind the police */
    assert_non_null(notice_on(&second, reference, "A child was referred"));
    assert_non_null(notice_on(&second, reference, "Late"));
    assert_null(notice_on(&later, reference, "Nobody is told"));
    assert_null(notice_on(&later, reference, "Start child protection enquiries"));
    struct actor manager = actor_in(state, service, "manager");
    struct act decide = {service, state->arena, &manager, instant_add_ms(act.now, MS_PER_HOUR)};
    GOOD_ONCE(record_on(&all, &decide, reference, "initial-assessment",
                        "{\"involvement\":\"likely\",\"significant_harm\":\"yes\","
                        "\"immediate_danger\":\"no\",\"core_assessment\":\"required\"}",
                        NULL));
    assert_non_null(notice_on(&later, reference, "Start child protection enquiries"));
    service_close(service);
    /* served no more, its notices are of something */
    struct act after = act_at(state, &who.police, 18 * 24 * 3600);
    assert_non_null(notice_on(&after, reference, "Something is due"));
    assert_null(notice_on(&after, reference, "A child was referred"));
    assert_true(waits_for(state, "night-manager"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_looked_after_child_is_told_of_to_their_worker),
        cmocka_unit_test(a_duty_point_is_told_and_its_list_too),
        cmocka_unit_test(each_that_is_late_is_told),
        cmocka_unit_test(what_is_due_is_told_from_one_moment_to_another),
        cmocka_unit_test(each_of_one_moment_is_on_one_page),
        cmocka_unit_test(who_may_not_find_the_case_is_told_nothing_of_it),
        cmocka_unit_test(notices_go_on_behind_the_first_page),
        cmocka_unit_test(what_comes_due_is_told_however_much_is_older),
        cmocka_unit_test(a_procedure_says_itself_who_is_told),
        cmocka_unit_test(what_begins_by_a_move_is_told),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down);
}
