"""The real program, served from a store of its own on the loopback, and a client that holds every answer
against the OpenAPI document."""
import atexit
import http.client
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

import schema

CHILD = {"given_name": "Amara", "family_name": "Marsh", "date_of_birth": "2010-03-04", "sex": "F",
         "ethnicity": "WBRI", "disability": ["NONE"], "address": "1 High Street", "postcode": "LE1 1AA"}
FIELDS = {"notified_at": "2026-01-05T10:00:00Z", "narrative": "Was seen with an older adult; came home with a new phone.",
          "involvement": "likely", "exchange": ["gifts", "money"], "immediate_danger": "no",
          "referrer": "A. Nurse", "source_agency": "health", "parents_informed": "yes"}


class Answer:
    def __init__(self, status, headers, raw):
        self.status, self.headers, self.raw = status, headers, raw
        self.json = json.loads(raw) if "json" in headers.get("Content-Type", "") else None


class Program:
    """Stops by itself at the end of the test program; `roles` are pairs of role and agency."""

    def __init__(self, waymark, accounts, pack, roles):
        self.folder = tempfile.mkdtemp(prefix="waymark-api-")
        atexit.register(self.stop)
        self.server = None
        data = self.folder + "/store"
        subprocess.run([waymark, "init", "--data", data], check=True, stdout=subprocess.DEVNULL)
        words = [word for pair in roles for word in pair]
        lines = subprocess.run([accounts, data, pack, *words], check=True, text=True,
                               stdout=subprocess.PIPE).stdout.split()
        self.tokens = dict(zip([role for role, _ in roles], lines))
        self.server = subprocess.Popen([waymark, "serve", "--data", data, "--pack", pack, "--listen",
                                        "127.0.0.1:0", "--one-factor", "--quiet"], stdout=subprocess.PIPE,
                                       stderr=open(self.folder + "/log", "w"), text=True)
        line = self.server.stdout.readline()
        self.port = int(re.search(r":(\d+)\s*$", line).group(1))
        self.document = json.loads(self.client(None).raw("GET", "/api/v1/openapi.json").raw)

    def stop(self):
        if self.server is not None:
            self.server.terminate()
            status = self.server.wait(timeout=60)
            self.server = None
            if status != 0:
                print("the server ended with status %d" % status)
                print(pathlib.Path(self.folder, "log").read_text()[-4000:])
        shutil.rmtree(self.folder, ignore_errors=True)

    def client(self, role):
        return Client(self, self.tokens.get(role))


class Client:
    """One connection. Every answer is checked: documented status, its media type, its schema."""

    def __init__(self, program, token):
        self.program, self.token = program, token
        self.connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=60)

    def __del__(self):
        self.connection.close()

    def raw(self, method, path, body=None, headers=()):
        sent = dict(headers)
        if self.token and "Authorization" not in sent:
            sent["Authorization"] = "Bearer " + self.token
        self.connection.request(method, path, body, sent)
        response = self.connection.getresponse()
        return Answer(response.status, response.headers, response.read())

    def check(self, method, path, answer):
        place = urllib.parse.urlsplit(path).path
        for pattern, item in self.program.document["paths"].items():
            if re.fullmatch(re.sub(r"{\w+}", "[^/]+", pattern), place) and method.lower() in item:
                operation = item[method.lower()]
                break
        else:
            raise AssertionError("%s %s is not documented" % (method, path))
        assert answer.status < 500, "%s %s: %d %s" % (method, path, answer.status, answer.raw)
        response = operation["responses"].get(str(answer.status))
        assert response is not None, "%s %s: %d is not documented" % (method, path, answer.status)
        content = schema.resolve(self.program.document, response)["content"]
        assert answer.headers["Content-Type"] in content, answer.headers["Content-Type"]
        found = schema.faults(self.program.document, content[answer.headers["Content-Type"]]["schema"], answer.json)
        assert not found, "%s %s: %s" % (method, path, found)
        if answer.status >= 400:
            assert answer.json["status"] == answer.status
        return answer

    def get(self, path, headers=()):
        path = path if path.startswith("/api") else "/api/v1" + path
        return self.check("GET", path, self.raw("GET", path, headers=headers))

    def post(self, path, body, headers=()):
        path = "/api/v1" + path
        text = body if isinstance(body, (bytes, str)) else json.dumps(body)
        text = text.encode() if isinstance(text, str) else text
        sent = {"Content-Type": "application/json", **dict(headers)}
        return self.check("POST", path, self.raw("POST", path, text, sent))

    def refer(self, child=None, fields=None, key=None, **more):
        body = {"child": {**CHILD, **(child or {})}, "fields": {**FIELDS, **(fields or {})}, **more}
        return self.post("/referrals", body, {"Idempotency-Key": key} if key else {})


def arguments():
    """waymark, api_accounts, pack; what follows is for unittest."""
    waymark, accounts, pack = sys.argv[1:4]
    del sys.argv[1:4]
    return waymark, accounts, str(pathlib.Path(pack))


class Calls(unittest.TestCase):
    """What a call answers: its status, and the fields that it names as wrong."""

    def status(self, answer, status, *fields):
        self.assertEqual(answer.status, status, answer.raw)
        named = [error["field"] for error in answer.json.get("errors", [])]
        for field in fields:
            self.assertIn(field, named, answer.raw)
        return answer.json
