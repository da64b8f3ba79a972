#!/usr/bin/env python3
"""Keeping accounts through the API: who may, with which token, and that the rules are those of the pages."""
import unittest

from program import Calls, Program, arguments

WAYMARK, ACCOUNTS, PACK = arguments()
KEEPERS = [("keeps:administrator", "other"), ("keeps:agency-administrator", "health")]
OTHERS = [("administrator", "other"), ("agency-administrator", "education"), ("duty-manager", "social-care"),
          ("referrer", "health"), ("police-officer", "police"), ("information-lead", "social-care"),
          ("records-officer", "social-care"), ("inspector", "other"), ("partnership-analyst", "other")]
PROGRAM = Program(WAYMARK, ACCOUNTS, PACK, KEEPERS + OTHERS)
NAMES = {role: "%s-%d" % (role.replace("keeps:", ""), 3 + 2 * number) for number, (role, _) in enumerate(KEEPERS + OTHERS)}
STEPS = ["link", "invite", "lock", "unlock", "move", "agree", "refuse", "leave", "stay", "expire", "hand-over", "confirm"]


def newcomer(name, role="referrer", agency="health", **more):
    return {"account": name, "name": "A Newcomer", "role": role, "agency": agency, **more}


class Keeping(Calls):
    def setUp(self):
        self.all = PROGRAM.client("keeps:administrator")
        self.own = PROGRAM.client("keeps:agency-administrator")

    def step(self, client, name, step, status=200, *fields, **more):
        return self.status(client.post("/accounts/" + name, {"step": step, **more}), status, *fields)

    def state(self, name):
        return self.status(self.all.get("/accounts/" + name), 200)["account"]["state"]

    def test_who_keeps_none_reads_and_changes_none(self):
        for role in NAMES:
            if "administrator" in role:
                continue
            client = PROGRAM.client(role)
            for path in ("/accounts", "/accounts/" + NAMES["referrer"], "/accounts/nobody", "/account-review"):
                self.status(client.get(path), 403)
            self.status(client.post("/accounts", newcomer("by-" + role)), 403)
            for step in STEPS:
                self.step(client, NAMES["referrer"], step, 403, role="referrer", agency="health", reason="R", to="x")
        self.assertIn(self.state(NAMES["referrer"]), ("invited", "in-use"))

    def test_a_token_that_was_not_made_for_it_reads_and_changes_none(self):
        client = PROGRAM.client("administrator")
        self.assertIn(NAMES["referrer"], [row["account"] for row in self.status(client.get("/accounts"), 200)["accounts"]])
        self.status(client.get("/account-review"), 200)
        refused = self.status(client.post("/accounts", newcomer("refused")), 403)
        self.assertIn("--keeps-accounts", refused["detail"])
        for step in STEPS:
            answer = self.step(client, NAMES["referrer"], step, 403, role="referrer", agency="health", reason="R", to="x")
            self.assertIn("--keeps-accounts", answer["detail"])
        self.status(self.all.get("/accounts/refused"), 404)
        self.assertIn(self.state(NAMES["referrer"]), ("invited", "in-use"))

    def test_those_of_one_agency_see_and_change_only_theirs(self):
        rows = self.status(self.own.get("/accounts"), 200)["accounts"]
        self.assertEqual({row["agency"] for row in rows}, {"health"})
        for name in (NAMES["duty-manager"], NAMES["administrator"], "nobody"):
            self.status(self.own.get("/accounts/" + name), 404)
            for step in STEPS:
                self.step(self.own, name, step, 404, role="referrer", agency="health", reason="R", to="x")
        self.status(self.own.post("/accounts", newcomer("elsewhere", agency="police")), 422, "agency")
        self.status(self.own.post("/accounts", newcomer("above", role="administrator")), 422)
        self.status(self.own.get("/accounts?agency=police"), 200)

    def test_a_joiner_a_mover_and_a_leaver(self):
        made = self.own.post("/accounts", newcomer("joiner", until="2099-12-31"))
        answer = self.status(made, 201)
        self.assertEqual(made.headers["Location"], "/api/v1/accounts/joiner")
        self.assertTrue(answer["link"] and not answer["awaits"] and answer["code"] is None)
        self.assertEqual(answer["account"]["expires_at"], "2100-01-01T00:00:00.000Z")
        self.assertNotIn(answer["link"], str(self.status(self.own.get("/accounts/joiner"), 200)))
        self.status(self.own.post("/accounts", newcomer("joiner")), 409, "username")
        moved = self.step(self.all, "joiner", "move", role="social-worker", agency="social-care", reason="A new post")
        self.assertEqual((moved["account"]["role"], moved["account"]["agency"]), ("social-worker", "social-care"))
        self.status(self.own.get("/accounts/joiner"), 404)
        self.step(self.all, "joiner", "move", 422, "reason", role="referrer", agency="health")
        self.step(self.all, "joiner", "move", 422, "role", reason="R")
        self.step(self.all, "joiner", "hand-over", to=NAMES["duty-manager"], reason="Their work goes on")
        self.step(self.all, "joiner", "hand-over", 422, "to", to=NAMES["police-officer"], reason="Not of the agency")
        self.step(self.all, "joiner", "leave", 422, "reason")
        self.step(self.all, "joiner", "leave", reason="Another town")
        self.assertEqual(self.state("joiner"), "left")
        self.step(self.all, "joiner", "stay")
        self.step(self.all, "joiner", "lock")
        self.assertEqual(self.state("joiner"), "locked")
        self.step(self.all, "joiner", "unlock")
        self.assertEqual(self.state("joiner"), "invited")
        self.assertTrue(self.step(self.all, "joiner", "link")["link"])
        self.step(self.all, "joiner", "expire", until="2099-01-01")
        self.step(self.all, "joiner", "expire", 422, "until", until="soon")
        self.step(self.all, "joiner", "invite", 422, "email")
        self.step(self.all, "joiner", "confirm")
        self.step(self.all, "joiner", "dismiss", 422, "step")

    def test_two_people_for_an_administrator(self):
        asked = self.status(self.all.post("/accounts", newcomer("second", role="administrator", agency="other")), 201)
        self.assertTrue(asked["awaits"])
        self.assertIsNone(asked["link"])
        self.step(self.all, "second", "agree", 403)
        self.step(PROGRAM.client("administrator"), "second", "agree", 403)
        self.assertEqual(self.state("second"), "awaits")
        self.step(self.all, "second", "link", 422, "username")
        self.step(self.all, "second", "refuse")
        self.assertEqual(self.state("second"), "locked")

    def test_nobody_changes_their_own(self):
        for client, role in ((self.all, "keeps:administrator"), (self.own, "keeps:agency-administrator")):
            for step in STEPS:
                refused = self.step(client, NAMES[role], step, 403, role="referrer", agency="health", reason="R", to="x")
                self.assertIn("own account", refused["detail"])

    def test_a_list_is_read_on(self):
        whole = [row["account"] for row in self.status(self.all.get("/accounts?limit=200"), 200)["accounts"]]
        pages, cursor = [], ""
        while cursor is not None:
            page = self.status(self.all.get("/accounts?limit=3" + ("&cursor=" + cursor if cursor else "")), 200)
            pages += [row["account"] for row in page["accounts"]]
            cursor = page["next"]
        self.assertEqual(pages, whole)
        self.assertGreater(len(pages), 6)

    def test_every_fault_of_an_invitation_is_said_at_once(self):
        self.status(self.all.post("/accounts", {"until": "soon", "by_mail": 1, "password": "x", "team": 4}), 422, "account",
                    "name", "role", "agency", "until", "by_mail", "password", "team")
        self.status(self.all.post("/accounts", newcomer("Not A Name", role="king", agency="moon")), 422, "username", "role",
                    "agency")
        self.status(self.all.post("/accounts", newcomer("mailed", by_mail=True)), 422, "email")

    def test_the_review_of_the_quarter(self):
        review = self.status(self.all.get("/account-review"), 200)
        self.assertRegex(review["quarter"], r"^\d{4}-Q[1-4]$")
        self.assertEqual({row["to_review"] for row in review["accounts"]} - {True}, set())


if __name__ == "__main__":
    unittest.main()
