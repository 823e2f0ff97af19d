/* tests/unit/media_rig.c - see media_rig.h.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "media_rig.h"

#include <string.h>

#include "util/err.h"
#include "util/mem.h"
#include "wire/rtp.h"

struct rig rig;

struct rig_in {
	struct slot *slot;
	bool rtcp;
	struct addr from;
	uint32_t n;
	uint8_t head[PKT_HEAD];
	uint8_t p[PKT_MAX];
};

struct rig_io {
	struct pktio io;
	struct rig_in in[64];
	unsigned first, n, held;
};

static struct rig_io *rig_ios[MED_WORKERS_MAX];

static uint64_t rig_clock(void)
{
	return rig.now;
}

/* --- the row --- */

static int fake_probe(const struct med_conf *conf, char *why, size_t size)
{
	(void)conf;
	(void)why;
	(void)size;
	return 0;
}

static int fake_open(struct pktio **out, struct worker *w);

static void fake_close(struct pktio *io)
{
	rig_ios[io->w->index] = NULL;
	mem_free(io);
}

static unsigned fake_fds(uint8_t flags)
{
	return flags ? 4 : 2;
}

static int fake_slot_open(struct pktio *io, struct slot *slot)
{
	(void)io;
	(void)slot;
	if (rig.refuse_port)
		return -H_EBUSY;
	rig.opened++;
	return 0;
}

static void fake_slot_close(struct pktio *io, struct slot *slot)
{
	(void)io;
	(void)slot;
	rig.closed++;
}

static int fake_slot_fd(const struct slot *slot, bool rtcp)
{
	(void)slot;
	(void)rtcp;
	return -1;
}

static void fake_start(struct pktio *io, struct slot *slot)
{
	(void)io;
	(void)slot;
	rig.started++;
}

static void fake_stop(struct pktio *io, struct slot *slot)
{
	(void)io;
	(void)slot;
	rig.stopped++;
}

static void fake_dest(struct pktio *io, struct slot *slot, bool rtcp)
{
	(void)io;
	(void)slot;
	(void)rtcp;
}

static unsigned fake_recv(struct pktio *io, struct pkt *v, unsigned max, int64_t wait)
{
	struct rig_io *r = (struct rig_io *)(void *)io;
	unsigned n = 0;

	(void)wait;
	while (n < max && n < r->n) {
		struct rig_in *in = &r->in[n];

		v[n++] = (struct pkt){ .p = in->p,
				       .n = in->n,
				       .rtcp = in->rtcp,
				       .slot = in->slot,
				       .at = rig.now,
				       .from = in->from };
	}
	r->held = n;
	return n;
}

static void fake_done(struct pktio *io)
{
	struct rig_io *r = (struct rig_io *)(void *)io;

	memmove(r->in, r->in + r->held, (r->n - r->held) * sizeof(r->in[0]));
	r->n -= r->held;
	r->held = 0;
}

static void fake_send(struct pktio *io, struct out *v, unsigned n)
{
	(void)io;
	for (unsigned i = 0; i < n; i++) {
		struct rig_sent *s = &rig.sent[rig.nsent++];

		ck_assert_uint_lt(rig.nsent, RIG_SENT);
		ck_assert_uint_le(v[i].nhead + v[i].nbody, RIG_BYTES);
		s->slot = v[i].slot;
		s->rtcp = v[i].rtcp;
		s->to = v[i].slot->dest[v[i].rtcp].addr;
		s->n = v[i].nhead + v[i].nbody;
		memcpy(s->p, v[i].head, v[i].nhead);
		memcpy(s->p + v[i].nhead, v[i].body, v[i].nbody);
	}
}

static void fake_tick(struct pktio *io, uint64_t now)
{
	(void)io;
	(void)now;
}

static const struct pktio_ops fake_row = {
	.name = "fake",
	.needs = "a test",
	.probe = fake_probe,
	.open = fake_open,
	.close = fake_close,
	.slot_fds = fake_fds,
	.slot_open = fake_slot_open,
	.slot_close = fake_slot_close,
	.slot_fd = fake_slot_fd,
	.slot_start = fake_start,
	.slot_stop = fake_stop,
	.slot_dest = fake_dest,
	.recv = fake_recv,
	.done = fake_done,
	.send = fake_send,
	.tick = fake_tick,
};

static int fake_open(struct pktio **out, struct worker *w)
{
	struct rig_io *r = mem_zalloc(sizeof(*r));

	if (!r)
		return -H_ENOMEM;
	r->io.ops = &fake_row;
	r->io.w = w;
	rig_ios[w->index] = r;
	*out = &r->io;
	return 0;
}

/* --- up and down --- */

static struct med_pool rig_pool = { .name = "lan", .lo = 10000, .hi = 10999 };

void rig_conf(struct med_conf *conf, unsigned workers)
{
	med_conf_init(conf);
	rig_pool.addr = rig_addr("192.0.2.1:0");
	conf->pool = &rig_pool;
	conf->npool = 1;
	conf->workers = workers;
	conf->row = &fake_row;
	conf->clock = rig_clock;
	conf->cname = "gw@example";
	conf->rtcp_ms = 0; /* tests that want reports set it */
}

void rig_up_conf(const struct med_conf *conf)
{
	char why[MED_WHY_MAX];

	memset(&rig, 0, sizeof(rig));
	rig.now = 1000000000000;
	ck_assert_msg(!med_new(&rig.m, conf, why, sizeof(why)), "%s", why);
}

void rig_up(unsigned workers)
{
	struct med_conf conf;

	rig_conf(&conf, workers);
	rig_up_conf(&conf);
}

static void rig_free_plans(struct plan_msg *msg)
{
	for (uint32_t i = 0; i < msg->nop; i++) {
		struct plan_room *p = msg->op[i].rplan;

		mem_free(msg->op[i].leg);
		for (uint32_t k = 0; p && k < p->nchunk; k++)
			mem_free(p->chunk[k]);
		mem_free(p);
	}
	mem_free(msg);
}

static void rig_retired(void *arg, struct plan_msg *msg)
{
	(void)arg;
	ck_assert_ptr_null(msg->next); /* who takes it frees it as a list */
	rig.nback++;
	rig_free_plans(msg);
}

static void rig_event(void *arg, const struct med_event *ev)
{
	(void)arg;
	ck_assert_uint_lt(rig.nevent, RIG_EVENTS);
	rig.event[rig.nevent++] = *ev;
}

void rig_drain(void)
{
	med_drain(rig.m, rig_retired, rig_event, NULL);
}

static void rig_del_room(struct med_room *r)
{
	for (uint16_t i = 0; i < MED_WORKERS_MAX; i++) {
		struct plan_msg *msg;

		if (!(r->live & 1ull << i))
			continue;
		msg = rig_msg(i, 1);
		msg->op[0] = (struct plan_op){ .kind = PLAN_ROOM_DEL, .room = r };
		rig_commit(msg);
	}
}

/* What a model would do before it ends: take all plans out of force. */
static void rig_del_all(void)
{
	for (struct med_chunk *c = rig.m->rooms.chunk; c; c = c->next)
		for (unsigned i = 0; i < MED_CHUNK; i++)
			rig_del_room((struct med_room *)med_chunk_items(c) + i);
	for (struct med_chunk *c = rig.m->slots.chunk; c; c = c->next) {
		struct slot *s = med_chunk_items(c);

		for (unsigned i = 0; i < MED_CHUNK; i++) {
			struct plan_msg *msg;

			if (!s[i].w || !s[i].live)
				continue;
			msg = rig_msg((uint16_t)s[i].w->index, 1);
			msg->op[0] =
				(struct plan_op){ .kind = PLAN_LEG_DEL, .slot = &s[i] };
			rig_commit(msg);
		}
	}
}

void rig_down(void)
{
	med_stop(rig.m);
	rig_del_all();
	rig_drain();
	med_free(rig.m);
	rig.m = NULL;
}

void rig_run(void)
{
	for (unsigned i = 0; i < rig.m->nopen; i++)
		work_round(rig.m->worker[i], 0);
	rig_drain();
}

void rig_step(uint64_t ms)
{
	for (uint64_t i = 0; i < ms; i += 10) {
		rig.now += 10000000;
		rig_run();
	}
}

/* --- slots, rooms, plans --- */

struct addr rig_addr(const char *text)
{
	struct addr a = { .family = 0 };

	ck_assert_int_eq(addr_parse(&a, str_of(text)), 0);
	return a;
}

struct slot *rig_slot(uint16_t worker)
{
	struct slot_req req = { .worker = worker, .family = 4 };
	struct slot_info info;

	ck_assert_int_eq(med_ops.slot_take(rig.m, &req, &info), CAUSE_OK);
	return info.slot;
}

struct med_room *rig_room(uint16_t *worker)
{
	struct med_room *r = NULL;

	ck_assert_int_eq(med_ops.room_take(rig.m, 700, &r, worker), CAUSE_OK);
	return r;
}

struct plan_leg *rig_leg(const char *remote, unsigned nrelay)
{
	static uint64_t cookie = 100;
	struct plan_leg *leg = mem_zalloc(sizeof(*leg) + nrelay * sizeof(struct slot *));

	ck_assert_ptr_nonnull(leg);
	leg->cookie = cookie++;
	leg->generation = 1;
	leg->flags = PLAN_RECV | PLAN_SEND | PLAN_WATCH_FIRST;
	leg->accept = ACCEPT_STRICT;
	leg->ssrc = 0xabcd0000 + (uint32_t)leg->cookie;
	leg->clock = 8000;
	memset(leg->tx_pt, PLAN_NO_PT, sizeof(leg->tx_pt));
	leg->rx_key[0] = 1;
	leg->tx_pt[1] = 0;
	leg->nrelay = nrelay;
	if (remote) {
		leg->remote = rig_addr(remote);
		leg->remote_rtcp = leg->remote;
		leg->remote_rtcp.port++;
	}
	return leg;
}

struct plan_msg *rig_msg(uint16_t worker, unsigned nop)
{
	struct plan_msg *msg = mem_zalloc(sizeof(*msg) + nop * sizeof(struct plan_op));

	ck_assert_ptr_nonnull(msg);
	msg->worker = worker;
	msg->nop = nop;
	return msg;
}

void rig_commit(struct plan_msg *msg)
{
	med_ops.commit(rig.m, msg);
}

void rig_set(struct slot *s, struct plan_leg *leg)
{
	struct plan_msg *msg = rig_msg((uint16_t)s->w->index, 1);

	msg->op[0] = (struct plan_op){ .kind = PLAN_LEG_SET, .slot = s, .leg = leg };
	rig_commit(msg);
	rig_run();
}

void rig_del(struct slot *s)
{
	struct plan_msg *msg = rig_msg((uint16_t)s->w->index, 1);

	msg->op[0] = (struct plan_op){ .kind = PLAN_LEG_DEL, .slot = s };
	rig_commit(msg);
	rig_run();
}

void rig_set_room(struct med_room *r, uint16_t worker, struct plan_room *p)
{
	struct plan_msg *msg = rig_msg(worker, 1);

	msg->op[0] = (struct plan_op){ .kind = p ? PLAN_ROOM_SET : PLAN_ROOM_DEL,
				       .room = r,
				       .rplan = p };
	rig_commit(msg);
	rig_run();
}

struct plan_room *rig_plan_room(unsigned nout, struct slot *const *out)
{
	uint32_t n = (nout + PLAN_CHUNK - 1) / PLAN_CHUNK;
	struct plan_room *p = mem_zalloc(sizeof(*p) + n * sizeof(p->chunk[0]));

	ck_assert_ptr_nonnull(p);
	p->cookie = 700;
	p->floor_idle = 500000000;
	for (unsigned i = 0; i < nout; i++) {
		struct plan_chunk **c = &p->chunk[i / PLAN_CHUNK];

		if (!*c) {
			*c = mem_zalloc(sizeof(**c));
			ck_assert_ptr_nonnull(*c);
			p->nchunk++;
		}
		(*c)->out[(*c)->n++] = out[i];
	}
	return p;
}

/* --- packets --- */

void rig_raw(struct slot *s, bool rtcp, const char *from, const void *p, uint32_t n)
{
	struct rig_io *r = rig_ios[s->w->index];
	struct rig_in *in = &r->in[r->n++];

	ck_assert_uint_lt(r->n, 64);
	ck_assert_uint_le(n, PKT_MAX);
	in->slot = s;
	in->rtcp = rtcp;
	in->from = rig_addr(from);
	in->n = n;
	memcpy(in->p, p, n);
}

void rig_rtp(struct slot *s, const char *from, uint8_t pt, uint16_t seq, uint32_t ts,
	     uint32_t ssrc)
{
	uint8_t p[RTPH_MIN + 160];

	rtph_write(p, pt, false, seq, ts, ssrc);
	memset(p + RTPH_MIN, (int)(seq & 0xff), 160);
	rig_raw(s, false, from, p, sizeof(p));
}

void rig_stream(struct slot *s, const char *from, uint16_t seq, uint32_t ts,
		uint32_t ssrc, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		rig_rtp(s, from, 0, (uint16_t)(seq + i), ts + 160 * i, ssrc);
		rig_step(20);
	}
}

unsigned rig_heard(const struct slot *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < rig.nsent; i++)
		n += rig.sent[i].slot == s && !rig.sent[i].rtcp;
	return n;
}

uint64_t rig_dropped(const struct slot *s, enum strm_drop why)
{
	return stats_get64(&s->stats.drop[why]);
}

unsigned rig_events(enum med_event_kind kind)
{
	unsigned n = 0;

	for (unsigned i = 0; i < rig.nevent; i++)
		n += rig.event[i].kind == kind;
	return n;
}

const struct med_event *rig_last(enum med_event_kind kind)
{
	for (unsigned i = rig.nevent; i > 0; i--)
		if (rig.event[i - 1].kind == kind)
			return &rig.event[i - 1];
	ck_abort_msg("no event of kind %d", (int)kind);
}
