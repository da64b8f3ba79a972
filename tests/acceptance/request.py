#!/usr/bin/env python3
"""A person asks what is held about them: received, gone through part by part, prepared by one, read and released by
another, through the pages of the real program. No marker word of what was left out stands in what is given, and neither does
a gap, a number or a length that tells of it.

    request.py WAYMARK PACK
"""

import datetime
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "requirements"))
from program import Program, Refused, day  # noqa: E402

LEFT_OUT = {
    "the name of a neighbour": "Marmaduke Wherrelson",
    "police evidence": "marker-evidence of a grey van",
    "a link to another child": "marker-link both children said so",
    "in other words": "marker-place by the canal basin",
    "another child": "marker-other told of a cousin",
    "serious harm": "marker-harm of a diagnosis",
    "a draft": "marker-draft never sent",
}
GIVEN = {"narrative": "Came home late with a new phone", "views": "Wants to swim again", "rewritten": "Wants to be outdoors"}


def story_of_a_child(program):
    manager, nurse, police = (program.worker("duty-manager"), program.worker("referrer", "health"),
                              program.worker("police-officer"))
    case = nurse.refer(child={"given_name": "Rosalind", "family_name": "Ferrersby", "date_of_birth": "2008-05-04"},
                       narrative=GIVEN["narrative"])
    other = nurse.refer(child={"given_name": "Otto", "family_name": "Quennell"}, narrative="Another child")
    manager.record(case, "child-views", views=GIVEN["views"], how_obtained="Asked in a talk")
    manager.record(case, "child-views", views=LEFT_OUT["in other words"], how_obtained="Asked again")
    manager.record(case, "child-views", views=LEFT_OUT["another child"], how_obtained="Asked again")
    manager.record(case, "child-views", views=LEFT_OUT["serious harm"], how_obtained="Asked by the nurse")
    manager.record(case, "referral-decision", immediate_danger="no", initial_assessment="not-required",
                   reasons="Nothing was found", agreed_by=LEFT_OUT["the name of a neighbour"])
    manager.bring_in(case, police)
    police.record(case, "case-linked-by-evidence", linked_case=other, through="vehicle",
                  what=LEFT_OUT["police evidence"], reason=LEFT_OUT["a link to another child"])
    manager.form(case, "child-views").send({"views": LEFT_OUT["a draft"]}, go="draft")
    return case


def decide(worker, path, answer, decision, **fields):
    """Finds the part by its answer, and decides about it."""
    for page in range(1, 9):
        shown = worker.open("%s/parts?page=%d" % (path, page))
        for row in re.findall(r"<tr.*?</tr>", shown.html, re.S):
            if answer in row:
                part = re.search(r'href="(/request/[^"]+/parts/[^"]+)"', row).group(1)
                return worker.open(part).send({"decision": decision, **fields})
    raise AssertionError("no part says %r" % answer)


def one_by_one(clerk, path):
    wrong = decide(clerk, path, LEFT_OUT["in other words"], "words", words="", reason="")
    assert wrong.status == 422, wrong.status
    wrong.says("Enter the words in which it is given")
    assert decide(clerk, path, LEFT_OUT["in other words"], "words", words=GIVEN["rewritten"],
                  reason="The place would tell where another child is").status == 200
    assert decide(clerk, path, LEFT_OUT["another child"], "not-theirs", reason="It is about a cousin").status == 200
    opinion = decide(clerk, path, LEFT_OUT["serious harm"], "serious-harm", reason="It would harm them now")
    assert opinion.status == 422, opinion.status
    opinion.says("Name the health professional")
    assert opinion.typed("reason", "/parts/") == ["It would harm them now"]
    assert decide(clerk, path, LEFT_OUT["serious harm"], "serious-harm", reason="It would harm them now",
                  opinion_by="Dr A. Lane", opinion_on=day()).status == 200
    nothing = decide(clerk, path, GIVEN["views"], "others", reason="")
    assert nothing.status == 422, nothing.status
    nothing.says("Say why")


def search(document, data):
    for what, text in LEFT_OUT.items():
        for word in {text, text.split()[0]}:
            assert word not in document.html, "%s (%s) stands in the document" % (what, word)
            assert word not in data, "%s (%s) stands in the file" % (what, word)
    document.says(GIVEN["narrative"], GIVEN["views"], GIVEN["rewritten"], "Rosalind", "Contents", "Who has looked")
    document.lacks("Left out", "left out", "exempt", "parts", "The case is linked", "Linked")
    seqs = re.findall(r"\b(?:seq|entries)/?\d+", document.html)
    assert not seqs, seqs
    json.loads(data)


def same_shape(program, clerk, case):
    """Two records, one of which holds more that is left out, give documents of one shape: nothing tells which."""
    bare = program.worker("referrer", "health").refer(
        child={"given_name": "Plain", "family_name": "Ansty", "date_of_birth": "2008-05-04"}, narrative="The same words")
    full = program.worker("referrer", "health").refer(
        child={"given_name": "Plain", "family_name": "Ansty", "date_of_birth": "2008-05-04"}, narrative="The same words")
    for reference in (bare, full):
        program.worker("duty-manager").bring_in(reference, program.worker("police-officer"))
    program.worker("police-officer").record(full, "case-linked-by-evidence", linked_case=case, through="vehicle",
                                            what="marker", reason="marker")
    shapes = []
    for reference in (bare, full):
        path = receive(clerk, reference)
        text = clerk.open(path + "/document").html
        main = text[text.index("Contents"):]
        main = re.sub(r"\d+ times?, from [^<]*", "LOOKS", re.sub(r"[0-9a-f]{32}", "ID", main))
        main = re.sub(r'(?s)<div class="govuk-summary-list__row">(?:(?!</div>).)*?(Police|LOOKS).*?</div>', "", main)
        main = re.sub(r"\d+ \w+ \d{4} at [\d:apm]+", "TIME", main)
        shapes.append(re.sub(r"\s+", " ", re.sub(r"[A-Za-z0-9_-]{20,}", "TOKEN", main)))
    assert shapes[0] == shapes[1], "the two documents differ:\n%s\n%s" % tuple(shapes)


def receive(clerk, reference):
    found = clerk.open("/requests/find").send({"text": reference}, action="/requests/find")
    page = clerk.open(re.search(r'href="(/requests/new\?case=[^"]+)"', found.html).group(1))
    bad = page.send({"asked_by": "Rosalind Ferrersby"})
    assert bad.status == 422, bad.status
    bad.says("Choose as what they ask", "Say how it was checked who asks", "Enter the day it was received")
    assert bad.typed("asked_by", "/requests/new") == ["Rosalind Ferrersby"]
    page = bad.send({"asks_as": "self", "identity": "A passport was shown", "received_on": day()})
    assert page.status == 200 and "/request/" in page.path, page.text[:1500]
    return page.path.split("?")[0]


def story(program):
    case = story_of_a_child(program)
    clerk = program._new("parveen-ashworth", "records-officer", "social-care")
    second = program._new("daniel-okafor", "records-officer", "social-care")
    nurse = program.worker("referrer", "health")
    nurse.open("/requests", status=403)
    clerk.open("/requests").says("Nobody has asked yet")
    clerk.open("/cases/%s" % case, status=403)
    found = clerk.open("/requests/find").send({"text": "Rosalind Ferrersby"}, action="/requests/find")
    found.says("Rosalind Ferrersby", case)
    path = receive(clerk, case)
    today = datetime.date.today()
    clerk.open(path).says("To prepare", "A passport was shown", str(today.year))

    parts = clerk.open(path + "/parts")
    parts.says(GIVEN["narrative"], LEFT_OUT["police evidence"], LEFT_OUT["the name of a neighbour"], "Proposed by its label")
    parts.lacks(LEFT_OUT["a draft"])
    one_by_one(clerk, path)
    out = clerk.open(path + "/parts?show=left-out")
    out.says(LEFT_OUT["police evidence"], LEFT_OUT["a link to another child"], LEFT_OUT["the name of a neighbour"],
             LEFT_OUT["serious harm"], "It would harm them now", "Data Protection Act 2018")
    out.lacks(GIVEN["narrative"])

    page = clerk.open(path).follow("Extend the time").send({"reason": "There are many papers"})
    page.says("The time was extended").lacks("Extend the time")
    page = clerk.open(path).follow("Hand it to the second person").send({"note": "The police were asked"})
    page.says("To release", "You prepared it")
    release = second.open(path).link("Release the answer")
    assert clerk.open(release).send({"how": "By post"}).status == 403
    assert nurse.open(release, status=None).status == 403
    second.open(path).follow("Send it back").send({"reason": "Say where they can complain"}).says("To prepare")
    stale = second.open(release).send({"how": "By post"})
    assert stale.status == 409, stale.status
    clerk.open(path).follow("Hand it to the second person").send({})
    program.worker("duty-manager").record(case, "child-views", views="Recorded after it was prepared", how_obtained="Asked")
    page = second.open(path).follow("Release the answer")
    empty = page.send({"how": " "})
    assert empty.status == 422, empty.status
    page.send({"how": "Handed over in person"}).says("Answered", "Released by", "Daniel Okafor")

    document = clerk.open(path + "/document").lacks("It is not released", "Recorded after it was prepared")
    search(document, clerk.open(path + "/document.json").body.decode())
    nurse.open(path + "/document", status=403)
    looks = program.worker("duty-manager").open("/cases/%s/looks" % case)
    looks.says("Released what is held to who asked", "Daniel Okafor")
    same_shape(program, clerk, case)


def main(waymark, pack):
    with Program(waymark, pack) as program:
        try:
            story(program)
        except Refused as refused:
            raise AssertionError(str(refused)) from refused
    print("what is held was gathered, decided, released by two; nothing of what was left out is in it")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
