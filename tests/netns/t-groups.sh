#!/bin/sh
# tests/netns/t-groups.sh - groups: by plain SDP without a zone, in each mode, with a
# source filter, and refused where they must be; a zone changed and deleted under a page;
# and the RTCP that goes with it.
# limit: 170
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/gw.sh"
net_begin
net_need tcpdump tshark
lan_add
host_add gw 1
host_add a 2
host_add b 3
host_add c 4
host_add ca 9
lan_settle
GROUP=239.30.1.1
sdp "$WORK/a.sdp" 10.77.0.2 41000

group_sdp() { # FILE GROUP PORT [LINE...]
	gs_file=$1
	printf 'v=0\r\no=- 1 1 IN IP4 10.77.0.9\r\ns=-\r\nc=IN IP4 %s/4\r\nt=0 0\r\nm=audio %s RTP/AVP 0\r\n' \
		"$2" "$3" >"$gs_file"
	shift 3
	for gs_line in "$@"; do
		printf '%s\r\n' "$gs_line" >>"$gs_file"
	done
}

ear() { # NAME HOST AT [OPTION...]
	er_name=$1 er_host=$2 er_at=$3
	shift 3
	bg "$er_name" "$er_host" "$TOOLS/rtprecv" --listen "$er_at" --idle 1200 --seconds 20 "$@"
	bg_ready "$er_name"
}

# legs MODE: a unicast leg of a and a leg of the group on one bridge.
legs() {
	CA_SDP=$WORK/a.sdp
	ca ca CRCX 'rtpbridge/$@gw' C=1 M=sendrecv L=a:PCMU || return 1
	EP=$(field .params.Z) PA=$(field .port)
	CA_SDP=${2:-$WORK/g.sdp}
	ca ca CRCX "$EP" C=1 "M=$1" L=a:PCMU
	legs_code=$?
	IG=$(field .params.I)
	CA_SDP=''
	return $legs_code
}

speak_a() {
	run_in a "$TOOLS/rtpsend" --bind 10.77.0.2:41000 --to "$GW:$PA" --seconds 2 >/dev/null
}

speak_group() { # NAME HOST
	bg "$1" "$2" "$TOOLS/rtpsend" --to "$GROUP:5004" --if eth0 --ttl 4 --seconds 2
}

plain() {
	group_sdp "$WORK/g.sdp" $GROUP 5004
	for mode in sendonly recvonly sendrecv; do
		ok "$1: a group, $mode" legs $mode
		ok "$1: the answer repeats it" sh -c \
			"grep -q 'IN IP4 $GROUP/4' '$WORK/ca.json' && grep -q 'audio 5004' '$WORK/ca.json'"
		sleep 1.5
		run_in gw ip maddr show dev eth0 >"$WORK/maddr"
		case $mode in
		sendonly) not_ok "$1: is not joined" grep -q $GROUP "$WORK/maddr" ;;
		*) ok "$1: is joined" grep -q $GROUP "$WORK/maddr" ;;
		esac
		ear grp b 0.0.0.0:5004 --group $GROUP --if eth0
		speak_a
		bg_wait grp 10 || bg_stop grp
		case $mode in
		recvonly) ok "$1: nothing is emitted" json_is "$WORK/grp.out" '.packets == 0' ;;
		*) ok "$1: a is heard there" json_is "$WORK/grp.out" '.packets >= 98 and .lost == 0' ;;
		esac
		ear own a 10.77.0.2:41000
		speak_group talk c
		bg_wait talk 10
		bg_wait own 3 || bg_stop own
		case $mode in
		sendonly) ok "$1: the group is not heard" json_is "$WORK/own.out" '.packets == 0' ;;
		*) ok "$1: a hears the group" json_is "$WORK/own.out" '.packets >= 95 and .lost == 0' ;;
		esac
		ok "$1: the call ends" ca ca DLCX "$EP" C=1
	done
	sleep 0.5
	run_in gw ip maddr show dev eth0 >"$WORK/maddr"
	not_ok "$1: and the group is left" grep -q $GROUP "$WORK/maddr"
}

filtered() {
	group_sdp "$WORK/g.sdp" $GROUP 5004 "a=source-filter: incl IN IP4 $GROUP 10.77.0.3"
	capture joins c igmp
	ok "$1: a source-specific join" legs recvonly
	sleep 1.5
	ear own a 10.77.0.2:41000
	speak_group talk c
	bg_wait talk 10
	sleep 0.5
	speak_group talk b
	bg_wait talk 10
	bg_wait own 5
	capture_stop joins
	ok "$1: hears b and not c" json_is "$WORK/own.out" \
		'.packets >= 98 and .packets <= 101 and .streams == 1'
	ok "$1: the call ends" ca ca DLCX "$EP" C=1
}

refused() {
	for bad in 224.0.0.251 239.40.1.1 224.2.2.2; do
		group_sdp "$WORK/bad.sdp" $bad 5004
		not_ok "$1: $bad is refused" legs sendonly "$WORK/bad.sdp"
		ok "$1: by 505" test "$(field .code)" = 505
		ok "$1: what was up goes on" ca ca DLCX "$EP" C=1
	done
}

# The zone "hall" while a talks into it.
zone_under_page() {
	ok "$1: a zone" ctl zone add hall --group 239.40.1.1:5004@eth0
	refused "$1"
	CA_SDP=$WORK/a.sdp
	ok "$1: a page" ca ca CRCX page/hall@gw C=2 M=recvonly L=a:PCMU
	PA=$(field .port) IA=$(field .params.I) CA_SDP=''
	capture rtcp b udp
	capture rtcpa a udp
	bg join b "$TOOLS/rtprecv" --listen 0.0.0.0:5005 --group 239.40.1.1 --if eth0 --seconds 25
	ear two c 0.0.0.0:5006 --group 239.40.1.2 --if eth0
	ear one b 0.0.0.0:5004 --group 239.40.1.1 --if eth0 --idle 4000
	bg talk a "$TOOLS/rtpsend" --bind 10.77.0.2:41000 --to "$GW:$PA" --seconds 12
	sleep 1
	ok "$1: a group is added under it" ctl zone set hall --group 239.40.1.1:5004@eth0 \
		--group 239.40.1.2:5006@eth0
	sleep 5
	ok "$1: and taken away" ctl zone set hall --group 239.40.1.1:5004@eth0
	bg_wait two 10
	ok "$1: it was heard meanwhile" json_is "$WORK/two.out" \
		'.packets >= 200 and .packets <= 330 and .lost == 0 and .ssrcs == 1'
	bg_wait talk 15
	bg_wait one 10
	ok "$1: nobody on the first lost anything" json_is "$WORK/one.out" \
		'.packets >= 598 and .lost == 0 and .ssrcs == 1'
	bg_stop join
	ctl zone del hall >"$WORK/del.out" 2>&1
	ok "$1: a zone in use is not deleted" test $? = 5
	ok "$1: and the count is told" grep -q '[0-9]' "$WORK/del.out"
	ok "$1: by force it is" ctl zone del hall --force
	ca ca AUCX page/hall@gw "I=$IA" F=C >/dev/null
	ok "$1: the connection is there until DLCX" test "$(field .code)" = 200
	ok "$1: which ends it" ca ca DLCX page/hall@gw C=2 "I=$IA"
	ca ca CRCX page/hall@gw C=3 M=recvonly >/dev/null
	ok "$1: and the endpoint is gone" test "$(field .code)" = 500
	capture_stop rtcp
	capture_stop rtcpa
	ok "$1: the zone's group got SR with CNAME" test "$(pcap_count "$WORK/rtcp.pcap" \
		"ip.src == $GW && ip.dst == 239.40.1.1 && rtcp.pt == 200 && rtcp.sdes.type == 1")" -gt 1
	ok "$1: the caller got RR with CNAME" test "$(pcap_count "$WORK/rtcpa.pcap" \
		"ip.src == $GW && rtcp.pt == 201 && rtcp.sdes.type == 1")" -gt 1
	ok "$1: whose block is about a's stream" test "$(pcap_count "$WORK/rtcpa.pcap" \
		"ip.src == $GW && rtcp.pt == 201 && rtcp.rc == 1 && rtcp.ssrc.fraction == 0")" -gt 1
	ok "$1: nothing malformed to the group" judge_pcap "$WORK/rtcp.pcap" "ip.src == $GW"
	ok "$1: nor to the caller" judge_pcap "$WORK/rtcpa.pcap" "ip.src == $GW"
}

GW_AGENT='announce = no'
for io in socket ring; do
	GW_IO=$io
	gw_conf
	gw_start
	plain $io
	filtered $io
	zone_under_page $io
	gw_stop
	ok "$io: hollerd stops well" test $? = 0
	rm -f "$WORK/gw.db"*
done
net_end
