#!/usr/bin/env python3
"""Many clients at once: the same key makes one record (1,000 trials), and of fifty who write on the same case
one wins and forty-nine are shown what was written."""
import collections
import threading
import unittest

from program import CHILD, FIELDS, Program, arguments

PROGRAM = Program(*arguments(), [("duty-manager", "social-care"), ("referrer", "health")])
TRIALS, PAIRS, CLIENTS = 1000, 4, 50


def at_once(count, work):
    """The results of work(index), all begun together; a thread that fails gives its exception."""
    results = [None] * count
    gate = threading.Barrier(count)

    def one(index):
        try:
            gate.wait()
            results[index] = work(index)
        except Exception as error:
            results[index] = error

    threads = [threading.Thread(target=one, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results


class Crowd(unittest.TestCase):
    def entries(self, case):
        page = PROGRAM.client("duty-manager").get("/cases/%s/entries?limit=200" % case)
        return page.json["entries"]

    def test_the_same_key_twice_at_once_makes_one_record(self):
        """Pairs of threads, each pair with a connection each, go through the trials in step."""
        answers = [[None, None] for _ in range(TRIALS)]
        steps = [threading.Barrier(2) for _ in range(PAIRS)]

        def work(index):
            pair, side = divmod(index, 2)
            client = PROGRAM.client("referrer")
            for trial in range(pair, TRIALS, PAIRS):
                child = {**CHILD, "given_name": "Trial%d" % trial, "family_name": "Family%d" % trial,
                         "date_of_birth": None}
                steps[pair].wait(timeout=60)
                answers[trial][side] = client.post("/referrals", {"child": child, "fields": FIELDS},
                                                   {"Idempotency-Key": "trial-%d" % trial})

        at_once(2 * PAIRS, work)
        for first, second in answers:
            self.assertEqual((first.status, second.status), (201, 201), second.raw)
            self.assertEqual(first.json["case"], second.json["case"])
            self.assertEqual(first.json["entry"], second.json["entry"])
        cases = {first.json["case"] for first, _ in answers}
        self.assertEqual(len(cases), TRIALS)
        # every case there is was answered: none was made beside them
        listed, cursor = set(), ""
        client = PROGRAM.client("duty-manager")
        while cursor is not None:
            page = client.get("/duties?limit=200" + cursor).json
            listed |= {duty["case"] for duty in page["duties"] if duty["child"].startswith("Trial")}
            cursor = None if page["next"] is None else "&cursor=" + page["next"]
        self.assertEqual(listed, cases)

    def test_the_same_key_on_a_case_at_once_makes_one_entry(self):
        case = PROGRAM.client("referrer").refer().json["case"]
        body = {"type": "referral-decision", "occurred_at": "2026-01-05T15:00:00Z",
                "fields": {"initial_assessment": "required", "immediate_danger": "no", "reasons": "One."}}
        answers = at_once(20, lambda _: PROGRAM.client("duty-manager").post(
            "/cases/%s/entries" % case, body, {"Idempotency-Key": "on-a-case"}))
        self.assertEqual({answer.status for answer in answers}, {201})
        self.assertEqual({answer.json["entry"]["seq"] for answer in answers}, {2})
        self.assertEqual(len(self.entries(case)), 2)

    def test_of_fifty_one_wins_and_the_others_see_what_was_written(self):
        case = PROGRAM.client("referrer").refer().json["case"]
        answers = at_once(CLIENTS, lambda index: PROGRAM.client("duty-manager").post(
            "/cases/%s/entries" % case, {
                "type": "referral-decision", "occurred_at": "2026-01-05T15:00:00Z", "expected_seq": 1,
                "fields": {"initial_assessment": "required", "immediate_danger": "no",
                           "reasons": "Reasons of client %d." % index}}))
        counts = collections.Counter(answer.status for answer in answers)
        self.assertEqual(counts, {201: 1, 409: CLIENTS - 1})
        winner = next(answer for answer in answers if answer.status == 201).json["entry"]
        for answer in answers:
            if answer.status == 409:
                self.assertEqual(answer.json["seq"], 2)
                self.assertEqual([entry["id"] for entry in answer.json["since"]], [winner["id"]])
                self.assertEqual(answer.json["since"][0]["fields"]["reasons"], winner["fields"]["reasons"])
        self.assertEqual([entry["id"] for entry in self.entries(case)][1:], [winner["id"]])

    def test_without_expected_seq_all_fifty_are_kept(self):
        case = PROGRAM.client("referrer").refer().json["case"]
        answers = at_once(CLIENTS, lambda index: PROGRAM.client("duty-manager").post(
            "/cases/%s/entries" % case, {
                "type": "referral-decision", "occurred_at": "2026-01-05T15:00:00Z",
                "fields": {"initial_assessment": "required", "immediate_danger": "no",
                           "reasons": "Reasons of client %d." % index}}))
        self.assertEqual({answer.status for answer in answers}, {201})
        kept = {entry["fields"]["reasons"] for entry in self.entries(case)[1:]}
        self.assertEqual(kept, {"Reasons of client %d." % index for index in range(CLIENTS)})


unittest.main(verbosity=1)
