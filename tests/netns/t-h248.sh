#!/bin/sh
# tests/netns/t-h248.sh - H.248 as an operator meets it: two virtual MGs with one MGC's host,
# an MGCP agent in the same house, an MGC that dies and its backup, reload, restart.
# limit: 90
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/gw.sh"
net_begin
net_need python3
lan_add
host_add gw 1
host_add m1 9
host_add m2 10
lan_settle
SOCK=$WORK/gw.sock

conf() {
	cat >"$WORK/gw.conf" <<-CONF
		log { level = info }
		ctl { socket = "$SOCK" }
		store { file = "$WORK/gw.db" }
		global { stop_delay = 1s }
		media { io = ${GW_IO:-auto} }
		h248 { udp = {"$GW:2944", "$GW:2946", "$GW:2948"}  tcp = {"$GW:2944"} }
		agent "east" {
			protocol = h248
			mgcs = {"10.77.0.9", "10.77.0.10"}
			listen = {"$GW:2944"}
			encoding = pretty
			silent_mgc = 2s
		}
		agent "west" {
			protocol = h248
			mid = "<west.example.net>:2946"
			mgcs = {"10.77.0.9:2946"}
			listen = {"$GW:2946"}
			version = 2
		}
		agent "ca" { allow = {"10.77.0.0/24"}  announce = no }
		$1
	CONF
}

# mgc NAME HOST ADDRESS:PORT
mgc() {
	bg "$1" "$2" "$TOOLS/h248mgc" serve --bind "$3" --control "$WORK/$1.mgc"
	bg_ready "$1"
}

# by NAME TEXT: one transaction of that MGC; the answer is in $WORK/said.
by() {
	"$TOOLS/h248mgc" send --control "$WORK/$1.mgc" "$2" >"$WORK/said"
}

# says NAME FILTER TEXT: a transaction whose answer is so.
says() {
	by "$1" "$3"
	jq -e "$2" "$WORK/said" >/dev/null || {
		cat "$WORK/said"
		return 1
	}
}

# told NAME FILTER: the MGC was told so.
told() {
	jq -e -s "any(.[]; $2)" "$WORK/$1.out" >/dev/null
}

agent() { # NAME FILTER
	ctl --json agents | jq -e ".[] | select(.owner == \"$1\") | $2"
}

rtp() { # MODE
	echo "Add = rtp/\$ { Media { Stream = 1 { LocalControl { Mode = $1 },
Local {
v=0
c=IN IP4 \$
m=audio \$ RTP/AVP 0
} } } }"
}

PORT='Add = page/lobby/$ { Media { Stream = 1 { LocalControl { Mode = SendOnly } } } }'
ALL='Context = * { AuditValue = * { Audit { } } }'

conf
mgc east m1 10.77.0.9:2944
mgc west m1 10.77.0.9:2946
mgc back m2 10.77.0.10:2944
gw_start
ctl zone add lobby --group 239.20.1.9:5004@eth0
ok "east registers with its primary" bg_ready east '"Restart","reason":"901 Cold Boot"' 10
ok "west registers with the same host" bg_ready west '"mid":"<west.example.net>:2946"' 10
ok "the backup is left alone" fails grep -q registered "$WORK/back.out"
ok "east's name is its address" agent east '.mid == "[10.77.0.1]:2944" and .alive'
ok "west speaks version 2" wait_for 5 agent west '.version == 2 and .alive'

# --- none sees another's ---------------------------------------------------------------

ok "east adds a call" by east "Context = \$ { $(rtp SendReceive), $(rtp SendReceive) }"
CALL=$(jq -r .context "$WORK/said")
ok "and a page" by east "Context = \$ { $(rtp ReceiveOnly), $PORT }"
PAGE=$(jq -r .context "$WORK/said")
ok "west sees nothing of it" says west '.errors == ["431"]' "$ALL"
ok "nor can it touch it" says west '.errors == ["411"]' "Context = $CALL { Subtract = rtp/1 }"
ok "west has names of its own" says west '.terms == ["rtp/1", "page/lobby/1"]' \
	"Context = \$ { $(rtp ReceiveOnly), $PORT }"
ok "an MGCP agent pages, too" ca m1 CRCX page/lobby@gw C=1 M=recvonly L=a:PCMU
ok "the zone has three ports" sh -c \
	"'$HOLLERCTL' -s '$SOCK' --json rooms | jq -e '.[0].ports == 3'"
ok "the MGCP agent ends what it has" ca m1 DLCX page/lobby@gw
ok "and only that" sh -c "'$HOLLERCTL' -s '$SOCK' --json rooms | jq -e '.[0].ports == 2'"
ok "east sees its own" says east '.terms | length == 4' "$ALL"
ok "west ends its page" says west '.ok' 'Context = * { Subtract = * }'
ok "east has its call and its page" sh -c \
	"[ \$('$HOLLERCTL' -s '$SOCK' --json terminations --owner east | jq length) = 5 ]"

# --- a connection that the MGC makes ------------------------------------------------------

# tpkt HOST TEXT...: each in a frame, in pieces, all on one connection; the answers' texts.
tpkt() {
	tpkt_host=$1
	shift
	run_in "$tpkt_host" python3 -c '
import socket, struct, sys, time
s = socket.create_connection(("'$GW'", 2944), 5)
s.settimeout(5)
out = b"".join(struct.pack(">BBH", 3, 0, len(t) + 4) + t for t in map(str.encode, sys.argv[1:]))
for i in range(0, len(out), 37):
    s.sendall(out[i:i + 37])
    time.sleep(0.001)
f = s.makefile("rb")
for _ in sys.argv[1:]:
    n = struct.unpack(">BBH", f.read(4))[2] - 4
    print(f.read(n).decode())
' "$@"
}

AUDIT='Context = - { AuditValue = ROOT { Audit { Packages } } } }'
tpkt m1 "MEGACO/3 [10.77.0.9]:2944 Transaction = 1 { $AUDIT" \
	"!/3 [10.77.0.9]:2944 T=2{$AUDIT" >"$WORK/tpkt" 2>"$WORK/tpkt.err"
ok "the MGC may connect and ask, too" grep -q 'Reply = 1 {' "$WORK/tpkt"
ok "both are answered on that connection" grep -q '\(Reply = \|P=\)2 *{' "$WORK/tpkt"
not_ok "a stranger is not let in" tpkt gw "MEGACO/3 [10.77.0.9]:2944 Transaction = 1 { $AUDIT"

# --- out of service and back ------------------------------------------------------------

ok "a termination is taken out" ctl service east rtp/1 forced
ok "its MGC is told" wait_for 5 told east '.term == "rtp/1" and .method == "Forced"'
ok "hollerctl shows it" sh -c "'$HOLLERCTL' -s '$SOCK' terminations | grep -q '^rtp/1 .* out '"
ok "it is put back" ctl service east rtp/1 back
ok "its MGC is told that" wait_for 5 told east '.term == "rtp/1" and .method == "Restart"'

# --- the MGC hands over -----------------------------------------------------------------

ok "the MGC hands east over" says east .ok 'Context = - { ServiceChange = ROOT { Services {
	Method = HandOff, Reason = "903 MGC Directed Change", MgcIdToTry = [10.77.0.10]:2944 } } }'
ok "east goes where it is sent" wait_for 10 told back \
	'.event == "registered" and .method == "HandOff"'
ok "with its calls" says back '.terms | length == 4' "$ALL"
ok "and is handed back" says back .ok 'Context = - { ServiceChange = ROOT { Services {
	Method = HandOff, Reason = "903 MGC Directed Change", MgcIdToTry = [10.77.0.9]:2944 } } }'
ok "to the first" wait_for 10 agent east '.address == "10.77.0.9:2944" and .alive'

# --- the MGC dies -----------------------------------------------------------------------

bg_stop east KILL
ok "east goes to the backup" wait_for 40 told back \
	'.event == "registered" and .method == "Failover"'
ok "hollerctl says where" wait_for 5 agent east '.address == "10.77.0.10:2944" and .alive'
ok "the calls are there" says back '.terms | length == 4' "$ALL"
ok "the backup modifies the call" says back '.ok' "Context = $CALL { Modify = rtp/2 {
	Media { Stream = 1 { LocalControl { Mode = Inactive } } } } }"

# --- reload -----------------------------------------------------------------------------

conf 'agent "north" { protocol = h248  mid = north1  mgcs = {"10.77.0.10:2948"}
	listen = {"10.77.0.1:2948"} }'
mgc north m2 10.77.0.10:2948
kill -HUP "$(bg_pid gw)"
ok "a new section registers" wait_for 10 told north '.event == "registered" and .mid == "north1"'
ok "the calls are still there" says back '.terms | length == 4' "$ALL"
cp "$WORK/gw.conf" "$WORK/good.conf"
conf 'agent "south" { protocol = h248  mgcs = {"10.77.0.9:2946"} }'
not_ok "hollerd -t finds two MGs that could not be told apart" \
	"$HOLLERD" -t -c "$WORK/gw.conf"
ok "and names them" sh -c "'$HOLLERD' -t -c '$WORK/gw.conf' 2>&1 | grep -q 'south.*already.*listen'"
not_ok "such a file is not taken" ctl reload
ok "nothing has changed" agent north .alive
ok "the backup ends the page" says back '.ok' "Context = $PAGE { Subtract = * }"

# --- stop and start ---------------------------------------------------------------------

gw_stop
ok "hollerd stops well" test $? = 0
ok "the backup is told" told back '.event == "service change" and .term == "ROOT"'
cp "$WORK/good.conf" "$WORK/gw.conf"
mgc east m1 10.77.0.9:2944
gw_start
ok "after a restart the primary is asked" bg_ready east '"Restart","reason":"901 Cold Boot"' 10
ok "nothing is left" says east '.errors == ["431"]' "$ALL"
gw_stop
ok "hollerd stops well again" test $? = 0
net_end
