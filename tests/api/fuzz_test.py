#!/usr/bin/env python3
"""Calls made from the OpenAPI document: right ones, and right ones with one thing wrong. No answer is a 5xx,
every answer is as the document says, and what the document takes is never refused as badly formed.

    fuzz_test.py WAYMARK ACCOUNTS PACK [SEED [CALLS]]
"""
import json
import random
import sys
import urllib.parse

import schema
from program import CHILD, FIELDS, Program, arguments

WAYMARK, ACCOUNTS, PACK = arguments()
SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 20260105
CALLS = int(sys.argv[2]) if len(sys.argv) > 2 else 3000
PROGRAM = Program(WAYMARK, ACCOUNTS, PACK, [("duty-manager", "social-care"), ("administrator", "other"),
                                            ("police-officer", "police"), ("reviewing-officer", "social-care"),
                                            ("keeps:agency-administrator", "health")])
DOCUMENT = PROGRAM.document
chance = random.Random(SEED)
TEXTS = ["", " ", "a", "Zoë", "名前", "\u202e", "'; DROP TABLE entry; --", "<b>x</b>", "%s%n", "../..", "0", "null",
         "x" * 5000, "line\nline", "tab\t", "\u0001", "\U0001f600", "A" * 200]
TIMES = ["2026-01-05T10:00:00Z", "2025-12-24T23:59:59.999+00:00", "2026-01-06T00:00:00+05:30"]
DAYS = ["2026-01-05", "2024-02-29", "2025-12-25"]
WRONG = [None, True, 0, -1, 1.5, 2**62, "", "x", [], {}, [None], {"a": 1}, "2026-13-01", "2026-02-30", [[]], "\ud7ff"]


def make(node, depth=0):
    """A value that the schema takes."""
    node = schema.resolve(DOCUMENT, node)
    for keyword in ("allOf", "anyOf", "oneOf"):
        if keyword in node:
            return make(chance.choice(node[keyword]), depth)
    if "enum" in node:
        return chance.choice(node["enum"])
    kind = node.get("type")
    if kind == "object":
        made = {}
        for name, part in node.get("properties", {}).items():
            part = part if "$ref" not in part else part
            if part.get("readOnly"):
                continue
            if name in node.get("required", []) or chance.random() < 0.4:
                made[name] = make(part, depth + 1)
        return made
    if kind == "array":
        made = []
        for _ in range(chance.randrange(4)):
            item = make(node["items"], depth + 1)
            if item not in made:
                made.append(item)
        return made
    if kind == "integer":
        return chance.randint(node.get("minimum", 1), min(node.get("maximum", 9), 9))
    if kind == "boolean":
        return chance.random() < 0.5
    if node.get("format") == "date":
        return chance.choice(DAYS)
    if node.get("format") == "date-time":
        return chance.choice(TIMES)
    if "pattern" in node:
        return chance.choice(CASES + ["ABCDEFGHJK"])
    words = ["A concern was shared.", "Was seen with an older adult.", "Two", "Zoë O'Neil"]
    text = chance.choice(words)[:node.get("maxLength", 100)]
    return text


def spoil(value):
    """The same with one thing wrong; the places are chosen evenly."""
    places = []

    def walk(node, path):
        places.append(path)
        items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for name, item in items:
            walk(item, path + [name])

    walk(value, [])
    value = json.loads(json.dumps(value))
    path = chance.choice(places[1:] or places)
    if not path:
        return chance.choice(WRONG)
    node = value
    for name in path[:-1]:
        node = node[name]
    way = chance.randrange(4)
    if way == 0:
        node[path[-1]] = chance.choice(WRONG)
    elif way == 1:
        node[path[-1]] = chance.choice(TEXTS)
    elif way == 2:
        del node[path[-1]]
    elif isinstance(node, dict):
        node[chance.choice(TEXTS)] = chance.choice(WRONG)
    return value


def call(client, path, method, operation):
    """One call: right, or with one thing wrong. Gives the status."""
    wrong = chance.random() < 0.5
    case = chance.choice(CASES) if not wrong or chance.random() < 0.8 else chance.choice(TEXTS[2:])
    target = path.replace("{case}", urllib.parse.quote(case, safe="")).replace(
        "{request}", "{record}").replace("{account}", chance.choice(["fuzzed", "nobody", urllib.parse.quote(case, safe="")])).replace(
        "{record}", chance.choice(["0" * 31 + "1", urllib.parse.quote(case, safe="")]))[len("/api/v1"):]
    query, headers = [], {}
    for parameter in operation["parameters"]:
        if parameter["in"] == "query" and parameter["name"] != "cursor" and chance.random() < 0.4:
            text = str(make(parameter["schema"]))
            query.append((parameter["name"], chance.choice(TEXTS) if wrong and chance.random() < 0.5 else text))
        elif parameter["in"] == "header" and chance.random() < 0.3:
            headers[parameter["name"]] = "key-%d" % chance.randrange(200)
    if wrong and chance.random() < 0.2:
        query.append((chance.choice(["cursor", "name", "limit"]), chance.choice(TEXTS)))
    if query:
        target += "?" + urllib.parse.urlencode(query)
    if method == "get":
        return client.get(target, headers), wrong, None
    body = make(operation["requestBody"]["content"]["application/json"]["schema"])
    sent = spoil(body) if wrong else body
    text = json.dumps(sent)
    if wrong and chance.random() < 0.1:
        cut = chance.randrange(len(text))
        text = text[:cut] + chance.choice(["", "\0", "\\", "\"", "{", "}"]) + text[cut + 1:]
    return client.post(target, text, headers), wrong, body


CASES = [PROGRAM.client("duty-manager").refer(child={"given_name": "Fuzz%d" % number}).json["case"]
         for number in range(5)]
clients = [PROGRAM.client(role) for role in PROGRAM.tokens]
assert clients[-1].post("/accounts", {"account": "fuzzed", "name": "F", "role": "referrer", "agency": "health"}).status == 201
operations = [(path, method, operation) for path, item in DOCUMENT["paths"].items()
              for method, operation in item.items()]
weights = [6 if "entries" in path and method == "post" else 1 for path, method, _ in operations]
counts, recorded, seen = {}, set(), set()
for number in range(CALLS):
    path, method, operation = chance.choices(operations, weights)[0]
    client = clients[-1] if "account" in path and chance.random() < 0.5 else chance.choices(clients, [6, 1, 2, 2, 1])[0]
    answer, wrong, body = call(client, path, method, operation)
    counts[answer.status] = counts.get(answer.status, 0) + 1
    seen.add((path, method))
    if not wrong and answer.status in (400, 415):
        raise AssertionError("refused as badly formed: %s %s %s %s" % (method, path, body, answer.raw))
    if answer.status == 201 and "entry" in answer.json:
        recorded.add(answer.json["entry"]["type"])
        of = {"$ref": "#/components/schemas/fields." + answer.json["entry"]["type"]}
        found = schema.faults(DOCUMENT, of, answer.json["entry"]["fields"])
        assert not found, found
assert len(seen) == len(operations), set((path, method) for path, method, _ in operations) - seen
assert counts.get(201, 0) > CALLS // 50 and counts.get(422, 0) > 0 and counts.get(400, 0) > 0, counts
print("%d calls (seed %d): %s; %d entry types recorded; 0 answers 5xx, 0 schema breaks" % (
    CALLS, SEED, ", ".join("%d of %d" % (counts[status], status) for status in sorted(counts)), len(recorded)))
