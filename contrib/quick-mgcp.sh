# contrib/quick-mgcp.sh - the call of contrib/quickstart, by MGCP; to be sourced.
#
# CONF; call_begin sets IP and PORT; call_end; call_count and call_next print.

# The sample configuration lets a call agent on the gateway's own host command it.
CONF=$TOP/conf/hollerd.conf

mgcp() {
	run_in gw "$TOOLS/mgcpca" send --to 127.0.0.1:2427 "$@"
}

call_begin() {
	step "a call agent calls into the zone: CRCX page/lobby@gw"
	printf 'v=0\r\no=- 1 1 IN IP4 10.77.0.9\r\ns=-\r\nc=IN IP4 10.77.0.9\r\nt=0 0\r\n%s\r\n' \
		'm=audio 40000 RTP/AVP 0' >"$WORK/caller.sdp"
	mgcp --sdp "$WORK/caller.sdp" CRCX page/lobby@gw C=1 M=recvonly 'L=p:20, a:PCMU' \
		>"$WORK/crcx.json" || trouble "CRCX: $(cat "$WORK/crcx.json")"
	ID=$(jq -r .params.I "$WORK/crcx.json")
	IP=$(jq -r .ip "$WORK/crcx.json") PORT=$(jq -r .port "$WORK/crcx.json")
}

call_end() {
	mgcp DLCX page/lobby@gw C=1 "I=$ID" >"$WORK/dlcx.json" ||
		trouble "DLCX: $(cat "$WORK/dlcx.json")"
}

call_count() {
	jq -r .params.P "$WORK/dlcx.json"
}

call_next() {
	echo "ip netns exec $P-gw $TOOLS/mgcpca send --to 127.0.0.1:2427 AUEP page/lobby@gw F=A"
}
