#!/usr/bin/env python3
"""bench/hold.py - what calls cost that are merely there: memory per relayed stream, CPU of
10,000 idle calls (ring), and that every stream of theirs is alive. One JSON object."""
import argparse, json, os, sys, time
from benchlib import Net, Holler, cpu_ns, mgcp_load, pin_napi

ap = argparse.ArgumentParser(description=__doc__)
ap.add_argument("--calls", type=int, default=10000)
ap.add_argument("--socket-calls", type=int, default=1000)
ap.add_argument("--idle", type=float, default=10)
args = ap.parse_args()


def rss_kb(pid):
    with open("/proc/%d/status" % pid) as f:
        return next(int(l.split()[1]) for l in f if l.startswith("VmRSS"))


def alive(net, flows, pids):
    """The best of three trials: a lost packet may be the machine's fault, a dead stream is
    dead in all of them."""
    trials = []
    while len(trials) < 3 and not any(r["received"] == r["sent"] for r in trials):
        trials.append(net.pktgen(flows, max(len(flows), 50000), 2, pids, warm=1.0))
    return max(trials, key=lambda r: r["received"] / r["sent"])


out = {"bench": "hold", "runs": {}}
for io, calls in (("socket", args.socket_calls), ("ring", args.calls)):
    net = Net()
    g = Holler(net, io, endpoints=calls + 10)
    pid = g.pids[0]
    path = os.path.join(net.dir, "held")
    base = rss_kb(pid)
    r = mgcp_load(net, g, calls, "rtpbridge/$", "--window", "32", "--keep", "--ack",
                  "--legs-out", path)
    held = rss_kb(pid)
    time.sleep(1)
    cpu, t = cpu_ns(g.pids), time.time()
    time.sleep(args.idle)
    idle = (cpu_ns(g.pids) - cpu) / 1e9 / (time.time() - t)
    with open(path) as f:
        pairs = [(p.rsplit(":", 1), g.rsplit(":", 1)) for p, g in map(str.split, f)]
    flows = [(a, int(b), c, int(d)) for (a, b), (c, d) in pairs]
    pin_napi(net, 1)
    media = alive(net, flows, g.pids)
    out["runs"][io] = {"calls": calls, "set_up": r, "kib_per_stream": (held - base) / (2 * calls),
                       "idle_cpu_percent": 100 * idle, "media": media,
                       "alive": media["received"] / media["sent"]}
    print(io, out["runs"][io], file=sys.stderr, flush=True)
    g.close()
    net.close()
print(json.dumps(out))
