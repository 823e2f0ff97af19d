/* tests/unit/media_live.c - see media_live.h.
 *
 * layer: tests   thread: main is control, workers run   I/O: UDP on loopback
 */
#include "media_live.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "util/mem.h"
#include "wire/rtp.h"

struct live live;

static void retired(void *arg, struct plan_msg *msg)
{
	(void)arg;
	for (uint32_t i = 0; i < msg->nop; i++)
		mem_free(msg->op[i].leg);
	mem_free(msg);
	live.nback++;
}

static void told(void *arg, const struct med_event *ev)
{
	(void)arg;
	ck_assert_uint_lt(live.nevent, 64);
	live.event[live.nevent++] = *ev;
}

/* Let the workers work until n messages came back, 2 s at most. */
void live_wait(unsigned n)
{
	struct pollfd p = { .fd = med_event_fd(live.m), .events = POLLIN };

	for (int i = 0; live.nback < n && i < 20; i++) {
		poll(&p, 1, 100);
		med_drain(live.m, retired, told, NULL);
	}
	ck_assert_uint_eq(live.nback, n);
}

void live_up(const char *ip, unsigned workers)
{
	struct med_conf conf;
	char why[MED_WHY_MAX];

	live.nback = live.nevent = 0;
	memset(&live.pool, 0, sizeof(live.pool));
	ck_assert_int_eq(addr_parse_ip(&live.pool.addr, str_of(ip)), 0);
	live.pool.lo = LIVE_LO;
	live.pool.hi = LIVE_HI;
	med_conf_init(&conf);
	conf.io = "socket";
	conf.workers = workers;
	conf.pool = &live.pool;
	conf.npool = 1;
	ck_assert_msg(!med_new(&live.m, &conf, why, sizeof(why)), "%s", why);
	ck_assert_int_eq(med_start(live.m), 0);
}

struct slot_info live_take(uint16_t worker)
{
	struct slot_req req = { .worker = worker, .family = live.pool.addr.family };
	struct slot_info info;

	ck_assert_int_eq(med_ops.slot_take(live.m, &req, &info), CAUSE_OK);
	return info;
}

/* A peer: a socket on loopback and its address. */
int live_peer(struct addr *at)
{
	struct sockaddr_storage ss;
	struct addr a = live.pool.addr;
	socklen_t n = addr_to_sockaddr(&a, &ss);
	int fd = socket(a.family == 6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&ss, n), 0);
	n = sizeof(ss);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&ss, &n), 0);
	addr_from_sockaddr(at, &ss);
	return fd;
}

struct plan_leg *live_leg(const struct addr *remote, struct slot *out)
{
	struct plan_leg *l = mem_zalloc(plan_leg_size(1, 1));

	ck_assert_ptr_nonnull(l);
	l->cookie = remote->port;
	l->generation = 1;
	l->flags = PLAN_RECV | PLAN_SEND | PLAN_WATCH_FIRST;
	l->accept = ACCEPT_STRICT;
	l->ssrc = 0x1234;
	l->clock = 8000;
	memset(l->tx_pt, PLAN_NO_PT, sizeof(l->tx_pt));
	l->rx_key[0] = 1;
	l->tx_pt[1] = 0;
	l->remote = *remote;
	l->nrelay = out != NULL;
	l->relay[0] = out;
	return l;
}

void live_set(enum plan_op_kind kind, struct slot_info *s, struct plan_leg *l)
{
	struct plan_msg *msg = mem_zalloc(sizeof(*msg) + sizeof(struct plan_op));

	ck_assert_ptr_nonnull(msg);
	msg->worker = s->worker;
	msg->nop = 1;
	msg->op[0] = (struct plan_op){ .kind = kind, .slot = s->slot, .leg = l };
	med_ops.commit(live.m, msg);
}

void live_say(int fd, const struct addr *to, uint16_t seq, size_t len)
{
	uint8_t p[3000] = { 0 };
	struct sockaddr_storage ss;
	socklen_t n = addr_to_sockaddr(to, &ss);

	rtph_write(p, 0, false, seq, 160u * seq, 0x77);
	ck_assert_int_eq(sendto(fd, p, len, 0, (struct sockaddr *)&ss, n), (ssize_t)len);
}

/* Bytes of the next packet, or 0 after a second without one. */
size_t live_hear(int fd, uint8_t *p, size_t size, struct addr *from)
{
	struct pollfd pf = { .fd = fd, .events = POLLIN };
	struct sockaddr_storage ss;
	socklen_t n = sizeof(ss);
	ssize_t r;

	if (poll(&pf, 1, 5000) != 1) /* machines stall */
		return 0;
	r = recvfrom(fd, p, size, 0, (struct sockaddr *)&ss, &n);
	ck_assert_int_gt(r, 0);
	addr_from_sockaddr(from, &ss);
	return (size_t)r;
}

void live_down(void)
{
	med_stop(live.m);
	med_drain(live.m, retired, told, NULL);
	med_free(live.m);
	live.m = NULL;
}
