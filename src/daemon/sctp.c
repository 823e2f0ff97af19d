/* daemon/sctp.c - see sctp.h.
 *
 * layer: daemon (L5)   thread: control   I/O: net/
 * RFC 9260, 6951
 */
#include "daemon/sctp.h"

#include <stdio.h>
#include <string.h>

#include "daemon/h248.h"
#include "mgcp/engine.h"
#include "util/err.h"
#include "util/mem.h"

enum { MGCP_PORT = 2727, PEERS_MAX = 64 };

/* ---- what the configuration says ----------------------------------------------- */

bool sctpd_agent(const struct conf_agent *a)
{
	char *const *v = a->mgcs.v;

	if (a->transport == CONF_SCTP || a->sctp_peers.n)
		return true;
	for (size_t i = 0; a->protocol == CONF_H248 && i < a->mgcs.n; i++)
		if (str_istarts(str_of(v[i]), "sctp:"))
			return true;
	return false;
}

bool sctpd_wanted(const struct conf *c, int protocol)
{
	const struct conf_agent *a = c->agent.v;

	for (size_t i = 0; i < c->agent.n; i++)
		if (a[i].protocol == protocol && sctpd_agent(&a[i]))
			return true;
	return false;
}

uint16_t sctpd_default_port(const struct conf_agent *a)
{
	if (a->protocol == CONF_MGCP)
		return MGCP_PORT;
	return a->encoding == H248_ENC_BER ? H248_BINARY_PORT : H248_TEXT_PORT;
}

bool sctpd_parse_peer(struct span text, uint16_t port, struct net_sctp_peer *out)
{
	struct span list = str_cut(&text, '/');
	uint32_t encaps = 0;

	*out = (struct net_sctp_peer){ .nremote = 0 };
	if (text.p && !str_u32(text, 65535, &encaps))
		return false;
	out->encaps = (uint16_t)encaps;
	while (list.p) {
		struct span one = str_cut(&list, '+');
		struct addr *a = &out->remote[out->nremote];

		if (out->nremote == NET_SCTP_ADDRS ||
		    (addr_parse(a, one) && addr_parse_ip(a, one)) || addr_is_any(a))
			return false;
		if (a->port)
			port = a->port;
		out->nremote++;
	}
	for (unsigned i = 0; i < out->nremote; i++)
		out->remote[i].port = port;
	return out->nremote > 0;
}

static void agent_spec(const struct conf_agent *a, struct net_sctp_spec *out)
{
	*out = (struct net_sctp_spec){
		.ppid = a->protocol == CONF_H248 ? NET_SCTP_PPID_H248
						 : NET_SCTP_PPID_MGCP,
		.rto_initial = (uint32_t)a->sctp_rto_initial,
		.rto_min = (uint32_t)a->sctp_rto_min,
		.rto_max = (uint32_t)a->sctp_rto_max,
		.heartbeat = a->sctp_heartbeat ? (int32_t)a->sctp_heartbeat
					       : NET_SCTP_HEARTBEAT_OFF,
		.path_retrans = (uint16_t)a->sctp_path_retrans,
		.assoc_retrans = (uint16_t)a->sctp_assoc_retrans,
		.streams_out = (uint16_t)a->sctp_streams,
	};
}

void sctpd_spec(const struct conf *c, int protocol, struct net_sctp_spec *out)
{
	const struct conf_agent *a = c->agent.v;

	*out = (struct net_sctp_spec){ .nalso = 0 };
	for (size_t i = 0; i < c->agent.n; i++)
		if (a[i].protocol == protocol && sctpd_agent(&a[i])) {
			agent_spec(&a[i], out);
			return;
		}
}

/* ---- the stack ----------------------------------------------------------------- */

int sctpd_start(struct daemon *d)
{
	const struct conf_sctp *c = &d->conf->sctp;
	struct net_sctp_stack s = { .backend = c->backend == CONF_SCTP_NATIVE
						       ? NET_SCTP_NATIVE
						       : NET_SCTP_CONN,
				    .encaps = (uint16_t)c->encaps_port };
	char why[NET_WHY_MAX];
	int err;

	if (!sctpd_wanted(d->conf, CONF_MGCP) && !sctpd_wanted(d->conf, CONF_H248))
		return 0;
	err = net_sctp_start(d->net, &s, why);
	if (err) {
		log_err(LOGC_DAEMON, "%s", why);
		return err;
	}
	if (s.encaps)
		env_feature(d, "SCTP", FEATURE_ON, "%s, in UDP port %u",
			    net_sctp_backend_name(s.backend), s.encaps);
	else
		env_feature(d, "SCTP", FEATURE_ON, "%s, raw (IP protocol 132)",
			    net_sctp_backend_name(s.backend));
	return 0;
}

/* ---- peers --------------------------------------------------------------------- */

struct peers {
	struct net_sctp_peer v[PEERS_MAX];
	unsigned n;
};

static bool is_told(const struct peers *p, const struct addr *a)
{
	for (unsigned i = 0; i < p->n; i++)
		for (unsigned k = 0; k < p->v[i].nremote; k++)
			if (addr_same_host(&p->v[i].remote[k], a))
				return true;
	return false;
}

static void add_one(struct peers *p, const struct conf_agent *a, struct addr to)
{
	if (!to.family || p->n == PEERS_MAX || is_told(p, &to))
		return;
	if (!to.port)
		to.port = sctpd_default_port(a);
	p->v[p->n++] = (struct net_sctp_peer){ .remote = { to }, .nremote = 1 };
}

/* Those with several addresses, and those the agent section calls. */
static void peers_of(const struct conf_agent *a, struct peers *p)
{
	char *const *v = a->sctp_peers.v, *const *mgc = a->mgcs.v;
	const struct addr *ca = a->addresses.v;

	p->n = 0;
	for (size_t i = 0; i < a->sctp_peers.n && p->n < PEERS_MAX; i++)
		if (sctpd_parse_peer(str_of(v[i]), sctpd_default_port(a), &p->v[p->n]))
			p->n++;
	if (a->protocol == CONF_MGCP && a->transport == CONF_SCTP)
		for (size_t i = 0; i < a->addresses.n; i++)
			add_one(p, a, ca[i]);
	for (size_t i = 0; a->protocol == CONF_H248 && i < a->mgcs.n; i++) {
		struct h248_mgc m;

		if (h248_parse_mgc(&m, str_of(mgc[i]), a) &&
		    m.transport == TRANSPORT_SCTP)
			add_one(p, a, m.addr);
	}
}

static bool is_for(const struct net_listener *l, const struct conf_agent *a)
{
	const void *tag = a->protocol == CONF_H248 ? h248_listener_tag : NULL;
	const struct addr *v = a->listen.v;

	if (!net_listener_is(l, NET_sctp) || net_listener_user(l) != tag)
		return false;
	for (size_t i = 0; i < a->listen.n; i++)
		if (v[i].port == net_listener_addr(l)->port)
			return true;
	return !a->listen.n;
}

static void tell(struct net_listener *l, const struct conf_agent *a, struct peers *p,
		 struct buf *said)
{
	struct net_sctp_spec spec;
	char why[NET_WHY_MAX];

	agent_spec(a, &spec);
	for (unsigned i = 0; i < p->n; i++) {
		p->v[i].spec = &spec;
		if (!net_sctp_know(l, &p->v[i], why))
			continue;
		if (said)
			buf_printf(said, "agent \"%s\": sctp: %s\n", a->head.title, why);
		else
			log_warn(LOGC_NET, "agent \"%s\": sctp: %s", a->head.title, why);
	}
}

static void each(struct daemon *d, const struct conf *c, bool forget, struct buf *said)
{
	const struct conf_agent *a = c->agent.v;
	struct net_listener *l;
	struct peers p;

	for (size_t i = 0; i < c->agent.n; i++) {
		if (!sctpd_agent(&a[i]))
			continue;
		peers_of(&a[i], &p);
		for (l = NULL; (l = net_listener_next(d->net, l));) {
			if (!is_for(l, &a[i]))
				continue;
			for (unsigned k = 0; forget && k < p.n; k++)
				net_sctp_forget(l, &p.v[k].remote[0]);
			if (!forget)
				tell(l, &a[i], &p, said);
		}
	}
}

/* Nobody else gets as far as the stack. */
static void tell_networks(struct daemon *d, const struct conf *c)
{
	const struct conf_agent *a = c->agent.v;
	struct net_sctp_net *v;
	unsigned n = 0;
	size_t most = 0;

	for (size_t i = 0; i < c->agent.n; i++)
		most += a[i].allow.n;
	v = mem_array(most + 1, sizeof(*v));
	for (size_t i = 0; v && i < c->agent.n; i++) {
		const struct conf_net *allow = a[i].allow.v;

		for (size_t k = 0; sctpd_agent(&a[i]) && k < a[i].allow.n; k++)
			v[n++] = (struct net_sctp_net){ allow[k].net, allow[k].bits };
	}
	if (!v || net_sctp_allow(d->net, v, n))
		log_err(LOGC_NET, "sctp: out of memory");
	mem_free(v);
}

void sctpd_peers(struct daemon *d, const struct conf *was, const struct conf *now,
		 struct buf *said)
{
	if (!net_sctp_running(d->net))
		return;
	tell_networks(d, now);
	if (was)
		each(d, was, true, said);
	each(d, now, false, said);
}

/* ---- what associations tell ---------------------------------------------------- */

void sctpd_noticed(void *arg, const struct net_peer *peer, enum net_notice what,
		   const struct addr *path)
{
	char at[ADDR_STRLEN], on[ADDR_STRLEN] = "";

	(void)arg;
	addr_print(at, &peer->remote);
	if (path)
		addr_print_ip(on, path);
	switch (what) {
	case NET_PATH_UP:
		log_notice(LOGC_NET, "sctp %s: path %s is up", at, on);
		break;
	case NET_PATH_DOWN:
		log_warn(LOGC_NET, "sctp %s: path %s is down", at, on);
		break;
	case NET_RESTARTED:
		log_warn(LOGC_NET, "sctp %s: the peer has restarted", at);
		break;
	case NET_PEER_ERROR:
		log_notice(LOGC_NET, "sctp %s: the peer found fault with a chunk", at);
		break;
	case NET_SEND_FAILED:
		log_notice(LOGC_NET, "sctp %s: messages were not delivered", at);
		break;
	case NET_PEER_CLOSES:
		log_info(LOGC_NET, "sctp %s: the peer takes leave", at);
		break;
	}
}

bool sctpd_others(struct daemon *d, const struct net_peer *gone, const struct owner *o)
{
	struct net_peer p;

	for (unsigned it = 0; net_sctp_next_open(d->net, &it, &p);)
		if (p.conn != gone->conn && !net_listener_user(p.at) &&
		    mgcp_engine_knows(d->mgcp, &p.local, &p.remote) == o)
			return true;
	return false;
}
