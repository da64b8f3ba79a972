"""The routes of the program as they stand in its own tables, and their addresses with what a test knows put in."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = re.compile(r'\{METHOD_(GET|POST),\s*"([^"]+)",\s*ROUTE_(\w+),')
CALL = re.compile(r'\{METHOD_(GET|POST),\s*"([^"]+)",')


def routes():
    """(face, method, pattern, access): "page" with the access its row asks for, "api" with None."""
    pages = (ROOT / "src/web/routes.c").read_text(encoding="utf-8")
    calls = (ROOT / "src/api/routes.c").read_text(encoding="utf-8")
    found = [("page", method, pattern, access) for method, pattern, access in PAGE.findall(pages)]
    found += [("api", method, pattern, None) for method, pattern in CALL.findall(calls)]
    assert len(found) > 100, "the tables of routes are not read: %d" % len(found)
    return found


def address(pattern, **known):
    """The pattern with its parts filled in; what is not known gets a value that nothing has."""
    nowhere = {"ref": "XXXXXXXXXX", "seq": "1", "type": "child-views", "page": "concern", "draft": "0" * 31 + "1"}
    return re.sub(r"\{(\w+)\}", lambda part: str(known.get(part[1], nowhere.get(part[1], "0" * 31 + "1"))), pattern)
