/* media/medpool.c - memory of slots and rooms, descriptors, and which addresses are ours.
 *
 * layer: media (L3)   thread: control, but for med_is_own()   I/O: none
 */
#include <string.h>

#include "media/med.h"
#include "util/err.h"
#include "util/mem.h"

/* A piece of memory of a pool, at node's offset in its free list. */
static void *poolset_take(struct med_poolset *p, size_t size, size_t node)
{
	struct list *l = list_first(&p->free);

	if (!l) {
		struct med_chunk *c =
			mem_zalloc(sizeof(*c) + SLOT_LINE + MED_CHUNK * size);

		if (!c)
			return NULL;
		c->next = p->chunk;
		p->chunk = c;
		for (unsigned i = 0; i < MED_CHUNK; i++) {
			char *item = (char *)med_chunk_items(c) + i * size;

			list_add(&p->free, (struct list *)(void *)(item + node));
		}
		l = list_first(&p->free);
	}
	list_del(l);
	p->used++;
	return (char *)l - node;
}

struct slot *med_slot_new(struct med *m)
{
	struct slot *s = poolset_take(&m->slots, sizeof(*s), offsetof(struct slot, node));
	uint32_t gen;

	if (!s)
		return NULL;
	gen = s->gen; /* never repeats soon, whatever the memory is used for */
	memset(s, 0, sizeof(*s));
	s->gen = gen + 1;
	for (unsigned i = 0; i < SLOT_FDS; i++)
		s->fd[i] = -1;
	list_init(&s->node);
	list_init(&s->in_legs);
	list_init(&s->ev_wait);
	return s;
}

void med_slot_del(struct med *m, struct slot *s)
{
	s->w = NULL;
	s->spec = NULL;
	list_push(&m->slots.free, &s->node);
	m->slots.used--;
}

struct med_room *med_room_new(struct med *m)
{
	struct med_room *r =
		poolset_take(&m->rooms, sizeof(*r), offsetof(struct med_room, node));
	uint32_t gen;

	if (!r)
		return NULL;
	gen = atomic_load_explicit(&r->gen, memory_order_relaxed);
	atomic_store_explicit(&r->gen, gen + 1, memory_order_relaxed);
	r->inflight = 0;
	r->live = 0;
	r->given = false;
	r->ev_bits = 0;
	memset(&r->floor, 0, sizeof(r->floor));
	list_init(&r->ev_wait);
	return r;
}

void med_room_del(struct med *m, struct med_room *r)
{
	list_add(&m->rooms.free, &r->node);
	m->rooms.used--;
}

bool med_is_own(const struct med *m, const struct addr *a)
{
	unsigned n = atomic_load_explicit(&m->nsource, memory_order_acquire);
	bool source = false;

	for (unsigned i = 0; i < n && !source; i++)
		source = addr_same_host(&m->source[i], a);
	for (unsigned i = 0; i < m->conf.npool; i++)
		if ((source || addr_same_host(&m->pool[i].conf.addr, a)) &&
		    portpool_used(&m->pool[i], a->port))
			return true;
	return false;
}

int med_source_add(struct med *m, const struct addr *a)
{
	unsigned n = atomic_load_explicit(&m->nsource, memory_order_relaxed);

	for (unsigned i = 0; i < n; i++)
		if (addr_same_host(&m->source[i], a))
			return 0;
	if (n == MED_SOURCES_MAX)
		return -H_ELIMIT;
	m->source[n] = *a;
	atomic_store_explicit(&m->nsource, n + 1, memory_order_release);
	return 0;
}
