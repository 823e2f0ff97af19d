#!/usr/bin/env python3
"""bench/h248.py - CPU per H.248 transaction (Add and Add, Modify, Subtract of both; compact
text over UDP, 64 in flight, replies confirmed), with no contexts held and with many, beside
Erlang's megaco as a gateway that only answers. One JSON object; medians of five rounds."""
import argparse, json, sys, time
from benchlib import H248_CONF, Net, Holler, Megaco, Loads, h248_load

ap = argparse.ArgumentParser(description=__doc__)
ap.add_argument("--calls", type=int, default=5000, help="of three transactions each")
ap.add_argument("--window", type=int, default=64)
ap.add_argument("--held", type=int, default=10000, help="contexts of two terminations")
ap.add_argument("--rounds", type=int, default=5)
args = ap.parse_args()
loads = Loads()


def load(what, net, g, calls, *more):
    r = h248_load(net, g, calls, "--window", str(args.window), "--ack", *more)
    loads.add(what, r, not r["failed"] and r["retransmitted"] <= calls)


for rnd in range(args.rounds):
    net = Net()
    g = Megaco(net)
    load("erlang-megaco", net, g, args.calls, "--mix")
    g.close()
    net.close()
    for io in ("socket", "ring"):
        net = Net()
        g = Holler(net, io, extra=H248_CONF)
        load("warm-up " + io, net, g, 100, "--mix", "--register")
        load("holler-" + io, net, g, args.calls, "--mix")
        if io == "ring":
            time.sleep(0.5)  # let the ports rest
            load("set-up", net, g, args.held, "--keep", "--base", "30000")
            load("holler-ring held", net, g, args.calls, "--mix")
        g.close()
        net.close()

out = {"bench": "h248", "window": args.window, "held": args.held, **loads.spreads()}
out["ratios"] = {"held/none": loads.ratio("holler-ring held", "holler-ring"),
                 "holler-socket/erlang-megaco": loads.ratio("holler-socket", "erlang-megaco")}
print(json.dumps(out))
