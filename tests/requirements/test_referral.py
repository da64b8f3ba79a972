"""11.1 to 11.18: the pack, the concern, the law, the referral and the first decision."""

import pathlib
import shutil
import subprocess
import tempfile

from program import Refused, born, day, instant
from run import requirement

AGENCIES = ("social-care", "police", "health", "education", "housing", "youth-offending", "voluntary")


@requirement("R1")
def the_pack_viewer_lists_every_duty_and_gate_and_a_faulty_pack_is_refused(program):
    page = program.worker("social-worker").open("/procedure")
    for path in sorted(pathlib.Path(program.pack).glob("*.yaml")):
        part = None
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith((" ", "#")):
                part = line.rstrip(":")
            if part == "duties" and line.startswith("    title: "):
                page.says(line.removeprefix("    title: ").strip("\"'"))
            if part == "gates" and line.startswith("    message: "):
                page.says(line.removeprefix("    message: ").strip("\"'")[:60])
    page.says("Paragraph 11.18", "Paragraph 11.62")
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder, "pack", "faulty")
        shutil.copytree(program.pack, copy)
        shutil.copytree(pathlib.Path(program.pack).parent / "calendars", copy.parent / "calendars")
        text = (copy / "duties.yaml").read_text(encoding="utf-8")
        (copy / "duties.yaml").write_text(text.replace("limit: 24 hours", "limit: soon"), encoding="utf-8")
        line = text[:text.index("limit: 24 hours")].count("\n") + 1
        data = str(pathlib.Path(folder, "data"))
        program.run("init", "--data", data)
        done = subprocess.run([program.waymark, "serve", "--data", data, "--pack", str(copy), "--listen",
                               "127.0.0.1:0"], capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode != 0
        assert "duties.yaml:%d: " % line in done.stderr and "'soon' is no limit" in done.stderr, done.stderr


@requirement("R2")
def what_is_exchanged_is_codes_and_a_narrative(program):
    nurse = program.worker("referrer", "health")
    case = nurse.refer(exchange=["gifts", "accommodation"], narrative="Came home with a new phone and shoes")
    chronology = nurse.open("/cases/%s/chronology" % case)
    chronology.says("Gifts, such as a phone or clothes", "Somewhere to stay", "Came home with a new phone and shoes")
    try:
        nurse.refer(exchange=["cars"])
        raise AssertionError("an unknown code was taken")
    except Refused as refused:
        assert "exchange" in str(refused)


@requirement("R3")
def guidance_stands_beside_each_page_of_the_referral(program):
    page = program.worker("referrer", "education").open("/referral/new").send()
    answers = {"c-given_name": "Kit", "c-family_name": program.family_name(),
               "narrative": "Was seen with an older adult", "involvement": "likely", "immediate_danger": "no",
               "notified_at": instant(), "parents_informed": "yes"}
    seen = 0
    for _ in range(30):
        if "/check" in page.path:
            break
        if "Help with this page (paragraph 11." in page.text:
            seen += 1
        page = page.send({name: text for name, text in answers.items() if page.asks(name)}, go="on")
        assert page.status == 200, page.text[:500]
    page.says("Check your answers")
    assert seen >= 8, "only %d pages have their guidance" % seen


@requirement("R5")
def the_law_follows_from_the_age_on_the_day_of_the_concern(program):
    worker = program.worker("social-worker")
    for birth, on, band in (("2012-03-05", "2025-03-04", "Under 13"), ("2012-03-05", "2025-03-05", "Under 16"),
                            ("2009-03-05", "2025-03-04", "Under 16"), ("2009-03-05", "2025-03-05", "16 or 17"),
                            ("2008-02-29", "2024-02-28", "Under 16"), ("2008-02-29", "2024-02-29", "16 or 17"),
                            ("2008-02-29", "2026-02-28", "16 or 17"), ("2008-02-29", "2026-03-01", "18 or over")):
        case = worker.refer(child={"date_of_birth": birth}, occurred_at=on + "T12:00:00Z")
        text = worker.open("/cases/%s" % case).text
        law = text[text.index("The law at the child's age"):][:600]
        assert band in law, "born %s, concern of %s: %s" % (birth, on, law)
    unknown = worker.open("/cases/%s" % worker.refer())
    unknown.says("Age not known", "Treat them as a child until their age is known")
    case = worker.refer(child={"date_of_birth": born(15), "date_of_birth_estimated": "yes"})
    worker.open("/cases/%s" % case).says("by an estimated date of birth: the child may be younger")
    case = worker.refer(child={"date_of_birth": born(19)})
    worker.record(case, "vulnerability-began", vulnerability="care-leaver")
    worker.open("/cases/%s" % case).says("Care leaver, 18 to 20")


@requirement("R5")
def offences_of_the_catalogue_are_attached_to_an_investigation(program):
    officer = program.worker("police-officer")
    case = officer.refer()
    form = officer.form(case, "investigation-recorded")
    for code in ("soa-9", "soa-15", "soa-15a", "soa-48", "msa-2"):
        assert code in form.offers("offences"), form.offers("offences")
    form.send({"person": "J", "investigation_stage": "investigating", "offences": ["soa-48", "soa-15a"]}, go="record")
    officer.open("/cases/%s/chronology" % case).says("Section 48", "Section 15A")


@requirement("R6")
def chapter_21_stands_on_the_case_of_an_under_16_and_on_no_other(program):
    worker = program.worker("social-worker")
    young = worker.open("/cases/%s" % worker.refer(child={"date_of_birth": born(15)}))
    young.says("Chapter 21: managing reports of under-age sexual activity")
    for child in ({"date_of_birth": born(16)}, {"date_of_birth": born(17)}, {}):
        worker.open("/cases/%s" % worker.refer(child=child)).lacks("Chapter 21: managing")


@requirement("R7")
def an_account_of_any_agency_raises_a_referral(program):
    roles = {"social-care": "social-worker", "police": "police-officer"}
    for agency in AGENCIES:
        worker = program.worker(roles.get(agency, "referrer"), agency)
        case = worker.refer(source_agency=agency)
        assert worker.entries(case, "referral")[0]["recorded_by"]["agency"] == agency
        assert worker.has_open(case, "decide-initial-assessment")


@requirement("R8")
def each_vulnerability_adds_its_steps_and_takes_them_away_when_it_ends(program):
    worker = program.worker("social-worker")
    case = worker.refer()
    steps = {"looked-after-residential": "name-own-social-worker", "looked-after-foster": "name-own-social-worker",
             "missing": "tell-police-missing", "missing-education": "bring-in-education",
             "unaccompanied-asylum-seeking": "name-asylum-specialist",
             "possibly-trafficked": "consider-referral-mechanism", "care-leaver": "name-personal-adviser"}
    for vulnerability, step in steps.items():
        assert not worker.has_open(case, step)
        worker.record(case, "vulnerability-began", vulnerability=vulnerability)
        assert worker.has_open(case, step), step
        title = "National Referral Mechanism" if vulnerability == "possibly-trafficked" else None
        page = worker.open("/cases/%s" % case).says("Steps to keep in mind")
        if title:
            page.says("Consider the National Referral Mechanism")
        worker.record(case, "vulnerability-ended", vulnerability=vulnerability)
        assert not worker.has_open(case, step), step
        assert worker.duty(case, step)["state"] == "cancelled"


@requirement("R10")
def no_route_ends_a_concern_without_a_decision_and_reasons(program):
    manager = program.worker("duty-manager")
    case = manager.refer()
    closing = {"reasons": "No concern", "agreed_by": "A manager"}
    manager.is_refused(case, "case-closed", "needs its decision", "11.11", **closing)
    manager.is_refused(case, "referral-decision", "reasons", initial_assessment="not-required", immediate_danger="no")
    manager.is_refused(case, "referral-decision", "reasons", initial_assessment="not-required", immediate_danger="no",
                       reasons="   ")
    page = manager.fill(case, "case-closed", reasons="No concern", agreed_by="A manager",
                        views_not_obtained_reason="Not yet met")
    assert page.status == 422
    page.says("Each referral needs its decision", "paragraph 11.11", "Decide on the referral")
    # nor by any other entry that a role may record with nothing in it
    openapi = manager.call("GET", "/api/v1/openapi.json")
    for entry_type in sorted(set(_types(openapi))):
        try:
            manager.record(case, entry_type)
        except Refused:
            pass
    assert manager.case(case)["open"] and manager.has_open(case, "decide-initial-assessment")
    manager.record(case, "referral-decision", initial_assessment="not-required", reasons="Known and safe",
                   immediate_danger="no")
    decision = manager.entries(case, "referral-decision")[0]["seq"]
    manager.is_refused(case, "case-closed", "reasons", agreed_by="A manager")
    # the reasons cannot be taken away afterwards
    manager.is_refused(case, "correction", "reasons", corrects=decision, fields={"reasons": None})
    manager.record(case, "case-closed", **closing)
    assert not manager.case(case)["open"]
    # a further concern opens it and needs its own decision
    manager.refer(case=case)
    assert manager.case(case)["open"]
    manager.is_refused(case, "case-closed", "needs its decision", "11.11", **closing)


def _types(openapi):
    pack = [line.strip().removeprefix("- id: ") for line in ""]
    for schema in openapi["components"]["schemas"].values():
        found = schema.get("properties", {}).get("type", {})
        pack += found.get("enum", [])
    return pack or ["case-reopened", "plan-ended", "enquiry-concluded", "consultation"]


@requirement("R11")
def immediate_danger_is_asked_at_every_stage_and_stands_first_for_everybody_involved(program):
    worker, manager = program.worker("social-worker", number=2), program.worker("duty-manager")
    nurse = program.worker("referrer", "health", number=2)
    case = nurse.refer(occurred_at=instant(days=-3))
    for stage in ("referral-decision", "initial-assessment", "core-assessment", "enquiry-started",
                  "enquiry-concluded", "meeting-held", "plan-made", "plan-reviewed"):
        assert worker.form(case, stage).offers("immediate_danger") == ["yes", "no"], stage
    worker.record(case, "referral-decision", initial_assessment="required", reasons="Likely", immediate_danger="yes")
    duty = manager.duty(case, "secure-immediate-safety")
    assert duty["state"] in ("open", "overdue") and duty["due_at"] == duty["begun_at"]
    for who in (manager, worker, nurse):
        text = who.open("/").text
        assert case in text, "%s does not see the danger" % who.username
        urgent = text.index("Immediate danger")
        assert urgent < text.index("My duties"), "not first for %s" % who.username
    stranger = program.worker("referrer", "housing", number=2)
    stranger.open("/").lacks(case)


@requirement("R18")
def a_young_person_of_16_or_17_is_not_treated_as_an_adult(program):
    manager = program.worker("duty-manager")
    case = manager.refer(child={"date_of_birth": born(16, days=40)})
    for stage in ("initial-assessment", "core-assessment"):
        form = manager.form(case, stage)
        for field in ("accommodation_needs", "finance_needs", "own_view_of_risk"):
            assert form.asks(field), field
    manager.is_refused(case, "referral-decision", "agreed_by", "11.12", initial_assessment="not-required", reasons="R",
                       immediate_danger="no")
    manager.record(case, "referral-decision", initial_assessment="not-required", reasons="R", immediate_danger="no",
                   agreed_by="A manager")
    page = manager.fill(case, "initial-assessment", involvement="at-risk", significant_harm="no",
                        harm_parent_encourages="no", harm_adult_power="no", harm_immediate_risk="no",
                        core_assessment="not-required", immediate_danger="no", views_not_obtained_reason="Away")
    assert page.status == 422
    page.says("Do they need a safe place to stay?", "How do they see the risk themselves?")
    young = manager.refer(child={"date_of_birth": born(14)})
    assert not manager.form(young, "initial-assessment").asks("accommodation_needs")


@requirement("R20")
def involvement_is_always_referred_with_both_marks_and_no_way_round(program):
    nurse = program.worker("referrer", "health")
    for involvement in ("at-risk", "likely", "involved"):
        assert {"child-in-need", "significant-harm"} <= nurse.marks(nurse.refer(involvement=involvement))
    case = nurse.refer()
    for involvement in ("likely", "involved"):
        nurse.is_refused(case, "consultation", "always referred", "11.13", adviser="Key contact", question="Q",
                         advice="Wait", leads_to_referral="no", involvement=involvement)


@requirement("R23")
def other_chapters_are_linked_where_they_apply_and_a_missing_target_is_reported(program):
    worker = program.worker("social-worker")
    case = worker.refer(child={"date_of_birth": born(12)})
    page = worker.open("/cases/%s" % case)
    assert page.link("Chapter 5").startswith("https://") and page.link("Chapter 21").startswith("https://")
    assert worker.form(case, "parental-information-decision").link("Chapter 2").startswith("https://")
    assert worker.open("/procedure").link("Chapter 5")
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder, "pack", "faulty")
        shutil.copytree(program.pack, copy)
        shutil.copytree(pathlib.Path(program.pack).parent / "calendars", copy.parent / "calendars")
        text = (copy / "references.yaml").read_text(encoding="utf-8")
        line = next(line for line in text.splitlines() if line.startswith("    url: "))
        (copy / "references.yaml").write_text(text.replace(line + "\n", "", 1), encoding="utf-8")
        done = program.run("check-pack", str(copy), check=False)
        assert done.returncode == 1
        assert "references.yaml:" in done.stderr + done.stdout and "has no target" in done.stderr + done.stdout


@requirement("R24")
def the_first_decision_is_due_24_hours_after_notification(program):
    worker = program.worker("duty-manager")
    for told, due in (("2024-03-08T16:00:00Z", "2024-03-09T16:00:00.000Z"),   # a Friday
                      ("2024-12-24T10:00:00Z", "2024-12-25T10:00:00.000Z"),   # into a bank holiday
                      ("2024-03-30T12:00:00Z", "2024-03-31T12:00:00.000Z"),   # the clocks go forward
                      ("2024-10-26T12:00:00Z", "2024-10-27T12:00:00.000Z")):  # the clocks go back
        case = worker.refer(occurred_at=told, notified_at=told)
        duty = worker.duty(case, "decide-initial-assessment")
        assert duty["paragraph"] == "11.18" and duty["due_at"] == due, duty
        assert duty["state"] == "overdue"
        worker.record(case, "referral-decision", due, initial_assessment="not-required", reasons="R",
                      immediate_danger="no", agreed_by="M")
        assert worker.duty(case, "decide-initial-assessment")["state"] == "met"
    late = worker.refer(occurred_at="2024-03-08T16:00:00Z", notified_at="2024-03-08T16:00:00Z")
    worker.record(late, "referral-decision", "2024-03-09T16:00:00.001Z", initial_assessment="not-required", reasons="R",
                  immediate_danger="no", agreed_by="M")
    assert worker.duty(late, "decide-initial-assessment")["state"] == "met-late"
    worker.open("/cases/%s" % late).says("Met late")
    assert worker.duty(worker.refer(), "decide-initial-assessment")["state"] == "open"


@requirement("R25")
def whether_a_core_assessment_is_required_is_due_in_7_days(program):
    worker = program.worker("social-worker")
    case = worker.refer(occurred_at="2024-03-08T16:00:00Z", notified_at="2024-03-08T16:00:00Z")
    assert not worker.duties(case, "decide-core-assessment")
    worker.record(case, "referral-decision", "2024-03-08T17:00:00Z", initial_assessment="required", reasons="R",
                  immediate_danger="no")
    duty = worker.duty(case, "decide-core-assessment")
    assert duty["due_at"] == "2024-03-15T23:59:59.999Z" and duty["paragraph"] == "11.18"
    worker.record(case, "initial-assessment", "2024-03-15", involvement="at-risk", significant_harm="no",
                  core_assessment="not-required", immediate_danger="no")
    assert worker.duty(case, "decide-core-assessment")["state"] == "met"


@requirement("R66")
def the_child_has_a_trusted_worker_apart_from_the_allocated_one(program):
    worker = program.worker("social-worker")
    case = worker.refer()
    assert worker.has_open(case, "name-trusted-worker")
    worker.record(case, "helper-named", helper_role="allocated", name="Sam Allocated", agency="social-care")
    assert worker.has_open(case, "name-trusted-worker")
    worker.record(case, "helper-named", helper_role="trusted", name="Noor Nurse", agency="health")
    assert not worker.has_open(case, "name-trusted-worker")
    page = worker.open("/cases/%s" % case).says("Noor Nurse", "Sam Allocated")
    assert page.text.index("Trusted worker") > 0
    assert "Noor Nurse" in worker.form(case, "meeting-arranged").html
    assert "Noor Nurse" in worker.form(case, "child-views").html
