#!/bin/sh
# tests/netns/t-daemon-service.sh - hollerd as a service: what the service manager is told,
# privileges given up, two daemons kept apart, starts that fail and say why, strangers.
# limit: 120
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/gw.sh"
net_begin
net_need python3
lan_add
host_add gw 1
host_add a 2
host_add ca 9

# --- the service manager's socket -----------------------------------------------------
cat >"$WORK/notify.py" <<'PY'
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("ready", flush=True)
while True:
    print(s.recv(4096).decode().replace("\n", " "), flush=True)
PY
bg notify gw python3 "$WORK/notify.py" "$WORK/notify.sock"
bg_ready notify || exit 99
told() {
	grep -q "$1" "$WORK/notify.out"
}

gw_conf
bg gw gw env NOTIFY_SOCKET="$WORK/notify.sock" WATCHDOG_USEC=1000000 \
	"$HOLLERD" -c "$WORK/gw.conf"
ok "READY is told" wait_for 10 told READY=1
ok "and then it answers" ctl status
ok "the watchdog hears it" wait_for 5 told WATCHDOG=1
kill -HUP "$(bg_pid gw)"
ok "RELOADING is told" wait_for 5 told RELOADING=1.MONOTONIC_USEC=
ok "and READY after it" wait_for 5 sh -c \
	"sed '1,/RELOADING/d' '$WORK/notify.out' | grep -q READY=1"

# --- privileges -------------------------------------------------------------------------
caps() {
	cap_all=$(cat /proc/"$(bg_pid gw)"/task/*/status | sed -n 's/^CapEff:\t//p' | sort -u)
	echo "$cap_all"
	case $(ctl --json status | jq -r .media.io) in
	ring) [ "$cap_all" = 0000000000003000 ] ;;
	*) [ "$cap_all" = 0000000000000000 ] ;;
	esac
}
ok "every thread keeps what ring mode needs, and nothing else" caps
ok "and can't win more" grep -q 'NoNewPrivs:.1' /proc/"$(bg_pid gw)"/status

# --- a second one -------------------------------------------------------------------------
second() {
	run_in gw env "$@" timeout 10 "$HOLLERD" -c "$WORK/gw.conf" >"$WORK/second" 2>&1
	second_code=$?
	cat "$WORK/second"
	[ $second_code = 1 ]
}
says() {
	grep -q "$1" "$WORK/second" || {
		cat "$WORK/second"
		return 1
	}
}
ok "a second daemon does not start" second A=1
ok "the database is in use, and by whom" says "in use by another hollerd, process $(bg_pid gw)"
ok "nor with a database of its own" second HOLLER_STORE_FILE="$WORK/2.db"
ok "the socket is another's" says 'another hollerd has it'
ok "nor with a socket of its own" second HOLLER_STORE_FILE="$WORK/2.db" \
	HOLLER_CTL_SOCKET="$WORK/2.sock"
ok "the port is taken" says 'mgcp: .*:2427: .*ddress already in use'
ok "an address that is not ours is named" second HOLLER_STORE_FILE="$WORK/2.db" \
	HOLLER_CTL_SOCKET="$WORK/2.sock" HOLLER_MGCP_LISTEN=192.0.2.1:2427
ok "as it is" says "192.0.2.1:2427: .*annot assign requested address"
ok "a media address that is not ours is named" second HOLLER_STORE_FILE="$WORK/2.db" \
	HOLLER_CTL_SOCKET="$WORK/2.sock" HOLLER_MGCP_LISTEN=127.0.0.1:2429 \
	HOLLER_MEDIA_ADDRESSES=192.0.2.1
ok "the first one did not notice" ctl status

# --- strangers --------------------------------------------------------------------------------
unanswered() { # HOST ADDRESS OPTION...: a good command; mgcpca ends with 2 without an answer
	ua_host=$1 ua_to=$2
	shift 2
	run_in "$ua_host" "$TOOLS/mgcpca" send --to "$ua_to" --rto 200 "$@" AUEP rtpbridge/1@gw
	[ $? = 2 ]
}
sed -i 's|allow = .*|allow = {"10.77.0.9"}|' "$WORK/gw.conf"
ctl reload
before=$(ctl --json stats net.strangers | jq '.[0].value')
capture wire a udp port 2427
ok "a stranger's commands are not answered" unanswered a "$GW:2427" --tries 2
printf 'garbage' >"$WORK/junk"
run_in a "$TOOLS/mgcpca" send --to $GW:2427 --tries 1 --rto 200 --raw "$WORK/junk" >/dev/null 2>&1
capture_stop wire
ok "not by a single byte" test "$(pcap_count "$WORK/wire.pcap" 'ip.src==10.77.0.1')" = 0
after=$(ctl --json stats net.strangers | jq '.[0].value')
ok "but counted" sh -c "echo $before $after; test $after -ge $((before + 2))"
ok "and logged, not often" test "$(grep -c 'no call agent of ours' "$WORK/gw.err")" -le 8
ok "the agent is answered, over IPv4" ca ca AUEP rtpbridge/1@gw
ok "but not by an address that is not allowed" unanswered ca "[$GW6]:2427" --tries 1

# --- the answer leaves from where the question came to -------------------------------------------
ip -n "$(ns_of gw)" addr add 10.77.0.101/24 dev eth0
CA_TO=10.77.0.101:2427
ok "a second address of the host answers as itself" ca ca AUEP rtpbridge/1@gw
CA_TO=''

# --- the end -----------------------------------------------------------------------------------------
fds=$(ls /proc/"$(bg_pid gw)"/fd | wc -l)
for n in 1 2 3 4 5; do
	ctl status >/dev/null
	ca ca CRCX 'rtpbridge/$@gw' C=$n M=recvonly >/dev/null
	ca ca DLCX "$(field .params.Z)" C=$n >/dev/null
done
sleep 0.3
more=$(ls /proc/"$(bg_pid gw)"/fd | wc -l)
ok "no descriptor is lost ($fds, $more)" test "$more" -le $((fds + 4))
ca ca CRCX 'rtpbridge/$@gw' C=77 M=recvonly >/dev/null
gw_stop
ok "SIGTERM ends it well" test $? = 0
ok "STOPPING was told" told STOPPING=1
ok "the socket is taken away" test ! -e "$SOCK"

gw_start
ok "the call that was cut off is recorded" sh -c \
	"$HOLLERCTL --socket $SOCK --json calls --call 77 | jq -e 'length == 1'"
echo 'global { stop_delay = 1m }' >>"$WORK/gw.conf"
ctl reload
ca ca CRCX 'rtpbridge/$@gw' C=78 M=recvonly >/dev/null
kill "$(bg_pid gw)"
sleep 1
ok "it waits for calls as long as it is told to" bg_alive gw
gw_stop
ok "a second SIGTERM ends it at once" test $? = 0
sed -i '$d' "$WORK/gw.conf"

# --- another user ----------------------------------------------------------------------------------------
if getent passwd nobody >/dev/null; then
	mkdir -p "$WORK/u"
	chmod 777 "$WORK/u"
	sed -i "s|$WORK/gw|$WORK/u/gw|g" "$WORK/gw.conf"
	SOCK=$WORK/u/gw.sock
	echo 'global { user = nobody }' >>"$WORK/gw.conf"
	gw_start
	ok "it becomes the user of the configuration" test \
		"$(stat -c %U "/proc/$(bg_pid gw)/task/$(bg_pid gw)/comm" 2>/dev/null)" != '' -a \
		"$(sed -n 's/^Uid:\t\([0-9]*\).*/\1/p' "/proc/$(bg_pid gw)/status")" = \
		"$(id -u nobody)"
	ok "with the rights of ring mode only" caps
	ok "and works" ca ca CRCX 'rtpbridge/$@gw' C=9 M=recvonly
	gw_stop
	ok "it stops well" test $? = 0
fi

# --- syslog ----------------------------------------------------------------------------------------
# In a /dev of its own, where we are the one who listens.
cat >"$WORK/log.py" <<'PY'
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("ready", flush=True)
while True:
    print(s.recv(4096).decode(errors="replace"), flush=True)
PY
mkdir "$WORK/dev"
cp -a /dev/null /dev/zero /dev/urandom /dev/random "$WORK/dev/"
bg slog gw python3 "$WORK/log.py" "$WORK/dev/log"
bg_ready slog || exit 99
gw_conf 'log { to = syslog }'
sed -i '/log { level/d' "$WORK/gw.conf"
bg gw gw unshare -m sh -c "mount --bind '$WORK/dev' /dev && exec '$HOLLERD' -c '$WORK/gw.conf'"
SOCK=$WORK/gw.sock
wait_for 20 ctl status
ctl log mgcp debug
ok "log.to = syslog: facility daemon, the process, the category" wait_for 5 \
	grep -q '^<30>.*hollerd\[[0-9]*\]: ctl: log mgcp' "$WORK/slog.out"
gw_stop
ok "it stops well" test $? = 0
bg_stop slog >/dev/null

# --- the unit ------------------------------------------------------------------------------------------------
unit=$BUILD/contrib/systemd/hollerd.service
if command -v systemd-analyze >/dev/null && [ -f "$unit" ]; then
	sed "s|^\(Exec[A-Za-z]*=\)[^ ]*/hollerd|\1$HOLLERD|; /^Documentation/d" "$unit" \
		>"$WORK/hollerd.service"
	ok "systemd-analyze verify has nothing to say" sh -c \
		"test -z \"\$(systemd-analyze verify '$WORK/hollerd.service' 2>&1)\""
	ok "its exposure is at most 2.5" sh -c \
		"systemd-analyze security --offline=true --threshold=25 '$WORK/hollerd.service' >/dev/null"
else
	skip_one "no systemd-analyze, or built without systemd"
fi
net_end
