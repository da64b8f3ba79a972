#!/usr/bin/env python3
"""What the API does, act by act, through the real program."""
import copy
import json
import pathlib
import re
import subprocess
import unittest
import urllib.parse

import schema
from program import CHILD, FIELDS, Calls, Program, arguments

WAYMARK, ACCOUNTS, PACK = arguments()
PROGRAM = Program(WAYMARK, ACCOUNTS, PACK, [("duty-manager", "social-care"), ("referrer", "health"),
                                            ("team-manager", "social-care"), ("administrator", "other")])
GUIDE = pathlib.Path(__file__).resolve().parents[2] / "docs/api.md"
DUTY_KEYS = ["duty", "paragraph", "owner", "begun_at", "due_at", "met_at", "state"]


def quote(text):
    return urllib.parse.quote(text, safe="")


class Acts(Calls):
    def setUp(self):
        self.nurse = PROGRAM.client("referrer")
        self.manager = PROGRAM.client("duty-manager")

    def case(self, **more):
        return self.status(self.nurse.refer(**more), 201)["case"]

    # ---- referrals

    def test_a_referral_opens_a_case_and_its_clock(self):
        answer = self.nurse.refer(child={"given_name": "Opened"})
        made = self.status(answer, 201)
        self.assertEqual(answer.headers["Location"], "/api/v1/cases/" + made["case"])
        self.assertLessEqual({"case", "entry", "duties", "possible_matches"}, set(made))
        self.assertEqual(made["entry"]["seq"], 1)
        self.assertEqual(made["entry"]["type"], "referral")
        self.assertEqual(made["entry"]["occurred_at"], "2026-01-05T10:00:00.000Z")
        self.assertEqual(made["entry"]["fields"]["exchange"], ["gifts", "money"])
        decision = [duty for duty in made["duties"] if duty["duty"] == "decide-initial-assessment"
                    or duty["paragraph"] == "11.18"]
        self.assertTrue(decision, made["duties"])
        self.assertEqual(list(decision[0]), DUTY_KEYS)
        self.assertEqual(decision[0]["due_at"], "2026-01-06T10:00:00.000Z")

    def test_the_same_key_gives_the_first_answer(self):
        first = self.nurse.refer(child={"given_name": "Again"}, key="again-1")
        second = self.nurse.refer(child={"given_name": "Again"}, key="again-1")
        self.assertEqual((second.status, second.raw), (201, first.raw))
        self.manager.post("/cases/%s/entries" % first.json["case"], {
            "type": "practitioner-concern", "fields": {}})
        third = self.nurse.refer(child={"given_name": "Again"}, key="again-1")
        self.assertEqual(third.raw, first.raw)
        self.status(self.nurse.refer(child={"given_name": "Another"}, key="again-1"), 422, "Idempotency-Key")
        other = self.status(self.manager.refer(child={"given_name": "Again"}, key="again-1"), 201)
        self.assertNotEqual(other["case"], first.json["case"], "a key is one account's own")

    def test_a_key_is_of_one_time_and_one_label(self):
        monday, tuesday = "2026-01-05T10:00:00Z", "2026-01-06T10:00:00Z"
        self.status(self.nurse.refer(child={"given_name": "Dated"}, key="when-1", occurred_at=monday), 201)
        self.status(self.nurse.refer(child={"given_name": "Dated"}, key="when-1", occurred_at=monday), 201)
        for other in ({"occurred_at": tuesday}, {"occurred_at": "2026-01-05"}, {}):
            self.status(self.nurse.refer(child={"given_name": "Dated"}, key="when-1", **other), 422, "Idempotency-Key")
        case = self.case(child={"given_name": "Datedtwice"})
        path, key = "/cases/%s/entries" % case, {"Idempotency-Key": "when-2"}
        said = {"type": "child-views", "fields": {"views": "Wants to swim", "how_obtained": "Asked"},
                "occurred_at": monday, "labels": ["health"]}
        first = self.nurse.post(path, said, key)
        self.assertEqual((self.status(self.nurse.post(path, said, key), 201), first.status), (first.json, 201))
        for other in ({"occurred_at": tuesday}, {"labels": []}, {"labels": ["sexual-health"]}):
            self.status(self.nurse.post(path, {**said, **other}, key), 422, "Idempotency-Key")
        self.status(self.nurse.post(path, {**said, "occurred_at": "2026-01-05T10:00:00.000Z"}, key), 201)
        self.assertEqual(self.status(self.nurse.get("/cases/" + case), 200)["seq"], 2)
        further = {"case": case, "fields": {**FIELDS, "notified_at": "2026-01-07T09:00:00Z"}}
        self.status(self.nurse.post("/referrals", further, {"Idempotency-Key": "when-3"}), 201)
        self.status(self.nurse.post("/referrals", {**further, "occurred_at": tuesday}, {"Idempotency-Key": "when-3"}), 422,
                    "Idempotency-Key")

    def test_a_key_must_be_plain(self):
        for key in ("", "two words", "é", "x" * 256):
            self.status(self.nurse.post("/referrals", {"child": CHILD, "fields": FIELDS},
                                        {"Idempotency-Key": key.encode()}), 400, "Idempotency-Key")

    def test_a_known_child_is_said_to_be_known(self):
        case = self.case(child={"given_name": "Zainab", "family_name": "Quartermaine", "date_of_birth": "2011-07-08"})
        near = {"given_name": "Zaynab", "family_name": "Quartermain", "date_of_birth": "2011-07-08"}
        asked = self.status(self.nurse.post("/matches", {"child": near}), 200)["possible_matches"]
        self.assertIn(case, [match["case"] for match in asked])
        made = self.status(self.nurse.refer(child=near), 201)
        self.assertIn(case, [match["case"] for match in made["possible_matches"]])
        found = self.status(self.nurse.post("/searches", {"text": "Zainab Quartermaine"}), 200)["matches"]
        self.assertIn(case, [match["case"] for match in found])
        self.assertEqual(self.nurse.post("/searches", {"text": case.lower()}).json["matches"][0]["case"], case)

    def test_a_further_referral_is_an_entry_of_the_known_case(self):
        case = self.case(child={"given_name": "Further"})
        body = {"case": case, "fields": {**FIELDS, "notified_at": "2026-01-07T09:00:00Z"}}
        made = self.status(self.nurse.post("/referrals", body, {"Idempotency-Key": "further"}), 201)
        again = self.status(self.nurse.post("/referrals", body, {"Idempotency-Key": "further"}), 201)
        self.assertEqual(made, again)
        self.assertEqual((made["case"], made["entry"]["seq"]), (case, 2))
        child = self.status(self.nurse.get("/cases/" + case), 200)["child"]
        same = self.nurse.post("/referrals", {**body, "child": child})
        self.assertEqual(self.status(same, 201)["entry"]["seq"], 3)
        other = {**body, "child": {**child, "family_name": "Somebody"}}
        self.status(self.nurse.post("/referrals", other), 422, "child.family_name")
        self.status(self.nurse.post("/referrals", {**body, "case": "ABCDEFGHJK"}), 422, "case")
        start = {"type": "referral", "fields": {**FIELDS, "notified_at": "2026-01-08T09:00:00Z"}}
        self.assertEqual(self.status(self.nurse.post("/cases/%s/entries" % case, start), 201)["entry"]["seq"], 4)

    def test_every_fault_of_a_referral_is_said_at_once(self):
        body = {"child": {"given_name": "A", "sex": "X", "disability": "NONE", "shoe_size": "5"},
                "fields": {**FIELDS, "involvement": "surely", "exchange": ["money", "money"], "child": "x",
                           "notified_at": "yesterday"}, "colour": 1, "occurred_at": 5}
        self.status(self.nurse.post("/referrals", body), 422, "child.sex", "child.disability", "child.shoe_size",
                    "involvement", "exchange", "child", "notified_at", "colour", "occurred_at", "child.family_name")
        self.status(self.nurse.post("/referrals", {"fields": {}}), 422, "child")
        self.status(self.nurse.post("/referrals", {"child": CHILD}), 422, "fields")
        self.status(self.nurse.post("/referrals", {"child": [], "fields": "x"}), 422, "child", "fields")
        missing = self.status(self.nurse.post("/referrals", {"child": {}, "fields": {}}), 422, "child.family_name",
                              "narrative", "referrer")
        narrative = [error for error in missing["errors"] if error["field"] == "narrative"]
        self.assertEqual(narrative[0]["paragraph"], "11.2")

    # ---- entries

    def decide(self, case, **more):
        return self.manager.post("/cases/%s/entries" % case, {
            "type": "referral-decision", "occurred_at": "2026-01-05T15:00:00Z",
            "fields": {"initial_assessment": "required", "immediate_danger": "no",
                       "reasons": "The concern is likely involvement."}, **more})

    def test_an_entry_meets_its_duty(self):
        case = self.case(child={"given_name": "Decided"})
        made = self.status(self.decide(case), 201)
        self.assertLessEqual({"case", "entry", "duties"}, set(made))
        met = [duty for duty in made["duties"] if duty["met_at"] == "2026-01-05T15:00:00.000Z"]
        self.assertTrue(met)
        self.assertEqual(met[0]["state"], "met")

    def test_somebody_who_wrote_first_is_shown(self):
        case = self.case(child={"given_name": "Race"})
        self.status(self.decide(case, expected_seq=1), 201)
        late = self.status(self.decide(case, expected_seq=1), 409)
        self.assertEqual((late["case"], late["seq"]), (case, 2))
        self.assertEqual([entry["type"] for entry in late["since"]], ["referral-decision"])
        self.status(self.decide(case, expected_seq=2), 201)
        self.status(self.decide(case, expected_seq=0), 422, "expected_seq")
        self.status(self.decide(case, expected_seq="2"), 422, "expected_seq")
        self.assertEqual(self.status(self.decide(case, expected_seq=99), 409)["since"], [])

    def test_a_refused_gate_names_its_paragraph(self):
        case = self.case(child={"given_name": "Gate"})
        refused = self.status(self.manager.post("/cases/%s/entries" % case, {
            "type": "enquiry-concluded", "fields": {}}), 422)
        asked = [error for error in refused["errors"] if error["paragraph"] == "11.20"]
        self.assertTrue(any("enquiry" in error["message"] for error in asked), refused)

    def test_a_correction_leaves_both_readable(self):
        case = self.case(child={"given_name": "Corrected"})
        body = {"type": "correction", "fields": {"corrects": 1, "reason": "typed wrongly", "fields": {
            "exchange": ["drink"], "occurred_at": "2026-01-04T10:00:00Z"}}}
        self.assertEqual(self.status(self.nurse.post("/cases/%s/entries" % case, body), 201)["entry"]["seq"], 2)
        entries = self.status(self.nurse.get("/cases/%s/entries" % case), 200)["entries"]
        self.assertEqual(entries[0]["fields"]["exchange"], ["gifts", "money"])
        self.assertEqual(entries[0]["now"]["fields"]["exchange"], ["drink"])
        self.assertEqual(entries[0]["now"]["occurred_at"], "2026-01-04T10:00:00.000Z")
        self.assertEqual(entries[0]["corrected_by"], [2])
        again = copy.deepcopy(body)
        again["fields"].update({"corrects": 2, "fields": {"exchange": ["drugs"]}})
        self.status(self.nurse.post("/cases/%s/entries" % case, again), 201)
        wrong = copy.deepcopy(body)
        wrong["fields"]["corrects"] = 77
        self.status(self.nurse.post("/cases/%s/entries" % case, wrong), 422, "corrects")
        wrong["fields"].update({"corrects": 1, "fields": {"child": "0" * 32}})
        self.status(self.nurse.post("/cases/%s/entries" % case, wrong), 422, "child")

    def test_a_wrong_entry_is_named(self):
        path = "/cases/%s/entries" % self.case(child={"given_name": "Wrong"})
        self.status(self.manager.post(path, {"fields": {}}), 422, "type")
        self.status(self.manager.post(path, {"type": "no-such-type", "fields": {}}), 422, "type")
        self.status(self.manager.post(path, {"type": "referral-decision"}), 422, "fields")
        self.status(self.manager.post(path, {"type": 1, "fields": {}}), 422, "type")
        self.status(self.manager.post(path, {"type": "referral-decision", "fields": {"decided": "x"},
                                             "when": "now"}), 422, "decided", "when",
                    "initial_assessment", "reasons")
        self.status(self.decide(path[7:17], occurred_at="2199-01-01T00:00:00Z"), 422, "occurred_at")
        self.status(self.manager.post("/cases/ABCDEFGHJK/entries", {"type": "correction", "fields": {}}), 404)
        self.status(self.manager.post(path, {"type": "person-details", "fields": CHILD}), 403)

    def test_details_change_only_what_is_given(self):
        case = self.case(child={"given_name": "Before", "school": "Elm School"})
        changed = self.status(self.nurse.post("/cases/%s/details" % case, {"fields": {"given_name": "After"}}), 200)
        self.assertEqual((changed["child"]["given_name"], changed["child"]["school"]), ("After", "Elm School"))
        self.status(self.nurse.post("/cases/%s/details" % case, {"fields": {"sex": "?"}}), 422, "sex")
        self.status(self.nurse.post("/cases/%s/details" % case, {}), 422, "fields")

    # ---- reading

    def test_a_case_as_it_stood(self):
        case = self.case(child={"given_name": "Stood"})
        first = self.status(self.nurse.get("/cases/%s/entries" % case), 200)["entries"][0]
        self.status(self.decide(case), 201)
        now = self.status(self.nurse.get("/cases/%s" % case), 200)
        then = self.status(self.nurse.get("/cases/%s?as_of=%s" % (case, quote(first["recorded_at"]))), 200)
        self.assertEqual((now["seq"], then["seq"], then["as_of"]), (2, 1, first["recorded_at"]))
        self.assertEqual(now["child"]["disability"], ["NONE"])
        self.status(self.nurse.get("/cases/%s?as_of=2020-01-01" % case), 404)
        later = self.status(self.nurse.get("/cases/%s/duties?at=2199-01-01" % case), 200)
        self.assertEqual(later["at"], "2199-01-01T23:59:59.999Z")
        self.status(self.nurse.get("/cases/%s?as_of=soon" % case), 400, "as_of")
        self.status(self.nurse.get("/cases/%s/duties?at=2026-01-05T10:00:00" % case), 400, "at")
        self.status(self.nurse.get("/cases/%s?at=2026-01-05" % case), 400, "at")
        self.status(self.nurse.get("/cases/%s?as_of=2026-01-05&as_of=2026-01-05" % case), 400, "as_of")

    def test_duties_are_what_the_command_says(self):
        case = self.case(child={"given_name": "Same"})
        self.status(self.decide(case), 201)
        entries = self.status(self.nurse.get("/cases/%s/entries" % case), 200)["entries"]
        asked = self.status(self.nurse.get("/cases/%s/duties?at=2100-01-01" % case), 200)
        known = {"type", "occurred_at", "recorded_at", "seq", "fields"}
        text = json.dumps({"child": {"date_of_birth": CHILD["date_of_birth"]}, "entries": [
            {name: value for name, value in entry.items() if name in known} for entry in entries]})
        said = subprocess.run([WAYMARK, "duties", "--pack", PACK, "--at", asked["at"], "-"], input=text, text=True,
                              stdout=subprocess.PIPE, check=True).stdout
        self.assertEqual(asked["duties"], json.loads(said))
        self.assertTrue(asked["duties"])

    def test_pages_of_entries_join_without_gap(self):
        case = self.case(child={"given_name": "Pages"})
        for _ in range(6):
            self.status(self.decide(case), 201)
        seen, cursor = [], ""
        while cursor is not None:
            page = self.status(self.nurse.get("/cases/%s/entries?limit=3%s" % (case, cursor)), 200)
            seen += [entry["seq"] for entry in page["entries"]]
            cursor = None if page["next"] is None else "&cursor=" + quote(page["next"])
        self.assertEqual(seen, list(range(1, 8)))
        only = self.status(self.nurse.get("/cases/%s/entries?type=referral" % case), 200)
        self.assertEqual(len(only["entries"]), 1)
        for cursor in ("", "3", "after-", "after-0", "after--1", "after-1x", "after-99999999999999999999"):
            self.status(self.nurse.get("/cases/%s/entries?cursor=%s" % (case, cursor)), 400, "cursor")
        for limit in ("0", "201", "-1", "x", ""):
            self.status(self.nurse.get("/cases/%s/entries?limit=%s" % (case, limit)), 400, "limit")
        self.status(self.nurse.get("/cases/%s/entries?type=nothing" % case), 400, "type")

    def test_duties_of_all_cases_by_page(self):
        for number in range(5):
            self.case(child={"given_name": "List%d" % number})
        seen, cursor = [], ""
        while cursor is not None:
            page = self.status(self.nurse.get("/duties?state=overdue&agency=social-care&limit=2" + cursor), 200)
            seen += page["duties"]
            self.assertTrue(all(duty["state"] == "overdue" and duty["owner"]["agency"] == "social-care"
                                for duty in page["duties"]))
            self.assertLessEqual(len(page["duties"]), 2)
            cursor = None if page["next"] is None else "&cursor=" + quote(page["next"])
        self.assertGreaterEqual(len(seen), 5)
        self.assertEqual(seen, self.nurse.get("/duties?state=overdue&agency=social-care&limit=200").json["duties"])
        for query in ("state=late", "agency=army", "role=king", "cursor=x", "limit=0", "name=Amara"):
            self.status(self.nurse.get("/duties?" + query), 400, query.split("=")[0])
        self.status(self.manager.get("/work"), 200)

    # ---- looks, directory

    def test_who_looked_is_for_those_who_may_know(self):
        case = self.case(child={"given_name": "Looked"})
        looks = self.status(PROGRAM.client("team-manager").get("/cases/%s/looks" % case), 200)["looks"]
        self.assertTrue(looks)
        self.status(self.nurse.get("/cases/%s/looks" % case), 403)

    def test_the_directory(self):
        contact = {"agency": "police", "kind": "duty-point", "name": "Public protection desk",
                   "phone": "01632 960001", "verified_on": "2026-01-02"}
        administrator = PROGRAM.client("administrator")
        self.status(administrator.post("/directory", contact), 201)
        contacts = self.status(self.nurse.get("/directory"), 200)["contacts"]
        self.assertIn("Public protection desk", [one["name"] for one in contacts])
        of_police = self.status(self.nurse.get("/directory?agency=police"), 200)
        self.assertEqual({one["agency"] for one in of_police["contacts"]}, {"police"})
        self.assertIn("health", of_police["agencies_without_key_contact"])
        self.status(administrator.post("/directory", {**contact, "email": "a@b\r\nBcc: c@d"}), 422, "email")
        self.status(self.nurse.post("/directory", contact), 403)
        self.status(administrator.post("/directory", {**contact, "kind": "x"}), 422, "kind")
        self.status(administrator.post("/directory", {**contact, "agency": None}), 422, "agency")
        self.status(administrator.post("/directory", {**contact, "verified_on": "soon"}), 422, "verified_on")
        self.status(administrator.get("/cases/ABCDEFGHJK"), 403)

    def test_notices(self):
        case = self.case(child={"given_name": "Noticed"})
        notices = self.status(self.manager.get("/notices"), 200)["notices"]
        mine = [one for one in notices if one["case"] == case]
        self.assertTrue(mine and not any(one["read"] for one in mine))
        self.status(self.manager.post("/notices/read", {"notice": mine[0]["id"]}), 200)
        again = self.status(self.manager.get("/notices"), 200)["notices"]
        self.assertTrue(next(one for one in again if one["id"] == mine[0]["id"])["read"])
        self.assertEqual(self.status(self.manager.post("/notices/read", {}), 200)["unread"], 0)
        self.status(self.manager.post("/notices/read", {"notice": "x"}), 422, "notice")
        self.status(self.manager.get("/notices?cursor=x"), 400, "cursor")

    # ---- refusals before any act

    def test_without_a_good_token_nothing_is_answered(self):
        stranger = PROGRAM.client(None)
        good = PROGRAM.tokens["referrer"]
        for header in (None, "", "Bearer", "Bearer ", "Basic " + good, "Bearer x", "Bearer " + good[:-1],
                       "Bearer " + good + "x", "Bearer " + good.split(".")[0] + "." + "A" * 43):
            answer = stranger.get("/duties", {"Authorization": header} if header is not None else {})
            self.status(answer, 401)
            self.assertIn("Bearer", answer.headers["WWW-Authenticate"])
            self.assertNotIn("Set-Cookie", answer.headers)
        self.status(stranger.post("/referrals", b"{"), 401)

    def test_the_way_of_asking_is_checked(self):
        body = json.dumps({"child": CHILD, "fields": FIELDS}).encode()
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx"):
            self.status(self.nurse.post("/referrals", body, {"Content-Type": kind}), 415)
        self.status(self.nurse.post("/searches", b'{"text":"a"}', {"Content-Type": "application/json; charset=utf-8"}), 200)
        for text in (b"", b"{", b"[]", b'"x"', b"null", b'{"text":"a"} x', b'{"text":"a","text":"b"}',
                     b'{"text":"a\\u0000"}', b'{"text":"\xff"}', b'{"text":' + b"[" * 5000, b"\xef\xbb\xbf{}",
                     b'{"text":"a"}\0'):
            answer = self.nurse.post("/searches", text)
            self.status(answer, 400)
            self.assertTrue(answer.json["errors"], text)
        self.status(self.nurse.post("/searches", {"text": 1}), 422, "text")
        self.status(self.nurse.post("/searches", {"text": " "}), 422, "text")
        self.status(self.nurse.post("/searches", {"text": "a", "name": "b"}), 422, "name")
        self.assertEqual(self.nurse.raw("DELETE", "/api/v1/duties").status, 405)
        nothing = self.nurse.raw("GET", "/api/v1/nothing")
        self.assertEqual((nothing.status, nothing.headers["Content-Type"]), (404, "application/problem+json"))

    # ---- the document

    def test_the_document_holds_together(self):
        self.assertEqual(schema.document_faults(PROGRAM.document), [])
        schemas = PROGRAM.document["components"]["schemas"]
        self.assertIn("money", schemas["codes.exchange"]["enum"])
        self.assertIn("11.2", schemas["fields.referral"]["properties"]["narrative"]["description"])
        self.assertIn("narrative", schemas["fields.referral"]["required"])
        self.assertTrue(schemas["fields.referral"]["properties"]["child"]["readOnly"])
        good = {"child": CHILD, "fields": FIELDS}
        self.assertEqual(schema.faults(PROGRAM.document, schemas["ReferralInput"], good), [])
        bad = {"child": {**CHILD, "sex": "X"}, "fields": FIELDS}
        self.assertNotEqual(schema.faults(PROGRAM.document, schemas["ReferralInput"], bad), [])

    def test_the_examples_of_the_guide_work(self):
        text = GUIDE.read_text(encoding="utf-8")
        bodies = [json.loads(body) for body in re.findall(r"-d '(\{.*?\})'", text, re.S)]
        self.assertEqual(len(bodies), 2)
        case = self.status(self.nurse.post("/referrals", bodies[0]), 201)["case"]
        self.assertEqual(self.status(self.manager.post("/cases/%s/entries" % case, bodies[1]), 201)["entry"]["seq"], 2)
        for path in re.findall(r"`(?:GET|POST) (/[^`?]*)", text):
            path = path if path.startswith("/api") else "/api/v1" + path
            self.assertIn(path.split(" ")[0], PROGRAM.document["paths"])

    def test_recorded_fields_are_as_documented(self):
        case = self.case(child={"given_name": "Documented"})
        self.status(self.decide(case), 201)
        for entry in self.nurse.get("/cases/%s/entries" % case).json["entries"]:
            of = {"$ref": "#/components/schemas/fields." + entry["type"]}
            self.assertEqual(schema.faults(PROGRAM.document, of, entry["fields"]), [])


unittest.main(verbosity=1)
