#!/bin/sh
# tests/netns/page.sh - a page: a caller speaks into zone lobby, three hosts that joined
# its group record it by ffmpeg, GStreamer and a program of ours, a fourth that did not
# join hears nothing. Both ways of packet I/O, IPv4 and IPv6, unicast listeners.
# alone
# limit: 180
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/media.sh"
. "$(dirname "$0")/gw.sh"
net_begin
net_need ffmpeg gst-launch-1.0 tcpdump tshark
lan_add
host_add gw 1
host_add caller 9
host_add ffm 2
host_add gst 3
host_add our 4
host_add deaf 5
lan_settle
speech "$WORK/speech.wav" || exit 99
sdp "$WORK/caller.sdp" 10.77.0.9 40000
GROUP=239.20.1.1 GROUP6=ff15::20:1

page() {
	GW_IO=$1
	gw_conf
	gw_start
	say "packet I/O: $1"
	ok "$1: a zone is added" ctl zone add lobby --group "$GROUP:5004@eth0" \
		--group "[$GROUP6]:5004@eth0" --listener 10.77.0.4:6000 --ttl 4
	capture deaf deaf udp port 5004
	capture wire sw:p1 igmp or icmp6 or udp
	capture reports ffm igmp
	hear_ffmpeg ffm ffm $GROUP 5004
	hear_gst gst gst $GROUP 5004
	hear_ours our our $GROUP 5004 --idle 1500
	hear_ours six our $GROUP6 5004 --idle 1500
	bg uni our "$TOOLS/rtprecv" --listen 10.77.0.4:6000 --idle 1500 --seconds 60 \
		--wav "$WORK/uni.wav"
	bg_ready uni
	CA_SDP=$WORK/caller.sdp
	ok "$1: a call into the zone" ca caller CRCX page/lobby@gw C=A1 M=recvonly 'L=p:20, a:PCMU'
	CA_SDP=''
	id=$(field .params.I)
	port=$(field .port)
	sleep 0.5
	speak_ffmpeg caller "$WORK/speech.wav" $GW "$port" 40000
	bg_wait our 10
	bg_wait six 10
	bg_wait uni 10
	hear_stop ffm
	hear_stop gst
	ok "$1: the call ends" ca caller DLCX page/lobby@gw C=A1 "I=$id"
	ok "$1: and tells what came in" sh -c "echo '$(field .params.P)' | grep -q 'PR=[1-9]'"
	sent=$(field .params.P | sed -n 's/.*PR=\([0-9]*\).*/\1/p')
	capture_stop wire
	capture_stop deaf
	capture_stop reports
	for e in our six uni; do
		ok "$1: $e got every packet in" json_is "$WORK/$e.out" \
			".packets == ${sent:-0} and .lost == 0 and .ssrcs == 1"
	done
	for e in our six uni ffm gst; do
		ok "$1: what $e recorded is the speech" alike $e 0.95
	done
	ok "$1: who did not join hears nothing" \
		test "$(pcap_count "$WORK/deaf.pcap" "ip.dst == $GROUP")" = 0
	ok "$1: listeners report by IGMPv3" test \
		"$(pcap_count "$WORK/reports.pcap" "igmp.type == 0x22 && igmp.maddr == $GROUP")" -gt 0
	ok "$1: the TTL is the zone's" test \
		"$(pcap_count "$WORK/wire.pcap" "ip.dst == $GROUP && ip.ttl != 4")" = 0
	ok "$1: media is marked EF" test \
		"$(pcap_count "$WORK/wire.pcap" "ip.dst == $GROUP && ip.dsfield.dscp != 46")" = 0
	ok "$1: nothing of ours is malformed" judge_pcap "$WORK/wire.pcap" \
		"ip.src == $GW || ipv6.src == $GW6"
	ok "$1: one send per group and packet" test \
		"$(pcap_count "$WORK/wire.pcap" "ip.src == $GW && ip.dst == $GROUP && udp.port == 5004")" \
		= "${sent:-0}"
	gw_stop
	ok "$1: hollerd stops well" test $? = 0
	gw_start
	ok "$1: zones outlive a restart" sh -c \
		"$HOLLERCTL --socket $SOCK --json zones | jq -e 'any(.[]; .name == \"lobby\")'"
	gw_stop
	rm -f "$WORK/gw.db"*
}

page socket
page ring
net_end
