#!/bin/sh
# tests/interop/megaco.sh - Erlang/OTP's megaco is the MGC: registers hollerd, adds with
# CHOOSE, modifies, audits, moves, repeats a request, subtracts; over UDP and TCP, pretty
# and compact text and BER, versions 1 to 3. One hollerd is a virtual MG for each of these
# forms, all at the same time, and each has an MGC of its own. A real voice crosses a call
# and comes out on a zone's group. tshark judges what hollerd wrote.
# limit: 150
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
SOCK=$WORK/gw.sock
FORMS='' MGCS='' N=100

cat >"$WORK/gw.conf" <<-CONF
	log { level = info }
	ctl { socket = "$SOCK" }
	store { file = "$WORK/gw.db" }
	media { io = ${GW_IO:-auto} }
CONF

# form NAME ENCODING TRANSPORT VERSION [KEY=VALUE,...]: an agent section and its MGC. Each
# version names its gateways in another way.
form() {
	N=$((N + 1))
	case $4 in
	1) f_mid="[$GW]:2944" ;;
	2) f_mid="<$1.example.net>:2944" ;;
	3) f_mid=mg/$(echo "$1" | tr - _) ;;
	esac
	run_in ms ip addr add "10.77.0.$N/24" dev eth0
	cat >>"$WORK/gw.conf" <<-CONF
		agent "$1" {
			protocol = h248
			mid = "$f_mid"
			mgcs = {"$3:10.77.0.$N"}
			encoding = $2
			version = $4
		}
	CONF
	FORMS="$FORMS $1:$N"
	MGCS="$MGCS name=$1,encoding=$2,transport=$3,version=$4,listen=10.77.0.$N"
	MGCS="$MGCS,wait=40000,a=10.77.0.9:20000,b=10.77.0.9:30000${5:+,$5}"
}

for enc in pretty compact ber; do
	for tr in udp tcp; do
		for v in 1 2 3; do
			form $enc-$tr-$v $enc $tr $v
		done
	done
done
form talk-compact compact udp 2 "page=lobby,pace=$WORK/talk-compact"
form talk-ber ber tcp 3 "page=lobby,pace=$WORK/talk-ber"

capture ctl ms port 2944 or port 2945
# shellcheck disable=SC2086
bg mgc ms escript "$SCRIPT" --stay "$WORK/enough" $MGCS
gw_start
ctl zone add lobby --group "$GROUP:5004@eth0" --ttl 4

# told FORM FILTER: a line of that MGC is so.
told() {
	jq -e -s "any(.[]; .form == \"$1\" and ($2))" "$WORK/mgc.out"
}

# all_ok FORM: it came to its end, and no line of it says otherwise.
all_ok() {
	told "$1" '.event == "over" and .failed == 0' &&
		jq -e -s "all(.[] | select(.form == \"$1\");
			.ok != false and (.event // \"\" | test(\"error|unexpected\") | not))" \
			"$WORK/mgc.out" && return
	grep "\"form\": \"$1\"" "$WORK/mgc.out"
	return 1
}

# media_of FORM STEP INDEX: the port of the n-th m= line
media_of() {
	jq -r "select(.form == \"$1\" and .step == \"$2\") | .media[$3]" "$WORK/mgc.out" |
		cut -d' ' -f2
}

# voice FORM: a voice from A to B, then from A to the zone's group.
voice() {
	ctl --json agents | jq -r '.[] | select(.owner == "'"$1"'") | .ids[]' |
		sed -n 's/^page\/lobby\/\$=//p' >"$WORK/id"
	bg "$1-b" ms "$TOOLS/rtprecv" --listen 10.77.0.9:30000 --idle 1500 --seconds 40 \
		--wav "$WORK/b.wav"
	bg_ready "$1-b"
	mv "$WORK/id" "$WORK/$1.go"
	ok "$1: a call is set up" wait_for 30 told "$1" '.step == "add" and .ok'
	speak_ffmpeg ms "$WORK/speech.wav" $GW "$(media_of "$1" add 0)" 20000
	bg_wait "$1-b" 10
	ok "$1: the voice crosses the call" "$TOOLS/wavcorr" --least 0.95 \
		"$WORK/speech.wav" "$WORK/b.wav"
	hear_ours "$1-our" our $GROUP 5004 --idle 1500
	touch "$WORK/$1.add"
	ok "$1: a page is set up" wait_for 30 told "$1" '.step == "page" and .ok'
	speak_ffmpeg ms "$WORK/speech.wav" $GW "$(media_of "$1" page 0)" 20000
	bg_wait "$1-our" 10
	ok "$1: the voice comes out on the group" "$TOOLS/wavcorr" --least 0.95 \
		"$WORK/speech.wav" "$WORK/$1-our.wav"
	touch "$WORK/$1.page"
}

voice talk-compact
voice talk-ber
ok "all MGCs come to their end" bg_ready mgc '"event": "done"' 40
ctl --json agents >"$WORK/agents"
for f in $FORMS; do
	name=${f%:*} v=${f%:*}
	ok "$name: all steps go well" all_ok "$name"
	case $name in
	talk-compact) v=2 ;;
	talk-ber) v=3 ;;
	*) v=${name##*-} ;;
	esac
	ok "$name: hollerctl shows the MGC and version $v" jq -e "any(.[];
		.owner == \"$name\" and .alive and .version == $v and
		.phase == \"active\" and .contexts == 0)" "$WORK/agents"
done
ok "nothing is left" sh -c \
	"[ \$('$HOLLERCTL' --socket '$SOCK' --json status | jq .connections) = 0 ]"
gw_stop
ok "hollerd stops well" test $? = 0
for f in $FORMS; do
	ok "${f%:*}: the MGC is told" told "${f%:*}" '.event == "leaving"'
done
touch "$WORK/enough"
bg_wait mgc 10
capture_stop ctl

# tshark reads version 1's AuditValue replies by the ASN.1 of RFC 2885, a SEQUENCE;
# RFC 3525 made it a CHOICE, which is what we write and megaco reads. And it wants a value
# behind EmergencyOff, which version 3's contextProperty has as a bare token.
tshark_read "$WORK/ctl.pcap" -Y "ip.src == $GW && (megaco || h248)" -T fields \
	-e ip.dst >"$WORK/ours"
tshark_read "$WORK/ctl.pcap" -Y "ip.src == $GW && (megaco || h248) &&
	!h248.auditValueReplyV1 && !(frame contains \"EmergencyOff\") &&
	!(frame contains \"EGO\") && (_ws.malformed || _ws.expert.severity == \"Error\")" \
	-T fields -e ip.dst -e frame.number -e _ws.expert.message >"$WORK/bad"
for f in $FORMS; do
	ok "${f%:*}: no message of ours is malformed" sh -c "
		! grep '^10.77.0.${f#*:}\b' '$WORK/bad' &&
			[ \$(grep -cx '10.77.0.${f#*:}' '$WORK/ours') -ge 8 ]"
done
net_end
