#!/usr/bin/env python3
"""Every file that can be taken away, with formulas and links in all that people typed, opened by LibreOffice: no cell of
it is a formula, none is a link, and nothing is fetched.

    exports.py WAYMARK PACK
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "requirements"), str(HERE.parent / "acceptance")]
from program import Program  # noqa: E402
from walk import address, routes  # noqa: E402

FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(1;1)", "\t=1+1", "=HYPERLINK(\"http://127.0.0.1:9/\";\"x\")", "=cmd|'/c calc'!A1",
            "=WEBSERVICE(\"http://127.0.0.1:9/\")", "=DDE(\"soffice\";\"x\";\"y\")", "{=1+1}", "\"=1+1", ";=1+1", ",=1+1", "\n=1+1", "= 1+1",
            "\uff1d1+1", "'=1+1"]
INSIDE = re.compile(r'table:formula="([^"]*)"|<(text:a|table:cell-range-source|office:dde-source|table:dde-link)\b')


def fill(program):
    author, administrator = program.worker("social-worker"), program.worker("administrator")
    case = None
    for number, text in enumerate(FORMULAS):
        plain = text.strip() or text
        case = author.refer(child={"given_name": plain, "family_name": plain + "Tarn", "address": text}, narrative=text) \
            if number % 4 == 0 else case
        author.record(case, "child-views", views=text, how_obtained=plain)
        author.record(case, "action-agreed", action=plain, owner=plain, agency="social-care")
        administrator.open("/directory/new").send({"agency": "social-care", "kind": "duty-point", "name": plain,
                                                   "area": plain, "team": plain})
        program.run("account", "add", "--data", program.data, "--pack", program.pack, "--role", "social-worker", "--agency",
                    "social-care", "--name", plain, "formula-%d" % number)
    return case


def take(program, case, folder):
    """Each file by somebody who may have it."""
    people = [program.worker(role) for role in ("social-worker", "duty-manager", "administrator", "information-lead",
                                                "records-officer", "partnership-analyst")]
    for person in people:
        if "waymark_session" not in person.cookies:
            person.sign_in()
    taken = {}
    for face, method, pattern, _ in routes():
        if face != "page" or method != "GET" or not pattern.endswith((".csv", ".xlsx")):
            continue
        for person in people:
            path = address(pattern, ref=case)
            status, _, _, content = person._exchange("GET", path, None, {
                "Cookie": "; ".join("%s=%s" % pair for pair in person.cookies.items())})
            if status == 200:
                name = "%02d%s" % (len(taken), os.path.splitext(pattern)[1])
                (folder / name).write_bytes(content)
                taken[name] = pattern
                break
        else:
            taken[pattern] = None
    return taken


def opened(folder, names):
    """What LibreOffice makes of each, as flat XML; commas part the cells, and formulas are looked for, as its window asks."""
    subprocess.run(["soffice", "-env:UserInstallation=file://%s/profile" % folder, "--headless", "--convert-to", "fods",
                    "--infilter=CSV:44,34,76,1,,0,false,true,false,false,false,-1", "--outdir", str(folder / "out"),
                    *(str(folder / name) for name in names)], check=True, capture_output=True, timeout=900)
    return {name: (folder / "out" / (os.path.splitext(name)[0] + ".fods")).read_text(encoding="utf-8") for name in names}


def main(waymark, pack):
    faults = []
    with tempfile.TemporaryDirectory(prefix="waymark-exports-") as name:
        folder = pathlib.Path(name)
        (folder / "control.csv").write_text("what\n=1+1\n", encoding="utf-8")
        if "of:=1+1" not in opened(folder, ["control.csv"])["control.csv"]:
            faults.append("a formula in a plain file is not found: nothing would be")
        with Program(waymark, pack, more=["--records-an-hour", "0", "--account-rate", "100000"]) as program:
            case = fill(program)
            taken = take(program, case, folder)
        faults += ["%s was given to nobody" % pattern for pattern, of in taken.items() if of is None]
        names = [name for name, of in taken.items() if of is not None]
        cells = texts = 0
        for kind in (".csv", ".xlsx"):
            files = [name for name in names if name.endswith(kind)]
            for name, text in opened(folder, files).items():
                cells += text.count("<table:table-cell")
                texts += sum(formula.strip().replace('"', "&quot;").replace("'", "&apos;") in text for formula in FORMULAS)
                faults += ["%s: %s" % (taken[name], found.group(0)[:80]) for found in INSIDE.finditer(text)]
    for fault in faults:
        print("FAULT", fault)
    print("%d files opened, %d cells, what was typed found %d times, %d faults" % (len(names), cells, texts, len(faults)))
    return 1 if faults or not texts else 0


if __name__ == "__main__":
    sys.exit(main(*map(os.path.abspath, sys.argv[1:3])))
