/* Row 37: nobody destroys a record alone, and nothing that was agreed counts for more than it was about. */
#include "act/guard.h"
#include "act/inner.h"
#include "disposing.h"

/* ---- when ---- */

static void a_case_is_due_on_the_day_after_and_not_before(void **context)
{
    struct state *state = *context;
    struct id id = record_of(state, closed_case(state, "Dueling"));
    assert_int_equal(listed(state, DISPOSAL_LIST_DUE, due_from, id), 1); /* the only one that there is */
    struct id open = record_of(state, new_case(state, "Openly"));
    assert_int_equal(look_at(state, &who.clerk, open, due_from)->row.state, DISPOSAL_OPEN);
    const struct disposal_view *view = look_at(state, &who.clerk, id, "2036-02-03T23:59:59Z");
    assert_int_equal(view->row.state, DISPOSAL_KEPT);
    assert_string_equal(view->row.rule->id, "case");
    assert_false(view->may_propose);
    FAILS(ERROR_CONFLICT, step(state, &who.clerk, id, DISPOSAL_PROPOSE, 0, "Over.", "2036-02-03T23:59:59Z"));
    assert_int_equal(listed(state, DISPOSAL_LIST_DUE, "2036-02-03T23:59:59Z", id), 0);
    view = look_at(state, &who.clerk, id, due_from);
    assert_int_equal(view->row.state, DISPOSAL_DUE);
    assert_true(view->may_propose);
    assert_int_equal(view->entries, 3);
    assert_int_equal(listed(state, DISPOSAL_LIST_DUE, due_from, id), 1);
    assert_int_equal(listed(state, DISPOSAL_LIST_DUE, due_from, open), 0);
}

static void a_hold_keeps_a_record_until_it_is_lifted(void **context)
{
    struct state *state = *context;
    struct id id = record_of(state, closed_case(state, "Holding"));
    FAILS(ERROR_INVALID, step(state, &who.clerk, id, DISPOSAL_HOLD, 0, "  ", due_from));
    GOOD(step(state, &state->manager, id, DISPOSAL_HOLD, 0, "An inquiry asked for it.", due_from));
    const struct disposal_view *view = look_at(state, &who.clerk, id, due_from);
    assert_int_equal(view->row.state, DISPOSAL_HELD);
    assert_int_equal(view->hold_count, 1);
    assert_string_equal(view->holds[0].reason, "An inquiry asked for it.");
    uint64_t hold = view->holds[0].seq;
    FAILS(ERROR_CONFLICT, step(state, &who.clerk, id, DISPOSAL_PROPOSE, 0, "Over.", due_from));
    assert_int_equal(listed(state, DISPOSAL_LIST_DUE, due_from, id), 0);
    assert_int_equal(listed(state, DISPOSAL_LIST_HELD, due_from, id), 1);
    FAILS(ERROR_CONFLICT, step(state, &who.clerk, id, DISPOSAL_LIFT, hold + 1, "Ended.", due_from));
    GOOD(step(state, &who.clerk, id, DISPOSAL_LIFT, hold, "The inquiry ended.", due_from));
    FAILS(ERROR_CONFLICT, step(state, &who.clerk, id, DISPOSAL_LIFT, hold, "Ended.", due_from));
    assert_int_equal(look_at(state, &who.clerk, id, due_from)->row.state, DISPOSAL_DUE);
}

/* ---- two people ---- */

static void nobody_agrees_to_what_they_proposed_under_any_account(void **context)
{
    struct state *state = *context;
    struct id id = record_of(state, closed_case(state, "Selfsame"));
    uint64_t proposal = propose(state, id, due_from);
    const char *later = "2036-02-05T09:00:00Z";
    who.late = account(state, "late", "Helen Moss", later);
    FAILS(ERROR_NOT_ALLOWED, step(state, &who.clerk, id, DISPOSAL_AGREE, proposal, "Yes.", later));
    FAILS(ERROR_NOT_ALLOWED, step(state, &who.twin, id, DISPOSAL_AGREE, proposal, "Yes.", later));
    FAILS(ERROR_NOT_ALLOWED, step(state, &who.late, id, DISPOSAL_AGREE, proposal, "Yes.", later));
    FAILS(ERROR_NOT_ALLOWED, step(state, &state->manager, id, DISPOSAL_AGREE, proposal, "Yes.", later));
    FAILS(ERROR_NOT_ALLOWED, step(state, &state->nurse, id, DISPOSAL_AGREE, proposal, "Yes.", later));
    FAILS(ERROR_NOT_SIGNED_IN, step(state, NULL, id, DISPOSAL_AGREE, proposal, "Yes.", later));
    assert_non_null(look_at(state, &who.clerk, id, later)->hindrance);
    assert_non_null(look_at(state, &who.twin, id, later)->hindrance);
    assert_null(look_at(state, &who.second, id, later)->hindrance);
    assert_int_equal(look_at(state, &who.second, id, later)->row.state, DISPOSAL_PROPOSED);
    GOOD(step(state, &who.second, id, DISPOSAL_AGREE, proposal, "Nothing stands against it.", later));
    FAILS(ERROR_CONFLICT, step(state, &who.second, id, DISPOSAL_AGREE, proposal, "Again.", later));
    assert_int_equal(look_at(state, &who.second, id, later)->row.state, DISPOSAL_WAITING);
}

static void two_accounts_of_one_address_are_one_person(void **context)
{
    struct state *state = *context;
    struct id id = record_of(state, closed_case(state, "Addressed"));
    struct act act = act_on(state, &who.clerk, due_from);
    GOOD(act_mail_address_set(&act, "keeper@example.org"));
    act = act_on(state, &who.second, due_from);
    GOOD(act_mail_address_set(&act, "keeper@example.org"));
    uint64_t proposal = propose(state, id, due_from);
    FAILS(ERROR_NOT_ALLOWED, step(state, &who.second, id, DISPOSAL_AGREE, proposal, "Yes.", due_from));
    act = act_on(state, &who.second, due_from);
    GOOD(act_mail_address_set(&act, ""));
    GOOD(step(state, &who.second, id, DISPOSAL_AGREE, proposal, "Yes.", due_from));
}

/* An agreement that was caught, or kept back, is worth nothing for another proposal. */
static void an_agreement_is_about_one_proposal_and_no_other(void **context)
{
    struct state *state = *context;
    struct id id = record_of(state, closed_case(state, "Replayed"));
    uint64_t first = propose(state, id, due_from);
    GOOD(step(state, &who.second, id, DISPOSAL_AGREE, first, "Yes.", due_from));
    GOOD(step(state, &who.clerk, id, DISPOSAL_CANCEL, first, "A relative asked.", due_from));
    assert_int_equal(look_at(state, &who.clerk, id, due_from)->row.state, DISPOSAL_DUE);
    FAILS(ERROR_CONFLICT,
          step(state, &who.second, id, DISPOSAL_DESTROY, first, NULL, "2037-01-01T00:00:00Z"));
    uint64_t second = propose(state, id, due_from);
    assert_true(second > first);
    FAILS(ERROR_CONFLICT, step(state, &who.second, id, DISPOSAL_AGREE, first, "Yes.", due_from));
    FAILS(ERROR_CONFLICT,
          step(state, &who.second, id, DISPOSAL_DESTROY, first, NULL, "2037-01-01T00:00:00Z"));
    FAILS(ERROR_CONFLICT,
          step(state, &who.second, id, DISPOSAL_DESTROY, second, NULL, "2037-01-01T00:00:00Z"));
    assert_int_equal(look_at(state, &who.clerk, id, due_from)->row.state, DISPOSAL_PROPOSED);
    GOOD(step(state, &who.second, id, DISPOSAL_REFUSE, second, "A claim may come.", due_from));
    FAILS(ERROR_CONFLICT, step(state, &who.second, id, DISPOSAL_AGREE, second, "Yes.", due_from));
    assert_int_equal(look_at(state, &who.clerk, id, due_from)->row.state, DISPOSAL_DUE);
}

static void the_two_acts_that_cannot_be_undone_ask_for_a_proof(void **context)
{
    struct state *state = *context;
    struct id id = record_of(state, closed_case(state, "Proven"));
    uint64_t proposal = propose(state, id, due_from);
    struct act act = act_on(state, &who.second, due_from);
    struct actor stale = *act.actor;
    stale.proved_at = instant_add_ms(act.now, -(PROOF_SECONDS + 1) * (int64_t)MS_PER_SECOND);
    act.actor = &stale;
    FAILS(ERROR_PROVE_AGAIN, act_disposal_step(&act, id, DISPOSAL_AGREE, proposal, "Yes."));
    stale.proved_at = (struct instant){0}; /* a program with a token */
    FAILS(ERROR_NOT_ALLOWED, act_disposal_step(&act, id, DISPOSAL_AGREE, proposal, "Yes."));
    assert_int_equal(look_at(state, &who.clerk, id, due_from)->row.state, DISPOSAL_PROPOSED);
}

/* ---- what happens between ---- */

static void a_word_or_a_hold_that_comes_between_stops_it(void **context)
{
    struct state *state = *context;
    const char *late = "2036-03-01T00:00:00Z";
    const char *reference = closed_case(state, "Between");
    struct id id = record_of(state, reference);
    uint64_t proposal = propose(state, id, due_from);
    GOOD(step(state, &who.second, id, DISPOSAL_AGREE, proposal, "Yes.", due_from));
    GOOD(step(state, &state->manager, id, DISPOSAL_HOLD, 0, "A claim.", "2036-02-10T00:00:00Z"));
    assert_int_equal(look_at(state, &who.second, id, late)->row.state, DISPOSAL_HELD);
    FAILS(ERROR_CONFLICT, step(state, &who.second, id, DISPOSAL_DESTROY, proposal, NULL, late));
    uint64_t hold = look_at(state, &who.second, id, late)->holds[0].seq;
    GOOD(step(state, &who.second, id, DISPOSAL_LIFT, hold, "It was withdrawn.", late));
    assert_int_equal(look_at(state, &who.second, id, late)->row.state, DISPOSAL_READY);
    record(state, reference, "case-reopened", "{\"reasons\":\"Seen again.\",\"agreed_by\":\"M\"}", late);
    FAILS(ERROR_CONFLICT, step(state, &who.second, id, DISPOSAL_DESTROY, proposal, NULL, late));
    record(state, reference, "case-closed", "{\"reasons\":\"Safe.\",\"agreed_by\":\"M\"}", late);
    const char *much_later = "2043-01-01T00:00:00Z"; /* six years after the closing: due again */
    const struct error *error = step(state, &who.second, id, DISPOSAL_DESTROY, proposal, NULL, much_later);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_CONFLICT);
    assert_non_null(strstr(error->detail, "something was recorded since"));
}

static void the_waiting_period_is_waited_for(void **context)
{
    struct state *state = *context;
    struct id id = record_of(state, closed_case(state, "Waiting"));
    uint64_t proposal = propose(state, id, due_from);
    GOOD(step(state, &who.second, id, DISPOSAL_AGREE, proposal, "Yes.", "2036-02-04T10:00:00Z"));
    /* fourteen days: to the end of 18 February, which is a day of a leap year's winter */
    FAILS(ERROR_CONFLICT,
          step(state, &who.second, id, DISPOSAL_DESTROY, proposal, NULL, "2036-02-18T23:59:59Z"));
    assert_int_equal(look_at(state, &who.second, id, "2036-02-18T23:59:59Z")->row.state, DISPOSAL_WAITING);
    assert_int_equal(look_at(state, &who.second, id, "2036-02-19T00:00:00Z")->row.state, DISPOSAL_READY);
    assert_int_equal(listed(state, DISPOSAL_LIST_UNDER_WAY, "2036-02-19T00:00:00Z", id), 1);
}

/* ---- destroyed ---- */

static void a_record_goes_and_the_fact_stays(void **context)
{
    struct state *state = *context;
    const char *late = "2036-03-01T00:00:00Z";
    const char *reference = closed_case(state, "Vanishing");
    struct id id = record_of(state, reference);
    uint64_t proposal = propose(state, id, due_from);
    GOOD(step(state, &who.second, id, DISPOSAL_AGREE, proposal, "Yes.", due_from));
    GOOD(step(state, &who.second, id, DISPOSAL_DESTROY, proposal, NULL, late));
    struct act act = act_on(state, &state->manager, late);
    const struct case_view *gone;
    FAILS(ERROR_DISPOSED, act_case_read(&act, reference, INSTANT_NEVER, &gone));
    const struct match *matches;
    size_t count;
    GOOD(act_case_search(&act, "Vanishing Tarn", &matches, &count));
    for (size_t i = 0; i < count; i++) {
        assert_string_not_equal(matches[i].reference.text, reference);
    }
    const struct disposal_view *view = look_at(state, &who.clerk, id, late);
    assert_int_equal(view->row.state, DISPOSAL_DESTROYED);
    assert_string_equal(view->row.rule_title, "A child's case");
    assert_int_equal(view->entries, 3);
    assert_int_equal(view->meetings, 0);
    struct day day;
    assert_true(day_parse("2026-06-01", &day));
    assert_int_equal(view->begun.number, day.number);
    assert_true(view->is_closed);
    assert_int_equal(view->closed.number, day.number + 2);
    assert_string_equal(view->proposed_by, "Parveen Ashworth");
    assert_string_equal(view->agreed_by, "Daniel Okafor");
    assert_string_equal(view->steps[0].what, "Record destroyed");
    assert_false(view->may_hold || view->may_propose || view->may_cancel || view->may_destroy);
    assert_int_equal(listed(state, DISPOSAL_LIST_DESTROYED, late, id), 1);
    assert_int_equal(listed(state, DISPOSAL_LIST_DUE, late, id), 0);
    assert_int_equal(listed(state, DISPOSAL_LIST_UNDER_WAY, late, id), 0);
    struct id found;
    act = act_on(state, &who.clerk, late);
    GOOD(act_disposal_find(&act, reference, &found));
    assert_true(id_equal(found, id));
    FAILS(ERROR_CONFLICT, step(state, &who.second, id, DISPOSAL_DESTROY, proposal, NULL, late));
    FAILS(ERROR_CONFLICT, step(state, &state->manager, id, DISPOSAL_HOLD, 0, "Too late.", late));
    struct verify_result verified;
    GOOD_ONCE(store_verify(service_store(state->service), state->arena, &verified));
    assert_null(verified.broken);
    assert_true(verified.disposed >= 2); /* the case and the child */
}

/* ---- what goes along, and what stays ---- */

static void a_person_goes_with_the_last_of_their_cases(void **context)
{
    struct state *state = *context;
    struct id first = record_of(state, closed_case(state, "Twice"));
    struct id second = second_case(state, first);
    struct id person = person_of(state, first);
    assert_true(id_equal(person_of(state, second), person));
    assert_int_equal(look_at(state, &who.clerk, first, due_from)->others, 1);
    destroy(state, first);
    assert_true(is_there(state, person));
    assert_true(is_there(state, second));
    assert_int_equal(look_at(state, &who.clerk, first, "2036-03-02T00:00:00Z")->others, 1);
    struct act act = act_on(state, &state->manager, "2036-03-01T00:00:00Z");
    const struct case_view *view;
    GOOD(act_case_read(&act, reference_of(second).text, INSTANT_NEVER, &view));
    assert_string_equal(view->child.given_name, "Twice");
    assert_int_equal(look_at(state, &who.clerk, second, due_from)->others, 0);
    destroy(state, second);
    assert_false(is_there(state, person));
    assert_int_equal(look_at(state, &who.clerk, second, "2036-03-02T00:00:00Z")->others, 0);
    /* that it was looked at is still counted */
    act = act_on(state, NULL, "2036-03-01T01:00:00Z");
    GOOD(unusual_sweep(&act));
}

/* Between the look at the cases of a child and the disposal another may be opened. */
static void a_case_that_was_opened_meanwhile_keeps_the_record_of_its_child(void **context)
{
    struct state *state = *context;
    static const struct disposal decided = {{2087000000000}, {{1}}, {{2}}, "closed-six-years"};
    struct id first = record_of(state, closed_case(state, "Meanwhile"));
    struct id person = person_of(state, first);
    struct write *write = store_write_new(service_store(state->service), state->arena);
    struct store_reader *reader = reader_of(state);
    GOOD_ONCE(store_record_destroy(write, reader, first, &decided));
    GOOD_ONCE(store_record_destroy(write, reader, person, &decided));
    store_reader_give(reader);
    struct id second = second_case(state, first);
    FAILS_ONCE(ERROR_CONFLICT, store_commit(write));
    assert_true(is_there(state, first) && is_there(state, person));
    struct act act = act_on(state, &state->manager, "2036-03-01T00:00:00Z");
    const struct case_view *view;
    GOOD(act_case_read(&act, reference_of(second).text, INSTANT_NEVER, &view));
    assert_string_equal(view->child.given_name, "Meanwhile");
}

/* Each child's part of a meeting stands in that child's case; what they share goes with the last. */
static void a_meeting_about_two_children_keeps_the_part_of_the_other(void **context)
{
    struct state *state = *context;
    struct act act = act_on(state, &state->manager, "2026-06-03T08:00:00Z");
    const char *references[2];
    struct id cases[2];
    struct case_part parts[2] = {{0}};
    const struct pack *pack = service_pack(state->service);
    const struct entry_type *held = pack_type(pack, "meeting-held");
    const struct part_entry entry = {
        .type = held,
        .values = fields(state, held->index,
                         "{\"kind\":\"complex-abuse\",\"chair_role\":\"social-care-manager\","
                         "\"exit_plan\":\"agreed\",\"child_views\":\"V\"}"),
    };
    for (int i = 0; i < 2; i++) {
        references[i] = closed_case(state, i == 0 ? "Meetingone" : "Meetingtwo");
        cases[i] = record_of(state, references[i]);
        parts[i] = (struct case_part){references[i], 0, &entry, 1};
    }
    struct together_input input = {.parts = parts, .count = 2, .begins_meeting = "complex-abuse"};
    struct recorded recorded;
    GOOD(act_together_record(&act, &input, &recorded));
    struct id meeting;
    assert_true(id_parse(entry_text(recorded.entry, "meeting"), &meeting));
    assert_int_equal(look_at(state, &who.clerk, cases[0], due_from)->meetings, 0);
    destroy(state, cases[0]);
    assert_true(is_there(state, meeting));
    act = act_on(state, &state->manager, "2036-03-01T00:00:00Z");
    const struct case_view *view;
    GOOD(act_case_read(&act, references[1], INSTANT_NEVER, &view));
    assert_string_equal(entry_text(view->entries[view->entry_count - 1], "child_views"), "V");
    assert_int_equal(look_at(state, &who.clerk, cases[1], due_from)->meetings, 1);
    destroy(state, cases[1]);
    assert_false(is_there(state, meeting));
}

static void an_open_request_of_the_person_keeps_the_record_and_an_ended_one_goes_with_it(void **context)
{
    struct state *state = *context;
    const char *reference = closed_case(state, "Asking");
    struct id id = record_of(state, reference);
    struct act act = act_on(state, &who.clerk, due_from);
    struct request_input input = {.reference = reference,
                                  .asked_by = "Asking Tarn",
                                  .asks_as = "self",
                                  .identity = "A passport was shown",
                                  .has_received = true};
    assert_true(day_parse("2036-02-01", &input.received));
    struct id request;
    GOOD(act_request_begin(&act, &input, &request));
    assert_int_equal(look_at(state, &who.clerk, id, due_from)->row.state, DISPOSAL_HELD);
    assert_int_equal(listed(state, DISPOSAL_LIST_DUE, due_from, id), 0);
    FAILS(ERROR_CONFLICT, step(state, &who.clerk, id, DISPOSAL_PROPOSE, 0, "Over.", due_from));
    GOOD(act_request_close(&act, request, "It was withdrawn"));
    struct id again;
    GOOD_ONCE(act_request_begin(&act, &input, &again));
    GOOD_ONCE(act_request_close(&act, again, "It was withdrawn again"));
    assert_int_equal(look_at(state, &who.clerk, id, due_from)->row.state, DISPOSAL_DUE);
    struct act manager = act_on(state, &state->manager, "2026-06-05T09:00:00Z");
    char nurse[ID_TEXT];
    id_format(state->nurse.account, nurse);
    GOOD(act_conflict_declare(&manager, reference, nurse, "A cousin of theirs"));
    assert_true(is_there(state, guard_id(id)));
    destroy(state, id);
    assert_false(is_there(state, request) || is_there(state, again)); /* what was decided there quotes it */
    assert_false(is_there(state, guard_id(id)));
}

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, ID_BYTES);
}

static void where_a_list_goes_on_names_no_record_that_is_left_out(void **context)
{
    struct state *state = *context;
    struct act manager = act_on(state, &state->manager, "2026-06-05T09:00:00Z");
    struct act clerk = act_on(state, &who.clerk, due_from);
    struct id ids[3];
    char account[ID_TEXT];
    char left_out[ID_TEXT];
    for (size_t i = 0; i < 3; i++) {
        ids[i] = record_of(state, closed_case(state, "Niece"));
    }
    qsort(ids, 3, sizeof *ids, by_id); /* due on one day, they are listed so */
    id_format(who.clerk.account, account);
    id_format(ids[1], left_out);
    struct reference reference = reference_of(ids[1]);
    GOOD(act_conflict_declare(&manager, reference.text, account, "A niece of theirs"));
    struct disposal_filter filter = {.list = DISPOSAL_LIST_DUE, .limit = 1};
    size_t pages = 0;
    do {
        const struct disposal_row *rows;
        size_t count;
        GOOD(act_disposals(&clerk, &filter, &rows, &count, &filter.cursor));
        assert_null(filter.cursor == NULL ? NULL : strstr(filter.cursor, left_out));
        pages++;
    } while (filter.cursor != NULL);
    assert_true(pages >= 2);
}

struct reading {
    struct act act;
    struct id id;
};

static const struct error *read_one(void *context)
{
    const struct reading *reading = context;
    const struct disposal_view *view;
    return act_disposal_read(&reading->act, reading->id, &view);
}

/* Records are counted whole for who keeps them, and as they are read for who reads them. */
static void how_many_entries_there_are_tells_nothing_of_what_is_closed(void **context)
{
    struct state *state = *context;
    static const char at[] = "2026-06-02T09:00:00Z";
    const char *reference = new_case(state, "Counting");
    struct act nurse = act_on(state, &state->nurse, at);
    struct act manager = act_on(state, &state->manager, at);
    const struct entry_type *type = pack_type(service_pack(state->service), "child-views");
    struct entry_input input = {.type = type,
                                .values =
                                    fields(state, type->index, "{\"views\":\"V\",\"how_obtained\":\"H\"}"),
                                .labels = "sexual-health"};
    struct recorded recorded;
    const struct case_view *view;
    GOOD_ONCE(act_entry_record(&nurse, reference, &input, &recorded));
    input.labels = NULL;
    GOOD_ONCE(act_entry_record(&manager, reference, &input, &recorded));
    GOOD(act_case_read(&manager, reference, INSTANT_NEVER, &view));
    struct id id = record_of(state, reference);
    assert_int_equal(view->entry_count, 2);
    assert_int_equal(look_at(state, &state->manager, id, at)->entries, 2);
    assert_int_equal(look_at(state, &who.clerk, id, at)->entries, 3);
    struct reading reading = {manager, id};
    EACH_TIME(read_one, NULL, &reading, NULL);
}

/* Whose own family it is has no part in what becomes of the record, or in who is given it. */
static void who_has_an_interest_of_their_own_finds_no_record(void **context)
{
    struct state *state = *context;
    const char *reference = closed_case(state, "Cousin");
    struct id id = record_of(state, reference);
    struct act manager = act_on(state, &state->manager, "2026-06-05T09:00:00Z");
    struct act clerk = act_on(state, &who.clerk, due_from);
    char account[ID_TEXT];
    id_format(who.clerk.account, account);
    assert_int_equal(listed(state, DISPOSAL_LIST_DUE, due_from, id), 1);
    GOOD(act_conflict_declare(&manager, reference, account, "A cousin of theirs"));
    const struct disposal_view *view;
    FAILS(ERROR_NOT_FOUND, act_disposal_read(&clerk, id, &view));
    FAILS(ERROR_NOT_FOUND, step(state, &who.clerk, id, DISPOSAL_HOLD, 0, "Why not.", due_from));
    FAILS(ERROR_NOT_FOUND, step(state, &who.clerk, id, DISPOSAL_PROPOSE, 0, "Over.", due_from));
    assert_int_equal(listed(state, DISPOSAL_LIST_DUE, due_from, id), 0);
    const struct match *matches;
    size_t count;
    GOOD(act_request_search(&clerk, reference, &matches, &count));
    assert_int_equal(count, 0);
    struct request_input input = {.reference = reference,
                                  .asked_by = "Cousin Tarn",
                                  .asks_as = "self",
                                  .identity = "Known",
                                  .has_received = true};
    assert_true(day_parse("2036-02-01", &input.received));
    struct id request;
    FAILS(ERROR_NOT_FOUND, act_request_begin(&clerk, &input, &request));
    struct act second = act_on(state, &who.second, due_from);
    GOOD(act_request_begin(&second, &input, &request));
    const struct request_view *asked;
    FAILS(ERROR_NOT_FOUND, act_request_read(&clerk, request, &asked));
    FAILS(ERROR_NOT_FOUND, act_request_document(&clerk, request, &asked));
    GOOD(act_request_read(&second, request, &asked));
    const struct request_row *rows;
    GOOD(act_requests(&clerk, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        assert_false(id_equal(rows[i].id, request));
    }
    assert_int_equal(look_at(state, &who.second, id, due_from)->row.state,
                     DISPOSAL_HELD); /* by the request */
}

static void what_is_no_record_of_these_kinds_is_not_found(void **context)
{
    struct state *state = *context;
    struct act act = act_on(state, &who.clerk, due_from);
    const struct disposal_view *view;
    FAILS(ERROR_NOT_FOUND, act_disposal_read(&act, (struct id){{1}}, &view));
    FAILS(ERROR_NOT_FOUND, act_disposal_read(&act, who.clerk.account, &view));
    FAILS(ERROR_NOT_FOUND, act_disposal_step(&act, who.clerk.account, DISPOSAL_HOLD, 0, "Why not."));
    struct id id;
    FAILS(ERROR_INVALID, act_disposal_find(&act, "nothing", &id));
    FAILS(ERROR_INVALID, act_disposal_find(&act, reference_of((struct id){{1}}).text, &id));
    act = act_on(state, &state->nurse, due_from);
    FAILS(ERROR_NOT_ALLOWED, act_disposal_read(&act, (struct id){{1}}, &view));
    struct disposal_filter filter = {.cursor = "2036.zz"};
    const struct disposal_row *rows;
    size_t count;
    const char *next;
    act = act_on(state, &who.clerk, due_from);
    FAILS(ERROR_BAD_INPUT, act_disposals(&act, &filter, &rows, &count, &next));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_is_due_on_the_day_after_and_not_before),
        cmocka_unit_test(a_hold_keeps_a_record_until_it_is_lifted),
        cmocka_unit_test(nobody_agrees_to_what_they_proposed_under_any_account),
        cmocka_unit_test(two_accounts_of_one_address_are_one_person),
        cmocka_unit_test(an_agreement_is_about_one_proposal_and_no_other),
        cmocka_unit_test(the_two_acts_that_cannot_be_undone_ask_for_a_proof),
        cmocka_unit_test(a_word_or_a_hold_that_comes_between_stops_it),
        cmocka_unit_test(the_waiting_period_is_waited_for),
        cmocka_unit_test(a_record_goes_and_the_fact_stays),
        cmocka_unit_test(a_person_goes_with_the_last_of_their_cases),
        cmocka_unit_test(a_case_that_was_opened_meanwhile_keeps_the_record_of_its_child),
        cmocka_unit_test(a_meeting_about_two_children_keeps_the_part_of_the_other),
        cmocka_unit_test(an_open_request_of_the_person_keeps_the_record_and_an_ended_one_goes_with_it),
        cmocka_unit_test(how_many_entries_there_are_tells_nothing_of_what_is_closed),
        cmocka_unit_test(where_a_list_goes_on_names_no_record_that_is_left_out),
        cmocka_unit_test(who_has_an_interest_of_their_own_finds_no_record),
        cmocka_unit_test(what_is_no_record_of_these_kinds_is_not_found),
    };
    return cmocka_run_group_tests(tests, begin, tear_down);
}
