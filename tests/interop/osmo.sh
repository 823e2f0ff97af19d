#!/bin/sh
# tests/interop/osmo.sh - programs built on libosmo-mgcp-client work unchanged: wildcard
# CRCX, second connection, MDCX, media both ways, DLCX of the endpoint; and an osmo-mgw
# driven the same way agrees.
# limit: 90
. "$(dirname "$0")/../netns/lib.sh"
. "$(dirname "$0")/../netns/gw.sh"
AGENT=$BUILD/tests/interop/osmo_agent
net_begin
net_need tcpdump tshark
[ -x "$AGENT" ] || skip "libosmo-mgcp-client was not found by configure"
lan_add
host_add gw 1
host_add ms 9
GW_AGENT='profile = osmocom'
gw_conf
gw_start
capture mgcp ms udp port 2427

# the agent's line of a call: "call 0 rtpbridge/1@mgw a=ADDR:PORT b=ADDR:PORT"
bg agent ms "$AGENT" $GW 2427 5 10.77.0.9:20000 10.77.0.9:30000 6
ok "five calls come up" bg_ready agent "^call 4 " 10
ok "the daemon holds ten connections" sh -c \
	"[ \$('$HOLLERCTL' --socket '$SOCK' --json status | jq .connections) = 10 ]"
a=$(sed -n 's/^call 0 .* a=\([^ ]*\) .*/\1/p' "$WORK/agent.out")
b=$(sed -n 's/^call 0 .* b=\([^ ]*\).*/\1/p' "$WORK/agent.out")
say "call 0: a=$a b=$b"
bg ear-b ms "$TOOLS/rtprecv" --listen 10.77.0.9:30000 --idle 700 --seconds 8
bg ear-a ms "$TOOLS/rtprecv" --listen 10.77.0.9:20000 --idle 700 --seconds 8
bg_ready ear-b
bg_ready ear-a
run_in ms "$TOOLS/rtpsend" --to "$a" --pt 8 --seconds 1 >"$WORK/to-a.json"
run_in ms "$TOOLS/rtpsend" --to "$b" --pt 8 --seconds 1 >"$WORK/to-b.json"
bg_wait ear-b 10
bg_wait ear-a 10
ok "what A says, B hears" json_is "$WORK/ear-b.out" '.packets >= 45 and .lost == 0'
ok "what B says, A hears" json_is "$WORK/ear-a.out" '.packets >= 45 and .lost == 0'
bg_wait agent 20
ok "all calls are cleared, none failed" grep -q '^done up=5 failed=0 cleared=5' "$WORK/agent.out"
ok "nothing is left" sh -c \
	"[ \$('$HOLLERCTL' --socket '$SOCK' --json status | jq .connections) = 0 ]"
capture_stop mgcp
ok "no message is malformed" judge_pcap "$WORK/mgcp.pcap"
ok "no RSIP was sent" test "$(pcap_count "$WORK/mgcp.pcap" 'mgcp.req.verb == "RSIP"')" = 0

ca ms CRCX 'rtpbridge/*@mgw' C=99 M=recvonly 'X-Osmux=*' >/dev/null
ok "Osmux is refused, not accepted in silence" test "$(field .code)" -ge 500
ca ms DLCX '*@mgw' >/dev/null
ok "DLCX on * deletes all" test "$(field .code)" = 250
gw_stop
ok "hollerd stops well" test $? = 0
net_end
