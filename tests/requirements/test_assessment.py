"""11.19 to 11.29: assessment, enquiry, protection, conference, review."""

from program import born, day, instant
from run import requirement

MEETING = {"chair": "A manager", "chair_role": "social-care-manager", "exit_plan": "agreed", "quorate": "yes",
           "immediate_danger": "no", "child_views": "Wants to stay with Nan"}
FINDING = {"involvement": "involved", "significant_harm": "yes", "core_assessment": "required",
           "immediate_danger": "no"}


def assessed(worker, occurred_at=None, child=None, **finding):
    """A child who was referred, decided on and assessed."""
    at = occurred_at or instant(days=-1)
    case = worker.refer(occurred_at=at, notified_at=at, child=child)
    worker.record(case, "referral-decision", at, initial_assessment="required", reasons="R", immediate_danger="no")
    worker.record(case, "initial-assessment", at, **{**FINDING, **finding})
    return case


@requirement("R26")
def the_core_assessment_takes_35_working_days_and_names_health_and_education(program):
    worker = program.worker("social-worker")
    case = assessed(worker, "2024-03-25T10:00:00Z")  # Easter and a bank holiday of May lie between
    duty = worker.duty(case, "complete-core-assessment")
    assert duty["due_at"] == "2024-05-16T22:59:59.999Z", duty
    worker.is_refused(case, "core-assessment", "education_needs", "11.19", health_needs="H", outcome="O")
    worker.is_refused(case, "core-assessment", "health_needs", "11.19", education_needs="E", outcome="O")
    worker.record(case, "core-assessment", "2024-05-15", health_needs="H", education_needs="E", outcome="O")
    assert worker.duty(case, "complete-core-assessment")["state"] == "met"


@requirement("R27")
def a_finding_of_harm_starts_an_enquiry_or_a_managers_reasoned_decision(program):
    worker, manager = program.worker("social-worker"), program.worker("team-manager")
    case = assessed(worker)
    assert worker.has_open(case, "start-enquiry")
    worker.record(case, "enquiry-started", agencies=["social-care", "police"])
    assert worker.duty(case, "start-enquiry")["state"] == "met"
    other = assessed(worker)
    manager.is_refused(other, "enquiry-not-started", "reasons", "11.20", agreed_by="M", instead="Plan")
    manager.record(other, "enquiry-not-started", reasons="Moved abroad", agreed_by="M", instead="Told the authority there")
    assert worker.duty(other, "start-enquiry")["state"] == "cancelled"
    worker.open("/cases/%s/chronology" % other).says("Moved abroad")
    assert not worker.duties(assessed(worker, involvement="at-risk"), "start-enquiry")


@requirement("R29")
def significant_harm_is_judged_by_three_criteria(program):
    worker = program.worker("social-worker")
    case = assessed(worker, significant_harm="no")
    assert "significant-harm-found" not in worker.marks(case)
    for stage in ("initial-assessment", "meeting-held"):
        form = worker.form(case, stage, "?kind=strategy" if stage == "meeting-held" else "")
        for field in ("harm_parent_encourages", "harm_adult_power", "harm_immediate_risk"):
            assert form.offers(field) == ["yes", "no", "unknown"], (stage, field)
    for field in ("harm_parent_encourages", "harm_adult_power", "harm_immediate_risk"):
        worker.is_refused(case, "initial-assessment", "at risk of significant harm", "11.22",
                          **{**FINDING, "significant_harm": "no", field: "yes"})
    worker.record(case, "initial-assessment", **{**FINDING, "harm_adult_power": "yes",
                                                 "harm_criteria": ["An older adult decides where they sleep"]})
    assert "significant-harm-found" in worker.marks(case)
    seq = worker.entries(case, "initial-assessment")[-1]["seq"]
    page = worker.open("/cases/%s/entries/%d" % (case, seq))
    text = page.text[page.text.index("Does a parent or carer encourage the exploitation?"):]
    assert text.split("?", 1)[1].strip().startswith("Not answered"), text[:200]


@requirement("R30")
def police_protection_runs_72_hours_warns_and_ends_with_where_the_child_went(program):
    officer = program.worker("police-officer")
    case = officer.refer()
    officer.is_refused(case, "police-protection-began", "officer", place="Station")
    officer.record(case, "police-protection-began", instant(hours=-66), officer="PC 1", place="Station")
    duty = officer.duty(case, "end-police-protection")
    assert duty["state"] == "open" and duty["owner"]["agency"] == "police"
    assert duty["due_at"][:13] == instant(hours=6)[:13]
    officer.open("/").says("Due soon", case)
    officer.is_refused(case, "police-protection-ended", "destination", "11.23", officer="PC 1")
    officer.record(case, "police-protection-ended", destination="Home, to her grandmother")
    assert officer.duty(case, "end-police-protection")["state"] == "met"
    officer.open("/cases/%s/chronology" % case).says("Home, to her grandmother")


@requirement("R31")
def a_child_is_relocated_only_for_a_reason_and_with_approval(program):
    worker = program.worker("social-worker")
    case = worker.refer()
    worker.is_refused(case, "relocation", "reason", "11.24", to_area="Elsewhere", approved_by="M")
    worker.is_refused(case, "relocation", "approved_by", "11.24", to_area="Elsewhere", reason="Threats at home")
    worker.record(case, "relocation", to_area="Elsewhere", reason="Threats at home", approved_by="M")
    worker.open("/cases/%s/chronology" % case).says("Moved to Elsewhere, approved by M")


@requirement("R32")
def services_stand_alongside_and_an_assessment_without_any_is_shown_to_the_manager(program):
    worker, manager = program.worker("social-worker"), program.worker("team-manager")
    case = worker.refer()
    worker.record(case, "service-requested", service="Counselling", agency="voluntary")
    at = instant(days=-25)
    bare = worker.refer(occurred_at=at, notified_at=at)
    worker.record(bare, "referral-decision", at, initial_assessment="required", reasons="R", immediate_danger="no")
    prompt = manager.duty(bare, "offer-services")
    assert prompt["state"] == "overdue" and prompt["owner"]["role"] == "team-manager"
    manager.open("/").says("No service is offered yet")
    worker.record(bare, "service-started", service="Counselling", agency="voluntary")
    assert manager.duty(bare, "offer-services")["state"] == "met-late"


@requirement("R33")
def every_child_of_the_household_has_an_answer_and_a_referral_of_their_own(program):
    worker = program.worker("social-worker")
    case = assessed(worker)
    for name in ("Ben Example", "Ada Example"):
        worker.record(case, "household-child-recorded", person=name, relation="brother or sister",
                      date_of_birth="2014-02-03")
    core = {"health_needs": "H", "education_needs": "E", "outcome": "O"}
    worker.is_refused(case, "core-assessment", "has not been assessed", "11.26", **core)
    worker.record(case, "household-child-assessed", person="Ben Example", at_risk="no", needs="None found")
    worker.is_refused(case, "core-assessment", "has not been assessed", "11.26", **core)
    page = worker.fill(case, "core-assessment", views_not_obtained_reason="Away", immediate_danger="no", **core)
    assert page.status == 422
    page.says("What is missing", "paragraph 11.26", "Keep this as a draft and go to: Record the assessment of a child")
    page = page.send({}, go="to:household-child-assessed?")
    page.says("What you had typed is kept")
    assert "household-child-assessed" in page.path
    page = page.send({"person": "Ada Example", "at_risk": "yes", "needs": "A safe adult"}, go="record")
    page.says("“Child of the household assessed” is recorded")
    draft = worker.open("/").follow("Core assessment").follow("Go on with it")
    assert draft.typed("health_needs") == ["H"] and draft.typed("outcome") == ["O"]
    sent = draft.send({}, go="record")
    assert sent.status == 200, sent.text[:3000]
    assert worker.duty(case, "complete-core-assessment")["state"] == "met"
    # the concern about Ada opens a referral of her own
    assert worker.has_open(case, "refer-household-child")
    seq = worker.entries(case, "household-child-assessed")[-1]["seq"]
    page = worker.open("/cases/%s/entries/%d" % (case, seq)).send(action="/refer")
    other = make_referral(page, "Ada", "Example")
    assert other != case
    linked = worker.entries(case, "linked-child-referred")[-1]["fields"]
    assert linked == {"person": "Ada Example", "linked_case": other}
    assert not worker.has_open(case, "refer-household-child")


def make_referral(page, given, family):
    """Goes through the pages of a referral that was begun from elsewhere; the reference of the new case."""
    answers = {"narrative": "There is concern for this child too", "involvement": "at-risk", "immediate_danger": "no",
               "notified_at": instant(), "parents_informed": "yes", "same": "none"}
    assert page.typed("c-given_name") == [given] and page.typed("c-family_name") == [family], page.path
    for _ in range(40):
        if "/referred" in page.path:
            return page.path.split("/")[2]
        values = {name: text for name, text in answers.items() if page.asks(name)}
        page = page.send(values, go=None if "/check" in page.path else "on")
        assert page.status == 200, page.text[:800]
    raise AssertionError("the referral has no end: %s" % page.path)


@requirement("R34")
def the_conference_is_due_15_days_after_the_last_strategy_meeting(program):
    worker = program.worker("team-manager")
    case = assessed(worker, "2024-03-01T10:00:00Z")
    risk = {**MEETING, "kind": "strategy", "continuing_risk": "yes", "family_can_protect": "no"}
    worker.record(case, "meeting-held", "2024-03-04T10:00:00Z", **risk)
    assert worker.duty(case, "convene-conference")["due_at"] == "2024-03-19T23:59:59.999Z"
    worker.record(case, "meeting-held", "2024-03-10T10:00:00Z", **risk)
    assert len(worker.duties(case, "convene-conference")) == 1
    assert worker.duty(case, "convene-conference")["due_at"] == "2024-03-25T23:59:59.999Z"
    conference = {**MEETING, "kind": "conference", "chair_role": "conference-chair", "subject_of_plan": "yes"}
    worker.record(case, "meeting-held", "2024-03-20T10:00:00Z", **conference)
    assert worker.duty(case, "convene-conference")["state"] == "met"
    assert worker.has_open(case, "make-child-protection-plan")
    worker.record(case, "plan-made", "2024-03-21", kind="child-protection", lead_agency="social-care",
                  next_review_at="2024-06-01")
    assert not worker.has_open(case, "make-child-protection-plan")


@requirement("R35")
def a_family_group_meeting_has_its_own_plan_and_the_agencies_support(program):
    worker = program.worker("social-worker")
    case = assessed(worker)
    worker.record(case, "meeting-arranged", kind="family-group", invited=["Grandmother", "Uncle"])
    worker.open("/cases/%s/meetings" % case).says("Family group meeting")
    worker.record(case, "meeting-held", **{**MEETING, "kind": "family-group"})
    worker.is_refused(case, "family-plan-made", "agency_support", "11.28", kind="family-group",
                      goals=["Nan walks with her to school"], next_review_at=day(20))
    worker.record(case, "family-plan-made", kind="family-group", goals=["Nan walks with her to school"],
                  agency_support=["Education: a taxi when Nan is ill"], next_review_at=day(20))
    assert worker.has_open(case, "review-family-plan")
    worker.record(case, "family-plan-reviewed", kind="family-group", progress="The taxi came twice",
                  next_review_at=day(40))
    worker.open("/cases/%s/chronology" % case).says("Education: a taxi when Nan is ill", "The taxi came twice")
    assert worker.duty(case, "review-family-plan")["due_at"][:10] in (day(40), day(39))


@requirement("R36")
def reviews_repeat_and_new_information_restarts_keeping_the_earlier_round(program):
    worker = program.worker("social-worker")
    case = assessed(worker, "2024-03-01T10:00:00Z", significant_harm="no", involvement="at-risk")
    worker.record(case, "plan-made", "2024-03-20", kind="child-protection", lead_agency="social-care",
                  next_review_at="2024-06-01")
    worker.record(case, "plan-reviewed", "2024-05-30", kind="child-protection", progress="Better",
                  next_review_at="2024-09-01")
    assert worker.duty(case, "review-plan")["due_at"] == "2024-09-01T22:59:59.999Z"
    worker.record(case, "plan-ended", "2024-08-20", kind="child-protection", reason="Its goals were met")
    assert not worker.has_open(case, "review-plan")
    worker.open("/cases/%s" % case).says("There is new information: start assessment")
    worker.record(case, "case-closed", "2024-08-21", reasons="Safe", agreed_by="M")
    page = worker.open("/cases/%s" % case).says("This case is closed", "Start the procedure again")
    assert page.link("Start the procedure again").endswith("case=" + case)
    worker.refer(case=case, narrative="Was seen with the same adult again")
    assert worker.case(case)["open"] and worker.has_open(case, "decide-initial-assessment")
    chronology = worker.open("/cases/%s/chronology" % case)
    chronology.says("Round 2", "Its goals were met", "Was seen with the same adult again")
