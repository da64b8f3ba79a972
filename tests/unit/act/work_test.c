/* My work and the lists of everybody's: what is on them, for whom, and what stays off. */
#include "act/inner.h"
#include "scene.h"

#include <sqlite3.h>

static struct {
    struct actor worker;
    struct actor team;
    struct actor police;
} who;

static int set_up_all(void **context)
{
    if (set_up(context) != 0) {
        return 1;
    }
    struct state *state = *context;
    add_account(state, "worker", "social-worker", "social-care", &who.worker);
    add_account(state, "team", "team-manager", "social-care", &who.team);
    add_account(state, "officer", "police-officer", "police", &who.police);
    return 0;
}

static const char *case_with_danger(const struct state *state, const char *given, const char *danger,
                                    int64_t seconds)
{
    struct act act = act_at(state, &state->nurse, seconds);
    return case_of(state, &act, given, referral_values(state, "health", danger, ""));
}

static const struct work_line *line_on(const struct work_line *lines, size_t count, const char *reference,
                                       const char *what)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(lines[i].reference.text, reference) && text_equal(lines[i].what, what)) {
            return &lines[i];
        }
    }
    return NULL;
}

static const struct work_line *duty_on(const struct act *act, const struct duties_filter *filter,
                                       const char *reference, const char *rule)
{
    const struct work_line *lines;
    const char *next;
    size_t count;
    struct duties_filter asked = *filter;
    asked.limit = 1000; /* as many as a page may have */
    do {
        GOOD(act_duties(act, &asked, &lines, &count, &next));
        for (size_t i = 0; i < count; i++) {
            if (text_equal(lines[i].reference.text, reference) && text_equal(lines[i].rule, rule)) {
                return &lines[i];
            }
        }
        asked.cursor = next;
    } while (next != NULL);
    return NULL;
}

/* ---- mine ---- */

static const char arranged[] = "{\"kind\":\"%s\",\"starts_at\":\"%s\",\"chair\":\"Ms Rahman\"}";
static const char due[] =
    "{\"action\":\"%s\",\"owner\":\"Ms Rahman\",\"agency\":\"social-care\",\"due_at\":\"%s\"}";

static void meetings_and_actions_are_listed_with_their_child(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 40);
    struct act nurse = act_at(state, &state->nurse, 60);
    struct act police = act_at(state, &who.police, 60);
    const struct work_view *work;
    const char *one = case_with_danger(state, "Avocet", "no", 10);
    const char *two = case_with_danger(state, "Bittern", "no", 11);
    GOOD_ONCE(record_on(state, &manager, one, "meeting-arranged",
                        arena_printf(state->arena, arranged, "strategy", "2026-06-10T09:00:00Z"), NULL));
    GOOD_ONCE(record_on(state, &manager, one, "meeting-arranged",
                        arena_printf(state->arena, arranged, "conference", "2026-06-20"), NULL));
    GOOD_ONCE(record_on(state, &manager, two, "meeting-arranged",
                        arena_printf(state->arena, arranged, "plan-review", "2026-06-11T09:00:00Z"),
                        "police-evidence"));
    GOOD_ONCE(record_on(state, &manager, one, "action-agreed",
                        arena_printf(state->arena, due, "Ring the school", "2026-05-29T09:00:00Z"), NULL));
    GOOD_ONCE(record_on(state, &manager, two, "action-agreed",
                        arena_printf(state->arena, due, "Visit at home", "2026-06-29"), NULL));
    struct act later = act_at(state, &state->manager, 24 * 3600);
    GOOD(act_work(&later, NULL, &work));
    const struct work_line *strategy = line_on(work->meetings, work->meeting_count, one, "Strategy meeting");
    assert_non_null(strategy);
    assert_string_equal(strategy->child_name, "Avocet Tarn");
    assert_int_equal(strategy->state, DUTY_OPEN);
    assert_non_null(line_on(work->meetings, work->meeting_count, one, "Child protection conference"));
    assert_int_equal(work->meeting_count, 3);
    const struct work_line *ring = line_on(work->actions, work->action_count, one, "Ring the school");
    assert_non_null(ring);
    assert_int_equal(ring->state, DUTY_OVERDUE);
    assert_string_equal(ring->owner_role, "Ms Rahman");
    const struct work_line *visit = line_on(work->actions, work->action_count, two, "Visit at home");
    assert_non_null(visit);
    assert_int_equal(visit->state, DUTY_OPEN);
    assert_true(work->referral_count >= 2);
    /* who made the referral sees the meetings, but not the one that is for the police alone */
    GOOD(act_work(&nurse, NULL, &work));
    assert_int_equal(work->meeting_count, 2);
    assert_int_equal(work->action_count, 0);
    assert_int_equal(work->referral_count, 0);
    GOOD(act_work(&police, NULL, &work));
    assert_int_equal(work->meeting_count, 0);
}

static void an_action_is_listed_as_it_was_corrected(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 70);
    const struct work_view *work;
    const struct pack *pack = service_pack(state->service);
    const char *reference = case_with_danger(state, "Dipper", "no", 65);
    GOOD_ONCE(record_on(state, &manager, reference, "action-agreed",
                        arena_printf(state->arena, due, "Ring the scool", "2026-06-01T09:00:00Z"), NULL));
    json_t *object = json_loads("{\"corrects\":2,\"reason\":\"Typed wrongly\","
                                "\"fields\":{\"action\":\"Ring the school\",\"owner\":\"Mr Lark\"}}",
                                0, NULL);
    struct entry_input right = {.type = pack_type(pack, "correction")};
    struct recorded recorded;
    GOOD_ONCE(fields_from_json(state->arena, pack, right.type, object, pack_type(pack, "action-agreed"),
                               &right.values));
    json_decref(object);
    GOOD_ONCE(act_entry_record(&manager, reference, &right, &recorded));
    GOOD(act_work(&manager, NULL, &work));
    const struct work_line *line = line_on(work->actions, work->action_count, reference, "Ring the school");
    assert_non_null(line);
    assert_string_equal(line->owner_role, "Mr Lark");
    assert_null(line_on(work->actions, work->action_count, reference, "Ring the scool"));
}

static void an_action_is_listed_for_who_reads_it(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 75);
    struct act manager = act_at(state, &state->manager, 75);
    const struct work_view *work;
    const char *reference = case_with_danger(state, "Bunting", "no", 72);
    GOOD_ONCE(record_on(state, &nurse, reference, "action-agreed",
                        arena_printf(state->arena, due, "Ring the clinic", "2026-06-02T09:00:00Z"),
                        "sexual-health"));
    GOOD_ONCE(record_on(state, &nurse, reference, "action-agreed",
                        arena_printf(state->arena, due, "Ring the school", "2026-06-02T09:00:00Z"), NULL));
    GOOD(act_work(&manager, NULL, &work));
    assert_non_null(line_on(work->actions, work->action_count, reference, "Ring the school"));
    assert_null(line_on(work->actions, work->action_count, reference, "Ring the clinic"));
}

static void a_restricted_case_is_on_no_list_of_others(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 90);
    struct act team = act_at(state, &who.team, 95);
    struct act worker = act_at(state, &who.worker, 95);
    const struct work_view *work;
    const struct duties_filter unmet = {.state = "unmet"};
    const char *reference = case_with_danger(state, "Capercaillie", "yes", 80);
    GOOD_ONCE(record_on(state, &manager, reference, "meeting-arranged",
                        arena_printf(state->arena, arranged, "family-group", "2026-06-12T09:00:00Z"), NULL));
    GOOD_ONCE(record_on(state, &manager, reference, "action-agreed",
                        arena_printf(state->arena, due, "Find a new lock", "2026-06-02T09:00:00Z"), NULL));
    GOOD(act_work(&team, NULL, &work));
    assert_non_null(line_on(work->meetings, work->meeting_count, reference, "Family group meeting"));
    assert_non_null(line_on(work->actions, work->action_count, reference, "Find a new lock"));
    assert_non_null(duty_on(&team, &unmet, reference, "decide-initial-assessment"));
    GOOD_ONCE(act_case_restrict(&manager, reference, true, "Known to a colleague"));
    struct act actors[] = {team, worker};
    for (size_t i = 0; i < 2; i++) {
        GOOD(act_work(&actors[i], NULL, &work));
        assert_null(line_on(work->meetings, work->meeting_count, reference, "Family group meeting"));
        assert_null(line_on(work->actions, work->action_count, reference, "Find a new lock"));
        assert_null(duty_on(&actors[i], &unmet, reference, "decide-initial-assessment"));
    }
    GOOD(act_work(&manager, NULL, &work));
    assert_non_null(line_on(work->actions, work->action_count, reference, "Find a new lock"));
}

/* ---- at once ---- */

static void danger_is_told_to_who_owns_the_duty_and_who_works_on_the_case(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 110);
    struct act nurse = act_at(state, &state->nurse, 110);
    struct act police = act_at(state, &who.police, 110);
    const struct work_view *work;
    const char *reference = case_with_danger(state, "Dotterel", "yes", 100);
    struct act others[] = {manager, nurse};
    for (size_t i = 0; i < 2; i++) {
        GOOD(act_work(&others[i], NULL, &work));
        const struct work_line *line =
            line_on(work->urgent, work->urgent_count, reference, "Secure the child's immediate safety");
        assert_non_null(line);
        assert_string_equal(line->child_name, "Dotterel Tarn");
    }
    GOOD(act_work(&police, NULL, &work));
    assert_int_equal(work->urgent_count, 0);
    /* it is restricted to others, so who has recorded on it is named, and who only owns the duty is not */
    struct act team = act_at(state, &who.team, 111);
    GOOD_ONCE(act_case_restrict(&team, reference, true, "Known to a colleague"));
    GOOD(act_work(&manager, NULL, &work));
    assert_null(line_on(work->urgent, work->urgent_count, reference, "Secure the child's immediate safety"));
    GOOD(act_work(&nurse, NULL, &work));
    assert_non_null(
        line_on(work->urgent, work->urgent_count, reference, "Secure the child's immediate safety"));
}

/* Each later referral in danger begins the duty anew. */
static void add_dangers(const struct state *state, const char *reference, size_t count, int64_t seconds)
{
    enum { EACH = 50 };
    struct part_entry entries[EACH];
    const struct pack *pack = service_pack(state->service);
    struct act act = act_at(state, &state->manager, seconds);
    struct recorded recorded;
    for (size_t i = 0; i < EACH; i++) {
        const struct entry_type *type = pack_type(pack, "enquiry-started");
        entries[i] = (struct part_entry){
            .type = type,
            .values = fields(state, type->index,
                             "{\"agencies\":[\"police\"],\"reason\":\"R\",\"immediate_danger\":\"yes\"}"),
            .prefix = ""};
    }
    const struct case_part part = {reference, 0, entries, count};
    const struct together_input input = {.parts = &part, .count = 1};
    GOOD_ONCE(act_together_record(&act, &input, &recorded));
}

static void no_more_is_shown_or_looked_through_than_fits(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 300);
    struct act police = act_at(state, &who.police, 300);
    const struct work_view *work;
    for (int i = 0; i < 5; i++) {
        const char *reference = case_with_danger(state, "Egret", "yes", 200 + i);
        add_dangers(state, reference, 42, 210 + i);
    }
    GOOD(act_work(&manager, NULL, &work));
    assert_int_equal(work->urgent_count, 30);
    GOOD(act_work(&police, NULL, &work));
    assert_int_equal(work->urgent_count, 0); /* nothing of two hundred is theirs */
}

/* ---- everybody's ---- */

static const char decided[] =
    "{\"initial_assessment\":\"required\",\"reasons\":\"R\",\"immediate_danger\":\"no\"}";

static void a_duty_is_listed_by_how_it_ended(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 320);
    struct act late = act_at(state, &state->manager, 30 * 24 * 3600);
    const char *met = case_with_danger(state, "Fieldfare", "no", 310);
    const char *missed = case_with_danger(state, "Gannet", "no", 311);
    GOOD_ONCE(record_on(state, &late, missed, "referral-decision", decided, NULL));
    const struct duties_filter of_late = {.state = "met-late"};
    assert_non_null(duty_on(&late, &of_late, missed, "decide-initial-assessment"));
    assert_null(duty_on(&late, &of_late, met, "decide-initial-assessment"));
    GOOD_ONCE(record_on(state, &manager, met, "initial-assessment",
                        "{\"involvement\":\"likely\",\"significant_harm\":\"no\","
                        "\"immediate_danger\":\"no\",\"core_assessment\":\"required\"}",
                        NULL));
    GOOD_ONCE(record_on(state, &manager, met, "core-assessment",
                        "{\"health_needs\":\"H\",\"education_needs\":\"E\",\"outcome\":\"O\"}", NULL));
    const struct duties_filter of_met = {.state = "met"};
    const struct work_line *line = duty_on(&late, &of_met, met, "complete-core-assessment");
    assert_non_null(line);
    assert_int_equal(line->state, DUTY_MET);
    const char *ended = case_with_danger(state, "Heron", "no", 312);
    GOOD_ONCE(record_on(state, &manager, ended, "initial-assessment",
                        "{\"involvement\":\"likely\",\"significant_harm\":\"yes\","
                        "\"immediate_danger\":\"no\",\"core_assessment\":\"required\"}",
                        NULL));
    GOOD_ONCE(record_on(state, &manager, ended, "enquiry-not-started",
                        "{\"reasons\":\"R\",\"agreed_by\":\"Ms Rahman\",\"instead\":\"I\"}", NULL));
    const struct duties_filter of_cancelled = {.state = "cancelled", .role = "team-manager"};
    line = duty_on(&late, &of_cancelled, ended, "start-enquiry");
    assert_non_null(line);
    assert_int_equal(line->state, DUTY_CANCELLED);
}

static void a_duty_of_what_is_closed_is_for_its_owner(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 350);
    struct act nurse = act_at(state, &state->nurse, 351);
    struct act team = act_at(state, &who.team, 351);
    const struct duties_filter unmet = {.state = "unmet"};
    const char *reference = case_with_danger(state, "Jackdaw", "no", 340);
    GOOD_ONCE(record_on(state, &manager, reference, "enquiry-started",
                        "{\"agencies\":[\"police\"],\"reason\":\"R\"}", "police-evidence"));
    assert_non_null(duty_on(&nurse, &unmet, reference, "decide-initial-assessment"));
    assert_null(duty_on(&nurse, &unmet, reference, "hold-strategy-meeting"));
    assert_non_null(duty_on(&team, &unmet, reference, "hold-strategy-meeting"));
}

static const char assessed[] = "{\"involvement\":\"likely\",\"significant_harm\":\"no\","
                               "\"immediate_danger\":\"no\",\"core_assessment\":\"required\"}";

static const struct error *list_met(void *context)
{
    const struct duties_filter met = {.state = "met", .limit = 1000};
    const struct work_line *lines;
    const char *next;
    size_t count;
    return act_duties(context, &met, &lines, &count, &next);
}

static void a_duty_that_was_met_by_what_is_closed_is_for_its_owner(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 354);
    struct act nurse = act_at(state, &state->nurse, 355);
    struct act team = act_at(state, &who.team, 355);
    const struct duties_filter met = {.state = "met"};
    const struct case_view *view;
    const char *reference = case_with_danger(state, "Jacana", "no", 352);
    GOOD_ONCE(record_on(state, &manager, reference, "referral-decision", decided, NULL));
    GOOD_ONCE(record_on(state, &manager, reference, "initial-assessment", assessed, "legal-advice"));
    GOOD_ONCE(record_on(state, &manager, reference, "action-agreed",
                        arena_printf(state->arena, due, "Ring the clinic", "2026-06-29"), NULL));
    GOOD(act_case_read(&nurse, reference, INSTANT_NEVER, &view));
    for (size_t i = 0; i < view->position->duty_count; i++) {
        assert_string_not_equal(view->position->duties[i].rule->id, "decide-core-assessment");
    }
    assert_non_null(duty_on(&nurse, &met, reference, "decide-initial-assessment"));
    assert_null(duty_on(&nurse, &met, reference, "decide-core-assessment"));
    assert_non_null(duty_on(&team, &met, reference, "decide-core-assessment"));
    EACH_TIME(list_met, NULL, &nurse, NULL);
}

/* As an earlier version of the program might leave it: the list stands as it was made. */
static void what_is_unmet_in_the_case_is_listed_as_it_was_met(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 357);
    struct act nurse = act_at(state, &state->nurse, 358);
    const struct duties_filter unmet = {.state = "unmet"};
    const struct duties_filter met = {.state = "met"};
    static const char rule[] = "decide-initial-assessment";
    const char *reference = case_with_danger(state, "Jaeger", "no", 356);
    GOOD_ONCE(record_on(state, &manager, reference, "action-agreed",
                        arena_printf(state->arena, due, "Ring the clinic", "2026-06-29"), "legal-advice"));
    char id[ID_TEXT];
    sqlite3 *db;
    id_format(duty_on(&manager, &unmet, reference, rule)->case_id, id);
    assert_int_equal(sqlite3_open(arena_printf(state->arena, "%s/store/waymark.db", state->top), &db),
                     SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     arena_printf(state->arena,
                                  "UPDATE duty SET met_at = begun_at WHERE rule = '%s' AND case_id = x'%s'",
                                  rule, id),
                     NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_changes(db), 1);
    sqlite3_close(db);
    assert_non_null(duty_on(&nurse, &met, reference, rule));
}

/* The last row of a page may be one that its reader must not know of, and its number that of the case. */
static void where_a_page_goes_on_says_nothing(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 358);
    const struct duties_filter first = {.state = "unmet", .limit = 5}; /* some of them closed to the reader */
    const struct work_line *lines;
    const char *next;
    size_t count;
    GOOD(act_duties(&manager, &first, &lines, &count, &next));
    assert_non_null(next);
    assert_int_equal(count, 5);
    for (size_t i = 0; i < count; i++) {
        char id[ID_TEXT];
        id_format(lines[i].case_id, id);
        assert_null(strstr(next, id));
        assert_null(strstr(next, lines[i].rule));
    }
    const char *others[] = {"x",
                            "7x",
                            "7g",
                            "g7",
                            "00",
                            "1780000000000.1780000000000.00000000000000000000000000000001.1..decide",
                            arena_printf(state->arena, "%s00", next),
                            arena_printf(state->arena, "%s0", next),
                            arena_printf(state->arena, "%02000d", 0)};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct duties_filter wrong = first;
        wrong.cursor = others[i];
        FAILS(ERROR_BAD_INPUT, act_duties(&manager, &wrong, &lines, &count, &next));
    }
}

/* A page that is not full, or goes on to one of nothing, would tell that something was left out. */
static void every_page_but_the_last_is_full(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 362);
    struct act nurse = act_at(state, &state->nurse, 364);
    for (int i = 0; i < 6; i++) {
        const char *reference = case_with_danger(state, "Kittiwake", "no", 360);
        GOOD_ONCE(record_on(state, &manager, reference, "enquiry-started",
                            "{\"agencies\":[\"police\"],\"reason\":\"R\"}",
                            i % 2 == 0 ? "police-evidence" : NULL));
    }
    struct duties_filter filter = {.state = "unmet", .limit = 200};
    const struct work_line *all;
    const struct work_line *lines;
    size_t all_count;
    size_t count;
    GOOD_ONCE(act_duties(&nurse, &filter, &all, &all_count, &filter.cursor));
    assert_null(filter.cursor);
    for (int limit = 1; limit <= 9; limit++) {
        size_t seen = 0;
        filter.limit = limit;
        do {
            GOOD_ONCE(act_duties(&nurse, &filter, &lines, &count, &filter.cursor));
            assert_int_equal(count, filter.cursor == NULL && all_count - seen < (size_t)limit
                                        ? all_count - seen
                                        : (size_t)limit);
            for (size_t i = 0; i < count; i++, seen++) {
                assert_string_equal(lines[i].reference.text, all[seen].reference.text);
                assert_string_equal(lines[i].rule, all[seen].rule);
            }
        } while (filter.cursor != NULL);
        assert_int_equal(seen, all_count);
    }
}

/* A prompt stands on my work, and is never among the duties of everybody. */
static void a_prompt_is_on_my_work_alone(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 370);
    struct act team = act_at(state, &who.team, 370 + 60 * 24 * 3600);
    const struct duties_filter unmet = {.state = "unmet", .role = "team-manager"};
    const struct work_view *work;
    const char *reference = case_with_danger(state, "Kestrel", "no", 360);
    GOOD_ONCE(record_on(state, &manager, reference, "referral-decision", decided, NULL));
    GOOD_ONCE(record_on(state, &manager, reference, "initial-assessment",
                        "{\"involvement\":\"likely\",\"significant_harm\":\"no\","
                        "\"immediate_danger\":\"no\",\"core_assessment\":\"required\"}",
                        NULL));
    const char *cursor = NULL;
    const struct work_line *prompt = NULL;
    do {
        GOOD(act_work(&team, cursor, &work));
        for (size_t i = 0; i < work->duty_count; i++) {
            bool is = text_equal(work->duties[i].reference.text, reference) && work->duties[i].prompt;
            prompt = is ? &work->duties[i] : prompt;
        }
        cursor = work->duties_next;
    } while (cursor != NULL && prompt == NULL);
    assert_non_null(prompt);
    assert_null(duty_on(&team, &unmet, reference, prompt->rule));
}

/* ---- more than one procedure ---- */

static void what_is_due_at_once_is_so_in_any_procedure(void **context)
{
    struct state *state = *context;
    static const struct pack_edit first[] = {
        {"pack.yaml", "id: llr-chapter-11", "id: first"},
        {"duties.yaml", "limit: at once", "limit: 1 hours"},
        {"duties.yaml", "duties:\n",
         "duties:\n  - id: ring-them\n    paragraph: \"11.18\"\n    title: Ring them\n"
         "    owner: {role: referrer, agency: police}\n    begins: [{entry: referral}]\n"
         "    limit: at once\n    met_by: [{entry: referral-decision}]\n"}};
    static const struct pack_edit third[] = {{"pack.yaml", "id: llr-chapter-11", "id: third"}};
    static const char folder[] = "procedures/llr-chapter-11";
    const char *const dirs[] = {pack_changed(state, folder, "first", first, 3),
                                WM_SOURCE "/procedures/llr-chapter-11",
                                pack_changed(state, folder, "third", third, 1)};
    struct service *service = open_with(state, dirs, 3);
    struct state all = state_of(state, service);
    struct actor nurse = actor_in(state, service, "nurse");
    struct actor manager = actor_in(state, service, "manager");
    all.nurse = nurse;
    struct act act = {service, state->arena, &nurse, instant_add_ms(start, 400000)};
    struct act of_manager = {service, state->arena, &manager, instant_add_ms(start, 2 * MS_PER_HOUR)};
    const struct work_view *work;
    const char *reference = case_of(&all, &act, "Lapwing", referral_values(&all, "health", "yes", ""));
    GOOD(act_work(&of_manager, NULL, &work));
    /* those of the second procedure once, though the third has the same, and the first another */
    assert_null(line_on(work->urgent, work->urgent_count, reference, "Ring them"));
    assert_int_equal(work->urgent_count, 30);
    for (size_t i = 0; i < work->urgent_count; i++) {
        assert_null(line_on(work->urgent, i, work->urgent[i].reference.text, "Ring them"));
    }
    GOOD(act_work(&act, NULL, &work)); /* of a referrer of the police, and the nurse made the referral */
    assert_non_null(line_on(work->urgent, work->urgent_count, reference, "Ring them"));
    service_close(service);
    /* nor twice where the very first has it and the next as well */
    service = open_with(state, dirs + 1, 2);
    struct actor school;
    all.service = service;
    add_account(&all, "school", "referrer", "health", &school);
    act = (struct act){service, state->arena, &school, instant_add_ms(start, 410000)};
    (void)case_of(&all, &act, "Lapwing", referral_values(&all, "health", "yes", ""));
    GOOD(act_work(&act, NULL, &work));
    assert_int_equal(work->urgent_count, 1);
    service_close(service);
}

static void a_duty_that_waits_for_a_plan_is_no_decision_on_the_referral(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 420);
    struct act nurse = act_at(state, &state->nurse, 430);
    struct act worker = act_at(state, &who.worker, 440);
    const struct work_view *work;
    struct recorded recorded;
    const char *reference = case_with_danger(state, "Magpie", "no", 410);
    GOOD_ONCE(record_on(state, &manager, reference, "plan-made", "{\"kind\":\"pathway\"}", NULL));
    const struct moment now = moment_of_instant(service_pack(state->service), nurse.now);
    struct referral_input further = {
        .values = referral_values(state, "health", "no", ""), .occurred = &now, .case_reference = reference};
    GOOD_ONCE(act_referral_make(&nurse, &further, &recorded));
    GOOD(act_work(&worker, NULL, &work));
    const char *title = "Review the pathway plan urgently";
    assert_non_null(line_on(work->duties, work->duty_count, reference, title));
    assert_null(line_on(work->referrals, work->referral_count, reference, title));
}

static void what_another_procedure_has_no_word_for_is_listed_without(void **context)
{
    struct state *state = *context;
    const char *const dirs[] = {WM_SOURCE "/procedures/llr-chapter-11",
                                WM_SOURCE "/procedures/working-together"};
    const char *reference = case_with_danger(state, "Nightjar", "no", 450);
    struct act before = act_at(state, &state->manager, 460);
    GOOD_ONCE(record_on(state, &before, reference, "meeting-arranged",
                        arena_printf(state->arena, arranged, "complex-abuse", "2026-06-10T09:00:00Z"), NULL));
    struct service *service = open_with(state, dirs, 2);
    struct actor manager = actor_in(state, service, "manager");
    struct act act = {service, state->arena, &manager, instant_add_ms(start, 470000)};
    const struct work_view *work;
    struct recorded recorded;
    GOOD(act_work(&act, NULL, &work));
    assert_non_null(line_on(work->meetings, work->meeting_count, reference, "Complex abuse meeting"));
    GOOD_ONCE(act_case_move(&act, reference, "working-together", "Law", 0, &recorded));
    GOOD(act_work(&act, NULL, &work));
    assert_null(line_on(work->meetings, work->meeting_count, reference, "Complex abuse meeting"));
    assert_non_null(line_on(work->meetings, work->meeting_count, reference, ""));
    service_close(service);
    /* nor has the policy of the other one a word for what this one wrote */
    const char *const turned[] = {dirs[1], dirs[0]};
    service = open_with(state, turned, 2);
    manager = actor_in(state, service, "manager");
    act = (struct act){service, state->arena, &manager, instant_add_ms(start, 480000)};
    GOOD(act_work(&act, NULL, &work));
    assert_true(work->meeting_count > 0);
    service_close(service);
}

/* As a version of the procedure might leave it: the list stands, without the words of that rule. */
static void a_line_of_a_rule_that_is_gone_has_no_title(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 490);
    const struct duties_filter unmet = {.state = "unmet"};
    const char *reference = case_with_danger(state, "Osprey", "no", 480);
    sqlite3 *db;
    assert_int_equal(sqlite3_open(arena_printf(state->arena, "%s/store/waymark.db", state->top), &db),
                     SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "UPDATE duty SET rule = 'gone' WHERE "
                                  "rule = 'decide-initial-assessment'",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    const struct work_line *line = duty_on(&manager, &unmet, reference, "gone");
    assert_non_null(line);
    assert_string_equal(line->what, "");
    assert_false(line->prompt);
    assert_false(line->decides);
}

/* The moment that it is due is the last that is in time. */
static void what_is_due_now_is_not_late(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 505);
    const struct duties_filter any = {0};
    const struct work_line *lines;
    const char *next;
    size_t count;
    GOOD(act_duties(&manager, &any, &lines, &count, &next));
    assert_true(count > 0); /* no limit was said */
    const struct duties_filter of_met = {.state = "met"};
    const struct work_view *work;
    const char *reference = case_with_danger(state, "Pintail", "no", 500);
    const struct work_line *line = duty_on(&manager, &any, reference, "decide-initial-assessment");
    assert_non_null(line);
    const struct instant due_at = line->due_at;
    GOOD_ONCE(record_on(state, &manager, reference, "action-agreed",
                        arena_printf(state->arena, due, "Ring the club", "2026-05-30T09:00:00Z"), NULL));
    struct instant action_at;
    assert_true(instant_parse("2026-05-30T09:00:00Z", &action_at));
    for (int i = 0; i < 2; i++) {
        enum duty_state is = i == 0 ? DUTY_OPEN : DUTY_OVERDUE;
        manager.now = instant_add_ms(due_at, i);
        assert_int_equal(duty_on(&manager, &any, reference, "decide-initial-assessment")->state, is);
        manager.now = instant_add_ms(action_at, i);
        GOOD_ONCE(act_work(&manager, NULL, &work));
        assert_int_equal(line_on(work->actions, work->action_count, reference, "Ring the club")->state, is);
    }
    manager.now = due_at;
    GOOD_ONCE(record_on(state, &manager, reference, "referral-decision", decided, NULL));
    line = duty_on(&manager, &of_met, reference, "decide-initial-assessment");
    assert_non_null(line);
    assert_int_equal(instant_compare(line->met_at, due_at), 0);
    assert_int_equal(line->state, DUTY_MET);
}

static void every_line_names_its_child_and_stands_as_asked(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 40 * 24 * 3600);
    static const char *const states[] = {"open", "overdue", "met", "met-late", "cancelled"};
    for (int i = DUTY_OPEN; i <= DUTY_CANCELLED; i++) {
        const struct duties_filter filter = {.state = states[i - DUTY_OPEN], .limit = 1};
        struct duties_filter asked = filter;
        do {
            const struct work_line *lines;
            size_t count;
            GOOD_ONCE(act_duties(&manager, &asked, &lines, &count, &asked.cursor));
            assert_true(count <= 1);
            for (size_t k = 0; k < count; k++) {
                assert_non_null(lines[k].child_name);
                assert_int_equal(lines[k].state, i);
            }
        } while (asked.cursor != NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(meetings_and_actions_are_listed_with_their_child),
        cmocka_unit_test(an_action_is_listed_as_it_was_corrected),
        cmocka_unit_test(an_action_is_listed_for_who_reads_it),
        cmocka_unit_test(a_restricted_case_is_on_no_list_of_others),
        cmocka_unit_test(danger_is_told_to_who_owns_the_duty_and_who_works_on_the_case),
        cmocka_unit_test(a_prompt_is_on_my_work_alone),
        cmocka_unit_test(a_duty_is_listed_by_how_it_ended),
        cmocka_unit_test(a_duty_of_what_is_closed_is_for_its_owner),
        cmocka_unit_test(a_duty_that_was_met_by_what_is_closed_is_for_its_owner),
        cmocka_unit_test(what_is_unmet_in_the_case_is_listed_as_it_was_met),
        cmocka_unit_test(where_a_page_goes_on_says_nothing),
        cmocka_unit_test(every_page_but_the_last_is_full),
        cmocka_unit_test(a_duty_that_waits_for_a_plan_is_no_decision_on_the_referral),
        cmocka_unit_test(no_more_is_shown_or_looked_through_than_fits),
        cmocka_unit_test(what_is_due_at_once_is_so_in_any_procedure),
        cmocka_unit_test(what_another_procedure_has_no_word_for_is_listed_without),
        cmocka_unit_test(a_line_of_a_rule_that_is_gone_has_no_title),
        cmocka_unit_test(what_is_due_now_is_not_late),
        cmocka_unit_test(every_line_names_its_child_and_stands_as_asked),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down);
}
