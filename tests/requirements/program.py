"""The real program, served on the loopback for the tests of the requirements, and people who work with it.

    with Program(waymark, pack) as program:
        nurse = program.worker("referrer", "health")
        case = nurse.refer(involvement="likely")          # by the API
        page = nurse.open("/cases/%s" % case)             # the page, as a person sees it
        page = page.send({"reasons": "..."}, go="record")  # its form, filled in and sent

A worker has an account with a password (for pages) and a token (for the API), made on first use and kept for the
whole run. Times are given as text: RFC 3339, or a date.
"""

import datetime
import html.parser
import http.client
import itertools
import json
import os
import pathlib
import re
import subprocess
import tempfile
import urllib.parse

PASSWORD = "a quiet river bends north"
PLENTY = 60  # seconds that any one answer may take


class Refused(Exception):
    """The API said no: the problem it gave."""

    def __init__(self, status, problem):
        super().__init__("%d %s" % (status, json.dumps(problem)))
        self.status = status
        self.problem = problem


class _Reader(html.parser.HTMLParser):
    """Texts, links and forms of a page."""

    def __init__(self):
        super().__init__()
        self.forms = []
        self.links = []
        self.words = []
        self.heads = []
        self._form = None
        self._select = None
        self._area = None
        self._button = None
        self._link = None
        self._head = None
        self._silent = 0
        self._waiting = 0  # what waits in a template until a script takes it out is not on the page

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if tag == "template":
            self._waiting += 1
        if self._waiting > 0:
            return
        if tag in ("script", "style", "title"):
            self._silent += 1
        elif tag == "form":
            self._form = {"method": at.get("method", "get"), "action": at.get("action", ""), "fields": [],
                          "hidden": set(), "buttons": [], "choices": {}}
            self.forms.append(self._form)
        elif tag == "a":
            self._link = [at.get("href", ""), ""]
        elif tag in ("h1", "h2", "h3"):
            self._head = ""
        elif self._form is None:
            return
        elif tag == "input":
            self._input(at)
        elif tag == "textarea":
            self._area = [at.get("name"), ""]
        elif tag == "select":
            self._select = [at.get("name"), None]
        elif tag == "option" and self._select is not None:
            self._form["choices"].setdefault(self._select[0], []).append(at.get("value", ""))
            if "selected" in at or self._select[1] is None:
                self._select[1] = at.get("value", "")
        elif tag == "button":
            self._button = [at.get("name"), at.get("value", ""), ""]

    def _input(self, at):
        name, kind, value = at.get("name"), at.get("type", "text"), at.get("value") or ""
        if name is None:
            return
        if kind in ("radio", "checkbox"):
            self._form["choices"].setdefault(name, []).append(value)
            if "checked" in at:
                self._form["fields"].append((name, value))
        else:
            self._form["fields"].append((name, value))
            if kind == "hidden":
                self._form["hidden"].add(name)

    def handle_endtag(self, tag):
        if tag == "template":
            self._waiting -= 1
        if self._waiting > 0:
            return
        if tag in ("script", "style", "title"):
            self._silent -= 1
        elif tag == "form":
            self._form = None
        elif tag == "a" and self._link is not None:
            self.links.append((self._link[0], " ".join(self._link[1].split())))
            self._link = None
        elif tag in ("h1", "h2", "h3") and self._head is not None:
            self.heads.append(" ".join(self._head.split()))
            self._head = None
        elif tag == "textarea" and self._area is not None and self._form is not None:
            self._form["fields"].append((self._area[0], self._area[1].removeprefix("\n")))
            self._area = None
        elif tag == "select" and self._select is not None and self._form is not None:
            self._form["fields"].append((self._select[0], self._select[1] or ""))
            self._select = None
        elif tag == "button" and self._button is not None and self._form is not None:
            self._form["buttons"].append((self._button[0], self._button[1], " ".join(self._button[2].split())))
            self._button = None
        if tag in ("p", "li", "td", "th", "dt", "dd", "h1", "h2", "h3", "div", "tr", "label", "legend"):
            self.words.append("\n")

    def handle_data(self, data):
        if self._silent or self._waiting:
            return
        self.words.append(data)
        for open_part in (self._area, self._link, self._button):
            if open_part is not None:
                open_part[-1] += data
        if self._head is not None:
            self._head += data


class Page:
    """An answered page: what it says, where it leads, its forms."""

    def __init__(self, worker, status, path, headers, body):
        self.worker, self.status, self.path, self.headers, self.body = worker, status, path, headers, body
        self.html = body.decode("utf-8", "replace")
        reader = _Reader()
        if "html" in headers.get("content-type", "html"):
            reader.feed(self.html)
        self.forms, self.links, self.heads = reader.forms, reader.links, reader.heads
        self.text = re.sub(r"[ \t\r\n\u00a0]+", " ", "".join(reader.words))

    def says(self, *texts):
        """Every text stands on the page; the first that does not is the failure."""
        for text in texts:
            assert text in self.text, "%s does not say %r. It says: %s" % (self.path, text, self.text[:3000])
        return self

    def lacks(self, *texts):
        for text in texts:
            assert text not in self.text, "%s says %r" % (self.path, text)
        return self

    def link(self, text):
        """Where the first link with that text in it leads."""
        for path, words in self.links:
            if text in words:
                return path
        raise AssertionError("%s has no link %r, only %r" % (self.path, text, [words for _, words in self.links]))

    def follow(self, text):
        return self.worker.open(self.link(text))

    def form(self, action=None):
        """The form that goes to an address with that in it; without one, the first that changes something."""
        for form in self.forms:
            if (action is not None and action in form["action"]) or (
                    action is None and form["method"] == "post" and "sign-out" not in form["action"]):
                return form
        raise AssertionError("%s has no form %s" % (self.path, action or ""))

    def offers(self, field, action=None):
        """The choices of a field, as codes."""
        return self.form(action)["choices"].get(field, [])

    def asks(self, field, action=None):
        """Whether its form has that field (a date is asked in parts)."""
        form = self.form(action)
        names = {name for name, _ in form["fields"]} | set(form["choices"])
        return field in names or field + "-day" in names

    def typed(self, field, action=None):
        return [text for name, text in self.form(action)["fields"] if name == field]

    def send(self, values=None, go=None, action=None):
        """Fills the form in and sends it as a browser would. A list is several choices, or lines of a text."""
        form = self.form(action)
        names = {name for name, _ in form["fields"]}
        new = {}
        for name, value in (values or {}).items():
            if name + "-day" in names:
                new.update(date_parts(name, value))
            elif isinstance(value, list) and name not in form["choices"]:
                new[name] = ["\n".join(value)]
            else:
                new[name] = value if isinstance(value, list) else [str(value)]
        pairs = [(name, text) for name, text in form["fields"] if name not in new]
        pairs += [(name, text) for name, texts in new.items() for text in texts]
        if go is not None:
            pairs.append(("_go", go))
        if form["method"] == "get":
            return self.worker.open(form["action"] + "?" + urllib.parse.urlencode(pairs))
        return self.worker.post(form["action"], pairs)


def date_parts(name, value):
    """A date or a time in the parts of the date form, in London time for a time of winter."""
    day, _, time = value.partition("T")
    year, month, number = day.split("-")
    parts = {name + "-day": [str(int(number))], name + "-month": [str(int(month))], name + "-year": [year]}
    if time:
        parts[name + "-time"] = [time[:5]]
    return parts


class Worker:
    def __init__(self, program, username, role, agency, token):
        self.program, self.username, self.role, self.agency, self.token = program, username, role, agency, token
        self.cookies = {}
        self.name = username

    # ---- pages

    def _exchange(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.program.port, timeout=PLENTY)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.headers.get_all(
                "Set-Cookie") or [], answer.read()
        finally:
            connection.close()

    def _page(self, method, path, pairs=None, hops=6):
        for _ in range(hops):
            headers = {"Cookie": "; ".join("%s=%s" % pair for pair in self.cookies.items())}
            body = None
            if method == "POST":
                body = urllib.parse.urlencode(pairs)
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                headers["Sec-Fetch-Site"] = "same-origin"
            status, got, cookies, content = self._exchange(method, path, body, headers)
            for cookie in cookies:
                name, _, value = cookie.split(";")[0].partition("=")
                self.cookies[name] = value
            if status not in (302, 303):
                page = Page(self, status, path, got, content)
                if status == 422:
                    self.program.hear(page.text)
                return page
            method, path = "GET", got["location"]
        raise AssertionError("%s goes round and round" % path)

    def sign_in(self):
        page = self._page("GET", "/sign-in")
        page.forms = [form for form in page.forms if any(name == "password" for name, _ in form["fields"])]
        page = page.send({"username": self.username, "password": PASSWORD})
        assert page.status == 200 and "waymark_session" in self.cookies, page.text[:300]
        return page

    def open(self, path, status=200):
        """The page at a path. `status`: what it must answer; None: anything."""
        if "waymark_session" not in self.cookies:
            self.sign_in()
        path = path.split("#")[0]
        page = self._page("GET", path)
        assert status is None or page.status == status, "%s: %d %s" % (path, page.status, page.text[:600])
        return page

    def post(self, path, pairs):
        return self._page("POST", path, pairs)

    def form(self, case, entry_type, query=""):
        return self.open("/cases/%s/record/%s%s" % (case, entry_type, query))

    def fill(self, case, entry_type, **values):
        """Records an entry through its form; the page that comes after it, whatever it says."""
        return self.form(case, entry_type).send(values, go="record")

    # ---- API

    def call(self, method, path, body=None):
        headers = {"Authorization": "Bearer " + self.token}
        data = None
        if body is not None:
            data = json.dumps(body)
            headers["Content-Type"] = "application/json"
        status, _, _, content = self._exchange(method, path, data, headers)
        answer = json.loads(content) if content else None
        if status >= 400:
            self.program.hear(json.dumps(answer, ensure_ascii=False))
            raise Refused(status, answer)
        return answer

    def refer(self, child=None, occurred_at=None, case=None, **fields):
        """A referral with what a sensible one has; the reference of its case."""
        now = occurred_at if occurred_at is not None and "T" in occurred_at else instant()
        entry = {"notified_at": now, "source_agency": self.agency, "referrer": self.name, "involvement": "likely",
                 "immediate_danger": "no", "parents_informed": "yes",
                 "narrative": "Was seen with an older adult and came home with a new phone"}
        entry.update(fields)
        body = {"fields": entry}
        if case is None:
            body["child"] = {"given_name": "Robin", "family_name": self.program.family_name(), **(child or {})}
        else:
            body["case"] = case
        if occurred_at is not None:
            body["occurred_at"] = occurred_at
        return self.call("POST", "/api/v1/referrals", body)["case"]

    def bring_in(self, case, worker):
        """Who has no business with a case is brought in by who answers for it."""
        return self.record(case, "involvement-began", agency=worker.agency, reason="They work with the child")

    def record(self, case, entry_type, occurred_at=None, **fields):
        """An entry by the API; what the API answers."""
        body = {"type": entry_type, "fields": fields}
        if occurred_at is not None:
            body["occurred_at"] = occurred_at
        return self.call("POST", "/api/v1/cases/%s/entries" % case, body)

    def is_refused(self, case, entry_type, words, paragraph=None, occurred_at=None, **fields):
        """The entry is refused by the API with these words, naming the paragraph; nothing is recorded."""
        before = self.case(case)["seq"]
        try:
            self.record(case, entry_type, occurred_at, **fields)
        except Refused as refused:
            said = json.dumps(refused.problem, ensure_ascii=False)
            assert refused.status == 422, said
            assert words in said, "refused for another reason than %r: %s" % (words, said)
            assert paragraph is None or paragraph in said, "paragraph %s is not named: %s" % (paragraph, said)
            assert self.case(case)["seq"] == before
            return refused.problem
        raise AssertionError("%s was not refused: %r" % (entry_type, fields))

    def case(self, case):
        return self.call("GET", "/api/v1/cases/%s" % case)

    def entries(self, case, entry_type=None):
        query = "?limit=200" + ("" if entry_type is None else "&type=" + entry_type)
        return self.call("GET", "/api/v1/cases/%s/entries%s" % (case, query))["entries"]

    def duties(self, case, duty=None, at=None):
        """The duties of a case, prompts among them; of one rule, or all."""
        query = "" if at is None else "?at=" + urllib.parse.quote(at)
        answer = self.call("GET", "/api/v1/cases/%s/duties%s" % (case, query))
        rows = answer["duties"] + answer.get("prompts", [])
        return [row for row in rows if duty is None or row["duty"] == duty]

    def duty(self, case, duty, at=None):
        """The one duty of that rule, or the last that began."""
        rows = self.duties(case, duty, at)
        assert rows, "no duty %s on %s" % (duty, case)
        return rows[-1]

    def has_open(self, case, duty):
        return any(row["state"] in ("open", "overdue") for row in self.duties(case, duty))

    def marks(self, case):
        return {mark["mark"] for mark in self.case(case)["marks"]}


class Program:
    """A fresh store with a server on a free port of the loopback; stopped by its own process id. `data`: where
    the store lies, when not in a folder of its own; `environment`: what the server is told besides. `more`: further options of serve. `loud`: it
    prints its line for each request."""

    def __init__(self, waymark, pack, data=None, environment=None, more=(), loud=False):
        self.waymark, self.pack = os.path.abspath(waymark), os.path.abspath(pack)
        self.more = list(more) if loud else ["--quiet", *more]
        self.workers = {}
        self.folder = tempfile.TemporaryDirectory(prefix="waymark-program-")
        self.data = data or os.path.join(self.folder.name, "data")
        self.environment = {**os.environ, "WAYMARK_PACKS": self.pack, **(environment or {})}
        self.server = None
        self.port = 0
        self.numbers = itertools.count(1)
        self.said = ""  # every refusal, in its words

    def run(self, *arguments, check=True, input=None):
        done = subprocess.run([self.waymark, *arguments], capture_output=True, text=True, timeout=PLENTY, check=False,
                              input=input, env=self.environment)
        assert not check or done.returncode == 0, "waymark %s: %s" % (" ".join(arguments), done.stderr)
        return done

    def __enter__(self):
        self.run("init", "--data", self.data)
        self.start()
        return self

    def start(self):
        self.server = subprocess.Popen(
            [self.waymark, "serve", "--data", self.data, "--pack", self.pack, "--listen", "127.0.0.1:0",
             "--one-factor", *self.more],
            stdout=subprocess.PIPE, stderr=open(os.path.join(self.folder.name, "errors"), "ab"), text=True,
            env=self.environment)
        line = self.server.stdout.readline()
        found = re.search(r":(\d+)\s*$", line)
        assert found, "the server did not start: %r %s" % (line, self.errors())
        self.port = int(found.group(1))

    def hear(self, refusal):
        self.said += refusal + "\n"

    def errors(self):
        return pathlib.Path(self.folder.name, "errors").read_text(encoding="utf-8", errors="replace")[-3000:]

    def stop(self):
        if self.server is not None:
            self.server.terminate()
            try:
                status = self.server.wait(PLENTY)
            except subprocess.TimeoutExpired:
                self.server.kill()
                status = self.server.wait(PLENTY)
            self.server.stdout.close()
            self.server = None
            assert status == 0, "the server ended with %d: %s" % (status, self.errors())

    def kill(self):
        """As a power switch would: it is not asked."""
        self.server.kill()
        self.server.wait(PLENTY)
        self.server.stdout.close()
        self.server = None

    def __exit__(self, kind, value, trace):
        try:
            self.stop()
        finally:
            self.folder.cleanup()

    def family_name(self):
        """A name no other test has, in letters."""
        number, letters = next(self.numbers) * 1234577 % 20 ** 5, ""  # far apart, so that none resembles another
        for _ in range(5):
            number, digit = divmod(number, 20)
            letters += "bcdfghjklmnpqrstvwxz"[digit] + "aeiou"[digit % 5]
        return letters.capitalize()

    def token(self, username, *more):
        """A new token for the API; each is good for 90 days."""
        return self.run("account", "token", "--data", self.data, "--pack", self.pack, *more, username).stdout.strip()

    def keeper(self):
        """An administrator whose token may keep accounts."""
        keeper = self.worker("administrator", number=90)
        keeper.token = self.token(keeper.username, "--keeps-accounts")
        return keeper

    def unlock(self, username):
        """Lets an account in again that nobody used for 90 days."""
        self.run("account", "unlock", "--data", self.data, "--pack", self.pack, username)

    def worker(self, role, agency=None, number=1, team=None):
        """Somebody of that role and agency: the same person every time that is asked for (in the team of the first time)."""
        agency = agency or {"police-officer": "police", "referrer": "health", "voluntary-worker": "voluntary",
                            "administrator": "other"}.get(role, "social-care")
        username = "%s-%s-%d" % (role, agency, number)
        if username not in self.workers:
            self.workers[username] = self._new(username, role, agency, team)
        return self.workers[username]

    def _new(self, username, role, agency, team=None):
        place = ["--data", self.data, "--pack", self.pack] + (["--team", team] if team else [])
        link = self.run("account", "add", *place, "--role", role, "--agency", agency, "--name",
                        username.replace("-", " ").title(), username).stdout.strip()
        worker = Worker(self, username, role, agency, self.token(username))
        worker.name = username.replace("-", " ").title()
        path = re.search(r"/set-password/\S+", link).group(0)
        page = worker._page("GET", path)
        page = page.send({"password": PASSWORD, "password_again": PASSWORD})
        assert page.status == 200, page.text[:300]
        worker.cookies.clear()
        return worker


def instant(days=0, hours=0):
    """Now, moved by days and hours, as RFC 3339."""
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days, hours=hours)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (at.microsecond // 1000)


def day(days=0):
    return instant(days)[:10]


def born(years, days=0):
    """The date of birth of somebody who is that old today (`days` more than that)."""
    today = datetime.date.today() - datetime.timedelta(days=days)
    try:
        return today.replace(year=today.year - years).isoformat()
    except ValueError:
        return today.replace(year=today.year - years, day=28).isoformat()
