/* daemon/h248conf.c - agent sections with protocol = h248, as the engine wants them.
 *
 * layer: daemon (L5)   thread: control   I/O: none
 */
#include <stdio.h>
#include <string.h>

#include "daemon/apply.h"
#include "daemon/check.h"
#include "daemon/h248.h"
#include "daemon/sctp.h"
#include "daemon/trust.h"
#include "util/err.h"
#include "util/mem.h"

bool h248_wanted(const struct conf *c)
{
	const struct conf_agent *a = c->agent.v;

	for (size_t i = 0; i < c->agent.n; i++)
		if (a[i].protocol == CONF_H248)
			return true;
	return false;
}

/* ---- addresses ----------------------------------------------------------------- */

static bool may_use(const struct conf_agent *a, const struct addr *at)
{
	const struct addr *v = a->listen.v;

	for (size_t i = 0; i < a->listen.n; i++)
		if (addr_eq(&v[i], at))
			return true;
	return !a->listen.n;
}

static void copy_listen(const struct conf_list *from, const struct conf_agent *a,
			enum transport t, struct h248_mg_conf *out)
{
	const struct addr *v = from->v;

	for (size_t i = 0; i < from->n && out->nlisten < H248_LISTEN_MAX; i++)
		if (may_use(a, &v[i]))
			out->listen[out->nlisten++] = (struct h248_listen){
				.addr = v[i],
				.transport = t,
				.binary = v[i].port == H248_BINARY_PORT,
			};
}

/* Which address we speak from: port 2945 is BER's and others text's (Annex D.1), but
 * where there is no such one any will do; what comes in tells its form itself. */
static void fit_forms(struct h248_mg_conf *out, bool binary)
{
	for (unsigned i = 0; i < out->nlisten; i++) {
		struct h248_listen *l = &out->listen[i];
		bool fits = false;

		for (unsigned k = 0; k < out->nlisten; k++)
			fits |= out->listen[k].transport == l->transport &&
				out->listen[k].addr.family == l->addr.family &&
				out->listen[k].binary == binary;
		if (!fits)
			l->binary = binary;
	}
}

static void copy_allow(const struct conf_agent *a, struct h248_mg_conf *out)
{
	const struct conf_net *v = a->allow.v;
	char *const *peers = a->sctp_peers.v;
	struct net_sctp_peer p;

	for (size_t i = 0; i < a->allow.n && out->nallow < H248_ALLOW_MAX; i++)
		out->allow[out->nallow++] = (struct h248_allow){ v[i].net, v[i].bits };
	for (size_t i = 0; i < a->sctp_peers.n; i++) {
		if (!sctpd_parse_peer(str_of(peers[i]), 0, &p))
			continue;
		for (unsigned k = 0; k < p.nremote && out->nallow < H248_ALLOW_MAX; k++) {
			p.remote[k].port = 0;
			out->allow[out->nallow++] = (struct h248_allow){
				p.remote[k], p.remote[k].family == 6 ? 128 : 32
			};
		}
	}
}

/* Cuts "tcp:" and the like off; without one it is the agent's. */
static enum transport cut_transport(struct span *s, const struct conf_agent *a)
{
	static const struct {
		const char *word;
		enum transport t;
	} words[] = { [CONF_UDP] = { "udp:", TRANSPORT_UDP },
		      [CONF_TCP] = { "tcp:", TRANSPORT_TCP },
		      [CONF_TLS] = { "tls:", TRANSPORT_TLS },
		      [CONF_SCTP] = { "sctp:", TRANSPORT_SCTP } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_istarts(*s, words[i].word)) {
			size_t n = strlen(words[i].word);

			*s = (struct span){ s->p + n, s->n - n };
			return words[i].t;
		}
	return words[a->transport].t;
}

bool h248_parse_mgc(struct h248_mgc *out, struct span s, const struct conf_agent *a)
{
	struct span host;
	uint32_t port = 0;

	*out = (struct h248_mgc){ .transport = cut_transport(&s, a) };
	if (!s.n || s.n >= sizeof(out->host))
		return false;
	host = s;
	if (!addr_parse(&out->addr, s) || !addr_parse_ip(&out->addr, s)) {
		snprintf(out->host, sizeof(out->host), "%.*s", (int)s.n, s.p);
		return !addr_is_any(&out->addr);
	}
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != ':')
			continue;
		host.n = i;
		if (!str_u32((struct span){ s.p + i + 1, s.n - i - 1 }, 65535, &port))
			return false;
	}
	out->addr = (struct addr){ .port = (uint16_t)port };
	snprintf(out->host, sizeof(out->host), "%.*s", (int)host.n, host.p);
	return host.n > 0;
}

static int copy_mgcs(const struct conf_agent *a, struct h248_mg_conf *out, char *why)
{
	char *const *v = a->mgcs.v;

	for (size_t i = 0; i < a->mgcs.n; i++) {
		if (i == H248_MGCS_MAX ||
		    !h248_parse_mgc(&out->mgc[i], str_of(v[i]), a)) {
			snprintf(why, H248_WHY_MAX,
				 "agent \"%s\": mgcs: \"%.80s\" is not "
				 "[udp:|tcp:|tls:|sctp:]HOST[:PORT], or one too many",
				 a->head.title, v[i]);
			return -H_EINVAL;
		}
		out->mgc[i].binary = a->encoding == H248_ENC_BER;
		out->mgc[i].version = (uint8_t)a->version;
		out->nmgc++;
	}
	return 0;
}

/* ---- names --------------------------------------------------------------------- */

/* Not told: our first address that is one, else the host's name as a domain. */
static void copy_mid(const struct conf *c, const struct conf_agent *a,
		     struct h248_mg_conf *out)
{
	const char *name = c->global.name[0] ? c->global.name : apply_host_name();
	char at[ADDR_STRLEN];

	if (a->mid[0]) {
		snprintf(out->mid, sizeof(out->mid), "%s", a->mid);
		return;
	}
	for (unsigned i = 0; i < out->nlisten; i++)
		if (!addr_is_any(&out->listen[i].addr) &&
		    out->listen[i].binary == (a->encoding == H248_ENC_BER)) {
			snprintf(out->mid, sizeof(out->mid), "[%s]:%u",
				 addr_print_ip(at, &out->listen[i].addr),
				 out->listen[i].addr.port);
			return;
		}
	snprintf(out->mid, sizeof(out->mid), "<%s>", name);
}

/* "OCTETS:PREFIX/BITS" and for rooms ":BITS" of the zone; empty: no binary ids. */
static bool parse_bin(struct h248_bin *out, struct span s, bool rooms)
{
	uint32_t octets, prefix, bits, zone = 0;
	struct span a = str_cut(&s, ':'), b = str_cut(&s, '/'), c = str_cut(&s, ':');

	if (!str_u32(a, 8, &octets) || !str_u32(b, UINT32_MAX, &prefix) ||
	    !str_u32(c, 32, &bits) || (rooms && !str_u32(s, 32, &zone)) ||
	    (!rooms && s.n))
		return false;
	*out = (struct h248_bin){ .octets = (uint8_t)octets,
				  .prefix_bits = (uint8_t)bits,
				  .zone_bits = (uint8_t)zone,
				  .prefix = prefix };
	return true;
}

static int copy_ids(struct h248_bin *out, const struct conf_agent *a, const char *item,
		    const char *text, bool rooms, char *why)
{
	if (!text[0]) {
		*out = (struct h248_bin){ 0 };
		return 0;
	}
	if (parse_bin(out, str_of(text), rooms))
		return 0;
	snprintf(why, H248_WHY_MAX,
		 "agent \"%s\": %s: \"%.40s\" is not OCTETS:PREFIX/BITS%s", a->head.title,
		 item, text, rooms ? ":BITS" : "");
	return -H_EINVAL;
}

static int copy_pools(const struct conf_agent *a, struct h248_mg_conf *out, char *why)
{
	int err;

	snprintf(out->pool[0].pattern, sizeof(out->pool[0].pattern), "%s", a->ephemerals);
	out->pool[0].first = (uint32_t)a->ephemeral_first;
	out->pool[0].last = (uint32_t)a->ephemeral_last;
	err = copy_ids(&out->pool[0].bin, a, "ephemeral_ids", a->ephemeral_ids, false,
		       why);
	if (err)
		return err;
	return copy_ids(&out->pool[1].bin, a, "port_ids", a->port_ids, true, why);
}

static int check_numbers(const struct conf_endpoint *e, const struct h248_pool *p,
			 char *why)
{
	if (!p->bin.octets || p->bin.zone_bits > 31 ||
	    e->first + e->count <= INT64_C(1) << p->bin.zone_bits)
		return 0;
	snprintf(why, H248_WHY_MAX,
		 "endpoint \"%.60s\": ids: %u bits are too few for room %lld",
		 e->head.title, p->bin.zone_bits, (long long)(e->first + e->count - 1));
	return -H_EINVAL;
}

/* Binary ids of the conference rooms of an endpoint section: conf/%d is conf/%s/%d. */
static int add_rooms(const struct conf_agent *a, const struct conf_endpoint *e,
		     struct h248_mg_conf *out, char *why)
{
	struct h248_pool *p = &out->pool[out->npool];
	const char *name = check_pattern(e), *at = strstr(name, "/%");
	int err;

	if (!e->ids[0])
		return 0;
	if (out->npool == H248_POOLS_MAX || !at || at[3]) {
		snprintf(why, H248_WHY_MAX,
			 "endpoint \"%.60s\": ids: only for names that end in /%%d or "
			 "/%%x, and for %d sections",
			 e->head.title, H248_POOLS_MAX - 2);
		return -H_EINVAL;
	}
	*p = (struct h248_pool){ .kind = H248_POOL_ROOMS,
				 .base = at[2] == 'x' ? 16 : 10 };
	snprintf(p->pattern, sizeof(p->pattern), "%.*s/%%s/%%d", (int)(at - name), name);
	out->npool++;
	err = copy_ids(&p->bin, a, "ids of an endpoint", e->ids, true, why);
	return err ? err : check_numbers(e, p, why);
}

/* Its own, or shared with it. */
static bool has_rooms(const struct conf *c, const struct conf_agent *a,
		      const struct conf_endpoint *e)
{
	char *const *guest = e->agents.v;

	if (check_owner_of(c, e) == a || (e->shared && !e->agents.n))
		return true;
	for (size_t i = 0; e->shared && i < e->agents.n; i++)
		if (!strcmp(guest[i], a->head.title))
			return true;
	return false;
}

static int copy_rooms(const struct conf *c, const struct conf_agent *a,
		      struct h248_mg_conf *out, char *why)
{
	const struct conf_endpoint *e = c->endpoint.v;
	int err = 0;

	for (size_t i = 0; !err && i < c->endpoint.n; i++)
		if (has_rooms(c, a, &e[i]))
			err = add_rooms(a, &e[i], out, why);
	return err;
}

/* An MGC is spoken to from where it is heard. */
static int check_heard(const struct h248_mg_conf *out, char *why)
{
	for (unsigned i = 0; i < out->nmgc; i++) {
		enum transport t = out->mgc[i].transport;
		unsigned k = 0;

		while (k < out->nlisten && out->listen[k].transport != t)
			k++;
		if (k < out->nlisten)
			continue;
		snprintf(why, H248_WHY_MAX,
			 "agent \"%s\": mgcs: for %.80s it may use no address of h248.%s",
			 out->name, out->mgc[i].host, transport_name(t));
		return -H_EINVAL;
	}
	return 0;
}

/* ---- all ----------------------------------------------------------------------- */

static void copy_figures(const struct conf_agent *a, struct h248_mg_conf *out)
{
	out->pretty = a->encoding == H248_ENC_PRETTY;
	out->version = (uint8_t)a->version;
	out->store_max = (uint32_t)a->store_max;
	out->max_contexts = (uint32_t)a->max_contexts;
	out->max_terms = (uint16_t)a->max_terminations;
	out->max_maps = (uint32_t)a->digit_maps;
	out->whole_octets = (uint8_t)a->wildcard_octets;
	out->datagram_max = (uint32_t)a->udp_max;
	out->stream_max = (uint32_t)a->tcp_max;
	out->mwd = (uint32_t)a->mwd;
	out->long_timer = (uint32_t)a->t_hist;
	out->t_max = (uint32_t)a->t_max;
	out->rto_first = (uint32_t)a->rto_first;
	out->rto_min = (uint32_t)a->rto_min;
	out->rto_max = (uint32_t)a->rto_max;
	out->tries = (uint32_t)a->tries;
	out->mg_time = (uint32_t)a->mg_time;
	out->mgc_time = (uint32_t)a->mgc_time;
	out->mg_pending = (uint32_t)a->mg_pending;
	out->mgc_pending = (uint32_t)a->mgc_pending;
	out->mg_pending_limit = (uint32_t)a->pending_limit;
	out->mgc_pending_limit = (uint32_t)a->pending_limit;
	out->segment_time = (uint32_t)a->segment_time;
	out->silent_mgc = (uint32_t)a->silent_mgc;
	out->netfail_time = (uint32_t)a->netfail_time;
}

static int apply_one(const struct conf *c, const struct conf_agent *a,
		     struct h248_mg_conf *out, char *why)
{
	int err;

	h248_mg_conf_init(out);
	snprintf(out->name, sizeof(out->name), "%s", a->head.title);
	snprintf(out->profile, sizeof(out->profile), "%s", a->mg_profile);
	copy_figures(a, out);
	copy_allow(a, out);
	copy_listen(&c->h248.tls, a, TRANSPORT_TLS, out);
	if (!trust_only(a)) {
		copy_listen(&c->h248.udp, a, TRANSPORT_UDP, out);
		copy_listen(&c->h248.tcp, a, TRANSPORT_TCP, out);
		copy_listen(&c->h248.sctp, a, TRANSPORT_SCTP, out);
	}
	fit_forms(out, a->encoding == H248_ENC_BER);
	copy_mid(c, a, out);
	err = copy_mgcs(a, out, why);
	if (!err)
		err = check_heard(out, why);
	if (!err)
		err = copy_pools(a, out, why);
	return err ? err : copy_rooms(c, a, out, why);
}

/* ---- several ----------------------------------------------------------------------- */

static bool share_listener(const struct h248_mg_conf *a, const struct h248_mg_conf *b,
			   enum transport t)
{
	for (unsigned i = 0; i < a->nlisten; i++)
		for (unsigned k = 0; k < b->nlisten; k++)
			if (a->listen[i].transport == t && b->listen[k].transport == t &&
			    addr_eq(&a->listen[i].addr, &b->listen[k].addr))
				return true;
	return false;
}

static bool same_mgc(const struct h248_mgc *a, const struct h248_mgc *b)
{
	if (a->transport != b->transport)
		return false;
	if (a->addr.family)
		return addr_same_host(&a->addr, &b->addr);
	return !b->addr.family && str_ieqz(str_of(a->host), b->host);
}

/* An MGC of two virtual MGs is told apart by where it speaks to (11.1). */
static int check_apart(const struct h248_mg_conf *a, const struct h248_mg_conf *b,
		       char *why)
{
	for (unsigned i = 0; i < a->nmgc; i++)
		for (unsigned k = 0; k < b->nmgc; k++) {
			if (!same_mgc(&a->mgc[i], &b->mgc[k]) ||
			    !share_listener(a, b, a->mgc[i].transport))
				continue;
			snprintf(why, H248_WHY_MAX,
				 "agent \"%s\": mgcs: %.80s is agent \"%s\"'s already; "
				 "each needs a listener of its own (listen)",
				 b->name, a->mgc[i].host, a->name);
			return -H_EINVAL;
		}
	return 0;
}

static bool share_any(const struct h248_mg_conf *a, const struct h248_mg_conf *b)
{
	return share_listener(a, b, TRANSPORT_UDP) ||
	       share_listener(a, b, TRANSPORT_TCP) ||
	       share_listener(a, b, TRANSPORT_TLS) ||
	       share_listener(a, b, TRANSPORT_SCTP);
}

/* The first of them would have the other's MGC. */
static int check_allowed(const struct h248_mg_conf *a, const struct h248_mg_conf *b,
			 char *why)
{
	for (unsigned i = 0; i < a->nallow; i++)
		for (unsigned k = 0; k < b->nmgc; k++) {
			const struct h248_allow *al = &a->allow[i];

			if (!b->mgc[k].addr.family ||
			    !addr_in_net(&b->mgc[k].addr, &al->net, al->bits) ||
			    !share_any(a, b))
				continue;
			snprintf(why, H248_WHY_MAX,
				 "agent \"%s\": allow: %.80s is an MGC of agent \"%s\"; "
				 "each needs a listener of its own (listen)",
				 a->name, b->mgc[k].host, b->name);
			return -H_EINVAL;
		}
	return 0;
}

static int check_all_apart(const struct h248_mg_conf *v, uint32_t n, char *why)
{
	for (uint32_t i = 1; i < n; i++)
		for (uint32_t k = 0; k < i; k++)
			if (check_apart(&v[k], &v[i], why) ||
			    check_allowed(&v[k], &v[i], why) ||
			    check_allowed(&v[i], &v[k], why))
				return -H_EINVAL;
	return 0;
}

struct h248_mg_conf *h248_apply(const struct conf *c, struct h248_conf *out,
				char why[H248_WHY_MAX])
{
	const struct conf_agent *a = c->agent.v;
	struct h248_mg_conf *v = mem_array(c->agent.n ? c->agent.n : 1, sizeof(*v));
	uint32_t n = 0;
	int err = 0;

	snprintf(why, H248_WHY_MAX, "out of memory");
	if (!v)
		return NULL;
	for (size_t i = 0; !err && i < c->agent.n; i++)
		if (a[i].protocol == CONF_H248)
			err = apply_one(c, &a[i], &v[n++], why);
	if (!err)
		err = check_all_apart(v, n, why);
	*out = (struct h248_conf){ .nmg = n, .mg = v };
	if (!err)
		err = h248_conf_check(out, why, H248_WHY_MAX);
	if (!err)
		return v;
	mem_free(v);
	return NULL;
}
