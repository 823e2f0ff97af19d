#!/usr/bin/env python3
"""bench/fanout.py - cost per copy of one source to 100 unicast listeners, beside rtpengine
and beside a loop that only reads and sends: less than that no sending by sockets can cost.
And of one source to one group. One JSON object; medians of interleaved rounds."""
import argparse, json, sys
from benchlib import Net, Rtpengine, BareLoop, Holler, spread, pin_napi, leg_addr

ap = argparse.ArgumentParser(description=__doc__)
ap.add_argument("--listeners", type=int, default=100)
ap.add_argument("--pps", type=int, default=500)
ap.add_argument("--seconds", type=float, default=2)
ap.add_argument("--rounds", type=int, default=5)
ap.add_argument("--only", default="rtpengine,bare-loop,holler-socket,holler-ring")
args = ap.parse_args()


def gateway(net, name):
    if name.startswith("holler-"):
        return Holler(net, name.split("-")[1])
    return {"rtpengine": Rtpengine, "bare-loop": BareLoop}[name](net)


cost, lost, group = {}, {}, {}
for rnd in range(args.rounds):
    for name in args.only.split(","):
        net = Net()
        g = gateway(net, name)
        flows = g.fan_out(args.listeners)
        pin_napi(net, 1)
        r = net.pktgen(flows, args.pps, args.seconds, g.pids, warm=0.5)
        cost.setdefault(name, []).append(r["ns_per_out"] / 1000)
        lost.setdefault(name, []).append(1 - r["received"] / (r["sent"] * args.listeners))
        print("round %d %s %.3f us a copy, loss %.5f" % (rnd + 1, name, cost[name][-1],
              lost[name][-1]), file=sys.stderr, flush=True)
        if name.startswith("holler-"):
            flows = g.group_page()
            r = net.pktgen(flows, args.pps, args.seconds, g.pids, warm=0.5)
            group.setdefault(name, []).append(r["received"] / r["sent"])
        g.close()
        net.close()

out = {"bench": "fanout", "listeners": args.listeners, "pps_in": args.pps,
       "us_per_copy": {n: spread(v) for n, v in cost.items()},
       "loss": {n: spread(v) for n, v in lost.items()},
       "group_sends_per_packet": {n: spread(v) for n, v in group.items()}, "ratios": {}}
for a, b in (("holler-socket", "rtpengine"), ("holler-ring", "rtpengine"),
             ("bare-loop", "rtpengine"), ("holler-socket", "bare-loop")):
    if a in cost and b in cost:
        out["ratios"][a + "/" + b] = (out["us_per_copy"][a]["median"] /
                                      out["us_per_copy"][b]["median"])
print(json.dumps(out))
