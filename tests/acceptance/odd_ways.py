#!/usr/bin/env python3
"""Ways that people go and no page leads to: two tabs, a session that ends while somebody writes, a form that is sent with
less or more than it asks. Each gets an answer, nothing typed is lost by it, and the server goes on.

    odd_ways.py WAYMARK PACK
"""

import datetime
import pathlib
import re
import socket
import sys
import threading
import time
import urllib.parse
import zoneinfo

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "requirements"))
from program import PASSWORD, Program, Refused, date_parts  # noqa: E402
from test_meetings import seq_of, started  # noqa: E402

WORDS = "Typed for an hour: \"it's\" <kept> & safe"


def hidden(page, name):
    return page.typed(name)[0]


def a_child_known_by_half_a_name(program):
    """A referral sent without the family name at all finds the child by the rest, and goes on with their record."""
    nurse = program.worker("referrer", "health")
    case = nurse.refer(child={"given_name": "Kestrel", "family_name": "Aldwych", "date_of_birth": "2010-04-12"})
    page = nurse.open("/referral/new").send()
    begin = page.path.rsplit("/", 1)[0]
    csrf = hidden(page, "_csrf")
    birth = [(name, texts[0]) for name, texts in date_parts("c-date_of_birth", "2010-04-12").items()]
    assert nurse.post(begin + "/child-name", [("_csrf", csrf), ("c-given_name", "Kestrel")]).status == 422
    assert nurse.post(begin + "/child-birth", [("_csrf", csrf), *birth]).status == 200
    matches = nurse.open(begin + "/possible-matches").says("Kestrel Aldwych")
    after = matches.send({"same": case}, go="on", action="possible-matches")
    assert after.status == 200 and after.path.endswith("/concern"), after.path
    nurse.open("/drafts/%s" % begin.rsplit("/", 1)[1]).follow("Go on with it").says("Kestrel Aldwych")


def an_entry_that_was_corrected_more_often_than_a_page_holds(program):
    """What stands now is on each of its pages, and every correction on one of them."""
    worker = program.worker("social-worker")
    case = worker.refer()
    worker.record(case, "child-views", views="As it was", how_obtained="Asked")
    seq = worker.entries(case, "child-views")[0]["seq"]
    for i in range(40):
        worker.record(case, "correction", corrects=seq, reason="Misheard the %dth time" % i,
                      fields={"views": "%02d" % i + '"' * 19990})
    path = "/cases/%s/entries/%d" % (case, seq)
    pages = pages_of(worker, path + "?from=chronology&type=child-views")
    assert len(pages) > 1
    said = " ".join(page.text for page in pages)
    for i in range(40):
        assert said.count("Misheard the %dth time" % i) == 1, i
    for page in pages:
        assert "39" + '"' * 19990 in page.text and page.link("Back to the chronology").endswith("type=child-views&agency=&as_of=")
    assert path + "?corrections=1" not in [where for where, _ in pages[0].links]
    pages[-1].follow("The first corrections").says("Misheard the 0th time")
    for wrong in ("0", "41", "x", ""):
        worker.open(path + "?corrections=" + wrong).says("Misheard the 0th time")


def pages_of(worker, path):
    """That page and those that follow it."""
    pages = [worker.open(path)]
    while any(text == "Next page" for _, text in pages[-1].links):
        pages.append(pages[-1].follow("Next page"))
    return pages


def a_case_with_more_meetings_than_a_page_holds(program):
    """What has no room on the page is linked to."""
    worker = program.worker("social-worker")
    case = worker.refer()
    for i in range(30):
        worker.record(case, "meeting-held", kind="family-group", chair="A manager", chair_role="social-care-manager",
                      quorate="yes", immediate_danger="no", child_views="The %dth time" % i, exit_plan="agreed",
                      **{name: "&" * 20000 for name in ("information", "minutes_earlier_actions", "exit_plan_notes")})
    page = worker.open("/cases/%s/meetings" % case)
    held = worker.entries(case, "meeting-held")
    for i, entry in enumerate(held):
        path = "/cases/%s/entries/%d" % (case, entry["seq"])
        assert any(where == path for where, _ in page.links), path
    alone = [where for where, text in page.links if text == "This page is long: read what was recorded by itself"]
    assert 0 < len(alone) < 30, alone
    worker.open(alone[-1]).says("The 0th time", "&" * 20000)


def a_chronology_longer_than_a_page(program):
    """Each entry is on one of its pages, newest first, and its filter holds on all of them."""
    worker = program.worker("social-worker")
    case = worker.refer()
    for i in range(340):
        worker.record(case, "child-views", views=("%03d " % i) + '"' * 270, how_obtained="Asked")
    pages = pages_of(worker, "/cases/%s/chronology?type=child-views" % case)
    assert len(pages) > 1
    found = [int(number) for page in pages for number in re.findall(r"(\d{3}) \"{270}", page.text)]
    assert found == list(reversed(range(340))), found
    for page in pages:
        page.says("340 entries, newest first; ").lacks("Referred by")
    assert worker.open("/cases/%s/chronology?after=999999" % case).says("Every kind").link("Next page")


def sign_in_on(page):
    """Signs in on the page that asks for it, with what waits there."""
    return page.send({"username": page.worker.username, "password": PASSWORD}, action="/sign-in")


def a_session_that_ends_while_a_meeting_is_arranged(program):
    worker = program.worker("social-worker")
    case = worker.refer()
    page = worker.open("/cases/%s/meetings/arrange?kind=strategy" % case)
    worker.cookies.pop("waymark_session")
    asked = page.send({"place": WORDS}, go="record", action="/meetings/arrange")
    assert asked.status == 401, asked.status
    again = sign_in_on(asked).says("Send it again", WORDS).send(action="/meetings/arrange")
    again.says("“Meeting arranged” is recorded", WORDS)


def two_tabs_that_ask_to_sign_in(program):
    """Who signed in in one of them sends the other: what it holds is there, and it does not say that they may not."""
    worker = program.worker("social-worker")
    case = worker.refer()
    one = worker.form(case, "child-views")
    other = worker.form(case, "disclosure")
    worker.cookies.pop("waymark_session")
    first = one.send({"views": WORDS}, go="record")
    second = other.send({"what": WORDS}, go="record")
    assert first.status == 401 and second.status == 401, (first.status, second.status)
    sign_in_on(first).says("Send it again", WORDS)
    sign_in_on(second).says("Send it again", WORDS)
    worker.cookies.clear()
    bare = worker._page("GET", "/sign-in?next=/duties")
    worker.sign_in()
    assert sign_in_on(bare).path == "/duties", "who is signed in already goes where they were going"


def what_was_asked_of_a_page_before_signing_in(program):
    """The filters of an address are there after it, whatever they say; and it leads nowhere but here."""
    worker = program.worker("social-worker")
    for address in ("/duties?state=overdue", "/directory?text=nurse%20%26%20%E2%80%9Cduty%E2%80%9D%2B&of=health", "/?after=1"):
        worker.cookies.clear()
        assert sign_in_on(worker._page("GET", address)).path == address
        assert worker._page("GET", "/sign-in?next=" + urllib.parse.quote(address, safe="")).path == address
    worker.cookies.clear()
    assert sign_in_on(worker._page("GET", "/duties?state=overdue&after=" + "x" * 1000)).path == "/duties"
    for away in ("//elsewhere.example/", "/\\elsewhere.example/", "https://elsewhere.example/", "/%2F/elsewhere.example",
                 "/%5Celsewhere.example", "/duties?a\r\nSet-Cookie: b=c", "/duties#x", "elsewhere"):
        worker.cookies.clear()
        page = worker._page("GET", "/sign-in?next=" + urllib.parse.quote(away, safe=""))
        assert not any(form["fields"] and ("_next", away) in form["fields"] for form in page.forms), away
        sent = page.send({"username": worker.username, "password": PASSWORD, "_next": away}, action="/sign-in")
        assert sent.path == "/", (away, sent.path)


def who_is_given_the_record_of_a_meeting_without_names(program):
    """What was typed stays where the form is refused."""
    worker = program.worker("social-worker")
    case = started(worker)
    worker.record(case, "meeting-held", kind="strategy", chair=worker.name, chair_role="social-care-manager", immediate_danger="no",
                  exit_plan="agreed", exit_plan_notes="Youth work twice a week", child_views="Wants to swim",
                  views_how_obtained="Asked")
    page = worker.open("/cases/%s/meetings/%d/record" % (case, seq_of(worker, case, "meeting-held")))
    refused = page.send({"to": ["Ms Rahman, school", "Dr Lane, health"]}, action="/record")
    assert refused.status == 422, refused.status
    assert refused.typed("to", "/record") == ["Ms Rahman, school\nDr Lane, health"], refused.typed("to", "/record")
    refused.send({"to_parents": "no", "purpose": "To do their part", "legal_basis": "Working Together 2023"}, action="/record").says(
        "It is on the record who was given it", "Dr Lane, health")


def two_pages_of_signing_in_that_open_at_once(program):
    """Each brought a token of its own, and the browser holds the last."""
    worker = program.worker("social-worker")
    case = worker.refer()
    page = worker.form(case, "child-views")
    worker.cookies.clear()
    first = page.send({"views": WORDS}, go="record")
    worker.cookies.clear()
    worker._page("GET", "/sign-in")
    again = sign_in_on(first)
    assert again.status == 403, again.status
    sign_in_on(again.says("This page was open for too long").lacks("Your role")).says("Send it again", WORDS)


def a_session_that_ends_on_the_page_that_confirms(program):
    worker = program.worker("social-worker")
    case = worker.refer()
    csrf = hidden(worker.form(case, "child-views"), "_csrf")
    worker.cookies.clear()
    sent = [("_csrf", csrf), ("_kept_path", "/cases/%s/record/child-views" % case), ("kept.views", WORDS),
            ("kept._go", "record"), ("password", PASSWORD)]
    asked = worker.post("/confirm", sent)
    assert asked.status == 401, asked.status
    sign_in_on(asked).says("Send it again", WORDS).lacks(PASSWORD)


def a_correction_of_what_a_form_cannot_say(program):
    """Seconds, the second of two hours at the end of summer time and another line end stay as a program recorded them
    when something else is corrected."""
    worker = program.worker("social-worker")
    case = worker.refer(notified_at="2026-03-02T10:15:33.123Z", narrative="One line\r\nand another")
    worker.record(case, "child-views", "2024-10-27T01:30:07Z", views="As it was", how_obtained="Asked")
    for seq, values in ((1, {"involvement": "at-risk"}), (2, {"views": "As it is"})):
        page = worker.open("/cases/%s/entries/%d/correct" % (case, seq))
        assert page.send({"_reason": "Nothing else"}, go="record").status == 422, "nothing was changed"
        page.send({**values, "_reason": "Misheard"}, go="record").says("“Correction” is recorded")
        correction = worker.entries(case, "correction")[-1]
        assert correction["fields"]["fields"] == values, correction


def what_is_done_after_confirming(program):
    """It is looked at from the same place as everything else."""
    worker = program.worker("duty-manager")
    csrf = hidden(worker.open("/confirm"), "_csrf")
    found = worker.post("/confirm", [("_csrf", csrf), ("_kept_path", "/find"), ("kept.text", "Nobody Known"),
                                     ("password", PASSWORD)])
    assert found.status == 200 and "No child is found" in found.text, found.text[:600]
    look = program.worker("information-lead").call("GET", "/api/v1/looks?act=case-search&limit=1")["looks"][0]
    assert look["device"], look


def faults_of_several_forms_on_a_page(program):
    """Each stands in the form that was sent, its link leads there, and what was chosen is kept."""
    manager = program.worker("duty-manager")
    worker = program.worker("social-worker")
    case = worker.refer()
    path = "/cases/%s/restrict" % case
    other = worker.entries(case)[0]["recorded_by"]["account"]

    def send(what, **values):
        page = manager.open(path)
        form = next(form for form in page.forms if ("what", what) in form["fields"])
        pairs = dict(form["fields"])
        pairs.update(values)
        answer = manager.post(path, list(pairs.items()))
        return answer, next((form for form in answer.forms if ("what", what) in form["fields"]), None)

    answer, form = send("conflict", worker=other, conflict_reason="")
    assert answer.status == 422 and answer.link("Say why") == "#conflict_reason", answer.links
    assert ("worker", other) in form["fields"], form["fields"]
    assert send("conflict", worker=other, conflict_reason="A cousin")[0].status == 200
    answer, form = send("end-conflict", ends=other, ends_reason="")
    assert answer.status == 422 and answer.link("Say why") == "#ends_reason", answer.links
    assert ("ends", other) in form["fields"], form["fields"]
    answer, _ = send("end-conflict", ends="", ends_reason="It is over")
    assert answer.status == 422 and answer.link("Choose a worker") == "#ends", answer.links


def the_largest_form(program):
    """A meeting about twenty children, each with forty actions, has 5,724 answers: as many are taken."""
    worker = program.worker("social-worker")
    page = worker.form(worker.refer(), "child-views")
    form = page.form()
    more = [("c7KQ2M9XT4C-a%d-due_at" % number, "") for number in range(5724)]
    said = [(name, value) for name, value in form["fields"] if name != "views"]
    answer = worker.post(form["action"], [*said, ("views", WORDS), ("how_obtained", "Asked"), ("_go", "record"), *more])
    answer.says("is recorded")


def an_account_that_asks_too_often(waymark, pack):
    """What it sends then is not done, and is there to be sent again."""
    with Program(waymark, pack, more=["--account-rate", "60"]) as program:
        worker = program.worker("social-worker")
        page = worker.form(worker.refer(), "child-views")
        while worker.open("/directory", status=None).status == 200:
            pass
        page.send({"views": WORDS}, go="record").says("asked very often", "What you typed is kept", WORDS)


def a_server_that_is_stopped_while_everybody_sends(waymark, pack):
    """It finishes what it took, refuses the rest and ends as it was asked to."""
    body = b"username="
    form = (b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body)) + body

    def send(port):
        try:
            with socket.create_connection(("127.0.0.1", port)) as link:
                threading.Thread(target=hear, args=(link,), daemon=True).start()
                while True:
                    link.sendall(form * 50)
        except OSError:
            pass  # it is gone

    def hear(link):
        try:
            while link.recv(1 << 20):
                pass
        except OSError:
            pass

    for _ in range(3):
        with Program(waymark, pack) as program:
            senders = [threading.Thread(target=send, args=(program.port,)) for _ in range(12)]
            for sender in senders:
                sender.start()
            time.sleep(0.5)
            program.stop()
        for sender in senders:
            sender.join()


def a_program_that_closes_a_referral(program):
    """A referral cannot be closed further: a program that asks for it is refused, and nothing is recorded open."""
    worker = program.worker("social-worker")
    case = worker.refer()
    fields = worker.entries(case)[0]["fields"]
    asked = ("notified_at", "source_agency", "referrer", "involvement", "immediate_danger", "parents_informed", "narrative")
    body = {"type": "referral", "labels": ["police-evidence"], "fields": {name: fields[name] for name in asked}}
    try:
        worker.call("POST", "/api/v1/cases/%s/entries" % case, body)
        raise AssertionError("it was recorded: %s" % worker.entries(case)[-1]["label"])
    except Refused as refused:
        assert refused.status == 422 and refused.problem["errors"][0]["field"] == "labels", refused
    assert len(worker.entries(case)) == 1


def the_looks_of_one_day(program):
    """A date is its beginning where looks begin, and its end where they end."""
    program.worker("social-worker").refer()
    lead = program.worker("information-lead")
    today = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/London")).date()
    before, after = (today + datetime.timedelta(days=days) for days in (-1, 1))
    assert lead.call("GET", "/api/v1/looks?from=%s&until=%s" % (today, today))["looks"], "nobody looked today"
    assert not lead.call("GET", "/api/v1/looks?from=%s" % after)["looks"]
    assert not lead.call("GET", "/api/v1/looks?until=%s" % before)["looks"]


def a_further_referral_from_the_menu_of_a_case(program):
    """It goes where a referral goes, as the one that made the case did."""
    worker = program.worker("social-worker")
    case = worker.refer()
    first, = worker.entries(case)
    said = {name: first["fields"][name] for name in ("narrative", "source_agency", "referrer", "involvement",
                                                     "immediate_danger", "parents_informed")}
    form = worker.open("/cases/%s/record" % case)
    path = next(path for path, _ in form.links if path.endswith("/record/referral"))
    page = worker.open(path).send({**said, "notified_at": first["fields"]["notified_at"][:16]}, go="record")
    page.says("Referral sent", case)
    second = worker.entries(case)[1]
    for name in ("child", "routed_how", "routed_why"):
        assert second["fields"].get(name) == first["fields"][name], (name, second["fields"])


TESTS = (what_was_asked_of_a_page_before_signing_in, who_is_given_the_record_of_a_meeting_without_names, a_further_referral_from_the_menu_of_a_case, a_program_that_closes_a_referral, the_looks_of_one_day, the_largest_form, what_is_done_after_confirming, faults_of_several_forms_on_a_page, a_correction_of_what_a_form_cannot_say, a_session_that_ends_while_a_meeting_is_arranged, two_tabs_that_ask_to_sign_in,
         two_pages_of_signing_in_that_open_at_once, a_session_that_ends_on_the_page_that_confirms, a_child_known_by_half_a_name,
         an_entry_that_was_corrected_more_often_than_a_page_holds, a_case_with_more_meetings_than_a_page_holds,
         a_chronology_longer_than_a_page)


def main(waymark, pack):
    with Program(waymark, pack) as program:
        for test in TESTS:
            test(program)
    an_account_that_asks_too_often(waymark, pack)
    a_server_that_is_stopped_while_everybody_sends(waymark, pack)
    print("%d odd ways have an answer" % (len(TESTS) + 2))


if __name__ == "__main__":
    main(*sys.argv[1:])
