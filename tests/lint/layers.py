#!/usr/bin/env python3
# tests/lint/layers.py - #include lines against the picture in doc/ARCHITECTURE.
#
# A folder may include its own headers and those of the folders named here. wire, model,
# mgcp and h248 do no I/O: neither sockets nor clocks nor an event loop, nor anybody's
# library but the C one.
import os
import re

from common import Lint, files, read

BELOW = {
    "util": "",
    "wire": "util",
    "model": "wire util",
    "mgcp": "model wire util",
    "h248": "model wire util",
    "group": "wire util",
    "media": "wire util",  # and the boundary with model, see below
    "net": "wire util",
    "store": "util",
    "ctl": "mgcp h248 group media net store model wire util",
    "cli": "ctl wire util",
    "daemon": "ctl mgcp h248 group media net store model wire util",
}
# media sees the plan it carries out, the table of ports it implements and the counters
# both know: plain data, no function of the model.
ALSO = {"media": {"model/plan.h", "model/ports.h", "model/stats.h"}}
PURE = ("wire", "model", "mgcp", "h248")
PURE_SYSTEM = {
    "assert.h", "ctype.h", "errno.h", "inttypes.h", "limits.h", "math.h", "stdalign.h",
    "stdarg.h", "stdatomic.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h",
    "string.h", "strings.h",
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def check(lint, path):
    inside = os.path.relpath(path, "src")
    folder = inside.split("/")[0]
    if folder not in BELOW:
        lint.fail(path, "a folder the picture does not know")
        return
    for i, line in enumerate(read(path).splitlines(), 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        local, name = found.group(1) == '"', found.group(2)
        to = name.split("/")[0]
        if not local:
            if folder in PURE and name not in PURE_SYSTEM:
                lint.fail(f"{path}:{i}", f"{folder}/ must not include <{name}>")
        elif name == "config.h":
            pass
        elif "/" not in name:
            lint.fail(f"{path}:{i}", f'write "{folder}/{name}"')
        elif to not in BELOW:
            lint.fail(f"{path}:{i}", f'library headers go in <>: "{name}"')
        elif to != folder and to not in BELOW[folder].split() \
                and name not in ALSO.get(folder, ()):
            lint.fail(f"{path}:{i}", f'{folder}/ must not include "{name}"')


lint = Lint("lint_layers")
for path in files(["src"], (".c", ".h", ".def")):
    lint.look()
    check(lint, path)
lint.done()
