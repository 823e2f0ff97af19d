/* tests/replay/mgcp.c - what scenarios of MGCP need: configuration, operator, status.
 *
 * layer: tests   thread: main   I/O: none
 */
#include <stdlib.h>
#include <string.h>

#include "mgcp/codes.h"
#include "mgcp/engine.h"
#include "util/err.h"
#include "wire/mgcp.h"
#include "world.h"

enum { HOSTS_MAX = 16, HOST_ADDRS = 8 };

struct host {
	char name[64];
	struct addr addr[HOST_ADDRS];
	int n; /* -H_EAGAIN: not known yet */
};

struct mgcp_world {
	struct mgcp_owner_conf conf[WORLD_OWNERS];
	struct host hosts[HOSTS_MAX];
	int nhost;
	struct addr listen; /* of agents named from now on */
};

static struct mgcp_world *own(struct world *w)
{
	return w->proto;
}

static struct mgcp_owner_conf *conf_now(struct world *w)
{
	return &own(w)->conf[w->nowner ? w->nowner - 1 : 0];
}

/* ---- what the engine asks --------------------------------------------------------- */

static int resolve(void *arg, struct span name, struct addr *out, int most)
{
	struct mgcp_world *m = own(arg);

	for (int i = 0; i < m->nhost; i++) {
		const struct host *h = &m->hosts[i];

		if (!str_ieqz(name, h->name))
			continue;
		for (int j = 0; j < h->n && j < most; j++)
			out[j] = h->addr[j];
		return h->n < most ? h->n : most;
	}
	return 0;
}

static void call_end(void *arg, const struct mgcp_call_end *end)
{
	struct ended e = {
		.reason = end->reason_code, .ps = end->ps, .pr = end->pr, .pl = end->pl
	};

	snprintf(e.conn, sizeof(e.conn), "%s", end->conn_id);
	snprintf(e.call, sizeof(e.call), "%s", end->call_id);
	snprintf(e.cause, sizeof(e.cause), "%s", end->cause);
	world_ended(arg, &e);
}

static const struct mgcp_ops ops = { .call_end = call_end, .resolve = resolve };

/* ---- life ------------------------------------------------------------------------- */

static struct mgcp_conf conf_of(struct world *w)
{
	return (struct mgcp_conf){ (uint32_t)w->nowner, own(w)->conf };
}

static int make(struct world *w)
{
	struct mgcp_conf conf = conf_of(w);
	char why[200] = "no memory";

	if (w->engine)
		return 0;
	if (mgcp_conf_check(&conf, why, sizeof(why)))
		return world_fail(w, "configuration: %s", why);
	w->engine = mgcp_engine_new(w->model, &conf, &ops, w);
	return w->engine ? 0 : world_fail(w, "no engine: %s", why);
}

static struct owner *mgcp_knows(struct world *w, const struct addr *local,
			 const struct addr *remote)
{
	return make(w) ? NULL : mgcp_engine_knows(w->engine, local, remote);
}

static bool seen[1000];

int mgcp_unseen(FILE *out)
{
	int n = 0;

	for (const struct mgcp_code_row *r = mgcp_codes; r->text; r++)
		if (r->use == MGCP_USE_YES && !seen[r->code]) {
			fprintf(out, "no scenario is answered %03u %s\n", r->code,
				r->text);
			n++;
		}
	return n;
}

/* Every message we send can be parsed, and each line ends in CRLF. */
static const char *mgcp_judge(struct world *w, char **text, size_t *size)
{
	const char *bytes = *text;
	size_t n = *size;
	struct arena *a = arena_new(1 << 20);
	struct span rest = { bytes, n }, one;
	struct parse_err err = { 0 };
	struct mgcp_msg *m;
	const char *wrong = NULL;

	(void)w;
	for (size_t i = 0; i < n; i++)
		if (bytes[i] == '\n' && (!i || bytes[i - 1] != '\r'))
			wrong = "a line end without CR";
	while (!wrong && mgcp_split(&rest, &one)) {
		arena_reset(a);
		if (mgcp_parse(a, one, &m, &err))
			wrong = err.what ? err.what : "unreadable";
		else if (m->verb == MGCP_RESPONSE)
			seen[m->code] = true;
	}
	arena_free(a);
	return wrong;
}

/* ---- set-up lines ----------------------------------------------------------------- */

/* owner NAME [osmocom] */
static int line_owner(struct world *w, int argc, char **argv)
{
	bool osmo = argc > 2 && !strcmp(argv[2], "osmocom");
	struct owner_spec spec = { .proto = PROTO_MGCP,
				   .loop_net = osmo,
				   .any_one = osmo };
	struct mgcp_owner_conf *c = &own(w)->conf[w->nowner];

	if (w->nowner == WORLD_OWNERS)
		return world_fail(w, "too many owners");
	snprintf(spec.name, sizeof(spec.name), "%s", argv[1]);
	w->owners[w->nowner] = owner_add(w->model, &spec);
	if (!w->owners[w->nowner])
		return world_fail(w, "no owner");
	w->nowner++;
	mgcp_owner_conf_init(c, osmo ? MGCP_PROFILE_OSMOCOM : MGCP_PROFILE_DEFAULT);
	memcpy(c->name, spec.name, sizeof(c->name));
	strcpy(c->gateway, "gw.example.net");
	c->mwd = 0;
	world_addr(&own(w)->listen, "192.0.2.10:2427");
	c->listen[c->nlisten++] = own(w)->listen;
	return 0;
}

/* listen ADDR: for agents named from now on */
static int line_listen(struct world *w, const char *text)
{
	struct mgcp_owner_conf *c = conf_now(w);

	if (!world_addr(&own(w)->listen, text))
		return world_fail(w, "no address: %s", text);
	c->listen[c->nlisten++] = own(w)->listen;
	return 0;
}

/* agent NAME ADDR: allowed and provisioned; caller: allowed only; stranger: neither */
static int line_peer(struct world *w, char **argv)
{
	struct mgcp_owner_conf *c = conf_now(w);
	struct peer *p = &w->peers[w->npeer];
	struct mgcp_allow *al = &c->allow[c->nallow];

	if (w->npeer == WORLD_PEERS || !world_addr(&p->addr, argv[2]))
		return world_fail(w, "no address: %s", argv[2]);
	w->npeer++;
	snprintf(p->name, sizeof(p->name), "%s", argv[1]);
	p->local = own(w)->listen;
	if (!strcmp(argv[0], "stranger"))
		return 0;
	c->nallow++;
	al->net = p->addr;
	al->net.port = 0;
	al->bits = p->addr.family == 4 ? 32 : 128;
	if (!strcmp(argv[0], "agent"))
		c->agent[c->nagent++] = p->addr;
	return 0;
}

static int line_allow(struct world *w, const char *text)
{
	struct mgcp_owner_conf *c = conf_now(w);
	unsigned bits;

	if (addr_parse_net(&c->allow[c->nallow].net, &bits, str_of(text)))
		return world_fail(w, "no network: %s", text);
	c->allow[c->nallow++].bits = (uint8_t)bits;
	return 0;
}

/* host NAME ADDR... | later | none */
static int line_host(struct world *w, int argc, char **argv)
{
	struct mgcp_world *m = own(w);
	struct host *h = m->hosts;

	while (h < m->hosts + m->nhost && strcmp(h->name, argv[1]))
		h++;
	if (h == m->hosts + m->nhost)
		m->nhost++;
	snprintf(h->name, sizeof(h->name), "%s", argv[1]);
	h->n = !strcmp(argv[2], "later") ? -H_EAGAIN : 0;
	for (int i = 2; i < argc && h->n >= 0; i++)
		if (world_addr(&h->addr[h->n], argv[i]))
			h->n++;
	return 0;
}

static const struct world_number numbers[] = {
#define NUMBER(f)                                                                        \
	{                                                                                \
#f, offsetof(struct mgcp_owner_conf, f)                                  \
	}
	NUMBER(store_max), NUMBER(datagram_max), NUMBER(t_hist),  NUMBER(t_max),
	NUMBER(longtran),  NUMBER(rto_first),    NUMBER(rto_min), NUMBER(rto_max),
	NUMBER(max1),      NUMBER(max2),         NUMBER(mwd),     NUMBER(tdinit),
	NUMBER(tdmin),     NUMBER(tdmax),        NUMBER(tries),
};

/* set KEY VALUE */
static int line_set(struct world *w, char **argv)
{
	const char *key = argv[1], *value = argv[2];
	struct mgcp_owner_conf *c = conf_now(w);
	bool yes = !strcmp(value, "yes");

	if (world_set_number(c, numbers, sizeof(numbers) / sizeof(numbers[0]), argv))
		return 0;
	if (!strcmp(key, "announce"))
		c->announce = yes;
	else if (!strcmp(key, "retransmit"))
		c->retransmit = yes;
	else if (!strcmp(key, "dns_max1"))
		c->dns_max1 = yes;
	else if (!strcmp(key, "dns_max2"))
		c->dns_max2 = yes;
	else if (!strcmp(key, "domain"))
		snprintf(c->domain[c->ndomain++], MGCP_DOMAIN_LEN, "%s", value);
	else if (!strcmp(key, "notified"))
		snprintf(c->notified, MGCP_ENTITY_LEN, "%s", value);
	else
		return world_set_idle(w, argv);
	return 0;
}

/* ---- the operator ----------------------------------------------------------------- */

/* service OWNER PATTERN graceful|forced|back|cancel [DELAY] */
static int line_service(struct world *w, int argc, char **argv)
{
	int what = world_service(w, argv), n;

	if (what < 0)
		return WORLD_FAIL;
	n = mgcp_engine_service(w->engine, world_owner(w, argv[1]), str_of(argv[2]),
				(enum mgcp_service_change)what,
				argc > 4 ? (uint32_t)atol(argv[4]) : 0, w->now);
	if (n < 0)
		return world_fail(w, "service: %s", err_str(n));
	return world_settle(w);
}

static int line_stop(struct world *w, const char *delay)
{
	mgcp_engine_stop(w->engine, (uint32_t)atol(delay), w->now);
	return world_settle(w);
}

static int line_reload(struct world *w)
{
	struct mgcp_conf conf = conf_of(w);
	int rc = mgcp_engine_reload(w->engine, &conf, w->now);

	return rc ? world_fail(w, "reload: %s", err_str(rc)) : world_settle(w);
}

static int line_resolved(struct world *w, const char *host)
{
	struct addr v[HOST_ADDRS];
	int n = resolve(w, str_of(host), v, HOST_ADDRS);

	mgcp_engine_resolved(w->engine, str_of(host), v, n, w->now);
	return world_settle(w);
}

static int line_unreachable(struct world *w, const char *name)
{
	struct peer *p = world_peer(w, name);

	if (!p)
		return world_fail(w, "who?");
	mgcp_engine_unreachable(w->engine, &p->addr, w->now);
	return world_settle(w);
}

/* lost NAME [others]: its association is gone; others are open */
static int line_lost(struct world *w, int argc, char **argv)
{
	struct peer *p = world_peer(w, argv[1]);
	struct assoc as = { .id = 7, .transport = TRANSPORT_SCTP,
			    .owner = world_owner(w, NULL) };

	if (!p)
		return world_fail(w, "who?");
	as.remote = p->addr;
	mgcp_engine_closed(w->engine, &as, argc > 2, w->now);
	return world_settle(w);
}

static int setup_line(struct world *w, int argc, char **argv)
{
	const char *cmd = argv[0];

	if (!strcmp(cmd, "owner") && argc > 1)
		return line_owner(w, argc, argv);
	if (!strcmp(cmd, "listen") && argc > 1)
		return line_listen(w, argv[1]);
	if (argc > 2 &&
	    (!strcmp(cmd, "agent") || !strcmp(cmd, "caller") || !strcmp(cmd, "stranger")))
		return line_peer(w, argv);
	if (!strcmp(cmd, "allow") && argc > 1)
		return line_allow(w, argv[1]);
	if (!strcmp(cmd, "host") && argc > 2)
		return line_host(w, argc, argv);
	if (!strcmp(cmd, "set") && argc > 2)
		return line_set(w, argv);
	return WORLD_UNKNOWN;
}

static int operator_line(struct world *w, int argc, char **argv)
{
	const char *cmd = argv[0];

	if (make(w))
		return WORLD_FAIL;
	if (!strcmp(cmd, "start")) {
		mgcp_engine_start(w->engine, w->now);
		return world_settle(w);
	}
	if (!strcmp(cmd, "service") && argc > 3)
		return line_service(w, argc, argv);
	if (!strcmp(cmd, "stop") && argc > 1)
		return line_stop(w, argv[1]);
	if (!strcmp(cmd, "reload"))
		return line_reload(w);
	if (!strcmp(cmd, "resolved") && argc > 1)
		return line_resolved(w, argv[1]);
	if (!strcmp(cmd, "unreachable") && argc > 1)
		return line_unreachable(w, argv[1]);
	if (!strcmp(cmd, "lost") && argc > 1)
		return line_lost(w, argc, argv);
	return mgcp_so(w, argc, argv);
}

static int mgcp_line(struct world *w, int argc, char **argv)
{
	int rc = setup_line(w, argc, argv);

	return rc == WORLD_UNKNOWN ? operator_line(w, argc, argv) : rc;
}

const struct world_proto mgcp_proto = {
	.name = "mgcp",
	.folder = "/mgcp/",
	.open = '{',
	.close = '}',
	.line = mgcp_line,
	.size = sizeof(struct mgcp_world),
	.ops = &mgcp_engine_ops,
	.knows = mgcp_knows,
	.judge = mgcp_judge,
};
