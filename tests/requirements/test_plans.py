"""11.11, 11.12, 11.15, 11.49 to 11.62: the child's voice, plans, exit, outreach, sharing."""

import re

from program import born, day, instant
from run import requirement
from test_assessment import MEETING, assessed

STRATEGY = {"kind": "exit-strategy", "lead_agency": "voluntary", "agreed_by_child": "yes", "next_review_at": day(30)}


@requirement("R15")
def no_decision_or_meeting_ends_without_the_childs_views(program):
    worker = program.worker("social-worker")
    case = worker.refer()
    for stage in ("referral-decision", "initial-assessment", "core-assessment", "enquiry-started",
                  "enquiry-concluded", "meeting-held", "plan-made", "plan-reviewed", "case-closed"):
        form = worker.form(case, stage)
        for field in ("child_views", "views_how_obtained", "views_not_obtained_reason", "family_views"):
            assert form.asks(field), (stage, field)
        page = form.send({"initial_assessment": "required", "reasons": "R", "immediate_danger": "no",
                          "kind": form.offers("kind")[0] if form.offers("kind") else ""}, go="record")
        assert page.status == 422, stage
        page.says("If the child was not asked, why not?")
        assert 'href="#views_not_obtained_reason"' in page.html, stage
    held = {name: text for name, text in MEETING.items() if name != "child_views"}
    worker.is_refused(case, "meeting-held", "without the child's views", "11.12", kind="strategy", **held)
    worker.record(case, "child-views", views="Wants to stay with Nan", how_obtained="Talked at school")
    worker.record(case, "meeting-held", kind="strategy", **held)
    page = worker.fill(case, "referral-decision", initial_assessment="required", reasons="R", immediate_danger="no",
                       child_views="Wants it to stop")
    assert page.status == 422 and 'href="#views_how_obtained"' in page.html


@requirement("R16")
def the_child_can_be_given_their_plan_in_plain_words(program):
    worker = program.worker("social-worker")
    case = assessed(worker, child={"given_name": "Ida"})
    worker.record(case, "helper-named", helper_role="trusted", name="Noor Nurse", agency="health", phone="0116 496 0100")
    worker.record(case, "plan-made", **STRATEGY, strategy_parts=["safety", "leisure"],
                  goal_safety=["Keep away from Mr Third Person"], barriers=["fear"], barrier_help=["A safe taxi"])
    worker.record(case, "alleged-abuser-identified", person="Mr Third Person", family_member="no", has_children="no")
    worker.record(case, "meeting-arranged", kind="plan-review", starts_at="2099-03-05T10:00:00Z")
    page = worker.open("/cases/%s" % case).follow("The plan in plain words")
    page.says("Your plan, Ida", "Noor Nurse", "0116 496 0100", "Keeping safe", "Leisure", "5 March 2099",
              "Who helps you", "What happens next", "Whom to call", "999", "Childline")
    page.lacks("Third Person", "harm", "section", "assessment")
    text = page.text[page.text.index("This page is for you"):page.text.index("You can call any of the people")]
    sentences = [part.split() for part in re.split(r"[.?!]", text) if len(part.split()) > 1]
    words = [word for sentence in sentences for word in sentence if word.isalpha()]
    assert sum(map(len, sentences)) / len(sentences) < 12, sentences
    assert sum(map(len, words)) / len(words) < 4.8


@requirement("R17")
def risk_that_is_held_has_a_holder_a_reason_an_end_and_a_review(program):
    worker = program.worker("social-worker")
    case = worker.refer()
    page = worker.form(case, "plan-made", "?kind=risk-management").send(
        {"kind": "risk-management", "agreed_by_child": "unknown", "agreed_by_child_reason": "Away",
         "agreed_by_family": "unknown", "agreed_by_family_reason": "Away", "immediate_danger": "no",
         "views_not_obtained_reason": "Away"}, go="record")
    assert page.status == 422
    for field in ("risk_held", "risk_held_by", "risk_held_until", "next_review_at"):
        assert 'href="#%s' % field in page.html, field
    worker.record(case, "plan-made", kind="risk-management", risk_held="Still meets the group", risk_held_by="TM",
                  risk_held_until=day(30), next_review_at=day(10))
    assert worker.duty(case, "review-plan")["due_at"][:10] in (day(10), day(9))
    assert "risk-held" in worker.marks(case)
    worker.open("/cases/%s" % case).says("Risk held")


@requirement("R22")
def a_consultation_names_no_child_and_becomes_a_referral_in_one_step(program):
    nurse = program.worker("referrer", "health")
    form = nurse.open("/records").follow("Record a consultation")
    page = form.send({"question": "A girl in year 9 has a second phone and older friends", "involvement": "at-risk",
                      "adviser": "K. Contact", "advice": "Refer today", "leads_to_referral": "yes",
                      "concern_about_withdrawal": "The clinic"})
    page.says("K. Contact", "Refer today")
    refused = nurse.open("/new-record/consultation").send(
        {"question": "Q", "involvement": "likely", "adviser": "K", "advice": "Wait", "leads_to_referral": "no"})
    assert refused.status == 422
    refused.says("always referred")
    assert refused.typed("question") == ["Q"]
    page = page.send(action="/refer")
    name = program.family_name()
    carried = {}
    for _ in range(40):
        if "/referred" in page.path:
            break
        for field in ("narrative", "withdrawal_services"):
            if page.asks(field) and "/check" not in page.path:
                carried[field] = page.typed(field)
        answers = {"c-given_name": "Mia", "c-family_name": name, "immediate_danger": "no", "notified_at": instant(),
                   "parents_informed": "yes", "same": "none"}
        page = page.send({field: text for field, text in answers.items() if page.asks(field)},
                         go=None if "/check" in page.path else "on")
        assert page.status == 200, page.text[:500]
    assert carried == {"narrative": ["A girl in year 9 has a second phone and older friends"],
                       "withdrawal_services": ["The clinic"]}, carried
    case = page.path.split("/")[2]
    assert nurse.entries(case, "referral")[0]["fields"]["involvement"] == "at-risk"


@requirement("R54")
def the_exit_strategy_is_agreed_with_the_child_and_a_refusal_never_closes(program):
    worker = program.worker("social-worker")
    case = assessed(worker, significant_harm="no", involvement="at-risk")
    worker.is_refused(case, "plan-made", "next_review_at", "11.29", kind="exit-strategy", lead_agency="voluntary",
                      agreed_by_child="no")
    page = worker.form(case, "plan-made", "?kind=exit-strategy").send(
        {"kind": "exit-strategy", "lead_agency": "voluntary", "immediate_danger": "no", "agreed_by_child": "no",
         "agreed_by_family": "yes", "next_review_at": day(14), "views_not_obtained_reason": "Away"}, go="record")
    assert page.status == 422
    assert 'href="#agreed_by_child_reason"' in page.html and 'href="#agreed_by_family_on' in page.html
    worker.record(case, "plan-made", **{**STRATEGY, "agreed_by_child": "no"}, child_wants="To be left alone",
                  agreed_by_child_reason="Does not see the danger")
    assert worker.has_open(case, "review-plan") and "exit-strategy-refused" in worker.marks(case)
    closing = {"reasons": "Does not want help", "agreed_by": "M"}
    worker.is_refused(case, "case-closed", "did not agree to the exit strategy", "11.55", **closing)
    worker.record(case, "plan-reviewed", kind="exit-strategy", agreed_by_child="yes", agreed_by_child_on=day())
    worker.record(case, "case-closed", **closing)


@requirement("R58")
def outreach_and_training_are_recorded_with_or_without_a_child(program):
    youth = program.worker("referrer", "voluntary")
    form = youth.open("/records").follow("Record an outreach contact")
    form.send({"setting": "Town hall drop-in", "outreach_kind": "drop-in", "area": "Melton", "reached": "7",
               "summary": "Talked about safety online"}).says("Town hall drop-in", "Melton", "7")
    youth.open("/records").follow("Record training").send(
        {"topic": "Signs to look for", "agencies": ["education", "health"], "area": "Melton",
         "attendance": "23"}).says("Signs to look for", "23")
    youth.open("/records").says("Talked about safety online", "Signs to look for")
    case = youth.refer()
    youth.record(case, "outreach-contact", setting="Street project", summary="Met her there", named_child="Robin")
    youth.open("/cases/%s/chronology" % case).says("Met her there")


@requirement("R59")
def every_disclosure_is_an_entry_with_what_to_whom_why_and_on_what_basis(program):
    worker = program.worker("referrer", "education")
    case = worker.refer()
    shared = {"to_agency": "police", "to_person": "DC 4", "what": "Dates of absence", "purpose": "The enquiry",
              "legal_basis": "Section 47", "consent": "given", "immediate_risk": "no", "decided_by": "Head"}
    for field in ("to_agency", "what", "purpose", "legal_basis"):
        worker.is_refused(case, "disclosure", field, "11.", **{k: v for k, v in shared.items() if k != field})
    form = worker.form(case, "disclosure")
    assert form.asks("decided_by")
    worker.record(case, "disclosure", **shared)
    seq = worker.entries(case, "disclosure")[0]["seq"]
    worker.open("/cases/%s/entries/%d" % (case, seq)).says("Dates of absence", "Police", "DC 4", "The enquiry",
                                                          "Section 47", "Head")


@requirement("R60")
def consent_is_asked_and_a_refusal_is_overridden_only_with_a_reason(program):
    worker = program.worker("social-worker")
    case = worker.refer()
    shared = {"to_agency": "health", "what": "W", "purpose": "P", "legal_basis": "L", "immediate_risk": "no"}
    worker.is_refused(case, "disclosure", "consent", "11.60", **shared)
    worker.is_refused(case, "disclosure", "immediate_risk", "11.60",
                      **{**shared, "consent": "given", "immediate_risk": None})
    for consent in ("refused", "not-sought"):
        worker.is_refused(case, "disclosure", "consent_reason", "11.60", **shared, consent=consent)
        worker.record(case, "disclosure", **shared, consent=consent, consent_reason="Their safety comes first")
    page = worker.fill(case, "disclosure", **shared, consent="given", decided_by="Me")
    assert page.status == 422
    page.says("How were the young person and the family consulted first?", "paragraph 11.60")


@requirement("R62")
def parents_are_told_by_a_decision_and_nothing_goes_to_them_before(program):
    worker = program.worker("social-worker")
    try:
        worker.refer(parents_informed="no")
        raise AssertionError("parents not told, without a reason")
    except Exception as refused:
        assert "parents_informed_reason" in str(refused), refused
    case = assessed(worker)
    told = {"told_whom": "Mother", "told_by": "SW", "what": "That we are worried"}
    worker.is_refused(case, "parents-told", "Nobody has decided", "11.62", **told)
    worker.record(case, "enquiry-started", agencies=["social-care", "police"])
    assert worker.has_open(case, "decide-telling-parents")
    worker.record(case, "meeting-held", kind="strategy", **MEETING, parental_information="later",
                  parental_information_reason="The police speak to a witness first")
    assert not worker.has_open(case, "decide-telling-parents")
    worker.is_refused(case, "parents-told", "Nobody has decided", "11.62", **told)
    assert "parents-not-told" in worker.marks(case), "what the meeting decided is not seen on the case"
    worker.record(case, "parental-information-decision", inform="now", reason="The witness was heard",
                  decided_in="Strategy meeting")
    worker.record(case, "parents-told", **told)
    # the last decision counts: a later one against it stops what was still to go, and everybody sees it
    worker.record(case, "parental-information-decision", inform="not", reason="The father threatened the child",
                  decided_in="Strategy meeting")
    worker.is_refused(case, "parents-told", "it was decided since that they are not", "11.62", **told)
    worker.open("/cases/%s" % case).says("Parents are not to be told yet")
    worker.record(case, "parental-information-decision", inform="now", reason="She is safe with her aunt")
    worker.record(case, "parents-told", **told)
    # 11.62: with the police involved it is decided in the strategy discussion, and that counts as much
    worker.record(case, "meeting-held", kind="strategy", **MEETING, parental_information="not",
                  parental_information_reason="The father is a suspect now")
    assert "parents-not-told" in worker.marks(case)
    worker.is_refused(case, "parents-told", "it was decided since that they are not", "11.62", **told)
    worker.record(case, "meeting-held", kind="strategy", **MEETING, parental_information="now")
    assert "parents-not-told" not in worker.marks(case)
    worker.record(case, "parents-told", **told)
    agenda = worker.form(case, "meeting-arranged").offers("agenda")
    assert "informing-parents" in agenda


@requirement("R64")
def direct_work_stands_in_plan_and_chronology_and_its_lack_is_shown(program):
    worker, manager = program.worker("social-worker"), program.worker("team-manager")
    case = assessed(worker)
    worker.record(case, "plan-made", day(-60), **STRATEGY)
    assert worker.duty(case, "begin-direct-work")["state"] == "overdue"
    manager.open("/").says("No direct work with the child yet")
    youth = program.worker("referrer", "voluntary")
    manager.bring_in(case, youth)
    youth.record(case, "direct-work", worker="Y. Worker", topic="How grooming works", response="Asked a lot",
                 strategy_part="safety")
    assert worker.duty(case, "begin-direct-work")["state"] == "met-late"
    for part in ("chronology", "plan"):
        worker.open("/cases/%s/%s" % (case, part)).says("How grooming works", "Asked a lot")
