"""11.11, 11.14 and appendix 1: whom to ask, where a referral goes, and keeping that right."""

import csv
import io
import json
import pathlib
import re

from program import Refused, instant
from run import requirement


def seed(program):
    """The appendix's list, loaded as an administrator loads it."""
    path = pathlib.Path(program.pack, "directory.csv")
    program.run("directory", "import", "--data", program.data, "--pack", program.pack, str(path))
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def contact_page(worker, name):
    return worker.open("/directory").follow(name)


@requirement("R63")
def the_directory_is_searched_kept_right_printed_and_published(program):
    rows = seed(program)
    names = [row["name"] for row in rows]
    for part in ("Bassett Street", "Coalville", "Hinckley", "Melton", "Market Harborough", "Pennine House",
                 "Gladstone Avenue", "Beaumont Leys", "Fairway", "Greyfriars", "Rutland", "CPRU", "CPIRS", "CAIU",
                 "New Futures", "GU Medicine", "Domestic Violence Helpline", "Drugs Alcohol", "Housing Department",
                 "Education Welfare", "NSPCC", "City Youth Offending", "Service, Hinckley", "Service, Thurmaston"):
        assert any(part in name for name in names), part
    administrator, nurse = program.worker("administrator"), program.worker("referrer", "health")
    nurse.open("/directory").says("Children's social care, Melton", "Never checked", "01664 564 698")
    # by what a worker types: every word, in any field, with a slip, and for a place the county lies around
    for text in ("police+child+abuse+Melton", "polise+child+abuse+melton", "MELTON+abuse"):
        nurse.open("/directory?text=" + text).says("Leicestershire Police CAIU").lacks("GU Medicine")
    nurse.open("/directory?text=01664564698").says("Children's social care, Melton").lacks("Coalville")
    nurse.open("/directory?text=zeppelin").says("Nobody in the directory fits")
    # its owner is asked to check it; then it is right, and says since when
    program.worker("team-manager")
    page = contact_page(administrator, "Children's social care, Melton").follow("Change it")
    page = page.send({"owner": "team-manager-social-care-1", "phone": "01664 564 699"}, action="/change")
    assert page.status == 200, page.text[:400]
    owner = program.worker("team-manager")
    owner.open("/").says("Contacts to check", "Children's social care, Melton")
    page = contact_page(owner, "Children's social care, Melton").says("Check it before you rely on it")
    page = page.send(action="/verify").says("Checked on", "Contact checked", "Contact changed",
                                            "Telephone: 01664 564 699, before 01664 564 698", "Contact recorded")
    owner.open("/").lacks("Contacts to check")
    nurse.open("/directory/sheet?text=melton").says("As it stood on", "01664 564 699")
    page = contact_page(nurse, "Children's social care, Melton")
    assert not any("verify" in form["action"] for form in page.forms)
    path = page.path
    assert nurse.post(path + "/verify", [("_csrf", page.forms and dict(page.form("sign-out")["fields"]).get("_csrf"))]
                      ).status == 403
    # a fault is said beside the field and what was typed stays
    page = contact_page(owner, "Children's social care, Melton").follow("Change it")
    page = page.send({"email": "melton@county.example\r\nBcc: x@x.example", "notes": "ring twice"}, action="/change")
    assert page.status == 422 and page.typed("notes", "/change") == ["ring twice"]
    page.says("Email must be on one line")
    # what was withdrawn is gone from the list, and its history is not
    page = contact_page(administrator, "GU Medicine")
    page = page.send({"reason": "Closed in 2015"}, action="/withdraw").says("no longer in use", "Closed in 2015")
    nurse.open("/directory").lacks("GU Medicine")
    administrator.open(page.path).says("Contact recorded")


@requirement("R63")
def the_open_data_names_nobody(program):
    seed(program)
    administrator = program.worker("administrator")
    form = administrator.open("/directory/new")
    form.send({"agency": "housing", "kind": "key-contact", "name": "Key contact of housing", "phone": "0116 496 0599",
               "person": "Wilfrid Quill", "deputy": "Ottilie Vane", "email": "wilfrid.quill@housing.example"})
    form = administrator.open("/directory/new")
    form.send({"agency": "housing", "kind": "service", "name": "Housing options", "person": "Hesper Lund",
               "phone": "0116 496 0598"})
    assert administrator.open("/directory").says("Wilfrid Quill", "Ottilie Vane", "Hesper Lund")
    table = administrator.open("/directory.csv").body.decode("utf-8-sig")
    contacts = json.loads(administrator.open("/directory.json").body)["contacts"]
    command = program.run("directory", "export", "--open", "--data", program.data, "--pack", program.pack).stdout
    for text in (table, json.dumps(contacts), command):
        assert "Housing options" in text and "0116 496 0598" in text
        for name in ("Wilfrid", "Ottilie", "Hesper", "0116 496 0599"):
            assert name not in text, name
    assert {row["kind"] for row in csv.DictReader(io.StringIO(table))} <= {"duty-point", "service"}
    whole = program.run("directory", "export", "--data", program.data, "--pack", program.pack).stdout
    assert "Wilfrid Quill" in whole
    done = program.run("directory", "import", "--data", program.data, "--pack", program.pack, "-", input=whole)
    assert " 0 new," in done.stdout, done.stdout


@requirement("R12")
def every_agency_names_a_key_contact_and_a_deputy_or_is_flagged(program):
    administrator, analyst = program.worker("administrator"), program.worker("partnership-analyst")
    nurse = program.worker("referrer", "health")
    for who in (administrator.open("/accounts"), administrator.open("/directory"), analyst.open("/figures")):
        who.says("Agencies without a key contact", "Education: no key contact")
    nurse.open("/directory").lacks("Agencies without a key contact")
    form = administrator.open("/directory/new")
    page = form.send({"agency": "education", "kind": "key-contact", "name": "Key contact of education",
                      "person": "Helen Marsh, pastoral lead", "phone": "0116 496 0402"})
    page.says("Education: no deputy for the key contact")
    page = page.follow("Key contact of education").follow("Change it").send({"deputy": "Idris Cole"}, action="/change")
    administrator.open("/accounts").lacks("Education: no")
    nurse.open("/directory?text=key+contact+education").says("Helen Marsh", "Deputy: Idris Cole", "0116 496 0402")


@requirement("R21")
def a_referral_goes_to_the_duty_point_of_the_area_and_it_is_told_at_once(program):
    points = [row for row in seed(program) if row["kind"] == "duty-point"]
    assert len(points) == 11
    nurse, manager = program.worker("referrer", "health"), program.worker("duty-manager")

    def routed(case):
        return nurse.open("/cases/%s/referred" % case)

    for row in points:
        if row["name"].endswith("Gladstone Avenue"):
            continue  # of the two points of Loughborough the area alone names the first
        case = nurse.refer(area=row["area"].split(",")[0])
        routed(case).says("This referral goes to " + ("Children's social care, Loughborough" if "Loughborough" in
                                                      row["area"] else row["name"]))
        manager.open("/notices").says(case, "A referral was made: Children's social care")
    routed(nurse.refer(child={"postcode": "le13 1zz"}, area="Nowhere known")).says("goes to Children's social care, Melton")
    routed(nurse.refer(child={"address": "4 Tannery Row, Oakham, LE15 9ZZ"})).says("Children's social care, Rutland")
    routed(nurse.refer(child={"area": "hinkley"}, area="Hinckley ")).says("Children's social care, Hinckley")
    # elsewhere, and nowhere
    routed(nurse.refer(child={"postcode": "M1 1ZZ"})).says("Bassett Street", "passes it on to the authority")
    routed(nurse.refer()).says("Bassett Street", "No area is known yet")
    # looked after: to the named social worker, who is told
    worker = program.worker("social-worker", number=3)
    case = nurse.refer(area="Melton", named_social_worker=worker.name + ", social worker")
    routed(case).says("goes to " + worker.name, "looked after")
    worker.open("/notices").says(case, "A referral was made")
    program.worker("social-worker", number=4).open("/notices").lacks(case)
    # it is a fact of the case, whatever the directory says later
    page = program.worker("administrator").open("/directory").follow("Children's social care, Melton")
    entry = nurse.entries(case, "referral")[0]
    assert entry["fields"]["routed_how"] == "named-worker", entry["fields"]
    page.send({"reason": "Moved"}, action="/withdraw")
    routed(case).says("goes to " + worker.name)
    try:
        nurse.refer(routed_to="Somewhere else")
        raise AssertionError("a client said where it goes")
    except Refused as refused:
        assert "routed_to" in str(refused)


@requirement("R21")
def the_form_says_where_the_referral_goes_before_it_is_sent(program):
    seed(program)
    teacher = program.worker("referrer", "education")
    page = teacher.open("/referral/new").send()
    answers = {"c-given_name": "Kit", "c-family_name": program.family_name(), "c-postcode": "LE67 1ZZ",
               "narrative": "Was seen with an older adult", "involvement": "likely", "immediate_danger": "no",
               "notified_at": instant(), "parents_informed": "yes", "referrer": "A teacher",
               "source_agency": "education"}
    for _ in range(40):
        if "Check your answers" in page.heads:
            break
        form = page.form("/referral/")
        names = {name for name, _ in form["fields"]} | set(form["choices"])
        here = {name: value for name, value in answers.items() if name in names or name + "-day" in names}
        page = page.send(here, go="on", action="/referral/")
    page.says("This referral goes to", "Children's social care, Coalville", "It serves LE67", "01530 275 200")
    page = page.send(go="on", action="/referral/").says("goes to Children's social care, Coalville")
    reference = re.search(r"/cases/(\w+)/", page.path).group(1)
    notices = program.worker("duty-manager").open("/notices").says(reference, "Unread")
    notices.send(action="/notices/read").lacks("Unread")
