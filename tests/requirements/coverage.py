"""What a run of all tests left untried of the pack: kinds of entries, duties and gates."""

import pathlib
import re
import sqlite3

# A case begins with its referral, so no page or call can come to this gate; the command line can, with entries of
# another program (tests/golden).
OUT_OF_REACH = {"decision-needs-referral"}


def declared(pack, part):
    """The ids under a heading of the pack's files, each with its block of text."""
    found = {}
    for path in sorted(pathlib.Path(pack).glob("*.yaml")):
        section = None
        for block in re.split(r"^(?=\S|  - id:)", path.read_text(encoding="utf-8"), flags=re.M):
            head = re.match(r"([a-z_]+):\s*$", block, flags=re.M)
            one = re.match(r"  - id: (\S+)", block)
            if head:
                section = head.group(1)
            elif one and section == part:
                found[one.group(1)] = block
    return found


def lacking(program, pack):
    """In words, one a line: nothing when every entry type, duty and gate was tried."""
    with sqlite3.connect("file:%s/waymark.db?mode=ro" % program.data, uri=True) as store:
        recorded = {row[0] for row in store.execute("SELECT DISTINCT type FROM entry")}
        begun = {row[0] for row in store.execute("SELECT DISTINCT rule FROM duty")}
    types, duties, gates = (declared(pack, part) for part in ("entries", "duties", "gates"))
    assert len(types) > 50 and len(duties) > 30 and len(gates) > 30, "the pack is not read as it is written"
    said = [kind + " is ever recorded" for kind in sorted(set(types) - recorded)]
    said += ["the duty %s ever begins" % duty for duty in sorted(set(duties) - begun)]
    for gate, block in sorted(gates.items()):
        message = re.search(r"message: (.*)", block).group(1).strip("'\"")
        kind = re.search(r"entry: (\S+)", block).group(1)
        if message not in program.said and gate not in OUT_OF_REACH:
            said.append("the gate %s ever refuses" % gate)
        if kind not in recorded:
            said.append("the gate %s ever lets %s through" % (gate, kind))
    return said
