#!/usr/bin/env python3
"""Carries one child through the procedure on the command line, clock and all.

After every step `waymark duties` is asked at the moment of that step, and once more at the end of the century;
what it prints must be the table of journey.json. Entries are recorded when they occur here, so this is the face
that sees each duty while its clock runs.

Usage: journey_duties.py WAYMARK PACK
"""

import json
import subprocess
import sys

import table

CENTURY_END = "2099-12-31T00:00:00.000Z"


def ask(waymark, pack, child, entries, at):
    text = json.dumps({"child": {"date_of_birth": child["date_of_birth"]}, "entries": entries})
    done = subprocess.run([waymark, "duties", "--pack", pack, "--at", at, "-"], input=text, text=True,
                          capture_output=True, timeout=60, check=False)
    if done.returncode != 0:
        sys.exit("waymark duties: %s" % done.stderr.strip())
    return table.said(json.loads(done.stdout))


def main(waymark, pack):
    journey = table.read()
    rows = table.Table()
    entries = []
    faults = 0
    compared = 0
    for step in journey["steps"]:
        if "refused" in step:
            continue
        entries.append({"type": step["type"], "occurred_at": step["occurred_at"], "fields": step["fields"]})
        rows.take(step)
        for at in (table.end_of(step["occurred_at"]), CENTURY_END):
            expected = rows.at(at)
            found = table.difference(expected, ask(waymark, pack, journey["child"], entries, at))
            compared += len(expected)
            if found is not None:
                faults += 1
                print("after step %d, \"%s\", at %s:\n%s" % (len(entries), step["name"], at, found))
    print("%d steps, %d duties compared, %d differences" % (len(entries), compared, faults))
    return faults


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1], sys.argv[2]) else 0)
