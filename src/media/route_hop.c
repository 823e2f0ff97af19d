/* media/route_hop.c - the cache of next hops: what workers read, and its making.
 *
 * layer: media (L3)   thread: workers and control, see route.h   I/O: an eventfd, epoll
 *
 * Each hop is a sequence lock: the writer makes the generation odd, stores the words,
 * makes it even again; a reader copies between two looks at it. The words are atomics, so
 * a copy torn by a writer is merely thrown away.
 */
#include "media/route_int.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "util/err.h"
#include "util/mem.h"
#include "util/rnd.h"
#include "util/str.h"

_Static_assert(sizeof(struct route_key) == ROUTE_KEY_WORDS * 8, "key words");
_Static_assert(sizeof(struct route_next) == ROUTE_NEXT_WORDS * 8, "next words");

/* With padding and ports zero, so that keys compare as bytes. */
struct route_key route_key_clean(const struct route_key *k)
{
	struct route_key c;

	memset(&c, 0, sizeof(c));
	memcpy(c.dst.ip, k->dst.ip, sizeof(c.dst.ip));
	c.dst.family = k->dst.family;
	c.dst.scope = k->dst.scope;
	if (k->src.family == k->dst.family) {
		memcpy(c.src.ip, k->src.ip, sizeof(c.src.ip));
		c.src.family = k->src.family;
	}
	c.ifindex = k->ifindex;
	return c;
}

uint64_t route_key_hash(const struct route *r, const struct route_key *k)
{
	uint64_t h = str_hash((struct span){ (const char *)k, sizeof(*k) }, r->seed);

	return h ? h : 1;
}

static void words_put(_Atomic uint64_t *to, const void *from, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		uint64_t w;

		memcpy(&w, (const uint8_t *)from + 8 * i, 8);
		atomic_store_explicit(&to[i], w, memory_order_release);
	}
}

static void words_get(void *to, _Atomic uint64_t *from, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		uint64_t w = atomic_load_explicit(&from[i], memory_order_acquire);

		memcpy((uint8_t *)to + 8 * i, &w, 8);
	}
}

uint32_t route_epoch(const struct route *r)
{
	return atomic_load_explicit(&r->moved, memory_order_acquire);
}

void route_hop_write(struct route_hop *h, const struct route_key *k,
		     const struct route_next *next, uint64_t hash)
{
	static const struct route_key no_key;
	static const struct route_next no_next;
	uint32_t g = atomic_load_explicit(&h->gen, memory_order_relaxed);

	atomic_store_explicit(&h->gen, g + 1, memory_order_relaxed);
	atomic_store_explicit(&h->hash, hash, memory_order_release);
	words_put(h->key, k ? k : &no_key, ROUTE_KEY_WORDS);
	words_put(h->next, next ? next : &no_next, ROUTE_NEXT_WORDS);
	atomic_store_explicit(&h->gen, g + 2, memory_order_release);
}

bool route_read(struct route_hop *h, const struct route_key *key, struct route_next *out,
		uint32_t *gen)
{
	struct route_key want = route_key_clean(key), have;
	uint32_t g = route_gen(h);
	struct route_next next;

	words_get(&have, h->key, ROUTE_KEY_WORDS);
	words_get(&next, h->next, ROUTE_NEXT_WORDS);
	if ((g & 1) || atomic_load_explicit(&h->gen, memory_order_relaxed) != g)
		return false; /* being written: as good as not there yet */
	if (memcmp(&have, &want, sizeof(have)))
		return false;
	*out = next;
	*gen = g;
	return true;
}

struct route_hop *route_find(struct route *r, const struct route_key *clean,
			     uint64_t hash)
{
	struct route_next next;
	uint32_t gen;

	for (unsigned i = 0; i < 2 * ROUTE_WAYS; i++) {
		struct route_hop *h = &r->hop[route_way(r, hash, i)];

		if (atomic_load_explicit(&h->hash, memory_order_acquire) == hash &&
		    route_read(h, clean, &next, &gen))
			return h;
	}
	return NULL;
}

static void queue_push(struct route *r, struct route_queue *q, const struct route_key *k)
{
	unsigned t = atomic_load_explicit(&q->tail, memory_order_relaxed);
	unsigned h = atomic_load_explicit(&q->head, memory_order_acquire);
	uint64_t one = 1;

	if (t - h >= ROUTE_QUEUE) {
		atomic_store_explicit(
			&q->lost,
			atomic_load_explicit(&q->lost, memory_order_relaxed) + 1,
			memory_order_relaxed);
		return;
	}
	q->v[t % ROUTE_QUEUE] = *k;
	atomic_store_explicit(&q->tail, t + 1, memory_order_release);
	/* A full counter is a wake-up under way: nothing is lost with the write. */
	if (t == h && r->wake >= 0 && write(r->wake, &one, sizeof(one)) < 0)
		return;
}

bool route_queue_pop(struct route_queue *q, struct route_key *out)
{
	unsigned h = atomic_load_explicit(&q->head, memory_order_relaxed);

	if (h == atomic_load_explicit(&q->tail, memory_order_acquire))
		return false;
	*out = q->v[h % ROUTE_QUEUE];
	atomic_store_explicit(&q->head, h + 1, memory_order_release);
	return true;
}

struct route_hop *route_get(struct route *r, unsigned worker, const struct route_key *key)
{
	struct route_key k = route_key_clean(key);
	struct route_hop *h = route_find(r, &k, route_key_hash(r, &k));

	if (!h)
		queue_push(r, &r->queue[worker], &k);
	return h;
}

void route_drain_wake(struct route *r)
{
	uint64_t n;

	if (r->wake >= 0 && read(r->wake, &n, sizeof(n)) < 0)
		return; /* nobody woke us: fine */
}

void *route_room(void **v, unsigned n, unsigned *cap, size_t size)
{
	if (n == *cap) {
		unsigned more = *cap ? *cap * 2 : 16;
		void *p = mem_realloc(*v, more * size);

		if (!p)
			return NULL;
		*v = p;
		*cap = more;
	}
	return (uint8_t *)*v + n * size;
}

static int open_kernel(struct route *r)
{
	struct epoll_event e = { .events = EPOLLIN };
	int rc = route_kernel_open(&r->kernel);

	if (rc)
		return rc;
	r->sys = &route_sys_kernel;
	r->sys_arg = r->kernel;
	r->ep = epoll_create1(EPOLL_CLOEXEC);
	r->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (r->ep < 0 || r->wake < 0)
		return -H_ESYS;
	if (epoll_ctl(r->ep, EPOLL_CTL_ADD, r->wake, &e) ||
	    epoll_ctl(r->ep, EPOLL_CTL_ADD, r->sys->fd(r->sys_arg), &e))
		return -H_ESYS;
	return 0;
}

static int open_tables(struct route *r, const struct route_conf *conf)
{
	unsigned want = conf->capacity + conf->capacity / 4;

	for (r->buckets = 16; r->buckets * ROUTE_WAYS < want && r->buckets < 1u << 20;)
		r->buckets *= 2;
	r->size = r->buckets * ROUTE_WAYS;
	r->hop = mem_array(r->size, sizeof(*r->hop));
	r->ctl = mem_array(r->size, sizeof(*r->ctl));
	r->queue = mem_array(conf->workers, sizeof(*r->queue));
	if (!r->hop || !r->ctl || !r->queue)
		return -H_ENOMEM;
	r->nqueue = conf->workers;
	return 0;
}

int route_open(struct route **out, const struct route_conf *conf)
{
	struct route *r = mem_zalloc(sizeof(*r));
	int rc;

	if (!r)
		return -H_ENOMEM;
	r->ep = r->wake = -1;
	r->seed = rnd_u64();
	r->sys = conf->sys;
	r->sys_arg = conf->sys_arg;
	map_init(&r->neighs);
	rc = open_tables(r, conf);
	if (!rc && !conf->sys)
		rc = open_kernel(r);
	if (!rc)
		rc = route_load(r);
	if (rc) {
		route_close(r);
		return rc;
	}
	r->changed = false;
	r->on_change = conf->changed;
	r->on_change_arg = conf->arg;
	*out = r;
	return 0;
}

void route_close(struct route *r)
{
	if (!r)
		return;
	route_drop_all(r);
	map_fini(&r->neighs);
	if (r->ep >= 0)
		close(r->ep);
	if (r->wake >= 0)
		close(r->wake);
	route_kernel_close(r->kernel);
	mem_free(r->link);
	mem_free(r->ours);
	mem_free(r->queue);
	mem_free(r->ctl);
	mem_free(r->hop);
	mem_free(r);
}

int route_fd(const struct route *r)
{
	return r->ep;
}
