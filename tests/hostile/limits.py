#!/usr/bin/env python3
"""What one address, one account or a storm of passwords may take of the real program, and whose word is believed of who
asks: others are served all the while.

    limits.py WAYMARK PACK
"""
import concurrent.futures
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "acceptance"))
from server import Server

WORKER = {"role": "social-worker", "agency": "social-care", "name": "Parveen Ashworth"}
MEMORY_MB = 900  # under the sanitizers; 60 passwords at once would take 3840 MiB
faults = []


def expect(condition, text):
    if not condition:
        faults.append(text)
        print("FAILED", text, flush=True)


class Limited(Server):
    def start(self, *options):
        self.log = open(os.path.join(self.data, "test.log"), "a", encoding="utf-8")
        self.process = subprocess.Popen([self.waymark, "serve", "--data", self.data, "--pack", self.pack, "--listen",
                                         "127.0.0.1:0", *options], stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.port = int(re.search(r"http://[\d.]+:(\d+)", self.process.stdout.readline()).group(1))
        return self

    def memory_mb(self):
        with open("/proc/%d/status" % self.process.pid, encoding="ascii") as status:
            return max(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))


def ask(port, path="/sign-in", source="127.0.0.1", headers=(), body=None):
    """Status, headers and body of one answer on a connection of its own."""
    lines = ["%s %s HTTP/1.1" % ("GET" if body is None else "POST", path), "Connection: close", *headers]
    if not any(line.startswith("Host:") for line in lines):
        lines.insert(1, "Host: localhost")
    if body is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", "Content-Length: %d" % len(body)]
    with socket.create_connection(("127.0.0.1", port), timeout=60, source_address=(source, 0)) as link:
        link.sendall(("\r\n".join(lines) + "\r\n\r\n" + (body or "")).encode())
        answer = b""
        while part := link.recv(65536):
            answer += part
    head, _, rest = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode(), rest.decode(errors="replace")


def statuses(count, *args, **more):
    found = {}
    for _ in range(count):
        status = ask(*args, **more)[0]
        found[status] = found.get(status, 0) + 1
    return found


def by_address(server):
    """A burst of a quarter of the rate, and others have their own."""
    server.start("--address-rate", "80")
    try:
        found = statuses(40, server.port, source="127.0.0.2")
        expect(20 <= found.get(200, 0) <= 26 and found.get(429, 0) >= 14, "an address is held to its rate: %s" % found)
        status, head, body = ask(server.port, source="127.0.0.2")
        expect(status == 429 and "Retry-After: 10" in head and "Content-Security-Policy" in head and "Wait a little" in body,
               "the refusal says when to come back: %s" % head)
        expect("application/problem+json" in ask(server.port, "/api/v1/x", "127.0.0.2")[1], "the API is told in its own words")
        expect(ask(server.port, source="127.0.0.3")[0] == 200, "another address is served")
        forged = ("X-Forwarded-For: 127.9.9.9", "Forwarded: for=127.9.9.9")
        expect(ask(server.port, source="127.0.0.2", headers=forged)[0] == 429, "no header of a stranger changes who asks")
        time.sleep(2)
        expect(ask(server.port, source="127.0.0.2")[0] == 200, "and is served again after a while")
    finally:
        server.stop()


def by_account(server):
    """One account, whatever the address."""
    token, other = server.token("somebody", WORKER), server.token("another", WORKER)
    server.start("--account-rate", "40")
    try:
        bearer = "Authorization: Bearer "
        found = {}
        for number in range(30):
            status = ask(server.port, "/api/v1/work", "127.0.1.%d" % (number + 1), (bearer + token,))[0]
            found[status] = found.get(status, 0) + 1
        expect(found.get(429, 0) >= 5 and found.get(200, 0) >= 20,
               "an account is held to its rate from any address: %s" % found)
        expect(ask(server.port, "/api/v1/work", headers=(bearer + other,))[0] != 429, "another account is not")
        expect(ask(server.port)[0] == 200, "nor is who has not signed in")
    finally:
        server.stop()


def by_proxy(server):
    """The word of the proxy that was named, for one hop; each of its clients by itself."""
    host = "Host: waymark.example"
    server.start("--behind-proxy", "127.0.0.9", "--public-url", "https://waymark.example", "--address-rate", "40",
                 "--max-per-client", "3")
    try:
        def through(client, *more, source="127.0.0.9"):
            return ask(server.port, source=source, headers=(host, "X-Forwarded-For: " + client, *more))

        found = [through("10.0.0.1")[0] for _ in range(20)]
        expect(found.count(429) >= 8, "a client behind the proxy is held to its rate: %s" % found)
        expect(through("10.0.0.2")[0] == 200, "another behind the same proxy is not")
        expect(through("10.0.0.3, 10.0.0.1")[0] == 429, "the last hop is who asks")
        found = [through("10.0.1.%d" % n, source="127.0.0.8")[0] for n in range(20)]
        expect(found.count(429) >= 8, "who is no proxy is counted as itself: %s" % found)
        status, head, _ = through("10.0.0.4", "X-Forwarded-Proto: http")
        expect(status == 421 and "Strict-Transport-Security" in head, "a browser that came without TLS is refused")
        expect("Set-Cookie: __Host-" in through("10.0.0.5", "X-Forwarded-Proto: https")[1], "cookies are of TLS")
        for name in ("localhost", "evil.example", "waymark.example.evil.example", "waymark.example:81"):
            expect(ask(server.port, source="127.0.0.9", headers=("Host: " + name,))[0] == 421, "%s is not its name" % name)
        two = ("X-Forwarded-For: 10.0.0.6", "X-Forwarded-For: 10.0.0.7")
        expect(ask(server.port, source="127.0.0.9", headers=(host, *two))[0] == 400, "two lines of it are refused")
        at_once(server, host)
    finally:
        server.stop()


def at_once(server, host):
    """Of one client behind a proxy three requests may be under way; a fourth is told so."""
    slow = []
    try:
        for _ in range(3):
            link = socket.create_connection(("127.0.0.1", server.port), timeout=60, source_address=("127.0.0.9", 0))
            link.sendall(("POST /sign-in HTTP/1.1\r\n%s\r\nX-Forwarded-For: 10.0.2.1\r\nContent-Length: 100\r\n"
                          "Content-Type: application/x-www-form-urlencoded\r\n\r\n" % host).encode())
            slow.append(link)
        time.sleep(0.3)
        one, another = ((host, "X-Forwarded-For: 10.0.2.%d" % n) for n in (1, 2))
        expect(ask(server.port, source="127.0.0.9", headers=one)[0] == 429, "a fourth at once is refused")
        expect(ask(server.port, source="127.0.0.9", headers=another)[0] == 200, "another client is served")
    finally:
        for link in slow:
            link.close()
    time.sleep(0.3)
    expect(ask(server.port, source="127.0.0.9", headers=one)[0] == 200, "when they are over, it is served again")


def password_storm(server):
    """Sixty at once, each another name: a few are checked, the rest are told at once, and pages are served meanwhile."""
    server.start("--passwords", "2", "--passwords-waiting", "4")
    try:
        _, head, body = ask(server.port)
        cookie = re.search(r"Set-Cookie: (waymark_form=\w+)", head).group(1)
        proof = re.search(r'name="_csrf" value="([^"]+)"', body).group(1)

        def guess(number):
            form = urllib.parse.urlencode({"_csrf": proof, "username": "nobody-%d" % number, "password": "guess" * 4})
            began = time.monotonic()
            status, head, _ = ask(server.port, source="127.0.3.%d" % (number + 1), headers=("Cookie: " + cookie,), body=form)
            return status, time.monotonic() - began, "Retry-After" in head

        with concurrent.futures.ThreadPoolExecutor(60) as crowd:
            answers = [crowd.submit(guess, number) for number in range(60)]
            others = [ask(server.port)[0] for _ in range(20)]
            answers = [answer.result() for answer in answers]
        refused = [answer for answer in answers if answer[0] == 429]
        checked = [answer for answer in answers if answer[0] != 429]
        print("%d passwords checked, %d told to come back, at most %d MiB" % (len(checked), len(refused), server.memory_mb()))
        expect(len(refused) >= 20 and len(checked) >= 4 and {answer[0] for answer in checked} <= {200, 401, 422},
               "a few are checked, most are told to come back: %s" % sorted({answer[0] for answer in answers}))
        expect(all(answer[2] for answer in refused), "the refusals say when")
        expect(set(others) == {200}, "pages are served meanwhile: %s" % others)
        expect(server.memory_mb() < MEMORY_MB, "memory is bounded")
    finally:
        server.stop()


def plain(answer, *typed):
    """An answer without what differs by chance, and without what was typed."""
    text = "\n".join(map(str, answer))
    for pattern in (r"waymark_form=\w+", r'(?<=name="_csrf" value=")[^"]+', r'(?<=name="_form" value=")\w+',
                    r'(?<=name="challenge" value=")[^"]+', r"(?m)^Date: .*$", r"urn:waymark:request:\w+", r"\d seconds"):
        text = re.sub(pattern, "-", text)
    for word in typed:
        text = text.replace(word, "?" * len(word))
    return text


def names_are_not_told(server):
    """One that is known, locked, or has no password, and one that nobody has: the same answer, byte for byte."""
    names = {"known-one": "one that is known", "other-one": "one that nobody has", "locked-it": "one that is locked",
             "invited-1": "one without a password"}
    links = {}
    for name in names:
        if name != "other-one":
            links[name] = server.call("account", "add", "--data", server.data, "--role", "referrer", "--agency", "health",
                                      "--name", "Somebody", name).split("/")[-1].split()[0]
    server.start()
    try:
        _, head, body = ask(server.port)
        cookie = "Cookie: " + re.search(r"Set-Cookie: (waymark_form=\w+)", head).group(1)
        proof = re.search(r'name="_csrf" value="([^"]+)"', body).group(1)

        def sent(path, source="127.0.4.99", **fields):
            return ask(server.port, path, source, (cookie,), urllib.parse.urlencode({"_csrf": proof, **fields}))

        for name in ("known-one", "locked-it"):
            word = "three herons by a weir"
            status, _, body = sent("/set-password/" + links[name], password=word, password_again=word)
            expect(status == 200, "%s has a password: %d %s" % (name, status, body[-900:]))
        server.call("account", "lock", "--data", server.data, "locked-it")
        for number in range(5):
            answers = {name: plain(sent("/sign-in", "127.0.5.%d" % (1 + i), username=name, password="none of them, surely"),
                                   name) for i, name in enumerate(names)}
            told = [names[name] for name in names if answers[name] != answers["other-one"]]
            expect(not told, "try %d tells %s from a name that nobody has" % (number + 1, told))
            expect(("Too many" if number == 4 else "is not right") in answers["known-one"], "the fifth try waits")
        nowhere = "0" * 32 + links["known-one"][32:]
        spoilt = {"used": links["known-one"], "of a locked one": links["locked-it"],
                  "guessed": links["invited-1"][:-4] + "AAAA"}
        for path, headers in (("/set-password/%s", ()), ("/api/v1/work", ("Authorization: Bearer %s",))):
            def answer(text, path=path, headers=headers):
                return plain(ask(server.port, path.replace("%s", text), "127.0.4.98", [h % text for h in headers]), text)
            for what, link in spoilt.items():
                expect(answer(link) == answer(nowhere), "%s: a secret that is %s is told from one of nobody" % (path, what))
    finally:
        server.stop()


def searches_wait(server):
    """Not before their step, whether there was something to look at or nothing."""
    token = server.token("searcher", dict(WORKER, role="referrer", agency="health"))
    server.start("--search-step", "400")
    try:
        for path, body in (("searches", {"text": "Zephyrine Quillfeather"}), ("searches", {"text": "7KQ2M9XT4C"}),
                           ("matches", {"child": {"given_name": "Zephyrine", "family_name": "Quillfeather"}})):
            server.listen = "127.0.0.1:%d" % server.port
            began = time.monotonic()
            status, _ = server.ask("POST", "/api/v1/" + path, token, body)
            expect(status == 200 and time.monotonic() - began >= 0.4, "%s is not answered at once: %d" % (path, status))
    finally:
        server.stop()


def signed_in(server, name, link):
    """The cookie of a session, after choosing a password by the link of the account."""
    word = "three herons by a weir"
    _, head, body = ask(server.port)
    cookie = "Cookie: " + re.search(r"Set-Cookie: (waymark_form=\w+)", head).group(1)
    proof = re.search(r'name="_csrf" value="([^"]+)"', body).group(1)
    for path, fields in (("/set-password/" + link, {"password": word, "password_again": word}),
                         ("/sign-in", {"username": name, "password": word})):
        form = urllib.parse.urlencode({"_csrf": proof, **fields})
        _, head, _ = ask(server.port, path, headers=(cookie,), body=form)
    return "Cookie: " + re.search(r"Set-Cookie: (waymark_session=[^;]+)", head).group(1)


def many_records(server):
    """Who opens case after case is slowed, page by page: each opens the records of a case and of a child."""
    story = json.loads((pathlib.Path(__file__).parent.parent / "acceptance" / "journey.json").read_text(encoding="utf-8"))
    tokens = {name: server.token(name, story["people"][who]) for name, who in
              (("nurse", "school-nurse"), ("manager", "duty-manager"), ("another", "duty-manager"))}
    link = server.call("account", "add", "--data", server.data, "--role", "duty-manager", "--agency", "social-care",
                       "--name", "Somebody", "on-pages").split("/")[-1].split()[0]
    referral = next(step for step in story["steps"] if step["type"] == "referral")
    Server.start(server)
    cases = []
    try:
        for number in range(8):
            child = {"given_name": "Child%c" % (65 + number), "family_name": "Zephyrine%c" % (65 + number)}
            status, answer = server.ask("POST", "/api/v1/referrals", tokens["nurse"], {"child": child, "fields": referral["fields"]})
            expect(status == 201, "a child is referred: %s" % answer)
            cases.append(answer["case"])
    finally:
        server.stop()
    server.listen = "127.0.0.1:0"
    server.more = ("--account-keys", "7", "--account-keys-rate", "1", "--workers", "1")
    Server.start(server)
    try:
        def open_all(who):
            return [server.ask("GET", "/api/v1/cases/" + case, tokens[who])[0] for case in cases]

        found = open_all("manager")
        expect(found[:2] == [200, 200] and found[4:] == [429] * 4, "who opens many cases is slowed: %s" % found)
        expect(open_all("manager")[:2] == [200, 200], "what was opened lately opens again")
        expect(open_all("another")[:2] == [200, 200], "another account is served")
        status, _ = server.ask("POST", "/api/v1/searches", tokens["manager"], {"text": "Zephyrine"})
        expect(status in (200, 429), "who is slowed is told so: %d" % status)
        server.port = int(server.listen.split(":")[1])  # by the same one worker, for somebody else
        cookie = signed_in(server, "on-pages", link)
        found = [ask(server.port, "/cases/" + case, headers=(cookie,))[0] for case in cases]
        expect(found[0] == 200 and found[4:] == [429] * 4, "who opens many pages is slowed: %s" % found)
    finally:
        server.stop()


def main():
    for part in (many_records, by_address, by_account, by_proxy, password_storm, names_are_not_told, searches_wait):
        server = Limited(sys.argv[1], sys.argv[2])
        try:
            part(server)
        finally:
            server.call("verify", "--data", server.data)
    print("%d faults" % len(faults))
    return 1 if faults else 0


sys.exit(main())
