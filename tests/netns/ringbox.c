/* tests/netns/ringbox.c - the media and group layers alone, driven by lines on stdin.
 *
 * layer: test program   thread: control (workers are media's)   I/O: all of media's
 *
 * ringbox --io ring --addr 10.77.0.1 [--addr fd77::1] [--ports 20000-20999] [--workers 1]
 *	[--xdp yes] [--tick 2000]
 *
 *	leg NAME ADDRESS:PORT|- [latch]   a unicast leg; "-": no remote yet
 *	emit NAME GROUP:PORT [if=DEV] [loop] [hops=N]
 *	join NAME GROUP:PORT [if=DEV] [from=A,B] [not=A,B]
 *	to NAME OTHER...                  what NAME receives goes to these
 *	remote NAME ADDRESS:PORT          another remote
 *	many N FILE                       N pairs; peers 10.78.x.y:30000; flows into FILE
 *	fan N FILE                        one leg to N receivers of that kind
 *	stat NAME   info [WORKER]   del NAME   quit
 *
 * Each command answers with one JSON line.
 */
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "group/grp.h"
#include "media/med.h"
#include "util/err.h"
#include "util/mem.h"

enum { LEGS = 24000, WORDS = 40, POOLS = 4 };

struct leg {
	char name[24];
	struct slot *slot;
	struct slot_info info;
	struct group_spec spec;
	struct addr remote;
	uint8_t flags;             /* SLOT_EMIT, SLOT_JOIN */
	bool latch;
	uint32_t generation;
	unsigned nto;
	struct leg **to;           /* owned */
};

static struct med *med;
static struct grp *grp;
static struct leg leg[LEGS];
static unsigned nleg;

static void die(const char *what, const char *why)
{
	fprintf(stderr, "ringbox: %s: %s\n", what, why);
	exit(1);
}

static struct leg *find(const char *name)
{
	for (unsigned i = 0; i < nleg; i++)
		if (!strcmp(leg[i].name, name) && leg[i].slot)
			return &leg[i];
	die(name, "no such leg");
	return NULL;
}

/* --- groups: as daemon/ does it --- */

static struct grp_spec spec_of(const struct group_spec *g)
{
	struct grp_spec s = { .group = g->group,
			      .ifindex = g->ifindex,
			      .exclude = g->exclude || !g->nsource,
			      .nsource = g->nsource };

	memcpy(s.sources, g->sources, sizeof(s.sources));
	return s;
}

static enum cause box_join(void *arg, struct slot *slot, const struct group_spec *g,
			   int fd, int fd_rtcp)
{
	struct grp_spec s = spec_of(g);
	int rc = grp_join(grp, &s, fd);

	(void)arg;
	(void)slot;
	if (rc >= 0 && fd_rtcp >= 0)
		rc = grp_join(grp, &s, fd_rtcp);
	if (rc < 0)
		fprintf(stderr, "join: %s\n", grp_error(grp));
	return rc < 0 ? CAUSE_NO_RESOURCES : CAUSE_OK;
}

static void box_leave(void *arg, struct slot *slot, const struct group_spec *g, int fd,
		      int fd_rtcp)
{
	struct grp_spec s = spec_of(g);

	(void)arg;
	(void)slot;
	grp_leave(grp, &s, fd);
	if (fd_rtcp >= 0)
		grp_leave(grp, &s, fd_rtcp);
}

static const struct med_group_ops group_ops = { box_join, box_leave };

/* --- plans --- */

static void commit_leg(struct leg *l, enum plan_op_kind kind)
{
	struct plan_msg *msg = mem_zalloc(sizeof(*msg) + sizeof(struct plan_op));
	struct plan_leg *p = mem_zalloc(sizeof(*p) + l->nto * sizeof(struct slot *));

	if (!msg || !p)
		die("commit", "memory");
	p->cookie = (uint64_t)(l - leg) + 1;
	p->generation = l->generation;
	p->flags = PLAN_ANY_PT | PLAN_RECV | PLAN_SEND;
	if (l->latch)
		p->flags |= PLAN_LATCH;
	if (l->flags)
		p->flags |= PLAN_GROUP;
	p->accept = l->latch || l->flags ? ACCEPT_ANY : ACCEPT_STRICT;
	p->ssrc = 0x10000000u + (uint32_t)(l - leg);
	p->clock = 8000;
	p->remote = p->remote_rtcp = l->remote;
	p->remote_rtcp.port++;
	memset(p->tx_pt, PLAN_NO_PT, sizeof(p->tx_pt));
	p->nrelay = l->nto;
	for (unsigned i = 0; i < l->nto; i++)
		p->relay[i] = l->to[i]->slot;
	msg->worker = l->info.worker;
	msg->nop = 1;
	msg->op[0] = (struct plan_op){ .kind = kind, .slot = l->slot, .leg = p };
	if (kind == PLAN_LEG_DEL) {
		mem_free(p);
		msg->op[0].leg = NULL;
	}
	med_ops.commit(med, msg);
}

static void retired(void *arg, struct plan_msg *msg)
{
	(void)arg;
	for (uint32_t i = 0; i < msg->nop; i++)
		mem_free(msg->op[i].leg);
	mem_free(msg);
}

static void event(void *arg, const struct med_event *ev)
{
	(void)arg;
	(void)ev;
}

/* --- commands --- */

static struct addr addr_of(const char *text)
{
	struct addr a = { 0 };

	if (strcmp(text, "-") && addr_parse(&a, str_of(text)) &&
	    addr_parse_ip(&a, str_of(text)))
		die(text, "not an address");
	return a;
}

static void take(struct leg *l, uint16_t worker)
{
	struct slot_req req = { .cookie = (uint64_t)(l - leg) + 1, .worker = worker,
				.flags = l->flags, .toward = l->remote,
				.group = l->flags ? &l->spec : NULL };
	enum cause c = med_ops.slot_take(med, &req, &l->info);

	if (c == CAUSE_OK) {
		l->slot = l->info.slot;
		if (l->flags & SLOT_JOIN)
			c = med_ops.join(med, l->slot, &l->spec);
	}
	if (c != CAUSE_OK)
		die(l->name, "no slot");
	l->generation = 1;
	commit_leg(l, PLAN_LEG_SET);
}

static struct leg *leg_new(const char *name)
{
	struct leg *l = &leg[nleg++];

	if (nleg == LEGS)
		die(name, "too many legs");
	snprintf(l->name, sizeof(l->name), "%s", name);
	return l;
}

static void sources(struct group_spec *g, char *list, bool exclude)
{
	g->exclude = exclude;
	for (char *s = strtok(list, ","); s; s = strtok(NULL, ","))
		if (addr_parse_ip(&g->sources[g->nsource++], str_of(s)))
			die(s, "not a source");
}

static void option(struct leg *l, char *w)
{
	if (!strcmp(w, "latch"))
		l->latch = true;
	else if (!strcmp(w, "loop"))
		l->spec.loop = true;
	else if (!strncmp(w, "if=", 3))
		l->spec.ifindex = if_nametoindex(w + 3);
	else if (!strncmp(w, "hops=", 5))
		l->spec.hops = (uint8_t)atoi(w + 5);
	else if (!strncmp(w, "from=", 5))
		sources(&l->spec, w + 5, false);
	else if (!strncmp(w, "not=", 4))
		sources(&l->spec, w + 4, true);
	else
		die(w, "unknown option");
}

static void do_leg(char **w, unsigned n, uint8_t flags)
{
	struct leg *l = leg_new(w[1]);

	l->flags = flags;
	l->remote = addr_of(w[2]);
	l->spec.group = l->remote;
	if (flags == SLOT_JOIN)
		l->remote = (struct addr){ 0 };
	for (unsigned i = 3; i < n; i++)
		option(l, w[i]);
	take(l, PORTS_ANY_WORKER);
	printf("{\"leg\":\"%s\",\"port\":%u,\"worker\":%u}\n", l->name,
	       l->info.local.port, l->info.worker);
}

static void relay_to(struct leg *l, struct leg *to)
{
	l->to = mem_realloc(l->to, (l->nto + 1) * sizeof(l->to[0]));
	if (!l->to)
		die("relay", "memory");
	l->to[l->nto++] = to;
}

static void do_to(char **w, unsigned n)
{
	struct leg *l = find(w[1]);

	l->nto = 0;
	for (unsigned i = 2; i < n; i++)
		relay_to(l, find(w[i]));
	commit_leg(l, PLAN_LEG_SET);
	printf("{\"to\":%u}\n", l->nto);
}

static void do_remote(char **w)
{
	struct leg *l = find(w[1]);

	l->remote = addr_of(w[2]);
	l->generation++;
	commit_leg(l, PLAN_LEG_SET);
	printf("{\"remote\":\"%s\"}\n", w[2]);
}

static struct leg *far_leg(unsigned i, uint16_t worker)
{
	char text[64];
	struct leg *l;

	l = leg_new("");
	snprintf(l->name, sizeof(l->name), "m%u", i);
	snprintf(text, sizeof(text), "10.78.%u.%u:30000", i / 250 + 1, i % 250 + 1);
	l->remote = addr_of(text);
	take(l, worker);
	return l;
}

static void flow(FILE *f, const struct leg *l)
{
	char from[ADDR_STRLEN], at[ADDR_STRLEN];

	fprintf(f, "%s %u %s %u\n", addr_print_ip(from, &l->remote), l->remote.port,
		addr_print_ip(at, &l->info.local), l->info.local.port);
}

static void do_many(char **w, bool fan)
{
	unsigned n = (unsigned)atoi(w[1]);
	FILE *f = fopen(w[2], "w");
	struct leg *first = NULL;

	if (!f)
		die(w[2], "can't be written");
	for (unsigned i = 0; i < (fan ? n + 1 : 2 * n); i++) {
		bool alone = fan || i % 2 == 0;
		uint16_t at =
			alone && !(fan && first) ? PORTS_ANY_WORKER : first->info.worker;
		struct leg *l = far_leg(i, at);

		if (!first || (!fan && i % 2 == 0)) {
			first = l;
			if (fan)
				flow(f, l);
			continue;
		}
		relay_to(first, l);
		if (!fan) {
			relay_to(l, first);
			commit_leg(first, PLAN_LEG_SET);
			commit_leg(l, PLAN_LEG_SET);
			flow(f, first);
			flow(f, l);
		}
	}
	if (fan)
		commit_leg(first, PLAN_LEG_SET);
	fclose(f);
	printf("{\"legs\":%u}\n", nleg);
}

static unsigned long long n64(const _Atomic uint64_t *v)
{
	return stats_get64(v);
}

static void do_stat(char **w)
{
	const struct leg *l = find(w[1]);
	const struct strm_stats *s = l->info.stats;

	printf("{\"leg\":\"%s\",\"rx\":%llu,\"tx\":%llu,\"octets\":%llu,\"jitter\":%u,"
	       "\"source\":%llu,"
	       "\"invalid\":%llu,\"mode\":%llu,\"own\":%llu,\"send\":%llu}\n",
	       l->name, n64(&s->rx_packets), n64(&s->tx_packets), n64(&s->rx_octets),
	       stats_get32(&s->rx_jitter), n64(&s->drop[DROP_SOURCE]),
	       n64(&s->drop[DROP_INVALID]), n64(&s->drop[DROP_MODE]),
	       n64(&s->drop[DROP_OWN]), n64(&s->drop[DROP_SEND]));
}

static void do_info(unsigned worker)
{
	struct med_worker_info i = { 0 };
	struct med_info m;

	med_info(med, &m);
	med_worker_info(med, worker, &i);
	printf("{\"io\":\"%s\",\"why\":\"%s\",\"fds\":%u,\"rx\":%llu,\"tx\":%llu,"
	       "\"stray\":%llu,"
	       "\"wakes\":%llu,\"batches\":%llu,\"tx_failed\":%llu,\"xdp\":%llu}\n",
	       i.io, i.why, m.fds, (unsigned long long)i.rx_packets,
	       (unsigned long long)i.tx_packets, (unsigned long long)i.stray,
	       (unsigned long long)i.wakes, (unsigned long long)i.batches,
	       (unsigned long long)i.tx_failed, (unsigned long long)i.xdp);
}

static void do_del(char **w)
{
	struct leg *l = find(w[1]);

	if (l->flags & SLOT_JOIN)
		med_ops.leave(med, l->slot, &l->spec);
	commit_leg(l, PLAN_LEG_DEL);
	med_ops.slot_give(med, l->slot);
	l->slot = NULL;
	printf("{\"del\":\"%s\"}\n", w[1]);
}

static bool command(char *line)
{
	char *w[WORDS], *rest = NULL;
	unsigned n = 0;

	for (char *s = strtok_r(line, " \n", &rest); s && n < WORDS;
	     s = strtok_r(NULL, " \n", &rest))
		w[n++] = s;
	if (!n)
		return true;
	if (!strcmp(w[0], "leg") && n > 2)
		do_leg(w, n, 0);
	else if (!strcmp(w[0], "emit") && n > 2)
		do_leg(w, n, SLOT_EMIT);
	else if (!strcmp(w[0], "join") && n > 2)
		do_leg(w, n, SLOT_JOIN);
	else if (!strcmp(w[0], "to") && n > 1)
		do_to(w, n);
	else if (!strcmp(w[0], "remote") && n > 2)
		do_remote(w);
	else if ((!strcmp(w[0], "many") || !strcmp(w[0], "fan")) && n > 2)
		do_many(w, w[0][0] == 'f');
	else if (!strcmp(w[0], "stat") && n > 1)
		do_stat(w);
	else if (!strcmp(w[0], "info"))
		do_info(n > 1 ? (unsigned)atoi(w[1]) : 0);
	else if (!strcmp(w[0], "del") && n > 1)
		do_del(w);
	else
		return false;
	fflush(stdout);
	return true;
}

/* Until "quit" or the end of input. */
static void loop(void)
{
	struct pollfd p[3] = { { .fd = STDIN_FILENO, .events = POLLIN },
			       { .fd = med_event_fd(med), .events = POLLIN },
			       { .fd = grp_fd(grp), .events = POLLIN } };
	static char buf[65536];
	size_t have = 0;

	for (;;) {
		char *end;

		poll(p, 3, -1);
		med_drain(med, retired, event, NULL);
		grp_input(grp);
		if (p[0].revents) {
			ssize_t n =
				read(STDIN_FILENO, buf + have, sizeof(buf) - have - 1);

			if (n <= 0)
				return;
			have += (size_t)n;
		}
		buf[have] = '\0';
		while ((end = strchr(buf, '\n'))) {
			*end = '\0';
			if (!command(buf))
				return;
			have -= (size_t)(end + 1 - buf);
			memmove(buf, end + 1, have + 1);
		}
	}
}

static void end_all(void)
{
	for (unsigned i = 0; i < nleg; i++) {
		if (leg[i].slot) {
			if (leg[i].flags & SLOT_JOIN)
				med_ops.leave(med, leg[i].slot, &leg[i].spec);
			commit_leg(&leg[i], PLAN_LEG_DEL);
		}
		mem_free(leg[i].to);
	}
	med_stop(med);
	med_drain(med, retired, event, NULL);
	med_free(med);
	grp_close(grp);
}

int main(int argc, char **argv)
{
	struct med_pool pool[POOLS] = { 0 };
	struct med_conf c;
	unsigned npool = 0, lo = 20000, hi = 20999;
	char why[MED_WHY_MAX];

	med_conf_init(&c);
	c.rtcp_ms = 0;
	for (int i = 1; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "--io"))
			c.io = argv[i + 1];
		else if (!strcmp(argv[i], "--workers"))
			c.workers = (unsigned)atoi(argv[i + 1]);
		else if (!strcmp(argv[i], "--xdp"))
			c.xdp = !strcmp(argv[i + 1], "yes");
		else if (!strcmp(argv[i], "--tick"))
			c.tick_us = (unsigned)atoi(argv[i + 1]);
		else if (!strcmp(argv[i], "--addr") && npool < POOLS)
			pool[npool++].addr = addr_of(argv[i + 1]);
		else if (!strcmp(argv[i], "--ports") &&
			 sscanf(argv[i + 1], "%u-%u", &lo, &hi) != 2)
			die(argv[i + 1], "not a range");
	}
	for (unsigned i = 0; i < npool; i++) {
		snprintf(pool[i].name, sizeof(pool[i].name), "net%u", i);
		pool[i].lo = (uint16_t)lo;
		pool[i].hi = (uint16_t)hi;
	}
	c.pool = pool;
	c.npool = npool;
	c.workers = c.workers ? c.workers : 1;
	c.group = &group_ops;
	if (grp_open(&grp, NULL))
		die("group", "does not open");
	if (med_new(&med, &c, why, sizeof(why)))
		die("media", why);
	if (med_start(med))
		die("media", "no threads");
	do_info(0);
	fflush(stdout);
	loop();
	end_all();
	return 0;
}
