"""11.58 to 11.62, of who reads what: a case is there for those who have business with it, an entry for those who need
to know, and a disclosure opens one to another agency, from then on."""

from program import Refused
from run import requirement

PLACES = ("", "/chronology", "/chronology.csv", "/plan", "/meetings", "/links")


def refused(worker, case):
    """How the API refuses it: not as though it were there."""
    try:
        worker.case(case)
    except Refused as answer:
        return answer.problem["type"].rsplit(":", 1)[1], answer.problem["detail"]
    return None


def write(worker, case, kind, labels=None, expected=None, **fields):
    body = {"type": kind, "fields": fields}
    if labels is not None:
        body["labels"] = labels
    if expected is not None:
        body["expected_seq"] = expected
    return worker.call("POST", "/api/v1/cases/%s/entries" % case, body)


def found(worker, text):
    return [row["case"] for row in worker.call("POST", "/api/v1/searches", {"text": text})["matches"]]


def everything(worker, case):
    """All that somebody reads of a case, pages and API."""
    said = "".join(worker.open("/cases/%s%s" % (case, place)).html for place in PLACES)
    return said + str(worker.case(case)) + str(worker.entries(case)) + str(worker.duties(case))


@requirement("R61")
def who_has_no_business_with_a_case_does_not_find_it(program):
    manager, nurse = program.worker("team-manager"), program.worker("referrer", "health")
    officer, teacher = program.worker("police-officer"), program.worker("referrer", "education", number=6)
    colleague = program.worker("referrer", "education", number=7)
    case = nurse.refer(child={"given_name": "Marigold", "family_name": "Thornquist", "date_of_birth": "2009-02-03"})
    for stranger in (officer, teacher):
        assert found(stranger, "Marigold Thornquist") == found(stranger, case) == []
        kind, words = refused(stranger, case)
        assert kind == "needs-reason" and "Ask the duty manager" in words, (kind, words)
        for place in ("/find", "/duties", "/"):
            assert "Thornquist" not in stranger.open(place).html
        rows = stranger.call("GET", "/api/v1/duties?limit=200")["duties"]
        assert case not in [row["case"] for row in rows]
        matches = stranger.call("POST", "/api/v1/matches", {"child": {"given_name": "Marigold",
                                                                    "family_name": "Thornquist"}})
        assert case not in str(matches)
    assert case in found(manager, "Marigold Thornquist") and case in found(nurse, "Marigold Thornquist")
    # an agency is brought in, with a reason, and goes again
    manager.bring_in(case, officer)
    assert found(officer, "Marigold Thornquist") == [case]
    manager.record(case, "involvement-ended", agency="police", reason="There was no crime")
    assert found(officer, "Marigold Thornquist") == [] and refused(officer, case)
    # one worker is brought in, and nobody else of their agency; nobody by a name that nobody has
    page = manager.form(case, "involvement-began").send({"worker": "nobody-of-this-name", "reason": "Their form tutor"})
    page.says("Nobody signs in as")
    manager.record(case, "involvement-began", agency="education", worker=teacher.username, reason="Their form tutor")
    assert found(teacher, case) == [case] and found(colleague, case) == []
    manager.record(case, "involvement-ended", worker=teacher.username, reason="They left the school")
    assert found(teacher, case) == []
    # a team is brought in with its agency: whoever is in it, while they are in it
    night = [program.worker("referrer", agency, number=60, team=" Night Team") for agency in ("housing", "education")]
    other = program.worker("referrer", "housing", number=61, team="Day team")
    page = manager.form(case, "involvement-began").send({"team": "Night team", "reason": "A flat"})
    page.says("Say which agency the team is of")
    page = manager.form(case, "involvement-began").send({"agency": "housing", "team": "Nobody here", "reason": "A flat"})
    page.says("Nobody of that agency has an account in a team called")
    manager.record(case, "involvement-began", agency="housing", team="night team", reason="A flat")
    assert found(night[0], case) == [case] and night[0].open("/cases/" + case)
    assert found(night[1], case) == found(other, case) == []
    assert refused(night[1], case) and refused(other, case)
    keeper = program.keeper()
    keeper.call("POST", "/api/v1/accounts/" + night[0].username, {"step": "move", "role": "referrer", "agency": "housing",
                                                                   "team": "Day team", "reason": "They changed teams"})
    keeper.call("POST", "/api/v1/accounts/" + other.username, {"step": "move", "role": "referrer", "agency": "housing",
                                                                "team": "Night team", "reason": "They changed teams"})
    for moved in (night[0], other):
        moved.token = program.token(moved.username)
    assert found(night[0], case) == [] and refused(night[0], case) and found(other, case) == [case]
    manager.record(case, "involvement-ended", agency="housing", team="Night team", reason="They live elsewhere")
    assert found(other, case) == []
    try:
        nurse.record(case, "involvement-began", agency="housing", reason="A flat")
        raise AssertionError("who is brought in is for managers to say")
    except Refused as answer:
        assert answer.status == 403


@requirement("R59", "R61")
def a_labelled_entry_is_for_those_who_need_to_know_until_it_is_disclosed(program):
    manager, nurse = program.worker("team-manager"), program.worker("referrer", "health")
    officer, teacher = program.worker("police-officer"), program.worker("referrer", "education", number=6)
    case = nurse.refer()
    for worker in (officer, teacher):
        manager.bring_in(case, worker)
    write(nurse, case, "child-views", views="MARKERHEALTH", how_obtained="In a talk", labels=["health"])
    write(nurse, case, "child-views", views="MARKERSEXUAL", how_obtained="In a talk", labels=["sexual-health"])
    write(nurse, case, "child-views", views="MARKEROPEN", how_obtained="In a talk")
    sees = {nurse: "MARKERHEALTH MARKERSEXUAL", manager: "MARKERHEALTH", officer: "", teacher: ""}
    for reader, markers in sees.items():
        text = everything(reader, case)
        for marker in ("MARKERHEALTH", "MARKERSEXUAL"):
            assert (marker in text) == (marker in markers.split()), (reader.name, marker)
        assert "MARKEROPEN" in text
        # no number is missing, and the last one is how many there are for this reader
        entries = reader.entries(case)
        assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
        assert reader.case(case)["seq"] == len(entries)
        assert reader.open("/cases/%s/entries/%d" % (case, len(entries) + 1), status=404)
    # what was recorded where somebody does not see it is no conflict of theirs
    seen = teacher.case(case)["seq"]
    write(nurse, case, "child-views", views="MARKERAGAIN", how_obtained="In a talk", labels=["sexual-health"])
    write(teacher, case, "child-views", views="Likes art", how_obtained="In class", expected=seen)
    # the nurse shares one entry with the police: it is theirs from then on, with a number of its own, and nobody else's
    number = [entry["seq"] for entry in nurse.entries(case) if entry["fields"].get("views") == "MARKERSEXUAL"][0]
    before = [entry["id"] for entry in officer.entries(case)]
    shared = {"what": "What she said", "purpose": "To keep her safe", "legal_basis": "Children Act 1989, section 47",
              "immediate_risk": "no", "consent": "given", "decided_by": nurse.name}
    nurse.record(case, "disclosure", to_agency="police", opens_entry=number, **shared)
    assert "MARKERSEXUAL" in everything(officer, case) and "MARKERAGAIN" not in everything(officer, case)
    assert "MARKERSEXUAL" not in everything(teacher, case) + everything(manager, case)
    after = officer.entries(case)
    assert [entry["id"] for entry in after][:len(before)] == before, "numbers stay as they were"
    assert [entry["seq"] for entry in after] == list(range(1, len(after) + 1))
    assert after[-1]["fields"]["views"] == "MARKERSEXUAL" and after[-2]["fields"]["opens_entry"] == len(after)
    assert "opens_entry" not in teacher.entries(case, "disclosure")[0]["fields"], "it is of no entry of theirs"
    # nobody opens what they do not read
    for fields in ({"opens": ["police-evidence"]}, {"opens_entry": 99}):
        try:
            nurse.record(case, "disclosure", to_agency="education", **shared, **fields)
            raise AssertionError(fields)
        except Refused as answer:
            assert answer.status == 422, answer
    # all of a label that was recorded up to then
    nurse.record(case, "disclosure", to_agency="education", opens=["health"], **shared)
    write(nurse, case, "child-views", views="MARKERLATER", how_obtained="In a talk", labels=["health"])
    assert "MARKERHEALTH" in everything(teacher, case) and "MARKERLATER" not in everything(teacher, case)
    # a label is put on, never one that is not the author's to put on
    try:
        write(nurse, case, "child-views", views="x", how_obtained="y", labels=["standard"])
        raise AssertionError("standard closes nothing")
    except Refused as answer:
        assert answer.status == 422


@requirement("R61")
def an_answer_is_closed_as_an_entry_is(program):
    manager, nurse = program.worker("team-manager"), program.worker("referrer", "health")
    case = nurse.refer()
    manager.call("POST", "/api/v1/cases/%s/details" % case, {"fields": {"placement_address": "MARKERPLACE 4, Elsewhere"}})
    assert "MARKERPLACE" in everything(manager, case)
    assert "MARKERPLACE" not in everything(nurse, case)
    page = nurse.open("/cases/%s/details" % case)
    assert "MARKERPLACE" not in page.html
    shared = {"what": "Where she lives", "purpose": "A visit", "legal_basis": "Consent", "immediate_risk": "no",
              "consent": "given", "decided_by": manager.name}
    manager.record(case, "disclosure", to_agency="health", opens=["placement"], **shared)
    assert "MARKERPLACE" in everything(nurse, case)
    # what is written afterwards is closed again, and what stood before is not shown as though it still held
    manager.call("POST", "/api/v1/cases/%s/details" % case, {"fields": {"placement_address": "MARKERNEXT 5"}})
    child = str(nurse.case(case)["child"])
    assert "MARKERNEXT" not in everything(nurse, case) and "MARKERPLACE" not in child
