#!/bin/sh
# tests/netns/t-rtcp.sh - RTCP between two legs is translated: what a says of its stream
# comes to b about the stream b hears, and what b says of that comes back to a about its own.
# limit: 90
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/media.sh"
. "$(dirname "$0")/gw.sh"
net_begin
net_need gst-launch-1.0 tcpdump tshark
lan_add
host_add gw 1
host_add a 2
host_add b 3
host_add ca 9
GW_AGENT='announce = no'
sdp "$WORK/a.sdp" 10.77.0.2 41000
sdp "$WORK/b.sdp" 10.77.0.3 42000

# A party of GStreamer's: speaks, listens, and reports of both every second or so.
party() { # NAME ADDRESS PORT GATEWAY-PORT
	bg "$1" "$1" gst-launch-1.0 rtpbin name=r rtp-profile=avp \
		audiotestsrc is-live=true ! audioconvert ! mulawenc ! rtppcmupay \
		! r.send_rtp_sink_0 \
		r.send_rtp_src_0 ! udpsink host=$GW "port=$4" "bind-address=$2" sync=false async=false \
		r.send_rtcp_src_0 ! udpsink host=$GW "port=$(($4 + 1))" "bind-address=$2" \
		sync=false async=false \
		udpsrc "address=$2" "port=$3" \
		caps=application/x-rtp,media=audio,clock-rate=8000,encoding-name=PCMU,payload=0 \
		! r.recv_rtp_sink_0 \
		r. ! rtppcmudepay ! fakesink \
		udpsrc "address=$2" "port=$(($3 + 1))" ! r.recv_rtcp_sink_0
}

one() { # FILE FILTER FIELD: its values, each once
	tshark_read "$1" -Y "$2" -T fields -e "$3" | tr ',' '\n' | sort -u
}

translated() {
	GW_IO=$1
	gw_conf
	gw_start
	CA_SDP=$WORK/a.sdp
	ok "$1: a" ca ca CRCX 'rtpbridge/$@gw' C=1 M=sendrecv L=a:PCMU
	EP=$(field .params.Z) PA=$(field .port)
	CA_SDP=$WORK/b.sdp
	ok "$1: b" ca ca CRCX "$EP" C=1 M=sendrecv L=a:PCMU
	PB=$(field .port) CA_SDP=''
	capture wa a udp
	capture wb b udp
	party a 10.77.0.2 41000 "$PA"
	party b 10.77.0.3 42000 "$PB"
	sleep 14
	bg_stop a
	bg_stop b
	capture_stop wa
	capture_stop wb
	own=$(one "$WORK/wa.pcap" 'ip.src == 10.77.0.2 && rtp' rtp.ssrc)
	heard=$(one "$WORK/wb.pcap" "ip.src == $GW && rtp" rtp.ssrc)
	say "a is $own, heard by b as $heard"
	ok "$1: b hears one stream" test "$(echo "$heard" | wc -w)" = 1
	ok "$1: SR to b are of the stream it hears" test \
		"$(one "$WORK/wb.pcap" "ip.src == $GW && rtcp.pt == 200" rtcp.senderssrc)" = "$heard"
	ok "$1: there are some" test \
		"$(pcap_count "$WORK/wb.pcap" "ip.src == $GW && rtcp.pt == 200")" -gt 0
	ok "$1: with a CNAME" test \
		"$(pcap_count "$WORK/wb.pcap" "ip.src == $GW && rtcp.pt == 200 && !rtcp.sdes.type")" = 0
	ok "$1: b reports of it" test "$(one "$WORK/wb.pcap" \
		"ip.src == 10.77.0.3 && rtcp.rc == 1" rtcp.ssrc.identifier | grep -c "$heard")" -gt 0
	ok "$1: and a gets that about its own" test "$(one "$WORK/wa.pcap" \
		"ip.src == $GW && rtcp.rc >= 1" rtcp.ssrc.identifier | grep -c "$own")" -gt 0
	ok "$1: and about no other" test "$(one "$WORK/wa.pcap" \
		"ip.src == $GW && rtcp.rc >= 1" rtcp.ssrc.identifier | grep -vc "$own")" -le 1
	ok "$1: nothing lost" test "$(pcap_count "$WORK/wa.pcap" \
		"ip.src == $GW && rtcp.ssrc.fraction > 0")" = 0
	ok "$1: nothing malformed to a" judge_pcap "$WORK/wa.pcap" "ip.src == $GW"
	ok "$1: nor to b" judge_pcap "$WORK/wb.pcap" "ip.src == $GW"
	ok "$1: the call ends" ca ca DLCX "$EP"
	gw_stop
	ok "$1: hollerd stops well" test $? = 0
	rm -f "$WORK/gw.db"*
}

translated socket
translated ring
net_end
