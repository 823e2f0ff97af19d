/* net/sctp_upeer.c - see sctp_conn.h: who is at the other end, and where.
 *
 * layer: net (L3)   thread: control   I/O: none
 * RFC 6951 5.4
 */
#include <string.h>

#include "net/sctp_conn.h"
#include "util/mem.h"
#include "util/rnd.h"

enum { TAG_AT = 4, SUM_AT = 8, HEADER = 12, PACKET_MAX = 9216 };

static uint64_t seed;

void upeer_start(void)
{
	seed = rnd_u64();
}

uint64_t upeer_id(const struct addr *local, const struct addr *remote)
{
	uint64_t id = addr_hash(remote, addr_hash(local, seed));

	return id ? id : 1;
}

struct stk_upeer *upeer_by_id(uint64_t id)
{
	struct map_node *it = map_first(&stk_get()->upeers, id);

	for (; it; it = map_next(it))
		if (MAP_OF(it, struct stk_upeer, by_id)->id == id)
			return MAP_OF(it, struct stk_upeer, by_id);
	return NULL;
}

struct stk_upeer *upeer_find(const struct addr *local, const struct addr *remote)
{
	struct map_node *it = map_first(&stk_get()->pairs, upeer_id(local, remote));

	for (; it; it = map_next(it)) {
		struct stk_upeer *p = MAP_OF(it, struct stk_upeer, by_pair);

		if (addr_eq(&p->remote, remote) && addr_eq(&p->local, local))
			return p;
	}
	return NULL;
}

static int add(struct stk_upeer *p)
{
	struct stk *st = stk_get();

	if (map_add(&st->upeers, &p->by_id, p->id))
		return -1;
	if (!map_add(&st->pairs, &p->by_pair, p->id))
		return 0;
	map_del(&st->upeers, &p->by_id);
	return -1;
}

struct stk_upeer *upeer_get(struct stk_link *k, const struct addr *local,
			    const struct addr *remote)
{
	struct stk_upeer *p = upeer_find(local, remote);

	if (p) {
		p->refs++;
		return p;
	}
	if (upeer_by_id(upeer_id(local, remote)))
		return NULL;
	p = mem_zalloc(sizeof(*p));
	if (!p)
		return NULL;
	*p = (struct stk_upeer){ .id = upeer_id(local, remote),
				 .link = k,
				 .local = *local,
				 .remote = *remote,
				 .refs = 1 };
	if (add(p)) {
		mem_free(p);
		return NULL;
	}
	k->refs++;
	usrsctp_register_address((void *)(uintptr_t)p->id);
	return p;
}

void upeer_put(struct stk_upeer *p)
{
	if (!p || --p->refs)
		return;
	usrsctp_deregister_address((void *)(uintptr_t)p->id);
	upeer_set_tag(p, 0);
	map_del(&stk_get()->upeers, &p->by_id);
	map_del(&stk_get()->pairs, &p->by_pair);
	link_put(p->link);
	mem_free(p);
}

/* ---- where it is now ----------------------------------------------------------- */

void upeer_set_tag(struct stk_upeer *p, uint32_t tag)
{
	struct map *tags = &stk_get()->tags;

	if (tag == p->tag)
		return;
	if (p->tag)
		map_del(tags, &p->by_tag);
	p->tag = 0;
	if (tag && !map_add(tags, &p->by_tag, map_u64(tags, tag)))
		p->tag = tag;
}

static bool sum_fits(const uint8_t *p, size_t n)
{
	static uint8_t copy[PACKET_MAX];
	uint32_t sum;

	if (n < HEADER || n > sizeof(copy))
		return false;
	memcpy(copy, p, n);
	memcpy(&sum, p + SUM_AT, sizeof(sum));
	memset(copy + SUM_AT, 0, sizeof(sum));
	return usrsctp_crc32c(copy, n) == sum;
}

static struct stk_upeer *by_tag(uint32_t tag, const struct addr *local,
				const struct addr *remote)
{
	struct map *tags = &stk_get()->tags;
	struct map_node *it = map_first(tags, map_u64(tags, tag));

	for (; it; it = map_next(it)) {
		struct stk_upeer *p = MAP_OF(it, struct stk_upeer, by_tag);

		if (p->tag == tag && addr_eq(&p->local, local) &&
		    addr_same_host(&p->remote, remote))
			return p;
	}
	return NULL;
}

struct stk_upeer *upeer_moved(struct stk_link *k, const struct addr *local,
			      const struct addr *remote, const uint8_t *p, size_t n)
{
	struct map *pairs = &stk_get()->pairs;
	struct stk_upeer *u = by_tag((uint32_t)p[TAG_AT] << 24 |
					     (uint32_t)p[TAG_AT + 1] << 16 |
					     (uint32_t)p[TAG_AT + 2] << 8 | p[TAG_AT + 3],
				     local, remote);
	char at[ADDR_STRLEN];

	if (!u || u->link != k || !sum_fits(p, n))
		return NULL;
	map_del(pairs, &u->by_pair);
	if (map_add(pairs, &u->by_pair, upeer_id(local, remote))) {
		map_add(pairs, &u->by_pair, upeer_id(local, &u->remote));
		return NULL; /* as many as before: there is room */
	}
	log_notice(LOGC_NET, "sctp %s: comes from UDP port %u now",
		   addr_print(at, &u->remote), remote->port);
	u->remote = *remote;
	return u;
}
