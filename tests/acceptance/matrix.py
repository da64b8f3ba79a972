#!/usr/bin/env python3
"""Who sees what, asked of the running program: every route of the pages and the API, by every role and agency, not
involved, involved, named, on a restricted case, with an interest of their own, with a reason given; every label, recorded
elsewhere, in one's agency, by oneself, disclosed or not. Compared, cell by cell, with what the policy itself answers
(`waymark who-sees-what --cells`) and so with the page that people read (docs/who-sees-what.md, compared here too).

    matrix.py WAYMARK PACK
"""
import collections
import itertools
import pathlib
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "requirements"))
from program import Program, Refused  # noqa: E402
from walk import ROOT, address, routes  # noqa: E402

READERS = [("referrer", "health"), ("referrer", "education"), ("referrer", "housing"), ("referrer", "voluntary"),
           ("police-officer", "police"), ("social-worker", "social-care"), ("duty-manager", "social-care"),
           ("team-manager", "social-care"), ("reviewing-officer", "social-care"), ("inspector", "other")]
OTHERS = [("administrator", "other"), ("agency-administrator", "health"), ("voluntary-worker", "voluntary"),
          ("partnership-analyst", "other"), ("information-lead", "social-care"), ("records-officer", "social-care")]
TEAM = "Riverside"
WAYS = ["not", "agency", "team", "person", "restricted", "restricted-named", "conflict", "granted"]
SHARED = {"what": "What was said", "purpose": "To keep the child safe", "legal_basis": "Children Act 1989, section 47",
          "immediate_risk": "no", "consent": "given", "decided_by": "A manager"}
# What is asked of a case although it is refused: only how to be let in, and nothing of the case.
DOORS = ("/cases/{ref}/break-glass",)
# Who looked at a case is for the information lead to read, without what they saw.
LOOKS = ("/cases/{ref}/looks", "/cases/{ref}/looks.csv", "/api/v1/cases/{case}/looks")
MOST_SHOWN = 4  # faults of one kind that are printed


class World:
    def __init__(self, program, cells):
        self.program, self.cells = program, cells
        self.faults, self.counted = collections.Counter(), collections.Counter()
        self.manager = program.worker("team-manager", number=9)
        self.authors = [program.worker("social-worker", number=9), program.worker("referrer", "education", number=9)]
        self.readers = [program.worker(role, agency, team=TEAM) for role, agency in READERS]
        self.labels = sorted({cell[3] for cell in cells if len(cell) == 5})
        self.cases = {}
        self.marks = {}  # word -> (way, label, author)
        self.numbers = itertools.count(1)

    def fault(self, kind, text):
        self.faults[kind] += 1
        if self.faults[kind] <= MOST_SHOWN:
            print("FAULT", kind, text, flush=True)

    # ---- the cases

    def mark(self, way, label, author):
        word = "Zq%03dx" % next(self.numbers)
        self.marks[word] = (way, label, author)
        return word

    def write(self, author, way, label, text=None):
        word = text or self.mark(way, label, author)
        body = {"type": "child-views", "fields": {"views": word, "how_obtained": "Asked"}}
        if label != "standard":
            body["labels"] = [label]
        author.call("POST", "/api/v1/cases/%s/entries" % self.cases[way], body)
        return word

    def make(self, way):
        """A case of that way, with an entry of each label by each author; on one, all of them disclosed to some."""
        surname = self.program.family_name()
        self.cases[way] = self.authors[0].refer(child={"given_name": "Robin", "family_name": surname})
        self.marks[surname] = (way, None, None)
        case = self.cases[way]
        if way not in ("not", "granted"):
            brought = {"team": TEAM} if way == "team" else {}
            for agency in sorted({agency for _, agency in READERS}):
                if agency != "social-care":
                    self.manager.record(case, "involvement-began", agency=agency, reason="They work with the child", **brought)
        if way not in ("not", "team", "granted"):
            authors = self.authors
        else:
            authors = self.authors[:1]
        for label in self.labels:
            for author in authors:
                self.write(author, way, label)
        if way == "agency":
            for reader in self.readers:
                for label in self.labels if reader.role != "inspector" else []:
                    self.write(reader, way, label)
            self.disclose(case)
        if way in ("person", "restricted-named", "conflict"):
            for reader in self.readers:
                self.manager.record(case, "involvement-began", worker=reader.username, reason="Works with the child")
        if way.startswith("restricted"):
            self.sent(self.manager, "/cases/%s/restrict" % case, what="restrict", reason="A colleague's child")
        if way == "conflict":
            for reader in self.readers:
                self.sent(reader, "/conflict", reference=case, reason="A cousin's child")
        if way == "granted":
            for reader in self.readers:
                if (reader.role, reader.agency, "not", "read") in self.cells and \
                        self.cells[reader.role, reader.agency, "not", "read"][0] == "with a reason" and \
                        reader.agency != "social-care":
                    page = reader.open("/cases/%s" % case, status=403)
                    page.send({"reason": "The child is with me now"}, action="/break-glass")

    def disclose(self, case):
        """To housing, one entry of each label; from then on they read it."""
        author = self.authors[0]
        self.disclosed = {}
        for label in self.labels:
            word = self.write(author, "agency", label)
            number = [entry["seq"] for entry in author.entries(case) if entry["fields"].get("views") == word][0]
            author.record(case, "disclosure", to_agency="housing", opens_entry=number, **SHARED)
            self.disclosed[word] = "housing"

    def sent(self, worker, path, **fields):
        page = worker.open(path)
        answer = page.send(fields, action=path.split("?")[0])
        assert answer.status == 200, (path, answer.status, answer.text[:400])

    # ---- what is expected

    def stands(self, reader, way):
        """How they really stand to the case of that way: a worker of social care is never without involvement."""
        if way in ("not", "team") and reader.agency == "social-care":
            return "agency"
        if way == "granted" and reader.agency == "social-care":
            return "agency"
        if way == "granted" and reader.role == "inspector":
            return "not"
        return way

    def case_answer(self, reader, way, act):
        return self.cells[reader.role, reader.agency, self.stands(reader, way), act][0]

    def sees(self, reader, word):
        way, label, author = self.marks[word]
        if label is None:
            return self.case_answer(reader, way, "read") == "yes"
        own = "self" if author is reader else "agency" if author.agency == reader.agency else "other"
        own = "disclosed" if getattr(self, "disclosed", {}).get(word) == reader.agency and own == "other" else own
        stands = self.stands(reader, way)
        if way == "agency" and reader.role != "inspector":
            stands = "person" if self.is_named(reader, way) else stands
        return self.case_answer(reader, way, "read") == "yes" and \
            self.cells[reader.role, reader.agency, stands, label, own][0] == "yes"

    def is_named(self, _reader, way):
        """Who records on a case is named on it no more than before: only managers name people."""
        return way in ("person", "restricted-named")

    # ---- asking

    def ask(self, worker, face, method, path):
        headers = {"Authorization": "Bearer " + worker.token} if face == "api" else {
            "Cookie": "; ".join("%s=%s" % pair for pair in worker.cookies.items())}
        body = None
        if method == "POST":
            headers["Content-Type"] = "application/json" if face == "api" else "application/x-www-form-urlencoded"
            body = "{}" if face == "api" else urllib.parse.urlencode({"_csrf": worker.csrf})
        status, _, _, content = worker._exchange(method, path, body, headers)
        return status, content.decode("utf-8", "replace")

    def check_words(self, worker, text, where, allowed):
        for word in self.marks:
            self.counted["words"] += 1
            if word in text and not allowed(word):
                self.fault("shown", "%s (%s): %s of %s on %s" % (
                    worker.username, worker.role, word, (self.marks[word][0], self.marks[word][1]), where))

    def walk_case(self, worker, way, readable, recordable):
        case = self.cases[way]
        allowed = (lambda word: self.sees(worker, word)) if readable else (lambda word: False)
        for face, method, pattern, _ in routes():
            if "{ref}" not in pattern and "{case}" not in pattern or pattern.startswith("/my-part"):
                continue
            if method == "POST" and recordable:
                continue  # what a form does when it may is the business of other tests
            path = address(pattern, ref=case, case=case, seq=1)
            status, text = self.ask(worker, face, method, path)
            self.counted["answers"] += 1
            where = "%s %s [%s]" % (method, pattern, way)
            refused = (403, 404) if method == "GET" else (400, 403, 404)  # 400: before the case is looked for
            asked = pattern in DOORS or (worker.role == "information-lead" and pattern in LOOKS)
            if not readable and not asked and status not in refused:
                self.fault("opened", "%s: %s answers %d" % (worker.username, where, status))
            if method == "POST" and pattern not in DOORS and status not in (400, 403, 404, 415, 422):
                self.fault("changed", "%s: %s answers %d" % (worker.username, where, status))
            if readable and pattern == "/cases/{ref}" and status != 200:
                self.fault("closed", "%s: %s answers %d" % (worker.username, where, status))
            self.check_words(worker, text, where, allowed)

    def check_entries(self, worker, way):
        """Exactly what the policy says, no more and no less."""
        text = str(worker.entries(self.cases[way]))
        for word, (of, label, _) in self.marks.items():
            if of != way or label is None:
                continue
            self.counted["cells"] += 1
            if (word in text) != self.sees(worker, word):
                self.fault("entry", "%s (%s, %s): %s of %s is %s" % (
                    worker.username, worker.role, way, label, self.marks[word][2].username,
                    "shown" if word in text else "not shown"))

    def check_found(self, worker, way):
        surname = next(word for word, (of, label, _) in self.marks.items() if of == way and label is None)
        rows = worker.call("POST", "/api/v1/searches", {"text": "Robin " + surname})["matches"]
        found = self.cases[way] in [row["case"] for row in rows]
        self.counted["cells"] += 1
        if found != (self.case_answer(worker, way, "find") == "yes"):
            self.fault("found", "%s: the case of %s is %s" % (worker.username, way, "found" if found else "not found"))

    def check_everywhere(self, worker, allowed):
        """Lists, searches, figures, files: whatever names no case in its address."""
        for face, method, pattern, _ in routes():
            if method == "GET" and "{ref}" not in pattern and "{case}" not in pattern:
                status, text = self.ask(worker, face, method, address(pattern))
                self.counted["answers"] += 1
                if status >= 500:
                    self.fault("failed", "%s: %s answers %d" % (worker.username, pattern, status))
                self.check_words(worker, text, pattern, allowed)
        for word in self.marks:
            for face, path, body in (("api", "/api/v1/searches", {"text": word}),):
                try:
                    rows = worker.call("POST", path, body)["matches"]
                except Refused:
                    rows = []
                if any(row["case"] == self.cases[self.marks[word][0]] for row in rows) and not allowed(word):
                    self.fault("searched", "%s finds %s" % (worker.username, word))


def read_cells(program):
    """(role, agency, way, act) or (role, agency, way, label, own) -> (answer, rule)"""
    found = {}
    for line in program.run("who-sees-what", "--pack", program.pack, "--cells").stdout.splitlines():
        kind, *keys, answer, rule = line.split("\t")
        assert rule != "-", "no rule decides: " + line
        found[tuple(keys)] = answer, rule
        assert kind == ("case" if len(keys) == 4 else "entry")
    return found


def main(waymark, pack):
    more = ["--account-rate", "1000000", "--records-an-hour", "0", "--search-step", "1"]
    with Program(waymark, pack, more=more) as program:
        page = program.run("who-sees-what", "--pack", pack).stdout
        stands = (ROOT / "docs/who-sees-what.md").read_text(encoding="utf-8")
        world = World(program, read_cells(program))
        if page != stands:
            world.fault("page", "docs/who-sees-what.md is not what `waymark who-sees-what` says")
        for way in WAYS:
            world.make(way)
        for reader in world.readers:
            reader.csrf = dict(reader.open("/directory").forms[0]["fields"]).get("_csrf")
            for way in WAYS:
                readable = world.case_answer(reader, way, "read") == "yes"
                recordable = world.case_answer(reader, way, "record") == "yes" and reader.role != "inspector"
                world.walk_case(reader, way, readable, recordable)
                world.check_found(reader, way)
                if readable:
                    world.check_entries(reader, way)
            world.check_everywhere(reader, lambda word, who=reader: world.sees(who, word))
        for role, agency in OTHERS:
            worker = program.worker(role, agency)
            worker.csrf = dict(worker.open("/directory").forms[0]["fields"]).get("_csrf")
            for way in WAYS:
                world.walk_case(worker, way, False, False)
            world.check_everywhere(worker, lambda word: False)
        pairs = {(role, agency) for role, agency, *_ in world.cells}
        for role in {role for role, _ in pairs} - {role for role, _ in READERS}:
            world.fault("role", "%s reads cases and is not tried" % role)
    print("%d cells of the policy; tried: %d entries and searches against them, %d answers, %d words looked for; %d faults"
          % (len(world.cells), world.counted["cells"], world.counted["answers"], world.counted["words"],
             sum(world.faults.values())))
    return 1 if world.faults or world.counted["cells"] < 500 or world.counted["answers"] < 3000 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
