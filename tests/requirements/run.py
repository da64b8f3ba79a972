#!/usr/bin/env python3
"""Every requirement of the procedure, through the pages and the API of the real program.

Usage: run.py WAYMARK PACK REQUIREMENTS [ID ...]

REQUIREMENTS is the table of the requirements (its column `id`). A test says which one it proves:

    @requirement("R24")
    def decides_within_24_hours(program): ...

All tests share one server and its store, so each makes its own children. The last line is
`requirements: N of 66`, with the ids that have no test or whose test failed. With ids only their tests run.

When all ran, what they did is held against the pack: an entry type that none recorded, a duty that never began, a
gate that never refused or whose entry was never let through fails the run (coverage.py).
"""

import csv
import importlib
import pathlib
import sys
import time
import traceback

import coverage
from program import Program

TESTS = []


def requirement(*ids):
    """Marks a test with the requirements that it proves."""
    def mark(test):
        TESTS.append((ids, test))
        return test
    return mark


def main(waymark, pack, table, wanted):
    with open(table, encoding="utf-8") as file:
        ids = [row["id"] for row in csv.DictReader(file)]
    for path in sorted(pathlib.Path(__file__).parent.glob("test_*.py")):
        importlib.import_module(path.stem)
    tests = [(of, test) for of, test in TESTS if not wanted or set(of) & set(wanted)]
    unknown = sorted({one for of, _ in TESTS for one in of} - set(ids))
    failed = set()
    with Program(waymark, pack) as program:
        for of, test in tests:
            began = time.monotonic()
            try:
                test(program)
                word = "ok"
            except Exception:  # whatever a test meets, the others go on
                failed.update(of)
                word = "FAILED"
                traceback.print_exc(file=sys.stdout)
            print("%-6s %s %s (%.1f s)" % (word, ", ".join(of), test.__name__.replace("_", " "),
                                           time.monotonic() - began), flush=True)
        lacking = [] if wanted else coverage.lacking(program, pack)
    proved = {one for of, _ in tests for one in of} - failed
    missing = [one for one in (wanted or ids) if one not in proved]
    for one in lacking:
        print("no test sees that " + one)
    for one in unknown:
        print("a test bears the id %s, which is in no row" % one)
    print("requirements: %d of %d%s" % (len(proved & set(ids)), len(ids),
                                        "" if not missing else "; missing: " + " ".join(missing)))
    return 1 if failed or unknown or missing or lacking else 0


if __name__ == "__main__":
    sys.modules["run"] = sys.modules["__main__"]
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]))
