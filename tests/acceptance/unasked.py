#!/usr/bin/env python3
"""Nothing typed is ever lost in silence: an answer to a question that does not apply any more stays in the draft, is named
before anything is recorded, and is left out only by who was told of it.

    unasked.py WAYMARK PACK
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "requirements"))
from program import Program, instant  # noqa: E402

TOLD = "These answers will not be recorded"
DANGER = "He waits for her outside the college"
LATER = "Her father would take her phone away"


def walk(page, answers, until):
    """Goes on through the referral until its step of that name."""
    for _ in range(30):
        if page.path.split("?")[0].endswith("/" + until):
            return page
        asked = {name: value for name, value in answers.items() if page.asks(name)}
        page = page.send(asked, go="on")
        assert page.status == 200, page.text[:600]
    raise AssertionError("the referral never comes to %s" % until)


def on_the_form_of_an_entry(program):
    manager = program.worker("duty-manager")
    case = program.worker("referrer", "health").refer()
    said = {"immediate_danger": "no", "immediate_danger_reason": DANGER, "initial_assessment": "not-required",
            "reasons": "Nothing was found", "child_views": "Wants to swim", "views_how_obtained": "Asked her"}
    page = manager.fill(case, "referral-decision", **said)
    assert page.status == 422, page.status
    page.says("One of your answers will not be recorded", TOLD, "What is the danger, and what is being done now?", DANGER,
              "Only if you answered “Yes” to “Is the child in immediate danger now?”.")
    assert page.typed("immediate_danger_reason") == [DANGER] and page.typed("reasons") == ["Nothing was found"]
    assert not manager.entries(case, "referral-decision")
    draft = page.typed("_draft")[0]
    kept = manager.open("/cases/%s/record/referral-decision?draft=%s" % (case, draft))
    assert kept.typed("immediate_danger_reason") == [DANGER], "the draft lost it"

    changed = page.send({"immediate_danger": "no", "immediate_danger_reason": "", "initial_assessment": "not-required",
                         "reasons": ""}, go="record")
    assert changed.status == 422 and TOLD not in changed.text, "what was taken away is not told of"
    again = page.send({"immediate_danger": "no", "initial_assessment": "not-required"}, go="record")
    assert again.status == 200, again.text[:600]
    recorded, = manager.entries(case, "referral-decision")
    assert recorded["fields"]["reasons"] == "Nothing was found" and "immediate_danger_reason" not in recorded["fields"]

    path = "/cases/%s/entries/%d/correct" % (case, recorded["seq"])
    corrected = manager.open(path).send({"immediate_danger": "yes", "immediate_danger_reason": DANGER, "_reason": "Heard since"})
    assert corrected.status == 200, corrected.text[:600]
    taken = manager.open(path).send({"immediate_danger": "no", "_reason": "It was another child"})
    assert taken.status == 422, "a correction that takes an answer away says so"
    taken.says(TOLD, DANGER)
    assert taken.send({"immediate_danger": "no"}).status == 200


def in_a_referral(program):
    nurse = program.worker("referrer", "health")
    name = program.family_name()
    answers = {"c-given_name": "Kit", "c-family_name": name, "same": "none", "narrative": "Was seen with an older adult",
               "involvement": "likely", "immediate_danger": "no", "notified_at": instant(), "parents_informed": "later",
               "parents_informed_reason": LATER}
    check = walk(nurse.open("/referral/new").send(), answers, "check")
    check.says(LATER).lacks(TOLD)
    draft = check.path.split("/")[2]

    def step(of, **values):
        page = nurse.open("/referral/%s/%s" % (draft, of)).send(values, go="on")
        assert page.status == 200, page.text[:600]
        return nurse.open("/referral/%s/check" % draft)

    step("parents", parents_informed="yes").says(
        TOLD, LATER, "Only if you answered “No, and they should not be told” or “Not yet, they will be told later” to")
    step("parents", parents_informed="later").says(LATER).lacks(TOLD)
    check = step("parents", parents_informed="yes")
    blind = {name: value for name, value in check.form("/check")["fields"] if name != "_without"}
    refused = nurse.post(check.form("/check")["action"], [*blind.items(), ("_go", "on")])
    assert refused.status == 422, "it was sent without having been said: %d" % refused.status
    refused.says("One of your answers will not be recorded")
    sent = check.send(go="on", action="/check")
    assert sent.status == 200, sent.text[:600]
    sent.says("Referral sent")
    case = sent.path.split("/")[2]
    entry, = nurse.entries(case, "referral")
    assert "parents_informed_reason" not in entry["fields"]

    answers = {**answers, "c-other_names": "Kitty", "same": case, "parents_informed": "yes",
               "parents_informed_reason": ""}
    check = walk(nurse.open("/referral/new").send(), answers, "check")
    check.says(TOLD, "Kitty", "The child has a record already.")
    assert check.send(go="on", action="/check").status == 200


def main(waymark, pack):
    with Program(waymark, pack) as program:
        on_the_form_of_an_entry(program)
        in_a_referral(program)
    print("unasked: 2 passed, 0 failed")


if __name__ == "__main__":
    main(*sys.argv[1:])
