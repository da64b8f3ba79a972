"""11.4, 11.11, 11.54, 11.56: what the partnership counts, and one's own part of a plan."""

import io
import re
import zipfile

from program import Program, Refused, born, day, instant
from run import requirement
from test_assessment import assessed
from test_plans import STRATEGY


def figures(worker, by, agency=""):
    """The rows of the file: {(month, value): (confirmed, concern)}."""
    text = worker.open("/figures.csv?by=%s&agency=%s" % (by, agency)).body.decode("utf-8-sig")
    rows = [line.replace('"', "").split(",") for line in text.strip().splitlines()]
    return {(row[0], ",".join(row[1:-2])): tuple(row[-2:]) for row in rows[1:]}


@requirement("R4")
def sex_and_route_are_recorded_and_every_count_can_be_split_by_them(shared):
    with Program(shared.waymark, shared.pack) as program:  # what others refer must not decide what is shown
        count_sex_and_route(program)


def count_sex_and_route(program):
    analyst, nurse = program.worker("partnership-analyst", "health"), program.worker("referrer", "youth-offending")
    for number in range(11):
        nurse.refer(child={"sex": "M" if number < 6 else "F", "gender_identity": "09"},
                    route="online" if number < 5 else "debt")
    by_sex = figures(analyst, "sex", "youth-offending")
    assert by_sex["all", "Male"] == ("0", "6") and by_sex["all", "Female"] == ("0", "5"), by_sex
    by_route = figures(analyst, "route", "youth-offending")
    assert by_route["all", "Contact online"] == ("0", "5"), by_route
    assert by_route["all", "A debt or a favour owed"] == ("0", "6"), by_route
    assert figures(analyst, "gender", "youth-offending")["all", "Prefers to self-describe"] == ("0", "11")
    analyst.open("/figures?by=sex&agency=youth-offending").says("Male", "Female", "Confirmed", "Some concern")


def workbook(worker, by, agency=""):
    """The texts and formulas of the workbook, and its cells by sheet: {"A1": text or number}."""
    page = worker.open("/figures.xlsx?by=%s&agency=%s" % (by, agency))
    assert page.headers["content-type"].endswith("spreadsheetml.sheet"), page.headers
    book = zipfile.ZipFile(io.BytesIO(page.body))
    shared = re.findall(r"<si><t[^>]*>(.*?)</t></si>", book.read("xl/sharedStrings.xml").decode())
    sheets = []
    for name in sorted(name for name in book.namelist() if name.startswith("xl/worksheets/sheet")):
        text = book.read(name).decode()
        assert "<f>" not in text and "hyperlink" not in text, "a cell is a formula or a link"
        sheets.append({at: shared[int(value)] if kind else float(value) for at, kind, value in
                       re.findall(r'<c r="([A-Z]+[0-9]+)"[^>]*?( t="s")?><v>([^<]*)</v>', text)})
    return sheets


@requirement("R2", "R13")
def confirmed_and_concern_are_counted_over_time_and_small_numbers_are_not_shown(shared):
    with Program(shared.waymark, shared.pack) as program:
        count_over_time(program)


@requirement("R13")
def no_number_that_is_not_shown_can_be_worked_out_from_those_that_are(shared):
    with Program(shared.waymark, shared.pack) as program:
        analyst = program.worker("partnership-analyst", "police")
        for agency, girls, boys in (("housing", 6, 3), ("health", 9, 8)):
            for number in range(girls + boys):
                program.worker("referrer", agency).refer(child={"sex": "F" if number < girls else "M"})
        # 3 boys of housing: neither the sum of the boys, nor of both agencies, nor of housing may tell
        housing, health, both = (figures(analyst, "sex", agency) for agency in ("housing", "health", ""))
        assert housing["all", "Male"][1] == "not shown", housing
        assert housing["all", "Female"][1] == "not shown", "9 of housing, by another split, less 6 girls is 3 boys"
        assert "not shown" in (health["all", "Male"][1], both["all", "Male"][1]), (health, both)
        assert figures(analyst, "source")["all", "Housing"] == ("0", "9")
        page = analyst.open("/figures?by=sex&agency=housing").says("not shown", "it could be worked out from.")
        page.link("workbook (XLSX)")
        sheet = workbook(analyst, "sex", "housing")[0]
        assert "not shown" in sheet.values() and 3.0 not in sheet.values(), sheet


@requirement("R15")
def how_often_and_why_the_childs_views_are_missing_is_counted(shared):
    with Program(shared.waymark, shared.pack) as program:
        worker, manager = program.worker("social-worker"), program.worker("team-manager")
        form = None
        for number in range(12):
            case = assessed(worker)
            form = form or worker.form(case, "plan-made", "?kind=exit-strategy")
            views = ({} if number < 5 else
                     {"views_missing_because": "distressed", "views_not_obtained_reason": "Wept; asked to stop"})
            fields = {**STRATEGY, **views}
            if views:
                fields.pop("child_views", None)
                fields.pop("views_how_obtained", None)
            else:
                fields.update(child_views="I want to go to school", views_how_obtained="In conversation")
            worker.record(case, "plan-made", **fields)
        assert "distressed" in form.offers("views_missing_because")
        page = manager.open("/figures")
        row = page.text.split("Child's views: not heard: Asking would have distressed the child")[1].split()
        assert int(row[0]) == 7, row[:5]
        page.says("Child's views: heard")


@requirement("R13")
def figures_follow_every_entry_without_reading_every_case(shared):
    """What is remembered is what a fresh start counts, after referrals, entries and new details."""
    with Program(shared.waymark, shared.pack) as program:
        analyst, worker = program.worker("partnership-analyst", "police"), program.worker("social-worker")
        cases = [worker.refer(child={"sex": "F"}) for _ in range(12)]
        splits = ("sex", "outcome", "source", "route", "age", "locality")
        assert figures(analyst, "sex")["all", "Female"] == ("0", "12")
        for case in cases[:6]:
            worker.record(case, "initial-assessment", involvement="involved", significant_harm="yes",
                          core_assessment="not-required", immediate_danger="no")
        assert figures(analyst, "sex")["all", "Female"] == ("6", "6")
        for case in cases[1:6]:
            worker.call("POST", "/api/v1/cases/%s/details" % case, {"fields": {"sex": "M"}})
        worker.refer(child={"sex": "M"})
        remembered = {by: figures(analyst, by) for by in splits}
        program.stop()
        program.start()
        assert {by: figures(analyst, by) for by in splits} == remembered
        assert ("all", "Male") in remembered["sex"], "new details of a child are not counted"


def count_over_time(program):
    analyst, worker = program.worker("partnership-analyst", "police"), program.worker("social-worker")
    housing = program.worker("referrer", "housing")
    for number in range(6):
        at = "2025-0%d-10T10:00:00Z" % (4 if number < 5 else 5)
        case = housing.refer(occurred_at=at, notified_at=at, exchange=["accommodation"], area="Melton",
                             child={"date_of_birth": "2011-01-01", "ethnicity": "BCRB", "disability": ["LD"]})
        if number < 5:
            worker.record(case, "initial-assessment", at, involvement="involved", significant_harm="yes",
                          core_assessment="not-required", immediate_danger="no")
    for by, value in (("source", "Housing"), ("age", "13 to 15"), ("ethnicity", "Black Caribbean"),
                      ("disability", "Learning"), ("locality", "Melton"), ("exchange", "Somewhere to stay"),
                      ("route", "Not recorded"), ("sex", "Not recorded"), ("outcome", "Open")):
        rows = figures(analyst, by, "housing")
        assert rows["all", value] == ("5", "not shown"), (by, rows)
        assert rows["2025-04", value] == ("5", "0") and rows["2025-05", value] == ("0", "not shown"), (by, rows)
    assert figures(analyst, "source")["all", "Housing"] == ("5", "not shown")
    page = analyst.open("/figures?by=age&agency=housing").says("13 to 15", "not shown", "2025-04")
    assert "figures.csv" in page.link("text file (CSV)")
    months = workbook(analyst, "age", "housing")[1]
    assert months["A2"] == "2025-05" and months["B2"] == "13 to 15" and months["D2"] == "not shown", months
    assert months["A3"] == "2025-04" and months["C3"] == 5.0 and months["D3"] == 0.0, months
    for path in ("/figures", "/figures.csv", "/figures.xlsx"):
        housing.open(path, status=403)
    try:
        analyst.case(case)
        raise AssertionError("who counts reads no case")
    except Refused as refused:
        assert refused.status == 403


@requirement("R53")
def barriers_are_coded_with_what_is_done_about_them_and_counted(program):
    worker, manager = program.worker("social-worker"), program.worker("team-manager")
    case = assessed(worker)
    form = worker.form(case, "plan-made", "?kind=exit-strategy")
    assert {"fear", "income", "drugs", "attachment", "earnings", "dependency", "other"} <= set(form.offers("barriers"))
    worker.is_refused(case, "plan-made", "barrier_help", "11.49", **STRATEGY, barriers=["fear", "earnings"])
    for _ in range(5):
        worker.record(assessed(worker), "plan-made", **STRATEGY, barriers=["fear", "earnings"],
                      barrier_help=["A safe taxi", "A paid place in the cafe"])
    page = manager.open("/figures")
    for title in ("Barrier: Fear of retaliation", "Barrier: More money than could be had elsewhere"):
        page.says(title)
        assert int(page.text.split(title)[1].split()[0]) >= 5


@requirement("R55")
def each_part_of_the_strategy_has_goals_actions_and_progress_drawn_over_time(program):
    worker = program.worker("social-worker")
    case = assessed(worker)
    parts = ["safety", "education-employment", "health", "leisure", "networks", "someone-to-turn-to",
             "confidential-space"]
    goals = {"goal_" + part.replace("-", "_"): ["A goal of " + part] for part in parts}
    assert worker.form(case, "plan-made", "?kind=exit-strategy").offers("strategy_parts") == parts
    worker.record(case, "plan-made", instant(days=-1), **STRATEGY, strategy_parts=parts, **goals)
    for part in parts:
        worker.record(case, "action-agreed", action="Action for " + part, owner="SW", agency="social-care",
                      due_at=day(9), strategy_part=part)
    worker.record(case, "plan-reviewed", kind="exit-strategy", agreed_by_child="yes", progress="Slow",
                  strategy_parts=["safety"], progress_safety="1-first-steps", next_review_at=day(30))
    worker.record(case, "part-progressed", strategy_part="safety", progress_level="3-good", what="Comes home on time")
    page = worker.open("/cases/%s/plan" % case)
    page.says(*["A goal of " + part for part in parts], *["Action for " + part for part in parts])
    page.says("Progress over time", "First steps", "Good progress")
    assert "<svg " in page.html and "role=\"img\"" in page.html and "Progress of Keeping safe, from 0 to 4: " in page.html


@requirement("R56")
def a_voluntary_worker_sees_and_updates_only_their_part(program):
    worker, youth = program.worker("social-worker"), program.worker("voluntary-worker")
    case = assessed(worker, child={"given_name": "Wren"})
    name = worker.case(case)["child"]["family_name"]
    worker.record(case, "plan-made", instant(days=-1), **STRATEGY, strategy_parts=["leisure", "health"],
                  goal_health=["The clinic on Mondays"])
    youth.open("/my-part/%s" % case, status=404)
    worker.record(case, "action-agreed", action="Find a music group", owner="Y", agency="voluntary",
                  due_at=day(9), strategy_part="leisure")
    worker.record(case, "action-agreed", action="Book the clinic", owner="N", agency="health", due_at=day(9),
                  strategy_part="health")
    page = youth.open("/").says("Wren", "Find a music group").lacks(name, "Book the clinic")
    page = page.follow("Wren").says("Leisure", "Find a music group")
    page.lacks(name, "Book the clinic", "The clinic on Mondays", "Was seen with an older adult")
    for path in ("", "/chronology", "/plan", "/record/direct-work"):
        youth.open("/cases/%s%s" % (case, path), status=403)
    refused = page.follow("Say how an action stands").send({"action": "Book the clinic", "progress": "done"})
    assert refused.status == 422
    refused.says("not an action of your agency")
    page.follow("Say how a part of the exit strategy stands").send(
        {"strategy_part": "leisure", "progress_level": "2-some", "what": "Went twice"}).says("Went twice")
    done = page.follow("Say how an action stands").send(
        {"action": "Find a music group", "progress": "done", "reason": "Starts on Friday"})
    done.says("Over", "Starts on Friday")
    worker.open("/cases/%s/plan" % case).says("Some progress")
    assert worker.entries(case, "action-progressed")[0]["recorded_by"]["agency"] == "voluntary"


@requirement("R57")
def how_well_ethnicity_disability_and_learning_are_known_is_measured(program):
    manager = program.worker("team-manager")
    other = program.worker("referrer", "other")
    for number in range(20):
        child = {"ethnicity": ["WBRI", "REFU", "NOBT", None][number % 4]}
        if number < 10:
            child["disability"] = ["NONE"]
            child["learning_needs"] = "None known"
        other.refer(child={name: text for name, text in child.items() if text is not None})
    page = manager.open("/figures?agency=other")
    table = page.text[page.text.index("How well it is known"):]
    for row in ("Ethnicity 75% 5 5 5 5", "Disability 50% 10 0 0 10", "Learning needs 50% 10 0 0 10"):
        assert row in table, "%s: %s" % (row, table[:900])
