# tests/unit/clitest.py - for tests of hollerctl's commands that need no daemon.
import os
import subprocess
import sys

TOOL = os.path.join(os.environ.get("builddir", "."), "src/cli/hollerctl")
passed = failed = 0


def tool(*args, text=None):
    return subprocess.run([TOOL, *args], input=text, capture_output=True, check=False)


def expect(what, ok):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print("FAILED:", what)


def done(name):
    print(f"{name}: {passed} passed, {failed} failed, 0 skipped")
    sys.exit(1 if failed or not passed else 0)
