"""A small SMTP server on the loopback for the tests: STARTTLS, AUTH PLAIN and LOGIN, and every bad habit.

    with Smtp(certificate, key) as smtp:
        smtp.habit = "refuse"      # from now on
        smtp.messages              # what was taken: (from, to, text)
"""

import base64
import re
import socket
import ssl
import threading
import time

USER, PASSWORD = "waymark", "a long password of the mail server"


class Smtp:
    def __init__(self, certificate, key, offers_tls=True):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.offers_tls = offers_tls
        self.habit = "good"
        self.messages, self.tries, self.faults = [], 0, []
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(0.2)
        self.port = self.listener.getsockname()[1]
        self.stopping = False
        self.thread = threading.Thread(target=self._serve)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, kind, value, trace):
        self.stopping = True
        self.thread.join(30)
        self.listener.close()

    def _serve(self):
        threads = []
        while not self.stopping:
            try:
                connection, _ = self.listener.accept()
            except TimeoutError:
                continue
            connection.settimeout(20)
            threads.append(threading.Thread(target=self._guarded, args=(connection,)))
            threads[-1].start()
        for thread in threads:
            thread.join(30)

    def _guarded(self, connection):
        try:
            self._talk(connection)
        except (OSError, ValueError, IndexError) as error:
            self.faults.append(repr(error))
        finally:
            connection.close()

    def _talk(self, plain):
        with self.lock:
            self.tries += 1
        connection, secure, known = plain, False, False
        sender, receivers = None, []
        lines = _Lines(connection)
        say = lambda text: connection.sendall(text.encode() + b"\r\n")
        if self.habit == "hang up":
            return
        if self.habit == "slow":
            for _ in range(100):
                if self.stopping or self.habit != "slow":
                    return
                time.sleep(0.1)
            return
        say("220 loopback")
        while True:
            line = lines.read()
            if line is None:
                return
            word = line.split(" ")[0].upper()
            if word in ("EHLO", "HELO"):
                say("250-loopback")
                if self.offers_tls and not secure:
                    say("250-STARTTLS")
                if secure:
                    say("250-AUTH PLAIN LOGIN")
                say("250 SIZE 100000")
            elif word == "STARTTLS":
                say("220 go on")
                connection = self.context.wrap_socket(plain, server_side=True)
                lines, secure = _Lines(connection), True
            elif word == "AUTH":
                known = self._auth(line, lines, say)
                say("235 welcome" if known else "535 wrong")
            elif word == "MAIL":
                sender = re.search(r"<(.*?)>", line).group(1)
                say("250 ok" if secure and known else "530 first sign in")
            elif word == "RCPT":
                if self.habit == "refuse":
                    say("550 no such mailbox")
                    continue
                receivers.append(re.search(r"<(.*?)>", line).group(1))
                say("250 ok")
            elif word == "DATA":
                say("354 go on")
                text = []
                while (one := lines.read()) != ".":
                    text.append(one)
                if self.habit == "busy":
                    say("451 later")
                    continue
                with self.lock:
                    self.messages.append((sender, list(receivers), "\n".join(text)))
                if self.habit == "taken and gone":
                    return
                say("250 taken")
            elif word == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")

    def _auth(self, line, lines, say):
        parts = line.split(" ")
        if parts[1].upper() == "PLAIN":
            if len(parts) < 3:
                say("334 ")
                parts.append(lines.read())
            return base64.b64decode(parts[2]).split(b"\0")[1:] == [USER.encode(), PASSWORD.encode()]
        say("334 VXNlcm5hbWU6")
        user = base64.b64decode(lines.read()).decode()
        say("334 UGFzc3dvcmQ6")
        return (user, base64.b64decode(lines.read()).decode()) == (USER, PASSWORD)


class _Lines:
    def __init__(self, connection):
        self.connection, self.rest = connection, b""

    def read(self):
        while b"\r\n" not in self.rest:
            got = self.connection.recv(65536)
            if not got:
                return None
            self.rest += got
        line, self.rest = self.rest.split(b"\r\n", 1)
        return line.decode()
