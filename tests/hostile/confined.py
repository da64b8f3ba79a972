#!/usr/bin/env python3
"""The serving process taken over: an intruder inside the real program, as it is released, tries what a hole would be used
for, and is denied each; meanwhile and afterwards the program serves. Where the kernel cannot confine it, the program says
so, or does not start when that is required.

    confined.py WAYMARK PACK
"""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "acceptance"))
from server import Server

WORKER = {"role": "social-worker", "agency": "social-care", "name": "Parveen Ashworth"}
faults = []


def expect(condition, text):
    if not condition:
        faults.append(text)
        print("FAILED", text, flush=True)


class Taken(Server):
    def start(self, *options, **more):
        self.log = open(os.path.join(self.data, "test.log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [self.waymark, "serve", "--data", self.data, "--pack", self.pack, "--listen", "127.0.0.1:0", *options],
            stdout=subprocess.PIPE, stderr=self.log, text=True, env={**os.environ, **more})
        found = re.search(r"http://(\S+)", self.process.stdout.readline())
        self.listen = found.group(1) if found else None
        return self

    def says(self):
        return self.tail()

    def end(self):
        if self.listen:
            self.process.terminate()
        code = self.process.wait(60)
        self.process.stdout.close()
        said = self.says()
        self.log.close()
        return code, said


def processes(parent):
    """Names and numbers of what this process began."""
    found = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            name, rest = re.fullmatch(r"\d+ \((.*)\) (.*)", path.read_text(encoding="utf-8").strip()).groups()
        except (OSError, AttributeError):
            continue
        if int(rest.split()[1]) == parent:
            found[name] = int(path.parent.name)
    return found


def status_of(pid):
    with open("/proc/%d/status" % pid, encoding="utf-8") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


def confined(pid, what, seccomp="2"):
    status = status_of(pid)
    kept = int(status["CapEff"], 16) & ~(1 << 10)  # listening below 1024, which no call is answered for
    expect(status["NoNewPrivs"] == "1" and status["Seccomp"] == seccomp and kept == 0,
           "%s has given up its rights: %s" % (what, {name: status[name] for name in ("NoNewPrivs", "Seccomp", "CapEff")}))
    if seccomp == "2":
        threads = os.listdir("/proc/%d/task" % pid)
        expect(all(status_of(int(thread))["Seccomp"] == "2" for thread in threads), "%s: in all its threads" % what)


def taken_over(server, library, folder):
    token = server.token("worker", WORKER)
    elsewhere = folder + "/elsewhere"
    with open(elsewhere, "w", encoding="utf-8") as file:
        file.write("not of the server\n")
    options = os.path.join(folder, "mail.conf")
    with open(options, "w", encoding="utf-8") as file:
        file.write("server = smtp://127.0.0.1:9\ntls = off\nfrom = a@b.example\nlink = http://127.0.0.1\n")
    server.start("--sandbox", "require", "--mail", options)
    first = processes(server.process.pid)
    server.end()
    expect(set(first) == {"waymark-keys", "waymark-post"}, "keys and messenger have processes of their own: %s" % first)

    server.start("--sandbox", "require", "--mail", options, LD_PRELOAD=library, INTRUDER_DATA=server.data,
                 INTRUDER_KEY=server.data + ".key", INTRUDER_KEYSTORE=server.data + ".keystore",
                 INTRUDER_ELSEWHERE=elsewhere, INTRUDER_MADE=server.data + "/made", INTRUDER_PORT="9",
                 INTRUDER_HOLDER=str(os.getpid()))
    try:
        began = processes(server.process.pid)
        confined(server.process.pid, "the server")
        confined(began["waymark-post"], "the messenger")
        before = {path: pathlib.Path(path).read_bytes() for path in
                  (server.data + ".key", server.data + ".keystore", elsewhere)}
        server.process.send_signal(signal.SIGUSR2)
        result = pathlib.Path(server.data) / "intruder.txt"
        end = time.monotonic() + 20
        while not result.exists() and time.monotonic() < end:
            time.sleep(0.05)
        lines = result.read_text(encoding="utf-8").splitlines() if result.exists() else []
        done = [line for line in lines if not line.startswith("denied ")]
        print("%d things tried, %d denied" % (len(lines), len(lines) - len(done)))
        expect(len(lines) >= 80, "everything was tried: %d" % len(lines))
        expect(not done, "denied: %s" % done)
        expect(all(pathlib.Path(path).read_bytes() == bytes_ for path, bytes_ in before.items()), "keys are as they were")
        result.unlink(missing_ok=True)
        expect(server.ask("GET", "/api/v1/work", token)[0] == 200, "it goes on serving")
        expect(set(processes(server.process.pid)) == {"waymark-keys", "waymark-post"}, "nothing was begun or ended")
    finally:
        code, said = server.end()
    expect(code == 0 and "lacks" not in said, "it ends well: %s" % said)
    server.call("verify", "--data", server.data)


def less_of_a_kernel(server, library):
    for name, says in (("INTRUDER_NO_LANDLOCK", "Landlock"), ("INTRUDER_NO_SECCOMP", "seccomp")):
        lacking = {"LD_PRELOAD": library, name: "1"}
        code, said = server.start("--sandbox", "require", **lacking).end()
        expect(code == 1 and server.listen is None and "sandbox is required" in said and says in said,
               "required, and not there: %s %s" % (name, said))
        code, said = server.start("--sandbox", "try", **lacking).end()
        expect(code == 0 and "is not whole" in said and says in said, "tried, and told: %s %s" % (name, said))
    code, said = server.start("--sandbox", "off").end()
    expect(code == 0 and "--sandbox off" in said, "off, and told: %s" % said)
    code, said = server.start("--sandbox", "perhaps").end()
    expect(code == 2, "another word is refused: %s" % said)


def main():
    server = Taken(sys.argv[1], sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        library = folder + "/intruder.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-w", "-o", library,
                        str(pathlib.Path(__file__).with_name("intruder.c"))], check=True, timeout=120)
        taken_over(server, library, folder)
        less_of_a_kernel(server, library)
    code, said = server.start("--tls-certificate", server.data + ".key", "--tls-key", server.data + ".key").end()
    expect(code == 1 and "move it" in said, "a key where the server reads is refused: %s" % said)
    print("%d faults" % len(faults))
    return 1 if faults else 0


sys.exit(main())
