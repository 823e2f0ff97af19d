#!/usr/bin/env python3
"""bench/zones.py - 100 zones paged at once at the natural 50 packets/s each: wake-ups of each
worker a second, delay added to a packet, beside a bare timer thread's lateness. JSON."""
import argparse, glob, json, os, sys, time
from benchlib import BUILD, Net, Holler, leg_addr, pin_napi

ap = argparse.ArgumentParser(description=__doc__)
ap.add_argument("--zones", type=int, default=100)
ap.add_argument("--seconds", type=float, default=10)
args = ap.parse_args()


def switches(pid):
    """Voluntary context switches of each thread: how often it slept and was woken."""
    out = {}
    for path in glob.glob("/proc/%d/task/*/status" % pid):
        with open(path) as f:
            d = dict(l.split(":", 1) for l in f)
        out[path.split("/")[4]] = (d["Name"].strip(), int(d["voluntary_ctxt_switches"]))
    return out


out = {"bench": "zones", "zones": args.zones, "runs": {}}
for io in ("socket", "ring"):
    net = Net()
    g = Holler(net, io)
    flows = []
    for z in range(args.zones):
        g.ctl("zone", "add", "z%d" % z, "--group", "239.8.%d.1:%d" % (z, 5004 + 2 * z))
        flows.append(g.talk("z%d" % z, leg=z, call="%d" % (100 + z)))
    pin_napi(net, 1)
    before, t = switches(g.pids[0]), time.time()
    r = json.loads(net.run(net.x, os.path.join(BUILD, "tests/bench/delay"), "-i", "hbx0", "-D",
                           net.mac, "-f", net.flows_file(flows), "-t", str(args.seconds), "-c", "0"))
    t = time.time() - t
    r["wakeups_per_second"] = {
        "%s/%s" % (name, tid): round((n - before.get(tid, (name, 0))[1]) / t, 1)
        for tid, (name, n) in switches(g.pids[0]).items()}
    out["runs"][io] = r
    print(io, r, file=sys.stderr, flush=True)
    g.close()
    net.close()
print(json.dumps(out))
