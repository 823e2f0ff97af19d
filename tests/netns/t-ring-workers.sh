#!/bin/sh
# tests/netns/t-ring-workers.sh - ring mode with several workers: each gets its own ports'
# packets and no others, groups reach whoever listens, by IPv4 and IPv6, whole and in
# fragments.
# limit: 60
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ringlib"
net_begin
net_need python3
lan_add
host_add gw 1
host_add a 2
lan_settle

box gw gw --io ring --addr fd77::1 --workers 3
i=0
while [ $i -lt 9 ]; do
	ask gw leg "a$i" "10.77.0.2:4100$i" >"$WORK/a$i"
	ask gw leg "b$i" "[fd77::2]:4200$i" >"$WORK/b$i"
	i=$((i + 1))
done
ok "legs are spread over all workers" test \
	"$(cat "$WORK"/a? "$WORK"/b? | jq -s '[.[].worker] | unique | length')" = 3
cat "$WORK"/a? "$WORK"/b? | jq -e '.worker == ((.port / 2 | floor) % 3)' >"$WORK/arith"
ok "a port tells its worker" test "$(sort "$WORK/arith" | uniq -c | tr -d ' ')" = 18true
i=0
while [ $i -lt 9 ]; do
	poke a rtp --at "10.77.0.2:4100$i" --to "10.77.0.1:$(jq .port "$WORK/a$i")" \
		--n 10 --gap 1 >"$WORK/poke.out"
	poke a rtp --at "[fd77::2]:4200$i" --to "[fd77::1]:$(jq .port "$WORK/b$i")" \
		--n 10 --gap 1 >"$WORK/poke.out"
	i=$((i + 1))
done
sleep 0.3
heard() {
	i=0
	while [ $i -lt 9 ]; do
		is gw "stat $1$i" ".rx >= $2 and .rx <= $3" || return 1
		i=$((i + 1))
	done
}
ok "each IPv4 leg hears its own" heard a 9 10
ok "each IPv6 leg too" heard b 9 10
for i in 0 1 2; do
	ask gw info $i
done
i=0
while [ $i -lt 9 ]; do
	poke a rtp --at "10.77.0.2:4100$i" --to "10.77.0.1:$(jq .port "$WORK/a$i")" \
		--n 10 --gap 1 --size 1800 --seq 100 >"$WORK/poke.out"
	i=$((i + 1))
done
sleep 0.3
ok "fragments find their workers" heard a 19 20

i=0
while [ $i -lt 9 ]; do
	ask gw join "c$i" 239.77.0.1:5004 if=eth0 >"$WORK/c$i"
	i=$((i + 1))
done
ok "listeners of one group on all workers" test \
	"$(cat "$WORK"/c? | jq -s '[.[].worker] | unique | length')" = 3
sleep 0.3
poke a rtp --at 10.77.0.2:47000 --to 239.77.0.1:5004 --ttl 4 --dev eth0 --gap 5 --n 10 \
	>"$WORK/poke.out"
sleep 0.3
ok "all hear the group" heard c 8 10
ok "clean end" box_stop gw
ok "sanitizers are silent" sh -c "! grep -l -e Sanitizer -e 'runtime error' $WORK/*.err"
net_end
