#!/bin/sh
# tests/netns/t-ctl.sh - hollerctl as an operator sees it: tables, JSON, exit codes, zones
# made and changed under a page, call records, a listing under load.
# limit: 120
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/gw.sh"
net_begin
lan_add
host_add gw 1
host_add a 2
host_add l 3
host_add ca 9
GW_BRIDGES=10000
gw_conf

code() {
	want=$1
	shift
	"$HOLLERCTL" --socket "$SOCK" "$@" >"$WORK/ctl.out" 2>"$WORK/ctl.said"
	got=$?
	cat "$WORK/ctl.out" "$WORK/ctl.said"
	[ $got = "$want" ] || {
		echo "exit code $got, not $want"
		return 1
	}
}
said() {
	grep -q -e "$1" "$WORK/ctl.said" "$WORK/ctl.out" || {
		cat "$WORK/ctl.said" "$WORK/ctl.out"
		return 1
	}
}
json() {
	ctl --json "$1" >"$WORK/ctl.json" && jq -e "$2" "$WORK/ctl.json"
}

ok "without a daemon the code is 3" code 3 status
ok "and it says so" said 'no hollerd answers here'
ok "decode needs none" sh -c "printf 'AUEP 1 *@x MGCP 1.0\r\n' | $HOLLERCTL decode --as mgcp - |
	jq -e .ok"
gw_start
ok "a wrong command is 2" code 2 stauts
ok "with the nearest one" said 'did you mean "sta'
ok "a wrong option is 2" code 2 endpoints --ower x
ok "with the nearest one" said 'did you mean --owner?'
ok "a missing argument is 2" code 2 zone add
ok "a number out of range is 2" code 2 zone add x --ttl 300
ok "what is not there is 4" code 4 zone del attic
ok "so is a name" code 2 zone add 9lives
ok "a refusal is 1" code 1 zone add x --codec warble
ok "another policy is refused by name" code 1 zone add x --policy mix
ok "as mix" said 'policy mix is not available yet'
ok "help is 0" code 0 help
ok "help of a command too" code 0 help zone add
ok "help of a command with its first argument" code 0 help trace show
ok "help of what asks no daemon" code 0 help decode
ok "help of converting" code 0 help convert
ok "no help for what is not there" code 2 help zoo keeper

ok "status tells the packet I/O and why" json status '.media.io and .media.why'
ok "and what is off" json status '.features | length > 0'
ok "conf knows where a value comes from" json conf \
	'map(select(.name == "media.io"))[0].from | test("gw.conf:[0-9]+$")'
ok "stats have a unit and a meaning" json stats 'all(.[]; .unit != "" and .help != "")'
ok "ports are listed" json ports 'map(select(.address == "10.77.0.1")) | length == 1'
ok "10,000 endpoints are listed" json endpoints 'length == 10000'
ok "the log's levels can be set" code 0 log mgcp debug
ok "and are shown" json log 'map(select(.category == "mgcp"))[0].level == "debug"'
code 0 log mgcp info

# --- zones under a page --------------------------------------------------------------------
ok "a zone is made" code 0 zone add lobby --group 239.30.1.1:5004@eth0 --ttl 3 --label 'Main lobby'
ok "its table has a label" sh -c "$HOLLERCTL --socket $SOCK zones | grep -q 'Main lobby'"
sdp "$WORK/a.sdp" 10.77.0.2 41000
CA_SDP=$WORK/a.sdp
ok "somebody calls into it" ca ca CRCX page/lobby@gw C=5 M=recvonly L=a:PCMU
CA_SDP=''
ID=$(field .params.I) PORT=$(field .port)
bg voice a "$TOOLS/rtpsend" --to "$GW:$PORT" --bind 10.77.0.2:41000 --seconds 20
ok "who talks is shown" wait_for 5 sh -c \
	"$HOLLERCTL --socket $SOCK --json rooms | jq -e '.[0].talker == \"$ID\"'"
bg ear l "$TOOLS/rtprecv" --listen 0.0.0.0:5004 --group 239.30.1.2 --if eth0 --seconds 4
sleep 0.5
ok "a group is added under the page" code 0 zone set lobby --group 239.30.1.1:5004@eth0 \
	--group 239.30.1.2:5004@eth0
bg_wait ear 10
ok "and heard at once" json_is "$WORK/ear.out" '.packets > 50 and .packets < 250'
ok "outputs are counted" sh -c \
	"$HOLLERCTL --socket $SOCK --json rooms lobby | jq -e '[.[] | select(.output)] | length == 2 and all(.tx > 0)'"
ok "a stream shows its packets" json streams '.[0].rx > 50 and .[0].dropped == 0'
ok "a zone in use is not deleted: 5" code 5 zone del lobby
ok "and it says how many calls" said 'in use by 1 call'
ok "unless forced" code 0 zone del lobby --force
bg_stop voice
ca ca DLCX page/lobby@gw C=5 "I=$ID" >/dev/null
ok "the call was recorded" json calls '.[0].endpoint == "page/lobby" and .[0].rx > 50'
ok "with the peer's address" json calls '.[0].remote == "10.77.0.2:41000"'
ok "records can be asked for" sh -c \
	"$HOLLERCTL --socket $SOCK --json calls --call 5 --limit 1 | jq -e 'length == 1'"

# --- trace -----------------------------------------------------------------------------------------
bg trace gw "$HOLLERCTL" --socket "$SOCK" --json trace show
sleep 0.5
ca ca AUEP rtpbridge/1@gw >/dev/null
ok "messages are shown" wait_for 5 sh -c \
	"grep -q AUEP $WORK/trace.out && grep -q '\"dir\":\"out\"' $WORK/trace.out"
bg_stop trace
ok "and written to the log" code 0 trace on
ca ca AUEP rtpbridge/2@gw >/dev/null
ok "line by line" wait_for 5 grep -q '| AUEP .* rtpbridge/2@gw' "$WORK/gw.err"
ok "what has no rows is one object" \
	sh -c "'$HOLLERCTL' --socket '$SOCK' --json trace off | jq -e '. == {}'"

# --- a listing does not hold up calls ----------------------------------------------------------------
run_in ca "$TOOLS/mgcpca" load --to $GW:2427 --calls 300 --mix --window 4 >"$WORK/load.0"
(while [ ! -f "$WORK/enough" ]; do ctl --json endpoints >/dev/null; done) &
lister=$!
run_in ca "$TOOLS/mgcpca" load --to $GW:2427 --calls 300 --mix --window 4 >"$WORK/load.1"
touch "$WORK/enough"
wait $lister
ok "with listings going on all calls succeed" json_is "$WORK/load.1" '.failed == 0'
ok "and none waits for long" json_is "$WORK/load.1" '.ms.p99 < 250'
ok "reload by hollerctl" code 0 reload
ok "stop by hollerctl" code 0 stop --now
bg_wait gw 10
ok "ends it well" test $? = 0
net_end
