#!/usr/bin/env python3
"""bench/mgcp.py - CPU per MGCP transaction (CRCX, CRCX, MDCX, DLCX; 64 in flight, K: sent),
with no calls held and with many, beside osmo-mgw. One JSON object; medians of five rounds."""
import argparse, json, sys, time
from benchlib import Net, Osmo, Holler, mgcp_load, spread

ap = argparse.ArgumentParser(description=__doc__)
ap.add_argument("--calls", type=int, default=5000, help="of four transactions each")
ap.add_argument("--window", type=int, default=64)
ap.add_argument("--held", type=int, default=10000)
ap.add_argument("--rounds", type=int, default=5)
args = ap.parse_args()
runs = {}


def load(what, net, g, calls, endpoint, *more):
    r = mgcp_load(net, g, calls, endpoint, "--window", str(args.window), *more)
    print(what, r, file=sys.stderr, flush=True)
    if r["failed"] or r["retransmitted"] > calls:
        raise RuntimeError("%s: calls failed" % what)
    runs.setdefault(what, []).append(r)


for rnd in range(args.rounds):
    net = Net()
    g = Osmo(net)
    load("osmo-mgw", net, g, args.calls, "rtpbridge/*", "--mix")  # it refuses K:
    g.close()
    net.close()
    for io in ("socket", "ring"):
        net = Net()
        g = Holler(net, io, endpoints=args.held + 1000)
        load("holler-" + io, net, g, args.calls, "rtpbridge/$", "--mix", "--ack")
        if io == "ring":
            time.sleep(0.5)  # let the ports rest
            load("set-up", net, g, args.held, "rtpbridge/$", "--keep", "--ack", "--base", "30000")
            load("holler-ring held", net, g, args.calls, "rtpbridge/$", "--mix", "--ack")
        g.close()
        net.close()

out = {"bench": "mgcp", "window": args.window, "held": args.held}
for key, path in (("cpu_us", ("cpu_us",)), ("per_second", ("per_second",)),
                  ("p50_ms", ("ms", "p50")), ("p99_ms", ("ms", "p99"))):
    out[key] = {}
    for name, rs in runs.items():
        values = rs
        for step in path:
            values = [v[step] for v in values]
        out[key][name] = spread(values)
median = {name: v["median"] for name, v in out["cpu_us"].items()}
out["ratios"] = {"held/none": median["holler-ring held"] / median["holler-ring"],
                 "holler-socket/osmo-mgw": median["holler-socket"] / median["osmo-mgw"]}
print(json.dumps(out))
