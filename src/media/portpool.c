/* media/portpool.c - see portpool.h.
 *
 * layer: media (L3)   thread: control   I/O: none
 */
#include "media/portpool.h"

#include <string.h>

#include "util/err.h"
#include "util/mem.h"
#include "util/rnd.h"

static unsigned portpool_share(const struct port_pool *p, uint16_t pair)
{
	return (unsigned)(portpool_port(p, pair) / 2) % p->nshare;
}

static void share_put(struct port_share *s, uint16_t pair)
{
	s->pair[(s->head + s->n) % s->cap] = pair;
	s->n++;
}

static void share_shuffle(struct port_share *s)
{
	for (uint32_t i = s->n; i > 1; i--) {
		uint32_t k = rnd_below(i);
		uint16_t t = s->pair[i - 1];

		s->pair[i - 1] = s->pair[k];
		s->pair[k] = t;
	}
}

static int portpool_fill(struct port_pool *p)
{
	uint32_t most = p->npair / p->nshare + 1;

	for (unsigned i = 0; i < p->nshare; i++) {
		p->share[i].cap = most;
		p->share[i].pair = mem_array(most, sizeof(uint16_t));
		if (!p->share[i].pair)
			return -H_ENOMEM;
	}
	for (uint32_t i = 0; i < p->npair; i++)
		share_put(&p->share[portpool_share(p, (uint16_t)i)], (uint16_t)i);
	for (unsigned i = 0; i < p->nshare; i++)
		share_shuffle(&p->share[i]);
	return 0;
}

int portpool_init(struct port_pool *p, const struct med_pool *conf, unsigned workers,
		  uint64_t rest)
{
	uint32_t lo = ((uint32_t)conf->lo + 1) & ~1u;

	memset(p, 0, sizeof(*p));
	p->conf = *conf;
	if (!lo || lo + 1 > conf->hi)
		return -H_EINVAL;
	p->base = (uint16_t)lo;
	p->npair = (conf->hi - lo + 1) / 2;
	p->nshare = workers;
	p->rest = rest;
	p->share = mem_array(workers, sizeof(*p->share));
	p->freed = mem_array(p->npair, sizeof(*p->freed));
	p->used = mem_array(p->npair, sizeof(*p->used));
	if (!p->share || !p->freed || !p->used || portpool_fill(p)) {
		portpool_fini(p);
		return -H_ENOMEM;
	}
	return 0;
}

void portpool_fini(struct port_pool *p)
{
	for (unsigned i = 0; p->share && i < p->nshare; i++)
		mem_free(p->share[i].pair);
	mem_free(p->share);
	mem_free(p->freed);
	mem_free((void *)p->used);
	p->share = NULL;
	p->freed = NULL;
	p->used = NULL;
}

int portpool_take(struct port_pool *p, unsigned worker, uint64_t now, uint16_t *pair)
{
	struct port_share *s = &p->share[worker % p->nshare];
	uint16_t i;

	if (!s->n)
		return -H_ELIMIT;
	i = s->pair[s->head];
	if (p->freed[i] && now - p->freed[i] < p->rest)
		return -H_ELIMIT;
	s->head = (s->head + 1) % s->cap;
	s->n--;
	p->nused++;
	atomic_store_explicit(&p->used[i], 1, memory_order_relaxed);
	*pair = i;
	return 0;
}

void portpool_give(struct port_pool *p, uint16_t pair, uint64_t now)
{
	atomic_store_explicit(&p->used[pair], 0, memory_order_relaxed);
	p->freed[pair] = now ? now : 1;
	p->nused--;
	share_put(&p->share[portpool_share(p, pair)], pair);
}

void portpool_busy(struct port_pool *p, uint16_t pair, uint64_t now)
{
	p->nbusy++;
	portpool_give(p, pair, now);
}

unsigned portpool_resting(const struct port_pool *p, uint64_t now)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < p->npair; i++)
		n += p->freed[i] && now - p->freed[i] < p->rest && !p->used[i];
	return n;
}
