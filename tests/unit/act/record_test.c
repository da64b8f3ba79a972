/* Recording: corrections, details of the child, referrals that come again, and the move to another procedure.
 */
#include "act/inner.h"
#include "support.h"

static struct {
    struct actor worker;
    struct actor police;
} who;

static int set_up_all(void **context)
{
    if (set_up(context) != 0) {
        return 1;
    }
    struct state *state = *context;
    add_account(state, "worker", "social-worker", "social-care", &who.worker);
    add_account(state, "officer", "police-officer", "police", &who.police);
    return 0;
}

static struct entry_input input_of(const struct state *state, const char *type_id, const char *json)
{
    const struct entry_type *type = pack_type(service_pack(state->service), type_id);
    assert_non_null(type);
    return (struct entry_input){.type = type, .values = fields(state, type->index, json)};
}

static const char *new_case(const struct state *state, const char *given, int64_t seconds)
{
    struct act act = act_at(state, &state->nurse, seconds);
    struct referral_input input = referral_of(state, given, NULL);
    struct recorded recorded;
    GOOD(act_referral_make(&act, &input, &recorded));
    return arena_copy(state->arena, recorded.reference.text);
}

static const struct case_view *view_of(const struct state *state, const char *reference)
{
    struct act act = act_at(state, &state->manager, 900);
    const struct case_view *view = NULL;
    GOOD(act_case_read(&act, reference, INSTANT_NEVER, &view));
    return view;
}

/* ---- entries ---- */

static void what_is_wrong_with_an_entry_is_said_and_not_written(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, &state->manager, 50);
    struct act police = act_at(state, &who.police, 50);
    struct act nobody = act_at(state, NULL, 50);
    const char *reference = new_case(state, "Wigeon", 10);
    struct entry_input views =
        input_of(state, "child-views", "{\"views\":\"Wants to swim.\",\"how_obtained\":\"In a talk\"}");
    struct recorded recorded = {0};
    struct moment tomorrow = {.start = instant_add_ms(start, MS_PER_DAY),
                              .end = instant_add_ms(start, MS_PER_DAY)};
    views.occurred = &tomorrow;
    const struct error *error = act_entry_record(&act, reference, &views, &recorded);
    assert_non_null(error);
    assert_string_equal(error->field, "occurred_at");
    views.occurred = NULL;
    FAILS(ERROR_NOT_FOUND, act_entry_record(&act, "2222222222", &views, &recorded));
    FAILS(ERROR_NOT_FOUND, act_entry_record(&act, "no reference", &views, &recorded));
    FAILS(ERROR_NOT_SIGNED_IN, act_entry_record(&nobody, reference, &views, &recorded));
    struct entry_input decision = input_of(state, "referral-decision", "{}");
    FAILS(ERROR_NEEDS_REASON, act_entry_record(&police, reference, &decision, &recorded)); /* not theirs */
    const char *theirs = new_case(state, "Garganey", 11);
    bring_in(state, theirs, &police);
    FAILS(ERROR_NOT_ALLOWED, act_entry_record(&police, theirs, &decision, &recorded));
    struct entry_input answer = input_of(state, "learning-recommendation-answered", "{}");
    FAILS(ERROR_NOT_ALLOWED, act_entry_record(&act, reference, &answer, &recorded)); /* only outside */
    struct entry_input details = input_of(
        state, service_pack(state->service)->types[service_pack(state->service)->details_type].id, "{}");
    FAILS(ERROR_NOT_ALLOWED, act_entry_record(&act, reference, &details, &recorded));
    FAILS(ERROR_INVALID, act_entry_record(&act, reference, &decision, &recorded)); /* nothing is answered */
    assert_int_equal(view_of(state, reference)->entry_count, 1);

    views.idempotency_key = "views-1";
    GOOD(act_entry_record(&act, reference, &views, &recorded));
    assert_int_equal(recorded.entry->seq, 2);
    struct recorded again = {0};
    GOOD(act_entry_record(&act, reference, &views, &again));
    assert_int_equal(again.entry->seq, 2);
    assert_int_equal(view_of(state, reference)->entry_count, 2);
    views.expected_seq = 1; /* the same form again, though the case has moved by it */
    GOOD(act_entry_record(&act, reference, &views, &again));
    assert_int_equal(again.entry->seq, 2);
    views.idempotency_key = NULL;
    views.expected_seq = 99; /* of a head that never was */
    FAILS(ERROR_CONFLICT, act_entry_record(&act, reference, &views, &again));
    assert_int_equal(again.since_count, 0);
}

static const struct error *correct(const struct state *state, const struct act *act, const char *reference,
                                   const char *json, const char *target)
{
    const struct pack *pack = service_pack(state->service);
    const struct entry_type *type = pack_type(pack, "correction");
    struct entry_input input = {.type = type};
    struct recorded recorded;
    json_t *object = json_loads(json, 0, NULL);
    assert_non_null(object);
    GOOD(fields_from_json(state->arena, pack, type, object, pack_type(pack, target), &input.values));
    json_decref(object);
    return act_entry_record(act, reference, &input, &recorded);
}

static void a_correction_is_of_an_entry_one_may_record(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 60);
    struct act police = act_at(state, &who.police, 60);
    const char *reference = new_case(state, "Smew", 20);
    struct entry_input views =
        input_of(state, "child-views", "{\"views\":\"Wants to swim.\",\"how_obtained\":\"In a talk\"}");
    struct recorded recorded;
    GOOD(act_entry_record(&manager, reference, &views, &recorded));
    static const char right[] =
        "{\"corrects\":%d,\"reason\":\"Typed wrongly\",\"fields\":{\"views\":\"%s\"}}";
    GOOD(correct(state, &manager, reference, arena_printf(state->arena, right, 2, "Wants to dance."),
                 "child-views"));
    bring_in(state, reference, &police);
    /* a correction of a correction is one of what that corrects */
    GOOD(correct(state, &police, reference, arena_printf(state->arena, right, 3, "Wants to draw."),
                 "child-views"));
    const struct case_view *view = view_of(state, reference);
    assert_int_equal(view->entry_count, 5);
    bool found = false;
    for (size_t i = 0; i < view->history->count; i++) {
        const struct known *known = &view->history->list[i];
        if (text_equal(known->type->id, "child-views")) {
            found = true;
            assert_string_equal(known->values[entry_type_field(known->type, "views")->index].text,
                                "Wants to draw.");
        }
    }
    assert_true(found);
    FAILS(ERROR_INVALID,
          correct(state, &manager, reference, arena_printf(state->arena, right, 99, "V"), "child-views"));
    FAILS(ERROR_INVALID, correct(state, &manager, reference, arena_printf(state->arena, right, 1, "V"),
                                 "child-views")); /* entry 1 is of another type */
    assert_int_equal(view_of(state, reference)->entry_count, 5);
}

static void only_what_changes_of_the_details_is_written(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, &who.worker, 70);
    const struct pack *pack = service_pack(state->service);
    const char *reference = new_case(state, "Eider", 30);
    struct recorded recorded = {0};
    const struct value *same = fields(state, pack->details_type, "{\"given_name\":\"Eider\"}");
    const struct value *other = fields(state, pack->details_type, "{\"given_name\":\"Edie\"}");
    GOOD(act_details_record(&act, reference, 0, same, &recorded));
    assert_null(recorded.entry);
    uint64_t begun = act_details_seq(&view_of(state, reference)->child);
    GOOD(act_details_record(&act, reference, begun, other, &recorded));
    assert_non_null(recorded.entry);
    /* a form that was begun before is refused, unless it says what stands now */
    GOOD(act_details_record(&act, reference, begun, other, &recorded));
    FAILS(ERROR_CONFLICT, act_details_record(&act, reference, begun, same, &recorded));
    assert_string_equal(recorded.view->child.full_name, "Edie Tarn");
    assert_string_equal(view_of(state, reference)->child.full_name, "Edie Tarn");
    FAILS(ERROR_NOT_FOUND, act_details_record(&act, "2222222222", 0, other, &recorded));
    struct act nobody = act_at(state, NULL, 70);
    FAILS(ERROR_NOT_SIGNED_IN, act_details_record(&nobody, reference, 0, other, &recorded));
    /* what was recorded last is that, though the clock was put back since */
    struct act before = act_at(state, &who.worker, 60);
    begun = act_details_seq(&view_of(state, reference)->child);
    GOOD_ONCE(act_details_record(&before, reference, begun,
                                 fields(state, pack->details_type, "{\"given_name\":\"Edna\"}"), &recorded));
    assert_int_equal(act_details_seq(&view_of(state, reference)->child), begun + 1);
    FAILS(ERROR_CONFLICT, act_details_record(&act, reference, begun, same, &recorded));
}

/* ---- referrals ---- */

static void a_further_referral_goes_to_the_case_it_names(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, &state->nurse, 80);
    const char *reference = new_case(state, "Merlin", 40);
    struct referral_input input = referral_of(state, "Merlin", "further-1");
    struct recorded recorded;
    FAILS(ERROR_NOT_FOUND, act_referral_made(&act, "further-1", &recorded));
    input.details = NULL;
    input.case_reference = "2222222222";
    const struct error *error = act_referral_make(&act, &input, &recorded);
    assert_non_null(error);
    assert_string_equal(error->field, "case");
    input.case_reference = reference;
    GOOD(act_referral_make(&act, &input, &recorded));
    assert_string_equal(recorded.reference.text, reference);
    assert_int_equal(recorded.entry->seq, 2);
    GOOD(act_referral_made(&act, "further-1", &recorded));
    assert_int_equal(recorded.entry->seq, 2);
    struct act manager = act_at(state, &state->manager, 80);
    FAILS(ERROR_NOT_FOUND, act_referral_made(&manager, "further-1", &recorded));
}

static void a_child_is_not_born_tomorrow(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, &state->nurse, 80);
    struct referral_input input = referral_of(state, "Merlin", NULL);
    struct recorded recorded;
    input.details = fields(state, service_pack(state->service)->details_type,
                           "{\"given_name\":\"M\",\"family_name\":\"T\",\"date_of_birth\":\"2030-01-01\"}");
    const struct error *error = act_referral_make(&act, &input, &recorded);
    assert_non_null(error);
    assert_string_equal(error->field, "child.date_of_birth");
    input.values = fields(state, service_pack(state->service)->start_type, "{\"narrative\":\"N\"}");
    error = act_referral_make(&act, &input, &recorded);
    size_t faults = 0;
    for (; error != NULL; error = error->next) {
        faults++;
    }
    assert_true(faults > 2); /* all of them are said at once */
    /* nor when more is known of them */
    input = referral_of(state, "Merlin", NULL);
    GOOD_ONCE(act_referral_make(&act, &input, &recorded));
    const char *reference = arena_copy(state->arena, recorded.reference.text);
    const int type = service_pack(state->service)->details_type;
    error = act_details_record(&act, reference, 0, fields(state, type, "{\"date_of_birth\":\"2030-01-01\"}"),
                               &recorded);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_INVALID);
    assert_string_equal(error->field, "date_of_birth");
    GOOD_ONCE(act_details_record(&act, reference, 0,
                                 fields(state, type, "{\"date_of_birth\":\"2026-05-28\"}"), &recorded));
}

static void a_child_is_found_by_any_of_their_names_and_birth(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, &state->nurse, 90);
    const char *reference = new_case(state, "Peregrine", 45);
    static const char *const texts[] = {"Peregrine", "Peregrine Tarn 2011-02-03", "peregrin tarn"};
    const struct match *matches;
    size_t count;
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
        GOOD(act_case_search(&act, texts[t], &matches, &count));
        bool found = false;
        for (size_t i = 0; i < count; i++) {
            found = found || text_equal(matches[i].reference.text, reference);
        }
        assert_true(found);
    }
    GOOD(act_case_search(&act, "Quetzalcoatl Zzyzx", &matches, &count));
    assert_int_equal(count, 0);
    GOOD(act_case_search(&act, "2222222222", &matches, &count));
    assert_int_equal(count, 0);
}

/* ---- another procedure ---- */

static void a_case_goes_on_under_the_procedure_it_is_moved_to(void **context)
{
    struct state *state = *context;
    const char *const dirs[] = {WM_SOURCE "/procedures/llr-chapter-11",
                                WM_SOURCE "/procedures/working-together"};
    const char *reference = new_case(state, "Osprey", 100);
    struct service *both;
    GOOD(service_open_packs(state->arena, arena_printf(state->arena, "%s/store", state->top), NULL, dirs, 2,
                            &both));
    struct act nobody = {both, state->arena, NULL, instant_add_ms(start, 110000)};
    const char *token;
    struct actor manager;
    struct actor of_worker;
    GOOD(act_account_token(&nobody, "manager", &token));
    GOOD(act_bearer(&nobody, token, &manager));
    GOOD(act_account_token(&nobody, "worker", &token));
    GOOD(act_bearer(&nobody, token, &of_worker));
    struct act act = {both, state->arena, &manager, nobody.now};
    struct act worker = {both, state->arena, &of_worker, nobody.now};
    const struct procedure_view *procedures;
    struct move_view move;
    struct recorded recorded;
    const struct pack *const *packs;
    size_t count;
    GOOD(act_procedures(&act, &procedures, &count));
    assert_int_equal(count, 2);
    assert_true(procedures[0].for_new_cases);
    assert_false(procedures[1].for_new_cases);
    GOOD(act_case_move_look(&act, reference, "working-together", &move));
    assert_string_equal(move.to->id, "working-together");
    assert_true(move.duty_count > 0);
    GOOD(act_case_move_targets(&act, move.view, &packs, &count));
    assert_int_equal(count, 1);
    GOOD(act_case_move_targets(&worker, move.view, &packs, &count));
    assert_int_equal(count, 0);
    FAILS(ERROR_NOT_ALLOWED, act_case_move(&worker, reference, "working-together", "Law", 0, &recorded));
    FAILS(ERROR_INVALID, act_case_move(&act, reference, "working-together", " ", 0, &recorded));
    FAILS(ERROR_CONFLICT, act_case_move(&act, reference, "working-together", "Law", 7, &recorded));
    GOOD(act_case_move(&act, reference, "working-together", "Law", 1, &recorded));
    assert_int_equal(recorded.entry->seq, 2);
    assert_string_equal(recorded.view->pack->id, "working-together");
    FAILS(ERROR_INVALID, act_case_move(&act, reference, "working-together", "Law", 0, &recorded));
    service_close(both);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_with_an_entry_is_said_and_not_written),
        cmocka_unit_test(a_correction_is_of_an_entry_one_may_record),
        cmocka_unit_test(only_what_changes_of_the_details_is_written),
        cmocka_unit_test(a_further_referral_goes_to_the_case_it_names),
        cmocka_unit_test(a_child_is_not_born_tomorrow),
        cmocka_unit_test(a_child_is_found_by_any_of_their_names_and_birth),
        cmocka_unit_test(a_case_goes_on_under_the_procedure_it_is_moved_to),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down);
}
