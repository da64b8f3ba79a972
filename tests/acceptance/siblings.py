#!/usr/bin/env python3
"""Two children who belong together, and whoever reads the case of one of them alone: the other is not there for them,
and what they do for the first goes on.

    siblings.py WAYMARK PACK
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "requirements"))
from program import Program  # noqa: E402
from test_meetings import arrange, dealt, everybody_came, hold_page, started  # noqa: E402


def main(waymark, pack):
    with Program(waymark, pack) as program:
        manager, worker = program.worker("team-manager"), program.worker("social-worker")
        officer = program.worker("police-officer")
        own, other = started(worker), started(manager)
        arrange(manager, own, others=[other])
        page = manager.open("/cases/%s/restrict" % other)
        restricted = page.send({"reason": "Known to a colleague"}, action="/restrict")
        assert restricted.status == 200, restricted.text[:600]
        worker.open("/cases/%s" % other, status=403).says("give a reason")
        # the meeting that was arranged for both is held for the one
        page = hold_page(worker, own).lacks(other)
        page = page.send({**everybody_came(page), **dealt(page, own)}, go="record", action="/hold")
        page.says("Record of the meeting")
        assert worker.entries(own, "meeting-held") and not manager.entries(other, "meeting-held")
        # another is arranged, and a link is made, with children who are there
        page = worker.open("/cases/%s/meetings/arrange?kind=conference" % own)
        page = page.send({"others": [other], "chair": worker.name}, go="record", action="/meetings/arrange")
        page.says("There is no case %s" % other)
        for who, unknown in ((worker, other), (officer, manager.refer())):
            page = who.open("/cases/%s/links" % own)
            page = page.send({"linked_case": unknown, "through": "person", "what": "Man known as J"}, action="/links")
            assert page.status == 422, page.status
            page.says("There is no case %s" % unknown)
    print("of two children one is there")


if __name__ == "__main__":
    main(*sys.argv[1:])
