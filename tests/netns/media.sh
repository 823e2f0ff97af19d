# tests/netns/media.sh - speech, mouths and ears for network tests; source it after lib.sh.

# speech FILE: some seconds of real voices, from alsa-utils.
speech() {
	sp_dir=/usr/share/sounds/alsa
	[ -f $sp_dir/Front_Center.wav ] || skip "needs alsa-utils' sounds"
	ffmpeg -v error -y -i $sp_dir/Front_Center.wav -i $sp_dir/Front_Left.wav \
		-i $sp_dir/Rear_Right.wav -i $sp_dir/Side_Left.wav \
		-filter_complex '[0:a][1:a][2:a][3:a]concat=n=4:v=0:a=1' \
		-ac 1 -ar 48000 -c:a pcm_s16le "$1" </dev/null
}

# hear_ours NAME HOST GROUP PORT [OPTION...]: records into $WORK/NAME.wav; its numbers are
# in $WORK/NAME.out when it ends.
hear_ours() {
	ho_name=$1 ho_host=$2 ho_group=$3 ho_port=$4
	shift 4
	case $ho_group in
	*:*) ho_any='[::]' ;;
	*) ho_any=0.0.0.0 ;;
	esac
	bg "$ho_name" "$ho_host" "$TOOLS/rtprecv" --listen "$ho_any:$ho_port" \
		--group "$ho_group" --if eth0 --wav "$WORK/$ho_name.wav" --seconds 60 "$@"
	bg_ready "$ho_name"
}

# hear_ffmpeg NAME HOST GROUP PORT: until hear_stop NAME. It writes bare samples, for it
# may need to be killed, and then a WAV file would lack its head.
hear_ffmpeg() {
	printf 'v=0\no=- 1 1 IN IP4 %s\ns=page\nc=IN IP4 %s/16\nt=0 0\nm=audio %s RTP/AVP 0\n' \
		"$3" "$3" "$4" >"$WORK/$1.sdp"
	bg "$1" "$2" ffmpeg -nostdin -v info -y -protocol_whitelist file,rtp,udp \
		-i "$WORK/$1.sdp" -c:a pcm_s16le -f s16le -flush_packets 1 "$WORK/$1.raw"
	wait_for 10 sh -c "ip netns exec $(ns_of "$2") ip maddr show dev eth0 | grep -q '$3'"
}

# hear_gst NAME HOST GROUP PORT: until hear_stop NAME.
hear_gst() {
	bg "$1" "$2" gst-launch-1.0 -e udpsrc "address=$3" "port=$4" multicast-iface=eth0 \
		"caps=application/x-rtp,media=audio,clock-rate=8000,encoding-name=PCMU,payload=0" \
		! rtpjitterbuffer latency=200 ! rtppcmudepay ! mulawdec ! audioconvert \
		! wavenc ! filesink "location=$WORK/$1.wav"
	wait_for 10 sh -c "ip netns exec $(ns_of "$2") ip maddr show dev eth0 | grep -q '$3'"
}

# hear_stop NAME: ffmpeg may wait for a packet for ever.
hear_stop() {
	kill -INT "$(bg_pid "$1")" 2>/dev/null
	bg_wait "$1" 3
	[ $? != 124 ] || bg_stop "$1" KILL
	[ ! -f "$WORK/$1.raw" ] ||
		ffmpeg -nostdin -v error -y -f s16le -ar 8000 -ac 1 -i "$WORK/$1.raw" "$WORK/$1.wav"
}

# speak_ffmpeg HOST FILE ADDRESS PORT LOCALPORT: PCMU, 20 ms a packet, at natural speed.
speak_ffmpeg() {
	run_in "$1" ffmpeg -nostdin -v error -re -i "$2" -ac 1 \
		-af aresample=8000,asetnsamples=n=160:p=0 -c:a pcm_mulaw \
		-f rtp "rtp://$3:$4?localrtpport=$5&localrtcpport=$(($5 + 1))&pkt_size=172" \
		>/dev/null
}

# alike NAME LEAST: the recording of NAME beside $WORK/speech.wav.
alike() {
	"$TOOLS/wavcorr" --least "$2" "$WORK/speech.wav" "$WORK/$1.wav"
}
