#!/usr/bin/env python3
"""What was read is not left lying about: when its answers are given, no name, narrative, draft or search stands in the
memory of the serving process or in that of the one that holds the keys; and the master key is in neither.

    memory.py WAYMARK PACK
"""
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "requirements"))
# the sanitizer keeps what is freed for a while: let it be written over as the allocator of a release does
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":max_free_fill_size=1073741824:free_fill_byte=90"
from canaries import CANARIES, work  # noqa: E402
from program import Program  # noqa: E402

BLOCK = 16 << 20
MOST = 65 << 20


def image(pid):
    """The readable memory of a process, piece by piece, each with the end of the one before it."""
    with open("/proc/%d/maps" % pid, encoding="ascii", errors="replace") as maps:
        rows = [line.split() for line in maps]
    with open("/proc/%d/mem" % pid, "rb", buffering=0) as memory:
        for row in rows:
            start, end = (int(part, 16) for part in row[0].split("-"))
            # what is larger than any part of ours is the shadow of the sanitizer
            if "r" not in row[1] or row[-1] in ("[vvar]", "[vsyscall]") or (row[-1] != "[heap]" and end - start > MOST):
                continue
            tail = b""
            for at in range(start, end, BLOCK):
                try:
                    memory.seek(at)
                    held = memory.read(min(BLOCK, end - at))
                except (OSError, OverflowError):
                    break
                yield row[-1] if len(row) > 5 else "anonymous", tail + held
                tail = held[-200:]


def forms(text):
    """Its longest word, as it was typed and as it is compared; all of it where the word is one that others use."""
    word = max(text.split(), key=len)
    word = text if len(word) < 9 else word
    return {word.encode(), word.lower().encode()}


def found(pid, wanted):
    """What stands in the memory, and how much of it was read."""
    hits, size = [], 0
    for place, held in image(pid):
        size += len(held)
        for what, texts in wanted.items():
            for text in texts:
                at = held.find(text)
                if at >= 0:
                    hits.append("%s stands in memory (%s): %r" % (what, place, held[max(0, at - 60):at + 60]))
                    break
    return hits, size


def children(pid):
    done = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in done.stdout.split()]


def main():
    with Program(*sys.argv[1:3], loud=True) as program:
        work(program)
        pid = program.server.pid
        holder, = children(pid)
        master = bytes.fromhex(pathlib.Path(program.data + ".key").read_text(encoding="ascii").split()[1])
        wanted = {what: forms(text) for what, text in CANARIES.items() if what != "worker"}
        secret = {"the master key": {master, master.hex().encode()}}
        time.sleep(2)  # connections end, and what they held goes
        faults, size = found(pid, wanted | secret)
        assert size > 4 << 20, "only %d bytes of memory were read" % size
        try:
            more, held = found(holder, wanted | secret)
            faults += more
            assert os.geteuid() == 0 and held > 1 << 20, "the process that holds the keys can be read by its user"
        except PermissionError:
            held = 0
        # the search itself can fail: what is surely there is found
        proof, _ = found(pid, {"the data folder": {program.data.encode()}})
    if not proof:
        faults.append("what is in memory was not found")
    for fault in faults:
        print("FAULT", fault)
    print("%d and %d bytes of memory searched, %d faults" % (size, held, len(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
