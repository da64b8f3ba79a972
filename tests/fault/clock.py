#!/usr/bin/env python3
"""Moves the clock under the real server (libfaketime): by an hour and a day, over both changes of the clocks, over
29 February and past 19 January 2038. Entries stay in the order in which they were recorded, no session lasts longer,
duties are due when the table says, and everything is whole.

Usage: clock.py WAYMARK PACK
"""

import datetime
import email.utils
import glob
import itertools
import os
import subprocess
import sys
import tempfile
import time

from program import Program

UTC = datetime.timezone.utc
faults = []


def check(what, holds, detail=""):
    if not holds:
        faults.append(what)
        print("FAULT %s: %s" % (what, detail))


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=UTC)


def said(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def library():
    found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    if not found:
        sys.exit("clock.py: libfaketime is missing: script/bootstrap test installs it")
    return found[0]


def preload(waymark):
    """The address sanitizer wants to be the first of the libraries."""
    needed = subprocess.run(["ldd", waymark], capture_output=True, text=True, timeout=60, check=True).stdout
    sanitizers = [line.split()[2] for line in needed.splitlines() if "libasan" in line]
    return ":".join(sanitizers + [library()])


class Clock:
    """What the server and the commands take for the time; it goes on from where it was put."""

    def __init__(self, waymark, folder):
        self.path = os.path.join(folder, "clock")
        self.environment = {"LD_PRELOAD": preload(waymark), "FAKETIME_TIMESTAMP_FILE": self.path,
                            "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}

    def put(self, moment):
        offset = (moment - datetime.datetime.now(UTC)).total_seconds()
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            file.write("%+.3f\n" % offset)
        os.rename(self.path + ".new", self.path)


class World:
    def __init__(self, program, clock):
        self.program, self.clock = program, clock
        self.tokens_of = None
        self.put_at = 0

    def gone_on(self):
        """How far the clock went on since it was put: a busy machine takes its time."""
        return datetime.timedelta(seconds=time.monotonic() - self.put_at)

    def put(self, moment):
        """Puts the clock there, and sees that the server goes by it."""
        self.put_at = time.monotonic()
        self.clock.put(moment)
        status, headers, _, _ = self.someone._exchange("GET", "/sign-in")
        shown = email.utils.parsedate_to_datetime(headers["date"])
        if self.tokens_of is None or abs(moment - self.tokens_of) > datetime.timedelta(days=60):
            for worker in (self.nurse, self.someone):
                self.program.unlock(worker.username)
                worker.token = self.program.token(worker.username)
            self.tokens_of = moment
        assert status == 200 and abs((shown - moment).total_seconds()) < 20, "the clock says %s, not %s" % (shown, moment)

    def is_in(self, worker):
        status, headers, _, _ = worker._exchange("GET", "/procedure", None, {
            "Cookie": "waymark_session=" + worker.cookies.get("waymark_session", "")})
        out = status == 303 and headers["location"].startswith("/sign-in")
        assert status == 200 or out, "answered %d" % status
        return not out

    def sign_in(self, worker):
        worker.cookies.clear()
        worker.sign_in()


def order(world):
    """By the sequence, whatever the clock says, and a case can be written in the hour that comes twice."""
    nurse, noon = world.nurse, at("2030-03-30T12:00:00")
    world.put(noon)
    case = nurse.refer(occurred_at=said(noon))
    hour, day = datetime.timedelta(hours=1), datetime.timedelta(days=1)
    views = []
    for name, moment in itertools.chain(
            [("noon", noon), ("an hour back", noon - hour), ("an hour on", noon + hour), ("a day back", noon - day),
             ("a day on", noon + day)],
            [("minute %d of the night of 27 October" % minute, at("2030-10-27T00:30:00") +
              datetime.timedelta(minutes=minute)) for minute in (0, 40, 60, 100)]):
        world.put(moment)
        nurse.record(case, "child-views", views=name, how_obtained="Asked")
        views.append(name)
    entries = nurse.entries(case)
    check("the sequence has no gap", [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1)), entries)
    got = [entry["fields"]["views"] for entry in entries if entry["type"] == "child-views"]
    check("entries are in the order of their recording", got == views, got)
    page = nurse.open("/cases/%s/chronology" % case)
    check("the page shows every one of them", all(view in page.text for view in views), page.text[:2000])


def sessions(world):
    """Twelve hours at most, thirty minutes idle, and not a minute more, whatever night it is."""
    nurse = world.nurse
    for eve in ("2030-03-30T20:00:00", "2030-10-26T20:00:00", "2032-02-28T18:00:00", "2038-01-18T20:00:00"):
        began = at(eve)
        world.put(began)
        world.sign_in(nurse)
        until = began + world.gone_on() + datetime.timedelta(hours=12)
        for minutes in range(25, 12 * 60, 25):
            world.put(began + datetime.timedelta(minutes=minutes))
            check("%s: signed in for %d minutes" % (eve, minutes), world.is_in(nurse))
        world.put(until + datetime.timedelta(seconds=1))
        check("%s: out after 12 hours" % eve, not world.is_in(nurse))
    base = at("2038-01-20T12:00:00")
    for hours in (1, 24):
        moved = datetime.timedelta(hours=hours)
        for way, moment in (("back", base - moved), ("on", base + moved)):
            world.put(base)
            world.sign_in(nurse)
            check("signed in before the clock is put %s" % way, world.is_in(nurse))
            world.put(moment)
            check("put %s by %d hours: out" % (way, hours), not world.is_in(nurse))
            world.sign_in(nurse)
            check("put %s by %d hours: can sign in again" % (way, hours), world.is_in(nurse))
            world.put(base + datetime.timedelta(seconds=20))
            check("set right again: that session does not go on", not world.is_in(nurse))
        base += datetime.timedelta(days=3)
    world.put(base)
    world.sign_in(nurse)
    for minutes in (20, 40):
        world.put(base + datetime.timedelta(minutes=minutes))
        check("twenty minutes idle", world.is_in(nurse))
    world.put(base + datetime.timedelta(minutes=70, seconds=1) + world.gone_on())
    check("thirty minutes idle: out", not world.is_in(nurse))


# When a referral is decided on (11.18: 24 hours, elapsed time): told at, due at. In London the night of 31 March
# has 23 hours and that of 27 October 25.
DUE = (
    ("2030-03-30T16:40:00", "2030-03-31T16:40:00"),
    ("2030-10-26T15:40:00", "2030-10-27T15:40:00"),
    ("2032-02-28T23:30:00", "2032-02-29T23:30:00"),
    ("2032-02-29T23:30:00", "2032-03-01T23:30:00"),
    ("2038-01-18T10:00:00", "2038-01-19T10:00:00"),
    ("2038-01-19T03:14:07", "2038-01-20T03:14:07"),
)


def duties(world):
    """Due where the table says, open until then and overdue after it; the clock put back makes it open again."""
    nurse = world.nurse
    for told, due in DUE:
        world.put(at(told) + datetime.timedelta(minutes=1))
        case = nurse.refer(occurred_at=said(at(told)), notified_at=said(at(told)))
        for what, moment, state in (("before", at(due) - datetime.timedelta(minutes=1), "open"),
                                    ("after", at(due) + datetime.timedelta(minutes=1), "overdue"),
                                    ("an hour back", at(due) - datetime.timedelta(hours=1), "open")):
            world.put(moment)
            found = nurse.duty(case, "decide-initial-assessment")
            check("told %s: due" % told, found["due_at"] == said(at(due)), found)
            check("told %s: %s" % (told, what), found["state"] == state, found)


def main(waymark, pack):
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="waymark-clock-") as folder:
        clock = Clock(waymark, folder)
        clock.put(at("2030-03-30T11:00:00"))
        with Program(waymark, pack, environment=clock.environment,
                     more=["--sandbox", "off"]) as program:  # the moved clock reads a file of its own
            world = World(program, clock)
            world.nurse = program.worker("referrer", "health")
            world.someone = program.worker("social-worker", "social-care")
            for part in (order, sessions, duties):
                part(world)
            verified = program.run("verify", "--data", program.data, check=False)
            check("all is whole", verified.returncode == 0, verified.stdout + verified.stderr)
            program.stop()
            program.start()
            check("it serves again in 2038", world.someone.call("GET", "/api/v1/duties") is not None)
    print("the clock moved by an hour, a day, over both changes, 29 February and 2038: %d faults, %.0f s" % (
        len(faults), time.monotonic() - began))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
