# contrib/quick-h248.sh - the call of contrib/quickstart, by H.248; to be sourced.
#
# CONF; call_begin sets IP and PORT; call_end; call_count and call_next print.

# The caller's host is the MGC's, too: the gateway registers there.
CONF=$WORK/hollerd.conf
cat >"$CONF" <<-CONF
	agent "mgc1" {
	    protocol = h248
	    mid  = "[10.77.0.1]:2944"
	    mgcs = {"10.77.0.9"}           # UDP, port 2944, text
	}
CONF

bg mgc caller "$TOOLS/h248mgc" serve --bind 10.77.0.9:2944 --control "$WORK/mgc.sock"
bg_ready mgc

mgc() {
	"$TOOLS/h248mgc" send --control "$WORK/mgc.sock" "$@"
}

call_begin() {
	step "an MGC calls into the zone: Add page/lobby/\$ beside an RTP termination"
	bg_ready mgc '"registered"' 20 || trouble "the gateway does not register"
	cat >"$WORK/add.txt" <<-ADD
		Context = \$ {
		    Add = rtp/\$ { Media { Stream = 1 {
		        LocalControl { Mode = ReceiveOnly },
		        Local {
		v=0
		c=IN IP4 \$
		m=audio \$ RTP/AVP 0
		},
		        Remote {
		v=0
		c=IN IP4 10.77.0.9
		m=audio 40000 RTP/AVP 0
		} } } },
		    Add = page/lobby/\$ { Media { Stream = 1 {
		        LocalControl { Mode = SendOnly } } } }
		}
	ADD
	mgc "$(cat "$WORK/add.txt")" >"$WORK/add.json" || trouble "Add: $(cat "$WORK/add.json")"
	ID=$(jq -r .context "$WORK/add.json")
	IP=$(jq -r '.media[0].ip' "$WORK/add.json")
	PORT=$(jq -r '.media[0].port' "$WORK/add.json")
}

call_end() {
	mgc "Context = $ID { Subtract = * }" >"$WORK/subtract.json" ||
		trouble "Subtract: $(cat "$WORK/subtract.json")"
}

call_count() {
	jq -r '[.stats[] | select(.term | startswith("rtp/")) | .values | to_entries[] |
		"\(.key)=\(.value)"] | join(", ")' "$WORK/subtract.json"
}

call_next() {
	cat <<-NEXT
		$HOLLERCTL --socket $SOCK agents
		$TOOLS/h248mgc send --control $WORK/mgc.sock 'Context = - { AuditValue = ROOT { Audit { Media } } }'
		$TOOLS/h248mgc send --control $WORK/mgc.sock "\$(cat $WORK/add.txt)"
		$TOOLS/h248mgc send --control $WORK/mgc.sock 'Context = * { Subtract = * }'
	NEXT
}
