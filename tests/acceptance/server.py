"""A server of a test: a store of its own in a folder of its own, a free port of the loopback, ended by its own process."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request


class Server:
    more = ()  # further options of serve

    def __init__(self, waymark, pack):
        self.waymark = os.path.abspath(waymark)
        self.pack = os.path.abspath(pack)
        self.root = os.path.dirname(os.path.dirname(self.pack))  # the commands find the pack from here
        self.data = tempfile.mkdtemp(prefix="waymark-test-")
        self.listen = "127.0.0.1:0"
        self.call("init", "--data", self.data)

    def call(self, *args):
        done = subprocess.run([self.waymark, *args], capture_output=True, text=True, timeout=120, check=False,
                              cwd=self.root)
        if done.returncode != 0:
            raise RuntimeError("waymark %s: %s" % (" ".join(args), done.stderr))
        return done.stdout.strip()

    def start(self):
        self.log = open(os.path.join(self.data, "test.log"), "a", encoding="utf-8")
        self.process = subprocess.Popen(
            [self.waymark, "serve", "--data", self.data, "--pack", self.pack, "--listen", self.listen,
             "--one-factor", *self.more],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        found = re.search(r"http://(\S+)", self.process.stdout.readline())
        if found is None:
            raise RuntimeError("the server did not start: %s" % self.tail())
        self.listen = found.group(1)  # the same place after a crash
        return self

    def tail(self):
        with open(os.path.join(self.data, "test.log"), encoding="utf-8") as log:
            return log.read()[-4000:]

    def kill(self):
        self.process.kill()
        self.process.wait(60)
        self.process.stdout.close()
        self.log.close()

    def stop(self):
        self.process.terminate()
        code = self.process.wait(60)
        self.process.stdout.close()
        self.log.close()
        if code != 0:
            raise RuntimeError("the server ended with %d: %s" % (code, self.tail()))

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, value, trace):
        try:
            if kind is None:
                self.stop()
            else:
                self.kill()
        finally:
            shutil.rmtree(self.data, ignore_errors=True)

    def token(self, name, person):
        self.call("account", "add", "--data", self.data, "--role", person["role"], "--agency", person["agency"],
                  "--name", person["name"], name)
        return self.call("account", "token", "--data", self.data, name)

    def ask(self, method, path, token=None, body=None, headers=None):
        """The status and the JSON of an answer; OSError when there was none."""
        request = urllib.request.Request("http://%s%s" % (self.listen, path), method=method,
                                         data=None if body is None else json.dumps(body).encode())
        if body is not None:
            request.add_header("Content-Type", "application/json")
        if token is not None:
            request.add_header("Authorization", "Bearer " + token)
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, json.loads(answer.read() or b"null")
