#!/usr/bin/env python3
"""HTTP that two readers may read differently, sent as bytes to the server and to nginx before it. Direct: 400 and the
connection is closed, and nothing that follows on it is answered. Behind nginx: what nginx passes on reaches the
server as one request at most, and what was hidden in it is never answered.

    framing.py WAYMARK PACK
"""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "acceptance"))
from server import Server

HIDDEN = "GET /hidden-page-of-a-smuggler HTTP/1.1\r\nHost: localhost\r\n\r\n"
GET = "GET /sign-in HTTP/1.1\r\nHost: localhost\r\n"
POST = "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"

# name, bytes. Each is a fault of framing, whatever page it asks for; HIDDEN is what a laxer reader would find.
WRONG = [
    ("two lengths", POST + "Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN),
    ("the same length twice", POST + "Content-Length: 3\r\nContent-Length: 3\r\n\r\na=b"),
    ("a list of lengths", POST + "Content-Length: 3, 3\r\n\r\na=b"),
    ("a length with a sign", POST + "Content-Length: +3\r\n\r\na=b"),
    ("a negative length", POST + "Content-Length: -3\r\n\r\na=b"),
    ("a length in hexadecimal", POST + "Content-Length: 0x3\r\n\r\na=b"),
    ("a length with a space in it", POST + "Content-Length: 3 3\r\n\r\na=b"),
    ("a length beyond 64 bits", POST + "Content-Length: 18446744073709551619\r\n\r\na=b"),
    ("an empty length", POST + "Content-Length: \r\n\r\na=b"),
    ("length and encoding", POST + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN),
    ("encoding and length", POST + "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n" + HIDDEN),
    ("two encodings", POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + HIDDEN),
    ("an encoding not known", POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + HIDDEN),
    ("an encoding behind another", POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + HIDDEN),
    ("an encoding after a vertical tab", POST + "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n" + HIDDEN),
    ("an encoding before a colon with a space", POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + HIDDEN),
    ("an encoding in HTTP/1.0", POST.replace("1.1", "1.0") + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN),
    ("a folded header", GET + "X-A: b\r\n c\r\n\r\n"),
    ("a folded length", POST + "Content-Length:\r\n 3\r\n\r\na=b"),
    ("a fold with a tab", GET + "X-A: b\r\n\tc\r\n\r\n"),
    ("a fold before any header", "GET /sign-in HTTP/1.1\r\n X: y\r\nHost: localhost\r\n\r\n"),
    ("a bare line feed after a header", GET + "X-A: b\nX-B: c\r\n\r\n"),
    ("a bare line feed after the request line", "GET /sign-in HTTP/1.1\nHost: localhost\r\n\r\n"),
    ("bare line feeds only", "GET /sign-in HTTP/1.1\nHost: localhost\n\n"),
    ("a bare line feed at the end", GET + "\n"),
    ("a bare carriage return", GET + "X-A: b\rTransfer-Encoding: chunked\r\n\r\n"),
    ("a bare carriage return before the line end", GET + "X-A: b\r\r\n\r\n"),
    ("a NUL in a value", GET + "X-A: b\0c\r\n\r\n"),
    ("a NUL in a name", GET + "X-A\0: b\r\n\r\n"),
    ("a NUL in the target", "GET /sign-in\0x HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("a control character in a value", GET + "X-A: \x01\r\n\r\n"),
    ("a name with a space", GET + "X A: b\r\n\r\n"),
    ("a space before the colon", GET + "X-A : b\r\n\r\n"),
    ("no colon", GET + "X-A\r\n\r\n"),
    ("no name", GET + ": b\r\n\r\n"),
    ("two hosts", GET + "Host: other\r\n\r\n"),
    ("no host", "GET /sign-in HTTP/1.1\r\n\r\n"),
    ("two cookies", GET + "Cookie: a=b\r\nCookie: waymark_session=x\r\n\r\n"),
    ("two authorizations", GET + "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n"),
    ("two spaces in the request line", "GET  /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("a space in the target", "GET /sign in HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("a tab in the request line", "GET\t/sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("no version", "GET /sign-in\r\n\r\n"),
    ("HTTP/0.9 after another", GET + "\r\nGET /sign-in\r\n"),
    ("HTTP/2 said plainly", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("a version of three figures", "GET /sign-in HTTP/1.10\r\nHost: localhost\r\n\r\n"),
    ("bytes above ASCII in the target", "GET /\xe9 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("an empty line first", "\r\n" + GET + "\r\n"),
    ("a method that is none", "G@T{} /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("a chunk with an extension", POST + "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\na=b\r\n0\r\n\r\n"),
    ("a chunk longer than it says", POST + "Transfer-Encoding: chunked\r\n\r\n3\r\na=bcd\r\n0\r\n\r\n"),
    ("a chunk that ends with a line feed", POST + "Transfer-Encoding: chunked\r\n\r\n3\na=b\n0\n\n"),
    ("a chunk size with 0x", POST + "Transfer-Encoding: chunked\r\n\r\n0x3\r\na=b\r\n0\r\n\r\n"),
    ("a chunk size with a sign", POST + "Transfer-Encoding: chunked\r\n\r\n-3\r\na=b\r\n0\r\n\r\n"),
    ("a chunk size beyond 32 bits", POST + "Transfer-Encoding: chunked\r\n\r\nfffffffff\r\na=b\r\n0\r\n\r\n"),
    ("a chunk size of nothing", POST + "Transfer-Encoding: chunked\r\n\r\n\r\na=b\r\n0\r\n\r\n"),
    ("trailers", POST + "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 3\r\n\r\n"),
]
# Well-formed, and refused for what they ask: the connection may stay or be closed, but nothing hidden is answered.
REFUSED = [
    ("a body with a GET", GET + "Content-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN, (400,)),
    ("a huge header", GET + "X-A: " + "b" * 100000 + "\r\n\r\n", (400, 413, 431)),
    ("a thousand headers", GET + "".join("X-%d: a\r\n" % i for i in range(1000)) + "\r\n", (400, 413, 431)),
    ("a huge target", "GET /" + "a" * 100000 + " HTTP/1.1\r\nHost: localhost\r\n\r\n", (400, 413, 414, 431)),
    ("a huge length", POST + "Content-Length: 99999999999\r\n\r\n", (413,)),
    ("an absolute target", "GET http://other/sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n", (400, 200)),
    ("an escaped slash", "GET /cases%2fx HTTP/1.1\r\nHost: localhost\r\n\r\n", (400, 404)),
    ("an escaped NUL", "GET /cases/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", (400,)),
    ("CONNECT", "CONNECT other:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", (400, 404, 405)),
    ("TRACE", "TRACE /sign-in HTTP/1.1\r\nHost: localhost\r\nX-Secret: 1\r\n\r\n", (404, 405)),
]
GOOD = [
    ("a page", GET + "\r\n", 200),
    ("a page twice on one connection", GET + "\r\n" + GET + "\r\n", 200),
    ("HTTP/1.0", "GET /sign-in HTTP/1.0\r\n\r\n", 200),
    ("a form in chunks", POST + "Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n", 403),
    ("spaces around a value", GET + "X-A: \t b \t\r\n\r\n", 200),
]


def converse(address, data, pieces=1):
    """All that comes back, and whether the other side ended the connection."""
    raw = data.encode("latin-1")
    step = max(1, len(raw) // pieces)
    with socket.create_connection(address, timeout=30) as peer:
        peer.settimeout(1.0)
        try:
            for at in range(0, len(raw), step):
                peer.sendall(raw[at:at + step])
                if pieces > 1:
                    time.sleep(0.002)
        except OSError:
            pass
        answer = b""
        try:
            while True:
                got = peer.recv(65536)
                if not got:
                    return answer, True
                answer += got
        except socket.timeout:
            return answer, False
        except ConnectionError:
            return answer, True


def statuses(answer):
    found = []
    for line in answer.split(b"\r\n"):
        if b"HTTP/1." in line:
            words = line[line.index(b"HTTP/1."):].split(b" ")
            if len(words) > 1 and words[1].isdigit():
                found.append(int(words[1]))
    return found


faults = []


def expect(condition, name, answer):
    if not condition:
        faults.append("%s: %s" % (name, answer[:200]))


def direct(address):
    for name, data in WRONG:
        for pieces in (1, 7, 40):
            answer, closed = converse(address, data, pieces)
            got = statuses(answer)
            # what came whole before the fault may have been answered
            expect(closed and got[-1:] == [400] and len(got) <= 2 and (len(got) == 1 or "after another" in name),
                   "direct: %s in %d pieces (closed %s)" % (name, pieces, closed), answer)
            expect(b"Content-Security-Policy" in answer, "direct, headers: " + name, answer)
    for name, data, wanted in REFUSED:
        answer, _ = converse(address, data)
        expect(len(statuses(answer)) == 1 and statuses(answer)[0] in wanted, "direct: " + name, answer)
        expect(b"X-Secret" not in answer, "direct: " + name, answer)
    for name, data, status in GOOD:
        answer, _ = converse(address, data)
        expect(statuses(answer) == [status] * data.count("/sign-in HTTP"), "direct: " + name, answer)


NGINX = """
daemon off;
worker_processes 1;
error_log {folder}/error.log info;
pid {folder}/pid;
events {{ worker_connections 64; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream waymark {{ server {upstream}; keepalive 4; }}
  server {{
    listen 127.0.0.1:{port};
    server_name localhost;
    location / {{
      proxy_pass http://waymark;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
    }}
  }}
}}
"""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def behind_nginx(server):
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    if not os.path.exists(nginx):
        print("nginx is not installed: nothing tried behind it")
        return
    folder = tempfile.mkdtemp(prefix="waymark-nginx-")
    port = free_port()
    with open(folder + "/nginx.conf", "w", encoding="utf-8") as config:
        config.write(NGINX.format(folder=folder, port=port, upstream=server.listen))
    proxy = subprocess.Popen([nginx, "-c", folder + "/nginx.conf", "-p", folder, "-e", folder + "/error.log"],
                             stderr=subprocess.DEVNULL)
    try:
        address = ("127.0.0.1", port)
        for _ in range(100):
            try:
                socket.create_connection(address, timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        for name, data, status in GOOD:
            answer, _ = converse(address, data)
            expect(statuses(answer) == [status] * data.count("/sign-in HTTP"), "nginx: " + name, answer)
        both = repaired = 0
        for name, data in WRONG:
            before = server.tail_count()
            answer, _ = converse(address, data)
            got = statuses(answer)
            reached = server.tail_count() - before
            refused = got[-1:] == [400] or answer == b"" or got[-1:] in ([501], [505], [405])
            # what nginx repairs before passing it on (a bare line feed, a list of chunks) is one plain request
            expect(refused or reached <= data.count("/sign-in"), "nginx: " + name, answer)
            expect(404 not in got, "nginx, the hidden request was answered: " + name, answer)
            both += refused
            repaired += not refused
        print("behind nginx: %d refused by both, %d made plain by nginx before they came here, 0 smuggled" % (both, repaired))
    finally:
        proxy.terminate()
        proxy.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


class Counted(Server):
    def tail_count(self):
        """Requests answered so far, from the log."""
        time.sleep(0.02)
        with open(os.path.join(self.data, "test.log"), encoding="utf-8") as log:
            return sum("ms" in line for line in log)


with Counted(sys.argv[1], sys.argv[2]) as served:
    host, _, number = served.listen.rpartition(":")
    direct((host, int(number)))
    behind_nginx(served)
for fault in faults:
    print("FAILED", fault)
print("%d kinds of bad framing, each in three cuts: %d faults" % (len(WRONG), len(faults)))
sys.exit(bool(faults))
