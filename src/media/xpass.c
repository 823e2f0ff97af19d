/* media/xpass.c - see xpass.h.
 *
 * layer: media (L3)   thread: worker   I/O: none
 */
#include "media/xpass.h"

#include <string.h>

#include "media/floor.h"
#include "media/med.h"
#include "util/err.h"
#include "util/mem.h"

/* What a reference means: in the low bits of the pointer. */
enum { XPASS_OFFER, XPASS_FAN, XPASS_LEAVE, XPASS_LEG, XPASS_KIND = 3 };

/* As many lists as there can be streams with ports of their own, or nearly. */
static int xpass_legs(struct xpass *x, const struct med_conf *c)
{
	size_t most = 0, n;

	for (unsigned i = 0; i < c->npool; i++)
		most += (unsigned)(c->pool[i].hi - c->pool[i].lo) / 2 + 1;
	for (x->legs_bits = 10; most >> x->legs_bits && x->legs_bits < 20; x->legs_bits++)
		;
	n = (size_t)1 << x->legs_bits;
	x->legs = mem_array(n, sizeof(*x->legs));
	for (size_t i = 0; x->legs && i < n; i++)
		list_init(&x->legs[i]);
	return x->legs ? 0 : -H_ENOMEM;
}

int xpass_init(struct worker *w, unsigned workers)
{
	if (workers < 2)
		return 0;
	w->xpass = mem_zalloc(sizeof(*w->xpass));
	if (!w->xpass)
		return -H_ENOMEM;
	w->xpass->store = mem_array(XPASS_STORE, sizeof(struct xpkt));
	if (!w->xpass->store)
		return -H_ENOMEM;
	if (xpass_legs(w->xpass, &w->med->conf))
		return -H_ENOMEM;
	for (unsigned i = 0; i < workers; i++)
		if (ring_init(&w->xpass->from[i], XPASS_RING))
			return -H_ENOMEM;
	return 0;
}

void xpass_fini(struct worker *w)
{
	if (!w->xpass)
		return;
	for (unsigned i = 0; i < MED_WORKERS_MAX; i++)
		ring_fini(&w->xpass->from[i]);
	mem_free(w->xpass->legs);
	mem_free(w->xpass->store);
	mem_free(w->xpass);
	w->xpass = NULL;
}

static struct xpkt *xpass_get(struct worker *w, struct med_room *r)
{
	struct xpass *x = w->xpass;
	struct xpkt *p = &x->store[x->next];

	if (atomic_load_explicit(&p->refs, memory_order_acquire))
		return NULL;
	x->next = (x->next + 1) % XPASS_STORE;
	atomic_store_explicit(&p->refs, 1, memory_order_relaxed);
	p->room = r;
	p->gen = r ? atomic_load_explicit(&r->gen, memory_order_relaxed) : 0;
	return p;
}

static void xpass_put(struct xpkt *p)
{
	atomic_fetch_sub_explicit(&p->refs, 1, memory_order_release);
}

/* f's packet as one that may be shared: itself, or a copy. NULL: store used up. */
static struct xpkt *xpass_share(struct worker *w, struct med_room *r,
				const struct feed *f)
{
	struct xpkt *p = f->shared;

	if (p) {
		atomic_fetch_add_explicit(&p->refs, 1, memory_order_relaxed);
		return p;
	}
	if (f->nbody > sizeof(p->mem))
		return NULL;
	p = xpass_get(w, r);
	if (!p)
		return NULL;
	p->feed = *f;
	p->feed.shared = p;
	p->feed.body = p->mem;
	memcpy(p->mem, f->body, f->nbody);
	return p;
}

static bool xpass_send(struct worker *w, unsigned to, struct xpkt *p, unsigned kind)
{
	struct worker *peer = w->med->worker[to];

	atomic_fetch_add_explicit(&p->refs, 1, memory_order_relaxed);
	if (!ring_push(&peer->xpass->from[w->index], (void *)((uintptr_t)p | kind))) {
		xpass_put(p);
		stat_add64(&w->stats.pass_lost, 1);
		return false;
	}
	stat_add64(&w->stats.passed, 1);
	w->xpass->touched |= 1ull << to;
	return true;
}

int xpass_leg(struct worker *w, const struct plan_far *to, const struct feed *f)
{
	struct xpkt *p;
	bool sent = false;

	if (!w->xpass || to->worker >= w->med->nopen)
		return DROP_SEND;
	p = xpass_share(w, NULL, f);
	if (!p) {
		stat_add64(&w->stats.pass_lost, 1);
		return DROP_SEND;
	}
	p->cookie = to->cookie;
	sent = xpass_send(w, (unsigned)to->worker, p, XPASS_LEG);
	xpass_put(p);
	return sent ? RELAY_OK : DROP_SEND;
}

int xpass_offer(struct worker *w, struct med_room *r, const struct feed *f)
{
	struct xpkt *p = xpass_share(w, r, f);
	bool sent;

	if (!p) {
		stat_add64(&w->stats.pass_lost, 1);
		return DROP_SEND;
	}
	sent = xpass_send(w, r->home->index, p, XPASS_OFFER);
	xpass_put(p);
	return sent ? RELAY_OK : DROP_SEND;
}

void xpass_fan(struct worker *w, struct med_room *r, const struct feed *f,
	       uint64_t others)
{
	struct xpkt *p;

	others &= ~(1ull << w->index);
	if (!others || !w->xpass)
		return;
	p = xpass_share(w, r, f);
	if (!p) {
		stat_add64(&w->stats.pass_lost, 1);
		return;
	}
	for (; others; others &= others - 1) {
		unsigned to = (unsigned)__builtin_ctzll(others);

		if (to < w->med->nopen)
			xpass_send(w, to, p, XPASS_FAN);
	}
	xpass_put(p);
}

void xpass_leave(struct worker *w, struct med_room *r, const void *slot)
{
	struct xpkt *p = xpass_get(w, r);

	if (!p)
		return; /* the floor falls free by floor_idle */
	p->feed.from = slot;
	xpass_send(w, r->home->index, p, XPASS_LEAVE);
	xpass_put(p);
}

/* Cookies are ours, so nobody aims at one list. */
static struct list *legs_of(struct worker *w, uint64_t cookie)
{
	struct xpass *x = w->xpass;

	return &x->legs[(cookie * 0x9e3779b97f4a7c15u) >> (64 - x->legs_bits)];
}

void xpass_begin(struct worker *w, struct slot *s)
{
	if (w->xpass)
		list_push(legs_of(w, s->leg->cookie), &s->in_legs);
}

void xpass_end(struct slot *s)
{
	list_del(&s->in_legs);
}

/* By name: the sender's plan may be older than what has become of the leg. */
static void leg_input(struct worker *w, const struct xpkt *p)
{
	LIST_EACH(i, legs_of(w, p->cookie))
	{
		struct slot *s = LIST_OF(i, struct slot, in_legs);

		if (s->leg->cookie != p->cookie)
			continue;
		relay_to(w, &p->feed, s);
		return;
	}
}

static void xpass_input(struct worker *w, struct xpkt *p, unsigned kind)
{
	struct med_room *r = p->room;

	if (kind == XPASS_LEG) {
		leg_input(w, p);
		return;
	}
	if (atomic_load_explicit(&r->gen, memory_order_relaxed) != p->gen)
		return; /* the memory is another room's by now */
	if (kind == XPASS_LEAVE)
		floor_leave(w, r, p->feed.from);
	else if (kind == XPASS_FAN)
		floor_fan(w, r, &p->feed);
	else if (r->home == w)
		floor_input(w, r, &p->feed);
}

unsigned xpass_take(struct worker *w)
{
	struct xpass *x = w->xpass;
	unsigned n = 0;

	if (!x)
		return 0;
	for (unsigned i = 0; i < w->med->nopen; i++) {
		void *v;

		while (x->nheld < XPASS_ROUND && (v = ring_pop(&x->from[i]))) {
			unsigned kind = (uintptr_t)v & XPASS_KIND;
			struct xpkt *p = (struct xpkt *)((uintptr_t)v - kind);

			x->held[x->nheld++] = p;
			xpass_input(w, p, kind);
			n++;
		}
	}
	return n;
}

void xpass_done(struct worker *w)
{
	struct xpass *x = w->xpass;

	if (!x)
		return;
	while (x->nheld)
		xpass_put(x->held[--x->nheld]);
	for (; x->touched; x->touched &= x->touched - 1)
		work_kick(w->med->worker[__builtin_ctzll(x->touched)]);
}

bool xpass_waiting(const struct worker *w)
{
	if (!w->xpass)
		return false;
	for (unsigned i = 0; i < w->med->nopen; i++)
		if (!ring_empty(&w->xpass->from[i]))
			return true;
	return false;
}
