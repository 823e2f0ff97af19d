#!/usr/bin/env python3
"""bench/codec.py - time to decode and encode a message of H.248, beside Erlang's megaco, over
the corpus (HOLLER_CORPUS) in three forms. Messages that either side leaves out, and those
above 2000 bytes, are not counted. One JSON object; the least ratio of three rounds."""
import json, os, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("HOLLER_BUILD", os.path.join(HERE, "..", ".."))
if "HOLLER_CORPUS" not in os.environ:
    print("needs HOLLER_CORPUS, a folder of messages", file=sys.stderr)
    sys.exit(77)
CORPUS = os.path.join(os.environ["HOLLER_CORPUS"], "h248")
FORMS = ("compact", "pretty", "ber")
ROUNDS = 200


def run(*cmd):
    p = subprocess.run(cmd, capture_output=True, text=True, check=True)
    out = {line[:-len(": left out")] for line in p.stderr.splitlines() if line.endswith(": left out")}
    return json.loads(p.stdout), out


def holler(form, n, names):
    return run(os.path.join(BUILD, "tests/bench/codec_h248"), "ber" if form == "ber" else "text",
               str(n), *names)


def megaco(form, n, names):
    return run("escript", os.path.join(HERE, "codec.escript"), form, str(n), *names)


result = {"bench": "codec", "ns": {}, "ratios": {}}
for form in FORMS:
    path = os.path.join(CORPUS, form)
    names = [os.path.join(path, f) for f in sorted(os.listdir(path))]
    names = [f for f in names if os.path.getsize(f) <= 2000]
    out = holler(form, 1, names)[1] | megaco(form, 1, names)[1]
    names = [f for f in names if f not in out]
    for _ in range(3):
        ours, theirs = holler(form, ROUNDS, names)[0], megaco(form, ROUNDS, names)[0]
        for way in ("decode", "encode"):
            what = way + " " + form
            ratio = ours[way + "_ns"] / theirs[way + "_ns"]
            print(what, ours, theirs, file=sys.stderr, flush=True)
            if ratio < result["ratios"].get(what, 1e9):
                result["ratios"][what] = round(ratio, 4)
                result["ns"][what] = {"holler": ours[way + "_ns"], "megaco": theirs[way + "_ns"],
                                      "messages": ours["messages"]}
print(json.dumps(result))
