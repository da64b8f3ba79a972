#!/usr/bin/env python3
"""The duties of chapter 11 a second time, written from the vocabulary alone and without care for speed, and
compared with `waymark duties` on random histories.

    oracle.py WAYMARK PACK [--seed N] [--seconds S] [--count N]

The rules stand here as Python, not read from the pack: an error of the pack shows as well as one of the
engine. On a difference the history is made as small as it goes, printed, and the exit status is 1.
"""
import argparse
import datetime as dt
import json
import os
import random
import subprocess
import sys
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
UTC = dt.timezone.utc
MS = dt.timedelta(milliseconds=1)


# ---- time

def parse_instant(text):
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def show(instant):
    return None if instant is None else instant.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (
        instant.microsecond // 1000)


def start_of(day):
    return dt.datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)


def end_of(day):
    return start_of(day + dt.timedelta(days=1)) - MS


def day_of(instant):
    return instant.astimezone(LONDON).date()


def moment(text):
    """(start, end) of a date, or of a time."""
    if len(text) == 10:
        day = dt.date.fromisoformat(text)
        return start_of(day), end_of(day)
    at = parse_instant(text)
    return at, at


def add_months(day, months):
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    for dom in (day.day, 30, 29, 28):
        try:
            if dom <= day.day:
                return dt.date(year, month + 1, dom)
        except ValueError:
            pass
    raise AssertionError


def birthday(birth, age):
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:
        return dt.date(birth.year + age, 3, 1)


class Calendar:
    def __init__(self, path):
        self.holidays = set()
        with open(path, encoding="utf-8") as rows:
            for row in rows:
                if row[:1].isdigit():
                    self.holidays.add(dt.date.fromisoformat(row[:10]))

    def add_working_days(self, day, count):
        while count > 0:
            day += dt.timedelta(days=1)
            if day.weekday() < 5 and day not in self.holidays:
                count -= 1
        return day


# ---- the rules, from the table of the vocabulary

STAGE = {"referral": 1, "referral-decision": 2, "initial-assessment": 3, "core-assessment": 4,
         "enquiry-started": 5, "enquiry-concluded": 6, "meeting-held": 7, "plan-made": 8, "plan-reviewed": 9}


def is_type(*types, **fields):
    """A pattern: (type, answers) -> bool. An answer may be one of several."""
    def match(kind, answers):
        return kind in types and all(
            answers.get(name) in (want if isinstance(want, tuple) else (want,)) for name, want in fields.items())
    return match


def has(**fields):
    return lambda kind, answers: all(answers.get(name) == want for name, want in fields.items())


def plan_not_pathway(*types):
    return lambda kind, answers: kind in types and answers.get("kind") not in (None, "pathway")


SC, POLICE = "social-care", "police"
PATHWAY = is_type("plan-made", "plan-reviewed", kind="pathway")
PATHWAY_ENDED = is_type("plan-ended", kind="pathway")
STRATEGY = is_type("meeting-held", kind="strategy")
RULES = [
    dict(id="decide-initial-assessment", par="11.18", owner=("duty-manager", SC), begins=is_type("referral"),
         at="notified_at", limit=("hours", 24), met=[is_type("referral-decision")]),
    dict(id="decide-core-assessment", par="11.18", owner=("social-worker", SC), begins=is_type("referral"),
         at="notified_at", answer=("referral-decision", has(initial_assessment="required")),
         limit=("days", 7), met=[is_type("initial-assessment")]),
    dict(id="complete-core-assessment", par="11.19", owner=("social-worker", SC),
         begins=is_type("initial-assessment", core_assessment="required"), limit=("working", 35),
         met=[is_type("core-assessment")], round="referral",
         cancelled=[is_type("initial-assessment", core_assessment="not-required")]),
    dict(id="start-enquiry", par="11.20", owner=("team-manager", SC),
         begins=is_type("initial-assessment", involvement=("likely", "involved"), significant_harm="yes"),
         met=[is_type("enquiry-started")], round="referral",
         cancelled=[is_type("initial-assessment", significant_harm="no"),
                    is_type("initial-assessment", involvement=("none", "at-risk"))]),
    dict(id="hold-strategy-meeting", par="11.21", owner=("team-manager", SC), begins=is_type("enquiry-started"),
         met=[STRATEGY]),
    dict(id="reconvene-strategy-meeting", par="11.43", owner=("team-manager", SC),
         begins=is_type("enquiry-concluded"), met=[STRATEGY]),
    dict(id="convene-conference", par="11.27", owner=("reviewing-officer", SC), last=True,
         begins=is_type("meeting-held", kind="strategy", continuing_risk="yes", family_can_protect="no"),
         limit=("days", 15), met=[is_type("meeting-held", kind="conference")],
         cancelled=[is_type("meeting-held", kind="strategy", continuing_risk="no"),
                    is_type("meeting-held", kind="strategy", family_can_protect="yes")]),
    dict(id="secure-immediate-safety", par="11.23", owner=("duty-manager", SC), begins=has(immediate_danger="yes"),
         limit=("hours", 0),
         met=[is_type("police-protection-began"),
              is_type("action-progressed", action="secure-immediate-safety", progress="done")],
         met_later_stage=has(immediate_danger="no")),
    dict(id="end-police-protection", par="11.23", owner=("police-officer", POLICE),
         begins=is_type("police-protection-began"), limit=("hours", 72), met=[is_type("police-protection-ended")]),
    dict(id="tell-divisional-police", par="11.35", owner=("social-worker", SC),
         begins=is_type("alleged-abuser-identified"), met=[is_type("police-informed", unit="divisional")]),
    dict(id="tell-local-policing-unit", par="11.35", owner=("social-worker", SC),
         begins=is_type("alleged-abuser-identified"),
         met=[is_type("police-informed", unit="local-policing-unit")]),
    dict(id="tell-child-abuse-unit", par="11.36", owner=("social-worker", SC),
         begins=is_type("alleged-abuser-identified", family_member="yes"),
         met=[is_type("police-informed", unit="caiu")]),
    dict(id="refer-to-social-care", par="11.33", owner=("police-officer", POLICE), begins=is_type("police-contact"),
         met=[is_type("referral")]),
    dict(id="refer-to-child-abuse-unit", par="11.33", owner=("police-officer", POLICE),
         begins=is_type("police-contact"), met=[is_type("police-informed", unit="caiu")]),
    dict(id="consider-abusers-children", par="11.37", owner=("social-worker", SC), per="person", itself=True,
         begins=is_type("alleged-abuser-identified", has_children=("yes", "unknown")),
         met=[is_type("alleged-abuser-identified", children_concern=("yes", "no"))]),
    dict(id="assess-household-child", par="11.26", owner=("social-worker", SC), per="person",
         begins=is_type("household-child-recorded"), household=True, met=[is_type("household-child-assessed")]),
    dict(id="review-pathway-plan", par="11.47", owner=("social-worker", SC), last=True, begins=PATHWAY,
         limit=("months", 6), until=21, met=[is_type("plan-reviewed", kind="pathway")], cancelled=[PATHWAY_ENDED]),
    dict(id="review-pathway-plan-urgently", par="11.48", owner=("social-worker", SC), begins=is_type("referral"),
         after=(PATHWAY, PATHWAY_ENDED), met=[is_type("plan-reviewed", kind="pathway")], cancelled=[PATHWAY_ENDED]),
    dict(id="review-plan", par="11.29", owner=("reviewing-officer", SC), last=True, per="kind",
         begins=plan_not_pathway("plan-made", "plan-reviewed"), limit=("field", "next_review_at"),
         met=[plan_not_pathway("plan-reviewed", "plan-ended")]),
]


# ---- what was known

class Known:
    def __init__(self, seq, item):
        self.seq = seq
        self.kind = item["type"]
        self.recorded = parse_instant(item["recorded_at"]) if item.get("recorded_at") else \
            moment(item["occurred_at"])[0]
        self.first = (moment(item["occurred_at"])[0], self.recorded, seq)
        # a version: answers, moment, the place of the correction that made it
        self.versions = [(item["fields"], moment(item["occurred_at"]), None)]

    answers = property(lambda self: self.versions[-1][0])
    start = property(lambda self: self.versions[-1][1][0])
    end = property(lambda self: self.versions[-1][1][1])
    place = property(lambda self: (self.start, self.recorded, self.seq))

    def ground(self, pattern):
        """(answers, start, place where it fell or None) of the last version that matches, or None."""
        for i in range(len(self.versions) - 1, -1, -1):
            answers, (start, _), _ = self.versions[i]
            if pattern(self.kind, answers):
                return answers, start, self.versions[i + 1][2] if i + 1 < len(self.versions) else None
        return None

    def match(self, *patterns):
        return any(pattern(self.kind, self.answers) for pattern in patterns)


def came_after(entry, other):
    """Where one knows only its day and the other lies in it, the one recorded later came later."""
    if entry.start > other.end or entry.end < other.start:
        return entry.start > other.end
    return (entry.recorded, entry.seq) > (other.recorded, other.seq)


def as_they_came(entries):
    """In the order of the case, but that a day goes behind those of it that were recorded before it."""
    came = []
    for entry in sorted(entries, key=lambda k: k.place, reverse=True):
        before = [i for i, other in enumerate(came) if entry.start < entry.end and other.start <= entry.end
                  and (entry.recorded, entry.seq) > (other.recorded, other.seq)]
        came.insert(before[-1] + 1 if before else 0, entry)
    return came


def known_at(items, at):
    entries = {}
    for position, item in enumerate(items, 1):
        known = Known(item.get("seq", position), item)
        if known.recorded <= at:
            entries[known.seq] = known
    corrections = as_they_came(k for k in entries.values() if k.kind == "correction")
    for correction in corrections:
        target, seen = correction, set()
        while target is not None and target.kind == "correction" and target.seq not in seen:
            seen.add(target.seq)
            target = entries.get(target.versions[0][0]["corrects"])
        if target is None or target.kind == "correction":
            continue
        answers, occurred, _ = target.versions[-1]
        changes = dict(correction.versions[0][0].get("fields") or {})
        if "occurred_at" in changes:
            occurred = moment(changes.pop("occurred_at"))
        answers = {name: value for name, value in {**answers, **changes}.items() if value is not None}
        target.versions.append((answers, occurred, correction.first))
    return sorted((k for k in entries.values() if k.kind != "correction"), key=lambda k: k.place)


# ---- duties

class Duty:
    def __init__(self, rule, by, answers, start, fell):
        self.rule, self.by, self.answers, self.start, self.fell = rule, by, answers, start, fell
        self.met = self.cancelled = None
        self.begun, self.due, self.state = None, None, None

    key = property(lambda self: self.answers.get(self.rule["per"]) if "per" in self.rule else None)

    def takes(self, entry):
        return "per" not in self.rule or entry.answers.get(self.rule["per"]) == self.key


def meets(duty, entry):
    rule = duty.rule
    if entry is duty.by and not rule.get("itself"):
        return False
    if entry.end < duty.by.start or not duty.takes(entry):
        return False
    later = rule.get("met_later_stage")
    return entry.match(*rule["met"]) or (
        later is not None and entry.match(later) and STAGE.get(entry.kind, 0) > STAGE.get(duty.by.kind, 0))


def answers_to(history, by, kind):
    """The entries that answer `by`: the first at or after it, and those up to the next beginning of its type."""
    given = [k for k in as_they_came(k for k in history if k.kind == kind) if k.end >= by.start]
    others = [k for k in as_they_came(k for k in history if k.kind == by.kind)
              if given and came_after(k, by) and came_after(k, given[0])]
    return [k for k in given if not others or not came_after(k, others[0])]


def fall_of_answer(history, by, rule):
    """(is there a duty, where its ground fell or None)"""
    kind, wanted = rule["answer"]
    given = answers_to(history, by, kind)
    grounds = [k.ground(wanted) for k in given]
    if not any(grounds):
        return False, None
    last = max(i for i, ground in enumerate(grounds) if ground)
    falls = [grounds[last][2]] if grounds[last][2] else []
    falls += [k.place for k in given[last + 1:]]
    return True, min(falls) if falls else None


def way_open(history, by, after):
    opens, closes = after
    before = [k for k in history if came_after(by, k)]
    ends = [k for k in before if k.match(closes)]
    return any(k.match(opens) and not any(came_after(end, k) for end in ends) for k in before)


def round_between(history, kind, first, second):
    return any(k.kind == kind and came_after(k, first) and came_after(second, k) for k in history)


def each_duties(history, rule):
    for by in history:
        ground = by.ground(rule["begins"])
        if ground is None or ("after" in rule and not way_open(history, by, rule["after"])):
            continue
        duty = Duty(rule, by, *ground)
        falls = [duty.fell] if duty.fell else []
        if "answer" in rule:
            stands, fell = fall_of_answer(history, by, rule)
            if not stands:
                continue
            falls += [fell] if fell else []
        cancels = [k for k in history if came_after(k, by) and k.match(*rule.get("cancelled", []))
                   and duty.takes(k) and not ("round" in rule and round_between(history, rule["round"], by, k))]
        falls += [k.place for k in cancels[:1]]
        met = next((k for k in history if meets(duty, k)), None)
        if met is not None and not any(fell < met.place for fell in falls):
            duty.met = met
        else:
            duty.cancelled = bool(falls)
        yield duty


def last_duties(history, rule):
    """One duty a line; an entry first meets or cancels, then begins or moves."""
    done, running, worked = [], {}, set()
    for entry in history:
        for key, duty in list(running.items()):
            meeting = meets(duty, entry)
            cancelling = (entry.match(*rule.get("cancelled", [])) and duty.takes(entry)
                          and came_after(entry, duty.by))
            if not meeting and not cancelling:
                continue
            if meeting and not (duty.fell and duty.fell < entry.place):
                duty.met = entry
                worked.add(entry.seq)
            else:
                duty.cancelled = True
            done.append(running.pop(key))
        ground = entry.ground(rule["begins"])
        if ground is None:
            continue
        duty = Duty(rule, entry, *ground)
        before = running.get(duty.key)
        if before is not None and before.fell and before.fell < entry.place:
            before.cancelled = True
            done.append(before)
        elif before is not None and duty.fell and not before.fell:
            continue
        running[duty.key] = duty
        worked.add(entry.seq)
        # an entry that comes before it in order, yet occurred at or after it, and has done nothing else here
        idle = [k for k in history if k.place < entry.place and k.seq not in worked and meets(duty, k)]
        if idle:
            worked.add(idle[0].seq)
        early = [k for k in history if k.place < entry.place and came_after(k, entry) and duty.takes(k)
                 and k.match(*rule.get("cancelled", []))]
        if early and not (idle and idle[0].place < early[0].place):
            duty.cancelled = True
            done.append(running.pop(duty.key))
        elif idle:
            duty.met = idle[0]
            done.append(running.pop(duty.key))
    for duty in running.values():
        duty.cancelled = bool(duty.fell)
    return done + list(running.values())


def household_assessment(history, by):
    last = following = None
    for k in reversed([k for k in history if k.kind == "initial-assessment"]):
        if not came_after(by, k):
            following = k if following is None or came_after(following, k) else following
        elif last is None or came_after(k, last):
            last = k
    return last if last is not None and not round_between(history, "referral", last, by) else following


def time_duty(duty, history, calendar, others):
    rule = duty.rule
    duty.begun = duty.start
    if "at" in rule and duty.answers.get(rule["at"]):
        duty.begun = moment(duty.answers[rule["at"]])[0]
    unit, limit = rule.get("limit", (None, None))
    if rule.get("household"):
        assessment = household_assessment(history, duty.by)
        if assessment is not None:
            duty.begun = max(duty.begun, assessment.start)
            duty.due = next((d.due for d in others if d.rule["id"] == "complete-core-assessment"
                             and d.by is assessment and d.state != "cancelled"), None)
    elif unit == "hours":
        duty.due = duty.begun + dt.timedelta(hours=limit)
    elif unit == "days":
        duty.due = end_of(day_of(duty.begun) + dt.timedelta(days=limit))
    elif unit == "working":
        duty.due = end_of(calendar.add_working_days(day_of(duty.begun), limit))
    elif unit == "months":
        duty.due = end_of(add_months(day_of(duty.begun), limit))
    elif unit == "field":
        duty.due = moment(duty.answers[limit])[1] if duty.answers.get(limit) else None


def past_end(duty, birth):
    if "until" not in duty.rule or birth is None or duty.due is None:
        return False
    end = end_of(birthday(birth, duty.rule["until"]))
    if duty.answers.get("support_until"):
        end = max(end, moment(duty.answers["support_until"])[1])
    return duty.due > end


def state_of(duty, at):
    if duty.met is not None:
        return "met" if duty.due is None or duty.met.end <= duty.due else "met-late"
    if duty.cancelled:
        return "cancelled"
    return "overdue" if duty.due is not None and at > duty.due else "open"


def evaluate(case, at, calendar):
    items = case["entries"]
    birth = case["child"].get("date_of_birth")
    birth = dt.date.fromisoformat(birth) if birth else None
    history = known_at(items, at)
    duties = []
    for rule in sorted(RULES, key=lambda r: bool(r.get("household"))):
        for duty in (last_duties if rule.get("last") else each_duties)(history, rule):
            time_duty(duty, history, calendar, duties)
            duty.state = state_of(duty, at)
            if not past_end(duty, birth):
                duties.append(duty)
    duties.sort(key=lambda d: (d.begun, d.rule["id"], d.by.seq))
    return [{"duty": d.rule["id"], "paragraph": d.rule["par"],
             "owner": {"role": d.rule["owner"][0], "agency": d.rule["owner"][1]},
             "begun_at": show(d.begun), "due_at": show(d.due),
             "met_at": show(d.met.end) if d.met else None, "state": d.state} for d in duties]


# ---- random histories

YES_NO = ["yes", "no"]
PLANS = ["child-protection", "exit-strategy", "pathway", "pathway"]
PEOPLE = ["Ayaan", "Bea"]
SHAPES = {
    "referral": {"notified_at": "instant", "immediate_danger": YES_NO},
    "referral-decision": {"initial_assessment": ["required", "not-required"], "immediate_danger": YES_NO},
    "initial-assessment": {"involvement": ["none", "at-risk", "likely", "involved"], "significant_harm": YES_NO,
                           "core_assessment": ["required", "not-required"], "immediate_danger": YES_NO},
    "core-assessment": {"immediate_danger": YES_NO},
    "enquiry-started": {},
    "enquiry-concluded": {"immediate_danger": YES_NO},
    "meeting-held": {"kind": ["strategy", "strategy", "conference"], "continuing_risk": YES_NO,
                     "family_can_protect": YES_NO, "immediate_danger": YES_NO},
    "plan-made": {"kind": PLANS, "next_review_at": "moment", "support_until": "day"},
    "plan-reviewed": {"kind": PLANS, "next_review_at": "moment", "support_until": "day"},
    "plan-ended": {"kind": PLANS},
    "action-progressed": {"action": ["secure-immediate-safety", "find a bed"], "progress": ["open", "done"]},
    "police-protection-began": {},
    "police-protection-ended": {},
    "police-contact": {},
    "alleged-abuser-identified": {"person": PEOPLE, "family_member": YES_NO, "has_children": ["yes", "no", "unknown"],
                                  "children_concern": ["yes", "no", "unknown"]},
    "police-informed": {"unit": ["divisional", "local-policing-unit", "caiu"]},
    "household-child-recorded": {"person": PEOPLE},
    "household-child-assessed": {"person": PEOPLE},
    "outreach-contact": {},
}
DATES = ["2021-12-23", "2022-06-01", "2023-05-05", "2024-02-29", "2024-03-28", "2024-03-30", "2024-08-31",
         "2024-10-26", "2024-12-23"]


def random_time(rng, base, span):
    at = base + dt.timedelta(hours=rng.randrange(span)) if rng.random() < 0.7 else base
    return at + (MS * rng.randrange(3) if rng.random() < 0.1 else MS * 0)


def random_case(rng):
    base = parse_instant(rng.choice(DATES) + "T%02d:00:00Z" % rng.randrange(24))
    span = rng.choice([6, 48, 24 * 60, 24 * 500])
    themes = rng.sample(sorted(SHAPES), rng.randrange(2, 7))
    items = []

    def answer(shape):
        if shape == "instant":
            return show(random_time(rng, base, span))
        if shape in ("moment", "day"):
            at = show(random_time(rng, base, span * 2))
            return at if shape == "moment" and rng.random() < 0.5 else at[:10]
        return rng.choice(shape)

    def occurred(kind):
        at = show(random_time(rng, base, span))
        return at[:10] if rng.random() < 0.25 and kind != "police-protection-began" else at

    for _ in range(rng.randrange(1, 13)):
        if items and rng.random() < 0.2:
            target = rng.randrange(len(items))
            root, steps = target, 0
            while items[root]["type"] == "correction" and steps < 20:
                root, steps = items[root]["fields"]["corrects"] - 1, steps + 1
            changes = {}
            for name, shape in SHAPES[items[root]["type"]].items():
                if rng.random() < 0.4:
                    changes[name] = None if rng.random() < 0.2 else answer(shape)
            if rng.random() < 0.3:
                changes["occurred_at"] = occurred(items[root]["type"])
            kind, fields = "correction", {"corrects": target + 1, "fields": changes}
        else:
            kind = rng.choice(themes) if rng.random() < 0.8 else rng.choice(sorted(SHAPES))
            fields = {name: answer(shape) for name, shape in SHAPES[kind].items() if rng.random() < 0.85}
        item = {"type": kind, "occurred_at": occurred(kind), "fields": fields}
        if rng.random() < 0.3:
            item["recorded_at"] = show(random_time(rng, base, span * 2))
        items.append(item)
    case = {"child": {}, "entries": items}
    if rng.random() < 0.5:
        case["child"]["date_of_birth"] = rng.choice(["2003-02-28", "2004-02-29", "2001-05-05", "2003-09-01"])
    if rng.random() < 0.3:
        for seq, item in enumerate(items, 1):
            item["seq"] = seq
        rng.shuffle(items)
    at = random_time(rng, base, span * 2)
    return case, at if rng.random() < 0.8 else at + dt.timedelta(days=600)


def run(waymark, pack, case, at):
    got = subprocess.run([waymark, "duties", "--pack", pack, "--at", show(at), "-"], input=json.dumps(case),
                         capture_output=True, text=True, check=False)
    if got.returncode != 0:
        return "exit status %d: %s" % (got.returncode, got.stderr)
    return json.loads(got.stdout)


def smaller(case):
    """The case with one entry or one answer less; numbers of entries stay."""
    items = [dict(item, seq=item.get("seq", n)) for n, item in enumerate(case["entries"], 1)]
    for i, item in enumerate(items):
        if not any(other["fields"].get("corrects") == item["seq"] for other in items):
            yield {"child": case["child"], "entries": items[:i] + items[i + 1:]}
        for name in item["fields"]:
            if name != "corrects":
                fields = {n: v for n, v in item["fields"].items() if n != name}
                yield {"child": case["child"], "entries": items[:i] + [dict(item, fields=fields)] + items[i + 1:]}


def shrink(case, differs):
    going = True
    while going:
        going = False
        for candidate in smaller(case):
            if differs(candidate):
                case, going = candidate, True
                break
    return case


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("waymark")
    parser.add_argument("pack")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--count", type=int, default=5000)
    args = parser.parse_args()
    seed = args.seed if args.seed is not None else int.from_bytes(os.urandom(4), "big")
    calendar = Calendar(os.path.join(args.pack, "..", "calendars", "england-wales.csv"))
    end = dt.datetime.now() + dt.timedelta(seconds=args.seconds)
    done = 0
    rng = random.Random(seed)
    print("seed", seed, flush=True)
    while done < args.count and dt.datetime.now() < end:
        case, at = random_case(rng)
        if run(args.waymark, args.pack, case, at) != evaluate(case, at, calendar):
            case = shrink(case, lambda c: run(args.waymark, args.pack, c, at) != evaluate(c, at, calendar))
            print("case %d differs at %s" % (done, show(at)))
            print(json.dumps(case, indent=1))
            print("waymark:", json.dumps(run(args.waymark, args.pack, case, at), indent=1))
            print("oracle: ", json.dumps(evaluate(case, at, calendar), indent=1))
            return 1
        done += 1
    print("%d histories agree" % done)
    return 0


if __name__ == "__main__":
    sys.exit(main())
