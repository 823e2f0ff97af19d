#!/bin/sh
# tests/interop/tls.sh - H.248 through TLS: Erlang/OTP's megaco behind socat is the MGC we
# dial, openssl s_client one that dials us. Certificates are made by the commands of
# doc/SECURITY. Impostors hear nothing, plain words get no answer, a renewed certificate
# takes effect under the call.
# limit: 240
. "$(dirname "$0")/../netns/lib.sh"
. "$(dirname "$0")/../netns/gw.sh"
SCRIPT=$(cd "$(dirname "$0")" && pwd)/megaco_mgc.escript
net_begin
net_need escript socat openssl tcpdump tshark
erl -noshell -eval 'halt(case code:lib_dir(megaco) of {error, _} -> 1; _ -> 0 end).' ||
	skip "needs erlang-megaco"
lan_add
host_add gw 1
host_add ms 9
host_add evil 4
CERTS=$WORK/certs
mkdir "$CERTS"

# as_documented: the commands under "Making the certificates", with our addresses.
as_documented() {
	sed -n '/^Making the certificates/,/^On the gateway/s/^   //p' "$TOP/doc/SECURITY" |
		sed "s/192\.0\.2\.1$/$GW/; s/192\.0\.2\.9$/10.77.0.9/" >"$WORK/make.sh"
	(cd "$CERTS" && sh -e "$WORK/make.sh")
}

conf() {
	SOCK=$WORK/gw.sock
	cat >"$WORK/gw.conf" <<-CONF
		log { level = info }
		ctl { socket = "$SOCK" }
		store { file = "" }
		media { io = socket }
		tls { ca = "$CERTS/ca.pem"  certificate = "$CERTS/gw.pem"  key = "$CERTS/gw.key" }
		h248 { tls = {"*:2946"} }
		agent "mgc" {
			protocol = h248
			mid = "[$GW]:2944"
			mgcs = {"tls:10.77.0.9:2946"}
			encoding = ${1:-compact}
		}
	CONF
}

# certificates NAME ALTNAME...: more of them, by the function of the document.
certificates() {
	sed -n '/^issue()/,/^}/p' "$WORK/make.sh" >"$WORK/issue.sh"
	(
		cd "$CERTS" && . "$WORK/issue.sh" || exit
		while [ $# -gt 0 ]; do
			issue "$1" "$2" || exit
			shift 2
		done
		chmod 600 ./*.key
	) >"$WORK/issue.log" 2>&1
}

# proxy NAME CERTIFICATE [OPTION]: TLS in front of the MGC's plain port.
proxy() {
	bg "$1" ms socat -d -d "OPENSSL-LISTEN:2946${3:+,$3},fork,reuseaddr,cert=$CERTS/$2.pem,key=$CERTS/$2.key,cafile=$CERTS/ca.pem,verify=1" \
		TCP:10.77.0.9:2944
	bg_ready "$1" "listening on"
}

# mgc ENCODING: its call stands until $WORK/pace.add is there.
mgc() {
	rm -f "$WORK"/pace.*
	bg mgc ms escript "$SCRIPT" "encoding=$1,transport=tcp,version=3,port=2944,wait=15000,\
listen=10.77.0.9,a=10.77.0.9:20000,b=10.77.0.9:30000,pace=$WORK/pace"
	bg_ready mgc '"ready"' 20
	: >"$WORK/pace.go"
}

# shown SERIAL: our certificate, to who connects now, has this one.
shown() {
	run_in ms timeout 10 openssl s_client -connect "$GW:2946" -cert "$CERTS/mgc.pem" \
		-key "$CERTS/mgc.key" </dev/null 2>/dev/null | openssl x509 -noout -serial |
		cmp - "$1"
}

stat_of() {
	ctl --json stats "$1" | jq ".[] | select(.name == \"$1\") | .value"
}

ok "doc/SECURITY's commands make the certificates" as_documented
conf
if "$HOLLERD" -t -c "$WORK/gw.conf" 2>&1 | grep -q 'without OpenSSL'; then
	skip "built without OpenSSL"
fi
ok "hollerd -t is content with them" "$HOLLERD" -t -c "$WORK/gw.conf"
cp "$CERTS/mgc.key" "$WORK/right.key"
sed -i "s|$CERTS/gw.key|$WORK/right.key|" "$WORK/gw.conf"
ok "hollerd -t sees a key of another" fails_saying \
	"right\.key: is not the certificate's key" "$HOLLERD" -t -c "$WORK/gw.conf"

# ---- we dial: registration, calls, audits -------------------------------------------

for enc in compact ber; do
	conf $enc
	capture wire ms tcp or udp port 2944
	proxy px mgc
	mgc $enc
	gw_start
	ok "$enc: it registers and a call is up" bg_ready mgc '"step": "add"' 20
	ok "$enc: hollerctl status says that TLS is on" sh -c \
		"'$HOLLERCTL' -s '$SOCK' --json status | jq -e '.features[] |
			select(.name == \"TLS\") | .on'"
	ctl tls >"$WORK/tls.txt"
	ok "$enc: hollerctl shows the peer's certificate and cipher" \
		grep -qE '10\.77\.0\.9:2946 +us +TLSv1\.3 +TLS_[A-Z0-9_]+ +CN=mgc +36' "$WORK/tls.txt"
	ok "$enc: and ours" grep -q '(ours).*CN=gw' "$WORK/tls.txt"
	ok "$enc: agents says tls" test \
		"$(ctl --json agents | jq -r '.[0].transport')" = tls
	if [ $enc = ber ]; then # a renewed certificate, under the call
		(cd "$CERTS" && . "$WORK/make.sh" && chmod 600 gw.key) >"$WORK/renew" 2>&1
		(cd "$CERTS" && openssl x509 -in gw.pem -noout -serial) >"$WORK/serial"
		ok "a reload takes new certificates" ctl reload
		ok "which new connections are shown" shown "$WORK/serial"
	fi
	: >"$WORK/pace.add"
	bg_wait mgc 40
	code=$?
	ok "$enc: all steps go well" sh -c "[ $code = 0 ] || { cat '$WORK/mgc.out'; false; }"
	gw_stop
	ok "$enc: hollerd stops well" test $? = 0
	bg_stop px
	capture_stop wire
	ok "$enc: TLS is on the wire" test \
		"$(pcap_count "$WORK/wire.pcap" 'tls.handshake.type == 1')" -ge 1
	ok "$enc: and nothing that can be read" sh -c \
		"! grep -aqE 'MEGACO|!/[123]|RTP/AVP' '$WORK/wire.pcap'"
	rm -f "$WORK/wire.pcap"
done

# ---- by IPv6, and our address changes under the association --------------------------

# of_log TEXT COUNT: so many lines of hollerd's have it.
of_log() {
	[ "$(grep -c "$1" "$WORK/gw.err")" -ge "$2" ]
}
certificates gw6 IP:fd77::1 mgc6 IP:fd77::9
conf
sed -i 's|10\.77\.0\.9:2946|[fd77::9]:2946|; s|"\*:2946"|"[::]:2946"|; s|certs/gw\.|certs/gw6.|g' "$WORK/gw.conf"
proxy px mgc6 pf=ip6
mgc compact
gw_start
ok "IPv6: it registers and a call is up" bg_ready mgc '"step": "add"' 20
ok "IPv6: with the peer's certificate" sh -c \
	"'$HOLLERCTL' --socket '$SOCK' tls | grep -q 'fd77::9.*CN=mgc6'"
: >"$WORK/pace.add"
bg_wait mgc 40
ok "IPv6: all steps go well" test $? = 0
mgc compact
ok "IPv6: it registers again" bg_ready mgc '"step": "add"' 40
before=$(grep -c 'h248: connected with' "$WORK/gw.err")
sed -i 's|{"\[::\]:2946"}|{"[::]:2947"}|' "$WORK/gw.conf"
ok "IPv6: another port of ours" ctl reload
ok "IPv6: the old association ends" of_log 'lost .*our address is gone' 1
ok "IPv6: and there is another at once" wait_for 3 of_log 'h248: connected with' $((before + 1))
bg_stop mgc
ok "IPv6: an MGC that dials us gets our certificate" sh -c \
	"ip netns exec $P-ms timeout 10 openssl s_client -connect '[fd77::1]:2947' -verify_ip fd77::1 \
		-verify_return_error -CAfile '$CERTS/ca.pem' -cert '$CERTS/mgc6.pem' -key '$CERTS/mgc6.key' \
		</dev/null 2>&1 | grep -q 'Verify return code: 0'"
gw_stop
ok "IPv6: hollerd stops well" test $? = 0
bg_stop px

# ---- an impostor where the MGC should be ---------------------------------------------

certificates other DNS:other.example.net
conf
bg px ms socat -u "OPENSSL-LISTEN:2946,fork,reuseaddr,cert=$CERTS/other.pem,key=$CERTS/other.key,cafile=$CERTS/ca.pem,verify=0" \
	"OPEN:$WORK/heard,creat,append"
gw_start
refused() {
	[ "$(stat_of tls.refused)" -ge 2 ]
}
ok "another's certificate is refused, at each try" wait_for 15 refused
ok "the reason is in the log" grep -q \
	'tls: not connected with 10.77.0.9:2946: its certificate (CN=other) is not one of 10.77.0.9' \
	"$WORK/gw.err"
ok "once" test "$(grep -c 'tls: not connected' "$WORK/gw.err")" = 1
ok "the impostor heard nothing" test ! -s "$WORK/heard"
bg_stop px

# ---- it dials us ---------------------------------------------------------------------

# ask HOST [OPTION]...: the audit in a TPKT, by s_client; what comes back is in $WORK/back.
ask() {
	ask_host=$1
	shift
	{
		cat "$WORK/tpkt"
		sleep 1.5
	} | run_in "$ask_host" timeout 10 openssl s_client -quiet -no_ign_eof -connect "$GW:2946" \
		-CAfile "$CERTS/ca.pem" -verify_return_error -verify_ip "$GW" "$@" \
		>"$WORK/back" 2>"$WORK/back.err"
	grep -aE '(Reply|P)=7' "$WORK/back"
}
# turned_away ALERT HOST [OPTION]...: as ask, but no answer comes, and that is why.
turned_away() {
	ta_alert=$1
	shift
	! ask "$@" && grep -q "alert $ta_alert" "$WORK/back.err"
}
AUDIT='MEGACO/1 [10.77.0.9]:2944 Transaction = 7 { Context = - { AuditValue = ROOT { Audit { } } } }'
printf '%s' "$AUDIT" >"$WORK/audit"
{
	printf "\\003\\000\\000\\$(printf %o $((${#AUDIT} + 4)))"
	cat "$WORK/audit"
} >"$WORK/tpkt"
MGC="-cert $CERTS/mgc.pem -key $CERTS/mgc.key"

# shellcheck disable=SC2086
ok "an MGC that dials us is answered" ask ms $MGC
# shellcheck disable=SC2086
ok "by TLS 1.2, too" ask ms $MGC -tls1_2
# shellcheck disable=SC2086
ok "not by TLS 1.1" turned_away "protocol version" ms $MGC -tls1_1 -cipher DEFAULT:@SECLEVEL=0
sleep 0.3
ok "without a certificate it is not" turned_away "certificate required" ms
sleep 0.3
ok "with another's it is not" turned_away "bad certificate" ms -cert "$CERTS/other.pem" \
	-key "$CERTS/other.key"
# shellcheck disable=SC2086
not_ok "from elsewhere the true certificate opens nothing" ask evil $MGC
strangers=$(stat_of net.strangers)
ok "that was a stranger" test "$strangers" -ge 1

# ---- plain words of the same MGC -----------------------------------------------------

plain() {
	run_in ms timeout 2 socat -t 1 - "$1:$GW:2944,bind=10.77.0.9" <"$WORK/${2:-audit}" \
		>"$WORK/back" 2>/dev/null
	[ -s "$WORK/back" ]
}
not_ok "plain UDP is not answered" plain UDP
not_ok "plain TCP is not" plain TCP tpkt
ok "they were strangers" test "$(stat_of net.strangers)" -ge $((strangers + 2))
sed -i 's/encoding/tls_only = no encoding/' "$WORK/gw.conf"
ok "tls_only = no, after a reload" ctl reload
ok "lets them in by UDP" plain UDP
ok "and by TCP" plain TCP tpkt
gw_stop
ok "hollerd stops well" test $? = 0
net_end
