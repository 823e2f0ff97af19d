/* mgcp/entity.c - notified entities: who is told, and at which addresses.
 *
 * layer: mgcp (L3)   thread: control   I/O: none
 * RFC 3435 2.1.4, 3.2.1.3, 4.2
 */
#include "mgcp/entity.h"

#include <stdio.h>
#include <string.h>

#include "mgcp/endst.h"
#include "util/err.h"

static const char *by_source(const struct addr *a, char buf[ENTITY_TEXT_MAX])
{
	char ip[ADDR_STRLEN];

	buf[0] = '\0';
	if (a->family)
		snprintf(buf, ENTITY_TEXT_MAX, "[%s]:%u", addr_print_ip(ip, a), a->port);
	return buf;
}

static const char *provisioned(const struct mgcp_gw *gw, char buf[ENTITY_TEXT_MAX])
{
	struct addr a;

	if (gw->conf.notified[0])
		return gw->conf.notified;
	if (!gw->conf.nagent)
		return NULL;
	a = gw->conf.agent[0];
	if (!a.port)
		a.port = MGCP_CA_PORT;
	return by_source(&a, buf);
}

const char *entity_text(const struct mgcp_gw *gw, const struct endst *st,
			char buf[ENTITY_TEXT_MAX])
{
	const struct addr *source = st && st->source.family ? &st->source : &gw->source;
	const char *text = st && st->notified ? st->notified : gw->notified;

	if (!text)
		text = provisioned(gw, buf);
	return text && text[0] ? text : by_source(source, buf);
}

static int add_addr(const struct mgcp_gw *gw, struct addr out[GW_ADDRS_MAX], int n,
		    const struct addr *a, uint16_t port)
{
	if (n == GW_ADDRS_MAX || !gw_allows(gw, a, false))
		return n;
	out[n] = *a;
	if (port)
		out[n].port = port;
	else if (!out[n].port)
		out[n].port = MGCP_CA_PORT;
	return n + 1;
}

/* The host the configuration gives addresses for. */
static bool is_provisioned(const struct mgcp_gw *gw, const struct mgcp_name *n)
{
	struct mgcp_name own;

	return gw->conf.nagent && gw->conf.notified[0] &&
	       !mgcp_entity_parse(&own, str_of(gw->conf.notified)) &&
	       str_ieq(own.domain, n->domain);
}

int entity_addrs(const struct mgcp_gw *gw, const char *text,
		 struct addr out[GW_ADDRS_MAX])
{
	struct addr found[GW_ADDRS_MAX];
	struct mgcp_name name;
	int n = 0, most;

	if (!text[0] || mgcp_entity_parse(&name, str_of(text)))
		return 0;
	if (is_provisioned(gw, &name) ||
	    (!gw->conf.notified[0] && name.ip.family && gw->conf.nagent &&
	     addr_same_host(&name.ip, &gw->conf.agent[0]))) {
		for (unsigned i = 0; i < gw->conf.nagent; i++)
			n = add_addr(gw, out, n, &gw->conf.agent[i], name.port);
		return n;
	}
	if (name.ip.family)
		return add_addr(gw, out, 0, &name.ip, name.port);
	if (!gw->e->ops.resolve)
		return 0;
	most = gw->e->ops.resolve(gw->e->arg, name.domain, found, GW_ADDRS_MAX);
	for (int i = 0; i < most && i < GW_ADDRS_MAX; i++)
		n = add_addr(gw, out, n, &found[i], name.port);
	return most == -H_EAGAIN ? -H_EAGAIN : n;
}

bool entity_ok(const struct mgcp_gw *gw, const struct mgcp_name *n)
{
	return n->text.n < ENTITY_TEXT_MAX &&
	       (!n->ip.family || gw_allows(gw, &n->ip, false));
}

bool entity_is_name(const struct mgcp_gw *gw, const char *text)
{
	struct mgcp_name name;

	return text[0] && !mgcp_entity_parse(&name, str_of(text)) && !name.ip.family &&
	       !is_provisioned(gw, &name);
}
