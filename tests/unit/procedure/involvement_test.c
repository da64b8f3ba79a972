/* Who is involved, since when and why: 11.18, 11.58. Folded from what was recorded, with the rules of the
 * pack. */
#include "procedure/involvement.h"
#include "small.h"

static const char at[] = "2024-02-01T12:00:00Z";

/* "as who: why from-until;" of each, in their order. */
static const char *involved(const struct fixture *fixture, const char *json)
{
    const struct history *history = history_of(fixture, json, at);
    const struct duty *duties;
    const struct involvement *list;
    size_t duty_count;
    size_t count;
    const char *text = "";
    duties_evaluate(fixture->arena, history, instant_of(at), &duties, &duty_count);
    involvements_of(fixture->arena, history, case_fold(fixture->arena, history), duties, duty_count, &list,
                    &count);
    for (size_t i = 0; i < count; i++) {
        char from[INSTANT_TEXT];
        char until[INSTANT_TEXT] = "..........";
        instant_format(list[i].span.from, from);
        if (!instant_is_never(list[i].span.until)) {
            instant_format(list[i].span.until, until);
        }
        text = arena_printf(fixture->arena, "%s%s %s: %s %.10s %.10s\n", text,
                            list[i].as == INVOLVED_AGENCY   ? "agency"
                            : list[i].as == INVOLVED_PERSON ? "person"
                                                            : "team",
                            list[i].who, list[i].why, from, until);
    }
    return text;
}

static void an_agency_is_involved_from_what_it_records(void **state)
{
    assert_string_equal(involved(*state, "[]"), "");
    assert_string_equal(
        involved(*state, "[{'type':'child-views','occurred_at':'2024-01-02','agency':'health','fields':{}},"
                         "{'type':'child-views','occurred_at':'2024-01-03','agency':'health','fields':{}},"
                         "{'type':'child-views','occurred_at':'2024-01-04','agency':'','fields':{}}]"),
        "agency health: recorded on the case 2024-01-02 ..........\n");
}

static void an_open_duty_involves_its_owner_and_a_prompt_does_not(void **state)
{
    static const char json[] =
        "[{'type':'%s','occurred_at':'2024-01-02T10:00:00Z','agency':'health','fields':{}}%s]";
    struct arena *arena = ((const struct fixture *)*state)->arena;
    assert_string_equal(involved(*state, arena_printf(arena, json, "police-protection-began", "")),
                        "agency health: recorded on the case 2024-01-02 ..........\n"
                        "agency police: has a duty that is open 2024-01-02 ..........\n");
    assert_string_equal(
        involved(*state,
                 arena_printf(arena, json, "police-protection-began",
                              ",{'type':'police-protection-ended','occurred_at':'2024-01-03T10:00:00Z',"
                              "'agency':'health','fields':{}}")),
        "agency health: recorded on the case 2024-01-02 ..........\n");
}

/* Each of several: of one agency more than one thing may be asked, and it is involved once. */
static void every_duty_and_every_action_that_is_open_involves(void **state)
{
    assert_string_equal(
        involved(*state,
                 "[{'type':'referral','occurred_at':'2024-01-02T10:00:00Z','agency':'health','fields':{}},"
                 "{'type':'police-protection-began','occurred_at':'2024-01-03T10:00:00Z','agency':"
                 "'health','fields':{}},"
                 "{'type':'action-agreed','occurred_at':'2024-01-04T10:00:00Z','agency':'health',"
                 "'fields':{'action':'A','agency':'housing'}},"
                 "{'type':'action-agreed','occurred_at':'2024-01-05T10:00:00Z','agency':'health',"
                 "'fields':{'action':'B','agency':'education'}}]"),
        "agency health: recorded on the case 2024-01-02 ..........\n"
        "agency social-care: has a duty that is open 2024-01-02 ..........\n"
        "agency police: has a duty that is open 2024-01-03 ..........\n"
        "agency housing: has an action of the plan that is open 2024-01-04 ..........\n"
        "agency education: has an action of the plan that is open 2024-01-05 ..........\n");
}

/* 11.40: who does it, until it is done; another agency may take it over. */
static void an_open_action_involves_who_does_it(void **state)
{
    static const char json[] = "[{'type':'action-agreed','occurred_at':'2024-01-02','agency':'health','"
                               "fields':{'action':'A','agency':"
                               "'housing'}}%s]";
    struct arena *arena = ((const struct fixture *)*state)->arena;
    static const char moved[] = ",{'type':'action-progressed','occurred_at':'2024-01-03','agency':'health',"
                                "'fields':{'action':'A','progress':'%s'%s}}";
    static const char *const housing = "agency health: recorded on the case 2024-01-02 ..........\n"
                                       "agency housing: has an action of the plan that is open 2024-01-02 "
                                       "..........\n";
    assert_string_equal(involved(*state, arena_printf(arena, json, "")), housing);
    const char *progress = arena_printf(arena, moved, "begun", "");
    const struct code_list *words = pack_codes(((const struct fixture *)*state)->pack, "progress");
    for (size_t i = 0; i < words->code_count; i++) {
        const char *word = words->codes[i].id;
        bool ends = strcmp(word, "done") == 0 || strcmp(word, "dropped") == 0;
        progress = arena_printf(arena, moved, word, "");
        assert_string_equal(involved(*state, arena_printf(arena, json, progress)),
                            ends ? "agency health: recorded on the case 2024-01-02 ..........\n" : housing);
        if (!ends) {
            progress = arena_printf(arena, moved, word, ",'agency':'education'");
            assert_string_equal(involved(*state, arena_printf(arena, json, progress)),
                                "agency health: recorded on the case 2024-01-02 ..........\n"
                                "agency education: has an action of the plan that is open 2024-01-02 "
                                "..........\n");
        }
    }
    /* of an action nobody's agency is known: nobody is involved by it */
    assert_string_equal(involved(*state,
                                 "[{'type':'action-agreed','occurred_at':'2024-01-02','agency':'health',"
                                 "'fields':{'action':'A'}}]"),
                        "agency health: recorded on the case 2024-01-02 ..........\n");
}

/* "Name, agency" on a list of those invited; who is of no agency that is known involves none. */
static void who_is_invited_involves_their_agency(void **state)
{
    assert_string_equal(
        involved(*state,
                 "[{'type':'meeting-arranged','occurred_at':'2024-01-02','agency':'social-care','fields':"
                 "{'kind':'strategy','invited':['Ms Rahman, Health','Mr Lark','B (Education)']}}]"),
        "agency social-care: recorded on the case 2024-01-02 ..........\n"
        "agency health: they were invited to a meeting 2024-01-02 ..........\n"
        "agency education: they were invited to a meeting 2024-01-02 ..........\n");
    assert_string_equal(
        involved(*state,
                 "[{'type':'enquiry-started','occurred_at':'2024-01-02','agency':'social-care','fields':"
                 "{'agencies':['police','social-care','health']}},"
                 "{'type':'police-informed','occurred_at':'2024-01-03','agency':'social-care','fields':{}}]"),
        "agency social-care: recorded on the case 2024-01-02 ..........\n"
        "agency police: they take part in the enquiry 2024-01-02 ..........\n"
        "agency health: they take part in the enquiry 2024-01-02 ..........\n");
    assert_string_equal(
        involved(
            *state,
            "[{'type':'police-informed','occurred_at':'2024-01-03','agency':'social-care','fields':{}}]"),
        "agency social-care: recorded on the case 2024-01-03 ..........\n"
        "agency police: they were asked to act 2024-01-03 ..........\n");
}

/* A worker or a team is brought in by name, and their agency as a whole is not; an agency alone is. */
static void a_worker_is_brought_in_and_let_go_by_name(void **state)
{
    static const char json[] =
        "[{'type':'involvement-began','occurred_at':'2024-01-02','agency':'social-care','fields':{'agency':"
        "'housing'%s}}%s]";
    static const char ended[] =
        ",{'type':'involvement-ended','occurred_at':'2024-01-05','agency':'social-care',"
        "'fields':{'agency':'housing'%s}}";
    static const char recorded[] = "agency social-care: recorded on the case 2024-01-02 ..........\n";
    struct arena *arena = ((const struct fixture *)*state)->arena;
    static const struct {
        const char *who;
        const char *ends;
        const char *expected;
    } cases[] = {
        {"", NULL, "agency housing: brought in 2024-01-02 ..........\n"},
        {"", "", "agency housing: brought in 2024-01-02 2024-01-05\n"},
        {"", ",'worker':'b.lark'", "agency housing: brought in 2024-01-02 ..........\n"},
        {",'worker':' B.Lark '", NULL, "person b.lark: brought in 2024-01-02 ..........\n"},
        {",'worker':' B.Lark '", ",'worker':'b.LARK'", "person b.lark: brought in 2024-01-02 2024-01-05\n"},
        {",'worker':'b.lark'", ",'worker':'c.wren'", "person b.lark: brought in 2024-01-02 ..........\n"},
        {",'team':'Night team'", NULL, "team housing/night team: brought in 2024-01-02 ..........\n"},
        {",'team':'Night team'", ",'team':'night team'",
         "team housing/night team: brought in 2024-01-02 2024-01-05\n"},
        {",'team':'Night team'", "", "team housing/night team: brought in 2024-01-02 ..........\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *end = cases[i].ends == NULL ? "" : arena_printf(arena, ended, cases[i].ends);
        assert_string_equal(involved(*state, arena_printf(arena, json, cases[i].who, end)),
                            arena_printf(arena, "%s%s", recorded, cases[i].expected));
    }
}

/* Who was let go may be brought in again: each time stands on its own. */
static void what_ended_may_begin_again(void **state)
{
    assert_string_equal(involved(*state, "[{'type':'involvement-began','occurred_at':'2024-01-02','agency':'"
                                         "social-care','fields':{'agency':"
                                         "'housing'}},"
                                         "{'type':'involvement-ended','occurred_at':'2024-01-05','agency':'"
                                         "social-care','fields':{'agency':"
                                         "'housing'}},"
                                         "{'type':'involvement-ended','occurred_at':'2024-01-06','agency':'"
                                         "social-care','fields':{'agency':"
                                         "'housing'}},"
                                         "{'type':'involvement-began','occurred_at':'2024-01-09','agency':'"
                                         "social-care','fields':{'agency':"
                                         "'housing'}}]"),
                        "agency social-care: recorded on the case 2024-01-02 ..........\n"
                        "agency housing: brought in 2024-01-02 2024-01-05\n"
                        "agency housing: brought in 2024-01-09 ..........\n");
}

/* Teams of two agencies may have the same name: a pack that asks for a team alone brings in nobody. */
static void a_team_without_its_agency_involves_nobody(void **state)
{
    const struct fixture *fixture = *state;
    struct pack pack = *fixture->pack;
    const struct entry_type *type = pack_type(&pack, "involvement-began");
    struct access_involving begins = {.type = type->index,
                                      .person_field = -1,
                                      .team_field = entry_type_field(type, "team")->index,
                                      .agency_field = -1,
                                      .as = "brought in"};
    pack.access.begins = &begins;
    pack.access.begin_count = 1;
    struct fixture own = {fixture->arena, &pack};
    assert_string_equal(involved(&own, "[{'type':'involvement-began','occurred_at':'2024-01-02','agency':"
                                       "'health','fields':{'agency':'housing','team':'Night team'}}]"),
                        "agency health: recorded on the case 2024-01-02 ..........\n");
}

/* A procedure may ask for a name before anything else. */
static void who_is_named_first_in_an_entry_is_involved(void **state)
{
    struct fixture small = small_pack(*state, "  - id: brought-in\n"
                                              "    title: Brought in\n"
                                              "    verb: Bring in\n"
                                              "    paragraph: '1.7'\n"
                                              "    recorded_by: [worker]\n"
                                              "    summary: '{who}'\n"
                                              "    pages:\n"
                                              "      - id: main\n"
                                              "        title: Who?\n"
                                              "        fields:\n"
                                              "          - {id: who, kind: text, label: Who?}\n"
                                              "          - {id: agency, kind: code, codes: agency, "
                                              "label: Of which agency?}\n");
    static const char json[] =
        "[{'type':'brought-in','occurred_at':'2024-01-02','agency':'social-care','fields':"
        "{'who':'B.Lark','agency':'police'}}]";
    struct pack pack = *small.pack;
    struct access_involving begins = {.type = pack_type(&pack, "brought-in")->index,
                                      .person_field = 0,
                                      .team_field = -1,
                                      .agency_field = 1,
                                      .as = "brought in"};
    pack.access.begins = &begins;
    pack.access.begin_count = 1;
    small.pack = &pack;
    assert_string_equal(involved(&small, json),
                        "agency social-care: recorded on the case 2024-01-02 ..........\n"
                        "person b.lark: brought in 2024-01-02 ..........\n");
    begins.person_field = -1;
    begins.team_field = 0;
    assert_string_equal(involved(&small, json),
                        "agency social-care: recorded on the case 2024-01-02 ..........\n"
                        "team police/b.lark: brought in 2024-01-02 ..........\n");
}

/* A pack may let a list of names end it: who is of no agency that is known ends none. */
static void a_list_may_end_it(void **state)
{
    const struct fixture *fixture = *state;
    struct pack pack = *fixture->pack;
    struct access_involving ends = {.type = pack_type(&pack, "meeting-arranged")->index,
                                    .person_field = -1,
                                    .team_field = -1,
                                    .agency_field = -1};
    ends.agency_field = entry_type_field(pack_type(&pack, "meeting-arranged"), "invited")->index;
    pack.access.begin_count = 0;
    pack.access.ends = &ends;
    pack.access.end_count = 1;
    struct fixture own = {fixture->arena, &pack};
    assert_string_equal(
        involved(&own,
                 "[{'type':'child-views','occurred_at':'2024-01-02','agency':'health','fields':{}},"
                 "{'type':'meeting-arranged','occurred_at':'2024-01-03','agency':'social-care','fields':"
                 "{'kind':'strategy','invited':['Mr Lark','Ms Rahman, Health']}}]"),
        "agency health: recorded on the case 2024-01-02 2024-01-03\n"
        "agency social-care: recorded on the case 2024-01-03 ..........\n");
}

/* What was written under another procedure says who recorded it, and nothing more. */
static void an_entry_of_another_procedure_involves_who_recorded_it(void **state)
{
    const struct fixture *fixture = *state;
    const struct pack *other = NULL;
    const struct pack_fault *faults = NULL;
    size_t fault_count = 0;
    assert_null(
        pack_load(fixture->arena, WM_SOURCE "/procedures/working-together", &other, &faults, &fault_count));
    struct entries entries = entries_of(
        fixture, "[{'type':'disclosure','occurred_at':'2024-01-02','agency':'health','fields':{'to_agency':"
                 "'housing'}}]");
    const struct history *history =
        history_new(fixture->arena, other, entries.list, entries.count, entries.child, instant_of(at));
    const struct case_state *folded = case_fold(fixture->arena, history);
    const struct involvement *list;
    size_t count;
    involvements_of(fixture->arena, history, folded, NULL, 0, &list, &count);
    assert_int_equal(count, 1);
    assert_string_equal(list[0].who, "health");
}

static void many_are_involved(void **state)
{
    const struct fixture *fixture = *state;
    const char *json = "[";
    const char *expected = "agency social-care: recorded on the case 2024-01-02 ..........\n";
    enum { MANY = 40 };
    for (int i = 0; i < MANY; i++) {
        json = arena_printf(fixture->arena,
                            "%s%s{'type':'involvement-began','occurred_at':'2024-01-02T10:%02d:00Z','agency':"
                            "'social-care','fields':{'agency':'housing','worker':'w%d'}}",
                            json, i == 0 ? "" : ",", i, i);
        expected =
            arena_printf(fixture->arena, "%sperson w%d: brought in 2024-01-02 ..........\n", expected, i);
    }
    assert_string_equal(involved(fixture, arena_printf(fixture->arena, "%s]", json)), expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_agency_is_involved_from_what_it_records),
        cmocka_unit_test(an_open_duty_involves_its_owner_and_a_prompt_does_not),
        cmocka_unit_test(every_duty_and_every_action_that_is_open_involves),
        cmocka_unit_test(an_open_action_involves_who_does_it),
        cmocka_unit_test(who_is_invited_involves_their_agency),
        cmocka_unit_test(a_worker_is_brought_in_and_let_go_by_name),
        cmocka_unit_test(what_ended_may_begin_again),
        cmocka_unit_test(a_team_without_its_agency_involves_nobody),
        cmocka_unit_test(who_is_named_first_in_an_entry_is_involved),
        cmocka_unit_test(a_list_may_end_it),
        cmocka_unit_test(an_entry_of_another_procedure_involves_who_recorded_it),
        cmocka_unit_test(many_are_involved),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
