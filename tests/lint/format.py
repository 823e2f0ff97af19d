#!/usr/bin/env python3
# tests/lint/format.py - how a file looks: header block, tabs, width, words.
import os
import re

from common import Lint, files, read

LEVEL = {
    "util": "L0", "wire": "L1", "model": "L2", "mgcp": "L3", "h248": "L3", "group": "L3",
    "media": "L3", "net": "L3", "store": "L3", "ctl": "L4", "daemon": "L5", "cli": "L5",
}
WIDTH = 90
# Words that confess unfinished work, and places that exist on one machine only.
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|[Nn]ot (yet )?implemented|\b[Ss]tub\b")
PRIVATE = re.compile(r"/work/|/tmp/land|\.\./shared|/root/|\bCEO\b")


def head(lint, path, lines):
    """/* folder/file.c - what it is. and, in src, the block with layer, thread and I/O."""
    name = path.split("/", 1)[1]
    if not lines or not re.match(rf"/\* (tests/)?{re.escape(name)} - ", lines[0]):
        lint.fail(f"{path}:1", f'the first line is "/* {name} - what it is."')
    if not path.startswith("src/") or path.endswith(".def"):
        return
    folder = name.split("/")[0]
    block = "\n".join(lines[:12])
    for want in (f"layer: {folder} ({LEVEL.get(folder)})", "thread: ", "I/O: "):
        if want not in block:
            lint.fail(f"{path}:3", f'the header block lacks "{want}"')


def code_line(lint, where, line):
    if len(line.expandtabs(8)) > WIDTH:
        lint.fail(where, f"longer than {WIDTH} columns")
    if re.match(r"\t* {8,}\S", line):
        lint.fail(where, "indent with tabs")
    if re.match(r" +\t", line):
        lint.fail(where, "blanks before a tab")
    if not line.isascii():
        lint.fail(where, "not ASCII")
    if re.match(r"\s*typedef\s+(struct|union)\b[^(]*$", line):
        lint.fail(where, "typedef of a struct")


def any_line(lint, where, line, unfinished):
    if line.rstrip() != line:
        lint.fail(where, "blanks at the end")
    if unfinished and UNFINISHED.search(line):
        lint.fail(where, f"unfinished: {UNFINISHED.search(line).group(0)}")
    if PRIVATE.search(line):
        lint.fail(where, f"names a private place: {PRIVATE.search(line).group(0)}")


lint = Lint("lint_format")
for path in files(["src", "tests"], (".c", ".h", ".def")):
    text = read(path)
    lines = text.splitlines()
    lint.look()
    head(lint, path, lines)
    if not text.endswith("\n") or text.endswith("\n\n"):
        lint.fail(path, "ends with one line end")
    for i, line in enumerate(lines, 1):
        code_line(lint, f"{path}:{i}", line)
        any_line(lint, f"{path}:{i}", line,
                 path.startswith("src/") and not path.endswith("/codes.c"))
for path in files(["contrib", "doc", "conf", "sql", "tests", "m4"],
                  (".sh", ".py", ".mk", ".m4", ".conf", ".sql", ".scn", ".in", ".8", ".1", ".5")):
    if path.startswith("tests/lint/"):
        continue
    lint.look()
    for i, line in enumerate(read(path).splitlines(), 1):
        any_line(lint, f"{path}:{i}", line, False)
lint.done()
