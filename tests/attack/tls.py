#!/usr/bin/env python3
"""testssl.sh against the TLS of the real program, with a certificate authority of its own that testssl trusts: 1.3 alone,
and 1.2 beside it. Nothing under A: no finding of LOW or worse but those that are the certificate's, not the program's.

    tls.py WAYMARK PACK
"""
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys

SPEC = importlib.util.spec_from_file_location("hostile_tls", pathlib.Path(__file__).parent.parent / "hostile" / "tls.py")
tls = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(tls)

OF_THE_CERTIFICATE = {"cert_serialNumberLen", "cert_revocation", "DNS_CAArecord"}  # and of the place it is made for
# Whether a client may begin again it guesses from who left first, which on a busy machine is itself; hostile/tls.py asks.
OF_THE_SCANNER = {"engine_problem", "secure_client_renego"}
NEEDED = {"SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_3", "cert_chain_of_trust", "HSTS_time", "heartbleed", "RC4", "scanTime"}
faults = []


def judge(server, root, what):
    report = "%s/testssl-%s.json" % (server.data, what)
    done = subprocess.run(["timeout", "1500", "testssl", "--quiet", "--color", "0", "--warnings", "batch", "--openssl-timeout", "20",
                           "--add-ca", root, "--ip", "127.0.0.1", "--jsonfile", report,
                           "https://localhost:%d/sign-in" % server.port],
                          capture_output=True, text=True, check=False, env={**os.environ, "HOME": server.data, "TMPDIR": server.data})
    try:
        with open(report, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError) as problem:
        found = []
        faults.append("%s: no report: %s %s" % (what, problem, done.stdout[-400:]))
    missing = NEEDED - {one["id"] for one in found}
    bad = ["%s %s: %s" % (one["severity"], one["id"], one["finding"]) for one in found
           if one["severity"] not in ("OK", "INFO") and one["id"] not in OF_THE_CERTIFICATE | OF_THE_SCANNER]
    faults.extend("%s: not looked at: %s" % (what, name) for name in sorted(missing))
    faults.extend("%s: %s" % (what, one) for one in bad)
    grade = [one["finding"] for one in found if one["id"] == "overall_grade"]
    if grade and not grade[0].startswith("A"):
        faults.append("%s: grade %s" % (what, grade[0]))
    print("testssl, %s: %d findings, %d of LOW or worse%s" % (what, len(found), len(bad), ", grade " + grade[0] if grade else ""),
          flush=True)


def main():
    if shutil.which("testssl") is None:
        print("testssl.sh is not installed (script/bootstrap attack)")
        sys.exit(77)
    server = tls.Secure(sys.argv[1], sys.argv[2])
    authority = tls.Authority(server.data, days=120)
    certificate, key = authority.make("first")
    for what, more in (("1.3", ()), ("1.2-too", ("--tls-1.2",))):
        server.start("--tls-certificate", certificate, "--tls-key", key, *more)
        try:
            judge(server, authority.root, what)
        finally:
            server.stop()
    shutil.rmtree(server.data, ignore_errors=True)
    for fault in faults:
        print("FAILED", fault)
    sys.exit(bool(faults))


main()
