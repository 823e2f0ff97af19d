#!/usr/bin/env python3
"""tests/netns/hostile.py - the hostile neighbour of t-hostile.sh.

hostile.py spray FROM GATEWAY FIRST LAST SECONDS
    RTP from FROM:42000 to each even port of FIRST..LAST and RTCP to each odd one, round
    and round. Prints {"sent":, "got":}: what came back to it.
hostile.py spoof KIND SRC:PORT GATEWAY:PORT SSRC SEQ TS [COUNT [MS]]
    RTP with the source of somebody else, each with the payload INJECT. KIND: ssrc (another
    one), jump (the sequence far ahead), type (another payload type), version, short, csrc
    (more sources than bytes), pad (more padding than bytes), ext (a long extension).
hostile.py rtcp SRC:PORT GATEWAY:PORT SSRC [COUNT]
    RTCP of all sorts of wrongness, a BYE of SSRC among it.
hostile.py verbs FROM GATEWAY:PORT
    every verb, and what is none, from a stranger; prints the bytes that came back.
hostile.py mgcp FROM GATEWAY:PORT COUNT
    a call agent out of its mind: good commands with bytes changed, cut and doubled.
hostile.py ctl SOCKET COUNT
    rubbish into the control socket.
"""
import json
import random
import socket
import struct
import sys
import time

VERBS = "AUEP AUCX CRCX MDCX DLCX RQNT NTFY RSIP EPCF MESG XFOO".split()
GOOD = (
    "CRCX 1{n} rtpbridge/$@gw MGCP 1.0\r\nC: {n:X}\r\nL: p:20, a:PCMU;PCMA, nt:IN\r\n"
    "M: sendrecv\r\nR: L/hd(N)\r\nX: 1\r\nD: (0T|[1-7]xxx)\r\n\r\nv=0\r\n"
    "o=- 1 1 IN IP4 10.77.0.2\r\ns=-\r\nc=IN IP4 10.77.0.2\r\nt=0 0\r\n"
    "m=audio 41000 RTP/AVP 0 8 96\r\na=rtpmap:96 telephone-event/8000\r\n",
    "AUEP 2{n} *@gw MGCP 1.0\r\nF: A, R, D, S, X, N, I, T, O, B, ES\r\n",
    "DLCX 3{n} rtpbridge/*@gw MGCP 1.0\r\nC: {n:X}\r\n",
    "MDCX 4{n} rtpbridge/1@gw MGCP 1.0\r\nC: 1\r\nI: 1\r\nM: inactive\r\n"
    "K: 1-7,9,11-99999\r\n.\r\nRQNT 5{n} rtpbridge/*@gw MGCP 1.0\r\nX: 7\r\nQ: loop\r\n",
    "200 {n} OK\r\nZ: rtpbridge/1@gw\r\n",
)


def ip_port(text):
    host, port = text.rsplit(":", 1)
    return host.strip("[]"), int(port)


def udp(host, port=0):
    s = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    s.bind((host, port))
    s.setblocking(False)
    return s


def drain(s):
    """How many datagrams are there to be read, and how many of them are our own."""
    n = own = 0
    while True:
        try:
            d = s.recv(65536)
            n += 1
            own += b"INJECT" in d
        except BlockingIOError:
            return n, own
        except OSError:
            pass


def rtp(ssrc, seq, ts, payload, pt=0, first=0x80):
    return struct.pack("!BBHII", first, pt, seq & 0xffff, ts & 0xffffffff, ssrc) + payload


def spray(who, gateway, first, last, seconds):
    s, t = udp(who, 42000), udp(who, 42001)
    end = time.monotonic() + float(seconds)
    sent, seq, got, echo = 0, 1000, 0, 0
    while time.monotonic() < end:
        for port in range(int(first), int(last) + 1):
            p = rtp(0xbad, seq, seq * 160, b"INJECT" * 26)
            if port & 1:
                p = struct.pack("!BBHIIIIII", 0x80, 200, 6, 0xbad, 1, 1, 1, 1, 1) + \
                    struct.pack("!BBHIBB2s", 0x81, 202, 2, 0xbad, 1, 2, b"ev")
            try:
                (t if port & 1 else s).sendto(p, (gateway, port))
                sent += 1
            except OSError:
                pass
        seq += 1
        time.sleep(0.02)
        for each in s, t:
            n, own = drain(each)
            got, echo = got + n - own, echo + own
    time.sleep(0.3)
    got += drain(s)[0] + drain(t)[0]
    print(json.dumps({"sent": sent, "got": got, "echo": echo}))


def checksum(b):
    b += b"\0" * (len(b) & 1)
    n = sum(struct.unpack("!%dH" % (len(b) // 2), b))
    while n >> 16:
        n = (n & 0xffff) + (n >> 16)
    return ~n & 0xffff


class Forger:
    """UDP over IPv4 with whatever source is wanted."""

    def __init__(self, src, dst):
        self.src, self.dst = ip_port(src), ip_port(dst)
        self.s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)

    def send(self, data):
        n = 28 + len(data)
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, n, random.getrandbits(16), 0, 64, 17, 0,
                           socket.inet_aton(self.src[0]), socket.inet_aton(self.dst[0]))
        head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
        u = struct.pack("!HHHH", self.src[1], self.dst[1], 8 + len(data), 0)
        self.s.sendto(head + u + data, (self.dst[0], 0))


def spoof(kind, src, dst, ssrc, seq, ts, count="200", ms="5"):
    f = Forger(src, dst)
    ssrc, seq, ts = int(ssrc, 0), int(seq, 0), int(ts, 0)
    body = b"INJECT" * 26
    for i in range(int(count)):
        q, t = seq + i, ts + 160 * i
        p = {
            "ssrc": lambda: rtp(ssrc ^ 0x5a5a, q, t, body),
            "jump": lambda: rtp(ssrc, q + 20000, t, body),
            "type": lambda: rtp(ssrc, q, t, body, pt=77),
            "version": lambda: rtp(ssrc, q, t, body, first=0x40),
            "short": lambda: rtp(ssrc, q, t, b"")[:random.randint(0, 11)],
            "csrc": lambda: rtp(ssrc, q, t, b"INJECT", first=0x8f),
            "pad": lambda: rtp(ssrc, q, t, b"INJECT\xff", first=0xa0),
            "ext": lambda: rtp(ssrc, q, t, b"INJE\xff\xff\xff\xff", first=0x90),
        }[kind]()
        f.send(p)
        time.sleep(float(ms) / 1000)


def rtcp(src, dst, ssrc, count="300"):
    f = Forger(src, dst)
    ssrc = int(ssrc, 0)
    sr = struct.pack("!BBHIIIIII", 0x80, 200, 6, ssrc, 1, 1, 1, 1, 1)
    bye = struct.pack("!BBHI", 0x81, 203, 1, ssrc)
    cname = struct.pack("!BBHIBB2s", 0x81, 202, 2, ssrc, 1, 2, b"ev")
    random.seed(7)
    for i in range(int(count)):
        b = bytearray(random.choice((sr + cname, sr + cname + bye, bye, sr, sr + sr + cname)))
        how = i % 4
        if how == 1:
            b = b[:random.randint(0, len(b))]
        elif how == 2:
            b[random.randrange(len(b))] = random.getrandbits(8)
        elif how == 3:
            b[2:4] = struct.pack("!H", random.getrandbits(16))
        f.send(bytes(b))
        time.sleep(0.002)


def verbs(who, gateway):
    s = udp(who)
    s.connect(ip_port(gateway))
    got = 0
    for i, v in enumerate(VERBS + ["200", "000", ""]):
        for end in ("rtpbridge/1@gw", "*@gw", "rtpbridge/$@gw", "null@gw"):
            try:
                s.send(("%s %d %s MGCP 1.0\r\nC: 1\r\nM: recvonly\r\nX: 1\r\n" %
                        (v, i + 1, end)).encode())
            except OSError:
                pass
    time.sleep(1)
    try:
        while True:
            got += len(s.recv(65536))
    except OSError:
        pass
    print(json.dumps({"bytes": got}))


def mangle(b, r):
    b = bytearray(b)
    how = r.randrange(6)
    at = r.randrange(len(b))
    if how == 0:
        b[at] = r.getrandbits(8)
    elif how == 1:
        del b[at:]
    elif how == 2:
        b[at:at] = b[at:at + 40] * r.randrange(1, 30)
    elif how == 3:
        b[at:at] = bytes(r.getrandbits(8) for _ in range(20))
    elif how == 4:
        b[at:at] = str(r.choice((2 ** 32, 2 ** 64, -1, "9" * 3000))).encode()
    return bytes(b)


def mgcp(who, gateway, count):
    s = udp(who)
    r = random.Random(11)
    got = 0
    for n in range(int(count)):
        m = mangle(r.choice(GOOD).format(n=n + 100).encode(), r)
        try:
            s.sendto(m[:60000], ip_port(gateway))
        except OSError:
            pass
        if n % 20 == 0:
            time.sleep(0.01)
            got += drain(s)[0]
    time.sleep(0.5)
    print(json.dumps({"answers": got + drain(s)[0]}))


def ctl(path, count):
    r = random.Random(3)
    lines = (b'{"cmd":"status"}\n', b'{"cmd":"zone add","args":{"name":"x"}}\n',
             b'{"cmd":"streams","args":{"owner":["a"]}}\n', b"[" * 30000 + b"\n", b"\0\0\n",
             b'{"cmd":"status","args":[]}\n', b'{"cmd":{}}\n', b"x" * 200000, b"\n" * 500)
    for i in range(int(count)):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        s.settimeout(0.2)
        try:
            s.connect(path)
            s.sendall(r.choice(lines) if i % 3 else mangle(r.choice(lines), r))
            if i % 5:
                s.recv(65536)
        except OSError:
            pass
        s.close()


def main():
    todo = {"spray": spray, "spoof": spoof, "rtcp": rtcp, "verbs": verbs, "mgcp": mgcp,
            "ctl": ctl}
    if len(sys.argv) < 2 or sys.argv[1] not in todo:
        sys.exit(__doc__)
    todo[sys.argv[1]](*sys.argv[2:])


main()
