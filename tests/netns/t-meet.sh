#!/bin/sh
# tests/netns/t-meet.sh - who hears whom inside the gateway: two endpoints joined (Z2) whose
# media are on different workers, two owners in a shared conference, and records that are
# true after a call that lost packets.
# limit: 180
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/gw.sh"
net_begin
lan_add
host_add gw 1
host_add a 2
host_add b 3
host_add cb 8
host_add ca 9
lan_settle
sdp "$WORK/a.sdp" 10.77.0.2 41000
sdp "$WORK/b.sdp" 10.77.0.3 42000

crcx() { # HOST SDP ENDPOINT NAME=VALUE...: keeps PORT and CONN
	CA_SDP=$2
	cx_host=$1
	shift 2
	ca "$cx_host" CRCX "$@" || return 1
	CA_SDP='' PORT=$(field .port) CONN=$(field .params.I)
}

# hears NAME HOST AT PORT FROM: what FROM says to our PORT comes out AT.
hears() {
	bg "$1" "$2" "$TOOLS/rtprecv" --listen "$3" --idle 1000 --seconds 15
	bg_ready "$1" || return 1
	run_in "${5%%=*}" "$TOOLS/rtpsend" --bind "${5#*=}" --to "$GW:$4" --seconds 2 >/dev/null
	bg_wait "$1" 10 || bg_stop "$1"
	cat "$WORK/$1.out"
	json_is "$WORK/$1.out" '.packets >= 98 and .lost == 0'
}

# deaf NAME HOST ...: as hears, but not one packet comes.
deaf() {
	hears "$@"
	json_is "$WORK/$1.out" '.packets == 0'
}

for io in socket ring; do
	GW_IO=$io GW_AGENT='accept = strict'
	gw_conf 'media { workers = 2 }' 'agent "cb" { allow = {"10.77.0.8"} announce = no }' \
		'endpoint "conf/%d" { owner = ca kind = conf count = 2 shared = yes agents = {"cb"} }' \
		'endpoint "mine/%d" { owner = cb count = 2 }'
	sed -i 's|endpoint "rtpbridge/%x" {|& owner = ca|; s|"10.77.0.0/24", ||
		s|allow = {"fd77|allow = {"10.77.0.9", "fd77|' "$WORK/gw.conf"
	if [ $io = ring ] && ! "$HOLLERD" -t -c "$WORK/gw.conf" >/dev/null; then
		break
	fi
	rm -f "$WORK/gw.db"
	gw_start
	ok "$io: a call on one endpoint" crcx ca "$WORK/a.sdp" rtpbridge/1@gw C=1 M=sendrecv L=a:PCMU
	PA=$PORT
	ok "$io: one on another" crcx ca "$WORK/b.sdp" rtpbridge/2@gw C=1 M=sendrecv L=a:PCMU
	PB=$PORT
	ctl --json contexts >"$WORK/contexts"
	ok "$io: their media are on different workers" test \
		"$(jq '[.[].worker] | unique | length' "$WORK/contexts")" = 2
	ok "$io: the two endpoints are joined" ca ca CRCX rtpbridge/1@gw C=1 M=sendrecv \
		Z2=rtpbridge/2@gw
	LINK=$(field .params.I)
	ok "$io: b hears a" hears ear b 10.77.0.3:42000 "$PA" a=10.77.0.2:41000
	ok "$io: a hears b" hears ear a 10.77.0.2:41000 "$PB" b=10.77.0.3:42000
	ctl --json workers >"$WORK/workers"
	ok "$io: workers passed the packets on" jq -e \
		'map(.passed) | add >= 196' "$WORK/workers"
	ok "$io: and lost none" jq -e 'map(.pass_lost) | add == 0' "$WORK/workers"
	ok "$io: apart again" ca ca DLCX rtpbridge/1@gw C=1 "I=$LINK"
	ok "$io: b no longer hears a" deaf ear b 10.77.0.3:42000 "$PA" a=10.77.0.2:41000
	ok "$io: the calls end" ca ca DLCX '*@gw' C=1

	ok "$io: the first owner's call into the conference" crcx ca "$WORK/a.sdp" conf/1@gw \
		C=2 M=sendrecv L=a:PCMU
	PA=$PORT CA=$CONN
	ok "$io: the second owner's call" crcx cb "$WORK/b.sdp" conf/1@gw C=2 M=sendrecv L=a:PCMU
	PB=$PORT
	ok "$io: they hear each other" hears ear b 10.77.0.3:42000 "$PA" a=10.77.0.2:41000
	ok "$io: both ways" hears ear a 10.77.0.2:41000 "$PB" b=10.77.0.3:42000
	ok "$io: but can't touch each other's" refuses 515 cb DLCX conf/1@gw C=2 "I=$CA"
	ok "$io: nor see them" refuses 500 cb AUEP rtpbridge/1@gw
	ctl --json endpoints --owner cb >"$WORK/theirs"
	ok "$io: in the lists, too" jq -e \
		'length == 4 and (map(.name) | all(startswith("rtpbridge") | not))' "$WORK/theirs"
	gw_stop
	ok "$io: it stops well" test $? = 0
done

# --- records --------------------------------------------------------------------------------
GW_IO=socket GW_AGENT=''
gw_conf
rm -f "$WORK/gw.db"
gw_start
crcx ca "$WORK/a.sdp" rtpbridge/1@gw C=AB M=sendrecv L=a:PCMU
PA=$PORT CA=$CONN
crcx ca "$WORK/b.sdp" rtpbridge/1@gw C=AB M=sendrecv L=a:PCMU
CB=$CONN
bg ear b "$TOOLS/rtprecv" --listen 10.77.0.3:42000 --idle 1500 --seconds 15
bg_ready ear
# 100 packets, 10 that never were, 50 more: of one source
run_in a "$TOOLS/rtpsend" --bind 10.77.0.2:41000 --to "$GW:$PA" --seconds 2 --ssrc 7 --seq 100
run_in a "$TOOLS/rtpsend" --bind 10.77.0.2:41000 --to "$GW:$PA" --seconds 1 --ssrc 7 --seq 210
bg_wait ear 10 || bg_stop ear
ok "b heard all that was sent" json_is "$WORK/ear.out" '.packets == 150 and .lost == 10'
ok "the call ends, with figures" ca ca DLCX rtpbridge/1@gw C=AB "I=$CA"
cp "$WORK/ca.json" "$WORK/p.json"
cat "$WORK/p.json"
ok "which say what was lost" grep -q 'PR=150, OR=24000, PL=10' "$WORK/p.json"
ok "the other leg ends with its endpoint" ca ca DLCX rtpbridge/1@gw
recorded() {
	ctl --json calls --call AB >"$WORK/calls"
	jq -e 'length == 2' "$WORK/calls" >/dev/null
}
ok "both are recorded" wait_for 5 recorded
cat "$WORK/calls"
rec() { # CONNECTION FILTER
	jq -e "map(select(.connection == \"$1\"))[0] | $2" "$WORK/calls" >/dev/null
}
ok "owner, endpoint and peer" rec "$CA" \
	'.owner == "ca" and .endpoint == "rtpbridge/1" and .remote == "10.77.0.2:41000"'
ok "packets and loss of the one who spoke" rec "$CA" \
	'.rx == 150 and .rx_octets == 24000 and .lost == 10 and .tx == 0'
ok "of the one who listened" rec "$CB" \
	'.tx == 150 and .tx_octets == 24000 and .rx == 0 and .lost == 0'
ok "how long it was" rec "$CA" '.seconds >= 3 and .seconds < 20'
ok "jitter of a steady voice is small" rec "$CA" '.jitter_ms < 20'
ok "why it ended" rec "$CA" '.cause == "agent"'
ok "for people too" sh -c "$HOLLERCTL --socket '$SOCK' calls --call AB | grep -q 10.77.0.2:41000"
gw_stop
ok "it stops well" test $? = 0
net_end
