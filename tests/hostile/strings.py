#!/usr/bin/env python3
"""Texts that are not what they seem, at least 515, through every box of the forms and the fields of the API: on every
page, in every table, in the API and in the logs they are text and nothing else. A page with such a text has the
elements and attributes of the same page with a plain one; tables hold no formula; logs hold none of it.

    strings.py WAYMARK PACK
"""
import csv
import html.parser
import http.client
import io
import os
import pathlib
import re
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "acceptance"))
from server import Server

PASSWORD = "a lantern by the quiet harbour"
MARK = "Zq7x"  # in every text, to find it again


def naughty():
    """The texts. Those that are not UTF-8, or hold a NUL, cannot be sent as text and are tried apart."""
    made = []
    tags = ["script", "img", "svg", "iframe", "object", "embed", "style", "link", "meta", "base", "form", "input",
            "textarea", "title", "math", "video", "audio", "details", "body", "template", "noscript", "xmp", "plaintext",
            "marquee", "isindex", "select", "option", "table", "a", "b"]
    for tag in tags:
        made += ["<%s>" % tag, "</%s>" % tag, "<%s src=x onerror=alert(1)>" % tag, "<%s/onload=alert(1)//" % tag,
                 "'\"></%s><script>alert(1)</script>" % tag, "<%s\n onmouseover\n=\nalert(1)>" % tag.upper()]
    for quote in ("'", '"', "`", "\\'", '\\"', "''", '""', "'\"", "&quot;", "&#39;", "&#x27;", "%27", "%22", "\u2019",
                  "\uff07", "\u02bc"):
        made += [quote, quote + " onclick=alert(1) x=" + quote, quote + " OR " + quote + "1" + quote + "=" + quote + "1",
                 quote + "; DROP TABLE entry; --", quote + ") UNION SELECT 1,2,3 --", quote + " AND SLEEP(5) AND " + quote,
                 quote + "; ATTACH DATABASE 'x' AS y; --"]
    for scheme in ("javascript:", "JaVaScRiPt:", "java\tscript:", "\x01javascript:", "vbscript:", "data:text/html,",
                   "file:///etc/passwd", "//elsewhere.example", "\\\\elsewhere.example", "/\\elsewhere.example",
                   "https://elsewhere.example/%0d%0aSet-Cookie:a=b"):
        made += [scheme, scheme + "alert(1)", '<a href="%salert(1)">' % scheme]
    for first in "=+-@\t\r\n|%;":
        made += [first + "1+1", first + "cmd|' /C calc'!A0", first + 'HYPERLINK("http://x","y")', first + first + "1",
                 " " + first + "SUM(A1:A9)", '"' + first + "1"]
    for entity in ("&lt;script&gt;", "&#60;script&#62;", "&#x3c;img src=x onerror=alert(1)&#x3e;", "&amp;lt;b&amp;gt;",
                   "&lt", "&#0;", "&#x110000;", "&nbsp;", "&notit;", "&", "&&", "&#", "&#x", "&;"):
        made += [entity, "\"" + entity, entity * 3]
    for template in ("{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{%raw%}", "[[7*7]]", "{0}", "%s%n%s%n", "%d", "%99999999s",
                     "%*.*s", "$(id)", "`id`", "; id", "| id", "&& id", "\n id", "${jndi:ldap://127.0.0.1/a}",
                     "../../../../etc/passwd", "..\\..\\x", "%2e%2e%2f", "....//", "/dev/null", "CON", "NUL", "*", "?", "~"):
        made += [template, template * 2]
    for number in ("0", "-0", "1e309", "-1e309", "NaN", "Infinity", "0x7fffffff", "2147483648", "9223372036854775808",
                   "1/0", "1,000.00", "1.000,00", "01000", "08", "null", "undefined", "None", "true", "false", "nil", "[]",
                   "{}", "[object Object]", "hasOwnProperty", "__proto__", "constructor", "\\", "\\\\", "\\n", "\\u0000",
                   "\\x00", "%00", "%0a", "%0d%0aX-Injected: yes", "--", "---", "#", "/*", "*/", "<!--", "-->", "]]>",
                   "<![CDATA[", "<?xml version='1.0'?>", "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;"):
        made.append(number)
    for code in ([0x200b, 0x200d, 0x200e, 0x200f, 0x202a, 0x202d, 0x202e, 0x2028, 0x2029, 0x2060, 0x2066, 0xfeff, 0xfffd,
                  0xfff9, 0x00ad, 0x034f, 0x061c, 0x180e, 0x3164, 0xe0001, 0x1f468, 0x10ffff, 0xfdd0, 0xfffe, 0x85, 0xa0,
                  0x0130, 0x0131, 0x1e9e, 0xdf, 0x212a, 0xfb01, 0x0301, 0x20dd, 0x0e47] +
                 [one for one in range(1, 32)] + [0x7f]):
        made += [chr(code), "a" + chr(code) * 3 + "b"]
    for words in ("Ω≈ç√∫˜µ≤≥÷", "åß∂ƒ©˙∆˚¬…æ", "田中さんにあげて下さい", "사회과학원 어학연구소", "الكل في المجمو عة", "בְּרֵאשִׁית",
                  "Ẓ̌á̲l͔̝̞̄̑͌g̖̘̘̔̔͢͞͝o̪̔T̢̙̫̈̍͞e̬͈͕͌̏͑x̺̍ṭ̓̓ͅ", "👩🏽‍👩🏽‍👧🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "ﷺ", "ｆｕｌｌ ｗｉｄｔｈ", "ʇxǝʇ", "𝕿𝖊𝖝𝖙", "①②③", "ЁЂЃ",
                  "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤", "a" * 3000, "á" * 1000, "( ͡° ͜ʖ ͡°)", "Scunthorpe General Hospital",
                  "O'Connor", "Null", "Robert'); DROP TABLE child;--"):
        made += [words, words + "<b>"]
    # the mark stands before or behind, so that what counts can be first or last
    return [MARK + one if number % 2 else one + MARK for number, one in enumerate(made)]


class Shape(html.parser.HTMLParser):
    """The elements and attribute names of a page, and the texts and values in it."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.texts, self.forms, self.inside, self.waiting = [], [], [], None, 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        names = tuple(sorted(name for name, _ in attrs))
        self.elements.append((tag, names))
        self.texts += [value for _, value in attrs if value]
        given = dict(attrs)
        self.waiting += tag == "template"  # a form in there is none until a script takes it out
        if self.waiting > 0:
            return
        if tag == "form":
            self.inside = {"action": given.get("action", ""), "method": given.get("method", "get"), "fields": []}
            self.forms.append(self.inside)
        elif self.inside is not None and given.get("name") and tag in ("input", "textarea", "select"):
            self.inside["fields"].append((tag, given))
        elif tag == "option" and self.inside and self.inside["fields"]:
            self.inside["fields"][-1][1].setdefault("value", given.get("value"))

    def handle_endtag(self, tag):
        self.waiting -= tag == "template"
        if tag == "form":
            self.inside = None

    def handle_data(self, data):
        self.texts.append(data)


class Person:
    def __init__(self, server):
        host, _, port = server.listen.rpartition(":")
        self.connection, self.cookies = http.client.HTTPConnection(host, int(port), timeout=60), {}

    def ask(self, method, path, fields=None):
        body = None if fields is None else urllib.parse.urlencode(fields)
        headers = {"Cookie": "; ".join("%s=%s" % pair for pair in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        for _ in range(6):
            try:
                self.connection.request(method, path, body, headers)
                answer = self.connection.getresponse()
            except http.client.RemoteDisconnected:  # idle for too long
                self.connection.close()
                self.connection.request(method, path, body, headers)
                answer = self.connection.getresponse()
            text = answer.read().decode("utf-8")
            for name, value in answer.getheaders():
                expect("\r" not in value and "\n" not in value and name.lower() != "x-injected", "a header: %r" % value)
                if name.lower() == "set-cookie":
                    cookie = value.split(";")[0].split("=", 1)
                    self.cookies[cookie[0]] = cookie[1]
            headers["Cookie"] = "; ".join("%s=%s" % pair for pair in self.cookies.items())
            if answer.status != 303:
                return answer.status, text, path
            path, method, body = answer.getheader("Location"), "GET", None
            expect(path.startswith("/") and not path.startswith("//"), "sent away to %r" % path)
            headers.pop("Content-Type", None)
        raise RuntimeError("too many redirects: " + path)

    def form(self, path, action=None):
        status, text, path = self.ask("GET", path)
        forms = [form for form in Shape(text).forms
                 if form["method"].lower() == "post" and "sign-out" not in form["action"] and
                 (action is None or action in form["action"])]
        return (forms[0] if forms else None), path


faults = []


def expect(condition, text):
    if not condition and len(faults) < 40:
        faults.append(text)
        print("FAILED", text, flush=True)


def typed(form, text):
    """What a person would send who types `text` into every box and takes the first of what is offered."""
    sent, seen, boxes = [], set(), 0
    for tag, given in form["fields"]:
        name, kind = given["name"], given.get("type", "text")
        if kind == "hidden":
            sent.append((name, given.get("value", "")))
        elif tag == "textarea" or (tag == "input" and kind not in ("radio", "checkbox", "file", "submit")):
            boxes += 1
            dated = re.search(r"-(day|month|year|time)$", name)
            plain = {"day": "2", "month": "1", "year": "2026", "time": "09:00"}
            sent.append((name, plain[dated.group(1)] if dated else text))
        elif name not in seen and given.get("value"):
            sent.append((name, given["value"]))
        seen.add(name)
    return sent, boxes


ALLOWED_SCRIPTS = re.compile(r"^/assets/[\w.-]+\.js$")
SOURCE = "https://llrscb.proceduresonline.com/"  # of the procedure, said by the pack
ELEMENTS = set()


def check_page(where, text, allow_marks=True):
    shape = Shape(text)
    for tag, names in shape.elements:
        expect((tag, names) in ELEMENTS or not LEARNT, "%s: a new element: <%s %s>" % (where, tag, " ".join(names)))
        expect(not any(name.startswith("on") or name == "style" for name in names), "%s: %s %s" % (where, tag, names))
    for source in re.findall(r"<script\b([^>]*)>", text):
        found = re.search(r'src="([^"]*)"', source)
        expect(found and ALLOWED_SCRIPTS.match(found.group(1)), "%s: a script %s" % (where, source))
    for value in re.findall(r'(?:href|action|src)="([^"]*)"', text):
        expect(value.startswith(("/", "#", "?", "mailto:", "tel:", SOURCE)) and not value.startswith("//"),
               "%s: a link to %r" % (where, value))
    return shape


LEARNT = False


def learn(person, paths):
    """What elements the pages have when the texts in them are plain."""
    for path in paths:
        _, text, _ = person.ask("GET", path)
        ELEMENTS.update(Shape(text).elements)


def shown_somewhere(shapes, text):
    wanted = " ".join(text.replace("\r\n", "\n").replace("\r", "\n").split())
    return any(wanted in " ".join(piece.split()) for shape in shapes for piece in shape.texts)


def record_types(person, case):
    _, text, _ = person.ask("GET", case + "/record")
    return sorted(set(re.findall(r'href="(%s/record/[\w-]+)"' % re.escape(case), text)))


def pages_of(case):
    return [case, case + "/chronology", case + "/plan", case + "/meetings", case + "/people", case + "/looks",
            case + "/details", case + "/child-summary", case + "/links", "/", "/duties", "/directory", "/procedure"]


def csv_is_inert(person, path):
    status, text, _ = person.ask("GET", path)
    expect(status == 200, "%s: %d" % (path, status))
    for row in csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")):
        for cell in row:
            expect(not cell or cell[0] not in "=+-@\t\r" or re.fullmatch(r"-?\d+(\.\d+)?", cell),
                   "%s: a formula %r" % (path, cell[:60]))


def carried(text):
    """False for what no form carries as it is: control characters a text may not hold are refused, not changed."""
    return not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)


def through_forms(person, case, texts):
    """Every text through a form, every form with a dozen texts; the answer is a page with the text as text."""
    forms = record_types(person, case)
    forms = [(path, None) for path in forms] + [(case + "/details", None), (case + "/links", None), ("/find", "/find"),
                                                (case + "/meetings/arrange", None), ("/referral/new", None)]
    boxes = sent = 0
    for number, text in enumerate(texts):
        path, action = forms[number % len(forms)]
        form, at = person.form(path, action)
        if form is None:
            continue
        fields, count = typed(form, text)
        # every third is left without its first choice, so that the page comes back with what was typed
        if number % 3 == 0:
            fields = [pair for pair in fields if pair[0].startswith("_") or pair[1] == text]
        status, answer, where = person.ask("POST", form["action"] or at, fields)
        expect(status in (200, 400, 403, 404, 409, 422), "%s with %r: %d" % (path, text[:40], status))
        if status == 400:
            expect(not carried(text), "%s refused %r" % (path, text[:60]))
        shape = check_page("%s with %r" % (path, text[:40]), answer)
        if status == 422 and count and carried(text):
            expect(shown_somewhere([shape], text), "%s lost what was typed: %r" % (path, text[:60]))
        boxes += count
        sent += 1
    return len(forms), boxes, sent


def through_api(server, token, texts):
    """Each text as a narrative and a name of the child; it comes back as it went, and its pages are plain."""
    child = {"family_name": "Marsh", "date_of_birth": "2010-03-04", "sex": "F", "ethnicity": "WBRI",
             "disability": ["NONE"], "address": "1 High Street", "postcode": "LE1 1AA"}
    fields = {"notified_at": "2026-01-05T10:00:00Z", "involvement": "likely", "exchange": ["gifts"],
              "immediate_danger": "no", "source_agency": "health", "parents_informed": "yes"}
    made = []
    refused = 0
    for text in texts:
        short = " ".join(text[:60].split())  # a name is one line
        status, answer = server.ask("POST", "/api/v1/referrals", token, {
            "child": {**child, "given_name": short}, "fields": {**fields, "narrative": text, "referrer": short}})
        if status != 201:
            expect(status in (400, 422) and not carried(text), "the API refused %r: %d %s" % (text[:40], status, answer))
            refused += 1
            continue
        back = answer["entry"]["fields"]["narrative"]
        expect(" ".join(back.split()) == " ".join(text.split()), "the API gave %r for %r" % (back[:60], text[:60]))
        made.append((answer["case"], text))
    return made, refused


def sign_in(server, name, role):
    link = server.call("account", "add", "--data", server.data, "--role", role, "--agency", "social-care", "--name",
                       name.title(), name)
    person = Person(server)
    form, at = person.form(urllib.parse.urlsplit(link.split()[-1]).path)
    fields, _ = typed(form, PASSWORD)
    person.ask("POST", form["action"] or at, fields)
    form, at = person.form("/sign-in")
    fields, _ = typed(form, PASSWORD)
    fields = [(key, name if key == "username" else value) for key, value in fields]
    status, _, where = person.ask("POST", form["action"] or at, fields)
    expect(status == 200 and where == "/", "signing in: %d at %s" % (status, where))
    return person


def main():
    global LEARNT
    texts = naughty()
    expect(len(set(texts)) >= 515, "only %d texts" % len(set(texts)))
    Server.more = ("--records-an-hour", "0")  # one person reads every text of hundreds of records
    with Server(sys.argv[1], sys.argv[2]) as server:
        person = sign_in(server, "manager", "duty-manager")
        token = server.call("account", "token", "--data", server.data, "manager")
        # enough of them that lists have a second page
        plain, _ = through_api(server, token, ["Was seen with an older adult; came home with a new phone."] * 60)
        case = "/cases/" + plain[0][0]
        learn(person, pages_of(case) + [case + "/entries/2", case + "/entries/1", case + "/record", "/find"])
        for path in record_types(person, case) + [case + "/meetings/arrange", case + "/links", "/referral/new", "/find"]:
            form, at = person.form(path)
            learn(person, [path])
            if form is not None:
                for fields in (typed(form, "plain")[0], [pair for pair in typed(form, "plain")[0] if pair[0][0] == "_"]):
                    _, text, _ = person.ask("POST", form["action"] or at, fields)
                    ELEMENTS.update(Shape(text).elements)
        learn(person, pages_of(case) + [case + "/entries/%d" % number for number in range(1, 60)])
        LEARNT = True

        made, refused = through_api(server, token, texts)
        looked = 0
        for number, (reference, text) in enumerate(made):
            shapes = [check_page("%s of %r" % (path, text[:40]), person.ask("GET", path)[1])
                      for path in ("/cases/" + reference, "/cases/%s/chronology" % reference)]
            expect(shown_somewhere(shapes, " ".join(text[:60].split())), "not shown: %r" % text[:60])
            looked += 2
            if number % 25 == 0:
                for path in pages_of("/cases/" + reference):
                    check_page("%s of %r" % (path, text[:40]), person.ask("GET", path)[1])
                    looked += 1
            if number % 10 == 0:
                csv_is_inert(person, "/cases/%s/chronology.csv" % reference)
        csv_is_inert(person, "/duties.csv")
        forms, boxes, sent = through_forms(person, case, texts)
        for raw in ("%00", "%ff", "%c0%af", "%ed%a0%80"):
            status, _, _ = person.ask("GET", "/find?name=" + raw)
            expect(status == 400, "%s: %d" % (raw, status))
        log = server.tail()
        with open(os.path.join(server.data, "test.log"), encoding="utf-8") as lines:
            for line in lines:
                expect(MARK not in line and re.fullmatch(r"[\x20-\x7e]*\n?", line), "the log says %r" % line[:100])
        del log
    print("%d texts: %d through the API (%d refused for control characters), %d pages read; %d forms, %d boxes typed in, "
          "%d times sent; %d faults" % (len(texts), len(made), refused, looked, forms, boxes, sent, len(faults)))
    sys.exit(bool(faults))


main()
