/* model/kept.c - see kept.h.
 *
 * layer: model (L2)   thread: control   I/O: none
 */
#include "model/kept.h"

#include <string.h>

#include "util/err.h"
#include "util/mem.h"

void kept_init(struct kept_store *s, uint32_t most)
{
	map_init(&s->map);
	list_init(&s->fifo);
	s->most = most;
}

static void free_one(struct map_node *n, void *arg)
{
	struct kept *k = MAP_OF(n, struct kept, node);

	(void)arg;
	kept_confirm(k);
	mem_free(k);
}

void kept_fini(struct kept_store *s)
{
	map_each(&s->map, free_one, NULL);
	map_fini(&s->map);
	list_init(&s->fifo);
}

bool kept_full(const struct kept_store *s)
{
	return s->map.count >= s->most;
}

void *kept_begin(struct kept_store *s, size_t size, uint64_t hash)
{
	struct kept *k = mem_zalloc(size);

	if (!k)
		return NULL;
	list_init(&k->in_fifo);
	if (!map_add(&s->map, &k->node, hash))
		return k;
	mem_free(k);
	return NULL;
}

int kept_end(struct kept_store *s, struct kept *k, struct span answer, uint64_t forget)
{
	k->forget = forget;
	list_add(&s->fifo, &k->in_fifo);
	if (!answer.p)
		return 0;
	k->answer = mem_alloc(answer.n);
	if (!k->answer)
		return -H_ENOMEM;
	memcpy(k->answer, answer.p, answer.n);
	k->n = (uint32_t)answer.n;
	return 0;
}

void kept_confirm(struct kept *k)
{
	mem_free(k->answer);
	k->answer = NULL;
	k->n = 0;
}

void kept_drop(struct kept_store *s, struct kept *k)
{
	list_del(&k->in_fifo);
	map_del(&s->map, &k->node);
	kept_confirm(k);
	mem_free(k);
}

struct kept *kept_oldest(const struct kept_store *s)
{
	return list_empty(&s->fifo) ? NULL : LIST_OF(s->fifo.next, struct kept, in_fifo);
}
