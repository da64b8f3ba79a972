#include "procedure/gate.h"
#include "small.h"

static const struct position *position_at(const struct fixture *fixture, const char *json, const char *at)
{
    return position_of(fixture->arena, history_of(fixture, json, at), instant_of(at));
}

static bool marked(const struct fixture *fixture, const struct position *position, const char *mark)
{
    const struct mark *found = pack_mark(fixture->pack, mark);
    assert_non_null(found);
    return position->marks[found->index];
}

static bool under_16(const struct fixture *fixture, const char *birth, const char *at)
{
    char json[100];
    snprintf(json, sizeof json, "{'child':{'date_of_birth':'%s'},'entries':[]}", birth);
    return marked(fixture, position_at(fixture, json, at), "under-16");
}

/* 11.6 */
static void a_child_is_under_16_until_the_birthday_begins_in_local_time(void **state)
{
    assert_true(under_16(*state, "2008-07-15", "2024-07-14T22:59:59.999Z"));
    assert_false(under_16(*state, "2008-07-15", "2024-07-14T23:00:00.000Z"));
    assert_true(under_16(*state, "2024-07-01", "2024-07-14T23:00:00.000Z")); /* of no years yet */
}

static void one_born_on_29_february_is_16_on_the_leap_day(void **state)
{
    assert_true(under_16(*state, "2008-02-29", "2024-02-28T23:59:59.999Z"));
    assert_false(under_16(*state, "2008-02-29", "2024-02-29T00:00:00.000Z"));
    assert_true(under_16(*state, "2012-02-29", "2028-02-28T23:59:59.999Z"));
    assert_false(under_16(*state, "2012-02-29", "2028-02-29T00:00:00.000Z"));
}

static void an_unknown_birth_or_one_to_come_marks_nobody(void **state)
{
    assert_false(marked(*state, position_at(*state, "[]", "2024-01-01T00:00:00Z"), "under-16"));
    assert_false(under_16(*state, "2024-06-01", "2024-01-01T00:00:00Z"));
}

static void a_span_runs_from_its_beginning_to_its_end(void **state)
{
    const char *json = "[{'type':'police-protection-began','occurred_at':'2024-01-01T10:00:00Z','fields':{}},"
                       "{'type':'police-protection-ended','occurred_at':'2024-01-02T10:00:00Z','fields':{}}]";
    const struct fixture *fixture = *state;
    int index = pack_mark(fixture->pack, "police-protection")->index;
    assert_false(
        marked(fixture, position_at(fixture, json, "2024-01-01T09:59:59.999Z"), "police-protection"));
    const struct position *during = position_at(fixture, json, "2024-01-01T10:00:00Z");
    assert_true(during->marks[index]);
    assert_int_equal(during->mark_since[index]->entry->seq, 1);
    assert_false(marked(fixture, position_at(fixture, json, "2024-01-02T10:00:00Z"), "police-protection"));
}

static void an_end_ends_only_the_vulnerability_it_names(void **state)
{
    const char *json =
        "[{'type':'vulnerability-began','occurred_at':'2024-01-01','fields':{'vulnerability':'looked-after-"
        "foster'}},"
        "{'type':'vulnerability-began','occurred_at':'2024-01-02','fields':{'vulnerability':'looked-after-"
        "residential'}},"
        "{'type':'vulnerability-ended','occurred_at':'2024-01-02','fields':{'vulnerability':'looked-after-"
        "foster'}},"
        "{'type':'vulnerability-ended','occurred_at':'2024-01-05','fields':{'vulnerability':'missing'}},"
        "{'type':'vulnerability-ended','occurred_at':'2024-01-09','fields':{'vulnerability':'looked-after-"
        "residential'}}]";
    assert_true(marked(*state, position_at(*state, json, "2024-01-08T12:00:00Z"), "looked-after"));
    assert_false(marked(*state, position_at(*state, json, "2024-01-09T12:00:00Z"), "looked-after"));
}

/* 11.23: taken at nine, and what became of it is known by the day. */
static void an_end_of_the_same_day_ends_what_was_recorded_before_it(void **state)
{
    const char *json = "[{'type':'police-protection-began','occurred_at':'2024-01-02T09:00:00Z','fields':{}},"
                       "{'type':'police-protection-ended','occurred_at':'2024-01-02',"
                       "'recorded_at':'2024-01-02T18:00:00Z','fields':{}}]";
    assert_true(marked(*state, position_at(*state, json, "2024-01-02T17:00:00Z"), "police-protection"));
    assert_false(marked(*state, position_at(*state, json, "2024-01-02T18:00:00Z"), "police-protection"));
}

/* 11.22: one yes is enough, in the assessment or in the strategy meeting after it. */
static void one_criterion_marks_the_risk_of_significant_harm(void **state)
{
    static const char *const criteria[] = {"harm_parent_encourages", "harm_adult_power",
                                           "harm_immediate_risk"};
    for (size_t i = 0; i < sizeof criteria / sizeof *criteria; i++) {
        for (int yes = 0; yes <= 1; yes++) {
            char json[500];
            snprintf(
                json, sizeof json,
                "[{'type':'initial-assessment','occurred_at':'2024-01-02T10:00:00Z','fields':{"
                "'significant_harm':'no'}},"
                "{'type':'meeting-held','occurred_at':'2024-01-05T10:00:00Z','fields':{'kind':'strategy',"
                "'%s':'%s'}}]",
                criteria[i], yes ? "yes" : "no");
            const struct position *position = position_at(*state, json, "2024-01-06T09:00:00Z");
            assert_int_equal(marked(*state, position, "significant-harm-found"), yes);
        }
    }
}

/* 11.62: the last decision counts, also where it left out its time. */
static void a_decision_of_the_day_is_not_undone_by_an_earlier_one(void **state)
{
    const char *json = "[{'type':'parental-information-decision','occurred_at':'2024-01-02T10:00:00Z',"
                       "'fields':{'inform':'now'}},"
                       "{'type':'parental-information-decision','occurred_at':'2024-01-02',"
                       "'recorded_at':'2024-01-02T15:00:00Z','fields':{'inform':'not'}}]";
    assert_true(marked(*state, position_at(*state, json, "2024-01-03T09:00:00Z"), "parents-not-told"));
}

/* 11.13: told before the case was closed, recorded after. */
static void a_closing_takes_no_mark_from_what_is_recorded_after_it(void **state)
{
    const char *json =
        "[{'type':'case-closed','occurred_at':'2024-01-02T10:00:00Z','fields':{}},"
        "{'type':'referral','occurred_at':'2024-01-01T17:00:00Z','recorded_at':'2024-01-02T11:00:00Z',"
        "'fields':{}}]";
    assert_true(marked(*state, position_at(*state, json, "2024-01-03T09:00:00Z"), "child-in-need"));
}

static void immediate_danger_stands_while_its_duty_is_open(void **state)
{
    const char *json =
        "[{'type':'referral','occurred_at':'2024-01-01T10:00:00Z','fields':{'immediate_danger':'yes'}},"
        "{'type':'referral-decision','occurred_at':'2024-01-01T12:00:00Z',"
        "'fields':{'immediate_danger':'no'}}]";
    assert_true(marked(*state, position_at(*state, json, "2024-01-01T11:00:00Z"), "immediate-danger"));
    assert_false(marked(*state, position_at(*state, json, "2024-01-01T12:00:00Z"), "immediate-danger"));
}

/* The last of the entries is the new one; those before it are the case. */
static const struct error *check(const struct fixture *fixture, const char *json)
{
    struct entries entries = entries_of(fixture, json);
    const struct entry *entry = entries.list[entries.count - 1];
    struct instant at = entry->occurred.end;
    const struct history *history =
        history_new(fixture->arena, fixture->pack, entries.list, entries.count - 1, entries.child, at);
    return gates_check(fixture->arena, position_of(fixture->arena, history, at), entry);
}

/* 11.38 */
static void a_strategy_meeting_is_chaired_by_who_the_paragraph_names(void **state)
{
    static const char looked_after[] = "{'type':'vulnerability-began','occurred_at':'2024-01-01','fields':{'"
                                       "vulnerability':'looked-after-foster'}},";
    static const char meeting[] =
        "[%s{'type':'meeting-held','occurred_at':'2024-01-02','fields':"
        "{'kind':'strategy','exit_plan':'agreed','child_views':'V','chair_role':'%s'}}]";
    char json[500];
    snprintf(json, sizeof json, meeting, "", "social-care-manager");
    assert_null(check(*state, json));
    snprintf(json, sizeof json, meeting, looked_after, "reviewing-officer");
    assert_null(check(*state, json));
    snprintf(json, sizeof json, meeting, "", "reviewing-officer");
    assert_string_equal(check(*state, json)->field, "chair_role");
    snprintf(json, sizeof json, meeting, looked_after, "social-care-manager");
    const struct error *error = check(*state, json);
    assert_string_equal(error->field, "chair_role");
    assert_int_equal(error->code, ERROR_INVALID);
    assert_null(error->next);
}

/* A gate that an entry did not pass as it stood is not asked of its correction. */
static void a_correction_is_asked_by_the_gates_that_were_passed(void **state)
{
    const struct fixture *fixture = *state;
    struct entries entries = entries_of(
        fixture,
        "[{'type':'meeting-held','occurred_at':'2024-01-02','fields':"
        "{'kind':'strategy','exit_plan':'agreed','child_views':'V','chair_role':'conference-chair'}},"
        "{'type':'meeting-held','occurred_at':'2024-01-02','fields':"
        "{'kind':'strategy','exit_plan':'agreed','chair_role':'reviewing-officer'}}]");
    struct instant at = instant_of("2024-01-02T12:00:00Z");
    const struct history *history = history_new(fixture->arena, fixture->pack, NULL, 0, entries.child, at);
    const struct error *error = gates_check_corrected(
        fixture->arena, position_of(fixture->arena, history, at), entries.list[0], entries.list[1]);
    assert_non_null(error);
    assert_string_equal(error->field, "child_views");
    assert_null(error->next);
}

/* 11.12: the views of this round count, those of an earlier one do not. */
static void no_meeting_ends_without_the_childs_views(void **state)
{
    static const char meeting[] = "[%s{'type':'meeting-held','occurred_at':'2024-03-02','fields':"
                                  "{'kind':'family-group','exit_plan':'agreed'%s}}]";
    static const char first[] =
        "{'type':'referral','occurred_at':'2024-01-01','fields':{'child_views':'V'}},";
    static const char two[] = "{'type':'referral','occurred_at':'2024-01-01','fields':{'child_views':'V'}},"
                              "{'type':'referral','occurred_at':'2024-02-01','fields':{}},";
    static const char asked[] = "{'type':'referral','occurred_at':'2024-02-01','fields':{}},"
                                "{'type':'child-views','occurred_at':'2024-02-02','fields':{'views':'V'}},";
    char json[700];
    snprintf(json, sizeof json, meeting, two, "");
    const struct error *error = check(*state, json);
    assert_non_null(error);
    assert_string_equal(error->field, "child_views");
    snprintf(json, sizeof json, meeting, two, ",'views_not_obtained_reason':'R'");
    assert_null(check(*state, json));
    snprintf(json, sizeof json, meeting, first, "");
    assert_null(check(*state, json));
    snprintf(json, sizeof json, meeting, asked, "");
    assert_null(check(*state, json));
}

/* 11.62: decided on the day of the referral, without a time. */
static void what_came_on_the_day_of_the_referral_and_after_it_counts(void **state)
{
    static const char told[] =
        "[{'type':'referral','occurred_at':'2024-01-01T10:00:00Z','fields':{}},"
        "{'type':'parental-information-decision','occurred_at':'2024-01-01','recorded_at':'%s',"
        "'fields':{'inform':'now'}},"
        "{'type':'parents-told','occurred_at':'2024-01-02T12:00:00Z','fields':{}}]";
    char json[500];
    snprintf(json, sizeof json, told, "2024-01-01T16:00:00Z");
    assert_null(check(*state, json));
    snprintf(json, sizeof json, told, "2024-01-01T09:00:00Z"); /* on what was known before the referral */
    assert_non_null(check(*state, json));
}

/* What would put a gate right is known from the pack. */
static void a_gate_says_which_entry_would_meet_it(void **state)
{
    const struct fixture *fixture = *state;
    struct entries entries = entries_of(
        fixture, "[{'type':'referral','occurred_at':'2024-01-01','fields':{'immediate_danger':'yes'}},"
                 "{'type':'case-closed','occurred_at':'2024-01-02','fields':{}}]");
    struct instant at = entries.list[1]->occurred.end;
    const struct history *history =
        history_new(fixture->arena, fixture->pack, entries.list, 1, entries.child, at);
    const struct position *position = position_of(fixture->arena, history, at);
    for (size_t g = 0; g < fixture->pack->gate_count; g++) {
        const struct gate *gate = &fixture->pack->gates[g];
        const struct gate_way *ways;
        size_t count;
        gate_ways(fixture->arena, position, gate, &ways, &count);
        if (strcmp(gate->id, "closing-needs-decision") == 0) {
            assert_true(gate_refuses(position, gate, entries.list[1]));
            assert_int_equal(count, 1);
            assert_string_equal(ways[0].type->id, "referral-decision");
        } else if (strcmp(gate->id, "closing-needs-safety") == 0) {
            assert_int_equal(count, 2);
            assert_string_equal(ways[0].type->id, "police-protection-began");
            assert_string_equal(ways[1].type->id, "action-progressed");
            assert_string_equal(ways[1].answer, "progress=done");
        }
    }
}

/* 11.48 */
static void no_meeting_leaves_the_exit_plan_unanswered(void **state)
{
    const struct error *error =
        check(*state, "[{'type':'meeting-held','occurred_at':'2024-01-02','fields':{'kind':'conference'}}]");
    assert_non_null(error);
    assert_string_equal(error->field, "exit_plan");
}

/* 11.18 */
static void a_decision_needs_a_referral(void **state)
{
    assert_non_null(check(*state, "[{'type':'referral-decision','occurred_at':'2024-01-02','fields':{}}]"));
    assert_null(check(*state, "[{'type':'referral','occurred_at':'2024-01-01','fields':{}},"
                              "{'type':'referral-decision','occurred_at':'2024-01-02','fields':{}}]"));
}

/* 11.26 */
static void a_core_assessment_waits_for_the_children_of_the_household(void **state)
{
    static const char json[] =
        "[{'type':'household-child-recorded','occurred_at':'2024-01-01','fields':{'person':'Ali'}},%s"
        "{'type':'core-assessment','occurred_at':'2024-01-03','fields':{}}]";
    char text[400];
    snprintf(text, sizeof text, json, "");
    assert_non_null(check(*state, text));
    snprintf(text, sizeof text, json,
             "{'type':'household-child-assessed','occurred_at':'2024-01-02','fields':{'person':'Ali'}},");
    assert_null(check(*state, text));
}

static const struct gate_view *view_of(const struct fixture *fixture, const char *json, const char *type,
                                       const char *gate)
{
    const struct gate_view *views = NULL;
    size_t count = 0;
    gates_explain(fixture->arena, position_at(fixture, json, "2024-01-10T00:00:00Z"),
                  pack_type(fixture->pack, type), &views, &count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(views[i].gate->id, gate) == 0) {
            return &views[i];
        }
    }
    return NULL;
}

static void gates_are_explained_before_anything_is_typed(void **state)
{
    static const char looked_after[] = "[{'type':'vulnerability-began','occurred_at':'2024-01-01','fields':{'"
                                       "vulnerability':'looked-after-foster'}}]";
    const struct gate_view *view = view_of(*state, "[]", "referral-decision", "decision-needs-referral");
    assert_true(view->applies);
    assert_false(view->passed);
    view = view_of(*state, "[{'type':'referral','occurred_at':'2024-01-01','fields':{}}]",
                   "referral-decision", "decision-needs-referral");
    assert_true(view->passed);
    assert_false(view_of(*state, "[]", "meeting-held", "strategy-chair-reviewing-officer")->applies);
    view = view_of(*state, looked_after, "meeting-held", "strategy-chair-reviewing-officer");
    assert_true(view->applies);
    assert_false(view->passed);
    assert_null(view_of(*state, "[]", "outreach-contact", "decision-needs-referral"));
}

/* ---- what the vocabulary allows, with gates of its own */

static const char small_rules[] =
    "duties:\n"
    "  - {id: keep, paragraph: '1.9', title: T, owner: {role: worker, agency: social-care}, prompt: true,\n"
    "     limit: 2 days, begins: [{entry: visit}], met_by: [{entry: letter}]}\n"
    "marks:\n"
    "  - {id: to-keep, title: T, tone: red, text: X, paragraph: '1.9', duty: keep}\n"
    "  - {id: seen, title: T, tone: red, text: X, paragraph: '1.9',\n"
    "     span: {began: [{entry: visit}, {entry: details}], ended: [{entry: stay}, {entry: letter}]}}\n"
    "  - {id: to-assess, title: T, tone: red, text: X, paragraph: '1.9', duty: assess}\n"
    "gates:\n"
    "  - {id: assessed, paragraph: '1.9', entry: stay, message: M, require: [{no_mark: to-assess}]}\n"
    "  - {id: second-way, paragraph: '1.9', entry: stay, message: M,\n"
    "     require: [{has: {entry: visit, when: [{field: person, answered: true}, {field: outcome, is: "
    "second}]}}]}\n"
    "  - {id: once, paragraph: '1.9', entry: report, message: M, require: [{lacks: {entry: letter}}]}\n"
    "  - {id: kept, paragraph: '1.9', entry: details, message: M, when: [{age_from: 16}],\n"
    "     require: [{no_mark: to-keep}, {no_duty_open: keep}]}\n"
    "  - {id: young, paragraph: '1.9', entry: details, message: M, when: [{age_under: 10}],\n"
    "     require: [{mark: to-keep}, {duty_open: keep}]}\n"
    "  - {id: out-of-danger, paragraph: '1.9', entry: visit, message: M, require: [{no_mark: in-danger}]}\n"
    "  - {id: many-ways, paragraph: '1.9', entry: letter, message: M,\n"
    "     require_any: [{has: {entry: visit, when: [{field: person, answered: true},\n"
    "                                               {field: outcome, in: [first, second]}]}},\n"
    "                   {has: {entry: assessment, when: [{field: outcome, is: second}]}},\n"
    "                   {has: {entry: assessment, when: [{field: outcome, is: first}]}},\n"
    "                   {has: {entry: any, when: [{field: danger, is: yes}]}}]}\n";

static const struct gate *gate_of(const struct fixture *fixture, const char *id)
{
    for (size_t i = 0; i < fixture->pack->gate_count; i++) {
        if (strcmp(fixture->pack->gates[i].id, id) == 0) {
            return &fixture->pack->gates[i];
        }
    }
    fail_msg("no gate %s", id);
    return NULL;
}

/* "type field=code" of each, in their order. */
static const char *ways_of(const struct fixture *fixture, const struct position *position, const char *id)
{
    const struct gate_way *ways;
    size_t count;
    const char *text = "";
    gate_ways(fixture->arena, position, gate_of(fixture, id), &ways, &count);
    for (size_t i = 0; i < count; i++) {
        text = arena_printf(fixture->arena, "%s%s %s;", text, ways[i].type->id,
                            ways[i].answer == NULL ? "-" : ways[i].answer);
    }
    return text;
}

static void a_gate_asks_that_something_is_not_there(void **state)
{
    struct fixture small = small_pack(*state, small_rules);
    static const char json[] = "[%s{'type':'report','occurred_at':'2024-03-02','fields':{}}]";
    assert_null(check(&small, arena_printf(small.arena, json, "")));
    assert_non_null(check(&small, arena_printf(small.arena, json,
                                               "{'type':'letter','occurred_at':'2024-03-01','fields':{}},")));
}

/* By the day of the entry; of a birth that is not known neither holds. */
static void a_gate_applies_by_the_age_of_the_child(void **state)
{
    struct fixture small = small_pack(*state, small_rules);
    static const struct {
        const char *child;
        bool visited;
        bool refused;
    } cases[] = {
        {"", true, false},
        {"'date_of_birth':'2008-03-05'", true, true},
        {"'date_of_birth':'2008-03-06'", true, false},
        {"'date_of_birth':'2008-03-05'", false, false},
        {"'date_of_birth':'2014-03-06'", false, true},
        {"'date_of_birth':'2014-03-05'", false, false},
        {"'date_of_birth':'2014-03-06'", true, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *json =
            arena_printf(small.arena,
                         "{'child':{%s},'entries':[%s{'type':'details','occurred_at':'2024-03-05','fields':{'"
                         "name':'A'}}]}",
                         cases[i].child,
                         cases[i].visited ? "{'type':'visit','occurred_at':'2024-03-04','fields':{}}," : "");
        assert_int_equal(check(&small, json) != NULL, cases[i].refused);
    }
}

/* A prompt marks like a duty: while it is open or overdue. */
static void a_mark_may_follow_from_a_prompt(void **state)
{
    struct fixture small = small_pack(*state, small_rules);
    static const char json[] = "[{'type':'visit','occurred_at':'2024-03-04T10:00:00Z','fields':{}},"
                               "{'type':'letter','occurred_at':'2024-03-09T10:00:00Z','fields':{}}]";
    assert_true(marked(&small, position_at(&small, json, "2024-03-04T12:00:00Z"), "to-keep"));
    assert_true(marked(&small, position_at(&small, json, "2024-03-08T12:00:00Z"), "to-keep"));
    assert_false(marked(&small, position_at(&small, json, "2024-03-09T12:00:00Z"), "to-keep"));
}

/* Any of several begins it, and any of several ends it. */
static void a_span_has_more_than_one_way_to_begin_and_to_end(void **state)
{
    struct fixture small = small_pack(*state, small_rules);
    static const char *const begins[] = {"visit", "details"};
    static const char *const ends[] = {"stay", "letter"};
    for (int way = 0; way < 4; way++) {
        const char *json = arena_printf(small.arena,
                                        "[{'type':'%s','occurred_at':'2024-03-04T10:00:00Z','fields':{}},"
                                        "{'type':'%s','occurred_at':'2024-03-05T10:00:00Z','fields':{}}]",
                                        begins[way / 2], ends[way % 2]);
        assert_true(marked(&small, position_at(&small, json, "2024-03-04T10:00:00Z"), "seen"));
        assert_true(marked(&small, position_at(&small, json, "2024-03-05T09:59:59.999Z"), "seen"));
        assert_false(marked(&small, position_at(&small, json, "2024-03-05T10:00:00Z"), "seen"));
    }
}

/* Also from the first that the procedure names. */
static void a_mark_may_follow_from_the_first_duty(void **state)
{
    struct fixture small = small_pack(*state, small_rules);
    static const char json[] = "[{'type':'report','occurred_at':'2024-03-04T10:00:00Z','fields':{'told_at':"
                               "'2024-03-04T10:00:00Z'}}%s]";
    static const char assessed[] =
        ",{'type':'assessment','occurred_at':'2024-03-04T11:00:00Z','fields':{'outcome':'first'}}";
    assert_int_equal(pack_rule(small.pack, "assess")->index, 0);
    const char *at = "2024-03-04T12:00:00Z";
    const struct position *open = position_at(&small, arena_printf(small.arena, json, ""), at);
    assert_true(marked(&small, open, "to-assess"));
    assert_string_equal(ways_of(&small, open, "assessed"), "assessment -;");
    const struct position *met = position_at(&small, arena_printf(small.arena, json, assessed), at);
    assert_false(marked(&small, met, "to-assess"));
    assert_string_equal(ways_of(&small, met, "assessed"), "");
}

static void what_stands_against_a_gate_leads_to_the_form_that_ends_it(void **state)
{
    struct fixture small = small_pack(*state, small_rules);
    static const char visited[] =
        "[{'type':'visit','occurred_at':'2024-03-04T10:00:00Z','fields':{'danger':'yes'}}]";
    const char *at = "2024-03-04T12:00:00Z";
    const struct position *with = position_at(&small, visited, at);
    const struct position *without = position_at(&small, "[]", at);
    assert_string_equal(ways_of(&small, with, "kept"), "letter -;");
    assert_string_equal(ways_of(&small, without, "kept"), "");
    /* a mark that follows from a duty is not brought about by a form, nor one that any entry may end */
    assert_string_equal(ways_of(&small, without, "young"), "");
    assert_string_equal(ways_of(&small, with, "out-of-danger"), "");
    /* one code is put into the form, of several the author of the entry chooses; each form once */
    assert_string_equal(ways_of(&small, without, "many-ways"), "visit -;assessment outcome=second;");
    assert_string_equal(ways_of(&small, without, "second-way"), "visit outcome=second;");
}

/* Recorded today for next week: it is known, and has not begun. */
static void what_is_arranged_for_later_has_not_begun(void **state)
{
    const char *json = "[{'type':'vulnerability-began','occurred_at':'2024-01-09T10:00:00Z','recorded_at':"
                       "'2024-01-02T10:00:00Z','fields':{'vulnerability':'looked-after-foster'}}]";
    const struct position *before = position_at(*state, json, "2024-01-09T09:59:59.999Z");
    assert_int_equal(before->history->count, 1);
    assert_false(marked(*state, before, "looked-after"));
    assert_true(marked(*state, position_at(*state, json, "2024-01-09T10:00:00Z"), "looked-after"));
}

/* Of two that are open the end names one; the other stands since it began itself. */
static void what_is_left_open_stands_since_its_own_beginning(void **state)
{
    static const char json[] =
        "[{'type':'vulnerability-began','occurred_at':'2024-01-01','fields':{'vulnerability':'looked-after-"
        "foster'}},"
        "{'type':'vulnerability-began','occurred_at':'2024-01-02','fields':{'vulnerability':'looked-after-"
        "residential'}},"
        "{'type':'vulnerability-ended','occurred_at':'2024-01-04','fields':{'vulnerability':'looked-after-%s'"
        "}}]";
    const struct fixture *fixture = *state;
    int index = pack_mark(fixture->pack, "looked-after")->index;
    const struct position *left =
        position_at(fixture, arena_printf(fixture->arena, json, "residential"), "2024-01-08T12:00:00Z");
    assert_int_equal(left->mark_since[index]->entry->seq, 1);
    left = position_at(fixture, arena_printf(fixture->arena, json, "foster"), "2024-01-08T12:00:00Z");
    assert_int_equal(left->mark_since[index]->entry->seq, 2);
}

static bool marked_in_part(const struct fixture *fixture, const char *whole, const char *part,
                           const char *mark)
{
    static const char at[] = "2024-01-08T12:00:00Z";
    return marked(
        fixture,
        position_of_part(fixture->arena, history_of(fixture, part, at), position_at(fixture, whole, at)),
        mark);
}

/* A part of a case is marked as the whole is, as far as it shows why. */
static void a_part_has_the_marks_of_the_whole_that_it_bears_out(void **state)
{
#define BEGAN                                                                                                \
    "{'type':'vulnerability-began','occurred_at':'2024-01-01','fields':{'vulnerability':'looked-after-"      \
    "foster'}}"
#define ENDED                                                                                                \
    "{'type':'vulnerability-ended','occurred_at':'2024-01-04','fields':{'vulnerability':'looked-after-"      \
    "foster'}}"
#define DANGER "{'type':'referral','occurred_at':'2024-01-07T10:00:00Z','fields':{'immediate_danger':'yes'}}"
    const struct fixture *fixture = *state;
    int index = pack_mark(fixture->pack, "looked-after")->index;
    assert_true(marked_in_part(fixture, "[" BEGAN "]", "[" BEGAN "]", "looked-after"));
    assert_false(marked_in_part(fixture, "[" BEGAN "]", "[]", "looked-after"));
    assert_false(marked_in_part(fixture, "[" BEGAN "," ENDED "]", "[" BEGAN "]", "looked-after"));
    assert_true(marked_in_part(fixture, "[" DANGER "]", "[" DANGER "]", "immediate-danger"));
    assert_false(marked_in_part(fixture, "[" BEGAN "," DANGER "]", "[" BEGAN "]", "immediate-danger"));
    assert_false(marked_in_part(fixture, "[" BEGAN "]", "[" DANGER "]", "immediate-danger"));
    const struct position *whole = position_at(fixture, "[" BEGAN "]", "2024-01-08T12:00:00Z");
    const struct position *part = position_of_part(fixture->arena, whole->history, whole);
    assert_int_equal(part->mark_since[index]->entry->seq, 1);
    assert_int_equal(part->at.ms, whole->at.ms);
    static const char young[] = "{'child':{'date_of_birth':'2012-02-29'},'entries':[]}";
    assert_true(marked_in_part(fixture, young, young, "under-16"));
    assert_false(marked_in_part(fixture, "[]", young, "under-16"));
}

/* Each by its own duty, also where more than one is open. */
static void a_part_has_each_mark_whose_duty_it_shows(void **context)
{
    static const char report[] =
        "{'type':'report','occurred_at':'2024-01-08T10:00:00Z','fields':{'told_at':'2024-01-08T10:00:00Z'}}";
    static const char visit[] = "{'type':'visit','occurred_at':'2024-01-08T11:00:00Z','fields':{}}";
    struct fixture small = small_pack(*context, small_rules);
    const char *both = arena_printf(small.arena, "[%s,%s]", report, visit);
    const char *parts[] = {both, arena_printf(small.arena, "[%s]", report),
                           arena_printf(small.arena, "[%s]", visit), "[]"};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(marked_in_part(&small, both, parts[i], "to-assess"), i == 0 || i == 1);
        assert_int_equal(marked_in_part(&small, both, parts[i], "to-keep"), i == 0 || i == 2);
    }
}

/* Of what is asked of a case each must hold, the last as well as the first. */
static void each_of_several_conditions_must_hold(void **state)
{
    const struct fixture *fixture = *state;
    int mark = pack_mark(fixture->pack, "under-16")->index;
    const struct position *position = position_at(fixture, "[]", "2024-01-01T00:00:00Z");
    const struct condition yes = {.kind = CONDITION_NO_MARK, .mark = mark};
    const struct condition no = {.kind = CONDITION_MARK, .mark = mark};
    const struct condition lists[][2] = {{yes, yes}, {yes, no}, {no, yes}, {no, no}};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        assert_int_equal(case_holds(position, &(struct conditions){lists[i], 2}), i == 0);
    }
    assert_true(case_holds(position, &(struct conditions){NULL, 0}));
}

static const struct condition holding = {.kind = CONDITION_NO_MARK};
static const struct condition failing = {.kind = CONDITION_MARK};
static const struct condition of_form = {.kind = CONDITION_UNANSWERED}; /* not known before it is typed */

/* None, one or two of them, in each order: `number` is one of 13. */
static struct conditions conditions_of(struct arena *arena, int number)
{
    const struct condition *const kinds[] = {&holding, &failing, &of_form};
    struct condition *list = arena_many(arena, struct condition, 2);
    size_t count = number == 0 ? 0 : number <= 3 ? 1 : 2;
    list[0] = *kinds[number <= 3 ? (number + 2) % 3 : (number - 4) / 3];
    list[1] = *kinds[number <= 3 ? 0 : (number - 4) % 3];
    return (struct conditions){list, count};
}

static size_t count_of(const struct conditions *conditions, enum condition_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < conditions->count; i++) {
        count += conditions->list[i].kind == kind ? 1 : 0;
    }
    return count;
}

/* It applies when all hold of `when`, and then asks all of `require` and one of `require_any`. */
static void a_gate_is_explained_and_refuses_by_each_of_its_conditions(void **state)
{
    const struct fixture *fixture = *state;
    enum { LISTS = 13 };
    struct conditions lists[LISTS];
    const struct position *position = position_at(fixture, "[]", "2024-01-01T00:00:00Z");
    const struct entry_type *type = pack_type(fixture->pack, "case-closed");
    const struct entry entry = {.type = type, .occurred = {.day = {19723}}};
    bool *types = arena_many(fixture->arena, bool, fixture->pack->type_count);
    types[type->index] = true;
    for (int i = 0; i < LISTS; i++) {
        lists[i] = conditions_of(fixture->arena, i);
    }
    for (int i = 0; i < LISTS * LISTS * LISTS; i++) {
        struct gate gate = {.types = types,
                            .when = lists[i % LISTS],
                            .require = lists[i / LISTS % LISTS],
                            .require_any = lists[i / LISTS / LISTS]};
        struct pack pack = *fixture->pack;
        struct history history = *position->history;
        struct position own = *position;
        pack.gates = &gate;
        pack.gate_count = 1;
        history.pack = &pack;
        own.history = &history;
        const struct gate_view *views;
        size_t count;
        bool applies = count_of(&gate.when, CONDITION_MARK) == 0;
        bool all = count_of(&gate.require, CONDITION_NO_MARK) == gate.require.count;
        bool any = gate.require_any.count == 0 || count_of(&gate.require_any, CONDITION_NO_MARK) > 0;
        gates_explain(fixture->arena, &own, type, &views, &count);
        assert_int_equal(count, 1);
        assert_int_equal(views[0].applies, applies);
        assert_int_equal(views[0].passed, all && any);
        bool of_case = count_of(&gate.when, CONDITION_UNANSWERED) == 0 &&
                       count_of(&gate.require, CONDITION_UNANSWERED) == 0 &&
                       count_of(&gate.require_any, CONDITION_UNANSWERED) == 0;
        if (of_case) {
            assert_int_equal(gate_refuses(&own, &gate, &entry), applies && !(all && any));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_has_the_marks_of_the_whole_that_it_bears_out),
        cmocka_unit_test(a_part_has_each_mark_whose_duty_it_shows),
        cmocka_unit_test(each_of_several_conditions_must_hold),
        cmocka_unit_test(a_gate_is_explained_and_refuses_by_each_of_its_conditions),
        cmocka_unit_test(a_child_is_under_16_until_the_birthday_begins_in_local_time),
        cmocka_unit_test(one_born_on_29_february_is_16_on_the_leap_day),
        cmocka_unit_test(an_unknown_birth_or_one_to_come_marks_nobody),
        cmocka_unit_test(a_span_runs_from_its_beginning_to_its_end),
        cmocka_unit_test(an_end_ends_only_the_vulnerability_it_names),
        cmocka_unit_test(an_end_of_the_same_day_ends_what_was_recorded_before_it),
        cmocka_unit_test(a_decision_of_the_day_is_not_undone_by_an_earlier_one),
        cmocka_unit_test(a_closing_takes_no_mark_from_what_is_recorded_after_it),
        cmocka_unit_test(what_came_on_the_day_of_the_referral_and_after_it_counts),
        cmocka_unit_test(a_correction_is_asked_by_the_gates_that_were_passed),
        cmocka_unit_test(one_criterion_marks_the_risk_of_significant_harm),
        cmocka_unit_test(immediate_danger_stands_while_its_duty_is_open),
        cmocka_unit_test(a_strategy_meeting_is_chaired_by_who_the_paragraph_names),
        cmocka_unit_test(no_meeting_leaves_the_exit_plan_unanswered),
        cmocka_unit_test(no_meeting_ends_without_the_childs_views),
        cmocka_unit_test(a_gate_says_which_entry_would_meet_it),
        cmocka_unit_test(a_decision_needs_a_referral),
        cmocka_unit_test(a_core_assessment_waits_for_the_children_of_the_household),
        cmocka_unit_test(gates_are_explained_before_anything_is_typed),
        cmocka_unit_test(a_gate_asks_that_something_is_not_there),
        cmocka_unit_test(a_gate_applies_by_the_age_of_the_child),
        cmocka_unit_test(a_mark_may_follow_from_a_prompt),
        cmocka_unit_test(a_span_has_more_than_one_way_to_begin_and_to_end),
        cmocka_unit_test(a_mark_may_follow_from_the_first_duty),
        cmocka_unit_test(what_stands_against_a_gate_leads_to_the_form_that_ends_it),
        cmocka_unit_test(what_is_arranged_for_later_has_not_begun),
        cmocka_unit_test(what_is_left_open_stands_since_its_own_beginning),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
