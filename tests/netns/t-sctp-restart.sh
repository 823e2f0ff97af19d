#!/bin/sh
# tests/netns/t-sctp-restart.sh - the agent's process is killed and started anew on the same
# ports: calls and their media go on, the gateway registers again, the new agent finds every
# call and can release it. MGCP is told it was disconnected.
# limit: 300
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/sctp.sh"
net_begin
lans gw 1 ms 9
lan_settle


# voices: 12 seconds of RTP through the first call, in both directions.
voices() {
	set -- $(jq -r 'select(.what == "call") | "\(.ports[0]) \(.ports[1]) \(.peers[0]) \(.peers[1])"' \
		"$WORK/m.out" | head -n 1)
	bg earb ms "$TOOLS/rtprecv" --listen "10.77.0.9:$4" --idle 2000 --seconds 40
	bg_ready earb
	bg mouth ms "$TOOLS/rtpsend" --bind "10.77.0.9:$(($3 + 1000))" --to "10.77.0.1:$1" \
		--seconds 12
}

h248() { # MODE
	label="h248 $1"
	h248_conf "$1" compact 10.77.0.1:2944 10.77.0.9
	mgc m ms "$1" --local 10.77.0.9 --media 10.77.0.9 register calls=30 serve
	up || { bg_stop m; return; }
	ok "$label: calls stand" wait_for 20 said m '.what == "calls" and .answered == 60'
	bg_stop m KILL
	mgc m ms "$1" --local 10.77.0.9 --media 10.77.0.9 register audit clear serve
	ok "$label: the gateway registers again" wait_for 20 said m '.what == "registered"'
	ok "$label: and says it was cut off" said m \
		'.what == "request" and (.method == "Disconnected" or .method == "Failover")'
	ok "$label: the new agent finds every call" wait_for 20 said m \
		'.what == "audited" and .contexts == 30 and .terminations == 60'
	ok "$label: each call can be released" wait_for 20 line m clear \
		'.answered == .transactions and .twice == 0 and (.codes | keys == ["200"])'
	ok "$label: nothing is left" sh -c \
		"[ \$('$HOLLERCTL' --socket '$SOCK' --json status | jq .connections) = 0 ]"
	ok "$label: one association is open" assoc 'map(select(.state == "open")) | length == 1'
	gw_stop
	ok "$label: hollerd stops well" test $? = 0
	bg_stop m
}

# The calls are held while the media is heard; a quick restart is the peer's restart.
media() { # MODE
	label="media $1"
	h248_conf "$1" compact 10.77.0.1:2944 10.77.0.9
	mgc m ms "$1" --local 10.77.0.9 --media 10.77.0.9 register calls=1 serve
	up || { bg_stop m; return; }
	ok "$label: a call stands" wait_for 20 said m '.what == "calls" and .answered == 2'
	voices
	sleep 1
	bg_stop m KILL
	mgc m ms "$1" --local 10.77.0.9 --media 10.77.0.9 --connect 10.77.0.1 register audit serve
	ok "$label: the gateway registers again" wait_for 20 said m '.what == "registered"'
	ok "$label: the call is there" wait_for 10 said m '.what == "audited" and .contexts == 1'
	bg_wait mouth 20
	bg_wait earb 10
	ok "$label: the voice came through, all of it" json_is "$WORK/earb.out" \
		'.packets >= 590 and .lost == 0'
	gw_stop
	ok "$label: hollerd stops well" test $? = 0
	bg_stop m
}

mgcp() { # MODE
	label="mgcp $1"
	mgcp_conf "$1" 10.77.0.1:2427 10.77.0.9 'tdinit = 2s' 'tdmin = 1s'
	mgc m ms "$1" --protocol mgcp --local 10.77.0.9 register calls=5 serve
	up || { bg_stop m; return; }
	ok "$label: calls stand" wait_for 20 said m '.what == "calls" and .answered == 15'
	bg_stop m KILL
	mgc m ms "$1" --protocol mgcp --local 10.77.0.9 register serve
	ok "$label: the gateway says it was disconnected" wait_for 30 said m \
		'.what == "request" and .about == "RSIP" and .method == "disconnected"'
	ok "$label: the calls live on" sh -c \
		"[ \$('$HOLLERCTL' --socket '$SOCK' --json status | jq .connections) = 10 ]"
	gw_stop
	ok "$label: hollerd stops well" test $? = 0
	bg_stop m
}

for mode in ${SCTP_MODES:-conn udp raw}; do
	h248 $mode
	media $mode
	mgcp $mode
done
net_end
