#!/bin/sh
# tests/netns/t-operator.sh - the operator at night: every command for people and for
# programs, exit codes, help, completion, wrong input, timers that report and release.
# limit: 100
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/gw.sh"
net_begin
net_need bash
lan_add
host_add gw 1
host_add a 2
host_add ca 9

# said CODE TEXT COMMAND...: hollerctl ends so and says so.
said() {
	said_code=$1 said_text=$2
	shift 2
	ctl "$@" >"$WORK/said" 2>&1
	said_got=$?
	[ $said_got = "$said_code" ] || {
		echo "exit $said_got"
		cat "$WORK/said"
		return 1
	}
	[ -z "$said_text" ] || grep -q -- "$said_text" "$WORK/said" || {
		cat "$WORK/said"
		return 1
	}
}

# both COMMAND...: a table for people, JSON for programs, wherever --json stands.
both() {
	ctl "$@" >"$WORK/table" && [ -s "$WORK/table" ] && ! jq -e . "$WORK/table" &&
		ctl --json "$@" >"$WORK/json" && jq -e . "$WORK/json" &&
		ctl "$@" --json >"$WORK/json" && jq -e . "$WORK/json"
}

completes() { # LINE WORD: bash would offer the word
	bash -c ". '$TOP/contrib/hollerctl.bash'; COMP_WORDS=($1 ''); \
		COMP_CWORD=\$((\${#COMP_WORDS[@]} - 1)); _hollerctl; \
		printf '%s\n' \"\${COMPREPLY[@]}\"" | grep -qx -- "$2"
}

GW_IO=socket GW_AGENT='announce = no  silent = release  silent_after = 2s'
gw_conf 'endpoint "conf/%d" { kind = conf  count = 2 }'
gw_start
sdp "$WORK/a.sdp" 10.77.0.2 41000
CA_SDP=$WORK/a.sdp
ok "a call" ca ca CRCX 'conf/1@gw' C=7 M=sendonly L=a:PCMU
CA_SDP=''
esc=$(printf '\033[31m')
ok "a zone is added" ctl zone add lobby --group 239.20.1.1:5004@eth0 --label "L $esc"
for c in status agents endpoints 'endpoints --busy' contexts terminations streams rooms 'rooms lobby' zones \
	'zone list' stats workers ports log conf; do
	# shellcheck disable=SC2086
	ok "$c, for people and programs" both $c
done
ctl zones >"$WORK/zones"
not_ok "no control byte of a label comes to the terminal" grep -q "$esc" "$WORK/zones"

ok "0: reload" said 0 '' reload
ok "1: a zone's codec" said 1 'FOO is not known' zone add x --group 239.1.1.9:5004 --codec FOO
ok "1: a policy that is not there yet, by name" said 1 'policy mix' zone add x \
	--group 239.1.1.9:5004 --policy mix
ok "1: a group and port that another zone has" said 1 '' zone add x \
	--group 239.20.1.1:5004@eth0
ok "2: no group at all" said 2 'no multicast group' zone add x --group 10.1.1.1:5004
ok "2: a name" said 2 'letter' zone add 7up
ok "2: a command" said 2 'did you mean "zones"' zoness
ok "2: half a command lists the rest" said 2 'zone set' zone
ok "2: an option" said 2 'did you mean --group' zone add x --groupe 1
ok "2: a number" said 2 '1 to 255' zone add x --ttl 300
ok "0: help behind a command" said 0 'usage: hollerctl zone add' zone add --help
ok "0: help for half a command" said 0 'zone del' help zone
ok "4: a zone" said 4 'nope' zone set nope --ttl 3
ok "4: an endpoint" said 4 'rtpbridge/7777' streams --endpoint rtpbridge/7777
ok "0: an endpoint as agents write it" said 0 'sendonly' streams --endpoint conf/1@gw
ok "4: an owner" said 4 'nobody' endpoints --owner nobody
ok "4: a log category" said 4 'bogus' log bogus debug
ok "4: an agent a zone would let in" said 4 'no agent "nobody"' zone add x --agents nobody
ok "2: a change of nothing" said 2 'nothing is said' zone set lobby
ok "0: an empty list has its head" said 0 'CONNECTION' calls
ok "conferences in use are rooms" said 0 'conf/1 *ca' rooms
ok "a context is as old as its calls" sh -c \
	"'$HOLLERCTL' --socket '$SOCK' --json contexts | jq -e 'length == 1 and .[0].seconds < 60'"
ok "3: nobody there" sh -c "'$HOLLERCTL' --socket /nonexistent status 2>/dev/null; test \$? = 3"
ok "2: no command at all" sh -c "'$HOLLERCTL' 2>/dev/null; test \$? = 2"
ok "what was changed is in the log, and by whom" grep -q 'zone add lobby, by user 0' \
	"$WORK/gw.err"

ok "an endpoint goes out of service" ctl service ca rtpbridge/7 forced
ca ca CRCX rtpbridge/7@gw C=8 M=recvonly >/dev/null
ok "501 meanwhile" test "$(field .code)" = 501
ok "and back" ctl service ca rtpbridge/7 back
ok "back in a while" ctl service ca rtpbridge/8 back --delay 60
ok "it says so" said 0 'returning' endpoints rtpbridge/8
ok "200 then" ca ca CRCX rtpbridge/7@gw C=8 M=recvonly
ok "a silent stream is released" wait_for 8 sh -c \
	"'$HOLLERCTL' --socket '$SOCK' --json streams | jq -e 'all(.[]; .call != \"8\")'"
ok "and recorded with its cause" wait_for 5 sh -c \
	"'$HOLLERCTL' --socket '$SOCK' --json calls | jq -e 'any(.[]; .call == \"8\" and (.cause // .reason // \"\") != \"\")'"
ok "what sends only is not" said 0 conf/1 streams

ok "completion: commands" completes hollerctl zone
ok "completion: half a command" completes 'hollerctl zone' add
ok "completion: options" completes 'hollerctl zone add' --group
for c in $("$HOLLERCTL" --help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p' | sort -u); do
	ok "completion and manual know $c" sh -c \
		"grep -q '[ \"'\''|]$c' '$TOP/contrib/hollerctl.bash' && grep -q '$c' '$TOP/doc/hollerctl.1'"
done
ok "stop" ctl stop --now
ok "it ends" bg_wait gw 5
ok "3: nobody there any more" said 3 'no hollerd' status

mkdir -p "$WORK/etc"
sed "s|/run/holler|$WORK|; s|# socket = |socket = |; s|# file = |file = |; s|/var/lib/holler|$WORK|" \
	"$TOP/conf/hollerd.conf" >"$WORK/gw.conf"
SOCK=$WORK/hollerd.sock
gw_start
ok "the sample configuration starts" ctl status
gw_stop
ok "and stops" test $? = 0
net_end
