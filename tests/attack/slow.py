#!/usr/bin/env python3
"""slowhttptest against the real server: a thousand who send their headers slowly, their bodies slowly, ask for ranges, or
read slowly. Beside each, honest clients are all served.

    slow.py WAYMARK PACK
"""
import asyncio
import pathlib
import re
import resource
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "hostile"))
import load

SECONDS = 120 if load.LONG else 30
KINDS = [
    ("headers", ["-H", "-i", "2", "-u", "%s/sign-in"]),
    ("bodies", ["-B", "-i", "2", "-s", "100000", "-u", "%s/sign-in"]),
    ("ranges", ["-R", "-t", "HEAD", "-a", "5", "-b", "3000", "-u", "%s/sign-in"]),
    ("reading", ["-X", "-w", "10", "-y", "20", "-z", "8", "-n", "2", "-k", "10", "-u", "%s/sign-in"]),
]


async def beside(server, kind, options, alone):
    place = "http://" + server.listen
    attack = await asyncio.create_subprocess_exec(
        "slowhttptest", "-c", str(load.SLOW), "-r", "250", "-l", str(SECONDS), "-p", "10", "-v", "1",
        *(part.replace("%s", place) for part in options), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
    said = asyncio.create_task(attack.stdout.read())
    most = asyncio.create_task(server.most_connections())
    await asyncio.sleep(5)
    try:
        found, p95, worst = await load.others(server.address, SECONDS - 10)
    finally:
        if attack.returncode is None:
            attack.terminate()
        await attack.wait()
    most.cancel()
    at_once = await most
    text = re.sub(r"\x1b\[[0-9;]*m", "", (await said).decode(errors="replace"))
    print("slowhttptest %s, %d connections: others %s, p95 %.1f ms (alone %.1f ms), worst %.0f ms, %d MB at most" %
          (kind, at_once, found, p95 * 1000, alone * 1000, worst * 1000, server.memory()), flush=True)
    load.expect("slowhttptest version" in text, "slowhttptest did not run: %s" % text[-400:])
    load.expect(at_once > load.SLOW // 2 or kind == "ranges", "%s: only %d connections" % (kind, at_once))  # ranges are soon answered
    load.expect(set(found) == {200}, "%s: others got %s" % (kind, found))
    load.expect(worst < 10, "%s: an honest client waited %.1f s" % (kind, worst))
    load.expect(server.memory() < load.MEMORY_MB, "%s: %d MB" % (kind, server.memory()))


class Counted(load.Loaded):
    def connections(self):
        """Of others with the server, as the kernel counts them."""
        port = ":%04X" % self.address[1]
        with open("/proc/net/tcp", encoding="ascii") as table:
            return sum(line.split()[1].endswith(port) and line.split()[3] == "01" for line in table)

    async def most_connections(self):
        """Until it is cancelled."""
        most = 0
        try:
            while True:
                most = max(most, self.connections())
                await asyncio.sleep(0.5)
        except asyncio.CancelledError:
            return most


async def attacks(server):
    _, alone, _ = await load.others(server.address, 3)
    for kind, options in KINDS:
        await beside(server, kind, options, alone)


def main():
    if shutil.which("slowhttptest") is None:
        print("slowhttptest is not installed (script/bootstrap attack)")
        sys.exit(77)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20000), hard))
    with Counted(sys.argv[1], sys.argv[2]) as server:
        asyncio.run(attacks(server))
    sys.exit(bool(load.faults))


main()
