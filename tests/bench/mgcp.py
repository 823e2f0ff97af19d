#!/usr/bin/env python3
"""bench/mgcp.py - CPU per MGCP transaction (CRCX, CRCX, MDCX, DLCX; 64 in flight, K: sent),
with no calls held and with many, beside osmo-mgw. One JSON object; medians of five rounds."""
import argparse, json, sys, time
from benchlib import Net, Osmo, Holler, Loads, mgcp_load

ap = argparse.ArgumentParser(description=__doc__)
ap.add_argument("--calls", type=int, default=5000, help="of four transactions each")
ap.add_argument("--window", type=int, default=64)
ap.add_argument("--held", type=int, default=10000)
ap.add_argument("--rounds", type=int, default=5)
args = ap.parse_args()
loads = Loads()


def load(what, net, g, calls, endpoint, *more):
    r = mgcp_load(net, g, calls, endpoint, "--window", str(args.window), *more)
    loads.add(what, r, not r["failed"] and r["retransmitted"] <= calls)


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

out = {"bench": "mgcp", "window": args.window, "held": args.held, **loads.spreads()}
out["ratios"] = {"held/none": loads.ratio("holler-ring held", "holler-ring"),
                 "holler-socket/osmo-mgw": loads.ratio("holler-socket", "osmo-mgw")}
print(json.dumps(out))
