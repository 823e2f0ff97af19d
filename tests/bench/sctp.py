#!/usr/bin/env python3
"""bench/sctp.py - H.248 transactions (Add and Add, Modify, Subtract; text, 64 in flight) by
UDP, TCP and SCTP (back end conn, native in UDP, native raw): how many a second, and CPU of
the gateway for each. One JSON object; medians of five rounds, transports by turns. Nothing
is confirmed, so a round ends before the gateway keeps all the replies it may."""
import argparse, json, os, subprocess, sys
from benchlib import BUILD, GEN, GW, Net, Holler, Loads, cpu_ns

ap = argparse.ArgumentParser(description=__doc__)
ap.add_argument("--seconds", type=int, default=2)
ap.add_argument("--window", type=int, default=64)
ap.add_argument("--rounds", type=int, default=5)
ap.add_argument("--only", default="", help="transports, by comma")
args = ap.parse_args()

# name: its mgcs, the daemon's stack, sctpmgc's options
WAYS = {
    "udp": ("udp", "conn", ["--plain", "udp"]),
    "tcp": ("tcp", "conn", ["--plain", "tcp"]),
    "sctp-conn": ("sctp", "conn", ["--path", "udp"]),
    "sctp-native": ("sctp", "native", ["--path", "udp"]),
    "sctp-raw": ("sctp", "native encaps_port = 0", ["--path", "raw"]),
}
CONF = """
h248 { udp = {"%s:2944"} tcp = {"%s:2944"} sctp = {"%s:2944"} }
sctp { backend = %s }
agent "mg" { protocol = h248 mid = "[%s]:2944" mgcs = {"%s:%s:2944"} mwd = 10ms version = 2 }
"""
loads = Loads()


def next_load(p):
    for line in p.stdout:
        o = json.loads(line)
        if o["what"] == "load":
            return o
    raise RuntimeError("sctpmgc ended")


def one(name):
    word, stack, options = WAYS[name]
    net = Net()
    net.run(net.d, "sysctl", "-qw", "net.ipv4.ip_local_reserved_ports=")  # TCP dials
    g = Holler(net, "socket", extra=CONF % (GW, GW, GW, stack, GW, word, GEN))
    cmd = ["ip", "netns", "exec", net.x, "taskset", "-c", "0",
           os.path.join(BUILD, "tests/tools/sctpmgc"), "--local", GEN, *options,
           "--media", "10.78.1.1", "register", "load=0:1:%d" % args.window,
           "load=0:%d:%d" % (args.seconds, args.window)]
    p = subprocess.Popen(cmd, stdout=subprocess.PIPE, text=True)
    try:
        next_load(p)
        cpu = cpu_ns(g.pids)
        r = next_load(p)
        cpu = cpu_ns(g.pids) - cpu
        p.wait(10)
    finally:
        p.kill()
        g.close()
        net.close()
    r["cpu_us"] = cpu / 1000 / r["transactions"]
    loads.add(name, r, r["answered"] == r["transactions"] and not r["twice"] and
              list(r["codes"]) == ["200"])


ways = args.only.split(",") if args.only else list(WAYS)
for rnd in range(args.rounds):
    for name in ways:
        one(name)

out = {"bench": "sctp", "window": args.window, **loads.spreads()}
out["ratios"] = {"%s/udp" % n: loads.ratio(n, "udp") for n in ways if n != "udp" and "udp" in ways}
print(json.dumps(out))
