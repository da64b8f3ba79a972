#!/usr/bin/env python3
"""A record from its closing to its end, through the pages of the real program and a clock that is moved under it:
kept to its last day, held, proposed by one person, agreed by another, waited for, destroyed; the fact stays, and no
word of it is left in the folder of the data. Row 37 of the plan of security: nobody does it alone.

    disposal.py WAYMARK PACK
"""

import datetime
import os
import pathlib
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here.parent / "requirements"), str(here.parent / "fault")]
from clock import Clock, at, said  # noqa: E402
from program import Program  # noqa: E402

CANARIES = {"first name": "Quillon", "family name": "Featherwick", "narrative": "canary-narrative came home with a phone",
            "draft": "canary-draft typed and left", "street": "Larkspur Passage"}
BEGUN = at("2026-06-01T09:00:00")
DUE = at("2036-02-04T09:00:00")  # the day after the 25th birthday of a child born on 3 February 2011


def closed_case(manager, given, family, moment):
    case = manager.refer(child={"given_name": given, "family_name": family, "date_of_birth": "2011-02-03",
                                "address": "1 " + CANARIES["street"]},
                         occurred_at=said(moment), narrative=CANARIES["narrative"])
    manager.record(case, "referral-decision", immediate_danger="no", initial_assessment="not-required",
                   reasons="Nothing was found", agreed_by="A manager")
    form = manager.form(case, "child-views")
    form.send({"views": CANARIES["draft"]}, go="draft")
    manager.record(case, "case-closed", reasons="Safe", agreed_by="A manager")
    return case


def held_in(folder):
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.is_file():
            held = path.read_bytes().lower()
            for what, text in CANARIES.items():
                for form in (text.encode(), text.encode("utf-16-le")):
                    if form.lower() in held:
                        yield "%s stands in %s" % (what, path.name)


def step(worker, path, what, status=200, **fields):
    """Opens the page of a step from the page of the record, fills it in and sends it."""
    page = worker.open(path).follow(what)
    sent = page.send(fields)
    assert sent.status == status, "%s: %d %s" % (what, sent.status, sent.text[:1500])
    return sent


def story(program, clock):
    clock.put(BEGUN)
    manager = program.worker("duty-manager")
    case = closed_case(manager, CANARIES["first name"], CANARIES["family name"], BEGUN)
    other = closed_case(manager, "Rowan", "Ketteringham", BEGUN)

    # ten years on other people work here: an account that nobody uses does not open
    clock.put(DUE - datetime.timedelta(days=2))
    manager, nurse = program.worker("duty-manager", number=2), program.worker("referrer", "health", number=2)
    clerk = program._new("parveen-ashworth", "records-officer", "social-care")
    second = program._new("daniel-okafor", "records-officer", "social-care")
    twin = program._new("p-ashworth", "records-officer", "social-care")
    everybody = (manager, nurse, clerk, second, twin)

    def put(moment):
        clock.put(moment)
        for worker in everybody:
            worker.cookies.clear()

    # kept to the last day, and no name for those who keep records
    put(DUE - datetime.timedelta(days=1))
    clerk.open("/disposal").says("No record is due").lacks(case)
    nurse.open("/disposal", status=403)
    clerk.open("/cases/%s" % case, status=403)
    put(DUE)
    page = clerk.open("/disposal").says(case, other, "A child's case", "3 February 2036")
    page.lacks(CANARIES["first name"], CANARIES["family name"], "Rowan")
    path = page.link(case)
    rows = clerk.open("/disposal.csv?list=due").body.decode("utf-8-sig")
    assert case in rows and CANARIES["first name"] not in rows, rows
    found = page.send({"reference": case}, action="/disposal/find")
    assert found.path == path, found.path
    page.send({"reference": "nothing"}, action="/disposal/find").says("Enter the ten characters of a reference")

    # a hold keeps it
    empty = clerk.open(path).follow("Place a hold").send({"reason": ""})
    assert empty.status == 422, empty.status
    empty.says("Say why")
    step(manager, path, "Place a hold", reason="An inquiry asked for it").says("Held", "An inquiry asked for it")
    clerk.open("/disposal").lacks(case)
    clerk.open("/disposal?list=held").says(case)
    step(clerk, path, "Lift the hold", reason="The inquiry ended").says("Due")

    # one proposes, and does not decide
    step(clerk, path, "Propose that it is destroyed", reason="Its time is over").says("Proposed", "You proposed it")
    proposal = second.open(path).link("Decide about the proposal")
    for alone, words in ((clerk, "You proposed it"), (twin, "may be one person")):
        alone.open(path).says(words)
        sent = alone.open(proposal).send({"decision": "agree", "reason": "I agree with myself"})
        assert sent.status == 403, sent.text[:800]
    assert manager.open(proposal).send({"decision": "agree", "reason": "Not mine to say"}).status == 403
    undecided = second.open(proposal).send({"reason": "Kept what was typed"})
    assert undecided.status == 422 and undecided.typed("reason", "do/agree") == ["Kept what was typed"], undecided.text
    second.open(proposal).send({"decision": "agree", "reason": "Nothing stands against it"}).says("Agreed")

    # an agreement to what was cancelled is worth nothing for what is proposed anew
    caught = second.open(proposal)
    step(clerk, path, "Cancel the proposal", reason="A relative asked")
    step(clerk, path, "Propose that it is destroyed", reason="The relative does not need it")
    sent = caught.send({"decision": "agree", "reason": "Replayed"})
    assert sent.status == 409, "%d %s" % (sent.status, sent.text[:800])
    clerk.open(path).says("Proposed").lacks("Replayed")
    proposal = second.open(path).link("Decide about the proposal")
    second.open(proposal).send({"decision": "agree", "reason": "Nothing stands against it"}).says("Agreed")

    # the waiting period is waited for
    second.open(path).lacks("Destroy the record")
    early = second.open(proposal.replace("agree", "destroy")).send()
    assert early.status == 409, early.text[:800]
    put(at("2036-02-19T09:00:00"))
    clerk.open("/disposal?list=under-way").says(case, "To be destroyed")
    step(second, path, "Destroy the record").says("Destroyed", "Nothing of what it held is left")

    # the fact stays, and nothing else
    clerk.open("/disposal?list=destroyed").says(case, "A child's case").lacks(CANARIES["first name"])
    clerk.open(path).follow("Certificate to print").says(
        "Certificate of disposal", case, "Parveen Ashworth", "Daniel Okafor", "The relative does not need it",
        "UK GDPR", "Entries", "The child's own record went with it")
    manager.open("/cases/%s" % case, status=410).says("disposed of")
    manager.open("/find").send({"text": "%s %s" % (CANARIES["first name"], CANARIES["family name"])},
                               action="/find").lacks(case)
    manager.open("/cases/%s" % other).says("Rowan")
    again = second.open(proposal.replace("agree", "destroy"), status=None).send()
    assert again.status == 409, again.text[:500]
    left = clerk.open("/disposal").says(other)
    left.lacks(case)


def main(waymark, pack):
    with tempfile.TemporaryDirectory(prefix="waymark-clock-") as folder:
        clock = Clock(os.path.abspath(waymark), folder)
        with Program(waymark, pack, environment=clock.environment,
                     more=["--sandbox", "off"]) as program:  # the moved clock reads a file of its own
            story(program, clock)
            found = list(held_in(program.data))
            verified = program.run("verify", "--data", program.data, "--pack", pack, check=False)
    assert not found, found
    assert verified.returncode == 0, verified.stdout + verified.stderr
    print("a record was kept, held, agreed by two, waited for and destroyed; no word of it is left")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
