#!/usr/bin/env python3
"""bench/mgcp.py - CPU per MGCP transaction (CRCX, CRCX, MDCX, DLCX; 64 in flight), with no
calls held and with many, beside osmo-mgw. One JSON object; medians of five rounds."""
import argparse, json, os, sys
from benchlib import BUILD, GW, Net, Osmo, Holler, spread

ap = argparse.ArgumentParser(description=__doc__)
ap.add_argument("--transactions", type=int, default=20000)
ap.add_argument("--window", type=int, default=64)
ap.add_argument("--held", type=int, default=10000)
ap.add_argument("--rounds", type=int, default=5)
args = ap.parse_args()


def load(net, gateway, *more):
    pids = ",".join(map(str, gateway.pids))
    cmd = [os.path.join(BUILD, "tests/bench/mgcpload"), "-g", GW + ":2427", "-p", pids,
           "-d", gateway.mgcp.domain, *more]
    r = json.loads(net.run(net.x, *cmd))
    print(more, r, file=sys.stderr, flush=True)
    return r


def mix(net, g, first, endpoint, *more):
    return load(net, g, "-n", str(args.transactions), "-w", str(args.window), "-s", str(first),
                "-e", endpoint, *more)


out = {"bench": "mgcp", "transactions": args.transactions, "window": args.window,
       "held": args.held, "cpu_us": {}, "per_second": {}, "answer_p99_us": {}}
runs = {}
for rnd in range(args.rounds):
    for name in ("osmo-mgw", "holler-socket", "holler-ring"):
        net = Net()
        if name == "osmo-mgw":
            g = Osmo(net)
            runs.setdefault(name, []).append(mix(net, g, 0, "rtpbridge/*", "-K"))
        else:
            g = Holler(net, name.split("-")[1], endpoints=args.held + 1000)
            runs.setdefault(name, []).append(mix(net, g, 0, "rtpbridge/$"))
        if name == "holler-ring":
            r = load(net, g, "-H", "-n", str(2 * args.held), "-w", "64", "-s", "20000",
                     "-e", "rtpbridge/$")
            runs.setdefault("set-up", []).append(r)
            runs.setdefault("holler-ring held", []).append(mix(net, g, 0, "rtpbridge/$"))
        g.close()
        net.close()
for name, rs in runs.items():
    out["cpu_us"][name] = spread([r["cpu_us"] for r in rs])
    out["per_second"][name] = spread([r["per_second"] for r in rs])
    out["answer_p99_us"][name] = spread([r["p99_us"] for r in rs])
out["held_ratio"] = (out["cpu_us"]["holler-ring held"]["median"] /
                     out["cpu_us"]["holler-ring"]["median"])
out["ratio_osmo"] = out["cpu_us"]["holler-socket"]["median"] / out["cpu_us"]["osmo-mgw"]["median"]
print(json.dumps(out))
