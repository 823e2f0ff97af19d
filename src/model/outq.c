/* model/outq.c - see outq.h.
 *
 * layer: model (L2)   thread: control   I/O: none
 */
#include "model/outq.h"

#include <string.h>

#include "util/mem.h"

struct outq_msg {
	struct list link;
	struct assoc to;
	size_t n;
	char bytes[];
};

void outq_init(struct outq *q)
{
	*q = (struct outq){ .n = 0 };
	list_init(&q->list);
}

bool outq_put(struct outq *q, const struct assoc *to, struct span bytes)
{
	struct outq_msg *m = NULL;

	if (q->n < OUTQ_MAX)
		m = mem_alloc(sizeof(*m) + bytes.n);
	if (!m)
		return false;
	m->to = *to;
	m->n = bytes.n;
	memcpy(m->bytes, bytes.p, bytes.n);
	list_add(&q->list, &m->link);
	q->n++;
	return true;
}

bool outq_take(struct outq *q, struct out_msg *out)
{
	struct list *first = list_first(&q->list);

	mem_free(q->given);
	q->given = NULL;
	if (!first)
		return false;
	q->given = LIST_OF(first, struct outq_msg, link);
	list_del(first);
	q->n--;
	*out = (struct out_msg){ .to = q->given->to,
				 .bytes = { q->given->bytes, q->given->n } };
	return true;
}

void outq_fini(struct outq *q)
{
	struct out_msg msg;

	while (outq_take(q, &msg))
		continue;
}
