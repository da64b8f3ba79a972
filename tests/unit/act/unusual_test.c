/* From the log of looks to a flag that is reviewed: rows 38 and 53 of the security requirements. */
#include "act/inner.h"
#include "act/taken.h"
#include "scene.h"

#include <sqlite3.h>

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

static const struct error *sweep(void *context)
{
    return unusual_sweep(context);
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
    sweeping = act_at(state, &lead, 3 * HOUR);
    failing_conflicts(8); /* as often as it tries */
    FAILS_ONCE(ERROR_CONFLICT, act_unusual_look(&sweeping));
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
    /* a week later, to the second, it is a flag of its own, and not a moment before */
    for (int early = 1; early >= 0; early--) {
        reading = act_at(state, &cousin, (2 + 168) * HOUR - early);
        GOOD_ONCE(act_case_read(&reading, recorded.reference.text, INSTANT_NEVER, &view));
        sweeping = act_at(state, &lead, (2 + 169) * HOUR);
        GOOD(act_unusual_look(&sweeping));
        (void)flag_of(state, &lead, "family-name", (2 + 169) * HOUR, &count);
        assert_int_equal(count, early == 1 ? 1 : 2);
    }
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
    assert_int_equal(looks.list[0].count, 0); /* of nothing */
    nurse = act_at(state, &state->nurse, 9 * 3600 + 2);
    FAILS_ONCE(ERROR_NOT_ALLOWED, act_denied(&nurse));
    GOOD(act_looks(&reading, &asked, &looks));
    assert_string_equal(looks.list[0].shown, "page");
    assert_int_equal(looks.list[0].count, 0);
    GOOD_ONCE(act_file_taken(&nurse, NULL, "list-file"));
    asked.act = "list-file";
    GOOD(act_looks(&reading, &asked, &looks));
    assert_int_equal(looks.list[0].count, 0); /* how many it names is not said */
}

/* ---- whom the rules speak of ---- */

static struct actor reader_named(struct state *state, const char *username, const char *role,
                                 const char *agency)
{
    struct actor actor;
    add_account(state, username, role, agency, &actor);
    return actor;
}

/* Without business with it, they say why they need it. */
static void read_stranger(const struct state *state, const struct actor *actor, const char *reference,
                          int64_t seconds, int times)
{
    struct actor proved = *actor;
    struct act act = act_at(state, &proved, seconds);
    const struct case_view *view;
    struct instant until;
    proved.proved_at = act.now;
    proved.strong = true;
    GOOD_ONCE(act_glass_break(&act, reference, "A child may be at risk now", &until));
    for (int i = 0; i < times; i++) {
        proved.client = i % 2 == 0 ? "one-device" : "another";
        GOOD_ONCE(act_case_read(&act, reference, INSTANT_NEVER, &view));
    }
}

static void read_case(const struct state *state, const struct actor *actor, const char *reference,
                      int64_t seconds)
{
    struct act act = act_at(state, actor, seconds);
    const struct case_view *view;
    GOOD_ONCE(act_case_read(&act, reference, INSTANT_NEVER, &view));
}

static void what_nobody_or_everybody_did_is_flagged_too(void **context)
{
    enum { DAY = 24 * 3600, READERS = 24 };
    struct state *state = *context;
    struct actor lead = reader_named(state, "third-lead", "information-lead", "social-care");
    struct act nurse = act_at(state, &state->nurse, DAY);
    const char *reference = case_of(state, &nurse, "Merlin", NULL);
    const struct match *matches;
    size_t count;
    /* a child whom many look at, each of whom says why, and one on two devices */
    for (int i = 0; i < READERS; i++) {
        struct actor reader =
            reader_named(state, arena_printf(state->arena, "reader-%d", i), "police-officer", "police");
        read_stranger(state, &reader, reference, DAY + 60 + i, 1 + i % 3);
        /* many cases, so that there is more of each than there is room for at first */
        struct act other = act_at(state, &state->nurse, DAY + 60 + i);
        read_case(state, &state->nurse, case_of(state, &other, "Whinchat", NULL), DAY + 61 + i);
    }
    for (int i = 0; i < 20; i++) {
        struct act other = act_at(state, &state->nurse, DAY + 100 + i);
        read_case(state, &state->nurse, case_of(state, &other, "Whinchat", NULL), DAY + 100 + i);
    }
    /* many searches, and many sheets */
    for (int i = 0; i < 45; i++) {
        struct act act = act_at(state, &state->nurse, DAY + 200 + i);
        GOOD_ONCE(act_case_search(&act, "Quetzalcoatl", &matches, &count));
        GOOD_ONCE(act_file_taken(&act, i == 0 ? reference : NULL, "list-file"));
        act.actor = &state->manager;
        GOOD_ONCE(act_case_search(&act, "Quetzalcoatl", &matches, &count));
    }
    FAILS(ERROR_NOT_FOUND, act_file_taken(&nurse, "2222222222", "case-file"));
    GOOD(act_file_taken(&nurse, reference, "case-file"));
    GOOD(act_file_taken(&nurse, "no reference", "case-file"));
    struct act sweeping = act_at(state, &lead, DAY + 400);
    GOOD(act_unusual_look(&sweeping));
    const struct unusual_view *sought = flag_of(state, &lead, "sought-after", DAY + 401, &count);
    assert_non_null(sought);
    assert_false(sought->has_worker);
    assert_string_equal(sought->name, "Several workers");
    assert_string_equal(sought->reference.text, reference);
    const struct unusual_view *searches = flag_of(state, &lead, "many-searches", DAY + 401, &count);
    assert_non_null(searches);
    assert_true(searches->has_worker);
    assert_false(searches->has_case);
    assert_true(text_equal(searches->role, "referrer") || text_equal(searches->role, "duty-manager"));
    assert_non_null(flag_of(state, &lead, "files", DAY + 401, &count));
    const struct unusual_view *many = flag_of(state, &lead, "many-records", DAY + 401, &count);
    assert_non_null(many); /* by the first of the rules */
    assert_string_equal(many->title, "Many records within an hour");
    assert_string_equal(many->name, "nurse");
    GOOD(act_unusual_look(&sweeping)); /* and again: nothing new */
    flag_of(state, &lead, "many-searches", DAY + 402, &count);
    assert_int_equal(count, 2); /* of two workers */
    /* after the time that the rule looks at it is flagged anew */
    for (int i = 0; i < 45; i++) {
        struct act act = act_at(state, &state->nurse, 4 * DAY + i);
        GOOD_ONCE(act_case_search(&act, "Quetzalcoatl", &matches, &count));
    }
    sweeping = act_at(state, &lead, 4 * DAY + 100);
    GOOD(act_unusual_look(&sweeping));
    flag_of(state, &lead, "many-searches", 4 * DAY + 101, &count);
    assert_int_equal(count, 3);
}

static void a_neighbour_and_who_moved_on_are_known(void **context)
{
    enum { DAY = 24 * 3600 };
    struct state *state = *context;
    struct actor lead = reader_named(state, "fourth-lead", "information-lead", "social-care");
    struct actor admin = reader_named(state, "mover", "administrator", "other");
    struct actor neighbour = reader_named(state, "neighbour", "police-officer", "police");
    struct actor inspector = reader_named(state, "inspector", "inspector", "other");
    struct actor moving = reader_named(state, "moving", "police-officer", "police");
    struct act nurse = act_at(state, &state->nurse, 2 * DAY);
    struct referral_input input = referral_of(state, "Nuthatch", NULL);
    struct recorded recorded;
    bool awaits;
    admin.proved_at = instant_add_ms(start, 2 * DAY * (int64_t)MS_PER_SECOND);
    admin.strong = true;
    input.details = fields(state, service_pack(state->service)->details_type,
                           "{\"given_name\":\"Nuthatch\",\"family_name\":\"Reed\",\"postcode\":\"LE2 2AB\"}");
    GOOD_ONCE(act_referral_make(&nurse, &input, &recorded));
    const char *reference = arena_copy(state->arena, recorded.reference.text);
    struct act home = act_at(state, &neighbour, 2 * DAY + 1);
    static const char *const right[] = {"az9 0za", "A1 1AA", "A1A AA", "LE2 2ABCDEF", ""};
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        GOOD(act_home_set(&home, right[i]));
    }
    static const char *const wrong[] = {"le2 2ab{",     "le2 2ab`",       "LE1",      "LE1 1",
                                        "LE2 2ABCDEFG", "LE2 2ABCDEFGHI", "LEICESTER"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        FAILS(ERROR_INVALID, act_home_set(&home, wrong[i]));
    }
    GOOD(act_home_set(&home, "le2 2ab"));
    const struct account_change change = {"police-officer", "police", "Oadby", "Moves"};
    const struct account_change rises = {"administrator", "other", "", "Keeps the accounts"};
    struct act keeper = act_at(state, &admin, 2 * DAY + 2);
    struct actor second = reader_named(state, "second-admin", "administrator", "other");
    struct actor risen = reader_named(state, "risen", "police-officer", "police");
    struct act agrees = act_at(state, &second, 2 * DAY + 3);
    struct invitation invitation;
    second.proved_at = admin.proved_at;
    second.strong = true;
    read_stranger(state, &risen, reference, 2 * DAY + 1, 1);
    GOOD_ONCE(act_account_change(&keeper, "risen", &rises, &awaits));
    assert_true(awaits);
    GOOD_ONCE(act_account_agree(&agrees, "risen", true, &invitation));
    GOOD_ONCE(act_account_change(&keeper, "moving", &change, &awaits));
    struct act moved = act_at(state, NULL, 2 * DAY + 3);
    const char *token;
    GOOD_ONCE(act_account_token(&moved, "moving", &token));
    GOOD_ONCE(act_bearer(&moved, token, &moving));
    const struct actor *const readers[] = {&neighbour, &moving};
    for (size_t i = 0; i < 2; i++) {
        read_stranger(state, readers[i], reference, 2 * DAY + 10, 1);
    }
    read_case(state, &inspector, reference, 2 * DAY + 12);
    struct act manager = act_at(state, &state->manager, 2 * DAY + 20);
    GOOD_ONCE(record_on(state, &manager, reference, "referral-decision",
                        "{\"initial_assessment\":\"not-required\",\"reasons\":\"R\",\"agreed_by\":\"M\","
                        "\"immediate_danger\":\"no\"}",
                        NULL));
    GOOD_ONCE(record_on(state, &manager, reference, "case-closed",
                        "{\"reasons\":\"R\",\"agreed_by\":\"Ms Rahman\"}", NULL));
    struct act last = act_at(state, &state->nurse, 2 * DAY + 21);
    GOOD_ONCE(
        record_on(state, &last, reference, "child-views", "{\"views\":\"V\",\"how_obtained\":\"H\"}", NULL));
    struct act sweeping = act_at(state, &lead, 2 * DAY + 100);
    size_t count;
    GOOD(act_unusual_look(&sweeping));
    const struct unusual_view *address = flag_of(state, &lead, "address", 2 * DAY + 101, &count);
    assert_int_equal(count, 1);
    assert_string_equal(address->name, "neighbour");
    assert_string_equal(address->reference.text, reference);
    /* another child of the same house */
    struct act again = act_at(state, &state->nurse, 2 * DAY + 200);
    GOOD_ONCE(act_referral_make(&again, &input, &recorded));
    read_stranger(state, &neighbour, recorded.reference.text, 2 * DAY + 201, 1);
    sweeping = act_at(state, &lead, 2 * DAY + 300);
    GOOD(act_unusual_look(&sweeping));
    flag_of(state, &lead, "address", 2 * DAY + 301, &count);
    assert_int_equal(count, 2);
}

/* Whoever recorded on a case works on it, not only who began it. */
static void nobody_who_recorded_on_a_case_is_a_stranger_to_it(void **context)
{
    enum { DAY = 24 * 3600, AT = 60 * DAY, READERS = 6 };
    struct state *state = *context;
    struct actor lead = reader_named(state, "eighth-lead", "information-lead", "social-care");
    struct act nurse = act_at(state, &state->nurse, AT);
    const char *references[2];
    for (int c = 0; c < 2; c++) {
        references[c] = case_of(state, &nurse, "Goosander", NULL);
        for (int i = 0; i < READERS; i++) {
            struct actor reader = reader_named(state, arena_printf(state->arena, "on-case-%d-%d", c, i),
                                               "police-officer", "police");
            struct act act = act_at(state, &reader, AT + 10 + i);
            if (i == 0) {
                bring_in(state, references[c], &act);
            }
            if (c == 0) {
                GOOD_ONCE(record_on(state, &act, references[c], "child-views",
                                    "{\"views\":\"V\",\"how_obtained\":\"H\"}", NULL));
            }
            read_case(state, &reader, references[c], AT + 100 + i);
        }
    }
    struct act sweeping = act_at(state, &lead, AT + 200);
    GOOD(act_unusual_look(&sweeping));
    const struct unusual_view *list;
    size_t count;
    size_t strangers = 0;
    GOOD(act_unusual_list(&sweeping, &list, &count));
    for (size_t i = 0; i < count; i++) {
        bool sought = strcmp(list[i].rule, "sought-after") == 0;
        assert_false(sought && strcmp(list[i].reference.text, references[0]) == 0);
        strangers += sought && strcmp(list[i].reference.text, references[1]) == 0;
    }
    assert_int_equal(strangers, 1);
}

static void a_stop_is_listed_beside_the_flags(void **context)
{
    enum { DAY = 24 * 3600 };
    struct state *state = *context;
    struct actor lead = reader_named(state, "fifth-lead", "information-lead", "social-care");
    struct act time = act_at(state, NULL, 3 * DAY + 100);
    size_t count;
    struct act nurse = act_at(state, &state->nurse, 3 * DAY);
    const struct case_view *view;
    const char *references[3];
    for (int i = 0; i < 3; i++) {
        references[i] = case_of(state, &nurse, "Ortolan", NULL);
    }
    nurse = act_at(state, &state->nurse, 3 * DAY + 3700); /* those who were alike are forgotten */
    time = act_at(state, NULL, 3 * DAY + 3800);
    service_limit_records(state->service, 2);
    for (int i = 0; i < 3; i++) {
        if (i < 2) {
            GOOD_ONCE(act_case_read(&nurse, references[i], INSTANT_NEVER, &view));
        } else {
            FAILS_ONCE(ERROR_TOO_MANY, act_case_read(&nurse, references[i], INSTANT_NEVER, &view));
        }
    }
    service_limit_records(state->service, 0);
    GOOD(taken_tell(&time));
    const struct unusual_view *stop = flag_of(state, &lead, "limit-reached", 3 * DAY + 3801, &count);
    assert_non_null(stop);
    assert_string_equal(stop->name, "nurse");
    assert_false(stop->has_case);
}

/* What was flagged by a rule that is served no more, of a worker whose role is known no more. */
static void a_flag_outlives_its_rule(void **context)
{
    enum { DAY = 24 * 3600 };
    struct state *state = *context;
    static const struct pack_edit edits[] = {
        {"pack.yaml", "id: llr-chapter-11", "id: looking"},
        {"looks.yaml", "id: many-searches", "id: very-many-searches"},
        {"roles.yaml", "roles:\n",
         "roles:\n  - id: night-manager\n    title: Night manager\n    reads_cases: true\n"},
        {"notices.yaml",
         "routing:\n  paragraph: \"11.14\"\n  area: area\n  named_worker: named_social_worker\n"
         "  child:\n    area: area\n    postcode: postcode\n    address: address\n",
         ""}};
    const char *const dirs[] = {pack_changed(state, "procedures/llr-chapter-11", "looking", edits, 4),
                                WM_SOURCE "/procedures/llr-chapter-11"};
    struct service *service;
    struct actor night;
    size_t count;
    GOOD_ONCE(service_open_packs(state->arena, arena_printf(state->arena, "%s/store", state->top), NULL, dirs,
                                 2, &service));
    service_allow_one_factor(service);
    struct state all = state_of(state, service);
    add_account(&all, "night", "night-manager", "police", &night);
    struct actor lead = reader_named(state, "sixth-lead", "information-lead", "social-care");
    const struct match *matches;
    for (int i = 0; i < 45; i++) {
        struct act act = act_at(&all, &night, 4 * DAY + i);
        GOOD_ONCE(act_case_search(&act, "Quetzalcoatl", &matches, &count));
    }
    struct act refers = act_at(&all, &night, 4 * DAY + 50);
    const char *reference = case_of(&all, &refers, "Plover", NULL);
    read_case(&all, &night, reference, 4 * DAY + 51);
    struct act sweeping = act_at(&all, NULL, 4 * DAY + 100);
    GOOD(unusual_sweep(&sweeping));
    service_close(service);
    const struct unusual_view *flag = flag_of(state, &lead, "very-many-searches", 4 * DAY + 101, &count);
    assert_non_null(flag);
    assert_string_equal(flag->title, "very-many-searches");
    assert_string_equal(flag->why, "");
    struct act again = act_at(state, NULL, 4 * DAY + 200);
    GOOD(unusual_sweep(&again));
}

static void long_after_there_is_nothing_to_go_through(void **context)
{
    struct state *state = *context;
    struct actor lead = reader_named(state, "seventh-lead", "information-lead", "social-care");
    struct act late = act_at(state, NULL, 400 * (int64_t)24 * 3600);
    const struct unusual_view *list;
    size_t before;
    size_t after;
    struct act reading = act_at(state, &lead, 5 * 24 * 3600);
    GOOD(act_unusual_list(&reading, &list, &before));
    GOOD(unusual_sweep(&late));
    GOOD(act_unusual_list(&reading, &list, &after));
    assert_int_equal(after, before);
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

/* Not everything that it counts by was read: it does not say that there is nothing unusual. */
static void a_sweep_that_could_not_read_something_says_so(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, NULL, 10 * 3600);
    bool failed = true;
    for (unsigned n = 1; failed; n++) {
        failing_begin(n, true);
        const struct error *error = sweep(&act);
        failed = failing_end();
        if (failed != (error != NULL)) {
            fail_msg("the %uth fails, and it says %s", n, error == NULL ? "nothing" : error->name);
        }
    }
}

static void a_record_that_does_not_open_is_counted_without_a_name(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 30000);
    struct referral_input input = referral_of(state, "Curlew", NULL);
    struct recorded recorded;
    const struct case_view *view;
    char id[ID_TEXT];
    sqlite3 *db;
    GOOD_ONCE(act_referral_make(&nurse, &input, &recorded));
    GOOD_ONCE(act_case_read(&nurse, recorded.reference.text, INSTANT_NEVER, &view));
    id_format(recorded.case_id, id);
    assert_int_equal(sqlite3_open(arena_printf(state->arena, "%s/store/waymark.db", state->top), &db),
                     SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  arena_printf(state->arena,
                                               "UPDATE record_key SET last_hash = zeroblob(32) "
                                               "WHERE lower(hex(stream)) = '%s'",
                                               id),
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_changes(db), 1);
    sqlite3_close(db);
    FAILS_ONCE(ERROR_BROKEN_SEAL, act_case_read(&nurse, recorded.reference.text, INSTANT_NEVER, &view));
    struct act act = act_at(state, NULL, 30100);
    GOOD(unusual_sweep(&act));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_of_the_same_name_is_flagged_once_and_reviewed),
        cmocka_unit_test(a_postcode_is_kept_and_only_reviewers_review),
        cmocka_unit_test(a_refusal_says_what_was_refused),
        cmocka_unit_test(a_sweep_that_could_not_read_something_says_so),
        cmocka_unit_test(a_sweep_that_fails_or_runs_out_of_memory_is_done_again),
        cmocka_unit_test(a_record_that_does_not_open_is_counted_without_a_name),
        cmocka_unit_test(what_nobody_or_everybody_did_is_flagged_too),
        cmocka_unit_test(a_neighbour_and_who_moved_on_are_known),
        cmocka_unit_test(nobody_who_recorded_on_a_case_is_a_stranger_to_it),
        cmocka_unit_test(a_stop_is_listed_beside_the_flags),
        cmocka_unit_test(a_flag_outlives_its_rule),
        cmocka_unit_test(long_after_there_is_nothing_to_go_through),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
