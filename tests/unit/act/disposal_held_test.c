/*
 * Disposal of what a page rarely shows: records outside a case, meetings that are gone, files in which
 * something stands that no act writes, long lists, roles that may do one thing only, and the store failing.
 */
#include "disposing.h"

#include "act/account.h"
#include "act/disposal_inner.h"
#include "store/disposed.h"

/* ---- what is crafted */

static struct stream stream_of(const struct state *state, struct id id)
{
    struct store_reader *reader = reader_of(state);
    struct stream stream;
    GOOD_ONCE(store_stream_read(reader, state->arena, id, &stream));
    store_reader_give(reader);
    return stream;
}

static void write_on(const struct state *state, struct stream *stream, struct entry entry)
{
    struct write *write = store_write_new(state->service->store, state->arena);
    entry.id = (struct id){{0}};
    store_write_entry(write, stream, &entry);
    GOOD_ONCE(store_commit(write));
}

static struct stream file_of(const struct state *state, struct id record)
{
    return stream_of(state, stream_id_beside(STREAM_DISPOSAL, record));
}

/* In the file of the record, as nobody may write it. */
static void forge(const struct state *state, const struct actor *actor, struct id record, const char *type,
                  const char *number, int64_t value)
{
    struct act act = act_on(state, actor, due_from);
    struct value *values;
    struct stream file = file_of(state, record);
    struct entry entry = account_entry(&act, type, &values);
    if (number != NULL) {
        values[entry_type_field(entry.type, number)->index] =
            (struct value){.kind = VALUE_NUMBER, .number = value};
    }
    write_on(state, &file, entry);
}

static struct id outside(const struct state *state)
{
    struct act act = act_on(state, &state->nurse, "2026-06-01T09:00:00Z");
    const struct entry_type *type = pack_type(service_pack(state->service), "outreach-contact");
    struct id id;
    GOOD_ONCE(act_outside_record(
        &act, type, fields(state, type->index, "{\"setting\":\"Drop-in\",\"reached\":7,\"summary\":\"S\"}"),
        NULL, &id));
    return id;
}

/* ---- outside a case ---- */

static void a_record_outside_a_case_goes_by_itself(void **context)
{
    struct state *state = *context;
    struct id id = outside(state);
    struct id other = outside(state);
    struct id found;
    struct act act = act_on(state, &who.clerk, due_from);
    GOOD(act_disposal_find(&act, reference_of(id).text, &found));
    assert_true(id_equal(found, id));
    GOOD(act_disposal_find(&act, reference_of(other).text, &found));
    assert_true(id_equal(found, other));
    assert_int_equal(listed(state, DISPOSAL_LIST_DUE, due_from, id), 1);
    assert_int_equal(listed(state, DISPOSAL_LIST_DUE, due_from, other), 1);
    const struct disposal_view *view = look_at(state, &who.clerk, id, due_from);
    assert_int_equal(view->row.state, DISPOSAL_DUE);
    assert_string_equal(view->row.rule->id, "outside-cases");
    assert_false(view->is_closed);
    assert_int_equal(view->meetings, 0);
    destroy(state, id);
    assert_true(is_there(state, other));
    view = look_at(state, &who.clerk, id, "2036-03-01T00:00:00Z");
    assert_int_equal(view->row.state, DISPOSAL_DESTROYED);
    assert_int_equal(view->row.kind, RETENTION_OUTSIDE);
    assert_false(view->is_closed);
    assert_int_equal(listed(state, DISPOSAL_LIST_DESTROYED, due_from, id), 1);
    GOOD(act_disposal_find(&act, reference_of(id).text, &found));
    assert_true(id_equal(found, id));
    FAILS(ERROR_INVALID, act_disposal_find(&act, NULL, &found));
}

/* ---- meetings ---- */

/* Two cases that met about both of them. */
struct met {
    const char *reference;
    const char *other;
    struct id case_id;
    struct id meeting;
};

static struct met met_of(const struct state *state, const char *given)
{
    struct act act = act_on(state, &state->manager, "2026-06-03T08:00:00Z");
    struct met met = {.reference = closed_case(state, given), .other = closed_case(state, given)};
    const struct entry_type *held = pack_type(service_pack(state->service), "meeting-held");
    const struct part_entry entry = {
        .type = held,
        .values = fields(state, held->index,
                         "{\"kind\":\"complex-abuse\",\"chair_role\":\"social-care-manager\","
                         "\"exit_plan\":\"agreed\",\"child_views\":\"V\"}"),
    };
    struct case_part parts[] = {{met.reference, 0, &entry, 1}, {met.other, 0, &entry, 1}};
    struct together_input input = {.parts = parts, .count = 2, .begins_meeting = "complex-abuse"};
    struct recorded recorded;
    GOOD_ONCE(act_together_record(&act, &input, &recorded));
    met.case_id = record_of(state, met.reference);
    assert_true(id_parse(entry_text(recorded.entry, "meeting"), &met.meeting));
    return met;
}

/* The last entry of the case once more, said to be of that meeting. */
static void part_in(const struct state *state, const struct met *met, const char *meeting)
{
    struct stream file = stream_of(state, met->case_id);
    struct entry entry = *file.entries[file.count - 1];
    struct value *values = arena_many(state->arena, struct value, entry.type->field_count);
    memcpy(values, entry.values, entry.type->field_count * sizeof *values);
    account_set(values, entry.type, "meeting", meeting);
    entry.values = values;
    write_on(state, &file, entry);
}

static const char *text_of(const struct state *state, struct id id)
{
    char *text = arena_alloc(state->arena, ID_TEXT);
    id_format(id, text);
    return text;
}

/* A meeting that is about these cases, by their references; NULL: it does not say. */
static struct id meeting_about(const struct state *state, const struct met *met, const char *const *cases,
                               size_t count)
{
    struct stream meeting = stream_of(state, met->meeting);
    struct stream made;
    struct entry entry = *meeting.entries[0];
    struct value *values = arena_many(state->arena, struct value, entry.type->field_count);
    memcpy(values, entry.values, entry.type->field_count * sizeof *values);
    values[entry_type_field(entry.type, "cases")->index] =
        cases == NULL ? (struct value){0} : (struct value){.kind = VALUE_TEXTS, .list = {cases, count}};
    entry.values = values;
    GOOD_ONCE(
        store_stream_new(state->service->store, state->arena, STREAM_MEETING, meeting.head.pack, &made));
    write_on(state, &made, entry);
    return made.head.id;
}

static size_t meetings_of(const struct state *state, const struct met *met)
{
    return look_at(state, &who.clerk, met->case_id, due_from)->meetings;
}

static void only_meetings_that_are_nobody_elses_go_along(void **context)
{
    struct state *state = *context;
    struct met met = met_of(state, "Meetings");
    assert_int_equal(meetings_of(state, &met), 0); /* it is the other's too */
    const char *own = text_of(state, meeting_about(state, &met, &met.reference, 1));
    part_in(state, &met, own);
    part_in(state, &met, own); /* again: it is counted once */
    assert_int_equal(meetings_of(state, &met), 1);
    part_in(state, &met, "no id");
    part_in(state, &met, text_of(state, (struct id){{1}}));
    part_in(state, &met, text_of(state, state->nurse.account)); /* no meeting */
    const char *const both[] = {met.reference, met.other};
    part_in(state, &met, text_of(state, meeting_about(state, &met, both, 2)));
    assert_int_equal(meetings_of(state, &met), 1);
    const char *const nobody[] = {"no reference", reference_of((struct id){{1}}).text, met.reference};
    part_in(state, &met, text_of(state, meeting_about(state, &met, nobody, 3)));
    assert_int_equal(meetings_of(state, &met), 2);
    part_in(state, &met, text_of(state, meeting_about(state, &met, NULL, 0)));
    assert_int_equal(meetings_of(state, &met), 3);
}

/* ---- how it stands ---- */

static void a_rule_says_why_by_paragraph_or_by_statute(void **context)
{
    struct state *state = *context;
    struct act act = act_on(state, &who.clerk, due_from);
    struct retention_rule rule = {.title = "A rule", .statute = "An Act"};
    struct kept_fact kept = {.pack = service_pack(state->service), .rule = &rule};
    struct disposal_file file = {.record = {{9}}};
    struct disposal_row row;
    disposal_row_fill(&act, &kept, &file, false, &row);
    assert_string_equal(row.source, "An Act");
    rule.paragraph = "11.61";
    disposal_row_fill(&act, &kept, &file, false, &row);
    assert_non_null(strstr(row.source, "11.61"));
    assert_non_null(strstr(row.source, "; An Act"));
    rule.statute = NULL;
    disposal_row_fill(&act, &kept, &file, false, &row);
    assert_non_null(strstr(row.source, "11.61"));
    assert_null(strstr(row.source, "An Act"));
    kept.rule = NULL;
    disposal_row_fill(&act, &kept, &file, false, &row);
    assert_int_equal(row.state, DISPOSAL_NO_RULE);
    assert_string_equal(row.source, "");
}

static void a_request_holds_only_what_is_due(void **context)
{
    struct state *state = *context;
    const char *reference = closed_case(state, "Early");
    struct id id = record_of(state, reference);
    struct act act = act_on(state, &who.clerk, "2026-07-02T09:00:00Z");
    struct request_input input = {.reference = reference,
                                  .asked_by = "Early Tarn",
                                  .asks_as = "self",
                                  .identity = "A passport was shown",
                                  .has_received = true};
    struct id request;
    assert_true(day_parse("2026-07-01", &input.received));
    GOOD(act_request_begin(&act, &input, &request));
    assert_int_equal(look_at(state, &who.clerk, id, "2026-07-02T09:00:00Z")->row.state, DISPOSAL_KEPT);
}

static void a_clock_that_was_put_back_brings_no_time_forward(void **context)
{
    struct state *state = *context;
    struct id id = record_of(state, closed_case(state, "Putback"));
    uint64_t proposal = propose(state, id, due_from);
    const struct error *error =
        step(state, &who.second, id, DISPOSAL_AGREE, proposal, "Yes.", "2036-02-03T12:00:00Z");
    assert_int_equal(error->code, ERROR_CONFLICT);
    assert_non_null(strstr(error->detail, "longer now"));
    error = step(state, &who.clerk, id, DISPOSAL_PROPOSE, 0, "Again.", due_from);
    assert_non_null(strstr(error->detail, "proposed already"));
    GOOD(step(state, &who.second, id, DISPOSAL_AGREE, proposal, "Yes.", due_from));
}

static void each_role_may_do_its_part(void **context)
{
    struct state *state = *context;
    struct id id = record_of(state, closed_case(state, "Parts"));
    struct id due = record_of(state, closed_case(state, "Dueparts"));
    struct actor actor = who.second;
    struct role role = *actor.role;
    (void)propose(state, id, due_from);
    actor.role = &role;
    role.holds_records = role.agrees_disposal = false; /* proposes only */
    const struct disposal_view *view = look_at(state, &actor, id, due_from);
    assert_true(view->may_cancel && !view->may_hold && !view->may_agree && !view->may_destroy);
    assert_true(look_at(state, &actor, due, due_from)->may_propose);
    role.proposes_disposal = false;
    role.agrees_disposal = true;
    view = look_at(state, &actor, id, due_from);
    assert_true(view->may_cancel && view->may_agree && !view->may_hold);
    assert_false(look_at(state, &actor, due, due_from)->may_propose);
    role.agrees_disposal = false;
    role.holds_records = true;
    view = look_at(state, &actor, id, due_from);
    assert_true(view->may_hold && !view->may_cancel && !view->may_agree);
}

/* ---- files in which something stands that no act writes ---- */

static void a_word_about_another_proposal_says_nothing(void **context)
{
    struct state *state = *context;
    struct id id = record_of(state, closed_case(state, "Forged"));
    GOOD(step(state, &who.clerk, id, DISPOSAL_HOLD, 0, "An inquiry.", due_from));
    forge(state, &who.second, id, "disposal-agreed", "proposal", 2);
    forge(state, &who.second, id, "disposal-carried-out", "proposal", 2);
    forge(state, &who.second, id, "disposal-refused", "proposal", 2);
    const struct disposal_view *view = look_at(state, &who.clerk, id, due_from);
    assert_int_equal(view->row.state, DISPOSAL_HELD);
    assert_int_equal(view->proposal, 0);
    char begun[DAY_TEXT];
    day_format(view->begun, begun);
    assert_string_equal(begun, "2026-06-01");
    assert_true(view->last.number > view->begun.number);
    /* lifted twice is lifted once */
    uint64_t hold = view->holds[0].seq;
    forge(state, &who.clerk, id, "hold-placed", NULL, 0);
    view = look_at(state, &who.clerk, id, due_from);
    assert_int_equal(view->hold_count, 2);
    assert_string_equal(view->holds[1].reason, "");
    forge(state, &who.clerk, id, "hold-lifted", "hold", (int64_t)hold);
    forge(state, &who.clerk, id, "hold-lifted", "hold", (int64_t)hold);
    view = look_at(state, &who.clerk, id, due_from);
    assert_int_equal(view->hold_count, 1);
    FAILS(ERROR_CONFLICT, step(state, &who.clerk, id, DISPOSAL_LIFT, hold, "Again.", due_from));
    GOOD(step(state, &who.clerk, id, DISPOSAL_LIFT, view->holds[0].seq, "It ended.", due_from));
    uint64_t proposal = propose(state, id, due_from);
    forge(state, &who.second, id, "disposal-agreed", "proposal", (int64_t)proposal + 7);
    forge(state, &who.second, id, "disposal-carried-out", "proposal", (int64_t)proposal + 7);
    forge(state, &who.second, id, "disposal-cancelled", "proposal", (int64_t)proposal + 7);
    forge(state, &who.clerk, id, "disposal-agreed", "proposal", (int64_t)proposal); /* by who proposed it */
    view = look_at(state, &who.second, id, due_from);
    assert_int_equal(view->row.state, DISPOSAL_PROPOSED);
    assert_int_equal(view->proposal, proposal);
}

/* Whose account had the name of the second person then. */
static void the_name_of_then_counts_too(void **context)
{
    struct state *state = *context;
    struct id id = record_of(state, closed_case(state, "Renamed"));
    struct act act = act_on(state, &who.clerk, due_from);
    struct value *values;
    GOOD(step(state, &who.clerk, id, DISPOSAL_HOLD, 0, "To begin the file.", due_from));
    GOOD(step(state, &who.clerk, id, DISPOSAL_LIFT, 2, "It ended.", due_from));
    struct stream file = file_of(state, id);
    struct entry entry = account_entry(&act, "disposal-proposed", &values);
    account_set(values, entry.type, "name", "Okafor, Daniel");
    write_on(state, &file, entry);
    assert_non_null(look_at(state, &who.second, id, due_from)->hindrance);
}

static void two_addresses_are_two_people(void **context)
{
    struct state *state = *context;
    struct id id = record_of(state, closed_case(state, "Addresses"));
    struct act clerk = act_on(state, &who.clerk, due_from);
    struct act second = act_on(state, &who.second, due_from);
    (void)propose(state, id, due_from);
    GOOD(act_mail_address_set(&second, "second@example.org"));
    GOOD(act_mail_address_set(&clerk, ""));
    assert_null(look_at(state, &who.second, id, due_from)->hindrance);
    GOOD(act_mail_address_set(&clerk, "clerk@example.org"));
    assert_null(look_at(state, &who.second, id, due_from)->hindrance);
    GOOD(act_mail_address_set(&clerk, "second@example.org"));
    assert_non_null(look_at(state, &who.second, id, due_from)->hindrance);
    GOOD(act_mail_address_set(&clerk, ""));
    GOOD(act_mail_address_set(&second, ""));
}

/* ---- lists ---- */

static void each_list_holds_its_own(void **context)
{
    struct state *state = *context;
    struct id held = record_of(state, closed_case(state, "Heldonly"));
    struct id proposed = record_of(state, closed_case(state, "Proposedonly"));
    GOOD(step(state, &who.clerk, held, DISPOSAL_HOLD, 0, "An inquiry.", due_from));
    (void)propose(state, proposed, due_from);
    assert_int_equal(listed(state, DISPOSAL_LIST_HELD, due_from, held), 1);
    assert_int_equal(listed(state, DISPOSAL_LIST_HELD, due_from, proposed), 0);
    assert_int_equal(listed(state, DISPOSAL_LIST_UNDER_WAY, due_from, held), 0);
    assert_int_equal(listed(state, DISPOSAL_LIST_UNDER_WAY, due_from, proposed), 1);
}

static void a_cursor_or_a_limit_that_is_none_is_refused(void **context)
{
    struct state *state = *context;
    struct act act = act_on(state, &who.clerk, due_from);
    const struct disposal_row *rows;
    const char *next;
    size_t count;
    const struct disposal_filter wrong[] = {
        {.limit = -1},
        {.limit = 201},
        {.cursor = "nodot"},
        {.cursor = "1.no-id"},
        {.cursor = "x.00000000000000000000000000000000"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        FAILS(ERROR_BAD_INPUT, act_disposals(&act, &wrong[i], &rows, &count, &next));
    }
}

static size_t pages_of(const struct state *state, enum disposal_list list, int limit, size_t *ret_rows)
{
    struct act act = act_on(state, &who.clerk, due_from);
    struct disposal_filter filter = {.list = list, .limit = limit};
    size_t pages = 0;
    *ret_rows = 0;
    do {
        const struct disposal_row *rows;
        size_t count;
        GOOD_ONCE(act_disposals(&act, &filter, &rows, &count, &filter.cursor));
        *ret_rows += count;
        pages++;
    } while (filter.cursor != NULL);
    return pages;
}

static void long_lists_are_whole(void **context)
{
    enum { MANY = 130 };
    struct state *state = *context;
    size_t before;
    size_t due;
    size_t destroyed;
    struct id first = record_of(state, closed_case(state, "Many"));
    struct id cases[MANY];
    (void)pages_of(state, DISPOSAL_LIST_DESTROYED, 0, &before);
    for (size_t i = 0; i < MANY; i++) {
        cases[i] = second_case(state, first);
    }
    assert_true(pages_of(state, DISPOSAL_LIST_DUE, 0, &due) >= 3);
    assert_true(due > MANY);
    struct write *write = store_write_new(state->service->store, state->arena);
    struct store_reader *reader = reader_of(state);
    for (size_t i = 0; i < MANY; i++) {
        const struct disposal disposal = {
            .at = start, .asked_by = who.clerk.account, .agreed_by = who.second.account, .rule = "case"};
        GOOD_ONCE(store_record_destroy(write, reader, cases[i], &disposal));
    }
    store_reader_give(reader);
    GOOD_ONCE(store_commit(write));
    assert_true(pages_of(state, DISPOSAL_LIST_DESTROYED, 0, &destroyed) >= 3);
    assert_int_equal(destroyed, before + MANY);
    assert_true(pages_of(state, DISPOSAL_LIST_DESTROYED, 7, &destroyed) >= MANY / 7);
    assert_int_equal(destroyed, before + MANY);
    assert_int_equal(pages_of(state, DISPOSAL_LIST_DESTROYED, 200, &destroyed), 1);
}

static void lists_and_acts_are_known_by_their_words(void **context)
{
    enum disposal_list list;
    enum disposal_act act;
    (void)context;
    for (int i = 0; i < DISPOSAL_LISTS; i++) {
        assert_true(disposal_list_find(disposal_list_name((enum disposal_list)i), &list));
        assert_int_equal(list, i);
    }
    assert_false(disposal_list_find("no-list", &list));
    assert_false(disposal_list_find(NULL, &list));
    static const char *const acts[DISPOSAL_ACTS] = {"hold",   "lift",   "propose", "agree",
                                                    "refuse", "cancel", "destroy"};
    for (int i = 0; i < DISPOSAL_ACTS; i++) {
        assert_true(disposal_act_find(acts[i], &act));
        assert_int_equal(act, i);
    }
    assert_false(disposal_act_find("burn", &act));
    assert_string_equal(disposal_state_name(DISPOSAL_NO_RULE), "no-rule");
    assert_string_equal(request_state_name(REQUEST_CLOSED), "closed");
}

/* ---- failing ---- */

struct trying {
    struct state *state;
    const struct actor *actor;
    struct id id;
    uint64_t proposal;
    enum disposal_list list;
};

static void with_proposed(void *context)
{
    struct trying *trying = context;
    trying->id = record_of(trying->state, closed_case(trying->state, "Failing"));
    trying->proposal = propose(trying->state, trying->id, due_from);
}

static void with_agreed(void *context)
{
    struct trying *trying = context;
    with_proposed(trying);
    GOOD_ONCE(
        step(trying->state, &who.second, trying->id, DISPOSAL_AGREE, trying->proposal, "Yes.", due_from));
}

static const struct error *agree(void *context)
{
    struct trying *trying = context;
    return step(trying->state, &who.second, trying->id, DISPOSAL_AGREE, trying->proposal, "Yes.", due_from);
}

static const struct error *end(void *context)
{
    struct trying *trying = context;
    const struct error *error = step(trying->state, &who.second, trying->id, DISPOSAL_DESTROY,
                                     trying->proposal, NULL, "2036-03-01T00:00:00Z");
    assert_true(error == NULL || is_there(trying->state, trying->id)); /* all of it goes, or nothing */
    return error;
}

static const struct error *read_one(void *context)
{
    struct trying *trying = context;
    struct act act = act_on(trying->state, trying->actor, due_from);
    const struct disposal_view *view;
    return act_disposal_read(&act, trying->id, &view);
}

static const struct error *read_list(void *context)
{
    struct trying *trying = context;
    struct act act = act_on(trying->state, &who.clerk, due_from);
    const struct disposal_filter filter = {.list = trying->list};
    const struct disposal_row *rows;
    const char *next;
    size_t count;
    return act_disposals(&act, &filter, &rows, &count, &next);
}

static const struct error *find_one(void *context)
{
    struct trying *trying = context;
    struct act act = act_on(trying->state, &who.clerk, due_from);
    struct id ignored;
    return act_disposal_find(&act, reference_of(trying->id).text, &ignored);
}

static void what_fails_destroys_nothing(void **context)
{
    struct trying trying = {.state = *context, .actor = &who.second};
    EACH_TIME_MORE(agree, with_proposed, &trying);
    with_proposed(&trying);
    EACH_TIME(read_one, NULL, &trying, NULL);
    EACH_TIME_MORE(end, with_agreed, &trying);
    EACH_TIME(find_one, NULL, &trying, NULL); /* of what was destroyed */
    struct met met = met_of(trying.state, "Failingmeeting");
    trying.id = met.case_id;
    EACH_TIME(read_one, NULL, &trying, NULL);
    for (int i = 0; i < DISPOSAL_LISTS; i++) {
        trying.list = (enum disposal_list)i;
        EACH_TIME_MORE(read_list, NULL, &trying);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_outside_a_case_goes_by_itself),
        cmocka_unit_test(only_meetings_that_are_nobody_elses_go_along),
        cmocka_unit_test(a_rule_says_why_by_paragraph_or_by_statute),
        cmocka_unit_test(a_request_holds_only_what_is_due),
        cmocka_unit_test(a_clock_that_was_put_back_brings_no_time_forward),
        cmocka_unit_test(each_role_may_do_its_part),
        cmocka_unit_test(a_word_about_another_proposal_says_nothing),
        cmocka_unit_test(the_name_of_then_counts_too),
        cmocka_unit_test(two_addresses_are_two_people),
        cmocka_unit_test(each_list_holds_its_own),
        cmocka_unit_test(a_cursor_or_a_limit_that_is_none_is_refused),
        cmocka_unit_test(long_lists_are_whole),
        cmocka_unit_test(lists_and_acts_are_known_by_their_words),
        cmocka_unit_test(what_fails_destroys_nothing),
    };
    return cmocka_run_group_tests(tests, begin, tear_down);
}
