#!/bin/sh
# tests/netns/t-sctp-paths.sh - two paths, native in UDP and raw: one goes down in mid-load
# on the gateway's side, then on the agent's: every transaction is answered, none twice,
# with a gap under a second; the path comes back and is used again. conn: the loss moves
# the gateway to its MGC's next address, and to its next MGC; no call is lost.
# alone
# limit: 300
# build: release
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/sctp.sh"
net_begin
net_need tcpdump tshark
lans gw 1 ms 9 ms2 10
lan_settle

RATE=${SCTP_RATE:-200}

link() { # HOST INTERFACE up|down
	ip -n "$(ns_of "$1")" link set "$2" "$3"
}

path_is() { # ADDRESS STATE
	assoc "any(.[]; .path == \"$1\" and .path_state == \"$2\")"
}

carried() { # PCAP: it has seen data of the association
	[ "$(sctp_packets "$1" 'sctp.chunk_type == 0')" -gt 5 ]
}

# down_up LABEL HOST INTERFACE PATH: within the load that runs.
down_up() {
	link "$2" "$3" down
	ok "$1: the path is seen to be down" wait_for 5 path_is "$4" inactive
	sleep 1
	link "$2" "$3" up
	ok "$1: and up again" wait_for 10 path_is "$4" active
}

native() { # udp|raw FAMILY
	label="$1 IPv$2"
	case $2 in
	4)
		us='10.77.0.1:2944 10.78.0.1:2944' p1=10.77.0.9 p2=10.78.0.9
		peer='10.77.0.9+10.78.0.9'
		GW_MEDIA=10.77.0.1
		;;
	6)
		us='[fd77::1]:2944 [fd78::1]:2944' p1=fd77::9 p2=fd78::9
		peer='fd77::9+fd78::9'
		GW_MEDIA=fd77::1
		;;
	esac
	h248_conf "$1" compact "$us" "$p1" "sctp_peers = {\"$peer\"}" 'sctp_heartbeat = 500ms'
	mgc m ms "$1" --local $p1,$p2 --media $p1 register calls=10 load=$RATE:14 audit release serve
	up || { bg_stop m; return; }
	ok "$label: the gateway registers" wait_for 20 said m '.what == "registered"'
	ok "$label: both paths are there" wait_for 10 assoc \
		'length == 2 and all(.[]; .path_state == "active")'
	capture one ms:eth0 'udp port 9899 or proto 132 or ip6 proto 132'
	capture two ms:eth1 'udp port 9899 or proto 132 or ip6 proto 132'
	down_up "$label, our side" gw eth0 $p1
	down_up "$label, the agent's side" ms eth0 $p1
	down_up "$label, the second path" ms eth1 $p2
	ok "$label: the load ends" wait_for 60 said m '.what == "release"'
	ok "$label: every transaction is answered, none twice" line m load \
		".answered == .transactions and .twice == 0 and .again == 0 and
		 .transactions > 10 * $RATE and (.codes | keys == [\"200\"])"
	gap=$(jq -s 'map(select(.what == "load")) | last | .gap_ms' "$WORK/m.out")
	ok "$label: with a gap under a second ($gap ms)" line m load '.gap_ms < 1000'
	ok "$label: the association lived" sh -c "! grep -q '\"what\":\"\\(down\\|restart\\)\"' '$WORK/m.out'"
	ok "$label: the calls are there" said m '.what == "audited" and .contexts == 10'
	capture_stop one
	capture_stop two
	ok "$label: the second path carried" carried "$WORK/two.pcap"
	ok "$label: every packet is in order" judge_sctp "$WORK/one.pcap"
	ok "$label: there as well" judge_sctp "$WORK/two.pcap"
	ok "$label: paths were counted" stat net.sctp_path_down '. >= 3'
	ok "$label: both ways" stat net.sctp_path_up '. >= 3'
	gw_stop
	ok "$label: hollerd stops well" test $? = 0
	bg_stop m
	rm -f "$WORK"/*.pcap
}

# The path that came back is used again: the other one goes down, and nothing stops.
again() { # udp|raw
	label="$1 back and forth"
	GW_MEDIA=10.77.0.1
	h248_conf "$1" compact '10.77.0.1:2944 10.78.0.1:2944' 10.77.0.9 \
		'sctp_peers = {"10.77.0.9+10.78.0.9"}' 'sctp_heartbeat = 500ms'
	mgc m ms "$1" --local 10.77.0.9,10.78.0.9 register load=$RATE:12 serve
	up || { bg_stop m; return; }
	ok "$label: the gateway registers" wait_for 20 said m '.what == "registered"'
	ok "$label: both paths are there" wait_for 10 assoc \
		'length == 2 and all(.[]; .path_state == "active")'
	link ms eth0 down
	ok "$label: the first goes" wait_for 5 path_is 10.77.0.9 inactive
	link ms eth0 up
	ok "$label: the first comes back" wait_for 10 path_is 10.77.0.9 active
	capture one ms:eth0 'udp port 9899 or proto 132'
	link ms eth1 down
	ok "$label: the second goes" wait_for 5 path_is 10.78.0.9 inactive
	sleep 1
	capture_stop one
	ok "$label: the first carries again" carried "$WORK/one.pcap"
	link ms eth1 up
	ok "$label: the load ends" wait_for 60 said m '.what == "load"'
	ok "$label: every transaction is answered, none twice" line m load \
		'.answered == .transactions and .twice == 0 and .again == 0'
	gap=$(jq -s 'map(select(.what == "load")) | last | .gap_ms' "$WORK/m.out")
	ok "$label: with a gap under a second ($gap ms)" line m load '.gap_ms < 1000'
	gw_stop
	bg_stop m
}

# One path at a time: the MGC has two addresses.
next_address() {
	label="conn, next address"
	GW_MEDIA=10.77.0.1
	h248_conf conn compact '*:2944' 10.77.0.9 \
		'sctp_peers = {"10.77.0.9+10.78.0.9"}' 'sctp_assoc_retrans = 4'
	mgc m ms udp --local 10.77.0.9,10.78.0.9 register calls=20 load=$RATE:12 audit release serve
	up || { bg_stop m; return; }
	ok "$label: the load runs" wait_for 20 said m '.what == "calls"'
	sleep 1
	link ms eth0 down
	ok "$label: it registers again" wait_for 15 said m \
		'.what == "request" and .method == "Disconnected"'
	ok "$label: the load ends" wait_for 60 said m '.what == "release"'
	ok "$label: every transaction is answered, none twice" line m load \
		'.answered == .transactions and .twice == 0'
	ok "$label: no call is lost" said m '.what == "audited" and .contexts == 20'
	link ms eth0 up
	gw_stop
	ok "$label: hollerd stops well" test $? = 0
	bg_stop m
}

next_mgc() {
	label="conn, next MGC"
	h248_conf conn compact 10.77.0.1:2944 '10.77.0.9 10.77.0.10' 'sctp_assoc_retrans = 4'
	mgc m ms udp --local 10.77.0.9 register calls=20 load=20:60
	mgc n ms2 udp --local 10.77.0.10 register audit clear serve
	up || { bg_stop m; return; }
	ok "$label: calls stand" wait_for 20 said m '.what == "calls"'
	start=$(date +%s%N)
	link ms eth0 down
	ok "$label: the gateway goes to the next" wait_for 15 said n \
		'.what == "request" and .method == "Failover"'
	took=$((($(date +%s%N) - start) / 1000000))
	ok "$label: five retransmissions later ($took ms)" test $took -lt 5000
	ok "$label: that one is done" wait_for 20 said n '.what == "clear"'
	ok "$label: and found every call" said n '.what == "audited" and .contexts >= 20'
	ok "$label: nothing is left" sh -c \
		"[ \$('$HOLLERCTL' --socket '$SOCK' --json status | jq .connections) = 0 ]"
	link ms eth0 up
	gw_stop
	ok "$label: hollerd stops well" test $? = 0
	bg_stop m KILL
	bg_stop n
}

for mode in ${SCTP_MODES:-udp raw}; do
	native $mode 4
	native $mode 6
	again $mode
done
next_address
next_mgc
net_end
