#!/usr/bin/env python3
# tests/lint/mend.py [FILE...] - let clang-format mend the lines that format.py complains of.
#
# Only those lines are touched. Without names, all files of src and tests. What it can't
# mend (a long text, a header block) is left to you.
import re
import subprocess
import sys

from common import TOP, files, read


def bad_lines(path):
    for i, line in enumerate(read(path).splitlines(), 1):
        if len(line.expandtabs(8)) > 90 or re.match(r"\t* {8,}\S| +\t", line):
            yield i


for path in sys.argv[1:] or files(["src", "tests"], (".c", ".h")):
    lines = [f"--lines={i}:{i}" for i in bad_lines(path)]
    if lines:
        subprocess.run(["clang-format", "-i", *lines, path], cwd=TOP, check=True)
        print(f"{path}: {len(lines)} lines, {len(list(bad_lines(path)))} left")
