/*
 * A story: the procedure from the first worry to a safe exit, for one child. What is written here is the
 * usual order of things with its delays; it simply stops at the present moment.
 */
#include "cli/demo/demo.h"

#include "base/text.h"
#include "calendar/calendar.h"

#include <string.h>

/* Where a story may stand still because nobody got round to it. */
enum stall {
    GOES_ON,
    AT_DECISION,
    AT_ASSESSMENT,
    AT_ENQUIRY,
    AT_MEETING,
    AT_CORE,
    AT_CONFERENCE,
    AT_REVIEW,
    STALLS
};

static bool stands_still(struct teller *teller, enum stall at)
{
    teller->over = teller->over || teller->stall == (int)at;
    return teller->over;
}

/* Now and then later than it should be. */
static void wait_for(struct teller *teller, int least, int most, int late)
{
    if (dice_chance(&teller->dice, 14)) {
        wait_days(teller, most + 1, late);
    } else {
        wait_days(teller, least, most);
    }
}

static const char *who(const struct teller *teller, enum worker worker)
{
    return teller->world->workers[worker].name;
}

static const char *agency_of(const struct teller *teller, enum worker worker)
{
    return teller->world->workers[worker].agency;
}

/* ---- the beginning ---- */

static json_t *details(struct teller *teller)
{
    const struct child_facts *child = &teller->child;
    char birth[DAY_TEXT];
    day_format(teller->birth, birth);
    bool speaks_english = text_equal(child->language, "English");
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:o, s:s*, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:[s]}",
        "given_name", child->given, "family_name", child->family, "date_of_birth", birth, "sex",
        child->girl ? "F" : "M", "ethnicity", child->background, "disability", words_json(child->disability),
        "learning_needs", child->learning, "first_language", child->language, "interpreter_needed", "no",
        "address", child->address, "postcode", child->postcode, "area", child->area, "phone", child->phone,
        "safe_to_contact",
        speaks_english ? "In school hours, through the school" : "By message first; not in the evening",
        "school", child->school, "gp_practice", child->practice, "trusted_worker",
        arena_printf(teller->arena, "%s, %s", who(teller, teller->scenario->referrer),
                     agency_of(teller, teller->scenario->referrer)),
        "parents_carers", arena_printf(teller->arena, "%s (%s)", child->parent_name, child->parent));
}

static json_t *referral(struct teller *teller, const char *narrative)
{
    const struct scenario *scenario = teller->scenario;
    enum worker referrer = scenario->referrer;
    const char *views = say(teller, scenario->views);
    return json_pack(
        "{s:s, s:s, s:s, s:s*, s:o*, s:s*, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s*, s:s*, s:s*, s:s}",
        "narrative", narrative, "involvement", scenario->involvement, "immediate_danger",
        scenario->danger ? "yes" : "no", "immediate_danger_reason",
        scenario->danger ? say(teller, scenario->danger_reason) : NULL, "exchange",
        words_json(scenario->exchange), "route", scenario->route, "notified_at",
        time_text(teller, teller->now), "referrer",
        arena_printf(teller->arena, "%s, %s", who(teller, referrer),
                     teller->world->workers[referrer].username),
        "source_agency", agency_of(teller, referrer), "referral_source", scenario->source, "referrer_phone",
        "0116 496 0301", "area", teller->child.area, "parents_informed",
        scenario->parents_reason == NULL ? "yes" : "later", "parents_informed_reason",
        say(teller, scenario->parents_reason), "child_views", views, "views_how_obtained",
        say(teller, scenario->views_how), "worried_about_withdrawal",
        referrer == SCHOOL_NURSE || referrer == YOUTH_WORKER ? "yes" : "no");
}

static void vulnerabilities(struct teller *teller)
{
    const struct scenario *scenario = teller->scenario;
    json_t *codes = scenario->vulnerability == NULL ? json_array() : words_json(scenario->vulnerability);
    size_t i;
    json_t *code;
    json_array_foreach(codes, i, code)
    {
        tell(teller, scenario->referrer, "vulnerability-began",
             json_pack("{s:s, s:s*}", "vulnerability", json_string_value(code), "notes",
                       say(teller, scenario->vulnerability_notes)));
        teller->looked_after =
            teller->looked_after || text_starts_with(json_string_value(code), "looked-after");
    }
    json_decref(codes);
}

static void police_protection(struct teller *teller)
{
    const char *officer = who(teller, POLICE_OFFICER);
    wait_minutes(teller, 4, 15);
    teller->late_ms = (int64_t)40 * MS_PER_MINUTE;
    tell(teller, POLICE_OFFICER, "police-contact",
         json_pack(
             "{s:s, s:s, s:s, s:s, s:s}", "circumstances", say(teller, teller->scenario->referral),
             "section_46_considered", "yes", "section_46_reason",
             say(teller, "Used: {name} could not be left where {he} was, and home could not be reached."),
             "referred_to_social_care", "yes", "referred_to_caiu", "yes"));
    teller->late_ms = (int64_t)25 * MS_PER_MINUTE;
    tell(teller, POLICE_OFFICER, "police-protection-began",
         json_pack("{s:s, s:s, s:s}", "officer", officer, "place", "Children's ward, at the side of a nurse",
                   "circumstances", say(teller, teller->scenario->danger_reason)));
    wait_minutes(teller, 10, 50);
    tell(teller, POLICE_OFFICER, "police-informed",
         json_pack(
             "{s:s, s:s, s:s}", "unit", "caiu", "told_person", "Duty sergeant", "what",
             say(teller, "Where {name} was found, with whom, and that the powers of protection were used.")));
}

static void begin(struct teller *teller)
{
    const struct scenario *scenario = teller->scenario;
    tell_referral(teller, scenario->referrer, details(teller),
                  referral(teller, say(teller, scenario->referral)));
    if (scenario->referrer == POLICE_OFFICER) {
        police_protection(teller);
    }
    wait_minutes(teller, 5, 30);
    vulnerabilities(teller);
    if (dice_chance(&teller->dice, 25) && scenario->referrer != POLICE_OFFICER) {
        teller->late_ms = (int64_t)dice_between(&teller->dice, 26, 70) * MS_PER_HOUR;
        tell(teller, scenario->referrer, "consultation",
             json_pack("{s:s, s:s, s:s, s:s}", "question",
                       say(teller,
                           "Whether {gift} and the missed time are enough to refer, and whom to tell first."),
                       "adviser", who(teller, TEAM_MANAGER), "advice",
                       "Refer. Nobody needs to be sure, and it is better to be asked early.",
                       "leads_to_referral", "yes"));
    }
}

/* ---- the decision ---- */

static void decide(struct teller *teller)
{
    const struct scenario *scenario = teller->scenario;
    bool required = !text_equal(scenario->finding, "none");
    if (stands_still(teller, AT_DECISION)) {
        return;
    }
    if (dice_chance(&teller->dice, 12)) {
        wait_hours(teller, 26, 50);
    } else if (scenario->danger) {
        wait_minutes(teller, 90, 600);
    } else {
        wait_minutes(teller, 100, 1200);
    }
    tell(teller, DUTY_MANAGER, "referral-decision",
         json_pack("{s:s, s:s, s:s*, s:s}", "initial_assessment", required ? "required" : "not-required",
                   "reasons", say(teller, scenario->decision), "agreed_by",
                   required ? NULL : who(teller, TEAM_MANAGER), "immediate_danger", "no"));
}

static void close_without_concern(struct teller *teller)
{
    wait_days(teller, 1, 4);
    tell(teller, DUTY_MANAGER, "case-closed",
         json_pack("{s:s, s:s, s:s}", "reasons", say(teller, teller->scenario->closing), "agreed_by",
                   who(teller, TEAM_MANAGER), "significant_harm", "no"));
}

static void first_help(struct teller *teller)
{
    static const char *const services[] = {"One-to-one support, New Paths", "Counselling",
                                           "Mentoring at school", "Family support worker"};
    const char *service = services[dice_between(&teller->dice, 0, 3)];
    wait_hours(teller, 1, 20);
    tell(teller, SOCIAL_WORKER, "service-requested",
         json_pack(
             "{s:s, s:s, s:s}", "service", service, "agency", "voluntary", "reason",
             say(teller, "Somebody for {name} to talk to from this week on, alongside the assessment.")));
    if (dice_chance(&teller->dice, 60)) {
        wait_days(teller, 1, 3);
        tell(teller, YOUTH_WORKER, "service-started",
             json_pack("{s:s, s:s, s:s}", "service", service, "agency", "voluntary", "worker",
                       who(teller, YOUTH_WORKER)));
    }
}

static void end_protection(struct teller *teller)
{
    wait_minutes(teller, 900, dice_chance(&teller->dice, 15) ? 4700 : 3000);
    tell(teller, POLICE_OFFICER, "police-protection-ended",
         json_pack(
             "{s:s, s:s, s:s}", "destination",
             say(teller, "{Name}'s aunt in Market Harborough, for the nights"), "officer",
             who(teller, POLICE_OFFICER), "reason",
             say(teller, "The aunt was seen and agrees; nobody knows the address. {Parent_name} agrees.")));
}

/* ---- people ---- */

static void people(struct teller *teller)
{
    const struct scenario *scenario = teller->scenario;
    wait_hours(teller, 1, 30);
    if (scenario->abuser[0] != '\0') {
        bool looked_into = dice_chance(&teller->dice, 55);
        tell(teller, POLICE_OFFICER, "alleged-abuser-identified",
             json_pack("{s:s, s:s*, s:s, s:s, s:s, s:s*}", "person", scenario->abuser, "description",
                       say(teller, scenario->abuser_notes), "area", teller->child.area, "family_member", "no",
                       "has_children", scenario->abuser_has_children ? "yes" : "unknown", "children_concern",
                       looked_into ? "no" : NULL));
        wait_hours(teller, 1, 24);
        tell(teller, SOCIAL_WORKER, "police-informed",
             json_pack("{s:s, s:s, s:s}", "unit", "divisional", "told_person", "Exploitation desk", "what",
                       say(teller, "What {name} and others say of {abuser}, and where they meet.")));
        if (dice_chance(&teller->dice, 75)) {
            tell(teller, SOCIAL_WORKER, "police-informed",
                 json_pack(
                     "{s:s, s:s}", "unit", "local-policing-unit", "what",
                     say(teller, "Asked to pass by {place} in the evenings and invited to the meeting.")));
        }
    }
    if (dice_chance(&teller->dice, 55)) {
        tell(teller, SOCIAL_WORKER, "household-child-recorded",
             json_pack("{s:s, s:s}", "person", say(teller, "{sibling}"), "relation",
                       dice_chance(&teller->dice, 70) ? "younger brother or sister"
                                                      : "half-brother or half-sister"));
    }
}

/* ---- assessment ---- */

static json_t *older_needs(struct teller *teller, json_t *fields)
{
    int age = day_years_between(teller->birth, calendar_day(teller->world->pack->calendar, teller->now));
    if (age >= 16) {
        json_object_set_new(fields, "accommodation_needs",
                            json_string(say(teller, "A place where {name} decides who comes in.")));
        json_object_set_new(
            fields, "own_view_of_risk",
            json_string(say(teller, "{Name} saw less danger than there was, and says so now.")));
    }
    return fields;
}

static void assess(struct teller *teller)
{
    const struct scenario *scenario = teller->scenario;
    if (stands_still(teller, AT_ASSESSMENT)) {
        return;
    }
    wait_for(teller, 2, 4, 9);
    bool harm = scenario->harm != NULL;
    json_t *fields = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:o*, s:s, s:s, s:s, s:[s,s], s:s, s:s}", "involvement", scenario->finding,
        "summary", say(teller, scenario->assessment), "significant_harm", harm ? "yes" : "no",
        "harm_parent_encourages", "no", "harm_adult_power", harm ? "yes" : "unknown", "harm_criteria",
        say_lines(teller, scenario->harm), "immediate_danger", "no", "core_assessment", "required", "reasons",
        say(teller, "{Name}'s health, schooling and home all bear on it; one visit does not answer that."),
        "services_offered", "One-to-one support", "Someone to ring in the evening", "child_views",
        say(teller, scenario->views), "views_how_obtained",
        say(teller, "At school and on a walk, without others"));
    tell(teller, SOCIAL_WORKER, "initial-assessment", older_needs(teller, fields));
}

static void core_assessment(struct teller *teller)
{
    const struct scenario *scenario = teller->scenario;
    if (stands_still(teller, AT_CORE)) {
        return;
    }
    wait_for(teller, 18, 27, 60);
    tell(
        teller, SOCIAL_WORKER, "household-child-recorded",
        json_pack("{s:s, s:s}", "person", say(teller, "{sibling}"), "relation", "younger brother or sister"));
    wait_hours(teller, 2, 30);
    tell(teller, SOCIAL_WORKER, "household-child-assessed",
         json_pack("{s:s, s:s, s:s}", "person", say(teller, "{sibling}"), "at_risk",
                   dice_chance(&teller->dice, 15) ? "unknown" : "no", "needs",
                   say(teller,
                       "{Sibling} was worried about {name} and is told more now. Someone at school knows.")));
    wait_hours(teller, 1, 30);
    json_t *fields = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s}", "health_needs", say(teller, scenario->health), "education_needs",
        say(teller, scenario->education), "family_needs", say(teller, scenario->family), "outcome",
        say(teller, scenario->outcome), "child_views", say(teller, scenario->plan_views),
        "views_how_obtained", "In two talks, the second at the table");
    tell(teller, SOCIAL_WORKER, "core-assessment", older_needs(teller, fields));
}

/* ---- meetings ---- */

static const char *chair_role(const struct teller *teller, const char *kind)
{
    if (text_equal(kind, "conference")) {
        return "conference-chair";
    }
    return teller->looked_after ? "reviewing-officer" : "social-care-manager";
}

static const char *chair(const struct teller *teller, const char *kind)
{
    return who(teller,
               text_equal(kind, "conference") || teller->looked_after ? REVIEWING_OFFICER : TEAM_MANAGER);
}

static json_t *invited(struct teller *teller)
{
    return json_pack("[s, s, s, s, s]",
                     arena_printf(teller->arena, "%s, police", who(teller, POLICE_OFFICER)),
                     arena_printf(teller->arena, "%s, health", who(teller, SCHOOL_NURSE)),
                     arena_printf(teller->arena, "%s, %s", who(teller, TEACHER), teller->child.school),
                     arena_printf(teller->arena, "%s, New Paths", who(teller, YOUTH_WORKER)),
                     arena_printf(teller->arena, "%s (%s)", teller->child.parent_name, teller->child.parent));
}

/* From arranging it to its minutes. */
static void meeting(struct teller *teller, const char *kind, int days_least, int days_most, json_t *held)
{
    enum worker arranges = text_equal(kind, "conference") ? REVIEWING_OFFICER : TEAM_MANAGER;
    struct instant at = in_days(teller, days_least, days_most);
    tell(teller, arranges, "meeting-arranged",
         json_pack(
             "{s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "kind", kind, "starts_at", time_text(teller, at), "place",
             "Family centre, room 2", "chair", chair(teller, kind), "chair_role", chair_role(teller, kind),
             "invited", invited(teller), "agenda",
             words_json("immediate-safety exit-plan information roles involving-child involving-family")));
    wait_until(teller, at);
    int hours = dice_between(&teller->dice, 2, 20);
    teller->late_ms = (int64_t)hours * MS_PER_HOUR;
    wait_until(teller, instant_add_ms(teller->now, teller->late_ms));
    json_object_set_new(held, "kind", json_string(kind));
    json_object_set_new(held, "chair", json_string(chair(teller, kind)));
    json_object_set_new(held, "chair_role", json_string(chair_role(teller, kind)));
    json_object_set_new(held, "invited", invited(teller));
    json_object_set_new(held, "attended", invited(teller));
    json_object_set_new(held, "quorate", json_string("yes"));
    json_object_set_new(held, "immediate_danger", json_string("no"));
    json_object_set_new(held, "exit_lead_agency", json_string("voluntary"));
    json_object_set_new(held, "exit_lead_worker", json_string(who(teller, YOUTH_WORKER)));
    tell(teller, teller->looked_after ? REVIEWING_OFFICER : TEAM_MANAGER, "meeting-held", held);
}

static json_t *strategy_minutes(struct teller *teller, bool continuing)
{
    const struct scenario *scenario = teller->scenario;
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s*, s:o*, s:s, s:s, s:o}", "exit_plan", "agreed", "exit_plan_notes",
        say(teller, "{Youth_worker} leads; {name} chooses the first goal {him}self."), "continuing_risk",
        continuing ? "yes" : "no", "family_can_protect", scenario->family_protects ? "yes" : "no",
        "information", say(teller, scenario->meeting), "parental_information_reason",
        scenario->parents_reason == NULL ? NULL : "The police will have spoken to the adult before then.",
        "decisions", say_lines(teller, scenario->decisions), "parental_information",
        scenario->parents_reason == NULL ? "now" : "later", "child_views", say(teller, scenario->plan_views),
        "agenda",
        words_json("immediate-safety exit-plan information enquiry-plan short-term-protection roles "
                   "involving-child informing-parents"));
}

/* What was agreed, one owner and one date each; most are done, some late, some not. */
static void actions(struct teller *teller)
{
    static const enum worker owners[] = {SOCIAL_WORKER, POLICE_OFFICER, YOUTH_WORKER, TEACHER};
    json_t *lines = say_lines(teller, teller->scenario->decisions);
    size_t i;
    json_t *line;
    wait_minutes(teller, 10, 60);
    json_array_foreach(lines, i, line)
    {
        enum worker owner = owners[i % 4];
        struct instant due = in_days(teller, 5, 24);
        tell(teller, TEAM_MANAGER, "action-agreed",
             json_pack("{s:s, s:s, s:s, s:s, s:s}", "action", json_string_value(line), "owner",
                       who(teller, owner), "agency", agency_of(teller, owner), "due_at",
                       time_text(teller, due), "strategy_part", "safety"));
    }
    json_array_foreach(lines, i, line)
    {
        if (dice_chance(&teller->dice, 82)) {
            wait_days(teller, 1, 4);
            tell(teller, owners[i % 4], "action-progressed",
                 json_pack("{s:s, s:s, s:s}", "action", json_string_value(line), "progress", "done", "reason",
                           "Done as agreed; the others know."));
        }
    }
    json_decref(lines);
}

/* ---- the enquiry ---- */

static void enquire(struct teller *teller)
{
    const struct scenario *scenario = teller->scenario;
    if (stands_still(teller, AT_ENQUIRY)) {
        return;
    }
    wait_hours(teller, 3, 40);
    tell(teller, TEAM_MANAGER, "enquiry-started",
         json_pack("{s:o, s:s, s:s}", "agencies", words_json("social-care police health education"),
                   "lead_worker", who(teller, SOCIAL_WORKER), "reason", say(teller, scenario->enquiry)));
    if (stands_still(teller, AT_MEETING)) {
        return;
    }
    wait_hours(teller, 1, 8);
    bool needs_conference = !scenario->family_protects;
    meeting(teller, "strategy", 1, 4, strategy_minutes(teller, needs_conference));
    wait_minutes(teller, 20, 120);
    tell(teller, SOCIAL_WORKER, "disclosure",
         json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "to_agency", "police", "what",
                   say(teller, "What {name} said about {abuser}, in {his} words."), "purpose",
                   "For the enquiry and to keep other children safe", "legal_basis",
                   "Section 47 of the Children Act 1989", "immediate_risk", "no", "consent", "given",
                   "decided_by", who(teller, TEAM_MANAGER)));
    if (scenario->parents_reason != NULL) {
        wait_days(teller, 2, 5);
        tell(teller, TEAM_MANAGER, "parental-information-decision",
             json_pack("{s:s, s:s, s:s}", "inform", "now", "reason",
                       say(teller, "The police have spoken to the adult; {name} wants to be there when "
                                   "{parent_name} is told."),
                       "decided_in", "Strategy meeting"));
    }
    actions(teller);
}

static void conclude(struct teller *teller)
{
    const struct scenario *scenario = teller->scenario;
    wait_days(teller, 4, 14);
    tell(teller, SOCIAL_WORKER, "enquiry-concluded",
         json_pack(
             "{s:s, s:s, s:o, s:s}", "outcome",
             scenario->family_protects ? "substantiated-no-continuing-risk" : "substantiated-continuing-risk",
             "family_can_protect", scenario->family_protects ? "yes" : "no", "agencies",
             words_json("social-care police health education"), "reasons", say(teller, scenario->concluded)));
    if (!dice_chance(&teller->dice, 85)) {
        return;
    }
    wait_hours(teller, 2, 30);
    meeting(teller, "strategy", 2, 6, strategy_minutes(teller, !scenario->family_protects));
    if (scenario->family_protects || stands_still(teller, AT_CONFERENCE)) {
        return;
    }
    wait_hours(teller, 1, 8);
    meeting(teller, "conference", 6, dice_chance(&teller->dice, 20) ? 19 : 12,
            strategy_minutes(teller, true));
}

/* ---- plan, reviews, the end ---- */

static json_t *exit_strategy(struct teller *teller, bool agrees, struct instant next)
{
    const struct scenario *scenario = teller->scenario;
    json_t *fields = json_pack(
        "{s:s, s:s, s:s, s:o, s:o, s:o*, s:o*, s:s, s:s*, s:s, s:s, s:s}", "kind", "exit-strategy",
        "lead_agency", "voluntary", "lead_worker", who(teller, YOUTH_WORKER), "goals",
        say_lines(teller, scenario->goals), "strategy_parts", words_json(scenario->parts), "barriers",
        words_json(scenario->barriers), "barrier_help", say_lines(teller, scenario->barrier_help),
        "agreed_by_child", agrees ? "yes" : "no", "agreed_by_child_reason",
        agrees
            ? NULL
            : say(teller, "{Name} does not want a new worker and would like to wait until after the exams."),
        "agreed_by_family", "yes", "next_review_at", time_text(teller, next), "child_views",
        say(teller, scenario->plan_views));
    if (strstr(scenario->parts, "safety") != NULL) {
        json_object_set_new(fields, "goal_safety", say_lines(teller, scenario->goals));
        json_array_remove(json_object_get(fields, "goal_safety"), 2);
        json_array_remove(json_object_get(fields, "goal_safety"), 1);
    }
    return fields;
}

static void other_plan(struct teller *teller)
{
    const char *kind = teller->looked_after                              ? "care"
                       : text_equal(teller->scenario->id, "care-leaver") ? "pathway"
                       : !teller->scenario->family_protects              ? "child-protection"
                                                                         : NULL;
    if (kind == NULL) {
        return;
    }
    struct instant next = in_days(teller, 80, 100);
    json_t *fields =
        json_pack("{s:s, s:s, s:s, s:o, s:s, s:s}", "kind", kind, "lead_agency", "social-care", "lead_worker",
                  who(teller, SOCIAL_WORKER), "goals", say_lines(teller, teller->scenario->goals),
                  "agreed_by_child", "yes", "agreed_by_family", "yes");
    if (!text_equal(kind, "pathway")) {
        json_object_set_new(fields, "next_review_at", json_string(time_text(teller, next)));
    }
    tell(teller, text_equal(kind, "pathway") ? SOCIAL_WORKER : REVIEWING_OFFICER, "plan-made", fields);
}

static void direct_work(struct teller *teller, int round)
{
    static const char *const talks[] = {
        "{Name} came with {friend} and stayed for an hour. Talked of school, and of saying no to a lift.",
        "{Name} rang before going out. {He} had been written to and did not answer.",
        "{Name} brought a friend {he} is worried about. Both know where to go now.",
    };
    wait_days(teller, 6, 14);
    tell(teller, YOUTH_WORKER, "outreach-contact",
         json_pack("{s:s, s:s, s:s}", "setting", "Drop-in", "named_child", say(teller, "{full}"), "summary",
                   say(teller, talks[round % 3])));
    if (dice_chance(&teller->dice, 50)) {
        wait_days(teller, 3, 12);
        tell(teller, round % 2 == 0 ? SCHOOL_NURSE : TEACHER, "child-views",
             json_pack("{s:s, s:s}", "views", say(teller, teller->scenario->plan_views), "how_obtained",
                       round % 2 == 0 ? "At the weekly drop-in" : "At the end of a lesson, walking"));
    }
}

static void plan_and_reviews(struct teller *teller)
{
    const struct scenario *scenario = teller->scenario;
    bool agrees = !dice_chance(&teller->dice, 15);
    wait_days(teller, 2, 8);
    struct instant next = in_days(teller, 50, 75);
    tell(teller, SOCIAL_WORKER, "plan-made", exit_strategy(teller, agrees, next));
    wait_hours(teller, 2, 40);
    other_plan(teller);
    for (int round = 0; round < 3; round++) {
        direct_work(teller, round);
        if (round == 1 && stands_still(teller, AT_REVIEW)) {
            return;
        }
        wait_until(teller, instant_add_ms(next, (int64_t)dice_between(&teller->dice, -6, 4) * MS_PER_DAY));
        wait_minutes(teller, 5, 90);
        next = in_days(teller, 50, 80);
        tell(teller, REVIEWING_OFFICER, "plan-reviewed",
             json_pack("{s:s, s:s, s:o, s:o, s:s, s:s, s:s, s:s}", "kind", "exit-strategy", "progress",
                       say(teller, scenario->reviews[round]), "strategy_parts", words_json(scenario->parts),
                       "barriers", words_json(scenario->barriers), "agreed_by_child", "yes",
                       "agreed_by_family", "yes", "next_review_at", time_text(teller, next), "child_views",
                       say(teller, scenario->plan_views)));
        if (teller->looked_after && round == 1) {
            tell(teller, SOCIAL_WORKER, "vulnerability-ended",
                 json_pack("{s:s, s:s}", "vulnerability", "missing", "notes",
                           "No absence since the last review."));
        }
    }
}

static void close(struct teller *teller)
{
    const char *reasons = say(teller, teller->scenario->closing);
    wait_days(teller, 7, 25);
    tell(teller, SOCIAL_WORKER, "plan-ended",
         json_pack("{s:s, s:s, s:s, s:s, s:s}", "kind", "exit-strategy", "end_kind", "goals-met", "reason",
                   reasons, "agreed_by_child", "yes", "agreed_by_family", "yes"));
    wait_hours(teller, 1, 60);
    tell(teller, TEAM_MANAGER, "case-closed",
         json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "reasons", reasons, "agreed_by",
                   who(teller, TEAM_MANAGER), "significant_harm", "no", "not_reconvened_reason",
                   "Where it did not meet again: everything was dealt with in the plan.", "child_views",
                   say(teller, teller->scenario->plan_views), "views_how_obtained",
                   "Asked at the last review"));
}

static void again(struct teller *teller)
{
    wait_days(teller, 25, 60);
    tell(teller, TEAM_MANAGER, "case-reopened",
         json_pack("{s:s, s:s}", "reasons", say(teller, teller->scenario->again), "agreed_by",
                   who(teller, TEAM_MANAGER)));
    wait_minutes(teller, 10, 50);
    if (!teller->over) {
        tell_referral(teller, teller->scenario->referrer, NULL,
                      referral(teller, say(teller, teller->scenario->again)));
    }
    decide(teller);
}

/* Somebody sees that what was written is not right. */
static void correction(struct teller *teller)
{
    bool wrong = dice_chance(&teller->dice, 18);
    wait_minutes(teller, 30, 90);
    if (!wrong) {
        return;
    }
    json_t *right = json_pack("{s:s, s:o}", "route", "unknown", "exchange",
                              words_json(teller->scenario->exchange[0] == 'g' ? "gifts" : "money other"));
    tell_correction(
        teller, teller->scenario->referrer, teller->referral_seq, "referral", right,
        say(teller,
            "{Name} explained it again: how it began is not known, and what {he} was given was less."));
}

void story_of(struct teller *teller, int number)
{
    (void)number;
    begin(teller);
    correction(teller);
    decide(teller);
    if (text_equal(teller->scenario->finding, "none")) {
        close_without_concern(teller);
        return;
    }
    if (teller->scenario->danger) {
        end_protection(teller);
    }
    first_help(teller);
    people(teller);
    assess(teller);
    if (teller->scenario->harm != NULL) {
        enquire(teller);
        conclude(teller);
    }
    core_assessment(teller);
    plan_and_reviews(teller);
    close(teller);
    if (dice_chance(&teller->dice, 30)) {
        again(teller);
    }
}
