#!/bin/sh
# tests/netns/many.sh - many calls at once: 1,000 by sockets and 10,000 by rings, every
# stream alive both ways; what is beyond the descriptors is refused by the right code; and
# answers stay as quick as with none.
# alone
# limit: 300
# build: release
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/gw.sh"
net_begin
lan_add
host_add gw 1
host_add load 9
n=10
while [ $n -lt 26 ]; do # addresses of the simulated parties
	ip -n "$(ns_of load)" addr add "10.77.0.$n/24" dev eth0
	MEDIA=${MEDIA:+$MEDIA,}10.77.0.$n
	n=$((n + 1))
done
GW_AGENT='announce = no  store_max = 400000'

# load NAME OPTION...: mgcpca load; its lines are in $WORK/NAME.load.
load() {
	load_name=$1
	shift
	run_in load "$TOOLS/mgcpca" load --to $GW:2427 --media "$MEDIA" --ack "$@" \
		>"$WORK/$load_name.load" 2>&1
}

# quick NAME: how quick answers are; the best of five, for others use this machine, too.
quick() {
	: >"$WORK/$1.all"
	for round in 1 2 3 4 5; do
		load "$1" --calls 400 --window 4 --mix
		jq -r '"\(.ms.p50) \(.ms.p99)"' "$WORK/$1.load" >>"$WORK/$1.all"
	done
	awk '{ if (NR == 1 || $1 < a) a = $1; if (NR == 1 || $2 < b) b = $2 }
		END { print a, b }' "$WORK/$1.all" >"$WORK/$1.best"
}

# alive NAME LEGS PARTS SECONDS: every leg hears the other leg of its call.
alive() {
	split -n "l/$3" -d "$WORK/$2" "$WORK/$2.part"
	for part in "$WORK/$2".part*; do
		i=${part##*part}
		bg "$1-ear$i" load "$TOOLS/rtprecv" --legs "$part" --seconds 60 --idle 4000
		bg_ready "$1-ear$i" ready 30 || return 1
	done
	for part in "$WORK/$2".part*; do
		i=${part##*part}
		bg "$1-mouth$i" load "$TOOLS/rtpsend" --legs "$part" --shift 1 --interval 1000 \
			--seconds "$4"
	done
	for part in "$WORK/$2".part*; do
		i=${part##*part}
		bg_wait "$1-mouth$i" 60
		bg_wait "$1-ear$i" 60
		json_is "$WORK/$1-mouth$i.out" '.errors == 0' || return 1
		json_is "$WORK/$1-ear$i.out" '.alive == .streams and .mixed == 0' || return 1
	done
}

GW_IO=socket GW_BRIDGES=1200
gw_conf 'media { ports = 20000-60000 }'
gw_start
say "1,000 calls by sockets"
ok "1,000 calls come up by socket" load thousand --calls 1000 --keep --legs-out "$WORK/legs"
ok "none failed" json_is "$WORK/thousand.load" '.up == 1000 and .failed == 0'
ok "all 2,000 streams are alive" alive thousand legs 1 4
gw_stop
ok "hollerd stops well" test $? = 0
rm -f "$WORK/gw.db"* "$WORK"/legs*

GW_IO=ring GW_BRIDGES=11000
run_in gw sysctl -q -w net.ipv4.ip_local_reserved_ports=16384-65535
gw_conf 'media { ports = 16384-65535  addresses = {"10.77.0.1", "10.77.0.2"} }'
ip -n "$(ns_of gw)" addr add 10.77.0.2/24 dev eth0
gw_start
say "10,000 calls by rings"
quick none
ok "transactions work with no call held" json_is "$WORK/none.load" '.failed == 0'
ok "10,000 calls come up by ring" load many --calls 10000 --window 32 --keep \
	--legs-out "$WORK/legs"
ok "none failed" json_is "$WORK/many.load" '.up == 10000 and .failed == 0'
ok "all 20,000 streams are alive" alive many legs 2 6
quick held
ok "transactions work with 10,000 calls held" json_is "$WORK/held.load" '.failed == 0'
say "answers: none $(cat "$WORK/none.best") held $(cat "$WORK/held.best") (p50 p99, ms)"
ok "the median answer takes at most 1.2 times as long" \
	awk '{ if (!n++) a = $1; else exit !($1 <= 1.2 * a + 0.05) }' \
	"$WORK/none.best" "$WORK/held.best"
ok "the 99th percentile at most twice as long" \
	awk '{ if (!n++) a = $2; else exit !($2 <= 2 * a + 0.1) }' \
	"$WORK/none.best" "$WORK/held.best"
ok "hollerctl still answers" ctl status
gw_stop
ok "hollerd stops well with 10,000 calls" test $? = 0
net_end
