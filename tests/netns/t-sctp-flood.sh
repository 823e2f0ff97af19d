#!/bin/sh
# tests/netns/t-sctp-flood.sh - a million INITs from forged sources, as fast as they come, of
# an allowed network, and as many of strangers, who get no answer: the gateway's memory does
# not grow, each of three new associations is there within a second meanwhile, and a
# call's media does not notice.
# alone
# limit: 480
# build: release
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/sctp.sh"
net_begin
net_need tcpdump
lans gw 1 ms 9 ms2 10 evil 66
lan_settle
COUNT=${SCTP_FLOOD:-1000000} RATE=${SCTP_RATE:-0} # 0: all there is
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=4
export ASAN_OPTIONS
# Answers to the forged go to whom sent them, who drops them.
ip -n "$(ns_of gw)" route add 10.99.0.0/16 via 10.77.0.66
run_in evil sysctl -q -w net.ipv4.ip_forward=0 net.ipv4.conf.all.rp_filter=0
run_in gw sysctl -q -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0

rss() { # KiB
	awk '$1 == "VmRSS:" { print $2 }' "/proc/$(gw_pid)/status"
}

# bg's pid is ip netns exec's, which became hollerd's.
gw_pid() {
	bg_pid gw
}

# The forged ones' answers go to host evil, by eth0; with the first the tap ends.
tap() {
	bg tap evil tcpdump --immediate-mode -nlqi eth0 -c 1 'dst net 10.99.0.0/16'
	bg_ready tap "listening on"
}

unanswered() {
	bg_alive tap && [ ! -s "$WORK/tap.out" ]
}

flood() { # NAME MODE COUNT [OPTION...]
	fl_name=$1 fl_encaps=9899 fl_count=$3
	[ "$2" != raw ] || fl_encaps=0
	shift 3
	bg "$fl_name" evil "$TOOLS/sctpflood" --to 10.77.0.1:2944 --encaps $fl_encaps \
		--count "$fl_count" --rate "$RATE" "$@"
}

run() { # MODE WHO COUNT
	label="$1 $2" storm=$3
	allow='allow = {"10.77.0.0/24", "10.78.0.0/24"}'
	[ "$2" != allowed ] || allow='allow = {"10.77.0.0/24", "10.99.0.0/16"}'
	h248_conf "$1" compact 10.77.0.1:2944 '10.77.0.9 10.77.0.10' "$allow"
	mgc m ms "$1" --local 10.77.0.9 --media 10.77.0.9 register calls=1 serve
	ok "$label: hollerd starts" gw_start
	ok "$label: a call stands" wait_for 20 said m '.what == "calls" and .answered == 2'
	flood warm "$1" $((storm / 10))
	bg_wait warm 60
	set -- "$1" "$2" $(jq -r 'select(.what == "call") |
		"\(.ports[0]) \(.peers[0]) \(.peers[1])"' "$WORK/m.out")
	sleep 1
	before=$(rss)
	bg ear ms "$TOOLS/rtprecv" --listen "10.77.0.9:$5" --idle 3000 --seconds 200
	bg_ready ear
	ok "$label: who watches for answers is ready" tap
	flood storm "$1" "$storm"
	bg mouth ms "$TOOLS/rtpsend" --bind "10.77.0.9:$4" --to "10.77.0.1:$3" --seconds 10
	sleep 1
	: >"$WORK/took"
	for k in 1 2 3; do
		[ $k = 1 ] || bg_stop n
		mgc n ms2 "$1" --local 10.77.0.10 --connect 10.77.0.1 up serve
		ok "$label: another association" wait_for 10 said n '.what == "up"'
		jq -s 'map(select(.what == "up")) | first | .t * 1000 | round' \
			"$WORK/n.out" >>"$WORK/took"
	done
	took=$(sort -n "$WORK/took" | tail -n 1)
	ok "$label: within a second ($(tr '\n' ' ' <"$WORK/took")ms)" test "$took" -lt 1000
	ok "$label: while it storms" bg_alive storm
	bg_wait storm 120
	case $2 in
	stranger) ok "$label: and gets no answer" unanswered ;;
	allowed) ok "$label: and is answered" bg_wait tap 5 ;;
	esac
	bg_stop tap
	ok "$label: the storm was whole: $(cat "$WORK/storm.out")" json_is "$WORK/storm.out" \
		".sent == $storm"
	bg_wait mouth 30
	bg_wait ear 30
	after=$(rss)
	ok "$label: no memory is taken by it ($before to $after KiB)" test \
		$((after - before)) -lt 4096
	ok "$label: the media did not notice: $(jq -c '{packets, lost}' "$WORK/ear.out")" \
		json_is "$WORK/ear.out" '.packets >= 495 and .lost == 0'
	ok "$label: two associations are open, no more" assoc \
		'map(select(.state == "open")) | length == 2'
	gw_stop
	ok "$label: hollerd stops well" test $? = 0
	bg_stop m
	bg_stop n
}

for mode in ${SCTP_MODES:-conn udp raw}; do
	run $mode stranger $COUNT
	run $mode allowed $COUNT
done
net_end
