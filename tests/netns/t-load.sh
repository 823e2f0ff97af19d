#!/bin/sh
# tests/netns/t-load.sh - a burst of 60,000 packets/s on one call beside others; kill -9
# under load: back at once, no port twice, RSIP; a full gateway, and ports that rest.
# alone
# limit: 120
# build: release
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/gw.sh"
net_begin
PKTGEN=$BUILD/tests/bench/pktgen
[ -x "$PKTGEN" ] || make -s -C "$BUILD" tests/bench/pktgen >/dev/null 2>&1
net_need "$PKTGEN" python3
lan_add
host_add gw 1
host_add a 2
host_add b 3
host_add ca 9
host_add evil 4
sdp "$WORK/a.sdp" 10.77.0.2 41000
sdp "$WORK/b.sdp" 10.77.0.3 42000
sdp "$WORK/x.sdp" 10.77.0.4 43000
sdp "$WORK/y.sdp" 10.77.0.4 43002
bg agent ca "$TOOLS/mgcpca" serve
bg_ready agent || exit 99

# call ID SDP SDP: sets EP, PA, PB.
call() {
	CA_SDP=$2
	ca ca CRCX 'rtpbridge/$@gw' "C=$1" M=sendrecv L=a:PCMU || return 1
	EP=$(field .params.Z) IA=$(field .params.I) PA=$(field .port)
	CA_SDP=$3
	ca ca CRCX "$EP" "C=$1" M=sendrecv L=a:PCMU || return 1
	PB=$(field .port)
	CA_SDP=''
}

burst() {
	GW_IO=$1
	gw_conf
	gw_start
	ok "$1: a call of ours" call 1 "$WORK/a.sdp" "$WORK/b.sdp"
	pa=$PA
	ok "$1: a call that will run wild" call 2 "$WORK/x.sdp" "$WORK/y.sdp"
	run_in evil ping -c 1 -W 2 $GW >/dev/null
	mac=$(run_in gw cat /sys/class/net/eth0/address)
	echo "10.77.0.4 43000 $GW $PA" >"$WORK/flows"
	bg eb b "$TOOLS/rtprecv" --listen 10.77.0.3:42000 --idle 1500 --seconds 30
	bg_ready eb
	bg wild evil "$PKTGEN" -i eth0 -D "$mac" -f "$WORK/flows" -r 60000 -t 3
	run_in a "$TOOLS/rtpsend" --bind 10.77.0.2:41000 --to "$GW:$pa" --seconds 5 >/dev/null
	bg_wait wild 10
	bg_wait eb 10
	say "burst: $(cat "$WORK/wild.out")"
	# A ring is shared: when the machine lets the worker wait it may overrun.
	ok "$1: the call beside it goes on" json_is "$WORK/eb.out" \
		".lost <= $2 and .packets >= 248 - $2 and .mixed == 0"
	bg ew evil "$TOOLS/rtprecv" --listen 10.77.0.4:43002 --idle 1500 --seconds 20
	bg_ready ew
	sleep 0.3
	run_in evil "$TOOLS/rtpsend" --bind 10.77.0.4:43000 --to "$GW:$PA" --seconds 2 >/dev/null
	bg_wait ew 10
	ok "$1: the call itself works, too" json_is "$WORK/ew.out" '.packets >= 95 and .lost == 0'
	ok "$1: and answers come" ca ca DLCX "$EP"
}

killed() {
	: >"$WORK/agent.out"
	run_in ca "$TOOLS/mgcpca" load --to $GW:2427 --media 10.77.0.9 --calls 3000 --window 8 \
		>"$WORK/load.out" 2>&1 &
	load_pid=$!
	sleep 0.7
	kill -9 "$(bg_pid gw)"
	bg_wait gw 5
	start=$(date +%s%N)
	gw_start
	took=$((($(date +%s%N) - start) / 1000000))
	ok "$1: after kill -9 under load it is up within a second ($took ms)" test $took -lt 1000
	ok "$1: and announces RSIP restart" wait_for 10 grep -q '"RM":"restart"' "$WORK/agent.out"
	kill $load_pid 2>/dev/null
	wait $load_pid 2>/dev/null
	ca ca DLCX '*@gw' >/dev/null
	ok "$1: the database is whole" python3 -c "import sqlite3
assert sqlite3.connect('$WORK/gw.db').execute('pragma integrity_check').fetchone()[0] == 'ok'"
}

# Every port once among 100 endpoints with two connections each, and none again too soon.
ports() {
	: >"$WORK/ports"
	n=0
	while [ $n -lt 60 ]; do
		call $n "$WORK/a.sdp" "$WORK/b.sdp" >/dev/null || break
		printf '%s\n%s\n' "$PA" "$PB" >>"$WORK/ports"
		n=$((n + 1))
	done
	ok "$1: 60 calls are up" test $n = 60
	ok "$1: no port was handed out twice" test "$(sort "$WORK/ports" | uniq -d | wc -l)" = 0
	ok "$1: all even" test "$(grep -c '[13579]$' "$WORK/ports")" = 0
	ok "$1: all end at once" ca ca DLCX '*@gw'
	ok "$1: a new call" call 99 "$WORK/a.sdp" "$WORK/b.sdp"
	not_ok "$1: takes no port that rests" grep -qx "$PA" "$WORK/ports"
	ok "$1: resting ports are shown" sh -c \
		"'$HOLLERCTL' --socket '$SOCK' --json ports | jq -e 'map(.resting) | add >= 120'"
	gw_stop
	ok "$1: hollerd stops well" test $? = 0
}

# Six pairs of ports: three calls, then the honest codes.
full() {
	gw_conf 'media { ports = 20000-20011  rest = 1s }'
	sed -i 's/count = 100/count = 5/' "$WORK/gw.conf"
	gw_start
	for n in 1 2 3; do
		ok "$1: call $n of 3" call $n "$WORK/a.sdp" "$WORK/b.sdp"
	done
	ca ca CRCX 'rtpbridge/$@gw' C=4 M=recvonly >/dev/null
	ok "$1: no port left: 403" test "$(field .code)" = 403
	ok "$1: one call ends" ca ca DLCX "$EP"
	ca ca CRCX 'rtpbridge/$@gw' C=5 M=recvonly >/dev/null
	ok "$1: its ports rest: 403" test "$(field .code)" = 403
	sleep 1.3
	ok "$1: and come back" ca ca CRCX 'rtpbridge/$@gw' C=6 M=recvonly
	gw_stop
	ok "$1: hollerd stops well" test $? = 0
}

for io in socket ring; do
	burst $io "$([ $io = socket ] && echo 2 || echo 25)"
	killed $io
	ports $io
	full $io
	rm -f "$WORK/gw.db"*
done
net_end
