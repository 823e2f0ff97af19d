#!/bin/sh
# tests/netns/t-v6.sh - IPv6 everywhere: control, media and groups of a host that has no
# IPv4 at all; several listeners; the address told in place of the own; DSCP.
# limit: 120
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/gw.sh"
net_begin
net_need tcpdump tshark
lan_add
host_add gw 1
host_add a 2
host_add b 3
host_add ca 9
lan_settle

pass() { # NAME FROM TO PORT EAR-HOST EAR-AT: 2 seconds of voice cross
	bg "$1" "$5" "$TOOLS/rtprecv" --listen "$6" --idle 1000 --seconds 20
	bg_ready "$1"
	run_in "$2" "$TOOLS/rtpsend" --bind "$3" --to "$4" --seconds 2 >/dev/null
	bg_wait "$1" 10
	json_is "$WORK/$1.out" '.packets >= 98 and .lost == 0'
}

call() { # TO A-SDP B-SDP
	CA_TO=$1 CA_SDP=$2
	ca ca CRCX 'rtpbridge/$@gw' C=1 M=sendrecv L=a:PCMU || return 1
	EP=$(field .params.Z) IA=$(field .params.I) PA=$(field .port) SA=$(field .sdp)
	CA_SDP=$3
	ca ca CRCX "$EP" C=1 M=sendrecv L=a:PCMU || return 1
	PB=$(field .port)
	CA_SDP=''
}

for io in socket ring; do
	GW_IO=$io
	say "$io: no IPv4 at all"
	ip -n "$(ns_of gw)" addr del 10.77.0.1/24 dev eth0
	GW_AGENT='announce = no'
	gw_conf
	sed -i 's/"10.77.0.9:2727"/"[fd77::9]:2727"/; s/{"\*:2427", "\[::\]:2427"}/{"[fd77::1]:2427", "[::]:2428"}/' \
		"$WORK/gw.conf"
	gw_start
	capture "w6-$io" b udp
	sdp "$WORK/a.sdp" fd77::2 41000
	sdp "$WORK/b.sdp" fd77::3 42000
	ok "$io: a call by IPv6" call "[$GW6]:2427" "$WORK/a.sdp" "$WORK/b.sdp"
	ok "$io: voice crosses" pass "v6-$io" a '[fd77::2]:41000' "[$GW6]:$PA" b '[fd77::3]:42000'
	ok "$io: the second listener answers, too" ca ca AUEP "$EP" F=I
	CA_TO="[$GW6]:2428"
	ok "$io: on its port" ca ca AUEP "$EP" F=I
	CA_TO="[$GW6]:2427"
	printf 'v=0\r\no=- 1 1 IN IP6 fd77::2\r\ns=-\r\nc=IN IP6 ff15::77:1\r\nt=0 0\r\nm=audio 5010 RTP/AVP 0\r\n' \
		>"$WORK/g.sdp"
	ok "$io: the call ends" ca ca DLCX "$EP"
	ok "$io: a group by plain SDP" call "[$GW6]:2427" "$WORK/a.sdp" "$WORK/g.sdp"
	bg "g6-$io" b "$TOOLS/rtprecv" --listen '[::]:5010' --group ff15::77:1 --if eth0 \
		--idle 1500 --seconds 20
	bg_ready "g6-$io"
	run_in a "$TOOLS/rtpsend" --bind '[fd77::2]:41000' --to "[$GW6]:$PA" --seconds 2 >/dev/null
	bg_wait "g6-$io" 10
	ok "$io: hears the caller" json_is "$WORK/g6-$io.out" '.packets >= 98 and .lost == 0'
	ok "$io: the call ends" ca ca DLCX "$EP"
	capture_stop "w6-$io"
	ok "$io: nothing of ours is malformed" judge_pcap "$WORK/w6-$io.pcap" "ipv6.src == $GW6"
	ok "$io: MGCP is marked CS3" test \
		"$(pcap_count "$WORK/w6-$io.pcap" "ipv6.src == $GW6 && mgcp && ipv6.tclass.dscp != 24")" = 0
	ok "$io: media EF" test \
		"$(pcap_count "$WORK/w6-$io.pcap" "ipv6.src == $GW6 && rtp && ipv6.tclass.dscp != 46")" = 0
	gw_stop
	ok "$io: hollerd stops well" test $? = 0
	ip -n "$(ns_of gw)" addr add 10.77.0.1/24 dev eth0
	ip -n "$(ns_of gw)" route add default via 10.77.0.254 2>/dev/null
	rm -f "$WORK/gw.db"*

	say "$io: an address told in place of the own, another DSCP"
	gw_conf 'media { advertise = "192.0.2.99" }'
	sed -i 's/kind = bridge/kind = bridge  dscp = 34/; s/^mgcp {/mgcp { dscp = 40 /' "$WORK/gw.conf"
	gw_start
	capture "w4-$io" b udp
	sdp "$WORK/a.sdp" 10.77.0.2 41000
	sdp "$WORK/b.sdp" 10.77.0.3 42000
	ok "$io: a call" call "$GW:2427" "$WORK/a.sdp" "$WORK/b.sdp"
	ok "$io: is told the address" sh -c "grep -q '192.0.2.99' '$WORK/ca.json'"
	not_ok "$io: and not the own" sh -c "grep -q '10.77.0.1' '$WORK/ca.json'"
	ok "$io: voice crosses at the own" pass "nat-$io" a 10.77.0.2:41000 "$GW:$PA" b \
		10.77.0.3:42000
	ok "$io: the call ends" ca ca DLCX "$EP"
	capture_stop "w4-$io"
	ok "$io: MGCP is marked as configured" test \
		"$(pcap_count "$WORK/w4-$io.pcap" "ip.src == $GW && mgcp && ip.dsfield.dscp != 40")" = 0
	ok "$io: media, too" test \
		"$(pcap_count "$WORK/w4-$io.pcap" "ip.src == $GW && rtp && ip.dsfield.dscp != 34")" = 0
	ok "$io: there was some" test \
		"$(pcap_count "$WORK/w4-$io.pcap" "ip.src == $GW && rtp")" -gt 90
	gw_stop
	ok "$io: hollerd stops well" test $? = 0
	rm -f "$WORK/gw.db"*
done
net_end
