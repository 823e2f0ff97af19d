#!/usr/bin/env python3
# tests/lint/size.py - files, headers and functions stay small enough to be read.
#
# size.allow lists public headers that may be longer than 150 lines: path, lines, reason.
from common import TOP, Lint, files, read
import os

FILE_WARN, FILE_MOST, HEADER_MOST, FUNC_WARN, FUNC_MOST = 600, 900, 150, 60, 100


def allowed():
    most = {}
    with open(os.path.join(TOP, "tests/lint/size.allow"), encoding="utf-8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                path, lines, _reason = line.split(None, 2)
                most[path] = int(lines)
    return most


def functions(lines):
    """Yields (first line, length): a function's body stands between { and } in column 0."""
    start = None
    for i, line in enumerate(lines, 1):
        if line == "{":
            start = i
        elif line.startswith("}") and start is not None:
            yield start, i - start - 1
            start = None


lint = Lint("lint_size")
most = allowed()
for path in files(["src", "tests"], (".c", ".h")):
    lines = read(path).splitlines()
    lint.look()
    if len(lines) > FILE_MOST:
        lint.fail(path, f"{len(lines)} lines, most {FILE_MOST}: split it")
    elif len(lines) > FILE_WARN:
        print(f"{path}: warning: {len(lines)} lines, think again at {FILE_WARN}")
    if path.startswith("src/") and path.endswith(".h"):
        limit = most.get(path, HEADER_MOST)
        if len(lines) > limit:
            lint.fail(path, f"{len(lines)} lines, a public header has at most {limit}")
    for start, n in functions(lines):
        if n > FUNC_MOST:
            lint.fail(f"{path}:{start}", f"a function of {n} lines, most {FUNC_MOST}")
        elif n > FUNC_WARN:
            print(f"{path}:{start}: warning: a function of {n} lines")
lint.done()
