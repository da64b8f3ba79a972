#!/usr/bin/env python3
"""TLS of the real program, with a certificate authority made for the test: what is spoken and what is not, what a browser
is told, bad certificates refused, and renewals under load that nobody notices.

    tls.py WAYMARK PACK
"""
import http.client
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "acceptance"))
from server import Server

CLIENTS = 6
RENEWALS = 5
faults = []


def expect(condition, text):
    if not condition:
        faults.append(text)
        print("FAILED", text, flush=True)


def openssl(*args, **more):
    done = subprocess.run(["openssl", *args], capture_output=True, text=True, check=False, timeout=60, **more)
    if done.returncode != 0:
        raise RuntimeError("openssl %s: %s" % (" ".join(args), done.stderr))
    return done.stdout


class Authority:
    """Signs what the test asks for; every certificate has a serial of its own."""

    def __init__(self, folder, days=2):
        self.folder, self.days = folder, str(days)
        self.root = folder + "/root.pem"
        self.made = 0
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", self.days,
                "-subj", "/CN=Invented root", "-keyout", folder + "/root.key", "-out", self.root)

    def make(self, name, kind=("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")):
        self.made += 1
        key, request, certificate = (self.folder + "/" + name + end for end in (".key", ".csr", ".pem"))
        openssl("req", "-newkey", *kind, "-nodes", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.root, "-CAkey", self.folder + "/root.key", "-days", self.days,
                "-set_serial", str(self.made), "-copy_extensions", "copy", "-out", certificate)
        os.chmod(key, 0o600)
        return certificate, key


class Secure(Server):
    """Server.start reads http://; this one speaks TLS, or refuses to start."""

    def start(self, *options):
        self.log = open(os.path.join(self.data, "test.log"), "a", encoding="utf-8")
        self.process = subprocess.Popen([self.waymark, "serve", "--data", self.data, "--pack", self.pack, "--listen",
                                         "127.0.0.1:0", *options], stdout=subprocess.PIPE, stderr=self.log, text=True)
        found = re.search(r"https?://([\d.]+):(\d+)", self.process.stdout.readline())
        self.port = int(found.group(2)) if found else None
        return self

    def refused(self, *options):
        self.start(*options)
        served = self.port is not None
        if served:
            self.process.terminate()
        code = self.process.wait(60)
        self.process.stdout.close()
        self.log.close()
        return None if served or code == 0 else self.tail().strip().splitlines()[-1]


def context(root, least=ssl.TLSVersion.TLSv1_2, most=ssl.TLSVersion.TLSv1_3, ciphers=None):
    made = ssl.create_default_context(cafile=root)
    made.minimum_version, made.maximum_version = least, most
    if ciphers:
        made.set_ciphers(ciphers)
    return made


def connect(port, trusted):
    plain = socket.create_connection(("127.0.0.1", port), timeout=20)
    return trusted.wrap_socket(plain, server_hostname="localhost")


def handshake(port, trusted):
    """What was agreed on, or None."""
    try:
        with connect(port, trusted) as secured:
            return secured.version(), secured.cipher()[0]
    except (ssl.SSLError, ConnectionError):
        return None


def exchange(port, trusted, data):
    with connect(port, trusted) as secured:
        secured.sendall(data)
        answer = b""
        try:
            while part := secured.recv(65536):
                answer += part
        except ssl.SSLError:
            pass
        return answer


def what_is_spoken(server, authority):
    old = ssl.TLSVersion.TLSv1_2
    expect(handshake(server.port, context(authority.root)) == ("TLSv1.3", "TLS_AES_256_GCM_SHA384"), "TLS 1.3 is spoken")
    expect(handshake(server.port, context(authority.root, most=old)) is None, "TLS 1.2 is not, unless asked for")
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as plain:
        plain.sendall(b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try:
            expect(b"HTTP/" not in plain.recv(4096), "plain HTTP gets no answer where TLS is spoken")
        except ConnectionError:
            pass


def what_a_browser_is_told(server, authority):
    trusted = context(authority.root)
    ask = b"GET /sign-in HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n\r\n" % server.port
    answer = exchange(server.port, trusted, ask)
    expect(answer.startswith(b"HTTP/1.1 200 "), "the page of signing in: %r" % answer[:60])
    expect(b"\r\nStrict-Transport-Security: max-age=63072000\r\n" in answer, "HSTS is said")
    cookie = re.search(rb"\r\nSet-Cookie: (__Host-\w+=[^\r]+)\r\n", answer)
    expect(cookie and b"; Secure" in cookie.group(1) and b"; HttpOnly" in cookie.group(1) and
           b"; SameSite=Strict" in cookie.group(1) and b"; Path=/;" in cookie.group(1) and
           b"Domain" not in cookie.group(1), "cookies are of this host and for TLS only")
    expect(answer.count(b"\r\nSet-Cookie:") == answer.count(b"\r\nSet-Cookie: __Host-"), "no other cookie")
    bad = exchange(server.port, trusted, b"GET /sign-in HTTP/1.1\nHost: localhost\r\n\r\n")
    expect(bad.startswith(b"HTTP/1.1 400 ") and b"Strict-Transport-Security" in bad, "framing is as strict: %r" % bad[:60])
    other = exchange(server.port, trusted, b"GET /sign-in HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
    expect(other.startswith(b"HTTP/1.1 421 "), "another name is not answered: %r" % other[:60])
    two = b"GET /sign-in HTTP/1.1\r\nHost: localhost:%d\r\n\r\n" % server.port + ask
    expect(exchange(server.port, trusted, two).count(b"HTTP/1.1 200 ") == 2, "two in one record are two")


class Load:
    """Clients that connect anew for each request, and clients that stay on one connection."""

    def __init__(self, port, root):
        self.port, self.trusted, self.stop = port, context(root), threading.Event()
        self.served, self.failed, self.serials, self.lock = 0, [], set(), threading.Lock()
        self.threads = [threading.Thread(target=self.run, args=(i % 2 == 0,)) for i in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def ask(self, link):
        link.request("GET", "/sign-in")
        answer = link.getresponse()
        body = answer.read()
        serial = link.sock.getpeercert()["serialNumber"] if link.sock else None
        with self.lock:
            self.served += 1
            self.serials.add(serial)
            if answer.status != 200 or b"</html>" not in body:
                self.failed.append(answer.status)

    def run(self, stays):
        link = None
        while not self.stop.is_set():
            try:
                link = link or http.client.HTTPSConnection("localhost", self.port, timeout=30, context=self.trusted)
                self.ask(link)
            except (OSError, http.client.HTTPException) as problem:
                with self.lock:
                    self.failed.append(repr(problem))
                link = None
            if link and not stays:
                link.close()
                link = None
        if link:
            link.close()

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join(60)


def shown(port, root):
    with connect(port, context(root)) as secured:
        return int(secured.getpeercert()["serialNumber"], 16)


def until(condition, seconds=40):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def renewals(server, authority, certificate, key):
    load = Load(server.port, authority.root)
    try:
        for number in range(RENEWALS):
            fresh, fresh_key = authority.make("renewal-%d" % number)
            os.replace(fresh_key, key)  # for a moment the two do not fit together
            if number % 2 == 1:
                server.process.send_signal(signal.SIGHUP)
                time.sleep(0.3)
            os.replace(fresh, certificate)
            if number % 2 == 1:
                server.process.send_signal(signal.SIGHUP)
            expect(until(lambda made=authority.made: shown(server.port, authority.root) == made),
                   "renewal %d is shown" % number)
        with open(certificate, "w", encoding="ascii") as broken:
            broken.write("not a certificate\n")
        server.process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        expect(shown(server.port, authority.root) == authority.made, "a broken file changes nothing")
    finally:
        load.end()
    print("%d requests through %d renewals, %d failed; %d certificates were seen" %
          (load.served, RENEWALS, len(load.failed), len(load.serials)))
    expect(not load.failed, "no request is dropped: %s" % load.failed[:3])
    expect(load.served >= 100 and len(load.serials - {None}) == RENEWALS + 1, "the load met every certificate")


def bad_certificates(server, authority, certificate, key):
    def why(*pair):
        return server.refused("--tls-certificate", pair[0], "--tls-key", pair[1]) or "served"

    _, other_key = authority.make("other")
    expect("is not the key of" in why(certificate, other_key), "the key of another certificate")
    expect("No such file" in why(certificate + ".gone", key), "no certificate")
    os.chmod(other_key, 0o644)
    expect("read by everybody" in why(certificate, other_key), "a key that everybody can read")
    expect("is not a" in why(key, key), "a key for a certificate")
    expect("go together" in (server.refused("--tls-certificate", certificate) or "served"), "no key")
    expect("--public-url" in (server.refused("--tls-certificate", certificate, "--tls-key", key, "--listen", "0.0.0.0:0") or
                              "served"), "no name for others")
    expect("not the loopback" in (server.refused("--listen", "0.0.0.0:0") or "served"), "plain for others")
    old, old_key = authority.folder + "/old.pem", authority.folder + "/old.key"
    subprocess.run(["faketime", "2020-01-01", "openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "2", "-subj",
                    "/CN=localhost", "-keyout", old_key, "-out", old], check=True, capture_output=True, timeout=60)
    os.chmod(old_key, 0o600)
    expect("has expired" in why(old, old_key), "an expired certificate")


def answers_a_new_handshake(port):
    """Whether a client of 1.2 that asks for another handshake in its connection is answered, and not hung up on."""
    command = ["openssl", "s_client", "-connect", "127.0.0.1:%d" % port, "-servername", "localhost", "-tls1_2"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as client:
        client.stdin.write("R\n")
        client.stdin.flush()  # and it stays open: who leaves first is the server
        try:
            client.wait(timeout=20)
            return not client.stdout.read().rstrip().endswith("closed")
        except subprocess.TimeoutExpired:
            return True
        finally:
            client.kill()


def also_1_2(server, authority):
    certificate, key = authority.make("rsa", ("rsa:2048",))
    server.start("--tls-certificate", certificate, "--tls-key", key, "--tls-1.2")
    try:
        old = ssl.TLSVersion.TLSv1_2
        expect(handshake(server.port, context(authority.root)) is not None, "1.3 is still spoken")
        expect(handshake(server.port, context(authority.root, most=old)) == ("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384"),
               "1.2 when asked for")
        for weak in ("AES128-SHA", "AES256-GCM-SHA384", "ECDHE-RSA-AES128-SHA", "DHE-RSA-AES128-GCM-SHA256",
                     "ECDHE-RSA-AES256-SHA384"):
            weakened = context(authority.root, most=old, ciphers=weak + ":@SECLEVEL=0")
            expect(handshake(server.port, weakened) is None, "%s is not spoken" % weak)
        expect(not answers_a_new_handshake(server.port), "who asks for another handshake is hung up on")
    finally:
        server.stop()


def main():
    server = Secure(sys.argv[1], sys.argv[2])
    authority = Authority(server.data)
    certificate, key = authority.make("first")
    bad_certificates(server, authority, certificate, key)
    server.start("--tls-certificate", certificate, "--tls-key", key, "--idle", "5")
    try:
        what_is_spoken(server, authority)
        what_a_browser_is_told(server, authority)
        silent = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        renewals(server, authority, certificate, key)
        silent.settimeout(20)
        rest = b"?"
        while rest:
            rest = silent.recv(100)  # an alert, perhaps, and then the end; or a time out, which is a fault
        silent.close()
    finally:
        server.stop()
    also_1_2(server, authority)
    shutil.rmtree(server.data, ignore_errors=True)
    print("%d faults" % len(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
