#!/usr/bin/env python3
# tests/netns/poke.py - RTP in odd shapes, and an ear that counts; for network tests.
#
# poke.py rtp --at IP:PORT --to IP:PORT [--n 20] [--size 160] [--gap MS] [--gso N] [--ssrc X]
#             [--ttl N] [--loop] [--if DEV] [--seq N]
# poke.py frame --dev DEV --mac MAC --at IP:PORT --to IP:PORT [--vlan ID] [--bad-sum]
#               [--no-sum] [--n 20] [--size 160] [--src-mac MAC] [--options] [--pad N]
# poke.py hear --at IP:PORT [--group IP --dev DEV] [--quiet SECONDS] [--for SECONDS]
#
# hear prints "ready", then one JSON line: packets, lengths, ssrcs, from, ttl, tos, icmp.
import argparse
import json
import socket
import struct
import sys
import time

IP_RECVTTL, IP_RECVERR, UDP_SEGMENT = 12, 11, 103


def end(text):
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


def rtp(seq, ssrc, size):
    return struct.pack("!BBHII", 0x80, 0, seq & 0xffff, seq * 160 & 0xffffffff, ssrc) + \
        bytes((seq + i) & 0xff for i in range(size))


def sock(args, to):
    v6 = ":" in to[0]
    s = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(end(args.at))
    if args.ttl:
        if v6:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, args.ttl)
        else:
            s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, args.ttl)
    if args.dev:
        index = socket.if_nametoindex(args.dev)
        if v6:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
        else:
            s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                         struct.pack("4sii", b"\0" * 4, 0, index))
    return s


def do_rtp(args):
    to = end(args.to)
    s = sock(args, to)
    sent = 0
    errors = 0
    while sent < args.n:
        many = max(args.gso, 1)
        data = b"".join(rtp(args.seq + sent + i, args.ssrc, args.size) for i in range(many))
        try:
            if args.gso:
                s.sendmsg([data], [(17, UDP_SEGMENT, struct.pack("H", args.size + 12))], 0, to)
            else:
                s.sendto(data, to)
        except OSError:
            errors += 1
        sent += many
        time.sleep(args.gap / 1000)
    print(json.dumps({"sent": sent, "errors": errors}))


def csum(data):
    if len(data) % 2:
        data += b"\0"
    s = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while s >> 16:
        s = (s & 0xffff) + (s >> 16)
    return ~s & 0xffff


def mac(text):
    return bytes(int(x, 16) for x in text.split(":"))


def do_frame(args):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    s.bind((args.dev, 0))
    own = mac(args.src_mac) if args.src_mac else s.getsockname()[4]
    (sip, sport), (dip, dport) = end(args.at), end(args.to)
    a, b = socket.inet_aton(sip), socket.inet_aton(dip)
    opt = b"\1" * 8 if args.options else b""
    for i in range(args.n):
        data = rtp(args.seq + i, args.ssrc, args.size)
        udp = struct.pack("!HHHH", sport, dport, 8 + len(data), 0)
        check = csum(a + b + struct.pack("!HH", 17, 8 + len(data)) + udp + data) or 0xffff
        if args.bad_sum:
            check ^= 0x0100
        if args.no_sum:
            check = 0
        udp = udp[:6] + struct.pack("!H", check)
        ip = struct.pack("!BBHHHBBH4s4s", 0x45 + len(opt) // 4, 0,
                         20 + len(opt) + 8 + len(data), i, 0, 64, 17, 0, a, b) + opt
        ip = ip[:10] + struct.pack("!H", csum(ip)) + ip[12:]
        tag = struct.pack("!HH", 0x8100, args.vlan) if args.vlan is not None else b""
        s.send(mac(args.mac) + own + tag + b"\x08\0" + ip + udp + data + b"\xee" * args.pad)
        time.sleep(args.gap / 1000)
    print(json.dumps({"sent": args.n}))


def join(s, args):
    v6 = ":" in args.group
    index = socket.if_nametoindex(args.dev)
    if v6:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
                     socket.inet_pton(socket.AF_INET6, args.group) + struct.pack("@I", index))
    else:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                     socket.inet_aton(args.group) + struct.pack("4si", b"\0" * 4, index))


def do_hear(args):
    at = end(args.at)
    v6 = ":" in at[0]
    s = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if not v6:
        s.setsockopt(socket.IPPROTO_IP, IP_RECVTTL, 1)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
    s.bind(at)
    if args.group:
        join(s, args)
    got = {"packets": 0, "lengths": {}, "ssrcs": {}, "from": {}, "ttl": {}, "tos": {}}
    print("ready", file=sys.stderr, flush=True)
    stop = time.time() + args.duration
    while time.time() < stop:
        s.settimeout(max(0.01, min(stop - time.time(),
                                   args.quiet if got["packets"] else args.duration)))
        try:
            data, anc, _, peer = s.recvmsg(65535, 256)
        except socket.timeout:
            break
        got["packets"] += 1
        marks = {12: "ttl", 2: "ttl", 1: "tos"}
        for level, kind, value in anc:
            if level == 0 and kind in marks:
                key = str(value[0])
                got[marks[kind]][key] = got[marks[kind]].get(key, 0) + 1
        ssrc = "%08x" % struct.unpack("!I", data[8:12]) if len(data) >= 12 else "short"
        for name, key in (("lengths", str(len(data))), ("ssrcs", ssrc),
                          ("from", "%s:%d" % peer[:2])):
            got[name][key] = got[name].get(key, 0) + 1
    print(json.dumps(got), flush=True)


p = argparse.ArgumentParser()
p.add_argument("what", choices=("rtp", "frame", "hear"))
p.add_argument("--at", required=True)
p.add_argument("--to")
p.add_argument("--dev")
p.add_argument("--group")
p.add_argument("--mac")
p.add_argument("--src-mac")
p.add_argument("--vlan", type=int)
p.add_argument("--bad-sum", action="store_true")
p.add_argument("--no-sum", action="store_true")
p.add_argument("--options", action="store_true")
p.add_argument("--pad", type=int, default=0)
p.add_argument("--n", type=int, default=20)
p.add_argument("--size", type=int, default=160)
p.add_argument("--gap", type=float, default=5)
p.add_argument("--gso", type=int, default=0)
p.add_argument("--ssrc", type=lambda x: int(x, 16), default=0x1234)
p.add_argument("--seq", type=int, default=1)
p.add_argument("--ttl", type=int, default=0)
p.add_argument("--quiet", type=float, default=1)
p.add_argument("--for", dest="duration", type=float, default=5)
args = p.parse_args()
{"rtp": do_rtp, "frame": do_frame, "hear": do_hear}[args.what](args)
