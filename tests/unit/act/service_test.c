/* Opening: which procedures are served, what is wrong with them, and that nothing half open stays behind. */
#include "act/inner.h"
#include "scene.h"

static struct {
    struct actor admin;
    struct actor team;
} who;

static int set_up_all(void **context)
{
    if (set_up(context) != 0) {
        return 1;
    }
    struct state *state = *context;
    add_account(state, "admin", "administrator", "other", &who.admin);
    add_account(state, "team", "team-manager", "social-care", &who.team);
    return 0;
}

static const struct error *open_packs(const struct state *state, const char *const *dirs, size_t count,
                                      struct service **ret_service)
{
    return service_open_packs(state->arena, arena_printf(state->arena, "%s/store", state->top), NULL, dirs,
                              count, ret_service);
}

static const char llr[] = "procedures/llr-chapter-11";

static void must_say(const struct error *error, const char *words)
{
    if (error == NULL || error->code != ERROR_PACK || strstr(error->detail, words) == NULL) {
        fail_msg("%s in place of \"%s\"", error == NULL || error->detail == NULL ? "nothing" : error->detail,
                 words);
    }
}

/* ---- folders ---- */

static void a_folder_of_procedures_is_opened_in_the_order_of_their_names(void **context)
{
    struct state *state = *context;
    const char *folder = arena_printf(state->arena, "%s/many", state->top);
    static const struct pack_edit edits[] = {{"pack.yaml", "id: llr-chapter-11", "id: b-second"}};
    struct service *service;
    assert_int_equal(mkdir(folder, 0700), 0);
    (void)pack_changed(state, llr, "many/b", edits, 1);
    (void)pack_changed(state, "procedures/working-together", "many/a", NULL, 0);
    copy_folder(state, WM_SOURCE "/procedures/calendars", arena_printf(state->arena, "%s/calendars", folder),
                NULL, 0);
    put_text(arena_printf(state->arena, "%s/readme", folder), "no folder\n");
    GOOD_ONCE(open_packs(state, &folder, 1, &service));
    assert_string_equal(service_pack(service)->id, "working-together");
    assert_non_null(served_by_id(service, "b-second"));
    assert_null(served_by_id(service, "c-third"));
    /* the role of a procedure that is not that of new cases */
    struct act act = {service, state->arena, NULL, start};
    assert_non_null(act_role(&act, "team-manager"));
    assert_null(act_role(&act, "nobody"));
    /* who began a piece of work goes on with the procedure it was begun under */
    struct actor actor = state->nurse;
    act.actor = &actor;
    actor.pack = served_by_id(service, "b-second")->pack;
    assert_string_equal(act_pack(&act)->id, "b-second");
    actor.pack = NULL; /* a program's own actor */
    assert_string_equal(act_pack(&act)->id, "working-together");
    service_close(service);
}

static void what_is_no_procedure_is_said(void **context)
{
    struct state *state = *context;
    struct service *service;
    const char *empty = arena_printf(state->arena, "%s/empty", state->top);
    const char *missing = arena_printf(state->arena, "%s/missing", state->top);
    assert_int_equal(mkdir(empty, 0700), 0);
    put_text(arena_printf(state->arena, "%s/notes.txt", empty), "Nothing\n");
    const struct error *error = open_packs(state, &empty, 1, &service);
    assert_non_null(error);
    error = open_packs(state, &missing, 1, &service);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_IO);
    /* a faulty one, as the first and as the second */
    static const struct pack_edit edits[] = {{"pack.yaml", "zone: Europe/London", "zone: Nowhere/At-all"}};
    const char *const bad[] = {pack_changed(state, llr, "bad", edits, 1),
                               WM_SOURCE "/procedures/llr-chapter-11"};
    must_say(open_packs(state, bad, 2, &service), "pack.yaml");
    const char *const second[] = {bad[1], bad[0]};
    must_say(open_packs(state, second, 2, &service), "pack.yaml");
    const char *const gone[] = {bad[1], missing};
    error = open_packs(state, gone, 2, &service);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_IO);
    const char *const twice[] = {bad[1], bad[1]};
    must_say(open_packs(state, twice, 2, &service), "is given twice");
}

static void there_are_not_more_procedures_than_fit(void **context)
{
    struct state *state = *context;
    struct service *service;
    const char *folder = arena_printf(state->arena, "%s/crowd", state->top);
    assert_int_equal(mkdir(folder, 0700), 0);
    for (int i = 0; i < 40; i++) {
        const char *inner = arena_printf(state->arena, "%s/p%d", folder, i);
        assert_int_equal(mkdir(inner, 0700), 0);
        put_text(arena_printf(state->arena, "%s/pack.yaml", inner), "pack:\n");
    }
    must_say(open_packs(state, &folder, 1, &service), "too many");
}

/* ---- whatever fails ---- */

static const struct error *open_and_close(void *context)
{
    const struct state *state = context;
    struct service *service;
    const char *const dirs[] = {arena_printf(state->arena, "%s/quick", state->top)};
    TRY(open_packs(state, dirs, 1, &service));
    service_close(service);
    return NULL;
}

/* ---- which one new cases begin with ---- */

static void the_last_choice_holds_while_it_is_served(void **context)
{
    struct state *state = *context;
    const char *const both[] = {WM_SOURCE "/procedures/llr-chapter-11",
                                WM_SOURCE "/procedures/working-together"};
    struct service *service;
    GOOD_ONCE(open_packs(state, both, 2, &service));
    struct act act = {service, state->arena, &who.admin, instant_add_ms(start, 50000)};
    struct act before = {service, state->arena, &who.admin, instant_add_ms(start, 40000)};
    FAILS(ERROR_INVALID, act_procedure_choose(&act, "working-together", NULL));
    FAILS(ERROR_INVALID, act_procedure_choose(&act, "working-together", " "));
    FAILS(ERROR_INVALID, act_procedure_choose(&act, "third", "Law"));
    FAILS(ERROR_INVALID, act_procedure_choose(&act, NULL, "Law"));
    GOOD(act_procedure_choose(&act, "llr-chapter-11", "As before"));
    GOOD(act_procedure_choose(&act, "working-together", "Law"));
    GOOD(act_procedure_choose(&before, "llr-chapter-11", "By a clock that is late"));
    service_close(service);
    GOOD_ONCE(open_packs(state, both, 2, &service));
    assert_string_equal(service_pack(service)->id, "working-together");
    service_close(service);
    (void)small_pack(state, "quick"); /* it is read each time */
    EACH_TIME(open_and_close, NULL, state, NULL);
    GOOD_ONCE(open_packs(state, both, 1, &service)); /* it is served no more */
    assert_string_equal(service_pack(service)->id, "llr-chapter-11");
    service_close(service);
}

/* ---- moving a case ---- */

/* Another case of the child of that one. */
static const char *case_beside(const struct act *act, const char *reference)
{
    const struct pack *pack = service_pack(act->service);
    const struct entry_type *type = &pack->types[pack->start_type];
    struct store_reader *reader;
    struct case_streams streams;
    struct stream file;
    GOOD_ONCE(store_reader_take(act->service->store, &reader));
    GOOD_ONCE(case_load(act, reader, reference, ACCESS_READ, &streams));
    store_reader_give(reader);
    GOOD_ONCE(store_stream_new(act->service->store, act->arena, STREAM_CASE, streams.file.head.pack, &file));
    struct entry entry = entry_by(act, pack, type, streams.file.entries[0]->values, NULL);
    struct write *write = store_write_new(act->service->store, act->arena);
    store_write_entry(write, &file, &entry);
    GOOD_ONCE(store_commit(write));
    return arena_copy(act->arena, reference_of(file.head.id).text);
}

static void a_move_says_what_becomes_of_each_duty(void **context)
{
    struct state *state = *context;
    const char *const dirs[] = {WM_SOURCE "/procedures/llr-chapter-11",
                                WM_SOURCE "/procedures/working-together", small_pack(state, "small")};
    struct act nurse = act_at(state, &state->nurse, 10);
    struct act manager = act_at(state, &state->manager, 20);
    const char *reference = case_of(state, &nurse, "Avocet", referral_values(state, "health", "yes", ""));
    const char *closed = case_of(state, &nurse, "Bittern", NULL);
    const char *second = case_beside(&nurse, reference);
    GOOD_ONCE(record_on(
        state, &manager, reference, "referral-decision",
        "{\"initial_assessment\":\"required\",\"reasons\":\"R\",\"immediate_danger\":\"yes\"}", NULL));
    GOOD_ONCE(record_on(state, &manager, reference, "police-protection-began",
                        "{\"officer\":\"PC Ray\",\"place\":\"The station\"}", NULL));
    for (int i = 0; i < 2; i++) {
        struct act soon = act_at(state, &state->manager, 30 + i);
        GOOD_ONCE(record_on(state, &soon, reference, "enquiry-started",
                            "{\"agencies\":[\"police\"],\"immediate_danger\":\"yes\"}", NULL));
    }
    GOOD_ONCE(record_on(state, &manager, reference, "meeting-held",
                        "{\"kind\":\"strategy\",\"chair_role\":\"social-care-manager\","
                        "\"exit_plan\":\"agreed\",\"child_views\":\"V\",\"continuing_risk\":\"yes\","
                        "\"immediate_danger\":\"yes\",\"family_can_protect\":\"yes\"}",
                        NULL));
    GOOD_ONCE(record_on(state, &manager, closed, "referral-decision",
                        "{\"initial_assessment\":\"not-required\",\"reasons\":\"R\",\"agreed_by\":\"M\","
                        "\"immediate_danger\":\"no\"}",
                        NULL));
    GOOD_ONCE(record_on(state, &manager, closed, "case-closed",
                        "{\"reasons\":\"R\",\"agreed_by\":\"Ms Rahman\"}", NULL));
    struct service *service;
    GOOD_ONCE(open_packs(state, dirs, 3, &service));
    GOOD_ONCE(act_procedure_choose(&(struct act){service, state->arena, &who.admin, start}, "llr-chapter-11",
                                   "As before"));
    struct actor of_manager = actor_in(state, service, "manager");
    struct actor of_admin = actor_in(state, service, "admin");
    struct act act = {service, state->arena, &of_manager, instant_add_ms(start, 3 * (int64_t)MS_PER_DAY)};
    struct act admin = {service, state->arena, &of_admin, act.now};
    struct move_view move;
    struct recorded recorded;
    const struct pack *const *packs;
    size_t count;
    GOOD(act_case_move_look(&act, reference, "working-together", &move));
    assert_int_equal(move.unread, 2); /* it knows neither police protection nor enquiries */
    size_t kept = 0;
    size_t anew = 0;
    size_t ended = 0;
    size_t begun = 0;
    for (size_t i = 0; i < move.duty_count; i++) {
        const struct moved_duty *duty = &move.duties[i];
        kept += duty->keeps;
        anew += duty->before != NULL && duty->after != NULL && !duty->keeps;
        ended += duty->after == NULL;
        begun += duty->before == NULL;
    }
    assert_true(kept > 0 && anew > 0 && ended > 0 && begun > 0);
    FAILS(ERROR_INVALID, act_case_move_look(&act, reference, "small", &move));
    FAILS(ERROR_INVALID, act_case_move_look(&act, closed, "working-together", &move));
    GOOD(act_case_move_look(&act, closed, NULL, &move));
    GOOD_ONCE(act_case_move_targets(&act, move.view, &packs, &count));
    assert_int_equal(count, 0); /* it is closed */
    GOOD(act_case_move_look(&act, reference, NULL, &move));
    GOOD_ONCE(act_case_move_targets(&act, move.view, &packs, &count));
    assert_int_equal(count, 1);
    GOOD_ONCE(act_case_move_targets(&admin, move.view, &packs, &count));
    assert_int_equal(count, 0);
    /* the child goes with the first of their cases */
    GOOD(act_case_move(&act, reference, "working-together", "Law", 0, &recorded));
    struct state all = state_of(state, service);
    struct actor of_nurse = actor_in(state, service, "nurse");
    struct act refers = {service, state->arena, &of_nurse, act.now};
    struct referral_input further = {.values = referral_values(&all, "health", "no", ""),
                                     .case_reference = second};
    struct route_view route;
    GOOD_ONCE(act_route(&refers, second, NULL, further.values, &route));
    GOOD_ONCE(act_referral_make(&refers, &further, &recorded));
    GOOD(act_case_move(&act, second, "working-together", "Law", 0, &recorded));
    service_close(service);
}

static size_t listed_of(const struct state *state, struct service *service)
{
    struct store_reader *reader;
    const struct meeting_row *meetings;
    const struct action_row *actions;
    size_t meeting_count;
    size_t action_count;
    GOOD_ONCE(store_reader_take(service->store, &reader));
    GOOD_ONCE(store_meetings(reader, state->arena, start, NULL, 20, &meetings, &meeting_count));
    GOOD_ONCE(store_actions(reader, state->arena, "housing", 20, &actions, &action_count));
    store_reader_give(reader);
    return meeting_count + action_count;
}

/* Nothing of it goes over: the lists are what the entries make under the procedure that it is moved to. */
static void a_meeting_and_an_action_that_a_move_makes_silent_are_listed_no_longer(void **context)
{
    struct state *state = *context;
    static const struct pack_edit edits[] = {
        {"carries-over.yaml", "entry: meeting-arranged", "entry: child-views"},
        {"carries-over.yaml", "as: gathering-arranged", "as: contact-decided"},
        {"carries-over.yaml",
         "        fields:\n"
         "          - field: kind\n"
         "            as: gathering\n"
         "            codes: {strategy: strategy-discussion, conference: initial-conference}\n",
         ""},
        {"carries-over.yaml", "      - entry: action-agreed\n        as: action-agreed\n", ""},
        {"carries-over.yaml", "      - entry: action-progressed\n        as: action-progressed\n", ""}};
    const char *const dirs[] = {
        WM_SOURCE "/procedures/llr-chapter-11",
        pack_changed(state, "procedures/working-together", "silent", edits, sizeof edits / sizeof *edits)};
    struct act manager = act_at(state, &state->manager, 60);
    const char *reference = new_case(state, "Dunlin", 50);
    struct service *service;
    struct recorded recorded;
    struct verify_result result;
    GOOD_ONCE(record_on(
        state, &manager, reference, "meeting-arranged",
        "{\"kind\":\"strategy\",\"starts_at\":\"2026-06-20T10:00:00+01:00\",\"place\":\"Here\"}", NULL));
    GOOD_ONCE(record_on(state, &manager, reference, "action-agreed",
                        "{\"action\":\"Walk\",\"owner\":\"O\",\"agency\":\"housing\"}", NULL));
    GOOD_ONCE(open_packs(state, dirs, 2, &service));
    size_t before = listed_of(state, service);
    struct actor of_manager = actor_in(state, service, "manager");
    struct act act = {service, state->arena, &of_manager, instant_add_ms(start, 70000)};
    GOOD(act_case_move(&act, reference, "working-together", "Law", 0, &recorded));
    assert_int_equal(listed_of(state, service), before - 2);
    GOOD_ONCE(store_verify(service->store, state->arena, &result));
    assert_null(result.broken);
    service_close(service);
}

static void a_role_that_the_procedure_does_not_know_changes_nothing_there(void **context)
{
    struct state *state = *context;
    const char *const dirs[] = {WM_SOURCE "/procedures/llr-chapter-11", small_pack(state, "smaller")};
    struct service *service;
    GOOD_ONCE(open_packs(state, dirs, 2, &service));
    GOOD_ONCE(act_procedure_choose(
        &(struct act){service, state->arena, &who.admin, instant_add_ms(start, 90000000)}, "small",
        "To begin with"));
    struct state all = state_of(state, service);
    struct actor worker;
    add_account(&all, "small-worker", "worker", "social-care", &worker);
    struct actor manager = actor_in(state, service, "manager");
    struct act act = {service, state->arena, &worker, instant_add_ms(start, 90001000)};
    struct act other = {service, state->arena, &manager, act.now};
    const struct pack *pack = service_pack(service);
    struct referral_input input = {
        .values = fields(&all, pack->start_type,
                         "{\"told_at\":\"2026-05-28T08:00:00Z\",\"notes\":\"N\",\"danger\":\"no\"}"),
        .details = fields(&all, pack->details_type, "{\"name\":\"Curlew\"}")};
    struct recorded recorded;
    struct move_view move;
    GOOD(act_referral_make(&act, &input, &recorded));
    const char *reference = arena_copy(state->arena, recorded.reference.text);
    struct entry_input assessed =
        entry_input_of(&all, "assessment", "{\"outcome\":\"first\",\"danger\":\"no\"}");
    FAILS(ERROR_NOT_ALLOWED, act_entry_record(&other, reference, &assessed, &recorded));
    FAILS(ERROR_NOT_ALLOWED, act_case_move_look(&other, reference, NULL, &move));
    GOOD(act_entry_record(&act, reference, &assessed, &recorded));
    service_close(service);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_of_procedures_is_opened_in_the_order_of_their_names),
        cmocka_unit_test(what_is_no_procedure_is_said),
        cmocka_unit_test(there_are_not_more_procedures_than_fit),
        cmocka_unit_test(the_last_choice_holds_while_it_is_served),
        cmocka_unit_test(a_move_says_what_becomes_of_each_duty),
        cmocka_unit_test(a_meeting_and_an_action_that_a_move_makes_silent_are_listed_no_longer),
        cmocka_unit_test(a_role_that_the_procedure_does_not_know_changes_nothing_there),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down);
}
