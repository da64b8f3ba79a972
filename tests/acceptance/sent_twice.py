#!/usr/bin/env python3
"""A form that is sent twice, by a double click, a reload, or going back and sending it again, is recorded once; and of
two people who change the same thing the second is told what the first changed, and loses nothing that they typed.

    sent_twice.py WAYMARK PACK
"""

import concurrent.futures
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "requirements"))
from program import Program, day  # noqa: E402

SENT = "This form was sent already"


def twice(page, values, count, path, **changed):
    """Sent three times, two of them at once, it is there once. Changed and sent again it is not taken for the first,
    and recorded beside it when it is sent once more."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: page.send(values, action=path), range(2)))
    answers.append(page.send(values, action=path))
    for answer in answers:
        assert answer.status == 200, (answer.status, answer.text[:800])
        assert answer.path == answers[0].path, (answer.path, answers[0].path)
    assert count() == 1, count()
    again = page.send({**values, **changed}, action=path)
    assert again.status == 422, again.status
    again.says(SENT)
    assert count() == 1, count()
    if changed:
        assert again.send(action=path).status == 200
        assert count() == 2, count()


def a_record_outside_cases(program):
    nurse = program.worker("referrer", "health")
    values = {"setting": "Drop-in by the market", "reached": "7", "summary": "Told where to get help"}
    twice(nurse.open("/new-record/outreach-contact"), values,
          lambda: nurse.open("/records?type=outreach-contact").text.count("Drop-in by the market"), "/new-record/",
          reached="8")


def an_answer_to_a_recommendation(program):
    nurse, officer = program.worker("referrer", "health"), program.worker("police-officer")
    page = nurse.open("/new-record/learning-recommendation").send({"recommendation": "Ring the school sooner"})
    path = page.path.split("?")[0]
    twice(officer.open(path + "/answer"), {"answer": "accepted", "reason": "We ring on the same day"},
          lambda: officer.open(path).heads.count("Recommendation for better practice answered"), "/answer",
          reason="We ring within the hour")


def a_contact_of_the_directory(program):
    keeper = program.worker("administrator")
    values = {"agency": "health", "kind": "service", "name": "Nurses of Melton", "area": "Melton"}
    twice(keeper.open("/directory/new"), values,
          lambda: sum("Nurses of Melton" in words for _, words in keeper.open("/directory").links), "/directory",
          phone="0116 496 0103")


def a_request_for_what_is_held(program):
    clerk = program.worker("records-officer", "social-care")
    case = program.worker("referrer", "health").refer()
    values = {"asked_by": "Rosalind Ferrersby", "asks_as": "self", "identity": "A passport was shown", "received_on": day()}
    twice(clerk.open("/requests/new?case=%s" % case), values,
          lambda: sum("Rosalind Ferrersby" in words for _, words in clerk.open("/requests").links), "/requests/new",
          wants="The letters")


def new_contact(program, name):
    keeper = program.worker("administrator")
    page = keeper.open("/directory/new").send({"agency": "health", "kind": "service", "name": name, "area": "Melton",
                                               "phone": "0116 496 0100", "hours": "9am to 5pm"}, action="/directory")
    return keeper, page.link(name)


def two_who_change_a_contact(program):
    keeper, path = new_contact(program, "Clinic of Melton")
    other = program.worker("administrator", number=2)
    first, second = keeper.open(path + "/change"), other.open(path + "/change")
    assert first.send({"phone": "0116 496 0199"}, action="/change").status == 200
    refused = second.send({"hours": "8am to 6pm"}, action="/change")
    assert refused.status == 409, refused.status
    refused.says("Somebody changed this contact while you were writing", keeper.name, "0116 496 0199, before 0116 496 0100")
    assert refused.typed("hours", "/change") == ["8am to 6pm"], refused.typed("hours", "/change")
    other.open(path).says("0116 496 0199", "9am to 5pm")
    refused.send({"phone": "0116 496 0199"}, action="/change").says("0116 496 0199", "8am to 6pm")


def a_contact_that_changed_is_not_said_to_be_right(program):
    keeper, path = new_contact(program, "Youth work of Melton")
    other = program.worker("administrator", number=2)
    looked_at = other.open(path)
    keeper.open(path + "/change").send({"phone": "0116 496 0198"}, action="/change")
    refused = looked_at.send(action="/verify")
    assert refused.status == 409, refused.status
    refused.says("Somebody changed this contact meanwhile", "0116 496 0198", "Not checked yet")
    refused = looked_at.send({"reason": "The number is dead"}, action="/withdraw")
    assert refused.status == 409, refused.status
    assert refused.typed("reason", "/withdraw") == ["The number is dead"]
    page = refused.send(action="/verify").lacks("Not checked yet")
    assert looked_at.send(action="/verify").status == 200, "it was checked today"
    page.send({"reason": "It moved"}, action="/withdraw").says("It is no longer in use")


def two_who_change_the_details_of_a_child(program):
    """From the page, and from a draft of it that was begun before."""
    nurse, manager = program.worker("referrer", "health"), program.worker("duty-manager")
    case = nurse.refer()
    path = "/cases/%s/details" % case
    first, second, drafted = nurse.open(path), manager.open(path), manager.open(path)
    kept = drafted.send({"school": "Long Field"}, go="keep", action="/details")
    assert kept.status == 200, kept.status
    assert first.send({"address": "3 Mill Lane, Melton"}, go="record", action="/details").status == 200
    refused = second.send({"family_name": "Osgathorpe"}, go="record", action="/details")
    assert refused.status == 409, refused.status
    refused.says("Somebody changed the details while you were writing", "3 Mill Lane, Melton", "Health")
    assert refused.typed("family_name", "/details") == ["Osgathorpe"]
    manager.open("/cases/%s/people" % case).says("3 Mill Lane, Melton")
    page = refused.send({"address": "3 Mill Lane, Melton"}, go="record", action="/details")
    assert page.status == 200, page.status
    manager.open("/cases/%s/people" % case).says("3 Mill Lane, Melton", "Osgathorpe")
    draft = manager.open("%s?draft=%s" % (path, kept.body.decode()))
    again = draft.send(go="record", action="/details")
    assert again.status == 409, again.status
    again.says("Osgathorpe", "3 Mill Lane, Melton")
    manager.open("/cases/%s/people" % case).says("3 Mill Lane, Melton", "Osgathorpe")


def a_draft_of_a_correction(program):
    """It was begun on what stood then, and says what came between."""
    one, other = program.worker("duty-manager"), program.worker("team-manager")
    case = one.refer()
    one.record(case, "child-views", views="As it was", how_obtained="Asked")
    path = "/cases/%s/entries/%d/correct" % (case, one.entries(case, "child-views")[0]["seq"])
    kept = one.open(path).send({"how_obtained": "Asked at school", "_reason": "Misheard"}, go="keep", action="/correct")
    other.open(path).send({"views": "As it is", "_reason": "Misread"}, go="record").says("is recorded")
    refused = one.open("%s?draft=%s" % (path, kept.body.decode())).send(go="record", action="/correct")
    assert refused.status == 409, refused.status
    refused.says("Somebody recorded on this case while you were writing", other.name)
    assert refused.typed("how_obtained", "/correct") == ["Asked at school"]


TESTS = (a_record_outside_cases, an_answer_to_a_recommendation, a_contact_of_the_directory, a_request_for_what_is_held,
         two_who_change_the_details_of_a_child, a_draft_of_a_correction, two_who_change_a_contact, a_contact_that_changed_is_not_said_to_be_right)


def main(waymark, pack):
    with Program(waymark, pack) as program:
        for test in TESTS:
            test(program)
    print("%d forms are taken once, or told what came between" % len(TESTS))


if __name__ == "__main__":
    main(*sys.argv[1:])
