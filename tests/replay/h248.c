/* tests/replay/h248.c - what is H.248's own in a scenario.
 *
 * layer: tests   thread: main   I/O: none
 *
 * Holes are written "(x)". What a peer marked `binary` says and hears is BER on the wire
 * and compact text in the scenario.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "h248/engine.h"
#include "h248/mg.h"
#include "util/err.h"
#include "world.h"

struct h248_world {
	struct h248_mg_conf conf[WORLD_OWNERS];
	struct addr listen;
	bool binary[WORLD_PEERS];
	bool warm;
	struct addr connect; /* the last asked for; family 0: none */
};

static struct h248_world *own(struct world *w)
{
	return w->proto;
}

static struct h248_mg_conf *conf_now(struct world *w)
{
	return &own(w)->conf[w->nowner ? w->nowner - 1 : 0];
}

/* ---- what the engine asks of us --------------------------------------------------- */

static void call_end(void *arg, const struct h248_call_end *end)
{
	struct ended e = { .reason = end->reason_code,
			     .ps = (uint32_t)end->ps,
			     .pr = (uint32_t)end->pr,
			     .pl = (uint32_t)end->lost };

	snprintf(e.conn, sizeof(e.conn), "%s", end->term);
	snprintf(e.call, sizeof(e.call), "%u", end->ctx);
	snprintf(e.cause, sizeof(e.cause), "%s", end->cause);
	world_ended(arg, &e);
}

static void want_stream(void *arg, const struct assoc *as)
{
	own(arg)->connect = as->remote;
}

static uint64_t wall(void *arg)
{
	return ((struct world *)arg)->now / 10000000 + 176705280000u;
}

static const struct h248_ops ops = { .call_end = call_end, .connect = want_stream,
				     .wall = wall };

/* ---- life ------------------------------------------------------------------------- */

static struct h248_conf conf_of(struct world *w)
{
	return (struct h248_conf){ (uint32_t)w->nowner, own(w)->conf };
}

static int make(struct world *w)
{
	struct h248_conf conf = conf_of(w);
	char why[200] = "no memory";

	if (w->engine)
		return 0;
	if (h248_conf_check(&conf, why, sizeof(why)))
		return world_fail(w, "configuration: %s", why);
	w->engine = h248_engine_new(w->model, &conf, &ops, w);
	return w->engine ? 0 : world_fail(w, "no engine: %s", why);
}

static struct owner *h248_knows(struct world *w, const struct addr *local,
				const struct addr *remote)
{
	return make(w) ? NULL
		       : h248_engine_knows(w->engine, local, remote, TRANSPORT_UDP);
}

/* ---- forms ------------------------------------------------------------------------ */

static const struct h248_names *names_of(struct world *w)
{
	const struct h248_mg *mg = w->nowner ? owner_user(w->owners[0]) : NULL;

	return mg ? &mg->names : &h248_names_plain;
}

static char *dup_buf(const struct buf *b, size_t *n)
{
	char *p = malloc(b->n + 1);

	memcpy(p, b->p, b->n);
	*n = b->n;
	return p;
}

static bool seen[1000];

static void note_error(const struct h248_error *e)
{
	if (e && e->code < 1000)
		seen[e->code] = true;
}

static void note_errors(const struct h248_msg *m)
{
	note_error(m->error);
	for (const struct h248_trans *t = m->trans; t; t = t->next) {
		note_error(t->error);
		for (const struct h248_action *a = t->actions; a; a = a->next) {
			note_error(a->error);
			for (const struct h248_cmd *c = a->cmds; c; c = c->next)
				for (const struct h248_desc *d = c->descs; d; d = d->next)
					if (d->kind == H248_D_ERROR)
						note_error(d->u.error);
		}
	}
}

int h248_unseen(FILE *out)
{
	int n = 0;

	for (const struct h248_code_row *r = h248_codes; r->text; r++)
		if (r->use == H248_USE_YES && !seen[r->code]) {
			fprintf(out, "no H.248 scenario is answered %u %s\n", r->code,
				r->text);
			n++;
		}
	return n;
}

/* Every message we send can be read; BER is shown as compact text. */
static const char *h248_judge(struct world *w, char **text, size_t *n)
{
	struct arena *a = arena_new(8 << 20);
	struct h248_fault f = { 0 };
	struct h248_misfit misfit = { "" };
	struct h248_msg *m = NULL;
	const char *wrong = NULL;
	bool ber = *n && **text == 0x30;
	struct buf b;
	int rc = ber ? h248_ber_dec(a, (struct span){ *text, *n }, &m, &f)
		     : h248_text_parse(a, (struct span){ *text, *n }, &m, &f);

	if (rc)
		wrong = f.err.what ? f.err.what : "unreadable";
	else
		note_errors(m);
	if (!rc && ber) {
		buf_init(&b, 1 << 20);
		if (h248_text_print(&b, m, H248_COMPACT, names_of(w), &misfit)) {
			wrong = "no text for it";
		} else {
			free(*text);
			*text = dup_buf(&b, n);
		}
		buf_fini(&b);
	}
	arena_free(a);
	return wrong;
}

static int h248_encode(struct world *w, const struct peer *p, char **text, size_t *n)
{
	struct arena *a;
	struct h248_fault f = { 0 };
	struct h248_misfit misfit = { "" };
	struct h248_msg *m = NULL;
	struct buf b;
	int rc;

	if (!own(w)->binary[p - w->peers])
		return 0;
	a = arena_new(8 << 20);
	buf_init(&b, 1 << 20);
	rc = h248_text_parse(a, (struct span){ *text, *n }, &m, &f);
	if (!rc)
		rc = h248_ber_enc(&b, m, names_of(w), &misfit);
	if (!rc) {
		free(*text);
		*text = dup_buf(&b, n);
	}
	buf_fini(&b);
	arena_free(a);
	return rc ? world_fail(w, "no BER of that: %s%s", f.err.what ? f.err.what : "",
			       misfit.what)
		  : 0;
}

/* ---- set-up lines ----------------------------------------------------------------- */

/* owner NAME MID */
static int line_owner(struct world *w, int argc, char **argv)
{
	struct owner_spec spec = { .proto = PROTO_H248, .accept = ACCEPT_HOST };
	struct h248_mg_conf *c = &own(w)->conf[w->nowner];

	if (w->nowner == WORLD_OWNERS)
		return world_fail(w, "too many owners");
	snprintf(spec.name, sizeof(spec.name), "%s", argv[1]);
	w->owners[w->nowner] = owner_add(w->model, &spec);
	if (!w->owners[w->nowner])
		return world_fail(w, "no owner");
	w->nowner++;
	h248_mg_conf_init(c);
	memcpy(c->name, spec.name, sizeof(c->name));
	snprintf(c->mid, sizeof(c->mid), "%s", argc > 2 ? argv[2] : "gw");
	c->mwd = 0;
	c->version = 1;
	world_addr(&own(w)->listen,
		   w->nowner > 1 ? "192.0.2.11:2944" : "192.0.2.10:2944");
	c->listen[c->nlisten++] = (struct h248_listen){ .addr = own(w)->listen };
	c->listen[c->nlisten] = c->listen[0];
	c->listen[c->nlisten].binary = true;
	c->listen[c->nlisten++].addr.port = 2945;
	return 0;
}

/* mgc NAME ADDR [binary] [vN] [tcp]: of the list; caller: allowed only; stranger: neither
 */
static int line_peer(struct world *w, int argc, char **argv)
{
	struct h248_mg_conf *c = conf_now(w);
	struct peer *p = &w->peers[w->npeer];
	struct h248_mgc m = { .version = 0 };

	if (w->npeer == WORLD_PEERS || !world_addr(&p->addr, argv[2]))
		return world_fail(w, "no address: %s", argv[2]);
	snprintf(p->name, sizeof(p->name), "%s", argv[1]);
	snprintf(m.host, sizeof(m.host), "%s", argv[1]);
	p->local = own(w)->listen;
	m.addr = p->addr;
	for (int i = 3; i < argc; i++) {
		m.binary |= !strcmp(argv[i], "binary");
		if (argv[i][0] == 'v')
			m.version = (uint8_t)atoi(argv[i] + 1);
		if (!strcmp(argv[i], "tcp"))
			m.transport = TRANSPORT_TCP;
	}
	if (m.binary)
		p->local.port = 2945;
	if (m.transport == TRANSPORT_TCP || m.addr.family == 6)
		p->local = (struct addr){ 0 };
	p->transport = m.transport;
	own(w)->binary[w->npeer++] = m.binary;
	if (!strcmp(argv[0], "mgc"))
		c->mgc[c->nmgc++] = m;
	else if (!strcmp(argv[0], "caller"))
		c->allow[c->nallow++] = (struct h248_allow){
			.net = p->addr, .bits = p->addr.family == 4 ? 32 : 128 };
	return 0;
}

static const struct world_number numbers[] = {
#define NUMBER(f) { #f, offsetof(struct h248_mg_conf, f) }
	NUMBER(max_contexts), NUMBER(store_max), NUMBER(datagram_max), NUMBER(mwd),
	NUMBER(long_timer), NUMBER(t_max), NUMBER(rto_first), NUMBER(rto_min),
	NUMBER(rto_max), NUMBER(tries), NUMBER(mg_time), NUMBER(mg_pending),
	NUMBER(mgc_pending), NUMBER(mg_pending_limit), NUMBER(mgc_pending_limit),
	NUMBER(segment_time), NUMBER(silent_mgc), NUMBER(max_maps), NUMBER(netfail_time),
	NUMBER(stream_max), NUMBER(mgc_time),
};

/* set KEY VALUE */
static int line_set(struct world *w, char **argv)
{
	const char *key = argv[1], *value = argv[2];
	struct h248_mg_conf *c = conf_now(w);

	if (world_set_number(c, numbers, sizeof(numbers) / sizeof(numbers[0]), argv))
		return 0;
	if (!strcmp(key, "version"))
		c->version = (uint8_t)atoi(value);
	else if (!strcmp(key, "max_terms"))
		c->max_terms = (uint16_t)atoi(value);
	else if (!strcmp(key, "pretty"))
		c->pretty = !strcmp(value, "yes");
	else if (!strcmp(key, "profile"))
		snprintf(c->profile, sizeof(c->profile), "%s", value);
	else if (!strcmp(key, "warm"))
		own(w)->warm = !strcmp(value, "yes");
	else if (!strcmp(key, "pattern"))
		snprintf(c->pool[0].pattern, sizeof(c->pool[0].pattern), "%s", value);
	else if (!strcmp(key, "mid"))
		snprintf(c->mid, sizeof(c->mid), "%s", value);
	else if (!strcmp(key, "rtp_ids"))
		c->pool[0].bin.octets = (uint8_t)atoi(value);
	else if (!strcmp(key, "first_rtp"))
		c->pool[0].first = (uint32_t)atol(value);
	else if (!strcmp(key, "last_rtp"))
		c->pool[0].last = (uint32_t)atol(value);
	else
		return world_set_idle(w, argv);
	return 0;
}

/* ---- the operator, and the daemon ------------------------------------------------- */

/* service OWNER PATTERN graceful|forced|back|cancel [DELAY [REASON]] */
static int line_service(struct world *w, int argc, char **argv)
{
	int what = world_service(w, argv), n;

	if (what < 0)
		return WORLD_FAIL;
	n = h248_engine_service(w->engine, world_owner(w, argv[1]), str_of(argv[2]),
				(enum h248_service_change)what,
				argc > 4 ? (uint32_t)atol(argv[4]) : 0,
				argc > 5 ? (unsigned)atol(argv[5]) : 0, w->now);
	if (n < 0)
		return world_fail(w, "service: %s", err_str(n));
	return world_settle(w);
}

/* stream NAME ID [spare]|closed: a stream with that MGC is open, or broke */
static int line_stream(struct world *w, char **argv, bool spare)
{
	struct peer *p = world_peer(w, argv[1]);
	struct assoc as = { .transport = TRANSPORT_TCP, .owner = world_owner(w, NULL) };

	if (!p)
		return world_fail(w, "who?");
	as.remote = p->addr;
	as.id = p->conn;
	p->conn = strtoull(argv[2], NULL, 10);
	if (p->conn) {
		as.id = p->conn;
		if (h248_engine_connected(w->engine, &as, w->now) == spare)
			return world_fail(w, "the engine thinks otherwise of it");
	} else {
		h248_engine_closed(w->engine, &as, w->now);
	}
	return world_settle(w);
}

/* dialled NAME|nobody: whom the engine wanted a stream with, since last asked */
static int line_dialled(struct world *w, const char *name)
{
	const struct addr *want = &own(w)->connect;
	struct peer *p = strcmp(name, "nobody") ? world_peer(w, name) : NULL;
	bool good = p ? addr_eq(want, &p->addr) : !want->family;
	char at[ADDR_STRLEN];

	if (!p && strcmp(name, "nobody"))
		return world_fail(w, "who?");
	if (!good)
		return world_fail(w, "dialled %s",
				  want->family ? addr_print(at, want) : "nobody");
	own(w)->connect = (struct addr){ 0 };
	return 0;
}

static int line_reload(struct world *w)
{
	struct h248_conf conf = conf_of(w);
	int rc = h248_engine_reload(w->engine, &conf, w->now);

	return rc ? world_fail(w, "reload: %s", err_str(rc)) : world_settle(w);
}

static int setup_line(struct world *w, int argc, char **argv)
{
	const char *cmd = argv[0];

	if (!strcmp(cmd, "owner") && argc > 1)
		return line_owner(w, argc, argv);
	if (argc > 2 &&
	    (!strcmp(cmd, "mgc") || !strcmp(cmd, "caller") || !strcmp(cmd, "stranger")))
		return line_peer(w, argc, argv);
	if (!strcmp(cmd, "set") && argc > 2)
		return line_set(w, argv);
	return WORLD_UNKNOWN;
}

static int h248_line(struct world *w, int argc, char **argv)
{
	const char *cmd = argv[0];
	int rc = setup_line(w, argc, argv);

	if (rc != WORLD_UNKNOWN)
		return rc;
	if (make(w))
		return WORLD_FAIL;
	if (!strcmp(cmd, "start")) {
		h248_engine_start(w->engine, own(w)->warm, w->now);
		return world_settle(w);
	}
	if (!strcmp(cmd, "service") && argc > 3)
		return line_service(w, argc, argv);
	if (!strcmp(cmd, "stop") && argc > 1) {
		h248_engine_stop(w->engine, (uint32_t)atol(argv[1]), w->now);
		return world_settle(w);
	}
	if (!strcmp(cmd, "reload"))
		return line_reload(w);
	if (!strcmp(cmd, "stream") && argc > 2)
		return line_stream(w, argv, argc > 3 && !strcmp(argv[3], "spare"));
	if (!strcmp(cmd, "dialled") && argc > 1)
		return line_dialled(w, argv[1]);
	return h248_so(w, argc, argv);
}

const struct world_proto h248_proto = {
	.name = "h248",
	.folder = "/h248/",
	.open = '(',
	.close = ')',
	.line = h248_line,
	.size = sizeof(struct h248_world),
	.ops = &h248_engine_ops,
	.knows = h248_knows,
	.judge = h248_judge,
	.encode = h248_encode,
};
