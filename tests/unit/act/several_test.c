/* Several cases at once, links between them, one's own part, records outside, notices, figures, the move. */
#include "act/inner.h"
#include "support.h"

static struct {
    struct actor admin;
    struct actor voluntary;
    struct actor team;
    struct actor police;
} who;

static int set_up_all(void **context)
{
    if (set_up(context) != 0) {
        return 1;
    }
    struct state *state = *context;
    add_account(state, "admin", "administrator", "other", &who.admin);
    add_account(state, "helper", "voluntary-worker", "voluntary", &who.voluntary);
    add_account(state, "team", "team-manager", "social-care", &who.team);
    add_account(state, "officer", "police-officer", "police", &who.police);
    return 0;
}

static struct part_entry part_of(const struct state *state, const char *type_id, const char *json)
{
    const struct entry_type *type = pack_type(service_pack(state->service), type_id);
    assert_non_null(type);
    return (struct part_entry){.type = type, .values = fields(state, type->index, json), .prefix = "m."};
}

static struct entry_input input_of(const struct state *state, const char *type_id, const char *json)
{
    struct part_entry part = part_of(state, type_id, json);
    return (struct entry_input){.type = part.type, .values = part.values};
}

static const char *new_case(const struct state *state, const char *given, int64_t seconds)
{
    struct act act = act_at(state, &state->nurse, seconds);
    struct referral_input input = referral_of(state, given, NULL);
    struct recorded recorded;
    GOOD(act_referral_make(&act, &input, &recorded));
    return arena_copy(state->arena, recorded.reference.text);
}

static const struct error *record(const struct state *state, const struct act *act, const char *reference,
                                  const char *type, const char *json)
{
    struct entry_input input = input_of(state, type, json);
    struct recorded recorded;
    return act_entry_record(act, reference, &input, &recorded);
}

static size_t entries_of(const struct state *state, const char *reference)
{
    struct act act = act_at(state, &state->manager, 900);
    const struct case_view *view;
    GOOD(act_case_read(&act, reference, INSTANT_NEVER, &view));
    return view->entry_count;
}

/* ---- together ---- */

static const char action[] =
    "{\"action\":\"Ring the school\",\"owner\":\"Ms Rahman\",\"agency\":\"education\"}";

static void all_cases_are_written_or_none(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, &state->manager, 100);
    const char *one = new_case(state, "Curlew", 90);
    const char *two = new_case(state, "Whimbrel", 91);
    const struct part_entry good = part_of(state, "action-agreed", action);
    const struct part_entry bad = part_of(state, "action-agreed", "{\"action\":\"Ring the school\"}");
    struct case_part parts[] = {{one, 1, &good, 1}, {two, 1, &bad, 1}};
    struct together_input input = {.parts = parts, .count = 2};
    struct recorded recorded = {0};
    const struct error *error = act_together_record(&act, &input, &recorded);
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_INVALID);
    assert_int_equal(strncmp(error->field, "m.", 2), 0);
    assert_int_equal(entries_of(state, one), 1);

    parts[1] = (struct case_part){one, 1, &good, 1};
    error = act_together_record(&act, &input, &recorded);
    assert_non_null(error);
    assert_string_equal(error->field, "cases"); /* twice the same */
    parts[1] = (struct case_part){"2222222222", 0, &good, 1};
    FAILS(ERROR_NOT_FOUND, act_together_record(&act, &input, &recorded));
    struct act voluntary = act_at(state, &who.voluntary, 100);
    struct act nobody = act_at(state, NULL, 100);
    parts[1] = (struct case_part){two, 1, &good, 1};
    FAILS(ERROR_NOT_ALLOWED, act_together_record(&voluntary, &input, &recorded));
    FAILS(ERROR_NOT_SIGNED_IN, act_together_record(&nobody, &input, &recorded));
    assert_int_equal(entries_of(state, one), 1);

    input.idempotency_key = "together-1";
    GOOD(act_together_record(&act, &input, &recorded));
    assert_string_equal(recorded.reference.text, one);
    assert_int_equal(entries_of(state, one), 2);
    assert_int_equal(entries_of(state, two), 2);
    /* sent again: the first answer, and nothing more is written */
    GOOD(act_together_record(&act, &input, &recorded));
    assert_string_equal(recorded.reference.text, one);
    assert_int_equal(entries_of(state, two), 2);
    parts[0].reference = two;
    parts[1].reference = one;
    FAILS(ERROR_INVALID, act_together_record(&act, &input, &recorded)); /* the key was for something else */

    input.idempotency_key = NULL;
    parts[0] = (struct case_part){one, 2, &good, 1};
    parts[1] = (struct case_part){two, 1, &good, 1};
    FAILS(ERROR_CONFLICT, act_together_record(&act, &input, &recorded));
    assert_string_equal(recorded.reference.text, two); /* it says which case moved, and by what */
    assert_int_equal(recorded.since_count, 1);
    assert_int_equal(recorded.since[0]->seq, 2);
    assert_int_equal(entries_of(state, one), 2);
}

static void a_meeting_over_several_cases_is_one_meeting(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, &who.team, 120);
    const char *one = new_case(state, "Garganey", 110);
    const char *two = new_case(state, "Gadwall", 111);
    const struct part_entry held =
        part_of(state, "meeting-held",
                "{\"kind\":\"complex-abuse\",\"chair_role\":\"social-care-manager\","
                "\"exit_plan\":\"agreed\",\"child_views\":\"V\"}");
    const struct case_part parts[] = {{one, 0, &held, 1}, {two, 0, &held, 1}};
    struct together_input input = {.parts = parts, .count = 2, .begins_meeting = "complex-abuse"};
    struct recorded recorded;
    GOOD(act_together_record(&act, &input, &recorded));
    const char *meeting = entry_text(recorded.entry, "meeting");
    assert_non_null(meeting);
    const char *const *references;
    size_t count;
    GOOD(act_meeting_cases(&act, meeting, &references, &count));
    assert_int_equal(count, 2);
    assert_string_equal(references[0], one);
    assert_string_equal(references[1], two);
    struct act voluntary = act_at(state, &who.voluntary, 121);
    FAILS(ERROR_NOT_ALLOWED, act_meeting_cases(&voluntary, meeting, &references, &count));
    FAILS(ERROR_NOT_FOUND, act_meeting_cases(&act, "not-an-id", &references, &count));
    char text[ID_TEXT];
    id_format(recorded.case_id, text); /* a case is no meeting */
    FAILS(ERROR_NOT_FOUND, act_meeting_cases(&act, text, &references, &count));
}

/* ---- links ---- */

static void a_link_says_what_the_reader_may_know(void **context)
{
    struct state *state = *context;
    const char *one = new_case(state, "Teal", 130);
    const char *two = new_case(state, "Pochard", 131);
    const char *three = new_case(state, "Scaup", 132);
    struct act manager = act_at(state, &state->manager, 140);
    struct act police = act_at(state, &who.police, 141);
    const struct case_link *links;
    size_t count;
    bool whole;
    static const char open[] = "{\"linked_case\":\"%s\",\"through\":\"place\",\"what\":\"The park\"}";
    static const char sealed[] = "{\"linked_case\":\"%s\",\"through\":\"vehicle\",\"what\":\"A van\"}";
    GOOD(record(state, &manager, one, "case-linked", arena_printf(state->arena, open, two)));
    FAILS(ERROR_NOT_ALLOWED,
          record(state, &manager, two, "case-linked-by-evidence", arena_printf(state->arena, sealed, three)));
    FAILS(ERROR_NEEDS_REASON, /* not theirs yet */
          record(state, &police, two, "case-linked-by-evidence", arena_printf(state->arena, sealed, three)));
    bring_in(state, one, &police);
    bring_in(state, two, &police);
    GOOD(record(state, &police, two, "case-linked-by-evidence", arena_printf(state->arena, sealed, three)));
    /* what only the police may know leaves no trace for the manager */
    GOOD(act_case_links(&manager, one, &links, &count, &whole));
    assert_true(whole);
    bool park = false;
    for (size_t i = 0; i < count; i++) {
        park = park || (text_equal(links[i].what, "The park") && text_equal(links[i].through, "A place"));
        assert_false(text_equal(links[i].to.text, three) || text_equal(links[i].from.text, three));
        assert_false(text_equal(links[i].what, "A van"));
    }
    assert_true(park);
    GOOD(act_case_links(&police, one, &links, &count, &whole));
    bool van = false;
    for (size_t i = 0; i < count; i++) {
        van = van || (text_equal(links[i].what, "A van") && text_equal(links[i].through, "A vehicle"));
    }
    assert_true(van);
    FAILS(ERROR_NOT_FOUND, act_case_links(&police, "not a reference", &links, &count, &whole));
    /* taken back: the thing must be the same one */
    static const char back[] = "{\"linked_case\":\"%s\",\"what\":\"%s\",\"reason\":\"Another park\"}";
    struct act later = act_at(state, &state->manager, 150);
    GOOD(record(state, &later, one, "case-link-ended", arena_printf(state->arena, back, two, "The school")));
    GOOD(act_case_links(&later, one, &links, &count, &whole));
    assert_true(count > 0);
    GOOD(record(state, &later, one, "case-link-ended", arena_printf(state->arena, back, two, "The park")));
    GOOD(act_case_links(&later, one, &links, &count, &whole));
    for (size_t i = 0; i < count; i++) {
        assert_false(text_equal(links[i].from.text, one) && text_equal(links[i].what, "The park"));
    }
}

static bool is_shown(const struct act *act, const char *reference, const char *type, const char *what)
{
    const struct case_view *view;
    GOOD(act_case_read(act, reference, INSTANT_NEVER, &view));
    for (size_t i = 0; i < view->entry_count; i++) {
        const struct entry *entry = view->entries[i];
        if (text_equal(entry->type->id, type) && text_equal(entry_text(entry, "what"), what)) {
            return true;
        }
    }
    return false;
}

/* Taking it back tells nobody of a link that they did not know. */
static void what_takes_a_link_back_is_for_who_may_know_of_it(void **context)
{
    struct state *state = *context;
    const char *one = new_case(state, "Whimbrel", 160);
    const char *two = new_case(state, "Godwit", 161);
    struct act manager = act_at(state, &state->manager, 170);
    struct act police = act_at(state, &who.police, 171);
    struct act later = act_at(state, &who.police, 180);
    struct act reader = act_at(state, &state->manager, 190);
    const struct case_link *links;
    size_t count;
    bool whole;
    static const char link[] = "{\"linked_case\":\"%s\",\"through\":\"vehicle\",\"what\":\"%s\"}";
    static const char back[] = "{\"linked_case\":\"%s\",\"what\":\"%s\",\"reason\":\"Another\"}";
    static const char *const things[] = {"A van", "A lorry", "A bus", "A tram"};
    bring_in(state, one, &police);
    GOOD(record(state, &police, one, "case-linked-by-evidence",
                arena_printf(state->arena, link, two, "A van")));
    GOOD(record(state, &manager, one, "case-linked", arena_printf(state->arena, link, two, "A lorry")));
    /* the same thing, known to all and by evidence too */
    GOOD(record(state, &police, one, "case-linked-by-evidence",
                arena_printf(state->arena, link, two, "A bus")));
    GOOD(record(state, &manager, one, "case-linked", arena_printf(state->arena, link, two, "A bus")));
    for (size_t i = 0; i < 4; i++) { /* the last is linked by nothing */
        GOOD(record(state, &later, one, "case-link-ended", arena_printf(state->arena, back, two, things[i])));
        assert_true(is_shown(&later, one, "case-link-ended", things[i]));
        assert_int_equal(is_shown(&reader, one, "case-link-ended", things[i]), i > 0);
    }
    GOOD(act_case_links(&later, one, &links, &count, &whole));
    assert_int_equal(count, 0);
    /* taken back once more */
    GOOD(record(state, &later, one, "case-link-ended", arena_printf(state->arena, back, two, "A van")));
    assert_false(is_shown(&reader, one, "case-link-ended", "A van"));
}

/* ---- one's own part ---- */

static void a_voluntary_worker_sees_their_part_and_no_more(void **context)
{
    struct state *state = *context;
    const char *ours = new_case(state, "Knot", 200);
    const char *theirs = new_case(state, "Ruff", 201);
    struct act manager = act_at(state, &state->manager, 210);
    struct act helper = act_at(state, &who.voluntary, 220);
    const struct part_view *view;
    const struct part_view *const *views;
    size_t count;
    struct recorded recorded;
    GOOD(record(state, &manager, theirs, "action-agreed", action));
    GOOD(record(state, &manager, ours, "action-agreed", action));
    FAILS(ERROR_NOT_FOUND, act_part_read(&helper, ours, &view));
    GOOD(act_part_list(&helper, &views, &count));
    assert_int_equal(count, 0);
    GOOD(record(state, &manager, ours, "action-agreed",
                "{\"action\":\"Weekly walk\",\"owner\":\"Mr Lark\",\"agency\":\"voluntary\","
                "\"strategy_part\":\"leisure\"}"));
    GOOD(act_part_read(&helper, ours, &view));
    assert_string_equal(view->given_name, "Knot");
    assert_int_equal(view->action_count, 1);
    assert_string_equal(view->actions[0].text, "Weekly walk");
    assert_true(view->actions[0].open);
    assert_int_equal(view->part_count, 1);
    assert_string_equal(view->parts[0]->id, "leisure");
    assert_int_equal(view->own_count, 0);
    GOOD(act_part_list(&helper, &views, &count));
    assert_int_equal(count, 1);
    assert_string_equal(views[0]->reference.text, ours);
    FAILS(ERROR_NOT_FOUND, act_part_read(&helper, theirs, &view));
    FAILS(ERROR_NOT_FOUND, act_part_read(&helper, "2222222222", &view));
    FAILS(ERROR_NOT_FOUND, act_part_read(&helper, "nothing", &view));
    FAILS(ERROR_NOT_ALLOWED, act_part_read(&manager, ours, &view));
    FAILS(ERROR_NOT_ALLOWED, act_part_list(&manager, &views, &count));

    struct entry_input done = input_of(
        state, "action-progressed", "{\"action\":\"Weekly walk\",\"progress\":\"done\",\"reason\":\"Went\"}");
    struct entry_input other =
        input_of(state, "action-progressed",
                 "{\"action\":\"Ring the school\",\"progress\":\"done\",\"reason\":\"Rang\"}");
    struct entry_input agreed = input_of(state, "action-agreed", action);
    const struct error *error = act_part_record(&helper, ours, &other, &recorded);
    assert_non_null(error);
    assert_string_equal(error->field, "action");
    FAILS(ERROR_NOT_ALLOWED, act_part_record(&helper, ours, &agreed, &recorded));
    FAILS(ERROR_NOT_FOUND, act_part_record(&helper, theirs, &done, &recorded));
    GOOD(act_part_record(&helper, ours, &done, &recorded));
    GOOD(act_part_read(&helper, ours, &view));
    assert_false(view->actions[0].open);
    assert_string_equal(view->actions[0].progress, "Went");
    assert_int_equal(view->own_count, 1);
}

/* ---- outside a case ---- */

static void records_outside_are_their_agencys_but_for_recommendations(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 300);
    struct act police = act_at(state, &who.police, 301);
    struct act admin = act_at(state, &who.admin, 302);
    struct act helper = act_at(state, &who.voluntary, 303);
    struct part_entry contact =
        part_of(state, "outreach-contact", "{\"setting\":\"Drop-in\",\"reached\":7,\"summary\":\"S\"}");
    struct part_entry advice =
        part_of(state, "learning-recommendation", "{\"recommendation\":\"Ring sooner\"}");
    struct part_entry answer = part_of(state, "learning-recommendation-answered",
                                       "{\"answer\":\"accepted\",\"reason\":\"We ring at once\"}");
    struct part_entry inside = part_of(state, "action-agreed", action);
    struct part_entry empty = part_of(state, "outreach-contact", "{\"setting\":\"Drop-in\"}");
    const struct outside_view *view;
    const struct outside_view *const *views;
    size_t count;
    struct id id;
    struct id shared;
    FAILS(ERROR_NOT_ALLOWED, act_outside_record(&admin, contact.type, contact.values, NULL, &id));
    FAILS(ERROR_NOT_ALLOWED, act_outside_record(&helper, advice.type, advice.values, NULL, &id));
    FAILS(ERROR_NOT_ALLOWED, act_outside_record(&nurse, inside.type, inside.values, NULL, &id));
    FAILS(ERROR_INVALID, act_outside_record(&nurse, empty.type, empty.values, NULL, &id));
    GOOD(act_outside_record(&nurse, contact.type, contact.values, NULL, &id));
    GOOD(act_outside_record(&nurse, advice.type, advice.values, NULL, &shared));
    GOOD(act_outside_read(&nurse, id, &view));
    assert_string_equal(view->type->id, "outreach-contact");
    assert_string_equal(view->entries[0]->recorded_name, "nurse");
    FAILS(ERROR_NOT_FOUND, act_outside_read(&police, id, &view));
    FAILS(ERROR_NOT_FOUND, act_outside_read(&police, state->nurse.account, &view)); /* not one of these */
    FAILS(ERROR_NOT_FOUND, act_outside_answer(&police, id, answer.type, answer.values, NULL));
    GOOD(act_outside_answer(&police, shared, answer.type, answer.values, NULL));
    GOOD(act_outside_read(&police, shared, &view));
    assert_int_equal(view->count, 2);
    GOOD(act_outside_list(&nurse, NULL, &views, &count));
    assert_int_equal(count, 2);
    GOOD(act_outside_list(&nurse, contact.type, &views, &count));
    assert_int_equal(count, 1);
    GOOD(act_outside_list(&police, NULL, &views, &count));
    assert_int_equal(count, 1);
    assert_string_equal(views[0]->type->id, "learning-recommendation");
    /* those of the others are passed over, wherever they stand */
    enum { EACH = 8 };
    struct id other;
    for (int i = 0; i < EACH; i++) {
        GOOD_ONCE(act_outside_record(&nurse, advice.type, advice.values, NULL, &other));
        GOOD_ONCE(act_outside_record(&police, contact.type, contact.values, NULL, &other));
    }
    GOOD(act_outside_list(&police, NULL, &views, &count));
    assert_int_equal(count, 1 + 2 * EACH);
    GOOD(act_outside_list(&police, contact.type, &views, &count));
    assert_int_equal(count, EACH);
    GOOD(act_outside_list(&nurse, NULL, &views, &count));
    assert_int_equal(count, 2 + EACH);

    /* figures: counted for the agency that recorded it */
    struct act team = act_at(state, &who.team, 310);
    const struct figures_view *figures;
    bool counted = false;
    GOOD(act_figures(&team, "sex", "health", &figures));
    for (size_t i = 0; i < figures->tally_count; i++) {
        counted = counted || (text_equal(figures->tallies[i].what, "Outreach contact") &&
                              figures->tallies[i].count == 1 && figures->tallies[i].reached == 7);
    }
    assert_true(counted);
    GOOD(act_figures(&team, "sex", "education", &figures));
    assert_int_equal(figures->tally_count, 0);
}

/* ---- figures ---- */

static void a_small_number_is_hidden_until_it_is_not_small(void **context)
{
    struct state *state = *context;
    struct act team = act_at(state, &who.team, 500);
    struct act manager = act_at(state, &state->manager, 500);
    const struct figures_view *figures;
    FAILS(ERROR_NOT_ALLOWED, act_figures(&manager, "source", NULL, &figures));
    FAILS(ERROR_NOT_FOUND, act_figures(&team, "shoe-size", NULL, &figures));
    GOOD(act_figures(&team, "source", NULL, &figures));
    int before = figures->cases;
    assert_true(before > 0);
    for (int i = 0; i < 5; i++) {
        new_case(state, "Dunlin", 490 + i);
    }
    GOOD(act_figures(&team, "source", NULL, &figures));
    assert_int_equal(figures->cases, before + 5);
    assert_int_equal(figures->total_count, 1);
    assert_int_equal(figures->totals[0].concern, before + 5);
    assert_false(figures->totals[0].concern_hidden);
    GOOD(act_figures(&team, "source", "housing", &figures));
    assert_int_equal(figures->cases, 0);
    assert_int_equal(figures->total_count, 0);
    /* two of another agency: a number that could tell who they are */
    for (int i = 0; i < 2; i++) {
        struct act nurse = act_at(state, &state->nurse, 496 + i);
        struct referral_input input = referral_of(state, "Sanderling", NULL);
        struct recorded recorded;
        input.values = fields(state, service_pack(state->service)->start_type,
                              "{\"narrative\":\"N\",\"involvement\":\"likely\",\"immediate_danger\":\"no\","
                              "\"notified_at\":\"2026-05-28T08:00:00Z\",\"referrer\":\"N\","
                              "\"source_agency\":\"housing\",\"parents_informed\":\"yes\"}");
        GOOD(act_referral_make(&nurse, &input, &recorded));
    }
    GOOD(act_figures(&team, "source", NULL, &figures));
    assert_int_equal(figures->total_count, 2);
    assert_string_equal(figures->totals[1].value, "Housing");
    assert_true(figures->totals[1].concern_hidden);
    assert_true(figures->totals[0].concern_hidden); /* or it could be worked out from the total */
    static const char *const splits[] = {"route",    "age",     "gender",   "ethnicity", "disability",
                                         "locality", "outcome", "exchange", "barrier"};
    for (size_t i = 0; i < sizeof splits / sizeof splits[0]; i++) {
        GOOD(act_figures(&team, splits[i], NULL, &figures));
        assert_int_equal(figures->cases, before + 7);
    }
}

/* ---- notices and work ---- */

static void a_referral_is_told_to_those_who_decide(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 600);
    struct act nurse = act_at(state, &state->nurse, 600);
    const struct notice_view *notices;
    const char *next;
    size_t before;
    size_t count;
    GOOD(act_notices_read(&manager, NULL));
    GOOD(act_notices_unread(&manager, &count));
    assert_int_equal(count, 0);
    GOOD(act_notices_unread(&nurse, &before));
    const char *reference = new_case(state, "Turnstone", 601);
    GOOD(act_notices_unread(&manager, &count));
    assert_true(count > 0);
    struct act later = act_at(state, &state->manager, 602);
    GOOD(act_notices(&later, NULL, &notices, &count, &next));
    assert_string_equal(notices[0].reference.text, reference);
    assert_string_equal(notices[0].child_name, "Turnstone Tarn");
    assert_false(notices[0].read);
    char id[ID_TEXT];
    id_format(notices[0].id, id);
    size_t unread;
    size_t less;
    GOOD(act_notices_unread(&later, &unread));
    GOOD(act_notices_read(&later, id));
    GOOD(act_notices_unread(&later, &less));
    assert_int_equal(less, unread - 1);
    FAILS(ERROR_INVALID, act_notices_read(&later, "no-id"));
    FAILS(ERROR_BAD_INPUT, act_notices(&later, "no-dot", &notices, &count, &next));
    FAILS(ERROR_BAD_INPUT, act_notices(&later, "12x.0", &notices, &count, &next));
    FAILS(ERROR_BAD_INPUT, act_notices(&later, "12.0", &notices, &count, &next));
    GOOD(act_notices_unread(&nurse, &count));
    assert_int_equal(count, before); /* who referred is told nothing by it */
    /* what time brings, once */
    struct act much_later = act_at(state, NULL, 3 * 24 * 3600 + 1);
    struct act reader = act_at(state, &state->manager, 3 * 24 * 3600);
    GOOD(act_notices_read(&reader, NULL));
    GOOD(notices_sweep(&much_later));
    GOOD(act_notices_unread(&reader, &unread));
    assert_true(unread > 0);
    GOOD(act_notices(&reader, NULL, &notices, &count, &next));
    assert_string_equal(notices[0].when, "Overdue");
    GOOD(notices_sweep(&much_later));
    GOOD(act_notices_unread(&reader, &count));
    assert_int_equal(count, unread);
}

static void an_address_is_kept_only_when_it_can_be_written_to(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, &state->nurse, 700);
    const char *address;
    GOOD(act_mail_address(&act, &address));
    assert_string_equal(address, "");
    FAILS(ERROR_INVALID, act_mail_address_set(&act, "not an address"));
    GOOD(act_mail_address_set(&act, "  nurse@example.org "));
    GOOD(act_mail_address(&act, &address));
    assert_string_equal(address, "nurse@example.org");
    GOOD(act_mail_address_set(&act, NULL));
    GOOD(act_mail_address(&act, &address));
    assert_string_equal(address, "");
}

static void duties_are_found_by_state_role_and_agency(void **context)
{
    struct state *state = *context;
    struct act act = act_at(state, &state->manager, 800);
    struct act late = act_at(state, &state->manager, 90 * 24 * 3600);
    const struct work_line *lines;
    const char *next;
    size_t count;
    FAILS(ERROR_BAD_INPUT,
          act_duties(&act, &(struct duties_filter){.state = "asleep"}, &lines, &count, &next));
    GOOD(act_duties(&act, &(struct duties_filter){.limit = 1, .state = "unmet"}, &lines, &count, &next));
    assert_int_equal(count, 1);
    assert_non_null(next);
    const char *first = lines[0].reference.text;
    assert_true(lines[0].state == DUTY_OPEN || lines[0].state == DUTY_OVERDUE);
    assert_non_null(first);
    GOOD(act_duties(&late, &(struct duties_filter){.state = "overdue", .agency = "social-care"}, &lines,
                    &count, &next));
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(lines[i].state, DUTY_OVERDUE);
        assert_string_equal(lines[i].owner_agency, "social-care");
    }
    GOOD(act_duties(&act, &(struct duties_filter){.agency = "housing"}, &lines, &count, &next));
    assert_int_equal(count, 0);
    assert_null(next);
}

/* ---- the move ---- */

static void a_case_moves_only_where_it_may(void **context)
{
    struct state *state = *context;
    const char *reference = new_case(state, "Redshank", 810);
    struct act nurse = act_at(state, &state->nurse, 820);
    struct act manager = act_at(state, &state->manager, 820);
    struct move_view move;
    struct recorded recorded;
    FAILS(ERROR_NOT_ALLOWED, act_case_move_look(&nurse, reference, NULL, &move));
    GOOD(act_case_move_look(&manager, reference, NULL, &move));
    assert_null(move.to);
    const struct pack *const *packs;
    size_t count;
    GOOD(act_case_move_targets(&manager, move.view, &packs, &count));
    assert_int_equal(count, 0); /* one procedure is served */
    FAILS(ERROR_NOT_FOUND, act_case_move_look(&manager, "2222222222", NULL, &move));
    FAILS(ERROR_INVALID, act_case_move(&manager, reference, NULL, "Why", 0, &recorded));
    FAILS(ERROR_INVALID, act_case_move(&manager, reference, "llr-chapter-11", "Why", 0, &recorded));
    FAILS(ERROR_INVALID, act_case_move(&manager, reference, "no-such", "Why", 0, &recorded));
    assert_int_equal(entries_of(state, reference), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_cases_are_written_or_none),
        cmocka_unit_test(a_meeting_over_several_cases_is_one_meeting),
        cmocka_unit_test(a_link_says_what_the_reader_may_know),
        cmocka_unit_test(what_takes_a_link_back_is_for_who_may_know_of_it),
        cmocka_unit_test(a_voluntary_worker_sees_their_part_and_no_more),
        cmocka_unit_test(records_outside_are_their_agencys_but_for_recommendations),
        cmocka_unit_test(a_small_number_is_hidden_until_it_is_not_small),
        cmocka_unit_test(a_referral_is_told_to_those_who_decide),
        cmocka_unit_test(an_address_is_kept_only_when_it_can_be_written_to),
        cmocka_unit_test(duties_are_found_by_state_role_and_agency),
        cmocka_unit_test(a_case_moves_only_where_it_may),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down);
}
