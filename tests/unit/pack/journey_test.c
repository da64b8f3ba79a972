/* The chapter's pack at work: a case with only the words of the vocabulary goes through, from the first worry
   to the closing, and what a paragraph refuses is refused. */
#include "base/text.h"
#include "pack/pack.h"
#include "procedure/gate.h"
#include "record/decode.h"
#include "record/validate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ENTRIES = 80, CAP = 256 * 1024 * 1024 };

struct journey {
    struct arena *arena;
    const struct pack *pack;
    const struct entry *entries[ENTRIES];
    size_t count;
    struct child child;
    struct instant now; /* an hour later with each entry */
};

static void begin(struct journey *journey, const char *birth)
{
    *journey = (struct journey){.arena = arena_new(CAP)};
    const struct pack_fault *faults = NULL;
    size_t count = 0;
    assert_null(
        pack_load(journey->arena, WM_SOURCE "/procedures/llr-chapter-11", &journey->pack, &faults, &count));
    journey->child.has_birth = day_parse(birth, &journey->child.birth);
    assert_true(instant_parse("2024-03-05T09:00:00Z", &journey->now));
}

/* What stands against recording the entry: NULL for nothing. Recorded when nothing does. */
static const struct error *record(struct journey *journey, const char *type_id, const char *json)
{
    const struct entry_type *type = pack_type(journey->pack, type_id);
    assert_non_null(type);
    journey->now = instant_add_ms(journey->now, MS_PER_HOUR);
    json_error_t fault;
    json_t *object = json_loads(json, 0, &fault);
    if (object == NULL) {
        fail_msg("%s: %s", json, fault.text);
    }
    struct entry *entry = arena_one(journey->arena, struct entry);
    const struct error *error =
        fields_from_json(journey->arena, journey->pack, type, object, NULL, &entry->values);
    json_decref(object);
    if (error != NULL) {
        return error;
    }
    entry->type = type;
    entry->seq = journey->count + 1;
    entry->occurred = moment_of_instant(journey->pack, journey->now);
    entry->recorded_at = journey->now;
    entry->agency = "social-care";
    entry->label = type->label;
    const struct history *history = history_new(journey->arena, journey->pack, journey->entries,
                                                journey->count, journey->child, journey->now);
    const struct position *position = position_of(journey->arena, history, journey->now);
    error = entry_validate(journey->arena, journey->pack, entry, &position->standing);
    if (error == NULL) {
        error = gates_check(journey->arena, position, entry);
    }
    if (error == NULL) {
        assert_true(journey->count < ENTRIES);
        journey->entries[journey->count++] = entry;
    }
    return error;
}

static void goes(struct journey *journey, const char *type, const char *json)
{
    const struct error *error = record(journey, type, json);
    if (error != NULL) {
        fail_msg("%s refused: %s (%s)", type, error_text(journey->arena, error),
                 error->field == NULL ? "-" : error->field);
    }
}

static void is_refused(struct journey *journey, const char *type, const char *json, const char *word)
{
    const struct error *error = record(journey, type, json);
    if (error == NULL) {
        fail_msg("%s was not refused: %s", type, json);
        return;
    }
    for (const struct error *one = error; one != NULL; one = one->next) {
        if ((one->detail != NULL && strstr(one->detail, word) != NULL) || text_equal(one->field, word)) {
            return;
        }
    }
    fail_msg("%s was refused for another reason than %s: %s", type, word, error_text(journey->arena, error));
}

static bool is_marked(struct journey *journey, const char *mark)
{
    const struct history *history = history_new(journey->arena, journey->pack, journey->entries,
                                                journey->count, journey->child, journey->now);
    return position_of(journey->arena, history, journey->now)->marks[pack_mark(journey->pack, mark)->index];
}

static const char a_referral[] =
    "{\"notified_at\":\"2024-03-05T09:30:00Z\",\"source_agency\":\"health\",\"referrer\":\"School nurse\","
    "\"involvement\":\"likely\",\"immediate_danger\":\"no\",\"exchange\":[\"gifts\",\"drink\"],"
    "\"parents_informed\":\"no\",\"parents_informed_reason\":\"A parent may be involved\","
    "\"child_views\":\"Wants it to stop\",\"narrative\":\"Was seen with an older adult\"}";

static void a_case_in_the_words_of_the_vocabulary_goes_through_to_its_closing(void **state)
{
    (void)state;
    struct journey journey;
    begin(&journey, "2010-05-01");
    goes(&journey, "person-details",
         "{\"given_name\":\"Ann\",\"family_name\":\"Example\",\"disability\":[\"NONE\"]}");
    goes(&journey, "consultation",
         "{\"adviser\":\"Key "
         "contact\",\"question\":\"Q\",\"advice\":\"Refer\",\"leads_to_referral\":\"yes\"}");
    goes(&journey, "referral", a_referral);
    assert_true(is_marked(&journey, "child-in-need"));
    assert_true(is_marked(&journey, "significant-harm"));
    assert_true(is_marked(&journey, "under-16"));
    goes(&journey, "referral-decision",
         "{\"initial_assessment\":\"required\",\"reasons\":\"Likely involved\",\"immediate_danger\":\"no\"}");
    goes(&journey, "household-child-recorded",
         "{\"person\":\"Ben\",\"relation\":\"brother\",\"date_of_birth\":\"2014-01-01\"}");
    goes(&journey, "initial-assessment",
         "{\"involvement\":\"involved\",\"significant_harm\":\"yes\",\"harm_criteria\":[\"An adult holds "
         "power\"],"
         "\"core_assessment\":\"required\",\"immediate_danger\":\"no\"}");
    goes(&journey, "service-requested", "{\"service\":\"Counselling\",\"agency\":\"voluntary\"}");
    goes(&journey, "service-started", "{\"service\":\"Counselling\",\"agency\":\"voluntary\"}");
    goes(&journey, "enquiry-started", "{\"agencies\":[\"social-care\",\"police\"]}");
    goes(&journey, "meeting-arranged",
         "{\"kind\":\"strategy\",\"chair\":\"M\",\"chair_role\":\"social-care-manager\",\"invited\":["
         "\"Police\"]}");
    goes(&journey, "meeting-held",
         "{\"kind\":\"strategy\",\"chair\":\"M\",\"chair_role\":\"social-care-manager\",\"attended\":["
         "\"Police\"],"
         "\"quorate\":\"yes\",\"exit_plan\":\"agreed\",\"decisions\":[\"Share\"],\"continuing_risk\":\"yes\","
         "\"family_can_protect\":\"no\"}");
    goes(&journey, "alleged-abuser-identified",
         "{\"person\":\"J\",\"family_member\":\"no\",\"area\":\"Hinckley\",\"has_children\":\"unknown\"}");
    goes(&journey, "police-informed", "{\"unit\":\"divisional\"}");
    goes(&journey, "police-informed", "{\"unit\":\"local-policing-unit\"}");
    goes(&journey, "household-child-assessed",
         "{\"person\":\"Ben\",\"at_risk\":\"no\",\"needs\":\"None found\"}");
    goes(&journey, "core-assessment",
         "{\"health_needs\":\"H\",\"education_needs\":\"E\",\"outcome\":\"Plan\"}");
    goes(&journey, "police-protection-began", "{\"officer\":\"PC 1\",\"place\":\"Station\"}");
    assert_true(is_marked(&journey, "police-protection"));
    goes(&journey, "police-protection-ended", "{\"destination\":\"Foster care\"}");
    goes(&journey, "vulnerability-began", "{\"vulnerability\":\"looked-after-foster\"}");
    goes(&journey, "meeting-held",
         "{\"kind\":\"conference\",\"chair\":\"C\",\"chair_role\":\"conference-chair\",\"exit_plan\":"
         "\"agreed\"}");
    goes(&journey, "plan-made",
         "{\"kind\":\"child-protection\",\"lead_agency\":\"social-care\",\"lead_worker\":\"W\","
         "\"agreed_by_child\":\"yes\",\"agreed_by_family\":\"yes\",\"next_review_at\":\"2024-06-01\"}");
    goes(&journey, "plan-made",
         "{\"kind\":\"exit-strategy\",\"lead_agency\":\"voluntary\",\"agreed_by_child\":\"yes\"}");
    goes(&journey, "action-agreed",
         "{\"action\":\"Find a club\",\"owner\":\"W\",\"agency\":\"voluntary\","
         "\"due_at\":\"2024-04-01\"}");
    goes(&journey, "action-progressed", "{\"action\":\"Find a club\",\"progress\":\"done\"}");
    goes(&journey, "child-views", "{\"views\":\"Better\",\"how_obtained\":\"Talk\"}");
    goes(&journey, "risk-screen", "{\"screen\":\"S\",\"version\":\"1\",\"score\":7,\"band\":\"medium\"}");
    goes(&journey, "disclosure",
         "{\"to_agency\":\"education\",\"to_person\":\"Head\",\"what\":\"W\",\"purpose\":\"P\","
         "\"legal_basis\":\"section 47\",\"consent\":\"given\",\"immediate_risk\":\"no\"}");
    goes(&journey, "parental-information-decision",
         "{\"inform\":\"later\",\"reason\":\"Police\",\"decided_in\":\"strategy meeting\"}");
    goes(&journey, "outreach-contact", "{\"setting\":\"Drop-in\",\"summary\":\"Talked\"}");
    goes(&journey, "learning-recommendation", "{\"recommendation\":\"R\",\"owner\":\"Board\"}");
    goes(&journey, "enquiry-concluded",
         "{\"outcome\":\"substantiated-no-continuing-risk\",\"family_can_protect\":\"yes\"}");
    goes(&journey, "meeting-held",
         "{\"kind\":\"strategy\",\"chair\":\"O\",\"chair_role\":\"reviewing-officer\",\"exit_plan\":"
         "\"agreed\","
         "\"continuing_risk\":\"no\"}");
    goes(&journey, "plan-reviewed", "{\"kind\":\"exit-strategy\",\"agreed_by_child\":\"yes\"}");
    goes(&journey, "plan-ended", "{\"kind\":\"exit-strategy\"}");
    goes(&journey, "plan-ended", "{\"kind\":\"child-protection\"}");
    goes(&journey, "vulnerability-ended", "{\"vulnerability\":\"looked-after-foster\"}");
    assert_false(is_marked(&journey, "looked-after"));
    goes(&journey, "case-closed",
         "{\"reasons\":\"Safe\",\"agreed_by\":\"Manager\",\"significant_harm\":\"no\"}");
    assert_false(is_marked(&journey, "child-in-need"));
    assert_false(is_marked(&journey, "significant-harm"));
    goes(&journey, "case-reopened", "{\"reasons\":\"New concern\",\"agreed_by\":\"Manager\"}");
    arena_free(journey.arena);
}

static void a_case_is_not_closed_without_its_decision_and_safety(void **state)
{
    (void)state;
    struct journey journey;
    static const char closing[] = "{\"reasons\":\"R\",\"agreed_by\":\"M\"}";
    begin(&journey, "2010-05-01");
    goes(&journey, "referral", a_referral);
    is_refused(&journey, "case-closed", "{\"reasons\":\"R\"}", "agreed_by");
    is_refused(&journey, "case-closed", closing, "decision");
    goes(&journey, "referral-decision",
         "{\"initial_assessment\":\"required\",\"reasons\":\"R\",\"immediate_danger\":\"yes\"}");
    is_refused(&journey, "case-closed", closing, "danger");
    goes(&journey, "action-progressed", "{\"action\":\"secure-immediate-safety\",\"progress\":\"done\"}");
    goes(&journey, "referral", a_referral);
    is_refused(&journey, "case-closed", closing, "decision");
    goes(&journey, "referral-decision",
         "{\"initial_assessment\":\"required\",\"reasons\":\"R\",\"immediate_danger\":\"no\"}");
    goes(&journey, "police-protection-began", "{\"officer\":\"PC 1\",\"place\":\"Station\"}");
    is_refused(&journey, "case-closed", closing, "protection");
    is_refused(&journey, "police-protection-ended", "{\"officer\":\"PC 1\"}", "destination");
    goes(&journey, "police-protection-ended", "{\"destination\":\"Home\"}");
    is_refused(&journey, "enquiry-concluded", "{\"outcome\":\"not-substantiated\"}", "enquiry");
    goes(&journey, "enquiry-started", "{\"agencies\":[\"police\"]}");
    goes(&journey, "enquiry-concluded", "{\"outcome\":\"not-substantiated\"}");
    is_refused(&journey, "case-closed", closing, "not_reconvened_reason");
    is_refused(&journey, "plan-made", "{\"kind\":\"exit-strategy\",\"agreed_by_child\":\"no\"}",
               "next_review_at");
    goes(&journey, "plan-made",
         "{\"kind\":\"exit-strategy\",\"agreed_by_child\":\"no\",\"next_review_at\":\"2024-04-01\"}");
    static const char with_reason[] =
        "{\"reasons\":\"R\",\"agreed_by\":\"M\",\"not_reconvened_reason\":\"Not needed\"}";
    is_refused(&journey, "case-closed", with_reason, "exit strategy");
    goes(&journey, "plan-reviewed", "{\"kind\":\"exit-strategy\",\"agreed_by_child\":\"yes\"}");
    goes(&journey, "case-closed", with_reason);
    arena_free(journey.arena);
}

static void what_a_paragraph_refuses_is_refused_with_its_reason(void **state)
{
    (void)state;
    struct journey journey;
    begin(&journey, "2010-05-01");
    is_refused(&journey, "referral", "{}", "notified_at");
    is_refused(&journey, "referral", "{}", "immediate_danger");
    is_refused(&journey, "referral-decision",
               "{\"initial_assessment\":\"required\",\"reasons\":\"R\",\"immediate_danger\":\"no\"}",
               "referral");
    is_refused(&journey, "consultation",
               "{\"adviser\":\"K\",\"question\":\"Q\",\"advice\":\"A\",\"leads_to_referral\":\"no\","
               "\"involvement\":\"likely\"}",
               "referred");
    is_refused(&journey, "meeting-held",
               "{\"kind\":\"strategy\",\"chair_role\":\"conference-chair\",\"exit_plan\":\"agreed\"}",
               "chair_role");
    is_refused(&journey, "meeting-held", "{\"kind\":\"family-group\"}", "exit_plan");
    is_refused(&journey, "meeting-arranged", "{\"kind\":\"strategy\",\"chair_role\":\"reviewing-officer\"}",
               "chair_role");
    goes(&journey, "meeting-arranged", "{\"kind\":\"strategy\"}");
    goes(&journey, "vulnerability-began", "{\"vulnerability\":\"looked-after-residential\"}");
    is_refused(&journey, "meeting-held",
               "{\"kind\":\"strategy\",\"chair_role\":\"social-care-manager\",\"exit_plan\":\"agreed\"}",
               "chair_role");
    is_refused(&journey, "relocation", "{\"to_area\":\"Elsewhere\"}", "approved_by");
    is_refused(&journey, "core-assessment", "{\"health_needs\":\"H\",\"outcome\":\"O\"}", "education_needs");
    goes(&journey, "household-child-recorded", "{\"person\":\"Ben\"}");
    goes(&journey, "initial-assessment",
         "{\"involvement\":\"at-risk\",\"significant_harm\":\"no\",\"core_assessment\":\"required\","
         "\"immediate_danger\":\"no\"}");
    is_refused(&journey, "core-assessment",
               "{\"health_needs\":\"H\",\"education_needs\":\"E\",\"outcome\":\"O\"}", "household");
    is_refused(&journey, "criminal-action-considered",
               "{\"consulted\":[\"Youth "
               "offending\"],\"diversion_considered\":\"no\",\"disposal_considered\":\"yes\","
               "\"youth_offending_protocol\":\"yes\",\"decision\":\"D\"}",
               "diversion");
    is_refused(&journey, "criminal-action-considered", "{\"decision\":\"D\"}", "consulted");
    is_refused(&journey, "disclosure",
               "{\"to_agency\":\"police\",\"what\":\"W\",\"purpose\":\"P\",\"legal_basis\":\"L\","
               "\"immediate_risk\":\"no\",\"consent\":\"refused\"}",
               "consent_reason");
    is_refused(&journey, "case-reopened", "{\"reasons\":\"R\",\"agreed_by\":\"M\"}", "closed");
    is_refused(&journey, "plan-ended", "{\"kind\":\"care\"}", "plan");
    is_refused(&journey, "child-views", "{}", "not_obtained_reason");
    arena_free(journey.arena);
}

static void no_further_action_at_16_or_17_needs_a_managers_agreement(void **state)
{
    (void)state;
    static const char decision[] =
        "{\"initial_assessment\":\"not-required\",\"reasons\":\"R\",\"immediate_danger\":\"no\"}";
    struct journey journey;
    begin(&journey, "2007-05-01");
    goes(&journey, "referral", a_referral);
    is_refused(&journey, "referral-decision", decision, "agreed_by");
    arena_free(journey.arena);
    begin(&journey, "2010-05-01");
    goes(&journey, "referral", a_referral);
    goes(&journey, "referral-decision", decision);
    arena_free(journey.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_in_the_words_of_the_vocabulary_goes_through_to_its_closing),
        cmocka_unit_test(a_case_is_not_closed_without_its_decision_and_safety),
        cmocka_unit_test(what_a_paragraph_refuses_is_refused_with_its_reason),
        cmocka_unit_test(no_further_action_at_16_or_17_needs_a_managers_agreement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
