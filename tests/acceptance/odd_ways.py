#!/usr/bin/env python3
"""Ways that people go and no page leads to: two tabs, a session that ends while somebody writes, a form that is sent with
less or more than it asks. Each gets an answer, nothing typed is lost by it, and the server goes on.

    odd_ways.py WAYMARK PACK
"""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "requirements"))
from program import PASSWORD, Program, date_parts  # noqa: E402

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


def a_page_that_holds_more_than_a_page(program):
    """Who records more on one entry than its page can show is told so, and everybody else is served."""
    worker = program.worker("social-worker")
    case = worker.refer()
    worker.record(case, "child-views", views="As it was", how_obtained="Asked")
    seq = worker.entries(case, "child-views")[0]["seq"]
    for i in range(40):
        worker.record(case, "correction", corrects=seq, reason="Misheard",
                      fields={"views": "%02d" % i + '"' * 19990})
    answer = worker.open("/cases/%s/entries/%d" % (case, seq), status=None)
    assert answer.status == 503, answer.status
    worker.open("/cases/%s" % case).says("Latest entries")


TESTS = (a_child_known_by_half_a_name, a_page_that_holds_more_than_a_page)


def main(waymark, pack):
    with Program(waymark, pack) as program:
        for test in TESTS:
            test(program)
    print("%d odd ways have an answer" % len(TESTS))


if __name__ == "__main__":
    main(*sys.argv[1:])
