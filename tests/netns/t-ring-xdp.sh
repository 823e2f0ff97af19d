#!/bin/sh
# tests/netns/t-ring-xdp.sh - ring mode's frames by AF_XDP: the same packets come out as
# without it, and where a device's queue can't be had they go as before.
# limit: 90
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ringlib"
net_begin
net_need python3 tshark
lan_add
host_add gw 1
host_add a 2
host_add b 3

# two NAME [OPTION...]: a box with legs a and b that hear each other.
two() {
	two_box=$1
	shift
	box "$two_box" gw --io ring --addr fd77::1 "$@"
	pa=$(port_of "$two_box" leg a 10.77.0.2:41000)
	pb=$(port_of "$two_box" leg b 10.77.0.3:42000)
	ask "$two_box" to a b >/dev/null
	ask "$two_box" to b a >/dev/null
}
# passes [OPTION...]: what a sends to the gateway comes out at b, all but a first one that
# may be kept back, from b's port.
passes() {
	ear ear b --at 10.77.0.3:42000
	poke a rtp --at 10.77.0.2:41000 --to "10.77.0.1:$pa" --n 50 --gap 1 "$@" \
		>"$WORK/poke.out"
	ear_is ear ".packets >= 49 and .packets <= 50 and .from[\"10.77.0.1:$pb\"] == .packets"
}
# xdp_of BOX: frames its first worker sent by AF_XDP, RTCP included.
xdp_of() {
	ask "$1" info | jq .xdp
}

two gw --ports 20000-23999
ok "a relay passes" passes
before=$(xdp_of gw)
capture wire b udp
ok "and goes on" passes --seq 100
capture_stop wire
ok "by AF_XDP" test $(($(xdp_of gw) - before)) -ge 50
ok "nothing is malformed" judge_pcap "$WORK/wire.pcap" "ip.src == 10.77.0.1"
tshark_read "$WORK/wire.pcap" -o udp.check_checksum:TRUE -o ip.check_checksum:TRUE \
	-Y 'ip.src == 10.77.0.1 && (udp.checksum.status == 0 || ip.checksum.status == 0)' >"$WORK/sums"
ok "UDP and IP checksums hold" test ! -s "$WORK/sums"
before=$(xdp_of gw)
ok "long ones, too" passes --seq 200 --size 1400
ok "by AF_XDP as well" test $(($(xdp_of gw) - before)) -ge 50

# --- many at once: more than a buffer, a send and a system call take ---
run_in a ip addr add 10.78.1.1/32 dev eth0
run_in gw ip route add 10.78.1.1/32 via 10.77.0.2
run_in gw ip route add 10.78.0.0/16 via 10.77.0.3
ask gw fan 1000 "$WORK/fan" >/dev/null
to=$(awk 'NR == 1 { print $3 ":" $4 }' "$WORK/fan")
got_by_b() {
	ip -n "$(ns_of b)" -s -j link show eth0 | jq '.[0].stats64.rx.packets'
}
poke a rtp --at 10.78.1.1:30000 --to "$to" --n 3 >"$WORK/poke.out"
sleep 0.3
before=$(xdp_of gw) b_before=$(got_by_b)
poke a rtp --at 10.78.1.1:30000 --to "$to" --n 10 --seq 10 >"$WORK/poke.out"
sleep 0.3
ok "10 packets to 1000 listeners leave by AF_XDP" test $(($(xdp_of gw) - before)) -ge 10000
ok "and all arrive" test $(($(got_by_b) - b_before)) -ge 10000
ok "none was refused" is gw info ".tx_failed == 0"

# --- a device that is down, and up again ---
run_in gw ip link set eth0 down
poke a rtp --at 10.77.0.2:41000 --to "10.77.0.1:$pa" --n 5 --seq 300 >"$WORK/poke.out"
run_in gw ip link set eth0 up
run_in gw ip addr add fd77::1/64 dev eth0 nodad
ok "after a while without the device all is well" passes --seq 400
ip -n "$(ns_of sw)" link set p1 down
poke a rtp --at 10.77.0.2:41000 --to "10.77.0.1:$pa" --n 5 --seq 500 >"$WORK/poke.out"
ip -n "$(ns_of sw)" link set p1 up
ok "after a while without a carrier, too" passes --seq 600

# --- a queue somebody has ---
two second --ports 30000-30999
ok "a second gateway on the device passes" passes
ok "not by AF_XDP: the first has the queue" test "$(xdp_of second)" = 0
box_stop second
box_stop gw

# --- longer frames than a buffer takes ---
for host in gw a b; do
	run_in $host ip link set eth0 mtu 9000
done
for port in 1 2 3; do
	ip -n "$(ns_of sw)" link set p$port mtu 9000
done
two long
ok "jumbo frames pass" passes --size 2030
ok "by a packet socket" test "$(xdp_of long)" = 0
ok "short ones between them by AF_XDP" passes --seq 200
ok "and that shows" test "$(xdp_of long)" -ge 50
box_stop long

# --- told not to ---
two never --xdp no
ok "without AF_XDP the same passes" passes
ok "and it is not used" test "$(xdp_of never)" = 0
box_stop never

# --- a device that looks into frames ---
run_in gw ip link add br7 type bridge
run_in gw ip addr flush dev eth0
run_in gw ip link set eth0 master br7
run_in gw ip addr add 10.77.0.1/24 dev br7
run_in gw ip addr add fd77::1/64 dev br7 nodad
run_in gw ip link set br7 up
two bridge
ok "by a bridge it passes" passes
ok "by a packet socket" test "$(xdp_of bridge)" = 0
box_stop bridge
ok "sanitizers are silent" sh -c "! grep -l -e Sanitizer -e 'runtime error' $WORK/*.err"
net_end
