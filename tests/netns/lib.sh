# tests/netns/lib.sh - for tests in network namespaces; to be sourced.
#
#	. "$(dirname "$0")/lib.sh"     # or ../netns/lib.sh
#	net_begin                      # root, tools and namespaces, or exit 77
#	net_need tcpdump ffmpeg        # exit 77 when one is missing
#	lan_add                        # a switch: bridge with IGMP/MLD snooping and querier
#	host_add gw 1                  # namespace with eth0 = 10.77.0.1/24, fd77::1/64
#	bg ear a "$TOOLS/rtprecv" ...  # in the background in host a; output in $WORK/ear.*
#	run_in gw ip addr
#	ok "text of the check" command...
#	net_end                        # the count, and the exit code
#
# All names begin with a prefix of this process, so tests may run side by side. Whatever
# happens, namespaces, processes and files are gone at the end; HOLLER_KEEP=1 keeps $WORK
# and says where it is. Variables: WORK (a folder of this test), TOP, BUILD, TOOLS,
# HOLLERD, HOLLERCTL.

TOP=${TOP:-$(cd "$(dirname "$0")/../.." && pwd)}
BUILD=$(cd "${builddir:-$TOP/build}" && pwd)
TOOLS=$BUILD/tests/tools
HOLLERD=$BUILD/src/daemon/hollerd
HOLLERCTL=$BUILD/src/cli/hollerctl
NAME=$(basename "$0" .sh)
P=hl$$
NSS='' PIDS='' PASSED=0 FAILED=0 SKIPPED=0 ENDED=''

say() {
	echo "# $*"
}

skip() {
	echo "SKIP: $*"
	ENDED=1
	exit 77
}

# --- life -----------------------------------------------------------------------------

net_begin() {
	[ "$(id -u)" = 0 ] || skip "needs root"
	for t in ip bridge jq; do
		command -v $t >/dev/null || skip "needs $t"
	done
	ip netns add "$P-try" 2>/dev/null || skip "can't make network namespaces"
	ip netns del "$P-try"
	WORK=${WORK:-$(mktemp -d "${TMPDIR:-/tmp}/holler-$NAME.XXXXXX")} || exit 99
	chmod 755 "$WORK"
	trap net_cleanup EXIT
	trap 'exit 130' INT TERM HUP
}

net_need() {
	for t in "$@"; do
		command -v "$t" >/dev/null || [ -x "$t" ] || skip "needs $t"
	done
}

net_cleanup() {
	code=$?
	trap - EXIT
	for p in $PIDS; do
		kill "$p" 2>/dev/null
	done
	[ -z "$PIDS" ] || sleep 0.2
	for p in $PIDS; do
		kill -9 "$p" 2>/dev/null
	done
	wait 2>/dev/null
	for ns in $NSS; do
		ip netns pids "$ns" 2>/dev/null | xargs -r kill -9 2>/dev/null
		ip netns del "$ns" 2>/dev/null
	done
	if [ -z "$ENDED" ]; then
		echo "$NAME: ended before its end (exit $code)"
		[ $code != 0 ] || code=99
		tail -n 5 "$WORK"/*.err 2>/dev/null
	fi
	if [ -n "${HOLLER_KEEP:-}" ]; then
		say "files are in $WORK"
	else
		rm -rf "$WORK"
	fi
	exit $code
}

net_end() {
	ENDED=1
	if [ $FAILED -gt 0 ]; then
		for f in "$WORK"/*.err; do
			[ -s "$f" ] && echo "--- $(basename "$f")" && tail -n 15 "$f"
		done
	fi
	echo "$NAME: $PASSED passed, $FAILED failed, $SKIPPED skipped"
	[ $FAILED = 0 ] || exit 1
	exit 0
}

# --- checks ---------------------------------------------------------------------------

# ok TEXT COMMAND...: runs it; success is a pass.
ok() {
	ok_text=$1
	shift
	if "$@" >"$WORK/ok.out" 2>&1; then
		PASSED=$((PASSED + 1))
		echo "ok - $ok_text"
	else
		FAILED=$((FAILED + 1))
		echo "not ok - $ok_text"
		sed 's/^/#   /' "$WORK/ok.out" | head -n 20
	fi
}

# not TEXT COMMAND...: failure is a pass.
not_ok() {
	not_text=$1
	shift
	ok "$not_text" fails "$@"
}

fails() {
	! "$@"
}

# fails_saying PATTERN COMMAND...: it fails, and says why.
fails_saying() {
	fs_why=$1
	shift
	! "$@" >"$WORK/fails.out" 2>&1 && grep "$fs_why" "$WORK/fails.out" || {
		cat "$WORK/fails.out"
		return 1
	}
}

skip_one() {
	SKIPPED=$((SKIPPED + 1))
	echo "skip - $*"
}

# json_is FILE FILTER: the jq filter is true of the last JSON line of the file.
json_is() {
	tail -n 1 "$1" | jq -e "$2" >/dev/null || {
		echo "not so: $2"
		tail -n 1 "$1"
		return 1
	}
}

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
	wait_left=$(($1 * 10))
	shift
	until "$@" >/dev/null 2>&1; do
		wait_left=$((wait_left - 1))
		[ $wait_left -gt 0 ] || return 1
		sleep 0.1
	done
}

# --- networks -------------------------------------------------------------------------

ns_of() {
	echo "$P-$1"
}

ns_add() {
	ip netns add "$P-$1" || exit 99
	NSS="$NSS $P-$1"
	ip -n "$P-$1" link set lo up
}

run_in() {
	run_ns=$1
	shift
	ip netns exec "$P-$run_ns" "$@"
}

# lan_add [SWITCH]: a namespace with a bridge that snoops and queries like a good switch.
# A query interval of its own may be set later: ip -n $(ns_of sw) link set br0 type bridge
# mcast_query_interval ... Snooping begins to filter when the querier has had time for
# answers; lan_settle waits for it.
lan_add() {
	ns_add "${1:-sw}"
	lan=$P-${1:-sw}
	ip -n "$lan" link add br0 type bridge mcast_snooping 1 mcast_querier 0 \
		mcast_query_use_ifaddr 1 mcast_igmp_version 3 mcast_mld_version 2 \
		mcast_query_response_interval 100 mcast_startup_query_interval 100 || exit 99
	ip -n "$lan" addr add 10.77.0.254/24 dev br0
	ip -n "$lan" addr add fd77::fe/64 dev br0 nodad
	ip -n "$lan" link set br0 up
	ip -n "$lan" link set br0 type bridge mcast_querier 1
}

lan_settle() {
	sleep 2.2
}

# lan_knows GROUP [SWITCH]: has the switch heard that somebody joined?
lan_knows() {
	bridge -n "$P-${2:-sw}" mdb show | grep -q "grp $1 "
}

# host_add NAME N [SWITCH]: its eth0 is a port of the switch.
host_add() {
	ns_add "$1"
	host_sw=$P-${3:-sw}
	ip -n "$P-$1" link add eth0 type veth peer name "p$2" netns "$host_sw" || exit 99
	ip -n "$host_sw" link set "p$2" master br0 up
	run_in "$1" sysctl -q -w net.ipv6.conf.all.accept_dad=0 \
		net.ipv6.conf.eth0.accept_dad=0 net.ipv4.igmp_max_memberships=1000 2>/dev/null
	ip -n "$P-$1" addr add "10.77.0.$2/24" dev eth0
	ip -n "$P-$1" addr add "fd77::$2/64" dev eth0 nodad
	ip -n "$P-$1" link set eth0 up
	ip -n "$P-$1" route add 224.0.0.0/4 dev eth0
	ip -n "$P-$1" route add default via 10.77.0.254 2>/dev/null || true
}

# --- processes ------------------------------------------------------------------------

# bg NAME HOST COMMAND...: output in $WORK/NAME.out and .err, pid in $WORK/NAME.pid.
bg() {
	bg_name=$1 bg_ns=$P-$2
	shift 2
	ip netns exec "$bg_ns" "$@" >"$WORK/$bg_name.out" 2>"$WORK/$bg_name.err" </dev/null &
	echo $! >"$WORK/$bg_name.pid"
	PIDS="$PIDS $!"
}

bg_pid() {
	cat "$WORK/$1.pid"
}

# bg_ready NAME [TEXT] [SECONDS]: until TEXT stands in its output.
bg_ready() {
	wait_for "${3:-10}" grep -q -- "${2:-ready}" "$WORK/$1.err" "$WORK/$1.out" || {
		echo "$1 is not ready: no \"${2:-ready}\""
		tail -n 5 "$WORK/$1.err" "$WORK/$1.out"
		return 1
	}
}

bg_alive() {
	kill -0 "$(bg_pid "$1")" 2>/dev/null
}

# bg_wait NAME SECONDS: until it ended; its exit code, or 124.
bg_wait() {
	bw_pid=$(bg_pid "$1")
	wait_for "$2" sh -c "! kill -0 $bw_pid 2>/dev/null" || return 124
	wait "$bw_pid"
}

# bg_stop NAME [SIGNAL]: and wait for it, at most 10 seconds.
bg_stop() {
	kill "-${2:-TERM}" "$(bg_pid "$1")" 2>/dev/null
	bg_wait "$1" 10
}

# --- packets --------------------------------------------------------------------------

# capture NAME HOST[:INTERFACE] [FILTER...]: into $WORK/NAME.pcap until capture_stop NAME.
# What a gateway sends by packet ring its own host's tap may not see: capture sw:p1, the
# switch's port of host 1.
capture() {
	cap_name=$1 cap_host=${2%%:*} cap_if=eth0
	[ "$cap_host" = "$2" ] || cap_if=${2#*:}
	shift 2
	bg "$cap_name" "$cap_host" tcpdump -i "$cap_if" -B 8192 --immediate-mode -U -n -s 0 -Z root \
		-w "$WORK/$cap_name.pcap" "$@"
	bg_ready "$cap_name" "listening on"
}

capture_stop() {
	sleep 0.3
	bg_stop "$1" INT
	return 0
}

# How tshark is to read our ports: RTP where a test uses it.
tshark_read() {
	ts_file=$1
	shift
	tshark -n -r "$ts_file" --enable-heuristic rtp_udp --enable-heuristic rtcp_udp \
		-d udp.port==2427,mgcp \
		-d udp.port==2727,mgcp "$@" 2>/dev/null
}

# pcap_count FILE FILTER: frames that match.
pcap_count() {
	tshark_read "$1" -Y "$2" | wc -l
}

# judge_pcap FILE [FILTER]: no frame (of those that match) is malformed or an error.
judge_pcap() {
	judge_bad='(_ws.malformed || _ws.expert.severity == "Error")'
	tshark_read "$1" -Y "${2:+($2) && }$judge_bad" >"$1.bad"
	[ "$(pcap_count "$1" "${2:-frame}")" -gt 0 ] || {
		echo "no such packet was captured"
		return 1
	}
	[ ! -s "$1.bad" ] || {
		head -n 5 "$1.bad"
		return 1
	}
}
