/* model/link.c - connections that join two endpoints inside the gateway.
 *
 * layer: model (L2)   thread: control   I/O: none
 * RFC 3435 2.1.3.4, 2.3.5 (SecondEndpointId), 3.4.2
 */
#include "model/impl.h"

static enum cause add_pair(struct endp *e1, struct endp *e2, const struct term_ask *ask,
			   struct term **t1, struct term **t2)
{
	struct model *m = e1->owner->m;
	struct term_ask other = *ask;
	enum cause c = term_open(e1, TERM_LINK, t1);

	if (c == CAUSE_OK)
		c = term_open(e2, TERM_LINK, t2);
	if (c != CAUSE_OK)
		return c;
	(*t1)->link = *t2;
	(*t2)->link = *t1;
	other.has |= ASK_MODE;
	other.mode = MODE_SENDRECV; /* 3435 2.3.5 */
	c = term_apply(m, *t1, ask);
	if (c == CAUSE_OK)
		c = term_apply(m, *t2, &other);
	return c;
}

enum cause term_add_pair(struct endp *e1, struct endp *e2, const struct term_ask *ask,
			 struct term **t1, struct term **t2)
{
	struct model *m = e1->owner->m;
	uint32_t mark = m->undo.n;
	struct term *a = NULL, *b = NULL;
	enum cause c;

	if (e1->owner != e2->owner)
		c = CAUSE_NOT_OWNER;
	else if (e1 == e2)
		c = CAUSE_LOCAL_CONFLICT;
	else if (ask->has & (ASK_REMOTE | ASK_GROUP))
		c = CAUSE_REMOTE_CONFLICT; /* the second endpoint stands in its place */
	else
		c = add_pair(e1, e2, ask, &a, &b);
	if (c != CAUSE_OK) {
		stage_unwind(m, mark);
		m->totals.refusals++;
		return c;
	}
	a->sdp_version = b->sdp_version = 0;
	*t1 = a;
	*t2 = b;
	return CAUSE_OK;
}
