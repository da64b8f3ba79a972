/* What is asked again, found, routed and referred, and what a looser procedure leaves open. */
#include "act/inner.h"
#include "people/contact.h"
#include "scene.h"

#include <string.h>

static struct {
    struct actor voluntary;
    struct actor team;
    struct actor police;
    struct actor admin;
} who;

static int set_up_all(void **context)
{
    if (set_up(context) != 0) {
        return 1;
    }
    struct state *state = *context;
    add_account(state, "helper", "voluntary-worker", "voluntary", &who.voluntary);
    add_account(state, "team", "team-manager", "social-care", &who.team);
    add_account(state, "officer", "police-officer", "police", &who.police);
    add_account(state, "admin", "administrator", "other", &who.admin);
    return 0;
}

/* ---- asked again ---- */

static void a_referral_that_comes_again_is_answered_as_it_was(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 20);
    struct act later = act_at(state, &state->nurse, 40);
    struct referral_input input = referral_of(state, "Avocet", NULL);
    struct recorded recorded;
    struct recorded again;
    GOOD_ONCE(act_referral_make(&nurse, &input, &recorded));
    input.idempotency_key = "avocet-2"; /* a child of that name is known */
    GOOD_ONCE(act_referral_make(&nurse, &input, &recorded));
    assert_int_equal(recorded.match_count, 1);
    const char *reference = arena_copy(state->arena, recorded.reference.text);
    /* the child's details changed since: the answer is of then */
    GOOD_ONCE(act_details_record(
        &later, reference, 0,
        fields(state, service_pack(state->service)->details_type, "{\"family_name\":\"Reed\"}"), &again));
    GOOD(act_referral_make(&later, &input, &again));
    assert_string_equal(again.reference.text, reference);
    assert_int_equal(again.match_count, 1);
    assert_string_equal(again.matches[0].full_name, "Avocet Tarn");
    assert_string_equal(again.view->child.full_name, "Avocet Tarn");
    /* and each that was alike */
    input.idempotency_key = NULL;
    GOOD_ONCE(act_referral_make(&nurse, &input, &recorded));
    input.idempotency_key = "avocet-4";
    GOOD_ONCE(act_referral_make(&nurse, &input, &recorded));
    assert_true(recorded.match_count > 1);
    GOOD(act_referral_make(&later, &input, &again));
    assert_int_equal(again.match_count, recorded.match_count);
    for (size_t i = 0; i < again.match_count; i++) {
        assert_string_equal(again.matches[i].reference.text, recorded.matches[i].reference.text);
        assert_int_equal(again.matches[i].score, recorded.matches[i].score);
    }
    struct entry_input views =
        entry_input_of(state, "child-views", "{\"views\":\"V\",\"how_obtained\":\"H\"}");
    views.idempotency_key = "avocet-views";
    views.labels = "health";
    GOOD_ONCE(act_entry_record(&later, reference, &views, &recorded));
    GOOD(act_entry_record(&later, reference, &views, &again));
    assert_int_equal(again.entry->seq, recorded.entry->seq);
    /* the same key for something else: another answer, another label, another day */
    struct entry_input other =
        entry_input_of(state, "child-views", "{\"views\":\"W\",\"how_obtained\":\"H\"}");
    other.idempotency_key = views.idempotency_key;
    other.labels = views.labels;
    FAILS(ERROR_INVALID, act_entry_record(&later, reference, &other, &again));
    other = views;
    other.labels = NULL;
    FAILS(ERROR_INVALID, act_entry_record(&later, reference, &other, &again));
    const struct moment then = moment_of_instant(service_pack(state->service), start);
    other = views;
    other.occurred = &then;
    FAILS(ERROR_INVALID, act_entry_record(&later, reference, &other, &again));
}

static size_t looks_at(const struct state *state, const char *reference, const char *name)
{
    struct act manager = act_at(state, &state->manager, 700);
    const struct looks_asked asked = {
        .reference = reference, .act = name, .until = INSTANT_NEVER, .limit = 1000};
    struct looks_view looks;
    size_t count = 0;
    GOOD(act_looks(&manager, &asked, &looks));
    for (size_t i = 0; i < looks.count; i++) {
        count += id_equal(looks.list[i].account, state->nurse.account);
    }
    return count;
}

static void who_is_shown_as_alike_is_looked_at_and_shown_while_that_may_be(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 600);
    struct act manager = act_at(state, &state->manager, 605);
    struct referral_input input = referral_of(state, "Brambling", NULL);
    struct recorded recorded;
    char id[ID_TEXT];
    GOOD_ONCE(act_referral_make(&nurse, &input, &recorded));
    const char *first = arena_copy(state->arena, recorded.reference.text);
    input.idempotency_key = "brambling";
    assert_int_equal(looks_at(state, first, "match-shown"), 0);
    GOOD_ONCE(act_referral_make(&nurse, &input, &recorded));
    const char *second = arena_copy(state->arena, recorded.reference.text);
    size_t alike = recorded.match_count;
    assert_true(alike > 1); /* and others of that family name */
    size_t looks = looks_at(state, first, "match-shown");
    assert_int_equal(looks, 1);
    size_t made = looks_at(state, second, "referral-make");
    GOOD_ONCE(act_referral_make(&nurse, &input, &recorded));
    assert_int_equal(recorded.match_count, alike);
    assert_int_equal(looks_at(state, first, "match-shown"), looks + 1);
    assert_int_equal(looks_at(state, second, "referral-make"), made + 1);
    size_t again = looks_at(state, second, "referral-again");
    GOOD_ONCE(act_referral_made(&nurse, "brambling", &recorded));
    assert_int_equal(looks_at(state, second, "referral-again"), again + 1);
    id_format(state->nurse.account, id);
    GOOD_ONCE(act_conflict_declare(&manager, first, id, "Her niece"));
    looks = looks_at(state, first, "match-shown");
    GOOD_ONCE(act_referral_make(&nurse, &input, &recorded));
    assert_int_equal(recorded.match_count, alike - 1);
    assert_int_equal(looks_at(state, first, "match-shown"), looks);
    GOOD_ONCE(act_conflict_end(&manager, first, id, "It was another child"));
    /* a referral is taken from whoever was shown as many as anybody may see, and shows no other child */
    service_limit_records(state->service, 1);
    input.idempotency_key = NULL;
    GOOD_ONCE(act_referral_make(&nurse, &input, &recorded));
    assert_int_equal(recorded.match_count, 0);
    service_limit_records(state->service, 0);
}

static void what_is_done_of_a_part_is_answered_again_too(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 100);
    struct act manager = act_at(state, &state->manager, 110);
    struct act helper = act_at(state, &who.voluntary, 120);
    const char *reference = case_of(state, &nurse, "Bittern", NULL);
    struct recorded recorded;
    struct recorded again;
    GOOD_ONCE(record_on(state, &manager, reference, "action-agreed",
                        "{\"action\":\"Walk\",\"owner\":\"O\",\"agency\":\"voluntary\"}", NULL));
    struct entry_input done =
        entry_input_of(state, "action-progressed", "{\"action\":\"Walk\",\"progress\":\"done\"}");
    done.idempotency_key = "walked";
    GOOD_ONCE(act_part_record(&helper, reference, &done, &recorded));
    GOOD(act_part_record(&helper, reference, &done, &again));
    assert_int_equal(again.entry->seq, recorded.entry->seq);
    /* what does not say which action it is of */
    done = entry_input_of(state, "action-progressed", "{\"progress\":\"done\"}");
    FAILS(ERROR_INVALID, act_part_record(&helper, reference, &done, &again));
}

/* ---- found ---- */

static void children_are_found_by_names_of_several_words(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 200);
    struct referral_input input = referral_of(state, "Curlew", NULL);
    struct recorded recorded;
    const struct match *matches;
    size_t count;
    input.details = fields(state, service_pack(state->service)->details_type,
                           "{\"given_name\":\"Curlew\",\"family_name\":\"van der Meer\"}");
    GOOD_ONCE(act_referral_make(&nurse, &input, &recorded));
    GOOD(act_case_search(&nurse, "Curlew van der Meer", &matches, &count));
    assert_int_equal(count, 1);
    GOOD(act_matches(&nurse, input.details, &matches, &count));
    assert_int_equal(count, 1);
    const struct value *other = fields(state, service_pack(state->service)->details_type,
                                       "{\"given_name\":\"Curlew\",\"family_name\":\"Ashworth\","
                                       "\"date_of_birth\":\"2013-04-05\"}");
    GOOD(act_matches(&nurse, other, &matches, &count));
    assert_int_equal(count, 0); /* the given name alone is too little */
    input.details = fields(state, service_pack(state->service)->details_type,
                           "{\"given_name\":\"Newborn\",\"family_name\":\"Sandpiper\",\"date_of_birth\":"
                           "\"2026-05-20\"}");
    GOOD_ONCE(act_referral_make(&nurse, &input, &recorded));
    assert_int_equal(recorded.view->child.age, 0);
}

static void a_case_is_read_as_it_stood(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 300);
    struct act manager = act_at(state, &state->manager, 320);
    const char *reference = case_of(state, &nurse, "Dunlin", NULL);
    const struct case_view *view;
    GOOD_ONCE(record_on(state, &manager, reference, "child-views", "{\"views\":\"V\",\"how_obtained\":\"H\"}",
                        NULL));
    GOOD(act_case_read(&manager, reference, instant_add_ms(start, 310000), &view));
    assert_int_equal(view->entry_count, 1);
    FAILS(ERROR_NOT_FOUND, act_case_read(&manager, reference, instant_add_ms(start, 1000), &view));
}

/* ---- referred ---- */

static void a_referral_says_when_and_what_is_wrong_with_the_child(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 400);
    struct referral_input input = referral_of(state, "Egret", NULL);
    struct recorded recorded;
    const struct moment then = moment_of_instant(service_pack(state->service), start);
    input.occurred = &then;
    GOOD(act_referral_make(&nurse, &input, &recorded));
    assert_int_equal(recorded.entry->occurred.start.ms, start.ms);
    input.details = fields(state, service_pack(state->service)->details_type, "{\"given_name\":\"Egret\"}");
    const struct error *error = act_referral_make(&nurse, &input, &recorded);
    assert_non_null(error);
    assert_string_equal(error->field, "child.family_name");
}

static const struct error *refer(void *context)
{
    const struct act *act = context;
    const struct state state = {.service = act->service, .arena = act->arena};
    struct referral_input input = referral_of(&state, "Fulmar", NULL);
    struct recorded recorded;
    static int count;
    count++; /* nobody like them is known, so that each time is like the last */
    input.details = fields(
        &state, service_pack(act->service)->details_type,
        arena_printf(act->arena, "{\"given_name\":\"Q%dx\",\"family_name\":\"Z%dy\"}", count, count * 7919));
    return act_referral_make(act, &input, &recorded);
}

static void a_referral_that_fails_after_it_is_saved_says_so(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 500);
    EACH_TIME(refer, NULL, &nurse, NULL);
}

/* ---- a looser procedure ---- */

static void what_a_looser_procedure_leaves_open_is_shown_without(void **context)
{
    struct state *state = *context;
    static const struct pack_edit edits[] = {
        {"pack.yaml", "id: llr-chapter-11", "id: loose"},
        {"entries-link.yaml", "Linked to {linked_case} through {through}: {what}", "Linked: {what}"},
        {"entries-link.yaml", "max: 20\n            required: true", "max: 20"},
        {"entries-link.yaml", "- id: through", "- id: by_way_of"},
        {"entries-plan.yaml", "            max: 500\n            required: true\n          - id: owner\n",
         "            max: 500\n          - {id: meeting, kind: text, label: Which meeting?}\n"
         "          - id: owner\n"},
        {"entries-plan.yaml", "label: Which agency are they from?\n            required: true\n",
         "label: Which agency are they from?\n"}};
    const char *const dirs[] = {pack_changed(state, "procedures/llr-chapter-11", "loose", edits, 6),
                                WM_SOURCE "/procedures/llr-chapter-11"};
    const char *theirs =
        case_of(state, &(struct act){state->service, state->arena, &state->nurse, start}, "Gadwall", NULL);
    struct service *service = open_with(state, dirs, 2);
    struct state all = state_of(state, service);
    struct actor nurse = actor_in(state, service, "nurse");
    struct actor team = actor_in(state, service, "team");
    struct act act = {service, state->arena, &nurse, instant_add_ms(start, 600000)};
    struct act manager = {service, state->arena, &team, instant_add_ms(start, 610000)};
    const char *one = case_of(&all, &act, "Heron", NULL);
    const char *two = case_of(&all, &act, "Jackdaw", NULL);
    const struct case_link *links;
    size_t count;
    bool whole;
    GOOD_ONCE(record_on(
        &all, &manager, one, "case-linked",
        arena_printf(state->arena, "{\"linked_case\":\"%s\",\"by_way_of\":\"place\",\"what\":\"P\"}", two),
        NULL));
    GOOD_ONCE(
        record_on(&all, &manager, one, "case-linked", "{\"by_way_of\":\"place\",\"what\":\"P\"}", NULL));
    GOOD(act_case_links(&manager, one, &links, &count, &whole));
    assert_int_equal(count, 1);
    assert_string_equal(links[0].through, "");
    GOOD_ONCE(
        record_on(&all, &manager, two, "action-agreed", "{\"owner\":\"O\",\"agency\":\"voluntary\"}", NULL));
    GOOD_ONCE(
        record_on(&all, &manager, two, "action-agreed", "{\"action\":\"Of nobody\",\"owner\":\"O\"}", NULL));
    struct actor voluntary = actor_in(state, service, "helper");
    struct act helper = {service, state->arena, &voluntary, manager.now};
    const struct part_view *part;
    GOOD(act_part_read(&helper, two, &part));
    assert_int_equal(part->action_count, 1);
    assert_string_equal(part->actions[0].text, "");
    /* a field of that name which people fill in is theirs */
    struct entry_input agreed =
        entry_input_of(&all, "action-agreed",
                       "{\"action\":\"A\",\"owner\":\"O\",\"agency\":\"police\",\"meeting\":\"The first\"}");
    struct entry_input views =
        entry_input_of(&all, "child-views", "{\"views\":\"V\",\"how_obtained\":\"H\"}");
    const struct part_entry entries[] = {{agreed.type, agreed.values, NULL, ""},
                                         {views.type, views.values, NULL, ""}};
    const struct case_part parts[] = {{one, 0, entries, 2}, {two, 0, entries, 2}};
    const struct together_input input = {.parts = parts, .count = 2, .begins_meeting = "complex-abuse"};
    struct recorded recorded;
    GOOD(act_together_record(&manager, &input, &recorded));
    assert_string_equal(entry_text(recorded.entry, "meeting"), "The first");
    /* nor do cases of two procedures meet in one write */
    const struct case_part mixed[] = {{one, 0, entries, 1}, {theirs, 0, entries, 1}};
    const struct together_input both = {.parts = mixed, .count = 2};
    FAILS(ERROR_CONFLICT, act_together_record(&manager, &both, &recorded));
    service_close(service);
}

static void a_named_worker_is_told_by_what_is_recorded_together(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 700);
    struct act manager = act_at(state, &state->manager, 710);
    const char *reference = case_of(state, &nurse, "Kestrel", NULL);
    const struct pack *pack = service_pack(state->service);
    const struct entry_type *type = &pack->types[pack->start_type];
    struct value *values = arena_many(state->arena, struct value, type->field_count);
    memcpy(values, referral_values(state, "health", "no", ""), type->field_count * sizeof *values);
    values[entry_type_field(type, "routed_how")->index] =

        (struct value){.kind = VALUE_TEXT, .text = route_how_name(ROUTE_WORKER)};
    values[entry_type_field(type, "routed_to")->index] = (struct value){.kind = VALUE_TEXT, .text = "team"};
    const struct part_entry entry = {type, values, NULL, NULL};
    const struct case_part part = {reference, 0, &entry, 1};
    const struct together_input input = {.parts = &part, .count = 1};
    struct recorded recorded;
    GOOD(act_together_record(&manager, &input, &recorded));
    values[entry_type_field(type, "narrative")->index] = (struct value){.kind = VALUE_NONE};
    const struct error *error = act_together_record(&manager, &input, &recorded);
    assert_non_null(error);
    assert_string_equal(error->field, "narrative"); /* nothing stands before it */
    const struct part_entry empty = {type, values, NULL, ""};
    const struct case_part other = {reference, 0, &empty, 1};
    const struct together_input again = {.parts = &other, .count = 1};
    error = act_together_record(&manager, &again, &recorded);
    assert_non_null(error);
    assert_string_equal(error->field, "narrative");
    /* a further referral that does not say when anybody was told */
    struct referral_input further = {.values = values, .case_reference = reference};
    values[entry_type_field(type, "notified_at")->index] = (struct value){.kind = VALUE_NONE};
    FAILS(ERROR_INVALID, act_referral_make(&nurse, &further, &recorded));
}

static void a_referral_is_routed_by_what_the_procedure_asks(void **context)
{
    struct state *state = *context;
    static const struct pack_edit edits[] = {
        {"pack.yaml", "id: llr-chapter-11", "id: routing"},
        {"notices.yaml", "    postcode: postcode\n", ""},
        {"entries-referral.yaml", "      - id: routed_how\n        kind: text\n        system: true\n", ""},
        {"entries-referral.yaml", "      - id: routed_why\n        kind: text\n        system: true\n", ""},
        {"entries-referral.yaml", "          - id: notified_at\n",
         "          - {id: routed_why, kind: text, label: Why there?}\n          - id: notified_at\n"},
        {"entries-referral.yaml", "    see: [chapter-5]\n    recorded_by: [all]",
         "    see: [chapter-5]\n    recorded_by: [team-manager]"}};
    const char *const dirs[] = {
        pack_changed(state, "procedures/llr-chapter-11", "routing", edits, sizeof edits / sizeof *edits)};
    struct service *service = open_with(state, dirs, 1);
    struct state all = state_of(state, service);
    struct actor nurse = actor_in(state, service, "nurse");
    struct actor team = actor_in(state, service, "team");
    struct act act = {service, state->arena, &nurse, instant_add_ms(start, 900000)};
    struct act manager = {service, state->arena, &team, act.now};
    struct referral_input input = referral_of(&all, "Magpie", NULL);
    struct recorded recorded;
    struct route_view route;
    FAILS(ERROR_NOT_ALLOWED, act_referral_make(&act, &input, &recorded));
    input.values = referral_values(&all, "health", "no", ",\"named_social_worker\":\"Ms Rahman\"");
    GOOD(act_referral_make(&manager, &input, &recorded));
    assert_string_equal(entry_text(recorded.entry, "routed_to"), "Ms Rahman");
    GOOD(act_route(&act, NULL, NULL, input.values, &route));
    assert_string_equal(route.to, "Ms Rahman");
    assert_null(route.point); /* there is no duty point */
    service_close(service);
}

/* ---- outside, under another version ---- */

/* The case stays under the version it began with, and the form is of the one that is served now. */
static void a_further_referral_goes_by_the_version_of_its_case(void **context)
{
    struct state *state = *context;
    static const struct pack_edit edits[] = {
        {"pack.yaml", "version: \"1.0\"", "version: \"1.3\""},
        {"entries-referral.yaml", "        fields:\n          - id: narrative\n",
         "        fields:\n          - {id: heard_by, kind: text, label: Who heard of it?}\n"
         "          - id: narrative\n"}};
    const char *reference = new_case(state, "Goosander", 830);
    const char *const dirs[] = {pack_changed(state, "procedures/llr-chapter-11", "further", edits, 2)};
    struct service *service = open_with(state, dirs, 1);
    struct state all = state_of(state, service);
    struct actor nurse = actor_in(state, service, "nurse");
    struct act act = {service, state->arena, &nurse, instant_add_ms(start, 840000)};
    struct referral_input input = referral_of(&all, "Goosander", NULL);
    struct recorded recorded;
    input.case_reference = reference;
    input.details = NULL;
    GOOD_ONCE(act_referral_make(&act, &input, &recorded));
    assert_string_equal(entry_text(recorded.entry, "narrative"), "Came home with a new phone.");
    assert_string_equal(entry_value(recorded.entry, "source_agency")->code->id, "health");
    assert_string_equal(recorded.view->pack->version, "1.0");
    /* or of the version of the case itself, where it is said so */
    const struct pack *pack = recorded.view->pack;
    struct referral_input own = referral_of(state, "Goosander", NULL);
    own.case_reference = reference;
    own.details = NULL;
    own.type = &pack->types[pack->start_type];
    GOOD_ONCE(act_referral_make(&act, &own, &recorded));
    assert_string_equal(entry_text(recorded.entry, "narrative"), "Came home with a new phone.");
    service_close(service);
}

static void an_answer_goes_by_the_version_it_answers(void **context)
{
    struct state *state = *context;
    static const struct pack_edit edits[] = {{"pack.yaml", "version: \"1.0\"", "version: \"1.1\""},
                                             {"entries-plan.yaml", "- id: learning-recommendation-answered",
                                              "- id: learning-recommendation-noted"}};
    static const struct pack_edit same[] = {
        {"pack.yaml", "version: \"1.0\"", "version: \"1.2\""},
        {"entries-plan.yaml", "        title: The answer\n        fields:\n",
         "        title: The answer\n        fields:\n"
         "          - {id: heard_by, kind: text, label: Who heard of it?}\n"}};
    struct act nurse = act_at(state, &state->nurse, 800);
    struct entry_input advice =
        entry_input_of(state, "learning-recommendation", "{\"recommendation\":\"Ring sooner\"}");
    static const char answered[] = "{\"answer\":\"accepted\",\"reason\":\"We ring at once\"}";
    struct id id;
    GOOD_ONCE(act_outside_record(&nurse, advice.type, advice.values, NULL, &id));
    const char *const noted[] = {pack_changed(state, "procedures/llr-chapter-11", "noted", edits, 2)};
    const char *const newer[] = {pack_changed(state, "procedures/llr-chapter-11", "newer", same, 2)};
    struct service *service = open_with(state, noted, 1);
    struct state all = state_of(state, service);
    struct actor actor = actor_in(state, service, "nurse");
    struct act act = {service, state->arena, &actor, instant_add_ms(start, 810000)};
    struct entry_input answer = entry_input_of(&all, "learning-recommendation-noted", answered);
    FAILS(ERROR_NOT_FOUND, act_outside_answer(&act, id, answer.type, answer.values, NULL));
    service_close(service);
    service = open_with(state, newer, 1);
    all.service = service;
    actor = actor_in(state, service, "nurse");
    act = (struct act){service, state->arena, &actor, instant_add_ms(start, 820000)};
    answer = entry_input_of(&all, "learning-recommendation-answered", answered);
    GOOD(act_outside_answer(&act, id, answer.type, answer.values, NULL));
    /* by the names of its questions: this version asks one more, before the others */
    const struct outside_view *view;
    GOOD(act_outside_read(&act, id, &view));
    const struct entry *last = view->entries[view->count - 1];
    assert_string_equal(entry_value(last, "answer")->code->id, "accepted");
    assert_string_equal(entry_text(last, "reason"), "We ring at once");
    service_close(service);
}

/* ---- a child of one name ---- */

static void a_child_of_one_name_is_called_by_it(void **context)
{
    struct state *state = *context;
    static const struct pack_edit edits[] = {
        {"pack.yaml", "id: small", "id: given"},
        {"entries.yaml", "summary: \"{name}\"", "summary: \"{given_name}\""},
        {"entries.yaml", "- {id: name, kind: text, label: Name",
         "- {id: given_name, kind: text, label: Name"}};
    (void)small_pack(state, "little");
    const char *const dirs[] = {pack_of_pack(state, "little", "given", edits, 3)};
    struct service *service = open_with(state, dirs, 1);
    struct state all = state_of(state, service);
    struct actor worker;
    add_account(&all, "given-worker", "worker", "social-care", &worker);
    struct act act = {service, state->arena, &worker, instant_add_ms(start, 950000)};
    const struct pack *pack = service_pack(service);
    struct referral_input input = {
        .values = fields(&all, pack->start_type, "{\"told_at\":\"2026-05-28T08:00:00Z\",\"danger\":\"no\"}"),
        .details = fields(&all, pack->details_type, "{\"given_name\":\"Nightjar\"}")};
    struct recorded recorded;
    GOOD(act_referral_make(&act, &input, &recorded));
    assert_string_equal(recorded.view->child.full_name, "Nightjar");
    /* nobody is asked when the child was born, and the name is put right all the same */
    const char *reference = arena_copy(state->arena, recorded.reference.text);
    GOOD(act_details_record(&act, reference, 0,
                            fields(&all, pack->details_type, "{\"given_name\":\"Nightingale\"}"), &recorded));
    assert_string_equal(recorded.view->child.full_name, "Nightingale");
    service_close(service);
}

/* ---- a role that another procedure has not ---- */

static void a_role_that_a_procedure_has_not_may_nothing_there(void **context)
{
    struct state *state = *context;
    const char *const dirs[] = {WM_SOURCE "/procedures/llr-chapter-11", small_pack(state, "small")};
    struct service *service = open_with(state, dirs, 2);
    const struct pack *small = served_by_id(service, "small")->pack;
    const struct entry_type *type = pack_type(small, "assessment");
    assert_false(act_may_record(&state->nurse, small, type));
    assert_false(act_may_record_part(&who.voluntary, small, type));
    assert_false(act_may_record_part(&state->nurse, service_pack(service), type));
    assert_false(act_may_record_outside(&state->nurse, small, type));
    assert_false(act_may_record_outside(&who.admin, service_pack(service), type));
    assert_false(
        act_may_record(&who.admin, service_pack(service), pack_type(service_pack(service), "child-views")));
    service_close(service);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_referral_that_comes_again_is_answered_as_it_was),
        cmocka_unit_test(who_is_shown_as_alike_is_looked_at_and_shown_while_that_may_be),
        cmocka_unit_test(what_is_done_of_a_part_is_answered_again_too),
        cmocka_unit_test(children_are_found_by_names_of_several_words),
        cmocka_unit_test(a_case_is_read_as_it_stood),
        cmocka_unit_test(a_referral_says_when_and_what_is_wrong_with_the_child),
        cmocka_unit_test(a_referral_that_fails_after_it_is_saved_says_so),
        cmocka_unit_test(what_a_looser_procedure_leaves_open_is_shown_without),
        cmocka_unit_test(a_named_worker_is_told_by_what_is_recorded_together),
        cmocka_unit_test(a_referral_is_routed_by_what_the_procedure_asks),
        cmocka_unit_test(a_further_referral_goes_by_the_version_of_its_case),
        cmocka_unit_test(an_answer_goes_by_the_version_it_answers),
        cmocka_unit_test(a_child_of_one_name_is_called_by_it),
        cmocka_unit_test(a_role_that_a_procedure_has_not_may_nothing_there),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down);
}
