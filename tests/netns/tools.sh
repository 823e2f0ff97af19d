#!/bin/sh
# tests/netns/tools.sh - the test tools, the switch and the judges against each other: what
# all other network tests lean on.
# limit: 60
. "$(dirname "$0")/lib.sh"
net_begin
net_need tcpdump tshark
lan_add
for h in "mouth 1" "any 2" "one 3" "other 4" "deaf 5"; do
	host_add ${h% *} ${h#* }
done
lan_settle

WAV=$TOP/tests/netns/speech.wav
[ -f "$WAV" ] || WAV=/usr/share/sounds/alsa/Front_Center.wav
[ -f "$WAV" ] || skip "needs alsa-utils' sounds"

capture deaf deaf udp port 5004
capture wire one igmp or udp port 5004
bg any any "$TOOLS/rtprecv" --listen 0.0.0.0:5004 --group 239.1.1.1 --if eth0 --idle 700 \
	--wav "$WORK/any.wav"
bg one one "$TOOLS/rtprecv" --listen 0.0.0.0:5004 --group 239.1.1.1 --source 10.77.0.1 \
	--if eth0 --idle 700 --wav "$WORK/one.wav"
bg other other "$TOOLS/rtprecv" --listen 0.0.0.0:5004 --group 239.1.1.1 \
	--source 10.77.0.99 --if eth0 --seconds 4
for l in any one other; do
	bg_ready $l || exit 99
done
wait_for 5 lan_knows 239.1.1.1 || exit 99
run_in mouth "$TOOLS/rtpsend" --to 239.1.1.1:5004 --if eth0 --wav "$WAV" --pad 200 \
	>"$WORK/sent.json"
bg_wait any 10
bg_wait one 10
bg_wait other 10
capture_stop deaf
capture_stop wire
ok "all that was sent was heard by any-source" sh -c \
	"[ \$(jq .packets $WORK/any.out) = \$(jq .sent $WORK/sent.json) ]"
ok "and without loss by the source-specific" json_is "$WORK/one.out" '.lost == 0 and .packets > 50'
ok "who asked for another source hears nothing" json_is "$WORK/other.out" '.packets == 0'
ok "who did not join hears nothing" test "$(pcap_count "$WORK/deaf.pcap" udp)" = 0
ok "the recording is the sound" "$TOOLS/wavcorr" --least 0.99 "$WAV" "$WORK/any.wav"
ok "so is the other" "$TOOLS/wavcorr" --least 0.99 "$WAV" "$WORK/one.wav"
ok "IGMPv3 reports name the source" test \
	"$(pcap_count "$WORK/wire.pcap" 'igmp.type == 0x22 && igmp.saddr == 10.77.0.1')" -gt 0
ok "no packet is malformed" judge_pcap "$WORK/wire.pcap"

capture bad one udp port 2427
run_in mouth "$TOOLS/mgcpca" send --to 10.77.0.3:2427 --tries 1 --rto 100 AUEP '*@gw' \
	>"$WORK/none.json"
ok "a call agent without a gateway says so" json_is "$WORK/none.json" '.code == 0'
capture_stop bad
ok "its command is well-formed" judge_pcap "$WORK/bad.pcap"

bg ca any "$TOOLS/mgcpca" serve
bg_ready ca || exit 99
run_in mouth "$TOOLS/mgcpca" send --to 10.77.0.2:2727 NTFY 'line/1@gw' X=1 'O=L/hd' \
	>"$WORK/ntfy.json"
ok "a call agent answers a command" json_is "$WORK/ntfy.json" '.code == 200 and .tries == 1'
bg_stop ca
ok "and tells what it was" json_is "$WORK/ca.out" \
	'.verb == "NTFY" and .params.O == "L/hd" and .endpoint == "line/1@gw"'

bg v6 any "$TOOLS/rtprecv" --listen '[::]:5006' --group ff15::77 --if eth0 --idle 500
bg_ready v6 || exit 99
wait_for 5 lan_knows ff15::77 || exit 99
run_in mouth "$TOOLS/rtpsend" --to '[ff15::77]:5006' --if eth0 --seconds 1 >"$WORK/sent6.json"
bg_wait v6 10
ok "IPv6 groups work as well" json_is "$WORK/v6.out" '.packets == 50 and .marked == 50'
net_end
