/* mgcp/notify.c - who is notified: changing the entity of endpoints.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.1.4, 2.3.12, 4.3
 */
#include "mgcp/notify.h"

#include <string.h>

#include "mgcp/cmd.h"
#include "mgcp/endst.h"
#include "mgcp/entity.h"
#include "util/mem.h"

/* What equals the gateway's own needs no copy on the endpoint. */
void notify_set_endp(struct mgcp_gw *gw, struct endp *ep, char *text)
{
	char was[ENTITY_TEXT_MAX], all[ENTITY_TEXT_MAX];
	struct endst *st = endst_peek(ep);
	const char *old = entity_text(gw, st, was);
	const char *common = entity_text(gw, NULL, all);
	bool same = str_ieqz(str_of(text), old);

	if (st && st->notified && str_ieqz(str_of(text), st->notified)) {
		mem_free(text);
		return;
	}
	if (text[0] && str_ieqz(str_of(text), common) &&
	    (gw->notified || gw->conf.notified[0] || gw->conf.nagent)) {
		mem_free(text);
		text = NULL;
	}
	if (text)
		st = endst_get(gw, ep);
	if (!st) { /* nothing to change, or no memory */
		mem_free(text);
		return;
	}
	endst_set_notified(st, text);
	if (same)
		return;
	gw_count(gw, MGCP_M_REDIRECTS);
	log_info(LOGC_MGCP, "%s: %s is told about to %s", gw->conf.name, ep->name,
		 entity_text(gw, st, was));
	cmd_redirect(gw, str_of(ep->name), NULL, entity_text(gw, st, was));
}

static char *span_dup(struct span s)
{
	char *p = mem_alloc(s.n + 1);

	if (!p)
		return NULL;
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

static void set_all(struct mgcp_gw *gw, struct span text)
{
	char was[ENTITY_TEXT_MAX], is[ENTITY_TEXT_MAX], *copy = span_dup(text);
	const char *now;

	if (!copy)
		return;
	strcpy(was, entity_text(gw, NULL, is));
	mem_free(gw->notified);
	gw->notified = copy;
	LIST_EACH(it, &gw->endsts)
	endst_set_notified(LIST_OF(it, struct endst, in_gw), NULL);
	now = entity_text(gw, NULL, is);
	if (str_ieqz(str_of(now), was))
		return;
	gw_count(gw, MGCP_M_REDIRECTS);
	log_notice(LOGC_MGCP, "%s: notified entity is now %s", gw->conf.name, now);
	cmd_redirect(gw, STR_LIT("*"), was, now);
}

void notify_set_scope(struct mgcp_gw *gw, struct span pattern, struct span text)
{
	struct endp *ep = NULL;

	if (str_eq(pattern, STR_LIT("*"))) {
		set_all(gw, text);
		return;
	}
	while (endp_next(gw->owner, pattern, &ep)) {
		char *copy = span_dup(text);

		if (copy)
			notify_set_endp(gw, ep, copy);
	}
}

void notify_source(struct mgcp_gw *gw, struct endp *ep, const struct addr *from)
{
	struct endst *st = ep ? endst_peek(ep) : NULL;
	bool common =
		gw->notified ? gw->notified[0] : gw->conf.notified[0] || gw->conf.nagent;
	bool wanted = st && st->notified ? !st->notified[0] : !common;

	gw->source = *from;
	if (!wanted || !ep)
		return;
	st = endst_get(gw, ep);
	if (st)
		st->source = *from;
}
