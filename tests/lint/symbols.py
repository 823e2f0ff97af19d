#!/usr/bin/env python3
# tests/lint/symbols.py - what our objects define and use, by nm.
#
# A function of ours named like one of a library we link silently replaces it, so some
# prefixes are forbidden and no name may be one a linked library exports. The sans-IO
# folders may not call a socket or a clock; nobody but util/mem.c calls malloc; nobody but
# the programs' main files ends the process.
import glob
import os
import re
import subprocess
import sys

from common import BUILD, Lint

FORBIDDEN = ("rtp_", "rtcp_", "sctp_", "m_", "span_", "event_", "ev", "jitter_", "payload_")
PURE = ("libwire", "libmodel", "libmgcp", "libh248")
IO = set("""
socket socketpair bind listen accept accept4 connect send sendto sendmsg sendmmsg recv
recvfrom recvmsg recvmmsg setsockopt getsockopt poll ppoll select pselect epoll_create
epoll_create1 epoll_ctl epoll_wait getaddrinfo getnameinfo gethostbyname open openat fopen
open64 fopen64 read write readv writev time clock clock_gettime gettimeofday nanosleep
clock_nanosleep sleep usleep timer_create timerfd_create alarm pthread_create fork execve
system popen getrandom rand random
""".split())
HEAP = set("malloc calloc realloc reallocarray strdup strndup asprintf vasprintf".split())
ENDS = set("exit _exit _Exit quick_exit abort".split())


def nm(path, *flags):
    """Yields (object, symbol)."""
    out = subprocess.run(["nm", "-A", *flags, path], capture_output=True, text=True, check=True)
    for line in out.stdout.splitlines():
        place, _, rest = line.rpartition(": ") if ": " in line else line.rpartition(":")
        fields = rest.split()
        obj = line.split(":")[1] if line.count(":") > 1 else os.path.basename(path)
        if fields:
            yield obj, fields[-1].split("@")[0]


def foreign(program):
    """Names exported by the libraries a program is linked with, the sanitizers' excepted."""
    names = {}
    out = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    for lib in re.findall(r"=> (/\S+)", out):
        base = os.path.basename(lib)
        if re.match(r"lib(asan|ubsan|tsan|lsan|gcc_s|clang)", base):
            continue
        for _, name in nm(lib, "-D", "--defined-only"):
            names.setdefault(name, base)
    return names


ORDER = "util wire model mgcp h248 group media net store ctl daemon".split()


def layer(path):
    name = os.path.basename(path)[3:-2]
    return ORDER.index(name) if name in ORDER else len(ORDER), name


libs = sorted(glob.glob(os.path.join(BUILD, ".libs", "lib*.a")), key=layer)
libs = [p for p in libs if not os.path.basename(p).startswith(("libtest", "libtool"))]
if not libs:
    print("lint_symbols: 0 passed, 0 failed, 1 skipped: no libraries built here")
    sys.exit(77)
program = next((p for p in ("src/daemon/.libs/hollerd", "src/daemon/hollerd")
                if os.path.exists(os.path.join(BUILD, p))), None)
others = foreign(os.path.join(BUILD, program)) if program else {}
lint = Lint("lint_symbols")
owner = {}
objects = {}
for lib in libs:
    base = os.path.basename(lib)
    folder = base[3:-2]
    lint.look()
    defined = {}
    for obj, name in nm(lib, "-g", "--defined-only"):
        defined.setdefault(obj, set()).add(name)
    # A library that takes in those below it holds their objects again.
    again = {obj for obj, names in defined.items() if objects.get(obj) == names}
    objects.update((obj, names) for obj, names in defined.items() if obj not in objects)
    for obj, name in ((o, n) for o, names in defined.items() for n in sorted(names)):
        where = f"{folder}/{obj}"
        if obj in again:
            continue
        if name.startswith(("__asan", "__odr_asan", "__ubsan", "__tsan", "_ZN")):
            continue
        if name.startswith(FORBIDDEN):
            lint.fail(where, f"{name}: a prefix of libraries we link")
        if name in others:
            lint.fail(where, f"{name}: also in {others[name]}")
        if owner.setdefault(name, where) != where:
            lint.fail(where, f"{name}: also in {owner[name]}")
    for obj, name in nm(lib, "-u"):
        where = f"{folder}/{obj}"
        if obj in again:
            continue
        if base.startswith(PURE) and name in IO:
            lint.fail(where, f"{name}() in a folder that does no I/O and knows no clock")
        if name in HEAP and where != "util/mem.o":
            lint.fail(where, f"{name}(): use mem_... (util/mem.h)")
        if name in ENDS:
            lint.fail(where, f"{name}(): only a program's main may end it")
lint.done()
