/* daemon/apply.c - see apply.h.
 *
 * layer: daemon (L5)   thread: control   I/O: interface names
 */
#include "daemon/apply.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/check.h"
#include "daemon/sctp.h"
#include "util/err.h"
#include "util/mem.h"

enum { SCTP_RTO_MS = 2000 };

const char *apply_host_name(void)
{
	static char name[65];

	if (!name[0] && (gethostname(name, sizeof(name) - 1) || !name[0]))
		snprintf(name, sizeof(name), "holler");
	return name;
}

/* ---- owners -------------------------------------------------------------------- */

int apply_owner(const struct conf_agent *a, struct owner_spec *out,
		char why[APPLY_WHY_MAX])
{
	const struct conf_net *g = a->groups.v;

	*out = (struct owner_spec){
		.proto = a->protocol == CONF_H248 ? PROTO_H248 : PROTO_MGCP,
		.accept = (uint8_t)a->accept,
		.latch = a->latch,
		.loop_net = a->profile == MGCP_PROFILE_OSMOCOM,
		.any_one = a->profile == MGCP_PROFILE_OSMOCOM,
		.group_hops = (uint8_t)a->group_hops,
		.orphan_action = (enum idle_action)a->orphan,
		.silent_action = (enum idle_action)a->silent,
		.orphan_ms = (uint32_t)a->orphan_after,
		.silent_ms = (uint32_t)a->silent_after,
	};
	snprintf(out->name, sizeof(out->name), "%s", a->head.title);
	snprintf(out->net, sizeof(out->net), "%s", a->net);
	if (a->groups.n > OWNER_NETS_MAX) {
		snprintf(why, APPLY_WHY_MAX, "agent \"%s\": at most %d groups",
			 a->head.title, OWNER_NETS_MAX);
		return -H_ELIMIT;
	}
	for (size_t i = 0; i < a->groups.n; i++)
		out->groups[out->ngroups++] = (struct owner_net){ g[i].net, g[i].bits };
	if (a->group_interface[0]) {
		out->group_ifindex = if_nametoindex(a->group_interface);
		if (!out->group_ifindex) {
			snprintf(why, APPLY_WHY_MAX,
				 "agent \"%s\": there is no interface %s", a->head.title,
				 a->group_interface);
			return -H_ENOENT;
		}
	}
	return 0;
}

static void allow_host(struct mgcp_owner_conf *out, const struct addr *a, uint8_t bits)
{
	if (out->nallow < MGCP_ALLOW_MAX)
		out->allow[out->nallow++] = (struct mgcp_allow){ *a, bits };
}

static void copy_peers(const struct conf_agent *a, struct mgcp_owner_conf *out)
{
	const struct conf_net *allow = a->allow.v;
	const struct addr *listen = a->listen.v, *ca = a->addresses.v;
	char *const *peers = a->sctp_peers.v;

	for (size_t i = 0; i < a->allow.n; i++)
		allow_host(out, &allow[i].net, allow[i].bits);
	for (size_t i = 0; i < a->addresses.n && out->nagent < MGCP_AGENTS_MAX; i++) {
		struct addr host = ca[i];

		out->agent[out->nagent++] = ca[i];
		host.port = 0; /* commands may come from any port of it */
		allow_host(out, &host, host.family == 6 ? 128 : 32);
	}
	for (size_t i = 0; i < a->sctp_peers.n; i++) {
		struct net_sctp_peer p;

		if (!sctpd_parse_peer(str_of(peers[i]), 0, &p))
			continue;
		for (unsigned k = 0; k < p.nremote; k++) {
			p.remote[k].port = 0;
			allow_host(out, &p.remote[k], p.remote[k].family == 6 ? 128 : 32);
		}
	}
	for (size_t i = 0; i < a->listen.n && out->nlisten < MGCP_LISTEN_MAX; i++)
		out->listen[out->nlisten++] = listen[i];
}

static void copy_names(const struct conf *c, const struct conf_agent *a,
		       struct mgcp_owner_conf *out)
{
	char *const *domain = a->domain.v;
	const char *gw = a->gateway[0] ? a->gateway : c->global.name;

	snprintf(out->name, sizeof(out->name), "%s", a->head.title);
	snprintf(out->gateway, sizeof(out->gateway), "%s",
		 gw[0] ? gw : apply_host_name());
	snprintf(out->notified, sizeof(out->notified), "%s", a->notified);
	for (size_t i = 0; i < a->domain.n && out->ndomain < MGCP_DOMAINS_MAX; i++)
		snprintf(out->domain[out->ndomain++], MGCP_DOMAIN_LEN, "%s", domain[i]);
}

void apply_mgcp(const struct conf *c, const struct conf_agent *a,
		struct mgcp_owner_conf *out)
{
	mgcp_owner_conf_init(out, (enum mgcp_profile)a->profile);
	copy_names(c, a, out);
	copy_peers(a, out);
	if (a->announce != CONF_AUTO)
		out->announce = a->announce == CONF_YES;
	out->dns_max1 = a->dns_max1;
	out->dns_max2 = a->dns_max2;
	out->store_max = (uint32_t)a->store_max;
	out->datagram_max = (uint32_t)a->datagram_max;
	out->t_hist = (uint32_t)a->t_hist;
	out->t_max = (uint32_t)a->t_max;
	out->longtran = (uint32_t)a->longtran;
	out->rto_first = (uint32_t)a->rto_first;
	out->rto_min = (uint32_t)a->rto_min;
	out->rto_max = (uint32_t)a->rto_max;
	out->max1 = (uint32_t)a->max1;
	out->max2 = (uint32_t)a->max2;
	out->mwd = (uint32_t)a->mwd;
	out->tdinit = (uint32_t)a->tdinit;
	out->tdmin = (uint32_t)a->tdmin;
	out->tdmax = (uint32_t)a->tdmax;
	out->tries = (uint32_t)a->tries;
	if (a->transport != CONF_SCTP)
		return;
	/* what is repeated there got lost with an association, not on the way */
	out->transport = TRANSPORT_SCTP;
	out->rto_min = out->rto_max < SCTP_RTO_MS ? out->rto_max : SCTP_RTO_MS;
	if (out->rto_first < out->rto_min)
		out->rto_first = out->rto_min;
}

struct mgcp_owner_conf *apply_owners(const struct conf *c, struct mgcp_conf *out)
{
	const struct conf_agent *a = c->agent.v;
	struct mgcp_owner_conf *v = mem_array(c->agent.n ? c->agent.n : 1, sizeof(*v));
	uint32_t n = 0;

	if (!v)
		return NULL;
	for (size_t i = 0; i < c->agent.n; i++)
		if (a[i].protocol == CONF_MGCP)
			apply_mgcp(c, &a[i], &v[n++]);
	*out = (struct mgcp_conf){ .nowner = n, .owner = v };
	return v;
}

/* ---- pools --------------------------------------------------------------------- */

void apply_pool(const struct conf_endpoint *e, struct pool_spec *out)
{
	char *const *v = e->agents.v;
	const char *bad;
	struct buf names;

	*out = (struct pool_spec){
		.kind = e->kind ? ENDP_CONF : ENDP_BRIDGE,
		.first = (uint32_t)e->first,
		.count = (uint32_t)e->count,
		.dscp = (uint8_t)e->dscp,
		.max_connections = (uint16_t)e->connections,
		.ptime = (uint16_t)e->ptime,
		.shared = e->shared,
	};
	buf_fixed(&names, out->admit, sizeof(out->admit));
	for (size_t i = 0; i < e->agents.n; i++)
		buf_printf(&names, "%s%s", i ? "," : "", v[i]);
	snprintf(out->pattern, sizeof(out->pattern), "%s", check_pattern(e));
	check_codecs(e, &out->formats, &bad); /* check_conf() has seen to it */
}

static struct pool *find_pool(const struct owner *o, const char *pattern)
{
	struct pool *p = NULL;

	while ((p = pool_next(o, p)))
		if (str_ieqz(str_of(pattern), pool_get_spec(p)->pattern))
			return p;
	return NULL;
}

static int one_pool(struct model *m, struct owner *o, const struct conf_endpoint *e,
		    struct buf *said, char *why)
{
	struct pool *p = find_pool(o, check_pattern(e));
	struct pool_spec spec;
	uint32_t busy = 0;
	enum cause c;

	apply_pool(e, &spec);
	c = p ? pool_set(p, &spec, false, &busy) : pool_add(m, o, &spec, &p);
	if (c == CAUSE_OK)
		return 0;
	if (busy)
		snprintf(why, APPLY_WHY_MAX,
			 "endpoint \"%s\": %u of those that would go are in use",
			 e->head.title, busy);
	else
		snprintf(why, APPLY_WHY_MAX, "endpoint \"%s\": %s", e->head.title,
			 cause_str(c));
	if (!said)
		return c == CAUSE_NO_MEMORY ? -H_ENOMEM : -H_EINVAL;
	buf_printf(said, "%s\n", why);
	return 0;
}

static int one_owner(struct model *m, const struct conf_agent *a, struct buf *said,
		     char *why)
{
	struct owner *o = owner_find(m, str_of(a->head.title));
	struct owner_spec spec;
	int err = apply_owner(a, &spec, why);

	if (err && said) {
		buf_printf(said, "%s\n", why);
		return 0;
	}
	if (err)
		return err;
	if (o) {
		owner_set_spec(o, &spec);
		return 0;
	}
	if (owner_add(m, &spec))
		return 0;
	snprintf(why, APPLY_WHY_MAX, "agent \"%s\": out of memory", a->head.title);
	return -H_ENOMEM;
}

int apply_model(const struct conf *c, struct model *m, struct buf *said,
		char why[APPLY_WHY_MAX])
{
	const struct conf_agent *a = c->agent.v;
	const struct conf_endpoint *e = c->endpoint.v;
	int err = 0;

	for (size_t i = 0; !err && i < c->agent.n; i++)
		err = one_owner(m, &a[i], said, why);
	for (size_t i = 0; !err && i < c->endpoint.n; i++) {
		const struct conf_agent *of = check_owner_of(c, &e[i]);
		struct owner *o = of ? owner_find(m, str_of(of->head.title)) : NULL;

		if (o)
			err = one_pool(m, o, &e[i], said, why);
	}
	return err;
}
