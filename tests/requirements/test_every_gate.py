"""What closes a case, starts it again and ends what ran: the gates and entries that no other test comes to."""

from program import day, instant
from run import requirement
from test_assessment import MEETING, assessed

CLOSING = {"reasons": "Safe and well", "agreed_by": "A manager", "child_views": "I am fine now",
           "views_how_obtained": "In conversation"}


@requirement("R10", "R27", "R30", "R36", "R65")
def a_case_is_not_closed_over_what_still_runs(program):
    manager = program.worker("team-manager", number=10)
    officer = program.worker("police-officer", number=10)
    case = assessed(manager)
    manager.is_refused(case, "case-closed", "calls for a child protection enquiry", "11.20", **CLOSING)
    manager.record(case, "enquiry-not-started", reasons="Met already", agreed_by="M", instead="The plan")
    manager.bring_in(case, officer)
    officer.record(case, "police-protection-began", instant(hours=-2), officer="PC 1", place="Station")
    manager.is_refused(case, "case-closed", "Police protection is still running", "11.23", **CLOSING)
    officer.record(case, "police-protection-ended", destination="Home, to her grandmother")
    officer.record(case, "investigation-recorded", person="J", investigation_stage="charge", supporter="PC 9",
                   special_measures=["video-link"], offences=["soa-48"])
    officer.record(case, "hearing-set", hearing_at="2099-03-05T10:00:00Z", court="Crown Court", supporter="PC 9")
    manager.is_refused(case, "case-closed", "A prosecution still needs the child's supporter", "11.30", **CLOSING)

    other = assessed(manager, core_assessment="not-required", significant_harm="no", immediate_danger="yes",
                     immediate_danger_reason="He waits outside")
    manager.is_refused(other, "case-closed", "Immediate danger is still recorded", "11.23", **CLOSING)
    held = {name: text for name, text in MEETING.items() if name != "immediate_danger"}
    manager.is_refused(other, "meeting-held", "Say whether the child is safe now", "11.11", kind="strategy", **held)
    manager.is_refused(other, "case-reopened", "The case has not been closed", "11.29", reasons="R", agreed_by="M")
    manager.record(other, "meeting-held", kind="strategy", **MEETING)
    manager.record(other, "case-closed", **CLOSING)
    manager.record(other, "case-reopened", reasons="Was seen with the same adult", agreed_by="A manager")
    assert manager.case(other)["open"] is True
    assert [entry["type"] for entry in manager.entries(other)][:2] == ["referral", "referral-decision"]


@requirement("R8", "R28", "R32", "R35")
def what_began_is_ended_and_what_was_wrong_is_corrected_and_kept(program):
    worker = program.worker("social-worker", number=8)
    case = assessed(worker)
    worker.record(case, "household-child-recorded", person="Ali", relation="brother or sister",
                  date_of_birth="2014-02-03")
    worker.record(case, "household-child-left", person="Ali", destination="Lives with an aunt")
    assert worker.has_open(case, "assess-household-child"), "a sibling who moved out has needs all the same"
    worker.record(case, "service-requested", service="Counselling", agency="voluntary")
    worker.record(case, "service-started", service="Counselling", agency="voluntary")
    worker.record(case, "service-ended", service="Counselling", agency="voluntary",
                  reason="All six talks were had")
    worker.record(case, "family-plan-made", kind="family-group", goals=["Nan walks with her to school"],
                  agency_support=["A bus pass"], next_review_at=day(20))
    worker.record(case, "family-plan-ended", kind="family-group", reason="She walks alone now")
    worker.record(case, "referral-mechanism-considered", referred="no", reasons="No sign of movement for gain")
    wrong = worker.entries(case, "service-ended")[0]
    page = worker.open("/cases/%s/entries/%d/correct" % (case, wrong["seq"]))
    page.send({"reason": "All seven talks were had", "_reason": "Counted wrongly"})
    page = worker.open("/cases/%s/entries/%d" % (case, wrong["seq"]))
    page.says("Counted wrongly", "All six talks were had", "All seven talks were had")
