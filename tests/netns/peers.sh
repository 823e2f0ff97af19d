#!/bin/sh
# tests/netns/peers.sh - ffmpeg and GStreamer as mouth and ears without the gateway: what
# they record is the measure for what may be asked of a page.
# limit: 60
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/media.sh"
net_begin
net_need ffmpeg gst-launch-1.0 tcpdump tshark
lan_add
host_add mouth 1
host_add ffm 2
host_add gst 3
host_add our 4
lan_settle
speech "$WORK/speech.wav" || exit 99

capture wire mouth igmp or udp
hear_ffmpeg ffm ffm 239.1.1.1 5004
hear_gst gst gst 239.1.1.1 5004
hear_ours our our 239.1.1.1 5004 --idle 1500
sleep 0.5
speak_ffmpeg mouth "$WORK/speech.wav" 239.1.1.1 5004 40000
bg_wait our 10
hear_stop ffm
hear_stop gst
capture_stop wire
ok "ours lost nothing" json_is "$WORK/our.out" '.packets > 200 and .lost == 0'
ok "20 ms are in a packet" test "$(pcap_count "$WORK/wire.pcap" 'rtp && udp.length == 180')" \
	-gt 200
for e in our ffm gst; do
	ok "the recording of $e is the speech" alike $e 0.95
done
ok "no packet is malformed" judge_pcap "$WORK/wire.pcap"
net_end
