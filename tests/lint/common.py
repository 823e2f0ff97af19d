# tests/lint/common.py - what the lints share: where files are, and how a verdict is told.
import os
import sys

TOP = os.path.normpath(os.environ.get("srcdir") or os.path.join(os.path.dirname(__file__), "../.."))
BUILD = os.environ.get("builddir") or "."


class Lint:
    """Counts files looked at and complaints; done() prints the line that check scripts read."""

    def __init__(self, name):
        self.name = name
        self.seen = 0
        self.bad = set()

    def look(self):
        self.seen += 1

    def fail(self, where, why):
        self.bad.add(where.split(":")[0])
        print(f"{where}: {why}")

    def done(self):
        self.seen = max(self.seen, len(self.bad))
        print(f"{self.name}: {self.seen - len(self.bad)} passed, {len(self.bad)} failed, 0 skipped")
        sys.exit(1 if self.bad or not self.seen else 0)


def files(folders, endings):
    """Paths relative to the top, of files in these folders with these endings."""
    for folder in folders:
        for base, dirs, names in os.walk(os.path.join(TOP, folder)):
            dirs[:] = sorted(d for d in dirs if not d.startswith("."))
            for name in sorted(names):
                if name.endswith(endings):
                    yield os.path.relpath(os.path.join(base, name), TOP)


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8", errors="surrogateescape") as f:
        return f.read()
