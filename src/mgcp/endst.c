/* mgcp/endst.c - what MGCP remembers of an endpoint.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.1.4, 4.4.5
 */
#include "mgcp/endst.h"

#include "util/mem.h"

struct endst *endst_get(struct mgcp_gw *gw, struct endp *ep)
{
	struct endst *st = ep->user;

	if (st)
		return st;
	st = mem_zalloc(sizeof(*st));
	if (!st)
		return NULL;
	st->gw = gw;
	st->ep = ep;
	ep->user = st;
	list_add(&gw->endsts, &st->in_gw);
	return st;
}

void endst_set_notified(struct endst *st, char *text)
{
	if (!st->notified != !text)
		st->gw->nown += text ? 1 : -1u;
	mem_free(st->notified);
	st->notified = text;
}

void endst_free(struct endst *st)
{
	if (!st)
		return;
	endst_set_notified(st, NULL);
	list_del(&st->in_gw);
	st->ep->user = NULL;
	mem_free(st->req.map);
	mem_free(st);
}

struct service endst_service(const struct mgcp_gw *gw, const struct endp *ep)
{
	static const uint8_t badness[MGCP_SERVICE_N] = { [MGCP_IN_SERVICE] = 0,
							 [MGCP_GRACEFUL] = 1,
							 [MGCP_RETURNING] = 2,
							 [MGCP_OUT_OF_SERVICE] = 3 };
	const struct endst *st = endst_peek(ep);

	if (st && badness[st->service.state] >= badness[gw->service.state])
		return st->service;
	return gw->service;
}
