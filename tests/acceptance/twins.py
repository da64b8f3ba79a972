#!/usr/bin/env python3
"""Need to know: two stores that differ in one hidden child. Whoever has nothing to do with that child gets the same
answers from both, byte for byte: lists, searches, matches, suggestions, figures by case, exports, errors.

    twins.py WAYMARK PACK
"""
import glob
import json
import pathlib
import re
import shutil
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "requirements"))
from program import Program, Worker  # noqa: E402
from walk import address, routes  # noqa: E402

HIDDEN = {"given_name": "Zephyrine", "family_name": "Quillfeather", "date_of_birth": "2011-03-05",
          "address": "7 Larkspur Row", "postcode": "LE9 9ZZ"}
SHOWN = {"given_name": "Zephyr", "family_name": "Quillfether", "date_of_birth": "2011-03-05"}
MARK = "Orpiment"  # in everything that is said of the hidden child
STRANGERS = [("referrer", "health"), ("referrer", "education"), ("police-officer", "police"),
             ("voluntary-worker", "voluntary"), ("administrator", "other")]
TRIES = 4  # a page says how long something takes: the minute may change between the two
# What differs by chance: tokens of forms, and names of drafts and forms that are begun.
CHANCE = re.compile(r'((?:name="_\w+"|name="_\w+" type="hidden") value=")[^"]*|(/drafts/|/referral/)[0-9a-f]{32}|'
                    r'(urn:waymark:request:)[0-9a-f]+|("(?:as_of|at)":")[^"]*')
# Each answer holds a secret or a challenge of its own, or says when somebody last signed in.
FRESH = ("/my-account", "/accounts", "/sign-in/challenge", "/api/v1/accounts", "/api/v1/account-review")


class Twin:
    """One of the two, with the same people."""

    def __init__(self, program, people):
        self.workers = []
        for person in people:
            worker = Worker(program, person.username, person.role, person.agency, person.token)
            worker.name = person.name
            self.workers.append(worker)


def copied(program, folder):
    """A second store with all that belongs to the first beside it, while nobody writes."""
    other = pathlib.Path(folder) / "twin"
    for path in glob.glob(program.data + "*"):
        target = str(other) + path[len(program.data):]
        (shutil.copytree if pathlib.Path(path).is_dir() else shutil.copy2)(path, target)
    return str(other)


def tell(author, manager):
    """All kinds of entries about the hidden child; the reference."""
    case = author.refer(child=HIDDEN, narrative=MARK + " was seen with an older adult", immediate_danger="yes")
    author.record(case, "child-views", views=MARK + " said so", how_obtained="Asked")
    author.record(case, "action-agreed", action=MARK + " visits", owner=author.name, agency="social-care")
    manager.record(case, "referral-decision", initial_assessment="required", reasons=MARK,
                   immediate_danger="no")
    return case


def exchange(worker, method, path, face, body=None):
    headers = {}
    data = None
    if face == "api":
        headers["Authorization"] = "Bearer " + worker.token
        if body is not None:
            headers["Content-Type"], data = "application/json", json.dumps(body)
    else:
        if "waymark_session" not in worker.cookies:
            worker.sign_in()
        headers["Cookie"] = "; ".join("%s=%s" % pair for pair in worker.cookies.items())
        if body is not None:
            page = worker.open(path, status=None)
            if page.status != 200:
                return page.status, None, CHANCE.sub(lambda part: next(filter(None, part.groups())), page.html)
            pairs = [(name, text) for name, text in page.form(path)["fields"] if name not in body] + list(body.items())
            headers["Content-Type"], data = "application/x-www-form-urlencoded", urllib.parse.urlencode(pairs)
    status, got, _, content = worker._exchange(method, path, data, headers)
    kept = {name: got.get(name) for name in ("content-type", "location", "content-disposition", "retry-after")}
    text = CHANCE.sub(lambda part: next(filter(None, part.groups())), content.decode("utf-8", "replace"))
    return status, kept, text


def asked(known):
    """(face, method, address, body) of all that a stranger can ask without naming the hidden child's reference."""
    for face, method, pattern, _ in routes():
        if method == "GET" and not pattern.startswith(FRESH):
            for reference in known["references"] if "{ref}" in pattern or "{case}" in pattern else [None]:
                yield face, method, address(pattern, ref=reference, case=reference), None
    for text in ("Quillfeather", "Zephyrine Quillfeather 5 3 2011", "quilfether", "Zeph", "LE9 9ZZ", MARK):
        yield "page", "POST", "/find", {"text": text}
        yield "api", "POST", "/api/v1/searches", {"text": text}
    for details in (HIDDEN, SHOWN, {"given_name": "Zephyrine", "family_name": "Quillfeather"}):
        yield "api", "POST", "/api/v1/matches", {"child": details}
    yield "api", "GET", "/api/v1/duties?state=overdue", None
    yield "api", "GET", "/api/v1/duties?agency=social-care&limit=200", None
    yield "page", "GET", "/duties?state=open", None


def compare(first, second, question):
    for attempt in range(TRIES):
        one, other = (exchange(worker, question[1], question[2], question[0], question[3])
                      for worker in (first, second))
        if one == other:
            return None
        if attempt + 1 < TRIES:
            time.sleep(0.3)
    return one, other


def main(waymark, pack):
    faults, cells = [], 0
    with tempfile.TemporaryDirectory(prefix="waymark-twins-") as folder, Program(waymark, pack) as program:
        people = [program.worker(role, agency) for role, agency in STRANGERS]
        author, manager = program.worker("social-worker"), program.worker("team-manager")
        own = {person.username: person.refer(child=SHOWN) for person in people if person.role == "referrer"}
        program.stop()
        twin = Program(waymark, pack, data=copied(program, folder))
        try:
            twin.start()
            secret = Twin(twin, [author, manager])
            hidden = tell(*secret.workers)
            assert MARK in json.dumps(secret.workers[0].entries(hidden)), "the hidden child is not there at all"
            program.start()
            for first, second in zip(people, Twin(twin, people).workers):
                first.cookies.clear()
                known = {"references": [own.get(first.username, "XXXXXXXXXX")]}
                for question in asked(known):
                    cells += 1
                    found = compare(first, second, question)
                    if found is not None:
                        faults.append("%s, %s %s: differs" % (first.username, question[1], question[2]))
                        print(faults[-1], *difference(*found), sep="\n  ", flush=True)
        finally:
            twin.stop()
            twin.folder.cleanup()
    print("%d answers of two stores compared, %d differ" % (cells, len(faults)))
    return 1 if faults or cells < 300 else 0


def difference(one, other):
    """The first line of each that the other has not."""
    if one[:2] != other[:2]:
        return [str(one[:2]), str(other[:2])]
    mine, theirs = one[2].splitlines(), other[2].splitlines()
    at = next((i for i, pair in enumerate(zip(mine, theirs)) if pair[0] != pair[1]), min(len(mine), len(theirs)))
    return ["%d and %d lines, from line %d" % (len(mine), len(theirs), at + 1), *(m[:160] for m in mine[at:at + 1]),
            *(t[:160] for t in theirs[at:at + 1])]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
