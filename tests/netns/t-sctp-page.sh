#!/bin/sh
# tests/netns/t-sctp-page.sh - a page by SCTP, as contrib/quickstart --transport sctp makes
# it, in every mode: back end conn, native in UDP, native raw; IPv4 and IPv6; H.248 as text
# and as BER, and MGCP. What is spoken into the call comes out on the zone's group.
# limit: 300
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/sctp.sh"
net_begin
net_need tcpdump tshark
lans gw 1 ms 9 ward 3
lan_settle

# page MODE FAMILY FORM: compact, ber or mgcp
page() {
	label="page $1 IPv$2 $3"
	case $2 in
	4) us=10.77.0.1 them=10.77.0.9 group=239.77.1.1 any=0.0.0.0 to=10.77.0.1 ;;
	6) us='[fd77::1]' them=fd77::9 group=ff15::77:1 any='[::]' to='[fd77::1]' ;;
	esac
	from=$them
	[ "$2" = 4 ] || from="[$them]"
	GW_MEDIA=$(echo $us | tr -d '[]')
	case $3 in
	mgcp) mgcp_conf "$1" "$us:2427" "$from:2727" ;;
	*) h248_conf "$1" "$3" "$us:2944" "$them" ;;
	esac
	ok "$label: hollerd starts" gw_start
	bg_alive gw || return
	at=$group:5004
	[ "$2" = 4 ] || at="[$group]:5004"
	ctl zone add lobby --group "$at@eth0" --ttl 4
	set -- "$1" "$2" "$3" --protocol h248
	[ "$3" != mgcp ] || set -- "$1" "$2" "$3" --protocol mgcp
	if [ "$3" = ber ]; then
		id=$(ctl --json agents | jq -r '.. | .ids? // empty | .[]' |
			sed -n 's/^page\/lobby\/\$=//p')
		set -- "$1" "$2" "$3" --protocol h248 --ber --page-id "$id"
	fi
	pm_mode=$1
	shift 3
	capture wire ms 'udp port 9899 or proto 132 or ip6 proto 132'
	mgc m ms "$pm_mode" --local $them --media $them "$@" register page=lobby until release \
		serve
	ok "$label: the page stands" wait_for 30 said m '.what == "page" and .answered == 1'
	bg ward ward "$TOOLS/rtprecv" --listen "$any:5004" --group $group --if eth0 \
		--idle 1500 --seconds 30
	bg_ready ward
	port=$(jq -r 'select(.what == "call") | .ports[0]' "$WORK/m.out")
	run_in ms "$TOOLS/rtpsend" --bind "$from:20000" --to "$to:$port" --seconds 2 >/dev/null
	bg_wait ward 10
	ok "$label: it is heard: $(jq -c '{packets, lost}' "$WORK/ward.out")" json_is \
		"$WORK/ward.out" '.packets >= 98 and .lost == 0'
	kill -USR1 "$(bg_pid m)"
	ok "$label: it is released" wait_for 10 said m '.what == "release" and .answered == 1'
	ok "$label: nothing is left" sh -c \
		"[ \$('$HOLLERCTL' --socket '$SOCK' --json status | jq .connections) = 0 ]"
	gw_stop
	ok "$label: hollerd stops well" test $? = 0
	bg_stop m
	capture_stop wire
	ok "$label: every packet is in order" judge_sctp "$WORK/wire.pcap"
	rm -f "$WORK/wire.pcap"
}

for mode in ${SCTP_MODES:-conn udp raw}; do
	for family in 4 6; do
		for form in compact ber mgcp; do
			page $mode $family $form
		done
	done
done
net_end
