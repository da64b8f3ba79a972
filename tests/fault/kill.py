#!/usr/bin/env python3
"""Kills the real server with SIGKILL in the midst of mixed work over HTTP: entries, actions, referrals, drafts and
sign-ins at once. What was acknowledged is there afterwards, once, and who must be told of a referral is told, once, and of
none that is not there; every chain is whole and every projection is what a rebuild makes; it serves again within two
seconds (ten when the sanitizers are in it).

Usage: kill.py WAYMARK PACK      (WAYMARK_LONG=1: a thousand kills; WAYMARK_SEED: the same moments again)
"""

import http.client
import itertools
import os
import random
import subprocess
import sys
import threading
import time
import urllib.parse

from program import PASSWORD, Program, Refused

LONG = os.environ.get("WAYMARK_LONG") == "1"
ROUNDS = int(os.environ.get("WAYMARK_ROUNDS", "1000" if LONG else "200"))
SEED = int(os.environ.get("WAYMARK_SEED", str(random.SystemRandom().randrange(1, 1 << 31))))
ROUNDS_OF_STORE = 25
MOST_WORK = 16  # acknowledged before the kill, at most
SIGNED_IN = 8  # one round in so many ends after a sign-in, which a fast machine is slowest to answer
PATIENCE = 5.0  # seconds for that
SERVING = 2.0
MOST_ACTS = 10000
DIED = (OSError, http.client.HTTPException, ValueError)


class Hands:
    """Those who work on one store, and what each was told is saved."""

    def __init__(self, program):
        self.program = program
        self.worker = program.worker("social-worker", "social-care")
        self.case = self.worker.refer()
        self.form = self.worker.form(self.case, "child-views").form("/record/child-views")
        self.cookies = dict(self.worker.cookies)
        stranger = program.worker("duty-manager", "social-care")
        page = stranger._page("GET", "/sign-in")
        self.told_of = set()  # referrals that are known to be there
        self.sign_in = (stranger, dict(stranger.cookies), page.form())
        self.marks = itertools.count(1)
        self.entries, self.referrals, self.drafts, self.sessions = [], [], [], []
        self.faults = []

    def mark(self, what):
        return "%s number %d" % (what, next(self.marks))

    # ---- what they do

    def an_entry(self):
        views = self.mark("view")
        self.worker.record(self.case, "child-views", views=views, how_obtained="Asked")
        self.entries.append((self.case, "views", views))

    def an_action(self):
        action = self.mark("action")
        self.worker.record(self.case, "action-agreed", action=action, owner="Robin Ellery",
                           agency="social-care")
        self.entries.append((self.case, "action", action))

    def a_referral(self):
        narrative = self.mark("narrative")
        case = self.worker.refer(narrative=narrative)
        self.referrals.append((case, narrative))

    def a_draft(self):
        views = self.mark("draft")
        pairs = [(name, text) for name, text in self.form["fields"] if name not in ("views", "_draft")]
        status, _, _, body = self.post(self.form["action"], pairs + [("views", views), ("_go", "keep")], self.cookies)
        if status == 200:
            self.drafts.append((body.decode(), views))
        elif status != 503:
            raise RuntimeError("a draft: %d" % status)

    def a_sign_in(self):
        stranger, cookies, form = self.sign_in
        status, headers, new, _ = self.post(form["action"], [
            pair for pair in form["fields"] if pair[0] not in ("username", "password")] + [
            ("username", stranger.username), ("password", PASSWORD)], cookies)
        session = [line.split(";")[0].partition("=")[2] for line in new if line.startswith("waymark_session=")]
        if status == 303 and session:
            self.sessions.append(session[0])
        elif status != 503:
            raise RuntimeError("signing in: %d %s" % (status, headers))

    def post(self, path, pairs, cookies):
        return self.worker._exchange("POST", path, urllib.parse.urlencode(pairs), {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join("%s=%s" % pair for pair in cookies.items())})

    def go_on(self, act):
        for _ in range(MOST_ACTS):
            try:
                act()
            except Refused as refused:
                if refused.status != 503:
                    self.faults.append(str(refused))
                    return
            except DIED:
                return
            except RuntimeError as error:
                self.faults.append(str(error))
                return

    def work_until_killed(self, moment):
        """The moment is some number of acknowledgements and a little, so that a slow machine tries as much."""
        enough = sum(self.acknowledged()) + int(moment * MOST_WORK)
        signed_in = len(self.sessions) + (int(moment * 1000) % SIGNED_IN == 0)
        threads = [threading.Thread(target=self.go_on, args=(act,)) for act in (
            self.an_entry, self.an_entry, self.an_action, self.a_referral, self.a_draft, self.a_sign_in)]
        for thread in threads:
            thread.start()
        until = time.monotonic() + PATIENCE
        while (sum(self.acknowledged()) < enough or len(self.sessions) < signed_in) and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(moment * 1000 % 1 * 0.01)
        self.program.kill()
        killed = time.monotonic()
        for thread in threads:
            thread.join(60)
        return killed

    # ---- what must be there

    def lost(self, since):
        """What was acknowledged since and is not there, or is there twice."""
        entries, referrals, drafts, sessions = since
        missing = []
        for case in {case for case, _, _ in self.entries[entries:]}:
            found = [text for entry in self.all_entries(case) for text in entry["fields"].values()
                     if isinstance(text, str)]
            missing += [mark for of, _, mark in self.entries[entries:] if of == case and found.count(mark) != 1]
        for case, narrative in self.referrals[referrals:]:
            found = [entry["fields"].get("narrative") for entry in self.worker.entries(case, "referral")]
            missing += [] if found == [narrative] else [narrative]
        told = self.told()
        missing += ["one notice of " + case for case, _ in self.referrals[referrals:] if told.count(case) != 1]
        for case in set(told) - self.told_of:
            missing += [] if self.sign_in[0].entries(case, "referral") else ["the referral that was told of, " + case]
        self.told_of.update(told)
        for draft, views in self.drafts[drafts:]:
            page = self.worker.open("/cases/%s/record/child-views?draft=%s" % (self.case, draft), status=None)
            missing += [] if page.status == 200 and views in page.html else [views]
        for session in self.sessions[sessions:]:
            status, _, _, _ = self.worker._exchange("GET", "/procedure", None, {"Cookie": "waymark_session=" + session})
            missing += [] if status == 200 else ["a session (%d)" % status]
        return missing

    def all_entries(self, case):
        path = "/api/v1/cases/%s/entries?limit=200" % case
        found, cursor = [], ""
        for _ in range(1000):
            answer = self.worker.call("GET", path + cursor)
            found += answer["entries"]
            if not answer.get("next"):
                return found
            cursor = "&cursor=" + answer["next"]
        raise RuntimeError("the list of entries does not end")

    def told(self):
        """The cases of which the duty manager was told that a referral was made."""
        found, cursor = [], ""
        for _ in range(1000):
            answer = self.sign_in[0].call("GET", "/api/v1/notices" + cursor)
            found += [notice["case"] for notice in answer["notices"] if notice["title"] == "A referral was made"]
            if not answer["next"]:
                return found
            cursor = "?cursor=" + answer["next"]
        raise RuntimeError("the list of notices does not end")

    def acknowledged(self):
        return len(self.entries), len(self.referrals), len(self.drafts), len(self.sessions)


def one_round(hands, moment):
    """The seconds until it served again."""
    before = hands.acknowledged()
    killed = hands.work_until_killed(moment)
    hands.program.start()
    hands.worker.call("GET", "/api/v1/cases/%s" % hands.case)
    serving = time.monotonic() - killed
    lost = hands.lost(before)
    verified = hands.program.run("verify", "--data", hands.program.data, check=False)
    if lost or hands.faults or verified.returncode != 0:
        raise RuntimeError("lost %s, faults %s, verify: %s" % (lost[:5], hands.faults[:5],
                                                               verified.stdout + verified.stderr))
    left = sorted(os.listdir(hands.program.data))
    if not set(left) <= {"head.lock", "looks.log", "rebuild.lock", "waymark.db", "waymark.db-shm", "waymark.db-wal"}:
        raise RuntimeError("left behind: %s" % left)
    # the next round writes on a new case, or a long one would make the rounds slow
    hands.case = hands.referrals[-1][0] if hands.referrals else hands.case
    return serving


def seconds_allowed(waymark):
    needed = subprocess.run(["ldd", waymark], capture_output=True, text=True, timeout=60, check=True).stdout
    return SERVING * (5 if "libasan" in needed else 1)


def main(waymark, pack):
    moments = random.Random(SEED)
    done, slowest, total = 0, 0.0, [0, 0, 0, 0]
    began = time.monotonic()
    try:
        while done < ROUNDS:
            with Program(waymark, pack) as program:
                hands = Hands(program)
                for _ in range(min(ROUNDS_OF_STORE, ROUNDS - done)):
                    slowest = max(slowest, one_round(hands, moments.random()))
                    done += 1
                lost = hands.lost((0, 0, 0, 0))
                if lost:
                    raise RuntimeError("lost at the end: %s" % lost[:5])
                total = [sum(pair) for pair in zip(total, hands.acknowledged())]
    except RuntimeError as error:
        print("FAULT in round %d, seed %d: %s" % (done, SEED, error))
        return 1
    print("%d kills; acknowledged and found: %d entries and actions, %d referrals, %d drafts, %d sign-ins; "
          "served again after at most %d ms; %d ms a round; seed %d" % (
              done, *total, slowest * 1000, (time.monotonic() - began) * 1000 / done, SEED))
    if slowest > seconds_allowed(waymark):
        print("FAULT: it took longer than %.0f s to serve again" % seconds_allowed(waymark))
        return 1
    if ROUNDS >= 100 and (min(total) == 0 or total[0] < ROUNDS):
        print("FAULT: too little was written to say anything")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
