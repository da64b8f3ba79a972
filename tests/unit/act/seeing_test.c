/* What is left out for one reader, where something of a case is closed to them: fields, corrections, duties,
 * marks, and what another procedure wrote. */
#include "act/inner.h"
#include "act/seeing.h"
#include "act/shown.h"
#include "scene.h"

#include <string.h>

static struct {
    struct actor police;
    struct actor team;
    struct actor worker;
} who;

static int set_up_all(void **context)
{
    if (set_up(context) != 0) {
        return 1;
    }
    struct state *state = *context;
    add_account(state, "officer", "police-officer", "police", &who.police);
    add_account(state, "team", "team-manager", "social-care", &who.team);
    add_account(state, "worker", "social-worker", "social-care", &who.worker);
    return 0;
}

/* Referred by the nurse; the police take part. */
static const char *shared_case(const struct state *state, const char *given, int64_t seconds)
{
    struct act act = act_at(state, &state->nurse, seconds);
    struct act police = act_at(state, &who.police, seconds + 1);
    const char *reference = case_of(state, &act, given, NULL);
    bring_in(state, reference, &police);
    return reference;
}

static const struct case_view *read_by(const struct act *act, const char *reference)
{
    const struct case_view *view = NULL;
    GOOD(act_case_read(act, reference, INSTANT_NEVER, &view));
    for (size_t i = 0; i < view->position->duty_count; i++) {
        const struct duty *duty = &view->position->duties[i];
        bool waits = duty->state == DUTY_OPEN || duty->state == DUTY_OVERDUE;
        assert_true(!waits || duty->met_by == NULL);
    }
    return view;
}

static const struct known *known_of(const struct case_view *view, const char *type)
{
    for (size_t i = 0; i < view->history->count; i++) {
        const struct known *known = &view->history->list[i];
        if (text_equal(known->written == NULL ? known->type->id : known->written->type->id, type)) {
            return known;
        }
    }
    return NULL;
}

static const struct duty *duty_of(const struct case_view *view, const char *rule)
{
    for (size_t i = 0; i < view->position->duty_count; i++) {
        if (text_equal(view->position->duties[i].rule->id, rule)) {
            return &view->position->duties[i];
        }
    }
    return NULL;
}

static const struct value *value_of(const struct known *known, const char *field)
{
    return &known->values[entry_type_field(known->type, field)->index];
}

/* ---- fields ---- */

static const char assessed[] =
    "{\"involvement\":\"likely\",\"significant_harm\":\"no\",\"immediate_danger\":\"no\","
    "\"core_assessment\":\"required\"}";
static const char whole[] = "{\"health_needs\":\"Sleeps badly\",\"education_needs\":\"E\",\"outcome\":\"O\"}";

static void a_field_that_is_closed_is_so_in_its_corrections_too(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 20);
    struct act nurse = act_at(state, &state->nurse, 30);
    struct act police = act_at(state, &who.police, 30);
    const char *reference = shared_case(state, "Avocet", 10);
    const struct entry_type *type = pack_type(service_pack(state->service), "core-assessment");
    GOOD_ONCE(record_on(state, &manager, reference, "initial-assessment", assessed, NULL));
    GOOD_ONCE(record_on(state, &manager, reference, "core-assessment", whole, NULL));
    const struct case_view *view = read_by(&police, reference);
    assert_int_equal(value_of(known_of(view, "core-assessment"), "health_needs")->kind, VALUE_NONE);
    assert_string_equal(value_of(known_of(view, "core-assessment"), "outcome")->text, "O");
    GOOD_ONCE(correct(&manager, reference,
                      "{\"corrects\":4,\"reason\":\"R\",\"fields\":{\"health_needs\":\"Sleeps well\","
                      "\"outcome\":\"Better\"}}",
                      type));
    view = read_by(&police, reference);
    const struct known *known = known_of(view, "core-assessment");
    assert_int_equal(value_of(known, "health_needs")->kind, VALUE_NONE);
    assert_string_equal(value_of(known, "outcome")->text, "Better");
    for (size_t v = 0; v < known->version_count; v++) {
        assert_int_equal(known->versions[v].values[entry_type_field(type, "health_needs")->index].kind,
                         VALUE_NONE);
    }
    for (size_t i = 0; i < view->entry_count; i++) {
        const struct value *fields = entry_value(view->entries[i], "fields");
        if (fields->kind == VALUE_FIELDS) {
            assert_false(fields->fields->set[entry_type_field(type, "health_needs")->index]);
            assert_true(fields->fields->set[entry_type_field(type, "outcome")->index]);
        }
    }
    known = known_of(read_by(&nurse, reference), "core-assessment");
    assert_string_equal(value_of(known, "health_needs")->text, "Sleeps well");
    /* the duties that begin with what they see are theirs to see */
    assert_int_equal(view->position->duty_count, read_by(&manager, reference)->position->duty_count);
}

static void each_closed_address_is_left_out(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 50);
    struct act police = act_at(state, &who.police, 60);
    const char *reference = shared_case(state, "Bittern", 40);
    const struct pack *pack = service_pack(state->service);
    struct recorded recorded;
    for (int i = 0; i < 2; i++) {
        const char *json = arena_printf(state->arena, "{\"placement_address\":\"%d Hill Road\"}", i);
        GOOD_ONCE(
            act_details_record(&manager, reference, 0, fields(state, pack->details_type, json), &recorded));
    }
    GOOD_ONCE(act_details_record(&manager, reference, 0,
                                 fields(state, pack->details_type, "{\"area\":\"Melton\"}"), &recorded));
    const struct case_view *view = read_by(&police, reference);
    const struct entry_type *details = &pack->types[pack->details_type];
    const struct field *field = entry_type_field(details, "placement_address");
    /* what is open is the last answer to each question, whichever entry has it */
    assert_string_equal(view->child.values[entry_type_field(details, "given_name")->index].text, "Bittern");
    assert_string_equal(view->child.values[entry_type_field(details, "area")->index].text, "Melton");
    assert_int_equal(view->child.values[field->index].kind, VALUE_NONE);
    for (size_t i = 0; i < view->child.details->count; i++) {
        const struct known *known = &view->child.details->list[i];
        assert_int_equal(known->values[field->index].kind, VALUE_NONE);
        for (size_t v = 0; v < known->version_count; v++) {
            assert_non_null(known->versions[v].values);
            assert_int_equal(known->versions[v].values[field->index].kind, VALUE_NONE);
        }
    }
}

/* ---- duties and marks ---- */

static void a_duty_whose_ground_or_answer_is_closed_is_for_its_owner(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 80);
    struct act nurse = act_at(state, &state->nurse, 90);
    struct act worker = act_at(state, &who.worker, 90);
    const char *reference = shared_case(state, "Curlew", 70);
    GOOD_ONCE(record_on(state, &manager, reference, "referral-decision",
                        "{\"initial_assessment\":\"required\",\"reasons\":\"R\",\"immediate_danger\":\"no\"}",
                        "legal-advice"));
    GOOD_ONCE(record_on(state, &manager, reference, "enquiry-started",
                        "{\"agencies\":[\"police\"],\"immediate_danger\":\"yes\"}", "police-evidence"));
    GOOD_ONCE(record_on(state, &nurse, reference, "disclosure",
                        "{\"to_agency\":\"education\",\"what\":\"W\",\"purpose\":\"P\",\"legal_basis\":\"L\","
                        "\"opens\":[\"health\"],\"immediate_risk\":\"yes\",\"consent\":\"given\"}",
                        NULL));
    const struct case_view *view = read_by(&nurse, reference);
    assert_int_equal(value_of(known_of(view, "disclosure"), "opens")->kind, VALUE_CODES); /* their own */
    assert_null(duty_of(view, "decide-initial-assessment")); /* it was answered, and they may not know how */
    assert_null(duty_of(view, "hold-strategy-meeting"));
    const struct mark *danger = pack_mark(view->pack, "immediate-danger");
    assert_non_null(danger);
    assert_false(view->position->marks[danger->index]);
    view = read_by(&worker, reference);
    const struct duty *decided = duty_of(view, "decide-initial-assessment");
    assert_non_null(decided);
    assert_non_null(decided->begun_by);
    assert_null(decided->met_by);
    const struct duty *strategy = duty_of(view, "hold-strategy-meeting");
    assert_non_null(strategy);
    assert_null(strategy->begun_by);
    assert_null(strategy->key);
    /* what holds by an entry that is open holds for them too */
    GOOD_ONCE(record_on(state, &manager, reference, "enquiry-started",
                        "{\"agencies\":[\"police\"],\"immediate_danger\":\"yes\"}", NULL));
    assert_true(read_by(&nurse, reference)->position->marks[danger->index]);
}

/* ---- numbers ---- */

static void a_number_that_no_form_gives_is_no_entry(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 110);
    const char *reference = shared_case(state, "Dunlin", 100);
    struct entry_input input = entry_input_of(state, "correction", "{\"corrects\":1,\"reason\":\"R\"}");
    struct value *values = arena_many(state->arena, struct value, input.type->field_count);
    struct recorded recorded;
    memcpy(values, input.values, input.type->field_count * sizeof *values);
    values[entry_type_field(input.type, "corrects")->index].number = 0;
    input.values = values;
    const struct error *error = act_entry_record(&manager, reference, &input, &recorded);
    assert_non_null(error);
    assert_string_equal(error->field, "corrects");
}

/* ---- other procedures ---- */

/* Whichever of the two is served first. */
static void must_lead_to(const struct state *state, const char *reference, const char *const *dirs,
                         const char *id)
{
    struct service *service = open_with(state, dirs, 2);
    struct actor manager = actor_in(state, service, "manager");
    struct act act = {service, state->arena, &manager, instant_add_ms(start, 215000)};
    const struct case_view *view;
    const struct pack *const *packs;
    size_t count;
    GOOD_ONCE(act_case_read(&act, reference, INSTANT_NEVER, &view));
    GOOD_ONCE(act_case_move_targets(&act, view, &packs, &count));
    assert_int_equal(count, 1);
    assert_string_equal(packs[0]->id, id);
    service_close(service);
}

static void a_case_that_was_moved_is_shown_by_the_same_rules(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 210);
    const char *reference = shared_case(state, "Egret", 200);
    GOOD_ONCE(record_on(state, &manager, reference, "initial-assessment", assessed, NULL));
    GOOD_ONCE(record_on(state, &manager, reference, "core-assessment", whole, NULL));
    GOOD_ONCE(record_on(state, &manager, reference, "child-views", "{\"views\":\"V\",\"how_obtained\":\"H\"}",
                        "legal-advice"));
    GOOD_ONCE(record_on(state, &manager, reference, "police-protection-began",
                        "{\"officer\":\"PC Ray\",\"place\":\"The station\"}", "police-evidence"));
    GOOD_ONCE(record_on(state, &manager, reference, "disclosure",
                        "{\"to_agency\":\"education\",\"what\":\"W\",\"purpose\":\"P\",\"legal_basis\":\"L\","
                        "\"opens\":[\"health\"],\"immediate_risk\":\"yes\",\"consent\":\"given\"}",
                        NULL));
    GOOD_ONCE(record_on(state, &manager, reference, "enquiry-started",
                        "{\"agencies\":[\"police\"],\"immediate_danger\":\"yes\"}", NULL));
    const char *const dirs[] = {WM_SOURCE "/procedures/llr-chapter-11",
                                WM_SOURCE "/procedures/working-together"};
    must_lead_to(state, reference, (const char *const[]){dirs[1], dirs[0]}, "working-together");
    must_lead_to(state, reference, dirs, "working-together");
    struct service *service = open_with(state, dirs, 2);
    struct actor of_manager = actor_in(state, service, "manager");
    struct actor of_police = actor_in(state, service, "officer");
    struct actor of_nurse = actor_in(state, service, "nurse");
    struct act act = {service, state->arena, &of_manager, instant_add_ms(start, 220000)};
    struct act police = {service, state->arena, &of_police, instant_add_ms(start, 230000)};
    struct act nurse = {service, state->arena, &of_nurse, instant_add_ms(start, 230000)};
    struct recorded recorded;
    GOOD_ONCE(act_case_move(&act, reference, "working-together", "Law", 0, &recorded));
    const struct known *known = known_of(read_by(&police, reference), "core-assessment");
    assert_non_null(known);
    assert_non_null(known->written);
    assert_int_equal(value_of(known->written, "health_needs")->kind, VALUE_NONE);
    assert_null(known_of(read_by(&police, reference), "child-views"));
    assert_non_null(duty_of(read_by(&police, reference), "end-police-protection"));
    /* what the new procedure does not know closes nothing */
    assert_non_null(known_of(read_by(&police, reference), "enquiry-started"));
    assert_non_null(known_of(read_by(&nurse, reference), "enquiry-started"));
    known = known_of(read_by(&nurse, reference), "core-assessment");
    assert_string_equal(value_of(known->written, "health_needs")->text, "Sleeps badly");
    service_close(service);
}

/* A duty that kept its time as the case was moved has it in a part of the case, too. */
static void a_time_that_was_kept_is_so_for_who_sees_a_part(void **context)
{
    struct state *state = *context;
    static const struct pack_edit edits[] = {{"pack.yaml", "version: \"1.0\"", "version: \"0.9\""}};
    static const char rule[] = "decide-next-step";
    struct act nurse = act_at(state, &state->nurse, 240);
    const char *reference = case_of(state, &nurse, "Eider", NULL);
    GOOD_ONCE(record_on(state, &nurse, reference, "child-views", "{\"views\":\"V\",\"how_obtained\":\"H\"}",
                        "sexual-health"));
    const char *const before[] = {WM_SOURCE "/procedures/llr-chapter-11",
                                  pack_changed(state, "procedures/working-together", "sooner", edits, 1)};
    const char *const dirs[] = {before[0], WM_SOURCE "/procedures/working-together"};
    struct service *service = open_with(state, before, 2);
    struct actor manager = actor_in(state, service, "manager");
    struct act act = {service, state->arena, &manager, instant_add_ms(start, 250000)};
    struct recorded recorded;
    GOOD_ONCE(act_case_move(&act, reference, "working-together", "Law", 0, &recorded));
    service_close(service);
    service = open_with(state, dirs, 2);
    manager = actor_in(state, service, "manager");
    act = (struct act){service, state->arena, &manager, instant_add_ms(start, 260000)};
    struct move_view move;
    struct instant due;
    size_t found = 0;
    GOOD(act_case_move_look(&act, reference, "working-together", &move));
    assert_null(known_of(move.view, "child-views"));
    assert_true(instant_parse("2026-05-29T08:00:00Z", &due)); /* 24 hours, and not one working day */
    assert_int_equal(instant_compare(duty_of(move.view, rule)->due_at, due), 0);
    for (size_t i = 0; i < move.duty_count; i++) {
        const struct moved_duty *duty = &move.duties[i];
        if (duty->before != NULL && text_equal(duty->before->rule->id, rule)) {
            assert_int_equal(instant_compare(duty->before->due_at, due), 0);
            assert_int_equal(instant_compare(duty->after->due_at, due), 0);
            found++;
        }
    }
    assert_int_equal(found, 1);
    service_close(service);
}

/* A policy of labels that closes even corrections, and disclosures that say less. */
static void a_correction_that_is_closed_is_as_if_it_were_not(void **context)
{
    struct state *state = *context;
    static const struct pack_edit edits[] = {
        {"pack.yaml", "id: llr-chapter-11", "id: closing"},
        {"entries-record.yaml", "    part: correction\n",
         "    part: correction\n    label: police-evidence\n"},
        {"entries-record.yaml", "paragraph: \"11.58\"\n            required: true", "paragraph: \"11.58\""},
        {"access.yaml", ", labels_in: opens}", "}"}};
    const char *const dirs[] = {
        pack_changed(state, "procedures/llr-chapter-11", "closing", edits, sizeof edits / sizeof *edits)};
    struct service *service = open_with(state, dirs, 1);
    struct state all = state_of(state, service);
    struct actor nurse = actor_in(state, service, "nurse");
    struct actor officer = actor_in(state, service, "officer");
    struct actor of_manager = actor_in(state, service, "manager");
    all.nurse = nurse;
    all.manager = of_manager;
    struct act act = {service, state->arena, &nurse, instant_add_ms(start, 300000)};
    struct act police = {service, state->arena, &officer, instant_add_ms(start, 310000)};
    struct act manager = {service, state->arena, &of_manager, instant_add_ms(start, 320000)};
    const char *reference = case_of(&all, &act, "Fulmar", NULL);
    bring_in(&all, reference, &police);
    const struct entry_type *type = pack_type(service_pack(service), "child-views");
    for (int i = 0; i < 2; i++) {
        GOOD_ONCE(record_on(&all, &police, reference, "child-views",
                            "{\"views\":\"Wants to swim.\",\"how_obtained\":\"H\"}", NULL));
    }
    GOOD_ONCE(correct(&police, reference,
                      "{\"corrects\":3,\"reason\":\"R\",\"fields\":{\"views\":\"Wants to dance.\","
                      "\"occurred_at\":\"2026-05-28T20:31:51Z\"}}",
                      type));
    GOOD_ONCE(record_on(&all, &act, reference, "disclosure",
                        "{\"to_agency\":\"police\",\"what\":\"W\",\"purpose\":\"P\",\"legal_basis\":\"L\","
                        "\"immediate_risk\":\"yes\",\"consent\":\"given\"}",
                        NULL));
    static const char *const to[] = {"\"to_agency\":\"police\",", ""};
    for (size_t d = 0; d < 2; d++) {
        GOOD_ONCE(record_on(&all, &act, reference, "disclosure",
                            arena_printf(state->arena,
                                         "{%s\"what\":\"W\",\"purpose\":\"P\",\"legal_basis\":\"L\","
                                         "\"opens\":[\"health\"],\"immediate_risk\":\"yes\","
                                         "\"consent\":\"given\"}",
                                         to[d]),
                            NULL));
    }
    const struct known *known = known_of(read_by(&manager, reference), "child-views");
    assert_string_equal(value_of(known, "views")->text, "Wants to swim.");
    assert_int_equal(known->entry->seq, 3);
    const struct case_view *view = read_by(&police, reference);
    assert_string_equal(value_of(&view->history->list[view->history->count - 1], "views")->text,
                        "Wants to dance.");
    service_close(service);
}

/* What an earlier version let stand that this one would have asked about. */
static void what_an_earlier_version_let_stand_opens_nothing(void **context)
{
    struct state *state = *context;
    static const struct pack_edit edits[] = {
        {"pack.yaml", "version: \"1.0\"", "version: \"0.9\""},
        {"access.yaml", "entry_in: opens_entry, ", ""},
        {"entries-record.yaml", "paragraph: \"11.58\"\n            required: true", "paragraph: \"11.58\""},
        {"entries-record.yaml", "            label: Why is it corrected?\n",
         "            label: Why is it corrected?\n          - {id: told, kind: text, label: Who was "
         "told?}\n"},
        {"entries-assessment.yaml", "          - id: health_needs\n",
         "          - {id: told_by, kind: text, label: Who told of it?}\n          - id: health_needs\n"}};
    static const char shared[] = "{%s\"what\":\"W\",\"purpose\":\"P\",\"legal_basis\":\"L\","
                                 "\"opens\":[\"health\"],\"opens_entry\":%d,"
                                 "\"immediate_risk\":\"yes\",\"consent\":\"given\"}";
    const char *const dirs[] = {pack_changed(state, "procedures/llr-chapter-11", "earlier", edits, 5)};
    struct service *service = open_with(state, dirs, 1);
    struct state all = state_of(state, service);
    struct actor nurse = actor_in(state, service, "nurse");
    struct actor of_manager = actor_in(state, service, "manager");
    struct actor officer = actor_in(state, service, "officer");
    all.nurse = nurse;
    all.manager = of_manager;
    struct act act = {service, state->arena, &nurse, instant_add_ms(start, 400000)};
    struct act police = {service, state->arena, &officer, instant_add_ms(start, 410000)};
    const char *reference = case_of(&all, &act, "Gadwall", NULL);
    bring_in(&all, reference, &police);
    GOOD_ONCE(record_on(&all, &act, reference, "child-views", "{\"views\":\"V\",\"how_obtained\":\"H\"}",
                        "health"));
    GOOD_ONCE(correct(&act, reference, "{\"corrects\":3,\"reason\":\"R\",\"fields\":{\"views\":\"W\"}}",
                      pack_type(service_pack(service), "child-views")));
    struct recorded recorded;
    struct act keeper = {service, state->arena, &of_manager, instant_add_ms(start, 400000)};
    GOOD_ONCE(act_details_record(
        &keeper, reference, 0,
        fields(&all, service_pack(service)->details_type, "{\"placement_address\":\"1 Hill Road\"}"),
        &recorded));
    GOOD_ONCE(record_on(&all, &act, reference, "disclosure",
                        arena_printf(state->arena, shared, "\"to_agency\":\"police\",", 99), NULL));
    GOOD_ONCE(
        record_on(&all, &act, reference, "disclosure", arena_printf(state->arena, shared, "", 1), NULL));
    keeper.now = instant_add_ms(start, 415000); /* after what opens others of that label */
    GOOD_ONCE(record_on(&all, &keeper, reference, "initial-assessment", assessed, NULL));
    GOOD_ONCE(record_on(&all, &keeper, reference, "core-assessment", whole, NULL));
    (void)read_by(&police, reference);
    (void)read_by(&act, reference);
    service_close(service);
    struct act manager = act_at(state, &state->manager, 420);
    struct act reader = act_at(state, &who.police, 430);
    struct act own = act_at(state, &state->nurse, 430);
    GOOD_ONCE(act_case_move(&manager, reference, "llr-chapter-11", "This version", 0, &recorded));
    const struct case_view *view = read_by(&reader, reference);
    const struct known *known = known_of(view, "disclosure");
    assert_non_null(known);
    assert_int_equal(value_of(known, "opens_entry")->kind, VALUE_NONE);
    (void)read_by(&own, reference);
    /* nor is what this version closes open because an earlier one wrote it: of the child, or of an entry */
    for (size_t i = 0; i < view->entry_count; i++) {
        const struct entry *entry = view->entries[i];
        if (text_equal(entry->type->id, "core-assessment")) {
            assert_int_equal(entry_value(entry, "health_needs")->kind, VALUE_NONE);
            assert_int_equal(entry_value(entry, "outcome")->kind, VALUE_TEXT);
        }
    }
    known = known_of(view, "core-assessment");
    assert_non_null(known);
    assert_int_equal(value_of(known, "health_needs")->kind, VALUE_NONE);
    const struct pack *pack = service_pack(state->service);
    const struct entry_type *details = &pack->types[pack->details_type];
    int address = entry_type_field(details, "placement_address")->index;
    assert_int_equal(view->child.values[address].kind, VALUE_NONE);
    assert_int_equal(read_by(&manager, reference)->child.values[address].kind, VALUE_TEXT);
}

/* An entry after the disclosure, by a clock that was put back. */
static void what_came_after_is_not_opened_by_a_late_clock(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 520);
    struct act late = act_at(state, &state->nurse, 515);
    struct act police = act_at(state, &who.police, 530);
    const char *reference = shared_case(state, "Heron", 500);
    GOOD_ONCE(record_on(state, &nurse, reference, "disclosure",
                        "{\"to_agency\":\"police\",\"what\":\"W\",\"purpose\":\"P\",\"legal_basis\":\"L\","
                        "\"opens\":[\"health\"],\"immediate_risk\":\"yes\",\"consent\":\"given\"}",
                        NULL));
    GOOD_ONCE(record_on(state, &late, reference, "child-views", "{\"views\":\"V\",\"how_obtained\":\"H\"}",
                        "health"));
    assert_null(known_of(read_by(&police, reference), "child-views"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_that_is_closed_is_so_in_its_corrections_too),
        cmocka_unit_test(each_closed_address_is_left_out),
        cmocka_unit_test(a_duty_whose_ground_or_answer_is_closed_is_for_its_owner),
        cmocka_unit_test(a_number_that_no_form_gives_is_no_entry),
        cmocka_unit_test(a_case_that_was_moved_is_shown_by_the_same_rules),
        cmocka_unit_test(a_time_that_was_kept_is_so_for_who_sees_a_part),
        cmocka_unit_test(a_correction_that_is_closed_is_as_if_it_were_not),
        cmocka_unit_test(what_an_earlier_version_let_stand_opens_nothing),
        cmocka_unit_test(what_came_after_is_not_opened_by_a_late_clock),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down);
}
