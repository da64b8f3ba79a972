"""The table of duties that tests/acceptance/journey.json holds, folded step by step.

Used by the tests that carry the child through the procedure: each compares the whole list after every step.
"""

import datetime
import json
import os

HERE = os.path.dirname(os.path.abspath(__file__))
LONDON_DAY_END = {True: "22:59:59.999Z", False: "23:59:59.999Z"}


def read():
    with open(os.path.join(HERE, "journey.json"), encoding="utf-8") as file:
        return json.load(file)


def utc(text):
    """An RFC 3339 time as the program writes it. Both are text of one length, so they compare as text."""
    at = datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (at.microsecond // 1000)


def end_of(occurred):
    """The last instant of an occurrence: its own, or that of its day. The table's only such day is in summer."""
    return utc(occurred) if "T" in occurred else occurred + "T" + LONDON_DAY_END[True]


class Table:
    """What stands after the steps taken so far."""

    def __init__(self):
        self.rows = {}

    def take(self, step):
        for row in step.get("begin", []):
            assert row["id"] not in self.rows, row
            self.rows[row["id"]] = {**row, "met_at": None, "late": False}
        for row in step.get("move", []):
            self.rows[row["id"]].update(begun_at=row["begun_at"], due_at=row["due_at"])
        for row in step.get("meet", []):
            self.rows[row["id"]].update(met_at=row["met_at"], late=row["late"])

    def at(self, now):
        """The list of duties as it must be when it is asked for at `now` (as the program writes a time)."""
        return sorted((self._row(row, now) for row in self.rows.values()), key=order)

    @staticmethod
    def _row(row, now):
        if row["met_at"] is not None:
            state = "met-late" if row["late"] else "met"
        else:
            state = "overdue" if row["due_at"] is not None and now > row["due_at"] else "open"
        return {
            "duty": row["duty"],
            "paragraph": row["paragraph"],
            "agency": row["agency"],
            "begun_at": row["begun_at"],
            "due_at": row["due_at"],
            "met_at": row["met_at"],
            "state": state,
        }


def order(row):
    return (row["begun_at"], row["duty"], row["due_at"] or "", row["met_at"] or "")


def said(duties):
    """What the program says, in the shape of the table."""
    rows = [
        {
            "duty": duty["duty"],
            "paragraph": duty["paragraph"],
            "agency": duty["owner"]["agency"],
            "begun_at": duty["begun_at"],
            "due_at": duty["due_at"],
            "met_at": duty["met_at"],
            "state": duty["state"],
        }
        for duty in duties
    ]
    return sorted(rows, key=order)


def difference(expected, got):
    """Both lists in words, or None."""
    if expected == got:
        return None
    lines = ["  table:   %s" % row for row in expected if row not in got]
    lines += ["  program: %s" % row for row in got if row not in expected]
    return "\n".join(lines) or "  the same duties another number of times: %d, %d" % (len(expected), len(got))
