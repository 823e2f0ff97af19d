/* daemon/reload.c - the configuration anew, under the calls.
 *
 * layer: daemon (L5)   thread: control   I/O: reads the file
 *
 * All or nothing as far as the file goes: a bad one changes nothing. Then what can change
 * is changed, and what can't (it is named) keeps its old value.
 */
#include <string.h>

#include "daemon/apply.h"
#include "daemon/daemon.h"
#include "daemon/h248.h"
#include "daemon/logto.h"
#include "daemon/notify.h"
#include "daemon/sctp.h"
#include "daemon/trust.h"
#include "daemon/value.h"
#include "h248/engine.h"
#include "mgcp/engine.h"
#include "store/store.h"
#include "util/err.h"
#include "util/mem.h"

enum { SAID_MAX = 65536 };

static void log_said(enum log_level level, struct span said)
{
	while (said.n) {
		struct span line = str_cut(&said, '\n');

		if (line.n)
			log_at(LOGC_DAEMON, level, "%.*s", (int)line.n, line.p);
	}
}

/* What a configuration makes for the parts. */
struct made {
	struct mgcp_owner_conf *owners; /* all owned */
	struct h248_mg_conf *mgs;
	struct net_tls *tls;
	struct mgcp_conf mgcp;
	struct h248_conf h248;
};

static void made_fini(struct made *m)
{
	mem_free(m->owners);
	mem_free(m->mgs);
	net_tls_free(m->tls);
}

/* False: what is wrong has been said. */
static bool make(const struct conf *c, struct made *m, struct buf *said)
{
	char why[H248_WHY_MAX], tls_why[NET_WHY_MAX];

	*m = (struct made){ 0 };
	m->owners = apply_owners(c, &m->mgcp);
	if (!m->owners) {
		buf_str(said, "out of memory\n");
		return false;
	}
	if (mgcp_conf_check(&m->mgcp, why, sizeof(why))) {
		buf_printf(said, "%s\n", why);
		return false;
	}
	m->mgs = h248_apply(c, &m->h248, why);
	if (!m->mgs) {
		buf_printf(said, "%s\n", why);
		return false;
	}
	if (trust_load(c, &m->tls, tls_why)) {
		buf_printf(said, "tls: %s\n", tls_why);
		return false;
	}
	return true;
}

bool daemon_check(struct conf *c, struct buf *said)
{
	struct made m;
	bool good = make(c, &m, said);
	char text[NET_WHY_MAX] = "";

	if (good && m.tls)
		trust_say_end(c, net_tls_own(m.tls), text);
	if (text[0])
		buf_printf(said, "%s\n", text);
	made_fini(&m);
	return good;
}

static void say_gone(const struct conf_list *was, const struct conf_list *now,
		     size_t size, const char *kind, struct buf *said)
{
	for (size_t i = 0; i < was->n; i++) {
		const struct conf_head *h =
			(const void *)((const char *)was->v + i * size);
		bool there = false;

		for (size_t k = 0; k < now->n; k++) {
			const struct conf_head *n =
				(const void *)((const char *)now->v + k * size);

			there |= !strcmp(n->title, h->title);
		}
		if (!there)
			buf_printf(said,
				   "%s \"%s\" is gone from the file and stays until a "
				   "restart\n",
				   kind, h->title);
	}
}

/* What the file says and only a restart will do. */
static void say_kept(struct daemon *d, struct conf *c, struct buf *said)
{
	struct buf names;
	struct span rest;

	buf_init(&names, SAID_MAX);
	conf_keep(d->conf, c, &names);
	rest = buf_view(&names);
	while (rest.n) {
		struct span line = str_cut(&rest, '\n');

		if (line.n)
			buf_printf(said, "%.*s changes with the next start only\n",
				   (int)line.n, line.p);
	}
	buf_fini(&names);
	say_gone(&d->conf->endpoint, &c->endpoint, sizeof(struct conf_endpoint),
		 "endpoint", said);
	say_gone(&d->conf->net, &c->net, sizeof(struct conf_netpool), "net", said);
	say_gone(&c->net, &d->conf->net, sizeof(struct conf_netpool), "new net", said);
}

static void take(struct daemon *d, struct conf *c, struct made *m, struct buf *said)
{
	char why[APPLY_WHY_MAX];
	int err;

	logto_levels(&c->log, d->log_least);
	d->trace = c->log.trace;
	if (d->ctl)
		ctl_set_clients(d->ctl, (unsigned)c->ctl.clients);
	if (d->store)
		store_set_conf(d->store, (uint32_t)c->store.queue,
			       (uint64_t)c->store.keep);
	trust_take(d, c, m->tls);
	m->tls = NULL;
	listen_apply(d, c, said);
	sctpd_peers(d, d->conf, c, said);
	err = apply_model(c, d->model, said, why);
	if (err)
		buf_printf(said, "%s\n", why);
	err = mgcp_engine_reload(d->mgcp, &m->mgcp, now_ns());
	if (err)
		buf_printf(said, "mgcp: %s\n", err_str(err));
	err = h248_engine_reload(d->h248, &m->h248, now_ns());
	if (err)
		buf_printf(said, "h248: %s\n", err_str(err));
	conf_free(d->conf);
	d->conf = c;
}

int daemon_reload(struct daemon *d, struct buf *said)
{
	struct made m = { 0 };
	struct conf *c;
	struct buf kept;

	notify_reloading();
	buf_init(&kept, SAID_MAX);
	c = conf_load(d->conf->file, said);
	if (c) /* first: the parts are to hear of the values that hold */
		say_kept(d, c, &kept);
	if (c && !make(c, &m, said)) {
		conf_free(c);
		c = NULL;
	}
	if (c) {
		buf_span(said, buf_view(&kept));
		take(d, c, &m, said);
		log_notice(LOGC_DAEMON, "the configuration was read again");
		log_said(LOGL_WARN, buf_view(said));
		loop_pump(d);
	} else {
		log_err(LOGC_DAEMON, "the configuration is bad; the old one stays");
		log_said(LOGL_ERR, buf_view(said));
	}
	made_fini(&m);
	buf_fini(&kept);
	notify_ready();
	return c ? 0 : -H_EINVAL;
}
