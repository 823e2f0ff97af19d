#!/usr/bin/env python3
"""bench/h248.py - CPU per H.248 transaction (Add and Add, Modify, Subtract of both; compact
text over UDP, 64 in flight, replies confirmed), with no contexts held and with many, beside
Erlang's megaco as a gateway that only answers. One JSON object; medians of five rounds."""
import argparse, json, sys, time
from benchlib import H248_CONF, Net, Holler, Megaco, h248_load, spread

ap = argparse.ArgumentParser(description=__doc__)
ap.add_argument("--calls", type=int, default=5000, help="of three transactions each")
ap.add_argument("--window", type=int, default=64)
ap.add_argument("--held", type=int, default=10000, help="contexts of two terminations")
ap.add_argument("--rounds", type=int, default=5)
args = ap.parse_args()
runs = {}


def load(what, net, g, calls, *more):
    r = h248_load(net, g, calls, "--window", str(args.window), "--ack", *more)
    print(what, r, file=sys.stderr, flush=True)
    if r["failed"] or r["retransmitted"] > calls:
        raise RuntimeError("%s: calls failed" % what)
    runs.setdefault(what, []).append(r)


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

out = {"bench": "h248", "window": args.window, "held": args.held}
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
                 "holler-socket/erlang-megaco": median["holler-socket"] / median["erlang-megaco"]}
print(json.dumps(out))
