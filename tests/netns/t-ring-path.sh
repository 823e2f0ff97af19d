#!/bin/sh
# tests/netns/t-ring-path.sh - ring mode and the network: neighbours, routes, fragments,
# super-frames, tags, sizes, peers on the same host. Each bullet of what a tap bypasses.
# limit: 150
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ringlib"
net_begin
net_need python3 tcpdump tshark ethtool
lan_add
host_add gw 1
host_add a 2
host_add b 3
host_add r 4

gwmac=$(ip -j -n "$(ns_of gw)" link show eth0 | jq -r '.[0].address')
box gw gw --io ring --addr fd77::1
pa=$(port_of gw leg a 10.77.0.2:41000)
pb=$(port_of gw leg b 10.77.0.3:42000)
ask gw to a b >/dev/null
ask gw to b a >/dev/null

# send HOST [OPTION...]: 20 packets of a's to the gateway.
send() {
	poke a rtp --at 10.77.0.2:41000 --to "10.77.0.1:$pa" "$@" >"$WORK/poke.out"
}
# rx_is N: a's leg counts that many, now and a little later.
rx_is() {
	sleep 0.2
	is gw "stat a" ".rx == $1"
}
# The first packet proves a new source and may be kept back (RFC 3550 A.1).
most='.packets >= 19 and .packets <= 20'

# --- a neighbour nobody knows yet; marks and ports on the wire ---
run_in gw ip neigh flush dev eth0
ear ear b --at 10.77.0.3:42000
send
ok "a new neighbour is resolved, little is lost" ear_is ear "$most"
ok "from the leg's own port" json_is "$WORK/ear.out" ".from[\"10.77.0.1:$pb\"] == .packets"
capture wire b udp
ear ear b --at 10.77.0.3:42000
send --seq 100
ok "then by frame" ear_is ear '.packets == 20 and .ttl["64"] == 20'
capture_stop wire
ok "good checksums, nothing malformed" judge_pcap "$WORK/wire.pcap" "ip.src == 10.77.0.1"
tshark_read "$WORK/wire.pcap" -o udp.check_checksum:TRUE -o ip.check_checksum:TRUE \
	-Y 'ip.src == 10.77.0.1 && (udp.checksum.status == 0 || ip.checksum.status == 0)' >"$WORK/sums"
ok "UDP and IP checksums hold" test ! -s "$WORK/sums"

# --- checksums coming in ---
before=$(ask gw stat a | jq .rx)
poke a frame --dev eth0 --mac "$gwmac" --at 10.77.0.2:41000 --to "10.77.0.1:$pa" --bad-sum \
	--seq 200 --n 5 >"$WORK/poke.out"
ok "a wrong checksum is dropped" rx_is $((before))
poke a frame --dev eth0 --mac "$gwmac" --at 10.77.0.2:41000 --to "10.77.0.1:$pa" --no-sum \
	--seq 200 --n 5 >"$WORK/poke.out"
ok "none at all is fine" rx_is $((before + 5))
poke a frame --dev eth0 --mac "$gwmac" --at 10.77.0.2:41000 --to "10.77.0.1:$pa" --options \
	--pad 9 --seq 205 --n 5 >"$WORK/poke.out"
ok "IP options and padding are stepped over" rx_is $((before + 10))
for what in on off; do
	run_in a ethtool -K eth0 tx $what >/dev/null 2>&1
	ear ear b --at 10.77.0.3:42000
	send --seq 300
	ok "checksums left to hardware ($what)" ear_is ear '.packets == 20'
done
run_in a ethtool -K eth0 tx on >/dev/null 2>&1

# --- super-frames ---
run_in a ethtool -K eth0 tx-udp-segmentation on >/dev/null 2>&1
ear ear b --at 10.77.0.3:42000
send --gso 10 --n 40 --seq 400
ok "super-frames come apart" ear_is ear '.packets == 40 and .lengths == {"172": 40}'

# --- frames with a VLAN tag are the VLAN device's ---
before=$(ask gw stat a | jq .rx)
poke a frame --dev eth0 --mac "$gwmac" --at 10.77.0.2:41000 --to "10.77.0.1:$pa" --vlan 7 \
	--seq 500 --n 5 >"$WORK/poke.out"
ok "a tagged frame is not ours" rx_is $((before))
poke a frame --dev eth0 --mac "$gwmac" --at 10.77.0.2:41000 --to "10.77.0.1:$pa" --vlan 0 \
	--seq 520 --n 5 >"$WORK/poke.out"
ok "a priority tag is no VLAN" rx_is $((before + 5))

# --- fragments, and packets longer than the link takes ---
ear ear b --at 10.77.0.3:42000
send --size 1800 --seq 600
ok "fragments come in, long packets go out" ear_is ear '.packets == 20 and .lengths == {"1812": 20}'
ear ear b --at 10.77.0.3:42000
send --seq 700
ok "and short ones still do" ear_is ear '.packets == 20'
run_in gw ip route add 10.77.0.3 dev eth0 mtu 1000
capture wire b "udp or ip[6:2] & 0x3fff != 0"
ear ear b --at 10.77.0.3:42000
send --size 1100 --seq 800
ok "a smaller MTU of the route is heeded" ear_is ear '.packets == 20'
capture_stop wire
ok "by fragments" test "$(pcap_count "$WORK/wire.pcap" 'ip.flags.mf == 1')" = 20
run_in gw ip route del 10.77.0.3 dev eth0

# --- the neighbour's MAC changes ---
ip -n "$(ns_of b)" link set eth0 address 02:00:00:00:be:ef
ip -n "$(ns_of b)" addr add 10.77.0.3/24 dev eth0 2>/dev/null
ip -n "$(ns_of b)" route add 224.0.0.0/4 dev eth0 2>/dev/null
run_in gw ip neigh replace 10.77.0.3 lladdr 02:00:00:00:be:ef dev eth0 nud reachable
ear ear b --at 10.77.0.3:42000
send --seq 900
ok "a neighbour's new MAC" ear_is ear '.packets == 20'

# --- routes change ---
for h in b r; do
	ip -n "$(ns_of $h)" addr add 10.99.0.1/32 dev lo
done
ask gw remote b 10.99.0.1:43000 >/dev/null
run_in gw ip route add 10.99.0.1 via 10.77.0.3
ear ear b --at 10.99.0.1:43000
send --seq 1000
ok "by a router" ear_is ear "$most"
run_in gw ip route replace 10.99.0.1 via 10.77.0.4
ear ear r --at 10.99.0.1:43000
sleep 0.2
send --seq 1100
ok "by another router at once" ear_is ear "$most"
run_in gw ip route del 10.99.0.1
run_in gw ip rule add to 10.99.0.1 lookup 77
run_in gw ip route add 10.99.0.1 via 10.77.0.3 table 77
ear ear b --at 10.99.0.1:43000
sleep 0.2
send --seq 1200
ok "by a rule" ear_is ear "$most"
run_in gw ip rule del to 10.99.0.1 lookup 77

# --- what only the kernel can: tunnel ---
if ip -n "$(ns_of gw)" link add tun0 type ipip local 10.77.0.1 remote 10.77.0.3 2>/dev/null; then
	ip -n "$(ns_of b)" link add tun0 type ipip local 10.77.0.3 remote 10.77.0.1
	ip -n "$(ns_of gw)" link set tun0 up
	ip -n "$(ns_of b)" link set tun0 up
	run_in gw ip route add 10.99.0.1 dev tun0 src 10.77.0.1
	ear ear b --at 10.99.0.1:43000
	sleep 0.2
	send --seq 1300
	ok "through a tunnel" ear_is ear "$most"
else
	skip_one "this kernel has no ipip"
fi
ip -n "$(ns_of gw)" tuntap add tun9 mode tun 2>/dev/null
ask gw remote b 10.77.0.3:42000 >/dev/null

# --- IPsec takes the packets: the policy has no state, so none may leak ---
run_in gw ip xfrm policy add dir out src 10.77.0.1/32 dst 10.77.0.3/32 \
	tmpl src 10.77.0.1 dst 10.77.0.3 proto esp mode transport
capture wire b "udp and dst port 42000"
sleep 0.3
send --seq 1400
capture_stop wire
ok "nothing passes an IPsec policy by" test "$(pcap_count "$WORK/wire.pcap" udp)" = 0
run_in gw ip xfrm policy flush
ear ear b --at 10.77.0.3:42000
sleep 0.3
send --seq 1500
ok "without the policy it goes again" ear_is ear '.packets == 20'

# --- same host ---
ask gw remote b 10.77.0.1:45000 >/dev/null
ear ear gw --at 10.77.0.1:45000
send --seq 1600
ok "a listener on this host" ear_is ear "$most"
ps=$(port_of gw leg s 10.77.0.1:46000)
ask gw to s a >/dev/null
ear ear a --at 10.77.0.2:41000
poke gw rtp --at 10.77.0.1:46000 --to "10.77.0.1:$ps" >"$WORK/poke.out"
ok "a speaker on this host" ear_is ear "$most"

# --- IPv6 ---
p6=$(port_of gw leg a6 "[fd77::2]:41000")
ask gw remote b 10.77.0.3:42000 >/dev/null
ask gw leg b6 "[fd77::3]:42000" >/dev/null
ask gw to a6 b b6 >/dev/null
send6() {
	poke a rtp --at "[fd77::2]:41000" --to "[fd77::1]:$p6" "$@" >"$WORK/poke.out"
}
ear ear b --at 10.77.0.3:42000
ear ear6 b --at "[fd77::3]:42000"
send6
ok "IPv6 to IPv4" ear_is ear "$most"
ok "IPv6 to IPv6" ear_is ear6 "$most"
ear ear6 b --at "[fd77::3]:42000"
send6 --size 1800 --seq 100
ok "IPv6 fragments" ear_is ear6 '.packets == 20 and .lengths == {"1812": 20}'
ear ear6 b --at "[fd77::3]:42000"
send6 --gso 10 --n 40 --seq 200
ok "IPv6 super-frames" ear_is ear6 '.packets == 40'

# --- a device that is made anew ---
if ip -n "$(ns_of gw)" link add link eth0 name eth0.7 type vlan id 7 2>/dev/null; then
	ip -n "$(ns_of b)" link add link eth0 name eth0.7 type vlan id 7
	ip -n "$(ns_of gw)" addr add 10.70.0.1/24 dev eth0.7
	ip -n "$(ns_of b)" addr add 10.70.0.3/24 dev eth0.7
	ip -n "$(ns_of gw)" link set eth0.7 up
	ip -n "$(ns_of b)" link set eth0.7 up
	ask gw remote b 10.70.0.3:42000 >/dev/null
	ear ear b --at 10.70.0.3:42000
	send --seq 1700
	ok "out by a VLAN device" ear_is ear "$most"
else
	skip_one "this kernel has no VLAN devices"
fi
ok "clean end" box_stop gw
ok "sanitizers are silent" sh -c "! grep -l -e Sanitizer -e 'runtime error' $WORK/*.err"
net_end
