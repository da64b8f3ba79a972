/* Figures: what is counted of a case, and that they are of the cases as they stand now. */
#include "act/fact.h"
#include "act/inner.h"
#include "scene.h"

#include <sqlite3.h>
#include <string.h>

static struct {
    struct actor team;
    struct actor admin;
} who;

static int set_up_all(void **context)
{
    if (set_up(context) != 0) {
        return 1;
    }
    struct state *state = *context;
    add_account(state, "team", "team-manager", "social-care", &who.team);
    add_account(state, "admin", "administrator", "other", &who.admin);
    return 0;
}

static const char *case_with(const struct state *state, const char *agency, const char *details,
                             const char *more)
{
    struct act act = act_at(state, &state->nurse, 100);
    struct referral_input input = {
        .values = referral_values(state, agency, "no", more),
        .details =
            fields(state, service_pack(state->service)->details_type,
                   arena_printf(state->arena, "{\"given_name\":\"G\",\"family_name\":\"F\"%s}", details))};
    struct recorded recorded;
    GOOD_ONCE(act_referral_make(&act, &input, &recorded));
    return arena_copy(state->arena, recorded.reference.text);
}

/* Each has one line, and they stand in order. */
static void must_be_in_order(const struct figures_view *figures)
{
    for (size_t i = 1; i < figures->total_count; i++) {
        assert_true(strcmp(figures->totals[i - 1].value, figures->totals[i].value) < 0);
    }
    for (size_t i = 1; i < figures->month_count; i++) {
        const struct figure *one = &figures->months[i - 1];
        const struct figure *two = &figures->months[i];
        int month = strcmp(two->month, one->month);
        assert_true(month < 0 || (month == 0 && strcmp(one->value, two->value) < 0));
    }
    for (size_t i = 1; i < figures->tally_count; i++) {
        const struct tally *one = &figures->tallies[i - 1];
        const struct tally *two = &figures->tallies[i];
        int what = strcmp(one->what, two->what);
        int agency = strcmp(one->agency == NULL ? "" : one->agency, two->agency == NULL ? "" : two->agency);
        int area = strcmp(one->area == NULL ? "" : one->area, two->area == NULL ? "" : two->area);
        assert_true(what < 0 || (what == 0 && (agency < 0 || (agency == 0 && area < 0))));
    }
    for (size_t i = 1; i < figures->completeness_count; i++) {
        const struct completeness *one = &figures->completeness[i - 1];
        const struct completeness *two = &figures->completeness[i];
        int agency = strcmp(one->agency, two->agency);
        assert_true(agency < 0 || (agency == 0 && strcmp(one->what, two->what) < 0));
    }
}

static const struct figures_view *figures_of(const struct act *act, const char *by, const char *agency)
{
    const struct figures_view *figures = NULL;
    GOOD(act_figures(act, by, agency, &figures));
    must_be_in_order(figures);
    return figures;
}

static const struct figure *total_of(const struct figures_view *figures, const char *value)
{
    for (size_t i = 0; i < figures->total_count; i++) {
        if (text_equal(figures->totals[i].value, value)) {
            return &figures->totals[i];
        }
    }
    return NULL;
}

static int tally_of(const struct figures_view *figures, const char *what)
{
    for (size_t i = 0; i < figures->tally_count; i++) {
        if (text_equal(figures->tallies[i].what, what)) {
            return figures->tallies[i].count;
        }
    }
    return 0;
}

static void must_show(const struct figures_view *figures, const char *const *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (total_of(figures, values[i]) == NULL) {
            fail_msg("\"%s\" is not counted", values[i]);
        }
    }
}
#define MUST_SHOW(figures, ...)                                                                              \
    must_show((figures), (const char *const[]){__VA_ARGS__},                                                 \
              sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* ---- before there is anything ---- */

static void of_nothing_there_are_no_figures(void **context)
{
    struct state *state = *context;
    struct act team = act_at(state, &who.team, 10);
    const struct figures_view *figures = figures_of(&team, "age", NULL);
    assert_int_equal(figures->cases, 0);
    assert_int_equal(figures->total_count, 0);
}

static void the_only_case_is_counted_as_it_stands(void **context)
{
    struct state *state = *context;
    struct act team = act_at(state, &who.team, 200);
    struct act manager = act_at(state, &state->manager, 150);
    static const char decision[] = "Decision not to start an enquiry";
    const char *reference = case_with(state, "other", "", "");
    assert_int_equal(tally_of(figures_of(&team, "age", NULL), decision), 0);
    GOOD_ONCE(record_on(state, &manager, reference, "enquiry-not-started",
                        "{\"reasons\":\"R\",\"agreed_by\":\"M\",\"instead\":\"I\",\"child_views\":\"V\"}",
                        NULL));
    assert_int_equal(tally_of(figures_of(&team, "age", NULL), decision), 1);
}

/* ---- who the children are ---- */

static void children_are_counted_by_what_is_known_of_them(void **context)
{
    struct state *state = *context;
    struct act team = act_at(state, &who.team, 200);
    static const char *const details[] = {
        ",\"date_of_birth\":\"2016-01-01\",\"sex\":\"F\",\"ethnicity\":\"WBRI\",\"learning_needs\":\"None\"",
        ",\"date_of_birth\":\"2012-01-01\",\"sex\":\"M\",\"ethnicity\":\"REFU\",\"disability\":[\"LD\"]",
        ",\"date_of_birth\":\"2010-01-01\",\"gender_identity\":\"01\",\"ethnicity\":\"NOBT\"",
        ",\"date_of_birth\":\"2007-01-01\",\"area\":\"Melton\"", ""};
    for (size_t i = 0; i < sizeof details / sizeof *details; i++) {
        for (int each = 0; each < 5; each++) {
            (void)case_with(state, "health", details[i], i == 0 ? ",\"area\":\"Oadby\"" : "");
        }
    }
    MUST_SHOW(figures_of(&team, "age", NULL), "Under 13", "13 to 15", "16 and 17", "18 and over",
              "Not known");
    MUST_SHOW(figures_of(&team, "sex", NULL), "Female", "Male", "Not recorded");
    MUST_SHOW(figures_of(&team, "locality", NULL), "Oadby", "Melton", "Not recorded");
    MUST_SHOW(figures_of(&team, "source", NULL), "Health");
    for (int i = 0; i < 10; i++) {
        (void)case_with(state, "youth-offending", arena_printf(state->arena, ",\"area\":\"Area %d\"", i), "");
    }
    const struct figures_view *areas = figures_of(&team, "locality", "youth-offending");
    assert_int_equal(areas->cases, 10);
    assert_int_equal(areas->total_count, 10); /* one each is hidden, and is not none */
    MUST_SHOW(figures_of(&team, "gender", NULL), "Not recorded");
    assert_int_equal(figures_of(&team, "disability", NULL)->total_count, 2);
    const struct figures_view *figures = figures_of(&team, "ethnicity", "health");
    assert_int_equal(figures->completeness_count, 3);
    for (size_t i = 0; i < 3; i++) {
        const struct completeness *row = &figures->completeness[i];
        bool ethnicity = text_equal(row->what, "Ethnicity");
        assert_int_equal(row->recorded + row->refused + row->not_known + row->empty, 25);
        assert_int_equal(row->refused, ethnicity ? 5 : 0);
        assert_int_equal(row->not_known, ethnicity ? 5 : 0);
    }
}

/* ---- what became of them ---- */

static const char views_heard[] = "\"child_views\":\"V\"";

static void cases_are_counted_by_what_became_of_them(void **context)
{
    struct state *state = *context;
    struct act team = act_at(state, &who.team, 300);
    struct act manager = act_at(state, &state->manager, 300);
    static const char decided[] = "{\"initial_assessment\":\"%s\",\"reasons\":\"R\",\"agreed_by\":\"M\","
                                  "\"immediate_danger\":\"no\",%s}";
    static const char assessed[] = "{\"involvement\":\"%s\",\"significant_harm\":\"no\","
                                   "\"immediate_danger\":\"no\",\"core_assessment\":\"not-required\"}";
    const char *found = case_with(state, "police", "", "");
    const char *feared = case_with(state, "police", "", "");
    const char *proved =
        case_with(state, "police", "", ",\"exchange\":[\"money\",\"gifts\"],\"route\":\"online\"");
    const char *ended = case_with(state, "police", "", "");
    GOOD_ONCE(record_on(state, &manager, found, "initial-assessment",
                        arena_printf(state->arena, assessed, "involved"), NULL));
    GOOD_ONCE(record_on(state, &manager, feared, "initial-assessment",
                        arena_printf(state->arena, assessed, "at-risk"), NULL));
    GOOD_ONCE(record_on(state, &manager, feared, "enquiry-not-started",
                        "{\"reasons\":\"R\",\"agreed_by\":\"M\",\"instead\":\"I\","
                        "\"views_not_obtained_reason\":\"In words\"}",
                        NULL));
    for (int i = 0; i < 9; i++) {
        GOOD_ONCE(record_on(state, &manager, feared, "enquiry-not-started",
                            "{\"reasons\":\"R\",\"agreed_by\":\"M\",\"instead\":\"I\","
                            "\"child_views\":\"V\"}",
                            NULL));
    }
    GOOD_ONCE(record_on(state, &manager, proved, "enquiry-started", "{\"agencies\":[\"police\"]}", NULL));
    GOOD_ONCE(record_on(
        state, &manager, proved, "enquiry-concluded",
        arena_printf(state->arena, "{\"outcome\":\"substantiated-continuing-risk\",%s}", views_heard), NULL));
    GOOD_ONCE(record_on(state, &manager, proved, "plan-made",
                        "{\"kind\":\"exit-strategy\",\"barriers\":[\"fear\",\"drugs\"],"
                        "\"barrier_help\":[\"Talk\"],\"next_review_at\":\"2026-07-01\","
                        "\"views_missing_because\":\"unsafe\"}",
                        NULL));
    GOOD_ONCE(record_on(state, &manager, ended, "referral-decision",
                        arena_printf(state->arena, decided, "not-required", views_heard), NULL));
    GOOD_ONCE(
        record_on(state, &manager, ended, "case-closed", "{\"reasons\":\"R\",\"agreed_by\":\"M\"}", NULL));
    const struct figures_view *figures = figures_of(&team, "outcome", "police");
    assert_int_equal(figures->cases, 4);
    MUST_SHOW(figures, "Open", "Closed without an enquiry");
    assert_int_equal(figures->total_count, 3);
    assert_int_equal(tally_of(figures, "Child's views: heard"), 11);
    assert_int_equal(tally_of(figures, "Decision not to start an enquiry"), 10);
    assert_int_equal(tally_of(figures, "Child's views: not heard: reason in words only"), 1);
    assert_true(tally_of(figures, "Child's views: not heard: no reason written down") > 0);
    assert_int_equal(tally_of(figures, "Barrier: Fear of retaliation"), 1);
    figures = figures_of(&team, "exchange", "police");
    assert_int_equal(figures->total_count, 3);
    for (size_t i = 0; i < figures->total_count; i++) { /* of several answers each is counted, by itself */
        const struct figure *total = &figures->totals[i];
        bool none = text_equal(total->value, "Not recorded");
        assert_int_equal(total->confirmed + total->concern, none ? 3 : 1);
    }
    assert_int_equal(figures->month_count, 3); /* all in one month */
    MUST_SHOW(figures_of(&team, "barrier", "police"), "Not recorded");
    assert_int_equal(figures_of(&team, "route", "police")->total_count, 2);
}

/* What happened before the referral and was recorded after it comes first in the case. */
static void what_was_before_the_referral_is_counted(void **context)
{
    struct state *state = *context;
    struct act team = act_at(state, &who.team, 300);
    struct act manager = act_at(state, &state->manager, 300);
    const char *reference = case_with(state, "education", "", "");
    const struct moment before =
        moment_of_instant(service_pack(state->service), instant_add_ms(start, -(int64_t)MS_PER_DAY));
    struct entry_input concluded = entry_input_of(
        state, "enquiry-concluded", "{\"outcome\":\"substantiated-continuing-risk\",\"child_views\":\"V\"}");
    struct recorded recorded;
    concluded.occurred = &before;
    GOOD_ONCE(record_on(state, &manager, reference, "enquiry-started", "{\"agencies\":[\"police\"]}", NULL));
    GOOD_ONCE(act_entry_record(&manager, reference, &concluded, &recorded));
    const struct figures_view *figures = figures_of(&team, "outcome", "education");
    const struct figure *total = total_of(figures, "Concerns confirmed, the child is at continuing risk");
    assert_non_null(total);
    assert_int_equal(total->confirmed, 1);
    assert_int_equal(tally_of(figures, "Child's views: heard"), 1);
}

static bool tally_is_shown(const struct act *act, const char *what, const char *agency)
{
    const struct figures_view *figures = figures_of(act, "age", agency);
    for (size_t i = 0; i < figures->tally_count; i++) {
        if (text_equal(figures->tallies[i].what, what)) {
            return !figures->tallies[i].hidden;
        }
    }
    fail_msg("%s is not tallied", what);
    return false;
}

static void case_with_barrier(const struct state *state, const char *agency, const char *barrier)
{
    struct act manager = act_at(state, &state->manager, 320);
    static const char made[] = "{\"kind\":\"exit-strategy\",\"barriers\":[\"%s\"],"
                               "\"barrier_help\":[\"Talk\"],\"next_review_at\":\"2026-07-01\"}";
    GOOD_ONCE(record_on(state, &manager, case_with(state, agency, "", ""), "plan-made",
                        arena_printf(state->arena, made, barrier), NULL));
}

/* The partnership less one agency is the other. */
static void what_is_tallied_of_one_agency_tells_nothing_of_another(void **context)
{
    struct state *state = *context;
    struct act team = act_at(state, &who.team, 330);
    static const char bound[] = "Barrier: Attachment to the group";
    static const char abuser[] = "Barrier: Dependency on an abuser";
    for (int i = 0; i < 13; i++) {
        case_with_barrier(state, i < 7 ? "voluntary" : i < 10 ? "police" : "education", "attachment");
        case_with_barrier(state, i < 7 ? "voluntary" : "police", "dependency");
    }
    /* 7, 3 and 3: neither of the small ones, which come to 6 together */
    assert_true(tally_is_shown(&team, bound, NULL));
    assert_true(tally_is_shown(&team, bound, "voluntary"));
    assert_false(tally_is_shown(&team, bound, "police"));
    assert_false(tally_is_shown(&team, bound, "education"));
    assert_true(tally_is_shown(&team, abuser, NULL)); /* 7 and 6 */
    assert_true(tally_is_shown(&team, abuser, "police"));
    case_with_barrier(state, "housing", "dependency");
    assert_false(tally_is_shown(&team, abuser, "housing"));
    assert_false(tally_is_shown(&team, abuser, NULL) && tally_is_shown(&team, abuser, "voluntary") &&
                 tally_is_shown(&team, abuser, "police"));
}

/* ---- outside cases ---- */

static void what_was_done_outside_is_counted_by_agency_and_area(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 400);
    struct act manager = act_at(state, &state->manager, 400);
    struct act team = act_at(state, &who.team, 410);
    static const char contact[] = "{\"setting\":\"Drop-in\",%s\"summary\":\"S\"}";
    static const char *const areas[] = {"\"area\":\"Melton\",\"reached\":2,", "\"area\":\"Oadby\",", "",
                                        "\"area\":\"Melton\",\"reached\":3,"};
    struct id id;
    for (size_t i = 0; i < 4; i++) {
        struct entry_input input =
            entry_input_of(state, "outreach-contact", arena_printf(state->arena, contact, areas[i]));
        GOOD_ONCE(act_outside_record(&nurse, input.type, input.values, NULL, &id));
        GOOD_ONCE(act_outside_record(&manager, input.type, input.values, NULL, &id));
    }
    struct entry_input training = entry_input_of(
        state, "training-held", "{\"topic\":\"T\",\"agencies\":[\"police\"],\"attendance\":9}");
    GOOD_ONCE(act_outside_record(&nurse, training.type, training.values, NULL, &id));
    const struct figures_view *figures = figures_of(&team, "sex", NULL);
    assert_true(figures_of(&team, "sex", "health")->tally_count < figures->tally_count);
    assert_int_equal(figures_of(&team, "sex", "education")->total_count, 0);
    FAILS(ERROR_NOT_FOUND, act_figures(&team, "shoe-size", NULL, &figures));
    int melton = 0;
    int outreach = 0;
    for (size_t i = 0; i < figures->tally_count; i++) {
        const struct tally *tally = &figures->tallies[i];
        outreach += text_equal(tally->what, "Outreach contact") ? 1 : 0;
        if (text_equal(tally->area, "Melton")) {
            assert_int_equal(tally->count, 2);
            assert_int_equal(tally->reached, 5);
            melton++;
        }
        if (text_equal(tally->what, "Training held")) {
            assert_int_equal(tally->reached, 9);
        }
    }
    assert_int_equal(melton, 2);   /* of two agencies */
    assert_int_equal(outreach, 6); /* in two areas and in none */
}

/* ---- as they stand ---- */

static const struct error *ask(void *context)
{
    const struct figures_view *figures;
    return act_figures(context, "age", NULL, &figures);
}

static void figures_that_fail_are_asked_for_again(void **context)
{
    struct state *state = *context;
    struct act team = act_at(state, &who.team, 500);
    (void)case_with(state, "education", "", "");
    EACH_TIME(ask, NULL, &team, state->arena);
    facts_forget(state->service->facts);
    EACH_TIME(ask, NULL, &team, NULL);
    EACH_TIME(ask, NULL, &team, NULL); /* with what is remembered */
}

static void a_change_of_the_child_alone_is_counted(void **context)
{
    struct state *state = *context;
    struct act team = act_at(state, &who.team, 600);
    struct act manager = act_at(state, &state->manager, 610);
    const char *reference = NULL;
    for (int i = 0; i < 5; i++) {
        reference = case_with(state, "housing", ",\"date_of_birth\":\"2012-01-01\"", "");
    }
    assert_null(total_of(figures_of(&team, "age", "housing"), "16 and 17"));
    struct recorded recorded;
    GOOD_ONCE(act_details_record(
        &manager, reference, 0,
        fields(state, service_pack(state->service)->details_type, "{\"date_of_birth\":\"2010-01-01\"}"),
        &recorded));
    assert_non_null(total_of(figures_of(&team, "age", "housing"), "16 and 17"));
    /* of the case alone */
    static const char decision[] = "Decision not to start an enquiry";
    assert_int_equal(tally_of(figures_of(&team, "age", "housing"), decision), 0);
    GOOD_ONCE(record_on(state, &manager, reference, "enquiry-not-started",
                        "{\"reasons\":\"R\",\"agreed_by\":\"M\",\"instead\":\"I\",\"child_views\":\"V\"}",
                        NULL));
    assert_int_equal(tally_of(figures_of(&team, "age", "housing"), decision), 1);
    /* and of the case alone, by a clock that was put back */
    struct act later = act_at(state, &state->manager, 3 * 24 * 3600);
    GOOD_ONCE(
        record_on(state, &later, reference, "child-views", "{\"views\":\"V\",\"how_obtained\":\"H\"}", NULL));
    struct act before = act_at(state, &state->manager, -3 * 24 * 3600);
    GOOD_ONCE(record_on(state, &before, reference, "child-views", "{\"views\":\"V\",\"how_obtained\":\"H\"}",
                        NULL));
    assert_int_equal(figures_of(&team, "age", "housing")->cases, 5);
}

static int concern_of(const struct figures_view *figures, const char *value)
{
    const struct figure *total = total_of(figures, value);
    return total == NULL ? 0 : total->concern;
}

/* The concern was on 28 May 2026. */
static void who_has_a_birthday_is_as_old_as_that(void **context)
{
    struct state *state = *context;
    struct act team = act_at(state, &who.team, 620);
    static const char *const rows[][2] = {{"2026-05-20", "Under 13"},   {"2013-05-29", "Under 13"},
                                          {"2013-05-28", "13 to 15"},   {"2010-05-29", "13 to 15"},
                                          {"2010-05-28", "16 and 17"},  {"2008-05-29", "16 and 17"},
                                          {"2008-05-28", "18 and over"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int before = concern_of(figures_of(&team, "age", NULL), rows[i][1]);
        (void)case_with(state, "housing", arena_printf(state->arena, ",\"date_of_birth\":\"%s\"", rows[i][0]),
                        "");
        assert_int_equal(concern_of(figures_of(&team, "age", NULL), rows[i][1]), before + 1);
    }
}

static void months_are_counted_apart(void **context)
{
    struct state *state = *context;
    struct act team = act_at(state, &who.team, 650);
    struct act manager = act_at(state, &state->manager, 640);
    struct act nurse = act_at(state, &state->nurse, 630);
    const char *confirmed = case_with(state, "voluntary", "", "");
    (void)case_with(state, "voluntary", "", "");
    struct referral_input input = referral_of(state, "G", NULL);
    struct recorded recorded;
    input.values = fields(state, service_pack(state->service)->start_type,
                          "{\"narrative\":\"N\",\"involvement\":\"likely\",\"immediate_danger\":\"no\","
                          "\"notified_at\":\"2026-03-28T08:00:00Z\",\"referrer\":\"N\","
                          "\"source_agency\":\"voluntary\",\"parents_informed\":\"yes\"}");
    GOOD_ONCE(act_referral_make(&nurse, &input, &recorded));
    GOOD_ONCE(record_on(state, &manager, confirmed, "initial-assessment",
                        "{\"involvement\":\"involved\",\"significant_harm\":\"no\","
                        "\"immediate_danger\":\"no\",\"core_assessment\":\"not-required\"}",
                        NULL));
    const struct figures_view *figures = figures_of(&team, "sex", "voluntary");
    assert_int_equal(figures->total_count, 1);
    assert_int_equal(figures->totals[0].confirmed, 1);
    assert_true(figures->totals[0].confirmed_hidden && figures->totals[0].concern_hidden);
    assert_int_equal(figures->month_count, 2); /* the newest first */
    assert_string_equal(figures->months[0].month, "2026-05");
}

static void a_newer_version_counts_what_was_closed_before(void **context)
{
    struct state *state = *context;
    static const struct pack_edit edits[] = {{"pack.yaml", "version: \"1.0\"", "version: \"1.1\""}};
    const char *const dirs[] = {pack_changed(state, "procedures/llr-chapter-11", "newer", edits, 1)};
    struct service *service = open_with(state, dirs, 1);
    struct state all = state_of(state, service);
    struct actor of_team = actor_in(state, service, "team");
    struct actor of_nurse = actor_in(state, service, "nurse");
    struct act team = {service, state->arena, &of_team, instant_add_ms(start, 660000)};
    all.nurse = of_nurse;
    int before = figures_of(&team, "age", NULL)->cases; /* with the one that was closed before */
    const char *reference = case_with(&all, "voluntary", "", "");
    GOOD_ONCE(record_on(&all, &team, reference, "consultation",
                        "{\"involvement\":\"involved\",\"question\":\"Q\",\"adviser\":\"A\","
                        "\"advice\":\"A\",\"leads_to_referral\":\"yes\"}",
                        NULL));
    assert_int_equal(figures_of(&team, "age", NULL)->cases, before + 1);
    service_close(service);
}

struct counting_once {
    const struct act *act;
    const struct error *error;
};

static void count_once(void *context)
{
    struct counting_once *counting = context;
    const struct figures_view *figures;
    counting->error = act_figures(counting->act, "age", NULL, &figures);
}

/* What is remembered of the cases is counted under a lock: it is given back when there is no memory for the
 * figures. */
static void figures_for_which_there_is_no_memory_are_busy_and_the_next_are_counted(void **context)
{
    struct state *state = *context;
    struct act team = act_at(state, &who.team, 700000);
    (void)figures_of(&team, "age", NULL); /* each case is remembered */
    unsigned busy = 0;
    bool failed = true;
    for (unsigned n = 1; failed; n++) {
        struct counting_once counting = {.act = &team};
        arena_fail_nth(n, 0);
        bool whole = arena_guard(state->arena, count_once, &counting);
        failed = arena_failed() > 0;
        arena_fail_nth(0, 0);
        store_readers_give(0);
        busy += whole && counting.error != NULL && counting.error->code == ERROR_BUSY;
        assert_true(failed || (whole && counting.error == NULL));
    }
    assert_true(busy > 0);
    (void)figures_of(&team, "age", NULL);
}

/* ---- other procedures ---- */

static void a_small_procedure_is_counted_by_what_it_asks(void **context)
{
    struct state *state = *context;
    const char *const dirs[] = {small_pack(state, "small"), WM_SOURCE "/procedures/llr-chapter-11"};
    struct service *service = open_with(state, dirs, 2);
    struct state all = state_of(state, service);
    struct actor worker;
    add_account(&all, "worker", "worker", "social-care", &worker);
    struct actor of_team = actor_in(state, service, "team");
    struct act act = {service, state->arena, &worker, instant_add_ms(start, 800000)};
    struct act team = {service, state->arena, &of_team, instant_add_ms(start, 800000)};
    const struct pack *pack = service_pack(service);
    struct referral_input input = {
        .values = fields(&all, pack->start_type, "{\"told_at\":\"2026-05-28T08:00:00Z\",\"danger\":\"no\"}"),
        .details = fields(&all, pack->details_type, "{\"name\":\"Curlew\"}")};
    struct recorded recorded;
    int before = figures_of(&team, "ethnicity", NULL)->cases;
    GOOD_ONCE(act_referral_make(&act, &input, &recorded));
    assert_int_equal(figures_of(&team, "ethnicity", NULL)->cases, before + 1);
    assert_int_equal(figures_of(&team, "ethnicity", "")->cases, 1); /* referred by no agency */
    service_close(service);
    /* under a version that begins with something else nothing is known to have begun */
    static const struct pack_edit edits[] = {
        {"pack.yaml", "version: \"1\"", "version: \"2\""},
        {"entries.yaml", "- id: report", "- id: telling"},
        {"duties.yaml", "{entry: report, at", "{entry: telling, at"},
        {"duties.yaml", "{has: {entry: report}}", "{has: {entry: telling}}"}};
    const char *const later[] = {pack_of_pack(state, "small", "small-2", edits, 4)};
    service = open_with(state, later, 1);
    worker = actor_in(state, service, "worker");
    act = (struct act){service, state->arena, &worker, instant_add_ms(start, 810000)};
    const struct figures_view *alone = figures_of(&act, "age", NULL); /* closed ones of what is not served */
    assert_int_equal(alone->cases, before + 1);
    struct move_view move;
    GOOD_ONCE(act_case_move_look(&act, recorded.reference.text, "small", &move));
    assert_int_equal(move.unread, 1); /* what it began with */
    GOOD_ONCE(act_case_move(&act, recorded.reference.text, "small", "A new version", 0, &recorded));
    assert_int_equal(figures_of(&act, "age", NULL)->cases, before);
    service_close(service);
}

/* As when another program disposed of it. */
static void a_case_that_is_gone_is_counted_no_more(void **context)
{
    struct state *state = *context;
    struct act team = act_at(state, &who.team, 900);
    struct act nurse = act_at(state, &state->nurse, 890);
    struct referral_input input = referral_of(state, "Ruff", NULL);
    struct recorded recorded;
    char id[ID_TEXT];
    sqlite3 *db;
    GOOD_ONCE(act_referral_make(&nurse, &input, &recorded));
    id_format(recorded.case_id, id);
    int before = figures_of(&team, "age", NULL)->cases;
    assert_int_equal(sqlite3_open(arena_printf(state->arena, "%s/store/waymark.db", state->top), &db),
                     SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     arena_printf(state->arena, "DELETE FROM case_file WHERE lower(hex(case_id)) = '%s'", id),
                     NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(figures_of(&team, "age", NULL)->cases, before - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_nothing_there_are_no_figures),
        cmocka_unit_test(the_only_case_is_counted_as_it_stands),
        cmocka_unit_test(children_are_counted_by_what_is_known_of_them),
        cmocka_unit_test(cases_are_counted_by_what_became_of_them),
        cmocka_unit_test(what_was_done_outside_is_counted_by_agency_and_area),
        cmocka_unit_test(figures_that_fail_are_asked_for_again),
        cmocka_unit_test(a_change_of_the_child_alone_is_counted),
        cmocka_unit_test(who_has_a_birthday_is_as_old_as_that),
        cmocka_unit_test(months_are_counted_apart),
        cmocka_unit_test(a_newer_version_counts_what_was_closed_before),
        cmocka_unit_test(figures_for_which_there_is_no_memory_are_busy_and_the_next_are_counted),
        cmocka_unit_test(a_small_procedure_is_counted_by_what_it_asks),
        cmocka_unit_test(a_case_that_is_gone_is_counted_no_more),
        cmocka_unit_test(what_is_tallied_of_one_agency_tells_nothing_of_another),
        cmocka_unit_test(what_was_before_the_referral_is_counted),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down);
}
