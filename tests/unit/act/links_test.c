/* Links between cases, one's own part, records outside, and what is recorded together: the edges of each. */
#include "act/inner.h"
#include "scene.h"

#include <string.h>

static struct {
    struct actor voluntary;
    struct actor team;
    struct actor police;
    struct actor inspector;
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
    add_account(state, "inspector", "inspector", "other", &who.inspector);
    return 0;
}

static void must_say(const struct error *error, const char *field)
{
    assert_non_null(error);
    assert_int_equal(error->code, ERROR_INVALID);
    assert_string_equal(error->field, field);
}

static struct part_entry part_of(const struct state *state, const char *type_id, const char *json)
{
    struct entry_input input = entry_input_of(state, type_id, json);
    return (struct part_entry){.type = input.type, .values = input.values, .prefix = ""};
}

/* ---- links ---- */

static const char *link_to(const struct state *state, const char *reference, const char *through,
                           const char *what)
{
    return arena_printf(state->arena, "{\"linked_case\":\"%s\",\"through\":\"%s\",\"what\":\"%s\"}",
                        reference, through, what);
}

static size_t links_of(const struct act *act, const char *reference, bool *ret_whole)
{
    const struct case_link *links;
    size_t count;
    GOOD(act_case_links(act, reference, &links, &count, ret_whole));
    return count;
}

static void a_link_stands_once_however_often_it_is_recorded(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 30);
    const char *one = new_case(state, "Avocet", 10);
    const char *two = new_case(state, "Bittern", 11);
    bool whole;
    const char *const rows[][3] = {{one, two, "place"}, {one, two, "place"}, {two, one, "place"}};
    for (size_t i = 0; i < 3; i++) {
        GOOD_ONCE(record_on(state, &manager, rows[i][0], "case-linked",
                            link_to(state, rows[i][1], rows[i][2], "The park"), NULL));
    }
    assert_int_equal(links_of(&manager, one, &whole), 1);
    GOOD_ONCE(
        record_on(state, &manager, one, "case-linked", link_to(state, two, "vehicle", "The park"), NULL));
    GOOD_ONCE(record_on(state, &manager, one, "case-linked", link_to(state, two, "place", "The shop"), NULL));
    GOOD_ONCE(
        record_on(state, &manager, one, "case-linked", link_to(state, "of theirs", "place", "P"), NULL));
    assert_int_equal(links_of(&manager, one, &whole), 3);
    GOOD_ONCE(record_on(state, &manager, two, "case-linked", link_to(state, one, "vehicle", "The park"),
                        NULL)); /* the other side of the second */
    assert_int_equal(links_of(&manager, one, &whole), 3);
    /* ended, and recorded once more after that */
    static const char ended[] = "{\"linked_case\":\"%s\",\"what\":\"The shop\",\"reason\":\"Another shop\"}";
    struct act later = act_at(state, &state->manager, 40);
    struct act last = act_at(state, &state->manager, 50);
    GOOD_ONCE(record_on(state, &later, one, "case-link-ended", arena_printf(state->arena, ended, two), NULL));
    assert_int_equal(links_of(&manager, one, &whole), 2);
    GOOD_ONCE(record_on(state, &last, one, "case-linked", link_to(state, two, "place", "The shop"), NULL));
    assert_int_equal(links_of(&manager, one, &whole), 3);
    GOOD_ONCE(record_on(state, &last, one, "case-link-ended", arena_printf(state->arena, ended, "2222222222"),
                        NULL)); /* of another case */
    assert_int_equal(links_of(&manager, one, &whole), 3);
    assert_true(whole);
    const char *three = new_case(state, "Chough", 12);
    GOOD_ONCE(record_on(state, &last, two, "case-linked", link_to(state, three, "place", "The shop"), NULL));
    GOOD_ONCE(record_on(state, &last, three, "case-linked", link_to(state, one, "place", "The shop"), NULL));
    GOOD_ONCE(record_on(state, &last, one, "case-linked", link_to(state, three, "place", "The yard"), NULL));
    const struct case_link *links;
    size_t count;
    GOOD(act_case_links(&manager, one, &links, &count, &whole));
    assert_int_equal(count, 6);
    /* ended on the same day, at no time that anybody knows */
    static const char yard[] = "{\"linked_case\":\"%s\",\"what\":\"The yard\",\"reason\":\"Another\"}";
    struct entry_input of_a_day =
        entry_input_of(state, "case-link-ended", arena_printf(state->arena, yard, three));
    const struct pack *pack = service_pack(state->service);
    struct moment day = moment_of_day(pack, moment_of_instant(pack, last.now).day);
    struct act after = act_at(state, &state->manager, 60);
    struct recorded recorded;
    of_a_day.occurred = &day;
    GOOD_ONCE(act_entry_record(&after, one, &of_a_day, &recorded));
    assert_int_equal(links_of(&after, one, &whole), 5);
}

/* What happened before the referral and was recorded after it comes first in the case. */
static void a_link_may_be_older_than_the_referral(void **context)
{
    struct state *state = *context;
    const struct pack *pack = service_pack(state->service);
    struct act manager = act_at(state, &state->manager, 70);
    struct act later = act_at(state, &state->manager, 80);
    const char *one = new_case(state, "Dunnock", 60);
    const char *two = new_case(state, "Egret", 61);
    const struct moment before = moment_of_instant(pack, instant_add_ms(start, -(int64_t)MS_PER_DAY));
    const struct moment of_a_day = moment_of_day(pack, before.day);
    struct entry_input link = entry_input_of(state, "case-linked", link_to(state, two, "place", "The park"));
    struct entry_input end = entry_input_of(
        state, "case-link-ended",
        arena_printf(state->arena, "{\"linked_case\":\"%s\",\"what\":\"The park\",\"reason\":\"R\"}", two));
    struct recorded recorded;
    bool whole;
    link.occurred = &before;
    end.occurred = &of_a_day;
    GOOD_ONCE(act_entry_record(&manager, one, &link, &recorded));
    assert_int_equal(links_of(&manager, one, &whole), 1);
    GOOD_ONCE(act_entry_record(&later, one, &end, &recorded));
    assert_int_equal(links_of(&later, one, &whole), 0);
}

static void no_more_links_are_followed_than_fit(void **context)
{
    enum { EACH = 42 };
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 100);
    const char *reference = new_case(state, "Curlew", 90);
    struct part_entry entries[EACH];
    struct recorded recorded;
    bool whole;
    for (int times = 0; times < 10; times++) {
        for (int i = 0; i < EACH; i++) {
            const char *other = arena_copy(state->arena, reference_of(id_new()).text);
            entries[i] = part_of(state, "case-linked", link_to(state, other, "place", "The park"));
        }
        const struct case_part part = {reference, 0, entries, EACH};
        const struct together_input input = {.parts = &part, .count = 1};
        GOOD_ONCE(act_together_record(&manager, &input, &recorded));
        if (times == 0) {
            assert_int_equal(links_of(&manager, reference, &whole), EACH);
            assert_false(whole); /* forty cases */
        }
    }
    assert_int_equal(links_of(&manager, reference, &whole), 400);
    assert_false(whole);
}

/* As many cases as are followed, and one of them that is linked to itself. */
static void all_are_followed_that_fit(void **context)
{
    enum { MOST = 40 };
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 120);
    const char *reference = new_case(state, "Dotterel", 110);
    struct part_entry entries[MOST + 1];
    struct recorded recorded;
    bool whole;
    for (int i = 0; i < MOST; i++) {
        const char *other = i == 0 ? reference : arena_copy(state->arena, reference_of(id_new()).text);
        entries[i] = part_of(state, "case-linked", link_to(state, other, "place", "The park"));
    }
    const struct case_part part = {reference, 0, entries, MOST};
    const struct together_input input = {.parts = &part, .count = 1};
    GOOD_ONCE(act_together_record(&manager, &input, &recorded));
    assert_int_equal(links_of(&manager, reference, &whole), MOST);
    assert_true(whole);
}

/* ---- one's own part ---- */

static const char action[] = "{\"action\":\"%s\",\"owner\":\"Mr Lark\",\"agency\":\"%s\"%s}";

static const char *action_of(const struct state *state, const char *text, const char *agency,
                             const char *more)
{
    return arena_printf(state->arena, action, text, agency, more);
}

static void a_part_is_what_actions_give_the_agency(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 210);
    struct act helper = act_at(state, &who.voluntary, 220);
    const char *ours = new_case(state, "Knot", 200);
    const struct part_view *view;
    const struct part_view *const *views;
    struct recorded recorded;
    size_t count;
    GOOD_ONCE(record_on(state, &manager, ours, "action-agreed",
                        action_of(state, "Walk", "voluntary",
                                  ",\"strategy_part\":\"leisure\",\"due_at\":\"2026-06-10T09:00:00Z\""),
                        NULL));
    GOOD_ONCE(record_on(state, &manager, ours, "action-agreed",
                        action_of(state, "Swim", "voluntary", ",\"strategy_part\":\"leisure\""), NULL));
    GOOD_ONCE(record_on(state, &manager, ours, "action-agreed",
                        action_of(state, "Eat", "voluntary", ",\"strategy_part\":\"health\""), NULL));
    GOOD_ONCE(
        record_on(state, &manager, ours, "action-agreed", action_of(state, "Talk", "voluntary", ""), NULL));
    GOOD_ONCE(
        record_on(state, &manager, ours, "action-agreed", action_of(state, "Ring", "police", ""), NULL));
    /* it goes over to them, and one of theirs to others */
    GOOD_ONCE(record_on(state, &manager, ours, "action-progressed",
                        "{\"action\":\"Ring\",\"progress\":\"open\",\"agency\":\"voluntary\"}", NULL));
    GOOD_ONCE(record_on(state, &manager, ours, "action-progressed",
                        "{\"action\":\"Talk\",\"progress\":\"open\",\"agency\":\"police\"}", NULL));
    /* what was never agreed is nobody's */
    GOOD_ONCE(record_on(state, &manager, ours, "action-progressed",
                        "{\"action\":\"Never agreed\",\"progress\":\"open\"}", NULL));
    GOOD(act_part_list(&helper, &views, &count));
    assert_int_equal(count, 1);
    GOOD(act_part_read(&helper, ours, &view));
    assert_int_equal(view->action_count, 4);
    assert_int_equal(view->part_count, 2);
    assert_false(instant_is_never(view->actions[0].due_at));
    static const char talk[] =
        "{\"worker\":\"W\",\"topic\":\"T\",\"response\":\"R\",\"strategy_part\":\"%s\"}";
    struct entry_input input =
        entry_input_of(state, "direct-work", arena_printf(state->arena, talk, "networks"));
    must_say(act_part_record(&helper, ours, &input, &recorded), "strategy_part");
    input = entry_input_of(state, "direct-work", arena_printf(state->arena, talk, "health"));
    GOOD(act_part_record(&helper, ours, &input, &recorded));
    input = entry_input_of(state, "direct-work", "{\"worker\":\"W\",\"topic\":\"T\",\"response\":\"R\"}");
    GOOD(act_part_record(&helper, ours, &input, &recorded));
    struct entry_input outside = entry_input_of(
        state, "training-held", "{\"topic\":\"T\",\"agencies\":[\"police\"],\"attendance\":9}");
    FAILS(ERROR_NOT_ALLOWED, act_part_record(&helper, ours, &outside, &recorded));
    /* nor is it theirs what others of their agency may record */
    struct actor colleague;
    struct state own = *state;
    add_account(&own, "colleague", "referrer", "voluntary", &colleague);
    struct act by_colleague = act_at(state, &colleague, 230);
    GOOD_ONCE(record_on(state, &by_colleague, ours, "child-views", "{\"views\":\"V\",\"how_obtained\":\"H\"}",
                        NULL));
    GOOD(act_part_read(&helper, ours, &view));
    assert_int_equal(view->own_count, 2);
    /* of one action there is no other */
    struct act later = act_at(state, &state->manager, 250);
    struct act helper_later = act_at(state, &who.voluntary, 260);
    const char *single = new_case(state, "Sanderling", 240);
    GOOD_ONCE(
        record_on(state, &later, single, "action-agreed", action_of(state, "Walk", "voluntary", ""), NULL));
    input = entry_input_of(state, "action-progressed", "{\"action\":\"Run\",\"progress\":\"open\"}");
    must_say(act_part_record(&helper_later, single, &input, &recorded), "action");
    /* each case is listed once, whichever it is */
    GOOD_ONCE(
        record_on(state, &later, single, "action-agreed", action_of(state, "Sing", "voluntary", ""), NULL));
    GOOD(act_part_list(&helper_later, &views, &count));
    assert_int_equal(count, 2);
    /* a draft of theirs needs no more business with the case than that */
    struct draft_view draft = {.kind = "direct-work", .case_reference = ours};
    FAILS(ERROR_NOT_ALLOWED, act_draft_save(&helper, &draft, &draft.id));
}

/* The action of that text; NULL. */
static const struct part_action *action_named(const struct part_view *view, const char *text)
{
    for (size_t i = 0; i < view->action_count; i++) {
        if (text_equal(view->actions[i].text, text)) {
            return &view->actions[i];
        }
    }
    return NULL;
}

static size_t parts_of(const struct act *helper, const char *reference)
{
    const struct part_view *const *views;
    size_t count;
    size_t found = 0;
    GOOD(act_part_list(helper, &views, &count));
    for (size_t i = 0; i < count; i++) {
        found += text_equal(views[i]->reference.text, reference);
    }
    return found;
}

static void a_part_holds_nothing_that_is_closed_to_the_agency(void **context)
{
    struct state *state = *context;
    struct actor colleague;
    add_account(state, "third-helper", "voluntary-worker", "voluntary", &colleague);
    struct act manager = act_at(state, &state->manager, 275);
    struct act helper = act_at(state, &who.voluntary, 280);
    struct act other = act_at(state, &colleague, 276);
    const struct part_view *view;
    struct recorded recorded;
    const char *reference = new_case(state, "Whinchat", 270);
    GOOD_ONCE(record_on(state, &manager, reference, "action-agreed",
                        action_of(state, "Walk", "voluntary", ""), NULL));
    GOOD_ONCE(record_on(state, &manager, reference, "action-agreed",
                        action_of(state, "Go with her to the clinic", "voluntary", ""), "sexual-health"));
    GOOD_ONCE(record_on(state, &manager, reference, "action-progressed",
                        "{\"action\":\"Walk\",\"progress\":\"open\",\"reason\":\"Afraid of him\"}",
                        "child-confidence"));
    struct entry_input input =
        entry_input_of(state, "direct-work", "{\"worker\":\"W\",\"topic\":\"T\",\"response\":\"R\"}");
    input.labels = "child-confidence";
    GOOD_ONCE(act_part_record(&other, reference, &input, &recorded));
    GOOD(act_part_read(&helper, reference, &view));
    assert_int_equal(view->action_count, 1);
    assert_null(action_named(view, "Go with her to the clinic"));
    assert_string_equal(action_named(view, "Walk")->progress, "");
    assert_int_equal(view->own_count, 0); /* a colleague wrote it, in the child's confidence */
    GOOD(act_part_read(&other, reference, &view));
    assert_int_equal(view->own_count, 1);
    assert_int_equal(parts_of(&helper, reference), 1);
    /* one that is done is a part all the same */
    const char *done = new_case(state, "Redstart", 271);
    GOOD_ONCE(
        record_on(state, &manager, done, "action-agreed", action_of(state, "Walk", "voluntary", ""), NULL));
    GOOD_ONCE(record_on(state, &manager, done, "action-progressed",
                        "{\"action\":\"Walk\",\"progress\":\"done\"}", NULL));
    GOOD(act_part_read(&helper, done, &view));
    assert_false(action_named(view, "Walk")->open);
}

static void a_part_is_there_for_who_gets_the_case(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 285);
    struct act helper = act_at(state, &who.voluntary, 290);
    const struct part_view *view;
    struct recorded recorded;
    char id[ID_TEXT];
    id_format(who.voluntary.account, id);
    const char *kept = new_case(state, "Wheatear", 282);
    const char *restricted = new_case(state, "Stonechat", 283);
    const char *const references[] = {kept, restricted};
    for (size_t i = 0; i < 2; i++) {
        GOOD_ONCE(record_on(state, &manager, references[i], "action-agreed",
                            action_of(state, "Walk", "voluntary", ""), NULL));
        GOOD(act_part_read(&helper, references[i], &view));
        assert_int_equal(parts_of(&helper, references[i]), 1);
    }
    /* an interest of their own: by whatever way, the case is not there for them */
    GOOD_ONCE(act_conflict_declare(&manager, kept, id, "Her aunt"));
    GOOD_ONCE(act_case_restrict(&manager, restricted, true, "Known to a colleague"));
    struct entry_input input =
        entry_input_of(state, "action-progressed", "{\"action\":\"Walk\",\"progress\":\"open\"}");
    for (size_t i = 0; i < 2; i++) {
        FAILS(ERROR_NOT_FOUND, act_part_read(&helper, references[i], &view));
        FAILS(ERROR_NOT_FOUND, act_part_record(&helper, references[i], &input, &recorded));
        assert_int_equal(parts_of(&helper, references[i]), 0);
    }
    GOOD_ONCE(record_on(state, &manager, restricted, "involvement-began",
                        "{\"agency\":\"voluntary\",\"worker\":\"helper\",\"reason\":\"R\"}", NULL));
    GOOD(act_part_read(&helper, restricted, &view));
}

/* ---- outside ---- */

static void an_answer_outside_is_checked_like_any_entry(void **context)
{
    struct state *state = *context;
    struct act nurse = act_at(state, &state->nurse, 300);
    struct act inspector = act_at(state, &who.inspector, 301);
    struct part_entry advice =
        part_of(state, "learning-recommendation", "{\"recommendation\":\"Ring sooner\"}");
    struct part_entry answer = part_of(state, "learning-recommendation-answered", "{}");
    struct id id;
    FAILS(ERROR_NOT_ALLOWED, act_outside_record(&inspector, advice.type, advice.values, NULL, &id));
    GOOD(act_outside_record(&nurse, advice.type, advice.values, NULL, &id));
    FAILS(ERROR_INVALID, act_outside_answer(&nurse, id, answer.type, answer.values, NULL));
}

static void the_lines_of_a_meeting_are_entries_too(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 310);
    const char *reference = new_case(state, "Lapwing", 305);
    const struct outside_view *const *views;
    const struct case_view *view;
    size_t before;
    size_t after;
    GOOD(act_outside_list(&manager, NULL, &views, &before));
    GOOD_ONCE(record_on(state, &manager, reference, "vulnerability-began",
                        "{\"vulnerability\":\"looked-after-foster\"}", NULL));
    static const char held[] =
        "{\"kind\":\"plan-review\",\"exit_plan\":\"agreed\",\"child_views\":\"V\","
        "\"recommendations\":[\"Ring sooner\",\"Write it down\"],\"for_looked_after_review\":[\"Ask her\"]}";
    GOOD(record_on(state, &manager, reference, "meeting-held", held, NULL));
    const struct part_entry one = part_of(state, "meeting-held", held);
    const struct case_part part = {reference, 0, &one, 1};
    const struct together_input input = {.parts = &part, .count = 1};
    struct recorded recorded;
    GOOD(act_together_record(&manager, &input, &recorded));
    GOOD(act_outside_list(&manager, NULL, &views, &after));
    assert_int_equal(after, before + 4);
    GOOD(act_case_read(&manager, reference, INSTANT_NEVER, &view));
    size_t asked = 0;
    for (size_t i = 0; i < view->entry_count; i++) {
        asked += text_equal(view->entries[i]->type->id, "looked-after-recommendation") ? 1 : 0;
    }
    assert_int_equal(asked, 2);
}

static void the_lines_of_a_closed_entry_are_as_closed(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 331);
    struct act nurse = act_at(state, &state->nurse, 332);
    const char *reference = new_case(state, "Fieldfare", 330);
    const struct case_view *view;
    static const char held[] = "{\"kind\":\"plan-review\",\"exit_plan\":\"agreed\",\"child_views\":\"V\","
                               "\"for_looked_after_review\":[\"Ask her\"]}";
    GOOD_ONCE(record_on(state, &manager, reference, "vulnerability-began",
                        "{\"vulnerability\":\"looked-after-foster\"}", NULL));
    GOOD_ONCE(record_on(state, &manager, reference, "meeting-held", held, "legal-advice+third-party"));
    GOOD(act_case_read(&nurse, reference, INSTANT_NEVER, &view));
    for (size_t i = 0; i < view->entry_count; i++) {
        assert_string_not_equal(view->entries[i]->type->id, "looked-after-recommendation");
    }
    GOOD(act_case_read(&manager, reference, INSTANT_NEVER, &view));
    assert_string_equal(view->entries[view->entry_count - 1]->type->id, "looked-after-recommendation");
}

/* ---- together ---- */

static void what_is_wrong_with_one_of_several_is_said_of_it(void **context)
{
    struct state *state = *context;
    struct act manager = act_at(state, &state->manager, 410);
    struct act police = act_at(state, &who.police, 410);
    const char *reference = new_case(state, "Magpie", 400);
    bring_in(state, reference, &police);
    struct recorded recorded;
    static const char right[] = "{\"corrects\":%d,\"reason\":\"R\"}";
    struct part_entry entries[] = {part_of(state, "action-agreed", action_of(state, "Ring", "police", "")),
                                   part_of(state, "correction", arena_printf(state->arena, right, 99)),
                                   part_of(state, "action-agreed", "{\"action\":\"Ring\"}"),
                                   part_of(state, "case-closed", "{}")};
    entries[0].prefix = NULL;
    entries[1].prefix = "two.";
    entries[2].prefix = "three.";
    struct case_part part = {reference, 0, entries, 3};
    struct together_input input = {.parts = &part, .count = 1, .begins_meeting = "complex-abuse"};
    const struct error *error = act_together_record(&manager, &input, &recorded);
    assert_non_null(error);
    assert_string_equal(error->field, "two.corrects");
    assert_int_equal(strncmp(error->next->field, "three.", 6), 0);
    /* an error that is of no field: a gate */
    part.entries = &entries[3];
    part.count = 1;
    entries[3].prefix = "four.";
    error = act_together_record(&manager, &input, &recorded);
    assert_non_null(error);
    FAILS(ERROR_NOT_ALLOWED, act_together_record(&police, &input, &recorded));
    /* one case alone begins no meeting of several */
    part = (struct case_part){reference, 0, entries, 1};
    GOOD(act_together_record(&manager, &input, &recorded));
    assert_null(entry_text(recorded.entry, "meeting"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_stands_once_however_often_it_is_recorded),
        cmocka_unit_test(a_link_may_be_older_than_the_referral),
        cmocka_unit_test(no_more_links_are_followed_than_fit),
        cmocka_unit_test(all_are_followed_that_fit),
        cmocka_unit_test(a_part_is_what_actions_give_the_agency),
        cmocka_unit_test(a_part_holds_nothing_that_is_closed_to_the_agency),
        cmocka_unit_test(a_part_is_there_for_who_gets_the_case),
        cmocka_unit_test(an_answer_outside_is_checked_like_any_entry),
        cmocka_unit_test(the_lines_of_a_meeting_are_entries_too),
        cmocka_unit_test(the_lines_of_a_closed_entry_are_as_closed),
        cmocka_unit_test(what_is_wrong_with_one_of_several_is_said_of_it),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down);
}
