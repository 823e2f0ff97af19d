#!/bin/sh
# tests/netns/relay.sh - two parties on a bridge endpoint: a voice crosses both ways, any
# payload does, IPv4 meets IPv6, strangers are not heard, RTCP answers, DLCX counts.
# limit: 150
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/media.sh"
. "$(dirname "$0")/gw.sh"
net_begin
net_need ffmpeg tcpdump tshark
lan_add
host_add gw 1
host_add a 2
host_add b 3
host_add evil 4
host_add ca 9
speech "$WORK/speech.wav" || exit 99

# call NAME SDP-OF-A SDP-OF-B CODEC: sets EP, IA, IB, PA, PB (the gateway's ports).
call() {
	CA_SDP=$2
	ca ca CRCX 'rtpbridge/$@gw' "C=$1" M=sendrecv "L=p:20, a:$4" || return 1
	EP=$(field .params.Z) IA=$(field .params.I) PA=$(field .port)
	CA_SDP=$3
	ca ca CRCX "$EP" "C=$1" M=sendrecv "L=p:20, a:$4" || return 1
	IB=$(field .params.I) PB=$(field .port)
	CA_SDP=''
}

# ear NAME HOST ADDRESS:PORT [OPTION...]
ear() {
	ear_name=$1 ear_host=$2 ear_at=$3
	shift 3
	bg "$ear_name" "$ear_host" "$TOOLS/rtprecv" --listen "$ear_at" --idle 1500 \
		--seconds 30 "$@"
	bg_ready "$ear_name"
}

relay() {
	GW_IO=$1
	gw_conf
	gw_start
	say "packet I/O: $1"
	capture wire sw:p1 udp
	sdp "$WORK/a.sdp" 10.77.0.2 41000
	sdp "$WORK/b.sdp" 10.77.0.3 42000
	ok "$1: a call stands" call 51 "$WORK/a.sdp" "$WORK/b.sdp" PCMU
	ear b b 10.77.0.3:42000 --wav "$WORK/b.wav"
	ear a a 10.77.0.2:41000 --wav "$WORK/a.wav"
	speak_ffmpeg b "$WORK/speech.wav" $GW "$PB" 42100 &
	speak_ffmpeg a "$WORK/speech.wav" $GW "$PA" 41100
	bg_wait a 10
	bg_wait b 10
	ok "$1: a's voice comes to b" alike b 0.95
	ok "$1: b's voice comes to a" alike a 0.95
	ok "$1: nothing of it is lost" json_is "$WORK/b.out" '.lost == 0 and .ssrcs == 1'

	ear b b 10.77.0.3:42000
	ear a a 10.77.0.2:41000
	bg mb b "$TOOLS/rtpsend" --bind 10.77.0.3:42200 --to "$GW:$PB" --seconds 3
	bg evil evil "$TOOLS/rtpsend" --bind 10.77.0.4:42000 --to "$GW:$PA" --seconds 3
	run_in a "$TOOLS/rtpsend" --bind 10.77.0.2:41200 --to "$GW:$PA" --seconds 3 >/dev/null
	bg_wait a 10
	bg_wait b 10
	ok "$1: both ways at once" json_is "$WORK/a.out" '.packets >= 148 and .mixed == 0'
	ok "$1: a stranger is not heard" json_is "$WORK/b.out" \
		'.packets >= 148 and .packets <= 151 and .mixed == 0'
	ok "$1: M: recvonly still hears a" ca ca MDCX "$EP" C=51 "I=$IA" M=recvonly
	ear b b 10.77.0.3:42000
	ear a a 10.77.0.2:41000
	bg mb b "$TOOLS/rtpsend" --bind 10.77.0.3:42200 --to "$GW:$PB" --seconds 1
	run_in a "$TOOLS/rtpsend" --bind 10.77.0.2:41200 --to "$GW:$PA" --seconds 1 >/dev/null
	bg_wait b 10
	bg_stop a
	ok "$1: a is heard by b" json_is "$WORK/b.out" '.packets >= 48'
	ok "$1: b is not heard by a" json_is "$WORK/a.out" '.packets == 0'
	sleep 5
	ok "$1: the call ends as a whole" ca ca DLCX "$EP" C=51
	capture_stop wire
	ok "$1: RTCP was sent" test \
		"$(pcap_count "$WORK/wire.pcap" "ip.src == $GW && rtcp")" -gt 0
	ok "$1: nothing of ours is malformed" judge_pcap "$WORK/wire.pcap" "ip.src == $GW"

	say "$1: any payload, IPv6 on one side"
	sdp "$WORK/a.sdp" fd77::2 41000 96
	printf 'a=rtpmap:96 opus/48000/2\r\n' >>"$WORK/a.sdp"
	sdp "$WORK/b.sdp" 10.77.0.3 42000 111
	printf 'a=rtpmap:111 opus/48000/2\r\n' >>"$WORK/b.sdp"
	ok "$1: a call of opus stands, IPv6 to IPv4" call 52 "$WORK/a.sdp" "$WORK/b.sdp" opus
	ear b b 10.77.0.3:42000
	run_in a "$TOOLS/rtpsend" --bind '[fd77::2]:41000' --to "[$GW6]:$PA" --pt 96 --size 1400 \
		--seconds 2 >/dev/null
	bg_wait b 10
	ok "$1: large frames cross, as the type b asked for" json_is "$WORK/b.out" \
		'.packets >= 98 and .lost == 0 and .pts == [111] and .marked == .packets'
	ok "$1: it ends, too" ca ca DLCX "$EP" C=52
	ok "$1: and is gone" refuses 515 ca AUCX "$EP" "I=$IA" F=C
	gw_stop
	ok "$1: hollerd stops well" test $? = 0
	rm -f "$WORK/gw.db"*
}

relay socket
relay ring
net_end
