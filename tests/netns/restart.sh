#!/bin/sh
# tests/netns/restart.sh - life of the daemon: it announces itself, reloads under a call,
# keeps the old configuration when the new one is bad, comes back after kill -9 within a
# second, works without privileges and says goodbye.
# limit: 120
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/gw.sh"
net_begin
net_need setpriv nft
lan_add
host_add gw 1
host_add a 2
host_add ca 9
bg agent ca "$TOOLS/mgcpca" serve
bg_ready agent || exit 99

drop_rules() { # HOW MANY tables there are
	wait_for 3 sh -c "[ \$(ip netns exec $(ns_of gw) nft list tables | wc -l) = $1 ]" || {
		run_in gw nft list tables
		return 1
	}
}

heard() {
	grep -q "$1" "$WORK/agent.out"
}

gw_conf
gw_start
ok "a start is announced: RSIP restart" wait_for 10 heard '"RM":"restart"'
ok "by the wildcard, for the whole gateway" heard '"verb":"RSIP".*"endpoint":"\*@'
ok "a zone is added" ctl zone add lobby --group 239.20.1.1:5004@eth0
sdp "$WORK/a.sdp" 10.77.0.2 41000
CA_SDP=$WORK/a.sdp
ok "a call stands" ca ca CRCX 'rtpbridge/$@gw' C=7 M=sendrecv 'L=a:PCMU'
CA_SDP=''
EP=$(field .params.Z) ID=$(field .params.I)

sed -i 's/level = info/level = debug/' "$WORK/gw.conf"
kill -HUP "$(bg_pid gw)"
ok "SIGHUP takes the new configuration" wait_for 5 sh -c \
	"$HOLLERCTL --socket $SOCK --json log | grep -q debug"
ok "the call lives on" ca ca AUCX "$EP" "I=$ID" F=C
echo 'media { prots = 1-2 }' >>"$WORK/gw.conf"
: >"$WORK/gw.err"
kill -HUP "$(bg_pid gw)"
ok "a bad file is refused by name, line and nearest match" \
	wait_for 5 grep -q 'gw.conf:[0-9]*.*prots.*ports' "$WORK/gw.err"
ok "and the call still lives" ca ca AUCX "$EP" "I=$ID" F=C
ok "hollerd does not start with it" fails_saying 'gw.conf:[0-9]*.*prots.*ports' \
	run_in gw "$HOLLERD" -c "$WORK/gw.conf"
sed -i '$d' "$WORK/gw.conf"

: >"$WORK/agent.out"
ok "its drop rule is there" drop_rules 2
kill -9 "$(bg_pid gw)"
bg_wait gw 5
ok "kill -9 leaves no drop rule" drop_rules 0
start=$(date +%s%N)
gw_start
took=$((($(date +%s%N) - start) / 1000000))
ok "after kill -9 it is up within a second ($took ms)" test $took -lt 1000
ok "and announces RSIP restart" wait_for 10 heard '"RM":"restart"'
ok "the zone is still there" sh -c "$HOLLERCTL --socket $SOCK --json zones | grep -q lobby"
ok "the call is not" refuses 515 ca AUCX "$EP" "I=$ID" F=C
: >"$WORK/agent.out"
gw_stop
ok "it stops well" test $? = 0
ok "and says goodbye to the agent" heard '"RM":"\(forced\|graceful\)"'

mkdir -p "$WORK/nobody"
chmod 777 "$WORK" "$WORK/nobody"
rm -f "$WORK/gw.db"* "$SOCK"*
bg gw gw setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all \
	--bounding-set=-all "$HOLLERD" -c "$WORK/gw.conf"
ok "it works without any privilege" wait_for 10 ctl status
ok "by sockets, and says why" sh -c "$HOLLERCTL --socket $SOCK --json status | grep -q socket"
CA_SDP=$WORK/a.sdp
ok "and takes calls" ca ca CRCX 'rtpbridge/$@gw' C=8 M=sendrecv 'L=a:PCMU'
gw_stop
ok "it stops well" test $? = 0
net_end
