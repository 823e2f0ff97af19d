"""bench/benchlib.py - a network of two namespaces, gateways in it, and a meter.

layer: test program   thread: one   I/O: ip netns, sockets, processes

`x` (generator, 10.77.0.2) and `d` (gateway, 10.77.0.1) are joined by a veth pair with
threaded NAPI, so the kernel's receive work has a thread to charge: the gateway's side counts
as the gateway's, the generator's side does not.
Legs' peers live on 10.78.0.0/16 behind x. All is removed at exit.
"""
import atexit, ctypes, json, os, signal, socket, statistics, subprocess, sys, tempfile, time

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.environ.get("HOLLER_BUILD", TOP)
GW, GEN, NOWHERE = "10.77.0.1", "10.77.0.2", "10.77.0.3"
RTP_LEN = 172
_libc = ctypes.CDLL(None, use_errno=True)


def sh(*cmd, check=True):
    p = subprocess.run(cmd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if check and p.returncode:
        raise RuntimeError("%s ended with %d: %s" % (" ".join(cmd), p.returncode, p.stderr))
    return p.stdout


def leg_addr(s):
    return "10.78.%d.%d" % (s // 250 + 1, s % 250 + 1)


class Net:
    def __init__(self):
        tag = "hb%d" % os.getpid()
        self.x, self.d = tag + "x", tag + "d"
        self.procs = []
        self.dir = tempfile.mkdtemp(prefix="holler-bench-")
        atexit.register(self.close)
        for sig in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sig, lambda *_: sys.exit(1))
        for ns in (self.x, self.d):
            sh("ip", "netns", "add", ns)
            sh("ip", "-n", ns, "link", "set", "lo", "up")
        sh("ip", "link", "add", "hbx0", "netns", self.x, "type", "veth",
           "peer", "name", "hbd0", "netns", self.d)
        sh("ip", "-n", self.x, "addr", "add", GEN + "/24", "dev", "hbx0")
        sh("ip", "-n", self.d, "addr", "add", GW + "/24", "dev", "hbd0")
        for ns, dev in ((self.x, "hbx0"), (self.d, "hbd0")):
            sh("ip", "-n", ns, "link", "set", dev, "up")
        # veth receives by NAPI only with GRO here and no TSO there. Both ends have threads:
        # else the generator's receive work would be done, and billed, in whoever sends.
        for ns, dev in ((self.x, "hbx0"), (self.d, "hbd0")):
            self.run(ns, "ethtool", "-K", dev, "tso", "off", "gro", "on")
        for ns, dev in ((self.x, "hbx0"), (self.d, "hbd0")):
            self.run(ns, "sh", "-c", "echo 1 > /sys/class/net/%s/threaded" % dev)
        self.run(self.d, "sysctl", "-qw", "net.ipv4.ip_local_reserved_ports=16384-65535")
        # The legs' next hop has a MAC nobody has: what comes back is counted as it arrives
        # and goes no further, so that the generator's core is kept for generating.
        sh("ip", "-n", self.d, "route", "add", "10.78.0.0/16", "via", NOWHERE)
        sh("ip", "-n", self.d, "neigh", "replace", NOWHERE, "lladdr", "02:00:5e:00:53:01",
           "dev", "hbd0")
        sh("ip", "-n", self.d, "route", "add", "224.0.0.0/4", "dev", "hbd0")
        xmac = json.loads(sh("ip", "-j", "-n", self.x, "link", "show", "hbx0"))[0]["address"]
        self.mac = json.loads(sh("ip", "-j", "-n", self.d, "link", "show", "hbd0"))[0]["address"]
        # Known from the start: packets that wait for an answer of ARP may be overtaken.
        sh("ip", "-n", self.d, "neigh", "replace", GEN, "lladdr", xmac, "dev", "hbd0")
        sh("ip", "-n", self.x, "neigh", "replace", GW, "lladdr", self.mac, "dev", "hbx0")

    def run(self, ns, *cmd, check=True):
        return sh("ip", "netns", "exec", ns, *cmd, check=check)

    def start(self, ns, *cmd, cpu=None, env=None, log=None):
        if cpu is not None:
            cmd = ("taskset", "-c", str(cpu)) + cmd
        out = open(os.path.join(self.dir, log or os.path.basename(cmd[-1]) + ".log"), "w")
        p = subprocess.Popen(("ip", "netns", "exec", ns) + cmd, stdout=out, stderr=out,
                             stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})})
        self.procs.append(p)
        return p

    def stop(self, p):
        p.terminate()
        try:
            p.wait(5)
        except subprocess.TimeoutExpired:
            p.kill()
            p.wait()
        if p in self.procs:
            self.procs.remove(p)

    def socket(self, ns, kind=socket.SOCK_DGRAM):
        """A socket that lives in another namespace."""
        here = os.open("/proc/self/ns/net", os.O_RDONLY)
        there = os.open("/run/netns/" + ns, os.O_RDONLY)
        try:
            if _libc.setns(there, 0):
                raise OSError(ctypes.get_errno(), "setns")
            return socket.socket(socket.AF_INET, kind)
        finally:
            _libc.setns(here, 0)
            os.close(here)
            os.close(there)

    def flows_file(self, flows):
        path = os.path.join(self.dir, "flows")
        with open(path, "w") as f:
            f.writelines("%s %d %s %d\n" % flow for flow in flows)
        return path

    def pktgen(self, flows, pps, seconds, pids=(), warm=0.3, cpu=0):
        """One trial; adds ns per packet that came out."""
        cmd = [os.path.join(BUILD, "tests/bench/pktgen"), "-i", "hbx0", "-D", self.mac,
               "-f", self.flows_file(flows), "-r", str(pps), "-t", str(seconds),
               "-w", str(warm), "-k", "napi/hbd0", "-l", str(RTP_LEN), "-c", str(cpu)]
        if pids:
            cmd += ["-p", ",".join(map(str, pids))]
        r = json.loads(self.run(self.x, *cmd))
        cost = r["cpu_ns"] + r["napi_ns"]
        r["ns_per_out"] = cost / max(r["received"], 1)
        return r

    def close(self):
        for p in list(self.procs):
            self.stop(p)
        for ns in (self.x, self.d):
            sh("ip", "netns", "del", ns, check=False)


def napi_threads():
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/comm" % pid) as f:
                name = f.read()
        except OSError:
            continue
        if name.startswith(("napi/hbd0", "napi/hbx0")):
            yield pid, name.startswith("napi/hbd0")


def pin_napi(net, cpu):
    """Keep the kernel's receive work for the gateway on its core, the other's off it."""
    for pid, ours in napi_threads():
        sh("taskset", "-pc", str(cpu if ours else 1 - cpu), pid, check=False)


def like_a_card(net):
    """At the highest rates the veth must be as a card is, else its queue of 256 runs over
    and nobody's limit is found: receive work comes before programs, as a soft interrupt
    does, and a full queue makes senders wait (with a queueing discipline it does, since
    Linux 6.16) in place of throwing away."""
    for pid, _ in napi_threads():
        sh("chrt", "-f", "-p", "10", pid, check=False)
    for ns, dev in ((net.x, "hbx0"), (net.d, "hbd0")):
        net.run(ns, "tc", "qdisc", "replace", "dev", dev, "root", "pfifo", "limit", "10000")


def cpu_ns(pids):
    """Time on a CPU of all threads of these processes, as the scheduler counts it."""
    total = 0
    for pid in pids:
        for t in os.listdir("/proc/%d/task" % pid):
            with open("/proc/%d/task/%s/schedstat" % (pid, t)) as f:
                total += int(f.read().split()[0])
    return total


def load(net, gateway, program, *words):
    """A load from the call agent's place; adds CPU of the gateway per transaction. The first
    JSON line counts."""
    cmd = [os.path.join(BUILD, "tests/tools", program), "load", *words, "--media",
           ",".join(leg_addr(i) for i in range(16))]
    cpu = cpu_ns(gateway.pids)
    out = net.run(net.x, *cmd)
    cpu = cpu_ns(gateway.pids) - cpu
    r = json.loads(out.splitlines()[0])
    r["cpu_us"] = cpu / 1000 / max(r["transactions"], 1)
    return r


def mgcp_load(net, gateway, calls, endpoint, *more):
    return load(net, gateway, "mgcpca", "--to", GW + ":2427", "--calls", str(calls),
                "--endpoint", endpoint + "@" + gateway.mgcp.domain, *more)


def h248_load(net, gateway, calls, *more):
    return load(net, gateway, "h248mgc", "--to", GW + ":2944", "--bind", GEN + ":2944",
                "--calls", str(calls), *more)


H248_CONF = """
h248 { udp = {"%s:2944"} tcp = {} sctp = {} }
agent "mgc" { protocol = h248 mid = "[%s]:2944" mgcs = {"%s"} max_contexts = 100000 }
""" % (GW, GW, GEN)


def holler_conf(folder, ctl, io, endpoints):
    return """
log { level = "warning" }
ctl { socket = "%s" }
store { file = "" }
media { workers = 1 io = "%s" addresses = {"%s"} ports = 16384-65535 rest = 20ms }
mgcp { listen = {"%s:2427"} }
agent "bench" { allow = {"%s/32"} announce = no gateway = "gw" }
endpoint "rtpbridge/%%x" { owner = "bench" count = %d codecs = {"PCMU"} }
""" % (ctl, io, GW, GW, GEN, endpoints)


def wait_for(what, seconds=10):
    end = time.time() + seconds
    while time.time() < end:
        if what():
            return True
        time.sleep(0.05)
    return False


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


class Loads:
    """The runs of a load by name, and what they come to."""

    def __init__(self):
        self.runs = {}

    def add(self, name, r, well):
        print(name, r, file=sys.stderr, flush=True)
        if not well:
            raise RuntimeError("%s: not all went well" % name)
        self.runs.setdefault(name, []).append(r)

    def spreads(self):
        def of(pick):
            return {name: spread([pick(r) for r in rs]) for name, rs in self.runs.items()}
        return {"cpu_us": of(lambda r: r["cpu_us"]), "per_second": of(lambda r: r["per_second"]),
                "p50_ms": of(lambda r: r["ms"]["p50"]), "p99_ms": of(lambda r: r["ms"]["p99"])}

    def ratio(self, a, b):
        return (statistics.median(r["cpu_us"] for r in self.runs[a]) /
                statistics.median(r["cpu_us"] for r in self.runs[b]))


# ---- MGCP, spoken by hand so that the gateway alone is measured ----------------------

def sdp(addr, port):
    return ("v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
            "m=audio %d RTP/AVP 0\r\na=ptime:20\r\n") % (addr, addr, port)


class Mgcp:
    def __init__(self, net, gateway=GW, port=2427, addr=GEN, domain="gw"):
        self.sock = net.socket(net.x)
        self.sock.bind((addr, 0))
        self.sock.settimeout(1.0)
        self.to, self.domain, self.tid = (gateway, port), domain, 1000

    def ask(self, verb, endpoint, lines, body=""):
        self.tid += 1
        text = "%s %d %s@%s MGCP 1.0\r\n%s" % (
            verb, self.tid, endpoint, self.domain, "".join(l + "\r\n" for l in lines))
        if body:
            text += "\r\n" + body
        for _ in range(5):
            self.sock.sendto(text.encode(), self.to)
            try:
                while True:
                    got = self.sock.recv(65535).decode()
                    for part in got.split("\r\n.\r\n"):
                        head = part.split("\r\n", 1)[0].split()
                        if len(head) > 1 and head[1] == str(self.tid) and head[0] != "100":
                            return Answer(part)
                        if head and head[0] in ("RSIP", "NTFY", "DLCX"):
                            self.sock.sendto(("200 %s OK\r\n" % head[1]).encode(), self.to)
            except socket.timeout:
                continue
        raise TimeoutError("no answer to " + text.splitlines()[0])


class Answer:
    def __init__(self, text):
        head, _, body = text.partition("\r\n\r\n")
        lines = head.split("\r\n")
        self.code = int(lines[0].split()[0])
        self.text, self.sdp = text, body
        self.par = {l.split(":", 1)[0].upper(): l.split(":", 1)[1].strip()
                    for l in lines[1:] if ":" in l}

    def port(self):
        for l in self.sdp.splitlines():
            if l.startswith("m="):
                return int(l.split()[1])
        raise ValueError("no m= line in " + self.text)


def mgcp_relay_calls(mgcp, n, any_name="rtpbridge/$", first=0):
    """n calls of two legs; returns flows: each leg's peer to the leg's port."""
    flows = []
    for c in range(first, first + n):
        name = any_name
        for side in (0, 1):
            leg = 2 * c + side
            a = mgcp.ask("CRCX", name, ["C: %x" % (c + 1), "L: p:20, a:PCMU", "M: sendrecv"],
                         sdp(leg_addr(leg), 30000))
            if a.code != 200:
                raise RuntimeError(a.text)
            name = a.par.get("Z", name).split("@")[0]
            flows.append((leg_addr(leg), 30000, GW, a.port()))
    return flows


# ---- gateways: each a context with .pids and .relay(n) -> flows ------------------------

class Osmo:
    label = "osmo-mgw"

    def __init__(self, net, cpu=1, endpoints=1200):
        conf = os.path.join(net.dir, "osmo-mgw.cfg")
        with open(conf, "w") as f:
            f.write("log stderr\n logging level set-all fatal\nmgcp\n domain mgw\n"
                    " bind ip %s\n bind port 2427\n rtp bind-ip %s\n"
                    " rtp port-range 16002 40000\n number endpoints %d\n"
                    " rtp force-ptime 20\n" % (GW, GW, endpoints))
        self.net = net
        self.p = net.start(net.d, "osmo-mgw", "-c", conf, cpu=cpu, log="osmo.log")
        self.mgcp = Mgcp(net, domain="mgw")
        time.sleep(1)
        self.pids = [self.p.pid]

    def relay(self, n):
        return mgcp_relay_calls(self.mgcp, n, "rtpbridge/*")

    def close(self):
        self.net.stop(self.p)


class BareLoop:
    """No gateway: a loop that reads a packet and sends it to all, by connected sockets."""
    label = "bare-loop"

    def __init__(self, net, cpu=1):
        self.net, self.cpu, self.p, self.pids = net, cpu, None, []

    def fan_out(self, n):
        self.p = self.net.start(self.net.d, os.path.join(BUILD, "tests/bench/bareloop"),
                                GW + ":20000", *(leg_addr(i + 1) + ":30000" for i in range(n)),
                                cpu=self.cpu, log="bareloop.log")
        if not wait_for(lambda: ":20000 " in self.net.run(self.net.d, "ss", "-Hlun"), 10):
            raise RuntimeError("the bare loop did not start")
        self.pids = [self.p.pid]
        return [(leg_addr(0), 30000, GW, 20000)]

    def close(self):
        if self.p:
            self.net.stop(self.p)


class Megaco:
    """Erlang's megaco as the gateway: it answers what the load asks and carries no media."""
    label = "erlang-megaco"

    def __init__(self, net, cpu=1):
        self.net = net
        self.p = net.start(net.d, "escript", os.path.join(TOP, "tests/bench/h248_mg.escript"),
                           GW, "2944", cpu=cpu, log="megaco.log")
        log = os.path.join(net.dir, "megaco.log")
        if not wait_for(lambda: "ready" in open(log).read(), 30):
            raise RuntimeError("megaco did not start: " + open(log).read())
        self.pids = [self.p.pid]

    def close(self):
        self.net.stop(self.p)


def bencode(v):
    if isinstance(v, int):
        return b"i%de" % v
    if isinstance(v, str):
        return b"%d:%s" % (len(v.encode()), v.encode())
    if isinstance(v, list):
        return b"l" + b"".join(map(bencode, v)) + b"e"
    return b"d" + b"".join(bencode(k) + bencode(v[k]) for k in sorted(v)) + b"e"


def bdecode(b, i=0):
    if b[i:i + 1] == b"i":
        j = b.index(b"e", i)
        return int(b[i + 1:j]), j + 1
    if b[i:i + 1] in (b"l", b"d"):
        items, kind, i = [], b[i:i + 1], i + 1
        while b[i:i + 1] != b"e":
            v, i = bdecode(b, i)
            items.append(v)
        if kind == b"d":
            return dict(zip(items[::2], items[1::2])), i + 1
        return items, i + 1
    j = b.index(b":", i)
    n = int(b[i:j])
    return b[j + 1:j + 1 + n].decode(errors="replace"), j + 1 + n


class Rtpengine:
    label = "rtpengine"

    def __init__(self, net, cpu=1, threads=1):
        self.net = net
        self.p = net.start(net.d, "rtpengine", "--config-file=none", "--table=-1",
                           "--interface=" + GW, "--listen-ng=%s:2223" % GW, "--foreground",
                           "--log-stderr", "--log-level=1", "--num-threads=%d" % threads,
                           "--port-min=16000", "--port-max=60000", "--timeout=3600",
                           "--silent-timeout=3600", "--delete-delay=0",
                           cpu=cpu, log="rtpengine.log")
        self.sock = net.socket(net.x)
        self.sock.settimeout(2)
        self.n = 0
        if not wait_for(lambda: self.ping(), 15):
            raise RuntimeError("rtpengine does not answer: " + net.dir)
        self.pids = [self.p.pid]

    def ask(self, **d):
        self.n += 1
        cookie = b"c%d" % self.n
        for _ in range(4):
            self.sock.sendto(cookie + b" " + bencode(d), (GW, 2223))
            try:
                while True:
                    got = self.sock.recv(65535)
                    if got.startswith(cookie + b" "):
                        return bdecode(got, len(cookie) + 1)[0]
            except socket.timeout:
                continue
        raise TimeoutError("rtpengine")

    def ping(self):
        try:
            self.sock.settimeout(0.3)
            return self.ask(command="ping").get("result") == "pong"
        except (TimeoutError, OSError):
            return False
        finally:
            self.sock.settimeout(2)

    @staticmethod
    def port_of(reply):
        for l in reply["sdp"].splitlines():
            if l.startswith("m="):
                return int(l.split()[1])

    def relay(self, n):
        flows = []
        for c in range(n):
            key = {"call-id": "call%d" % c, "from-tag": "a%d" % c, "ICE": "remove",
                   "flags": ["trust-address", "asymmetric"], "replace": ["origin"]}
            a, b = leg_addr(2 * c), leg_addr(2 * c + 1)
            # the offer's answer holds the port B sends to, the answer's the one A sends to
            port_b = self.port_of(self.ask(command="offer", sdp=sdp(a, 30000), **key))
            key["to-tag"] = "b%d" % c
            port_a = self.port_of(self.ask(command="answer", sdp=sdp(b, 30000), **key))
            flows += [(a, 30000, GW, port_a), (b, 30000, GW, port_b)]
        return flows

    def fan_out(self, n):
        """One source published, n subscribers; returns the source's flow."""
        pub = self.ask(command="publish", sdp=sdp(leg_addr(0), 30000).replace(
            "a=ptime", "a=sendonly\r\na=ptime"), **{"call-id": "fan", "from-tag": "src"})
        for i in range(n):
            tag = "sub%d" % i
            req = self.ask(command="subscribe request", **{
                "call-id": "fan", "from-tag": "src", "to-tag": tag})
            if "sdp" not in req:
                raise RuntimeError(str(req))
            self.ask(command="subscribe answer", sdp=sdp(leg_addr(i + 1), 30000).replace(
                "a=ptime", "a=recvonly\r\na=ptime"), **{"call-id": "fan", "to-tag": req.get("to-tag", tag)})
        return [(leg_addr(0), 30000, GW, self.port_of(pub))]

    def close(self):
        self.net.stop(self.p)


class Holler:
    """hollerd with one bridge pool, a zone with 100 listeners' worth of groups on demand."""

    def __init__(self, net, io="ring", cpu=1, endpoints=1200, extra=""):
        self.net, self.label, self.mgcp = net, "holler-" + io, None
        self.sock = os.path.join(net.dir, "ctl")
        conf = os.path.join(net.dir, "hollerd.conf")
        with open(conf, "w") as f:
            f.write(holler_conf(net.dir, self.sock, io, endpoints) + extra)
        self.p = net.start(net.d, os.path.join(BUILD, "src/daemon/hollerd"), "-c", conf,
                           cpu=cpu, log="hollerd.log")
        if not wait_for(lambda: os.path.exists(self.sock), 10):
            raise RuntimeError("hollerd did not start: " +
                               open(os.path.join(net.dir, "hollerd.log")).read())
        self.mgcp = Mgcp(net)
        self.pids = [self.p.pid]

    def ctl(self, *words):
        return sh(os.path.join(BUILD, "src/cli/hollerctl"), "-s", self.sock, *words)

    def relay(self, n):
        return mgcp_relay_calls(self.mgcp, n)

    def talk(self, zone, leg=0, call="7001"):
        a = self.mgcp.ask("CRCX", "page/" + zone,
                          ["C: " + call, "L: p:20, a:PCMU", "M: recvonly"],
                          sdp(leg_addr(leg), 30000))
        if a.code != 200:
            raise RuntimeError(a.text)
        return (leg_addr(leg), 30000, GW, a.port())

    def fan_out(self, n):
        more = [w for i in range(n) for w in ("--listener", leg_addr(i + 1) + ":30000")]
        self.ctl("zone", "add", "fan", *more)
        return [self.talk("fan")]

    def group_page(self):
        self.ctl("zone", "add", "one", "--group", "239.9.9.9:5004")
        return [self.talk("one", leg=200, call="7002")]

    def close(self):
        self.net.stop(self.p)
