#!/bin/sh
# tests/netns/t-ring-life.sh - ring mode's beginning and end: chosen when it may be, no rule
# left behind, other programs' ports untouched, no ICMP answers, no descriptor per stream.
# limit: 90
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ringlib"
net_begin
net_need python3 nft tcpdump tshark setpriv
lan_add
host_add gw 1
host_add a 2
host_add b 3

rules() {
	run_in gw nft list ruleset
}

no_rules() {
	wait_for 3 sh -c "[ -z \"\$(ip netns exec $(ns_of gw) nft list ruleset)\" ]" || {
		rules
		return 1
	}
}

fds() {
	find "/proc/$(bg_pid "$1")/fd" -mindepth 1 | wc -l
}

# --- which one, and why ---
box chosen gw --io auto
ok "auto takes ring when it may" json_is "$WORK/chosen.out" '.io == "ring"'
ok "a drop rule is there" sh -c "ip netns exec $(ns_of gw) nft list ruleset | grep -q '20000-20999'"
ok "it stops" box_stop chosen
ok "and takes its rule away" no_rules

run_in gw sysctl -q -w net.ipv4.ip_local_port_range="20500 60999"
box overlap gw --io auto
ok "ports the system uses itself: auto takes socket" json_is "$WORK/overlap.out" '.io == "socket"'
ok "and says why" json_is "$WORK/overlap.out" '.why | test("overlap.*20500-60999.*20000-20999")'
box_stop overlap
ok "asked for by name it refuses, and says what to do" sh -c \
	"! ip netns exec $(ns_of gw) $BOX --io ring --addr 10.77.0.1 </dev/null 2>&1 |
	tee $WORK/refuse | grep -q '\"io\"' && grep -q 'ip_local_reserved_ports = 20000-20999' $WORK/refuse"
run_in gw sysctl -q -w net.ipv4.ip_local_reserved_ports=20000-20999
box reserved gw --io auto
ok "reserved, ring works" json_is "$WORK/reserved.out" '.io == "ring"'
box_stop reserved
run_in gw sysctl -q -w net.ipv4.ip_local_port_range="32768 60999"

unprivileged() {
	box "$1" gw --io auto "$2"
}
for cap in net_raw net_admin; do
	mkfifo "$WORK/$cap.in"
	run_in gw setpriv --bounding-set "-$cap" --inh-caps "-$cap" "$BOX" --addr 10.77.0.1 \
		--io auto </dev/null >"$WORK/$cap.out" 2>&1
	ok "without CAP_$(echo $cap | tr a-z A-Z) it is socket, and said" sh -c \
		"grep '\"io\"' $WORK/$cap.out | jq -e '.io == \"socket\" and (.why | test(\"CAP_\"))'"
done

# --- kill -9 ---
box gone gw --io ring
ok "a rule is there" sh -c "ip netns exec $(ns_of gw) nft list ruleset | grep -q holler-"
kill -9 "$(bg_pid gone)"
ok "kill -9 leaves no rule" no_rules

# --- other programs' ports ---
ear early gw --at 10.77.0.1:20100 --for 12 --quiet 9
box gw gw --io ring
poke a rtp --at 10.77.0.2:41000 --to 10.77.0.1:20100 >"$WORK/poke.out"
ear late gw --at 0.0.0.0:20202 --for 8 --quiet 2
ear outside gw --at 10.77.0.1:19000 --for 8 --quiet 2
sleep 1.5
poke a rtp --at 10.77.0.2:41000 --to 10.77.0.1:20202 >"$WORK/poke.out"
poke a rtp --at 10.77.0.2:41000 --to 10.77.0.1:19000 >"$WORK/poke.out"
ok "a program inside our range before us hears all" ear_is early '.packets == 20'
ok "one that came later too" ear_is late '.packets == 20'
ok "a program outside our range" ear_is outside '.packets == 20'

# --- ports others have are not handed out ---
bg hog gw python3 -c "
import socket, time
keep = []
for p in range(20000, 20700, 2):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(('0.0.0.0', p))
    keep.append(s)
print('ready', flush=True)
time.sleep(20)"
bg_ready hog
port=$(port_of gw leg x 10.77.0.2:41000)
ok "a port somebody has is not handed out" test "$port" -ge 20700
bg_stop hog KILL

# --- silence towards strangers ---
capture wire a icmp
poke a rtp --at 10.77.0.2:41000 --to "10.77.0.1:$port" --n 5 >"$WORK/poke.out"
poke a rtp --at 10.77.0.2:41000 --to 10.77.0.1:20400 --n 5 >"$WORK/poke.out"
capture_stop wire
ok "no ICMP answer from media ports" test "$(pcap_count "$WORK/wire.pcap" icmp)" = 0
box_stop gw

# --- descriptors ---
box many gw --io ring --ports 10000-19999
before=$(fds many)
ask many many 1000 "$WORK/flows" >/dev/null
after=$(fds many)
ok "2000 streams take no descriptor each" test $((after - before)) -le 4
ok "clean end" box_stop many
ok "sanitizers are silent" sh -c "! grep -l -e Sanitizer -e 'runtime error' $WORK/*.err"
net_end
