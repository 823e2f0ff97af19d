#!/usr/bin/env python3
"""bench/relay.py - cost of relaying 500 calls beside rtpengine and osmo-mgw, one JSON object.

Five interleaved rounds of the same load (50,000 packets/s over 1,000 streams) through each
gateway, all up at once on ports of their own and pinned to one core; medians and spread,
then the highest rate without loss on that core.
"""
import argparse, json, sys
from benchlib import Net, Osmo, Rtpengine, Holler, spread, pin_napi, like_a_card

ap = argparse.ArgumentParser(description=__doc__)
ap.add_argument("--calls", type=int, default=500)
ap.add_argument("--pps", type=int, default=50000)
ap.add_argument("--seconds", type=float, default=2)
ap.add_argument("--rounds", type=int, default=5)
ap.add_argument("--no-max", action="store_true", help="skip the search for the highest rate")
ap.add_argument("--only", default="rtpengine,osmo-mgw,holler-socket,holler-ring")
args = ap.parse_args()

MAKE = {"rtpengine": Rtpengine, "osmo-mgw": Osmo,
        "holler-socket": lambda net: Holler(net, "socket"),
        "holler-ring": lambda net: Holler(net, "ring")}


def note(text):
    print(text, file=sys.stderr, flush=True)


def highest(net, flows, pids):
    """Highest rate with less than 0.01 % lost, within 6 %."""
    lo, hi, rate, best = 0.0, 900000.0, 60000.0, 0.0
    rising = True
    like_a_card(net)
    for _ in range(12):
        ok = False
        for _ in range(2):
            r = net.pktgen(flows, rate, 1, pids, warm=0.1)
            ok = r["prompt"] >= r["sent"] * 0.9999 and r["sent"] >= 0.95 * rate
            if ok:
                break
        if ok:
            lo = best = rate
            rate = min(rate * 1.5, hi) if rising else (lo + hi) / 2
        else:
            hi, rising = rate, False
            rate = (lo + hi) / 2
        if hi - lo < 0.06 * hi:
            break
    return best


cost, loss, top = {}, {}, {}
names = args.only.split(",")
for rnd in range(args.rounds):
    for name in names:
        # one gateway at a time: a peer's idle wake-ups must not be on our bill
        net = Net()
        g = MAKE[name](net)
        flows = g.relay(args.calls)
        pin_napi(net, 1)
        r = net.pktgen(flows, args.pps, args.seconds, g.pids, warm=0.5)
        cost.setdefault(name, []).append(r["ns_per_out"] / 1000)  # what is lost is no work done
        loss.setdefault(name, []).append(1 - r["received"] / r["sent"])
        note("round %d %s %.2f us, loss %.5f" % (rnd + 1, name, cost[name][-1], loss[name][-1]))
        if not args.no_max and rnd == args.rounds - 1:
            top[name] = highest(net, flows, g.pids)
            note("%s highest %.0f/s" % (name, top[name]))
        g.close()
        net.close()

out = {"bench": "relay", "calls": args.calls, "pps": args.pps,
       "us_per_packet": {n: spread(v) for n, v in cost.items()},
       "loss": {n: spread(v) for n, v in loss.items()}, "highest_pps": top, "ratios": {}}
for ours in ("holler-socket", "holler-ring"):
    for peer in ("rtpengine", "osmo-mgw"):
        if ours in cost and peer in cost:
            out["ratios"]["%s/%s" % (ours, peer)] = (
                out["us_per_packet"][ours]["median"] / out["us_per_packet"][peer]["median"])
        if ours in top and top.get(peer):
            out["ratios"]["highest %s/%s" % (ours, peer)] = top[ours] / top[peer]
print(json.dumps(out))
