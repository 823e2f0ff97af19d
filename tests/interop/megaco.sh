#!/bin/sh
# tests/interop/megaco.sh - Erlang/OTP's megaco is the MGC: registers hollerd, adds with
# CHOOSE, modifies, audits, repeats a request, subtracts; over UDP and TCP, pretty and
# compact text and BER, versions 1 to 3. A real voice crosses the call and comes out on a
# zone's group. tshark judges what hollerd wrote.
# limit: 240
. "$(dirname "$0")/../netns/lib.sh"
. "$(dirname "$0")/../netns/media.sh"
. "$(dirname "$0")/../netns/gw.sh"
SCRIPT=$(cd "$(dirname "$0")" && pwd)/megaco_mgc.escript
net_begin
net_need escript ffmpeg tcpdump tshark
erl -noshell -eval 'halt(case code:lib_dir(megaco) of {error, _} -> 1; _ -> 0 end).' ||
	skip "needs erlang-megaco"
lan_add
host_add gw 1
host_add ms 9
host_add our 4
lan_settle
speech "$WORK/speech.wav" || exit 99
GROUP=239.20.1.9

# mg_conf ENCODING TRANSPORT VERSION
mg_conf() {
	SOCK=$WORK/gw.sock
	cat >"$WORK/gw.conf" <<-CONF
		log { level = info }
		ctl { socket = "$SOCK" }
		store { file = "$WORK/gw.db" }
		media { io = ${GW_IO:-auto} }
		agent "mgc" {
			protocol = h248
			mid = "[$GW]:2944"
			mgcs = {"$2:10.77.0.9"}
			encoding = $1
			version = $3
		}
	CONF
}

# mgc NAME ENCODING TRANSPORT VERSION [OPTION VALUE]...: it waits for the gateway.
mgc() {
	mgc_name=$1 mgc_enc=$2 mgc_tr=$3 mgc_v=$4
	shift 4
	bg "$mgc_name" ms escript "$SCRIPT" --listen 10.77.0.9 --encoding "$mgc_enc" \
		--transport "$mgc_tr" --version "$mgc_v" --a 10.77.0.9:20000 \
		--b 10.77.0.9:30000 --wait 15000 "$@"
	bg_ready "$mgc_name" '"ready"' 20
}

# tshark reads version 1's AuditValue replies by the ASN.1 of RFC 2885, a SEQUENCE;
# RFC 3525 made it a CHOICE, which is what we write and megaco reads.
judge_ours() {
	judge_pcap "$1" "ip.src == $GW && (megaco || h248) && !h248.auditValueReplyV1" &&
		[ "$(pcap_count "$1" "ip.src == $GW && (megaco || h248)")" -ge 8 ]
}

form() {
	mg_conf "$1" "$2" "$3"
	capture ctl ms port 2944 or port 2945
	mgc mgc "$1" "$2" "$3"
	gw_start
	bg_wait mgc 30
	code=$?
	ok "$1, $2, version $3: all steps go well" sh -c \
		"[ $code = 0 ] || { cat '$WORK/mgc.out'; false; }"
	ok "$1, $2, version $3: nothing is left" sh -c \
		"[ \$('$HOLLERCTL' --socket '$SOCK' --json status | jq .connections) = 0 ]"
	gw_stop
	ok "hollerd stops well" test $? = 0
	capture_stop ctl
	ok "$1, $2, version $3: no message of ours is malformed" judge_ours "$WORK/ctl.pcap"
	rm -f "$WORK/ctl.pcap"
}

for enc in pretty compact ber; do
	for tr in udp tcp; do
		for v in ${MEGACO_VERSIONS:-1 2 3}; do
			form $enc $tr $v
		done
	done
done

# media_of NAME STEP INDEX: the port of the n-th m= line
media_of() {
	grep "\"step\": \"$2\"" "$WORK/$1.out" | jq -r ".media[$3]" | cut -d' ' -f2
}

voice() {
	mg_conf "$1" "$2" "$3"
	gw_start
	ctl zone add lobby --group "$GROUP:5004@eth0" --ttl 4
	id=$(ctl --json agents | jq -r '.. | .ids? // empty | .[]' | sed -n 's/^page\/lobby\/\$=//p')
	mgc talk "$1" "$2" "$3" --hold 9000 --page lobby --page-id "${id:-0.0}"
	ok "$1: a call is set up" bg_ready talk '"step": "add"' 40
	bg b ms "$TOOLS/rtprecv" --listen 10.77.0.9:30000 --idle 1500 --seconds 30 \
		--wav "$WORK/b.wav"
	bg_ready b
	speak_ffmpeg ms "$WORK/speech.wav" $GW "$(media_of talk add 0)" 20000
	bg_wait b 10
	ok "$1: the voice crosses the call" "$TOOLS/wavcorr" --least 0.95 \
		"$WORK/speech.wav" "$WORK/b.wav"
	hear_ours our our $GROUP 5004 --idle 1500
	ok "$1: a page is set up" bg_ready talk '"step": "page"' 20
	speak_ffmpeg ms "$WORK/speech.wav" $GW "$(media_of talk page 0)" 20000
	bg_wait our 10
	ok "$1: the voice comes out on the group" "$TOOLS/wavcorr" --least 0.95 \
		"$WORK/speech.wav" "$WORK/our.wav"
	bg_wait talk 30
	ok "$1: all steps went well" test $? = 0
	ctl zone del lobby --force
	gw_stop
	ok "hollerd stops well" test $? = 0
}

voice compact udp 2
voice ber tcp 3
net_end
