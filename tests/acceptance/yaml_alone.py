#!/usr/bin/env python3
"""A new duty, a new field with its codes, and a new gate, added to a copy of a pack by editing YAML alone, stand on the
form, in the API document, in the chronology and on My work.

    yaml_alone.py WAYMARK PACK
"""
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "requirements"))
from program import Program  # noqa: E402

WAYMARK, PACK = sys.argv[1:]

ADDED = """
codes:
  - id: ride-kind
    codes:
      taxi: By taxi
      private-car: In a private car

entries:
  - id: ride-seen
    title: Ride seen
    verb: Record a ride
    paragraph: "11.2"
    recorded_by: [all]
    summary: "A ride {ride_kind}, to {ride_to}"
    pages:
      - id: ride
        title: The ride
        fields:
          - id: ride_kind
            kind: code
            codes: ride-kind
            label: How was the child driven?
            required: true
          - id: ride_to
            kind: text
            label: Where to?
            required: true
          - id: ride_checked
            kind: code
            codes: yes-no
            label: Was the owner of the car looked up?

duties:
  - id: follow-ride
    paragraph: "11.30"
    title: Find out who drove the child
    help: Within two working days.
    owner: {role: duty-manager, agency: social-care}
    begins:
      - entry: ride-seen
        when: [{field: ride_kind, is: private-car}]
    limit: 2 working days
    met_by:
      - entry: police-contact

gates:
  - id: ride-needs-check
    paragraph: "11.35"
    entry: ride-seen
    when: [{field: ride_kind, is: private-car}]
    require: [{field: ride_checked, is: yes}]
    message: Look up the owner of the car first, or ask the police to.
    field: ride_checked
"""


def field_added(pack):
    """A new question with codes of its own on a form that was there."""
    path = pack / "entries-referral.yaml"
    text = path.read_text()
    before = """          - id: referrer_phone
            kind: text
"""
    assert text.count(before) == 1
    path.write_text(text.replace(before, """          - id: rides
            kind: codes
            codes: ride-kind
            label: Is the child driven to places?
""" + before))


def copy_of(folder):
    procedures = pathlib.Path(folder) / "procedures"
    pack = procedures / "changed"
    shutil.copytree(PACK, pack)
    shutil.copytree(pathlib.Path(PACK).parent / "calendars", procedures / "calendars")
    (pack / "added.yaml").write_text(ADDED)
    field_added(pack)
    return pack


def main():
    with tempfile.TemporaryDirectory(prefix="waymark-yaml-") as folder, Program(WAYMARK, copy_of(folder)) as program:
        nurse = program.worker("referrer", "health")
        manager = program.worker("duty-manager", "social-care")

        # the document of the API, from the same declarations
        document = str(nurse.call("GET", "/api/v1/openapi.json"))
        for word in ("ride-seen", "ride_kind", "private-car", "ride_checked", "'rides'"):
            assert word in document, "the API document does not know %s" % word

        # the form
        case = nurse.refer(rides=["taxi", "private-car"])
        nurse.open("/cases/%s/record" % case).says("Record a ride")
        form = nurse.form(case, "ride-seen")
        form.says("How was the child driven?", "In a private car")
        assert form.offers("ride_kind", "ride-seen") == ["taxi", "private-car"], form.offers("ride_kind", "ride-seen")

        # the gate, on the page with what was typed, and by the API
        refused = nurse.fill(case, "ride-seen", ride_kind="private-car", ride_to="Nottingham")
        refused.says("Look up the owner of the car first, or ask the police to. (paragraph 11.35)")
        assert refused.typed("ride_to", "ride-seen") == ["Nottingham"]
        nurse.is_refused(case, "ride-seen", "Look up the owner", "11.35", ride_kind="private-car", ride_to="Nottingham")

        # the duty
        nurse.fill(case, "ride-seen", ride_kind="private-car", ride_to="Nottingham", ride_checked="yes")
        duty = manager.duty(case, "follow-ride")
        assert duty["state"] == "open" and duty["due_at"], duty
        manager.open("/").says("Find out who drove the child")
        manager.open("/cases/%s" % case).says("Find out who drove the child", "11.30")

        # the chronology, of the new entry and of the new field
        manager.open("/cases/%s/chronology" % case).says("Ride seen", "A ride In a private car, to Nottingham")
        manager.open("/cases/%s/entries/1" % case).says("Is the child driven to places?", "By taxi")
        manager.open("/procedure").says("Find out who drove the child", "Look up the owner of the car first")
    print("a duty, a field with codes and a gate came from YAML alone")


main()
