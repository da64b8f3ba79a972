#!/usr/bin/env python3
"""E-mail against a real SMTP server on the loopback: with TLS and a password, failing, slow, refusing, gone.

Usage: mail_test.py WAYMARK PACK
"""

import email
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "requirements"))
from program import Program  # noqa: E402
from smtp import PASSWORD, USER, Smtp  # noqa: E402

WAYMARK, PACK = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
PATIENCE = 60  # seconds; nothing is timed, this only ends a test that would never end


def until(what, asks):
    """Waits for something to be so."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = asks()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it never came about that " + what)


class Mail(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.certificate, cls.key = (os.path.join(cls.folder.name, name) for name in ("cert.pem", "key.pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                        "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", cls.key, "-out",
                        cls.certificate], check=True, capture_output=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def options(self, smtp, **more):
        """The file of the options, and of the password."""
        secret = os.path.join(self.folder.name, "password")
        with open(secret, "w", encoding="utf-8") as file:
            file.write(more.pop("password", PASSWORD) + "\n")
        os.chmod(secret, 0o600)
        lines = {"server": "smtp://127.0.0.1:%d" % smtp.port, "user": USER, "password_file": secret,
                 "from": "waymark@county.example", "link": "https://waymark.county.example", "ca": self.certificate,
                 "seconds": "5", **more}
        path = os.path.join(self.folder.name, "mail.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write("# how e-mail is sent\n" + "".join("%s = %s\n" % pair for pair in lines.items() if pair[1]))
        return path

    def program(self, smtp, **more):
        return Program(WAYMARK, PACK, more=["--mail", self.options(smtp, **more)])

    def people(self, program):
        administrator, manager, nurse = (program.worker(role) for role in ("administrator", "duty-manager", "referrer"))
        administrator.open("/directory/new").send(
            {"agency": "social-care", "kind": "duty-point", "name": "Melton duty point", "area": "Melton",
             "email": "melton@county.example"})
        self.wait_empty(administrator)  # of what was to be told before anybody had an address
        manager.open("/notices").send({"email": "duty.manager@county.example"}, action="/notices/address")
        return administrator, manager, nurse

    def refer(self, nurse):
        return nurse.refer(child={"given_name": "Zebedee", "family_name": "Quartermaine"}, area="Melton",
                           narrative="Was seen with an older adult")

    def wait_empty(self, administrator):
        until("nothing waits", lambda: "Nothing waits to be sent" in administrator.open("/notices/mail").text)

    def test_it_says_that_something_is_due_and_nothing_else(self):
        with Smtp(self.certificate, self.key) as smtp, self.program(smtp) as program:
            administrator, _, nurse = self.people(program)
            case = self.refer(nurse)
            self.wait_empty(administrator)
            receivers = [to for _, to, _ in smtp.messages]
            self.assertIn(["melton@county.example"], receivers)
            self.assertIn(["duty.manager@county.example"], receivers)
            for sender, to, text in smtp.messages:
                message = email.message_from_string(text)
                self.assertEqual(sender, "waymark@county.example")
                self.assertEqual(message["To"], "<%s>" % to[0])
                self.assertEqual(message["Subject"], "Waymark: something is due")
                self.assertEqual(message["Auto-Submitted"], "auto-generated")
                self.assertIn("https://waymark.county.example/cases/%s\n" % case, message.get_payload())
                for word in ("Zebedee", "Quartermaine", "older adult", "Melton duty point", "referral", "exploit",
                             "assessment"):
                    self.assertNotIn(word.lower(), text.lower())
            ids = [email.message_from_string(text)["Message-ID"] for _, _, text in smtp.messages]
            self.assertEqual(len(ids), len(set(ids)))

    def test_what_cannot_be_sent_is_kept_shown_and_sent_later(self):
        for habit, says in (("refuse", "550"), ("busy", "451"), ("hang up", "")):
            with self.subTest(habit), Smtp(self.certificate, self.key) as smtp, self.program(smtp) as program:
                smtp.habit = habit
                administrator, manager, nurse = self.people(program)
                case = self.refer(nurse)
                page = until("the fault is shown", lambda: (
                    lambda page: page if "Melton duty point" in page.text and "Not tried yet" not in page.text
                    and "messages wait" in page.text else None)(administrator.open("/notices/mail")))
                page.says(says, "Nothing is lost")
                self.assertNotIn("melton@county.example", page.text)
                manager.open("/notices").says(case)
                self.assertEqual(manager.open("/notices/mail", status=None).status, 403)
                self.assertEqual(smtp.messages, [])
                program.kill()  # and it is still there after a crash
                program.start()
                smtp.habit = "good"
                administrator.open("/notices/mail").send(action="/notices/mail")
                self.wait_empty(administrator)
                self.assertIn(["melton@county.example"], [to for _, to, _ in smtp.messages])

    def test_taken_twice_it_has_the_same_id(self):
        with Smtp(self.certificate, self.key) as smtp, self.program(smtp) as program:
            smtp.habit = "taken and gone"
            administrator, _, nurse = self.people(program)
            self.refer(nurse)
            until("it was tried", lambda: any(to == ["melton@county.example"] for _, to, _ in smtp.messages))
            until("its fault is shown", lambda: "Not tried yet" not in administrator.open("/notices/mail").text)
            smtp.habit = "good"
            administrator.open("/notices/mail").send(action="/notices/mail")
            self.wait_empty(administrator)
            ids = [email.message_from_string(text)["Message-ID"] for _, to, text in smtp.messages
                   if to == ["melton@county.example"]]
            self.assertGreater(len(ids), len(set(ids)))

    def test_a_slow_server_holds_nobody_up_and_the_program_ends(self):
        with Smtp(self.certificate, self.key) as smtp, self.program(smtp, seconds="60") as program:
            smtp.habit = "slow"
            _, manager, nurse = self.people(program)
            case = self.refer(nurse)
            until("it is tried", lambda: smtp.tries > 0)
            manager.open("/notices").says(case)
            program.stop()  # asks that it ended well

    def test_it_never_goes_without_tls_nor_to_a_stranger_nor_with_a_wrong_password(self):
        other = os.path.join(self.folder.name, "other.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=other",
                        "-keyout", os.devnull, "-out", other], check=True, capture_output=True)
        for offers_tls, more in ((False, {}), (True, {"ca": other}), (True, {"password": "wrong"})):
            with self.subTest(more), Smtp(self.certificate, self.key, offers_tls) as smtp, \
                    self.program(smtp, **more) as program:
                administrator, _, nurse = self.people(program)
                self.refer(nurse)
                until("it was tried", lambda: "Not tried yet" not in administrator.open("/notices/mail").text
                      and smtp.tries > 0)
                self.assertEqual(smtp.messages, [])

    def test_an_address_cannot_hold_a_header(self):
        with Smtp(self.certificate, self.key) as smtp, self.program(smtp) as program:
            _, manager, _ = self.people(program)
            for address in ("a@b.example\r\nBcc: c@d.example", "a@b.example\nSubject: x", "a@b.example,c@d.example",
                            "<a@b.example>", "nobody"):
                page = manager.open("/notices").send({"email": address}, action="/notices/address")
                self.assertEqual(page.status, 422)
                page.says("Enter an email address like name@example.org")

    def test_a_wrong_file_of_options_is_named_and_nothing_serves(self):
        with tempfile.TemporaryDirectory() as folder:
            data = os.path.join(folder, "data")
            subprocess.run([WAYMARK, "init", "--data", data], check=True, capture_output=True)
            path = os.path.join(folder, "mail.conf")
            whole = "server = smtp://mail.example\nfrom = w@x.example\nlink = https://x.example\n"
            for text, words in (("server = http://x\n", "needed"), (whole + "tls = off\n", "this machine only"),
                                (whole + "user = a\n", "go together"), (whole + "colour = red\n", ":4: the names are"),
                                (whole.replace("w@x", "w@x> y"), "cannot be"), ("hello\n", ":1: a line is")):
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
                done = subprocess.run([WAYMARK, "serve", "--data", data, "--pack", PACK, "--listen", "127.0.0.1:0",
                                       "--mail", path], capture_output=True, text=True, timeout=PATIENCE, check=False)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(words, done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2, warnings="ignore")
