#!/usr/bin/env python3
"""Clients that are slow, by the thousand, and five times more than can be served: others are served, refusals are
quick, memory stays bounded, and afterwards all is as before. Minutes instead of seconds with WAYMARK_LONG=1.

    load.py WAYMARK PACK
"""
import asyncio
import concurrent.futures
import multiprocessing
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "acceptance"))
from server import Server

LONG = os.environ.get("WAYMARK_LONG") == "1"
SECONDS = 120 if LONG else 12
SLOW = 1000
PAGE = b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n"
MEMORY_MB = 900  # under the sanitizers, which keep what was freed; a release build stays below 200
CHILD = {"given_name": "Amara", "family_name": "Marsh", "date_of_birth": "2010-03-04", "sex": "F",
         "ethnicity": "WBRI", "disability": ["NONE"], "address": "1 High Street", "postcode": "LE1 1AA"}
FIELDS = {"notified_at": "2026-01-05T10:00:00Z", "narrative": "Was seen with an older adult.", "involvement": "likely",
          "exchange": ["gifts"], "immediate_danger": "no", "referrer": "A. Nurse", "source_agency": "health",
          "parents_informed": "yes"}
faults = []


def expect(condition, text):
    if not condition:
        faults.append(text)
        print("FAILED", text, flush=True)


class Loaded(Server):
    options = ()

    def start(self):
        self.log = open(os.path.join(self.data, "test.log"), "a", encoding="utf-8")
        self.process = subprocess.Popen(
            [self.waymark, "serve", "--data", self.data, "--pack", self.pack, "--listen", self.listen, "--one-factor", "--records-an-hour", "0", "--quiet",
             *self.options], stdout=subprocess.PIPE, stderr=self.log, text=True,
            env={**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=16"})
        self.listen = re.search(r"http://(\S+)", self.process.stdout.readline()).group(1)
        host, _, port = self.listen.rpartition(":")
        self.address = (host, int(port))
        return self

    def memory(self):
        with open("/proc/%d/status" % self.process.pid, encoding="ascii") as status:
            return max(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))


async def ask(address, data, timeout=30):
    """Status and seconds of one request on a connection of its own; status 0 when there was no answer."""
    began = time.monotonic()
    writer = None
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(*address), timeout)
        writer.write(data)
        line = await asyncio.wait_for(reader.readline(), timeout)
        status = int(line.split()[1]) if line.startswith(b"HTTP/") else 0
    except (OSError, asyncio.TimeoutError, IndexError, ValueError):
        status = 0
    finally:
        if writer is not None:
            writer.close()
    return status, time.monotonic() - began


async def others(address, seconds):
    """One honest client after another: statuses, and the time in which 95 of 100 were answered."""
    found, times, end = {}, [], time.monotonic() + seconds
    while time.monotonic() < end:
        status, took = await ask(address, PAGE)
        found[status] = found.get(status, 0) + 1
        times.append(took)
        await asyncio.sleep(0.02)
    times.sort()
    return found, times[len(times) * 95 // 100], times[-1]


def others_apart(address, seconds):
    """The same in a process of its own, so that it does not wait for the crowd that this one plays."""
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart:
        return apart.submit(others_alone, address, seconds).result(seconds + 120)


def others_alone(address, seconds):
    return asyncio.run(others(address, seconds))


async def slow(address, kind, stop):
    """One that never comes to its end; begins again when it is shown the door."""
    while not stop.is_set():
        writer = None
        try:
            reader, writer = await asyncio.wait_for(asyncio.open_connection(*address, limit=1024), 30)
            if kind == "reader":
                writer.transport.get_extra_info("socket").setsockopt(1, 8, 2048)  # SO_RCVBUF
                writer.write(PAGE * 50)
                reader._transport.pause_reading()
            elif kind == "headers":
                writer.write(b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n")
            else:
                writer.write(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                             b"Content-Length: 100000\r\n\r\n")
            while not stop.is_set():
                await asyncio.sleep(1)
                if kind != "reader":
                    writer.write(b"X-%d: a\r\n" % (time.monotonic_ns() % 1000) if kind == "headers" else b"a")
                    await writer.drain()
                    if reader.at_eof():
                        break
                elif writer.transport.is_closing():
                    break
        except (OSError, asyncio.TimeoutError):
            await asyncio.sleep(0.05)
        finally:
            if writer is not None:
                writer.transport.abort()


async def under_slow(server, kind, count, seconds, baseline):
    stop = asyncio.Event()
    crowd = [asyncio.create_task(slow(server.address, kind, stop)) for _ in range(count)]
    await asyncio.sleep(2)
    found, p95, worst = await asyncio.to_thread(others_apart, server.address, seconds)
    stop.set()
    await asyncio.gather(*crowd)
    print("%d slow %s: others %s, p95 %.1f ms (alone %.1f ms), worst %.0f ms, %d MB at most" %
          (count, kind, found, p95 * 1000, baseline * 1000, worst * 1000, server.memory()), flush=True)
    expect(set(found) == {200}, "slow %s: others got %s" % (kind, found))
    expect(worst < 10, "slow %s: an honest client waited %.1f s" % (kind, worst))
    expect(server.memory() < MEMORY_MB, "slow %s: %d MB" % (kind, server.memory()))


async def slow_clients(server):
    found, baseline, _ = await others(server.address, 3)
    expect(set(found) == {200}, "alone: %s" % found)
    for kind in ("headers", "bodies", "reader"):
        await under_slow(server, kind, SLOW, SECONDS, baseline)


async def after_a_stall(server):
    """The machine stood still for longer than the patience, and there is no crowd: who waited is served."""
    there = [await asyncio.open_connection(*server.address) for _ in range(3)]
    statuses = []
    for moment in ("before", "after"):
        if moment == "after":
            server.process.send_signal(signal.SIGSTOP)
        for _, writer in there:
            writer.write(PAGE)
        if moment == "after":
            await asyncio.sleep(1.5)
            server.process.send_signal(signal.SIGCONT)
        for reader, _ in there:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
            await reader.readexactly(int(re.search(rb"(?i)content-length: (\d+)", head).group(1)))
            statuses.append(int(head.split(b" ", 2)[1]))
    for _, writer in there:
        writer.close()
    expect(statuses == [200] * 6, "before and after the machine stood still: %s" % statuses)


async def at_the_door(server):
    """While it takes nobody in, a thousand can wait (as many as the kernel lets wait): it drops none of them."""
    most = min(SLOW, int(pathlib.Path("/proc/sys/net/core/somaxconn").read_text(encoding="ascii")))
    server.process.send_signal(signal.SIGSTOP)
    try:
        came = await asyncio.gather(*(asyncio.wait_for(asyncio.open_connection(*server.address), 10) for _ in range(most)),
                                    return_exceptions=True)
    finally:
        server.process.send_signal(signal.SIGCONT)
    lost = [one for one in came if isinstance(one, BaseException)]
    for one in came:
        if one not in lost:
            one[1].close()
    expect(not lost, "%d of %d who waited at the door were dropped: %r" % (len(lost), most, lost[:1]))
    status, _ = await ask(server.address, PAGE)
    expect(status == 200, "after those at the door: %d" % status)


async def few_places(server):
    """More slow clients than there are places: who is slow gives way."""
    found, baseline, _ = await others(server.address, 1)
    await under_slow(server, "headers", SLOW, SECONDS, baseline)


async def crowd_member(address, data, end, found, times):
    reader = writer = None
    while time.monotonic() < end:
        began = time.monotonic()
        try:
            if writer is None:
                reader, writer = await asyncio.wait_for(asyncio.open_connection(*address), 30)
            writer.write(data)
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)
            status = int(head.split(b" ", 2)[1])
            size = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            await reader.readexactly(int(size[0].split(b":")[1]) if size else 0)
            if b"connection: close" in head.lower():
                writer.close()
                writer = None
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, IndexError, ValueError):
            status = 0
            if writer is not None:
                writer.close()
                writer = None
        found[status] = found.get(status, 0) + 1
        times.setdefault(status, []).append(time.monotonic() - began)
        if status in (0, 429, 503):
            await asyncio.sleep(0.2)  # less patient than Retry-After asks
    if writer is not None:
        writer.close()


async def crowd(server, what, data, members, seconds):
    found, times = {}, {}
    end = time.monotonic() + seconds
    await asyncio.gather(*(crowd_member(server.address, data, end, found, times) for _ in range(members)))
    lines = []
    for status in sorted(times):
        taken = sorted(times[status])
        lines.append("%d: %d, p95 %.0f ms" % (status, len(taken), taken[len(taken) * 95 // 100] * 1000))
    print("%d at once %s for %d s: %s; %d MB at most" %
          (members, what, seconds, "; ".join(lines), server.memory()), flush=True)
    served = sum(n for status, n in found.items() if 200 <= status < 400)
    expect(served > 0, "%s: nobody was served: %s" % (what, found))
    expect(set(found) <= {200, 201, 303, 429, 503, 409}, "%s: %s" % (what, found))
    expect(server.memory() < MEMORY_MB, "%s: %d MB" % (what, server.memory()))
    for status in (429, 503):
        if status in times:
            taken = sorted(times[status])
            expect(taken[len(taken) // 2] < 5, "%s: refusals took %.1f s" % (what, taken[len(taken) // 2]))
    began = time.monotonic()
    good = 0
    while good < 20 and time.monotonic() - began < 10:
        status, took = await ask(server.address, PAGE)
        good = good + 1 if status == 200 and took < 1 else 0
    expect(good == 20, "%s: not recovered within 10 seconds" % what)
    return found


async def overload(server, token):
    wanted = (b"GET /api/v1/duties?limit=200 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token.encode() +
              b"\r\n\r\n")
    found = await crowd(server, "reading lists", wanted, 1500, SECONDS)
    expect(found.get(503, 0) > 0, "1500 at once, and nobody was told that it is too much: %s" % found)
    body = b'{"child":{"given_name":"A"},"fields":{}}'
    writing = (b"POST /api/v1/referrals HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer " +
               token.encode() + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    # refused by the rules, but only after all the work of reading it on a worker
    status, _ = await ask(server.address, writing)
    expect(status == 422, "a referral without answers: %d" % status)
    form = b"username=duty-manager&password=a+wrong+password+of+length&_csrf=x"
    signing = (b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
               b"Content-Length: %d\r\n\r\n" % len(form) + form)
    status, _ = await ask(server.address, signing)
    expect(status == 403, "a form without its token: %d" % status)


async def queue_full(server, token):
    status, made = server.ask("POST", "/api/v1/referrals", token, {"child": CHILD, "fields": FIELDS})
    expect(status == 201, "a referral: %d %s" % (status, made))
    body = b'{"given_name":"Ann"}'
    body = b'{"fields":' + body + b'}'
    writing = (b"POST /api/v1/cases/%s/details HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
               b"Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n" %
               (made["case"].encode(), token.encode(), len(body)) + body)
    found = await crowd(server, "writing with 2 workers and a queue of 8", writing, 300, SECONDS)
    expect(found.get(503, 0) > 0 and found.get(200, 0) > 0, "writing: %s" % found)


def main():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20000), hard))
    person = {"role": "duty-manager", "agency": "social-care", "name": "A Manager"}
    with Loaded(sys.argv[1], sys.argv[2]) as server:
        asyncio.run(after_a_stall(server))
        asyncio.run(slow_clients(server))
    # so short a patience that 1,500 at once are more than a fast machine answers in time
    Loaded.options = ("--max-wait", "20")
    with Loaded(sys.argv[1], sys.argv[2]) as server:
        token = server.token("duty-manager", person)
        asyncio.run(overload(server, token))
    Loaded.options = ("--max-connections", "400", "--workers", "2", "--queue", "8")
    with Loaded(sys.argv[1], sys.argv[2]) as server:
        token = server.token("duty-manager", person)
        asyncio.run(at_the_door(server))
        asyncio.run(few_places(server))
        asyncio.run(queue_full(server, token))
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
