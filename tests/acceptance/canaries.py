#!/usr/bin/env python3
"""A stolen disk tells nothing: no name, address, narrative, draft or search stands in any file of the store while it
is served, in its backup, or in what the server printed.

    canaries.py WAYMARK PACK
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "requirements"))
from program import Program  # noqa: E402

CANARIES = {
    "first name": "Quillon",
    "last name": "Featherwick",
    "address": "Larkspur Passage",
    "postcode": "LE99 9ZQ",
    "narrative": "canary-narrative seen with an older adult",
    "draft": "canary-draft typed and left",
    "search": "Searchwick",
    "worker": "Wrenfield",
    "password": "a quiet river bends north",
}


def files(folder):
    return [path for path in sorted(pathlib.Path(folder).rglob("*")) if path.is_file()]


def found(folder):
    for path in files(folder):
        held = path.read_bytes().lower()
        for what, text in CANARIES.items():
            for form in (text.encode(), text.encode("utf-16-le"), text.replace(" ", "+").encode(),
                         text.replace(" ", "%20").encode()):
                if form.lower() in held:
                    yield "%s stands in %s" % (what, path.name)
                    break


def work(program):
    nurse, manager = program.worker("referrer", "health"), program.worker("duty-manager")
    case = nurse.refer(child={"given_name": CANARIES["first name"], "family_name": CANARIES["last name"],
                              "address": "1 " + CANARIES["address"], "postcode": CANARIES["postcode"]},
                       narrative=CANARIES["narrative"])
    form = manager.form(case, "child-views")
    kept = form.send({"views": CANARIES["draft"]}, go="draft")
    assert "draft" in kept.text.lower(), kept.text[:500]
    for _ in range(9):  # enough that what was read is held
        manager.record(case, "involvement-began", agency="police", reason=CANARIES["narrative"])
        manager.record(case, "involvement-ended", agency="police", reason=CANARIES["narrative"])
    for _ in range(4):
        manager.open("/cases/%s/chronology" % case).says(CANARIES["narrative"])
    page = manager.open("/find").send({"text": CANARIES["search"]}, action="/find")
    assert page.status == 200, page.text[:300]
    manager.open("/cases/%s" % case).says(CANARIES["first name"], CANARIES["last name"])
    manager.open("/no/such/%s" % CANARIES["last name"], status=404)
    return manager


def main():
    with Program(*sys.argv[1:3], loud=True) as program:
        place = ["--data", program.data, "--pack", program.pack]
        program.run("account", "add", *place, "--role", "social-worker", "--agency", "social-care", "--name",
                    "Ada " + CANARIES["worker"], "canary-worker")
        manager = work(program)
        program.run("backup", "--data", program.data, str(pathlib.Path(program.folder.name, "copy.backup")))
        serving = list(found(program.folder.name))
        names = {path.name for path in files(program.folder.name)}
        assert {"waymark.db", "waymark.db-wal", "looks.log", "copy.backup", "errors"} <= names, names
        printed = pathlib.Path(program.folder.name, "errors").read_text(encoding="utf-8")
        assert "/find" in printed and "/cases/{ref}" in printed, "the server printed no requests: %r" % printed[:300]
        program.kill()
        killed = list(found(program.folder.name))
        # the search itself can fail: what is written in the clear is found
        pathlib.Path(program.folder.name, "clear").write_text(CANARIES["draft"], encoding="utf-8")
        proof = list(found(program.folder.name))
        program.start()
        assert CANARIES["draft"] in manager.open(manager.open("/").link("The child's views")).follow(
            "Go on with it").typed("views")[0], "the draft is gone"
    faults = serving + killed + ([] if proof else ["a text in the clear was not found"])
    for fault in faults:
        print("FAULT", fault)
    print("%d files searched for %d texts, %d faults" % (len(names), len(CANARIES), len(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
