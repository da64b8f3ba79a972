"""11.11, 11.31: the child is a victim, in every word the program says."""

import html
import pathlib
import re

from program import PASSWORD, Program, Worker
from run import requirement
from test_assessment import MEETING, assessed
from test_plans import STRATEGY

OUTDATED = re.compile(r"prostitut|child porn|promiscu|consenting child|young offender|lifestyle choice|client", re.I)
# the title of the chapter as it was published, quoted as a source
QUOTED = "Children and Young People Abused through Prostitution"


@requirement("R14")
def the_child_is_a_victim_in_every_word(program):
    worker, admin = program.worker("social-worker"), program.worker("administrator")
    case = assessed(worker)
    worker.record(case, "plan-made", **STRATEGY)
    worker.record(case, "meeting-held", kind="strategy", **MEETING)
    seen, waiting = set(), ["/", "/procedure", "/duties", "/directory", "/records", "/find", "/referral/new",
                            "/cases/%s" % case, "/cases/%s/record" % case]
    while waiting and len(seen) < 160:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        page = worker.open(path, status=None)
        said = page.html.replace(QUOTED, "")
        found = OUTDATED.search(said)
        assert found is None, "%s says %r" % (path, said[max(0, found.start() - 80):found.end() + 40])
        for link, _ in page.links:
            ours = link.startswith("/cases/%s" % case) or link.startswith("/new-record/")
            if ours and link not in seen and ".csv" not in link:
                waiting.append(link.split("#")[0])
    assert len(seen) > 60, "only %d pages were read" % len(seen)
    assert "Accounts" in admin.open("/accounts").text
    openapi = worker.call("GET", "/api/v1/openapi.json")
    found = OUTDATED.search(str(openapi).replace(QUOTED, ""))
    assert found is None, found
    # no field calls the child an offender: the word stands only where criminal action is the last resort
    for path in sorted(seen):
        if "criminal-action-considered" not in path and "/record/" in path:
            text = worker.open(path, status=None).text.lower()
            assert "offender" not in text, path
    worker.open("/cases/%s/record/referral" % case).says("The child is a victim")


class Demonstration(Program):
    """A store with the invented children, and one of its accounts."""

    def __enter__(self):
        self.run("demo", "--data", self.data, "--pack", self.pack, "--children", "24")
        self.start()
        return self

    def somebody(self, username, role):
        token = self.run("account", "token", "--data", self.data, "--pack", self.pack, username).stdout.strip()
        worker = Worker(self, username, role, "social-care", token)
        link = self.run("account", "link", "--data", self.data, "--pack", self.pack, username, check=False).stdout
        path = re.search(r"/set-password/\S+", link)
        assert path is not None, link
        worker._page("GET", path.group(0)).send({"password": PASSWORD, "password_again": PASSWORD})
        worker.cookies.clear()
        return worker


def easy(text):
    """How many words a sentence has and how many letters a word, on the average."""
    sentences = [part for part in re.split(r"[.!?:\n]+\s*", text) if re.search(r"[A-Za-z]", part)]
    words = re.findall(r"[A-Za-z']+", text)
    return len(words) / len(sentences), sum(map(len, words)) / len(words), sentences


@requirement("R14", "R16")
def the_demonstration_says_no_outdated_word_and_what_the_child_is_given_is_easy(shared):
    with Demonstration(shared.waymark, shared.pack) as program:
        manager = program.somebody("team-manager", "team-manager")
        pages, cases = ["/", "/duties", "/figures", "/procedure", "/directory", "/records"], []
        rows = manager.call("GET", "/api/v1/duties?limit=200")["duties"]
        for row in rows:
            if row["case"] not in cases:
                cases.append(row["case"])
        assert len(cases) > 9, rows[:2]
        for case in cases[:16]:
            pages += ["/cases/%s%s" % (case, below) for below in
                      ("", "/chronology", "/plan", "/meetings", "/people", "/child-summary")]
        for path in pages:
            page = manager.open(path)
            said = page.html.replace(QUOTED, "")
            found = OUTDATED.search(said)
            assert found is None, "%s says %r" % (path, said[max(0, found.start() - 80):found.end() + 40])
        for case in cases[:16]:
            page = manager.open("/cases/%s/child-summary" % case)
            main = re.search(r"<main.*?</main>", page.html, flags=re.S).group(0)
            main = re.sub(r"</(h\d|p|li|dt|dd|title)>", "\n", main)
            text = html.unescape(re.sub(r"<[^>]+>", "", main))
            sentence, word, sentences = easy(text)
            assert len(sentences) > 5, text
            assert sentence <= 12 and word <= 5, "%.1f words, %.1f letters: %s" % (sentence, word, text)
            longest = max(sentences, key=lambda one: len(one.split()))
            assert len(longest.split()) <= 20, "too long for a child: %s" % longest


@requirement("R14")
def the_documents_say_no_outdated_word(program):
    folder = pathlib.Path(program.pack).parent.parent
    files = [path for path in [*folder.glob("*.md"), *folder.glob("docs/**/*.md"), *folder.glob("docs/*.1"),
                               *folder.glob("procedures/**/*.yaml")]]
    assert len(files) > 20, folder
    for path in files:
        said = path.read_text(encoding="utf-8").replace(QUOTED, "")
        found = re.search(r"prostitut|child porn|promiscu|lifestyle choice", said, re.I)
        assert found is None, "%s says %r" % (path, said[max(0, found.start() - 60):found.end() + 40])
