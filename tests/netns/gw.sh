# tests/netns/gw.sh - the gateway in a network test; source it after lib.sh.

GW=10.77.0.1 GW6=fd77::1
SOCK='' # set by gw_start

# gw_conf [LINE...]: writes $WORK/gw.conf: an agent "ca" for all hosts of the LAN, whose
# call agent is 10.77.0.9, a pool of bridges, and what the lines add. GW_IO is the packet
# I/O (socket, ring, auto), GW_AGENT adds lines to the agent section.
gw_conf() {
	SOCK=$WORK/gw.sock
	cat >"$WORK/gw.conf" <<-CONF
		log { level = info }
		ctl { socket = "$SOCK" }
		store { file = "$WORK/gw.db" }
		media { io = ${GW_IO:-auto} }
		mgcp { listen = {"*:2427", "[::]:2427"} }
		agent "ca" {
			allow = {"10.77.0.0/24", "fd77::/64", "127.0.0.1"}
			addresses = {"10.77.0.9:2727"}
			${GW_AGENT:-}
		}
		endpoint "rtpbridge/%x" { kind = bridge  count = ${GW_BRIDGES:-100} }
	CONF
	for gc_line in "$@"; do
		printf '%s\n' "$gc_line" >>"$WORK/gw.conf"
	done
}

# gw_start [HOST]: hollerd in host gw, with $WORK/gw.conf; waits until it answers.
gw_start() {
	net_need "$HOLLERD" "$HOLLERCTL"
	bg gw "${1:-gw}" "$HOLLERD" -c "$WORK/gw.conf"
	{ wait_for 20 ctl status && bg_alive gw; } || {
		echo "hollerd does not answer"
		tail -n 20 "$WORK/gw.err"
		exit 99
	}
}

ctl() {
	"$HOLLERCTL" --socket "$SOCK" "$@"
}

# gw_stop: and say whether it ended well; sanitizers speak here.
gw_stop() {
	bg_stop gw TERM
}

# ca HOST VERB ENDPOINT [NAME=VALUE...]: one command from that host; the answer is printed
# and kept in $WORK/ca.json. CA_SDP may name a file, CA_TO another gateway address.
ca() {
	ca_host=$1
	shift
	run_in "$ca_host" "$TOOLS/mgcpca" send --to "${CA_TO:-$GW:2427}" \
		${CA_SDP:+--sdp "$CA_SDP"} "$@" >"$WORK/ca.json"
	ca_code=$?
	cat "$WORK/ca.json"
	return $ca_code
}

# refuses CODE HOST VERB...: as ca, and this is the answer.
refuses() {
	rf_code=$1
	shift
	ca "$@"
	[ "$(field .code)" = "$rf_code" ]
}

# field FILTER: of the last answer.
field() {
	jq -r "$1" "$WORK/ca.json"
}

# sdp FILE ADDRESS PORT [PT]: a description to send along.
sdp() {
	case $2 in
	*:*) sdp_ip=IP6 ;;
	*) sdp_ip=IP4 ;;
	esac
	printf 'v=0\r\no=- 1 1 IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\nm=audio %s RTP/AVP %s\r\n' \
		$sdp_ip "$2" $sdp_ip "$2" "$3" "${4:-0}" >"$1"
}
