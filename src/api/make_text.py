"""A JSON file as a C text: make_text.py OUT NAME IN. What is not JSON fails the build."""
import json
import sys

out, name, source = sys.argv[1:]
with open(source, encoding="utf-8") as file:
    text = json.dumps(json.load(file), separators=(",", ":"), ensure_ascii=True)
# a line each member: compilers promise texts of 4095 characters only, and gcc and clang take what is joined
pieces = [text[at:at + 100] for at in range(0, len(text), 100)]
with open(out, "w", encoding="ascii") as file:
    file.write("static const char %s[] =\n" % name)
    for piece in pieces:
        file.write('    "%s"\n' % piece.replace("\\", "\\\\").replace('"', '\\"'))
    file.write("    ;\n")
