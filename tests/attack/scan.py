#!/usr/bin/env python3
"""sqlmap and wapiti against a demonstration server of the loopback, signed in and not, through the pages and the API,
bounded in time and in what they ask. Nothing may be found, and the server must be as it was.

    scan.py WAYMARK PACK
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "requirements"))
from program import Program

# no limit stands before what is scanned: those are for tests/hostile/limits.py
PLENTY = ("--records-an-hour", "0", "--account-rate", "10000000", "--address-rate", "10000000", "--account-keys", "1000000",
          "--all-keys", "1000000")
SECONDS = int(os.environ.get("WAYMARK_SCAN_SECONDS", "60"))  # for each form, each crawl and each of its modules
# wapiti 3.0.4 excludes addresses by an expression that Python 3.11 does not take
WAPITI = """import re
from wapitiCore.main import wapiti
from wapitiCore.net import crawler
crawler.wildcard_translate = lambda pattern: re.compile(".*".join(map(re.escape, pattern.split("*"))) + r"\\Z", re.S)
wapiti.wapiti_main()"""
MODULES = "exec,file,sql,timesql,xss,permanentxss,crlf,redirect,ssrf,xxe"
CHILD = {"given_name": "Amara", "family_name": "Marsh", "date_of_birth": "2010-03-04", "sex": "F", "ethnicity": "WBRI",
         "disability": ["NONE"], "address": "1 High Street", "postcode": "LE1 1AA"}
faults = []


def expect(condition, text):
    if not condition:
        faults.append(text)
        print("FAILED", text, flush=True)


def bounded(command, seconds, folder):
    done = subprocess.run(["timeout", "-s", "INT", "-k", "20", str(seconds), *command], capture_output=True, text=True,
                          timeout=seconds + 120, check=False, env={**os.environ, "HOME": folder, "TMPDIR": folder})
    return done.stdout + done.stderr


def sqlmap(folder, url, more, what):
    said = bounded(["sqlmap", "-u", url, "--batch", "--level=2", "--risk=1", "--threads=2", "--timeout=10", "--retries=1",
                    "--flush-session", "--dbms=sqlite", "--technique=BEUST", "--time-sec=2", "--ignore-code=*",
                    "--output-dir=" + folder + "/sqlmap", *more], SECONDS, folder)
    found = re.search(r"is vulnerable|injection point\(s\)|appears to be injectable|identified the following", said)
    expect(found is None, "sqlmap: %s: %s" % (what, found and said[found.start():found.start() + 300]))
    tried = set(re.findall(r"testing for SQL injection on ([^\n]+)", said))
    expect(tried, "sqlmap tried no parameter of %s: %s" % (what, said[-600:]))
    whole = "all tested parameters do not appear to be injectable" in said
    refused = re.findall(r"^(\d{3}) \([^)]+\) - (\d+) times", said, re.M)
    print("sqlmap, %s: %s in %d parameters%s; %s" % (what, "nothing" if found is None else "FOUND", len(tried), "" if whole else
                                                    " (stopped after %d s)" % SECONDS, refused or "no refusals"), flush=True)


def wapiti(folder, url, more, what):
    report = "%s/wapiti-%s.json" % (folder, what.replace(" ", "-"))
    said = bounded(["/usr/bin/python3", "-c", WAPITI, "-u", url, "--scope", "folder", "--max-scan-time", str(SECONDS),
                    "--max-attack-time", str(SECONDS), "--max-links-per-page", "40", "--max-files-per-dir", "30", "-d", "4",
                    "-m", MODULES, "-v", "2", "--flush-session", "-f", "json", "-o", report, "--no-bugreport", *more],
                   SECONDS * 14, folder)
    if not os.path.exists(report):
        expect(False, "wapiti wrote no report: %s" % said[-400:])
        return ""
    with open(report, encoding="utf-8") as file:
        found = json.load(file)
    worst = [(kind, one.get("info"), one.get("path")) for kind, ones in found["vulnerabilities"].items() for one in ones
             if one["level"] >= 2]
    expect(not worst, "wapiti: %s: %s" % (what, worst[:3]))
    expect(not found["anomalies"].get("Internal Server Error"), "wapiti: %s: %s" % (what, found["anomalies"]))
    asked = set(re.findall(r"^\[[+¨]\] (?:GET|POST) \S+", said, re.M))
    print("wapiti, %s: %d of level 2 or higher; %d addresses and forms" % (what, len(worst), len(asked)), flush=True)
    return said


def signed_in(folder, worker, address):
    """The cookies of a session as wapiti reads them, and what would end it or shut out its worker."""
    one = {"expires": None, "secure": False, "port": None, "version": 0}
    path = folder + "/cookies.json"
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"127.0.0.1": {"/": {name: {"value": value, **one} for name, value in worker.cookies.items()}}}, file)
    ends = ("sign-out", "my-account*", "conflict*", "cases/*/restrict*")
    return ["-c", path] + [part for at in ends for part in ("-x", address + at)]


def pages(folder, program, worker, case):
    """sqlmap over what the pages ask: the form that a browser would send, with the fields that are tried."""
    address = "http://127.0.0.1:%d" % program.port

    def cookies():
        return ["--cookie", "; ".join("%s=%s" % pair for pair in worker.cookies.items())]

    def query(what, path, **tried):
        sqlmap(folder, "%s%s?%s" % (address, path, urllib.parse.urlencode(tried)), cookies() + ["-p", ",".join(tried)], what)

    def form(what, page, go=None, **tried):
        first = next(iter(tried))
        sent = next(one for one in page.forms if first in one["choices"] or any(name == first for name, _ in one["fields"]))
        pairs = [(name, text or "") for name, text in sent["fields"] if name not in tried] + list(tried.items())
        pairs += [("_go", go)] if go else []
        status, _, _, _ = worker._exchange("POST", sent["action"], urllib.parse.urlencode(pairs), {
            "Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies()[1]})
        expect(status in (200, 303, 401), "the form of %s is not taken as it is: %d" % (what, status))
        anew = ["--eval", "import secrets;_form=secrets.token_hex(16)"] if any(name == "_form" for name, _ in pairs) else []
        sqlmap(folder, address + sent["action"], cookies() + ["--data", urllib.parse.urlencode(pairs), "-p", ",".join(tried), *anew],
               what)

    form("finding a child", worker.open("/find"), text="Marsh")
    query("the filters of duties", "/duties", state="unmet", agency="health")
    query("the directory", "/directory", text="team", of="health")
    form("a draft of a referral", worker.open("/referral/new").send(), go="draft",
         **{"c-given_name": "Kit", "c-family_name": "Oake", "c-postcode": "LE67 1ZZ"})
    form("keeping an entry for later", worker.form(case, "child-views"), go="save", views="Likes swimming", how_obtained="Asked")
    query("the chronology", "/cases/%s/chronology" % case, at="2026-02-01", type="referral")
    sqlmap(folder, address + "/directory", cookies() + ["-p", "waymark_session"], "the cookie of a session")
    worker.cookies.clear()
    form("signing in", worker._page("GET", "/sign-in"), username=worker.username, password="wrong but long enough")


def calls(folder, address, token, case):
    bearer = "--headers=Authorization: Bearer " + token
    for what, path, data in [
            ("duties", "api/v1/duties?state=open&agency=health&role=duty-manager&limit=5&cursor=x", None),
            ("entries", "api/v1/cases/%s/entries?at=2026-02-01" % case, None),
            ("a case", "api/v1/cases/%s*" % case, None),
            ("an entry", "api/v1/cases/%s/entries" % case,
             {"type": "child-views", "fields": {"views": "Likes swimming", "how_obtained": "Asked"}}),
            ("searches", "api/v1/searches", {"text": "Marsh"}),
            ("details", "api/v1/cases/%s/details" % case, {"fields": {"given_name": "Amara"}})]:
        if data is None:
            sqlmap(folder, address + path, [bearer], "API, " + what)
        else:
            sqlmap(folder, address + path, [bearer + "\nContent-Type: application/json", "--data", json.dumps(data)], "API, " + what)


def main():
    for tool in ("sqlmap", "wapiti"):
        if shutil.which(tool) is None:
            print("%s is not installed (script/bootstrap attack)" % tool)
            sys.exit(77)
    folder = tempfile.mkdtemp(prefix="waymark-attack-")
    with Program(sys.argv[1], sys.argv[2], more=PLENTY) as program:
        address = "http://127.0.0.1:%d/" % program.port
        program.run("directory", "import", "--data", program.data, "--pack", program.pack, program.pack + "/directory.csv")
        worker = program.worker("duty-manager")
        case = worker.refer(child=CHILD)
        worker.sign_in()
        wapiti(folder, address, [], "signed out")
        said = wapiti(folder, address, signed_in(folder, worker, address), "signed in")
        for known in ("cases/" + case, "duties", "find", "referral/new"):
            expect(address + known in said, "wapiti did not come to %s" % known)
        forms = worker.open("/", status=None).forms
        expect(any(form["action"] == "/sign-out" for form in forms), "the session did not last through the crawl")
        wapiti(folder, address + "api/v1/", ["-H", "Authorization: Bearer " + worker.token], "API")
        calls(folder, address, worker.token, case)
        pages(folder, program, worker, case)
        expect(worker.case(case)["child"]["family_name"] == "Marsh", "the case is not as it was")
        print(program.run("verify", "--data", program.data).stdout.splitlines()[-1])
        expect("AddressSanitizer" not in program.errors() and "runtime error" not in program.errors(), program.errors())
    shutil.rmtree(folder, ignore_errors=True)
    sys.exit(bool(faults))


main()
