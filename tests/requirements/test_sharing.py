"""11.61: information is shared appropriately: for whom an entry is, and who looked at what and why."""

from program import Refused, day
from run import requirement
from test_assessment import assessed

LINK = {"through": "phone", "reason": "Seen in an enquiry"}


@requirement("R61")
def every_entry_says_for_whom_it_is_and_every_look_is_kept_with_its_purpose(program):
    worker, manager = program.worker("social-worker"), program.worker("team-manager", number=61)
    officer = program.worker("police-officer", number=61)
    case, other = assessed(worker), assessed(worker)
    worker.record(case, "relocation", to_area="Elsewhere", reason="Threats at home",
                  approved_by=manager.name)
    manager.bring_in(case, officer)
    officer.record(case, "case-linked-by-evidence", linked_case=other, what="The number ending 41",
                   **LINK)
    labels = {entry["type"]: entry["label"] for entry in worker.entries(case) + officer.entries(case)}
    assert labels["referral"] == "standard", labels
    assert labels["relocation"] == "placement" and labels["case-linked-by-evidence"] == "police-evidence", labels
    for reader, another, kind, words in ((officer, worker, "referral", "Open to the case's professionals"),
                                       (worker, officer, "relocation", "Where the child lives"),
                                       (officer, worker, "case-linked-by-evidence", "Police evidence")):
        entry = reader.entries(case, kind)[0]
        reader.open("/cases/%s/entries/%d" % (case, entry["seq"])).says("Who it is for", words)
        assert bool(another.entries(case, kind)) == (kind == "referral"), (another.name, kind)
    # what is closed leaves no trace: no entry, and no gap where it was
    for reader in (worker, officer):
        entries = reader.entries(case)
        assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1)), entries
    for word in ("Elsewhere", "Relocation", "relocation"):
        for place in ("", "/chronology", "/chronology.csv"):
            assert word not in officer.open("/cases/%s%s" % (case, place)).html, (word, place)
    # the log of looks: who, from which agency, when, what they did and what for; the newest first
    officer.open("/cases/%s/chronology" % case)
    page = manager.open("/cases/%s/looks" % case)
    page.says("Who has looked at this case", officer.name, "Police officer, Police", worker.name,
              "Recorded an entry", "Read the case", "Work with the child", "Why")
    log = page.text[page.text.index("Newest first"):]
    assert log.index(manager.name) < log.index(officer.name) < log.rindex(worker.name), log[:600]
    before = log.count(officer.name)
    officer.case(case)  # a look through the API is a look
    log = manager.open("/cases/%s/looks" % case).text
    assert log.count(officer.name) == before + 1
    # a look at one case stands on no other, and the log itself is for managers
    assert officer.name not in manager.open("/cases/%s/looks" % other).text.split("Newest first")[1]
    worker.open("/cases/%s/looks" % case, status=403)
    # who may not see the case is refused, and that is kept too
    try:
        program.worker("administrator").case(case)
        raise AssertionError("an administrator reads no case")
    except Refused as refused:
        assert refused.status == 403


@requirement("R61")
def a_record_is_kept_by_rule_and_a_person_is_given_what_is_theirs(program):
    worker, keeper = program.worker("social-worker"), program.worker("records-officer")
    officer = program.worker("police-officer", number=61)
    case, other = assessed(worker), assessed(worker)
    program.worker("team-manager").bring_in(case, officer)
    officer.record(case, "case-linked-by-evidence", linked_case=other, what="The number ending 77", **LINK)
    # until when it is kept follows from a rule, which names its statute; an open case is not due
    kept = keeper.open("/disposal").send({"reference": case}, action="/disposal/find")
    kept.says("The case is open", "Case of a child").lacks("Propose that it is destroyed")
    # what is held about the child goes out without what is of others
    asked = keeper.call("POST", "/api/v1/requests", {
        "case": case, "asked_by": "The young person", "asks_as": "self", "identity": "Known to their worker",
        "received_on": day()})
    left_out = {part["answer"]: part["left_out"] for part in asked["parts"] if not part["given"]}
    assert left_out["The number ending 77"] == "crime", left_out
    given = keeper.open("/request/%s/document" % asked["request"])
    given.says("What is held about you", "Referral").lacks("The number ending 77", "Seen in an enquiry")
    worker.open("/requests", status=403)
