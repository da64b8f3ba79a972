#!/usr/bin/env python3
"""Hours of ordinary work: referrals, entries, drafts, pages, searches, sign-ins and refusals, by a few people at once.
What the server holds in memory may not grow by a twentieth once it is warm, and it holds no more files open.

Usage: soak.py WAYMARK PACK      (only with WAYMARK_LONG=1: four hours; or WAYMARK_MINUTES)
"""
import http.client
import os
import random
import statistics
import sys
import threading
import time

from program import Program, Refused

MINUTES = float(os.environ.get("WAYMARK_MINUTES", "240" if os.environ.get("WAYMARK_LONG") == "1" else "0"))
SKIPPED = 77
WARM = 0.25  # of the time; after it every cache has what it takes
MOST_GROWTH = 1.05
PAGES = ["", "/chronology", "/progress", "/record", "/looks", "/summary"]


def processes(server):
    """The serving one, and those it began: the keeper of the keys, the messenger."""
    found, waiting = [], [server]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        for task in os.listdir("/proc/%d/task" % pid):
            with open("/proc/%d/task/%s/children" % (pid, task), encoding="ascii") as children:
                waiting += [int(child) for child in children.read().split()]
    return found


def held(server):
    """Kilobytes of memory of their own, and open files, of each process."""
    memory, files = [], []
    for pid in processes(server):
        with open("/proc/%d/status" % pid, encoding="ascii") as status:
            memory.append(next(int(line.split()[1]) for line in status if line.startswith("RssAnon")))
        files.append(len(os.listdir("/proc/%d/fd" % pid)))
    return memory, files


class Work:
    def __init__(self, program):
        self.program, self.until = program, time.monotonic() + MINUTES * 60
        self.counts, self.faults = {}, []
        self.nurse, self.manager = program.worker("referrer"), program.worker("duty-manager")
        self.worker, self.police = program.worker("social-worker"), program.worker("police-officer")
        self.cases = [self.nurse.refer() for _ in range(5)]

    def a_referral(self, chance):
        if chance.random() < 0.05:
            self.cases = (self.cases + [self.nurse.refer()])[-200:]

    def an_entry(self, chance):
        self.worker.record(self.cases[-1 - chance.randrange(min(5, len(self.cases)))], "child-views", views="She is well",
                           how_obtained="Asked")

    def a_page(self, chance):
        self.manager.open("/cases/%s%s" % (chance.choice(self.cases), chance.choice(PAGES)), status=None)
        self.manager.open(chance.choice(["/", "/duties", "/directory", "/notices", "/procedure"]), status=None)

    def a_search(self, chance):
        self.worker.call("POST", "/api/v1/searches", {"text": chance.choice(["Robin", "Quartermaine", "nobody at all"])})

    def a_refusal(self, chance):
        self.police.open("/cases/%s" % chance.choice(self.cases), status=None)
        try:
            self.police.call("POST", "/api/v1/cases/%s/entries" % self.cases[0], {"type": "nothing", "fields": [1]})
        except Refused:
            pass

    def a_session(self, chance):
        if chance.random() < 0.1:
            self.nurse.cookies.clear()
            self.nurse.sign_in()

    def go_on(self, act, seed):
        chance = random.Random(seed)
        while time.monotonic() < self.until and not self.faults:
            try:
                act(chance)
                self.counts[act.__name__] = self.counts.get(act.__name__, 0) + 1
            except (OSError, http.client.HTTPException, Refused, AssertionError) as error:
                if "is busy" in str(error):  # is told to come back
                    continue
                self.faults.append("%s: %r" % (act.__name__, error))
            time.sleep(0.05)


def main(waymark, pack):
    if MINUTES == 0:
        print("only in the long run")
        return SKIPPED
    more = ["--account-rate", "1000000", "--records-an-hour", "0", "--account-keys", "10000000", "--all-keys", "10000000"]
    with Program(waymark, pack, more=more) as program:
        work = Work(program)
        threads = [threading.Thread(target=work.go_on, args=(act, seed)) for seed, act in enumerate((
            work.a_referral, work.an_entry, work.a_page, work.a_search, work.a_refusal, work.a_session))]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        seen = []
        while time.monotonic() < work.until and not work.faults:
            time.sleep(max(1.0, MINUTES * 60 / 400))
            seen.append((time.monotonic() - began, *held(program.server.pid)))
        for thread in threads:
            thread.join(300)
        time.sleep(2)
    warm = [row for row in seen if row[0] >= MINUTES * 60 * WARM]
    part = max(1, len(warm) // 10)
    first, last = (statistics.median(sum(row[1]) for row in rows) for rows in (warm[:part], warm[-part:]))
    files = [[max(row[2][p] for row in rows) for p in range(len(rows[0][2]))] for rows in (warm[:part], warm[-part:])]
    print("%.0f minutes, %s; memory of %d processes %.1f MB when warm, %.1f MB at the end (%.3f); open files %s, then %s" % (
        MINUTES, ", ".join("%d times %s" % (count, name.replace("_", " ")) for name, count in sorted(work.counts.items())),
        len(warm[0][1]), first / 1024, last / 1024, last / first, files[0], files[1]))
    for fault in work.faults[:5]:
        print("FAULT", fault)
    if last > first * MOST_GROWTH:
        print("FAULT: the memory grew")
    if any(after > before for before, after in zip(*files)):
        print("FAULT: more files are open")
    return int(bool(work.faults) or last > first * MOST_GROWTH or any(a > b for b, a in zip(*files)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
