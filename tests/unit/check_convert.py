#!/usr/bin/env python3
# tests/unit/check_convert.py - hollerctl convert: H.248 between its forms, and exit codes.
import json
import os
import subprocess
import sys
import tempfile

BUILD = os.environ.get("builddir", ".")
TOOL = os.path.join(BUILD, "src/cli/hollerctl")
COMPACT = (b"!/1 [192.0.2.7]:2944\nT=7{C=${A=rtp/${M{ST=1{O{MO=SR,nt/jit=40},L{\n"
           b"v=0\r\nc=IN IP4 $\r\nm=audio $ RTP/AVP 0\n}}}},S=b/1}}")
passed = failed = 0


def tool(*args, text=None):
    return subprocess.run([TOOL, *args], input=text, capture_output=True, check=False)


def convert(text, frm, to):
    got = tool("convert", "--from", frm, f"--to={to}", "-", text=text)
    return got.returncode, got.stdout, got.stderr.decode()


def expect(what, ok):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print("FAILED:", what)


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


for test in (test_round, test_decode, test_refused, test_no_counterpart, test_usage):
    test()
print(f"check_convert: {passed} passed, {failed} failed, 0 skipped")
sys.exit(failed != 0)
