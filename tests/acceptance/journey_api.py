#!/usr/bin/env python3
"""Carries one child through the procedure by the JSON API, as five people with tokens of their own.

After every step the duties, asked for now and at the end of the century, must be the table of journey.json.

Usage: journey_api.py WAYMARK PACK
"""

import datetime
import sys
import time

import server
import table

CENTURY_END = "2099-12-31T00:00:00.000Z"
faults = []


def check(what, holds, detail=""):
    if not holds:
        faults.append(what)
        print("FAULT %s: %s" % (what, detail))
    return holds


def now():
    return table.utc(datetime.datetime.now(datetime.timezone.utc).isoformat())


def take(serving, tokens, case, step, child):
    token = tokens[step["who"]]
    if step["type"] == "referral":
        return serving.ask("POST", "/api/v1/referrals", token, {"child": child, "fields": step["fields"]},
                           {"Idempotency-Key": "journey-1"})
    occurred = step["occurred_at"] if step["type"] != "correction" else now()
    return serving.ask("POST", "/api/v1/cases/%s/entries" % case, token,
                       {"type": step["type"], "occurred_at": occurred, "fields": step["fields"]})


def compare(serving, token, case, step, rows):
    compared = 0
    for at in (None, CENTURY_END):
        path = "/api/v1/cases/%s/duties" % case + ("" if at is None else "?at=" + at)
        duties = []
        cursor = path
        for _ in range(20):
            status, answer = serving.ask("GET", cursor, token)
            if not check("duties after \"%s\"" % step["name"], status == 200, answer):
                return compared
            duties += answer["duties"]
            if not answer.get("next"):
                break
            cursor = path + ("&" if "?" in path else "?") + "cursor=" + answer["next"]
        expected = rows.at(at or now())
        found = table.difference(expected, table.said(duties))
        check("duties after \"%s\" at %s" % (step["name"], at or "now"), found is None, "\n%s" % found)
        compared += len(expected)
    return compared


def main(waymark, pack):
    journey = table.read()
    rows = table.Table()
    compared = 0
    sequence = 0
    case = None
    before = None
    with server.Server(waymark, pack) as serving:
        tokens = {name: serving.token(name, person) for name, person in journey["people"].items()}
        for step in journey["steps"]:
            status, answer = take(serving, tokens, case, step, journey["child"])
            if "refused" in step:
                check("\"%s\" is refused" % step["name"], status == 422, answer)
                for paragraph in step["refused"]:
                    check("\"%s\" names paragraph %s" % (step["name"], paragraph), paragraph in str(answer), answer)
            elif check("\"%s\" is recorded" % step["name"], status == 201, answer):
                sequence += 1
                case = case or answer["case"]
                check("it is entry %d" % sequence, answer["entry"]["seq"] == sequence, answer["entry"])
                rows.take(step)
            compared += compare(serving, tokens[step["who"]], case, step, rows)
            if sequence == 5 and before is None:
                before = (now(), [row for row in rows.at(now())])
                time.sleep(0.05)

        # the same key again is the same answer, and makes nothing
        first = journey["steps"][0]
        status, again = take(serving, tokens, None, first, journey["child"])
        check("a retry is answered as the first time", status == 201 and again["case"] == case, again)
        status, view = serving.ask("GET", "/api/v1/cases/%s" % case, tokens["duty-manager"])
        check("the case is closed", status == 200 and (view.get("open") is False or view.get("state") == "closed"), view)
        # evaluated at a time, only what was recorded by then is known
        status, answer = serving.ask("GET", "/api/v1/cases/%s/duties?at=%s" % (case, before[0]), tokens["duty-manager"])
        found = table.difference(before[1], table.said(answer["duties"]))
        check("the duties as they stood after entry 5", found is None, "\n%s" % found)
        # nobody without a token
        for token in (None, "no.token", tokens["duty-manager"] + "x"):
            status, answer = serving.ask("GET", "/api/v1/cases/%s" % case, token)
            check("a wrong token is refused", status == 401, (token, status, answer))
    print("%d steps, %d duties compared, %d faults" % (len(journey["steps"]), compared, len(faults)))
    return 1 if faults or compared == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
