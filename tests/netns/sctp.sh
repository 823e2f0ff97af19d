# tests/netns/sctp.sh - SCTP in a network test; source it after lib.sh.
#
# Two LANs: 10.77.0.N and fd77::N at eth0, 10.78.0.N and fd78::N at eth1. The agent is
# sctpmgc in host ms (9) or ms2 (10); the gateway is in host gw (1).

GW=10.77.0.1 SOCK=''

# second_add HOST N: eth1, at a switch of its own.
second_lan() {
	ns_add swb
	ip -n "$P-swb" link add br0 type bridge
	ip -n "$P-swb" link set br0 up
}
second_add() {
	ip -n "$P-$1" link add eth1 type veth peer name "p$2" netns "$P-swb" || exit 99
	ip -n "$P-swb" link set "p$2" master br0 up
	run_in "$1" sysctl -q -w net.ipv6.conf.eth1.accept_dad=0 \
		net.ipv6.conf.eth0.keep_addr_on_down=1 net.ipv6.conf.eth1.keep_addr_on_down=1 \
		net.ipv4.conf.all.rp_filter=0 2>/dev/null
	ip -n "$P-$1" addr add "10.78.0.$2/24" dev eth1
	ip -n "$P-$1" addr add "fd78::$2/64" dev eth1 nodad
	ip -n "$P-$1" link set eth1 up
}

# lans HOST N...: both LANs, with these hosts in both.
lans() {
	lan_add
	second_lan
	while [ $# -gt 0 ]; do
		host_add "$1" "$2"
		second_add "$1" "$2"
		shift 2
	done
}

# stack MODE: the lines of the gateway's stack. MODE is conn, udp or raw.
stack() {
	case $1 in
	conn) echo 'sctp { backend = conn }' ;;
	udp) echo 'sctp { backend = native }' ;;
	raw) echo 'sctp { backend = native encaps_port = 0 }' ;;
	esac
}

# quoted A B C: {"A", "B", "C"}
quoted() {
	printf '{'
	q_sep=''
	for q_one in "$@"; do
		printf '%s"%s"' "$q_sep" "$q_one"
		q_sep=', '
	done
	printf '}'
}

# conf_head MODE LISTENERS: what comes before the agent, in $WORK/gw.conf.
conf_head() {
	SOCK=$WORK/gw.sock
	cat >"$WORK/gw.conf" <<-CONF
		log { level = info }
		ctl { socket = "$SOCK" }
		store { file = "" }
		media { io = socket workers = 1 addresses = {"${GW_MEDIA:-$GW}"} rest = 100ms }
		$2
		$(stack "$1")
	CONF
}

# h248_conf MODE ENCODING "LOCAL..." "MGC..." [LINE...]: LINEs go into the agent section.
h248_conf() {
	hc_enc=$2 hc_mgcs=$4
	# shellcheck disable=SC2086
	conf_head "$1" "mgcp { listen = {\"*:2427\"} }
		h248 { sctp = $(quoted $3) }"
	shift 4
	# shellcheck disable=SC2086
	cat >>"$WORK/gw.conf" <<-CONF
		agent "mgc" {
			protocol = h248
			transport = sctp
			encoding = $hc_enc
			version = 2
			mgcs = $(quoted $hc_mgcs)
			mwd = 10ms
			$(printf '%s\n' "$@")
		}
	CONF
}

mgcp_conf() { # MODE "LOCAL..." "AGENT..." [LINE...]
	mc_agents=$3
	# shellcheck disable=SC2086
	conf_head "$1" "mgcp { listen = {\"127.0.0.1:2427\"} sctp = $(quoted $2) }"
	shift 3
	# shellcheck disable=SC2086
	cat >>"$WORK/gw.conf" <<-CONF
		agent "ca" {
			transport = sctp
			gateway = "gw"
			addresses = $(quoted $mc_agents)
			mwd = 10ms
			$(printf '%s\n' "$@")
		}
		endpoint "rtpbridge/%x" { kind = bridge  count = 3000 codecs = {"PCMU"} }
	CONF
}

# mgc NAME HOST MODE [OPTION...] WORD...: the agent in the background, its native stack in
# UDP or raw.
mgc() {
	mgc_name=$1 mgc_host=$2 mgc_path=udp
	[ "$3" != raw ] || mgc_path=raw
	shift 3
	bg "$mgc_name" "$mgc_host" "$TOOLS/sctpmgc" --path $mgc_path "$@"
	bg_ready "$mgc_name" '"ready"'
}

# said NAME FILTER: a line of that agent's output for which the jq filter is true.
said() {
	jq -e -s "any(.[]; $2)" "$WORK/$1.out" >/dev/null 2>&1 || {
		echo "$1 never said: $2"
		tail -n 5 "$WORK/$1.out" "$WORK/$1.err"
		return 1
	}
}

# line NAME WHAT FILTER: the last line of that kind.
line() {
	jq -e -s "map(select(.what == \"$2\")) | last | objects | $3" "$WORK/$1.out" >/dev/null || {
		echo "not so: $3"
		grep "\"what\":\"$2\"" "$WORK/$1.out" | tail -n 1
		return 1
	}
}

assoc() { # FILTER over the array of rows
	ctl --json assoc | jq -e -s "[.[] | if type == \"array\" then .[] else . end] | $1" >/dev/null || {
		echo "not so: $1"
		ctl assoc
		return 1
	}
}

answers_or_ended() {
	ctl status || ! bg_alive gw
}

gw_start() {
	net_need "$HOLLERD" "$HOLLERCTL"
	bg gw gw "$HOLLERD" -c "$WORK/gw.conf"
	wait_for 20 answers_or_ended
	{ ctl status >/dev/null && bg_alive gw; } || {
		echo "hollerd does not answer"
		tail -n 20 "$WORK/gw.err"
		return 1
	}
}

up() { # as a check of the part that is called $label
	ok "$label: hollerd starts" gw_start
	bg_alive gw
}

gw_stop() {
	bg_stop gw TERM
}

ctl() {
	"$HOLLERCTL" --socket "$SOCK" "$@"
}

stat() {
	ctl --json stats | jq -e -s "[.[] | if type == \"array\" then .[] else . end]
		| map(select(.name == \"$1\")) | .[0].value | numbers | $2" >/dev/null || {
		echo "not so: $1 $2"
		ctl stats | grep "$1"
		return 1
	}
}

# sctp_packets FILE FILTER: how many.
sctp_packets() {
	pcap_count "$1" "sctp && ($2)"
}

# Every packet with SCTP in it is whole, its checksum right, what it carries well-formed.
judge_sctp() {
	[ "$(pcap_count "$1" sctp)" -gt 10 ] || {
		echo "hardly any SCTP was captured"
		return 1
	}
	tshark_read "$1" -o sctp.checksum:crc32c -Y "sctp && (_ws.malformed ||
		_ws.expert.severity == \"Error\" || sctp.checksum.status == 0)" >"$1.bad"
	[ ! -s "$1.bad" ] || {
		head -n 5 "$1.bad"
		return 1
	}
}
