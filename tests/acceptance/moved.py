#!/usr/bin/env python3
"""Two procedures served at once: an administrator chooses for new cases, a manager moves a case, and what was recorded
before the move is read, shown and corrected as it was written.

    moved.py WAYMARK PROCEDURES
"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "requirements"))
from program import Program, Refused, instant  # noqa: E402

WAYMARK, PROCEDURES = sys.argv[1:]


def only(rows):
    assert len(rows) == 1, rows
    return rows[0]


def moves_a_case(program):
    nurse = program.worker("referrer", "health")
    manager = program.worker("duty-manager", "social-care")
    police = program.worker("police-officer", "police")
    administrator = program.worker("administrator", "social-care")
    case = nurse.refer()
    manager.bring_in(case, police)
    police.record(case, "police-protection-began", officer="PC 1207", place="A car park in Melton")
    manager.record(case, "disclosure", to_agency="education", what="That the child is safe", purpose="Attendance",
                   legal_basis="Children Act 1989, section 47", immediate_risk="no", consent="given")
    before = {row["duty"]: row for row in manager.duties(case)}
    then = instant()

    # who may
    nurse.open("/cases/%s" % case).lacks("Move the case to another procedure")
    nurse.open("/cases/%s/move" % case, 403)
    administrator.open("/cases/%s/move" % case, 403)

    # both are shown before it is done
    page = manager.open("/cases/%s" % case).follow("Move the case to another procedure")
    page.says("Safeguarding children, the national timetable")
    page = page.send({"to": "working-together"}, action="/move")
    page.says("Decide whether an initial assessment is required", "Decide what comes next, and tell whoever made the contact",
              "Keeps the time it had", "End police protection", "1 entry stays in the chronology")
    assert manager.case(case)["seq"] == 4, "looking moved it"

    # a reason is needed, and what stands is looked at again when somebody wrote meanwhile
    refused = page.send({"reason": " "}, action="/move")
    assert refused.status == 422
    refused.says("Say why")
    police.record(case, "disclosure", to_agency="health", what="Where the child is", purpose="A check",
                  legal_basis="Children Act 1989, section 47", immediate_risk="no", consent="given")
    late = page.send({"reason": "The board decided so."}, action="/move")
    assert late.status == 422 and "meanwhile" in late.text and "The board decided so." in late.typed("reason", "/move")
    done = late.send({"reason": "The board decided so."}, action="/move")
    done.says("“Moved to another procedure” is recorded")

    # the entry says who and why; what was there before reads as it was written
    done.says("The board decided so.")
    chronology = manager.open("/cases/%s/chronology" % case)
    chronology.says("Moved to another procedure", "The board decided so.", "Referral", "Information shared")
    manager.open("/cases/%s/entries/1" % case).says("Referral", "Which fits best?", "Likely to be exploited now")
    move = manager.entries(case)[-1]
    assert move["type"] == "procedure-changed" and move["fields"]["reason"] == "The board decided so.", move

    # the clock of what was running
    decide = only(manager.duties(case, "decide-next-step"))
    assert decide["due_at"] == before["decide-initial-assessment"]["due_at"], (decide, before)
    assert only(manager.duties(case, "end-police-protection"))["due_at"] == before["end-police-protection"]["due_at"]
    assert not manager.duties(case, "decide-initial-assessment")
    manager.open("/").says("Decide what comes next")
    nurse.record(case, "event", what="Rang from a lay-by", immediate_danger="yes")
    nurse.open("/").says("Make the child safe")  # due at once, before all else, also for who does not own it
    manager.record(case, "safety-secured", how="Collected by the police")
    # ... and what stood before the move still stood then
    assert manager.duties(case, "decide-initial-assessment", then), manager.duties(case, at=then)

    # the forms are those of the other procedure now
    try:
        manager.record(case, "referral-decision", initial_assessment="required", reasons="x")
        raise AssertionError("a form of the procedure before was taken")
    except Refused as refused:
        assert refused.status in (404, 422), refused
    manager.record(case, "contact-decided", next_step="assessment", reasons="As the nurse says.")
    assert only(manager.duties(case, "decide-next-step"))["state"] == "met"
    assert only(manager.duties(case, "conclude-assessment"))["state"] == "open"

    # an entry of before is corrected in its own words
    form = manager.open("/cases/%s/entries/1/correct" % case)
    form.send({"involvement": "involved", "_reason": "The nurse saw more"}, action="/correct")
    manager.open("/cases/%s/entries/1" % case).says("Corrected by", "Being exploited now")
    return case


def begins_new_cases(program):
    administrator = program.worker("administrator", "social-care")
    nurse = program.worker("referrer", "health")
    nurse.open("/procedures").lacks("With which procedure do new cases begin?")
    page = administrator.open("/procedures")
    page.says("With which procedure do new cases begin?", "Begin with it")
    refused = page.send({"pack": "working-together", "reason": ""}, action="/procedures")
    assert refused.status == 422, refused.status
    page.send({"pack": "working-together", "reason": "From April on"}, action="/procedures")
    try:
        nurse.call("POST", "/api/v1/referrals", {"child": {"given_name": "Robin", "family_name": "Gedolu"},
                                                 "fields": {"involvement": "likely"}})
        raise AssertionError("the form of the other procedure was taken")
    except Refused as refused:
        assert refused.status == 422 and "worry" in json.dumps(refused.problem), refused
    case = nurse.call("POST", "/api/v1/referrals", {
        "child": {"given_name": "Robin", "family_name": "Gedolu"},
        "fields": {"worry": "exploitation", "narrative": "Came home with a new phone", "notified_at": instant(),
                   "referrer": "Sam Field", "source_agency": "health"}})["case"]
    assert only(nurse.duties(case, "decide-next-step"))["state"] == "open"
    nurse.open("/cases/%s" % case).says("Decide what comes next")
    return case


def main():
    with Program(WAYMARK, PROCEDURES) as program:
        moved = moves_a_case(program)
        new = begins_new_cases(program)
        manager = program.worker("duty-manager", "social-care")
        duties = manager.duties(moved)
        program.stop()
        place = ["--data", program.data, "--pack", PROCEDURES + "/llr-chapter-11"]
        verified = program.run("verify", *place)
        program.run("rebuild", *place)
        program.run("verify", *place)
        program.start()
        assert manager.duties(moved) == duties, "a rebuild changed the duties of a moved case"
        assert program.worker("referrer", "health").case(new)
        program.worker("administrator", "social-care").open("/procedures").says("Begin with it")
        try:
            program.worker("referrer", "health").refer()
            raise AssertionError("the choice was forgotten when the server began again")
        except Refused as refused:
            assert refused.status == 422, refused
    print("a case was moved and new ones begin under another procedure; %s" % verified.stdout.strip().splitlines()[0])


main()
