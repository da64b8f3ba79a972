/* Who is asked to a meeting, what it deals with and when enough came: 11.27, 11.38 to 11.46. */
#include "../record/support.h"
#include "procedure/meeting.h"

static const char at[] = "2024-02-01T12:00:00Z";

struct list {
    const struct asked *asked;
    size_t count;
};

static const struct position *position_at(const struct fixture *fixture, const char *json)
{
    return position_of(fixture->arena, history_of(fixture, json, at), instant_of(at));
}

static struct list asked_to(const struct fixture *fixture, const char *kind, const char *json)
{
    struct list list = {0};
    meeting_asked(fixture->arena, position_at(fixture, json), pack_meeting(fixture->pack, kind), &list.asked,
                  &list.count);
    return list;
}

/* NULL: not asked. Nobody is asked twice. */
static const struct asked *asked_with(const struct list *list, const char *part_of_text)
{
    const struct asked *found = NULL;
    for (size_t i = 0; i < list->count; i++) {
        if (strstr(list->asked[i].text, part_of_text) != NULL) {
            assert_null(found);
            found = &list->asked[i];
        }
    }
    return found;
}

static const char looked_after[] =
    "{'type':'vulnerability-began','occurred_at':'2024-01-01','fields':{'vulnerability':"
    "'looked-after-foster'}}";

static const char *in_list(const struct fixture *fixture, const char *entry)
{
    return arena_printf(fixture->arena, "[%s]", entry);
}

static void the_chair_follows_from_the_child(void **state)
{
    const struct fixture *fixture = *state;
    const struct position *plain = position_at(fixture, "[]");
    const struct position *away = position_at(fixture, in_list(fixture, looked_after));
    const struct meeting_kind *strategy = pack_meeting(fixture->pack, "strategy");
    assert_string_equal(meeting_chair(plain, strategy), "social-care-manager");
    assert_string_equal(meeting_chair(away, strategy), "reviewing-officer");
    assert_string_equal(meeting_chair(away, pack_meeting(fixture->pack, "conference")), "conference-chair");
    struct meeting_kind nobody = *strategy;
    nobody.chair_count = 0;
    assert_null(meeting_chair(plain, &nobody));
    assert_null(meeting_chair(away, &nobody));
}

static void each_kind_asks_those_whose_conditions_hold(void **state)
{
    const struct fixture *fixture = *state;
    struct list plain = asked_to(fixture, "strategy", "[]");
    assert_true(asked_with(&plain, "Allocated team")->needed);
    assert_string_equal(asked_with(&plain, "Allocated team")->text,
                        "Allocated team (Children's social care)");
    assert_true(asked_with(&plain, "Local policing unit")->needed);
    assert_string_equal(asked_with(&plain, "Local policing unit")->agency, "police");
    assert_string_equal(asked_with(&plain, "Local policing unit")->paragraph, "11.39");
    assert_true(asked_with(&plain, "Local policing unit")->as_agency);
    assert_null(asked_with(&plain, "Child abuse investigation unit"));
    assert_null(asked_with(&plain, "reviewing officer"));
    assert_null(asked_with(&plain, "Youth offending"));
    assert_null(asked_with(&plain, "The child"));

    struct list away = asked_to(fixture, "strategy", in_list(fixture, looked_after));
    assert_non_null(asked_with(&away, "reviewing officer"));
    struct list conference = asked_to(fixture, "conference", "[]");
    assert_null(asked_with(&conference, "The child")->agency);
    assert_false(asked_with(&conference, "The child")->as_agency);
    assert_non_null(asked_with(&conference, "Parents, carers"));
    struct list review = asked_to(fixture, "plan-review", "[]");
    assert_null(asked_with(&review, "Local policing unit"));
}

/* 11.35, 11.36: their unit must be there; the local one is asked all the same, and the parents are not. */
static void with_the_family_involved_the_child_abuse_unit_is_needed(void **state)
{
    static const char json[] =
        "[{'type':'alleged-abuser-identified','occurred_at':'2024-01-02','fields':{'person':'Mr Crake',"
        "'family_member':'yes'}},"
        "{'type':'police-contact','occurred_at':'2024-01-03','fields':{}}]";
    struct list list = asked_to(*state, "conference", json);
    assert_true(asked_with(&list, "Child abuse investigation unit")->needed);
    assert_false(asked_with(&list, "Local policing unit")->needed);
    assert_null(asked_with(&list, "Parents, carers"));
}

static void the_last_who_was_named_is_asked(void **state)
{
    static const char json[] =
        "[{'type':'referral','occurred_at':'2024-01-01','agency':'health','fields':{'trusted_worker':"
        "'Ms Early'}},"
        "{'type':'helper-named','occurred_at':'2024-01-02','fields':{'helper_role':'trusted','name':"
        "'Ms Rahman','agency':'education'}},"
        "{'type':'helper-named','occurred_at':'2024-01-03','fields':{'helper_role':'allocated','name':"
        "'Mr Lark'}}]";
    struct list list = asked_to(*state, "strategy", json);
    const struct asked *trusted = asked_with(&list, "Trusted worker");
    assert_string_equal(trusted->text, "Trusted worker: Ms Rahman (Education)");
    assert_string_equal(trusted->agency, "education");
    assert_string_equal(trusted->paragraph, "11.12");
    assert_false(trusted->as_agency);
    /* who says no agency is of the one that the pack gives the part */
    assert_string_equal(asked_with(&list, "Mr Lark")->text,
                        "Allocated social worker: Mr Lark (Children's social care)");
    assert_null(asked_with(&list, "Ms Early"));
    assert_null(asked_with(&list, "Personal adviser"));
}

/* 11.39: each agency that stands in the entries, once, and none that is asked already. */
/* In the morning one, and later that day another: of when, only the day is known. */
static void the_last_who_was_named_on_a_day_is_asked(void **state)
{
    static const char json[] =
        "[{'type':'helper-named','occurred_at':'2024-01-02T09:00:00Z','fields':{'helper_role':'trusted',"
        "'name':'Ms Early','agency':'health'}},"
        "{'type':'helper-named','occurred_at':'2024-01-02','recorded_at':'2024-01-02T17:00:00Z','fields':{"
        "'helper_role':'trusted','name':'Ms Rahman','agency':'education'}}]";
    struct list list = asked_to(*state, "strategy", json);
    assert_string_equal(asked_with(&list, "Trusted worker")->text, "Trusted worker: Ms Rahman (Education)");
}

static void who_knows_the_child_is_asked(void **state)
{
    static const char json[] =
        "[{'type':'referral','occurred_at':'2024-01-01','agency':'health','fields':{'source_agency':"
        "'education'}},"
        "{'type':'child-views','occurred_at':'2024-01-02','agency':'health','fields':{'views':'V'}},"
        "{'type':'child-views','occurred_at':'2024-01-02','agency':'police','fields':{'views':'V'}},"
        "{'type':'child-views','occurred_at':'2024-01-03','agency':'youth-offending','fields':{'views':'V'}},"
        "{'type':'meeting-held','occurred_at':'2024-01-03','agency':'housing','fields':{'kind':'strategy'}}]";
    struct list list = asked_to(*state, "strategy", json);
    assert_string_equal(asked_with(&list, "(Education)")->text, "Agency that knows the child (Education)");
    assert_string_equal(asked_with(&list, "(Education)")->agency, "education");
    assert_non_null(asked_with(&list, "Agency that knows the child (Youth"));
    assert_null(asked_with(&list, "(Housing)"));    /* it only held a meeting */
    assert_non_null(asked_with(&list, "(Police)")); /* once: the local unit */
    assert_null(asked_with(&list, "knows the child (P"));
    struct list none = asked_to(*state, "strategy", "[]");
    assert_null(asked_with(&none, "knows the child"));
    /* whom something was disclosed to is named first in that entry */
    list =
        asked_to(*state, "strategy",
                 "[{'type':'disclosure','occurred_at':'2024-01-02','agency':'police','fields':{'to_agency':"
                 "'housing'}}]");
    assert_non_null(asked_with(&list, "(Housing)"));
}

static void a_text_that_was_kept_finds_its_agency(void **state)
{
    const struct fixture *fixture = *state;
    struct list list = asked_to(fixture, "strategy", "[]");
    const struct asked *team = asked_with(&list, "Allocated team");
    assert_true(meeting_asked_of(fixture->arena, fixture->pack, list.asked, list.count, team->text).needed);
    for (size_t i = 0; i < list.count; i++) {
        struct asked same = meeting_asked_of(fixture->arena, fixture->pack, list.asked, list.count,
                                             arena_copy(fixture->arena, list.asked[i].text));
        assert_ptr_equal(same.text, list.asked[i].text);
    }
    struct asked known =
        meeting_asked_of(fixture->arena, fixture->pack, list.asked, list.count, "Mr Lark, HEALTH");
    assert_string_equal(known.agency, "health");
    assert_string_equal(known.text, "Mr Lark, HEALTH");
    assert_false(known.needed);
    assert_string_equal(
        meeting_asked_of(fixture->arena, fixture->pack, NULL, 0, "Trusted worker: Ms R (Housing)").agency,
        "housing");
    const struct code_list *agencies = pack_codes(fixture->pack, "agency");
    for (size_t a = 0; a < agencies->code_count; a++) {
        const char *text = arena_printf(fixture->arena, "Mr Lark, %s", agencies->codes[a].title);
        assert_string_equal(meeting_asked_of(fixture->arena, fixture->pack, NULL, 0, text).agency,
                            agencies->codes[a].id);
        text = agencies->codes[a].title; /* and nobody of it by name */
        assert_string_equal(meeting_asked_of(fixture->arena, fixture->pack, NULL, 0, text).agency,
                            agencies->codes[a].id);
    }
    assert_null(meeting_asked_of(fixture->arena, fixture->pack, NULL, 0, "Mr Lark").agency);
    assert_null(meeting_asked_of(fixture->arena, fixture->pack, NULL, 0, "").agency);
    assert_null(meeting_asked_of(fixture->arena, fixture->pack, NULL, 0, "Health, by letter").agency);
}

/* ---- the agenda ---- */

static const struct agenda_item *item_of(const struct fixture *fixture, const char *kind, const char *json,
                                         const char *part)
{
    const struct agenda_item *items = NULL;
    size_t count = 0;
    meeting_agenda(fixture->arena, position_at(fixture, json), pack_meeting(fixture->pack, kind), &items,
                   &count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(items[i].part->code->id, part) == 0) {
            return &items[i];
        }
    }
    return NULL;
}

static void a_part_stands_where_its_conditions_hold(void **state)
{
    const struct fixture *fixture = *state;
    assert_non_null(item_of(fixture, "strategy", "[]", "exit-plan"));
    assert_null(item_of(fixture, "strategy", "[]", "earlier-actions"));
    assert_non_null(item_of(fixture, "strategy",
                            "[{'type':'action-agreed','occurred_at':'2024-01-02','fields':{'action':'A'}}]",
                            "earlier-actions"));
    assert_null(item_of(fixture, "conference", "[]", "significant-harm"));
    assert_non_null(item_of(fixture, "strategy", "[]", "significant-harm"));
    /* any of several grounds is enough (11.62) */
    assert_null(item_of(fixture, "strategy", "[]", "informing-parents"));
    assert_non_null(item_of(fixture, "strategy",
                            "[{'type':'police-informed','occurred_at':'2024-01-02','fields':{}}]",
                            "informing-parents"));
    assert_non_null(item_of(fixture, "strategy",
                            "[{'type':'referral','occurred_at':'2024-01-02','fields':{'source_agency':"
                            "'police'}}]",
                            "informing-parents"));
}

/* 11.46: until it is answered, whatever a review said of it meanwhile. */
static void a_recommendation_stands_until_it_is_answered(void **state)
{
    static const char json[] =
        "[{'type':'looked-after-recommendation','occurred_at':'2024-01-02','fields':{'recommendation':'One'}}"
        ","
        "{'type':'looked-after-recommendation','occurred_at':'2024-01-03','fields':{'recommendation':'Two'}}"
        "%s]";
    static const char answered[] =
        ",{'type':'looked-after-recommendation-answered','occurred_at':'2024-01-04','fields':"
        "{'recommendation':'One','answer':'accepted'}}";
    const struct fixture *fixture = *state;
    assert_null(item_of(fixture, "looked-after-review", "[]", "recommendations"));
    const struct agenda_item *item =
        item_of(fixture, "looked-after-review", arena_printf(fixture->arena, json, ""), "recommendations");
    assert_int_equal(item->put_count, 2);
    assert_string_equal(item->puts[0], "One");
    assert_string_equal(item->puts[1], "Two");
    item = item_of(fixture, "looked-after-review", arena_printf(fixture->arena, json, answered),
                   "recommendations");
    assert_int_equal(item->put_count, 1);
    assert_string_equal(item->puts[0], "Two");
    assert_null(item_of(fixture, "strategy", arena_printf(fixture->arena, json, ""), "recommendations"));
}

/* 11.12: what a meeting of that kind dealt with is not put there again. */
static void what_was_dealt_with_is_not_put_again(void **state)
{
    static const char json[] =
        "[{'type':'referral','occurred_at':'2024-01-01','fields':{'worried_about_withdrawal':'yes',"
        "'withdrawal_services':'Youth club'}}%s]";
    static const char held[] = ",{'type':'meeting-held','occurred_at':'2024-01-02','fields':{'kind':'%s',"
                               "'agenda':['%s']}}";
    const struct fixture *fixture = *state;
    static const struct {
        const char *kind;
        const char *part;
        size_t puts;
    } cases[] = {
        {"strategy", "withdrawal", 0},
        {"strategy", "exit-plan", 1},
        {"complex-abuse", "withdrawal", 1},
    };
    const struct agenda_item *item =
        item_of(fixture, "strategy", arena_printf(fixture->arena, json, ""), "withdrawal");
    assert_int_equal(item->put_count, 1);
    assert_string_equal(item->puts[0], "Youth club");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *meeting = arena_printf(fixture->arena, held, cases[i].kind, cases[i].part);
        item = item_of(fixture, "strategy", arena_printf(fixture->arena, json, meeting), "withdrawal");
        assert_int_equal(item->put_count, cases[i].puts);
    }
}

/* ---- enough ---- */

static void a_quorum_counts_agencies_once_and_those_who_are_needed(void **state)
{
    const struct fixture *fixture = *state;
    const struct meeting_kind *strategy = pack_meeting(fixture->pack, "strategy");
    const struct asked asked[] = {
        {.text = "A", .agency = "social-care", .needed = true},
        {.text = "B", .agency = "police", .needed = true},
        {.text = "C", .agency = "social-care"},
        {.text = "D", .agency = "health"},
        {.text = "E"},
    };
    const char *why = "";
    assert_int_equal(strategy->quorum, 3);
    assert_true(meeting_quorate(fixture->arena, strategy, asked, 5, (bool[]){1, 1, 0, 1, 0}, &why));
    assert_null(why);
    assert_false(meeting_quorate(fixture->arena, strategy, asked, 5, (bool[]){1, 1, 1, 0, 1}, &why));
    assert_string_equal(why, "2 of the 3 agencies that are needed came");
    assert_false(meeting_quorate(fixture->arena, strategy, asked, 5, (bool[]){0, 0, 1, 1, 1}, &why));
    assert_string_equal(why, "2 of the 3 agencies that are needed came, and did not come: A; B");
    const struct meeting_kind *family = pack_meeting(fixture->pack, "family-group");
    assert_false(meeting_quorate(fixture->arena, family, asked, 5, (bool[]){1, 0, 0, 0, 0}, &why));
    assert_string_equal(why, "did not come: B");
    assert_true(meeting_quorate(fixture->arena, family, asked, 0, NULL, &why));
}

/* ---- what a pack may say, with invitees and parts of our own ---- */

static struct fixture with_invitees(const struct fixture *fixture, const struct invitee *list, size_t count)
{
    struct pack *pack = arena_one(fixture->arena, struct pack);
    *pack = *fixture->pack;
    pack->invitees = list;
    pack->invitee_count = count;
    return (struct fixture){fixture->arena, pack};
}

static struct invitee invitee_of(const struct fixture *fixture, const char *id)
{
    for (size_t i = 0; i < fixture->pack->invitee_count; i++) {
        if (strcmp(fixture->pack->invitees[i].id, id) == 0) {
            return fixture->pack->invitees[i];
        }
    }
    fail_msg("no invitee %s", id);
    return fixture->pack->invitees[0];
}

static void who_is_asked_for_two_reasons_is_asked_once_and_needed_if_either_says_so(void **state)
{
    struct invitee needed = invitee_of(*state, "social-care");
    struct invitee plain = needed;
    plain.needed = false;
    for (int way = 0; way < 4; way++) {
        const struct invitee both[] = {(way & 1) != 0 ? needed : plain, (way & 2) != 0 ? needed : plain};
        struct fixture own = with_invitees(*state, both, 2);
        struct list list = asked_to(&own, "strategy", "[]");
        assert_int_equal(list.count, 1);
        assert_int_equal(list.asked[0].needed, way != 0);
        const struct invitee behind[] = {invitee_of(*state, "local-policing-unit"), both[0], both[1]};
        own = with_invitees(*state, behind, 3);
        list = asked_to(&own, "strategy", "[]");
        assert_int_equal(list.count, 2);
        assert_int_equal(list.asked[1].needed, way != 0);
    }
}

/* Also the agency that the procedure names first, and the last. */
static void each_agency_that_knows_the_child_is_asked(void **state)
{
    const struct fixture *fixture = *state;
    const struct code_list *agencies = pack_codes(fixture->pack, "agency");
    struct invitee knows = invitee_of(fixture, "knows-the-child");
    struct fixture own = with_invitees(fixture, &knows, 1);
    const char *all = "";
    for (size_t a = 0; a < agencies->code_count; a++) {
        all = arena_printf(fixture->arena,
                           "%s%s{'type':'child-views','occurred_at':'2024-01-02','agency':'%s','fields':{}}",
                           all, a == 0 ? "" : ",", agencies->codes[a].id);
        struct list list = asked_to(&own, "strategy",
                                    arena_printf(fixture->arena,
                                                 "[{'type':'child-views','occurred_at':'2024-01-02','agency':"
                                                 "'%s','fields':{'views':'V'}}]",
                                                 agencies->codes[a].id));
        assert_int_equal(list.count, 1);
        assert_string_equal(list.asked[0].agency, agencies->codes[a].id);
    }
    assert_int_equal(asked_to(&own, "strategy", in_list(fixture, all)).count, agencies->code_count);
}

/* An agency that is asked already, wherever it stands among the asked, is not asked as one that knows the
 * child. */
static void who_is_asked_already_is_not_asked_for_knowing_the_child(void **state)
{
    const struct invitee unit = invitee_of(*state, "local-policing-unit");
    const struct invitee knows = invitee_of(*state, "knows-the-child");
    struct invitee other = unit;
    other.title = "Hospital";
    other.agency = "health";
    const struct invitee orders[][3] = {{unit, other, knows}, {other, unit, knows}};
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        struct fixture own = with_invitees(*state, orders[i], 3);
        struct list list =
            asked_to(&own, "strategy",
                     arena_printf(own.arena,
                                  "[{'type':'child-views','occurred_at':'2024-01-02','agency':'%s','fields':"
                                  "{'views':'V'}}]",
                                  unit.agency));
        assert_int_equal(list.count, 2);
        assert_string_equal(list.asked[i].agency, unit.agency);
        assert_string_equal(list.asked[1 - i].agency, "health");
    }
}

/* 11.12: who referred the child says whom they trust; no agency is known of that worker. */
static void the_trusted_worker_of_the_referral_is_asked_until_another_is_named(void **state)
{
    struct list list = asked_to(*state, "strategy",
                                "[{'type':'referral','occurred_at':'2024-01-01','agency':'health','fields':"
                                "{'trusted_worker':'Ms Early'}}]");
    const struct asked *trusted = asked_with(&list, "Trusted worker");
    assert_string_equal(trusted->text, "Trusted worker: Ms Early");
    assert_null(trusted->agency);
}

static const char arranged[] =
    "[{'type':'meeting-arranged','occurred_at':'2024-01-02','fields':{'kind':'strategy','invited':"
    "['Ms Rahman, Health','Mr Lark']}}]";

static struct drawn drawn_of(const struct fixture *fixture, const char *type_id, const char *field)
{
    const struct entry_type *type = pack_type(fixture->pack, type_id);
    return (struct drawn){.from = {.type = type->index, .same_round = -1},
                          .field = entry_type_field(type, field)->index};
}

static void a_list_of_names_is_not_somebody_by_name(void **state)
{
    struct drawn invited = drawn_of(*state, "meeting-arranged", "invited");
    struct invitee by_list = invitee_of(*state, "specialist");
    by_list.from = &invited;
    by_list.from_count = 1;
    struct fixture own = with_invitees(*state, &by_list, 1);
    assert_int_equal(asked_to(&own, "strategy", arranged).count, 0);
}

static struct agenda_part part_of(const struct fixture *fixture, const char *id)
{
    for (size_t i = 0; i < fixture->pack->agenda_count; i++) {
        if (strcmp(fixture->pack->agenda[i].code->id, id) == 0) {
            return fixture->pack->agenda[i];
        }
    }
    fail_msg("no part %s", id);
    return fixture->pack->agenda[0];
}

static struct fixture with_part(const struct fixture *fixture, const struct agenda_part *part)
{
    struct pack *pack = arena_one(fixture->arena, struct pack);
    *pack = *fixture->pack;
    pack->agenda = part;
    pack->agenda_count = 1;
    return (struct fixture){fixture->arena, pack};
}

static void each_text_of_a_list_is_put(void **state)
{
    struct drawn invited = drawn_of(*state, "meeting-arranged", "invited");
    struct agenda_part part = part_of(*state, "exit-plan");
    part.puts = &invited;
    part.put_count = 1;
    struct fixture own = with_part(*state, &part);
    const struct agenda_item *item = item_of(&own, "strategy", arranged, "exit-plan");
    assert_int_equal(item->put_count, 2);
    assert_string_equal(item->puts[0], "Ms Rahman, Health");
    assert_string_equal(item->puts[1], "Mr Lark");
    assert_null(item_of(&own, "strategy", "[]", "exit-plan")); /* it lives by what is put there */
}

/* A part that has grounds of its own stands by them, whether something is put there or not. */
static void a_part_with_grounds_stands_without_what_is_put(void **state)
{
    static const char acted[] =
        "[{'type':'action-agreed','occurred_at':'2024-01-02','fields':{'action':'A'}},"
        "{'type':'police-informed','occurred_at':'2024-01-02','fields':{}}]";
    struct drawn invited = drawn_of(*state, "meeting-arranged", "invited");
    struct agenda_part all = part_of(*state, "earlier-actions");
    struct agenda_part any = part_of(*state, "informing-parents");
    all.puts = any.puts = &invited;
    all.put_count = any.put_count = 1;
    struct fixture own = with_part(*state, &all);
    assert_int_equal(item_of(&own, "strategy", acted, "earlier-actions")->put_count, 0);
    assert_null(item_of(&own, "strategy", arranged, "earlier-actions"));
    own = with_part(*state, &any);
    assert_int_equal(item_of(&own, "strategy", acted, "informing-parents")->put_count, 0);
    assert_null(item_of(&own, "strategy", arranged, "informing-parents"));
}

/* One of several grounds is enough, the first as well as the last; where there are none it stands. */
static void one_of_several_grounds_is_enough(void **state)
{
    int mark = pack_mark(((const struct fixture *)*state)->pack, "under-16")->index;
    const struct condition yes = {.kind = CONDITION_NO_MARK, .mark = mark};
    const struct condition no = {.kind = CONDITION_MARK, .mark = mark};
    const struct condition lists[][2] = {{yes, yes}, {yes, no}, {no, yes}, {no, no}};
    struct agenda_part part = part_of(*state, "exit-plan");
    struct fixture own = with_part(*state, &part);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        part.when_any = (struct conditions){lists[i], 2};
        assert_int_equal(item_of(&own, "strategy", "[]", "exit-plan") != NULL, i < 3);
    }
    part.when_any = (struct conditions){NULL, 0};
    assert_non_null(item_of(&own, "strategy", "[]", "exit-plan"));
}

/* 11.12: only a meeting that was held, of that kind, and dealt with the part; what came after it is put anew.
 */
static void what_comes_after_the_meeting_is_put_again(void **state)
{
    static const char json[] =
        "[{'type':'referral','occurred_at':'2024-01-01','fields':{'worried_about_withdrawal':'yes',"
        "'withdrawal_services':'Youth club'}},%s"
        "{'type':'referral','occurred_at':'2024-01-05','fields':{'worried_about_withdrawal':'yes',"
        "'withdrawal_services':'School'}}]";
    static const struct {
        const char *between;
        size_t puts;
    } cases[] = {
        {"{'type':'meeting-held','occurred_at':'2024-01-03','fields':{'kind':'strategy','agenda':"
         "['exit-plan','withdrawal']}},",
         1},
        {"{'type':'meeting-arranged','occurred_at':'2024-01-03','fields':{'kind':'strategy'}},", 2},
        {"{'type':'meeting-held','occurred_at':'2024-01-03','fields':{'agenda':['withdrawal']}},", 2},
        {"{'type':'meeting-held','occurred_at':'2024-01-03','fields':{'kind':'strategy'}},", 2},
        {"{'type':'meeting-held','occurred_at':'2024-01-03','fields':{'kind':'strategy','agenda':"
         "['exit-plan']}},",
         2},
    };
    const struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct agenda_item *item =
            item_of(fixture, "strategy", arena_printf(fixture->arena, json, cases[i].between), "withdrawal");
        assert_int_equal(item->put_count, cases[i].puts);
        assert_string_equal(item->puts[cases[i].puts - 1], "School");
    }
}

/* 11.12: the meeting or the referral is known by its day, and the other lies in that day. */
static void what_a_meeting_of_that_day_dealt_with_is_told_as_it_was_recorded(void **state)
{
    static const char json[] =
        "[{'type':'referral','occurred_at':'2024-01-03%s','recorded_at':'2024-01-03T10:00:00Z','fields':{"
        "'worried_about_withdrawal':'yes','withdrawal_services':'Youth club'}},"
        "{'type':'meeting-held','occurred_at':'2024-01-03%s','recorded_at':'2024-01-03T%s:00Z',"
        "'fields':{'kind':'strategy','agenda':['withdrawal']}}]";
    static const struct {
        const char *referred;
        const char *held;
        const char *recorded;
        size_t puts;
    } cases[] = {{"T10:00:00Z", "", "12:00", 0},
                 {"T10:00:00Z", "", "09:00", 1},
                 {"", "T09:00:00Z", "09:00", 1},
                 {"", "T09:00:00Z", "12:00", 0}};
    const struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct agenda_item *item =
            item_of(fixture, "strategy",
                    arena_printf(fixture->arena, json, cases[i].referred, cases[i].held, cases[i].recorded),
                    "withdrawal");
        assert_int_equal(item->put_count, cases[i].puts);
    }
}

/* What a meeting wrote down itself while it dealt with the part is not put to the next one either. */
static void a_meeting_deals_with_what_it_wrote_down(void **state)
{
    static const char held[] =
        "[{'type':'meeting-held','occurred_at':'2024-01-03','fields':{'kind':'strategy',"
        "'agenda':['%s'],'minutes_withdrawal':'Youth club'}}]";
    struct drawn minutes = drawn_of(*state, "meeting-held", "minutes_withdrawal");
    struct agenda_part part = part_of(*state, "exit-plan");
    part.puts = &minutes;
    part.put_count = 1;
    struct fixture own = with_part(*state, &part);
    const struct agenda_item *item =
        item_of(&own, "strategy", arena_printf(own.arena, held, "withdrawal"), "exit-plan");
    assert_int_equal(item->put_count, 1);
    assert_string_equal(item->puts[0], "Youth club");
    assert_null(item_of(&own, "strategy", arena_printf(own.arena, held, "exit-plan"), "exit-plan"));
}

/* Another procedure's form of a meeting may have no agenda, or no kind, or only begin it, or be of something
 * else: it dealt with no part. */
static void a_meeting_of_another_form_dealt_with_nothing(void **state)
{
    static const char json[] =
        "[{'type':'referral','occurred_at':'2024-01-01','fields':{'worried_about_withdrawal':'yes',"
        "'withdrawal_services':'Youth club'}},"
        "{'type':'meeting-held','occurred_at':'2024-01-03','fields':{'kind':'strategy','agenda':"
        "['withdrawal']}}]";
    const struct fixture *fixture = *state;
    const struct position *position = position_at(fixture, json);
    const struct meeting_kind *kind = pack_meeting(fixture->pack, "strategy");
    enum { FORMS = 5 };
    struct entry_type forms[FORMS];
    for (int i = 0; i < FORMS; i++) {
        forms[i] = *position->history->list[1].type;
    }
    forms[3].step = STEP_BEGIN;
    forms[4].part = PART_NONE;
    forms[1].part_key = -1;
    forms[2].field_count = 0;
    /* an answer before the first, that must not be taken for the kind */
    struct value *values = arena_many(fixture->arena, struct value, forms[0].field_count + 1);
    values[0] = position->history->list[1].values[forms[0].part_key];
    memcpy(values + 1, position->history->list[1].values, forms[0].field_count * sizeof *values);
    for (int i = 0; i < FORMS; i++) {
        struct known list[2] = {position->history->list[0], position->history->list[1]};
        list[1].values = values + 1;
        struct history history = *position->history;
        struct position own = *position;
        const struct agenda_item *items;
        size_t count;
        size_t puts = 0;
        list[1].type = &forms[i];
        history.list = list;
        own.history = &history;
        meeting_agenda(fixture->arena, &own, kind, &items, &count);
        for (size_t p = 0; p < count; p++) {
            puts += items[p].put_count;
        }
        assert_int_equal(puts, i == 0 ? 0 : 1);
    }
}

/* `until`: while the duty that the entry began is open or overdue, and no other duty counts; a prompt does.
 */
static void what_is_put_stays_until_its_duty_is_met(void **state)
{
    static const char json[] = "[{'type':'looked-after-recommendation','occurred_at':'2024-01-02','fields':{'"
                               "recommendation':'One'}},"
                               "{'type':'referral','occurred_at':'2024-01-03','fields':{}}]";
    const struct fixture *fixture = *state;
    const struct position *position = position_at(fixture, json);
    const struct meeting_kind *kind = pack_meeting(fixture->pack, "looked-after-review");
    int rule = pack_rule(fixture->pack, "answer-looked-after-recommendation")->index;
    for (int way = 0; way <= 2 * DUTY_CANCELLED + 1; way++) {
        enum duty_state as = (enum duty_state)(way / 2);
        struct position own = *position;
        struct duty *duties = arena_many(fixture->arena, struct duty, position->duty_count);
        const struct agenda_item *items;
        size_t count;
        size_t puts = 0;
        bool of_other = false;
        for (size_t d = 0; d < position->duty_count; d++) {
            duties[d] = position->duties[d];
            if (duties[d].rule->index == rule) {
                duties[d].state = as;
            } else {
                of_other = true;
            }
        }
        assert_true(of_other);
        own.duties = duties;
        if (way % 2 == 1) { /* as prompts */
            own.prompts = duties;
            own.prompt_count = own.duty_count;
            own.duty_count = 0;
        }
        meeting_agenda(fixture->arena, &own, kind, &items, &count);
        for (size_t p = 0; p < count; p++) {
            puts += items[p].put_count;
        }
        assert_int_equal(puts, as == DUTY_OPEN || as == DUTY_OVERDUE ? 1 : 0);
    }
}

/* `until` may name the first duty of the procedure. */
static void what_is_put_stays_until_the_first_duty_is_met(void **state)
{
    static const char json[] =
        "[{'type':'referral','occurred_at':'2024-01-01','fields':{'worried_about_withdrawal':'yes',"
        "'withdrawal_services':'Youth club'}}%s]";
    static const char decided[] =
        ",{'type':'referral-decision','occurred_at':'2024-01-02','fields':{'initial_assessment':'required'}}";
    struct drawn services = drawn_of(*state, "referral", "withdrawal_services");
    struct agenda_part part = part_of(*state, "exit-plan");
    part.puts = &services;
    part.put_count = 1;
    part.until_rule = 0;
    struct fixture own = with_part(*state, &part);
    assert_string_equal(own.pack->rules[0].id, "decide-initial-assessment");
    assert_non_null(item_of(&own, "strategy", arena_printf(own.arena, json, ""), "exit-plan"));
    assert_null(item_of(&own, "strategy", arena_printf(own.arena, json, decided), "exit-plan"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_chair_follows_from_the_child),
        cmocka_unit_test(each_kind_asks_those_whose_conditions_hold),
        cmocka_unit_test(with_the_family_involved_the_child_abuse_unit_is_needed),
        cmocka_unit_test(the_last_who_was_named_is_asked),
        cmocka_unit_test(the_last_who_was_named_on_a_day_is_asked),
        cmocka_unit_test(who_knows_the_child_is_asked),
        cmocka_unit_test(a_text_that_was_kept_finds_its_agency),
        cmocka_unit_test(a_part_stands_where_its_conditions_hold),
        cmocka_unit_test(a_recommendation_stands_until_it_is_answered),
        cmocka_unit_test(what_was_dealt_with_is_not_put_again),
        cmocka_unit_test(a_quorum_counts_agencies_once_and_those_who_are_needed),
        cmocka_unit_test(who_is_asked_for_two_reasons_is_asked_once_and_needed_if_either_says_so),
        cmocka_unit_test(who_is_asked_already_is_not_asked_for_knowing_the_child),
        cmocka_unit_test(each_agency_that_knows_the_child_is_asked),
        cmocka_unit_test(the_trusted_worker_of_the_referral_is_asked_until_another_is_named),
        cmocka_unit_test(a_list_of_names_is_not_somebody_by_name),
        cmocka_unit_test(each_text_of_a_list_is_put),
        cmocka_unit_test(a_part_with_grounds_stands_without_what_is_put),
        cmocka_unit_test(one_of_several_grounds_is_enough),
        cmocka_unit_test(what_comes_after_the_meeting_is_put_again),
        cmocka_unit_test(what_a_meeting_of_that_day_dealt_with_is_told_as_it_was_recorded),
        cmocka_unit_test(a_meeting_deals_with_what_it_wrote_down),
        cmocka_unit_test(a_meeting_of_another_form_dealt_with_nothing),
        cmocka_unit_test(what_is_put_stays_until_its_duty_is_met),
        cmocka_unit_test(what_is_put_stays_until_the_first_duty_is_met),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
