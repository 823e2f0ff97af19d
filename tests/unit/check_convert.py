#!/usr/bin/env python3
# tests/unit/check_convert.py - hollerctl convert: H.248 between its forms, and exit codes.
import json
import os
import re
import tempfile

from clitest import done, expect, tool

COMPACT = (b"!/1 [192.0.2.7]:2944\nT=7{C=${A=rtp/${M{ST=1{O{MO=SR,nt/jit=40},L{\n"
           b"v=0\r\nc=IN IP4 $\r\nm=audio $ RTP/AVP 0\n}}}},S=b/1}}")


def convert(text, frm, to, *ids):
    rules = [w for rule in ids for w in ("--ids", rule)]
    got = tool("convert", "--from", frm, f"--to={to}", *rules, "-", text=text)
    return got.returncode, got.stdout, got.stderr.decode()


def told(text, fmt):
    return json.loads(tool("decode", "--as", fmt, "-", text=text).stdout)["message"]


def test_round():
    code, pretty, _ = convert(COMPACT, "h248", "h248")
    expect("to pretty", code == 0 and pretty.startswith(b"MEGACO/1 [192.0.2.7]:2944\nTransaction = 7"))
    code, ber, _ = convert(pretty, "h248", "h248-ber")
    expect("to binary", code == 0 and ber[0] == 0x30)
    code, back, _ = convert(ber, "h248-ber", "h248-compact")
    expect("and back", code == 0 and back == COMPACT)
    expect("all are told alike", told(COMPACT, "h248") == told(pretty, "h248") ==
           told(ber, "h248-ber"))


def test_decode():
    m = told(COMPACT, "h248")["mess"]
    expect("head", (m["version"], m["mId"]) == (1, "[192.0.2.7]:2944"))
    act = m["messageBody"]["transactions"][0]["transactionRequest"]["actions"][0]
    expect("CHOOSE", act["contextId"] == 0xfffffffe)
    cmd = act["commandRequests"][0]["command"]["addReq"]
    expect("termination", cmd["terminationID"] == ["rtp/$"])
    stream = cmd["descriptors"][0]["mediaDescriptor"]["streams"]["multiStream"][0]["streamParms"]
    expect("property", stream["localControlDescriptor"]["propertyParms"] ==
           [{"name": "nt/jit", "value": ["40"]}])
    expect("description", stream["localDescriptor"]["propGrps"] ==
           [["v=0", "c=IN IP4 $", "m=audio $ RTP/AVP 0"]])


def test_refused():
    bad = COMPACT.replace(b"MO=SR", b"MO=SR,MO=SO")
    line = json.loads(tool("decode", "--as=h248", "-", text=bad).stdout)
    expect("refused where it is wrong", not line["ok"] and
           line["offset"] == bad.index(b"MO=SO") and "B.2" in line["error"])
    expect("code and transaction", line["message"]["fault"] ==
           {"code": 442, "level": "command", "transaction": 7})
    code, out, err = convert(bad, "h248", "h248-ber")
    expect("not converted", code == 1 and not out and "442" in err)
    line = json.loads(tool("decode", "--as=h248-ber", "-", text=b"\x30\x05").stdout)
    expect("no BER", not line["ok"] and line["message"] is None)


def test_no_counterpart():
    for was, now in ((b"nt/jit=40", b"zz/top=1"), (b"b/1", b"terminal/1")):
        code, out, err = convert(COMPACT.replace(was, now), "h248", "h248-ber")
        expect("no binary name", code == 1 and not out and now.split(b"=")[0].decode() in err)
        expect("text it is", convert(COMPACT.replace(was, now), "h248", "h248")[0] == 0)
    _, ber, _ = convert(COMPACT, "h248", "h248-ber")
    code, out, err = convert(ber.replace(b"\x00\x0b\x00\x07", b"\x01\x31\x00\x07"),
                             "h248-ber", "h248")
    expect("no text name", code == 1 and not out and "0x0131/0x0007" in err)


AUDIT = "!/1 [192.0.2.7]:2944\nT=7{C=*{AV=%s{AT{}}}}"


def term_of(ber):
    # W-less AuditValue: the last TerminationID, [0] wildcards, [1] id
    at = ber.rindex(b"\xa0", 0, ber.rindex(b"\x81"))
    wild = ber[at + 2:at + 2 + ber[at + 1]]
    at = ber.rindex(b"\x81")
    return wild[2:].hex(), ber[at + 2:at + 2 + ber[at + 1]].hex()


def test_ids():
    rules = ("rtp/%d=4:1/3", "line/%d/x=2:0/1", "bits")
    for name, wild, bid in (("rtp/7", "", "20000007"), ("rtp/536870911", "", "3fffffff"),
                            ("rtp/*", "dc", "20000000"), ("rtp/$", "5c", "20000000"),
                            ("line/5/x", "", "0005"), ("line/*/x", "ce", "0000"),
                            ("00000001/11111111/10000000", "", "01ff80"), ("00000001/*/00000000", "8f", "010000"),
                            ("abc", "", "616263")):
        text = (AUDIT % name).encode()
        code, ber, err = convert(text, "h248", "h248-ber", *rules)
        expect(f"{name} has an id {err}", code == 0 and term_of(ber) == (wild, bid))
        if name == "abc":  # its octets are bits, too
            continue
        code, back, err = convert(ber, "h248-ber", "h248-compact", *rules)
        expect(f"{name} comes back {err}", code == 0 and back == text)
    for name, bid in (("ab", b"ab"), ("x00ff", b"\x00\xff"), ("x6162", b"ab")):
        text = f"!/1 [192.0.2.7]:2944\nT=7{{C=1{{MF=abc{{DM={name}{{x.}}}}}}}}".encode()
        code, ber, err = convert(text, "h248", "h248-ber")
        expect(f"digit map {name} {err}", code == 0 and b"\x80\x02" + bid in ber)
        back = convert(ber, "h248-ber", "h248-compact")[1]
        expect(f"digit map {name} comes back", back == text.replace(b"x6162", b"ab"))
    for name in ("rtp/536870912", "rtp/x12345678", "line/32768/x"):
        code, out, err = convert((AUDIT % name).encode(), "h248", "h248-ber", *rules)
        expect(f"{name} has none", code == 1 and not out and name in err)
    _, ber, _ = convert((AUDIT % "rtp/7").encode(), "h248", "h248-ber", *rules)
    code, out, err = convert(ber, "h248-ber", "h248")
    expect("an id no rule names", code == 1 and not out and "0x20000007" in err)
    for rule in ("", "bit", "rtp=4:1/3", "%d=4:1/3", "rtp/%d", "rtp/%d=9:1/3", "rtp/%d=4:8/3",
                 "rtp/%d=4:1/32", "rtp/%d=4:1", "rtp/%d=0:0/0", "x" * 40 + "%d=4:1/3"):
        expect(f"no rule: {rule}", convert(AUDIT.encode(), "h248", "h248", rule)[0] == 2)
    expect("too many rules", convert(AUDIT.encode(), "h248", "h248", *["bits"] * 17)[0] == 2)


CORPUS = os.environ.get("HOLLER_CORPUS", "")
# Transactions without an id, which B.2 does not know; the corpus has them as valid.
REFUSED = ("v2_compact_otp4359_msg1.txt", "v3_compact_otp4359_msg1.txt")
NAMES_IT = re.compile(r": (digit map |\w+ )(id )?\S+ has no (known )?(binary )?(id|name)$|"
                      r": value \S+ is not of the type of \S+$")


def corpus(verdicts):
    with open(os.path.join(CORPUS, "h248/MANIFEST.tsv"), encoding="utf-8", errors="replace") as f:
        rows = [line.split("\t") for line in f.read().splitlines()[1:]]
    return [r for r in rows if r[1] in verdicts and os.path.basename(r[0]) not in REFUSED]


def paths(names):
    return [os.path.join(CORPUS, "h248", n) for n in names]


def test_corpus_decodes():
    for verdict, ok in (("ok", True), ("error", False)):
        files = paths(r[0] for r in corpus([verdict]))
        got = [json.loads(line) for line in tool("decode", "--as=h248", *files).stdout.splitlines()]
        expect(f"corpus: a line for each ({verdict})", len(got) == len(files) > 20)
        for line in got:
            expect(f"corpus: {line['file']}", line["ok"] == ok and
                   (ok or (line["error"] and line["offset"] >= 0)))
    files = paths(r[5] for r in corpus(["ok"]) if r[5] != "-")
    got = [json.loads(line) for line in tool("decode", "--as=h248-ber", *files).stdout.splitlines()]
    expect("corpus: BER decodes", len(got) == len(files) and all(line["ok"] for line in got))


def test_corpus_converts():
    """Text becomes text and BER becomes BER, always; else what has no counterpart is named."""
    rows = corpus(["ok"])
    text = paths(r[0] for r in rows)
    ber = paths(r[5] for r in rows if r[5] != "-")
    for to in ("h248", "h248-compact"):
        got = tool("convert", "--from=h248", "--to", to, *text)
        expect(f"corpus: text to {to}", got.returncode == 0 and not got.stderr)
    got = tool("convert", "--from=h248-ber", "--to=h248-ber", *ber)
    expect("corpus: BER to BER", got.returncode == 0 and not got.stderr)
    for frm, to, files, most in (("h248", "h248-ber", text, 80), ("h248-ber", "h248", ber, 80)):
        got = tool("convert", "--from", frm, "--to", to, "--ids=bits", *files)
        said = got.stderr.decode(errors="replace").splitlines()
        expect(f"corpus: {frm} to {to}: {len(said)} of {len(files)} have no counterpart",
               got.returncode == 1 and 0 < len(said) <= most)
        for line in said:
            expect(f"corpus: it is named: {line}", NAMES_IT.search(line))


def test_usage():
    for args in ((), ("--from", "h248"), ("--from", "h248", "--to", "h248"),
                 ("--from", "mgcp", "--to", "h248", "-"), ("--to", "h248", "--from")):
        expect(f"usage {args}", tool("convert", *args, text=b"").returncode == 2)
    expect("no such file", tool("convert", "--from=h248", "--to=h248", "/nowhere").returncode == 1)
    with tempfile.NamedTemporaryFile() as f:
        f.write(COMPACT)
        f.flush()
        got = tool("convert", "--to", "h248-compact", "--from", "h248", "--", f.name, f.name)
        expect("two files", got.returncode == 0 and got.stdout == COMPACT * 2)


for test in (test_round, test_decode, test_refused, test_no_counterpart, test_ids, test_usage):
    test()
for test in (test_corpus_decodes, test_corpus_converts) if CORPUS else ():
    test()
done("check_convert")
