/* What a person is given of what is held about them: nothing that was left out, and by two people. */
#include "requests.h"

static void what_a_request_lacks_is_said_beside_its_field(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Lacking");
    struct act act = act_by(state, &who.clerk, 100);
    struct request_input input = input_for(reference);
    struct id id;
    input.asked_by = " ";
    input.identity = NULL;
    const struct error *error = act_request_begin(&act, &input, &id);
    assert_non_null(error);
    assert_string_equal(error->field, "asked_by");
    assert_string_equal(error->next->field, "identity");
    input = input_for(reference);
    input.asks_as = "parent";
    FAILS(ERROR_INVALID, act_request_begin(&act, &input, &id)); /* by what right */
    input = input_for(reference);
    input.received.number += 400;
    FAILS(ERROR_INVALID, act_request_begin(&act, &input, &id));
    input = input_for("nobody");
    FAILS(ERROR_INVALID, act_request_begin(&act, &input, &id));
    struct act nurse = act_by(state, &state->nurse, 100);
    input = input_for(reference);
    FAILS(ERROR_NOT_ALLOWED, act_request_begin(&nurse, &input, &id));
    GOOD(act_request_begin(&act, &input, &id));
    const struct request_row *rows;
    size_t count;
    GOOD(act_requests(&act, &rows, &count));
    assert_int_equal(count, 1);
    assert_true(id_equal(rows[0].id, id));
    char due[DAY_TEXT];
    day_format(read_as(state, &who.clerk, id, 110)->row.due, due);
    assert_string_equal(due, "2026-06-29"); /* 28 June is a Sunday */
}

static void all_that_is_held_is_gathered_and_labels_propose_what_stays(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Gathered");
    record(state, reference, "child-views", "{\"views\":\"Wants to swim.\",\"how_obtained\":\"In a talk\"}");
    record(state, reference, "referral-decision",
           "{\"initial_assessment\":\"not-required\",\"immediate_danger\":\"no\",\"reasons\":\"Nothing.\","
           "\"agreed_by\":\"Somebody Else\"}");
    struct act manager = act_by(state, &state->manager, 30);
    struct recorded recorded;
    GOOD_ONCE(act_details_record(&manager, reference, 0,
                                 fields(state, service_pack(state->service)->details_type,
                                        "{\"phone\":\"0116 496 0100\",\"trusted_worker\":\"Somebody Else\"}"),
                                 &recorded));
    struct id id = begun(state, reference, "self");
    const struct request_view *view = read_as(state, &who.clerk, id, 120);
    assert_string_equal(view->full_name, "Gathered Tarn");
    const struct request_item *trusted = item_named(view, "person-details", "trusted_worker");
    assert_true(trusted->is_out);
    assert_string_equal(trusted->exemption->id, "others");
    assert_false(item_named(view, "person-details", "given_name")->is_out);
    assert_non_null(item_named(view, "person-details", "phone")); /* what was added later as well */
    assert_false(item_named(view, "referral", "narrative")->is_out);
    assert_false(item_named(view, "child-views", "views")->is_out);
    assert_null(item_named(view, "referral", "child")); /* the program's own */
    const struct request_item *agreed = item_named(view, "referral-decision", "agreed_by");
    assert_true(agreed->is_out);
    assert_string_equal(agreed->exemption->id, "others");
    assert_null(agreed->reason);
    const struct request_item *looks = &view->items[view->item_count - 1];
    assert_int_equal(looks->kind, REQUEST_LOOKS);
    assert_true(looks->looks > 0);
    size_t out = 0;
    for (size_t i = 0; i < view->item_count; i++) {
        out += view->items[i].is_out;
    }
    assert_true(out > 0 && out < view->item_count);
    assert_int_equal(view->out_count, out);
    /* and that it was read for this is a look at the case */
    struct actor lead;
    struct looks_view seen;
    add_account(state, "lead", "information-lead", "social-care", &lead);
    struct act looking = act_by(state, &lead, 130);
    struct looks_asked asked = {.reference = reference, .act = "request-read", .until = INSTANT_NEVER};
    GOOD(act_looks(&looking, &asked, &seen));
    assert_true(seen.count > 0);
    assert_true(id_equal(seen.list[0].account, who.clerk.account));
}

/* What is said in a correction is as closed as what it corrects. */
static void why_it_was_corrected_stays_with_what_it_was(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Corrected");
    const struct pack *pack = service_pack(state->service);
    struct act manager = act_by(state, &state->manager, 30);
    static const char right[] = "{\"corrects\":%d,\"reason\":\"%s\",\"fields\":{\"views\":\"W\"}}";
    struct entry_input input = {.type = pack_type(pack, "child-views")};
    struct recorded recorded;
    input.values = fields(state, input.type->index, "{\"views\":\"V\",\"how_obtained\":\"H\"}");
    input.labels = "legal-advice";
    GOOD_ONCE(act_entry_record(&manager, reference, &input, &recorded));
    input.labels = NULL;
    GOOD_ONCE(act_entry_record(&manager, reference, &input, &recorded));
    input.type = pack_type(pack, "correction");
    const struct {
        int corrects;
        const char *why;
        bool out;
    } rows[] = {{2, "What the lawyer said", true}, {3, "Misheard", false}, {4, "More of it", true}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *object =
            json_loads(arena_printf(state->arena, right, rows[i].corrects, rows[i].why), 0, NULL);
        GOOD_ONCE(fields_from_json(state->arena, pack, input.type, object, pack_type(pack, "child-views"),
                                   &input.values));
        json_decref(object);
        GOOD_ONCE(act_entry_record(&manager, reference, &input, &recorded));
    }
    const struct request_view *view = read_as(state, &who.clerk, begun(state, reference, "self"), 120);
    size_t found = 0;
    for (size_t i = 0; i < view->item_count; i++) {
        const struct request_item *item = &view->items[i];
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
            if (item->value != NULL && item->value->kind == VALUE_TEXT &&
                text_equal(item->value->text, rows[k].why)) {
                assert_int_equal(item->is_out, rows[k].out);
                assert_true(!rows[k].out || text_equal(item->exemption->id, "legal-advice"));
                found++;
            }
        }
    }
    assert_int_equal(found, 3);
}

static void a_change_of_a_decision_has_a_reason_and_what_it_needs(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Decided");
    record(state, reference, "child-views", "{\"views\":\"Wants to swim.\",\"how_obtained\":\"In a talk\"}");
    struct id id = begun(state, reference, "self");
    struct act act = act_by(state, &who.clerk, 130);
    const char *key = item_named(read_as(state, &who.clerk, id, 120), "child-views", "views")->key;
    struct request_decision decision = {.key = key, .left_out = "serious-harm"};
    FAILS(ERROR_INVALID, act_request_decide(&act, id, &decision));
    decision.reason = "It would harm somebody's health";
    const struct error *error = act_request_decide(&act, id, &decision);
    assert_non_null(error);
    assert_string_equal(error->field, "opinion_by");
    decision.opinion_by = "Dr A. Lane";
    decision.has_opinion = true;
    assert_true(day_parse("2025-05-28", &decision.opinion_on)); /* too old */
    FAILS(ERROR_INVALID, act_request_decide(&act, id, &decision));
    assert_true(day_parse("2026-05-20", &decision.opinion_on));
    GOOD(act_request_decide(&act, id, &decision));
    const struct request_item *item = item_named(read_as(state, &who.clerk, id, 140), "child-views", "views");
    assert_true(item->is_out);
    assert_string_equal(item->opinion_by, "Dr A. Lane");
    assert_string_equal(item->decided_by, "Parveen Ashworth");
    decision = (struct request_decision){.key = key, .left_out = "confidence", .reason = "Theirs"};
    FAILS(ERROR_INVALID, act_request_decide(&act, id, &decision)); /* only where somebody else asks */
    decision = (struct request_decision){.key = "c9.9.none", .reason = "No such part"};
    FAILS(ERROR_NOT_FOUND, act_request_decide(&act, id, &decision));
    decision =
        (struct request_decision){.key = key, .words = "Wants to do sports.", .reason = "Without the place"};
    GOOD(act_request_decide(&act, id, &decision));
    item = item_named(read_as(state, &who.clerk, id, 150), "child-views", "views");
    assert_false(item->is_out);
    assert_string_equal(item->words, "Wants to do sports.");
}

static void what_is_left_out_is_nowhere_in_what_is_given(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Given");
    record(state, reference, "child-views", "{\"views\":\"A marker word.\",\"how_obtained\":\"In a talk\"}");
    struct id id = begun(state, reference, "self");
    struct act act = act_by(state, &who.clerk, 130);
    const struct request_view *view = read_as(state, &who.clerk, id, 120);
    const char *fields_of[] = {"views", "how_obtained"};
    for (size_t i = 0; i < 2; i++) {
        struct request_decision decision = {.key = item_named(view, "child-views", fields_of[i])->key,
                                            .left_out = "not-theirs",
                                            .reason = "About another child"};
        GOOD(act_request_decide(&act, id, &decision));
    }
    const struct request_view *given = NULL;
    GOOD(act_request_document(&act, id, &given));
    assert_null(item_named(given, "child-views", NULL)); /* nor that it was recorded */
    assert_non_null(item_named(given, "referral", "narrative"));
    assert_int_equal(given->out_count, 0);
    for (size_t i = 0; i < given->item_count; i++) {
        assert_false(given->items[i].is_out);
        assert_null(given->items[i].exemption);
    }
}

static void it_goes_out_by_another_person_as_it_was_read(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Released");
    struct id id = begun(state, reference, "self");
    struct act clerk = act_by(state, &who.clerk, 200);
    struct act twin = act_by(state, &who.twin, 230);
    struct act second = act_by(state, &who.second, 230);
    FAILS(ERROR_CONFLICT, act_request_release(&second, id, 2, "By post"));
    const struct request_view *begun_only = read_as(state, &who.clerk, id, 200);
    assert_int_equal(begun_only->prepared, 0);
    assert_int_equal(begun_only->step_count, 1);
    GOOD(act_request_prepare(&clerk, id, "Nothing was hard."));
    uint64_t first = read_as(state, &who.second, id, 210)->prepared;
    FAILS(ERROR_NOT_ALLOWED, act_request_release(&clerk, id, first, "By post"));
    FAILS(ERROR_NOT_ALLOWED, act_request_release(&twin, id, first, "By post"));
    FAILS(ERROR_INVALID, act_request_return(&second, id, first, ""));
    GOOD(act_request_return(&second, id, first, "The school is named"));
    FAILS(ERROR_CONFLICT, act_request_release(&second, id, first, "By post"));
    clerk = act_by(state, &who.clerk, 240);
    GOOD(act_request_prepare(&clerk, id, NULL));
    uint64_t prepared = read_as(state, &who.second, id, 250)->prepared;
    assert_int_equal(read_as(state, &who.second, id, 250)->step_count, 4);
    /* whose account was made at that very moment had none before */
    struct act maker = act_at(state, NULL, 240);
    const char *link;
    const char *token;
    struct actor new_one;
    GOOD_ONCE(act_account_add(&maker, "newest", "Wim Kestrel", "records-officer", "social-care", &link));
    GOOD_ONCE(act_account_token(&maker, "newest", &token));
    GOOD_ONCE(act_bearer(&maker, token, &new_one));
    struct act newest = act_by(state, &new_one, 255);
    FAILS(ERROR_NOT_ALLOWED, act_request_release(&newest, id, prepared, "By post"));
    FAILS(ERROR_CONFLICT, act_request_release(&second, id, first, "By post")); /* what was read before */
    record(state, reference, "child-views", "{\"views\":\"Said later.\",\"how_obtained\":\"In a talk\"}");
    second = act_by(state, &who.second, 260);
    FAILS(ERROR_INVALID, act_request_release(&second, id, prepared, " "));
    struct actor stale = *second.actor;
    stale.proved_at = instant_add_ms(second.now, -(PROOF_SECONDS + 1) * (int64_t)MS_PER_SECOND);
    struct act late = {second.service, second.arena, &stale, second.now};
    FAILS(ERROR_PROVE_AGAIN, act_request_release(&late, id, prepared, "By post"));
    GOOD(act_request_release(&second, id, prepared, "By recorded post"));
    const struct request_view *view = read_as(state, &who.clerk, id, 300);
    assert_int_equal(view->row.state, REQUEST_RELEASED);
    assert_string_equal(view->released_by, "Daniel Okafor");
    FAILS(ERROR_CONFLICT, act_request_release(&second, id, prepared, "Again"));
    FAILS(ERROR_CONFLICT, act_request_close(&clerk, id, "Late"));
}

/* Of two answers that are prepared at the same moment. */
static void what_is_given_is_told_by_one_number(void **context)
{
    struct state *state = *context;
    struct id id = begun(state, new_case(state, "Numbered"), "self");
    struct act clerk = act_by(state, &who.clerk, 200);
    struct act second = act_by(state, &who.second, 200);
    const char *digests[3];
    for (int i = 0; i < 3; i++) {
        GOOD_ONCE(act_request_prepare(&clerk, id, NULL));
        const struct request_view *view = read_as(state, &who.second, id, 200);
        digests[i] = view->digest;
        GOOD_ONCE(act_request_return(&second, id, view->prepared, "Once more"));
        const struct request_decision decision = {
            .key = view->items[0].key, .left_out = "not-theirs", .reason = "About another child"};
        if (i == 1) {
            GOOD_ONCE(act_request_decide(&clerk, id, &decision));
        }
    }
    assert_string_equal(digests[0], digests[1]);
    assert_string_not_equal(digests[1], digests[2]);
    assert_int_equal(strlen(digests[0]), 32);
}

static void what_is_held_is_read_for_an_answer_alone(void **context)
{
    struct state *state = *context;
    struct actor manager;
    add_account(state, "overseer", "team-manager", "social-care", &manager);
    struct id id = begun(state, new_case(state, "Withdrawn"), "self");
    struct act clerk = act_by(state, &who.clerk, 200);
    const struct request_view *view;
    assert_true(read_as(state, &who.clerk, id, 200)->item_count > 0);
    assert_int_equal(read_as(state, &manager, id, 200)->item_count, 0);
    GOOD_ONCE(act_request_prepare(&clerk, id, NULL));
    assert_true(read_as(state, &manager, id, 210)->item_count > 0);
    GOOD_ONCE(act_request_close(&clerk, id, "It was withdrawn"));
    view = read_as(state, &manager, id, 220);
    assert_int_equal(view->row.state, REQUEST_CLOSED);
    assert_int_equal(view->item_count, 0);
    assert_int_equal(view->out_count, 0);
    assert_int_equal(read_as(state, &who.clerk, id, 220)->item_count, 0);
    GOOD(act_request_document(&clerk, id, &view));
    assert_int_equal(view->item_count, 0);
}

static void the_time_is_extended_once_and_with_a_reason(void **context)
{
    struct state *state = *context;
    struct id id = begun(state, new_case(state, "Extended"), "self");
    struct act act = act_by(state, &who.clerk, 200);
    FAILS(ERROR_INVALID, act_request_extend(&act, id, " "));
    GOOD(act_request_extend(&act, id, "There are many papers"));
    char due[DAY_TEXT];
    day_format(read_as(state, &who.clerk, id, 210)->row.due, due);
    assert_string_equal(due, "2026-08-28");
    FAILS(ERROR_CONFLICT, act_request_extend(&act, id, "Still many"));
    GOOD(act_request_close(&act, id, "It was withdrawn"));
    assert_int_equal(read_as(state, &who.clerk, id, 220)->row.state, REQUEST_CLOSED);
}

static void a_person_is_found_by_name_and_each_who_is_shown_is_a_look(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Sought");
    struct act act = act_by(state, &who.clerk, 200);
    struct act nurse = act_by(state, &state->nurse, 200);
    const struct match *matches;
    size_t count;
    GOOD(act_request_search(&act, "Sought Tarn 2011-02-03", &matches, &count));
    assert_true(count >= 1);
    assert_string_equal(matches[0].reference.text, reference);
    GOOD(act_request_search(&act, reference, &matches, &count));
    assert_int_equal(count, 1);
    assert_string_equal(matches[0].full_name, "Sought Tarn");
    /* each of them, and who is most alike first */
    const char *const others[] = {new_case(state, "Sought"), new_case(state, "Soughton")};
    bool found[2] = {false, false};
    GOOD(act_request_search(&act, "Sought Tarn 2011-02-03", &matches, &count));
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < 2; k++) {
            found[k] = found[k] || strcmp(matches[i].reference.text, others[k]) == 0;
        }
        assert_true(i == 0 || matches[i].score <= matches[i - 1].score);
    }
    assert_true(found[0] && found[1]);
    FAILS(ERROR_INVALID, act_request_search(&act, " ", &matches, &count));
    FAILS(ERROR_NOT_ALLOWED, act_request_search(&nurse, reference, &matches, &count));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_request_lacks_is_said_beside_its_field),
        cmocka_unit_test(all_that_is_held_is_gathered_and_labels_propose_what_stays),
        cmocka_unit_test(why_it_was_corrected_stays_with_what_it_was),
        cmocka_unit_test(a_change_of_a_decision_has_a_reason_and_what_it_needs),
        cmocka_unit_test(what_is_left_out_is_nowhere_in_what_is_given),
        cmocka_unit_test(it_goes_out_by_another_person_as_it_was_read),
        cmocka_unit_test(what_is_given_is_told_by_one_number),
        cmocka_unit_test(what_is_held_is_read_for_an_answer_alone),
        cmocka_unit_test(the_time_is_extended_once_and_with_a_reason),
        cmocka_unit_test(a_person_is_found_by_name_and_each_who_is_shown_is_a_look),
    };
    return cmocka_run_group_tests(tests, begin, tear_down);
}
