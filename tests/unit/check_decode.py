#!/usr/bin/env python3
# tests/unit/check_decode.py - hollerctl decode: lines of JSON and exit codes.
import json
import os
import tempfile

from clitest import done, expect, tool

CRCX = ("CRCX 9 hall/1@gw MGCP 1.0\r\nC: 1f\r\nL: p:20, a:PCMU;PCMA\r\nM: recvonly\r\n\r\n"
        "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 3456 RTP/AVP 0\r\n")


def run(args, text=None):
    got = tool("decode", *args, text=text)
    return got.returncode, [json.loads(line) for line in got.stdout.splitlines()], got


def of_bytes(fmt, text):
    code, lines, _ = run(["--as", fmt, "-"], text)
    expect(f"one line for {text!r}", len(lines) == 1)
    line = lines[0]
    expect("five keys", list(line) == ["file", "ok", "error", "offset", "message"])
    expect("exit code says ok", (code == 0) == line["ok"] and code in (0, 1))
    return line


def test_mgcp():
    line = of_bytes("mgcp", CRCX.encode())
    expect("valid", line["ok"] and line["error"] is None and line["offset"] is None)
    m = line["message"]
    expect("head", (m["type"], m["verb"], m["transaction"], m["endpoint"]) ==
           ("command", "CRCX", 9, "hall/1@gw"))
    expect("parameters in order", [p["name"] for p in m["parameters"]] == ["C", "L", "M"])
    expect("options", m["parameters"][1]["value"] ==
           [{"name": "p", "value": {"min": 20, "max": 20}},
            {"name": "a", "value": ["PCMU", "PCMA"]}])
    expect("description", m["descriptions"][0]["media"][0]["port"] == 3456)


def test_refused():
    line = of_bytes("mgcp", CRCX.replace("recvonly", "recvsome").encode())
    expect("refused", not line["ok"] and line["offset"] == CRCX.index("recvonly"))
    expect("names the clause", "RFC 3435" in line["error"])
    expect("the head is told", line["message"]["transaction"] == 9)
    line = of_bytes("mgcp", CRCX.replace("3456", "99999").encode())
    expect("offset in the description", line["offset"] == CRCX.index("3456"))
    two = CRCX + ".\r\nDLCX 0 a@b MGCP 1.0\r\n"
    expect("offset in a later message",
           of_bytes("mgcp", two.encode())["offset"] == two.index("DLCX"))
    for text in (b"", b"\r\n", b"\0", b"hello", b"\xff\xfe"):
        expect(f"nothing told of {text!r}", of_bytes("mgcp", text)["message"] is None)
    expect("too long", not of_bytes("mgcp", b"200 5\r\n" + b"X-a: 1\r\n" * 9000)["ok"])


def test_piggyback():
    line = of_bytes("mgcp", b"200 5 OK\r\n.\r\n250 6\r\n.\r\n000 7\r\n")
    expect("first", line["message"]["transaction"] == 5)
    expect("others", [m["transaction"] for m in line["message"]["more"]] == [6, 7])


def test_bytes_become_json():
    line = of_bytes("mgcp", b"200 5 na\xefve\r\n")
    expect("Latin-1", line["message"]["comment"] == "na\u00efve")
    line = of_bytes("mgcp", "200 5 na\u00efve \u20ac\r\n".encode())
    expect("UTF-8", line["message"]["comment"] == "na\u00efve \u20ac")
    line = of_bytes("mgcp", b"200 5 \xed\xa0\x80\xf4\x90\x80\x80\xc0\xaf\r\n")
    expect("no surrogates", line["ok"] and len(line["message"]["comment"]) == 9)
    line = of_bytes("mgcp", b'RQNT 1 a@b MGCP 1.0\r\nS: A/a("x\0\x01\ny")\r\n')
    expect("control bytes", line["message"]["parameters"][0]["value"][0]["parameters"][0]
           ["value"] == '"x\0\x01\ny"')


def test_sdp():
    line = of_bytes("sdp", b"v=0\nm=audio $ RTP/AVP $\nv=0\nm=audio 5 RTP/AVP 18\n")
    expect("choose", line["message"]["media"][0]["port"] == "$")
    expect("second", line["message"]["more"][0]["media"][0]["formats"][0]["encoding"] == "G729")
    line = of_bytes("sdp", b"v=0\ns=a\0b\n")
    expect("NUL", not line["ok"] and line["offset"] == 7)


def test_files():
    with tempfile.TemporaryDirectory() as d:
        good, bad = os.path.join(d, 'a "b".mgcp'), os.path.join(d, "bad")
        with open(good, "wb") as f:
            f.write(CRCX.encode())
        with open(bad, "wb") as f:
            f.write(b"x")
        code, lines, _ = run(["--as", "mgcp", good])
        expect("all valid: 0", code == 0 and lines[0]["file"] == good)
        code, lines, _ = run(["--as", "mgcp", good, bad, d, os.path.join(d, "none"), good])
        expect("not all valid: 1", code == 1)
        expect("one line per file", [x["ok"] for x in lines] == [True, False, False, False, True])
        expect("unreadable is said", lines[3]["error"].startswith("cannot read: No such"))


def test_usage():
    for args in ([], ["--as"], ["--as", "mgcp"], ["--as", "telex", "-"], ["x"]):
        code, lines, got = run(args)
        expect(f"usage for {args}", code == 2 and not lines and b"mgcp" in got.stderr)
    expect("--as=FORMAT", run(["--as=mgcp", "-"], CRCX.encode())[0] == 0)


for name, test in sorted(globals().items()):
    if name.startswith("test_"):
        test()
done("check_decode")
