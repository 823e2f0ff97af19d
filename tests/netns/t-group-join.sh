#!/bin/sh
# tests/netns/t-group-join.sh - memberships as the kernel and the wire show them: more than
# twenty groups, more than ten sources, reports and leaves, interfaces by index and route.
# limit: 60
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ringlib"
net_begin
net_need tcpdump tshark
lan_add
host_add gw 1
run_in gw sysctl -q -w net.ipv4.igmp_max_memberships=20
lan_settle

groups() {
	run_in gw ip -j maddr show dev eth0 | jq '[.[0].maddr[] | select(.address) |
		select(.address | test("^(239[.]77|232[.]77|ff15:)"))] | length'
}

groups_are() {
	wait_for 3 sh -c "[ \$(ip netns exec $(ns_of gw) ip -o maddr show dev eth0 |
		grep -c -e ' 239[.]77' -e ' 232[.]77' -e ' ff15:') = $1 ]" || {
		echo "$(groups) groups, not $1"
		return 1
	}
}

# filter GROUP: sources the kernel includes on eth0, as the interface's state.
filter() {
	run_in gw cat /proc/net/mcfilter | awk -v g="$1" '$3 == g { print $4, $5, $6 }'
}

capture wire gw "igmp or ip6"
box gw gw --io ring --addr fd77::1
i=0
while [ $i -lt 45 ]; do
	ask gw join "g$i" "239.77.1.$i:5004" if=eth0 >/dev/null
	ask gw join "h$i" "[ff15::$i]:5004" if=eth0 >/dev/null
	i=$((i + 1))
done
ok "90 groups past the limit of 20 a socket" groups_are 90
ask gw join again 239.77.1.7:6004 if=eth0 >/dev/null
ask gw del g7 >/dev/null
sleep 0.3
ok "a group two want stays when one goes" groups_are 90
ask gw del again >/dev/null
ok "and goes with the last" groups_are 89

from=10.0.0.1
i=2
while [ $i -le 25 ]; do
	from=$from,10.0.0.$i
	i=$((i + 1))
done
ask gw join ssm 232.77.0.1:5004 if=eth0 "from=$from" >/dev/null
run_in gw cat /proc/net/mcfilter >"$WORK/mcf"
ok "25 sources past the limit of 10 a socket" test "$(grep -c -i 0xe84d0001 "$WORK/mcf")" = 25
ok "none of them excluded" test "$(grep -i 0xe84d0001 "$WORK/mcf" | awk '$5 != 0x1 && $5 != 1' | wc -l)" -le 0
ask gw join route 239.77.2.1:5004 >/dev/null
ok "by route" sh -c "ip netns exec $(ns_of gw) ip maddr show dev eth0 | grep -q 239.77.2.1"
sleep 1
ok "it ends" box_stop gw
ok "and leaves all" groups_are 0
sleep 1.5
capture_stop wire
ok "IGMPv3 reports, with sources" test \
	"$(pcap_count "$WORK/wire.pcap" 'igmp.type == 0x22 && igmp.saddr == 10.0.0.25')" -gt 0
# Records of the source-specific group: the n-th address goes with the n-th type.
tshark_read "$WORK/wire.pcap" -Y 'igmp.type == 0x22' -T fields -E separator=/t \
	-e igmp.maddr -e igmp.record_type | awk '{ n = split($1, a, ","); split($2, t, ",")
	for (i = 1; i <= n; i++) if (a[i] == "232.77.0.1") print t[i] }' >"$WORK/types"
ok "the source-specific group was reported" test -s "$WORK/types"
ok "and never asked for from all" sh -c "! grep -q -e '^2' -e '^4' $WORK/types"
ok "a leave for each: nothing of that group is wanted" test \
	"$(pcap_count "$WORK/wire.pcap" 'igmp.type == 0x22 && igmp.record_type == 3')" -gt 0
ok "MLDv2 reports" test "$(pcap_count "$WORK/wire.pcap" 'icmpv6.type == 143')" -gt 0
ok "sanitizers are silent" sh -c "! grep -l -e Sanitizer -e 'runtime error' $WORK/*.err"
net_end
