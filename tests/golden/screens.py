#!/usr/bin/env python3
"""Golden pairs of `waymark screen`: every NAME.json of a folder with NAME.expected.json, or with NAME.error.txt: what
must stand on standard error, with exit status 1. The pack is that of the chapter with models.yaml of the folder: each
shape of screening tool, written as a pack has it. Every screen of models.yaml must be scored by some case.

    screens.py WAYMARK PACK FOLDER
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile


def pack_with_models(pack, folder, place):
    copy = place / "procedures" / "models"
    shutil.copytree(pack, copy)
    shutil.copytree(pack.parent / "calendars", place / "procedures" / "calendars")
    shutil.copy(folder / "models.yaml", copy / "zz-models.yaml")
    return copy


def check(waymark, pack, case):
    got = subprocess.run([waymark, "screen", "--pack", pack, case], capture_output=True, text=True, check=False)
    refused = case.with_suffix(".error.txt")
    if refused.exists():
        missing = [line for line in refused.read_text().splitlines() if line not in got.stderr]
        if got.returncode != 1 or missing or got.stdout:
            return "status %d, not said: %s\n%s" % (got.returncode, missing, got.stderr)
        return None
    if got.returncode != 0:
        return "status %d: %s" % (got.returncode, got.stderr)
    want, have = json.loads(case.with_suffix(".expected.json").read_text()), json.loads(got.stdout)
    return None if want == have else "--- expected\n%s\n+++ printed\n%s" % (json.dumps(want), json.dumps(have))


def main():
    waymark, pack, folder = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    cases = sorted(path for path in folder.glob("*.json") if not path.name.endswith(".expected.json"))
    wrong = 0
    with tempfile.TemporaryDirectory() as place:
        copy = pack_with_models(pack, folder, pathlib.Path(place))
        for case in cases:
            fault = check(waymark, copy, case)
            if fault is not None:
                wrong += 1
                print("FAILED %s\n%s" % (case.stem, fault))
    scored = {json.loads(case.read_text())["screen"] for case in cases
              if case.with_suffix(".expected.json").exists()}
    models = set(re.findall(r"^  - id: ([a-z0-9-]+)$", (folder / "models.yaml").read_text(), re.M))
    for model in sorted(models - scored):
        wrong += 1
        print("FAILED no case scores %s" % model)
    print("%d golden cases, %d failed" % (len(cases), wrong))
    return 1 if wrong or not cases or not models else 0


sys.exit(main())
