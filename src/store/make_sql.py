#!/usr/bin/env python3
"""Turns the .sql files into one C header: an enum of the named statements, their texts, and the migrations."""
import re
import sys

out, *files = sys.argv[1:]
statements, migrations = [], []
for path in files:
    text = open(path, encoding="utf-8").read()
    if "migration_" in path:
        migrations.append((int(re.search(r"migration_(\d+)", path).group(1)), text))
        continue
    for part in re.split(r"^-- name: ", text, flags=re.M)[1:]:
        name, body = part.split("\n", 1)
        statements.append((name.strip(), " ".join(line for line in body.split("\n") if not line.startswith("--")).strip()))


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", '\\n"\n    "') + '"'


names = [name for name, _ in statements]
if len(set(names)) != len(names):
    sys.exit("two statements of one name")
for name, body in statements:
    # SQLite numbers "$1" by where it first stands, not by what it is called: the two must agree
    firsts = list(dict.fromkeys(int(number) for number in re.findall(r"\$(\d+)", body)))
    if firsts != list(range(1, len(firsts) + 1)):
        sys.exit(f"{name}: its parameters first stand in the order {firsts}")
migrations.sort()
if [number for number, _ in migrations] != list(range(1, len(migrations) + 1)):
    sys.exit("migrations are numbered from 1 without a gap")
with open(out, "w", encoding="utf-8") as c:
    c.write("/* Made from src/store/sql by make_sql.py. */\n#ifndef WM_STORE_SQL_H\n#define WM_STORE_SQL_H\n\nenum sql {\n")
    c.writelines(f"    SQL_{name.upper()},\n" for name in names)
    c.write("    SQL_STATEMENTS\n};\n\nextern const char *const sql_texts[SQL_STATEMENTS];\n")
    c.write(f"enum {{ SQL_MIGRATIONS = {len(migrations)} }};\nextern const char *const sql_migrations[SQL_MIGRATIONS];\n\n")
    c.write("#ifdef WM_STORE_SQL_TEXTS\nconst char *const sql_texts[SQL_STATEMENTS] = {\n")
    c.writelines(f"    [SQL_{name.upper()}] = {quoted(body)},\n" for name, body in statements)
    c.write("};\nconst char *const sql_migrations[SQL_MIGRATIONS] = {\n")
    c.writelines(f"    {quoted(text)},\n" for _, text in migrations)
    c.write("};\n#endif\n\n#endif\n")
