#!/bin/sh
# tests/netns/t-sctp.sh - H.248 and MGCP by SCTP from registration to release: back end
# conn, native in UDP and native raw; IPv4 and IPv6; text and BER; the gateway calls and is
# called; several agents at once. tshark judges every packet.
# limit: 420
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/sctp.sh"
net_begin
net_need tcpdump tshark
lans gw 1 ms 9 ms2 10
lan_settle

WIRE='udp port 9899 or proto 132 or ip6 proto 132'

# went NAME WHAT: all transactions of that line were answered, once.
went() {
	line "$1" "$2" '.transactions > 0 and .answered == .transactions and .twice == 0 and
		.stray == 0 and (.codes | keys == ["200"])'
}

stops() { # NAME LABEL: the gateway says SHUTDOWN, soon
	start=$(date +%s%N)
	gw_stop
	ok "$2: hollerd stops well" test $? = 0
	took=$((($(date +%s%N) - start) / 1000000))
	ok "$2: in two seconds at most, sanitizers included ($took ms)" test $took -lt 2000
	ok "$2: with SHUTDOWN" wait_for 5 said "$1" '.what == "down" and .why == "shutdown"'
}

judge() { # LABEL PPID
	capture_stop wire
	ok "$1: every packet is in order" judge_sctp "$WORK/wire.pcap"
	ok "$1: nobody aborts" test "$(sctp_packets "$WORK/wire.pcap" 'sctp.chunk_type == 6')" = 0
	ok "$1: every message has PPID $2" test \
		"$(sctp_packets "$WORK/wire.pcap" "sctp.data_payload_proto_id &&
			sctp.data_payload_proto_id != $2")" = 0
	rm -f "$WORK/wire.pcap"
}

h248() { # MODE FAMILY ENCODING
	label="h248 $1 IPv$2 $3"
	case $2 in
	4) us=10.77.0.1:2944 them=10.77.0.9 mgcs=10.77.0.9 GW_MEDIA=10.77.0.1 ;;
	6) us='[fd77::1]:2944' them=fd77::9 mgcs='fd77::9' GW_MEDIA=fd77::1 ;;
	esac
	form=''
	[ "$3" != ber ] || form=--ber
	h248_conf "$1" "$3" "$us" "$mgcs"
	# shellcheck disable=SC2086
	capture wire ms $WIRE
	mgc m ms "$1" --local $them $form --media $them register calls=4 load=150:2 audit \
		release wait=0.3 audit serve
	up || { bg_stop m; return; }
	ok "$label: the gateway registers" wait_for 20 said m '.what == "registered"'
	ok "$label: it is done" wait_for 30 said m '.what == "audited" and .contexts == 0'
	ok "$label: calls are set up" went m calls
	ok "$label: and made, changed and released" went m load
	ok "$label: contexts are spread over streams" line m load '.streams >= 8'
	ok "$label: an audit finds the calls" said m \
		'.what == "audited" and .contexts == 4 and .terminations == 8'
	ok "$label: all are released" went m release
	ok "$label: hollerctl assoc shows it" assoc 'length == 1 and .[0].state == "open" and
		.[0].path_state == "active" and .[0].cwnd > 0 and .[0].rx > 100 and
		.[0].streams == "16/16" and .[0].role == "client" and .[0].protocol == "h248"'
	stops m "$label"
	bg_stop m
	ok "$label: no request of the gateway came twice" line m end '.repeats == 0'
	judge "$label" 7
}

mgcp() { # MODE FAMILY
	label="mgcp $1 IPv$2"
	case $2 in
	4) us=10.77.0.1:2427 them=10.77.0.9 agents=10.77.0.9 GW_MEDIA=10.77.0.1 ;;
	6) us='[fd77::1]:2427' them=fd77::9 agents='[fd77::9]:2727' GW_MEDIA=fd77::1 ;;
	esac
	mgcp_conf "$1" "$us" "$agents"
	# shellcheck disable=SC2086
	capture wire ms $WIRE
	mgc m ms "$1" --protocol mgcp --local $them --media $them register calls=4 \
		load=150:2 release serve
	up || { bg_stop m; return; }
	ok "$label: RSIP comes" wait_for 20 said m '.what == "request" and .about == "RSIP" and
		.method == "restart"'
	ok "$label: it is done" wait_for 30 said m '.what == "release"'
	ok "$label: calls are set up" went m calls
	ok "$label: and made, changed and released" went m load
	ok "$label: all are released" went m release
	stops m "$label"
	ok "$label: it took leave" said m '.what == "request" and .about == "RSIP" and
		(.method == "forced" or .method == "graceful")'
	bg_stop m
	judge "$label" 0
}

called() { # MODE: the agent calls the gateway
	label="called $1"
	GW_MEDIA=10.77.0.1
	h248_conf "$1" compact 10.77.0.1:2944 10.77.0.9 'mgc_time = 2s'
	sed -i 's/mwd = 10ms/mwd = 2s/' "$WORK/gw.conf"
	up || return
	mgc m ms "$1" --local 10.77.0.9 --connect 10.77.0.1 register calls=2 audit clear serve
	ok "$label: the gateway registers" wait_for 20 said m '.what == "registered"'
	ok "$label: it is done" wait_for 20 said m '.what == "clear"'
	ok "$label: calls are set up" went m calls
	ok "$label: and found and released" went m clear
	# The gateway's own, if it was under way, ends.
	ok "$label: there is one association" wait_for 5 \
		assoc 'length == 1 and .[0].state == "open"'
	stops m "$label"
	bg_stop m
}

several() { # MODE: two virtual MGs with an MGC each, and a call agent by MGCP
	label="several $1"
	GW_MEDIA=10.77.0.1
	h248_conf "$1" compact 10.77.0.1:2944 10.77.0.9
	sed -i 's/mgcp { listen = {"\*:2427"} }/mgcp { sctp = {"10.77.0.1:2427"} }/' "$WORK/gw.conf"
	cat >>"$WORK/gw.conf" <<-CONF
		agent "mgc2" {
			protocol = h248
			mid = "gw2"
			mgcs = {"sctp:10.77.0.10"}
			encoding = ber
			mwd = 10ms
		}
		agent "ca" { transport = sctp addresses = {"10.77.0.9:2727"} mwd = 10ms gateway = "gw" }
		endpoint "rtpbridge/%x" { owner = "ca" count = 100 codecs = {"PCMU"} }
	CONF
	mgc m1 ms "$1" --local 10.77.0.9 register calls=3 load=50:2 audit release serve
	mgc m2 ms2 "$1" --local 10.77.0.10 --ber register calls=5 load=50:2 audit release serve
	up || { bg_stop m1; bg_stop m2; return; }
	ok "$label: one is done" wait_for 30 said m1 '.what == "release"'
	ok "$label: the other, too" wait_for 30 said m2 '.what == "release"'
	ok "$label: each sees its own calls" said m1 '.what == "audited" and .contexts == 3'
	ok "$label: and no other" said m2 '.what == "audited" and .contexts == 5'
	ok "$label: all went well" went m1 load
	ok "$label: there as well" went m2 load
	ok "$label: two are open" assoc 'map(select(.state == "open")) | length == 2'
	bg_stop m1
	bg m3 ms "$TOOLS/sctpmgc" --path udp --protocol mgcp --local 10.77.0.9 register \
		calls=2 release serve
	ok "$label: a call agent by MGCP beside them" wait_for 40 said m3 '.what == "release"'
	bg_stop m3
	gw_stop
	ok "$label: hollerd stops well" test $? = 0
	bg_stop m2
}

# What a reload changes, and what it says it can't.
reloaded() { # conn|udp
	label="reload $1"
	GW_MEDIA=10.77.0.1
	h248_conf "$1" compact 10.77.0.1:2944 10.77.0.9 'sctp_peers = {"10.77.0.9/9900"}'
	mgc m ms "$1" --local 10.77.0.9 register calls=2 release serve
	up || { bg_stop m; return; }
	ok "$label: nobody answers at the wrong UDP port" wait_for 15 assoc \
		'length == 1 and .[0].state != "open" and .[0].last == "no answer"'
	sed -i 's|/9900|/9899|' "$WORK/gw.conf"
	ok "$label: the right one is taken" ctl reload
	ok "$label: and called" wait_for 40 said m '.what == "release" and .answered == 2'
	sed -i 's|h248 { sctp.*|h248 { sctp = {"10.77.0.1:2954"} }|; s|backend =|encaps_port = 9898 backend =|' \
		"$WORK/gw.conf"
	ctl reload >"$WORK/reload.out" 2>&1
	ok "$label: another port of ours is said to wait" grep -q \
		'h248.sctp changes with the next start only' "$WORK/reload.out"
	ok "$label: and the stack's" grep -q \
		'sctp.encaps_port changes with the next start only' "$WORK/reload.out"
	ok "$label: the association lives" assoc 'length == 1 and .[0].state == "open"'
	sed -i 's|10.77.0.9/9899|10.77.0.9/9901|' "$WORK/gw.conf"
	ctl reload >/dev/null 2>&1
	ok "$label: it does with other settings of the peer" assoc \
		'length == 1 and .[0].state == "open"'
	stops m "$label"
	bg_stop m
}

# All addresses of both families; from an MGC by IPv4 to one by IPv6.
both() { # MODE
	label="both families $1"
	GW_MEDIA=10.77.0.1
	h248_conf "$1" compact '*:2944 [::]:2944' '10.77.0.9 fd77::10'
	mgc m1 ms "$1" --local 10.77.0.9 register serve
	mgc m2 ms2 "$1" --local fd77::10 register calls=2 release serve
	up || { bg_stop m1; bg_stop m2; return; }
	ok "$label: the first MGC has it" wait_for 20 said m1 '.what == "registered"'
	bg_stop m1
	ok "$label: then the second" wait_for 40 said m2 '.what == "release"'
	stops m2 "$label"
	bg_stop m2
}

for mode in ${SCTP_MODES:-conn udp raw}; do
	for family in 4 6; do
		for enc in compact ber; do
			h248 $mode $family $enc
		done
		mgcp $mode $family
	done
	called $mode
	both $mode
	[ $mode = raw ] || reloaded $mode
	[ $mode = raw ] || several $mode
done
net_end
