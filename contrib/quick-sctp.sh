# contrib/quick-sctp.sh - the call of contrib/quickstart by SCTP, MGCP or H.248; to be
# sourced.
#
# CONF; call_begin sets IP and PORT; call_end; call_count and call_next print. TRANSPORT is
# sctp (in the event loop, in UDP), sctp-native (with threads of its own, in UDP) or
# sctp-raw (IP protocol 132).
CONF=$WORK/hollerd.conf
case $TRANSPORT in
sctp) stack='backend = conn' path=udp ;;
sctp-native) stack='backend = native' path=udp ;;
sctp-raw) stack='backend = native  encaps_port = 0' path=raw ;;
esac
case $PROTOCOL in
h248) us=10.77.0.1:2944 name='mid       = "[10.77.0.1]:2944"' them='mgcs      = {"10.77.0.9"}' ;;
mgcp) us=10.77.0.1:2427 name='gateway   = "gw"' them='addresses = {"10.77.0.9:2727"}' ;;
esac
cat >"$CONF" <<-CONF
	sctp { $stack }
	$PROTOCOL { sctp = {"$us"} }
	agent "agent1" {
	    protocol  = $PROTOCOL
	    transport = sctp
	    $name
	    $them
	}
CONF

call_begin() {
	step "an agent registers us by SCTP and calls into the zone ($PROTOCOL)"
	bg mgc caller "$TOOLS/sctpmgc" --path $path --protocol "$PROTOCOL" --local 10.77.0.9 \
		--media 10.77.0.9 register page=lobby until release serve
	bg_ready mgc '"what":"page"' 20 || trouble "no page: $(cat "$WORK/mgc.out")"
	IP=10.77.0.1
	PORT=$(jq -r 'select(.what == "call") | .ports[0]' "$WORK/mgc.out")
	ctl assoc
}

call_end() {
	kill -USR1 "$(bg_pid mgc)"
	bg_ready mgc '"what":"release"' 10 || trouble "no release: $(cat "$WORK/mgc.out")"
}

call_count() {
	ctl --json calls | jq -r 'if type == "array" then .[] else . end |
		select(.rx > 0) | "PR=\(.rx), OR=\(.rx_octets), PL=\(.lost), JI=\(.jitter_ms)"' |
		head -n 1
}

call_next() {
	cat <<-NEXT
		$HOLLERCTL --socket $SOCK assoc
		$HOLLERCTL --socket $SOCK agents
		$HOLLERCTL --socket $SOCK stats net.sctp
	NEXT
}
