#!/bin/sh
# tests/netns/t-hostile.sh - a hostile neighbour: RTP bleed, forged RTP and RTCP, strangers
# at the MGCP port, agents out of their mind, rubbish at the control socket. Calls live on.
# alone
# limit: 170
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/gw.sh"
net_begin
net_need python3 tcpdump tshark
lan_add
host_add gw 1
host_add a 2
host_add b 3
host_add evil 4
host_add ca 9
HOSTILE="python3 $(dirname "$0")/hostile.py"
FIRST=20000 LAST=20059

conf() {
	GW_AGENT="announce = no  $1"
	gw_conf "media { ports = $FIRST-$LAST  rest = 1s }"
	sed -i 's|"10.77.0.0/24", "fd77::/64", "127.0.0.1"|"10.77.0.9"|' "$WORK/gw.conf"
}

# call [NUMBER]: a and b on one bridge, first without remote descriptions as agents do.
call() {
	sdp "$WORK/a.sdp" 10.77.0.2 41000
	sdp "$WORK/b.sdp" 10.77.0.3 42000
	ca ca CRCX 'rtpbridge/$@gw' "C=${1:-1}" M=recvonly L=a:PCMU || return 1
	EP=$(field .params.Z) IA=$(field .params.I) PA=$(field .port)
	sleep "${PAUSE:-0}"
	CA_SDP=$WORK/b.sdp
	ca ca CRCX "$EP" "C=${1:-1}" M=sendrecv L=a:PCMU || return 1
	IB=$(field .params.I) PB=$(field .port)
	CA_SDP=$WORK/a.sdp
	ca ca MDCX "$EP" "C=${1:-1}" "I=$IA" M=sendrecv || return 1
	CA_SDP=''
}

ear() {
	bg eb b "$TOOLS/rtprecv" --listen 10.77.0.3:42000 --idle 1500 --seconds 30
	bg_ready eb
}

# talk SECONDS: both ways, from where the descriptions say.
talk() {
	bg mb b "$TOOLS/rtpsend" --bind 10.77.0.3:42000 --to "$GW:$PB" --seconds "$1" \
		--ssrc 2000
	run_in a "$TOOLS/rtpsend" --bind 10.77.0.2:41000 --to "$GW:$PA" --seconds "$1" \
		--ssrc 1000 --seq 100 >/dev/null
	bg_wait mb 5
}

injected() {
	[ "$(pcap_count "$1" 'frame contains "INJECT"')" = "$2" ] || {
		pcap_count "$1" 'frame contains "INJECT"'
		return 1
	}
}

# bleed WHAT MOST: the attacker sprays before, while and after a call is set up.
bleed() {
	bg spray evil $HOSTILE spray 10.77.0.4 $GW $FIRST $LAST 7
	sleep 1
	PAUSE=0.5
	ok "$1: a call comes up in the spray" call 1
	bg out b tcpdump -i eth0 --immediate-mode -U -n -s 0 -Z root -w "$WORK/out.pcap" \
		src host $GW and udp
	talk 2
	sleep 1
	ok "$1: it ends" ca ca DLCX "$EP" C=1
	bg_wait spray 15
	capture_stop out
	ok "$1: at most $2 packets go to the attacker" json_is "$WORK/spray.out" \
		".sent > 1000 and .got <= $2 and .echo <= 2 * $2"
	# Latching takes whoever speaks first until the party named speaks itself.
	[ "$2" -gt 0 ] || ok "$1: nothing of it comes to b" injected "$WORK/out.pcap" 0
	ok "$1: a's voice does" test \
		"$(pcap_count "$WORK/out.pcap" 'udp.dstport == 42000 && rtp')" -ge 95
}

forged() {
	ok "$1: a call for forgeries" call 2
	capture out b src host $GW and udp
	ear
	bg talk a "$TOOLS/rtpsend" --bind 10.77.0.2:41000 --to "$GW:$PA" --seconds 9 \
		--ssrc 1000 --seq 100
	sleep 0.5
	for kind in ssrc jump type version short csrc pad ext; do
		run_in evil $HOSTILE spoof $kind 10.77.0.2:41000 "$GW:$PA" 1000 100 0 60 5
	done
	run_in evil $HOSTILE rtcp 10.77.0.2:41001 "$GW:$((PA + 1))" 1000
	run_in evil $HOSTILE rtcp 10.77.0.2:41000 "$GW:$PA" 1000 100
	bg_wait talk 10
	bg_wait eb 10
	capture_stop out
	# In a pause of the voice another SSRC of its address may follow it (RFC 3550 8.2):
	# a machine that let the mouth wait proves nothing.
	if jq -e '.late_ms_most > 25' "$WORK/talk.out" >/dev/null; then
		skip_one "$1: forged frames: the voice itself paused"
	else
		ok "$1: no forged frame comes through" injected "$WORK/out.pcap" 0
	fi
	ok "$1: and the voice loses nothing" json_is "$WORK/eb.out" \
		'.packets >= 448 and .lost == 0 and .mixed == 0'
	ok "$1: what b got is well formed" judge_pcap "$WORK/out.pcap"
	ok "$1: drops are counted" sh -c \
		"'$HOLLERCTL' --socket '$SOCK' --json streams | jq -e 'any(.[]; [.drop? // .drops? // {} | .[]?] | add > 100)'"
	ok "$1: the call ends" ca ca DLCX "$EP" C=2
}

strangers() {
	run_in evil $HOSTILE verbs 10.77.0.4 $GW:2427 >"$WORK/verbs.out"
	ok "$1: strangers get no byte for any verb" json_is "$WORK/verbs.out" '.bytes == 0'
	run_in ca $HOSTILE mgcp 10.77.0.9 $GW:2427 4000 >"$WORK/mad.out"
	ok "$1: an agent out of its mind is answered" json_is "$WORK/mad.out" '.answers > 100'
	run_in gw $HOSTILE ctl "$SOCK" 200
	ok "$1: hollerctl still works" ctl status
	ok "$1: all calls can be ended" ca ca DLCX '*@gw'
	ok "$1: nothing is left" test "$(ctl --json streams | jq length)" = 0
	not_ok "$1: no control byte in the log" grep -q '[^[:print:][:space:]]' "$WORK/gw.err"
}

for io in socket ring; do
	GW_IO=$io
	conf 'accept = strict'
	gw_start
	bleed "$io, strict" 0
	forged "$io, strict"
	strangers "$io"
	gw_stop
	ok "$io: hollerd stops well" test $? = 0
	conf 'accept = any latch = yes'
	gw_start
	bleed "$io, latching" 5
	gw_stop
	ok "$io: hollerd stops well" test $? = 0
	rm -f "$WORK/gw.db"*
done
net_end
