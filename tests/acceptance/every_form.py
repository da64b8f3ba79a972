#!/usr/bin/env python3
"""Every page that a role can reach over a store with children in it, every filter, and every form: as it stands, with
each choice, and with something wrong in each box. Nothing is a fault of the program. What is refused names a box of the
form, and gives back what was typed.

    every_form.py WAYMARK PACK
"""

import collections
import html
import pathlib
import re
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "requirements"))
from program import Program

SOURCE = pathlib.Path(__file__).parent.parent.parent / "src/web"
ROLES = {"duty-manager": "social-care", "social-worker": "social-care", "team-manager": "social-care",
         "reviewing-officer": "social-care", "police-officer": "police", "referrer": "health",
         "administrator": "other", "agency-administrator": "social-care", "voluntary-worker": "voluntary",
         "partnership-analyst": "social-care", "records-officer": "social-care", "information-lead": "social-care",
         "inspector": "other"}
A_ROUTE = 2  # pages of one route that one role looks at
CHOICES = 2  # that are tried of one box
LONG = "w" * 30000
WRONG = ["", " ", "no-such-thing", "99", LONG]
# who answers these ends what the others of this test stand on
LEFT_ALONE = ("/sign-out", "/my-account/sessions", "/accounts/change", "/my-account/password")
faults = []
answered = collections.Counter()
filled = set()  # by the first role that comes to the form
asked = set()   # routes, with each name behind the question mark


def expect(holds, text):
    if not holds:
        faults.append(text)
        print("FAILED", text[:600], flush=True)


def patterns():
    rows = re.findall(r'\{METHOD_(GET|POST),\s*"([^"]+)"', (SOURCE / "routes.c").read_text(encoding="utf-8"))
    return [(method, text, re.compile(re.sub(r"\\?\{\w+\\?\}", "[^/]+", text) + "$")) for method, text in rows]


ROUTES = patterns()


def asked_by_name():
    """The names that the pages look for behind the question mark."""
    found = set()
    for path in SOURCE.rglob("*.c"):
        found |= set(re.findall(r'request_query\([\w>.-]+, "(\w+)"', path.read_text(encoding="utf-8")))
    return sorted(found)


def route_of(method, path):
    path = path.split("?")[0]
    for kind, text, matches in ROUTES:
        if kind == method and matches.match(path) and ("{" not in text or not any(
                kind == k and t == path for k, t, _ in ROUTES)):
            return text
    return None


class Visitor:
    def __init__(self, worker):
        self.worker = worker
        self.waiting = collections.deque(["/"])
        self.known = {"/"}
        self.seen = collections.Counter()
        self.forms = []

    def sound(self, page, what):
        answered[page.status] += 1
        expect(page.status < 500, "%s: %s: %d %s" % (self.worker.role, what, page.status, page.text[-300:]))
        return page

    def get(self, path):
        page = self.sound(self.worker.open(path, status=None), "GET " + path)
        for link, _ in page.links:
            link = link.split("#")[0]
            route = route_of("GET", link) if link.startswith("/") else None
            shape = (route, frozenset(key for key, _ in urllib.parse.parse_qsl(link.partition("?")[2])))
            if route is not None and link not in self.known and self.seen[shape] < A_ROUTE:
                self.seen[shape] += 1
                self.known.add(link)
                self.waiting.append(link)
        for form in page.forms:
            self.take(page, form)
        return page

    def take(self, page, form):
        action = form["action"] or page.path
        names = sorted({name for name, _ in form["fields"]} | set(form["choices"]))
        shape = (form["method"], route_of("POST", action) or action.split("?")[0], tuple(names))
        if action.startswith("/") and not action.startswith(LEFT_ALONE) and shape not in filled:
            filled.add(shape)
            self.forms.append((action, form))

    def pairs(self, form, changed, go=None):
        given = [(name, text) for name, text in form["fields"] if name not in changed]
        for name, texts in changed.items():
            given += [(name, text) for text in texts]
        return given + ([("_go", go)] if go is not None else [])

    def send(self, action, form, changed, go=None):
        given = self.pairs(form, changed, go)
        if form["method"] == "get":
            return self.sound(self.worker.open(action + "?" + urllib.parse.urlencode(given), status=None), "GET " + action)
        page = self.sound(self.worker.post(action, given), "POST %s %r" % (action, {n: t[0][:20] for n, t in changed.items() if t}))
        if page.status == 422:
            self.refused(page, action, changed)
        for again in page.forms:
            self.take(page, again)
        return page

    def refused(self, page, action, changed):
        """What is wrong is said on top, with a way to what mends it where there is one, and so is what was typed."""
        summary = page.html.find("govuk-error-summary")
        expect(summary >= 0, "%s: POST %s is refused and says nothing on top" % (self.worker.role, action))
        ids = set(re.findall(r'\bid="([^"]+)"', page.html))
        end = page.html.find("</ul>", summary)
        for path, name in re.findall(r'href="([^"#]*)#([^"]*)"', page.html[summary:end]):
            there = set(re.findall(r'\bid="([^"]+)"', self.get(html.unescape(path)).html)) if path else ids
            expect(name in there, "%s: POST %s leads to %s#%s, which is not there" % (self.worker.role, action, path, name))
        for name, texts in changed.items():
            kept = any(field == name and name not in form["hidden"] for form in page.forms for field, _ in form["fields"])
            for text in texts:
                if kept and text == LONG and "password" not in name and "code" not in name:
                    expect(LONG in page.html, "%s: POST %s lost what was typed as %s" % (self.worker.role, action, name))

    def fill(self, action, form):
        texts = [name for name, _ in form["fields"] if not name.startswith("_") and name not in form["choices"]]
        for wrong in WRONG:
            self.send(action, form, {name: [wrong] for name in texts})
        for name in texts:
            self.send(action, form, {name: ["no-such-thing"]})
        for name, choices in form["choices"].items():
            self.send(action, form, {name: ["no-such-thing"]})
            self.send(action, form, {name: []})
            self.send(action, form, {name: choices[:CHOICES]})
            for choice in choices[:CHOICES]:
                self.send(action, form, {name: [choice]})
        for name, value, _ in form["buttons"]:
            if name is not None:
                self.send(action, form, {**{one: ["Words of a test"] for one in texts}, name: [value]})
        self.send(action, form, {**{name: ["2024"] for name in texts if name.endswith("-year")},
                                 **{name: ["1"] for name in texts if name.endswith(("-day", "-month"))},
                                 **{name: ["10:00"] for name in texts if name.endswith("-time")},
                                 **{name: choices[:1] for name, choices in form["choices"].items()}})

    def look_at_all(self, names):
        while self.waiting or self.forms:
            while self.waiting:
                path = self.waiting.popleft()
                self.get(path)
                if route_of("GET", path) not in asked:
                    asked.add(route_of("GET", path))
                    for some in [names, *([name] for name in names)]:
                        for value in ("no-such-thing", "1")[:1 if len(some) == 1 else 2]:
                            self.get(path.partition("?")[0] + "?" + urllib.parse.urlencode([(n, value) for n in some]))
            if self.forms:
                self.fill(*self.forms.pop(0))


def gone_back_to(program):
    """A form that is recorded, gone back to, changed and sent again is refused in words, and can then be recorded."""
    worker = program.worker("duty-manager", "social-care")
    case = worker.refer(child={"given_name": "Ann", "family_name": program.family_name()})
    form = worker.form(case, "child-views")
    words = {"views": "Wants to stay at the same school", "how_obtained": "Asked"}
    expect(form.send(words, go="record").status == 200, "the views of a child are not recorded")
    again = form.send({**words, "views": "Wants to move away"}, go="record")
    expect(again.status == 422, "a form that was sent already is answered %d" % again.status)
    again.says("This form was sent already")
    expect(again.typed("views", "/record/") == ["Wants to move away"], "a form that was sent already lost its words")
    new = again.send({}, go="record", action="/record/")
    new.says("What is new on the case")  # their own entry, which the form does not know yet
    new.send({}, go="record", action="/record/")
    worker.open("/cases/%s/chronology" % case).says("Wants to stay at the same school", "Wants to move away")


def main(waymark, pack):
    program = Program(waymark, pack, more=["--records-an-hour", "0"])
    program.run("demo", "--data", program.data, "--pack", pack, "--children", "8", "--seed", "7")
    program.start()
    try:
        gone_back_to(program)
        names = asked_by_name()
        for role, agency in ROLES.items():
            visitor = Visitor(program.worker(role, agency))
            visitor.look_at_all(names)
            print(role, dict(answered), flush=True)
        program.stop()
        verified = program.run("verify", "--data", program.data, "--pack", pack)
        expect(verified.stdout.startswith("whole: "), verified.stdout + verified.stderr)
    finally:
        program.__exit__(None, None, None)
    expect(answered[422] > 300 and answered[200] > 1500, "few pages: %r" % answered)
    print("%d answers, %d faults" % (sum(answered.values()), len(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
