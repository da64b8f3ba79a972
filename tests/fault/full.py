#!/usr/bin/env python3
"""A full disk under the real server: a small disk in memory holds the data folder and is filled. Every form of the
pages says that there is no room and holds what was typed, the API answers 507; nothing is said to be saved; pages are
read, and each look is in the log. When there is room again the same form is sent again and saved, without a restart.

Usage: full.py WAYMARK PACK      (mounts, so it is run as root)
"""

import os
import re
import subprocess
import sys
import tempfile

from program import Program, Refused

faults = []
TYPED = "Was seen with an older adult; came home with a new phone"
PAGES = ("", "/chronology", "/plan", "/meetings", "/people", "/looks", "/record", "/details", "/entries/1",
         "/child-summary")


def check(what, holds, detail=""):
    if not holds:
        faults.append(what)
        print("FAULT %s: %s" % (what, detail))


class Disk:
    """Twelve megabytes of their own; fails loudly where nothing can be mounted."""

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="waymark-disk-")
        self.filler = os.path.join(self.path, "filler")
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "waymark", self.path], capture_output=True,
                              text=True, timeout=60, check=False)
        if done.returncode != 0:
            os.rmdir(self.path)
            sys.exit("full.py: a small disk could not be mounted, so this is run as root: %s" % done.stderr)
        return self

    def __exit__(self, kind, value, trace):
        subprocess.run(["umount", "-l", self.path], timeout=60, check=True)
        os.rmdir(self.path)

    def fill(self):
        with open(self.filler, "ab", buffering=0) as file:
            for size in (65536, 4096):
                try:
                    for _ in range(1 << 16):
                        file.write(b"\0" * size)
                except OSError:
                    pass

    def empty(self):
        os.unlink(self.filler)


def counts(program):
    said = program.run("verify", "--data", program.data).stdout
    return {what: int(re.search(r"(\d+) %s" % what, said).group(1)) for what in ("entries", "looks")}


def last_of(program, case):
    return program.reader.case(case)["seq"]


def fill_all(program, disk, case):
    """Until nothing can be written: the log of the database has room of its own for a while."""
    disk.fill()
    for number in range(5000):
        try:
            program.nurse.record(case, "child-views", views="In the rest, number %d" % number, how_obtained="Asked")
        except Refused as refused:
            check("the API says 507", refused.status == 507, refused)
            check("with a problem that says so", refused.problem["type"].endswith(":full"), refused.problem)
            return number
    raise AssertionError("the disk is never full")


def forms(program, case):
    """Every form that is sent with something typed: who, the page it stands on, what is typed, the button."""
    worker, nurse, keeper = program.worker_, program.nurse, program.keeper
    draft = program.draft
    return [
        (nurse, "/cases/%s/record/child-views" % case, {"views": TYPED, "how_obtained": "Asked"}, "record"),
        (nurse, "/cases/%s/record/child-views" % case, {"views": TYPED}, "save"),
        (worker, "/cases/%s/details" % case, {"address": TYPED}, None),
        (worker, "/cases/%s/entries/2/correct" % case, {"views": TYPED, "how_obtained": "Asked", "reason": TYPED}, None),
        (nurse, draft, {"c-given_name": TYPED, "c-family_name": "Marsh"}, None),
        (keeper, "/accounts/new", {"username": "somebody-new", "name": TYPED, "role": "social-worker",
                               "agency": "social-care"}, None),
        (keeper, "/directory/new", {"name": TYPED}, None),
    ]


def sent_on_a_full_disk(program, opened):
    kept = []
    for page, values, go in opened:
        answer = page.send(values, go=go, action=page.path.removesuffix("/new"))
        what = "POST %s%s" % (page.path, " (%s)" % go if go else "")
        check("%s says 507" % what, answer.status == 507, "%d %s" % (answer.status, answer.text[:300]))
        check("%s says why" % what, "no room" in answer.text, answer.text[:600])
        check("%s keeps what was typed" % what, any(
            TYPED in text for form in answer.forms for _, text in form["fields"]), answer.html[-6000:])
        check("%s says nothing was saved" % what, re.search("Nothing was (saved|recorded)", answer.text), answer.text[:600])
        kept.append((what, answer, go))
    return kept


def sent_again(kept):
    for what, page, go in kept:
        form = [form for form in page.forms if any(TYPED in text for _, text in form["fields"])]
        if not form:
            continue
        pairs = form[0]["fields"] + ([("_go", go)] if go and not any(name == "_go" for name, _ in form[0]["fields"]) else [])
        answer = page.worker.post(form[0]["action"], pairs)
        if answer.status == 409:  # somebody else recorded meanwhile: it was read, and is sent once more
            answer = answer.send({})
        check("%s, sent again from the page of the refusal" % what, answer.status == 200, "%d %s" % (
            answer.status, answer.text[:600]))


def read_all(program, case):
    """Reading goes on, and is looked at."""
    for part in PAGES:
        page = program.reader.open("/cases/%s%s" % (case, part), status=None)
        check("GET %s on a full disk" % part, page.status == 200, "%d %s" % (page.status, page.text[:300]))
    for path in ("/", "/duties", "/find", "/records", "/directory"):
        check("GET %s on a full disk" % path, program.reader.open(path, status=None).status == 200)
    return len(PAGES)


def main(waymark, pack):
    with Disk() as disk, Program(waymark, pack, data=disk.path + "/data") as program:
        program.nurse = program.worker("referrer", "health")
        program.worker_ = program.worker("social-worker", "social-care")
        program.reader = program.worker("duty-manager", "social-care")
        program.keeper = program.worker("administrator", "other")
        case = program.nurse.refer()
        program.nurse.record(case, "child-views", views="Before", how_obtained="Asked")
        program.draft = program.nurse.open("/referral/new").send({}, action="/referral/new").path
        for one in (program.nurse, program.worker_, program.reader, program.keeper):
            one.open("/")
        opened = [(who.open(path), values, go) for who, path, values, go in forms(program, case)]
        looks = counts(program)["looks"]
        rest = fill_all(program, disk, case)
        before = last_of(program, case)
        drafts = program.nurse.open("/").text
        kept = sent_on_a_full_disk(program, opened)
        try:
            program.nurse.refer()
            check("a referral by the API", False, "it was made")
        except Refused as refused:
            check("a referral by the API says 507", refused.status == 507, refused)
        pages = read_all(program, case)
        stranger = program.worker("duty-manager", "social-care")
        stranger.cookies.clear()
        page = stranger._page("GET", "/sign-in").send({"username": stranger.username, "password": "a quiet river bends north"})
        check("signing in on a full disk says so", page.status == 507 and "no room" in page.text, "%d %s" % (
            page.status, page.text[:300]))
        check("nothing of it was recorded", last_of(program, case) == before, last_of(program, case))
        check("no draft came of it", program.nurse.open("/").text == drafts)
        disk.empty()
        after = counts(program)
        check("each page that was read is in the log", after["looks"] >= looks + pages, (looks, after))
        sent_again(kept)
        check("what was typed is recorded now", last_of(program, case) == before + 2, (before, last_of(program, case)))
        views = [entry["fields"].get("views") for entry in program.reader.entries(case, "child-views")]
        check("once", views.count(TYPED) == 1, views)
        verified = program.run("verify", "--data", program.data, check=False)
        check("all is whole", verified.returncode == 0, verified.stdout + verified.stderr)
    print("full after %d entries more; %d forms refused with what was typed in them, %d pages read, saved when there was "
          "room: %d faults" % (rest, len(kept), pages, len(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
