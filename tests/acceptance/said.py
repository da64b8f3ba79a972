#!/usr/bin/env python3
"""What is said where anybody may read it: the whole of the main job, through nginx, with marker words in every field;
then none of them stands in what the server prints, in nginx's log of addresses, in any address of any page, or in the
mail.

    said.py WAYMARK PACK
"""
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "requirements"), str(HERE.parent / "mail")]
from program import Program, Refused  # noqa: E402
from smtp import PASSWORD, USER, Smtp  # noqa: E402
from walk import address, routes  # noqa: E402

JOURNEY = json.loads((HERE / "journey.json").read_text(encoding="utf-8"))
NGINX = """daemon off; pid {folder}/pid; worker_processes 1; error_log {folder}/error.log info;
events {{ worker_connections 64; }}
http {{
  access_log {folder}/access.log combined;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://127.0.0.1:{upstream}; proxy_set_header Host $host; }}
  }}
}}
"""
LINKS = re.compile(r'(?:href|action|src|formaction)="([^"]*)"')


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)


def marks():
    """Every name of the child's, and every text of more than two words that anybody wrote."""
    child = JOURNEY["child"]
    found = {"Keira", "Holloway", "Kiki", "Rowan Walk", "Harrow Brook", "Dawn", child["postcode"], child["date_of_birth"],
             "20 November 2008", "0116 496 0101", "draftword", "wrongword"}
    for step in JOURNEY["steps"]:
        found.update(text for text in texts(step["fields"]) if text.count(" ") > 2)
    return sorted(found)


def forms(text):
    """As it is, and as addresses, JSON and mail write it."""
    return {form.lower() for form in (text, urllib.parse.quote(text), urllib.parse.quote_plus(text), json.dumps(text)[1:-1],
                                      text.replace("\n", "%0A"))}


def look(where, text, words):
    text = text.lower()
    return ["%s: %s" % (where, word) for word in words if any(form in text for form in forms(word))]


class Watch:
    """Every address that is asked or given, of every worker."""

    def __init__(self):
        self.addresses = set()

    def over(self, worker):
        exchange = worker._exchange

        def watched(method, path, body=None, headers=None):
            status, got, cookies, content = exchange(method, path, body, headers)
            self.addresses.add(path)
            self.addresses.add(got.get("location") or "")
            self.addresses.update(LINKS.findall(content.decode("utf-8", "replace")) if "html" in (got.get("content-type") or "")
                                  else [])
            return status, got, cookies, content
        worker._exchange = watched
        return worker


def work(program, watch):
    people = {name: watch.over(program.worker(person["role"], person["agency"])) for name, person in JOURNEY["people"].items()}
    administrator, manager = watch.over(program.worker("administrator")), people["duty-manager"]
    administrator.open("/directory/new").send({"agency": "social-care", "kind": "duty-point", "name": "A duty point",
                                               "area": "Hinckley", "email": "duty.point@county.example"})
    manager.open("/notices").send({"email": "duty.manager@county.example"}, action="/notices/address")
    case = None
    for step in JOURNEY["steps"]:
        worker = people[step["who"]]
        body = {"child": JOURNEY["child"], "fields": step["fields"]} if case is None else {
            "type": step["type"], "occurred_at": step["occurred_at"], "fields": step["fields"]}
        if step["type"] == "correction":
            del body["occurred_at"]
        try:
            answer = worker.call("POST", "/api/v1/referrals" if case is None else "/api/v1/cases/%s/entries" % case, body)
            case = case or answer["case"]
        except Refused:
            assert "refused" in step or step["type"] == "correction", step["name"]
    for worker in people.values():
        worker.open("/find").send({"text": "Keira Holloway 20 11 2008"}, action="/find")
        for face, method, pattern, _ in routes():
            if face == "page" and method == "GET" and ("{ref}" in pattern or worker is manager):
                worker.open(address(pattern, ref=case, seq=1), status=None)
        for body in ({"text": "Keira Holloway"}, {"wrongword": "Holloway"}, {"text": ["wrongword"]}):
            try:
                worker.call("POST", "/api/v1/searches", body)
            except Refused:
                pass
    form = manager.form(case, "child-views")
    form.send({"views": "draftword of Keira Holloway"}, go="draft")
    manager.form(case, "child-views").send({"views": "", "how_obtained": "wrongword Holloway"})
    return case


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def mail_options(folder, smtp):
    secret, path = folder / "password", folder / "mail.conf"
    secret.write_text(PASSWORD + "\n", encoding="utf-8")
    secret.chmod(0o600)
    lines = {"server": "smtp://127.0.0.1:%d" % smtp.port, "user": USER, "password_file": secret, "from":
             "waymark@county.example", "link": "https://waymark.county.example", "ca": folder / "cert.pem", "seconds": "5"}
    path.write_text("".join("%s = %s\n" % pair for pair in lines.items()), encoding="utf-8")
    return str(path)


def until(what, asks):
    for _ in range(600):
        if asks():
            return
        time.sleep(0.1)
    raise AssertionError("it never came about that " + what)


def walked(folder, program, watch, smtp):
    port, upstream = free_port(), program.port
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, upstream=upstream), encoding="utf-8")
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    proxy = subprocess.Popen([nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(folder / "error.log")],
                             stderr=subprocess.DEVNULL)
    try:
        until("nginx listens", lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0)
        program.port = port
        case = work(program, watch)
        until("mail came", lambda: smtp.messages)
    finally:
        program.port = upstream
        proxy.terminate()
        proxy.wait(60)
    return case


def main(waymark, pack):
    words, watch = marks(), Watch()
    with tempfile.TemporaryDirectory(prefix="waymark-said-") as name:
        folder = pathlib.Path(name)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(folder / "key.pem"), "-out",
                        str(folder / "cert.pem")], check=True, capture_output=True)
        with Smtp(str(folder / "cert.pem"), str(folder / "key.pem")) as smtp, \
                Program(waymark, pack, more=["--mail", mail_options(folder, smtp), "--account-rate", "100000",
                                             "--records-an-hour", "0"], loud=True) as program:
            case = walked(folder, program, watch, smtp)
            said = {"what the server prints": pathlib.Path(program.folder.name, "errors").read_text(encoding="utf-8"),
                    "nginx's log": (folder / "access.log").read_text(encoding="utf-8"),
                    "nginx's log of errors": (folder / "error.log").read_text(encoding="utf-8"),
                    "addresses": "\n".join(sorted(watch.addresses)),
                    "mail": "\n".join(text for _, _, text in smtp.messages)}
    assert case in said["nginx's log"] and case in said["addresses"] and case in said["mail"], "it was not walked"
    assert "/cases/{ref}" in said["what the server prints"], "the server printed nothing"
    faults = [fault for where, text in said.items() for fault in look(where, text, words)]
    # the search itself can fail
    assert look("x", "GET /find?text=Keira+Holloway", words) and look("x", "14%20Rowan%20Walk", words)
    print(*faults, sep="\n")
    print("%d lines printed, %d of nginx, %d addresses, %d messages searched for %d words: %d found" % (
        said["what the server prints"].count("\n"), said["nginx's log"].count("\n"), len(watch.addresses),
        said["mail"].count("Subject:"), len(words), len(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*map(os.path.abspath, sys.argv[1:3])))
