#!/bin/sh
# tests/netns/t-ring-group.sh - groups by both packet I/O ways: emitting, with listeners on
# this host and others; receiving, with wanted and unwanted sources; zones that share a
# port, a group with several listeners, talkers on this host, interfaces that come back.
# limit: 150
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ringlib"
net_begin
net_need python3 tcpdump tshark
lan_add
host_add gw 1
host_add a 2
host_add b 3
lan_settle

most='.packets >= 19 and .packets <= 20'
G=239.77.0.1:5004 H=239.77.0.2:5004

# talk HOST GROUP [OPTION...]
talk() {
	t_host=$1 t_to=$2
	shift 2
	case $t_host in
	gw) t_at=10.77.0.1 ;;
	a) t_at=10.77.0.2 ;;
	b) t_at=10.77.0.3 ;;
	esac
	poke "$t_host" rtp --at "$t_at:47000" --to "$t_to" --ttl 4 --dev eth0 --gap 10 "$@" \
		>"$WORK/poke.out"
}

# heard LEG: packets it counts now.
heard() {
	sleep 0.2
	ask gw stat "$1" | jq .rx
}

heard_is() {
	n=$(heard "$1")
	[ "$n" -ge "$2" ] && [ "$n" -le "$3" ] || {
		echo "$1 heard $n, not $2 to $3"
		return 1
	}
}

both() {
	say "packet I/O: $1"
	box gw gw --io "$1" --addr fd77::1
	ask gw leg in 10.77.0.2:41000 >"$WORK/in"
	pin=$(jq .port "$WORK/in")
	ask gw emit out $G if=eth0 hops=5 >/dev/null
	ask gw to in out >/dev/null
	speak() {
		poke a rtp --at 10.77.0.2:41000 --to "10.77.0.1:$pin" "$@" >"$WORK/poke.out"
	}

	ear here gw --at 0.0.0.0:5004 --group 239.77.0.1 --dev eth0 --for 4
	ear there b --at 0.0.0.0:5004 --group 239.77.0.1 --dev eth0
	sleep 0.3
	capture wire b "dst 239.77.0.1"
	speak
	ok "$1: a group's listener hears" ear_is there "$most and .ttl[\"5\"] >= 19"
	ok "$1: without loop none on this host" ear_is here '.packets == 0'
	capture_stop wire
	ok "$1: one packet on the wire for each" test \
		"$(pcap_count "$WORK/wire.pcap" 'udp.dstport == 5004')" -le 20
	ok "$1: nothing malformed" judge_pcap "$WORK/wire.pcap"

	ask gw emit loud $H if=eth0 loop hops=3 >/dev/null
	ask gw to in loud >/dev/null
	ear here gw --at 0.0.0.0:5004 --group 239.77.0.2 --dev eth0
	ear there b --at 0.0.0.0:5004 --group 239.77.0.2 --dev eth0
	sleep 0.3
	speak --seq 100
	ok "$1: with loop a listener on this host hears" ear_is here "$most"
	ok "$1: and the others as well" ear_is there "$most and .ttl[\"3\"] >= 19"

	ask gw emit six "[ff15::77]:5004" if=eth0 hops=2 >/dev/null
	ask gw to in six >/dev/null
	ear there b --at "[::]:5004" --group ff15::77 --dev eth0
	sleep 0.3
	speak --seq 200
	ok "$1: an IPv6 group" ear_is there "$most"

	# --- receiving ---
	ask gw join one 239.77.1.1:6004 if=eth0 >/dev/null
	ask gw join two 239.77.1.2:6004 if=eth0 >/dev/null
	sleep 0.3
	talk a 239.77.1.1:6004
	ok "$1: a group is heard" heard_is one 18 20
	ok "$1: another group on that port is another zone" heard_is two 0 0
	talk a 239.77.1.2:6004
	ok "$1: and heard by that zone" heard_is two 18 20
	ok "$1: alone" heard_is one 18 20
	ask gw join also 239.77.1.1:6004 if=eth0 >/dev/null
	was=$(heard one)
	talk a 239.77.1.1:6004 --seq 100
	ok "$1: two zones on one group both hear" heard_is also 18 20
	ok "$1: the first as before" heard_is one $((was + 18)) $((was + 20))
	talk a 239.77.1.3:6004
	ok "$1: a group nobody asked for is not heard" heard_is two 18 20

	# --- sources ---
	ask gw join ssm 232.77.1.1:6004 if=eth0 from=10.77.0.2 >/dev/null
	ask gw join not 239.77.2.1:6004 if=eth0 not=10.77.0.2 >/dev/null
	sleep 0.3
	talk b 232.77.1.1:6004
	ok "$1: an unwanted source is not heard" heard_is ssm 0 0
	talk a 232.77.1.1:6004
	ok "$1: the wanted one is" heard_is ssm 18 20
	talk a 239.77.2.1:6004
	ok "$1: an excluded source is not heard" heard_is not 0 0
	talk b 239.77.2.1:6004
	ok "$1: others are" heard_is not 18 20
	# a zone that hears all of a group must not open another one's filter
	ask gw join all 232.77.1.1:6004 if=eth0 >/dev/null
	sleep 0.3
	was=$(heard ssm)
	talk b 232.77.1.1:6004 --seq 100
	ok "$1: a filter holds beside a zone without one" heard_is ssm "$was" "$was"
	ok "$1: which hears" heard_is all 18 20

	# --- from this host; not by another interface; long ones ---
	ask gw join self 239.77.3.1:6004 if=eth0 >/dev/null
	ask gw join lo 239.77.3.1:6004 if=lo >/dev/null
	sleep 0.3
	talk gw 239.77.3.1:6004
	ok "$1: a talker on this host" heard_is self 18 20
	sleep 0.6 # a group's talker keeps its place while it may go on
	talk a 239.77.3.1:6004 --size 1900 --seq 100
	ok "$1: long packets, in fragments" heard_is self 36 40
	ok "$1: not by an interface not joined" heard_is lo 0 0
	ask gw join sixin "[ff15::78]:6004" if=eth0 >/dev/null
	sleep 0.5
	poke a rtp --at "[fd77::2]:47000" --to "[ff15::78]:6004" --ttl 4 --dev eth0 --gap 10 \
		>"$WORK/poke.out"
	ok "$1: an IPv6 group is heard" heard_is sixin 18 20
	box_stop gw
	ok "$1: no membership stays" sh -c "! ip netns exec $(ns_of gw) ip maddr | grep -q 239.77"
	mv "$WORK/gw.err" "$WORK/gw-$1.err"
	rm -f "$WORK/gw.in"
}

both socket
both ring

# --- the interface is made anew: heard again under its new index ---
box gw gw --io ring
ask gw join back 239.77.4.1:6004 if=eth0 >/dev/null
ask gw join route 239.77.4.2:6004 >/dev/null
sleep 0.3
talk a 239.77.4.1:6004 --n 5
talk a 239.77.4.2:6004 --n 5
ok "heard before" heard_is back 3 5
ok "by route as well" heard_is route 3 5
ip -n "$(ns_of gw)" link del eth0
sleep 0.5
ip -n "$(ns_of gw)" link add eth0 type veth peer name p1 netns "$(ns_of sw)"
ip -n "$(ns_of sw)" link set p1 master br0 up
ip -n "$(ns_of gw)" addr add 10.77.0.1/24 dev eth0
ip -n "$(ns_of gw)" link set eth0 up
ip -n "$(ns_of gw)" route add 224.0.0.0/4 dev eth0
sleep 2.5
talk a 239.77.4.1:6004 --n 5 --seq 100
talk a 239.77.4.2:6004 --n 5 --seq 100
ok "an interface that came back is joined again" heard_is back 8 10
ok "a route that came back too" heard_is route 8 10
p=$(port_of gw leg x 10.77.0.2:41000)
poke a rtp --at 10.77.0.2:41000 --to "10.77.0.1:$p" --n 10 >"$WORK/poke.out"
ok "and unicast arrives by it" heard_is x 8 10
run_in gw nft list ruleset >"$WORK/rules"
ok "with the drop rule on it" grep -q 'devices = { eth0, lo }' "$WORK/rules"
ok "clean end" box_stop gw
ok "sanitizers are silent" sh -c "! grep -l -e Sanitizer -e 'runtime error' $WORK/*.err"
net_end
