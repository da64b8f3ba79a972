"""11.30 to 11.48: the police, the alleged abuser, the meeting, looked-after children and care leavers."""

from program import born, day, instant
from run import requirement
from test_assessment import MEETING, assessed, make_referral

CONSIDERED = {"consulted": ["A. Example, youth offending service, 3 May"], "diversion_considered": "yes",
              "disposal_considered": "yes", "youth_offending_protocol": "yes", "decision": "No criminal action"}


@requirement("R37")
def an_alleged_abuser_is_told_to_the_divisional_police_and_the_local_unit(program):
    worker = program.worker("social-worker")
    case = worker.refer()
    worker.record(case, "alleged-abuser-identified", person="Man known as J", family_member="no", has_children="no",
                  area="Hinckley")
    for duty, unit in (("tell-divisional-police", "divisional"), ("tell-local-policing-unit", "local-policing-unit")):
        assert worker.duty(case, duty)["paragraph"] == "11.35" and worker.has_open(case, duty)
        worker.record(case, "police-informed", unit=unit)
        assert worker.duty(case, duty)["state"] == "met"


@requirement("R38")
def criminal_action_against_the_child_is_the_last_resort(program):
    officer = program.worker("police-officer")
    case = officer.refer()
    for field, words in (("diversion_considered", "diversion"), ("disposal_considered", "disposal"),
                         ("youth_offending_protocol", "protocol")):
        officer.is_refused(case, "criminal-action-considered", words, "11.3", **{**CONSIDERED, field: "no"})
        without = {name: value for name, value in CONSIDERED.items() if name != field}
        officer.is_refused(case, "criminal-action-considered", field, "11.3", **without)
    officer.is_refused(case, "criminal-action-considered", "consulted", "11.32", **{**CONSIDERED, "consulted": []})
    officer.is_refused(case, "criminal-action-considered", "Say who took each step", "11.32", **CONSIDERED,
                       step="prosecution")
    when = {"diversion_by": "A", "diversion_on": day(-3), "disposal_by": "B", "disposal_on": day(-2),
            "protocol_by": "C", "protocol_on": day(-1)}
    for field in when:
        without = {name: value for name, value in when.items() if name != field}
        officer.is_refused(case, "criminal-action-considered", "Say who took each step", "11.32", **CONSIDERED,
                           step="disposal", **without)
    # the form asks who and when whatever the step
    page = officer.fill(case, "criminal-action-considered", **CONSIDERED, step="no-action")
    assert page.status == 422
    page.says("Who considered diversion?", "paragraph 11.32")
    officer.record(case, "criminal-action-considered", **CONSIDERED, step="disposal", **when)


@requirement("R39")
def police_who_come_across_a_child_consider_protection_and_refer_twice(program):
    officer = program.worker("police-officer")
    case = officer.refer()
    contact = {"circumstances": "Was found at a house at night", "section_46_considered": "yes",
               "referred_to_social_care": "no", "referred_to_caiu": "no"}
    for field in ("section_46_considered", "referred_to_social_care", "referred_to_caiu"):
        without = {name: value for name, value in contact.items() if name != field}
        officer.is_refused(case, "police-contact", field, "11.33", **without)
    officer.record(case, "police-contact", **contact)
    assert officer.has_open(case, "refer-to-social-care") and officer.has_open(case, "refer-to-child-abuse-unit")
    officer.open("/").says("Refer the child to children's social care")
    officer.refer(case=case)
    officer.record(case, "police-informed", unit="caiu")
    assert not officer.has_open(case, "refer-to-social-care")
    assert not officer.has_open(case, "refer-to-child-abuse-unit")


@requirement("R40")
def where_the_family_may_have_had_a_part_the_child_abuse_unit_comes_in(program):
    worker = program.worker("social-worker")
    case = worker.refer()
    worker.record(case, "alleged-abuser-identified", person="An uncle", family_member="yes", has_children="no")
    assert worker.duty(case, "tell-child-abuse-unit")["paragraph"] == "11.36"
    assert "family-involved" in worker.marks(case)
    worker.open("/cases/%s" % case).says("Family may be involved")
    worker.is_refused(case, "parents-told", "Record the decision first", "11.62", told_whom="Mother", told_by="SW",
                      what="That there is a concern")
    worker.record(case, "police-informed", unit="caiu")
    assert not worker.has_open(case, "tell-child-abuse-unit")


@requirement("R41")
def the_alleged_abusers_own_children_are_considered_and_referred(program):
    worker = program.worker("social-worker")
    case = worker.refer()
    worker.record(case, "alleged-abuser-identified", person="J", family_member="no", has_children="unknown")
    assert worker.duty(case, "consider-abusers-children")["paragraph"] == "11.37"
    worker.record(case, "alleged-abuser-identified", person="J", family_member="no", has_children="yes",
                  children_concern="yes")
    assert not worker.has_open(case, "consider-abusers-children")
    assert worker.has_open(case, "refer-abusers-child")
    seq = worker.entries(case, "alleged-abuser-identified")[-1]["seq"]
    page = worker.open("/cases/%s/entries/%d" % (case, seq)).send(action="/refer")
    page = page.send({"c-given_name": "Eda", "c-family_name": program.family_name()}, go="on")
    for _ in range(40):
        if "/referred" in page.path:
            break
        answers = {"narrative": "Lives with J", "involvement": "at-risk", "immediate_danger": "no",
                   "notified_at": instant(), "parents_informed": "yes", "same": "none"}
        page = page.send({name: text for name, text in answers.items() if page.asks(name)},
                         go=None if "/check" in page.path else "on")
        assert page.status == 200, page.text[:900]
    other = page.path.split("/")[2]
    assert worker.entries(case, "linked-child-referred")[-1]["fields"]["linked_case"] == other
    assert not worker.has_open(case, "refer-abusers-child")


@requirement("R42")
def the_chair_is_who_the_paragraph_names_and_the_review_service_is_asked(program):
    worker = program.worker("social-worker")
    case = assessed(worker)
    held = {name: text for name, text in MEETING.items() if name != "chair_role"}
    for kind in ("meeting-arranged", "meeting-held"):
        fields = {"kind": "strategy"} if kind == "meeting-arranged" else {"kind": "strategy", **held}
        worker.is_refused(case, kind, "children's social care manager", "11.38", chair_role="reviewing-officer", **fields)
    worker.record(case, "vulnerability-began", vulnerability="looked-after-foster")
    worker.is_refused(case, "meeting-arranged", "independent reviewing officer", "11.38", kind="strategy",
                      chair_role="social-care-manager")
    page = worker.form(case, "meeting-arranged", "?kind=strategy").send(
        {"kind": "strategy", "chair": "R. Officer", "chair_role": "reviewing-officer"}, go="record")
    assert page.status == 422
    page.says("When was the review service asked for a reviewing officer?")
    worker.record(case, "meeting-arranged", kind="strategy", chair="R. Officer", chair_role="reviewing-officer",
                  review_service_asked_at=instant(hours=-2))
    worker.open("/cases/%s/meetings" % case).says("When was the review service asked")


@requirement("R46")
def the_strategy_meeting_names_who_leads_on_the_exit_strategy(program):
    worker = program.worker("social-worker")
    case = assessed(worker)
    worker.record(case, "meeting-held", kind="strategy", **MEETING, exit_lead_agency="voluntary",
                  exit_lead_worker="Y. Worker")
    worker.open("/cases/%s/meetings" % case).says("Which agency leads on the exit strategy?", "Voluntary sector",
                                                 "Y. Worker")


@requirement("R47")
def concluding_the_enquiry_brings_the_meeting_together_again(program):
    worker = program.worker("social-worker")
    case = assessed(worker)
    worker.record(case, "enquiry-started", agencies=["social-care", "police"])
    worker.record(case, "enquiry-concluded", outcome="not-substantiated")
    assert worker.duty(case, "reconvene-strategy-meeting")["paragraph"] == "11.43"
    worker.is_refused(case, "case-closed", "has not come together", "11.43", reasons="Safe", agreed_by="M")
    worker.record(case, "case-closed", reasons="Safe", agreed_by="M", not_reconvened_reason="Every agency agreed")
    worker.open("/cases/%s/chronology" % case).says("Safe")


@requirement("R48")
def recommendations_of_any_meeting_are_gathered_without_the_child(program):
    worker, analyst = program.worker("social-worker"), program.worker("partnership-analyst", "health")
    case = assessed(worker, child={"given_name": "Ottoline"})
    name = worker.case(case)["child"]["family_name"]
    worker.record(case, "meeting-held", kind="strategy", **MEETING,
                  recommendations=["Schools tell the police the same day"])
    page = analyst.open("/records?type=learning-recommendation").says("Schools tell the police the same day")
    page.lacks("Ottoline", name, case)
    page = page.follow("Recommendation for better practice").lacks("Ottoline", name, case)
    manager = program.worker("team-manager")
    answer = manager.open(page.path).follow("Answer a recommendation").send(
        {"answer": "accepted", "reason": "In the guidance from May", "owner": "Board", "due_at": day(30)})
    answer.says("In the guidance from May", "Accepted, and taken into the plan", "Board")


@requirement("R49")
def recommendations_stand_in_the_looked_after_review_until_answered(program):
    worker, officer = program.worker("social-worker"), program.worker("reviewing-officer")
    case = assessed(worker)
    worker.record(case, "vulnerability-began", vulnerability="looked-after-foster")
    worker.record(case, "meeting-held", kind="strategy", **{**MEETING, "chair_role": "reviewing-officer"},
                  for_looked_after_review=["A place in the music group", "A nurse she knows"])
    for _ in range(2):
        form = officer.form(case, "meeting-held", "?kind=looked-after-review")
        form.says("A place in the music group", "A nurse she knows")
        officer.record(case, "meeting-held", kind="looked-after-review", **{**MEETING, "chair_role": "reviewing-officer"})
    officer.open("/").says("Answer the recommendation in the looked-after review")
    officer.record(case, "looked-after-recommendation-answered", recommendation="A place in the music group",
                   answer="accepted", specialist="M. Teacher, music service")
    form = officer.form(case, "meeting-held", "?kind=looked-after-review")
    form.says("A nurse she knows").lacks("A place in the music group")
    officer.open("/cases/%s/chronology" % case).says("M. Teacher, music service")


@requirement("R50")
def a_care_leaver_has_a_pathway_plan_reviewed_every_six_months(program):
    worker = program.worker("social-worker")
    case = worker.refer(child={"date_of_birth": "2005-06-15"})
    worker.record(case, "vulnerability-began", vulnerability="care-leaver")
    assert worker.has_open(case, "name-personal-adviser")
    worker.record(case, "helper-named", helper_role="personal-adviser", name="P. Adviser", agency="social-care")
    worker.record(case, "plan-made", "2024-01-31", kind="pathway", lead_agency="social-care", lead_worker="P. Adviser")
    assert worker.duty(case, "review-pathway-plan")["due_at"] == "2024-07-31T22:59:59.999Z"
    worker.record(case, "plan-reviewed", "2024-07-30", kind="pathway")
    assert worker.duty(case, "review-pathway-plan")["due_at"] == "2025-01-30T23:59:59.999Z"
    worker.record(case, "plan-reviewed", "2026-01-15", kind="pathway")
    assert not worker.has_open(case, "review-pathway-plan")  # 21 in June 2026
    worker.record(case, "plan-reviewed", "2026-01-16", kind="pathway", support_until="2027-06-15")
    assert worker.duty(case, "review-pathway-plan")["due_at"] == "2026-07-16T22:59:59.999Z"
    assert "P. Adviser" in worker.form(case, "meeting-arranged").html


@requirement("R51")
def new_involvement_after_the_pathway_plan_brings_an_urgent_review(program):
    worker = program.worker("social-worker")
    case = worker.refer(child={"date_of_birth": born(18)}, occurred_at=instant(days=-9))
    worker.record(case, "plan-made", instant(days=-8), kind="pathway", lead_agency="social-care")
    assert not worker.duties(case, "review-pathway-plan-urgently")
    worker.refer(case=case)
    assert worker.duty(case, "review-pathway-plan-urgently")["paragraph"] == "11.48"
    worker.record(case, "plan-reviewed", kind="pathway")
    assert not worker.has_open(case, "review-pathway-plan-urgently")


@requirement("R52")
def no_meeting_of_any_kind_ends_without_the_exit_item(program):
    worker = program.worker("reviewing-officer")
    case = assessed(program.worker("social-worker"))
    form = worker.form(case, "meeting-held")
    kinds = form.offers("kind")
    assert len(kinds) >= 7
    without = {name: text for name, text in MEETING.items() if name != "exit_plan"}
    for kind in kinds:
        worker.is_refused(case, "meeting-held", "exit_plan", "11.48", kind=kind, **without)
    assert form.text.index("Immediate safety") < form.text.index("The plan to exit")
    agenda = worker.form(case, "meeting-arranged").offers("agenda")
    assert agenda[:2] == ["immediate-safety", "exit-plan"], agenda


@requirement("R65")
def the_child_is_supported_throughout_a_prosecution(program):
    officer = program.worker("police-officer")
    case = officer.refer()
    officer.is_refused(case, "investigation-recorded", "supporter", "11.30", person="J", investigation_stage="charge")
    page = officer.fill(case, "investigation-recorded", person="J", investigation_stage="court", supporter="PC 9")
    assert page.status == 422
    page.says("Which special measures were asked for?")
    officer.record(case, "investigation-recorded", person="J", investigation_stage="charge", supporter="PC 9",
                   special_measures=["video-link"], offences=["soa-48"])
    officer.record(case, "hearing-set", hearing_at="2099-03-05T10:00:00Z", court="Crown Court", supporter="PC 9")
    duty = officer.duty(case, "be-at-hearing")
    assert duty["due_at"] == "2099-03-05T10:00:00.000Z" and duty["owner"]["agency"] == "police"
    officer.record(case, "hearing-held", outcome="Put off to May")
    officer.record(case, "investigation-recorded", person="J", investigation_stage="convicted")
    assert officer.has_open(case, "tell-child-outcome")
    officer.record(case, "outcome-told", told_child_by="PC 9", what="That it is over")
    assert not officer.has_open(case, "tell-child-outcome")
    officer.open("/cases/%s/chronology" % case).says("PC 9 told the child")
