/* daemon/trust.c - see trust.h.
 *
 * layer: daemon (L5)   thread: control   I/O: files, net/
 */
#include "daemon/trust.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "daemon/h248.h"
#include "daemon/resolve.h"
#include "h248/engine.h"
#include "util/err.h"
#include "util/tmr.h"

enum { DAY_S = 86400, FAILURES_LOGGED = 5 };

bool trust_wanted(const struct conf *c)
{
	return c->h248.tls.n && h248_wanted(c);
}

static bool is_tls(const struct conf_agent *a, const char *mgc, struct h248_mgc *out)
{
	return h248_parse_mgc(out, str_of(mgc), a) && out->transport == TRANSPORT_TLS;
}

bool trust_only(const struct conf_agent *a)
{
	char *const *v = a->mgcs.v;
	struct h248_mgc m;

	if (a->tls_only != CONF_AUTO)
		return a->tls_only == CONF_YES;
	for (size_t i = 0; i < a->mgcs.n; i++)
		if (!is_tls(a, v[i], &m))
			return false;
	return a->mgcs.n > 0;
}

/* ---- files --------------------------------------------------------------------- */

int trust_load(const struct conf *c, struct net_tls **out, char why[NET_WHY_MAX])
{
	const struct conf_tls *t = &c->tls;
	struct net_tls_spec spec = { .ca = t->ca,
				     .crl = t->crl,
				     .certificate = t->certificate,
				     .key = t->key,
				     .only_13 = t->version == CONF_TLS_13,
				     .handshake_ms = (uint32_t)t->handshake };

	*out = NULL;
	return trust_wanted(c) ? net_tls_new(out, &spec, why) : 0;
}

static void print_day(char out[32], int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;

	if (!gmtime_r(&t, &tm) || !strftime(out, 32, "%Y-%m-%d %H:%M UTC", &tm))
		snprintf(out, 32, "an unknown time");
}

void trust_say_end(const struct conf *c, const struct net_tls_cert *cert,
		   char out[NET_WHY_MAX])
{
	int64_t now = (int64_t)time(NULL);
	char day[32];

	out[0] = 0;
	if (now < cert->from) {
		print_day(day, cert->from);
		snprintf(out, NET_WHY_MAX, "tls: our certificate is not good before %s",
			 day);
		return;
	}
	if (now + c->tls.warn / 1000 < cert->until)
		return;
	print_day(day, cert->until);
	snprintf(out, NET_WHY_MAX, "tls: our certificate %s on %s: renew %s",
		 now < cert->until ? "ends" : "ended", day, c->tls.certificate);
}

static void warn_end(struct daemon *d, const struct conf *c,
		     const struct net_tls_cert *cert)
{
	char text[NET_WHY_MAX];

	d->trust_check = now_ns() + TMR_S(DAY_S);
	trust_say_end(c, cert, text);
	if (text[0])
		log_at(LOGC_NET, (int64_t)time(NULL) < cert->until ? LOGL_WARN : LOGL_ERR,
		       "%s", text);
}

void trust_take(struct daemon *d, const struct conf *c, struct net_tls *t)
{
	const struct net_tls_cert *cert;
	char day[32];

	if (!t)
		return;
	cert = net_tls_own(t);
	print_day(day, cert->until);
	log_info(LOGC_NET, "tls: we are %s, by %s, until %s", cert->subject, cert->issuer,
		 day);
	warn_end(d, c, cert);
	net_set_tls(d->net, t);
}

int trust_start(struct daemon *d)
{
	struct net_tls *t;
	char why[NET_WHY_MAX], day[32];
	int err = trust_load(d->conf, &t, why);

	if (err) {
		log_err(LOGC_DAEMON, "tls: %s", why);
		return err;
	}
	if (t) {
		print_day(day, net_tls_own(t)->until);
		env_feature(d, "TLS", FEATURE_ON, "certificate until %s", day);
	} else if (!net_tls_built()) {
		env_feature(d, "TLS", FEATURE_UNWANTED, "built without OpenSSL");
	}
	trust_take(d, d->conf, t);
	return 0;
}

void trust_round(struct daemon *d, uint64_t now)
{
	const struct net_tls *t = net_get_tls(d->net);

	if (t && now >= d->trust_check)
		warn_end(d, d->conf, net_tls_own(t));
}

/* ---- peers --------------------------------------------------------------------- */

static const struct conf_agent *agent_of(const struct daemon *d,
					 const struct net_peer *peer)
{
	const struct addr *local = net_listener_addr(peer->at);
	const struct owner *o = d->h248 ? h248_engine_knows(d->h248, local, &peer->remote,
							    TRANSPORT_TLS)
					: NULL;
	const struct conf_agent *a = d->conf->agent.v;

	for (size_t i = 0; o && i < d->conf->agent.n; i++)
		if (!strcmp(a[i].head.title, owner_get_spec(o)->name))
			return &a[i];
	return NULL;
}

static void put_name(struct buf *out, const char *name)
{
	buf_put(out, name, strlen(name) + 1);
}

static bool is_at(const struct daemon *d, const struct h248_mgc *m,
		  const struct addr *remote)
{
	struct addr v[16];
	int n;

	if (m->addr.family)
		return addr_same_host(&m->addr, remote);
	n = resolve_get(d->resolve, str_of(m->host), v, 16);
	for (int i = 0; i < n; i++)
		if (addr_same_host(&v[i], remote))
			return true;
	return false;
}

static void put_mgc(struct buf *out, const struct h248_mgc *m)
{
	char text[ADDR_STRLEN];

	put_name(out, m->addr.family ? addr_print_ip(text, &m->addr) : m->host);
}

/* The one at this address first: its name goes into our hello. */
static void put_mgcs(const struct daemon *d, const struct conf_agent *a,
		     const struct net_peer *peer, struct buf *out)
{
	char *const *v = a->mgcs.v;
	struct h248_mgc m;

	for (size_t i = 0; i < a->mgcs.n; i++)
		if (is_tls(a, v[i], &m) && is_at(d, &m, &peer->remote))
			put_mgc(out, &m);
	for (size_t i = 0; i < a->mgcs.n; i++)
		if (is_tls(a, v[i], &m) && !is_at(d, &m, &peer->remote))
			put_mgc(out, &m);
}

void trust_names(void *arg, const struct net_peer *peer, struct buf *out)
{
	struct daemon *d = arg;
	const struct conf_agent *a = agent_of(d, peer);
	char *const *v = a ? a->tls_names.v : NULL;
	char text[ADDR_STRLEN];

	if (!a)
		return;
	for (size_t i = 0; i < a->tls_names.n; i++)
		put_name(out, v[i]);
	if (!a->tls_names.n)
		put_mgcs(d, a, peer, out);
	if (!out->n)
		put_name(out, addr_print_ip(text, &peer->remote));
}

/* Once for each host and reason; the rest is counted. */
void trust_unsafe(void *arg, const struct net_peer *peer, const char *why, bool again)
{
	struct daemon *d = arg;
	char at[ADDR_STRLEN];

	if (again || !log_allow(&d->unsafe_log, FAILURES_LOGGED, now_ns()))
		return;
	log_warn(LOGC_NET, "tls: not connected with %s: %s",
		 addr_print(at, &peer->remote), why);
}
